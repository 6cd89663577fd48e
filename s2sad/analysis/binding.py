"""Bind the operands of a call to a user function's parameters, as Python does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2sad.analysis.infer import element, items_of
from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import Dct, Fn, Known, Tup, Value
from s2sad.frontend.lookups import note_contents
from s2sad.frontend.resolve import denote
from s2sad.ir.nodes import Atom, Build, BuildDict, Call, Const, Expr, Function, GetItem, Ref, Star, Var
from s2sad.ir.walk import map_expr

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls

Kwargs = tuple[tuple[str, Atom], ...]


def expand_stars(
    frame: Calls, args: tuple[Atom | Star, ...], kwargs: tuple[tuple[str | None, Atom], ...]
) -> tuple[tuple[Atom, ...] | None, Kwargs]:
    """Write ``*args`` and ``**kwargs`` out where their lengths and keys are known; (None, ...) where they are not."""
    plain: list[Atom] = []
    for arg in args:
        if not isinstance(arg, Star):
            plain.append(arg)
            continue
        value = frame.value(arg)
        items = items_of(value)
        if items is None:
            return None, ()
        plain += [_part(frame, arg.value, Const(position), item) for position, item in enumerate(items)]
    named: list[tuple[str, Atom]] = []
    for key, atom in kwargs:
        if key is not None:
            named.append((key, atom))
            continue
        value = frame.value(atom)
        pairs = value.items if isinstance(value, Dct) else None
        if isinstance(value, Known) and isinstance(value.value, dict):
            note_contents(value.value, value.value)
            pairs = tuple((name, Known(item)) for name, item in value.value.items())
        if pairs is None:
            return None, ()
        named += [(name, _part(frame, atom, Const(name), item)) for name, item in pairs]
    return tuple(plain), tuple(named)


def _part(frame: Calls, container: Atom, key: Const, value: Value) -> Atom:
    return frame.temp(GetItem(container, key), value)


def with_constants(call: Expr, value_of: Callable[[Atom], Value]) -> Expr:
    """The call with its constants in it: a variable that holds one is gone once a variant of the callee knows it."""

    def atom(old: Atom) -> Atom:
        match value_of(old) if isinstance(old, Var) else None:
            case Known(value=None | bool() | int() | float() | str() as value):
                return Const(value)
            case _:
                return old

    return map_expr(call, atom)


def bind_arguments(
    frame: Calls, function: Function, closure: Fn | None, args: tuple[Atom, ...], kwargs: Kwargs
) -> dict[str, tuple[Atom, Value]]:
    """For each parameter and free variable of the callee: the caller's operand and its type."""
    bound: dict[str, tuple[Atom, Value]] = {}
    positional, named = list(args), dict(kwargs)
    defaults: dict[str, Any] = dict(function.defaults)
    if closure is not None:
        defaults |= {name[1:]: atom for name, atom in closure.bindings if name.startswith("=")}
    for param in function.params:
        match param.kind:
            case "varargs":
                if positional and isinstance(positional[0], Star):  # as many as there are
                    rest = positional.pop()
                    kept = Call(Ref("tuple", denote(tuple)), (rest.value,))
                    value, made = frame.expr(kept)
                    bound[param.name] = (frame.temp(made or kept, value), value)
                    continue
                values = tuple(frame.value(atom) for atom in positional)
                rest = frame.temp(Build("tuple", tuple(positional)), Tup(values))
                bound[param.name] = (rest, Tup(values))
                positional = []
            case "varkw":
                pairs = tuple((name, frame.value(atom)) for name, atom in named.items())
                items = tuple((Const(name), atom) for name, atom in named.items())
                value = Dct(_joined(tuple(part for _, part in pairs)), pairs)
                bound[param.name] = (frame.temp(BuildDict(items), value), value)
                named = {}
            case kind:
                atom = None
                if positional and kind != "kwonly":
                    atom = positional.pop(0)
                elif param.name in named and kind != "posonly":
                    atom = named.pop(param.name)
                elif param.name in defaults:
                    atom = defaults[param.name]
                if atom is None:
                    _refuse(frame, f"the call of `{function.name}` lacks argument `{param.name}`")
                    raise AssertionError
                bound[param.name] = (atom, frame.value(atom))
    if positional or named:
        extra = f"unexpected argument `{next(iter(named))}`" if named else "too many arguments"
        _refuse(frame, f"{extra} in the call of `{function.name}`")
    if closure is not None:
        for name, atom in closure.bindings:
            if not name.startswith("="):
                bound[name] = (atom, frame.value(atom))
    return bound


def _joined(values: tuple[Value, ...]) -> Value:
    return element(Tup(values))


def _refuse(frame: Any, message: str) -> None:
    refuse(
        frame.function.origin,
        frame.stmt_now.span,
        "S2S031",
        message,
        "pass the arguments that the function's signature asks for",
    )
