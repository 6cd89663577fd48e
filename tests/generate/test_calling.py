"""Files whose functions are made, or called, by NumPy: nothing of them is run, and the derivative stands alone."""

import numpy as np
import pytest

from s2sad.compile import Options
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate

FOLLOWED = """
import numpy as np

def soft(x: float, k: float) -> float:
    if x > 0:
        return k * x**2
    return k * x

@np.vectorize
def total(x: float, k: float) -> float:
    return np.sum(k * x) if x > 0 else k * x * 0.5

def cost(x: np.ndarray, k: float) -> float:
    each = np.vectorize(soft, otypes=[float])
    y = np.piecewise(x, [x < 0, x >= 0], [lambda t: -k * t, lambda t: t**2])
    z = np.apply_along_axis(lambda row: row / np.sum(row), 0, np.r_[x, k])
    return np.sum(each(x, k)) + np.sum(y * x) + np.sum(z**2) + np.sum(total(x, k) ** 2)
"""
CHANGED = """
import functools
import numpy as np

@functools.partial(np.vectorize, otypes=[float])
def total(x):
    return np.sum(x)

def cost(x):
    return np.sum(total(x) ** 2)
"""


def emitted(folder, text, mode="both"):
    path = folder / "program.py"
    path.write_text(text)
    return generate(from_file(path), ["cost"], None, mode, Options())


def test_functions_of_functions(tmp_path):
    names, primal = {}, {}
    exec(emitted(tmp_path, FOLLOWED), names)
    exec(FOLLOWED, primal)
    x, k, step = np.array([-1.0, 0.5, 2.0]), 0.7, 1e-6
    x_dot, k_dot = np.array([0.3, -1.1, 0.4]), 0.9
    y, (x_bar, k_bar) = names["cost_vjp"](x, k)
    ahead, behind = (primal["cost"](x + s * x_dot, k + s * k_dot) for s in (step, -step))
    slope = (ahead - behind) / (2 * step)
    np.testing.assert_allclose(y, primal["cost"](x, k), rtol=1e-13)
    np.testing.assert_allclose(x_bar @ x_dot + k_bar * k_dot, slope, rtol=1e-7)
    np.testing.assert_allclose(names["cost_jvp"](x, k, x_dot=x_dot, k_dot=k_dot)[1], slope, rtol=1e-7)


def test_decorators_that_make_another_function_are_refused(tmp_path):
    """Taken for the function that it decorates, `total` would be the sum of all."""
    with pytest.raises(RefusedError, match="S2S024.*`functools.partial"):
        emitted(tmp_path, CHANGED)
