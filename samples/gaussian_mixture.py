"""The log posterior of a Gaussian mixture with full covariances and a Wishart prior, maximised with SciPy.

The objective of the benchmark suite ADBench (F. Srajer, Z. Kukelova, A. Fitzgibbon, 2018), which has the
prior's sign turned. The inverse covariance of component k is Q^T Q; `factors[k]` holds the logarithms of
Q's diagonal, then what stands below it, column by column.
"""

import math
from typing import Annotated

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import multigammaln

from s2sad import differentiate, value_and_grad

Array = npt.NDArray[np.float64]


def log_sum_exp(x: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    largest = np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(x - largest), axis=-1)) + largest[..., 0]


def below_diagonal(d: int) -> np.ndarray:
    """Where each entry below the diagonal stands in a row of `factors`; for all others, one past its end."""
    columns, rows = np.triu_indices(d, 1)
    places = np.full((d, d), d + len(rows))
    places[rows, columns] = d + np.arange(len(rows))
    return places


@differentiate
def log_posterior(
    alphas: Annotated[Array, "(k,)"],
    means: Annotated[Array, "(k, d)"],
    factors: Annotated[Array, "(k, f)"],
    x: Annotated[Array, "(n, d)"],
    gamma: float = 1.0,
    m: int = 0,
) -> float:
    n, d = x.shape
    k = len(alphas)
    log_diagonals = factors[:, :d]
    diagonals = np.exp(log_diagonals)
    log_determinants = np.sum(log_diagonals, axis=1)
    lower = np.concatenate([factors, np.zeros((k, 1))], axis=1)[:, below_diagonal(d)]

    # likelihood
    centred = x - means[:, None, :]
    whitened = diagonals[:, None, :] * centred + centred @ np.transpose(lower, (0, 2, 1))
    exponents = alphas + log_determinants - 0.5 * np.sum(whitened**2, axis=2).T
    likelihood = np.sum(log_sum_exp(exponents)) - n * log_sum_exp(alphas)
    likelihood = likelihood - 0.5 * n * d * math.log(2 * math.pi)

    # prior
    freedom = d + m + 1
    constant = freedom * d * math.log(gamma / math.sqrt(2)) - multigammaln(0.5 * freedom, d)
    frobenius = np.sum(diagonals**2) + np.sum(factors[:, d:] ** 2)
    prior = k * constant + m * np.sum(log_determinants) - 0.5 * gamma**2 * frobenius
    return likelihood + prior


def make_data(n: int, d: int, k: int, seed: int = 0) -> np.ndarray:
    """n points of k clusters in d dimensions."""
    rng = np.random.default_rng(seed)
    centres = 4.0 * rng.normal(size=(k, d))
    shapes = 0.7 * rng.normal(size=(k, d, d)) + np.eye(d)
    member = rng.integers(k, size=n)
    return centres[member] + np.einsum("nij,nj->ni", shapes[member], rng.normal(size=(n, d)))


def make_mixture(x: np.ndarray, k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A starting point: means at random points, unit covariances."""
    rng = np.random.default_rng(seed)
    n, d = x.shape
    means = x[rng.choice(n, k, replace=False)]
    return np.zeros(k), means, np.zeros((k, d * (d + 1) // 2))


def fit(x: np.ndarray, k: int, seed: int = 0):
    """SciPy's result, whose `x` is all parameters in a row, and a function that takes such a row apart."""
    start = make_mixture(x, k, seed)
    bounds = np.cumsum([part.size for part in start])[:-1]

    def parts(row):
        return tuple(piece.reshape(p.shape) for piece, p in zip(np.split(row, bounds), start))

    def negated(row):
        value, gradient = value_and_grad(log_posterior, argnums=(0, 1, 2))(*parts(row), x)
        return -value, -np.concatenate([g.ravel() for g in gradient])

    row = np.concatenate([p.ravel() for p in start])
    return minimize(negated, row, jac=True, method="L-BFGS-B", options={"maxiter": 500}), parts


def main() -> None:
    x = make_data(1000, 2, 5)
    result, parts = fit(x, 5)
    alphas, means, _ = parts(result.x)
    start = log_posterior(*make_mixture(x, 5), x)
    print(f"log posterior {start:.2f} -> {-result.fun:.2f} in {result.nit} steps")
    shares = np.exp(alphas - log_sum_exp(alphas))
    for share, mean in sorted(zip(shares, means.tolist()), reverse=True):
        print(f"share {share:.3f}, mean ({mean[0]:7.3f}, {mean[1]:7.3f})")


if __name__ == "__main__":
    main()
