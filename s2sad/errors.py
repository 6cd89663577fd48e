"""Diagnostics: what is wrong, where, why, and what to write instead.

Every stage reports through a `Diagnostics` collector, so that all findings of a function are raised at once.
`CODES` is the source of the page in ``docs/`` that explains each code.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Sequence
from dataclasses import dataclass

from s2sad.ir.nodes import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `source_line` is the text of the span's first line, if the collector knew it."""

    code: str
    span: Span
    filename: str
    message: str
    help: str = ""
    source_line: str = ""

    def render(self, source_lines: Sequence[str] | None = None) -> str:
        """The finding as text: place and message, the line with carets under the span, the remedy."""
        parts = [f"{self._place()}error[{self.code}]: {self.message}"]
        line = self._line(source_lines)
        if line.strip():
            parts += _carets(line, self.span)
        if self.help:
            parts.append(f"help: {self.help}")
        return "\n".join(parts)

    def _place(self) -> str:
        if not self.filename:
            return ""
        filename = _shown(self.filename)
        if not self.span.line:
            return f"{filename}: "
        return f"{filename}:{self.span.line}:{self.span.col + 1}: "

    def _line(self, source_lines: Sequence[str] | None) -> str:
        number = self.span.line
        if not number:
            return ""
        if source_lines is not None:
            line = source_lines[number - 1] if number <= len(source_lines) else ""
        else:
            line = self.source_line or linecache.getline(self.filename, number)
        return line.rstrip("\r\n")


#: What s2sad puts in place of library functions lies here, and is none of the user's.
_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


def is_of_s2sad(filename: str) -> bool:
    return filename.startswith(_PACKAGE)


def users_place(filename: str, span: Span) -> tuple[str, Span]:
    """The file and place of a statement: if it is one of s2sad's own, of the call that it was put in place of."""
    while span.caller is not None and is_of_s2sad(span.file or filename):
        span = span.caller
    return span.file or filename, span


def _shown(filename: str) -> str:
    """A file below the working directory is named relative to it."""
    if not os.path.isabs(filename):
        return filename
    try:
        relative = os.path.relpath(filename)
    except (ValueError, OSError):  # another drive, or no working directory
        return filename
    return filename if relative.startswith(os.pardir) else relative


def _carets(line: str, span: Span) -> list[str]:
    end = span.end_col if span.end_line == span.line else len(line.rstrip())
    width = max(1, min(end, len(line)) - span.col)
    # Tabs are kept, so that the carets stand under their text whatever a tab's width is.
    indent = "".join("\t" if char == "\t" else " " for char in line[: span.col])
    number = str(span.line)
    return [f" {number} | {line}", f" {' ' * len(number)} | {indent}{'^' * width}"]


class S2sadError(Exception):
    """Base of all errors of s2sad; `diagnostics` lists every finding."""

    def __init__(self, *diagnostics: Diagnostic | str):
        self.diagnostics: list[Diagnostic] = [
            Diagnostic("S2S000", NOWHERE, "", item) if isinstance(item, str) else item for item in diagnostics
        ]
        super().__init__(*diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(diagnostic.render() for diagnostic in self.diagnostics)


class RefusedError(S2sadError):
    """The program can be read, but holds something that is not differentiated."""


class SourceError(S2sadError):
    """There is no program to read: no source, a syntax error, an unknown name, a bad argument."""


class Diagnostics:
    """Collects the findings of one function (or file), in the order in which they are added."""

    def __init__(self, filename: str, lines: Sequence[str] = ()):
        self.filename = filename
        self.lines = lines
        self.findings: list[Diagnostic] = []

    def add(self, code: str, span: Span, message: str, help: str = "") -> None:
        if code not in CODES:
            raise KeyError(f"undocumented diagnostic {code}")
        line = self.lines[span.line - 1] if 0 < span.line <= len(self.lines) else ""
        finding = Diagnostic(code, span, self.filename, message, help, line)
        if finding not in self.findings:
            self.findings.append(finding)

    def extend(self, findings: Sequence[Diagnostic]) -> None:
        self.findings.extend(finding for finding in findings if finding not in self.findings)

    def raise_if_any(self, error: type[S2sadError] = RefusedError) -> None:
        if self.findings:
            raise error(*sorted(self.findings, key=lambda f: (f.filename, f.span.line, f.span.col)))


# code -> (title, explanation). S2S00x: the source itself; S2S01x: writes; S2S02x: derivatives; S2S1xx: Python's syntax.
CODES: dict[str, tuple[str, str]] = {
    "S2S000": ("error", "An error that has no place in the user's program."),
    "S2S001": (
        "no source",
        "The source text of the function cannot be had: it is a C extension, was made by `exec` without an entry in "
        "`linecache`, or was typed into an interpreter that does not keep what is typed.",
    ),
    "S2S002": ("syntax error", "The file is not valid Python."),
    "S2S003": (
        "source does not match",
        "The text at the function's place is not the function that is loaded: the file has changed since, or several "
        "lambdas on a line cannot be told apart because Python runs without code positions.",
    ),
    "S2S004": (
        "unknown name",
        "The file defines no function of this name, or the function no such parameter.",
    ),
    "S2S005": ("bad argument", "An argument of s2sad itself is wrong."),
    "S2S006": (
        "cannot be copied",
        "An emitted file runs without s2sad and without the file it was made from, so it cannot use this object.",
    ),
    "S2S010": (
        "write cannot be followed",
        "A write goes to an object that may be shared with others in a way that cannot be decided.",
    ),
    "S2S011": (
        "write to a captured variable",
        "A function that stands alone writes a variable of its maker.",
    ),
    "S2S012": (
        "an argument is changed in place",
        "The caller's data must stay as it was; start from a copy, or ask for overwriting explicitly.",
    ),
    "S2S013": ("global write", "A derivative must not write module variables. Return the value instead."),
    "S2S020": (
        "not differentiable",
        "The derivative of a value of this type is asked for, and does not exist (integers, booleans, strings).",
    ),
    "S2S021": (
        "no derivative is known",
        "An active value reaches a function that has neither a rule nor source text.",
    ),
    "S2S022": ("no derivative for this use", "A rule exists, but not for these options or arguments."),
    "S2S023": ("unknown callee", "It cannot be decided which function is called with an active value."),
    "S2S024": (
        "decorator not followed",
        "Without running the file it is not known what a decorator makes of the function. With `functools.wraps` it "
        "is taken to keep the meaning.",
    ),
    "S2S031": (
        "call does not fit",
        "The arguments of a call do not match the parameters of what is called, or a transform inside of the program "
        "is called in a way that it does not take.",
    ),
    "S2S032": (
        "calls nest too deeply",
        "Each call of a user's function is compiled for the types of its arguments; here every one calls for a new one.",
    ),
    "S2S090": (
        "types do not settle",
        "The types of the variables that a loop carries change with every turn of it.",
    ),
    "S2S100": ("not accepted", "A construct of Python that s2sad does not accept."),
    "S2S101": ("async", "Coroutines are not differentiated."),
    "S2S102": ("class in a function", "A class made inside of a function is a new type at each call."),
    "S2S103": (
        "code from text",
        "`exec`, `eval` and their like hide the program from a source transformation.",
    ),
    "S2S104": (
        "yield as a value",
        "Only `yield` as a statement is accepted: nothing can be sent into a generator.",
    ),
    "S2S105": (
        "generator expression kept",
        "A generator expression is evaluated where it stands, so it must be consumed there.",
    ),
    "S2S106": ("except*", "Exception groups are not accepted."),
    "S2S107": ("star import", "Names that come from `import *` inside of a function cannot be known."),
    "S2S108": ("template string", "Template strings are not accepted."),
    "S2S109": ("type alias", "`type` statements inside of a function are not accepted."),
    "S2S110": ("del", "A variable of an enclosing function cannot be deleted."),
    "S2S111": ("pattern", "A pattern whose class is not known."),
    "S2S112": (
        "local namespace",
        "`locals()`, `globals()` and `vars()` see variables that the derivative renames.",
    ),
    "S2S113": ("super()", "`super()` is accepted directly inside of a method only."),
    "S2S114": ("import", "A module that is imported inside of the function cannot be found."),
}
