"""What statements read and bind, worked out once for each: passes leave most statements as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from s2sad.ir.nodes import Stmt
from s2sad.ir.walk import blocks, defs, uses


@dataclass(frozen=True, slots=True)
class Mentions:
    """The variables that are read and those that are bound, each as often as it is, and the sets of these."""

    reads: tuple[str, ...]
    bound: tuple[str, ...]
    used: frozenset[str]
    binds: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.used or name in self.binds


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
        self._own: dict[int, tuple[Stmt, Mentions]] = {}
        self._deep: dict[int, tuple[Stmt, Mentions]] = {}

    def own(self, stmt: Stmt) -> Mentions:
        found = self._own.get(id(stmt))
        if found is None:
            reads = tuple([var.name for var in uses(stmt)])
            bound = tuple([var.name for var in defs(stmt)])
            found = self._own[id(stmt)] = stmt, Mentions(reads, bound, frozenset(reads), frozenset(bound))
        return found[1]

    def deep(self, stmt: Stmt) -> Mentions:
        found = self._deep.get(id(stmt))
        if found is None:
            inside = blocks(stmt)
            found = self._deep[id(stmt)] = stmt, self._total(stmt) if inside else self.own(stmt)
        return found[1]

    def _total(self, stmt: Stmt) -> Mentions:
        parts = [self.own(stmt), *[self.deep(inner) for block in blocks(stmt) for inner in block]]
        reads = tuple([name for part in parts for name in part.reads])
        bound = tuple([name for part in parts for name in part.bound])
        return Mentions(reads, bound, frozenset(reads), frozenset(bound))
