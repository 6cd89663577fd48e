"""Constants and inactive helpers of the module are copied, with all that defines them."""

import logging
import math as m

import numpy
from numpy import linalg as la

RATE = 0.25
OFFSET = -2.0 * RATE  # used by no one but TABLE
UNUSED = logging.getLogger(__name__)

# weights of the quadrature rule
TABLE = numpy.array([1.0, 4.0, OFFSET])
TABLE[2] += 1.5

STEPS = (1.0, 2.0)
STEPS += (3.0,)


def order(n):
    """Which weight comes first."""
    # counted from the end
    return (n + m.floor(RATE)) % len(TABLE)


def unused():
    return UNUSED


def cost(x, n: int):
    first = order(n)
    total = TABLE[first] * m.exp(RATE * x)
    for step in STEPS:
        total = total + step * la.norm(TABLE) * x**2
    return total
