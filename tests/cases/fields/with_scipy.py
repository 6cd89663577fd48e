"""Programs of a field, as its people write them: with SciPy."""

import numpy as np
from scipy import interpolate, linalg, sparse, special, stats
from scipy.interpolate import CubicSpline, interp1d
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.sparse.linalg import splu, spsolve

from tests.cases import case

rng = np.random.default_rng(11)
N = rng.standard_normal
P = rng.uniform


@case((np.array([0.1, 0.2, -1.0]), N((5, 2)), N(5)))
def gp_log_likelihood(theta, X, y):
    length, scale, noise = np.exp(theta)
    d2 = np.sum((X[:, None, :] - X[None, :, :]) ** 2, axis=-1)
    K = scale**2 * np.exp(-0.5 * d2 / length**2) + noise**2 * np.eye(len(X))
    factor, lower = cho_factor(K, lower=True)
    alpha = cho_solve((factor, lower), y)
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(factor))) - 0.5 * len(y) * np.log(2 * np.pi)


@case((np.array([0.1, -0.4]), N((6, 1)), N(6), N((3, 1))))
def gp_prediction(theta, X, y, new):
    def kernel(a, b):
        return np.exp(theta[0]) * np.exp(-0.5 * (a - b.T) ** 2)

    K = kernel(X, X) + np.exp(theta[1]) * np.eye(len(X))
    factor = cho_factor(K)
    cross = kernel(new, X)
    mean = cross @ cho_solve(factor, y)
    variance = kernel(new, new) - cross @ cho_solve(factor, cross.T)
    return mean, np.diag(variance)


@case((np.array([0.4, 0.3, 0.2]), N(6)))
def kalman_square_root(params, ys):
    decay, q, r = params
    A = np.array([[1.0, 0.1], [0.0, decay]])
    H = np.array([[1.0, 0.0]])
    m, P = np.zeros(2), np.eye(2)
    total = 0.0
    for y in ys:
        m = A @ m
        P = A @ P @ A.T + q * np.eye(2)
        S = H @ P @ H.T + r * np.eye(1)
        L = linalg.cholesky(S, lower=True)
        v = solve_triangular(L, y - H @ m, lower=True)
        W = solve_triangular(L, H @ P, lower=True)
        m = m + W.T @ v
        P = P - W.T @ W
        total += -0.5 * v @ v - np.log(np.diag(L)).sum() - 0.5 * np.log(2 * np.pi)
    return total


@case((N(3), N((7, 3)), rng.integers(0, 2, 7).astype(float)))
def logistic_regression(w, X, y):
    p = special.expit(X @ w)
    return -np.sum(special.xlogy(y, p) + special.xlog1py(1 - y, -p)) + 0.1 * w @ w


@case((np.array([0.3, 0.8]), P(0.2, 3.0, 6), np.array([1, 0, 1, 1, 0, 1])))
def gamma_survival(theta, times, observed):
    """Right-censored times of a gamma distribution of known shape."""
    rate = np.exp(theta[0])
    shape = 2.5
    z = rate * times
    log_density = (
        shape * np.log(rate) + (shape - 1) * np.log(times) - z - special.gammaln(shape) + 0.1 * theta[1]
    )
    log_survival = np.log(special.gammaincc(shape, z))
    return np.sum(np.where(observed == 1, log_density, log_survival))


@case((0.3 * N(3), N((8, 3)), rng.poisson(2, 8)))
def poisson_glm(beta, X, counts):
    return -np.sum(stats.poisson.logpmf(counts, np.exp(X @ beta)))


@case((np.array([0.3, 0.4, 0.7, 1.1]), N(6)))
def frozen_mixture(theta, x):
    parts = [stats.norm(theta[0], np.exp(theta[1])), stats.norm(loc=theta[2], scale=np.exp(theta[3]))]
    return np.sum(np.logaddexp(parts[0].logpdf(x), parts[1].logpdf(x)))


PRIOR = stats.norm(0.0, 2.0)


@case((np.array([0.3, 0.4]), N(5)))
def log_posterior(theta, x):
    likelihood = stats.norm(theta[0], np.exp(theta[1]))
    return PRIOR.logpdf(theta).sum() + likelihood.logpdf(x).sum()


@case((N(6), np.array([0.3, 1.7, 4.2])))
def natural_spline(heights, at):
    knots = np.arange(6.0)
    spline = CubicSpline(knots, heights, bc_type="natural")
    return spline(at) + spline(at, 1) ** 2


@case((N(5), 1.3), (N((5, 2)), 2.9))
def spline_through_rows(heights, at):
    spline = interpolate.CubicSpline(np.array([0.0, 0.7, 1.1, 2.4, 3.0]), heights)
    return spline(at) * spline(at - 0.9)


@case((N(4), P(0.05, 0.95, 9), N(9)))
def spline_fit(heights, x, y):
    spline = CubicSpline(np.linspace(0.0, 1.0, 4), heights, bc_type="clamped")
    total = 0.0
    for k in range(len(x)):
        total += (spline(x[k]) - y[k]) ** 2
    return total


@case((np.array([0.0, 0.5, 1.2, 2.0]), N(4), np.array([0.3, 1.7, 1.1])))
def yield_curve(times, rates, at):
    curve = interp1d(times, rates, fill_value="extrapolate")
    return np.exp(-curve(at) * at)


EXPONENTS = np.array([1.5, 0.0, 2.0])


@case((P(0.5, 2.0, 3),))
def powers_by_a_global_array(x):
    return np.sum(x**EXPONENTS) + np.maximum(x, EXPONENTS)[0]


STENCIL = sparse.diags_array([np.ones(6), -2 * np.ones(7), np.ones(6)], offsets=[-1, 0, 1], format="csr")


@case((N(7), 0.2))
def sparse_diffusion(u, k):
    for _ in range(4):
        u = u + k * (STENCIL @ u) + 0.01 * u**2
    return u


@case((N(5), 0.2, sparse.csr_matrix(np.diag(np.arange(1.0, 6.0), 0) + np.diag(np.ones(4), 1))))
def sparse_argument(u, k, A):
    return k * A.dot(u) + A.T @ u + u @ A


@case((N(5), 0.3))
def implicit_diffusion(u, k):
    n = len(u)
    L = sparse.diags([np.ones(n - 1), -2 * np.ones(n), np.ones(n - 1)], [-1, 0, 1], format="csc")
    A = sparse.identity(n, format="csc") - 0.1 * L
    factors = splu(A)
    for _ in range(3):
        u = factors.solve(u + k * u**2)
    return spsolve(A, u) + factors.solve(u, "T")


@case((np.array([0.3, 0.5]), N(4)))
def crank_nicolson_banded(coefficients, u):
    n = len(u)
    k = coefficients[0]
    ab = np.zeros((3, n))
    ab[0, 1:] = -k
    ab[1] = 1 + 2 * k + coefficients[1] ** 2
    ab[2, :-1] = -k
    for _ in range(3):
        u = linalg.solve_banded((1, 1), ab, u)
    return u


@case((N((3, 3)) + 4 * np.eye(3), N(3)))
def factored_newton(A, b):
    factors = linalg.lu_factor(A)
    x = linalg.lu_solve(factors, b)
    return linalg.lu_solve(factors, x + b**2)


@case((np.array([-0.5, 0.3, 0.2, -0.4]), np.array([1.0, 0.5])))
def markov_chain(rates, start):
    Q = np.array([[-np.exp(rates[0]), np.exp(rates[0])], [np.exp(rates[1]), -np.exp(rates[1])]])
    total = 0.0
    for t in (0.3, 0.9):
        total += np.log(start @ linalg.expm(Q * t) @ np.array([0.2, 0.8]))
    return total


@case((np.array([0.4, -0.3, 0.2]), N(4), N(4)))
def autoregressive_likelihood(theta, y, z):
    lags = np.exp(theta[0]) * np.power(special.expit(theta[1]), np.arange(4.0))
    K = linalg.toeplitz(lags) + np.exp(theta[2]) * np.eye(4)
    return linalg.solve(K, y, assume_a="pos") @ z + 0.5 * np.log(linalg.det(K))


@case((N(3), N((4, 4)) * 0.2, N((5, 3))), (N(2), N((3, 3)) * 0.2, N((4, 2))))
def frozen_normal(mean, root, points):
    """Its rule is a call of a helper, whose operands are called otherwise in the forward sweep."""
    n = len(mean)
    cov = root[:n] @ root[:n].T + np.eye(n)
    return stats.multivariate_normal(mean, cov).logpdf(points)
