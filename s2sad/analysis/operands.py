"""How an operation passes derivatives on: which operands matter, and which rule says how."""

from __future__ import annotations

import builtins
import functools
import logging
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sad.analysis import frozen, sparse
from s2sad.analysis.infer import OPERATORS, TESTS
from s2sad.analysis.instances import Attributes
from s2sad.analysis.session import Resolved
from s2sad.analysis.values import (
    FLOAT_KEY,
    TOP,
    Dct,
    Inst,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Tensor,
    Top,
    Tup,
    Value,
    may_vary,
    number,
)
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction
from s2sad.ir.nodes import (
    Atom,
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
    Star,
    Var,
)
from s2sad.ir.walk import expr_atoms
from s2sad.rules import declare
from s2sad.rules.declare import BindError, Rule
from s2sad.rules.options import find_of_two

Types = Mapping[str, Value]

# builtins that pass their elements on: the result is made of the argument's elements
PASSING = frozenset({list, tuple, dict, zip, enumerate, reversed, sorted, iter, next, builtins.filter})
INERT = frozenset({
    print, isinstance, issubclass, callable, hasattr, type, len, range, id, repr, str, hash, slice, int, bool, format,
    any, all, set, frozenset, super,
})  # fmt: skip
CONTAINER_METHODS = frozenset({
    "append", "extend", "insert", "pop", "copy", "items", "values", "keys", "get", "update", "setdefault", "index",
    "count", "reverse", "clear", "remove", "sort",
})  # fmt: skip
STORING = frozenset({"append", "extend", "insert", "update", "setdefault"})


@dataclass(frozen=True)
class RuleCall:
    """An operation that a rule covers; `bound` maps the rule's parameters to operands (or tuples of operands)."""

    rule: Rule
    bound: dict[str, Any]

    def active(self, active: frozenset[str]) -> list[str]:
        """The parameters of `rule.wrt` whose operand is active."""
        return [name for name in self.rule.wrt if any(var.name in active for var in self.operands(name))]

    def operands(self, name: str) -> list[Var]:
        found = self.bound.get(name)
        items = found if isinstance(found, tuple) else (found,)
        return [item for item in items if isinstance(item, Var)]


def live_target(func: Any) -> Any:
    if isinstance(func, Ref) and isinstance(func.target, Live):
        return func.target.obj
    return None


def rule_call(expr: Expr, types: Types) -> RuleCall | None:
    """The rule of an operation and its bound operands; None when no rule applies. Raises declare.BindError."""
    if (of_sparse := sparse.rule_call(expr, types)) is not None:
        return RuleCall(*of_sparse)
    if sparse.concerns(expr, types) and not is_sparse_function(expr, types):
        return None
    match expr:
        case Op(kind=kind, args=args):
            if kind in TESTS or any(not _numeric(arg, types) for arg in args):
                return None
            rule = declare.find(getattr(operator, kind, OPERATORS.get(kind)))
            function = rule.functions[0] if rule is not None else None
            return None if rule is None else _bound(rule, function, args, (), types)
        case Call(func=func, args=args, kwargs=kwargs):
            target = known_function(func, types)
            if len(args) == 2 and not kwargs and all(_numeric(arg, types) for arg in args):
                target = find_of_two(target) or target
            rule = declare.find(target) if target is not None else None
            return None if rule is None else _bound(rule, target, args, kwargs, types)
        case MethodCall(obj=obj, name=name, args=args, kwargs=kwargs):
            if not _numeric(obj, types):
                return None
            own = getattr(live_target(obj), name, None)  # ``norm.logpdf(x)``: of an object of a library
            if own is not None and (found := declare.find(own)) is not None:
                return _bound(found, own, args, kwargs, types)
            if own is not None and not isinstance(
                live_target(obj), (np.ndarray, np.generic, int, float, complex)
            ):
                return None  # `mean` of a distribution is not that of an array
            rule = declare.find_method(name)
            return (
                None
                if rule is None
                else _bound(rule, getattr(np.ndarray, name, rule.functions[0]), (obj, *args), kwargs, types)
            )
        case GetAttr(obj=obj, name=name):
            if not _numeric(obj, types):
                return None
            rule = declare.find_attribute(name)
            return None if rule is None else _bound(rule, rule.functions[0], (obj,), (), types)
        case _:
            return None


def is_sparse_function(expr: Expr, types: Types) -> bool:
    """Whether a function of scipy.sparse is called, whose rule says what it does with a matrix."""
    function = known_function(expr.func, types) if isinstance(expr, Call) else None
    return (getattr(function, "__module__", None) or "").startswith(("scipy.sparse", "s2sad.prelude_sparse"))


def known_function(func: Atom, types: Types) -> Any:
    """The live function that an atom stands for, or None."""
    target = live_target(func)
    if target is None and isinstance(func, Ref) and isinstance(func.target, (SourceFunction, SourceClass)):
        target = func.target
    if target is None and isinstance(func, Var):
        value = types.get(func.name)
        if isinstance(value, Known):
            target = value.value
    if isinstance(target, SourceFunction) and declare.find(target.live) is not None:
        return target.live  # a rule that a user declared for a function of their own
    return target


def constructs(function: Any, result: Value) -> bool:
    """Whether a call makes an object, a named tuple or a dict whose parts are what it is given."""
    if isinstance(function, SourceClass) or function is dict or isinstance(result, (Obj, Inst)):
        return True
    return isinstance(result, Tup) and isinstance(function, type)


def _numeric(atom: Any, types: Types) -> bool:
    """Whether an operand may be a number or an array (and not a container, a string, an object)."""
    if isinstance(atom, Const):
        return isinstance(atom.value, (int, float, complex))
    if isinstance(atom, Ref):
        return True
    value = types.get(atom.name) if isinstance(atom, Var) else None
    if value is FLOAT_KEY:
        return True
    if isinstance(value, (Tup, Lst, Dct, Obj, Inst, Other, Rng)) or (
        isinstance(value, Top) and value.objects
    ):
        return False
    return not (
        isinstance(value, Known)
        and not isinstance(value.value, (int, float, complex))
        and not hasattr(value.value, "dtype")
    )


def _bound(rule: Rule, function: Any, args: Any, kwargs: Any, types: Types) -> RuleCall:
    if any(isinstance(arg, Star) for arg in args) or any(key is None for key, _ in kwargs):
        raise BindError(f"`{rule.name}` is called with starred arguments of unknown number")
    named = dict(kwargs)
    bound = rule.bind(args, named, function=function, value=lambda operand: _constant(operand, types))
    if (
        rule.batch == "axis"
        and "axis" in rule.params.parameters
        and _has_no_axes(bound.get(rule.wrt[0]), types)
    ):
        bound["axis"] = Const(None)  # NumPy takes 0 and -1 for a number, where they mean nothing
    return RuleCall(rule, bound)


def _has_no_axes(operand: Any, types: Types) -> bool:
    value = number(types.get(operand.name, TOP)) if isinstance(operand, Var) else TOP
    return isinstance(value, Tensor) and value.dims == ()


def _constant(operand: Any, types: Types) -> Any:
    """The value of an operand that is known; else the operand itself."""
    known = types.get(operand.name) if isinstance(operand, Var) else None
    if isinstance(known, Known):
        return known.value
    if isinstance(operand, Ref) and isinstance(operand.target, Live):
        return operand.target.obj
    return operand.value if isinstance(operand, Const) else operand


def differentiable_operands(expr: Expr, types: Types) -> Iterator[str]:
    """The variables that an operation's result depends on differentiably (or may: what is unknown counts)."""
    match expr:
        case Var(name=name):
            yield name
        case Const() | Ref() | Format() | MakeSlice() | MakeFunction():
            return
        case Op(kind=kind) if kind in TESTS:
            return
        case GetItem(obj=obj):
            yield from _names((obj,), types)
        case GetAttr(obj=Var(name=holder), name=attr) if _of_class(types.get(holder), attr):
            return  # what the class holds is the same for every instance: a constant
        case Build() | BuildDict():
            yield from _names(expr_atoms(expr), types)
        case Call(func=Ref(target=Resolved()), args=args):
            yield from _names(args, types)
        case _:
            yield from _call_operands(expr, types)


def _of_class(value: Value | None, attr: str) -> bool:
    """Whether an attribute is held by the object's class, and not by the object."""
    if not isinstance(value, (Obj, Inst)) or value.attr(attr) is not None:
        return False
    member = value.cls.member(attr)
    return member is not None and member.kind == "value"


def _call_operands(expr: Expr, types: Types) -> Iterator[str]:
    try:
        found = rule_call(expr, types)
    except BindError:
        found = None  # refused when it turns out to be active
    if found is not None:
        if found.rule.steps_if_real and not any(
            _is_complex(var, types) for var in found.operands(found.rule.wrt[0])
        ):
            return
        for name in found.rule.wrt:
            yield from _names(found.operands(name), types)
        return
    if isinstance(expr, Call):
        function = known_function(expr.func, types)
        if function is not None and _in(function, INERT):
            return
        if function is not dict and function is not None and _in(function, PASSING):
            # of a dict these give the keys
            yield from _names((arg for arg in expr.args if not _is_dict(arg, types)), types)
            return
    if isinstance(expr, MethodCall):
        value = types.get(expr.obj.name) if isinstance(expr.obj, Var) else None
        if isinstance(value, (Lst, Dct)) and expr.name in STORING | {"index", "count", "keys"}:
            return
        if isinstance(value, Other) or (isinstance(value, Known) and isinstance(value.value, str)):
            return
    yield from _names(expr_atoms(expr), types)


def _is_complex(atom: Any, types: Types) -> bool:
    held = number(types.get(atom.name, Tensor("?"))) if isinstance(atom, Var) else None
    return isinstance(held, Tensor) and held.kind == "c"


def _is_dict(atom: Any, types: Types) -> bool:
    return isinstance(atom, Var) and isinstance(types.get(atom.name), Dct)


def scattered_add(expr: Expr, types: Types) -> tuple[Atom, Atom, Atom] | None:
    """Array, index and value of ``np.add.at(array, index, value)`` (or subtract)."""
    if isinstance(expr, Call) and len(expr.args) == 3 and not expr.kwargs:
        function = known_function(expr.func, types)
        if getattr(function, "__name__", "") == "at" and getattr(function, "__self__", None) in (
            np.add,
            np.subtract,
        ):
            return expr.args  # type: ignore[return-value]
    return None


def stored_operands(expr: Expr, types: Types) -> Iterator[tuple[str, str]]:
    """(object, operand): values that a call stores in an object that it is given."""
    scatter = scattered_add(expr, types)
    if scatter is not None and isinstance(scatter[0], Var):
        for source in _names(scatter[2:], types):
            yield scatter[0].name, source
        return
    match expr:
        case MethodCall(obj=Var(name=obj), name="fill" | "put" | "itemset", args=args):
            for source in _names(args, types):
                yield obj, source
        case MethodCall(obj=Var(name=obj)) if sparse.is_sparse(types.get(obj)):
            return
        case MethodCall(obj=Var(name=obj), name=name, args=args) if name in STORING or not _numeric(
            expr.obj, types
        ):
            for source in _names(args, types):
                yield obj, source
        case Call(func=Ref(target=Resolved(variant=variant)), args=args):
            changed = [
                arg.name
                for arg, param in zip(args, variant.params, strict=True)
                if isinstance(arg, Var) and mutates(variant, param)
            ]
            for obj in changed:
                for source in _names(args, types):
                    if source != obj:
                        yield obj, source
        case _:
            return


HARMLESS_MODULES = ("logging", "warnings")
READING = frozenset({
    "sum", "mean", "max", "min", "copy", "tolist", "item", "any", "all", "argmax", "argmin", "argsort", "astype", "dot",
    "keys", "items", "values", "get", "index", "count", "format", "join", "startswith", "endswith", "__new__", "shape",
})  # fmt: skip


def may_change(expr: Expr, types: Types, active: frozenset[str]) -> bool:
    """Whether an operation without an active result might store into an active object that it is given."""
    if not isinstance(expr, (Call, MethodCall)):
        return False
    if isinstance(expr, Call):
        function = known_function(expr.func, types)
        module = getattr(function, "__module__", None) or ""
        if function is not None and (
            _in(function, INERT)
            or _in(function, PASSING)
            or module.startswith(HARMLESS_MODULES)
            or function is functools.partial
            or frozen.is_distribution(function)
        ):
            return False
        if is_record(getattr(expr.func, "target", None)):
            return False
    try:
        if rule_call(expr, types) is not None:
            return False
    except BindError:
        pass  # an argument that the rule does not cover: as much as any other call may change
    if (
        isinstance(expr, MethodCall)
        and expr.name in READING
        and not any(key == "out" for key, _ in expr.kwargs)
    ):
        return False
    if isinstance(expr, MethodCall) and isinstance(live_target(expr.obj), logging.Logger):
        return False
    for atom in _changeable(expr, types):
        if isinstance(atom, Var) and atom.name in active:
            value = types.get(atom.name)
            if not (isinstance(value, Tensor) and value.dims == ()):
                return True
    return False


def is_record(cls: Any) -> bool:
    """Whether a class's constructor keeps its arguments, and does nothing else."""
    if isinstance(cls, Attributes):
        return True
    if not isinstance(cls, SourceClass) or cls.method("__post_init__") is not None:
        return False
    return cls.is_namedtuple or (cls.is_dataclass and cls.method("__init__") is None)


def _changeable(expr: Call | MethodCall, types: Types) -> tuple[Any, ...]:
    """The operands that a call might change: a list's own methods change the list only."""
    if (
        isinstance(expr, MethodCall)
        and isinstance(expr.obj, Var)
        and expr.name in CONTAINER_METHODS
        and isinstance(types.get(expr.obj.name), (Lst, Dct))
    ):
        return (expr.obj,)
    return expr_atoms(expr)


def mutates(variant: Any, param: str) -> bool:
    """Whether a variant may change the object that it gets as `param` (set by `mutations.note_mutations`)."""
    return param in variant.facts.get("mutates", ())


def _names(atoms: Any, types: Types) -> Iterator[str]:
    for atom in atoms:
        atom = atom.value if isinstance(atom, Star) else atom
        if isinstance(atom, Var) and may_vary(types.get(atom.name, Tensor("?"))):
            yield atom.name


def _in(function: Any, names: frozenset[Any]) -> bool:
    try:
        return function in names
    except TypeError:
        return False
