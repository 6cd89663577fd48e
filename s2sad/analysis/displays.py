"""Displays of lists, tuples, sets and dicts, with the elements of ``*value`` and ``**value``."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from s2sad.analysis import infer
from s2sad.analysis.protocols import place
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    NEVER,
    TOP,
    Dct,
    Known,
    Lst,
    Other,
    Tup,
    Value,
    join,
    join_keys,
    keys_of,
    may_vary,
)
from s2sad.frontend.lookups import note_contents
from s2sad.frontend.resolve import denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    For,
    GetItem,
    Op,
    Ref,
    SetItem,
    Star,
    Var,
)

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

Items = tuple[Atom | Star, ...]
Pairs = tuple[tuple[Atom | None, Atom], ...]


def sequence(frame: Frame, kind: Any, items: Items) -> Found:
    """The type of a display, and what to write for it."""
    items = _without_stars(frame, items)
    starred = any(isinstance(item, Star) for item in items)
    if starred and kind != "set" and any(may_vary(frame.value(item)) for item in items):
        return _concatenation(frame, kind, items)
    return _type(frame, kind, items), Build(kind, items)


def mapping(frame: Frame, pairs: Pairs) -> Found:
    """The type of a display of a dict, and what to write for it."""
    plain: list[tuple[Atom | None, Atom]] = []
    for key, atom in pairs:
        value = opened(frame.value(atom))
        if key is None and isinstance(value, Dct) and value.items is not None:
            plain += [
                (Const(name), frame.temp(GetItem(atom, Const(name)), part)) for name, part in value.items
            ]
        else:
            plain.append((key, atom))
    if any(key is None and may_vary(frame.value(atom)) for key, atom in plain):
        return _merged(frame, tuple(plain))
    if not any(key is None for key, _ in plain):  # a later item takes the place of an earlier one
        plain = list(
            {key if isinstance(key, Const) else object(): (key, atom) for key, atom in plain}.values()
        )
    return _type_of_dict(frame, tuple(plain)), BuildDict(tuple(plain))


def opened(value: Value) -> Value:
    """A container that is known as itself, as one whose parts are known."""
    match value:
        case Known(value=tuple() as known) if type(known) is tuple:
            return Tup(tuple(map(Known, known)))
        case Known(value=list() as known):
            note_contents(known, range(len(known)))
            return Tup(tuple(map(Known, known)))
        case Known(value=dict() as known):
            note_contents(known, known)
            return Dct(TOP, tuple((key, Known(part)) for key, part in known.items()))
        case _:
            return value


def with_key(old: Dct, key: Any, value: Value) -> Dct:
    """The type of a dict after a store."""
    elem = value if old.elem == NEVER else join(old.elem, value)
    if old.items is None or not isinstance(key, Known) or not isinstance(key.value, (str, int)):
        return Dct(elem, key=join_keys(keys_of(old), key))
    items = dict(old.items)
    items[key.value] = value
    return Dct(elem, tuple(items.items()))


def _without_stars(frame: Frame, items: Items) -> Items:
    """A display with the elements of ``*value`` written out, where they are known."""
    plain: list[Atom | Star] = []
    for item in items:
        value = opened(frame.value(item))
        if isinstance(item, Star) and isinstance(value, (Tup, Lst)) and value.items is not None:
            plain += [frame.temp(GetItem(item.value, Const(k)), part) for k, part in enumerate(value.items)]
        else:
            plain.append(item)
    return tuple(plain)


def _concatenation(frame: Frame, kind: str, items: Items) -> Found:
    """``[*a, b]`` of a value whose length is not known: ``list(a) + [b]``, whose parts can be told apart."""
    parts: list[Expr] = []
    for starred, group in itertools.groupby(items, lambda item: isinstance(item, Star)):
        if starred:
            parts += [
                Call(Ref("list", denote(list)), (item.value,)) for item in group if isinstance(item, Star)
            ]
        else:
            parts.append(Build("list", tuple(group)))
    total: Atom | None = None
    for part in parts:
        new = Var(frame.session.fresh_temp())
        frame.stmt(Assign(new, part, span=place(frame)))
        if total is not None:
            both = Var(frame.session.fresh_temp())
            frame.stmt(Assign(both, Op("add", (total, new)), span=place(frame)))
            new = both
        total = new
    assert total is not None
    return frame.expr(Call(Ref("tuple", denote(tuple)), (total,)) if kind == "tuple" else total)


def _merged(frame: Frame, pairs: Pairs) -> Found:
    """``{"a": x, **d}`` of a dict whose keys are not known: a store for each key."""
    span = place(frame)
    merged, key, value = (Var(frame.session.fresh_temp()) for _ in range(3))
    frame.stmt(Assign(merged, BuildDict(()), span=span))
    for name, atom in pairs:
        if name is not None:
            frame.stmt(SetItem(merged, name, atom, span=span))
        else:
            read = Assign(value, GetItem(atom, key), span=span)
            frame.stmt(For(key, atom, (read, SetItem(merged, key, value, span=span)), span=span))
    return frame.value(merged), merged


def _type(frame: Frame, kind: str, items: Items) -> Value:
    if kind == "set":
        return Other("set")
    values = [
        infer.element(frame.value(item)) if isinstance(item, Star) else frame.value(item) for item in items
    ]
    if any(isinstance(item, Star) for item in items):
        return Lst(infer.element(Tup(tuple(values)))) if kind == "list" else TOP
    return Tup(tuple(values)) if kind == "tuple" else Lst(infer.element(Tup(tuple(values))), tuple(values))


def _type_of_dict(frame: Frame, pairs: Pairs) -> Value:
    found = Dct(NEVER, ())
    for key, atom in pairs:
        value = frame.value(atom)
        if key is not None:
            found = with_key(found, frame.value(key), value)
        elif isinstance(value, Dct):
            found = Dct(value.elem if found.elem == NEVER else join(found.elem, value.elem))
        else:
            return Dct(TOP)
    return found
