"""How a diagnostic names an operation, and what it says to do about it."""

from __future__ import annotations

import numpy as np

from s2sad.analysis.operands import live_target
from s2sad.ir.nodes import Call, Expr, GetAttr, MethodCall, Op, Ref, Var
from s2sad.rules.refused import why_refused


def remedy(expr: Expr) -> str:
    """What to do about an operation that has no rule: the reason it has none, where one is listed."""
    known = (
        live_target(expr.func)
        if isinstance(expr, Call)
        else getattr(np.ndarray, getattr(expr, "name", ""), None)
    )
    return (
        why_refused(known)
        or f"declare one with @s2sad.rule({described(expr)[1]}), or mark its argument constant with s2sad.stop_gradient"
    )


def described(expr: Expr) -> tuple[str, str]:
    """An operation as a message names it, and the function for which a rule would be declared."""
    match expr:
        case Call(func=Ref(text=text)):
            return f"`{text}`", text
        case Call(func=Var(name=text)):
            return ("the function that is called here" if text.startswith("%") else f"`{text}`"), "function"
        case MethodCall(name=text):
            return f"method `{text}`", "function"
        case GetAttr(name=text):
            return f"attribute `{text}`", "function"
        case Op(kind=text):
            return f"operator `{text}` on these operands", "function"
        case _:
            return "this expression", "function"
