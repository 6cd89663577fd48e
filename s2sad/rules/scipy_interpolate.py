"""`scipy.interpolate`: cubic splines, as functions of their heights and of the point, and piecewise linear functions."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import interpolate

from s2sad.prelude_splines import (
    _cubic_coefficients,
    _cubic_coefficients_adjoint,
    _cubic_spline,
    _linear_interpolant,
    _piecewise_cubic,
    _piecewise_cubic_adjoint,
)
from s2sad.rules.declare import anything, array, case, linear, rule, scalar
from s2sad.rules.stand_ins import stands_in

stands_in(
    _cubic_spline,
    interpolate.CubicSpline,
    {"axis": (0,), "bc_type": ("not-a-knot", "natural", "clamped"), "extrapolate": (None, True)},
    objects=True,
)
stands_in(
    _linear_interpolant,
    interpolate.interp1d,
    {
        "kind": ("linear",), "axis": (-1,), "copy": anything, "bounds_error": (None, True), "fill_value": ("extrapolate",),
        "assume_sorted": anything,
    },
    objects=True,
)  # fmt: skip

KNOTS = np.array([0.0, 0.7, 1.1, 2.4, 3.0])


@linear(
    _cubic_coefficients,
    wrt="y",
    fresh=True,
    cases=[
        case(KNOTS, array(5), "not-a-knot"),
        case(KNOTS, array(5, 2), "natural"),
        case(KNOTS[:4], array(4), "clamped"),
    ],
)
def cubic_coefficients(out_bar, x, y, bc_type):
    return _cubic_coefficients_adjoint(out_bar, x, y, bc_type)


@rule(
    _piecewise_cubic,
    wrt=("c", "at"),
    fresh=True,
    real_only=True,
    kinks="at a knot: the piece on its right",
    cases=[
        case(array(4, 4), KNOTS, array(6, low=-0.5, high=3.5)),
        case(array(4, 4, 2), KNOTS, array(2, 3, low=0.0, high=3.0), 1),
        case(array(4, 4), KNOTS, scalar(low=0.0, high=3.0), nu=2),
        case(array(4, 4, 2), KNOTS, 2.9, nu=3),
    ],
)
class piecewise_cubic:
    def c(c_dot, out, c, x, at, nu=0):
        return _piecewise_cubic(c_dot, x, at, nu)

    def at(at_dot, out, c, x, at, nu=0):
        slope = _piecewise_cubic(c, x, at, nu + 1)
        return slope * np.reshape(at_dot, np.shape(at) + (1,) * (np.ndim(c) - 2))

    def vjp(out_bar, out, c, x, at, nu=0):
        slope = out_bar * _piecewise_cubic(c, x, at, nu + 1)
        at_bar = np.sum(slope, axis=tuple(range(np.ndim(at), np.ndim(slope))))
        return _piecewise_cubic_adjoint(out_bar, c, x, at, nu), at_bar
