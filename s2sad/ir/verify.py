"""What well-formed IR is. `verify` runs after every stage in tests."""

from __future__ import annotations

from collections.abc import Iterable

from s2sad.ir.nodes import (
    BINARY,
    COMPARE,
    UNARY,
    Assert,
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Break,
    Const,
    Continue,
    Expr,
    For,
    Function,
    If,
    MakeFunction,
    Op,
    Raise,
    Ref,
    Return,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    Yield,
)
from s2sad.ir.walk import STATEMENTS, blocks, defs, expr_atoms, stmt_atoms


class IRError(Exception):
    """The IR is ill-formed: a mistake of s2sad, not of the user."""


def verify(function: Function) -> None:
    """Raise `IRError` if a function is not well-formed."""
    _Verifier(function).run()


class _Verifier:
    def __init__(self, function: Function):
        self.function = function

    def run(self) -> None:
        function = self.function
        names = list(function.param_names())
        self.check(len(names) == len(set(names)), "a parameter appears twice")
        self.check(not set(names) & set(function.free), "a parameter is also free")
        self.check(
            set(function.nonlocals) <= set(function.free) or not function.free, "a nonlocal name is not free"
        )
        known = {param.name for param in function.params if param.name.startswith("%")}
        known |= {name for name in function.free if name.startswith("%")}
        self.block(function.body, known, loops=False)

    def check(self, condition: object, message: str, stmt: Stmt | None = None) -> None:
        if not condition:
            place = f" (line {stmt.span.line}): {stmt!r}" if stmt is not None else ""
            raise IRError(f"{self.function.name}: {message}{place}")

    def block(self, block: Block, known: set[str], loops: bool) -> set[str]:
        """Check a block; the result is the temporaries that are defined after it."""
        self.check(isinstance(block, tuple), f"a block is a {type(block).__name__}")
        for stmt in block:
            known = self.statement(stmt, known, loops)
        return known

    def statement(self, stmt: Stmt, known: set[str], loops: bool) -> set[str]:
        self.check(isinstance(stmt, STATEMENTS), f"{type(stmt).__name__} is not a statement")
        self.shape(stmt, loops)
        if isinstance(stmt, While):
            known = self.block(stmt.head, known, False)
        if isinstance(stmt, Assert):
            self.atoms([stmt.test], known, stmt)
            inside = self.block(stmt.message_block, known, False)
            self.atoms([stmt.message] if stmt.message is not None else [], inside, stmt)
        else:
            self.atoms(stmt_atoms(stmt), known, stmt)
        if isinstance(stmt, Assign):
            self.expression(stmt.value, stmt)
        for var in defs(stmt):
            self.check(isinstance(var, Var), "a target is not a Var", stmt)
        inside = known | {var.name for var in defs(stmt)}
        return self.inner(stmt, known, inside, loops)

    def inner(self, stmt: Stmt, known: set[str], inside: set[str], loops: bool) -> set[str]:
        match stmt:
            case If(body=body, orelse=orelse):
                after = [self.block(part, inside, loops) for part in (body, orelse)]
                # A branch that leaves says nothing about what is defined behind it.
                open_ends = [
                    names for part, names in zip((body, orelse), after, strict=True) if not leaves(part)
                ]
                return set.intersection(*open_ends) if open_ends else after[0] | after[1]
            case For(body=body, orelse=orelse) | While(body=body, orelse=orelse):
                self.block(body, inside, True)
                self.block(orelse, inside, loops)
                return inside
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                done = self.block(orelse, self.block(body, known, loops), loops)
                ends = [done, *(self.block(h.body, inside, loops) for h in handlers)]
                return self.block(final, known, loops) | set.intersection(*ends)
            case _:
                for part in blocks(stmt):
                    inside = inside | self.block(part, inside, loops)
                return inside

    def atoms(self, atoms: Iterable[Atom], known: set[str], stmt: Stmt) -> None:
        for atom in atoms:
            self.check(isinstance(atom, (Var, Const, Ref)), f"{atom!r} is not an atom", stmt)
            if isinstance(atom, Var) and atom.is_temp:
                self.check(atom.name in known, f"{atom.name} is read before it is assigned", stmt)

    def shape(self, stmt: Stmt, loops: bool) -> None:
        match stmt:
            case Break() | Continue():
                self.check(loops, f"{type(stmt).__name__} outside of a loop", stmt)
            case AugName(op=op) | AugItem(op=op) | AugAttr(op=op):
                self.check(op in BINARY, f"unknown operator {op!r}", stmt)
            case Unpack(targets=targets, star=star):
                self.check(star is None or 0 <= star < len(targets), "the star is not a target", stmt)
            case Yield():
                self.check(self.function.is_generator, "a yield outside of a generator", stmt)
            case If(sugar=sugar):
                self.check(sugar in ("", "ifexp", "and", "or", "elif"), f"unknown sugar {sugar!r}", stmt)
            case For(sugar=sugar):
                known = ("", "listcomp", "setcomp", "dictcomp", "genexp")
                self.check(sugar in known, f"unknown sugar {sugar!r}", stmt)
            case _:
                pass

    def expression(self, expr: Expr, stmt: Stmt) -> None:
        for atom in expr_atoms(expr):
            self.check(isinstance(atom, (Var, Const, Ref)), f"{atom!r} is not an atom", stmt)
        match expr:
            case Op(kind, args):
                self.check(
                    kind in BINARY or kind in COMPARE or kind in UNARY, f"unknown operator {kind!r}", stmt
                )
                self.check(len(args) == (1 if kind in UNARY else 2), f"{kind} of {len(args)} operands", stmt)
            case MakeFunction(function):
                verify(function)
            case _:
                pass


def leaves(block: Block) -> bool:
    """Whether control never reaches the end of a block."""
    for stmt in block:
        match stmt:
            case Return() | Break() | Continue() | Raise():
                return True
            case If(body=body, orelse=orelse) if leaves(body) and leaves(orelse):
                return True
    return False
