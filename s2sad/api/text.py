"""The text of small functions that call generated ones: what makes a transform's result a program again."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sad.api.program import Program, Variant, generate
from s2sad.api.target import Pick
from s2sad.names import Names
from s2sad.rules.declare import constant

_STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
_LITERALS = (int, float, str, bool, type(None))


def stop_gradient(x: Any) -> Any:
    """`x` itself, taken as a constant: nothing is differentiated through it. Any value, in whole."""
    return x


constant(stop_gradient)


def parameter_list(program: Program, namespace: dict[str, Any]) -> str:
    """A program's parameters as source text; a default that is no literal goes into `namespace`."""
    parts: list[str] = []
    last: Any = None
    for parameter in program.signature.parameters.values():
        if last is parameter.POSITIONAL_ONLY and parameter.kind is not last:
            parts.append("/")
        if parameter.kind is parameter.KEYWORD_ONLY and last not in (
            parameter.VAR_POSITIONAL,
            parameter.KEYWORD_ONLY,
        ):
            parts.append("*")
        stars = _STARS.get(parameter.kind, "")
        parts.append(f"{stars}{parameter.name}{_default(parameter, namespace)}")
        last = parameter.kind
    if last is inspect.Parameter.POSITIONAL_ONLY:
        parts.append("/")
    return ", ".join(parts)


def _default(parameter: inspect.Parameter, namespace: dict[str, Any]) -> str:
    if parameter.default is parameter.empty:
        return ""
    if type(parameter.default) in _LITERALS and parameter.default == parameter.default:
        literal = repr(parameter.default)
        if literal not in ("inf", "-inf"):
            return f"={literal}"
    name = f"_{parameter.name}_default"
    namespace[name] = parameter.default
    return f"={name}"


def argument_list(program: Program) -> str:
    """The parameters of a program, passed on in a call."""
    parts = []
    for parameter in program.signature.parameters.values():
        match parameter.kind:
            case inspect.Parameter.VAR_POSITIONAL:
                parts.append(f"*{parameter.name}")
            case inspect.Parameter.VAR_KEYWORD:
                parts.append(f"**{parameter.name}")
            case inspect.Parameter.KEYWORD_ONLY:
                parts.append(f"{parameter.name}={parameter.name}")
            case _:
                parts.append(parameter.name)
    return ", ".join(parts)


def _identifier(name: str) -> str:
    return name if name.isidentifier() else name.replace("<lambda>", "lambda")


def with_aux(program: Program) -> Program:
    """The function that returns a pair of which only the first part counts."""
    names = Names(program.names)
    callee, stop, value, aux = (names.fresh(name) for name in ("function", "stop_gradient", "value", "aux"))
    name = names.fresh(_identifier(program.name))
    namespace: dict[str, Any] = {callee: program.function, stop: stop_gradient}
    source = (
        f"def {name}({parameter_list(program, namespace)}):\n"
        f"    {value}, {aux} = {callee}({argument_list(program)})\n"
        f"    return {value}, {stop}({aux})\n"
    )
    return generate(source, name, namespace, program.name)


def gradient(
    program: Program, picks: Sequence[Pick], variant: Variant, name: str, several: bool, with_value: bool
) -> Program:
    """The function that returns the gradient, or the value and the gradient."""
    names = Names((*program.names, "np", "TypeError"))
    name, sweep, y = names.fresh(_identifier(name)), names.fresh("sweep"), names.fresh("y")
    bars = {parameter: names.fresh(f"{parameter}_bar") for parameter in _parameters(picks)}
    namespace: dict[str, Any] = {sweep: variant.entry, "np": np}
    message = f"grad of {program.name}: it must return one real number"
    result = returned(picks, bars, several)
    source = (
        f"def {name}({parameter_list(program, namespace)}):\n"
        f"    {y}, {_tuple(list(bars.values()))} = {sweep}({argument_list(program)})\n"
        f"    if np.ndim({y}) != 0:\n"
        f"        raise TypeError({message!r})\n"
        f"    return {f'{y}, {result}' if with_value else result}\n"
    )
    return generate(source, name, namespace, name)


def _parameters(picks: Sequence[Pick]) -> list[str]:
    return list(dict.fromkeys(pick.parameter for pick in picks))


def _tuple(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def returned(picks: Sequence[Pick], bars: dict[str, str], several: bool) -> str:
    """The picked adjoints as an expression."""
    parts = [bars[pick.parameter] + ("" if pick.key is None else f"[{pick.key!r}]") for pick in picks]
    return f"({', '.join(parts)},)" if several else parts[0]


@functools.lru_cache(maxsize=256)
def pullback(
    reverse: Callable[..., Any], name: str, names: tuple[str, ...], picks: tuple[Pick, ...]
) -> Program:
    """The function that returns a tuple with an adjoint for each primal, None for one that is not differentiated."""
    bars = {parameter: f"{parameter}_bar" for parameter in names}
    fresh = Names((*bars.values(), "saved", "y_bar"))
    sweep, shown = fresh.fresh("sweep"), fresh.fresh(_identifier(name))
    parts = [
        "None" if pick.parameter not in bars else returned([pick], bars, several=False) for pick in picks
    ]
    source = (
        f"def {shown}(saved, y_bar):\n"
        f"    {_tuple(list(bars.values()))} = {sweep}(saved, y_bar)\n"
        f"    return {', '.join(parts)},\n"
    )
    return generate(source, shown, {sweep: reverse}, name)


def jacobian_by_columns(program: Program, pick: Pick, variant: Variant, name: str) -> Program:
    """The function that sweeps forward once for each element of one argument, an array or a number."""
    names = Names((*program.names, "np"))
    fresh = {n: names.fresh(n) for n in ("sweep", "columns", "x_dot", "units", "y", "y_dot")}
    shown = names.fresh(_identifier(name))
    namespace: dict[str, Any] = {fresh["sweep"]: variant.entry, "np": np}
    x = pick.parameter
    source = (
        f"def {shown}({parameter_list(program, namespace)}):\n"
        f"    {fresh['units']} = np.reshape(np.eye(np.size({x}), dtype=np.asarray({x}).dtype), (np.size({x}), *np.shape({x})))\n"
        f"    {fresh['columns']} = []\n"
        f"    for {fresh['x_dot']} in {fresh['units']}:\n"
        f"        {fresh['y']}, {fresh['y_dot']} = {fresh['sweep']}("
        f"{argument_list(program)}, {variant.extra[0]}={fresh['x_dot']})\n"
        f"        {fresh['columns']}.append({fresh['y_dot']})\n"
        f"    return np.reshape(np.stack({fresh['columns']}, axis=-1), "
        f"(*np.shape({fresh['y']}), *np.shape({x})))\n"
    )
    return generate(source, shown, namespace, name)


def jacobian_by_rows(program: Program, pick: Pick, variant: Variant, name: str) -> Program:
    """The function that sweeps back once for each element of the value, an array or a number."""
    names = Names((*program.names, "np"))
    fresh = {n: names.fresh(n) for n in ("forward", "reverse", "rows", "units", "y", "saved", "y_bar")}
    shown = names.fresh(_identifier(name))
    namespace: dict[str, Any] = {
        fresh["forward"]: variant.entry, fresh["reverse"]: variant.derived.entry("rev"), "np": np
    }  # fmt: skip
    y = fresh["y"]
    source = (
        f"def {shown}({parameter_list(program, namespace)}):\n"
        f"    {y}, {fresh['saved']} = {fresh['forward']}({argument_list(program)})\n"
        f"    {fresh['units']} = np.reshape(np.eye(np.size({y}), dtype=np.asarray({y}).dtype), (np.size({y}), *np.shape({y})))\n"
        f"    {fresh['rows']} = []\n"
        f"    for {fresh['y_bar']} in {fresh['units']}:\n"
        f"        {fresh['rows']}.append({fresh['reverse']}({fresh['saved']}, {fresh['y_bar']}))\n"
        f"    return np.reshape(np.stack({fresh['rows']}), (*np.shape({y}), *np.shape({pick.parameter})))\n"
    )
    return generate(source, shown, namespace, name)
