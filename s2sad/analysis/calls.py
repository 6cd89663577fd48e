"""Resolve calls: of user functions (bound to a variant, or inlined), of classes, methods, builtins and NumPy."""

from __future__ import annotations

import builtins
import enum
import math
import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from types import FunctionType
from typing import Any

import numpy as np

from s2sad.analysis import (
    frozen,
    generators,
    getters,
    infer,
    instances,
    iterators,
    known_calls,
    protocols,
    records,
    rule_bodies,
    sparse,
    starred,
    untold,
    vectorized,
    writing,
)
from s2sad.analysis.binding import bind_arguments, expand_stars, with_constants
from s2sad.analysis.coarse import generalised, shapeless
from s2sad.analysis.fillers import as_view, pieces, reshaped
from s2sad.analysis.idle import is_idle
from s2sad.analysis.inline import call_sites, called_once, inlineable, must_inline, splice
from s2sad.analysis.refuse import refuse
from s2sad.analysis.returned import returned_argument, without_result
from s2sad.analysis.scope import Found, Scope
from s2sad.analysis.session import Generated, Resolved, Variant, steers
from s2sad.analysis.structural import STRUCTURAL
from s2sad.analysis.transforms import call_generated, call_transform
from s2sad.analysis.values import (
    INT,
    NEVER,
    TOP,
    Bound,
    Choice,
    Cursor,
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
    broadcast,
    number,
    unknown_of,
    weaken,
)
from s2sad.frontend.resolve import SourceClass, SourceFunction, denote, from_function
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Call,
    Const,
    Expr,
    Function,
    If,
    MethodCall,
    Ref,
    Var,
)
from s2sad.rules import declare
from s2sad.rules.stand_ins import stand_in


class Calls(Scope):
    """The part of a walk that finds out what is called, and what comes back."""

    @cached_property
    def call_sites(self) -> Counter[Atom]:
        return call_sites(self.function)

    @property
    def inlines_once(self) -> bool:
        """Whether callees with one call are put in its place: not those of rules, which are functions of their own."""
        return self.session.inline and not self.session.keep_constants

    # ── entry points ──────────────────────────────────────────────────────────────────────────────────────

    def call(self, expr: Call) -> Found:
        args, kwargs = expand_stars(self, expr.args, expr.kwargs)
        if args is None:  # a starred value whose length is not known
            return starred.call(self, expr)
        args = tuple(map(self.named_function, args))
        kwargs = tuple((key, self.named_function(arg)) for key, arg in kwargs)
        expr = Call(expr.func, args, kwargs)
        for position, arg in enumerate(args):
            choice = self.value(arg)
            if isinstance(choice, Choice):
                return self.either(
                    choice.test,
                    choice.yes,
                    choice.no,
                    partial(_with_argument, expr, position),
                )
        expr = replace(expr, func=self.named_function(expr.func))
        return self.call_value(self.value(expr.func), args, kwargs, expr)

    def named_function(self, atom: Atom) -> Atom:
        """A known function by its own name, where the variable that holds it holds another one elsewhere."""
        value = self.value(atom)
        known = value.value if isinstance(value, Known) else None
        other = callable(known) and isinstance(atom, Var) and self.types.get(atom.name) != value
        if isinstance(atom, Var) and (other or isinstance(known, SourceClass)):
            return reference_to(self, value)
        return atom

    def call_value(
        self, func: Value, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr
    ) -> Found:
        match func:
            case Fn():
                return self.call_function(func.function, func, args, kwargs, expr)
            case Bound(func=inner, args=first, kwargs=named):
                given = {name for name, _ in kwargs}
                merged = (*(pair for pair in named if pair[0] not in given), *kwargs)
                if not vectorized.is_made(inner):
                    expr = Call(reference_to(self, inner), (*first, *args), merged)
                return self.call_value(inner, (*first, *args), merged, expr)
            case Known(value=SourceFunction(live=live)) if (
                declare.find(live) is not None
            ):  # the user's rule comes first
                return self.library_type(
                    live, [self.value(arg) for arg in args], {key: self.value(arg) for key, arg in kwargs}
                ), expr
            case Known(value=SourceFunction() as source):
                if (plain := vectorized.undecorated(source)) is not None:
                    return self.call_live(
                        vectorized.Vectorized(), (Ref(plain.name, plain), *args), kwargs, expr
                    )
                return self.call_function(source, None, args, kwargs, expr)
            case Known(value=SourceClass() as cls):
                return self.construct(cls, args, kwargs, expr)
            case Known(value=Variant() as variant):  # in generated code, which is differentiated once more
                return self.call_variant(variant, args, kwargs, expr)
            case Known(value=Generated() as generated):
                return call_generated(self, generated, args, kwargs)
            case Known(value=known):
                return self.call_live(known, args, kwargs, expr)
            case Choice(test=test, yes=yes, no=no):
                return self.either(test, yes, no, lambda chosen: Call(chosen, args, kwargs))
            case Obj(cls=cls) if isinstance(expr, Call):
                method = cls.method("__call__")
                if method is not None:
                    return self.call_function(method, None, (expr.func, *args), kwargs, expr)
                return TOP, expr
            case _:
                read = protocols.read_by_method(self, expr)
                if read is not None:
                    return self.expr(read)
                return (NEVER if func == NEVER else unknown_of(func)), expr

    def either(self, test: Var, yes: Value, no: Value, use: Callable[[Atom], Expr]) -> Found:
        """What is done with one of two functions, in a branch for each."""
        found = Var(self.session.fresh_temp())

        def way(value: Value) -> Block:
            chosen = Var(self.session.fresh_temp())
            self.set(chosen, value)
            named = reference_to(self, value) if isinstance(value, Known) else chosen
            return (Assign(found, use(named), span=protocols.place(self)),)

        self.stmt(If(test, way(yes), way(no), span=protocols.place(self)))
        return self.value(found), found

    def call_live(
        self, known: Any, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr
    ) -> Found:
        transformed = call_transform(self, known, args, kwargs, expr)
        transformed = transformed or vectorized.followed(self, known, args, kwargs, expr)
        if transformed is not None:
            return transformed
        denoted = denote(known)
        if isinstance(denoted, (SourceFunction, SourceClass)):
            return self.call_value(Known(denoted), args, kwargs, expr)
        first = self.value(args[0]) if args else TOP
        if isinstance(first, Dct) and isinstance(expr, Call) and known_calls.reads_all(known):
            keys = self.temp(Call(Ref("list", denote(list)), args[:1]), Lst(infer.element(first)))
            return self.expr(Call(expr.func, (keys, *args[1:]), kwargs))
        handler = STRUCTURAL.get(known) if _hashable(known) else None
        if handler is not None:
            found = handler(self, args, dict(kwargs), expr)
            if found is not None:
                return found
        given = {key: getattr(self.value(arg), "value", self) for key, arg in kwargs}
        if (other := stand_in(known, len(args), given)) and not protocols.stands_in(self, other[0]):
            by, objects = other
            return self.call_function(from_function(by), None, args, kwargs, None if objects else expr)
        if (
            isinstance(expr, Call)
            and (held := frozen.freeze(self, known, expr.func, args, kwargs)) is not None
        ):
            return held, expr
        written = writing.filling(self, known, args, kwargs, expr) or writing.with_out(
            self, known, args, kwargs
        )
        if written is not None:
            return written
        if not kwargs and (read := getters.call(self, known, args)) is not None:  # type: ignore[arg-type]
            return read
        whole = known_calls.is_helper(known) and not self.session.keep_constants
        if (whole or is_part_of_rule(known)) and declare.find(known) is None:
            differentiates = known.__module__ == "s2sad.prelude_roots"  # its text cannot stand by itself
            whole_call = None if differentiates else with_constants(expr, self.value)
            return self.call_function(from_function(known), None, args, kwargs, whole_call)
        values = [self.value(arg) for arg in args]
        options = {name: self.value(value) for name, value in kwargs}
        if self.session.keep_constants and not options and is_idle(known, values, self.session.transposing):
            return values[0], args[0]
        return self.library_type(known, values, options), expr

    def call_variant(
        self, variant: Variant, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr
    ) -> Found:
        function = self.session.function_of(variant)
        if function is None:
            return NEVER, expr
        original = (
            expr.func.target.original if isinstance(expr, Call) and isinstance(expr.func, Ref) else None
        )
        return self.call_function(function, None, args, kwargs, original)

    # ── library functions ─────────────────────────────────────────────────────────────────────────────────

    def library_type(self, function: Any, values: list[Value], options: dict[str, Value]) -> Value:
        """The result type of a library function."""
        found = self.tried_type(function, values, options)
        return infer.complexified(found) if known_calls.may_be_complex(function) else found

    def tried_type(self, function: Any, values: list[Value], options: dict[str, Value]) -> Value:
        """The type that a library function's result has on small operands."""
        rule = declare.find(function)
        if NEVER in values:
            return NEVER
        if (matrix := sparse.made_by(function, values)) is not None:
            return matrix
        if known_calls.is_at(function):
            return Known(None)
        if (kind := known_calls.makes_generator(function)) is not None:
            return Other(kind)
        if (kind := known_calls.generator_kind(function)) is not None:
            return self.drawn(kind, function.__name__, values, options)
        if not known_calls.is_pure(function):
            return self.untried_type(function, rule, values)
        if (found_places := untold.places(function, values)) is not None:
            return found_places
        stepwise = rule is not None and rule.kind == "zero" and known_calls.is_stepwise(function)
        if rule is not None and (rule.kind == "elementwise" or stepwise) and not options:
            plain = [number(value) for value in values]
            if plain and all(isinstance(value, Tensor) for value in plain):
                return infer.elementwise(function, plain)  # type: ignore[arg-type]
        if known_calls.is_helper(function) and function.__name__ in LIKE_THE_FIRST:
            return infer.like(values[0])
        found = infer.call(function, values, options)
        if found == TOP and function in (np.reshape, np.broadcast_to) and not options:
            found = reshaped(values)
        if function in (np.reshape, np.squeeze) and values:
            found = as_view(found, values[0])
        if found == TOP and _hashable(function):
            found = pieces(function, values, options)
        if found != TOP or rule is None:
            return found
        if (one_of := untold.extreme(function, values, options)) is not None:
            return one_of
        if (scalar := untold.total(function, values, options)) is not None:
            return scalar
        if (tuple_type := untold.parts(function, values, options)) is not None:
            return tuple_type
        if rule.kind == "constant" and function in (len, builtins.range, np.ndim, np.size):
            return INT
        if function is np.shape:  # as that of the attribute
            return Lst(INT)
        if rule.kind == "custom" and (several := untold.structure(function, values, options)) != TOP:
            return several
        return untold.one_array(function, values, options) if rule.kind not in ("constant", "zero") else TOP

    def drawn(self, kind: str, name: str, values: list[Value], options: dict[str, Value]) -> Value:
        """The type of a random draw."""
        method = known_calls.draw(kind, name)
        return TOP if method is None else infer.call(method, values, options)

    def untried_type(self, function: Any, rule: declare.Rule | None, values: list[Value]) -> Value:
        """The result type of a function that must not be run to find out."""
        if known_calls.contains(known_calls.MAKES_TEXT, function):
            return Other("str")
        if known_calls.contains(known_calls.TELLS_NOTHING, function):
            return Known(None) if function is print else TOP
        plain = [number(value) for value in values]
        if (
            rule is None
            or rule.kind in ("constant", "zero")
            or not all(isinstance(value, Tensor) for value in plain)
        ):
            return TOP
        if rule.kind == "elementwise":
            dims: Any = ()
            for value in plain:
                dims = broadcast(dims, value.dims)  # type: ignore[union-attr]
            found = infer.unknown_shape(values)
            return (
                Tensor(found.kind, found.dtype, dims)
                if isinstance(found, Tensor) and found.kind in "fc"
                else Tensor("?", None, dims)
            )
        return infer.unknown_shape(values)

    # ── user functions and classes ────────────────────────────────────────────────────────────────────────

    def call_function(
        self, source: SourceFunction | Function, closure: Fn | None,
        args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr | None,
    ) -> Found:  # fmt: skip
        function = self.session.prepare(source)
        bound = bind_arguments(self, function, closure, args, kwargs)
        if function.is_generator:
            return generators.suspended(self, source, function, bound)
        return self.call_bound(source, function, closure, bound, generators.as_written(expr, bound))

    def call_bound(
        self, source: SourceFunction | Function, function: Function, closure: Fn | None,
        bound: dict[str, tuple[Atom, Value]], expr: Expr | None,
    ) -> Found:  # fmt: skip
        """A call of a user's function whose operands have been matched to its parameters."""
        variant, operands = self.variant_for(source, function, closure, bound)
        unfinished = variant.result is None or variant.result == NEVER
        if unfinished and any(active is variant for active in self.session.working):
            # recursion that has not returned yet
            return NEVER, Call(Ref(variant.name, Resolved(variant, expr)), operands)  # type: ignore[arg-type]
        assert variant.result is not None
        body = variant.function
        wanted = self.session.in_place and (variant.facts.get("mutates") or variant.facts.get("returns"))
        called = (
            expr.func
            if isinstance(expr, Call)
            else Const(expr.name)
            if isinstance(expr, MethodCall)
            else None
        )
        sites = max(1, self.call_sites[called]) if called is not None else 1
        if body is not None and not variant.recursive and (
            wanted or inlineable(body, sites) or must_inline(variant, body)
            or (self.inlines_once and called_once(body, variant, self.function, sites))
        ):  # fmt: skip
            return splice(self, variant, body, bound, dict(zip(variant.params, operands, strict=True)))
        result = variant.result
        if self.session.keep_constants and not variant.recursive:  # one function for all shapes
            bound = {name: (atom, shapeless(value)) for name, (atom, value) in bound.items()}
            variant, operands = self.variant_for(source, function, closure, bound)
        for name, operand in zip(variant.params, operands, strict=True):
            self.apply_effect(operand, variant.effects.get(name))
        changed = returned_argument(variant) if not variant.recursive else None
        same = dict(zip(variant.params, operands, strict=True)).get(changed) if changed is not None else None
        if isinstance(same, Var):
            silent = without_result(self.session, variant)
            self.temp(Call(Ref(silent.name, Resolved(silent, expr)), operands), Known(None))  # type: ignore[arg-type]
            return result, same
        return result, Call(Ref(variant.name, Resolved(variant, expr)), operands)  # type: ignore[arg-type]

    def variant_for(
        self, source: Any, function: Function, closure: Fn | None, bound: dict[str, tuple[Atom, Value]]
    ) -> tuple[Variant, tuple[Atom, ...]]:
        """The variant for these argument types, specialised now if it is new, and the operands that it takes."""
        session = self.session
        inside = sum(1 for active in session.stack if active is function)
        arguments: dict[str, Value] = {}
        params: list[str] = []
        operands: list[Atom] = []
        free = {name for name, _ in closure.bindings} if closure is not None else set()
        reuse = {
            atom.name: name
            for name, (atom, value) in bound.items()
            if name in free and isinstance(atom, Var) and not steers(value)
        }
        for name, (atom, value) in bound.items():
            lifted, hidden = self.lift(name, value, reuse=reuse)
            if steers(value):
                arguments[name] = lifted
                if isinstance(value, Known) and _is_data(value.value) and isinstance(atom, Var):
                    params.append(name)  # known, and yet it can only be named where it was made
                    operands.append(atom)
            else:
                value = lifted
                if not session.keep_constants and (inside or isinstance(value, Known)):
                    value = weaken(value)
                arguments[name] = generalised(value) if inside > 2 else value
                params.append(name)
                operands.append(atom)
            for hidden_name, hidden_atom, hidden_value in hidden:
                arguments[hidden_name] = hidden_value
                if not steers(hidden_value):
                    params.append(hidden_name)
                    operands.append(hidden_atom)
        types = tuple(sorted(arguments.items(), key=lambda pair: pair[0]))
        key = (id(function), types, session.keep_constants and session.transposing)
        variant = session.variants.get(key)
        if variant is None:
            name = _plain_name(function)  # that of a rule's body is made unique when it is emitted
            name = name if session.keep_constants else session.fresh_name(name)
            variant = Variant(name, key, source, tuple(params), arguments)
            variant.constants = constants_of(arguments, params, bound)
            session.variants[key] = variant
            if session.keep_constants:
                rule_bodies.complete(session, variant, function)
            else:
                session.complete(variant, function)
        elif any(active is variant for active in session.working):
            session.recurse(variant)
        return variant, tuple(operands)

    def lift(
        self, name: str, value: Value, memo: dict[int, str] | None = None, reuse: dict[str, str] | None = None
    ) -> tuple[Value, list[tuple[str, Atom, Value]]]:
        """Rewrite a function value so that it reads hidden parameters of the callee, and list these."""
        hidden: list[tuple[str, Atom, Value]] = []
        memo = {} if memo is None else memo
        if isinstance(value, Fn):
            memo[id(value.function)] = name

        def lifted(atom: Atom, wish: str) -> Atom:
            if not isinstance(atom, Var):
                return atom
            if reuse and atom.name in reuse:
                return Var(reuse[atom.name])
            inner = self.value(atom)
            if isinstance(inner, Fn) and id(inner.function) in memo:
                return Var(memo[id(inner.function)])
            if isinstance(inner, (Fn, Bound, Gen, Choice)) or steers(inner):
                new, more = self.lift(wish, inner, memo, reuse)
                hidden.extend(more)
                steering.append((wish, new))
                return Var(wish)
            hidden.append((wish, atom, weaken(inner)))
            return Var(wish)

        steering: list[tuple[str, Value]] = []
        match value:
            case Fn(function=function) if function.nonlocals and not self.session.keep_constants:
                refuse(self.function.origin, function.span, "S2S011", f"`{function.name}` writes a variable of its maker, and is passed on",
                       "return the new value instead")  # fmt: skip
            case Fn(function=function, bindings=bindings):
                new: Value = Fn(
                    function,
                    tuple((free, lifted(atom, f"{name}_{free.lstrip('=')}")) for free, atom in bindings),
                )
            case Bound(func=func, args=args, kwargs=kwargs):
                inner, more = self.lift(name, func, memo, reuse)
                hidden.extend(more)
                new = Bound(
                    inner,
                    tuple(lifted(atom, f"{name}_{position}") for position, atom in enumerate(args)),
                    tuple((key, lifted(atom, f"{name}_{key}")) for key, atom in kwargs),
                )
            case Gen(function=function, source=source, args=given):
                generators.spend(self, value)
                new = Gen(
                    function, source, tuple((key, lifted(atom, f"{name}_{key}")) for key, atom in given)
                )
            case Tup(items=tuple() as items) | Lst(items=tuple() as items):
                parts = [self.lift(f"{name}_{position}", item) for position, item in enumerate(items)]
                for _, more in parts:
                    hidden.extend(more)
                lifted_items = tuple(part for part, _ in parts)
                new = (
                    Tup(lifted_items, value.cls) if isinstance(value, Tup) else Lst(value.elem, lifted_items)
                )
            case Choice(test=test, yes=yes, no=no):
                ways = [
                    self.lift(f"{name}_{way}", part, memo, reuse) for way, part in (("yes", yes), ("no", no))
                ]
                for _, more in ways:
                    hidden.extend(more)
                new = Choice(lifted(test, f"{name}_test"), ways[0][0], ways[1][0])
            case Cursor():
                iterators.refuse_passing(self)
            case _:
                new = value
        for wish, known in steering:
            hidden.append((wish, Const(None), known))
        return new, hidden

    def construct(
        self, cls: SourceClass, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr
    ) -> Found:
        if isinstance(cls.live, type) and issubclass(cls.live, enum.Enum):
            return records.member_of(cls.live, [self.value(arg) for arg in args]), expr
        if isinstance(cls, instances.Attributes):
            return Obj(cls.cls, tuple(sorted((name, self.value(atom)) for name, atom in kwargs))), expr
        init = cls.method("__init__")
        if init is None and cls.fields:
            return records.make(self, cls, args, kwargs, expr)
        return instances.make(self, cls, init, args, kwargs, expr)


def _with_argument(call: Call, position: int, atom: Atom) -> Call:
    return Call(call.func, (*call.args[:position], atom, *call.args[position + 1 :]), call.kwargs)


def is_part_of_rule(function: Any) -> bool:
    """Whether a function is one that bodies of rules share: its text is put in its place, as theirs is."""
    return isinstance(function, FunctionType) and function.__module__.startswith("s2sad.rules.")


def _hashable(obj: Any) -> bool:
    try:
        hash(obj)
    except TypeError:
        return False
    return True


LIKE_THE_FIRST = ("_zeros_like", "_buffer_like", "_copy", "_add")
LIBRARIES = (("np", np), ("np.linalg", np.linalg), ("math", math), ("operator", operator), ("", builtins))


def reference_to(frame: Calls, value: Value) -> Atom:
    """How a call names a function that was held in a variable, or in a partial application."""
    known = getattr(value, "value", None)
    if isinstance(known, (SourceFunction, SourceClass, Variant, Generated)):
        return Ref(known.name, known)
    name = str(getattr(known, "__name__", "function"))
    for library, module in LIBRARIES:
        if getattr(module, name, None) is known:
            return Ref(f"{library}.{name}".lstrip("."), denote(known))
    plain = name if name.isidentifier() else "function"
    key = ("reference", id(known))
    text, _ = frame.session.memo.setdefault(key, (frame.session.fresh_name(plain), known))
    return Ref(text, denote(known))


def _is_data(known: Any) -> bool:
    """A value that a body reads when it runs: not a literal, a function or a type, which it names."""
    return isinstance(known, (tuple, list, dict, np.ndarray, np.generic)) or known_calls.is_sparse(known)


def _plain_name(function: Function) -> str:
    return function.name if function.name.isidentifier() and function.name != "lambda" else "function"


def constants_of(
    arguments: dict[str, Value], params: list[str], bound: dict[str, tuple[Atom, Value]]
) -> dict[str, Atom]:
    """What the parameters that a variant does not take stand for in its body."""
    found: dict[str, Atom] = {}
    for name, value in arguments.items():
        if name in params or not isinstance(value, Known):
            continue
        if isinstance(value.value, (bool, str, bytes, type(None))):
            found[name] = Const(value.value)
        elif name in bound and isinstance(bound[name][0], Ref):
            found[name] = bound[name][0]
    return found
