"""Files: what is named on the command line, and writing without leaving anything half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from s2sad.emit.module import is_ours
from s2sad.frontend.marks import marked
from s2sad.frontend.resolve import from_file

from .report import Failure

SUFFIX = "_ad.py"


@dataclass(frozen=True)
class Job:
    """One file to differentiate. `below` is its place in the folder that was named on the command line."""

    source: Path
    names: tuple[str, ...] | None
    below: Path

    def target(self, output: Path | None, single: bool) -> Path | None:
        """Where the result goes: to `output` itself, or for one of several files below that folder."""
        if output is None or single:
            return output
        return output / self.below.with_name(self.below.stem + SUFFIX)

    def beside(self) -> Path:
        return self.source.with_name(self.source.stem + SUFFIX)


def jobs(inputs: list[str]) -> tuple[list[Job], bool]:
    """What the inputs name, and whether it is a single file. Raises Failure for what is not there."""
    found: list[Job] = []
    folders = False
    for text in inputs:
        path, names = split(text)
        if path.is_dir():
            if names is not None:
                raise Failure(f"{path} is a folder: functions can be named in files only")
            folders = True
            found += _in_folder(path)
        else:
            readable(path)
            found.append(Job(path, names, Path(path.name)))
    found = _distinct(found)
    return found, len(found) == 1 and not folders


def split(text: str) -> tuple[Path, tuple[str, ...] | None]:
    """`model.py:cost,energy` as a path and names. A drive's colon is part of the path."""
    if not text:
        raise Failure("the name of a file is empty")
    path, colon, names = text.rpartition(":")
    if not colon or Path(text).exists() or os.sep in names:
        return Path(text), None
    wanted = tuple(dict.fromkeys(name.strip() for name in names.split(",")))
    for name in wanted:
        if not all(part.isidentifier() for part in name.split(".")):
            raise Failure(f"{names!r} after {path} is not a list of function names")
    return Path(path), wanted


def readable(path: Path) -> None:
    """Raise Failure or OSError unless the file can be read."""
    if not path.exists():
        raise Failure(f"{path}: no such file or folder")
    if not path.is_file():
        raise Failure(f"{path}: not a file")
    with path.open("rb"):
        pass


def _in_folder(folder: Path) -> list[Job]:
    """The files below a folder that mark functions for differentiation, in order."""
    files = sorted(_python_files(folder))
    if not files:
        raise Failure(f"{folder}: no Python files")
    found = [Job(path, None, path.relative_to(folder)) for path in files if _marks_functions(path)]
    if not found:
        raise Failure(f"{folder}: no function in it is marked @differentiate")
    return found


def _python_files(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(".") or entry.name in ("__pycache__", "node_modules", "site-packages"):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not Path(entry.path, "pyvenv.cfg").exists():
                yield from _python_files(Path(entry.path))
        elif entry.name.endswith(".py"):
            yield Path(entry.path)


def _marks_functions(path: Path) -> bool:
    text = path.read_bytes()
    return b"differentiate" in text and not written_by_us(path) and bool(marked(from_file(path)))


def _distinct(found: list[Job]) -> list[Job]:
    """Jobs by file and functions, each once."""
    seen: dict[tuple[Path, tuple[str, ...] | None], Job] = {}
    for job in found:
        seen.setdefault((job.source.resolve(), job.names), job)
    return list(seen.values())


def written_by_us(path: Path) -> bool:
    """Whether s2sad wrote an existing file."""
    with path.open("rb") as file:
        return is_ours(file.read(4096).decode("utf-8", "replace"))


def check_target(target: Path, force: bool) -> None:
    """Raise Failure if the target must not or cannot be written. An empty file may be."""
    if target.is_dir():
        raise Failure(f"{target} is a folder; for a single input -o names a file")
    if target.exists() and not target.is_file():
        raise Failure(f"{target}: not a file; without -o the text goes to standard output")
    others = target.exists() and target.stat().st_size > 0 and not written_by_us(target)
    if others and not force:
        raise Failure(f"{target} was not written by s2sad; use --force to overwrite it")


def write(target: Path, text: str) -> None:
    """Replace a file's content in one step: readers see the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target = Path(os.path.realpath(target))  # a link stays a link
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, _permissions(target))
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _permissions(target: Path) -> int:
    """Those of the file that is replaced, or what the user's mask gives to new files."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
