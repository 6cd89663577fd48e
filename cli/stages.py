"""What `s2sad show --stage` can show of the inside of the compiler."""

from __future__ import annotations

from collections.abc import Callable

from s2sad.frontend.resolve import SourceModule
from s2sad.generate import function_of
from s2sad.ir.pretty import pretty


def intermediate(module: SourceModule, name: str) -> str:
    """The function as lowered, before any analysis."""
    return pretty(function_of(module, name).lower())


#: Stage -> how it is shown, for a module and the name of a function.
STAGES: dict[str, Callable[[SourceModule, str], str]] = {"ir": intermediate}
