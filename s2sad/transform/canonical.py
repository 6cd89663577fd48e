"""Bring a specialised function into the form that the reverse walk reads.

- A variable with several assignments is assigned by plain copies only (``%1 = t * x; t = %1``), so that an adjoint
  statement can name the operand and the result at once.
- A loop with active content runs over a range: ``for row in X`` becomes ``for i in range(len(X)): row = X[i]``, so that
  it can be run backwards.  `emit` writes the direct form again where the index is not used.
- Augmented stores that are not linear are written out.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from s2sad.analysis import infer
from s2sad.analysis.alias import Regions, rebindings
from s2sad.analysis.operands import known_function
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Variant
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import BOOL, INT, TOP, Dct, Known, Lst, Rng, Tensor, Top, Tup, Value, number
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Break,
    Build,
    Call,
    Const,
    Expr,
    For,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import deep_defs, deep_uses, uses, walk
from s2sad.transform.lasting import lasts
from s2sad.transform.prepare import definitions_of, only_tests
from s2sad.transform.words import library

RESIZING = frozenset({"append", "extend", "insert", "pop", "remove", "clear"})


class Canonical:
    def __init__(
        self, session: Any, variant: Variant, varied: frozenset[str], split_copies: bool = True
    ) -> None:
        assert variant.function is not None
        self.session = session
        self.split_copies = split_copies  # the reverse walk needs it, the forward walk does not
        self.variant = variant
        self.varied = varied
        self.types = variant.types
        body = variant.function.body
        self.counts = rebindings(body, self.types)
        self.bound_inside: set[str] = set()
        self.counts.update(variant.function.param_names())
        self.attempting = False  # whether a handler may go on from here
        self.frame = Frame(session, variant.function, self.types)
        self.frame.types = self.types
        self.regions = Regions(variant)
        self.copies: dict[str, str] = {}  # stand-in -> the variable it is copied to at once
        self.statements = list(walk(body))
        self.definitions = definitions_of(self.statements, self.counts)
        self.taken = {var.name for var in (*deep_defs(body), *deep_uses(body))} | set(
            variant.function.param_names()
        )

    def run(self) -> None:
        function = self.variant.function
        assert function is not None
        self.variant.function = replace(function, body=self.block(function.body))

    def block(self, stmts: Block) -> Block:
        outer, self.frame.out = self.frame.out, []
        for stmt in stmts:
            self.frame.stmt_now = stmt
            self.stmt(stmt)
        done, self.frame.out = tuple(self.frame.out), outer
        return done

    def emit(self, stmt: Stmt) -> None:
        self.frame.emit(stmt)

    def several(self, var: Var) -> bool:
        if self.attempting and not var.is_temp:
            return True  # its assignment must not raise, and its tangent must go with it
        return self.split_copies and self.counts[var.name] > 1

    def stand_in(self, var: Var) -> Var:
        """A temporary that is assigned in place of a variable with several assignments."""
        temp = Var(self.session.fresh_temp())
        self.types[temp.name] = self.types.get(var.name, TOP)
        self.copies[temp.name] = var.name
        return temp

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign(target=target, value=value):
                if target.name in self.varied and self.is_stored_iterator(target, value):
                    self.collect(stmt)
                    return
                value = self.with_lasting_bounds(value)
                stmt = replace(stmt, value=value)
                if self.several(target) and not isinstance(value, (Var, Const)):
                    temp = self.stand_in(target)
                    self.emit(replace(stmt, target=temp))
                    self.emit(Assign(target, temp, span=stmt.span))
                else:
                    self.emit(stmt)
            case Unpack():
                self.unpack(stmt)
            case AugItem() | AugAttr() | AugName():
                self.augmented(stmt)
            case If():
                self.emit(
                    replace(
                        stmt,
                        test=self.lasting(stmt),
                        body=self.block(stmt.body),
                        orelse=self.block(stmt.orelse),
                    )
                )
            case For():
                self.for_loop(stmt)
            case While():
                self.while_loop(stmt)
            case With():
                self.emit(replace(stmt, body=self.block(stmt.body)))
            case Try():
                self.attempt(stmt)
            case _:
                self.emit(stmt)

    def with_lasting_bounds(self, expr: Expr) -> Expr:
        """A range of variables that nobody assigns: the reversed loop reads them once more."""
        if not isinstance(expr, Call) or known_function(expr.func, self.types) is not range:
            return expr
        return replace(
            expr,
            args=tuple(
                self.frame.temp(arg, self.frame.value(arg))
                if isinstance(arg, Var) and self.several(arg)
                else arg
                for arg in expr.args
            ),
        )

    def attempt(self, stmt: Try) -> None:
        outer, self.attempting = self.attempting, self.attempting or bool(stmt.handlers)
        body = self.block(stmt.body)
        self.attempting = outer
        handlers = tuple(replace(handler, body=self.block(handler.body)) for handler in stmt.handlers)
        orelse, final = self.block(stmt.orelse), self.block(stmt.final)
        self.emit(replace(stmt, body=body, handlers=handlers, orelse=orelse, final=final))

    def lasting(self, stmt: If) -> Atom:
        """The test of a branch, in a variable that stays as it is: both sweeps read it."""
        if not self.split_copies or lasts(stmt, self.several, self.types, self.statements):
            return stmt.test
        kept = Var(self.session.fresh_temp())
        self.types[kept.name] = BOOL
        self.emit(Assign(kept, Call(library("bool", bool), (stmt.test,)), span=stmt.span))
        return kept

    def while_loop(self, stmt: While) -> None:
        """A head that computes active values becomes part of the body, so that its last run is reversed as well."""
        if self.split_copies and not only_tests(stmt, self.statements, self.varied, self.types):
            leave = Var(self.session.fresh_temp())
            self.types[leave.name] = BOOL
            test: Block = (
                *stmt.head,
                Assign(leave, Op("not", (stmt.test,))),
                If(leave, (Break(),), stmt.body),
            )
            self.emit(replace(stmt, head=(), test=Const(True), body=self.block(test)))
        else:
            self.emit(replace(stmt, head=self.block(stmt.head), body=self.block(stmt.body)))

    def unpack(self, stmt: Unpack) -> None:
        """Unpacking a display or something of known structure becomes plain assignments."""
        targets = tuple(self.stand_in(target) if self.several(target) else target for target in stmt.targets)
        self.emit(replace(stmt, targets=targets))
        for target, temp in zip(stmt.targets, targets, strict=True):
            if temp is not target:
                self.emit(Assign(target, temp, span=stmt.span))

    def augmented(self, stmt: AugItem | AugAttr | AugName) -> None:
        names = (
            [stmt.target.name]
            if isinstance(stmt, AugName)
            else [atom.name for atom in (stmt.obj,) if isinstance(atom, Var)]
        )
        repeated = isinstance(stmt, AugItem) and self.may_repeat(stmt.index)
        if (
            stmt.op in ("add", "sub")
            and not isinstance(stmt, AugAttr)
            and not self.is_container(names)
            and not repeated
        ):
            self.emit(stmt)
            return
        if isinstance(stmt, AugName):
            if isinstance(self.types.get(stmt.target.name), Lst) and stmt.op == "add":
                done = Var(self.session.fresh_temp())
                self.emit(
                    Assign(
                        done,
                        MethodCall(stmt.target, "extend", (stmt.value,)),
                        span=stmt.span,
                        notes=stmt.notes,
                    )
                )
                return
            self.augmented_array(stmt)
            return
        read: Expr = (
            GetItem(stmt.obj, stmt.index) if isinstance(stmt, AugItem) else GetAttr(stmt.obj, stmt.name)
        )
        old = self.frame.temp(read, self.frame.expr(read)[0])
        value, expr = self.frame.operator(stmt.op, (old, stmt.value), Op(stmt.op, (old, stmt.value)))
        assert expr is not None
        new = self.frame.temp(expr, value)
        if isinstance(stmt, AugItem):
            self.emit(SetItem(stmt.obj, stmt.index, new, span=stmt.span, notes=stmt.notes))
        else:
            self.emit(SetAttr(stmt.obj, stmt.name, new, span=stmt.span, notes=stmt.notes))

    def augmented_array(self, stmt: AugName) -> None:
        """``t *= v``: a rebinding where nobody else holds the array, a store into it otherwise."""
        name, value = stmt.target.name, number(self.types.get(stmt.target.name, TOP))
        shared: set[str] = set()
        if name in self.regions.nodes:
            shared = self.regions.members(name) - {name}
            if self.regions.is_contained({name}) or name in self.variant.arguments:
                shared = shared | {name}  # somebody outside of this function or in a container holds it too
        if shared and not (isinstance(value, Tensor) and value.dims):
            self.emit(stmt)
            return
        kind, expr = self.frame.operator(
            stmt.op, (stmt.target, stmt.value), Op(stmt.op, (stmt.target, stmt.value))
        )
        assert expr is not None
        new = self.stand_in(stmt.target) if not shared else Var(self.session.fresh_temp())
        self.types.setdefault(new.name, kind)
        self.emit(Assign(new, expr, span=stmt.span, notes=stmt.notes))
        if shared:
            self.emit(SetItem(stmt.target, Const(...), new, span=stmt.span))
        else:
            self.emit(Assign(stmt.target, new, span=stmt.span))

    def may_repeat(self, index: Any) -> bool:
        """Whether an index may name an element twice: then ``a[i] += v`` adds only once."""
        parts = getattr(index, "items", (index,))
        for part in parts:
            value = number(self.types.get(part.name, TOP)) if isinstance(part, Var) else None
            if value is not None and _repeats(value):
                return True
        return False

    def is_container(self, names: list[str]) -> bool:
        return any(not isinstance(number(self.types.get(name, TOP)), Tensor) for name in names)

    # ── loops ────────────────────────────────────────────────────────────────────────────────────────────

    def for_loop(self, stmt: For) -> None:
        iterable = self.frame.value(stmt.iterable)
        body_defs = {var.name for var in deep_defs(stmt.body)}
        active = stmt.target.name in self.varied or any(name in self.varied for name in body_defs) or any(
            isinstance(inner, (SetItem, SetAttr, AugItem, AugAttr, AugName, Assign)) and self.touches(inner) for inner in walk(stmt.body)
        )  # fmt: skip
        if not active:
            self.emit(stmt)
            return
        if isinstance(iterable, Rng):
            body = stmt.body
            target = stmt.target
            if self.several(target):
                target = self.stand_in(stmt.target)
                body = (Assign(stmt.target, target, span=stmt.span), *body)
            self.emit(replace(stmt, target=target, body=self.block(body)))
            return
        self.check_length(stmt)
        self.bound_inside = {stmt.target.name, *rebindings(stmt.body, self.types)}
        length, item = self.by_index(stmt.iterable, iterable)
        index = Var(self.index_name())
        self.types[index.name] = INT
        assert self.frame.env is not None
        self.frame.env[index.name] = INT
        limit = self.frame.temp(Call(library("range", range), (length,)), Rng((self.frame.value(length),)))
        outer, self.frame.out = self.frame.out, []
        rest = item(index, stmt.target, stmt.body)
        prologue, self.frame.out = tuple(self.frame.out), outer
        body = (*prologue, *self.block(rest))
        self.emit(For(index, limit, body, span=stmt.span, notes=stmt.notes, sugar=stmt.sugar))

    def check_length(self, stmt: For) -> None:
        """Refuse a loop over a list that grows or shrinks meanwhile: it runs by positions, which are counted before."""
        name = stmt.iterable.name if isinstance(stmt.iterable, Var) else ""
        if not isinstance(self.types.get(name), Lst) or name not in self.regions.nodes:
            return
        members = self.regions.members(name)
        for inner in walk(stmt.body):
            changed = (
                inner.value.obj if isinstance(inner, Assign) and isinstance(inner.value, MethodCall) else None
            )
            resizes = changed is not None and inner.value.name in RESIZING  # type: ignore[union-attr]
            if isinstance(inner, AugName) and inner.op == "add":
                changed, resizes = inner.target, True
            if not isinstance(changed, Var) or (
                isinstance(self.definitions.get(changed.name), Build) and changed.is_temp
            ):
                continue  # a list that is being made here, as a comprehension is
            if resizes and changed.name in members:
                refuse(self.variant.function.origin, inner.span, "S2S022",  # type: ignore[union-attr]
                       "a list changes its length while a loop runs over it", "loop over a copy of it, or use `while`")  # fmt: skip

    def touches(self, stmt: Any) -> bool:
        obj = getattr(stmt, "obj", None) or getattr(stmt, "target", None)
        if isinstance(stmt, Assign):
            if not isinstance(stmt.value, MethodCall):
                return False
            obj = stmt.value.obj
        return isinstance(obj, Var) and obj.name in self.varied

    # ── iterators that are more than looped over ─────────────────────────────────────────────────────────

    def is_stored_iterator(self, target: Var, value: Expr) -> bool:
        """Whether a value is ``zip(...)`` or ``d.items()``, say, and something else than a loop reads it."""
        return self.is_lazy(value) and any(
            var == target and not self.takes_iterator(stmt) for stmt in self.statements for var in uses(stmt)
        )

    def takes_iterator(self, stmt: Stmt) -> bool:
        """Whether a statement does with an iterator what the transform does with that of the derivatives."""
        if isinstance(stmt, For) or (isinstance(stmt, Assign) and self.is_lazy(stmt.value)):
            return True
        if self.split_copies:
            return False
        called = stmt.value if isinstance(stmt, Assign) else None
        return isinstance(stmt, Unpack) or (
            isinstance(called, Call) and known_function(called.func, self.types) in (list, tuple, reversed)
        )

    def is_lazy(self, value: Expr) -> bool:
        match value:
            case Call(func=func, kwargs=()):
                return known_function(func, self.types) in (zip, enumerate)
            case MethodCall(obj=obj, name="items" | "values", args=()):
                return isinstance(self.frame.value(obj), Dct)
            case _:
                return False

    def collect(self, stmt: Assign) -> None:
        """The elements of an iterator in a list, by a loop."""
        made, items, item, done = (Var(self.session.fresh_temp()) for _ in range(4))
        kind = self.types.get(stmt.target.name, TOP)
        self.types[items.name] = self.types[stmt.target.name] = Lst(infer.element(kind))
        self.types[made.name] = kind
        assert self.frame.env is not None
        self.frame.env |= {made.name: kind, items.name: self.types[items.name]}
        self.definitions[made.name] = stmt.value
        self.varied |= {made.name, items.name, item.name}
        self.types[item.name] = infer.element(kind)
        self.emit(Assign(items, Build("list", ()), span=stmt.span))
        append = Assign(done, MethodCall(items, "append", (item,)), span=stmt.span)
        self.for_loop(For(item, made, (append,), span=stmt.span, sugar="listcomp"))
        self.emit(Assign(stmt.target, items, span=stmt.span))

    def index_name(self) -> str:
        for name in ("i", "j", "k", "m", *(f"i_{n}" for n in range(1, 1000))):
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise AssertionError

    def by_index(self, atom: Atom, value: Value) -> tuple[Atom, Any]:
        """How many elements an iterable has, and how element number i is read.

        The reader takes the index, the loop's target and its body; it emits the reads and returns the rest of the body.
        """
        if isinstance(value, Dct):  # the list of its keys is a copy
            atom, value = self.listed(atom, value), Lst(infer.element(value))
        atom = self.held(atom)
        definition = self.definitions.get(atom.name) if isinstance(atom, Var) else None
        if isinstance(definition, Call) and not definition.kwargs:
            function = known_function(definition.func, self.types)
            if function is zip and definition.args:
                return self.zipped(definition.args)  # type: ignore[arg-type]
            if function is enumerate:
                return self.enumerated(definition.args)  # type: ignore[arg-type]
            if function is reversed:
                return self.backwards(definition.args[0])  # type: ignore[arg-type]
        if (
            isinstance(definition, MethodCall)
            and isinstance(self.frame.value(definition.obj), Dct)
            and definition.name in ("items", "values")
        ):
            return self.dict_entries(definition.obj, definition.name)
        if not infer.is_indexed(value):
            atom = self.listed(atom, value)
        return self.length(atom), self.reader(lambda index: self.element(atom, index))

    def listed(self, iterable: Atom, value: Value) -> Atom:
        """An iterable as a list. Rows of an array are parts of it, and items of a list are not."""
        if (
            isinstance(value, Top)
            and isinstance(iterable, Var)
            and (self.regions.is_mutated(iterable.name) or self.regions.is_mutated_inside(iterable.name))
        ):
            assert self.frame.stmt_now is not None and self.variant.function is not None
            refuse(
                self.variant.function.origin,
                self.frame.stmt_now.span,
                "S2S010",
                "a loop runs over a value of unknown type that is changed in place",
                "say what it is (`rows: np.ndarray`), or loop over `range(len(...))` and index it",
            )
        self.check_groups(iterable)
        return self.frame.temp(Call(library("list", list), (iterable,)), Lst(infer.element(value)))

    def check_groups(self, iterable: Atom) -> None:
        """The groups of `groupby` are empty once the next one has been taken: a list of them holds nothing."""
        made = self.definitions.get(getattr(iterable, "name", ""))
        if isinstance(made, Call) and known_function(made.func, self.types) is itertools.groupby:
            assert self.frame.stmt_now is not None and self.variant.function is not None
            refuse(self.variant.function.origin, self.frame.stmt_now.span, "S2S022",
                   "a loop with active values runs over `itertools.groupby`",
                   "take the groups first: `[(key, list(group)) for key, group in groupby(...)]`")  # fmt: skip

    def held(self, atom: Atom) -> Atom:
        """What a loop runs over stays what it is, whatever its body assigns to the variable."""
        rebound = isinstance(atom, Var) and atom.name in self.bound_inside
        return self.frame.temp(atom, self.frame.value(atom)) if rebound else atom

    def length(self, atom: Atom) -> Atom:
        return self.frame.temp(Call(library("len", len), (atom,)), infer.length(self.frame.value(atom)))

    def element(self, atom: Atom, index: Atom) -> tuple[Expr, Value]:
        value = self.frame.value(atom)
        if isinstance(value, Rng):
            return GetItem(atom, index), INT
        return GetItem(atom, index), infer.element(value)

    def reader(self, read: Any) -> Any:
        def emit_item(index: Var, target: Var, body: Block) -> Block:
            expr, value = read(index)
            return self.assign(target, expr, value, body)

        return emit_item

    def assign(self, target: Var, expr: Expr, value: Value, body: Block) -> Block:
        self.stmt(Assign(target, expr))
        self.note(target, value)
        return body

    def note(self, target: Var, value: Value) -> None:
        if target.name not in self.types:
            self.types[target.name] = value
        assert self.frame.env is not None
        self.frame.env[target.name] = self.types[target.name]

    def spread(self, target: Var, reads: Any, body: Block) -> Block:
        """Assign the parts of a tuple element to the targets that the body unpacks it to, if it does."""
        if body and isinstance(body[0], Unpack) and body[0].value == target and body[0].star is None:
            parts = body[0].targets
            others = any(var == target for stmt in body[1:] for var in _all_uses(stmt))
            if len(parts) == len(reads) and not others:
                for part, (expr, value) in zip(parts, reads, strict=True):
                    self.assign(part, expr, value, ())
                return body[1:]
        atoms = tuple(
            expr if isinstance(expr, (Var, Const)) else self.frame.temp(expr, value) for expr, value in reads
        )
        return self.assign(target, Build("tuple", atoms), self.types.get(target.name, TOP), body)

    def zipped(self, args: tuple[Atom, ...]) -> tuple[Atom, Any]:
        sources = [
            self.by_index(arg, self.frame.value(arg)) if self.is_nested(arg) else (None, arg) for arg in args
        ]
        held = [
            self.indexable(arg) if source[0] is None else source
            for arg, source in zip(args, sources, strict=True)
        ]
        lengths = [
            self.length(item) if isinstance(item, (Var, Const)) or not isinstance(item, tuple) else item[0]
            for item in held
        ]
        shortest = lengths[0]
        if len(set(map(str, lengths))) > 1:
            shortest = self.frame.temp(Call(library("min", min), tuple(lengths)), INT)

        def emit_item(index: Var, target: Var, body: Block) -> Block:
            reads: list[tuple[Expr, Value]] = []
            for item in held:
                if isinstance(item, tuple):
                    temp = Var(self.session.fresh_temp())
                    item[1](index, temp, ())
                    reads.append((temp, self.types.get(temp.name, TOP)))
                else:
                    reads.append(self.element(item, index))
            return self.spread(target, reads, body)

        return shortest, emit_item

    def is_nested(self, atom: Atom) -> bool:
        definition = self.definitions.get(atom.name) if isinstance(atom, Var) else None
        return isinstance(definition, Call) and known_function(definition.func, self.types) in (
            zip,
            enumerate,
            reversed,
        )

    def indexable(self, atom: Atom) -> Atom:
        atom = self.held(atom)
        value = self.frame.value(atom)
        if (
            isinstance(value, (Tensor, Rng, Known))
            or (isinstance(value, Lst) and not self.is_iterator(atom))
            or hasattr(value, "cls")
        ):
            return atom
        return self.listed(atom, value)

    def is_iterator(self, atom: Atom) -> bool:
        definition = self.definitions.get(atom.name) if isinstance(atom, Var) else None
        return isinstance(definition, MethodCall) and definition.name in ("items", "values", "keys")

    def enumerated(self, args: tuple[Atom, ...]) -> tuple[Atom, Any]:
        length, inner = self.by_index(args[0], self.frame.value(args[0]))
        start = args[1] if len(args) > 1 else None

        def emit_item(index: Var, target: Var, body: Block) -> Block:
            number_of: Expr = index if start is None else Op("add", (index, start))
            spot = Var(self.session.fresh_temp())
            if body and isinstance(body[0], Unpack) and body[0].value == target and len(body[0].targets) == 2:
                counter, item = body[0].targets
                self.assign(counter, number_of, INT, ())
                return inner(index, item, body[1:])
            inner(index, spot, ())
            return self.spread(target, [(number_of, INT), (spot, self.types.get(spot.name, TOP))], body)

        return length, emit_item

    def backwards(self, atom: Atom) -> tuple[Atom, Any]:
        length, inner = self.by_index(atom, self.frame.value(atom))

        def emit_item(index: Var, target: Var, body: Block) -> Block:
            last = self.frame.temp(Op("sub", (length, Const(1))), INT)
            place = self.frame.temp(Op("sub", (last, index)), INT)
            return inner(place, target, body)

        return length, emit_item

    def dict_entries(self, obj: Atom, kind: str) -> tuple[Atom, Any]:
        keys = self.frame.temp(Call(library("list", list), (obj,)), Lst(infer.element(self.frame.value(obj))))
        value = self.frame.value(obj)
        assert isinstance(value, Dct)

        def emit_item(index: Var, target: Var, body: Block) -> Block:
            key = self.frame.temp(GetItem(keys, index), infer.element(value))
            if kind == "values":
                return self.assign(target, GetItem(obj, key), value.elem, body)
            return self.spread(target, [(key, infer.element(value)), (GetItem(obj, key), value.elem)], body)

        return self.length(keys), emit_item


def _repeats(index: Value) -> bool:
    match index:
        case Lst():
            return True
        case Tup(items=items):
            return any(map(_repeats, items))
        case Tensor(kind=kind, dims=dims):
            return kind != "b" and dims != ()
        case _:
            return False


def _all_uses(stmt: Stmt) -> Any:
    return deep_uses((stmt,))
