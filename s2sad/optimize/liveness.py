"""Drop assignments whose value nobody reads afterwards, across branches and loops.

One backward walk with the set of variables that are live.  A loop is walked until the set at its head is stable; only
then is it rebuilt.  Within `try` everything that is read anywhere stays live, since control may leave at any point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from s2sad.ir.nodes import (
    Assert,
    Assign,
    AugName,
    Block,
    Break,
    Comment,
    Continue,
    Delete,
    For,
    Function,
    If,
    Raise,
    Return,
    Stmt,
    Try,
    Var,
    While,
    With,
)
from s2sad.ir.walk import changed, deep_uses, defs, settled, uses, with_body
from s2sad.optimize.dce import is_pure
from s2sad.optimize.facts import Facts

Names = frozenset[str]
NONE: Names = frozenset()


@dataclass(frozen=True, slots=True)
class _Exits:
    """What is live where a `break` and a `continue` lead to, and what is live at any point."""

    after: Names = NONE
    head: Names = NONE
    always: Names = NONE


def drop_dead_stores(function: Function, facts: Facts) -> Function:
    always = frozenset(facts.captured)
    body, _ = _Walk(facts).block(function.body, NONE, _Exits(always=always))
    return with_body(function, body)


class _Walk:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block, live: Names, exits: _Exits) -> tuple[Block, Names]:
        """The block without its dead stores, and what is live ahead of it."""
        out: list[Stmt] = []
        for stmt in reversed(block):
            new, live = self.stmt(stmt, live | exits.always, exits)
            if new is not None:
                out.append(new)
        out.reverse()
        return settled(block, out), live

    def stmt(self, stmt: Stmt, live: Names, exits: _Exits) -> tuple[Stmt | None, Names]:
        read = frozenset(var.name for var in uses(stmt))
        match stmt:
            case Assign(target=target, value=value):
                if value == target or (target.name not in live and is_pure(value)):
                    return None, live
                return stmt, (live - {target.name}) | read
            case AugName(target=target):
                if target.name not in live and self.is_own(target):
                    return None, live
                return stmt, live | read | {target.name}
            case If(body=body, orelse=orelse):
                new_body, first = self.block(body, live, exits)
                new_orelse, second = self.block(orelse, live, exits)
                if all(isinstance(inner, Comment) for inner in (*new_body, *new_orelse)):
                    return None, live
                return changed(stmt, body=new_body, orelse=new_orelse), first | second | read
            case For():
                return self.for_loop(stmt, live, exits, read)
            case While():
                return self.while_loop(stmt, live, exits)
            case Break():
                return stmt, exits.after | exits.always
            case Continue():
                return stmt, exits.head | exits.always
            case Return() | Raise():
                return stmt, read | exits.always
            case Try():
                return stmt, live | {var.name for var in deep_uses((stmt,))} | exits.after | exits.head
            case With(body=body, target=target):
                held = replace(exits, always=exits.always | live)
                new_body, inner = self.block(body, live, held)
                if target is not None:
                    inner = inner - {target.name}
                return changed(stmt, body=new_body), inner | read | exits.always
            case Assert(message_block=block):
                return stmt, live | read | {var.name for var in deep_uses(block)}
            case Delete(obj=Var(name=name), index=None, name=None):
                return stmt, live | {name}
            case _:
                return stmt, (live - {var.name for var in defs(stmt)}) | read

    def is_own(self, target: Var) -> bool:
        return self.facts.is_number(target) or target.name in self.facts.exclusive

    def for_loop(self, stmt: For, live: Names, exits: _Exits, read: Names) -> tuple[Stmt | None, Names]:
        orelse, after = self.block(stmt.orelse, live, exits)
        head = after
        while True:
            body, start = self.block(stmt.body, head, _Exits(live, head, exits.always))
            grown = head | (start - {stmt.target.name})
            if grown == head:
                break
            head = grown
        return changed(stmt, body=body, orelse=orelse), head | read

    def while_loop(self, stmt: While, live: Names, exits: _Exits) -> tuple[Stmt | None, Names]:
        orelse, after = self.block(stmt.orelse, live, exits)
        test = frozenset({stmt.test.name}) if isinstance(stmt.test, Var) else NONE
        top = NONE
        while True:
            body, start = self.block(stmt.body, top, _Exits(live, top, exits.always))
            head, grown = self.block(stmt.head, start | after | test, exits)
            if grown <= top:
                break
            top = top | grown
        return changed(stmt, head=head, body=body, orelse=orelse), top


def drop_unread(function: Function, facts: Facts) -> Function:
    """Dead stores until none is left: one that goes makes those that it read dead."""
    while True:
        new = drop_dead_stores(function, facts)
        if new is function:
            return new
        function = new
