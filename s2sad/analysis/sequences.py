"""Lists and dicts as a whole, and the containers of `collections`: each operation is one of the `programs`."""

from __future__ import annotations

import builtins
import collections
import heapq
from typing import TYPE_CHECKING, Any

from s2sad.analysis import infer
from s2sad.analysis.protocols import place
from s2sad.analysis.refuse import refuse
from s2sad.analysis.scope import Found
from s2sad.analysis.values import (
    INT,
    NEVER,
    Bound,
    Dct,
    Fn,
    Known,
    Lst,
    Obj,
    Tup,
    Value,
    holds_objects,
    may_vary,
)
from s2sad.frontend.resolve import SourceFunction, denote, from_function
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    Build,
    BuildDict,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetItem,
    MethodCall,
    Op,
    Ref,
    SetItem,
    SliceIndex,
    Stmt,
    Var,
)
from s2sad.prelude import _order
from s2sad.rules import programs

if TYPE_CHECKING:
    from s2sad.analysis.specialise import Frame

Kwargs = dict[str, Atom]


def _run(frame: Any, program: Any, *args: Atom, **kwargs: Atom) -> Found:
    """The call of one of the programs."""
    return frame.call_function(from_function(program), None, args, tuple(kwargs.items()), None)


def _do(frame: Any, program: Any, *args: Atom, **kwargs: Atom) -> None:
    """The same, for what it does to the container."""
    value, done = _run(frame, program, *args, **kwargs)
    if done is not None and not isinstance(done, (Var, Const)):
        frame.temp(done, value)


def _refuse(frame: Any, message: str, help: str) -> None:
    refuse(frame.function.origin, place(frame), "S2S022", message, help)


def _is_active(value: Value) -> bool:
    """Whether a container may hold active values."""
    return isinstance(value, (Lst, Dct)) and (may_vary(value) or holds_objects(value.elem))


# ── stores ───────────────────────────────────────────────────────────────────────────────────────────────


def store(frame: Frame, stmt: Stmt) -> bool:
    """Follow a store that is one of the programs; whether it was one."""
    match stmt:
        case SetItem(
            obj=Var() as obj, index=SliceIndex(lo=lo, hi=hi, step=None | Const(value=None | 1)), value=value
        ):
            held, new = frame.value(obj), infer.element(frame.value(value))
            if not isinstance(held, Lst) or not (_is_active(held) or may_vary(new) or holds_objects(new)):
                return False
            if lo is None and hi is None:
                _do(frame, programs.set_all, obj, value)
            else:
                _do(frame, programs.set_slice, obj, lo or Const(None), hi or Const(None), value)
            return True
        case Delete(obj=Var() as obj, index=SliceIndex(lo=lo, hi=hi, step=None | Const(value=None | 1))):
            if not (isinstance(frame.value(obj), Lst) and _is_active(frame.value(obj))):
                return False
            _do(frame, programs.delete_slice, obj, lo or Const(None), hi or Const(None))
            return True
        case AugItem(obj=Var() as obj, index=index):
            fill_in(frame, obj, index)
            return False
        case _:
            return False


# ── methods ──────────────────────────────────────────────────────────────────────────────────────────────


def method(
    frame: Frame, value: Lst | Dct, expr: MethodCall, args: tuple[Atom, ...], kwargs: Any
) -> Found | None:
    """A method that is one of the programs; None for the others."""
    obj, named = expr.obj, dict(kwargs)
    match value, expr.name:
        case Lst(made=(_, int() as limit)), "append" | "appendleft" | "extend" | "extendleft" | "insert":
            return _within(frame, value, expr, args, Const(limit))
        case Lst(), "sort" if _is_active(value):
            by_key = "key" in named and frame.value(named["key"]) != Known(None)
            if not by_key:
                named.pop("key", None)
            return _run(frame, programs.sort_by if by_key else programs.sort, obj, **named)
        case Lst(), "clear" if _is_active(value):
            return _run(frame, programs.clear, obj)
        case Lst(made=(_, *_)), "popleft":
            return frame.method_call(MethodCall(obj, "pop", (Const(0),)))
        case Lst(made=(_, *_)), "appendleft":
            return _run(frame, programs.append_left, obj, *args)
        case Lst(made=(_, *_)), "extendleft":
            return _run(frame, programs.extend_left, obj, *args)
        case Lst(made=(_, *_)), "rotate":
            return _run(frame, programs.rotate, obj, *args)
        case Dct(), "popitem" if _is_active(value):
            last = named.get("last", args[0] if args else Const(True))
            if frame.value(last) not in (Known(True), Known(False)):
                return None
            if value.items:
                return _known_item(frame, obj, value, -1 if frame.value(last) == Known(True) else 0)
            return _run(
                frame, programs.last_item if frame.value(last) == Known(True) else programs.first_item, obj
            )
        case Dct(made=(made, *_)), "move_to_end" if (
            made is collections.OrderedDict and len(args) == 1 and not named
        ):
            return _run(frame, programs.to_end, obj, *args)
        case Dct(made=(made, *_)), "move_to_end" if made is collections.OrderedDict:
            _refuse(frame, "an item of an `OrderedDict` is moved to its beginning", "make a new dict")
    return None


def _within(frame: Frame, value: Lst, expr: MethodCall, args: tuple[Atom, ...], limit: Const) -> Found:
    """A deque with a greatest length: what is put in at one end takes something out at the other one."""
    done = Var(frame.session.fresh_temp())
    match expr.name:
        case "append" | "appendleft":
            left = expr.name == "appendleft"
            put_in = MethodCall(expr.obj, "insert", (Const(0), *args)) if left else expr
            frame.temp(put_in, frame.container_method(value, put_in, put_in.args))  # type: ignore[arg-type]
            return _run(frame, programs.shorten_at_end if left else programs.shorten, expr.obj, limit)
        case "extend":
            item = Var(frame.session.fresh_temp())
            append = Assign(done, MethodCall(expr.obj, "append", (item,)), span=place(frame))
            frame.stmt(For(item, args[0], (append,), span=place(frame)))
            return Known(None), Const(None)
        case name:
            _refuse(frame, f"`{name}` of a deque with a greatest length is not followed", "use `append`")
            raise AssertionError


def _known_item(frame: Frame, obj: Atom, value: Dct, position: int) -> Found:
    """`popitem` of a dict with known keys."""
    key, part = (value.items or ())[position]
    taken = frame.temp(MethodCall(obj, "pop", (Const(key),)), part)
    if isinstance(obj, Var):
        items = tuple(pair for pair in value.items or () if pair[0] != key)
        frame.mutated(obj, Dct(value.elem, items))
    return Tup((Known(key), part)), Build("tuple", (Const(key), taken))


def fill_in(frame: Any, obj: Atom, index: Any) -> None:
    """What a `defaultdict` does before it is read: it makes the element that is not there."""
    held = frame.value(obj)
    if isinstance(held, Dct) and held.made[:1] == (collections.defaultdict,) and isinstance(obj, Var):
        factory = held.made[1]
        key = frame.index_value(index)
        known = held.items is not None and isinstance(key, Known)
        if factory == Known(None) or (known and key.value in dict(held.items or ())):
            return
        make = Var(frame.session.fresh_temp())
        frame.set(make, factory)
        if known:
            new = Var(frame.session.fresh_temp())
            frame.stmt(Assign(new, Call(_named(frame, factory, make)), span=place(frame)))
            frame.stmt(SetItem(obj, index, new, span=place(frame)))
            return
        _do(frame, programs.fill_in, obj, frame.index_operand(index), _named(frame, factory, make))


def _named(frame: Any, factory: Value, variable: Var) -> Atom:
    known = factory.value if isinstance(factory, Known) else None
    if isinstance(known, SourceFunction):
        return Ref(known.name, known)
    return variable if known is None else Ref(getattr(known, "__name__", "factory"), denote(known))


def check_operator(frame: Any, kind: str, values: list[Value]) -> None:
    """Refuse an operator whose result shows that a deque is a list in generated code."""
    deques = [isinstance(value, Lst) and value.made for value in values]
    if any(deques) and (kind in ("add", "mul") or (kind in ("eq", "ne") and not all(deques))):
        _refuse(frame, "an operator is applied to a deque", "make a list of it first: `list(...)`")


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────


def _sorted(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    if len(args) != 1:
        return None
    element = infer.element(frame.value(args[0]))
    active = may_vary(element) or holds_objects(element)
    key = frame.value(kwargs["key"]) if "key" in kwargs else Known(None)
    if key == Known(None):
        options = {name: atom for name, atom in kwargs.items() if name != "key"}
        return _run(frame, programs.sorted_objects, *args, **options) if isinstance(element, Obj) else None
    if not active and not isinstance(key, (Fn, Bound)):
        return None
    return _run(frame, programs.sorted_by, *args, **kwargs)


def _sum(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    """A sum of lists, tuples or objects: `+` from the left."""
    element = infer.element(frame.value(args[0]))
    if not isinstance(element, (Lst, Tup, Obj)) or len(args) + len(kwargs) > 2:
        return None
    items = infer.items_of(frame.value(args[0]))
    start = args[1] if len(args) > 1 else kwargs.get("start", Const(0))
    if items is None:
        return _run(frame, programs.total_of, args[0], start)
    total = start
    for position in range(len(items)):
        part, new = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
        frame.stmt(Assign(part, GetItem(args[0], Const(position)), span=place(frame)))
        frame.stmt(Assign(new, Op("add", (total, part)), span=place(frame)))
        total = new
    return frame.value(total), total


def _deque(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    limit = frame.value(kwargs["maxlen"] if "maxlen" in kwargs else args[1] if len(args) > 1 else Const(None))
    if not isinstance(limit, Known) or limit.value == 0:
        _refuse(frame, "the greatest length of a deque is not known", "write the number out as `maxlen`")
        return None
    made = (collections.deque, limit.value)
    if not args:
        return Lst(NEVER, (), made), Build("list", ())
    value, listed = frame.expr(Call(Ref("list", denote(list)), (args[0],)))
    if listed is None or not isinstance(value, Lst):
        return None
    if isinstance(limit.value, int) and (value.items is None or len(value.items) > limit.value):
        whole = frame.temp(listed, value)
        value, listed = frame.expr(GetItem(whole, SliceIndex(Const(-limit.value), None, None)))
        assert isinstance(value, Lst) and listed is not None
    return Lst(value.elem, value.items, made), listed


def _default_dict(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    factory = frame.value(args[0]) if args else Known(None)
    if not (isinstance(factory, Known) or (isinstance(factory, Fn) and not factory.bindings)):
        _refuse(frame, "what makes the elements of a `defaultdict` is a function that reads variables of another one",
                "use `dict.setdefault`")  # fmt: skip
    return _made(frame, args[1:], kwargs, (collections.defaultdict, factory))


def _ordered_dict(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    return _made(frame, args, kwargs, (collections.OrderedDict,))


def _made(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, made: tuple[Any, ...]) -> Found | None:
    display = (
        BuildDict(())
        if not args and not kwargs
        else Call(Ref("dict", denote(dict)), args, tuple(kwargs.items()))
    )
    new = Var(frame.session.fresh_temp())
    frame.stmt(Assign(new, display, span=place(frame)))
    value = frame.value(new)
    return (Dct(value.elem, value.items, made), new) if isinstance(value, Dct) else None


def _heap(program: Any) -> Any:
    def call(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
        held = frame.value(args[0])
        active = isinstance(held, Lst) and (
            _is_active(held) or any(may_vary(frame.value(arg)) for arg in args[1:])
        )
        return _run(frame, program, *args) if active else None

    return call


def _place_list(frame: Frame, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found:
    return Lst(INT), expr


HANDLERS: dict[Any, Any] = {
    builtins.sorted: _sorted,
    builtins.sum: _sum,
    collections.deque: _deque,
    collections.defaultdict: _default_dict,
    collections.OrderedDict: _ordered_dict,
    heapq.heappush: _heap(programs.heappush),
    heapq.heappop: _heap(programs.heappop),
    heapq.heapify: _heap(programs.heapify),
    _order: _place_list,
}
