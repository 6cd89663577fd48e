"""Refuse a program at a place of it."""

from __future__ import annotations

from typing import Any, NoReturn

from s2sad.errors import Diagnostic, RefusedError, users_place
from s2sad.ir.nodes import NOWHERE, Span


def refuse(origin: Any, span: Span | None, code: str, message: str, help: str = "") -> NoReturn:
    """Raise a RefusedError for one finding. `origin` is the SourceFunction that the span lies in, or None."""
    raise RefusedError(diagnostic(origin, span, code, message, help))


def diagnostic(origin: Any, span: Span | None, code: str, message: str, help: str = "") -> Diagnostic:
    """A finding at a place. A span that knows its file lies there: a statement may stand inlined in another function."""
    module = getattr(origin, "module", None)
    filename, span = users_place(getattr(module, "filename", "") or "<generated>", span or NOWHERE)
    return Diagnostic(code, span, filename, message, help)
