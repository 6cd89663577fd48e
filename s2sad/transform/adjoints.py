"""The adjoint variables of the reverse sweep: which are zero now, which own their array, how to add to them.

A variable of known structure (a tuple, a dict with known keys, an object) has one adjoint variable for each leaf.
Statements are emitted through a `specialise.Frame`, so that their types are known as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    BOOL,
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
    may_be_complex,
    may_vary,
    number,
)
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
    GetAttr,
    GetItem,
    If,
    Index,
    MethodCall,
    Op,
    SetAttr,
    SetItem,
    SliceIndex,
    Var,
)
from s2sad.ir.subst import all_names
from s2sad.transform.aliasing import asserted, is_array
from s2sad.transform.extending import keyed, may_be_list, taken_apart
from s2sad.transform.nests import Path, is_structured, leaf_items, leaves
from s2sad.transform.summing import Summing, without_shape
from s2sad.transform.words import copy_of, helper, library

OWNED, SHARED = "owned", "shared"


class Adjoints(Summing):
    """The adjoint variables of one sweep, and the code that reads and changes them."""

    def __init__(self, frame: Frame, types: dict[str, Value], names: dict[str, str]) -> None:
        super().__init__(frame)
        self.types = types
        self.own_names = frozenset(all_names(frame.function))
        self.names = names  # fixed names of adjoint variables (the result's is y_bar)
        self.state: dict[str, str] = {}  # adjoint variables that are not zero now
        self.alias: dict[str, str] = {}  # a temporary that is copied to a variable at once shares its adjoint
        self.made = ""  # the target of the statement whose adjoint is being written
        self.rebound: frozenset[str] = frozenset()  # variables that are bound more than once
        self.tuples: set[str] = set()  # tuples whose adjoint is a list
        self.refs: dict[
            str, Expr
        ] = {}  # a variable that refers to a part of another: its adjoint is that part's
        self.parts: dict[str, tuple[str, Any]] = {}  # a variable that is a structured part of another one
        self.by_reference: frozenset[str] = frozenset()  # variables whose adjoint is a buffer of the caller's
        self.shadowed: set[str] = set()  # variables whose buffers the forward sweep carries along
        self.copied: set[str] = set()  # adjoints that had to be copied before they could be written to
        self.checks = False  # whether the code asserts that adjoints share no memory (`aliasing`)
        self.runs_again = False  # whether the reverse sweep may run again on what one forward sweep has left
        self.unsure: set[str] = set()  # variables that may have no value where they are read
        self.was_owned: set[str] = set()  # of the adjoints taken: which owned their memory
        self.primal_of: dict[str, tuple[str, Path]] = {}
        self.apart = taken_apart(frame.function)  # variables whose elements are read
        self.keyed = keyed(frame.function)  # those that are dicts

    # ── names and types ──────────────────────────────────────────────────────────────────────────────────

    def type_of(self, name: str) -> Value:
        return self.types.get(name, TOP)

    def bar(self, name: str, path: Path = ()) -> Var:
        name, path = self.place(name, path)
        key = name if not path else f"{name}.{'.'.join(map(str, path))}"
        fixed = self.names.get(key)
        new = fixed if fixed is not None else f"{re.sub(r'[^%0-9a-zA-Z_]', '_', key)}_bar"
        if fixed is None:
            new = self.frame.session.derived_name(new, key, self.own_names)
        self.names[key] = new
        self.primal_of[new] = (name, path)
        return Var(new)

    def place(self, name: str, path: Path) -> tuple[str, Path]:
        """The variable and the path under which an adjoint is kept."""
        name = self.canonical(name)
        while name in self.parts:
            whole, key = self.parts[name]
            name, path = self.canonical(whole), (key, *path)
        return name, path

    def canonical(self, name: str) -> str:
        """The variable under whose name the adjoint of `name` is kept."""
        while name in self.alias:
            name = self.alias[name]
        return name

    def is_loose(self, name: str) -> bool:
        return self.canonical(name) in self.loose

    def shadow(self, name: str) -> Var:
        """The buffer that is carried along with a variable: it is never zero, and lives as the variable does."""
        bar = self.bar(name)
        self.frame.types[bar.name] = self.type_of(name)
        assert self.frame.env is not None
        self.frame.env[bar.name] = self.type_of(name)
        return bar

    def leaf_bars(self, name: str) -> list[tuple[Path, Value, Var]]:
        name = self.canonical(name)  # whose type may say less: a list that is changed has no known items
        return [(path, value, self.bar(name, path)) for path, value in leaves(self.type_of(name))]

    def is_nonzero(self, name: str) -> bool:
        if name in self.shadowed:
            return True
        return any(bar.name in self.state for _, _, bar in self.leaf_bars(name))

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    def take(self, name: str) -> Atom | None:
        """The adjoint of a variable that is being un-assigned: afterwards it is zero. None if it is zero now."""
        if name in self.shadowed:
            return self.take_shadow(name)
        found = self.peek(name)
        for _, _, bar in self.leaf_bars(name):
            if self.state.pop(bar.name, None) == OWNED:
                self.was_owned.add(bar.name)
            else:
                self.was_owned.discard(bar.name)
        return found

    def take_shadow(self, name: str) -> Atom:
        """The buffer of a new array. Where the sweep may run again it is left as it was found: zero."""
        bar = self.shadow(name)
        self.was_owned.discard(bar.name)
        if not self.runs_again:
            return bar
        taken = self.frame.temp(MethodCall(bar, "copy"), self.type_of(name))
        self.frame.emit(SetItem(bar, Const(...), Const(0.0)))
        self.was_owned.add(taken.name)
        return taken

    def peek(self, name: str) -> Atom | None:
        name = self.canonical(name)
        if name in self.refs:
            return None
        if name in self.shadowed:
            return self.shadow(name)
        if not self.is_nonzero(name):
            return None
        return self.assemble(name, self.type_of(name), ())

    def assemble(self, name: str, value: Value, path: Path) -> Atom:
        """The adjoint in the structure of the value, built of its leaves."""
        match value:
            case Tup(items=items):
                parts = tuple(self.assemble(name, item, (*path, k)) for k, item in enumerate(items))
                return self.frame.temp(Build("tuple", parts), value)
            case Lst(items=tuple() as items):
                parts = tuple(self.assemble(name, item, (*path, k)) for k, item in enumerate(items))
                return self.frame.temp(Build("list", parts), value)
            case Dct(items=tuple() as entries):
                pairs = tuple((Const(k), self.assemble(name, item, (*path, k))) for k, item in entries)
                return self.frame.temp(BuildDict(pairs), value)
            case Obj(attrs=attrs):
                pairs = tuple((Const(k), self.assemble(name, item, (*path, k))) for k, item in attrs)
                return self.frame.temp(BuildDict(pairs), Dct(TOP, tuple(attrs)))
            case _:
                if not may_vary(value):
                    return Const(None)
                bar = self.bar(name, path)
                return bar if bar.name in self.state else self.zero(name, path, value)

    # ── zeros ────────────────────────────────────────────────────────────────────────────────────────────

    def primal(self, name: str, path: Path) -> Atom:
        if self.made in self.alias and self.canonical(self.made) == name and name in self.rebound:
            name = self.made  # the other name holds another value before this one is given to it
        return self.at_path(Var(name), self.type_of(name), path)

    def at_path(self, atom: Atom, value: Value, path: Path) -> Atom:
        """A part of a container of this type, or of its adjoint, where that is one object itself."""
        for key in path:
            read: Expr = GetAttr(atom, key) if isinstance(value, Obj) else GetItem(atom, Const(key))
            value = dict(leaf_items(value)).get(key, TOP)
            atom = self.frame.temp(read, value)
        return atom

    def zero(self, name: str, path: Path, value: Value) -> Atom:
        plain = number(value)
        if isinstance(plain, Tensor) and plain.dims == ():
            return Const(0.0)
        return self.zero_if_there(name, path, value) if name in self.unsure else self.zeros(name, path, value)

    def zero_if_there(self, name: str, path: Path, value: Value) -> Atom:
        """On a way that does not assign the variable nobody reads its adjoint, but there must be one."""
        there = self.frame.temp(Op("is_not", (Var(name), Const(None))), BOOL)
        zero = Var(self.frame.session.fresh_temp())
        outer, self.frame.out = self.frame.out, []
        self.frame.bind(zero, self.zeros(name, path, value), value)
        body, self.frame.out = tuple(self.frame.out), outer
        self.frame.emit(If(there, body, (Assign(zero, Const(0.0)),), sugar="ifexp"))
        return zero

    def zeros(self, name: str, path: Path, value: Value) -> Atom:
        if isinstance(number(value), Tensor):
            return self.frame.temp(
                Call(library("np.zeros_like", np.zeros_like), (self.primal(name, path),)), value
            )
        may_be_tuple = isinstance(value, Top) and name in self.apart and name not in self.keyed
        make = helper("_buffer_like" if may_be_tuple else "_zeros_like")
        zeros = self.frame.temp(Call(make, (self.primal(name, path),)), value)
        if name in self.tuples and not path:
            return self.frame.temp(Call(library("list", list), (zeros,)), value)
        return zeros

    def is_zero(self, name: str) -> bool:
        """Whether nothing has been added to the adjoint of a variable so far, so that it is not there yet."""
        name = self.canonical(name)
        if name in self.refs or name in self.shadowed:
            return False
        return self.state.get(self.bar(name).name) is None

    def materialise(self, name: str, path: Path, value: Value) -> Var:
        """Make sure that the adjoint exists and owns its memory, so that it can be written to in place."""
        name = self.canonical(name)
        if name in self.refs or name in self.shadowed:
            whole = self.reference(name) if name in self.refs else self.shadow(name)
            part = self.at_path(whole, self.type_of(name), path)
            assert isinstance(part, Var)
            return part
        bar = self.bar(name, path)
        state = self.state.get(bar.name)
        if state is None:
            self.assign(bar, self.zero(name, path, value), value)
        elif state == SHARED:
            self.own(bar, path, value)
        self.state[bar.name] = OWNED
        self.check_apart(bar)
        return bar

    def check_apart(self, bar: Var) -> None:
        """Assert that an adjoint that is written to next shares memory with no other one, if that is asked for."""
        if self.checks and is_array(self.type_of(self.primal_of[bar.name][0])):
            others = [
                Var(other)
                for other in sorted(self.state)
                if other != bar.name and is_array(self.type_of(self.primal_of[other][0]))
            ]
            if others:
                self.check("_assert_apart", bar, *others)

    def check(self, name: str, *operands: Atom) -> None:
        self.frame.emit(asserted(Var(self.frame.session.fresh_temp()), name, operands))

    def view(self, expr: Expr, bar: Var, value: Value) -> Var:
        """A part of a buffer that is made by a function, which gives a view as the same call on the array did."""
        part = self.frame.temp(expr, value)
        if self.checks:
            self.check("_assert_view", part, bar)
        return part

    def assign(self, bar: Var, atom: Atom, value: Value) -> None:
        self.frame.bind(bar, atom, value)

    def ensure_bar(self, bar: str) -> None:
        """Give one adjoint variable a value."""
        name, path = self.primal_of[bar]
        value = {p: v for p, v, _ in self.leaf_bars(name)}.get(path, TOP)
        if bar not in self.state:
            self.assign(Var(bar), self.zero(name, path, value), value)
            self.state[bar] = OWNED

    def ensure_bars(self, bars: Iterable[str]) -> None:
        """The same for several: where ways meet, on the way that lacks them."""
        for bar in bars:
            self.ensure_bar(bar)

    def own(self, bar: Var, path: Path, value: Value) -> None:
        """Make the memory of an adjoint its own."""
        name, _ = self.primal_of[bar.name]
        if isinstance(value, (Lst, Dct)) and self.is_changed_inside(name):
            copied: Expr = Call(helper("_copy_each"), (bar,))
            if name in self.tuples:  # a seed is a tuple
                copied = Call(library("list", list), (self.frame.temp(copied, value),))
        elif isinstance(value, (Lst, Dct)):
            copied = Call(library("list", list) if isinstance(value, Lst) else library("dict", dict), (bar,))
        elif name in self.unsure:  # the number zero on a way that does not assign the variable
            copied = Call(library("np.copy", np.copy), (bar,))
        else:
            copied = copy_of(bar, value)
        self.assign(bar, self.frame.temp(copied, value), value)
        self.state[bar.name] = OWNED
        self.copied.add(bar.name)

    def is_changed_inside(self, name: str) -> bool:
        """Whether the adjoints in the adjoint of a container are written to, through references to its items."""
        bases = (expr.args[0] if isinstance(expr, Call) else expr.obj for expr in self.refs.values())  # type: ignore[union-attr]
        return any(isinstance(base, Var) and self.canonical(base.name) == name for base in bases)

    def ensure(self, names: Iterable[str]) -> None:
        """Give every leaf of some variables an adjoint (zero if need be): ahead of a loop."""
        for name in names:
            if name in self.shadowed:
                continue
            for path, value, bar in self.leaf_bars(name):
                if bar.name not in self.state:
                    self.assign(bar, self.zero(name, path, value), value)
                    self.state[bar.name] = OWNED

    # ── adding ───────────────────────────────────────────────────────────────────────────────────────────

    def reference(self, name: str) -> Var:
        """The part of another variable's adjoint that `name` refers to, as a variable."""
        expr, value = self.refs[name], self.type_of(name)
        match expr:
            case GetItem(obj=Var(name=obj), index=index):
                root, path = self.static_path(obj, index)
                if path is not None:
                    return self.materialise(root, path, value)
                return self.frame.temp(GetItem(self.materialise(obj, (), self.type_of(obj)), index), value)
            case GetAttr(obj=Var(name=obj), name=attr):
                if isinstance(self.type_of(obj), (Obj, Tup)):
                    return self.materialise(obj, (attr,), value)
                return self.frame.temp(GetAttr(self.materialise(obj, (), self.type_of(obj)), attr), value)
            case MethodCall(obj=Var(name=obj)):
                bar = self.materialise(obj, (), self.type_of(obj))
                return self.view(replace(expr, obj=bar), bar, value)
            case Call(args=(Var(name=obj), *rest)):
                bar = self.materialise(obj, (), self.type_of(obj))
                return self.view(replace(expr, args=(bar, *rest)), bar, value)
            case _:
                raise AssertionError(expr)

    def static_path(self, obj: str, index: Index) -> tuple[str, Path | None]:
        value = self.type_of(obj)
        key = self.frame.value(index) if isinstance(index, (Var, Const)) else None
        if is_structured(value) and isinstance(key, Known):
            known = key.value
            if isinstance(value, (Tup, Lst)) and isinstance(known, int) and known < 0:
                known += len(value.items or ())
            return obj, (known,)
        return obj, None

    def add_reference(self, name: str, atom: Atom) -> None:
        """Add to the part of an adjoint that `name` refers to, in place."""
        expr, value = self.refs[name], self.type_of(name)
        if (
            isinstance(expr, (GetItem, GetAttr))
            and isinstance(expr.obj, Var)
            and not (isinstance(expr, GetAttr) and isinstance(self.type_of(expr.obj.name), Tensor))  # `a.T`
        ):
            owner, plain = expr.obj.name, number(value)
            in_tuple = owner in self.tuples and owner in self.refs  # there it is no list
            # A number cannot be added to in place: the part itself is assigned.
            if (
                isinstance(value, Top)
                or name in self.tuples
                or (isinstance(plain, Tensor) and not is_structured(self.type_of(owner)) and not in_tuple)
            ):
                self.add_part(self.materialise(owner, (), self.type_of(owner)), expr, atom, plain)
                return
        part = self.reference(name)
        if isinstance(number(value), Tensor):
            self.frame.emit(AugName(part, "add", atom))
        else:
            done = Call(helper("_add_to"), (part, atom))
            self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), done))

    def add_part(self, bar: Var, part: GetItem | GetAttr, atom: Atom, value: Value) -> None:
        """Add to an element or attribute of an adjoint, of which it is not known whether it is a number."""
        numeric = isinstance(value, Tensor) or isinstance(number(self.frame.value(atom)), Tensor)
        match part:
            case GetItem(index=index) if numeric:
                self.frame.emit(AugItem(bar, index, "add", atom))
            case GetItem(index=index):
                old = self.frame.temp(GetItem(bar, index), TOP)
                total = self.frame.temp(Call(helper("_add"), (old, atom)), TOP)
                self.frame.emit(SetItem(bar, index, total))
            case GetAttr(name=attr) if numeric:
                self.frame.emit(AugAttr(bar, attr, "add", atom))
            case GetAttr(name=attr):
                old = self.frame.temp(GetAttr(bar, attr), TOP)
                total = self.frame.temp(Call(helper("_add"), (old, atom)), TOP)
                self.frame.emit(SetAttr(bar, attr, total))

    def add(self, name: str, atom: Atom, fresh: bool) -> None:
        """Add a contribution that has the structure and shape of the variable."""
        name = self.canonical(name)
        if name in self.refs and not isinstance(self.type_of(name), Tup):
            self.add_reference(name, atom)
            return
        if name in self.shadowed:
            self.add_in_place(self.shadow(name), self.type_of(name), atom)
            return
        value = without_shape(number(self.type_of(name))) if name in self.loose else self.type_of(name)
        if is_structured(value):
            for path, leaf, _ in self.leaf_bars(name):
                part = atom
                for k in path:
                    part = self.frame.displayed(part, k) or self.frame.temp(GetItem(part, Const(k)), leaf)
                plain = number(leaf)
                if may_be_complex(value) and isinstance(plain, Tensor) and plain.kind == "f":
                    part = self.frame.temp(
                        Call(library("np.real", np.real), (part,)), leaf
                    )  # beside a complex number
                self.add_leaf(name, path, leaf, part, fresh=False)
        else:
            self.add_leaf(name, (), value, atom, fresh)

    def add_in_place(self, bar: Var, value: Value, atom: Atom) -> None:
        """Add to a buffer, or to the buffers in a container, that others hold too."""
        if isinstance(number(value), Tensor):
            self.frame.emit(AugName(bar, "add", atom))
        else:
            done = Call(helper("_add_to_each"), (bar, atom))
            self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), done))

    def add_seed(self, name: str, seed: Atom, inward: Callable[[Atom, Value], Atom]) -> None:
        """Add the seed, which has the structure of the result: where that holds an object, so does the seed.

        `inward` makes an adjoint inside of the function of one outside.
        """
        name = self.canonical(name)
        if name in self.refs or name in self.shadowed or not is_structured(self.type_of(name)):
            self.add(name, inward(seed, self.type_of(name)), fresh=False)
            return
        for path, leaf, _ in self.leaf_bars(name):
            part = self.at_path(seed, self.type_of(name), path)
            self.add_leaf(name, path, leaf, inward(part, leaf), fresh=False)

    def add_leaf(self, name: str, path: Path, value: Value, atom: Atom, fresh: bool) -> None:
        name = self.canonical(name)
        if name in self.refs:
            self.add_to_part(name, path, value, atom)
            return
        bar = self.bar(name, path)
        state = self.state.get(bar.name)
        plain = number(value)
        if name in self.by_reference and not (
            isinstance(plain, Tensor) and plain.dims
        ):  # the caller's: it must see the change
            done = Call(helper("_add_to"), (bar, atom))
            self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), done))
        elif state is not None and (isinstance(value, (Lst, Dct, Inst)) or self.may_be_nest(value, atom)):
            self.assign(bar, self.frame.temp(Call(helper("_add"), (bar, atom)), value), value)
            if state == SHARED and isinstance(value, Lst):  # of two arrays, as those of the mean: no list yet
                return
        elif state is None:
            if atom != bar:
                self.assign(bar, atom, value)
            # The adjoint of a list by a function of arrays is an array, until it is made a list.
            kept = fresh and (
                not isinstance(value, (Lst, Dct)) or isinstance(self.frame.value(atom), (Lst, Dct))
            )
            self.state[bar.name] = OWNED if kept or is_immutable(plain) else SHARED
            return
        elif is_immutable(plain) or state == SHARED:
            assert name not in self.by_reference, name
            self.assign(bar, self.frame.temp(Op("add", (bar, atom)), value), value)
        else:
            self.check_apart(bar)
            self.frame.emit(AugName(bar, "add", atom))
        self.state[bar.name] = OWNED

    def add_to_part(self, name: str, path: Path, value: Value, atom: Atom) -> None:
        """Add to a part of a tuple that is in a container: in place, or, for a number, with a new tuple."""
        if not is_immutable(number(value)):
            self.add_in_place(self.materialise(name, path, value), value, atom)
            return
        (key,) = path
        whole = self.reference(name)
        assert isinstance(self.type_of(name), Tup)
        old = self.frame.temp(GetItem(whole, Const(key)), value)
        items = [
            self.frame.temp(Op("add", (old, atom)), value) if place == key
            else self.frame.temp(GetItem(whole, Const(place)), TOP)
            for place, _ in leaf_items(self.type_of(name))
        ]  # fmt: skip
        expr = self.refs[name]
        assert isinstance(expr, (GetItem, GetAttr)) and isinstance(expr.obj, Var)
        owner = self.materialise(expr.obj.name, (), self.type_of(expr.obj.name))
        new = self.frame.temp(Build("tuple", tuple(items)), self.type_of(name))
        self.frame.emit(
            SetItem(owner, expr.index, new) if isinstance(expr, GetItem) else SetAttr(owner, expr.name, new)
        )

    def may_be_nest(self, value: Value, atom: Atom) -> bool:
        """Whether the adjoint of a variable of unknown type may be a container: what is added says so, if anything."""
        return isinstance(value, Top) and not isinstance(number(self.frame.value(atom)), Tensor)

    def add_item(
        self, name: str, path: Path, value: Value, index: Index, atom: Atom, scattered: bool
    ) -> None:
        """Add to an element or a slice."""
        bar = self.materialise(name, path, value)
        if (isinstance(value, (Lst, Dct)) and not is_immutable(number(value.elem))) or (
            isinstance(value, Lst) and not isinstance(index, (Var, Const))
        ):
            self.add_to_entry(bar, value, index, atom)
        elif not scattered and self.may_extend(value, atom):
            old = self.frame.temp(GetItem(bar, index), TOP)
            self.frame.emit(SetItem(bar, index, self.frame.temp(Call(helper("_add"), (old, atom)), TOP)))
        elif scattered:
            add_at = helper("_add_at") if isinstance(value, Top) else library("np.add.at", np.add.at)
            at = Call(add_at, (bar, self.index_atom(index), atom))
            self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), at))
        else:
            self.frame.emit(AugItem(bar, index, "add", atom))

    def may_extend(self, value: Value, atom: Atom) -> bool:
        """Whether ``bar[index] += atom`` may be what that is for lists: a longer one."""
        return isinstance(value, Top) and may_be_list(self.frame, atom, self.apart, self.primal_of)

    def add_attr(self, name: str, value: Inst, attr: str, atom: Atom) -> None:
        """Add to an attribute of an object of adjoints."""
        bar = self.materialise(name, (), value)
        part = value.attr(attr)
        if isinstance(number(part if part is not None else TOP), Tensor):
            self.frame.emit(AugAttr(bar, attr, "add", atom))
        else:
            old = self.frame.temp(GetAttr(bar, attr), TOP)
            self.frame.emit(SetAttr(bar, attr, self.frame.temp(Call(helper("_add"), (old, atom)), TOP)))

    def add_to_entry(self, bar: Var, value: Value, index: Index, atom: Atom) -> None:
        """Add to an element of a list that is an array or a container itself, or to a slice of a list."""
        old = self.frame.temp(GetItem(bar, index), TOP)
        elem = number(getattr(value, "elem", TOP))
        if isinstance(elem, Tensor) and not isinstance(index, SliceIndex):
            new = self.frame.temp(Op("add", (old, atom)), elem)
        else:
            new = self.frame.temp(Call(helper("_add"), (old, atom)), TOP)
        self.frame.emit(SetItem(bar, index, new))

    def index_atom(self, index: Index) -> Atom:
        return self.frame.index_operand(index)


def is_immutable(value: Value) -> bool:
    """Whether ``+=`` on an adjoint of this type is a rebinding in any case."""
    return isinstance(value, Tensor) and value.dims == ()
