"""Reductions that leave out what is not a number: the adjoint of such an element is zero."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_arrays import _cumprod_adjoint, _cumprod_tangent, _product_of_others, _safe_divide
from s2sad.prelude_statistics import (
    _nanquantile_places,
    _places_of,
    _quantile_adjoint,
    _quantile_tangent,
)
from s2sad.rules.declare import array, case, distinct, rule

HOLES = np.array([[1.0, np.nan, 0.3, -0.8], [2.0, 3.0, np.nan, 1.2]])
REDUCED = (
    case(array(3)),
    case(array()),
    case(array(2, 3), axis=0),
    case(array(2, 3), axis=-1, keepdims=True),
    case(array(2, 3, 4), axis=(0, -1)),
    case(HOLES),
    case(HOLES, axis=1),
    case(HOLES, axis=(0, 1), keepdims=True),
)
SCANNED = (
    case(array(4)),
    case(array(2, 3)),
    case(HOLES, axis=0),
    case(HOLES, axis=-1),
    case(array(0, 3), axis=0),
)


@rule(np.nansum, wrt="a", batch="axis", fresh=True, chooses=True, cases=REDUCED)
class nansum:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        return np.sum(np.where(np.isnan(a), 0, a_dot), axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        return np.where(np.isnan(a), 0, seed)


@rule(np.nanmean, wrt="a", batch="axis", fresh=True, chooses=True, cases=REDUCED)
class nanmean:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        return np.mean(a_dot, axis=axis, keepdims=keepdims, where=~np.isnan(a))

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        valid = ~np.isnan(a)
        count = np.sum(valid, axis=axis, keepdims=True, dtype=np.result_type(a))
        return np.where(valid, seed / count, 0)


@rule(np.nanprod, wrt="a", batch="axis", fresh=True, chooses=True, cases=REDUCED)
class nanprod:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        others = _product_of_others(np.where(np.isnan(a), 1, a), axis)
        return np.sum(np.where(np.isnan(a), 0, a_dot * others), axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        others = np.conj(_product_of_others(np.where(np.isnan(a), 1, a), axis))
        return np.where(np.isnan(a), 0, seed * others)


@rule(
    np.nanvar,
    aliases={"correction": "ddof"},
    wrt="a",
    batch="axis",
    fresh=True,
    chooses=True,
    cases=[*REDUCED, case(HOLES, axis=1, ddof=1)],
)
class nanvar:
    def a(a_dot, out, a, axis=None, *, ddof=0, keepdims=False):
        valid = ~np.isnan(a)
        deviation = np.where(valid, a - np.nanmean(a, axis=axis, keepdims=True), 0)
        total = np.sum(np.real(np.conj(deviation) * np.where(valid, a_dot, 0)), axis=axis, keepdims=keepdims)
        return 2 * total / (np.sum(valid, axis=axis, keepdims=keepdims, dtype=total.dtype) - ddof)

    def vjp(out_bar, out, a, axis=None, *, ddof=0, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        valid = ~np.isnan(a)
        deviation = np.where(valid, a - np.nanmean(a, axis=axis, keepdims=True), 0)
        return deviation * (2 * seed / (np.sum(valid, axis=axis, keepdims=True, dtype=out.dtype) - ddof))


@rule(
    np.nanstd,
    aliases={"correction": "ddof"},
    wrt="a",
    batch="axis",
    fresh=True,
    chooses=True,
    kinks="zero where the deviation is zero",
    cases=[*REDUCED[:1], *REDUCED[2:], case(HOLES, axis=1, ddof=1)],
)
class nanstd:
    def a(a_dot, out, a, axis=None, *, ddof=0, keepdims=False):
        valid = ~np.isnan(a)
        deviation = np.where(valid, a - np.nanmean(a, axis=axis, keepdims=True), 0)
        total = np.sum(np.real(np.conj(deviation) * np.where(valid, a_dot, 0)), axis=axis, keepdims=keepdims)
        count = np.sum(valid, axis=axis, keepdims=keepdims, dtype=total.dtype)
        return _safe_divide(total, out) / (count - ddof)

    def vjp(out_bar, out, a, axis=None, *, ddof=0, keepdims=False):
        scaled = _safe_divide(out_bar, out)
        seed = scaled if keepdims or axis is None else np.expand_dims(scaled, axis)
        valid = ~np.isnan(a)
        deviation = np.where(valid, a - np.nanmean(a, axis=axis, keepdims=True), 0)
        return deviation * (seed / (np.sum(valid, axis=axis, keepdims=True, dtype=out.dtype) - ddof))


@rule(np.nancumsum, wrt="a", batch="axis", fresh=True, chooses=True, cases=SCANNED)
class nancumsum:
    def a(a_dot, out, a, axis=None):
        return np.cumsum(np.where(np.isnan(a), 0, a_dot), axis)

    def vjp(out_bar, out, a, axis=None):
        if axis is None:
            return np.where(np.isnan(a), 0, np.reshape(np.cumsum(out_bar[::-1])[::-1], np.shape(a)))
        return np.where(np.isnan(a), 0, np.flip(np.cumsum(np.flip(out_bar, axis), axis), axis))


@rule(np.nancumprod, wrt="a", batch="axis", fresh=True, chooses=True, cases=SCANNED)
class nancumprod:
    def a(a_dot, out, a, axis=None):
        filled = np.where(np.isnan(a), 1, a)
        change = np.where(np.isnan(a), 0, a_dot)
        if axis is None:
            return _cumprod_tangent(np.ravel(change), np.ravel(filled), 0)
        return _cumprod_tangent(change, filled, axis)

    def vjp(out_bar, out, a, axis=None):
        filled = np.where(np.isnan(a), 1, a)
        if axis is None:
            return np.where(
                np.isnan(a), 0, np.reshape(_cumprod_adjoint(out_bar, np.ravel(filled), 0), np.shape(a))
            )
        return np.where(np.isnan(a), 0, _cumprod_adjoint(out_bar, filled, axis))


# ── order statistics ─────────────────────────────────────────────────────────────────────────────────────

ORDERED = (
    case(distinct(5)),
    case(distinct(3, 4), axis=0),
    case(HOLES),
    case(HOLES, axis=1, keepdims=True),
    case(distinct(2, 3, 4), axis=(0, -1)),
)
TIES = "equal elements keep their order"


@rule(
    np.nanmedian, wrt="a", batch="axis", real_only=True, fresh=True, chooses=True, kinks=TIES, cases=ORDERED
)
class nanmedian:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        return _quantile_tangent(a_dot, out, _nanquantile_places(a, 0.5, axis, "linear"))

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        return _quantile_adjoint(out_bar, a, _nanquantile_places(a, 0.5, axis, "linear"))


@rule(
    np.nanquantile,
    wrt="a",
    real_only=True,
    fresh=True,
    chooses=True,
    kinks=TIES,
    cases=[
        *(case(*c.args, 0.3, **c.kwargs) for c in ORDERED),
        case(HOLES, [0.2, 0.9], axis=1),
        case(HOLES, 0.4, axis=1, method="hazen"),
        case(HOLES, 0.4, axis=1, weights=np.ones(np.shape(HOLES)), method="inverted_cdf"),
    ],
)
class nanquantile:
    def a(a_dot, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_tangent(a_dot, out, _places_of(out, a, axis))
        return _quantile_tangent(a_dot, out, _nanquantile_places(a, q, axis, method))

    def vjp(out_bar, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_adjoint(out_bar, a, _places_of(out, a, axis))
        return _quantile_adjoint(out_bar, a, _nanquantile_places(a, q, axis, method))


@rule(
    np.nanpercentile,
    wrt="a",
    real_only=True,
    fresh=True,
    chooses=True,
    kinks=TIES,
    cases=[
        case(HOLES, [25.0, 60.0], axis=1, keepdims=True),
        case(distinct(6), 37, method="weibull"),
        case(distinct(3), 37, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5])),
    ],
)
class nanpercentile:
    def a(a_dot, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_tangent(a_dot, out, _places_of(out, a, axis))
        return _quantile_tangent(a_dot, out, _nanquantile_places(a, np.divide(q, 100), axis, method))

    def vjp(out_bar, out, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
        if weights is not None:
            return _quantile_adjoint(out_bar, a, _places_of(out, a, axis))
        return _quantile_adjoint(out_bar, a, _nanquantile_places(a, np.divide(q, 100), axis, method))
