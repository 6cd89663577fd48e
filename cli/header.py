"""What is asked for a file, and how the header of a written file says it: in the words of the command line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

from s2sad.emit.module import Header
from s2sad.generate import BOTH, FORWARD, REVERSE

from .files import Job


@dataclass(frozen=True)
class Request:
    """What is asked for each file; None is the default, or with --check what the header of the written file says."""

    wrt: tuple[str, ...] | None = None
    mode: str | None = None
    link: bool = False
    overwrite: bool = False  # the caller's arrays
    check_aliasing: bool = False
    force: bool = False


def as_written(job: Job, request: Request, header: Header | None) -> tuple[Job, Request]:
    """The job and request with what they leave open filled in from a header."""
    if header is None:
        return job, request
    names, written = parse_options(header.options)
    return (
        job if job.names else replace(job, names=names),
        replace(
            request,
            wrt=request.wrt or written.wrt,
            mode=request.mode or written.mode,
            link=request.link or written.link,
            overwrite=request.overwrite or written.overwrite,
            check_aliasing=request.check_aliasing or written.check_aliasing,
        ),
    )


def parse_options(options: str) -> tuple[tuple[str, ...] | None, Request]:
    """`cost,energy --wrt k,u0 --mode reverse --link` as names and a request; every part may be missing.

    Raises ValueError for what `s2sad gen` does not write.
    """
    names: tuple[str, ...] | None = None
    request = Request()
    words = iter(shlex.split(options))
    for word in words:
        match word:
            case "--wrt":
                request = replace(request, wrt=_list(next(words, "")))
            case "--mode":
                request = replace(request, mode=_mode(next(words, "")))
            case "--link":
                request = replace(request, link=True)
            case "--overwrite-arguments":
                request = replace(request, overwrite=True)
            case "--check-aliasing":
                request = replace(request, check_aliasing=True)
            case _ if not word.startswith("-"):
                names = _list(word)
            case _:
                raise ValueError(f"unknown option {word}")
    return names, request


def _mode(word: str) -> str:
    if word not in (FORWARD, REVERSE, BOTH):
        raise ValueError(f"unknown mode {word!r}")
    return word


def _list(text: str) -> tuple[str, ...] | None:
    return tuple(name for name in text.split(",") if name) or None
