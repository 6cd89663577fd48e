"""A hundred lines in four functions, as compile_time.py times them: a river reach with a reactive tracer."""

import numpy as np


def limited_slopes(c):
    left = c[1:-1] - c[:-2]
    right = c[2:] - c[1:-1]
    smaller = np.where(np.abs(left) < np.abs(right), left, right)
    same = left * right > 0.0
    inner = np.where(same, smaller, 0.0)
    slopes = np.zeros_like(c)
    slopes[1:-1] = inner
    return slopes


def advance(c, speed, dt, dx):
    slopes = limited_slopes(c)
    courant = speed * dt / dx
    face = c + 0.5 * (1.0 - courant) * slopes
    flux = speed * face
    new = c.copy()
    new[1:] = c[1:] - dt / dx * (flux[1:] - flux[:-1])
    total = 0.0
    for k in range(len(c) - 1):
        if c[k] > 2.0:
            total = total + (c[k] - 2.0) ** 2
    return new, total


def reaction(c, rate, half, temperature):
    factor = np.exp(0.07 * (temperature - 20.0))
    uptake = rate * factor * c / (half + c)
    growth = 0.0
    for _ in range(3):
        growth = growth + 0.3 * uptake * (1.0 - growth)
        uptake = uptake * (1.0 - 0.1 * growth)
    decay = np.where(c > 0.5, 0.02 * (c - 0.5) ** 2, 0.0)
    return -uptake - decay, np.sum(growth)


def river(
    c0: np.ndarray,
    speed: float,
    rate: float,
    half: float,
    observed: np.ndarray,
    steps: int,
) -> float:
    dx = 100.0
    dt = 20.0
    c = c0.copy()
    temperature = 18.0
    misfit = 0.0
    penalty = 0.0
    biomass = 0.0
    depth = 1.5 + 0.1 * np.sin(np.linspace(0.0, 3.0, len(c0)))
    for step in range(steps):
        # the day's warming
        temperature = temperature + 0.5 * np.sin(0.3 * step)
        c, excess = advance(c, speed, dt, dx)
        change, grown = reaction(c, rate, half, temperature)
        c = c + dt * 0.01 * change / depth
        penalty = penalty + excess
        biomass = biomass + grown
        if step % 2 == 1:
            residual = c - observed
            weight = 1.0 / (1.0 + 0.1 * step)
            misfit = misfit + weight * np.sum(residual**2)
        elif biomass > 1e6:
            return misfit + penalty
        else:
            misfit = misfit + 1e-3 * np.mean(c)
    upstream = c[: len(c) // 2]
    downstream = c[len(c) // 2 :]
    gradient = np.mean(downstream) - np.mean(upstream)
    smooth = np.sum((c[1:] - c[:-1]) ** 2)
    balance = np.log(1.0 + gradient**2)
    peak = np.max(c)
    load = np.dot(c, depth) * dx
    limits = [0.8, 1.2, 2.0]
    over = 0.0
    for limit in limits:
        if peak > limit:
            over = over + (peak - limit) ** 2
            continue
        over = over + 0.01 * np.exp(peak - limit)
    prior = 0.5 * (rate - 0.1) ** 2 + 0.5 * (half - 0.6) ** 2 + (speed - 0.5) ** 2
    return misfit + penalty + smooth + balance + over + prior + 1e-6 * load
