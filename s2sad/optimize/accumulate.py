"""Sums of adjoints: ``x_bar = x_bar + e`` is ``x_bar += e`` where that cannot be noticed, ``0.0 + e`` is ``e``.

Only for numbers: the transforms decide where an array may be added to in place, since they know who else holds it.
A number that may be an array of rank 0 (an argument, an element of a container) stays as it is, too.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.nodes import Assign, AugName, Block, Const, Function, Op, Stmt, Var
from s2sad.ir.walk import map_stmt
from s2sad.optimize.copies import mentioned
from s2sad.optimize.facts import Facts


def accumulate(function: Function, facts: Facts) -> Function:
    return replace(function, body=_block(function.body, facts))


def _block(block: Block, facts: Facts) -> Block:
    stmts = [map_stmt(stmt, lambda atom: atom, lambda inner: _block(inner, facts)) for stmt in block]
    out: list[Stmt] = []
    for stmt in stmts:
        new = accumulated(stmt, facts)
        if isinstance(new, AugName) and facts.is_number(new.target):
            start = zero_start(out, new.target, facts)
            if start is not None and new.op == "add":
                del out[start]
                new = Assign(new.target, new.value, span=stmt.span, notes=stmt.notes)
            else:
                new = subtracted(out, new, facts)
        out.append(new)
    return tuple(out)


def accumulated(stmt: Stmt, facts: Facts) -> Stmt:
    match stmt:
        case Assign(target=target, value=Op("add" | "sub" as kind, (first, second))) if (
            first == target != second and is_sum(target, facts)
        ):
            return AugName(target, kind, second, span=stmt.span, notes=stmt.notes)
        case _:
            return stmt


def is_sum(target: Var, facts: Facts) -> bool:
    """An adjoint or a counter of the compiler's, which is surely not an array that somebody else holds."""
    name = target.name
    generated = "_bar" in name or name.startswith("trips")
    return generated and name in facts.fresh_numbers


def zero_start(out: list[Stmt], target: Var, facts: Facts) -> int | None:
    """The position of ``x_bar = 0.0`` in front, with no mention of the variable since."""
    for position in range(len(out) - 1, -1, -1):
        stmt = out[position]
        if isinstance(stmt, Assign) and stmt.target == target and stmt.value == Const(0.0):
            return position
        if target.name in mentioned(stmt) or facts.effects(stmt).leaves:
            return None
    return None


def subtracted(out: list[Stmt], stmt: AugName, facts: Facts) -> AugName:
    """``x_bar += -e`` as ``x_bar -= e``."""
    if stmt.op != "add" or not isinstance(stmt.value, Var) or not out:
        return stmt
    match out[-1]:
        case Assign(target=target, value=Op("neg", (value,))) if target == stmt.value and facts.single(target):
            out.pop()
            return replace(stmt, op="sub", value=value)
        case _:
            return stmt


