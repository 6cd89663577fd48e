"""Elements that no later store destroys: a history array ``h[t] = f(h[t - 1])`` keeps what is read of it by itself.

Subscripts are compared that are a number, or the counter of a loop and a number.  What such a read finds is there in the
reverse sweep still if every store to the array that comes later, in this round or in a later one, names another element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s2sad.analysis.operands import known_function
from s2sad.analysis.values import Value
from s2sad.ir.nodes import Assign, Call, Const, Expr, For, GetItem, Op, Var
from s2sad.ir.walk import deep_defs, index_items, walk
from s2sad.transform.tree import Loop, Nodes, Opaque, Step, inner

Loops = tuple[int, ...]


@dataclass(frozen=True)
class Subscript:
    """``counter + offset``, or a number where there is no counter. `least`: the smallest value it can have."""

    counter: str
    offset: int
    least: int


@dataclass(frozen=True)
class Place:
    at: int
    loops: Loops


class History:
    """The subscripts and the loops of one function."""

    def __init__(self, types: Mapping[str, Value]) -> None:
        self.types = types
        self.counts: Counter[str] = Counter()
        self.definitions: dict[str, Expr] = {}
        self.loops: dict[int, For] = {}  # by their place in the numbering of `snapshot`

    def scan(self, nodes: Nodes) -> None:
        for node in nodes:
            match node:
                case Step(stmt=stmt, forward=forward):
                    for new in walk((stmt, *(other for other in forward if other is not stmt))):
                        self.counts.update(var.name for var in deep_defs((new,)))
                        if isinstance(new, Assign):
                            self.definitions[new.target.name] = new.value
                case Loop(stmt=For(target=target)):
                    self.counts[target.name] += 1
                case Opaque(stmt=stmt):
                    self.counts.update(2 * [var.name for var in deep_defs((stmt,))])
                case _:
                    pass
            for block in inner(node):
                self.scan(block)

    # ── subscripts ───────────────────────────────────────────────────────────────────────────────────────

    def subscripts(self, index: Any) -> list[Subscript | None]:
        items = index_items(index)
        found: list[Subscript | None] = []
        for item in items:
            if isinstance(item, Const) and not isinstance(item.value, int):
                break  # an ellipsis or a new axis: what follows stands for other axes
            found.append(self.subscript(item))
        return found

    def subscript(self, atom: Any) -> Subscript | None:
        if isinstance(atom, Const) and isinstance(atom.value, int) and not isinstance(atom.value, bool):
            return Subscript("", atom.value, atom.value) if atom.value >= 0 else None
        if not isinstance(atom, Var) or self.counts[atom.name] != 1:
            return None
        least = self.least(atom.name)
        if least is not None:
            return Subscript(atom.name, 0, least)
        match self.definitions.get(atom.name):
            case Op(kind="add" | "sub" as kind, args=(left, Const(value=int(number)))):
                base = self.subscript(left)
                step = number if kind == "add" else -number
            case Op(kind="add", args=(Const(value=int(step)), right)):
                base = self.subscript(right)
            case _:
                return None
        if base is None or not base.counter or base.least + step < 0:
            return None  # a negative subscript counts from the end
        return Subscript(base.counter, base.offset + step, base.least + step)

    def least(self, counter: str) -> int | None:
        """The smallest value of a loop's counter."""
        bounds = self.bounds(counter)
        if bounds is None:
            return None
        start, stop, step = bounds
        first, last = getattr(start, "value", None), getattr(stop, "value", None)
        if step > 0:
            return first if isinstance(first, int) else None
        return last + 1 if isinstance(last, int) and step == -1 else None

    def bounds(self, counter: str) -> tuple[Any, Any, int] | None:
        loop = next((stmt for stmt in self.loops.values() if stmt.target.name == counter), None)
        if loop is None or not isinstance(loop.iterable, Var) or self.counts[counter] != 1:
            return None
        match self.definitions.get(loop.iterable.name):
            case Call(func=func, args=args) if known_function(func, self.types) is range:
                start, stop, step = (
                    (Const(0), args[0], Const(1)) if len(args) == 1
                    else (args[0], args[1], args[2] if len(args) > 2 else Const(1))
                )  # fmt: skip
                size = getattr(step, "value", None)
                return (start, stop, size) if isinstance(size, int) and size != 0 else None
            case _:
                return None

    # ── what lasts ───────────────────────────────────────────────────────────────────────────────────────

    def lasts(self, read: GetItem, place: Place, store: Any, stored: Place) -> bool:
        """Whether what a read finds is not destroyed by any later run of a store to the same array."""
        pairs = list(zip(self.subscripts(read.index), self.subscripts(store.index), strict=False))
        known = [(one, other) for one, other in pairs if one is not None and other is not None]
        if any(_apart(one, other) for one, other in known):
            return True
        common = [a for a, b in zip(place.loops, stored.loops, strict=False) if a == b]
        if not common and stored.at < place.at:
            return True
        for number in common:
            loop = self.loops.get(number)
            ahead = None if loop is None else self.ahead(loop.target.name, known)
            if ahead is None or ahead < 0:
                return False
            if ahead > 0:
                return True
        return stored.at < place.at

    def ahead(self, counter: str, pairs: list[tuple[Subscript, Subscript]]) -> int | None:
        """By how many rounds the element that is stored is ahead of the one that is read; None if that is not known."""
        bounds = self.bounds(counter)
        if bounds is None:
            return None
        step = bounds[2]
        found = [
            (other.offset - one.offset) * (1 if step > 0 else -1)
            for one, other in pairs
            if one.counter == other.counter == counter
        ]
        return max(found, default=None)


def _apart(one: Subscript, other: Subscript) -> bool:
    """Whether two subscripts are never equal."""
    if not one.counter and not other.counter:
        return one.offset != other.offset
    if not one.counter:
        return one.offset < other.least
    return not other.counter and other.offset < one.least
