"""The emitted file of each kernel, run where s2sad cannot be imported, at every size of the case, in both modes.

All files run in one other process (`tests.generate.alone`); what they return is compared to finite differences here.
Every third kernel is tried; `pytest --everything` tries them all.
"""

import inspect
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from s2sad.compile import derive, pattern
from s2sad.frontend.resolve import from_function
from s2sad.generate import self_contained_text
from tests import cases, harness
from tests.programs.test_cases import REFUSED

GROUPS = ("arrays_inplace.kernels", "arrays_inplace.polybench", "arrays_inplace.npbench", "fields.")
CASES = [
    case for case in cases.load(*GROUPS) if not REFUSED & {f"{case.name} reverse", f"{case.name} forward"}
]


class Emitted:
    """The files of one case, and the calls to make of them: a file for each pattern of arguments and each mode."""

    def __init__(self, case):
        self.function = case.function()
        self.checkers = [
            harness.Checker(self.function, args, **harness.checker_options(case, args))
            for args in case.argsets
        ]
        self.names = list(inspect.signature(self.function).parameters)
        self.jobs = {}
        self.calls = []  # (file, place in its list of calls, checker, mode, direction or seed)
        for checker in self.checkers:
            self.add(checker, "jvp", checker.direction())
            self.add(checker, "vjp", harness.random_like(checker.rng, checker.value))

    def add(self, checker, mode, given):
        bound = inspect.signature(self.function).bind(*checker.args)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        key = mode, repr(pattern(arguments.values()))
        if key not in self.jobs:
            source = from_function(self.function)
            wrt = tuple(self.names[i] for i in checker.wrt)
            derived = derive(source, mode, wrt, arguments)
            text = self_contained_text(derived.functions.values(), source.module)
            self.jobs[key] = text, []
        extra = {f"{self.names[i]}_dot": given[i] for i in checker.wrt} if mode == "jvp" else {"y_bar": given}
        calls = self.jobs[key][1]
        self.calls.append((key, len(calls), checker, mode, given))
        calls.append((f"{self.function.__name__}_{mode}", checker.args, extra))


def selected(config):
    return CASES if config.getoption("--everything") else CASES[::3]


def pytest_generate_tests(metafunc):
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [case.name for case in selected(metafunc.config)])


@pytest.fixture(scope="module")
def outcomes(request):
    """Case -> its files, and what each call of each file gave."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        emitted = {case.name: Emitted(case) for case in selected(request.config)}
    jobs = [(name, key, job) for name, files in emitted.items() for key, job in files.jobs.items()]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("alone.py"))],
        input=pickle.dumps([job for _, _, job in jobs]), capture_output=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},  # arguments may be objects of a case's class
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    results = {
        (name, key): found for (name, key, _), found in zip(jobs, pickle.loads(done.stdout), strict=True)
    }
    return emitted, results


def test_alone(name, outcomes):
    emitted, results = outcomes
    for key, place, checker, mode, given in emitted[name].calls:
        outcome = results[name, key][place]
        assert not isinstance(outcome, str), outcome
        (y, found), afterwards = outcome
        assert image(afterwards) == image(checker.args), "the caller's arrays were changed"
        checker.same_value(y, mode)
        if mode == "jvp":
            slope, gap = harness.difference(checker.plain, checker.args, given)
            y_dot = harness.same_structure(checker.value, found, "y_dot")
            assert harness.close(y_dot, slope, checker.rtol, 10 * gap)
        else:
            direction = checker.direction()
            slope, gap = harness.difference(checker.plain, checker.args, direction)
            bars = found if len(checker.wrt) > 1 else (found,)
            gradient = harness.same_structure(checker.active(checker.args), tuple(bars), "gradient")
            left = harness.inner(harness.flat(given), slope)
            right = harness.inner(gradient, harness.flat(checker.active(direction)))
            scale = float(np.sum(np.abs(harness.flat(given) * slope)))
            assert abs(left - right) <= checker.rtol * (1 + scale) + 10 * gap * (1 + slope.size)


def image(arguments):
    """The numbers and arrays in the arguments, to the bit; objects are not the same ones in the other process."""
    return [(path, harness.frozen(leaf)) for path, leaf in harness.leaves(arguments)]


def test_two_sizes():
    """More than half of these kernels are tried at two sizes or more."""
    several = [case for case in CASES if len(case.argsets) > 1]
    assert len(several) > 0.5 * len(CASES)
