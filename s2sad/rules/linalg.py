"""Linear algebra, with leading batch dimensions throughout.

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); I. Murray, "Differentiation of the Cholesky decomposition" (2016); S. Walter, L. Lehmann, "Algorithmic
differentiation of linear algebra functions" (2010); G. Golub, V. Pereyra (1973) for the pseudoinverse.

Functions that read one triangle of their matrix (cholesky, eigh) are differentiated as what they are: the
adjoint of the triangle that is not read is zero. For a symmetric matrix computed from something else this gives
the same result as the symmetrised convention.
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_arrays import _safe_divide
from s2sad.prelude_linalg import (
    _cofactors,
    _cond_slope,
    _eig_adjoint,
    _eig_tangent,
    _full_svd_adjoint,
    _full_svd_tangent,
    _gaps,
    _half_lower,
    _half_upper,
    _lstsq_adjoints,
    _lstsq_tangent,
    _matrix_norm_slope,
    _matrix_power_tangent,
    _norm_slope,
    _pinv_adjoint,
    _qr_adjoint,
    _qr_tangent,
    _solved_axes,
    _svd_adjoint,
    _svd_tangent,
    _vector_norm_slope,
    _wide_qr_adjoint,
    _wide_qr_tangent,
)
from s2sad.rules.declare import array, case, rule, scalar, spd


@rule(
    np.linalg.solve,
    fresh=True,
    poles="singular a",
    cases=[
        case(spd(3), array(3)),
        case(spd(3), array(3, 2)),
        case(spd(3, batch=(2,)), array(3)),
        case(spd(3, batch=(2,)), array(2, 3, 4)),
        case(spd(3, batch=(2,)), array(3, 4)),
        case(spd(3), array(5, 3, 2)),
        case(spd(1), array(1)),
    ],
)
class solve:  # NumPy 2: b is a vector if it has one axis, and a stack of matrices otherwise
    def a(a_dot, out, a, b):
        if np.ndim(b) == 1 and np.ndim(a) > 2:
            return -np.linalg.solve(a, a_dot @ out[..., None])[..., 0]
        return -np.linalg.solve(a, a_dot @ out)

    def b(b_dot, out, a, b):
        return np.linalg.solve(a, b_dot)

    def vjp(out_bar, out, a, b):
        if np.ndim(a) == 2 and np.ndim(b) == 1:
            b_bar = np.linalg.solve(np.conj(a).T, out_bar)
            return -np.outer(b_bar, np.conj(out)), b_bar
        if np.ndim(a) == 2 and np.ndim(b) == 2:
            b_bar = np.linalg.solve(np.conj(a).T, out_bar)
            return -b_bar @ np.conj(out).T, b_bar
        a_adjoint = np.conj(np.swapaxes(a, -1, -2))
        if np.ndim(b) == 1:
            column = np.linalg.solve(a_adjoint, out_bar[..., None])
            return -column * np.conj(out)[..., None, :], _unbroadcast(column[..., 0], b)
        solved = np.linalg.solve(a_adjoint, out_bar)
        return _unbroadcast(-solved @ np.conj(np.swapaxes(out, -1, -2)), a), _unbroadcast(solved, b)


@rule(
    np.linalg.inv,
    wrt="a",
    batch="native",
    fresh=True,
    poles="singular a",
    cases=[case(spd(3)), case(spd(2, batch=(4,)))],
)
class inv:
    def a(a_dot, out, a):
        return -out @ a_dot @ out

    def vjp(out_bar, out, a):
        if np.ndim(a) == 2:
            return -np.conj(out).T @ out_bar @ np.conj(out).T
        adjoint = np.conj(np.swapaxes(out, -1, -2))
        return -adjoint @ out_bar @ adjoint


@rule(
    np.linalg.det,
    wrt="a",
    batch="native",
    fresh=True,
    cases=[
        case(array(3, 3)),
        case(array(4, 2, 2)),
        case(array(1, 1)),
        case(np.array([[1.0, 2.0], [2.0, 4.0]])),
    ],
)
class det:  # by the cofactors: it is smooth at singular matrices too
    def a(a_dot, out, a):
        return np.sum(_cofactors(a, out) * a_dot, axis=(-2, -1))

    def vjp(out_bar, out, a):
        return np.expand_dims(out_bar, (-2, -1)) * np.conj(_cofactors(a, out))


@rule(
    np.linalg.slogdet,
    wrt="a",
    batch="native",
    fresh=True,
    poles="singular a",
    cases=[case(array(3, 3)), case(spd(3)), case(array(4, 2, 2))],
)
class slogdet:  # d log(det) = trace(inv(a) da); its imaginary part turns the sign, if a is complex
    def a(a_dot, out, a):
        change = np.sum(np.swapaxes(np.linalg.inv(a), -1, -2) * a_dot, axis=(-2, -1))
        return out[0] * 1j * change.imag if np.iscomplexobj(a) else 0 * out[0], change.real

    def vjp(out_bar, out, a):
        inverse = np.conj(np.swapaxes(np.linalg.inv(a), -1, -2))
        if np.iscomplexobj(a):
            turn = np.imag(np.conj(out[0]) * out_bar[0])
            return np.expand_dims(out_bar[1] + 1j * turn, (-2, -1)) * inverse
        return np.expand_dims(out_bar[1], (-2, -1)) * inverse


@rule(
    np.linalg.cholesky,
    wrt="a",
    batch="native",
    fresh=True,
    cases=[case(spd(3)), case(spd(2, batch=(4,))), case(spd(3), upper=True), case(spd(1))],
)
class cholesky:  # the triangle read stands for h + h^H, with h = its half (the diagonal counted half)
    def a(a_dot, out, a, *, upper=False):
        lower = np.conj(np.swapaxes(out, -1, -2)) if upper else out
        half = np.conj(np.swapaxes(_half_upper(a_dot), -1, -2)) if upper else _half_lower(a_dot)
        inverse = np.linalg.inv(lower)
        change = inverse @ (half + np.conj(np.swapaxes(half, -1, -2))) @ np.conj(np.swapaxes(inverse, -1, -2))
        lower_dot = lower @ _half_lower(change)
        return np.conj(np.swapaxes(lower_dot, -1, -2)) if upper else lower_dot

    def vjp(out_bar, out, a, *, upper=False):
        adjoint = out if upper else np.conj(np.swapaxes(out, -1, -2))
        seed = np.conj(np.swapaxes(out_bar, -1, -2)) if upper else out_bar
        inverse = np.linalg.inv(adjoint)
        full = inverse @ _half_lower(adjoint @ np.tril(seed)) @ np.conj(np.swapaxes(inverse, -1, -2))
        both = full + np.conj(np.swapaxes(full, -1, -2))
        return _half_upper(both) if upper else _half_lower(both)


@rule(
    np.linalg.norm,
    batch="axis",
    wrt="x",
    fresh=True,
    kinks="zero at a zero vector; equal maxima share the derivative",
    cases=[
        case(array(4)),
        case(array(2, 3)),
        case(array(2, 3, 2)),
        case(scalar()),
        case(array(2, 3), keepdims=True),
        case(array(2, 3), axis=0),
        case(array(2, 3), axis=-1, keepdims=True),
        case(array(2, 3, 4), axis=(0, 2)),
        *[case(array(4), p) for p in (1, 2, 3, 2.5, 0.5, -1, np.inf, -np.inf, 0)],
        *[case(array(3, 2), p) for p in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)],
        case(array(2, 3), 1, axis=1),
        case(array(2, 3), np.inf, axis=0, keepdims=True),
        case(array(4, 2, 3), "nuc", axis=(-1, 0)),
        case(array(4, 2, 3), 1, axis=(1, 2), keepdims=True),
        case(array(4, 2, 3), "fro", axis=(1, 2)),
    ],
)
class norm:
    def x(x_dot, out, x, ord=None, axis=None, keepdims=False):
        if ord is None or ord == "fro" or (ord == 2 and (isinstance(axis, int) or np.ndim(x) == 1)):
            return _safe_divide(np.sum(np.real(np.conj(x) * x_dot), axis=axis, keepdims=keepdims), out)
        slope = _norm_slope(x, ord, axis)
        return np.sum(np.real(np.conj(slope) * x_dot), axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, x, ord=None, axis=None, keepdims=False):
        if ord is None or ord == "fro" or (ord == 2 and (isinstance(axis, int) or np.ndim(x) == 1)):
            ratio = _safe_divide(out_bar, out)
            return x * (ratio if keepdims or axis is None else np.expand_dims(ratio, axis))
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        return _norm_slope(x, ord, axis) * seed


@rule(
    np.linalg.vector_norm,
    batch="axis",
    wrt="x",
    fresh=True,
    kinks="zero at a zero vector; equal maxima share the derivative",
    cases=[
        case(array(2, 3)),
        case(array(2, 3), axis=0, ord=3),
        case(array(2, 3), axis=-1, keepdims=True),
        case(array(2, 3), keepdims=True, ord=np.inf),
        case(array(2, 3, 4), axis=(0, 2), ord=1),
    ],
)
class vector_norm:
    def x(x_dot, out, x, *, axis=None, keepdims=False, ord=2):
        if ord == 2:
            return _safe_divide(np.sum(np.real(np.conj(x) * x_dot), axis=axis, keepdims=keepdims), out)
        size = np.linalg.vector_norm(x, axis=axis, keepdims=True, ord=ord)
        return np.sum(
            np.real(np.conj(_vector_norm_slope(x, size, ord, axis)) * x_dot), axis=axis, keepdims=keepdims
        )

    def vjp(out_bar, out, x, *, axis=None, keepdims=False, ord=2):
        if ord == 2:
            ratio = _safe_divide(out_bar, out)
            return x * (ratio if keepdims or axis is None else np.expand_dims(ratio, axis))
        size = np.linalg.vector_norm(x, axis=axis, keepdims=True, ord=ord)
        seed = out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis)
        return _vector_norm_slope(x, size, ord, axis) * seed


@rule(
    np.linalg.matrix_norm,
    wrt="x",
    fresh=True,
    batch="native",
    kinks="zero at a zero matrix; equal maxima share the derivative",
    cases=[
        case(array(2, 3)),
        case(array(4, 2, 3), keepdims=True),
        case(array(4, 2, 3), ord="nuc"),
        case(array(2, 3), ord=1),
    ],
)
class matrix_norm:
    def x(x_dot, out, x, *, keepdims=False, ord="fro"):
        if ord == "fro":
            return _safe_divide(np.sum(np.real(np.conj(x) * x_dot), axis=(-2, -1), keepdims=keepdims), out)
        slope = _matrix_norm_slope(x, ord)
        return np.sum(np.real(np.conj(slope) * x_dot), axis=(-2, -1), keepdims=keepdims)

    def vjp(out_bar, out, x, *, keepdims=False, ord="fro"):
        if ord == "fro":
            ratio = _safe_divide(out_bar, out)
            return x * (ratio if keepdims else np.expand_dims(ratio, (-2, -1)))
        return _matrix_norm_slope(x, ord) * (out_bar if keepdims else np.expand_dims(out_bar, (-2, -1)))


# ── decompositions ───────────────────────────────────────────────────────────────────────────────────────

SYMMETRIC = (case(spd(3)), case(spd(2, batch=(4,))), case(spd(3), UPLO="U"), case(spd(1)))

# Vectors of complex matrices are determined up to a phase, which LAPACK chooses and a test must not depend on:
# these cases stay real when others are drawn complex.
REAL = np.array([[3.0, 0.4, -1.0], [0.5, 1.0, 0.7], [-0.8, 0.6, 2.0], [1.1, -0.3, 0.2]])
PAIR = np.stack((REAL[:3, :2], REAL[1:, 1:]))


@rule(
    np.linalg.eigvalsh,
    wrt="a",
    batch="native",
    fresh=True,
    kinks="repeated eigenvalues: one eigenbasis",
    cases=SYMMETRIC,
)
class eigvalsh:
    def a(a_dot, out, a, UPLO="L"):
        half = _half_lower(a_dot) if UPLO == "L" else _half_upper(a_dot)
        v = np.linalg.eigh(a, UPLO)[1]
        return 2 * np.real(np.sum(np.conj(v) * (half @ v), axis=-2))

    def vjp(out_bar, out, a, UPLO="L"):
        v = np.linalg.eigh(a, UPLO)[1]
        full = 2 * (v * out_bar[..., None, :]) @ np.conj(np.swapaxes(v, -1, -2))
        return _half_lower(full) if UPLO == "L" else _half_upper(full)


@rule(
    np.linalg.eigh,
    wrt="a",
    batch="native",
    fresh=True,
    kinks="repeated eigenvalues: their eigenvectors do not turn into each other",
    cases=[
        case(REAL[:3]),
        case(REAL[:3], UPLO="U"),
        case(PAIR[:, :2]),
        case(REAL[:1, :1]),
    ],
)
class eigh:
    def a(a_dot, out, a, UPLO="L"):
        half = _half_lower(a_dot) if UPLO == "L" else _half_upper(a_dot)
        v = out[1]
        core = np.conj(np.swapaxes(v, -1, -2)) @ (half + np.conj(np.swapaxes(half, -1, -2))) @ v
        return np.real(np.diagonal(core, axis1=-2, axis2=-1)), v @ (_gaps(out[0]) * core)

    def vjp(out_bar, out, a, UPLO="L"):
        v = out[1]
        adjoint = np.conj(np.swapaxes(v, -1, -2))
        eye = np.eye(np.shape(a)[-1], dtype=out[0].dtype)
        core = out_bar[0][..., None, :] * eye + _gaps(out[0]) * (adjoint @ out_bar[1])
        full = v @ core @ adjoint
        both = full + np.conj(np.swapaxes(full, -1, -2))
        return _half_lower(both) if UPLO == "L" else _half_upper(both)


@rule(
    np.linalg.svd,
    wrt="a",
    batch="native",
    fresh=True,
    kinks="repeated singular values: their vectors do not turn into each other; the further vectors of a full decomposition"
    " have the tangent nan, and their adjoint must be zero",
    cases=[
        case(REAL[:3]),
        case(REAL, full_matrices=False),
        case(REAL.T, full_matrices=False),
        case(PAIR, False),
        case(array(4, 2), compute_uv=False),
        case(array(5, 2, 3), True, False),
    ],
)
class svd:
    def a(a_dot, out, a, full_matrices=True, compute_uv=True):
        if not compute_uv:
            u, _, vh = np.linalg.svd(a, full_matrices=False)
            return np.real(np.sum(np.conj(u) * (a_dot @ np.conj(np.swapaxes(vh, -1, -2))), axis=-2))
        if full_matrices and np.shape(a)[-1] != np.shape(a)[-2]:
            return _full_svd_tangent(a_dot, out[0], out[1], out[2])
        return _svd_tangent(a_dot, out[0], out[1], out[2])

    def vjp(out_bar, out, a, full_matrices=True, compute_uv=True):
        if not compute_uv:
            u, _, vh = np.linalg.svd(a, full_matrices=False)
            return (u * out_bar[..., None, :]) @ vh
        if full_matrices and np.shape(a)[-1] != np.shape(a)[-2]:
            return _full_svd_adjoint(out_bar[0], out_bar[1], out_bar[2], out[0], out[1], out[2])
        return _svd_adjoint(out_bar[0], out_bar[1], out_bar[2], out[0], out[1], out[2])


@rule(np.linalg.svdvals, wrt="x", batch="native", fresh=True, cases=[case(array(3, 2)), case(array(4, 2, 3))])
class svdvals:
    def x(x_dot, out, x):
        u, _, vh = np.linalg.svd(x, full_matrices=False)
        return np.real(np.sum(np.conj(u) * (x_dot @ np.conj(np.swapaxes(vh, -1, -2))), axis=-2))

    def vjp(out_bar, out, x):
        u, _, vh = np.linalg.svd(x, full_matrices=False)
        return (u * out_bar[..., None, :]) @ vh


@rule(
    np.linalg.qr,
    wrt="a",
    accepts={"mode": ("reduced", "r")},
    batch="native",
    fresh=True,
    poles="linearly dependent columns",
    cases=[
        case(array(3, 3)),
        case(array(4, 2)),
        case(array(5, 4, 2)),
        case(array(4, 2), "r"),
        case(array(2, 4)),
        case(array(3, 2, 4), "r"),
        case(array(1, 1)),
    ],
)
class qr:
    def a(a_dot, out, a, mode="reduced"):
        if np.shape(a)[-2] < np.shape(a)[-1]:
            q = np.linalg.qr(a)[0] if mode == "r" else out[0]
            q_dot, r_dot = _wide_qr_tangent(a_dot, q, out if mode == "r" else out[1])
            return r_dot if mode == "r" else (q_dot, r_dot)
        if mode == "r":
            return _qr_tangent(a_dot, np.linalg.qr(a)[0], out)[1]
        return _qr_tangent(a_dot, out[0], out[1])

    def vjp(out_bar, out, a, mode="reduced"):
        if np.shape(a)[-2] < np.shape(a)[-1]:
            if mode == "r":
                q = np.linalg.qr(a)[0]
                return _wide_qr_adjoint(np.zeros_like(q), out_bar, q, out)
            return _wide_qr_adjoint(out_bar[0], out_bar[1], out[0], out[1])
        if mode == "r":
            return _qr_adjoint(np.zeros_like(a), out_bar, np.linalg.qr(a)[0], out)
        return _qr_adjoint(out_bar[0], out_bar[1], out[0], out[1])


GENERAL = (
    case(np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 1.5], [2.0, 0.7, 3.0]])),
    case(array(3, 3)),
    case(array(4, 2, 2)),
)


@rule(np.linalg.eigvals, wrt="a", batch="native", fresh=True, poles="repeated eigenvalues", cases=GENERAL)
class eigvals:
    def a(a_dot, out, a):
        return _eig_tangent(a_dot, out, np.linalg.eig(a)[1])[0]

    def vjp(out_bar, out, a):
        v = np.linalg.eig(a)[1]
        return _eig_adjoint(out_bar, np.zeros_like(v), out, v, a)


@rule(np.linalg.eig, wrt="a", batch="native", fresh=True, poles="repeated eigenvalues", cases=GENERAL)
class eig:  # eigenvectors have length 1, and their largest component is real, as LAPACK normalises them
    def a(a_dot, out, a):
        return _eig_tangent(a_dot, out[0], out[1])

    def vjp(out_bar, out, a):
        return _eig_adjoint(out_bar[0], out_bar[1], out[0], out[1], a)


def tiny(rcond):
    """None or at most 1e-8, written as such: singular values that are cut off must be zero for all practical purposes"""
    return rcond is None or (isinstance(rcond, float | int) and rcond <= 1e-8)


@rule(
    np.linalg.pinv,
    aliases={"rtol": "rcond"},
    accepts={"rcond": tiny, "rtol": tiny},
    wrt="a",
    batch="native",
    fresh=True,
    poles="a change of rank",
    cases=[
        case(array(3, 2)),
        case(array(2, 3)),
        case(array(3, 3)),
        case(array(4, 3, 2)),
        case(array(3, 2), rcond=1e-9),
    ],
)
class pinv:
    def a(a_dot, out, a, rcond=None):
        return _pinv_adjoint(a_dot, np.conj(np.swapaxes(out, -1, -2)), np.conj(np.swapaxes(a, -1, -2)))

    def vjp(out_bar, out, a, rcond=None):
        return _pinv_adjoint(out_bar, out, a)


@rule(
    np.linalg.lstsq,
    accepts={"rcond": tiny},
    wrt=("a", "b"),
    fresh=True,
    poles="a change of rank",
    cases=[
        case(array(4, 2), array(4)),
        case(array(4, 2), array(4, 3), rcond=1e-9),
        case(array(2, 4), array(2)),
        case(array(3, 3), array(3)),
    ],
)
class lstsq:  # x, the squared residuals, the rank (constant), the singular values
    def a(a_dot, out, a, b, rcond=None):
        return _lstsq_tangent(a_dot, 0 * b, out, a, b, rcond)

    def b(b_dot, out, a, b, rcond=None):
        return _lstsq_tangent(0 * a, b_dot, out, a, b, rcond)

    def vjp(out_bar, out, a, b, rcond=None):
        return _lstsq_adjoints(out_bar, out, a, b, rcond)


@rule(
    np.linalg.cond,
    batch="native",
    wrt="x",
    fresh=True,
    poles="singular x",
    kinks="equal extreme singular values, or maxima: one of them",
    cases=[
        case(array(3, 3)),
        case(array(4, 2)),
        case(array(4, 2, 2)),
        *[case(spd(3), p) for p in (2, -2, 1, np.inf, "fro")],
    ],
)
class cond:
    def x(x_dot, out, x, p=None):
        return np.sum(np.real(np.conj(_cond_slope(x, p)) * x_dot), axis=(-2, -1))

    def vjp(out_bar, out, x, p=None):
        return _cond_slope(x, p) * np.expand_dims(out_bar, (-2, -1))


@rule(
    np.linalg.tensorinv,
    wrt="a",
    fresh=True,
    poles="singular a",
    cases=[case(array(2, 2, 4)), case(array(2, 3, 6), ind=2), case(array(6, 2, 3), ind=1)],
)
class tensorinv:
    def a(a_dot, out, a, ind=2):
        inverse = np.reshape(out, (-1, int(np.prod(np.shape(a)[:ind]))))
        return np.reshape(-inverse @ np.reshape(a_dot, np.shape(inverse)) @ inverse, np.shape(out))

    def vjp(out_bar, out, a, ind=2):
        inverse = np.reshape(out, (-1, int(np.prod(np.shape(a)[:ind]))))
        adjoint = np.conj(inverse).T
        return np.reshape(-adjoint @ np.reshape(out_bar, np.shape(inverse)) @ adjoint, np.shape(a))


@rule(
    np.linalg.tensorsolve,
    wrt=("a", "b"),
    fresh=True,
    poles="singular a",
    cases=[
        case(array(4, 2, 2), array(4)),
        case(array(2, 3, 6), array(2, 3)),
        case(array(2, 4, 2), array(4), axes=(0,)),
    ],
)
class tensorsolve:
    def a(a_dot, out, a, b, axes=None):
        order = _solved_axes(a, axes)
        moved = np.transpose(a_dot, order)
        return np.linalg.tensorsolve(np.transpose(a, order), -np.tensordot(moved, out, np.ndim(out)))

    def b(b_dot, out, a, b, axes=None):
        return np.linalg.tensorsolve(a, b_dot, axes)

    def vjp(out_bar, out, a, b, axes=None):
        order = _solved_axes(a, axes)
        square = np.reshape(np.transpose(a, order), (np.size(b), np.size(b)))
        b_bar = np.reshape(np.linalg.solve(np.conj(square).T, np.ravel(out_bar)), np.shape(b))
        return np.transpose(-np.multiply.outer(b_bar, np.conj(out)), np.argsort(order)), b_bar


@rule(
    np.linalg.matrix_power,
    wrt="a",
    batch="native",
    fresh=True,
    poles="singular a with a negative power",
    cases=[case(spd(3), n) for n in (0, 1, 2, 3, 5, -1, -2)] + [case(spd(2, batch=(4,)), 3)],
)
class matrix_power:
    def a(a_dot, out, a, n):
        return _matrix_power_tangent(a_dot, a, n)

    def vjp(out_bar, out, a, n):
        return _matrix_power_tangent(out_bar, np.conj(np.swapaxes(a, -1, -2)), n)
