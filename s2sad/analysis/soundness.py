"""Refuse what would lose a derivative, before a transform starts: one check for both modes, all findings at once.

`activity` follows a value along differentiable edges.  This check follows it everywhere else as well: into text, bytes,
sets, integers that spell a float, captured variables, objects of unknown classes, global containers.  What takes a value
off the differentiable path is a *loss*; it is a finding if the result can depend on what was lost.

A variable is in one of three states: its value is followed by its derivative (`PLAIN`); it holds the value in a form that
is no number (`HIDDEN`: text, a set, a closure); it holds a number that was had back from such a form (`LOST`).
"""

from __future__ import annotations

import functools
import linecache
import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from typing import Any

import numpy as np

from s2sad.analysis import known_calls
from s2sad.analysis.activity import RESULT, Flow
from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import (
    CONTAINER_METHODS,
    INERT,
    PASSING,
    STORING,
    RuleCall,
    differentiable_operands,
    known_function,
    may_change,
    mutates,
    rule_call,
)
from s2sad.analysis.refuse import diagnostic
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.values import TOP, Bound, Dct, Fn, Gen, Inst, Known, Lst, Obj, Other, Tensor, Top, Tup, Value, may_vary, number
from s2sad.errors import Diagnostic, RefusedError
from s2sad.frontend.resolve import Live, SourceClass
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    For,
    Format,
    GetAttr,
    GetItem,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Span,
    Star,
    Stmt,
    Try,
    Unpack,
    Var,
    With,
    Yield,
)
from s2sad.ir.walk import expr_atoms, walk
from s2sad.rules.declare import BindError

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


class Checker:
    """The check of one compilation; remembers what it has seen of each variant."""

    def __init__(self) -> None:
        self.flows: dict[int, tuple[Variant, _Flows]] = {}
        self.summaries: dict[int, Summary] = {}
        self.done: set[tuple[int, tuple[str, ...]]] = set()

    def check(self, variant: Variant, wrt: Iterable[str]) -> None:
        """Raise RefusedError with every finding of a variant and of what it calls."""
        findings = self.findings(variant, tuple(wrt), ())
        if findings:
            raise RefusedError(*sorted(findings, key=lambda found: (found.filename, found.span.line, found.span.col)))

    def findings(self, variant: Variant, wrt: tuple[str, ...], outputs: tuple[str, ...]) -> list[Diagnostic]:
        key = (id(variant), (*wrt, "->", *outputs))
        if key in self.done or variant.function is None:
            return []
        self.done.add(key)
        found = self.flows_of(variant).findings(wrt, outputs)
        unique: list[Diagnostic] = []
        for item in found:
            if item not in unique:
                unique.append(item)
        return unique

    def flows_of(self, variant: Variant) -> _Flows:
        known = self.flows.get(id(variant))
        if known is None:
            known = self.flows[id(variant)] = (variant, _Flows(self, variant))
        return known[1]

    def summary(self, variant: Variant) -> Summary:
        known = self.summaries.get(id(variant))
        if known is None:
            self.summaries[id(variant)] = Summary()  # a recursive call adds nothing of its own
            if variant.function is None:
                return self.summaries[id(variant)]
            known = self.summaries[id(variant)] = self.flows_of(variant).summary()
        return known


class _Flows:
    """All ways of one variant."""

    def __init__(self, checker: Checker, variant: Variant) -> None:
        assert variant.function is not None
        self.checker = checker
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
        self.handlers: list[str] = []
        for stmt in walk(self.function.body):
            self.stmt_now = stmt
            self.stmt(stmt)

    # ── the graph ────────────────────────────────────────────────────────────────────────────────────────

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
        outputs = {RESULT, *self.globals, *(param for param in self.variant.params if mutates(self.variant, param))}
        reach: dict[State, frozenset[State]] = {}
        for name in (*self.variant.params, *sorted(self.globals)):
            for state in (PLAIN, HIDDEN, LOST):
                ends = self.reach([(name, state)], edges)
                reach[name, state] = frozenset(end for end in ends if end[0] in outputs and end != (name, state))
        return Summary(reach, frozenset(self.globals))

    # ── findings ─────────────────────────────────────────────────────────────────────────────────────────

    def findings(self, wrt: tuple[str, ...], outputs: tuple[str, ...]) -> list[Diagnostic]:
        ends = (RESULT, *outputs)
        varied = self.ordinary.reach((name for name in wrt if self.ordinary.carries(name)), self.ordinary.forward)
        useful = self.ordinary.reach(ends, self.ordinary.backward)
        lasting = self.reach([(end, LOST) for end in ends], self.back)
        found: list[Diagnostic] = []
        for loss in self.losses:
            if loss.source in varied and (loss.target, loss.state) in lasting:
                found.append(self.diagnostic(loss.stmt, loss.code, loss.message, loss.help))
        active = frozenset(varied & useful)
        for stmt in walk(self.function.body):
            if isinstance(stmt, Assign):
                found += self.check_assign(stmt, varied, useful, active)
            elif isinstance(stmt, (SetAttr, AugAttr)) and isinstance(stmt.obj, Var) and stmt.obj.name in active:
                found += self.check_attribute(stmt)
            elif isinstance(stmt, With) and stmt.target is not None and stmt.target.name in active:
                found.append(self.diagnostic(stmt, "S2S022", "the value that a context manager hands over is not followed",
                                             "call what computes it outside of `with`"))  # fmt: skip
        return found

    def check_assign(self, stmt: Assign, varied: set[str], useful: set[str], active: frozenset[str]) -> Iterator[Diagnostic]:
        expr = stmt.value
        if isinstance(expr, (Var, Const, Ref, GetItem, Build, BuildDict, MakeSlice, Format, MakeFunction)):
            return
        match expr:
            case Op(kind=kind) if kind in TESTS:
                return
            case Call(func=Ref(target=Resolved(variant=variant)), args=args):
                changed = tuple(p for p, arg in zip(variant.params, args, strict=True)
                                if isinstance(arg, Var) and arg.name in active and mutates(variant, p))  # fmt: skip
                if stmt.target.name in useful or changed:
                    inner = tuple(p for p, arg in zip(variant.params, args, strict=True) if isinstance(arg, Var) and arg.name in active)
                    yield from self.checker.findings(variant, inner, changed)
                return
        reaches = [name for name in differentiable_operands(expr, self.types) if name in varied]
        matters = bool(reaches) and stmt.target.name in useful
        if not reaches and stmt.target.name in active and isinstance(expr, Call):
            made = known_function(expr.func, self.types)
            if isinstance(made, type) and not self.is_understood(expr, TOP) and rule_call(expr, self.types) is None:
                yield self.diagnostic(stmt, "S2S021", f"active values are stored in an object of class `{made.__name__}`, whose derivative is not known",
                                      "use a list, a dict, an array, or a class of your own")  # fmt: skip
                return
        if not matters and not may_change(expr, self.types, active):
            return
        try:
            found = rule_call(expr, self.types)
        except BindError as error:
            yield self.diagnostic(stmt, "S2S022", str(error), "leave this argument away, or declare a rule of your own with @s2sad.rule")
            return
        if found is not None:
            if matters:
                yield from self.check_rule(stmt, found, varied)
        elif not self.is_understood(expr, self.types.get(stmt.target.name, TOP)):
            yield self.unknown(stmt, expr)

    def check_rule(self, stmt: Assign, call: RuleCall, varied: set[str]) -> Iterator[Diagnostic]:
        if "dtype" in call.bound and _holds_no_number(self.type_of(call.bound["dtype"])):
            yield self.diagnostic(stmt, "S2S020", "the elements of an array of this dtype have no derivative", "use a float dtype")
            return
        if not call.rule.real_only:
            return
        for name in call.rule.wrt:
            for var in call.operands(name):
                value = number(self.types.get(var.name, TOP))
                if var.name in varied and isinstance(value, Tensor) and value.kind == "c":
                    yield self.diagnostic(stmt, "S2S022", f"`{call.rule.name}` is differentiated for real arguments only",
                                          "split the argument into its real and imaginary part")  # fmt: skip
                    return

    def check_attribute(self, stmt: SetAttr | AugAttr) -> Iterator[Diagnostic]:
        value = self.type_of(stmt.obj)
        if isinstance(value, (Obj, Inst)):
            return
        yield self.diagnostic(stmt, "S2S010", f"attribute `{stmt.name}` of an object whose class is not known is assigned an active value",
                              "use an instance of a class of your own, a dataclass, or a dict")  # fmt: skip

    def is_understood(self, expr: Expr, result: Value) -> bool:
        """Whether an operation without a rule is one that both modes know."""
        match expr:
            case Op(kind="add" | "mul"):
                return isinstance(result, (Tup, Lst, Dct, Other))
            case Op():
                return isinstance(result, (Other, Top)) and any(isinstance(self.type_of(arg), (Obj, Other, Top)) for arg in expr.args)
            case GetAttr(obj=obj):
                return isinstance(self.type_of(obj), (Obj, Inst, Tup)) or isinstance(result, (Bound, Fn, Known, Other))
            case MethodCall(obj=obj, name=name):
                if name in ("__new__", "__init__"):
                    return True
                value = self.type_of(obj)
                if isinstance(value, (Lst, Dct)):
                    return name in CONTAINER_METHODS
                return _is_text(value) or isinstance(value, Known)
            case Call(func=func):
                function = known_function(func, self.types)
                if known_calls.contains(INERT | PASSING | {functools.partial, getattr}, function):
                    return True
                return isinstance(result, (Obj, Inst, Tup, Fn, Bound, Gen)) or isinstance(function, SourceClass) or _is_helper(function)
            case _:
                return True

    def unknown(self, stmt: Stmt, expr: Expr) -> Diagnostic:
        what, target = described(expr)
        return self.diagnostic(stmt, "S2S021", f"no derivative is known for {what}",
                               f"declare one with @s2sad.rule({target}), or mark its argument constant with s2sad.stop_gradient")  # fmt: skip

    def diagnostic(self, stmt: Stmt, code: str, message: str, help: str) -> Diagnostic:
        span = narrowed(stmt.span, stmt.value) if isinstance(stmt, Assign) and stmt.span.line else stmt.span
        return diagnostic(self.function.origin, span if span.line else self.function.span, code, message, help)

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign(target=target, value=value):
                self.assign(target.name, value)
            case Unpack(targets=targets, value=value):
                for target in targets:
                    self.element(value, target.name)
            case For(target=target, iterable=iterable):
                self.element(iterable, target.name)
            case With(context=Var(name=context), target=Var(name=name)):
                self.convert(context, name)
                self.lose(context, name, LOST, "S2S022", "what a context manager hands over here is not followed",
                          "call the function that computes the value outside of `with`")  # fmt: skip
            case SetItem(obj=obj, value=value) | AugItem(obj=obj, value=value):
                self.store(obj, value)
                if isinstance(stmt, SetItem) and isinstance(stmt.index, Var) and isinstance(self.type_of(obj), (Dct, Top)):
                    if isinstance(self.type_of(obj), Dct):
                        self.lose_key(stmt.index.name, obj)
            case SetAttr(obj=obj, value=value, name=name) | AugAttr(obj=obj, value=value, name=name):
                self.set_attribute(obj, name, value)
            case AugName(target=target, value=value):
                for name in self.names_of((value,)):
                    self.keep(name, target.name)
            case Return(value=value) | Yield(value=value):
                for name in self.names_of((value,)):
                    self.keep(name, RESULT)
            case Try(handlers=handlers, body=body):
                self.attempt(body, [handler.name.name for handler in handlers if handler.name is not None])
            case _:
                pass

    def element(self, value: Atom, target: str) -> None:
        """`target` is a part of `value`."""
        kind = self.type_of(value)
        for name in self.names_of((value,)):
            if isinstance(kind, Other) and not _is_text(kind):
                self.convert(name, target)  # a set, an array of objects
                self.edge((name, HIDDEN), (target, LOST))
            else:
                self.keep(name, target)
            if name.startswith("@"):
                self.edge((name, HIDDEN), (target, LOST if self.varies(target) else HIDDEN))
                self.lose(target, name, HIDDEN, *_global_store())

    def store(self, obj: Atom, value: Atom) -> None:
        held = self.name_of(obj)
        if held is None:
            return
        for name in self.names_of((value,)):
            self.keep(name, held)
            if held.startswith("@"):
                self.lose(name, held, HIDDEN, *_global_store())
            elif not isinstance(number(self.type_of(obj)), Tensor):
                self.lose(name, held, HIDDEN, "S2S010", "a value is stored in an object that cannot carry its derivative",
                          "use a list, or an array of floats")  # fmt: skip

    def lose_key(self, key: str, obj: Atom) -> None:
        for name in self.names_of((obj,)):
            self.lose_as_key(key, name)

    def lose_as_key(self, key: str, target: str) -> None:
        if isinstance(number(self.types.get(key, TOP)), Tensor):
            self.losses.append(Loss(key, target, HIDDEN, self.stmt_now, "S2S022", "an active value is the key of a dict",  # type: ignore[arg-type]
                                    "use an integer or a string as the key"))  # fmt: skip

    def set_attribute(self, obj: Atom, attr: str, value: Atom) -> None:
        if isinstance(obj, Var) and not isinstance(self.type_of(obj), Known):
            for name in self.names_of((value,)):
                self.keep(name, obj.name)
                self.lose(name, obj.name, HIDDEN, "S2S010", f"attribute `{attr}` of an object whose class is not known is assigned an active value",
                          "use an instance of a class of your own, a dataclass, or a dict")  # fmt: skip
            return
        for name in self.names_of((value,)):  # a module, a class, another global object: it outlives the call
            text = obj.text if isinstance(obj, Ref) else obj.name if isinstance(obj, Var) else "an object"
            self.edge((name, LOST), (RESULT, LOST))
            self.lose(name, RESULT, LOST, "S2S013", f"`{text}.{attr}` outlives the call and is assigned an active value",
                      "return the value instead")  # fmt: skip

    def attempt(self, body: Iterable[Stmt], names: list[str]) -> None:
        """An exception may carry values to its handler."""
        outer = self.stmt_now
        for stmt in walk(tuple(body)):
            carried: list[str] = []
            self.stmt_now = stmt
            match stmt:
                case Raise(value=Var(name=name)):
                    carried = [name]
                case Assign(value=Call(func=Ref(target=Resolved()), args=args)):
                    carried = self.names_of(args)
            for name in carried:
                for handler in names:
                    self.keep(name, handler)
                    self.lose(name, handler, HIDDEN, "S2S022", "a value may leave here in an exception", "return it instead")
        self.stmt_now = outer

    # ── operations ───────────────────────────────────────────────────────────────────────────────────────

    def assign(self, target: str, expr: Expr) -> None:
        match expr:
            case Var() | Ref():
                for name in self.names_of((expr,)):
                    self.keep(name, target)
                    if name.startswith("@"):
                        self.lose(target, name, HIDDEN, *_global_store())
                        self.edge((name, HIDDEN), (target, LOST if self.varies(target) else HIDDEN))
            case GetItem(obj=obj):
                self.element(obj, target)
            case GetAttr(obj=obj):
                self.attribute(target, expr, obj)
            case Build(kind="set", items=items):
                self.hide(items, target, "S2S021", "a set forgets the derivatives of its elements", "use a list or a tuple")
            case Build(items=items):
                for name in self.names_of(items):
                    self.keep(name, target)
            case BuildDict(items=pairs):
                for key, value in pairs:
                    for name in self.names_of((value,)):
                        self.keep(name, target)
                    if isinstance(key, Var):
                        self.lose_as_key(key.name, target)
            case Format():
                self.hide(expr_atoms(expr), target, *_text("an f-string"))
            case MakeFunction():
                for name in self.names_of(expr_atoms(expr)):
                    self.keep(name, target)
                    self.lose(name, target, HIDDEN, "S2S023", "this function reads an active variable, and is called by code that is not followed",
                              "call it from code that has source text, or declare a rule for the function that takes it")  # fmt: skip
            case Op(kind=kind) if kind in TESTS:
                return
            case Op() | Call() | MethodCall():
                self.operation(target, expr)
            case _:
                return

    def hide(self, atoms: Iterable[Any], target: str, code: str, message: str, help: str = STOP) -> None:
        for name in self.names_of(atoms):
            self.keep(name, target)
            self.lose(name, target, HIDDEN, code, message, help)

    def attribute(self, target: str, expr: GetAttr, obj: Atom) -> None:
        kind = self.type_of(obj)
        if isinstance(kind, (Obj, Inst, Tup)):
            self.element(obj, target)
        else:
            self.operation(target, expr)

    def operation(self, target: str, expr: Expr) -> None:
        try:
            found = rule_call(expr, self.types)
        except BindError:
            found = None
        if found is not None:
            self.rule(target, expr, found)
            return
        match expr:
            case Call(func=Ref(target=Resolved(variant=variant)), args=args):
                self.user_call(target, variant, args)
            case Call(func=func):
                self.call(target, expr, known_function(func, self.types))
            case MethodCall():
                self.method(target, expr)
            case _:
                self.unknown_operation(target, expr)

    def rule(self, target: str, expr: Expr, call: RuleCall) -> None:
        rule = call.rule
        function = known_function(expr.func, self.types) if isinstance(expr, Call) else None
        operands = self.names_of(expr_atoms(expr))
        if rule.kind == "constant":
            if not rule.takes_active:
                for name in operands:
                    self.lose(name, target, LOST, "S2S022", f"`{described(expr)[0].strip('`')}` is given an active value: its derivative is not known",
                              "draw from the standard distribution and transform the draw: `mean + sd * rng.normal()`")  # fmt: skip
            elif known_calls.contains(known_calls.HIDING, function):
                self.hide(_arguments(expr), target, *_text(f"`{_text_of(expr)}`"))
            elif isinstance(function, type) and issubclass(function, BaseException):
                self.hide(_arguments(expr), target, "S2S022", "a value leaves here in an exception", "return it instead")
            elif known_calls.contains(READERS, function):
                for name in operands:
                    self.convert(name, target)
            return
        if rule.kind == "zero":
            for name in operands:
                if not (_is_text(self.types.get(name, TOP)) and known_calls.contains({int, bool, any, all, operator.contains}, function)):
                    self.convert(name, target)
            return
        for parameter, bound in call.bound.items():
            for name in self.names_of(bound if isinstance(bound, tuple) else (bound,)):
                self.convert(name, target)
                if parameter in rule.wrt:
                    if isinstance(self.types.get(target), Other):
                        self.lose(name, target, HIDDEN, "S2S020", f"`{rule.name}` makes an array of elements that have no derivative",
                                  "use an array of floats")  # fmt: skip
                elif parameter in known_calls.STEERING or (rule.name, parameter) in known_calls.SHAPE_ONLY:
                    continue
                elif _is_number(self.types.get(name, TOP)):
                    self.lose(name, target, LOST, "S2S022", f"`{rule.name}` is not differentiated with respect to `{parameter}`",
                              "mark this argument constant with s2sad.stop_gradient, or declare a rule of your own")  # fmt: skip

    def user_call(self, target: str, variant: Variant, args: tuple[Atom | Star, ...]) -> None:
        summary = self.checker.summary(variant)
        self.globals |= summary.globals
        given = {param: name for param, name in zip(variant.params, map(self.name_of, args), strict=True) if name is not None}
        outer = given | {name: name for name in summary.globals} | {RESULT: target}
        for (param, state), ends in summary.reach.items():
            if param not in outer:
                continue
            for end, new in ends:
                if end not in outer:
                    continue
                if state != PLAIN:
                    self.edge((outer[param], state), (outer[end], new))
                elif new == HIDDEN:
                    self.lose(outer[param], outer[end], HIDDEN, *_text(f"`{variant.name}`"))
        if target == RESULT:
            return
        if not isinstance(variant.result, Known):
            return

    def call(self, target: str, expr: Call, function: Any) -> None:
        arguments = list(_arguments(expr))
        if known_calls.contains(known_calls.HIDING, function):
            self.hide(arguments, target, *_text(f"`{_text_of(expr)}`"))
        elif known_calls.contains(PASSING, function):
            for name in self.names_of(arguments):
                self.keep(name, target)
            if function is dict:
                self.dict_of_pairs(target, expr)
        elif known_calls.contains(INERT, function) or known_calls.contains(known_calls.TELLS_NOTHING, function):
            return
        elif isinstance(function, (SourceClass,)) or (isinstance(self.types.get(target), (Obj, Inst, Tup)) and not isinstance(function, type(np.sin))):
            for name in self.names_of(arguments):
                self.keep(name, target)
        else:
            self.unknown_operation(target, expr)
            first, *rest = [*expr.args, Const(None)]
            if known_calls.stores_into_first(function) or "out" in dict(expr.kwargs):
                stored = dict(expr.kwargs).get("out", first)
                for held in self.names_of((stored,)):
                    for name in self.names_of([arg for arg in (*expr.args, *dict(expr.kwargs).values()) if arg != stored]):
                        self.edge((name, HIDDEN), (held, LOST))
                        self.lose(name, held, LOST, "S2S021", f"`{_text_of(expr)}` writes an active value in place",
                                  "write it as an assignment: `a[...] = value`")  # fmt: skip

    def dict_of_pairs(self, target: str, expr: Call) -> None:
        """``dict(zip(keys, values))`` in which the keys might be taken for values."""
        definitions = {stmt.target.name: stmt.value for stmt in walk(self.function.body) if isinstance(stmt, Assign)}
        for arg in expr.args:
            made = definitions.get(arg.name) if isinstance(arg, Var) else None
            if isinstance(made, Call) and known_function(made.func, self.types) is zip and len(made.args) == 2:
                keys, values = made.args
                kind = self.type_of(keys)
                element = getattr(kind, "elem", kind)
                if may_vary(kind) and _is_number(element) and isinstance(values, Var):
                    self.losses.append(Loss(values.name, target, LOST, self.stmt_now, "S2S022",  # type: ignore[arg-type]
                                            "a dict is made of pairs whose keys are numbers", "use integers or strings as keys"))  # fmt: skip
                    self.edge((target, LOST), (target, LOST))

    def method(self, target: str, expr: MethodCall) -> None:
        kind, arguments = self.type_of(expr.obj), list(_arguments(expr))
        held = self.name_of(expr.obj)
        if _is_text(kind):
            if expr.name in known_calls.TEXT_METHODS_THAT_COUNT:
                return
            self.hide([expr.obj, *arguments], target, *_text(f"method `{expr.name}` of a string"))
        elif isinstance(kind, Other) and kind.kind in known_calls.GENERATORS:
            for name in self.names_of(arguments):
                self.lose(name, target, LOST, "S2S022", f"the random draw `{expr.name}` is given an active value: its derivative is not known",
                          "draw from the standard distribution and transform the draw: `mean + sd * rng.normal()`")  # fmt: skip
        elif isinstance(kind, (Lst, Dct)) or (held is not None and held.startswith("@")):
            self.container_method(target, expr, held, arguments)
        elif not isinstance(kind, Known):
            self.unknown_operation(target, expr)
            if held is not None and (not isinstance(kind, Tensor) or expr.name in known_calls.ARRAY_STORES):
                for name in self.names_of(arguments):
                    self.edge((name, HIDDEN), (held, HIDDEN))
                    self.edge((name, LOST), (held, LOST))
                    self.lose(name, held, HIDDEN if not isinstance(kind, Tensor) else LOST, "S2S021",
                              f"no derivative is known for method `{expr.name}`, which is given an active value", _store_help(kind))  # fmt: skip

    def container_method(self, target: str, expr: MethodCall, held: str | None, arguments: list[Any]) -> None:
        if held is None:
            return
        if expr.name in ("index", "count", "keys", "clear", "remove", "sort", "reverse", "__len__", "__contains__"):
            return
        values = arguments
        if expr.name in ("get", "pop", "setdefault", "insert"):
            values = arguments[1:]
            if expr.name == "setdefault" and arguments and isinstance(arguments[0], Var):
                self.lose_as_key(arguments[0].name, held)
        if expr.name in STORING or expr.name not in CONTAINER_METHODS:
            for name in self.names_of(values):
                self.keep(name, held)
                if held.startswith("@"):
                    self.lose(name, held, HIDDEN, *_global_store())
        self.element(expr.obj, target)

    def unknown_operation(self, target: str, expr: Expr) -> None:
        """Nothing is known of it: its result may hold whatever it is given, and so may every object that it is given."""
        what, call = described(expr)
        help = f"declare one with @s2sad.rule({call}), or mark its argument constant with s2sad.stop_gradient"
        atoms = list(expr_atoms(expr))
        if isinstance(expr, MethodCall) and expr.name in HARMLESS_METHODS:
            return
        if isinstance(expr, GetAttr) and expr.name in HARMLESS_ATTRIBUTES:
            return
        names = self.names_of(atoms)
        for name in names:
            self.convert(name, target)
            self.lose(name, target, HIDDEN if not self.varies(target) else LOST, "S2S021", f"no derivative is known for {what}", help)
        if not isinstance(expr, Call):
            return
        module = getattr(known_function(expr.func, self.types), "__module__", None) or ""
        if module.startswith(("logging", "warnings")):
            return
        for held in names:
            if not self.is_container(held) or self.ordinary.forward.get(held) is None and held.startswith("%"):
                continue
            for name in names:
                if name != held:
                    self.edge((name, HIDDEN), (held, HIDDEN))
                    self.edge((name, LOST), (held, LOST))
                    self.lose(name, held, LOST if self.varies(held) else HIDDEN, "S2S021",
                              f"no derivative is known for {what}, which may store an active value", help)  # fmt: skip

    def is_container(self, name: str) -> bool:
        value = self.types.get(name, TOP)
        if isinstance(value, (Fn, Bound, Known, Gen)) or _is_text(value):
            return False
        return not (isinstance(value, Tensor) and value.dims == ())


READERS = frozenset({np.fromstring, np.loadtxt, np.genfromtxt, np.load})
HARMLESS_METHODS = frozenset({"is_integer", "setflags", "__len__", "__hash__", "__contains__", "__bool__"})
HARMLESS_ATTRIBUTES = frozenset({"__class__", "__doc__", "__name__", "__dict__"})


def _arguments(expr: Expr) -> Iterator[Any]:
    if isinstance(expr, (Call, MethodCall)):
        yield from expr.args
        yield from (value for _, value in expr.kwargs)


def _is_text(value: Value) -> bool:
    return (isinstance(value, Other) and value.kind in ("str", "bytes")) or (isinstance(value, Known) and isinstance(value.value, (str, bytes)))


def _is_number(value: Value) -> bool:
    plain = number(value)
    return isinstance(plain, Tensor) and plain.kind in "fc?" or isinstance(plain, Top)


def _holds_no_number(dtype: Value) -> bool:
    """Whether a dtype is known, and that of objects or text."""
    if not isinstance(dtype, Known) or dtype.value is None:
        return False
    try:
        return np.dtype(dtype.value).kind in "OSUVMm"
    except TypeError:
        return False


def _is_helper(function: Any) -> bool:
    return (getattr(function, "__module__", "") or "").startswith("s2sad.") and callable(function)


def _text(what: str) -> tuple[str, str, str]:
    return ("S2S020", f"{what} turns an active value into something that has no derivative, and the result depends on it",
            "use the number itself, or mark it constant with s2sad.stop_gradient")  # fmt: skip


def _global_store() -> tuple[str, str, str]:
    return ("S2S013", "an active value is stored in a global object, and read again", "use a local variable, or return the value")


def _store_help(kind: Value) -> str:
    if isinstance(kind, Tensor):
        return "write it as an assignment: `a[...] = value`"
    return "use a list, a dict, an array, or a class of your own"


def _text_of(expr: Expr) -> str:
    return described(expr)[1]


def described(expr: Expr) -> tuple[str, str]:
    """An operation as a message names it, and the function for which a rule would be declared."""
    match expr:
        case Call(func=Ref(text=text)):
            return f"`{text}`", text
        case Call(func=Var(name=text)):
            return ("the function that is called here" if text.startswith("%") else f"`{text}`"), "function"
        case MethodCall(name=text):
            return f"method `{text}`", "function"
        case GetAttr(name=text):
            return f"attribute `{text}`", "function"
        case Op(kind=text):
            return f"operator `{text}` on these operands", "function"
        case _:
            return "this expression", "function"


def narrowed(span: Span, expr: Expr) -> Span:
    """The place of a call inside of its statement, where the text shows it."""
    if not isinstance(expr, (Call, MethodCall)) or not span.file:
        return span
    word = expr.func.text if isinstance(expr, Call) and isinstance(expr.func, Ref) else getattr(expr, "name", None)
    line = linecache.getline(span.file, span.line).rstrip()
    if word is None or not line:
        return span
    end = span.end_col if span.end_line == span.line else len(line)
    wanted = f"{word}(" if isinstance(expr, Call) else f".{word}("
    start = line.find(wanted, span.col, end)
    if start < 0 or line.find(wanted, start + 1, end) >= 0:
        return span
    depth = 0
    for position in range(start, end):
        depth += {"(": 1, ")": -1}.get(line[position], 0)
        if depth == 0 and line[position] == ")":
            return replace(span, col=start + (not isinstance(expr, Call)), end_line=span.line, end_col=position + 1)
    return span


__all__ = ["Checker", "Loss"]
