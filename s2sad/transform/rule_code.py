"""Emit the bodies of derivative rules; both modes do."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import numpy as np

from s2sad.analysis.operands import RuleCall
from s2sad.analysis.refuse import refuse
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    TOP,
    Lst,
    Tensor,
    Tup,
    Value,
    number,
)
from s2sad.analysis.wording import described, remedy
from s2sad.frontend.resolve import from_function
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    Call,
    Const,
    Expr,
    GetItem,
    If,
    Op,
    Ref,
    Span,
    TupleIndex,
    Var,
)
from s2sad.transform.words import helper, library

_sources: dict[Any, Any] = {}


def rule_source(body: Any) -> Any:
    """The source of a rule's body, parsed once in the life of the process."""
    if body not in _sources:
        _sources[body] = from_function(body)
    return _sources[body]


class RuleCode:
    """Emits rule bodies through a frame; shared by both modes."""

    def __init__(self, frame: Frame, origin: Any) -> None:
        self.frame = frame
        self.origin = origin

    def run(self, body: Any, params: dict[str, Any], operands: dict[str, Any]) -> Atom:
        """Inline a rule's body (or call it as a helper where it does not fold to straight-line code)."""
        args: list[Any] = []
        kwargs: list[tuple[str, Atom]] = []
        plain_prefix = set(takewhile(operands.__contains__, params))
        for name, kind in params.items():
            if name not in operands:
                continue
            if kind == "varargs":
                args += operands[name]
            elif kind == "plain" and not kwargs and name in plain_prefix:
                args.append(self.operand(operands[name]))
            else:
                kwargs.append((name, self.operand(operands[name])))
        with self.frame.session.exact():
            value, expr = self.frame.call_function(rule_source(body), None, tuple(args), tuple(kwargs), None)
        assert expr is not None
        return expr if isinstance(expr, (Var, Const, Ref)) else self.frame.temp(expr, value)

    def operand(self, operand: Any) -> Atom:
        if isinstance(operand, tuple):
            value = Tup(tuple(self.frame.value(item) for item in operand))
            return self.frame.temp(Build("tuple", operand), value)
        return operand

    def part(self, atom: Atom, position: int) -> Atom:
        """Element of a tuple that a rule returned."""
        found = self.frame.displayed(atom, position)
        if found is not None:
            return found
        value = self.frame.value(atom)
        item = value.items[position] if isinstance(value, Tup) and position < len(value.items) else TOP
        return self.frame.temp(GetItem(atom, Const(position)), item)

    def op(self, kind: str, *args: Atom) -> Atom:
        with self.frame.session.exact():
            value, expr = self.frame.operator(kind, args, Op(kind, args))
        assert expr is not None
        return expr if isinstance(expr, (Var, Const, Ref)) else self.frame.temp(expr, value)

    def product(self, seed: Atom, partial: Atom, strong: bool = False, steep: bool = False) -> Atom:
        """``partial * seed``, written as an expert would.

        `strong`: it is zero where the seed is, even if the partial is infinite there. `steep`: it is zero where the
        partial is (a mask), even if the seed is infinite there.
        """
        if isinstance(partial, Const) and isinstance(partial.value, (int, float)):
            if partial.value == 1:
                return seed
            if partial.value == -1:
                return self.op("neg", seed)
        if isinstance(seed, Const) and seed.value == 1:
            return partial
        if strong:
            return self.strong_product(seed, partial)
        if steep and is_mask(self.frame.value(partial)):
            return self.chosen(partial, seed)
        definition = self.frame.definition(partial)
        match definition:
            case Op(kind="truediv", args=(Const(value=1 | 1.0), below)):
                return self.op("truediv", seed, below)
            case Op(kind="truediv", args=(Const(value=-1 | -1.0), below)):
                return self.op("truediv", self.op("neg", seed), below)
            case Op(kind="neg", args=(inner,)):
                return self.op("mul", self.op("neg", seed), inner)
            case Op(kind="truediv", args=(Var() as above, below)) if (
                isinstance(made := self.frame.definition(above), Op) and made.kind == "neg"
            ):  # of a quotient: ``seed / below`` is what the other operand gets
                return self.op("mul", self.op("neg", self.op("truediv", seed, below)), made.args[0])
            case Op(kind="mul" | "truediv"):
                return self.op("mul", partial, seed)
            case _:
                return self.op("mul", seed, partial)

    def strong_product(self, seed: Atom, partial: Atom) -> Atom:
        value = self.frame.value(self.op("mul", partial, seed))
        match self.frame.definition(partial):
            case Op(kind="truediv", args=(Const() as above, below)):
                return self.frame.temp(Call(helper("_over"), (self.product(seed, above), below)), value)
            case _:
                return self.frame.temp(Call(helper("_times"), (partial, seed)), value)

    def differs(self, partial: Atom) -> bool:
        """Is a partial known to be an array, and may be infinite at some elements only?"""
        match self.frame.definition(partial):
            case Op(kind="truediv", args=(_, below)):
                partial = below
            case _:
                pass
        value = number(self.frame.value(partial))
        return isinstance(value, Tensor) and value.dims not in ((), None)

    def chosen(self, mask: Atom, seed: Atom) -> Atom:
        """The seed where the mask is true, and zero elsewhere."""
        value = self.frame.value(self.op("mul", mask, seed))
        dims = value.dims if isinstance(value, Tensor) else None
        if dims == ():
            found = Var(self.frame.session.fresh_temp())
            self.frame.set(found, value)
            ways = ((Assign(found, seed),), (Assign(found, Const(0.0)),))
            self.frame.emit(If(mask, *ways, sugar="ifexp"))
            return found
        array = self.frame.temp(Call(library("np.where", np.where), (mask, seed, Const(0))), value)
        return array if dims is not None else self.frame.temp(GetItem(array, TupleIndex(())), value)

    def conjugate(self, atom: Atom) -> Atom:
        value = number(self.frame.value(atom))
        if isinstance(value, Tensor) and value.kind == "c":
            return self.frame.temp(Call(library("np.conj", np.conj), (atom,)), value)
        return atom

    def partials(self, call: RuleCall, out: Atom | None) -> dict[str, Atom]:
        """The partials of an elementwise rule, by parameter."""
        rule = call.rule
        assert rule.partials is not None
        params = dict.fromkeys(rule.params.parameters, "plain")
        operands = self.arrays(call)
        if rule.wants_out:
            params["out"] = "kwonly"
            operands["out"] = out
        found = self.run(rule.partials, params, operands)
        if len(rule.wrt) == 1:
            return {rule.wrt[0]: found}
        return {name: self.part(found, position) for position, name in enumerate(rule.wrt)}

    def arrays(self, call: RuleCall) -> dict[str, Any]:
        """The operands of a call, lists and tuples of numbers as arrays: that is what rules calculate with."""
        rule = call.rule
        if rule.kind == "linear":  # of these the shapes matter
            return dict(call.bound)
        return {
            name: self.as_array(bound) if name in rule.wrt and name not in rule.structured else bound
            for name, bound in call.bound.items()
        }

    def as_array(self, operand: Any) -> Any:
        if not isinstance(operand, Var) or not isinstance(self.frame.value(operand), (Tup, Lst)):
            return operand
        value, made = self.frame.expr(Call(library("np.asarray", np.asarray), (operand,)))
        assert made is not None
        return self.frame.temp(made, value)

    def refuse(self, span: Span, code: str, message: str, help: str = "") -> None:
        refuse(self.origin, span, code, message, help)


def is_mask(value: Value) -> bool:
    plain = number(value)
    return isinstance(plain, Tensor) and plain.kind == "b"


def refuse_unknown(code: RuleCode, span: Span, expr: Expr) -> None:
    """An active value reaches an operation that nothing is known of."""
    code.refuse(span, "S2S021", f"no derivative is known for {described(expr)}", remedy(expr))
