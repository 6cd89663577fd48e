"""Reductions and scans of what has no axes: NumPy takes axis 0 and -1 there, and gives a number or one element."""

import numpy as np
import pytest
from scipy import special

import s2sad

from .test_compiled import central


def reductions(x):
    return (
        np.sum(x, axis=-1) * np.mean(x) + np.sum(x, axis=0, initial=2.0) * np.prod(x, axis=0)
        + np.max(x, axis=-1) * np.min(x, axis=0, keepdims=True) * np.nansum(x, axis=0) + np.ptp(x, axis=-1)
        + np.nanprod(x, axis=-1) * np.nanmax(x, axis=0) + np.add.reduce(x) * np.multiply.reduce(x, axis=-1)
        + np.maximum.reduce(x) * np.logaddexp.reduce(x) + np.hypot.reduce(x) * np.hypot.reduce(x, axis=None)
        + special.logsumexp(x, axis=-1)
    )  # fmt: skip


def scans(x):
    return np.sum(
        np.cumsum(x, axis=-1) * np.cumprod(x, axis=0) * np.nancumsum(x, axis=0) * np.nancumprod(x, axis=-1)
        + np.cumulative_sum(x, include_initial=True)[-1] * np.cumulative_prod(x, include_initial=True)
        + np.cumulative_sum(x) * np.cumulative_prod(x) + np.take(x, [0], axis=0) ** 2
    )  # fmt: skip


@pytest.mark.parametrize("function", [reductions, scans])
@pytest.mark.parametrize("number", [float, np.float64, np.array])
def test_axes_of_numbers_mean_nothing(function, number):
    x = number(1.3)
    slope = central(function, [1.3], [1.0])
    y, y_dot = s2sad.jvp(function, (x,), (number(1.0),))
    again, gradient = s2sad.value_and_grad(function)(x)
    assert np.shape(y) == np.shape(y_dot) == np.shape(gradient) == ()
    np.testing.assert_allclose([y, again], function(1.3))
    np.testing.assert_allclose([y_dot, gradient], slope, rtol=1e-6)
