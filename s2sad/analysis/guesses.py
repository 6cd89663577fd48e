"""Sizes that are a guess: what they are unless an argument is too short (see `values`)."""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.values import Lst, Rng, Tensor, Tup, Value


def is_guessed(value: Value) -> bool:
    """Whether sizes that follow from this value hold in the imagined calls only."""
    match value:
        case Tensor(dims=dims, ints=ints):
            return ints is not None or any(
                isinstance(size, tuple) and size[0] == size[1] for size in dims or ()
            )
        case Tup(items=items) | Lst(items=tuple() as items):
            return any(map(is_guessed, items))
        case Rng(args=args):
            return any(map(is_guessed, args))
        case _:
            return False


def guessed(value: Value) -> Value:
    """A type whose sizes are guesses."""
    match value:
        case Tensor(dims=dims) if dims:
            return replace(
                value, dims=tuple((size, size) if isinstance(size, int) else size for size in dims)
            )
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(guessed, items)), cls)
        case Lst(elem=elem, items=tuple() as items):
            return Lst(guessed(elem), tuple(map(guessed, items)))
        case _:
            return value
