"""Tests that a copied class would fail: the caller's objects are of the user's class, not of the copy in the file.

``kind is Kind.A`` is false for the `Kind.A` of the user's module if the emitted file defines a `Kind` of its own, and so
is ``isinstance(p, Model)``.  What a variant knows of its arguments has folded most such tests away; those that are left
are decided while the program runs.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping

from s2sad.frontend.denotations import Live
from s2sad.ir.nodes import Assign, Atom, Build, Call, Expr, Function, GetAttr, Op, Ref, Span, Var
from s2sad.ir.walk import functions as nested_functions
from s2sad.ir.walk import walk

COMPARING = frozenset({"is", "is_not", "eq", "ne", "in", "not_in"})
ASKING = (builtins.isinstance, builtins.issubclass)


def compared(functions: Iterable[Function], is_class: Callable[[Ref], bool]) -> Iterator[tuple[Ref, Span]]:
    """The classes of the user's that a test asks for while the program runs, and where."""
    for function in functions:
        for body in (function.body, *(inner.body for inner in nested_functions(function.body))):
            made = {stmt.target.name: stmt.value for stmt in walk(body) if isinstance(stmt, Assign)}
            for stmt in walk(body):
                for atom in _asked_for(stmt.value) if isinstance(stmt, Assign) else ():
                    for part in _parts(atom, made):
                        if isinstance(part, Ref) and is_class(part):
                            yield part, stmt.span


def _parts(atom: object, made: Mapping[str, Expr]) -> Iterator[object]:
    """An operand, or the references that it is made of: ``Kind.A``, ``(A, B)``."""
    match made.get(atom.name) if isinstance(atom, Var) else None:
        case GetAttr(obj=obj):
            yield obj
        case Build(items=items):
            for item in items:
                yield from _parts(item, made)
        case _:
            yield atom


def _asked_for(value: object) -> tuple[Atom, ...]:
    match value:
        case Op(kind=kind, args=args) if kind in COMPARING:
            return args
        case Call(func=Ref(target=Live(obj=function)), args=(_, asked)) if function in ASKING:
            return (asked,)  # type: ignore[return-value]
        case _:
            return ()
