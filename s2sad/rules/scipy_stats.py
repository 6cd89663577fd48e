"""`scipy.stats`: distributions of a place and a scale.

With z = (x - loc) / scale, the derivatives of a density follow from that of its logarithm by z, the others from the density.
For other distributions see `scipy_shapes`, `scipy_discrete`.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special, stats

from s2sad.rules import scipy_discrete, scipy_shapes, scipy_tails  # noqa: F401
from s2sad.rules.declare import array, case, elementwise

LOG_ROOT = math.log(2 * math.pi) / 2

# ── norm ────────────────────────────────────────────────────────────────────────────────────────────────

OF_NORM = (
    case(array(2, 3, low=-2, high=2)),
    case(array(2, 3, low=-2, high=2), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), loc=array(3), scale=array(3, low=0.5)),
)
FROM_NORM = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.norm.logpdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -z
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(stats.norm.pdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -z
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.norm.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-(z * z) / 2 - LOG_ROOT) / scale
    return density, -density, -z * density


@elementwise(stats.norm.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-(z * z) / 2 - LOG_ROOT) / scale
    return -density, density, z * density


@elementwise(stats.norm.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_logcdf(x, loc=0, scale=1):  # no quotient of vanishing numbers
    z = (x - loc) / scale
    hazard = math.sqrt(2 / math.pi) / special.erfcx(-z / math.sqrt(2)) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.norm.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_NORM)
def norm_logsf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = math.sqrt(2 / math.pi) / special.erfcx(z / math.sqrt(2)) / scale
    return -hazard, hazard, z * hazard


@elementwise(stats.norm.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_NORM)
def norm_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(-(z * z) / 2 - LOG_ROOT)), 1.0, z


@elementwise(stats.norm.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_NORM)
def norm_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(-(z * z) / 2 - LOG_ROOT)), 1.0, z


# ── expon ───────────────────────────────────────────────────────────────────────────────────────────────

OF_EXPON = (
    case(array(2, 3, low=0.3, high=3)),
    case(array(2, 3, low=0.3, high=3), array(3, low=-0.5, high=0.0), array(2, 1, low=0.5, high=2.0)),
    case(array(3, low=0.3, high=3), loc=array(3, low=-0.5, high=0.0), scale=array(3, low=0.5, high=2.0)),
)
FROM_EXPON = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.expon.logpdf, wrt=("x", "loc", "scale"), real_only=True, poles="x < loc", cases=OF_EXPON)
def expon_logpdf(x, loc=0, scale=1):
    return -1 / scale, 1 / scale, ((x - loc) / scale - 1) / scale


@elementwise(stats.expon.pdf, wrt=("x", "loc", "scale"), real_only=True, poles="x < loc", cases=OF_EXPON)
def expon_pdf(x, loc=0, scale=1, *, out):
    slope = out / scale
    return -slope, slope, slope * ((x - loc) / scale - 1)


@elementwise(stats.expon.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_EXPON)
def expon_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, -z)) / scale
    return density, -density, -z * density


@elementwise(stats.expon.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_EXPON)
def expon_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, -z)) / scale
    return -density, density, z * density


@elementwise(stats.expon.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_EXPON)
def expon_logcdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 0, -np.inf, -z) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.expon.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_EXPON)
def expon_logsf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = np.where(z < 0, 0, 1) / scale
    return -hazard, hazard, z * hazard


@elementwise(stats.expon.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_EXPON)
def expon_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(np.where(z < 0, -np.inf, -z))), 1.0, z


@elementwise(stats.expon.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_EXPON)
def expon_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(np.where(z < 0, -np.inf, -z))), 1.0, z


# ── uniform ─────────────────────────────────────────────────────────────────────────────────────────────

OF_UNIFORM = (
    case(array(2, 3, low=0.1, high=0.9)),
    case(array(2, 3, low=0.1, high=0.9), array(3, low=-0.5, high=0.0), array(2, 1, low=1.5, high=2.5)),
    case(array(3, low=0.1, high=0.9), loc=array(3, low=-0.5, high=0.0), scale=array(3, low=1.5, high=2.5)),
)
FROM_UNIFORM = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.uniform.logpdf,
    wrt=("x", "loc", "scale"),
    real_only=True,
    poles="x outside of the support",
    cases=OF_UNIFORM,
)
def uniform_logpdf(x, loc=0, scale=1):
    return 0.0, 0.0, -1 / scale


@elementwise(
    stats.uniform.pdf,
    wrt=("x", "loc", "scale"),
    real_only=True,
    poles="x outside of the support",
    cases=OF_UNIFORM,
)
def uniform_pdf(x, loc=0, scale=1, *, out):
    return 0.0, 0.0, -out / scale


@elementwise(stats.uniform.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_UNIFORM)
def uniform_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where((z < 0) | (z > 1), -np.inf, 0.0)) / scale
    return density, -density, -z * density


@elementwise(stats.uniform.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_UNIFORM)
def uniform_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where((z < 0) | (z > 1), -np.inf, 0.0)) / scale
    return -density, density, z * density


@elementwise(stats.uniform.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_UNIFORM)
def uniform_logcdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where((z < 0) | (z > 1), -np.inf, 0.0) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.uniform.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_UNIFORM)
def uniform_logsf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where((z < 0) | (z > 1), -np.inf, 0.0) - out) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.uniform.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_UNIFORM
)
def uniform_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(np.where((z < 0) | (z > 1), -np.inf, 0.0))), 1.0, z


@elementwise(
    stats.uniform.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_UNIFORM
)
def uniform_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(np.where((z < 0) | (z > 1), -np.inf, 0.0))), 1.0, z


# ── laplace ─────────────────────────────────────────────────────────────────────────────────────────────

OF_LAPLACE = (
    case(array(2, 3, low=-2, high=2)),
    case(array(2, 3, low=-2, high=2), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), loc=array(3), scale=array(3, low=0.5)),
)
FROM_LAPLACE = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.laplace.logpdf, wrt=("x", "loc", "scale"), real_only=True, kinks="zero at x = loc", cases=OF_LAPLACE
)
def laplace_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -np.sign(z)
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.laplace.pdf, wrt=("x", "loc", "scale"), real_only=True, kinks="zero at x = loc", cases=OF_LAPLACE
)
def laplace_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -np.sign(z)
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.laplace.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LAPLACE)
def laplace_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-np.abs(z) - math.log(2)) / scale
    return density, -density, -z * density


@elementwise(stats.laplace.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LAPLACE)
def laplace_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-np.abs(z) - math.log(2)) / scale
    return -density, density, z * density


@elementwise(stats.laplace.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LAPLACE)
def laplace_logcdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(-np.abs(z) - math.log(2) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.laplace.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LAPLACE)
def laplace_logsf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(-np.abs(z) - math.log(2) - out) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.laplace.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LAPLACE
)
def laplace_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(-np.abs(z) - math.log(2))), 1.0, z


@elementwise(
    stats.laplace.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LAPLACE
)
def laplace_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(-np.abs(z) - math.log(2))), 1.0, z


# ── cauchy ──────────────────────────────────────────────────────────────────────────────────────────────

OF_CAUCHY = (
    case(array(2, 3, low=-2, high=2)),
    case(array(2, 3, low=-2, high=2), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), loc=array(3), scale=array(3, low=0.5)),
)
FROM_CAUCHY = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.cauchy.logpdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -2 * z / (1 + z * z)
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(stats.cauchy.pdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -2 * z / (1 + z * z)
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.cauchy.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-np.log1p(z * z) - math.log(math.pi)) / scale
    return density, -density, -z * density


@elementwise(stats.cauchy.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-np.log1p(z * z) - math.log(math.pi)) / scale
    return -density, density, z * density


@elementwise(stats.cauchy.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_logcdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(-np.log1p(z * z) - math.log(math.pi) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.cauchy.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CAUCHY)
def cauchy_logsf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(-np.log1p(z * z) - math.log(math.pi) - out) / scale
    return -hazard, hazard, z * hazard


@elementwise(stats.cauchy.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_CAUCHY)
def cauchy_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(-np.log1p(z * z) - math.log(math.pi))), 1.0, z


@elementwise(stats.cauchy.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_CAUCHY)
def cauchy_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(-np.log1p(z * z) - math.log(math.pi))), 1.0, z


# ── logistic ────────────────────────────────────────────────────────────────────────────────────────────

OF_LOGISTIC = (
    case(array(2, 3, low=-2, high=2)),
    case(array(2, 3, low=-2, high=2), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), loc=array(3), scale=array(3, low=0.5)),
)
FROM_LOGISTIC = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.logistic.logpdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -np.tanh(z / 2)
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(stats.logistic.pdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -np.tanh(z / 2)
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.logistic.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(special.log_expit(z) + special.log_expit(-z)) / scale
    return density, -density, -z * density


@elementwise(stats.logistic.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(special.log_expit(z) + special.log_expit(-z)) / scale
    return -density, density, z * density


@elementwise(stats.logistic.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_logcdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = special.expit(-z) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.logistic.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGISTIC)
def logistic_logsf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = special.expit(z) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.logistic.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LOGISTIC
)
def logistic_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(special.log_expit(z) + special.log_expit(-z))), 1.0, z


@elementwise(
    stats.logistic.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LOGISTIC
)
def logistic_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(special.log_expit(z) + special.log_expit(-z))), 1.0, z


# ── gumbel_r ────────────────────────────────────────────────────────────────────────────────────────────

OF_GUMBEL_R = (
    case(array(2, 3, low=-2, high=2)),
    case(array(2, 3, low=-2, high=2), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), loc=array(3), scale=array(3, low=0.5)),
)
FROM_GUMBEL_R = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.gumbel_r.logpdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = np.expm1(-z)
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(stats.gumbel_r.pdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = np.exp(-z) - 1
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.gumbel_r.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-z - np.exp(-z)) / scale
    return density, -density, -z * density


@elementwise(stats.gumbel_r.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(-z - np.exp(-z)) / scale
    return -density, density, z * density


@elementwise(stats.gumbel_r.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_logcdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = np.exp(-z) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.gumbel_r.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GUMBEL_R)
def gumbel_r_logsf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(-z - np.exp(-z) - out) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.gumbel_r.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_GUMBEL_R
)
def gumbel_r_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(-z - np.exp(-z))), 1.0, z


@elementwise(
    stats.gumbel_r.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_GUMBEL_R
)
def gumbel_r_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(-z - np.exp(-z))), 1.0, z


# ── halfnorm ────────────────────────────────────────────────────────────────────────────────────────────

OF_HALFNORM = (
    case(array(2, 3, low=0.3, high=2)),
    case(array(2, 3, low=0.3, high=2), array(3, low=-0.5, high=0.0), array(2, 1, low=0.5, high=2.0)),
    case(array(3, low=0.3, high=2), loc=array(3, low=-0.5, high=0.0), scale=array(3, low=0.5, high=2.0)),
)
FROM_HALFNORM = (
    case(array(3, low=0.1, high=0.9)),
    case(array(3, low=0.1, high=0.9), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.halfnorm.logpdf, wrt=("x", "loc", "scale"), real_only=True, poles="x < loc", cases=OF_HALFNORM
)
def halfnorm_logpdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -z
    return slope / scale, -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.halfnorm.pdf, wrt=("x", "loc", "scale"), real_only=True, poles="x < loc", cases=OF_HALFNORM
)
def halfnorm_pdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -z
    share = out / scale
    return slope * share, -slope * share, -(slope * z + 1) * share


@elementwise(stats.halfnorm.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_HALFNORM)
def halfnorm_cdf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, math.log(2) - LOG_ROOT - z * z / 2)) / scale
    return density, -density, -z * density


@elementwise(stats.halfnorm.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_HALFNORM)
def halfnorm_sf(x, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, math.log(2) - LOG_ROOT - z * z / 2)) / scale
    return -density, density, z * density


@elementwise(stats.halfnorm.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_HALFNORM)
def halfnorm_logcdf(x, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 0, -np.inf, math.log(2) - LOG_ROOT - z * z / 2) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.halfnorm.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_HALFNORM)
def halfnorm_logsf(x, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = np.where(z < 0, 0, math.sqrt(2 / math.pi) / special.erfcx(z / math.sqrt(2))) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.halfnorm.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_HALFNORM
)
def halfnorm_ppf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(np.where(z < 0, -np.inf, math.log(2) - LOG_ROOT - z * z / 2))), 1.0, z


@elementwise(
    stats.halfnorm.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_HALFNORM
)
def halfnorm_isf(q, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(np.where(z < 0, -np.inf, math.log(2) - LOG_ROOT - z * z / 2))), 1.0, z
