"""Files whose text does not say that an argument is complex: what is holomorphic is right for complex numbers, too."""

from pathlib import Path

import numpy as np
import pytest

from tests.generate.unannotated import MODES, Subject, outcome

RNG = np.random.default_rng(1)


def some(*shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


def products(a, b, v):
    return a @ b @ v + np.dot(a, v) * np.inner(v, v)


def annotated(a: np.ndarray, b: np.ndarray, v: np.ndarray):
    return a @ b @ v + np.dot(a, v) * np.inner(v, v)


def outer_products(a, b, v):
    return np.tensordot(a, b, 1) + np.outer(v, v) + np.kron(a, b)[:3, :3]


def solved(a, b, v):
    return np.linalg.solve(a, b) @ v + np.linalg.inv(a) @ v * np.linalg.det(b)


def magnitudes(a, b, v):
    return np.abs(a) @ np.abs(v) + np.sum(abs(b))


FUNCTIONS = (products, annotated, outer_products, solved, magnitudes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_right(function, mode):
    arguments = (some(3, 3), some(3, 3), some(3))
    subject = Subject(function.__name__, Path(__file__), function, (arguments,), {"wrt": None})
    assert outcome(subject, mode) == ("right", "")
