"""Liveness: which variables are read after a statement, before they are assigned again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from s2sad.ir.nodes import AugName, Block, Break, For, If, Raise, Stmt, Try, Var, While, With
from s2sad.ir.walk import defs, uses

Names = frozenset[str]
NONE: Names = frozenset()


class Liveness:
    """`after(stmt)`: the variables that are live when a statement is done (in any round of the loops around it).

    `ignore`: the statements whose reads do not count.
    """

    def __init__(
        self, body: Block, at_end: Iterable[str] = (), ignore: Callable[[Stmt], bool] = lambda stmt: False
    ) -> None:
        self._ignore = ignore
        self._after: dict[int, Names] = {}
        self._inside: dict[int, Names] = {}
        self._keep = body
        self.at_start = self.block(body, frozenset(at_end), NONE, NONE)

    def after(self, stmt: Stmt) -> Names:
        return self._after.get(id(stmt), NONE)

    def inside(self, stmt: Stmt) -> Names:
        """What is live at the head of a loop's body, once the loop's target is bound."""
        return self._inside.get(id(stmt), NONE)

    def block(self, stmts: Block, out: Names, leaving: Names, failing: Names) -> Names:
        """`leaving`: what is live where a `break` goes; `failing`: where an exception goes."""
        for stmt in reversed(stmts):
            out = out | failing
            self._after[id(stmt)] = self._after.get(id(stmt), NONE) | out
            out = self.stmt(stmt, out, leaving, failing)
        return out

    def stmt(self, stmt: Stmt, out: Names, leaving: Names, failing: Names) -> Names:
        match stmt:
            case If(body=body, orelse=orelse):
                ways = self.block(body, out, leaving, failing) | self.block(orelse, out, leaving, failing)
                return ways | self._read(stmt)
            case For(target=target, body=body):
                head = out
                while True:
                    inside = self.block(body, head, out, failing)
                    self._inside[id(stmt)] = inside
                    again = head | (inside - {target.name})
                    if again == head:
                        return head | self._read(stmt)
                    head = again
            case While(head=test, body=body):
                head = self.block(test, out | self._read(stmt), out, failing)
                while True:
                    inside = self.block(body, head, out, failing)
                    again = head | self.block(test, out | inside | self._read(stmt), out, failing)
                    if again == head:
                        return head
                    head = again
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                end = self.block(final, out | failing, leaving, failing)
                handled = failing | end
                for handler in handlers:
                    handled |= self.block(handler.body, end, leaving, failing | end)
                done = self.block(orelse, end, leaving, failing | end)
                return self.block(body, done, leaving | end, handled) | handled
            case With(target=target, body=body):
                inside = self.block(body, out, leaving, failing)
                return (inside - {target.name} if target is not None else inside) | self._read(stmt)
            case Break():
                return leaving
            case Raise():
                return self._read(stmt) | failing
            case _:
                return (out - {var.name for var in defs(stmt)}) | self._read(stmt)

    def _read(self, stmt: Stmt) -> Names:
        if self._ignore(stmt):
            return NONE
        names = {var.name for var in uses(stmt)}
        if isinstance(stmt, AugName) and isinstance(stmt.target, Var):
            names.add(stmt.target.name)
        return frozenset(names)
