"""The derivative of a maximum that cancels is not computed, and that of one that does not cancel is."""

import pytest

from tests import cases, harness

CANCEL = frozenset(
    "last_axis_kept rows_dropped columns over_all smallest means_of_exponentials expanded guarded cross_entropy"
    " in_a_loop".split()
)
FOUND = [found for found in cases.load() if found.name.startswith("shifts.")]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("case", FOUND, ids=lambda found: found.name)
def test_mask(case, mode):
    source = harness.generated_source(case.make(), case.argsets[0], mode)
    assert "def " in source
    assert ("==" in source) == (case.name.removeprefix("shifts.") not in CANCEL)
