"""The type of a part of an array: `a[index]`."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis.guesses import guessed
from s2sad.analysis.samples import sample
from s2sad.analysis.values import Dim, Known, Tensor, Value, number

Pair = tuple[int, int]


def array_item(value: Tensor, index: Any) -> Value:
    """The type of ``value[index]``; `index` holds abstract values in place of atoms."""
    unknown = Tensor(value.kind, value.dtype)
    parts = index if isinstance(index, tuple) else (index,)
    if value.dims is None:
        return unknown
    if any(isinstance(part, Tensor) and part.kind == "b" for part in parts):
        return _masked(value, parts)
    if all(map(_is_basic, parts)):
        dims = _basic(value.dims, parts)
        if dims == () and any(isinstance(part, Known) and part.value is Ellipsis for part in parts):
            return Tensor(value.kind, value.dtype, cell=True)
        return unknown if dims is None else Tensor(value.kind, value.dtype, dims)
    return _gathered(value, parts)


def _masked(value: Tensor, parts: tuple[Any, ...]) -> Value:
    """``a[mask]``: the rank can be told when the mask stands alone."""
    mask = parts[0]
    if len(parts) == 1 and mask.dims is not None and value.dims is not None:
        return Tensor(value.kind, value.dtype, (None, *value.dims[len(mask.dims) :]))
    return Tensor(value.kind, value.dtype)


# ── integers and slices ──────────────────────────────────────────────────────────────────────────────────


def _is_basic(part: Any) -> bool:
    match part:
        case slice():
            return True
        case Known(value=known):
            return (
                known is None or known is Ellipsis or (isinstance(known, int) and not isinstance(known, bool))
            )
        case Tensor(kind="i", dims=()):
            return True
        case _:
            return False


def _is_inserted(part: Any) -> bool:
    return isinstance(part, Known) and (part.value is None or part.value is Ellipsis)


def _basic(dims: tuple[Dim, ...], parts: tuple[Any, ...]) -> tuple[Dim, ...] | None:
    consumed = sum(1 for part in parts if not _is_inserted(part))
    if consumed > len(dims):
        return None  # the program raises here at run time
    out: list[Dim] = []
    axis = 0
    for part in parts:
        if isinstance(part, slice):
            out.append(sliced(dims[axis], part))
            axis += 1
        elif not _is_inserted(part):
            axis += 1
        elif part.value is None:
            out.append(1)
        else:
            keep = len(dims) - consumed
            out += dims[axis : axis + keep]
            axis += keep
    return (*out, *dims[axis:])


def sliced(size: Dim, part: slice) -> Dim:
    """The size of a slice of an axis.

    Bounds are taken to lie within the axis: a pair of equal numbers says what the size is if they do.
    """
    edges = (part.start, part.stop, part.step)
    if all(edge is None for edge in edges):
        return size
    plain = [edge.value if isinstance(edge, Known) else None for edge in edges]
    known = all(edge is None or isinstance(edge, Known) for edge in edges)
    if known and isinstance(size, int):
        return len(range(*slice(*plain).indices(size)))
    step = 1 if part.step is None else plain[2]
    if not isinstance(step, int) or step == 0:
        return None
    first, second = _count(size, part, step, 0), _count(size, part, step, 1)
    return None if first is None or second is None or min(first, second) < 0 else (first, second)


def _count(size: Dim, part: slice, step: int, which: int) -> int | None:
    """How many elements a slice has in one of the two imagined calls; None if that cannot be told."""
    length = size[which] if isinstance(size, tuple) else size
    first, last = ((False, 0), (True, 0)) if step > 0 else ((True, -1), (False, -1))
    lo = first if part.start is None else _edge(part.start, which)
    hi = last if part.stop is None else _edge(part.stop, which)
    if lo is None or hi is None or (length is None and lo[0] != hi[0]):
        return None
    total = length if length is not None else 0
    start, stop = lo[1] + total * lo[0], hi[1] + total * hi[0]
    if length is not None and max(start, stop) > length:  # not within the axis, as it is imagined
        if isinstance(size, tuple) and size[0] != size[1]:
            return None
        start, stop = min(start, length), min(stop, length)
    return -((start - stop) // step)


def _edge(edge: Value, which: int) -> tuple[bool, int] | None:
    """Whether a bound counts from the end, and its number."""
    match edge:
        case Known(value=int(value)):
            return value < 0, value
        case Tensor(ints=(_, _) as ints):
            return ints[which] < 0, ints[which]
        case _:
            return None


# ── index arrays ─────────────────────────────────────────────────────────────────────────────────────────


def _gathered(value: Tensor, parts: tuple[Any, ...]) -> Value:
    """By trying it on a small array."""
    unknown = Tensor(value.kind, value.dtype)
    assert value.dims is not None
    if None in value.dims:
        return unknown
    results = []
    for which in (0, 1):
        try:
            where = tuple(_sample_index(part, which) for part in parts)
            array = np.empty([size if isinstance(size, int) else size[which] for size in value.dims], np.int8)  # type: ignore[index]
            results.append(array[where])
        except (LookupError, IndexError, TypeError, ValueError):
            return unknown
    if np.ndim(results[0]) != np.ndim(results[1]):
        return unknown
    dims = tuple(a if a == b else (a, b) for a, b in zip(results[0].shape, results[1].shape, strict=True))
    found = Tensor(value.kind, value.dtype, dims)
    return guessed(found) if any(isinstance(part, slice) for part in parts) else found


def _sample_index(part: Any, which: int) -> Any:
    if isinstance(part, slice):
        return slice(
            *(
                None if edge is None else _sample_edge(edge, which)
                for edge in (part.start, part.stop, part.step)
            )
        )
    if isinstance(part, Tensor) and part.kind == "i" and part.dims == ():
        return 0  # any integer: the shape is the same
    plain = number(part)
    if isinstance(plain, Tensor) and plain.kind == "i":
        return np.zeros(np.shape(sample(part, which)), int)
    return sample(part, which)


def _sample_edge(edge: Value, which: int) -> int:
    match edge:
        case Known(value=int() | None as known):
            return known  # type: ignore[return-value]
        case Tensor(ints=ints) if ints is not None:
            return ints[which]
        case _:
            raise LookupError
