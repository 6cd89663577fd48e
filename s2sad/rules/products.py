"""Products: dot and its relatives, matmul in all rank combinations, einsum, convolution.

All are linear in each operand. The conditions on ranks fold when these are known, and leave the line that one
would write by hand.
"""

# mypy: no-check-untyped-defs
import operator

import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_arrays import (
    _chain_adjoints,
    _einsum_adjoint,
    _einsum_terms,
    _full_seed,
    _kron_blocks,
    _tensordot_adjoints,
)
from s2sad.rules.declare import array, case, float_type, linear, method, rule, scalar

PAIRS_1_2 = (
    case(array(3), array(3)),
    case(array(2, 3), array(3, 4)),
    case(array(2, 3), array(3)),
    case(array(2), array(2, 3)),
)


@rule(
    np.matmul,
    np.linalg.matmul,
    operator.matmul,
    fresh=True,
    cases=[
        *PAIRS_1_2,
        case(array(5, 2, 3), array(3, 4)),
        case(array(5, 2, 3), array(5, 3, 4)),
        case(array(2, 3), array(5, 3, 4)),
        case(array(5, 1, 2, 3), array(6, 3, 4)),
        case(array(5, 2, 3), array(3)),
        case(array(3), array(5, 3, 2)),
        case(array(1, 3), array(3, 1)),
        case(array(0, 3), array(3, 2)),
    ],
)
class matmul:
    def a(a_dot, out, a, b):
        return a_dot @ b

    def b(b_dot, out, a, b):
        return a @ b_dot

    def vjp(out_bar, out, a, b):
        if np.ndim(a) == 2 and np.ndim(b) == 2:
            return out_bar @ np.conj(b).T, np.conj(a).T @ out_bar
        if np.ndim(a) == 2 and np.ndim(b) == 1:
            return np.outer(out_bar, np.conj(b)), np.conj(a).T @ out_bar
        if np.ndim(a) == 1 and np.ndim(b) == 1:
            return out_bar * np.conj(b), out_bar * np.conj(a)
        if np.ndim(a) == 1 and np.ndim(b) == 2:
            return np.conj(b) @ out_bar, np.outer(np.conj(a), out_bar)
        if np.ndim(a) == 1:
            a_bar = _unbroadcast(np.sum(np.conj(b) * out_bar[..., None, :], axis=-1), a)
            return a_bar, np.conj(a)[:, None] * out_bar[..., None, :]
        if np.ndim(b) == 1:
            b_bar = _unbroadcast(np.sum(np.conj(a) * out_bar[..., None], axis=-2), b)
            return out_bar[..., None] * np.conj(b), b_bar
        if (
            np.ndim(b) == 2
        ):  # one matrix for the whole batch: contract the batch as well, rather than sum after
            rows = tuple(range(np.ndim(a) - 1))
            return out_bar @ np.conj(b).T, np.tensordot(np.conj(a), out_bar, (rows, rows))
        a_bar = _unbroadcast(out_bar @ np.conj(np.swapaxes(b, -1, -2)), a)
        return a_bar, _unbroadcast(np.conj(np.swapaxes(a, -1, -2)) @ out_bar, b)


@rule(
    np.dot,
    batch="none",
    fresh=True,
    cases=[
        *PAIRS_1_2,
        case(scalar(), array(2, 3)),
        case(array(2, 3), array()),
        case(scalar(), scalar()),
        case(array(2, 3, 4), array(4)),
        case(array(2, 3, 4), array(5, 4, 6)),
        case(array(4), array(5, 4, 6)),
        case(array(2, 4), array(5, 4, 6)),
    ],
)
class dot:
    def a(a_dot, out, a, b):
        return np.dot(a_dot, b)

    def b(b_dot, out, a, b):
        return np.dot(a, b_dot)

    def vjp(out_bar, out, a, b):
        if np.ndim(a) == 2 and np.ndim(b) == 2:
            return out_bar @ np.conj(b).T, np.conj(a).T @ out_bar
        if np.ndim(a) == 2 and np.ndim(b) == 1:
            return np.outer(out_bar, np.conj(b)), np.conj(a).T @ out_bar
        if np.ndim(a) == 1 and np.ndim(b) == 1:
            return out_bar * np.conj(b), out_bar * np.conj(a)
        if np.ndim(a) == 1 and np.ndim(b) == 2:
            return np.conj(b) @ out_bar, np.outer(np.conj(a), out_bar)
        if np.ndim(a) == 0:
            return np.vdot(b, out_bar), np.conj(a) * out_bar
        if np.ndim(b) == 0:
            return out_bar * np.conj(b), np.vdot(a, out_bar)
        rows = tuple(range(np.ndim(a) - 1))
        if np.ndim(b) == 1:
            return out_bar[..., None] * np.conj(b), np.tensordot(np.conj(a), out_bar, (rows, rows))
        columns = (*range(np.ndim(b) - 2), np.ndim(b) - 1)
        a_bar = np.tensordot(out_bar, np.conj(b), (range(np.ndim(a) - 1, np.ndim(out_bar)), columns))
        return a_bar, np.moveaxis(np.tensordot(np.conj(a), out_bar, (rows, rows)), 0, -2)


@rule(
    np.vdot,
    fresh=True,
    cases=[case(array(3), array(3)), case(array(2, 3), array(2, 3)), case(scalar(), scalar())],
)
class vdot:  # sum(conj(a) * b)
    def a(a_dot, out, a, b):
        return np.vdot(a_dot, b)

    def b(b_dot, out, a, b):
        return np.vdot(a, b_dot)

    def vjp(out_bar, out, a, b):
        return np.conj(out_bar) * np.reshape(b, np.shape(a)), out_bar * np.reshape(a, np.shape(b))


@rule(
    np.inner,
    fresh=True,
    cases=[
        case(array(3), array(3)),
        case(array(2, 3), array(4, 3)),
        case(array(3), array(4, 3)),
        case(array(2, 5, 3), array(3)),
        case(scalar(), array(2, 3)),
        case(array(2, 3), scalar()),
    ],
)
class inner:
    def a(a_dot, out, a, b):
        return np.inner(a_dot, b)

    def b(b_dot, out, a, b):
        return np.inner(a, b_dot)

    def vjp(out_bar, out, a, b):
        if np.ndim(a) == 1 and np.ndim(b) == 1:
            return out_bar * np.conj(b), out_bar * np.conj(a)
        if np.ndim(a) == 0:
            return np.vdot(b, out_bar), np.conj(a) * out_bar
        if np.ndim(b) == 0:
            return out_bar * np.conj(b), np.vdot(a, out_bar)
        rows = tuple(range(np.ndim(a) - 1))
        return np.tensordot(out_bar, np.conj(b), np.ndim(b) - 1), np.tensordot(
            out_bar, np.conj(a), (rows, rows)
        )


@rule(
    np.outer,
    fresh=True,
    cases=[
        case(array(3), array(2)),
        case(array(2, 2), array(3)),
        case(scalar(), array(2)),
        case(array(1), array(1)),
    ],
)
class outer:
    def a(a_dot, out, a, b):
        return np.outer(a_dot, b)

    def b(b_dot, out, a, b):
        return np.outer(a, b_dot)

    def vjp(out_bar, out, a, b):
        if np.ndim(a) == 1 and np.ndim(b) == 1:
            return out_bar @ np.conj(b), np.conj(a) @ out_bar
        a_bar = np.reshape(out_bar @ np.conj(np.ravel(b)), np.shape(a))
        return a_bar, np.reshape(np.conj(np.ravel(a)) @ out_bar, np.shape(b))


@rule(
    np.linalg.outer, wrt=("x1", "x2"), fresh=True, cases=[case(array(3), array(2)), case(array(1), array(1))]
)
class linalg_outer:
    def x1(x1_dot, out, x1, x2):
        return np.linalg.outer(x1_dot, x2)

    def x2(x2_dot, out, x1, x2):
        return np.linalg.outer(x1, x2_dot)

    def vjp(out_bar, out, x1, x2):
        return out_bar @ np.conj(x2), np.conj(x1) @ out_bar


@rule(
    np.tensordot,
    np.linalg.tensordot,
    wrt=("a", "b"),
    cases=[
        case(array(2, 3, 4), array(3, 4, 5)),
        case(array(2, 3), array(3, 4), axes=1),
        case(array(2), array(3), axes=0),
        case(array(2, 3, 4), array(4, 3, 5), axes=((1, 2), (1, 0))),
        case(array(2, 3, 4), array(5, 2, 4), axes=([-1, 0], [2, 1])),
        case(array(2, 3), array(4, 3), axes=(1, 1)),
        case(array(2, 3), array(2, 3), axes=2),
    ],
)
class tensordot:
    def a(a_dot, out, a, b, axes=2):
        return np.tensordot(a_dot, b, axes)

    def b(b_dot, out, a, b, axes=2):
        return np.tensordot(a, b_dot, axes)

    def vjp(out_bar, out, a, b, axes=2):
        if isinstance(axes, int):
            kept_a = range(np.ndim(a) - axes)
            kept_b = range(axes, np.ndim(b))
            a_bar = np.tensordot(out_bar, np.conj(b), (range(np.ndim(a) - axes, np.ndim(out_bar)), kept_b))
            return a_bar, np.tensordot(np.conj(a), out_bar, (kept_a, kept_a))
        return _tensordot_adjoints(out_bar, a, b, axes[0], axes[1])


@rule(
    np.einsum,
    wrt="operands",
    cases=[
        case("ij,jk->ik", array(2, 3), array(3, 4)),
        case("ij,jk", array(2, 3), array(3, 4)),
        case("ii->i", array(3, 3)),
        case("ii", array(3, 3)),
        case("ij->", array(2, 3)),
        case("ij->ji", array(2, 3)),
        case("ij,j->i", array(2, 3), array(3)),
        case("i,j,ij", array(2), array(3), array(2, 3)),
        case("...ij,...jk->...ik", array(5, 2, 3), array(3, 4)),
        case("...i->...", array(2, 3)),
        case("b...i,bi->b...", array(2, 4, 3), array(2, 3)),
        case("iij,j->i", array(2, 2, 3), array(3)),
        case("ij,ij->j", array(1, 3), array(2, 3)),
        case("i,i->i", array(3), array(3)),
        case(" i j , k -> k i ", array(2, 3), array(4)),
        case("ij,jk,kl", array(2, 3), array(3, 4), array(4, 2), optimize=True),
    ],
)
class einsum:
    def operands(operands_dot, out, subscripts, *operands, optimize=False):
        total = 0
        for k in range(len(operands)):
            terms = (*operands[:k], operands_dot[k], *operands[k + 1 :])
            total = total + np.einsum(subscripts, *terms, optimize=optimize)
        return total

    def vjp(out_bar, out, subscripts, *operands, optimize=False):
        terms, result = _einsum_terms(subscripts, [np.shape(operand) for operand in operands])
        return tuple([_einsum_adjoint(out_bar, k, terms, result, operands) for k in range(len(operands))])


@rule(
    np.linalg.multi_dot,
    cases=[
        case([array(2, 3), array(3, 4), array(4, 2)]),
        case([array(3), array(3, 4), array(4)]),
        case([array(2, 3), array(3)]),
        case([array(3), array(3, 2), array(2, 4)]),
    ],
)
class multi_dot:
    def arrays(arrays_dot, out, arrays):
        total = 0
        for k in range(len(arrays)):
            total = total + np.linalg.multi_dot([*arrays[:k], arrays_dot[k], *arrays[k + 1 :]])
        return total

    def vjp(out_bar, out, arrays):
        return _chain_adjoints(out_bar, arrays)


@rule(
    np.kron,
    cases=[
        case(array(2), array(3)),
        case(array(2, 3), array(4, 5)),
        case(array(3), array(2, 2)),
        case(array(2, 2), array(3)),
    ],
)
class kron:
    def a(a_dot, out, a, b):
        return np.kron(a_dot, b)

    def b(b_dot, out, a, b):
        return np.kron(a, b_dot)

    def vjp(out_bar, out, a, b):
        blocks = _kron_blocks(out_bar, a, b)
        a_bar = np.reshape(blocks @ np.conj(np.ravel(b)), np.shape(a))
        return a_bar, np.reshape(np.conj(np.ravel(a)) @ blocks, np.shape(b))


@rule(
    np.cross,
    wrt=("a", "b"),
    cases=[
        case(array(3), array(3)),
        case(array(2, 3), array(3)),
        case(array(3, 2), array(2, 3), axisa=0, axisc=0),
        case(array(2, 3), array(3, 2), axisb=0),
        case(array(4, 3), array(2, 1, 3)),
        case(array(3, 2), array(3, 2), axis=0),
    ],
)
class cross:  # of vectors with three components; <seed, a x b> = <a, b x seed> = <b, seed x a>
    def a(a_dot, out, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
        return np.cross(a_dot, b, axisa, axisb, axisc, axis)

    def b(b_dot, out, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
        return np.cross(a, b_dot, axisa, axisb, axisc, axis)

    def vjp(out_bar, out, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
        if np.shape(a) == (3,) and np.shape(b) == (3,):
            return np.cross(np.conj(b), out_bar), np.cross(out_bar, np.conj(a))
        last_a = np.moveaxis(a, axisa if axis is None else axis, -1)
        last_b = np.moveaxis(b, axisb if axis is None else axis, -1)
        seed = np.moveaxis(out_bar, axisc if axis is None else axis, -1)
        a_bar = _unbroadcast(np.cross(np.conj(last_b), seed), last_a)
        b_bar = _unbroadcast(np.cross(seed, np.conj(last_a)), last_b)
        return (
            np.moveaxis(a_bar, -1, axisa if axis is None else axis),
            np.moveaxis(b_bar, -1, axisb if axis is None else axis),
        )


@rule(
    np.linalg.cross,
    wrt=("x1", "x2"),
    cases=[case(array(3), array(3)), case(array(2, 3), array(3)), case(array(3, 2), array(3, 2), axis=0)],
)
class linalg_cross:
    def x1(x1_dot, out, x1, x2, *, axis=-1):
        return np.linalg.cross(x1_dot, x2, axis=axis)

    def x2(x2_dot, out, x1, x2, *, axis=-1):
        return np.linalg.cross(x1, x2_dot, axis=axis)

    def vjp(out_bar, out, x1, x2, *, axis=-1):
        x1_bar = _unbroadcast(np.cross(np.conj(x2), out_bar, axis=axis), x1)
        return x1_bar, _unbroadcast(np.cross(out_bar, np.conj(x1), axis=axis), x2)


MODES = tuple(
    case(array(n), array(m), mode=mode)
    for mode in ("full", "same", "valid")
    for n, m in ((5, 3), (3, 5), (4, 4), (6, 2), (2, 6), (1, 3))
)


@rule(np.convolve, wrt=("a", "v"), cases=[case(array(5), array(3)), *MODES])
class convolve:
    def a(a_dot, out, a, v, mode="full"):
        return np.convolve(a_dot, v, mode)

    def v(v_dot, out, a, v, mode="full"):
        return np.convolve(a, v_dot, mode)

    def vjp(out_bar, out, a, v, mode="full"):
        if mode == "full":  # np.correlate conjugates its second argument
            return np.correlate(out_bar, v, "valid"), np.correlate(out_bar, a, "valid")
        seed = _full_seed(out_bar, len(a), len(v), mode)
        return np.correlate(seed, v, "valid"), np.correlate(seed, a, "valid")


@rule(np.correlate, wrt=("a", "v"), cases=[case(array(5), array(3)), *MODES])
class correlate:  # np.convolve(a, conj(v)[::-1], mode), except that "same" is cut elsewhere if v is the longer one
    def a(a_dot, out, a, v, mode="valid"):
        return np.correlate(a_dot, v, mode)

    def v(v_dot, out, a, v, mode="valid"):
        return np.correlate(a, v_dot, mode)

    def vjp(out_bar, out, a, v, mode="valid"):
        n, m = len(a), len(v)
        if n >= m:
            seed = _full_seed(out_bar, n, m, mode)
        else:
            seed = _full_seed(out_bar[::-1], n, m, mode)[::-1]
        return np.convolve(seed, v, "valid"), np.conj(np.correlate(seed, a, "valid"))[::-1]


@rule(
    np.vecdot,
    np.linalg.vecdot,
    wrt=("x1", "x2"),
    cases=[case(array(3), array(3)), case(array(2, 3), array(3)), case(array(2, 1, 3), array(4, 3))],
)
class vecdot:  # sum(conj(x1) * x2) over the last axis
    def x1(x1_dot, out, x1, x2):
        return np.vecdot(x1_dot, x2)

    def x2(x2_dot, out, x1, x2):
        return np.vecdot(x1, x2_dot)

    def vjp(out_bar, out, x1, x2):
        seed = np.expand_dims(out_bar, -1)
        return _unbroadcast(np.conj(seed) * x2, x1), _unbroadcast(seed * x1, x2)


if hasattr(np, "matvec"):  # NumPy 2.2

    @rule(
        np.matvec,
        cases=[case(array(2, 3), array(3)), case(array(5, 2, 3), array(3)), case(array(2, 3), array(5, 3))],
    )
    class matvec:
        def x1(x1_dot, out, x1, x2):
            return np.matvec(x1_dot, x2)

        def x2(x2_dot, out, x1, x2):
            return np.matvec(x1, x2_dot)

        def vjp(out_bar, out, x1, x2):
            x1_bar = _unbroadcast(out_bar[..., :, None] * np.conj(x2)[..., None, :], x1)
            return x1_bar, _unbroadcast(np.matvec(np.conj(np.swapaxes(x1, -1, -2)), out_bar), x2)

    @rule(
        np.vecmat,
        cases=[case(array(2), array(2, 3)), case(array(2), array(5, 2, 3)), case(array(5, 2), array(2, 3))],
    )
    class vecmat:  # conj(x1) @ x2
        def x1(x1_dot, out, x1, x2):
            return np.vecmat(x1_dot, x2)

        def x2(x2_dot, out, x1, x2):
            return np.vecmat(x1, x2_dot)

        def vjp(out_bar, out, x1, x2):
            x1_bar = _unbroadcast(np.matvec(x2, np.conj(out_bar)), x1)
            return x1_bar, _unbroadcast(x1[..., :, None] * out_bar[..., None, :], x2)


@linear(
    np.trace,
    accepts={"dtype": float_type},
    batch="none",
    cases=[case(array(3, 3)), case(array(2, 3), 1), case(array(3, 2, 4), offset=-1, axis1=-1, axis2=0)],
)
def trace(out_bar, a, offset=0, axis1=0, axis2=1):
    if np.ndim(a) == 2:
        return out_bar * np.eye(
            *np.shape(a), k=offset if axis1 % 2 == 0 else -offset, dtype=np.result_type(a)
        )
    rows, columns = np.shape(a)[axis1], np.shape(a)[axis2]
    eye = np.eye(rows, columns, k=offset, dtype=np.result_type(a))
    return np.moveaxis(np.multiply.outer(out_bar, eye), (-2, -1), (axis1, axis2))


@linear(
    np.linalg.trace,
    accepts={"dtype": float_type},
    batch="native",
    cases=[case(array(3, 3)), case(array(4, 2, 3), offset=1)],
)
def linalg_trace(out_bar, x, *, offset=0):
    rows, columns = np.shape(x)[-2:]
    return np.multiply.outer(out_bar, np.eye(rows, columns, k=offset, dtype=np.result_type(x)))


method("dot", np.dot)
method("trace", np.trace)
