"""Cubic splines and piecewise linear functions, copied into emitted files that need them (see `prelude_arrays`).

They stand for what SciPy's objects hold, so that a spline through active values is made of arrays. Source of the
equations: C. de Boor, "A practical guide to splines" (1978), chapter 4.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import math
from functools import partial

import numpy as np
from scipy import linalg

from s2sad.prelude_arrays import _add_rows


def _spline_end(h, bc_type):
    """The equation at one end, from the two steps there: factors of the two slopes, and of the two chords' slopes."""
    if bc_type == "clamped":
        return 1.0, 0.0, 0.0, 0.0
    if bc_type == "natural":
        return 2.0, 1.0, 3.0, 0.0
    both = h[0] + h[1]
    return h[1], both, (h[0] + 2 * both) * h[1] / both, h[0] ** 2 / both


def _spline_bands(h, start, end):
    """The three diagonals of the equations for the slopes of a spline, above the main one first."""
    above = np.concatenate(([0.0, start[1]], h[:-1]))
    main = np.concatenate(([start[0]], 2 * (h[:-1] + h[1:]), [end[0]]))
    below = np.concatenate((h[1:], [end[1], 0.0]))
    return np.stack((above, main, below))


def _cubic_coefficients(x, y, bc_type):
    """The coefficients of the cubic spline through y (along its first axis) at x, the highest power first.

    `bc_type`: "not-a-knot" (from four points on), "natural" or "clamped".
    """
    if len(x) < 4:
        raise ValueError("s2sad: a cubic spline through fewer than four points is not differentiated")
    rows = np.reshape(y, (len(x), -1))
    steps = np.diff(x)
    start, end = _spline_end(steps[:2], bc_type), _spline_end(steps[:-3:-1], bc_type)
    h = steps[:, None]
    chord = np.diff(rows, axis=0) / h
    right = np.zeros_like(rows, dtype=chord.dtype)
    right[0] = start[2] * chord[0] + start[3] * chord[1]
    right[1:-1] = 3 * (h[1:] * chord[:-1] + h[:-1] * chord[1:])
    right[-1] = end[2] * chord[-1] + end[3] * chord[-2]
    slope = linalg.solve_banded((1, 1), _spline_bands(steps, start, end), right)
    bend = (slope[:-1] + slope[1:] - 2 * chord) / h
    c = np.stack((bend / h, (chord - slope[:-1]) / h - bend, slope[:-1], rows[:-1]))
    return np.reshape(c, (4, len(x) - 1, *np.shape(y)[1:]))


def _cubic_coefficients_adjoint(c_bar, x, y, bc_type):
    """Adjoint of y, from that of the coefficients: the transpose of `_cubic_coefficients`."""
    seeds = np.reshape(c_bar, (4, len(x) - 1, -1))
    steps = np.diff(x)
    start, end = _spline_end(steps[:2], bc_type), _spline_end(steps[:-3:-1], bc_type)
    h = steps[:, None]
    bend_bar = (seeds[0] / h - seeds[1]) / h
    slope_bar = np.zeros((len(x), np.shape(seeds)[-1]), seeds.dtype)
    slope_bar[:-1] += seeds[2] - seeds[1] / h + bend_bar
    slope_bar[1:] += bend_bar
    above, main, below = _spline_bands(steps, start, end)
    turned = np.stack((np.roll(below, 1), main, np.roll(above, -1)))
    right_bar = linalg.solve_banded((1, 1), turned, slope_bar)
    chord_bar = seeds[1] / h - 2 * bend_bar
    chord_bar[:-1] += 3 * h[1:] * right_bar[1:-1]
    chord_bar[1:] += 3 * h[:-1] * right_bar[1:-1]
    chord_bar[0] += start[2] * right_bar[0]
    chord_bar[1] += start[3] * right_bar[0]
    chord_bar[-1] += end[2] * right_bar[-1]
    chord_bar[-2] += end[3] * right_bar[-1]
    y_bar = np.zeros_like(slope_bar)
    y_bar[:-1] += seeds[3] - chord_bar / h
    y_bar[1:] += chord_bar / h
    return np.reshape(y_bar, np.shape(y))


def _place_in_pieces(c, x, at, nu):
    """In which piece each point lies, and by what the piece's coefficients are multiplied there."""
    i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    d = np.reshape(at - x[i], np.shape(at) + (1,) * (np.ndim(c) - 2))
    return i, [math.perm(k, nu) * d ** max(k - nu, 0) for k in (3, 2, 1, 0)]


def _piecewise_cubic(c, x, at, nu=0):
    """A piecewise cubic polynomial, or its `nu`-th derivative, at a point or an array of points."""
    i, powers = _place_in_pieces(c, x, at, nu)
    return c[0][i] * powers[0] + c[1][i] * powers[1] + c[2][i] * powers[2] + c[3][i] * powers[3]


def _piecewise_cubic_adjoint(out_bar, c, x, at, nu):
    """Adjoint of the coefficients of `_piecewise_cubic`."""
    i, powers = _place_in_pieces(c, x, at, nu)
    return np.stack([_add_rows(out_bar * powers[k], i, c[k]) for k in range(4)])


def _cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    """``CubicSpline(x, y)`` as a function."""
    return partial(_piecewise_cubic, _cubic_coefficients(x, y, bc_type), x)


def _piecewise_linear(x, y, extrapolate, at):
    """Between the points (x, y), y along its last axis; x increases."""
    if not extrapolate and (np.any(at < x[0]) or np.any(at > x[-1])):
        raise ValueError("a value is outside of the interpolation range")
    i = np.clip(np.searchsorted(x, at), 1, len(x) - 1)
    share = (at - x[i - 1]) / (x[i] - x[i - 1])
    return y[..., i - 1] + (y[..., i] - y[..., i - 1]) * share


def _linear_interpolant(
    x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=np.nan, assume_sorted=False
):
    """``interp1d(x, y)`` as a function."""
    order = np.argsort(x)
    return partial(_piecewise_linear, x[order], y[..., order], isinstance(fill_value, str))
