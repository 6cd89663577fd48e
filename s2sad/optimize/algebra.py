"""Arithmetic of adjoint statements: factors of one, spread numbers, sums of products.

Only what the compiler wrote is touched: a statement qualifies if it assigns a temporary of the transforms (``%s12``) or
an adjoint; what the user wrote is computed as written, rounding and all.

- ``np.broadcast_to(c, np.shape(b))``, as a factor beside an array of that very shape, is `c`.
- ``np.sum(a * b)`` of two real arrays of one shape is ``np.vdot(a, b)``: no temporary array.
- ``-(-a / b * c)`` is ``a / b * c``.
- ``1 * e``, ``e * 1``, ``e + 0.0``, ``e - 0.0``, ``--e`` of a number `e` are `e` (of an array they are a new array,
  which a later statement may change in place).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2sad.analysis.values import Tensor, Tup, same_shape
from s2sad.frontend.denotations import Live
from s2sad.ir.nodes import Assign, Atom, AugName, Block, Call, Const, Expr, Function, Op, Ref, Stmt, Var
from s2sad.ir.walk import defs, map_blocks, uses, walk, with_body
from s2sad.optimize.facts import Facts, commute

VDOT = Ref("np.vdot", Live(np.vdot))


def simplify(function: Function, facts: Facts) -> Function:
    return with_body(function, _Algebra(function, facts).block(function.body))


def is_generated(target: Var) -> bool:
    return target.name.startswith("%s") or "_bar" in target.name


def has_any_seed(function: Function, facts: Facts) -> bool:
    """May an array have been seeded with a number? Then adjoints need not have the shape that they are said to have."""
    return any(
        param.default and not facts.is_number(Var(param.name))
        for param in function.params
        if "_bar" in param.name
    )


class _Algebra:
    def __init__(self, function: Function, facts: Facts) -> None:
        self.facts = facts
        self.any_seed = has_any_seed(function, facts)
        self.adds_in_place = any(isinstance(stmt, AugName) for stmt in walk(function.body))
        self.definitions: dict[str, Expr] = {
            stmt.target.name: stmt.value
            for stmt in walk(function.body)
            if isinstance(stmt, Assign) and facts.binds[stmt.target.name] == 1
        }

    def block(self, block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block:
            out.append(self.stmt(stmt, out))
        return tuple(out)

    def stmt(self, old: Stmt, before: list[Stmt]) -> Stmt:
        stmt = map_blocks(old, self.block)
        if isinstance(stmt, Assign) and is_generated(stmt.target):
            new = self.expr(stmt.value, before)
            if new != stmt.value:
                self.definitions[stmt.target.name] = new
                return replace(stmt, value=new)
        return stmt

    def expr(self, value: Expr, before: list[Stmt]) -> Expr:
        match value:
            case Op("mul" | "truediv" as kind, (first, second)):
                first, second = self.unspread(first, second), self.unspread(second, first)
                if self.is_one(second, first):
                    return first
                if kind == "mul" and self.is_one(first, second):
                    return second
                return Op(kind, (first, second))
            case Op("add" | "sub", (first, Const(value=float() as zero))) if zero == 0.0 and self.is_float(
                first
            ):
                return first
            case Op("add", (Const(value=float() as zero), second)) if zero == 0.0 and self.is_float(second):
                return second
            case Op("neg", (Var() as inner,)):
                turned = self.stable(inner)
                if isinstance(turned, Op) and turned.kind == "neg" and self.is_float(turned.args[0]):
                    return turned.args[0]
                return inner if self.turned(inner, before) else value
            case Call(args=(Var() as whole,), kwargs=()) if calls(value, np.sum):
                return self.dot(whole, before) or value
            case _:
                return value

    def turned(self, product: Var, before: list[Stmt]) -> bool:
        """Take the sign from the first factor of a product, if it has one: ``-(-a / b * c)`` is ``a / b * c``."""
        place = self.place_of(product, before)
        match before[place] if place is not None else None:
            case Assign(value=Op("mul" | "truediv" as kind, (Var() as first, second))) as made:
                pass
            case _:
                return False
        factor = self.place_of(first, before)
        if factor is None or place is None:
            return False
        between = before[factor:place]
        plain = all(isinstance(stmt, Assign) and isinstance(stmt.value, Op) for stmt in between)
        match before[factor]:
            case Assign(value=Op("neg", (inner,))) if plain and not any(inner in defs(s) for s in between):
                before[place] = replace(made, value=Op(kind, (inner, second)))
                self.definitions[product.name] = Op(kind, (inner, second))
                return True
            case _:
                return self.turned(first, before)

    def place_of(self, atom: Var, before: list[Stmt]) -> int | None:
        """Where a temporary that is read once is assigned in this block."""
        if not self.facts.single(atom) or not is_generated(atom):
            return None
        return _assigned(atom, before)

    def stable(self, atom: Atom) -> Expr | None:
        """The expression that a temporary stands for, if it still means the same wherever the temporary is read."""
        if not isinstance(atom, Var) or not (atom.is_temp or (is_generated(atom) and self.is_stable(atom))):
            return None
        value = self.definitions.get(atom.name)
        operands = [] if value is None else uses(value)
        return value if all(self.is_stable(var) for var in operands) else None

    def is_stable(self, var: Var) -> bool:
        """Is it bound once, and never changed in place as far as can be told?"""
        name = var.name
        bound = self.facts.binds[name] + (name in self.facts.params)
        return bound == 1 and name not in self.facts.captured

    def is_one(self, atom: Atom, other: Atom) -> bool:
        """A factor of one that changes neither the value nor the type of the other operand."""
        if not isinstance(atom, Const) or isinstance(atom.value, bool) or atom.value != 1:
            return False
        return self.is_float(other) or (isinstance(atom.value, int) and self.is_integer(other))

    def is_shareable(self, atom: Atom) -> bool:
        """May a second variable be bound to it? Not if it may be the caller's array of rank 0, and sums are in place."""
        return isinstance(atom, Var) and (not self.adds_in_place or atom.name in self.facts.fresh_numbers)

    def is_integer(self, atom: Atom) -> bool:
        value = self.facts.type(atom)
        return (
            self.is_shareable(atom) and isinstance(value, Tensor) and value.kind == "i" and value.dims == ()
        )

    def is_float(self, atom: Atom) -> bool:
        value = self.facts.type(atom)
        return (
            self.is_shareable(atom) and isinstance(value, Tensor) and value.kind in "fc" and value.dims == ()
        )

    def unspread(self, spread: Atom, other: Atom) -> Atom:
        """The number or the array that `spread` repeats, if `other` already has its shape."""
        if self.any_seed or not self.facts.is_array(other):
            return spread
        match self.stable(spread):
            case Call(args=(Var() | Const() as whole, shape)) as made if calls(made, np.broadcast_to):
                same = self.facts.is_array(whole) or (
                    self.facts.is_number(whole) and self.same_dtype(whole, other)
                )
                if same and self.has_shape(other, shape):
                    return whole
        return spread

    def has_shape(self, array: Atom, shape: object) -> bool:
        dims = getattr(self.facts.type(array), "dims", None)
        match self.stable(shape) if isinstance(shape, Var) else None:
            case Call(args=(Var() as like,)) as made if calls(made, np.shape):
                return like == array or same_shape(dims, getattr(self.facts.type(like), "dims", None))
        kind = self.facts.type(shape)
        if isinstance(kind, Tup) and dims is not None and len(kind.items) == len(dims):
            return all(
                getattr(item, "ints", None) == (size if isinstance(size, tuple) else (size, size))
                for item, size in zip(kind.items, dims, strict=True)
            )
        return False

    def same_dtype(self, number: Atom, array: Atom) -> bool:
        """Does the product have the dtype of the array, whether the number is spread or not?"""
        first, second = self.facts.type(number), self.facts.type(array)
        if not isinstance(first, Tensor) or not isinstance(second, Tensor):
            return False
        return second.kind in "fc" and (first.weak or first.dtype == second.dtype) and first.kind in "bif"

    def dot(self, whole: Var, before: list[Stmt]) -> Expr | None:
        """``np.vdot(a, b)`` for the sum of this product of two real arrays of one shape and dtype."""
        if self.any_seed or not self.facts.single(whole):
            return None
        made = _assigned(whole, before)
        match self.definitions.get(whole.name) if made is not None else None:
            case Op("mul", (Var() as first, Var() as second)):
                pass
            case _:
                return None
        a, b = self.facts.type(first), self.facts.type(second)
        if (
            not isinstance(a, Tensor)
            or not isinstance(b, Tensor)
            or not same_shape(a.dims, b.dims)
            or a.dims == ()
        ):
            return None
        if not (a.kind == b.kind == "f" and a.dtype == b.dtype is not None):
            return None
        assert made is not None
        product, *between = (self.facts.effects(stmt) for stmt in before[made:])
        return Call(VDOT, (first, second)) if all(commute(product, other) for other in between) else None


def _assigned(var: Var, before: list[Stmt]) -> int | None:
    """The last place where a variable is assigned."""
    for place in range(len(before) - 1, -1, -1):
        stmt = before[place]
        if isinstance(stmt, Assign) and stmt.target.name == var.name:
            return place
    return None


def calls(value: Expr, function: object) -> bool:
    """Is it a call of this library function? (Compared by identity: a target may be any object.)"""
    return (
        isinstance(value, Call)
        and isinstance(value.func, Ref)
        and getattr(value.func.target, "obj", None) is function
    )
