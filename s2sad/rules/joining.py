"""Joining and splitting arrays: concatenate and its relatives, split, insert, delete."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_arrays import (
    _block_adjoint,
    _block_depth,
    _join_pieces,
    _positions,
    _scatter_add,
    _split_like,
)
from s2sad.rules.declare import array, case, float_type, linear, scalar


@linear(
    np.concatenate,
    accepts={"dtype": float_type},
    cases=[
        case((array(2), array(3))),
        case([array(2, 3), array(4, 3), array(1, 3)]),
        case((array(2, 3), array(2, 1)), axis=-1),
        case((array(2, 3), array(2)), axis=None),
        case(array(2, 3, 4), axis=1),
        case((array(0), array(2))),
    ],
)
def concatenate(out_bar, arrays, axis=0):
    if axis is None:
        return _split_like(out_bar, arrays, [np.size(a) for a in arrays], 0)
    return _split_like(out_bar, arrays, [np.shape(a)[axis] for a in arrays], axis)


@linear(
    np.stack,
    accepts={"dtype": float_type},
    cases=[
        case((array(3), array(3))),
        case([array(2, 3), array(2, 3)], axis=1),
        case((array(2, 3), array(2, 3)), axis=-1),
        case([scalar(), scalar()]),
        case(array(2, 3)),
    ],
)
def stack(out_bar, arrays, axis=0):
    if isinstance(arrays, np.ndarray):
        return np.moveaxis(out_bar, axis, 0)
    return list(np.moveaxis(out_bar, axis, 0))


JOINED = (
    case((array(2), array(2))),
    case([array(2, 3), array(2, 3)]),
    case((array(2, 2, 1), array(2, 2, 1))),
)


ROW_STACK = (np.row_stack,) if hasattr(np, "row_stack") else ()  # until NumPy removes it


@linear(
    np.vstack,
    *ROW_STACK,
    accepts={"dtype": float_type},
    cases=[*JOINED, case([array(3), array(2, 3)]), case([scalar(), scalar()])],
)
def vstack(out_bar, tup):
    return _split_like(out_bar, tup, [np.shape(np.atleast_2d(a))[0] for a in tup], 0)


@linear(
    np.hstack,
    accepts={"dtype": float_type},
    cases=[*JOINED, case([array(2, 3), array(2, 1)]), case([scalar(), array(2)])],
)
def hstack(out_bar, tup):
    axis = 0 if np.ndim(out_bar) == 1 else 1
    return _split_like(out_bar, tup, [np.shape(np.atleast_1d(a))[axis] for a in tup], axis)


@linear(np.dstack, cases=[*JOINED, case([array(2, 3, 4), array(2, 3)]), case([scalar(), scalar()])])
def dstack(out_bar, tup):
    return _split_like(out_bar, tup, [np.shape(np.atleast_3d(a))[2] for a in tup], 2)


@linear(np.column_stack, cases=[*JOINED, case([array(2), array(2, 3)])])
def column_stack(out_bar, tup):
    return _split_like(out_bar, tup, [1 if np.ndim(a) < 2 else np.shape(a)[1] for a in tup], 1)


@linear(
    np.block,
    cases=[
        case([[array(2, 2), array(2, 3)], [array(1, 2), array(1, 3)]]),
        case([array(2), array(3), scalar()]),
        case([[array(2)], [array(2)]]),
    ],
)
def block(out_bar, arrays):
    return _block_adjoint(out_bar, arrays, _block_depth(arrays))


@linear(
    np.append,
    wrt=("arr", "values"),
    cases=[
        case(array(2), array(3)),
        case(array(2, 3), array(2)),
        case(array(2, 3), array(2, 1), axis=-1),
        case(array(2), scalar()),
    ],
)
def append(out_bar, arr, values, axis=None):
    if axis is None:
        arr_bar = np.reshape(out_bar[: np.size(arr)], np.shape(arr))
        return arr_bar, np.reshape(out_bar[np.size(arr) :], np.shape(values))
    pieces = np.split(out_bar, [np.shape(arr)[axis]], axis)
    return pieces[0], pieces[1]


@linear(
    np.insert,
    wrt=("arr", "values"),
    cases=[
        case(array(4), 1, scalar()),
        case(array(4), [0, 2], array(2)),
        case(array(2, 3), 1, array(2), axis=1),
        case(array(2, 3), [1, 1], array(2, 2), axis=-1),
        case(array(2, 3), 0, scalar(), axis=0),
        case(array(4), slice(1, 3), array(2)),
    ],
)
def insert(out_bar, arr, obj, values, axis=None):  # positions are counted from 1: 0 marks what is not there
    of_arr = np.insert(_positions(arr) + 1, obj, 0, axis)
    of_values = np.insert(np.zeros(np.shape(arr), int), obj, _positions(values) + 1, axis)
    arr_bar = _scatter_add(out_bar[of_arr > 0], of_arr[of_arr > 0] - 1, arr)
    return arr_bar, _scatter_add(out_bar[of_values > 0], of_values[of_values > 0] - 1, values)


@linear(
    np.delete,
    batch="axis",
    fresh=True,
    chooses=True,
    cases=[
        case(array(4), 1),
        case(array(2, 3), [0, -1], axis=1),
        case(array(2, 3), slice(0, 2), axis=-1),
        case(array(2, 3), 2),
    ],
)
def delete(out_bar, arr, obj, axis=None):
    return _scatter_add(out_bar, np.delete(_positions(arr), obj, axis), arr)


@linear(
    np.split,
    batch="axis",
    view=True,
    cases=[
        case(array(6), 3),
        case(array(4, 2), 2),
        case(array(5), [2, 3]),
        case(array(2, 6), [1, -2], axis=-1),
    ],
)
def split(out_bar, ary, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return np.concatenate(out_bar, axis)
    return _join_pieces(out_bar, ary, axis)


@linear(
    np.array_split,
    batch="axis",
    view=True,
    cases=[case(array(7), 3), case(array(2, 5), 2, axis=1), case(array(5), [2, 3])],
)
def array_split(out_bar, ary, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return np.concatenate(out_bar, axis)
    return _join_pieces(out_bar, ary, axis)


@linear(np.hsplit, view=True, cases=[case(array(2, 4), 2), case(array(4), 2), case(array(2, 5), [1, 3])])
def hsplit(out_bar, ary, indices_or_sections):
    return _join_pieces(out_bar, ary, 0 if np.ndim(ary) == 1 else 1)


@linear(np.vsplit, view=True, cases=[case(array(4, 2), 2), case(array(5, 2), [1, 3])])
def vsplit(out_bar, ary, indices_or_sections):
    return _join_pieces(out_bar, ary, 0)


@linear(np.dsplit, view=True, cases=[case(array(2, 1, 4), 2), case(array(2, 1, 5), [1, 3])])
def dsplit(out_bar, ary, indices_or_sections):
    return _join_pieces(out_bar, ary, 2)


if hasattr(np, "unstack"):  # NumPy 2.1

    @linear(np.unstack, batch="axis", view=True, cases=[case(array(2, 3)), case(array(2, 3), axis=-1)])
    def unstack(out_bar, x, *, axis=0):
        return np.stack(out_bar, axis)
