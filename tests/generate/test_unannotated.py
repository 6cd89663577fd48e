"""Files without annotations: what a program does with a parameter tells its kind; what it does not tell is checked.

`python -m tests.generate.unannotated` tries all programs; here are some that need what is told here.
"""

import numpy as np
import pytest

from s2sad.analysis.demands import OPEN, Demand, demands
from s2sad.analysis.session import prepared_form
from s2sad.compile import DEFAULTS, generate
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import from_file
from tests.generate.unannotated import MODES, from_corpus, outcome

PROGRAMS = (
    "polybench.adi", "polybench.syrk", "polybench.gramschmidt", "polybench.durbin", "polybench.ping_pong_2d",
    "polybench_loops.trisolv_loops", "polybench_loops.symm_loops", "polybench_loops.deriche",
    "npbench.vadv", "npbench.channel_flow", "npbench.nbody_energies",
)  # fmt: skip


@pytest.fixture(scope="module")
def subjects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stripped")
    return {s.name.removeprefix("arrays_inplace."): s for s in from_corpus(folder, *PROGRAMS)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_right(name, mode, subjects):
    with np.errstate(all="ignore"):
        assert outcome(subjects[name], mode) == ("right", "")


def told(tmp_path, body, params="a, b, c"):
    """What a function's text demands of its parameters."""
    path = tmp_path / "told.py"
    path.write_text(f"import numpy as np\n\n\ndef f({params}):\n{body}", encoding="utf-8")
    found = demands(prepared_form(from_file(str(path)).lookup("f").lower())[0])
    return {name: demand for name, demand in found.items() if name in params.split(", ")}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    n, m = a.shape\n    return b * n", {"a": Demand(2), "b": OPEN}),
        ("    return a[1:, 0] + b[0]", {"a": Demand(), "b": OPEN}),
        ("    return a[1:] - 2 * a[:-1]", {"a": Demand()}),
        ("    return a[1:] + a[:-1]", {"a": OPEN}),  # of lists as well
        ("    if c:\n        return a.sum()\n    return a", {"a": OPEN, "c": OPEN}),
        ("    if c:\n        return a.sum()\n    return 1.0", {"a": Demand(), "c": OPEN}),
        ("    if a is None:\n        return 1.0\n    return a.sum()", {}),  # optional
        ("    for i in range(3):\n        b = b + a[i, 0]\n    return b", {"a": Demand(), "b": OPEN}),
        ("    return a.shape[0] + a.stiffness", {}),  # an object
        ("    return a['k', 1] + b[0, 1]", {"a": OPEN, "b": Demand()}),
        ("    try:\n        x = a[0, 1]\n    except TypeError:\n        x = a[0][1]\n    return x", {"a": OPEN}),
    ],
)  # fmt: skip
def test_what_is_demanded(tmp_path, body, expected):
    assert told(tmp_path, body) == expected


SOLVE = """import numpy as np


def solve(L, b, x):
    for i in range(len(x)):
        x[i] = b[i]
        for j in range(i):
            x[i] -= L[i, j] * x[j]
        x[i] = x[i] / L[i, i]
"""


@pytest.mark.parametrize("mode", MODES)
def test_what_is_assumed_is_checked(tmp_path, mode):
    path = tmp_path / "solve.py"
    path.write_text(SOLVE, encoding="utf-8")
    space = {}
    exec(generate(from_file(str(path)), ["solve"], None, mode, DEFAULTS), space)
    made = space["solve_jvp" if mode == "forward" else "solve_vjp"]
    names = ("L_dot", "b_dot", "x_dot") if mode == "forward" else ("y_bar",)
    given = {name: np.ones((3, 3) if name == "L_dot" else 3) for name in names}
    lower, b = np.tri(3) + np.eye(3), np.ones(3)
    np.testing.assert_allclose(made(lower, b, np.zeros(3), **given)[0], np.linalg.solve(lower, b))
    for wrong in (list(b), np.ones((3, 3)), b * 1j):
        with pytest.raises(TypeError, match="`x` as an array of rank 1"):
            made(lower, b, wrong, **given)


def test_results_that_are_in_doubt_are_refused(tmp_path):
    """Whether `a` is written to, and so a result, depends on its rows being numbers; nothing says so."""
    path = tmp_path / "doubt.py"
    path.write_text("def f(rows, k):\n    for row in rows:\n        row *= k\n", encoding="utf-8")
    with pytest.raises(RefusedError):
        generate(from_file(str(path)), ["f"], None, "forward", DEFAULTS)
