"""The helpers that generated code calls: their derivatives, for derivatives of derivatives.

Other helpers are differentiated by their source, as a user's function is (`analysis.calls`).
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import (
    _add,
    _buffer_like,
    _copy,
    _match_dtype,
    _matrix_of_diagonal,
    _order,
    _over,
    _place_of,
    _sum_to_shape,
    _times,
    _unbroadcast,
    _unstack_like,
    _zeros_like,
)
from s2sad.prelude_arrays import (
    _add_rows,
    _along_axis,
    _block_adjoint,
    _einsum_adjoint,
    _first_places,
    _flat_places,
    _kron_blocks,
    _kron_seed,
    _on_diagonal,
    _pad_adjoint,
    _positions,
    _reduceat_adjoint,
    _rejoin,
    _scatter_add,
    _split_like,
    _untile,
)
from s2sad.prelude_linalg import _pinv_adjoint, _pinv_of_lstsq
from s2sad.prelude_statistics import _nanquantile_places, _places_of, _quantile_places
from s2sad.rules.declare import array, case, constant, linear, rule, scalar, spd, zero

constant(_zeros_like)
constant(_buffer_like)
constant(_flat_places, _along_axis, _positions)  # of integers
zero(
    _order, _place_of, _first_places, _quantile_places, _nanquantile_places, _places_of
)  # where in the order an element is


@linear(
    _unbroadcast,
    wrt="g",
    cases=[
        case(array(2, 3), np.zeros(3)),
        case(array(2, 3), np.zeros((2, 1))),
        case(array(3), 1.0),
        case(array(2, 3), np.zeros((2, 3))),
        case(scalar(), 1.0),
    ],
)
def unbroadcast(out_bar, g, x):
    return np.broadcast_to(out_bar, np.shape(g))


@linear(_sum_to_shape, wrt="g", cases=[case(array(2, 3), (2, 1)), case(array(3), ()), case(scalar(), ())])
def sum_to_shape(out_bar, g, shape):
    return np.broadcast_to(out_bar, np.shape(g))


@linear(_match_dtype, wrt="g", cases=[case(array(3), np.zeros(3)), case(scalar(), 1.0)])
def match_dtype(out_bar, g, x):
    return _match_dtype(out_bar, g)


@linear(_copy, wrt="x", fresh=True, cases=[case(array(3)), case(scalar())])
def copied(out_bar, x):
    return _copy(out_bar)


@linear(_add, wrt=("a", "b"), cases=[case(array(3), array(3)), case(scalar(), scalar())])
def add(out_bar, a, b):
    return out_bar, out_bar


@rule(
    _times,
    wrt=("partial", "seed"),
    cases=[case(array(3), array(3)), case(array(2, 1), array(3)), case(scalar(), array(3))],
)
class times:
    def partial(partial_dot, out, partial, seed):
        return _times(partial_dot, seed)

    def seed(seed_dot, out, partial, seed):
        return _times(partial, seed_dot)

    def vjp(out_bar, out, partial, seed):
        partial_bar = _unbroadcast(_times(np.conj(seed), out_bar), partial)
        return partial_bar, _unbroadcast(_times(np.conj(partial), out_bar), seed)


@rule(
    _over,
    cases=[
        case(array(3), array(3, low=0.5)),
        case(array(3), array(2, 1, low=0.5)),
        case(scalar(), scalar(0.5)),
    ],
)
class over:
    def a(a_dot, out, a, b):
        return _over(a_dot, b)

    def b(b_dot, out, a, b):
        return -_over(_times(out, b_dot), b)

    def vjp(out_bar, out, a, b):
        a_bar = _over(out_bar, np.conj(b))
        return _unbroadcast(a_bar, a), _unbroadcast(-_times(np.conj(out), a_bar), b)


# ── transposes of transposes ─────────────────────────────────────────────────────────────────────────────
#
# Helpers that are the adjoint of something, linear in their seed: what they are the adjoint of.


@linear(
    _unstack_like,
    wrt="g",
    cases=[
        case(array(3), [1.0, 2.0, 3.0]),
        case(array(2, 2), [(1.0, 2.0), (3.0, 4.0)]),
        case(array(2), np.zeros(2)),
    ],
)
def unstack_like(out_bar, g, x):
    return np.reshape(np.asarray(out_bar), np.shape(g))


@linear(
    _scatter_add,
    wrt="seed",
    cases=[case(array(3), np.array([1, 0, 1]), np.zeros((2, 2))), case(scalar(), 2, np.zeros(3))],
)
def scatter_add(out_bar, seed, positions, x):
    return np.ravel(out_bar)[positions]


@linear(
    _add_rows,
    wrt="seed",
    cases=[case(array(3, 2), [1, 0, 1], np.zeros((2, 2))), case(array(2), 1, np.zeros((3, 2)))],
)
def add_rows(out_bar, seed, rows, x):
    return np.take(out_bar, rows, axis=0)


@linear(
    _split_like,
    wrt="seed",
    cases=[
        case(array(5), [np.zeros(2), np.zeros(3)], [2, 3], 0),
        case(array(3, 2), [np.zeros((3, 1)), np.zeros(3)], [1, 1], -1),
        case(array(4, 3), np.zeros((2, 2, 3)), [2, 2], 0),
    ],
)
def split_like(out_bar, seed, arrays, sizes, axis):
    return _rejoin(out_bar, np.shape(seed), sizes, axis)


@linear(_block_adjoint, wrt="seed", cases=[case(array(2, 3), [[np.zeros((2, 1)), np.zeros((2, 2))]], 2)])
def block_adjoint(out_bar, seed, arrays, depth):
    return np.block(out_bar)


@linear(
    _on_diagonal,
    wrt="seed",
    cases=[case(array(3), np.zeros((3, 3)), 0, 0, 1), case(array(2), np.zeros((2, 3)), 1, -2, -1)],
)
def on_diagonal(out_bar, seed, x, offset, axis1, axis2):
    return np.diagonal(out_bar, offset, axis1, axis2)


@linear(
    _matrix_of_diagonal,
    wrt="g",
    cases=[case(array(2), 0, np.zeros((2, 3))), case(array(2), -1, np.zeros((3, 3)))],
)
def matrix_of_diagonal(out_bar, g, k, x):
    return np.diagonal(out_bar, k)


@linear(
    _pad_adjoint,
    wrt="seed",
    cases=[
        case(array(5), np.zeros(3), [(1, 1)], "mean"),
        case(array(5), np.zeros(3), [(1, 1)], "mean", "even", [(1, 2)]),
        case(array(5), np.zeros(3), [(1, 1)], "reflect", "odd"),
    ],
)
def pad_adjoint(out_bar, seed, x, widths, mode, reflect_type="even", lengths=None):
    if reflect_type != "even":
        return np.pad(out_bar, widths, mode, reflect_type=reflect_type)
    if mode == "mean":
        return np.pad(out_bar, widths, mode, stat_length=lengths)
    return np.pad(out_bar, widths, mode)


@linear(
    _untile,
    wrt="seed",
    cases=[
        case(array(6), np.zeros(3), 2),
        case(array(2, 6), np.zeros((2, 3)), (1, 2)),
        case(array(3), 1.0, 3),
    ],
)
def untile(out_bar, seed, x, reps):
    return np.tile(out_bar, reps)


@linear(
    _kron_blocks,
    wrt="seed",
    cases=[case(array(6), np.zeros(2), np.zeros(3)), case(array(4, 6), np.zeros((2, 2)), np.zeros((2, 3)))],
)
def kron_blocks(out_bar, seed, a, b):
    return _kron_seed(out_bar, a, b)


@linear(_reduceat_adjoint, wrt="seed", cases=[case(array(3), np.zeros(6), [0, 2, 5], 0)])
def reduceat_adjoint(out_bar, seed, x, indices, axis):
    return np.add.reduceat(out_bar, indices, axis)


@rule(
    _einsum_adjoint,
    wrt=("seed", "operands"),
    cases=[case(array(2, 4), k, ["ij", "jk"], "ik", (array(2, 3), array(3, 4))) for k in (0, 1)]
    + [
        case(array(3), 0, ["ii", "i"], "i", (array(3, 3), array(3))),
        case(array(2), 1, ["ij", "ij"], "i", (array(2, 3), array(1, 3))),
    ],
)
class einsum_adjoint:  # linear in the seed and in each of the other operands
    def seed(seed_dot, out, seed, k, terms, result, operands):
        return _einsum_adjoint(seed_dot, k, terms, result, operands)

    def operands(operands_dot, out, seed, k, terms, result, operands):
        total = np.zeros_like(out)
        for j in range(len(operands)):
            if j != k:
                moved = (*operands[:j], operands_dot[j], *operands[j + 1 :])
                total = total + _einsum_adjoint(seed, k, terms, result, moved)
        return total

    def vjp(out_bar, out, seed, k, terms, result, operands):
        moved = (*operands[:k], out_bar, *operands[k + 1 :])
        others = [
            np.zeros_like(operands[j]) if j == k else _einsum_adjoint(seed, j, terms, result, moved)
            for j in range(len(operands))
        ]
        return np.einsum(",".join(terms) + "->" + result, *moved), tuple(others)


@rule(_pinv_of_lstsq, wrt="a", cases=[case(array(3, 2), None), case(spd(2), 1e-9)])
class pinv_of_lstsq:
    def a(a_dot, out, a, rcond):
        return _pinv_adjoint(a_dot, np.conj(out).T, np.conj(a).T)

    def vjp(out_bar, out, a, rcond):
        return _pinv_adjoint(out_bar, out, a)
