"""Derivatives that a program asks for itself: `grad(f)(x)` inside of a function that is differentiated.

Each is generated as a function of its own, whose IR is then specialised, inlined and differentiated like the user's
(`analysis.transforms` has the calls).  Names that this adds are kept apart from those that the next transform will add.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis.session import Generated, Variant
from s2sad.analysis.values import TOP, Tensor, Tup, number
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Build,
    Call,
    Const,
    Function,
    GetItem,
    If,
    Op,
    Param,
    Raise,
    Ref,
    Return,
    Stmt,
    Var,
)
from s2sad.ir.subst import all_names, substitute
from s2sad.ir.walk import deep_defs
from s2sad.transform.sweep import SEED
from s2sad.transform.words import library

if TYPE_CHECKING:
    from s2sad.transform.program import Program


class Nested:
    """Writes and remembers the derivatives that analysis asks for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.session = program.session
        self.made: dict[Any, Any] = {}

    def derive(
        self, variant: Variant, kind: str, wrt: tuple[str, ...], several: Any = False, has_aux: bool = False
    ) -> Any:
        """The derivative of a variant: a `Generated` that takes the variant's parameters; two for "vjp"."""
        key = (id(variant), kind, wrt, several, has_aux)
        if key not in self.made:
            own = copy.copy(variant)  # as at the outer edge: it leaves its arguments alone, and conjugates
            own.key = None
            own.types, own.facts = dict(variant.types), dict(variant.facts)
            assert variant.function is not None
            own.function = replace(
                variant.function, params=tuple(map(Param, variant.params)), defaults=(), doc=""
            )
            own, wrt, _ = without_seed(own, wrt, self.session)
            overwrite, self.program.overwrite = self.program.overwrite, False
            if kind == "jvp":
                self.made[key] = self.pushforward(own, wrt)
            elif kind == "vjp":
                self.made[key] = self.pullback(own, wrt, several)
            else:
                self.made[key] = self.gradient(own, kind, wrt, several, has_aux)
            self.program.overwrite = overwrite
        return self.made[key]

    def gradient(
        self, own: Variant, kind: str, wrt: tuple[str, ...], several: bool, has_aux: bool
    ) -> Generated:
        """``f_grad(params) -> gradients``, with the value in front for "value_and_grad"."""
        name = self.session.fresh_name(f"{own.name}_{kind}")
        aux = self.split_aux(own) if has_aux else None
        test = self.check_number(own)
        unique = tuple(dict.fromkeys(wrt))
        forward, backward, result, gradients = self.program.sweeps(own, unique, split=False)
        by_name = dict(zip(unique, gradients, strict=True))
        picked = [by_name[pick] for pick in wrt]
        ending: list[Stmt] = []

        def built(*parts: Atom) -> Atom:
            whole = Var(self.session.fresh_temp())
            ending.append(Assign(whole, Build("tuple", parts)))
            return whole

        returned = built(*picked) if several else picked[0]
        value = result if aux is None else built(result, aux)
        if kind == "value_and_grad":
            returned = built(value, returned)
        elif aux is not None:
            returned = built(returned, aux)
        checked = substitute(tuple(test), {"%value": result})
        backward = self.seeded(own, backward)
        body = (*self.program.protect(own, ()), *forward, *checked, *backward, *ending, Return(returned))
        return self.finish(own, name, own.params, body)

    def seeded(self, own: Variant, backward: Block) -> Block:
        """The reverse sweep for the seed 1.0: products with it are left out."""
        if any(var.name == SEED for var in deep_defs(backward)):
            return (Assign(Var(SEED), Const(1.0)), *backward)

        def plain(stmt: Stmt) -> Stmt:
            match stmt:
                case Assign(value=Op(kind="mul", args=(atom, Const(value=1.0)) | (Const(value=1.0), atom))):
                    value = number(own.types.get(atom.name, TOP)) if isinstance(atom, Var) else TOP
                    if isinstance(value, Tensor) and value.kind == "f":
                        return replace(stmt, value=atom)
                case _:
                    pass
            return stmt

        return tuple(map(plain, substitute(backward, {SEED: Const(1.0)})))

    def split_aux(self, own: Variant) -> Atom:
        """With `has_aux` only the first part of the pair counts; the second is handed on."""
        function = own.function
        assert function is not None
        *body, last = function.body
        types = own.result.items if isinstance(own.result, Tup) else (TOP, TOP)
        value, aux = Var(self.session.fresh_local("value")), Var(self.session.fresh_local("aux"))
        own.types |= {value.name: types[0], aux.name: types[1]}
        assert isinstance(last, Return)
        parts = tuple(Assign(var, GetItem(last.value, Const(k))) for k, var in enumerate((value, aux)))
        own.function = replace(function, body=(*body, *parts, Return(value)))
        own.result = types[0]
        return aux

    def check_number(self, own: Variant) -> list[Stmt]:
        """A gradient is of one real number: tested at run time where the type is not known."""
        result = number(own.result or TOP)
        if isinstance(result, Tensor) and result.dims == ():
            return []
        rank, wrong, error = (Var(self.session.fresh_temp()) for _ in range(3))
        made = Call(
            Ref("TypeError", Live(TypeError)), (Const(f"grad of {own.name}: it must return one real number"),)
        )
        return [
            Assign(rank, Call(library("np.ndim", np.ndim), (Var("%value"),))),
            Assign(wrong, Op("ne", (rank, Const(0)))),
            If(wrong, (Assign(error, made), Raise(error))),
        ]

    def pushforward(self, own: Variant, wrt: tuple[str, ...]) -> Generated:
        """``f_jvp(params, x_dot) -> (y, y_dot)``."""
        name = self.session.fresh_name(f"{own.name}_jvp")
        made = self.program.tangent(own, wrt, name)
        generated = self.program.target(name)
        plain = tuple(replace(param, kind="plain") for param in made.params)
        self.program.functions[name] = replace(made, params=plain)
        return generated

    def pullback(
        self, own: Variant, wrt: tuple[str, ...], active: tuple[bool, ...]
    ) -> tuple[Generated, Generated]:
        """``f_fwd(params) -> (y, saved)`` and ``f_rev(saved, y_bar)``, which returns an adjoint for each primal."""
        names = (self.session.fresh_name(f"{own.name}_fwd"), self.session.fresh_name(f"{own.name}_rev"))
        self.program.make_split(own, wrt, *names, names)
        forward, inner = map(self.program.target, names)
        name = self.session.fresh_name(f"{own.name}_pullback")
        bars = Var("%bars")
        body: list[Stmt] = [Assign(bars, Call(Ref(inner.name, inner), (Var("saved"), Var("seed"))))]
        parts: list[Atom] = []
        for is_active in active:
            part: Atom = Const(None)
            if is_active and len(wrt) == 1:
                part = bars
            elif is_active:
                part = Var(self.session.fresh_temp())
                body.append(Assign(part, GetItem(bars, Const(sum(active[: len(parts)])))))
            parts.append(part)
        whole = Var(self.session.fresh_temp())
        body += [Assign(whole, Build("tuple", tuple(parts))), Return(whole)]
        return forward, self.finish(own, name, ("saved", "seed"), tuple(body))

    def finish(self, own: Variant, name: str, params: Iterable[str], body: Block) -> Generated:
        origin = own.function.origin if own.function is not None else None
        self.program.finish(Function(name, tuple(map(Param, params)), body, origin=origin))
        return self.program.target(name)


def without_seed(
    variant: Variant, wrt: tuple[str, ...], session: Any
) -> tuple[Variant, tuple[str, ...], dict[str, Var]]:
    """The variant with another name for a parameter that is called as the seed is; and how to swap the two back."""
    function = variant.function
    assert function is not None
    if SEED not in {*function.param_names(), *variant.params}:
        return variant, wrt, {}
    new = session.fresh_local(SEED)

    def named(name: str) -> str:
        return new if name == SEED else name

    own = copy.copy(variant)
    params = tuple(replace(param, name=named(param.name)) for param in function.params)
    own.function = replace(function, params=params, body=substitute(function.body, {SEED: Var(new)}))
    own.params = tuple(map(named, variant.params))
    own.types = {named(name): value for name, value in variant.types.items()}
    own.arguments = {named(name): value for name, value in variant.arguments.items()}
    own.facts = dict(variant.facts)
    for fact in ("mutates", "mutates_itself", "mutates_inside"):
        own.facts[fact] = frozenset(map(named, variant.facts.get(fact, ())))
    return own, tuple(map(named, wrt)), {SEED: Var(new), new: Var(SEED)}


def swapped(function: Function, names: dict[str, Var]) -> Function:
    if not names:
        return function
    params = tuple(replace(p, name=names[p.name].name) if p.name in names else p for p in function.params)
    return replace(function, params=params, body=substitute(function.body, names))


def apart(function: Function, session: Any, generated: Generated) -> Function:
    """The function with new names for tangents and adjoints: the next transform will want theirs."""
    names = set(all_names(function))
    renamed = {
        name: Var(session.fresh_temp() if name.startswith("%") else session.fresh_local(name))
        for name in sorted(names)
        if name == SEED or name in session.owner or name.startswith("%")
    }
    generated.keywords.update({old: new.name for old, new in renamed.items()})
    params = tuple(
        Param(renamed[param.name].name) if param.name in renamed else Param(param.name)
        for param in function.params
    )
    body = substitute(function.body, renamed)
    return replace(
        function, params=params, body=body, doc="", returns="", defaults=(), is_lambda=True
    )  # inline it
