"""Calls of `grad`, `jvp`, `vjp` and their relatives inside of a program that is differentiated itself.

The derivative that such a call asks for is generated as IR, for the types that the call's arguments have, and the call
becomes a call of the generated function: an ordinary callee from there on, which is inlined and differentiated as any
other.  What the inner function captures is a parameter of the generated one and not among those it is differentiated
by, so that the perturbations of nested derivatives cannot be mixed up.

`grad(f)` is the value `Bound(Known(Transform), (f,))`: a function that waits for its arguments.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2sad import prelude_transforms as jacobians
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Generated, Resolved, Variant
from s2sad.analysis.values import TOP, Bound, Dct, Fn, Known, Lst, Obj, Tensor, Tup, Value, may_vary, number
from s2sad.frontend.resolve import SourceFunction, denote, from_function
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    Call,
    Const,
    Expr,
    Function,
    GetAttr,
    GetItem,
    Param,
    Ref,
    Return,
    Var,
)
from s2sad.prelude_transforms import _as_found

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls

Found = tuple[Value, Expr | None]
Kwargs = tuple[tuple[str, Atom], ...]
FACTORIES = ("grad", "value_and_grad", "jacfwd", "jacrev", "jacobian", "hessian")

_table: dict[int, tuple[Any, str]] = {}  # by identity: the functions that users call


@dataclass(frozen=True)
class Transform:
    """A kind of derivative: `Transform(f)` is a function of the arguments of f."""

    kind: str
    argnums: int | str | tuple[int | str, ...] = 0
    has_aux: bool = False


make_transform = functools.lru_cache(maxsize=None)(
    Transform
)  # one object each: values are compared by identity


def register(function: Callable[..., Any], kind: str) -> None:
    """Make a function of the API known as one that differentiates."""
    _table[id(function)] = (function, kind)


register(jacobians.jvp, "jvp")
register(jacobians.vjp, "vjp")


def call_transform(
    frame: Calls, known: Any, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr
) -> Found | None:
    """The call of a live object that differentiates; None if it does not."""
    if isinstance(known, Transform):
        return apply(frame, known, args, kwargs)
    if known is _as_found and not _is_written(frame):
        return _found_again(frame, *args)
    entry = _table.get(id(known))
    if entry is not None and entry[0] is known:
        return make(frame, entry[1], args, dict(kwargs), expr)
    told = getattr(type(known), "__s2sad_transform__", None)
    if told is None:
        return None
    if getattr(known, "overwrite", False):
        _refuse_overwrite(frame)
    kind, function, argnums, has_aux = told(known)
    return apply(frame, make_transform(kind, argnums, has_aux), (_atom_of(function), *args), kwargs)


def _found_again(frame: Calls, held: Atom, part: Atom | None = None) -> Found:
    if part is None:
        return frame.value(held), held
    known = frame.value(part)
    assert isinstance(known, Known)
    if isinstance(known.value, int):
        return frame.expr(GetItem(held, part))
    return frame.attribute(GetAttr(held, known.value))


def _is_written(frame: Calls) -> bool:
    """Whether the function that is walked over is one of these modules, and no derivative of one."""
    written = getattr(frame.function.origin, "live", None)
    home, name = getattr(written, "__module__", ""), getattr(written, "__name__", "")
    return home in ("s2sad.prelude_roots", "s2sad.prelude_integrals") and frame.function.name == name


def _atom_of(function: Any) -> Atom:
    return Ref(getattr(function, "__name__", "function"), denote(function))


def make(frame: Calls, kind: str, args: tuple[Atom, ...], named: dict[str, Atom], expr: Expr) -> Found:
    """``grad(f, ...)``, or one of the calls that take the arguments at once."""
    if "overwrite" in named and _literal(frame, named.pop("overwrite"), True):
        _refuse_overwrite(frame)
    if kind in FACTORIES:
        for name, atom in zip(("function", "argnums", "has_aux"), args, strict=False):
            named[name] = atom
        transform = make_transform(
            kind, _literal(frame, named.get("argnums"), 0), bool(_literal(frame, named.get("has_aux"), False))
        )
        return Bound(Known(transform), (_held(frame, named["function"]),)), expr
    if kind in ("jvp", "hvp"):
        for name, atom in zip(("function", "primals", "tangents"), args, strict=False):
            named[name] = atom
        primals, tangents = _parts(frame, named["primals"]), _parts(frame, named["tangents"])
        if len(primals) != len(tangents):
            _refuse(frame, f"`{kind}` got {len(primals)} primals and {len(tangents)} tangents")
        return (pushed if kind == "jvp" else hessian_product)(frame, named["function"], primals, tangents)
    return pulled(frame, args[0], args[1:])


def apply(frame: Calls, transform: Transform, args: tuple[Atom, ...], kwargs: Kwargs) -> Found:
    """``grad(f)(...)``: the first of `args` is f."""
    function, *rest = args
    if transform.kind in ("grad", "value_and_grad"):
        return gradient(frame, transform, function, tuple(rest), kwargs)
    return jacobian(frame, transform, function, tuple(rest), kwargs)


def _literal(frame: Calls, atom: Atom | None, default: Any) -> Any:
    if atom is None:
        return default
    value = frame.value(atom)
    match value:
        case Known(value=list() as known):
            return tuple(known)
        case Known(value=known):
            return known
        case Tup(items=items) | Lst(items=tuple() as items) if all(isinstance(item, Known) for item in items):
            return tuple(item.value for item in items)  # type: ignore[union-attr]
        case _:
            _refuse(
                frame,
                "which arguments to differentiate by is decided at run time",
                "write `argnums` as a literal",
            )


def _held(frame: Calls, atom: Atom) -> Atom:
    """The function in a variable that nothing reassigns."""
    return frame.temp(atom, frame.value(atom)) if isinstance(atom, Var) else atom


def _parts(frame: Calls, atom: Atom) -> list[Atom]:
    """The elements of a tuple or list of known length."""
    value = frame.value(atom)
    items = value.items if isinstance(value, (Tup, Lst)) else None
    if items is None:
        _refuse(frame, "the number of primals is not known", "write them as a tuple")
        raise AssertionError
    built = frame.definition(atom)
    if isinstance(built, Build):
        return list(built.items)  # type: ignore[arg-type]
    return [
        Const(None) if item == Known(None) else frame.temp(GetItem(atom, Const(place)), item)
        for place, item in enumerate(items)
    ]


def _refuse(frame: Any, message: str, help: str = "") -> Any:
    refuse(frame.function.origin, frame.stmt_now.span if frame.stmt_now else None, "S2S031", message, help)


def _refuse_overwrite(frame: Any) -> None:
    _refuse(frame, "a derivative inside of a program cannot overwrite its arguments", "leave out `overwrite`")


# ── the inner function, for these arguments ──────────────────────────────────────────────────────────────


@dataclass
class Inner:
    """An inner function that is specialised to its arguments.

    `places` are the variant's parameters that hold the call's arguments, in order; `names` is what users call them.
    """

    name: str
    variant: Variant
    operands: tuple[Atom, ...]
    places: tuple[str, ...]
    names: tuple[str, ...]


def specialised(frame: Calls, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs) -> Inner:
    """Any callable value, for arguments of these types, as a variant that takes them and what it captures."""
    value = frame.value(function)
    name, names = _signature(frame, value)
    taken = {name, *(key for key, _ in kwargs)}
    places: list[str] = []
    for position in range(len(args)):
        wish = names[position] if position < len(names) else f"x{position}"
        while wish in taken:
            wish += "_"
        taken.add(wish)
        places.append(wish)
    keys = tuple(key for key, _ in kwargs)
    wrapper = frame.session.derived(
        ("wrapper", name, tuple(places), keys, id(_origin(value))),
        lambda: _wrapper(name, tuple(places), keys, value),
    )
    atoms = {name: function, **dict(zip(places, args, strict=True)), **dict(kwargs)}
    bound = {key: (atom, frame.value(atom)) for key, atom in atoms.items()}
    variant, operands = frame.variant_for(wrapper, frame.session.prepare(wrapper), None, bound)
    if variant.function is None:
        _refuse(frame, f"`{name}` differentiates itself: its derivative would need its own derivative")
    return _peeled(frame, Inner(name, variant, operands, (*places, *keys), (*places, *keys)))


def _peeled(frame: Calls, inner: Inner) -> Inner:
    """The variant that the wrapper calls, if that is all it does: its derivative need not go through the wrapper."""
    function = inner.variant.function
    assert function is not None
    match [
        stmt for stmt in function.body if not (isinstance(stmt, Assign) and isinstance(stmt.value, Const))
    ]:
        case [
            Assign(target=result, value=Call(func=Ref(target=Resolved(variant=callee)), args=args)),
            Return(value=last),
        ]:
            params = dict(zip(inner.variant.params, inner.operands, strict=True))
            names = [arg.name for arg in args if isinstance(arg, Var) and arg.name in params]
            if last != result or len(set(names)) != len(args) or callee.function is None:
                return inner
            outer = dict(zip(names, callee.params, strict=True))
            places = tuple(outer.get(place, "") for place in inner.places)
            return Inner(inner.name, callee, tuple(params[name] for name in names), places, inner.names)
        case _:
            return inner


def _wrapper(name: str, places: tuple[str, ...], keys: tuple[str, ...], value: Value) -> Function:
    """``def name(function, x, y): return function(x, y)``."""
    call = Call(Var(name), tuple(map(Var, places)), tuple((key, Var(key)) for key in keys))
    result = Var("%result")
    params = tuple(map(Param, (name, *places, *keys)))
    return Function(name, params, (Assign(result, call), Return(result)), origin=_origin(value))


def _signature(frame: Calls, value: Value) -> tuple[str, list[str]]:
    """The name of a callable value and of its positional parameters, as far as they are known."""
    match value:
        case Fn(function=function):
            plain = [param.name for param in function.params if param.kind in ("plain", "posonly")]
            return ("function" if function.is_lambda else function.name), plain
        case Known(value=SourceFunction() as source):
            function = frame.session.prepare(source)
            plain = [param.name for param in function.params if param.kind in ("plain", "posonly")]
            return (
                "function" if function.is_lambda or not function.name.isidentifier() else function.name
            ), plain
        case Bound(func=Known(value=Transform(kind=kind)), args=(inner, *rest)):
            name, plain = _signature(frame, frame.value(inner))
            return f"{name}_{kind}", plain[len(rest) :]
        case Bound(func=inner, args=args, kwargs=named):
            name, plain = _signature(frame, inner)
            return name, [key for key in plain[len(args) :] if key not in dict(named)]
        case Obj(cls=cls):
            return cls.name.lower(), []
        case Known(value=known):
            told = getattr(type(known), "__s2sad_transform__", None)
            if told is not None:
                kind, function, _, _ = told(known)
                name, plain = _signature(frame, Known(_denoted(function)))
                return f"{name}_{kind}", plain
            name = getattr(known, "__name__", "")
            return (name if name.isidentifier() else "function"), []
        case _:
            return "function", []


def _denoted(function: Any) -> Any:
    found = denote(function)
    return found if isinstance(found, SourceFunction) else function


def _origin(value: Value) -> Any:
    match value:
        case Fn(function=function):
            return function.origin
        case Known(value=SourceFunction() as source):
            return source
        case Bound(func=inner):
            return _origin(inner)
        case _:
            return None


def _positions(frame: Calls, transform: Transform, inner: Inner) -> list[int]:
    """The arguments that `argnums` picks."""
    chosen = transform.argnums if isinstance(transform.argnums, tuple) else (transform.argnums,)
    picks = []
    for argnum in chosen:
        if isinstance(argnum, str) and argnum in inner.names:
            picks.append(inner.names.index(argnum))
        elif isinstance(argnum, int) and -len(inner.places) <= argnum < len(inner.places):
            picks.append(argnum % len(inner.places))
        else:
            _refuse(
                frame, f"`{transform.kind}` of `{inner.name}`: there is no argument {argnum!r} in this call"
            )
    for position in picks:
        if not _varies(inner, position):
            what = f"argument `{inner.names[position]}` has no derivative"
            _refuse(frame, f"`{transform.kind}` of `{inner.name}`: {what}", "pass a float")
    return picks


def _varies(inner: Inner, position: int) -> bool:
    name = inner.places[position]
    return name in inner.variant.params and may_vary(number(inner.variant.arguments.get(name, TOP)))


# ── the derivatives ──────────────────────────────────────────────────────────────────────────────────────


def gradient(
    frame: Calls, transform: Transform, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs
) -> Found:
    inner = specialised(frame, function, args, kwargs)
    picks = tuple(inner.places[position] for position in _positions(frame, transform, inner))
    _check_number(frame, transform, inner)
    several = isinstance(transform.argnums, tuple)
    made = frame.session.derive(inner.variant, transform.kind, picks, several, transform.has_aux)
    return call_generated(frame, made, inner.operands)


def _check_number(frame: Calls, transform: Transform, inner: Inner) -> None:
    """A gradient is of one real number; where the type is not known, the generated code tests it."""
    result = inner.variant.result or TOP
    if transform.has_aux:
        if result == TOP:
            return
        if not isinstance(result, Tup) or len(result.items) != 2:
            _refuse(frame, f"with has_aux, `{inner.name}` must return a pair (value, aux)")
            raise AssertionError
        result = result.items[0]
    result = number(result)
    wrong = isinstance(result, (Tup, Obj, Lst, Dct, Known))
    if isinstance(result, Tensor):
        wrong = result.kind in "cb" or bool(result.dims)
    if wrong:
        message = f"`{transform.kind}` of `{inner.name}`: it must return one real number"
        _refuse(frame, message, "return a number (np.sum of it, say), or use jacrev, jvp or vjp")


def call_generated(frame: Calls, made: Generated, args: tuple[Atom, ...], kwargs: Kwargs = ()) -> Found:
    """Call a generated function as any other."""
    function = made.function()
    if function is None:
        _refuse(frame, f"`{made.name}` is part of its own derivative")
        raise AssertionError
    named = tuple((made.keywords.get(key, key), atom) for key, atom in kwargs)
    return frame.call_function(function, None, args, named, Call(Ref(made.name, made), args, kwargs))


def pushed(frame: Calls, function: Atom, primals: list[Atom], tangents: list[Atom]) -> Found:
    """``jvp(f, primals, tangents)``."""
    inner = specialised(frame, function, tuple(primals), ())
    given: dict[str, Atom] = {}
    for position, dot in enumerate(tangents):
        if frame.value(dot) == Known(None):
            continue
        name = inner.names[position]
        if not _varies(inner, position):
            _refuse(
                frame,
                f"`jvp` of `{inner.name}`: argument `{name}` has no derivative",
                "give None as its tangent",
            )
        given[inner.places[position]] = dot
        value = inner.variant.arguments.get(inner.places[position], TOP)
        _check_shapes(frame, name, number(value), number(frame.value(dot)))
    made = frame.session.derive(inner.variant, "jvp", tuple(given))
    return call_generated(frame, made, (*inner.operands, *given.values()))


def _check_shapes(frame: Calls, name: str, value: Value, dot: Value) -> None:
    if not isinstance(value, Tensor) or not isinstance(dot, Tensor) or value.dims is None or dot.dims is None:
        return
    if len(value.dims) != len(dot.dims):
        _refuse(frame, f"the tangent of `{name}` has another shape than `{name}`")


def pulled(frame: Calls, function: Atom, primals: tuple[Atom, ...]) -> Found:
    """``vjp(f, *primals)``: the value, and the reverse sweep bound to what the forward sweep saved."""
    inner = specialised(frame, function, primals, ())
    active = [_varies(inner, position) for position in range(len(inner.places))]
    wrt = tuple(place for place, is_active in zip(inner.places, active, strict=True) if is_active)
    if not wrt:
        _refuse(frame, f"`vjp` of `{inner.name}`: none of the arguments has a derivative")
    forward, reverse = frame.session.derive(inner.variant, "vjp", wrt, tuple(active))
    value, called = call_generated(frame, forward, inner.operands)
    assert called is not None
    pair = called if isinstance(called, Var) else frame.temp(called, value)
    parts = value.items if isinstance(value, Tup) else (TOP, TOP)
    y = frame.temp(GetItem(pair, Const(0)), parts[0])
    saved = frame.temp(GetItem(pair, Const(1)), parts[1])
    pullback = Bound(Known(reverse), (saved,))
    return Tup((parts[0], pullback)), Build("tuple", (y, Const(None)))


def hessian_product(frame: Calls, function: Atom, primals: list[Atom], tangents: list[Atom]) -> Found:
    """``hvp(f, primals, tangents)``: forward over reverse."""
    active = tuple(place for place, primal in enumerate(primals) if may_vary(number(frame.value(primal))))
    slope = frame.temp(Const(None), Bound(Known(make_transform("grad", active)), (_held(frame, function),)))
    value, called = pushed(frame, slope, primals, tangents)
    assert called is not None
    pair = called if isinstance(called, Var) else frame.temp(called, value)
    dots = value.items[1] if isinstance(value, Tup) and len(value.items) == 2 else TOP
    products = frame.temp(GetItem(pair, Const(1)), dots)

    def part(place: int) -> Var:
        item = dots.items[place] if isinstance(dots, Tup) else TOP
        return frame.temp(GetItem(products, Const(place)), item)

    if len(primals) == 1:
        only = part(0)
        return frame.value(only), only
    parts = tuple(part(active.index(k)) if k in active else Const(None) for k in range(len(primals)))
    return Tup(tuple(map(frame.value, parts))), Build("tuple", parts)


# ── Jacobians ────────────────────────────────────────────────────────────────────────────────────────────


def jacobian(
    frame: Calls, transform: Transform, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs
) -> Found:
    """Jacobians are small programs of their own (`prelude_transforms`) that call `jvp` or `vjp` in a loop."""
    if isinstance(transform.argnums, tuple):
        _refuse(frame, f"`{transform.kind}` of several arguments at once", "call it once for each argument")
    if transform.kind == "hessian":
        slope = make_transform(
            "grad" if _is_number(frame, function, args, kwargs) else "jacrev", transform.argnums
        )
        held = frame.temp(Const(None), Bound(Known(slope), (_held(frame, function),)))
        return jacobian(frame, make_transform("jacfwd", transform.argnums), held, args, kwargs)
    inner = specialised(frame, function, args, kwargs)
    (position,) = _positions(frame, transform, inner)
    of_one = _of_one_argument(frame, inner, function, args, kwargs, inner.names[position])
    x = (*args, *(atom for _, atom in kwargs))[position]
    by_columns = transform.kind == "jacfwd" or (
        transform.kind == "jacobian" and not _has_fewer_results(inner.variant.result, frame.value(x))
    )
    program = from_function(jacobians.by_columns if by_columns else jacobians.by_rows)
    value, called = frame.call_function(program, None, (of_one, x), (), None)
    return value, called


def _is_number(frame: Calls, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs) -> bool:
    result = number(specialised(frame, function, args, kwargs).variant.result or TOP)
    if not isinstance(result, Tensor) or result.dims is None:
        _refuse(frame, "the Hessian of a function whose result's shape is not known", "write jacfwd(grad(f))")
    return isinstance(result, Tensor) and result.dims == ()


def _has_fewer_results(result: Value | None, x: Value) -> bool:
    sizes = []
    for value in (number(result or TOP), number(x)):
        if not isinstance(value, Tensor) or value.dims is None or None in value.dims:
            return True
        size = 1
        for dim in value.dims:
            size *= dim if isinstance(dim, int) else dim[0]  # type: ignore[index]
        sizes.append(size)
    return sizes[0] <= sizes[1]


def _of_one_argument(
    frame: Calls, inner: Inner, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs, pick: str
) -> Atom:
    """``lambda x: f(a, x, b)``."""
    atoms = dict(zip(inner.names, (*args, *(atom for _, atom in kwargs)), strict=True))
    others = tuple(name for name in inner.names if name != pick)
    keys = dict(kwargs)
    result = Var("%result")
    key = ("one", inner.name, inner.names, tuple(keys), pick)

    def write() -> Function:
        call = Call(
            Var(inner.name),
            tuple(Var(name) for name in inner.names if name not in keys),
            tuple((name, Var(name)) for name in keys),
        )
        body = (Assign(result, call), Return(result))
        origin = inner.variant.function.origin if inner.variant.function is not None else None
        return Function(
            inner.name, (Param(pick),), body, free=(inner.name, *others), is_lambda=True, origin=origin
        )

    bindings = ((inner.name, _held(frame, function)), *((name, atoms[name]) for name in others))
    return frame.temp(Const(None), Fn(frame.session.derived(key, write), bindings))
