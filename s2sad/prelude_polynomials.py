"""Helpers of the rules of polynomials, copied verbatim into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np


def _products_of_other_factors(zeros):
    """The coefficients of prod(x - zeros[j]) over all j but i, for each i."""
    rows, one = [], np.ones_like(zeros[:1])
    for i in range(len(zeros)):
        row, others = one, np.delete(zeros, i)
        for j in range(len(others)):
            row = np.convolve(row, np.concatenate((one, -others[j : j + 1])))
        rows.append(row)
    return np.reshape(rows, (len(zeros), len(zeros)))


def _vander_slope(x, deg):
    """The derivative of ``np.vander(x, deg + 1)`` by x."""
    return np.pad(np.vander(x, deg) * np.arange(deg, 0, -1), ((0, 0), (0, 1)))


def _polyfit_parts(out, x, y, deg, w):
    """The matrix of polyfit's weighted least squares problem as q @ r, its weights, and what the fit leaves over."""
    powers = np.vander(x, deg + 1)
    weights = np.ones((len(x), 1)) if w is None else np.asarray(w)[:, None]
    q, r = np.linalg.qr(weights * powers)
    rest = np.reshape(y, (len(x), -1)) - powers @ np.reshape(out, (deg + 1, -1))
    return powers, weights, q, r, rest


def _polyfit_change(out, x, y, deg, w, powers_dot, w_dot):
    """How polyfit's result moves with the matrix of powers and with the weights."""
    powers, weights, q, r, rest = _polyfit_parts(out, x, y, deg, w)
    change = np.reshape(w_dot, (-1, 1))
    a_dot = weights * powers_dot + change * powers
    moved = change * rest - weights * (
        powers_dot @ np.reshape(out, (deg + 1, -1)) if np.ndim(powers_dot) else 0
    )
    normal = np.linalg.solve(np.conj(r).T, np.conj(a_dot).T @ (weights * rest))
    return np.reshape(np.linalg.solve(r, np.conj(q).T @ moved + normal), np.shape(out))


def _polyfit_adjoints(out_bar, out, x, y, deg, w):
    """Adjoints of x, y and w of polyfit: the transpose of `_polyfit_change`."""
    powers, weights, q, r, rest = _polyfit_parts(out, x, y, deg, w)
    half = np.linalg.solve(np.conj(r).T, np.reshape(out_bar, (deg + 1, -1)))
    fitted_bar = q @ half  # of the weighted y
    normal = weights * rest @ np.conj(np.linalg.solve(r, half)).T
    powers_bar = weights * (normal - fitted_bar @ np.conj(np.reshape(out, (deg + 1, -1))).T)
    x_bar = np.sum(np.conj(_vander_slope(x, deg)) * powers_bar, axis=1)
    y_bar = np.reshape(weights * fitted_bar, np.shape(y))
    if w is None:
        return x_bar, y_bar, None
    w_bar = np.sum(np.conj(rest) * fitted_bar, axis=1) + np.sum(np.conj(powers) * normal, axis=1)
    return x_bar, y_bar, np.real(w_bar)
