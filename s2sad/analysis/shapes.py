"""Which variables surely have the same shape, where the shapes themselves are not known.

``np.exp(x)``, ``-x``, ``2.0 * x + 1.0`` have the shape of `x`; ``x * w`` has one of its own, unless `w` is known to
have the shape of `x`.  A walk from the beginning to the end gives each variable a class: variables of one class have
one shape.  A variable that is bound again leaves its class; what a branch or a loop binds has a new one afterwards.

It also tells which adjoints may stay larger than their variables (`deferrable`).  Let ``v = f(x, w)`` be elementwise,
and let `v` broadcast against something larger in its one use.  The adjoint of `v` is a sum over the axes along which
`v` was broadcast.  Neither the partials of `f` nor `x` vary along these axes, so the sum may as well be made later:
``sum(g) * p`` is ``sum(g * p)``, and the sum down to the shape of `x` contains the one down to the shape of `v`, since
`x` broadcasts to `v`.  So `v` itself is not needed, not even for its shape.  Three conditions make this right:

- `f` is elementwise, and so is the use: what else takes an adjoint looks at its shape;
- nothing else adds to the adjoint of `v`: sums of different shapes would be broadcast against each other;
- an adjoint is never *smaller* than its variable.  That holds from the seed on, which has the result's shape, and is
  kept up: a contribution is a product with the seed of a value that broadcasts to the result, or what a rule returns,
  whose shape is the operand's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count

from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import RuleCall, rule_call
from s2sad.analysis.values import TOP, Other, Tensor, Top, Value, number
from s2sad.ir.nodes import (
    Assign,
    Block,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    Stmt,
    Var,
)
from s2sad.ir.walk import blocks, deep_defs, defs, functions, uses, walk
from s2sad.rules.declare import BindError

Classes = dict[str, int]


class Shapes:
    """The classes at each statement of a function whose variables have these types."""

    def __init__(self, body: Block, params: Iterable[str], types: Mapping[str, Value]) -> None:
        self.types = types
        self.numbers = count()
        self.after: dict[int, Classes] = {}  # id(statement) -> classes when it has run
        self.elementwise: dict[
            str, Assign
        ] = {}  # of variables without known shape: the operation that made them
        self.keep = body
        if any(self.is_open(Var(name)) for name in types):
            self.block(body, {name: next(self.numbers) for name in params})

    def same(self, stmt: Stmt, first: str, second: str) -> bool:
        """Have two variables the same shape when the statement has run?"""
        classes = self.after.get(id(stmt), {})
        return first in classes and classes.get(second) == classes[first]

    # ── the walk ─────────────────────────────────────────────────────────────────────────────────────────

    def block(self, body: Block, classes: Classes) -> None:
        for stmt in body:
            inner = list(blocks(stmt))
            if inner:
                bound = {var.name for var in deep_defs((stmt,))}
                self.renew(classes, bound)
                for block in inner:
                    self.block(block, dict(classes))
                self.renew(classes, bound)
            elif isinstance(stmt, Assign):
                classes[stmt.target.name] = self.assigned(stmt, classes)
            else:
                self.renew(classes, (var.name for var in defs(stmt)))
            self.after[id(stmt)] = (
                {} if id(stmt) in self.after else dict(classes)
            )  # a statement in two places

    def renew(self, classes: Classes, names: Iterable[str]) -> None:
        for name in names:
            classes[name] = next(self.numbers)

    def assigned(self, stmt: Assign, classes: Classes) -> int:
        if isinstance(stmt.value, Var):
            return self.class_of(stmt.value, classes)
        if isinstance(stmt.value, MethodCall) and stmt.value.name == "copy" and not stmt.value.args:
            return self.class_of(stmt.value.obj, classes)
        if not self.is_open(stmt.target):
            return next(self.numbers)
        call = elementwise(stmt.value, self.types)
        if call is None:
            return next(self.numbers)
        self.elementwise[stmt.target.name] = stmt
        operands = [
            atom
            for bound in call.bound.values()
            for atom in (bound if isinstance(bound, tuple) else (bound,))
        ]
        found = {
            self.class_of(atom, classes)
            for atom in operands
            if isinstance(atom, (Var, Ref)) and not self.is_number(atom)
        }  # (constants are numbers)
        return found.pop() if len(found) == 1 else next(self.numbers)

    def class_of(self, atom: object, classes: Classes) -> int:
        if not isinstance(atom, Var) or not isinstance(number(self.types.get(atom.name, TOP)), (Tensor, Top)):
            return next(self.numbers)  # a list may grow
        return classes.setdefault(atom.name, next(self.numbers))

    # ── types ────────────────────────────────────────────────────────────────────────────────────────────

    def is_open(self, var: Var) -> bool:
        """May it hold an array whose shape is not known?"""
        value = number(self.types.get(var.name, TOP))
        return isinstance(value, Top) or (
            isinstance(value, Tensor) and (value.dims is None or None in value.dims)
        )

    def is_number(self, atom: Var | Ref) -> bool:
        value = number(self.types.get(atom.name, TOP)) if isinstance(atom, Var) else TOP
        return isinstance(value, Other) or (isinstance(value, Tensor) and value.dims == ())


def elementwise(expr: Expr, types: Mapping[str, Value]) -> RuleCall | None:
    """The rule of an elementwise operation."""
    if isinstance(expr, Op) and expr.kind in TESTS:
        return None
    if not isinstance(expr, (Op, Call, MethodCall, GetAttr)):
        return None
    try:
        call = rule_call(expr, types)
    except BindError:
        return None
    return call if call is not None and call.rule.kind == "elementwise" else None


def deferrable(body: Block, shapes: Shapes, active: frozenset[str]) -> set[str]:
    """Variables made by an elementwise operation, whose adjoint has one contribution, within the block of that operation."""
    if not shapes.elementwise:
        return set()
    contributions: Counter[str] = Counter()
    bound: Counter[str] = Counter(var.name for var in deep_defs(body))
    captured = {name for function in functions(body) for name in function.free}
    for stmt in walk(body):
        contributions.update(reads_of(stmt, active))
    found: set[str] = set()
    for block in all_blocks(body):
        made: set[str] = set()
        for stmt in block:
            if isinstance(stmt, Assign) and stmt.target.name in active:
                found |= {var.name for var in uses(stmt.value)} & made
                match stmt.value:
                    case Var(name=name) if name in made and bound[name] == contributions[name] == 1:
                        made.add(stmt.target.name)
                    case _ if shapes.elementwise.get(stmt.target.name) is stmt:
                        made.add(stmt.target.name)
    return {name for name in found - captured if bound[name] == contributions[name] == 1}


def reads_of(stmt: Stmt, active: frozenset[str]) -> Counter[str]:
    """How often a statement may add to the adjoint of each variable; whatever is not an assignment counts as often."""
    match stmt:
        case Assign(target=target, value=Op() | GetItem() | GetAttr() | Const() | Ref()) if (
            target.name not in active
        ):
            return Counter()
        case Assign(target=target, value=value) if target.name in active:
            return Counter(var.name for var in uses(value))
        case _:
            return Counter({var.name: 2 for var in uses(stmt)})


def all_blocks(body: Block) -> list[Block]:
    found = [body]
    for stmt in walk(body):
        found += blocks(stmt)
    return found
