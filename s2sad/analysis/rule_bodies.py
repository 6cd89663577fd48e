"""Bodies of rules, specialised once in the life of the process for each pattern of argument types.

They are short straight-line functions that are put in place of their calls, many times in each compilation. One that
speaks of objects of the user's is not kept.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np

from s2sad.analysis.inline import inlineable
from s2sad.analysis.session import Generated, Resolved, Session, Variant
from s2sad.analysis.values import Known, Tensor, Tup, Value
from s2sad.ir.nodes import Assign, Atom, Const, Function, Ref, Stmt, Var
from s2sad.ir.walk import deep_defs, map_stmt, stmt_atoms, walk, with_body

LIMIT = 4000  # patterns: beyond that it starts anew

_known: dict[Any, tuple[Function, Variant]] = {}


def complete(session: Session, variant: Variant, function: Function) -> None:
    """Specialise the body of a rule, or fill the variant with what was made for such arguments before."""
    key = variant.key, tuple(variant.constants.items())
    found = _known.get(key)
    if found is not None and found[0] is function:
        _fill(variant, found[1])
        return
    counter, session.counter = session.counter, 0  # the names must not depend on where it is made first
    try:
        session.complete(variant, function)
    finally:
        session.counter = counter
    if variant.function is not None and not variant.recursive:
        variant.function = without_copies(variant.function)
    if _is_lasting(variant):
        if len(_known) >= LIMIT:
            _known.clear()
        kept = copy.copy(variant)
        _fill(kept, variant)
        _known[key] = function, kept


def without_copies(function: Function) -> Function:
    """A body that is put in place of its calls, without the copies that folding its branches left in it."""
    if not inlineable(function, sites=1):
        return function
    bound = Counter([*function.param_names(), *(var.name for var in deep_defs(function.body))])
    sources: dict[str, Var] = {}

    def source(atom: Atom) -> Atom:
        return sources.get(atom.name, atom) if isinstance(atom, Var) else atom

    out: list[Stmt] = []
    for old in function.body:
        stmt = map_stmt(old, source)
        match stmt:
            case Assign(target=target, value=Var(name=name) as value) if (
                bound[target.name] == bound[name] == 1
            ):
                sources[target.name] = value
            case _:
                out.append(stmt)
    return with_body(function, tuple(out))


def _fill(variant: Variant, known: Variant) -> None:
    variant.function, variant.result = known.function, known.result
    variant.types, variant.effects, variant.facts = dict(known.types), dict(known.effects), dict(known.facts)


def _is_lasting(variant: Variant) -> bool:
    """Does it stand alone, and speak of nothing but numbers, arrays and literals?"""
    if variant.function is None or variant.recursive:
        return False
    plain = all(map(_is_plain, variant.arguments.values()))
    literal = all(isinstance(atom, Const) for atom in variant.constants.values())
    atoms = (atom for stmt in walk(variant.function.body) for atom in stmt_atoms(stmt))
    calls = any(isinstance(atom, Ref) and isinstance(atom.target, (Resolved, Generated)) for atom in atoms)
    return plain and literal and not calls


def _is_plain(value: Value) -> bool:
    if isinstance(value, Tup):
        return value.cls is None and all(map(_is_plain, value.items))
    literals = (bool, int, float, complex, str, bytes, np.dtype, type(None))
    return isinstance(value, Tensor) or (isinstance(value, Known) and isinstance(value.value, literals))
