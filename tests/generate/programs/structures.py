"""Dataclasses, named tuples, tuples and dicts as arguments; the classes are copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Point(NamedTuple):
    x: float
    y: float


@dataclass
class Spring:
    """A spring between two points."""

    stiffness: float
    rest: float = 1.0


def energy(spring: Spring, a: Point, b: Point) -> float:
    length = np.hypot(a.x - b.x, a.y - b.y)
    return 0.5 * spring.stiffness * (length - spring.rest) ** 2


def polynomial(coefficients: list[float], options: dict[str, float], pair: tuple[float, np.ndarray]) -> float:
    scale, x = pair
    total = 0.0
    for c in coefficients:
        total = total * scale + c
    return options["a"] * total + options["b"] * np.sum(x)
