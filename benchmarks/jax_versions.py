"""The samples rewritten for JAX where its jit wants other control flow: `scan` for loops, `where` for
branches.

`version(case)` is what a JAX user would time: a function of the case's differentiated arguments.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.cases import Case
from benchmarks.rebind import rebound


def logistic_map(x, n):
    return jax.lax.fori_loop(0, n, lambda _, x: 4 * x * (1 - x), x)


def newton(mean_anomaly, eccentricity):
    """A `while_loop`: JAX has its tangent only."""

    def step(state):
        angle, _ = state
        error = angle - eccentricity * jnp.sin(angle) - mean_anomaly
        step = error / (1.0 - eccentricity * jnp.cos(angle))
        return angle - step, step

    start = (mean_anomaly + eccentricity * jnp.sin(mean_anomaly), jnp.ones_like(mean_anomaly))
    return jax.lax.while_loop(lambda state: jnp.abs(state[1]) > 1e-12, step, start)[0]


def lotka_volterra(log_parameters, log_counts, steps_per_year):
    birth, catch, death, growth = jnp.exp(log_parameters[:4])
    step = 1.0 / steps_per_year

    def rhs(state):
        prey, predator = state
        return jnp.array([prey * (birth - catch * predator), predator * (growth * prey - death)])

    def rk4_step(_, state):
        k1 = rhs(state)
        k2 = rhs(state + step / 2 * k1)
        k3 = rhs(state + step / 2 * k2)
        k4 = rhs(state + step * k3)
        return state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    def year(state, observed):
        state = jax.lax.fori_loop(0, steps_per_year, rk4_step, state)
        return state, jnp.sum((jnp.log(state) - observed) ** 2)

    _, gaps = jax.lax.scan(year, jnp.exp(log_parameters[4:]), log_counts[1:])
    return jnp.sum((log_parameters[4:] - log_counts[0]) ** 2) + jnp.sum(gaps)


def kalman(log_deviations, mean, covariance, seen, interval=1.0):
    acceleration, sensor = jnp.exp(2 * log_deviations)
    plane = jnp.eye(2)
    f = jnp.kron(jnp.array([[1.0, interval], [0.0, 1.0]]), plane)
    h = jnp.kron(jnp.array([[1.0, 0.0]]), plane)
    push = jnp.array([[interval**4 / 4, interval**3 / 2], [interval**3 / 2, interval**2]])
    process_noise, observation_noise = acceleration * jnp.kron(push, plane), sensor * plane

    def step(belief, y):
        mean, covariance = belief
        mean = f @ mean
        covariance = f @ covariance @ f.T + process_noise
        innovation = y - h @ mean
        spread = h @ covariance @ h.T + observation_noise
        gain = jnp.linalg.solve(spread, h @ covariance).T
        _, log_determinant = jnp.linalg.slogdet(2 * jnp.pi * spread)
        term = 0.5 * (log_determinant + innovation @ jnp.linalg.solve(spread, innovation))
        return (mean + gain @ innovation, covariance - gain @ h @ covariance), term

    _, terms = jax.lax.scan(step, (mean, covariance), seen)
    return jnp.sum(terms)


def lstm(layers, readout, start, sequence):
    def cell_step(state, x, layer):
        (hidden, cell), (weight, bias) = state, layer
        forget = jax.nn.sigmoid(x * weight[0] + bias[0])
        ingate = jax.nn.sigmoid(hidden * weight[1] + bias[1])
        outgate = jax.nn.sigmoid(x * weight[2] + bias[2])
        change = jnp.tanh(hidden * weight[3] + bias[3])
        cell = cell * forget + ingate * change
        return jnp.stack([outgate * jnp.tanh(cell), cell])

    def step(states, now_and_next):
        now, target = now_and_next
        x = now * readout[0]
        new_states = []
        for state, layer in zip(states, layers, strict=True):
            new_states.append(cell_step(state, x, layer))
            x = new_states[-1][0]
        prediction = x * readout[1] + readout[2]
        log_norm = jnp.log(jnp.sum(jnp.exp(prediction)) + 2.0)
        return jnp.stack(new_states), jnp.sum(target * (prediction - log_norm))

    _, terms = jax.lax.scan(step, start, (sequence[:-1], sequence[1:]))
    return -jnp.sum(terms) / ((len(sequence) - 1) * sequence.shape[1])


def rotation_matrix(rotation):
    x, y, z = rotation
    cross = jnp.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    square = jnp.sum(rotation**2)
    safe = jnp.where(square == 0.0, 1.0, square)
    angle = jnp.sqrt(safe)
    turned = jnp.sin(angle) / angle * cross + (1.0 - jnp.cos(angle)) / safe * (cross @ cross)
    return jnp.eye(3) + jnp.where(square == 0.0, cross, turned)


def bundle_adjustment(cameras, points, weights, seen, images):
    def camera_cost(camera, weight, index, image):
        local = (points[index] - camera[3:6]) @ rotation_matrix(camera[:3]).T
        found = local[:, :2] / local[:, 2:]
        square = jnp.sum(found**2, axis=1, keepdims=True)
        distortion = 1.0 + camera[9] * square + camera[10] * square**2
        error = camera[6] * distortion * found + camera[7:9] - image
        return 0.5 * jnp.sum((weight[:, None] * error) ** 2)

    costs = jax.vmap(camera_cost)(cameras, weights, seen, images)
    return 0.5 * jnp.sum((1.0 - weights**2) ** 2) + jnp.sum(costs)


REWRITTEN: dict[str, Callable[..., Any]] = {
    "logistic_map": logistic_map,
    "newton": newton,
    "lotka_volterra": lotka_volterra,
    "kalman": kalman,
    "lstm": lstm,
    "bundle_adjustment": bundle_adjustment,
}


def version(case: Case) -> Callable[..., Any]:
    function = REWRITTEN.get(case.sample) or rebound(case.plain, "jax", keep=("below_diagonal",))

    def of_differentiated(*differentiated: Any) -> Any:
        args = list(case.args)
        for position, value in zip(case.wrt, differentiated, strict=True):
            args[position] = value
        return function(*args)

    return of_differentiated
