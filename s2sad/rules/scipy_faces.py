"""Batch faces of SciPy's functions (see `faces`)."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import integrate, linalg

from s2sad.rules import faces
from s2sad.rules.declare import load_optional
from s2sad.rules.faces import aligned, face, lead, rank

load_optional()
face(integrate.trapezoid)(faces.trapezoid)


def solving(function):
    """Right sides are columns: SciPy takes a stack of vectors for one matrix."""

    @face(function)
    def solve(a, b, *options, **named):
        columns = b[..., None] if rank(b) == 1 else b
        n = max(rank(a), rank(columns))
        out = function(aligned(a, n), aligned(columns, n), *options, **named)
        return out[..., 0] if rank(b) == 1 else out


solving(linalg.solve)
solving(linalg.solve_triangular)


@face(linalg.solve_banded)
def solve_banded(l_and_u, ab, b):
    columns = b[..., None] if rank(b) == 1 else b
    out = linalg.solve_banded(l_and_u, ab, columns)
    return out[..., 0] if rank(b) == 1 else out


@face(linalg.solveh_banded)
def solveh_banded(ab, b, lower=False):
    columns = b[..., None] if rank(b) == 1 else b
    out = linalg.solveh_banded(ab, columns, lower=lower)
    return out[..., 0] if rank(b) == 1 else out


@face(linalg.cho_factor)
def cho_factor(a, lower=False):
    return linalg.cho_factor(a, lower)[0], np.full(len(a), lower)


@face(linalg.cho_solve)
def cho_solve(c_and_lower, b):
    columns = b[..., None] if rank(b) == 1 else b
    out = linalg.cho_solve(c_and_lower, columns)
    return out[..., 0] if rank(b) == 1 else out


@face(linalg.lu_solve)
def lu_solve(lu_and_piv, b, trans=0):
    lu, piv = lu_and_piv
    columns = b[..., None] if rank(b) == 1 else b
    out = linalg.lu_solve((lu, lead(piv, len(lu))), columns, trans)
    return out[..., 0] if rank(b) == 1 else out


@face(linalg.block_diag)
def block_diag(*arrs):
    return linalg.block_diag(*[aligned(a, max(rank(a), 2)) for a in arrs])
