"""Which variables share an array at the same time: the flow of aliases within one region (`analysis.alias`).

A region holds all variables that may ever be one array.  Often only one of them is at a time: buffers that are swapped,
a name that is handed on.  Here the statements are followed in order, with liveness: two variables *share* if both are
live somewhere while one may be the other's array, or a view of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from s2sad.analysis.alias import Regions
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import (
    Assign,
    AugName,
    Block,
    Break,
    Build,
    Call,
    For,
    If,
    MethodCall,
    Op,
    Raise,
    Star,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import defs

Pair = frozenset[str]
Pairs = frozenset[Pair]
Sources = list[tuple[str, list[str]]]  # target -> what it may share memory with from here on


class Sharing:
    """The pairs of variables of one region that share, and the stores that one of them sees under another's name."""

    def __init__(
        self,
        body: Block,
        names: set[str],
        regions: Regions,
        live: Liveness,
        stored: Callable[[Stmt], Iterable[str]],
    ) -> None:
        self.names = names
        self.regions = regions
        self.displays = regions.displays
        self.live = live
        self.stored = stored
        self.pairs: set[Pair] = set()
        self.seen_by: dict[
            str, set[str]
        ] = {}  # variable -> the variables through which stores reach it while it is live
        self.made_from: dict[str, set[str]] = {}  # variable -> the variables that it is made from
        self.doubled: set[str] = set()  # containers that may hold one array at two places
        self.breaks: list[Pairs] = []
        self.block(body, frozenset())

    def block(self, stmts: Block, pairs: Pairs | None) -> Pairs | None:
        """The pairs at the end of a block; None where control does not get there."""
        for stmt in stmts:
            if pairs is None:
                return None
            pairs = self.stmt(stmt, pairs)
            if pairs is not None:
                live = self.live.after(stmt)
                pairs = frozenset(pair for pair in pairs if all(_variable(name) in live for name in pair))
                self.pairs |= {pair for pair in pairs if not any("#" in name for name in pair)}
        return pairs

    def stmt(self, stmt: Stmt, pairs: Pairs) -> Pairs | None:
        match stmt:
            case If(body=body, orelse=orelse):
                return _either(self.block(body, pairs), self.block(orelse, pairs))
            case For() | While():
                return self.loop(stmt, pairs)
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                done = self.block(body, pairs)
                start = _either(pairs, frozenset(self.pairs))
                ways = self.block(orelse, done)
                for handler in handlers:
                    ways = _either(ways, self.block(handler.body, start))
                return self.block(final, ways)
            case With(body=body):
                return self.block(body, pairs)
            case Break():
                self.breaks.append(pairs)
                return None
            case Raise():
                return None
            case _:
                return self.simple(stmt, pairs)

    def loop(self, stmt: For | While, pairs: Pairs) -> Pairs:
        outer, self.breaks = self.breaks, []
        while True:
            start: Pairs | None = pairs
            if isinstance(stmt, While):
                start = self.block(stmt.head, pairs)
            elif stmt.target.name in self.names:
                self.simple(stmt, pairs)
                start = pairs | {frozenset((stmt.target.name, name)) for name in self.within([stmt.iterable])}
            end = self.block(stmt.body, start)
            again = pairs | (end or frozenset())
            if again == pairs:
                break
            pairs = again
        left = [start, *self.breaks] if isinstance(stmt, While) else [pairs, *self.breaks]
        self.breaks = outer
        return frozenset().union(*(found for found in left if found is not None))

    def simple(self, stmt: Stmt, pairs: Pairs) -> Pairs:
        for name in self.stored(stmt):
            live = self.live.after(stmt)
            for pair in pairs:
                if name in pair:
                    (other,) = pair - {name}
                    if other in live:
                        self.seen_by.setdefault(other, set()).add(name)
        bound = {var.name for var in defs(stmt)} if not isinstance(stmt, AugName) else set()
        if not bound & self.names and not bound & self.displays.keys():
            return pairs
        made = {pair for pair in pairs if not pair & bound}
        for target, sources in self.sources(stmt):
            if target not in self.names and "#" not in target:
                continue
            for source in sources:
                self.made_from.setdefault(target, set()).add(source)
                shared = {source} | {other for pair in pairs if source in pair for other in pair - {source}}
                made |= {frozenset((target, other)) for other in shared - bound}
        if isinstance(stmt, Assign) and self.holds_twice(stmt, pairs):
            self.doubled.add(stmt.target.name)
        made |= self.together(stmt, pairs)
        return frozenset(made)

    def holds_twice(self, stmt: Assign, pairs: Pairs) -> bool:
        """Whether a new container may hold one array, or parts of one that overlap, at two places."""
        match stmt.value:
            case Build(items=items) if stmt.target.name not in self.displays:
                held = self.within(item.value if isinstance(item, Star) else item for item in items)
                starred = any(isinstance(item, Star) and self.within([item.value]) for item in items)
                return starred or any(
                    one == other or frozenset((one, other)) in pairs
                    for one, other in itertools.combinations(held, 2)
                )
            case Call() | Op() | MethodCall():  # two of its places may have one source
                return bool(self.within(self.regions.shared_operands(stmt.target, stmt.value)))
            case _:
                return False

    def together(self, stmt: Stmt, pairs: Pairs) -> set[Pair]:
        """Targets of one statement that may share with one another."""
        found: set[Pair] = set()
        told = self.sources(stmt)
        for position, (first, ones) in enumerate(told):
            for second, others in told[position + 1 :]:
                if first != second and any(
                    a == b or frozenset((a, b)) in pairs for a in ones for b in others
                ):
                    found.add(frozenset((first, second)))
        return found

    def sources(self, stmt: Stmt) -> Sources:
        """What each target of a statement is made from, within the region."""
        match stmt:
            case Assign(target=target, value=Build(items=items)) if target.name in self.displays:
                # taken apart soon: each place is a variable of its own
                return [(f"{target.name}#{place}", self.within([item])) for place, item in enumerate(items)]
            case Assign(target=target, value=value):
                return [(target.name, self.within(self.regions.shared_operands(target, value)))]
            case Unpack(targets=targets, value=Var(name=name)) if name in self.displays:
                return [(target.name, [f"{name}#{place}"]) for place, target in enumerate(targets)]
            case Unpack(targets=targets, value=value):
                return [(target.name, self.within([value])) for target in targets]
            case _:
                return []

    def within(self, atoms: Iterable[Any]) -> list[str]:
        return [atom.name for atom in atoms if isinstance(atom, Var) and atom.name in self.names]


def _either(first: Pairs | None, second: Pairs | None) -> Pairs | None:
    if first is None or second is None:
        return second if first is None else first
    return first | second


def _variable(name: str) -> str:
    return name.partition("#")[0]
