"""What displays and records are made of, and whether they are just taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import Assign, Block, Build, Call, Const, GetItem, Star, Stmt, Unpack, Var
from s2sad.ir.walk import uses, walk


def arguments_of_record(call: Call, cls: SourceClass) -> Iterator[tuple[int | None, Any]]:
    """What a constructor is given, with the position that it has in a named tuple."""
    if not cls.is_namedtuple:
        yield from ((None, atom) for atom in (*call.args, *(atom for _, atom in call.kwargs)))
        return
    names = [field.name for field in cls.fields]
    yield from enumerate(call.args)
    yield from ((names.index(key) if key in names else None, atom) for key, atom in call.kwargs)


def elements_of(unpack: Unpack) -> Iterator[tuple[Var, GetItem]]:
    """``a, *rest, b = xs`` as the single reads that it is, ``xs[0]`` and ``xs[-1]``; not that of the starred target."""
    star = len(unpack.targets) if unpack.star is None else unpack.star
    for place, target in enumerate(unpack.targets):
        if place != star:
            index = place if place < star else place - len(unpack.targets)
            yield target, GetItem(unpack.value, Const(index))


def displays_unpacked(body: Block) -> dict[str, tuple[Any, ...]]:
    """Displays that are only unpacked again (``a, b = b, a``): their elements do not become one region."""
    displays: dict[str, tuple[Any, ...]] = {}
    readers: dict[str, list[Stmt]] = {}
    for stmt in walk(body):
        if isinstance(stmt, Assign) and isinstance(stmt.value, Build):
            displays[stmt.target.name] = stmt.value.items
        for var in uses(stmt):
            readers.setdefault(var.name, []).append(stmt)
    return {
        name: items
        for name, items in displays.items()
        if readers.get(name)
        and all(
            isinstance(s, Unpack) and s.star is None and len(s.targets) == len(items) for s in readers[name]
        )
        and not any(isinstance(item, Star) for item in items)
    }
