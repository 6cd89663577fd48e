"""Runnable examples of a rule: what `check_rule` and the test-suite call it with.

A case names samples instead of numbers, so that one case serves every dtype and memory layout:
``case(array(3, 4), axis=0)`` is drawn as float64, float32, complex128, non-contiguous, ...
What is not a sample (``axis=0``) stays as it is. Samples may stand inside lists, tuples and dicts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Call = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Sample:
    """A random value: `draw(rng, dtype)` gives an array of that dtype (a Python number for `scalar`)."""

    shape: tuple[int, ...]
    low: float = -2.0
    high: float = 2.0
    kind: str = "array"

    def draw(self, rng: np.random.Generator, dtype: type = np.float64) -> Any:
        if self.kind == "spd":
            return _spd(rng, self.shape, dtype)
        if self.kind == "distinct":
            n = int(np.prod(self.shape))
            steps = rng.permutation(n) + rng.uniform(-0.3, 0.3, n)
            values = self.low + (self.high - self.low) * (steps + 0.5) / max(n, 1)
        else:
            values = rng.uniform(self.low, self.high, int(np.prod(self.shape)))
        values = values.reshape(self.shape)
        if np.issubdtype(dtype, np.complexfloating):
            values = values + 1j * rng.uniform(-1, 1, self.shape)
        if self.kind == "scalar":
            return values.item()
        return np.asarray(values, dtype=dtype)


def _spd(rng: np.random.Generator, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    a = rng.normal(size=shape)
    if np.issubdtype(dtype, np.complexfloating):
        a = a + 1j * rng.normal(size=shape)
    a = a @ np.conj(np.swapaxes(a, -1, -2)) + shape[-1] * np.eye(shape[-1])
    return np.asarray(a, dtype=dtype)


def array(*shape: int, low: float = -2.0, high: float = 2.0) -> Sample:
    """Uniform numbers in [low, high]; `array()` is 0-d."""
    return Sample(shape, low, high)


def scalar(low: float = -2.0, high: float = 2.0) -> Sample:
    """A Python float (or complex)."""
    return Sample((), low, high, "scalar")


def distinct(*shape: int, low: float = -2.0, high: float = 2.0) -> Sample:
    """Numbers well apart from each other, in random order: for sort, max, median."""
    return Sample(shape, low, high, "distinct")


def spd(n: int, *, batch: tuple[int, ...] = ()) -> Sample:
    """A well conditioned symmetric (Hermitian) positive definite matrix."""
    return Sample((*batch, n, n), kind="spd")


@dataclass(frozen=True)
class Case:
    """One call of the function, with samples for its varying parts."""

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __call__(self, rng: np.random.Generator, dtype: type = np.float64) -> Call:
        args, kwargs = _draw((self.args, self.kwargs), rng, dtype)
        return args, kwargs


def case(*args: Any, **kwargs: Any) -> Case:
    """``case(array(2, 3), axis=1)``: call the function like this, with random numbers for the samples."""
    return Case(args, kwargs)


def _draw(value: Any, rng: np.random.Generator, dtype: type) -> Any:
    match value:
        case Sample():
            return value.draw(rng, dtype)
        case list() | tuple():
            return type(value)(_draw(v, rng, dtype) for v in value)
        case dict():
            return {k: _draw(v, rng, dtype) for k, v in value.items()}
        case np.ndarray():
            return value.copy()  # a case's own constant array must not be shared between runs
        case _:
            return value


CaseMaker = Case | Callable[[np.random.Generator], Call]
