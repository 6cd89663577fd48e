"""Join the body of a loop with that of the generator it runs over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Session
from s2sad.analysis.values import (
    Gen,
)
from s2sad.ir.exits import FALL, RETURN, outcomes, rewrite_returns
from s2sad.ir.nodes import (
    NOWHERE,
    Assign,
    Atom,
    Block,
    Break,
    Build,
    Const,
    For,
    Function,
    If,
    Raise,
    Return,
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
from s2sad.ir.subst import substitute
from s2sad.ir.walk import deep_defs, deep_uses, functions, map_blocks, rename, walk


def refuse_use(frame: Any, stmt: Stmt | None, message: str, help: str) -> NoReturn:
    span = stmt.span if stmt is not None else frame.stmt_now.span
    refuse(frame.function.origin, span, "S2S022", message, help)


class Names:
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


def joined(frame: Any, stmt: For, gen: Gen, place: Stmt) -> Block:
    names = Names(frame.session, place, gen.function)
    entry, body = localised(frame, gen, names, place)
    inside = leaving(stmt.body)
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

    body = planted(body, at_yield, _read_once(body))
    if not {FALL, RETURN} & outcomes(body) and not any(isinstance(inner, Raise) for inner in walk(body)):
        message = f"the generator `{gen.function.name}` never ends, and is read to its end here"
        refuse_use(
            frame, place, message, "leave the loop with `break`, or take a part: `itertools.islice(..., n)`"
        )
    body = _tidied(rewrite_returns(body, names.flag), names.made)
    block = (*entry, *body)
    if block and stmt.notes and isinstance(block[0], Assign | For | While | If):
        block = (replace(block[0], notes=stmt.notes), *block[1:])
    return block


def localised(frame: Any, gen: Gen, names: Names, place: Stmt) -> tuple[Block, Block]:
    """The generator's body in the caller's names, behind the assignments of those parameters that need a variable."""
    function = gen.function
    body = without_end(function)
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
    return tuple(map_blocks(replace(stmt, span=span), lambda inner: _placed(inner, span)) for stmt in block)


def without_end(function: Function) -> Block:
    """The body without the return that `exits` puts behind it: what a generator returns is of no interest."""
    return function.body[:-1] if isinstance(function.body[-1], Return) else function.body


def leaving(block: Block) -> Block:
    """A loop's body in which ``break`` is a return: the generator's loops end with it."""
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Break():
                out.append(Return(Const(None), span=stmt.span, notes=stmt.notes))
            case If() | With() | Try():
                out.append(map_blocks(stmt, leaving))
            case _:
                out.append(stmt)
    return tuple(out)


def planted(
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
            out.append(map_blocks(stmt, lambda inner: planted(inner, at_yield, once)))
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
            return tuple(map_blocks(stmt, swept) for stmt in kept)

        new = swept(block)
        if new == block:
            return block
        block = new
