"""A loop that only pops what another loop appended goes through the list itself.

``for _ in range(n - 1, -1, -1): x = x_tape.pop(); ...`` is ``for x in x_tape[::-1]: ...``, and with two tapes
``for x, y in zip(x_tape[::-1], y_tape[::-1]): ...`` (Numba knows no `reversed`).  That holds if the list has one element for each round:
one statement appends to it, in each round of one loop that runs as often, and one pops.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from s2sad.frontend.denotations import Live
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    GetItem,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SliceIndex,
    Stmt,
    Unpack,
    Var,
    While,
)
from s2sad.ir.walk import walk, with_body
from s2sad.optimize.facts import Facts

ZIP = Ref("zip", Live(zip))
BACKWARDS = SliceIndex(None, None, Const(-1))


def read_backwards(function: Function, facts: Facts) -> Function:
    if not facts.tapes or "zip" in facts.params or "zip" in facts.binds:
        return function
    out: list[Stmt] = []
    for position, stmt in enumerate(function.body):
        new = _Reading(function.body[:position], facts).loop(stmt) if isinstance(stmt, For) else None
        out += [stmt] if new is None else new
    return with_body(function, tuple(out))


@dataclass
class _Reading:
    """A loop at the top of a function, with the statements ahead of it."""

    before: Block
    facts: Facts

    def loop(self, stmt: For) -> list[Stmt] | None:
        """The loop with its pops at its head, and what they go through; None if it has to stay as it is."""
        if self.facts.reads[stmt.target.name] or stmt.orelse or stmt.target.name in self.facts.captured:
            return None
        pops = [(k, inner) for k, inner in enumerate(stmt.body) if _popped(inner) in self.facts.tapes]
        source = self.writer(_popped(pops[0][1])) if pops else None
        if source is None or not self.as_often(stmt, source):
            return None
        taken: dict[Var, str] = {}
        for k, pop in pops:
            tape = _popped(pop)
            assert isinstance(pop, Assign) and tape is not None
            ahead = [other for other in stmt.body[:k] if other not in [p for _, p in pops]]
            if self.writer(tape) is not source or any(
                pop.target.name in self.facts.mentions(o) for o in ahead
            ):
                return None
            if pop.target in taken:
                return None
            taken[pop.target] = tape
        rest = tuple(inner for inner in stmt.body if _popped(inner) not in self.facts.tapes)
        return self.rewritten(stmt, taken, rest)

    def rewritten(self, stmt: For, taken: dict[Var, str], rest: Block) -> list[Stmt]:
        parts = [Var(self.facts.fresh_temp()) for _ in taken]
        out: list[Stmt] = [
            Assign(part, GetItem(Var(tape), BACKWARDS))
            for part, tape in zip(parts, taken.values(), strict=True)
        ]
        if len(parts) == 1:
            return [*out, replace(stmt, target=next(iter(taken)), iterable=parts[0], body=rest)]
        rows, row = Var(self.facts.fresh_temp()), Var(self.facts.fresh_temp())
        body = (Unpack(tuple(taken), row), *rest)
        return [
            *out,
            Assign(rows, Call(ZIP, tuple(parts))),
            replace(stmt, target=row, iterable=rows, body=body),
        ]

    def writer(self, tape: str | None) -> For | While | None:
        """The loop ahead, at the top of the function as well, that appends to a tape once in each round."""
        if tape is None or self.facts.binds[tape] != 1 or self.facts.reads[tape] != 2:
            return None
        for stmt in self.before:
            if isinstance(stmt, (For, While)) and any(_appended(inner) == tape for inner in stmt.body):
                leaves = any(isinstance(s, (Break, Continue, Return, Raise)) for s in walk(stmt.body))
                return None if leaves else stmt
        return None

    def as_often(self, stmt: For, writer: For | While) -> bool:
        """Does the loop run backwards over the rounds of the other?"""
        match self.defined(stmt.iterable):
            case Call(func=Ref(text="range"), args=(Var() as last, Const(value=-1), Const(value=-1))):
                pass
            case _:
                return False
        match self.defined(last):
            case Op("sub", (Var() as count, Const(value=1))):
                return self.counts(count, writer)
            case _:
                return False

    def counts(self, count: Var, writer: For | While) -> bool:
        if isinstance(writer, For):
            made = self.defined(writer.iterable)
            over = (
                isinstance(made, Call) and getattr(made.func, "text", "") == "range" and made.args == (count,)
            )
            if over and (self.facts.binds[count.name] + (count.name in self.facts.params)) == 1:
                return True
        steps = [inner for inner in writer.body if _counted(inner) == count]
        return len(steps) == 1 and count.name in self.facts.counters and self.facts.binds[count.name] == 2

    def defined(self, atom: Atom | None) -> object:
        """The expression of a variable that is bound once, at the top of the function."""
        if not isinstance(atom, Var) or self.facts.binds[atom.name] != 1:
            return None
        found = (s.value for s in self.before if isinstance(s, Assign) and s.target == atom)
        return next(found, None)


def _popped(stmt: Stmt) -> str | None:
    match stmt:
        case Assign(value=MethodCall(obj=Var(name=tape), name="pop", args=())):
            return tape
        case _:
            return None


def _appended(stmt: Stmt) -> str | None:
    match stmt:
        case Assign(value=MethodCall(obj=Var(name=tape), name="append")):
            return tape
        case _:
            return None


def _counted(stmt: Stmt) -> Var | None:
    match stmt:
        case AugName(target=target, op="add", value=Const(value=1)):
            return target
        case Assign(target=target, value=Op("add", (first, Const(value=1)))) if first == target:
            return target
        case _:
            return None
