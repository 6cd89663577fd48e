"""Comments of a reverse sweep: which statement of the user's each group of adjoint statements belongs to.

Lines in a row that come from one statement are a group. Its text stands behind a single line where there is room, and
else above the group, cut short if it is long. A statement is named once in a block and those inside of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from s2sad.emit.tree import Line
from s2sad.ir.nodes import NOWHERE, Span
from s2sad.transform.tree import REVERSE_SWEEP

LONGEST = 64

_LITERAL = re.compile(r'("""|\'\'\').*?\1|"(?:\\.|[^"\\])*"(?!")|\'(?:\\.|[^\'\\])*\'(?!\')|#.*')
_FUNCTION = re.compile(r"\s*(async\s+)?def\s")


def starts_reverse_sweep(line: Line) -> bool:
    return line.kind == "comment" and line.data == REVERSE_SWEEP


class Statements:
    """The text of the user's statements, found by a line that they stand on."""

    def __init__(self, origin: Any) -> None:
        module = getattr(origin, "module", None)
        self.file: str = getattr(module, "filename", "")
        self.lines: Sequence[str] = getattr(module, "lines", ())
        self.starts: dict[int, int] = {}  # line -> the first line of its statement
        if getattr(origin, "name", "").isidentifier() is False:
            self.lines = ()  # a lambda is a part of some statement

    def start(self, span: Span) -> int:
        """The first line of the statement at a place; 0 where it is not known."""
        span = span.caller or span
        if span == NOWHERE or not 0 < span.line <= len(self.lines) or span.file not in ("", self.file):
            return 0
        if span.line not in self.starts:
            self.scan(span.line)
        return self.starts.get(span.line, 0)

    def scan(self, line: int) -> None:
        """Find the statements from the head of the function around a line to that line."""
        first = line
        while first > 1 and not _FUNCTION.match(self.lines[first - 1]):
            first -= 1
        begin, depth, quote = first, 0, ""
        for number in range(first, len(self.lines) + 1):
            text = self.lines[number - 1]
            if number > line and number == begin:
                return
            self.starts[number] = begin
            if quote:
                _, found, text = text.partition(quote)
                if not found:
                    continue
            text = _LITERAL.sub("", text)
            quote = next((mark for mark in ('"""', "'''") if mark in text), "")
            text = text.partition(quote)[0] if quote else text.rstrip()
            depth += sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
            if depth <= 0 and not quote and not text.endswith("\\"):
                begin, depth = number + 1, 0

    def text(self, start: int) -> str:
        """The statement that starts on a line, on one line; nothing for the head of a loop or a branch."""
        parts = [part for n, part in enumerate(self.lines[start - 1 :], start) if self.starts.get(n) == start]
        words = " ".join(_LITERAL.sub(without_comment, part).strip(" \t\\\n") for part in parts)
        words = re.sub(r"([(\[{]) |,? (?=[)\]}])", lambda found: found[1] or "", words)
        if words.endswith(":"):
            return ""
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 4].rstrip(' ,')} ..."

    def several(self, lines: Iterable[Line]) -> bool:
        """Do the lines, and those inside of them, come from more than one statement? Else nothing need be said."""
        found: set[int] = set()
        waiting = list(lines)
        while waiting and len(found) < 2:
            line = waiting.pop()
            for block in line.blocks:
                waiting += block.lines
            start = 0 if line.blocks else self.start(line.span)
            if start and self.text(start):
                found.add(start)
        return len(found) > 1

    def groups(self, lines: Iterable[Line], named: set[int]) -> Iterator[tuple[str, list[Line]]]:
        """Lines of a block in a row that belong together, and the text of their statement, if it is to be named.

        `named`: the statements that have been; those of the lines are added.
        """
        group: list[Line] = []
        now = 0
        for line in lines:
            start = 0 if line.blocks else self.start(line.span)
            if start != now and group:
                yield self.name(now, named), group
                group = []
            group.append(line)
            now = start
        if group:
            yield self.name(now, named), group

    def name(self, start: int, named: set[int]) -> str:
        if not start or start in named:
            return ""
        named.add(start)
        return self.text(start)


def without_comment(found: re.Match[str]) -> str:
    return "" if found[0].startswith("#") else found[0]
