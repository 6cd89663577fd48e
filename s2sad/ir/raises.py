"""``raise`` as a jump, where the handler that catches it stands in the same function.

    try:                            failed = False
        if t > 1:                   try:
            raise ValueError            if t > 1:
        z = z * t                           failed = True; jump
    except ValueError:       →          z = z * t
        z = 0.0                     except ValueError:
    else:                               failed = True
        z = z + 1                   if failed:
                                        z = 0.0
                                    else:
                                        z = z + 1

`exits` writes a jump as it writes `break` and `return`.  What is left of the `try` catches what an operation raises;
it goes when the types tell that nothing does (`analysis.attempts`).

A region is a block with a label, a jump leaves the region of that label.  Neither is known outside of `exits`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Build,
    Call,
    Const,
    Expr,
    Function,
    Handler,
    If,
    Raise,
    Ref,
    Stmt,
    Try,
    Var,
    With,
)
from s2sad.ir.walk import map_stmt, rename, walk

LABEL = "%region "


def region(label: str, body: Block) -> With:
    return With(Const(label), None, body)


def jump(label: str, flag: Var) -> Raise:
    return Raise(Const(label), flag)


def flags_of(block: Block) -> dict[str, Var]:
    """The labels whose jumps all follow the same flag, and that flag."""
    found: dict[str, set[Var]] = {}
    for stmt in walk(block):
        label = label_of(stmt)
        if label is not None and isinstance(stmt, Raise) and isinstance(stmt.cause, Var):
            found.setdefault(label, set()).add(stmt.cause)
    return {label: next(iter(flags)) for label, flags in found.items() if len(flags) == 1}


def label_of(stmt: Stmt) -> str | None:
    """The label of a region or a jump."""
    held = stmt.context if isinstance(stmt, With) else stmt.value if isinstance(stmt, Raise) else None
    known = held.value if isinstance(held, Const) else None
    return known if isinstance(known, str) and known.startswith(LABEL) else None


def with_jumps(function: Function, fresh: Callable[[str], str]) -> Block:
    """The body of a function, with jumps in place of what is raised and caught in it."""
    if not any(isinstance(stmt, (Try, With)) for stmt in walk(function.body)):
        return function.body
    return _Jumps(function, fresh).block(function.body, ())


class _Target:
    """A `try` that is being rewritten: what is raised in its body may be caught by its handlers."""

    def __init__(self, stmt: Try, number: int, fresh: Callable[[str], str]) -> None:
        self.label = f"{LABEL}{number}"
        self.handlers = stmt.handlers
        self.fresh = fresh
        self.flags: dict[int, Var] = {}
        self.caught: dict[int, Var] = {}

    def flag(self, position: int) -> Var:
        if position not in self.flags:
            self.flags[position] = Var(self.fresh("failed"))
            if self.handlers[position].name is not None:
                self.caught[position] = Var(self.fresh("caught"))
        return self.flags[position]


class _Jumps:
    def __init__(self, function: Function, fresh: Callable[[str], str]) -> None:
        self.fresh = fresh
        self.count = 0
        self.definitions: dict[str, Expr] = {
            stmt.target.name: stmt.value
            for stmt in walk(function.body)
            if isinstance(stmt, Assign) and stmt.target.is_temp
        }

        # ``with contextlib.suppress(...)`` is a `try` whose handler does nothing
        self.suppressed: dict[str, Call] = {
            stmt.context.name: made
            for stmt in walk(function.body)
            if isinstance(stmt, With) and isinstance(stmt.context, Var) and stmt.target is None
            if isinstance(made := self.definitions.get(stmt.context.name), Call) and made.args
            if getattr(getattr(made.func, "target", None), "obj", None) is contextlib.suppress
        }

    def block(self, stmts: Block, targets: tuple[_Target, ...]) -> Block:
        return tuple(new for stmt in stmts for new in self.stmt(stmt, targets))

    def stmt(self, stmt: Stmt, targets: tuple[_Target, ...]) -> Block:
        match stmt:
            case Raise(value=Ref() | Var() as value):
                return self.jump(stmt, value, targets)
            case Try():
                return self.attempt(stmt, targets)
            case With(context=Var(name=name), target=None) if name in self.suppressed:
                kinds = self.suppressed[name].args
                kind, lead = (kinds[0], ()) if len(kinds) == 1 else self.several(kinds, stmt)
                handler = Handler(kind, None, ())  # type: ignore[arg-type]
                tried = Try(stmt.body, (handler,), span=stmt.span, notes=stmt.notes)
                return (*lead, *self.attempt(tried, targets))
            case Assign(target=Var(name=name)) if name in self.suppressed:
                return ()
            case _:
                return (map_stmt(stmt, lambda atom: atom, lambda inner: self.block(inner, targets)),)

    def several(self, kinds: tuple[Any, ...], stmt: Stmt) -> tuple[Var, Block]:
        made = Assign(Var(self.fresh("%kinds")), Build("tuple", kinds), span=stmt.span)
        self.definitions[made.target.name] = made.value
        return made.target, (made,)

    def jump(self, stmt: Raise, value: Atom, targets: tuple[_Target, ...]) -> Block:
        made = self.definitions.get(value.name) if isinstance(value, Var) else None
        raised = made.func if isinstance(made, Call) else value
        for target in reversed(targets):
            for position, handler in enumerate(target.handlers):
                caught = self.catches(handler, raised)
                if caught is None or (caught and not _moves(handler)):
                    return (stmt,)
                if caught:
                    flag = target.flag(position)
                    held = target.caught.get(position)
                    keep = () if held is None else (Assign(held, value, span=stmt.span),)
                    return (
                        *keep,
                        Assign(flag, Const(True), span=stmt.span, notes=stmt.notes),
                        jump(target.label, flag),
                    )
        return (stmt,)

    def attempt(self, stmt: Try, targets: tuple[_Target, ...]) -> Block:
        self.count += 1
        own = _Target(stmt, self.count, self.fresh)
        body = self.block(stmt.body, (*targets, own))
        handled = tuple(replace(handler, body=self.block(handler.body, targets)) for handler in stmt.handlers)
        orelse, final = self.block(stmt.orelse, targets), self.block(stmt.final, targets)
        if not own.flags:
            return (replace(stmt, body=body, handlers=handled, orelse=orelse, final=final),)
        handlers: list[Handler] = []
        tail = orelse
        for position in range(len(handled) - 1, -1, -1):
            handler = handled[position]
            if position not in own.flags and not _moves(handler):
                handlers.insert(0, handler)
                continue
            flag = own.flag(position)
            marks: Block = (Assign(flag, Const(True)),)
            inner = handler.body
            held = own.caught.get(position)
            if held is not None and handler.name is not None:
                marks = (Assign(held, handler.name), *marks)
                inner = rename(inner, {handler.name.name: held.name})
            handlers.insert(0, replace(handler, body=marks))
            tail = (If(flag, inner, tail, span=stmt.span),)
        attempted = replace(stmt, body=body, handlers=tuple(handlers), orelse=(), final=())
        lead: tuple[Stmt, ...] = tuple(Assign(flag, Const(False)) for flag in own.flags.values())
        lead += tuple(Assign(held, Const(None)) for held in own.caught.values())
        whole = (*lead, region(own.label, (attempted,)), *tail)
        return (Try(whole, final=final, span=stmt.span),) if final else whole

    # ── which handler ─────────────────────────────────────────────────────────────────────────────────────

    def catches(self, handler: Handler, raised: Atom) -> bool | None:
        """Whether a handler catches an exception of a class; None where it cannot be told."""
        if handler.type is None:
            return True
        answers = [is_subclass(raised, kind) for kind in self.kinds(handler.type)]
        if True in answers and None not in answers[: answers.index(True)]:
            return True
        return None if None in answers else False

    def kinds(self, atom: Atom) -> Iterator[Atom]:
        made = self.definitions.get(atom.name) if isinstance(atom, Var) else None
        if isinstance(made, Build):
            yield from (item for item in made.items if isinstance(item, (Var, Const, Ref)))
        else:
            yield atom


def _moves(handler: Handler) -> bool:
    """Whether a handler's body means the same behind the `try` (a bare ``raise`` does not)."""
    return not any(isinstance(stmt, Raise) and stmt.value is None for stmt in walk(handler.body))


def is_subclass(first: Any, second: Any) -> bool | None:
    """Whether one class, named by a reference, is a subclass of another; None where it cannot be told."""
    one: Any = getattr(first, "target", None)
    two: Any = getattr(second, "target", None)
    live_one, live_two = getattr(one, "obj", None), getattr(two, "obj", None)
    if isinstance(live_one, type) and isinstance(live_two, type):
        return issubclass(live_one, live_two)
    if hasattr(one, "is_subclass") and (isinstance(live_two, type) or hasattr(two, "is_subclass")):
        return one.is_subclass(two) if _is_traced(one) else None
    if isinstance(live_one, type) and live_one.__module__ == "builtins" and hasattr(two, "is_subclass"):
        return False
    return None


def _is_traced(cls: Any) -> bool:
    """Whether all classes that a class of the user's inherits from are known."""
    return cls.live is not None or all(
        isinstance(getattr(base, "obj", None), type) or (hasattr(base, "bases") and _is_traced(base))
        for base in cls.bases
    )
