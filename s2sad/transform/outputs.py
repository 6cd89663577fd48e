"""Kernels: functions that write to their arguments and return nothing have what they wrote to as their results."""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.alias import rebindings
from s2sad.analysis.operands import mutates
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Variant
from s2sad.analysis.values import TOP, Known, Tup, may_vary, present
from s2sad.ir.nodes import Assign, Block, Build, Return, Var
from s2sad.transform.ranks import check_results


def with_outputs(variant: Variant) -> Variant:
    """A function that returns nothing and writes to its arguments: these are its results.

    One that returns a number of steps or a flag is refused: its derivative would be zero, and the one that is meant is
    that of the arguments.
    """
    changed = [
        name
        for name in variant.params
        if mutates(variant, name) and may_vary(variant.arguments.get(name, TOP))
    ]
    function = variant.function
    if function is None or variant.result is None or not changed or may_vary(present(variant.result)):
        return variant
    assert isinstance(function.body[-1], Return)
    if variant.result != Known(None):
        names = ", ".join(changed)
        refuse(
            function.origin,
            function.span,
            "S2S020",
            f"`{function.name}` writes to `{names}` and returns a value that has no derivative",
            f"return `{names}`, or nothing: a function that returns nothing has what it writes to as its results",
        )
    check_results(variant, changed)
    variant.function = replace(function, body=_returning(variant, changed, function.body[:-1]))
    return variant


def _returning(variant: Variant, changed: list[str], body: Block) -> Block:
    """The body with the arguments that it writes to as its results, also where their names are bound anew."""
    counts = rebindings(body, variant.types)
    kept = {name: f"{name}_given" for name in changed if counts[name]}
    for name, other in kept.items():
        variant.types[other] = variant.arguments.get(name, TOP)
    outputs = tuple(Var(kept.get(name, name)) for name in changed)
    types = tuple(variant.types.get(output.name, TOP) for output in outputs)
    beginning = tuple(Assign(Var(other), Var(name)) for name, other in kept.items())
    if len(changed) == 1:
        variant.result = types[0]
        return (*beginning, *body, Return(outputs[0]))
    variant.result = variant.types["%outputs"] = Tup(types)
    return (*beginning, *body, Assign(Var("%outputs"), Build("tuple", outputs)), Return(Var("%outputs")))
