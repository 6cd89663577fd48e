"""`scipy.sparse`: products of constant matrices with arrays, and solutions of equations with constant matrices.

A derivative with respect to the elements of a sparse matrix is not known here: a program in which these vary is refused.
"""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from s2sad.prelude_sparse import _sparse_solution, _sparse_times, _times_sparse
from s2sad.rules.declare import anything, array, case, rule


class SuperLU:
    """SciPy's factors of a matrix, for the cases of the rule below: these can be copied."""

    def __init__(self, matrix):
        self.matrix = matrix

    def solve(self, b, trans="N"):
        return linalg.splu(self.matrix).solve(b, trans)


DENSE = np.array([[2.0, 0.0, 0.5], [0.0, -3.0, 0.0], [0.0, 1.0, 4.0]])


@rule(
    _sparse_times,
    wrt="x",
    fresh=True,
    cases=[
        case(sparse.csr_matrix(DENSE[:2]), array(3)),
        case(sparse.csc_array(DENSE), array(3, 2)),
        case(sparse.coo_array(DENSE * 1j), array(3)),
    ],
)
class sparse_times:
    def x(x_dot, out, a, x):
        return a @ x_dot

    def vjp(out_bar, out, a, x):
        return np.conj(a.T @ np.conj(out_bar))


@rule(
    _times_sparse,
    wrt="x",
    fresh=True,
    cases=[case(array(2), sparse.csr_array(DENSE[:2])), case(array(4, 3), sparse.csc_array(DENSE))],
)
class times_sparse:
    def x(x_dot, out, x, a):
        return x_dot @ a

    def vjp(out_bar, out, x, a):
        return np.conj(np.conj(out_bar) @ a.T)


@rule(
    _sparse_solution,
    wrt="b",
    fresh=True,
    poles="singular matrix",
    accepts={"trans": ("N", "T", "H")},
    cases=[
        case(SuperLU(sparse.csc_array(DENSE)), array(3)),
        case(SuperLU(sparse.csc_array(DENSE)), array(3, 2), "T"),
        case(SuperLU(sparse.csc_array(DENSE)), array(3), trans="H"),
    ],
)
class sparse_solution:
    def b(b_dot, out, factors, b, trans="N"):
        return factors.solve(b_dot, trans)

    def vjp(out_bar, out, factors, b, trans="N"):
        if trans == "T":
            return np.conj(factors.solve(np.conj(out_bar)))
        return factors.solve(out_bar, "H" if trans == "N" else "N")


@rule(
    linalg.spsolve,
    wrt="b",
    fresh=True,
    poles="singular matrix",
    accepts={"permc_spec": anything, "use_umfpack": anything},
    cases=[case(sparse.csc_matrix(DENSE), array(3)), case(sparse.csr_array(DENSE), array(3, 2))],
)
class spsolve:
    def b(b_dot, out, A, b):
        return linalg.spsolve(A, b_dot)

    def vjp(out_bar, out, A, b):
        return np.conj(linalg.spsolve(A.T, np.conj(out_bar)))


@rule(
    linalg.spsolve_triangular,
    wrt="b",
    fresh=True,
    poles="singular matrix",
    accepts={"overwrite_A": (False,)},
    cases=[
        case(sparse.csr_array(np.tril(DENSE.T)), array(3)),
        case(sparse.csr_array(np.triu(DENSE)), array(3, 2), lower=False),
        case(sparse.csr_array(np.tril(DENSE.T)), array(3), unit_diagonal=True),
    ],
)
class spsolve_triangular:
    def b(b_dot, out, A, b, lower=True, unit_diagonal=False):
        return linalg.spsolve_triangular(A, b_dot, lower, unit_diagonal=unit_diagonal)

    def vjp(out_bar, out, A, b, lower=True, unit_diagonal=False):
        solved = linalg.spsolve_triangular(A.T, np.conj(out_bar), not lower, unit_diagonal=unit_diagonal)
        return np.conj(solved)
