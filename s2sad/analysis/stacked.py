"""``np.r_[a, b]`` and ``np.c_[a, b]``: subscripts that are joins, written as these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis.values import Known, Other, Tensor, Tup, number
from s2sad.frontend.resolve import denote, from_function
from s2sad.ir.nodes import Atom, Build, Call, Const, Expr, GetItem, Ref, SliceIndex, TupleIndex
from s2sad.prelude_functions import _columns

if TYPE_CHECKING:
    from s2sad.analysis.scope import Found
    from s2sad.analysis.specialise import Frame


def item(frame: Frame, expr: GetItem) -> Found | None:
    """A subscript of `np.r_` or `np.c_`; None for anything else."""
    known = frame.value(expr.obj)
    if not isinstance(known, Known) or (known.value is not np.r_ and known.value is not np.c_):
        return None
    index = expr.index
    if isinstance(index, TupleIndex):
        entries = tuple(_part(frame, part) for part in index.items)
        if None in entries:
            return None
        parts: tuple[Atom, ...] = entries  # type: ignore[assignment]
    else:
        whole = _part(frame, index)
        if whole is None:
            return None
        kind = frame.value(whole)
        inner = kind.items if isinstance(kind, Tup) else None
        parts = (whole,)
        if inner is not None:
            parts = tuple(_read(frame, whole, k, part) for k, part in enumerate(inner))
    if any(_is_word(frame, part) for part in parts):
        return None
    parts = tuple(_of_numbers(frame, part, parts) for part in parts)
    ranks = [_rank(frame, part) for part in parts]
    highest = None if None in ranks else max(rank for rank in ranks if rank is not None)
    if known.value is np.c_:
        if highest is None or highest > 2:
            return frame.call_function(from_function(_columns), None, parts, (), None)
        return _joined(frame, np.column_stack, parts)
    if highest is not None and highest <= 1:
        return _joined(frame, np.hstack, parts)
    return _joined(frame, np.concatenate, tuple(_call(frame, np.atleast_1d, part) for part in parts))


def _part(frame: Frame, index: Any) -> Atom | None:
    """One entry: a slice is a range of numbers, or with an imaginary step so many of them. None: it is not known."""
    if not isinstance(index, SliceIndex):
        return index
    start = index.lo if index.lo is not None else Const(0)
    step = index.step if index.step is not None else Const(1)
    if index.hi is None:
        return None
    found = frame.value(step)
    if isinstance(found, Known) and isinstance(found.value, complex):
        return _call(frame, np.linspace, start, index.hi, Const(int(abs(found.value))))
    if isinstance(number(found), Tensor) and number(found).kind not in "ifb":  # type: ignore[union-attr]
        return None
    return _call(frame, np.arange, start, index.hi, step)


def _read(frame: Frame, whole: Atom, position: int, value: Any) -> Atom:
    return frame.temp(GetItem(whole, Const(position)), value)


def _is_word(frame: Frame, part: Atom) -> bool:
    """Whether an entry says how to join, or is a slice that was made elsewhere."""
    value = frame.value(part)
    return isinstance(value, Other) or (isinstance(value, Known) and isinstance(value.value, (str, slice)))


def _of_numbers(frame: Frame, part: Atom, parts: tuple[Atom, ...]) -> Atom:
    """A number of Python's takes the type of the arrays that it is joined with."""
    if not _is_weak(frame, part):
        return part
    arrays = [other for other in parts if not _is_weak(frame, other)]
    kinds = [number(frame.value(other)) for other in arrays]
    if all(isinstance(kind, Tensor) and kind.dtype in (np.float64, np.complex128) for kind in kinds):
        return part
    dtype = _call(frame, np.result_type, arrays[0], part)
    value, made = frame.expr(Build("list", (part,)))
    assert made is not None
    return _call(frame, np.asarray, frame.temp(made, value), dtype)


def _is_weak(frame: Frame, part: Atom) -> bool:
    kind = number(frame.value(part))
    return isinstance(kind, Tensor) and kind.weak


def _rank(frame: Frame, part: Atom) -> int | None:
    value = frame.value(part)
    kind = number(value)
    if isinstance(kind, Tensor):
        return None if kind.dims is None else len(kind.dims)
    inner = getattr(value, "items", None)
    plain = inner is not None and all(isinstance(number(v), Tensor) and number(v).dims == () for v in inner)  # type: ignore[union-attr]
    return 1 if plain else None


def _joined(frame: Frame, function: Any, parts: tuple[Atom, ...]) -> Found:
    value, made = frame.expr(Build("tuple", parts))
    assert made is not None
    return frame.expr(_written(function, frame.temp(made, value)))


def _call(frame: Frame, function: Any, *args: Atom) -> Atom:
    value, made = frame.expr(_written(function, *args))
    assert made is not None
    return frame.temp(made, value)


def _written(function: Any, *args: Atom) -> Expr:
    return Call(Ref(f"np.{function.__name__}", denote(function)), args)
