"""Statistics: weighted means, covariance, order statistics."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_statistics import (
    _binned,
    _centred_rows,
    _corrcoef_tangent,
    _edges_adjoint,
    _edges_tangent,
    _places_of,
    _quantile_adjoint,
    _quantile_places,
    _quantile_tangent,
    _uncentred,
    _unweighted,
    _weights_like,
)
from s2sad.rules.declare import array, case, distinct, linear, rule


@rule(
    np.average,
    wrt=("a", "weights"),
    poles="weights that sum to zero",
    cases=[
        case(array(4)),
        case(array(2, 3), axis=1),
        case(array(4), weights=array(4, low=0.2, high=1)),
        case(array(2, 3), axis=1, weights=array(3, low=0.2, high=1)),
        case(array(2, 3), axis=-2, weights=array(2, 3, low=0.2, high=1), keepdims=True),
        case(array(2, 3, 4), axis=(2, 0), weights=array(4, 2, low=0.2, high=1)),
        case(array(2, 3), weights=array(2, 3, low=0.2, high=1)),
    ],
)
class average:
    def a(a_dot, out, a, axis=None, weights=None, *, keepdims=False):
        return np.average(a_dot, axis=axis, weights=weights, keepdims=keepdims)

    def weights(weights_dot, out, a, axis=None, weights=None, *, keepdims=False):
        mean = out if keepdims or axis is None else np.expand_dims(out, axis)
        total = np.sum(_weights_like(weights, a, axis), axis=axis, keepdims=keepdims)
        return np.sum(_weights_like(weights_dot, a, axis) * (a - mean), axis=axis, keepdims=keepdims) / total

    def vjp(out_bar, out, a, axis=None, weights=None, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        if weights is None:
            return np.broadcast_to(seed / (np.size(a) // max(np.size(out_bar), 1)), np.shape(a)), None
        mean = out if keepdims or axis is None else np.expand_dims(out, axis)
        w = _weights_like(weights, a, axis)
        scaled = seed / np.conj(np.sum(w, axis=axis, keepdims=True))
        w_bar = _unbroadcast(np.conj(a - mean) * scaled, w)
        return np.conj(w) * scaled, _unweighted(w_bar, weights, a, axis)


WEIGHTS = np.array([[1.0, 2.0, 0.0, 3.0], [2.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 2.0]])
QUANTILES = (
    case(distinct(5), 0.3),
    case(distinct(4), [0.1, 0.5, 1.0]),
    case(distinct(3, 4), 0.6, axis=0),
    case(distinct(3, 4), [0.25, 0.5], axis=-1, keepdims=True),
    case(distinct(2, 3, 4), 0.2, axis=(0, 2)),
    case(distinct(3, 4), 0.4),
    case(distinct(3, 4), [0.2, 0.6, 1.0], axis=1, weights=WEIGHTS, method="inverted_cdf", keepdims=True),
    *[
        case(distinct(6), 0.37, method=method)
        for method in (
            "lower",
            "higher",
            "nearest",
            "midpoint",
            "hazen",
            "weibull",
            "median_unbiased",
            "inverted_cdf",
        )
    ],
)


@rule(
    np.quantile,
    wrt="a",
    real_only=True,
    fresh=True,
    chooses=True,
    kinks="equal elements keep their order",
    cases=QUANTILES,
)
class quantile:
    def a(a_dot, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_tangent(a_dot, out, _places_of(out, a, axis))
        return _quantile_tangent(a_dot, out, _quantile_places(a, q, axis, method))

    def vjp(out_bar, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_adjoint(out_bar, a, _places_of(out, a, axis))
        return _quantile_adjoint(out_bar, a, _quantile_places(a, q, axis, method))


@rule(
    np.percentile,
    wrt="a",
    real_only=True,
    fresh=True,
    chooses=True,
    kinks="equal elements keep their order",
    cases=[
        case(distinct(5), 30),
        case(distinct(3, 4), [25.0, 60.0], axis=0),
        case(distinct(6), 37, method="weibull"),
        case(distinct(3, 4), 20, axis=1, keepdims=True),
        case(distinct(3, 4), [20, 90], axis=0, weights=WEIGHTS[:, 0], method="inverted_cdf"),
    ],
)
class percentile:
    def a(a_dot, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_tangent(a_dot, out, _places_of(out, a, axis))
        return _quantile_tangent(a_dot, out, _quantile_places(a, np.divide(q, 100), axis, method))

    def vjp(out_bar, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_adjoint(out_bar, a, _places_of(out, a, axis))
        return _quantile_adjoint(out_bar, a, _quantile_places(a, np.divide(q, 100), axis, method))


@rule(
    np.median,
    batch="axis",
    wrt="a",
    real_only=True,
    fresh=True,
    chooses=True,
    kinks="equal elements keep their order",
    cases=[
        case(distinct(5)),
        case(distinct(4)),
        case(distinct(3, 4), axis=0),
        case(distinct(2, 3, 4), axis=(0, -1), keepdims=True),
    ],
)
class median:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        return _quantile_tangent(a_dot, out, _quantile_places(a, 0.5, axis, "linear"))

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        return _quantile_adjoint(out_bar, a, _quantile_places(a, 0.5, axis, "linear"))


@rule(
    np.cov,
    wrt=("m", "y"),
    fresh=True,
    cases=[
        case(array(3, 4)),
        case(array(4)),
        case(array(4), array(4)),
        case(array(4, 3), rowvar=False),
        case(array(2, 4), array(3, 4), bias=True),
        case(array(4, 2), array(4, 2), rowvar=False, ddof=0),
        case(array(1, 4)),
    ],
)
class cov:  # rows @ conj(rows).T / count, with the mean of each row taken off
    def m(m_dot, out, m, y=None, rowvar=True, bias=False, ddof=None):
        rows = _centred_rows(m, y, rowvar)
        rows_dot = _centred_rows(m_dot, None if y is None else 0 * y, rowvar)
        count = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
        return np.reshape(rows_dot @ np.conj(rows).T + rows @ np.conj(rows_dot).T, np.shape(out)) / count

    def y(y_dot, out, m, y=None, rowvar=True, bias=False, ddof=None):
        rows = _centred_rows(m, y, rowvar)
        rows_dot = _centred_rows(0 * m, y_dot, rowvar)
        count = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
        return np.reshape(rows_dot @ np.conj(rows).T + rows @ np.conj(rows_dot).T, np.shape(out)) / count

    def vjp(out_bar, out, m, y=None, rowvar=True, bias=False, ddof=None):
        rows = _centred_rows(m, y, rowvar)
        count = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
        seed = np.reshape(out_bar, (len(rows), len(rows)))
        return _uncentred((seed + np.conj(seed).T) @ rows / count, m, y, rowvar)


@rule(
    np.corrcoef,
    wrt=("x", "y"),
    fresh=True,
    poles="a constant row",
    cases=[
        case(array(3, 4)),
        case(array(4), array(4)),
        case(array(4, 3), rowvar=False),
        case(array(2, 4), array(3, 4)),
    ],
)
class corrcoef:  # as cov, of rows of length 1
    def x(x_dot, out, x, y=None, rowvar=True):
        return _corrcoef_tangent(x_dot, None if y is None else 0 * y, out, x, y, rowvar)

    def y(y_dot, out, x, y=None, rowvar=True):
        return _corrcoef_tangent(0 * x, y_dot, out, x, y, rowvar)

    def vjp(out_bar, out, x, y=None, rowvar=True):
        rows = _centred_rows(x, y, rowvar)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = rows / length
        seed = np.reshape(out_bar, (len(rows), len(rows)))
        unit_bar = (seed + np.conj(seed).T) @ unit
        along = np.sum(np.real(np.conj(unit) * unit_bar), axis=1, keepdims=True)
        return _uncentred((unit_bar - unit * along) / length, x, y, rowvar)


@linear(
    np.bincount,
    wrt="weights",
    real_only=True,
    cases=[case(np.array([0, 2, 2, 1]), array(4)), case(np.array([0, 2]), weights=array(2), minlength=5)],
)
def bincount(out_bar, x, weights=None, minlength=0):
    return out_bar[x]


@rule(
    np.histogram,
    wrt=("a", "weights"),
    real_only=True,
    fresh=True,
    kinks="counts move in steps: their derivative by a is zero; edges that follow from a move with its extrema",
    cases=[
        case(distinct(6), 3),
        case(distinct(2, 3), bins=4, weights=array(2, 3)),
        case(distinct(6), 3, (-1.5, 1.5), weights=array(6)),
        case(distinct(6), np.array([-1.0, 0.5, 1.1]), weights=array(6)),
    ],
)
class histogram:
    def a(a_dot, out, a, bins=10, range=None, weights=None):
        return np.zeros(out[0].shape, out[1].dtype), _edges_tangent(a_dot, out, a, bins, range)

    def weights(weights_dot, out, a, bins=10, range=None, weights=None):
        return np.histogram(a, out[1], weights=weights_dot)[0], np.zeros_like(out[1])

    def vjp(out_bar, out, a, bins=10, range=None, weights=None):
        a_bar = _edges_adjoint(out_bar[1], a, bins, range)
        return a_bar, None if weights is None else _binned(out_bar[0], out[1], a)
