"""Helpers of the rules of statistics, copied verbatim into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import math

import numpy as np

from s2sad.prelude_arrays import _scatter_add


def _rows_of_positions(x, axis):
    """The flat positions of the elements of x, in rows: one for each result of a reduction along `axis`."""
    axes = tuple(range(np.ndim(x))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    positions = np.reshape(np.arange(np.size(x)), np.shape(x))
    moved = np.moveaxis(positions, axes, range(-len(axes), 0))
    return np.reshape(moved, (-1, math.prod([np.shape(x)[i] for i in axes])))


def _quantile_places(x, q, axis, method):
    """The flat positions of the two elements that each quantile lies between, and the weight of the upper one."""
    rows = _rows_of_positions(x, axis)
    order = np.take_along_axis(rows, np.argsort(np.take(x, rows), axis=-1, kind="stable"), -1)
    n = rows.shape[1]
    rank = np.quantile(
        np.arange(n), np.ravel(q), method=method
    )  # of 0, 1, 2, ... the quantile is its own rank
    low = np.floor(rank).astype(int)
    return order[:, low], order[:, np.minimum(low + 1, n - 1)], (rank - low).astype(np.result_type(x))


def _places_of(out, x, axis):
    """As `_quantile_places`, for quantiles that are elements of their rows: where these are, of equal ones the first."""
    rows = _rows_of_positions(x, axis)
    found = np.reshape(out, (-1, len(rows))).T
    place = np.argmax(np.take(x, rows)[:, None, :] == found[:, :, None], axis=-1)
    low = np.take_along_axis(rows, place, -1)
    return low, low, np.zeros(np.shape(low), np.result_type(x))


def _nanquantile_places(x, q, axis, method):
    """As `_quantile_places`, where each row has its own number of elements that are numbers."""
    rows = _rows_of_positions(x, axis)
    values = np.take(x, rows)
    order = np.take_along_axis(
        rows, np.argsort(values, axis=-1, kind="stable"), -1
    )  # what is no number comes last
    count = np.maximum(np.sum(~np.isnan(values), axis=-1), 1)
    ranks = {n: np.quantile(np.arange(n), np.ravel(q), method=method) for n in count.tolist()}
    rank = np.reshape([ranks[n] for n in count.tolist()], (len(rows), -1))
    low = np.floor(rank).astype(int)
    high = np.minimum(low + 1, count[:, None] - 1)
    weight = (rank - low).astype(np.result_type(x))
    return np.take_along_axis(order, low, -1), np.take_along_axis(order, high, -1), weight


def _quantile_tangent(x_dot, out, places):
    """Tangent of np.quantile: the same mean of two elements of each row."""
    low, high, weight = places
    out_dot = np.take(x_dot, low) * (1 - weight) + np.take(x_dot, high) * weight
    return np.reshape(out_dot.T, np.shape(out))


def _quantile_adjoint(out_bar, x, places):
    """Adjoint of np.quantile: each seed goes to the two elements that the quantile lies between."""
    low, high, weight = places
    seed = np.reshape(out_bar, (low.shape[1], low.shape[0])).T
    return _scatter_add(seed * (1 - weight), low, x) + _scatter_add(seed * weight, high, x)


# ── means and covariances ───────────────────────────────────────────────────────────────────────────────────────────


def _centred_rows(m, y, rowvar):
    """The variables of np.cov as the rows of a matrix, each with its mean taken off."""
    rows = np.atleast_2d(m)
    rows = rows if rowvar or np.ndim(m) < 2 else rows.T
    if y is not None:
        more = np.atleast_2d(y)
        rows = np.concatenate((rows, more if rowvar or np.ndim(y) < 2 else more.T))
    return rows - np.mean(rows, axis=1, keepdims=True)


def _uncentred(rows_bar, m, y, rowvar):
    """The adjoints of m and y from that of the rows `_centred_rows` made of them."""
    count = len(rows_bar) if y is None else 1 if np.ndim(m) < 2 else np.shape(m)[0 if rowvar else 1]
    m_bar = rows_bar[:count] if rowvar or np.ndim(m) < 2 else rows_bar[:count].T
    if y is None:
        return np.reshape(m_bar, np.shape(m)), None
    y_bar = rows_bar[count:] if rowvar or np.ndim(y) < 2 else rows_bar[count:].T
    return np.reshape(m_bar, np.shape(m)), np.reshape(y_bar, np.shape(y))


def _weights_like(weights, a, axis):
    """The weights of np.average in a shape that broadcasts against a."""
    if np.shape(weights) == np.shape(a):
        return weights
    axes = [i % np.ndim(a) for i in np.atleast_1d(axis)]
    moved = np.transpose(weights, np.argsort(axes))
    return np.reshape(moved, [n if i in axes else 1 for i, n in enumerate(np.shape(a))])


def _unweighted(w_bar, weights, a, axis):
    """The adjoint of the weights of np.average, from the shape that `_weights_like` gave them back to their own."""
    if np.shape(weights) == np.shape(a):
        return w_bar
    axes = [i % np.ndim(a) for i in np.atleast_1d(axis)]
    kept = np.reshape(w_bar, [np.shape(a)[i] for i in sorted(axes)])
    return np.transpose(kept, np.argsort(np.argsort(axes)))


def _corrcoef_tangent(x_dot, y_dot, out, x, y, rowvar):
    """Tangent of np.corrcoef: rows are centred, brought to length 1, and multiplied."""
    rows = _centred_rows(x, y, rowvar)
    rows_dot = _centred_rows(x_dot, y_dot, rowvar)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / length
    along = np.sum(np.real(np.conj(unit) * rows_dot), axis=1, keepdims=True)
    unit_dot = (rows_dot - unit * along) / length
    return np.reshape(unit_dot @ np.conj(unit).T + unit @ np.conj(unit_dot).T, np.shape(out))


# ── histograms ───────────────────────────────────────────────────────────────────────────────────────────


def _edges_tangent(a_dot, out, a, bins, range):
    """The tangent of the edges of np.histogram: evenly from the least to the greatest element, or fixed."""
    if np.ndim(bins) == 0 and range is None and np.size(a) > 0:
        if isinstance(bins, str):
            raise ValueError(
                "np.histogram: edges by a rule of thumb have no derivative here; give a number of bins"
            )
        return np.linspace(np.ravel(a_dot)[np.argmin(a)], np.ravel(a_dot)[np.argmax(a)], len(out[1]))
    return np.zeros_like(out[1])


def _edges_adjoint(edges_bar, a, bins, range):
    """The transpose of `_edges_tangent`."""
    a_bar = np.zeros(np.shape(a), edges_bar.dtype)
    if np.ndim(bins) == 0 and range is None and np.size(a) > 0:
        if isinstance(bins, str):
            raise ValueError(
                "np.histogram: edges by a rule of thumb have no derivative here; give a number of bins"
            )
        share = np.linspace(0, 1, len(edges_bar), dtype=edges_bar.dtype)
        np.ravel(a_bar)[np.argmin(a)] += np.sum((1 - share) * edges_bar)
        np.ravel(a_bar)[np.argmax(a)] += np.sum(share * edges_bar)
    return a_bar


def _binned(bins_bar, edges, a):
    """For each element of a the seed of the bin that it falls in; the last bin holds its upper edge too."""
    inside = (a >= edges[0]) & (a <= edges[-1])
    place = np.clip(np.searchsorted(edges, a, side="right") - 1, 0, len(edges) - 2)
    return np.where(inside, np.take(bins_bar, place), 0)
