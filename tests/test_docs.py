"""The pages that are made from the code are what would be made now."""

from docs import generate


def test_pages_are_fresh():
    assert generate.stale() == [], "run: python -m docs.generate"
