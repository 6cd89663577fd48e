"""Refuse a program at a place of it."""

from __future__ import annotations

from typing import Any, NoReturn

from s2sad.errors import Diagnostic, RefusedError
from s2sad.ir.nodes import NOWHERE, Span


def refuse(origin: Any, span: Span | None, code: str, message: str, help: str = "") -> NoReturn:
    """Raise a RefusedError for one finding. `origin` is the SourceFunction that the span lies in, or None."""
    module = getattr(origin, "module", None)
    filename = getattr(module, "filename", "") or "<generated>"
    lines = getattr(module, "lines", None)
    error = RefusedError(Diagnostic(code, span or NOWHERE, filename, message, help))
    if lines is not None and hasattr(error, "sources"):
        error.sources[filename] = lines
    raise error
