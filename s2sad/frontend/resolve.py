"""What a name denotes: the one door to `denotations`, `sources`, `live` and `static`."""

from __future__ import annotations

from s2sad.frontend.denotations import Denotation, Live, Missing, SourceValue, live_object
from s2sad.frontend.live import computes_more, denote, from_function, is_library
from s2sad.frontend.sources import Binding, Field, Member, SourceClass, SourceFunction, SourceModule
from s2sad.frontend.static import StaticModule, from_file

__all__ = [
    "Binding",
    "Denotation",
    "Field",
    "Live",
    "Member",
    "Missing",
    "SourceClass",
    "SourceFunction",
    "SourceModule",
    "SourceValue",
    "StaticModule",
    "computes_more",
    "denote",
    "from_file",
    "from_function",
    "is_library",
    "live_object",
]
