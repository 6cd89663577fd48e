"""Forward mode: the tangent of one operation, from the tangents of its operands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.activity import active_variables
from s2sad.analysis.alias import Regions, holds_references
from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import (
    PASSING,
    RuleCall,
    constructs,
    known_function,
    rule_call,
)
from s2sad.analysis.records import field_names
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Variant
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    TOP,
    Dct,
    Known,
    Lst,
    Obj,
    Tensor,
    Top,
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
    Atom,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    Star,
    Var,
)
from s2sad.ir.subst import all_names
from s2sad.ir.walk import uses
from s2sad.rules.declare import BindError
from s2sad.transform.away import away_from_zero, without_poles
from s2sad.transform.rule_code import RuleCode
from s2sad.transform.singular import flows, is_guarded, steep_tangents
from s2sad.transform.words import helper, library


class Tangents:
    """The tangents of the variables of one variant, whose function is in canonical form."""

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
        self.checks = False  # whether the code asserts that tangents share memory as their arrays do
        from_callers = () if variant.key is None else wrt
        self.away = away_from_zero(self.function.body, self.types, self.regions.all_mutated())
        self.steep = steep_tangents(flows(self.function.body, self.types, self.away), from_callers)
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
        if isinstance(atom, Star) and self.is_active(atom.value):
            refuse(self.function.origin, self.span, "S2S022", "a call is given starred active values of unknown number",
                   "write it out as a loop, or annotate the types")  # fmt: skip
        if isinstance(atom, Var) and atom.name in self.active:
            return self.dot(atom.name)
        return self.zero(atom)

    def zero(self, atom: Atom) -> Atom:
        value = self.frame.value(atom)
        plain = number(value)
        if isinstance(plain, Tensor) and plain.dims == ():
            return Const(0.0)
        if not may_vary(value) and not holds_references(value) and not _holds_numbers(value):
            return atom
        if isinstance(plain, Tensor) and plain.dims is not None:
            return self.frame.temp(Call(library("np.zeros_like", np.zeros_like), (atom,)), value)
        # what may be a number gets a number: an array without axes would be changed by `+=`, under all its names
        return self.frame.temp(Call(helper("_zeros_like"), (atom,)), value)

    def zero_of(self, expr: Expr, target: Var) -> Expr:
        """Zeros of the structure of `target`, which was assigned this expression of nothing active."""
        match expr:
            case Const(value=known):
                return Const(0.0) if type(known) in (int, float, complex) else expr
            case Build(kind=kind, items=items) if not any(isinstance(item, Star) for item in items):
                return Build(kind, tuple(self.zero(item) for item in items))  # type: ignore[arg-type]
            case BuildDict(items=items) if all(key is not None for key, _ in items):
                return BuildDict(tuple((key, self.zero(item)) for key, item in items))
            case _:
                return self.zero(target)

    # ── operations ──────────────────────────────────────────────────────────────────────────────────────────

    def operation(self, expr: Expr, target: Var) -> Atom | None:
        """Emit the tangent of an operation; None if no operand is active."""
        if not any(self.is_active(var) for var in uses(expr)) or (
            isinstance(expr, Op) and expr.kind in TESTS
        ):
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
                dots = tuple(
                    Star(self.tangent(i.value)) if isinstance(i, Star) else self.tangent(i) for i in items
                )
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
            refuse(
                self.function.origin,
                self.span,
                "S2S022",
                str(error),
                "call it without this argument, or declare a rule of your own",
            )
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
        strong = is_guarded(without_poles(call, self.away), self.types)
        total: Atom | None = None
        bare = True  # every term is a tangent as it is: its shape may be smaller than the result's
        for name in call.active(self.active):
            partial = partials[name]
            if isinstance(partial, Const) and partial.value == 0:
                continue
            for operand in call.operands(name):
                if not self.is_active(operand):
                    continue
                term = self.code.product(
                    self.code.as_array(self.dot(operand.name)), partial, strong, operand.name in self.steep
                )
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
                total = self.frame.temp(
                    Call(library("np.real", np.real), (total,)), self.types.get(target.name, TOP)
                )
        return self.full_shape(call, target, total) if bare else total

    def full_shape(self, call: RuleCall, target: Var, total: Atom) -> Atom:
        """A tangent of the result's shape."""
        out = number(self.types.get(target.name, TOP))
        shapes = [
            number(self.frame.value(operand)) for name in call.rule.wrt for operand in _atoms(call, name)
        ]
        active = [
            number(self.types.get(v.name, TOP))
            for name in call.active(self.active)
            for v in call.operands(name)
            if self.is_active(v)
        ]
        dims: Any = ()
        for value in active:
            dims = broadcast(dims, value.dims if isinstance(value, Tensor) else None)
        enough = isinstance(out, Tensor) and (same_shape(out.dims, dims) or out.dims == ())
        others = [s for s in shapes if s not in active]
        if (
            not enough
            and all(isinstance(s, Tensor) and s.dims == () for s in others)
            and len(active) == len(shapes)
        ):
            enough = True
        if not enough and all(isinstance(s, Tensor) and s.dims == () for s in others):
            enough = True
        if len(active) == len(shapes):
            enough = True
        if enough:
            return total
        zeros = self.frame.temp(
            Call(library("np.zeros_like", np.zeros_like), (target,)), self.types.get(target.name, TOP)
        )
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
            return (
                Const(0.0)
                if isinstance(atom, Const) and atom in wrt_atoms and isinstance(atom.value, (int, float))
                else atom
            )

        value = self.types.get(target.name, TOP)
        kept = [name for name, bound in call.bound.items() if name not in call.rule.wrt]
        match expr:
            case Op(kind=kind, args=args):
                return self.frame.temp(Op(kind, tuple(map(swap, args))), value)
            case Call(args=args, kwargs=kwargs) | MethodCall(args=args, kwargs=kwargs):
                swapped = tuple(self.swap_argument(arg, call, kept, swap) for arg in args)
                named = tuple((key, atom if key in kept else swap(atom)) for key, atom in kwargs)
                new = replace(expr, args=swapped, kwargs=named)
                if isinstance(new, MethodCall):
                    new = replace(new, obj=self.swap_argument(new.obj, call, kept, swap))
                return self.frame.temp(new, value)
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
            dot = dot if name in rule.structured else self.code.as_array(dot)
            named = {(f"{name}_dot" if key == "" else key): kind for key, kind in params.items()}
            term = self.code.run(
                rule.pushforwards[name], named, {f"{name}_dot": dot, "out": target, **self.code.arrays(call)}
            )
            total = term if total is None else self.add(total, term, self.types.get(target.name, TOP))
        assert total is not None
        return total

    def add(self, a: Atom, b: Atom, value: Value) -> Atom:
        if isinstance(value, (Tup, Lst, Dct)):
            return self.frame.temp(Call(helper("_add"), (a, b)), value)
        return self.code.op("add", a, b)

    def part(self, atom: Any) -> Atom:
        """The tangent of a container; a number beside it (how often, from where on) stays as it is."""
        value = number(self.frame.value(atom))
        return atom if isinstance(value, Tensor) and not self.is_active(atom) else self.tangent(atom)

    def structural(self, expr: Expr, target: Var) -> Atom | None:
        value = self.types.get(target.name, TOP)
        match expr:
            case GetAttr(obj=obj, name=name):
                held = self.frame.value(obj)
                if isinstance(held, (Obj, Tup)):
                    return self.frame.temp(GetAttr(self.tangent(obj), name), value)
            case Call(func=func, args=args, kwargs=()) if known_function(func, self.types) in PASSING:
                return self.frame.temp(Call(func, tuple(map(self.part, args))), value)
            case Call(func=func, args=args, kwargs=kwargs) if constructs(
                known_function(func, self.types), value
            ):
                dots = tuple(self.tangent(arg) for arg in args)  # type: ignore[arg-type]
                named = tuple((k, self.tangent(v)) for k, v in kwargs)
                return self.frame.temp(
                    Call(func, dots, (*named, *self.absent_fields(func, args, kwargs))), value
                )
            case Op(kind="add" | "mul", args=args) if isinstance(value, (Tup, Lst)):
                return self.frame.temp(Op(expr.kind, tuple(map(self.part, args))), value)
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

    def refuse_unknown(self, expr: Expr) -> None:
        self.calls.refuse_unknown(self.code, self.span, expr)


def _atoms(call: RuleCall, name: str) -> list[Atom]:
    found = call.bound.get(name)
    items = found if isinstance(found, tuple) else (found,)
    return [item for item in items if isinstance(item, (Var, Const, Ref))]


def _holds_numbers(value: Value) -> bool:
    """Whether a tuple, or a container of the program's, holds numbers: a tangent beside others must hold zeros."""
    match value:
        case Tup(items=items):
            return any(isinstance(number(item), Tensor) or _holds_numbers(item) for item in items)
        case Known(value=dict() as known):
            return any(map(_holds_numbers, map(Known, known.values())))
        case Known(value=list() | tuple() as known):
            return any(map(_holds_numbers, map(Known, known)))
        case _:
            return isinstance(number(value), Tensor)


def _is_mutable(value: Value) -> bool:
    """Whether a callee may write to what it is given: for a tuple, to what that holds."""
    if isinstance(value, Tup):
        return any(map(_is_mutable, value.items))
    return (
        isinstance(value, (Lst, Dct, Obj))
        or (isinstance(value, Tensor) and value.dims != ())
        or isinstance(value, Top)
    )
