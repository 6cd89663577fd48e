"""A part of an array is a number or a view, as the rank of the array has it: right, or refused where it is not known."""

import contextlib
import inspect
import linecache
import re

import numpy as np
import pytest

import s2sad
from s2sad.compile import Options
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate
from tests.programs.adversarial import ranks

POINTS = {
    "vector": np.array([0.4, 1.1, -0.7]),
    "matrix": np.array([[2.0, 0.3], [0.2, 1.5], [-0.3, 0.4]]),
}
SIGNATURES = {
    "unknown": "(a, x)",
    "annotated": "(a: np.ndarray, x: float)",
}
TEXT = inspect.getsource(ranks)
PROGRAMS = [f for f in vars(ranks).values() if inspect.isfunction(f) and not f.__name__.startswith("_")]


def slope(function, a, x, a_dot, x_dot, step=1e-6):
    return (function(a + step * a_dot, x + step * x_dot) - function(a - step * a_dot, x - step * x_dot)) / (
        2 * step
    )


def directions(a):
    rng = np.random.default_rng(3)
    return rng.normal(size=a.shape), rng.normal()


@pytest.mark.parametrize("kind", POINTS)
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_types_from_arguments(function, kind):
    a, x = POINTS[kind], 0.8
    a_dot, x_dot = directions(a)
    wanted = slope(function, a, x, a_dot, x_dot)
    np.testing.assert_allclose(s2sad.jvp(function, (a, x), (a_dot, x_dot))[1], wanted, rtol=1e-5)
    try:
        a_bar, x_bar = s2sad.grad(function, argnums=(0, 1))(a, x)
    except RefusedError as error:
        assert error.diagnostics[0].span.line
        return
    np.testing.assert_allclose(np.sum(a_bar * a_dot) + x_bar * x_dot, wanted, rtol=1e-5)


@contextlib.contextmanager
def refused_at_run_time(types):
    """Where no annotation tells the axes, a file may take arrays of one rank only, if it says so."""
    try:
        yield
    except TypeError as error:
        assert types in ("unknown", "annotated") and "this derivative is for real numbers" in str(error)


@pytest.mark.parametrize("types", SIGNATURES)
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_types_from_text(function, types, tmp_path):
    """What is generated once must be right for vectors and for matrices."""
    name = function.__name__
    path = tmp_path / "model.py"
    path.write_text(re.sub(rf"def {name}\(a, x\)", f"def {name}{SIGNATURES[types]}", TEXT))
    made = {}
    for mode in ("forward", "reverse"):
        try:
            text = generate(from_file(path), [name], None, mode, Options())
        except RefusedError as error:
            assert error.diagnostics[0].span.line
            continue
        linecache.cache[f"<{name} {mode}>"] = (
            len(text),
            None,
            text.splitlines(keepends=True),
            f"<{name} {mode}>",
        )
        exec(compile(text, f"<{name} {mode}>", "exec"), made)
    for a in POINTS.values():
        a_dot, x_dot = directions(a)
        wanted = slope(function, a, 0.8, a_dot, x_dot)
        if f"{name}_jvp" in made:
            with refused_at_run_time(types):
                found = made[f"{name}_jvp"](a.copy(), 0.8, a_dot=a_dot, x_dot=x_dot)[1]
                np.testing.assert_allclose(found, wanted, rtol=1e-5, err_msg="forward")
        if f"{name}_vjp" in made:
            with refused_at_run_time(types):
                a_bar, x_bar = made[f"{name}_vjp"](a.copy(), 0.8)[1]
                np.testing.assert_allclose(
                    np.sum(a_bar * a_dot) + x_bar * x_dot, wanted, rtol=1e-5, err_msg="reverse"
                )
