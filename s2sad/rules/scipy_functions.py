"""`scipy.special`: distribution functions, transformations, spherical Bessel functions, pairs of integrals.

As in `scipy_special`, a parameter that is not listed under `wrt` is not differentiated.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special

from s2sad.prelude import _match_dtype
from s2sad.prelude_scipy import _error_tail, _scaled_gap
from s2sad.rules.declare import array, case, constant, elementwise, rule, scalar, zero

POSITIVE = [(0.4, 3.0)]
UNIT = [(0.1, 0.9)]
ROOTS = (
    "roots_legendre", "roots_chebyt", "roots_chebyu", "roots_chebyc", "roots_chebys", "roots_hermite", "roots_hermitenorm",
    "roots_laguerre", "roots_sh_legendre", "roots_sh_chebyt", "roots_sh_chebyu",
)  # nodes and weights of a degree  # fmt: skip

# ── transformations ──────────────────────────────────────────────────────────────────────────────────────


@elementwise(special.softplus, real_only=True)
def softplus(x):
    return special.expit(x)


@elementwise(special.boxcox, domain=[(0.4, 3.0), (-2.0, 2.0)], real_only=True, poles="x = 0")
def boxcox(x, lmbda):
    power = special.xlogy(lmbda, x)
    log = np.log(x)
    by_lmbda = log**2 * _phi(power)
    return np.exp(power) / x, by_lmbda


@elementwise(special.boxcox1p, domain=[(-0.5, 3.0), (-2.0, 2.0)], real_only=True, poles="x = -1")
def boxcox1p(x, lmbda):
    log = np.log1p(x)
    return np.exp((lmbda - 1) * log), log**2 * _phi(lmbda * log)


def _phi(t):
    """(1 + (t - 1) exp(t)) / t**2, the slope of expm1(t) / t; at zero 1/2."""
    return special.hyp1f1(2, 3, t) / 2


@elementwise(
    special.inv_boxcox,
    domain=[(-0.3, 2.0)],
    wrt="y",
    real_only=True,
    cases=[case(array(2, 3, low=-0.3, high=2.0), 0.7), case(array(3), 0.0)],
)
def inv_boxcox(y, lmbda, *, out):
    return out ** (1 - lmbda)


@elementwise(
    special.inv_boxcox1p,
    domain=[(-0.3, 2.0)],
    wrt="y",
    real_only=True,
    cases=[case(array(2, 3, low=-0.3, high=2.0), 0.7), case(array(3), 0.0)],
)
def inv_boxcox1p(y, lmbda, *, out):
    return (1 + out) ** (1 - lmbda)


@elementwise(special.powm1, domain=[(0.4, 3.0), (-2.0, 2.0)], real_only=True)
def powm1(x, y, *, out):
    return y * x ** (y - 1), x**y * np.log(x)


@elementwise(special.tandg, real_only=True)
def tandg(x, *, out):
    return math.pi / 180 * (1 + out**2)


@elementwise(special.cotdg, domain=[(20.0, 70.0)], real_only=True, poles="x = 0")
def cotdg(x, *, out):
    return -math.pi / 180 * (1 + out**2)


@elementwise(special.wrightomega, real_only=True)
def wrightomega(z, *, out):
    return out / (1 + out)


@elementwise(special.wofz)
def wofz(z, *, out):
    far = (np.abs(z) > 50) & ((np.imag(z) >= 0) | (np.abs(np.real(z)) > 50 - np.imag(z)))
    return np.where(
        far, _error_tail(z, far, 0.5) * (-2j / math.sqrt(math.pi)), 2j / math.sqrt(math.pi) - 2 * z * out
    )


@elementwise(special.ndtri_exp, domain=[(-3.0, -0.2)], real_only=True)
def ndtri_exp(y, *, out):
    return np.exp(y + out**2 / 2) * math.sqrt(2 * math.pi)


# ── distribution functions ───────────────────────────────────────────────────────────────────────────────


@elementwise(
    special.betaincc,
    domain=UNIT,
    wrt="x",
    real_only=True,
    cases=[case(1.7, 0.8, array(3, low=0.1, high=0.9))],
)
def betaincc(a, b, x):
    return -np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


@elementwise(
    special.betainccinv,
    domain=UNIT,
    wrt="y",
    real_only=True,
    cases=[case(1.7, 0.8, array(3, low=0.1, high=0.9))],
)
def betainccinv(a, b, y, *, out):
    return -np.exp(special.betaln(a, b) - special.xlogy(a - 1, out) - special.xlog1py(b - 1, -out))


@elementwise(
    special.gammainccinv, domain=UNIT, wrt="y", real_only=True, cases=[case(1.7, array(3, low=0.1, high=0.9))]
)
def gammainccinv(a, y, *, out):
    return -np.exp(out + special.gammaln(a) - special.xlogy(a - 1, out))


@elementwise(
    special.chdtr, domain=POSITIVE, wrt="x", real_only=True, cases=[case(3.5, array(2, 3, low=0.4, high=3.0))]
)
def chdtr(v, x):
    return np.exp(special.xlogy(v / 2 - 1, x / 2) - x / 2 - special.gammaln(v / 2)) / 2


@elementwise(
    special.chdtrc,
    domain=POSITIVE,
    wrt="x",
    real_only=True,
    cases=[case(3.5, array(2, 3, low=0.4, high=3.0))],
)
def chdtrc(v, x):
    return -np.exp(special.xlogy(v / 2 - 1, x / 2) - x / 2 - special.gammaln(v / 2)) / 2


@elementwise(
    special.chdtri, domain=UNIT, wrt="p", real_only=True, cases=[case(3.5, array(3, low=0.1, high=0.9))]
)
def chdtri(v, p, *, out):
    return -2 * np.exp(out / 2 + special.gammaln(v / 2) - special.xlogy(v / 2 - 1, out / 2))


@elementwise(
    special.gdtr,
    domain=POSITIVE,
    wrt=("a", "x"),
    real_only=True,
    cases=[case(array(3, low=0.4), 1.7, array(3, low=0.4))],
)
def gdtr(a, b, x):
    density = np.exp(special.xlogy(b - 1, a * x) - a * x - special.gammaln(b))
    return x * density, a * density


@elementwise(
    special.gdtrc,
    domain=POSITIVE,
    wrt=("a", "x"),
    real_only=True,
    cases=[case(array(3, low=0.4), 1.7, array(3, low=0.4))],
)
def gdtrc(a, b, x):
    density = np.exp(special.xlogy(b - 1, a * x) - a * x - special.gammaln(b))
    return -x * density, -a * density


@elementwise(special.pdtr, domain=POSITIVE, wrt="m", real_only=True, cases=[case(2.0, array(3, low=0.4))])
def pdtr(k, m):
    return -np.exp(special.xlogy(np.floor(k), m) - m - special.gammaln(np.floor(k) + 1))


@elementwise(special.pdtrc, domain=POSITIVE, wrt="m", real_only=True, cases=[case(2.0, array(3, low=0.4))])
def pdtrc(k, m):
    return np.exp(special.xlogy(np.floor(k), m) - m - special.gammaln(np.floor(k) + 1))


@elementwise(
    special.bdtr, domain=UNIT, wrt="p", real_only=True, cases=[case(2.0, 7, array(3, low=0.1, high=0.9))]
)
def bdtr(k, n, p):
    below = np.floor(k)
    return -np.exp(
        special.xlogy(below, p) + special.xlog1py(n - below - 1, -p) - special.betaln(below + 1, n - below)
    )


@elementwise(
    special.bdtrc, domain=UNIT, wrt="p", real_only=True, cases=[case(2.0, 7, array(3, low=0.1, high=0.9))]
)
def bdtrc(k, n, p):
    below = np.floor(k)
    return np.exp(
        special.xlogy(below, p) + special.xlog1py(n - below - 1, -p) - special.betaln(below + 1, n - below)
    )


@elementwise(
    special.fdtr, domain=POSITIVE, wrt="x", real_only=True, cases=[case(3.5, 4.5, array(3, low=0.4))]
)
def fdtr(dfn, dfd, x):
    log = special.xlogy(dfn / 2, dfn * x / (dfn * x + dfd)) - special.xlogy(dfd / 2, 1 + dfn * x / dfd)
    return np.exp(log - special.betaln(dfn / 2, dfd / 2)) / x


@elementwise(
    special.fdtrc, domain=POSITIVE, wrt="x", real_only=True, cases=[case(3.5, 4.5, array(3, low=0.4))]
)
def fdtrc(dfn, dfd, x):
    log = special.xlogy(dfn / 2, dfn * x / (dfn * x + dfd)) - special.xlogy(dfd / 2, 1 + dfn * x / dfd)
    return -np.exp(log - special.betaln(dfn / 2, dfd / 2)) / x


@elementwise(
    special.stdtrit, domain=UNIT, wrt="p", real_only=True, cases=[case(3.5, array(3, low=0.1, high=0.9))]
)
def stdtrit(df, p, *, out):
    return np.sqrt(df) * special.beta(df / 2, 0.5) * (1 + out**2 / df) ** ((df + 1) / 2)


@elementwise(special.owens_t, real_only=True)
def owens_t(h, a):
    bell = np.exp(-h * h / 2)
    return -bell * special.erf(a * h / math.sqrt(2)) / math.sqrt(8 * math.pi), bell * np.exp(
        -a * h * a * h / 2
    ) / (2 * math.pi * (1 + a * a))


# ── Bessel functions, and others ─────────────────────────────────────────────────────────────────────────

ORDERS = [case(v, array(3, low=0.4)) for v in (0, 1, 2.5)]
DERIVATIVES = [case(1, array(3, low=0.4)), case(2, array(3, low=0.4), 2), case(2, array(3, low=0.4), n=0)]


@elementwise(special.k0e, domain=POSITIVE, real_only=True, poles="x = 0")
def k0e(x, *, out):
    far = x > 1e4
    return np.where(far, out * _scaled_gap(-x, far, 0.25), out - special.k1e(x))


@elementwise(special.k1e, domain=POSITIVE, real_only=True, poles="x = 0")
def k1e(x, *, out):
    far = x > 1e4
    return np.where(far, out * _scaled_gap(-x, far, -0.75), out - special.k0e(x) - out / x)


@elementwise(special.hankel1, domain=POSITIVE, wrt="z", poles="z = 0", cases=[*ORDERS])
def hankel1(v, z):
    return (special.hankel1(v - 1, z) - special.hankel1(v + 1, z)) / 2


@elementwise(special.hankel2, domain=POSITIVE, wrt="z", poles="z = 0", cases=[*ORDERS])
def hankel2(v, z):
    return (special.hankel2(v - 1, z) - special.hankel2(v + 1, z)) / 2


@elementwise(special.jvp, wrt="z", real_only=True, cases=DERIVATIVES)
def jvp(v, z, n=1):
    return np.asarray(special.jvp(v, z, n + 1), np.result_type(z))


@elementwise(special.yvp, wrt="z", real_only=True, cases=DERIVATIVES)
def yvp(v, z, n=1):
    return np.asarray(special.yvp(v, z, n + 1), np.result_type(z))


@elementwise(special.ivp, wrt="z", real_only=True, cases=DERIVATIVES)
def ivp(v, z, n=1):
    return np.asarray(special.ivp(v, z, n + 1), np.result_type(z))


@elementwise(special.kvp, wrt="z", real_only=True, cases=DERIVATIVES)
def kvp(v, z, n=1):
    return np.asarray(special.kvp(v, z, n + 1), np.result_type(z))


@elementwise(
    special.struve,
    domain=POSITIVE,
    wrt="x",
    real_only=True,
    poles="x = 0",
    cases=[case(1, array(3, low=0.4)), case(1.5, array(3, low=0.4))],
)
def struve(v, x, *, out):
    return special.struve(v - 1, x) - v / x * out


@elementwise(
    special.modstruve,
    domain=POSITIVE,
    wrt="x",
    real_only=True,
    poles="x = 0",
    cases=[case(1, array(3, low=0.4)), case(1.5, array(3, low=0.4))],
)
def modstruve(v, x, *, out):
    return special.modstruve(v - 1, x) - v / x * out


@elementwise(special.hyp0f1, wrt="z", real_only=True, cases=[case(1.5, array(3))])
def hyp0f1(v, z):
    return special.hyp0f1(v + 1, z) / v


@elementwise(
    special.hyperu,
    domain=POSITIVE,
    wrt="x",
    real_only=True,
    poles="x = 0",
    cases=[case(0.7, 1.3, array(3, low=0.4))],
)
def hyperu(a, b, x):
    return -a * special.hyperu(a + 1, b + 1, x)


@elementwise(special.ellipkinc, domain=[(0.2, 1.3), (0.1, 0.8)], real_only=True, poles="m = 1; wrt m: m = 0")
def ellipkinc(phi, m, *, out):
    root = np.sqrt(1 - m * np.sin(phi) ** 2)
    by_m = (special.ellipeinc(phi, m) / (1 - m) - out) / (2 * m) - np.sin(2 * phi) / (4 * (1 - m) * root)
    return 1 / root, by_m


@elementwise(special.ellipeinc, domain=[(0.2, 1.3), (0.1, 0.8)], real_only=True, poles="m = 1; wrt m: m = 0")
def ellipeinc(phi, m, *, out):
    return np.sqrt(1 - m * np.sin(phi) ** 2), (out - special.ellipkinc(phi, m)) / (2 * m)


@elementwise(special.ellipkm1, domain=UNIT, real_only=True, poles="p = 0")
def ellipkm1(p):
    return _match_dtype(-math.pi / 8 * special.hyp2f1(0.5, 0.5, 2.0, 1 - p) / p, p)


@elementwise(
    special.eval_chebyc,
    wrt="x",
    real_only=True,
    cases=[*[case(n, array(3, low=0.1, high=0.9)) for n in (0, 1, 4)]],
)
def eval_chebyc(n, x):
    return n * special.eval_chebyu(np.maximum(n - 1, 0), x / 2)


@elementwise(
    special.eval_sh_legendre,
    wrt="x",
    real_only=True,
    cases=[*[case(n, array(3, low=0.1, high=0.9)) for n in (0, 1, 4)]],
)
def eval_sh_legendre(n, x):
    return np.not_equal(n, 0) * (n + 1) * special.eval_jacobi(np.maximum(n - 1, 0), 1, 1, 2 * x - 1)


@elementwise(
    special.eval_sh_chebyt,
    wrt="x",
    real_only=True,
    cases=[*[case(n, array(3, low=0.1, high=0.9)) for n in (0, 1, 4)]],
)
def eval_sh_chebyt(n, x):
    return 2 * n * special.eval_chebyu(np.maximum(n - 1, 0), 2 * x - 1)


@elementwise(
    special.spherical_jn,
    wrt="z",
    real_only=True,
    domain=POSITIVE,
    poles="z = 0",
    cases=[case(n, array(3, low=0.4)) for n in (0, 2)],
)
def spherical_jn(n, z):
    below = special.spherical_jn(np.maximum(n - 1, 0), z)
    return (n * below - (n + 1) * special.spherical_jn(n + 1, z)) / (2 * n + 1)


@elementwise(
    special.spherical_yn,
    wrt="z",
    real_only=True,
    domain=POSITIVE,
    poles="z = 0",
    cases=[case(n, array(3, low=0.4)) for n in (0, 2)],
)
def spherical_yn(n, z):
    below = special.spherical_yn(np.maximum(n - 1, 0), z)
    return (n * below - (n + 1) * special.spherical_yn(n + 1, z)) / (2 * n + 1)


# ── several results at once ──────────────────────────────────────────────────────────────────────────────


@rule(
    special.airy,
    batch="elementwise",
    wrt="z",
    fresh=True,
    real_only=True,
    cases=[case(array(3)), case(scalar())],
)
class airy:
    def z(z_dot, out, z):
        return out[1] * z_dot, z * out[0] * z_dot, out[3] * z_dot, z * out[2] * z_dot

    def vjp(out_bar, out, z):
        return out_bar[0] * out[1] + out_bar[1] * z * out[0] + out_bar[2] * out[3] + out_bar[3] * z * out[2]


@rule(
    special.sici,
    batch="elementwise",
    wrt="x",
    fresh=True,
    real_only=True,
    poles="x = 0",
    cases=[case(array(3, low=0.4)), case(scalar(0.4, 3))],
)
class sici:
    def x(x_dot, out, x):
        return np.sinc(x / math.pi) * x_dot, np.cos(x) / x * x_dot

    def vjp(out_bar, out, x):
        return out_bar[0] * np.sinc(x / math.pi) + out_bar[1] * np.cos(x) / x


@rule(
    special.shichi,
    batch="elementwise",
    wrt="x",
    fresh=True,
    real_only=True,
    poles="x = 0",
    cases=[case(array(3, low=0.4)), case(scalar(0.4, 3))],
)
class shichi:
    def x(x_dot, out, x):
        return np.sinh(x) / x * x_dot, np.cosh(x) / x * x_dot

    def vjp(out_bar, out, x):
        return (out_bar[0] * np.sinh(x) + out_bar[1] * np.cosh(x)) / x


@rule(
    special.fresnel,
    batch="elementwise",
    wrt="z",
    fresh=True,
    real_only=True,
    cases=[case(array(3)), case(scalar())],
)
class fresnel:
    def z(z_dot, out, z):
        return np.sin(math.pi / 2 * z**2) * z_dot, np.cos(math.pi / 2 * z**2) * z_dot

    def vjp(out_bar, out, z):
        return out_bar[0] * np.sin(math.pi / 2 * z**2) + out_bar[1] * np.cos(math.pi / 2 * z**2)


# ── numbers of choices: smooth functions, of which the integers are a part ───────────────────────────────

CHOICES = [
    case(array(3, low=4.0, high=6.0), array(3, low=1.2, high=2.8)),
    case(array(3, low=4.0, high=6.0), array(2, 1, low=1.2, high=2.8)),
]


@elementwise(special.factorial, real_only=True, cases=[case(array(2, 3, low=0.4, high=3.0))])
def factorial(n, *, out):  # zero below zero
    return out * special.psi(np.maximum(n, 0) + 1)


@elementwise(special.comb, real_only=True, cases=CHOICES)
def comb(N, k, *, out):  # zero for k > N
    below = special.psi(np.maximum(N - k, 0) + 1)
    return out * (special.psi(np.maximum(N, 0) + 1) - below), out * (
        below - special.psi(np.maximum(k, 0) + 1)
    )


@elementwise(special.perm, real_only=True, cases=CHOICES)
def perm(N, k, *, out):  # zero for k > N
    below = special.psi(np.maximum(N - k, 0) + 1)
    return out * (special.psi(np.maximum(N, 0) + 1) - below), out * below


# ── steps and constants ──────────────────────────────────────────────────────────────────────────────────

zero(special.gammasgn, special.stirling2)
zero(special.factorial2, special.factorialk, refuses=("extend",))  # else of integers only
constant(
    special.bernoulli, special.euler, special.errstate, special.geterr, special.seterr, special.SpecialFunctionError,
    special.SpecialFunctionWarning,
    *[
        getattr(special, name)
        for name in dir(special)
        if name.endswith("_zeros") or (name.startswith("roots_") and name in ROOTS)
    ],
)  # fmt: skip
