"""Resolve calls: of user functions (bound to a variant, or inlined), of classes, methods, builtins and NumPy."""

from __future__ import annotations

import builtins
import functools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis import generators, infer, known_calls
from s2sad.analysis.binding import bind_arguments, expand_stars
from s2sad.analysis.refuse import refuse
from s2sad.analysis.inline import inlineable, renamed_value, splice
from s2sad.analysis.session import Generated, Resolved, Session, Variant, steers
from s2sad.analysis.transforms import call_generated, call_transform
from s2sad.analysis.values import (
    BOOL,
    INT,
    NEVER,
    TOP,
    Bound,
    Dct,
    Fn,
    Gen,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Tensor,
    Tup,
    Value,
    broadcast,
    join,
    number,
    weaken,
)
from s2sad.frontend.resolve import SourceClass, SourceFunction, denote, from_function
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    Call,
    Const,
    Expr,
    For,
    Function,
    GetAttr,
    GetItem,
    If,
    MakeFunction,
    MethodCall,
    Ref,
    SetItem,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.rules import declare

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Env

Found = tuple[Value, Expr | None]
MAX_DEPTH = 60


class Calls:
    """The part of `specialise.Frame` that deals with calls."""

    session: Session
    env: Env | None
    types: Env
    out: list[Stmt]

    # provided by Frame
    def value(self, atom: Atom | Star) -> Value: ...
    def emit(self, stmt: Stmt) -> None: ...
    def set(self, var: Var, value: Value) -> None: ...
    def temp(self, expr: Expr, value: Value) -> Var: ...
    def stmt(self, stmt: Stmt) -> None: ...

    # ── entry points ─────────────────────────────────────────────────────────────────────────────────────

    def call(self, expr: Call) -> Found:
        args, kwargs = expand_stars(self, expr.args, expr.kwargs)
        if args is None:  # a starred value whose length is not known
            return TOP, expr
        expr = Call(expr.func, args, kwargs)
        return self.call_value(self.value(expr.func), args, kwargs, expr)

    def call_value(self, func: Value, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr) -> Found:
        match func:
            case Fn():
                return self.call_function(func.function, func, args, kwargs, expr)
            case Bound(func=inner, args=first, kwargs=named):
                given = {name for name, _ in kwargs}
                merged = (*(pair for pair in named if pair[0] not in given), *kwargs)
                return self.call_value(inner, (*first, *args), merged, Call(_atom_of(inner, expr), (*first, *args), merged))
            case Known(value=SourceFunction(live=live)) if declare.find(live) is not None:  # the user's rule comes first
                return self.library_type(live, [self.value(arg) for arg in args], {key: self.value(arg) for key, arg in kwargs}), expr
            case Known(value=SourceFunction() as source):
                return self.call_function(source, None, args, kwargs, expr)
            case Known(value=SourceClass() as cls):
                return self.construct(cls, args, kwargs, expr)
            case Known(value=Variant() as variant):  # in generated code, which is differentiated once more
                return self.call_variant(variant, args, kwargs, expr)
            case Known(value=Generated() as generated):
                return call_generated(self, generated, args, kwargs)
            case Known(value=known):
                return self.call_live(known, args, kwargs, expr)
            case Obj(cls=cls) if isinstance(expr, Call):
                method = cls.method("__call__")
                if method is not None:
                    return self.call_function(method, None, (expr.func, *args), kwargs, expr)
                return TOP, expr
            case _:
                return (NEVER if func == NEVER else TOP), expr

    def call_live(self, known: Any, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr) -> Found:
        transformed = call_transform(self, known, args, kwargs, expr)
        if transformed is not None:
            return transformed
        denoted = denote(known)
        if isinstance(denoted, (SourceFunction, SourceClass)):
            return self.call_value(Known(denoted), args, kwargs, expr)
        handler = STRUCTURAL.get(known) if _hashable(known) else None
        if handler is not None:
            found = handler(self, args, dict(kwargs), expr)
            if found is not None:
                return found  # type: ignore[no-any-return]
        if not self.session.keep_constants and is_helper(known) and declare.find(known) is None:
            return self.call_function(from_function(known), None, args, kwargs, expr)
        values = [self.value(arg) for arg in args]
        options = {name: self.value(value) for name, value in kwargs}
        return self.library_type(known, values, options), expr

    def library_type(self, function: Any, values: list[Value], options: dict[str, Value]) -> Value:
        """The result type of a library function."""
        rule = declare.find(function)
        if NEVER in values:
            return NEVER
        if (kind := known_calls.makes_generator(function)) is not None:
            return Other(kind)
        if (kind := known_calls.generator_kind(function)) is not None:
            return self.drawn(kind, function.__name__, values, options)
        if not known_calls.is_pure(function):
            return self.untried_type(function, rule, values)
        stepwise = rule is not None and rule.kind == "zero" and known_calls.is_stepwise(function)
        if rule is not None and (rule.kind == "elementwise" or stepwise) and not options:
            plain = [number(value) for value in values]
            if plain and all(isinstance(value, Tensor) for value in plain):
                return infer.elementwise(function, plain)  # type: ignore[arg-type]
        if is_helper(function) and function.__name__ in ("_zeros_like", "_copy", "_add"):
            return infer.like(values[0])
        found = infer.call(function, values, options)
        if found != TOP or rule is None:
            return found
        if rule.kind == "constant" and function in (len, builtins.range):
            return INT
        return infer.unknown_shape(values) if rule.kind not in ("constant", "zero") else TOP

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
        if rule is None or rule.kind in ("constant", "zero") or not all(isinstance(value, Tensor) for value in plain):
            return TOP
        if rule.kind == "elementwise":
            dims: Any = ()
            for value in plain:
                dims = broadcast(dims, value.dims)  # type: ignore[union-attr]
            found = infer.unknown_shape(values)
            return Tensor(found.kind, found.dtype, dims) if isinstance(found, Tensor) and found.kind in "fc" else Tensor("?", None, dims)
        return infer.unknown_shape(values)

    def call_variant(self, variant: Variant, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr) -> Found:
        function = self.session.function_of(variant)
        if function is None:
            return NEVER, expr
        original = expr.func.target.original if isinstance(expr, Call) and isinstance(expr.func, Ref) else None
        return self.call_function(function, None, args, kwargs, original)

    # ── user functions ───────────────────────────────────────────────────────────────────────────────────

    def call_function(
        self, source: SourceFunction | Function, closure: Fn | None,
        args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr,
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
        if variant.result is None or variant.result == NEVER:  # recursion that has not returned yet
            if any(active is variant for active in self.session.working):
                return NEVER, Call(Ref(variant.name, Resolved(variant, expr)), operands)  # type: ignore[arg-type]
        assert variant.result is not None
        body = variant.function
        if body is not None and not variant.recursive and (inlineable(body) or _must_inline(variant, body)):
            return splice(self, variant, body, bound, dict(zip(variant.params, operands, strict=True)))
        for name, operand in zip(variant.params, operands, strict=True):
            self.apply_effect(operand, variant.effects.get(name))
        return variant.result, Call(Ref(variant.name, Resolved(variant, expr)), operands)  # type: ignore[arg-type]

    def apply_effect(self, operand: Atom, effect: Value | None) -> None:
        if isinstance(operand, Var) and isinstance(effect, (Obj, Lst, Dct)) and effect != self.value(operand):
            self.mutated(operand, effect)

    def mutated(self, var: Var, value: Value) -> None:
        """The object that `var` holds has changed in a way that its type tells: so do the containers that hold it."""
        self.set(var, value)
        self.links.changed(self, var.name, {var.name})

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
        reuse = {atom.name: name for name, (atom, value) in bound.items() if name in free and isinstance(atom, Var) and not steers(value)}
        for name, (atom, value) in bound.items():
            lifted, hidden = self.lift(name, value, reuse=reuse)
            if steers(value):
                arguments[name] = lifted
            else:
                value = lifted
                if not session.keep_constants and (inside or isinstance(value, Known)):
                    value = weaken(value)
                arguments[name] = _generalised(value) if inside > 2 else value
                params.append(name)
                operands.append(atom)
            for hidden_name, hidden_atom, hidden_value in hidden:
                arguments[hidden_name] = hidden_value
                if not steers(hidden_value):
                    params.append(hidden_name)
                    operands.append(hidden_atom)
        key = (id(function), tuple(sorted(arguments.items(), key=lambda pair: pair[0])))
        variant = session.variants.get(key)
        if variant is None:
            variant = Variant(session.fresh_name(_plain_name(function)), key, source, tuple(params), arguments)
            variant.constants = constants_of(arguments, params, bound)
            session.variants[key] = variant
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
            if isinstance(inner, (Fn, Bound, Gen)) or steers(inner):
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
                new: Value = Fn(function, tuple((free, lifted(atom, f"{name}_{free.lstrip('=')}")) for free, atom in bindings))
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
                new = Gen(function, source, tuple((key, lifted(atom, f"{name}_{key}")) for key, atom in given))
            case Tup(items=items, cls=cls):
                parts = [self.lift(f"{name}_{position}", item) for position, item in enumerate(items)]
                for _, more in parts:
                    hidden.extend(more)
                new = Tup(tuple(part for part, _ in parts), cls)
            case _:
                new = value
        for wish, known in steering:
            hidden.append((wish, Const(None), known))
        return new, hidden

    # ── classes and objects ──────────────────────────────────────────────────────────────────────────────

    def construct(self, cls: SourceClass, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...], expr: Expr) -> Found:
        init = cls.method("__init__")
        fields = tuple(field.name for field in cls.fields if field.init)
        if init is None and fields:
            named = dict(zip(fields, args, strict=False)) | dict(kwargs)
            values = {name: self.value(atom) for name, atom in named.items()}
            for field in cls.fields:
                if field.name not in values and field.default is not None:
                    values[field.name] = self.value(Ref(field.name, field.default))
            if getattr(cls, "is_namedtuple", False) and all(name in values for name in fields):
                return Tup(tuple(values[name] for name in fields), cls), expr
            post = cls.method("__post_init__")
            made: Value = Obj(cls, tuple(sorted(values.items())))
            if post is None:
                return made, expr
            return made, expr
        new = MethodCall(_class_ref(cls, expr), "__new__", (_class_ref(cls, expr),))
        made = self.temp(new, Obj(cls))
        if init is not None:
            value, done = self.call_function(init, None, (made, *args), kwargs, expr)
            if done is not None and not isinstance(done, (Const, Var)):
                self.temp(done, value)
        return self.value(made), made

    def attribute(self, expr: GetAttr) -> Found:
        value, name = self.value(expr.obj), expr.name
        match value:
            case Obj(cls=cls):
                held = value.attr(name)
                if held is not None:
                    return held, expr
                getter = cls.property(name) if hasattr(cls, "property") else None
                if getter is not None:
                    return self.call_function(getter, None, (expr.obj,), (), expr)
                method = cls.method(name)
                if method is not None:
                    return Bound(Known(method), (expr.obj,)), expr
                return self.class_attribute(cls, name), expr
            case Tup(cls=cls, items=items) if cls is not None:
                fields = field_names(cls)
                return (items[list(fields).index(name)] if name in fields else TOP), expr
            case Known(value=SourceClass() as cls):
                method = cls.method(name)
                return (Known(method) if method is not None else self.class_attribute(cls, name)), expr
            case Known(value=known) if not isinstance(known, (np.ndarray, np.generic)):
                try:
                    return Known(getattr(known, name)), expr
                except AttributeError:
                    return TOP, expr
            case _:
                return self.array_attribute(number(value), name), expr

    def class_attribute(self, cls: SourceClass, name: str) -> Value:
        live = getattr(cls, "live", None)
        if live is not None and hasattr(live, name):
            return Known(getattr(live, name))
        return TOP

    def array_attribute(self, value: Value, name: str) -> Value:
        if isinstance(value, Tensor):
            match name:
                case "shape":
                    return Lst(INT) if value.dims is None else Tup(tuple(map(infer.size_value, value.dims)))
                case "ndim":
                    return INT if value.dims is None else Known(len(value.dims))
                case "dtype":
                    return Other("dtype") if value.dtype is None else Known(value.dtype)
                case "size":
                    found = infer.call(np.size, [value])
                    return INT if found == TOP else found
                case _:
                    rule = declare.find_attribute(name)
                    found = infer.call(lambda a: getattr(a, name), [value], sizes=True)
                    return infer.unknown_shape([value]) if found == TOP and rule is not None else found
        match name:
            case "shape":
                return Lst(INT)
            case "ndim" | "size":
                return INT
            case "dtype":
                return Other("dtype")
            case _:
                return TOP if declare.find_attribute(name) is None else Tensor("?")

    # ── methods ──────────────────────────────────────────────────────────────────────────────────────────

    def method_call(self, expr: MethodCall) -> Found:
        args, kwargs = expand_stars(self, expr.args, expr.kwargs)
        if args is None:
            return TOP, expr
        expr = MethodCall(expr.obj, expr.name, args, kwargs)
        value = self.value(expr.obj)
        match value:
            case Obj(cls=cls):
                held = value.attr(expr.name)
                if held is not None:
                    holder = self.temp(GetAttr(expr.obj, expr.name), held)
                    return self.call_value(held, args, kwargs, Call(holder, args, kwargs))
                method = cls.method(expr.name)
                if method is None:
                    return TOP, expr
                first = () if getattr(method, "is_static", False) else (expr.obj,)
                return self.call_function(method, None, (*first, *args), kwargs, expr)
            case Known(value=SourceClass() as cls):
                method = cls.method(expr.name)
                return (TOP, expr) if method is None else self.call_function(method, None, args, kwargs, expr)
            case Known(value=known) if not isinstance(known, (np.ndarray, np.generic, str, tuple, list, dict, float, int)):
                target = getattr(known, expr.name, None)
                return (TOP, expr) if target is None else self.call_value(Known(target), args, kwargs, expr)
            case Dct() if expr.name == "update" and self.written_out(expr, args, kwargs):
                return Known(None), Const(None)
            case Lst() | Dct():
                return self.container_method(value, expr, args), expr
            case Known(value=str()) | Other(kind="str"):
                return self.text_method(value, expr), expr
            case Other(kind=kind) if kind in known_calls.GENERATORS:
                options = {key: self.value(arg) for key, arg in kwargs}
                return self.drawn(kind, expr.name, [self.value(arg) for arg in args], options), expr
            case Known(value=dict() | list() | tuple()):
                return TOP, expr
            case _:
                return self.array_method(value, expr), expr

    def written_out(self, expr: MethodCall, args: tuple[Atom, ...], kwargs: tuple[tuple[str, Atom], ...]) -> bool:
        """``d.update(...)`` with known keys, as stores."""
        pairs: list[tuple[Atom, Atom]] = []
        for arg in args:
            value = self.value(arg)
            if not (isinstance(value, Dct) and value.items is not None):
                return False
            pairs += [(Const(key), self.temp(GetItem(arg, Const(key)), part)) for key, part in value.items]
        pairs += [(Const(key), atom) for key, atom in kwargs]
        for key, atom in pairs:
            self.stmt(SetItem(expr.obj, key, atom))
        return True

    def text_method(self, value: Value, expr: MethodCall) -> Value:
        given = [self.value(arg) for arg in expr.args]  # type: ignore[arg-type]
        found = infer.call(lambda text, *rest: getattr(text, expr.name)(*rest), [value, *given]) if not expr.kwargs else TOP
        if isinstance(found, Known):
            return found
        if expr.name.startswith(("is", "starts", "ends")):
            return BOOL
        if expr.name in known_calls.TEXT_METHODS_THAT_COUNT:
            return INT
        return Lst(Other("str")) if expr.name in ("split", "rsplit", "splitlines") else Other("str")

    def array_method(self, value: Value, expr: MethodCall) -> Value:
        name = expr.name
        values = [self.value(arg) for arg in expr.args]  # type: ignore[arg-type]
        options = {key: self.value(arg) for key, arg in expr.kwargs if key is not None}
        if name == "copy" and not values:
            return value
        if name in ("nonzero", "compress"):  # their sizes depend on values
            return TOP if name == "nonzero" else infer.unknown_shape([value])
        rule = declare.find_method(name)
        plain = number(value)
        if not isinstance(plain, Tensor):
            return TOP if rule is None or rule.kind == "constant" else Tensor("?")
        found = infer.call(lambda a, *rest, **named: getattr(a, name)(*rest, **named), [plain, *values], options)
        return infer.unknown_shape([plain]) if found == TOP and rule is not None and rule.kind != "constant" else found

    def container_method(self, value: Lst | Dct, expr: MethodCall, args: tuple[Atom, ...]) -> Value:
        given = [unbound(self.value(arg)) for arg in args]
        new: Value | None = None
        result: Value = Known(None)
        match value, expr.name, given:
            case Lst(), "append", [item]:
                new = Lst(item if value.elem == NEVER else join(value.elem, item))
            case Lst(), "insert", [_, item]:
                new = Lst(item if value.elem == NEVER else join(value.elem, item))
            case Lst(), "extend", [items]:
                elem = infer.element(items)
                new = Lst(elem if value.elem == NEVER else join(value.elem, elem))
            case Lst(), "pop", _:
                new, result = Lst(value.elem), value.elem
            case Lst(), "reverse" | "sort" | "clear" | "remove", _:
                new = Lst(value.elem)
            case Lst() | Dct(), "copy", []:
                result = value
            case Lst(), "index" | "count", _:
                result = INT
            case Dct(), "items", []:
                items = None
                if value.items is not None:
                    items = tuple(Tup((Known(key), part)) for key, part in value.items)
                result = Lst(Tup((Other("key"), value.elem)), items)
            case Dct(), "values", []:
                result = Lst(value.elem, tuple(part for _, part in value.items) if value.items is not None else None)
            case Dct(), "keys", []:
                result = Lst(Other("key"), tuple(Known(key) for key, _ in value.items) if value.items is not None else None)
            case Dct(), "get", [key, *default]:
                found = infer.item(value, key)
                result = join(found, default[0]) if default else found
                if value.items is not None and isinstance(key, Known) and key.value in dict(value.items):
                    result = found
                elif value.items is not None and isinstance(key, Known):
                    result = default[0] if default else Known(None)
            case Dct(), "pop", [key, *_]:
                new, result = Dct(value.elem), infer.item(value, key)
            case Dct(), "update", [Dct() as other]:
                items = {**dict(value.items), **dict(other.items)} if value.items is not None and other.items is not None else None
                elem = other.elem if value.elem == NEVER else join(value.elem, other.elem)
                new = Dct(elem, tuple(items.items()) if items is not None else None)
            case Dct(), "setdefault", [_, item]:
                new, result = Dct(item if value.elem == NEVER else join(value.elem, item)), item
            case _:
                new, result = (Lst(TOP) if isinstance(value, Lst) else Dct(TOP)), TOP
        if new is not None and isinstance(expr.obj, Var):
            self.mutated(expr.obj, new)
        return result

    # ── loops and operators that become calls ────────────────────────────────────────────────────────────

    def iterate(self, stmt: For, iterable: Value) -> list[Stmt] | None:
        """Statements that stand in for a loop over a user's generator or iterator, or None."""
        return generators.iterate(self, stmt, iterable)

    def object_operator(self, kind: str, args: tuple[Atom, ...], values: list[Value]) -> Found | None:
        """Operators that a user's class defines."""
        names = OPERATOR_METHODS.get(kind)
        if names is None:
            return None
        for position, name in enumerate(names[: len(args)]):
            value = values[position]
            method = value.cls.method(name) if isinstance(value, Obj) else None
            if method is not None:
                operands = args if position == 0 else tuple(reversed(args))
                return self.call_function(method, None, operands, (), MethodCall(operands[0], name, operands[1:]))
        return None


OPERATOR_METHODS = {
    "add": ("__add__", "__radd__"), "sub": ("__sub__", "__rsub__"), "mul": ("__mul__", "__rmul__"),
    "truediv": ("__truediv__", "__rtruediv__"), "pow": ("__pow__", "__rpow__"), "matmul": ("__matmul__", "__rmatmul__"),
    "neg": ("__neg__",), "lt": ("__lt__", "__gt__"), "gt": ("__gt__", "__lt__"), "le": ("__le__", "__ge__"),
    "ge": ("__ge__", "__le__"), "eq": ("__eq__", "__eq__"),
}  # fmt: skip


def field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a named tuple or dataclass, live or in source form."""
    if isinstance(cls, SourceClass):
        return tuple(field.name for field in cls.fields)
    return tuple(getattr(cls, "_fields", ()))


def is_helper(function: Any) -> bool:
    """Whether a function is one of those that generated code calls."""
    return str(getattr(function, "__module__", "")).startswith("s2sad.prelude")


def _hashable(obj: Any) -> bool:
    try:
        hash(obj)
    except TypeError:
        return False
    return True


def _atom_of(value: Value, expr: Expr) -> Atom:
    known = getattr(value, "value", None)
    own = isinstance(known, (SourceFunction, SourceClass, Variant, Generated))
    return Ref(getattr(known, "name", "function"), known if own else denote(known))


def _class_ref(cls: SourceClass, expr: Expr) -> Atom:
    return expr.func if isinstance(expr, Call) else Ref(cls.name, cls)


def _plain_name(function: Function) -> str:
    return function.name if function.name.isidentifier() and function.name != "lambda" else "function"


def _must_inline(variant: Variant, body: Function) -> bool:
    """A closure that is returned, and a callee that writes its caller's variables, only work inline."""
    return isinstance(variant.result, (Fn, Bound, Gen)) or bool(body.nonlocals)


def unbound(value: Value) -> Value:
    """The type of a value that is put into a container: what a function captured cannot be told there."""
    return TOP if isinstance(value, (Fn, Bound)) and (getattr(value, "bindings", ()) or isinstance(value, Bound)) else value


def constants_of(arguments: dict[str, Value], params: list[str], bound: dict[str, tuple[Atom, Value]]) -> dict[str, Atom]:
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


def _generalised(value: Value) -> Value:
    """A coarser type, so that recursion over ever different sizes ends."""
    match value:
        case Tensor(kind=kind, dtype=dtype, dims=dims, weak=weak):
            return Tensor(kind, dtype, dims if dims == () else None, weak)
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(_generalised, items)), cls)
        case Lst(elem=elem):
            return Lst(_generalised(elem))
        case _:
            return value


# ── builtins that work on structure ──────────────────────────────────────────────────────────────────────


def _known(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return Known(isinstance(frame.value(args[0]), Known)), Const(None)


def _len(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return infer.length(frame.value(args[0])), expr


def _range(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    return Rng(tuple(frame.value(arg) for arg in args)), expr


def _zip(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    values = [frame.value(arg) for arg in args]
    items = [_items(value) for value in values]
    known = None
    if all(item is not None for item in items):
        known = tuple(Tup(parts) for parts in zip(*items, strict=False))  # type: ignore[arg-type]
    return Lst(Tup(tuple(map(infer.element, values))), known), expr


def _items(value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, (Tup, Lst)):
        return value.items
    if isinstance(value, Known) and isinstance(value.value, (tuple, list)):
        return tuple(Known(item) for item in value.value)
    return None


def _enumerate(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    items = _items(value)
    known = None if items is None else tuple(Tup((Known(i), item)) for i, item in enumerate(items))
    if len(args) > 1 or kwargs:
        known = None
    return Lst(Tup((INT, infer.element(value))), known), expr


def _reversed(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    if isinstance(value, Rng):
        return Rng(()), expr
    items = _items(value)
    return Lst(infer.element(value), items[::-1] if items is not None else None), expr


def _isinstance(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    told = _is_instance(frame.value(args[0]), _classes(frame.value(args[1])))
    return (Known(told) if told is not None else Other("bool")), expr


def _classes(value: Value) -> tuple[Any, ...]:
    match value:
        case Tup(items=items):
            return tuple(cls for item in items for cls in _classes(item))
        case Known(value=tuple() as known):
            return known
        case Known(value=known):
            return (known,)
        case _:
            return (None,)


def _is_instance(value: Value, classes: tuple[Any, ...]) -> bool | None:
    if None in classes:
        return None
    match value:
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            live = tuple(cls for cls in classes if isinstance(cls, type))
            return isinstance(known, live)
        case Obj(cls=cls):
            return any(cls.is_subclass(other) if hasattr(cls, "is_subclass") else cls is denote(other) for other in classes)
        case Tensor(kind=kind, dims=dims, weak=weak, dtype=dtype) if dims is not None and kind != "?":
            if weak:
                kinds = {"b": bool, "i": int, "f": float, "c": complex}
                return any(isinstance(cls, type) and issubclass(kinds[kind], cls) for cls in classes)
            if dims == ():
                scalar = dtype.type if dtype is not None else None
                if scalar is None or any(cls is np.ndarray for cls in classes):
                    return None
                return any(isinstance(cls, type) and issubclass(scalar, cls) for cls in classes)
            return any(cls is np.ndarray or cls is object for cls in classes)
        case Tup() | Lst() | Dct():
            plain = {"Tup": tuple, "Lst": list, "Dct": dict}[type(value).__name__]
            return any(isinstance(cls, type) and issubclass(plain, cls) for cls in classes)
        case Fn() | Bound():
            return False
        case _:
            return None


def _callable(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value = frame.value(args[0])
    match value:
        case Fn() | Bound() | Known(value=SourceFunction()):
            return Known(True), expr
        case Known(value=known):
            return Known(callable(known)), expr
        case Tensor() | Tup() | Lst() | Dct():
            return Known(False), expr
        case Obj(cls=cls):
            return Known(cls.method("__call__") is not None), expr
        case _:
            return Other("bool"), expr


def _hasattr(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    value, name = frame.value(args[0]), frame.value(args[1])
    if not isinstance(name, Known):
        return Other("bool"), expr
    match value:
        case Obj(cls=cls):
            has = value.attr(name.value) is not None or cls.method(name.value) is not None
            return Known(has or frame.class_attribute(cls, name.value) != TOP), expr
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            return Known(hasattr(known, name.value)), expr
        case Tensor(weak=True, kind=kind, dims=()) if kind != "?":
            return Known(hasattr({"b": True, "i": 1, "f": 1.0, "c": 1j}[kind], name.value)), expr
        case Tensor(dims=dims) if dims:
            return Known(hasattr(np.ndarray, name.value)), expr
        case Tup() | Lst() | Dct():
            return Known(hasattr({"Tup": tuple, "Lst": list, "Dct": dict}[type(value).__name__], name.value)), expr
        case _:
            return Other("bool"), expr


def _getattr(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    name = frame.value(args[1])
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return None
    found = frame.attribute(GetAttr(args[0], name.value))
    if found[0] == TOP and len(args) == 3 and isinstance(frame.value(args[0]), Obj):
        return frame.value(args[2]), args[2]
    return found


def _type(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    value = frame.value(args[0])
    match value:
        case Obj(cls=cls):
            return Known(cls), expr
        case Known(value=known) if not isinstance(known, (SourceFunction, SourceClass)):
            return Known(type(known)), expr
        case Tensor(weak=True, kind=kind, dims=()) if kind != "?":
            return Known({"b": bool, "i": int, "f": float, "c": complex}[kind]), expr
        case Tup(cls=None) | Lst() | Dct():
            return Known({"Tup": tuple, "Lst": list, "Dct": dict}[type(value).__name__]), expr
        case _:
            return Other("type"), expr


def _sequence(kind: str) -> Any:
    def build(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
        if not args:
            return (Lst(NEVER, ()) if kind == "list" else Tup(())), Build(kind, ())  # type: ignore[arg-type]
        value = frame.value(args[0])
        items = _items(value)
        if kind == "list":
            return Lst(infer.element(value), items), expr
        return (Tup(items) if items is not None else Lst(infer.element(value))), expr

    return build


def _dict(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    found: Value = Dct(NEVER, ())
    if args:
        value = frame.value(args[0])
        if not isinstance(value, Dct):
            return Dct(TOP), expr
        found = value
    assert isinstance(found, Dct)
    items = dict(found.items) if found.items is not None else None
    elem = found.elem
    for name, atom in kwargs.items():
        part = frame.value(atom)
        elem = part if elem == NEVER else join(elem, part)
        if items is not None:
            items[name] = part
    return Dct(elem, tuple(items.items()) if items is not None else None), expr


def _partial(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    held = [frame.temp(arg, frame.value(arg)) if isinstance(arg, Var) else arg for arg in args[1:]]
    named = [(k, frame.temp(a, frame.value(a)) if isinstance(a, Var) else a) for k, a in kwargs.items()]
    func = frame.value(args[0])
    return Bound(func, tuple(held), tuple(named)), expr


def _map(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    """``map(f, xs)`` is eager here: a list built by a loop."""
    func, *sequences = args
    collected = frame.temp(Build("list", ()), Lst(NEVER, ()))
    item, result = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    done = Var(frame.session.fresh_temp())
    if len(sequences) == 1:
        source: Var = frame.temp(sequences[0], frame.value(sequences[0])) if not isinstance(sequences[0], Var) else sequences[0]
        body: tuple[Stmt, ...] = (Assign(result, Call(func, (item,))),)
    else:
        source = Var(frame.session.fresh_temp())
        frame.stmt(Assign(source, Call(Ref("zip", denote(zip)), tuple(sequences))))
        parts = tuple(Var(frame.session.fresh_temp()) for _ in sequences)
        body = (Unpack(parts, item), Assign(result, Call(func, parts)))
    frame.stmt(For(item, source, (*body, Assign(done, MethodCall(collected, "append", (result,)))), sugar="listcomp"))
    return frame.value(collected), collected


def _filter(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found:
    func, source = args
    collected = frame.temp(Build("list", ()), Lst(NEVER, ()))
    item, keep, done = (Var(frame.session.fresh_temp()) for _ in range(3))
    append = Assign(done, MethodCall(collected, "append", (item,)))
    test = Assign(keep, item if frame.value(func) == Known(None) else Call(func, (item,)))
    frame.stmt(For(item, source, (test, If(keep, (append,))), sugar="listcomp"))
    return frame.value(collected), collected


def _reduce(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    func, source, *start = args
    if not start:
        value = frame.value(source)
        items = _items(value)
        if items is None:
            return None
        total: Atom = frame.temp(GetItem(source, Const(0)), items[0])
        for position in range(1, len(items)):
            part = frame.temp(GetItem(source, Const(position)), items[position])
            new = Var(frame.session.fresh_temp())
            frame.stmt(Assign(new, Call(func, (total, part))))
            total = new
        return frame.value(total), total
    total_var, item = Var(frame.session.fresh_name("total")), Var(frame.session.fresh_temp())
    frame.stmt(Assign(total_var, start[0]))
    new = Var(frame.session.fresh_temp())
    frame.stmt(For(item, source, (Assign(new, Call(func, (total_var, item))), Assign(total_var, new))))
    return frame.value(total_var), total_var


STRUCTURAL: dict[Any, Any] = {
    len: _len, range: _range, zip: _zip, enumerate: _enumerate, reversed: _reversed, isinstance: _isinstance,
    callable: _callable, hasattr: _hasattr, getattr: _getattr, type: _type, list: _sequence("list"),
    tuple: _sequence("tuple"), dict: _dict, functools.partial: _partial, map: _map, filter: _filter,
    functools.reduce: _reduce, declare.known: _known,
}  # fmt: skip
