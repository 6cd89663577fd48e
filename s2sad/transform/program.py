"""The generated functions of one compilation: which are needed, each made once.

A called function is differentiated as a pair: ``g_fwd(...) -> (y, saved)`` and ``g_rev(saved, y_bar) -> adjoints``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from s2sad.analysis.activity import varied_variables
from s2sad.analysis.generators import check_entry
from s2sad.analysis.instances import Attributes
from s2sad.analysis.operands import mutates
from s2sad.analysis.session import Generated, Resolved, Session, Variant
from s2sad.analysis.shifts import cancelling
from s2sad.analysis.soundness import Checker
from s2sad.analysis.specialise import specialise
from s2sad.analysis.values import INT, INTEGERS, TOP, Dct, Known, Lst, Obj, Tensor, Tup, Value, number
from s2sad.analysis.volatile import note_volatile
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Build,
    Call,
    Comment,
    Const,
    Expr,
    Function,
    GetItem,
    MethodCall,
    Op,
    Param,
    Ref,
    Return,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.subst import all_names, substitute
from s2sad.ir.walk import deep_defs, deep_uses, map_stmt, rename, walk
from s2sad.optimize.pipeline import optimise
from s2sad.transform.alike import merged, needed
from s2sad.transform.canonical import Canonical
from s2sad.transform.dissolve import dissolve
from s2sad.transform.forward import Forward
from s2sad.transform.nested import Nested, apart, swapped, without_seed
from s2sad.transform.outputs import with_outputs
from s2sad.transform.prepare import is_assigned_once
from s2sad.transform.record import Recorder
from s2sad.transform.rereads import reread
from s2sad.transform.reverse import Reverse
from s2sad.transform.rule_code import refuse_unknown
from s2sad.transform.stepwise import into_frozen, step_by_step
from s2sad.transform.sweep import SEED
from s2sad.transform.tree import REVERSE_SWEEP, exposed
from s2sad.transform.words import by_width, helper


@dataclass(frozen=True)
class Split:
    """Names of the two functions of a split derivative."""

    forward: Ref
    reverse: Ref


class Program:
    def __init__(self, options: Any) -> None:
        self.options = options
        self.overwrite: bool = options.overwrite  # whether the caller lets its arrays be overwritten
        self.session = Session(specialise)
        self.session.inline = options.inline
        self.functions: dict[str, Function] = {}  # emitted, in order of completion
        self.tapes: set[str] = set()
        self.known: dict[str, Value] = {}  # types of the variables of the function that is being finished
        self.bars: dict[tuple[int, str], str] = {}
        self.tangents: dict[tuple[int, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {}
        self.splits: dict[tuple[int, tuple[str, ...]], Split] = {}
        self.targets: dict[str, Generated] = {}
        self.helpers: dict[int, str] = {}
        self.checker = Checker()
        self.session.derive = Nested(self).derive

    def variant(self, source: Any, arguments: dict[str, Value]) -> Variant:
        """The top-level function, specialised to these argument types."""
        function = self.session.prepare(source)
        params = tuple(function.param_names())
        known = sized({name: arguments.get(name, TOP) for name in params})
        variant = Variant(function.name, None, source, params, known)
        self.session.taken.add(function.name)
        self.session.complete(variant, function)
        check_entry(function, variant.result)
        return with_outputs(variant)

    # ── reverse ──────────────────────────────────────────────────────────────────────────────────────────

    def sweeps(
        self, variant: Variant, wrt: tuple[str, ...], split: bool
    ) -> tuple[Block, Block, Atom, list[Atom]]:
        """The forward and the reverse sweep, the result and the gradients."""
        self.checker.check(variant, wrt)
        if variant.key is None:
            note_volatile(variant)
        own = self.own_copy(variant)
        if variant.key is None and split:  # the user may write to the result before the pullback is called
            own.facts |= {"volatile_result": True}
        self.make_room(own)
        step_by_step(own, self.session.fresh_temp)
        reread(self.session, own)
        canonical = Canonical(self.session, own, varied_variables(own, wrt))
        canonical.run()
        reverse = Reverse(self.session, own, wrt, self, canonical.copies)
        reverse.adjoints.runs_again = split
        reverse.adjoints.checks = self.options.check_aliasing
        with self.session.walking():
            nodes, seeding, gradients = reverse.run()
        for param in reverse.by_reference:
            self.bars[id(variant), param] = reverse.adjoints.bar(param).name
        assert own.function is not None
        recorder = Recorder(
            self.session,
            own.types,
            own.function.param_names(),
            nodes,
            own.function,
            reverse.regions,
            reverse.shapes,
            split,
        )
        forward, backward = recorder.run(seeding)
        forward = (*given_none(forward, backward, {*own.function.param_names(), *own.params}), *forward)
        self.tapes |= {tape.name for tape in recorder.tapes.values()}
        self.known = own.types
        last = own.function.body[-1]
        result: Atom = last.value if isinstance(last, Return) else Const(None)
        if isinstance(result, Var) and (result.is_temp or not is_assigned_once(own.function, result.name)):
            y = Var(self.session.fresh_result("y"))
            forward = (*forward, Assign(y, result))
            result = y
        return forward, backward, result, gradients

    def own_copy(self, variant: Variant) -> Variant:
        """A variant to be transformed: what is noted of it is not noted of the one that others call."""
        own = copy.copy(variant)
        own.types = dict(variant.types)
        if self.options.inline and variant.function is not None:
            own.function = dissolve(variant.function, own.types, self.session.fresh_local)
        own.facts = variant.facts | {"cancelling": cancelling(variant)}
        return own

    def joint(self, variant: Variant, wrt: tuple[str, ...], name: str, unit_seed: bool = True) -> Function:
        """``f_vjp(params, *, y_bar=1.0) -> (y, adjoints)``.

        `unit_seed`: the seed is 1 if none is given, unless the result cannot be a number.
        """
        variant, wrt, names = without_seed(variant, wrt, self.session)
        forward, backward, result, gradients = self.sweeps(variant, wrt, split=False)
        function = variant.function
        assert function is not None
        forward = (*self.protect(variant, ()), *forward)
        default = "1.0" if unit_seed and is_number(variant.result) else ""
        params = with_keywords(function.params, (Param(SEED, "kwonly", default=default),))
        grads = Var("%grads") if len(gradients) > 1 else gradients[0]
        ending: list[Stmt] = (
            [] if len(gradients) == 1 else [Assign(Var("%grads"), Build("tuple", tuple(gradients)))]
        )
        pair = Var("%pair")
        ending += [Assign(pair, Build("tuple", (result, grads))), Return(pair)]
        made = replace(
            plain(function), name=name, params=params, returns="", body=(*forward, *apart_from(forward, backward), *ending), is_lambda=False,
            doc=f"{function.doc}",
        )  # fmt: skip
        return self.finish(swapped(made, names))

    def split(self, variant: Variant, wrt: tuple[str, ...], names: tuple[str, str] | None = None) -> Split:
        key = (id(variant), wrt)
        if key not in self.splits:
            base = variant.name
            forward, reverse = names or (
                self.session.fresh_name(f"{base}_fwd"),
                self.session.fresh_name(f"{base}_rev"),
            )
            self.splits[key] = Split(Ref(forward, self.target(forward)), Ref(reverse, self.target(reverse)))
            self.make_split(variant, wrt, forward, reverse, names)
        return self.splits[key]

    def make_split(
        self, variant: Variant, wrt: tuple[str, ...], forward_name: str, reverse_name: str, names: Any
    ) -> None:
        variant, wrt, swap = without_seed(variant, wrt, self.session)
        forward, backward, result, gradients = self.sweeps(variant, wrt, split=True)
        if names is not None:
            forward = (*self.protect(variant, ()), *forward)
        function = variant.function
        assert function is not None
        kept = saved_names(forward, backward, function, gradients, variant.params)
        saved, pair = Var("%saved"), Var("%pair")
        sure = exposed(forward, set(function.param_names()) | set(variant.params), set())
        forward = (*(Assign(Var(name), self.nothing(name)) for name in kept if name not in sure), *forward)
        items = tuple(Var(name) for name in kept)
        params = tuple(Param(name) for name in variant.params) if names is None else function.params
        groups = [tuple(map(Var, group)) for group in by_width(kept, 0)]
        parts = tuple(Var(f"%saved_{place}") for place, _ in enumerate(groups)) if len(groups) > 1 else ()
        ending: tuple[Stmt, ...] = (
            *(Assign(part, Build("tuple", group)) for part, group in zip(parts, groups, strict=False)),
            Assign(saved, Build("tuple", parts or items)),
            Assign(pair, Build("tuple", (result, saved))),
            Return(pair),
        )
        first = replace(
            plain(function),
            name=forward_name,
            params=params,
            defaults=() if names is None else function.defaults,  # the caller of a callee gives them all
            returns="",
            body=(*forward, *ending),
            is_lambda=False,
        )
        made = self.finish(swapped(first, swap))
        grads: Atom = gradients[0] if gradients else Const(None)
        tail: list[Stmt] = []
        if len(gradients) > 1:
            grads = Var("%grads")
            tail = [Assign(Var("%grads"), Build("tuple", tuple(gradients)))]
        used = {var.name for var in (*items, *deep_defs(backward), *deep_uses(backward))}
        held = Var("saved" if "saved" not in used else self.session.fresh_name("saved"))
        open_saved: list[Stmt] = [Unpack(items, held)] if items and not parts else []
        for place, (part, group) in enumerate(zip(parts, groups, strict=False)):
            open_saved += [Assign(part, GetItem(held, Const(place))), Unpack(group, part)]
        open_saved += [
            Assign(item, Call(Ref("list", Live(list)), (item,))) for item in items if item.name in self.tapes
        ]
        second = Function(
            reverse_name,
            (Param(held.name), Param(SEED), *map(Param, self.buffers(variant, wrt, names))),
            (*open_saved, *backward, *tail, Return(grads)),
            origin=function.origin,
            is_reverse=True,
            forward=made,
        )
        names_of = {old: Var(new) for old, new in self.new_names(made, kept, second).items()}
        second = replace(second, body=substitute(second.body, names_of))  # in calls as they were written, too
        self.finish(second)

    def new_names(self, forward: Function, kept: list[str], reverse: Function) -> dict[str, str]:
        """What the values that are kept are called in the finished forward sweep, where it has other names for them."""
        taken = set(all_names(reverse))
        found: dict[str, str] = {}
        tuples = [
            stmt.value.items
            for stmt in forward.body
            if isinstance(stmt, Assign)
            and stmt.target.name.startswith("%saved")
            and isinstance(stmt.value, Build)
        ]
        groups = tuples if len(tuples) == 1 else tuples[:-1]  # the last one is that of the groups
        for old, item in zip(kept, [item for group in groups for item in group], strict=True):
            if isinstance(item, Var) and not item.is_temp and item.name not in taken:
                taken.add(item.name)
                found[old] = item.name
                self.known[item.name] = self.known.get(old, TOP)
                self.tapes |= {item.name} if old in self.tapes else set()
        return found

    def protect(self, variant: Variant, dots: tuple[str, ...]) -> list[Stmt]:
        """Copies of the arguments that the function writes to: the caller's stay as they are, unless it does not mind."""
        if self.overwrite:
            return []
        changed = sorted(variant.facts.get("mutates", ()))
        copies: list[Stmt] = []
        for name in (*changed, *(dot for dot in dots if dot.removesuffix("_dot") in changed)):
            value = number(variant.arguments.get(name.removesuffix("_dot"), TOP))
            if isinstance(value, Tensor) and value.dims == ():
                continue  # a number: `x += 1` binds the name anew
            call: Expr = (
                MethodCall(Var(name), "copy")
                if isinstance(value, Tensor)
                else Call(helper("_copy"), (Var(name),))
            )
            temp = Var(self.session.fresh_temp())
            copies += [Assign(temp, call), Assign(Var(name), temp)]
        return copies

    # ── forward ──────────────────────────────────────────────────────────────────────────────────────────

    def tangent(
        self, variant: Variant, wrt: tuple[str, ...], name: str, names: tuple[str, ...] = ()
    ) -> Function:
        """``f_jvp(params, *, x_dot) -> (y, y_dot)``."""
        self.checker.check(variant, wrt)
        own = self.own_copy(variant)
        Canonical(self.session, own, varied_variables(own, wrt), split_copies=False).run()
        assert own.function is not None
        forward = Forward(self.session, own, wrt, self, names)
        forward.checks = self.options.check_aliasing
        with self.session.walking():
            body = forward.run()
        self.known = own.types
        if variant.key is None:
            body = (*self.protect(own, tuple(forward.dot(param).name for param in wrt)), *body)
        dots = tuple(Param(forward.dot(param).name, "kwonly") for param in wrt)
        return self.finish(
            replace(
                plain(own.function),
                name=name,
                params=with_keywords(own.function.params, dots),
                returns="",
                body=body,
                is_lambda=False,
            )
        )

    def tangent_of(self, variant: Variant, wrt: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The name of the generated tangent of a callee, and of its keyword parameters."""
        key = (id(variant), wrt)
        if key not in self.tangents:
            assert variant.function is not None
            name = self.session.fresh_name(f"{variant.name}_jvp")
            taken = frozenset({*all_names(variant.function), *variant.params})
            dots = tuple(self.session.derived_name(f"{param}_dot", param, taken) for param in wrt)
            self.tangents[key] = name, dots
            callee = copy.copy(variant)
            callee.function = replace(
                variant.function, params=tuple(Param(param) for param in variant.params), defaults=()
            )
            self.tangent(callee, wrt, name, dots)
        return self.tangents[key]

    def refuse_unknown(self, code: Any, span: Any, expr: Expr) -> None:
        refuse_unknown(code, span, expr)

    def make_room(self, variant: Variant) -> None:
        """Rename a local variable of the user's that is called as the seed is."""
        function = variant.function
        assert function is not None
        if SEED in {var.name for var in deep_defs(function.body)} and SEED not in variant.params:
            new = self.session.fresh_local(SEED)
            variant.function = replace(function, body=rename(function.body, {SEED: new}))
            variant.types[new] = variant.types.get(SEED, TOP)

    def buffers(self, variant: Variant, wrt: tuple[str, ...], names: Any) -> list[str]:
        """The adjoint buffers that the reverse sweep of a callee is given: those of arguments that it writes to."""
        return (
            []
            if names is not None
            else [self.bars[id(variant), name] for name in wrt if mutates(variant, name)]
        )

    def nothing(self, name: str) -> Expr:
        """What a variable holds that the forward sweep may not reach."""
        return Build("list", ()) if name in self.tapes else Const(None)

    def target(self, name: str) -> Generated:
        """What a reference to a generated function stands for."""
        return self.targets.setdefault(name, Generated(name))

    def needed(self, entries: Iterable[str]) -> dict[str, Function]:
        """The generated functions that these call; others were made on the way and differentiated further."""
        entries = tuple(entries)
        return merged(needed(self.functions, entries), entries, self.session.made_up)

    def finish(self, function: Function) -> Function:
        bound = function
        generated = self.target(function.name)
        generated.write = lambda: apart(bound, self.session, generated)
        known = self.known
        function = replace(
            bound, body=into_frozen(self.restore_calls(bound.body), known, self.session.fresh_temp)
        )
        function = optimise(function, known, self.tapes, self.functions, self.options, self.session.made_up)
        self.known = known  # helpers may have been finished in between
        self.functions[function.name] = function
        return function

    def helper(self, variant: Variant) -> str:
        """Emit a rule's body as a function of its own."""
        name = self.helpers.get(id(variant))
        if name is None:
            assert variant.function is not None
            name = self.helpers[id(variant)] = self.session.fresh_name(f"_{variant.name}")
            params = tuple(Param(param) for param in variant.params)
            self.functions[name] = variant.function  # it may call itself
            self.known = variant.types
            self.finish(replace(variant.function, name=name, params=params, doc="", returns="", defaults=()))
        return name

    def restore_calls(self, block: Block) -> Block:
        """Calls that were bound to a variant but not differentiated: as the user wrote them."""

        def statement(stmt: Stmt) -> Stmt:
            new = map_stmt(stmt, lambda atom: atom, self.restore_calls)
            if isinstance(new, Assign) and isinstance(new.value, Call) and isinstance(new.value.func, Ref):
                target = new.value.func.target
                if isinstance(target, Resolved) and target.original is not None:
                    return replace(new, value=target.original)
                if isinstance(target, Resolved):  # a rule's body that does not fold to straight-line code
                    name = self.helper(target.variant)
                    return replace(new, value=replace(new.value, func=Ref(name, None)))
                if isinstance(target, Attributes):
                    cls = replace(new.value.func, target=target.cls)
                    return replace(new, value=Call(helper("_instance"), (cls,), new.value.kwargs))
            return new

        return tuple(statement(stmt) for stmt in block)


Made = TypeVar("Made")


def attempt(options: Any, make: Callable[[Program], Made]) -> Made:
    """What `make` returns for a new program.

    Where it cannot be told which arrays a function and its callees share, the callees that write to arrays, or return
    what they were given, are put in place of their calls: then there is only one function to follow.
    """
    try:
        return make(Program(options))
    except RefusedError as error:
        if not any(found.code == "S2S010" for found in error.diagnostics):
            raise
        again = Program(options)
        again.session.in_place = True
        try:
            return make(again)
        except RefusedError:
            raise error from None


def sized(arguments: dict[str, Value]) -> dict[str, Value]:
    """Integer arguments get symbols, as sizes have them: ``np.zeros(n)`` and ``u[:n]`` are as long as each other."""
    symbols = iter(INTEGERS)
    return {
        name: replace(INT, ints=next(symbols, None)) if value == INT else value
        for name, value in arguments.items()
    }


def plain(function: Function) -> Function:
    """A function to be differentiated, without what was known of it as a part of a derivative."""
    return replace(function, is_reverse=False, forward=None)


def apart_from(forward: Block, backward: Block) -> Block:
    """The reverse sweep, set apart from the forward sweep for the eye."""
    return (Comment(REVERSE_SWEEP), *backward) if forward and backward else backward


def with_keywords(params: tuple[Param, ...], added: tuple[Param, ...]) -> tuple[Param, ...]:
    """Keyword parameters behind the others, but in front of ``**kwargs``."""
    rest = tuple(param for param in params if param.kind == "varkw")
    return (*(param for param in params if param.kind != "varkw"), *added, *rest)


def is_number(value: Value | None) -> bool:
    """Whether a result may be a number, so that a seed of 1 makes sense."""
    plain = number(value) if value is not None else None
    return not isinstance(plain, (Tup, Lst, Dct, Obj, Known)) and not (
        isinstance(plain, Tensor) and plain.dims not in ((), None)
    )


def given_none(forward: Block, backward: Block, params: set[str]) -> Iterator[Stmt]:
    """Variables that the reverse sweep asks for whether they have a value: they have none at first."""
    read: set[str] = set()
    exposed(backward, exposed(forward, params, set()), read)
    asked = {
        stmt.value.args[0].name
        for stmt in walk(backward)
        if isinstance(stmt, Assign)
        and isinstance(stmt.value, Op)
        and stmt.value.kind == "is_not"
        and isinstance(stmt.value.args[0], Var)
    }
    return (Assign(Var(name), Const(None)) for name in sorted(read & asked))


def saved_names(
    forward: Block, backward: Block, function: Function, gradients: list[Atom], params: tuple[str, ...]
) -> list[str]:
    """Variables of the forward sweep that the reverse sweep reads before it sets them."""
    found: set[str] = set()
    exposed(backward, {SEED}, found)
    found |= {atom.name for atom in gradients if isinstance(atom, Var)} - {
        var.name for var in _defined(backward)
    }
    available = {var.name for var in _defined(forward)} | set(function.param_names()) | set(params)
    return sorted(name for name in found if name in available)


def _defined(block: Block) -> list[Var]:
    return list(deep_defs(block))
