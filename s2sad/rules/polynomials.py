"""Polynomials as NumPy's older functions have them: coefficients from the highest power down."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _unstack_like
from s2sad.prelude_polynomials import (
    _polyfit_adjoints,
    _polyfit_change,
    _products_of_other_factors,
    _vander_slope,
)
from s2sad.rules.declare import array, case, linear, rule, scalar

NODES = np.array([-1.2, -0.3, 0.4, 1.1, 1.9])


@rule(
    np.polyval,
    wrt=("p", "x"),
    cases=[
        case(array(4), array(3)),
        case(array(3), array(2, 3)),
        case(array(3), scalar()),
        case(array(1), array(2)),
    ],
)
class polyval:
    def p(p_dot, out, p, x):
        return np.polyval(p_dot, x)

    def x(x_dot, out, p, x):
        return np.polyval(np.arange(len(p) - 1, 0, -1, dtype=np.asarray(p).dtype) * p[:-1], x) * x_dot

    def vjp(out_bar, out, p, x):
        powers = np.vander(np.ravel(x), len(p)).astype(np.result_type(x))  # vander widens
        p_bar = _unstack_like(np.ravel(out_bar) @ np.conj(powers), p)
        slope = np.polyval(np.arange(len(p) - 1, 0, -1, dtype=np.asarray(p).dtype) * p[:-1], x)
        return p_bar, np.conj(slope) * out_bar


@rule(
    np.vander,
    wrt=("x",),
    fresh=True,
    cases=[case(array(3)), case(array(3), 4), case(array(3), N=2, increasing=True), case(array(3), N=0)],
)
class vander:
    def x(x_dot, out, x, N=None, increasing=False):
        p = np.arange(np.shape(out)[1], dtype=out.dtype)
        p = p if increasing else p[::-1]
        return p * np.asarray(x)[:, None] ** np.maximum(p.real - 1, 0) * x_dot[:, None]

    def vjp(out_bar, out, x, N=None, increasing=False):
        p = np.arange(np.shape(out)[1], dtype=out.dtype)
        p = p if increasing else p[::-1]
        return np.sum(np.conj(p * np.asarray(x)[:, None] ** np.maximum(p.real - 1, 0)) * out_bar, axis=1)


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────

PAIRS = (case(array(3), array(3)), case(array(4), array(2)), case(array(2), array(4)))


@linear(np.polyadd, wrt=("a1", "a2"), cases=PAIRS)
def polyadd(out_bar, a1, a2):
    return out_bar[len(out_bar) - len(a1) :], out_bar[len(out_bar) - len(a2) :]


@linear(np.polysub, wrt=("a1", "a2"), cases=PAIRS)
def polysub(out_bar, a1, a2):
    return out_bar[len(out_bar) - len(a1) :], -out_bar[len(out_bar) - len(a2) :]


@rule(np.polymul, wrt=("a1", "a2"), fresh=True, cases=PAIRS)
class polymul:  # leading zeros are dropped from the result
    def a1(a1_dot, out, a1, a2):
        return np.convolve(a1_dot, a2)[len(a1) + len(a2) - 1 - len(out) :]

    def a2(a2_dot, out, a1, a2):
        return np.convolve(a1, a2_dot)[len(a1) + len(a2) - 1 - len(out) :]

    def vjp(out_bar, out, a1, a2):
        seed = np.pad(out_bar, (len(a1) + len(a2) - 1 - len(out), 0))
        return np.correlate(seed, a2, "valid"), np.correlate(seed, a1, "valid")


@linear(
    np.polyder,
    fresh=True,
    cases=[case(array(4)), case(array(4), 2), case(array(3), m=0), case(array(5), m=4)],
)
def polyder(out_bar, p, m=1):
    factors = np.polyder(np.ones(len(p), out_bar.dtype), m).astype(out_bar.dtype)
    return np.pad(factors * out_bar, (0, m))[: len(p)]


@linear(np.polyint, fresh=True, cases=[case(array(4)), case(array(3), 2), case(array(3), m=0)])
def polyint(out_bar, p, m=1):
    factors = np.polyint(np.ones(len(p), out_bar.dtype), m)[: len(p)].astype(out_bar.dtype)
    return factors * out_bar[: len(p)]


# ── roots and fits ───────────────────────────────────────────────────────────────────────────────────────


@rule(np.poly, wrt="seq_of_zeros", fresh=True, cases=[case(array(3)), case(array(1))])
class poly:
    def seq_of_zeros(seq_of_zeros_dot, out, seq_of_zeros):
        if np.ndim(seq_of_zeros) != 1:
            raise ValueError("np.poly of a matrix has no derivative here: take the polynomial of its eigvals")
        change = -seq_of_zeros_dot @ _products_of_other_factors(seq_of_zeros)
        return np.pad(change if np.iscomplexobj(out) else np.real(change), (1, 0)).astype(np.result_type(out))

    def vjp(out_bar, out, seq_of_zeros):
        if np.ndim(seq_of_zeros) != 1:
            raise ValueError("np.poly of a matrix has no derivative here: take the polynomial of its eigvals")
        return -np.conj(_products_of_other_factors(seq_of_zeros)) @ out_bar[1:]


@rule(
    np.roots,
    wrt="p",
    fresh=True,
    poles="a multiple root",
    cases=[
        case(np.array([1.0, -2.0, -0.7, 0.4])),
        case(np.array([2.0, 0.3, 1.5])),
    ],
)
class roots:
    def p(p_dot, out, p):
        return -np.polyval(p_dot, out) / np.polyval(np.polyder(p), out)

    def vjp(out_bar, out, p):
        return -np.conj(np.vander(out, len(p))).T @ (out_bar / np.conj(np.polyval(np.polyder(p), out)))


@rule(
    np.polyfit,
    wrt=("x", "y", "w"),
    fresh=True,
    poles="fewer different points than coefficients",
    cases=[
        case(array(5), array(5), 2),
        case(NODES, array(5), 1, w=array(5, low=0.4)),
        case(NODES, array(5, 3), 2),
        case(NODES, array(5, 2), deg=0, w=array(5, low=0.4)),
        case(array(4), array(4), 3),
    ],
)
class polyfit:
    def x(x_dot, out, x, y, deg, w=None):
        return _polyfit_change(out, x, y, deg, w, x_dot[:, None] * _vander_slope(x, deg), 0)

    def y(y_dot, out, x, y, deg, w=None):
        return np.polyfit(x, y_dot, deg, w=w)

    def w(w_dot, out, x, y, deg, w=None):
        return _polyfit_change(out, x, y, deg, w, 0, w_dot)

    def vjp(out_bar, out, x, y, deg, w=None):
        return _polyfit_adjoints(out_bar, out, x, y, deg, w)
