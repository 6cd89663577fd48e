"""The first addition to zeros is a store: ``x_bar[0] = e`` where ``x_bar = np.zeros_like(x); x_bar[0] += e`` stood.

Further parts are stored as well, as long as they surely do not overlap with those before: ``x_bar[1]`` beside
``x_bar[0]``, ``x_bar[d:]`` beside ``x_bar[:d]``.  Only where the dtype is known: a store would cut the fraction off where
an addition to integers raises an error.

In a loop over a range each round has another element: ``states_bar[j] = (a, b)`` where ``_zeros_like`` made a list of
pairs of zeros in front of the loop, and this is all that the loop says of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.values import Lst, Tensor, Tup
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    Block,
    Build,
    Call,
    Const,
    For,
    Function,
    GetItem,
    Index,
    Op,
    Ref,
    SetItem,
    SliceIndex,
    Stmt,
    Var,
)
from s2sad.ir.walk import defs, index_items, map_blocks, settled, walk, with_body
from s2sad.optimize.algebra import calls, has_any_seed, is_generated
from s2sad.optimize.facts import Facts


def store_first(function: Function, facts: Facts) -> Function:
    return with_body(function, _First(function, facts).block(function.body))


class _First:
    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        #: May a pair of adjoints not stand in the list as it is? A number need not have the shape of the zero that it is
        #: added to, and what is changed in place must not be held by two.
        self.must_add = has_any_seed(function, facts) or any(
            isinstance(stmt, Assign) and is_helper_call(stmt.value, "_add_to", "_add_to_each")
            for stmt in walk(function.body)
        )
        self.ranges = {
            stmt.target
            for stmt in walk(function.body)
            if isinstance(stmt, Assign)
            and isinstance(stmt.value, Call)
            and calls(stmt.value, range)
            and facts.binds[stmt.target.name] == 1
        }

    def block(self, block: Block) -> Block:
        out = [map_blocks(stmt, self.block) for stmt in block]
        for position, stmt in enumerate(block):
            if isinstance(stmt, Assign) and is_generated(stmt.target):
                if self.is_zero_array(stmt):
                    self.parts(stmt.target, out, position + 1)
                elif self.is_zero_list(stmt):
                    self.rounds(stmt.target, out, position + 1)
        return settled(block, out)

    # ── parts of an array ────────────────────────────────────────────────────────────────────────────────

    def is_zero_array(self, stmt: Assign) -> bool:
        kind = self.facts.type(stmt.target)
        known = isinstance(kind, Tensor) and kind.kind in "fc" and kind.dtype is not None and kind.dims != ()
        return known and isinstance(stmt.value, Call) and calls(stmt.value, np.zeros_like)

    def parts(self, zeros: Var, out: list[Stmt], start: int) -> None:
        """Turn additions to `zeros` into stores, from a position in a block on."""
        stored: list[Index] = []
        position = start
        while position < len(out):
            stmt = out[position]
            if zeros.name in self.facts.mentions(stmt):
                if not (isinstance(stmt, AugItem) and stmt.obj == zeros and self.may_store(stmt)):
                    return
                if not all(are_apart(stmt.index, other, self.facts) for other in stored):
                    return
                stored.append(stmt.index)
                value: Atom = stmt.value
                if stmt.op == "sub":
                    value = Var(self.facts.fresh_temp())
                    out.insert(position, Assign(value, Op("neg", (stmt.value,)), span=stmt.span))
                    position += 1
                out[position] = SetItem(zeros, stmt.index, value, span=stmt.span, notes=stmt.notes)
            position += 1

    def may_store(self, stmt: AugItem) -> bool:
        if stmt.op not in ("add", "sub"):
            return False
        whole, part = self.facts.type(stmt.obj), self.facts.type(stmt.value)
        return (
            isinstance(whole, Tensor)
            and isinstance(part, Tensor)
            and part.kind in ("bifc" if whole.kind == "c" else "bif")
            and stmt.value != stmt.obj
        )

    # ── elements of a list ───────────────────────────────────────────────────────────────────────────────

    def is_zero_list(self, stmt: Assign) -> bool:
        kind = self.facts.type(stmt.target)
        is_list = isinstance(kind, Lst) and isinstance(kind.elem, Tup) and kind.elem.cls is None
        return is_list and not self.must_add and is_helper_call(stmt.value, "_zeros_like")

    def rounds(self, zeros: Var, out: list[Stmt], start: int) -> None:
        """``zeros[j] = e`` in a loop over all j."""
        for position in range(start, len(out)):
            stmt = out[position]
            if zeros.name not in self.facts.mentions(stmt):
                continue
            if isinstance(stmt, For) and stmt.iterable in self.ranges and not stmt.orelse:
                body = self.body(zeros, stmt)
                if body is not None:
                    out[position] = replace(stmt, body=body)
            return

    def body(self, zeros: Var, loop: For) -> Block | None:
        binds = sum(var == loop.target for stmt in walk(loop.body) for var in defs(stmt))
        found = [k for k, stmt in enumerate(loop.body) if zeros.name in self.facts.mentions(stmt)]
        if binds or len(found) != 2 or found[1] - found[0] != 2:
            return None
        body = list(loop.body)
        match body[found[0] : found[1] + 1]:
            case [
                Assign(target=old, value=GetItem(obj=obj, index=read)),
                Assign(target=total, value=Call(args=(first, Var() as added)) as call),
                SetItem(obj=whole, index=written, value=value) as store,
            ] if (
                obj == whole == zeros
                and read == written == loop.target
                and (first, value) == (old, total)
                and self.facts.single(old)
                and self.facts.single(total)
                and is_helper_call(call, "_add")
                and self.is_whole_pair(added, body[: found[0]], zeros)
            ):
                return (*body[: found[0]], replace(store, value=added), *body[found[1] + 1 :])
            case _:
                return None

    def is_whole_pair(self, added: Var, before: list[Stmt], zeros: Var) -> bool:
        """Is it a tuple of arrays and numbers, as the elements of the list are?"""
        kind = self.facts.type(zeros)
        made = next(
            (stmt.value for stmt in reversed(before) if isinstance(stmt, Assign) and stmt.target == added),
            None,
        )
        if not isinstance(made, Build) or made.kind != "tuple" or not isinstance(kind, Lst):
            return False
        items = kind.elem.items if isinstance(kind.elem, Tup) else ()
        return (
            self.facts.single(added)
            and len(items) == len(made.items)
            and all(isinstance(item, Tensor) and item.kind in "fc" for item in items)
            and all(isinstance(item, Var) for item in made.items)
        )


def is_helper_call(value: Any, *names: str) -> bool:
    return isinstance(value, Call) and isinstance(value.func, Ref) and value.func.text in names


def are_apart(first: Index, second: Index, facts: Facts) -> bool:
    """Do two indices surely name different elements?"""
    for a, b in zip(index_items(first), index_items(second), strict=False):
        if not (is_one_axis(a, facts) and is_one_axis(b, facts)):
            return False  # from here on the entries need not stand for the same axis
        match a, b:
            case Const(value=int() as x), Const(value=int() as y) if x != y and (x < 0) == (y < 0):
                return True
            case (SliceIndex(lo=None, hi=x, step=None), SliceIndex(lo=y, hi=None, step=None)) | (
                SliceIndex(lo=y, hi=None, step=None),
                SliceIndex(lo=None, hi=x, step=None),
            ) if x is not None and x == y and (not isinstance(x, Var) or facts.is_fixed(x)):
                return True
            case _:
                pass
    return False


def is_one_axis(item: Index, facts: Facts) -> bool:
    """A slice or an integer."""
    if isinstance(item, Const):
        return isinstance(item.value, int) and not isinstance(item.value, bool)
    if isinstance(item, Var):
        kind = facts.type(item)
        return isinstance(kind, Tensor) and kind.kind == "i" and kind.dims == ()
    return isinstance(item, SliceIndex)
