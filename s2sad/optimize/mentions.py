"""What statements read and bind, worked out once for each: passes leave most statements as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from s2sad.ir.nodes import Stmt
from s2sad.ir.walk import blocks, defs, uses


@dataclass(frozen=True, slots=True)
class Mentions:
    """How often each variable is read, and which are bound."""

    reads: dict[str, int]
    binds: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.reads or name in self.binds


T = TypeVar("T")


class Memo(Generic[T]):
    """Something about each statement. It holds the statements, so that the id of one stays its own."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Stmt, T]] = {}

    def get(self, stmt: Stmt) -> T | None:
        found = self._known.get(id(stmt))
        return None if found is None else found[1]

    def put(self, stmt: Stmt, value: T) -> T:
        self._known[id(stmt)] = stmt, value
        return value


class Index:
    """Mentions of statements: by a statement itself, and together with those in its blocks."""

    def __init__(self) -> None:
        self._own: Memo[Mentions] = Memo()
        self._deep: Memo[Mentions] = Memo()

    def own(self, stmt: Stmt) -> Mentions:
        found = self._own.get(stmt)
        if found is None:
            reads: dict[str, int] = {}
            for var in uses(stmt):
                reads[var.name] = reads.get(var.name, 0) + 1
            found = self._own.put(stmt, Mentions(reads, frozenset([var.name for var in defs(stmt)])))
        return found

    def deep(self, stmt: Stmt) -> Mentions:
        inside = blocks(stmt)
        if not inside:
            return self.own(stmt)
        found = self._deep.get(stmt)
        if found is None:
            found = self._deep.put(
                stmt, total([self.own(stmt), *[self.deep(inner) for block in inside for inner in block]])
            )
        return found


def total(parts: Iterable[Mentions]) -> Mentions:
    reads: dict[str, int] = {}
    binds: set[str] = set()
    for part in parts:
        for name, count in part.reads.items():
            reads[name] = reads.get(name, 0) + count
        binds |= part.binds
    return Mentions(reads, frozenset(binds))
