"""A small instance of each sample: its function, the arguments to differentiate at, and by which of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from samples import (
    SAMPLES,
    black_scholes,
    bundle_adjustment,
    classifier,
    forward_gradient,
    gaussian_mixture,
    kalman,
    logistic_map,
    lotka_volterra,
    lstm,
    newton,
    survey,
)


@dataclass(frozen=True)
class Point:
    function: Callable
    args: tuple[Any, ...]
    wrt: tuple[int, ...]


def scene() -> tuple:
    cameras, points = bundle_adjustment.make_scene(3, 8)  # camera 0 looks straight ahead: no rotation at all
    seen, images = bundle_adjustment.make_sightings(cameras, points, 5, noise=0.1)
    weights = np.random.default_rng(3).uniform(0.5, 1.5, seen.shape)
    return cameras, points, weights, seen, images


def mixture() -> tuple:
    x = gaussian_mixture.make_data(20, 3, 2)
    rng = np.random.default_rng(4)
    alphas, means, factors = gaussian_mixture.make_mixture(x, 2)
    alphas, factors = alphas + 0.3 * rng.normal(size=2), factors + 0.3 * rng.normal(size=factors.shape)
    return alphas, means, factors, x, 0.8, 1


def network() -> tuple:
    return (*classifier.make_network(6), *classifier.make_spirals(5))


def text() -> tuple:
    sequence = lstm.one_hot("abracadabra")
    return (*lstm.make_network(sequence.shape[1]), sequence)


def track() -> tuple:
    seen = kalman.make_track(12, np.log([0.1, 2.0]))
    return np.array([-1.0, 0.4]), *kalman.starting_belief(), seen


POINTS: dict[str, Point] = {
    "survey": Point(survey.f, (2.0, 5.0), (0, 1)),
    "logistic_map": Point(logistic_map.logistic_map, (0.3, 6), (0,)),
    "newton": Point(newton.eccentric_anomaly, (1.0, 0.3), (0, 1)),
    "black_scholes": Point(black_scholes.call_price, black_scholes.make_book(4), (0, 1, 2, 3, 4)),
    "lotka_volterra": Point(
        lotka_volterra.misfit, (lotka_volterra.starting_point(), lotka_volterra.observations()[:5], 3), (0,)
    ),
    "kalman": Point(kalman.cost, track(), (0,)),
    "classifier": Point(classifier.loss, network(), (0, 1, 2, 3)),
    "forward_gradient": Point(
        forward_gradient.loss, (forward_gradient.make_network(5), *forward_gradient.make_bands(12)), (0,)
    ),
    "lstm": Point(lstm.loss, text(), (0, 1)),
    "gaussian_mixture": Point(gaussian_mixture.log_posterior, mixture(), (0, 1, 2)),
    "bundle_adjustment": Point(bundle_adjustment.cost, scene(), (0, 1, 2)),
}

assert POINTS.keys() == SAMPLES.keys()
