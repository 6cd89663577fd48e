"""Generators: a loop over one becomes the generator's body, with the loop's body in place of each ``yield``.

A call of a generator function computes nothing yet, so its value is a `Gen`: the function, and the variables that hold
its arguments.  What consumes it decides the rest:

- ``for``: the two bodies are joined (`weave`).  Nothing is collected, so an endless generator works, and a ``break`` leaves the
  generator's loops just as its own ``return`` does; `ir.exits` writes both as flags.
- ``sum``, ``list``, unpacking, a library function: the items go into a list first, as Python does too (`consumers`).
- ``enumerate``, ``zip``, ``map``, the lazy part of itertools: generators themselves (see `lazy`).
- A generator that calls itself cannot be written out: it becomes a function that returns a list, where
  it makes no difference that all items are computed ahead (`collectable`).

A generator runs once.  The type of the variable that held it says so afterwards (`SPENT`), and a second use is refused:
what is left in the generator cannot be told from the program's text.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from s2sad.analysis.collectable import catches, is_recursive, may_collect
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Session
from s2sad.analysis.values import (
    LOST,
    NEVER,
    SPENT,
    Gen,
    Inst,
    Lst,
    Obj,
    Tup,
    Value,
    class_made,
)
from s2sad.analysis.weave import Names, joined, localised, planted, refuse_use
from s2sad.frontend.resolve import Live, SourceFunction
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Build,
    Call,
    Const,
    Expr,
    For,
    Function,
    MethodCall,
    Raise,
    Ref,
    Return,
    Stmt,
    Var,
    While,
    Yield,
)
from s2sad.ir.subst import all_names
from s2sad.ir.walk import deep_defs, map_blocks, walk

Found = tuple[Value, Expr | None]
COPIED = 40  # statements of a loop's body that may be written more than once
COPIED_AT_MOST = 400  # the same, where a list cannot stand in

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
    params, counts = frame.assignments()
    if counts.get(atom.name, 0) == (0 if atom.name in params else 1):
        return atom
    return frame.temp(atom, frame.value(atom))


def check_entry(function: Function, result: Value | None) -> None:
    """Refuse to differentiate a function whose value is a generator."""
    if function.is_generator or (result is not None and _holds_generator(result)):
        message = f"`{function.name}` returns a generator"
        refuse(function.origin, function.span, "S2S022", message, "return a list or an array of its items")
    made = class_made(result) if result is not None else None
    if made is not None:
        message = f"`{function.name}` returns a {made.__name__}"
        plain = "list" if made is collections.deque else "dict"
        refuse(function.origin, function.span, "S2S022", message, f"return `{plain}(...)` of it")


def as_written(expr: Expr | None, bound: dict[str, tuple[Atom, Value]]) -> Expr | None:
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
        return map_blocks(stmt, lambda inner: tuple(map(statement, inner)))

    return tuple(map(statement, block))


def _is_stop(atom: Atom) -> bool:
    return isinstance(atom, Ref) and isinstance(atom.target, Live) and atom.target.obj is StopIteration


# ── using up ─────────────────────────────────────────────────────────────────────────────────────────────


def spend(frame: Any, gen: Gen) -> None:
    """From here on the variables that held the generator hold one that has run."""
    for name, value in frame.env.items():
        if value is gen:
            frame.env[name] = SPENT


def check_usable(frame: Any, stmt: Stmt, value: Value) -> None:
    if value == SPENT:
        refuse_use(
            frame,
            stmt,
            "a generator is used a second time",
            "make a list of it first: `items = list(...)`, and use that",
        )
    if value == LOST:
        refuse_use(
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
        if any(catches(inner) for inner in walk(gen.function.body)):
            why = f"`{name}` catches exceptions where it yields"
        elif size > COPIED_AT_MOST:
            why = f"`{name}` yields in {count} places, and this loop is too long to stand at each"
    if why or size > COPIED:
        if may_collect(stmt, gen):
            return [replace(stmt, iterable=collected(frame, gen, place))]
        if why:
            refuse_use(
                frame, stmt, why, "loop over `list(...)`, and let only one of the two change what they share"
            )
    key = ("loop", id(stmt), gen)
    memo = frame.session.memo
    if key not in memo:
        memo[key] = (joined(frame, stmt, gen, place), stmt)
    return list(memo[key][0])


def _is_append(stmt: For) -> bool:
    """Whether a loop is the one that `collected` makes: nothing in it can raise."""
    match stmt.body:
        case (Assign(value=MethodCall(obj=obj, name="append", args=(item,))),):
            return obj == stmt.iterable and item == stmt.target
        case _:
            return False


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
    names = Names(frame.session, place, gen.function)
    entry, body = localised(frame, gen, names, place)
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
                replace(stmt, value=items) if isinstance(stmt, Return) else map_blocks(stmt, returning)
                for stmt in stmts
            )

        body = returning(planted(raw.body, append, frozenset()))
        start = Assign(items, Build("list", ()), span=raw.span)
        session.memo[key] = replace(
            raw, body=(start, *body, Return(items, span=raw.span)), is_generator=False
        )
    return session.memo[key]


def _wishes(name: str) -> Iterator[str]:
    yield name
    number = 1
    while True:
        yield f"{name}_{number}"
        number += 1
