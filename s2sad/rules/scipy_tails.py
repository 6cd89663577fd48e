"""`scipy.stats`: the distributions beta, lognorm, weibull_min and pareto.

With z = (x - loc) / scale, the derivatives of a density follow from that of its logarithm by z, the others from the density.
By its shape a density is differentiated, a distribution function is not: a program in which it varies is refused.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special, stats

from s2sad.rules.declare import array, case, elementwise

LOG_ROOT = math.log(2 * math.pi) / 2

# ── beta ────────────────────────────────────────────────────────────────────────────────────────────────

OF_BETA = (
    case(array(2, 3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), array(3, low=0.5, high=3.0)),
    case(
        array(2, 3, low=0.1, high=0.9),
        array(3, low=0.5, high=3.0),
        array(3, low=0.5, high=3.0),
        array(3, low=-0.5, high=0.0),
        array(2, 1, low=1.5, high=2.5),
    ),
    case(
        array(3, low=0.1, high=0.9),
        array(3, low=0.5, high=3.0),
        array(3, low=0.5, high=3.0),
        loc=array(3, low=-0.5, high=0.0),
        scale=array(3, low=1.5, high=2.5),
    ),
)
FROM_BETA = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), array(3, low=0.5, high=3.0)),
    case(
        array(3, low=0.1, high=0.9),
        array(3, low=0.5, high=3.0),
        array(3, low=0.5, high=3.0),
        loc=array(3),
        scale=array(3, low=0.5),
    ),
)


@elementwise(
    stats.beta.logpdf,
    wrt=("x", "a", "b", "loc", "scale"),
    real_only=True,
    poles="x outside of the support, or at an end",
    cases=OF_BETA,
)
def beta_logpdf(x, a, b, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (a - 1) / z - (b - 1) / (1 - z)
    return (
        slope / scale,
        np.log(z) - special.psi(a) + special.psi(a + b),
        np.log1p(-z) - special.psi(b) + special.psi(a + b),
        -slope / scale,
        -(slope * z + 1) / scale,
    )


@elementwise(
    stats.beta.pdf,
    wrt=("x", "a", "b", "loc", "scale"),
    real_only=True,
    poles="x outside of the support, or at an end",
    cases=OF_BETA,
)
def beta_pdf(x, a, b, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = (a - 1) / z - (b - 1) / (1 - z)
    share = out / scale
    return (
        slope * share,
        out * (np.log(z) - special.psi(a) + special.psi(a + b)),
        out * (np.log1p(-z) - special.psi(b) + special.psi(a + b)),
        -slope * share,
        -(slope * z + 1) * share,
    )


@elementwise(stats.beta.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_BETA)
def beta_cdf(x, a, b, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            np.where(
                (z < 0) | (z > 1),
                -np.inf,
                special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
            )
        )
        / scale
    )
    return density, -density, -z * density


@elementwise(stats.beta.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_BETA)
def beta_sf(x, a, b, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            np.where(
                (z < 0) | (z > 1),
                -np.inf,
                special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
            )
        )
        / scale
    )
    return -density, density, z * density


@elementwise(stats.beta.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_BETA)
def beta_logcdf(x, a, b, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            np.where(
                (z < 0) | (z > 1),
                -np.inf,
                special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
            )
            - out
        )
        / scale
    )
    return hazard, -hazard, -z * hazard


@elementwise(stats.beta.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_BETA)
def beta_logsf(x, a, b, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            np.where(
                (z < 0) | (z > 1),
                -np.inf,
                special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
            )
            - out
        )
        / scale
    )
    return -hazard, hazard, z * hazard


@elementwise(stats.beta.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_BETA)
def beta_ppf(q, a, b, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale
        * np.exp(
            -(
                np.where(
                    (z < 0) | (z > 1),
                    -np.inf,
                    special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
                )
            )
        ),
        1.0,
        z,
    )


@elementwise(stats.beta.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_BETA)
def beta_isf(q, a, b, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale
        * np.exp(
            -(
                np.where(
                    (z < 0) | (z > 1),
                    -np.inf,
                    special.xlogy(a - 1, z) + special.xlog1py(b - 1, -z) - special.betaln(a, b),
                )
            )
        ),
        1.0,
        z,
    )


# ── lognorm ─────────────────────────────────────────────────────────────────────────────────────────────

OF_LOGNORM = (
    case(array(2, 3, low=0.3, high=3), array(3, low=0.5, high=3.0)),
    case(
        array(2, 3, low=0.3, high=3),
        array(3, low=0.5, high=3.0),
        array(3, low=-0.5, high=0.0),
        array(2, 1, low=0.5, high=2.0),
    ),
    case(
        array(3, low=0.3, high=3),
        array(3, low=0.5, high=3.0),
        loc=array(3, low=-0.5, high=0.0),
        scale=array(3, low=0.5, high=2.0),
    ),
)
FROM_LOGNORM = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0)),
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.lognorm.logpdf, wrt=("x", "s", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_LOGNORM
)
def lognorm_logpdf(x, s, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -(1 + np.log(z) / s**2) / z
    return slope / scale, (np.log(z) / s) ** 2 / s - 1 / s, -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.lognorm.pdf, wrt=("x", "s", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_LOGNORM
)
def lognorm_pdf(x, s, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -(1 + np.log(z) / s**2) / z
    share = out / scale
    return slope * share, out * ((np.log(z) / s) ** 2 / s - 1 / s), -slope * share, -(slope * z + 1) * share


@elementwise(stats.lognorm.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGNORM)
def lognorm_cdf(x, s, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT)) / scale
    )
    return density, -density, -z * density


@elementwise(stats.lognorm.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGNORM)
def lognorm_sf(x, s, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT)) / scale
    )
    return -density, density, z * density


@elementwise(stats.lognorm.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGNORM)
def lognorm_logcdf(x, s, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT) - out)
        / scale
    )
    return hazard, -hazard, -z * hazard


@elementwise(stats.lognorm.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_LOGNORM)
def lognorm_logsf(x, s, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT) - out)
        / scale
    )
    return -hazard, hazard, z * hazard


@elementwise(
    stats.lognorm.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LOGNORM
)
def lognorm_ppf(q, s, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale * np.exp(-(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT))),
        1.0,
        z,
    )


@elementwise(
    stats.lognorm.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_LOGNORM
)
def lognorm_isf(q, s, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale * np.exp(-(np.where(z <= 0, -np.inf, -((np.log(z) / s) ** 2) / 2 - np.log(s * z) - LOG_ROOT))),
        1.0,
        z,
    )


# ── weibull_min ─────────────────────────────────────────────────────────────────────────────────────────

OF_WEIBULL_MIN = (
    case(array(2, 3, low=0.3, high=3), array(3, low=0.7, high=3.2)),
    case(
        array(2, 3, low=0.3, high=3),
        array(3, low=0.7, high=3.2),
        array(3, low=-0.5, high=0.0),
        array(2, 1, low=0.5, high=2.0),
    ),
    case(
        array(3, low=0.3, high=3),
        array(3, low=0.7, high=3.2),
        loc=array(3, low=-0.5, high=0.0),
        scale=array(3, low=0.5, high=2.0),
    ),
)
FROM_WEIBULL_MIN = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.7, high=3.2)),
    case(array(3, low=0.1, high=0.9), array(3, low=0.7, high=3.2), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.weibull_min.logpdf,
    wrt=("x", "c", "loc", "scale"),
    real_only=True,
    poles="x <= loc",
    cases=OF_WEIBULL_MIN,
)
def weibull_min_logpdf(x, c, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (c - 1 - c * z**c) / z
    return slope / scale, 1 / c + (1 - z**c) * np.log(z), -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.weibull_min.pdf,
    wrt=("x", "c", "loc", "scale"),
    real_only=True,
    poles="x <= loc",
    cases=OF_WEIBULL_MIN,
)
def weibull_min_pdf(x, c, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = (c - 1 - c * z**c) / z
    share = out / scale
    return slope * share, out * (1 / c + (1 - z**c) * np.log(z)), -slope * share, -(slope * z + 1) * share


@elementwise(stats.weibull_min.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_WEIBULL_MIN)
def weibull_min_cdf(x, c, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, np.log(c) + special.xlogy(c - 1, z) - z**c)) / scale
    return density, -density, -z * density


@elementwise(stats.weibull_min.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_WEIBULL_MIN)
def weibull_min_sf(x, c, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, np.log(c) + special.xlogy(c - 1, z) - z**c)) / scale
    return -density, density, z * density


@elementwise(stats.weibull_min.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_WEIBULL_MIN)
def weibull_min_logcdf(x, c, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 0, -np.inf, np.log(c) + special.xlogy(c - 1, z) - z**c) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.weibull_min.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_WEIBULL_MIN)
def weibull_min_logsf(x, c, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = np.where(z < 0, 0, c * z ** (c - 1)) / scale
    return -hazard, hazard, z * hazard


@elementwise(
    stats.weibull_min.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_WEIBULL_MIN
)
def weibull_min_ppf(q, c, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(np.where(z < 0, -np.inf, np.log(c) + special.xlogy(c - 1, z) - z**c))), 1.0, z


@elementwise(
    stats.weibull_min.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_WEIBULL_MIN
)
def weibull_min_isf(q, c, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(np.where(z < 0, -np.inf, np.log(c) + special.xlogy(c - 1, z) - z**c))), 1.0, z


# ── pareto ──────────────────────────────────────────────────────────────────────────────────────────────

OF_PARETO = (
    case(array(2, 3, low=1.3, high=3), array(3, low=0.5, high=3.0)),
    case(
        array(2, 3, low=1.3, high=3),
        array(3, low=0.5, high=3.0),
        array(3, low=-0.5, high=0.0),
        array(2, 1, low=0.5, high=0.9),
    ),
    case(
        array(3, low=1.3, high=3),
        array(3, low=0.5, high=3.0),
        loc=array(3, low=-0.5, high=0.0),
        scale=array(3, low=0.5, high=0.9),
    ),
)
FROM_PARETO = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0)),
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.pareto.logpdf,
    wrt=("x", "b", "loc", "scale"),
    real_only=True,
    poles="x < loc + scale",
    cases=OF_PARETO,
)
def pareto_logpdf(x, b, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -(b + 1) / z
    return slope / scale, 1 / b - np.log(z), -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.pareto.pdf, wrt=("x", "b", "loc", "scale"), real_only=True, poles="x < loc + scale", cases=OF_PARETO
)
def pareto_pdf(x, b, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -(b + 1) / z
    share = out / scale
    return slope * share, out * (1 / b - np.log(z)), -slope * share, -(slope * z + 1) * share


@elementwise(stats.pareto.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_PARETO)
def pareto_cdf(x, b, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 1, -np.inf, np.log(b) - (b + 1) * np.log(z))) / scale
    return density, -density, -z * density


@elementwise(stats.pareto.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_PARETO)
def pareto_sf(x, b, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 1, -np.inf, np.log(b) - (b + 1) * np.log(z))) / scale
    return -density, density, z * density


@elementwise(stats.pareto.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_PARETO)
def pareto_logcdf(x, b, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 1, -np.inf, np.log(b) - (b + 1) * np.log(z)) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.pareto.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_PARETO)
def pareto_logsf(x, b, loc=0, scale=1):
    z = (x - loc) / scale
    hazard = np.where(z < 1, 0, b / z) / scale
    return -hazard, hazard, z * hazard


@elementwise(stats.pareto.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_PARETO)
def pareto_ppf(q, b, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return scale * np.exp(-(np.where(z < 1, -np.inf, np.log(b) - (b + 1) * np.log(z)))), 1.0, z


@elementwise(stats.pareto.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_PARETO)
def pareto_isf(q, b, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return -scale * np.exp(-(np.where(z < 1, -np.inf, np.log(b) - (b + 1) * np.log(z)))), 1.0, z
