"""``iter`` and ``next`` on sequences, by position.

An iterator over a list, a tuple or an array is a `Cursor`: a variable that holds the sequence, and one that counts what
has been taken. Nothing is left of it at run time but these two. (Generators have their own ways: see `generators`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sad.analysis import infer, protocols
from s2sad.analysis.inline import mentioned
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import Cursor, Dct, Known, Lst, Rng, Tensor, Tup
from s2sad.analysis.weave import Names
from s2sad.frontend.resolve import Live, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetItem,
    If,
    MethodCall,
    Op,
    Raise,
    Ref,
    SetItem,
    SliceIndex,
    Stmt,
    Var,
    While,
)
from s2sad.ir.walk import deep_uses, walk

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame


def _call(function: Any, *args: Atom) -> Call:
    return Call(Ref(function.__name__, denote(function)), args)


def start(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``iter(sequence)``"""
    if len(args) != 1 or not isinstance(args[0], Var):
        return None
    value = frame.value(args[0])
    if isinstance(value, Cursor):
        return value, args[0]
    if isinstance(value, Dct) or is_lazy(frame, args[0]):
        source = frame.temp(_call(list, args[0]), Lst(infer.element(value)))
    elif isinstance(value, (Lst, Tup, Tensor, Rng)):
        source = frame.temp(args[0], value)
    else:
        return None
    assert frame.stmt_now is not None
    position = Var(Names(frame.session, frame.stmt_now, frame.stmt_now).local("position"))
    frame.stmt(Assign(position, Const(0), span=protocols.place(frame)))
    return Cursor(source, position), Const(None)


def is_lazy(frame: Frame, atom: Atom) -> bool:
    """Whether a value that is taken for a list has no positions at run time."""
    match frame.definition(atom):
        case Call(func=Ref(target=Live(obj=made))):
            return made in (zip, enumerate, reversed, map, filter)
        case None:
            return False
        case made:
            return getattr(made, "name", "") in ("items", "values", "keys")


def step(frame: Frame, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """``next(iterator)`` and ``next(iterator, default)``"""
    cursor = frame.value(args[0])
    if not isinstance(cursor, Cursor):
        return None
    assert frame.stmt_now is not None
    span = protocols.place(frame)
    names = Names(frame.session, frame.stmt_now, frame.stmt_now)
    item, size, more = (
        Var(names.local("item")),
        Var(frame.session.fresh_temp()),
        Var(frame.session.fresh_temp()),
    )
    take: tuple[Stmt, ...] = (
        Assign(item, GetItem(cursor.source, cursor.position), span=span),
        *advance(frame, cursor, span),
    )
    held = frame.value(cursor.source)
    at = frame.value(cursor.position)
    items = held.items if isinstance(held, (Tup, Lst)) else None
    if items is not None and isinstance(at, Known) and at.value < len(items):
        for stmt in take:
            frame.stmt(stmt)
        return frame.value(item), item
    frame.stmt(Assign(size, _call(len, cursor.source), span=span))
    frame.stmt(Assign(more, Op("lt", (cursor.position, size)), span=span))
    other: Stmt = (
        Assign(item, args[1], span=span)
        if len(args) > 1
        else Raise(Ref("StopIteration", Live(StopIteration)), span=span)
    )
    frame.stmt(If(more, take, (other,), span=span))
    return frame.value(item), item


def advance(frame: Frame, cursor: Cursor, span: Any) -> tuple[Stmt, ...]:
    new = Var(frame.session.fresh_temp())
    return (
        Assign(new, Op("add", (cursor.position, Const(1))), span=span),
        Assign(cursor.position, new, span=span),
    )


def loop(frame: Frame, stmt: For, cursor: Cursor, fresh: bool = False) -> list[Stmt]:
    """A loop over what an iterator has left. `fresh`: nobody else has the iterator."""
    if stmt.sugar == "genexp" and not fresh:
        refuse_use(frame, "a generator expression runs over an iterator")  # as far as it is read, no further
    span = stmt.span
    size, rest, index = (Var(frame.session.fresh_temp()) for _ in range(3))
    measure = Assign(size, _call(len, cursor.source), span=span)
    if _moves_inside(frame, stmt, cursor):
        more = Var(frame.session.fresh_temp())
        test = (measure, Assign(more, Op("lt", (cursor.position, size)), span=span))
        take = Assign(stmt.target, GetItem(cursor.source, cursor.position), span=span)
        body = (take, *advance(frame, cursor, span), *stmt.body)
        return [While(test, more, body, span=span, notes=stmt.notes)]
    new = Var(frame.session.fresh_temp())
    body = (
        Assign(stmt.target, GetItem(cursor.source, index), span=span),
        Assign(new, Op("add", (index, Const(1))), span=span),
        Assign(cursor.position, new, span=span),
        *stmt.body,
    )
    return [
        measure,
        Assign(rest, Call(Ref("range", Live(range)), (cursor.position, size)), span=span),
        For(index, rest, body, span=span, notes=stmt.notes),
    ]


def _moves_inside(frame: Frame, stmt: For, cursor: Cursor) -> bool:
    """Whether the body of a loop may take items from the iterator that the loop runs over."""
    assert frame.env is not None
    names = {name for name, value in frame.env.items() if value == cursor}
    names |= {name for name, value in frame.env.items() if names.intersection(mentioned(value))}
    return any(var.name in names for var in deep_uses(stmt.body)) or any(map(_resizes, walk(stmt.body)))


def _resizes(stmt: Stmt) -> bool:
    """Whether a statement may change the length of a list."""
    match stmt:
        case Assign(value=MethodCall(name=name)):
            return name in ("append", "extend", "insert", "pop", "remove", "clear")
        case Assign(value=Call(func=Ref(target=target))):
            return not isinstance(target, Live)
        case Assign(value=Call()):
            return True
        case AugName() | Delete():
            return True
        case SetItem(index=index):
            return isinstance(index, SliceIndex)
        case _:
            return False


def remaining(frame: Any, cursor: Cursor) -> Atom:
    """What an iterator has left, as a sequence; the iterator is used up by that."""
    span = protocols.place(frame)
    rest: Atom = cursor.source
    if frame.value(cursor.position) != Known(0):
        rest = Var(frame.session.fresh_temp())
        frame.stmt(Assign(rest, GetItem(cursor.source, SliceIndex(cursor.position, None, None)), span=span))
    size = Var(frame.session.fresh_temp())
    frame.stmt(Assign(size, _call(len, cursor.source), span=span))
    frame.stmt(Assign(cursor.position, size, span=span))
    return rest


def refuse_passing(frame: Any) -> None:
    refuse_use(frame, "an iterator is handed to a function")


def refuse_use(frame: Any, message: str) -> None:
    refuse(frame.function.origin, protocols.place(frame), "S2S022", message,
           "use the list itself, or take its items with `for` and `next`")  # fmt: skip
