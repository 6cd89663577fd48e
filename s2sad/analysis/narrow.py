"""What the declared type of a result says of the values that it is made of.

If ``t + u`` is one number, then so are `t` and `u`: nothing else broadcasts to one number.
"""

from __future__ import annotations

from collections import Counter

from s2sad.analysis.session import Variant
from s2sad.analysis.shapes import elementwise
from s2sad.analysis.values import TOP, Tensor, Top, Value, number
from s2sad.ir.nodes import Assign, Return, Var
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


def is_open(value: Value) -> bool:
    """May it be an array, or one number?"""
    value = number(value)
    return isinstance(value, Top) or (isinstance(value, Tensor) and value.dims is None)


def as_number(value: Value) -> Tensor:
    value = number(value)
    return Tensor(value.kind, value.dtype, ()) if isinstance(value, Tensor) else Tensor("?", None, ())
