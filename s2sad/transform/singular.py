"""Where a derivative may be infinite, so that it must not be multiplied by zero.

A partial is infinite at a pole (`poles` of a rule: the logarithm at 0, a quotient with divisor 0, the square root at 0).
Products with it would be ``0 * inf``, which is no number:

- The function itself is finite there (`strong_zero`: the square root at 0), and its adjoint or tangent is zero.
- Something that chooses (`np.where`, `np.maximum`, `np.clip`) did not take the element: its adjoint is zero, whatever the
  partials before it are. `passed_over` finds the variables of which this may be so; `picked` those of whose elements
  only some may be read.
- The partial of something that chooses is a mask, and what comes back to it is infinite: ``sqrt(maximum(v, 0))`` below zero.
  `steep_adjoints` finds the variables of which this may be so, `steep_tangents` those of forward mode.

In the first two cases the product is zero where the seed is (`_over`, `_times`), in the third one the mask chooses
(`np.where`) instead of being multiplied. The sets are larger than need be: names are followed, not the order of
statements. Then the code is slower, not wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from s2sad.analysis.operands import STORING, RuleCall, rule_call
from s2sad.analysis.values import TOP, Tensor, Value, number
from s2sad.ir.nodes import (
    Assign,
    AugItem,
    Block,
    Build,
    Const,
    Expr,
    For,
    GetItem,
    MethodCall,
    SetItem,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import walk
from s2sad.rules.declare import BindError
from s2sad.transform.away import without_poles

Types = Mapping[str, Value]
Flow = tuple[
    str, list[str], RuleCall | None
]  # the result, what flows into it, by a copy (None) or by which rule


def flows(body: Block, types: Types, away: Collection[str] = ()) -> list[Flow]:
    """What is copied, indexed, stored, or put through an operation that has a rule, in the order of the text.

    `away`: variables that are not near zero (`transform.away`).
    """
    found = [flow for stmt in walk(body) for flow in flows_of(stmt, types)]
    return [(target, names, call and without_poles(call, away)) for target, names, call in found]


def flows_of(stmt: Stmt, types: Types) -> Iterator[Flow]:
    match stmt:
        case Assign(target=target, value=Var(name=name) | GetItem(obj=Var(name=name))):
            yield target.name, [name], None
        case Assign(target=target, value=Build(items=items)):
            yield target.name, [item.name for item in items if isinstance(item, Var)], None
        case Assign(value=MethodCall(obj=Var() as obj, name=name, args=args)) if name in STORING:
            yield obj.name, [arg.name for arg in args if isinstance(arg, Var)], None
        case Assign(target=target, value=value):
            call = ruled(value, types)
            if call is not None:
                yield target.name, [var.name for name in call.rule.wrt for var in call.operands(name)], call
        case Unpack(targets=targets, value=Var(name=name)):
            yield from ((target.name, [name], None) for target in targets)
        case (
            SetItem(obj=Var() as obj, value=Var(name=name)) | AugItem(obj=Var() as obj, value=Var(name=name))
        ):
            yield obj.name, [name], None
        case For(target=target, iterable=Var(name=name)):
            yield target.name, [name], None
        case _:
            pass


def ruled(expr: Expr, types: Types) -> RuleCall | None:
    try:
        return rule_call(expr, types)
    except BindError:
        return None


def is_direct(call: RuleCall | None) -> bool:
    """Does an element of the result come from one element, or a sum of some, of each operand?"""
    return call is None or call.rule.kind in ("elementwise", "linear") or call.rule.view


def is_guarded(call: RuleCall, types: Types) -> bool:
    """Has the operation a pole at which its result is finite? An integer that is not known counts as 1."""
    strong = call.rule.strong_zero
    if isinstance(strong, bool):
        return strong
    literals = {}
    for name, operand in call.bound.items():
        value = number(types.get(operand.name, TOP)) if isinstance(operand, Var) else TOP
        if isinstance(operand, Const):
            literals[name] = operand.value
        elif isinstance(value, Tensor) and value.kind in "ib":
            literals[name] = 1
    return strong(literals)


def by_element(found: list[Flow]) -> list[Flow]:
    return [
        flow for flow in found if flow[2] is None or flow[2].rule.kind == "elementwise" or flow[2].rule.view
    ]


def passed_over(found: list[Flow], body: Block, types: Types) -> set[str]:
    """What flows, element by element, into something that may not take it."""
    choices = [read.obj.name for read in reads(body) if is_mask(read.index, types)]
    choices += [name for _, names, call in found if call is not None and call.rule.chooses for name in names]
    return upstream(by_element(found), choices)


def picked(found: list[Flow], body: Block) -> set[str]:
    """What flows, element by element, into an array of which some elements are read."""
    return upstream(by_element(found), [read.obj.name for read in reads(body)])


def reads(body: Block) -> list[Any]:
    """What reads elements of variables."""
    found = [
        stmt.value for stmt in walk(body) if isinstance(stmt, Assign) and isinstance(stmt.value, GetItem)
    ]
    return [read for read in found if isinstance(read.obj, Var)]


def is_mask(index: Any, types: Types) -> bool:
    value = types.get(index.name) if isinstance(index, Var) else None
    return isinstance(value, Tensor) and value.kind == "b"


def steep_adjoints(found: list[Flow], types: Types, results: Iterable[str] = ()) -> set[str]:
    """What flows into an operation with a finite pole; adjoints of `results` come from a caller, who may have one."""
    poles = [
        name for _, names, call in found if call is not None and is_guarded(call, types) for name in names
    ]
    return upstream([flow for flow in found if is_direct(flow[2])], [*poles, *results])


def steep_tangents(found: list[Flow], params: Iterable[str] = ()) -> set[str]:
    """What comes from an operation with a pole; tangents of `params` come from a caller, who may have one."""
    poles = [target for target, _, call in found if call is not None and call.rule.poles]
    turned: list[Flow] = [
        (name, [target], None) for target, names, call in found if is_direct(call) for name in names
    ]
    return upstream(turned, [*poles, *params])


def upstream(found: list[Flow], ends: Iterable[str]) -> set[str]:
    """All names from which something flows to one of `ends`, and these."""
    sources: dict[str, list[str]] = {}
    for target, names, _ in found:
        sources.setdefault(target, []).extend(names)
    reached: set[str] = set()
    open_names = list(ends)
    while open_names:
        name = open_names.pop()
        if name not in reached:
            reached.add(name)
            open_names += sources.get(name, [])
    return reached
