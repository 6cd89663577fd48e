"""A two-layer network tells the three arms of a spiral apart: full-batch training to 97 % accuracy.

The data are the spirals of Stanford's course CS231n, "Putting it together: minimal neural network case
study".
"""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from s2sad import differentiate, value_and_grad

Array = npt.NDArray[np.float64]

GOAL = 0.97


@differentiate
def loss(
    w1: Annotated[Array, "(inputs, hidden)"],
    b1: Annotated[Array, "(hidden,)"],
    w2: Annotated[Array, "(hidden, classes)"],
    b2: Annotated[Array, "(classes,)"],
    x: Annotated[Array, "(points, inputs)"],
    labels: Annotated[np.ndarray, "(points,)"],
) -> float:
    """Mean cross entropy of the labels."""
    hidden = np.tanh(x @ w1 + b1)
    scores = hidden @ w2 + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_norm = np.log(np.sum(np.exp(shifted), axis=1))
    picked = shifted[np.arange(len(labels)), labels]
    return np.mean(log_norm - picked)


def predict(w1, b1, w2, b2, x):
    return np.argmax(np.tanh(x @ w1 + b1) @ w2 + b2, axis=1)


def make_spirals(points_per_arm: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    radius = np.linspace(0.05, 1.0, points_per_arm)
    points, labels = [], []
    for arm in range(3):
        angle = 4 * (radius + arm * np.pi / 6) + 0.15 * rng.normal(size=points_per_arm)
        points.append(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))
        labels.append(np.full(points_per_arm, arm))
    return np.concatenate(points), np.concatenate(labels)


def make_network(hidden: int, seed: int = 0, inputs: int = 2, classes: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    w1 = rng.normal(size=(inputs, hidden))
    w2 = rng.normal(size=(hidden, classes)) / np.sqrt(hidden)
    return w1, np.zeros(hidden), w2, np.zeros(classes)


def train(x: np.ndarray, labels: np.ndarray, hidden: int = 64, steps: int = 1000, rate: float = 0.02):
    """Adam with its usual constants; the trained parameters."""
    params = make_network(hidden)
    means = [np.zeros_like(p) for p in params]
    squares = [np.zeros_like(p) for p in params]
    gradient_of = value_and_grad(loss, argnums=("w1", "b1", "w2", "b2"))
    for step in range(1, steps + 1):
        value, gradients = gradient_of(*params, x, labels)
        means = [0.9 * m + 0.1 * g for m, g in zip(means, gradients)]
        squares = [0.999 * s + 0.001 * g * g for s, g in zip(squares, gradients)]
        scale = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        params = tuple(p - scale * m / (np.sqrt(s) + 1e-8) for p, m, s in zip(params, means, squares))
        if step % (steps // 5) == 0:
            print(f"step {step:5d}: loss {value:.4f}")
    return params


def main() -> None:
    x, labels = make_spirals(100)
    params = train(x, labels)
    accuracy = np.mean(predict(*params, x) == labels)
    print(f"accuracy {accuracy:.3f} (goal {GOAL})")


if __name__ == "__main__":
    main()
