"""`scipy.stats`: discrete distributions by their parameters, and distributions of vectors."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import special, stats

from s2sad.prelude_linalg import _half_lower
from s2sad.rules.declare import array, case, elementwise, rule, spd

COUNTS = np.array([0, 2, 5])
OF_MEAN = [case(COUNTS, array(3, low=0.5)), case(COUNTS, array(2, 3, low=0.5))]
OF_SHARE = [case(COUNTS, 7, array(3, low=0.1, high=0.9))]
HITS = [case(np.array([0, 1, 1]), array(3, low=0.1, high=0.9))]
WAITS = [case(np.array([1, 2, 5]), array(3, low=0.1, high=0.9))]

# ── counts: `loc` must be left at zero ───────────────────────────────────────────────────────────────────


@elementwise(stats.poisson.logpmf, wrt="mu", real_only=True, poles="mu = 0", cases=OF_MEAN)
def poisson_logpmf(k, mu):
    return k / mu - 1


@elementwise(stats.poisson.pmf, wrt="mu", real_only=True, poles="mu = 0", cases=OF_MEAN)
def poisson_pmf(k, mu, *, out):
    return out * (k / mu - 1)


@elementwise(stats.poisson.cdf, wrt="mu", real_only=True, cases=OF_MEAN)
def poisson_cdf(k, mu):
    return -stats.poisson.pmf(np.floor(k), mu)


@elementwise(stats.poisson.sf, wrt="mu", real_only=True, cases=OF_MEAN)
def poisson_sf(k, mu):
    return stats.poisson.pmf(np.floor(k), mu)


@elementwise(stats.binom.logpmf, wrt="p", real_only=True, poles="p = 0, 1", cases=OF_SHARE)
def binom_logpmf(k, n, p):
    return k / p - (n - k) / (1 - p)


@elementwise(stats.binom.pmf, wrt="p", real_only=True, poles="p = 0, 1", cases=OF_SHARE)
def binom_pmf(k, n, p, *, out):
    return out * (k / p - (n - k) / (1 - p))


@elementwise(stats.bernoulli.logpmf, wrt="p", real_only=True, poles="p = 0, 1", cases=HITS)
def bernoulli_logpmf(k, p):
    return k / p - (1 - k) / (1 - p)


@elementwise(stats.bernoulli.pmf, wrt="p", real_only=True, cases=HITS)
def bernoulli_pmf(k, p):
    return np.where(np.equal(k, 1), 1.0, -1.0)


@elementwise(stats.geom.logpmf, wrt="p", real_only=True, poles="p = 0, 1", cases=WAITS)
def geom_logpmf(k, p):
    return 1 / p - (k - 1) / (1 - p)


@elementwise(stats.geom.pmf, wrt="p", real_only=True, poles="p = 0, 1", cases=WAITS)
def geom_pmf(k, p, *, out):
    return out * (1 / p - (k - 1) / (1 - p))


@elementwise(
    stats.nbinom.logpmf,
    wrt=("n", "p"),
    real_only=True,
    poles="p = 0, 1",
    cases=[case(COUNTS, array(3, low=0.5), array(3, low=0.1, high=0.9))],
)
def nbinom_logpmf(k, n, p):
    return special.psi(n + k) - special.psi(n) + np.log(p), n / p - k / (1 - p)


@elementwise(
    stats.nbinom.pmf,
    wrt=("n", "p"),
    real_only=True,
    poles="p = 0, 1",
    cases=[case(COUNTS, array(3, low=0.5), array(3, low=0.1, high=0.9))],
)
def nbinom_pmf(k, n, p, *, out):
    return out * (special.psi(n + k) - special.psi(n) + np.log(p)), out * (n / p - k / (1 - p))


# ── vectors ──────────────────────────────────────────────────────────────────────────────────────────────

OF_VECTORS = [
    case(array(3), array(3), spd(3)),
    case(array(4, 3), array(3), spd(3)),
    case(array(2, 4, 2), array(2), spd(2)),
    case(array(3), cov=spd(3)),
]


@rule(
    stats.multivariate_normal.logpdf,
    wrt=("x", "mean", "cov"),
    real_only=True,
    fresh=True,
    poles="singular cov",
    cases=OF_VECTORS,
)
class multivariate_normal_logpdf:  # the lower triangle of cov is read
    def x(x_dot, out, x, mean=None, cov=1):
        return -np.sum(_whitened(x, mean, cov) * x_dot, axis=-1)

    def mean(mean_dot, out, x, mean=None, cov=1):
        return np.sum(_whitened(x, mean, cov) * mean_dot, axis=-1)

    def cov(cov_dot, out, x, mean=None, cov=1):
        solved = _whitened(x, mean, cov)
        half = _half_lower(cov_dot)
        return np.sum(solved * (solved @ half), axis=-1) - np.trace(np.linalg.solve(cov, half))

    def vjp(out_bar, out, x, mean=None, cov=1):
        return _normal_adjoints(out_bar, x, mean, cov)


@rule(
    stats.multivariate_normal.pdf,
    wrt=("x", "mean", "cov"),
    real_only=True,
    fresh=True,
    poles="singular cov",
    cases=OF_VECTORS,
)
class multivariate_normal_pdf:
    def x(x_dot, out, x, mean=None, cov=1):
        return -out * np.sum(_whitened(x, mean, cov) * x_dot, axis=-1)

    def mean(mean_dot, out, x, mean=None, cov=1):
        return out * np.sum(_whitened(x, mean, cov) * mean_dot, axis=-1)

    def cov(cov_dot, out, x, mean=None, cov=1):
        solved = _whitened(x, mean, cov)
        half = _half_lower(cov_dot)
        return out * (np.sum(solved * (solved @ half), axis=-1) - np.trace(np.linalg.solve(cov, half)))

    def vjp(out_bar, out, x, mean=None, cov=1):
        return _normal_adjoints(out_bar * out, x, mean, cov)


def _whitened(x, mean, cov):
    """``inv(cov) @ (x - mean)``, for each vector along the last axis of x."""
    if np.ndim(cov) != 2:
        raise ValueError("multivariate_normal: its derivative wants the covariance as a matrix")
    rows = np.reshape(x if mean is None else x - mean, (-1, len(cov)))
    return np.reshape(np.linalg.solve(cov, rows.T).T, np.shape(x))


def _normal_adjoints(seed, x, mean, cov):
    """Adjoints of the point, the mean and the covariance of the logarithm of a normal density."""
    solved = _whitened(x, mean, cov)
    rows = np.reshape(solved, (-1, len(cov)))
    seeds = np.reshape(seed, (-1, 1))
    cov_bar = (rows * seeds).T @ rows - np.sum(seeds) * np.linalg.inv(cov)
    mean_bar = None if mean is None else np.sum(rows * seeds, axis=0)
    return -solved * np.expand_dims(seed, -1), mean_bar, _half_lower(cov_bar)


ON_SIMPLEX = [case(np.array([0.5, 0.2, 0.3]), array(3, low=0.5))]


@rule(stats.dirichlet.logpdf, wrt="alpha", real_only=True, fresh=True, cases=ON_SIMPLEX)
class dirichlet_logpdf:  # SciPy wants x on the simplex to ten digits: x is not differentiated
    def alpha(alpha_dot, out, x, alpha):
        return np.sum((np.log(x) - special.psi(alpha) + special.psi(np.sum(alpha))) * alpha_dot)

    def vjp(out_bar, out, x, alpha):
        return out_bar * (np.log(x) - special.psi(alpha) + special.psi(np.sum(alpha)))


@rule(stats.dirichlet.pdf, wrt="alpha", real_only=True, fresh=True, cases=ON_SIMPLEX)
class dirichlet_pdf:
    def alpha(alpha_dot, out, x, alpha):
        return out * np.sum((np.log(x) - special.psi(alpha) + special.psi(np.sum(alpha))) * alpha_dot)

    def vjp(out_bar, out, x, alpha):
        return out_bar * out * (np.log(x) - special.psi(alpha) + special.psi(np.sum(alpha)))
