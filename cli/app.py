"""The command line: what is accepted on it, and what it says about itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

import s2sad

from . import gen as generation
from . import show as showing
from .header import Request
from .report import complain
from .stages import STAGES

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Derivatives of Python and NumPy functions, as Python source. Files are read, never executed.",
    epilog="Exit codes: 0 done, 1 stale (--check), 2 bad usage or a program that is refused.",
)


class Mode(StrEnum):
    forward = "forward"
    reverse = "reverse"
    both = "both"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"s2sad {s2sad.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE[:NAME,...]|FOLDER...",
        help="Python files, each with the functions wanted (otherwise: all that are marked @differentiate), or "
        "folders, of which all files with marked functions are taken.",
        show_default=False,
    ),
]
Wrt = Annotated[
    Optional[str],  # noqa: UP045  typer reads this at run time
    typer.Option(
        "--wrt", metavar="NAME,...", help="Differentiate with respect to these parameters (default: all that can be).",
        show_default=False,
    ),
]  # fmt: skip


@app.command()
def gen(
    inputs: Inputs,
    wrt: Wrt = None,
    mode: Annotated[
        Optional[Mode],  # noqa: UP045
        typer.Option(
            "--mode", help="Which derivatives: tangents, adjoints, or both (the default).", show_default=False
        ),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "-o",
            "--output",
            help="Write to this file. For several inputs or a folder: to NAME_ad.py, one for each file, below this "
            "folder. Without it the text goes to standard output, one file after the other.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Write nothing; print a diff and exit with 1 if the written file (-o, or NAME_ad.py beside the "
            "input) is not what would be written now. Functions and options not given are those in its header.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file even if s2sad did not write it.")
    ] = False,
    link: Annotated[
        bool,
        typer.Option("--link", help="Import constants and helpers from the module instead of copying them."),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite-arguments",
            help="Do not copy the arrays that a function writes to: the caller's are overwritten.",
        ),
    ] = False,
    check_aliasing: Annotated[
        bool,
        typer.Option(
            "--check-aliasing",
            help="For debugging: the derivatives assert that adjoints share memory as their arrays do.",
        ),
    ] = False,
) -> None:
    """Write the derivatives of functions as a Python file that needs only what their own file imports."""
    request = Request(
        _names(wrt, "--wrt"), mode.value if mode is not None else None, link, overwrite, check_aliasing, force
    )
    with complain():
        raise typer.Exit(generation.run(inputs, output, check, request))


@app.command()
def show(
    function: Annotated[
        str, typer.Argument(metavar="FILE[:NAME,...]", help="A file and the functions wanted.")
    ],
    wrt: Wrt = None,
    mode: Annotated[Mode, typer.Option("--mode", help="Which derivatives to show.")] = Mode.both,
    stage: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--stage", help=f"Show what the compiler knows instead: {', '.join(STAGES)}.", show_default=False
        ),
    ] = None,
) -> None:
    """Print functions and their derivatives, highlighted on a terminal."""
    with complain():
        showing.run(function, _names(wrt, "--wrt"), mode.value, stage)


def _names(text: str | None, option: str) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if not name.isidentifier():
            raise typer.BadParameter(f"{name!r} is not a name", param_hint=option)
    return names


def main() -> None:
    """The console script."""
    app(prog_name="s2sad")
