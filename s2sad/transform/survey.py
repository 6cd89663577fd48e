"""Where the variables of the primal live: what the recorder (`transform.record`) must know before it decides.

A variable lives in the innermost block that holds all of its definitions and reads.  Loops whose rounds cannot be
told from their range get a counter here, and ways out of them a flag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from s2sad.analysis.operands import known_function
from s2sad.analysis.shapes import Shapes
from s2sad.analysis.values import Value
from s2sad.ir.exits import BREAK, FALL, outcomes
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Call,
    Const,
    For,
    Op,
    Stmt,
    Var,
    While,
)
from s2sad.ir.walk import deep_defs, deep_uses, defs, uses, walk
from s2sad.transform.borrow import Borrow
from s2sad.transform.remat import Remat
from s2sad.transform.snapshot import Snapshots
from s2sad.transform.tree import (
    Attempt,
    Branch,
    Guard,
    Loop,
    Nodes,
    Opaque,
    Part,
    Step,
    exposed_names,
    inner,
)

Where = tuple[int, ...]  # path of block numbers from the function's body down


@dataclass
class Place:
    """What the recorder decides for one block."""

    where: Where
    depth: int  # of loops around it
    at_end: set[str] = field(default_factory=set)  # saved when the block ends
    joint: int | None = None  # the node ahead of which all of it is saved already
    partial: bool = False  # an exception may end the block early: nothing is saved before its end


@dataclass
class Info:
    """Where a variable lives: the innermost block that holds all of its definitions and reads."""

    home: Where = ()
    seen: bool = False
    defs: int = 0


class Survey:
    """The tree of one function, counted through."""

    def __init__(
        self,
        session: Any,
        types: dict[str, Value],
        params: Iterable[str],
        nodes: Nodes,
        function: Any,
        regions: Any,
        shapes: Shapes,
        split: bool,
    ) -> None:
        self.session = session
        self.types = types
        self.nodes = nodes
        self.params = set(params)
        self.info: dict[str, Info] = defaultdict(Info)
        self.order: dict[str, int] = {}  # of the variables in the program
        self.places: dict[int, Place] = {}
        self.blocks = 0
        self.before: dict[int, set[str]] = defaultdict(set)  # id(step) -> saved before it runs
        self.unbound: dict[int, set[str]] = defaultdict(
            set
        )  # id(loop) -> variables to set to None ahead of it
        self.flags: dict[int, Var] = {}  # id(branch) -> flag that says whether the loop was left here
        self.trips: dict[int, Var] = {}  # id(loop) -> count of its rounds
        self.kept: dict[tuple[int, str], Var] = {}
        self.tapes: dict[str, Var] = {}
        self.unset: set[str] = set()  # variables that a first round saves before anything is assigned to them
        self.function = function
        self.primal: set[str] = set(params)
        self.remat = Remat(session, types, regions)
        self.snapshots = Snapshots(session, types, regions)
        self.borrow = Borrow(session, shapes, self.remat, self.params, lasting=not split)

    # ── rounds and exits ────────────────────────────────────────────────────────────────────────────────────

    def count_rounds(self, nodes: Nodes) -> None:
        """Give each loop whose rounds cannot be told from its range a counter, and each way out of it a flag."""
        position = 0
        while position < len(nodes):
            node = nodes[position]
            match node:
                case Loop(stmt=stmt, body=body):
                    leaves = BREAK in outcomes(stmt.body)
                    if leaves or isinstance(stmt, While):
                        trips = Var(self.session.fresh_local("trips"))
                        self.trips[id(node)] = trips
                        nodes.insert(position, Step(Assign(trips, Const(0)), [Assign(trips, Const(0))], []))
                        position += 1
                        count = Assign(trips, Op("add", (trips, Const(1))))
                        body.insert(0, Step(count, [count], []))
                        for flag in self.flag_exits(body):
                            nodes.insert(
                                position, Step(Assign(flag, Const(False)), [Assign(flag, Const(False))], [])
                            )
                            position += 1
                    self.count_rounds(body)
                case Branch(body=body, orelse=orelse):
                    self.count_rounds(body)
                    self.count_rounds(orelse)
                case Guard(body=body) | Part(body=body):
                    self.count_rounds(body)
                case Attempt(flag=flag, done=done, parts=parts, ways=ways, orelse=orelse, final=final):
                    for counter in (flag, done) if parts else (flag,):
                        start = Assign(counter, Const(0))
                        nodes.insert(position, Step(start, [start], []))
                        position += 1
                    self.count_rounds(parts)
                    self.count_rounds(orelse)
                    for number, way in enumerate(ways):
                        if number:
                            mark = Assign(flag, Const(number))
                            way.insert(0, Step(mark, [mark], []))
                        self.count_rounds(way)
                    self.count_rounds(final)
                case _:
                    pass
            position += 1

    def flag_exits(self, body: Nodes) -> list[Var]:
        """A branch that leaves the loop is taken in the last round only: one flag records it, not one for each round."""
        last = body[-1] if body else None
        if not isinstance(last, Branch):
            return []
        flags: list[Var] = []
        first, second = outcomes(last.stmt.body), outcomes(last.stmt.orelse)
        if FALL not in first and BREAK not in second:
            flag = Var(self.session.fresh_local("left_early"))
            self.flags[id(last)] = flag
            done = Assign(flag, Const(True))
            last.body.insert(max(0, len(last.body) - 1), Step(done, [done], []))
            return [flag]
        if FALL not in first:
            flags += self.flag_exits(last.orelse)
        return flags

    # ── where variables live ────────────────────────────────────────────────────────────────────────────────

    def collect_primal(self, nodes: Nodes) -> None:
        for node in nodes:
            match node:
                case Step(forward=forward):
                    self.primal |= {var.name for var in deep_defs(tuple(forward))}
                case Loop(stmt=For(target=target)):
                    self.primal.add(target.name)
                case Attempt(flag=flag, done=done, stmt=stmt):
                    self.primal |= {
                        flag.name,
                        done.name,
                        *(handler.name.name for handler in stmt.handlers if handler.name),
                    }
                case Opaque(stmt=stmt):
                    self.primal |= {var.name for var in deep_defs((stmt,))}
                case _:
                    pass
            for block in inner(node):
                self.collect_primal(block)

    def survey(self, nodes: Nodes, where: Where, depth: int) -> None:
        self.places[id(nodes)] = Place(where, depth)
        for node in nodes:
            match node:
                case Step(forward=forward, reverse=reverse):
                    for new in forward:
                        self.read_all(uses(new), where)
                        for var in defs(new):
                            self.define(var.name, where)
                        if isinstance(new, AugName):
                            self.read(new.target.name, where)
                    self.read_needs(reverse, where)
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    self.read_atom(stmt.test, where)
                    for inner, end in ((body, node.end_body), (orelse, node.end_orelse)):
                        at = self.inner(where)
                        self.survey(inner, at, depth)
                        self.read_needs(end, at)
                case Loop():
                    self.survey_loop(node, where, depth)
                case Guard(stmt=stmt, body=body):
                    self.read_atom(stmt.context, where)
                    if stmt.target is not None:
                        self.define(stmt.target.name, where)
                    self.survey(body, self.inner(where), depth)
                case Part(body=body):
                    at = self.inner(where)
                    self.survey(body, at, depth)
                    self.places[id(body)].partial = True
                    self.read_needs(node.end_body, at)
                    self.read_needs(node.end_orelse, at)
                case Attempt():
                    self.survey_attempt(node, where, depth)
                case Opaque(stmt=stmt):
                    self.read_all(deep_uses((stmt,)), where)
                    for var in deep_defs((stmt,)):
                        self.define(var.name, where)
                        self.info[var.name].defs += 1  # it may or may not run, and may run often

    def survey_loop(self, node: Loop, where: Where, depth: int) -> None:
        stmt = node.stmt
        at = self.inner(where)
        self.read_needs(node.before, where)
        self.read_all((Var(name) for name in exposed_names(node)), where)
        if isinstance(stmt, For):
            self.read_atom(stmt.iterable, where)
            self.define(stmt.target.name, at)
        self.survey(node.head, at, depth + 1)
        if isinstance(stmt, While):
            self.read_atom(stmt.test, at)
        self.survey(node.body, at, depth + 1)
        self.read_needs(node.end, at)
        self.read_all(self.header_needs(node), where)

    def survey_attempt(self, node: Attempt, where: Where, depth: int) -> None:
        self.read(node.flag.name, where)
        if node.parts:
            self.read(node.done.name, where)
        self.survey(node.parts, where, depth)
        for handler in node.stmt.handlers:
            self.read_atom(handler.type, where)
            if handler.name is not None:
                self.define(handler.name.name, where)
        for way, end in zip(node.ways, node.ends, strict=True):
            at = self.inner(where)
            self.survey(way, at, depth)
            self.places[id(way)].partial = True
            if way is node.ways[0]:
                self.survey(node.orelse, at, depth)
                self.places[id(node.orelse)].partial = True
            self.read_needs(end, at)
        self.survey(node.final, self.inner(where), depth)

    def inner(self, where: Where) -> Where:
        self.blocks += 1
        return (*where, self.blocks)

    def define(self, name: str, where: Where) -> None:
        self.info[name].defs += 1
        self.read(name, where)

    def read_atom(self, atom: Atom | None, where: Where) -> None:
        if isinstance(atom, Var):
            self.read(atom.name, where)

    def read_all(self, found: Iterable[Var], where: Where) -> None:
        for var in found:
            self.read(var.name, where)

    def read_needs(self, stmts: list[Stmt], where: Where) -> None:
        for name in self.needs(stmts):
            self.read(name, where)

    def read(self, name: str, where: Where) -> None:
        info = self.info[name]
        info.home = _common(info.home, where) if info.seen else where
        info.seen = True

    # ── what the reverse sweep reads ────────────────────────────────────────────────────────────────────────

    def needs(self, stmts: Iterable[Stmt]) -> set[str]:
        """The primal variables that reverse statements read."""
        found: set[str] = set()
        for stmt in walk(tuple(stmts)):
            found |= {var.name for var in uses(stmt)} & self.primal
            if (
                isinstance(stmt, AugName) and stmt.target.name in self.primal
            ):  # a buffer that is carried along
                found.add(stmt.target.name)
        return found - self.remat.repeated

    def loop_flags(self, body: Nodes) -> set[str]:
        """The flags that record how this loop was left: the reverse sweep itself turns them off."""
        last = body[-1] if body else None
        if not isinstance(last, Branch):
            return set()
        own = {self.flags[id(last)].name} if id(last) in self.flags else set()
        return own | self.loop_flags(last.orelse)

    def header_needs(self, node: Loop) -> list[Var]:
        """What the reversed loop reads of what the forward loop leaves behind."""
        if id(node) in self.trips:
            first = self.remat.range_args(node.stmt)
            extra = [] if first is None else [arg for arg in first[:1] + first[2:] if isinstance(arg, Var)]
            flags = [Var(name) for name in sorted(self.loop_flags(node.body))]
            return [self.trips[id(node)], *flags, *extra]
        args = self.remat.range_args(node.stmt)
        turned = (
            self.remat.definitions.get(node.stmt.iterable.name)
            if isinstance(node.stmt, For) and isinstance(node.stmt.iterable, Var)
            else None
        )
        if isinstance(turned, Call) and known_function(turned.func, self.types) is reversed:
            return [arg for arg in turned.args if isinstance(arg, Var)]
        if args is None:
            return (
                [node.stmt.iterable]
                if isinstance(node.stmt, For) and isinstance(node.stmt.iterable, Var)
                else []
            )
        return [arg for arg in args if isinstance(arg, Var)]


def _common(first: Where, second: Where) -> Where:
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return first[:count]
