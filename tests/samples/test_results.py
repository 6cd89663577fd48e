"""What each sample's program is for: the numbers known from elsewhere, and the goals it states."""

import math

import numpy as np
import pytest
from scipy.special import multigammaln
from scipy.stats import multivariate_normal, norm

import s2sad
from samples import (
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
from tests.samples.points import POINTS


def test_survey_has_the_numbers_of_the_paper():
    assert survey.f(2.0, 5.0) == pytest.approx(11.652, abs=5e-4)
    y, y_dot = survey.f.jvp((2.0, 5.0), (1.0, 0.0))
    assert (y, y_dot) == (pytest.approx(11.652, abs=5e-4), pytest.approx(5.5))
    y, pullback = survey.f.vjp(2.0, 5.0)
    x1_bar, x2_bar = pullback(1.0)
    assert x1_bar == pytest.approx(5.5)
    assert x2_bar == pytest.approx(2.0 - math.cos(5.0)) == pytest.approx(1.716, abs=5e-4)


def test_survey_by_complex_step():
    h = 1e-30
    wanted = (
        survey.f.__wrapped__(2.0 + 1j * h, 5.0).imag / h,
        survey.f.__wrapped__(2.0, 5.0 + 1j * h).imag / h,
    )
    assert s2sad.grad(survey.f, argnums=(0, 1))(2.0, 5.0) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 8, 16])
def test_logistic_map_closed_form(n):
    wanted = logistic_map.closed_form_derivative(0.3, n)
    assert logistic_map.logistic_map.grad(0.3, n) == pytest.approx(wanted, rel=1e-9)


def test_logistic_map_does_not_swell():
    """The generated text does not depend on how often the loop runs."""
    logistic_map.logistic_map.grad(0.3, 4)
    short = logistic_map.logistic_map.grad.source
    logistic_map.logistic_map.grad(0.3, 400)
    assert logistic_map.logistic_map.grad.source == short


@pytest.mark.parametrize("eccentricity", newton.ORBITS.values(), ids=newton.ORBITS)
def test_newton_implicit_function_theorem(eccentricity):
    angle = newton.eccentric_anomaly(1.0, eccentricity)
    slope = 1 / (1 - eccentricity * math.cos(angle))
    found = s2sad.grad(newton.eccentric_anomaly, argnums=(0, 1))(1.0, eccentricity)
    assert found == pytest.approx((slope, slope * math.sin(angle)), rel=1e-9)


def test_black_scholes_closed_forms():
    option = (100.0, 105.0, 0.03, 0.2, 0.75)
    found, wanted = black_scholes.greeks(*option), black_scholes.closed_form_greeks(*option)
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name] == pytest.approx(wanted[name], rel=1e-9), name


def test_black_scholes_book():
    book = black_scholes.make_book(50)
    spot, strike, rate, volatility, maturity = book
    delta = s2sad.grad(black_scholes.book_value)(*book)
    d1 = (np.log(spot / strike) + (rate + volatility**2 / 2) * maturity) / (volatility * np.sqrt(maturity))
    assert np.allclose(delta, norm.cdf(d1), rtol=1e-10)


def test_lotka_volterra_fit():
    result = lotka_volterra.fit(steps_per_year=4)
    assert result.success
    assert result.fun < 2.1
    birth, catch, death, growth = np.exp(result.x[:4])
    assert (birth, catch, death, growth) == pytest.approx((0.54, 0.027, 0.80, 0.024), rel=0.05)


def test_kalman_likelihood_is_that_of_the_joint_normal():
    log_deviations, mean, covariance, seen = POINTS["kalman"].args
    model = kalman.constant_velocity(log_deviations)
    means, blocks = [], {}
    for t in range(len(seen)):
        mean = model.transition @ mean
        covariance = model.transition @ covariance @ model.transition.T + model.process_noise
        means.append(model.observation @ mean)
        carried = covariance @ model.observation.T
        for later in range(t, len(seen)):
            block = model.observation @ carried
            blocks[later, t], blocks[t, later] = block, block.T
            carried = model.transition @ carried
        blocks[t, t] = blocks[t, t] + model.observation_noise
    joint = np.block([[blocks[i, j] for j in range(len(seen))] for i in range(len(seen))])
    wanted = multivariate_normal.logpdf(seen.ravel(), np.concatenate(means), joint)
    assert -kalman.cost(*POINTS["kalman"].args) == pytest.approx(wanted, rel=1e-10)


def test_kalman_fit_finds_the_noise():
    result = kalman.fit(kalman.make_track(200, np.log([0.1, 2.0])))
    assert np.exp(result.x) == pytest.approx([0.1, 2.0], rel=0.25)
    assert np.max(np.abs(result.jac)) < 1e-3


def test_classifier_reaches_its_goal():
    x, labels = classifier.make_spirals(100)
    params = classifier.train(x, labels)
    assert np.mean(classifier.predict(*params, x) == labels) >= classifier.GOAL


def test_forward_gradient_reaches_its_goal():
    x, labels = forward_gradient.make_bands(300)
    params = forward_gradient.train(x, labels)
    assert forward_gradient.accuracy(params, x, labels) >= forward_gradient.GOAL


def test_forward_gradient_is_the_gradient_on_average():
    params, x, labels = POINTS["forward_gradient"].args
    gradient = s2sad.grad(forward_gradient.loss)(params, x, labels)
    for name, leaf in params.items():
        for index in np.ndindex(leaf.shape):
            direction = {key: np.zeros_like(p) for key, p in params.items()}
            direction[name][index] = 1.0
            _, slope = forward_gradient.loss.jvp((params, x, labels), (direction, None, None))
            assert slope == pytest.approx(gradient[name][index], rel=1e-10, abs=1e-14)


def test_lstm_learns():
    losses = lstm.train(lstm.one_hot(lstm.TEXT), steps=12)
    assert losses[-1] < 0.112 < losses[0]


def test_gaussian_mixture_is_the_textbook_density():
    alphas, means, factors, x, gamma, m = POINTS["gaussian_mixture"].args
    k, d = means.shape
    shares = np.exp(alphas) / np.sum(np.exp(alphas))
    density = np.zeros(len(x))
    prior = 0.0
    for share, mean, row in zip(shares, means, factors):
        root = np.diag(np.exp(row[:d]))
        columns, rows = np.triu_indices(d, 1)
        root[rows, columns] = row[d:]
        precision = root.T @ root
        density += share * multivariate_normal.pdf(x, mean, np.linalg.inv(precision))
        prior += d * (d + m + 1) * math.log(gamma / math.sqrt(2)) - multigammaln((d + m + 1) / 2, d)
        prior += m * np.sum(row[:d]) - gamma**2 / 2 * np.trace(precision)
    wanted = np.sum(np.log(density)) + prior
    assert gaussian_mixture.log_posterior(*POINTS["gaussian_mixture"].args) == pytest.approx(
        wanted, rel=1e-10
    )


def test_gaussian_mixture_fit_finds_the_clusters():
    x = gaussian_mixture.make_data(1000, 2, 5)
    result, parts = gaussian_mixture.fit(x, 5)
    alphas, _, _ = parts(result.x)
    shares = np.exp(alphas - gaussian_mixture.log_sum_exp(alphas))
    assert result.success
    assert np.all(np.abs(shares - 0.2) < 0.03)


def test_bundle_adjustment_rotates():
    """Rodrigues' matrix is a rotation about its vector, also without any angle."""
    for rotation in (np.array([0.3, -0.2, 0.5]), np.zeros(3)):
        matrix = bundle_adjustment.rotation_matrix(rotation)
        assert np.allclose(matrix @ matrix.T, np.eye(3))
        assert np.allclose(matrix @ rotation, rotation)
        assert np.trace(matrix) == pytest.approx(1 + 2 * np.cos(np.linalg.norm(rotation)))


def test_bundle_adjustment_reaches_the_noise():
    cameras, points = bundle_adjustment.make_scene(4, 30)
    seen, images = bundle_adjustment.make_sightings(cameras, points, 24)
    rng = np.random.default_rng(1)
    start = cameras + 0.02 * rng.normal(size=cameras.shape), points + 0.1 * rng.normal(size=points.shape)
    costs = bundle_adjustment.fit(*start, seen, images)
    assert np.sqrt(2 * min(costs) / images.size) < 1e-3 < np.sqrt(2 * costs[0] / images.size)
