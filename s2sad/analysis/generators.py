"""Generators: a loop over one becomes the generator's body, with the loop's body in place of each ``yield``.

A call of a generator function computes nothing yet, so its value is a `Gen`: the function, and the variables that hold
its arguments.  What consumes it decides the rest:

- ``for``: the two bodies are joined.  Nothing is collected, so an endless generator works, and a ``break`` leaves the
  generator's loops just as its own ``return`` does; `ir.exits` writes both as flags.
- ``sum``, ``list``, unpacking, a library function: the items go into a list first, as Python does too.
- ``enumerate``, ``zip``, ``map``, the lazy part of itertools: generators themselves (see `lazy`).
- A generator that calls itself cannot be written out: it becomes a function that returns a list.

A generator runs once.  The type of the variable that held it says so afterwards (`SPENT`), and a second use is refused:
what is left in the generator cannot be told from the program's text.
"""

from __future__ import annotations

import builtins
import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np

from s2sad.analysis import lazy
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Session
from s2sad.analysis.values import (
    LOST,
    NEVER,
    SPENT,
    Dct,
    Fn,
    Gen,
    Inst,
    Known,
    Lst,
    Obj,
    Tup,
    Value,
    may_vary,
)
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, denote
from s2sad.ir.exits import FALL, RETURN, outcomes, rewrite_returns
from s2sad.ir.nodes import (
    NOWHERE,
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Break,
    Build,
    BuildDict,
    Call,
    Const,
    Delete,
    Expr,
    For,
    Function,
    GetAttr,
    If,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Span,
    Star,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
    Yield,
)
from s2sad.ir.subst import all_names, substitute
from s2sad.ir.walk import deep_defs, deep_uses, functions, map_stmt, rename, uses, walk

Found = tuple[Value, Expr | None]
COPIED = 40  # statements of a loop's body that may be written more than once
COPIED_AT_MOST = 400  # the same, where a list cannot stand in
MUTATING = frozenset({
    "append", "appendleft", "extend", "insert", "pop", "popleft", "popitem", "remove", "clear", "sort", "reverse",
    "update", "setdefault", "add", "discard", "fill", "put", "itemset", "partition", "resize", "setflags", "send",
    "close", "throw", "__next__",
})  # fmt: skip


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────


def suspended(frame: Any, source: Any, function: Function, bound: dict[str, tuple[Atom, Value]]) -> Found:
    """The value of a call of a generator function. At run time nothing is left of the call but its arguments."""
    params = set(function.param_names())
    args = tuple((name, held(frame, atom) if name in params else atom) for name, (atom, _) in bound.items())
    return Gen(function, source, args), Const(None)


def held(frame: Any, atom: Atom) -> Atom:
    """An operand that keeps the argument's value, even if the variable it came from is assigned again."""
    if not isinstance(atom, Var) or atom.is_temp:
        return atom
    params, counts = _definitions(frame)
    if counts.get(atom.name, 0) == (0 if atom.name in params else 1):
        return atom
    return frame.temp(atom, frame.value(atom))


def _definitions(frame: Any) -> tuple[set[str], dict[str, int]]:
    """The parameters of the function in work, and how often each of its variables is assigned."""
    key = ("definitions", id(frame.function))
    memo = frame.session.memo
    if key not in memo:
        counts: dict[str, int] = {}
        for var in deep_defs(frame.function.body):
            counts[var.name] = counts.get(var.name, 0) + 1
        memo[key] = ({*frame.function.param_names()} - set(frame.function.free), counts, frame.function)
    params, counts, _ = memo[key]
    return params, counts


def check_entry(function: Function, result: Value | None) -> None:
    """Refuse to differentiate a function whose value is a generator."""
    if function.is_generator or (result is not None and _holds_generator(result)):
        message = f"`{function.name}` returns a generator"
        refuse(function.origin, function.span, "S2S022", message, "return a list or an array of its items")


def as_written(expr: Expr, bound: dict[str, tuple[Atom, Value]]) -> Expr | None:
    """A call as the user wrote it, or None if that cannot be run: where it stands there is no generator to pass on."""
    return None if any(_holds_generator(value) for _, value in bound.values()) else expr


def _holds_generator(value: Value) -> bool:
    return isinstance(value, Gen) or (isinstance(value, Tup) and any(map(_holds_generator, value.items)))


def iterator(frame: Any, atom: Atom, value: Value) -> Gen | None:
    """The generator that a value is, or that its class makes of it (``__iter__``, ``__next__``)."""
    match value:
        case Gen():
            return value
        case Obj(cls=cls) | Inst(cls=cls) if (method := cls.method("__iter__")) is not None:
            found, expr = frame.call_function(method, None, (atom,), (), MethodCall(atom, "__iter__"))
            if (
                isinstance(found, Obj | Inst)
                and expr is not None
                and (step := found.cls.method("__next__")) is not None
            ):
                holder = expr if isinstance(expr, Var) else frame.temp(expr, found)
                function = _repeating(frame.session, step)
                return Gen(frame.session.prepare(function), function, ((function.params[0].name, holder),))
            return found if isinstance(found, Gen) else None
        case _:
            return None


def _repeating(session: Session, step: SourceFunction) -> Function:
    """An iterator's ``__next__`` as a generator: it yields what each call returns, until StopIteration."""
    key = ("iterator", step)
    if key not in session.memo:
        function = session.prepare(step)
        *body, last = function.body
        assert isinstance(last, Return)
        round_ = (*_without_stop(tuple(body)), Yield(last.value, span=last.span))
        loop = While((), Const(True), round_, span=function.span)
        session.memo[key] = replace(function, name="iterate", body=(loop,), is_generator=True)
    return session.memo[key]


def _without_stop(block: Block) -> Block:
    """``raise StopIteration`` ends the iteration: a return of the generator."""
    made = {
        stmt.target.name
        for stmt in walk(block)
        if isinstance(stmt, Assign) and isinstance(stmt.value, Call) and _is_stop(stmt.value.func)
    }

    def statement(stmt: Stmt) -> Stmt:
        match stmt:
            case Raise(value=Ref() as value) if _is_stop(value):
                return Return(Const(None), span=stmt.span, notes=stmt.notes)
            case Raise(value=Var(name=name)) if name in made:
                return Return(Const(None), span=stmt.span, notes=stmt.notes)
        return map_stmt(stmt, lambda atom: atom, lambda inner: tuple(map(statement, inner)))

    return tuple(map(statement, block))


def _is_stop(atom: Atom) -> bool:
    return isinstance(atom, Ref) and isinstance(atom.target, Live) and atom.target.obj is StopIteration


# ── using up ─────────────────────────────────────────────────────────────────────────────────────────────


def spend(frame: Any, gen: Gen) -> None:
    """From here on the variables that held the generator hold one that has run."""
    for name, value in frame.env.items():
        if value is gen:
            frame.env[name] = SPENT


def _refuse(frame: Any, stmt: Stmt | None, message: str, help: str) -> NoReturn:
    span = stmt.span if stmt is not None else frame.stmt_now.span
    refuse(frame.function.origin, span, "S2S022", message, help)


def check_usable(frame: Any, stmt: Stmt, value: Value) -> None:
    if value == SPENT:
        _refuse(
            frame,
            stmt,
            "a generator is used a second time",
            "make a list of it first: `items = list(...)`, and use that",
        )
    if value == LOST:
        _refuse(
            frame,
            stmt,
            "it cannot be decided which generator this is",
            "make a list of it where it is made: `list(...)`",
        )


# ── a loop over a generator ──────────────────────────────────────────────────────────────────────────────


def iterate(frame: Any, stmt: For, value: Value) -> list[Stmt] | None:
    """What stands in for ``for ... in generator``; None if the value is no generator."""
    check_usable(frame, stmt, value)
    gen = iterator(frame, stmt.iterable, value)
    if gen is None:
        return None
    spend(frame, gen)
    return expanded(frame, stmt, gen, stmt)


def expanded(frame: Any, stmt: For, gen: Gen, place: Stmt) -> list[Stmt]:
    """The loop written out. `place` is what the names in it are remembered by: a loop is walked more than once."""
    name = gen.function.name
    count = sum(isinstance(inner, Yield) for inner in walk(gen.function.body))
    size = sum(1 for _ in walk(stmt.body)) * max(count - 1, 0)
    why = ""  # why the loop's body cannot stand in place of the yields
    if is_recursive(gen):
        why = f"`{name}` calls itself, and takes turns with this loop in changing what they share"
    elif not _is_append(stmt):
        if any(_catches(inner) for inner in walk(gen.function.body)):
            why = f"`{name}` catches exceptions where it yields"
        elif size > COPIED_AT_MOST:
            why = f"`{name}` yields in {count} places, and this loop is too long to stand at each"
    if why or size > COPIED:
        if _may_collect(stmt, gen):
            return [replace(stmt, iterable=collected(frame, gen, place))]
        if why:
            _refuse(
                frame, stmt, why, "loop over `list(...)`, and let only one of the two change what they share"
            )
    key = ("loop", id(stmt), gen)
    memo = frame.session.memo
    if key not in memo:
        memo[key] = (_joined(frame, stmt, gen, place), stmt)
    return list(memo[key][0])


def _is_append(stmt: For) -> bool:
    """Whether a loop is the one that `collected` makes: nothing in it can raise."""
    match stmt.body:
        case (Assign(value=MethodCall(obj=obj, name="append", args=(item,))),):
            return obj == stmt.iterable and item == stmt.target
        case _:
            return False


def _catches(stmt: Stmt) -> bool:
    return (
        isinstance(stmt, Try) and bool(stmt.handlers) and any(isinstance(s, Yield) for s in walk(stmt.body))
    )


class _Names:
    """Names for the variables of a generator that is written out, the same ones in each walk over a loop."""

    def __init__(self, session: Session, place: Stmt, function: Function | Stmt) -> None:
        self.session = session
        self.key = ("names", id(place), id(function))
        session.memo.setdefault(
            (*self.key, ""), (place, function)
        )  # keeps both alive while their ids are keys
        self.flags = 0
        self.made: set[str] = set()

    def local(self, name: str) -> str:
        memo = self.session.memo
        if (*self.key, name) not in memo:
            memo[(*self.key, name)] = self.session.local_name(name)
        self.made.add(memo[(*self.key, name)])
        return memo[(*self.key, name)]

    def flag(self, wish: str) -> str:
        self.flags += 1
        memo, key = self.session.memo, (*self.key, wish, self.flags)
        if key not in memo:
            plain = {"result": "%result", "returned": "stop"}.get(wish, wish)
            memo[key] = self.session.fresh_temp() if plain.startswith("%") else self.session.fresh_name(plain)
        self.made.add(memo[key])
        return memo[key]


def _joined(frame: Any, stmt: For, gen: Gen, place: Stmt) -> Block:
    names = _Names(frame.session, place, gen.function)
    entry, body = _localised(frame, gen, names, place)
    inside = _leaving(stmt.body)
    temps = sorted({var.name for var in deep_defs(inside) if var.is_temp})
    copies = 0

    def at_yield(value: Atom, made: Assign | None, span: Any) -> Block:
        nonlocal copies
        copies += 1
        here = inside
        if copies > 1:  # a temporary is assigned in one place only
            here = rename(inside, {name: frame.session.fresh_temp() for name in temps})
        first: Assign = replace(made, target=stmt.target) if made else Assign(stmt.target, value, span=span)
        return _taken_apart(first, here)

    body = _planted(body, at_yield, _read_once(body))
    if not {FALL, RETURN} & outcomes(body) and not any(isinstance(inner, Raise) for inner in walk(body)):
        message = f"the generator `{gen.function.name}` never ends, and is read to its end here"
        _refuse(
            frame, place, message, "leave the loop with `break`, or take a part: `itertools.islice(..., n)`"
        )
    body = _tidied(rewrite_returns(body, names.flag), names.made)
    block = (*entry, *body)
    if block and stmt.notes and isinstance(block[0], Assign | For | While | If):
        block = (replace(block[0], notes=stmt.notes), *block[1:])
    return block


def _localised(frame: Any, gen: Gen, names: _Names, place: Stmt) -> tuple[Block, Block]:
    """The generator's body in the caller's names, behind the assignments of those parameters that need a variable."""
    function = gen.function
    body = _without_end(function)
    captured = {name for inner in functions(body) for name in inner.free}
    own = {var.name for var in deep_defs(body)} | captured
    params = set(function.param_names())
    mapping: dict[str, Atom] = {}
    entry: list[Stmt] = []
    for name, atom in gen.args:
        if name in params and name in own:
            mapping[name] = Var(names.local(name))
            entry.append(Assign(Var(names.local(name)), atom, span=place.span))
        else:  # a variable of an enclosing function is that variable itself
            mapping[name] = atom
    for name in sorted(own - mapping.keys()):
        mapping[name] = Var(names.local(name))
    body = substitute(body, mapping)
    if _file(function.origin) not in (None, _file(frame.function.origin)) or function.span == NOWHERE:
        body = _placed(body, place.span)  # a message about it would show a line of the wrong file
    return tuple(entry), body


def _file(origin: Any) -> str | None:
    return getattr(getattr(origin, "module", None), "filename", None)


def _placed(block: Block, span: Span) -> Block:
    return tuple(
        map_stmt(replace(stmt, span=span), lambda atom: atom, lambda inner: _placed(inner, span))
        for stmt in block
    )


def _without_end(function: Function) -> Block:
    """The body without the return that `exits` puts behind it: what a generator returns is of no interest."""
    return function.body[:-1] if isinstance(function.body[-1], Return) else function.body


def _leaving(block: Block) -> Block:
    """A loop's body in which ``break`` is a return: the generator's loops end with it."""
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Break():
                out.append(Return(Const(None), span=stmt.span, notes=stmt.notes))
            case If() | With() | Try():
                out.append(map_stmt(stmt, lambda atom: atom, _leaving))
            case _:
                out.append(stmt)
    return tuple(out)


def _planted(
    block: Block, at_yield: Callable[[Atom, Assign | None, Any], Block], once: frozenset[str]
) -> Block:
    """The block with something in place of each ``yield``, which gets the temporary's assignment if it has one."""
    out: list[Stmt] = []
    for stmt in block:
        if isinstance(stmt, Yield):
            made = out[-1] if out else None
            value = stmt.value
            if isinstance(made, Assign) and made.target == value and made.target.name in once:
                out.pop()
                out += at_yield(value, made, stmt.span)
            else:
                out += at_yield(value, None, stmt.span)
        else:
            out.append(map_stmt(stmt, lambda atom: atom, lambda inner: _planted(inner, at_yield, once)))
    return tuple(out)


def _read_once(block: Block) -> frozenset[str]:
    counts: dict[str, int] = {}
    for var in deep_uses(block):
        counts[var.name] = counts.get(var.name, 0) + 1
    return frozenset(name for name, count in counts.items() if count == 1 and name.startswith("%"))


def _taken_apart(first: Assign, body: Block) -> Block:
    """``%t = (a, b); i, v = %t`` as ``i = a; v = b``: a loop that unpacks what a generator packs."""
    match first.value, body[:1]:
        case Build(kind="tuple", items=items), (Unpack(targets=targets, value=value, star=None) as unpack,):
            plain = [item for item in items if not isinstance(item, Star)]
            fits = len(plain) == len(items) == len(targets) and not {*plain} & {*targets}
            read_later = any(var == first.target for var in deep_uses(body[1:]))
            if fits and value == first.target and first.target.is_temp and not read_later:
                parts = zip(targets, plain, strict=True)
                return (*(Assign(target, item, span=unpack.span) for target, item in parts), *body[1:])
    return (first, *body)


def _tidied(block: Block, own: set[str]) -> Block:
    """Without the assignments and tests that nobody needs: a generator's result, flags of exits from its last loop."""
    while True:
        read = {var.name for var in deep_uses(block)}

        def dead(stmt: Stmt, read: set[str] = read) -> bool:
            match stmt:
                case Assign(target=target, value=Const() | Var()):
                    return target.name in own and target.name not in read
                case If(body=(), orelse=()):
                    return True
                case _:
                    return False

        def swept(stmts: Block) -> Block:
            kept = [stmt for stmt in stmts if not dead(stmt)]
            return tuple(map_stmt(stmt, lambda atom: atom, swept) for stmt in kept)

        new = swept(block)
        if new == block:
            return block
        block = new


# ── collecting into a list ───────────────────────────────────────────────────────────────────────────────


def collected(frame: Any, gen: Gen, place: Stmt) -> Var:
    """Emit what puts all items of a generator into a list; the variable that holds it."""
    if is_recursive(gen):
        return _listed(frame, gen, place)
    display = _display(frame, gen, place)
    if display is not None:
        return display
    items: Var = frame.temp(Build("list", ()), Lst(NEVER, ()))
    item, done = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    append = Assign(done, MethodCall(items, "append", (item,)))
    loop = For(item, items, (append,), span=place.span)
    for stmt in expanded(frame, loop, gen, place):
        if frame.env is not None:
            frame.stmt(stmt)
    return items


def _display(frame: Any, gen: Gen, place: Stmt) -> Var | None:
    """A generator without loops and branches around its yields is a list display."""
    names = _Names(frame.session, place, gen.function)
    entry, body = _localised(frame, gen, names, place)
    inner = [stmt for stmt in body if not isinstance(stmt, Yield)]
    if any(isinstance(stmt, Yield | Return) for stmt in walk(tuple(inner))):
        return None
    changed: dict[str, int] = {}
    for var in deep_defs(body):
        changed[var.name] = changed.get(var.name, 0) + 1
    atoms: list[Atom] = []
    for stmt in (*entry, *body):
        if frame.env is None:
            break
        if not isinstance(stmt, Yield):
            frame.stmt(stmt)
        elif isinstance(stmt.value, Var) and changed.get(stmt.value.name, 0) > 1:
            atoms.append(frame.temp(stmt.value, frame.value(stmt.value)))
        else:
            atoms.append(stmt.value)
    if frame.env is None:
        return Var(frame.session.fresh_temp())
    target = Var(frame.session.fresh_temp())
    frame.stmt(Assign(target, Build("list", tuple(atoms)), span=place.span))
    return target


def _listed(frame: Any, gen: Gen, place: Stmt) -> Var:
    """A call of the function that the generator becomes when it returns all its items in a list."""
    session: Session = frame.session
    source = list_function(session, gen)
    function = session.prepare(source)
    bound = {name: (atom, frame.value(atom)) for name, atom in gen.args}
    value, expr = frame.call_bound(source, function, None, bound, None)
    holder = Var(session.fresh_temp())
    if expr is not None:
        frame.emit(Assign(holder, expr, span=place.span))
    frame.set(holder, value)
    return holder


def list_function(session: Session, gen: Gen) -> Function:
    key = ("list", id(gen.function))
    if key not in session.memo:
        raw: Function = gen.source if isinstance(gen.source, Function) else gen.source.lower()
        taken = set(all_names(raw))
        name = next(wish for wish in _wishes("items") if wish not in taken)
        items, numbers = Var(name), iter(range(10**6))

        def append(value: Atom, made: Assign | None, span: Any) -> Block:
            done = Var(f"%y{next(numbers)}")
            return (
                *((made,) if made else ()),
                Assign(done, MethodCall(items, "append", (value,)), span=span),
            )

        def returning(stmts: Block) -> Block:
            return tuple(
                replace(stmt, value=items)
                if isinstance(stmt, Return)
                else map_stmt(stmt, lambda atom: atom, returning)
                for stmt in stmts
            )

        body = returning(_planted(raw.body, append, frozenset()))
        start = Assign(items, Build("list", ()), span=raw.span)
        session.memo[key] = replace(
            raw, body=(start, *body, Return(items, span=raw.span)), is_generator=False
        )
    return session.memo[key]  # type: ignore[no-any-return]


def _wishes(name: str) -> Iterator[str]:
    yield name
    number = 1
    while True:
        yield f"{name}_{number}"
        number += 1


def is_recursive(gen: Gen) -> bool:
    """Whether the generator runs another one of itself."""
    return _reaches(gen.function, gen, set())


def _reaches(function: Function, gen: Gen, seen: set[int]) -> bool:
    for stmt in walk(function.body):
        if not isinstance(stmt, Assign):
            continue
        match stmt.value:
            case Call(func=Ref(target=SourceFunction() as other)):
                if other is gen.source:
                    return True
                if id(other) not in seen:
                    seen.add(id(other))
                    lowered = other.lower()
                    if lowered.is_generator and _reaches(lowered, gen, seen):
                        return True
            case Call(func=Var(name=name)) if name == gen.function.name and name in gen.function.free:
                return True
            case MethodCall(name=name) if name == gen.function.name and name not in (
                "items",
                "values",
                "keys",
            ):
                return True
    return False


# ── may a list stand in for a generator in a loop? ───────────────────────────────────────────────────────


def _may_collect(stmt: For, gen: Gen) -> bool:
    """Whether it makes no difference that all items are computed before the loop starts."""
    leaves = any(isinstance(inner, Return) for inner in walk(_leaving(stmt.body)))
    function = gen.function
    if not _is_pure(function, set()) or (leaves and any(isinstance(s, While) for s in walk(function.body))):
        return False
    reads = {inner.value.name for inner in walk(function.body)
             if isinstance(inner, Assign) and isinstance(inner.value, GetAttr)}  # fmt: skip
    shared = {atom.name for _, atom in gen.args if isinstance(atom, Var)} | {stmt.target.name}
    shared |= {
        t.name for s in stmt.body[:1] if isinstance(s, Unpack) and s.value == stmt.target for t in s.targets
    }
    assigned = {var.name for var in deep_defs(stmt.body)}
    captured = set(function.free) | {name for name, _ in gen.args} - set(function.param_names())
    return not (assigned & captured) and all(not _touches(inner, shared, reads) for inner in walk(stmt.body))


def _touches(stmt: Stmt, shared: set[str], reads: set[str]) -> bool:
    """Whether a statement of a loop's body changes an object that the generator may read."""
    match stmt:
        case SetAttr(name=name) | AugAttr(name=name):
            return name in reads
        case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | Delete(obj=Var(name=name)):
            return name in shared
        case Assign(value=MethodCall(obj=Var(name=name), name=method)):
            return method in MUTATING and name in shared
        case _:
            return False


def _is_pure(function: Function, seen: set[int]) -> bool:
    """Whether a function only computes: it changes no object that it has not made itself."""
    made = {
        stmt.target.name
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and isinstance(stmt.value, Build | BuildDict | Const)
    }
    for stmt in walk(function.body):
        match stmt:
            case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | AugName(target=Var(name=name)):
                if name not in made:
                    return False
            case SetAttr() | AugAttr() | Delete() | With():
                return False
            case Assign(value=MethodCall(obj=Var(name=name), name=method)):
                if method in MUTATING and name not in made:
                    return False
            case Assign(value=Call(func=Ref(target=SourceFunction() as other))) if id(other) not in seen:
                seen.add(id(other))
                if not _is_pure(other.lower(), seen):
                    return False
            case _:
                pass
    return not function.nonlocals


# ── what consumes a generator other than a loop ──────────────────────────────────────────────────────────

NOT_READ = (isinstance, callable, type, print, hasattr, getattr, id, repr, functools.partial)


def settled(frame: Any, stmt: Stmt) -> Stmt:
    """The statement with lists in place of the generators that it reads to their end."""
    if isinstance(stmt, Assign) and isinstance(stmt.value, Call):
        changed = _library_call(frame, stmt, stmt.value)
        if changed is not None:
            return changed
    if not isinstance(stmt, Assign | Unpack | AugName) or not any(
        _runs(frame.env.get(var.name)) for var in uses(stmt)
    ):
        return stmt
    match stmt:
        case AugName(target=target, op="add", value=value) if isinstance(frame.value(target), Lst):
            return _extended(frame, stmt, target, value)
        case Assign(value=MethodCall(obj=Var() as obj, name="extend", args=(value,))) if isinstance(
            frame.value(obj), Lst
        ):
            assert isinstance(value, Var)
            return _extended(frame, stmt, obj, value)
        case Unpack(value=value) | AugName(value=value):
            return replace(stmt, value=_whole(frame, value, stmt))
        case Assign(value=Build(items=items) as build):
            return replace(stmt, value=replace(build, items=_stars(frame, items, stmt)))
        case Assign(value=Call(args=args) as call):
            return replace(stmt, value=replace(call, args=_stars(frame, args, stmt)))
        case Assign(value=Op(kind="in" | "not_in" as kind, args=(item, container))):
            return replace(stmt, value=Op(kind, (item, _whole(frame, container, stmt))))
        case Assign(value=MethodCall(obj=obj, args=args) as call):
            value = frame.value(obj)
            if isinstance(value, Gen) or value in (SPENT, LOST):
                if call.name == "__next__":
                    return _first(frame, stmt, (obj,))
                message = f"`{call.name}` of a generator is called"
                _refuse(frame, stmt, message, "loop over the generator, or make a list of it")
            if isinstance(value, Obj | Inst) or (
                isinstance(value, Known) and isinstance(value.value, SourceClass)
            ):
                return replace(stmt, value=replace(call, args=_stars(frame, args, stmt)))
            return replace(stmt, value=replace(call, args=_wholes(frame, args, stmt)))
    return stmt


def _runs(value: Value | None) -> bool:
    """Whether a value is a generator, or an object that iterates by code of its own."""
    if isinstance(value, Obj | Inst):
        return value.cls.method("__iter__") is not None
    return isinstance(value, Gen) or value in (SPENT, LOST)


def _whole(frame: Any, atom: Atom, stmt: Stmt) -> Atom:
    value = frame.value(atom)
    check_usable(frame, stmt, value)
    gen = iterator(frame, atom, value)
    if gen is None:
        return atom
    spend(frame, gen)
    return collected(frame, gen, stmt)


def _wholes(frame: Any, args: tuple[Any, ...], stmt: Stmt) -> tuple[Any, ...]:
    return tuple(
        Star(_whole(frame, arg.value, stmt)) if isinstance(arg, Star) else _whole(frame, arg, stmt)
        for arg in args
    )


def _stars(frame: Any, args: tuple[Any, ...], stmt: Stmt) -> tuple[Any, ...]:
    return tuple(Star(_whole(frame, arg.value, stmt)) if isinstance(arg, Star) else arg for arg in args)


def _library_call(frame: Any, stmt: Assign, call: Call) -> Stmt | None:
    """A call of a library function that is given a generator, or makes one; None for every other call."""
    func = frame.value(call.func)
    if not isinstance(func, Known) or isinstance(func.value, SourceFunction | SourceClass):
        return None
    known = func.value
    given = any(_runs(frame.value(arg)) for arg in call.args)
    if any(isinstance(arg, Star) for arg in call.args):
        call = replace(call, args=_stars(frame, call.args, stmt))
        return replace(stmt, value=call) if given else None
    args: tuple[Any, ...] = call.args
    values = [frame.value(arg) for arg in args]
    adapter = (
        lazy.adapter(known, values, given) if not call.kwargs or known is not itertools.product else None
    )
    if adapter is not None:
        return replace(stmt, value=replace(call, func=Ref(adapter.name, adapter)))
    if known is itertools.chain:
        return _call_of(frame, stmt, lazy.chaining(len(args)), args)
    if getattr(known, "__module__", "") == "itertools" and (given or any(map(may_vary, values))):
        name = f"itertools.{known.__name__}"
        refuse(
            frame.function.origin,
            stmt.span,
            "S2S021",
            f"no derivative is known for `{name}`",
            "write it out as loops",
        )
    if not given or known in NOT_READ:
        return None
    if known is builtins.dict and len(args) == 1 and not call.kwargs:
        return _dict(frame, stmt, args[0])
    if known is builtins.zip:
        return _zipped(frame, stmt, args)
    if known is builtins.iter and len(args) == 1:
        gen = iterator(frame, args[0], values[0])
        return replace(stmt, value=args[0] if gen in (None, values[0]) else frame.temp(Const(None), gen))
    if known in (builtins.any, builtins.all) and len(args) == 1:
        return _short_circuit(frame, stmt, args[0], known is builtins.any)
    if known is builtins.next:
        return _first(frame, stmt, args)
    args = _wholes(frame, args, stmt)
    if known is builtins.list:  # the list is a new one already
        return replace(stmt, value=args[0])
    if known is np.fromiter:
        kwargs = tuple((name, atom) for name, atom in call.kwargs if name != "count")
        return replace(stmt, value=Call(Ref("np.array", denote(np.array)), args[:2], kwargs))
    return replace(stmt, value=replace(call, args=args))


def _dict(frame: Any, stmt: Assign, pairs: Atom) -> Stmt:
    """``dict(generator)``: an assignment to a new dict for each pair."""
    made: Var = frame.temp(BuildDict(()), Dct(NEVER, ()))
    pair, key, value = (Var(frame.session.fresh_temp()) for _ in range(3))
    frame.stmt(For(pair, pairs, (Unpack((key, value), pair), SetItem(made, key, value)), span=stmt.span))
    return replace(stmt, value=made)


def _extended(frame: Any, stmt: Assign | AugName, items: Var, source: Atom) -> Stmt:
    """A list that a generator extends, as a loop of ``append``."""
    item, done = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    frame.stmt(For(item, source, (Assign(done, MethodCall(items, "append", (item,))),), span=stmt.span))
    target = stmt.target if isinstance(stmt, Assign) else Var(frame.session.fresh_temp())
    return Assign(target, Const(None), span=stmt.span)


def _call_of(frame: Any, stmt: Assign, function: Function, args: tuple[Any, ...]) -> Stmt:
    """A call of a function that was made here: a variable stands for it while it is looked up."""
    memo = frame.session.memo
    function = memo.setdefault(("adapter", function), function)
    holder = Var(frame.session.fresh_temp())
    frame.env[holder.name] = Fn(function)
    return replace(stmt, value=Call(holder, args))


def _zipped(frame: Any, stmt: Assign, args: tuple[Any, ...]) -> Stmt:
    """``zip`` of a generator and sequences. Of several generators one is looped over (an endless one, if there is
    one), and the others are collected."""
    running = [position for position, arg in enumerate(args) if _runs(frame.value(arg))]
    endless = [position for position in running if _is_endless(frame.value(args[position]))]
    lead = (endless or running)[0]
    sequences = [
        arg if position == lead else _indexable(frame, arg, stmt) for position, arg in enumerate(args)
    ]
    return _call_of(frame, stmt, lazy.zipping(len(args), lead), tuple(sequences))


def _is_endless(value: Value) -> bool:
    return isinstance(value, Gen) and not {FALL, RETURN} & outcomes(_without_end(value.function))


def _indexable(frame: Any, atom: Atom, stmt: Stmt) -> Atom:
    """An iterable as something with a length and positions."""
    atom = _whole(frame, atom, stmt)
    match frame.definition(atom):
        case Call(func=Ref(target=Live(obj=made))) if made in (zip, enumerate, reversed):
            pass
        case MethodCall(name="items" | "values" | "keys"):
            pass
        case _:
            return atom
    listed = Var(frame.session.fresh_temp())
    frame.stmt(Assign(listed, Call(Ref("list", denote(list)), (atom,)), span=stmt.span))
    return listed


def _short_circuit(frame: Any, stmt: Assign, source: Atom, wanted: bool) -> Stmt:
    """``any`` and ``all`` read no further than they must."""
    names = _Names(frame.session, stmt, stmt)
    found, item = Var(names.local("found")), Var(frame.session.fresh_temp())
    leave: Block = (Assign(found, Const(wanted)), Break())
    test = If(item, leave, ()) if wanted else If(item, (), leave)
    frame.stmt(Assign(found, Const(not wanted), span=stmt.span))
    frame.stmt(For(item, source, (test,), span=stmt.span))
    return replace(stmt, value=found)


def _first(frame: Any, stmt: Assign, args: tuple[Any, ...]) -> Stmt:
    """``next(generator)``: its first item; what is left of the generator is not kept."""
    source, *default = args
    names = _Names(frame.session, stmt, stmt)
    first, item = Var(names.local("first")), Var(frame.session.fresh_temp())
    loop = (Assign(first, item), Break())
    if default:
        frame.stmt(Assign(first, default[0], span=stmt.span))
        frame.stmt(For(item, source, loop, span=stmt.span))
        return replace(stmt, value=first)
    found, missing = Var(names.local("found")), Var(frame.session.fresh_temp())
    frame.stmt(Assign(found, Const(False), span=stmt.span))
    frame.stmt(For(item, source, (Assign(found, Const(True)), *loop), span=stmt.span))
    if frame.value(found) != Known(True):
        frame.stmt(Assign(missing, Op("not", (found,)), span=stmt.span))
        frame.stmt(If(missing, (Raise(Ref("StopIteration", Live(StopIteration))),), span=stmt.span))
    return replace(stmt, value=first)
