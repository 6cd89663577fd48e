"""Coarser types, so that fewer variants of a function are made."""

from __future__ import annotations

from s2sad.analysis.values import Lst, Tensor, Tup, Value


def shapeless(value: Value) -> Value:
    """A coarser type, for what a rule computes in a function of its own."""
    match value:
        case Tensor(kind=kind):  # a complex value has an adjoint of its own kind
            return Tensor("c" if kind == "c" else "?")
        case Tup(items=items, cls=None):
            return Tup(tuple(map(shapeless, items)))
        case _:
            return value


def generalised(value: Value) -> Value:
    """A coarser type, so that recursion over ever different sizes ends."""
    match value:
        case Tensor(kind=kind, dtype=dtype, dims=dims, weak=weak):
            return Tensor(kind, dtype, dims if dims == () else None, weak)
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(generalised, items)), cls)
        case Lst(elem=elem):
            return Lst(generalised(elem), None, value.made)
        case _:
            return value
