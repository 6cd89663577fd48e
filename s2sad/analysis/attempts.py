"""What a block can raise, as far as its types tell: a handler that nothing reaches is left out.

Only the exceptions of the operations themselves are meant; running out of memory, or of patience, is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis.values import Dct, Known, Lst, Obj, Other, Rng, Tensor, Tup, Value, number
from s2sad.ir.nodes import (
    Assert,
    Assign,
    Atom,
    Block,
    Break,
    Build,
    BuildDict,
    Call,
    Comment,
    Const,
    Expr,
    For,
    GetAttr,
    GetItem,
    Handler,
    If,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
)
from s2sad.ir.walk import blocks

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

Raised = frozenset[type] | None  # None: anything
NOTHING: frozenset[type] = frozenset()
DIVISION = frozenset({ZeroDivisionError})
POWER = frozenset({ZeroDivisionError, OverflowError})
MATH = frozenset({ValueError, OverflowError})
ACCESS = frozenset({IndexError, KeyError})
TOTAL = frozenset(
    {"add", "sub", "mul", "neg", "pos", "lt", "le", "gt", "ge", "eq", "ne", "not"}
)  # on numbers
IDENTITY = frozenset({"is", "is_not", "not"})
HARMLESS = frozenset({abs, float, bool, len, range, print, isinstance, type, callable, hasattr, id})


def reached(frame: Frame, handlers: Iterable[Handler], raised: Raised) -> list[Handler]:
    """The handlers that an exception of these classes may get to."""
    return [handler for handler in handlers if _catches(frame, handler, raised)]


def _catches(frame: Frame, handler: Handler, raised: Raised) -> bool:
    if raised is None:
        return True
    if not raised:
        return False
    kinds = _classes(frame.value(handler.type)) if handler.type is not None else None
    if kinds is None:
        return True
    return any(isinstance(kind, type) and issubclass(cls, kind) for cls in raised for kind in kinds)


def _classes(value: Value) -> list[Any] | None:
    """The classes that an `except` names; None if they are not known."""
    match value:
        case Known(value=tuple() as known):
            return list(known)
        case Known(value=known):
            return [known]
        case Tup(items=items):
            inner = [_classes(item) for item in items]
            return None if None in inner else [cls for part in inner if part is not None for cls in part]
        case _:
            return None


def raised_by(frame: Frame, block: Block) -> Raised:
    found: set[type] = set()
    for stmt in block:
        own = _statement(frame, stmt)
        if own is None:
            return None
        found |= own
        for inner in blocks(stmt):
            below = raised_by(frame, inner)
            if below is None:
                return None
            found |= below
    return frozenset(found)


def _statement(frame: Frame, stmt: Stmt) -> Raised:
    """What a statement raises by itself, apart from its blocks."""
    match stmt:
        case Assign(value=value):
            return _expression(frame, value)
        case Unpack(value=value, targets=targets, star=None):
            held = _type(frame, value)
            return NOTHING if isinstance(held, Tup) and len(held.items) == len(targets) else None
        case SetAttr(obj=obj):
            return NOTHING if isinstance(_type(frame, obj), Obj) else None
        case Raise(value=value):
            return _raised_class(frame, value)
        case Assert():
            return frozenset({AssertionError})
        case For(iterable=iterable):
            return NOTHING if isinstance(_type(frame, iterable), (Rng, Lst, Tup)) else None
        case If(test=test) | While(test=test):
            plain = number(_type(frame, test))
            scalar = isinstance(plain, Tensor) and plain.dims == ()
            return NOTHING if scalar or isinstance(plain, (Known, Other)) else None
        case Try() | Break() | Return() | Comment():
            return NOTHING
        case _:
            return None


def _raised_class(frame: Frame, value: Atom | None) -> Raised:
    held = _type(frame, value) if value is not None else None
    if isinstance(held, Known) and isinstance(held.value, type) and issubclass(held.value, BaseException):
        return frozenset({held.value})
    made = frame.definition(value) if value is not None else None
    if isinstance(made, Call):
        return _raised_class(frame, made.func)
    return None


def _type(frame: Frame, atom: Any) -> Value:
    if isinstance(atom, Var):
        return frame.types.get(atom.name, Other("not known"))
    return frame.value(atom)


def _is_scalar(frame: Frame, atom: Any) -> bool:
    plain = number(_type(frame, atom))
    return isinstance(plain, Tensor) and plain.dims == () and plain.kind != "?"


def _expression(frame: Frame, expr: Expr) -> Raised:
    match expr:
        case Var() | Const() | Ref() | Build() | BuildDict() | MakeFunction() | MakeSlice():
            return NOTHING
        case Op(kind=kind, args=args):
            return _operator(kind, all(_is_scalar(frame, arg) for arg in args))
        case GetAttr(obj=obj, name=name):
            held = _type(frame, obj)
            there = isinstance(held, Obj) and held.attr(name) is not None
            return NOTHING if there or isinstance(held, (Tup, Tensor)) else None
        case GetItem(obj=obj, index=index):
            return _element(_type(frame, obj), index)
        case MethodCall(obj=obj, name=name):
            plain = name == "__new__" or (name == "append" and isinstance(_type(frame, obj), Lst))
            return NOTHING if plain else None
        case Call(func=func, args=args, kwargs=()):
            held = _type(frame, func)
            return _function(held.value, all(_is_scalar(frame, arg) for arg in args)) if isinstance(held, Known) else None  # fmt: skip
        case _:
            return None


def _operator(kind: str, scalars: bool) -> Raised:
    if kind in IDENTITY or (kind in TOTAL and scalars):
        return NOTHING
    if kind in ("truediv", "floordiv", "mod") and scalars:
        return DIVISION
    return POWER if kind == "pow" and scalars else None


def _element(held: Value, index: Any) -> Raised:
    key = index.value if isinstance(index, Const) else None
    match held:
        case Tup(items=items) | Lst(items=tuple() as items):
            return NOTHING if isinstance(key, int) and -len(items) <= key < len(items) else ACCESS
        case Dct(items=tuple() as pairs):
            return NOTHING if key in dict(pairs) else ACCESS
        case Lst() | Dct():
            return ACCESS
        case _:
            return None


def _function(function: Any, scalars: bool) -> Raised:
    if isinstance(function, type) and issubclass(function, BaseException):
        return NOTHING
    if isinstance(function, np.ufunc):
        return NOTHING if scalars else None
    if getattr(function, "__module__", "") == "math" and getattr(math, function.__name__, None) is function:
        return MATH if scalars else None
    try:
        return NOTHING if function in HARMLESS and (scalars or function is not float) else None
    except TypeError:
        return None
