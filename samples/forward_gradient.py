"""A two-layer network trained without any reverse sweep: forward gradients.

Each step draws a random direction v and moves against (grad . v) v, of which `jvp` gives the factor. Its
mean is the gradient. From A. G. Baydin et al., "Gradients without backpropagation" (2022).
"""

import numpy as np

from s2sad import differentiate

GOAL = 0.95


@differentiate
def loss(params: dict, x: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross entropy of the labels."""
    hidden = np.tanh(x @ params["w1"] + params["b1"])
    scores = hidden @ params["w2"] + params["b2"]
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_norm = np.log(np.sum(np.exp(shifted), axis=1))
    picked = shifted[np.arange(len(labels)), labels]
    return np.mean(log_norm - picked)


def accuracy(params: dict, x: np.ndarray, labels: np.ndarray) -> float:
    scores = np.tanh(x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]
    return float(np.mean(np.argmax(scores, axis=1) == labels))


def make_bands(points: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points of the plane in three bands with curved borders."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, size=(points, 2))
    height = x[:, 1] - 0.4 * np.sin(3 * x[:, 0])
    return x, (height > -0.3).astype(int) + (height > 0.3).astype(int)


def make_network(hidden: int, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(size=(2, hidden)),
        "b1": np.zeros(hidden),
        "w2": rng.normal(size=(hidden, 3)) / np.sqrt(hidden),
        "b2": np.zeros(3),
    }


def train(x: np.ndarray, labels: np.ndarray, hidden: int = 16, steps: int = 5000, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    params = make_network(hidden)
    for step in range(1, steps + 1):
        direction = {name: rng.normal(size=p.shape) for name, p in params.items()}
        value, slope = loss.jvp((params, x, labels), (direction, None, None))
        rate = 0.15 * (1 - step / (steps + 1))
        params = {name: p - rate * slope * direction[name] for name, p in params.items()}
        if step % (steps // 5) == 0:
            print(f"step {step:5d}: loss {value:.4f}")
    return params


def main() -> None:
    x, labels = make_bands(300)
    params = train(x, labels)
    print(f"accuracy {accuracy(params, x, labels):.3f} (goal {GOAL})")


if __name__ == "__main__":
    main()
