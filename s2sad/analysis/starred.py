"""Calls with a starred argument whose length is not known, ``model(t, *theta)``: the callee says how many it takes."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis.binding import expand_stars
from s2sad.analysis.protocols import class_method, place
from s2sad.analysis.scope import Found
from s2sad.analysis.values import TOP, Bound, Fn, Known, Obj, Value
from s2sad.frontend.resolve import SourceClass, SourceFunction, denote
from s2sad.ir.nodes import Atom, Call, MethodCall, Ref, Star, Unpack, Var

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls

#: Functions of any number of arguments, with what does the same for a sequence.
OF_ALL = {
    max: Ref("max", denote(max)),
    min: Ref("min", denote(min)),
    math.hypot: Ref("np.linalg.norm", denote(np.linalg.norm)),
}


def call(frame: Calls, expr: Call) -> Found:
    """A call whose last positional argument is starred: handed to ``*rest`` as it is, or taken apart."""
    *first, last = expr.args or (None,)
    plain, kwargs = expand_stars(frame, tuple(first), expr.kwargs)
    if plain is None or not isinstance(last, Star):
        return TOP, expr
    func = frame.value(expr.func)
    of_all = next((same for taker, same in OF_ALL.items() if func == Known(taker)), None)
    if of_all is not None:
        return frame.expr(Call(of_all, (last.value,), kwargs)) if not plain else (TOP, expr)
    taking, given = _taking(func, len(plain))
    if taking is not None and _takes_rest(frame, taking, given):
        return frame.call_value(func, (*plain, last), kwargs, expr)  # type: ignore[arg-type]
    wanted = _wanted(frame, taking, given, {name for name, _ in kwargs})
    if wanted is None:
        return TOP, expr
    return frame.expr(Call(expr.func, (*plain, *_parts(frame, last.value, wanted)), kwargs))


def method_call(frame: Calls, expr: MethodCall) -> Found:
    """The same for a method of an object of the user's."""
    *first, last = expr.args or (None,)
    plain, kwargs = expand_stars(frame, tuple(first), expr.kwargs)
    held = frame.value(expr.obj)
    if plain is None or not isinstance(last, Star) or not isinstance(held, Obj):
        return TOP, expr
    attribute, method = held.attr(expr.name), held.cls.method(expr.name)
    of_class = class_method(held.cls, expr.name, Ref(held.cls.name, held.cls))
    if attribute is not None:
        taking, given = _taking(attribute, len(plain))
    elif of_class is not None:
        taking, given = of_class[0], len(of_class[1]) + len(plain)
    else:
        taking, given = method, len(plain) + (not getattr(method, "is_static", False))
    wanted = _wanted(frame, taking, given, {name for name, _ in kwargs})
    if wanted is None:
        return TOP, expr
    return frame.expr(replace(expr, args=(*plain, *_parts(frame, last.value, wanted)), kwargs=kwargs))


def _taking(func: Value, given: int) -> tuple[Any, int]:
    """The function that takes the arguments of a call, and how many it is given ahead of those that are starred."""
    match func:
        case Known(value=SourceClass() as cls):
            return cls.method("__init__"), given + 1
        case Known(value=known):
            return known, given
        case Fn(function=function):
            return function, given
        case Bound(func=inner, args=args):
            return _taking(inner, given + len(args))
        case Obj(cls=cls):
            return cls.method("__call__"), given + 1
        case _:
            return None, given


def _takes_rest(frame: Calls, taking: Any, given: int) -> bool:
    if not _has_source(taking):
        return False
    kinds = [param.kind for param in frame.session.prepare(taking).params]
    return "varargs" in kinds and kinds.index("varargs") == given


def _has_source(taking: Any) -> bool:
    return taking is not None and (isinstance(taking, SourceFunction) or not callable(taking))


def _wanted(frame: Calls, taking: Any, given: int, named: set[str]) -> list[str] | None:
    """The further positional parameters of a function; None where it might take fewer, or any number."""
    if not _has_source(taking):
        count = _count_of_library(taking)
        return None if count is None else [""] * (count - given)
    function = frame.session.prepare(taking)
    if any(param.kind == "varargs" for param in function.params):
        return None
    defaults = {name for name, _ in function.defaults}
    free = [param.name for param in function.params[given:] if param.kind in ("posonly", "plain")]
    taken = list(takewhile(lambda name: name not in named, free))
    return None if defaults & set(taken) else taken


def _count_of_library(function: Any) -> int | None:
    if isinstance(function, np.ufunc):
        return function.nin
    if function is pow:
        return 2
    if getattr(function, "__module__", None) != "math" or function in (math.hypot, math.log):
        return None
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    plain = kinds == {inspect.Parameter.POSITIONAL_ONLY}
    return len(inspect.signature(function).parameters) if plain else None


def _parts(frame: Calls, value: Atom, names: list[str]) -> tuple[Atom, ...]:
    """The value taken apart, into variables that are called as the parameters are."""
    session = frame.session
    parts = tuple(Var(session.fresh_local(name) if name else session.fresh_temp()) for name in names)
    frame.stmt(Unpack(parts, value, span=place(frame)))
    return parts
