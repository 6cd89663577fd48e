"""What the text tells of lengths: an array that is unpacked, a list that is made an array, a product of matrices.

Each program is generated once from annotations that give the ranks only, and run with arrays of several lengths. Reverse
mode is held against forward mode, and that against central differences.
"""

import numpy as np
import pytest

from s2sad.compile import Options
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate

HEADER = """import numpy as np
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]

"""
PROGRAMS = {
    "unpacked": "def f(x: Vector, w: Vector):\n    a, b = x\n    return np.sum(x * w) * a + b",
    "unpacked_late": "def f(x: Vector, w: Vector):\n    y = np.exp(2 * x)\n    s = np.sum(y * w)\n    a, b = y\n    return s * a + b",
    "sum_unpacked": "def f(x: Vector, w: Vector):\n    y = x * w\n    a, b = y\n    return np.sum(x) * a + b * np.sum(w)",
    "unpacked_in_branch": "def f(x: Vector, w: Vector):\n    s = np.sum(x * w)\n    if len(x) == 2:\n        a, b = x\n"
                          "        s = s * a + b\n    return s",
    "unpacked_in_try": "def f(x: Vector, w: Vector):\n    s = np.sum(x * w)\n    try:\n        a, b = x\n"
                       "        s = s * a + b\n    except ValueError:\n        s = 3 * s\n    return s",
    "last_of_loop": "def f(x: Vector, w: Vector):\n    s = 0.0\n    y = x * 2.0\n    for n in range(1, 3):\n        y = w[:n] * x[0]\n"
                    "        s = s + np.sum(y * x[:n])\n    a, b = y\n    return s * a + b",
    "made_in_loop": "def f(x: Vector, w: Vector):\n    s = 0.0\n    for n in range(1, 3):\n        y = w[:n] * x[0]\n"
                    "        s = s + np.sum(y + x)\n    a, b = y\n    return s * a + b",
    "loop_target": "def f(x: Vector, w: Vector):\n    s = 0.0\n    for y in [x[:1], w[:2]]:\n        s = s + np.sum(y * w)\n"
                   "    a, b = y\n    return s * a + b",
    "array_of_numbers": "def f(x: Vector, w: Vector):\n    y = np.array([x[0] * w[0], x[0], w[-1]])\n    return y * y[0]",
    "array_of_nests": "def f(x: Vector, w: Vector):\n    y = np.array([(x[0], 2.0), [w[0], x[0] * w[-1]]])\n    return y @ y",
    "array_of_arrays": "def f(x: Vector, w: Vector):\n    y = np.array([x * 2.0, np.sin(x)])\n    return np.sum(y * w) + y[1]",
    "matrix_vector": "def f(x: Vector, w: Vector):\n    m = np.array([[x[0], 1.0], [w[0], x[0]]])\n    return m @ x[:2] + w[:1]",
    "matrix_matrix": "def f(x: Vector, w: Vector):\n    m = np.outer(x, w)\n    return (m @ m.T) @ np.outer(x, x) + w[0]",
    "vector_vector": "def f(x: Vector, w: Vector):\n    return (x @ x + w[0]) * np.sin(w)",
}  # fmt: skip
LENGTHS = [(2, 2), (2, 1), (1, 2), (3, 3), (1, 1), (3, 1)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_modes_agree_with_differences(name, tmp_path):
    source = tmp_path / "lengths.py"
    source.write_text(HEADER + PROGRAMS[name])
    space: dict = {}
    exec(generate(from_file(source), ["f"], None, "both", Options()), space)
    exec(HEADER + PROGRAMS[name], space)
    rng = np.random.default_rng(7)
    tried = 0
    for first, second in LENGTHS:
        point = rng.uniform(0.5, 1.5, first), rng.uniform(0.5, 1.5, second)
        ways = rng.normal(size=first), rng.normal(size=second)
        try:
            y = space["f"](*point)
        except (ValueError, IndexError):
            continue  # not a program for such lengths
        tried += 1
        ahead, behind = (
            space["f"](*(p + sign * 1e-6 * way for p, way in zip(point, ways, strict=True)))
            for sign in (1, -1)
        )
        found, y_dot = space["f_jvp"](*point, x_dot=ways[0], w_dot=ways[1])
        np.testing.assert_allclose(found, y)
        np.testing.assert_allclose(y_dot, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-7)
        y_bar = rng.normal(size=np.shape(y))
        found, bars = space["f_vjp"](*point, y_bar=y_bar)
        np.testing.assert_allclose(found, y)
        assert [np.shape(bar) for bar in bars] == [(first,), (second,)]
        total = sum(np.vdot(bar, way) for bar, way in zip(bars, ways, strict=True))
        np.testing.assert_allclose(total, np.vdot(y_bar, y_dot))
    assert tried >= 2
