"""Operators and NumPy's elementwise functions.

Conventions
- A partial that is infinite is `inf` for arrays and NumPy numbers; arithmetic of plain Python floats raises
  ZeroDivisionError there, as it does in the primal's own language. `poles` names these points. With `strong_zero` the
  function is finite there, and a zero seed or tangent gives zero.
- Where a function has a kink, the rule says beside it which subgradient it takes; `kinks` repeats it for the docs.
- Constants are Python floats (`math.log(2)`, never `np.log(2)`), so that float32 stays float32.
- Masks stay bool: a bool times a float32 seed is float32.
"""

import math
import operator

import numpy as np

from s2sad.prelude import _unbroadcast
from s2sad.prelude_arrays import _bessel_i1
from s2sad.rules.declare import array, attribute, case, elementwise, known, linear, method, rule

# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────


@elementwise(operator.add, np.add)
def add(x, y):
    return 1, 1


@elementwise(operator.sub, np.subtract)
def subtract(x, y):
    return 1, -1


@elementwise(operator.mul, np.multiply)
def multiply(x, y):
    return y, x


@elementwise(operator.truediv, np.divide, domain=[(-2, 2), (0.5, 2)], poles="y = 0")
def divide(x, y, *, out):
    y_partial = -(out * out) if known(x) and x == 1 else -out / y
    return 1 / y, y_partial


@elementwise(operator.neg, np.negative)
def negative(x):
    return -1


@elementwise(operator.pos, np.positive)
def positive(x):
    return 1


@elementwise(operator.mod, np.mod, domain=[(-3, 3), (0.7, 1.9)], real_only=True, kinks="steps ignored")
def mod(x, y):
    return 1, -(x // y)


@elementwise(np.fmod, domain=[(-3, 3), (0.7, 1.9)], real_only=True, kinks="steps ignored")
def fmod(x, y):
    return 1, -np.trunc(x / y)


def has_root(literals):
    """Is the exponent between 0 and 1, or not written in the text? Then the slope at 0 is infinite."""
    return 0 < literals.get("y", 0.5) < 1


@elementwise(
    operator.pow,
    pow,
    np.power,
    np.float_power,
    domain=[(0.4, 2), (-2, 2)],
    cases=[
        case(array(2, 3, low=0.4), array(2, 3)),
        *(case(array(2, 3, low=0.4), y) for y in (2, 0.5, -1, 1, 0)),
        case(2.0, array(3)),
    ],
    poles="x = 0 with y < 1, unless y = 0; wrt y: x < 0 gives nan",
    strong_zero=has_root,
    kinks="x**0 and 0**y have zero derivatives wrt x and y, at x = 0 too",
)
def power(x, y, *, out):
    # the added booleans turn 0 * 0**-1 into 0 * 1**-1, and 0**y * log(0) into 0**y * log(1)
    if known(y) and 0 < y < 1:
        x_partial = y / x ** (1 - y)
    elif known(y):
        x_partial = 0 if y == 0 else y * x ** (y - 1)
    else:
        x_partial = y * (x + ((x == 0) & (y == 0))) ** (y - 1)
    y_partial = out * math.log(x) if known(x) and x > 0 else out * np.log(x + (x == 0))
    return x_partial, y_partial


@elementwise(np.square)
def square(x):
    return 2 * x


@elementwise(np.reciprocal, domain=[(0.5, 2)], poles="x = 0")
def reciprocal(x, *, out):
    return -(out**2)


@elementwise(np.sqrt, domain=[(0.3, 3)], poles="x = 0", strong_zero=True)
def sqrt(x, *, out):
    return 0.5 / out


@elementwise(np.cbrt, domain=[(0.3, 3)], real_only=True, poles="x = 0", strong_zero=True)
def cbrt(x, *, out):
    return 1 / (3 * out**2)


@elementwise(abs, operator.abs, np.absolute, real_valued=True, kinks="0 at x = 0")
def absolute(x):
    return np.conj(np.sign(x))


@rule(
    np.sign,
    steps_if_real=True,
    batch="elementwise",
    fresh=True,
    kinks="0 at x = 0",
    cases=[case(array(2, 3)), case(array())],
)
class sign:  # of a complex number it is x / abs(x): what turns it counts
    def x(x_dot, out, x):
        return (
            1j * out * np.imag(np.conj(out) * x_dot) / (np.abs(x) + (x == 0))
            if np.iscomplexobj(x)
            else 0 * x_dot
        )

    def vjp(out_bar, out, x):
        return (
            1j * out * np.imag(np.conj(out) * out_bar) / (np.abs(x) + (x == 0))
            if np.iscomplexobj(x)
            else 0 * out_bar
        )


@elementwise(np.fabs, real_only=True, kinks="0 at x = 0")
def fabs(x):
    return np.sign(x)


@elementwise(np.copysign, real_only=True, kinks="0 at x = 0")
def copysign(x, y):
    return np.sign(x) * np.copysign(1, y), 0


# ── exponentials and logarithms ──────────────────────────────────────────────────────────────────────────


@elementwise(np.exp)
def exp(x, *, out):
    return out


@elementwise(np.exp2)
def exp2(x, *, out):
    return out * math.log(2)


@elementwise(np.expm1)
def expm1(x):  # the result plus one has no digits where that is small
    return np.exp(x)


@elementwise(np.log, domain=[(0.3, 3)], poles="x = 0")
def log(x):
    return 1 / x


@elementwise(np.log2, domain=[(0.3, 3)], poles="x = 0")
def log2(x):
    return 1 / (x * math.log(2))


@elementwise(np.log10, domain=[(0.3, 3)], poles="x = 0")
def log10(x):
    return 1 / (x * math.log(10))


@elementwise(np.log1p, domain=[(-0.5, 3)], poles="x = -1")
def log1p(x):
    return 1 / (1 + x)


@elementwise(np.logaddexp, real_only=True, kinks="0 where the result is -inf", poles="inf gives nan")
def logaddexp(x, y, *, out):
    total = np.where(np.isneginf(out), 0, out)  # of two numbers -inf none is a part of the sum
    return np.exp(x - total), np.exp(y - total)


@elementwise(np.logaddexp2, real_only=True, kinks="0 where the result is -inf", poles="inf gives nan")
def logaddexp2(x, y, *, out):
    total = np.where(np.isneginf(out), 0, out)
    return np.exp2(x - total), np.exp2(y - total)


# ── trigonometric and hyperbolic functions ───────────────────────────────────────────────────────────────


@elementwise(np.sin)
def sin(x):
    return np.cos(x)


@elementwise(np.cos)
def cos(x):
    return -np.sin(x)


@elementwise(np.tan, domain=[(-1.2, 1.2)])
def tan(x, *, out):
    return 1 + out**2


@elementwise(np.arcsin, domain=[(-0.8, 0.8)], poles="x = -1, 1", strong_zero=True)
def arcsin(x):
    return 1 / np.sqrt((1 - x) * (1 + x))  # 1 - x**2 has lost its digits near 1


@elementwise(np.arccos, domain=[(-0.8, 0.8)], poles="x = -1, 1", strong_zero=True)
def arccos(x):
    return -1 / np.sqrt((1 - x) * (1 + x))


@elementwise(np.arctan, domain=[(-0.8, 0.8)])
def arctan(x):
    return 1 / (1 + x * x)  # x**2 of a Python float raises where it overflows


@elementwise(np.arctan2, real_only=True, kinks="0 at the origin")
def arctan2(y, x):
    r = np.hypot(x, y)  # its square may be too large or too small for a float
    r = r + (r == 0)  # at the origin 0 / 1 / 1
    return x / r / r, -y / r / r


@elementwise(np.hypot, real_only=True, kinks="0 at the origin")
def hypot(x, y, *, out):
    r = out + (out == 0)  # at the origin 0 / 1, the subgradient zero
    return x / r, y / r


@elementwise(np.sinh)
def sinh(x):
    return np.cosh(x)


@elementwise(np.cosh)
def cosh(x):
    return np.sinh(x)


@elementwise(np.tanh)
def tanh(x, *, out):
    return 1 - out**2


@elementwise(np.arcsinh, domain=[(-0.8, 0.8)])
def arcsinh(x):
    return 1 / np.sqrt(x**2 + 1) if np.iscomplexobj(x) else 1 / np.hypot(x, 1)


@elementwise(np.arccosh, domain=[(1.3, 3)], poles="x = 1", strong_zero=True)
def arccosh(x):
    return 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))  # apart, for the right branch at complex x


@elementwise(np.arctanh, domain=[(-0.8, 0.8)], poles="x = -1, 1")
def arctanh(x):
    return 1 / ((1 - x) * (1 + x))


@elementwise(np.deg2rad, np.radians, real_only=True)
def deg2rad(x):
    return np.pi / 180


@elementwise(np.rad2deg, np.degrees, real_only=True)
def rad2deg(x):
    return 180 / np.pi


@elementwise(np.sinc)
def sinc(x, *, out):
    small = np.abs(x) < 1e-3  # there the difference loses its digits
    series = -(np.pi**2) * x / 3 * (1 - (np.pi * x) ** 2 / 10)
    return np.where(small, series, (np.cos(np.pi * x) - out) / (x + small))


@elementwise(np.i0, real_only=True)
def i0(x):
    return _bessel_i1(x)


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────

# The partials are masks. Ties: of two equal operands the first is taken, as Python's `max` does. A literal bound takes
# it from both, as everyone writes it: `y_bar * (x > 0)`.


VERSUS = (case(array(3), array(2, 3)), case(array(3), 0.1), case(0.1, array(3)))
FIRST = "x = y: all to x; 0 if the other is a literal constant"


@elementwise(np.maximum, cases=VERSUS, real_only=True, chooses=True, kinks=FIRST)
def maximum(x, y):
    return x > y if known(y) else x >= y, y > x


@elementwise(np.minimum, cases=VERSUS, real_only=True, chooses=True, kinks=FIRST)
def minimum(x, y):
    return x < y if known(y) else x <= y, y < x


@elementwise(np.fmax, real_only=True, chooses=True, kinks="x = y: all to x")
def fmax(x, y):
    return (x >= y) | np.isnan(y), (y > x) | (np.isnan(x) & ~np.isnan(y))


@elementwise(np.fmin, real_only=True, chooses=True, kinks="x = y: all to x")
def fmin(x, y):
    return (x <= y) | np.isnan(y), (y < x) | (np.isnan(x) & ~np.isnan(y))


@elementwise(
    np.clip,
    wrt=("a", "a_min", "a_max"),
    real_only=True,
    chooses=True,
    kinks="at a bound: all to a; a_min <= a_max is assumed",
    aliases={"min": "a_min", "max": "a_max"},
    domain=[(-2, 2), (-1, -0.5), (0.5, 1)],
)
def clip(a, a_min=None, a_max=None, *, out):
    below = 0 if a_min is None else a < a_min
    above = 0 if a_max is None else a > a_max
    return out == a, below, above


@linear(
    np.where,
    wrt=("x", "y"),
    batch="elementwise",
    fresh=True,
    chooses=True,
    cases=[
        case(np.array([True, False, True]), array(2, 3), array(3)),
        case(np.array([[True], [False]]), array(), array(1, 3)),
    ],
)
def where(out_bar, condition, x=None, y=None):  # with a condition alone: indices, nothing that varies
    # the seed is masked here, so that a branch not taken gets an exact zero
    x_bar = _unbroadcast(np.where(condition, out_bar, 0), x)
    y_bar = _unbroadcast(np.where(condition, 0, out_bar), y)
    return x_bar, y_bar


@elementwise(np.heaviside, real_only=True, kinks="steps ignored")
def heaviside(x, y):
    return 0, x == 0


@elementwise(np.nextafter, real_only=True)
def nextafter(x, y):
    return 1, 0


@elementwise(
    np.nan_to_num,
    wrt=("x",),
    real_only=True,
    chooses=True,
    kinks="0 where x is not finite",
    cases=[
        case(array(2, 3)),
        case(np.array([1.0, np.nan, np.inf, -np.inf]), nan=2.0, posinf=1.5, neginf=-0.5),
    ],
)
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    return np.isfinite(x)


# ── complex numbers ──────────────────────────────────────────────────────────────────────────────────────


@linear(np.real, batch="elementwise", view=True, cases=[case(array(2, 3)), case(array())])
def real(out_bar, val):
    return out_bar


@linear(np.imag, batch="elementwise", view=True, cases=[case(array(2, 3)), case(array())])
def imag(out_bar, val):
    return 1j * out_bar if np.iscomplexobj(val) else 0 * out_bar


@linear(np.conjugate, batch="elementwise", cases=[case(array(2, 3)), case(array())])
def conj(out_bar, x):
    return np.conj(out_bar)


@elementwise(
    np.angle,
    wrt=("z",),
    real_valued=True,
    kinks="0 at z = 0",
    cases=[case(array(2, 3, low=0.5)), case(array(3, low=0.5), deg=True)],
)
def angle(z, deg=False):
    if not np.iscomplexobj(z):
        return 0
    turn = (z != 0) / (z + (z == 0))
    return turn * (-180j / np.pi) if deg else turn * -1j


# ── parts of floating-point numbers ──────────────────────────────────────────────────────────────────────


@linear(
    np.ldexp, real_only=True, batch="elementwise", fresh=True, cases=[case(array(3), np.array([1, 0, -2]))]
)
def ldexp(out_bar, x, i):
    return _unbroadcast(np.ldexp(out_bar, i), x)


@rule(np.frexp, real_only=True, batch="elementwise", fresh=True, cases=[case(array(2, 3))])
class frexp:
    def x(x_dot, out, x):
        return np.ldexp(x_dot, -out[1]), np.zeros_like(x_dot)

    def vjp(out_bar, out, x):
        return np.ldexp(out_bar[0], -out[1])


@rule(np.modf, real_only=True, batch="elementwise", cases=[case(array(2, 3))])
class modf:
    def x(x_dot, out, x):
        return x_dot, np.zeros_like(x_dot)

    def vjp(out_bar, out, x):
        return out_bar[0]


@rule(
    np.divmod,
    divmod,
    real_only=True,
    batch="elementwise",
    cases=[case(array(2, 3), array(3, low=0.7, high=1.9))],
)
class divmod_:
    def x(x_dot, out, x, y):
        return np.zeros_like(out[0]), x_dot + np.zeros_like(out[1])

    def y(y_dot, out, x, y):
        return np.zeros_like(out[0]), -out[0] * y_dot

    def vjp(out_bar, out, x, y):
        return _unbroadcast(out_bar[1], x), _unbroadcast(-out[0] * out_bar[1], y)


method("clip", np.clip)
method("conj", np.conjugate)
method("conjugate", np.conjugate)
attribute("real", np.real)
attribute("imag", np.imag)
