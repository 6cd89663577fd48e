"""The likelihood of a linear-Gaussian state-space model by the Kalman filter, maximised over noise levels.

A vehicle with nearly constant velocity is seen by a noisy position sensor. Formulas: A. C. Harvey,
"Forecasting, Structural Time Series Models and the Kalman Filter", section 3.4 (prediction-error
decomposition).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from s2sad import differentiate

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass
class Model:
    """state' = transition @ state + noise; seen = observation @ state + noise."""

    transition: Matrix
    process_noise: Matrix
    observation: Matrix
    observation_noise: Matrix


def constant_velocity(log_deviations: Vector, interval: float = 1.0) -> Model:
    """Position and velocity in the plane, pushed by white accelerations."""
    acceleration, sensor = np.exp(2 * log_deviations)
    plane = np.eye(2)
    motion = np.array([[1.0, interval], [0.0, 1.0]])
    push = np.array([[interval**4 / 4, interval**3 / 2], [interval**3 / 2, interval**2]])
    return Model(
        transition=np.kron(motion, plane),
        process_noise=acceleration * np.kron(push, plane),
        observation=np.kron(np.array([[1.0, 0.0]]), plane),
        observation_noise=sensor * plane,
    )


def log_likelihood(model: Model, mean: Vector, covariance: Matrix, seen: Matrix) -> float:
    total = 0.0
    for y in seen:
        # predict
        mean = model.transition @ mean
        covariance = model.transition @ covariance @ model.transition.T + model.process_noise
        # what the observation adds
        innovation = y - model.observation @ mean
        spread = model.observation @ covariance @ model.observation.T + model.observation_noise
        gain = np.linalg.solve(spread, model.observation @ covariance).T
        _, log_determinant = np.linalg.slogdet(2 * np.pi * spread)
        total -= 0.5 * (log_determinant + innovation @ np.linalg.solve(spread, innovation))
        # update
        mean = mean + gain @ innovation
        covariance = covariance - gain @ model.observation @ covariance
    return total


@differentiate
def cost(log_deviations: Vector, mean: Vector, covariance: Matrix, seen: Matrix) -> float:
    """The negative log-likelihood of what was seen, given the log standard deviations of the two noises."""
    return -log_likelihood(constant_velocity(log_deviations), mean, covariance, seen)


def make_track(steps: int, log_deviations: Vector, seed: int = 0) -> Matrix:
    """Positions as the sensor sees them, a row for each step."""
    rng = np.random.default_rng(seed)
    model = constant_velocity(log_deviations)
    acceleration, sensor = np.exp(log_deviations)
    state = np.array([0.0, 0.0, 1.0, 0.5])
    seen = []
    for _ in range(steps):
        push = acceleration * rng.normal(size=2)
        state = model.transition @ state + np.concatenate([push / 2, push])
        seen.append(model.observation @ state + sensor * rng.normal(size=2))
    return np.stack(seen)


def starting_belief() -> tuple[Vector, Matrix]:
    """A vague belief about the first state: its mean and covariance."""
    return np.zeros(4), 10.0 * np.eye(4)


def fit(seen: Matrix):
    return minimize(
        cost.value_and_grad, np.zeros(2), args=(*starting_belief(), seen), jac=True, method="BFGS"
    )


def main() -> None:
    truth = np.log([0.1, 2.0])
    result = fit(make_track(200, truth))
    print(f"log-likelihood {-result.fun:.3f} after {result.nit} steps")
    for name, true, found in zip(("acceleration", "sensor"), np.exp(truth), np.exp(result.x)):
        print(f"deviation of the {name:12s} true {true:.3f}, estimated {found:.3f}")


if __name__ == "__main__":
    main()
