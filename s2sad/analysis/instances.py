"""An object of a plain class that is made by storing its attributes: one operation, as the constructor of a record is.

``__init__`` is followed like any other method, and leaves an empty object and a store for each attribute.  Where
nothing looks at the object before the last of these stores, they are taken together: the object is then a value that
is made of other values, and not something that is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sad.analysis.records import class_ref
from s2sad.analysis.scope import Found
from s2sad.analysis.values import Obj
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import Assign, Atom, Call, Const, Expr, GetAttr, MethodCall, Ref, SetAttr, Stmt, Var
from s2sad.ir.walk import deep_defs, deep_uses

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls

HOOKS = ("__setattr__", "__getattribute__", "__new__")


class Attributes(SourceClass):
    """What makes an instance of a class with the attributes that it is given as keywords (`prelude._instance`)."""

    def __init__(self, cls: SourceClass) -> None:
        self.cls = cls
        self.name = cls.name
        self.module = cls.module
        self.live = cls.live

    @property
    def fields(self) -> tuple[Any, ...]:
        return ()

    @property
    def bases(self) -> tuple[Any, ...]:
        return self.cls.bases

    @property
    def node(self) -> Any:
        return self.cls.node

    def member(self, name: str) -> Any:
        return self.cls.member(name)


def make(
    frame: Calls, cls: SourceClass, init: Any, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr
) -> Found:  # fmt: skip
    """A call of a class: an empty object, and what `__init__` does with it."""
    ref = class_ref(cls, expr)
    mark = len(frame.out)
    made = frame.temp(MethodCall(ref, "__new__", (ref,)), Obj(cls))
    if init is not None:
        value, done = frame.call_function(init, None, (made, *args), kwargs, expr)
        if done is not None and not isinstance(done, (Const, Var)):
            frame.temp(done, value)
    _fuse(frame, mark, made, ref)
    return frame.value(made), made


def _fuse(frame: Calls, mark: int, made: Var, ref: Ref) -> None:
    """Take together what has been emitted since `mark`, if it just makes the object `made`."""
    cls = ref.target
    if not isinstance(cls, SourceClass) or any(cls.member(hook) is not None for hook in HOOKS):
        return
    found = _stored(frame, frame.out[mark:], made)
    if found is not None:
        rest, attributes = found
        constructor = Ref(ref.text, Attributes(cls))
        frame.out[mark:] = [*rest, Assign(made, Call(constructor, (), tuple(attributes.items())))]
        frame.definitions[made.name] = Call(constructor, (), tuple(attributes.items()))


def _stored(frame: Calls, stmts: list[Stmt], made: Var) -> tuple[list[Stmt], dict[str, Atom]] | None:
    """The statements without those that make the object, and its attributes; None if they do more with it."""
    rest: list[Stmt] = []
    attributes: dict[str, Atom] = {}
    names: set[str] = set()
    assigned = [{var.name for var in deep_defs((stmt,))} for stmt in stmts]
    for position, stmt in enumerate(stmts):
        match stmt:
            case Assign(target=target) if target == made and not names:
                names = {made.name}
            case Assign(target=Var(name=name), value=Var(name=other)) if other in names:
                names.add(name)
            case SetAttr(obj=Var(name=obj), name=name, value=value) if obj in names and value != Var(obj):
                if isinstance(value, Var) and any(value.name in later for later in assigned[position:]):
                    kept = Var(frame.session.fresh_temp())
                    frame.set(kept, frame.value(value))
                    rest.append(Assign(kept, value, span=stmt.span))
                    value = kept
                attributes[name] = value
            case Assign(value=GetAttr(obj=Var(name=obj), name=name)) if obj in names and name in attributes:
                rest.append(Assign(stmt.target, attributes[name], span=stmt.span, notes=stmt.notes))
            case _ if any(var.name in names for var in (*deep_uses((stmt,)), *deep_defs((stmt,)))):
                return None
            case _:
                rest.append(stmt)
    return (rest, attributes) if attributes and names else None
