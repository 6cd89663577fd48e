"""Which variable holds a part of which other one, so that a change of the part is seen in the type of the whole."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2sad.analysis.values import NEVER, TOP, Dct, Known, Lst, Obj, Top, Tup, Value, as_made, join
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
    SetAttr,
    SetItem,
    Star,
    Stmt,
    Unpack,
    Var,
)

if TYPE_CHECKING:
    from s2sad.analysis.scope import Scope

SAME = object()  # the key of a link between two names of one object
ANY = object()  # the key of a link whose place in the whole is not known
VIEW = object()  # the key of a link from `d.values()`, `enumerate(xs)` and the like to what they run over
LAZY = frozenset({builtins.enumerate, builtins.zip, builtins.reversed, builtins.iter})


def is_container(value: Value) -> bool:
    return isinstance(value, (Lst, Dct, Obj, Tup, Top))


class Links:
    """Links (part, whole, key), noted as the walk meets them."""

    def __init__(self) -> None:
        self.wholes: dict[str, list[tuple[str, Any]]] = {}
        self.parts: dict[str, list[tuple[str, Any]]] = {}
        self.views: dict[str, Expr] = {}  # variables that may be iterators or views, which cannot be indexed

    def add(self, part: Any, whole: Any, key: Any) -> None:
        if (
            isinstance(part, Var)
            and isinstance(whole, Var)
            and (whole.name, key) not in self.wholes.get(part.name, ())
        ):
            self.wholes.setdefault(part.name, []).append((whole.name, key))
            self.parts.setdefault(whole.name, []).append((part.name, key))

    def cut(self, name: str) -> None:
        """What had the object under another name in the round of a loop before has not got the new one."""
        others = [other for other, key in self.wholes.get(name, ()) if key is SAME]
        for other in others:
            for table in (self.wholes, self.parts):
                table[name] = [link for link in table.get(name, ()) if link != (other, SAME)]
                table[other] = [link for link in table.get(other, ()) if link != (name, SAME)]

    def note(self, frame: Scope, target: Var, expr: Expr) -> None:
        """Links that an assignment makes; a new container has no other name yet."""
        if (
            isinstance(expr, (Build, BuildDict))
            and target.is_temp
            and frame.assignments()[1].get(target.name) == 1
        ):
            self.cut(target.name)
        held = viewed(frame, expr)
        if held or (isinstance(expr, Var) and expr.name in self.views):
            self.views[target.name] = expr
        for whole in held:
            self.add(target, whole, VIEW)
        if isinstance(expr, Var):
            if is_container(frame.value(expr)):
                self.add(target, expr, SAME)
                self.add(expr, target, SAME)
            return
        match expr:
            case GetItem(obj=obj, index=index):
                if is_container(frame.value(target)):
                    self.add(target, obj, self.key(frame, index))
            case GetAttr(obj=obj, name=name):
                if is_container(frame.value(target)):
                    self.add(target, obj, name)
            case Build(items=items):
                for position, item in enumerate(items):
                    self.stored(frame, item.value if isinstance(item, Star) else item, target, position)
            case BuildDict(items=pairs):
                for key, item in pairs:
                    self.stored(frame, item, target, key.value if isinstance(key, Const) else ANY)
            case MethodCall(name="append" | "insert" | "setdefault", obj=obj, args=(*_, item)):
                self.stored(frame, item, obj, ANY)
            case _:
                pass

    def met(self, frame: Scope, stmt: Stmt) -> None:
        """Links that a statement of a callee makes, which is put in place of its call."""
        match stmt:
            case Assign(target=target, value=value):
                self.note(frame, target, value)
            case Unpack(targets=targets, value=value, star=star):
                self.unpacked(frame, targets, value, star)
            case SetItem(obj=obj, index=index, value=value):
                self.stored(frame, value, obj, self.key(frame, index))
            case SetAttr(obj=obj, name=name, value=value):
                self.stored(frame, value, obj, name)
            case _:
                pass

    def unpacked(self, frame: Scope, targets: tuple[Var, ...], whole: Atom, star: int | None) -> None:
        for position, target in enumerate(targets):
            if position != star:
                self.stored(frame, target, whole, position if star is None else ANY)

    def stored(self, frame: Scope, item: Any, whole: Atom, key: Any) -> None:
        if isinstance(item, Var) and is_container(frame.value(item)):
            self.add(item, whole, key)

    def key(self, frame: Scope, index: Any) -> Any:
        if isinstance(index, (Var, Const)):
            value = frame.value(index)
            if isinstance(value, Known):
                return value.value
        return ANY

    def changed(self, frame: Scope, name: str, seen: set[str]) -> None:
        assert frame.env is not None
        value = frame.env.get(name, TOP)
        for whole, key in self.wholes.get(name, ()):
            if whole in seen or whole not in frame.env:
                continue
            seen.add(whole)
            frame.set(Var(whole), value if key is SAME else with_part(frame.env[whole], key, value))
            self.changed(frame, whole, seen)
        for part, key in self.parts.get(name, ()):
            if part in seen or part not in frame.env:
                continue
            seen.add(part)
            if key is VIEW:
                frame.set(Var(part), seen_through(frame, part))
            else:
                frame.set(Var(part), value if key is SAME else part_of(value, key))
            self.changed(frame, part, seen)


def viewed(frame: Scope, expr: Expr) -> tuple[Any, ...]:
    """What an expression gives a view of: it shows what is stored there later."""
    match expr:
        case MethodCall(obj=obj, name="values" | "items" | "keys") if isinstance(frame.value(obj), Dct):
            return (obj,)
        case Call(func=func, args=args):
            function = frame.value(func)
            if isinstance(function, Known) and any(function.value is lazy for lazy in LAZY):
                return args
    return ()


def seen_through(frame: Scope, view: str) -> Value:
    """The type of a view, after a change of what it shows."""
    old, (new, _) = frame.value(Var(view)), frame.expr(frame.links.views[view])
    if not (isinstance(old, Lst) and isinstance(new, Lst)):
        return new
    return Lst(join(old.elem, new.elem))


def part_of(whole: Value, key: Any) -> Value:
    match whole:
        case Tup(items=items) | Lst(items=tuple() as items) if isinstance(key, int) and -len(
            items
        ) <= key < len(items):
            return items[key]
        case Lst(elem=elem) | Dct(elem=elem, items=None):
            return elem
        case Dct():
            return dict(whole.items or ()).get(key, whole.elem)
        case Obj():
            return whole.attr(key) or TOP
        case _:
            return TOP


def with_part(whole: Value, key: Any, value: Value) -> Value:
    return as_made(whole, _with_part(whole, key, value))


def _with_part(whole: Value, key: Any, value: Value) -> Value:
    match whole:
        case Tup(items=items, cls=cls) if isinstance(key, int) and -len(items) <= key < len(items):
            key %= len(items)
            return Tup((*items[:key], value, *items[key + 1 :]), cls)
        case Tup(items=items, cls=cls):
            return Tup(tuple(join(item, value) for item in items), cls)
        case Lst(items=tuple() as items) if isinstance(key, int) and -len(items) <= key < len(items):
            key %= len(items)
            parts = (*items[:key], value, *items[key + 1 :])
            elem: Value = NEVER
            for part in parts:
                elem = join(elem, part)
            return Lst(elem, parts)
        case Lst(elem=elem):
            return Lst(join(elem, value))
        case Dct(elem=elem, items=items):
            pairs = dict(items or ())
            joined = join(elem, value)
            if items is not None and key in pairs:
                pairs[key] = value
                return Dct(joined, tuple(pairs.items()))
            return Dct(joined)
        case Obj(attrs=attrs):
            return (
                replace(whole, attrs=tuple(sorted({**dict(attrs), key: value}.items())))
                if isinstance(key, str)
                else whole
            )
        case _:
            return whole
