"""Functions that change an argument and hand it back: the result is a second name of the caller's own object."""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.alias import rebindings
from s2sad.analysis.mutations import note_mutations
from s2sad.analysis.operands import mutates
from s2sad.analysis.session import Session, Variant
from s2sad.analysis.values import Known
from s2sad.ir.nodes import Assign, Const, Return, Var


def returned_argument(variant: Variant) -> str | None:
    """The parameter whose object a variant changes and returns, if it returns that and nothing else."""
    function = variant.function
    if function is None or not isinstance(function.body[-1], Return):
        return None
    result = function.body[-1].value
    counts = rebindings(function.body, variant.types)
    copies = {
        stmt.target.name: stmt.value.name
        for stmt in function.body
        if isinstance(stmt, Assign) and isinstance(stmt.value, Var) and counts[stmt.target.name] == 1
    }
    name = result.name if isinstance(result, Var) else ""
    while name in copies:
        name = copies[name]
    return name if name in variant.params and not counts[name] and mutates(variant, name) else None


def without_result(session: Session, variant: Variant) -> Variant:
    """The variant as a function that returns None."""
    key = ("without result", id(variant))
    if key not in session.memo:
        assert variant.function is not None
        ending = variant.function.body[-1]
        body = (*variant.function.body[:-1], Return(Const(None), span=ending.span, notes=ending.notes))
        function = replace(variant.function, body=body)
        silent = replace(variant, function=function, result=Known(None), facts={})
        note_mutations(silent)
        session.memo[key] = silent, variant
    silent, _ = session.memo[key]
    return silent
