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
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis import known_calls, sparse
from s2sad.analysis.activity import RESULT
from s2sad.analysis.complex_kinds import of_unknown_kind
from s2sad.analysis.infer import TESTS
from s2sad.analysis.loss_graph import LOST, Summary
from s2sad.analysis.losses import HARMLESS_METHODS, Ways, is_text, without_rule
from s2sad.analysis.operands import (
    CONTAINER_METHODS,
    INERT,
    PASSING,
    RuleCall,
    constructs,
    differentiable_operands,
    known_function,
    live_target,
    may_change,
    mutates,
    rule_call,
    scattered_add,
)
from s2sad.analysis.refuse import diagnostic
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.values import (
    TOP,
    Bound,
    Dct,
    Fn,
    Gen,
    Inst,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Top,
    Tup,
    Value,
    is_foreign,
    number,
)
from s2sad.analysis.wording import is_starred, remedy
from s2sad.errors import Diagnostic, RefusedError, is_of_s2sad
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
    Format,
    GetAttr,
    GetItem,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    SetItem,
    SliceIndex,
    Span,
    Stmt,
    Var,
    With,
)
from s2sad.ir.walk import expr_atoms, walk
from s2sad.rules.declare import BindError


class Checker:
    """The check of one compilation; remembers what it has seen of each variant."""

    def __init__(self) -> None:
        self.flows: dict[int, tuple[Variant, Findings]] = {}
        self.summaries: dict[int, Summary] = {}
        self.done: set[tuple[int, tuple[str, ...]]] = set()

    def check(self, variant: Variant, wrt: Iterable[str]) -> None:
        """Raise RefusedError with every finding of a variant and of what it calls."""
        findings = self.findings(variant, tuple(wrt), ())
        if findings:
            raise RefusedError(
                *sorted(findings, key=lambda found: (found.filename, found.span.line, found.span.col))
            )

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

    def flows_of(self, variant: Variant) -> Findings:
        known = self.flows.get(id(variant))
        if known is None:
            known = self.flows[id(variant)] = (variant, Findings(self, variant))
        return known[1]

    def summary(self, variant: Variant) -> Summary:
        known = self.summaries.get(id(variant))
        if known is None:
            self.summaries[id(variant)] = Summary()  # a recursive call adds nothing of its own
            if variant.function is None:
                return self.summaries[id(variant)]
            known = self.summaries[id(variant)] = self.flows_of(variant).summary()
        return known


class Findings(Ways):
    """What is to be reported of one variant."""

    def __init__(self, checker: Checker, variant: Variant) -> None:
        super().__init__(checker.summary, variant)
        self.checker = checker

    @functools.cached_property
    def written(self) -> set[str]:
        """Variables through which an object is changed in place."""
        found = set()
        for stmt in walk(self.function.body):
            match stmt:
                case (
                    SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | AugName(target=Var(name=name))
                ):
                    found.add(name)
                case _:
                    pass
        return found

    def findings(self, wrt: tuple[str, ...], outputs: tuple[str, ...]) -> list[Diagnostic]:
        ends = (RESULT, *outputs)
        varied = self.ordinary.reach(
            (name for name in wrt if self.ordinary.carries(name)), self.ordinary.forward
        )
        useful = self.ordinary.reach(ends, self.ordinary.backward)
        lasting = self.reach([(end, LOST) for end in ends], self.back)
        lost = [
            loss for loss in self.losses if loss.source in varied and (loss.target, loss.state) in lasting
        ]
        useful |= self.ordinary.reach((loss.source for loss in lost), self.ordinary.backward)
        found: list[Diagnostic] = []
        unknown: set[int] = set()
        active = frozenset(varied & useful)
        for stmt in walk(self.function.body):
            if isinstance(stmt, Assign):
                here = list(self.check_assign(stmt, varied, useful, active))
                found += here
                if any(item.code in ("S2S021", "S2S022") for item in here):
                    unknown.add(id(stmt))
            elif (
                isinstance(stmt, (SetAttr, AugAttr)) and isinstance(stmt.obj, Var) and stmt.obj.name in active
            ):
                found += self.check_attribute(stmt)
            elif (
                isinstance(stmt, (SetItem, AugItem))
                and isinstance(stmt.index, SliceIndex)
                and self.is_active_list(stmt.obj, active)
            ):
                found.append(
                    self.diagnostic(
                        stmt,
                        "S2S022",
                        "a slice of a list of active values is assigned",
                        "assign the elements one by one",
                    )
                )
            elif isinstance(stmt, With) and stmt.target is not None and stmt.target.name in active:
                found.append(self.diagnostic(stmt, "S2S022", "the value that a context manager hands over is not followed",
                                             "call what computes it outside of `with`"))  # fmt: skip
        found += self.check_slots(active)
        unsure = of_unknown_kind(self.function, self.types, active)
        if unsure is not None:
            found.append(self.diagnostic(unsure, "S2S022", "it is not known whether this value is complex",
                                         "say what it is computed from: annotate the parameters, or use `.astype(complex)`"))  # fmt: skip
        for loss in lost:
            if id(loss.stmt) not in unknown:
                found.append(self.diagnostic(loss.stmt, loss.code, loss.message, loss.help))
                if loss.code == "S2S021":
                    unknown.add(id(loss.stmt))
        return found

    def is_active_list(self, obj: Atom, active: frozenset[str]) -> bool:
        return isinstance(obj, Var) and obj.name in active and isinstance(self.type_of(obj), Lst)

    def check_slots(self, active: frozenset[str]) -> list[Diagnostic]:
        """Zeros of an object are made by way of its `__dict__`."""
        for stmt in walk(self.function.body):
            name = stmt.target.name if isinstance(stmt, Assign) else ""
            slotted = _slotted(self.types.get(name, TOP)) if name in active else None
            if slotted is not None:
                message = f"class `{slotted}` has `__slots__`, and its objects hold active values"
                return [self.diagnostic(stmt, "S2S022", message, "leave `__slots__` away")]
        return []

    def check_assign(
        self, stmt: Assign, varied: set[str], useful: set[str], active: frozenset[str]
    ) -> Iterator[Diagnostic]:
        expr = stmt.value
        foreign = next(filter(is_foreign, map(self.type_of, expr_atoms(expr))), None)
        if isinstance(foreign, Known) and stmt.target.name in useful and not self.is_plain(stmt):
            message = f"a {type(foreign.value).__name__} gets here, whose operators differ"
            yield self.diagnostic(stmt, "S2S022", message, "use a plain array: np.asarray(...)")
            return
        if isinstance(expr, (Var, Const, Ref, GetItem, Build, BuildDict, MakeSlice, Format, MakeFunction)):
            return
        match expr:
            case Op(kind=kind) if kind in TESTS:
                return
            case Call(func=Ref(target=Resolved(variant=variant)), args=args):
                changed = tuple(p for p, arg in zip(variant.params, args, strict=True)
                                if isinstance(arg, Var) and arg.name in active and mutates(variant, p))  # fmt: skip
                if stmt.target.name in useful or changed:
                    inner = tuple(
                        p
                        for p, arg in zip(variant.params, args, strict=True)
                        if isinstance(arg, Var) and arg.name in active
                    )
                    for item in self.checker.findings(variant, inner, changed):
                        yield self.at_call(stmt, item)
                return
        if scattered_add(expr, self.types) is not None:
            return
        reaches = [name for name in differentiable_operands(expr, self.types) if name in varied]
        matters = bool(reaches) and stmt.target.name in useful
        if not reaches and stmt.target.name in active and isinstance(expr, Call):
            made = known_function(expr.func, self.types)
            if (
                isinstance(made, type)
                and not issubclass(made, np.ndarray)
                and not self.is_understood(expr, TOP)
                and rule_call(expr, self.types) is None
            ):
                yield self.diagnostic(stmt, "S2S021", f"active values are stored in an object of class `{made.__name__}`, whose derivative is not known",
                                      "use a list, a dict, an array, or a class of your own")  # fmt: skip
                return
        if not matters and not may_change(expr, self.types, active):
            return
        try:
            found = rule_call(expr, self.types)
        except BindError as error:
            leave = "leave this argument away, or declare a rule of your own with @s2sad.rule"
            yield self.diagnostic(stmt, "S2S022", str(error), remedy(expr) if is_starred(expr) else leave)
            return
        if found is not None:
            if matters:
                yield from self.check_rule(stmt, found, varied)
        elif not self.is_understood(expr, self.types.get(stmt.target.name, TOP)):
            yield self.unknown(stmt, expr)

    def is_plain(self, stmt: Assign) -> bool:
        """Whether what is made of an array of a subclass is a number, a plain array, or one of the plain attributes."""
        made, expr = number(self.types.get(stmt.target.name, TOP)), stmt.value
        if isinstance(expr, Call) and live_target(expr.func) in (np.asarray, np.array):
            return True
        return isinstance(expr, GetAttr) or (isinstance(made, Tensor) and made.dims == ())

    def check_rule(self, stmt: Assign, call: RuleCall, varied: set[str]) -> Iterator[Diagnostic]:
        if "dtype" in call.bound and _holds_no_number(self.type_of(call.bound["dtype"])):
            yield self.diagnostic(
                stmt,
                "S2S020",
                "the elements of an array of this dtype have no derivative",
                "use a float dtype",
            )
            return
        for var in (var for name in call.rule.wrt for var in call.operands(name) if var.name in varied):
            value = self.types.get(var.name, TOP)
            if isinstance(value, (Obj, Inst)) and call.rule.name not in ("deepcopy", "shallow_copy"):
                yield self.diagnostic(
                    stmt,
                    "S2S022",
                    f"`{call.rule.name}` is given an object of class `{value.cls.name}`",
                    "give it the number or array that the object holds",
                )
                return
        if (
            call.rule.name == "einsum"
            and len(call.bound["operands"]) == 1
            and self.written & {stmt.target.name, *self.names_of(call.bound["operands"])}
        ):
            yield self.diagnostic(
                stmt,
                "S2S010",
                "`einsum` of one array may be a view of it, and one of them is changed in place",
                "take a copy first: `.copy()`",
            )
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
            case Op(args=args) if any(sparse.is_sparse(self.type_of(arg)) for arg in args):
                return False
            case Op(kind="add" | "mul"):
                return isinstance(result, (Tup, Lst, Dct, Other))
            case Op():
                return isinstance(result, (Other, Top)) and any(
                    isinstance(self.type_of(arg), (Obj, Other, Top)) for arg in expr.args
                )
            case GetAttr(obj=obj):
                return isinstance(self.type_of(obj), (Obj, Inst, Tup)) or isinstance(
                    result, (Bound, Fn, Known, Other)
                )
            case MethodCall(obj=obj, name=name):
                if name == "__new__" or name in HARMLESS_METHODS:
                    return True
                value = self.type_of(obj)
                if isinstance(value, (Lst, Dct)):
                    return name in CONTAINER_METHODS
                return is_text(value) or isinstance(value, Known)
            case Call(func=func):
                function = known_function(func, self.types)
                if known_calls.contains(INERT | PASSING | {functools.partial, getattr, super}, function):
                    return True
                return (
                    isinstance(result, (Fn, Bound, Gen))
                    or constructs(function, result)
                    or _is_helper(function)
                )
            case _:
                return True

    def unknown(self, stmt: Stmt, expr: Expr) -> Diagnostic:
        what, help = without_rule(expr, self.types)
        return self.diagnostic(stmt, "S2S021", f"no derivative is known for {what}", help)

    def at_call(self, stmt: Stmt, item: Diagnostic) -> Diagnostic:
        """A finding in what stands for a library function belongs to the call of that."""
        ours = is_of_s2sad(item.filename)
        return self.diagnostic(stmt, item.code, item.message, item.help) if ours else item

    def diagnostic(self, stmt: Stmt, code: str, message: str, help: str) -> Diagnostic:
        span = stmt.span if stmt.span.line else self.nearby(stmt)
        if is_of_s2sad(span.file) and span.caller is None:
            span = self.around(stmt)
        elif isinstance(stmt, Assign):
            span = narrowed(span, stmt.value)
        return diagnostic(self.function.origin, span, code, message, help)

    def around(self, stmt: Stmt) -> Span:
        """The place of the call that a statement was put in place of, with a loop or branch around it."""
        for outer in walk(self.function.body):
            if outer.span.caller is not None and any(inner is stmt for inner in walk((outer,))):
                return outer.span
        return stmt.span

    def nearby(self, stmt: Stmt) -> Span:
        """The place of the statement that follows one that has none: it was made on the way to that."""
        found = False
        for other in walk(self.function.body):
            found = found or other is stmt
            if found and other.span.line:
                return other.span
        return self.function.span


def narrowed(span: Span, expr: Expr) -> Span:
    """The place of a call inside of its statement, where the text shows it."""
    if not isinstance(expr, (Call, MethodCall)) or not span.file:
        return span
    word = (
        expr.func.text
        if isinstance(expr, Call) and isinstance(expr.func, Ref)
        else getattr(expr, "name", None)
    )
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
            return replace(
                span, col=start + (not isinstance(expr, Call)), end_line=span.line, end_col=position + 1
            )
    return span


def _slotted(value: Value) -> str | None:
    """The class with ``__slots__`` that a value is made of, if any."""
    match value:
        case Obj(cls=cls, attrs=attrs) | Inst(cls=cls, attrs=attrs):
            if cls.member("__slots__") is not None and getattr(cls.live, "__dictoffset__", 0) == 0:
                return str(cls.name)
            return next(filter(None, (_slotted(part) for _, part in attrs)), None)
        case Tup(items=items):
            return next(filter(None, map(_slotted, items)), None)
        case Lst(elem=elem) | Dct(elem=elem):
            return _slotted(elem)
        case _:
            return None


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
