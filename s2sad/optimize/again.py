"""A function of a number that each sweep reads once is computed in both: ``math.sin(x)`` needs no name then.

Only outside of loops, where one more call costs nothing that one could measure.
"""

from __future__ import annotations

from s2sad.ir.nodes import Assign, Call, Function, Ref, Stmt, Var
from s2sad.ir.walk import map_stmt, settled, uses, with_body
from s2sad.optimize.facts import Facts


def compute_again(function: Function, facts: Facts) -> Function:
    stmts = list(function.body)
    position = 0
    while position < len(stmts):
        stmt = stmts[position]
        if isinstance(stmt, Assign) and is_cheap(stmt, facts):
            repeat(stmts, stmt, position, facts)
        position += 1
    return with_body(function, settled(function.body, stmts))


def is_cheap(stmt: Assign, facts: Facts) -> bool:
    name = stmt.target.name
    match stmt.value:
        case Call(func=Ref(text=text), args=(Var() as arg,), kwargs=()) if text.startswith("math."):
            number = facts.is_number(arg) and facts.is_fixed(arg)
            once = facts.binds[name] == 1 and facts.reads[name] == 2 and name not in facts.captured
            return stmt.target.is_temp and number and once
        case _:
            return False


def repeat(stmts: list[Stmt], made: Assign, position: int, facts: Facts) -> None:
    """Compute the value anew ahead of its second reader."""
    readers = [k for k in range(position + 1, len(stmts)) if made.target in uses(stmts[k])]
    if len(readers) != 2:
        return  # both at once, or in a block
    second = readers[1]
    again = Var(facts.fresh_temp())
    facts.set_type(again, made.target)
    name = made.target.name
    stmts[second] = map_stmt(
        stmts[second], lambda atom: again if isinstance(atom, Var) and atom.name == name else atom
    )
    stmts.insert(second, Assign(again, made.value, span=stmts[second].span))
    facts.reads[name] = 1
    facts.binds[again.name] = facts.reads[again.name] = 1
