"""Shapes that the reverse sweep asks for, of values that it does not need otherwise: take them from other values.

``_unbroadcast(g, v)``, ``np.shape(v)``, ``np.size(v)`` look at no element of `v`.  If nothing else in the reverse sweep
reads `v`, another variable of the same shape (`analysis.shapes`) stands in for it: one that is kept anyway, or a
parameter.  Where there is none, and `v` would be lost otherwise, the forward sweep keeps its shape, not the array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.shapes import Shapes
from s2sad.analysis.values import TOP, Dims, Lst, Tensor, Value, number, same_shape
from s2sad.ir.nodes import Assign, Atom, AugName, Call, Delete, Expr, MethodCall, Ref, Stmt, Var
from s2sad.ir.subst import substitute
from s2sad.ir.walk import defs, map_stmt, uses, walk
from s2sad.transform.remat import Remat
from s2sad.transform.tree import Nodes, Step, inner, reverse_lists, steps
from s2sad.transform.words import helper, library

#: Functions that look at the shape of one argument only, and which one that is.
SHAPE_OF = {"_unbroadcast": 1, "np.shape": 0, "np.size": 0, "np.ndim": 0}


def borrowed(expr: Expr) -> tuple[int, str] | None:
    """The position and name of the argument of which an expression wants the shape only."""
    match expr:
        case Call(func=Ref(text=text), args=args, kwargs=()) if text in SHAPE_OF:
            position = SHAPE_OF[text]
            atom = args[position] if position < len(args) else None
            return (position, atom.name) if isinstance(atom, Var) else None
        case _:
            return None


class Borrow:
    """Rewrites the adjoint statements of one tree."""

    def __init__(self, session: Any, shapes: Shapes, remat: Remat, params: set[str], lasting: bool) -> None:
        self.session = session
        self.shapes = shapes
        self.remat = remat
        self.params = params
        self.lasting = lasting  # what is assigned outside of loops is there in the reverse sweep
        self.kept: set[str] = set()
        self.made: dict[
            str, tuple[Step, int]
        ] = {}  # where a variable is assigned (once), and in how many loops
        self.places: dict[int, tuple[int, int]] = {}  # id(step) -> the block that it stands in, and where
        self.looks: dict[
            tuple[str, str, int], Var
        ] = {}  # function, variable, step -> what the first says of the second
        self.growing: set[str] = set()  # lists whose lengths change

    def apply(self, nodes: Nodes) -> None:
        self.read_originals(nodes)
        for stmts in reverse_lists(nodes):
            for stmt in walk(tuple(stmts)):
                self.kept.update(contents_of(stmt))
        for block in node_lists(nodes):
            self.places.update({id(node): (id(block), position) for position, node in enumerate(block)})
        for step, depth in steps(nodes, 0 if self.lasting else 1):
            self.made.update({var.name: (step, depth) for stmt in step.forward for var in defs(stmt)})
            self.growing.update(
                name for stmt in step.forward for name in changed_lists(stmt, self.shapes.types)
            )
        self.remat.kept = self.kept | self.params
        self.remat.lost = {name for name, (_, depth) in self.made.items() if depth}
        for step, _ in steps(nodes, 0):
            step.reverse = [self.statement(stmt, step) for stmt in step.reverse]

    def read_originals(self, nodes: Nodes) -> None:
        """Adjoint statements that read ``v``, of ``v = %1``, read ``%1``: one value is not kept under two names."""
        counts = self.remat.counts
        copies: dict[str, Atom] = {}
        for step, _ in steps(nodes, 0):
            for stmt in step.forward:
                match stmt:
                    case Assign(target=target, value=Var(name=name) as source) if (
                        source.is_temp and counts[name] == counts[target.name] == 1
                    ):
                        copies[target.name] = source
        if copies:
            for stmts in reverse_lists(nodes):
                stmts[:] = substitute(tuple(stmts), copies)

    def statement(self, stmt: Stmt, step: Step) -> Stmt:
        new = map_stmt(stmt, same, lambda block: tuple(self.statement(inner, step) for inner in block))
        found = borrowed(new.value) if isinstance(new, Assign) else None
        if found is None:
            return new
        assert isinstance(new, Assign) and isinstance(new.value, Call)
        position, name = found
        if name in self.growing:
            return replace(new, value=self.measured(new.value, name, step))
        if name in self.kept or name in self.params or self.remat.expression(name) is not None:
            return new
        other = self.stand_in(step, name)
        if other is not None:
            args = tuple(Var(other) if k == position else arg for k, arg in enumerate(new.value.args))
            return replace(new, value=replace(new.value, args=args))
        if name in self.made and self.made[name][1] and self.remat.counts[name] == 1:
            return replace(new, value=self.measured(new.value, name))
        return new

    def stand_in(self, step: Step, name: str) -> str | None:
        """A variable of the same shape that is there anyway."""
        classes = self.shapes.after.get(id(step.stmt), {})
        if name in classes:
            equal = [other for other, number in classes.items() if number == classes[name] and other != name]
            for choice in (self.kept, self.params):
                found = sorted(choice.intersection(equal))
                if found:
                    return found[0]
        return self.of_that_type(step, name)

    def of_that_type(self, step: Step, name: str) -> str | None:
        """A variable that is kept, is assigned (once) in the same block ahead of this statement, and has these sizes."""
        wanted = self.dims(name)
        block, position = self.places.get(id(step), (0, 0))
        for other in sorted(self.kept):
            made = self.made.get(other)
            if made is None or self.remat.counts[other] != 1 or not same_shape(wanted, self.dims(other)):
                continue
            its_block, its_position = self.places.get(id(made[0]), (-1, 0))
            if its_block == block and its_position <= position:
                return other
        return None

    def dims(self, name: str) -> Dims:
        value = number(self.shapes.types.get(name, TOP))
        return value.dims if isinstance(value, Tensor) else None

    def measured(self, call: Call, name: str, here: Step | None = None) -> Expr:
        """The call, with what it wants to know of a variable found out where that is assigned, or in the step `here`."""
        assert isinstance(call.func, Ref)
        sums = call.func.text == "_unbroadcast"
        look = library("np.shape", np.shape) if sums else call.func
        key = (look.text, name, id(here))
        if key not in self.looks:
            step = here if here is not None else self.made[name][0]
            self.looks[key] = Var(self.session.fresh_temp())
            step.forward.append(Assign(self.looks[key], Call(look, (Var(name),))))
        found = self.looks[key]
        return Call(helper("_sum_to_shape"), (call.args[0], found)) if sums else found


def changed_lists(stmt: Stmt, types: Mapping[str, Value]) -> Iterator[str]:
    """The lists whose lengths a statement may change."""
    match stmt:
        case (
            Assign(value=MethodCall(obj=Var(name=name)))
            | AugName(target=Var(name=name))
            | Delete(obj=Var(name=name))
        ):
            if isinstance(types.get(name, TOP), Lst):
                yield name


def same(atom: Atom) -> Atom:
    return atom


def node_lists(nodes: Nodes) -> Iterator[Nodes]:
    """The nodes of each block."""
    yield nodes
    for node in nodes:
        for block in inner(node):
            yield from node_lists(block)


def contents_of(stmt: Stmt) -> Iterator[str]:
    """The variables that a statement reads for more than their shape."""
    found = borrowed(stmt.value) if isinstance(stmt, Assign) else None
    if found is None:
        yield from (var.name for var in uses(stmt))
        return
    assert isinstance(stmt, Assign) and isinstance(stmt.value, Call)
    yield from (arg.name for k, arg in enumerate(stmt.value.args) if k != found[0] and isinstance(arg, Var))
