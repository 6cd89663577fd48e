"""`scipy.linalg`: what NumPy's linear algebra does not have; the rest shares NumPy's rules.

Loaded when a program that is differentiated uses it (`declare.OPTIONAL`). Keywords that are not listed (`assume_a`,
`overwrite_a`) must be at their defaults.
"""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import linalg

from s2sad.prelude_linalg import _half_lower, _half_upper
from s2sad.rules.declare import anything, array, case, linear, rule, same, spd

for function, twin in (
    (linalg.solve, np.linalg.solve),
    (linalg.inv, np.linalg.inv),
    (linalg.det, np.linalg.det),
    (linalg.norm, np.linalg.norm),
    (linalg.svdvals, np.linalg.svdvals),
    (linalg.eigvals, np.linalg.eigvals),
):
    same(function, twin)


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
    ],
)
class solve_triangular:
    def a(a_dot, out, a, b, trans=0, lower=False, unit_diagonal=False):
        used = triangle(a_dot, lower, unit_diagonal)
        turned = used if trans in (0, "N") else used.T if trans in (1, "T") else np.conj(used).T
        return linalg.solve_triangular(a, -turned @ out, trans, lower, unit_diagonal)

    def b(b_dot, out, a, b, trans=0, lower=False, unit_diagonal=False):
        return linalg.solve_triangular(a, b_dot, trans, lower, unit_diagonal)

    def vjp(out_bar, out, a, b, trans=0, lower=False, unit_diagonal=False):
        if trans in (0, "N"):
            b_bar = linalg.solve_triangular(a, out_bar, "C", lower, unit_diagonal)
            return triangle(-outer_rows(b_bar, np.conj(out)), lower, unit_diagonal), b_bar
        if trans in (1, "T"):
            b_bar = linalg.solve_triangular(np.conj(a), out_bar, 0, lower, unit_diagonal)
            return triangle(-outer_rows(np.conj(out), b_bar), lower, unit_diagonal), b_bar
        b_bar = linalg.solve_triangular(a, out_bar, 0, lower, unit_diagonal)
        return triangle(-outer_rows(out, np.conj(b_bar)), lower, unit_diagonal), b_bar


def triangle(a, lower, unit_diagonal):
    """The part of a matrix that solve_triangular reads."""
    if lower:
        return np.tril(a, -1 if unit_diagonal else 0)
    return np.triu(a, 1 if unit_diagonal else 0)


def outer_rows(x, y):
    """``outer(x, y)``, summed over the columns of both where they have columns."""
    return np.outer(x, y) if np.ndim(x) == 1 else x @ y.T


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
        factor = out if lower else np.conj(out).T
        half = _half_lower(a_dot) if lower else np.conj(_half_upper(a_dot)).T
        inverse = np.linalg.inv(factor)
        factor_dot = factor @ _half_lower(inverse @ (half + np.conj(half).T) @ np.conj(inverse).T)
        return factor_dot if lower else np.conj(factor_dot).T

    def vjp(out_bar, out, a, lower=False):
        adjoint = np.conj(out).T if lower else out
        seed = out_bar if lower else np.conj(out_bar).T
        half = linalg.solve_triangular(adjoint, _half_lower(adjoint @ np.tril(seed)))
        full = linalg.solve_triangular(adjoint, np.conj(half).T)
        both = full + np.conj(full).T
        return _half_lower(both) if lower else _half_upper(both)


@rule(linalg.expm, batch="native", wrt="A", fresh=True, cases=[case(array(3, 3)), case(array(1, 1))])
class expm:  # a function of [[A, dA], [0, A]] has its derivative in the upper right
    def A(A_dot, out, A):
        n = len(A)
        return linalg.expm(np.block([[A, A_dot], [np.zeros_like(A), A]]))[:n, n:]

    def vjp(out_bar, out, A):
        n = len(A)
        adjoint = np.conj(A).T
        return linalg.expm(np.block([[adjoint, out_bar], [np.zeros_like(A), adjoint]]))[:n, n:]


@rule(linalg.sqrtm, batch="native", wrt="A", fresh=True, poles="singular A", cases=[case(spd(3))])
class sqrtm:  # from X X = A
    def A(A_dot, out, A):
        return linalg.solve_sylvester(out, out, A_dot)

    def vjp(out_bar, out, A):
        adjoint = np.conj(out).T
        return linalg.solve_sylvester(adjoint, adjoint, out_bar)


@rule(linalg.logm, batch="native", wrt="A", fresh=True, poles="singular A", cases=[case(spd(3))])
class logm:  # as expm
    def A(A_dot, out, A):
        n = len(A)
        return linalg.logm(np.block([[A, A_dot], [np.zeros_like(A), A]]))[:n, n:]

    def vjp(out_bar, out, A):
        n = len(A)
        adjoint = np.conj(A).T
        return linalg.logm(np.block([[adjoint, out_bar], [np.zeros_like(A), adjoint]]))[:n, n:]


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
        q_bar = linalg.solve_sylvester(np.conj(a).T, np.conj(b).T, out_bar)
        return -q_bar @ np.conj(out).T, -np.conj(out).T @ q_bar, q_bar


@linear(linalg.block_diag, wrt="arrs", cases=[case(array(2, 3), array(1, 2)), case(array(2, 2))])
def block_diag(out_bar, *arrs):
    shapes = [np.shape(a) for a in arrs]
    rows = [sum([shape[0] for shape in shapes[:k]]) for k in range(len(shapes))]
    columns = [sum([shape[1] for shape in shapes[:k]]) for k in range(len(shapes))]
    return tuple(
        [
            out_bar[rows[k] : rows[k] + shapes[k][0], columns[k] : columns[k] + shapes[k][1]]
            for k in range(len(shapes))
        ]
    )
