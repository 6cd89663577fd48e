"""Files without annotations: `s2sad gen` on the text alone, what it writes executed alone, and compared to differences.

    python -m tests.generate.unannotated [--own] [--list] [FILTER ...]

tries the programs of `tests/cases` that have NumPy arrays or numbers as arguments (annotations stripped) and those of
`tests/generate/plain`, and counts what was right, refused (by code), wrong, or failed.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import runpy
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from s2sad.compile import DEFAULTS, generate
from s2sad.errors import RefusedError, S2sadError
from s2sad.frontend.resolve import from_file
from tests import cases, harness

PLAIN = Path(__file__).with_name("plain")
GROUPS = ("arrays_inplace", "fields", "science", "arrays.", "loops.", "branches.")
MODES = ("forward", "reverse")


@dataclass
class Subject:
    """One program: a file, the function in it, and the arguments to try it at."""

    name: str
    path: Path
    function: Callable[..., Any]
    argsets: tuple[tuple[Any, ...], ...]
    options: dict[str, Any] = field(default_factory=dict)


def stripped(text: str) -> str:
    """A file's text without annotations; what only annotations make (fields of classes) stays."""

    class Strip(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
            self.generic_visit(node)
            node.returns = None
            for arg in ast.walk(node.args):
                if isinstance(arg, ast.arg):
                    arg.annotation = None
            return node

        def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    self.visit(inner)
            return node

        def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
            if node.value is None:
                return ast.copy_location(ast.Pass(), node)
            return ast.copy_location(ast.Assign([node.target], node.value, lineno=node.lineno), node)

    return ast.unparse(ast.fix_missing_locations(Strip().visit(ast.parse(text))))


def from_corpus(folder: Path, *filters: str) -> Iterator[Subject]:
    """The programs of `tests/cases` that are plain functions of a file."""
    written: dict[str, Path] = {}
    for case in cases.load(*(filters or GROUPS)):
        function = case.function()
        if not inspect.isfunction(function) or function.__qualname__ != function.__name__:
            continue
        source = Path(inspect.getsourcefile(function) or "")
        key = str(source)
        if function.__name__ == "<lambda>" or case.reference_at is not None or case.reference is not None:
            continue
        if key not in written:
            written[key] = folder / f"{case.group.replace('.', '_')}.py"
            written[key].write_text(stripped(source.read_text(encoding="utf-8")), encoding="utf-8")
        options = {"wrt": case.wrt, "kernel": case.kernel, "rtol": case.rtol}
        yield Subject(case.name, written[key], function, case.argsets, options)


def own(*filters: str) -> Iterator[Subject]:
    """The files of `plain`: the last function is differentiated, at the `args` of the block behind the main guard."""
    for path in sorted(PLAIN.rglob("*.py")):
        name = f"plain.{path.stem}"
        if path.name.startswith("_") or (filters and not any(wanted in name for wanted in filters)):
            continue
        entry = [
            node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        ][-1]
        space = runpy.run_path(str(path), run_name="__main__")
        args, options = space["args"], {}
        after = harness.copied(args)
        if space[entry](*after) is None:
            options["kernel"] = tuple(
                k for k, arg in enumerate(args) if harness.frozen(arg) != harness.frozen(after[k])
            )
        yield Subject(name, path, space[entry], (args,), options)


def outcome(subject: Subject, mode: str) -> tuple[str, str]:
    """What became of a program in one mode: right, refused, wrong or crash, and the details."""
    names = list(inspect.signature(subject.function).parameters)
    checkers = [harness.Checker(subject.function, args, **subject.options) for args in subject.argsets]
    wrt = [names[i] for i in checkers[0].wrt or () if i < len(names)]
    try:
        text = generate(from_file(str(subject.path)), [subject.function.__name__], wrt, mode, DEFAULTS)
    except RefusedError as error:
        return (
            f"refused {error.diagnostics[0].code}",
            f"{error.diagnostics[0].message} (line {error.diagnostics[0].span.line})",
        )
    except S2sadError as error:
        return "refused", str(error).splitlines()[0]
    except Exception as error:
        return "crash", f"{type(error).__name__}: {error}"
    space: dict[str, Any] = {"__name__": "emitted"}
    try:
        exec(compile(text, "<emitted>", "exec"), space)
        for checker in checkers:
            checked(checker, space, mode, names)
    except harness.Mismatch as error:
        return "wrong", str(error).replace("\n", " ")[:300]
    except harness.Unsound as error:
        return "unsound", str(error)
    except Exception as error:
        return "raises", f"{type(error).__name__}: {error}"
    return "right", ""


def checked(checker: harness.Checker, space: dict[str, Any], mode: str, names: list[str]) -> None:
    """Compare one call of an emitted function to finite differences. Raises Mismatch."""
    assert checker.wrt is not None
    args = harness.copied(checker.args)
    before = harness.frozen(args)
    function = checker.function.__name__
    direction = checker.direction()
    slope, gap = harness.difference(checker.plain, checker.args, direction)
    if gap > 1e-4 * (1.0 + float(np.max(np.abs(slope), initial=0.0))):
        raise harness.Unsound(f"differences disagree by {gap:.1e}")
    if mode == "forward":
        given = {f"{names[i]}_dot": direction[i] for i in checker.wrt}
        y, y_dot = space[f"{function}_jvp"](*args, **given)
        found = harness.same_structure(checker.value, y_dot, "y_dot")
        if not harness.close(found, slope, checker.rtol, 10 * gap):
            raise harness.Mismatch(f"tangent {found}, differences {slope}")
    else:
        seed = harness.random_like(checker.rng, checker.value)
        y, bars = space[f"{function}_vjp"](*args, y_bar=seed)
        bars = bars if len(checker.wrt) > 1 else (bars,)
        gradient = harness.same_structure(checker.active(checker.args), tuple(bars), "gradient")
        for along in (direction, *(checker.direction(i) for i in checker.wrt)):
            slope, gap = harness.difference(checker.plain, checker.args, along)
            step = harness.flat(
                tuple(
                    harness.zeros_like(a) if d is None else d
                    for a, d in zip(checker.active(args), checker.active(along), strict=True)
                )
            )
            left = harness.inner(harness.flat(seed), slope)
            right = harness.inner(gradient, step)
            scale = float(np.sum(np.abs(harness.flat(seed) * slope)) + np.sum(np.abs(gradient * step)))
            if not abs(left - right) <= checker.rtol * (1 + scale) + 10 * gap * (1 + slope.size):
                raise harness.Mismatch(f"adjoint {right}, differences {left}")
    if harness.frozen(args) != before:
        raise harness.Mismatch("the caller's arguments were changed")
    checker.same_value(y, mode)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("filters", nargs="*")
    parser.add_argument("--own", action="store_true", help="only the files of tests/generate/plain")
    parser.add_argument("--list", action="store_true", help="a line for each program that is not right")
    options = parser.parse_args()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        subjects = list(own(*options.filters))
        if not options.own:
            subjects += from_corpus(Path(folder), *options.filters)
        for subject in subjects:
            for mode in MODES:
                word, details = outcome(subject, mode)
                found[word] += 1
                if options.list and word != "right":
                    print(f"{word:14} {subject.name} {mode}: {details}", flush=True)
    print(
        f"{found.total()} programs and modes: " + ", ".join(f"{n} {word}" for word, n in found.most_common())
    )


if __name__ == "__main__":
    main()
