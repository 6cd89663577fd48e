"""Result types of single operations, by trying them on small values of the operands' types (`values.sample`)."""

from __future__ import annotations

import operator
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis import known_calls
from s2sad.analysis.fillers import filler
from s2sad.analysis.guesses import guessed, is_guessed
from s2sad.analysis.samples import abstract, is_too_large, sample
from s2sad.analysis.slicing import array_item
from s2sad.analysis.values import (
    BOOL,
    NEVER,
    TOP,
    Dct,
    Dim,
    Dims,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Tensor,
    Tup,
    Value,
    broadcast,
    holds_objects,
    join,
    join_kinds,
    keys_of,
    may_nest,
    number,
    present,
    unknown_of,
    weaken,
)
from s2sad.frontend.lookups import note_contents, note_item, note_length
from s2sad.frontend.resolve import SourceClass

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow, "matmul": operator.matmul,
    "and_": operator.and_, "or_": operator.or_, "xor": operator.xor, "lshift": operator.lshift,
    "rshift": operator.rshift, "neg": operator.neg, "pos": operator.pos, "invert": operator.invert,
    "not": operator.not_, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "eq": operator.eq, "ne": operator.ne, "is": operator.is_, "is_not": operator.is_not,
    "in": lambda a, b: a in b, "not_in": lambda a, b: a not in b,
}  # fmt: skip
ARITHMETIC = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
)  # of anything and a complex number: complex
TESTS = frozenset({"not", "lt", "le", "gt", "ge", "eq", "ne", "is", "is_not", "in", "not_in"})
SIMPLE = (int, float, complex, str, bytes, bool, type(None), tuple)


# the sizes of these functions' results depend on values, not only on sizes
VALUES_MATTER = frozenset({
    np.arange, np.repeat, np.split, np.array_split, np.bincount, np.unique, np.nonzero, np.argwhere, np.flatnonzero,
    np.compress, np.extract, np.trim_zeros, np.delete, np.insert, np.zeros, np.ones, np.empty, np.full, np.tile, np.pad,
    np.broadcast_to, np.union1d, np.intersect1d, np.setdiff1d, np.resize, np.roots, np.poly1d, np.histogram_bin_edges,
})  # fmt: skip


def call(
    function: Callable[..., Any],
    args: list[Value],
    kwargs: dict[str, Value] | None = None,
    sizes: bool = False,
) -> Value:
    """The type of ``function(*args, **kwargs)`` for a function whose result's shape depends on shapes only.

    `sizes`: so do integers in the result.
    """
    results = []
    if NEVER in args:
        return NEVER
    args = [present(arg) for arg in args]
    if function is np.ndim and len(args) == 1 and (rank := rank_of(args[0])) is not None:
        return Known(rank)
    if function is sorted and len(args) == 1 and _may_hold_views(args[0]):
        return Lst(element(args[0]))
    if (made := filler(function, args, kwargs or {})) != TOP:
        return made
    if function in VALUES_MATTER:
        shape_givers = [value for value in (*args, *(kwargs or {}).values()) if isinstance(value, Tensor)]
        if any(
            value.ints is None and (value.dims != () or function is np.arange)
            for value in shape_givers[1:] or shape_givers
        ):
            return TOP
    if any(isinstance(value, Tensor) and value.dims is not None and None in value.dims for value in args):
        return _partly_sized(function, args, kwargs)
    if any(map(is_too_large, args)):
        return _scaled_down(function, args, kwargs)
    for which in (0, 1):
        try:
            operands = [sample(value, which) for value in args]
            options = {name: sample(value, which) for name, value in (kwargs or {}).items()}
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                results.append(function(*operands, **options))
        except Exception:
            return TOP
    found = abstract(results[0], results[1])
    if any(map(is_guessed, (*args, *(kwargs or {}).values()))):
        found = guessed(found)
    follows = sizes or known_calls.contains(known_calls.SIZES, function)
    return found if follows or all(map(_is_told, (*args, *(kwargs or {}).values()))) else _untold(found)


def _may_hold_views(value: Value) -> bool:
    """Whether the items of a list may be views of elements: `sorted` hands over the items themselves, no numbers."""
    items = value.items if isinstance(value, (Lst, Tup)) and value.items is not None else (element(value),)
    return any(isinstance(item, Tensor) and item.dims is None for item in items)


def complexified(value: Value) -> Value:
    """The type of a result that is real or complex: taken for complex, whose rules hold for real numbers too."""
    if isinstance(value, Tup):
        return replace(value, items=tuple(map(complexified, value.items)))
    if isinstance(value, Tensor):
        dtype = None if value.dtype is None else np.result_type(value.dtype, np.complex64)
        return replace(value, kind="c", dtype=dtype)
    return value


def rank_of(value: Value) -> int | None:
    """The number of axes. Unlike a size, it is the same in all calls of what is compiled."""
    plain = number(value)
    return len(plain.dims) if isinstance(plain, Tensor) and plain.dims is not None else None


def _is_told(value: Value) -> bool:
    """Whether the samples of a value are all that it can be."""
    match value:
        case Known() | Tensor(ints=(_, _)):
            return True
        case Tup(items=items) | Lst(items=tuple() as items):
            return all(map(_is_told, items))
        case Rng(args=args):
            return all(map(_is_told, args))
        case _:
            return False


def _untold(value: Value) -> Value:
    """A sample's result without what follows from the sample's numbers."""
    match value:
        case Tensor(kind=kind, dtype=dtype, dims=dims, weak=weak, ints=(_, _)):
            return Tensor(kind, dtype, dims, weak)
        case Known(value=str() | bytes()):
            return Other("str")
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(_untold, items)), cls)
        case Lst(elem=elem, items=items):
            return Lst(_untold(elem), tuple(map(_untold, items)) if items is not None else None, value.made)
        case _:
            return value


#: Pairs of sizes for samples of many axes, in which those of `SYMBOLS` would take too long.
SMALL = ((2, 13), (3, 11), (5, 7), (7, 5), (11, 3), (13, 2))


def _scaled_down(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value] | None) -> Value:
    """The type where the samples would be too large: it is told of smaller ones.

    A size of the result that is none of the operands' is not told.
    """
    names: dict[Dim, Dim] = {}

    def small(value: Value) -> Value:
        if not isinstance(value, Tensor) or value.dims is None:
            return value
        for size in value.dims:
            if isinstance(size, tuple) and size not in names and len(names) < len(SMALL):
                names[size] = SMALL[len(names)]
        return replace(value, dims=tuple(names.get(size, size) for size in value.dims))

    def large(value: Value) -> Value:
        match value:
            case Tensor(dims=tuple() as dims):
                back = {name: size for size, name in names.items()}
                return replace(
                    value, dims=tuple(d if isinstance(d, int) else back.get(d) for d in dims), ints=None
                )
            case Tup(items=items):
                return replace(value, items=tuple(map(large, items)))
            case Lst(elem=elem, items=items):
                return Lst(large(elem), None if items is None else tuple(map(large, items)))
            case _:
                return value

    shrunk = [small(value) for value in args]
    if any(map(is_too_large, shrunk)):
        return TOP
    return large(call(function, shrunk, kwargs))


def _partly_sized(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value] | None) -> Value:
    """The type where some sizes are not known: they are taken to be equal, once of one size, once of another.

    What comes out the same both times does not depend on them.
    """

    def filled(value: Value, size: tuple[int, int]) -> Value:
        if isinstance(value, Tensor) and value.dims is not None:
            return replace(value, dims=tuple(size if d is None else d for d in value.dims))
        return value

    tries = [call(function, [filled(value, size) for value in args], kwargs) for size in ((5, 6), (9, 12))]
    match tries:
        case [Tensor(dims=tuple() as a) as first, Tensor(dims=tuple() as b)] if len(a) == len(b):
            return replace(
                first, dims=tuple(x if x == y else None for x, y in zip(a, b, strict=True)), ints=None
            )
        case [first, second] if first == second:
            return first
        case _:
            return TOP


def operation(kind: str, args: list[Value]) -> Value:
    """The type of an operator's result."""
    if NEVER in args:
        return NEVER
    if all(isinstance(arg, Known) and isinstance(arg.value, SIMPLE) for arg in args):
        folded = _fold(kind, [arg.value for arg in args])  # type: ignore[union-attr]
        if folded is not None:
            return folded
    if kind in ("is", "is_not", "eq", "ne"):
        told = _identity(kind, args)
        if told is not None:
            return told
    if kind == "not" and isinstance(args[0], Known):
        return Known(not args[0].value)
    if kind in TESTS:
        return _comparison(kind, args)
    values = [number(present(arg)) for arg in args]
    if all(isinstance(value, Tensor) for value in values):
        if kind == "matmul":
            return matrix_product(values)  # type: ignore[arg-type]
        return elementwise(OPERATORS[kind], values)  # type: ignore[arg-type]
    match kind, values:
        case "add", [Tup(items=xs, cls=None), Tup(items=ys, cls=None)]:
            return Tup((*xs, *ys))
        case "add", [Lst() as a, Lst() as b]:
            return Lst(
                join(a.elem, b.elem),
                (*a.items, *b.items) if a.items is not None and b.items is not None else None,
            )
        case "mul", [Lst() as a, Tensor(kind="i")]:
            return Lst(a.elem)
        case "mul", [Tup(items=items), Known(value=int() as times)]:
            return Tup(items * times)
        case "add" | "mod" | "mul", [Known(value=str()) | Other(kind="str"), *_]:
            return Other("str")
        case _:
            if any(isinstance(value, Tensor) for value in values) and kind not in ("and_", "or_"):
                if any(holds_objects(v) or may_nest(v) for v in values):
                    return unknown_of(*values)
                return Tensor("c" if any(isinstance(v, Tensor) and v.kind == "c" for v in values) else "?")
            return unknown_of(*values)


def _fold(kind: str, args: list[Any]) -> Value | None:
    try:
        result = OPERATORS[kind](*args)
    except Exception:
        return None
    if isinstance(result, tuple):
        return None
    if isinstance(result, int) and not isinstance(result, bool) and abs(result) > 2**62:
        return None
    return Known(result)


def _identity(kind: str, args: list[Value]) -> Value | None:
    """`is None`, `is not None`, `== None`, and comparison of objects that are known to differ."""
    a, b = args
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Known) and one.value is None and _surely_not_none(other):
            return Known(kind in ("is_not", "ne"))
    if kind in ("is", "is_not") and isinstance(a, Known) and isinstance(b, Known):
        return Known((a.value is b.value) == (kind == "is"))
    return None


def _surely_not_none(value: Value) -> bool:
    match value:
        case Known(value=known):
            return known is not None
        case Tensor(kind=kind):
            return kind != "?" or value.dims is not None
        case Other(kind=kind):
            return kind == "str"
        case _:
            return isinstance(value, (Tup, Lst, Dct, Obj, Rng))


def _comparison(kind: str, args: list[Value]) -> Value:
    if (
        kind in ("in", "not_in")
        and isinstance(args[0], Known)
        and isinstance(args[1], Dct)
        and args[1].items is not None
    ):
        return Known((args[0].value in dict(args[1].items)) == (kind == "in"))
    if kind in ("not", "is", "is_not", "in", "not_in"):
        return BOOL
    values = [number(present(arg)) for arg in args]
    if all(isinstance(value, Tensor) for value in values):
        first, second = values
        if first.ints is not None and second.ints is not None:  # type: ignore[union-attr]
            pass  # sizes: which way it goes may differ between calls
        dims = broadcast(first.dims, second.dims)  # type: ignore[union-attr]
        return Tensor("b", np.dtype(bool), dims, weak=dims == () and bool(first.weak and second.weak))  # type: ignore[union-attr]
    return Tensor("b") if any(isinstance(value, Tensor) for value in values) else Other("bool")


_dtype_cache: dict[tuple[Any, ...], tuple[str, Any, bool] | None] = {}


def elementwise(function: Callable[..., Any], values: list[Tensor]) -> Value:
    """The type of an elementwise function: dtype by trying it on empty arrays, sizes by broadcasting."""
    if all(value.ints is not None or value.weak for value in values) and any(value.ints for value in values):
        tried = call(function, list(values))
        if isinstance(tried, Tensor) and tried.kind == "i":
            return tried
    sizes: list[Dims] = [() if value.cell else value.dims for value in values]
    dims = sizes[0]
    for size in sizes[1:]:
        dims = broadcast(dims, size)
    kind, dtype, weak = _result_dtype(function, values)
    if function in (max, min) and any(value.cell for value in values):  # one of the operands itself
        return Tensor(kind, dtype, cell=True)
    return Tensor(kind, dtype, dims, weak and dims == ())


def _result_dtype(function: Callable[..., Any], values: list[Tensor]) -> tuple[str, Any, bool]:
    key = (id(function), *((value.kind, value.dtype, value.weak) for value in values))
    if key not in _dtype_cache:
        _dtype_cache[key] = _try_dtype(function, values)
    found = _dtype_cache[key]
    if found is not None:
        return found
    kind = values[0].kind
    for value in values[1:]:
        kind = join_kinds(kind, value.kind)
    if function in ARITHMETIC and any(value.kind == "c" for value in values):
        return "c", None, False
    return ("?" if kind in "bi?" else kind), None, False


def _try_dtype(function: Callable[..., Any], values: list[Tensor]) -> tuple[str, Any, bool] | None:
    if any(value.kind == "?" for value in values):
        return None
    plain = {"b": True, "i": 1, "f": 0.5, "c": 0.5 + 0.5j}
    told = all(value.weak or value.dtype is not None for value in values)
    operands = [
        plain[v.kind] if v.weak else np.full((), 1, v.dtype or type(plain[v.kind]))[()] for v in values
    ]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            result = function(*operands)
    except Exception:
        return None
    out = abstract(result, result)
    return (out.kind, out.dtype if told else None, out.weak and told) if isinstance(out, Tensor) else None


def matrix_product(values: list[Tensor]) -> Value:
    """The type of ``a @ b``. The sizes that are summed over are not in it; they are equal when the program runs."""
    found = call(operator.matmul, list(values))
    a, b = (value.dims for value in values)
    if isinstance(found, Tensor) or not a or not b or max(len(a), len(b)) > 2:
        return _or_unknown_shape(found, list(values))
    kind, dtype, _ = _result_dtype(operator.mul, values)
    return Tensor(kind, dtype, (*a[:-1], *b[1:]))


def like(value: Value) -> Value:
    """A value of the same structure that holds other numbers."""
    match value:
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(like, items)), cls)
        case Lst(elem=elem, items=items):
            return Lst(like(elem), None if items is None else tuple(map(like, items)))
        case Dct(elem=elem, items=items):
            return Dct(like(elem), None if items is None else tuple((key, like(item)) for key, item in items))
        case Obj(attrs=attrs):
            return replace(value, attrs=tuple((name, like(item)) for name, item in attrs))
        case _:
            return weaken(value)


def _or_unknown_shape(found: Value, values: list[Value]) -> Value:
    if isinstance(found, Tensor):
        return found
    return unknown_shape(values)


def _leaves(values: Iterable[Value]) -> Iterator[Value]:
    """What lists and tuples are made of: `np.array` makes one array of a nest, and axes are a list of integers."""
    for value in values:
        plain = number(value)
        if isinstance(plain, (Tup, Lst)) and plain.items:
            yield from _leaves(plain.items)
        elif isinstance(plain, Lst) and plain.items is None:
            yield from _leaves([plain.elem])
        else:
            yield plain


# constants that a result's dtype does not follow from
TELLS_NO_DTYPE = (str, bytes, type(None), bool, slice, type, np.dtype, tuple, list, dict, types.FunctionType)


def unknown_shape(values: list[Value]) -> Value:
    """A numeric result of which only the kind and dtype can be told."""
    kind, dtypes = "b", set()
    for part in map(number, _leaves(values)):
        if not isinstance(part, Tensor):
            if (isinstance(part, Known) and isinstance(part.value, TELLS_NO_DTYPE)) or (
                isinstance(part, Other) and part.kind in ("str", "bytes", "slice", "dtype", "bool", "type")
            ):
                continue
            return Tensor("?")
        kind = join_kinds(kind, part.kind)
        dtypes.add(part.dtype)
    return Tensor(kind if kind in "fc" else "?", dtypes.pop() if len(dtypes) == 1 and kind in "fc" else None)


# ── parts of containers ──────────────────────────────────────────────────────────────────────────────────


def is_indexed(value: Value) -> bool:
    """Whether element number i of an iterable is ``value[i]``."""
    if isinstance(value, Known):
        return not isinstance(value.value, (SourceClass, Mapping))
    return isinstance(value, (Tensor, Lst)) or (hasattr(value, "items") and not isinstance(value, Dct))


def element(value: Value) -> Value:
    """What iterating over a value yields."""
    match value:
        case Tensor(dims=dims, kind=kind, dtype=dtype):
            return Tensor(kind, dtype, dims[1:] if dims else None)
        case Lst(elem=elem):
            return elem
        case Tup(items=items):
            found: Value = NEVER
            for item in items:
                found = item if found == NEVER else join(found, item)
            return found
        case Rng():
            return Tensor("i", np.dtype(int), (), weak=True)
        case Dct(items=None):
            return keys_of(value) if isinstance(number(keys_of(value)), Tensor) else TOP
        case Dct(items=items):
            assert items is not None
            return Other("key") if len(items) != 1 else Known(items[0][0])
        case Known(value=str()) | Other(kind="str"):
            return Other("str")
        case Known(value=np.ndarray() as known):
            return element(number(Known(known)))
        case Known(value=tuple() | list() as known):
            return element(Tup(tuple(Known(item) for item in known)))
        case Other():
            return Other("element")
        case _:
            return unknown_of(value)


MAX_WATCHED = 256  # elements of a live list: each call looks at them again


def items_of(value: Value) -> tuple[Value, ...] | None:
    """The elements of a sequence, where they are known. What is read of a live one is noted: it may change."""
    if isinstance(value, Known) and isinstance(value.value, (tuple, list)):
        if isinstance(value.value, list) and len(value.value) > MAX_WATCHED:
            return None
        note_contents(value.value, range(len(value.value)))
        return tuple(Known(item) for item in value.value)
    return value.items if isinstance(value, (Tup, Lst)) else None


def length(value: Value) -> Value:
    match value:
        case Tup(items=items):
            return Known(len(items))
        case Lst(items=items) if items is not None:
            return Known(len(items))
        case Known(value=known) if hasattr(known, "__len__"):
            note_length(known)
            return Known(len(known))
        case Tensor(dims=dims) if dims:
            return size_value(dims[0])
        case Rng(args=args) if args:
            return call(lambda *a: len(range(*a)), list(args))
        case _:
            return Tensor("i", np.dtype(int), (), weak=True)


def size_value(size: Dim) -> Value:
    if size is None:
        return Tensor("i", np.dtype(int), (), weak=True)
    if isinstance(size, int):
        return Known(size)
    return Tensor("i", np.dtype(int), (), True, size)


def item(value: Value, index: Any) -> Value:
    """The type of ``value[index]``; `index` holds abstract values in place of atoms (see `index_value`)."""
    if value == NEVER:
        return NEVER
    match value, index:
        case ((Tup(items=items) | Lst(items=tuple() as items)), Known(value=int() as at)) if (
            -len(items) <= at < len(items)
        ):
            return items[at]
        case Tup(items=items), slice() if (plain := _plain_slice(index)) is not None:
            return Tup(items[plain])
        case Tup() as tup, _:
            return element(tup)
        case Lst() as lst, slice():
            return Lst(lst.elem)
        case Lst() as lst, _:
            return lst.elem
        case Dct() as dct, Known(value=key):
            if dct.items is not None and key in dict(dct.items):
                return dict(dct.items)[key]
            return dct.elem
        case Dct() as dct, _:
            return dct.elem
        case Known(value=dict() | list() | tuple() as known), Known(value=key):
            note_item(known, key)
            try:
                return Known(known[key])
            except (LookupError, TypeError):
                return TOP
        case ((Known(value=str()) | Other(kind="str")), _):
            return Other("str")
        case _:
            value = number(present(value))
            return array_item(value, index) if isinstance(value, Tensor) else unknown_of(value)


def _plain_slice(index: slice) -> slice | None:
    parts: list[int | None] = []
    for part in (index.start, index.stop, index.step):
        if part is None:
            parts.append(None)
        elif isinstance(part, Known) and isinstance(part.value, int):
            parts.append(part.value)
        else:
            return None
    return slice(*parts)
