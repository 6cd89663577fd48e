"""Extrema that cancel: the maximum in a log-sum-exp, in a softmax, in a cross entropy.

``m = np.max(x, axis=1, keepdims=True)`` is subtracted for the sake of the range of numbers only:
``np.log(np.sum(np.exp(x - m), axis=1)) + m[:, 0]`` does not depend on `m`, whatever `m` is.  So the derivative by way of
`m` is zero, and nobody who writes a derivative by hand computes it.

The proof follows what becomes of a change of `m` while all else stays.  Let each row's `m` grow by `d`.  Then a value
that is made of `m` may be *shifted*, ``v + k * d``, or *scaled*, ``v * exp(k * d)``, for a number `k`; `d` broadcasts
against it either as `m` has its shape with the axis kept (`KEPT`) or without it (`DROPPED`).  ``x - m`` is shifted by
-1; its exponential is scaled by -1, and so is the sum over the axis; the logarithm is shifted by -1; and with `m` added
`k` is 0: it does not change.  If every value that is made of `m` ends so, `m` needs no derivative.  What does not fit
this pattern leaves the derivative as it is.  Comparisons count as constants, as everywhere in a derivative.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from s2sad.analysis import known_calls
from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import INERT, RuleCall, known_function, live_target, rule_call
from s2sad.analysis.session import Variant
from s2sad.analysis.values import TOP, Dims, Known, Tensor, Value, may_vary, number
from s2sad.ir.nodes import (
    Assign,
    Block,
    Call,
    Const,
    Expr,
    GetItem,
    Index,
    MethodCall,
    Op,
    Ref,
    SliceIndex,
    Stmt,
    Var,
)
from s2sad.ir.walk import blocks, deep_defs, functions, index_items, uses, walk
from s2sad.rules.declare import BindError

KEPT, DROPPED, ANY = "kept", "dropped", "any"  # ANY: of a maximum over all elements, one number


@dataclass(frozen=True)
class Change:
    """What a change of the maximum does to a value."""

    scaled: bool  # by exp(weight * d), or else shifted by weight * d
    weight: Fraction
    layout: str  # how d broadcasts against it
    exact: bool = False  # has it the shape of d (in its layout)?
    whole: bool = False  # has it the shape of the array whose maximum it is?


def cancelling(variant: Variant) -> frozenset[str]:
    """The variables that hold an extremum by way of which the derivative is zero."""
    function = variant.function
    assert function is not None
    once = bound_once(variant)
    found = set()
    for block in every_block(function.body):
        for position, stmt in enumerate(block):
            call = extremum(stmt, once, variant.types)
            if call is not None and isinstance(stmt, Assign) and stmt.target.name in once:
                try:
                    Follow(variant, once, stmt, call).through(block[position + 1 :], function.body)
                except Unclear:
                    continue
                found.add(stmt.target.name)
    return frozenset(found)


def bound_once(variant: Variant) -> dict[str, Expr | None]:
    """The variables that are bound once, and what to; None of a parameter."""
    function = variant.function
    assert function is not None
    bound = Counter(var.name for var in deep_defs(function.body))
    bound.update({*variant.params, *function.param_names()})
    bound.update(name for inner in functions(function.body) for name in inner.free)
    values: dict[str, Expr | None] = dict.fromkeys(bound)
    values.update({stmt.target.name: stmt.value for stmt in walk(function.body) if isinstance(stmt, Assign)})
    return {name: value for name, value in values.items() if bound[name] == 1}


def every_block(body: Block) -> list[Block]:
    return [body, *(block for stmt in walk(body) for block in blocks(stmt))]


def extremum(stmt: Stmt, once: dict[str, Expr | None], types: dict[str, Value]) -> RuleCall | None:
    """The call of an extremum: ``m = np.max(x, axis=1)``, or ``m = np.where(np.isfinite(m), m, 0.0)``."""
    if not isinstance(stmt, Assign) or not isinstance(stmt.value, (Call, MethodCall)):
        return None
    call = rule_of(stmt.value, types)
    if call is not None and call.rule.name == "where":
        given = [atom for atom in (call.bound.get("x"), call.bound.get("y")) if isinstance(atom, Var)]
        made = once.get(given[0].name) if len(given) == 1 else None
        call = rule_of(made, types) if isinstance(made, (Call, MethodCall)) else None
    return call if call is not None and call.rule.name == "extremum" else None


def rule_of(expr: Expr, types: dict[str, Value]) -> RuleCall | None:
    try:
        return rule_call(expr, types)
    except BindError:
        return None


class Unclear(Exception):
    """It cannot be shown that the value does not matter."""


class Follow:
    """What becomes of a change of one extremum."""

    def __init__(self, variant: Variant, once: dict[str, Expr | None], start: Assign, call: RuleCall) -> None:
        self.types = variant.types
        self.once = once
        self.start = start
        whole = call.bound["a"]
        self.whole = whole.name if isinstance(whole, Var) and whole.name in once else ""
        self.dims = self.dims_of(whole)
        self.axis = self.constant(call.bound.get("axis", Const(None)))
        kept = self.constant(call.bound.get("keepdims", Const(False)))
        if self.axis is None:
            layout = ANY
        elif isinstance(self.axis, int):
            layout = KEPT if kept else DROPPED
        else:
            raise Unclear
        self.changes = {start.target.name: Change(False, Fraction(1), layout, exact=True)}

    def through(self, after: Block, body: Block) -> None:
        """Follow the statements of a block. Raises Unclear if anything that changes is left, or is used elsewhere."""
        inside = {id(stmt) for stmt in after} | {id(self.start)}
        for stmt in after:
            if isinstance(stmt, Assign) and not any(blocks(stmt)):
                found = self.assigned(stmt)
                if found is not None and found.weight:
                    if stmt.target.name not in self.once:
                        raise Unclear
                    self.changes[stmt.target.name] = found
        for stmt in walk(body):
            followed = id(stmt) in inside and isinstance(stmt, Assign)
            if not followed and any(var.name in self.changes for var in uses(stmt)):
                raise Unclear

    def assigned(self, stmt: Assign) -> Change | None:
        """What happens to the target; None if nothing does."""
        expr = stmt.value
        if not any(var.name in self.changes for var in uses(expr)):
            return None
        if isinstance(expr, Var):
            return self.changes[expr.name]
        if isinstance(expr, GetItem):
            return self.item(expr, stmt.target)
        if isinstance(expr, Op) and expr.kind in TESTS:
            return None
        call = rule_of(expr, self.types)
        if call is not None and call.rule.kind != "constant":
            if call.rule.kind == "zero":
                return None
            rewrite = RULES.get(call.rule.name)
            if rewrite is None:
                raise Unclear
            return self.sized(stmt.target, rewrite(self, call))
        function = known_function(expr.func, self.types) if isinstance(expr, Call) else None
        inert = call is not None or known_calls.contains(INERT, function)
        if inert and not may_vary(self.types.get(stmt.target.name, TOP)):
            return None
        raise Unclear

    # ── operands ─────────────────────────────────────────────────────────────────────────────────────────

    def change(self, atom: Any) -> Change | None:
        return self.changes.get(atom.name) if isinstance(atom, Var) else None

    def constant(self, atom: Any) -> Any:
        """The value of an operand that is known; the operand itself otherwise."""
        if isinstance(atom, Var):
            value = self.types.get(atom.name)
            return value.value if isinstance(value, Known) else atom
        if isinstance(atom, Ref):
            return live_target(atom)
        return atom.value if isinstance(atom, Const) else atom

    def factor(self, atom: Any) -> Fraction:
        """The exact value of a number that the text tells."""
        value = self.constant(atom)
        if isinstance(value, (int, float)) and value == value and abs(value) != float("inf"):
            return Fraction(value)
        raise Unclear

    def dims_of(self, atom: Any) -> Dims:
        value = number(self.types.get(atom.name, TOP)) if isinstance(atom, Var) else None
        return value.dims if isinstance(value, Tensor) else None

    def is_number(self, atom: Any) -> bool:
        return isinstance(self.constant(atom), (int, float)) or self.dims_of(atom) == ()

    def is_whole(self, atom: Any) -> bool:
        """Has it the shape of the array whose maximum it is?"""
        if isinstance(atom, Var) and atom.name == self.whole:
            return True
        change = self.change(atom)
        return (change is not None and change.whole) or are_equal(self.dims_of(atom), self.dims)

    def sized(self, target: Var, change: Change | None) -> Change | None:
        """A whole result by its type, if the operands do not tell."""
        if change is None or change.whole or not are_equal(self.dims_of(target), self.dims):
            return change
        return replace(change, whole=True)

    # ── rules ────────────────────────────────────────────────────────────────────────────────────────────

    def joined(self, first: Any, second: Any, scaled: bool, weight: Fraction) -> Change:
        """The result of an elementwise operation of two operands, one of which changes at least."""
        changes = [change for change in (self.change(first), self.change(second)) if change is not None]
        layout = changes[0].layout
        if any(change.layout != layout for change in changes):
            raise Unclear

        def has_shape_of_d(atom: Any) -> bool:
            change = self.change(atom)
            return self.is_number(atom) or (change is not None and change.exact)

        both = (first, second)
        exact = all(map(has_shape_of_d, both))
        whole = any(map(self.is_whole, both)) and all(
            self.is_whole(atom) or self.is_number(atom) or (self.lies_in(layout) and has_shape_of_d(atom))
            for atom in both
        )
        return Change(scaled, weight, layout, exact, whole)

    def sum_of(self, first: Any, second: Any, sign: int) -> Change:
        a, b = self.change(first), self.change(second)
        if (a is not None and a.scaled) or (b is not None and b.scaled):
            if a is None or b is None or not (a.scaled and b.scaled and a.weight == b.weight):
                raise Unclear
            return self.joined(first, second, True, a.weight)
        weight = (a.weight if a is not None else 0) + sign * (b.weight if b is not None else 0)
        return self.joined(first, second, False, Fraction(weight))

    def product_of(self, first: Any, second: Any, sign: int) -> Change:
        a, b = self.change(first), self.change(second)
        shifted = [change for change in (a, b) if change is not None and not change.scaled]
        if shifted:
            if a is not None and b is not None:
                raise Unclear
            if a is None and sign < 0:  # a quotient: one over what is shifted
                raise Unclear
            factor = self.factor(second if a is not None else first)
            if sign < 0 and not factor:
                raise Unclear
            return self.joined(first, second, False, shifted[0].weight * (factor if sign > 0 else 1 / factor))
        weight = (a.weight if a is not None else 0) + sign * (b.weight if b is not None else 0)
        return self.joined(first, second, True, Fraction(weight))

    def power_of(self, base: Any, exponent: Any) -> Change:
        change = self.change(base)
        if change is None or not change.scaled or self.change(exponent) is not None:
            raise Unclear
        return replace(change, weight=change.weight * self.factor(exponent))

    def turned(self, operand: Any, scaled: bool, factor: Fraction, to_scaled: bool) -> Change:
        """A function of one operand that must be scaled (or shifted)."""
        change = self.change(operand)
        if change is None or change.scaled != scaled:
            raise Unclear
        return replace(change, scaled=to_scaled, weight=change.weight * factor)

    def negated(self, operand: Any) -> Change:
        change = self.change(operand)
        assert change is not None
        return change if change.scaled else replace(change, weight=-change.weight)

    def reduced(self, call: RuleCall, keeps: tuple[bool, ...]) -> Change:
        """A sum (of what is scaled), a mean, a maximum (of what is shifted) over the same axis."""
        change = self.change(call.bound["a"])
        where = self.constant(call.bound.get("where", Const(True)))
        initial = self.constant(call.bound.get("initial", Const(None)))
        if change is None or change.scaled not in keeps or where is not True or initial is not None:
            raise Unclear
        if change.layout == ANY:
            return replace(change, exact=False, whole=False)
        axis = self.constant(call.bound.get("axis", Const(None)))
        if not self.lies_in(change.layout) or not change.whole or not self.is_axis(axis):
            raise Unclear
        kept = self.constant(call.bound.get("keepdims", Const(False)))
        layout = KEPT if kept and change.layout == KEPT else DROPPED
        return replace(change, layout=layout, exact=not kept or layout == KEPT, whole=False)

    def lies_in(self, layout: str) -> bool:
        """Does d broadcast against the whole array row by row? Without its axis only if that is the first one."""
        return layout == KEPT or (layout == DROPPED and self.is_axis(0))

    def is_axis(self, axis: Any) -> bool:
        """Is it the axis over which the maximum was taken?"""
        if isinstance(axis, bool) or not isinstance(axis, int) or not isinstance(self.axis, int):
            return False
        if axis == self.axis:
            return True
        return self.dims is not None and axis % len(self.dims) == self.axis % len(self.dims)

    def expanded(self, call: RuleCall) -> Change:
        change = self.change(call.bound["a"])
        if change is None:
            raise Unclear
        if change.layout == ANY:
            return change
        if change.layout == DROPPED and change.exact and self.is_axis(self.constant(call.bound["axis"])):
            return replace(change, layout=KEPT)
        raise Unclear

    def squeezed(self, call: RuleCall) -> Change:
        change = self.change(call.bound["a"])
        if change is None:
            raise Unclear
        if change.layout == ANY:
            return change
        axis = self.constant(call.bound.get("axis", Const(None)))
        if change.layout == KEPT and change.exact and self.is_axis(axis):
            return replace(change, layout=DROPPED)
        raise Unclear

    # ── indexing ─────────────────────────────────────────────────────────────────────────────────────────

    def item(self, expr: GetItem, target: Var) -> Change:
        change = self.change(expr.obj)
        if change is None or any(var.name in self.changes for var in uses(expr) if var != expr.obj):
            raise Unclear
        if change.layout == ANY:
            return replace(change, exact=False, whole=False)
        items = index_items(expr.index)
        *before, last = [item if isinstance(item, SliceIndex) else self.constant(item) for item in items]
        ranked = change.exact or change.whole  # are its axes those of d, one by one?
        if self.is_at_axis(before, ranked):
            if change.layout == DROPPED and last is None:
                return replace(change, layout=KEPT)
            if change.layout == KEPT and isinstance(last, int) and not isinstance(last, bool):
                return replace(change, layout=DROPPED, exact=ranked, whole=False)
        if change.layout == KEPT and ranked and self.picks(items, target):
            return replace(change, layout=DROPPED, exact=True, whole=False)
        raise Unclear

    def is_at_axis(self, before: list[Any], ranked: bool) -> bool:
        """Does what follows these entries of an index stand at the axis of the maximum, and are all others whole?"""
        if len(before) == 1 and before[0] is ...:
            return self.is_axis(-1)
        whole = all(isinstance(item, SliceIndex) and item == SliceIndex(None, None, None) for item in before)
        return whole and ranked and self.is_axis(len(before))

    def picks(self, items: tuple[Index, ...], target: Var) -> bool:
        """``v[np.arange(n), labels]``: one element of each row of a matrix, in order."""
        dims = self.dims
        if dims is None or len(dims) != 2 or len(items) != 2 or not self.is_axis(1):
            return False
        rows, columns = items
        if not isinstance(rows, Var) or not isinstance(columns, (Var, Const)):
            return False
        made = self.once.get(rows.name)
        return (
            isinstance(made, Call)
            and live_target(made.func) is np.arange
            and len(made.args) == 1
            and are_equal(self.dims_of(rows), dims[:1])
            and are_equal(self.dims_of(target), dims[:1])
            and (self.is_number(columns) or are_equal(self.dims_of(columns), dims[:1]))
        )


def are_equal(first: Dims, second: Dims) -> bool:
    """Are these sizes known, and the same for sure? (A pair of equal numbers is a guess.)"""
    if first is None or second is None or first != second:
        return False
    return not any(size is None or (isinstance(size, tuple) and size[0] == size[1]) for size in first)


def shift_of_sum(sign: int) -> Any:
    return lambda follow, call: follow.sum_of(call.bound["x"], call.bound["y"], sign)


def scale_of_product(sign: int) -> Any:
    return lambda follow, call: follow.product_of(call.bound["x"], call.bound["y"], sign)


def of_scaled(factor: Fraction) -> Any:
    return lambda follow, call: follow.turned(call.bound["x"], True, factor, True)


def logarithm(follow: Follow, call: RuleCall) -> Change:
    if "base" in call.bound:
        raise Unclear
    return follow.turned(call.bound["x"], True, Fraction(1), False)


ONE = Fraction(1)
#: By the names of rules.
RULES: dict[str, Any] = {
    "add": shift_of_sum(1),
    "subtract": shift_of_sum(-1),
    "multiply": scale_of_product(1),
    "divide": scale_of_product(-1),
    "negative": lambda follow, call: follow.negated(call.bound["x"]),
    "power": lambda follow, call: follow.power_of(call.bound["x"], call.bound["y"]),
    "square": of_scaled(Fraction(2)),
    "sqrt": of_scaled(Fraction(1, 2)),
    "reciprocal": of_scaled(Fraction(-1)),
    "absolute": of_scaled(ONE),
    "exp": lambda follow, call: follow.turned(call.bound["x"], False, ONE, True),
    "log": logarithm,
    "sum": lambda follow, call: follow.reduced(call, (True,)),
    "mean": lambda follow, call: follow.reduced(call, (True, False)),
    "extremum": lambda follow, call: follow.reduced(call, (False,)),
    "expand_dims": lambda follow, call: follow.expanded(call),
    "squeeze": lambda follow, call: follow.squeezed(call),
}
