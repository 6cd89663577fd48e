"""With --link, what the function needs of this module is imported."""

import math

RATE = 0.25


def level(n: int) -> int:
    return n % 3


def cost(x: float, n: int) -> float:
    return RATE * math.exp(x) * level(n)
