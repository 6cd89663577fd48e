"""Whole small programs, as their users write them (no array is written in place)."""

import math

import numpy as np
from scipy.fft import rfft
from scipy import integrate
from scipy.linalg import cholesky, expm, solve_triangular
from scipy.signal import lfilter
from scipy.special import erf, gammaln, logsumexp
from scipy.stats import norm

from tests.cases import case

RNG = np.random.default_rng(7)


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


@case((100.0, 110.0, 0.02, 0.3, 1.5, "call"), (100.0, 90.0, 0.02, 0.3, 0.5, "put"))
def black_scholes(spot, strike, rate, vol, expiry, kind):
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * expiry) / (vol * math.sqrt(expiry))
    d2 = d1 - vol * math.sqrt(expiry)
    if kind == "call":
        return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)
    return strike * math.exp(-rate * expiry) * normal_cdf(-d2) - spot * normal_cdf(-d1)


@case((100.0, 101.7, 0.03, 0.25, 1.0, 12, True), (100.0, 94.3, 0.03, 0.25, 1.0, 8, False))
def binomial_option(spot, strike, rate, vol, expiry, steps, american):
    dt = expiry / steps
    up = math.exp(vol * math.sqrt(dt))
    down = 1 / up
    p = (math.exp(rate * dt) - down) / (up - down)
    values = [max(strike - spot * up**j * down ** (steps - j), 0.0) for j in range(steps + 1)]
    for i in range(steps - 1, -1, -1):
        new = []
        for j in range(i + 1):
            hold = math.exp(-rate * dt) * (p * values[j + 1] + (1 - p) * values[j])
            if american:
                hold = max(hold, strike - spot * up**j * down ** (i - j))
            new.append(hold)
        values = new
    return values[0]


@case((0.5, 0.3, np.array([0.2, 0.5, 0.9, 1.3, 0.8])))
def kalman_likelihood(q, r, observed):
    mean, var, loglik = 0.0, 1.0, 0.0
    for y in observed:
        var = var + q * q
        s = var + r * r
        gain = var / s
        innovation = y - mean
        loglik -= 0.5 * (math.log(2 * math.pi * s) + innovation**2 / s)
        mean = mean + gain * innovation
        var = (1 - gain) * var
    return loglik


@case((np.array([0.0, 0.1]), np.eye(2) * 0.5, np.array([[0.9, 0.2], [-0.1, 0.8]]), RNG.normal(size=(4, 1))))
def kalman_matrix(m, p, f, ys):
    h = np.array([[1.0, 0.3]])
    total = 0.0
    for y in ys:
        m = f @ m
        p = f @ p @ f.T + 0.1 * np.eye(2)
        s = h @ p @ h.T + 0.2
        k = p @ h.T @ np.linalg.inv(s)
        e = y - h @ m
        total += np.log(np.linalg.det(s)) + e @ np.linalg.solve(s, e)
        m = m + k @ e
        p = (np.eye(2) - k @ h) @ p
    return -0.5 * total


@case((np.array([0.3, -0.2]), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3)), RNG.normal(size=(5, 3))))
def gaussian_mixture(alphas, means, log_widths, data):
    total = 0.0
    for x in data:
        terms = []
        for k in range(len(alphas)):
            z = (x - means[k]) * np.exp(log_widths[k])
            terms.append(alphas[k] + np.sum(log_widths[k]) - 0.5 * np.sum(z**2))
        terms = np.array(terms)
        top = np.max(terms)
        total = total + top + np.log(np.sum(np.exp(terms - top)))
    return total - len(data) * np.log(np.sum(np.exp(alphas)))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(x, h, c, w, u, b):
    gates = w @ x + u @ h + b
    i, f, o, g = gates[:2], gates[2:4], gates[4:6], gates[6:]
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@case((RNG.normal(size=(8, 3)) * 0.5, RNG.normal(size=(8, 2)) * 0.5, RNG.normal(size=8) * 0.1, RNG.normal(size=(4, 3))))
def lstm(w, u, b, xs):
    h, c = np.zeros(2), np.zeros(2)
    loss = 0.0
    for t, x in enumerate(xs):
        h, c = lstm_step(x, h, c, w, u, b)
        loss += np.sum((h - 0.1 * t) ** 2)
    return loss


@case((np.array([0.1, -0.2, 0.3]), np.array([0.5, 0.1, 2.0]), np.array([1.2, 0.1]), np.array([0.3, -0.4, 5.0])))
def reprojection(rotation, translation, distortion, point):
    theta2 = np.sum(rotation**2)
    if theta2 > 1e-12:
        theta = np.sqrt(theta2)
        axis = rotation / theta
        turned = (
            point * np.cos(theta)
            + np.cross(axis, point) * np.sin(theta)
            + axis * (axis @ point) * (1 - np.cos(theta))
        )
    else:
        turned = point + np.cross(rotation, point)
    p = turned + translation
    u = p[:2] / p[2]
    r2 = u @ u
    return distortion[0] * u * (1 + distortion[1] * r2)


@case(({"w1": RNG.normal(size=(3, 4)), "b1": np.zeros(4), "w2": RNG.normal(size=4), "b2": 0.1}, RNG.normal(size=(6, 3))))
def classifier(params, x):
    labels = (x[:, 0] > 0).astype(float)
    hidden = np.tanh(x @ params["w1"] + params["b1"])
    z = hidden @ params["w2"] + params["b2"]
    return np.mean(np.logaddexp(0.0, z) - labels * z)


@case((np.array([1.0, 0.4, 1.1, 0.3]), np.array([10.0, 5.0])))
def lotka_volterra_rk4(rates, state):
    def rhs(y):
        prey, predator = y
        return np.array(
            [rates[0] * prey - rates[1] * prey * predator, rates[3] * prey * predator - rates[2] * predator]
        )

    dt = 0.05
    misfit = 0.0
    for n in range(5):
        k1 = rhs(state)
        k2 = rhs(state + dt / 2 * k1)
        k3 = rhs(state + dt / 2 * k2)
        k4 = rhs(state + dt * k3)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        misfit += np.sum((state - n) ** 2)
    return misfit


@case((0.3, 0.5))
def kepler(eccentricity, anomaly):
    e = anomaly
    for _ in range(50):
        step = (e - eccentricity * math.sin(e) - anomaly) / (1 - eccentricity * math.cos(e))
        e -= step
        if abs(step) < 1e-13:
            break
    return math.atan2(math.sqrt(1 - eccentricity**2) * math.sin(e), math.cos(e) - eccentricity)


@case((lambda x: x**3 - 2 * x, 1.1, 2.3, 8),)
def simpson(f, a, b, n):
    h = (b - a) / n
    total = f(a) + f(b)
    for i in range(1, n):
        total += (4 if i % 2 else 2) * f(a + i * h)
    return total * h / 3


@case((2.0, 3.0, np.array([0.2, 0.5, 0.7])))
def beta_likelihood(a, b, x):
    norm = gammaln(a) + gammaln(b) - gammaln(a + b)
    return np.sum((a - 1) * np.log(x) + (b - 1) * np.log(1 - x)) - len(x) * norm


@case((np.array([0.2, -0.5, 0.7]), 0.4))
def scipy_special(x, s):
    return np.sum(erf(x / s)) + logsumexp(x * s)


@case((np.array([0.1, 0.2, 0.4]), np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), [0, 2, 1, 2]))
def hidden_markov(start, transition, symbols):
    emission = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]])
    alpha = start * emission[:, symbols[0]]
    loglik = 0.0
    for s in symbols[1:]:
        alpha = (alpha @ transition) * emission[:, s]
        scale = np.sum(alpha)
        loglik = loglik + np.log(scale)
        alpha = alpha / scale
    return loglik + np.log(np.sum(alpha))


@case((np.array([[4.0, 1.0, 0.3], [1.0, 3.0, 0.5], [0.3, 0.5, 2.0]]), np.array([1.0, 2.0, 3.0])))
def conjugate_gradient(a, b):
    x = np.zeros_like(b)
    r = b - a @ x
    p = r
    rs = r @ r
    for _ in range(2):
        ap = a @ p
        alpha = rs / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        if new < 1e-20:
            break
        p = r + new / rs * p
        rs = new
    return x


@case((np.array([[2.0, 0.4], [0.4, 1.0]]),))
def power_iteration(a):
    v = np.array([1.0, 0.3])
    for _ in range(30):
        w = a @ v
        v = w / np.linalg.norm(w)
    return v @ a @ v


@case((9.81, 1.3, 0.4))
def pendulum_period(g, length, angle):
    a, b = 1.0, math.cos(angle / 2)
    while abs(a - b) > 1e-14:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return 2 * math.pi * math.sqrt(length / g) / a


@case((np.array([0.7, 0.2, 0.9, 0.4]), 0.5))
def smith_waterman_soft(scores, gap):
    best = 0.0
    row = [0.0] * (len(scores) + 1)
    for i in range(len(scores)):
        new = [0.0]
        for j in range(len(scores)):
            match = row[j] + math.exp(-((scores[i] - scores[j]) ** 2)) - 0.4
            new.append(math.log(1.0 + math.exp(match) + math.exp(row[j + 1] - gap) + math.exp(new[j] - gap)))
        row = new
        best = best + row[-1]
    return best


@case((np.array([0.3, 0.8, -0.1]), np.array([1.0, -0.4, 0.6])))
def gradient_descent_inner(x, target):
    rate = 0.1
    velocity = 0 * x
    for _ in range(5):
        gradient = 2 * (x - target) + np.cos(x)
        velocity = 0.9 * velocity - rate * gradient
        x = x + velocity
    return np.sum((x - target) ** 2)


@case((0.02, 0.15, 42), (0.05, 0.3, 7))
def monte_carlo(drift, vol, seed):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(16, 4))
    spot = np.ones(16)
    for t in range(4):
        spot = spot * np.exp((drift - 0.5 * vol**2) * 0.25 + vol * 0.5 * noise[:, t])
    return np.mean(np.where(spot > 1.0, spot - 1.0, 0.0))


@case((np.array([1.0, 0.5, 0.2]), 0.7))
def continued_fraction(terms, x):
    value = 0.0
    for t in reversed(terms):
        value = t / (x + value)
    return value


@case((1.4, 0.3))
def henon_lyapunov(a, b):
    x, y = 0.1, 0.1
    total = 0.0
    for _ in range(6):
        x, y = 1 - a * x * x + y, b * x
        total += math.log(abs(2 * a * x) + b)
    return total / 6


@case((np.linspace(0, 1, 5) ** 2, 0.3))
def total_variation(u, weight):
    smooth = sum(math.sqrt((u[i + 1] - u[i]) ** 2 + 1e-3) for i in range(len(u) - 1))
    fit = np.sum((u - np.array([0.1, 0.0, 0.4, 0.5, 0.9])) ** 2)
    return 0.5 * fit + weight * smooth


# ── SciPy ────────────────────────────────────────────────────────────────────────────────────────────────


@case((np.array([0.2, -0.5, 0.7]), 0.3, 0.8))
def scipy_stats(x, mean, sd):
    return np.sum(norm.logpdf(x, mean, sd)) + norm.cdf(x[0], scale=sd) + np.sum(norm.logsf(x))


@case((np.array([[2.0, 0.3], [0.4, 1.5]]), np.array([0.7, -0.2])))
def scipy_linalg(m, v):
    low = cholesky(m @ m.T, lower=True)
    return np.sum(solve_triangular(low, v, lower=True) ** 2) + np.trace(expm(m))


@case((np.array([0.2, -0.5, 0.7, 0.4]), np.array([1.0, -0.3])))
def scipy_signals(x, a):
    return np.sum(lfilter([1.0, 0.5], a, x) ** 2) + integrate.simpson(x**2) + np.sum(np.abs(rfft(x)) ** 2)
