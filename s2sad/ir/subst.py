"""Put operands in place of variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from s2sad.ir.nodes import Assign, Atom, Block, Function, MakeFunction, Stmt, Var
from s2sad.ir.walk import deep_defs, deep_uses, functions, map_original, map_stmt, rename_captured


def substitute(block: Block, mapping: Mapping[str, Atom]) -> Block:
    """The block with variables replaced by atoms; one that is also assigned must be replaced by a variable."""

    def atom(old: Atom) -> Atom:
        return mapping.get(old.name, old) if isinstance(old, Var) else old

    def target(old: Var) -> Var:
        new = mapping.get(old.name, old)
        return new if isinstance(new, Var) else old

    names = {old: new.name for old, new in mapping.items() if isinstance(new, Var)}

    def statement(stmt: Stmt) -> Stmt:
        mapped = map_original(map_stmt(stmt, atom, lambda inner: substitute(inner, mapping), target), atom)
        if isinstance(mapped, Assign) and isinstance(mapped.value, MakeFunction):
            function = rename_captured(mapped.value.function, names)
            return replace(mapped, value=replace(mapped.value, function=function))
        return mapped

    return tuple(statement(stmt) for stmt in block)


def all_names(function: Function) -> Iterator[str]:
    """Every variable name that occurs in a function, nested ones included."""
    yield from function.param_names()
    yield from function.free
    for var in deep_defs(function.body):
        yield var.name
    for var in deep_uses(function.body):
        yield var.name
    for inner in functions(function.body):
        yield from all_names(inner)


def map_atoms(function: Function, atom: Callable[[Atom], Atom]) -> Function:
    """A function with every atom replaced, also in the functions nested in it."""

    def block(stmts: Block) -> Block:
        return tuple(map(statement, stmts))

    def statement(stmt: Stmt) -> Stmt:
        new = map_stmt(stmt, atom, block)
        if isinstance(new, Assign) and isinstance(new.value, MakeFunction):
            new = replace(new, value=replace(new.value, function=map_atoms(new.value.function, atom)))
        return new

    return replace(function, body=block(function.body))
