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


Table = dict[Expr, _Known]


def share(function: Function, facts: Facts) -> Function:
    sharing = _Sharing(facts)
    return with_body(function, sharing.block(function.body, {})) if sharing.repeated else function


class _Sharing:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        changed = {
            var.name
            for stmt in facts.stmts
            for var in ((stmt.target,) if isinstance(stmt, AugName) else uses_of_store(stmt))
        }
        self.constant = facts.exclusive - changed
        worth = Counter(
            [stmt.value for stmt in facts.stmts if isinstance(stmt, Assign) and self.is_worth(stmt)]
        )
        self.repeated = {value for value, count in worth.items() if count > 1}

    def block(self, block: Block, table: Table) -> Block:
        out: list[Stmt] = []
        for stmt in block:
            if isinstance(stmt, (For, While, Try)):
                self.forget(table, stmt)  # a later round may find it changed
            stmt = map_blocks(stmt, lambda inner: self.block(inner, dict(table)))
            if isinstance(stmt, Assign):
                stmt = self.assign(stmt, table)
            self.forget(table, stmt)
            if isinstance(stmt, Assign) and self.is_wanted(stmt) and stmt.target not in uses(stmt):
                table.setdefault(stmt.value, _Known(stmt.target, self.facts.effects(stmt)))
            out.append(stmt)
        return tuple(out)

    def assign(self, stmt: Assign, table: Table) -> Assign:
        known = table.get(stmt.value) if table and self.is_wanted(stmt) else None
        if known is None or not (is_generated(stmt.target) or is_generated(known.target)):
            return stmt
        return replace(stmt, value=known.target)

    def forget(self, table: Table, stmt: Stmt) -> None:
        if not table:
            return
        effects = self.facts.effects(stmt)
        for expr in [expr for expr, known in table.items() if not undisturbed(known, effects)]:
            del table[expr]

    def is_wanted(self, stmt: Assign) -> bool:
        return self.is_worth(stmt) and stmt.value in self.repeated

    def is_worth(self, stmt: Assign) -> bool:
        """Is the value costly to compute, and can it be shared?"""
        target = stmt.target
        if not target.is_temp or self.facts.binds[target.name] != 1 or target.name in self.facts.captured:
            return False
        if not self.facts.is_number(target) and target.name not in self.constant:
            return False
        match stmt.value:
            case Op(args=args):
                return target.name in self.constant and not all(isinstance(arg, Const) for arg in args)
            case Call(func=Ref(target=found), kwargs=()):
                return (
                    isinstance(getattr(found, "obj", None), np.ufunc)
                    or getattr(getattr(found, "obj", None), "__module__", "") == "math"
                )
            case _:
                return False


def undisturbed(known: _Known, effects: Effects) -> bool:
    """Does the known value still hold after a statement with these effects? A jump does not matter."""
    own = known.effects
    if own.writes or (effects.writes and own.state):
        return False
    return own.reads.isdisjoint(effects.binds) and own.binds.isdisjoint(effects.binds)


def uses_of_store(stmt: Stmt) -> tuple[Var, ...]:
    """The object that a statement stores into."""
    obj = stmt.obj if isinstance(stmt, (SetItem, AugItem)) else None
    return (obj,) if isinstance(obj, Var) else ()
