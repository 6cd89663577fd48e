"""What a later use of a value says of its type.

If ``t + u`` is declared to be one number, then so are `t` and `u`: nothing else broadcasts to one number.
If ``a, b = x`` is reached, the array `x` has two elements along its first axis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from s2sad.analysis.session import Variant
from s2sad.analysis.shapes import elementwise
from s2sad.analysis.values import TOP, Known, Tensor, Top, Value, number, plain_size
from s2sad.ir.nodes import Assign, Block, Return, Unpack, Var
from s2sad.ir.walk import deep_defs, walk


def declare_number(variant: Variant) -> None:
    """Narrow the types of a variant whose result is declared to be one number."""
    function = variant.function
    if function is None or not function.body or not isinstance(function.body[-1], Return):
        return
    bound = Counter([*variant.params, *(var.name for var in deep_defs(function.body))])
    definitions = {
        stmt.target.name: stmt.value
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and bound[stmt.target.name] == 1
    }
    result = function.body[-1].value
    waiting = [result]
    while waiting:
        atom = waiting.pop()
        if not isinstance(atom, Var) or not is_open(variant.types.get(atom.name, TOP)):
            continue
        variant.types[atom.name] = as_number(variant.types.get(atom.name, TOP))
        made = definitions.get(atom.name)
        if isinstance(made, Var):
            waiting.append(made)
        call = elementwise(made, variant.types) if made is not None else None
        for operand in call.bound.values() if call is not None else ():
            waiting += operand if isinstance(operand, tuple) else (operand,)
    if isinstance(result, Var):
        variant.result = variant.types[result.name]


def lengths_from_unpacking(params: Iterable[str], body: Block, types: dict[str, Value]) -> None:
    """Narrow the arrays that a function unpacks in any case, and those that they are made of element by element.

    Only a variable that is bound once, and not in a loop, held the same array all the time; and only a statement of the
    function's own block is passed by whatever comes to the end.
    """
    unpacked = [stmt for stmt in body if isinstance(stmt, Unpack) and stmt.star is None]
    if not unpacked:
        return
    bound = Counter([*params, *(var.name for var in deep_defs(body))])
    made = {stmt.target.name: stmt.value for stmt in body if isinstance(stmt, Assign)}
    plain = {*params, *made, *(var.name for stmt in body if isinstance(stmt, Unpack) for var in stmt.targets)}
    waiting = [(stmt.value, len(stmt.targets)) for stmt in unpacked]
    while waiting:
        atom, length = waiting.pop()
        value = types.get(atom.name) if isinstance(atom, Var) and bound[atom.name] == 1 else None
        if (
            not isinstance(value, Tensor)
            or not value.dims
            or not isinstance(atom, Var)
            or atom.name not in plain
        ):
            continue
        if value.dims[0] is None or plain_size(value.dims[0]) == length:
            types[atom.name] = replace(value, dims=(length, *value.dims[1:]))
        call = elementwise(made[atom.name], types) if atom.name in made else None
        operands = list(call.bound.values()) if call is not None else []
        arrays = [operand for operand in operands if not _is_number(operand, types)]
        if len(arrays) == 1:  # nothing else gives the result its shape
            waiting.append((arrays[0], length))


def _is_number(atom: Any, types: dict[str, Value]) -> bool:
    value = types.get(atom.name, TOP) if isinstance(atom, Var) else Known(getattr(atom, "value", None))
    return getattr(number(value), "dims", None) == ()


def is_open(value: Value) -> bool:
    """May it be an array, or one number?"""
    value = number(value)
    return isinstance(value, Top) or (isinstance(value, Tensor) and value.dims is None)


def as_number(value: Value) -> Tensor:
    value = number(value)
    return Tensor(value.kind, value.dtype, ()) if isinstance(value, Tensor) else Tensor("?", None, ())
