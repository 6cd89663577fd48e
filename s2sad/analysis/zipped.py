"""Loops over `zip`: each target of the loop gets elements of one operand, and has nothing to do with the others.

As IR says it, ``for a, b in zip(x, y)`` is an iterator that is made of `x` and `y`, whose elements are taken apart: that
way `a` would seem to come from `y` as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from s2sad.analysis.operands import known_function
from s2sad.analysis.values import Value
from s2sad.ir.nodes import Assign, Atom, Block, Call, For, Star, Unpack, Var
from s2sad.ir.walk import defs, uses, walk


@dataclass
class Zipped:
    """The statements of a function (by `id`) that take apart what `zip` gives: the operand of which each target is an element.

    `silent`: those that make the iterators and run over them, through which nothing else flows.
    """

    parts: dict[int, tuple[tuple[Atom, Var], ...]] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)


def zipped(body: Block, types: Mapping[str, Value]) -> Zipped:
    found = Zipped()
    statements = walk(body)
    made = {
        stmt.target.name: stmt
        for stmt in statements
        if isinstance(stmt, Assign) and stmt.target.is_temp and _operands(stmt, types) is not None
    }
    if not made:
        return found
    reads = Counter(var.name for stmt in statements for var in uses(stmt))
    bound = Counter(var.name for stmt in statements for var in defs(stmt))
    made = {name: stmt for name, stmt in made.items() if bound[name] == 1 and reads[name] <= 1}
    found.silent |= {
        id(stmt) for name, stmt in made.items() if not reads[name]
    }  # a loop by index is in its place

    def take_apart(element: Var, iterator: Atom, block: Block) -> list[int] | None:
        """Pair the targets with the operands; the statements that are silent then."""
        maker = made.get(iterator.name) if isinstance(iterator, Var) else None
        first = block[0] if block else None
        if maker is None or not isinstance(first, Unpack) or first.value != element or first.star is not None:
            return None
        operands = _operands(maker, types)
        if operands is None or reads[element.name] > 1 or len(first.targets) != len(operands):
            return None
        pairs, silent = [], [id(maker)]
        for operand, target in zip(operands, first.targets, strict=True):
            inner = take_apart(target, operand, block[1:]) if operand is not None else []
            if inner is None:
                assert operand is not None
                pairs.append((operand, target))
            else:
                silent += inner
        found.parts[id(first)] = tuple(pairs)
        return silent

    for stmt in statements:
        if isinstance(stmt, For) and stmt.target.is_temp:
            silent = take_apart(stmt.target, stmt.iterable, stmt.body)
            if silent is not None:
                found.silent |= {id(stmt), *silent}
    return found


def _operands(stmt: Assign, types: Mapping[str, Value]) -> tuple[Atom | None, ...] | None:
    """What the parts of an iterator's elements are elements of: those of `zip`, or of `enumerate` (None: a count)."""
    call = stmt.value
    if not isinstance(call, Call) or call.kwargs or any(isinstance(arg, Star) for arg in call.args):
        return None
    function = known_function(call.func, types)
    if function is zip and call.args:
        return call.args  # type: ignore[return-value]
    if function is enumerate and call.args:
        return (None, call.args[0])  # type: ignore[return-value]
    return None
