"""What a program does with a variable tells what it holds: the kinds of values that have no annotation.

``A[1:, :]``, ``A.shape``, ``A.sum()`` and ``A - 1.0`` raise for a list, a tuple, a dict and a string.  If control surely
comes to such a use, then `A` held a number or an array from its assignment on: all calls that return are calls with
one.  ``n, m = A.shape`` tells the number of axes as well.  One walk from the end to the beginning of a function finds
for each variable what is *demanded* of it after every one of its assignments (or the entry).  What a called function of
the user's demands of a parameter, the call demands of its argument.

What is taken for granted:

- a loop runs at least once: a use in its body counts.  Where it does not run, the value is handed on as it is;
- what one branch demands counts if the other one does not mention the variable at all, as it does not matter there; a
  variable that is compared with None, or asked for its class, may be several things, and nothing is said of it;
- operators and attributes are those of NumPy: a parameter with an attribute that arrays have not is an object, and
  nothing is said of it.  A dict whose keys are tuples is not looked for in ``T[i, j]``: what is made for an array
  raises for it.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sad.analysis.usage import handed_variables
from s2sad.analysis.values import ARRAY, Tensor, Top, Value
from s2sad.errors import S2sadError
from s2sad.frontend.resolve import SourceFunction, live_object
from s2sad.ir.nodes import (
    COMPARE,
    Assert,
    Assign,
    Atom,
    AugItem,
    AugName,
    Block,
    Break,
    Call,
    Const,
    Continue,
    Expr,
    For,
    Function,
    GetAttr,
    GetItem,
    If,
    Index,
    MakeFunction,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetItem,
    SliceIndex,
    Stmt,
    Try,
    TupleIndex,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import blocks, deep_uses, defs, uses, walk

MAX_CALLS = 6


@dataclass(frozen=True, slots=True)
class Demand:
    """A number or an array, with so many axes where `rank` tells; `open`: it is used in a way that tells nothing."""

    rank: int | None = None
    open: bool = False


OPEN = Demand(open=True)
NUMERIC = Demand()
State = dict[str, Demand]  # a variable that is not mentioned any more is not in it

#: What arrays have and containers and text have not.
_OF_ARRAYS = frozenset(dir(np.ndarray))
_OF_OTHERS = frozenset(name for kind in (list, tuple, dict, str, set, range, slice) for name in dir(kind)) | {
    "__dict__"
}
TELLING = _OF_ARRAYS - _OF_OTHERS
#: Operators that no two containers have.
ARITHMETIC = frozenset({"sub", "truediv", "floordiv", "pow", "matmul", "neg", "pos"})
WITH_NUMBERS = ARITHMETIC | {"add", "lt", "le", "gt", "ge"}
#: Who asks for the kind of a value expects several.
QUESTIONS = (isinstance, type, hasattr, callable, np.isscalar, np.ndim, np.iterable)


def narrowed(value: Value, demand: Demand | None) -> Value:
    """A type in the light of what is demanded of the variable that holds it."""
    if demand is None or demand.open:
        return value
    dims = None if demand.rank is None else (None,) * demand.rank
    if isinstance(value, Top) and not value.objects and value.given is None:
        return Tensor("?", None, dims)
    if value == ARRAY and dims is not None:
        return replace(ARRAY, dims=dims)
    return value


def demands(function: Function, depth: int = 0) -> dict[str, Demand]:
    """What is demanded of each variable after all of its assignments; of a parameter, after the entry."""
    return _Walk(function, depth).found


class _Walk:
    """The walk over one function."""

    def __init__(self, function: Function, depth: int) -> None:
        self.depth = depth
        self.callees: dict[int, dict[str, Demand]] = {}
        self.loops: list[
            tuple[State, State]
        ] = []  # what is demanded after each loop, and at the end of a round
        everything = walk(function.body)
        self.made = _made_once(function, everything)
        self.numbers = _numbers(everything, self.made)
        self.objects = {name for stmt in everything for name in _objects_of(stmt)}
        self.found: dict[str, Demand] = {}
        entry = self.block(function.body, {})
        captured = {var.name for var in _captured(everything)}
        for name in function.param_names():
            self.note(name, entry)
        for name in self.objects | captured:
            self.found.pop(name, None)

    def note(self, name: str, after: State) -> None:
        """An assignment, behind which this is demanded."""
        if name in after:
            self.found[name] = _either(self.found[name], after[name]) if name in self.found else after[name]

    # ── statements, from the last to the first ───────────────────────────────────────────────────────────

    def block(self, body: Block, after: State) -> State:
        for stmt in reversed(body):
            after = self.stmt(stmt, after)
        return after

    def stmt(self, stmt: Stmt, after: State) -> State:
        match stmt:
            case If(test=test, body=body, orelse=orelse):
                return self.mentioned((test,), _merged(self.block(body, after), self.block(orelse, after)))
            case For(target=target, iterable=iterable, body=body, orelse=orelse):
                after = self.block(orelse, after)
                return self.mentioned((iterable,), self.rounds((), body, target, after))
            case While(head=head, test=test, body=body, orelse=orelse):
                after = self.block(orelse, after)
                return self.rounds(head, self.tested(test, body), None, after)
            case Break():
                return dict(self.loops[-1][0])
            case Continue():
                return dict(self.loops[-1][1])
            case Return(value=value):
                return self.mentioned((value,), {})
            case Raise():
                return {}
            case Try(final=final):
                inner = [var for block in blocks(stmt) for var in deep_uses(block)]
                for var in (var for block in blocks(stmt) for var in _bound(block)):
                    self.found[var.name] = OPEN
                return self.mentioned(inner, self.block(final, after))
            case With(context=context, target=held, body=body):
                before = self.block(body, after)
                return self.mentioned((context,), before if held is None else self.bound((held,), before))
            case Assert(test=test):
                return self.mentioned((test,), after)
            case _:
                return self.simple(stmt, after)

    def tested(self, test: Atom, body: Block) -> Block:
        return (Assert(test), *body)

    def rounds(self, head: Block, body: Block, target: Var | None, after: State) -> State:
        """A loop that runs at least once; what is demanded at its end is demanded by what follows, or the next round."""
        end = after
        for _ in range(3):
            self.loops.append((after, end))
            start = self.block(body, end)
            start = self.block(head, start if target is None else self.bound((target,), start))
            self.loops.pop()
            again = _merged(after, start)
            if again == end:
                break
            end = again
        return start

    def bound(self, targets: Iterable[Var], after: State) -> State:
        before = dict(after)
        for target in targets:
            self.note(target.name, after)
            before.pop(target.name, None)
        return before

    def mentioned(self, atoms: Iterable[Any], after: State) -> State:
        before = dict(after)
        for atom in atoms:
            if isinstance(atom, Var):
                before.setdefault(atom.name, OPEN)
        return before

    def simple(self, stmt: Stmt, after: State) -> State:
        before = self.bound(defs(stmt), after)
        told: dict[str, Demand] = {}
        match stmt:
            case Assign(target=target, value=value):
                told = dict(self.told(value, after.get(target.name)))
            case SetItem(obj=Var(name=name), index=index) | AugItem(obj=Var(name=name), index=index):
                if _is_of_arrays(index):
                    told = {name: NUMERIC}
            case AugName(target=target, op=op, value=value):
                before = dict(after)  # it may stay the same object
                self.note(target.name, after)
                told = dict(self.operator(op, (target, value)))
            case Unpack(targets=targets, value=Var(name=name), star=None):
                if (held := self.shape_of(name)) is not None:
                    told = {held: Demand(len(targets))}
        for var in uses(stmt):
            before.setdefault(var.name, OPEN)
        for name, demand in told.items():
            before[name] = _both(before.get(name, OPEN), demand)
        return before

    def shape_of(self, name: str) -> str | None:
        """The variable whose shape a temporary is."""
        made = self.made.get(name)
        if isinstance(made, GetAttr) and made.name == "shape" and isinstance(made.obj, Var):
            return made.obj.name
        return None

    # ── what an expression says of its operands ──────────────────────────────────────────────────────────

    def told(self, expr: Expr, result: Demand | None) -> Iterator[tuple[str, Demand]]:
        match expr:
            case Var(name=name):
                if result is not None and not result.open:
                    yield name, result
            case GetItem(obj=Var(name=name), index=index):
                if _is_of_arrays(index):
                    yield name, NUMERIC
                elif isinstance(index, SliceIndex) and result is not None and not result.open:
                    yield name, result  # a slice of a list is a list
            case GetAttr(obj=Var(name=name), name=attribute) if attribute in TELLING:
                yield name, NUMERIC
            case MethodCall(obj=Var(name=name), name="copy", args=()):
                if result is not None and not result.open:
                    yield name, result
            case MethodCall(obj=Var(name=name), name=method) if method in TELLING:
                yield name, NUMERIC
            case Op(kind=kind, args=args):
                yield from self.operator(kind, args)
            case Call(func=Ref(target=SourceFunction() as source)):
                yield from self.arguments(source, expr)

    def operator(self, kind: str, args: tuple[Atom, ...]) -> Iterator[tuple[str, Demand]]:
        """``a - 1.0``, ``-a``, ``a[1:] - a[:-1]``: of two containers these are not defined."""
        roots = [self.root(arg) for arg in args]
        alone = len(args) == 1 or (roots[0] is not None and roots[0] == roots[-1])
        for position, arg in enumerate(args):
            if not isinstance(arg, Var):
                continue
            other = args[1 - position] if len(args) == 2 else None
            by_number = other is not None and self.is_number(other)
            real = isinstance(other, Const) and isinstance(other.value, (float, complex))
            if (
                (kind in ARITHMETIC and alone)
                or (kind in WITH_NUMBERS and by_number)
                or (kind == "mul" and real)
            ):
                yield arg.name, NUMERIC
                root = roots[position]
                if root is not None:
                    yield root, NUMERIC

    def root(self, atom: Atom | None) -> str | None:
        """The variable that a value is a list of elements of, if it is a list: by slices, copies and repetition."""
        for _ in range(16):
            if not isinstance(atom, Var):
                return None
            match self.made.get(atom.name):
                case (
                    GetItem(obj=Var() as held, index=SliceIndex())
                    | MethodCall(obj=Var() as held, name="copy", args=())
                ):
                    atom = held
                case (
                    Op(kind="mul", args=(Var() as held, Const(value=int())))
                    | Op(kind="mul", args=(Const(value=int()), Var() as held))
                ):
                    atom = held
                case Op(kind="add", args=(Var() as a, Var() as b)) if self.root(a) == self.root(b):
                    atom = a
                case _:
                    return atom.name
        return None

    def is_number(self, atom: Atom) -> bool:
        if isinstance(atom, Const):
            return isinstance(atom.value, (int, float, complex)) and not isinstance(atom.value, bool)
        return isinstance(atom, Var) and atom.name in self.numbers

    def arguments(self, source: SourceFunction, call: Call) -> Iterator[tuple[str, Demand]]:
        """What a called function demands of its parameters."""
        if self.depth >= MAX_CALLS or any(not isinstance(arg, (Var, Const, Ref)) for arg in call.args):
            return
        if id(source) not in self.callees:
            self.callees[id(source)] = {}
            try:
                callee = source.lower()
            except S2sadError:  # reported where it is called
                return
            if not callee.is_generator:
                self.callees[id(source)] = demands(callee, self.depth + 1)
        inside = self.callees[id(source)]
        if not inside:
            return
        for param, variable in handed_variables(source.lower(), call):
            if param in inside and not inside[param].open:
                yield variable, inside[param]


# ── joining ──────────────────────────────────────────────────────────────────────────────────────────────


def _either(a: Demand, b: Demand) -> Demand:
    """What is demanded on both of two ways."""
    if a.open or b.open:
        return OPEN
    return a if a == b else NUMERIC


def _both(a: Demand, b: Demand) -> Demand:
    """What two uses on one way demand together."""
    if a.open or b.open:
        return b if a.open else a
    return a if b.rank is None else b


def _merged(first: State, second: State) -> State:
    return {
        name: _either(first[name], second[name])
        if name in first and name in second
        else first.get(name) or second[name]
        for name in first.keys() | second.keys()
    }


# ── what is seen at a glance ─────────────────────────────────────────────────────────────────────────────


def _is_of_arrays(index: Index) -> bool:
    """Whether nothing but arrays is indexed like this."""
    match index:
        case TupleIndex(items=items):
            return not any(isinstance(item, Const) and isinstance(item.value, (str, bytes)) for item in items)
        case Const(value=value):
            return value is None or value is Ellipsis
        case _:
            return False


def _made_once(function: Function, stmts: list[Stmt]) -> dict[str, Expr]:
    """What the variables that are assigned in one place are made of."""
    made: dict[str, Expr] = {}
    several = set(function.param_names())
    for stmt in stmts:
        for var in (*defs(stmt), *_targets(stmt)):
            if var.name in made or not isinstance(stmt, Assign):
                several.add(var.name)
            elif isinstance(stmt, Assign):
                made[var.name] = stmt.value
    return {name: expr for name, expr in made.items() if name not in several}


def _targets(stmt: Stmt) -> tuple[Var, ...]:
    match stmt:
        case For(target=target):
            return (target,)
        case With(target=Var() as held):
            return (held,)
        case _:
            return ()


def _bound(block: Block) -> Iterator[Var]:
    for stmt in walk(block):
        yield from defs(stmt)
        yield from _targets(stmt)


def _numbers(stmts: list[Stmt], made: Mapping[str, Expr]) -> set[str]:
    """Variables that surely hold one number: counters, sizes, and what is calculated of them."""
    found: set[str] = set()
    ranges = {name for name, expr in made.items() if _called(expr) is builtins.range}
    for stmt in stmts:
        if isinstance(stmt, For) and isinstance(stmt.iterable, Var) and stmt.iterable.name in ranges:
            found.add(stmt.target.name)
    bound_twice = {
        name
        for name in found
        if sum(name in {var.name for var in (*defs(s), *_targets(s))} for s in stmts) > 1
    }
    found -= bound_twice
    shapes = {name for name, expr in made.items() if isinstance(expr, GetAttr) and expr.name == "shape"}
    for _ in range(3):
        for name, expr in made.items():
            match expr:
                case Const(value=value):
                    plain = isinstance(value, (int, float, complex)) and not isinstance(value, bool)
                case GetItem(obj=Var(name=held), index=Const(value=int())):
                    plain = held in shapes
                case Op(kind=kind, args=args) if kind not in COMPARE:
                    plain = all(
                        (isinstance(arg, Const) and isinstance(arg.value, (int, float)))
                        or (isinstance(arg, Var) and arg.name in found)
                        for arg in args
                    )
                case _:
                    plain = _called(expr) in (builtins.len, builtins.int, builtins.float)
            if plain:
                found.add(name)
    return found


def _called(expr: Expr) -> Any:
    """The builtin function that an expression calls."""
    target = live_object(expr.func.target) if isinstance(expr, Call) and isinstance(expr.func, Ref) else None
    return target if isinstance(target, type) or target is builtins.len else None


def _objects_of(stmt: Stmt) -> Iterator[str]:
    """Variables that may be no array: with an attribute of their own, or called, or asked what they are."""
    value = stmt.value if isinstance(stmt, Assign) else None
    match value:
        case Op(kind="is" | "is_not", args=args):
            yield from (arg.name for arg in args if isinstance(arg, Var))
        case Call(func=Ref(target=target), args=(Var(name=name), *_)) if _asks(live_object(target)):
            yield name
        case GetAttr(obj=Var(name=name), name=attribute) | MethodCall(obj=Var(name=name), name=attribute):
            if attribute not in _OF_ARRAYS and attribute not in _OF_OTHERS:
                yield name
        case Call(func=Var(name=name)):
            yield name


def _asks(function: Any) -> bool:
    return any(function is one for one in QUESTIONS)


def _captured(stmts: list[Stmt]) -> Iterator[Var]:
    """Variables that a nested function reads or writes: they may change when it is called."""
    for stmt in stmts:
        if isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction):
            yield from map(Var, stmt.value.function.nonlocals)
