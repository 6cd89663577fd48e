"""Reverse mode: walk the primal backwards and write the adjoint of every active statement.

The walk builds a tree (`transform.tree`) in which each statement of the primal has its adjoint statements beside it.
State during the walk is the set of adjoint variables that are not zero (`Adjoints.state`):
a variable's adjoint is created by its first contribution, added to by later ones, and zero again when the walk passes
the variable's assignment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from s2sad.analysis.activity import RESULT, active_variables
from s2sad.analysis.alias import Regions
from s2sad.analysis.operands import STORING, known_function, may_change, mutates, rule_call, scattered_add
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.specialise import Frame
from s2sad.analysis.infer import element
from s2sad.analysis.values import TOP, Dct, Inst, Known, Lst, Obj, Tensor, Tup, Value, number, varying
import numpy as np

from s2sad.ir.exits import BREAK, outcomes
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Build,
    Call,
    Const,
    Delete,
    For,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    SliceIndex,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import deep_defs, uses, walk
from s2sad.rules.declare import BindError
from s2sad.transform.adjoints import OWNED, SHARED, Adjoints, helper, is_structured, leaf_items, library
from s2sad.optimize.dce import prune
from s2sad.transform.pullbacks import Pullbacks
from s2sad.transform.references import References, without_items
from s2sad.transform.tree import Attempt, Branch, Guard, Loop, Node, Nodes, Opaque, Step, exposed, mentioned, raises

SEED = "y_bar"


class Reverse:
    """The reverse walk over one variant, whose function is in canonical form (`transform.canonical`)."""

    def __init__(self, session: Any, variant: Variant, wrt: tuple[str, ...], splits: Any, copies: dict[str, str]) -> None:
        self.outermost = variant.key is None
        assert variant.function is not None
        self.session = session
        self.variant = variant
        self.function = variant.function
        self.wrt = wrt
        self.types: dict[str, Value] = variant.types
        self.by_reference = () if self.outermost else tuple(name for name in wrt if mutates(variant, name))
        self.tuples = loosen(self.function.body, self.types)
        if not self.outermost or passes_objects(self.function.body, self.types):
            for name, value in list(self.types.items()):
                self.types[name] = as_instances(value)
        for name in (*self.by_reference, *changed_by_calls(self.function.body)):
            self.types[name] = without_items(self.types.get(name, TOP))
        self.frame = Frame(session, self.function, self.types)
        self.frame.types = self.types
        self.frame.stmt_now = self.function.body[-1]
        self.active = active_variables(variant, wrt, self.by_reference)
        for name in self.active & self.types.keys():
            self.types[name] = varying(self.types[name])
        result = self.function.body[-1]
        assert isinstance(result, (Return, Raise))
        self.result = result.value if isinstance(result, Return) else Const(None)
        names = {}
        if isinstance(self.result, Var) and is_assigned_once(self.function, self.result.name) and not is_structured(self.types.get(self.result.name, TOP)):
            names[self.result.name] = SEED
        session.taken.add(SEED)
        self.adjoints = Adjoints(self.frame, self.types, names)
        self.adjoints.alias = copies
        self.adjoints.tuples = self.tuples
        self.regions = Regions(variant)
        references = References(variant, self.regions, self.active, copies)
        self.adjoints.refs = references.check()
        self.adjoints.alias = copies | references.same
        self.adjoints.parts = references.parts
        if isinstance(self.result, Var):
            self.frame.types[SEED] = self.types.get(self.result.name, TOP)
            self.frame.env[SEED] = self.frame.types[SEED]  # type: ignore[index]
        self.pullbacks = Pullbacks(self.frame, self.adjoints, self.types, self.active, self.function.origin, splits)
        self.pullbacks.masked = masked_variables(self.function.body, self.types)
        self.live_at_head = _LoopLiveness(self.function.body)

    def run(self) -> tuple[Nodes, list[Stmt], list[Any]]:
        """The tree, the statements that seed the reverse sweep, and the operands that hold the gradients."""
        seeding = self.collect(self.seed)
        nodes = self.block(self.function.body[:-1])
        gradients: list[Any] = []
        returned = [name for name in self.wrt if name not in self.by_reference]
        closing = self.collect(lambda: gradients.extend(self.gradient(name) for name in returned), _Names(gradients))
        nodes.insert(0, Step(Assign(Var("%entry"), Const(None)), [], closing))
        return nodes, seeding, gradients

    def seed(self) -> None:
        for name in self.by_reference:  # the caller's buffer, which the sweep adds to and clears in place
            self.adjoints.state[self.adjoints.bar(name).name] = OWNED
        if isinstance(self.result, Var) and self.result.name in self.active and RESULT in self.active:
            name = self.result.name
            if self.adjoints.names.get(name) == SEED:
                self.adjoints.bar(name)
                self.adjoints.state[SEED] = SHARED
                self.frame.bind(Var(SEED), self.conjugated(Var(SEED), self.types.get(name, TOP)), self.types.get(name, TOP))
            else:
                self.adjoints.add(name, Var(SEED), fresh=False)

    def conjugated(self, atom: Any, value: Value) -> Any:
        """At the outer edge gradients are not conjugated: df = Re(sum(gradient * dz))."""
        plain = number(value)
        if self.outermost and isinstance(plain, Tensor) and plain.kind == "c" and isinstance(atom, Var):
            return self.frame.temp(Call(library("np.conj", np.conj), (atom,)), value)
        return atom

    def gradient(self, name: str) -> Any:
        """The adjoint of an input, in memory of its own."""
        value = self.types.get(name, TOP)
        for path, leaf, bar in self.adjoints.leaf_bars(name):
            state = self.adjoints.state.get(bar.name)
            plain = number(leaf)
            if state == SHARED and not (isinstance(plain, Tensor) and plain.dims == ()):
                self.adjoints.own(bar, path, leaf)
            if bar.name in self.adjoints.state:
                self.adjoints.assign(bar, self.conjugated(bar, leaf), leaf)
        found = self.adjoints.assemble(name, value, ())
        if name in self.tuples:
            found = self.frame.temp(Call(library("tuple", tuple), (found,)), TOP)
        return found

    # ── the walk ─────────────────────────────────────────────────────────────────────────────────────────

    def collect(self, action: Any, gradients: Any = ()) -> list[Stmt]:
        """The statements that an action emits."""
        outer, self.frame.out = self.frame.out, []
        action()
        done, self.frame.out = self.frame.out, outer
        return prune(done, lambda name: name in self.adjoints.primal_of or name in gradients)

    def block(self, stmts: Block) -> Nodes:
        nodes: Nodes = []
        for stmt in reversed(stmts):
            nodes.append(self.node(stmt))
        nodes.reverse()
        return nodes

    def node(self, stmt: Stmt) -> Node:
        self.frame.stmt_now = stmt
        self.pullbacks.span = stmt.span
        match stmt:
            case If():
                return self.branch(stmt)
            case For() | While():
                return self.loop(stmt)
            case With():
                return Guard(stmt, self.block(stmt.body))
            case Try():
                return self.attempt(stmt) if self.touches(stmt) else Opaque(stmt)
            case _:
                forward: list[Stmt] = [stmt]

                def act() -> None:
                    replacement = self.simple(stmt)
                    if replacement is not None:
                        forward[:] = replacement

                reverse = self.collect(act)
                return Step(stmt, forward, reverse)

    def attempt(self, stmt: Try) -> Node:
        """Either the body ran to its end, or a handler did: the sweep reverses the one that the flag names.

        What a body did before it failed must not matter; programs where it might are refused.
        """
        self.check_partial(stmt)
        final = self.block(stmt.final)
        start = dict(self.adjoints.state)
        ways, states = [], []
        for stmts in ((*stmt.body, *stmt.orelse), *(handler.body for handler in stmt.handlers if not raises(handler.body))):
            self.adjoints.state = dict(start)
            ways.append(self.block(stmts))
            states.append(self.adjoints.state)
        nonzero = sorted({bar for state in states for bar in state})
        ends = []
        for state in states:
            self.adjoints.state = state
            ends.append(self.collect(lambda: [self.adjoints.ensure_bar(bar) for bar in nonzero]))
        owned = {bar: OWNED if all(state[bar] == OWNED for state in states) else SHARED for bar in nonzero}
        self.adjoints.state = owned
        return Attempt(stmt, Var(self.session.fresh_local("failed")), ways, ends, final)

    def check_partial(self, stmt: Try) -> None:
        handlers = [handler for handler in stmt.handlers if not raises(handler.body)]
        if not handlers:
            return
        written = {var.name for var in deep_defs(stmt.body)} & self.active
        elsewhere = {
            name for name in written if any(name in (v.name for v in uses(s)) for s in walk(self.function.body) if id(s) not in self.inside(stmt.body))
        }  # fmt: skip
        for handler in handlers:
            read: set[str] = set()
            sure = exposed(handler.body, set(), read)
            if (read & written) or (elsewhere - sure):
                lost = sorted((read & written) | (elsewhere - sure))[0]
                self.refuse_attempt(stmt, f"`{lost}` may have been assigned before the exception, or not")
        for inner in walk(stmt.body):
            obj = getattr(inner, "obj", None) or (inner.target if isinstance(inner, AugName) else None)
            if isinstance(inner, Assign) and isinstance(inner.value, MethodCall):
                obj = inner.value.obj if self.types.get(getattr(inner.value.obj, "name", ""), TOP).__class__ in (Lst, Dct) else None
            if isinstance(obj, Var) and obj.name in self.active:
                self.refuse_attempt(stmt, f"`{obj.name}` is changed in place inside of `try`")
            if isinstance(inner, (For, While)):
                self.refuse_attempt(stmt, "a loop of active statements stands inside of `try`")

    def inside(self, block: Block) -> set[int]:
        return {id(inner) for inner in walk(block)}

    def refuse_attempt(self, stmt: Try, why: str) -> None:
        refuse(self.function.origin, stmt.span, "S2S022", f"the exception handler may go on from a half-done body: {why}",
               "keep only the call that can fail inside of `try`")  # fmt: skip

    def touches(self, stmt: Stmt) -> bool:
        """Whether anything active is assigned or stored inside of a statement."""
        for inner in walk((stmt,)):
            names = [var.name for var in deep_defs((inner,))]
            if isinstance(inner, (SetItem, SetAttr, AugItem, AugAttr)) and isinstance(inner.obj, Var):
                names.append(inner.obj.name)
            if isinstance(inner, Assign) and isinstance(inner.value, MethodCall) and isinstance(inner.value.obj, Var):
                names.append(inner.value.obj.name)
            if isinstance(inner, Assign):
                names += changed_arguments(inner.value)
                scatter = scattered_add(inner.value, self.types)
                if scatter is not None and isinstance(scatter[0], Var):
                    names.append(scatter[0].name)
            if any(name in self.active for name in names):
                return True
        return False

    def simple(self, stmt: Stmt) -> list[Stmt] | None:
        match stmt:
            case Assign(target=target, value=MethodCall(obj=Var(name=obj)) as call) if self.stores(call):
                self.store_call(call, target)
                return None if obj else None
            case Assign(value=Call() as call) if self.scatters(call):
                self.scatter(call)
            case Assign(target=target):
                if target.name in self.active:
                    return self.pullbacks.assign(stmt)
                return self.check_effects(stmt)
            case Unpack():
                self.unpack(stmt)
            case SetItem() | SetAttr() | AugItem() | AugAttr() | AugName():
                self.store(stmt)
            case Delete(obj=Var(name=name), index=index) if name in self.active and index is not None:
                self.delete(name, index)
            case _:
                pass
        return None

    def scatters(self, call: Call) -> bool:
        found = scattered_add(call, self.types)
        return found is not None and isinstance(found[0], Var) and found[0].name in self.active

    def scatter(self, call: Call) -> None:
        """``np.add.at(a, index, v)``: every addition passes its share of the adjoint on."""
        found = scattered_add(call, self.types)
        assert found is not None and isinstance(found[0], Var)
        array, index, value = found
        if not (isinstance(value, Var) and value.name in self.active):
            return
        bar = self.adjoints.materialise(array.name, (), self.types.get(array.name, TOP))
        kind = self.frame.expr(GetItem(bar, index))[0]
        part = self.frame.temp(GetItem(bar, index), kind)
        if known_function(call.func, self.types).__self__ is np.subtract:
            part = self.pullbacks.code.op("neg", part)
        atom, found_kind, _ = self.adjoints.unbroadcast(part, kind, value, self.types.get(value.name, TOP))
        self.adjoints.add(value.name, self.pullbacks.cast(atom, found_kind, value), fresh=True)

    def check_effects(self, stmt: Assign) -> list[Stmt] | None:
        """A call whose result is not active, but which may change something that is."""
        value = stmt.value
        if isinstance(value, Call) and isinstance(value.func, Ref) and isinstance(value.func.target, Resolved):
            if any(name in self.active for name in changed_arguments(value)):
                return self.pullbacks.call_statement(stmt)
        elif isinstance(value, (Call, MethodCall)):
            self.check_unknown_effects(stmt)
        return None

    def check_unknown_effects(self, stmt: Assign) -> None:
        """An unknown method or function that is handed an active object might store into it."""
        if may_change(stmt.value, self.types, self.active):
            self.pullbacks.refuse_unknown(stmt.value)

    # ── stores ───────────────────────────────────────────────────────────────────────────────────────────

    def stores(self, call: MethodCall) -> bool:
        assert isinstance(call.obj, Var)
        kind = self.types.get(call.obj.name, TOP)
        return call.obj.name in self.active and call.name in STORING | {"reverse"} and isinstance(kind, (Lst, Dct))

    def store_call(self, call: MethodCall, target: Var) -> None:
        """``xs.append(v)`` and its relatives: the adjoint list shrinks as the list grew."""
        assert isinstance(call.obj, Var)
        name, value = call.obj.name, self.types[call.obj.name]
        adjoints = self.adjoints
        bar = adjoints.materialise(name, (), value)
        match call.name, call.args:
            case "reverse", ():
                self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), MethodCall(bar, "reverse")))
            case "insert", (place, item):
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
        start = self.frame.temp(Op("sub", (self.frame.temp(Call(library("len", len), (bar,)), TOP), count)), TOP)
        place = SliceIndex(start, None, None)
        if isinstance(items, Var) and items.name in self.active:
            part = self.frame.temp(GetItem(bar, place), self.types.get(items.name, TOP))
            self.frame.emit(Assign(taken := Var(self.frame.session.fresh_temp()), part))
            self.adjoints.add(items.name, taken, fresh=True)
        self.frame.emit(Delete(bar, place))

    def delete(self, name: str, index: Any) -> None:
        """``del d[key]``: the deleted value has no adjoint from here on; its place comes back."""
        value = self.types.get(name, TOP)
        elem = number(getattr(value, "elem", TOP))
        if not isinstance(value, (Lst, Dct)) or is_structured(value) or not (isinstance(elem, Tensor) and elem.dims == ()):
            refuse(self.function.origin, self.pullbacks.span, "S2S022", "`del` of an element of active values",
                   "build a new container without it")  # fmt: skip
        bar = self.adjoints.materialise(name, (), value)
        if isinstance(value, Dct):
            self.frame.emit(SetItem(bar, index, Const(0.0)))
        else:
            done = MethodCall(bar, "insert", (index, Const(0.0)))
            self.frame.emit(Assign(Var(self.frame.session.fresh_temp()), done))

    def store(self, stmt: Any) -> None:
        match stmt:
            case SetAttr(obj=Var(name=name), name=attr, value=value) if name in self.active:
                self.set_attr(name, attr, value)
            case SetItem(obj=Var(name=name)) if name in self.active:
                self.set_item(stmt, name)
            case AugItem(obj=Var(name=name)) if name in self.active:
                self.aug_item(stmt, name)
            case AugName(target=Var(name=name)) if name in self.active:
                self.aug_name(stmt, name)
            case _:
                pass

    def set_attr(self, name: str, attr: str, value: Any) -> None:
        obj = self.types.get(name, TOP)
        if isinstance(obj, Inst):
            self.set_instance_attr(name, obj, attr, value)
            return
        part = obj.attr(attr) if isinstance(obj, Obj) else None
        if part is None:
            refuse(self.function.origin, self.pullbacks.span, "S2S010", f"attribute `{attr}` of an object whose class is not known")
        assert part is not None
        for path, leaf, bar in self.adjoints.leaf_bars(name):
            if path[:1] != (attr,):
                continue
            state = self.adjoints.state.pop(bar.name, None)
            if state is None:
                continue
            if isinstance(value, Var) and value.name in self.active:
                self.adjoints.add_leaf(value.name, path[1:], leaf, bar, fresh=state == OWNED)

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
            zero = self.frame.temp(Call(helper("_zeros_like"), (self.frame.temp(GetAttr(bar, attr), kind),)), kind)
        self.frame.emit(SetAttr(bar, attr, zero))

    def set_item(self, stmt: SetItem, name: str) -> None:
        value = self.types.get(name, TOP)
        adjoints = self.adjoints
        if is_structured(value):
            key = self.frame.value(stmt.index) if isinstance(stmt.index, (Var, Const)) else None
            known = getattr(key, "value", None)
            for path, leaf, bar in adjoints.leaf_bars(name):
                if path[:1] == (known,):
                    state = adjoints.state.pop(bar.name, None)
                    if state is not None and isinstance(stmt.value, Var) and stmt.value.name in self.active:
                        adjoints.add_leaf(stmt.value.name, path[1:], leaf, bar, fresh=state == OWNED)
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
                adjoints.clear_item(name, (), value, stmt.index)
                adjoints.add(stmt.value.name, taken, fresh=True)
                return
            kept = part
            if not (isinstance(found, Tensor) and found.dims == ()):
                kept = self.frame.temp(MethodCall(part, "copy"), found)
            adjoints.clear_item(name, (), value, stmt.index)  # first: the value may be a part of the array itself
            atom, kind, _ = adjoints.unbroadcast(kept, found, stmt.value, self.types.get(stmt.value.name, TOP))
            atom = self.pullbacks.cast(atom, kind, stmt.value)
            adjoints.add(stmt.value.name, atom, fresh=True)
            return
        adjoints.clear_item(name, (), value, stmt.index)

    def aug_item(self, stmt: AugItem, name: str) -> None:
        value = self.types.get(name, TOP)
        if stmt.op not in ("add", "sub"):
            refuse(self.function.origin, stmt.span, "S2S022", "this augmented store is not differentiated")
        if not (isinstance(stmt.value, Var) and stmt.value.name in self.active):
            return
        bar = self.adjoints.materialise(name, (), value)
        found = self.frame.expr(GetItem(bar, stmt.index))[0]
        part = self.frame.temp(GetItem(bar, stmt.index), found)
        if stmt.op == "sub":
            part = self.pullbacks.code.op("neg", part)
        atom, kind, summed = self.adjoints.unbroadcast(part, found, stmt.value, self.types.get(stmt.value.name, TOP))
        atom = self.pullbacks.cast(atom, kind, stmt.value)
        if not summed and stmt.op == "add" and not (isinstance(found, Tensor) and found.dims == ()):
            atom = self.frame.temp(MethodCall(atom, "copy"), found) if stmt.value.name == name else atom
        self.adjoints.add(stmt.value.name, atom, fresh=summed or stmt.op == "sub")

    def aug_name(self, stmt: AugName, name: str) -> None:
        if stmt.op not in ("add", "sub"):
            refuse(self.function.origin, stmt.span, "S2S022", "this augmented assignment of an array is not differentiated")
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
        atom, kind, summed = self.adjoints.unbroadcast(seed, value, stmt.value, self.types.get(stmt.value.name, TOP))
        atom = self.pullbacks.cast(atom, kind, stmt.value)
        fresh = summed or stmt.op == "sub"
        if not fresh and name in self.adjoints.refs:
            atom, fresh = self.frame.temp(MethodCall(atom, "copy"), value), True
        if not fresh:  # both adjoints live on: they must not share memory from here
            for _, _, bar in self.adjoints.leaf_bars(name):
                self.adjoints.state[bar.name] = SHARED
        self.adjoints.add(stmt.value.name, atom, fresh=fresh)

    def unpack(self, stmt: Unpack) -> None:
        """``a, b = value``: the adjoint of the value is put together from theirs."""
        targets = [target for target in stmt.targets if target.name in self.active]
        if not isinstance(stmt.value, Var) or stmt.value.name not in self.active or not targets:
            return
        name, value = stmt.value.name, self.types.get(stmt.value.name, TOP)
        if stmt.star is not None and not is_structured(value):
            refuse(self.function.origin, stmt.span, "S2S022", "a starred target takes active values from a value of unknown length")
        for position, target in enumerate(stmt.targets):
            if target.name not in self.active:
                continue
            seed = self.adjoints.take(target.name)
            if seed is None:
                continue
            self.unpack_one(stmt, name, value, position, seed)

    def unpack_one(self, stmt: Unpack, name: str, value: Value, position: int, seed: Any) -> None:
        if stmt.star is not None:
            count = len(value.items)  # type: ignore[union-attr]
            extra = count - len(stmt.targets)
            if position == stmt.star:
                for offset in range(extra + 1):
                    part = self.pullbacks.code.part(seed, offset)
                    self.pullbacks.get_item(GetItem(Var(name), Const(position + offset)), part, Var("?"))
                return
            if position > stmt.star:
                position += extra
        self.pullbacks.get_item(GetItem(Var(name), Const(position)), seed, Var("?"))

    # ── control flow ─────────────────────────────────────────────────────────────────────────────────────

    def branch(self, stmt: If) -> Node:
        if not self.touches(stmt) and BREAK not in outcomes((stmt,)):
            return Opaque(stmt)
        start = dict(self.adjoints.state)
        body = self.block(stmt.body)
        after_body = self.adjoints.state
        self.adjoints.state = dict(start)
        orelse = self.block(stmt.orelse)
        after_orelse = self.adjoints.state
        ended = [after_body, after_orelse]
        extra: list[list[Stmt]] = [[], []]
        for side in (0, 1):
            missing = [bar for bar in ended[1 - side] if bar not in ended[side]]
            self.adjoints.state = ended[side]
            extra[side] = self.collect(lambda missing=missing: [self.adjoints.ensure_bar(bar) for bar in missing])  # type: ignore[misc]
            ended[side] = self.adjoints.state
        both = {
            bar: OWNED if ended[0][bar] == ended[1].get(bar) == OWNED else SHARED for bar in ended[0] if bar in ended[1]
        }
        self.adjoints.state = both
        return Branch(stmt, body, orelse, extra[0], extra[1])

    def loop(self, stmt: For | While) -> Node:
        if not self.touches(stmt):
            return Opaque(stmt)
        carried = self.carried(stmt)
        before = self.collect(lambda: [self.adjoints.ensure(name) for name in carried])
        bars = {bar.name for name in carried for _, _, bar in self.adjoints.leaf_bars(name)}
        outside = dict(self.adjoints.state)
        while True:  # an adjoint owns its memory in every round if it does in the first and at the end of a round
            body = self.block(stmt.body)
            head = self.block(stmt.head) if isinstance(stmt, While) else []
            missing = sorted(bars - self.adjoints.state.keys())
            end = self.collect(lambda missing=missing: [self.adjoints.ensure_bar(bar) for bar in missing])  # type: ignore[misc]
            state = self.adjoints.state
            shared = {bar for bar in outside if outside[bar] == OWNED and state.get(bar) == SHARED}
            if not shared:
                break
            outside |= dict.fromkeys(shared, SHARED)
            self.adjoints.state = dict(outside)
        self.adjoints.state = {bar: state.get(bar, how) if how == OWNED else SHARED for bar, how in outside.items()}
        return Loop(stmt, head, body, before, end, True)

    def root(self, name: str) -> str:
        """The variable whose adjoint a reference leads to."""
        name = self.adjoints.canonical(name)
        while name in self.adjoints.refs or name in self.adjoints.parts:
            if name in self.adjoints.parts:
                name = self.adjoints.parts[name][0]
                continue
            expr = self.adjoints.refs[name]
            base = expr.args[0] if isinstance(expr, Call) else expr.obj  # type: ignore[union-attr]
            assert isinstance(base, Var)
            name = self.adjoints.canonical(base.name)
        return name

    def carried(self, stmt: For | While) -> list[str]:
        """Active variables whose adjoint lives across rounds of the reversed loop, sorted by name."""
        inside = (*stmt.head, *stmt.body) if isinstance(stmt, While) else stmt.body
        read = set(self.live_at_head.names(stmt))
        written_here = {var.name for var in deep_defs(inside)}
        found = set()
        mentioned_here = set(self.live_at_head.mentioned(stmt))
        for name in list(mentioned_here):
            root = self.root(name)
            if root != name and root not in written_here:
                mentioned_here.add(root)
        for name in mentioned_here:
            if name in self.adjoints.refs or name in self.adjoints.parts:
                continue
            if name not in self.active:
                continue
            if name in read or (name in written_here and self.adjoints.is_nonzero(name)) or name not in written_here:
                found.add(name)
        return sorted(found)


def masked_variables(body: Block, types: dict[str, Value]) -> set[str]:
    """What flows into a branch of `np.where` element by element: its adjoint is zero where the other one is taken."""
    found: set[str] = set()
    for stmt in reversed(list(walk(body))):
        if not isinstance(stmt, Assign):
            continue
        try:
            call = rule_call(stmt.value, types)
        except BindError:
            continue
        if call is None:
            continue
        if call.rule.name in ("where", "select", "choose"):
            found |= {var.name for name in call.rule.wrt for var in call.operands(name)}
        elif call.rule.kind == "elementwise" and stmt.target.name in found:
            found |= {var.name for name in call.rule.wrt for var in call.operands(name)}
    return found


def changed_arguments(expr: Any) -> list[str]:
    """Variables whose objects a call of a user's function writes to."""
    match expr:
        case Call(func=Ref(target=Resolved(variant=variant)), args=args):
            pairs = zip(variant.params, args, strict=True)
            return [arg.name for param, arg in pairs if isinstance(arg, Var) and mutates(variant, param)]
        case _:
            return []


def changed_by_calls(body: Block) -> set[str]:
    return {name for stmt in walk(body) if isinstance(stmt, Assign) for name in changed_arguments(stmt.value)}


def passes_objects(body: Block, types: dict[str, Value]) -> bool:
    """Whether an object goes to a function that is differentiated on its own, or into a container."""
    for stmt in walk(body):
        match stmt:
            case Assign(value=Call(func=Ref(target=Resolved()), args=args)):
                atoms: Any = args
            case Assign(value=Build(items=items)):
                atoms = items
            case Assign(value=MethodCall(name=name, args=args)) if name in STORING:
                atoms = args
            case SetItem(value=value) | SetAttr(value=value):
                atoms = (value,)
            case _:
                continue
        if any(isinstance(atom, Var) and isinstance(types.get(atom.name), Obj) for atom in atoms):
            return True
    return False


def as_instances(value: Value) -> Value:
    match value:
        case Obj(cls=cls, attrs=attrs):
            return Inst(cls, tuple((name, as_instances(part)) for name, part in attrs))
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(as_instances, items)), cls)
        case Lst(elem=elem, items=items):
            return Lst(as_instances(elem), None if items is None else tuple(map(as_instances, items)))
        case Dct(elem=elem, items=items):
            return Dct(as_instances(elem), None if items is None else tuple((k, as_instances(v)) for k, v in items))
        case _:
            return value


def loosen(body: Block, types: dict[str, Value]) -> set[str]:
    """Give up the element-wise adjoints of containers that the program indexes with a variable: changes `types`.

    Returns the names of those that are tuples; their adjoints are kept as lists.
    """
    tuples: set[str] = set()
    for stmt in walk(body):
        expr = stmt.value if isinstance(stmt, Assign) else stmt
        if not isinstance(expr, (GetItem, SetItem, AugItem)) or not isinstance(expr.obj, Var):
            continue
        value = types.get(expr.obj.name, TOP)
        if not is_structured(value) or isinstance(value, Obj):
            continue
        index = types.get(expr.index.name) if isinstance(expr.index, Var) else expr.index
        key = index.value if isinstance(index, (Const, Known)) else None
        size = len(leaf_items(value))
        keys = {name for name, _ in leaf_items(value)} | (set() if isinstance(value, Dct) else set(range(-size, 0)))
        if key is not None and key in keys:
            continue
        if isinstance(value, Tup):
            tuples.add(expr.obj.name)
        types[expr.obj.name] = Dct(value.elem) if isinstance(value, Dct) else Lst(element(value))
    return tuples


class _Names:
    """The names of the gradients, known once they have been emitted."""

    def __init__(self, atoms: list[Any]) -> None:
        self.atoms = atoms

    def __contains__(self, name: object) -> bool:
        return any(isinstance(atom, Var) and atom.name == name for atom in self.atoms)


def is_assigned_once(function: Any, name: str) -> bool:
    return name not in function.param_names() and sum(1 for var in deep_defs(function.body) if var.name == name) == 1


class _LoopLiveness:
    """For each loop: variables that a round reads before it writes them (or never writes), and all it mentions."""

    def __init__(self, body: Block) -> None:
        self.exposed: dict[int, set[str]] = {}
        self.all: dict[int, set[str]] = {}
        self.keep: list[Stmt] = []
        for stmt in walk(body):
            if isinstance(stmt, (For, While)):
                self.keep.append(stmt)
                inside = (*stmt.head, *stmt.body) if isinstance(stmt, While) else stmt.body
                found: set[str] = set()
                start = {stmt.target.name} if isinstance(stmt, For) else set()
                exposed(inside, set(start), found)
                self.exposed[id(stmt)] = found
                self.all[id(stmt)] = mentioned(inside)

    def names(self, stmt: For | While) -> set[str]:
        return self.exposed[id(stmt)]

    def mentioned(self, stmt: For | While) -> Iterable[str]:
        return self.all[id(stmt)]
