"""`s2sad show`: a function and its derivatives in the terminal."""

from __future__ import annotations

import ast
import textwrap

from rich.console import Console
from rich.syntax import Syntax

from s2sad.compile import Options, generate
from s2sad.frontend.resolve import from_file

from .files import readable, split
from .marked import all_functions, marked_functions
from .report import Failure
from .stages import STAGES


def run(text: str, wrt: tuple[str, ...] | None, mode: str, shown: str | None) -> None:
    """Print what is asked for. Raises Failure for what is wrong with the command."""
    path, names = split(text)
    readable(path)
    if shown is not None and shown not in STAGES:
        raise Failure(f"unknown stage {shown!r}; there are: {', '.join(STAGES)}")
    functions = list(names or marked_functions(path) or all_functions(path))
    if not functions:
        raise Failure(f"{path}: it has no functions")
    module = from_file(str(path))
    console = Console(highlight=False, soft_wrap=True)
    if shown is not None:
        for name in functions:
            _print(console, STAGES[shown](module, name))
        return
    derivative = generate(module, functions, wrt, mode, Options())
    for name in functions:
        _print(console, _primal(path.read_text(encoding="utf-8"), name))
    _print(console, without_header(derivative))


def without_header(text: str) -> str:
    """An emitted file from its first import on."""
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return "".join(lines[start:])


def _primal(text: str, name: str) -> str:
    """A function as it stands in its file; a method without the class's indentation."""
    body: list[ast.stmt] = ast.parse(text).body
    *classes, name = name.split(".")
    for cls in classes:
        body = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == cls).body
    node = next(node for node in reversed(body) if isinstance(node, ast.FunctionDef) and node.name == name)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = text.splitlines(keepends=True)[first - 1 : node.end_lineno]
    return textwrap.dedent("".join(lines))


def _print(console: Console, text: str) -> None:
    """Source text, highlighted on a terminal and bare anywhere else."""
    if console.is_terminal:
        console.print(Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True))
    else:
        console.out(text.rstrip("\n"), highlight=False)
    console.out()
