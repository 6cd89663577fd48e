"""`scipy.stats`: densities and distribution functions of frequent distributions, with `loc` and `scale`.

Write ``norm.logpdf(x, mean, sd)``: frozen distributions are objects, which are not followed.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special, stats

from s2sad.prelude_linalg import _half_lower
from s2sad.rules.declare import array, case, elementwise, rule, spd

SHIFTED = (
    case(array(2, 3)),
    case(array(2, 3), array(3), array(2, 1, low=0.5)),
    case(array(3), loc=array(3), scale=array(3, low=0.5)),
)
ALL = ("x", "loc", "scale")
ROOT = math.sqrt(2 * math.pi)


@elementwise(stats.norm.logpdf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    return -z / scale, z / scale, (z**2 - 1) / scale


@elementwise(stats.norm.pdf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    return -z / scale * out, z / scale * out, (z**2 - 1) / scale * out


@elementwise(stats.norm.cdf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-(z**2) / 2) / (ROOT * scale)
    return density, -density, -z * density


@elementwise(stats.norm.sf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-(z**2) / 2) / (ROOT * scale)
    return -density, density, z * density


@elementwise(stats.norm.logcdf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_logcdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = math.sqrt(2 / math.pi) / special.erfcx(-z / math.sqrt(2)) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.norm.logsf, wrt=ALL, real_only=True, cases=SHIFTED)
def norm_logsf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = math.sqrt(2 / math.pi) / special.erfcx(z / math.sqrt(2)) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.norm.ppf,
    wrt=("q", "loc", "scale"),
    real_only=True,
    poles="q = 0, 1",
    cases=[case(array(3, low=0.1, high=0.9)), case(array(3, low=0.1, high=0.9), array(3), array(3, low=0.5))],
)
def norm_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return ROOT * scale * np.exp(z**2 / 2), 1, z


@elementwise(
    stats.gamma.logpdf,
    wrt=("x", "a", "loc", "scale"),
    real_only=True,
    poles="x = loc",
    cases=[
        case(array(3, low=0.5), array(3, low=0.5)),
        case(array(3, low=0.5), array(3, low=0.5), scale=array(3, low=0.5)),
        case(array(3, low=0.5), array(3, low=0.5), array(3, low=-1, high=0), array(3, low=0.5)),
    ],
)
def gamma_logpdf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (a - 1) / z - 1
    return slope / scale, np.log(z) - special.psi(a), -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.beta.logpdf,
    wrt=("x", "a", "b"),
    real_only=True,
    poles="x = 0, 1",
    cases=[case(array(3, low=0.1, high=0.9), array(3, low=0.5), array(3, low=0.5))],
)
def beta_logpdf(x, a, b):
    total = special.psi(a + b)
    by_x = (a - 1) / x - (b - 1) / (1 - x)
    return by_x, np.log(x) - special.psi(a) + total, np.log1p(-x) - special.psi(b) + total


@elementwise(
    stats.t.logpdf,
    wrt=("x", "df", "loc", "scale"),
    real_only=True,
    cases=[
        case(array(3), array(3, low=1)),
        case(array(3), array(3, low=1), array(3), array(3, low=0.5)),
    ],
)
def t_logpdf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -(df + 1) * z / (df + z**2)
    half = (special.psi((df + 1) / 2) - special.psi(df / 2) - 1 / df) / 2
    by_df = half - np.log1p(z**2 / df) / 2 + (df + 1) * z**2 / (2 * df * (df + z**2))
    return slope / scale, by_df, -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.poisson.logpmf,
    wrt="mu",
    real_only=True,
    poles="mu = 0",
    cases=[case(np.array([0, 2, 5]), array(3, low=0.5))],
)
def poisson_logpmf(k, mu):
    return k / mu - 1


@rule(
    stats.multivariate_normal.logpdf,
    wrt=("x", "mean", "cov"),
    real_only=True,
    fresh=True,
    cases=[case(array(3), array(3), spd(3)), case(array(4, 3), array(3), spd(3))],
)
class multivariate_normal_logpdf:  # the lower triangle of cov is read
    def x(x_dot, out, x, mean, cov):
        return -np.sum(np.linalg.solve(cov, np.transpose(x - mean)).T * x_dot, axis=-1)

    def mean(mean_dot, out, x, mean, cov):
        return np.sum(np.linalg.solve(cov, np.transpose(x - mean)).T * mean_dot, axis=-1)

    def cov(cov_dot, out, x, mean, cov):
        solved = np.linalg.solve(cov, np.transpose(x - mean)).T
        half = _half_lower(cov_dot)
        traced = np.trace(np.linalg.solve(cov, half))
        return np.sum(solved * (solved @ half), axis=-1) - traced

    def vjp(out_bar, out, x, mean, cov):
        solved = np.linalg.solve(cov, np.transpose(x - mean)).T
        rows = np.reshape(solved, (-1, len(cov)))
        seeds = np.reshape(out_bar, (-1, 1))
        x_bar = -solved * np.expand_dims(out_bar, -1)
        mean_bar = np.sum(rows * seeds, axis=0)
        cov_bar = (rows * seeds).T @ rows - np.sum(seeds) * np.linalg.inv(cov)
        return x_bar, mean_bar, _half_lower(cov_bar)
