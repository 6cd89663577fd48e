"""IR to lines, one to one: every operand still an atom.  All later steps of `emit` work on lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from s2sad.emit.tree import IMPURE, SCALAR, STATE, Body, Line, Nested, Tree
from s2sad.ir.nodes import (
    Assert,
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
    Comment,
    Const,
    Continue,
    Delete,
    Expr,
    For,
    Format,
    Function,
    GetAttr,
    GetItem,
    If,
    Index,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    SliceIndex,
    Star,
    Stmt,
    Try,
    TupleIndex,
    Unpack,
    Var,
    While,
    With,
    Yield,
)
from s2sad.ir.purity import pure_call, pure_method, pure_reference


class Planter:
    """Turns the IR of one function into lines.

    `scalars` are variables known to hold numbers, `volatile` those that a nested function may rebind, and
    `is_pure` says of a call the built-in table does not know whether it only reads.
    """

    def __init__(
        self, scalars: frozenset[str], volatile: frozenset[str], is_pure: Callable[[Ref], bool] | None
    ) -> None:
        self.scalars, self.volatile, self.is_pure = scalars, volatile, is_pure
        self.variables: dict[str, Tree] = {}

    # ── atoms and expressions ────────────────────────────────────────────────────────────────────────────

    def variable(self, name: str) -> Tree:
        tree = self.variables.get(name)
        if tree is None:
            own = (SCALAR if name in self.scalars else 0) | (STATE if name in self.volatile else 0)
            tree = self.variables[name] = Tree("var", name, (), own, frozenset((name,)))
        return tree

    def atom(self, atom: Atom | Star) -> Tree:
        match atom:
            case Var(name):
                return self.variable(name)
            case Const(value):
                return Tree("const", value, (), SCALAR if isinstance(value, int | float | complex) else 0)
            case Ref(text, target):
                return Tree("ref", text, (), 0 if pure_reference(text, target) else STATE)
            case Star(value):
                return Tree("star", None, (self.atom(value),), STATE)
            case _:
                assert_never(atom)

    def atoms(self, atoms: tuple[Atom | Star, ...]) -> tuple[Tree, ...]:
        return tuple([self.atom(atom) for atom in atoms])

    def index(self, index: Index) -> Tree:
        match index:
            case SliceIndex(lo, hi, step):
                given = (lo, hi, step)
                kids = self.atoms(tuple(part for part in given if part is not None))
                return Tree("slice", tuple(part is not None for part in given), kids)
            case TupleIndex(items):
                return Tree("indices", None, tuple(self.index(item) for item in items))
            case _:
                return self.atom(index)

    def expression(self, expr: Expr) -> Tree:
        match expr:
            case Var() | Const() | Ref():
                return self.atom(expr)
            case Op(kind, args):
                kids = self.atoms(args)
                if all(kid.flags & SCALAR for kid in kids):
                    own = SCALAR
                else:
                    own = 0 if kind in ("is", "is_not") else STATE
                return Tree("op", kind, kids, own)
            case Call(func, args, kwargs):
                names = tuple(name for name, _ in kwargs)
                kids = (self.atom(func), *self.atoms(args), *self.atoms(tuple(value for _, value in kwargs)))
                return Tree("call", names, kids, STATE if self.call_is_pure(expr) else IMPURE | STATE)
            case MethodCall(obj, name, args, kwargs):
                names = tuple(key for key, _ in kwargs)
                kids = (self.atom(obj), *self.atoms(args), *self.atoms(tuple(value for _, value in kwargs)))
                own = STATE if pure_method(name, len(args), names) else IMPURE | STATE
                return Tree("method", (name, names), kids, own)
            case GetAttr(obj, name):
                return Tree("attr", name, (self.atom(obj),), STATE)
            case GetItem(obj, index):
                return Tree("item", None, (self.atom(obj), self.index(index)), STATE)
            case Build(kind, items):
                return Tree(kind, None, self.atoms(items), STATE if kind == "set" else 0)
            case BuildDict(items):
                return Tree("dict", None, tuple(self.pair(key, value) for key, value in items))
            case MakeSlice(index):
                return self.index(index)
            case Format():
                return self.format(expr)
            case MakeFunction(function, defaults):
                return self.function(function, defaults)
            case _:
                assert_never(expr)

    def call_is_pure(self, call: Call) -> bool:
        if not isinstance(call.func, Ref):
            return False
        ref, names = call.func, tuple(name for name, _ in call.kwargs)
        if any(isinstance(arg, Star) for arg in call.args):
            return False
        if pure_call(ref.text, ref.target, len(call.args), names):
            return True
        return self.is_pure is not None and self.is_pure(ref)

    def pair(self, key: Atom | None, value: Atom) -> Tree:
        if key is None:
            return Tree("dstar", None, (self.atom(value),), STATE)
        return Tree("pair", None, (self.atom(key), self.atom(value)), STATE)

    def format(self, expr: Format) -> Tree:
        parts: list[str | tuple[str, bool]] = []
        kids: list[Tree] = []
        for part in expr.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            value, conversion, spec = part
            kids.append(self.atom(value))
            if isinstance(spec, str):
                spec = Format((spec,)) if spec else None
            parts.append((conversion, spec is not None))
            if spec is not None:
                kids.append(self.format(spec))
        return Tree("format", tuple(parts), tuple(kids), STATE)

    def function(self, function: Function, defaults: tuple[tuple[str, Atom], ...]) -> Tree:
        nested = Nested(function, Body(), tuple(name for name, _ in defaults))
        kids = tuple(self.atom(value) for _, value in defaults)
        return Tree("lambda", nested, kids, 0, frozenset(function.free))

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────

    def body(self, block: Block, *tail: Atom | None) -> Body:
        lines = [self.line(stmt) for stmt in block]
        return Body(lines, [self.atom(atom) for atom in tail if atom is not None])

    def line(self, stmt: Stmt) -> Line:
        line = self._line(stmt)
        line.span, line.notes = stmt.span, stmt.notes
        return line

    def _line(self, stmt: Stmt) -> Line:
        match stmt:
            case Assign(target=target, value=value):
                return Line("assign", (target.name,), [self.expression(value)])
            case Unpack(targets=targets, value=value, star=star):
                names = tuple(("*", t.name) if i == star else t.name for i, t in enumerate(targets))
                return Line("assign", (names,), [self.atom(value)])
            case SetItem(obj=obj, index=index, value=value):
                return Line("setitem", None, [self.atom(value), self.atom(obj), self.index(index)])
            case SetAttr(obj=obj, name=name, value=value):
                return Line("setattr", name, [self.atom(value), self.atom(obj)])
            case AugName(target=target, op=op, value=value):
                return Line("augname", (target.name, op), [self.atom(value)])
            case AugItem(obj=obj, index=index, op=op, value=value):
                return Line("augitem", op, [self.atom(obj), self.index(index), self.atom(value)])
            case AugAttr(obj=obj, name=name, op=op, value=value):
                return Line("augattr", (name, op), [self.atom(obj), self.atom(value)])
            case Delete(obj=obj, index=index, name=name):
                return Line("delete", name, [self.atom(obj)] + ([] if index is None else [self.index(index)]))
            case If(test=test, body=body, orelse=orelse, sugar=sugar):
                return Line("if", None, [self.atom(test)], [self.body(body), self.body(orelse)], sugar=sugar)
            case For(target=target, iterable=iterable, body=body, orelse=orelse, sugar=sugar):
                blocks = [self.body(body), self.body(orelse)]
                return Line("for", target.name, [self.atom(iterable)], blocks, sugar=sugar)
            case While(head=head, test=test, body=body, orelse=orelse):
                return Line("while", None, [], [self.body(head, test), self.body(body), self.body(orelse)])
            case Break():
                return Line("break")
            case Continue():
                return Line("continue")
            case Return(value=value):
                return Line("return", None, [self.atom(value)])
            case Yield(value=value):
                return Line("yield", None, [self.atom(value)])
            case Raise(value=value, cause=cause):
                given = (value, cause)
                return Line("raise", None, [self.atom(part) for part in given if part is not None])
            case Assert(test=test, message=message, message_block=block):
                return Line("assert", None, [self.atom(test)], [self.body(block, message)])
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                blocks = [self.body(body)]
                for handler in handlers:
                    blocks += [self.body((), handler.type), self.body(handler.body)]
                data = tuple((h.type is not None, h.name.name if h.name else None) for h in handlers)
                return Line("try", data, [], [*blocks, self.body(orelse), self.body(final)])
            case With(context=context, target=name, body=body):
                return Line("with", name.name if name else None, [self.atom(context)], [self.body(body)])
            case Comment(text=text):
                return Line("comment", text)
            case _:
                assert_never(stmt)
