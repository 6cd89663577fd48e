"""Picking elements by a function call; reading and writing by `[]` is the compiler's own business.

The pullback of a gather adds the seed into zeros at the places that were read. The places come from the same
function applied to the array of positions, so every keyword is right by construction.
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_arrays import _add_rows, _positions, _scatter_add
from s2sad.rules.declare import array, case, linear, method, scalar

MASK = np.array([[True, False, True], [True, True, False]])


@linear(
    np.take,
    batch="axis",
    fresh=True,
    chooses=True,
    cases=[
        case(array(4), 2),
        case(array(4), [0, -1, 0]),
        case(array(2, 3), [0, 5, 5]),
        case(array(4, 3), [[0, 1], [1, 1]], axis=0),
        case(array(2, 3), [2, 2], axis=-1),
        case(array(4), [5, -7], mode="wrap"),
        case(array(4), [5, -7], mode="clip"),
    ],
)
def take(out_bar, a, indices, axis=None, *, mode="raise"):
    if axis == 0 and mode == "raise":
        return _add_rows(out_bar, indices, a)
    return _scatter_add(out_bar, np.take(_positions(a), indices, axis, mode=mode), a)


@linear(
    np.take_along_axis,
    fresh=True,
    chooses=True,
    cases=[
        case(array(2, 3), np.array([[0, 0], [2, 1]])),
        case(array(2, 3), np.array([[0, 1, 1]]), 0),
        case(array(2, 3), np.array([3, 3, 0]), None),
        case(array(4, 3), np.array([[2]]), axis=-1),
    ],
)
def take_along_axis(out_bar, arr, indices, axis=-1):
    return _scatter_add(out_bar, np.take_along_axis(_positions(arr), indices, axis), arr)


@linear(
    np.compress,
    batch="axis",
    wrt="a",
    fresh=True,
    chooses=True,
    cases=[
        case([True, False, True], array(3)),
        case([True, False, True], array(2, 3), axis=-1),
        case([False, True], array(2, 3), axis=0),
        case([False, True, True], array(2, 3)),
    ],
)
def compress(out_bar, condition, a, axis=None):
    return _scatter_add(out_bar, np.compress(condition, _positions(a), axis), a)


@linear(
    np.ndarray.compress,
    batch="axis",
    fresh=True,
    chooses=True,
    cases=[case(array(3), [True, False, True]), case(array(2, 3), [True, False, True], axis=1)],
)
def compress_method(out_bar, a, condition, axis=None):
    return _scatter_add(out_bar, np.compress(condition, _positions(a), axis), a)


@linear(
    np.extract,
    wrt="arr",
    fresh=True,
    chooses=True,
    cases=[case(MASK, array(2, 3)), case([True, False, True], array(3))],
)
def extract(out_bar, condition, arr):
    return _scatter_add(out_bar, np.extract(condition, _positions(arr)), arr)


@linear(
    np.choose,
    wrt="choices",
    chooses=True,
    cases=[
        case(np.array([0, 1, 1]), [array(3), array(3)]),
        case(np.array([[0], [2]]), (array(3), scalar(), array(2, 3))),
        case(np.array([0, 1, 1]), array(2, 3)),
    ],
)
def choose(out_bar, a, choices):
    adjoints = [_unbroadcast(np.where(np.equal(a, k), out_bar, 0), c) for k, c in enumerate(choices)]
    return np.stack(adjoints) if isinstance(choices, np.ndarray) else adjoints


@linear(
    np.select,
    wrt=("choicelist", "default"),
    chooses=True,
    cases=[
        case([MASK, ~MASK], [array(2, 3), array(2, 3)]),
        case([MASK], [array(2, 3)], scalar()),
        case([MASK, MASK[0]], [scalar(), array(3)], array(2, 1)),
    ],
)
def select(out_bar, condlist, choicelist, default=0):
    chosen = np.select(condlist, list(range(len(condlist))), len(condlist))
    choices_bar = [_unbroadcast(np.where(chosen == k, out_bar, 0), c) for k, c in enumerate(choicelist)]
    return choices_bar, _unbroadcast(np.where(chosen == len(condlist), out_bar, 0), default)


@linear(
    np.lib.stride_tricks.sliding_window_view,
    batch="axis",
    wrt="x",
    view=True,
    cases=[
        case(array(5), 2),
        case(array(3, 4), (2, 3)),
        case(array(3, 4), 2, axis=0),
        case(array(2, 5), (2, 2), (0, -1)),
    ],
)
def sliding_window_view(out_bar, x, window_shape, axis=None):
    windows = np.lib.stride_tricks.sliding_window_view(_positions(x), window_shape, axis)
    return _scatter_add(out_bar, windows, x)


method("take", np.take)
method("choose", np.choose)
method("compress", np.ndarray.compress)
