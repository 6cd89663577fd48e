"""Words of the code that the sweeps emit: functions of libraries, helpers that are copied, copies of values."""

from __future__ import annotations

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
    if plain.weak or plain.kind == "?" or plain.dims is None:
        return Call(library("np.copy", np.copy), (var,))
    return MethodCall(var, "copy")
