"""How a function uses its parameters, where that tells that one is an integer, or what something is indexed by."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import numpy as np

from s2sad.errors import S2sadError
from s2sad.frontend.resolve import SourceFunction, live_object
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    Call,
    Function,
    GetItem,
    Index,
    Op,
    Ref,
    SetItem,
    SliceIndex,
    Var,
)
from s2sad.ir.walk import deep_defs, index_items, walk

INTEGER_OPERATORS = ("add", "sub", "mul", "floordiv", "mod", "neg")
MAX_CALLS = 6


def used_as_integer(function: Function) -> frozenset[str]:
    """Parameters that bound a `range` or a slice, here or in a function they are handed on to."""
    return _constant_parameters(function) & _integers(function, 0)


def used_as_position(function: Function) -> frozenset[str]:
    """Parameters that something is indexed by."""
    found: set[str] = set()
    for index in _indices(function):
        found |= {part.name for part in index_items(index) if isinstance(part, Var)}
    return _constant_parameters(function) & found


def _constant_parameters(function: Function) -> frozenset[str]:
    assigned = {var.name for var in deep_defs(function.body)}
    return frozenset(name for name in function.param_names() if name not in assigned)


def _integers(
    function: Function, depth: int, known: dict[tuple[int, int], set[str]] | None = None
) -> set[str]:
    """`known`: what is found out already, by function and depth. A recursive function may call itself many times."""
    known = {} if known is None else known
    if (id(function), depth) in known:
        return known[id(function), depth]
    found: set[str] = set()
    known[id(function), depth] = found
    for stmt in walk(function.body):
        call = stmt.value if isinstance(stmt, Assign) else None
        if isinstance(call, Call) and isinstance(call.func, Ref):
            found |= _integer_arguments(call, call.func.target, depth, known)
    for index in _indices(function):
        for part in index_items(index):
            if isinstance(part, SliceIndex):
                found |= {edge.name for edge in (part.lo, part.hi, part.step) if isinstance(edge, Var)}
    for stmt in reversed(list(walk(function.body))):  # back through ``range(n - 1)``
        if not isinstance(stmt, Assign) or not stmt.target.is_temp or stmt.target.name not in found:
            continue
        if isinstance(stmt.value, Op) and stmt.value.kind in INTEGER_OPERATORS:
            found |= {arg.name for arg in stmt.value.args if isinstance(arg, Var)}
    return found


def _integer_arguments(
    call: Call, target: Any, depth: int, known: dict[tuple[int, int], set[str]]
) -> set[str]:
    if live_object(target) is builtins.range:
        return {arg.name for arg in call.args if isinstance(arg, Var)}
    if not isinstance(target, SourceFunction) or depth >= MAX_CALLS:
        return set()
    try:
        callee = target.lower()
    except S2sadError:  # reported where it is called
        return set()
    inside = _constant_parameters(callee) & _integers(callee, depth + 1, known)
    return {variable for param, variable in handed_variables(callee, call) if param in inside}


def handed_variables(callee: Function, call: Call) -> Iterator[tuple[str, str]]:
    """The parameters that a call as it is written gives variables to, and these."""
    names = [param.name for param in callee.params if param.kind in ("posonly", "plain")]
    for name, arg in (*zip(names, call.args, strict=False), *call.kwargs):
        if name is not None and isinstance(arg, Var):
            yield name, arg.name


def is_join(obj: Atom) -> bool:
    """Whether what stands between brackets behind it is joined, and no position: ``np.r_[a, b]``."""
    return isinstance(obj, Ref) and any(live_object(obj.target) is known for known in (np.r_, np.c_))


def _indices(function: Function) -> Iterator[Index]:
    for stmt in walk(function.body):
        if isinstance(stmt, Assign) and isinstance(stmt.value, GetItem) and not is_join(stmt.value.obj):
            yield stmt.value.index
        elif isinstance(stmt, (SetItem, AugItem)):
            yield stmt.index
