"""Copies of variables: read the original, or assign the copy directly.

`propagate` replaces reads of a temporary that is a copy (``%r_x_bar = out_bar``) by reads of the original, as long as
neither has been bound again.  Both names stand for one object, so changes in place make no difference.

`coalesce` does the opposite for ``%s = t * x; t = %s``: the value is assigned to `t` at once, if `t` is not mentioned
in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Block,
    For,
    Function,
    If,
    MakeFunction,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
)
from s2sad.ir.walk import blocks, defs, map_attempted, map_blocks, map_stmt, same_var, with_body
from s2sad.optimize.facts import Facts

Env = dict[str, Var]


# ── reads of copies ──────────────────────────────────────────────────────────────────────────────────────


def propagate(function: Function, facts: Facts) -> Function:
    return with_body(function, _Propagation(facts).block(function.body, {}))


class _Propagation:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block, env: Env) -> Block:
        """The block with its reads replaced; `env` is brought to the state at its end."""
        return tuple(self.stmt(stmt, env) for stmt in block)

    def stmt(self, stmt: Stmt, env: Env) -> Stmt:
        if isinstance(stmt, (For, While, Try)) and env:
            forget(
                env, self.facts.mentions(stmt).binds
            )  # what it binds is not known at any point of its blocks

        def atom(old: Atom) -> Atom:
            return env.get(old.name, old) if isinstance(old, Var) else old

        def inner(block: Block) -> Block:
            return self.block(block, dict(env))

        if isinstance(stmt, If) and stmt.sugar in ("and", "or"):
            new = map_blocks(stmt, inner)
        elif isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction):
            new = stmt
        elif env.keys().isdisjoint(self.facts.used(stmt)):
            new = map_blocks(stmt, inner)
        else:
            new = map_stmt(stmt, atom, inner, same_var)
        if env:
            forget(env, self.facts.mentions(stmt).binds)
        match new:
            case Assign(target=target, value=Var() as source) if (
                target.is_temp
                and source != target
                and not self.facts.captured & {target.name, source.name}
                and not better_named(target, source)
            ):
                env[target.name] = source
            case _:
                pass
        return new


def better_named(first: Var, second: Var) -> bool:
    """Of two temporaries: does the first tell whose adjoint or tangent it is, and the second does not?"""
    return second.is_temp and has_role(first) and not has_role(second)


def has_role(var: Var) -> bool:
    return var.name.endswith(("_bar", "_dot"))


def forget(env: Env, names: Iterable[str]) -> None:
    for name in names:
        env.pop(name, None)
        for copy in [copy for copy, source in env.items() if source.name == name]:
            del env[copy]


# ── stand-ins ────────────────────────────────────────────────────────────────────────────────────────────


def coalesce(function: Function, facts: Facts) -> Function:
    """Assign to a variable directly what is assigned to a temporary and copied to it."""
    return with_body(function, _coalesced(function.body, facts))


def _coalesced(block: Block, facts: Facts, attempted: bool = False) -> Block:
    def inside(inner: Block) -> Block:
        return _coalesced(inner, facts, True)

    def plain(inner: Block) -> Block:
        return _coalesced(inner, facts, attempted)

    stmts = [map_attempted(stmt, plain, inside) for stmt in block]
    position = 0
    while position < len(stmts):
        match stmts[position]:
            case Assign(target=target, value=Var() as stand_in) if stand_in.is_temp and (
                not target.is_temp or better_named(target, stand_in)
            ):
                done = _merged(stmts, position, stand_in.name, target, facts, attempted)
                if done is not None:
                    stmts = done
                    continue
            case _:
                pass
        position += 1
    return tuple(stmts)


def _merged(
    stmts: list[Stmt], copy: int, name: str, target: Var, facts: Facts, attempted: bool
) -> list[Stmt] | None:
    """The block with the temporary `name` replaced by `target`, to which statement number `copy` copies it."""
    if facts.binds[name] != 1 or facts.captured & {name, target.name}:
        return None
    start = next((k for k in range(copy) if name in facts.mentions(stmts[k]).binds), None)
    if start is None or not isinstance(stmts[start], (Assign, Unpack)):
        return None
    if any(var == target for var in defs(stmts[start])):
        return None
    between = stmts[start + 1 : copy]
    if attempted and not all(isinstance(stmt, Assign) and isinstance(stmt.value, Var) for stmt in between):
        return None  # what stands in between may raise: then the variable keeps its old value
    if any(target.name in facts.mentions(stmt) or facts.effects(stmt).leaves for stmt in between):
        return None
    reads = sum(facts.mentions(stmt).reads.count(name) for stmt in between) + 1
    rebound = False
    for stmt in stmts[copy + 1 :]:
        mentions = facts.mentions(stmt)
        here, binds = mentions.reads.count(name), target.name in mentions.binds
        if here and (rebound or (binds and blocks(stmt))):
            return None
        if here and isinstance(stmt, AugName):
            return None  # `t += %s` would become `t += t`: right, but not readable
        reads += here
        rebound = rebound or binds
    if reads != facts.reads[name]:
        return None

    def atom(old: Atom) -> Atom:
        return target if isinstance(old, Var) and old.name == name else old

    def bound(old: Var) -> Var:
        return target if old.name == name else old

    def all_of(block: Block) -> Block:
        return tuple(
            [map_stmt(stmt, atom, all_of, bound) if name in facts.mentions(stmt) else stmt for stmt in block]
        )

    facts.reads[target.name] += facts.reads.pop(name) - 1
    facts.binds.pop(name)
    notes = stmts[copy].notes
    first = all_of((stmts[start],))[0]
    if notes.above or notes.behind:
        first = replace(first, notes=notes)
    return [*stmts[:start], first, *all_of(tuple(between)), *all_of(tuple(stmts[copy + 1 :]))]
