"""`scipy.special`: error functions, the gamma family, integrals, softmax. (`scipy_bessel` has the rest.)

Loaded only when a program that is differentiated uses SciPy (`declare.OPTIONAL`), as the other `scipy_` modules are.
An argument that a rule does not list under `wrt` (the order of a Bessel function, the shape of a beta distribution)
has no derivative here: a program in which it varies is refused.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np
from scipy import special

from s2sad.prelude import _match_dtype, _unbroadcast
from s2sad.prelude_composed import _logsumexp_and_sign
from s2sad.prelude_scipy import _error_tail
from s2sad.rules import scipy_bessel, scipy_functions  # noqa: F401
from s2sad.rules.declare import array, case, elementwise, rule, scalar, zero
from s2sad.rules.stand_ins import stands_in

POSITIVE = [(0.4, 3.0)]
UNIT = [(0.1, 0.9)]

# ── error functions and the normal distribution ──────────────────────────────────────────────────────────


@elementwise(special.erf)
def erf(x):
    return 2 / math.sqrt(math.pi) * np.exp(-(x * x))


@elementwise(special.erfc)
def erfc(x):
    return -2 / math.sqrt(math.pi) * np.exp(-(x * x))


@elementwise(special.erfcx)
def erfcx(x, *, out):
    far = np.real(x) > 50
    return np.where(far, _error_tail(x, far, -0.5), math.sqrt(math.pi) * x * out - 1) * (
        2 / math.sqrt(math.pi)
    )


@elementwise(special.erfi)
def erfi(x):
    return 2 / math.sqrt(math.pi) * np.exp(x**2)


@elementwise(special.erfinv, domain=[(-0.8, 0.8)], real_only=True, poles="x = -1, 1")
def erfinv(x, *, out):
    return math.sqrt(math.pi) / 2 * np.exp(out**2)


@elementwise(special.erfcinv, domain=[(0.2, 1.8)], real_only=True, poles="x = 0, 2")
def erfcinv(x, *, out):
    return -math.sqrt(math.pi) / 2 * np.exp(out**2)


@elementwise(special.dawsn)
def dawsn(x, *, out):
    far = np.abs(np.real(x)) > 50 + np.abs(np.imag(x))
    return np.where(far, -_error_tail(x, far, 0.5), 1 - 2 * x * out)


@elementwise(special.ndtr)
def ndtr(x):
    return np.exp(-(x * x) / 2) / math.sqrt(2 * math.pi)


@elementwise(special.ndtri, domain=UNIT, real_only=True, poles="x = 0, 1")
def ndtri(x, *, out):
    return math.sqrt(2 * math.pi) * np.exp(out**2 / 2)


@elementwise(special.log_ndtr, real_only=True, cases=[case(array(2, 3)), case(np.array([-40.0, -8.0, 9.0]))])
def log_ndtr(x):  # the ratio of density and distribution, with no quotient of vanishing numbers
    return math.sqrt(2 / math.pi) / special.erfcx(-x / math.sqrt(2))


# ── logistic functions, entropies ────────────────────────────────────────────────────────────────────────


@elementwise(special.expit, real_only=True)
def expit(x, *, out):
    return out * special.expit(-x)


@elementwise(special.logit, domain=UNIT, real_only=True, poles="x = 0, x = 1")
def logit(x):
    return 1 / (x * (1 - x))


@elementwise(special.log_expit, real_only=True)
def log_expit(x):
    return special.expit(-x)


@elementwise(
    special.xlogy, domain=[(-2, 2), (0.4, 3)], real_only=True, poles="y = 0 with x not 0; wrt x: y = 0"
)
def xlogy(x, y):  # at x = y = 0 the partial wrt y is 0
    return np.log(y), x / (y + (x == 0) * (y == 0))


@elementwise(special.xlog1py, domain=[(-2, 2), (-0.6, 3)], real_only=True, poles="y = -1")
def xlog1py(x, y):
    return np.log1p(y), x / (1 + y)


@elementwise(special.entr, domain=POSITIVE, real_only=True, poles="x = 0")
def entr(x):
    return -np.log(x) - 1


@elementwise(special.rel_entr, domain=POSITIVE, real_only=True, poles="x = 0, y = 0")
def rel_entr(x, y):
    return np.log(x / y) + 1, -x / y


@elementwise(special.kl_div, domain=POSITIVE, real_only=True, poles="x = 0, y = 0")
def kl_div(x, y):
    return np.log(x / y), 1 - x / y


@elementwise(
    special.huber,
    wrt="r",
    domain=[(-2, 2)],
    real_only=True,
    cases=[case(0.7, array(5)), case(1.5, array(2, 3))],
)
def huber(delta, r):
    return np.clip(r, -delta, delta)


@elementwise(special.pseudo_huber, domain=[(0.4, 2), (-2, 2)], real_only=True)
def pseudo_huber(delta, r):
    ratio = r / delta
    root = np.hypot(1, ratio)
    tilt = ratio / (1 + root)
    return r * tilt * tilt * (ratio / root), r / root


# ── powers and trigonometry ──────────────────────────────────────────────────────────────────────────────


@elementwise(special.exp2, real_only=True)
def exp2(x, *, out):
    return out * math.log(2)


@elementwise(special.exp10, real_only=True)
def exp10(x, *, out):
    return out * math.log(10)


@elementwise(special.expm1)
def expm1(x):  # the result plus one has no digits where that is small
    return np.exp(x)


@elementwise(special.log1p, domain=[(-0.5, 3)], poles="x = -1")
def log1p(x):
    return 1 / (1 + x)


@elementwise(special.cosm1, real_only=True)
def cosm1(x):
    return -np.sin(x)


@elementwise(special.cbrt, domain=POSITIVE, real_only=True, poles="x = 0")
def cbrt(x, *, out):
    return 1 / (3 * out**2)


@elementwise(special.exprel, real_only=True)
def exprel(x):
    return special.hyp1f1(2, 3, x) / 2


@elementwise(special.sindg, real_only=True)
def sindg(x):
    return math.pi / 180 * special.cosdg(x)


@elementwise(special.cosdg, real_only=True)
def cosdg(x):
    return -math.pi / 180 * special.sindg(x)


# ── the gamma family ─────────────────────────────────────────────────────────────────────────────────────


@elementwise(special.gamma, domain=POSITIVE, poles="x = 0, -1, -2, ...")
def gamma(x, *, out):
    return out * special.psi(x)


@elementwise(special.gammaln, domain=POSITIVE, real_only=True, poles="x = 0, -1, -2, ...")
def gammaln(x):
    return special.psi(x)


@elementwise(special.loggamma, domain=POSITIVE, poles="x = 0, -1, -2, ...")
def loggamma(x):
    return special.psi(x)


@elementwise(special.rgamma, domain=POSITIVE, poles="x = 0, -1, -2, ... gives nan")
def rgamma(x, *, out):
    return -out * special.psi(x)


@elementwise(special.psi, domain=POSITIVE, real_only=True, poles="x = 0, -1, -2, ...")
def psi(x):
    return special.zeta(2, x)


@elementwise(
    special.polygamma,
    wrt="x",
    domain=POSITIVE,
    real_only=True,
    cases=[case(n, array(2, 3, low=0.4)) for n in (0, 1, 3)],
    poles="x = 0, -1, -2, ...",
)
def polygamma(n, x):
    return special.polygamma(np.add(n, 1), x)


@elementwise(
    special.multigammaln,
    wrt="a",
    real_only=True,
    domain=[(2, 5)],
    cases=[case(array(3, low=2.0, high=5.0), 3)],
)
def multigammaln(a, d):
    return np.sum(special.psi(np.subtract.outer(a, np.arange(d) / 2)), axis=-1)


@elementwise(special.poch, domain=POSITIVE, real_only=True)
def poch(z, m, *, out):
    top = special.psi(z + m)
    return out * (top - special.psi(z)), out * top


@elementwise(special.beta, domain=POSITIVE, real_only=True)
def beta(a, b, *, out):
    total = special.psi(a + b)
    return out * (special.psi(a) - total), out * (special.psi(b) - total)


@elementwise(special.betaln, domain=POSITIVE, real_only=True)
def betaln(a, b):
    total = special.psi(a + b)
    return special.psi(a) - total, special.psi(b) - total


@elementwise(special.binom, domain=[(4, 6), (1.2, 2.8)], real_only=True)
def binom(n, k, *, out):
    below = special.psi(n - k + 1)
    return out * (special.psi(n + 1) - below), out * (below - special.psi(k + 1))


@elementwise(
    special.gammainc, wrt="x", domain=POSITIVE, real_only=True, cases=[case(1.7, array(2, 3, low=0.4))]
)
def gammainc(a, x):
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


@elementwise(
    special.gammaincc, wrt="x", domain=POSITIVE, real_only=True, cases=[case(1.7, array(2, 3, low=0.4))]
)
def gammaincc(a, x):
    return -np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


@elementwise(
    special.gammaincinv, wrt="y", domain=UNIT, real_only=True, cases=[case(1.7, array(3, low=0.1, high=0.9))]
)
def gammaincinv(a, y, *, out):
    return np.exp(out + special.gammaln(a) - special.xlogy(a - 1, out))


@elementwise(
    special.betainc, wrt="x", domain=UNIT, real_only=True, cases=[case(1.7, 0.8, array(3, low=0.1, high=0.9))]
)
def betainc(a, b, x):
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


@elementwise(
    special.betaincinv,
    wrt="y",
    domain=UNIT,
    real_only=True,
    cases=[case(1.7, 0.8, array(3, low=0.1, high=0.9))],
)
def betaincinv(a, b, y, *, out):
    return np.exp(special.betaln(a, b) - special.xlogy(a - 1, out) - special.xlog1py(b - 1, -out))


@elementwise(special.stdtr, wrt="t", real_only=True, cases=[case(3.5, array(2, 3))])
def stdtr(df, t):
    scale = np.sqrt(df) * special.beta(df / 2, 0.5)
    return (1 + t**2 / df) ** (-(df + 1) / 2) / scale


@elementwise(special.zeta, wrt="q", domain=POSITIVE, real_only=True, cases=[case(2.5, array(3, low=0.4))])
def zeta(x, q):
    return -x * special.zeta(x + 1, q)


# ── elliptic, exponential and other integrals ────────────────────────────────────────────────────────────


@elementwise(special.ellipk, domain=UNIT, real_only=True, poles="m = 1")
def ellipk(m):  # DLMF 19.5.1; differences of the integrals lose their digits near zero
    return _match_dtype(math.pi / 8 * special.hyp2f1(0.5, 0.5, 2.0, m) / (1 - m), m)


@elementwise(special.ellipe, domain=UNIT, real_only=True, poles="m = 1")
def ellipe(m):  # DLMF 19.5.2
    return _match_dtype(-math.pi / 8 * special.hyp2f1(0.5, 1.5, 2.0, m), m)


@elementwise(special.expi, domain=POSITIVE, poles="x = 0")
def expi(x):
    return np.exp(x) / x


@elementwise(special.exp1, domain=POSITIVE, poles="x = 0")
def exp1(x):
    return -np.exp(-x) / x


@elementwise(
    special.expn, wrt="x", domain=POSITIVE, real_only=True, cases=[case(n, array(3, low=0.4)) for n in (1, 3)]
)
def expn(n, x, *, out):
    return np.where(np.equal(n, 0), -(np.exp(-x) + out) / x, -special.expn(np.maximum(n - 1, 0), x))


@elementwise(special.spence, domain=POSITIVE, real_only=True, poles="z = 0")
def spence(z):
    one = z == 1
    return np.where(one, -1, np.log(z) / np.where(one, 1, 1 - z))


@elementwise(
    special.lambertw,
    wrt="z",
    domain=POSITIVE,
    poles="z = -1/e; z = 0 gives 1 on the branch k = 0",
    cases=[case(array(3, low=0.4)), case(array(3, low=0.4), k=1)],
)
def lambertw(z, k=0, *, out):
    return 1 / (np.exp(out) * (1 + out))


# ── sums of exponentials ─────────────────────────────────────────────────────────────────────────────────

ALONG = (
    case(array(4)),
    case(array(2, 3)),
    case(array(2, 3), axis=0),
    case(array(2, 3), axis=-1),
    case(array(2, 3, 4), axis=(0, 2)),
)


def finite(x):
    """`x` with zero for what is infinite: exp(-inf - finite(-inf)) is 0, not nan."""
    return np.where(np.isfinite(x), x, 0)


@rule(
    special.logsumexp,
    wrt=("a", "b"),
    real_only=True,
    fresh=True,
    batch="axis",
    cases=[
        *ALONG,
        case(array(2, 3), axis=1, keepdims=True),
        case(scalar()),
        case(array(2, 3), axis=1, b=array(2, 3, low=0.2)),
        case(array(2, 3), b=array(3, low=0.2)),
    ],
)
class logsumexp:
    def a(a_dot, out, a, axis=None, b=None, keepdims=False):
        share = np.exp(a - finite(out if keepdims or axis is None else np.expand_dims(out, axis)))
        return np.sum((share if b is None else b * share) * a_dot, axis=axis, keepdims=keepdims)

    def b(b_dot, out, a, axis=None, b=None, keepdims=False):
        share = np.exp(a - finite(out if keepdims or axis is None else np.expand_dims(out, axis)))
        return np.sum(share * b_dot, axis=axis, keepdims=keepdims)

    def vjp(out_bar, out, a, axis=None, b=None, keepdims=False):
        share = np.exp(a - finite(out if keepdims or axis is None else np.expand_dims(out, axis)))
        by_b = share * (out_bar if keepdims or axis is None else np.expand_dims(out_bar, axis))
        if b is None:
            return by_b, None
        return _unbroadcast(b * by_b, a), _unbroadcast(by_b, b)


@rule(special.softmax, wrt="x", real_only=True, fresh=True, batch="axis", cases=ALONG)
class softmax:
    def x(x_dot, out, x, axis=None):
        return out * (x_dot - np.sum(out * x_dot, axis=axis, keepdims=True))

    def vjp(out_bar, out, x, axis=None):
        return out * (out_bar - np.sum(out * out_bar, axis=axis, keepdims=True))


@rule(special.log_softmax, wrt="x", real_only=True, fresh=True, batch="axis", cases=ALONG)
class log_softmax:
    def x(x_dot, out, x, axis=None):
        return x_dot - np.sum(np.exp(out) * x_dot, axis=axis, keepdims=True)

    def vjp(out_bar, out, x, axis=None):
        return out_bar - np.exp(out) * np.sum(out_bar, axis=axis, keepdims=True)


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────

zero(special.round)

stands_in(_logsumexp_and_sign, special.logsumexp, {"return_sign": (True,)}, when=("return_sign",))
