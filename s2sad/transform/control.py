"""Reverse mode: branches, loops and `try`.

Where ways meet, an adjoint variable exists on all of them or on none: the ways that lack it set it to zero.
"""

from __future__ import annotations

from functools import partial

from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import TOP, Dct, Lst
from s2sad.ir.exits import BREAK, outcomes
from s2sad.ir.nodes import (
    Assign,
    AugName,
    Call,
    For,
    If,
    MethodCall,
    Stmt,
    Try,
    Var,
    While,
)
from s2sad.ir.walk import deep_defs, uses, walk
from s2sad.transform.adjoints import OWNED, SHARED
from s2sad.transform.sweep import Sweep
from s2sad.transform.tree import (
    Attempt,
    Branch,
    Loop,
    Node,
    Opaque,
    exposed,
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
        after_body = self.adjoints.state
        self.adjoints.state = dict(start)
        orelse = self.block(stmt.orelse)
        after_orelse = self.adjoints.state
        ended = [after_body, after_orelse]
        extra: list[list[Stmt]] = [[], []]
        for side in (0, 1):
            missing = [bar for bar in ended[1 - side] if bar not in ended[side]]
            self.adjoints.state = ended[side]
            extra[side] = self.collect(partial(self.adjoints.ensure_bars, missing))
            ended[side] = self.adjoints.state
        both = {
            bar: OWNED if ended[0][bar] == ended[1].get(bar) == OWNED else SHARED
            for bar in ended[0]
            if bar in ended[1]
        }
        self.adjoints.state = both
        return Branch(stmt, body, orelse, extra[0], extra[1])

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
        while True:
            body = self.block(stmt.body)
            head = self.block(stmt.head) if isinstance(stmt, While) else []
            missing = sorted(bars - self.adjoints.state.keys())
            end = self.collect(partial(self.adjoints.ensure_bars, missing))
            state = self.adjoints.state
            shared = {bar for bar in outside if outside[bar] == OWNED and state.get(bar) == SHARED}
            if not shared:
                break
            outside |= dict.fromkeys(shared, SHARED)
            self.adjoints.state = dict(outside)
        self.adjoints.state = {
            bar: state.get(bar, how) if how == OWNED else SHARED for bar, how in outside.items()
        }
        return Loop(stmt, head, body, before, end, True)

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
            if name in self.adjoints.refs or name in self.adjoints.parts:
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
        """Either the body ran to its end, or a handler did: the sweep reverses the one that the flag names.

        What a body did before it failed must not matter; programs where it might are refused.
        """
        self.check_partial(stmt)
        final = self.block(stmt.final)
        start = dict(self.adjoints.state)
        ways, states = [], []
        for stmts in (
            (*stmt.body, *stmt.orelse),
            *(handler.body for handler in stmt.handlers if not raises(handler.body)),
        ):
            self.adjoints.state = dict(start)
            ways.append(self.block(stmts))
            states.append(self.adjoints.state)
        nonzero = sorted({bar for state in states for bar in state})
        ends = []
        for state in states:
            self.adjoints.state = state
            ends.append(self.collect(partial(self.adjoints.ensure_bars, nonzero)))
        owned = {bar: OWNED if all(state[bar] == OWNED for state in states) else SHARED for bar in nonzero}
        self.adjoints.state = owned
        return Attempt(stmt, Var(self.session.fresh_local("failed")), ways, ends, final)

    def check_partial(self, stmt: Try) -> None:
        """Refuse a handler that returns to the program where it could see what a half-done body left behind."""
        handlers = [handler for handler in stmt.handlers if not raises(handler.body)]
        if not handlers:
            return
        written = {var.name for var in deep_defs(stmt.body)} & self.active
        inside = {id(inner) for inner in walk(stmt.body)}
        elsewhere = {
            var.name
            for other in walk(self.function.body)
            if id(other) not in inside
            for var in uses(other)
            if var.name in written
        }
        for handler in handlers:
            read: set[str] = set()
            sure = exposed(handler.body, set(), read)
            if (read & written) or (elsewhere - sure):
                lost = sorted((read & written) | (elsewhere - sure))[0]
                self.refuse_attempt(stmt, f"`{lost}` may have been assigned before the exception, or not")
        for inner in walk(stmt.body):
            obj = getattr(inner, "obj", None) or (inner.target if isinstance(inner, AugName) else None)
            if isinstance(inner, Assign) and isinstance(inner.value, MethodCall):
                obj = (
                    inner.value.obj
                    if self.types.get(getattr(inner.value.obj, "name", ""), TOP).__class__ in (Lst, Dct)
                    else None
                )
            if isinstance(obj, Var) and obj.name in self.active:
                self.refuse_attempt(stmt, f"`{obj.name}` is changed in place inside of `try`")
            if isinstance(inner, (For, While)):
                self.refuse_attempt(stmt, "a loop of active statements stands inside of `try`")

    def refuse_attempt(self, stmt: Try, why: str) -> None:
        refuse(self.function.origin, stmt.span, "S2S022", f"the exception handler may go on from a half-done body: {why}",
               "keep only the call that can fail inside of `try`")  # fmt: skip
