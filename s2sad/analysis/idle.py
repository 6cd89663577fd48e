"""Calls in the bodies of rules that return their first argument, whatever that holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis.values import Tensor, Value, may_be_complex, number, same_shape
from s2sad.prelude import _unbroadcast


def is_idle(function: Any, values: list[Value], transposing: bool = False) -> bool:
    """Whether a call does nothing.

    A pullback (`transposing`) conjugates what is known to be complex, and nothing else: see `complex_kinds`.
    """
    plain = [number(value) for value in values]
    if function in (np.conj, np.conjugate) and transposing and plain:
        return not may_be_complex(plain[0])
    if not plain or not all(isinstance(value, Tensor) for value in plain):
        return False
    if function in (np.conj, np.conjugate):
        return plain[0].kind in "bif"  # type: ignore[union-attr]
    return function is _unbroadcast and same_shape(plain[0].dims, plain[1].dims)  # type: ignore[union-attr]
