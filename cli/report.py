"""What the command says when something is wrong: on standard error, with exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from s2sad.errors import S2sadError

STALE = 1
FAILED = 2


class Failure(Exception):
    """A one-line error of the command line itself."""


@contextmanager
def complain() -> Iterator[None]:
    """Print an error and exit with 2; every finding of a program that is refused is printed."""
    try:
        yield
    except (Failure, S2sadError, OSError) as error:
        say(reason(error))
        raise typer.Exit(FAILED) from None


def reason(error: Exception) -> str:
    """An error in words: findings as they stand, anything else as one line."""
    match error:
        case S2sadError():
            return str(error)
        case OSError():
            where = f"{error.filename}: " if error.filename is not None else ""
            return f"s2sad: error: {where}{(error.strerror or str(error)).lower()}"
        case _:
            return f"s2sad: error: {error}"


def say(text: str) -> None:
    print(text, file=sys.stderr)
