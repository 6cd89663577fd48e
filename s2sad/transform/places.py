"""Where an element of a list stood before, or stands after, the list changed its length."""

from __future__ import annotations

from typing import Any

from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import TOP
from s2sad.ir.nodes import Assign, Atom, Call, Const, GetItem, MethodCall, Op, Var
from s2sad.transform.words import library


def put_back(frame: Frame, bar: Var, index: Any, item: Atom) -> None:
    """Emit what gives an element that was taken out of a list (None: the last one) its adjoint again."""
    if index is None or index == Const(-1):
        done = MethodCall(bar, "append", (item,))
    else:
        done = MethodCall(bar, "insert", (place(frame, bar, index, 1), item))
    frame.emit(Assign(Var(frame.session.fresh_temp()), done))


def place(frame: Frame, bar: Var, index: Atom, more: int) -> Atom:
    """An index of a list that has as many elements as `bar` and some more, counted from the start."""
    if isinstance(index, Const) and isinstance(index.value, int) and index.value >= 0:
        return index
    return frame.temp(GetItem(_positions(frame, bar, more), index), TOP)


def inserted(frame: Frame, bar: Var, index: Atom) -> Atom:
    """The index of the element that `insert` put into a list: it takes places beyond the ends as well."""
    if index == Const(0):
        return index
    length = frame.temp(Call(library("len", len), (bar,)), TOP)
    before = frame.temp(Op("sub", (length, Const(1))), TOP)
    ends = frame.temp(MethodCall(frame.temp(Call(library("slice", slice), (index, Const(None))), TOP), "indices", (before,)), TOP)  # fmt: skip
    return frame.temp(GetItem(ends, Const(0)), TOP)


def _positions(frame: Frame, bar: Var, more: int) -> Var:
    length = frame.temp(Call(library("len", len), (bar,)), TOP)
    length = frame.temp(Op("add", (length, Const(more))), TOP)
    return frame.temp(Call(library("range", range), (length,)), TOP)
