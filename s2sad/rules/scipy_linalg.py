"""`scipy.linalg`: equations and factorisations. (`scipy_matrices` has special matrices, and functions of matrices.)

Loaded when a program that is differentiated uses it (`declare.OPTIONAL`). Keywords that are not listed (`overwrite_a`)
must be at their defaults. Sources of formulas: see `linalg`.
"""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import linalg

from s2sad.prelude import _unbroadcast
from s2sad.prelude_linalg import (
    _dagger,
    _gaps,
    _half_lower,
    _half_upper,
    _lstsq_adjoints,
    _lstsq_tangent,
    _pinv_adjoint,
    _qr_adjoint,
    _qr_tangent,
)
from s2sad.prelude_scipy import (
    _band_adjoint,
    _band_outer,
    _band_times,
    _factor_adjoint,
    _half_band,
    _lu_adjoint_of_matrix,
    _lu_factor_adjoint,
    _lu_factor_tangent,
    _lu_tangent_of_matrix,
    _outer_rows,
    _product_of_factor,
    _whole_band,
)
from s2sad.rules import scipy_matrices  # noqa: F401
from s2sad.rules.declare import anything, array, case, rule, spd, twin

for function, other in (
    (linalg.inv, np.linalg.inv),
    (linalg.det, np.linalg.det),
    (linalg.norm, np.linalg.norm),
    (linalg.svdvals, np.linalg.svdvals),
    (linalg.eigvals, np.linalg.eigvals),
    (linalg.svd, np.linalg.svd),
):
    twin(function, other, check_finite=anything, lapack_driver=anything)

# ── equations ────────────────────────────────────────────────────────────────────────────────────────────

TRIANGLE = ("pos", "positive definite", "sym", "symmetric", "her", "hermitian")  # of these one is read
SYMMETRIC = ("sym", "symmetric")


@rule(
    linalg.solve,
    wrt=("a", "b"),
    fresh=True,
    accepts={"check_finite": anything, "assume_a": (None, "gen", "general", *TRIANGLE)},
    poles="singular a",
    cases=[
        case(spd(3), array(3)),
        case(spd(3), array(3, 2)),
        case(spd(3), array(3), assume_a="gen"),
        case(spd(3), array(3), assume_a="pos"),
        case(spd(3), array(3, 2), lower=True, assume_a="pos"),
        case(spd(3), array(3), assume_a="her"),
        case(spd(3), array(3), assume_a="sym"),
        case(spd(3, batch=(3,)), array(3)),
        case(spd(3, batch=(3,)), array(3, 3), assume_a="pos"),
        case(spd(3), array(2, 3, 4)),
    ],
)
class solve:  # b is a vector if it has one axis, and a stack of matrices otherwise
    def a(a_dot, out, a, b, lower=False, assume_a=None):
        change = a_dot
        if assume_a in TRIANGLE:
            change = mirrored(_half_lower(a_dot) if lower else _half_upper(a_dot), assume_a in SYMMETRIC)
        if np.ndim(b) == 1 and np.ndim(a) > 2:
            return -linalg.solve(a, change @ out[..., None], lower, assume_a=assume_a)[..., 0]
        return -linalg.solve(a, change @ out, lower, assume_a=assume_a)

    def b(b_dot, out, a, b, lower=False, assume_a=None):
        return linalg.solve(a, b_dot, lower, assume_a=assume_a)

    def vjp(out_bar, out, a, b, lower=False, assume_a=None):
        vector = np.ndim(b) == 1 and np.ndim(a) > 2
        seed, found = (out_bar[..., None], out[..., None]) if vector else (out_bar, out)
        if assume_a in TRIANGLE:
            same = np.conj(a) if assume_a in SYMMETRIC else a
            b_bar = linalg.solve(same, seed, lower, assume_a=assume_a)
            both = mirrored(-_outer_rows(b_bar, np.conj(found)), assume_a in SYMMETRIC)
            a_bar = _half_lower(both) if lower else _half_upper(both)
        else:
            b_bar = linalg.solve(_dagger(a), seed)
            a_bar = -_outer_rows(b_bar, np.conj(found))
        return _unbroadcast(a_bar, a), _unbroadcast(b_bar[..., 0] if vector else b_bar, b)


def mirrored(half, symmetric):
    """What half of a symmetric, or else Hermitian, matrix stands for."""
    turned = np.swapaxes(half, -1, -2)
    return half + (turned if symmetric else np.conj(turned))


@rule(
    linalg.solve_triangular,
    wrt=("a", "b"),
    fresh=True,
    accepts={"check_finite": anything, "trans": (0, 1, 2, "N", "T", "C")},
    poles="singular a",
    cases=[
        case(spd(3), array(3)),
        case(spd(3), array(3, 2), lower=True),
        case(spd(3), array(3), trans=1),
        case(spd(3), array(3), trans="T", lower=True, unit_diagonal=True),
        case(spd(3), array(3, 2), trans="C"),
        case(spd(3, batch=(3,)), array(3), trans=1),
        case(spd(3), array(2, 3, 4)),
    ],
)
class solve_triangular:  # vectors and stacks as those of solve
    def a(a_dot, out, a, b, trans=0, lower=False, unit_diagonal=False):
        change = triangle(a_dot, lower, unit_diagonal)
        if trans in (1, "T"):
            change = np.swapaxes(change, -1, -2)
        elif trans in (2, "C"):
            change = _dagger(change)
        if np.ndim(b) == 1 and np.ndim(a) > 2:
            return -linalg.solve_triangular(a, change @ out[..., None], trans, lower, unit_diagonal)[..., 0]
        return -linalg.solve_triangular(a, change @ out, trans, lower, unit_diagonal)

    def b(b_dot, out, a, b, trans=0, lower=False, unit_diagonal=False):
        return linalg.solve_triangular(a, b_dot, trans, lower, unit_diagonal)

    def vjp(out_bar, out, a, b, trans=0, lower=False, unit_diagonal=False):
        vector = np.ndim(b) == 1 and np.ndim(a) > 2
        seed, found = (out_bar[..., None], out[..., None]) if vector else (out_bar, out)
        if trans in (0, "N"):
            b_bar = linalg.solve_triangular(a, seed, "C", lower, unit_diagonal)
            a_bar = -_outer_rows(b_bar, np.conj(found))
        elif trans in (1, "T"):
            b_bar = linalg.solve_triangular(np.conj(a), seed, 0, lower, unit_diagonal)
            a_bar = -_outer_rows(np.conj(found), b_bar)
        else:
            b_bar = linalg.solve_triangular(a, seed, 0, lower, unit_diagonal)
            a_bar = -_outer_rows(found, np.conj(b_bar))
        a_bar = triangle(a_bar, lower, unit_diagonal)
        return _unbroadcast(a_bar, a), _unbroadcast(b_bar[..., 0] if vector else b_bar, b)


def triangle(a, lower, unit_diagonal):
    """The part of a matrix that solve_triangular reads."""
    if lower:
        return np.tril(a, -1 if unit_diagonal else 0)
    return np.triu(a, 1 if unit_diagonal else 0)


@rule(
    linalg.cholesky,
    batch="native",
    wrt="a",
    fresh=True,
    accepts={"check_finite": anything},
    cases=[case(spd(3)), case(spd(3), lower=True), case(spd(1))],
)
class cholesky:  # as np.linalg.cholesky, which has the other triangle as its default
    def a(a_dot, out, a, lower=False):
        factor = out if lower else _dagger(out)
        half = _half_lower(a_dot) if lower else _dagger(_half_upper(a_dot))
        inverse = np.linalg.inv(factor)
        factor_dot = factor @ _half_lower(inverse @ (half + _dagger(half)) @ _dagger(inverse))
        return factor_dot if lower else _dagger(factor_dot)

    def vjp(out_bar, out, a, lower=False):
        adjoint = _dagger(out) if lower else out
        seed = out_bar if lower else _dagger(out_bar)
        half = linalg.solve_triangular(adjoint, _half_lower(adjoint @ np.tril(seed)))
        full = linalg.solve_triangular(adjoint, _dagger(half))
        both = full + _dagger(full)
        return _half_lower(both) if lower else _half_upper(both)


@rule(
    linalg.solve_sylvester,
    batch="native",
    wrt=("a", "b", "q"),
    fresh=True,
    cases=[case(spd(3), spd(2), array(3, 2))],
)
class solve_sylvester:  # a x + x b = q
    def a(a_dot, out, a, b, q):
        return linalg.solve_sylvester(a, b, -a_dot @ out)

    def b(b_dot, out, a, b, q):
        return linalg.solve_sylvester(a, b, -out @ b_dot)

    def q(q_dot, out, a, b, q):
        return linalg.solve_sylvester(a, b, q_dot)

    def vjp(out_bar, out, a, b, q):
        q_bar = linalg.solve_sylvester(_dagger(a), _dagger(b), out_bar)
        return -q_bar @ _dagger(out), -_dagger(out) @ q_bar, q_bar


@rule(
    linalg.solve_continuous_lyapunov,
    batch="native",
    wrt=("a", "q"),
    fresh=True,
    cases=[case(spd(3), array(3, 3))],
)
class solve_continuous_lyapunov:  # a x + x a^H = q
    def a(a_dot, out, a, q):
        return linalg.solve_continuous_lyapunov(a, -a_dot @ out - out @ _dagger(a_dot))

    def q(q_dot, out, a, q):
        return linalg.solve_continuous_lyapunov(a, q_dot)

    def vjp(out_bar, out, a, q):
        q_bar = linalg.solve_continuous_lyapunov(_dagger(a), out_bar)
        return -q_bar @ _dagger(out) - _dagger(q_bar) @ out, q_bar


@rule(
    linalg.solve_discrete_lyapunov,
    batch="native",
    wrt=("a", "q"),
    fresh=True,
    accepts={"method": anything},
    cases=[case(array(3, 3, low=-0.3, high=0.3), array(3, 3))],
)
class solve_discrete_lyapunov:  # a x a^H - x + q = 0
    def a(a_dot, out, a, q):
        half = a_dot @ out @ _dagger(a)
        return linalg.solve_discrete_lyapunov(a, half + a @ out @ _dagger(a_dot))

    def q(q_dot, out, a, q):
        return linalg.solve_discrete_lyapunov(a, q_dot)

    def vjp(out_bar, out, a, q):
        q_bar = linalg.solve_discrete_lyapunov(_dagger(a), out_bar)
        return q_bar @ a @ _dagger(out) + _dagger(q_bar) @ a @ out, q_bar


BANDS = np.array([[0.0, 0.3, -0.5, 0.7], [2.0, 3.0, 2.5, 4.0], [0.4, -0.6, 0.2, 0.0]])
HALF = np.array([[3.0, 4.0, 3.5, 5.0], [0.4, -0.6, 0.8, 0.0], [0.3, 0.2, 0.0, 0.0]])


@rule(
    linalg.solve_banded,
    wrt=("ab", "b"),
    fresh=True,
    accepts={"check_finite": anything},
    poles="singular matrix",
    cases=[
        case((1, 1), BANDS, array(4)),
        case((1, 1), BANDS, array(4, 2)),
        case((2, 0), np.array([[2.0, 3.0, 4.0], [0.4, -0.6, 0.0], [0.5, 0.0, 0.0]]), array(3)),
        case((0, 1), BANDS[:2], array(4)),
    ],
)
class solve_banded:
    def ab(ab_dot, out, l_and_u, ab, b):
        return -linalg.solve_banded(l_and_u, ab, _band_times(ab_dot, out, *l_and_u))

    def b(b_dot, out, l_and_u, ab, b):
        return linalg.solve_banded(l_and_u, ab, b_dot)

    def vjp(out_bar, out, l_and_u, ab, b):
        below, above = l_and_u
        b_bar = linalg.solve_banded((above, below), _band_adjoint(ab, below, above), out_bar)
        return -_band_outer(b_bar, np.conj(out), ab, below, above), b_bar


@rule(
    linalg.solveh_banded,
    wrt=("ab", "b"),
    real_only=True,
    fresh=True,
    accepts={"check_finite": anything},
    poles="singular matrix",
    cases=[
        case(HALF, array(4), lower=True),
        case(HALF[:2], array(4, 2), lower=True),
        case(np.array([[0.0, 0.4, -0.6, 0.8], [3.0, 4.0, 3.5, 5.0]]), array(4)),
    ],
)
class solveh_banded:
    def ab(ab_dot, out, ab, b, lower=False):
        width = len(ab) - 1
        change = _band_times(_whole_band(ab_dot, lower), out, width, width)
        return -linalg.solveh_banded(ab, change, lower=lower)

    def b(b_dot, out, ab, b, lower=False):
        return linalg.solveh_banded(ab, b_dot, lower=lower)

    def vjp(out_bar, out, ab, b, lower=False):
        width = len(ab) - 1
        b_bar = linalg.solveh_banded(ab, out_bar, lower=lower)
        whole = -_band_outer(b_bar, out, _whole_band(ab, lower), width, width)
        return _half_band(whole, ab, lower), b_bar


# ── factorisations ───────────────────────────────────────────────────────────────────────────────────────

FACTOR = np.array([[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-0.3, 0.7, 1.0]])


@rule(
    linalg.cho_factor,
    wrt="a",
    fresh=True,
    accepts={"check_finite": anything},
    cases=[case(spd(3)), case(spd(3), lower=True), case(spd(1))],
)
class cho_factor:  # the triangle that is not the factor still holds that of a
    def a(a_dot, out, a, lower=False):
        c = out[0]
        if lower:
            half = _half_lower(a_dot)
            inner = linalg.solve_triangular(c, half + _dagger(half), lower=True)
            core = _dagger(linalg.solve_triangular(c, _dagger(inner), lower=True))
            return np.tril(c) @ _half_lower(core) + np.triu(a_dot, 1), 0
        half = _half_upper(a_dot)
        inner = linalg.solve_triangular(c, half + _dagger(half), trans="C")
        core = _dagger(linalg.solve_triangular(c, _dagger(inner), trans="C"))
        return _half_upper(core) @ np.triu(c) + np.tril(a_dot, -1), 0

    def vjp(out_bar, out, a, lower=False):
        c = out[0]
        if lower:
            core = _half_lower(_dagger(np.tril(c)) @ np.tril(out_bar[0]))
            inner = linalg.solve_triangular(c, core, trans="C", lower=True)
            full = linalg.solve_triangular(c, _dagger(inner), trans="C", lower=True)
            return _half_lower(full + _dagger(full)) + np.triu(out_bar[0], 1)
        core = _half_upper(np.triu(out_bar[0]) @ _dagger(np.triu(c)))
        inner = linalg.solve_triangular(c, core)
        full = linalg.solve_triangular(c, _dagger(inner))
        return _half_upper(full + _dagger(full)) + np.tril(out_bar[0], -1)


@rule(
    linalg.cho_solve,
    wrt=("c_and_lower", "b"),
    fresh=True,
    accepts={"check_finite": anything},
    poles="zeros on the diagonal of the factor",
    cases=[
        case((FACTOR, True), array(3)),
        case((FACTOR + np.triu(np.ones((3, 3)), 1), True), array(3, 2)),
        case((FACTOR.T, False), array(3)),
        case((spd(3), False), array(3)),
    ],
)
class cho_solve:
    def c_and_lower(c_and_lower_dot, out, c_and_lower, b):
        change = _product_of_factor(c_and_lower[0], c_and_lower_dot[0], c_and_lower[1])
        return -linalg.cho_solve(c_and_lower, change @ out)

    def b(b_dot, out, c_and_lower, b):
        return linalg.cho_solve(c_and_lower, b_dot)

    def vjp(out_bar, out, c_and_lower, b):
        b_bar = linalg.cho_solve(c_and_lower, out_bar)
        a_bar = -_outer_rows(b_bar, np.conj(out))
        return (_factor_adjoint(a_bar, c_and_lower[0], c_and_lower[1]), 0), b_bar


@rule(
    linalg.lu_factor,
    batch="native",
    wrt="a",
    fresh=True,
    accepts={"check_finite": anything},
    poles="singular a",
    kinks="square matrices only; ties of the pivots",
    cases=[case(array(3, 3)), case(spd(3)), case(array(1, 1))],
)
class lu_factor:
    def a(a_dot, out, a):
        return _lu_factor_tangent(a_dot, out[0], out[1]), 0

    def vjp(out_bar, out, a):
        return _lu_factor_adjoint(out_bar[0], out[0], out[1])


PIVOTS = np.array([2, 2, 2], dtype=np.int32)


@rule(
    linalg.lu_solve,
    wrt=("lu_and_piv", "b"),
    fresh=True,
    accepts={"check_finite": anything, "trans": (0, 1, 2)},
    poles="zeros on the diagonal of u",
    cases=[
        case((spd(3), PIVOTS), array(3)),
        case((spd(3), PIVOTS), array(3, 2)),
        case((spd(3), PIVOTS), array(3), trans=1),
        case((spd(3), PIVOTS), array(3, 2), trans=2),
    ],
)
class lu_solve:
    def lu_and_piv(lu_and_piv_dot, out, lu_and_piv, b, trans=0):
        a_dot = _lu_tangent_of_matrix(lu_and_piv_dot[0], lu_and_piv[0], lu_and_piv[1])
        turned = a_dot if trans == 0 else np.swapaxes(a_dot, -1, -2) if trans == 1 else _dagger(a_dot)
        return -linalg.lu_solve(lu_and_piv, turned @ out, trans)

    def b(b_dot, out, lu_and_piv, b, trans=0):
        return linalg.lu_solve(lu_and_piv, b_dot, trans)

    def vjp(out_bar, out, lu_and_piv, b, trans=0):
        if trans == 1:
            b_bar = np.conj(linalg.lu_solve(lu_and_piv, np.conj(out_bar)))
            a_bar = -_outer_rows(np.conj(out), b_bar)
        elif trans == 2:
            b_bar = linalg.lu_solve(lu_and_piv, out_bar)
            a_bar = -_outer_rows(out, np.conj(b_bar))
        else:
            b_bar = linalg.lu_solve(lu_and_piv, out_bar, 2)
            a_bar = -_outer_rows(b_bar, np.conj(out))
        return (_lu_adjoint_of_matrix(a_bar, lu_and_piv[0], lu_and_piv[1]), 0), b_bar


# vectors of complex matrices are determined up to a phase: these cases stay real when others are drawn complex
REAL = np.array([[3.0, 0.4, -1.0], [0.5, 1.0, 0.7], [-0.8, 0.6, 2.0], [1.1, -0.3, 0.2]])


MASS = np.array([[2.0, 0.3, -0.4], [0.3, 1.5, 0.2], [-0.4, 0.2, 3.0]])


@rule(
    linalg.eigvalsh,
    wrt=("a", "b"),
    batch="native",
    fresh=True,
    accepts={"check_finite": anything, "driver": anything},
    kinks="repeated eigenvalues: one eigenbasis",
    cases=[
        case(spd(3)),
        case(spd(3), lower=False),
        case(spd(1)),
        case(spd(3), spd(3)),
        case(spd(2), spd(2), lower=False),
    ],
)
class eigvalsh:  # the vectors of a @ v = w * b @ v are orthonormal in the sense of b
    def a(a_dot, out, a, b=None, *, lower=True):
        half = _half_lower(a_dot) if lower else _half_upper(a_dot)
        v = linalg.eigh(a, b, lower=lower)[1]
        return 2 * np.real(np.sum(np.conj(v) * (half @ v), axis=-2))

    def b(b_dot, out, a, b=None, *, lower=True):
        half = _half_lower(b_dot) if lower else _half_upper(b_dot)
        v = linalg.eigh(a, b, lower=lower)[1]
        return -2 * out * np.real(np.sum(np.conj(v) * (half @ v), axis=-2))

    def vjp(out_bar, out, a, b=None, *, lower=True):
        v = linalg.eigh(a, b, lower=lower)[1]
        of_a = 2 * (v * out_bar[..., None, :]) @ _dagger(v)
        of_a = _half_lower(of_a) if lower else _half_upper(of_a)
        if b is None:
            return of_a, None
        of_b = -2 * (v * (out_bar * out)[..., None, :]) @ _dagger(v)
        return of_a, _half_lower(of_b) if lower else _half_upper(of_b)


@rule(
    linalg.eigh,
    wrt=("a", "b"),
    batch="native",
    fresh=True,
    accepts={"check_finite": anything, "driver": anything},
    kinks="repeated eigenvalues: their eigenvectors do not turn into each other",
    cases=[
        case(REAL[:3]),
        case(REAL[:3], lower=False),
        case(REAL[:1, :1]),
        case(REAL[:3], MASS),
        case(REAL[:3], MASS, lower=False),
    ],
)
class eigh:  # M. Giles, "Collected matrix derivative results" (2008); with b as in eigvalsh
    def a(a_dot, out, a, b=None, *, lower=True):
        v = out[1]
        core = _dagger(v) @ mirrored(_half_lower(a_dot) if lower else _half_upper(a_dot), False) @ v
        return np.real(np.diagonal(core, axis1=-2, axis2=-1)), v @ (_gaps(out[0]) * core)

    def b(b_dot, out, a, b=None, *, lower=True):
        v = out[1]
        core = _dagger(v) @ mirrored(_half_lower(b_dot) if lower else _half_upper(b_dot), False) @ v
        moved = core * out[0][..., None, :]
        lengths = core * np.eye(np.shape(a)[-1], dtype=out[0].dtype) / 2
        return -np.real(np.diagonal(moved, axis1=-2, axis2=-1)), -v @ (_gaps(out[0]) * moved + lengths)

    def vjp(out_bar, out, a, b=None, *, lower=True):
        v = out[1]
        eye = np.eye(np.shape(a)[-1], dtype=out[0].dtype)
        turns = _dagger(v) @ out_bar[1]
        core = out_bar[0][..., None, :] * eye + _gaps(out[0]) * turns
        of_a = mirrored(v @ core @ _dagger(v), False)
        of_a = _half_lower(of_a) if lower else _half_upper(of_a)
        if b is None:
            return of_a, None
        of_b = mirrored(-v @ (core * out[0][..., None, :] + turns * eye / 2) @ _dagger(v), False)
        return of_a, _half_lower(of_b) if lower else _half_upper(of_b)


@rule(
    linalg.qr,
    wrt="a",
    batch="native",
    fresh=True,
    accepts={"check_finite": anything, "lwork": anything, "mode": ("full", "economic")},
    poles="a without full column rank",
    kinks="the full q only of a square matrix",
    cases=[case(REAL[:3]), case(REAL, mode="economic"), case(REAL[:1, :1])],
)
class qr:
    def a(a_dot, out, a, mode="full"):
        if mode == "full" and np.shape(a)[-2] != np.shape(a)[-1]:
            raise ValueError("scipy.linalg.qr: write mode='economic' for a matrix that is not square")
        return _qr_tangent(a_dot, out[0], out[1])

    def vjp(out_bar, out, a, mode="full"):
        if mode == "full" and np.shape(a)[-2] != np.shape(a)[-1]:
            raise ValueError("scipy.linalg.qr: write mode='economic' for a matrix that is not square")
        return _qr_adjoint(out_bar[0], out_bar[1], out[0], out[1])


@rule(
    linalg.pinv,
    wrt="a",
    batch="native",
    fresh=True,
    accepts={"check_finite": anything},
    poles="where the rank changes",
    cases=[case(array(3, 2)), case(array(2, 3)), case(spd(2))],
)
class pinv:
    def a(a_dot, out, a):
        ah = _dagger(a)
        return _pinv_adjoint(a_dot, _dagger(out), ah)

    def vjp(out_bar, out, a):
        return _pinv_adjoint(out_bar, out, a)


@rule(
    linalg.lstsq,
    wrt=("a", "b"),
    fresh=True,
    accepts={"check_finite": anything},
    poles="where the rank changes",
    cases=[case(array(4, 2), array(4)), case(array(4, 2), array(4, 3)), case(array(2, 4), array(2))],
)
class lstsq:
    def a(a_dot, out, a, b):
        x_dot, change, _, s_dot = _lstsq_tangent(a_dot, np.zeros_like(b), out, a, b, None)
        return x_dot, np.reshape(change, np.shape(out[1])), 0, s_dot

    def b(b_dot, out, a, b):
        x_dot, change, _, s_dot = _lstsq_tangent(np.zeros_like(a), b_dot, out, a, b, None)
        return x_dot, np.reshape(change, np.shape(out[1])), 0, s_dot

    def vjp(out_bar, out, a, b):
        return _lstsq_adjoints(out_bar, out, a, b, None)
