"""Forward mode: write the tangent of every active statement beside it.

Tangents are computed in step with the primal.  A container, an object or an array that is written in place has a
tangent of the same structure, which is handled in the same way at the same time; so views and aliases need no thought.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from s2sad.analysis.operands import (
    CONTAINER_METHODS,
    known_function,
    may_change,
    mutates,
    scattered_add,
)
from s2sad.analysis.session import Resolved
from s2sad.analysis.values import (
    TOP,
    Dct,
    Lst,
    Obj,
    Tensor,
    Tup,
    number,
)
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Build,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetAttr,
    If,
    MethodCall,
    Notes,
    Op,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Star,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import uses, walk
from s2sad.rules import declare
from s2sad.transform.aliasing import asserted, sources
from s2sad.transform.tangents import Tangents
from s2sad.transform.words import helper


class Forward(Tangents):
    """The walk over one variant."""

    def run(self) -> Block:
        passive = [name for name in self.variant_params if name in self.active and name not in self.wrt]
        for name in passive:  # it becomes active later, under the same name
            self.frame.bind(self.dot(name), self.zero(Var(name)), self.types.get(name, TOP))
        start, self.frame.out = tuple(self.frame.out), []
        return (*start, *self.block(self.function.body))

    def block(self, stmts: Block) -> Block:
        outer, self.frame.out = self.frame.out, []
        for stmt in stmts:
            self.frame.stmt_now = stmt
            self.span = stmt.span
            mark = len(self.frame.out)
            with self.session.collecting():
                self.stmt(stmt)
            self.lead(mark, stmt.notes)
        done, self.frame.out = tuple(self.frame.out), outer
        return done

    def lead(self, mark: int, notes: Notes) -> None:
        """Comments above a statement stand above its tangent as well, if that comes first."""
        new = self.frame.out[mark:]
        first = next((k for k, stmt in enumerate(new) if not is_temporary(stmt)), None)
        if not notes.above or first is None or new[first].notes.above:
            return
        new = [
            replace(stmt, notes=replace(stmt.notes, above=())) if stmt.notes.above else stmt for stmt in new
        ]
        new[first] = replace(new[first], notes=replace(new[first].notes, above=notes.above))
        self.frame.out[mark:] = new

    def emit(self, stmt: Stmt) -> None:
        self.frame.emit(stmt)

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign():
                self.assign(stmt)
                if self.checks:
                    self.check_mirrored(stmt)
            case Unpack(targets=targets, value=value, star=star):
                if any(target.name in self.active for target in targets):
                    dots = tuple(
                        self.dot(t.name) if t.name in self.active else Var(self.session.fresh_temp())
                        for t in targets
                    )
                    self.emit(Unpack(dots, self.tangent(value), star, span=stmt.span))
                self.emit(stmt)
            case SetItem(obj=obj, value=value) if self.is_active(obj):
                into_array = isinstance(number(self.frame.value(obj)), Tensor)
                stored = Const(0.0) if into_array and not self.is_active(value) else self.tangent(value)
                self.emit(replace(stmt, obj=self.tangent(obj), value=stored, notes=type(stmt.notes)()))
                self.emit(stmt)
            case SetAttr(obj=obj, value=value) if self.is_active(obj):
                self.emit(
                    replace(stmt, obj=self.tangent(obj), value=self.tangent(value), notes=type(stmt.notes)())
                )
                self.emit(stmt)
            case AugItem(obj=obj, value=value) | AugAttr(obj=obj, value=value) if self.is_active(obj):
                if self.is_active(value):
                    self.emit(
                        replace(
                            stmt, obj=self.tangent(obj), value=self.tangent(value), notes=type(stmt.notes)()
                        )
                    )
                self.emit(stmt)
            case AugName(target=target) if self.is_active(target):
                self.aug_name(stmt)
            case Delete(obj=obj, index=index) if self.is_active(obj) and index is not None:
                self.emit(replace(stmt, obj=self.tangent(obj)))
                self.emit(stmt)
            case If():
                self.emit(replace(stmt, body=self.block(stmt.body), orelse=self.block(stmt.orelse)))
            case For():
                if self.is_active(stmt.target):
                    raise AssertionError("loops over active values run by index")
                self.emit(replace(stmt, body=self.block(stmt.body)))
            case While():
                self.emit(replace(stmt, head=self.block(stmt.head), body=self.block(stmt.body)))
            case With():
                self.emit(replace(stmt, body=self.block(stmt.body)))
            case Try():
                handlers = tuple(replace(handler, body=self.block(handler.body)) for handler in stmt.handlers)
                body, orelse = self.block(stmt.body), self.block(stmt.orelse)
                self.emit(
                    replace(stmt, body=body, orelse=orelse, handlers=handlers, final=self.block(stmt.final))
                )
            case Return(value=value):
                y_dot = self.tangent(value)
                pair = self.frame.temp(Build("tuple", (value, y_dot)), TOP)
                self.emit(Return(pair, span=stmt.span, notes=stmt.notes))
            case _:
                self.emit(stmt)

    def aug_name(self, stmt: AugName) -> None:
        target = self.dot(stmt.target.name)
        if stmt.op in ("add", "sub"):
            if self.is_active(stmt.value):
                self.emit(AugName(target, stmt.op, self.tangent(stmt.value), span=stmt.span))
            self.emit(stmt)
            return
        result = Var(self.session.fresh_temp())
        self.types[result.name] = self.types.get(stmt.target.name, TOP)
        found = self.operation(Op(stmt.op, (stmt.target, stmt.value)), result)
        if found is None:  # `//=`: a step
            found = Const(0.0)
        if self.frame.definition(result) is None and any(
            var == result for s in self.frame.out for var in uses(s)
        ):
            self.code.refuse(
                stmt.span,
                "S2S022",
                "this augmented assignment of an array is not differentiated",
                "write it as `a[...] = a * value`",
            )
        kind = number(self.types.get(stmt.target.name, TOP))
        if isinstance(kind, Tensor) and kind.dims is not None:
            self.emit(SetItem(target, Const(...), found))
        else:
            self.emit(Assign(target, Call(helper("_into"), (target, found))))
        self.emit(stmt)

    # ── assignments ─────────────────────────────────────────────────────────────────────────────────────────

    def assign(self, stmt: Assign) -> None:
        target, expr = stmt.target, stmt.value
        if target.name not in self.active:
            if isinstance(expr, MethodCall) and self.is_active(expr.obj) and self.is_container(expr.obj):
                if expr.name not in ("index", "count"):
                    self.mirror(expr, None)
            elif (
                isinstance(expr, Call)
                and isinstance(expr.func, Ref)
                and isinstance(expr.func.target, Resolved)
            ):
                variant = expr.func.target.variant
                if any(
                    self.is_active(a) and mutates(variant, p)
                    for p, a in zip(variant.params, expr.args, strict=True)
                ):
                    self.user_call(stmt, expr.func.target, expr.args)
                    return
            elif (scatter := scattered_add(expr, self.types)) is not None and self.is_active(scatter[0]):
                if self.is_active(scatter[2]):
                    assert isinstance(expr, Call)
                    swapped = (self.tangent(scatter[0]), scatter[1], self.tangent(scatter[2]))
                    self.emit(
                        Assign(Var(self.session.fresh_temp()), Call(expr.func, swapped), span=stmt.span)
                    )
            elif may_change(expr, self.types, self.active):
                self.refuse_unknown(expr)
            self.emit(stmt)
            return
        match expr:
            case Call(func=Ref(target=Resolved() as resolved), args=args) if any(map(self.is_active, args)):
                self.user_call(stmt, resolved, args)
                return
            case MethodCall(obj=obj) if self.is_active(obj) and self.is_container(obj):
                self.mirror(expr, target)
                self.emit(stmt)
                return
            case _:
                pass
        tangent = self.tangent_block(expr, target)
        found = self.last_found
        dot = self.dot(target.name)
        reads_out = any(var == target for new in walk(tuple(tangent)) for var in uses(new))
        overwrites = any(isinstance(var, Var) and var == target for var in uses(expr))
        if found is None:
            self.emit(stmt)
            self.emit(Assign(dot, self.zero_of(expr, target), span=stmt.span))
            return
        found = self.apart(target, expr, found, tangent)
        last = Assign(dot, found, span=stmt.span)
        if reads_out and overwrites:
            kept = Var(self.session.fresh_temp())
            self.types[kept.name] = self.types.get(target.name, TOP)
            tangent = self.tangent_block(expr, kept)
            assert self.last_found is not None
            found = self.apart(target, expr, self.last_found, tangent)
            for new in (replace(stmt, target=kept), *tangent, Assign(dot, found, span=stmt.span)):
                self.emit(new)
            self.emit(Assign(target, kept, span=stmt.span))
            return
        if reads_out:
            for new in (stmt, *tangent, last):
                self.emit(new)
        else:
            for new in (*tangent, last, stmt):
                self.emit(new)

    def check_mirrored(self, stmt: Assign) -> None:
        """Assert that the tangent of an array shares memory as the array does (the option `check_aliasing`)."""
        if self.regions.is_mutated(stmt.target.name):
            for one, other in sources(stmt, self.active, self.regions, self.types):
                operands = (one, self.dot(one.name), other, self.dot(other.name))
                self.emit(asserted(Var(self.session.fresh_temp()), "_assert_mirrored", operands))

    def apart(self, target: Var, expr: Expr, found: Atom, tangent: list[Stmt]) -> Atom:
        """The tangent `found`, as a copy where it must not share memory; what makes it ends the block `tangent`."""
        if not self.may_alias(target, expr, found):
            return found
        value = number(self.types.get(target.name, TOP))
        known = isinstance(value, Tensor) and value.dims is not None
        copied = MethodCall(found, "copy") if known else Call(helper("_copy"), (found,))
        found = self.frame.temp(copied, self.types.get(target.name, TOP))
        tangent.append(self.frame.out.pop())
        return found

    def may_alias(self, target: Var, expr: Expr, found: Atom) -> bool:
        """Whether a tangent could share memory where the primal does not, and something is written to."""
        value = number(self.types.get(target.name, TOP))
        operands = [var.name for var in uses(expr)]
        cells = any(getattr(self.types.get(name), "cell", False) for name in operands)
        if (
            not isinstance(value, Tensor)
            or (value.dims == () and not cells)
            or not isinstance(expr, (Call, MethodCall, GetAttr, Op))
        ):
            return False
        if self.makes_memory(self.frame.definition(found)):
            return False
        own = self.regions.members(target.name) if target.name in self.regions.nodes else {target.name}
        if isinstance(expr, Call) and isinstance(expr.func, Ref) and isinstance(expr.func.target, Resolved):
            return False
        if any(isinstance(self.types.get(name), (Obj, Lst, Dct, Tup)) for name in operands):
            return False  # an element, shared as in the primal
        shared = self.regions.shared_operands(target, expr)
        if any(isinstance(atom, Var) and atom.name in own for atom in shared):
            return False  # a view of its operand, as the primal is
        return any(self.regions.is_mutated(name) for name in (target.name, *operands))

    def makes_memory(self, expr: Expr | None) -> bool:
        """Whether the result of an operation shares memory with none of its operands."""
        match expr:
            case Op(kind=kind):
                return kind != "pos"
            case MethodCall(name="copy"):
                return True
            case Call():
                function = known_function(expr.func, self.types)
                rule = declare.find(function)
                return rule is not None and rule.fresh and getattr(function, "__module__", "") == "numpy"
            case _:
                return False

    def tangent_block(self, expr: Expr, target: Var) -> list[Stmt]:
        """The tangent statements of an operation whose result is `target`."""
        mark = len(self.frame.out)
        found = self.operation(expr, target)
        self.last_found = found
        stmts = self.frame.out[mark:]
        del self.frame.out[mark:]
        return stmts

    def is_container(self, atom: Any) -> bool:
        return isinstance(self.frame.value(atom), (Lst, Dct))

    def mirror(self, expr: MethodCall, target: Var | None) -> None:
        """A container's method, on the container of tangents."""
        if expr.name not in CONTAINER_METHODS - {"index", "count", "remove", "sort"}:
            self.refuse_unknown(expr)
        keys = expr.name in ("get", "pop", "setdefault", "insert", "keys")
        args = tuple(
            arg if keys and position == 0 else self.tangent(arg)  # type: ignore[arg-type]
            for position, arg in enumerate(expr.args)
        )
        call = MethodCall(self.tangent(expr.obj), expr.name, args, expr.kwargs)
        self.emit(
            Assign(
                self.dot(target.name) if target is not None else Var(self.session.fresh_temp()),
                call,
                span=self.span,
            )
        )

    def user_call(self, stmt: Assign, resolved: Resolved, args: tuple[Atom | Star, ...]) -> None:
        variant = resolved.variant
        given = {p: arg for p, arg in zip(variant.params, args, strict=True) if self.is_active(arg)}
        name, dots = self.calls.tangent_of(variant, tuple(given))
        named = tuple((dot, self.tangent(arg)) for dot, arg in zip(dots, given.values(), strict=True))  # type: ignore[arg-type]
        pair = Var(self.session.fresh_temp())
        self.emit(
            Assign(
                pair, Call(Ref(name, self.calls.target(name)), args, named), span=stmt.span, notes=stmt.notes
            )
        )
        active = stmt.target.name in self.active
        dot = self.dot(stmt.target.name) if active else Var(self.session.fresh_temp())
        self.emit(Unpack((stmt.target, dot), pair, span=stmt.span))


def is_temporary(stmt: Stmt) -> bool:
    """Does it compute what will be a part of a later statement?"""
    return isinstance(stmt, Assign) and stmt.target.is_temp
