"""Calls of an `operator.itemgetter`, `attrgetter` or `methodcaller`, as the subscripts, attributes and methods they are."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

from s2sad.analysis.scope import Found
from s2sad.analysis.values import Known
from s2sad.ir.nodes import Assign, Atom, Build, Const, Expr, GetAttr, GetItem, MethodCall, Var

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

PLAIN = (int, str, bool, type(None))


def maker(kind: Any) -> Any:
    """The handler of `operator.itemgetter` and its like: the getter itself, where all that it holds is known."""

    def make(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
        held = [frame.value(arg) for arg in args]
        if kwargs or not all(isinstance(value, Known) and isinstance(value.value, PLAIN) for value in held):
            return None
        return Known(kind(*(value.value for value in held if isinstance(value, Known)))), expr

    return make


def call(frame: Frame, getter: Any, args: tuple[Atom, ...]) -> Found | None:
    """What such a call gives; None for any other function, or where the getter holds more than numbers and names."""
    if not isinstance(getter, (operator.itemgetter, operator.attrgetter, operator.methodcaller)):
        return None
    made, keys = cast(tuple[Any, tuple[Any, ...]], getter.__reduce__())
    if len(args) != 1 or made is not type(getter) or not all(isinstance(key, PLAIN) for key in keys):
        return None
    if isinstance(getter, operator.methodcaller):
        name, *rest = keys
        return frame.expr(MethodCall(args[0], name, tuple(map(Const, rest))))
    if isinstance(getter, operator.itemgetter):
        reads = [_read(frame, GetItem(args[0], Const(key))) for key in keys]
    else:
        reads = [
            reduce(lambda atom, name: _read(frame, GetAttr(atom, name)), key.split("."), args[0])
            for key in keys
        ]
    return frame.expr(reads[0] if len(reads) == 1 else Build("tuple", tuple(reads)))


def _read(frame: Frame, expr: Expr) -> Atom:
    part = Var(frame.session.fresh_temp())
    frame.stmt(Assign(part, expr))
    return part
