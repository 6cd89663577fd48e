"""Which arguments and results of called functions are written to after the call, before its reverse sweep runs.

A callee's reverse sweep runs long after its forward sweep.  What it reads of an argument, or of its own result, must be
a copy where the caller writes to that object in between.
"""

from __future__ import annotations

from s2sad.analysis.alias import Regions
from s2sad.analysis.session import Resolved, Variant
from s2sad.ir.nodes import Assign, Call, Ref, Return, Var
from s2sad.ir.walk import walk


def note_volatile(variant: Variant) -> None:
    """Tell every callee of a variant, and theirs, which parameters and whether the result may be written to later."""
    todo = [variant]
    seen: set[int] = set()
    while todo:
        caller = todo.pop()
        for callee in _calls(caller):
            if _told(caller, callee) or id(callee[1]) not in seen:
                seen.add(id(callee[1]))
                todo.append(callee[1])


Calling = tuple[Assign, Variant, Call]


def _calls(caller: Variant) -> list[Calling]:
    if caller.function is None:
        return []
    return [
        (stmt, stmt.value.func.target.variant, stmt.value)
        for stmt in walk(caller.function.body)
        if isinstance(stmt, Assign)
        and isinstance(stmt.value, Call)
        and isinstance(stmt.value.func, Ref)
        and isinstance(stmt.value.func.target, Resolved)
    ]


def _told(caller: Variant, calling: Calling) -> bool:
    """Note what one call tells; whether it is news."""
    stmt, callee, call = calling
    regions = caller.facts.get("regions")
    if regions is None:
        regions = caller.facts["regions"] = Regions(caller)
    lasting = volatile_names(caller, regions)
    facts = callee.facts
    known: frozenset[str] = facts.get("volatile", frozenset())
    new = set(known)
    for param, arg in zip(callee.params, call.args, strict=True):
        if isinstance(arg, Var) and regions.refers(arg) and _changes(regions, arg.name, lasting):
            new.add(param)
    result = facts.get("volatile_result", False)
    if regions.refers(stmt.target) and _changes(regions, stmt.target.name, lasting):
        facts["volatile_result"] = True
    facts["volatile"] = frozenset(new)
    return new != known or result != facts.get("volatile_result", False)


def _changes(regions: Regions, name: str, lasting: set[str]) -> bool:
    return regions.is_mutated_inside(name) or any(
        node.names & lasting for node in regions.reachable(regions.node(name))
    )


def volatile_names(variant: Variant, regions: Regions) -> set[str]:
    """The variables of a variant whose objects a caller may write to before the reverse sweep."""
    names = list(variant.facts.get("volatile", ()))
    if variant.facts.get("volatile_result") and variant.function is not None:
        names += [
            stmt.value.name  # type: ignore[union-attr]
            for stmt in variant.function.body
            if isinstance(stmt, Return) and regions.refers(stmt.value)
        ]
    return {
        member for name in names for node in regions.reachable(regions.node(name)) for member in node.names
    }
