"""Where values go besides along differentiable edges: the graph in which losses of derivatives are searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2sad.analysis.activity import RESULT, Flow
from s2sad.analysis.operands import (
    mutates,
)
from s2sad.analysis.session import Variant
from s2sad.analysis.values import (
    TOP,
    Bound,
    Fn,
    Gen,
    Known,
    Value,
    may_vary,
)
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import (
    Const,
    Ref,
    Star,
    Stmt,
    Var,
)
from s2sad.ir.walk import walk

PLAIN, HIDDEN, LOST = 0, 1, 2
State = tuple[str, int]
STOP = "mark the value constant with s2sad.stop_gradient, if no derivative is wanted through it"
MUTABLE = (list, dict, set, bytearray, np.ndarray)


@dataclass(frozen=True)
class Loss:
    """`source` goes on as `target`, without its derivative."""

    source: str
    target: str
    state: int
    stmt: Stmt
    code: str
    message: str
    help: str


@dataclass
class Summary:
    """Where a variant's parameters (and the globals that it mentions) get to: (output, state) for each (input, state)."""

    reach: dict[State, frozenset[State]] = field(default_factory=dict)
    globals: frozenset[str] = frozenset()


class LossGraph:
    """All ways that the values of one variant take. `summary_of(variant)` tells where the parameters of a callee get to."""

    def __init__(self, summary_of: Callable[[Variant], Summary], variant: Variant) -> None:
        assert variant.function is not None
        self.summary_of = summary_of
        self.variant = variant
        self.function = variant.function
        self.types = variant.types
        self.ordinary = Flow(variant)
        self.losses: list[Loss] = []
        self.edges: dict[State, set[State]] = defaultdict(set)
        self.back: dict[State, set[State]] = defaultdict(set)
        self.globals: set[str] = set()
        self.stmt_now: Stmt | None = None
        for source, targets in self.ordinary.forward.items():
            for target in targets:
                self.edge((source, PLAIN), (target, PLAIN))
        for stmt in walk(self.function.body):
            if id(stmt) not in self.ordinary.zipped.silent:
                self.stmt_now = stmt
                self.stmt(stmt)

    def edge(self, source: State, target: State) -> None:
        self.edges[source].add(target)
        self.back[target].add(source)

    def keep(self, source: str, target: str) -> None:
        """What `source` holds is held by `target` in the same form."""
        self.edge((source, HIDDEN), (target, HIDDEN))
        self.edge((source, LOST), (target, LOST))

    def convert(self, source: str, target: str) -> None:
        """`target` is computed from `source`: a number, if its type says so."""
        self.edge((source, HIDDEN), (target, LOST if self.varies(target) else HIDDEN))
        self.edge((source, LOST), (target, LOST))

    def lose(self, source: str, target: str, state: int, code: str, message: str, help: str = STOP) -> None:
        if not self.varies(source) or target in self.ordinary.forward.get(source, ()):
            return
        assert self.stmt_now is not None
        self.losses.append(Loss(source, target, state, self.stmt_now, code, message, help))

    def varies(self, name: str) -> bool:
        value = self.types.get(name, TOP)
        return may_vary(value) and not isinstance(value, (Fn, Bound, Gen))

    def type_of(self, atom: Any) -> Value:
        match atom:
            case Var(name=name):
                return self.types.get(name, TOP)
            case Const(value=value):
                return Known(value)
            case Ref(target=Live(obj=obj)):
                return Known(obj)
            case _:
                return TOP

    def name_of(self, atom: Any) -> str | None:
        """The node of an operand: a variable, or a global object that can be written to."""
        atom = atom.value if isinstance(atom, Star) else atom
        value = self.type_of(atom)
        if isinstance(value, Known) and isinstance(value.value, MUTABLE):
            name = f"@{id(value.value)}"
            self.globals.add(name)
            return name
        return atom.name if isinstance(atom, Var) else None

    def names_of(self, atoms: Iterable[Any]) -> list[str]:
        return [name for name in map(self.name_of, atoms) if name is not None]

    def reach(self, start: Iterable[State], edges: dict[State, set[State]]) -> set[State]:
        seen = set(start)
        todo = list(seen)
        while todo:
            for following in edges.get(todo.pop(), ()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return seen

    def summary(self) -> Summary:
        edges = defaultdict(set, {state: set(targets) for state, targets in self.edges.items()})
        for loss in self.losses:
            edges[loss.source, PLAIN].add((loss.target, loss.state))
        outputs = {
            RESULT,
            *self.globals,
            *(param for param in self.variant.params if mutates(self.variant, param)),
        }
        reach: dict[State, frozenset[State]] = {}
        for name in (*self.variant.params, *sorted(self.globals)):
            for state in (PLAIN, HIDDEN, LOST):
                ends = self.reach([(name, state)], edges)
                reach[name, state] = frozenset(
                    end for end in ends if end[0] in outputs and end != (name, state)
                )
        return Summary(reach, frozenset(self.globals))

    def stmt(self, stmt: Stmt) -> None:
        """Note the ways that a statement opens."""
        raise NotImplementedError
