"""`scipy.special`: Bessel functions, orthogonal polynomials, hypergeometric functions.

Derivatives by the order or the degree are not known here: a program in which these vary is refused.
"""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import special

from s2sad.prelude_scipy import _scaled_gap
from s2sad.rules.declare import array, case, elementwise

POSITIVE = [(0.4, 3.0)]

# ── Bessel functions ─────────────────────────────────────────────────────────────────────────────────────

ORDERS = [case(v, array(3, low=0.4)) for v in (0, 1, 2.5)]


@elementwise(special.j0, real_only=True)
def j0(x):
    return -special.j1(x)


@elementwise(special.j1, real_only=True, domain=POSITIVE)
def j1(x):
    return (special.j0(x) - special.jv(2, x)) / 2


@elementwise(special.y0, real_only=True, domain=POSITIVE, poles="x = 0")
def y0(x):
    return -special.y1(x)


@elementwise(special.y1, real_only=True, domain=POSITIVE, poles="x = 0")
def y1(x):
    return (special.y0(x) - special.yv(2, x)) / 2


@elementwise(special.i0, real_only=True)
def i0(x):
    return special.i1(x)


@elementwise(special.i1, real_only=True)
def i1(x):
    return (special.i0(x) + special.iv(2, x)) / 2


@elementwise(special.i0e, real_only=True, kinks="0 at x = 0")
def i0e(x, *, out):
    far = np.abs(x) > 1e4
    return np.where(
        far, -out * _scaled_gap(np.abs(x), far, 0.25) * np.sign(x), special.i1e(x) - np.sign(x) * out
    )


@elementwise(special.i1e, real_only=True)
def i1e(x, *, out):
    zero, far = x == 0, np.abs(x) > 1e4
    near = special.i0e(x) - np.sign(x) * out - np.where(zero, 0.5, out / (x + zero))
    return np.where(far, -out * _scaled_gap(np.abs(x), far, -0.75) * np.sign(x), near)


@elementwise(special.k0, real_only=True, domain=POSITIVE, poles="x = 0")
def k0(x):
    return -special.k1(x)


@elementwise(special.k1, real_only=True, domain=POSITIVE, poles="x = 0")
def k1(x, *, out):
    return -special.k0(x) - out / x


@elementwise(special.jv, wrt="z", cases=ORDERS)
def jv(v, z):
    return (special.jv(v - 1, z) - special.jv(v + 1, z)) / 2


@elementwise(special.yv, wrt="z", domain=POSITIVE, cases=ORDERS, poles="z = 0")
def yv(v, z):
    return (special.yv(v - 1, z) - special.yv(v + 1, z)) / 2


@elementwise(special.iv, wrt="z", cases=ORDERS)
def iv(v, z):
    return (special.iv(v - 1, z) + special.iv(v + 1, z)) / 2


@elementwise(special.kv, wrt="z", domain=POSITIVE, cases=ORDERS, poles="z = 0")
def kv(v, z):
    return -(special.kv(v - 1, z) + special.kv(v + 1, z)) / 2


@elementwise(
    special.yn,
    wrt="x",
    domain=POSITIVE,
    real_only=True,
    cases=[case(n, array(3, low=0.4)) for n in (0, 2)],
    poles="x = 0",
)
def yn(n, x):
    return (special.yv(n - 1, x) - special.yv(n + 1, x)) / 2


@elementwise(
    special.kn,
    wrt="x",
    domain=POSITIVE,
    real_only=True,
    cases=[case(n, array(3, low=0.4)) for n in (0, 2)],
    poles="x = 0",
)
def kn(n, x):
    return -(special.kv(n - 1, x) + special.kv(n + 1, x)) / 2


@elementwise(
    special.ive, wrt="z", real_only=True, domain=POSITIVE, cases=ORDERS, kinks="0 turns the sign at z = 0"
)
def ive(v, z, *, out):
    return (special.ive(v - 1, z) + special.ive(v + 1, z)) / 2 - np.sign(z) * out


@elementwise(special.kve, wrt="z", domain=POSITIVE, cases=ORDERS, poles="z = 0")
def kve(v, z, *, out):
    return out - (special.kve(v - 1, z) + special.kve(v + 1, z)) / 2


# ── polynomials and hypergeometric functions ─────────────────────────────────────────────────────────────

DEGREES = [case(n, array(3, low=-0.8, high=0.8)) for n in (0, 1, 4)]


@elementwise(
    special.eval_jacobi,
    wrt="x",
    real_only=True,
    cases=[case(n, 0.5, 1.5, *c.args[1:]) for n, c in enumerate(DEGREES)],
)
def eval_jacobi(n, alpha, beta, x):
    slope = special.eval_jacobi(np.maximum(n - 1, 0), alpha + 1, beta + 1, x)
    return np.not_equal(n, 0) * (n + alpha + beta + 1) / 2 * slope


@elementwise(
    special.eval_gegenbauer,
    wrt="x",
    real_only=True,
    cases=[case(n, 1.5, *c.args[1:]) for n, c in enumerate(DEGREES)],
)
def eval_gegenbauer(n, alpha, x):
    return np.not_equal(n, 0) * 2 * alpha * special.eval_gegenbauer(np.maximum(n - 1, 0), alpha + 1, x)


@elementwise(special.eval_legendre, wrt="x", real_only=True, cases=DEGREES)
def eval_legendre(n, x):
    return np.not_equal(n, 0) * (n + 1) / 2 * special.eval_jacobi(np.maximum(n - 1, 0), 1, 1, x)


@elementwise(special.eval_chebyt, wrt="x", real_only=True, cases=DEGREES)
def eval_chebyt(n, x):
    return n * special.eval_chebyu(np.maximum(n - 1, 0), x)


@elementwise(special.eval_chebyu, wrt="x", real_only=True, cases=DEGREES)
def eval_chebyu(n, x):
    return np.not_equal(n, 0) * 2 * special.eval_gegenbauer(np.maximum(n - 1, 0), 2, x)


@elementwise(special.eval_hermite, wrt="x", real_only=True, cases=DEGREES)
def eval_hermite(n, x):
    return 2 * n * special.eval_hermite(np.maximum(n - 1, 0), x)


@elementwise(special.eval_hermitenorm, wrt="x", real_only=True, cases=DEGREES)
def eval_hermitenorm(n, x):
    return n * special.eval_hermitenorm(np.maximum(n - 1, 0), x)


@elementwise(special.eval_laguerre, wrt="x", real_only=True, cases=DEGREES)
def eval_laguerre(n, x):
    return np.not_equal(n, 0) * -1.0 * special.eval_genlaguerre(np.maximum(n - 1, 0), 1, x)


@elementwise(
    special.eval_genlaguerre,
    wrt="x",
    real_only=True,
    cases=[case(n, 1.5, *c.args[1:]) for n, c in enumerate(DEGREES)],
)
def eval_genlaguerre(n, alpha, x):
    return np.not_equal(n, 0) * -1.0 * special.eval_genlaguerre(np.maximum(n - 1, 0), alpha + 1, x)


@elementwise(special.hyp1f1, wrt="x", real_only=True, cases=[case(0.7, 1.9, array(3))])
def hyp1f1(a, b, x):
    return a / b * special.hyp1f1(a + 1, b + 1, x)


@elementwise(
    special.hyp2f1,
    wrt="z",
    domain=[(-0.8, 0.8)],
    real_only=True,
    cases=[case(0.7, 1.9, 2.3, array(3, low=-0.8, high=0.8))],
)
def hyp2f1(a, b, c, z):
    return a * b / c * special.hyp2f1(a + 1, b + 1, c + 1, z)
