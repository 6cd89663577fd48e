"""Reductions and scans: sums, means, products, extrema, cumulative sums.

A pullback brings the seed back to the reduced axes (`np.expand_dims` where they were dropped) and lets it
broadcast. The conditions on `axis` and `keepdims` fold when these are known, as they nearly always are.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np

from s2sad.prelude_arrays import (
    _cumprod_adjoint,
    _cumprod_tangent,
    _product_of_others,
    _safe_divide,
)
from s2sad.rules.declare import array, case, distinct, float_type, linear, method, rule, scalar

# The forms of call that every reduction is tried with.
REDUCTIONS = (
    case(array(3)),
    case(array()),
    case(array(2, 3)),
    case(array(2, 3), axis=0),
    case(array(2, 3), axis=-1, keepdims=True),
    case(array(2, 3, 4), axis=(0, -1)),
    case(array(2, 1, 4), axis=(1, 2), keepdims=True),
    case(array(2, 3), keepdims=True),
)
EXTREMA = tuple(case(distinct(*c.args[0].shape), **c.kwargs) for c in REDUCTIONS)
MASK = np.array([[True, False, True], [True, True, False]])


@linear(
    np.sum,
    wrt=("a", "initial"),
    accepts={"dtype": float_type},
    batch="axis",
    cases=[
        *REDUCTIONS,
        case(scalar()),
        case(array(0, 3), axis=0),
        case(array(2, 3), axis=1, where=MASK),
        case(array(2, 3), axis=1, initial=scalar(), where=MASK),
    ],
)
def sum(out_bar, a, axis=None, *, keepdims=False, initial=None, where=True):
    seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
    initial_bar = None if initial is None else np.sum(out_bar)
    if where is True:
        return np.broadcast_to(seed, np.shape(a)), initial_bar
    return np.broadcast_to(np.where(where, seed, 0), np.shape(a)), initial_bar


@linear(
    np.mean,
    accepts={"dtype": float_type},
    batch="axis",
    cases=[*REDUCTIONS, case(scalar()), case(array(2, 3), axis=1, where=MASK)],
)
def mean(out_bar, a, axis=None, *, keepdims=False, where=True):
    seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
    if where is not True:
        count = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=True, dtype=np.result_type(a))
        return np.broadcast_to(np.where(where, seed / count, 0), np.shape(a))
    if axis is None:
        return np.broadcast_to(seed / np.size(a), np.shape(a))
    if isinstance(axis, tuple):
        return np.broadcast_to(seed / math.prod([np.shape(a)[i] for i in axis]), np.shape(a))
    return np.broadcast_to(seed / np.shape(a)[axis], np.shape(a))


@rule(
    np.prod,
    wrt="a",
    batch="axis",
    fresh=True,
    cases=[
        *REDUCTIONS,
        case(scalar()),
        case(np.array([2.0, 0.0, 3.0])),
        case(np.array([[2.0, 0.0, 0.0], [0.0, 3.0, 4.0]]), axis=1),
        case(array(2, 3), axis=1, initial=2.5, where=MASK),
    ],
)
class prod:  # the products of the others rather than out / a: a may hold zeros
    def a(a_dot, out, a, axis=None, *, keepdims=False, initial=None, where=True):
        factors = a if where is True else np.where(where, a, 1)
        change = a_dot if where is True else np.where(where, a_dot, 0)
        others = _product_of_others(factors, axis)
        others = others if initial is None else initial * others
        return np.sum(change * others, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, *, keepdims=False, initial=None, where=True):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        others = _product_of_others(a if where is True else np.where(where, a, 1), axis)
        a_bar = seed * np.conj(others if initial is None else initial * others)
        return a_bar if where is True else np.where(where, a_bar, 0)


@rule(
    np.var,
    aliases={"correction": "ddof"},
    wrt="a",
    batch="axis",
    fresh=True,
    cases=[*REDUCTIONS, case(array(2, 3), axis=1, ddof=1)],
)
class var:  # the mean needs no derivative: the deviations sum to zero
    def a(a_dot, out, a, axis=None, *, ddof=0, keepdims=False):
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        total = np.sum(np.real(np.conj(deviation) * a_dot), axis=axis, keepdims=keepdims)
        if axis is None:
            return 2 * total / (np.size(a) - ddof)
        if isinstance(axis, tuple):
            return 2 * total / (math.prod([np.shape(a)[i] for i in axis]) - ddof)
        return 2 * total / (np.shape(a)[axis] - ddof)

    def vjp(out_bar, out, a, axis=None, *, ddof=0, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        if axis is None:
            return deviation * (2 * seed / (np.size(a) - ddof))
        if isinstance(axis, tuple):
            return deviation * (2 * seed / (math.prod([np.shape(a)[i] for i in axis]) - ddof))
        return deviation * (2 * seed / (np.shape(a)[axis] - ddof))


@rule(
    np.std,
    aliases={"correction": "ddof"},
    wrt="a",
    batch="axis",
    fresh=True,
    kinks="zero where the deviation is zero",
    cases=[
        case(array(3)),
        case(array(2, 3)),
        case(array(2, 3), axis=0),
        case(array(2, 3), axis=-1, keepdims=True, ddof=1),
        case(array(2, 3, 4), axis=(0, -1)),
        case(array(2, 3), keepdims=True),
    ],
)
class std:
    def a(a_dot, out, a, axis=None, *, ddof=0, keepdims=False):
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        total = _safe_divide(np.sum(np.real(np.conj(deviation) * a_dot), axis=axis, keepdims=keepdims), out)
        if axis is None:
            return total / (np.size(a) - ddof)
        if isinstance(axis, tuple):
            return total / (math.prod([np.shape(a)[i] for i in axis]) - ddof)
        return total / (np.shape(a)[axis] - ddof)

    def vjp(out_bar, out, a, axis=None, *, ddof=0, keepdims=False):
        scaled = _safe_divide(out_bar, out)
        seed = scaled if keepdims or axis is None else np.expand_dims(scaled, axis)
        deviation = a - np.mean(a, axis=axis, keepdims=True)
        if axis is None:
            return deviation * (seed / (np.size(a) - ddof))
        if isinstance(axis, tuple):
            return deviation * (seed / (math.prod([np.shape(a)[i] for i in axis]) - ddof))
        return deviation * (seed / (np.shape(a)[axis] - ddof))


def sharing(mask, initial):
    """How many elements share the derivative; none does where `initial` is the extremum."""
    return int(np.count_nonzero(mask)) if initial is None else max(int(np.count_nonzero(mask)), 1)


def sharing_along(mask, a, axis, initial):
    """As `sharing`, for each slice along `axis`."""
    count = np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(a))
    return count if initial is None else np.maximum(count, 1)


@rule(
    np.max,
    np.amax,
    np.nanmax,
    np.min,
    np.amin,
    np.nanmin,
    wrt="a",
    real_only=True,
    batch="axis",
    fresh=True,
    chooses=True,
    kinks="equal extrema share the derivative",
    cases=[
        *EXTREMA,
        case(distinct(2, 3), axis=1, initial=0.1),
        case(distinct(2, 3), initial=0.1),
        case(distinct(2, 3), axis=0, keepdims=True, initial=-9.0, where=MASK),
        case(distinct(2, 3), initial=9.0, where=MASK),
    ],
)
class extremum:  # one rule for all: the elements equal to the result are those that moved it
    def a(a_dot, out, a, axis=None, *, keepdims=False, initial=None, where=True):
        if axis is None:
            mask = a == out if where is True else (a == out) & where
            return np.sum(np.where(mask, a_dot, 0), keepdims=keepdims) / sharing(mask, initial)
        mask = a == (out if keepdims else np.expand_dims(out, axis))
        mask = mask if where is True else mask & where
        share = np.where(mask, a_dot, 0) / sharing_along(mask, a, axis, initial)
        return np.sum(share, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, *, keepdims=False, initial=None, where=True):
        if axis is None:
            mask = a == out if where is True else (a == out) & where
            return np.where(mask, out_bar / sharing(mask, initial), 0)
        mask = a == (out if keepdims else np.expand_dims(out, axis))
        mask = mask if where is True else mask & where
        seed = out_bar if keepdims else np.expand_dims(out_bar, axis)
        return np.where(mask, seed / sharing_along(mask, a, axis, initial), 0)


@rule(
    np.ptp,
    wrt="a",
    real_only=True,
    batch="axis",
    fresh=True,
    kinks="equal extrema share the derivative",
    cases=EXTREMA,
)
class ptp:
    def a(a_dot, out, a, axis=None, *, keepdims=False):
        top = a == np.max(a, axis=axis, keepdims=True)
        bottom = a == np.min(a, axis=axis, keepdims=True)
        share = top / np.sum(top, axis=axis, keepdims=True, dtype=np.result_type(a))
        share = share - bottom / np.sum(bottom, axis=axis, keepdims=True, dtype=np.result_type(a))
        return np.sum(a_dot * share, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        top = a == np.max(a, axis=axis, keepdims=True)
        bottom = a == np.min(a, axis=axis, keepdims=True)
        share = top / np.sum(top, axis=axis, keepdims=True, dtype=np.result_type(a))
        share = share - bottom / np.sum(bottom, axis=axis, keepdims=True, dtype=np.result_type(a))
        return seed * share


SCANS = (
    case(array(4)),
    case(array(2, 3)),
    case(array(2, 3), axis=0),
    case(array(2, 3), axis=-1),
    case(array(2, 1, 3), axis=1),
    case(array(0, 3), axis=0),
)


@linear(np.cumsum, accepts={"dtype": float_type}, batch="axis", cases=SCANS)
def cumsum(out_bar, a, axis=None):
    if np.ndim(a) == 1:
        return np.cumsum(out_bar[::-1])[::-1]
    if axis is None:
        return np.reshape(np.cumsum(out_bar[::-1])[::-1], np.shape(a))
    return np.flip(np.cumsum(np.flip(out_bar, axis), axis), axis)


if hasattr(np, "cumulative_sum"):  # NumPy 2.1

    @linear(
        np.cumulative_sum,
        accepts={"dtype": float_type},
        batch="axis",
        cases=[
            case(array(4)),
            case(array(2, 3), axis=0),
            case(array(2, 3), axis=-1, include_initial=True),
            case(array(4), include_initial=True),
        ],
    )
    def cumulative_sum(out_bar, x, *, axis=None, include_initial=False):
        if np.ndim(x) <= 1:
            x_bar = np.cumsum((out_bar[1:] if include_initial else out_bar)[::-1])[::-1]
            return x_bar if np.ndim(x) == 1 else x_bar[0]
        seed = np.flip(out_bar, axis)
        if include_initial:  # the leading zeros are last in the flipped seed
            seed = np.take(seed, range(np.shape(x)[axis]), axis)
        return np.flip(np.cumsum(seed, axis), axis)


@rule(
    np.cumprod,
    wrt="a",
    batch="axis",
    fresh=True,
    cases=[
        *SCANS,
        case(np.array([2.0, 0.0, 3.0, 0.0, 1.0])),
        case(np.array([[2.0, 0.0], [1.0, 3.0]]), axis=1),
    ],
)
class cumprod:  # no division by a: it may hold zeros
    def a(a_dot, out, a, axis=None):
        if axis is None:
            return _cumprod_tangent(np.ravel(a_dot), np.ravel(a), 0)
        return _cumprod_tangent(a_dot, a, axis)

    def vjp(out_bar, out, a, axis=None):
        if axis is None:
            return np.reshape(_cumprod_adjoint(out_bar, np.ravel(a), 0), np.shape(a))
        return _cumprod_adjoint(out_bar, a, axis)


if hasattr(np, "cumulative_prod"):  # NumPy 2.1

    @rule(
        np.cumulative_prod,
        wrt="x",
        batch="axis",
        fresh=True,
        cases=[case(array(4)), case(array(2, 3), axis=0), case(array(2, 3), axis=-1, include_initial=True)],
    )
    class cumulative_prod:
        def x(x_dot, out, x, *, axis=None, include_initial=False):
            along = 0 if axis is None else axis
            if np.ndim(x) == 0:
                return np.cumulative_sum(x_dot, include_initial=include_initial)
            change = _cumprod_tangent(x_dot, x, along)
            if include_initial:
                return np.concatenate((np.zeros_like(np.take(change, [0], along)), change), along)
            return change

        def vjp(out_bar, out, x, *, axis=None, include_initial=False):
            along = 0 if axis is None else axis
            if np.ndim(x) == 0:
                return out_bar[-1]
            if include_initial:
                return _cumprod_adjoint(np.delete(out_bar, 0, along), x, along)
            return _cumprod_adjoint(out_bar, x, along)


for name in ("sum", "mean", "prod", "var", "std", "max", "min", "cumsum", "cumprod"):
    method(name, getattr(np, name))
