"""Adjoints of operands that broadcast against each other, in text that knows none of the shapes.

Each program is generated once, with parameters of which nothing is known, and run with all shapes. The reverse mode is
held against the forward mode (dot-product test), and the forward mode against central differences.
"""

import itertools

import numpy as np
import pytest

from s2sad.compile import Options
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate

SHAPES = ((), (3,), (1,), (2, 1), (2, 3), (1, 3))
PROGRAMS = {
    "sums": "return a + b - c",
    "products": "return np.exp(a * b) * c",
    "mixed": "return np.sin(a + b) / (2.0 + c**2)",
    "nested": "return (a - b * (c + 1.0)) * -b",
    "one_use": "t = a * b\n    u = t + c\n    return 1.0 / (1.0 + np.exp(-u))",
    "two_uses": "t = a * b\n    u = t + c\n    return t * np.cos(u) + u",
    "two_uses_later": "t = a + b\n    u = np.exp(t)\n    v = u * c\n    return v - t * u",
    "summed": "return np.sum(a * b) * c + np.mean(np.tanh(b - c))",
    "equal_shapes": "t = np.exp(a)\n    u = 1.0 - t\n    return (t * u) * b + t / c",
    "loop": "t = a\n    for k in range(3):\n        u = t * b + k\n        t = np.sin(u) + c\n    return t",
    "loop_that_grows": "t = a\n    for k in range(3):\n        t = t + b * (1.0 - t)\n    return t * c",
    "carried": "t = a\n    for k in range(2):\n        t = t + b * c\n        t = np.hypot(t, t)\n    return t",
    "branch": "t = a * b\n    if np.sum(a) > 0:\n        t = t + c\n        u = np.exp(t * 0.5)\n    else:\n"
              "        u = t - c\n    return u * a",
    "rebound": "t = a\n    u = np.exp(t)\n    t = t + b\n    v = u * c\n    return v + t * u",
    "callee": "t = cell(a, b, c)\n    for k in range(2):\n        t = cell(t, b, t) * 0.5\n    return t",
    "where": "t = a * b\n    return np.where(t > 0.1, t * c, c - a)",
    "squares": "t = a - b\n    return np.sqrt(t * t + 1.0) * c",
}  # fmt: skip
CELL = """
def cell(x, w, s):
    gate = 1.0 / (1.0 + np.exp(-(x * w + s)))
    change = np.tanh(x - s * w)
    kept = s * gate
    total = kept + (1.0 - gate) * change
    return total * np.cos(x * gate) + np.sin(total) * np.tanh(w)
"""
NAMES = ("a", "b", "c")


def module_text(body: str) -> str:
    return f"import numpy as np\n{CELL}\n\ndef f(a, b, c):\n    {body}\n"


def functions(body: str, folder) -> dict:
    source = folder / "chains.py"
    source.write_text(module_text(body))
    text = generate(from_file(source), ["f"], None, "both", Options())
    space: dict = {}
    exec(text, space)
    exec(module_text(body), space)
    return space


def broadcast(shapes) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


CHOICES = [shapes for shapes in itertools.product(SHAPES, repeat=3) if broadcast(shapes)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_chains(name, tmp_path):
    space = functions(PROGRAMS[name], tmp_path)
    rng = np.random.default_rng(0)
    for shapes in CHOICES:
        args = [rng.uniform(0.3, 0.9, shape) for shape in shapes]
        dots = [rng.uniform(-1.0, 1.0, shape) for shape in shapes]
        y, y_dot = space["f_jvp"](*args, **{f"{n}_dot": dot for n, dot in zip(NAMES, dots, strict=True)})
        ahead = space["f"](*[a + 1e-6 * d for a, d in zip(args, dots, strict=True)])
        behind = space["f"](*[a - 1e-6 * d for a, d in zip(args, dots, strict=True)])
        np.testing.assert_allclose(y_dot, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-8, err_msg=str(shapes))
        y_bar = rng.uniform(-1.0, 1.0, np.shape(y))
        value, bars = space["f_vjp"](*args, y_bar=y_bar)
        np.testing.assert_allclose(value, y)
        assert [np.shape(bar) for bar in bars] == list(shapes)
        forward = np.sum(y_bar * y_dot)
        backward = sum(np.sum(bar * dot) for bar, dot in zip(bars, dots, strict=True))
        np.testing.assert_allclose(backward, forward, rtol=1e-9, atol=1e-11, err_msg=str(shapes))
