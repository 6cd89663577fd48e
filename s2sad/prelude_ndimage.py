"""Helpers for the rules of linear filters of images, copied into emitted files that need them (see `prelude_arrays`).

A filter is a correlation of the array, extended at its ends as the mode says: the adjoint correlates the other way, and
adds what falls on the extension to the elements that the extension repeats.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import ndimage


def _repeated(n, left, right, mode):
    """Which elements of n the extension by so many on the left and on the right repeats; none of a constant one."""
    if mode == "constant" or mode == "grid-constant":
        return []
    if mode == "nearest":
        padded = np.pad(np.arange(n), (left, right), "edge")
    elif mode == "mirror":
        padded = np.pad(np.arange(n), (left, right), "reflect")
    elif mode == "wrap" or mode == "grid-wrap":
        padded = np.pad(np.arange(n), (left, right), "wrap")
    else:
        padded = np.pad(np.arange(n), (left, right), "symmetric")
    places = [*range(left), *range(left + n, left + n + right)]
    return [(place, int(padded[place])) for place in places]


def _reach(size, origin):
    """How far a filter of this size reaches to the left and to the right."""
    left = size // 2 + origin
    return left, size - 1 - left


def _extended(x, shape, origin, mode, cval):
    """x, extended as a filter of this shape reads it."""
    for axis, size in enumerate(shape):
        left, right = _reach(size, origin)
        if size > 1:
            n = np.shape(x)[axis]
            order = np.arange(left + n + right) - left
            for place, source in _repeated(n, left, right, mode):
                order[place] = source
            outside = (order < 0) | (order >= n)
            rows = np.take(x, np.clip(order, 0, n - 1), axis)
            wide = [-1 if k == axis else 1 for k in range(np.ndim(x))]
            x = np.where(np.reshape(outside, wide), np.asarray(cval, np.result_type(x)), rows)
    return x


def _correlation_adjoint(out_bar, x, weights, origin, mode):
    """Adjoint of x in ``correlate(x, weights)``, for weights of as many axes (of length 1, where nothing is done)."""
    shape = np.shape(weights)
    wide = np.pad(out_bar, [(size - 1, size - 1) for size in shape])
    full = ndimage.correlate(wide, np.flip(np.conj(weights)), mode="constant")
    x_bar = full[
        tuple(
            [slice(size // 2, size // 2 + n + size - 1) for size, n in zip(shape, np.shape(x), strict=True)]
        )
    ]
    for axis, size in enumerate(shape):
        if size > 1:
            x_bar = _fold_back(x_bar, np.shape(x)[axis], axis, size, origin, mode)
    return x_bar


def _fold_back(extended_bar, n, axis, size, origin, mode):
    """The adjoint of an axis of length n, from that of its extension."""
    left, right = _reach(size, origin)
    rows = np.moveaxis(extended_bar, axis, 0)
    out = rows[left : left + n].copy()
    for place, source in _repeated(n, left, right, mode):
        out[source] += rows[place]
    return np.moveaxis(out, 0, axis)


def _weights_adjoint(out_bar, x, weights, origin, mode, cval):
    """Adjoint of the weights of ``correlate(x, weights)``."""
    shape = np.shape(weights)
    extended = np.conj(_extended(x, shape, origin, mode, cval))
    sums = [
        np.sum(out_bar * extended[tuple([slice(k, k + n) for k, n in zip(place, np.shape(x), strict=True)])])
        for place in np.ndindex(*shape)
    ]
    return np.reshape(np.array(sums), shape)


def _along(weights, axis, ndim):
    """Weights of one axis, as weights of all."""
    return np.reshape(weights, [-1 if k == axis % ndim else 1 for k in range(ndim)])


def _gaussian_weights(sigma, order, truncate, radius, dtype):
    """What gaussian_filter1d correlates with: its answer to a single one, turned round."""
    reach = int(truncate * float(sigma) + 0.5) if radius is None else radius
    one = np.zeros(2 * reach + 1, dtype)
    one[reach] = 1
    return ndimage.gaussian_filter1d(one, sigma, 0, order, mode="constant", truncate=truncate, radius=radius)[
        ::-1
    ]


def _of_axis(option, axis):
    """An option that may be given for each axis."""
    return option[axis] if np.ndim(option) else option


def _gaussian_adjoint(out_bar, sigma, order, mode, truncate, radius):
    """Adjoint of gaussian_filter: the filters of the axes commute."""
    ndim = np.ndim(out_bar)
    for axis in range(ndim):
        if _of_axis(sigma, axis) > 1e-15:
            reach = None if radius is None else _of_axis(radius, axis)
            weights = _gaussian_weights(
                _of_axis(sigma, axis), _of_axis(order, axis), truncate, reach, np.real(out_bar).dtype
            )
            out_bar = _correlation_adjoint(out_bar, out_bar, _along(weights, axis, ndim), 0, mode)
    return out_bar


def _uniform_adjoint(out_bar, size, mode, origin):
    """Adjoint of uniform_filter."""
    ndim = np.ndim(out_bar)
    for axis in range(ndim):
        width = _of_axis(size, axis)
        if width > 1:
            weights = np.ones(width, np.real(out_bar).dtype) / width
            out_bar = _correlation_adjoint(out_bar, out_bar, _along(weights, axis, ndim), origin, mode)
    return out_bar


def _laplace_adjoint(out_bar, mode):
    """Adjoint of the sum of the second differences along all axes."""
    ndim = np.ndim(out_bar)
    weights = np.array([1, -2, 1], np.real(out_bar).dtype)
    parts = [
        _correlation_adjoint(out_bar, out_bar, _along(weights, axis, ndim), 0, mode) for axis in range(ndim)
    ]
    return sum(parts[1:], parts[0])


def _gradient_filter_adjoint(out_bar, axis, mode, middle):
    """Adjoint of sobel (`middle` 2) and prewitt (1): a difference along one axis, means along the others."""
    ndim = np.ndim(out_bar)
    dtype = np.real(out_bar).dtype
    for k in range(ndim):
        weights = np.array([-1, 0, 1] if k == axis % ndim else [1, middle, 1], dtype)
        out_bar = _correlation_adjoint(out_bar, out_bar, _along(weights, k, ndim), 0, mode)
    return out_bar
