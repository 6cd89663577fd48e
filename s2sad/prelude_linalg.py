"""Helpers for the rules of linear algebra, copied verbatim into emitted files that need them (see `prelude_arrays`).

All take leading batch dimensions. Sources of the formulas stand in `rules.linalg`.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np


def _dagger(a):
    """The conjugate transpose of a matrix, or of each of a stack."""
    return np.conj(np.swapaxes(a, -1, -2))


def _half_lower(a):
    """The lower triangle with its diagonal halved: half of the Hermitian matrix that this triangle stands for."""
    n = np.shape(a)[-1]
    return a * (np.tri(n, k=-1, dtype=a.real.dtype) + np.eye(n, dtype=a.real.dtype) / 2)


def _half_upper(a):
    """The upper triangle with its diagonal halved: half of the Hermitian matrix that this triangle stands for."""
    n = np.shape(a)[-1]
    return a * (np.tri(n, k=-1, dtype=a.real.dtype).T + np.eye(n, dtype=a.real.dtype) / 2)


def _cofactors(a, det):
    """The derivative of det(a) by each entry of a; by the singular values where a is singular."""
    if np.all(det != 0):
        return np.expand_dims(det, (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)
    u, s, vh = np.linalg.svd(a)
    n = np.shape(a)[-1]
    others = np.where(np.eye(n, dtype=bool), 1, s[..., None, :]).astype(s.dtype)
    sign = np.expand_dims(np.linalg.det(u) * np.linalg.det(vh), (-2, -1))
    return sign * np.conj((u * np.prod(others, axis=-1)[..., None, :]) @ vh)


def _vector_norm_slope(x, norm, p, axis):
    """The derivative of a vector p-norm along axis by each entry; norm has that axis kept. Zero where x is."""
    size = np.abs(x)
    sign = x / np.where(size == 0, 1, size)
    if abs(p) == np.inf:
        ties = size == norm
        return sign * (ties / np.sum(ties, axis=axis, keepdims=True, dtype=size.dtype))
    if p == 0:
        return sign * 0
    ratio = size / np.where(norm == 0, 1, norm)
    return sign * np.where(size == 0, 0, np.where(size == 0, 1, ratio) ** (p - 1))


def _matrix_norm_slope(x, p):
    """The derivative of a matrix norm (not Frobenius) over the last two axes by each entry."""
    if p == "nuc" or abs(p) == 2:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        if p == "nuc":
            return (u * (s > 0)[..., None, :]) @ vh
        return u[..., :, :1] @ vh[..., :1, :] if p == 2 else u[..., :, -1:] @ vh[..., -1:, :]
    size = np.abs(x)
    sums = np.sum(size, axis=-2 if abs(p) == 1 else -1, keepdims=True)
    extreme = (
        np.max(sums, axis=(-2, -1), keepdims=True) if p > 0 else np.min(sums, axis=(-2, -1), keepdims=True)
    )
    ties = sums == extreme
    share = ties / np.sum(ties, axis=(-2, -1), keepdims=True, dtype=size.dtype)
    return x / np.where(size == 0, 1, size) * share


def _norm_slope(x, p, axis):
    """The derivative of np.linalg.norm(x, p, axis) by each entry of x."""
    axes = tuple(range(np.ndim(x))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 2:
        slope = _matrix_norm_slope(np.moveaxis(x, axes, (-2, -1)), p)
        return np.moveaxis(slope, (-2, -1), axes)
    return _vector_norm_slope(x, np.linalg.norm(x, p, axis, keepdims=True), p, axis)


def _gaps(values):
    """1 / (v[j] - v[i]), and zero where they are equal: the choice made at repeated eigenvalues."""
    gap = values[..., None, :] - values[..., :, None]
    equal = gap == 0
    return np.where(equal, 0, 1 / np.where(equal, 1, gap))


def _svd_tangent(a_dot, u, s, vh):
    """Tangents of the reduced decomposition a = u @ diag(s) @ vh (Giles 2008; for complex a the phases of v rest)."""
    v = _dagger(vh)
    uh = _dagger(u)
    core = uh @ a_dot @ v
    core_h = _dagger(core)
    row = s[..., None, :]
    column = s[..., :, None]
    gaps = _gaps(s**2)
    phase = (core - core_h) * np.eye(s.shape[-1], dtype=s.dtype) / (2 * np.where(row == 0, 1, row))
    rest_u = (a_dot @ v - u @ core) / np.where(row == 0, 1, row)
    rest_v = (_dagger(a_dot) @ u - v @ core_h) / np.where(row == 0, 1, row)
    u_dot = u @ (gaps * (core * row + column * core_h) + phase) + rest_u
    v_dot = v @ (gaps * (column * core + core_h * row)) + rest_v
    s_dot = np.real(np.diagonal(core, axis1=-2, axis2=-1))
    return u_dot, s_dot, _dagger(v_dot)


def _svd_adjoint(u_bar, s_bar, vh_bar, u, s, vh):
    """Adjoint of the reduced decomposition a = u @ diag(s) @ vh: the transpose of `_svd_tangent`."""
    v = _dagger(vh)
    uh = _dagger(u)
    row = s[..., None, :]
    column = s[..., :, None]
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    seed_u = uh @ u_bar
    seed_v = vh @ _dagger(vh_bar)
    turn_u = _gaps(s**2) * seed_u
    turn_v = _gaps(s**2) * seed_v
    phase = (seed_u - _dagger(seed_u)) * eye / (2 * np.where(row == 0, 1, row))
    core = (turn_u + _dagger(turn_u)) * row + phase + s_bar[..., None, :] * eye
    core = core + column * (turn_v + _dagger(turn_v))
    rest_u = (u_bar - u @ seed_u) / np.where(row == 0, 1, row) @ vh
    rest_v = u @ ((vh_bar - vh_bar @ v @ vh) / np.where(column == 0, 1, column))
    return u @ core @ vh + rest_u + rest_v


def _full_svd_tangent(a_dot, u, s, vh):
    """As `_svd_tangent`, of the full decomposition: the further vectors may turn freely, so that their tangent is nan."""
    k = s.shape[-1]
    u_dot, s_dot, vh_dot = _svd_tangent(a_dot, u[..., :k], s, vh[..., :k, :])
    free_u, free_v = np.full_like(u[..., k:], np.nan), np.full_like(vh[..., k:, :], np.nan)
    return np.concatenate((u_dot, free_u), axis=-1), s_dot, np.concatenate((vh_dot, free_v), axis=-2)


def _full_svd_adjoint(u_bar, s_bar, vh_bar, u, s, vh):
    """As `_svd_adjoint`, of the full decomposition, where nothing depends on the further vectors."""
    k = s.shape[-1]
    if np.any(u_bar[..., k:]) or np.any(vh_bar[..., k:, :]):
        raise ValueError("svd: the extra vectors are not determined by a; pass full_matrices=False")
    return _svd_adjoint(u_bar[..., :k], s_bar, vh_bar[..., :k, :], u[..., :k], s, vh[..., :k, :])


def _qr_tangent(a_dot, q, r):
    """Tangents of the reduced decomposition a = q @ r of a matrix with at least as many rows as columns."""
    r_inv = np.linalg.inv(r)
    x = a_dot @ r_inv
    core = _dagger(q) @ x
    lower = np.tril(core, -1)
    turn = lower - _dagger(lower)
    turn = turn + (core - np.conj(core)) / 2 * np.eye(
        r.shape[-1], dtype=r.real.dtype
    )  # the diagonal of r is real
    return x + q @ (turn - core), (core - turn) @ r


def _qr_adjoint(q_bar, r_bar, q, r):
    """Adjoint of the reduced decomposition a = q @ r (Walter and Lehmann 2010)."""
    qh = _dagger(q)
    rh = _dagger(r)
    turn = qh @ q_bar - r_bar @ rh
    lower = np.tril(turn - _dagger(turn), -1)
    lower = lower + (turn - np.conj(turn)) / 2 * np.eye(r.shape[-1], dtype=r.real.dtype)
    seed = q_bar - q @ turn + q @ lower
    return _dagger(np.linalg.solve(r, _dagger(seed)))


def _wide_qr_tangent(a_dot, q, r):
    """As `_qr_tangent`, of a matrix with more columns than rows: the first ones make q."""
    n = r.shape[-2]
    q_dot, first_dot = _qr_tangent(a_dot[..., :n], q, r[..., :n])
    rest_dot = _dagger(q_dot) @ q @ r[..., n:] + _dagger(q) @ a_dot[..., n:]
    return q_dot, np.concatenate((first_dot, rest_dot), axis=-1)


def _wide_qr_adjoint(q_bar, r_bar, q, r):
    """As `_qr_adjoint`, of a matrix with more columns than rows."""
    n = r.shape[-2]
    seed = q_bar + q @ r[..., n:] @ _dagger(r_bar[..., n:])
    first_bar = _qr_adjoint(seed, r_bar[..., :n], q, r[..., :n])
    return np.concatenate((first_bar, q @ r_bar[..., n:]), axis=-1)


def _pinv_adjoint(out_bar, p, a):
    """Adjoint of the pseudoinverse p of a at constant rank (Golub and Pereyra 1973); also used for its tangent."""
    ph = _dagger(p)
    gh = _dagger(out_bar)
    left = gh - a @ p @ gh
    right = gh - gh @ p @ a
    return left @ p @ ph + ph @ p @ right - ph @ out_bar @ ph


def _eig_tangent(a_dot, w, v):
    """Tangents of the eigenvalues and eigenvectors of a general matrix.

    An eigenvector may grow and turn by any complex factor; LAPACK fixes its length, and its largest component real.
    """
    core = np.linalg.solve(v, a_dot @ v)
    v_dot = v @ (_gaps(w) * core)
    largest = np.argmax(np.abs(v), axis=-2)[..., None, :]
    growth = np.real(np.sum(np.conj(v) * v_dot, axis=-2, keepdims=True))
    turn = np.take_along_axis(v_dot, largest, -2) / np.take_along_axis(v, largest, -2)
    factor = growth + 1j * np.imag(turn) if np.iscomplexobj(v) else growth
    return np.diagonal(core, axis1=-2, axis2=-1), v_dot - v * factor


def _eig_adjoint(w_bar, v_bar, w, v, a):
    """Adjoint of the eigenvalues and eigenvectors of a general matrix: the transpose of `_eig_tangent`."""
    along = np.sum(np.conj(v) * v_bar, axis=-2, keepdims=True)
    seed = v_bar - v * np.real(along)
    if np.iscomplexobj(v):
        largest = np.argmax(np.abs(v), axis=-2)[..., None, :]
        turn = -1j * np.imag(along) / np.conj(np.take_along_axis(v, largest, -2))
        seed = seed + np.where(np.arange(v.shape[-1])[:, None] == largest, turn, 0)
    vh = _dagger(v)
    core = w_bar[..., None, :] * np.eye(v.shape[-1], dtype=v.real.dtype) + np.conj(_gaps(w)) * (vh @ seed)
    a_bar = np.linalg.solve(vh, core @ vh)
    return a_bar if np.iscomplexobj(a) else np.real(a_bar)


def _matrix_power_tangent(a_dot, a, n):
    """Tangent of the n-th power of a: the sum of a**i @ a_dot @ a**(n - 1 - i)."""
    if n < 0:  # a power of the inverse
        inverse = np.linalg.inv(a)
        return _matrix_power_tangent(-inverse @ a_dot @ inverse, inverse, -n)
    power = np.broadcast_to(np.eye(np.shape(a)[-1], dtype=np.result_type(a)), np.shape(a))
    tangent = np.zeros_like(a_dot)
    for _ in range(n):
        tangent = tangent @ a + power @ a_dot
        power = power @ a
    return tangent


def _pinv_of_lstsq(a, rcond):
    """The pseudoinverse, with singular values cut off where lstsq cuts them off."""
    if np.ndim(a) > 2:
        raise ValueError(
            "lstsq: of a stack of matrices there is no derivative here: use np.linalg.pinv(a) @ b"
        )
    return np.linalg.pinv(a, max(a.shape) * np.finfo(a.dtype).eps if rcond is None else rcond)


def _lstsq_tangent(a_dot, b_dot, out, a, b, rcond):
    """Tangents of the four results of lstsq, by the pseudoinverse of a."""
    x, residuals = out[:2]
    p = _pinv_of_lstsq(a, rcond)
    p_dot = _pinv_adjoint(a_dot, _dagger(p), _dagger(a))
    x_dot = p_dot @ b + p @ b_dot
    rest = b - a @ x
    change = 2 * np.sum(np.real(np.conj(rest) * (b_dot - a_dot @ x - a @ x_dot)), axis=0)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    s_dot = np.real(np.sum(np.conj(u) * (a_dot @ _dagger(vh)), axis=0))
    return x_dot, np.reshape(change, -1)[: residuals.size], 0, s_dot


def _lstsq_adjoints(out_bar, out, a, b, rcond):
    """Adjoints of a and b of lstsq: the transpose of `_lstsq_tangent` (the residual is orthogonal to a's range)."""
    x, residuals = out[:2]
    p = _pinv_of_lstsq(a, rcond)
    columns_x = np.reshape(x, (a.shape[1], -1))
    columns_b = np.reshape(b, (a.shape[0], -1))
    x_bar = np.reshape(out_bar[0], columns_x.shape)
    a_bar = _pinv_adjoint(x_bar @ _dagger(columns_b), p, a)
    b_bar = _dagger(p) @ x_bar
    if residuals.size > 0:
        rest = 2 * (columns_b - a @ columns_x) * out_bar[1]
        a_bar = a_bar - rest @ _dagger(columns_x)
        b_bar = b_bar + rest
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return a_bar + (u * out_bar[3]) @ vh, np.reshape(b_bar, np.shape(b))


def _cond_slope(x, p):
    """The derivative of np.linalg.cond(x, p) by each entry of x."""
    if p is None or p == 2 or p == -2:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        top, bottom = (-1, 0) if p == -2 else (0, -1)
        slope = np.zeros_like(s)
        slope[..., top] = 1 / s[..., bottom]
        slope[..., bottom] -= s[..., top] / s[..., bottom] ** 2
        return (u * slope[..., None, :]) @ vh
    inverse = np.linalg.inv(x)
    adjoint = _dagger(inverse)
    sizes = [np.linalg.norm(m, p, axis=(-2, -1), keepdims=True) for m in (x, inverse)]
    if p == "fro":
        slopes = [x / sizes[0], inverse / sizes[1]]
    else:
        slopes = [_norm_slope(m, p, (-2, -1)) for m in (x, inverse)]
    return sizes[1] * slopes[0] - sizes[0] * (adjoint @ slopes[1] @ adjoint)


def _solved_axes(a, axes):
    """The order of a's axes in which tensorsolve takes it as a matrix: those of `axes` come last."""
    moved = [] if axes is None else [i % np.ndim(a) for i in axes]
    return [i for i in range(np.ndim(a)) if i not in moved] + moved
