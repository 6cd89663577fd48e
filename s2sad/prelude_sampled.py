"""Integrals and slopes of samples: what each sample counts, and each place. (Copied as `prelude_arrays` is.)"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np

from s2sad.prelude_arrays import _diff_adjoint, _gradient_adjoint


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


def _edge_by_steps(s, s_dot, g, h, h_dot, near, far):
    """As `_gradient_by_steps`, at an edge of second order, where the slopes are 2 s[near] - s[far] if the steps are equal."""
    of_near = h_dot[near] * (2 * s[..., near] - s[..., far] - g[..., near])
    of_far = h_dot[far] * (s[..., near] - g[..., near])
    of_slopes = (2 * h[near] + h[far]) * s_dot[..., near] - h[near] * s_dot[..., far]
    return ((of_near + of_far + of_slopes) / (h[near] + h[far]))[..., None]


def _gradient_by_steps(f, g, h, h_dot, edge_order):
    """How ``g = np.gradient(f, x)`` along the last axis changes with ``h = np.diff(x)``.

    Inside, g is the mean of the slopes s on both sides, each weighted with the step on the other side.
    """
    s = np.diff(f) / h
    s_dot = -s * h_dot / h
    before, after = h[:-1], h[1:]
    turned = before * s_dot[..., 1:] + after * s_dot[..., :-1]
    turned = turned + h_dot[:-1] * (s[..., 1:] - g[..., 1:-1]) + h_dot[1:] * (s[..., :-1] - g[..., 1:-1])
    inner = turned / (before + after)
    if edge_order == 1:
        return np.concatenate((s_dot[..., :1], inner, s_dot[..., -1:]), axis=-1)
    first = _edge_by_steps(s, s_dot, g, h, h_dot, 0, 1)
    return np.concatenate((first, inner, _edge_by_steps(s, s_dot, g, h, h_dot, -1, -2)), axis=-1)


def _gradient_spacing_tangent(spacing_dot, f, g, spacing, axis, edge_order):
    """The tangent of ``g = np.gradient(f, spacing)`` along an axis by its spacing: a number, or the places."""
    if np.ndim(spacing) == 0:
        return -g * spacing_dot / spacing
    f, g = np.moveaxis(f, axis, -1), np.moveaxis(g, axis, -1)
    g_dot = _gradient_by_steps(f, g, np.diff(spacing), np.diff(spacing_dot), edge_order)
    return np.moveaxis(g_dot, -1, axis)


def _gradient_spacing_adjoint(out_bar, f, g, spacing, axis, edge_order):
    """The transpose of `_gradient_spacing_tangent`: each slope looks at two steps, so that two combs give all partials."""
    if np.ndim(spacing) == 0:
        return -np.sum(np.conj(g / spacing) * out_bar)
    f, g = np.moveaxis(f, axis, -1), np.moveaxis(g, axis, -1)
    seed = np.moveaxis(out_bar, axis, -1)
    steps = np.diff(spacing)
    n = len(steps)
    first = np.clip(np.arange(n + 1) - 1, 0, max(n - 2, 0))
    steps_bar = np.zeros(n, np.result_type(steps, seed))
    for k in range(2):
        comb = (np.arange(n) % 2 == k).astype(np.result_type(steps))
        shares = np.conj(_gradient_by_steps(f, g, steps, comb, edge_order)) * seed
        column = first + (k - first) % 2
        inside = column < n
        np.add.at(steps_bar, column[inside], np.sum(np.reshape(shares, (-1, n + 1)), axis=0)[inside])
    return _diff_adjoint(steps_bar, n + 1, 1, -1)


def _gradient_axes(f, axis):
    """The axes that np.gradient goes along, as a tuple."""
    if axis is None:
        return tuple(range(np.ndim(f)))
    return axis if isinstance(axis, tuple) else (axis,)


def _step_along(spacing, k):
    """The spacing along the k-th of the axes; if there is one for all, it is that."""
    return spacing[k] if len(spacing) > 1 else spacing[0]


def _gradient_adjoints(out_bar, f, spacing, axis, edge_order):
    """The adjoint of f in ``np.gradient(f, *spacing)``, the sum over all axes."""
    axes = _gradient_axes(f, axis)
    if len(axes) == 1:
        step = spacing[0] if len(spacing) > 0 else 1.0
        return _gradient_adjoint(out_bar, np.shape(f)[axes[0]], step, axes[0], edge_order)
    f_bar = np.zeros(np.shape(f), np.result_type(f))
    for k, i in enumerate(axes):
        step = _step_along(spacing, k) if len(spacing) > 0 else 1.0
        f_bar = f_bar + _gradient_adjoint(out_bar[k], np.shape(f)[i], step, i, edge_order)
    return f_bar


def _gradient_tangents_of_spacing(spacing_dot, f, g, spacing, axis, edge_order):
    """The tangent of ``g = np.gradient(f, *spacing)`` by its spacing; one number is that of all axes."""
    axes = _gradient_axes(f, axis)
    if len(axes) == 1:
        return _gradient_spacing_tangent(spacing_dot[0], f, g, spacing[0], axes[0], edge_order)
    tangents = []
    for k, i in enumerate(axes):
        change, step = _step_along(spacing_dot, k), _step_along(spacing, k)
        tangents.append(_gradient_spacing_tangent(change, f, g[k], step, i, edge_order))
    return tuple(tangents)


def _gradient_adjoints_of_spacing(out_bar, f, g, spacing, axis, edge_order):
    """The transpose of `_gradient_tangents_of_spacing`."""
    if len(spacing) == 0:
        return ()
    axes = _gradient_axes(f, axis)
    if len(axes) == 1:
        return (_gradient_spacing_adjoint(out_bar, f, g, spacing[0], axes[0], edge_order),)
    bars = []
    for k, i in enumerate(axes):
        step = _step_along(spacing, k)
        bars.append(_gradient_spacing_adjoint(out_bar[k], f, g[k], step, i, edge_order))
    return tuple(bars) if len(spacing) > 1 else (sum(bars),)
