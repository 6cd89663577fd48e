"""``with``: what a context manager does before and after, where it is known."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import TOP, Bound, Gen, Known, Obj
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Const,
    Expr,
    MethodCall,
    Stmt,
    Try,
    Var,
    With,
)

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame


def null_context(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``contextlib.nullcontext(value)`` is nothing but its argument."""
    return (Bound(Known(contextlib.nullcontext), args), Const(None)) if not kwargs else None


def enter(frame: Any, stmt: With) -> list[Stmt] | None:
    """What stands in for a `with`; None if it stays one."""
    match frame.value(stmt.context):
        case Bound(func=Known(value=made), args=args) if made is contextlib.nullcontext:
            value: Atom = args[0] if args else Const(None)
            return [
                *([] if stmt.target is None else [Assign(stmt.target, value, span=stmt.span)]),
                *stmt.body,
            ]
        case Obj(cls=cls) if cls.method("__enter__") is not None and cls.method("__exit__") is not None:
            return _managed(frame, stmt)
        case Gen():
            _refuse(frame, stmt)
        case _ if stmt.context == Const(None):
            _refuse(frame, stmt)
    return None


def _refuse(frame: Any, stmt: With) -> None:
    refuse(frame.function.origin, stmt.span, "S2S022", "a context manager made of a generator is not followed",
           "call what it does before and after, without `with`")  # fmt: skip


def _managed(frame: Any, stmt: With) -> list[Stmt]:
    """An object of the user's: `__enter__`, the body, `__exit__`."""
    entered, left = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    none = Const(None)
    leave = Assign(left, MethodCall(stmt.context, "__exit__", (none, none, none)), span=stmt.span)
    _check_exit(frame, stmt, leave)
    begin = [Assign(entered, MethodCall(stmt.context, "__enter__"), span=stmt.span, notes=stmt.notes)]
    if stmt.target is not None:
        begin.append(Assign(stmt.target, entered, span=stmt.span))
    return [*begin, Try(stmt.body, final=(leave,), span=stmt.span)]


def _check_exit(frame: Any, stmt: With, leave: Assign) -> None:
    """Refuse an `__exit__` that may swallow an exception: what it would return is looked up, and forgotten again."""
    env, out = dict(frame.env), frame.out
    frame.out = []
    probe = Var(frame.session.fresh_temp())
    frame.stmt(replace(leave, target=probe))
    found = TOP if frame.env is None else frame.value(probe)
    frame.env, frame.out = env, out
    if not (isinstance(found, Known) and not found.value):
        message = "a context manager may swallow exceptions: what `__exit__` returns is not None or False"
        refuse(frame.function.origin, stmt.span, "S2S022", message, "use `try` and `except` instead")
