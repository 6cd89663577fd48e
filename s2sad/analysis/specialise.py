"""Specialise a function to the types of its arguments: fold what is known, resolve what is called.

One walk of abstract interpretation over the structured IR.  It yields a `Variant`: new IR in which branches with a known
outcome are gone, calls of user functions point to their own variants (or stand inlined, when they are short), methods
and structural builtins are resolved, and for every variable its type.

Loops are walked until the types of the variables they carry are stable; the last walk is the one that is kept.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis import displays, infer, protocols, restructure, sequences, sparse, stacked, views, writing
from s2sad.analysis.consumers import settled
from s2sad.analysis.control import Control
from s2sad.analysis.inline import mentioned
from s2sad.analysis.links import with_part
from s2sad.analysis.methods import unbound
from s2sad.analysis.mutations import note_mutations
from s2sad.analysis.narrow import lengths_from_unpacking
from s2sad.analysis.scope import Env
from s2sad.analysis.session import Session, Variant
from s2sad.analysis.values import (
    NEVER,
    TOP,
    Dct,
    Fn,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Tup,
    Value,
    join,
    number,
)
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
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
    Yield,
)
from s2sad.ir.walk import deep_uses, map_attempted


def specialise(session: Session, function: Function, arguments: Env, variant: Variant) -> Variant:
    """Fill `variant` from a function in single-exit form whose parameters and free variables have these types."""
    frame = Frame(session, function, dict(arguments))
    given = tuple(Assign(Var(name), atom) for name, atom in variant.constants.items())
    body = frame.block((*given, *function.body))
    variant.function = replace(function, body=without_idle(body, frame.types))
    lengths_from_unpacking(arguments, body, frame.types)
    variant.types = frame.types
    variant.result = frame.result if frame.result is not None else Known(None)
    note_mutations(variant)
    variant.effects = {name: frame.env_at_end.get(name, value) for name, value in arguments.items()}
    return variant


def without_idle(body: Block, types: Env) -> Block:
    """A body without the temporaries that only named a place that a store has taken the place of.

    A look-up in a dict, or in the body of a `try`, may be there for its error.
    """
    used = {var.name for var in deep_uses(body)}
    used |= {name for value in types.values() for name in mentioned(value)}

    def kept(block: Block) -> Block:
        return tuple(map_attempted(stmt, kept, lambda inner: inner) for stmt in block if not is_idle(stmt))

    def is_idle(stmt: Stmt) -> bool:
        if not isinstance(stmt, Assign) or not stmt.target.is_temp or stmt.target.name in used:
            return False
        match stmt.value:
            case GetItem(obj=Var(name=name)):
                return isinstance(types.get(name), Tensor)
            case GetAttr(obj=Var(name=name)):
                return isinstance(types.get(name), (Tensor, Lst, Dct))
            case Var() | Const():
                return True
            case _:
                return False

    return kept(body)


class Frame(Control):
    """The walk over one function: its statements and expressions."""

    # ── statements ────────────────────────────────────────────────────────────────────────────────────────

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
        value = views.seen(expr, value)
        if isinstance(expr, Var) and not isinstance(stmt.value, Var) and self.out[mark:] and stmt.notes:
            first = self.out[mark]
            self.out[mark] = replace(first, notes=stmt.notes)
            self.emit(Assign(stmt.target, expr, span=stmt.span))
        else:
            self.emit(
                stmt
                if expr is stmt.value
                else Assign(stmt.target, expr, stmt.sugar, span=stmt.span, notes=stmt.notes)
            )
        self.set(stmt.target, value)
        self.links.note(self, stmt.target, expr)

    def unpack(self, stmt: Unpack) -> None:
        value = self.value(stmt.value)
        items = _unpacked_types(value, len(stmt.targets), stmt.star)
        self.emit(stmt)
        for target, found in zip(stmt.targets, items, strict=True):
            self.set(target, found)
        self.links.unpacked(self, stmt.targets, stmt.value, stmt.star)

    def store(self, stmt: SetItem | SetAttr | AugItem | AugAttr | Delete) -> None:
        assert self.env is not None
        if isinstance(stmt, Delete) and stmt.index is None and stmt.name is None:
            return  # the reverse sweep may still want the value
        if isinstance(stmt, (AugItem, AugAttr)) and self.aug_element(stmt):
            return
        if protocols.store(self, stmt) or writing.flat_store(self, stmt) or sequences.store(self, stmt):
            return
        if isinstance(stmt, (SetItem, AugItem)):
            views.check_store(self, stmt)
        self.emit(stmt)
        if not isinstance(stmt.obj, Var):
            return
        old = self.env.get(stmt.obj.name, TOP)
        if isinstance(stmt, (SetItem, SetAttr)):
            restructure.note(self, stmt, old)
        match stmt, old:
            case SetAttr(name=name, value=value), Obj():
                attrs = dict(old.attrs)
                attrs[name] = self.value(value)
                new: Value = replace(old, attrs=tuple(sorted(attrs.items())))
            case AugAttr(name=name, op=op, value=value), Obj():
                attrs = dict(old.attrs)
                attrs[name] = infer.operation(op, [attrs.get(name, TOP), self.value(value)])
                new = replace(old, attrs=tuple(sorted(attrs.items())))
            case SetItem(index=index, value=value), Dct():
                new = displays.with_key(old, self.index_value(index), self.value(value))
            case SetItem(index=index, value=value), Lst():
                new = with_part(old, self.links.key(self, index), unbound(self.value(value)))
            case AugItem(index=index, op=op, value=value), Dct() | Lst():
                found = infer.operation(op, [infer.item(old, self.index_value(index)), self.value(value)])
                new = (
                    displays.with_key(old, self.index_value(index), found)
                    if isinstance(old, Dct)
                    else Lst(join(old.elem, found))
                )
            case Delete(index=index), Dct() | Lst() if index is not None:
                new = Dct(old.elem) if isinstance(old, Dct) else Lst(old.elem)
            case _:
                return
        if isinstance(stmt, (SetItem, SetAttr)):
            key = stmt.name if isinstance(stmt, SetAttr) else self.links.key(self, stmt.index)
            self.links.stored(self, stmt.value, stmt.obj, key)
        self.mutated(stmt.obj, new)

    def aug_element(self, stmt: AugItem | AugAttr) -> bool:
        """``d["u"] += v`` on an element that is itself an object: read, change in place, store; as Python does it."""
        held = self.value(stmt.obj)
        if not isinstance(stmt.obj, Var) or not isinstance(held, (Lst, Dct, Obj)):
            return False
        if isinstance(stmt, AugItem):
            read: Expr = GetItem(stmt.obj, stmt.index)
            part = infer.item(held, self.index_value(stmt.index))
        else:
            read = GetAttr(stmt.obj, stmt.name)
            part = (held.attr(stmt.name) if isinstance(held, Obj) else None) or TOP
        plain = number(part)
        if not isinstance(plain, Tensor) or plain.dims == ():
            return False
        element = Var(self.session.fresh_temp())
        self.stmt(Assign(element, read, span=stmt.span, notes=stmt.notes))
        self.stmt(AugName(element, stmt.op, stmt.value, span=stmt.span))
        if isinstance(stmt, AugItem):
            self.stmt(SetItem(stmt.obj, stmt.index, element, span=stmt.span))
        else:
            self.stmt(SetAttr(stmt.obj, stmt.name, element, span=stmt.span))
        return True

    def aug_name(self, stmt: AugName) -> None:
        """``x += y`` on a number is a rebinding; on a list it extends; on an array it stays what it is: a store."""
        assert self.env is not None
        if protocols.aug_name(self, stmt):
            return
        old = self.env.get(stmt.target.name, TOP)
        value = self.value(stmt.value)
        plain = number(old)
        if isinstance(old, Lst) and old.made:
            done = Var(self.session.fresh_temp())
            self.stmt(Assign(done, MethodCall(stmt.target, "extend", (stmt.value,)), span=stmt.span))
            return
        if isinstance(old, Dct) and stmt.op == "or_":
            done = Var(self.session.fresh_temp())
            self.stmt(
                Assign(
                    done, MethodCall(stmt.target, "update", (stmt.value,)), span=stmt.span, notes=stmt.notes
                )
            )
            return
        new = infer.operation(stmt.op, [old, value])
        if (isinstance(plain, Tensor) and plain.is_scalar) or isinstance(old, (Tup, Known)):
            written_out = Op(stmt.op, (stmt.target, stmt.value))
            self.emit(Assign(stmt.target, written_out, "augmented", span=stmt.span, notes=stmt.notes))
            self.set(stmt.target, new)
            return
        self.emit(stmt)
        if isinstance(plain, Tensor) and plain.dims is not None:
            new = plain  # in place: dtype and sizes stay
        if isinstance(old, Lst):
            new = Lst(join(old.elem, infer.element(value)) if old.elem != NEVER else infer.element(value))
        self.mutated(stmt.target, new)

    # ── expressions ───────────────────────────────────────────────────────────────────────────────────────

    def expr(self, expr: Expr) -> tuple[Value, Expr | None]:
        """The type of an expression, and what to write for it."""
        if (of_sparse := sparse.type_of(self, expr)) is not None:
            return of_sparse
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
                sequences.fill_in(self, obj, index)
                followed = (
                    protocols.get_item(self, expr)
                    or writing.flat_item(self, expr)
                    or stacked.item(self, expr)
                )
                return followed or (infer.item(self.value(obj), self.index_value(index)), expr)
            case Build(kind=kind, items=items):
                return displays.sequence(self, kind, items)
            case BuildDict(items=items):
                return displays.mapping(self, items)
            case MakeSlice(index=index):
                return Other("slice"), expr
            case Format():
                return Other("str"), expr
            case MakeFunction(function=function, defaults=defaults):
                bindings: tuple[tuple[str, Atom], ...] = tuple((name, Var(name)) for name in function.free)
                bindings += tuple((f"={name}", self.held_default(atom)) for name, atom in defaults)
                return Fn(function, bindings, scope=self), expr
        raise AssertionError(expr)

    def operator(self, kind: str, args: tuple[Atom, ...], expr: Op) -> tuple[Value, Expr | None]:
        values = [self.value(arg) for arg in args]
        if any(isinstance(value, Obj) for value in values):
            found = self.object_operator(kind, args, values)
            if found is not None:
                return found
        sequences.check_operator(self, kind, values)
        if kind == "or_" and all(isinstance(value, Dct) for value in values):
            return self.expr(BuildDict(tuple((None, arg) for arg in args)))
        value = infer.operation(kind, values)
        if self.session.keep_constants:
            return value, simplified(kind, args, values, value) or expr
        return value, expr

    def held_default(self, atom: Atom) -> Atom:
        """A default is what it was when the function was made."""
        return self.temp(atom, self.value(atom)) if isinstance(atom, Var) else atom


def simplified(kind: str, args: tuple[Atom, ...], values: list[Value], result: Value) -> Atom | None:
    """In the body of a rule: an operation on constants, or one that changes nothing, as a single operand."""
    if isinstance(result, Known) and isinstance(result.value, (bool, int, float)):
        return Const(result.value)
    plain = [
        value.value if isinstance(value, Known) and isinstance(value.value, (int, float)) else None
        for value in values
    ]
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


def _unpacked_types(value: Value, count: int, star: int | None) -> list[Value]:
    items = infer.items_of(value)
    if items is not None and star is None and len(items) == count:
        return list(items)
    if items is not None and star is not None and len(items) >= count - 1:
        tail = count - star - 1
        middle = items[star : len(items) - tail]
        elem = infer.element(Tup(tuple(middle)))
        return [*items[:star], Lst(elem, tuple(middle)), *items[len(items) - tail :]]
    elem = infer.element(value)
    return [Lst(elem) if position == star else elem for position in range(count)]
