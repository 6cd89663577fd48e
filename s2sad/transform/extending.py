"""Adjoints of which it is not known whether they are arrays or lists: ``bar[k] += g`` makes a list longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2sad.analysis.session import Resolved
from s2sad.analysis.values import Tensor, Tup, Value, number
from s2sad.frontend.resolve import live_object
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Call,
    Const,
    Expr,
    For,
    Function,
    GetItem,
    Ref,
    SetItem,
    Star,
    Unpack,
    Var,
)
from s2sad.ir.walk import walk
from s2sad.prelude import _add, _buffer_like, _spread_like, _stack_like, _unstack_like, _zeros_like

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

_GIVES_NESTS = (_add, _buffer_like, _spread_like, _stack_like, _unstack_like, _zeros_like)
_READS_ELEMENTS = (sum, max, min, list, tuple, sorted, zip, enumerate, reversed, map, filter)


def taken_apart(function: Function) -> frozenset[str]:
    """The variables that may be lists, as the function uses them: their elements are read, or a callee may do so."""
    found: set[str] = set()
    copies: list[tuple[str, str]] = []
    for stmt in walk(function.body):
        match stmt:
            case Assign(value=GetItem(obj=Var(name=name))) | SetItem(obj=Var(name=name)):
                found.add(name)
            case For(iterable=Var(name=name)) | Unpack(value=Var(name=name)):
                found.add(name)
            case Assign(target=target, value=Var(name=name)):
                copies.append((target.name, name))
            case Assign(value=Call(func=func, args=args)) if _reads_elements(func):
                plain = [arg.value if isinstance(arg, Star) else arg for arg in args]
                found |= {arg.name for arg in plain if isinstance(arg, Var)}
    before = -1
    while len(found) != before:
        before = len(found)
        found |= {name for pair in copies if not found.isdisjoint(pair) for name in pair}
    return frozenset(found)


def keyed(function: Function) -> frozenset[str]:
    """The variables that are dicts, since elements are read by name."""
    return frozenset(
        stmt.value.obj.name
        for stmt in walk(function.body)
        if isinstance(stmt, Assign)
        and isinstance(stmt.value, GetItem)
        and isinstance(stmt.value.obj, Var)
        and isinstance(stmt.value.index, Const)
        and isinstance(stmt.value.index.value, str)
    )


def _reads_elements(func: Any) -> bool:
    target = getattr(func, "target", None)
    live = live_object(target)
    return live is None or live in _READS_ELEMENTS


def may_be_list(
    frame: Frame, atom: Atom, apart: frozenset[str], primal_of: dict[str, tuple[str, Any]]
) -> bool:
    """Whether an adjoint may be a list: it was put together as one, or belongs to a variable that may be one."""
    if not isinstance(atom, Var):
        return False
    definition = frame.definition(atom)
    while isinstance(definition, Var) and frame.definition(definition) is not None:
        definition = frame.definition(definition)
    if isinstance(number(frame.value(atom)), Tensor) and not _gives_nest(definition):
        return False
    match definition:
        case Call(func=Ref(target=Resolved(variant=variant))):
            return not _gives_arrays(variant.result)
        case Call(func=Ref(target=target)):
            live = live_object(target)
            return live is None or live in _GIVES_NESTS
        case GetItem(obj=Var() as whole):
            return may_be_list(frame, whole, apart, primal_of)
        case None:
            name, _ = primal_of.get(atom.name, (atom.name, ()))
            return name in apart
        case Var() as other:
            return may_be_list(frame, other, apart, primal_of)
        case _:
            return False


def _gives_nest(definition: Expr | None) -> bool:
    return (
        isinstance(definition, Call) and live_object(getattr(definition.func, "target", None)) in _GIVES_NESTS
    )


def _gives_arrays(result: Value | None) -> bool:
    parts = result.items if isinstance(result, Tup) else (result,)
    return all(isinstance(number(part), Tensor) for part in parts if part is not None)
