"""Functions and classes that are differentiated as another function's source.

For objects that are called (a spline): the other function returns a function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from s2sad.rules.declare import Words, load_optional
from s2sad.rules.options import anything

_table: dict[int, tuple[Any, Callable[..., Any], Mapping[str, Words], frozenset[str], bool]] = {}


def stands_in(
    by: Callable[..., Any],
    function: Any,
    accepts: Mapping[str, Words] | None = None,
    *,
    when: Collection[str] = (),
    objects: bool = False,
) -> None:
    """Declare that `by`, which has the same parameters, stands for `function`.

    `accepts` lists the options that may be given, with what they may be; a call with others is refused. If `by` takes
    any positional arguments or keywords, so does the call, unless some are listed (`"**"` lists all). `when`: it stands only for calls with one of these options,
    and with what else it has; the others have a rule. `objects`: what it returns is no numbers, so that it stands also
    for calls of which nothing is differentiated.
    """
    if when:
        accepts = dict.fromkeys(inspect.signature(by).parameters, anything) | dict(accepts or {})
    _table[id(function)] = (function, by, accepts or {}, frozenset(when), objects)


def stand_in(
    function: Any, positional: int, options: Mapping[Any, Any]
) -> tuple[Callable[..., Any], bool] | None:
    """The function that stands for a call with so many positional arguments, and with options of these values.

    With it, whether it must stand for calls as well of which nothing is differentiated.
    """
    if id(function) not in _table and str(getattr(function, "__module__", "")).startswith("scipy"):
        load_optional()
    found = _table.get(id(function))
    if found is None:
        return None
    _, by, accepts, when, objects = found
    if when and when.isdisjoint(options):
        return None
    params = inspect.signature(by).parameters
    try:
        bound = inspect.signature(by).bind(*(None,) * positional, **dict.fromkeys(options))
    except TypeError:
        return None
    if accepts and "**" not in accepts and not options.keys() <= {*params, *accepts}:
        return None
    if any(
        name not in params and not _is_one_of(options[name], accepts[name])
        for name in accepts.keys() & options.keys()
    ):
        return None
    for position, (name, param) in enumerate(params.items()):
        plain = param.default is param.empty or when or accepts.get(name) is anything
        if position < positional and not plain:
            return None  # an option whose value is not looked at
        if name in options and name in accepts and not _is_one_of(options[name], accepts[name]):
            return None
        if name in options and name not in accepts and param.default is not param.empty:
            return None
    return (by, objects) if bound else None


def _is_one_of(value: Any, words: Words) -> bool:
    return words(value) if callable(words) else isinstance(words, Collection) and value in words


def is_replaced(function: Any) -> bool:
    """Whether another function stands in for calls of this one, if their options allow."""
    return id(function) in _table
