"""Builtins that work on structure (`len`, `zip`, `isinstance`, `map`, ...), typed from the types of their operands.

A handler takes the walk and the operands of a call; it returns None where it knows no better than for any other function.
"""

from __future__ import annotations

import contextlib
import functools
import operator
import statistics
import string
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis import contexts, getters, infer, iterators, protocols, records, sequences, vectorized
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    INT,
    NEVER,
    TOP,
    Bound,
    Dct,
    Fn,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Tensor,
    Tup,
    Value,
    join,
    number,
)
from s2sad.analysis.weave import Names
from s2sad.frontend.resolve import SourceClass, SourceFunction, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    Call,
    Const,
    Expr,
    For,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Raise,
    Ref,
    SliceIndex,
    Stmt,
    Unpack,
    Var,
)
from s2sad.prelude import _unstack_like
from s2sad.rules import declare

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame


def _known(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    return Known(isinstance(value, Known) and isinstance(value.value, (int, float, complex))), Const(None)


def _len(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return infer.length(frame.value(args[0])), expr


def _range(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return Rng(tuple(frame.value(arg) for arg in args)), expr


def _zip(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    values = [frame.value(arg) for arg in args]
    items = [infer.items_of(value) for value in values]
    known = None
    if all(item is not None for item in items):
        known = tuple(Tup(parts) for parts in zip(*items, strict=False))
    strict = frame.value(kwargs["strict"]) if "strict" in kwargs else Known(False)
    if strict == Known(False) or (
        strict == Known(True) and not any(iterators.is_lazy(frame, a) for a in args)
    ):
        expr = Call(Ref("zip", denote(zip)), args)
        if strict == Known(True) and len({part and len(part) for part in items}) + (None in items) > 1:
            _check_lengths(frame, args)
    return Lst(Tup(tuple(map(infer.element, values))), known), expr


def _check_lengths(frame: Frame, args: tuple[Atom, ...]) -> None:
    """``zip(..., strict=True)``: raise where the lengths differ, ahead of the loop."""
    span = protocols.place(frame)
    sizes = [Var(frame.session.fresh_temp()) for _ in args]
    for size, arg in zip(sizes, args, strict=True):
        frame.stmt(Assign(size, Call(Ref("len", denote(len)), (arg,)), span=span))
    for size in sizes[1:]:
        differs = Var(frame.session.fresh_temp())
        frame.stmt(Assign(differs, Op("ne", (sizes[0], size)), span=span))
        error = Raise(Ref("ValueError", denote(ValueError)), span=span)
        frame.stmt(If(differs, (error,), span=span))


def _enumerate(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    items = infer.items_of(value)
    known = None if items is None else tuple(Tup((Known(i), item)) for i, item in enumerate(items))
    assert isinstance(expr, Call)
    if "start" in kwargs:  # by position, as all other code expects it
        expr = Call(expr.func, (*args, kwargs["start"]))
    if len(expr.args) > 1:
        known = None
    return Lst(Tup((INT, infer.element(value))), known), expr


def _reversed(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    if isinstance(value, Rng):
        return Rng(()), expr
    items = infer.items_of(value)
    return Lst(infer.element(value), items[::-1] if items is not None else None), expr


def _isinstance(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    told = _is_instance(frame.value(args[0]), _classes(frame.value(args[1])))
    return (Known(told) if told is not None else Other("bool")), expr


def _classes(value: Value) -> tuple[Any, ...]:
    match value:
        case Tup(items=items):
            return tuple(cls for item in items for cls in _classes(item))
        case Known(value=tuple() as known):
            return known
        case Known(value=known):
            return (known,)
        case _:
            return (None,)


def _is_instance(value: Value, classes: tuple[Any, ...]) -> bool | None:
    if None in classes:
        return None
    match value:
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            live = tuple(cls for cls in classes if isinstance(cls, type))
            return isinstance(known, live)
        case Obj(cls=cls):
            return any(
                cls.is_subclass(other) if hasattr(cls, "is_subclass") else cls is denote(other)
                for other in classes
            )
        case Tensor(kind=kind) if kind != "?":
            live = tuple(cls for cls in classes if isinstance(cls, type))
            told = {issubclass(kind, live) for kind in _possible_types(value)}
            return told.pop() if len(told) == 1 else None
        case Tup() | Lst() | Dct():
            plain = _container_class(value)
            return any(isinstance(cls, type) and issubclass(plain, cls) for cls in classes)
        case Fn() | Bound():
            return False
        case _:
            return None


def _container_class(value: Tup | Lst | Dct) -> type:
    made = getattr(value, "made", ())
    return made[0] if made else {"Tup": tuple, "Lst": list, "Dct": dict}[type(value).__name__]


def _possible_types(value: Tensor) -> set[type]:
    """The types that a number or array of this kind may have."""
    if value.dims:
        return {np.ndarray}
    python = {"b": bool, "i": int, "f": float, "c": complex}
    if value.weak and value.dtype is not None:
        return {python[value.kind]}
    plain = {python[kind] for kind in "bifc"[: "bifc".index(value.kind) + 1]}
    if value.weak:
        return plain
    if value.dtype is None:
        return {np.ndarray, *plain, *np.sctypeDict.values()}
    return {np.ndarray, value.dtype.type, python[value.kind]}


def _callable(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    match value:
        case Fn() | Bound() | Known(value=SourceFunction()):
            return Known(True), expr
        case Known(value=known):
            return Known(callable(known)), expr
        case Tensor() | Tup() | Lst() | Dct():
            return Known(False), expr
        case Obj(cls=cls):
            return Known(cls.method("__call__") is not None), expr
        case _:
            return Other("bool"), expr


def _issubdtype(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    match [frame.value(arg) for arg in args]:
        case [Known(value=type() | np.dtype() | str() as given), Known(value=type() as wanted)]:
            return Known(bool(np.issubdtype(given, wanted))), expr
        case _:
            return None


def _iscomplexobj(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """Real for sure; what is typed complex may be real in the end (`known_calls.MAY_BE_COMPLEX`)."""
    value = number(frame.value(args[0])) if len(args) == 1 else None
    return (Known(False), expr) if isinstance(value, Tensor) and value.kind in "bif" else None


def _hasattr(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value, name = frame.value(args[0]), frame.value(args[1])
    if not isinstance(name, Known):
        return Other("bool"), expr
    match value:
        case Obj(cls=cls):
            has = value.attr(name.value) is not None or cls.method(name.value) is not None
            return Known(has or frame.class_attribute(cls, name.value) != TOP), expr
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            return Known(hasattr(known, name.value)), expr
        case Tensor(weak=True, kind=kind, dims=()) if kind != "?":
            return Known(hasattr({"b": True, "i": 1, "f": 1.0, "c": 1j}[kind], name.value)), expr
        case Tensor(dims=dims) if dims:
            return Known(hasattr(np.ndarray, name.value)), expr
        case Tup() | Lst() | Dct():
            return Known(hasattr(_container_class(value), name.value)), expr
        case _:
            return Other("bool"), expr


def _getattr(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    name = frame.value(args[1])
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return None
    found = frame.attribute(GetAttr(args[0], name.value))
    if found[0] == TOP and len(args) == 3 and isinstance(frame.value(args[0]), Obj):
        return frame.value(args[2]), args[2]
    return found


def _type(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    value = frame.value(args[0])
    match value:
        case Obj(cls=cls):
            return Known(cls), expr
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            return Known(type(known)), expr
        case Tensor(weak=True, kind=kind, dims=()) if kind != "?":
            return Known({"b": bool, "i": int, "f": float, "c": complex}[kind]), expr
        case Tup(cls=None) | Lst() | Dct():
            return Known(_container_class(value)), expr
        case _:
            return Other("type"), expr


def _sequence(kind: str) -> Any:
    def build(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
        if not args:
            return (Lst(NEVER, ()) if kind == "list" else Tup(())), Build(kind, ())  # type: ignore[arg-type]
        value = frame.value(args[0])
        items = infer.items_of(value)
        if kind == "list":
            return Lst(infer.element(value), items), expr
        return (Tup(items) if items is not None else Lst(infer.element(value))), expr

    return build


def _dict(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    found: Value = Dct(NEVER, ())
    if args:
        value = frame.value(args[0])
        if not isinstance(value, Dct):
            return Dct(TOP), expr
        found = value
    assert isinstance(found, Dct)
    items = dict(found.items) if found.items is not None else None
    elem = found.elem
    for name, atom in kwargs.items():
        part = frame.value(atom)
        elem = join(elem, part)
        if items is not None:
            items[name] = part
    return Dct(elem, tuple(items.items()) if items is not None else None), expr


def _partial(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    held = [frame.temp(arg, frame.value(arg)) if isinstance(arg, Var) else arg for arg in args[1:]]
    named = [(k, frame.temp(a, frame.value(a)) if isinstance(a, Var) else a) for k, a in kwargs.items()]
    func = frame.value(args[0])
    return Bound(func, tuple(held), tuple(named)), expr


def _map(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    """``map(f, xs)`` is eager here: a list built by a loop."""
    func, *sequences = args
    collected = frame.temp(Build("list", ()), Lst(NEVER, ()))
    item, result = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    done = Var(frame.session.fresh_temp())
    if len(sequences) == 1:
        source: Var = (
            frame.temp(sequences[0], frame.value(sequences[0]))
            if not isinstance(sequences[0], Var)
            else sequences[0]
        )
        body: tuple[Stmt, ...] = (Assign(result, Call(func, (item,))),)
    else:
        source = Var(frame.session.fresh_temp())
        frame.stmt(Assign(source, Call(Ref("zip", denote(zip)), tuple(sequences))))
        parts = tuple(Var(frame.session.fresh_temp()) for _ in sequences)
        body = (Unpack(parts, item), Assign(result, Call(func, parts)))
    frame.stmt(
        For(item, source, (*body, Assign(done, MethodCall(collected, "append", (result,)))), sugar="listcomp")
    )
    return frame.value(collected), collected


def _filter(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    func, source = args
    collected = frame.temp(Build("list", ()), Lst(NEVER, ()))
    item, keep, done = (Var(frame.session.fresh_temp()) for _ in range(3))
    append = Assign(done, MethodCall(collected, "append", (item,)))
    test = Assign(keep, item if frame.value(func) == Known(None) else Call(func, (item,)))
    frame.stmt(For(item, source, (test, If(keep, (append,))), sugar="listcomp"))
    return frame.value(collected), collected


def _reduce(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    func, source, *start = args
    if not start:
        value = frame.value(source)
        items = infer.items_of(value)
        if items is None:
            return _reduce_list(frame, func, source)
        total: Atom = frame.temp(GetItem(source, Const(0)), items[0])
        for position in range(1, len(items)):
            part = frame.temp(GetItem(source, Const(position)), items[position])
            new = Var(frame.session.fresh_temp())
            frame.stmt(Assign(new, Call(func, (total, part))))
            total = new
        return frame.value(total), total
    total_var, item = Var(frame.session.fresh_name("total")), Var(frame.session.fresh_temp())
    frame.stmt(Assign(total_var, start[0]))
    new = Var(frame.session.fresh_temp())
    frame.stmt(For(item, source, (Assign(new, Call(func, (total_var, item))), Assign(total_var, new))))
    return frame.value(total_var), total_var


def _mean(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``statistics.mean(values)``"""
    if len(args) != 1 or kwargs or not isinstance(frame.value(args[0]), (Lst, Tup, Tensor)):
        return None
    span = protocols.place(frame)
    total, size = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    frame.stmt(Assign(total, Call(Ref("sum", denote(sum)), args), span=span))
    frame.stmt(Assign(size, Call(Ref("len", denote(len)), args), span=span))
    return frame.expr(Op("truediv", (total, size)))


def _extreme(kind: str) -> Any:
    """``max(..., key=f)`` and ``min(..., key=f)``: the best so far, and what `f` says of it."""

    def call(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
        if kwargs.keys() != {"key"} or frame.value(kwargs["key"]) == Known(None):
            return None
        items, source, span = args, None, protocols.place(frame)
        if len(args) == 1:
            value = frame.value(args[0])
            known = infer.items_of(value)
            if known is not None and 0 < len(known) <= 8:
                items = tuple(frame.temp(GetItem(args[0], Const(k)), part) for k, part in enumerate(known))
            else:
                source = args[0]
                if not isinstance(value, (Lst, Tensor)):
                    source = frame.temp(Call(Ref("list", denote(list)), args), Lst(infer.element(value)))
                items = (frame.temp(GetItem(source, Const(0)), infer.element(frame.value(source))),)
        assert frame.stmt_now is not None
        names = Names(frame.session, frame.stmt_now, frame.stmt_now)
        best, score = Var(names.local("best")), Var(names.local("score"))

        def challenge(item: Atom) -> tuple[Stmt, ...]:
            new, wins = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
            better = If(wins, (Assign(best, item), Assign(score, new)), span=span)
            return (
                Assign(new, Call(kwargs["key"], (item,)), span=span),
                Assign(wins, Op("gt" if kind == "max" else "lt", (new, score)), span=span),
                better,
            )

        frame.stmt(Assign(best, items[0], span=span))
        frame.stmt(Assign(score, Call(kwargs["key"], (items[0],)), span=span))
        for item in items[1:]:
            for stmt in challenge(item):
                frame.stmt(stmt)
        if source is not None:
            item = Var(frame.session.fresh_temp())
            frame.stmt(For(item, source, challenge(item), span=span))
        return frame.value(best), best

    return call


def _reduce_list(frame: Frame, func: Atom, source: Atom) -> Found | None:
    """``reduce(f, items)`` of a list whose length is not known: it starts with the first element."""
    if not isinstance(frame.value(source), Lst) or iterators.is_lazy(frame, source):
        return None
    first, rest = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    span = protocols.place(frame)
    frame.stmt(Assign(first, GetItem(source, Const(0)), span=span))
    frame.stmt(Assign(rest, GetItem(source, SliceIndex(Const(1), None, None)), span=span))
    return _reduce(frame, (func, rest, first), {}, Const(None))


def _einsum(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``np.einsum(a, [0, 1], b, [1, 2])``: with the subscripts as text, which the rule reads."""
    if len(args) < 2 or not isinstance(number(frame.value(args[0])), Tensor):
        return None
    subscripts = [_letters(frame.value(part)) for part in args[1::2]]
    result = "" if len(args) % 2 == 0 else _letters(frame.value(args[-1]))
    if None in subscripts or result is None:
        span = protocols.place(frame)
        refuse(frame.function.origin, span, "S2S022", "the subscripts of `np.einsum` are not known", 'write them as text: np.einsum("ij,jk", a, b)')  # fmt: skip
    text = ",".join(subscripts) + ("" if len(args) % 2 == 0 else f"->{result}")  # type: ignore[arg-type]
    return frame.expr(Call(Ref("np.einsum", denote(np.einsum)), (Const(text), *args[: 2 * len(subscripts) : 2]), tuple(kwargs.items())))  # fmt: skip


LETTERS: dict[Any, str] = {**dict(enumerate(string.ascii_uppercase + string.ascii_lowercase)), ...: "..."}


def _letters(subscripts: Value) -> str | None:
    items = infer.items_of(subscripts)
    known = [getattr(item, "value", None) for item in items or ()]
    if items is None or not all(part in LETTERS for part in known):
        return None
    return "".join(LETTERS[part] for part in known)


def _unstack(frame: Any, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    """A tuple whose length is not known is made a list, whose elements can be given adjoints one by one."""
    parts = frame.temp(expr, TOP)
    return Lst(Tensor("?")), Call(Ref("list", denote(list)), (parts,))


def _unstack_adjoint(
    frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr
) -> Found | None:
    """``[g[0], g[1]]`` for the adjoint of an array that is made of two numbers (or arrays), and so on inwards."""
    seed, like = args
    kind = frame.value(like)
    found = _unstacked(frame, seed, kind)
    if found is None and isinstance(kind, Lst):  # a list of unknown length, of new elements
        part = infer.element(frame.value(seed)) if isinstance(number(kind.elem), Tensor) else TOP
        return Lst(part), expr
    return found


def _unstacked(frame: Frame, seed: Atom, like: Value) -> Found | None:
    items = like.items if isinstance(like, (Tup, Lst)) and getattr(like, "cls", None) is None else None
    if items is None:
        return None
    parts: list[tuple[Value, Atom]] = []
    for position, item in enumerate(items):
        read = GetItem(seed, Const(position))
        kind = infer.item(frame.value(seed), Known(position))
        if isinstance(number(item), Tensor):
            parts.append((kind, frame.temp(read, kind)))
            continue
        inner = _unstacked(frame, frame.temp(read, kind), item)
        if inner is None:
            return None
        value, made = inner
        assert made is not None
        parts.append((value, frame.temp(made, value)))
    values = tuple(value for value, _ in parts)
    atoms = tuple(atom for _, atom in parts)
    if isinstance(like, Tup):
        return Tup(values), Build("tuple", atoms)
    return Lst(infer.element(Tup(values)), values), Build("list", atoms)


STRUCTURAL: dict[Any, Any] = {
    len: _len, range: _range, zip: _zip, enumerate: _enumerate, reversed: _reversed, isinstance: _isinstance,
    callable: _callable, hasattr: _hasattr, getattr: _getattr, type: _type, list: _sequence("list"),
    tuple: _sequence("tuple"), dict: _dict, functools.partial: _partial, map: _map, filter: _filter,
    functools.reduce: _reduce, declare.known: _known, setattr: protocols.set_attribute,
    object.__setattr__: protocols.set_attribute, super: protocols.super_object,
    **{kind: getters.maker(kind) for kind in (operator.itemgetter, operator.attrgetter, operator.methodcaller)},
    np.vectorize: vectorized.make, np.einsum: _einsum, np.issubdtype: _issubdtype, np.iscomplexobj: _iscomplexobj,
    **{function: protocols.conversion(function) for function in protocols.CONVERSIONS if function is not len},
    **sequences.HANDLERS, statistics.mean: _mean, statistics.fmean: _mean, iter: iterators.start, next: iterators.step, contextlib.nullcontext: contexts.null_context, max: _extreme("max"), min: _extreme("min"), **records.HANDLERS,
    _unstack_like: _unstack_adjoint,
    **({np.unstack: _unstack} if hasattr(np, "unstack") else {}),
}  # fmt: skip
