"""A gradient that is called again: most are called in a loop, with arguments of the same classes and dtypes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from s2sad.api.program import OPTIONS, Variant
from s2sad.api.target import Bound, Pick
from s2sad.compile import Options, pattern
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

    Only calls of functions with plain parameters, all given by position, that write to none of their arguments.
    """

    def __init__(self, call: Prepared, options: Options) -> None:
        self._call = call
        self._pattern: Hashable = pattern(call.bound.arguments.values())
        self._options = options

    @staticmethod
    def after(call: Prepared, args: tuple[Any, ...]) -> Again | None:
        """For calls like this one, if there may be any."""
        program = call.bound.program
        is_plain = program.plain and not call.bound.given and len(args) == len(program.names)
        return Again(call, OPTIONS.get()) if is_plain and not call.variant.derived.written else None

    def prepare(self, args: tuple[Any, ...]) -> Prepared | None:
        call = self._call
        lookups = call.variant.derived.lookups
        if pattern(args) != self._pattern or OPTIONS.get() is not self._options or not lookups.is_current():
            return None
        note(lookups)
        program = call.bound.program
        bound = Bound(program, dict(zip(program.names, args, strict=True)))
        return Prepared(bound, call.picks, call.names, call.variant)
