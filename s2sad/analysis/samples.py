"""Abstract values from live ones, and made-up live values from abstract ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2sad.analysis.values import (
    BOOL,
    NEVER,
    SYMBOLS,
    TOP,
    WEAK,
    Dim,
    Known,
    Lst,
    Other,
    Rng,
    Tensor,
    Tup,
    Value,
    dim,
    join,
    kind_of,
)


class Namer:
    """Names the sizes of a call's arguments: equal sizes get one symbol, 1 stands for itself."""

    def __init__(self) -> None:
        self.symbols: dict[int, tuple[int, int]] = {}

    def dim(self, size: int) -> Dim:
        if size == 1:
            return 1
        if size not in self.symbols:
            count = len(self.symbols)
            self.symbols[size] = (
                SYMBOLS[count] if count < len(SYMBOLS) else (101 + 2 * count, 1009 + 4 * count)
            )
        return self.symbols[size]

    def array(self, array: Any) -> Tensor:
        return Tensor(kind_of(array.dtype), array.dtype, tuple(self.dim(size) for size in array.shape))


_OF_KIND: dict[str, type] = {"c": complex, "i": int, "b": bool}  # where the dtype is not known


def sample(value: Value, which: int) -> Any:
    """A small concrete value of the given abstract one (numbers are arbitrary, sizes and dtypes are not).

    Raises LookupError if the value is not known well enough.
    """
    match value:
        case Known(value=known):
            return known
        case Tensor(kind=kind, dims=dims, weak=weak, ints=ints):
            if ints is not None:
                return ints[which]
            if dims is None or None in dims or (kind in "i?" and dims == ()):
                raise LookupError
            if weak and dims == ():
                return {"b": True, "i": 1, "f": 1.0, "c": 1j, "?": 1.0}[kind]
            shape = tuple(size if isinstance(size, int) else size[which] for size in dims if size is not None)
            dtype = value.dtype if value.dtype is not None else np.dtype(_OF_KIND.get(kind, float))
            return _dummy(shape, dtype, kind)
        case Tup(items=items, cls=None):
            return tuple(sample(item, which) for item in items)
        case Lst(items=items) if items is not None:
            return [sample(item, which) for item in items]
        case Rng(args=args) if args:
            return range(*(sample(arg, which) for arg in args))
        case _:
            raise LookupError


LARGE = 200_000  # elements of a sample


def is_too_large(value: Value) -> bool:
    """Whether a sample of an array would take too long to calculate with."""
    if not isinstance(value, Tensor) or value.dims is None:
        return False
    sizes = [size if isinstance(size, tuple) else (size or 1, size or 1) for size in value.dims]
    return max(math.prod(size[which] for size in sizes) for which in (0, 1)) > LARGE


def _dummy(shape: tuple[int, ...], dtype: np.dtype[Any], kind: str) -> Any:
    if math.prod(shape) > LARGE:
        raise LookupError
    if kind in "bi":
        return np.zeros(shape, dtype)
    out = np.full(shape, 0.5, dtype)
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        out = out * 0 + np.eye(shape[-1], dtype=dtype) * 2  # invertible, positive definite
        out = out.astype(dtype)
    return out if shape else out[()]


def abstract(first: Any, second: Any) -> Value:
    """The abstract value that two sample results stand for."""
    if type(first) is not type(second):
        return TOP
    if isinstance(first, (np.ndarray, np.generic)):
        if first.ndim != second.ndim or first.dtype.kind not in "biufc":
            return Other("array") if first.dtype.kind not in "biufc" else TOP
        dims = tuple(dim((a, b)) for a, b in zip(first.shape, second.shape, strict=True))
        return Tensor(kind_of(first.dtype), first.dtype, dims)
    if isinstance(first, bool):
        return BOOL
    if isinstance(first, int):
        return Tensor("i", np.dtype(int), (), True, (first, second))
    if isinstance(first, (float, complex)):
        return WEAK[type(first)]
    if isinstance(first, tuple) and len(first) == len(second):
        cls = type(first) if type(first) is not tuple else None
        return Tup(tuple(map(abstract, first, second)), cls)
    if isinstance(first, list):
        if len(first) == len(second):
            items = tuple(map(abstract, first, second))
            elem: Value = NEVER
            for item in items:
                elem = join(elem, item)
            return Lst(elem, items)
        both = [abstract(a, b) for a, b in zip(first, second, strict=False)]
        elem = NEVER
        for item in both:
            elem = join(elem, item)
        return Lst(elem)
    if first is None or isinstance(first, (str, bytes)):
        return Known(first) if first == second else Other("str")
    if isinstance(first, (np.dtype, type, slice, range, np.finfo, np.iinfo, np.errstate)):
        return Other(type(first).__name__)
    return TOP  # an object that may hold anything
