"""What a name can stand for (the targets of `ir.Ref`), except for what has source; that is in `resolve`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """A live Python object: a library's function, a module, a builtin, a constant."""

    obj: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Live) and self.obj is other.obj

    def __hash__(self) -> int:
        return id(self.obj)

    def __repr__(self) -> str:
        return f"Live({getattr(self.obj, '__name__', None) or type(self.obj).__name__})"


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that nothing defines, or (see `reason`) whose definition cannot be decided."""

    name: str
    reason: str = ""
    absent: bool = False  # a module that is not installed: importing it fails


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A module-level constant in static mode, known as the text of an expression that reads `names`."""

    text: str
    names: tuple[str, ...] = ()
    module: Any = None


Denotation = (
    Any  # Live | Missing | SourceValue | resolve.SourceFunction | resolve.SourceClass | resolve.SourceModule
)


def live_object(denotation: Denotation, default: Any = None) -> Any:
    return denotation.obj if isinstance(denotation, Live) else default
