"""What the optimiser knows of a function: which variables hold numbers, which arrays nothing else refers to, and what
a statement reads, binds and changes.

Moving or merging statements is legal only if nobody can tell.  Two statements change places (`commute`) if neither
binds what the other mentions, and neither changes an object whose contents the other may read.  Objects are told
apart in three ways only; all other objects are taken for one:

- numbers cannot be changed at all (their type is known);
- a tape is a list of the compiler's own: its appends and pops change nothing but the tape;
- an *exclusive* array is made by this function, and no other variable, view or container refers to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from s2sad.analysis.values import TOP, Known, Other, Rng, Tensor, Tup, Value, number
from s2sad.ir.nodes import (
    Assert,
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Break,
    Build,
    Call,
    Const,
    Continue,
    Delete,
    Expr,
    For,
    Function,
    GetAttr,
    GetItem,
    If,
    MakeFunction,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Var,
    While,
    With,
    Yield,
)
from s2sad.ir.purity import pure_call, pure_method
from s2sad.ir.subst import all_names
from s2sad.ir.walk import blocks, defs, expr_atoms, functions, uses, walk
from s2sad.optimize.mentions import Index, Memo, Mentions

#: Library functions that return an array of their own, besides the ufuncs.
FRESH = frozenset(
    [
        "zeros_like",
        "ones_like",
        "empty_like",
        "full_like",
        "zeros",
        "ones",
        "empty",
        "full",
        "array",
        "copy",
        "sum",
        "mean",
        "prod",
        "dot",
        "vdot",
        "outer",
        "where",
        "cumsum",
        "matmul",
    ]
)
#: Temporaries that only gather what a function returns.
ENDINGS = ("%grads", "%pair", "%saved")


@dataclass(slots=True)
class Effects:
    """`state`: reads the contents of objects; `writes`: changes them; `leaves`: control may not go on."""

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    state: bool = False
    writes: bool = False
    leaves: bool = False

    def add(self, other: Effects) -> None:
        self.reads |= other.reads
        self.binds |= other.binds
        self.state = self.state or other.state
        self.writes = self.writes or other.writes
        self.leaves = self.leaves or other.leaves


class Facts:
    """Facts of one function as it is now: a pass that changes it makes new ones."""

    def __init__(
        self,
        function: Function,
        types: dict[str, Value] | None = None,
        tapes: Iterable[str] = (),
        finished: Mapping[str, Function] | None = None,
        index: Index | None = None,
    ) -> None:
        self.function = function
        self.finished = finished or {}
        self.made = 0
        self.types = types or {}
        self.tapes = frozenset(tapes)
        self.params = set(function.param_names()) | set(function.free)
        self.index = Index() if index is None else index
        self.stmts = walk(function.body)
        self.captured = {*function.free, *function.nonlocals}
        self.captured.update(*[made.free for made in functions(function.body)])
        mentions = [self.index.own(stmt) for stmt in self.stmts]
        self.reads = Counter([name for found in mentions for name in found.reads])
        self.binds = Counter([name for found in mentions for name in found.bound])
        self._numbers: dict[str, bool] = {}
        self._arrays: dict[str, bool] = {}
        self._own = frozenset(self.binds) - self.params - self.captured
        self._places: Memo[tuple[bool, frozenset[str]]] = Memo()
        self._before: Facts | None = None

    def after(self, function: Function) -> Facts:
        """The facts of the function that a pass made of this one."""
        new = Facts(function, self.types, self.tapes, self.finished, self.index)
        new._numbers, new._arrays, new._places = self._numbers, self._arrays, self._places
        new._before = self if "_effects" in vars(self) else self._before
        self._before = None
        return new

    @property
    def exclusive(self) -> frozenset[str]:
        """Arrays that nothing else refers to."""
        return self._owned[0]

    @property
    def fresh_numbers(self) -> frozenset[str]:
        """Numbers that are surely no arrays of rank 0."""
        return self._owned[1]

    @cached_property
    def counters(self) -> frozenset[str]:
        return self.fresh_numbers | (_counters(self.stmts) & self._own)

    def set_type(self, made: Var, like: Var) -> None:
        """A variable that a pass makes holds what another one holds."""
        if like.name in self.types:
            self.types[made.name] = self.types[like.name]

    # ── types ────────────────────────────────────────────────────────────────────────────────────────────

    def type(self, atom: Any) -> Value:
        if isinstance(atom, Const):
            return number(Known(atom.value))
        return number(self.types.get(atom.name, TOP)) if isinstance(atom, Var) else TOP

    def is_number(self, atom: Any) -> bool:
        """Is it a number (or a string, a range, ...), which nothing can change?"""
        return self._holds_number(atom.name) if isinstance(atom, Var) else isinstance(atom, Const)

    def _holds_number(self, name: str) -> bool:
        found = self._numbers.get(name)
        if found is None:
            value = number(self.types.get(name, TOP))
            found = self._numbers[name] = (
                isinstance(value, Rng)
                or (isinstance(value, Tensor) and value.dims == ())
                or (isinstance(value, Other) and value.kind in ("str", "slice"))
            )
        return found

    def is_array(self, atom: Any) -> bool:
        return isinstance(atom, Var) and self._holds_array(atom.name)

    def _holds_array(self, name: str) -> bool:
        found = self._arrays.get(name)
        if found is None:
            value = number(self.types.get(name, TOP))
            found = self._arrays[name] = (
                isinstance(value, Tensor) and value.dims is not None and value.dims != ()
            )
        return found

    def tuple_size(self, atom: Any, value: Any) -> int | None:
        """The length of the tuple that `atom` is bound to by this expression."""
        if isinstance(value, Call) and isinstance(value.func, Ref) and value.func.text in self.finished:
            return _result_size(self.finished[value.func.text])
        kind = self.type(atom)
        return len(kind.items) if isinstance(kind, Tup) and kind.cls is None else None

    def fresh_temp(self) -> str:
        """A name that occurs nowhere in the function yet."""
        while True:
            self.made += 1
            if f"%o{self.made}" not in self._taken:
                return f"%o{self.made}"

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(all_names(self.function))

    def is_fixed(self, var: Var) -> bool:
        """Is it bound once, so that it means the same wherever it is read?"""
        name = var.name
        return self.binds[name] + (name in self.params) == 1 and name not in self.captured

    def single(self, var: Var) -> bool:
        """A temporary that is assigned once and read once."""
        name = var.name
        return var.is_temp and self.binds[name] == self.reads[name] == 1 and name not in self.captured

    # ── objects of one's own ─────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _owned(self) -> tuple[frozenset[str], frozenset[str]]:
        """The exclusive arrays, and the numbers that are surely no arrays of rank 0."""
        arrays = {name for name in self._own if self._holds_array(name)}
        numbers = {name for name in self._own if self._holds_number(name)}
        copies: list[tuple[str, str]] = []
        for stmt in self.stmts:
            if isinstance(stmt, Assign) and isinstance(stmt.value, Var):
                copies.append((stmt.target.name, stmt.value.name))
                arrays -= {stmt.target.name, stmt.value.name}
                continue
            fresh, escaping = self._places.get(stmt) or self._places.put(stmt, self._placed(stmt))
            if not fresh:
                gone = self.index.own(stmt).binds
                arrays -= gone
                numbers -= gone
            arrays -= escaping
        while any(target in numbers and source not in numbers for target, source in copies):
            numbers -= {target for target, source in copies if source not in numbers}
        return frozenset(arrays), frozenset(numbers)

    def _placed(self, stmt: Stmt) -> tuple[bool, frozenset[str]]:
        """Does a statement bind new objects only, and which variables' objects does it put elsewhere?"""
        fresh = isinstance(stmt, AugName) or (isinstance(stmt, Assign) and self.is_new(stmt.value))
        return fresh, frozenset(self._escaping(stmt))

    def is_new(self, value: Expr) -> bool:
        """Is it surely an object of its own?"""
        match value:
            case Const() | Op():
                return True
            case MethodCall(obj=obj, name="copy"):
                return self.is_array(obj)
            case Call(func=Ref(text=text, target=target), args=args, kwargs=kwargs):
                found = getattr(target, "obj", None)
                known = type(found).__name__ == "ufunc" or getattr(found, "__name__", "") in FRESH
                return known and text.partition(".")[0] == "np" and self._pure(value, len(args), kwargs)
            case _:
                return False

    def _escaping(self, stmt: Stmt) -> set[str]:
        """Variables whose object gets a second reference, or goes where it cannot be followed."""
        match stmt:
            case Assign(value=Op()) | AugName() | Return():
                return set()
            case Assign(target=target, value=Build(kind="tuple")) if target.name.startswith(ENDINGS):
                return set()
            case Assign(target=target, value=GetItem(obj=obj) as value) if self.is_number(target):
                return {var.name for var in uses(value)} - {getattr(obj, "name", "")}
            case Assign(value=value) if self.is_new(value):
                return set()
            case AugItem(obj=obj) | SetItem(obj=obj) if self.is_array(obj):
                return set()
            case _:
                return {var.name for var in uses(stmt)}

    # ── effects ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _effects(self) -> Memo[Effects]:
        """Those known before hold still if the objects of one's own are the same."""
        before, self._before = self._before, None
        if before is not None and before.exclusive == self.exclusive and before.captured == self.captured:
            return before._effects
        return Memo()

    def effects(self, stmt: Stmt) -> Effects:
        found = self._effects.get(stmt)
        if found is None:
            found = self._effects.put(stmt, Effects())
            self._add(stmt, found)
        return found

    def used(self, stmt: Stmt) -> frozenset[str]:
        """What a statement reads itself."""
        return self.index.own(stmt).used

    def mentions(self, stmt: Stmt) -> Mentions:
        """What a statement and its blocks read and bind."""
        return self.index.deep(stmt)

    def _add(self, stmt: Stmt, found: Effects) -> None:
        own = self.index.own(stmt)
        found.reads.update(own.used)
        found.binds.update(own.binds)
        match stmt:
            case Assign(value=value):
                self._expression(value, found)
            case AugName(target=target, value=value):
                self._look(value, found)
                self._look(target, found)
                self._change(target, found)
            case SetItem(obj=obj) | AugItem(obj=obj) | SetAttr(obj=obj) | AugAttr(obj=obj):
                for atom in uses(stmt):
                    self._look(atom, found)
                self._change(obj, found)
            case Delete() | Assert() | Try() | Yield() | With():
                found.state = found.writes = found.leaves = True
            case Return() | Raise() | Break() | Continue():
                found.leaves = True
            case If() | For() | While():
                for atom in uses(stmt):
                    self._look(atom, found)
            case _:  # `Unpack` uses up what it takes apart, unless that is a tuple
                for atom in uses(stmt):
                    self._look(atom, found)
        for block in blocks(stmt):
            for inner in block:
                found.add(self.effects(inner))

    def _expression(self, value: Expr, found: Effects) -> None:
        match value:
            case Var() | Const() | Ref() | Build():
                pass
            case MethodCall(obj=Var(name=name), name="append" | "pop") if name in self.tapes:
                found.binds.add(f"contents of {name}")
            case Op() | GetItem() | GetAttr():
                for atom in expr_atoms(value):
                    self._look(atom, found)
            case Call() | MethodCall() if self.is_pure(value):
                for atom in expr_atoms(value):
                    self._look(atom, found)
            case MakeFunction():
                found.state = found.writes = True
            case _:
                found.state = found.writes = True
                found.reads |= self.captured
                found.binds |= self.captured

    def _look(self, atom: Any, found: Effects) -> None:
        if isinstance(atom, Var) and not self.is_number(atom) and atom.name not in self.exclusive:
            found.state = True

    def _change(self, atom: Any, found: Effects) -> None:
        if isinstance(atom, Var) and (self.is_number(atom) or atom.name in self.exclusive):
            found.binds.add(atom.name)
        else:
            found.writes = True

    def is_pure(self, value: Expr) -> bool:
        """Does evaluating it do nothing but read?"""
        match value:
            case Call(args=args, kwargs=kwargs) | MethodCall(args=args, kwargs=kwargs):
                return self._pure(value, len(args), kwargs)
            case MakeFunction():
                return False
            case _:
                return True

    def _pure(self, value: Expr, positional: int, kwargs: tuple[tuple[str | None, Any], ...]) -> bool:
        keys = tuple(key for key, _ in kwargs)
        match value:
            case Call(func=Ref(text=text, target=target)):
                return pure_call(text, target, positional, keys)
            case MethodCall(name=name):
                return pure_method(name, positional, keys)
            case _:
                return False


def _result_size(function: Function) -> int | None:
    """The length of the tuple that a finished function returns, whichever way it takes."""
    last = function.body[-1]
    if not isinstance(last, Return):
        return None
    sizes = {
        len(stmt.value.items) if isinstance(stmt.value, Build) and stmt.value.kind == "tuple" else None
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and stmt.target == last.value
    }
    return sizes.pop() if len(sizes) == 1 else None


def _counters(stmts: Iterable[Stmt]) -> set[str]:
    """Variables that only ever hold a literal integer, or one more than they did."""
    found: set[str] = set()
    others: set[str] = set()
    for stmt in stmts:
        match stmt:
            case (
                Assign(target=target, value=Const(value=int()))
                | AugName(target=target, value=Const(value=int()))
            ):
                found.add(target.name)
            case Assign(target=target, value=Op("add", (first, Const(value=int())))) if first == target:
                found.add(target.name)
            case _:
                others |= {var.name for var in defs(stmt)}
    return found - others


def commute(first: Effects, second: Effects) -> bool:
    """May two statements, one right after the other, change places?"""
    if first.leaves or second.leaves:
        return False
    if (first.writes and (second.writes or second.state)) or (second.writes and first.state):
        return False
    return (
        first.binds.isdisjoint(second.reads)
        and first.binds.isdisjoint(second.binds)
        and second.binds.isdisjoint(first.reads)
    )
