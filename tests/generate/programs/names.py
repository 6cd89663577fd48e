"""User names that look like ours, and variables that hide what the derivative needs."""

import math


def seeded(x: float, y: float, z_bar: float = 2.0) -> float:
    """The parameters are called like the seed and an adjoint."""
    x_bar = math.sin(x) * y
    return x_bar * z_bar


def hidden(x: float) -> float:
    np = x * x
    log = math.log(np)
    return log * np
