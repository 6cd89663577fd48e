"""One program's derivatives against differences, in few runs of the primal, and one compilation for each mode.

`tests.harness` is the judge: what this finds wrong is tried there again before it is called so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import s2sad
from tests import harness

STEPS = tuple(10.0**-e for e in (3, 3.5, 2.5, 4, 4.5, 5))
SETTLED = 1e-8  # how well two steps agree, for no third to be tried


class Examination:
    def __init__(self, function: Callable, args: tuple) -> None:
        self.function = function
        self.args = args
        self.wrt = harness.active_positions(args)
        self.rng = np.random.default_rng(1)
        self.value = function(*harness.copied(args))
        self.flat_value = harness.flat(self.value)
        if not np.all(np.isfinite(self.flat_value)) or np.max(np.abs(self.flat_value), initial=0.0) > 1e4:
            raise harness.Unsound("too large")
        self.difference()

    def difference(self) -> None:
        """A direction and the derivative along it; `Unsound` where differences do not settle."""
        self.direction = tuple(
            harness.random_like(self.rng, a) if i in self.wrt else None for i, a in enumerate(self.args)
        )
        self.gap = np.inf
        for last, slope in itertools.pairwise(self.slopes()):
            gap = float(np.max(np.abs(slope - last), initial=0.0))
            if gap < self.gap:
                self.gap, self.slope = gap, slope
            if gap < SETTLED:
                return
        if self.gap > 1e-7 * (1.0 + float(np.max(np.abs(self.slope), initial=0.0))):
            raise harness.Unsound("finite differences disagree")

    def slopes(self) -> Iterator[np.ndarray]:
        for h in STEPS:
            near, far = (self.around(h * scale) for scale in (1, 2))
            slope = (8 * near - far) / (12 * h)
            if not np.all(np.isfinite(slope)):
                raise harness.Unsound("not finite near by")
            yield slope

    def around(self, h: float) -> np.ndarray:
        values = []
        for step in (h, -h):
            try:
                values.append(harness.flat(self.function(*harness.moved(self.args, self.direction, step))))
            except Exception as error:  # noqa: BLE001  the program fails beside the point: not a good point
                raise harness.Unsound("the program fails near by") from error
        if any(value.shape != self.flat_value.shape for value in values):
            raise harness.Unsound("the shape changes near by")
        return values[0] - values[1]

    def same_value(self, found: Any, mode: str) -> None:
        vector = harness.same_structure(self.value, found, f"{mode} value")
        if not np.allclose(vector, self.flat_value, rtol=1e-11, atol=1e-11):
            raise harness.Mismatch(f"{mode} value is {found!r}\nshould be {self.value!r}")

    def forward(self) -> None:
        args = harness.copied(self.args)
        before = harness.frozen((args, self.direction))
        y, y_dot = s2sad.jvp(self.function, args, self.direction)
        self.unchanged(before, args, self.direction)
        self.same_value(y, "jvp")
        tangent = harness.same_structure(self.value, y_dot, "y_dot")
        if not harness.close(tangent, self.slope, 1e-6, 10 * self.gap):
            raise harness.Mismatch(
                f"tangent is wrong\n  y_dot = {tangent}\n  finite differences = {self.slope}"
            )

    def reverse(self) -> None:
        args = harness.copied(self.args)
        seeds = [harness.random_like(self.rng, self.value) for _ in range(2)]
        before = harness.frozen((args, seeds))
        y, pullback = s2sad.vjp(self.function, *args)
        self.same_value(y, "vjp")
        results = [pullback(seed) for seed in (*seeds, seeds[0])]
        self.unchanged(before, args, seeds)
        gradients = [
            harness.same_structure(self.active(self.args), self.active(result), "gradient")
            for result in results
        ]
        if not np.allclose(gradients[0], gradients[2], rtol=1e-13, atol=0, equal_nan=True):
            raise harness.Mismatch(f"pullback called twice: first {gradients[0]}, then {gradients[2]}")
        step = harness.flat(self.active(self.direction))
        for seed, gradient in zip(seeds, gradients):
            terms, pairs = harness.flat(seed) * self.slope, gradient * step
            left, right = float(np.sum(terms)), float(np.sum(pairs))
            scale = float(np.sum(np.abs(terms))) + float(np.sum(np.abs(pairs)))
            if not abs(left - right) <= 1e-6 * (1.0 + scale) + 10 * self.gap * (1 + terms.size):
                raise harness.Mismatch(
                    f"adjoint is wrong\n  <y_bar, J x_dot> = {left}\n  <x_bar, x_dot> = {right}"
                )

    def active(self, nests: tuple) -> tuple:
        return tuple(nests[i] for i in self.wrt)

    def unchanged(self, before: Any, *now: Any) -> None:
        if harness.frozen(tuple(now)) != before:
            raise harness.Mismatch("the derivative changed its arguments")

    def mode(self, name: str) -> None:
        try:
            self.forward() if name == "forward" else self.reverse()
        except harness.Mismatch:  # by more directions, and finer steps
            harness.check(self.function, self.args, modes=(name,), show_source=False, seed=1, alone=False)
            raise
