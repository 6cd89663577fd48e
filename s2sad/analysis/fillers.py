"""The types of arrays that are made from a shape (`np.zeros((n, 3))`): the rank is told even where the sizes are not."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad.analysis.samples import sample
from s2sad.analysis.values import TOP, Dim, Known, Lst, Tensor, Tup, Value, kind_of, number

# function -> the position of its shape
SHAPE_FIRST = {np.zeros: 0, np.ones: 0, np.empty: 0, np.full: 0, np.ndarray: 0}
SQUARE = frozenset({np.identity, np.eye})
LIKE = frozenset({np.zeros_like, np.ones_like, np.empty_like, np.full_like})


def filler(function: Callable[..., Any], args: list[Value], options: dict[str, Value]) -> Value:
    """The type of a new array; `TOP` where not even its rank can be told, or the function makes none."""
    if any(function is like for like in LIKE):
        return _like(function, args, options)
    if any(function is square for square in SQUARE) and args:
        sizes = [_size(args[0]), _size(args[1]) if len(args) > 1 and function is np.eye else _size(args[0])]
        if "M" in options or len(args) > 2:
            return TOP
        return _made(lambda shape, **named: function(shape[0], **named), (sizes[0], sizes[1]), [], options)
    if function is np.arange or function is np.linspace:
        return _counted(function, args, options)
    if not any(function is known for known in SHAPE_FIRST):
        return TOP
    rest = dict(options)
    shape = args[0] if args else rest.pop("shape", None)
    dims = None if shape is None else shape_dims(shape)
    return TOP if dims is None else _made(function, dims, args[1:], rest)


def _counted(function: Callable[..., Any], args: list[Value], options: dict[str, Value]) -> Value:
    """`np.arange` and `np.linspace` of numbers that are not known; where they are, `TOP`: trying it tells more."""
    plain = [number(value) for value in args]
    if options or not all(isinstance(value, Tensor) and value.dims == () for value in plain):
        return TOP
    if all(value.ints is not None for value in plain):  # type: ignore[union-attr]
        return TOP
    if function is np.linspace:
        size = _size(args[2]) if len(args) == 3 else 50
        return Tensor("f", np.dtype(float), (size,)) if len(args) in (2, 3) else TOP
    kinds = {value.kind for value in plain}  # type: ignore[union-attr]
    weak = all(value.weak for value in plain)  # type: ignore[union-attr]
    if not weak or not kinds <= {"i", "f"}:
        return Tensor("?", None, (None,))
    kind = "f" if "f" in kinds else "i"
    return Tensor(kind, np.dtype(float if kind == "f" else int), (None,))


def as_view(found: Value, array: Value) -> Value:
    """The type of an array in another shape: without axes it is no number, but a view that can be written to."""
    given = number(array)
    if isinstance(found, Tensor) and found.dims == () and isinstance(given, Tensor) and given.dims != ():
        return Tensor(found.kind, found.dtype)
    return found


def reshaped(args: list[Value]) -> Value:
    """The type of an array in a shape that is given, where trying it out did not tell."""
    if len(args) < 2 or not isinstance(array := number(args[0]), Tensor):
        return TOP
    dims = shape_dims(args[1]) if len(args) == 2 else tuple(map(_size, args[1:]))
    if dims is None:
        return TOP
    return Tensor(array.kind, array.dtype, tuple(None if size == -1 else size for size in dims))


def pieces(function: Callable[..., Any], args: list[Value], options: dict[str, Value]) -> Value:
    """The type of ``np.split(a, 3)``: as many pieces as the number, or the list of places, says; their sizes are open."""
    first_axis = {np.split: 0, np.array_split: 0, np.vsplit: 0, np.hsplit: 1, np.dsplit: 2}.get(function)
    array = number(args[0]) if args else None
    if first_axis is None or not isinstance(array, Tensor) or not array.dims:
        return TOP
    if function in (np.split, np.array_split):
        axis_value = args[2] if len(args) == 3 else options.get("axis", Known(0))
        first_axis = axis_value.value if isinstance(axis_value, Known) else None
    cut = args[1] if len(args) > 1 else next((options[key] for key in options if key != "axis"), TOP)
    piece = Tensor(array.kind, array.dtype, (None,) * len(array.dims))
    if isinstance(first_axis, int) and -len(array.dims) <= first_axis:
        axis = (
            first_axis % len(array.dims) if first_axis < len(array.dims) else 0
        )  # of a vector, hsplit cuts axis 0
        dims = tuple(None if place == axis else size for place, size in enumerate(array.dims))
        piece = Tensor(array.kind, array.dtype, dims)
    match cut:
        case Known(value=int() as count) if not isinstance(count, bool):
            return Lst(piece, (piece,) * count)
        case Lst(items=tuple() as places) | Tup(items=places):
            return Lst(piece, (piece,) * (len(places) + 1))
        case _:
            return Lst(piece)


def shape_dims(shape: Value) -> tuple[Dim, ...] | None:
    """The sizes that a shape argument names; None where their number is not known."""
    match shape:
        case Tup(items=items) | Lst(items=tuple() as items):
            return tuple(map(_size, items))
        case Known(value=tuple() | list() as known):
            return tuple(_size(Known(item)) for item in known)
        case _:
            plain = number(shape)
            return (_size(shape),) if isinstance(plain, Tensor) and plain.dims == () else None


def _size(value: Value) -> Dim:
    if isinstance(value, Known):
        return int(value.value) if isinstance(value.value, (int, np.integer)) else None
    return value.ints if isinstance(value, Tensor) else None


def _made(
    function: Callable[..., Any], dims: tuple[Dim, ...], args: list[Value], options: dict[str, Value]
) -> Value:
    """The dtype is found by making a small array with the same further arguments."""
    try:
        given = [_plain(value) for value in args]
        named = {key: _plain(value) for key, value in options.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = function((1,) * len(dims), *given, **named)
    except Exception:
        return Tensor("?", None, dims)
    if not isinstance(made, np.ndarray) or made.dtype.kind not in "biufc":
        return TOP
    return Tensor(kind_of(made.dtype), made.dtype, dims)


def _plain(value: Value) -> Any:
    """A small value of this type: sizes do not matter here."""
    plain = number(value)
    if isinstance(plain, Tensor) and plain.kind != "?" and (plain.weak or plain.dtype is not None):
        one = {"b": True, "i": 1, "f": 1.0, "c": 1j}[plain.kind]
        return one if plain.weak else np.full((), one, plain.dtype)[()]
    return sample(value, 0)


def _like(function: Callable[..., Any], args: list[Value], options: dict[str, Value]) -> Value:
    model = number(args[0]) if args else TOP
    if not isinstance(model, Tensor) or "shape" in options or len(args) > 3:
        return TOP
    if model.dims is None:
        plain = not options and len(args) == (2 if function is np.full_like else 1)
        return Tensor(model.kind, model.dtype) if plain else TOP
    if model.kind == "?" or model.dtype is None:
        given = options or args[1 + (function is np.full_like) :]
        return Tensor("?", None, model.dims) if given else Tensor(model.kind, None, model.dims)
    return _made(
        lambda shape, *rest, **named: function(np.zeros(shape, model.dtype), *rest, **named),
        model.dims,
        args[1:],
        options,
    )
