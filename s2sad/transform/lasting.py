"""Tests of branches that the reverse sweep may read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from s2sad.analysis.values import TOP, Known, Tensor, Value, number
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Call,
    Delete,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    SetAttr,
    SetItem,
    Stmt,
    Var,
)
from s2sad.ir.walk import deep_defs


def lasts(
    stmt: If, several: Callable[[Var], bool], types: Mapping[str, Value], statements: Sequence[Stmt]
) -> bool:
    """Whether the test of a branch says the same when it is read again.

    It does not if the branch assigns its variable, or if it asks whether a list is empty that grows or shrinks later.
    """
    test = stmt.test
    if not isinstance(test, Var):
        return True
    if several(test) and any(var == test for var in deep_defs((stmt,))):
        return False
    value = types.get(test.name, TOP)
    plain = number(value)
    if isinstance(value, Known) or (isinstance(plain, Tensor) and plain.dims == ()):
        return True
    return not any(_may_be_kept(stmt, test) for stmt in statements) or not any(
        map(_may_change_objects, statements)
    )


def _may_be_kept(stmt: Stmt, test: Var) -> bool:
    """Whether a statement gives the test something that others may hold, and change."""
    if not test.is_temp:
        return True
    return (
        isinstance(stmt, Assign)
        and stmt.target == test
        and isinstance(stmt.value, (Var, GetAttr, GetItem, Call))
    )


def _may_change_objects(stmt: Stmt) -> bool:
    match stmt:
        case SetItem() | AugItem() | SetAttr() | AugAttr() | AugName() | Delete():
            return True
        case Assign(value=MethodCall()):
            return True
        case Assign(value=Call(func=Var())):
            return True
        case _:
            return False
