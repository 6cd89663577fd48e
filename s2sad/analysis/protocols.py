"""What a user's class defines for itself: subscripts, properties with setters, conversions, attribute hooks.

Each is a call of one of its methods, and is followed as such. What Python would run behind the scenes otherwise, a
descriptor's or a hook's code, is refused.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import operator
from typing import TYPE_CHECKING, Any

from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import Dct, Known, Lst, Obj, Other, Tensor, Tup, Value
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Call,
    Const,
    Delete,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    SetAttr,
    SetItem,
    Var,
)

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

CONVERSIONS = {
    builtins.abs: "__abs__", builtins.float: "__float__", builtins.int: "__int__", builtins.complex: "__complex__",
    builtins.len: "__len__", builtins.round: "__round__", builtins.bool: "__bool__", operator.index: "__index__",
}  # fmt: skip


def place(frame: Any) -> Any:
    return frame.stmt_now.span if frame.stmt_now is not None else None


def read_by_method(frame: Any, expr: Expr) -> Expr | None:
    """``max(names, key=table.get)``: a call of a container's method that was handed over, as that reads the container."""
    method = frame.definition(expr.func) if isinstance(expr, Call) else None
    if not isinstance(expr, Call) or not isinstance(method, GetAttr) or len(expr.args) != 1 or expr.kwargs:
        return None
    held = frame.value(method.obj)
    if method.name == "get" and isinstance(held, Dct):
        return MethodCall(method.obj, "get", expr.args)
    if method.name == "__getitem__" and isinstance(held, (Dct, Lst, Tup, Tensor)):
        return GetItem(method.obj, expr.args[0])  # type: ignore[arg-type]
    return None


def stands_in(frame: Any, function: Any) -> bool:
    """Whether the function that is walked over is this one, as it is written: no derivative of it."""
    written = getattr(frame.function.origin, "live", None)
    return written is function and frame.function.name == getattr(function, "__name__", "")


def _refuse(frame: Any, message: str, help: str) -> None:
    refuse(frame.function.origin, place(frame), "S2S022", message, help)


def _method(value: Value, name: str) -> SourceFunction | None:
    return value.cls.method(name) if isinstance(value, Obj) else None


def _run(frame: Any, method: Any, args: tuple[Atom, ...], expr: Expr) -> Any:
    """Call a method for what it does; the operand that holds its result, or None where it cannot return."""
    value, done = frame.call_function(method, None, args, (), expr)
    return done if isinstance(done, (Var, Const)) or done is None else frame.temp(done, value)


# ── subscripts ───────────────────────────────────────────────────────────────────────────────────────────


def get_item(frame: Frame, expr: GetItem) -> Found | None:
    """``obj[index]`` of a class that defines it."""
    method = _method(frame.value(expr.obj), "__getitem__")
    if method is None:
        return None
    index = frame.index_operand(expr.index)
    return frame.call_function(
        method, None, (expr.obj, index), (), MethodCall(expr.obj, "__getitem__", (index,))
    )


def store(frame: Frame, stmt: SetItem | SetAttr | AugItem | AugAttr | Delete) -> bool:
    """A store that a class of the user handles itself; whether it was one."""
    value = frame.value(stmt.obj)
    if not isinstance(value, Obj):
        return False
    match stmt:
        case SetItem(obj=obj, index=index, value=new):
            method = value.cls.method("__setitem__")
            if method is None:
                return False
            key = frame.index_operand(index)
            _run(frame, method, (obj, key, new), MethodCall(obj, "__setitem__", (key, new)))
            return True
        case AugItem(obj=obj, index=index, op=op, value=new):
            if value.cls.method("__getitem__") is None or value.cls.method("__setitem__") is None:
                return False
            key = frame.index_operand(index)
            _aug(frame, GetItem(obj, key), op, new, lambda result: SetItem(obj, key, result, span=stmt.span))
            return True
        case SetAttr(obj=obj, name=name, value=new):
            setter = _setter(frame, value.cls, name)
            if setter is None:
                return False
            _run(frame, setter, (obj, new), MethodCall(obj, "__setattr__", (Const(name), new)))
            return True
        case AugAttr(obj=obj, name=name, op=op, value=new):
            if _setter(frame, value.cls, name) is None:
                return False
            _aug(
                frame, GetAttr(obj, name), op, new, lambda result: SetAttr(obj, name, result, span=stmt.span)
            )
            return True
        case _:
            return False


def _aug(frame: Frame, read: Expr, op: str, value: Atom, write: Any) -> None:
    old, new = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    frame.stmt(Assign(old, read))
    frame.stmt(Assign(new, Op(op, (old, value))))
    frame.stmt(write(new))


def _setter(frame: Frame, cls: SourceClass, name: str) -> SourceFunction | None:
    """The setter of a property. Refuses other code that would run when the attribute is set."""
    if cls.method("__setattr__") is not None and not cls.is_dataclass:
        _refuse(
            frame,
            f"class `{cls.name}` decides itself how attributes are set (`__setattr__`)",
            "set the attribute in a method of the class",
        )
    member = cls.member(name)
    if member is None:
        return None
    if member.kind == "property":
        if is_cached(cls, name, member.value):
            return None  # the value goes where the property would keep it
        if not isinstance(member.setter, SourceFunction):
            _refuse(
                frame,
                f"property `{name}` is assigned, and its setter has no source",
                "assign the attribute that it stands for",
            )
        return member.setter
    check_descriptor(frame, cls, name)
    return None


def check_descriptor(frame: Any, cls: SourceClass, name: str) -> None:
    """Refuse an attribute that a descriptor object serves."""
    member = cls.member(name)
    held = member.value if member is not None and member.kind == "value" else None
    if not isinstance(held, Live):
        return
    kind = type(held.obj)
    if hasattr(kind, "__get__") and kind.__module__ != "builtins" and not callable(held.obj):
        _refuse(
            frame,
            f"attribute `{name}` is served by a descriptor of class `{kind.__name__}`",
            "use a property, or a plain attribute",
        )


def missing_attribute(frame: Any, cls: SourceClass, obj: Atom, name: str) -> Found | None:
    """An attribute that neither the object nor its class has."""
    check_descriptor(frame, cls, name)
    if name == "__dict__":
        _refuse(frame, "the attributes of an object are read as a dict", "name the attributes")
    if cls.method("__getattribute__") is not None:
        _refuse(
            frame,
            f"class `{cls.name}` decides itself how attributes are read (`__getattribute__`)",
            "read the attribute in a method of the class",
        )
    hook = cls.method("__getattr__") if cls.member(name) is None else None
    return (
        None
        if hook is None
        else frame.call_function(
            hook, None, (obj, Const(name)), (), MethodCall(obj, "__getattr__", (Const(name),))
        )
    )


def is_cached(cls: SourceClass, name: str, getter: Any) -> bool:
    """Whether a property keeps its first value, so that reading it again does not run it again."""
    held = inspect.getattr_static(cls.live, name, None) if getattr(cls, "live", None) is not None else None
    if isinstance(held, functools.cached_property):
        return True
    return any("cached_property" in repr(decorator) for decorator in getattr(getter, "decorators", ()) or ())


def refuse_maybe_cached(frame: Any, name: str) -> None:
    _refuse(
        frame,
        f"`{name}` is a cached property, which has been read on some of the ways to here only",
        "read it once ahead of the branch or loop",
    )


def cached_property(frame: Any, expr: GetAttr, getter: SourceFunction) -> Found:
    """The first read of a `functools.cached_property`: it stores the value in the object, where later reads find it."""
    value, done = frame.call_function(getter, None, (expr.obj,), (), expr)
    if done is None:
        return value, None
    held = done if isinstance(done, (Var, Const)) else frame.temp(done, value)
    if isinstance(expr.obj, Var):
        frame.stmt(SetAttr(expr.obj, expr.name, held, span=place(frame)))
    return value, held


def class_method(cls: SourceClass, name: str, ref: Atom) -> tuple[SourceFunction, tuple[Atom, ...]] | None:
    """A static or class method, and the arguments that come before the caller's."""
    member = cls.member(name)
    if member is None or not isinstance(member.value, SourceFunction):
        return None
    if member.kind == "staticmethod":
        return member.value, ()
    return (member.value, (ref,)) if member.kind == "classmethod" else None


def super_object(frame: Any, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return Other("super"), expr


def super_call(frame: Any, expr: MethodCall, args: tuple[Atom, ...], kwargs: Any) -> Found | None:
    """``super().method(...)``: the next class that has it, in the order of the object's class."""
    made = frame.definition(expr.obj)
    if not isinstance(made, Call) or len(made.args) != 2:
        return None
    owner, obj = frame.value(made.args[0]), frame.value(made.args[1])
    if not (isinstance(owner, Known) and isinstance(owner.value, SourceClass) and isinstance(obj, Obj)):
        return None
    for cls in _after(obj.cls, owner.value):
        if cls == Live(object) and expr.name == "__init__":
            return Known(None), Const(None)
        member = cls.member(expr.name) if isinstance(cls, SourceClass) else None
        if member is not None:
            if member.kind != "method" or not isinstance(member.value, SourceFunction):
                return None
            return frame.call_function(member.value, None, (made.args[1], *args), kwargs, expr)
        if isinstance(cls, Live) and cls != Live(object):
            return None
    return None


def _after(cls: SourceClass, owner: SourceClass) -> list[Any]:
    """The classes that `super` looks at from a method of `owner`."""
    if cls.live is not None and owner.live is not None and owner.live in cls.live.__mro__:
        following = cls.live.__mro__[cls.live.__mro__.index(owner.live) + 1 :]
        return [denote(item) if item is not object else Live(object) for item in following]
    found: list[Any] = []
    for base in owner.bases:
        found += [base, *(_after(base, base) if isinstance(base, SourceClass) else ())]
    return [*(base for base in found if base != Live(object)), Live(object)]


# ── operators and conversions ────────────────────────────────────────────────────────────────────────────


def aug_name(frame: Frame, stmt: AugName) -> bool:
    """``obj += value`` of a class that defines it."""
    value = frame.value(stmt.target)
    if not isinstance(value, Obj):
        return False
    method = value.cls.method(f"__i{stmt.op.rstrip('_')}__")
    if method is None:
        frame.stmt(
            Assign(stmt.target, Op(stmt.op, (stmt.target, stmt.value)), span=stmt.span, notes=stmt.notes)
        )
        return True
    done = _run(frame, method, (stmt.target, stmt.value), MethodCall(stmt.target, method.name, (stmt.value,)))
    frame.stmt(Assign(stmt.target, done, span=stmt.span, notes=stmt.notes))
    return True


def conversion(function: Any) -> Any:
    """The handler of ``float(obj)`` and its like."""

    def call(frame: Any, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
        method = _method(frame.value(args[0]), CONVERSIONS[function]) if args else None
        if method is None or function in (builtins.bool, builtins.len):
            return None
        return frame.call_function(
            method, None, args, tuple(kwargs.items()), MethodCall(args[0], method.name, args[1:])
        )

    return call


def set_attribute(frame: Any, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``setattr(obj, "name", value)``, and ``object.__setattr__`` of a frozen class."""
    obj, name, value = args
    known = frame.value(name)
    if isinstance(known, Known) and isinstance(known.value, str) and isinstance(obj, Var):
        frame.stmt(SetAttr(obj, known.value, value, span=place(frame)))
        return Known(None), Const(None)
    if isinstance(frame.value(obj), Obj):
        _refuse(
            frame,
            "an attribute is set whose name is not known",
            "write the name out, or keep the values in a dict",
        )
    return None
