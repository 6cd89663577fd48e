"""Files whose text does not say that an argument is complex: what is holomorphic is right for complex numbers, too."""

from pathlib import Path

import numpy as np
import pytest

from s2sad.compile import DEFAULTS, generate
from s2sad.frontend.resolve import from_file
from tests.generate.unannotated import MODES, Subject, outcome

RNG = np.random.default_rng(1)


def some(*shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


def products(a, b, v):
    return a @ b @ v + np.dot(a, v) * np.inner(v, v)


def annotated(a: np.ndarray, b: np.ndarray, v: np.ndarray):
    return a @ b @ v + np.dot(a, v) * np.inner(v, v)


def outer_products(a, b, v):
    return np.tensordot(a, b, 1) + np.outer(v, v) + np.kron(a, b)[:3, :3]


def solved(a, b, v):
    return np.linalg.solve(a, b) @ v + np.linalg.inv(a) @ v * np.linalg.det(b)


def magnitudes(a, b, v):
    return np.abs(a) @ np.abs(v) + np.sum(abs(b))


FUNCTIONS = (products, annotated, outer_products, solved, magnitudes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_right(function, mode):
    arguments = (some(3, 3), some(3, 3), some(3))
    subject = Subject(function.__name__, Path(__file__), function, (arguments,), {"wrt": None})
    assert outcome(subject, mode) == ("right", "")


# ── real arguments of programs that calculate with complex numbers ────────────────────────────────────────


def thin_film(index, depth, wavelength):
    layers = np.eye(2, dtype=complex)
    for n, d in zip(index, depth, strict=True):
        delta = 2 * np.pi * n * d / wavelength
        turn = np.array([[np.cos(delta), 1j * np.sin(delta) / n], [1j * n * np.sin(delta), np.cos(delta)]])
        layers = layers @ turn
    above = layers[0, 0] + 1.5 * layers[0, 1] - layers[1, 0] - 1.5 * layers[1, 1]
    return abs(above / (layers[0, 0] + 1.5 * layers[0, 1] + layers[1, 0] + 1.5 * layers[1, 1])) ** 2


def thin_film_of_arrays(index: np.ndarray, depth: np.ndarray, wavelength: float):
    return thin_film(index, depth, wavelength)


def power_of_frames(x, width=4):
    frames = []
    for start in range(0, len(x) - width + 1, 2):
        frames.append(np.fft.rfft(x[start : start + width]))
    return np.abs(np.array(frames)) ** 2


def power(conductance, susceptance, voltage, angle):
    phasor = voltage * np.exp(1j * angle)
    flow = phasor * np.conj((conductance + 1j * susceptance) @ phasor)
    return np.concatenate([flow.real, flow.imag])


INDEX, DEPTH = np.array([1.3, 1.7, 2.1]), np.array([0.3, 0.8, 0.5])
REAL = (
    (thin_film, (INDEX, DEPTH, 0.6)),
    (thin_film_of_arrays, (INDEX, DEPTH, 0.6)),
    (power_of_frames, (np.sin(np.arange(10.0)),)),
    (power, (RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3)), INDEX, DEPTH)),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("function", "arguments"), REAL)
def test_real_arguments(function, arguments, mode):
    subject = Subject(function.__name__, Path(__file__), function, (arguments,), {"wrt": None})
    assert outcome(subject, mode) == ("right", "")


@pytest.mark.parametrize("function", [thin_film, thin_film_of_arrays])
def test_complex_ones_in_their_place_are_refused(function):
    space = {}
    exec(generate(from_file(__file__), [function.__name__], None, "reverse", DEFAULTS), space)
    with pytest.raises(TypeError, match="real numbers, and `index` is none"):
        space[f"{function.__name__}_vjp"](INDEX + 1j, DEPTH, 0.6)
