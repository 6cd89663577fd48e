"""Quotients, roots and logarithms of what is never near zero are written without a guard; of anything else, with one."""

import numpy as np
import pytest

from s2sad import grad

X = np.array([0.0, 0.3, -0.5])
GUARDS = ("_times", "_over")


def sigmoid(x):
    return np.sum(np.where(x > 0.1, 1.0 / (1.0 + np.exp(-x)), 0.0))


def lorentz(x):
    return np.sum(np.where(x > 0.1, 1 / (1 + x**2), 0.0))


def softened_length(x):
    return np.sum(np.where(x > 0.1, np.sqrt(x * x + 1e-8), 0.0))


def cut(x):
    return np.sum(np.where(x > 0.1, np.log(np.maximum(x, 0.05)), 0.0))


def written_to(x):
    n = np.abs(x) + 0.5
    n[0] = 0.0
    with np.errstate(divide="ignore"):
        return np.sum(np.where(n > 0.1, 1 / n, 0.0))


def not_away(x):
    with np.errstate(divide="ignore"):
        return np.sum(np.where(np.abs(x) > 0.1, 1 / np.abs(x), 0.0))


def derivative(formula):
    """Of one element, where it counts."""
    return np.where(X > 0.1, formula(X), 0.0)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (sigmoid, lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        (lorentz, lambda x: -2 * x / (1 + x**2) ** 2),
        (softened_length, lambda x: x / np.sqrt(x * x + 1e-8)),
        (cut, lambda x: 1 / np.where(x == 0, 1.0, x)),
    ],
)
def test_no_guard_where_none_is_needed(function, formula) -> None:
    gradient = grad(function)
    assert np.allclose(gradient(X), derivative(formula), rtol=1e-13)
    assert not any(guard in gradient.source for guard in GUARDS)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (written_to, np.array([0.0, -1 / 0.8**2, 1.0])),
        (not_away, np.array([0.0, -1 / 0.3**2, 1 / 0.5**2])),
    ],
)
def test_a_guard_where_a_divisor_may_be_zero(function, expected) -> None:
    gradient = grad(function)
    with np.errstate(divide="ignore"):
        assert np.allclose(gradient(X), expected, rtol=1e-13)
    assert any(guard in gradient.source for guard in GUARDS)
