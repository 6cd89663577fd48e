"""Every program of the corpus, in both modes, against finite differences and against each other."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

import s2sad
from s2sad.errors import RefusedError
from tests import cases, harness
from tests.conftest import UNOPTIMISED

#: What is not differentiated yet. A line goes when the program works, and none is there for a wrong derivative.
REFUSED = frozenset(
    line
    for line in Path(__file__).with_name("refused.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
POINTS = [
    pytest.param(case, index, id=f"{case.name}-{index}")
    for case in cases.load()
    for index in range(len(case.argsets))
]


@pytest.fixture(autouse=True)
def quiet():
    """Programs that guard a branch with `where` compute the guarded value too, and NumPy warns about it."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def alone(request, case):
    """Whether each argument is differentiated alone as well, which takes most of the time: one program of four.

    `pytest --everything tests/programs/test_cases.py` does so for all of them.
    """
    return request.config.getoption("--everything") or harness.seed_of(case.name) % 4 == 0


@pytest.fixture
def joint(case, alone):
    """Whether `value_and_grad` is asked as well as `vjp`: of the settings, that repeat constructs, for one of four."""
    return alone or not case.name.startswith("settings.")


@pytest.mark.parametrize("case", cases.load(), ids=lambda case: case.name)
def test_points_are_sound(case):
    """The primal runs, and finite differences settle: otherwise the tests below prove nothing."""
    if case.reference is None and "s2sad" in case.tags and case.reference_at is None:
        pytest.skip("the primal itself calls s2sad")
    for index in range(len(case.argsets)):
        assert harness.check_point(case, index) < harness.point_tolerance(case)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize(
    ("case", "index"), [point for point in POINTS if harness.seed_of(point.id) % 25 == 0]
)
def test_without_optimisations(case, index, mode, alone, joint):
    """A selection; `pytest --unoptimised tests/programs/test_cases.py` runs them all."""
    if {f"{case.name} {mode}", f"{case.name}#{index} {mode}"} & REFUSED:
        pytest.skip("refused, as test_derivative tells")
    with s2sad.using_options(**UNOPTIMISED):
        harness.check_case(case, index, modes=(mode,), alone=alone, joint=joint)


@pytest.mark.parametrize("modes", [("forward",), ("reverse", "dot")], ids=["forward", "reverse"])
@pytest.mark.parametrize(("case", "index"), POINTS)
def test_derivative(case, index, modes, alone, joint):
    """Right; or, for what `refused.txt` lists, refused with a place in the user's file.

    Callees stay functions of their own in the settings that are about them.
    """
    with s2sad.using_options(inline=False) if "settings.callee" in case.name else nullcontext():
        check_derivative(case, index, modes, alone, joint)


def check_derivative(case, index, modes, alone, joint):
    if {f"{case.name} {modes[0]}", f"{case.name}#{index} {modes[0]}"} & REFUSED:
        with pytest.raises(RefusedError, match=r"error\[S2S\d\d\d\]"):
            harness.check_case(case, index, modes=modes, alone=alone, joint=joint)
    else:
        harness.check_case(case, index, modes=modes, alone=alone, joint=joint)
