"""The benchmarks' own arithmetic: what counts as a line, what is the same gradient, which case is which."""

import ast
from pathlib import Path

import numpy as np
import pytest

from benchmarks import lines, speed, thirty_lines
from benchmarks.cases import CASES
from benchmarks.libraries import fingerprint, hand, primal
from benchmarks.speed import Measured
from samples import SAMPLES

PROGRAM = '''
"""A docstring."""

from s2sad import differentiate

import numpy as np


def helper(x):
    """A docstring
    of two lines."""

    # a comment
    return np.sin(x)


@differentiate
def f(x):
    # a comment
    return helper(
        x
    )


def not_needed(x):
    return x
'''


def test_lines_that_hold_code():
    defined = lines.definitions(PROGRAM)
    assert lines.reachable("f", defined) == {"f", "helper"}
    assert lines.count(PROGRAM, {"helper"}) == 2
    assert lines.count(PROGRAM, {"f"}) == 4
    assert lines.marked(defined["f"]) and not lines.marked(defined["helper"])


def test_thirty_lines_are_thirty():
    text = Path(thirty_lines.__file__).read_text()
    defined = lines.definitions(text)
    assert lines.count(text, set(defined)) == 30
    assert all(isinstance(node, ast.FunctionDef) for node in defined.values())
    assert np.isfinite(thirty_lines.relax(np.linspace(0.1, 1.0, 20), 0.1, 5))


def test_fingerprints():
    nest = {"b": np.arange(3.0), "a": (1.0, None, [2.0])}
    other = {"a": (1.0, None, [2.0]), "b": np.array([0.0, 1.0, 2.0])}
    assert speed.same(fingerprint(nest), fingerprint(other))
    other["b"][1] = 1.001
    assert not speed.same(fingerprint(nest), fingerprint(other))


@pytest.mark.parametrize("name", CASES)
def test_cases_run(name):
    case = CASES[name]()
    value = primal(case)()
    y, gradients = hand(case)()
    assert np.allclose(y, value, rtol=1e-9)
    assert all(np.all(np.isfinite(g)) for g in gradients)


def test_every_sample_is_timed():
    assert {make().sample for make in CASES.values()} == SAMPLES.keys()


def test_table_says_what_is_wrong_and_what_is_missing():
    results = {
        "primal": Measured(seconds=[1.0, 2.0]),
        "hand": Measured(seconds=[2.0, 4.0], fingerprint=[1.0]),
        "s2sad": Measured(seconds=[3.0, 5.0], fingerprint=[1.0]),
        "autograd": Measured(seconds=[3.0], fingerprint=[2.0]),
        "tangent": Measured(refused="TypeError: no"),
        "jax": Measured(refused="ModuleNotFoundError: No module named 'jax'"),
    }
    text = speed.table({"a": results}, {"a": "A case"}, ["s2sad", "hand", "autograd", "tangent", "jax"])
    cells = [cell.strip() for cell in text.splitlines()[-1].strip("|").split("|")]
    assert cells == ["A case", "1 s", "3 (2.67)", "2 (2)", "WRONG", "refuses", "-", "1.50", "-", "-"]
