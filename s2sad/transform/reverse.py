"""Reverse mode: walk the primal backwards and write the adjoint of every active statement.

The walk builds a tree (`transform.tree`) in which each statement of the primal has its adjoint statements beside it.
State during the walk is the set of adjoint variables that are not zero (`Adjoints.state`):
a variable's adjoint is created by its first contribution, added to by later ones, and zero again when the walk passes
the variable's assignment.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis.activity import RESULT
from s2sad.analysis.operands import may_change
from s2sad.analysis.session import Resolved
from s2sad.analysis.values import TOP, Tensor, Value, may_be_complex, number, varying
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Call,
    Const,
    Delete,
    For,
    If,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.transform.adjoints import OWNED, SHARED
from s2sad.transform.aliasing import asserted, sources
from s2sad.transform.control import Control
from s2sad.transform.prepare import (
    changed_arguments,
)
from s2sad.transform.stores import Stores
from s2sad.transform.sweep import SEED
from s2sad.transform.tree import (
    Guard,
    Node,
    Nodes,
    Opaque,
    Step,
)
from s2sad.transform.words import helper, library


class Reverse(Stores, Control):
    """The reverse walk over one variant."""

    def run(self) -> tuple[Nodes, list[Stmt], list[Any]]:
        """The tree, the statements that seed the reverse sweep, and the operands that hold the gradients."""
        seeding = self.collect(self.seed)
        nodes = self.block(self.function.body[:-1])
        gradients: list[Any] = []
        returned = [name for name in self.wrt if name not in self.by_reference]
        closing = self.collect(
            lambda: gradients.extend(self.gradient(name) for name in returned), _Names(gradients)
        )
        started = [self.shadows.new(name) for name in sorted(self.shadows.arrays & set(self.variant.params))]
        nodes.insert(0, Step(Assign(Var("%entry"), Const(None)), started, closing))
        return nodes, seeding, gradients

    def seed(self) -> None:
        for name in self.by_reference:  # the caller's buffer, which the sweep adds to and clears in place
            bar = self.adjoints.bar(name)
            self.adjoints.state[bar.name] = OWNED
            self.frame.set(bar, varying(self.types.get(name, TOP)))
        if isinstance(self.result, Var) and self.result.name in self.active and RESULT in self.active:
            name = self.result.name
            array = isinstance(number(self.types.get(name, TOP)), Tensor)
            if self.root(name) in self.by_reference and not array:
                return  # the caller's object: what its parts contribute is in the caller's buffer already
            if self.adjoints.bar(name).name == SEED and name not in self.adjoints.refs:
                self.adjoints.bar(name)
                self.adjoints.state[SEED] = SHARED
                self.frame.bind(
                    Var(SEED),
                    self.conjugated(Var(SEED), self.types.get(name, TOP)),
                    self.types.get(name, TOP),
                )
            else:
                self.adjoints.add_seed(name, Var(SEED), self.conjugated)

    def conjugated(self, atom: Any, value: Value) -> Any:
        """At the outer edge gradients are not conjugated: df = Re(sum(gradient * dz))."""
        if not self.outermost or not isinstance(atom, Var) or not may_be_complex(value):
            return atom
        if isinstance(number(value), Tensor):
            return self.frame.temp(Call(library("np.conj", np.conj), (atom,)), value)
        return self.frame.temp(Call(helper("_conj_each"), (atom,)), value)

    def gradient(self, name: str) -> Any:
        """The adjoint of an input, in memory of its own."""
        value = self.types.get(name, TOP)
        if name in self.adjoints.shadowed:
            return self.conjugated(self.adjoints.take_shadow(name), value)
        for path, leaf, bar in self.adjoints.leaf_bars(name):
            state = self.adjoints.state.get(bar.name)
            plain = number(leaf)
            if state == SHARED and not (isinstance(plain, Tensor) and plain.dims == ()):
                self.adjoints.own(bar, path, leaf)
            if bar.name in self.adjoints.state:
                self.adjoints.assign(bar, self.conjugated(bar, leaf), leaf)
        found = self.adjoints.assemble(name, value, ())
        if name in self.tuples:
            found = self.frame.temp(Call(library("tuple", tuple), (found,)), TOP)
        return found

    # ── the walk ────────────────────────────────────────────────────────────────────────────────────────────

    def block(self, stmts: Block) -> Nodes:
        nodes: Nodes = []
        for stmt in reversed(stmts):
            with self.frame.session.collecting():
                nodes.append(self.node(stmt))
        nodes.reverse()
        return nodes

    def node(self, stmt: Stmt) -> Node:
        self.frame.stmt_now = stmt
        self.pullbacks.span = stmt.span
        match stmt:
            case If():
                return self.branch(stmt)
            case For() | While():
                return self.loop(stmt)
            case With():
                return Guard(stmt, self.block(stmt.body))
            case Try():
                return self.attempt(stmt) if self.touches(stmt) else Opaque(stmt)
            case _:
                forward: list[Stmt] = [stmt]
                self.ahead = []

                def act() -> None:
                    replacement = self.simple(stmt)
                    if replacement is not None:
                        forward[:] = replacement

                reverse = [] if self.shadows.is_silent(stmt) else self.collect(act)
                source = self.shadows.source(stmt)
                if source is not None:
                    reverse = self.unless_shared(stmt.target.name, source.name, reverse)  # type: ignore[union-attr]
                return Step(
                    stmt, [*self.ahead, *forward, *self.shadows.beside(stmt), *self.mirrored(stmt)], reverse
                )

    def mirrored(self, stmt: Stmt) -> list[Stmt]:
        """The assertions that a buffer that is carried along shares memory as its array does, if they are asked for."""
        if not self.adjoints.checks:
            return []
        pairs = sources(stmt, self.shadows.arrays, self.regions, self.types)
        bar, fresh = self.adjoints.shadow, self.session.fresh_temp
        return [
            asserted(Var(fresh()), "_assert_mirrored", (one, bar(one.name), other, bar(other.name)))
            for one, other in pairs
        ]

    def unless_shared(self, target: str, source: str, reverse: list[Stmt]) -> list[Stmt]:
        """The adjoint of what may be a view: if it is one, the buffers share memory, and all is done."""
        one, other = self.adjoints.shadow(target), self.adjoints.shadow(source)
        shared, apart = Var(self.session.fresh_temp()), Var(self.session.fresh_temp())
        call = Call(library("np.may_share_memory", np.may_share_memory), (one, other))
        return [Assign(shared, call), Assign(apart, Op("not", (shared,))), If(apart, tuple(reverse))]

    def simple(self, stmt: Stmt) -> list[Stmt] | None:
        match stmt:
            case Assign(value=MethodCall(obj=Var()) as call) if self.stores(call):
                self.store_call(call)
            case Assign() if self.discards(stmt):
                self.discard(stmt)
            case Assign(value=Call() as call) if self.scatters(call):
                self.scatter(call)
            case Assign(target=target):
                if target.name in self.active:
                    return self.pullbacks.assign(stmt)
                return self.check_effects(stmt)
            case Unpack():
                self.unpack(stmt)
            case SetItem() | SetAttr() | AugItem() | AugAttr() | AugName():
                self.store(stmt)
            case Delete(obj=Var(name=name), index=index) if name in self.active and index is not None:
                self.delete(name, index)
            case _:
                pass
        return None

    def check_effects(self, stmt: Assign) -> list[Stmt] | None:
        """A call whose result is not active, but which may change something that is."""
        value = stmt.value
        if (
            isinstance(value, Call)
            and isinstance(value.func, Ref)
            and isinstance(value.func.target, Resolved)
        ):
            if any(name in self.active for name in changed_arguments(value)):
                return self.pullbacks.call_statement(stmt)
        elif isinstance(value, (Call, MethodCall)):
            self.check_unknown_effects(stmt)
        return None

    def check_unknown_effects(self, stmt: Assign) -> None:
        """An unknown method or function that is handed an active object might store into it."""
        if may_change(stmt.value, self.types, self.active):
            self.pullbacks.refuse_unknown(stmt.value)


class _Names:
    """The names of the gradients, known once they have been emitted."""

    def __init__(self, atoms: list[Any]) -> None:
        self.atoms = atoms

    def __contains__(self, name: object) -> bool:
        return any(isinstance(atom, Var) and atom.name == name for atom in self.atoms)
