"""Views that can only be read (``np.diagonal(a)``, ``np.broadcast_to(a, shape)``): they are made again where they are read.

What such a view shows changes with its array.  Its adjoint cannot be a view of the buffer, for that could not be written
to.  Made again at each read it is a value that is used at once, like any other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis.alias import Regions, rebindings
from s2sad.analysis.operands import known_function
from s2sad.analysis.session import Variant
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import (
    Assign,
    Block,
    Call,
    Expr,
    For,
    Function,
    If,
    MakeFunction,
    MethodCall,
    Stmt,
    Try,
    Var,
    While,
    With,
)
from s2sad.ir.subst import substitute
from s2sad.ir.walk import map_blocks, uses, walk, with_body
from s2sad.transform.roots import Stability, base_of

READ_ONLY = (np.diagonal, np.diag, np.broadcast_to, np.lib.stride_tricks.sliding_window_view)


def reread(session: Any, variant: Variant) -> None:
    """Make the read-only views of arrays that are written to again wherever they are read."""
    function = variant.function
    assert function is not None
    found = {
        stmt.target.name: stmt.value
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and is_read_only_view(stmt.value, variant.types)
    }
    if found:
        views = lasting(function, variant, found)
        variant.function = with_body(function, Rereads(session, variant, views).block(function.body))


def is_read_only_view(expr: Expr, types: Any) -> bool:
    match expr:
        case MethodCall(obj=Var(), name="diagonal"):
            return True
        case Call(args=(Var(), *_)):
            return any(known_function(expr.func, types) is known for known in READ_ONLY)
        case _:
            return False


def lasting(function: Function, variant: Variant, found: dict[str, Expr]) -> dict[str, Expr]:
    """Those whose array is written to, and that mean the same wherever they are read."""
    counts = rebindings(function.body, variant.types)
    counts.update(function.param_names())
    regions = Regions(variant)
    stability = Stability(function.body, Liveness(function.body))
    elsewhere = {
        var.name
        for stmt in walk(function.body)
        if isinstance(stmt, (If, For, While, With, Try))
        or (isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction))
        for var in uses(stmt)
    }
    return {
        name: expr
        for name, expr in found.items()
        if counts[name] == 1
        and name not in elsewhere
        and regions.is_mutated(base_of(expr).name)
        and stability.holds(name, (var.name for var in uses(expr)))
    }


class Rereads:
    def __init__(self, session: Any, variant: Variant, views: dict[str, Expr]) -> None:
        self.session = session
        self.types = variant.types
        self.views = views

    def block(self, stmts: Block) -> Block:
        done: list[Stmt] = []
        for stmt in stmts:
            done += self.statement(map_blocks(stmt, self.block))
        return tuple(done)

    def statement(self, stmt: Stmt) -> Block:
        made: dict[str, Var] = {}
        for var in uses(stmt):
            if var.name in self.views and var.name not in made:
                made[var.name] = Var(self.session.fresh_temp())
                self.types[made[var.name].name] = self.types[var.name]
        again = (Assign(new, self.views[name], span=stmt.span) for name, new in made.items())
        return (*again, *(substitute((stmt,), made) if made else (stmt,)))
