"""Helpers of the rules of statistics, copied verbatim into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import math

import numpy as np


def _quantile_parts(x, q, axis, method):
    """Where np.quantile reads: the rows' axes, their order, the two ranks, and the weight of the upper one."""
    axes = tuple(range(np.ndim(x))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    n = math.prod([np.shape(x)[i] for i in axes])
    moved = np.moveaxis(np.asarray(x), axes, range(-len(axes), 0))
    rows = np.reshape(moved, (*moved.shape[: np.ndim(x) - len(axes)], n))
    rank = np.quantile(
        np.arange(n), np.ravel(q), method=method
    )  # of 0, 1, 2, ... the quantile is the rank itself
    low = np.floor(rank).astype(int)
    weight = (rank - low).astype(np.result_type(x))
    return axes, np.argsort(rows, axis=-1, kind="stable"), low, np.minimum(low + 1, n - 1), weight


def _quantile_tangent(x_dot, out, x, q, axis, method):
    """Tangent of np.quantile: the same mean of two elements of each row."""
    axes, order, low, high, weight = _quantile_parts(x, q, axis, method)
    rows_dot = np.reshape(np.moveaxis(np.asarray(x_dot), axes, range(-len(axes), 0)), order.shape)
    sorted_dot = np.take_along_axis(rows_dot, order, -1)
    out_dot = sorted_dot[..., low] * (1 - weight) + sorted_dot[..., high] * weight
    return np.reshape(np.moveaxis(out_dot, -1, 0), np.shape(out))


def _quantile_adjoint(out_bar, x, q, axis, method):
    """Adjoint of np.quantile: each seed goes to the two elements that the quantile lies between."""
    axes, order, low, high, weight = _quantile_parts(x, q, axis, method)
    seed = np.moveaxis(np.reshape(out_bar, (len(low), *order.shape[:-1])), 0, -1)
    sorted_bar = np.zeros(order.shape, np.result_type(x))
    np.add.at(sorted_bar, (..., low), seed * (1 - weight))
    np.add.at(sorted_bar, (..., high), seed * weight)
    rows_bar = np.take_along_axis(sorted_bar, np.argsort(order, axis=-1), -1)
    rest = [n for i, n in enumerate(np.shape(x)) if i not in [j % np.ndim(x) for j in axes]]
    return np.moveaxis(
        np.reshape(rows_bar, rest + [np.shape(x)[i] for i in axes]), range(-len(axes), 0), axes
    )


def _nanquantile_parts(x, q, axis, method):
    """As `_quantile_parts`, by the flat positions of the two elements in x: rows have different numbers of elements."""
    axes = tuple(range(np.ndim(x))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    n = math.prod([np.shape(x)[i] for i in axes])
    rows = np.reshape(np.moveaxis(np.asarray(x), axes, range(-len(axes), 0)), (-1, n))
    positions = np.reshape(np.arange(np.size(x)), np.shape(x))
    positions = np.reshape(np.moveaxis(positions, axes, range(-len(axes), 0)), (-1, n))
    order = np.argsort(rows, axis=-1, kind="stable")  # what is not a number comes last
    count = np.maximum(np.sum(~np.isnan(rows), axis=-1), 1)
    ranks = {k: np.quantile(np.arange(k), np.ravel(q), method=method) for k in count.tolist()}
    rank = np.reshape([ranks[k] for k in count.tolist()], (len(rows), -1))
    low = np.floor(rank).astype(int)
    high = np.minimum(low + 1, count[:, None] - 1)
    sorted_positions = np.take_along_axis(positions, order, -1)
    weight = (rank - low).astype(np.result_type(x))
    return (
        np.take_along_axis(sorted_positions, low, -1),
        np.take_along_axis(sorted_positions, high, -1),
        weight,
    )


def _nanquantile_tangent(x_dot, out, x, q, axis, method):
    """Tangent of np.nanquantile: the same mean of two elements of each row."""
    low, high, weight = _nanquantile_parts(x, q, axis, method)
    out_dot = np.take(x_dot, low) * (1 - weight) + np.take(x_dot, high) * weight
    return np.reshape(out_dot.T, np.shape(out))


def _nanquantile_adjoint(out_bar, x, q, axis, method):
    """Adjoint of np.nanquantile: each seed goes to the two elements that the quantile lies between."""
    low, high, weight = _nanquantile_parts(x, q, axis, method)
    seed = np.reshape(out_bar, (weight.shape[1], weight.shape[0])).T
    x_bar = np.zeros(np.size(x), np.result_type(x))
    np.add.at(x_bar, low, seed * (1 - weight))
    np.add.at(x_bar, high, seed * weight)
    return np.reshape(x_bar, np.shape(x))


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
    parts = [rows_bar[:count], rows_bar[count:]]
    m_bar, y_bar = [
        part if rowvar or np.ndim(x) < 2 else part.T for part, x in zip(parts, (m, y), strict=True)
    ]
    return np.reshape(m_bar, np.shape(m)), None if y is None else np.reshape(y_bar, np.shape(y))


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
