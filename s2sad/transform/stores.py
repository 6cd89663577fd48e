"""Reverse mode: the adjoints of statements that write into containers, objects and arrays, or take them apart.

A store ends the life of what was there: its adjoint moves on to the stored value, and is zero before the store.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.analysis.operands import STORING, known_function, scattered_add
from s2sad.analysis.refuse import refuse
from s2sad.analysis.restructure import restructures
from s2sad.analysis.values import FLOAT, TOP, Dct, Inst, Lst, Obj, Tensor, Top, Tup, Value, number
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    AugName,
    Build,
    Call,
    Const,
    Delete,
    Expr,
    GetAttr,
    GetItem,
    Index,
    MethodCall,
    Op,
    SetAttr,
    SetItem,
    SliceIndex,
    Unpack,
    Var,
)
from s2sad.transform.adjoints import OWNED, SHARED, is_immutable
from s2sad.transform.nests import is_structured, leaf_items
from s2sad.transform.places import inserted, put_back
from s2sad.transform.sweep import Sweep
from s2sad.transform.words import copy_of, helper, library


class Stores(Sweep):
    """The adjoints of stores."""

    def store(self, stmt: Any) -> None:
        match stmt:
            case SetAttr(obj=Var(name=name), name=attr, value=value) if name in self.active:
                self.check_structure(stmt)
                self.set_attr(name, attr, value)
            case SetItem(obj=Var(name=name)) if name in self.active:
                self.check_structure(stmt)
                self.set_item(stmt, name)
            case AugItem(obj=Var(name=name)) if name in self.active:
                self.aug_item(stmt, name)
            case AugName(target=Var(name=name)) if name in self.active:
                self.aug_name(stmt, name)
            case _:
                pass

    def set_attr(self, name: str, attr: str, value: Any) -> None:
        """``obj.attr = value``: the adjoint of the attribute becomes the value's."""
        obj = self.types.get(name, TOP)
        if self.puts_back(GetAttr(Var(name), attr), value):
            return
        if isinstance(obj, Inst):
            self.set_instance_attr(name, obj, attr, value)
            return
        part = obj.attr(attr) if isinstance(obj, Obj) else None
        if part is None:
            refuse(
                self.function.origin,
                self.pullbacks.span,
                "S2S010",
                f"attribute `{attr}` of an object whose class is not known",
                "use an instance of a class of your own, a dataclass, or a dict",
            )
        assert part is not None
        for path, leaf, bar in self.adjoints.leaf_bars(name):
            if path[:1] != (attr,):
                continue
            state = self.adjoints.state.pop(bar.name, None)
            if state is None:
                continue
            if isinstance(value, Var) and value.name in self.active:
                self.hand_over(value.name, path[1:], leaf, bar, state)

    def check_structure(self, stmt: SetItem | SetAttr) -> None:
        """What was there before the store has an adjoint of its own structure, which is not known here."""
        if restructures(self.session, stmt):
            refuse(self.function.origin, stmt.span, "S2S022", "a value of another structure is stored in the place of one",
                   "use another variable, key or attribute for the other kind of value")  # fmt: skip

    def hand_over(self, name: str, path: Any, leaf: Value, bar: Var, state: str) -> None:
        """Move the adjoint of a part to the variable that was stored there."""
        whole = not path and is_structured(
            self.types.get(name, TOP)
        )  # there it was a part of unknown structure
        if whole or self.adjoints.canonical(name) in self.adjoints.refs:
            self.adjoints.add(name, bar, fresh=False)
        else:
            self.adjoints.add_leaf(name, path, leaf, bar, fresh=state == OWNED)

    def puts_back(self, place: Expr, value: Any) -> bool:
        """Whether a store puts an object back where it came from (``t = d[k]; t += v; d[k] = t``)."""
        if not isinstance(value, Var):
            return False
        made = self.adjoints.refs.get(self.adjoints.canonical(value.name))
        return made is not None and made == place

    def set_instance_attr(self, name: str, obj: Inst, attr: str, value: Any) -> None:
        bar = self.adjoints.materialise(name, (), obj)
        part = obj.attr(attr)
        kind = TOP if part is None else part
        if isinstance(value, Var) and value.name in self.active:
            taken = self.frame.temp(GetAttr(bar, attr), kind)
            self.adjoints.add(value.name, taken, fresh=True)
        plain = number(kind)
        zero: Any = Const(0.0)
        if not (isinstance(plain, Tensor) and plain.dims == ()):
            zero = self.frame.temp(
                Call(helper("_zeros_like"), (self.frame.temp(GetAttr(bar, attr), kind),)), kind
            )
        self.frame.emit(SetAttr(bar, attr, zero))

    def set_item(self, stmt: SetItem, name: str) -> None:
        """``a[index] = value``: the adjoints of the elements move on to the value, and are zero before."""
        value = self.types.get(name, TOP)
        adjoints = self.adjoints
        if self.puts_back(GetItem(Var(name), stmt.index), stmt.value):
            return
        if is_structured(value):
            _, place = adjoints.static_path(name, stmt.index)
            if place is None:
                refuse(self.function.origin, stmt.span, "S2S022", "the position in a container of mixed contents is not known",
                       "index it with a constant, or store the values in an array")  # fmt: skip
            for path, leaf, bar in adjoints.leaf_bars(name):
                if path[:1] == place:
                    state = adjoints.state.pop(bar.name, None)
                    if state is not None and isinstance(stmt.value, Var) and stmt.value.name in self.active:
                        self.hand_over(stmt.value.name, path[1:], leaf, bar, state)
            return
        if adjoints.is_zero(name):  # nothing was read of it since
            return
        bar = adjoints.materialise(name, (), value)
        found = self.frame.expr(GetItem(bar, stmt.index))[0]
        if isinstance(stmt.value, Var) and stmt.value.name in self.active:
            if not isinstance(value, (Lst, Dct)) and self.pullbacks.scattered(value, stmt.index):
                last = Call(helper("_last_written"), (bar, self.frame.index_operand(stmt.index)))
                part = self.frame.temp(last, found)
            else:
                part = self.frame.temp(GetItem(bar, stmt.index), found)
            if isinstance(value, (Lst, Dct)):
                self.frame.emit(Assign(taken := Var(self.frame.session.fresh_temp()), part))
                self.clear_held(name, value, stmt.index)
                adjoints.add(stmt.value.name, taken, fresh=True)
                return
            kept: Atom = part
            if not (isinstance(found, Tensor) and found.dims == ()):
                kept = self.frame.temp(copy_of(part, found), found)
            # First: the value may be a part of the array itself.
            self.clear_item(name, value, stmt.index)
            atom, kind, _ = adjoints.unbroadcast(
                kept, found, stmt.value, self.types.get(stmt.value.name, TOP)
            )
            atom = self.pullbacks.cast(atom, kind, stmt.value)
            adjoints.add(stmt.value.name, atom, fresh=True)
            return
        self.clear_held(name, value, stmt.index)

    def clear_item(self, name: str, value: Value, index: Index) -> None:
        bar = self.adjoints.materialise(name, (), value)
        self.frame.emit(SetItem(bar, index, Const(0.0)))

    def clear_held(self, name: str, value: Value, index: Index) -> None:
        """The adjoint of what stood in a container before a store; an array that is written there has a buffer."""
        held = value.elem if isinstance(value, (Lst, Dct)) else None
        if (
            isinstance(held, Tup)
            and held.cls is None
            and all(is_immutable(number(item)) for item in held.items)
        ):
            bar = self.adjoints.materialise(name, (), value)
            none = self.frame.temp(Build("tuple", (Const(0.0),) * len(held.items)), held)
            self.frame.emit(SetItem(bar, index, none))
            return
        if isinstance(held, (Lst, Dct, Obj, Inst, Tup)) or (isinstance(held, Top) and held.nests):
            self.clear_nest(name, value, index)
            return
        if held is None or (isinstance(held, Tensor) and held.dims == ()):
            self.clear_item(name, value, index)
            return
        if not isinstance(held, Tensor) or held.dims is None or None in held.dims:
            self.clear_nest(name, value, index)
            return
        bar = self.adjoints.materialise(name, (), value)
        zeros = Call(helper("_zeros_like"), (self.frame.temp(GetItem(bar, index), held),))
        self.frame.emit(SetItem(bar, index, self.frame.temp(zeros, held)))

    def clear_nest(self, name: str, value: Value, index: Index) -> None:
        """What stood there is a container: the zero has its structure, so the forward sweep keeps hold of it."""
        kept = Var(self.session.fresh_temp())
        self.types[kept.name] = value.elem  # type: ignore[union-attr]
        if isinstance(value, Dct):  # the key may be new
            read: Expr = MethodCall(Var(name), "get", (index,))  # type: ignore[arg-type]
        else:
            read = GetItem(Var(name), index)
        self.ahead.append(Assign(kept, read, span=self.pullbacks.span))
        bar = self.adjoints.materialise(name, (), value)
        zeros = self.frame.temp(Call(helper("_zeros_like"), (kept,)), value.elem)  # type: ignore[union-attr]
        self.frame.emit(SetItem(bar, index, zeros))

    def aug_item(self, stmt: AugItem, name: str) -> None:
        """``a[index] += value``: the elements keep their adjoints; the value gets a share."""
        value = self.types.get(name, TOP)
        if stmt.op not in ("add", "sub"):
            refuse(
                self.function.origin,
                stmt.span,
                "S2S022",
                "this augmented store is not differentiated",
                "write it as `a[i] = a[i] * value`",
            )
        if not (isinstance(stmt.value, Var) and stmt.value.name in self.active):
            return
        bar = self.adjoints.materialise(name, (), value)
        found = self.frame.expr(GetItem(bar, stmt.index))[0]
        part: Atom
        if not isinstance(value, (Lst, Dct)) and self.pullbacks.scattered(value, stmt.index):
            last = Call(helper("_last_written"), (bar, self.frame.index_operand(stmt.index)))
            part = self.frame.temp(last, found)
        else:
            part = self.frame.temp(GetItem(bar, stmt.index), found)
        if stmt.op == "sub":
            part = self.pullbacks.code.op("neg", part)
        atom, kind, summed = self.adjoints.unbroadcast(
            part, found, stmt.value, self.types.get(stmt.value.name, TOP)
        )
        atom = self.pullbacks.cast(atom, kind, stmt.value)
        fresh = summed or stmt.op == "sub"
        if not fresh and not (isinstance(found, Tensor) and found.dims == ()):
            first = isinstance(value, Tensor) and not self.adjoints.is_nonzero(stmt.value.name)
            if first or stmt.value.name == name:
                # The buffer is written to again: what it holds now is wanted.
                atom, fresh = self.frame.temp(copy_of(atom, found), found), True
        self.adjoints.add(stmt.value.name, atom, fresh=fresh)

    def aug_name(self, stmt: AugName, name: str) -> None:
        """``a += value`` of an array."""
        if stmt.op not in ("add", "sub"):
            refuse(
                self.function.origin,
                stmt.span,
                "S2S022",
                "this augmented assignment of an array is not differentiated",
                "write it as `a[...] = a * value`",
            )
        if not (isinstance(stmt.value, Var) and stmt.value.name in self.active):
            return
        name = self.adjoints.canonical(name)
        if name not in self.adjoints.refs and not self.adjoints.is_nonzero(name):
            return
        value = self.types.get(name, TOP)
        seed = self.adjoints.reference(name) if name in self.adjoints.refs else self.adjoints.peek(name)
        assert seed is not None
        if stmt.op == "sub":
            seed = self.pullbacks.code.op("neg", seed)
        atom, kind, summed = self.adjoints.unbroadcast(
            seed, value, stmt.value, self.types.get(stmt.value.name, TOP)
        )
        atom = self.pullbacks.cast(atom, kind, stmt.value)
        fresh = summed or stmt.op == "sub"
        buffers = (self.adjoints.refs, self.adjoints.shadowed, self.adjoints.by_reference)
        if not fresh and any(name in known for known in buffers):  # it is added to in place later
            atom, fresh = self.frame.temp(copy_of(atom, value), value), True
        if not fresh:  # both adjoints live on: they must not share memory from here
            for _, _, bar in self.adjoints.leaf_bars(name):
                self.adjoints.state[bar.name] = SHARED
        self.adjoints.add(stmt.value.name, atom, fresh=fresh)

    def scatters(self, call: Call) -> bool:
        found = scattered_add(call, self.types)
        return found is not None and isinstance(found[0], Var) and found[0].name in self.active

    def scatter(self, call: Call) -> None:
        """``np.add.at(a, index, v)``: every addition passes its share of the adjoint on."""
        found = scattered_add(call, self.types)
        assert found is not None
        array, index, value = found
        assert isinstance(array, Var)
        if not (isinstance(value, Var) and value.name in self.active):
            return
        bar = self.adjoints.materialise(array.name, (), self.types.get(array.name, TOP))
        kind = self.frame.expr(GetItem(bar, index))[0]
        part: Atom = self.frame.temp(GetItem(bar, index), kind)
        subtracts = known_function(call.func, self.types).__self__ is np.subtract
        if subtracts:
            part = self.pullbacks.code.op("neg", part)
        atom, found_kind, summed = self.adjoints.unbroadcast(
            part, kind, value, self.types.get(value.name, TOP)
        )
        atom = self.pullbacks.cast(atom, found_kind, value)
        read = GetItem(array, index)
        fresh = summed or subtracts or self.regions.is_copying_index(read)
        if not fresh and not (isinstance(kind, Tensor) and kind.dims == ()):  # a slice of the buffer
            atom, fresh = self.frame.temp(copy_of(atom, kind), kind), True
        self.adjoints.add(value.name, atom, fresh=fresh)

    # ── methods of containers ───────────────────────────────────────────────────────────────────────────────

    def stores(self, call: MethodCall) -> bool:
        assert isinstance(call.obj, Var)
        kind = self.types.get(call.obj.name, TOP)
        return (
            call.obj.name in self.active
            and call.name in STORING | {"reverse"}
            and isinstance(kind, (Lst, Dct))
        )

    def store_call(self, call: MethodCall) -> None:
        """``xs.append(v)`` and its relatives: the adjoint list shrinks as the list grew."""
        assert isinstance(call.obj, Var)
        name, value = call.obj.name, self.types[call.obj.name]
        adjoints = self.adjoints
        if adjoints.is_zero(name):  # nothing was read of the list since
            return
        bar = adjoints.materialise(name, (), value)
        match call.name, call.args:
            case "reverse", ():
                self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), MethodCall(bar, "reverse")))
            case "insert", (Var() | Const() as index, item):
                place = inserted(self.frame, bar, index)
                popped = self.frame.temp(MethodCall(bar, "pop", (place,)), getattr(value, "elem", TOP))
                if isinstance(item, Var) and item.name in self.active:
                    adjoints.add(item.name, popped, fresh=False)
            case "extend", (items,):
                self.extended(bar, items)
            case "append", (item,):
                popped = self.frame.temp(MethodCall(bar, "pop"), getattr(value, "elem", TOP))
                if isinstance(item, Var) and item.name in self.active:
                    adjoints.add(item.name, popped, fresh=False)
            case _:
                refuse(self.function.origin, self.pullbacks.span, "S2S022", f"`{call.name}` of a list of active values",
                       "append the elements one by one")  # fmt: skip

    def extended(self, bar: Var, items: Any) -> None:
        """The adjoints of the elements that were appended last leave the list together."""
        count = self.frame.temp(Call(library("len", len), (items,)), TOP)
        start = self.frame.temp(
            Op("sub", (self.frame.temp(Call(library("len", len), (bar,)), TOP), count)), TOP
        )
        place = SliceIndex(start, None, None)
        if isinstance(items, Var) and items.name in self.active:
            part = self.frame.temp(GetItem(bar, place), self.types.get(items.name, TOP))
            self.frame.emit(Assign(taken := Var(self.frame.session.fresh_temp()), part))
            self.adjoints.add(items.name, taken, fresh=True)
        self.frame.emit(Delete(bar, place))

    def delete(self, name: str, index: Any) -> None:
        """``del d[key]``: the deleted value has no adjoint from here on; its place comes back."""
        if self.adjoints.is_zero(name):
            return
        value = self.types.get(name, TOP)
        elem = number(getattr(value, "elem", TOP))
        if (
            not isinstance(value, (Lst, Dct))
            or is_structured(value)
            or isinstance(index, SliceIndex)
            or not (isinstance(elem, Tensor) and elem.dims == ())
        ):
            refuse(self.function.origin, self.pullbacks.span, "S2S022", "`del` of an element of active values",
                   "build a new container without it")  # fmt: skip
        bar = self.adjoints.materialise(name, (), value)
        if isinstance(value, Dct):
            self.frame.emit(SetItem(bar, index, Const(0.0)))
        else:
            put_back(self.frame, bar, index, Const(0.0))

    def discards(self, stmt: Assign) -> bool:
        """``xs.pop()`` of an active list, of which nobody wants the result."""
        call = stmt.value
        return (
            isinstance(call, MethodCall)
            and call.name == "pop"
            and isinstance(call.obj, Var)
            and call.obj.name in self.active
            and isinstance(self.types.get(call.obj.name), Lst)
            and (stmt.target.name not in self.active or not self.adjoints.is_nonzero(stmt.target.name))
        )

    def discard(self, stmt: Assign) -> None:
        assert isinstance(stmt.value, MethodCall) and isinstance(stmt.value.obj, Var)
        name, target = stmt.value.obj.name, stmt.target.name
        if self.adjoints.is_zero(name):
            return
        zero = self.adjoints.zero(target, (), self.types.get(target, TOP))
        bar = self.adjoints.materialise(name, (), self.types[name])
        put_back(self.frame, bar, stmt.value.args[0] if stmt.value.args else None, zero)

    # ── targets of several names ────────────────────────────────────────────────────────────────────────────

    def all_numbers(self, stmt: Unpack, value: Value, targets: list[Var]) -> bool:
        """Are these the elements of a vector of doubles, each with an adjoint? Then these are the vector's."""
        assert isinstance(stmt.value, Var)
        name, count = self.adjoints.canonical(stmt.value.name), len(stmt.targets)
        if name in self.adjoints.refs or name in self.adjoints.shadowed or len(targets) != count:
            return False
        if not isinstance(value, Tensor) or value.dims != (count,) or value.dtype != np.dtype(float):
            return False
        kinds = [self.types.get(target.name) for target in targets]
        return all(
            isinstance(kind, Tensor) and kind.dims == () and kind.dtype == value.dtype for kind in kinds
        ) and not any(target.name in self.adjoints.refs for target in targets)

    def unpack(self, stmt: Unpack) -> None:
        """``a, b = value``: the adjoint of the value is put together from theirs."""
        targets = [
            target
            for target in stmt.targets
            if target.name in self.active and target.name not in self.adjoints.shadowed
        ]
        if not isinstance(stmt.value, Var) or stmt.value.name not in self.active or not targets:
            return
        name, value = stmt.value.name, self.types.get(stmt.value.name, TOP)
        if stmt.star is not None and not is_structured(value) and not isinstance(value, (Lst, Tensor)):
            refuse(
                self.function.origin,
                stmt.span,
                "S2S022",
                "a starred target takes active values from a value of unknown length",
                "take slices: `first, rest = values[0], values[1:]`",
            )
        if self.permuted(stmt):
            return
        if isinstance(value, Top) and not any(target.name in self.adjoints.refs for target in stmt.targets):
            self.unpack_unknown(stmt, name)
            return
        if self.all_numbers(stmt, value, targets):
            seeds = tuple(self.adjoints.take(target.name) or Const(0.0) for target in targets)
            if any(isinstance(seed, Var) for seed in seeds):
                items = self.frame.temp(Build("list", seeds), Lst(FLOAT))
                whole = self.frame.temp(Call(library("np.array", np.array), (items,)), value)
                self.adjoints.add(name, whole, fresh=True)
            return
        for position, target in enumerate(stmt.targets):
            if target not in targets:
                continue
            seed = self.adjoints.take(target.name)
            if seed is None:
                continue
            self.unpack_one(stmt, name, value, position, seed)

    def unpack_unknown(self, stmt: Unpack, name: str) -> None:
        """An array or a tuple: its adjoint is made at once, since a tuple cannot be written to."""
        parts = [
            (self.adjoints.take(target.name) if target.name in self.active else None)
            for target in stmt.targets
        ]
        if any(part is not None for part in parts):
            items = [
                self.frame.temp(Call(helper("_zeros_like"), (target,)), TOP) if part is None else part
                for target, part in zip(stmt.targets, parts, strict=True)
            ]
            listed = self.frame.temp(Build("list", tuple(items)), TOP)
            stacked = self.frame.temp(Call(helper("_stack_like"), (listed, Var(name))), TOP)
            self.adjoints.add(name, stacked, fresh=True)

    def permuted(self, stmt: Unpack) -> bool:
        """``u, v = v, u``: a permutation of the adjoints, the other way round. Whether it was one."""
        assert isinstance(stmt.value, Var)
        items = self.swaps.get(stmt.value.name)
        if items is None or not all(isinstance(item, Var) and item.name in self.active for item in items):
            return False
        adjoints = self.adjoints
        targets = [adjoints.canonical(target.name) for target in stmt.targets]
        sources = [adjoints.canonical(item.name) for item in items]
        plain = not any(
            name in adjoints.refs or name in adjoints.shadowed or is_structured(self.types.get(name, TOP))
            for name in targets
        )
        bars = [adjoints.bar(name) for name in targets]
        if (
            not plain
            or len(set(targets)) != len(targets)
            or set(targets) != set(sources)
            or not all(bar.name in adjoints.state for bar in bars)
        ):
            return False
        states = [adjoints.state[bar.name] for bar in bars]
        held = self.frame.temp(Build("tuple", tuple(bars)), TOP)
        back = tuple(adjoints.bar(name) for name in sources)
        self.frame.emit(Unpack(back, held))
        adjoints.state.update((bar.name, state) for bar, state in zip(back, states, strict=True))
        return True

    def unpack_one(self, stmt: Unpack, name: str, value: Value, position: int, seed: Any) -> None:
        if stmt.star is not None and not is_structured(value):
            after = len(stmt.targets) - 1 - stmt.star  # so many targets take their elements from the end
            index: Index = Const(position if position < stmt.star else position - len(stmt.targets))
            if position == stmt.star:
                index = SliceIndex(Const(position or None), Const(-after or None), None)
            self.adjoints.add_item(name, (), value, index, seed, False)
            return
        if stmt.star is not None:
            extra = len(leaf_items(value)) - len(stmt.targets)
            if position == stmt.star:
                for offset in range(extra + 1):
                    part = self.pullbacks.code.part(seed, offset)
                    self.pullbacks.get_item(GetItem(Var(name), Const(position + offset)), part, Var("?"))
                return
            if position > stmt.star:
                position += extra
        self.pullbacks.get_item(GetItem(Var(name), Const(position)), seed, Var("?"))
