"""NumPy's functions that write to an array they are given: `out=`, `np.copyto`, `a.sort()`, `np.multiply.at`, `a.flat`.

Each is read as the stores that it stands for, so that every later stage meets stores only.  Where a call cannot be
said as a store it stays as it is, and is refused if it matters.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from s2sad.analysis.scope import Found
from s2sad.analysis.values import Known, Lst, Tensor, Tup, Value, number, same_shape
from s2sad.frontend.resolve import Live, from_function
from s2sad.ir.nodes import (
    Atom,
    AugItem,
    Build,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    SetItem,
    Var,
)
from s2sad.ir.walk import index_items
from s2sad.rules import declare, writes

Operands = tuple[Atom, ...]
Keywords = tuple[tuple[str, Atom], ...]


def _library(name: str, function: Any) -> Ref:
    return Ref(name, Live(function))


def _held(frame: Any, expr: Expr) -> Atom:
    """The value of an expression, in a variable."""
    value, made = frame.expr(expr)
    return made if isinstance(made, (Var, Const)) else frame.temp(made, value)


def _array(frame: Any, atom: Any) -> Tensor | None:
    """The type of an operand that is an array for sure."""
    value = number(frame.value(atom)) if isinstance(atom, Var) else None
    return value if isinstance(value, Tensor) and value.dims not in ((), None) else None


def _writable(frame: Any, atom: Any) -> Tensor | None:
    """The type of an operand that is written to: an array, else the program raises."""
    value = number(frame.value(atom)) if isinstance(atom, Var) else None
    return value if isinstance(value, Tensor) and value.dims != () else None


def _fits(target: Tensor, value: Value) -> bool:
    """Whether NumPy casts such a value to the target's dtype without being told to."""
    plain = number(value)
    if not isinstance(plain, Tensor):
        return isinstance(plain, Lst)
    order = "bifc"
    return "?" in (plain.kind, target.kind) or order.index(plain.kind) <= order.index(target.kind)


# ── out= ─────────────────────────────────────────────────────────────────────────────────────────────────


def with_out(frame: Any, function: Any, args: Operands, kwargs: Keywords) -> Found | None:
    """``np.add(a, b, out=c)`` as ``c[...] = np.add(a, b)``; the value of the call is `c`."""
    found = _split(frame, function, args, kwargs)
    if found is None:
        return None
    out, args, kwargs = found
    mask = dict(kwargs).get("where")
    if mask is not None:
        if not isinstance(function, np.ufunc):
            return None
        kwargs = tuple(pair for pair in kwargs if pair[0] != "where")
    name = f"np.{function.__name__}"
    return _stored(frame, out, mask, lambda: frame.expr(Call(_library(name, function), args, kwargs)))


def method_with_out(frame: Any, expr: MethodCall) -> Found | None:
    """``a.sum(out=b)``."""
    out = dict(expr.kwargs).get("out")
    if out is None or declare.find_method(expr.name) is None or _array(frame, expr.obj) is None:
        return None
    rest = tuple(pair for pair in expr.kwargs if pair[0] != "out")
    return _stored(frame, out, None, lambda: frame.expr(MethodCall(expr.obj, expr.name, expr.args, rest)))


def _stored(frame: Any, out: Atom, mask: Atom | None, compute: Any) -> Found | None:
    target = _writable(frame, out)
    if target is None:
        return None
    value, expr = compute()
    if expr is None or not _fits(target, value):
        return None
    result = expr if isinstance(expr, (Var, Const)) else frame.temp(expr, value)
    if mask is not None:
        chosen = Call(_library("np.where", np.where), (mask, result, out))
        result = _held(frame, chosen)
    _store(frame, out, result)
    return frame.value(out), out


def _store(frame: Any, out: Atom, value: Atom) -> None:
    """Fill an array, or the part of one that a view stands for."""
    place = frame.definition(out)
    span = frame.stmt_now.span
    if isinstance(place, GetItem) and _is_view(frame, place):
        frame.stmt(SetItem(place.obj, place.index, value, span=span))
    else:
        frame.stmt(SetItem(out, Const(...), value, span=span))


def _is_view(frame: Any, place: GetItem) -> bool:
    """Whether an item is surely a view of an array: not an element of a list, nor a copy made by an index array."""
    if _array(frame, place.obj) is None:
        return False
    parts = index_items(place.index)
    kinds = [number(frame.value(part)) for part in parts if isinstance(part, Var)]
    return all(isinstance(kind, Tensor) and kind.kind == "i" and kind.dims == () for kind in kinds)


def _split(
    frame: Any, function: Any, args: Operands, kwargs: Keywords
) -> tuple[Atom, Operands, Keywords] | None:
    """The array that a call writes its result to, and the call without it."""
    named = dict(kwargs)
    out: Atom | None = named.pop("out", None)
    if out is None and isinstance(function, np.ufunc):
        if function.nout == 1 and len(args) == function.nin + 1:
            *args, out = args  # type: ignore[assignment]
    elif out is None:
        position = _out_position(function)
        if position is not None and len(args) > position:
            out, args = args[position], (*args[:position], *args[position + 1 :])
            if len(args) > position:
                return None
    if out is None or (isinstance(function, np.ufunc) and function.nout != 1):
        return None
    held: Any = frame.definition(out)
    if isinstance(frame.value(out), Tup) and isinstance(held, Build) and len(held.items) == 1:
        out = held.items[0]  # type: ignore[assignment]
    if declare.find(function) is None or not isinstance(out, Var):
        return None
    return out, tuple(args), tuple(named.items())


def _out_position(function: Any) -> int | None:
    if getattr(function, "__module__", "") != "numpy" or isinstance(function, type):
        return None
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return None
    plain = [name for name, parameter in parameters.items() if parameter.kind in declare.POSITIONAL]
    return plain.index("out") if "out" in plain else None


# ── functions that fill ──────────────────────────────────────────────────────────────────────────────────

Given = dict[str, Atom]


def _run(frame: Any, function: Any, *operands: Atom, expr: Expr | None = None) -> Found:
    done = frame.call_function(from_function(function), None, operands, (), expr)
    value, made = done
    if made is not None and not isinstance(made, (Var, Const)):
        frame.temp(made, value)
    return Known(None), Const(None)


def _copyto(frame: Any, dst: Atom, src: Atom, where: Atom | None = None) -> Any:
    return (writes.fill, dst, src) if where is None else (writes.copy_where, dst, src, where)


def _put(frame: Any, a: Atom, ind: Atom, v: Atom, mode: Atom = Const("raise")) -> Any:  # noqa: B008
    target, value = _array(frame, a), number(frame.value(v))
    assert target is not None and target.dims is not None
    if mode != Const("raise"):
        if mode not in (Const("wrap"), Const("clip")):
            return None
        ind = _kept_inside(frame, a, ind, mode)
    index = number(frame.value(ind))
    if isinstance(value, Tensor) and (value.dims == () or _as_long(value, index)):
        return (writes.put_into_vector if len(target.dims) == 1 else writes.put), a, ind, v
    return writes.put_in_turn, a, ind, v


def _kept_inside(frame: Any, a: Atom, ind: Atom, mode: Atom) -> Atom:
    """The places that ``mode="wrap"`` and ``mode="clip"`` make of those outside of the array."""
    size = _held(frame, Call(_library("np.size", np.size), (a,)))
    if mode == Const("wrap"):
        return _held(frame, Call(_library("np.mod", np.mod), (ind, size)))
    last = _held(frame, Op("sub", (size, Const(1))))
    return _held(frame, Call(_library("np.clip", np.clip), (ind, Const(0), last)))


def _as_long(value: Tensor, index: Value) -> bool:
    if isinstance(index, Lst) and index.items is not None:
        return value.dims == (len(index.items),)
    return isinstance(index, Tensor) and same_shape(value.dims, index.dims)


def _putmask(frame: Any, a: Atom, mask: Atom, values: Atom) -> Any:
    target, given = _array(frame, a), number(frame.value(values))
    same = isinstance(given, Tensor) and target is not None and (
        given.dims == () or same_shape(given.dims, target.dims)
    )  # fmt: skip
    return (writes.copy_where, a, values, mask) if same else (writes.masked_in_turn, a, mask, values)


def _place(frame: Any, arr: Atom, mask: Atom, vals: Atom) -> Any:
    return writes.place, arr, mask, vals


def _put_along_axis(frame: Any, arr: Atom, indices: Atom, values: Atom, axis: Atom = Const(-1)) -> Any:  # noqa: B008
    return writes.put_along_axis, arr, indices, values, axis


def _fill_diagonal(frame: Any, a: Atom, val: Atom) -> Any:
    target, value = _array(frame, a), number(frame.value(val))
    if target is None or target.dims is None or len(target.dims) != 2:
        return None
    fits = isinstance(value, Tensor) and value.dims is not None and (
        value.dims == () or (target.dims[0] == target.dims[1] and same_shape(value.dims, target.dims[:1]))
    )  # fmt: skip
    return (writes.fill_diagonal if fits else writes.fill_diagonal_in_turn), a, val


FILLING: dict[Any, Any] = {
    np.copyto: _copyto, np.put: _put, np.putmask: _putmask, np.place: _place, np.put_along_axis: _put_along_axis,
    np.fill_diagonal: _fill_diagonal,
}  # fmt: skip
FILLING_METHODS: dict[str, Any] = {
    "fill": lambda frame, a, value: (writes.fill, a, value),
    "put": _put,
    "sort": lambda frame, a, axis=Const(-1): (writes.sort, a, axis),  # noqa: B008
    "partition": lambda frame, a, kth, axis=Const(-1): (writes.partition, a, kth, axis),  # noqa: B008
}


def filling(frame: Any, function: Any, args: Operands, kwargs: Keywords, expr: Expr) -> Found | None:
    """``np.copyto(a, b)`` and its relatives."""
    words = next((words for known, words in FILLING.items() if known is function), None)
    if words is not None and args and _array(frame, args[0]) is not None:
        return _said(frame, words, args, kwargs, expr)
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        axis = dict(kwargs).get("axis")
        if not kwargs or (len(kwargs) == 1 and axis is not None and len(args) == 1):
            given = (*args, axis) if axis is not None else args
            return _ufunc_method(frame, owner, function.__name__, given, expr)
    return None


def filling_method(frame: Any, expr: MethodCall) -> Found | None:
    """``a.fill(v)``, ``a.sort()``, ``a.item(3)``."""
    array = _array(frame, expr.obj)
    if array is None:
        return None
    if expr.name == "item" and expr.args and not expr.kwargs:
        return _item(frame, expr, array)
    words = FILLING_METHODS.get(expr.name)
    return None if words is None else _said(frame, words, (expr.obj, *expr.args), expr.kwargs, expr)


def _said(frame: Any, words: Any, args: Any, kwargs: Any, expr: Expr) -> Found | None:
    try:
        bound = inspect.signature(words).bind(frame, *args, **dict(kwargs))
    except TypeError:
        return None
    spoken = words(*bound.args, **bound.kwargs)
    if spoken is None:
        return None
    function, target, *rest = spoken
    array = _array(frame, target)
    written = rest[-1] if function not in (writes.copy_where, writes.sort, writes.partition) else rest[0]
    if array is None or (
        function not in (writes.sort, writes.partition) and not _fits(array, frame.value(written))
    ):
        return None
    return _run(frame, function, target, *rest, expr=expr)


def _item(frame: Any, expr: MethodCall, array: Tensor) -> Found:
    assert array.dims is not None
    place = frame.value(expr.args[0])
    by_tuple = isinstance(place, Tup) or (isinstance(place, Known) and isinstance(place.value, tuple))
    if (by_tuple and len(expr.args) == 1) or len(expr.args) == len(array.dims) == 1:
        return frame.expr(GetItem(expr.obj, expr.args[0]))  # type: ignore[arg-type]
    if len(expr.args) == 1:
        flat = _held(frame, Call(_library("np.ravel", np.ravel), (expr.obj,)))
        return frame.expr(GetItem(flat, expr.args[0]))  # type: ignore[arg-type]
    index = _held(frame, Build("tuple", expr.args))
    return frame.expr(GetItem(expr.obj, index))


# ── methods of ufuncs ────────────────────────────────────────────────────────────────────────────────────


def _ufunc_method(frame: Any, ufunc: np.ufunc, name: str, args: Operands, expr: Expr) -> Found | None:
    function = _library(f"np.{ufunc.__name__}", ufunc)
    match name, args:
        case "outer", (a, b):
            kinds = [number(frame.value(arg)) for arg in args]
            if not all(isinstance(kind, Tensor) and kind.dims is not None for kind in kinds):
                return None
            plain = all(len(kind.dims) == 1 for kind in kinds)  # type: ignore[union-attr,arg-type]
            words = writes.outer_of_vectors if plain else writes.outer
            return frame.call_function(from_function(words), None, (function, a, b), (), None)
        case "at", (a, indices, *rest) if ufunc not in (np.add, np.subtract):
            index = number(frame.value(indices))
            known = isinstance(index, Lst) or (isinstance(index, Tensor) and index.kind == "i" and index.dims)
            target = _array(frame, a)
            if not known or target is None or not all(_fits(target, frame.value(b)) for b in rest):
                return None
            return _run(frame, writes.at if rest else writes.at_unary, function, a, indices, *rest, expr=expr)
        case "reduce", (a, *rest) if len(rest) <= 1 and ufunc in REDUCING:
            axis = rest[0] if rest else Const(0)
            name = REDUCING[ufunc]
            return frame.expr(Call(_library(f"np.{name}", getattr(np, name)), (a, axis)))
        case "accumulate", (a, *rest) if len(rest) <= 1 and ufunc in SCANNING and _array(frame, a):
            axis = rest[0] if rest else Const(0)
            name = SCANNING[ufunc]
            return frame.expr(Call(_library(f"np.{name}", getattr(np, name)), (a, axis)))
        case _:
            return None


REDUCING = {np.add: "sum", np.multiply: "prod", np.maximum: "max", np.minimum: "min"}
SCANNING = {np.add: "cumsum", np.multiply: "cumprod"}


# ── a.flat ───────────────────────────────────────────────────────────────────────────────────────────────


def _flattened(frame: Any, atom: Any) -> tuple[Var, Tensor] | None:
    """The array whose `flat` an operand is."""
    made = frame.definition(atom) if isinstance(atom, Var) else None
    if not (isinstance(made, GetAttr) and made.name == "flat" and isinstance(made.obj, Var)):
        return None
    array = _array(frame, made.obj)
    return None if array is None else (made.obj, array)


def flat_item(frame: Any, expr: GetItem) -> Found | None:
    """``a.flat[i]``"""
    found = _flattened(frame, expr.obj)
    if found is None:
        return None
    obj, array = found
    if len(array.dims or ()) == 1:
        return frame.expr(GetItem(obj, expr.index))
    flat = _held(frame, Call(_library("np.ravel", np.ravel), (obj,)))
    return frame.expr(GetItem(flat, expr.index))


def flat_store(frame: Any, stmt: Any) -> bool:
    """``a.flat[i] = v``, ``a.flat[i] += v``, ``a.flat = v``"""
    if isinstance(stmt, SetAttr) and stmt.name == "flat":
        array = _array(frame, stmt.obj)
        given = number(frame.value(stmt.value))
        if array is None or not (isinstance(given, Tensor) and given.dims is not None):
            return False
        value: Atom = stmt.value
        if given.dims != () and not same_shape(given.dims, array.dims):
            shape = _held(frame, GetAttr(stmt.obj, "shape"))
            value = _held(frame, Call(_library("np.resize", np.resize), (stmt.value, shape)))
        frame.stmt(SetItem(stmt.obj, Const(...), value, span=stmt.span))
        return True
    if not isinstance(stmt, (SetItem, AugItem)):
        return False
    found = _flattened(frame, stmt.obj)
    if found is None:
        return False
    obj, array = found
    index: Any = stmt.index
    if len(array.dims or ()) != 1:
        shape = _held(frame, GetAttr(obj, "shape"))
        places = Call(_library("_flat_places", writes._flat_places), (frame.index_operand(index), shape))
        index = _held(frame, places)
    if isinstance(stmt, SetItem):
        frame.stmt(SetItem(obj, index, stmt.value, span=stmt.span, notes=stmt.notes))
    else:
        frame.stmt(AugItem(obj, index, stmt.op, stmt.value, span=stmt.span, notes=stmt.notes))
    return True
