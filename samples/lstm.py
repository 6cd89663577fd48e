"""A two-layer LSTM that predicts the next character of a text, trained by gradient descent.

The model of the benchmark suite ADBench (F. Srajer, Z. Kukelova, A. Fitzgibbon, 2018): the weights act
element by element; a layer's input meets the forget and output gates, its last output the input gate and
the change.
"""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from s2sad import differentiate, value_and_grad

Array = npt.NDArray[np.float64]

TEXT = "the quick brown fox jumps over the lazy dog and the dog jumps over the fox "


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def cell_step(weight: np.ndarray, bias: np.ndarray, hidden: np.ndarray, cell: np.ndarray, x: np.ndarray):
    forget = sigmoid(x * weight[0] + bias[0])
    ingate = sigmoid(hidden * weight[1] + bias[1])
    outgate = sigmoid(x * weight[2] + bias[2])
    change = np.tanh(hidden * weight[3] + bias[3])
    cell = cell * forget + ingate * change
    return outgate * np.tanh(cell), cell


@differentiate
def loss(
    layers: Annotated[Array, "(depth, 2, 4, size)"],
    readout: Annotated[Array, "(3, size)"],
    start: Annotated[Array, "(depth, 2, size)"],
    sequence: Annotated[Array, "(steps, size)"],
) -> float:
    """Mean loss over the sequence; a layer holds weights and biases, `start` hidden and cell states."""
    states = [(hidden, cell) for hidden, cell in start]
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * readout[0]
        new_states = []
        for (weight, bias), (hidden, cell) in zip(layers, states):
            x, cell = cell_step(weight, bias, hidden, cell, x)
            new_states.append((x, cell))
        states = new_states
        prediction = x * readout[1] + readout[2]
        log_norm = np.log(np.sum(np.exp(prediction)) + 2.0)
        total += np.sum(sequence[t + 1] * (prediction - log_norm))
    return -total / ((len(sequence) - 1) * sequence.shape[1])


def one_hot(text: str) -> np.ndarray:
    """A row for each character."""
    alphabet = sorted(set(text))
    return np.eye(len(alphabet))[[alphabet.index(character) for character in text]]


def make_network(size: int, depth: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Layers (depth, weight or bias, gate, size), readout (3, size), start (depth, hidden or cell, size)."""
    rng = np.random.default_rng(seed)
    shapes = ((depth, 2, 4, size), (3, size), (depth, 2, size))
    layers, readout, start = (rng.uniform(-1.0, 1.0, shape) for shape in shapes)
    return layers, readout, start


def train(sequence: np.ndarray, steps: int = 40, rate: float = 100.0) -> list[float]:
    """Gradient descent; the losses on the way."""
    layers, readout, start = make_network(sequence.shape[1])
    gradient_of = value_and_grad(loss, argnums=("layers", "readout"))
    losses = []
    for _ in range(steps):
        value, (layers_bar, readout_bar) = gradient_of(layers, readout, start, sequence)
        layers = layers - rate * layers_bar
        readout = readout - rate * readout_bar
        losses.append(value)
    return losses


def main() -> None:
    losses = train(one_hot(TEXT))
    for step in (0, 10, 20, 30, len(losses) - 1):
        print(f"step {step:3d}: loss {losses[step]:.4f}")


if __name__ == "__main__":
    main()
