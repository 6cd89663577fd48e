"""Derivatives of `scipy.special`: loaded only when a program that is differentiated uses SciPy."""

import math

import numpy as np
from scipy import special

from s2sad.rules.declare import elementwise


@elementwise(special.erf, real_only=True)
def erf(x):
    return 2 / math.sqrt(math.pi) * np.exp(-(x**2))


@elementwise(special.erfc, real_only=True)
def erfc(x):
    return -2 / math.sqrt(math.pi) * np.exp(-(x**2))


@elementwise(special.ndtr, real_only=True)
def ndtr(x):
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


@elementwise(special.expit, real_only=True)
def expit(x, *, out):
    return out * (1 - out)


@elementwise(special.logit, domain=[(0.1, 0.9)], real_only=True, poles="x = 0, x = 1")
def logit(x):
    return 1 / (x * (1 - x))
