"""Rounds of a loop over a range need no counter if its target tells how far it got.

``for k in range(50): trips = trips + 1; ...`` and later ``for k in range(trips - 1, -1, -1)`` is
``for k in range(50): ...`` and ``for k in range(k, -1, -1)``, if the loop surely runs once and nothing else binds k.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.nodes import Assign, Atom, Block, Call, Const, Expr, For, Function, Op, Ref, Stmt, Var
from s2sad.ir.walk import map_blocks, walk, with_body
from s2sad.optimize.facts import Facts


def drop_counters(function: Function, facts: Facts) -> Function:
    definitions = {
        stmt.target.name: stmt.value
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and facts.binds[stmt.target.name] == 1
    }
    for stmt in walk(function.body):
        if isinstance(stmt, For) and isinstance(stmt.iterable, Var):
            counter = _counter(stmt, definitions, facts)
            if counter is not None:
                function = with_body(function, _without(function.body, counter, stmt.target))
    return function


def _counter(loop: For, definitions: dict[str, Expr], facts: Facts) -> Var | None:
    """The variable that counts the rounds of this loop, if the target can stand in for it."""
    match definitions.get(getattr(loop.iterable, "name", "")):
        case Call(func=Ref(text="range"), args=(Const(value=int() as count),)) if count > 0:
            pass
        case _:
            return None
    counter = next((var for stmt in loop.body if (var := _counted(stmt)) is not None), None)
    if counter is None or facts.binds[counter.name] != 2 or facts.reads[counter.name] != 2:
        return None
    if (
        loop.target.name in facts.captured
        or counter.name in facts.captured
        or facts.binds[loop.target.name] != 2
    ):
        return None
    last = [temp for temp, value in definitions.items() if value == Op("sub", (counter, Const(1)))]
    if len(last) != 1:
        return None
    backwards = [
        temp
        for temp, value in definitions.items()
        if isinstance(value, Call)
        and getattr(value.func, "text", "") == "range"
        and value.args == (Var(last[0]), Const(-1), Const(-1))
    ]
    users = len(backwards) == 1 and facts.reads[last[0]] == facts.reads[backwards[0]] == 1
    return counter if users else None


def _counted(stmt: Stmt) -> Var | None:
    match stmt:
        case Assign(target=target, value=Op("add", (first, Const(value=1)))) if first == target:
            return target
        case _:
            return None


def _without(block: Block, counter: Var, target: Var) -> Block:
    """The block without the counter: the reversed loop starts where the target stopped."""
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Assign(target=bound) if bound == counter:
                continue
            case Assign(value=Op("sub", (read, Const(value=1)))) if read == counter:
                out.append(replace(stmt, value=target))
            case _:
                out.append(map_blocks(stmt, lambda inner: _without(inner, counter, target)))
    return tuple(out)


def _same(atom: Atom) -> Atom:
    return atom
