"""Methods of ufuncs: `reduce`, `accumulate`, `outer`, `reduceat`. (`at` is a store: the compiler's own business.)

`np.add.reduce` is `np.sum` with other defaults, and so on; the rules repeat the forms of `reductions`. `outer` is
the ufunc itself on operands of more axes, so its rule is made from the ufunc's.
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_arrays import (
    _cumprod_adjoint,
    _cumprod_tangent,
    _product_of_others,
    _reduceat_adjoint,
    _scatter_add,
)
from s2sad.rules.declare import array, case, distinct, float_type, linear, must_find, rule, zero

REDUCED = (
    case(array(3)),
    case(array(2, 3)),
    case(array(2, 3), axis=None),
    case(array(2, 3), axis=-1, keepdims=True),
    case(array(2, 3, 4), axis=(0, -1)),
)
SORTED = tuple(case(distinct(*c.args[0].shape), **c.kwargs) for c in REDUCED)
SCANNED = (case(array(4)), case(array(2, 3)), case(array(2, 3), axis=-1), case(array(0, 3)))
MASK = np.array([[True, False, True], [True, True, False]])

# ── reduce ───────────────────────────────────────────────────────────────────────────────────────────────


@linear(
    np.add.reduce,
    accepts={"dtype": float_type},
    batch="axis",
    cases=[*REDUCED, case(array(2, 3), axis=1, where=MASK)],
)
def add_reduce(out_bar, array, axis=0, *, keepdims=False, where=True):
    seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
    if where is True:
        return np.broadcast_to(seed, np.shape(array))
    return np.broadcast_to(np.where(where, seed, 0), np.shape(array))


@rule(np.multiply.reduce, wrt="array", batch="axis", fresh=True, cases=REDUCED)
class multiply_reduce:
    def array(array_dot, out, array, axis=0, *, keepdims=False):
        return np.sum(array_dot * _product_of_others(array, axis), axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, array, axis=0, *, keepdims=False):
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        return seed * np.conj(_product_of_others(array, axis))


@rule(
    np.maximum.reduce,
    np.minimum.reduce,
    np.fmax.reduce,
    np.fmin.reduce,
    wrt="array",
    real_only=True,
    batch="axis",
    fresh=True,
    chooses=True,
    kinks="equal extrema share the derivative",
    cases=SORTED,
)
class extremum_reduce:
    def array(array_dot, out, array, axis=0, *, keepdims=False):
        mask = array == (out if keepdims or axis is None else np.expand_dims(out, axis))
        count = np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(array))
        return np.sum(np.where(mask, array_dot, 0) / count, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, array, axis=0, *, keepdims=False):
        mask = array == (out if keepdims or axis is None else np.expand_dims(out, axis))
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        count = np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(array))
        return np.where(mask, seed / count, 0)


@rule(
    np.logaddexp.reduce,
    wrt="array",
    real_only=True,
    batch="axis",
    fresh=True,
    kinks="0 where the result is -inf",
    poles="inf gives nan",
    cases=REDUCED,
)
class logaddexp_reduce:
    def array(array_dot, out, array, axis=0, *, keepdims=False):
        total = np.where(np.isneginf(out), 0, out)
        total = total if keepdims or axis is None else np.expand_dims(total, axis)
        return np.sum(np.exp(array - total) * array_dot, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, array, axis=0, *, keepdims=False):
        total = np.where(np.isneginf(out), 0, out)
        total = total if keepdims or axis is None else np.expand_dims(total, axis)
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        return np.exp(array - total) * seed


@rule(
    np.hypot.reduce,
    wrt="array",
    real_only=True,
    batch="axis",
    fresh=True,
    kinks="0 at the origin",
    cases=REDUCED[:2] + REDUCED[3:4],
)
class hypot_reduce:
    def array(array_dot, out, array, axis=0, *, keepdims=False):
        r = out + (out == 0)
        size = r if keepdims or axis is None else np.expand_dims(r, axis)
        return np.sum(array / size * array_dot, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, array, axis=0, *, keepdims=False):
        ratio = out_bar / (out + (out == 0))
        return array * (ratio if keepdims or axis is None else np.expand_dims(ratio, axis))


# ── accumulate ───────────────────────────────────────────────────────────────────────────────────────────


@linear(np.add.accumulate, accepts={"dtype": float_type}, batch="axis", cases=SCANNED)
def add_accumulate(out_bar, array, axis=0):
    return np.flip(np.cumsum(np.flip(out_bar, axis), axis), axis)


@rule(
    np.multiply.accumulate,
    wrt="array",
    batch="axis",
    fresh=True,
    cases=[*SCANNED, case(np.array([2.0, 0.0, 3.0, 0.0, 1.0]))],
)
class multiply_accumulate:
    def array(array_dot, out, array, axis=0):
        return _cumprod_tangent(array_dot, array, axis)

    def vjp(out_bar, out, array, axis=0):
        return _cumprod_adjoint(out_bar, array, axis)


def last_record(out, array, axis):
    """For each element of a running maximum or minimum: where along the axis it was reached last."""
    n = np.shape(array)[axis]
    place = np.reshape(range(n), (n,) + (1,) * (np.ndim(array) - 1 - axis % np.ndim(array)))
    return np.maximum.accumulate(np.where(array == out, place, 0), axis)


@rule(
    np.maximum.accumulate,
    np.minimum.accumulate,
    wrt="array",
    real_only=True,
    batch="axis",
    fresh=True,
    kinks="of equal extrema the last one counts",
    cases=[case(distinct(6)), case(distinct(4, 3)), case(distinct(2, 5), axis=-1)],
)
class extremum_accumulate:
    def array(array_dot, out, array, axis=0):
        return np.take_along_axis(array_dot, last_record(out, array, axis), axis)

    def vjp(out_bar, out, array, axis=0):
        positions = np.reshape(range(np.size(array)), np.shape(array))
        return _scatter_add(
            out_bar, np.take_along_axis(positions, last_record(out, array, axis), axis), array
        )


# ── reduceat ─────────────────────────────────────────────────────────────────────────────────────────────


@linear(
    np.add.reduceat,
    accepts={"dtype": float_type},
    wrt="array",
    fresh=True,
    batch="axis",
    cases=[
        case(array(6), [0, 2, 5]),
        case(array(6), [3, 1, 5, 5]),
        case(array(5, 2), [1, 3]),
        case(array(2, 5), [0, 4, 2], axis=1),
    ],
)
def add_reduceat(out_bar, array, indices, axis=0):
    return _reduceat_adjoint(out_bar, array, indices, axis)


# ── outer ────────────────────────────────────────────────────────────────────────────────────────────────


OUTER = (case(array(2), array(3)), case(array(2, 3), array(4)), case(array(), array(2, 2)))


@rule(np.multiply.outer, wrt=("A", "B"), cases=OUTER)
class multiply_outer:
    def A(A_dot, out, A, B):
        return np.multiply.outer(A_dot, B)

    def B(B_dot, out, A, B):
        return np.multiply.outer(A, B_dot)

    def vjp(out_bar, out, A, B):
        if np.ndim(A) == 1 and np.ndim(B) == 1:
            return out_bar @ np.conj(B), np.conj(A) @ out_bar
        return np.tensordot(out_bar, np.conj(B), np.ndim(B)), np.tensordot(np.conj(A), out_bar, np.ndim(A))


@linear(np.add.outer, wrt=("A", "B"), fresh=True, cases=OUTER)
def add_outer(out_bar, A, B):
    a_bar = np.sum(out_bar, axis=tuple(range(np.ndim(A), np.ndim(out_bar))))
    return a_bar, np.sum(out_bar, axis=tuple(range(np.ndim(A))))


@linear(np.subtract.outer, wrt=("A", "B"), fresh=True, cases=OUTER)
def subtract_outer(out_bar, A, B):
    a_bar = np.sum(out_bar, axis=tuple(range(np.ndim(A), np.ndim(out_bar))))
    return a_bar, -np.sum(out_bar, axis=tuple(range(np.ndim(A))))


def lengthened(A, B):
    """`A` with as many further axes of length 1 as `B` has axes."""
    return np.reshape(A, np.shape(A) + (1,) * np.ndim(B))


def outer_rule(ufunc, partials, **options):
    """Declare ``ufunc.outer`` by the ufunc's partials."""

    @rule(
        ufunc.outer,
        wrt=("A", "B"),
        fresh=True,
        cases=[
            case(array(2, low=0.4), array(3, low=0.4)),
            case(array(2, 3, low=0.4), array(4, low=0.4)),
            case(array(3, low=0.4), array(low=0.4)),
        ],
        **options,
    )
    class outer:
        def A(A_dot, out, A, B):
            return partials(lengthened(A, B), B)[0] * lengthened(A_dot, B)

        def B(B_dot, out, A, B):
            return np.broadcast_to(partials(lengthened(A, B), B)[1] * B_dot, np.shape(out))

        def vjp(out_bar, out, A, B):
            by_a = np.conj(partials(lengthened(A, B), B)[0]) * out_bar
            by_b = np.conj(partials(lengthened(A, B), B)[1]) * out_bar
            rows = tuple(range(np.ndim(A)))
            return np.sum(by_a, axis=tuple(range(np.ndim(A), np.ndim(out_bar)))), np.sum(by_b, axis=rows)


def quotient_partials(x, y):
    return 1 / y, -x / y**2


def power_partials(x, y):
    return y * (x + ((x == 0) & (y == 0))) ** (y - 1), x**y * np.log(x + (x == 0))


outer_rule(np.divide, quotient_partials, poles="B = 0")
outer_rule(np.power, power_partials, poles="A = 0 with B < 1, unless B = 0; wrt B: A < 0 gives nan")
for real_ufunc in (np.maximum, np.minimum, np.arctan2):
    elementwise = must_find(real_ufunc)
    outer_rule(
        real_ufunc, elementwise.partials, real_only=True, kinks=elementwise.kinks, poles=elementwise.poles
    )


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────

STEPS = (
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.logical_and, np.logical_or,
    np.logical_xor, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.floor_divide, np.gcd, np.lcm, np.left_shift,
    np.right_shift,
)  # fmt: skip
for ufunc in STEPS:
    zero(ufunc.reduce, ufunc.accumulate, ufunc.reduceat, ufunc.outer)
