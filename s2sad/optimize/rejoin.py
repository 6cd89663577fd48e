"""Variables that need not be two: one name for values of which one is dead where the other one lives.

The transforms keep variables apart: a parameter and what the user assigns to the same name later (webs), the adjoint
of a result and the seed, the variables of a callee that was put in place of its call.  When all is written many of
them do not get in one another's way.  Two variables may share a name if neither is assigned while the other one is
live (but for a copy of one to the other); these *interfere*.

- What was renamed gets its first name back, if nothing that has it interferes.
- A copy that the compiler made goes, if its two sides do not interfere: ``%1 = a / b; step = %1``, where `%1` is kept
  on a tape as well, is ``step = a / b``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import NO_NOTES, Assign, Call, Continue, For, Function, If, Ref, Stmt, Try, Var, With
from s2sad.ir.walk import defs, functions, map_blocks, rename, stmt_atoms, uses, walk, with_body
from s2sad.names import RESERVED, MadeUp
from s2sad.optimize.facts import Facts


def rejoin(function: Function, facts: Facts, made_up: MadeUp) -> Function:
    if any(
        isinstance(stmt, Continue) or getattr(stmt, "orelse", ())
        for stmt in facts.stmts
        if not isinstance(stmt, (If, Try))
    ):
        return function  # liveness does not follow these
    names = _Rejoining(function, facts, made_up).run()
    if not names:
        return function
    return with_body(function, _without_idle(rename(function.body, names)))


class _Rejoining:
    def __init__(self, function: Function, facts: Facts, made_up: MadeUp) -> None:
        self.function, self.facts, self.made_up = function, facts, made_up
        self.params = list(function.param_names())
        self.fixed = facts.captured | _bound_by_blocks(facts.stmts)
        #: What assertions compare: two names of one buffer, which must not become one name.
        self.asserted = {
            var.name
            for stmt in facts.stmts
            if isinstance(stmt, Assign)
            and isinstance(stmt.value, Call)
            and getattr(stmt.value.func, "text", "").startswith("_assert_")
            for var in uses(stmt)
        }
        self.outside = set(_outside(function))
        self.others = self.outside | RESERVED
        own = dict.fromkeys((*self.params, *facts.binds, *facts.reads))
        self.variables = [name for name in own if name not in facts.captured]
        self.chosen = {name: name for name in self.variables}
        self.members = {name: {name} for name in self.variables}
        self.binds = Counter({name: facts.binds[name] for name in self.variables})
        self.edges = _interference(function, facts)

    def run(self) -> dict[str, str]:
        """The variables that get another name."""
        for stmt in self.facts.stmts:
            if isinstance(stmt, Assign) and isinstance(stmt.value, Var):
                self.drop_copy(self.chosen.get(stmt.target.name), self.chosen.get(stmt.value.name))
        for name in list(self.members):
            self.restore(name)
        return {old: new for old, new in self.chosen.items() if old != new}

    def restore(self, name: str) -> None:
        """The name that a variable was given for want of a better one gives way to that, if it is free here."""
        plain = self.made_up.plain(name)
        if plain == name or name[0] == "%" or name in self.params or name in self.fixed:
            return
        for wish in (plain, *(f"{plain}_{number}" for number in (1, 2))):
            if wish == name:
                return
            if self.is_free(wish, name):
                self.members.setdefault(wish, set())
                self.merge(name, wish)
                return

    def is_free(self, wish: str, name: str) -> bool:
        """Whether a variable may be called like that instead."""
        if wish == "_" and not self.facts.reads[name] and self.outside.isdisjoint("_"):
            return self.apart(name, wish)
        if wish in self.others or wish in self.facts.captured or not self.apart(name, wish):
            return False
        return not (wish in self.params and wish.endswith("_bar"))  # the seed means one thing

    def drop_copy(self, target: str | None, source: str | None) -> None:
        """A copy that no user wrote: both sides get the better name, if they do not interfere."""
        if (
            target is None
            or source is None
            or target == source
            or not {target, source}.isdisjoint(self.fixed)
        ):
            return
        kept = (
            source[0] == "%" != target[0] and self.binds[source] > 1
        )  # on a tape: it is bound in both sweeps
        if kept and source not in self.asserted and self.apart(target, source):
            self.merge(source, target)
        if "%" in (target[0], source[0]) or not self.apart(target, source):
            return
        plain = self.made_up.plain
        if target in self.params or not (self.is_made(target) or self.is_made(source)):
            return
        if self.binds[target] > 1 and plain(target) != plain(source):
            return  # it begins as the other one and goes on by itself
        if source in self.params or (self.is_made(target) and plain(source) == source):
            self.merge(target, source)
        elif self.is_made(source):
            self.merge(source, target)

    def is_made(self, name: str) -> bool:
        """Is it a name of the compiler's: an adjoint, or a result?"""
        return name.endswith("_bar") or name in self.made_up.results

    def apart(self, first: str, second: str) -> bool:
        one, other = (self.members.get(name, set()) for name in (first, second))
        return self.edges[first].isdisjoint(other) and self.edges[second].isdisjoint(one)

    def merge(self, old: str, new: str) -> None:
        for name in self.members.pop(old):
            self.chosen[name] = new
            self.members[new].add(name)
        self.edges[new] |= self.edges.pop(old)
        self.binds[new] += self.binds.pop(old)


def _interference(function: Function, facts: Facts) -> dict[str, set[str]]:
    """For each variable those that are live where it is assigned."""
    edges: dict[str, set[str]] = defaultdict(set)
    liveness = Liveness(function.body)
    params = set(function.param_names())

    def meet(name: str, others: set[str]) -> None:
        edges[name] |= others - {name}
        for other in others - {name}:
            edges[other].add(name)

    for name in params:
        meet(name, params | set(liveness.at_start))
    for stmt in facts.stmts:
        live = set(liveness.inside(stmt) if isinstance(stmt, For) else liveness.after(stmt))
        source = {stmt.value.name} if isinstance(stmt, Assign) and isinstance(stmt.value, Var) else set()
        made = {var.name for var in defs(stmt)}
        for name in made:
            meet(name, (live | made) - source)
    return edges


def _bound_by_blocks(stmts: Sequence[Stmt]) -> set[str]:
    """What contexts and handlers bind: liveness does not say when."""
    found = {stmt.target.name for stmt in stmts if isinstance(stmt, With) and stmt.target is not None}
    for stmt in stmts:
        if isinstance(stmt, Try):
            found |= {handler.name.name for handler in stmt.handlers if handler.name is not None}
    return found


def _outside(function: Function) -> Iterator[str]:
    """The names from outside that a function, or one nested in it, reads."""
    for body in (function.body, *(inner.body for inner in functions(function.body))):
        for stmt in walk(body):
            for atom in stmt_atoms(stmt):
                if isinstance(atom, Ref):
                    yield atom.text.partition(".")[0]


def _without_idle(block: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """The block without copies of a variable to itself; the comments stay, where the variable got its value."""
    out: list[Stmt] = []
    for stmt in block:
        if not (isinstance(stmt, Assign) and stmt.value == stmt.target):
            out.append(map_blocks(stmt, _without_idle))
            continue
        place = next((k for k in range(len(out) - 1, -1, -1) if stmt.target in defs(out[k])), None)
        made = out[place] if place is not None else None
        if place is not None and isinstance(made, Assign) and NO_NOTES in (made.notes, stmt.notes):
            out[place] = replace(made, notes=stmt.notes if made.notes == NO_NOTES else made.notes)
    return tuple(out)
