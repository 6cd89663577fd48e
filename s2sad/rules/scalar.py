"""The `math` module: functions of Python floats. The partials use `math` too, so floats stay floats.

Where a partial is infinite or undefined, `math` raises, as it does for the function itself outside of its domain.
Names that Python 3.11 does not have yet (`sumprod`, `fma`) are declared where they exist.
"""

import math

import numpy as np

from s2sad.prelude import _digamma, _spread_like, _unstack_like
from s2sad.rules.declare import case, elementwise, known, linear, rule, scalar
from s2sad.rules.elementwise import has_root

# ── one argument ─────────────────────────────────────────────────────────────────────────────────────────


@elementwise(math.sin, cases=[case(scalar())])
def sin(x):
    return math.cos(x)


@elementwise(math.cos, cases=[case(scalar())])
def cos(x):
    return -math.sin(x)


@elementwise(math.tan, cases=[case(scalar(-1.2, 1.2))])
def tan(x, *, out):
    return 1 + out**2


@elementwise(math.asin, cases=[case(scalar(-0.8, 0.8))], poles="x = -1, 1", strong_zero=True)
def asin(x):
    return 1 / math.sqrt((1 - x) * (1 + x))


@elementwise(math.acos, cases=[case(scalar(-0.8, 0.8))], poles="x = -1, 1", strong_zero=True)
def acos(x):
    return -1 / math.sqrt((1 - x) * (1 + x))


@elementwise(math.atan, cases=[case(scalar())])
def atan(x):
    return 1 / (1 + x * x)  # x**2 raises where it overflows


@elementwise(math.sinh, cases=[case(scalar())])
def sinh(x):
    return math.cosh(x)


@elementwise(math.cosh, cases=[case(scalar())])
def cosh(x):
    return math.sinh(x)


@elementwise(math.tanh, cases=[case(scalar())])
def tanh(x, *, out):
    return 1 - out**2


@elementwise(math.asinh, cases=[case(scalar())])
def asinh(x):
    return 1 / math.hypot(x, 1)


@elementwise(math.acosh, cases=[case(scalar(1.3, 3))], poles="x = 1", strong_zero=True)
def acosh(x):
    return 1 / (math.sqrt(x - 1) * math.sqrt(x + 1))


@elementwise(math.atanh, cases=[case(scalar(-0.8, 0.8))], poles="x = -1, 1")
def atanh(x):
    return 1 / ((1 - x) * (1 + x))


@elementwise(math.exp, cases=[case(scalar())])
def exp(x, *, out):
    return out


@elementwise(math.exp2, cases=[case(scalar())])
def exp2(x, *, out):
    return out * math.log(2)


@elementwise(math.expm1, cases=[case(scalar())])
def expm1(x):  # the result plus one has no digits where that is small
    return math.exp(x)


@elementwise(math.log2, cases=[case(scalar(0.3, 3))], poles="x = 0")
def log2(x):
    return 1 / (x * math.log(2))


@elementwise(math.log10, cases=[case(scalar(0.3, 3))], poles="x = 0")
def log10(x):
    return 1 / (x * math.log(10))


@elementwise(math.log1p, cases=[case(scalar(-0.5, 3))], poles="x = -1")
def log1p(x):
    return 1 / (1 + x)


@elementwise(math.sqrt, cases=[case(scalar(0.3, 3))], poles="x = 0", strong_zero=True)
def sqrt(x, *, out):
    return 0.5 / out


@elementwise(math.cbrt, cases=[case(scalar(0.3, 3))], poles="x = 0", strong_zero=True)
def cbrt(x, *, out):
    return 1 / (3 * out**2)


@elementwise(math.fabs, cases=[case(scalar())], kinks="0 at x = 0")
def fabs(x):
    return math.copysign(x != 0, x)


@elementwise(math.degrees, cases=[case(scalar())])
def degrees(x):
    return 180 / math.pi


@elementwise(math.radians, cases=[case(scalar())])
def radians(x):
    return math.pi / 180


@elementwise(math.erf, cases=[case(scalar())])
def erf(x):
    return 2 / math.sqrt(math.pi) * math.exp(-x * x)


@elementwise(math.erfc, cases=[case(scalar())])
def erfc(x):
    return -2 / math.sqrt(math.pi) * math.exp(-x * x)


@elementwise(math.lgamma, cases=[case(scalar(0.3, 9)), case(scalar(-1.8, -1.2))], poles="x = 0, -1, -2, ...")
def lgamma(x):
    return _digamma(x)


@elementwise(math.gamma, cases=[case(scalar(0.3, 5)), case(scalar(-1.8, -1.2))], poles="x = 0, -1, -2, ...")
def gamma(x, *, out):
    return out * _digamma(x)


# ── several arguments ────────────────────────────────────────────────────────────────────────────────────


@elementwise(math.log, wrt=("x", "base"), cases=[case(scalar(0.3, 3)), case(scalar(0.3, 3), scalar(2, 3))])
def log(x, base=None, *, out):
    if base is None:
        return 1 / x, 0
    return 1 / (x * math.log(base)), -out / (base * math.log(base))


@elementwise(
    math.pow,
    cases=[case(scalar(0.3, 3), scalar())],
    poles="x = 0 with y < 1, unless y = 0; wrt y: x < 0",
    strong_zero=has_root,
    kinks="x**0 and 0**y have zero derivatives wrt x and y, at x = 0 too",
)
def pow(x, y, *, out):
    if known(y) and 0 < y < 1:
        x_partial = y / x ** (1 - y)
    else:
        x_partial = y * (x + ((x == 0) & (y == 0))) ** (y - 1)
    return x_partial, out * math.log(x + (x == 0))


@elementwise(math.atan2, cases=[case(scalar(), scalar())], kinks="0 at the origin")
def atan2(y, x):
    r = math.hypot(x, y)  # its square may be too large or too small for a float
    r = r + (r == 0)  # at the origin 0 / 1 / 1
    return x / r / r, -y / r / r


@elementwise(math.copysign, cases=[case(scalar(), scalar())], kinks="0 at x = 0")
def copysign(x, y):
    return math.copysign(x != 0, x) * math.copysign(1, y), 0


@elementwise(math.fmod, cases=[case(scalar(-3, 3), scalar(0.7, 1.9))], kinks="steps ignored")
def fmod(x, y):
    return 1, -math.trunc(x / y)


@elementwise(math.remainder, cases=[case(scalar(-3, 3), scalar(0.7, 1.9))], kinks="steps ignored")
def remainder(x, y, *, out):
    return 1, (out - x) / y


@elementwise(math.nextafter, cases=[case(scalar(), scalar())])
def nextafter(x, y):
    return 1, 0


@linear(math.ldexp, cases=[case(scalar(), 3)])
def ldexp(out_bar, x, i):
    return math.ldexp(out_bar, i)


@rule(math.frexp, cases=[case(scalar())])
class frexp:
    def x(x_dot, out, x):
        return math.ldexp(x_dot, -out[1]), 0

    def vjp(out_bar, out, x):
        return math.ldexp(out_bar[0], -out[1])


@rule(math.modf, cases=[case(scalar())])
class modf:
    def x(x_dot, out, x):
        return x_dot, 0.0

    def vjp(out_bar, out, x):
        return out_bar[0]


# ── of sequences ─────────────────────────────────────────────────────────────────────────────────────────


@rule(
    math.hypot,
    wrt=("coordinates",),
    cases=[case(scalar(), scalar()), case(scalar()), case(scalar(), scalar(), scalar())],
    kinks="0 at the origin",
)
class hypot:
    def coordinates(coordinates_dot, out, *coordinates):
        r = out + (out == 0)
        return sum([x / r * x_dot for x, x_dot in zip(coordinates, coordinates_dot, strict=True)])

    def vjp(out_bar, out, *coordinates):
        r = out + (out == 0)  # at the origin 0 / 1, the subgradient zero
        return tuple([x / r * out_bar for x in coordinates])


@rule(
    math.dist,
    cases=[case([scalar(), scalar()], [scalar(), scalar()])],
    kinks="0 where the points coincide",
)
class dist:
    def p(p_dot, out, p, q):
        r = out + (out == 0)
        return sum([(a - b) / r * a_dot for a, b, a_dot in zip(p, q, p_dot, strict=True)])

    def q(q_dot, out, p, q):
        r = out + (out == 0)
        return sum([(b - a) / r * b_dot for a, b, b_dot in zip(p, q, q_dot, strict=True)])

    def vjp(out_bar, out, p, q):
        r = out + (out == 0)
        p_bar = np.subtract(p, q) * (out_bar / r)
        return _unstack_like(p_bar, p), _unstack_like(-p_bar, q)


@linear(math.fsum, cases=[case([scalar(), scalar(), scalar()])])
def fsum(out_bar, seq):
    return _spread_like(out_bar, seq)


@rule(
    math.prod,
    wrt=("iterable", "start"),
    real_only=True,
    cases=[case([scalar(), scalar(), scalar()]), case([scalar()], start=scalar())],
)
class prod:
    def iterable(iterable_dot, out, iterable, *, start=1):
        others = [math.prod(iterable[:i]) * math.prod(iterable[i + 1 :]) for i in range(len(iterable))]
        return start * sum([g * x_dot for g, x_dot in zip(others, iterable_dot, strict=True)])

    def start(start_dot, out, iterable, *, start=1):
        return math.prod(iterable) * start_dot

    def vjp(out_bar, out, iterable, *, start=1):
        others = [math.prod(iterable[:i]) * math.prod(iterable[i + 1 :]) for i in range(len(iterable))]
        return [start * g * out_bar for g in others], math.prod(iterable) * out_bar


if hasattr(math, "fma"):

    @elementwise(math.fma, cases=[case(scalar(), scalar(), scalar())])
    def fma(x, y, z):
        return y, x, 1


if hasattr(math, "sumprod"):

    @rule(math.sumprod, cases=[case([scalar(), scalar()], [scalar(), scalar()])])
    class sumprod:
        def p(p_dot, out, p, q):
            return math.sumprod(p_dot, q)

        def q(q_dot, out, p, q):
            return math.sumprod(p, q_dot)

        def vjp(out_bar, out, p, q):
            return [b * out_bar for b in q], [a * out_bar for a in p]
