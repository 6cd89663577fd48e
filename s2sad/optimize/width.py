"""How much room an expression will take on a line, as far as can be told before temporaries have their names."""

from __future__ import annotations

import re

from s2sad.ir.nodes import (
    BINARY,
    UNARY,
    Assign,
    Atom,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    SliceIndex,
    Stmt,
    TupleIndex,
    Var,
)
from s2sad.ir.walk import expr_atoms
from s2sad.optimize.facts import Facts

LINE_LENGTH = 88
MOST_OPERATORS = 12  # as many as the printer puts into one line
LEVELS = {"add": 1, "sub": 1, "mul": 2, "truediv": 2, "matmul": 2, "neg": 3, "pow": 4}
NUMBERED, TYPICAL = re.compile(r"%[so]?\d+"), "product"  # what a temporary is called, most of the time
INDENT = 4


class Widths:
    """The size of values as they are printed: temporaries that are read once stand for what they hold."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.definitions: dict[str, Expr] = {
            stmt.target.name: stmt.value
            for stmt in facts.stmts
            if isinstance(stmt, Assign) and facts.single(stmt.target) and not _is_pop(stmt.value)
        }

    def fits(self, depth: int, *parts: Atom | Expr, extra: int = 0) -> bool:
        """Whether a line in `depth` blocks has room for these values side by side, and `extra` characters."""
        sizes = [self.size(part) for part in parts]
        width = INDENT * depth + extra + sum(width for width, _ in sizes)
        return width <= LINE_LENGTH and sum(operators for _, operators in sizes) <= MOST_OPERATORS

    def size(self, value: object) -> tuple[int, int]:
        """Characters and operators of an operand or an expression."""
        match value:
            case Var(name=name) if name in self.definitions:
                return self.size(self.definitions[name])
            case Var(name=name):
                return len(NUMBERED.sub(TYPICAL, name).lstrip("%")), 0
            case Const(value=constant):
                return len(repr(constant)), 0
            case Ref(text=text):
                return len(text), 0
            case Op(kind=kind, args=args):
                signs = 3 * (len(args) - 1) if kind in BINARY else 1 if kind in UNARY else 4
                brackets = sum(2 for arg in args if self.binds_looser(arg, kind))
                return self.total(signs + brackets, args, 1)
            case Call(func=func, args=args, kwargs=kwargs):
                names = sum(1 + len(key or "") for key, _ in kwargs)
                return self.total(
                    2 * (len(args) + len(kwargs)) + names, (func, *args, *(v for _, v in kwargs)), 1
                )
            case MethodCall(obj=obj, name=name, args=args, kwargs=kwargs):
                names = sum(1 + len(key or "") for key, _ in kwargs)
                extra = 1 + len(name) + 2 * (1 + len(args) + len(kwargs)) + names
                return self.total(extra, (obj, *args, *(v for _, v in kwargs)), 1)
            case GetAttr(obj=obj, name=name):
                return self.total(1 + len(name), (obj,), 1)
            case GetItem(obj=obj, index=index):
                return self.total(2, (obj, index), 1)
            case SliceIndex(lo=lo, hi=hi, step=step):
                return self.total(1, tuple(part for part in (lo, hi, step) if part is not None), 0)
            case TupleIndex(items=items):
                return self.total(2 * (len(items) - 1), items, 0)
            case _:
                return self.total(4, tuple(expr_atoms(value)), 1)  # type: ignore[arg-type]

    def binds_looser(self, arg: Atom, kind: str) -> bool:
        """Whether an operand of an operator stands in brackets."""
        inner = self.definitions.get(arg.name) if isinstance(arg, Var) else None
        return isinstance(inner, Op) and LEVELS.get(inner.kind, 0) < LEVELS.get(kind, 0)

    def total(self, extra: int, parts: tuple[object, ...], operators: int) -> tuple[int, int]:
        for part in parts:
            width, inside = self.size(part)
            extra, operators = extra + width, operators + inside
        return extra, operators


def _is_pop(value: Expr) -> bool:
    return isinstance(value, MethodCall) and value.name == "pop"


def run(stmts: list[Stmt], position: int, facts: Facts) -> int:
    """Where the temporaries begin that stand right in front of a statement, and that the printer merges into it."""
    wanted = set(facts.mentions(stmts[position]).used)
    while position:
        stmt = stmts[position - 1]
        if (
            not isinstance(stmt, Assign)
            or stmt.target.name not in wanted
            or not facts.single(stmt.target)
            or _is_pop(stmt.value)
        ):
            break
        wanted |= facts.mentions(stmt).used
        position -= 1
    return position
