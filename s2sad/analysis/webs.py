"""Split variables into webs: one name for each set of assignments that can reach a common reader.

A program that reuses a name for unrelated values (`x = np.sin(x)` twice) gets one name for each value, so the reverse
sweep finds earlier values by name and saves nothing.  Definitions that meet (a branch, a loop, an augmented
assignment) stay one variable.

Definition: two definitions of a name are in one web if some read may see either; webs are the connected components.
The input is in single-exit form (`ir.exits`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sad.ir.nodes import (
    Assert,
    Assign,
    Atom,
    AugName,
    Block,
    Break,
    Delete,
    For,
    Function,
    Handler,
    If,
    MakeFunction,
    Raise,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import map_stmt, stmt_atoms, walk

Env = dict[str, frozenset[int]]


def merge(first: Env | None, second: Env | None) -> Env | None:
    if first is None or second is None:
        return second if first is None else first
    return {
        name: first.get(name, frozenset()) | second.get(name, frozenset())
        for name in first.keys() | second.keys()
    }


class _Finder:
    """Union-find over definitions, filled by one walk (loops: two rounds) over the structured program."""

    def __init__(self, pinned: frozenset[str]) -> None:
        self.parent: list[int] = []
        self.name: list[str] = []
        self.ids: dict[tuple[int, str, int], int] = {}
        self.keep: list[object] = []  # keeps statement objects alive while their id() is a key
        self.pinned = pinned
        self.breaks: list[Env | None] = []

    def definition(self, owner: object, name: str, slot: int = 0) -> int:
        key = (id(owner), name, slot)
        if key not in self.ids:
            self.keep.append(owner)
            self.ids[key] = len(self.parent)
            self.parent.append(len(self.parent))
            self.name.append(name)
        return self.ids[key]

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def union(self, items: frozenset[int]) -> None:
        roots = sorted({self.find(item) for item in items})
        for other in roots[1:]:
            self.parent[other] = roots[0]

    def read(self, env: Env, name: str) -> None:
        self.union(env.get(name, frozenset()))

    def define(self, env: Env, owner: object, name: str, slot: int = 0) -> None:
        new = frozenset({self.definition(owner, name, slot)})
        if name in self.pinned:
            new |= env.get(name, frozenset())
            self.union(new)
        env[name] = new

    def block(self, stmts: Block, env: Env | None) -> Env | None:
        for stmt in stmts:
            if env is None:
                return None
            env = self.stmt(stmt, env)
        return env

    def stmt(self, stmt: Stmt, env: Env) -> Env | None:
        for atom in stmt_atoms(stmt):
            if isinstance(atom, Var) and not isinstance(stmt, While):
                self.read(env, atom.name)
        match stmt:
            case Assign(target=target):
                if isinstance(stmt.value, MakeFunction):
                    for name in stmt.value.function.free:
                        self.read(env, name)
                self.define(env, stmt, target.name)
            case Unpack(targets=targets):
                for slot, target in enumerate(targets):
                    self.define(env, stmt, target.name, slot)
            case AugName(target=target):
                old = env.get(target.name, frozenset())
                new = frozenset({self.definition(stmt, target.name)})
                self.union(old | new)
                env[target.name] = new
            case Delete(obj=Var(name=name), index=None, name=None):
                env = {key: value for key, value in env.items() if key != name}
            case If(body=body, orelse=orelse):
                return merge(self.block(body, dict(env)), self.block(orelse, dict(env)))
            case For() | While():
                return self.loop(stmt, env)
            case With(target=target, body=body):
                if target is not None:
                    self.define(env, stmt, target.name)
                return self.block(body, env)
            case Try():
                return self.attempt(stmt, env)
            case Assert(message_block=message):
                self.block(message, dict(env))
            case Break():
                self.breaks[-1] = merge(self.breaks[-1], env)
                return None
            case Raise():
                return None
            case _:
                pass
        return env

    def loop(self, stmt: For | While, env: Env) -> Env | None:
        head: Env | None = dict(env)
        self.breaks.append(None)
        for _ in range(2):
            assert head is not None
            if isinstance(stmt, While):
                inside = self.block(stmt.head, dict(head))
                assert inside is not None
                if isinstance(stmt.test, Var):
                    self.read(inside, stmt.test.name)
                leaving = dict(inside)
            else:
                inside, leaving = dict(head), dict(head)
                self.define(inside, stmt, stmt.target.name)
            end = self.block(stmt.body, inside)
            head = merge(head, end)
        # what the last round of the head leaves behind must include the values of later rounds
        if isinstance(stmt, While):
            assert head is not None
            last = self.block(stmt.head, dict(head))
            assert last is not None
            if isinstance(stmt.test, Var):
                self.read(last, stmt.test.name)
            leaving = last
        else:
            assert head is not None
            leaving = head
        return merge(leaving, self.breaks.pop())

    def attempt(self, stmt: Try, env: Env) -> Env | None:
        """An exception may leave the body between any two statements: a handler may see every definition in it."""
        done = self.block(stmt.body, dict(env))
        thrown: Env = dict(env)
        for inner in walk(stmt.body):
            for key, number in self.ids.items():
                if key[0] == id(inner):
                    thrown[key[1]] = thrown.get(key[1], frozenset()) | {number}
        after = self.block(stmt.orelse, done) if done is not None else None
        for handler in stmt.handlers:
            caught = dict(thrown)
            if handler.name is not None:
                self.define(caught, handler, handler.name.name)
            after = merge(after, self.block(handler.body, caught))
        if stmt.final:
            self.block(stmt.final, dict(thrown) if after is None else merge(dict(thrown), after))
            after = self.block(stmt.final, after)
        return after


class _Renamer:
    def __init__(self, finder: _Finder, names: dict[int, str]) -> None:
        self.finder, self.names = finder, names


def split_webs(function: Function) -> tuple[Function, dict[str, str]]:
    """The function with one name per web, and for each new name the old one.

    Parameters keep their names; so do variables that a nested function captures, and free variables.
    """
    pinned = {name for stmt in walk(function.body) for name in _captured(stmt)} | set(function.free)
    finder = _Finder(frozenset(pinned))
    env: Env = {}
    for slot, name in enumerate((*function.param_names(), *function.free)):
        finder.define(env, function, name, slot)
    finder.block(function.body, env)
    return _rename_function(function, finder)


def _captured(stmt: Stmt) -> tuple[str, ...]:
    if isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction):
        return (
            *stmt.value.function.free,
            *((stmt.target.name,) if stmt.target.name in stmt.value.function.free else ()),
        )
    return ()


def _rename_function(function: Function, finder: _Finder) -> tuple[Function, dict[str, str]]:
    names: dict[int, str] = {}
    taken = set(finder.name)
    old_names: dict[str, str] = {}
    for item, old in enumerate(finder.name):
        root = finder.find(item)
        if root in names:
            continue
        if old not in old_names:
            new = old
        else:
            number = 1
            while f"{old}_{number}" in taken:
                number += 1
            new = f"{old}_{number}"
        taken.add(new)
        names[root] = new
        old_names[new] = old
    if all(new == old for new, old in old_names.items()):
        return function, old_names
    env = {name: name for name in (*function.param_names(), *function.free)}
    applier = _Apply(finder, names)
    return replace(function, body=applier.block(function.body, env)), old_names


class _Apply:
    """Second walk: write the new names. `env` maps an old name to the web that holds it here."""

    def __init__(self, finder: _Finder, names: dict[int, str]) -> None:
        self.finder, self.names = finder, names
        self.breaks: list[dict[str, str]] = []

    def new_name(self, owner: object, name: str, slot: int = 0) -> str:
        number = self.finder.ids.get((id(owner), name, slot))
        return name if number is None else self.names[self.finder.find(number)]

    def define(self, env: dict[str, str], owner: object, target: Var, slot: int = 0) -> Var:
        env[target.name] = self.new_name(owner, target.name, slot)
        return Var(env[target.name])

    def block(self, stmts: Block, env: dict[str, str]) -> Block:
        return tuple(self.stmt(stmt, env) for stmt in stmts)

    def reader(self, env: dict[str, str]) -> Callable[[Atom], Atom]:
        frozen = dict(env)
        return lambda atom: Var(frozen.get(atom.name, atom.name)) if isinstance(atom, Var) else atom

    def stmt(self, stmt: Stmt, env: dict[str, str]) -> Stmt:
        match stmt:
            case While():
                self.enter_loop(stmt, env)
                head = self.block(stmt.head, env)
                test = self.reader(env)(stmt.test)
                after_head = dict(env)
                body = self.block(stmt.body, env)
                env.clear()
                env.update(self.breaks.pop() | after_head)
                return replace(stmt, head=head, test=test, body=body)
            case For():
                iterable = self.reader(env)(stmt.iterable)
                self.enter_loop(stmt, env)
                target = self.define(env, stmt, stmt.target)
                body = self.block(stmt.body, env)
                env.update(self.breaks.pop())
                return replace(stmt, target=target, iterable=iterable, body=body)
            case If():
                test = self.reader(env)(stmt.test)
                other = dict(env)
                body = self.block(stmt.body, env)
                orelse = self.block(stmt.orelse, other)
                if _ends_in_break(stmt.body):
                    env.clear()
                if not _ends_in_break(stmt.orelse):
                    env.update(other)
                return replace(stmt, test=test, body=body, orelse=orelse)
            case Try():
                return self.attempt(stmt, env)
            case With():
                context = self.reader(env)(stmt.context)
                target_var = self.define(env, stmt, stmt.target) if stmt.target is not None else None
                return replace(stmt, context=context, target=target_var, body=self.block(stmt.body, env))
            case Break():
                self.breaks[-1].update(env)
                return stmt
            case Assign():
                new = map_stmt(stmt, self.reader(env))
                assert isinstance(new, Assign)
                return replace(new, target=self.define(env, stmt, stmt.target))
            case Unpack():
                new = map_stmt(stmt, self.reader(env))
                assert isinstance(new, Unpack)
                targets = tuple(
                    self.define(env, stmt, target, slot) for slot, target in enumerate(stmt.targets)
                )
                return replace(new, targets=targets)
            case AugName():
                new = map_stmt(stmt, self.reader(env))
                assert isinstance(new, AugName)
                return replace(new, target=self.define(env, stmt, stmt.target))
            case Assert():
                new = map_stmt(stmt, self.reader(env))
                assert isinstance(new, Assert)
                return replace(new, message_block=self.block(stmt.message_block, dict(env)))
            case _:
                return map_stmt(stmt, self.reader(env))

    def enter_loop(self, stmt: For | While, env: dict[str, str]) -> None:
        """Inside a loop a name may hold what a later statement of the body wrote: those are one web with the
        value from before, unless nobody reads them across rounds, and then it does not matter."""
        self.breaks.append({})

    def attempt(self, stmt: Try, env: dict[str, str]) -> Stmt:
        start = dict(env)
        body = self.block(stmt.body, env)
        thrown = {**start, **env}
        orelse = self.block(stmt.orelse, env)
        handlers = []
        for handler in stmt.handlers:
            caught = dict(thrown)
            kind = self.reader(start)(handler.type) if handler.type is not None else None
            name = self.define(caught, handler, handler.name) if handler.name is not None else None
            handlers.append(Handler(kind, name, self.block(handler.body, caught)))
            env.update(caught)
        return replace(
            stmt, body=body, handlers=tuple(handlers), orelse=orelse, final=self.block(stmt.final, env)
        )


def _ends_in_break(block: Block) -> bool:
    match block[-1:]:
        case (Break() | Raise(),):
            return True
        case (If(body=body, orelse=orelse),):
            return _ends_in_break(body) and _ends_in_break(orelse)
        case _:
            return False
