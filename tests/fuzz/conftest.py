"""The marker `long` for runs that take minutes."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes; runs when S2SAD_FUZZ says how many programs")
