"""Functions and classes that are differentiated as another function's source.

For objects that are called (a spline): the other function returns a function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from s2sad.rules.declare import Words, load_optional

_table: dict[int, tuple[Any, Callable[..., Any], Mapping[str, Words], bool]] = {}


def stands_in(
    by: Callable[..., Any],
    function: Any,
    accepts: Mapping[str, Words] | None = None,
    *,
    objects: bool = False,
) -> None:
    """Declare that `by`, which has the same parameters, stands for `function`.

    `accepts` lists the options that may be given, with what they may be; a call with others is refused. If `by` takes
    any positional arguments or keywords, so does the call. `objects`: what it returns is no numbers, so that `by` stands
    for it also where nothing is differentiated.
    """
    _table[id(function)] = (function, by, accepts or {}, objects)


def stand_in(
    function: Any, positional: int, options: Mapping[Any, Any]
) -> tuple[Callable[..., Any], bool] | None:
    """The function that stands for a call with so many positional arguments, and with options of these values.

    With it, whether it must stand for calls as well of which nothing is differentiated.
    """
    if not _table and str(getattr(function, "__module__", "")).startswith("scipy"):
        load_optional()
    found = _table.get(id(function))
    if found is None:
        return None
    _, by, accepts, objects = found
    params = inspect.signature(by).parameters.values()
    needed = {p.name for p in params if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD}
    more, others = (
        any(p.kind is kind for p in params)
        for kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    )
    chosen = {name: value for name, value in options.items() if name not in needed}
    given = positional + len(options) - len(chosen)
    fits = all(
        _is_one_of(value, accepts[name]) if name in accepts else others for name, value in chosen.items()
    )
    return (by, objects) if fits and (given == len(needed) or (more and given > len(needed))) else None


def _is_one_of(value: Any, words: Words) -> bool:
    return words(value) if callable(words) else isinstance(words, Collection) and value in words


def is_replaced(function: Any) -> bool:
    """Whether another function stands in for calls of this one, if their options allow."""
    return id(function) in _table
