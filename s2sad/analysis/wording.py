"""How a diagnostic names an operation, and what it says to do about it."""

from __future__ import annotations

import numpy as np

from s2sad.analysis.operands import live_target
from s2sad.ir.nodes import (
    BINARY,
    COMPARE,
    UNARY,
    Assign,
    Call,
    Expr,
    Function,
    GetAttr,
    MethodCall,
    Op,
    Ref,
    Star,
    Var,
)
from s2sad.ir.walk import walk
from s2sad.rules.refused import why_refused
from s2sad.rules.stand_ins import is_replaced


def remedy(expr: Expr) -> str:
    """What to do about an operation that has no rule: the reason it has none, where one is listed."""
    if is_starred(expr):
        return "how many arguments these are is not known: take them apart first, as in `a, b = values`"
    known = (
        live_target(expr.func)
        if isinstance(expr, Call)
        else getattr(np.ndarray, getattr(expr, "name", ""), None)
    )
    return why_refused(known) or _instead(expr)


def _instead(expr: Expr) -> str:
    constant = "mark its argument constant with s2sad.stop_gradient"
    match expr:
        case Call(func=Ref(text=text)):
            return f"declare one with @s2sad.rule({text}), or {constant}"
        case Call():
            return f"call a function that has source text or a rule, and that can be told from the text; or {constant}"
        case Op():
            return "calculate with numbers and arrays, not with lists or text"
        case _:
            return (
                "use a function that has a rule; annotate the object with its class if that is not known; "
                "or mark it constant with s2sad.stop_gradient"
            )


def is_starred(expr: Expr) -> bool:
    """Whether a call has starred arguments still: those whose number is known are written out."""
    return isinstance(expr, (Call, MethodCall)) and any(isinstance(arg, Star) for arg in expr.args)


def instead_of_taker(function: Function, name: str) -> str:
    """What to do about a function that is handed, under this name, to one that is not followed."""
    calls = [
        stmt.value
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and isinstance(stmt.value, Call)
    ]
    takers = [call for call in calls if Var(name) in (*call.args, *dict(call.kwargs).values())]
    known = [live_target(call.func) for call in takers]
    if any(map(is_replaced, known)):
        return "leave away the options of this call that are not followed: bounds, constraints, other methods"
    return next(filter(None, map(why_refused, known)), None) or (
        "call it from code that has source text, or declare a rule for the function that takes it"
    )


def described(expr: Expr) -> str:
    """An operation as a message names it."""
    match expr:
        case Call(func=Ref(text=text)):
            return f"`{text}`"
        case Call(func=Var(name=text)):
            return "the function that is called here" if text.startswith("%") else f"`{text}`"
        case MethodCall(name=text):
            return f"method `{text}`"
        case GetAttr(name=text):
            return f"attribute `{text}`"
        case Op(kind=text):
            return f"operator `{(BINARY | UNARY | COMPARE).get(text, text).strip()}` on these operands"
        case _:
            return "this expression"
