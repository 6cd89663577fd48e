"""Adjoint statements that an expert would write on one line.

- Additions to one adjoint that nobody reads in between are one: ``x_bar += a * b; x_bar -= c`` is ``x_bar += a * b - c``,
  and ``x_bar = e; x_bar = x_bar + a * b`` is ``x_bar = e + a * b``.
- An adjoint that is read once is put where it is read: ``y_bar = z_bar * w; x_bar = y_bar * 2`` is ``x_bar = z_bar * w * 2``.

Both only where the line has room for it, and where what is computed later reads the same values then.
"""

from __future__ import annotations

from s2sad.analysis.values import Tensor
from s2sad.ir.nodes import Assign, Atom, AugName, Block, Expr, Function, Op, Stmt, Var
from s2sad.ir.walk import map_attempted, with_body
from s2sad.optimize.facts import Effects, Facts, commute
from s2sad.optimize.width import Widths, run


def merge_sums(function: Function, facts: Facts) -> Function:
    return with_body(function, _Sums(facts).block(function.body, 1))


class _Blocks:
    """A walk over the blocks of a function, but for what may stop halfway."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.widths = Widths(facts)

    def block(self, block: Block, depth: int) -> Block:
        def inner(body: Block) -> Block:
            return self.block(body, depth + 1)

        stmts = [map_attempted(stmt, inner, lambda body: body) for stmt in block]
        self.rewrite(stmts, depth)
        return tuple(stmts)

    def rewrite(self, stmts: list[Stmt], depth: int) -> None:
        raise NotImplementedError

    def passes(self, group: list[Stmt], others: list[Stmt]) -> bool:
        """Whether the statements of a group may change places with others, all of them."""
        moved = Effects()
        for stmt in group:
            moved.add(self.facts.effects(stmt))
        return all(commute(moved, self.facts.effects(other)) for other in others)


def is_adjoint(target: Var) -> bool:
    return "_bar" in target.name


def summand(stmt: Stmt) -> tuple[Var, str, Atom] | None:
    """Adjoint, operator and operand of ``x_bar += e`` or ``x_bar = x_bar + e``."""
    match stmt:
        case AugName(target=target, op="add" | "sub" as op, value=value) if (
            is_adjoint(target) and value != target
        ):
            return target, op, value
        case Assign(target=target, value=Op("add" | "sub" as op, (first, second))) if (
            first == target != second and is_adjoint(target)
        ):
            return target, op, second
        case _:
            return None


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────


class _Sums(_Blocks):
    def rewrite(self, stmts: list[Stmt], depth: int) -> None:
        position = 0
        while position < len(stmts):
            if summand(stmts[position]) is not None:
                position = self.merge(stmts, position, depth)
            position += 1

    def merge(self, stmts: list[Stmt], second: int, depth: int) -> int:
        """Merge an addition with the statement ahead that gave the adjoint its value; where it stands then."""
        found = summand(stmts[second])
        assert found is not None
        name = found[0].name
        start = run(stmts, second, self.facts)
        first = next((k for k in range(start - 1, -1, -1) if name in self.facts.mentions(stmts[k])), None)
        if first is None or name in self.facts.captured or name in self.facts.params:
            return second
        if any(name in self.facts.mentions(stmt) for stmt in stmts[start:second]):
            return second
        sum_ = self.sum(stmts[first], stmts[second], depth)
        if sum_ is None:
            return second
        begin = run(stmts, first, self.facts)
        own, between, added = stmts[begin : first + 1], stmts[first + 1 : start], stmts[start : second + 1]
        if self.passes(own, between):
            stmts[begin : second + 1] = [*between, *own[:-1], *added[:-1], *sum_]
            return second - 2 + len(sum_)
        if self.passes(added, between):
            stmts[begin : second + 1] = [*own[:-1], *added[:-1], *sum_, *between]
            return begin + len(own) + len(added) + len(sum_) - 3
        return second

    def sum(self, first: Stmt, second: Stmt, depth: int) -> list[Stmt] | None:
        """The two statements as one (with a temporary for its first part), if there is room for it."""
        found = summand(second)
        assert found is not None
        target, op, added = found
        if not isinstance(self.facts.type(target), Tensor):
            return None  # `+` may mean something else
        before = summand(first)
        match first:
            case AugName() if before is not None:
                if isinstance(second, Assign) and not self.facts.is_number(target):
                    return None
                _, sign, other = before
                parts, kind = (
                    ((added, other), "sub") if (sign, op) == ("sub", "add") else ((other, added), op)
                )
                if sign == "sub" == op:
                    kind = "add"
                outer = "sub" if sign == "sub" == op else "add"
                if not self.widths.fits(depth, other, added, extra=len(target.name) + 7):
                    return None
                part = self.temp(target)
                value = Assign(part, Op(kind, parts), span=second.span)
                return [value, AugName(target, outer, part, span=second.span, notes=second.notes)]
            case Assign(value=value) if first.target == target:
                if isinstance(second, AugName) and not (self.facts.is_number(target) or self.is_new(value)):
                    return None
                if before is None and target in self.facts.mentions(first).used:
                    return None
                if not self.widths.fits(depth, value, added, extra=len(target.name) + 6):
                    return None
                if isinstance(value, Var):
                    return [Assign(target, Op(op, (value, added)), span=second.span, notes=second.notes)]
                part = self.temp(target)
                return [
                    Assign(part, value, span=first.span),
                    Assign(target, Op(op, (part, added)), span=second.span, notes=second.notes),
                ]
            case _:
                return None

    def is_new(self, value: Expr) -> bool:
        """Whether a value is an object of its own: in place of a part of a buffer nothing else may be put."""
        return self.facts.is_new(value)

    def temp(self, like: Var) -> Var:
        made = Var(self.facts.fresh_temp())
        self.facts.set_type(made, like)
        self.facts.binds[made.name] = self.facts.reads[made.name] = 1
        return made
