"""Arrays that are written in place: which variable has the adjoint buffer, and how the others lead to it.

One region of arrays (`analysis.alias`) is settled at a time.  A variable is one of these:

- a *root*: its adjoint is a buffer of its own.  No other root shares its array while both are live, so that a swap of
  two arrays is a swap of two adjoints.
- a *reference*: made from another variable by an expression that gives a view, and that means the same wherever the
  variable is used.  Its adjoint is the same part of the other one's buffer.
- a second name of another variable; both have one adjoint.
- *passing*: it may be a view, but nothing is written through it, and no store reaches it while it is used.  It is
  treated as a value.
- a *shadow*, where none of this can be told: its adjoint buffer is carried along in the forward sweep, as the variable
  itself is (`transform.shadows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from s2sad.analysis.alias import Regions
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import Block, Call, Expr, Stmt
from s2sad.ir.walk import defs, walk
from s2sad.transform.owners import Sharing


def base_of(expr: Expr) -> Any:
    """The variable that a reference is made from."""
    return expr.args[0] if isinstance(expr, Call) else expr.obj  # type: ignore[union-attr]


class Stability:
    """Whether an expression means the same at every use of a variable that it was assigned to."""

    def __init__(self, body: Block, live: Liveness) -> None:
        self.live = live
        self.binders: dict[str, list[Stmt]] = {}
        for stmt in walk(body):
            for var in defs(stmt):
                self.binders.setdefault(var.name, []).append(stmt)

    def holds(self, name: str, operands: Iterable[str]) -> bool:
        """Whether no operand is bound anew while the variable is live."""
        return not any(
            name in self.live.after(stmt) or (name in self._inside(stmt))
            for operand in operands
            for stmt in self.binders.get(operand, ())
        )

    def _inside(self, stmt: Stmt) -> frozenset[str]:
        """For a loop that binds its target: what is live at the head of its body."""
        return self.live.inside(stmt)


class Roots:
    """How the variables of one region of arrays lead to buffers."""

    def __init__(
        self,
        body: Block,
        names: set[str],
        holders: set[str],
        regions: Regions,
        live: Liveness,
        stored: Callable[[Stmt], Iterable[str]],
        copies: dict[str, str],
        fixed: Iterable[str],
    ) -> None:
        self.names = names
        self.holders = holders
        self.copies = copies
        self.fixed = set(fixed)  # parameters: somebody else holds the array
        self.sharing = Sharing(body, names | holders, regions, live, stored)
        self.written = {name for stmt in walk(body) for name in stored(stmt)}
        self.refs: dict[str, Expr] = {}
        self.same: dict[str, str] = {}
        self.passing: set[str] = set()

    def settle(self, refs: dict[str, Expr], same: dict[str, str]) -> list[str]:
        """The variables that remain in doubt: those that share with another root, and cannot pass."""
        self.refs, self.same = refs, same
        doubt: set[str] = set()
        for pair in sorted(map(sorted, self.sharing.pairs)):
            first, second = pair
            if self.root(first) == self.root(second) or self.passes(first) or self.passes(second):
                continue
            for name in (second, first):
                if self.can_pass(name):
                    self.passing.add(name)
                    break
            else:
                doubt |= {first, second}
        doubt |= {
            name
            for name in self.sharing.doubled & self.holders
            if not self.passes(name) and not self.can_pass(name)
        }
        for name in self.passing:
            self.refs.pop(name, None)
        return sorted(doubt)

    def root(self, name: str) -> str:
        seen = set()
        while name not in seen:
            seen.add(name)
            if name in self.copies:
                name = self.copies[name]
            elif name in self.same:
                name = self.same[name]
            elif name in self.refs and name not in self.passing:
                name = base_of(self.refs[name]).name
        return name

    def passes(self, name: str) -> bool:
        return self.root(name) in self.passing

    def can_pass(self, name: str, above: frozenset[str] = frozenset()) -> bool:
        if (
            name in self.fixed
            or name in self.written
            or name in self.copies
            or self.sharing.seen_by.get(name)
        ):
            return False
        if name in self.same or name in self.same.values():
            return False
        derived = [other for other, sources in self.sharing.made_from.items() if name in sources]
        return all(
            other in above or self.can_pass(other, above | {name}) for other in derived if other != name
        )
