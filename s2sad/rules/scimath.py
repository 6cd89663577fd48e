"""`np.emath`: functions that answer with complex numbers where the real ones would be nan."""

# mypy: no-check-untyped-defs
import math

import numpy as np

from s2sad.rules.declare import array, case, elementwise

BELOW_ZERO = (case(array(2, 3, low=0.3, high=3.0)), case(array(2, 3, low=-3.0, high=-0.3)))
OUTSIDE = (case(array(2, 3, low=-0.8, high=0.8)), case(array(2, 3, low=1.2, high=3.0)))


@elementwise(np.emath.sqrt, cases=BELOW_ZERO, poles="x = 0")
def sqrt(x, *, out):
    return 0.5 / out


@elementwise(np.emath.log, cases=BELOW_ZERO, poles="x = 0")
def log(x):
    return 1 / x


@elementwise(np.emath.log2, cases=BELOW_ZERO, poles="x = 0")
def log2(x):
    return 1 / (x * math.log(2))


@elementwise(np.emath.log10, cases=BELOW_ZERO, poles="x = 0")
def log10(x):
    return 1 / (x * math.log(10))


@elementwise(np.emath.logn, domain=[(2, 3), (0.3, 3)], poles="x = 0, n = 0, 1")
def logn(n, x, *, out):
    base = np.emath.log(n)
    return -out / (n * base), 1 / (x * base)


@elementwise(
    np.emath.power,
    domain=[(0.4, 2), (-2, 2)],
    cases=[case(array(2, 3, low=0.4), array(2, 3)), case(array(3, low=-2.0, high=-0.4), array(3))],
    poles="x = 0",
)
def power(x, p, *, out):
    return p * np.emath.power(x, p - 1), out * np.emath.log(x)


@elementwise(np.emath.arcsin, cases=OUTSIDE, poles="x = -1, 1")
def arcsin(x):  # conjugated twice: a real number beyond 1 is on the cut, and the root of 1 - x below it
    return 1 / (np.conj(np.emath.sqrt(1 - np.conj(x))) * np.emath.sqrt(1 + x))


@elementwise(np.emath.arccos, cases=OUTSIDE, poles="x = -1, 1")
def arccos(x):
    return -1 / (np.conj(np.emath.sqrt(1 - np.conj(x))) * np.emath.sqrt(1 + x))


@elementwise(np.emath.arctanh, cases=OUTSIDE, poles="x = -1, 1")
def arctanh(x):
    return 1 / (1 - x**2)
