"""Random programs: value, tangent and adjoint. `S2SAD_FUZZ=20000 pytest tests/fuzz` runs the long mode."""

import os

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from tests.fuzz.choices import Drawn, Seeded
from tests.fuzz.generate import PROFILES, generate
from tests.fuzz.run import attempt

COMMON = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "print_blob": True,
}


@st.composite
def programs(draw, profile="plain"):
    return generate(Drawn(lambda n: draw(st.integers(0, n - 1))), profile)


def examine(text, parameters):
    outcome = attempt(text, parameters, timeout=0)
    if outcome.kind in ("unsound", "refused"):
        reject()
    assert outcome.kind == "ok", f"{outcome.kind}: {outcome.detail}\n{text}"


@pytest.mark.parametrize("seed", range(30))
def test_program(seed):
    """Right or refused; odd seeds write to arrays in place."""
    text, parameters = generate(Seeded(seed), PROFILES[seed % 2])
    outcome = attempt(text, parameters, timeout=0)
    assert outcome.kind in ("ok", "refused", "unsound"), f"{outcome.kind}: {outcome.detail}\n{text}"


@pytest.mark.long
@settings(max_examples=60, **COMMON)
@given(programs())
def test_programs(drawn):
    examine(*drawn)


@pytest.mark.long
@settings(max_examples=40, **COMMON)
@given(programs("arrays"))
def test_programs_with_arrays_in_place(drawn):
    examine(*drawn)


@pytest.mark.parametrize("profile", PROFILES)
def test_generator(profile):
    """Programs run, few are thrown away, and the same seed gives the same text."""
    texts = [generate(Seeded(seed), profile) for seed in range(30)]
    assert texts == [generate(Seeded(seed), profile) for seed in range(30)]
    for text, _ in texts:
        compile(text, "<drawn>", "exec")


@pytest.mark.long
@pytest.mark.skipif("S2SAD_FUZZ" not in os.environ, reason="set S2SAD_FUZZ to a number of programs")
def test_many_programs():
    bad = []
    for seed in range(int(os.environ["S2SAD_FUZZ"])):
        text, parameters = generate(Seeded(seed), PROFILES[seed % 2])
        outcome = attempt(text, parameters)
        if outcome.kind in ("WRONG", "crash", "slow", "broken"):
            bad.append((seed, outcome.kind, outcome.reason))
    assert not bad
