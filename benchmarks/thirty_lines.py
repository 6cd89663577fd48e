"""A function of thirty lines, as compile_time.py times it: loops, branches, a call, an early return."""

import numpy as np


def flux(u, k):
    slope = u[1:] - u[:-1]
    return k * slope / np.sqrt(1.0 + slope**2)


def relax(u: np.ndarray, k: float, steps: int) -> float:
    total = 0.0
    mass = np.sum(u)
    weight = np.exp(-u)
    scale = np.mean(weight)
    left, right = u[0], u[-1]
    for step in range(steps):
        f = flux(u, k)
        inner = u[1:-1] + f[1:] - f[:-1]
        u = np.concatenate([u[:1], inner, u[-1:]])
        energy = np.sum(u * weight) / scale
        if energy > 1e3:
            return total
        if step % 2 == 0:
            total = total + energy
        else:
            total = total + np.sqrt(1.0 + energy**2)
            weight = weight * np.tanh(u)
        drift = np.sum(u) - mass
        total = total + 0.5 * drift**2
    gap = right - left
    edge = np.sin(gap) + np.log(1.0 + gap**2)
    spread = np.mean((u - np.mean(u)) ** 2)
    if spread > 0.1:
        total = total + spread
    ratio = np.maximum(u, 0.2) / (1.0 + np.abs(u))
    return total + edge * np.sum(ratio * weight)
