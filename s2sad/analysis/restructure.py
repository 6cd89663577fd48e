"""Stores that put a value of another structure in the place of one: a number where a tuple was, say.

The adjoint of what was there before has its own structure, which the reverse walk cannot tell. It refuses these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sad.analysis import infer
from s2sad.analysis.values import Dct, Inst, Lst, Obj, Tensor, Top, Tup, Value, number
from s2sad.ir.nodes import SetAttr, SetItem, Span

if TYPE_CHECKING:
    from s2sad.analysis.scope import Scope
    from s2sad.analysis.session import Session


def note(frame: Scope, stmt: SetItem | SetAttr, held: Value) -> None:
    """Remember a store, into an object of type `held`, if it changes the structure of what is there."""
    old, new = _before(frame, stmt, held), frame.value(stmt.value)
    if old is not None and structure(old) != structure(new):
        frame.session.restructured.add(_place(stmt.span))


def restructures(session: Session, stmt: SetItem | SetAttr) -> bool:
    return _place(stmt.span) in session.restructured


def structure(value: Value) -> Any:
    """What adjoints of a value have in common; two that are unknown count as different where a container may be."""
    match number(value):
        case Tensor():
            return "number"
        case Tup(items=items):
            return tuple(map(structure, items))
        case Lst() | Dct():
            return type(value)
        case Obj(cls=cls) | Inst(cls=cls):
            return cls
        case Top(objects=objects, nests=nests) if objects or nests:
            return object()
        case _:
            return "number"


def _before(frame: Scope, stmt: SetItem | SetAttr, held: Value) -> Value | None:
    """The type of what a store replaces; None if there was nothing."""
    if isinstance(stmt, SetAttr):
        return held.attr(stmt.name) if isinstance(held, Obj) else None
    key = frame.index_value(stmt.index)
    if (
        isinstance(held, Dct)
        and held.items is not None
        and getattr(key, "value", None) not in dict(held.items)
    ):
        return None
    return infer.item(held, key) if isinstance(held, (Dct, Lst)) else None


def _place(span: Span) -> tuple[str, int, int, int]:
    return span.file, span.line, span.col, span.end_col
