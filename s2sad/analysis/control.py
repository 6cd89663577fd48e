"""Branches and loops: types meet where control does, and loops are walked until their types are stable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2sad.analysis import attempts, generators, infer, protocols
from s2sad.analysis.methods import Methods
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Env
from s2sad.analysis.session import Session
from s2sad.analysis.values import (
    TOP,
    Fn,
    Gen,
    Known,
    Lst,
    Obj,
    Other,
    Tup,
    Value,
    join,
    weaken,
)
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Break,
    Call,
    Const,
    For,
    Function,
    GetItem,
    If,
    Ref,
    Stmt,
    Try,
    Var,
    While,
    With,
)
from s2sad.ir.walk import deep_defs, walk

MAX_UNROLL = 32


@dataclass
class _LoopState:
    exits: list[Env] = field(default_factory=list)


class Control(Methods):
    """The part of a walk that follows control."""

    def __init__(self, session: Session, function: Function, env: Env) -> None:
        super().__init__(session, function, env)
        self.loops: list[_LoopState] = []

    def in_branch(self, stmts: Block) -> Block:
        """Walk a block whose effects on `env` do not outlive it."""
        saved = dict(self.env) if self.env is not None else None
        done = self.block(stmts)
        self.env = saved
        return done

    def branch(self, stmt: If) -> None:
        test = self.truth(stmt.test)
        if test is not None:
            for kept in self.block(stmt.body if test else stmt.orelse):
                self.emit(kept)
            return
        start = dict(self.env) if self.env is not None else {}
        body = self.block(stmt.body)
        after_body, self.env = self.env, start
        orelse = self.block(stmt.orelse)
        self.env = join_envs(after_body, self.env)
        self.emit(replace(stmt, body=body, orelse=orelse))

    def truth(self, test: Atom) -> bool | None:
        value = self.value(test)
        match value:
            case Known(value=known) if not hasattr(known, "dtype"):
                return (
                    bool(known)
                    if isinstance(known, (int, float, complex, str, bytes, tuple, list, dict, type(None)))
                    else True
                )
            case Fn() | Obj():
                return (
                    None
                    if (isinstance(value, Obj) and value.cls.method("__bool__"))
                    or (isinstance(value, Obj) and value.cls.method("__len__"))
                    else True
                )
            case Tup(items=items):
                return bool(items)
            case _:
                return None

    def for_loop(self, stmt: For) -> None:
        iterable = self.value(stmt.iterable)
        items = self.unrollable(stmt, iterable)
        if items is not None:
            self.unroll(stmt, items)
            return
        if isinstance(iterable, (Tup, Lst)) and iterable.items == ():
            return
        replaced = generators.iterate(self, stmt, iterable)
        if replaced is not None:
            for new in replaced:
                if self.env is None:
                    return
                self.stmt(new)
            return
        element = infer.element(iterable)
        body = self.fixpoint(lambda: self.loop_body(stmt, element), stmt.body, stmt.target)
        self.emit(replace(stmt, body=body))

    def loop_body(self, stmt: For, element: Value) -> Block:
        self.set(stmt.target, element)
        return self.block(stmt.body)

    def fixpoint(self, walk: Any, body: Block, *targets: Var) -> Any:
        """Walk a loop until the types at its head are stable; returns the last walk's result."""
        assert self.env is not None
        for var in deep_defs(body):
            if var.name in self.env:
                self.env[var.name] = weaken(self.env[var.name])
        head = dict(self.env)
        for _ in range(12):
            self.loops.append(_LoopState())
            self.env = dict(head)
            done = walk()
            exits = self.loops.pop().exits
            again = join_envs(head, self.env)
            assert again is not None
            if all(again[name] == head.get(name) for name in head):
                break
            head = {name: again.get(name, TOP) for name in again if name in head} | {
                name: value for name, value in again.items() if name not in head
            }
        else:
            refuse(
                self.function.origin,
                self.stmt_now.span if self.stmt_now else None,
                "S2S090",
                "the types of this loop do not settle",
                "keep to one type of value for each variable of the loop",
            )
        after: Env | None = again
        for leaving in exits:
            after = join_envs(after, leaving)
        self.env = after
        return done

    def while_loop(self, stmt: While) -> None:
        def walk() -> tuple[Block, Block]:
            head = self.block(stmt.head)
            self.head_env = dict(self.env) if self.env is not None else None
            return head, self.block(stmt.body)

        first = self.truth(stmt.test) if isinstance(stmt.test, Const) else None
        if first is False:
            return
        head, body = self.fixpoint(walk, (*stmt.head, *stmt.body))
        for var in deep_defs(stmt.head):
            assert self.env is not None
            self.env.setdefault(var.name, self.types.get(var.name, TOP))
        self.emit(replace(stmt, head=head, body=body))

    def unrollable(self, stmt: For, iterable: Value) -> list[Value] | None:
        """The elements, when the loop runs over a few values that one type cannot describe (functions, say)."""
        items = iterable.items if isinstance(iterable, (Tup, Lst)) else None
        if isinstance(iterable, Known) and isinstance(iterable.value, (tuple, list)):
            items = tuple(Known(item) for item in iterable.value)
        if items is None or len(items) > MAX_UNROLL or _has_break(stmt.body):
            return None
        joined = infer.element(Tup(items))
        if joined == TOP or any(isinstance(item, (Fn, Gen, Obj)) for item in items) or _has_functions(items):
            return list(items)
        return list(items) if _names_attributes(stmt.body) else None

    def unroll(self, stmt: For, items: list[Value]) -> None:
        for position, item in enumerate(items):
            if self.env is None:
                return
            if isinstance(item, Known) and callable(item.value):
                self.set(stmt.target, item)
            else:
                self.bind(stmt.target, GetItem(stmt.iterable, Const(position)), item)
            for new in self.block(stmt.body):
                self.emit(new)

    def attempt(self, stmt: Try) -> None:
        start = dict(self.env) if self.env is not None else {}
        body = self.block(stmt.body)
        raised = attempts.raised_by(self, body)  # type: ignore[arg-type]
        stmt = replace(stmt, handlers=tuple(attempts.reached(self, stmt.handlers, raised)))  # type: ignore[arg-type]
        orelse = self.block(stmt.orelse) if self.env is not None else ()
        if (not stmt.handlers and (not raised or not stmt.final) and raised is not None) or not (
            stmt.handlers or stmt.final
        ):
            for done in (*body, *orelse):
                self.emit(done)
            for inner in stmt.final if self.env is not None else ():
                self.stmt_now = inner
                self.stmt(inner)
            return
        after = self.env
        thrown = {
            name: join(value, self.types[name]) if name in self.types else value
            for name, value in start.items()
        }
        handlers = []
        for handler in stmt.handlers:
            self.env = dict(thrown)
            if handler.name is not None:
                self.set(handler.name, Other("exception"))
            handlers.append(replace(handler, body=self.block(handler.body)))
            after = join_envs(after, self.env)
        self.env = after
        final = self.block(stmt.final) if after is not None else self.in_branch(stmt.final)
        self.emit(replace(stmt, body=body, handlers=tuple(handlers), orelse=orelse, final=final))

    def with_block(self, stmt: With) -> None:
        protocols.check_context(self, stmt)
        if stmt.target is not None:
            self.set(stmt.target, TOP)
        body = self.block(stmt.body)
        self.emit(replace(stmt, body=body))


def join_envs(first: Env | None, second: Env | None) -> Env | None:
    if first is None or second is None:
        return second if first is None else first
    out: Env = {}
    for name in first.keys() | second.keys():
        a, b = first.get(name), second.get(name)
        out[name] = join(a, b) if a is not None and b is not None else (a if a is not None else b)  # type: ignore[assignment]
    return out


def _has_break(block: Block) -> bool:
    def breaks(stmts: Block) -> Iterator[Stmt]:
        for stmt in stmts:
            if isinstance(stmt, Break):
                yield stmt
            elif isinstance(stmt, If):
                yield from breaks(stmt.body)
                yield from breaks(stmt.orelse)
            elif isinstance(stmt, With):
                yield from breaks(stmt.body)

    return any(True for _ in breaks(block))


def _names_attributes(block: Block) -> bool:
    """Whether attributes are read or set by names that are computed: each must be known."""
    return any(
        isinstance(stmt, Assign)
        and isinstance(stmt.value, Call)
        and isinstance(stmt.value.func, Ref)
        and getattr(stmt.value.func.target, "obj", None) in (getattr, setattr)
        for stmt in walk(block)
    )


def _has_functions(items: tuple[Any, ...]) -> bool:
    """Whether an element is, or holds, a function or an object."""
    for item in items:
        if isinstance(item, Fn) or (isinstance(item, Known) and callable(item.value)):
            return True
        if (
            isinstance(item, Known)
            and isinstance(item.value, (tuple, list))
            and any(callable(x) for x in item.value)
        ):
            return True
        if isinstance(item, (Tup, Lst)) and item.items and _has_functions(item.items):
            return True
    return False
