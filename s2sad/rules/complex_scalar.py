"""The `cmath` module: functions of Python's complex numbers. The partials use `cmath` too."""

import cmath
import math

from s2sad.rules.declare import case, elementwise, rule, scalar, zero

AWAY = scalar(0.4, 2)  # from the points where a partial is infinite


@elementwise(cmath.exp, cases=[case(scalar())])
def exp(z, *, out):
    return out


@elementwise(cmath.log, wrt=("z", "base"), cases=[case(AWAY), case(AWAY, scalar(2, 3))], poles="z = 0")
def log(z, base=None, *, out):
    if base is None:
        return 1 / z, 0
    return 1 / (z * cmath.log(base)), -out / (base * cmath.log(base))


@elementwise(cmath.log10, cases=[case(AWAY)], poles="z = 0")
def log10(z):
    return 1 / (z * math.log(10))


@elementwise(cmath.sqrt, cases=[case(AWAY)], poles="z = 0", strong_zero=True)
def sqrt(z, *, out):
    return 0.5 / out


@elementwise(cmath.sin, cases=[case(scalar())])
def sin(z):
    return cmath.cos(z)


@elementwise(cmath.cos, cases=[case(scalar())])
def cos(z):
    return -cmath.sin(z)


@elementwise(cmath.tan, cases=[case(scalar(-1.2, 1.2))])
def tan(z, *, out):
    return 1 + out**2


@elementwise(cmath.asin, cases=[case(scalar(-0.8, 0.8))], poles="z = -1, 1", strong_zero=True)
def asin(z):
    return 1 / cmath.sqrt(1 - z**2)


@elementwise(cmath.acos, cases=[case(scalar(-0.8, 0.8))], poles="z = -1, 1", strong_zero=True)
def acos(z):
    return -1 / cmath.sqrt(1 - z**2)


@elementwise(cmath.atan, cases=[case(scalar(-0.8, 0.8))], poles="z = -1j, 1j")
def atan(z):
    return 1 / (1 + z**2)


@elementwise(cmath.sinh, cases=[case(scalar())])
def sinh(z):
    return cmath.cosh(z)


@elementwise(cmath.cosh, cases=[case(scalar())])
def cosh(z):
    return cmath.sinh(z)


@elementwise(cmath.tanh, cases=[case(scalar())])
def tanh(z, *, out):
    return 1 - out**2


@elementwise(cmath.asinh, cases=[case(scalar(-0.8, 0.8))], poles="z = -1j, 1j")
def asinh(z):
    return 1 / cmath.sqrt(z**2 + 1)


@elementwise(cmath.acosh, cases=[case(scalar(1.3, 3))], poles="z = -1, 1")
def acosh(z):
    return 1 / (cmath.sqrt(z - 1) * cmath.sqrt(z + 1))  # apart, for the right branch


@elementwise(cmath.atanh, cases=[case(scalar(-0.8, 0.8))], poles="z = -1, 1")
def atanh(z):
    return 1 / (1 - z**2)


@elementwise(cmath.phase, real_valued=True, cases=[case(AWAY)], kinks="0 at z = 0")
def phase(z):
    return -1j * (z != 0) / (z + (z == 0))


@rule(cmath.polar, wrt="z", cases=[case(AWAY)], poles="z = 0")
class polar:
    def z(z_dot, out, z):
        turned = z_dot * out[0] / z
        return turned.real, turned.imag / out[0]

    def vjp(out_bar, out, z):
        return (out_bar[0] + 1j * out_bar[1] / out[0]) * z / out[0]


@elementwise(cmath.rect, cases=[case(scalar(), scalar())], real_only=True)
def rect(r, phi, *, out):
    return cmath.rect(1, phi), 1j * out


zero(cmath.isclose, cmath.isfinite, cmath.isinf, cmath.isnan)
