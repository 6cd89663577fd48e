"""Adjoint buffers that are carried along in the forward sweep, where it cannot be told which array a variable holds.

Each of these variables has a *shadow*: a buffer that is made beside a new array, and moves as the array does.  What is
``v = a if c else b`` for the arrays is ``v_bar = a_bar if c else b_bar`` for the buffers; a view has the same view of
the buffer, and a container of arrays stands beside a container of buffers.  The reverse sweep adds to the buffer that
the variable had at the statement that is reversed: shadows are recorded as any variable of the primal is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.alias import Regions, is_list_slice
from s2sad.analysis.operands import known_function
from s2sad.analysis.values import Dct, Known, Lst, Other, Tensor, Tup, Value, number
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    SetItem,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import map_expr
from s2sad.transform.words import library

#: views of their first argument, whatever its layout in memory is
VIEWS = frozenset({
    "transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "rollaxis", "squeeze", "expand_dims", "atleast_1d",
    "atleast_2d", "atleast_3d", "asarray", "asanyarray", "flip", "fliplr", "flipud", "view", "T", "mT",
    "split", "array_split", "hsplit", "vsplit", "dsplit",
})  # fmt: skip
#: views or copies, as the layout in memory has it
PERHAPS = frozenset({"reshape", "ravel", "ascontiguousarray"})
MOVING = frozenset({list, tuple, dict, zip, enumerate, reversed})
METHODS = frozenset(
    {"append", "extend", "insert", "pop", "copy", "reverse", "clear", "items", "values", "update", "get"}
)


def is_array(value: Value) -> bool:
    """Whether values of this type are arrays that can be written to."""
    plain = number(value)
    return isinstance(plain, Tensor) and plain.dims not in ((), None) and plain.kind in "fc"


def holds_arrays(value: Value) -> bool:
    """Whether a container holds arrays, and nothing else but strings, integers and the like."""
    match value:
        case Tup(items=items) | Lst(items=tuple() as items) if items:
            parts = items
        case Dct(items=tuple() as entries) if entries:
            parts = tuple(item for _, item in entries)
        case Lst(elem=elem) | Dct(elem=elem):
            parts = (elem,)
        case _:
            return False
    parts = tuple(part for part in parts if not is_idle(part))
    return bool(parts) and all(is_array(part) or holds_arrays(part) for part in parts)


def is_idle(value: Value | None) -> bool:
    """Whether a value has no derivative and refers to nothing: a container of buffers holds it as it is."""
    match value:
        case Known(value=known):
            return isinstance(known, (str, int, np.integer, np.bool_, type(None)))
        case Tensor(kind=kind, dims=dims):
            return kind in "bi" and dims == ()
        case Other(kind=kind):
            return kind == "str"
        case _:
            return False


class Shadows:
    """The statements that carry the shadows of one function along."""

    def __init__(
        self,
        arrays: set[str],
        containers: set[str],
        types: dict[str, Value],
        regions: Regions,
        bar: Callable[[str], Var],
        fresh: Callable[[], Var],
    ) -> None:
        self.arrays = arrays
        self.containers = containers
        self.names = arrays | containers
        self.types = types
        self.regions = regions
        self.bar = bar
        self.fresh = fresh

    def has(self, atom: Any) -> bool:
        return isinstance(atom, Var) and atom.name in self.names

    def new(self, name: str) -> Stmt:
        """The buffer of an array that is new."""
        return Assign(self.bar(name), Call(library("np.zeros_like", np.zeros_like), (Var(name),)))

    # ── what can be followed ─────────────────────────────────────────────────────────────────────────────

    def follows(self, stmt: Stmt) -> bool:
        """Whether the shadows of what a statement binds or changes can be told."""
        match stmt:
            case Assign(target=target, value=value) if self.has(target):
                kind = self.kind(target, value)
                return kind != "unknown" and (kind != "new" or target.name in self.arrays)
            case Assign(value=MethodCall(obj=obj, name=name)) if self.is_container(obj):
                return name in METHODS
            case Unpack(targets=targets, value=value):
                if not any(map(self.has, targets)):
                    return True
                made_here = isinstance(value, Var) and value.name in self.regions.displays
                return made_here or (self.has(value) and all(map(self.is_followed, targets)))
            case SetItem(obj=obj, value=value) if self.is_container(obj):
                return self.is_followed(value)
            case _:
                return True

    def is_followed(self, item: Any) -> bool:
        """Whether the shadow of a container can hold what stands for this part."""
        if isinstance(item, Const):
            return is_idle(Known(item.value))
        return self.has(item) or (isinstance(item, Var) and is_idle(self.types.get(item.name)))

    def is_container(self, atom: Any) -> bool:
        return isinstance(atom, Var) and atom.name in self.containers

    def kind(self, target: Var, expr: Expr) -> str:
        """What an expression makes: the same object ("moved"), a view, perhaps a view, something new, or it is not known."""
        operands = [atom for atom in self.regions.shared_operands(target, expr) if isinstance(atom, Var)]
        if isinstance(expr, (Build, BuildDict)):
            items = expr.items if isinstance(expr, Build) else tuple(item for _, item in expr.items)
            return "moved" if all(map(self.is_followed, items)) else "unknown"
        match expr:
            case Var():
                return "moved" if self.has(expr) else "unknown"
            case GetItem(obj=Var() as obj, index=index) if self.is_container(obj):
                return "unknown" if is_list_slice(self.types, obj, index) else "view"
            case GetItem(obj=obj) if self.has(obj):
                if self.regions.may_copy(expr):
                    return "unknown"
                return "new" if self.regions.is_copying_index(expr) else "view"
            case GetAttr(obj=obj, name="T" | "mT") if self.has(obj):
                return "view"
            case MethodCall(obj=obj, name=name) if self.is_container(obj):
                return "view" if name in METHODS else "unknown"
        if not any(map(self.has, operands)):
            known = all(not self.regions.refers(atom) for atom in operands)
            return "new" if known or not operands else "unknown"
        match expr:
            case MethodCall(obj=obj, name=name, args=args) if operands == [obj]:
                plain = name != "view" or not args
                return "view" if name in VIEWS and plain else "perhaps" if name in PERHAPS else "unknown"
            case Call(func=func, args=(first, *_)) if operands == [first]:
                function = known_function(func, self.types)
                name = getattr(function, "__name__", "")
                if getattr(function, "__module__", "") == "numpy":
                    return "view" if name in VIEWS else "perhaps" if name in PERHAPS else "unknown"
                return "view" if any(function is known for known in MOVING) else "unknown"
            case _:
                return "unknown"

    def is_silent(self, stmt: Stmt) -> bool:
        """Whether a statement only moves arrays about: the reverse sweep has nothing to do."""
        match stmt:
            case Assign(target=target, value=value) if self.has(target):
                return self.kind(target, value) in ("moved", "view")
            case Assign(value=MethodCall(obj=obj)) | SetItem(obj=obj):
                return self.is_container(obj)
            case Unpack(targets=targets):
                return any(map(self.has, targets)) and all(map(self.is_followed, targets))
            case _:
                return False

    def source(self, stmt: Stmt) -> Var | None:
        """The array that the result of a statement is a view of, perhaps."""
        if (
            isinstance(stmt, Assign)
            and self.has(stmt.target)
            and self.kind(stmt.target, stmt.value) == "perhaps"
        ):
            value = stmt.value
            return value.args[0] if isinstance(value, Call) else value.obj  # type: ignore[union-attr,return-value]
        return None

    # ── the statements ───────────────────────────────────────────────────────────────────────────────────

    def beside(self, stmt: Stmt) -> list[Stmt]:
        """What happens to the shadows when a statement of the forward sweep has run."""
        match stmt:
            case Assign(target=target, value=value) if self.has(target):
                if self.kind(target, value) == "new":
                    return [self.new(target.name)]
                return [Assign(self.bar(target.name), self.on_bars(value))]
            case Assign(value=MethodCall(obj=obj) as call) if self.is_container(obj):
                return [Assign(self.fresh(), self.on_bars(call))]
            case SetItem(obj=obj, value=value) if self.is_container(obj):
                return [
                    replace(stmt, obj=self.shadow(obj), value=self.shadow(value), notes=type(stmt.notes)())
                ]
            case Unpack(targets=targets, value=value) if any(map(self.has, targets)):
                return self.unpacked(stmt)
            case _:
                return []

    def unpacked(self, stmt: Unpack) -> list[Stmt]:
        assert isinstance(stmt.value, Var)
        if stmt.value.name not in self.regions.displays:
            bars = tuple(self.bar(var.name) if self.has(var) else self.fresh() for var in stmt.targets)
            return [replace(stmt, targets=bars, value=self.bar(stmt.value.name), notes=type(stmt.notes)())]
        pairs = list(zip(stmt.targets, self.regions.displays[stmt.value.name], strict=True))
        moved = [(target, item) for target, item in pairs if self.has(target) and self.has(item)]
        made = [self.new(target.name) for target, item in pairs if self.has(target) and not self.has(item)]
        if len(moved) == 1:
            ((target, item),) = moved
            return [Assign(self.bar(target.name), self.bar(item.name)), *made]
        if not moved:
            return made
        held = self.fresh()
        display = Build("tuple", tuple(self.bar(item.name) for _, item in moved))
        return [
            Assign(held, display, span=stmt.span),
            Unpack(tuple(self.bar(target.name) for target, _ in moved), held, span=stmt.span),
            *made,
        ]

    def on_bars(self, expr: Expr) -> Expr:
        """An expression with the shadows of its operands."""
        return map_expr(expr, self.shadow)

    def shadow(self, atom: Atom) -> Atom:
        return self.bar(atom.name) if isinstance(atom, Var) and atom.name in self.names else atom
