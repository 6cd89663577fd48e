"""`scipy.integrate` of samples. The weights of a rule are had from its values on unit vectors."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import integrate

from s2sad.prelude_integrals import _fixed_quad, _mesh, _quad
from s2sad.rules.declare import array, case, constant, linear, twin
from s2sad.rules.options import anything
from s2sad.rules.stand_ins import stands_in

twin(integrate.trapezoid, np.trapezoid)


@linear(
    integrate.simpson,
    batch="axis",
    wrt="y",
    fresh=True,
    cases=[
        case(array(5)),
        case(array(4), dx=0.5),
        case(array(3, 5), axis=0),
        case(array(2, 5), np.array([0.0, 0.3, 1.0, 1.2, 2.0])),
    ],
)
def simpson(out_bar, y, x=None, *, dx=1.0, axis=-1):
    n = np.shape(y)[axis]
    weights = integrate.simpson(np.eye(n), x=None if x is None else x, dx=dx).astype(np.result_type(y))
    return np.moveaxis(np.multiply.outer(out_bar, weights), -1, axis)


@linear(
    integrate.cumulative_trapezoid,
    batch="axis",
    wrt="y",
    fresh=True,
    cases=[
        case(array(5)),
        case(array(3, 4), dx=0.5, axis=0),
        case(array(2, 4), np.array([0.0, 0.3, 1.0, 1.2])),
        case(array(4), initial=0),
    ],
    accepts={"initial": (None, 0)},
)
def cumulative_trapezoid(out_bar, y, x=None, dx=1.0, axis=-1, initial=None):
    seed = np.moveaxis(out_bar, axis, -1)
    seed = seed if initial is None else seed[..., 1:]
    steps = np.asarray(dx if x is None else np.diff(x), np.result_type(y))
    half = np.cumsum(seed[..., ::-1], axis=-1)[..., ::-1] * steps / 2
    edge = np.zeros_like(half[..., :1])
    y_bar = np.concatenate((half, edge), axis=-1) + np.concatenate((edge, half), axis=-1)
    return np.moveaxis(y_bar, -1, axis)


@linear(
    integrate.cumulative_simpson,
    batch="axis",
    wrt="y",
    fresh=True,
    accepts={"initial": (None, 0)},
    cases=[
        case(array(5)),
        case(array(3, 4), dx=0.5, axis=0),
        case(array(2, 5), x=np.array([0.0, 0.3, 1.0, 1.2, 2.0])),
        case(array(4), initial=0),
    ],
)
def cumulative_simpson(out_bar, y, *, x=None, dx=1.0, axis=-1, initial=None):
    n = np.shape(y)[axis]
    weights = integrate.cumulative_simpson(np.eye(n), x=x, dx=dx, initial=initial).astype(np.result_type(y))
    return np.moveaxis(np.moveaxis(out_bar, axis, -1) @ weights.T, -1, axis)


@linear(
    integrate.romb,
    batch="axis",
    wrt="y",
    fresh=True,
    accepts={"show": (False,)},
    cases=[case(array(5)), case(array(3, 2), dx=0.5, axis=0)],
)
def romb(out_bar, y, dx=1.0, axis=-1):
    weights = integrate.romb(np.eye(np.shape(y)[axis]), dx).astype(np.result_type(y))
    return np.moveaxis(np.multiply.outer(out_bar, weights), -1, axis)


constant(integrate.lebedev_rule)

# ── integrals of functions ───────────────────────────────────────────────────────────────────────────────

constant(_mesh)
stands_in(_quad, integrate.quad, dict.fromkeys(("args", "epsabs", "epsrel", "limit"), anything), objects=True)
stands_in(_fixed_quad, integrate.fixed_quad, {"args": anything, "n": anything}, objects=True)
