"""Load a random program, check its derivative, name the outcome, and shrink what is wrong."""

from __future__ import annotations

import ast
import atexit
import importlib.util
import itertools
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np

from s2sad.errors import S2sadError
from tests import harness
from tests.fuzz.examine import Examination

ARGUMENTS = {
    "x": 0.83,
    "y": -0.41,
    "v": np.array([0.37, -0.92, 0.64]),
    "items": [0.55, -0.27, 0.71],
    "n": 3,
    "table": {"a": 0.48, "b": -0.66},
    "m": np.array([[0.21, -0.57, 0.93], [0.74, 0.12, -0.38]]),
}
BAD = ("WRONG", "crash", "slow", "broken")
KINDS = ("ok", "refused", "unsound", *BAD)
THOROUGH = "each argument alone, or mode against mode"
_numbers = itertools.count()


@dataclass(frozen=True)
class Outcome:
    """`kind`: ok, refused, WRONG, crash, slow; or, when the program itself is no good, unsound or broken."""

    kind: str
    reason: str = ""
    detail: str = ""


class OutOfTime(BaseException):
    pass


def _ring(signum: int, frame: FrameType | None) -> None:
    raise OutOfTime


class Loaded:
    """The text as a real module in a real file, so that sources, classes and tracebacks work as for users."""

    folder: Path | None = None

    def __init__(self, text: str) -> None:
        if Loaded.folder is None:
            Loaded.folder = Path(tempfile.mkdtemp(prefix="s2sad_fuzz_"))
            atexit.register(shutil.rmtree, Loaded.folder, ignore_errors=True)
        self.name = f"s2sad_fuzz_{next(_numbers)}"
        self.path = Loaded.folder / f"{self.name}.py"
        self.text = text

    def __enter__(self) -> Callable:
        self.path.write_text(self.text)
        spec = importlib.util.spec_from_file_location(self.name, self.path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[self.name] = module
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        try:
            spec.loader.exec_module(module)
        finally:
            sys.dont_write_bytecode = before
        return module.main

    def __exit__(self, *exc: object) -> None:
        sys.modules.pop(self.name, None)
        self.path.unlink(missing_ok=True)


def arguments(parameters: list[str]) -> tuple:
    return harness.copied(tuple(ARGUMENTS[p] for p in parameters))


def attempt(text: str, parameters: list[str], timeout: float = 20.0, thorough: bool = False) -> Outcome:
    """Check one program. `thorough`: by the whole harness: each argument alone, `grad`, mode against mode."""
    args = arguments(parameters)
    can_ring = timeout and hasattr(signal, "setitimer")
    if can_ring:
        old = signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, timeout)
    stage, mode = "primal", ""
    try:
        with Loaded(text) as function, warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            seen = Examination(function, args)
            stage = "derivative"
            refused = []
            for mode in ("forward", "reverse"):
                try:
                    seen.mode(mode)
                except S2sadError as error:
                    refused.append((mode, error))
            if thorough and not refused:
                mode = THOROUGH
                harness.check(function, args, show_source=False, seed=1)
    except harness.Mismatch as error:
        return Outcome("WRONG", str(error).splitlines()[0][:60], f"{mode}\n{error}")
    except harness.Unsound as error:
        return Outcome("unsound", str(error)[:30])
    except OutOfTime:
        return Outcome("slow" if stage == "derivative" else "broken", f"more than {timeout} s in the {stage}")
    except Exception as error:  # noqa: BLE001  a crash is one of the outcomes
        kind = "crash" if stage == "derivative" else "broken"
        return Outcome(kind, f"{type(error).__name__}: {_place(error)}", traceback.format_exc())
    finally:
        if can_ring:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)
    if refused:
        mode, error = refused[0]
        both = "both modes" if len(refused) == 2 else f"{mode} mode"
        return Outcome("refused", f"{_refusal(error)} ({both})", str(error))
    return Outcome("ok")


def _refusal(error: Exception) -> str:
    """The code and the message of the first finding, without the program's names."""
    found = list(getattr(error, "diagnostics", ()) or ())
    if not found:
        return str(error)[:100]
    message = re.sub(r"`[^`]*`(?:,? (?:and )?`[^`]*`)*", "`...`", found[0].message)
    return f"{found[0].code} {message}"[:100]


def _place(error: Exception) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/s2sad/" in f.filename]
    frames = frames or traceback.extract_tb(error.__traceback__)[-1:]
    last = frames[-1]
    return (
        f"{str(error).splitlines()[0][:60] if str(error) else ''} [{Path(last.filename).name}:{last.lineno}]"
    )


# ── shrinking ────────────────────────────────────────────────────────────────────────────────────────────


def shrink(text: str, parameters: list[str], outcome: Outcome, seconds: float = 60.0) -> str:
    """The smallest program found that still has this kind of outcome."""
    end = time.monotonic() + seconds

    def same(candidate: str) -> bool:
        found = attempt(candidate, parameters, timeout=10.0, thorough=outcome.detail.startswith(THOROUGH))
        reasons = [o.reason.partition(" value")[0] for o in (found, outcome)]  # a value's digits may change
        return found.kind == outcome.kind and reasons[0] == reasons[1] and "None" not in found.reason

    progress = True
    while progress and time.monotonic() < end:
        progress = False
        for candidate in _smaller(text):
            if time.monotonic() > end:
                break
            if len(candidate) < len(text) and same(candidate):
                text, progress = candidate, True
                break
    return text


def _smaller(text: str) -> Iterator[str]:
    """The program with one thing taken away: large things first."""
    count = sum(1 for _ in ast.walk(ast.parse(text)))
    for position in range(count):
        for way in ("drop", "body", "orelse"):
            yield from _edited(text, position, way)
    for position in range(count):
        for way in ("left", "right", "argument", "zero"):
            yield from _edited(text, position, way)


def _edited(text: str, position: int, way: str) -> Iterator[str]:
    tree = ast.parse(text)
    node = next(itertools.islice(ast.walk(tree), position, None))
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list) and any(item is node for item in value):
                index = next(i for i, item in enumerate(value) if item is node)
                new = _replacement(node, way)
                if new is None:
                    return
                value[index : index + 1] = new
                if name == "body" and not value:
                    value.append(ast.Pass())
            elif value is node:
                new = _replacement(node, way)
                if not new or not isinstance(new[0], ast.expr):
                    return
                setattr(parent, name, new[0])
            else:
                continue
            try:
                candidate = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
                compile(candidate, "<candidate>", "exec")
            except (SyntaxError, ValueError, AttributeError):
                return
            if candidate != text:
                yield candidate
            return


def _replacement(node: ast.AST, way: str) -> list | None:
    if isinstance(node, ast.stmt):
        if way == "drop":
            return None if isinstance(node, ast.Pass) or getattr(node, "name", "") == "main" else []
        if way == "body" and isinstance(node, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
            return list(node.body)
        if way == "orelse" and isinstance(node, (ast.If, ast.For, ast.While)) and node.orelse:
            return list(node.orelse)
        return None
    if not isinstance(node, ast.expr):
        return None
    if way == "left" and isinstance(node, (ast.BinOp,)):
        return [node.left]
    if way == "right" and isinstance(node, ast.BinOp):
        return [node.right]
    if way == "left" and isinstance(node, ast.IfExp):
        return [node.body]
    if way == "right" and isinstance(node, ast.IfExp):
        return [node.orelse]
    if way == "argument" and isinstance(node, ast.Call) and node.args:
        return [node.args[0]]
    if (
        way == "zero"
        and isinstance(node, (ast.BinOp, ast.Call, ast.Subscript))
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    ):
        return [ast.Constant(0.5)]
    return None
