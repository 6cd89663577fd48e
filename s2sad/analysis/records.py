"""Named tuples and dataclasses: how they are made, copied with changes, and taken apart.

What the standard library writes for such a class has no source text to follow; here it is written as statements.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

from s2sad.analysis.protocols import place
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import TOP, Dct, Known, Lst, Obj, Tensor, Tup, Value, number
from s2sad.frontend.resolve import Live, SourceClass, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Ref,
    SetAttr,
    Var,
)

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls
    from s2sad.analysis.specialise import Frame

Kwargs = tuple[tuple[str, Atom], ...]


def field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a named tuple or dataclass, live or in source form."""
    if isinstance(cls, SourceClass):
        return tuple(field.name for field in cls.fields)
    return tuple(getattr(cls, "_fields", ()))


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────


def make(frame: Calls, cls: SourceClass, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found:
    """A call of a class whose `__init__` is made from its fields."""
    fields = tuple(field for field in cls.fields if field.init)
    plain = [field.name for field in fields if not field.kw_only]
    named = dict(zip(plain, args, strict=False)) | dict(kwargs)
    later = cls.method("__post_init__") is not None or any(
        field.factory is not None and field.name not in named for field in cls.fields
    )
    if later and not cls.is_namedtuple:
        return _step_by_step(frame, cls, named, expr)
    values = {name: frame.value(atom) for name, atom in named.items()}
    for field in cls.fields:
        if field.name not in values and field.default is not None:
            values[field.name] = frame.value(Ref(field.name, field.default))
    if cls.is_namedtuple and all(field.name in values for field in fields):
        return Tup(tuple(values[field.name] for field in fields), cls), expr
    return Obj(cls, tuple(sorted(values.items()))), expr


def _step_by_step(frame: Calls, cls: SourceClass, named: dict[str, Atom], expr: Expr) -> Found:
    """What the constructor does, one attribute after the other, and `__post_init__` at the end."""
    if is_frozen(cls):
        refuse(frame.function.origin, place(frame), "S2S022",
               f"`{cls.name}` is frozen, and its constructor does more than to store its arguments",
               "compute the fields in a function that makes the object")  # fmt: skip
    ref = class_ref(cls, expr)
    made = frame.temp(MethodCall(ref, "__new__", (ref,)), Obj(cls))
    handed_on: list[Atom] = []
    for field in cls.fields:
        atom = named.get(field.name)
        if atom is None and field.default is not None:
            atom = default_of(field.name, field.default)
        elif atom is None and field.factory is not None:
            atom = Var(frame.session.fresh_temp())
            frame.stmt(
                Assign(
                    atom,
                    Call(Ref(getattr(field.factory, "name", "factory"), field.factory)),
                    span=place(frame),
                )
            )
        if field.annotation.rpartition(".")[2].startswith("InitVar"):
            handed_on += [] if atom is None else [atom]
        elif atom is not None:
            frame.stmt(SetAttr(made, field.name, atom, span=place(frame)))
    finish = cls.method("__post_init__")
    if finish is not None:
        value, done = frame.call_function(finish, None, (made, *handed_on), (), None)
        if done is not None and not isinstance(done, (Const, Var)):
            frame.temp(done, value)
    return frame.value(made), made


def default_of(name: str, default: Any) -> Atom:
    if isinstance(default, Live) and isinstance(default.obj, (bool, int, float, complex, str, type(None))):
        return Const(default.obj)
    return Ref(name, default)


def is_frozen(cls: SourceClass) -> bool:
    params = getattr(cls.live, "__dataclass_params__", None)
    if params is not None:
        return bool(params.frozen)
    node = cls.node
    return node is not None and any(
        getattr(keyword, "arg", "") == "frozen" and getattr(keyword.value, "value", False)
        for decorator in node.decorator_list
        for keyword in getattr(decorator, "keywords", ())
    )


def class_ref(cls: Any, expr: Expr | None = None) -> Ref:
    """How generated code names a class."""
    if isinstance(expr, Call) and isinstance(expr.func, Ref):
        return expr.func
    return Ref(cls.name, cls) if isinstance(cls, SourceClass) else Ref(cls.__name__, denote(cls))


def member_of(cls: type[enum.Enum], values: list[Value]) -> Value:
    """``Kind("quad")``: the member with a value that is known."""
    match values:
        case [Known(value=value)]:
            try:
                return Known(cls(value))
            except ValueError:  # the program raises it, too
                return TOP
        case _:
            return TOP


# ── taking apart, and making again ───────────────────────────────────────────────────────────────────────


def replaced(frame: Frame, obj: Atom, changes: Kwargs) -> Found | None:
    """``dataclasses.replace(obj, **changes)`` and ``named._replace(**changes)``: the constructor, on all fields."""
    value = frame.value(obj)
    if not isinstance(value, (Obj, Tup)) or value.cls is None:
        return None
    cls, given = value.cls, dict(changes)
    is_class = isinstance(cls, SourceClass)
    if isinstance(value, Obj) and not (is_class and cls.is_dataclass):
        return None
    names = [field.name for field in cls.fields if field.init] if is_class else list(field_names(cls))
    if not given.keys() <= set(names):
        return None
    atoms: list[tuple[str, Atom]] = []
    for name in names:
        if name not in given:
            found, read = frame.attribute(GetAttr(obj, name))
            assert read is not None
            given[name] = frame.temp(read, found)
        atoms.append((name, given[name]))
    by_name = is_class and any(field.kw_only for field in cls.fields)
    args = () if by_name else tuple(atom for _, atom in atoms)
    call = Call(class_ref(cls), args, tuple(atoms) if by_name else ())
    return frame.call(call)


def _replace(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    return replaced(frame, args[0], tuple(kwargs.items())) if len(args) == 1 else None


def tuple_method(
    frame: Frame, value: Tup, expr: MethodCall, args: tuple[Atom, ...], kwargs: Kwargs
) -> Found | None:
    """A method of a named tuple: one of the user's, or one that every named tuple has."""
    method = value.cls.method(expr.name) if isinstance(value.cls, SourceClass) else None
    if method is not None:
        return frame.call_function(method, None, (expr.obj, *args), kwargs, expr)
    if expr.name == "_replace" and not args:
        return replaced(frame, expr.obj, kwargs)
    if expr.name == "_asdict" and not args and not kwargs:
        parts = [
            (Const(name), frame.temp(GetItem(expr.obj, Const(position)), value.items[position]))
            for position, name in enumerate(field_names(value.cls))
        ]
        return frame.expr(BuildDict(tuple(parts)))
    return None


def _taken_apart(frame: Frame, obj: Atom, kind: str) -> tuple[Value, Atom] | None:
    """The fields of a dataclass as a dict or a tuple, those of the dataclasses that it holds included."""
    value = frame.value(obj)
    if isinstance(value, Obj) and value.cls.is_dataclass:
        parts: list[tuple[Atom, Atom]] = []
        for field in value.cls.fields:
            held, read = frame.attribute(GetAttr(obj, field.name))
            assert read is not None
            inner = _taken_apart(frame, frame.temp(read, held), kind)
            if inner is None:
                return None
            parts.append((Const(field.name), inner[1]))
        display: Expr = (
            BuildDict(tuple(parts)) if kind == "dict" else Build("tuple", tuple(atom for _, atom in parts))
        )
        found, made = frame.expr(display)
        assert made is not None
        return found, frame.temp(made, found)
    plain = number(value)
    if isinstance(plain, Tensor) and plain.dims != ():  # they are copied
        return value, frame.temp(MethodCall(obj, "copy"), value)
    if isinstance(plain, Tensor) or isinstance(value, Known):
        return value, obj
    if isinstance(value, (Lst, Dct)) and isinstance(number(value.elem), Tensor):
        scalar = number(value.elem)
        copied = MethodCall(obj, "copy")
        return (
            (value, frame.temp(copied, value)) if isinstance(scalar, Tensor) and scalar.dims == () else None
        )
    return None


def _apart(kind: str) -> Any:
    def call(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
        return _taken_apart(frame, args[0], kind) if len(args) == 1 and not kwargs else None

    return call


def _fields(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    value = frame.value(args[0])
    cls = value.cls if isinstance(value, Obj) else getattr(value, "value", None)
    live = getattr(cls, "live", None)
    return (Known(dataclasses.fields(live)), expr) if dataclasses.is_dataclass(live) else None


HANDLERS: dict[Any, Any] = {
    dataclasses.replace: _replace,
    dataclasses.asdict: _apart("dict"),
    dataclasses.astuple: _apart("tuple"),
    dataclasses.fields: _fields,
}

__all__ = ["HANDLERS", "class_ref", "field_names", "make", "replaced", "tuple_method"]
