"""What can be told of a result whose type no sample tells, since the shapes of the operands are not known."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis import infer, known_calls
from s2sad.analysis.values import TOP, Known, Lst, Tensor, Tup, Value, join, number


def places(function: Any, args: list[Value]) -> Value | None:
    """The type of what `np.nonzero` and its relatives return: as many integers as the values have it."""
    value = number(args[0]) if len(args) == 1 else None
    some = Tensor("i", np.dtype(np.intp), (None,))
    if not isinstance(value, Tensor):
        return None
    if function is np.flatnonzero:
        return some
    if function in (np.nonzero, np.where) and value.dims:
        return Tup((some,) * len(value.dims))
    if function is np.argwhere and value.dims:
        return Tensor("i", np.dtype(np.intp), (None, len(value.dims)))
    return None


#: Without an axis these return one number, whatever the shape of their arguments.
TOTALS = frozenset({
    np.sum, np.prod, np.mean, np.average, np.var, np.std, np.max, np.min, np.amax, np.amin, np.ptp, np.median, np.vdot,
    np.linalg.norm, np.nansum, np.nanmean, np.nanmax, np.nanmin,
})  # fmt: skip


def total(function: Any, args: list[Value], options: dict[str, Value]) -> Value | None:
    """The type of a sum (or the like) over all of an array of which the shape is not known."""
    count = 2 if function is np.vdot else 1
    plain = [number(value) for value in args]
    if not known_calls.contains(TOTALS, function) or len(args) != count or options:
        return None
    found = infer.unknown_shape(args) if all(isinstance(value, Tensor) for value in plain) else TOP
    return replace(found, dims=()) if isinstance(found, Tensor) else None


def extreme(function: Any, args: list[Value], options: dict[str, Value]) -> Value | None:
    """The type of ``max(a, b, ...)`` of numbers: it is one of them."""
    if function not in (max, min) or len(args) < 2 or options:
        return None
    plain = [number(value) for value in args]
    if not all(isinstance(value, Tensor) and value.dims == () for value in plain):
        return None
    found = functools.reduce(join, plain)
    return replace(found, ints=None) if isinstance(found, Tensor) else found


SPLITTING = (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit)
COUNTS = {
    np.linalg.lstsq: 4,
    np.linalg.slogdet: 2,
    np.linalg.eigh: 2,
    np.modf: 2,
    np.frexp: 2,
    np.histogram: 2,
}


def parts(function: Any, args: list[Value], options: dict[str, Value]) -> Value | None:
    """The type of a result that is a tuple, of arrays of which nothing more is known."""
    if function in (np.broadcast_arrays, np.meshgrid):
        return Tup((Tensor("?"),) * len(args))
    if function in (np.linalg.svd, np.linalg.qr) and len(args) == 1 and not options:
        return Tup((Tensor("?"),) * (3 if function is np.linalg.svd else 2))
    if function in SPLITTING:
        return Lst(Tensor("?"))
    count = COUNTS.get(function) if known_calls.contains(COUNTS.keys(), function) else None
    return None if count is None else Tup((Tensor("?"),) * count)


def structure(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    """For a function with several results (``slogdet``, ``eigh``): how many, where the sizes are not known."""

    def filled(value: Value, square: bool) -> Value:
        plain = number(value)
        if isinstance(plain, Tensor) and (square or plain.dims is None or None in plain.dims):
            return _of_rank(plain, 2)
        return value

    for square in (False, True):  # the sizes of ``a[:3]`` may be equal, which no sample of them shows
        options = {k: filled(v, square) for k, v in kwargs.items()}
        found = infer.call(function, [filled(value, square) for value in args], options)
        if isinstance(found, Tup):
            break
    else:
        return TOP
    told = not _of_unknown_kind(args)
    return Tup(
        tuple(
            Tensor(item.kind if told else "?") if isinstance(item, Tensor) else item for item in found.items
        ),
        found.cls,
    )


#: The kind and dtype of their results are those of the first argument, whatever the others are.
MOVES = frozenset({
    np.pad, np.reshape, np.ravel, np.transpose, np.moveaxis, np.swapaxes, np.roll, np.rollaxis, np.repeat, np.tile, np.take,
    np.take_along_axis, np.squeeze, np.expand_dims, np.broadcast_to, np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal,
    np.tril, np.triu, np.delete, np.resize, np.sort, np.compress,
})  # fmt: skip


def one_array(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A result of which the kind can be told, and the dtype if those of the operands are known.

    They are those that arrays of some rank give: the Fourier transform of real numbers is complex whatever their number of
    axes. Options that are not known well enough are left away; where they hold numbers, the result may be of their kind.
    """
    if not isinstance(kwargs.get("dtype", Known(None)), Known):
        return Tensor("?")
    if args and known_calls.contains(MOVES, function):
        return infer.unknown_shape(args[:1])
    if _of_unknown_kind(args):  # the kind is known if real and complex operands give the same
        tried = {one_array(function, [_of_kind(value, kind) for value in args], kwargs) for kind in "fc"}
        return (
            Tensor("c")
            if {value.kind for value in tried if isinstance(value, Tensor)} == {"c"}
            else Tensor("?")
        )
    for options in (kwargs, {}):
        for rank in (1, 2, 3, 0):
            found = infer.call(function, [_of_rank(number(value), rank) for value in args], options)
            if isinstance(found, Tensor):
                left_away = [number(kwargs[name]) for name in kwargs.keys() - options.keys()]
                if not all(isinstance(value, Known) for value in left_away):  # the weights of a histogram
                    return infer.unknown_shape([found, *left_away])
                told = all(
                    value.dtype is not None for value in map(number, args) if isinstance(value, Tensor)
                )
                return Tensor(found.kind, found.dtype if told else None)
    return infer.unknown_shape([*args, *kwargs.values()])


def _of_kind(value: Value, kind: str) -> Value:
    """A value of unknown kind as one of this kind."""
    plain = number(value)
    if isinstance(plain, Tensor) and plain.kind == "?":
        return replace(plain, kind=kind)
    if plain == TOP:
        return Tensor(kind)
    if isinstance(value, Lst) and _of_unknown_kind([value.elem]):
        return Lst(_of_kind(value.elem, kind))
    return value


def _of_unknown_kind(args: list[Value]) -> bool:
    parts = [number(value.elem if isinstance(value, Lst) else value) for value in args]
    return any(part == TOP or (isinstance(part, Tensor) and part.kind == "?") for part in parts)


def _of_rank(value: Value, rank: int) -> Value:
    """A sample's type: of this rank, where that is not known, and of small sizes."""
    if isinstance(value, Lst) and value.items is None and isinstance(number(value.elem), Tensor):
        elem = _of_rank(number(value.elem), rank)
        return Lst(elem, (elem, elem))
    if not isinstance(value, Tensor):
        return value
    count = rank if value.dims is None else len(value.dims)
    if count == 0 and value.kind in "i?" and value.ints is None:
        return Known(1)
    return replace(value, dims=(2,) * count)
