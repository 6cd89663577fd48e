"""Numbers of axes that the way a parameter is used suggests, and does not prove.

``A[i, k]`` is one number if `A` has two axes, and a row if it has three.  Where it matters, and nothing proves it (see
`demands`), `s2sad gen` may take as many axes as are indexed at most, and a number where a parameter is only calculated
with.  The emitted function then says so in its first line, and raises for anything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from s2sad.analysis.demands import MAX_CALLS
from s2sad.analysis.usage import handed_variables
from s2sad.errors import S2sadError
from s2sad.frontend.resolve import Live, SourceFunction, live_object
from s2sad.ir.nodes import (
    Assign,
    AugItem,
    AugName,
    Call,
    Const,
    Function,
    GetItem,
    Index,
    MethodCall,
    Op,
    Ref,
    SetItem,
    Stmt,
    Var,
)
from s2sad.ir.walk import index_items, uses, walk


def assumed_axes(function: Function, depth: int = 0) -> dict[str, int]:
    """The likely number of axes of the parameters that say something of it (0: a number)."""
    order = walk(function.body)
    home = copies(function)
    axes: dict[str, int] = {}
    for stmt in order:
        for name, count in _indexed(stmt, depth):
            if name in home:
                axes[home[name]] = max(count, axes.get(home[name], 0))
    used = {name for name in home for stmt in order if any(var.name == name for var in uses(stmt))}
    other = {home[name] for name in home for stmt in order if not _is_arithmetic(stmt, name, depth)}
    numbers = {home[name] for name in used} - other - axes.keys()
    return dict.fromkeys(numbers, 0) | {name: count for name, count in axes.items() if count}


def copies(function: Function) -> dict[str, str]:
    """Which parameter a variable is, or is a copy of."""
    home = {name: name for name in function.param_names()}
    for stmt in walk(function.body):
        match stmt:
            case Assign(
                target=target,
                value=Var(name=held)
                | MethodCall(obj=Var(name=held), name="copy", args=())
                | Call(func=Ref(target=Live(obj=np.array | np.copy)), args=(Var(name=held),)),
            ):
                if held in home:
                    home.setdefault(target.name, home[held])
    return home


def written(function: Function) -> set[str]:
    """The parameters of which the array, or a copy of it, is changed in place: there it matters what is a view."""
    home = copies(function)
    found: set[str] = set()
    for stmt in walk(function.body):
        match stmt:
            case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | AugName(target=Var(name=name)):
                found |= {home[name]} if name in home else set()
    return found


def _indexed(stmt: Stmt, depth: int) -> Iterator[tuple[str, int]]:
    """Variables that a statement indexes, and by how many positions."""
    match stmt:
        case Assign(value=GetItem(obj=Var(name=name), index=index)):
            yield name, _positions(index)
        case SetItem(obj=Var(name=name), index=index) | AugItem(obj=Var(name=name), index=index):
            yield name, _positions(index)
        case Assign(value=Call(func=Ref(target=SourceFunction() as source)) as call):
            for name, count in _of_callee(source, call, depth):
                if count:
                    yield name, count


def _positions(index: Index) -> int:
    return sum(not (isinstance(item, Const) and item.value in (None, ...)) for item in index_items(index))


def _of_callee(source: SourceFunction, call: Call, depth: int) -> Iterator[tuple[str, int]]:
    try:
        callee = source.lower()
    except S2sadError:  # reported where it is called
        return
    if depth >= MAX_CALLS or callee.is_generator:
        return
    inside = assumed_axes(callee, depth + 1)
    for param, variable in handed_variables(callee, call):
        if param in inside:
            yield variable, inside[param]


def _is_arithmetic(stmt: Stmt, name: str, depth: int) -> bool:
    """Whether a statement uses a variable as a number is used, if it uses it."""
    if not any(var.name == name for var in uses(stmt)):
        return True
    match stmt:
        case AugName(value=value):
            return value == Var(name)
        case SetItem(obj=obj) | AugItem(obj=obj):
            return obj != Var(name)
        case Assign(value=Var()):
            return True
        case Assign(value=Op(kind=kind)):
            return kind not in ("matmul", "is", "is_not", "in", "not_in", "not")
        case Assign(value=Call(func=Ref(target=SourceFunction() as source)) as call):
            return (name, 0) in list(_of_callee(source, call, depth))
        case Assign(value=Call(func=Ref(target=target))):
            found = live_object(target)
            return getattr(found, "__module__", "") == "math" and hasattr(
                math, getattr(found, "__name__", "")
            )
        case _:
            return False
