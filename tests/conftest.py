"""Options of the whole suite."""

import dataclasses
from contextlib import nullcontext
from pathlib import Path

import pytest

import s2sad
from s2sad.compile import Options


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption(
        "--unoptimised", action="store_true", help="compile with every optimisation switched off"
    )
    parser.addoption(
        "--everything", action="store_true", help="run all of what is otherwise run for a selection"
    )


@pytest.fixture
def update_golden(request):
    return request.config.getoption("--update-golden")


#: Every optimisation switched off, for `s2sad.using_options`.
UNOPTIMISED = {field.name: False for field in dataclasses.fields(Options)}


@pytest.fixture(autouse=True)
def optimisations(request):
    """`pytest --unoptimised tests/programs` runs the programs on what the passes get, without the passes."""
    with s2sad.using_options(**UNOPTIMISED) if request.config.getoption("--unoptimised") else nullcontext():
        yield


#: Tests that fail today, by node id: faults that are known, each a line to be worked off. They are expected to fail,
#: strictly: a line whose test passes breaks the run until it is taken out.
OPEN_FAULTS = frozenset(
    line
    for line in (Path(__file__).parent / "open_faults.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid in OPEN_FAULTS:
            item.add_marker(pytest.mark.xfail(strict=True, reason="listed in tests/open_faults.txt"))
