"""Programs of a field, as its people write them: statistics."""

from functools import reduce

import numpy as np

from tests.cases import case

rng = np.random.default_rng(3)
N = rng.standard_normal
SPD = (lambda M: M @ M.T + 4 * np.eye(len(M)))(N((4, 4)))


@case((N((3, 3)), N((3, 4)), N(3), [0, 2, 1, 3]))
def hmm(logA, logB, logpi, obs):
    alpha = logpi + logB[:, obs[0]]
    for o in obs[1:]:
        m = alpha[:, None] + logA
        mx = m.max(axis=0)
        alpha = mx + np.log(np.exp(m - mx).sum(axis=0)) + logB[:, o]
    return np.logaddexp.reduce(alpha)


@case((np.array([0.1, 0.2, -1.0]), N((5, 2)), N(5)))
def gp_nll(theta, X, y):
    l, s, n = np.exp(theta)
    d2 = np.sum((X[:, None, :] - X[None, :, :]) ** 2, axis=-1)
    K = s**2 * np.exp(-0.5 * d2 / l**2) + n**2 * np.eye(len(X))
    L = np.linalg.cholesky(K)
    a = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ a + np.sum(np.log(np.diag(L))) + 0.5 * len(X) * np.log(2 * np.pi)


@case((0.3 * N(3), N((8, 3)), rng.poisson(2, 8).astype(float)))
def poisson_glm(beta, X, y):
    eta = X @ beta
    mu = np.exp(eta)
    return (mu - y * eta).sum() + 0.1 * np.linalg.norm(beta)


@case((np.array([0.3, 0.7]), np.array([-1.0, 1.0]), np.array([1.0, 0.5]), N(7)))
def em_step(w, mu, s, x):
    K = len(w)
    r = np.zeros((len(x), K))
    for k in range(K):
        r[:, k] = w[k] * np.exp(-0.5 * ((x - mu[k]) / s[k]) ** 2) / s[k]
    r /= r.sum(axis=1, keepdims=True)
    Nk = r.sum(axis=0)
    return Nk / len(x), (r.T @ x) / Nk



@case((N(5), N(4)))
def dtw(a, b):
    n, m = len(a), len(b)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[n, m]


@case(([1.0, -2.0, 0.5], 1.3))
def poly_horner(coeffs, x):
    return reduce(lambda acc, c: acc * x + c, coeffs)


@case((5.0,))
def newton_root(a):
    x = a
    while True:
        step = (x * x * x - a) / (3 * x * x)
        x = x - step
        if abs(step) < 1e-13:
            return x


def simpson(f, a, b, n=10):
    h = (b - a) / n
    s = f(a) + f(b)
    for i in range(1, n):
        s += (4 if i % 2 else 2) * f(a + i * h)
    return s * h / 3


@case((0.0, 2.0, 0.7))
def integral_of(a, b, w):
    return simpson(lambda t: np.exp(-w * t) * np.sin(t), a, b)
