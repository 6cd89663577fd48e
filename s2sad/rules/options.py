"""What options of a call may be, and what bodies of rules may ask of their operands."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

# ── what options may be ──────────────────────────────────────────────────────────────────────────────────


def anything(word: Any) -> bool:
    """anything"""
    return True


def float_type(word: Any) -> bool:
    """a float or complex type, written as such"""
    try:
        return word is None or bool(np.issubdtype(word, np.inexact))
    except TypeError:
        return False


# ── what rule bodies may ask ─────────────────────────────────────────────────────────────────────────────

_assumed: ContextVar[bool] = ContextVar("assumed", default=False)


def known(value: Any) -> bool:
    """In a rule's body: is this operand a constant of the program text, so that a simpler form will do?

    The compiler folds the question. A body that runs as plain Python takes the general form.
    """
    return _assumed.get() and isinstance(value, int | float | complex)


@contextmanager
def assume_known(answer: bool = True) -> Any:
    """Let `known` answer like this: tests run both forms of a rule."""
    token = _assumed.set(answer)
    try:
        yield
    finally:
        _assumed.reset(token)


# ── simpler forms ────────────────────────────────────────────────────────────────────────────────────────

_of_two: dict[int, Any] = {}  # by identity


def of_two(function: Any, twin: Any) -> None:
    """With two numbers for arguments, a function does what `twin` does, whose rule is simpler."""
    _of_two[id(function)] = twin


def find_of_two(function: Any) -> Any:
    """The function that does what this one does with two numbers for arguments, if one is declared."""
    return _of_two.get(id(function))
