"""Real programs: lowered, printed and run, they do what they did; printed again, they read the same."""

from __future__ import annotations

import builtins
import contextlib
import copy
import dataclasses
import importlib
import io
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sad.emit.unparse import format_source, to_source
from s2sad.errors import S2sadError
from s2sad.frontend.resolve import from_function
from s2sad.ir.nodes import Function, Ref
from s2sad.load import load
from tests import cases
from tests.emit import programs as own
from tests.frontend import programs


def corpus() -> Iterator[tuple[str, Callable[..., Any], tuple[tuple[Any, ...], ...]]]:
    for name, (function, calls) in {**programs.CALLS, **own.CALLS}.items():
        yield name, function, calls
    for case in cases.load():
        if "s2sad" in case.make.__code__.co_names or case.name.startswith("higher_order"):
            continue  # programs about s2sad itself
        function = case.function()
        if isinstance(function, types.FunctionType) and function.__name__ != "<lambda>":
            yield case.name, function, case.argsets


CORPUS = {name: (function, calls) for name, function, calls in corpus()}


def refs(node: Any) -> Iterator[Ref]:
    if isinstance(node, Ref):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from refs(part)
    elif dataclasses.is_dataclass(node) and type(node).__module__ == "s2sad.ir.nodes":
        for item in dataclasses.fields(node):
            if item.name != "origin":
                yield from refs(getattr(node, item.name))


def namespace(function: types.FunctionType, lowered: Function) -> dict[str, Any]:
    """What the names in the printed text stand for."""
    found = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):
            found[name] = cell.cell_contents
    for ref in refs(lowered):
        head, _, rest = ref.text.partition(".")
        if head in found or hasattr(builtins, head) or head in vars(types.ModuleType("m").__class__):
            continue
        target = getattr(ref.target, "obj", None)
        if not rest:
            found.setdefault(head, target) if target is not None else None
        else:
            try:
                found[head] = importlib.import_module(head)
            except ImportError:  # an alias: its module is where the object comes from
                found[head] = importlib.import_module(target.__module__)
    return found


def rebuild(function: types.FunctionType) -> tuple[str, Callable[..., Any]]:
    lowered = from_function(function).lower()
    text = to_source(lowered)
    made = load(text, lowered.name, namespace(function, lowered))
    made.__defaults__, made.__kwdefaults__ = function.__defaults__, function.__kwdefaults__  # type: ignore[attr-defined]
    return text, made


def outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    args, out = copy.deepcopy(args), io.StringIO()
    np.random.seed(0)
    try:
        with contextlib.redirect_stdout(out):
            result = "value", function(*args)
            if isinstance(result[1], types.GeneratorType):
                result = "values", list(result[1])
    except Exception as error:  # whatever the program raises
        result = "error", (type(error).__name__, str(error))
    return plain(result), plain(args), out.getvalue()


def plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, [plain(item) for item in value.ravel().tolist()]
    if isinstance(value, tuple | list):
        return type(value).__name__, [plain(item) for item in value]
    if isinstance(value, dict):
        return "dict", [(plain(key), plain(item)) for key, item in value.items()]
    if callable(value):
        return "callable"
    if hasattr(value, "__dict__"):
        return type(value).__name__, plain(vars(value))
    return type(value).__name__, repr(value)


def lowerable(function: Callable[..., Any]) -> None:
    try:
        from_function(function).lower()
    except S2sadError as error:
        pytest.skip(f"refused: {error}")


@pytest.mark.parametrize("name", CORPUS)
def test_printed_program_does_the_same(name: str) -> None:
    function, calls = CORPUS[name]
    lowerable(function)
    text, made = rebuild(function)  # type: ignore[arg-type]
    for args in calls:
        assert outcome(made, args) == outcome(function, args), text
    again, _ = rebuild(made)  # type: ignore[arg-type]
    assert again == text


def test_black_and_ruff_have_nothing_to_say(tmp_path: Path) -> None:
    texts = []
    for function, _ in [*programs.CALLS.values(), *own.CALLS.values()]:
        with contextlib.suppress(S2sadError):
            texts.append(to_source(from_function(function).lower(), fmt=True))
    for text in texts:
        assert format_source(text) == text
    path = tmp_path / "emitted.py"
    path.write_text("\n\n".join(texts))
    ignored = "F821,F811,F841,E741,E711,E712,E721,F402"  # names of other modules, and what the programs do themselves
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E4,E7,E9,F,W",
        "--ignore",
        ignored,
    ]
    run = subprocess.run([*command, str(path)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
