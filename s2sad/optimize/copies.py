"""Copies of variables: read the original, or assign the copy directly.

`propagate` replaces reads of a temporary that is a copy (``%r_x_bar = out_bar``) by reads of the original, as long as
neither has been bound again.  Both names stand for one object, so changes in place make no difference.

`coalesce` does the opposite for ``%s = t * x; t = %s``: the value is assigned to `t` at once, if `t` is not mentioned
in between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace

from s2sad.ir.nodes import (
    NO_NOTES,
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

# ── reads of copies ──────────────────────────────────────────────────────────────────────────────────────


def propagate(function: Function, facts: Facts) -> Function:
    return with_body(function, _Propagation(facts).block(function.body, Env()))


class Env:
    """The variable that each copy stands for, and the copies of each variable."""

    def __init__(self, other: Env | None = None) -> None:
        self.source: dict[str, Var] = {} if other is None else dict(other.source)
        self.copies: dict[str, tuple[str, ...]] = {} if other is None else dict(other.copies)

    def add(self, copy: str, source: Var) -> None:
        self.source[copy] = source
        self.copies[source.name] = (*self.copies.get(source.name, ()), copy)

    def forget(self, names: Iterable[str]) -> None:
        """These are bound anew."""
        for name in names:
            self.source.pop(name, None)
            for copy in self.copies.pop(name, ()):
                if copy in self.source and self.source[copy].name == name:
                    del self.source[copy]


class _Propagation:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def block(self, block: Block, env: Env) -> Block:
        """The block with its reads replaced; `env` is brought to the state at its end."""
        return tuple(self.stmt(stmt, env) for stmt in block)

    def stmt(self, stmt: Stmt, env: Env) -> Stmt:
        if isinstance(stmt, (For, While, Try)) and env.source:
            env.forget(self.facts.mentions(stmt).binds)  # it is not known at any point of its blocks

        def atom(old: Atom) -> Atom:
            return env.source.get(old.name, old) if isinstance(old, Var) else old

        def inner(block: Block) -> Block:
            return self.block(block, Env(env))

        if isinstance(stmt, If) and stmt.sugar in ("and", "or"):
            new = map_blocks(stmt, inner)
        elif isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction):
            new = stmt
        elif env.source.keys().isdisjoint(self.facts.used(stmt)):
            new = map_blocks(stmt, inner)
        else:
            new = map_stmt(stmt, atom, inner, same_var)
        if env.source:
            env.forget(self.facts.mentions(stmt).binds)
        match new:
            case Assign(target=target, value=Var() as source) if (
                target.is_temp
                and source != target
                and not self.facts.captured & {target.name, source.name}
                and not better_named(target, source)
            ):
                env.add(target.name, source)
            case _:
                pass
        return new


def better_named(first: Var, second: Var) -> bool:
    """Of two temporaries: does the first tell whose adjoint or tangent it is, and the second does not?"""
    return second.is_temp and has_role(first) and not has_role(second)


def has_role(var: Var) -> bool:
    return var.name.endswith(("_bar", "_dot"))


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
    copies = [place for place, stmt in enumerate(stmts) if _stand_in(stmt) is not None]
    if not copies:
        return tuple(stmts)
    merging = _Merging(stmts, facts, attempted)
    for place in copies:
        pair = _stand_in(merging.stmts[place])
        if pair is not None:
            merging.merge(place, pair[1].name, pair[0])
    return tuple([stmt for stmt in merging.stmts if stmt is not None])


def _stand_in(stmt: Stmt | None) -> tuple[Var, Var] | None:
    """A variable, and the temporary that is copied to it."""
    match stmt:
        case Assign(target=target, value=Var() as stand_in) if stand_in.is_temp and (
            not target.is_temp or better_named(target, stand_in)
        ):
            return target, stand_in
        case _:
            return None


class _Merging:
    """The statements of a block, None where one is gone, with the places where each name is mentioned, in order."""

    def __init__(self, stmts: list[Stmt], facts: Facts, attempted: bool) -> None:
        self.stmts: list[Stmt | None] = [*stmts]
        self.facts = facts
        self.attempted = attempted
        self.places: dict[str, list[int]] = {}
        for place, stmt in enumerate(stmts):
            found = facts.mentions(stmt)
            for name in found.used | found.binds:
                self.places.setdefault(name, []).append(place)
        self.leaving = [place for place, stmt in enumerate(stmts) if facts.effects(stmt).leaves]

    def merge(self, copy: int, name: str, target: Var) -> None:
        """Put `target` in the place of the temporary `name`, which statement number `copy` copies to it."""
        start = self.start(copy, name, target)
        if start is None or not self.may_merge(start, copy, name, target):
            return
        facts, stmts = self.facts, self.stmts
        facts.reads[target.name] += facts.reads.pop(name) - 1
        facts.binds.pop(name)
        notes = getattr(stmts[copy], "notes", NO_NOTES)
        stmts[copy] = None
        places = self.places[target.name]
        places.remove(copy)
        for place in self.places.pop(name):
            stmt = stmts[place]
            if stmt is None or place < start:
                continue
            stmt = _renamed((stmt,), name, target, facts)[0]
            stmts[place] = replace(stmt, notes=notes) if place == start and notes != NO_NOTES else stmt
            at = bisect_left(places, place)
            if at == len(places) or places[at] != place:
                places.insert(at, place)

    def start(self, copy: int, name: str, target: Var) -> int | None:
        """The statement that assigns the temporary."""
        facts = self.facts
        if facts.binds[name] != 1 or facts.captured & {name, target.name}:
            return None
        for place in self.places[name]:
            stmt = self.stmts[place]
            if place >= copy or stmt is None:
                break
            if name in facts.mentions(stmt).binds:
                plain = isinstance(stmt, (Assign, Unpack)) and target not in defs(stmt)
                return place if plain else None
        return None

    def may_merge(self, start: int, copy: int, name: str, target: Var) -> bool:
        if self.attempted and not all(
            stmt is None or (isinstance(stmt, Assign) and isinstance(stmt.value, Var))
            for stmt in self.stmts[start + 1 : copy]
        ):
            return False  # what stands in between may raise: then the variable keeps its old value
        mentioned = self.places[target.name]
        if _between(mentioned, start, copy) or _between(self.leaving, start, copy):
            return False
        reads = 1
        rebound = False
        for place in sorted({*self.places[name], *mentioned[bisect_right(mentioned, copy) :]}):
            stmt = self.stmts[place]
            if stmt is None or place <= start or place == copy:
                continue
            mentions = self.facts.mentions(stmt)
            here = mentions.reads.count(name)
            if place > copy:
                binds = target.name in mentions.binds
                if here and (rebound or (binds and blocks(stmt)) or isinstance(stmt, AugName)):
                    return False  # `t += %s` would become `t += t`: right, but not readable
                rebound = rebound or binds
            reads += here
        return reads == self.facts.reads[name]


def _between(places: list[int], first: int, last: int) -> bool:
    """Is one of the places, which are in order, between these two?"""
    at = bisect_right(places, first)
    return at < len(places) and places[at] < last


def _renamed(block: Block, name: str, target: Var, facts: Facts) -> Block:
    def atom(old: Atom) -> Atom:
        return target if isinstance(old, Var) and old.name == name else old

    def bound(old: Var) -> Var:
        return target if old.name == name else old

    def inner(block: Block) -> Block:
        return _renamed(block, name, target, facts)

    return tuple(
        [map_stmt(stmt, atom, inner, bound) if name in facts.mentions(stmt) else stmt for stmt in block]
    )
