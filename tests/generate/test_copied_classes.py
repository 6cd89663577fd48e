"""Tests for a class of the user's, which would fail for the caller's objects if the file had a copy of the class."""

import importlib
import sys

import pytest

from s2sad.compile import Options
from s2sad.errors import RefusedError
from s2sad.frontend.static import from_file
from s2sad.generate import generate

CLASSES = """
import enum
from dataclasses import dataclass

class Kind(enum.Enum):
    A = 1
    B = 2

@dataclass
class Point:
    w: float

"""

PROGRAMS = {
    "is": "def f(x: float, kind):\n    if kind is Kind.A:\n        return x * x\n    return 3 * x\n",
    "equal": "def f(x: float, kind):\n    return x * x if kind == Kind.A else 3 * x\n",
    "among": "def f(x: float, kind):\n    if kind in (Kind.A, Kind.B):\n        return x * x\n    return 3 * x\n",
    "instance": "def f(x: float, p):\n    if isinstance(p, Point):\n        return x * x\n    return 3 * x\n",
    "instance_of_several": "def f(x: float, p):\n    if isinstance(p, (float, Point)):\n        return x * x\n    return 3 * x\n",
}


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_is_refused_at_its_place(name, mode, tmp_path):
    file = tmp_path / "model.py"
    file.write_text(CLASSES + PROGRAMS[name])
    with pytest.raises(RefusedError) as caught:
        generate(from_file(str(file)), ["f"], ["x"], mode, Options())
    (found,) = caught.value.diagnostics
    assert found.code == "S2S006" and "--link" in found.help
    assert found.span.line == (CLASSES + PROGRAMS[name]).splitlines().index(next(
        line for line in PROGRAMS[name].splitlines() if "Kind." in line or "isinstance" in line
    )) + 1  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_linked_file_has_the_users_class(name, tmp_path, monkeypatch):
    file = tmp_path / "linked_model.py"
    file.write_text(CLASSES + PROGRAMS[name])
    text = generate(from_file(str(file)), ["f"], ["x"], "reverse", Options(link=True))
    monkeypatch.syspath_prepend(str(tmp_path))
    model = importlib.import_module("linked_model")
    space: dict = {}
    exec(text, space)
    given = model.Point(1.0) if "instance" in name else model.Kind.A
    assert space["f_vjp"](2.0, given) == (4.0, 4.0)
    assert space["f_vjp"](2.0, None) == (6.0, 3.0)
    del sys.modules["linked_model"]
