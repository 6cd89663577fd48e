"""Drop assignments whose value nobody reads afterwards, across branches and loops.

One backward walk with the set of variables that are live.  A loop is walked until the set at its head is stable; only
then is it rebuilt.  What a dead store reads is not live because of it, so one walk finds them all.  Within `try` everything that is read anywhere stays live, since control may leave at any point.
"""

from __future__ import annotations

from collections.abc import Set
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
from s2sad.ir.walk import changed, defs, settled, with_body
from s2sad.optimize.dce import is_pure
from s2sad.optimize.facts import Facts


@dataclass(frozen=True, slots=True)
class _Exits:
    """What is live where a `break` and a `continue` lead to, and what is live at any point."""

    after: Set[str] = frozenset()
    head: Set[str] = frozenset()
    always: Set[str] = frozenset()


def drop_unread(function: Function, facts: Facts) -> Function:
    always = frozenset(facts.captured)
    return with_body(function, _Walk(facts).block(function.body, set(), _Exits(always=always)))


class _Walk:
    """`live` is what is read after the place where the walk is; each step brings it to the state ahead of it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block, live: set[str], exits: _Exits) -> Block:
        """The block without its dead stores."""
        out: list[Stmt] = []
        live |= exits.always
        for stmt in reversed(block):
            new = self.stmt(stmt, live, exits)
            if new is not None:
                out.append(new)
        out.reverse()
        return settled(block, out)

    def stmt(self, stmt: Stmt, live: set[str], exits: _Exits) -> Stmt | None:
        match stmt:
            case Assign(target=target, value=value):
                name = target.name
                if (isinstance(value, Var) and value.name == name) or (name not in live and is_pure(value)):
                    return None
                self.bind(name, live, exits)
                live.update(self.facts.used(stmt))
                return stmt
            case AugName(target=target):
                if target.name not in live and self.is_own(target):
                    return None
                live.update(self.facts.used(stmt))
                return stmt
            case If(body=body, orelse=orelse):
                other = set(live)
                body = self.block(body, live, exits)
                orelse = self.block(orelse, other, exits)
                if all(isinstance(inner, Comment) for inner in (*body, *orelse)):
                    return None
                live.update(other, self.facts.used(stmt))
                return changed(stmt, body=body, orelse=orelse)
            case For():
                return self.for_loop(stmt, live, exits)
            case While():
                return self.while_loop(stmt, live, exits)
            case Break():
                live.clear()
                live.update(exits.after, exits.always)
                return stmt
            case Continue():
                live.clear()
                live.update(exits.head, exits.always)
                return stmt
            case Return() | Raise():
                live.clear()
                live.update(self.facts.used(stmt), exits.always)
                return stmt
            case Try():
                live.update(self.facts.mentions(stmt).used, exits.after, exits.head)
                return stmt
            case With(body=body, target=target):
                body = self.block(body, live, replace(exits, always=exits.always | live))
                if target is not None:
                    self.bind(target.name, live, exits)
                live.update(self.facts.used(stmt))
                return changed(stmt, body=body)
            case Assert():
                live.update(self.facts.mentions(stmt).used)
                return stmt
            case Delete(obj=Var(name=name), index=None, name=None):
                live.add(name)
                return stmt
            case _:
                for var in defs(stmt):
                    self.bind(var.name, live, exits)
                live.update(self.facts.used(stmt))
                return stmt

    def bind(self, name: str, live: set[str], exits: _Exits) -> None:
        if name not in exits.always:
            live.discard(name)

    def is_own(self, target: Var) -> bool:
        return self.facts.is_number(target) or target.name in self.facts.exclusive

    def for_loop(self, stmt: For, live: set[str], exits: _Exits) -> Stmt:
        after = frozenset(live)
        orelse = self.block(stmt.orelse, live, exits)  # `live` is what the head of the loop leads to
        while True:
            start = set(live)
            body = self.block(stmt.body, start, _Exits(after, frozenset(live), exits.always))
            self.bind(stmt.target.name, start, exits)
            if start <= live:
                break
            live |= start
        live.update(self.facts.used(stmt))
        return changed(stmt, body=body, orelse=orelse)

    def while_loop(self, stmt: While, live: set[str], exits: _Exits) -> Stmt:
        after = frozenset(live)
        orelse = self.block(stmt.orelse, live, exits)
        live.update(self.facts.used(stmt))
        tested, top = frozenset(live), frozenset[str]()
        while True:
            start = set(top)
            body = self.block(stmt.body, start, _Exits(after, top, exits.always))
            start |= tested
            head = self.block(stmt.head, start, exits)
            if start <= top:
                break
            top |= start
        live.clear()
        live |= top
        return changed(stmt, head=head, body=body, orelse=orelse)
