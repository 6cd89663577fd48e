"""docs/conventions.md: each row of its tables, in both modes, for numbers and for arrays of them."""

import math
import re

import numpy as np
import pytest

import s2sad
from docs.examples import ROOT

TEXT = (ROOT / "docs/conventions.md").read_text(encoding="utf-8")
FIRST, _, SECOND = TEXT.partition("## Second derivatives")


def rows(text):
    return re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", text, re.MULTILINE)


NUMPY_ONLY = rows(FIRST.partition("## What was not chosen")[2].partition("\n## ")[0])


def program(expression, tmp_path):
    """The expression as a function of x and y, from a file, as a user's would be."""
    path = tmp_path / "row.py"
    path.write_text(f"import math\nimport numpy as np\n\n\ndef f(x, y):\n    return {expression}\n")
    names = {"__name__": "row"}
    exec(compile(path.read_text(), str(path), "exec"), names)
    return names["f"]


def point(text):
    values = eval(f"dict({text})", {"np": np, "math": math})
    return values["x"], values.get("y", 1.5), len(values)


def expected(text, count):
    found = eval(f"({text},)", {"np": np, "math": math})
    assert len(found) == count
    return found


def takes_arrays(expression):
    return (
        "math." not in expression
        and "max(x" not in expression.replace("np.max(", "")
        and "[" not in expression
    )


def check(f, x, y, wanted):
    count = len(wanted)
    gradients = s2sad.grad(f, (0, 1))(x, y)[:count]
    tangents = [s2sad.jvp(f, (x, y), (1.0 * (k == 0), 1.0 * (k == 1)))[1] for k in range(count)]
    np.testing.assert_allclose(np.real(gradients), wanted, rtol=1e-10, atol=1e-300, err_msg="reverse")
    np.testing.assert_allclose(np.real(tangents), wanted, rtol=1e-10, atol=1e-300, err_msg="forward")


def test_there_are_rows():
    assert len(rows(FIRST)) > 90 and len(rows(SECOND)) > 14 and len(NUMPY_ONLY) > 8


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", rows(FIRST), ids=lambda row: f"{row[0]} at {row[1]}")
def test_first_derivatives(row, tmp_path):
    expression, at, answer = row
    x, y, count = point(at)
    wanted = expected(answer, count)
    f = program(expression, tmp_path)
    if row not in NUMPY_ONLY:
        check(f, x, y, wanted)
    check(f, np.float64(x), np.float64(y), wanted)
    if takes_arrays(expression):
        total = program(f"np.sum({expression})", tmp_path)
        vectors = np.array([x, x]), np.array([y, y])
        gradients = s2sad.grad(total, (0, 1))(*vectors)
        for bar, value in zip(gradients, wanted):
            np.testing.assert_allclose(np.real(bar), [value, value], rtol=1e-10, atol=1e-300)


@pytest.mark.parametrize("row", rows(FIRST), ids=lambda row: f"{row[0]} at {row[1]}")
def test_no_warning_of_its_own(row, tmp_path, recwarn):
    """The derivative warns only if the program does, or if it is not finite itself."""
    expression, at, answer = row
    x, y, count = point(at)
    f = program(expression, tmp_path)
    f(np.float64(x), np.float64(y))
    if len(recwarn) == 0 and np.all(np.isfinite(expected(answer, count))):
        s2sad.grad(f, (0, 1))(np.float64(x), np.float64(y))
        s2sad.jvp(f, (np.float64(x), np.float64(y)), (1.0, 1.0))
        assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_zero_times_infinity(tmp_path):
    found = re.findall(r"^\| `(.+)` \| `(.+)` \| `(.+)` \| `(.+)` \| .+ \|$", FIRST, re.MULTILINE)
    assert len(found) == 7
    for expression, at, forward, reverse in found:
        x, y, count = point(at)
        f = program(expression, tmp_path)
        tangents = [s2sad.jvp(f, (x, y), (1.0 * (k == 0), 1.0 * (k == 1)))[1] for k in range(count)]
        np.testing.assert_equal(tangents, expected(forward, count), err_msg=expression)
        gradients = np.abs(s2sad.grad(f, (0, 1))(x, y)[:count])
        np.testing.assert_equal(gradients, expected(reverse, count), err_msg=expression)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", rows(SECOND), ids=lambda row: f"{row[0]} at {row[1]}")
def test_second_derivatives(row, tmp_path):
    """Forward over reverse, and reverse over forward."""
    expression, at, answer = row
    x, y, _ = point(at)
    x, y, f = np.float64(x), np.float64(y), program(expression, tmp_path)
    (wanted,) = expected(answer, 1)
    slope = s2sad.grad(f)
    along = s2sad.jvp(slope, (x, y), (1.0, 0.0))[1]
    back = s2sad.grad(lambda x: s2sad.jvp(f, (x, y), (1.0, 0.0))[1])(x)
    np.testing.assert_allclose([along, back], wanted, rtol=1e-10, atol=1e-12)
