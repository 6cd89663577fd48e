"""Words of the code that the sweeps emit: functions of libraries, helpers that are copied, copies of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sad import prelude
from s2sad.analysis.values import Tensor, Value, number
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import Atom, Call, Expr, MethodCall, Ref


def library(name: str, function: Any) -> Ref:
    return Ref(name, Live(function))


def helper(name: str) -> Ref:
    return Ref(name, Live(getattr(prelude, name)))


def copy_of(var: Atom, value: Value) -> Expr:
    """A copy of what a variable of this type holds; a number of Python's has no method for it."""
    plain = number(value)
    if not isinstance(plain, Tensor):
        return Call(helper("_copy"), (var,))
    if plain.weak or plain.kind == "?" or not plain.dims:
        return Call(library("np.copy", np.copy), (var,))
    return MethodCall(var, "copy")


#: What a line of kept values has room for, and how long the name of a temporary is likely to be.
WIDTH, LIKELY = 69, 8


def by_width(names: Sequence[str], depth: int) -> list[Sequence[str]]:
    """Names that are kept together, in groups of which each has room on one line: no group of a single one."""
    room = WIDTH - 4 * depth
    lengths = [2 + (LIKELY if name.startswith("%") else len(name)) for name in names]
    count = max(1, min(-(-sum(lengths) // room), len(names) // 2))
    groups: list[list[str]] = [[] for _ in range(count)]
    before = 0
    for name, length in zip(names, lengths, strict=True):
        groups[min(before * count // sum(lengths), count - 1)].append(name)
        before += length
    return [group for group in groups if group]
