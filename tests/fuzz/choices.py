"""Where decisions come from: a plain seed (fast), or Hypothesis (which shrinks)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Where decisions come from."""

    def below(self, n: int) -> int:
        raise NotImplementedError

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) >= 100 - percent  # a shrunk draw of 0 says no


class Seeded(Choices):
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def below(self, n: int) -> int:
        return self.random.randrange(n)


class Drawn(Choices):
    """`draw(n)` gives an int below n."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self.draw = draw

    def below(self, n: int) -> int:
        return self.draw(n)
