"""The samples' functions with another library in NumPy's place, without s2sad: what peers differentiate."""

import functools
import importlib
import math
import sys
import types
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from scipy.special import erf


def without_s2sad() -> None:
    """From here on `from s2sad import differentiate` leaves functions alone; nothing else of it is there."""
    stub = types.ModuleType("s2sad")

    def unavailable(*_: Any, **__: Any) -> Any:
        raise RuntimeError("this process runs without s2sad")

    stub.differentiate = lambda function: function
    for name in ("grad", "value_and_grad", "jvp", "vjp"):
        setattr(stub, name, unavailable)
    sys.modules["s2sad"] = stub


def rebound(function: Callable, library: str, keep: Collection[str] = ()) -> Callable:
    """`function`, and all it calls in its module, with `autograd` or `jax` in place of NumPy, math and SciPy.

    The functions named in `keep` stay as they are: they make constants.
    """
    array_library = importlib.import_module(f"{library}.numpy")
    special = importlib.import_module(f"{library}.scipy.special")
    swaps = {id(np): array_library, id(math): array_library, id(erf): special.erf}
    names = function.__globals__
    copies: dict[str, Any] = dict(names)
    for name, value in names.items():
        if id(value) in swaps:
            copies[name] = swaps[id(value)]
        elif isinstance(value, types.FunctionType) and value.__globals__ is names and name not in keep:
            copy = types.FunctionType(value.__code__, copies, value.__name__, value.__defaults__)
            copies[name] = functools.update_wrapper(copy, value)
    return copies[function.__name__]
