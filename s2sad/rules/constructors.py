"""Functions that make arrays: of nothing (constants), of numbers, of other arrays.

A `dtype` that is no float or complex type makes the result a constant; the conditions on it fold when it is known.
"""

import math

import numpy as np

from s2sad.prelude import _matrix_of_diagonal, _unbroadcast, _unstack_like
from s2sad.prelude_arrays import _bessel_i1, _positions, _scatter_add
from s2sad.rules.declare import (
    anything,
    array,
    case,
    constant,
    float_type,
    linear,
    method,
    rule,
    scalar,
    zero,
)

constant(np.zeros, np.ones, np.empty, np.zeros_like, np.ones_like, np.empty_like, np.eye, np.identity, np.tri)
constant(np.indices, np.mgrid, np.ogrid, np.ix_, np.s_, np.index_exp, np.mask_indices)
constant(np.hamming, np.hanning, np.blackman, np.bartlett, np.fromstring, np.loadtxt, np.genfromtxt, np.load)
zero(*(t for t in vars(np).values() if isinstance(t, type) and issubclass(t, np.integer | np.bool_)))

# ── copies and casts ─────────────────────────────────────────────────────────────────────────────────────

NESTS = (
    case([scalar(), scalar(), 1.5]),
    case([[scalar(), scalar()], (scalar(), scalar())]),
    case([array(3), array(3)]),
    case(array(2, 3)),
    case(scalar()),
    case([scalar(), scalar()], dtype=float),
    case([scalar(), scalar()], dtype=int),
)


@rule(np.array, wrt=("object",), cases=NESTS)
class array_:
    def object(object_dot, out, object, dtype=None):
        if dtype is None:
            return np.array(object_dot)
        if np.issubdtype(dtype, np.inexact):
            return np.array(object_dot, dtype=dtype)
        return np.zeros(np.shape(out))

    def vjp(out_bar, out, object, dtype=None):
        if dtype is None or np.issubdtype(dtype, np.inexact):
            return _unstack_like(out_bar, object)
        return _unstack_like(np.zeros(np.shape(out)), object)


@rule(
    np.asarray, np.asanyarray, np.asarray_chkfinite, batch="elementwise", wrt=("a",), view=True, cases=NESTS
)
class asarray:
    def a(a_dot, out, a, dtype=None):
        if dtype is None:
            return np.asarray(a_dot)
        if np.issubdtype(dtype, np.inexact):
            return np.asarray(a_dot, dtype=dtype)
        return np.zeros(np.shape(out))

    def vjp(out_bar, out, a, dtype=None):
        if dtype is None or np.issubdtype(dtype, np.inexact):
            return _unstack_like(out_bar, a)
        return _unstack_like(np.zeros(np.shape(out)), a)


@linear(
    np.ascontiguousarray,
    np.asfortranarray,
    accepts={"dtype": float_type},
    view=True,
    cases=[case(array(2, 3)), case([scalar(), scalar()]), case(array())],
)
def ascontiguousarray(out_bar, a):
    return _unstack_like(np.reshape(out_bar, np.shape(a)), a)  # the result has one axis at least


@linear(
    np.require, batch="elementwise", view=True, cases=[case(array(2, 3)), case(array(2, 3), requirements="F")]
)
def require(out_bar, a, *, requirements=None):
    return out_bar


@rule(
    np.real_if_close,
    batch="elementwise",
    wrt="a",
    view=True,
    cases=[case(array(2, 3)), case(array(3), tol=10)],
)
class real_if_close:
    def a(a_dot, out, a, tol=100):
        return a_dot if np.iscomplexobj(out) else np.real(a_dot)

    def vjp(out_bar, out, a, tol=100):
        return out_bar


@rule(
    np.astype,
    wrt=("x",),
    batch="elementwise",
    cases=[case(array(2, 3), float), case(array(2, 3), int), case(array(2, 3), complex)],
)
class astype:
    def x(x_dot, out, x, dtype):
        return x_dot.astype(dtype) if np.issubdtype(dtype, np.inexact) else np.zeros(np.shape(x))

    def vjp(out_bar, out, x, dtype):
        if not np.issubdtype(dtype, np.inexact):
            return np.zeros_like(x)
        return (out_bar if np.iscomplexobj(x) else np.real(out_bar)).astype(x.dtype)


@linear(np.copy, accepts={"order": anything}, batch="elementwise", cases=[case(array(2, 3)), case(array())])
def copy(out_bar, a):
    return out_bar


@linear(
    np.float64,
    np.float32,
    np.float16,
    np.longdouble,
    batch="elementwise",
    real_only=True,
    cases=[case(scalar()), case(array())],
)
def cast(out_bar, value):
    return out_bar


@linear(np.complex128, np.complex64, np.clongdouble, cases=[case(scalar())])
def complex_cast(out_bar, real):
    return out_bar if np.iscomplexobj(real) else np.real(out_bar)


@linear(
    np.ndarray.item,
    cases=[
        case(array()),
        case(array(1, 1)),
        case(array(2, 3), -2),
        case(array(2, 3), 1, 0),
        case(array(2, 3), (1, 2)),
    ],
)
def item(out_bar, x, *args):
    if len(args) == 0:
        return np.reshape(out_bar, np.shape(x)).astype(x.dtype)
    return _scatter_add(out_bar, _positions(x).item(*args), x)


@linear(np.ndarray.tolist, cases=[case(array(2, 3))])
def tolist(out_bar, x):
    return np.array(out_bar, dtype=x.dtype)


# ── filled and spaced ────────────────────────────────────────────────────────────────────────────────────


@linear(
    np.full,
    accepts={"dtype": float_type, "order": anything},
    wrt=("fill_value",),
    cases=[case((2, 3), scalar()), case((2, 3), array(3)), case(4, scalar())],
)
def full(out_bar, shape, fill_value):
    return _unbroadcast(out_bar, fill_value)


@linear(
    np.full_like,
    accepts={"dtype": float_type, "order": anything},
    wrt=("fill_value",),
    cases=[case(np.ones((2, 3)), scalar()), case(np.ones(3), array(1))],
)
def full_like(out_bar, a, fill_value):
    return _unbroadcast(out_bar, fill_value)


SPACED = (
    case(scalar(0.5, 1), scalar(2, 3), 5),
    case(scalar(0.5, 1), scalar(2, 3), num=4, endpoint=False),
    case(array(3, low=0.5, high=1), array(3, low=2, high=3), 4),
    case(array(2, 3, low=0.5, high=1), scalar(2, 3), 4),
)


@linear(
    np.linspace, accepts={"dtype": float_type}, wrt=("start", "stop"), batch="none", fresh=True, cases=SPACED
)
def linspace(out_bar, start, stop, num=50, endpoint=True):
    w = np.linspace(0, 1, num, endpoint, dtype=out_bar.dtype)
    start_bar = np.sum((1 - w) * out_bar.T, axis=-1).T
    stop_bar = np.sum(w * out_bar.T, axis=-1).T
    return _unbroadcast(start_bar, start), _unbroadcast(stop_bar, stop)


@rule(
    np.logspace,
    wrt=("start", "stop"),
    real_only=True,
    fresh=True,
    cases=[*SPACED, case(scalar(), scalar(), 4, base=2.0)],
)
class logspace:
    def start(start_dot, out, start, stop, num=50, endpoint=True, base=10.0):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        return (out.T * (1 - w)).T * (math.log(base) * start_dot)

    def stop(stop_dot, out, start, stop, num=50, endpoint=True, base=10.0):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        return (out.T * w).T * (math.log(base) * stop_dot)

    def vjp(out_bar, out, start, stop, num=50, endpoint=True, base=10.0):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        log_bar = math.log(base) * (out * out_bar).T
        start_bar = np.sum((1 - w) * log_bar, axis=-1).T
        stop_bar = np.sum(w * log_bar, axis=-1).T
        return _unbroadcast(start_bar, start), _unbroadcast(stop_bar, stop)


@rule(np.geomspace, wrt=("start", "stop"), real_only=True, fresh=True, cases=SPACED)
class geomspace:
    def start(start_dot, out, start, stop, num=50, endpoint=True):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        return (out.T * (1 - w)).T * (start_dot / start)

    def stop(stop_dot, out, start, stop, num=50, endpoint=True):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        return (out.T * w).T * (stop_dot / stop)

    def vjp(out_bar, out, start, stop, num=50, endpoint=True):
        w = np.linspace(0, 1, num, endpoint, dtype=out.dtype)
        log_bar = (out * out_bar).T
        start_bar = np.sum((1 - w) * log_bar, axis=-1).T / start
        stop_bar = np.sum(w * log_bar, axis=-1).T / stop
        return _unbroadcast(start_bar, start), _unbroadcast(stop_bar, stop)


# The count of items moves in steps, so `stop` has derivative zero: item i is start + i * step.
@rule(
    np.arange,
    wrt=("start", "stop", "step"),
    real_only=True,
    fresh=True,
    cases=[
        case(scalar(3.2, 3.8)),
        case(scalar(0.1, 0.4), scalar(3.6, 3.9)),
        case(scalar(0.1, 0.2), scalar(3.6, 3.7), scalar(0.8, 0.85)),
    ],
)
class arange:
    def start(start_dot, out, start, stop=None, step=1):
        return np.full(out.shape, 0 * start_dot if stop is None else start_dot)

    def stop(stop_dot, out, start, stop=None, step=1):
        return np.full(out.shape, 0 * stop_dot)

    def step(step_dot, out, start, stop=None, step=1):
        return np.arange(out.size) * step_dot

    def vjp(out_bar, out, start, stop=None, step=1):
        start_bar = 0.0 if stop is None else np.sum(out_bar)
        return start_bar, 0.0, np.sum(np.arange(out.size) * out_bar)


@rule(np.kaiser, wrt="beta", real_only=True, fresh=True, cases=[case(6, scalar(1, 5)), case(1, scalar(1, 5))])
class kaiser:  # i0(beta * r) / i0(beta), with r on a half circle; the slope of i0 is I1
    def beta(beta_dot, out, M, beta):
        r = np.sqrt(1 - np.linspace(-1, 1, M) ** 2) if M > 1 else np.ones(M)
        return (r * _bessel_i1(beta * r) - out * _bessel_i1(beta)) / np.i0(beta) * beta_dot

    def vjp(out_bar, out, M, beta):
        r = np.sqrt(1 - np.linspace(-1, 1, M) ** 2) if M > 1 else np.ones(M)
        return np.sum((r * _bessel_i1(beta * r) - out * _bessel_i1(beta)) * out_bar) / np.i0(beta)


# ── diagonals and triangles ──────────────────────────────────────────────────────────────────────────────

TRIANGLES = (case(array(3, 3)), case(array(2, 4), k=1), case(array(2, 3, 3), -1))


@linear(np.tril, fresh=True, chooses=True, batch="native", cases=TRIANGLES)
def tril(out_bar, m, k=0):
    return np.tril(out_bar, k)


@linear(np.triu, fresh=True, chooses=True, batch="native", cases=TRIANGLES)
def triu(out_bar, m, k=0):
    return np.triu(out_bar, k)


@linear(
    np.diag,
    chooses=True,
    view=True,
    cases=[case(array(3)), case(array(3), 1), case(array(3), k=-2), case(array(3, 3)), case(array(2, 5), 2),
           case(array(4, 3), k=-2), case(array(2, 5), -1), case(array(5, 2)), case(array(2, 2), 5)],
)  # fmt: skip
def diag(out_bar, v, k=0):
    return np.diag(out_bar, k) if np.ndim(v) == 1 else _matrix_of_diagonal(out_bar, k, v)


@linear(np.diagflat, cases=[case(array(3)), case(array(2, 2), 1)])
def diagflat(out_bar, v, k=0):
    return np.reshape(np.diag(out_bar, k), np.shape(v))


@linear(
    np.meshgrid,
    wrt=("xi",),
    cases=[case(array(3), array(2)), case(array(3), array(2), array(4), indexing="ij"), case(array(3)),
           case(array(3), array(2), array(4)), case(array(3), array(2), sparse=True), case(array(3), scalar())],
)  # fmt: skip
def meshgrid(out_bar, *xi, sparse=False, indexing="xy"):
    n = len(xi)
    axes = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    others = [tuple(a for a in axes if a != axis) for axis in axes]
    return tuple([np.reshape(np.sum(out_bar[k], axis=others[k]), np.shape(xi[k])) for k in range(n)])


method("astype", np.astype)
method("copy", np.copy)
method("item", np.ndarray.item)
method("tolist", np.ndarray.tolist)
