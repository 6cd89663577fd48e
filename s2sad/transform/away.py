"""Variables that are surely not near zero: dividing by them, or taking their logarithm, has no pole.

``1.0 + np.exp(-x)`` is at least 1, so that no care is taken of an infinite partial (see `singular`). What is known of a
variable is a sign: `SIGNED` is zero or more, `AWAY` is more than some positive number. Real numbers only; a number that is
none (nan) stays one, whatever is done to it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.operands import RuleCall, known_function
from s2sad.analysis.values import TOP, Tensor, Value, number
from s2sad.ir.nodes import Assign, Block, Call, Const, Expr, GetItem, MethodCall, Op, Var
from s2sad.ir.walk import deep_defs, walk

UNKNOWN, SIGNED, AWAY = range(3)
#: numbers below this may become zero when they are multiplied
SMALLEST = 1e-30
NEVER_NEGATIVE = frozenset(
    {np.exp, math.exp, np.exp2, math.exp2, np.square, np.abs, np.fabs, math.fabs, abs, np.hypot, math.hypot}
)
NEVER_SMALL = frozenset({np.cosh, math.cosh})
ROOTS = frozenset({np.sqrt, math.sqrt})
LARGEST = frozenset({np.maximum, max})
MEANS = frozenset({np.sum, np.mean, sum})

Signs = Callable[[Any], int]


def away_from_zero(body: Block, types: Mapping[str, Value], mutated: Collection[str]) -> frozenset[str]:
    """The variables, each bound once and not written to (`mutated`), that are greater than some positive number."""
    counts = Counter(var.name for var in deep_defs(body))
    signs: dict[str, int] = {}

    def sign_of(atom: Any) -> int:
        if isinstance(atom, Var):
            return signs.get(atom.name, UNKNOWN)
        value = atom.value if isinstance(atom, Const) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return UNKNOWN
        return AWAY if value > SMALLEST else SIGNED if value >= 0 else UNKNOWN

    for stmt in walk(body):
        if isinstance(stmt, Assign) and counts[stmt.target.name] == 1 and stmt.target.name not in mutated:
            found = _sign(stmt.value, types, sign_of) if _is_real(stmt.target, types) else UNKNOWN
            if found:
                signs[stmt.target.name] = found
    return frozenset(name for name, sign in signs.items() if sign == AWAY)


def _sign(expr: Expr, types: Mapping[str, Value], of: Signs) -> int:
    match expr:
        case Var():
            return of(expr)
        case GetItem(obj=obj):
            return of(obj)
        case Op(kind="add", args=(a, b)):
            return max(of(a), of(b)) if of(a) and of(b) else UNKNOWN
        case Op(kind="mul" | "truediv", args=(a, b)) if of(a) and of(b):
            return AWAY if expr.kind == "mul" and of(a) == of(b) == AWAY else SIGNED
        case Op(kind="mul", args=(a, b)) if a == b and _is_real(a, types):
            return SIGNED
        case Op(kind="pow", args=(a, Const(value=int() as power))) if power % 2 == 0 and _is_real(a, types):
            return SIGNED
        case Op(kind="abs"):
            return SIGNED
        case Call(func=func, args=args, kwargs=()):
            return _sign_of_call(known_function(func, types), args, types, of)
        case MethodCall(obj=obj, name="sum" | "mean"):
            return min(of(obj), SIGNED)
        case _:
            return UNKNOWN


def _sign_of_call(function: Any, args: tuple[Any, ...], types: Mapping[str, Value], of: Signs) -> int:
    if not args or not isinstance(function, Hashable):
        return UNKNOWN
    if function in MEANS:
        return min(of(args[0]), SIGNED)  # the sum of no elements is zero
    if function in LARGEST and len(args) == 2:
        return max(map(of, args))
    if not all(_is_real(arg, types) for arg in args):
        return UNKNOWN
    if function in NEVER_SMALL or (function in ROOTS and of(args[0]) == AWAY):
        return AWAY
    return SIGNED if function in NEVER_NEGATIVE or function in ROOTS else UNKNOWN


def _is_real(atom: Any, types: Mapping[str, Value]) -> bool:
    if isinstance(atom, Const):
        return isinstance(atom.value, (int, float))
    kind = number(types.get(atom.name, TOP)) if isinstance(atom, Var) else None
    return isinstance(kind, Tensor) and kind.kind in ("f", "i")


def without_poles(call: RuleCall, away: Collection[str]) -> RuleCall:
    """The call, with a rule that has no poles if its only one is where an operand is zero that never is.

    A power has none if its exponent is a number from 1 on.
    """
    found = re.fullmatch(r"(\w+) = 0", call.rule.poles or "")
    operand = call.bound.get(found[1]) if found else None
    exponent = call.bound.get("y") if call.rule.name == "power" else None
    smooth = isinstance(exponent, Const) and isinstance(exponent.value, (int, float)) and exponent.value >= 1
    if smooth or (isinstance(operand, Var) and operand.name in away):
        return RuleCall(replace(call.rule, poles="", strong_zero=False), call.bound)
    return call
