"""`s2sad show`: a function and its derivatives in the terminal."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.syntax import Syntax

from s2sad.compile import Options, generate
from s2sad.frontend.marks import all_functions, marked
from s2sad.frontend.resolve import SourceModule, from_file

from .files import readable, split
from .report import Failure
from .stages import STAGES


def run(text: str, wrt: tuple[str, ...] | None, mode: str, shown: str | None) -> None:
    """Print what is asked for. Raises Failure for what is wrong with the command."""
    path, names = split(text)
    readable(path)
    if shown is not None and shown not in STAGES:
        raise Failure(f"unknown stage {shown!r}; there are: {', '.join(STAGES)}")
    module = from_file(path)
    functions = list(names or marked(module) or all_functions(module))
    if not functions:
        raise Failure(f"{path}: it has no functions")
    console = Console(highlight=False, soft_wrap=True)
    if shown is not None:
        for name in functions:
            _print(console, STAGES[shown](module, name))
        return
    derivative = generate(module, functions, wrt, mode, Options())
    for name in functions:
        _print(console, _primal(module, name))
    _print(console, without_header(derivative))


def without_header(text: str) -> str:
    """An emitted file from its first import on."""
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return "".join(lines[start:])


def _primal(module: SourceModule, name: str) -> str:
    """A function as it stands in its file, without indentation."""
    binding = module.binding(name)
    return textwrap.dedent(binding.text) if binding is not None else ""


def _print(console: Console, text: str) -> None:
    """Source text, highlighted on a terminal and bare anywhere else."""
    if console.is_terminal:
        console.print(Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True))
    else:
        console.out(text.rstrip("\n"), highlight=False)
    console.out()
