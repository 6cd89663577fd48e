"""Functions and classes that are differentiated as another function's source.

For objects that are called (a spline): the other function returns a function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from s2sad.rules.declare import Words, load_optional

_table: dict[int, tuple[Any, Callable[..., Any], Mapping[str, Words]]] = {}


def stands_in(by: Callable[..., Any], function: Any, accepts: Mapping[str, Words]) -> None:
    """Declare that `by`, which has the same parameters, stands for `function`.

    `accepts` lists the options that may be given, with what they may be; a call with others is refused.
    """
    _table[id(function)] = (function, by, accepts)


def stand_in(function: Any, positional: int, options: Mapping[Any, Any]) -> Callable[..., Any] | None:
    """The function that stands for a call with so many positional arguments, and with options of these values."""
    if not _table and str(getattr(function, "__module__", "")).startswith("scipy"):
        load_optional()
    found = _table.get(id(function))
    if found is None:
        return None
    _, by, accepts = found
    needed = [p for p in inspect.signature(by).parameters.values() if p.default is p.empty]
    fits = all(name in accepts and _is_one_of(value, accepts[name]) for name, value in options.items())
    return by if positional == len(needed) and fits else None


def _is_one_of(value: Any, words: Words) -> bool:
    return words(value) if callable(words) else isinstance(words, Collection) and value in words


def is_replaced(function: Any) -> bool:
    """Whether another function stands in for calls of this one, if their options allow."""
    return id(function) in _table
