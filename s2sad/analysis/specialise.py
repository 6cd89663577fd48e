"""Specialise a function to the types of its arguments: fold what is known, resolve what is called.

One walk of abstract interpretation over the structured IR.  It yields a `Variant`: new IR in which branches with a known
outcome are gone, calls of user functions point to their own variants (or stand inlined, when they are short), methods
and structural builtins are resolved, and for every variable its type.

Loops are walked until the types of the variables they carry are stable; the last walk is the one that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2sad.analysis import infer
from s2sad.analysis.alias import note_mutations
from s2sad.analysis.calls import Calls, unbound
from s2sad.analysis.consumers import settled
from s2sad.analysis.links import Links, with_part
from s2sad.analysis.session import Generated, Resolved, Session, Variant
from s2sad.analysis.values import (
    NEVER,
    TOP,
    Dct,
    Fn,
    Gen,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Tup,
    Value,
    join,
    number,
    weaken,
)
from s2sad.analysis.refuse import refuse
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, SourceValue
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
from s2sad.ir.walk import deep_defs

Env = dict[str, Value]
MAX_UNROLL = 32


def specialise(session: Session, function: Function, arguments: Env, variant: Variant) -> Variant:
    """Fill `variant` from a function in single-exit form whose parameters and free variables have these types."""
    frame = Frame(session, function, dict(arguments))
    given = tuple(Assign(Var(name), atom) for name, atom in variant.constants.items())
    body = frame.block((*given, *function.body))
    variant.function = replace(function, body=body)
    variant.types = frame.types
    variant.result = frame.result if frame.result is not None else Known(None)
    note_mutations(variant)
    variant.effects = {name: frame.env_at_end.get(name, value) for name, value in arguments.items()}
    return variant


@dataclass
class _LoopState:
    exits: list[Env] = field(default_factory=list)


class Frame(Calls):
    """The walk over one function. `env` is the flow-sensitive type of each variable; None where control cannot be."""

    def __init__(self, session: Session, function: Function, env: Env) -> None:
        self.session = session
        self.function = function
        self.env: Env | None = env
        self.types: Env = dict(env)
        self.out: list[Stmt] = []
        self.result: Value | None = None
        self.env_at_end: Env = dict(env)
        self.loops: list[_LoopState] = []
        self.stmt_now: Stmt | None = None
        self.definitions: dict[str, Expr] = {}
        self.links = Links()

    # ── blocks and statements ────────────────────────────────────────────────────────────────────────────

    def block(self, stmts: Block) -> Block:
        outer, self.out = self.out, []
        for stmt in stmts:
            if self.env is None:
                break
            self.stmt_now = stmt
            self.stmt(stmt)
        done, self.out = tuple(self.out), outer
        return done

    def emit(self, stmt: Stmt) -> None:
        self.out.append(stmt)
        if isinstance(stmt, Assign) and stmt.target.is_temp:
            self.definitions[stmt.target.name] = stmt.value

    def definition(self, atom: Atom) -> Expr | None:
        """The expression that a temporary stands for."""
        return self.definitions.get(atom.name) if isinstance(atom, Var) else None

    def index_operand(self, index: Index) -> Atom:
        """An index as one operand (for a function that takes it as an argument)."""
        match index:
            case SliceIndex():
                return self.temp(MakeSlice(index), Other("slice"))
            case TupleIndex(items=items):
                parts = tuple(self.index_operand(item) for item in items)
                return self.temp(Build("tuple", parts), Tup(tuple(map(self.value, parts))))
            case _:
                return index

    def set(self, var: Var, value: Value) -> None:
        assert self.env is not None
        self.env[var.name] = value
        old = self.types.get(var.name)
        self.types[var.name] = value if old is None or old == NEVER else join(old, value)

    def bind(self, var: Var, expr: Expr, value: Value) -> None:
        """Emit an assignment that rides on the current statement's place, and note the type."""
        assert self.stmt_now is not None
        if expr != var:
            self.emit(Assign(var, expr, span=self.stmt_now.span))
        self.set(var, value)

    def temp(self, expr: Expr, value: Value) -> Var:
        var = Var(self.session.fresh_temp())
        self.bind(var, expr, value)
        return var

    def stmt(self, stmt: Stmt) -> None:
        stmt = settled(self, stmt)
        match stmt:
            case Assign():
                self.assign(stmt)
            case Unpack():
                self.unpack(stmt)
            case SetItem() | SetAttr() | AugItem() | AugAttr() | Delete():
                self.store(stmt)
            case AugName():
                self.aug_name(stmt)
            case If():
                self.branch(stmt)
            case For():
                self.for_loop(stmt)
            case While():
                self.while_loop(stmt)
            case Break():
                assert self.env is not None
                self.loops[-1].exits.append(dict(self.env))
                self.emit(stmt)
                self.env = None
            case Return(value=value):
                found = self.value(value)
                self.result = found if self.result is None else join(self.result, found)
                assert self.env is not None
                self.env_at_end = dict(self.env)
                self.emit(stmt)
            case Raise():
                self.emit(stmt)
                self.env = None
            case Assert():
                self.emit(replace(stmt, message_block=self.in_branch(stmt.message_block)))
            case Try():
                self.attempt(stmt)
            case With():
                self.with_block(stmt)
            case Comment() | Yield():
                self.emit(stmt)
            case _:
                raise AssertionError(stmt)

    def assign(self, stmt: Assign) -> None:
        mark = len(self.out)
        value, expr = self.expr(stmt.value)
        if expr is None:  # the call cannot return
            return
        if isinstance(expr, Var) and not isinstance(stmt.value, Var) and self.out[mark:] and stmt.notes:
            first = self.out[mark]
            self.out[mark] = replace(first, notes=stmt.notes)
            self.emit(Assign(stmt.target, expr, span=stmt.span))
        else:
            self.emit(replace(stmt, value=expr))
        self.set(stmt.target, value)
        self.links.note(self, stmt.target, expr)

    def unpack(self, stmt: Unpack) -> None:
        value = self.value(stmt.value)
        items = _unpacked_types(value, len(stmt.targets), stmt.star)
        self.emit(stmt)
        for target, found in zip(stmt.targets, items, strict=True):
            self.set(target, found)

    def store(self, stmt: SetItem | SetAttr | AugItem | AugAttr | Delete) -> None:
        assert self.env is not None
        if isinstance(stmt, Delete) and stmt.index is None and stmt.name is None:
            return  # the reverse sweep may still want the value
        self.emit(stmt)
        if not isinstance(stmt.obj, Var):
            return
        old = self.env.get(stmt.obj.name, TOP)
        match stmt, old:
            case SetAttr(name=name, value=value), Obj():
                attrs = dict(old.attrs)
                attrs[name] = self.value(value)
                new: Value = Obj(old.cls, tuple(sorted(attrs.items())))
            case AugAttr(name=name, op=op, value=value), Obj():
                attrs = dict(old.attrs)
                attrs[name] = infer.operation(op, [attrs.get(name, TOP), self.value(value)])
                new = Obj(old.cls, tuple(sorted(attrs.items())))
            case SetItem(index=index, value=value), Dct():
                new = _with_key(old, self.index_value(index), self.value(value))
            case SetItem(index=index, value=value), Lst():
                new = with_part(old, self.links.key(self, index), unbound(self.value(value)))
            case AugItem(index=index, op=op, value=value), Dct() | Lst():
                found = infer.operation(op, [infer.item(old, self.index_value(index)), self.value(value)])
                new = _with_key(old, self.index_value(index), found) if isinstance(old, Dct) else Lst(join(old.elem, found))
            case Delete(index=index), Dct() | Lst() if index is not None:
                new = Dct(old.elem) if isinstance(old, Dct) else Lst(old.elem)
            case _:
                return
        if isinstance(stmt, (SetItem, SetAttr)):
            key = stmt.name if isinstance(stmt, SetAttr) else self.links.key(self, stmt.index)
            self.links.stored(self, stmt.value, stmt.obj, key)
        self.mutated(stmt.obj, new)

    def aug_name(self, stmt: AugName) -> None:
        """``x += y`` on a number is a rebinding; on a list it extends; on an array it stays what it is: a store."""
        assert self.env is not None
        old = self.env.get(stmt.target.name, TOP)
        value = self.value(stmt.value)
        plain = number(old)
        new = infer.operation(stmt.op, [old, value])
        if (isinstance(plain, Tensor) and plain.is_scalar) or isinstance(old, (Tup, Known)):
            self.emit(Assign(stmt.target, Op(stmt.op, (stmt.target, stmt.value)), span=stmt.span, notes=stmt.notes))
            self.set(stmt.target, new)
            return
        self.emit(stmt)
        if isinstance(plain, Tensor) and plain.dims is not None:
            new = plain  # in place: dtype and sizes stay
        if isinstance(old, Lst):
            new = Lst(join(old.elem, infer.element(value)) if old.elem != NEVER else infer.element(value))
        self.mutated(stmt.target, new)

    # ── control flow ─────────────────────────────────────────────────────────────────────────────────────

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
        self.narrow(stmt.test, True)
        body = self.block(stmt.body)
        after_body, self.env = self.env, start
        self.narrow(stmt.test, False)
        orelse = self.block(stmt.orelse)
        self.env = join_envs(after_body, self.env)
        self.emit(replace(stmt, body=body, orelse=orelse))

    def truth(self, test: Atom) -> bool | None:
        value = self.value(test)
        match value:
            case Known(value=known) if not hasattr(known, "dtype"):
                return bool(known) if isinstance(known, (int, float, complex, str, bytes, tuple, list, dict, type(None))) else True
            case Fn() | Obj():
                return None if isinstance(value, Obj) and value.cls.method("__bool__") or isinstance(value, Obj) and value.cls.method("__len__") else True
            case Tup(items=items):
                return bool(items)
            case _:
                return None

    def narrow(self, test: Atom, outcome: bool) -> None:
        """Hook for refining types under a test (isinstance and None tests of unknown values)."""

    def for_loop(self, stmt: For) -> None:
        iterable = self.value(stmt.iterable)
        items = self.unrollable(stmt, iterable)
        if items is not None:
            self.unroll(stmt, items)
            return
        replaced = self.iterate(stmt, iterable)
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
            refuse(self.function.origin, self.stmt_now.span if self.stmt_now else None, "S2S090", "the types of this loop do not settle")
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
            return list(items)  # type: ignore[arg-type]
        return None

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
        orelse = self.block(stmt.orelse) if self.env is not None else ()
        after = self.env
        thrown = {name: join(value, self.types[name]) if name in self.types else value for name, value in start.items()}
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
        if stmt.target is not None:
            self.set(stmt.target, TOP)
        body = self.block(stmt.body)
        self.emit(replace(stmt, body=body))

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────────

    def value(self, atom: Atom | Star) -> Value:
        match atom:
            case Var(name=name):
                assert self.env is not None
                return self.env.get(name, TOP)
            case Const(value=value):
                return Known(value)
            case Ref(target=target):
                return denoted(target)
            case Star(value=inner):
                return self.value(inner)
        raise AssertionError(atom)

    def expr(self, expr: Expr) -> tuple[Value, Expr | None]:
        """The type of an expression, and what to write for it."""
        match expr:
            case Var() | Const() | Ref():
                return self.value(expr), expr
            case Op(kind=kind, args=args):
                return self.operator(kind, args, expr)
            case Call():
                return self.call(expr)
            case MethodCall():
                return self.method_call(expr)
            case GetAttr():
                return self.attribute(expr)
            case GetItem(obj=obj, index=index):
                return infer.item(self.value(obj), self.index_value(index)), expr
            case Build(kind=kind, items=items):
                items = self.without_stars(items)
                return self.build(kind, items), Build(kind, items)  # type: ignore[arg-type]
            case BuildDict(items=items):
                items = self.without_double_stars(items)
                return self.build_dict(items), BuildDict(items)
            case MakeSlice(index=index):
                return Other("slice"), expr
            case Format():
                return Other("str"), expr
            case MakeFunction(function=function, defaults=defaults):
                bindings = tuple((name, Var(name)) for name in function.free)
                bindings += tuple((f"={name}", atom) for name, atom in defaults)
                return Fn(function, bindings, scope=self), expr
        raise AssertionError(expr)

    def operator(self, kind: str, args: tuple[Atom, ...], expr: Op) -> tuple[Value, Expr | None]:
        values = [self.value(arg) for arg in args]
        if any(isinstance(value, Obj) for value in values):
            found = self.object_operator(kind, args, values)
            if found is not None:
                return found
        value = infer.operation(kind, values)
        if self.session.keep_constants:
            return value, simplified(kind, args, values, value) or expr
        return value, expr

    def index_value(self, index: Index) -> Any:
        match index:
            case SliceIndex(lo=lo, hi=hi, step=step):
                return slice(*(None if part is None else self.value(part) for part in (lo, hi, step)))
            case TupleIndex(items=items):
                return tuple(self.index_value(item) for item in items)
            case _:
                found = self.value(index)
                return found.items if isinstance(found, Tup) and found.cls is None else found

    def without_stars(self, items: tuple[Atom | Star, ...]) -> tuple[Atom | Star, ...]:
        """A display with the elements of ``*value`` written out, where they are known."""
        plain: list[Atom | Star] = []
        for item in items:
            value = self.value(item)
            if isinstance(item, Star) and isinstance(value, (Tup, Lst)) and value.items is not None:
                plain += [self.temp(GetItem(item.value, Const(k)), part) for k, part in enumerate(value.items)]
            else:
                plain.append(item)
        return tuple(plain)

    def without_double_stars(self, items: tuple[tuple[Atom | None, Atom], ...]) -> tuple[tuple[Atom | None, Atom], ...]:
        plain: dict[Any, tuple[Atom | None, Atom]] = {}
        for position, (key, atom) in enumerate(items):
            value = self.value(atom)
            if key is None and isinstance(value, Dct) and value.items is not None:
                for name, part in value.items:
                    plain[name] = (Const(name), self.temp(GetItem(atom, Const(name)), part))
            else:
                plain[key.value if isinstance(key, Const) else f"%{position}"] = (key, atom)
        return tuple(plain.values())

    def build(self, kind: str, items: tuple[Atom | Star, ...]) -> Value:
        values: list[Value] = []
        for item in items:
            value = self.value(item)
            if not isinstance(item, Star):
                values.append(value)
            elif isinstance(value, (Tup, Lst)) and value.items is not None:
                values.extend(value.items)
            else:
                return Lst(infer.element(value)) if kind == "list" else TOP
        if kind == "tuple":
            return Tup(tuple(values))
        if kind == "set":
            return Other("set")
        return Lst(infer.element(Tup(tuple(values))), tuple(values))

    def build_dict(self, items: tuple[tuple[Atom | None, Atom], ...]) -> Value:
        found: Value = Dct(NEVER, ())
        for key, value in items:
            if key is None:
                inner = self.value(value)
                if not (isinstance(inner, Dct) and inner.items is not None):
                    return Dct(TOP)
                for name, part in inner.items:
                    found = _with_key(found, Known(name), part)
            else:
                found = _with_key(found, self.value(key), self.value(value))
        return found


def simplified(kind: str, args: tuple[Atom, ...], values: list[Value], result: Value) -> Atom | None:
    """In the body of a rule: an operation on constants, or one that changes nothing, as a single operand."""
    if isinstance(result, Known) and isinstance(result.value, (bool, int, float)):
        return Const(result.value)
    plain = [value.value if isinstance(value, Known) and isinstance(value.value, (int, float)) else None for value in values]
    match kind, plain:
        case "add", [0, None]:
            return args[1]
        case "add" | "sub", [None, 0]:
            return args[0]
        case "mul", [1, None]:
            return args[1]
        case "mul" | "truediv" | "pow", [None, 1]:
            return args[0]
        case _:
            return None


def denoted(target: Any) -> Value:
    match target:
        case Live(obj=obj):
            return Known(obj)
        case SourceFunction() | SourceClass():
            return Known(target)
        case SourceValue():
            return TOP
        case Variant() | Generated():
            return Known(target)
        case Resolved(variant=variant):
            return Known(variant)
        case _:
            return TOP


def join_envs(first: Env | None, second: Env | None) -> Env | None:
    if first is None or second is None:
        return second if first is None else first
    out: Env = {}
    for name in first.keys() | second.keys():
        a, b = first.get(name), second.get(name)
        out[name] = join(a, b) if a is not None and b is not None else (a if a is not None else b)  # type: ignore[assignment]
    return out


def _unpacked_types(value: Value, count: int, star: int | None) -> list[Value]:
    items = value.items if isinstance(value, (Tup, Lst)) else None
    if isinstance(value, Known) and isinstance(value.value, (tuple, list)):
        items = tuple(Known(item) for item in value.value)
    if items is not None and star is None and len(items) == count:
        return list(items)  # type: ignore[arg-type]
    if items is not None and star is not None and len(items) >= count - 1:
        tail = count - star - 1
        middle = items[star : len(items) - tail]
        elem = infer.element(Tup(tuple(middle)))  # type: ignore[arg-type]
        return [*items[:star], Lst(elem, tuple(middle)), *items[len(items) - tail :]]  # type: ignore[list-item]
    elem = infer.element(value)
    return [Lst(elem) if position == star else elem for position in range(count)]


def _with_key(old: Value, key: Any, value: Value) -> Value:
    assert isinstance(old, Dct)
    elem = value if old.elem == NEVER else join(old.elem, value)
    if old.items is None or not isinstance(key, Known) or not isinstance(key.value, (str, int)):
        return Dct(elem)
    items = dict(old.items)
    items[key.value] = value
    return Dct(elem, tuple(items.items()))


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


def _has_functions(items: tuple[Any, ...]) -> bool:
    """Whether an element is, or holds, a function or an object."""
    for item in items:
        if isinstance(item, Fn) or (isinstance(item, Known) and callable(item.value)):
            return True
        if isinstance(item, Known) and isinstance(item.value, (tuple, list)) and any(callable(x) for x in item.value):
            return True
        if isinstance(item, (Tup, Lst)) and item.items and _has_functions(item.items):
            return True
    return False
