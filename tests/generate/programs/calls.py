"""Two functions that call a third: its sweeps are emitted once."""

import math


def damped(x: float, rate: float) -> float:
    y = x
    while y > rate:
        y = y * math.exp(-rate)
    return y


def first(x: float) -> float:
    return damped(x, 0.5) ** 2


def second(x: float, scale: float = 2.0) -> float:
    return scale * damped(x, 0.5)
