"""Products with sparse matrices, and solutions, as functions: what the rules for them are declared for."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs


def _sparse_times(a, x):
    """``a @ x`` and ``a.dot(x)`` of a sparse matrix and an array."""
    return a @ x


def _times_sparse(x, a):
    """``x @ a`` of an array and a sparse matrix."""
    return x @ a


def _sparse_solution(factors, b, trans="N"):
    """``splu(a).solve(b)``."""
    return factors.solve(b, trans)
