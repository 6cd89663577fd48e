"""`python -m docs.examples` runs the examples of the pages and writes what they print; with `--check` it says what is stale.

In a page, a fence says what its block is:

- ``python``: run, in order, in one namespace for the page. A block whose first line is ``# name.py`` is written to that
  file instead.
- ``console``: a line after ``$ `` is a command, run in a folder that has these files and ``samples/``; the lines below
  are what it prints.
- ``python output``, ``text output``: what the ``python`` block before it prints.

Blocks of other kinds are left alone.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/language.md", "docs/writes.md", "docs/architecture.md")

_BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\w+\.py)\n")
_PYTHON = {"python": [sys.executable], "s2sad": [sys.executable, "-m", "s2sad"]}


def played(page: str) -> str:
    """A page's text with every output as it is now. Changes the working directory, and declares the page's rules."""
    text = (ROOT / page).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "samples", "samples", ignore=shutil.ignore_patterns("__pycache__"))
        return _BLOCK.sub(_Player(), text)


class _Player:
    """Runs the blocks of a page, one after the other."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "example"}
        self.count = 0
        self.printed = ""

    def __call__(self, block: re.Match[str]) -> str:
        kind, text = block["kind"], block["text"]
        if kind == "python":
            self.printed = self.run(text)
        elif kind == "console":
            text = "".join(self.command(line[2:]) for line in text.splitlines() if line.startswith("$ "))
        elif kind.endswith(" output"):
            text = self.printed
        return f"```{kind}\n{text}```"

    def run(self, text: str) -> str:
        """What a block of Python prints. Its text stands in a file, since s2sad reads the source of functions."""
        named = _FILE.match(text)
        if named:
            Path(named[1]).write_text(text, encoding="utf-8")
            return ""
        self.count += 1
        path = Path(f"example_{self.count}.py").resolve()
        path.write_text(text, encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(text, str(path), "exec"), self.namespace)
        return _tidy(printed.getvalue())

    def command(self, line: str) -> str:
        """A command and what it prints, on standard output or standard error; an exit code other than 0 at the end."""
        head, *rest = shlex.split(line)
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [*_PYTHON[head], *rest],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
            check=False,
        )
        code = f"(exit code {done.returncode})\n" if done.returncode else ""
        return f"$ {line}\n{_tidy(done.stdout)}{code}"


def _tidy(printed: str) -> str:
    lines = "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n")
    return f"{lines}\n" if lines else ""


def difference(page: str) -> str:
    """A diff from a page to what it would be with its examples run now, or ""."""
    old = (ROOT / page).read_text(encoding="utf-8").splitlines(keepends=True)
    new = played(page).splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, page, f"{page} (fresh)"))


def main(options: list[str]) -> int:
    check = "--check" in options
    pages = [option for option in options if option != "--check"] or PAGES
    stale = False
    for page in pages:
        if check:
            found = difference(page)
            sys.stdout.write(found)
            stale |= bool(found)
        else:
            (ROOT / page).write_text(played(page), encoding="utf-8")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
