"""Tests whose outcome is known or does not matter."""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.nodes import Assign, Block, Comment, Const, Function, If, Op, Stmt, Var
from s2sad.ir.walk import map_blocks, with_body
from s2sad.optimize.facts import Facts


def simplify_branches(function: Function, facts: Facts) -> Function:
    return with_body(function, _block(function.body, facts))


def _block(block: Block, facts: Facts) -> Block:
    out: list[Stmt] = []
    for old in block:
        stmt = map_blocks(old, lambda inner: _block(inner, facts))
        match stmt:
            case If(test=Const(value=value), body=body, orelse=orelse):
                out += body if value else orelse
            case If(body=body, orelse=orelse) if body == orelse and not stmt.sugar:
                out += body  # the test is a plain variable: nothing happens when it is read
            case If(test=test, body=body, orelse=orelse) if orelse and not body and not stmt.sugar:
                turned = Var(facts.fresh_temp())
                out.append(Assign(turned, Op("not", (test,)), span=stmt.span))
                out.append(replace(stmt, test=turned, body=orelse, orelse=()))
            case If(orelse=orelse) if orelse and _is_empty(orelse):
                out.append(replace(stmt, orelse=()))
            case _:
                out.append(stmt)
    return tuple(out)


def _is_empty(block: Block) -> bool:
    return all(isinstance(stmt, Comment) for stmt in block)
