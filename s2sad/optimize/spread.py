"""Adjoint statements that move or repeat elements for nothing: the same in fewer operations.

- ``np.broadcast_to(c, np.shape(b)) * (2 * b)`` is ``c * (2 * b)``: the other factor has that shape already, whatever it
  is. Also where the repeated number or array is added to a part of an adjoint, which repeats it just as well.
So is ``-np.broadcast_to(c, shape)``, with ``-c``.
- ``np.expand_dims(g, 1)`` is ``g[:, None]``, and ``np.expand_dims(g, -1)`` of an array ``g[..., None]``: an index takes a
  tenth of the time.
- ``np.expand_dims(c, (-2, -1)) * a`` of a number `c` and a matrix is ``c * a``; ``x.T.T`` is `x`; ``(a, b)[1]`` is `b`.
- ``np.argsort(np.mod((0, 2, 1), n))``, the order that undoes a transpose, is ``(0, 2, 1)``.

As in `algebra`, only what the compiler wrote is touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.values import Known, Tensor, Tup
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    Block,
    Build,
    Call,
    Const,
    Expr,
    Function,
    GetAttr,
    GetItem,
    Op,
    Ref,
    SliceIndex,
    Star,
    Stmt,
    TupleIndex,
    Var,
)
from s2sad.ir.walk import map_blocks, settled, uses, walk, with_body
from s2sad.optimize.algebra import calls, has_any_seed, is_generated
from s2sad.optimize.facts import Facts

ARITHMETIC = frozenset({"add", "sub", "mul", "truediv", "pow", "neg"})
NUMPY_MADE = (np.sum, np.mean, np.transpose, np.broadcast_to)
WHOLE = SliceIndex(None, None, None)


def respread(function: Function, facts: Facts) -> Function:
    return with_body(function, _Spread(function, facts).block(function.body))


class _Spread:
    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.any_seed = has_any_seed(function, facts)
        self.once: dict[str, Expr] = {
            stmt.target.name: stmt.value
            for stmt in walk(function.body)
            if isinstance(stmt, Assign) and facts.binds[stmt.target.name] == 1
        }

    def block(self, block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block:
            new = map_blocks(stmt, self.block)
            match new:
                case Assign(target=target, value=value) if is_generated(target):
                    made = self.expr(value, out)
                    if made != value:
                        new = replace(new, value=made)
                        self.once[target.name] = made
                case AugItem(obj=Var() as obj, value=Var() as value) if is_generated(obj):
                    if self.is_array(obj, out):
                        new = replace(new, value=self.unspread(value, out))
                case _:
                    pass
            out.append(new)
        return settled(block, out)

    def expr(self, value: Expr, before: list[Stmt]) -> Expr:
        match value:
            case Op("mul" | "truediv" as kind, (first, second)):
                first = self.bare(first, second, before)
                if self.has_shape_of_spread(second, first, before):
                    return Op(kind, (self.unspread(first, before), second))
                if self.has_shape_of_spread(first, second, before):
                    return Op(kind, (first, self.unspread(second, before)))
                return Op(kind, (first, second))
            case GetAttr(obj=Var() as inner, name="T"):
                return self.transposed_twice(inner, before) or value
            case GetItem(obj=Var() as whole, index=Const(value=int() as place)):
                return self.part(whole, place, before) or value
            case Call(args=(array, index, Var() as added)) if calls(value, np.add.at):
                if isinstance(array, Var) and self.is_array(array, before):
                    return replace(value, args=(array, index, self.unspread(added, before)))
                return value
            case Call(args=(Var() as inner, Const(value=int() as axis)), kwargs=()) if calls(
                value, np.expand_dims
            ):
                return self.indexed(inner, axis, before) or value
            case Call(args=(Var() as inner,), kwargs=()) if calls(value, np.argsort):
                return self.order(inner, before) or value
            case _:
                return value

    # ── what a variable stands for ───────────────────────────────────────────────────────────────────────

    def meaning(self, atom: Any, before: list[Stmt]) -> Expr | None:
        """The expression that a variable was given, if it would give the same here."""
        if not isinstance(atom, Var):
            return None
        since: set[str] = set()
        for stmt in reversed(before):
            if isinstance(stmt, Assign) and stmt.target == atom:
                since.add(atom.name)  # `x = x + 1` would give another value here
                return None if since & {var.name for var in uses(stmt.value)} else stmt.value
            bound = self.facts.mentions(stmt).binds
            if atom.name in bound:
                return None
            since |= bound
        value = self.once.get(atom.name)
        operands = () if value is None else uses(value)
        return value if all(self.facts.is_fixed(var) for var in (atom, *operands)) else None

    def spread(self, atom: Any, before: list[Stmt]) -> tuple[Atom, Atom] | None:
        """What is repeated, and the shape."""
        match self.meaning(atom, before):
            case Call(args=(Var() | Const() as whole, Var() | Const() as shape), kwargs=()) as made if calls(
                made, np.broadcast_to
            ):
                return whole, shape
            case _:
                return None

    def unspread(self, atom: Atom, before: list[Stmt]) -> Atom:
        """What is repeated; with the sign of ``-np.broadcast_to(...)``."""
        found = self.spread(atom, before)
        if found is not None:
            return found[0]
        match self.meaning(atom, before):
            case Op("neg", (inner,)) if (found := self.spread(inner, before)) is not None:
                turned = Var(self.facts.fresh_temp())
                before.append(Assign(turned, Op("neg", (found[0],))))
                return turned
            case _:
                return atom

    def has_shape_of_spread(self, other: Atom, spread: Atom, before: list[Stmt]) -> bool:
        """Has a factor the shape that the other one is repeated to: is it made of the very array by numbers only?"""
        found = self.spread(spread, before)
        if found is None:
            match self.meaning(spread, before):
                case Op("neg", (inner,)):
                    found = self.spread(inner, before)
                case _:
                    pass
        if found is None:
            return False
        match self.meaning(found[1], before):
            case Call(args=(Var() as like,), kwargs=()) as made if calls(made, np.shape):
                return self.is_shaped_like(other, like, before)
            case _:
                return False

    def is_shaped_like(self, atom: Atom, like: Var, before: list[Stmt]) -> bool:
        if atom == like:
            return True
        value = self.meaning(atom, before)
        match value:
            case Op(kind, operands) if kind in ARITHMETIC:
                pass
            case Call(func=Ref(target=target), args=operands, kwargs=()) if isinstance(
                getattr(target, "obj", None), np.ufunc
            ):
                pass
            case _:
                return False
        arrays = [operand for operand in operands if not self.facts.is_number(operand)]
        return bool(arrays) and all(self.is_shaped_like(operand, like, before) for operand in arrays)  # type: ignore[arg-type]

    def transposed_twice(self, inner: Var, before: list[Stmt]) -> Atom | None:
        match self.meaning(inner, before):
            case GetAttr(obj=Var() as array, name="T") if isinstance(self.facts.type(array), Tensor):
                return array
            case _:
                return None

    def part(self, whole: Var, place: int, before: list[Stmt]) -> Atom | None:
        """An item of a tuple that is displayed."""
        match self.meaning(whole, before):
            case Build(kind="tuple", items=items) if -len(items) <= place < len(items):
                item = items[place]
                return None if isinstance(item, Star) else item
            case _:
                return None

    def bare(self, number: Atom, array: Atom, before: list[Stmt]) -> Atom:
        """A number that was given axes, to be a factor of an array that has as many."""
        match self.meaning(number, before):
            case Call(args=(Var() as inner, axes), kwargs=()) as made if calls(made, np.expand_dims):
                kind = self.facts.type(axes)
                count = len(kind.items) if isinstance(kind, Tup) else 1
                dims = getattr(self.facts.type(array), "dims", None)
                if (
                    self.facts.is_number(inner)
                    and dims is not None
                    and len(dims) >= count
                    and not self.any_seed
                ):
                    return inner
            case _:
                pass
        return number

    def is_array(self, var: Var, before: list[Stmt]) -> bool:
        """Is it surely one array, and not a list of them?"""
        value = self.facts.type(var)
        if isinstance(value, Tensor):
            return value.dims != ()
        made = self.meaning(var, before)
        return made is not None and calls(made, np.zeros_like)

    def is_numpy(self, atom: Any, before: list[Stmt]) -> bool:
        """Is it surely an array or a number of NumPy's, which take an index of None?"""
        if not isinstance(atom, Var):
            return False
        made = self.meaning(atom, before)
        match made:
            case Op(kind, operands) if kind in ARITHMETIC:
                return any(self.is_numpy(operand, before) for operand in operands)
            case Call(func=Ref(text=text, target=target), args=(first, *_)):
                found = getattr(target, "obj", None)
                known = isinstance(found, np.ufunc) or any(found is one for one in NUMPY_MADE)
                return known or (text == "_unbroadcast" and self.is_numpy(first, before))
            case _:
                return False

    # ── shorter forms ────────────────────────────────────────────────────────────────────────────────────

    def indexed(self, inner: Var, axis: int, before: list[Stmt]) -> Expr | None:
        """``np.expand_dims(inner, axis)`` as an index. Between its ends only an array can get an axis."""
        surely = self.is_numpy(inner, before) or (self.facts.is_array(inner) and not self.any_seed)
        if axis in (0, -1) and not surely:
            return None
        if axis >= 0:
            items: tuple[Any, ...] = (*[WHOLE] * axis, Const(None))
        else:
            items = (Const(...), Const(None), *[WHOLE] * (-axis - 1))
        return GetItem(inner, TupleIndex(items) if len(items) > 1 else items[0])

    def order(self, inner: Var, before: list[Stmt]) -> Expr | None:
        match self.meaning(inner, before):
            case Call(args=(Var() as axes, _), kwargs=()) as made if calls(made, np.mod):
                kind = self.facts.type(axes)
            case _:
                return None
        places = (
            [item.value for item in kind.items if isinstance(item, Known)] if isinstance(kind, Tup) else []
        )
        if sorted(map(repr, places)) != sorted(map(repr, range(len(places)))) or not places:
            return None
        return Build("tuple", tuple(Const(places.index(place)) for place in range(len(places))))
