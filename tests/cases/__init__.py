"""The corpus: small programs, each registered with the arguments it is tried at.

    @case((1.2, 0.7), (np.array([1.0, 2.0]), 0.7))      # two argument sets
    def swap(x, y): ...

    @build((1.2,))                                       # the decorated function makes the callable under test
    def captured():
        scale = 3.0
        return lambda x: scale * x

The files hold what users write, so nothing here wraps the function: `case` hands it back as it came.
Argument sets are templates; whoever runs a case copies them first.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One program with its argument sets and what is unusual about checking it.

    `reference` computes the same value without s2sad (for programs that call s2sad themselves).
    `reference_at(*args)` returns a function whose ordinary derivative at `args` is the expected one (for
    `stop_gradient` and custom rules, where the primal's finite differences are not the right answer).
    `kernel` marks a function that returns None: its results are the positions listed, changed in place.
    `wrt` restricts the positions that are differentiated (by default all that hold a float).
    """

    name: str
    make: Callable[[], Callable]
    argsets: tuple[tuple, ...]
    reference: Callable | None = None
    reference_at: Callable | None = None
    kernel: tuple[int, ...] = ()
    wrt: tuple[int, ...] | None = None
    rtol: float = 1e-6
    second: bool = True  # whether second order may be checked as well
    tags: tuple[str, ...] = field(default=())

    @property
    def group(self) -> str:
        return self.name.rpartition(".")[0]

    def function(self) -> Callable:
        return self.make()


REGISTRY: dict[str, Case] = {}


def _register(
    function: Callable, make: Callable[[], Callable], argsets: tuple, options: dict[str, Any]
) -> None:
    module = function.__module__.removeprefix("tests.cases.")
    name = f"{module}.{function.__name__}"
    if not argsets or not all(isinstance(args, tuple) for args in argsets):
        raise TypeError(f"{name}: argument sets must be tuples")
    if name in REGISTRY:
        raise ValueError(f"two cases are called {name}")
    REGISTRY[name] = Case(name, make, argsets, **options)


def case(*argsets: tuple, **options: Any) -> Callable[[Callable], Callable]:
    """Register the decorated function itself."""

    def register(function: Callable) -> Callable:
        _register(function, lambda: function, argsets, options)
        return function

    return register


def build(*argsets: tuple, **options: Any) -> Callable[[Callable], Callable]:
    """Register what the decorated function returns: a closure, a bound method, a partial, an object."""

    def register(function: Callable) -> Callable:
        _register(function, function, argsets, options)
        return function

    return register


def load(*filters: str) -> list[Case]:
    """All cases whose name contains one of the filters (all of them without any), in the order of the files."""
    for module in _modules(__name__):
        importlib.import_module(module)
    return [c for c in REGISTRY.values() if not filters or any(f in c.name for f in filters)]


def _modules(package: str) -> Iterator[str]:
    for info in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda i: i.name):
        name = f"{package}.{info.name}"
        if info.ispkg:
            yield from _modules(name)
        else:
            yield name
