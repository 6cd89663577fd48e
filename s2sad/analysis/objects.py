"""Attributes of values, and the operators that a user's class defines."""

from __future__ import annotations

import numpy as np

from s2sad.analysis import infer, protocols
from s2sad.analysis.calls import Calls
from s2sad.analysis.records import field_names
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    INT,
    TOP,
    Bound,
    Known,
    Lst,
    Maybe,
    Obj,
    Other,
    Tensor,
    Top,
    Tup,
    Value,
    number,
    unknown_of,
)
from s2sad.frontend.lookups import note_attribute
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import (
    Atom,
    Const,
    GetAttr,
    GetItem,
    MethodCall,
)
from s2sad.rules import declare

#: The fields of what NumPy's functions return, where its class is not known.
RESULTS = (
    ("sign", "logabsdet"),
    ("eigenvalues", "eigenvectors"),
    ("Q", "R"),
    ("U", "S", "Vh"),
    ("root", "converged"),
    ("x", "success"),
    ("x", "success", "fun"),
)


class Objects(Calls):
    """The part of a walk that reads attributes."""

    def attribute(self, expr: GetAttr) -> Found:
        value, name = self.value(expr.obj), expr.name
        match value:
            case Lst(made=(_, limit)) if name == "maxlen":
                return Known(limit), Const(limit)
            case Obj(cls=cls):
                held = value.attr(name)
                if isinstance(held, Maybe):
                    protocols.refuse_maybe_cached(self, name)
                if isinstance(held, Known):
                    return self.live(held.value), expr
                if held is not None:
                    return held, expr
                return self.class_member(cls, expr)
            case Tup(cls=SourceClass() as cls, items=items):
                fields = field_names(cls)
                if name in fields:
                    return items[fields.index(name)], expr
                return self.class_member(cls, expr)
            case Tup(cls=cls, items=items):  # of NumPy's: by position, since its tangent is a plain tuple
                fitting = (names for names in (field_names(cls), *RESULTS) if len(names) == len(items))
                named = next((names for names in fitting if name in names), ())
                if named:
                    place = named.index(name)
                    return items[place], GetItem(expr.obj, Const(place))
                return TOP, expr
            case Top(objects=True):
                return unknown_of(value), expr
            case Known(value=SourceClass() as cls):
                method = cls.method(name)
                return (Known(method) if method is not None else self.class_attribute(cls, name)), expr
            case Known(value=known) if not isinstance(known, (np.ndarray, np.generic)):
                note_attribute(known, name)
                try:
                    return self.live(getattr(known, name)), expr
                except AttributeError:
                    return TOP, expr
            case _:
                return self.array_attribute(number(value), name), expr

    def class_member(self, cls: SourceClass, expr: GetAttr) -> Found:
        """What an object reads of its class: a property, a bound method, a constant."""
        name = expr.name
        getter = cls.property(name)
        if getter is not None and protocols.is_cached(cls, name, getter):
            return protocols.cached_property(self, expr, getter)
        if getter is not None:
            return self.call_function(getter, None, (expr.obj,), (), expr)
        method = cls.method(name)
        if method is not None:
            return Bound(Known(method), (expr.obj,)), expr
        hooked = protocols.missing_attribute(self, cls, expr.obj, name)
        return hooked or (self.class_attribute(cls, name), expr)

    def class_attribute(self, cls: SourceClass, name: str) -> Value:
        live = getattr(cls, "live", None)
        if live is not None and hasattr(live, name):
            return Known(getattr(live, name))
        return TOP

    def array_attribute(self, value: Value, name: str) -> Value:
        if isinstance(value, Tensor):
            match name:
                case "shape":
                    return Lst(INT) if value.dims is None else Tup(tuple(map(infer.size_value, value.dims)))
                case "ndim":
                    return INT if value.dims is None else Known(len(value.dims))
                case "dtype":
                    return Other("dtype") if value.dtype is None else Known(value.dtype)
                case "size":
                    found = infer.call(np.size, [value])
                    return INT if found == TOP else found
                case _:
                    rule = declare.find_attribute(name)
                    if rule is None and name not in ("itemsize", "nbytes"):
                        return TOP  # `base`, `flags`, `strides`: a sample does not tell where an array's memory lies
                    found = infer.call(lambda a: getattr(a, name), [value], sizes=True)
                    return infer.unknown_shape([value]) if found == TOP and rule is not None else found
        match name:
            case "shape":
                return Lst(INT)
            case "ndim" | "size":
                return INT
            case "dtype":
                return Other("dtype")
            case _:
                return TOP if declare.find_attribute(name) is None else Tensor("?")

    def object_operator(self, kind: str, args: tuple[Atom, ...], values: list[Value]) -> Found | None:
        """Operators that a user's class defines."""
        names = OPERATOR_METHODS.get(kind)
        if names is None:
            return None
        for position, name in enumerate(names[: len(args)]):
            value = values[position]
            method = value.cls.method(name) if isinstance(value, Obj) else None
            if method is not None:
                operands = args if position == 0 else tuple(reversed(args))
                return self.call_function(
                    method, None, operands, (), MethodCall(operands[0], name, operands[1:])
                )
        return None


OPERATOR_METHODS = {
    "add": ("__add__", "__radd__"), "sub": ("__sub__", "__rsub__"), "mul": ("__mul__", "__rmul__"),
    "truediv": ("__truediv__", "__rtruediv__"), "pow": ("__pow__", "__rpow__"), "matmul": ("__matmul__", "__rmatmul__"),
    "mod": ("__mod__", "__rmod__"), "floordiv": ("__floordiv__", "__rfloordiv__"), "pos": ("__pos__",),
    "neg": ("__neg__",), "lt": ("__lt__", "__gt__"), "gt": ("__gt__", "__lt__"), "le": ("__le__", "__ge__"),
    "ge": ("__ge__", "__le__"), "eq": ("__eq__", "__eq__"),
}  # fmt: skip
