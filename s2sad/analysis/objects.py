"""Attributes of values, and the operators that a user's class defines."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import numpy as np

from s2sad.analysis import infer, protocols
from s2sad.analysis.calls import Calls
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    INT,
    TOP,
    Bound,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Tup,
    Value,
    number,
)
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import (
    NOWHERE,
    Atom,
    GetAttr,
    MethodCall,
)
from s2sad.rules import declare


def is_cached(cls: SourceClass, name: str, getter: Any) -> bool:
    """Whether a property keeps its first value, so that reading it again does not run it again."""
    held = inspect.getattr_static(cls.live, name, None) if getattr(cls, "live", None) is not None else None
    if isinstance(held, functools.cached_property):
        return True
    return any("cached_property" in repr(decorator) for decorator in getattr(getter, "decorators", ()) or ())


class Objects(Calls):
    """The part of a walk that reads attributes."""

    def attribute(self, expr: GetAttr) -> Found:
        value, name = self.value(expr.obj), expr.name
        match value:
            case Obj(cls=cls):
                held = value.attr(name)
                if held is not None:
                    return held, expr
                getter = cls.property(name) if hasattr(cls, "property") else None
                if getter is not None and is_cached(cls, name, getter):
                    refuse(self.function.origin, self.stmt_now.span if self.stmt_now is not None else NOWHERE, "S2S022", f"`{name}` is a cached property",
                           "make it an ordinary property, or keep the value in a variable")  # fmt: skip
                if getter is not None:
                    return self.call_function(getter, None, (expr.obj,), (), expr)
                method = cls.method(name)
                if method is not None:
                    return Bound(Known(method), (expr.obj,)), expr
                hooked = protocols.missing_attribute(self, cls, expr.obj, name)
                return hooked or (self.class_attribute(cls, name), expr)
            case Tup(cls=cls, items=items) if cls is not None:
                fields = field_names(cls)
                return (items[list(fields).index(name)] if name in fields else TOP), expr
            case Known(value=SourceClass() as cls):
                method = cls.method(name)
                return (Known(method) if method is not None else self.class_attribute(cls, name)), expr
            case Known(value=known) if not isinstance(known, (np.ndarray, np.generic)):
                try:
                    return Known(getattr(known, name)), expr
                except AttributeError:
                    return TOP, expr
            case _:
                return self.array_attribute(number(value), name), expr

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


def field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a named tuple or dataclass, live or in source form."""
    if isinstance(cls, SourceClass):
        return tuple(field.name for field in cls.fields)
    return tuple(getattr(cls, "_fields", ()))
