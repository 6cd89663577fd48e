"""The kernels of PolyBench that polybench.py does not have, and others of them as loops over elements."""

import numpy as np

from tests.cases import case

RNG = np.random.default_rng(11)
V3, V4, V5, V6 = (RNG.normal(size=n) for n in (3, 4, 5, 6))
M34, M43, M45, M53 = (RNG.normal(size=s) for s in ((3, 4), (4, 3), (4, 5), (5, 3)))
M33, M44, M55 = (RNG.normal(size=(n, n)) for n in (3, 4, 5))
I64 = np.array([1, 0, 3, 2, 2, 1, 0, 3])


@case((1.5, 1.2, M34, M45, M53, RNG.normal(size=(3, 3))), (0.5, 2.0, M33, M34, M43, M33 * 0.5), kernel=(5,))
def k2mm(alpha, beta, A, B, C, D):
    D[:] = alpha * A @ B @ C + beta * D


@case((3, 4, 5, 3, 1.5, 1.2, np.zeros((3, 5)), M34, M45, M53, M33), (2, 3, 3, 2, 0.5, 0.2, np.zeros((2, 3)), M33[:2], M33, M33[:, :2], M33[:2, :2]), kernel=(6, 10))
def k2mm_loops(ni, nj, nk, nl, alpha, beta, tmp, A, B, C, D):
    for i in range(ni):
        for j in range(nk):
            tmp[i, j] = 0.0
            for k in range(nj):
                tmp[i, j] += alpha * A[i, k] * B[k, j]
    for i in range(ni):
        for j in range(nl):
            D[i, j] *= beta
            for k in range(nk):
                D[i, j] += tmp[i, k] * C[k, j]


@case((M34, M45, M53, M33), (M33, M33 * 2, M33.T.copy(), M33 - 1))
def k3mm(A, B, C, D):
    return A @ B @ C @ D


@case((np.empty((3, 5)), M34, M45, np.empty((5, 4)), M53, M34, np.empty((3, 4))), kernel=(0, 3, 6))
def k3mm_out(E, A, B, F, C, D, G):
    np.matmul(A, B, out=E)
    np.matmul(C, D, out=F)
    np.dot(E, F, out=G)


@case((M34, V4), (M55, V5))
def atax(A, x):
    return (A @ x) @ A


@case((3, 4, M34, V4, np.zeros(4), np.zeros(3)), (4, 3, M43, V3, np.zeros(3), np.zeros(4)), kernel=(4, 5))
def atax_loops(M, N, A, x, y, tmp):
    for i in range(N):
        y[i] = 0
    for i in range(M):
        tmp[i] = 0.0
        for j in range(N):
            tmp[i] = tmp[i] + A[i, j] * x[j]
        for j in range(N):
            y[j] = y[j] + A[i, j] * tmp[i]


@case((M34, V4, V3), (M43, V3, V4))
def bicg(A, p, r):
    return r @ A, A @ p


@case((3, 4, M34, np.zeros(4), np.zeros(3), V4, V3), kernel=(3, 4))
def bicg_rows(M, N, A, s, q, p, r):
    s[:] = 0
    for i in range(M):
        q[i] = 0.0
        s[:] += r[i] * A[i, :]
        q[i] += np.dot(A[i, :], p)


@case((1.5, 1.2, M44, M44 * 0.5, V4), (0.5, 0.2, M33, M33.T.copy(), V3))
def gesummv(alpha, beta, A, B, x):
    return alpha * A @ x + beta * B @ x


@case((3, 1.5, 1.2, M33, M33.T.copy(), np.zeros(3), V3, np.zeros(3)), (5, 0.5, 0.2, M55, M55 * 0.5, np.zeros(5), V5, np.zeros(5)), kernel=(5, 7))
def gesummv_loops(N, alpha, beta, A, B, tmp, x, y):
    for i in range(N):
        tmp[i] = 0.0
        y[i] = 0.0
        for j in range(N):
            tmp[i] = A[i, j] * x[j] + tmp[i]
            y[i] = B[i, j] * x[j] + y[i]
        y[i] = alpha * tmp[i] + beta * y[i]


@case((4, V4, V4 * 0.5, V4 + 1, V4 - 1, M44), (3, V3, V3 * 0.5, V3 + 1, V3 - 1, M33), kernel=(1, 2))
def mvt_loops(N, x1, x2, y_1, y_2, A):
    for i in range(N):
        for j in range(N):
            x1[i] = x1[i] + A[i, j] * y_1[j]
    for i in range(N):
        for j in range(N):
            x2[i] = x2[i] + A[j, i] * y_2[j]


@case((4, V4, V4 * 0.5, V4 + 1, V4 - 1, V4 * 2, V4 ** 2, np.zeros(4), np.zeros(4), 1.5, 1.2, M44), kernel=(7, 8, 11))
def gemver_loops(N, u1, v1, u2, v2, y, z, w, x, alpha, beta, A):
    for i in range(N):
        for j in range(N):
            A[i, j] = A[i, j] + u1[i] * v1[j] + u2[i] * v2[j]
    for i in range(N):
        for j in range(N):
            x[i] = x[i] + beta * A[j, i] * y[j]
    for i in range(N):
        x[i] = x[i] + z[i]
    for i in range(N):
        for j in range(N):
            w[i] = w[i] + alpha * A[i, j] * x[j]


@case((3, 4, 1.5, 1.2, M33, M34), (2, 3, 0.5, 0.2, M33[:2, :2], M33[:2]), kernel=(4,))
def syrk_loops(N, M, alpha, beta, C, A):
    for i in range(N):
        for j in range(i + 1):
            C[i, j] *= beta
        for k in range(M):
            for j in range(i + 1):
                C[i, j] += alpha * A[i, k] * A[j, k]


@case((3, 4, 1.5, 1.2, M33, M34, M34 * 0.5), kernel=(4,))
def syr2k_loops(N, M, alpha, beta, C, A, B):
    for i in range(N):
        for j in range(i + 1):
            C[i, j] *= beta
        for k in range(M):
            for j in range(i + 1):
                C[i, j] += A[j, k] * alpha * B[i, k] + B[j, k] * alpha * A[i, k]


@case((3, 4, 1.5, 1.2, M34, M33, M34 * 0.5), kernel=(4,))
def symm_loops(M, N, alpha, beta, C, A, B):
    for i in range(M):
        for j in range(N):
            temp2 = 0
            for k in range(i):
                C[k, j] += alpha * B[i, j] * A[i, k]
                temp2 += B[k, j] * A[i, k]
            C[i, j] = beta * C[i, j] + alpha * B[i, j] * A[i, i] + alpha * temp2


@case((3, 4, 1.5, M33, M34), kernel=(4,))
def trmm_loops(M, N, alpha, A, B):
    for i in range(M):
        for j in range(N):
            for k in range(i + 1, M):
                B[i, j] += A[k, i] * B[k, j]
            B[i, j] = alpha * B[i, j]


@case((4, M44 + 4 * np.eye(4), np.zeros(4), V4), (3, M33 + 4 * np.eye(3), np.zeros(3), V3), kernel=(2,))
def trisolv_loops(N, L, x, b):
    for i in range(N):
        x[i] = b[i]
        for j in range(i):
            x[i] -= L[i, j] * x[j]
        x[i] = x[i] / L[i, i]


@case((2, 3, 4, RNG.normal(size=(2, 3, 4)), M44, np.zeros(4)), (1, 2, 3, RNG.normal(size=(1, 2, 3)), M33, np.zeros(3)), kernel=(3, 5))
def doitgen_loops(NR, NQ, NP, A, C4, total):
    for r in range(NR):
        for q in range(NQ):
            for p in range(NP):
                total[p] = 0.0
                for s in range(NP):
                    total[p] += A[r, q, s] * C4[s, p]
            for p in range(NP):
                A[r, q, p] = total[p]


@case((M34 + 2, np.zeros(4)), (M55 + 3, np.zeros(5)))
def doitgen_reshaped(A, scratch):
    A[:] = np.reshape(np.reshape(A, (A.shape[0], 1, A.shape[1])) @ np.outer(A[0], A[0]), A.shape)
    return A


@case((4, M55[:4], np.zeros((5, 5)), np.zeros(5), np.zeros(5)), kernel=(1, 2, 3, 4), wrt=(1,))
def correlation_loops(N, data, corr, mean, stddev):
    M = data.shape[1]
    float_n = float(N)
    eps = 0.1
    for j in range(M):
        mean[j] = 0.0
        for i in range(N):
            mean[j] += data[i, j]
        mean[j] /= float_n
    for j in range(M):
        stddev[j] = 0.0
        for i in range(N):
            stddev[j] += (data[i, j] - mean[j]) * (data[i, j] - mean[j])
        stddev[j] /= float_n
        stddev[j] = np.sqrt(stddev[j])
        stddev[j] = 1.0 if stddev[j] <= eps else stddev[j]
    for i in range(N):
        for j in range(M):
            data[i, j] -= mean[j]
            data[i, j] /= np.sqrt(float_n) * stddev[j]
    for i in range(M - 1):
        corr[i, i] = 1.0
        for j in range(i + 1, M):
            corr[i, j] = 0.0
            for k in range(N):
                corr[i, j] += data[k, i] * data[k, j]
            corr[j, i] = corr[i, j]
    corr[M - 1, M - 1] = 1.0


@case((4.0, M45), (5.0, M53))
def covariance_from_array_method(float_n, data):
    mean = np.mean(data, axis=0)
    data -= mean
    M = data.shape[1]
    cov = np.zeros((M, M), dtype=data.dtype)
    for i in range(M):
        cov[i:M, i] = cov[i, i:M] = data[:, i] @ data[:, i:M] / (float_n - 1.0)
    return cov


@case((M45 + 3 * np.eye(4, 5),), (M53 + 3 * np.eye(5, 3),), rtol=1e-5)
def gramschmidt_returns(A):
    Q = np.zeros_like(A)
    n = A.shape[1]
    R = np.zeros((n, n), dtype=A.dtype)
    for k in range(min(A.shape)):
        nrm = np.dot(A[:, k], A[:, k])
        R[k, k] = np.sqrt(nrm)
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, n):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]
    return Q, R


@case((4, np.array([0.3, 0.2, -0.1, 0.15]), np.zeros(4)), (3, np.array([0.3, 0.2, -0.1]), np.zeros(3)), kernel=(2,))
def durbin_scalars(N, r, y):
    z = np.empty_like(r)
    y[0] = -r[0]
    beta = 1.0
    alpha = -r[0]
    for k in range(1, N):
        beta = (1 - alpha * alpha) * beta
        total = 0.0
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -(r[k] + total) / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha


@case((np.array([0.3, 0.2, -0.1, 0.15]),), (np.array([0.3, 0.2, -0.1]),))
def durbin_flipped(r):
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y


@case((M44 @ M44.T + 4 * np.eye(4),), (M33 @ M33.T + 4 * np.eye(3),), kernel=(0,))
def cholesky_dots(A):
    A[0, 0] = np.sqrt(A[0, 0])
    for i in range(1, A.shape[0]):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = np.sqrt(A[i, i])


@case((M44 @ M44.T + 4 * np.eye(4),), (M33 @ M33.T + 4 * np.eye(3),), kernel=(0,))
def cholesky2(A):
    A[:] = np.linalg.cholesky(A) + np.triu(A, k=1)


@case((4, M44 + 4 * np.eye(4)), (3, M33 + 4 * np.eye(3)), kernel=(1,))
def lu_loops(N, A):
    for i in range(N):
        for j in range(i):
            for k in range(j):
                A[i, j] -= A[i, k] * A[k, j]
            A[i, j] /= A[j, j]
        for j in range(i, N):
            for k in range(i):
                A[i, j] -= A[i, k] * A[k, j]


@case((4, M44 + 4 * np.eye(4), V4, np.zeros(4), np.zeros(4)), (3, M33 + 4 * np.eye(3), V3, np.zeros(3), np.zeros(3)), kernel=(1, 3, 4))
def ludcmp_loops(N, A, b, x, y):
    for i in range(N):
        for j in range(i):
            w = A[i, j]
            for k in range(j):
                w -= A[i, k] * A[k, j]
            A[i, j] = w / A[j, j]
        for j in range(i, N):
            w = A[i, j]
            for k in range(i):
                w -= A[i, k] * A[k, j]
            A[i, j] = w
    for i in range(N):
        w = b[i]
        for j in range(i):
            w -= A[i, j] * y[j]
        y[i] = w
    for i in range(N - 1, -1, -1):
        w = y[i]
        for j in range(i + 1, N):
            w -= A[i, j] * x[j]
        x[i] = w / A[i, i]


@case((RNG.uniform(1, 9, (4, 4)),), (RNG.uniform(1, 9, (5, 5)),), kernel=(0,))
def floyd_warshall_vectors(path):
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], np.add.outer(path[:, k], path[k, :]))


@case((RNG.uniform(1, 9, (4, 4)), 4), (RNG.uniform(1, 9, (3, 3)), 3), kernel=(0,))
def floyd_warshall_elements(path, n):
    for k in range(n):
        for i in range(n):
            for j in range(n):
                path[i, j] = path[i, j] if path[i, j] < path[i, k] + path[k, j] else path[i, k] + path[k, j]


def match(b1, b2):
    if b1 + b2 == 3:
        return 1
    return 0


@case((6, I64[:6], RNG.normal(size=6)), (8, I64, RNG.normal(size=8)), wrt=(2,))
def nussinov_weighted(N, seq, weight):
    table = np.zeros((N, N), weight.dtype)
    for i in range(N - 1, -1, -1):
        for j in range(i + 1, N):
            if j - 1 >= 0:
                table[i, j] = max(table[i, j], table[i, j - 1])
            if i + 1 < N:
                table[i, j] = max(table[i, j], table[i + 1, j])
            if j - 1 >= 0 and i + 1 < N:
                if i < j - 1:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1] + match(seq[i], seq[j]) * weight[i] * weight[i])
                else:
                    table[i, j] = max(table[i, j], table[i + 1, j - 1])
            for k in range(i + 1, j):
                table[i, j] = max(table[i, j], table[i, k] + table[k + 1, j])
    return table


@case((0.25, RNG.normal(size=(4, 5))), (0.3, RNG.normal(size=(3, 4))))
def deriche(alpha, imgIn):
    W, H = imgIn.shape
    k = (1.0 - np.exp(-alpha)) * (1.0 - np.exp(-alpha)) / (1.0 + alpha * np.exp(-alpha) - np.exp(2.0 * alpha))
    a1 = a5 = k
    a2 = a6 = k * np.exp(-alpha) * (alpha - 1.0)
    a3 = a7 = k * np.exp(-alpha) * (alpha + 1.0)
    a4 = a8 = -k * np.exp(-2.0 * alpha)
    b1 = 2.0 ** (-alpha)
    b2 = -np.exp(-2.0 * alpha)
    c1 = c2 = 1

    y1 = np.empty_like(imgIn)
    y1[:, 0] = a1 * imgIn[:, 0]
    y1[:, 1] = a1 * imgIn[:, 1] + a2 * imgIn[:, 0] + b1 * y1[:, 0]
    for j in range(2, H):
        y1[:, j] = a1 * imgIn[:, j] + a2 * imgIn[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]

    y2 = np.empty_like(imgIn)
    y2[:, -1] = 0.0
    y2[:, -2] = a3 * imgIn[:, -1]
    for j in range(H - 3, -1, -1):
        y2[:, j] = a3 * imgIn[:, j + 1] + a4 * imgIn[:, j + 2] + b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    imgOut = c1 * (y1 + y2)

    y1[0, :] = a5 * imgOut[0, :]
    y1[1, :] = a5 * imgOut[1, :] + a6 * imgOut[0, :] + b1 * y1[0, :]
    for i in range(2, W):
        y1[i, :] = a5 * imgOut[i, :] + a6 * imgOut[i - 1, :] + b1 * y1[i - 1, :] + b2 * y1[i - 2, :]

    y2[-1, :] = 0.0
    y2[-2, :] = a7 * imgOut[-1, :]
    for i in range(W - 3, -1, -1):
        y2[i, :] = a7 * imgOut[i + 1, :] + a8 * imgOut[i + 2, :] + b1 * y2[i + 1, :] + b2 * y2[i + 2, :]
    imgOut[:] = c2 * (y1 + y2)
    return imgOut


@case((2, 4, 4, M44, M44 * 0.5, M44 - 1, np.array([0.3, 0.6])), (3, 3, 3, M33, M33 * 0.5, M33 - 1, V3), kernel=(3, 4, 5))
def fdtd_2d_loops(TMAX, NX, NY, ex, ey, hz, _fict_):
    for t in range(TMAX):
        for j in range(NY):
            ey[0, j] = _fict_[t]
        for i in range(1, NX):
            for j in range(NY):
                ey[i, j] = ey[i, j] - 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in range(NX):
            for j in range(1, NY):
                ex[i, j] = ex[i, j] - 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in range(NX - 1):
            for j in range(NY - 1):
                hz[i, j] = hz[i, j] - 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])


@case((2, 4, M44), (1, 5, M55), kernel=(2,))
def adi_loops(TSTEPS, N, u):
    v, p, q = (np.zeros((N, N)) for _ in range(3))
    B1, B2 = 2.0, 1.0
    mul1 = B1 * N * N / TSTEPS * 0.1
    mul2 = B2 * N * N / TSTEPS * 0.1
    a = c = -mul1 / 2.0
    b = 1.0 + mul1
    d = f = -mul2 / 2.0
    e = 1.0 + mul2
    for t in range(1, TSTEPS + 1):
        for i in range(1, N - 1):
            v[0, i] = 1.0
            p[i, 0] = 0.0
            q[i, 0] = v[0, i]
            for j in range(1, N - 1):
                p[i, j] = -c / (a * p[i, j - 1] + b)
                q[i, j] = (-d * u[j, i - 1] + (1.0 + 2.0 * d) * u[j, i] - f * u[j, i + 1] - a * q[i, j - 1]) / (a * p[i, j - 1] + b)
            v[N - 1, i] = 1.0
            for j in range(N - 2, 0, -1):
                v[j, i] = p[i, j] * v[j + 1, i] + q[i, j]
        for i in range(1, N - 1):
            u[i, 0] = 1.0
            p[i, 0] = 0.0
            q[i, 0] = u[i, 0]
            for j in range(1, N - 1):
                p[i, j] = -f / (d * p[i, j - 1] + e)
                q[i, j] = (-a * v[i - 1, j] + (1.0 + 2.0 * a) * v[i, j] - c * v[i + 1, j] - d * q[i, j - 1]) / (d * p[i, j - 1] + e)
            u[i, N - 1] = 1.0
            for j in range(N - 2, 0, -1):
                u[i, j] = p[i, j] * u[i, j + 1] + q[i, j]


@case((2, 4, M44), (3, 5, M55), kernel=(2,))
def seidel_2d_loops(TSTEPS, N, A):
    for t in range(TSTEPS - 1):
        for i in range(1, N - 1):
            for j in range(1, N - 1):
                A[i, j] = (A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1] + A[i, j - 1] + A[i, j]
                           + A[i, j + 1] + A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]) / 9.0
