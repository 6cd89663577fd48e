"""An adjoint that only is on its way into a part of another one is written there at once.

``row_bar = np.zeros_like(row); row_bar[0] += e; a_bar[i] += row_bar`` becomes ``a_bar[i, 0] += e``: nobody else refers to
`a_bar` (see `Facts.exclusive`), in between it is only added to, and `row_bar` is mentioned nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2sad.analysis.values import Tensor
from s2sad.ir.nodes import (
    Assign,
    AugItem,
    AugName,
    Block,
    Call,
    Const,
    Function,
    Index,
    SliceIndex,
    Stmt,
    TupleIndex,
    Var,
)
from s2sad.ir.walk import defs, index_items, map_blocks, settled, uses, walk, with_body
from s2sad.optimize.algebra import calls, is_generated
from s2sad.optimize.facts import Facts
from s2sad.optimize.first import is_one_axis


def write_through(function: Function, facts: Facts) -> Function:
    return with_body(function, _Through(facts).block(function.body))


class _Through:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block) -> Block:
        out = [map_blocks(stmt, self.block) for stmt in block]
        for end in range(len(out) - 1, 0, -1):
            start = self.start(out, end)
            if start is not None:
                out[start : end + 1] = self.redirected(out[start + 1 : end], out[end])
                return self.block(tuple(out))
        return settled(block, out)

    def start(self, out: list[Stmt], end: int) -> int | None:
        """Where the zeros are made that the last of these statements adds to a part of another adjoint."""
        part = _added(out[end])
        if part is None or not is_generated(part) or self.facts.binds[part.name] != 1:
            return None
        stores = 0
        for position in range(end - 1, -1, -1):
            stmt = out[position]
            if isinstance(stmt, Assign) and stmt.target == part:
                made = isinstance(stmt.value, Call) and calls(stmt.value, np.zeros_like)
                every = self.facts.reads[part.name] == stores + 1
                return position if made and stores and every and self.fits(out[end], part) else None
            if self.interferes(stmt, out[end], part):
                return None
            stores += sum(isinstance(inner, AugItem) and inner.obj == part for inner in walk((stmt,)))
        return None

    def interferes(self, stmt: Stmt, last: Stmt, part: Var) -> bool:
        """Whether a statement in between forbids that the whole is written to ahead of it."""
        facts, whole = self.facts, _whole(last)
        effects = facts.effects(stmt)
        indices = index_items(last.index) if isinstance(last, AugItem) else ()
        if effects.leaves or any(isinstance(item, Var) and item.name in effects.binds for item in indices):
            return True
        return not all(self.is_store(inner, part) and self.is_sum(inner, whole) for inner in walk((stmt,)))

    def is_sum(self, stmt: Stmt, whole: Var) -> bool:
        """Whether a statement adds to a part of the whole, which may come later as well, or does not mention it itself."""
        if isinstance(stmt, AugItem) and stmt.obj == whole:
            return stmt.op in ("add", "sub") and list(uses(stmt)).count(whole) == 1
        return whole.name not in self.facts.used(stmt) and whole not in defs(stmt)

    def is_store(self, stmt: Stmt, part: Var) -> bool:
        """Whether a statement is an addition to a basic index of the part, or does not mention it itself."""
        if isinstance(stmt, AugItem) and stmt.obj == part:
            basic = all(
                item == Const(...) or is_one_axis(item, self.facts) for item in index_items(stmt.index)
            )
            return stmt.op in ("add", "sub") and basic and stmt.value != part
        return part.name not in self.facts.used(stmt) and part not in defs(stmt)

    def fits(self, last: Stmt, part: Var) -> bool:
        """Whether the part has just the axes that the integers of the index leave of the whole."""
        whole, inner = self.facts.type(_whole(last)), self.facts.type(part)
        if not isinstance(whole, Tensor) or not isinstance(inner, Tensor) or not whole.dims or not inner.dims:
            return False
        if _whole(last).name not in self.facts.exclusive:
            return False
        if isinstance(last, AugName):
            return whole.dims == inner.dims
        assert isinstance(last, AugItem)
        items = index_items(last.index)
        return all(map(self.is_integer, items)) and len(whole.dims) == len(items) + len(inner.dims)

    def is_integer(self, item: Index) -> bool:
        return is_one_axis(item, self.facts) and not isinstance(item, SliceIndex)

    def redirected(self, between: list[Stmt], last: Stmt) -> list[Stmt]:
        part, whole = _added(last), _whole(last)

        def turned(stmt: Stmt) -> Stmt:
            if isinstance(stmt, AugItem) and stmt.obj == part:
                items = (
                    *(index_items(last.index) if isinstance(last, AugItem) else ()),
                    *index_items(stmt.index),
                )
                index = items[0] if len(items) == 1 else TupleIndex(items)
                return replace(stmt, obj=whole, index=index)
            return map_blocks(stmt, lambda block: tuple(map(turned, block)))

        return list(map(turned, between))


def _added(stmt: Stmt) -> Var | None:
    """What a statement adds to a part of another variable, or to that."""
    match stmt:
        case AugItem(obj=Var() as whole, op="add", value=Var() as part) if whole != part:
            return part
        case AugName(target=whole, op="add", value=Var() as part) if whole != part:
            return part
        case _:
            return None


def _whole(stmt: Stmt) -> Var:
    assert isinstance(stmt, AugItem | AugName)
    whole = stmt.obj if isinstance(stmt, AugItem) else stmt.target
    assert isinstance(whole, Var)
    return whole
