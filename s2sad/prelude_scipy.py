"""Helpers for the rules of SciPy's special functions and linear algebra, copied into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import linalg

from s2sad.prelude_linalg import _dagger


def _error_tail(x, far, half):
    """t (1 + 3t + 15t**2 + ...) with ``t = half / x**2``, where x is `far` from zero; DLMF 7.12.1.

    There the slopes of the scaled error functions are small differences of numbers near one.
    """
    inverse = 1 / np.where(far, x, 1)
    t = half * inverse * inverse
    return t * (1 + 3 * t * (1 + 5 * t * (1 + 7 * t * (1 + 9 * t))))


def _scaled_gap(x, far, c):
    """(1 + c/x + c/x**2) / (2x), where x is `far` from zero: how fast the scaled Bessel functions fall; DLMF 10.40."""
    inverse = 1 / np.where(far, x, 1)
    return inverse / 2 * (1 + c * inverse * (1 + inverse))


def _outer_rows(x, y):
    """``outer(x, y)``, summed over the columns of both where they have columns."""
    return np.outer(x, y) if np.ndim(x) == 1 else x @ np.swapaxes(y, -1, -2)


def _upper_blocks(a, e):
    """[[a, e], [0, a]]: a function of it has its derivative at a, in the direction e, in the upper right."""
    return np.block([[a, e], [np.zeros_like(a), a]])


def _corner(blocks):
    """The upper right block of two by two."""
    n = np.shape(blocks)[-1] // 2
    return blocks[..., :n, n:]


def _product_of_factor(factor, factor_dot, lower):
    """The change of ``l @ l.H`` (`lower`), or of ``u.H @ u``, with the change of the factor."""
    if np.all(lower):  # of a stack, cho_factor tells it for each matrix
        half = np.tril(factor_dot) @ _dagger(np.tril(factor))
    else:
        half = _dagger(np.triu(factor)) @ np.triu(factor_dot)
    return half + _dagger(half)


def _factor_adjoint(a_bar, factor, lower):
    """The adjoint of the factor of ``a = l @ l.H`` (`lower`), or of ``a = u.H @ u``; zero in the other triangle."""
    both = a_bar + _dagger(a_bar)
    return np.tril(both @ np.tril(factor)) if np.all(lower) else np.triu(np.triu(factor) @ both)


def _lu_parts(lu):
    """The factors l and u that lu_factor holds in one matrix."""
    return np.tril(lu, -1) + np.eye(np.shape(lu)[-1], dtype=lu.dtype), np.triu(lu)


def _pivoted(rows, piv):
    """The rows, interchanged one after the other as lu_factor says."""
    if np.ndim(piv) > 1:
        return np.stack([_pivoted(*one) for one in zip(rows, piv, strict=True)])
    order = np.arange(len(piv))
    for i, k in enumerate(piv):
        order[[i, k]] = order[[k, i]]
    return rows[..., order, :]


def _unpivoted(rows, piv):
    """The rows, put back where `_pivoted` took them from."""
    if np.ndim(piv) > 1:
        return np.stack([_unpivoted(*one) for one in zip(rows, piv, strict=True)])
    order = np.arange(len(piv))
    for i, k in enumerate(piv):
        order[[i, k]] = order[[k, i]]
    return rows[..., np.argsort(order), :]


def _lu_factor_tangent(a_dot, lu, piv):
    """Tangent of lu in p @ a = l @ u (Walter and Lehmann 2010)."""
    lower, upper = _lu_parts(lu)
    inner = linalg.solve_triangular(lower, _pivoted(a_dot, piv), lower=True, unit_diagonal=True)
    core = np.swapaxes(linalg.solve_triangular(upper, np.swapaxes(inner, -1, -2), trans="T"), -1, -2)
    return lower @ np.tril(core, -1) + np.triu(core) @ upper


def _lu_factor_adjoint(lu_bar, lu, piv):
    """Adjoint of a in p @ a = l @ u: the transpose of `_lu_factor_tangent`."""
    lower, upper = _lu_parts(lu)
    core = np.tril(_dagger(lower) @ np.tril(lu_bar, -1), -1) + np.triu(np.triu(lu_bar) @ _dagger(upper))
    inner = linalg.solve_triangular(lower, core, trans="C", lower=True, unit_diagonal=True)
    return _unpivoted(
        np.swapaxes(linalg.solve_triangular(np.conj(upper), np.swapaxes(inner, -1, -2)), -1, -2), piv
    )


def _lu_tangent_of_matrix(lu_dot, lu, piv):
    """The change of the matrix a with that of its factors."""
    lower, upper = _lu_parts(lu)
    return _unpivoted(np.tril(lu_dot, -1) @ upper + lower @ np.triu(lu_dot), piv)


def _lu_adjoint_of_matrix(a_bar, lu, piv):
    """The adjoint of the factors with that of the matrix a: the transpose of `_lu_tangent_of_matrix`."""
    lower, upper = _lu_parts(lu)
    rows = _pivoted(a_bar, piv)
    return np.tril(rows @ _dagger(upper), -1) + np.triu(_dagger(lower) @ rows)


def _require_one_band(ab):
    if np.ndim(ab) > 2:
        raise ValueError(
            "solve_banded: of a stack of matrices there is no derivative here: write a loop over them"
        )


def _band_times(ab, x, below, above):
    """A matrix of `below` and `above` diagonals beside its own, held in the rows of ab, times x."""
    _require_one_band(ab)
    n = len(x)
    out = np.zeros_like(x, dtype=np.result_type(ab, x))
    for k in range(-below, above + 1):
        first, last = max(0, k), min(n, n + k)  # columns of this diagonal
        if first < last:
            band = ab[above - k, first:last]
            out[first - k : last - k] += (band if np.ndim(x) == 1 else band[:, None]) * x[first:last]
    return out


def _band_outer(y, x, ab, below, above):
    """The entries of outer(y, x), summed over columns, on the diagonals that ab holds."""
    _require_one_band(ab)
    n = len(x)
    out = np.zeros_like(ab, dtype=np.result_type(y, x))
    for k in range(-below, above + 1):
        first, last = max(0, k), min(n, n + k)
        if first < last:
            product = y[first - k : last - k] * x[first:last]
            out[above - k, first:last] = product if np.ndim(x) == 1 else np.sum(product, axis=-1)
    return out


def _band_adjoint(ab, below, above):
    """The conjugate transpose of such a matrix: it has `above` diagonals below, and `below` above."""
    _require_one_band(ab)
    n = np.shape(ab)[-1]
    out = np.zeros_like(ab)
    for k in range(-below, above + 1):
        first, last = max(0, k), min(n, n + k)
        if first < last:
            out[below + k, first - k : last - k] = np.conj(ab[above - k, first:last])
    return out


def _whole_band(ab, lower):
    """The rows of all diagonals of a Hermitian matrix, of which ab holds one side."""
    _require_one_band(ab)
    width = len(ab) - 1
    n = np.shape(ab)[-1]
    out = np.zeros_like(ab, shape=(2 * width + 1, n))
    for k in range(width + 1):
        row = ab[k, : n - k] if lower else ab[width - k, k:]
        out[width + k, : n - k] = row if lower else np.conj(row)
        out[width - k, k:] = np.conj(row) if lower else row
    return out


def _half_band(whole, ab, lower):
    """The adjoint of ab, with that of the rows that `_whole_band` makes of it."""
    width = len(ab) - 1
    n = np.shape(ab)[-1]
    out = np.zeros_like(ab)
    for k in range(width + 1):
        below = whole[width + k, : n - k]
        above = whole[width - k, k:]
        if k == 0:
            row = below if np.isrealobj(ab) else np.conj(above) / 2 + below / 2
        else:
            row = below + np.conj(above) if lower else above + np.conj(below)
        if lower:
            out[k, : n - k] = row
        else:
            out[width - k, k:] = row
    return out


def _antidiagonal_sums(a):
    """The sums of a matrix, or of each of a stack, along the lines i + j = 0, 1, 2, ..."""
    m, n = np.shape(a)[-2:]
    out = np.zeros((*np.shape(a)[:-2], max(m + n - 1, 0)), a.dtype)
    for i in range(m):
        out[..., i : i + n] += a[..., i, :]
    return out
