"""What was looked up about names, and whether the answers still hold.

A cell of a notebook is run again, a global, an attribute or an entry of a global dict is bound anew: then what was compiled of the
functions that read it is out of date. A compilation notes what it looks up (`noting`); each call of what it made sees
whether that stands for the same objects still.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import libcst as cst

from s2sad.frontend.denotations import Denotation, Missing
from s2sad.frontend.lower_scope import imported_as

if TYPE_CHECKING:
    from s2sad.frontend.sources import SourceFunction

_NOTHING = object()  # is bound to no name


class Lookups:
    """Names in dictionaries and variables of enclosing functions, with the objects that they were bound to."""

    def __init__(self) -> None:
        self._bound: dict[tuple[int, str], tuple[Mapping[str, Any], str, Any]] = {}
        self._captured: dict[int, tuple[types.CellType, Any]] = {}
        self._read: dict[tuple[int, Hashable], tuple[Any, Callable[[Any], Any], Any]] = {}

    def bound(self, holder: Mapping[str, Any], name: str) -> None:
        module = str(holder.get("__name__") or holder.get("__module__"))
        if module.partition(".")[0] not in _FIXED:
            self._bound.setdefault((id(holder), name), (holder, name, holder.get(name, _NOTHING)))

    def captured(self, cell: types.CellType) -> None:
        self._captured.setdefault(id(cell), (cell, _contents(cell)))

    def read(self, container: Any, what: Hashable, read: Callable[[Any], Any]) -> None:
        self._read.setdefault((id(container), what), (container, read, read(container)))

    def add(self, others: Lookups) -> None:
        self._read = others._read | self._read
        self._bound = others._bound | self._bound
        self._captured = others._captured | self._captured

    def is_current(self) -> bool:
        """Do all that were looked up stand for the same objects still?"""
        for holder, name, found in self._bound.values():
            if holder.get(name, _NOTHING) is not found:
                return False
        for container, read, found in self._read.values():
            if not _same(read(container), found):
                return False
        return all(_contents(cell) is found for cell, found in self._captured.values())


#: Packages whose names are taken to stay as they are.
_FIXED = {"numpy", "scipy", "s2sad", "math", "cmath", "operator", "functools", "itertools", "builtins"}


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _NOTHING


# ── of one compilation ───────────────────────────────────────────────────────────────────────────────────

_noted: ContextVar[Lookups | None] = ContextVar("s2sad_noted", default=None)


@contextmanager
def noting() -> Iterator[Lookups]:
    """What is looked up within this block; a block around it gets it as well."""
    found = Lookups()
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
        note(found)


def note(lookups: Lookups) -> None:
    found = _noted.get()
    if found is not None:
        found.add(lookups)


def note_bound(holder: Mapping[str, Any], name: str) -> None:
    found = _noted.get()
    if found is not None:
        found.bound(holder, name)


def note_attribute(obj: Any, name: str) -> None:
    """An attribute of a live object was read, of itself or of its class."""
    holders = [getattr(obj, "__dict__", {}), *(vars(cls) for cls in type(obj).__mro__[:-1])]
    for holder in holders:
        note_bound(holder, name)
        if name in holder:
            return


def note_item(container: Any, key: Hashable) -> None:
    """An element of a live dict or list was read, or was not there."""
    _note_read(container, ("item", key), lambda held: _item(held, key))


def note_contents(container: Any, keys: Iterable[Hashable]) -> None:
    note_length(container)
    for key in keys:
        note_item(container, key)


def note_length(container: Any) -> None:
    _note_read(container, "length", len)


def _note_read(container: Any, what: Hashable, read: Callable[[Any], Any]) -> None:
    found = _noted.get()
    if found is not None and isinstance(container, (dict, list, set)):
        found.read(container, what, read)


def _item(container: Any, key: Any) -> Any:
    try:
        return container[key]
    except (LookupError, TypeError):
        return _NOTHING


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) is int and a == b)


# ── of one function ──────────────────────────────────────────────────────────────────────────────────────


class FunctionNames:
    """Answers lowering's questions about names, and remembers them."""

    def __init__(self, function: SourceFunction):
        self.function = function
        self.module = function.module
        self.cells = function.cells
        self.asked: dict[str, Denotation] = {}
        self.imports: dict[str, str] = {}
        self.lookups = Lookups()

    def outside(self, name: str) -> Denotation:
        found = self.asked.get(name)
        if found is None:
            found = self.asked[name] = self._outside(name)
        return found

    def _outside(self, name: str) -> Denotation:
        if name in self.cells:
            if name in self.function.closure:
                self.lookups.captured(self.function.closure[name])
            return self.cells[name]
        self._watch(None, name)
        return self.module.lookup(name)

    def attribute(self, denotation: Denotation, name: str) -> Denotation | None:
        self._watch(denotation, name)
        return self.module.attribute(denotation, name)

    def _watch(self, denotation: Denotation | None, name: str) -> None:
        holder = self.module.holder(denotation, name)
        if holder is not None:
            self.lookups.bound(holder, name)

    def is_current(self) -> bool:
        """Whether all names that were asked for still stand for the same."""
        return self.lookups.is_current()

    def imported(self, node: cst.Import | cst.ImportFrom, name: str, text: str) -> Denotation:
        self.imports[name] = text
        assert not isinstance(node.names, cst.ImportStar)
        alias = next(item for item in node.names if imported_as(item) == name)
        target = dotted_name(alias.name)
        if isinstance(node, cst.ImportFrom):
            package = dotted_name(node.module) if node.module is not None else ""
            return self.module.import_from(package, len(node.relative), target)
        found = self.module.import_module(target)
        if isinstance(found, Missing) or alias.asname is not None:
            return found
        return self.module.import_module(target.partition(".")[0])

    def default(self, name: str, text: str) -> Denotation | None:
        return self.function.default(name, text)

    def owner(self) -> tuple[str, Denotation] | None:
        return self.function.owner()


def dotted_name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{dotted_name(node.value)}.{node.attr.value}"
    assert isinstance(node, cst.Name)
    return node.value
