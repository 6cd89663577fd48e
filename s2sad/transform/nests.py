"""Values of known structure (tuples, dicts with known keys, objects): the parts of one that carry a derivative."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from s2sad.analysis.values import Dct, Lst, Obj, Tup, Value, may_vary

Path = tuple[Any, ...]


def leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """The parts of a structured value that carry a derivative."""
    match value:
        case Tup(items=items) | Lst(items=tuple() as items):
            for position, item in enumerate(items):
                yield from leaves(item, (*path, position))
        case Dct(items=tuple() as entries):
            for key, item in entries:
                yield from leaves(item, (*path, key))
        case Obj(attrs=attrs):
            for name, item in attrs:
                yield from leaves(item, (*path, name))
        case _:
            if may_vary(value):
                yield path, value


def is_structured(value: Value) -> bool:
    return isinstance(value, (Tup, Obj)) or (isinstance(value, (Lst, Dct)) and value.items is not None)


def leaf_items(value: Value) -> list[tuple[Any, Value]]:
    match value:
        case Tup(items=items) | Lst(items=tuple() as items):
            return list(enumerate(items))
        case Dct(items=tuple() as items):
            return list(items)
        case Obj(attrs=attrs):
            return list(attrs)
        case _:
            return []
