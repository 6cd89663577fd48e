"""Names from outside that would be hidden: by a variable of the function they are read in, or by one another.

A callee that was put in place of its call reads globals of its module in a function that may have variables of these
names; callees of several modules may mean different things by one name.  Such a name is changed.  (A file that is
generated has its own way: `emit.parts`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import BuiltinMethodType, MethodType
from typing import Any

from s2sad.emit.references import references
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import Atom, Function, Ref
from s2sad.ir.subst import all_names, map_atoms


def unhidden(functions: Mapping[str, Function]) -> dict[str, Function]:
    """The functions, with every name from outside meaning one thing."""
    taken = {*functions, *(name for function in functions.values() for name in all_names(function))}
    meant: dict[str, Any] = {}  # a text -> the identity of what it stands for
    renamed: dict[tuple[str, Any], str] = {}
    found = list(references(functions.values()))
    heads = {text.partition(".")[0] for text, _ in found}
    for text, target in found:
        known, obj = _object(target)
        key = (text, identity(obj))
        if not known or key in renamed:
            continue
        head, dot, rest = text.partition(".")
        if head in taken or meant.setdefault(text, identity(obj)) != identity(obj):
            number = 2
            while f"{head}_{number}" in taken or f"{head}_{number}" in heads:
                number += 1
            renamed[key] = f"{head}_{number}{dot}{rest}"
            heads.add(f"{head}_{number}")
    if not renamed:
        return dict(functions)

    def atom(old: Atom) -> Atom:
        if isinstance(old, Ref):
            new = renamed.get((old.text, identity(_object(old.target)[1])))
            return old if new is None else Ref(new, old.target)
        return old

    return {name: map_atoms(function, atom) for name, function in functions.items()}


def identity(obj: Any) -> Any:
    """What tells objects apart. A method (``np.add.at``) is another object each time it is looked up."""
    owner = getattr(obj, "__self__", None) if isinstance(obj, (MethodType, BuiltinMethodType)) else None
    return id(obj) if owner is None else (id(owner), obj.__name__)


def _object(target: Any) -> tuple[bool, Any]:
    """Whether a denotation is an object of the running program, and which."""
    if isinstance(target, Live):
        return True, target.obj
    live = getattr(target, "live", None)
    return live is not None, live
