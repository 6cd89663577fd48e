"""Calls with options that no rule has, and functions that have no rule, written with those that have one.

They stand in for these calls (`rules/functions.py`). Each says what NumPy's function does, for arrays of floats.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np

from s2sad.prelude_statistics import _weights_like


def _variance_where(a, axis=None, *, where=True, mean=None, ddof=0, keepdims=False):
    """`np.var` of the elements of a mask, or around a mean that is given."""
    centre = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    total = np.sum(np.abs(a - centre) ** 2, axis=axis, keepdims=keepdims, where=where)
    return total / _count_where(a, axis, where, ddof, keepdims, np.result_type(total))


def _deviation_where(a, axis=None, *, where=True, mean=None, ddof=0, keepdims=False):
    """`np.std` of the elements of a mask, or around a mean that is given."""
    centre = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    length = np.linalg.norm(np.where(where, a - centre, 0), axis=axis, keepdims=keepdims)
    return length / np.sqrt(_count_where(a, axis, where, ddof, keepdims, np.result_type(length)))


def _count_where(a, axis, where, ddof, keepdims, dtype):
    count = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims, dtype=dtype)
    return np.maximum(count - ddof, 0)


def _average_and_weights(a, axis=None, weights=None, *, returned, keepdims=False):
    """`np.average` with `returned`: the mean, and the sum of the weights."""
    mean = np.average(a, axis=axis, weights=weights, keepdims=keepdims)
    spread = np.ones_like(a) if weights is None else np.ones_like(a) * _weights_like(weights, a, axis)
    return mean, np.sum(spread, axis=axis, keepdims=keepdims)


def _weighted_cov(m, y=None, rowvar=True, bias=False, ddof=None, *, fweights=None, aweights=None):
    """`np.cov` with weights of the observations."""
    rows = np.atleast_2d(m)
    rows = rows.T if not rowvar and np.ndim(m) == 2 else rows
    if y is not None:
        more = np.atleast_2d(y)
        rows = np.concatenate((rows, more.T if not rowvar and np.ndim(y) == 2 else more))
    less = (0 if bias else 1) if ddof is None else ddof
    counts = 1.0 if fweights is None else np.asarray(fweights, dtype=float)
    w = counts * np.ones(np.shape(rows)[1]) if aweights is None else counts * np.asarray(aweights)
    total = np.sum(w)
    count = total - less if aweights is None else total - less * np.sum(w * np.asarray(aweights)) / total
    centred = rows - (np.sum(rows * w, axis=1) / total)[:, None]
    return np.squeeze(centred @ np.conj(centred * w).T / count)


def _periodic_interp(x, xp, fp, left=None, right=None, *, period):
    """`np.interp` with `period`, for which `left` and `right` do not matter."""
    at = np.asarray(xp) % abs(period)
    order = np.argsort(at)
    knots, values = at[order], np.asarray(fp)[order]
    knots = np.concatenate((knots[-1:] - abs(period), knots, knots[:1] + abs(period)))
    return np.interp(np.asarray(x) % abs(period), knots, np.concatenate((values[-1:], values, values[:1])))


def _steps_between_ends(ary, *, to_end=None, to_begin=None):
    """`np.ediff1d` with something before or behind the differences."""
    steps = np.diff(np.ravel(ary))
    if to_begin is not None:
        steps = np.concatenate((np.ravel(to_begin), steps))
    return steps if to_end is None else np.concatenate((steps, np.ravel(to_end)))


def _choose_within(a, choices, *, mode):
    """`np.choose` with numbers outside of the choices."""
    n = len(choices)
    return np.choose(np.mod(a, n) if mode == "wrap" else np.clip(a, 0, n - 1), choices)


def _spaced_along(start, stop, num=50, endpoint=True, *, axis):
    """`np.linspace` along another axis than the first."""
    return np.moveaxis(np.linspace(start, stop, num, endpoint), 0, axis)


def _integral_from(p, m=1, *, k):
    """`np.polyint` with constants of integration."""
    constants = np.ravel(k) * np.ones(m)
    for order in range(m):
        p = np.concatenate((np.polyint(p)[:-1], constants[order : order + 1]))
    return p


def _padded_with(array, pad_width, mode="constant", *, constant_values):
    """`np.pad` with constants that vary: one axis after the other, so that the last one has the corners."""
    widths = np.broadcast_to(pad_width, (np.ndim(array), 2)).tolist()
    values = np.broadcast_to(constant_values, (np.ndim(array), 2))
    padded = np.asarray(array)
    for axis in range(np.ndim(array)):
        before, after = list(np.shape(padded)), list(np.shape(padded))
        before[axis], after[axis] = widths[axis]
        first = np.broadcast_to(values[axis, 0], tuple(before)).astype(padded.dtype)
        last = np.broadcast_to(values[axis, 1], tuple(after)).astype(padded.dtype)
        padded = np.concatenate((first, padded, last), axis=axis)
    return padded


def _unique_and_places(ar, *, return_index=False, return_inverse=False, return_counts=False):
    """`np.unique` with where its elements came from, or how many there are of each."""
    flat = np.ravel(ar)
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    same = (ordered[1:] == ordered[:-1]) | (np.isnan(ordered[1:]) & np.isnan(ordered[:-1]))
    first = np.flatnonzero(np.concatenate(([len(flat) > 0], ~same))[: len(flat)])
    inverse = np.zeros(len(flat), dtype=np.intp)
    inverse[order] = np.searchsorted(first, np.arange(len(flat)), side="right") - 1
    index = (order[first],) if return_index else ()
    back = (np.reshape(inverse, np.shape(ar)),) if return_inverse else ()
    counts = (np.diff(np.concatenate((first, [len(flat)]))),) if return_counts else ()
    return (ordered[first], *index, *back, *counts)


def _density(a, bins=10, range=None, *, density, weights=None):
    """`np.histogram` with `density`."""
    counts, edges = np.histogram(a, bins, range, weights=weights)
    return counts / np.diff(edges) / np.sum(counts), edges


def _bin_of(x, edges):
    """For each number the bin that it is in, from 1; 0 and len(edges) are outside."""
    found = np.searchsorted(edges, x, side="right")
    return found - (x == edges[-1])


def _histogram_of_pairs(x, y, bins=10, range=None, density=None, weights=None):
    """`np.histogram2d`."""
    x, y = np.asarray(x), np.asarray(y)
    if np.isscalar(bins) or len(bins) != 2:
        x_bins, y_bins = bins, bins
    else:
        x_bins, y_bins = bins[0], bins[1]
    x_range, y_range = (None, None) if range is None else (range[0], range[1])
    x_edges = np.histogram(x, x_bins, x_range)[1]
    y_edges = np.histogram(y, y_bins, y_range)[1]
    place = _bin_of(x, x_edges) * (len(y_edges) + 1) + _bin_of(y, y_edges)
    size = (len(x_edges) + 1) * (len(y_edges) + 1)
    counts = np.bincount(place, weights=weights, minlength=size)
    counts = np.reshape(counts, (len(x_edges) + 1, len(y_edges) + 1))[1:-1, 1:-1]
    if density:
        areas = np.diff(x_edges)[:, None] * np.diff(y_edges)
        return counts / areas / np.sum(counts), x_edges, y_edges
    return counts * 1.0, x_edges, y_edges


def _polynomial_quotient(u, v):
    """`np.polydiv`: long division, with the leading zeros of the remainder dropped."""
    u, v = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    rows = len(u) - len(v) + 1
    quotient = np.zeros(max(rows, 1), dtype=np.result_type(u, v))
    rest = u.astype(quotient.dtype)
    for k in range(rows):
        quotient[k] = rest[k] / v[0]
        rest[k : k + len(v)] -= quotient[k] * v
    start = 0
    while start + 1 < len(rest) and abs(rest[start]) <= 1e-8:
        start += 1
    return quotient, rest[start:]


def _vecdot_along(x1, x2, *, axis):
    """`np.vecdot` along another axis than the last one."""
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def _horner(x, c):
    """`np.polynomial.polynomial.polyval` for one row of coefficients, the constant first."""
    c = np.asarray(c)
    if np.ndim(c) != 1:
        raise ValueError("polyval: its derivative wants one row of coefficients")
    y = c[-1] + 0 * np.asarray(x)
    for k in range(len(c) - 2, -1, -1):
        y = c[k] + y * x
    return y


def _logsumexp_and_sign(a, axis=None, b=None, keepdims=False, *, return_sign):
    """`scipy.special.logsumexp` with `return_sign`: the logarithm of the size of a sum, and its sign."""
    scale = np.max(np.asarray(a), axis=axis, keepdims=True)
    scale = np.where(np.isfinite(scale), scale, 0.0)
    terms = np.exp(a - scale) if b is None else b * np.exp(a - scale)
    total = np.sum(terms, axis=axis, keepdims=keepdims)
    return np.log(np.abs(total)) + (scale if keepdims else np.squeeze(scale, axis=axis)), np.sign(total)
