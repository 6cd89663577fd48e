"""Rearranging: reshape, transpose, broadcasting, padding, repeating.

All are linear. Where a function only moves elements, applying it to the array of positions tells where each
element came from, and the pullback adds the seed there (`_scatter_add`); frequent functions have shorter forms.
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_arrays import (
    _on_diagonal,
    _pad_adjoint,
    _pad_places,
    _pad_widths,
    _positions,
    _scatter_add,
    _untile,
)
from s2sad.rules.declare import array, attribute, case, linear, method, rule, scalar

# ── the same elements under another shape ────────────────────────────────────────────────────────────────


ORDERS = {"order": ("C", "F", "A")}  # "K", the order in memory, a tangent need not share

# No linear rules: order="A" asks for the memory layout of the array, which its tangent need not share.


@rule(
    np.reshape,
    wrt="a",
    view=True,
    cases=[
        case(array(2, 3), (3, 2)),
        case(array(6), (2, -1)),
        case(array(2, 3), -1),
        case(array(2, 3), (3, 2), order="F"),
        case(array(2, 3), (3, 2), order="A"),
        case(array(), (1, 1)),
        case(array(0, 3), (3, 0)),
    ],
)
class reshape:
    def a(a_dot, out, a, shape, order="C"):
        if order == "C":
            return np.reshape(a_dot, shape)
        return np.reshape(a_dot, shape, order="F" if order == "F" or np.isfortran(a) else "C")

    def vjp(out_bar, out, a, shape, order="C"):
        if order == "C":
            return np.reshape(out_bar, np.shape(a))
        return np.reshape(out_bar, np.shape(a), order="F" if order == "F" or np.isfortran(a) else "C")


@rule(
    np.ndarray.reshape,
    wrt="a",
    view=True,
    cases=[case(array(2, 3), 3, 2), case(array(2, 3), (3, 2)), case(array(2, 3), -1, order="F")],
)
class reshape_method:  # the new shape as one argument or as several
    def a(a_dot, out, a, *shape, order="C"):
        if order == "C":
            return np.reshape(a_dot, np.shape(out))
        return np.reshape(a_dot, np.shape(out), order="F" if order == "F" or np.isfortran(a) else "C")

    def vjp(out_bar, out, a, *shape, order="C"):
        if order == "C":
            return np.reshape(out_bar, np.shape(a))
        return np.reshape(out_bar, np.shape(a), order="F" if order == "F" or np.isfortran(a) else "C")


@rule(
    np.ravel,
    wrt="a",
    view=True,
    accepts=ORDERS,
    cases=[case(array(2, 3)), case(array()), case(scalar()), case(array(2, 3), order="F")],
)
class ravel:
    def a(a_dot, out, a, order="C"):
        if order == "C":
            return np.ravel(a_dot)
        return np.ravel(a_dot, order="F" if order == "F" or np.isfortran(a) else "C")

    def vjp(out_bar, out, a, order="C"):
        if order == "C":
            return np.reshape(out_bar, np.shape(a))
        return np.reshape(out_bar, np.shape(a), order="F" if order == "F" or np.isfortran(a) else "C")


@rule(np.ndarray.flatten, wrt="a", accepts=ORDERS, cases=[case(array(2, 3)), case(array(2, 3), order="F")])
class flatten:
    def a(a_dot, out, a, order="C"):
        if order == "C":
            return np.ravel(a_dot)
        return np.ravel(a_dot, order="F" if order == "F" or np.isfortran(a) else "C")

    def vjp(out_bar, out, a, order="C"):
        if order == "C":
            return np.reshape(out_bar, np.shape(a))
        return np.reshape(out_bar, np.shape(a), order="F" if order == "F" or np.isfortran(a) else "C")


@linear(
    np.expand_dims, view=True, cases=[case(array(3), 0), case(array(2, 3), -1), case(array(2, 3), (0, -1))]
)
def expand_dims(out_bar, a, axis):
    return np.squeeze(out_bar, axis)


@linear(
    np.squeeze,
    batch="axis",
    view=True,
    cases=[
        case(array(1, 3, 1)),
        case(array(1, 3, 1), axis=0),
        case(array(2, 1), axis=-1),
        case(array(1, 1), axis=(0, 1)),
    ],
)
def squeeze(out_bar, a, axis=None):
    return np.reshape(out_bar, np.shape(a))


@linear(np.atleast_1d, view=True, cases=[case(scalar()), case(array(3)), case(array(2, 3))])
def atleast_1d(out_bar, a):
    return np.reshape(out_bar, np.shape(a))


@linear(np.atleast_2d, view=True, cases=[case(scalar()), case(array(3)), case(array(2, 3))])
def atleast_2d(out_bar, a):
    return np.reshape(out_bar, np.shape(a))


@linear(
    np.atleast_3d, view=True, cases=[case(scalar()), case(array(3)), case(array(2, 3)), case(array(2, 3, 4))]
)
def atleast_3d(out_bar, a):
    return np.reshape(out_bar, np.shape(a))


# ── axes in another order ────────────────────────────────────────────────────────────────────────────────


@linear(
    np.transpose,
    view=True,
    cases=[
        case(array(2, 3)),
        case(array(2, 3, 4)),
        case(array(2, 3, 4), (1, 2, 0)),
        case(array(2, 3, 4), axes=(-1, 0, 1)),
        case(array(3)),
        case(array()),
    ],
)
def transpose(out_bar, a, axes=None):
    if axes is None:
        return np.transpose(out_bar)
    return np.transpose(out_bar, np.argsort(np.mod(axes, np.ndim(a))))


@linear(
    np.ndarray.transpose,
    view=True,
    batch="axis",
    cases=[
        case(array(2, 3)),
        case(array(2, 3, 4), 1, 2, 0),
        case(array(2, 3, 4), (-1, 0, 1)),
        case(array(2, 3), None),
    ],
)
def transpose_method(out_bar, a, *axes):
    if len(axes) == 0 or axes[0] is None:
        return np.transpose(out_bar)
    return np.transpose(out_bar, np.argsort(np.mod(np.ravel(axes), np.ndim(a))))


@linear(
    np.matrix_transpose,
    np.linalg.matrix_transpose,
    view=True,
    batch="native",
    cases=[case(array(2, 3)), case(array(4, 2, 3))],
)
def matrix_transpose(out_bar, x):
    return np.swapaxes(out_bar, -1, -2)


@linear(np.swapaxes, view=True, batch="axis", cases=[case(array(2, 3), 0, 1), case(array(2, 3, 4), -1, 0)])
def swapaxes(out_bar, a, axis1, axis2):
    return np.swapaxes(out_bar, axis1, axis2)


@linear(
    np.moveaxis,
    view=True,
    batch="axis",
    cases=[case(array(2, 3, 4), 0, -1), case(array(2, 3, 4), (0, 1), (-1, 0)), case(array(2, 3, 4), -1, 1)],
)
def moveaxis(out_bar, a, source, destination):
    return np.moveaxis(out_bar, destination, source)


@linear(
    np.rollaxis,
    view=True,
    cases=[
        case(array(2, 3, 4), 2),
        case(array(2, 3, 4), 0, 3),
        case(array(2, 3, 4), 1, -1),
        case(array(2, 3, 4), -1, 1),
    ],
)
def rollaxis(out_bar, a, axis, start=0):
    source = axis % np.ndim(a)
    target = start if start >= 0 else start + np.ndim(a)
    return np.moveaxis(out_bar, target - 1 if target > source else target, source)


@linear(
    np.flip,
    view=True,
    batch="axis",
    cases=[
        case(array(2, 3)),
        case(array(2, 3), axis=0),
        case(array(2, 3), axis=-1),
        case(array(2, 3, 4), axis=(0, 2)),
    ],
)
def flip(out_bar, m, axis=None):
    return np.flip(out_bar, axis)


@linear(np.fliplr, view=True, cases=[case(array(2, 3))])
def fliplr(out_bar, m):
    return np.fliplr(out_bar)


@linear(np.flipud, view=True, cases=[case(array(2, 3)), case(array(3))])
def flipud(out_bar, m):
    return np.flipud(out_bar)


@linear(
    np.rot90,
    view=True,
    batch="axis",
    cases=[
        case(array(2, 3)),
        case(array(2, 3), 2),
        case(array(2, 3), -1),
        case(array(2, 3, 4), k=3, axes=(1, 2)),
    ],
)
def rot90(out_bar, m, k=1, axes=(0, 1)):
    return np.rot90(out_bar, -k, axes)


@linear(
    np.roll,
    fresh=True,
    batch="axis",
    cases=[
        case(array(4), 1),
        case(array(2, 3), -2),
        case(array(2, 3), 1, axis=-1),
        case(array(2, 3), (1, 2), axis=(0, 1)),
        case(array(2, 3), 1, axis=(0, 1)),
    ],
)
def roll(out_bar, a, shift, axis=None):
    if isinstance(shift, tuple | list):
        return np.roll(out_bar, [-s for s in shift], axis)
    return np.roll(out_bar, -shift, axis)


# ── more of the same: broadcasting, repeating, padding ───────────────────────────────────────────────────


@linear(
    np.broadcast_to,
    view=True,
    cases=[
        case(array(3), (2, 3)),
        case(array(2, 1), (4, 2, 3)),
        case(scalar(), (2, 2)),
        case(array(2, 3), (2, 3)),
    ],
)
def broadcast_to(out_bar, array, shape):
    return _unbroadcast(out_bar, array)


@linear(
    np.broadcast_arrays,
    wrt="args",
    view=True,
    cases=[case(array(3), array(2, 1)), case(array(2, 3), array())],
)
def broadcast_arrays(out_bar, *args):
    return tuple([_unbroadcast(out_bar[k], args[k]) for k in range(len(args))])


@linear(
    np.tile,
    cases=[
        case(array(3), 2),
        case(array(2, 3), (2, 1)),
        case(array(2), (2, 3)),
        case(array(2, 1, 3), 2),
        case(scalar(), 3),
    ],
)
def tile(out_bar, A, reps):
    return _untile(out_bar, A, reps)


@linear(
    np.repeat,
    batch="axis",
    fresh=True,
    cases=[
        case(array(3), 2),
        case(array(2, 3), 2),
        case(array(2, 3), 2, axis=1),
        case(array(2, 3), [1, 2], axis=0),
        case(array(2, 3), [2, 0, 1], axis=-1),
        case(scalar(), 3),
    ],
)
def repeat(out_bar, a, repeats, axis=None):
    if isinstance(repeats, int) and axis is None:
        return np.sum(np.reshape(out_bar, (*np.shape(a), repeats)), axis=-1)
    return _scatter_add(out_bar, np.repeat(_positions(a), repeats, axis), a)


@linear(np.resize, fresh=True, cases=[case(array(3), (2, 4)), case(array(2, 3), 4)])
def resize(out_bar, a, new_shape):
    return _scatter_add(out_bar, np.resize(_positions(a), new_shape), a)


PADDED = ("constant", "edge", "reflect", "symmetric", "wrap", "mean", "linear_ramp", "maximum", "minimum")
REFLECTED = ("even", "odd")


@rule(
    np.pad,
    wrt="array",
    accepts={"mode": PADDED, "reflect_type": REFLECTED},
    kinks="of equal extrema the first one counts",
    cases=[
        case(array(3), 2),
        case(array(2, 3), ((1, 0), (0, 2))),
        case(array(2, 3), (1, 2), constant_values=5.0),
        case(array(2, 3), {-1: (1, 2)}),
        case(array(3), 0),
        *[case(array(4, 3), ((1, 2), (2, 2)), mode) for mode in PADDED],
        case(array(3), 5, "reflect"),
        case(array(4, 3), (2, 7), "symmetric", reflect_type="odd"),
        case(array(4, 3), (2, 7), "reflect", reflect_type="odd"),
        case(array(4, 3), ((1, 0), (2, 9)), "minimum", stat_length=((1, 2), (2, 7))),
        case(array(4, 3), 2, "maximum", stat_length=2),
        case(array(4, 3), 2, "mean", stat_length=((1, 2), (2, 3))),
        case(array(3), 2, "linear_ramp", end_values=(2.0, 3.0)),
    ],
)
class pad:
    def array(
        array_dot,
        out,
        array,
        pad_width,
        mode="constant",
        *,
        constant_values=0,
        end_values=0,
        reflect_type="even",
        stat_length=None,
    ):
        if mode in ("maximum", "minimum"):
            widths = _pad_widths(pad_width, np.ndim(array))
            lengths = None if stat_length is None else _pad_widths(stat_length, np.ndim(array))
            return np.ravel(array_dot)[_pad_places(array, widths, mode, lengths)]
        if reflect_type == "odd":
            return np.pad(array_dot, pad_width, mode, reflect_type=reflect_type)
        if mode == "mean":
            return np.pad(array_dot, pad_width, mode, stat_length=stat_length)
        return np.pad(array_dot, pad_width, mode)

    def vjp(
        out_bar,
        out,
        array,
        pad_width,
        mode="constant",
        *,
        constant_values=0,
        end_values=0,
        reflect_type="even",
        stat_length=None,
    ):
        widths = _pad_widths(pad_width, np.ndim(array))
        if mode == "constant":
            return out_bar[
                tuple([slice(lo, lo + n) for (lo, _), n in zip(widths, np.shape(array), strict=True)])
            ]
        lengths = None if stat_length is None else _pad_widths(stat_length, np.ndim(array))
        if mode in ("maximum", "minimum"):
            return _scatter_add(out_bar, _pad_places(array, widths, mode, lengths), array)
        if mode in ("mean", "linear_ramp") or reflect_type == "odd":
            return _pad_adjoint(out_bar, array, widths, mode, reflect_type, lengths)
        return _scatter_add(out_bar, np.pad(_positions(array), pad_width, mode), array)


# ── diagonals ──────────────────────────────────────────────────────────────────────────────


@linear(
    np.diagonal,
    view=True,
    fresh=True,
    chooses=True,
    cases=[
        case(array(3, 3)),
        case(array(2, 3), 1),
        case(array(2, 3, 4), offset=-1, axis1=1, axis2=2),
        case(array(3, 2, 3), axis1=-1, axis2=0),
        case(array(2, 3), 3),
    ],
)
def diagonal(out_bar, a, offset=0, axis1=0, axis2=1):
    return _on_diagonal(out_bar, a, offset, axis1, axis2)


@linear(
    np.linalg.diagonal,
    view=True,
    fresh=True,
    chooses=True,
    batch="native",
    cases=[case(array(3, 3)), case(array(4, 2, 3), offset=1)],
)
def linalg_diagonal(out_bar, x, *, offset=0):
    return _on_diagonal(out_bar, x, offset, -2, -1)


method("reshape", np.ndarray.reshape)
method("transpose", np.ndarray.transpose)
for name in ("ravel", "squeeze", "swapaxes", "repeat", "diagonal"):
    method(name, getattr(np, name))
method("flatten", np.ndarray.flatten)
attribute("T", np.transpose)
attribute("mT", np.matrix_transpose)
