"""`scipy.stats`: the distributions t, gamma, chi2 and invgamma.

With z = (x - loc) / scale, the derivatives of a density follow from that of its logarithm by z, the others from the density.
By its shape a density is differentiated, a distribution function is not: a program in which it varies is refused.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special, stats

from s2sad.rules.declare import array, case, elementwise

# ── t ───────────────────────────────────────────────────────────────────────────────────────────────────

OF_T = (
    case(array(2, 3, low=-2, high=2), array(3, low=1.0, high=3.5)),
    case(array(2, 3, low=-2, high=2), array(3, low=1.0, high=3.5), array(3), array(2, 1, low=0.5)),
    case(array(3, low=-2, high=2), array(3, low=1.0, high=3.5), loc=array(3), scale=array(3, low=0.5)),
)
FROM_T = (
    case(array(3, low=0.1, high=0.9), array(3, low=1.0, high=3.5)),
    case(array(3, low=0.1, high=0.9), array(3, low=1.0, high=3.5), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(stats.t.logpdf, wrt=("x", "df", "loc", "scale"), real_only=True, cases=OF_T)
def t_logpdf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    slope = -(df + 1) * z / (df + z * z)
    return (
        slope / scale,
        (special.psi((df + 1) / 2) - special.psi(df / 2) - 1 / df - np.log1p(z * z / df)) / 2
        + (df + 1) * z * z / (2 * df * (df + z * z)),
        -slope / scale,
        -(slope * z + 1) / scale,
    )


@elementwise(stats.t.pdf, wrt=("x", "df", "loc", "scale"), real_only=True, cases=OF_T)
def t_pdf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = -(df + 1) * z / (df + z * z)
    share = out / scale
    return (
        slope * share,
        out
        * (
            (special.psi((df + 1) / 2) - special.psi(df / 2) - 1 / df - np.log1p(z * z / df)) / 2
            + (df + 1) * z * z / (2 * df * (df + z * z))
        ),
        -slope * share,
        -(slope * z + 1) * share,
    )


@elementwise(stats.t.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_T)
def t_cdf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            special.gammaln((df + 1) / 2)
            - special.gammaln(df / 2)
            - np.log(df * math.pi) / 2
            - (df + 1) / 2 * np.log1p(z * z / df)
        )
        / scale
    )
    return density, -density, -z * density


@elementwise(stats.t.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_T)
def t_sf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            special.gammaln((df + 1) / 2)
            - special.gammaln(df / 2)
            - np.log(df * math.pi) / 2
            - (df + 1) / 2 * np.log1p(z * z / df)
        )
        / scale
    )
    return -density, density, z * density


@elementwise(stats.t.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_T)
def t_logcdf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            special.gammaln((df + 1) / 2)
            - special.gammaln(df / 2)
            - np.log(df * math.pi) / 2
            - (df + 1) / 2 * np.log1p(z * z / df)
            - out
        )
        / scale
    )
    return hazard, -hazard, -z * hazard


@elementwise(stats.t.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_T)
def t_logsf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            special.gammaln((df + 1) / 2)
            - special.gammaln(df / 2)
            - np.log(df * math.pi) / 2
            - (df + 1) / 2 * np.log1p(z * z / df)
            - out
        )
        / scale
    )
    return -hazard, hazard, z * hazard


@elementwise(stats.t.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_T)
def t_ppf(q, df, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale
        * np.exp(
            -(
                special.gammaln((df + 1) / 2)
                - special.gammaln(df / 2)
                - np.log(df * math.pi) / 2
                - (df + 1) / 2 * np.log1p(z * z / df)
            )
        ),
        1.0,
        z,
    )


@elementwise(stats.t.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_T)
def t_isf(q, df, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale
        * np.exp(
            -(
                special.gammaln((df + 1) / 2)
                - special.gammaln(df / 2)
                - np.log(df * math.pi) / 2
                - (df + 1) / 2 * np.log1p(z * z / df)
            )
        ),
        1.0,
        z,
    )


# ── gamma ───────────────────────────────────────────────────────────────────────────────────────────────

OF_GAMMA = (
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
FROM_GAMMA = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0)),
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.gamma.logpdf, wrt=("x", "a", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_GAMMA
)
def gamma_logpdf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (a - 1) / z - 1
    return slope / scale, np.log(z) - special.psi(a), -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.gamma.pdf, wrt=("x", "a", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_GAMMA
)
def gamma_pdf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = (a - 1) / z - 1
    share = out / scale
    return slope * share, out * (np.log(z) - special.psi(a)), -slope * share, -(slope * z + 1) * share


@elementwise(stats.gamma.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GAMMA)
def gamma_cdf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a))) / scale
    return density, -density, -z * density


@elementwise(stats.gamma.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GAMMA)
def gamma_sf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a))) / scale
    return -density, density, z * density


@elementwise(stats.gamma.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GAMMA)
def gamma_logcdf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a)) - out) / scale
    return hazard, -hazard, -z * hazard


@elementwise(stats.gamma.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_GAMMA)
def gamma_logsf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = np.exp(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a)) - out) / scale
    return -hazard, hazard, z * hazard


@elementwise(stats.gamma.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_GAMMA)
def gamma_ppf(q, a, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale * np.exp(-(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a)))),
        1.0,
        z,
    )


@elementwise(stats.gamma.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_GAMMA)
def gamma_isf(q, a, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale * np.exp(-(np.where(z < 0, -np.inf, special.xlogy(a - 1, z) - z - special.gammaln(a)))),
        1.0,
        z,
    )


# ── chi2 ────────────────────────────────────────────────────────────────────────────────────────────────

OF_CHI2 = (
    case(array(2, 3, low=0.3, high=3), array(3, low=1.0, high=3.5)),
    case(
        array(2, 3, low=0.3, high=3),
        array(3, low=1.0, high=3.5),
        array(3, low=-0.5, high=0.0),
        array(2, 1, low=0.5, high=2.0),
    ),
    case(
        array(3, low=0.3, high=3),
        array(3, low=1.0, high=3.5),
        loc=array(3, low=-0.5, high=0.0),
        scale=array(3, low=0.5, high=2.0),
    ),
)
FROM_CHI2 = (
    case(array(3, low=0.1, high=0.9), array(3, low=1.0, high=3.5)),
    case(array(3, low=0.1, high=0.9), array(3, low=1.0, high=3.5), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.chi2.logpdf, wrt=("x", "df", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_CHI2
)
def chi2_logpdf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (df / 2 - 1) / z - 1 / 2
    return slope / scale, (np.log(z / 2) - special.psi(df / 2)) / 2, -slope / scale, -(slope * z + 1) / scale


@elementwise(stats.chi2.pdf, wrt=("x", "df", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_CHI2)
def chi2_pdf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = (df / 2 - 1) / z - 1 / 2
    share = out / scale
    return (
        slope * share,
        out * ((np.log(z / 2) - special.psi(df / 2)) / 2),
        -slope * share,
        -(slope * z + 1) * share,
    )


@elementwise(stats.chi2.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CHI2)
def chi2_cdf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            np.where(
                z < 0,
                -np.inf,
                special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
            )
        )
        / scale
    )
    return density, -density, -z * density


@elementwise(stats.chi2.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CHI2)
def chi2_sf(x, df, loc=0, scale=1):
    z = (x - loc) / scale
    density = (
        np.exp(
            np.where(
                z < 0,
                -np.inf,
                special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
            )
        )
        / scale
    )
    return -density, density, z * density


@elementwise(stats.chi2.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CHI2)
def chi2_logcdf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            np.where(
                z < 0,
                -np.inf,
                special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
            )
            - out
        )
        / scale
    )
    return hazard, -hazard, -z * hazard


@elementwise(stats.chi2.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_CHI2)
def chi2_logsf(x, df, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(
            np.where(
                z < 0,
                -np.inf,
                special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
            )
            - out
        )
        / scale
    )
    return -hazard, hazard, z * hazard


@elementwise(stats.chi2.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_CHI2)
def chi2_ppf(q, df, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale
        * np.exp(
            -(
                np.where(
                    z < 0,
                    -np.inf,
                    special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
                )
            )
        ),
        1.0,
        z,
    )


@elementwise(stats.chi2.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_CHI2)
def chi2_isf(q, df, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale
        * np.exp(
            -(
                np.where(
                    z < 0,
                    -np.inf,
                    special.xlogy(df / 2 - 1, z / 2) - z / 2 - special.gammaln(df / 2) - math.log(2),
                )
            )
        ),
        1.0,
        z,
    )


# ── invgamma ────────────────────────────────────────────────────────────────────────────────────────────

OF_INVGAMMA = (
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
FROM_INVGAMMA = (
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0)),
    case(array(3, low=0.1, high=0.9), array(3, low=0.5, high=3.0), loc=array(3), scale=array(3, low=0.5)),
)


@elementwise(
    stats.invgamma.logpdf, wrt=("x", "a", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_INVGAMMA
)
def invgamma_logpdf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    slope = (1 / z - a - 1) / z
    return slope / scale, -np.log(z) - special.psi(a), -slope / scale, -(slope * z + 1) / scale


@elementwise(
    stats.invgamma.pdf, wrt=("x", "a", "loc", "scale"), real_only=True, poles="x <= loc", cases=OF_INVGAMMA
)
def invgamma_pdf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    slope = (1 / z - a - 1) / z
    share = out / scale
    return slope * share, out * (-np.log(z) - special.psi(a)), -slope * share, -(slope * z + 1) * share


@elementwise(stats.invgamma.cdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_INVGAMMA)
def invgamma_cdf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a))) / scale
    return density, -density, -z * density


@elementwise(stats.invgamma.sf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_INVGAMMA)
def invgamma_sf(x, a, loc=0, scale=1):
    z = (x - loc) / scale
    density = np.exp(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a))) / scale
    return -density, density, z * density


@elementwise(stats.invgamma.logcdf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_INVGAMMA)
def invgamma_logcdf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a)) - out) / scale
    )
    return hazard, -hazard, -z * hazard


@elementwise(stats.invgamma.logsf, wrt=("x", "loc", "scale"), real_only=True, cases=OF_INVGAMMA)
def invgamma_logsf(x, a, loc=0, scale=1, *, out):
    z = (x - loc) / scale
    hazard = (
        np.exp(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a)) - out) / scale
    )
    return -hazard, hazard, z * hazard


@elementwise(
    stats.invgamma.ppf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_INVGAMMA
)
def invgamma_ppf(q, a, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        scale * np.exp(-(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a)))),
        1.0,
        z,
    )


@elementwise(
    stats.invgamma.isf, wrt=("q", "loc", "scale"), real_only=True, poles="q = 0, 1", cases=FROM_INVGAMMA
)
def invgamma_isf(q, a, loc=0, scale=1, *, out):
    z = (out - loc) / scale
    return (
        -scale * np.exp(-(np.where(z <= 0, -np.inf, -special.xlogy(a + 1, z) - 1 / z - special.gammaln(a)))),
        1.0,
        z,
    )
