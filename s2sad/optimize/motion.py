"""Bring together what belongs together: the value of a temporary, and the one statement that reads it.

The printer merges a temporary into its reader only if nothing it cannot judge stands in between.  With types known the
statements in between can be judged (`Facts.commute`), so the value moves down to its reader, or its reader up to it.
``%s = t_bar * t; t_bar = t_bar * x; x_bar += %s`` becomes ``x_bar += t_bar * t; t_bar = t_bar * x``.
"""

from __future__ import annotations

from s2sad.ir.nodes import (
    Assign,
    AugName,
    Block,
    Build,
    Function,
    GetItem,
    MethodCall,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import defs, map_attempted, map_blocks, uses, with_body
from s2sad.optimize.facts import Facts, commute


def gather(function: Function, facts: Facts) -> Function:
    return with_body(function, _Motion(facts).block(function.body))


class _Motion:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block) -> Block:
        stmts = [map_attempted(stmt, self.block, self.attempted) for stmt in block]
        for position in range(len(stmts) - 1, -1, -1):
            match stmts[position]:
                case Assign(target=target, value=value) if self.facts.single(target) and self.facts.is_pure(
                    value
                ):
                    self.join(stmts, position, target)
                case Unpack(targets=targets) if len(targets) > 1:
                    self.open_copies(stmts, position, targets)
                case _:
                    pass
        return tuple(stmts)

    def commute(self, first: Stmt, second: Stmt) -> bool:
        return commute(self.facts.effects(first), self.facts.effects(second))

    def attempted(self, block: Block) -> Block:
        return tuple(map_blocks(stmt, self.attempted) for stmt in block)

    def merges(self, stmt: Stmt) -> bool:
        """Will the printer merge this statement into a later one, by all accounts?"""
        return isinstance(stmt, Assign) and self.facts.single(stmt.target) and not is_step(stmt)

    def join(self, stmts: list[Stmt], start: int, target: Var) -> None:
        """Make the value of `target` and its reader neighbours, but for temporaries that are merged as well."""
        mentions, name = self.facts.mentions, target.name
        reader = next((k for k in range(start + 1, len(stmts)) if name in mentions(stmts[k]).used), None)
        if reader is None or target not in uses(stmts[reader]):
            return  # in another block
        last = reader  # the first of the temporaries that stand right before the reader
        while last - 1 > start and self.merges(stmts[last - 1]):
            last -= 1
        if last == start + 1:
            return
        if all(self.commute(stmts[start], stmts[k]) for k in range(start + 1, last)):
            move(stmts, start, last - 1)
        elif isinstance(stmts[reader], AugName) or is_accumulation(stmts[reader]):
            self.hoist(stmts, start, reader)

    def hoist(self, stmts: list[Stmt], start: int, reader: int) -> None:
        """Move the reader up, with the temporaries that it reads besides."""
        group = [reader]
        wanted = set(self.facts.mentions(stmts[reader]).used)
        for k in range(reader - 1, start, -1):
            stmt = stmts[k]
            if isinstance(stmt, Assign) and stmt.target.name in wanted and self.merges(stmt):
                group.insert(0, k)
                wanted |= self.facts.mentions(stmt).used
            elif not all(self.commute(stmt, stmts[member]) for member in group):
                return
        for offset, k in enumerate(group):
            move(stmts, k, start + 1 + offset)

    def open_copies(self, stmts: list[Stmt], start: int, targets: tuple[Var, ...]) -> None:
        """``%a, %b = items; push(x); x = %a; push(y); y = %b``: bring the copies up to the statement that unpacks."""
        temps = {target.name for target in targets if self.facts.single(target)}
        copies = [k for k in range(start + 1, len(stmts)) if _copied(stmts[k]) in temps]
        if not copies or copies[-1] - start == len(copies):
            return
        moved = [start, *copies]
        others = [k for k in range(start + 1, copies[-1]) if k not in moved]
        for k in others:
            if not all(self.commute(stmts[k], stmts[member]) for member in moved if member < k):
                return
        order = [*others, *moved]
        stmts[start : copies[-1] + 1] = [stmts[k] for k in order]


def _copied(stmt: Stmt) -> str | None:
    """The variable that a statement copies to another one."""
    return stmt.value.name if isinstance(stmt, Assign) and isinstance(stmt.value, Var) else None


def is_step(stmt: Stmt) -> bool:
    """A pop is a statement of its own."""
    return isinstance(stmt, Assign) and isinstance(stmt.value, MethodCall) and stmt.value.name == "pop"


def is_accumulation(stmt: Stmt) -> bool:
    """``x_bar = x_bar + %s``"""
    return isinstance(stmt, Assign) and stmt.target in uses(stmt)


def move(items: list[Stmt], source: int, place: int) -> None:
    items.insert(place, items.pop(source))


# ── results of several values ────────────────────────────────────────────────────────────────────────────


def unpack_parts(function: Function, facts: Facts) -> Function:
    """``%s = g_rev(...); x = %s[0]; y = %s[1]`` as ``x, y = ...``, if each part is read once."""
    return with_body(function, _unpacked(function.body, facts))


def _unpacked(block: Block, facts: Facts) -> Block:
    stmts = [map_blocks(stmt, lambda inner: _unpacked(inner, facts)) for stmt in block]
    for position in range(len(stmts) - 1, -1, -1):
        match stmts[position]:
            case Assign(target=target, value=value) if (
                target.is_temp and facts.binds[target.name] == 1 and not isinstance(value, Build)
            ):
                _unpack_one(stmts, position, target, facts)
            case Unpack() if position:
                _split_display(stmts, position, facts)
            case _:
                pass
    return tuple(stmts)


def _split_display(stmts: list[Stmt], position: int, facts: Facts) -> None:
    """``%s = (a, b); x, y = %s`` as two assignments, where nobody reads one of the targets."""
    match stmts[position - 1], stmts[position]:
        case (
            Assign(target=whole, value=Build(kind="tuple", items=items)),
            Unpack(targets=targets, value=value, star=None) as stmt,
        ) if (
            value == whole
            and facts.binds[whole.name] == facts.reads[whole.name] == 1
            and len(items) == len(targets)
            and not any(isinstance(item, Star) or item in targets for item in items)
            and any(not facts.reads[target.name] for target in targets)
        ):
            stmts[position - 1 : position + 1] = [
                Assign(target, item, span=stmt.span)  # type: ignore[arg-type]
                for target, item in zip(targets, items, strict=True)
            ]


def _unpack_one(stmts: list[Stmt], position: int, whole: Var, facts: Facts) -> None:
    size = facts.tuple_size(whole, getattr(stmts[position], "value", None))
    if size is None or size < 2:
        return
    parts: dict[int, int] = {}
    for k in range(position + 1, len(stmts)):
        match stmts[k]:
            case Assign(target=target, value=GetItem(obj=obj, index=index)) if obj == whole:
                key = getattr(index, "value", None)
                if (
                    type(key) is not int
                    or key in parts
                    or not target.is_temp
                    or facts.binds[target.name] != 1
                ):
                    return
                parts[key] = k
            case _:
                pass
    if sorted(parts) != list(range(size)) or facts.reads[whole.name] != size:
        return
    targets = tuple(var for key in range(size) for var in defs(stmts[parts[key]]))
    new = Unpack(targets, whole, span=stmts[position].span)
    for k in sorted(parts.values(), reverse=True):
        del stmts[k]
    stmts.insert(position + 1, new)
