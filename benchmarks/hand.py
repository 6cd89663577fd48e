"""The samples' adjoints as an expert writes them by hand in NumPy: `HAND[case](*args)` is (value, gradients).

Each keeps the program of its primal: its loops, and its operations on whole arrays. Inside of that,
everything a person sees is used: what cancels (the maximum in a log-sum-exp), what is shared, what is
symmetric. Not used: other algorithms (the implicit function theorem for Newton), sums pulled out of time
loops, several lines of the primal merged into one. No adjoint is computed of what the case does not
differentiate by.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf, multigammaln

from benchmarks.hand_loops import kalman, lotka_volterra, lstm


def survey(x1, x2):
    y = np.log(x1) + x1 * x2 - np.sin(x2)
    return y, (1 / x1 + x2, x1 - np.cos(x2))


def logistic_map(x, n):
    tape = []
    for _ in range(n):
        tape.append(x)
        x = 4 * x * (1 - x)
    # reverse sweep
    x_bar = 1.0
    for before in reversed(tape):
        x_bar *= 4 - 8 * before
    return x, (x_bar,)


def newton(mean_anomaly, eccentricity):
    tape = []
    angle = mean_anomaly + eccentricity * math.sin(mean_anomaly)
    step = 1.0
    while abs(step) > 1e-12:
        sine, cosine = math.sin(angle), math.cos(angle)
        error = angle - eccentricity * sine - mean_anomaly
        slope = 1.0 - eccentricity * cosine
        step = error / slope
        angle = angle - step
        tape.append((sine, cosine, slope, step))
    # reverse sweep
    angle_bar, m_bar, e_bar = 1.0, 0.0, 0.0
    for sine, cosine, slope, step in reversed(tape):
        error_bar = -angle_bar / slope
        slope_bar = -error_bar * step
        m_bar -= error_bar
        e_bar -= error_bar * sine + slope_bar * cosine
        angle_bar += error_bar * (1.0 - eccentricity * cosine) + slope_bar * eccentricity * sine
    m_bar += angle_bar * (1.0 + eccentricity * math.cos(mean_anomaly))
    e_bar += angle_bar * math.sin(mean_anomaly)
    return angle, (m_bar, e_bar)


def black_scholes(spot, strike, rate, volatility, maturity):
    root = np.sqrt(maturity)
    deviation = volatility * root
    drift = rate + 0.5 * volatility**2
    d1 = (np.log(spot / strike) + drift * maturity) / deviation
    d2 = d1 - deviation
    cdf1 = 0.5 * (1.0 + erf(d1 / np.sqrt(2.0)))
    cdf2 = 0.5 * (1.0 + erf(d2 / np.sqrt(2.0)))
    discount = np.exp(-rate * maturity)
    bond = strike * discount
    y = np.sum(spot * cdf1 - bond * cdf2)
    # reverse sweep
    density = 1 / np.sqrt(2 * np.pi)
    d2_bar = bond * np.exp(-0.5 * d2 * d2) * -density
    d1_bar = spot * np.exp(-0.5 * d1 * d1) * density + d2_bar
    top_bar = d1_bar / deviation
    deviation_bar = -d2_bar - top_bar * d1
    spot_bar = cdf1 + top_bar / spot
    strike_bar = -(top_bar / strike) - cdf2 * discount
    bond_bar_bond = cdf2 * bond
    drift_bar = top_bar * maturity
    rate_bar = drift_bar + bond_bar_bond * maturity
    volatility_bar = drift_bar * volatility + deviation_bar * root
    maturity_bar = top_bar * drift + bond_bar_bond * rate + deviation_bar * volatility * 0.5 / root
    return y, (spot_bar, strike_bar, rate_bar, volatility_bar, maturity_bar)


def classifier(w1, b1, w2, b2, x, labels):
    rows = np.arange(len(labels))
    hidden = np.tanh(x @ w1 + b1)
    scores = hidden @ w2 + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    powers = np.exp(shifted)
    norm = np.sum(powers, axis=1)
    y = np.mean(np.log(norm) - shifted[rows, labels])
    # reverse sweep
    scores_bar = powers / (norm * len(labels))[:, None]
    scores_bar[rows, labels] -= 1 / len(labels)
    b2_bar = np.sum(scores_bar, axis=0)
    w2_bar = hidden.T @ scores_bar
    inner_bar = (scores_bar @ w2.T) * (1 - hidden * hidden)
    b1_bar = np.sum(inner_bar, axis=0)
    w1_bar = x.T @ inner_bar
    return y, (w1_bar, b1_bar, w2_bar, b2_bar)


def forward_gradient(params, x, labels, params_dot):
    """The tangent, line beside line."""
    rows = np.arange(len(labels))
    hidden = np.tanh(x @ params["w1"] + params["b1"])
    hidden_dot = (1 - hidden * hidden) * (x @ params_dot["w1"] + params_dot["b1"])
    scores = hidden @ params["w2"] + params["b2"]
    scores_dot = hidden_dot @ params["w2"] + hidden @ params_dot["w2"] + params_dot["b2"]
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    powers = np.exp(shifted)
    norm = np.sum(powers, axis=1)
    y = np.mean(np.log(norm) - shifted[rows, labels])
    y_dot = np.mean(np.sum(powers * scores_dot, axis=1) / norm - scores_dot[rows, labels])
    return y, (y_dot,)


def gaussian_mixture(alphas, means, factors, x, gamma=1.0, m=0):
    n, d = x.shape
    k = len(alphas)
    columns, rows = np.triu_indices(d, 1)
    log_diagonals = factors[:, :d]
    diagonals = np.exp(log_diagonals)
    log_determinants = np.sum(log_diagonals, axis=1)
    lower = np.zeros((k, d, d))
    lower[:, rows, columns] = factors[:, d:]

    # likelihood
    centred = x - means[:, None, :]
    whitened = diagonals[:, None, :] * centred + centred @ np.transpose(lower, (0, 2, 1))
    exponents = alphas + log_determinants - 0.5 * np.sum(whitened * whitened, axis=2).T
    largest = np.max(exponents, axis=1)
    powers = np.exp(exponents - largest[:, None])
    norms = np.sum(powers, axis=1)
    largest_alpha = np.max(alphas)
    alpha_powers = np.exp(alphas - largest_alpha)
    alpha_norm = np.sum(alpha_powers)
    likelihood = np.sum(np.log(norms) + largest) - n * (np.log(alpha_norm) + largest_alpha)
    likelihood = likelihood - 0.5 * n * d * math.log(2 * math.pi)

    # prior
    freedom = d + m + 1
    constant = freedom * d * math.log(gamma / math.sqrt(2)) - multigammaln(0.5 * freedom, d)
    frobenius = np.sum(diagonals * diagonals) + np.sum(factors[:, d:] * factors[:, d:])
    y = likelihood + k * constant + m * np.sum(log_determinants) - 0.5 * gamma**2 * frobenius

    # reverse sweep
    exponents_bar = powers / norms[:, None]
    alphas_bar = np.sum(exponents_bar, axis=0)
    log_determinants_bar = alphas_bar + m
    alphas_bar = alphas_bar - alpha_powers * (n / alpha_norm)
    whitened_bar = whitened * -exponents_bar.T[:, :, None]
    diagonals_bar = np.einsum("knd,knd->kd", whitened_bar, centred) - gamma**2 * diagonals
    lower_bar = np.transpose(whitened_bar, (0, 2, 1)) @ centred
    centred_bar = whitened_bar @ lower
    centred_bar += diagonals[:, None, :] * whitened_bar
    means_bar = -np.sum(centred_bar, axis=1)
    factors_bar = np.empty_like(factors)
    factors_bar[:, :d] = diagonals_bar * diagonals + log_determinants_bar[:, None]
    factors_bar[:, d:] = lower_bar[:, rows, columns] - gamma**2 * factors[:, d:]
    return y, (alphas_bar, means_bar, factors_bar)


def bundle_adjustment(cameras, points, weights, seen, images):
    saved = []
    total = 0.5 * np.sum((1.0 - weights**2) ** 2)
    for i in range(len(cameras)):
        camera = cameras[i]
        rotation, kept = rotation_forward(camera[:3])
        offset = points[seen[i]] - camera[3:6]
        local = offset @ rotation.T
        image = local[:, :2] / local[:, 2:]
        square = np.sum(image * image, axis=1, keepdims=True)
        distortion = 1.0 + camera[9] * square + camera[10] * (square * square)
        error = camera[6] * distortion * image + camera[7:9] - images[i]
        weighted = weights[i][:, None] * error
        total += 0.5 * np.sum(weighted * weighted)
        saved.append((rotation, kept, offset, local, image, square, distortion, error, weighted))
    # reverse sweep
    weights_bar = -2.0 * weights * (1.0 - weights * weights)
    cameras_bar = np.zeros_like(cameras)
    points_bar = np.zeros_like(points)
    for i in range(len(cameras) - 1, -1, -1):
        camera = cameras[i]
        rotation, kept, offset, local, image, square, distortion, error, weighted = saved.pop()
        weights_bar[i] += np.sum(weighted * error, axis=1)
        out_bar = weights[i][:, None] * weighted
        bent_bar = out_bar * image
        distortion_bar = camera[6] * np.sum(bent_bar, axis=1, keepdims=True)
        square_bar = distortion_bar * (camera[9] + 2.0 * camera[10] * square)
        image_bar = camera[6] * distortion * out_bar + 2.0 * square_bar * image
        plane_bar = image_bar / local[:, 2:]
        depth_bar = -np.sum(plane_bar * image, axis=1, keepdims=True)
        local_bar = np.concatenate([plane_bar, depth_bar], axis=1)
        offset_bar = local_bar @ rotation
        np.add.at(points_bar, seen[i], offset_bar)
        cameras_bar[i, :3] = rotation_reverse(kept, local_bar.T @ offset)
        cameras_bar[i, 3:6] = -np.sum(offset_bar, axis=0)
        cameras_bar[i, 6] = np.vdot(bent_bar, np.broadcast_to(distortion, bent_bar.shape))
        cameras_bar[i, 7:9] = np.sum(out_bar, axis=0)
        cameras_bar[i, 9] = np.vdot(distortion_bar, square)
        cameras_bar[i, 10] = np.vdot(distortion_bar, square * square)
    return total, (cameras_bar, points_bar, weights_bar)


def rotation_forward(rotation):
    x, y, z = rotation
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    square = np.sum(rotation**2)
    if square == 0.0:
        return np.eye(3) + cross, None
    angle = np.sqrt(square)
    sine, cosine = np.sin(angle), np.cos(angle)
    twice = cross @ cross
    matrix = np.eye(3) + sine / angle * cross + (1.0 - cosine) / square * twice
    return matrix, (rotation, cross, twice, square, angle, sine, cosine)


def rotation_reverse(kept, matrix_bar):
    cross_bar = matrix_bar
    if kept is not None:
        rotation, cross, twice, square, angle, sine, cosine = kept
        first_bar = np.vdot(matrix_bar, cross)
        second_bar = np.vdot(matrix_bar, twice)
        first, second = sine / angle, (1.0 - cosine) / square
        cross_bar = first * matrix_bar + second * (matrix_bar @ cross.T + cross.T @ matrix_bar)
        angle_bar = first_bar * (cosine - first) / angle + second_bar * sine / square
        square_bar = 0.5 * angle_bar / angle - second_bar * second / square
    rotation_bar = np.array(
        [
            cross_bar[2, 1] - cross_bar[1, 2],
            cross_bar[0, 2] - cross_bar[2, 0],
            cross_bar[1, 0] - cross_bar[0, 1],
        ]
    )
    if kept is not None:
        rotation_bar += 2.0 * square_bar * rotation
    return rotation_bar


HAND: dict[str, Callable[..., Any]] = {
    "survey": survey,
    "logistic_map": logistic_map,
    "newton": newton,
    "black_scholes": black_scholes,
    "lotka_volterra": lotka_volterra,
    "kalman": kalman,
    "classifier": classifier,
    "forward_gradient": forward_gradient,
    "lstm": lstm,
    "gaussian_mixture": gaussian_mixture,
    "bundle_adjustment": bundle_adjustment,
}
