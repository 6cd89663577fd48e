"""Give every block one way out.

The reverse sweep runs blocks backwards, so it must know where each of them stopped.  After `single_exit`

- a function ends in its only `Return`;
- there is no `Continue` and no loop `else`;
- a `Break` stands only in tail position: last in a loop's body, or last in a branch of an `If` that is itself in
  tail position.

Where one branch always leaves, the rest of the block moves into the other one; nothing is duplicated and no flag is
needed.  Only an exit that falls through on some paths, or that crosses a loop, is recorded in a flag.
`emit` prints the nested rest un-nested again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Break,
    Const,
    Continue,
    For,
    Function,
    If,
    Op,
    Raise,
    Return,
    Stmt,
    Try,
    Var,
    While,
    With,
)
from s2sad.ir.raises import flags_of, label_of, with_jumps

Flags = tuple[Var, ...]
FALL, BREAK, CONTINUE, RETURN = "fall", "break", "continue", "return"


def outcomes(block: Block) -> frozenset[str]:
    """How control may leave a block: subset of fall, break, continue, return, and labels of jumps (a raise that leaves
    the function counts as none)."""
    found: set[str] = set()
    for stmt in block:
        ways = _stmt_outcomes(stmt)
        found |= ways - {FALL}
        if FALL not in ways:
            return frozenset(found)
    return frozenset(found | {FALL})


def _stmt_outcomes(stmt: Stmt) -> frozenset[str]:
    match stmt:
        case Break():
            return frozenset({BREAK})
        case Continue():
            return frozenset({CONTINUE})
        case Return():
            return frozenset({RETURN})
        case Raise():
            label = label_of(stmt)
            return frozenset() if label is None else frozenset({label})
        case If(body=body, orelse=orelse):
            return outcomes(body) | outcomes(orelse)
        case For(body=body, orelse=orelse) | While(body=body, orelse=orelse):
            inner = outcomes(body)
            endless = isinstance(stmt, While) and stmt.test == Const(True) and BREAK not in inner
            after = outcomes(orelse) | ({FALL} if BREAK in inner else frozenset())
            return (inner - {FALL, BREAK, CONTINUE}) | (frozenset() if endless else after)
        case With(body=body):
            return (outcomes(body) - {label_of(stmt)}) | {FALL}
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            ways = outcomes(body)
            if FALL in ways and orelse:
                ways = (ways - {FALL}) | outcomes(orelse)
            for handler in handlers:
                ways |= outcomes(handler.body)
            last = outcomes(final)
            return (ways | (last - {FALL})) if FALL in last else last
        case _:
            return frozenset({FALL})


def single_exit(function: Function, fresh: Callable[[str], str]) -> Function:
    """The same function in the form that the module's docstring describes. `fresh` makes unused variable names."""
    body = with_jumps(function, fresh)
    if not body or not isinstance(body[-1], (Return, Raise)):
        body = (*body, Return(Const(None)))
    if isinstance(body[-1], Return) and RETURN not in outcomes(body[:-1]):
        rewriter = _Rewriter(fresh, flags_of(body))
        return replace(function, body=(*rewriter.block(body[:-1], _Exits()), body[-1]))
    rewriter = _Rewriter(fresh, flags_of(body))
    result = Var(fresh("result"))
    exits = _Exits(on_return=lambda value: (Assign(result, value),))
    return replace(function, body=(*rewriter.block(body, exits), Return(result)))


def rewrite_returns(block: Block, fresh: Callable[[str], str]) -> Block:
    """The block with each `Return` led to its end, the value dropped: for a body that is put in place of something."""
    if RETURN not in outcomes(block):
        return block
    return _Rewriter(fresh, {}).block(block, _Exits(on_return=lambda value: ()))


@dataclass(frozen=True)
class _Exits:
    """What stands in for each way out at the place that is being rewritten."""

    on_break: Callable[[], Block] = lambda: (Break(),)
    on_continue: Callable[[], Block] = lambda: ()
    on_return: Callable[[Atom], Block] = lambda value: (Return(value),)
    on_jump: Callable[[str], Block] = lambda label: (Raise(Const(label)),)


_FLAGS = {BREAK: "stop", CONTINUE: "skip", RETURN: "returned"}


class _Rewriter:
    def __init__(self, fresh: Callable[[str], str], shared: Mapping[str, Var]) -> None:
        self.fresh = fresh
        self.shared = shared  # flags that are set already where a jump stands

    def block(self, stmts: Block, exits: _Exits) -> Block:
        done: list[Stmt] = []
        for position, stmt in enumerate(stmts):
            rest = stmts[position + 1 :]
            match stmt:
                case Break():
                    return (*done, *exits.on_break())
                case Continue():
                    return (*done, *exits.on_continue())
                case Return(value=value):
                    return (*done, *(replace(new, span=stmt.span, notes=stmt.notes) if isinstance(new, Assign) else new
                                     for new in exits.on_return(value)))  # fmt: skip
                case Raise():
                    label = label_of(stmt)
                    return (*done, stmt) if label is None else (*done, *exits.on_jump(label))
                case With() if (label := label_of(stmt)) is not None:
                    return (*done, *self.region(stmt, label, rest, exits))
                case If():
                    if _stmt_outcomes(stmt) <= {FALL}:
                        done.append(self.plain_if(stmt, exits))
                    else:
                        return (*done, *self.leaving_if(stmt, rest, exits))
                case For() | While():
                    new, tail = self.loop(stmt, rest, exits)
                    done += new
                    if tail is not None:
                        return (*done, *tail)
                case With() | Try():
                    if _stmt_outcomes(stmt) <= {FALL}:
                        done.append(self.guarded(stmt, exits))
                    else:
                        return (*done, *self.leaving_guard(stmt, rest, exits))
                case _:
                    done.append(stmt)
        return tuple(done)

    def plain_if(self, stmt: If, exits: _Exits) -> If:
        return replace(stmt, body=self.block(stmt.body, exits), orelse=self.block(stmt.orelse, exits))

    def leaving_if(self, stmt: If, rest: Block, exits: _Exits) -> Block:
        body, orelse = outcomes(stmt.body), outcomes(stmt.orelse)
        if not rest:
            return (self.plain_if(stmt, exits),)
        if FALL not in body:
            return (self.plain_if(replace(stmt, orelse=(*stmt.orelse, *rest)), exits),)
        if FALL not in orelse:
            return (self.plain_if(replace(stmt, body=(*stmt.body, *rest)), exits),)
        return self.flagged(
            (body | orelse) - {FALL}, lambda inner, _: (self.plain_if(stmt, inner),), rest, exits
        )

    def flagged(
        self, ways: frozenset[str], build: Callable[[_Exits, Flags], Block], rest: Block, exits: _Exits,
        ending: str | None = None,
    ) -> Block:  # fmt: skip
        """Turn the exits inside of a statement into flags, and act on the flags behind it.

        A jump to the label `ending` ends the statement, and asks for no more.
        """
        flags = {
            way: self.shared.get(way) or Var(self.fresh(_FLAGS.get(way, "raised"))) for way in sorted(ways)
        }
        value = Var(self.fresh("result")) if RETURN in ways else None

        def set_flag(way: str) -> Block:
            if way == ending or way in self.shared:
                return ()
            return (Assign(flags[way], Const(True)),)

        def returning(atom: Atom) -> Block:
            assert value is not None
            return (Assign(value, atom), *set_flag(RETURN))

        def act(way: str) -> Block:
            match way:
                case "break":
                    return exits.on_break()
                case "continue":
                    return exits.on_continue()
                case "return":
                    assert value is not None
                    return exits.on_return(value)
                case _:
                    return exits.on_jump(way)

        inner = _Exits(lambda: set_flag(BREAK), lambda: set_flag(CONTINUE), returning, set_flag)
        tail = self.block(rest, exits)
        for way, flag in reversed(flags.items()):
            tail = (If(flag, act(way), tail),) if act(way) or tail else ()
        started = (Assign(flag, Const(False)) for way, flag in flags.items() if way not in self.shared)
        return (*started, *build(inner, tuple(flags.values())), *tail)

    def region(self, stmt: With, label: str, rest: Block, exits: _Exits) -> Block:
        """A block that jumps end."""
        ways = outcomes(stmt.body) - {FALL, label}
        if not ways:
            inner = replace(exits, on_jump=lambda way: () if way == label else exits.on_jump(way))
            return (*self.block(stmt.body, inner), *self.block(rest, exits))
        return self.flagged(ways, lambda inner, _: self.block(stmt.body, inner), rest, exits, label)

    def guarded(self, stmt: With | Try, exits: _Exits, flags: Flags = ()) -> Stmt:
        if isinstance(stmt, With):
            return replace(stmt, body=self.block(stmt.body, exits))
        return replace(
            stmt,
            body=self.block(stmt.body, exits),
            handlers=tuple(
                replace(handler, body=self.block(handler.body, exits)) for handler in stmt.handlers
            ),
            orelse=self.skipped(flags, self.block(stmt.orelse, exits)),
            final=self.block(stmt.final, exits),
        )

    def skipped(self, flags: Flags, block: Block) -> Block:
        """The `else` of a `try` is for a body that ran to its end."""
        for flag in flags if block else ():
            block = (If(flag, (), block),)
        return block

    def leaving_guard(self, stmt: With | Try, rest: Block, exits: _Exits) -> Block:
        ways = _stmt_outcomes(stmt) - {FALL}
        jumps = not ways & _FLAGS.keys()
        if not rest and not getattr(stmt, "orelse", ()) and jumps and not any(map(exits.on_jump, ways)):
            return (self.guarded(stmt, exits, ()),)
        return self.flagged(ways, lambda inner, flags: (self.guarded(stmt, inner, flags),), rest, exits)

    def loop(self, stmt: For | While, rest: Block, exits: _Exits) -> tuple[list[Stmt], Block | None]:
        """The rewritten loop, and the rewritten rest if the rest had to move under a test of a flag."""
        ways = outcomes(stmt.body)
        before: list[Stmt] = []
        broke = returned = value = None
        if stmt.orelse and BREAK in ways:
            broke = Var(self.fresh("broke"))
            before.append(Assign(broke, Const(False)))
        if RETURN in ways:
            returned, value = Var(self.fresh("returned")), Var(self.fresh("result"))
            before.append(Assign(returned, Const(False)))

        def on_break() -> Block:
            return (Assign(broke, Const(True)), Break()) if broke else (Break(),)

        def on_return(atom: Atom) -> Block:
            assert returned is not None and value is not None
            return (Assign(value, atom), Assign(returned, Const(True)), Break())

        raised = {
            label: self.shared.get(label) or Var(self.fresh("raised"))
            for label in sorted(ways - {FALL, *_FLAGS})
        }
        before += [Assign(flag, Const(False)) for label, flag in raised.items() if label not in self.shared]

        def on_jump(label: str) -> Block:
            mark = () if label in self.shared else (Assign(raised[label], Const(True)),)
            return (*mark, Break())

        body = self.block(stmt.body, _Exits(on_break, lambda: (), on_return, on_jump))
        new = replace(stmt, body=body, orelse=())
        if stmt.orelse:
            if broke:
                test = Var(self.fresh("%completed"))
                rest = (Assign(test, Op("not", (broke,))), If(test, stmt.orelse), *rest)
                if returned:  # a return inside of the loop also skips the else
                    rest = rest
            else:
                rest = (*stmt.orelse, *rest)
        if not (returned or raised or stmt.orelse):
            return [*before, new], None
        tail = self.block(rest, exits)
        for label, flag in reversed(raised.items()):
            act = exits.on_jump(label)
            tail = (If(flag, act, tail),) if act or tail else ()
        if returned and value:
            tail = (If(returned, exits.on_return(value), tail),)
        return [*before, new], tail
