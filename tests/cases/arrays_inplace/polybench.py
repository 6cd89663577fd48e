"""Kernels in the manner of PolyBench and NPBench: sizes as arguments, results written to arguments."""

import numpy as np

from tests.cases import case

RNG = np.random.default_rng(5)
V4, V5, V7 = RNG.normal(size=4), RNG.normal(size=5), RNG.normal(size=7)
M4, M5, M7 = RNG.normal(size=(4, 4)), RNG.normal(size=(5, 5)), RNG.normal(size=(7, 5))
N4, N5 = RNG.normal(size=(4, 4)), RNG.normal(size=(5, 5))
S4, S5 = M4 @ M4.T + 4 * np.eye(4), M5 @ M5.T + 5 * np.eye(5)
L4, L5 = np.tril(M4) + 3 * np.eye(4), np.tril(M5) + 3 * np.eye(5)


# ── stencils ─────────────────────────────────────────────────────────────────────────────────────────────


@case((3, V5, V5[::-1].copy()), (2, V7, V7 * 0.5), kernel=(1, 2))
def jacobi_1d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1] = 0.33333 * (A[:-2] + A[1:-1] + A[2:])
        A[1:-1] = 0.33333 * (B[:-2] + B[1:-1] + B[2:])


@case((3, M5, N5), (2, M4, N4), kernel=(1, 2))
def jacobi_2d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])


@case((2, 5, M5), (2, 4, M4), kernel=(2,))
def seidel_2d(TSTEPS, N, A):
    for t in range(0, TSTEPS - 1):
        for i in range(1, N - 1):
            A[i, 1:-1] += A[i - 1, :-2] + A[i - 1, 1:-1] + A[i - 1, 2:] + A[i, 2:] + A[i + 1, :-2] + A[i + 1, 1:-1] + A[i + 1, 2:]
            for j in range(1, N - 1):
                A[i, j] += A[i, j - 1]
                A[i, j] /= 9.0


@case((3, RNG.normal(size=(4, 4, 4)), RNG.normal(size=(4, 4, 4))), (2, RNG.normal(size=(3, 3, 3)), RNG.normal(size=(3, 3, 3))), kernel=(1, 2))
def heat_3d(TSTEPS, A, B):
    for t in range(1, TSTEPS):
        B[1:-1, 1:-1, 1:-1] = (
            0.125 * (A[2:, 1:-1, 1:-1] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[:-2, 1:-1, 1:-1])
            + 0.125 * (A[1:-1, 2:, 1:-1] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[1:-1, :-2, 1:-1])
            + 0.125 * (A[1:-1, 1:-1, 2:] - 2.0 * A[1:-1, 1:-1, 1:-1] + A[1:-1, 1:-1, 0:-2])
            + A[1:-1, 1:-1, 1:-1]
        )
        A[1:-1, 1:-1, 1:-1] = (
            0.125 * (B[2:, 1:-1, 1:-1] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[:-2, 1:-1, 1:-1])
            + 0.125 * (B[1:-1, 2:, 1:-1] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[1:-1, :-2, 1:-1])
            + 0.125 * (B[1:-1, 1:-1, 2:] - 2.0 * B[1:-1, 1:-1, 1:-1] + B[1:-1, 1:-1, 0:-2])
            + B[1:-1, 1:-1, 1:-1]
        )


@case((3, M5[:, :4], M5[:4, :], M5, np.array([0.3, 0.6, 0.2])), (2, M4[:, :3], M4[:3, :], M4, np.array([0.3, 0.6])), kernel=(1, 2, 3), wrt=(1, 2, 3, 4))
def fdtd_2d(TMAX, ex, ey, hz, _fict_):
    ex, ey = ex[:, :-1], ey[:-1, :]
    hz = hz[: ey.shape[0], : ex.shape[1]]
    for t in range(TMAX):
        ey[0, : hz.shape[1]] = _fict_[t]
        ey[1:, : hz.shape[1]] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[: hz.shape[0], 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[: hz.shape[0] - 1, 1:] - ex[: hz.shape[0] - 1, :-1] + ey[1:, : hz.shape[1] - 1] - ey[:-1, : hz.shape[1] - 1])


@case((2, 5, M5), (2, 4, M4), kernel=(2,))
def adi(TSTEPS, N, u):
    v = np.empty(u.shape, dtype=u.dtype)
    p = np.empty(u.shape, dtype=u.dtype)
    q = np.empty(u.shape, dtype=u.dtype)
    DX = 1.0 / N
    DY = 1.0 / N
    DT = 1.0 / TSTEPS
    mul1 = 2.0 * DT / (DX * DX)
    mul2 = 1.0 * DT / (DY * DY)
    a = -mul1 / 2.0
    b = 1.0 + mul2
    c = a
    d = -mul2 / 2.0
    e = 1.0 + mul2
    f = d
    for t in range(1, TSTEPS + 1):
        v[0, 1 : N - 1] = 1.0
        p[1 : N - 1, 0] = 0.0
        q[1 : N - 1, 0] = v[0, 1 : N - 1]
        for j in range(1, N - 1):
            p[1 : N - 1, j] = -c / (a * p[1 : N - 1, j - 1] + b)
            q[1 : N - 1, j] = (
                -d * u[j, 0 : N - 2] + (1.0 + 2.0 * d) * u[j, 1 : N - 1] - f * u[j, 2:N] - a * q[1 : N - 1, j - 1]
            ) / (a * p[1 : N - 1, j - 1] + b)
        v[N - 1, 1 : N - 1] = 1.0
        for j in range(N - 2, 0, -1):
            v[j, 1 : N - 1] = p[1 : N - 1, j] * v[j + 1, 1 : N - 1] + q[1 : N - 1, j]
        u[1 : N - 1, 0] = 1.0
        p[1 : N - 1, 0] = 0.0
        q[1 : N - 1, 0] = u[1 : N - 1, 0]
        for j in range(1, N - 1):
            p[1 : N - 1, j] = -f / (d * p[1 : N - 1, j - 1] + e)
            q[1 : N - 1, j] = (
                -a * v[0 : N - 2, j] + (1.0 + 2.0 * a) * v[1 : N - 1, j] - c * v[2:N, j] - d * q[1 : N - 1, j - 1]
            ) / (d * p[1 : N - 1, j - 1] + e)
        u[1 : N - 1, N - 1] = 1.0
        for j in range(N - 2, 0, -1):
            u[1 : N - 1, j] = p[1 : N - 1, j] * u[1 : N - 1, j + 1] + q[1 : N - 1, j]


@case((RNG.normal(size=(4, 5, 2)), RNG.normal(size=(2, 3, 1))), (RNG.normal(size=(3, 3, 3)), RNG.normal(size=(1, 1, 2))))
def horizontal_diffusion(in_field, coeff):
    in_field = np.pad(in_field, ((2, 2), (2, 2), (0, 0)))[:, :, :1]
    lap_field = 4.0 * in_field[1:-1, 1:-1, :] - (
        in_field[2:, 1:-1, :] + in_field[:-2, 1:-1, :] + in_field[1:-1, 2:, :] + in_field[1:-1, :-2, :]
    )
    res = lap_field[1:, 1:-1, :] - lap_field[:-1, 1:-1, :]
    flx_field = np.where((res * (in_field[2:-1, 2:-2, :] - in_field[1:-2, 2:-2, :])) > 0, 0, res)
    out_field = np.zeros_like(in_field[2:-2, 2:-2, :])
    out_field[:, :, :] = in_field[2:-2, 2:-2, :] - np.sum(coeff) * (flx_field[1:, :, :] - flx_field[:-1, :, :])
    return out_field


@case((4, 2, 0.1, 0.1, 0.01, M5 * 0.1, N5 * 0.1), (3, 1, 0.2, 0.1, 0.02, M4 * 0.1, N4 * 0.1), wrt=(2, 3, 4, 5, 6))
def cavity_pressure(nit, nt, dx, dy, dt, u, v):
    p = np.zeros_like(u)
    b = np.zeros_like(u)
    for n in range(nt):
        un = u.copy()
        vn = v.copy()
        b[1:-1, 1:-1] = 1 / dt * (
            (u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx) + (v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy)
        ) - ((u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx)) ** 2
        pn = np.empty_like(p)
        for q in range(nit):
            pn[:] = p.copy()
            p[1:-1, 1:-1] = (
                (pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy**2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx**2
            ) / (2 * (dx**2 + dy**2)) - dx**2 * dy**2 / (2 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
            p[:, -1] = p[:, -2]
            p[0, :] = p[1, :]
            p[:, 0] = p[:, 1]
            p[-1, :] = 0
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, 0:-2])
            - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[0:-2, 1:-1])
            - dt / (2 * dx) * (p[1:-1, 2:] - p[1:-1, 0:-2])
        )
        u[0, :] = 0
        u[-1, :] = 1
    return u, p


@case((4, V7, V7 * 0.3, 0.2), (3, V5, V5 * 0.4, 0.1))
def wave_with_three_levels(steps, u0, v0, c):
    prev = u0.copy()
    cur = u0 + 0.1 * v0
    nxt = np.zeros_like(u0)
    for _ in range(steps):
        nxt[1:-1] = 2 * cur[1:-1] - prev[1:-1] + c * cur[1:-1] * (cur[2:] - 2 * cur[1:-1] + cur[:-2])
        prev, cur, nxt = cur, nxt, prev
    return cur


@case((3, M5), (4, M4))
def ping_pong_2d(steps, a):
    src = a.copy()
    dst = a.copy()
    for _ in range(steps):
        dst[1:-1, 1:-1] = 0.25 * (src[:-2, 1:-1] + src[2:, 1:-1] + src[1:-1, :-2] * src[1:-1, 2:])
        src, dst = dst, src
    return src


@case((np.abs(V7) + 1, V7 * 0.1, 3, 0.05), (np.abs(V5) + 1, V5 * 0.1, 2, 0.1))
def shallow_water_1d(h, hu, steps, dt):
    for _ in range(steps):
        f1 = hu
        f2 = hu * hu / h + 4.9 * h * h
        hn = h.copy()
        qn = hu.copy()
        hn[1:-1] = 0.5 * (h[:-2] + h[2:]) - dt * (f1[2:] - f1[:-2])
        qn[1:-1] = 0.5 * (hu[:-2] + hu[2:]) - dt * (f2[2:] - f2[:-2])
        h, hu = hn, qn
        h[0] = h[1]
        hu[-1] = -hu[-2]
    return h, hu


# ── linear algebra ───────────────────────────────────────────────────────────────────────────────────────


@case((S5,), (S4,), kernel=(0,))
def lu(A):
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]


@case((S5, V5), (S4, V4))
def ludcmp(A, b):
    x = np.zeros_like(b)
    y = np.zeros_like(b)
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]
    for i in range(A.shape[0]):
        y[i] = b[i] - A[i, :i] @ y[:i]
    for i in range(A.shape[0] - 1, -1, -1):
        x[i] = (y[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return x, y


@case((S5,), (S4,), kernel=(0,))
def cholesky(A):
    A[0, 0] = np.sqrt(A[0, 0])
    for i in range(1, A.shape[0]):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = np.sqrt(A[i, i])


@case((S5,), (S4,))
def cholesky_loops(a):
    n = a.shape[0]
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = 0.0
            for k in range(j):
                s += L[i, k] * L[j, k]
            if i == j:
                L[i, j] = (a[i, i] - s) ** 0.5
            else:
                L[i, j] = (a[i, j] - s) / L[j, j]
    return L


@case((M7,), (M4,))
def gramschmidt(A):
    Q = np.zeros_like(A)
    R = np.zeros((A.shape[1], A.shape[1]), dtype=A.dtype)
    for k in range(A.shape[1]):
        nrm = np.dot(A[:, k], A[:, k])
        R[k, k] = np.sqrt(nrm)
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, A.shape[1]):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]
    return Q, R


@case((V5, V5 * 0.1), (V4, V4 * 0.1))
def durbin(r, spare):
    y = np.empty_like(r)
    r = r * 0.2
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y + spare


@case((L5, V5, V5 * 0.5), (L4, V4, V4 * 0.5), kernel=(1,))
def trisolv(L, x, b):
    for i in range(x.shape[0]):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]


@case((1.5, M5, N5), (0.5, M4, N4), kernel=(2,))
def trmm(alpha, A, B):
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] += np.dot(A[i + 1 :, i], B[i + 1 :, j])
    B *= alpha


@case((1.5, 0.3, M5, N5, S5), (0.5, 2.0, M4, N4, S4), kernel=(2,))
def symm(alpha, beta, C, A, B):
    temp2 = np.empty((C.shape[1],), dtype=C.dtype)
    C *= beta
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[:i, j] += alpha * B[i, j] * A[i, :i]
            temp2[j] = B[:i, j] @ A[i, :i]
        C[i, :] += alpha * B[i, :] * A[i, i] + alpha * temp2


@case((1.5, 0.3, M5, N5), (0.5, 2.0, M4, N4), kernel=(2,))
def syrk(alpha, beta, C, A):
    for i in range(A.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * A[i, k] * A[: i + 1, k]


@case((1.5, 0.3, M5, N5, S5), (0.5, 2.0, M4, N4, S4), kernel=(2,))
def syr2k(alpha, beta, C, A, B):
    for i in range(A.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += A[: i + 1, k] * alpha * B[i, k] + B[: i + 1, k] * alpha * A[i, k]


@case((1.5, 0.3, M5, N5, S5), (0.5, 2.0, M4, N4, S4), kernel=(2,))
def gemm(alpha, beta, C, A, B):
    C[:] = alpha * A @ B + beta * C


@case((1.5, 0.3, M5, V5, V5 * 2, V5 * 3, V5 - 1, V5 + 1, V5 * V5, np.zeros(5)), (0.5, 0.2, M4, V4, V4 * 2, V4 * 3, V4 - 1, V4 + 1, V4 * V4, np.zeros(4)), kernel=(2, 7, 9))
def gemver(alpha, beta, A, u1, v1, u2, v2, x, y, w):
    A += np.outer(u1, v1) + np.outer(u2, v2)
    x += beta * y @ A + V_SCALE * y
    w += alpha * A @ x


V_SCALE = 0.25


@case((V5, V5 * 2, V5 - 1, V5 + 1, M5), (V4, V4 * 2, V4 - 1, V4 + 1, M4), kernel=(0, 1))
def mvt(x1, x2, y_1, y_2, A):
    x1 += A @ y_1
    x2 += y_2 @ A


@case((3, 2, 4, RNG.normal(size=(3, 2, 4)), RNG.normal(size=(4, 4))), (2, 3, 2, RNG.normal(size=(2, 3, 2)), RNG.normal(size=(2, 2))), kernel=(3,))
def doitgen(NR, NQ, NP, A, C4):
    for r in range(NR):
        for q in range(NQ):
            total = A[r, q, :] @ C4
            A[r, q, :] = total
    A[:] = np.reshape(np.reshape(A, (NR, NQ, 1, NP)) @ C4, (NR, NQ, NP))


@case((7.0, M7, 5), (4.0, M4, 4))
def covariance(float_n, data, M):
    mean = np.mean(data, axis=0)
    data -= mean
    cov = np.zeros((M, M), dtype=data.dtype)
    for i in range(M):
        cov[i:M, i] = cov[i, i:M] = data[:, i] @ data[:, i:M] / (float_n - 1.0)
    return cov


@case((7.0, M7, 5), (4.0, M4, 4))
def correlation(float_n, data, M):
    mean = np.mean(data, axis=0)
    stddev = np.std(data, axis=0)
    stddev[stddev <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(float_n) * stddev
    corr = np.eye(M, dtype=data.dtype)
    for i in range(M - 1):
        corr[i + 1 : M, i] = corr[i, i + 1 : M] = data[:, i] @ data[:, i + 1 : M]
    return corr


@case((M5, N5, 2), (M4, N4, 3))
def blocked_product(a, b, size):
    n = a.shape[0]
    c = np.zeros((n, n))
    for i in range(0, n, size):
        for j in range(0, n, size):
            for k in range(0, n, size):
                c[i : i + size, j : j + size] += a[i : i + size, k : k + size] @ b[k : k + size, j : j + size]
    return c


@case((M7,), (M5,))
def householder_in_place(A):
    m, n = A.shape
    tau = np.zeros(n)
    for k in range(min(m - 1, n)):
        alpha = A[k, k]
        norm = np.sqrt(np.sum(A[k:, k] ** 2))
        beta = -np.sign(alpha) * norm
        tau[k] = (beta - alpha) / beta
        A[k + 1 :, k] /= alpha - beta
        A[k, k] = beta
        for j in range(k + 1, n):
            s = A[k, j] + A[k + 1 :, k] @ A[k + 1 :, j]
            s *= tau[k]
            A[k, j] -= s
            A[k + 1 :, j] -= s * A[k + 1 :, k]
    return A, tau


@case((S5, V5, 3), (S4, V4, 2))
def conjugate_gradient(A, b, iterations):
    x = np.zeros_like(b)
    r = b - A @ x
    p = r.copy()
    rs = r @ r
    for _ in range(iterations):
        Ap = A @ p
        step = rs / (p @ Ap)
        x += step * p
        r -= step * Ap
        new = r @ r
        p *= new / rs
        p += r
        rs = new
    return x


# ── dynamic programming, sequences ───────────────────────────────────────────────────────────────────────


@case((np.abs(M5) + 0.1, 5), (np.abs(M4) + 0.1, 4), kernel=(0,))
def floyd_warshall(path, N):
    for k in range(N):
        for i in range(N):
            tmp = path[i, k] + path[k, :] < path[i, :]
            path[i, tmp] = path[i, k] + path[k, tmp]


@case((V5, V4), (V4, V7))
def soft_dtw(x, y):
    n, m = len(x), len(y)
    D = (x[:, None] - y[None, :]) ** 2
    R = np.full((n + 1, m + 1), 1e3)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            a, b, c = R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]
            low = min(a, b, c)
            R[i, j] = D[i - 1, j - 1] + low - np.log(np.exp(low - a) + np.exp(low - b) + np.exp(low - c))
    return R[n, m]


@case((M5, 0.5), (M4, 0.3))
def smith_waterman_soft(score, gap):
    n, m = score.shape
    H = np.zeros((n + 1, m + 1))
    best = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            options = np.array([0.0, H[i - 1, j - 1] + score[i - 1, j - 1], H[i - 1, j] - gap, H[i, j - 1] - gap])
            top = np.max(options)
            H[i, j] = top + np.log(np.sum(np.exp(options - top)))
            best = np.maximum(best, H[i, j])
    return best + H[n, m]


@case((V5, V5 * V5), (V4, V4 * V4))
def nussinov_like(seq, weights):
    n = len(seq)
    table = np.zeros((n, n))
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            table[i, j] = max(table[i, j], table[i, j - 1])
            table[i, j] = max(table[i, j], table[i + 1, j])
            if i < j - 1:
                table[i, j] = max(table[i, j], table[i + 1, j - 1] + seq[i] * seq[j])
            for k in range(i + 1, j):
                table[i, j] = max(table[i, j], table[i, k] + table[k + 1, j] + 0.1 * weights[k])
    return table[0, n - 1]


@case((V7, M4[:, :1], 3), (V5, M4[:, 1:2], 4))
def rnn_with_history(xs, w, hidden):
    h = np.zeros((len(xs) + 1, hidden))
    y = np.empty(len(xs))
    W = np.eye(hidden) * 0.5
    for t in range(len(xs)):
        h[t + 1] = np.tanh(h[t] @ W + xs[t] * w[0, 0])
        y[t] = np.sum(h[t + 1]) * w[1, 0]
    return y


@case((M5, M4[:3, :3]), (M7, M4[:2, :2]))
def convolution_with_out(image, kernel):
    kh, kw = kernel.shape
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    tmp = np.empty_like(out)
    for i in range(kh):
        for j in range(kw):
            np.multiply(image[i : i + out.shape[0], j : j + out.shape[1]], kernel[i, j], out=tmp)
            np.add(out, tmp, out=out)
    np.maximum(out, 0.1, out=out)
    return out


@case((V7,), (V5,))
def scan_blelloch(x):
    n = 1
    while n < len(x):
        n *= 2
    a = np.zeros(n)
    a[: len(x)] = x
    d = 1
    while d < n:
        for k in range(0, n, 2 * d):
            a[k + 2 * d - 1] += a[k + d - 1]
        d *= 2
    a[n - 1] = 0.0
    while d > 1:
        d //= 2
        for k in range(0, n, 2 * d):
            t = a[k + d - 1]
            a[k + d - 1] = a[k + 2 * d - 1]
            a[k + 2 * d - 1] += t
    return a[: len(x)]


@case((V7,), (V5,))
def odd_even_sort(x):
    a = x.copy()
    n = a.shape[0]
    for r in range(n):
        first = a[r % 2 : n - 1 : 2].copy()
        second = a[r % 2 + 1 : n : 2].copy()
        k = min(len(first), len(second))
        a[r % 2 : r % 2 + 2 * k : 2] = np.minimum(first[:k], second[:k])
        a[r % 2 + 1 : r % 2 + 1 + 2 * k : 2] = np.maximum(first[:k], second[:k])
    return a * np.arange(n)


# ── particles ────────────────────────────────────────────────────────────────────────────────────────────


@case((np.abs(V4) + 1, RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3)) * 0.1, 3, 0.05), (np.abs(V4[:3]) + 1, RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2)) * 0.1, 2, 0.1))
def nbody(mass, pos, vel, Nt, dt):
    def get_acc(pos, mass):
        acc = np.zeros_like(pos)
        for i in range(pos.shape[0]):
            d = pos - pos[i]
            inv_r3 = (np.sum(d * d, axis=1) + 0.01) ** (-1.5)
            acc[i] = (mass * inv_r3) @ d
        return acc

    KE = np.ndarray(Nt + 1, dtype=np.float64)
    acc = get_acc(pos, mass)
    KE[0] = 0.5 * np.sum(mass * np.sum(vel**2, axis=1))
    for i in range(Nt):
        vel += acc * dt / 2.0
        pos += vel * dt
        acc[:] = get_acc(pos, mass)
        vel += acc * dt / 2.0
        KE[i + 1] = 0.5 * np.sum(mass * np.sum(vel**2, axis=1))
    return KE


@case((RNG.uniform(0, 4, size=6), V7[:6], 4, 2, 0.1), (RNG.uniform(0, 3, size=4), V4, 3, 3, 0.2))
def particle_in_cell(x, q, cells, steps, dt):
    v = np.zeros_like(x)
    energy = np.zeros(steps)
    for s in range(steps):
        rho = np.zeros(cells + 1)
        index = np.clip(np.floor(x).astype(int), 0, cells - 1)
        frac = x - index
        np.add.at(rho, index, q * (1 - frac))
        np.add.at(rho, index + 1, q * frac)
        field = np.empty(cells)
        field[:] = rho[:-1] - rho[1:]
        v += dt * field[index] * q
        x += dt * v
        energy[s] = np.sum(v * v) + np.sum(rho * rho)
    return energy
