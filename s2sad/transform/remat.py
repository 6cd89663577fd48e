"""Compute again instead of saving: integers, sizes, tests of integers, and elements of arrays that nobody changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from s2sad.analysis.operands import known_function
from s2sad.analysis.unpacking import elements_of
from s2sad.analysis.values import TOP, Dct, Inst, Known, Lst, Obj, Other, Rng, Tensor, Tup, Value, number
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Call,
    Const,
    Expr,
    For,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    SetAttr,
    SetItem,
    Stmt,
    Unpack,
    Var,
    While,
)
from s2sad.ir.subst import substitute
from s2sad.ir.walk import deep_defs, deep_uses, defs, expr_atoms, walk
from s2sad.transform.tree import Attempt, Branch, Guard, Loop, Nodes, Opaque, Part, Step, inner

Again = dict[str, Atom]  # variable -> what holds its value, computed again
Path = tuple[tuple[int, int], ...]  # the blocks around a statement, and its position in each
CHEAP = frozenset({len, range, min, max, int, abs, slice})


class Remat:
    def __init__(self, session: Any, types: dict[str, Value], regions: Any) -> None:
        self.regions = regions
        self.session = session
        self.types = types
        self.counts: Counter[str] = Counter()
        self.definitions: dict[str, Expr] = {}
        self.made: dict[str, Path] = {}  # where a variable is assigned
        self.mutated: set[str] = set()
        self.indices: set[str] = set()
        self.lasting: set[str] = set()  # reads of elements that no later store destroys
        self.repeated: set[str] = set()  # what adjoint statements compute again before they read it
        self.kept: set[str] = set()  # read by adjoint statements: there in any case
        self.invariant: set[str] = set()  # computed ahead of a loop that reads them
        self.lost: set[str] = set()  # what the reverse sweep finds only if it is saved

    def prepare(self, nodes: Nodes, params: Iterable[str]) -> None:
        self.counts.update(params)
        self.scan(nodes)

    def scan(self, nodes: Nodes) -> None:
        for node in nodes:
            match node:
                case Step(forward=forward):
                    for stmt in forward:
                        self.scan_stmt(stmt)
                case Loop(stmt=For(target=target)):
                    self.counts[target.name] += 1
                    self.indices.add(target.name)
                case Opaque(stmt=stmt):
                    self.counts.update(2 * [var.name for var in deep_defs((stmt,))])
                    for part in walk((stmt,)):
                        self.note_mutation(part)
                case _:
                    pass
            for block in inner(node):
                self.scan(block)

    def scan_stmt(self, stmt: Stmt) -> None:
        self.counts.update(var.name for var in deep_defs((stmt,)))
        if isinstance(stmt, Assign):
            self.definitions[stmt.target.name] = stmt.value
        elif isinstance(stmt, Unpack) and stmt.star is None and isinstance(stmt.value, Var):
            rows = [(target, read) for target, read in elements_of(stmt) if self.is_row(target, stmt.value)]
            self.definitions.update((target.name, read) for target, read in rows)
        self.note_mutation(stmt)

    def is_row(self, target: Var, value: Var) -> bool:
        """Whether unpacking gives a view of an array: it is made again rather than kept, a number is not."""
        kind = number(self.types.get(target.name, TOP))
        return isinstance(self.types.get(value.name), Tensor) and isinstance(kind, Tensor) and bool(kind.dims)

    def note_mutation(self, stmt: Stmt) -> None:
        match stmt:
            case (
                SetItem(obj=Var(name=name))
                | AugItem(obj=Var(name=name))
                | SetAttr(obj=Var(name=name))
                | AugAttr(obj=Var(name=name))
            ):
                self.mutated.add(name)
            case AugName(target=Var(name=name)):
                self.mutated.add(name)
            case Assign(value=MethodCall(obj=Var(name=name))) if not isinstance(
                number(self.types.get(name, TOP)), Tensor
            ):
                self.mutated.add(name)
            case _:
                pass

    # ── what may be computed again ───────────────────────────────────────────────────────────────────────

    def expression(self, name: str) -> Expr | None:
        """The cheap expression that gives a variable's value again at any point where its operands are the same."""
        expr = self.definitions.get(name)
        if expr is None or self.counts[name] != 1 or not self.is_cheap(name, expr):
            return None
        atoms = [atom for atom in expr_atoms(expr) if isinstance(atom, Var)]
        return expr if all(self.counts[atom.name] <= 1 for atom in atoms) else None

    def is_cheap(self, name: str, expr: Expr) -> bool:
        value = number(self.types.get(name, TOP))
        match expr:
            case Const():
                return True
            case Op(kind=kind) if kind != "pow":
                whole = isinstance(value, Tensor) and value.kind in "bi" and value.dims == ()
                return (whole and self.integers(expr)) or self.is_one_step(name, expr)
            case GetItem() if name in self.lasting:
                return self.basic(expr)
            case GetItem(obj=Var(name=obj)):
                held = self.types.get(obj, TOP)
                constant = not self.is_mutated(obj)
                if isinstance(held, (Tup, Other)):
                    return constant
                return constant and isinstance(number(held), Tensor) and self.basic(expr)
            case GetAttr(obj=Var(name=obj), name="shape" | "ndim" | "size" | "T") if isinstance(
                number(self.types.get(obj, TOP)), Tensor
            ):  # an object of the user's may have a `size` that is assigned
                return True
            case GetAttr(obj=Var(name=obj), name=attr):
                owner = self.types.get(obj)
                plain = isinstance(owner, (Obj, Inst)) and owner.attr(attr) is not None
                return plain and not self.is_mutated(obj)
            case Call(func=func, args=args):
                function = known_function(func, self.types)
                try:
                    known = function in CHEAP
                except TypeError:
                    return False
                small = (isinstance(value, Tensor) and value.kind in "bi") or isinstance(value, (Rng, Known))
                return (
                    known
                    and small
                    and not any(isinstance(arg, Var) and self.is_mutated(arg.name) for arg in args)
                )
            case _:
                return False

    def is_one_step(self, name: str, expr: Op) -> bool:
        """Is it a negative, or where it would have to be saved a sum or product with a constant, of what is there?"""
        steps: tuple[str, ...] = ("neg", "add", "sub", "mul") if name in self.lost else ("neg",)
        if name in self.lost and getattr(number(self.types.get(name, TOP)), "dims", None) == ():
            steps = (*steps, "truediv")  # cheap for a number
        operands = [arg for arg in expr.args if isinstance(arg, Var)]
        if (
            expr.kind not in steps
            or name in self.invariant
            or len(operands) > 1
            or self.is_mutated(name)
            or not isinstance(number(self.types.get(name, TOP)), Tensor)
        ):
            return False
        return all(arg.name in self.kept and not self.is_mutated(arg.name) for arg in operands)

    def is_mutated(self, name: str) -> bool:
        """Whether the contents of a variable may change, under this name or as a view of something that does."""
        known = (self.mutated, self.regions.volatile)
        if any(name in names for names in known) or self.regions.is_mutated(name) or self.counts[name] > 1:
            return True
        match self.definitions.get(name):
            case Var(name=other) | GetItem(obj=Var(name=other)) | GetAttr(obj=Var(name=other)):
                return self.is_mutated(other)
            case _:
                return isinstance(self.types.get(name, TOP), (Lst, Dct)) and name in self.mutated

    def integers(self, expr: Op) -> bool:
        for arg in expr.args:
            value = number(self.types.get(arg.name, TOP)) if isinstance(arg, Var) else None
            if isinstance(arg, Var) and not (
                isinstance(value, Tensor) and value.kind in "bi" and value.dims == ()
            ):
                return False
        return True

    def basic(self, expr: GetItem) -> bool:
        for atom in expr_atoms(expr):
            if isinstance(atom, Var) and atom != expr.obj:
                value = number(self.types.get(atom.name, TOP))
                if not (
                    isinstance(value, (Known, Other)) or (isinstance(value, Tensor) and value.dims == ())
                ):
                    return False
        return True

    # ── applying it ──────────────────────────────────────────────────────────────────────────────────────

    def apply(self, nodes: Nodes) -> None:
        """Have the adjoint statements compute again what need not be saved, each value once in a block."""
        self.locate(nodes, ())
        self.block(nodes, {}, ())

    def locate(self, nodes: Nodes, path: Path) -> None:
        for position, node in enumerate(nodes):
            here = (*path, (id(nodes), position))
            if isinstance(node, Step):
                self.made.update((var.name, here) for stmt in node.forward for var in defs(stmt))
            for block in inner(node):
                self.locate(block, here)

    def block(self, nodes: Nodes, again: Again, path: Path) -> None:
        """`again`: what has been computed again by the adjoint statements that run before those of this block."""
        for position, node in reversed(list(enumerate(nodes))):
            here = (*path, (id(nodes), position))
            match node:
                case Step():
                    node.reverse = self.rewrite(node.reverse, again, here)
                case Branch() | Part():
                    first, second = dict(again), dict(again)
                    self.block(node.body, first, here)
                    if isinstance(node, Branch):
                        self.block(node.orelse, second, here)
                    node.end_body = self.rewrite(node.end_body, first, here)
                    node.end_orelse = self.rewrite(node.end_orelse, second, here)
                case Loop():
                    node.before = self.rewrite(node.before, again, here)
                    inside = dict(again)
                    self.block(node.body, inside, here)
                    self.block(node.head, inside, here)
                    node.end = self.rewrite(node.end, inside, here)
                case Guard():
                    self.block(node.body, dict(again), here)
                case Attempt():
                    self.block(node.final, again, here)
                    for number, way in enumerate(node.ways):
                        inside = dict(again)
                        if not number:
                            self.block(node.orelse, inside, here)
                        self.block(way, inside, here)
                        node.ends[number] = self.rewrite(node.ends[number], inside, here)
                    self.block(node.parts, again, here)
                case Opaque():
                    pass

    def is_made_before(self, name: str, here: Path) -> bool:
        """Whether control has passed the definition of a variable wherever the forward sweep got to a statement.

        In a block that was not run, or in a loop's round before, there are no operands to compute it from.
        """
        made = self.made.get(name)
        if made is None:
            return True
        depth = len(made) - 1
        return (
            made[:depth] == here[:depth]
            and len(here) > depth
            and made[depth][0] == here[depth][0]
            and made[depth][1] <= here[depth][1]
        )

    def rewrite(self, stmts: list[Stmt], again: Again, here: Path) -> list[Stmt]:
        """Reverse statements with recomputed values in front."""
        prefix: list[Stmt] = []
        own = {  # an augmented assignment reads what it binds: a buffer that is carried along
            var.name for stmt in walk(tuple(stmts)) if not isinstance(stmt, AugName) for var in defs(stmt)
        }
        read = {var.name for var in deep_uses(tuple(stmts))} - own
        for name in sorted(read):
            if self.is_made_before(name, here):
                self.recompute(name, prefix, again)
        mapping = {name: again[name] for name in read & again.keys()}
        if not mapping:
            return stmts
        return [*(replace(new, span=stmts[0].span) for new in prefix), *substitute(tuple(stmts), mapping)]

    def recompute(self, name: str, prefix: list[Stmt], again: Again) -> None:
        expr = self.expression(name) if name not in again else None
        if expr is None:
            return
        for atom in expr_atoms(expr):
            if isinstance(atom, Var):
                self.recompute(atom.name, prefix, again)
        new = Var(self.session.fresh_temp()) if name.startswith("%") or name not in self.lost else Var(name)
        self.types[new.name] = self.types.get(name, TOP)
        if not isinstance(expr, Const):
            self.repeated.add(new.name)
            prefix += substitute((Assign(new, expr),), again)
        again[name] = new if not isinstance(expr, Const) else expr

    def range_args(self, stmt: For | While) -> tuple[Atom, ...] | None:
        """Start, stop and step of a loop over a range, as operands."""
        if not isinstance(stmt, For) or not isinstance(stmt.iterable, Var):
            return None
        match self.definitions.get(stmt.iterable.name):
            case Call(func=func, args=args) if (
                known_function(func, self.types) is range and self.counts[stmt.iterable.name] == 1
            ):
                if len(args) == 1:
                    return (Const(0), args[0], Const(1))  # type: ignore[return-value]
                if len(args) == 2:
                    return (args[0], args[1], Const(1))  # type: ignore[return-value]
                return tuple(args)  # type: ignore[arg-type]
            case _:
                return None
