"""Nests of values: what in an argument may be differentiated, and how a gradient gets the argument's structure.

A *leaf* is a number or an array that has a derivative: a float, a complex, a NumPy float or complex scalar, an array
of any float or complex dtype. Containers are tuples (named ones too), lists, dicts, dataclasses and objects of the
user's own classes. Everything else is *passive*: it is ignored inside of containers, and stands as None in a gradient.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

#: Classes from these packages are values of their own, never nests of attributes.
_LIBRARIES = frozenset(
    [
        "numpy",
        "scipy",
        "pandas",
        "xarray",
        "polars",
        "dask",
        "torch",
        "jax",
        "jaxlib",
        "tensorflow",
        "cupy",
        "sympy",
        "builtins",
    ]
)
_CODE = (
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    functools.partial,
)


class Item(NamedTuple):
    """A child that is reached by `container[key]`."""

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"


class Attribute(NamedTuple):
    """A child that is reached by `container.name`; in a named tuple or dataclass it also has a position."""

    name: str
    position: int

    def __str__(self) -> str:
        return f".{self.name}"


Step = Item | Attribute
Children = list[tuple[Step, Any]]


def is_leaf(value: Any) -> bool:
    """Whether `value` itself, not something inside of it, has a derivative."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fc" and type(value) in (np.ndarray, np.memmap)
    return isinstance(value, (float, complex, np.inexact))


def children(value: Any) -> Children | None:
    """The parts of a container in their order, or None if `value` is not a container."""
    if isinstance(value, dict):
        return [(Item(key), item) for key, item in value.items()]
    if isinstance(value, (tuple, list)):
        fields = getattr(value, "_fields", None)
        if fields is not None:
            return [
                (Attribute(name, i), item) for i, (name, item) in enumerate(zip(fields, value, strict=True))
            ]
        return [(Item(i), item) for i, item in enumerate(value)]
    names = _attribute_names(value)
    if names is None:
        return None
    held = (name for name in names if hasattr(value, name))
    return [(Attribute(name, i), getattr(value, name)) for i, name in enumerate(held)]


def _attribute_names(value: Any) -> tuple[str, ...] | None:
    """The attributes that hold the state of a dataclass or of an object of a user's class; else None."""
    if isinstance(value, _CODE):
        return None
    if dataclasses.is_dataclass(value):
        return tuple(field.name for field in dataclasses.fields(value))
    cls = type(value)
    root = cls.__module__.partition(".")[0]
    library = root in _LIBRARIES or (root in sys.stdlib_module_names and root != "__main__")
    if library and cls is not types.SimpleNamespace:
        return None
    slots = [
        name
        for base in reversed(cls.__mro__)
        for name in _slots(base)
        if name not in ("__dict__", "__weakref__")
    ]
    if not slots and not hasattr(value, "__dict__"):
        return None
    return (*slots, *getattr(value, "__dict__", {}))


def _slots(cls: type) -> tuple[str, ...]:
    slots = cls.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def leaves(value: Any) -> list[Any]:
    """All leaves of a nest, in order."""
    return [value] if is_leaf(value) else [leaf for _, leaf in walk(value)]


def walk(value: Any, path: str = "", above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """(path, leaf) for each leaf of a nest, in order.

    Raises TypeError for a nest that contains itself.
    """
    if is_leaf(value):
        yield path, value
        return
    items = children(value)
    if items is None:
        return
    if id(value) in above:
        raise TypeError(f"a {type(value).__name__} that contains itself cannot be differentiated")
    for step, item in items:
        yield from walk(item, f"{path}{step}", (*above, id(value)))


def differentiable(value: Any) -> bool:
    """Whether a nest holds anything that has a derivative."""
    return is_leaf(value) or any(True for _ in walk(value))


def rebuild(value: Any, new: Iterator[Any], keep: bool = False) -> Any:
    """A nest like `value` whose leaves are taken from `new`, in order; the rest is None, or with `keep` as it is."""
    if is_leaf(value):
        return next(new)
    items = children(value)
    if items is None:
        return value if keep else None
    return with_children(value, [rebuild(item, new, keep) for _, item in items])


def with_children(value: Any, parts: list[Any]) -> Any:
    """A container like `value` that holds `parts` (as many as `children` finds)."""
    if isinstance(value, dict):
        new = copy.copy(value)  # keeps the class, and a defaultdict's factory
        new.update(zip(value, parts, strict=True))
        return new
    if isinstance(value, (tuple, list)):
        if hasattr(value, "_fields"):
            return type(value)(*parts)
        return type(value)(parts)
    # No __init__: it may check or convert what it is given, and a gradient need not pass.
    made = object.__new__(type(value))
    for (step, _), item in zip(children(value) or (), parts, strict=True):
        object.__setattr__(made, step[0], item)
    return made


def part(other: Any, step: Step) -> Any:
    """What `other`, a nest parallel to a container but perhaps of other classes, holds at `step`; None for nothing."""
    if other is None:
        return None
    match step:
        case Item(key=key):
            return other.get(key) if isinstance(other, dict) else other[key]
        case Attribute(name=name, position=position):
            if isinstance(other, dict):
                return other.get(name)
            if isinstance(other, (tuple, list)) and not hasattr(other, name):
                return other[position]
            return getattr(other, name, None)


def parallel(value: Any, other: Any) -> Iterator[Any]:
    """For each leaf of `value` what `other` holds in its place (None: nothing)."""
    if is_leaf(value):
        yield other
        return
    for step, item in children(value) or ():
        yield from parallel(item, part(other, step))


# ── gradients and tangents that come out ─────────────────────────────────────────────────────────────────


def conform(bar: Any, like: Any, owned: set[int]) -> Any:
    """`bar` with the structure, shapes and dtypes of `like`: fresh arrays that share memory with nothing.

    `owned` holds the ids of the arrays that are somebody's already: the caller's arguments, results given before.
    """
    if type(bar) is float is type(like):
        return bar
    if is_leaf(like):
        return fit(bar, like, owned)
    return rebuild(
        like, (fit(b, leaf, owned) for b, leaf in zip(parallel(like, bar), leaves(like), strict=True))
    )


def fit(bar: Any, like: Any, owned: set[int]) -> Any:
    """One leaf of a gradient, made of the class, shape and dtype of the leaf it belongs to."""
    if isinstance(like, np.ndarray):
        return _fit_array(bar, like, owned)
    if type(bar) is float is type(like):
        return bar
    if bar is None:
        bar = 0.0
    elif np.ndim(bar) != 0:
        raise RuntimeError(f"bug in s2sad: the derivative of a number has shape {np.shape(bar)}")
    if isinstance(bar, np.ndarray):
        bar = bar[()]
    if isinstance(like, np.generic):
        cls: Any = type(like)
    else:
        cls = float if isinstance(like, float) else complex
    return cls(bar.real) if isinstance(bar, (complex, np.complexfloating)) and _is_real(like) else cls(bar)


def _is_real(leaf: Any) -> bool:
    return isinstance(leaf, (float, np.floating))


def _fit_array(bar: Any, like: np.ndarray, owned: set[int]) -> np.ndarray:
    if type(bar) is np.ndarray and bar.shape == like.shape and bar.dtype == like.dtype:
        found = bar
    else:
        found = _converted(bar, like)
    if found.base is not None or id(found) in owned or not found.flags.writeable:
        found = found.copy()
    owned.add(id(found))
    return found


def _converted(bar: Any, like: np.ndarray) -> np.ndarray:
    """The derivative of an array with its shape and dtype."""
    if bar is None:
        return np.zeros_like(like, subok=False)
    found = np.asarray(bar)
    if found.dtype != like.dtype:
        found = found.real if found.dtype.kind == "c" != like.dtype.kind else found
        found = found.astype(like.dtype)
    if found.shape == like.shape:
        return found
    if found.shape != ():
        raise RuntimeError(
            f"bug in s2sad: the derivative of an array of shape {like.shape} has shape {found.shape}"
        )
    return np.full(like.shape, found)


#: Values of these classes hold no array.
_PLAIN = frozenset((int, float, complex, bool, str, bytes, types.NoneType))


def arrays_of(*values: Any) -> set[int]:
    """The ids of all arrays in these nests."""
    found: set[int] = set()
    _add_arrays(values, found)
    return found


def _add_arrays(items: Iterable[Any], found: set[int]) -> None:
    for item in items:
        kind = type(item)
        if kind is np.ndarray:
            found.add(id(item))
        elif kind in _PLAIN:
            continue
        elif kind is tuple or kind is list:
            _add_arrays(item, found)
        elif kind is dict:
            _add_arrays(item.values(), found)
        elif not isinstance(item, (int, float, complex, str, bytes)):
            found.update(id(leaf) for leaf in leaves(item) if isinstance(leaf, np.ndarray))


def snapshot(value: Any, copies: dict[int, Any] | None = None) -> Any:
    """`value` with the arrays in it copied (through tuples, lists and dicts); an array met twice stays one array."""
    copies = {} if copies is None else copies
    if isinstance(value, np.ndarray):
        if id(value) not in copies:
            copies[id(value)] = value.copy() if type(value) is np.ndarray else copy.copy(value)
        return copies[id(value)]
    if isinstance(value, (tuple, list, dict)):
        return with_children(value, [snapshot(item, copies) for _, item in children(value) or ()])
    return value


# ── tangents and seeds that come in ──────────────────────────────────────────────────────────────────────


def direction(given: Any, like: Any, what: str) -> Any:
    """A tangent or seed for `like`, complete: None becomes zeros, numbers take on the dtype of their leaf.

    Raises TypeError if the structure or a shape differs, or an entry is not a number.
    """
    if is_leaf(like):
        return _direction_leaf(given, like, what)
    items = children(like)
    if items is None:
        return _no_direction(given, like, what)
    _check_parallel(given, like, len(items), what)
    return with_children(like, [direction(part(given, step), item, f"{what}{step}") for step, item in items])


def _no_direction(given: Any, like: Any, what: str) -> Any:
    """The place of a passive value. Numbers get a zero, for programs whose types are not known beforehand."""
    if isinstance(given, np.ndarray | float | complex | np.inexact) and np.any(given):
        raise TypeError(f"{what} belongs to {describe(like)}, which has no derivative: pass None")
    return 0.0 if isinstance(like, (int, np.integer)) else None


def _check_parallel(given: Any, like: Any, count: int, what: str) -> None:
    if given is None:
        return
    kind = type(like).__name__
    if isinstance(like, dict):
        if not isinstance(given, dict):
            raise TypeError(f"{what} must be a {kind}, as the value it belongs to, not {describe(given)}")
        unknown = [key for key in given if key not in like]
        if unknown:
            raise TypeError(f"{what} has the key {unknown[0]!r}, which the value it belongs to has not")
    elif isinstance(like, (tuple, list)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(f"{what} must be a {kind} of {count} items, not {describe(given)}")
        if len(given) != count:
            raise TypeError(f"{what} must be a {kind} of {count} items, not of {len(given)}")
    elif children(given) is None:
        raise TypeError(f"{what} must be a {kind}, as the value it belongs to, not {describe(given)}")


def _direction_leaf(given: Any, like: Any, what: str) -> Any:
    if given is None:
        return np.zeros_like(like) if isinstance(like, np.ndarray) else type(like)(0)
    if isinstance(given, np.ndarray) and type(given) not in (np.ndarray, np.memmap):
        raise TypeError(f"{what} is {describe(given)}; pass a plain array: np.asarray(...)")
    array = np.asarray(given)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{what} must be {describe(like)}, not {describe(given)}")
    if array.shape != np.shape(like):
        raise TypeError(f"{what} has shape {array.shape}; it belongs to a value of shape {np.shape(like)}")
    real = not np.iscomplexobj(like)
    if real and array.dtype.kind == "c":
        raise TypeError(f"{what} is complex; it belongs to a real value")
    if isinstance(like, np.ndarray):
        return array.astype(like.dtype, copy=False)
    if isinstance(like, np.generic):
        return type(like)(array[()])
    return float(array) if real else complex(array)


def describe(value: Any) -> str:
    """A value's kind in words, for messages."""
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    name = "array" if type(value) is np.ndarray else type(value).__name__
    text = f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
    return f"{text} of {value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else text
