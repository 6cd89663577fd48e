"""Reading a declaration: the body's parameters, what it returns and reads, and how calls bind to it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
VAR_POSITIONAL = inspect.Parameter.VAR_POSITIONAL
VAR_KEYWORD = inspect.Parameter.VAR_KEYWORD
KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY

# Every ufunc takes these; a rule sees only calls that leave them alone.
UFUNC_KEYWORDS = MappingProxyType(
    {"where": True, "casting": "same_kind", "order": "K", "dtype": None, "subok": True, "signature": None}
)


class RuleError(TypeError):
    """A declaration that cannot be right."""


class BindError(TypeError):
    """A call that a rule does not cover. `argument` is the offending parameter's name, where there is one."""

    def __init__(self, message: str, argument: str | None = None) -> None:
        super().__init__(message)
        self.argument = argument


def functions_of(body: Any, functions: tuple[Any, ...]) -> tuple[Any, ...]:
    if not functions or not all(callable(f) for f in functions):
        raise RuleError(f"{body.__name__}: say whose rule this is, as in @elementwise(np.sin)")
    return functions


def rule_name(body: Any, functions: tuple[Any, ...]) -> str:
    """A rule is called as its body is, or as its function if the body is called ``_``."""
    return body.__name__.rstrip("_") or name_of(functions_of(body, functions)[0]).rpartition(".")[2]


def parameters_of(body: Callable[..., Any], skip: tuple[str, ...]) -> inspect.Signature:
    """The parameters of the call: those of the body without the first ones (`skip`) and without `out`."""
    parameters = list(inspect.signature(body).parameters.values())
    first = tuple(p.name for p in parameters[: len(skip)])
    if first != skip:
        raise RuleError(
            f"{body.__name__}: the first parameters must be {', '.join(skip)}; got {', '.join(first)}"
        )
    parameters = [p for p in parameters[len(skip) :] if not (p.name == "out" and p.kind is KEYWORD_ONLY)]
    for p in parameters:
        if p.name in ("out", "out_bar") or p.kind is VAR_KEYWORD:
            raise RuleError(
                f"{body.__name__}: parameter `{p.name}` must be keyword-only `*, out`, or renamed"
            )
    return inspect.Signature(parameters)


def without_default(params: inspect.Signature) -> tuple[str, ...]:
    return tuple(p.name for p in params.parameters.values() if p.default is p.empty and p.kind in POSITIONAL)


def active_parameters(
    body: Any, params: inspect.Signature, wrt: Iterable[str] | None, default: tuple[str, ...]
) -> tuple[str, ...]:
    active = default if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt)
    unknown = [name for name in active if name not in params.parameters]
    if unknown:
        raise RuleError(
            f"{body.__name__}: {unknown[0]} is not a parameter; it has {', '.join(params.parameters)}"
        )
    if not active:
        raise RuleError(f"{body.__name__}: no argument to differentiate with respect to")
    return active


def check_partial_count(body: Callable[..., Any], wanted: int) -> None:
    """Refuse a body that returns a tuple of the wrong length, as far as its code shows it."""
    for returned in _returns(body):
        got = len(returned.elts) if isinstance(returned, ast.Tuple) else 1
        if got != wanted and (wanted > 1 or got > 1):
            raise RuleError(f"{body.__name__}: {got} partial(s) returned for {wanted} argument(s)")


def _tree(body: Callable[..., Any]) -> ast.Module:
    """The syntax tree of a rule's body; empty where there is no source (a rule made by `exec`)."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(body)))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


def _returns(body: Callable[..., Any]) -> list[ast.expr]:
    return [node.value for node in ast.walk(_tree(body)) if isinstance(node, ast.Return) and node.value]


def names_read(body: Callable[..., Any]) -> frozenset[str]:
    """Names whose values the body reads: a name of which only the shape is asked does not count."""
    names: set[str] = set()
    pending: list[ast.AST] = [_tree(body)]
    while pending:
        node = pending.pop()
        match node:
            case ast.Call(func=ast.Attribute(attr="shape" | "ndim" | "size" | "result_type")):
                continue
            case ast.Call(func=ast.Name(id="known" | "len" | "_unbroadcast" | "_zeros_like")):
                pending.extend(node.args[:-1])
            case ast.Name(id=name):
                names.add(name)
            case _:
                pending.extend(ast.iter_child_nodes(node))
    return frozenset(names)


def mentions(body: Callable[..., Any], name: str) -> bool:
    """Does the body name this parameter anywhere? (It may, where there is no text to tell.)"""
    tree = _tree(body)
    return not tree.body or any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def match_signature(
    function: Any, params: inspect.Signature, aliases: Mapping[str, str]
) -> tuple[inspect.Signature, dict[str, str]]:
    """Bind calls by the function's own signature where it has one, so keywords and positions mean what they
    mean for NumPy; the rule's parameters are matched by name, and else by position."""
    own = params.parameters
    same = {name: name for name in own}
    if isinstance(function, np.ufunc):
        return _ufunc_signature(params), same
    try:
        real = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return params, same
    sorts_out = any(p.kind is VAR_POSITIONAL for p in real.values())
    if sorts_out and not any(p.kind is VAR_POSITIONAL for p in own.values()):
        return _with_options(params, real), same  # ``norm.pdf(x, *args, **kwds)``
    names = {name: name for name in real if name in own}
    names.update({name: aliases[name] for name in real if name in aliases})
    real_order = list(real.values())
    for index, parameter in enumerate(own.values()):
        if (
            parameter.name in names.values()
            or parameter.default is not parameter.empty
            or parameter.kind is KEYWORD_ONLY
        ):
            continue  # an option is matched by its name only
        if (
            index < len(real_order)
            and real_order[index].name not in names
            and ((real_order[index].kind is VAR_POSITIONAL) == (parameter.kind is VAR_POSITIONAL))
        ):
            names[real_order[index].name] = parameter.name
        else:  # the function sorts its arguments out by itself (`*operands`): the rule's signature is better
            return _with_options(params, real), same
    if any(p.kind is VAR_KEYWORD for p in real_order):
        names.update({name: name for name in own if name not in names.values()})
    return inspect.Signature(real_order), names


def _ufunc_signature(params: inspect.Signature) -> inspect.Signature:
    parameters = [p.replace(kind=inspect.Parameter.POSITIONAL_ONLY) for p in params.parameters.values()]
    parameters.append(inspect.Parameter("out", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None))
    options = [inspect.Parameter(k, KEYWORD_ONLY, default=v) for k, v in UFUNC_KEYWORDS.items()]
    return inspect.Signature(parameters + options)


def _with_options(params: inspect.Signature, real: Mapping[str, inspect.Parameter]) -> inspect.Signature:
    """The rule's own signature, and the function's keyword-only parameters that it does not support."""
    options = [p for p in real.values() if p.kind is KEYWORD_ONLY and p.name not in params.parameters]
    return inspect.Signature([*params.parameters.values(), *options])


def flat_arguments(signature: inspect.Signature, bound: inspect.BoundArguments) -> Iterable[tuple[str, Any]]:
    for name, operand in bound.arguments.items():
        if signature.parameters[name].kind is VAR_KEYWORD:
            yield from operand.items()
        else:
            yield name, operand


def is_default(signature: inspect.Signature, name: str, given: Any) -> bool:
    if name not in signature.parameters:
        return False
    default = signature.parameters[name].default
    return given is default or (type(given) is type(default) and bool(given == default))


Slot = int | tuple[int, ...]  # which operands of a call, the keyword ones last; a tuple for ``*args``


@dataclass(frozen=True, slots=True)
class Form:
    """How calls of one form are bound: operands by parameter of the rule, and those that must be defaults."""

    signature: inspect.Signature
    slots: dict[str, Slot]
    unsupported: tuple[tuple[str, Slot], ...]
    words: tuple[tuple[str, Slot], ...]  # to be checked against what the rule accepts
    error: tuple[str, ...]


def taken(operands: Sequence[Any], slot: Slot) -> Any:
    return tuple(operands[k] for k in slot) if isinstance(slot, tuple) else operands[slot]


def name_of(function: Any) -> str:
    return str(
        getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function)
    )


def refuse_out(
    function: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    value: Callable[[Any], Any],
    refuses: tuple[str, ...],
) -> None:
    """Functions with no derivative take any call, but not one that writes into an array or gives a refused one."""
    for name in refuses:
        position = list(inspect.signature(function).parameters).index(name)
        if name in kwargs or len(args) > position:
            raise BindError(f"`{name}=` of `{name_of(function)}` is not supported", name)
    given = value(kwargs.get("out"))
    if isinstance(function, np.ufunc):
        allowed = function.nin
    else:  # the methods of ufuncs take it last but one; `reduceat` after one operand more
        allowed = 3 if isinstance(getattr(function, "__self__", None), np.ufunc) else len(args)
    if given is not None or len(args) > allowed:
        raise BindError(f"`out=` of `{name_of(function)}` is not supported", "out")
