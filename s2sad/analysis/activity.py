"""Activity: which variables carry a derivative.

A variable is *varied* if it depends differentiably on an input that is differentiated, *useful* if the result depends
differentiably on it, *active* if both.  Both are reachability along the same edges, "this operand flows into that
variable"; an object that is reached under two names is varied or useful under both.  The analysis ignores the order of
statements: after web splitting that costs little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from s2sad.analysis.alias import Regions
from s2sad.analysis.operands import differentiable_operands, stored_operands
from s2sad.analysis.session import Variant
from s2sad.analysis.values import Dct, Inst, Lst, Obj, Tensor, Top, Tup, Value, may_vary
from s2sad.analysis.zipped import zipped
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Build,
    BuildDict,
    Call,
    Expr,
    For,
    GetAttr,
    GetItem,
    Return,
    SetAttr,
    SetItem,
    Unpack,
    Var,
    With,
    Yield,
)
from s2sad.ir.walk import walk

RESULT = "return"


class Flow:
    """The edges of one variant."""

    def __init__(self, variant: Variant) -> None:
        assert variant.function is not None
        self.types = variant.types
        self.steady: frozenset[str] = variant.facts.get("cancelling", frozenset())
        self.forward: dict[str, set[str]] = defaultdict(set)
        self.backward: dict[str, set[str]] = defaultdict(set)
        self.regions = Regions(variant)
        self.zipped = zipped(variant.function.body, self.types)
        for stmt in walk(variant.function.body):
            if id(stmt) in self.zipped.silent:
                continue
            for source, target in self.edges(stmt):
                if self.carries(source) and self.carries(target):
                    self.link(source, target)
        for names in self.regions.mutated_regions():  # one object under several names
            carriers = sorted(name for name in names if self.carries(name))
            for first, second in pairwise(carriers):
                self.link(first, second)
                self.link(second, first)

    def link(self, source: str, target: str) -> None:
        self.forward[source].add(target)
        self.backward[target].add(source)

    def carries(self, name: str) -> bool:
        if name in self.steady:
            return False
        return name == RESULT or name not in self.types or may_vary(self.types[name])

    def type_of(self, var: Any) -> Value | None:
        return self.types.get(var.name) if isinstance(var, Var) else None

    def edges(self, stmt: Any) -> Iterator[tuple[str, str]]:
        match stmt:
            case Assign(target=target, value=value):
                for source in differentiable_operands(value, self.types):
                    yield source, target.name
                for obj, source in stored_operands(value, self.types):
                    yield source, obj
                    if _shares(self.types.get(source)):
                        yield obj, source
                # a change through the container is seen under the element's name
                for source in self.held(target, value):
                    if _shares(self.types.get(source)):
                        yield target.name, source
                if isinstance(value, (GetAttr, GetItem, Var)) and _shares(self.types.get(target.name)):
                    held = value if isinstance(value, Var) else value.obj
                    if isinstance(held, Var):
                        yield target.name, held.name
            case Unpack() if id(stmt) in self.zipped.parts:
                for operand, part in self.zipped.parts[id(stmt)]:
                    yield from self.element(operand, part)
            case Unpack(targets=targets, value=value):
                for target in targets:
                    yield from self.element(value, target)
            case For(target=target, iterable=iterable):
                yield from self.element(iterable, target)
            case With(context=Var(name=source), target=Var(name=target_name)):
                yield source, target_name
            case (
                SetItem(obj=Var(name=obj), value=Var(name=source))
                | SetAttr(obj=Var(name=obj), value=Var(name=source))
            ):
                yield source, obj
                if _shares(self.types.get(source)) and not isinstance(self.types.get(obj), Tensor):
                    yield obj, source
            case (
                AugItem(obj=Var(name=obj), value=Var(name=source))
                | AugAttr(obj=Var(name=obj), value=Var(name=source))
            ):
                yield source, obj
            case AugName(target=Var(name=obj), value=Var(name=source)):
                yield source, obj
            case Return(value=Var(name=source)) | Yield(value=Var(name=source)):
                yield source, RESULT
            case _:
                return

    def element(self, whole: Any, part: Var) -> Iterator[tuple[str, str]]:
        """A variable that holds a part of another one's value (of a dict: a key)."""
        if isinstance(whole, Var) and not isinstance(self.types.get(whole.name), Dct):
            yield whole.name, part.name
            if _shares(self.types.get(part.name)):
                yield part.name, whole.name

    def held(self, target: Var, value: Expr) -> Iterator[str]:
        """The variables whose objects a new container or object holds."""
        if isinstance(value, (Build, BuildDict)):
            yield from differentiable_operands(value, self.types)
        elif isinstance(value, Call) and isinstance(self.types.get(target.name), (Tup, Lst, Dct, Obj, Inst)):
            for atom in (*self.regions.shared_operands(target, value), *(kwarg for _, kwarg in value.kwargs)):
                if isinstance(atom, Var):
                    yield atom.name

    def reach(self, start: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
        seen = set(start)
        todo = list(seen)
        while todo:
            for following in edges[todo.pop()]:
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return seen


def _shares(value: Value | None) -> bool:
    """Whether two variables of this type may be one object, so that a store through one is seen through the other."""
    match value:
        case Tensor(dims=()):
            return False
        case Tensor() | Lst() | Dct() | Obj() | Inst() | Top():
            return True
        case Tup(items=items):
            return any(map(_shares, items))
        case _:
            return False


def active_variables(
    variant: Variant, wrt: Iterable[str], extra_outputs: Iterable[str] = ()
) -> frozenset[str]:
    """The variables on some differentiable path from a parameter in `wrt` to the result."""
    flow = Flow(variant)
    varied = flow.reach((name for name in wrt if flow.carries(name)), flow.forward)
    useful = flow.reach((RESULT, *extra_outputs), flow.backward)
    return frozenset((varied & useful) | ({RESULT} if RESULT in varied else set()))


def varied_variables(variant: Variant, wrt: Iterable[str]) -> frozenset[str]:
    flow = Flow(variant)
    return frozenset(flow.reach((name for name in wrt if flow.carries(name)), flow.forward))
