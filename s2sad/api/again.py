"""A gradient that is called again: most are called in a loop, with arguments of the same classes and dtypes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sad.api.program import OPTIONS, Variant
from s2sad.api.target import Bound, Pick
from s2sad.compile import NUMBERS, pattern
from s2sad.frontend.lookups import note


@dataclass(slots=True)
class Prepared:
    """A call of a gradient: its arguments by parameter, those that are differentiated, and the derivative."""

    bound: Bound
    picks: list[Pick]
    names: tuple[str, ...]  # of the parameters that hold the picks
    variant: Variant


class Again:
    """Prepares calls as one call before was prepared, if they are alike; that takes less than to begin anew.

    Only calls of functions with plain parameters, given by position, that write to none of their arguments.
    """

    def __init__(self, call: Prepared, args: tuple[Any, ...]) -> None:
        self._program = call.bound.program
        self._picks, self._names, self._variant = call.picks, call.names, call.variant
        self._given = self._program.names[: len(args)]
        self._defaults = {name: call.bound.arguments[name] for name in self._program.names[len(args) :]}
        self._shapes = shapes(args)
        self._pattern: Hashable = pattern(args)
        self._options = OPTIONS.get()

    @staticmethod
    def after(call: Prepared, args: tuple[Any, ...]) -> Again | None:
        """For calls like this one, if there may be any. The arguments themselves are not kept."""
        is_plain = call.bound.program.plain and not call.bound.given
        return Again(call, args) if is_plain and not call.variant.derived.written else None

    def prepare(self, args: tuple[Any, ...]) -> Prepared | None:
        lookups = self._variant.derived.lookups
        is_alike = shapes(args) == self._shapes or pattern(args) == self._pattern
        if not is_alike or OPTIONS.get() is not self._options or not lookups.is_current():
            return None
        note(lookups)
        arguments = dict(zip(self._given, args, strict=True)) | self._defaults
        return Prepared(Bound(self._program, arguments), self._picks, self._names, self._variant)


def shapes(args: tuple[Any, ...]) -> list[Any]:
    """What tells of numbers and arrays, at less expense than `pattern`, that they have the same pattern as before.

    For anything else an object that is equal to nothing.
    """
    return [
        (arg.dtype, arg.shape) if type(arg) is np.ndarray else type(arg) if type(arg) in NUMBERS else object()
        for arg in args
    ]
