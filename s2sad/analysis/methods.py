"""Methods of objects, containers, strings and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis import frozen, infer, known_calls, protocols, records, sequences, starred, untold, writing
from s2sad.analysis.binding import expand_stars
from s2sad.analysis.fillers import as_view, reshaped
from s2sad.analysis.objects import Objects
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    BOOL,
    INT,
    TOP,
    Bound,
    Dct,
    Fn,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Top,
    Tup,
    Value,
    join,
    join_keys,
    keys_of,
    number,
    unknown_of,
)
from s2sad.frontend.lookups import note_contents
from s2sad.frontend.resolve import SourceClass, SourceFunction, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Call,
    Const,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Ref,
    SetItem,
    Var,
)
from s2sad.rules import declare
from s2sad.rules.stand_ins import stand_in


class Methods(Objects):
    """The part of a walk that resolves method calls."""

    def method_call(self, expr: MethodCall) -> Found:
        args, kwargs = expand_stars(self, expr.args, expr.kwargs)
        if args is None:
            return starred.method_call(self, expr)
        expr = MethodCall(expr.obj, expr.name, args, kwargs)
        value = self.value(expr.obj)
        if (of_frozen := frozen.method(self, expr)) is not None:
            return of_frozen
        match value:
            case Obj(cls=cls):
                held = value.attr(expr.name)
                if isinstance(held, Known):
                    held = self.live(held.value)
                if held is not None:
                    holder = self.temp(GetAttr(expr.obj, expr.name), held)
                    return self.call_value(held, args, kwargs, Call(holder, args, kwargs))
                method = cls.method(expr.name)
                shared = protocols.class_method(cls, expr.name, Ref(cls.name, cls))
                if shared is not None:
                    return self.call_function(shared[0], None, (*shared[1], *args), kwargs, expr)
                if method is None:
                    return TOP, expr
                first = () if getattr(method, "is_static", False) else (expr.obj,)
                return self.call_function(method, None, (*first, *args), kwargs, expr)
            case Known(value=SourceClass() as cls) if expr.name == "__new__" and not cls.method("__new__"):
                # as generated code makes an instance, to store its attributes one by one
                return Obj(cls), expr
            case Known(value=SourceClass() as cls):
                method = cls.method(expr.name)
                shared = protocols.class_method(cls, expr.name, expr.obj)
                if shared is not None:
                    return self.call_function(shared[0], None, (*shared[1], *args), kwargs, expr)
                return (TOP, expr) if method is None else self.call_function(method, None, args, kwargs, expr)
            case Known(value=known) if not isinstance(
                known, (np.ndarray, np.generic, str, tuple, list, dict, float, int)
            ):
                target = getattr(known, expr.name, None)
                return (TOP, expr) if target is None else self.call_value(Known(target), args, kwargs, expr)
            case Tup(cls=cls) if cls is not None:
                found = records.tuple_method(self, value, expr, args, kwargs)  # type: ignore[arg-type]
                return found or (self.array_method(value, expr), expr)
            case Dct() if expr.name == "update" and self.written_out(expr, args, kwargs):
                return Known(None), Const(None)
            case Dct() if expr.name == "setdefault" and len(args) == 2:
                return self.set_default(expr, *args)
            case Lst() | Dct():
                followed = sequences.method(self, value, expr, args, kwargs)  # type: ignore[arg-type]
                return followed or (self.container_method(value, expr, args), expr)
            case Top(objects=True):
                return unknown_of(value), expr
            case Known(value=str()) | Other(kind="str"):
                return self.text_method(value, expr), expr
            case Other(kind="super"):
                return protocols.super_call(self, expr, args, kwargs) or (TOP, expr)
            case Other(kind=kind) if kind in known_calls.GENERATORS:
                options = {key: self.value(arg) for key, arg in kwargs}
                return self.drawn(kind, expr.name, [self.value(arg) for arg in args], options), expr
            case Known(value=dict() as known) if expr.name in ("items", "values", "keys", "get"):
                return self.read_dict(known, expr, args), expr
            case Known(value=dict() | list() | tuple()):
                return TOP, expr
            case _:
                written = writing.filling_method(self, expr) or writing.method_with_out(self, expr)
                return written or self.as_function(value, expr) or (self.array_method(value, expr), expr)

    def as_function(self, value: Value, expr: MethodCall) -> Found | None:
        """``a.std(where=m)`` as ``np.std(a, where=m)``, where another function stands in for calls with such an option."""
        function = getattr(np, expr.name, None)
        given = {key: getattr(self.value(arg), "value", self) for key, arg in expr.kwargs if key is not None}
        if not isinstance(number(value), Tensor) or declare.find_method(expr.name) is not declare.find(
            function
        ):
            return None
        if not given or stand_in(function, 1 + len(expr.args), given) is None:
            return None
        ref = Ref(f"np.{expr.name}", denote(function))
        return self.expr(Call(ref, (expr.obj, *expr.args), expr.kwargs))

    def read_dict(self, known: dict[Any, Any], expr: MethodCall, args: tuple[Atom, ...]) -> Value:
        """What a live dict holds. It is noted, since it may change."""
        if len(known) > infer.MAX_WATCHED or not all(isinstance(key, (str, int)) for key in known):
            return TOP
        note_contents(known, known)
        items = tuple((key, self.live(held)) for key, held in known.items())
        return self.container_method(
            Dct(infer.element(Tup(tuple(part for _, part in items))), items), expr, args
        )

    def written_out(
        self, expr: MethodCall, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...]
    ) -> bool:
        """``d.update(...)`` with known keys, as stores."""
        pairs: list[tuple[Atom, Atom]] = []
        for arg in args:
            value = self.value(arg)
            if not (isinstance(value, Dct) and value.items is not None):
                return False
            pairs += [(Const(key), self.temp(GetItem(arg, Const(key)), part)) for key, part in value.items]
        pairs += [(Const(key), atom) for key, atom in kwargs]
        for key, atom in pairs:
            self.stmt(SetItem(expr.obj, key, atom))
        return True

    def set_default(self, expr: MethodCall, key: Atom, default: Atom) -> Found:
        """``d.setdefault(key, default)``: a store where the key is not there yet, then a read."""
        absent = Var(self.session.fresh_temp())
        span = protocols.place(self)
        self.stmt(Assign(absent, Op("not_in", (key, expr.obj)), span=span))
        self.stmt(If(absent, (SetItem(expr.obj, key, default, span=span),), span=span))
        return self.expr(GetItem(expr.obj, key))

    def text_method(self, value: Value, expr: MethodCall) -> Value:
        given = [self.value(arg) for arg in expr.args]
        found = (
            infer.call(lambda text, *rest: getattr(text, expr.name)(*rest), [value, *given])
            if not expr.kwargs
            else TOP
        )
        if isinstance(found, Known):
            return found
        if expr.name.startswith(("is", "starts", "ends")):
            return BOOL
        if expr.name in known_calls.TEXT_METHODS_THAT_COUNT:
            return INT
        return Lst(Other("str")) if expr.name in ("split", "rsplit", "splitlines") else Other("str")

    def array_method(self, value: Value, expr: MethodCall) -> Value:
        name = expr.name
        values = [self.value(arg) for arg in expr.args]
        options = {key: self.value(arg) for key, arg in expr.kwargs if key is not None}
        if name == "copy" and not values:
            return value
        if name in ("nonzero", "compress"):  # their sizes depend on values
            return (
                untold.places(np.nonzero, [value]) or TOP
                if name == "nonzero"
                else infer.unknown_shape([value])
            )
        rule = declare.find_method(name)
        plain = number(value)
        if not isinstance(plain, Tensor):
            return TOP if rule is None or rule.kind == "constant" else Tensor("?")

        def called(a: Any, *rest: Any, **named: Any) -> Any:
            return getattr(a, name)(*rest, **named)

        found = infer.call(called, [plain, *values], options)
        if found == TOP and name == "reshape" and not options:
            found = reshaped([plain, *values])
        if name in ("reshape", "squeeze"):
            found = as_view(found, plain)
        if found != TOP or rule is None or rule.kind == "constant":
            return found
        function = getattr(np, name, None)
        if known_calls.contains(untold.MOVES, function):
            return infer.unknown_shape([plain])
        scalar = untold.total(function, [plain, *values], options)
        if (
            scalar is None
            and name == "astype"
            and not all(isinstance(v, Known) for v in (*values, *options.values()))
        ):
            return Tensor("?")
        return scalar if scalar is not None else untold.one_array(called, [plain, *values], options)

    def container_method(self, value: Lst | Dct, expr: MethodCall, args: tuple[Atom, ...]) -> Value:
        if expr.name == "append" and isinstance(value, Lst) and isinstance(expr.obj, Var) and len(args) == 1:
            kept = with_function(value, self.value(args[0]))
            if kept is not None:
                self.mutated(expr.obj, kept)
                return Known(None)
        given = [unbound(self.value(arg)) for arg in args]
        new: Value | None = None
        result: Value = Known(None)
        match value, expr.name, given:
            case Lst(), "append", [item]:
                new = Lst(join(value.elem, item))
            case Lst(), "insert", [_, item]:
                new = Lst(join(value.elem, item))
            case Lst(), "extend", [items]:
                elem = infer.element(items)
                new = Lst(join(value.elem, elem))
            case Lst(), "pop", _:
                new, result = Lst(value.elem), value.elem
            case Lst(), "reverse" | "sort" | "clear" | "remove", _:
                new = Lst(value.elem)
            case Lst() | Dct(), "copy", []:
                result = value
            case Lst(), "index" | "count", _:
                result = INT
            case Dct(), "items", []:
                pairs = None
                if value.items is not None:
                    pairs = tuple(Tup((Known(key), part)) for key, part in value.items)
                result = Lst(Tup((keys_of(value), value.elem)), pairs)
            case Dct(), "values", []:
                result = Lst(
                    value.elem, tuple(part for _, part in value.items) if value.items is not None else None
                )
            case Dct(), "keys", []:
                result = Lst(
                    keys_of(value),
                    tuple(Known(key) for key, _ in value.items) if value.items is not None else None,
                )
            case Dct(), "get", [key, *default]:
                found = infer.item(value, key)
                result = join(found, default[0]) if default else found
                if value.items is not None and isinstance(key, Known) and key.value in dict(value.items):
                    result = found
                elif value.items is not None and isinstance(key, Known):
                    result = default[0] if default else Known(None)
            case Dct(), "pop", [key, *_]:
                new, result = Dct(value.elem, key=keys_of(value)), infer.item(value, key)
            case Dct(), "update", [Dct() as other]:
                both = (
                    {**dict(value.items), **dict(other.items)}
                    if value.items is not None and other.items is not None
                    else None
                )
                elem = join(value.elem, other.elem)
                new = Dct(elem, tuple(both.items()) if both is not None else None)
            case Dct(), "setdefault", [key, item]:
                new, result = Dct(join(value.elem, item), key=join_keys(keys_of(value), key)), item
            case _:
                new, result = (Lst(TOP) if isinstance(value, Lst) else Dct(TOP)), TOP
        if new is not None and isinstance(expr.obj, Var):
            self.mutated(expr.obj, new)
        return result


def with_function(value: Lst, item: Value) -> Lst | None:
    """A list of functions with one more: which they are, and what they captured, stays known."""
    if value.items is None or not all(map(is_function, (*value.items, item))):
        return None
    return Lst(TOP, (*value.items, item))


def is_function(value: Value) -> bool:
    known = value.value if isinstance(value, Known) else None
    return isinstance(value, (Fn, Bound)) or callable(known) or isinstance(known, SourceFunction)


def unbound(value: Value) -> Value:
    """The type of a value that is put into a container: what a function captured cannot be told there."""
    captures = isinstance(value, Bound) or (isinstance(value, Fn) and bool(value.bindings))
    return TOP if captures else value
