"""`python -m docs.generate` writes the pages that are made from the code; with `--check` it says which are stale."""

from __future__ import annotations

import builtins
import cmath
import importlib
import inspect
import math
import operator
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import scipy

import s2sad.api  # noqa: F401  (declares stop_gradient)
from s2sad.errors import CODES
from s2sad.rules.declare import (
    OPTIONAL,
    Rule,
    all_attributes,
    all_methods,
    all_rules,
    anything,
    load_optional,
)
from s2sad.rules.faces import find_face
from s2sad.rules.refused import listed, status, why_refused

FOLDER = Path(__file__).parent
KINDS = {
    "elementwise": "acts on each element by itself, with broadcasting; one declaration of its partials serves both modes",
    "linear": "linear in its differentiated arguments; the tangent is the function itself, the adjoint its transpose",
    "custom": "both modes are written out",
    "zero": "varies in steps: the derivative is zero by nature",
    "constant": "its result is not a number that varies",
}


def rules_page() -> str:
    """All rules, by kind: functions, differentiated arguments, conventions."""
    for library in OPTIONAL:
        importlib.import_module(library)
    load_optional()
    text = [
        "# Rules\n\n",
        "What s2sad knows the derivative of. Made from the rules by `python -m docs.generate`.\n\n",
        "*Keeps*: the values that the reverse sweep reads; of other arguments it needs the shape at most. "
        "*Batch*: how the function acts on operands with one more leading axis (*by its face*: `rules/faces.py`; no transformation uses it yet). "
        "*Poles*: where a partial is infinite or undefined; a zero seed is masked there. *Kinks*: where the derivative is "
        "chosen by convention.\n",
    ]
    for kind, meaning in KINDS.items():
        found = sorted(
            (rule for rule in all_rules() if rule.kind == kind), key=lambda rule: names(rule).lower()
        )
        if not found:
            continue
        text.append(f"\n## {kind}\n\n{meaning[0].upper()}{meaning[1:]}.\n\n")
        text += _listing(found) if kind in ("zero", "constant") else _table(found)
    text.append("\n## Methods and attributes of arrays\n\n")
    text.append("`x.name(...)` is the function of the same row, with `x` as its first argument.\n\n")
    text += _rows(
        ("written", "means"), [(f"`x.{n}(...)`", names(r)) for n, r in sorted(all_methods().items())]
    )
    text += _rows(None, [(f"`x.{n}`", names(r)) for n, r in sorted(all_attributes().items())])
    return "".join(text)


def _listing(rules: list[Rule]) -> list[str]:
    return [", ".join(names(rule) for rule in rules) + "\n"]


def _table(rules: list[Rule]) -> list[str]:
    rows = [
        (
            names(rule),
            f"`{call(rule)}`",
            _code(rule.wrt),
            _code(sorted(rule.saves)),
            batch(rule),
            remarks(rule),
        )
        for rule in rules
    ]
    return _rows(("function", "call", "with respect to", "keeps", "batch", "remarks"), rows)


BATCH = {"elementwise": "as it is", "axis": "axis shifted", "native": "native"}


def batch(rule: Rule) -> str:
    """How the function acts on operands with one more leading axis."""
    if rule.batch != "none":
        return BATCH[rule.batch]
    return "loop" if find_face(rule) is None else "by its face"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _rows(head: tuple[str, ...] | None, rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [*([head, ("---",) * len(head)] if head else []), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines]


def names(rule: Rule) -> str:
    """The functions of a rule as users write them."""
    return ", ".join(dict.fromkeys(f"`{written(function)}`" for function in rule.functions))


def written(function: Any) -> str:
    """`np.linalg.solve`: a function's path; without one, its name."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{written(owner)}.{function.__name__}"
    name = (
        getattr(function, "__qualname__", None)
        or getattr(function, "__name__", None)
        or type(function).__name__
    )
    module: str = getattr(function, "__module__", None) or ""
    if hasattr(function, "__objclass__"):  # a method of a type written in C
        module = function.__objclass__.__module__
    if module.startswith("s2sad."):
        return name
    module = {"_operator": "operator", "builtins": "", "scipy.special._ufuncs": "scipy.special"}.get(
        module, module
    )
    path = f"{module}.{name}" if module else name
    return path.replace("numpy.", "np.", 1) if path.startswith("numpy.") else path


def call(rule: Rule) -> str:
    """A rule's parameters, without annotations."""
    parameters = [p.replace(annotation=p.empty) for p in rule.params.parameters.values()]
    return f"{rule.name}{inspect.Signature(parameters)}"


def remarks(rule: Rule) -> str:
    parts = [
        "real arguments only" if rule.real_only else "",
        f"poles: {rule.poles}" if rule.poles else "",
        f"kinks: {rule.kinks}" if rule.kinks else "",
        *(f"`{name}`: {_allowed(words)}" for name, words in rule.accepts.items() if words is not anything),
        "may return a view" if rule.view else "",
    ]
    return "; ".join(part for part in parts if part)


def _allowed(words: Any) -> str:
    return _code(map(repr, words)) if isinstance(words, tuple) else str(words.__doc__)


SCIPY = (
    "scipy.special", "scipy.linalg", "scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.ndimage", "scipy.optimize",
    "scipy.signal", "scipy.signal.windows", "scipy.sparse", "scipy.sparse.linalg", "scipy.stats",
)  # fmt: skip
COVERED = {
    "numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft, "numpy.emath": np.emath, "numpy.random": np.random,
    "numpy.lib.stride_tricks": np.lib.stride_tricks, "numpy.ndarray": np.ndarray, "math": math, "cmath": cmath,
    "operator": operator, "builtins": builtins,
}  # fmt: skip
STATUS = {
    "differentiated": "has a derivative",
    "zero": "varies in steps: its derivative is zero by nature",
    "constant": "its result is no number that varies: shapes, types, fresh arrays, random numbers, exceptions",
    "structure": "followed by the compiler: it builds, walks or takes apart structures, or calls functions",
    "store": "writes in place: see [writes.md](writes.md)",
}


def coverage_page() -> str:
    """What becomes of every public name of NumPy, of Python's own functions, and of SciPy."""
    text = [
        "# Coverage\n\n",
        f"What becomes of an active value that reaches a function, for every public name of NumPy {np.__version__}, "
        f"of Python's own functions, and of the modules of SciPy {scipy.__version__} that have rules. Made by `python -m docs.generate` from the [rules](rules.md); a test fails when a name is "
        "missing. An argument that a rule does not support is refused by name, never ignored.\n",
    ]
    covered = {**COVERED, **{name: importlib.import_module(name) for name in SCIPY}}
    for name, owner in covered.items():
        found: dict[str, list[str]] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecated names
            names_of = listed(owner)
        for word, function in names_of.items():
            kind = status(function) if owner is not np.ndarray else member_status(word, function)
            kind = "differentiated" if kind in ("elementwise", "linear", "custom") else kind
            found.setdefault(kind if kind != "refused" else why_refused(function), []).append(word)
        text.append(f"\n## {name}\n\n")
        rows = [(f"**{kind}**: {STATUS[kind]}", _code(found.pop(kind))) for kind in STATUS if kind in found]
        rows += [(f"refused: {reason}", _code(words)) for reason, words in sorted(found.items())]
        text += _rows(("", "names"), rows)
    return "".join(text)


def member_status(name: str, member: Any) -> str | None:
    """As `status`, of a method or an attribute of arrays."""
    rule = all_methods().get(name) or all_attributes().get(name)
    return rule.kind if rule is not None else status(member)


def diagnostics_page() -> str:
    """All codes with their explanations."""
    text = ["# Diagnostics\n\nMade from `s2sad/errors.py` by `python -m docs.generate`.\n"]
    text += [
        f"\n## {code}: {title}\n\n{explanation}\n" for code, (title, explanation) in sorted(CODES.items())
    ]
    return "".join(text)


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "coverage.md": coverage_page,
    "diagnostics.md": diagnostics_page,
}


def stale() -> list[str]:
    """The pages that are not what would be written now."""
    return [name for name, make in PAGES.items() if not _is(FOLDER / name, make())]


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main(options: list[str]) -> int:
    if options == ["--check"]:
        for name in stale():
            print(f"docs/{name} is stale: python -m docs.generate")
        return int(bool(stale()))
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
