"""Sorting, differences, interpolation: functions of neighbouring elements along an axis."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_arrays import (
    _diff_adjoint,
    _diff_joined_adjoints,
    _first_places,
    _interp_adjoint_fp,
    _interp_adjoint_xp,
    _interp_parts,
    _scatter_add,
    _trapezoid_adjoints,
    _trapezoid_steps,
)
from s2sad.prelude_sampled import (
    _gradient_adjoints,
    _gradient_adjoints_of_spacing,
    _gradient_tangents_of_spacing,
)
from s2sad.rules.declare import anything, array, case, distinct, linear, rule, scalar

# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────


@rule(
    np.sort,
    accepts={"kind": anything, "stable": anything},
    wrt="a",
    fresh=True,
    batch="axis",
    kinks="equal elements keep their order",
    cases=[
        case(distinct(5)),
        case(distinct(2, 3)),
        case(distinct(4, 3), axis=0),
        case(distinct(2, 3), axis=None),
        case(distinct(2, 4, 1), axis=-2),
    ],
)
class sort:
    def a(a_dot, out, a, axis=-1):
        if axis is None:
            return np.ravel(a_dot)[np.argsort(a, axis=None, kind="stable")]
        return np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis)

    def vjp(out_bar, out, a, axis=-1):  # the inverse of a permutation is its argsort
        if axis is None:
            return np.reshape(out_bar[np.argsort(np.argsort(a, axis=None, kind="stable"))], np.shape(a))
        if np.ndim(a) == 1:
            return out_bar[np.argsort(np.argsort(a, kind="stable"))]
        order = np.argsort(a, axis=axis, kind="stable")
        return np.take_along_axis(out_bar, np.argsort(order, axis=axis), axis)


@rule(
    np.partition,
    accepts={"kind": anything},
    wrt="a",
    fresh=True,
    batch="axis",
    kinks="equal elements keep their order",
    cases=[
        case(distinct(7), 3),
        case(distinct(4, 5), 2, axis=0),
        case(distinct(4, 5), (1, 3)),
        case(distinct(2, 3), 1, axis=None),
    ],
)
class partition:  # which element went where shows when both sides are sorted; argpartition may arrange otherwise
    def a(a_dot, out, a, kth, axis=-1):
        if axis is None:
            back = np.argsort(np.argsort(out, kind="stable"))
            return np.ravel(a_dot)[np.argsort(a, axis=None, kind="stable")][back]
        sorted_dot = np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis)
        back = np.argsort(np.argsort(out, axis=axis, kind="stable"), axis=axis)
        return np.take_along_axis(sorted_dot, back, axis)

    def vjp(out_bar, out, a, kth, axis=-1):
        if axis is None:
            sorted_bar = out_bar[np.argsort(out, kind="stable")]
            return np.reshape(sorted_bar[np.argsort(np.argsort(a, axis=None, kind="stable"))], np.shape(a))
        sorted_bar = np.take_along_axis(out_bar, np.argsort(out, axis=axis, kind="stable"), axis)
        back = np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=axis)
        return np.take_along_axis(sorted_bar, back, axis)


@rule(
    np.unique,
    wrt="ar",
    fresh=True,
    chooses=True,
    kinks="of equal elements the first one counts",
    cases=[case(distinct(5)), case(distinct(2, 3))],
)
class unique:
    def ar(ar_dot, out, ar):
        return np.ravel(ar_dot)[_first_places(ar)]

    def vjp(out_bar, out, ar):
        return _scatter_add(out_bar, _first_places(ar), ar)


@rule(
    np.sort_complex,
    batch="native",
    wrt="a",
    fresh=True,
    kinks="equal elements keep their order",
    cases=[case(distinct(5)), case(distinct(2, 3))],
)
class sort_complex:
    def a(a_dot, out, a):
        return np.take_along_axis(a_dot, np.argsort(a, axis=-1, kind="stable"), -1).astype(out.dtype)

    def vjp(out_bar, out, a):
        return np.take_along_axis(out_bar, np.argsort(np.argsort(a, axis=-1, kind="stable"), axis=-1), -1)


# ── differences and integrals ────────────────────────────────────────────────────────────────────────────


@linear(
    np.diff,
    wrt=("a", "prepend", "append"),
    fresh=True,
    cases=[
        case(array(4)),
        case(array(5), n=2),
        case(array(3, 4), axis=0),
        case(array(2, 4), 3, -1),
        case(array(2), n=3),
        case(array(1)),
        case(array(3), n=0),
        case(array(4), prepend=scalar()),
        case(array(2, 3), axis=0, prepend=scalar(), append=array(2, 3)),
        case(array(3), n=2, append=array(2)),
    ],
)
def diff(out_bar, a, n=1, axis=-1, prepend=None, append=None):
    if prepend is not None or append is not None:
        return _diff_joined_adjoints(out_bar, a, n, axis, prepend, append)
    if np.ndim(a) == 1 and n == 1 and len(a) > 1:
        return -np.diff(np.pad(out_bar, 1)), None, None
    return _diff_adjoint(out_bar, np.shape(a)[axis], n, axis), None, None


@linear(np.ediff1d, fresh=True, cases=[case(array(4)), case(array(2, 3)), case(array(1))])
def ediff1d(out_bar, ary):
    return np.reshape(_diff_adjoint(out_bar, np.size(ary), 1, 0), np.shape(ary))


@rule(
    np.gradient,
    wrt=("f", "varargs"),
    batch="axis",
    fresh=True,
    cases=[
        case(array(5)),
        case(array(5), 0.5, edge_order=2),
        case(array(2)),
        case(array(5), np.array([0.0, 0.3, 1.0, 1.2, 2.0])),
        case(array(5), np.array([0.0, 0.3, 1.0, 1.2, 2.0]), edge_order=2),
        case(array(4, 5), axis=1),
        case(array(4, 5), 0.1, axis=-2),
        case(array(4, 5)),
        case(array(5), scalar(low=0.5)),
        case(array(5, 3), distinct(5), axis=0),
        case(array(5), distinct(5), edge_order=2),
        case(array(2), distinct(2)),
    ],
)
class gradient:
    def f(f_dot, out, f, *varargs, axis=None, edge_order=1):
        return np.gradient(f_dot, *varargs, axis=axis, edge_order=edge_order)

    def varargs(varargs_dot, out, f, *varargs, axis=None, edge_order=1):
        return _gradient_tangents_of_spacing(varargs_dot, f, out, varargs, axis, edge_order)

    def vjp(out_bar, out, f, *varargs, axis=None, edge_order=1):
        f_bar = _gradient_adjoints(out_bar, f, varargs, axis, edge_order)
        return f_bar, _gradient_adjoints_of_spacing(out_bar, f, out, varargs, axis, edge_order)


@rule(
    np.trapezoid,
    wrt=("y", "x", "dx"),
    fresh=True,
    cases=[
        case(array(4)),
        case(array(4), dx=scalar(low=0.5)),
        case(array(4), array(4)),
        case(array(3, 4), dx=0.5, axis=0),
        case(array(3, 4), array(4)),
        case(array(3, 4), array(3), axis=0),
        case(array(3, 4), array(3, 4), axis=-1),
    ],
)
class trapezoid:
    def y(y_dot, out, y, x=None, dx=1.0, axis=-1):
        return np.trapezoid(y_dot, x, dx, axis)

    def x(x_dot, out, y, x=None, dx=1.0, axis=-1):
        return np.trapezoid(y, x_dot, dx, axis)

    def dx(dx_dot, out, y, x=None, dx=1.0, axis=-1):
        return np.trapezoid(y, None, dx_dot, axis) if x is None else 0 * out

    def vjp(out_bar, out, y, x=None, dx=1.0, axis=-1):
        return _trapezoid_adjoints(out_bar, y, x, _trapezoid_steps(y, x, dx, axis), axis)


@rule(
    np.unwrap,
    batch="axis",
    wrt="p",
    real_only=True,
    cases=[
        case(array(5, low=-9, high=9)),
        case(array(3, 4), axis=0),
        case(array(4), period=1.0),
        case(array(4), 4.0),
    ],
)
class unwrap:  # adds multiples of the period, which are constant
    def p(p_dot, out, p, discont=None, axis=-1, *, period=6.283185307179586):
        return p_dot

    def vjp(out_bar, out, p, discont=None, axis=-1, *, period=6.283185307179586):
        return out_bar


# ── interpolation ────────────────────────────────────────────────────────────────────────

KNOTS = np.array([-1.5, -0.4, 0.3, 1.6])


@rule(
    np.interp,
    wrt=("x", "xp", "fp", "left", "right"),
    real_only=True,
    fresh=True,
    kinks="at a knot the slope of the interval on its right",
    cases=[
        case(array(6, low=-1.4, high=1.5), KNOTS, array(4)),
        case(array(2, 3, low=-3, high=3), KNOTS, array(4)),
        case(array(6, low=-3, high=3), KNOTS, array(4), left=0.5, right=-0.5),
        case(array(6, low=-3, high=3), KNOTS, array(4), left=scalar(), right=scalar()),
        case(scalar(low=-1, high=1), KNOTS, array(4)),
        case(array(3), np.array([0.5]), array(1)),
    ],
)
class interp:
    def x(x_dot, out, x, xp, fp, left=None, right=None):
        return _interp_parts(x, xp, fp, left, right)[4] * x_dot

    def xp(xp_dot, out, x, xp, fp, left=None, right=None):
        i, j, low, high, slope = _interp_parts(x, xp, fp, left, right)
        return -slope * (low * np.take(xp_dot, i) + high * np.take(xp_dot, j))

    def fp(fp_dot, out, x, xp, fp, left=None, right=None):
        i, j, low, high, _ = _interp_parts(x, xp, fp, left, right)
        return low * np.take(fp_dot, i) + high * np.take(fp_dot, j)

    def left(left_dot, out, x, xp, fp, left=None, right=None):
        return np.where(x < xp[0], left_dot, 0)

    def right(right_dot, out, x, xp, fp, left=None, right=None):
        return np.where(x > xp[-1], right_dot, 0)

    def vjp(out_bar, out, x, xp, fp, left=None, right=None):
        parts = _interp_parts(x, xp, fp, left, right)
        return (
            parts[4] * out_bar,
            _interp_adjoint_xp(out_bar, xp, parts),
            _interp_adjoint_fp(out_bar, fp, parts),
            None if left is None else np.sum(np.where(x < xp[0], out_bar, 0)),
            None if right is None else np.sum(np.where(x > xp[-1], out_bar, 0)),
        )
