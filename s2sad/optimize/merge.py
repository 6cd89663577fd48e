"""Adjoint statements that an expert would write on one line.

- Additions to one adjoint that nobody reads in between are one: ``x_bar += a * b; x_bar -= c`` is ``x_bar += a * b - c``,
  and ``x_bar = e; x_bar = x_bar + a * b`` is ``x_bar = e + a * b``.
- An adjoint that is read once is put where it is read: ``y_bar = z_bar * w; x_bar = y_bar * 2`` is ``x_bar = z_bar * w * 2``.
- A negative that products read goes, if sums can take its sign.

All only where the line has room for it, and where what is computed later reads the same values then.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.values import Tensor
from s2sad.ir.nodes import Assign, Atom, AugName, Block, Expr, Function, Op, Stmt, Var
from s2sad.ir.walk import map_attempted, settled, with_body
from s2sad.optimize.facts import Effects, Facts, commute
from s2sad.optimize.width import Widths, run


def merge_sums(function: Function, facts: Facts) -> Function:
    return with_body(function, _Sums(facts).block(function.body, 1))


def turn_signs(function: Function, facts: Facts) -> Function:
    return with_body(function, _Signs(facts).block(function.body, 1))


def fold_single(function: Function, facts: Facts) -> Function:
    return with_body(function, _Single(facts).block(function.body, 1))


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
        return settled(block, stmts)

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
        if not self.passes([stmts[first]], stmts[start:second]):
            return second  # its value would be computed after those that the addition is made of
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
            case AugName() if before is not None and before[0] == target:
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


# ── signs ────────────────────────────────────────────────────────────────────────────────────────────────


class _Signs(_Blocks):
    """``n = -a; x_bar += n * b; y_bar += n * c`` as ``x_bar -= a * b; y_bar -= a * c``, of numbers."""

    def rewrite(self, stmts: list[Stmt], depth: int) -> None:
        for position in range(len(stmts)):
            found = summand(stmts[position])
            if found is None or not isinstance(self.facts.type(found[0]), Tensor):
                continue
            path = self.path(stmts, position, found[2])
            if path is not None:
                place, negative, inner = path
                stmts[place] = _with_atom(stmts[place], negative, inner)
                stmts[position] = _turned(stmts[position])

    def path(self, stmts: list[Stmt], end: int, value: Atom) -> tuple[int, Var, Atom] | None:
        """Where a product that is added reads a number that is a negative, that number, and what it is the negative of."""
        made = self.made(stmts, end, value)
        if made is None:
            return None
        place, product = made
        if not self.facts.single(Var(getattr(value, "name", ""))) or product.kind not in ("mul", "truediv"):
            return None
        for factor in product.args:
            found = self.made(stmts, place, factor)
            if found is not None and found[1].kind == "neg" and isinstance(factor, Var):
                inner = found[1].args[0]
                fixed = isinstance(inner, Var) and self.facts.binds[inner.name] == 1
                if fixed and self.facts.is_number(factor) and self.facts.reads[factor.name] > 1:
                    return place, factor, inner
            deeper = self.path(stmts, place, factor)
            if deeper is not None:
                return deeper
        return None

    def made(self, stmts: list[Stmt], end: int, value: Atom) -> tuple[int, Op] | None:
        """The operation of this block that a variable that is bound once holds the result of."""
        if (
            not isinstance(value, Var)
            or self.facts.binds[value.name] != 1
            or value.name in self.facts.captured
        ):
            return None
        for place in range(end - 1, -1, -1):
            stmt = stmts[place]
            if isinstance(stmt, Assign) and stmt.target == value:
                return (place, stmt.value) if isinstance(stmt.value, Op) else None
        return None


def _with_atom(stmt: Stmt, old: Var, new: Atom) -> Stmt:
    """The statement with one operand in place of another, where it is read first."""
    assert isinstance(stmt, Assign) and isinstance(stmt.value, Op)
    args = list(stmt.value.args)
    args[args.index(old)] = new
    return replace(stmt, value=Op(stmt.value.kind, tuple(args)))


def _turned(stmt: Stmt) -> Stmt:
    """The sum with the other sign."""
    other = {"add": "sub", "sub": "add"}
    match stmt:
        case AugName(op=op):
            return replace(stmt, op=other[op])
        case Assign(value=Op(kind=kind, args=args)):
            return replace(stmt, value=Op(other[kind], args))
        case _:
            raise AssertionError(stmt)


# ── adjoints that are read once ──────────────────────────────────────────────────────────────────────────


class _Single(_Blocks):
    def rewrite(self, stmts: list[Stmt], depth: int) -> None:
        for position in range(len(stmts) - 1, -1, -1):
            stmt = stmts[position]
            if isinstance(stmt, Assign) and self.is_single(stmt):
                self.fold(stmts, position, stmt, depth)

    def is_single(self, stmt: Assign) -> bool:
        name = stmt.target.name
        return (
            is_adjoint(stmt.target)
            and not stmt.target.is_temp
            and isinstance(stmt.value, Op)
            and self.facts.is_number(stmt.target)
            and self.facts.binds[name] == self.facts.reads[name] == 1
            and name not in self.facts.captured | self.facts.params
            and f"%{name}" not in self.facts.binds
        )

    def fold(self, stmts: list[Stmt], position: int, stmt: Assign, depth: int) -> None:
        """Make a temporary of it, which the printer puts where it is read."""
        name = stmt.target.name
        reader = next(
            (k for k in range(position + 1, len(stmts)) if name in self.facts.mentions(stmts[k]).used), None
        )
        if reader is None or not self.passes([stmt], stmts[position + 1 : reader]):
            return
        match stmts[reader]:
            case Assign(target=target, value=Op(args=args) as value) if (
                stmt.target in args and not target.is_temp
            ):
                pass
            case _:
                return
        if not self.widths.fits(depth, stmt.value, value, extra=len(target.name) + 5 - len(name)):
            return
        temp = Var(f"%{name}")
        self.facts.set_type(temp, stmt.target)
        self.facts.binds[temp.name] = self.facts.reads[temp.name] = 1
        stmts[position] = replace(stmt, target=temp)
        stmts[reader] = _with_atom(stmts[reader], stmt.target, temp)
