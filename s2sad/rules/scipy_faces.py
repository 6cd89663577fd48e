"""Batch faces of SciPy's functions (see `faces`)."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import integrate, linalg

from s2sad.rules import faces
from s2sad.rules.declare import load_optional
from s2sad.rules.faces import aligned, face, lead, rank

load_optional()
face(integrate.trapezoid)(faces.trapezoid)


def of_columns(b, solve):
    """Right sides are columns: SciPy takes a stack of vectors for one matrix."""
    out = solve(b[..., None] if rank(b) == 1 else b)
    return out[..., 0] if rank(b) == 1 else out


def solving(function):
    @face(function)
    def solve(a, b, *options, **named):
        def solved(columns):
            n = max(rank(a), rank(columns))
            return function(aligned(a, n), aligned(columns, n), *options, **named)

        return of_columns(b, solved)


solving(linalg.solve)
solving(linalg.solve_triangular)


@face(linalg.solve_banded)
def solve_banded(l_and_u, ab, b):
    return of_columns(b, lambda columns: linalg.solve_banded(l_and_u, ab, columns))


@face(linalg.solveh_banded)
def solveh_banded(ab, b, lower=False):
    return of_columns(b, lambda columns: linalg.solveh_banded(ab, columns, lower=lower))


@face(linalg.cho_factor)
def cho_factor(a, lower=False):
    return linalg.cho_factor(a, lower)[0], np.full(len(a), lower)


@face(linalg.cho_solve)
def cho_solve(c_and_lower, b):
    return of_columns(b, lambda columns: linalg.cho_solve(c_and_lower, columns))


@face(linalg.lu_solve)
def lu_solve(lu_and_piv, b, trans=0):
    lu, piv = lu_and_piv
    return of_columns(b, lambda columns: linalg.lu_solve((lu, lead(piv, len(lu))), columns, trans))


@face(linalg.block_diag)
def block_diag(*arrs):
    return linalg.block_diag(*[aligned(a, max(rank(a), 2)) for a in arrs])
