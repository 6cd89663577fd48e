"""Reverse mode: branches, loops and `try`.

Where ways meet, an adjoint variable exists on all of them or on none: the ways that lack it set it to zero.
"""

from __future__ import annotations

from functools import partial

from s2sad.analysis.values import TOP, Lst, Tensor, number
from s2sad.ir.exits import BREAK, outcomes
from s2sad.ir.nodes import (
    Assign,
    Block,
    Call,
    Const,
    For,
    If,
    Stmt,
    Try,
    Var,
    While,
)
from s2sad.ir.walk import deep_defs
from s2sad.transform.adjoints import OWNED, SHARED
from s2sad.transform.sweep import Sweep
from s2sad.transform.tree import (
    Attempt,
    Branch,
    Loop,
    Node,
    Nodes,
    Opaque,
    Part,
    Step,
    raises,
)


class Control(Sweep):
    """The nodes of compound statements."""

    def branch(self, stmt: If) -> Node:
        """Walk both ways from the same state; each sets to zero what only the other one gives an adjoint."""
        if not self.touches(stmt) and BREAK not in outcomes((stmt,)):
            return Opaque(stmt)
        start = dict(self.adjoints.state)
        body = self.block(stmt.body)
        after_body, self.adjoints.state = self.adjoints.state, start
        orelse = self.block(stmt.orelse)
        return Branch(stmt, body, orelse, *self.level([after_body, self.adjoints.state]))

    # ── loops ───────────────────────────────────────────────────────────────────────────────────────────────

    def loop(self, stmt: For | While) -> Node:
        """What rounds pass to one another has an adjoint ahead of the reversed loop, and at the end of its rounds."""
        if not self.touches(stmt):
            return Opaque(stmt)
        carried = self.carried(stmt)
        before = self.collect(partial(self.adjoints.ensure, carried))
        bars = {bar.name for name in carried for _, _, bar in self.adjoints.leaf_bars(name)}
        outside = dict(self.adjoints.state)
        # An adjoint owns its memory in every round if it does in the first and at the end of a round.
        copied = self.adjoints.copied
        tried: set[str] = set()  # what has had a copy, and may yet be shared at the end of a round
        while True:
            self.adjoints.copied = set()
            body = self.block(stmt.body)
            head = self.block(stmt.head) if isinstance(stmt, While) else []
            if self.adjoints.copied & bars and (
                lent := [name for name in self.lent(carried, outside) if name not in tried]
            ):
                # A copy ahead of the loop, rather than one in each round.
                self.adjoints.state, self.frame.stmt_now = dict(outside), stmt
                self.adjoints.copied = copied
                tried.update(lent)
                for name in lent:
                    before += self.collect(partial(self.adjoints.materialise, name, (), self.types[name]))
                outside = dict(self.adjoints.state)
                continue
            missing = sorted(bars - self.adjoints.state.keys())
            end = self.collect(partial(self.adjoints.ensure_bars, missing))
            state = self.adjoints.state
            shared = {bar for bar in outside if outside[bar] == OWNED and state.get(bar) == SHARED}
            if not shared:
                break
            outside |= dict.fromkeys(shared, SHARED)
            self.adjoints.state = dict(outside)
        self.adjoints.copied |= copied
        self.adjoints.state = {
            bar: state.get(bar, how) if how == OWNED else SHARED for bar, how in outside.items()
        }
        return Loop(stmt, head, body, before, end, True)

    def lent(self, carried: list[str], state: dict[str, str]) -> list[str]:
        """Arrays and lists that are changed in place, whose adjoints share memory with something else ahead of a loop."""
        return [
            name
            for name in carried
            if self.regions.is_mutated(name)
            and (isinstance(number(kind := self.types.get(name, TOP)), Tensor) or isinstance(kind, Lst))
            and state.get(self.adjoints.bar(name).name) == SHARED
        ]

    def root(self, name: str) -> str:
        """The variable whose adjoint a reference leads to."""
        name = self.adjoints.canonical(name)
        while name in self.adjoints.refs or name in self.adjoints.parts:
            if name in self.adjoints.parts:
                name = self.adjoints.parts[name][0]
                continue
            expr = self.adjoints.refs[name]
            base = expr.args[0] if isinstance(expr, Call) else expr.obj  # type: ignore[union-attr]
            assert isinstance(base, Var)
            name = self.adjoints.canonical(base.name)
        return name

    def carried(self, stmt: For | While) -> list[str]:
        """Active variables whose adjoint lives across rounds of the reversed loop, sorted by name."""
        inside = (*stmt.head, *stmt.body) if isinstance(stmt, While) else stmt.body
        read = set(self.live_at_head.names(stmt))
        written_here = {var.name for var in deep_defs(inside)}
        found = set()
        mentioned_here = set(self.live_at_head.mentioned(stmt))
        for name in list(mentioned_here):
            root = self.root(name)
            if root != name and root not in written_here:
                mentioned_here.add(root)
        for name in mentioned_here:
            if name in self.adjoints.refs or name in self.adjoints.parts or name in self.adjoints.shadowed:
                continue
            if name not in self.active:
                continue
            if (
                name in read
                or (name in written_here and self.adjoints.is_nonzero(name))
                or name not in written_here
            ):
                found.add(name)
        return sorted(found)

    # ── try ─────────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, stmt: Try) -> Node:
        """The parts of the body that were done, and behind them the way that the flag names (see `attempts`)."""
        cut = self.attempts.cut(stmt)
        final = self.block(stmt.final)
        start = dict(self.adjoints.state)
        orelse = self.block(stmt.orelse)
        ways, states = [self.block(cut.rest)], [self.adjoints.state]
        for handler in stmt.handlers:
            if not raises(handler.body):
                self.adjoints.state = dict(start)
                ways.append(self.block(handler.body))
                states.append(self.adjoints.state)
        ends = self.level(states)
        done = Var(self.session.fresh_local("done"))
        parts: Nodes = []
        for place in range(len(cut.parts), 0, -1):
            mark = Assign(done, Const(place))
            parts[:0] = [self.part(cut.parts[place - 1], done, place), Step(mark, [mark], [])]
        return Attempt(stmt, Var(self.session.fresh_local("failed")), done, parts, ways, orelse, ends, final)

    def part(self, stmts: Block, done: Var, number: int) -> Part:
        skipped = dict(self.adjoints.state)
        body = self.block(stmts)
        end_body, end_orelse = self.level([self.adjoints.state, skipped])
        return Part(done, number, body, end_body, end_orelse)

    def level(self, states: list[dict[str, str]]) -> list[list[Stmt]]:
        """Where ways meet, each sets to zero what only others give an adjoint; these statements, for each way."""
        nonzero = sorted({bar for state in states for bar in state})
        ends = []
        for state in states:
            self.adjoints.state = state
            ends.append(self.collect(partial(self.adjoints.ensure_bars, nonzero)))
        self.adjoints.state = {
            bar: OWNED if all(state[bar] == OWNED for state in states) else SHARED for bar in nonzero
        }
        return ends
