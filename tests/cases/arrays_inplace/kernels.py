"""Kernels as NPBench, PolyBench and textbooks write them."""

import numpy as np

from tests.cases import case

RNG = np.random.default_rng(11)
A6 = RNG.normal(size=6)
A9 = RNG.normal(size=9)
G5 = RNG.normal(size=(5, 5))
G7 = RNG.normal(size=(7, 6))
SPD = G5 @ G5.T + 3 * np.eye(5)
SPD3 = SPD[:3, :3].copy()


@case((A6, 0.2, 5), (A9, 0.1, 3))
def heat_1d(u0, k, steps):
    u = u0.copy()
    for n in range(steps):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


@case((A6, 0.2, 4))
def heat_1d_loops(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        un = u.copy()
        for i in range(1, len(u) - 1):
            u[i] = un[i] + k * (un[i + 1] - 2 * un[i] + un[i - 1])
    return u


@case((G5, 0.1, 3), (G7, 0.2, 2))
def heat_2d(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1])
        u[0] = u[1]
        u[:, -1] = 0.5 * u[:, -2]
    return u


@case((RNG.normal(size=(4, 3, 4)), 0.1))
def heat_3d(a, k):
    b = a.copy()
    for _ in range(2):
        b[1:-1, 1:-1, 1:-1] = (
            k * (a[2:, 1:-1, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[:-2, 1:-1, 1:-1])
            + k * (a[1:-1, 2:, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, :-2, 1:-1])
            + a[1:-1, 1:-1, 1:-1]
        )
        a[1:-1, 1:-1, 1:-1] = b[1:-1, 1:-1, 1:-1] ** 2
    return a


@case((A6, 0.1))
def burgers(u, dt):
    for _ in range(4):
        u[1:-1] += dt * (u[1:-1] ** 2 - u[1:-1] * (u[2:] - u[:-2]) + 0.3 * (u[2:] - 2 * u[1:-1] + u[:-2]))
    return u


@case((A6, A6[::-1].copy(), 3), (A9, A9 * 0.5, 2))
def jacobi_1d(A, B, steps):
    for t in range(1, steps):
        B[1:-1] = 0.33333 * (A[:-2] + A[1:-1] + A[2:])
        A[1:-1] = 0.33333 * (B[:-2] + B[1:-1] + B[2:])
    return A * B


@case((G5, G5.T.copy(), 3))
def jacobi_2d(A, B, steps):
    for t in range(1, steps):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])
    return A


@case((G5, 0.5, 1e-2), wrt=(0, 1))
def jacobi_until_converged(p, b, tol):
    p = p.copy()
    change = 1.0
    while change > tol:
        pn = p.copy()
        p[1:-1, 1:-1] = 0.25 * (pn[2:, 1:-1] + pn[:-2, 1:-1] + pn[1:-1, 2:] + pn[1:-1, :-2] - b * 0.1)
        change = np.max(np.abs(p - pn))
    return p


@case((G5, 2))
def gauss_seidel(A, steps):
    n = A.shape[0]
    for t in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                A[i, j] = (A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1] + A[i, j] ** 2) / 5.0
    return A


@case((SPD, A6[:5]))
def sor(a, b):
    x = np.zeros_like(b)
    for _ in range(3):
        for i in range(len(b)):
            sigma = a[i, :i] @ x[:i] + a[i, i + 1 :] @ x[i + 1 :]
            x[i] += 1.1 * ((b[i] - sigma) / a[i, i] - x[i])
    return x


@case((A6, A6 * 0.3, 4))
def wave_1d(u, v, steps):
    u, v = u.copy(), v.copy()
    for _ in range(steps):
        v[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u += 0.2 * v
        u[0] = u[-1] = 0.0
    return np.sum(u**2 + v**2)


@case((G5, RNG.normal(size=(5, 5)), RNG.normal(size=(5, 5)), np.array([0.3, 0.6])))
def fdtd_2d(ex, ey, hz, fict):
    for t in range(len(fict)):
        ey[0, :] = fict[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return hz


@case((np.abs(A6) + 1.5, A6 * 0.1, 0.02))
def shallow_water(h, q, dt):
    h, q = h.copy(), q.copy()
    for _ in range(3):
        flux_h = q.copy()
        flux_q = q**2 / h + 0.5 * 9.81 * h**2
        h[1:-1] = 0.5 * (h[2:] + h[:-2]) - 0.5 * dt * (flux_h[2:] - flux_h[:-2])
        q[1:-1] = 0.5 * (q[2:] + q[:-2]) - 0.5 * dt * (flux_q[2:] - flux_q[:-2])
        h[0], h[-1] = h[1], h[-2]
        q[0], q[-1] = -q[1], -q[-2]
    return np.sum(h * q)


@case((G5, 2))
def adi(u, steps):
    n = u.shape[0]
    v, p, q = np.zeros_like(u), np.zeros_like(u), np.zeros_like(u)
    a, b, c = -0.3, 1.6, -0.3
    for _ in range(steps):
        v[0, 1:-1] = 1.0
        p[1:-1, 0] = 0.0
        q[1:-1, 0] = v[0, 1:-1]
        for j in range(1, n - 1):
            p[1:-1, j] = -c / (a * p[1:-1, j - 1] + b)
            q[1:-1, j] = (0.2 * u[j, :-2] + 0.6 * u[j, 1:-1] + 0.2 * u[j, 2:] - a * q[1:-1, j - 1]) / (
                a * p[1:-1, j - 1] + b
            )
        v[-1, 1:-1] = 1.0
        for j in range(n - 2, -1, -1):
            v[j, 1:-1] = p[1:-1, j] * v[j + 1, 1:-1] + q[1:-1, j]
        u[1:-1, 1:-1] = v[1:-1, 1:-1].T
    return u


@case((SPD,), (SPD3,))
def lu(A):
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]
    return A


@case((G5 + 2 * np.eye(5), A6[:5]), (G5[:3, :3], A6[:3]))
def gauss_pivoting(a, b):
    a, b = a.copy(), b.copy()
    n = len(b)
    for k in range(n):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
            b[k], b[p] = b[p], b[k]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            b[i] -= factor * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x


@case((SPD,), (SPD3,))
def cholesky(A):
    A[0, 0] = np.sqrt(A[0, 0])
    for i in range(1, A.shape[0]):
        for j in range(i):
            A[i, j] -= np.dot(A[i, :j], A[j, :j])
            A[i, j] /= A[j, j]
        A[i, i] -= np.dot(A[i, :i], A[i, :i])
        A[i, i] = np.sqrt(A[i, i])
    return np.tril(A)


@case((G7,), (G5,))
def gram_schmidt(A):
    Q = np.zeros_like(A)
    R = np.zeros((A.shape[1], A.shape[1]))
    for k in range(A.shape[1]):
        nrm = np.dot(A[:, k], A[:, k])
        R[k, k] = np.sqrt(nrm)
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, A.shape[1]):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]
    return Q, R


@case((G5[:, :3],))
def householder(a):
    r = a.copy()
    q = np.eye(a.shape[0])
    for k in range(a.shape[1]):
        x = r[k:, k]
        v = x.copy()
        v[0] += np.copysign(np.linalg.norm(x), x[0])
        v /= np.linalg.norm(v)
        r[k:, k:] -= 2 * np.outer(v, v @ r[k:, k:])
        q[:, k:] -= 2 * np.outer(q[:, k:] @ v, v)
    return q, np.triu(r)


@case((np.tril(G5) + 3 * np.eye(5), A6[:5]))
def trisolv(L, b):
    x = np.empty_like(b)
    for i in range(x.shape[0]):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return x


@case((np.array([0.3, 0.1, -0.2, 0.15]), np.array([0.7, 0.4, 0.9, 0.2])))
def durbin(r, y0):
    y = y0.copy()
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y


@case((G5[:4, :4], G5[1:, 1:], 2))
def blocked_matmul(a, b, size):
    n = a.shape[0]
    c = np.zeros((n, n))
    for i in range(0, n, size):
        for j in range(0, n, size):
            block = c[i : i + size, j : j + size]
            for k in range(0, n, size):
                block += a[i : i + size, k : k + size] @ b[k : k + size, j : j + size]
    return c


@case((1.5, 0.3, G5[:3, :4], G5[:4, :2], G5[:3, :2]))
def gemm(alpha, beta, A, B, C):
    C[:] = alpha * A @ B + beta * C
    return C


@case((1.5, 0.3, G5[:3, :3].copy(), G5[:3, :2]))
def syrk(alpha, beta, C, A):
    for i in range(A.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * A[i, k] * A[: i + 1, k]
    return C


@case((G7,))
def covariance(data):
    data = data.copy()
    data -= np.mean(data, axis=0)
    cov = np.zeros((data.shape[1], data.shape[1]))
    for i in range(data.shape[1]):
        cov[i:, i] = cov[i, i:] = data[:, i] @ data[:, i:] / (data.shape[0] - 1.0)
    return cov


@case((np.array([0.1, 0.9, 0.4, 0.7]), np.array([0.2, 0.8, 0.75])))
def dynamic_time_warping(x, y):
    d = np.full((len(x) + 1, len(y) + 1), np.inf)
    d[0, 0] = 0.0
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            d[i, j] = (x[i - 1] - y[j - 1]) ** 2 + min(d[i - 1, j], d[i, j - 1], d[i - 1, j - 1])
    return d[-1, -1]


@case((np.abs(G5) + 0.1,))
def floyd_warshall(path):
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], np.add.outer(path[:, k], path[k, :]))
    return path


@case((np.array([0.3, 0.7, 0.2]), np.abs(G5[:3, :3]), np.abs(G5[:3, 2:]) + 0.1, [0, 2, 1, 1]))
def viterbi(start, transition, emission, symbols):
    score = np.zeros((len(symbols), 3))
    score[0] = np.log(start) + np.log(emission[:, symbols[0]])
    for t in range(1, len(symbols)):
        for j in range(3):
            score[t, j] = np.max(score[t - 1] + np.log(transition[:, j])) + np.log(emission[j, symbols[t]])
    return np.max(score[-1])


@case((100.0, 101.7, 0.05, 0.3, 10), (100.0, 97.3, 0.05, 0.3, 5))
def binomial_tree(spot, strike, rate, vol, steps):
    dt = 1.0 / steps
    up = np.exp(vol * np.sqrt(dt))
    p = (np.exp(rate * dt) - 1 / up) / (up - 1 / up)
    prices = spot * up ** (2 * np.arange(steps + 1.0) - steps)
    values = np.maximum(strike - prices, 0)
    for i in range(steps, 0, -1):
        values[:i] = np.exp(-rate * dt) * (p * values[1 : i + 1] + (1 - p) * values[:i])
        prices[:i] = prices[1 : i + 1] / up
        np.maximum(values[:i], strike - prices[:i], out=values[:i])
    return values[0]


@case((RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3)) * 0.1, np.array([1.0, 2.0, 0.5, 1.5]), 3))
def n_body(pos, vel, mass, steps):
    pos, vel = pos.copy(), vel.copy()
    acc = np.zeros_like(pos)
    for _ in range(steps):
        acc[:] = 0.0
        for i in range(len(mass)):
            for j in range(i):
                d = pos[j] - pos[i]
                f = d / (d @ d + 0.1) ** 1.5
                acc[i] += mass[j] * f
                acc[j] -= mass[i] * f
        vel += 0.05 * acc
        pos += 0.05 * vel
    return pos


@case((np.array([0.15, 0.35, 1.2, 2.7, 2.2, 0.8]), A6, 3))
def cell_lists(x, charge, cells):
    index = np.floor(x).astype(int)
    rho = np.zeros(cells + 1)
    frac = x - index
    np.add.at(rho, index, charge * (1 - frac))
    np.add.at(rho, index + 1, charge * frac)
    rho[0] += rho[-1]
    field = np.empty(cells)
    field[:] = rho[1:] - rho[:-1]
    return np.sum(field[index] * charge * frac)


@case((G5[:, :3], G5[:3, :3] * 0.5, G5[:3, 2:] * 0.5))
def rnn_history(xs, w, u):
    h = np.zeros((len(xs) + 1, 3))
    for t in range(len(xs)):
        h[t + 1] = np.tanh(h[t] @ w + xs[t] @ u)
    return np.sum(h[1:] ** 2)


@case((G7, np.array([[0.1, 0.2, 0.1], [0.2, -0.5, 0.3], [0.1, 0.0, 0.1]])))
def image_filter(image, kernel):
    h, w = image.shape
    out = np.zeros((h - 2, w - 2))
    for i in range(h - 2):
        for j in range(w - 2):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    np.maximum(out, 0.0, out=out)
    return out


@case((RNG.normal(size=(1, 2, 5, 5)), RNG.normal(size=(3, 2, 2, 2)), RNG.normal(size=3)))
def conv2d_relu_pool(x, weights, bias):
    n, c, h, w = x.shape
    out = np.empty((n, 3, h - 1, w - 1))
    for i in range(h - 1):
        for j in range(w - 1):
            patch = x[:, None, :, i : i + 2, j : j + 2]
            out[:, :, i, j] = np.sum(patch * weights[None], axis=(2, 3, 4))
    out += bias[None, :, None, None]
    out[out < 0] *= 0.1
    pooled = np.empty((n, 3, 2, 2))
    for i in range(2):
        for j in range(2):
            pooled[:, :, i, j] = np.max(out[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2], axis=(2, 3))
    return pooled


@case((A9,), (A6,))
def prefix_sum_up_down(v):
    a = v.copy()
    step = 1
    while step < len(a):
        a[step:] = a[step:] + a[:-step].copy()
        step *= 2
    for i in range(1, len(a)):
        a[i] += 0.1 * a[i - 1] ** 2
    return a


@case((A6,), (A9,))
def sorting_network(v):
    a = v.copy()
    n = len(a)
    for round_ in range(n):
        for i in range(round_ % 2, n - 1, 2):
            low, high = np.minimum(a[i], a[i + 1]), np.maximum(a[i], a[i + 1])
            a[i], a[i + 1] = low, high
    return a * np.arange(n)


@case((A6,))
def insertion_sort(v):
    a = v.copy()
    for i in range(1, len(a)):
        key = a[i]
        j = i - 1
        while j >= 0 and a[j] > key:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = key
    return a * np.arange(1, 7)


def thomas(a, b, c, d):
    n = len(d)
    for i in range(1, n):
        w = a[i] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    d[-1] /= b[-1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]


@case((A6, 0.3))
def crank_nicolson(u, k):
    u = u.copy()
    n = len(u)
    for _ in range(2):
        rhs = u.copy()
        rhs[1:-1] += 0.5 * k * (u[2:] - 2 * u[1:-1] + u[:-2])
        thomas(np.full(n, -0.5 * k), np.full(n, 1 + k), np.full(n, -0.5 * k), rhs)
        u[:] = rhs
    return u


@case((G5, G7[:5, :5], 0.02))
def reaction_diffusion(u, v, dt):
    u, v = 1 + 0.1 * u, 0.3 + 0.1 * v

    def laplacian(z):
        out = np.zeros_like(z)
        out[1:-1, 1:-1] = z[2:, 1:-1] + z[:-2, 1:-1] + z[1:-1, 2:] + z[1:-1, :-2] - 4 * z[1:-1, 1:-1]
        return out

    for _ in range(3):
        uvv = u * v * v
        u += dt * (0.16 * laplacian(u) - uvv + 0.06 * (1 - u))
        v += dt * (0.08 * laplacian(v) + uvv - 0.12 * v)
        for z in (u, v):
            z[0, :], z[-1, :] = z[1, :], z[-2, :]
    return np.sum(u * v)


@case((np.array([0.5, 1.2, 2.0]), np.array([1.0, 0.5, 0.2])), (np.array([0.5]), np.array([1.0])))
def horner_vectors(x, coefficients):
    y = np.zeros_like(x)
    for c in coefficients:
        y *= x
        y += c
    return y


@case((A6.astype(np.float32), np.float32(0.2)))
def heat_single_precision(u0, k):
    u = u0.copy()
    for _ in range(3):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


@case((A6, 0.3, 4))
def leapfrog_rotating_buffers(u0, c, steps):
    old, now, new = u0.copy(), u0 * 0.9, np.zeros_like(u0)
    for _ in range(steps):
        new[1:-1] = 2 * now[1:-1] - old[1:-1] + c * (now[2:] - 2 * now[1:-1] + now[:-2])
        new[0] = now[1]
        old, now, new = now, new, old
    return now + 0.1 * old


@case((np.abs(A6) + 0.1, 0.4))
def game_of_levels(levels, rate):
    """Water runs down from cell to cell, when the next one is lower."""
    w = levels.copy()
    for _ in range(3):
        for i in range(len(w) - 1):
            drop = w[i] - w[i + 1]
            if drop > 0:
                flow = rate * drop * drop / (1 + drop)
                w[i] -= flow
                w[i + 1] += flow
    return w


def kernel_heat(u, k):
    u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])


@case((A6, 0.2), kernel=(0,))
def void_kernel(u, k):
    for _ in range(3):
        kernel_heat(u, k)


@case((A6, A6 * 2, 0.2), kernel=(0, 1))
def void_kernel_two(u, v, k):
    u += k * v
    v[1:] -= k * u[:-1] ** 2


@case((A6, 3), (A9, 5))
def history_read_in_many_ways(u, n):
    h = np.zeros((n + 2, len(u)))
    h[0] = u
    h[1] = np.cos(u)
    for t in range(2, n + 2):
        h[t, 1:] = h[t - 1, 1:] * h[t - 2, :-1]
        h[t, 0] = h[t, 1] ** 2 + h[0, 1]
    return np.sum(h[n] * h[1]) + h[-1, 0]


@case((A6, 3), (A9, 5))
def history_that_is_smoothed_afterwards(u, n):
    h = np.zeros((n + 1, len(u)))
    h[0] = u
    for t in range(n):
        h[t + 1] = np.sin(h[t]) * h[t]
    for t in range(n, 0, -1):
        h[t - 1] += h[t] * h[t - 1] ** 2
    return np.sum(h**2)


@case((A6, 2), (A9, 3))
def history_that_wraps_around(u, n):
    h = np.ones(len(u))
    for k in range(n):
        for t in range(len(u)):
            h[t] = h[t - 1] * u[t] + k * h[t - 2] ** 2
    return h


@case((A6, 4), (A9, 3))
def history_filled_from_the_end(u, n):
    v = np.zeros((n, len(u)))
    v[n - 1] = u
    for t in range(n - 2, -1, -1):
        v[t] = v[t + 1] * np.exp(0.1 * v[t + 1])
    return v[0] * v[1]
