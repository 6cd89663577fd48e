"""The adjoint of one assignment: what it adds to the adjoints of its operands."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from s2sad.analysis.infer import TESTS
from s2sad.analysis.operands import RuleCall, differentiable_operands, known_function, mutates, rule_call
from s2sad.analysis.records import field_names
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.shapes import Shapes
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    TOP,
    Dct,
    Inst,
    Known,
    Lst,
    Obj,
    Tensor,
    Top,
    Tup,
    Value,
    kind_of,
    may_be_complex,
    number,
)
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import (
    NOWHERE,
    Assign,
    Atom,
    Build,
    BuildDict,
    Call,
    Comment,
    Const,
    Expr,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Ref,
    SetItem,
    SliceIndex,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import uses
from s2sad.rules.declare import BindError
from s2sad.transform.adjoints import Adjoints
from s2sad.transform.away import without_poles
from s2sad.transform.containers import Contribution, Parts
from s2sad.transform.places import put_back
from s2sad.transform.roots import base_of
from s2sad.transform.rule_code import RuleCode, refuse_unknown
from s2sad.transform.singular import is_guarded
from s2sad.transform.summing import without_shape
from s2sad.transform.words import helper, library


class Pullbacks(Parts):
    """Adds to the adjoints of an assignment's operands, given the adjoint of its target."""

    def __init__(
        self,
        frame: Frame,
        adjoints: Adjoints,
        types: dict[str, Value],
        active: frozenset[str],
        origin: Any,
        splits: Any,
        shapes: Shapes,
    ) -> None:
        self.shapes = shapes
        self.frame = frame
        self.adjoints = adjoints
        self.types = types
        self.active = active
        self.holds_complex = any(map(may_be_complex, types.values()))
        self.code = RuleCode(frame, origin)
        self.splits = splits
        self.span = NOWHERE
        self.stmt: Stmt = Comment("")  # the one whose adjoint is being written
        self.passed_over: set[str] = set()  # see `singular`
        self.picked: set[str] = set()
        self.away: frozenset[str] = frozenset()  # variables that are not near zero
        self.steep: set[str] = set()

    def assign(self, stmt: Assign) -> list[Stmt] | None:
        """Emit the adjoint of an assignment with an active target; the forward statements, where they differ."""
        self.span, self.stmt = stmt.span, stmt
        target, expr = stmt.target, stmt.value
        if isinstance(expr, Call) and isinstance(expr.func, Ref) and isinstance(expr.func.target, Resolved):
            return self.call_statement(stmt)
        if target.name in self.adjoints.refs or target.name in self.adjoints.parts:
            return None  # its adjoint is a part of another one
        canonical = self.adjoints.canonical
        if (
            isinstance(expr, Var)
            and canonical(expr.name) == canonical(target.name)
            and expr.name in self.active
        ):
            return None  # one adjoint variable serves both
        self.adjoints.made = target.name
        seed = self.adjoints.take(target.name)
        self.adjoints.made = ""
        if seed is None:
            return None
        forward: list[Stmt] | None = None
        if not any(name in self.active for name in differentiable_operands(expr, self.types)):
            return None
        if isinstance(expr, (GetItem, MethodCall, Var)):
            seed = self.apart(seed, target, (expr if isinstance(expr, Var) else expr.obj,))
        else:  # ``v = v[1:] - w``
            views = [var for var in uses(expr) if canonical(var.name) in self.adjoints.refs]
            seed = self.apart(seed, target, views)
        match expr:
            case Var():
                if self.adjoints.is_loose(target.name):
                    self.adjoints.loose.add(canonical(expr.name))
                found = [Contribution(expr.name, seed, False)]
            case Const() | Ref():
                return None
            case GetItem():
                self.get_item(expr, seed, target)
                return None
            case Build(items=items):
                found = self.build(items, seed)
                if self.holds_complex:  # a real number beside a complex one
                    for item in found:
                        item.atom = self.cast(item.atom, self.frame.value(item.atom), Var(item.name))
            case BuildDict(items=pairs):
                if any(
                    key is None and isinstance(value, Var) and value.name in self.active
                    for key, value in pairs
                ):
                    self.code.refuse(
                        self.span,
                        "S2S022",
                        "a dict with unknown keys is merged into a display",
                        "write the keys out",
                    )
                found = [
                    Contribution(value.name, self.entry(seed, key), False)
                    for key, value in pairs if isinstance(value, Var) and key is not None
                ]  # fmt: skip
            case _:
                found = self.library_call(expr, seed, target)
        self.spread(found, target.name)
        return forward

    def call_statement(self, stmt: Assign) -> list[Stmt] | None:
        """A call of a user's function with an active result, or that changes something active."""
        call = stmt.value
        assert isinstance(call, Call) and isinstance(call.func, Ref)
        resolved: Resolved = call.func.target
        variant = resolved.variant
        pairs = list(zip(variant.params, call.args, strict=True))
        changed = any(
            isinstance(arg, Var) and arg.name in self.active and mutates(variant, param)
            for param, arg in pairs
        )
        seed = self.adjoints.take(stmt.target.name) if stmt.target.name in self.active else None
        if seed is None:
            if not changed:
                return None
            seed = self.zero_seed(stmt.target, variant)
        seed = self.apart(seed, stmt.target, call.args)
        found, forward = self.user_call(stmt, resolved, call.args, seed)
        self.spread(found, stmt.target.name)
        return forward

    def apart(self, seed: Atom, target: Var, operands: Iterable[Atom | Star]) -> Atom:
        """The seed under a name of its own where an operand's adjoint has the same: ``v = v[1:]``.

        Such an adjoint is begun, with zeros, before the seed is added to a part of it.
        """
        own = self.buffer(target.name)
        if seed != self.adjoints.bar(target.name) or not any(
            isinstance(operand, Var) and self.buffer(operand.name) == own for operand in operands
        ):
            return seed
        kept = Var(f"{target.name}_bar" if target.is_temp else self.frame.session.fresh_temp())
        self.frame.bind(kept, seed, self.types.get(target.name, TOP))
        return kept

    def buffer(self, name: str) -> str:
        """The variable whose adjoint the variable's own one is, or is a part of."""
        while (name := self.adjoints.canonical(name)) in self.adjoints.refs:
            name = base_of(self.adjoints.refs[name]).name
        return name

    def zero_seed(self, target: Var, variant: Variant) -> Atom:
        """No adjoint of a call's result. Where that is an argument itself it may have another structure by now."""
        returned = variant.facts.get("returns", {}).get((), ())
        value = number(self.types.get(target.name, TOP))
        if any(path == () and mutates(variant, param) for param, path in returned):
            return Const(0.0 if isinstance(value, Tensor) else None)
        if isinstance(value, Known) or (isinstance(value, Tensor) and value.dims == ()):
            return Const(0.0)
        return self.frame.temp(Call(helper("_zeros_like"), (target,)), value)

    def spread(self, found: list[Contribution], own: str) -> None:
        """Add the contributions: first to the adjoints that are there already, last to that of the assigned variable.

        An adjoint that begins here may have the name of the one that the contributions are made of.
        """
        found = [item for item in found if item.name in self.active]
        own = self.buffer(own)
        beginning = []
        for item in found:
            if self.buffer(item.name) != own and self.adjoints.is_nonzero(item.name):
                item.settle()
                self.add(item, len(found))
            else:
                beginning.append(item)
        for item in beginning:
            item.settle()
        for item in sorted(beginning, key=lambda item: self.buffer(item.name) == own):
            self.add(item, len(found))

    def add(self, item: Contribution, receivers: int) -> None:
        alone = receivers == 1 and not isinstance(item.atom, Const) and self.owned(item.atom)
        self.adjoints.add(item.name, item.atom, item.fresh or alone)

    # ── rules ────────────────────────────────────────────────────────────────────────────────────────────

    def rule_of(self, expr: Expr) -> RuleCall | None:
        try:
            found = rule_call(expr, self.types)
        except BindError as error:
            self.code.refuse(
                self.span,
                "S2S022",
                str(error),
                "call it without this argument, or declare a rule of your own",
            )
            raise AssertionError from None
        match expr:
            case Op(kind="mul", args=(Var() as a, Var() as b)) if a == b:
                from_square = rule_call(Call(library("np.square", np.square), (a,)), self.types)
                return from_square
        return found

    def library_call(self, expr: Expr, seed: Atom, target: Var) -> list[Contribution]:
        if isinstance(expr, Op) and expr.kind in TESTS:
            return []
        found = self.rule_of(expr)
        if found is None:
            return self.structural(expr, seed, target)
        rule = found.rule
        if rule.kind in ("zero", "constant"):
            return []
        if rule.real_only:
            for name in rule.wrt:
                for var in found.operands(name):
                    value = number(self.types.get(var.name, TOP))
                    if isinstance(value, Tensor) and value.kind == "c":
                        self.code.refuse(
                            self.span,
                            "S2S022",
                            f"`{rule.name}` is differentiated for real arguments only",
                            "split the argument into its real and imaginary part",
                        )
        if rule.kind == "elementwise":
            return self.elementwise(found, seed, target)
        return self.pulled_back(found, seed, target)

    def elementwise(self, call: RuleCall, seed: Atom, target: Var) -> list[Contribution]:
        partials = self.code.partials(call, target)
        regular = without_poles(call, self.away)
        poles = bool(regular.rule.poles)
        always = is_guarded(regular, self.types) or (poles and target.name in self.passed_over)
        contributions = []
        for name in call.active(self.active):
            partial = self.code.conjugate(partials[name])
            if isinstance(partial, Const) and partial.value == 0:
                continue
            strong = always or (poles and target.name in self.picked and self.code.differs(partial))
            for operand in call.operands(name):
                make = functools.partial(self.share, seed, partial, operand, target, strong)
                contributions.append(Contribution(operand.name, seed, False, make))
        return contributions

    def share(self, seed: Atom, partial: Atom, operand: Var, target: Var, strong: bool) -> tuple[Atom, bool]:
        """What an elementwise operation adds to the adjoint of one operand, and whether it is in memory of its own."""
        steep = target.name in self.steep
        late = not (strong or steep) and self.is_factor(partial)
        atom = seed if late else self.code.product(seed, partial, strong, steep)
        atom, value, summed = self.adjoints.unbroadcast(
            atom,
            self.adjoint_type(atom, target),
            operand,
            self.types.get(operand.name, TOP),
            self.is_shaped_like(target, operand),
            True,
        )
        if late and partial != Const(1):
            atom = self.code.product(atom, partial)
            found = self.frame.value(atom)
            value = value if isinstance(found, Top) else found
        atom = self.cast(atom, value, operand)
        return atom, summed or not self.is_alias(atom, seed)

    def is_factor(self, partial: Atom) -> bool:
        """Is a partial one number, so that the seed may be summed before it is multiplied?"""
        value = number(self.frame.value(partial))
        return isinstance(value, Tensor) and value.dims == ()

    def is_alias(self, atom: Atom, seed: Atom) -> bool:
        """Whether a contribution may share memory with something else that lives on."""
        if atom == seed or not isinstance(atom, Var):
            return True
        match self.frame.definition(atom):
            case Call(func=Ref(text="_unbroadcast"), args=(inner, _)):
                return self.is_alias(inner, seed)  # type: ignore[arg-type]
            case Call(func=Ref(text="_over" | "_times" | "np.where")):
                return False
            case Op(kind=kind):
                return kind == "pos"
            case _:
                return True

    def adjoint_type(self, atom: Atom, target: Var) -> Value:
        """A contribution's type. The seed has the type of the variable whose adjoint it is."""
        found = self.frame.value(atom)
        if isinstance(atom, Const) or isinstance(found, Top):
            found = self.types.get(target.name, TOP)
            return without_shape(number(found)) if self.adjoints.is_loose(target.name) else found
        return found

    def is_shaped_like(self, target: Var, operand: Var) -> bool:
        """Has the adjoint of the statement's target the shape of an operand?"""
        return not self.adjoints.is_loose(target.name) and self.shapes.same(
            self.stmt, target.name, operand.name
        )

    def cast(self, atom: Atom, value: Value, operand: Var) -> Atom:
        """Keep the operand's dtype: float32 stays float32, the adjoint of a real variable stays real."""
        want, have = number(self.types.get(operand.name, TOP)), number(value)
        if isinstance(have, Top) and self.holds_complex:
            have = Tensor("?")
        if not (isinstance(want, Tensor) and isinstance(have, Tensor)):
            return atom
        if want.kind == "f" and (have.kind == "c" or (have.kind == "?" and self.holds_complex)):
            atom = self.frame.temp(Call(library("np.real", np.real), (atom,)), Tensor("f", None, have.dims))
            have = Tensor(
                "f", np.dtype(f"f{have.dtype.itemsize // 2}") if have.dtype is not None else None, have.dims
            )
        if want.dtype is None or have.dtype is None or want.dtype == have.dtype or want.weak or have.weak:
            return atom
        if want.kind in "fc" and want.dims == ():
            dtype = want.dtype.name
            return self.frame.temp(Call(library(f"np.{dtype}", getattr(np, dtype)), (atom,)), want)
        if want.kind in "fc" and kind_of(have.dtype) in "fcib":
            dtype = want.dtype.name
            return self.frame.temp(
                MethodCall(atom, "astype", (library(f"np.{dtype}", getattr(np, dtype)),)), want
            )
        return atom

    def pulled_back(self, call: RuleCall, seed: Atom, target: Var) -> list[Contribution]:
        rule = call.rule
        assert rule.pullback is not None
        params = {"out_bar": "plain"}
        operands: dict[str, Any] = {"out_bar": seed}
        if rule.kind == "custom":
            params["out"] = "plain"
            operands["out"] = target if rule.wants_out else Const(None)
        for name, parameter in rule.params.parameters.items():
            params[name] = "varargs" if parameter.kind is parameter.VAR_POSITIONAL else (
                "kwonly" if parameter.kind is parameter.KEYWORD_ONLY else "plain")  # fmt: skip
        with self.frame.session.transpose():
            found = self.code.run(rule.pullback, params, operands | self.code.arrays(call))
        contributions = []
        for name in call.active(self.active):
            position = rule.wrt.index(name)
            whole = found if len(rule.wrt) == 1 else self.code.part(found, position)
            bound = call.bound[name]
            operand_list = bound if isinstance(bound, tuple) else (bound,)
            for place, operand in enumerate(operand_list):
                if not (isinstance(operand, Var) and operand.name in self.active):
                    continue
                atom = self.code.part(whole, place) if isinstance(bound, tuple) else whole
                fresh = not self.is_alias(atom, seed) or (rule.fresh and not isinstance(bound, tuple))
                atom = self.cast(atom, self.frame.value(atom), operand)
                contributions.append(Contribution(operand.name, atom, fresh))
        return contributions

    # ── builtins, user functions ─────────────────────────────────────────────────────────────────────────

    def structural(self, expr: Expr, seed: Atom, target: Var) -> list[Contribution]:
        """Operations on containers that have no rule."""
        match expr:
            case GetAttr(obj=Var(name=name), name=attr):
                value = self.types.get(name, TOP)
                if isinstance(value, (Obj, Tup)):
                    return self.get_attr(name, value, attr, seed)
                if isinstance(value, Inst):
                    self.adjoints.add_attr(name, value, attr, seed)
                    return []
            case Call(func=Ref(target=SourceClass() as cls), args=args, kwargs=kwargs):
                return self.constructed(cls, args, kwargs, seed, self.types.get(target.name, TOP))
            case MethodCall(name="__new__"):
                return []
            case MethodCall(obj=Var(name=name), name=method) if isinstance(self.types.get(name), (Lst, Dct)):
                return self.container_method(expr, name, method, seed)
            case Call(func=func, args=(Var(name=name), *_)):
                function = known_function(func, self.types)
                same_kind = function is not dict or isinstance(self.types.get(name), Dct)
                plain = not expr.kwargs and len(expr.args) == 1
                if (
                    function in (list, tuple)
                    and plain
                    and isinstance(self.types.get(name, TOP), (Tensor, Top))
                ):
                    stacked = self.frame.temp(Call(helper("_stack_like"), (seed, Var(name))), TOP)
                    return [Contribution(name, stacked, True)]
                if function in (list, tuple, dict) and same_kind and plain:
                    return [Contribution(name, seed, False)]
                if function is reversed:
                    flipped = self.frame.temp(GetItem(seed, SliceIndex(None, None, Const(-1))), TOP)
                    return [Contribution(name, flipped, False)]
            case Op(kind="add", args=(a, b)) if isinstance(self.types.get(target.name), (Tup, Lst)):
                return self.concatenated(a, b, seed)
            case Op(kind="mul", args=(a, b)) if isinstance(self.types.get(target.name), (Tup, Lst)):
                repeated = a if isinstance(self.frame.value(a), (Tup, Lst)) else b
                if isinstance(repeated, Var):
                    folded = self.frame.temp(
                        Call(helper("_folded"), (seed, repeated)), self.types.get(repeated.name, TOP)
                    )
                    return [Contribution(repeated.name, folded, True)]
            case _:
                pass
        self.refuse_unknown(expr)
        return []

    def constructed(
        self, cls: SourceClass, args: Any, kwargs: Any, seed: Atom, value: Value
    ) -> list[Contribution]:
        """An instance of a dataclass or named tuple: each field's adjoint goes to the argument it was made from."""
        found = []
        names = field_names(cls)
        for name, atom in (*zip(names, args, strict=False), *kwargs):
            if not (isinstance(atom, Var) and atom.name in self.active):
                continue
            if isinstance(value, Tup):
                part = self.code.part(seed, names.index(name))
            elif isinstance(value, Obj):
                part = self.entry(seed, Const(name))
            else:
                part = self.frame.temp(GetAttr(seed, name), self.types.get(atom.name, TOP))
            found.append(Contribution(atom.name, part, False))
        return found

    def concatenated(self, a: Atom, b: Atom, seed: Atom) -> list[Contribution]:
        length = self.frame.temp(Call(library("len", len), (a,)), Tensor("i", None, (), True))
        parts = (SliceIndex(None, length, None), SliceIndex(length, None, None))
        return [
            Contribution(
                operand.name, self.frame.temp(GetItem(seed, part), self.types.get(operand.name, TOP)), False
            )
            for operand, part in zip((a, b), parts, strict=True)
            if isinstance(operand, Var)
        ]

    def get_attr(self, name: str, value: Value, attr: str, seed: Atom) -> list[Contribution]:
        if isinstance(value, Obj):
            key: str | int = attr
            part = value.attr(attr)
        else:
            assert isinstance(value, Tup)
            position = field_names(value.cls).index(attr)
            key, part = position, value.items[position]
        if part is None:
            return []
        for path, leaf, atom in self.contributions_of(name, (key,), part, seed):
            self.adjoints.add_leaf(name, path, leaf, atom, fresh=False)
        return []

    def container_method(self, expr: MethodCall, name: str, method: str, seed: Atom) -> list[Contribution]:
        value = self.types[name]
        match method:
            case "copy":
                return [Contribution(name, seed, False)]
            case "pop" if isinstance(value, Lst) and self.adjoints.is_zero(name):
                bar = self.adjoints.materialise(name, (), value)  # as the list was before
                self.frame.emit(SetItem(bar, expr.args[0] if expr.args else Const(-1), seed))  # type: ignore[arg-type]
                return []
            case "pop" if isinstance(value, Lst):
                bar = self.adjoints.materialise(name, (), value)
                put_back(self.frame, bar, expr.args[0] if expr.args else None, seed)
                return []
            case "pop" if isinstance(value, Dct) and len(expr.args) == 1:
                bar = self.adjoints.materialise(name, (), value)
                self.frame.emit(SetItem(bar, expr.args[0], seed))  # type: ignore[arg-type]
                return []
            case "get" if isinstance(value, Dct) and isinstance(expr.args[0], (Var, Const)):
                return self.dict_get(expr, name, value, seed)
            case _:
                self.refuse_unknown(expr)
                return []

    def dict_get(self, expr: MethodCall, name: str, value: Dct, seed: Atom) -> list[Contribution]:
        key = expr.args[0]
        assert not isinstance(key, Star)
        default = expr.args[1] if len(expr.args) > 1 else None
        if value.items is not None:
            known = self.frame.value(key)
            if isinstance(known, Known) and known.value not in dict(value.items):
                return [Contribution(default.name, seed, False)] if isinstance(default, Var) else []
            self.get_item(GetItem(expr.obj, key), seed, Var("?"))
            return []
        if isinstance(default, Var) and default.name in self.active:
            self.code.refuse(
                self.span,
                "S2S022",
                "`get` with an active default, of a dict whose keys are not known",
                "test for the key, and read the value in the branch where it is there",
            )
        bar = self.adjoints.materialise(name, (), value)
        test = self.frame.temp(Op("in", (key, bar)), TOP)
        outer, self.frame.out = self.frame.out, []
        self.adjoints.add_item(name, (), value, key, seed, False)
        body, self.frame.out = tuple(self.frame.out), outer
        self.frame.emit(If(test, body, span=self.span))
        return []

    def user_call(
        self, stmt: Assign, resolved: Resolved, args: tuple[Atom | Star, ...], seed: Atom
    ) -> tuple[list[Contribution], list[Stmt]]:
        variant = resolved.variant
        wrt = tuple(
            param
            for param, arg in zip(variant.params, args, strict=True)
            if isinstance(arg, Var) and arg.name in self.active
        )
        split = self.splits.split(variant, wrt)
        saved = Var(f"{'' if stmt.target.is_temp else '%'}{stmt.target.name}_saved")
        call = Call(split.forward, args)
        pair = Var(self.frame.session.fresh_temp())
        forward: list[Stmt] = [
            Assign(pair, call, span=stmt.span, notes=stmt.notes),
            Unpack((stmt.target, saved), pair, span=stmt.span),
        ]
        pairs = [(param, arg) for param, arg in zip(variant.params, args, strict=True) if param in wrt]
        buffers = [
            self.adjoints.materialise(arg.name, (), self.types.get(arg.name, TOP))  # type: ignore[union-attr]
            for param, arg in pairs if mutates(variant, param)
        ]  # fmt: skip
        back = Call(split.reverse, (saved, seed, *buffers))
        operands = [arg for param, arg in pairs if not mutates(variant, param)]
        bars = self.frame.temp(back, TOP)
        found = []
        for position, operand in enumerate(operands):
            assert isinstance(operand, Var)
            value = self.types.get(operand.name, TOP)
            atom = bars if len(operands) == 1 else self.frame.temp(GetItem(bars, Const(position)), value)
            # a gradient is in memory of its own: see `Reverse.gradient`
            found.append(Contribution(operand.name, atom, isinstance(number(value), Tensor)))
        return found, forward

    def refuse_unknown(self, expr: Expr) -> None:
        refuse_unknown(self.code, self.span, expr)
