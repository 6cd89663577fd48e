"""Arguments that share memory, of a function that writes to one of them: a derivative would take them to be apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from s2sad.analysis.refuse import refuse
from s2sad.frontend.resolve import SourceFunction


def check_apart(source: SourceFunction, written: Iterable[str], arguments: Mapping[str, Any]) -> None:
    """Raise RefusedError if an argument that is written to shares memory with another array."""
    found = [(name, array) for name, value in arguments.items() for array in _arrays(value)]
    for (first, one), (second, other) in combinations(found, 2):
        if (first in written or second in written) and _overlap(one, other):
            function = source.lower()
            which = f"`{first}` and `{second}`" if first != second else f"two parts of `{first}`"
            refuse(function.origin, function.span, "S2S010", f"{which} share memory here, and one is written to",
                   "pass a copy of one of them")  # fmt: skip


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)


def _overlap(one: np.ndarray, other: np.ndarray) -> bool:
    try:
        return np.may_share_memory(one, other) and np.shares_memory(one, other, max_work=100_000)  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True
