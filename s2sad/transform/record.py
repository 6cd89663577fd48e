"""TBR: decide what the forward sweep keeps for the reverse sweep, and lay both sweeps out.

A value is *to be recorded* at a point if the adjoint of a statement that has already run reads it.  It is saved only
where it would otherwise be lost:

- before an assignment that overwrites it (a variable that a loop carries, or that a branch reassigns);
- at the end of the block that it lives in, if that block runs several times (a local variable of a loop's body).

Inside of a loop "saved" means appended to a list, and popped by the reverse sweep; elsewhere it means kept under
another name.  A variable that is assigned once, outside of all loops, is simply still there.  Cheap integer expressions
and reads of elements are computed again (`Remat`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2sad.analysis.operands import known_function
from s2sad.analysis.values import Value
from s2sad.ir.exits import BREAK, FALL, outcomes
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Block,
    Break,
    Build,
    Call,
    Const,
    Expr,
    For,
    If,
    MethodCall,
    Op,
    Stmt,
    Var,
    While,
    With,
)
from s2sad.ir.walk import deep_defs, deep_uses, defs, uses, walk
from s2sad.transform.adjoints import library
from s2sad.transform.remat import Remat
from s2sad.transform.snapshot import Snapshots
from s2sad.transform.tree import Attempt, Branch, Guard, Loop, Node, Nodes, Opaque, Step, exposed_names, raises

Where = tuple[int, ...]  # path of block numbers from the function's body down


@dataclass
class _Place:
    """What the recorder decides for one block."""

    where: Where
    depth: int  # of loops around it
    at_end: set[str] = field(default_factory=set)  # saved when the block ends
    partial: bool = False  # an exception may end the block early: nothing is saved before its end


@dataclass
class _Info:
    """Where a variable lives: the innermost block that holds all of its definitions and reads."""

    home: Where = ()
    seen: bool = False
    defs: int = 0


class Recorder:
    def __init__(self, session: Any, types: dict[str, Value], params: Iterable[str], nodes: Nodes, function: Any, regions: Any) -> None:
        self.session = session
        self.types = types
        self.nodes = nodes
        self.params = set(params)
        self.info: dict[str, _Info] = defaultdict(_Info)
        self.places: dict[int, _Place] = {}
        self.blocks = 0
        self.before: dict[int, set[str]] = defaultdict(set)  # id(step) -> saved before it runs
        self.unbound: dict[int, set[str]] = defaultdict(set)  # id(loop) -> variables to set to None ahead of it
        self.flags: dict[int, Var] = {}  # id(branch) -> flag that says whether the loop was left here
        self.trips: dict[int, Var] = {}  # id(loop) -> count of its rounds
        self.kept: dict[tuple[int, str], Var] = {}
        self.tapes: dict[str, Var] = {}
        self.unset: set[str] = set()  # variables that a first round saves before anything is assigned to them
        self.function = function
        self.primal: set[str] = set(params)
        self.remat = Remat(session, types, regions)
        self.snapshots = Snapshots(session, types, regions)

    def run(self, seeding: list[Stmt]) -> tuple[Block, Block]:
        self.count_rounds(self.nodes)
        self.snapshots.take(self.nodes)
        self.collect_primal(self.nodes)
        self.remat.prepare(self.nodes, self.params)
        self.remat.apply(self.nodes)
        self.survey(self.nodes, (), 0)
        for name in self.params:
            self.read(name, ())
        self.flow(self.nodes, set(), set(self.params))
        forward = tuple(self.forward(self.nodes, []))
        started = [Assign(tape, Build("list", ())) for tape in self.tapes.values()]
        forward = (*started, *(Assign(Var(name), Const(None)) for name in sorted(self.unset)), *forward)
        reverse = (*seeding, *self.reverse(self.nodes))
        return forward, reverse

    # ── rounds and exits ─────────────────────────────────────────────────────────────────────────────────

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
                            nodes.insert(position, Step(Assign(flag, Const(False)), [Assign(flag, Const(False))], []))
                            position += 1
                    self.count_rounds(body)
                case Branch(body=body, orelse=orelse):
                    self.count_rounds(body)
                    self.count_rounds(orelse)
                case Guard(body=body):
                    self.count_rounds(body)
                case Attempt(flag=flag, ways=ways, final=final):
                    start = Assign(flag, Const(0))
                    nodes.insert(position, Step(start, [start], []))
                    position += 1
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

    # ── where variables live ─────────────────────────────────────────────────────────────────────────────

    def collect_primal(self, nodes: Nodes) -> None:
        for node in nodes:
            match node:
                case Step(forward=forward):
                    self.primal |= {var.name for var in deep_defs(tuple(forward))}
                case Branch(body=body, orelse=orelse):
                    self.collect_primal(body)
                    self.collect_primal(orelse)
                case Loop(stmt=stmt, head=head, body=body):
                    if isinstance(stmt, For):
                        self.primal.add(stmt.target.name)
                    self.collect_primal(head)
                    self.collect_primal(body)
                case Guard(body=body):
                    self.collect_primal(body)
                case Attempt(flag=flag, ways=ways, final=final, stmt=stmt):
                    self.primal |= {flag.name, *(handler.name.name for handler in stmt.handlers if handler.name)}
                    for way in (*ways, final):
                        self.collect_primal(way)
                case Opaque(stmt=stmt):
                    self.primal |= {var.name for var in deep_defs((stmt,))}

    def survey(self, nodes: Nodes, where: Where, depth: int) -> None:
        self.places[id(nodes)] = _Place(where, depth)
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
        for handler in node.stmt.handlers:
            self.read_atom(handler.type, where)
            if handler.name is not None:
                self.define(handler.name.name, where)
        for way, end in zip(node.ways, node.ends, strict=True):
            at = self.inner(where)
            self.survey(way, at, depth)
            self.places[id(way)].partial = True
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

    def needs(self, stmts: Iterable[Stmt]) -> set[str]:
        """The primal variables that reverse statements read."""
        found: set[str] = set()
        for stmt in walk(tuple(stmts)):
            found |= {var.name for var in uses(stmt)} & self.primal
        return found

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
        turned = self.remat.definitions.get(node.stmt.iterable.name) if isinstance(node.stmt, For) and isinstance(node.stmt.iterable, Var) else None
        if isinstance(turned, Call) and known_function(turned.func, self.types) is reversed:
            return [arg for arg in turned.args if isinstance(arg, Var)]
        if args is None:
            return [node.stmt.iterable] if isinstance(node.stmt, For) and isinstance(node.stmt.iterable, Var) else []
        return [arg for arg in args if isinstance(arg, Var)]

    # ── what is to be recorded ───────────────────────────────────────────────────────────────────────────

    def flow(self, nodes: Nodes, wanted: set[str], assigned: set[str]) -> set[str]:
        """Walk forward with the set of variables whose present value the reverse sweep will read."""
        for node in nodes:
            match node:
                case Step(forward=forward, reverse=reverse):
                    for new in forward:
                        for var in defs(new):
                            if var.name in wanted and not isinstance(new, AugName):
                                self.before[id(node)].add(var.name)
                                wanted = wanted - {var.name}
                            assigned.add(var.name)
                    wanted = wanted | self.needs(reverse)
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    if id(node) not in self.flags and isinstance(stmt.test, Var):
                        wanted = wanted | {stmt.test.name}
                    one, two = set(assigned), set(assigned)
                    first = self.end_block(body, self.flow(body, wanted, one) | self.needs(node.end_body))
                    second = self.end_block(orelse, self.flow(orelse, wanted, two) | self.needs(node.end_orelse))
                    assigned |= one & two
                    wanted = first | second
                case Loop():
                    wanted = self.flow_loop(node, wanted, assigned)
                case Guard(body=body):
                    wanted = self.end_block(body, self.flow(body, wanted, assigned))
                case Attempt():
                    after: set[str] = set()
                    for way, end in zip(node.ways, node.ends, strict=True):
                        after |= self.end_block(way, self.flow(way, wanted, set(assigned)) | self.needs(end))
                    wanted = self.end_block(node.final, self.flow(node.final, after | wanted, assigned)) | {node.flag.name}
                case Opaque(stmt=stmt):
                    lost = {var.name for var in deep_defs((stmt,))} & wanted
                    self.before[id(node)] |= lost
                    wanted = wanted - lost
        return wanted

    def flow_loop(self, node: Loop, wanted: set[str], assigned: set[str]) -> set[str]:
        wanted = wanted | self.needs(node.before)
        at_head = wanted
        while True:
            inside = set(assigned)
            after = self.flow(node.head, at_head, inside)
            after = self.flow(node.body, after, inside) | self.needs(node.end)
            if isinstance(node.stmt, For):
                after = after - {node.stmt.target.name}
            after = self.end_block(node.body, after) - self.loop_flags(node.body)
            again = at_head | after
            if again == at_head:
                break
            at_head = again
        lost = self.saved_inside(node.body) | self.saved_inside(node.head)
        self.unbound[id(node)] = {name for name in lost if name not in assigned}
        return at_head | {var.name for var in self.header_needs(node)}

    def saved_inside(self, nodes: Nodes) -> set[str]:
        """Variables that are saved before an assignment somewhere in these nodes, and live outside of them."""
        found: set[str] = set()
        for node in nodes:
            found |= self.before[id(node)]
            match node:
                case Branch(body=body, orelse=orelse):
                    found |= self.saved_inside(body) | self.saved_inside(orelse)
                case Loop(head=head, body=body):
                    found |= self.saved_inside(head) | self.saved_inside(body)
                case Guard(body=body):
                    found |= self.saved_inside(body)
                case Attempt(ways=ways, final=final):
                    for way in (*ways, final):
                        found |= self.saved_inside(way)
                case _:
                    pass
        return found

    def end_block(self, nodes: Nodes, wanted: set[str]) -> set[str]:
        """At the end of a block inside of a loop: its own variables are saved."""
        place = self.places[id(nodes)]
        local = {name for name in wanted if self.info[name].home == place.where}
        if place.depth:
            place.at_end |= local
            return wanted - local
        return wanted

    # ── layout ───────────────────────────────────────────────────────────────────────────────────────────

    def tape(self, name: str) -> Var:
        if name not in self.tapes:
            self.tapes[name] = Var(f"{name}_tape" if name.startswith("%") else self.session.fresh_local(f"{name}_tape"))
        return self.tapes[name]

    def push(self, name: str) -> Stmt:
        return Assign(Var(self.session.fresh_temp()), MethodCall(self.tape(name), "append", (Var(name),)))

    def pop(self, name: str) -> Stmt:
        return Assign(Var(name), MethodCall(self.tape(name), "pop"))

    def forward(self, nodes: Nodes, ending: list[Stmt]) -> list[Stmt]:
        """The forward sweep of a block; `ending` is what enclosing blocks save where control leaves this one."""
        place = self.places[id(nodes)]
        out: list[Stmt] = []
        after_def = self.single_definitions(nodes, place)
        late = [self.push(name) for name in sorted(place.at_end - after_def.keys())]
        ending = [*late, *ending]
        leaving = bool(nodes) and isinstance(nodes[-1], Branch) and BREAK in outcomes((nodes[-1].stmt,))
        broken = bool(nodes) and isinstance(nodes[-1], Step) and isinstance(nodes[-1].stmt, Break)
        for position, node in enumerate(nodes):
            last = position == len(nodes) - 1
            if last and broken:
                out += ending
            out += [save for name in sorted(self.before[id(node)]) for save in self.save_before(node, name, place)]
            match node:
                case Step(forward=forward):
                    out += forward
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    inner = ending if last and leaving else []
                    first, second = self.forward(body, inner), self.forward(orelse, inner)
                    out.append(replace(stmt, body=tuple(first), orelse=tuple(second)))
                case Loop():
                    out += self.forward_loop(node, place)
                case Guard(stmt=stmt, body=body):
                    out.append(replace(stmt, body=tuple(self.forward(body, []))))
                case Attempt():
                    out.append(self.forward_attempt(node))
                case Opaque(stmt=stmt):
                    out.append(stmt)
            out += [self.push(name) for name, owner in after_def.items() if owner is node]
        if not leaving and not broken:
            out += ending
        return out

    def single_definitions(self, nodes: Nodes, place: _Place) -> dict[str, Node]:
        """Variables to save at the end that are assigned once, right here: they are saved where they are assigned."""
        found: dict[str, Node] = {}
        for node in () if place.partial else nodes:
            if isinstance(node, Step):
                for new in node.forward:
                    for var in defs(new):
                        if var.name in place.at_end and self.info[var.name].defs == 1:
                            found[var.name] = node
        return found

    def forward_attempt(self, node: Attempt) -> Stmt:
        body, *handled = [tuple(self.forward(way, [])) for way in node.ways]
        ways = iter(handled)
        handlers = tuple(
            handler if raises(handler.body) else replace(handler, body=next(ways)) for handler in node.stmt.handlers
        )
        return replace(node.stmt, body=body, orelse=(), handlers=handlers, final=tuple(self.forward(node.final, [])))

    def reverse_attempt(self, node: Attempt) -> list[Stmt]:
        out = self.reverse(node.final)
        branches = [(*self.reverse(way), *end) for way, end in zip(node.ways, node.ends, strict=True)]
        nested: Block = branches[-1]
        for number in range(len(branches) - 2, -1, -1):
            test = Var(self.session.fresh_temp())
            nested = (Assign(test, Op("eq", (node.flag, Const(number)))), If(test, branches[number], nested))
        return [*out, *nested]

    def forward_loop(self, node: Loop, place: _Place) -> list[Stmt]:
        stmt = node.stmt
        head, body = tuple(self.forward(node.head, [])), tuple(self.forward(node.body, []))
        new = replace(stmt, head=head, body=body) if isinstance(stmt, While) else replace(stmt, body=body)
        if place.depth == 0:
            self.unset |= self.unbound[id(node)]
        return [new]

    def save_before(self, node: Node, name: str, place: _Place) -> list[Stmt]:
        if place.depth:
            return [self.push(name)]
        kept = Var(f"{name}_kept" if name.startswith("%") else self.session.fresh_local(f"{name}_kept"))
        self.kept[id(node), name] = kept
        return [Assign(kept, Var(name))]

    def restore(self, node: Node, name: str, place: _Place) -> Stmt:
        if place.depth:
            return self.pop(name)
        return Assign(Var(name), self.kept[id(node), name])

    def reverse(self, nodes: Nodes) -> list[Stmt]:
        place = self.places[id(nodes)]
        out: list[Stmt] = [self.pop(name) for name in sorted(place.at_end)]
        for node in reversed(nodes):
            match node:
                case Step(reverse=reverse):
                    out += reverse
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    out += self.reverse_branch(node)
                case Loop():
                    out += node.before
                    out += self.reverse_loop(node)
                case Guard(stmt=stmt, body=body):
                    out += self.reverse_guard(stmt, tuple(self.reverse(body)))
                case Attempt():
                    out += self.reverse_attempt(node)
                case Opaque():
                    pass
            out += [self.restore(node, name, place) for name in sorted(self.before[id(node)])]
        return out

    def reverse_guard(self, stmt: With, body: Block) -> list[Stmt]:
        """Error handling of NumPy holds for both sweeps; any other context is the forward sweep's affair."""
        definition = self.remat.definitions.get(stmt.context.name) if isinstance(stmt.context, Var) else None
        if not body or not (isinstance(definition, Call) and known_function(definition.func, self.types) is np.errstate):
            return list(body)
        context = Var(self.session.fresh_temp())
        return [Assign(context, definition), With(context, None, body, span=stmt.span)]

    def reverse_branch(self, node: Branch) -> list[Stmt]:
        body = [*self.reverse(node.body), *node.end_body]
        orelse = [*self.reverse(node.orelse), *node.end_orelse]
        flag = self.flags.get(id(node))
        if flag is not None:
            body.insert(0, Assign(flag, Const(False)))
        if not body and not orelse:
            return []
        return [If(flag or node.stmt.test, tuple(body), tuple(orelse), span=node.stmt.span)]

    def reverse_loop(self, node: Loop) -> list[Stmt]:
        body = (*self.reverse(node.body), *self.reverse(node.head), *node.end)
        stmt = node.stmt
        args = self.remat.range_args(stmt)
        trips = self.trips.get(id(node))
        setup: list[Stmt] = []
        if trips is not None:
            target, lead = self.counted_target(stmt, args)
            body = (*lead, *body)
            iterable = self.backwards(setup, (trips,))
        elif args is not None:
            target, iterable = stmt.target, self.backwards(setup, args)  # type: ignore[union-attr]
        else:
            assert isinstance(stmt, For)
            target = stmt.target
            turned = self.remat.definitions.get(stmt.iterable.name) if isinstance(stmt.iterable, Var) else None
            if isinstance(turned, Call) and known_function(turned.func, self.types) is reversed:
                return [*setup, For(target, turned.args[0], tuple(body), span=stmt.span)]  # type: ignore[arg-type]
            iterable = self.setup(setup, Call(library("reversed", reversed), (stmt.iterable,)))
        loop = For(target, iterable, tuple(body), span=stmt.span)
        return [*setup, loop]

    def counted_target(self, stmt: For | While, args: tuple[Atom, ...] | None) -> tuple[Var, list[Stmt]]:
        if isinstance(stmt, While):
            return Var(self.session.fresh_temp()), []
        if args is None:
            raise AssertionError("a loop that is left early runs over a range")
        start, _, step = args
        if start == Const(0) and step == Const(1):
            return stmt.target, []
        count = Var(self.session.fresh_temp())
        scaled = Var(self.session.fresh_temp())
        return count, [Assign(scaled, Op("mul", (step, count))), Assign(stmt.target, Op("add", (start, scaled)))]

    def backwards(self, setup: list[Stmt], args: tuple[Atom, ...]) -> Var:
        """``range(...)`` run from its end."""
        start, stop, step = args if len(args) == 3 else (Const(0), args[0], Const(1))
        rng = library("range", range)
        if step == Const(1):
            return self.setup(setup, Call(rng, (self.minus_one(setup, stop), self.minus_one(setup, start), Const(-1))))
        if step == Const(-1):
            return self.setup(setup, Call(rng, (self.plus_one(setup, stop), self.plus_one(setup, start))))
        forward = self.setup(setup, Call(rng, (start, stop, step)))
        return self.setup(setup, Call(library("reversed", reversed), (forward,)))

    def minus_one(self, setup: list[Stmt], atom: Atom) -> Atom:
        if isinstance(atom, Const) and isinstance(atom.value, int):
            return Const(atom.value - 1)
        return self.setup(setup, Op("sub", (atom, Const(1))))

    def plus_one(self, setup: list[Stmt], atom: Atom) -> Atom:
        if isinstance(atom, Const) and isinstance(atom.value, int):
            return Const(atom.value + 1)
        return self.setup(setup, Op("add", (atom, Const(1))))

    def setup(self, setup: list[Stmt], expr: Expr) -> Var:
        temp = Var(self.session.fresh_temp())
        setup.append(Assign(temp, expr))
        return temp


def _common(first: Where, second: Where) -> Where:
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return first[:count]

