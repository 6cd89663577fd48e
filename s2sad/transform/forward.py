"""Forward mode: write the tangent of every active statement beside it.

Tangents are computed in step with the primal.  A container, an object or an array that is written in place has a
tangent of the same structure, which is handled in the same way at the same time; so views and aliases need no thought.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.activity import active_variables
from s2sad.analysis.alias import Regions, holds_references
from s2sad.analysis.calls import field_names
from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import CONTAINER_METHODS, PASSING, RuleCall, known_function, may_change, mutates, rule_call, scattered_add
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    TOP,
    Dct,
    Lst,
    Obj,
    Tensor,
    Tup,
    Value,
    broadcast,
    may_vary,
    number,
    same_shape,
    varying,
)
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import (
    Assert,
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Build,
    BuildDict,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Star,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.subst import all_names
from s2sad.ir.walk import uses, walk
from s2sad.rules.declare import BindError
from s2sad.transform.adjoints import helper, library
from s2sad.transform.pullbacks import RuleCode


class Forward:
    """The walk over one variant, whose function is in canonical form."""

    def __init__(
        self, session: Any, variant: Variant, wrt: tuple[str, ...], calls: Any, names: tuple[str, ...] = ()
    ) -> None:
        assert variant.function is not None
        self.function = variant.function
        self.types: dict[str, Value] = variant.types
        self.frame = Frame(session, self.function, self.types)
        self.frame.types = self.types
        self.frame.stmt_now = self.function.body[-1]
        outputs = [name for name in variant.params if _is_mutable(self.types.get(name, TOP))]
        self.active = active_variables(variant, wrt, outputs)
        for name in self.active & self.types.keys():
            self.types[name] = varying(self.types[name])
        self.code = RuleCode(self.frame, self.function.origin)
        self.calls = calls
        self.wrt = wrt
        self.variant_params = tuple(self.function.param_names())
        self.session = session
        self.names: dict[str, str] = {}
        self.own_names = frozenset(all_names(self.function))
        self.last_found: Atom | None = None
        self.span = self.function.span
        self.regions = Regions(variant)
        self.mutated = mutated_names(self.function.body)
        for name, new in zip(wrt, names or ("",) * len(wrt), strict=True):
            self.dot(name, new)

    def dot(self, name: str, new: str = "") -> Var:
        """The tangent of a variable."""
        if name not in self.names:
            self.names[name] = new or self.session.derived_name(f"{name}_dot", name, self.own_names)
            self.types[self.names[name]] = self.types.get(name, TOP)
            assert self.frame.env is not None
            self.frame.env[self.names[name]] = self.types[self.names[name]]
        return Var(self.names[name])

    def is_active(self, atom: Any) -> bool:
        return isinstance(atom, Var) and atom.name in self.active

    def tangent(self, atom: Atom) -> Atom:
        """The tangent of an operand: zeros where it is inactive."""
        if isinstance(atom, Var) and atom.name in self.active:
            return self.dot(atom.name)
        return self.zero(atom)

    def zero(self, atom: Atom) -> Atom:
        value = self.frame.value(atom)
        plain = number(value)
        if not may_vary(value) and not holds_references(value):
            return atom
        if isinstance(plain, Tensor) and plain.dims == ():
            return Const(0.0)
        if isinstance(plain, Tensor) and plain.dims is not None:
            return self.frame.temp(Call(library("np.zeros_like", np.zeros_like), (atom,)), value)
        return self.frame.temp(Call(helper("_zeros_like"), (atom,)), value)

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> Block:
        passive = [name for name in self.variant_params if name in self.active and name not in self.wrt]
        for name in passive:  # it becomes active later, under the same name
            self.frame.bind(self.dot(name), self.zero(Var(name)), self.types.get(name, TOP))
        start, self.frame.out = tuple(self.frame.out), []
        return (*start, *self.block(self.function.body))

    def block(self, stmts: Block) -> Block:
        outer, self.frame.out = self.frame.out, []
        for stmt in stmts:
            self.frame.stmt_now = stmt
            self.span = stmt.span
            self.stmt(stmt)
        done, self.frame.out = tuple(self.frame.out), outer
        return done

    def emit(self, stmt: Stmt) -> None:
        self.frame.emit(stmt)

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign():
                self.assign(stmt)
            case Unpack(targets=targets, value=value, star=star):
                if any(target.name in self.active for target in targets):
                    dots = tuple(self.dot(t.name) if t.name in self.active else Var(self.session.fresh_temp()) for t in targets)
                    self.emit(Unpack(dots, self.tangent(value), star, span=stmt.span))
                self.emit(stmt)
            case SetItem(obj=obj, value=value) if self.is_active(obj):
                self.emit(replace(stmt, obj=self.tangent(obj), value=self.stored(value), notes=type(stmt.notes)()))
                self.emit(stmt)
            case SetAttr(obj=obj, value=value) if self.is_active(obj):
                self.emit(replace(stmt, obj=self.tangent(obj), value=self.stored(value), notes=type(stmt.notes)()))
                self.emit(stmt)
            case AugItem(obj=obj, value=value) | AugAttr(obj=obj, value=value) if self.is_active(obj):
                if self.is_active(value):
                    self.emit(replace(stmt, obj=self.tangent(obj), value=self.tangent(value), notes=type(stmt.notes)()))
                self.emit(stmt)
            case AugName(target=target) if self.is_active(target):
                self.aug_name(stmt)
            case Delete(obj=obj, index=index) if self.is_active(obj) and index is not None:
                self.emit(replace(stmt, obj=self.tangent(obj)))  # type: ignore[arg-type]
                self.emit(stmt)
            case If():
                self.emit(replace(stmt, body=self.block(stmt.body), orelse=self.block(stmt.orelse)))
            case For():
                if self.is_active(stmt.target):
                    raise AssertionError("loops over active values run by index")
                self.emit(replace(stmt, body=self.block(stmt.body)))
            case While():
                self.emit(replace(stmt, head=self.block(stmt.head), body=self.block(stmt.body)))
            case With():
                self.emit(replace(stmt, body=self.block(stmt.body)))
            case Try():
                handlers = tuple(replace(handler, body=self.block(handler.body)) for handler in stmt.handlers)
                body, orelse = self.block(stmt.body), self.block(stmt.orelse)
                self.emit(replace(stmt, body=body, orelse=orelse, handlers=handlers, final=self.block(stmt.final)))
            case Return(value=value):
                y_dot = self.tangent(value)
                pair = self.frame.temp(Build("tuple", (value, y_dot)), TOP)
                self.emit(Return(pair, span=stmt.span, notes=stmt.notes))
            case Assert():
                self.emit(stmt)
            case _:
                self.emit(stmt)

    def stored(self, value: Atom) -> Atom:
        """The tangent of a stored value; a number's zero is broadcast by the store."""
        return self.tangent(value)

    def aug_name(self, stmt: AugName) -> None:
        target = self.dot(stmt.target.name)
        if stmt.op in ("add", "sub"):
            if self.is_active(stmt.value):
                self.emit(AugName(target, stmt.op, self.tangent(stmt.value), span=stmt.span))
            self.emit(stmt)
            return
        result = Var(self.session.fresh_temp())
        self.types[result.name] = self.types.get(stmt.target.name, TOP)
        found = self.operation(Op(stmt.op, (stmt.target, stmt.value)), result)
        assert found is not None
        if self.frame.definition(result) is None and any(var == result for s in self.frame.out for var in uses(s)):
            self.code.refuse(stmt.span, "S2S022", "this augmented assignment of an array is not differentiated")
        self.emit(SetItem(target, Const(...), found))
        self.emit(stmt)

    def assign(self, stmt: Assign) -> None:
        target, expr = stmt.target, stmt.value
        if target.name not in self.active:
            if isinstance(expr, MethodCall) and self.is_active(expr.obj) and self.is_container(expr.obj):
                self.mirror(expr, None)
            elif isinstance(expr, Call) and isinstance(expr.func, Ref) and isinstance(expr.func.target, Resolved):
                variant = expr.func.target.variant
                if any(self.is_active(a) and mutates(variant, p) for p, a in zip(variant.params, expr.args, strict=True)):
                    self.user_call(stmt, expr.func.target, expr.args)
                    return
            elif (scatter := scattered_add(expr, self.types)) is not None and self.is_active(scatter[0]):
                if self.is_active(scatter[2]):
                    args = (self.tangent(scatter[0]), scatter[1], self.tangent(scatter[2]))
                    self.emit(Assign(Var(self.session.fresh_temp()), Call(expr.func, args), span=stmt.span))  # type: ignore[union-attr]
            elif may_change(expr, self.types, self.active):
                self.refuse_unknown(expr)
            self.emit(self.plain(stmt))
            return
        match expr:
            case Call(func=Ref(target=Resolved() as resolved), args=args) if any(map(self.is_active, args)):
                self.user_call(stmt, resolved, args)
                return
            case MethodCall(obj=obj) if self.is_active(obj) and self.is_container(obj):
                self.mirror(expr, target)
                self.emit(stmt)
                return
            case _:
                pass
        tangent = self.tangent_block(expr, target)
        found = self.last_found
        dot = self.dot(target.name)
        reads_out = any(var == target for new in walk(tuple(tangent)) for var in uses(new))
        overwrites = any(isinstance(var, Var) and var == target for var in uses(expr))
        if found is None:
            self.emit(self.plain(stmt))
            self.emit(Assign(dot, self.zero(target), span=stmt.span))
            return
        if self.may_alias(target, expr, found):
            found = self.frame.temp(MethodCall(found, "copy"), self.types.get(target.name, TOP))
            tangent.append(self.frame.out.pop())
        last = Assign(dot, found, span=stmt.span)
        if reads_out and overwrites:
            kept = Var(self.session.fresh_temp())
            self.types[kept.name] = self.types.get(target.name, TOP)
            tangent = self.tangent_block(expr, kept)
            assert self.last_found is not None
            for new in (replace(stmt, target=kept), *tangent, Assign(dot, self.last_found, span=stmt.span)):
                self.emit(new)
            self.emit(Assign(target, kept, span=stmt.span))
            return
        if reads_out:
            for new in (stmt, *tangent, last):
                self.emit(new)
        else:
            for new in (*tangent, last, stmt):
                self.emit(new)

    def may_alias(self, target: Var, expr: Expr, found: Atom) -> bool:
        """Whether a tangent could share memory where the primal does not, and something is written to."""
        value = number(self.types.get(target.name, TOP))
        if not isinstance(value, Tensor) or value.dims == () or not isinstance(expr, (Call, MethodCall, GetAttr)):
            return False
        if isinstance(self.frame.definition(found), Op):
            return False
        own = self.regions.members(target.name) if target.name in self.regions.nodes else {target.name}
        operands = [var.name for var in uses(expr)]
        if isinstance(expr, Call) and isinstance(expr.func, Ref) and isinstance(expr.func.target, Resolved):
            return False
        if any(isinstance(self.types.get(name), (Obj, Lst, Dct, Tup)) for name in operands):
            return False  # an element, shared as in the primal
        if any(name in own for name in operands):
            return False  # a view of its operand, as the primal is
        return any(self.regions.is_mutated(name) for name in (target.name, *operands))

    def tangent_block(self, expr: Expr, target: Var) -> list[Stmt]:
        """The tangent statements of an operation whose result is `target`."""
        mark = len(self.frame.out)
        found = self.operation(expr, target)
        self.last_found = found
        stmts = self.frame.out[mark:]
        del self.frame.out[mark:]
        return stmts

    def plain(self, stmt: Assign) -> Assign:
        return stmt

    def is_container(self, atom: Any) -> bool:
        return isinstance(self.frame.value(atom), (Lst, Dct))

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────────

    def operation(self, expr: Expr, target: Var) -> Atom | None:
        """Emit the tangent of an operation; None if no operand is active."""
        if not any(self.is_active(var) for var in uses(expr)) or (isinstance(expr, Op) and expr.kind in TESTS):
            return None
        match expr:
            case Var():
                return self.tangent(expr)
            case Const() | Ref():
                return None
            case GetItem(obj=obj):
                if not self.is_active(obj):
                    return None
                return self.frame.temp(replace(expr, obj=self.tangent(obj)), self.types.get(target.name, TOP))
            case Build(kind=kind, items=items):
                dots = tuple(Star(self.tangent(i.value)) if isinstance(i, Star) else self.tangent(i) for i in items)
                return self.frame.temp(Build(kind, dots), self.types.get(target.name, TOP))
            case BuildDict(items=items):
                pairs = tuple((key, self.tangent(value)) for key, value in items)
                return self.frame.temp(BuildDict(pairs), self.types.get(target.name, TOP))
            case _:
                return self.library_call(expr, target)

    def library_call(self, expr: Expr, target: Var) -> Atom | None:
        try:
            call = rule_call(expr, self.types)
        except BindError as error:
            refuse(self.function.origin, self.span, "S2S022", str(error), "call it without this argument, or declare a rule of your own")
        if call is None:
            return self.structural(expr, target)
        if call.rule.kind in ("zero", "constant") or not call.active(self.active):
            return None
        if call.rule.kind == "elementwise":
            return self.elementwise(call, target)
        if call.rule.kind == "linear":
            return self.linear(call, expr, target)
        return self.pushed_forward(call, target)

    def elementwise(self, call: RuleCall, target: Var) -> Atom | None:
        partials = self.code.partials(call, target)
        total: Atom | None = None
        bare = True  # every term is a tangent as it is: its shape may be smaller than the result's
        for name in call.active(self.active):
            partial = partials[name]
            if isinstance(partial, Const) and partial.value == 0:
                continue
            for operand in call.operands(name):
                if not self.is_active(operand):
                    continue
                term = self.code.product(self.dot(operand.name), partial)
                bare = bare and isinstance(partial, Const)
                if total is None:
                    total = term
                else:
                    definition = self.frame.definition(term)
                    if isinstance(definition, Op) and definition.kind == "neg":
                        total = self.code.op("sub", total, definition.args[0])
                    else:
                        total = self.code.op("add", total, term)
        if total is None:
            return None
        if call.rule.real_valued:
            value = number(self.frame.value(total))
            if isinstance(value, Tensor) and value.kind in "c?":
                total = self.frame.temp(Call(library("np.real", np.real), (total,)), self.types.get(target.name, TOP))
        return self.full_shape(call, target, total) if bare else total

    def full_shape(self, call: RuleCall, target: Var, total: Atom) -> Atom:
        """A tangent of the result's shape, in memory of its own if the result is written to."""
        out = number(self.types.get(target.name, TOP))
        shapes = [number(self.frame.value(operand)) for name in call.rule.wrt for operand in _atoms(call, name)]
        active = [number(self.types.get(v.name, TOP)) for name in call.active(self.active) for v in call.operands(name) if self.is_active(v)]
        dims: Any = ()
        for value in active:
            dims = broadcast(dims, value.dims if isinstance(value, Tensor) else None)
        enough = isinstance(out, Tensor) and (same_shape(out.dims, dims) or out.dims == ())
        others = [s for s in shapes if s not in active]
        if not enough and all(isinstance(s, Tensor) and s.dims == () for s in others) and len(active) == len(shapes):
            enough = True
        if not enough and all(isinstance(s, Tensor) and s.dims == () for s in others):
            enough = True
        if len(active) == len(shapes):
            enough = True
        if enough:
            if target.name in self.mutated and self.frame.definition(total) is None and not (isinstance(out, Tensor) and out.dims == ()):
                return self.frame.temp(MethodCall(total, "copy"), self.types.get(target.name, TOP))
            return total
        zeros = self.frame.temp(Call(library("np.zeros_like", np.zeros_like), (target,)), self.types.get(target.name, TOP))
        return self.frame.temp(Op("add", (total, zeros)), self.types.get(target.name, TOP))

    def linear(self, call: RuleCall, expr: Expr, target: Var) -> Atom:
        """The function itself, on tangents."""
        operands = {var.name for name in call.rule.wrt for var in call.operands(name)}
        wrt_atoms = [atom for name in call.rule.wrt for atom in _atoms(call, name)]

        def swap(atom: Any) -> Any:
            if isinstance(atom, Star):
                return Star(swap(atom.value))
            if isinstance(atom, Var) and atom.name in operands:
                return self.tangent(atom)
            return Const(0.0) if isinstance(atom, Const) and atom in wrt_atoms and isinstance(atom.value, (int, float)) else atom

        value = self.types.get(target.name, TOP)
        match expr:
            case Op(kind=kind, args=args):
                return self.frame.temp(Op(kind, tuple(map(swap, args))), value)
            case Call(func=func, args=args, kwargs=kwargs):
                kept = [name for name, bound in call.bound.items() if name not in call.rule.wrt]
                swapped = tuple(self.swap_argument(arg, call, kept, swap) for arg in args)
                named = tuple((key, atom if key in kept else swap(atom)) for key, atom in kwargs)
                return self.frame.temp(Call(func, swapped, named), value)
            case MethodCall(obj=obj, name=name, args=args, kwargs=kwargs):
                return self.frame.temp(MethodCall(swap(obj), name, args, kwargs), value)
            case GetAttr(obj=obj, name=name):
                return self.frame.temp(GetAttr(swap(obj), name), value)
            case _:
                raise AssertionError(expr)

    def swap_argument(self, arg: Any, call: RuleCall, kept: list[str], swap: Any) -> Any:
        for name in kept:
            if call.bound[name] is arg:
                return arg
        return swap(arg)

    def pushed_forward(self, call: RuleCall, target: Var) -> Atom:
        rule = call.rule
        total: Atom | None = None
        params = {"": "plain", "out": "plain"}
        for name, parameter in rule.params.parameters.items():
            params[name] = "varargs" if parameter.kind is parameter.VAR_POSITIONAL else (
                "kwonly" if parameter.kind is parameter.KEYWORD_ONLY else "plain")  # fmt: skip
        for name in call.active(self.active):
            bound = call.bound[name]
            dot = tuple(map(self.tangent, bound)) if isinstance(bound, tuple) else self.tangent(bound)
            named = {(f"{name}_dot" if key == "" else key): kind for key, kind in params.items()}
            term = self.code.run(rule.pushforwards[name], named, {f"{name}_dot": dot, "out": target, **call.bound})
            total = term if total is None else self.add(total, term, self.types.get(target.name, TOP))
        assert total is not None
        return total

    def add(self, a: Atom, b: Atom, value: Value) -> Atom:
        if isinstance(value, (Tup, Lst, Dct)):
            return self.frame.temp(Call(helper("_add"), (a, b)), value)
        return self.code.op("add", a, b)

    def structural(self, expr: Expr, target: Var) -> Atom | None:
        value = self.types.get(target.name, TOP)
        match expr:
            case GetAttr(obj=obj, name=name):
                held = self.frame.value(obj)
                if isinstance(held, (Obj, Tup)):
                    return self.frame.temp(GetAttr(self.tangent(obj), name), value)
            case Call(func=func, args=args, kwargs=()) if known_function(func, self.types) in PASSING:
                return self.frame.temp(Call(func, tuple(self.tangent(arg) for arg in args)), value)  # type: ignore[arg-type]
            case Call(func=func, args=args, kwargs=kwargs) if isinstance(value, (Obj, Tup, Dct)):
                dots = tuple(self.tangent(arg) for arg in args)  # type: ignore[arg-type]
                named = tuple((k, self.tangent(v)) for k, v in kwargs)
                return self.frame.temp(Call(func, dots, (*named, *self.absent_fields(func, args, kwargs))), value)
            case Op(kind="add" | "mul", args=args) if isinstance(value, (Tup, Lst)):
                return self.frame.temp(Op(expr.kind, tuple(self.tangent(arg) for arg in args)), value)
            case _:
                pass
        self.refuse_unknown(expr)
        return None

    def absent_fields(self, func: Atom, args: Any, kwargs: Any) -> tuple[tuple[str, Atom], ...]:
        """Zeros for the fields that the call leaves at their defaults."""
        cls = func.target if isinstance(func, Ref) else None
        if not isinstance(cls, SourceClass):
            return ()
        names = field_names(cls)
        given = {*names[: len(args)], *(key for key, _ in kwargs)}
        zeros = []
        for field in cls.fields:
            if field.name not in given and field.default is not None:
                default = Ref(field.name, field.default)
                if may_vary(self.frame.value(default)):
                    zeros.append((field.name, self.zero(default)))
        return tuple(zeros)

    def mirror(self, expr: MethodCall, target: Var | None) -> None:
        """A container's method, on the container of tangents."""
        if expr.name not in CONTAINER_METHODS - {"index", "count", "remove", "sort"}:
            self.refuse_unknown(expr)
        keys = expr.name in ("get", "pop", "setdefault", "insert", "keys")
        args = tuple(
            arg if keys and position == 0 else self.tangent(arg)  # type: ignore[arg-type]
            for position, arg in enumerate(expr.args)
        )
        call = MethodCall(self.tangent(expr.obj), expr.name, args, expr.kwargs)
        self.emit(Assign(self.dot(target.name) if target is not None else Var(self.session.fresh_temp()), call, span=self.span))

    def user_call(self, stmt: Assign, resolved: Resolved, args: tuple[Atom | Star, ...]) -> None:
        variant = resolved.variant
        given = {p: arg for p, arg in zip(variant.params, args, strict=True) if self.is_active(arg)}
        name, dots = self.calls.tangent_of(variant, tuple(given))
        named = tuple((dot, self.tangent(arg)) for dot, arg in zip(dots, given.values(), strict=True))  # type: ignore[arg-type]
        pair = Var(self.session.fresh_temp())
        self.emit(Assign(pair, Call(Ref(name, self.calls.target(name)), args, named), span=stmt.span, notes=stmt.notes))
        active = stmt.target.name in self.active
        dot = self.dot(stmt.target.name) if active else Var(self.session.fresh_temp())
        self.emit(Unpack((stmt.target, dot), pair, span=stmt.span))

    def refuse_unknown(self, expr: Expr) -> None:
        self.calls.refuse_unknown(self.code, self.span, expr)


def _atoms(call: RuleCall, name: str) -> list[Atom]:
    found = call.bound.get(name)
    items = found if isinstance(found, tuple) else (found,)
    return [item for item in items if isinstance(item, (Var, Const, Ref))]


def _is_mutable(value: Value) -> bool:
    return isinstance(value, (Lst, Dct, Obj)) or (isinstance(value, Tensor) and value.dims != ()) or value == TOP


def mutated_names(block: Block) -> set[str]:
    """Variables through which an array is written in place somewhere in a block."""
    found: set[str] = set()
    for stmt in walk(block):
        match stmt:
            case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | AugName(target=Var(name=name)):
                found.add(name)
            case _:
                pass
    return found
