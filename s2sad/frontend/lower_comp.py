"""Comprehensions and generator expressions: loops over a list that is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from s2sad.frontend.denotations import live_object
from s2sad.frontend.fence import ASYNC, GENERATOR
from s2sad.frontend.lower_expr import Expressions
from s2sad.frontend.lower_scope import Scope, contains, for_parts, target_names
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Block,
    Break,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    Function,
    If,
    MakeFunction,
    MethodCall,
    Op,
    Param,
    Ref,
    SetItem,
    Var,
    Yield,
)

# What may stop `any` and `all` early with an effect that can be seen: an error, or a call with a side effect.
_NOTICEABLE = (cst.Call, cst.Subscript, cst.Divide, cst.FloorDivide, cst.Modulo, cst.NamedExpr)


class Comprehensions(Expressions):
    def __init__(self, *args: Any):
        super().__init__(*args)
        self._eager: set[cst.CSTNode] = set()

    @property
    def eager(self) -> set[cst.CSTNode]:
        return self._eager

    def expr_ListComp(self, node: cst.ListComp) -> Expr:
        return self._collect(node, node.elt, "append", Build("list", ()), "listcomp")

    def expr_SetComp(self, node: cst.SetComp) -> Expr:
        return self._collect(node, node.elt, "add", Build("set", ()), "setcomp")

    def expr_GeneratorExp(self, node: cst.GeneratorExp) -> Expr:
        if node not in self._eager:
            return self.refuse(node, GENERATOR)
        return self._collect(node, node.elt, "append", Build("list", ()), "genexp")

    def _collect(
        self, node: cst.BaseComp, element: cst.CSTNode, method: str, empty: Expr, sugar: str
    ) -> Atom:
        def body(result: Var) -> None:
            value = self.atom(element)
            self.emit(Assign(self.new_temp(), MethodCall(result, method, (value,)), span=self.span(element)))

        return self._build(node, empty, sugar, body)

    def expr_DictComp(self, node: cst.DictComp) -> Expr:
        def body(result: Var) -> None:
            key, value = self.atoms((node.key, node.value))
            self.emit(SetItem(result, key, value, span=self.span(node.key)))

        return self._build(node, BuildDict(()), "dictcomp", body)

    def _build(self, node: cst.BaseComp, empty: Expr, sugar: str, body: Callable[[Var], None]) -> Var:
        iterable = self.iterable(node.for_in.iter)
        result = self.new_temp()
        self.emit(Assign(result, empty, span=self.span(node)))
        self.loops(node, node.for_in, iterable, sugar, lambda: body(result))
        return result

    # ── the loops ────────────────────────────────────────────────────────────────────────────────────────

    def loops(
        self,
        node: cst.BaseComp,
        first: cst.CompFor,
        iterable: Atom,
        sugar: str,
        body: Callable[[], None],
        after_inner: Callable[[], None] = lambda: None,
    ) -> None:
        """The loops of a comprehension, its variables renamed apart from those of the function.

        `body` writes the innermost body, `after_inner` what follows each loop within another one.
        """
        parts = list(for_parts(first))
        names = {name for part in parts for name in target_names(part.target)}
        self.comprehension_names.append({name: self._apart(name, node) for name in sorted(names)})
        self._loop(parts, iterable, sugar, body, after_inner)
        self.comprehension_names.pop()

    def _apart(self, name: str, node: cst.BaseComp) -> str:
        taken = name in self.scope.plain or name in self.locals
        taken = taken or any(name in names.values() for names in self.comprehension_names)
        captures = contains(node, cst.Lambda)
        if not taken and not (
            name in self.comprehension_uses and (captures or self.comprehension_uses[name])
        ):
            self.comprehension_uses[name] = self.comprehension_uses.get(name, False) or captures
            return name
        number = 1
        while (fresh := f"{name}_{number}") in self.scope.plain or fresh in self.comprehension_uses:
            number += 1
        self.comprehension_uses[fresh] = captures
        return fresh

    def _loop(
        self,
        parts: list[cst.CompFor],
        iterable: Atom,
        sugar: str,
        body: Callable[[], None],
        after_inner: Callable[[], None],
    ) -> None:
        part, *inner = parts
        if part.asynchronous is not None:
            self.refuse(part, ASYNC)

        def innermost() -> None:
            if inner:
                self._loop(inner, self.iterable(inner[0].iter), sugar, body, after_inner)
                after_inner()
            else:
                body()

        self.emit_for(part.target, iterable, lambda: self._conditions(list(part.ifs), innermost), (), sugar)

    def _conditions(self, conditions: list[cst.CompIf], body: Callable[[], None]) -> None:
        if not conditions:
            body()
            return
        first, *rest = conditions
        test = self.atom(first.test)
        block = self.block(lambda: self._conditions(rest, body))
        self.emit(If(test, block, span=self.span(first.test)))

    def suite(self, node: cst.BaseSuite, before: Sequence[cst.EmptyLine] = (), header: str = "") -> Block:
        raise NotImplementedError

    def statements(self, node: cst.BaseSuite) -> None:
        raise NotImplementedError

    def emit_for(
        self, target: cst.CSTNode, iterable: Atom, body: Callable[[], None], orelse: Block, sugar: str = ""
    ) -> None:
        raise NotImplementedError

    # ── any, all, generators in a for ────────────────────────────────────────────────────────────────────

    def short_circuit(self, node: cst.Call) -> Expr | None:
        """``any`` and ``all`` of a generator expression stop early: a loop with a break where that can be noticed."""
        if len(node.args) != 1 or not isinstance(node.args[0].value, cst.GeneratorExp) or node.args[0].star:
            return None
        generator = node.args[0].value
        func = self.resolve(node.func.value) if isinstance(node.func, cst.Name) else None
        which = live_object(func.target) if isinstance(func, Ref) else None
        if which not in (any, all) or not contains(generator, *_NOTICEABLE):
            return None
        found = which is any
        result = self.new_temp()
        iterable = self.atom(generator.for_in.iter)
        self.emit(Assign(result, Const(not found), span=self.span(node)))

        def stop_if_found(*before: Assign, test: Atom) -> None:
            if not found:
                test = self.keep(Op("not", (test,)), self.span(generator.elt))
            leave: Block = (*before, Break(span=self.span(generator)))
            self.emit(If(test, leave, span=self.span(generator.elt)))

        def body() -> None:
            decided = Assign(result, Const(found), span=self.span(generator.elt))
            stop_if_found(decided, test=self.atom(generator.elt))

        self.loops(generator, generator.for_in, iterable, "", body, lambda: stop_if_found(test=result))
        return result

    def iterable(self, node: cst.CSTNode) -> Atom:
        """What a loop runs over; it reads a generator expression step by step."""
        return self.generator(node) if isinstance(node, cst.GeneratorExp) else self.atom(node)

    def generator(self, node: cst.GeneratorExp) -> Atom:
        """A generator expression as what it is: a generator function, called at once."""
        iterable = self.atom(node.for_in.iter)
        name = self._fresh("generate")
        argument = self._fresh("items")
        scope = Scope(bound={argument}, plain=set(self.scope.plain), written_below=self.scope.written_below)
        inner = type(self)(self.shared, self.node, scope, self)

        def body() -> None:
            inner.emit(Yield(inner.atom(node.elt), span=inner.span(node.elt)))

        inner.scope.has_walrus = self.scope.has_walrus
        block = inner.block(lambda: inner.loops(node, node.for_in, Var(argument), "", body))
        function = Function(
            name, (Param(argument),), block, free=tuple(inner.free), is_generator=True, span=self.span(node)
        )
        made = self.keep(MakeFunction(function), self.span(node))
        return self.keep(Call(made, (iterable,)), self.span(node))

    def _fresh(self, base: str) -> str:
        name, number = base, 1
        while name in self.scope.plain or name in self.comprehension_uses:
            name, number = f"{base}_{number}", number + 1
        self.scope.plain.add(name)
        return name
