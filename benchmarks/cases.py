"""What is timed: a sample's function, at arguments of a size that its users have."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """`wrt`: the positions differentiated by; with a `direction` the tangent is timed, not the gradient."""

    name: str
    sample: str
    function: str
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    direction: tuple[Any, ...] | None = None

    @property
    def plain(self) -> Callable:
        """The user's function, without what `@differentiate` puts around it."""
        held = getattr(importlib.import_module(f"samples.{self.sample}"), self.function)
        return getattr(held, "__wrapped__", held)


def survey() -> Case:
    return Case("survey", "survey", "f", (2.0, 5.0), (0, 1))


def logistic_map() -> Case:
    # 3/4 is a fixed point, exact in binary: anywhere else chaos makes libraries with other rounding disagree
    return Case("logistic map, n = 1000", "logistic_map", "logistic_map", (0.75, 1000), (0,))


def newton() -> Case:
    return Case("Newton while", "newton", "eccentric_anomaly", (1.0, 0.9671), (0, 1))


def black_scholes() -> Case:
    from samples.black_scholes import make_book

    book = make_book(100_000)
    return Case("Black-Scholes, 1e5", "black_scholes", "book_value", book, (0, 1, 2, 3, 4))


def lotka_volterra() -> Case:
    from samples.lotka_volterra import observations, starting_point

    args = (starting_point(), observations(), 10)
    return Case("Lotka-Volterra, 200 steps", "lotka_volterra", "misfit", args, (0,))


def kalman() -> Case:
    from samples.kalman import make_track, starting_belief

    truth = np.log([0.1, 2.0])
    args = (truth, *starting_belief(), make_track(200, truth))
    return Case("Kalman filter, 200 steps", "kalman", "cost", args, (0,))


def classifier() -> Case:
    from samples.classifier import make_network, make_spirals

    args = (*make_network(64), *make_spirals(100))
    return Case("classifier, 300 x 64", "classifier", "loss", args, (0, 1, 2, 3))


def forward_gradient() -> Case:
    from samples.forward_gradient import make_bands, make_network

    params = make_network(64)
    rng = np.random.default_rng(0)
    direction = {name: rng.normal(size=p.shape) for name, p in params.items()}
    args = (params, *make_bands(300))
    return Case("classifier, tangent", "forward_gradient", "loss", args, (0,), (direction,))


def lstm() -> Case:
    from samples.lstm import make_network

    rng = np.random.default_rng(0)
    sequence = np.eye(14)[rng.integers(14, size=1024)]
    return Case("LSTM, 2 layers, 1024", "lstm", "loss", (*make_network(14), sequence), (0, 1))


def mixture(d: int, k: int) -> Case:
    from samples.gaussian_mixture import make_data, make_mixture

    x = make_data(1000, d, k)
    rng = np.random.default_rng(0)
    alphas, means, factors = make_mixture(x, k)
    args = (alphas, means, 0.1 * rng.normal(size=factors.shape), x)
    return Case(f"mixture, d {d}, k {k}", "gaussian_mixture", "log_posterior", args, (0, 1, 2))


def mixture_small() -> Case:
    return mixture(2, 5)


def mixture_large() -> Case:
    return mixture(64, 25)


def bundle_adjustment() -> Case:
    from samples.bundle_adjustment import make_scene, make_sightings

    cameras, points = make_scene(8, 200)
    seen, images = make_sightings(cameras, points, 150, noise=0.05)
    args = (cameras, points, np.ones(seen.shape), seen, images)
    return Case("bundle adjustment, 8 x 150", "bundle_adjustment", "cost", args, (0, 1, 2))


CASES: dict[str, Callable[[], Case]] = {
    make.__name__: make
    for make in (
        survey,
        logistic_map,
        newton,
        black_scholes,
        lotka_volterra,
        kalman,
        classifier,
        forward_gradient,
        lstm,
        mixture_small,
        mixture_large,
        bundle_adjustment,
    )
}
