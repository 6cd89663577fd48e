"""Arrays without axes. One that is a view is told from a number only by what it was made with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import Tensor, Value, number
from s2sad.ir.nodes import AugItem, Call, Const, Expr, GetItem, Index, MethodCall, Ref, SetItem, TupleIndex

if TYPE_CHECKING:
    from s2sad.analysis.scope import Scope

#: what makes a view without axes, of an array that may have some
MAKERS = frozenset({"reshape", "squeeze", "view", "asarray", "asanyarray"})


def seen(expr: Expr, value: Value) -> Value:
    """The type of a result: a view without axes counts as one of unknown rank, since it follows what it is a view of."""
    if not isinstance(value, Tensor) or value.dims != () or value.weak:
        return value
    match expr:
        case GetItem(index=index):
            is_view = _has_ellipsis(index)
        case MethodCall(name=name):
            is_view = name in MAKERS
        case Call(func=Ref(text=text)):
            is_view = text.rpartition(".")[2] in MAKERS
        case _:
            is_view = False
    return replace(value, dims=None) if is_view else value


def check_store(frame: Scope, stmt: SetItem | AugItem) -> None:
    """A store to what has no axes: as a number it has an adjoint of its own, not a buffer."""
    held = number(frame.value(stmt.obj))
    if isinstance(held, Tensor) and held.dims == () and held.kind in "fc?":
        refuse(frame.function.origin, stmt.span, "S2S010", "an array without axes is written to",
               "use an array of one element, or a number")  # fmt: skip


def _has_ellipsis(index: Index) -> bool:
    if isinstance(index, TupleIndex):
        return any(map(_has_ellipsis, index.items))
    return isinstance(index, Const) and index.value is Ellipsis
