"""The ground of a walk over one function: the types of its variables, and the statements that come out.

`specialise.Frame` is put together of parts that stand on one another: `Scope`, `calls.Calls`, `objects.Objects`,
`methods.Methods`, `control.Control`.  Each part uses those below it; what a lower one needs of a higher one it declares.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from s2sad.analysis.demands import Demand, demands, narrowed
from s2sad.analysis.links import Links
from s2sad.analysis.live_objects import live_object
from s2sad.analysis.session import Generated, Resolved, Session, Variant
from s2sad.analysis.values import (
    ARRAY,
    NEVER,
    TOP,
    Dct,
    Known,
    Lst,
    Obj,
    Other,
    Top,
    Tup,
    Value,
    as_made,
    definite,
    join,
)
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, SourceValue
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Build,
    Const,
    Expr,
    Function,
    GetAttr,
    Index,
    MakeSlice,
    Ref,
    SliceIndex,
    Star,
    Stmt,
    TupleIndex,
    Var,
)
from s2sad.ir.walk import deep_defs

Env = dict[str, Value]
Found = tuple[
    Value, Expr | None
]  # the type of an expression, and what to write for it; None: it does not return


class Scope:
    """Variables and their types. `env` is the flow-sensitive type of each; None where control cannot be."""

    def __init__(self, session: Session, function: Function, env: Env) -> None:
        self.session = session
        self.function = function
        env = {name: self.narrowed(name, value) for name, value in env.items()}
        self.env: Env | None = env
        self.types: Env = dict(env)
        self.out: list[Stmt] = []
        self.result: Value | None = None
        self.env_at_end: Env = dict(env)
        self.stmt_now: Stmt | None = None
        self.definitions: dict[str, Expr] = {}
        self.links = Links()

    # ── what the parts above provide ──────────────────────────────────────────────────────────────────────

    def stmt(self, stmt: Stmt) -> None:
        """Walk one statement."""
        raise NotImplementedError

    def expr(self, expr: Expr) -> Found:
        """The type of an expression, and what to write for it."""
        raise NotImplementedError

    def attribute(self, expr: GetAttr) -> Found:
        """The type of an attribute that is read."""
        raise NotImplementedError

    # ── statements that come out ──────────────────────────────────────────────────────────────────────────

    def block(self, stmts: Block) -> Block:
        outer, self.out = self.out, []
        for stmt in stmts:
            if self.env is None:
                break
            self.stmt_now = stmt
            self.stmt(stmt)
        done, self.out = tuple(self.out), outer
        return done

    def emit(self, stmt: Stmt) -> None:
        self.out.append(stmt)
        if isinstance(stmt, Assign) and stmt.target.is_temp:
            self.definitions[stmt.target.name] = stmt.value

    def bind(self, var: Var, expr: Expr, value: Value) -> None:
        """Emit an assignment that rides on the current statement's place, and note the type."""
        assert self.stmt_now is not None
        if expr != var:
            self.emit(Assign(var, expr, span=self.stmt_now.span))
        self.set(var, value)

    def temp(self, expr: Expr, value: Value) -> Var:
        var = Var(self.session.fresh_temp())
        self.bind(var, expr, value)
        return var

    def definition(self, atom: Atom) -> Expr | None:
        """The expression that a temporary stands for."""
        return self.definitions.get(atom.name) if isinstance(atom, Var) else None

    def displayed(self, atom: Atom, position: Any) -> Atom | None:
        """What stands at a position of the tuple or list that a temporary was made as; None if that is not known."""
        definition = self.definition(atom)
        while isinstance(definition, Var):
            definition = self.definition(definition)
        if not isinstance(definition, Build) or any(isinstance(item, Star) for item in definition.items):
            return None
        found = definition.items[position]
        return None if isinstance(found, Star) else found

    # ── types ─────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, atom: Atom | Star) -> Value:
        match atom:
            case Var(name=name):
                assert self.env is not None
                return self.env.get(name, TOP)
            case Const(value=value):
                return Known(value)
            case Ref(target=Live(obj=obj)):
                return self.live(obj)
            case Ref(target=target):
                return denoted(target)
            case Star(value=inner):
                return self.value(inner)
        raise AssertionError(atom)

    def live(self, obj: Any) -> Value:
        """The type of an object that the program finds outside of it."""
        origin = self.function.origin
        return live_object(obj, origin.module if isinstance(origin, SourceFunction) else None)

    @cached_property
    def demands(self) -> dict[str, Demand]:
        """What the function's text demands of its variables. It is looked for where something is not known."""
        found: dict[str, Demand] = self.session.derived(
            ("demands", id(self.function)), lambda: (self.function, demands(self.function))
        )[1]
        return found

    def narrowed(self, name: str, value: Value) -> Value:
        """A type that may be anything, in the light of what the variable is used for."""
        is_open = isinstance(value, Top) or value == ARRAY
        return narrowed(value, self.demands.get(name)) if is_open else value

    def set(self, var: Var, value: Value) -> None:
        assert self.env is not None
        value = self.narrowed(var.name, value)
        if isinstance(value, Known):
            value = self.live(value.value)
        self.env[var.name] = value
        old = self.types.get(var.name)
        self.types[var.name] = definite(value if old is None or old == NEVER else join(old, value))

    def assignments(self) -> tuple[frozenset[str], dict[str, int]]:
        """The parameters of the function in work, and how often each of its variables is assigned."""
        key = ("assignments", id(self.function))
        memo = self.session.memo
        if key not in memo:
            counts = Counter(var.name for var in deep_defs(self.function.body))
            params = frozenset(self.function.param_names()).difference(self.function.free)
            memo[key] = (params, counts, self.function)
        params, counts, _ = memo[key]
        return params, counts

    def mutated(self, var: Var, value: Value) -> None:
        """The object that `var` holds has changed in a way that its type tells: so do the containers that hold it."""
        self.set(var, as_made(self.env.get(var.name) if self.env is not None else None, value))
        self.links.changed(self, var.name, {var.name})

    def apply_effect(self, operand: Atom, effect: Value | None) -> None:
        if isinstance(operand, Var) and isinstance(effect, (Obj, Lst, Dct)) and effect != self.value(operand):
            self.mutated(operand, effect)

    # ── indices ───────────────────────────────────────────────────────────────────────────────────────────

    def index_operand(self, index: Index) -> Atom:
        """An index as one operand (for a function that takes it as an argument)."""
        match index:
            case SliceIndex():
                return self.temp(MakeSlice(index), Other("slice"))
            case TupleIndex(items=items):
                parts = tuple(self.index_operand(item) for item in items)
                return self.temp(Build("tuple", parts), Tup(tuple(map(self.value, parts))))
            case _:
                return index

    def index_value(self, index: Index) -> Any:
        match index:
            case SliceIndex(lo=lo, hi=hi, step=step):
                return slice(*(None if part is None else self.value(part) for part in (lo, hi, step)))
            case TupleIndex(items=items):
                return tuple(self.index_value(item) for item in items)
            case _:
                found = self.value(index)
                return found.items if isinstance(found, Tup) and found.cls is None else found


def denoted(target: Any) -> Value:
    match target:
        case Live(obj=obj):
            return Known(obj)
        case SourceFunction() | SourceClass():
            return Known(target)
        case SourceValue():
            return TOP
        case Variant() | Generated():
            return Known(target)
        case Resolved(variant=variant):
            return Known(variant)
        case _:
            return TOP
