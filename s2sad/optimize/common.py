"""Compute once what both sweeps need: ``np.exp(x)`` of the forward sweep is not computed again by the reverse sweep.

Shared are library calls, and arithmetic of arrays.  A second evaluation is dropped only if the first is still there:
its variable and its operands have not been bound again, and no array among them may have been changed in place.  The
result is shared only where nobody changes it either.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from s2sad.ir.nodes import (
    Assign,
    AugItem,
    AugName,
    Block,
    Call,
    Const,
    Expr,
    For,
    Function,
    Op,
    Ref,
    SetItem,
    Stmt,
    Try,
    Var,
    While,
)
from s2sad.ir.walk import map_blocks, uses, with_body
from s2sad.optimize.algebra import is_generated
from s2sad.optimize.facts import Effects, Facts


@dataclass(frozen=True, slots=True)
class _Known:
    """Where the value of an expression is to be found."""

    target: Var
    effects: Effects


def share(function: Function, facts: Facts) -> Function:
    sharing = _Sharing(facts)
    return with_body(function, sharing.block(function.body, _Table())) if sharing.repeated else function


class _Table:
    """The expressions whose value is at hand."""

    def __init__(self, other: _Table | None = None) -> None:
        self.known: dict[Expr, _Known] = {} if other is None else dict(other.known)
        self.naming: dict[str, tuple[Expr, ...]] = {} if other is None else dict(other.naming)
        #: Those that depend on the contents of an object, which a store may change.
        self.reading: list[Expr] = [] if other is None else [*other.reading]

    def add(self, expr: Expr, target: Var, effects: Effects) -> None:
        if expr in self.known or effects.writes:
            return
        self.known[expr] = _Known(target, effects)
        for name in effects.reads | effects.binds:
            self.naming[name] = (*self.naming.get(name, ()), expr)
        if effects.state:
            self.reading.append(expr)

    def forget(self, effects: Effects) -> None:
        """Keep what still holds after a statement with these effects. A jump does not matter."""
        for name in effects.binds:
            for expr in self.naming.pop(name, ()):
                known = self.known.get(expr)
                if known is not None and (name in known.effects.reads or name in known.effects.binds):
                    del self.known[expr]
        if effects.writes:
            for expr in self.reading:
                known = self.known.get(expr)
                if known is not None and known.effects.state:
                    del self.known[expr]
            self.reading.clear()


class _Sharing:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        changed = {changed_by(stmt) for stmt in facts.stmts if isinstance(stmt, (AugName, AugItem, SetItem))}
        self.constant = facts.exclusive - changed
        worth = Counter(
            [stmt.value for stmt in facts.stmts if isinstance(stmt, Assign) and self.is_worth(stmt)]
        )
        self.repeated = {value for value, count in worth.items() if count > 1}

    def block(self, block: Block, table: _Table) -> Block:
        out: list[Stmt] = []
        for stmt in block:
            if isinstance(stmt, (For, While, Try)):
                self.forget(table, stmt)  # a later round may find it changed
            stmt = map_blocks(stmt, lambda inner: self.block(inner, _Table(table)))
            if isinstance(stmt, Assign):
                stmt = self.assign(stmt, table)
            self.forget(table, stmt)
            lasts = isinstance(stmt, Assign) and (self.is_costly(stmt) or not stmt.target.is_temp)
            if isinstance(stmt, Assign) and lasts and self.is_wanted(stmt) and stmt.target not in uses(stmt):
                table.add(stmt.value, stmt.target, self.facts.effects(stmt))
            out.append(stmt)
        return tuple(out)

    def assign(self, stmt: Assign, table: _Table) -> Assign:
        known = table.known.get(stmt.value) if table.known and self.is_wanted(stmt) else None
        if known is None or not (is_generated(stmt.target) or is_generated(known.target)):
            return stmt
        return replace(stmt, value=known.target)

    def forget(self, table: _Table, stmt: Stmt) -> None:
        if table.known:
            table.forget(self.facts.effects(stmt))

    def is_wanted(self, stmt: Assign) -> bool:
        return self.is_worth(stmt) and stmt.value in self.repeated

    def is_worth(self, stmt: Assign) -> bool:
        """Is the value costly to compute, and can it be shared?"""
        name, value = stmt.target.name, stmt.value
        if not isinstance(value, (Op, Call)) or not (stmt.target.is_temp or name.endswith("_bar")):
            return False
        if self.facts.binds[name] != 1 or name in self.facts.captured:
            return False
        if name not in self.constant and not self.facts.is_number(stmt.target):
            return False
        return self.is_costly(stmt) or (isinstance(value, Op) and value.kind == "truediv")

    def is_costly(self, stmt: Assign) -> bool:
        """A function, or arithmetic of arrays; a quotient of numbers is shared only if it has a name in any case."""
        name = stmt.target.name
        match stmt.value:
            case Op(args=args):
                return name in self.constant and not all(isinstance(arg, Const) for arg in args)
            case Call(func=Ref(target=found), kwargs=()):
                return (
                    isinstance(getattr(found, "obj", None), np.ufunc)
                    or getattr(getattr(found, "obj", None), "__module__", "") == "math"
                )
            case _:
                return False


def changed_by(stmt: AugName | AugItem | SetItem) -> str | None:
    """The variable whose object a statement changes."""
    obj = stmt.target if isinstance(stmt, AugName) else stmt.obj
    return obj.name if isinstance(obj, Var) else None
