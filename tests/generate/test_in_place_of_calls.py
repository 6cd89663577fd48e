"""Callees that are called once, and objects that only carry values, are not there in what is generated."""

import textwrap

import numpy as np
import pytest

from s2sad.compile import Options
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate

CALLEE = """
import numpy as np

def grow(x: float, n: int, rate: float) -> float:
    for _ in range(n):  # in steps
        x = x + rate * x * (1 - x)
    return x * rate

def once(x: float, n: int) -> float:
    return grow(x, n, 0.5) ** 2

def twice(x: float, n: int) -> float:
    return grow(x, n, 0.5) * grow(x * x, n, 0.5)
"""

CARRIER = """
from dataclasses import dataclass
import numpy as np

@dataclass
class Model:
    slope: float
    offset: float
{more}
def f(x: float, y: float) -> float:
    model = Model(np.sin(x), offset=y * y)
    {extra}
    return model.slope * x + model.offset * {read}
"""


def text_of(tmp_path, source: str, name: str, mode: str = "reverse", **options) -> str:
    path = tmp_path / "model.py"
    path.write_text(textwrap.dedent(source))
    return generate(from_file(path), [name], None, mode, Options(**options))


def call(text: str, name: str, *args, **kwargs):
    space: dict = {}
    exec(text, space)
    return space[name](*args, **kwargs)


def slope(source: str, name: str, x: float, *args) -> float:
    space: dict = {"__name__": "model"}
    exec(source, space)
    return (space[name](x + 1e-6, *args) - space[name](x - 1e-6, *args)) / 2e-6


@pytest.mark.parametrize(("name", "options", "split"), [
    ("once", {}, False), ("once", {"inline": False}, True), ("twice", {}, True),
])  # fmt: skip
def test_a_callee(tmp_path, name, options, split):
    text = text_of(tmp_path, CALLEE, name, **options)
    assert ("grow_fwd" in text) == split and "# in steps" in text
    assert np.isclose(call(text, f"{name}_vjp", 0.3, 4)[1], slope(CALLEE, name, 0.3, 4))
    text = text_of(tmp_path, CALLEE, name, "forward", **options)
    assert ("grow_jvp" in text) == split
    assert np.isclose(call(text, f"{name}_jvp", 0.3, 4, x_dot=1.0)[1], slope(CALLEE, name, 0.3, 4))


def test_a_long_callee_stays(tmp_path):
    steps = "\n".join(f"    x = x + rate * np.sin({k} * x)" for k in range(40))
    source = CALLEE.replace("    return x * rate", f"{steps}\n    return x * rate")
    assert "grow_fwd" in text_of(tmp_path, source, "once")


@pytest.mark.parametrize(("more", "extra", "read", "goes"), [
    ("", "pass", "2.0", True),
    ("", "model.offset = x", "2.0", False),
    ("", "y = x * model.slope", "y", True),
    ("", "model = Model(x, y) if y > 9.0 else model", "2.0", False),
    ("", "other = model", "other.slope", True),
    ("", "models = [model]", "models[0].slope", False),
    ("    def __post_init__(self):\n        self.offset = self.offset * self.slope\n", "pass", "2.0", False),
])  # fmt: skip
def test_an_object(tmp_path, more, extra, read, goes):
    source = CARRIER.format(more=more, extra=extra, read=read)
    text = text_of(tmp_path, source, "f")
    assert ("class Model" not in text) == goes
    assert np.isclose(call(text, "f_vjp", 0.3, 1.2)[1][0], slope(source, "f", 0.3, 1.2))
    assert "class Model" in text_of(tmp_path, source, "f", inline=False)
