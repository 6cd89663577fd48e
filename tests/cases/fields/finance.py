"""Programs of a field, as its people write them: finance."""

import math
from dataclasses import dataclass

import numpy as np

from tests.cases import case

rng = np.random.default_rng(3)
N = rng.standard_normal
SPD = (lambda M: M @ M.T + 4 * np.eye(len(M)))(N((4, 4)))


@case((100.0, 101.0, 0.05, 0.2, 1.0))
def binomial_american(S, K, r, sigma, T, n=20):
    dt = T / n
    u = np.exp(sigma * np.sqrt(dt)); d = 1 / u
    p = (np.exp(r * dt) - d) / (u - d)
    disc = np.exp(-r * dt)
    prices = S * u ** np.arange(n, -n - 1, -2)
    values = np.maximum(K - prices, 0.0)
    for i in range(n - 1, -1, -1):
        prices = prices[:-1] * d
        values = np.maximum(disc * (p * values[:-1] + (1 - p) * values[1:]), K - prices)
    return values[0]


@case((1.0, 0.3, 1.5, 0.4, 0.1, -0.5, N((2, 6, 5))))
def heston_path(S0, v0, kappa, theta, xi, rho, z):
    n, m = z.shape[1], z.shape[2]
    S = np.empty((n + 1, m)); v = np.empty((n + 1, m))
    S[0] = S0; v[0] = v0
    dt = 1.0 / n
    for t in range(n):
        z1 = z[0, t]; z2 = rho * z1 + np.sqrt(1 - rho**2) * z[1, t]
        vp = np.maximum(v[t], 0.0)
        S[t + 1] = S[t] * np.exp(-0.5 * vp * dt + np.sqrt(vp * dt) * z1)
        v[t + 1] = v[t] + kappa * (theta - vp) * dt + xi * np.sqrt(vp * dt) * z2
    return np.mean(np.maximum(S[-1] - 1.0, 0.0))


@case((np.array([0.03, -0.01, 0.02, 1.5]), np.array([0.5, 1.0, 5.0])), ([0.03, -0.01, 0.02, 1.5], [0.5, 1.0, 5.0]))
def yield_curve(params, maturities):
    b0, b1, b2, tau = params
    out = np.zeros(len(maturities))
    for i, m in enumerate(maturities):
        x = m / tau
        f = (1 - np.exp(-x)) / x
        out[i] = b0 + b1 * f + b2 * (f - np.exp(-x))
    return out


@case((np.array([0.1, 0.2, 0.6]), N(12)))
def garch_ll(theta, r):
    omega, alpha, beta = theta
    s2 = np.var(r)
    ll = 0.0
    for t in range(1, len(r)):
        s2 = omega + alpha * r[t - 1] ** 2 + beta * s2
        ll -= 0.5 * (np.log(2 * np.pi * s2) + r[t] ** 2 / s2)
    return ll


@dataclass
class Bond:
    coupon: float
    face: float
    periods: int
    def price(self, y):
        total = 0.0
        for k in range(1, self.periods + 1):
            total += self.coupon * self.face / (1 + y) ** k
        return total + self.face / (1 + y) ** self.periods


@case(([Bond(0.03, 100.0, 3), Bond(0.05, 50.0, 5)], 0.04))
def portfolio(bonds, y):
    return sum(b.price(y + 0.01 * i) for i, b in enumerate(bonds))


@case((10.0, 100.0, 98.0, 0.8))
def implied_vol(price, S, K, T):
    sigma = 0.2
    for _ in range(50):
        d1 = (np.log(S / K) + 0.5 * sigma**2 * T) / (sigma * np.sqrt(T))
        d2 = d1 - sigma * np.sqrt(T)
        c = S * 0.5 * (1 + math.erf(d1 / math.sqrt(2))) - K * 0.5 * (1 + math.erf(d2 / math.sqrt(2)))
        vega = S * np.sqrt(T) * np.exp(-0.5 * d1**2) / np.sqrt(2 * np.pi)
        diff = c - price
        if abs(diff) < 1e-13:
            break
        sigma -= diff / vega
    return sigma

