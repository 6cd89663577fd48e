"""The ways on which a value loses its derivative: into text, sets, closures, exceptions, objects that are not followed.

See `soundness`, which decides what of this is a finding.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from s2sad.analysis import known_calls, sparse
from s2sad.analysis.activity import RESULT
from s2sad.analysis.infer import TESTS
from s2sad.analysis.loss_graph import HIDDEN, LOST, MUTABLE, PLAIN, STOP, Loss, LossGraph
from s2sad.analysis.operands import (
    CONTAINER_METHODS,
    INERT,
    PASSING,
    STORING,
    RuleCall,
    Types,
    constructs,
    known_function,
    rule_call,
    scattered_add,
)
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.values import (
    FLOAT_KEY,
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
    may_vary,
    number,
)
from s2sad.analysis.wording import described, instead_of_taker, remedy
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Build,
    BuildDict,
    Call,
    Expr,
    For,
    Format,
    GetAttr,
    GetItem,
    MakeFunction,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
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


class Ways(LossGraph):
    """The graph, filled by a walk over the statements."""

    # ── statements ──────────────────────────────────────────────────────────────────────────────────────────

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign(target=target, value=value):
                self.assign(target.name, value)
            case Unpack() if id(stmt) in self.ordinary.zipped.parts:
                for operand, target in self.ordinary.zipped.parts[id(stmt)]:
                    self.element(operand, target.name)
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
                keyed = isinstance(stmt, SetItem) and isinstance(self.type_of(obj), Dct)
                if keyed and isinstance(stmt.index, Var):
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
            if isinstance(kind, Other) and not is_text(kind):
                self.convert(name, target)  # a set, an array of objects
                self.edge((name, HIDDEN), (target, LOST))
            elif self.types.get(target) is FLOAT_KEY:
                self.edge((name, LOST), (target, LOST))
                self.edge((name, HIDDEN), (target, LOST))
            elif _is_real(self.types.get(target, TOP)):
                self.edge(
                    (name, LOST), (target, LOST)
                )  # a part that is a number is not what the container hides
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
            self.edge((key, LOST), (target, HIDDEN))  # it was a key before

    def set_attribute(self, obj: Atom, attr: str, value: Atom) -> None:
        held = self.type_of(obj)
        if (
            isinstance(obj, Var)
            and not isinstance(held, Known)
            and not (isinstance(held, Obj) and held.lives)
        ):
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
                    self.lose(
                        name,
                        handler,
                        HIDDEN,
                        "S2S022",
                        "a value may leave here in an exception",
                        "return it instead",
                    )
        self.stmt_now = outer

    # ── operations ──────────────────────────────────────────────────────────────────────────────────────────

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
                kind = self.type_of(obj)
                if isinstance(kind, Known) and not isinstance(
                    kind.value, (*MUTABLE, tuple, str, bytes, np.generic)
                ):
                    for name in self.names_of(atom for atom in expr_atoms(expr) if atom != obj):
                        self.convert(name, target)
                        self.lose(name, target, LOST, "S2S021", f"no derivative is known for indexing `{_shown(obj)}` with an active value",
                                  "give np.r_ and np.c_ arrays and numbers, or use np.concatenate or np.column_stack")  # fmt: skip
            case GetAttr(obj=obj):
                self.attribute(target, expr, obj)
            case Build(kind="set", items=items):
                self.hide(
                    items,
                    target,
                    "S2S021",
                    "a set forgets the derivatives of its elements",
                    "use a list or a tuple",
                )
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
                              instead_of_taker(self.function, target))  # fmt: skip
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
        except BindError:  # a finding if the result matters
            for name in self.names_of(expr_atoms(expr)):
                self.convert(name, target)
            self.writes(expr)
            return
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
                    self.lose(name, target, LOST, "S2S022", f"`{described(expr).strip('`')}` is given an active value: its derivative is not known",
                              "draw from the standard distribution and transform the draw: `mean + sd * rng.normal()`")  # fmt: skip
            elif known_calls.contains(known_calls.HIDING, function):
                self.hide(_arguments(expr), target, *_text(described(expr)))
            elif isinstance(function, type) and issubclass(function, BaseException):
                self.hide(
                    _arguments(expr),
                    target,
                    "S2S022",
                    "a value leaves here in an exception",
                    "return it instead",
                )
            elif known_calls.contains(READERS, function):
                for name in operands:
                    self.convert(name, target)
            return
        if rule.kind == "zero":
            for name in operands:
                if not (
                    is_text(self.types.get(name, TOP))
                    and known_calls.contains({int, bool, any, all, operator.contains}, function)
                ):
                    self.convert(name, target)
            return
        for parameter, bound in call.bound.items():
            for name in self.names_of(bound if isinstance(bound, tuple) else (bound,)):
                self.convert(name, target)
                if parameter in rule.wrt:
                    if self.types.get(target) == Other("array"):
                        self.lose(name, target, HIDDEN, "S2S020", f"`{rule.name}` makes an array of elements that have no derivative",
                                  "use an array of floats")  # fmt: skip
                elif parameter in known_calls.STEERING or (rule.name, parameter) in known_calls.SHAPE_ONLY:
                    continue
                elif sparse.is_sparse(self.types.get(name)):
                    self.lose(name, target, LOST, "S2S021", "the elements of a sparse matrix carry no derivative here",
                              "apply active factors to the vectors: `k * (a @ x)` for `(k * a) @ x`")  # fmt: skip
                elif _holds_numbers(self.types.get(name, TOP)):
                    self.lose(name, target, LOST, "S2S022", f"`{rule.name}` is not differentiated with respect to `{parameter}`",
                              "mark this argument constant with s2sad.stop_gradient, or declare a rule of your own")  # fmt: skip

    def user_call(self, target: str, variant: Variant, args: tuple[Atom | Star, ...]) -> None:
        summary = self.summary_of(variant)
        self.globals |= summary.globals
        given = {
            param: name
            for param, name in zip(variant.params, map(self.name_of, args), strict=True)
            if name is not None
        }
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
            self.hide(arguments, target, *_text(described(expr)))
        elif known_calls.contains(PASSING | {super}, function) or isinstance(self.types.get(target), Bound):
            for name in self.names_of(arguments):
                self.keep(name, target)
            if function is dict:
                self.dict_of_pairs(target, expr)
        elif known_calls.contains(INERT, function) or known_calls.contains(
            known_calls.TELLS_NOTHING, function
        ):
            return
        elif constructs(function, self.types.get(target, TOP)):
            for name in self.names_of(arguments):
                self.keep(name, target)
        else:
            self.unknown_operation(target, expr)
            self.writes(expr)

    def writes(self, expr: Expr) -> None:
        """Calls that write their operands into an array that they are given."""
        if not isinstance(expr, (Call, MethodCall)) or scattered_add(expr, self.types) is not None:
            return
        named = dict(expr.kwargs)
        stored: Any = named.get("out")
        if stored is None and isinstance(expr, Call) and expr.args:
            stored = (
                expr.args[0] if known_calls.stores_into_first(known_function(expr.func, self.types)) else None
            )
        for held in self.names_of((stored,)):
            for name in self.names_of([arg for arg in _arguments(expr) if arg != stored]):
                self.edge((name, HIDDEN), (held, LOST))
                self.lose(name, held, LOST, "S2S022", f"{described(expr)} writes an active value in place",
                          "write it as an assignment: `a[...] = value`")  # fmt: skip

    def dict_of_pairs(self, target: str, expr: Call) -> None:
        """``dict(zip(keys, values))`` in which the keys might be taken for values."""
        definitions = {
            stmt.target.name: stmt.value for stmt in walk(self.function.body) if isinstance(stmt, Assign)
        }
        for arg in expr.args:
            made = definitions.get(arg.name) if isinstance(arg, Var) else None
            if (
                isinstance(made, Call)
                and known_function(made.func, self.types) is zip
                and len(made.args) == 2
            ):
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
        if is_text(kind):
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
        if expr.name in (
            "index",
            "count",
            "clear",
            "remove",
            "sort",
            "reverse",
            "__len__",
            "__contains__",
        ):
            return
        values = arguments
        if expr.name == "keys":
            self.edge((held, HIDDEN), (target, HIDDEN))
            return
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
        what, help = without_rule(expr, self.types)
        atoms = list(expr_atoms(expr))
        if isinstance(expr, MethodCall) and expr.name in HARMLESS_METHODS:
            return
        if isinstance(expr, GetAttr) and expr.name in HARMLESS_ATTRIBUTES:
            return
        if scattered_add(expr, self.types) is not None:
            return
        names = self.names_of(atoms)
        for name in names:
            self.convert(name, target)
            self.lose(
                name,
                target,
                HIDDEN if not self.varies(target) else LOST,
                "S2S021",
                f"no derivative is known for {what}",
                help,
            )
        if not isinstance(expr, Call):
            return
        module = getattr(known_function(expr.func, self.types), "__module__", None) or ""
        if module.startswith(("logging", "warnings")):
            return
        for held in names:
            if not self.is_container(held) or (
                self.ordinary.forward.get(held) is None and held.startswith("%")
            ):
                continue
            for name in names:
                if name != held:
                    self.edge((name, HIDDEN), (held, HIDDEN))
                    self.edge((name, LOST), (held, LOST))
                    self.lose(name, held, LOST if self.varies(held) else HIDDEN, "S2S021",
                              f"no derivative is known for {what}, which may store an active value", help)  # fmt: skip

    def is_container(self, name: str) -> bool:
        value = self.types.get(name, TOP)
        if isinstance(value, (Fn, Bound, Known, Gen)) or is_text(value):
            return False
        return not (isinstance(value, Tensor) and value.dims == ())


READERS = frozenset({np.fromstring, np.loadtxt, np.genfromtxt, np.load})
HARMLESS_METHODS = frozenset({"is_integer", "setflags", "__len__", "__hash__", "__contains__", "__bool__"})
HARMLESS_ATTRIBUTES = frozenset({"__class__", "__doc__", "__name__", "__dict__"})


def _arguments(expr: Expr) -> Iterator[Any]:
    if isinstance(expr, (Call, MethodCall)):
        yield from expr.args
        yield from (value for _, value in expr.kwargs)


def _shown(atom: Atom) -> str:
    return atom.text if isinstance(atom, Ref) else "this object"


def is_text(value: Value) -> bool:
    return (isinstance(value, Other) and value.kind in ("str", "bytes")) or (
        isinstance(value, Known) and isinstance(value.value, (str, bytes))
    )


def _is_real(value: Value) -> bool:
    plain = number(value)
    return isinstance(plain, Tensor) and plain.kind in "fc"


def _holds_numbers(value: Value) -> bool:
    """Whether a value may be a float, or a list or tuple with one in it."""
    match value:
        case Tup(items=items):
            return any(map(_holds_numbers, items))
        case Lst(elem=elem):
            return _holds_numbers(elem)
        case _:
            return _is_number(value)


def _is_number(value: Value) -> bool:
    plain = number(value)
    return (isinstance(plain, Tensor) and plain.kind in "fc?") or isinstance(plain, Top)


def _text(what: str) -> tuple[str, str, str]:
    return ("S2S020", f"{what} turns an active value into something that has no derivative, and the result depends on it",
            "use the number itself, or mark it constant with s2sad.stop_gradient")  # fmt: skip


def _global_store() -> tuple[str, str, str]:
    return (
        "S2S013",
        "an active value is stored in a global object, and read again",
        "use a local variable, or return the value",
    )


def _store_help(kind: Value) -> str:
    if isinstance(kind, Tensor):
        return "write it as an assignment: `a[...] = value`"
    return "use a list, a dict, an array, or a class of your own"


def _may_be_object(value: Value | None) -> bool:
    return isinstance(value, Top) and value.objects


def without_rule(expr: Expr, types: Types) -> tuple[str, str]:
    """What has no rule, as a message names it, and what to do about it."""
    what = described(expr)
    if sparse.concerns(expr, types):
        return (
            f"{what} with a sparse matrix",
            "the product `a @ x` of a constant sparse matrix and an array is differentiated with respect to the array",
        )
    if any(isinstance(atom, Var) and _may_be_object(types.get(atom.name)) for atom in expr_atoms(expr)):
        return (
            f"{what}: objects of different classes may get here",
            "keep the classes apart: a list for each, or the whole computation in each branch",
        )
    return what, remedy(expr)
