"""The outside names that a function refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from s2sad.ir.nodes import Function, Ref
from s2sad.ir.walk import functions as nested_functions
from s2sad.ir.walk import stmt_atoms, walk


def references(functions: Iterable[Function]) -> Iterator[tuple[str, Any]]:
    """(text, denotation) of every `Ref` in the functions and in those nested in them."""
    for function in functions:
        for body in (function.body, *(inner.body for inner in nested_functions(function.body))):
            for stmt in walk(body):
                for atom in stmt_atoms(stmt):
                    if isinstance(atom, Ref):
                        yield atom.text, atom.target
