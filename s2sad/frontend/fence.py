"""What is not accepted, why, and what to write instead. Lowering asks here and goes on, so all findings are reported."""

from __future__ import annotations

import builtins
import itertools
from dataclasses import dataclass
from typing import Any

import libcst as cst

from s2sad.frontend.denotations import Denotation, live_object


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str
    help: str


REFUSED_NODES: dict[type[cst.CSTNode], Refusal] = {
    cst.Await: Refusal("S2S101", "`await` is not differentiated", "compute the value before, and pass it in"),
    cst.ClassDef: Refusal(
        "S2S102", "a class is defined inside of the function", "move the class to the module"
    ),
    cst.TryStar: Refusal("S2S106", "`except*` is not accepted", "catch the exceptions with plain `except`"),
    cst.Yield: Refusal(
        "S2S104",
        "the value of `yield` is used",
        "yield as a statement of its own, and pass values in as arguments",
    ),
    cst.TemplatedString: Refusal("S2S108", "template strings are not accepted", "use an f-string"),
    cst.TypeAlias: Refusal(
        "S2S109", "`type` inside of a function is not accepted", "move the alias to the module"
    ),
    cst.ImportStar: Refusal("S2S107", "`import *` inside of a function", "name what is imported"),
}

ASYNC = Refusal(
    "S2S101", "`async` is not differentiated", "write a plain function, and compute what is awaited before"
)
GENERATOR = Refusal(
    "S2S105",
    "a generator expression is kept instead of consumed where it stands",
    "make it a list: put it in square brackets",
)
SUPER = Refusal(
    "S2S113",
    "`super()` outside of a method's own body",
    "name the class: `super(Class, self)`, or `Base.method(self)`",
)
PATTERN = Refusal(
    "S2S111", "the attributes behind this pattern's positions are not known", "name them: `Class(x=a, y=b)`"
)

_CODE_FROM_TEXT = {builtins.exec, builtins.eval, builtins.compile, builtins.__import__}
_NAMESPACES = {builtins.locals, builtins.globals}
_LAZY = {builtins.iter, builtins.next, builtins.map, builtins.filter, builtins.aiter, builtins.anext}
_CONSUMING_METHODS = {"join", "extend", "update", "union", "fromkeys"}


def refused_call(target: Denotation, argument_count: int) -> Refusal | None:
    """Calls that no transformation of source text can follow."""
    function = live_object(target)
    if not _hashable(function):
        return None
    name = getattr(function, "__name__", "")
    if function in _CODE_FROM_TEXT:
        return Refusal("S2S103", f"`{name}` runs code that is not in the source", "write the code out")
    if function in _NAMESPACES or (function is builtins.vars and not argument_count):
        return Refusal(
            "S2S112", f"`{name}()` sees variables that a derivative renames", "name the values you need"
        )
    return None


def consumes_at_once(target: Denotation) -> bool:
    """Whether a function of a library reads all of an iterable before it returns."""
    function = live_object(target)
    if function is None or not callable(function) or not _hashable(function):
        return False
    return function not in _LAZY and getattr(function, "__module__", "") != itertools.__name__


def consuming_method(name: str) -> bool:
    return name in _CONSUMING_METHODS


def global_write(name: str) -> Refusal:
    return Refusal(
        "S2S013",
        f"the module variable `{name}` is written",
        f"return `{name}` as a result, or keep it in an object that is passed in",
    )


def captured_write(name: str) -> Refusal:
    return Refusal(
        "S2S011",
        f"`{name}` belongs to the function that made this one, and is written here",
        "differentiate the outer function, or keep the value in an object that is passed in",
    )


def unknown_import(name: str) -> Refusal:
    return Refusal("S2S114", f"`{name}` cannot be found", "import it at the top of the file")


def unsupported(node: cst.CSTNode) -> Refusal:
    found = REFUSED_NODES.get(type(node))
    return found or Refusal(
        "S2S100", f"`{type(node).__name__}` is not accepted here", "write it in another way"
    )


def _hashable(obj: Any) -> bool:
    try:
        hash(obj)
    except Exception:  # whatever a foreign __hash__ raises
        return False
    return obj is not None
