"""`s2sad gen`: write derivatives, or check that what was written is fresh."""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from s2sad.compile import Options, generate
from s2sad.emit.module import parse_header
from s2sad.errors import S2sadError
from s2sad.frontend.marks import all_functions, marked, marked_methods
from s2sad.frontend.resolve import SourceModule, from_file

from .files import Job, check_target, jobs, write
from .header import Request, as_written
from .report import FAILED, STALE, Failure, reason, say

Item = TypeVar("Item")


def run(inputs: list[str], output: Path | None, check: bool, request: Request) -> int:
    """Do it; the result is the exit code. Raises Failure and OSError for what is wrong with the command."""
    found, single = jobs(inputs)
    targets = _targets(found, output, single)
    if check:
        return _check(found, targets, request)
    for target in targets:
        if target is not None:
            check_target(target, request.force)
    texts, failures = _generate_all(found, request)
    if failures:
        say("\n\n".join(failures))
        return FAILED
    for target, text in zip(targets, texts, strict=True):
        if target is None:
            sys.stdout.write(text)
        else:
            write(target, text)
    return 0


def _targets(found: list[Job], output: Path | None, single: bool) -> list[Path | None]:
    if output is not None and not single and output.is_file():
        raise Failure(f"{output} is a file; for several inputs -o names a folder")
    targets = [job.target(output, single) for job in found]
    for job, target in zip(found, targets, strict=True):
        if target is not None and target.resolve() == job.source.resolve():
            raise Failure(f"{target} is the file to differentiate: name another one after -o")
        if target is not None and targets.count(target) > 1:
            raise Failure(f"two of the inputs would be written to {target}")
    return targets


def _generate_all(found: list[Job], request: Request) -> tuple[list[str], list[str]]:
    """The text for each file, and what is wrong with those that have none."""
    texts, failures = [], []
    for job in _progress(found):
        try:
            texts.append(text_for(job, request))
        except (Failure, S2sadError, OSError) as error:
            failures.append(reason(error))
    return texts, failures


def text_for(job: Job, request: Request) -> str:
    """The emitted file for one input."""
    module = from_file(job.source)
    if job.names is None:
        _check_marked(module, job.source)
    options = Options(link=request.link, overwrite=request.overwrite, check_aliasing=request.check_aliasing)
    return generate(module, job.names, request.wrt, request.mode or "both", options)


def _check_marked(module: SourceModule, source: Path) -> None:
    """Raise Failure if no function is marked; say which methods are, since they are left out."""
    functions, methods = marked(module), marked_methods(module)
    if functions:
        for method in methods:
            say(f"s2sad: {source}: `{method}` is left out: {_NO_METHODS}")
    elif methods:
        raise Failure(f"{source}: `{methods[0]}`: {_NO_METHODS}")
    else:
        others = all_functions(module)
        remedy = f"name one: {source}:{others[0]}" if others else "and it has no functions at all"
        raise Failure(f"{source}: no function is marked @differentiate; {remedy}")


_NO_METHODS = "a method; write a function that takes the object and calls it"


def _progress(items: list[Item]) -> Iterable[Item]:
    """The items, with a bar on standard error if there are several and a person may be watching."""
    console = Console(stderr=True)
    if len(items) < 2 or not console.is_terminal:
        return items
    return _with_bar(items, console)


def _with_bar(items: list[Item], console: Console) -> Iterator[Item]:
    columns = (TextColumn("differentiating"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(items)


# ── --check ──────────────────────────────────────────────────────────────────────────────────────────────


def _check(found: list[Job], targets: list[Path | None], request: Request) -> int:
    stale, failures = [], []
    for job, target in zip(_progress(found), targets, strict=True):
        written = target or job.beside()
        try:
            difference, command = _difference(job, written, request)
        except (Failure, S2sadError, OSError) as error:
            failures.append(reason(error))
            continue
        if difference:
            stale.append(difference)
            say(f"s2sad: {written} is stale: {command}")
    sys.stdout.write("".join(stale))
    if failures:
        say("\n\n".join(failures))
    return FAILED if failures else STALE if stale else 0


def _difference(job: Job, written: Path, request: Request) -> tuple[str, str]:
    """A unified diff from the written file to what would be written now, or ""; and the command that writes that."""
    old = written.read_text(encoding="utf-8", errors="replace") if written.exists() else ""
    header = parse_header(old)
    if old and header is None:
        raise Failure(f"{written} was not written by s2sad")
    try:
        asked = as_written(job, request, header)
    except ValueError as error:
        raise Failure(
            f"{written}: its header is damaged ({error}); name the functions and write it anew"
        ) from None
    new = text_for(*asked)
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), str(written), f"{written} (fresh)"
    )
    return "".join(lines), _command(asked[0], written, new)


def _command(job: Job, written: Path, text: str) -> str:
    """The command that writes a text: its header tells the options."""
    header = parse_header(text)
    names = ",".join(job.names or ())
    options = header.options.removeprefix(names).split() if header is not None else []
    source = f"{job.source}:{names}" if names else str(job.source)
    return shlex.join(["s2sad", "gen", source, *options, "-o", str(written)])
