"""`scipy.integrate`: of samples, by their weights (`prelude_sampled`), and of functions."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import integrate

from s2sad.prelude import _unbroadcast
from s2sad.prelude_integrals import _fixed_quad, _mesh, _quad
from s2sad.prelude_sampled import (
    _cumulative_simpson_adjoint,
    _romb_weights,
    _simpson_weights,
    _steps_between,
)
from s2sad.rules.declare import array, case, constant, linear, rule, scalar, twin
from s2sad.rules.options import anything
from s2sad.rules.stand_ins import stands_in

twin(integrate.trapezoid, np.trapezoid)


# Of samples, and of a step: all of them are products of the two.


@rule(
    integrate.simpson,
    batch="axis",
    wrt=("y", "dx"),
    fresh=True,
    cases=[
        case(array(5)),
        case(array(4), dx=scalar(0.5, 1.5)),
        case(array(2)),
        case(array(3, 5), axis=0),
        case(array(2, 6), np.array([0.0, 0.3, 1.0, 1.2, 2.0, 2.1])),
        case(array(2, 5), x=np.array([0.0, 0.3, 1.0, 1.2, 2.0])),
    ],
)
class simpson:
    def y(y_dot, out, y, x=None, *, dx=1.0, axis=-1):
        return integrate.simpson(y_dot, x, dx=dx, axis=axis)

    def dx(dx_dot, out, y, x=None, *, dx=1.0, axis=-1):
        return dx_dot * (integrate.simpson(y, dx=1.0, axis=axis) if x is None else 0 * out)

    def vjp(out_bar, out, y, x=None, *, dx=1.0, axis=-1):
        n = np.shape(y)[axis]
        weights = _simpson_weights(n, _steps_between(n, x, dx)).astype(np.result_type(y))
        dx_bar = 0.0 if x is not None else np.sum(out_bar * integrate.simpson(y, dx=1.0, axis=axis))
        return np.moveaxis(np.multiply.outer(out_bar, weights), -1, axis), dx_bar


@rule(
    integrate.cumulative_trapezoid,
    batch="axis",
    wrt=("y", "x", "dx"),
    fresh=True,
    cases=[
        case(array(5)),
        case(array(3, 4), dx=scalar(), axis=0),
        case(array(2, 4), array(4)),
        case(array(4), initial=0),
    ],
    accepts={"initial": (None, 0)},
)
class cumulative_trapezoid:
    def y(y_dot, out, y, x=None, dx=1.0, axis=-1, initial=None):
        return integrate.cumulative_trapezoid(y_dot, x, dx, axis, initial)

    def x(x_dot, out, y, x=None, dx=1.0, axis=-1, initial=None):
        return integrate.cumulative_trapezoid(y, x_dot, dx, axis, initial)

    def dx(dx_dot, out, y, x=None, dx=1.0, axis=-1, initial=None):
        return dx_dot * (
            integrate.cumulative_trapezoid(y, None, 1.0, axis, initial) if x is None else 0 * out
        )

    def vjp(out_bar, out, y, x=None, dx=1.0, axis=-1, initial=None):
        seed = np.moveaxis(out_bar, axis, -1)
        seed = seed if initial is None else seed[..., 1:]
        sums = np.cumsum(seed[..., ::-1], axis=-1)[..., ::-1]
        rows = np.moveaxis(y, axis, -1)
        means = sums * np.conj(rows[..., 1:] + rows[..., :-1]) / 2
        steps = np.asarray(dx if x is None else np.diff(x), np.result_type(y))
        half = sums * np.conj(steps) / 2
        edge = np.zeros_like(half[..., :1])
        y_bar = np.concatenate((half, edge), axis=-1) + np.concatenate((edge, half), axis=-1)
        y_bar = np.moveaxis(y_bar, -1, axis)
        if x is None:
            return y_bar, None, np.sum(means)
        ends = np.concatenate((edge, means), axis=-1) - np.concatenate((means, edge), axis=-1)
        return y_bar, _unbroadcast(ends, x), 0.0


@linear(
    integrate.cumulative_simpson,
    batch="axis",
    wrt="y",
    fresh=True,
    accepts={"initial": (None, 0)},
    cases=[
        case(array(5)),
        case(array(2)),
        case(array(3, 4), dx=0.5, axis=0),
        case(array(2, 5), x=np.array([0.0, 0.3, 1.0, 1.2, 2.0])),
        case(array(2, 6), x=np.array([0.0, 0.3, 1.0, 1.2, 2.0, 2.1])),
        case(array(4), initial=0),
    ],
)
def cumulative_simpson(out_bar, y, *, x=None, dx=1.0, axis=-1, initial=None):
    seed = np.moveaxis(out_bar, axis, -1)
    seed = seed if initial is None else seed[..., 1:]
    y_bar = _cumulative_simpson_adjoint(seed, _steps_between(np.shape(y)[axis], x, dx))
    return np.moveaxis(y_bar, -1, axis).astype(np.result_type(y))


@rule(
    integrate.romb,
    batch="axis",
    wrt=("y", "dx"),
    fresh=True,
    accepts={"show": (False,)},
    cases=[case(array(5)), case(array(9, 2), dx=scalar(), axis=0)],
)
class romb:
    def y(y_dot, out, y, dx=1.0, axis=-1):
        return integrate.romb(y_dot, dx, axis)

    def dx(dx_dot, out, y, dx=1.0, axis=-1):
        return dx_dot * integrate.romb(y, 1.0, axis)

    def vjp(out_bar, out, y, dx=1.0, axis=-1):
        weights = _romb_weights(np.shape(y)[axis], dx).astype(np.result_type(y))
        dx_bar = np.sum(out_bar * integrate.romb(y, 1.0, axis))
        return np.moveaxis(np.multiply.outer(out_bar, weights), -1, axis), dx_bar


constant(integrate.lebedev_rule)

# ── integrals of functions ───────────────────────────────────────────────────────────────────────────────

constant(_mesh)
stands_in(_quad, integrate.quad, dict.fromkeys(("args", "epsabs", "epsrel", "limit"), anything), objects=True)
stands_in(_fixed_quad, integrate.fixed_quad, {"args": anything, "n": anything}, objects=True)
