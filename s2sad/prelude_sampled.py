"""Integrals of samples, for the rules of `scipy.integrate`: what each sample counts. (Copied as `prelude_arrays` is.)"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np


def _steps_between(n, x, dx):
    """The distances of n samples along the last axis."""
    return np.full(max(n - 1, 0), dx) if x is None else np.diff(x)


def _quotient(a, b):
    """a / b, and zero where b is: two samples at one place."""
    return np.where(b == 0, 0.0, a / np.where(b == 0, 1.0, b))


def _simpson_weights(n, steps):
    """The weights of Simpson's rule; if n is even, the last interval is Cartwright's (2017), as in SciPy."""
    weights = np.zeros((*np.shape(steps)[:-1], n))
    pairs = n - 1 if n % 2 else n - 2
    if n == 2:
        return weights + steps / 2
    a, b = steps[..., 0:pairs:2], steps[..., 1:pairs:2]
    weights[..., 0:pairs:2] += (a + b) / 6 * (2 - _quotient(b, a))
    weights[..., 1:pairs:2] += (a + b) / 6 * _quotient((a + b) ** 2, a * b)
    weights[..., 2 : pairs + 1 : 2] += (a + b) / 6 * (2 - _quotient(a, b))
    if n % 2 == 0 and n > 2:
        a, b = steps[..., -2], steps[..., -1]
        weights[..., -1] += _quotient(2 * b**2 + 3 * a * b, 6 * (a + b))
        weights[..., -2] += _quotient(b**2 + 3 * a * b, 6 * a)
        weights[..., -3] -= _quotient(b**3, 6 * a * (a + b))
    return weights


def _romb_weights(n, dx):
    """The weights of Romberg's rule for n = 2**k + 1 samples: Richardson's extrapolation of the trapezoids."""
    before = []
    for level in range((n - 1).bit_length()):
        stride = (n - 1) >> level
        trapezoids = np.zeros(n)
        trapezoids[::stride] = stride * dx
        trapezoids[[0, -1]] /= 2
        row = [trapezoids]
        for j in range(1, level + 1):
            row.append(row[-1] + (row[-1] - before[j - 1]) / (4**j - 1))
        before = row
    return before[-1]


def _cumulative_simpson_adjoint(seed, steps):
    """The adjoint of the samples, along the last axis; seed is that of the integrals up to each sample but the first."""
    n = np.shape(seed)[-1] + 1
    parts = np.cumsum(seed[..., ::-1], axis=-1)[..., ::-1]  # of the integrals between neighbours
    y_bar = np.zeros_like(seed, shape=(*np.shape(seed)[:-1], n))
    if n < 3:
        y_bar[..., :-1] += parts * steps / 2
        y_bar[..., 1:] += parts * steps / 2
        return y_bar
    steps = np.broadcast_to(steps, np.shape(parts))
    ahead, behind = (
        parts[..., :-1].copy(),
        parts[..., 1:].copy(),
    )  # by the next sample but one, by the last but one
    ahead[..., 1::2] = 0
    behind[..., 1::2] = 0
    if n % 2 == 0:
        behind[..., -1] = parts[..., -1]
    for seeds, near, far, first in (
        (ahead, steps[..., :-1], steps[..., 1:], 0),
        (behind, steps[..., 1:], steps[..., :-1], 2),
    ):
        of_both, of_far = _quotient(near, near + far), _quotient(near, far)
        scaled = seeds * near / 6
        y_bar[..., first : n - 2 + first] += scaled * (3 - of_both)
        y_bar[..., 1:-1] += scaled * (3 + of_both * of_far + of_both)
        y_bar[..., 2 - first : n - first] -= scaled * (of_both * of_far)
    return y_bar
