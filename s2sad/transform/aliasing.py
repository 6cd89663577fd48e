"""Statements for the option `check_aliasing`: the emitted code asserts that adjoints share memory as their arrays do.

What is asserted: a buffer that is written to shares memory with no other adjoint that is in use; the adjoint of a view
is a view of the buffer; buffers that are carried along, and tangents, share memory exactly where their arrays do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from s2sad.analysis.alias import Regions
from s2sad.analysis.values import TOP, Tensor, Value, number
from s2sad.ir.nodes import Assign, Atom, Call, Stmt, Var
from s2sad.transform.words import helper


def is_array(value: Value) -> bool:
    plain = number(value)
    return isinstance(plain, Tensor) and plain.dims != ()


def asserted(fresh: Var, name: str, operands: Iterable[Atom]) -> Stmt:
    return Assign(fresh, Call(helper(name), tuple(operands)))


def sources(stmt: Stmt, names: Iterable[str], regions: Regions, types: Any) -> Iterator[tuple[Var, Var]]:
    """The array that a statement makes, with itself, and with each array that it may be a view of."""
    if (
        not isinstance(stmt, Assign)
        or stmt.target.name not in names
        or not is_array(types.get(stmt.target.name, TOP))
    ):
        return
    yield stmt.target, stmt.target
    for operand in regions.shared_operands(stmt.target, stmt.value):
        if (
            isinstance(operand, Var)
            and operand != stmt.target
            and operand.name in names
            and is_array(types.get(operand.name, TOP))
        ):
            yield stmt.target, operand
