"""Sums of adjoints: ``x_bar = x_bar + e`` is ``x_bar += e`` where that cannot be noticed, ``0.0 + e`` is ``e``.

Only for numbers: the transforms decide where an array may be added to in place, since they know who else holds it.
A number that may be an array of rank 0 (an argument, an element of a container) stays as it is, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from s2sad.ir.nodes import Assign, Atom, AugItem, AugName, Block, Call, Const, Function, Op, Stmt, Var
from s2sad.ir.walk import deep_uses, map_blocks, with_body
from s2sad.optimize.facts import Facts


def accumulate(function: Function, facts: Facts) -> Function:
    return with_body(function, _block(function.body, facts))


def _block(block: Block, facts: Facts) -> Block:
    out: list[Stmt] = []
    for stmt in block:
        new = accumulated(map_blocks(stmt, lambda inner: _block(inner, facts)), facts)
        if isinstance(new, AugName) and facts.is_number(new.target):
            start = zero_start(out, new.target, facts)
            if start is not None and new.op == "add":
                del out[start]
                new = Assign(new.target, new.value, span=stmt.span, notes=stmt.notes)
            else:
                new = started(out, subtracted(out, new, facts), facts)
        elif is_added_to_adjoint(new):
            new = subtracted(out, new, facts)
        elif isinstance(new, Assign) and "_bar" in new.target.name:
            new = started(out, difference(out, new, facts), facts)
        out.append(new)
    return tuple(out)


def is_added_to_adjoint(stmt: Stmt) -> TypeGuard[AugName | AugItem]:
    match stmt:
        case AugName(target=adjoint) | AugItem(obj=Var() as adjoint):
            return "_bar" in adjoint.name
        case _:
            return False


def accumulated(stmt: Stmt, facts: Facts) -> Stmt:
    match stmt:
        case Assign(target=target, value=Op("add", (first, Const() as one))) if (
            first == target and is_counter(target, facts)
        ):
            return AugName(target, "add", one, span=stmt.span)
        case Assign(target=target, value=Op("add" | "sub" as kind, (first, second))) if (
            first == target != second and is_sum(target, facts)
        ):
            return AugName(target, kind, second, span=stmt.span, notes=stmt.notes)
        case Assign(target=target, value=Op(kind, (first, second)), sugar="augmented") if (
            first == target != second and target.name in facts.fresh_numbers
        ):
            return AugName(target, kind, second, span=stmt.span, notes=stmt.notes)
        case _:
            return stmt


def is_counter(target: Var, facts: Facts) -> bool:
    """A counter of rounds: ``trips += 1``."""
    return target.name.startswith("trips") and target.name in facts.counters


def is_sum(target: Var, facts: Facts) -> bool:
    """An adjoint or a counter of the compiler's, which is surely not an array that somebody else holds."""
    return "_bar" in target.name and target.name in facts.fresh_numbers


def zero_start(out: list[Stmt], target: Var, facts: Facts) -> int | None:
    """The position of ``x_bar = 0.0`` in front, with no mention of the variable since."""
    for position in range(len(out) - 1, -1, -1):
        stmt = out[position]
        if isinstance(stmt, Assign) and stmt.target == target and stmt.value == Const(0.0):
            return position
        if target.name in facts.mentions(stmt) or facts.effects(stmt).leaves:
            return None
    return None


def started(out: list[Stmt], stmt: Stmt, facts: Facts) -> Stmt:
    """``x_bar = a * b; x_bar += e`` as ``x_bar = a * b + e``: a temporary takes the first value.

    Also ``x_bar = x_bar + e``. And ``x_bar = -a`` in front gives ``x_bar = e - a``: the rounding is the same.
    """
    sum_ = _sum(stmt)
    if sum_ is None:
        return stmt
    whole, op, added = sum_
    position = len(out) - 1
    while position >= 0 and _feeds(out[position], facts):
        position -= 1  # temporaries that the second value is made of
    match out[position] if position >= 0 else None:
        case Assign(target=target, value=Op("mul" | "truediv" | "neg" as kind, args) as value) if (
            target == whole != added and target not in _reads(out[position + 1 :])
        ):
            if kind == "neg" and op == "add" and target not in args:
                del out[position]
                return Assign(target, Op("sub", (added, args[0])), span=stmt.span, notes=stmt.notes)
            part = Var(facts.fresh_temp())
            out[position] = Assign(part, value, span=out[position].span)
            return Assign(target, Op(op, (part, added)), span=stmt.span, notes=stmt.notes)
        case _:
            return stmt


def _sum(stmt: Stmt) -> tuple[Var, str, Atom] | None:
    """Variable, operator and operand of ``x_bar += e`` or ``x_bar = x_bar + e``."""
    match stmt:
        case AugName(target=target, op="add" | "sub" as op, value=value):
            return target, op, value
        case Assign(target=target, value=Op("add" | "sub" as op, (first, second))) if first == target:
            return target, op, second
        case _:
            return None


def _feeds(stmt: Stmt, facts: Facts) -> bool:
    return isinstance(stmt, Assign) and facts.single(stmt.target) and isinstance(stmt.value, (Op, Call))


def _reads(stmts: list[Stmt]) -> set[Var]:
    return set(deep_uses(tuple(stmts)))


def subtracted(out: list[Stmt], stmt: AugName | AugItem, facts: Facts) -> AugName | AugItem:
    """``x_bar += -e`` as ``x_bar -= e``, and ``x_bar += -e * k`` as ``x_bar -= e * k``: the rounding is the same."""
    turned = without_sign(out, stmt.value, facts) if stmt.op == "add" else None
    return stmt if turned is None else replace(stmt, op="sub", value=turned)


def difference(out: list[Stmt], stmt: Assign, facts: Facts) -> Assign:
    """``x_bar = x_bar + -e`` as ``x_bar = x_bar - e``."""
    match stmt.value:
        case Op("add", (first, second)) if first == stmt.target != second:
            turned = without_sign(out, second, facts)
            return stmt if turned is None else replace(stmt, value=Op("sub", (first, turned)))
        case _:
            return stmt


def without_sign(out: list[Stmt], value: Atom, facts: Facts) -> Atom | None:
    """The negated operand, if what is added is a negative, or a product of one, that is made right in front."""
    feeding = {}  # the temporaries right in front: nothing else happens between them and the sum
    for position in range(len(out) - 1, -1, -1):
        fed = out[position]
        if not isinstance(fed, Assign) or not _feeds(fed, facts):
            break
        feeding[fed.target.name] = position
    path = _path_to_sign(value, out, feeding)
    if path is None:
        return None
    *products, (negative, inner) = path
    if products:
        position, factor = products[-1]
        old = out[position]
        assert isinstance(old, Assign) and isinstance(old.value, Op)
        args = tuple(inner if arg == factor else arg for arg in old.value.args)
        out[position] = replace(old, value=Op(old.value.kind, args))
    del out[negative]
    return inner if not products else value


def _path_to_sign(value: Atom, out: list[Stmt], feeding: dict[str, int]) -> list[tuple[int, Atom]] | None:
    """From a product inwards to a negated factor: where each is assigned, and the operand that leads on."""
    if not isinstance(value, Var) or value.name not in feeding:
        return None
    position = feeding[value.name]
    match out[position]:
        case Assign(value=Op("neg", (inner,))):
            return [(position, inner)]
        case Assign(value=Op("mul" | "truediv", (first, second))) if first != second:
            for factor in (first, second):
                path = _path_to_sign(factor, out, feeding)
                if path is not None:
                    return [(position, factor), *path]
    return None
