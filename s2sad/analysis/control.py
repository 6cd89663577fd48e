"""Branches and loops: types meet where control does, and loops are walked until their types are stable."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2sad.analysis import attempts, consumers, contexts, generators, infer, iterators
from s2sad.analysis.calls import reference_to
from s2sad.analysis.methods import Methods
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Env
from s2sad.analysis.session import Session
from s2sad.analysis.values import (
    TOP,
    Bound,
    Choice,
    Cursor,
    Dct,
    Fn,
    Gen,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Top,
    Tup,
    Value,
    join,
    weaken,
)
from s2sad.frontend.lookups import note_contents
from s2sad.frontend.resolve import SourceFunction, denote
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Break,
    Build,
    Call,
    Const,
    Expr,
    For,
    Function,
    GetItem,
    If,
    MakeFunction,
    MethodCall,
    Ref,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.subst import substitute
from s2sad.ir.walk import deep_defs, functions, rename, walk

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
        after_orelse = self.env
        self.env = join_envs(after_body, after_orelse)
        if after_body is not None and after_orelse is not None:
            self.choose(stmt, after_body, after_orelse)
        self.emit(replace(stmt, body=body, orelse=orelse))

    def choose(self, stmt: If, body: Env, orelse: Env) -> None:
        """A variable that holds one function or another is called in a branch of its own."""
        test: Atom | None = None
        for name in sorted(body.keys() & orelse.keys()):
            yes, no = body[name], orelse[name]
            if yes is no or yes == no or not (_is_function(yes) and _is_function(no)):
                continue
            if test is None:
                lasts = isinstance(stmt.test, Var) and stmt.test.is_temp
                test = stmt.test if lasts else self.temp(stmt.test, Other("bool"))
            self.set(Var(name), Choice(test, yes, no))

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
            case Tup(items=items) | Lst(items=tuple() as items):
                return bool(items)
            case Dct(items=tuple() as pairs):
                return bool(pairs)
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
        if isinstance(iterable, Cursor):
            for new in iterators.loop(self, stmt, iterable):  # type: ignore[arg-type]
                self.stmt(new)
            return
        replaced = generators.iterate(self, stmt, iterable)
        if replaced is not None:
            for new in replaced:
                if self.env is None:
                    return
                self.stmt(new)
            return
        own = consumers.own_iterator(self, stmt.iterable, iterable)
        if own is not None:
            for new in iterators.loop(self, stmt, own, fresh=True):  # type: ignore[arg-type]
                self.stmt(new)
            return
        body = self.fixpoint(lambda: self.loop_body(stmt), stmt.body, stmt.target)
        self.emit(replace(stmt, body=body))

    def loop_body(self, stmt: For) -> Block:
        self.set(stmt.target, infer.element(self.value(stmt.iterable)))
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
        items = _rounds(iterable) if isinstance(iterable, Rng) else infer.items_of(iterable)
        if items is None or len(items) > MAX_UNROLL or _has_break(stmt.body):
            return None
        joined = infer.element(Tup(items))
        if (
            isinstance(joined, Top)
            or (is_vague(joined) and not any(map(is_vague, items)))
            or any(isinstance(item, (Fn, Gen, Obj)) for item in items)
            or _has_functions(items)
        ):
            return list(items)
        known = all(isinstance(item, Known) for item in items)
        if _names_attributes(stmt.body) or (known and self.picks_functions(stmt.body)):
            return list(items)
        return None

    def picks_functions(self, block: Block) -> bool:
        """Whether functions are looked up in a list or dict, or are made: which one each time must be known."""
        for stmt in walk(block):
            made = stmt.value if isinstance(stmt, Assign) else None
            if isinstance(made, MakeFunction) and (made.function.free or made.defaults):
                return True
            if isinstance(made, GetItem) and _holds_functions(self.value(made.obj)):
                return True
        return False

    def unroll(self, stmt: For, items: list[Value]) -> None:
        source, iterable = stmt.iterable, self.value(stmt.iterable)
        if self.definition(source) is None and isinstance(source, Var) and source.name in self.links.views:
            source = self.temp(Call(Ref("list", denote(list)), (source,)), Lst(TOP, tuple(items)))
        seen = self.definition(source)  # a view of a dict shows what is stored in it meanwhile
        held = seen.obj if isinstance(seen, MethodCall) and isinstance(self.value(seen.obj), Dct) else None
        if held is not None and any(var == held for var in deep_defs(stmt.body)):
            source = self.temp(Call(Ref("list", denote(list)), (source,)), Lst(TOP, tuple(items)))
            held = None
        keys = None if held is None else _keys(self.value(held))
        for position, item in enumerate(items):
            if self.env is None:
                return
            if held is not None and position:
                item = (infer.items_of(self.expr(seen)[0]) or items)[position]  # type: ignore[arg-type]
            target, body = stmt.target, stmt.body
            if position + 1 < len(items):  # what follows the loop may read what its last round assigned
                target, body = self.apart(target, body)
            if isinstance(item, Known) and _is_function(item):
                self.set(target, item)
                if not any(var == target for var in deep_defs(body)):
                    body = substitute(body, {target.name: reference_to(self, item)})
            elif isinstance(item, Known) and isinstance(item.value, (str, int)):
                self.bind(target, Const(item.value), item)
            else:
                self.bind(target, self.element_at(source, position), item)
            for new in self.block(body):
                self.emit(new)
            if self.env is None or isinstance(iterable, Rng):
                continue
            if held is not None:
                unchanged = _keys(self.value(held)) == keys
            else:
                unchanged = list(infer.items_of(self.value(stmt.iterable)) or ()) == items
            if not unchanged:
                refuse(self.function.origin, stmt.span, "S2S022", "a container is changed while a loop runs over its elements, which are of several kinds",
                       "run over a copy of it")  # fmt: skip

    def apart(self, target: Var, body: Block) -> tuple[Var, Block]:
        """A round of a loop with a target and temporaries of its own: each is assigned once, and has one type."""
        assert self.env is not None
        own = {var.name for var in (target, *deep_defs(body)) if var.is_temp and var.name not in self.env}
        new = {name: self.session.fresh_temp() for name in sorted(own)}
        captured = {name for made in functions(body) for name in made.free}  # read when called, not when made
        for name in (target.name, *_taken_apart_at_once(target, body)):
            if not Var(name).is_temp and name not in self.env and name not in captured:
                new[name] = self.session.fresh_local(name)
        return Var(new.get(target.name, target.name)), rename(body, new)

    def element_at(self, iterable: Atom, position: int) -> Expr:
        """Element number `position` of what a loop runs over."""
        place = Const(position)
        match self.definition(iterable):
            case MethodCall(obj=held, name="values" | "items" as kind, args=()) if isinstance(
                self.value(held), Dct
            ):
                key, part = self.value(held).items[position]  # type: ignore[union-attr,index,misc]
                entry = GetItem(held, Const(key))
                return entry if kind == "values" else Build("tuple", (Const(key), self.temp(entry, part)))
            case Call(func=func, args=args) if args and all(isinstance(arg, Var) for arg in args):
                match self.value(func):
                    case Known(value=builtins.enumerate) if len(args) == 1:
                        return Build("tuple", (place, self.part_at(args[0], position)))
                    case Known(value=builtins.zip):
                        return Build("tuple", tuple(self.part_at(arg, position) for arg in args))
                    case Known(value=builtins.reversed):
                        count = len(infer.items_of(self.value(iterable)) or ())
                        return self.element_at(args[0], count - 1 - position)  # type: ignore[arg-type]
        return GetItem(iterable, place)

    def part_at(self, iterable: Any, position: int) -> Atom:
        items = infer.items_of(self.value(iterable))
        return self.temp(self.element_at(iterable, position), items[position] if items else TOP)

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
        followed = contexts.enter(self, stmt)
        if followed is not None:
            for new in followed:
                if self.env is not None:
                    self.stmt_now = new
                    self.stmt(new)
            return
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


def _rounds(iterable: Rng) -> tuple[Value, ...] | None:
    """The numbers of a range whose bounds are known."""
    bounds = [arg.value if isinstance(arg, Known) else None for arg in iterable.args]
    if not bounds or not all(isinstance(bound, int) for bound in bounds):
        return None
    numbers = range(*bounds)  # type: ignore[arg-type]
    return tuple(map(Known, numbers)) if len(numbers) <= MAX_UNROLL else None


def _keys(value: Value) -> list[Any] | None:
    return [key for key, _ in value.items] if isinstance(value, Dct) and value.items is not None else None


def _is_function(value: Value) -> bool:
    known = value.value if isinstance(value, Known) else None
    return isinstance(value, (Fn, Bound, Choice)) or callable(known) or isinstance(known, SourceFunction)


def _holds_functions(held: Value) -> bool:
    """Whether a container holds nothing but functions."""
    match held:
        case Known(value=dict() as known):
            note_contents(known, known)
            items: tuple[Value, ...] = tuple(map(Known, known.values()))
        case Dct():
            items = tuple(value for _, value in held.items or ())
        case _:
            items = infer.items_of(held) or ()
    return bool(items) and all(map(_is_function, items))


def is_vague(value: Value) -> bool:
    """Whether nothing is known of a value, or of an entry of a tuple."""
    return isinstance(value, Top) or (isinstance(value, Tup) and any(map(is_vague, value.items)))


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


def _taken_apart_at_once(target: Var, body: Block) -> tuple[str, ...]:
    """The variables of ``for a, b in pairs``, which each round assigns before anything else."""
    match body:
        case (Unpack(targets=targets, value=value), *_) if value == target:
            return tuple(var.name for var in targets)
        case _:
            return ()
