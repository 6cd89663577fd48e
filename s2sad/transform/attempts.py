"""A `try` whose handler goes on: where its body may have stopped, and what of it was done by then.

The body is cut into parts.  A part ends with the assignment of a variable that is seen outside of the body; such an
assignment is a plain copy (`canonical`), so it cannot raise itself.  The forward sweep counts the parts that are done,
and the reverse sweep undoes these.  What an unfinished part has computed nobody sees, so it needs no undoing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from s2sad.analysis.attempts import NOTHING, raised_by
from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import TOP, Dct, Lst, Value
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Delete,
    For,
    Function,
    If,
    MethodCall,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Var,
    While,
    With,
)
from s2sad.ir.walk import deep_defs, uses, walk
from s2sad.transform.prepare import changed_arguments
from s2sad.transform.tree import exposed, raises


@dataclass(frozen=True)
class Cut:
    """`parts`: blocks that end with something that is seen outside; `rest`: what comes behind the last of them."""

    parts: tuple[Block, ...]
    rest: Block


class Attempts:
    """The `try` statements of one function in canonical form."""

    def __init__(
        self, function: Function, frame: Any, types: dict[str, Value], active: frozenset[str]
    ) -> None:
        self.function = function
        self.frame = frame
        self.types = types
        self.active = active
        self.counts = Counter(var.name for var in deep_defs(function.body))

    def cut(self, stmt: Try) -> Cut:
        if all(raises(handler.body) for handler in stmt.handlers):
            return Cut((), stmt.body)
        seen = self.seen_outside(stmt)
        parts: list[Block] = []
        start = 0
        for position, inner in enumerate(stmt.body):
            if not self.is_seen(inner, seen):
                continue
            if isinstance(inner, (If, For, While, With, Try)) or changed_arguments(
                getattr(inner, "value", None)
            ):
                self.check_whole(stmt, inner, seen)
            if raised_by(self.frame, stmt.body[position + 1 :]) != NOTHING:
                parts.append(stmt.body[start : position + 1])
                start = position + 1
        return Cut(tuple(parts), stmt.body[start:])

    def seen_outside(self, stmt: Try) -> set[str]:
        """Variables that are assigned in the body, and that it matters for whether they were."""
        inside = {id(inner) for inner in walk(stmt.body)}
        written = {var.name for var in deep_defs(stmt.body)}
        surely = exposed(stmt.body, set(), set())
        behind = {id(inner) for inner in walk(stmt.orelse)}
        read = {
            var.name
            for other in walk(self.function.body)
            if id(other) not in inside
            for var in _reads(other)
            if not (id(other) in behind and var.name in surely)
        }
        return {name for name in written if name in read or self.counts[name] > 1}

    def is_seen(self, stmt: Stmt, seen: set[str]) -> bool:
        """Whether a statement does something that is seen outside of the body."""
        for inner in walk((stmt,)):
            if any(var.name in seen for var in deep_defs((inner,))):
                return True
            if any(name in self.active for name in self.changed(inner)):
                return True
        return False

    def changed(self, stmt: Stmt) -> list[str]:
        """Variables whose objects a statement changes in place."""
        match stmt:
            case SetItem(obj=Var(name=name)) | SetAttr(obj=Var(name=name)) | Delete(obj=Var(name=name)):
                return [name]
            case AugItem(obj=Var(name=name)) | AugAttr(obj=Var(name=name)) | AugName(target=Var(name=name)):
                return [name]
            case Assign(value=MethodCall(obj=Var(name=name))) if isinstance(
                self.types.get(name, TOP), (Lst, Dct)
            ):
                return [name]
            case Assign(value=value):
                return changed_arguments(value)
            case _:
                return []

    def check_whole(self, stmt: Try, inner: Stmt, seen: set[str]) -> None:
        """Refuse a statement that may stop halfway, with something done that is seen outside."""
        if raised_by(self.frame, (inner,)) == NOTHING or self.ends_seen(inner, seen):
            return
        names = {var.name for var in deep_defs((inner,))} & seen
        names |= {name for part in walk((inner,)) for name in self.changed(part) if name in self.active}
        overwritten = [
            exposed(handler.body, set(), set()) for handler in stmt.handlers if not raises(handler.body)
        ]
        lost = sorted(name for name in names if self.matters(name, stmt, overwritten))
        if lost:
            refuse(self.function.origin, inner.span, "S2S022",
                   f"an exception may stop this statement halfway, and its handler goes on: `{lost[0]}` may have changed by then, or not",
                   "keep only the call that can fail inside of `try`")  # fmt: skip

    def matters(self, name: str, stmt: Try, overwritten: list[set[str]]) -> bool:
        if not all(name in sure for sure in overwritten):
            return True
        return any(
            name in {var.name for s in walk(handler.body) for var in _reads(s)} for handler in stmt.handlers
        )

    def ends_seen(self, stmt: Stmt, seen: set[str]) -> bool:
        """Whether a branch does what is seen outside at its very end only."""
        if not isinstance(stmt, If):
            return not self.is_seen(stmt, seen)
        for block in (stmt.body, stmt.orelse):
            for position, inner in enumerate(block):
                if not self.is_seen(inner, seen):
                    continue
                later = raised_by(self.frame, block[position + 1 :])
                compound = isinstance(inner, (If, For, While, With, Try))
                if later != NOTHING or (compound and not self.ends_seen(inner, seen)):
                    return False
        return True


def _reads(stmt: Stmt) -> list[Var]:
    return [*uses(stmt), *([stmt.target] if isinstance(stmt, AugName) else [])]
