"""What consumes a generator other than a loop: library functions, unpacking, ``next``.

What reads a generator to its end gets a list in its place; what is lazy itself becomes a generator (see `lazy`).
"""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import statistics
from dataclasses import replace
from typing import Any

import numpy as np

from s2sad.analysis import iterators, lazy
from s2sad.analysis.alias import holds_references
from s2sad.analysis.generators import check_usable, collected, iterator, spend
from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import (
    LOST,
    NEVER,
    SPENT,
    Cursor,
    Dct,
    Fn,
    Gen,
    Inst,
    Known,
    Lst,
    Obj,
    Top,
    Value,
    may_vary,
)
from s2sad.analysis.weave import Names, refuse_use, without_end
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, denote
from s2sad.ir.exits import FALL, RETURN, outcomes
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Block,
    Break,
    Build,
    BuildDict,
    Call,
    Const,
    For,
    Function,
    If,
    MethodCall,
    Op,
    Raise,
    Ref,
    SetItem,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import uses

NOT_READ = (isinstance, callable, type, print, hasattr, getattr, id, repr, functools.partial)

ITERATING = (
    list, tuple, dict, set, frozenset, sum, min, max, sorted, any, all, enumerate, zip, map, filter, iter, next, reversed,
    functools.reduce, math.fsum, math.prod, np.fromiter, statistics.mean, statistics.fmean,
)  # fmt: skip


# of an iterator over a list these take all that is left, or just what is asked for
TO_THE_END = (
    list, tuple, dict, set, frozenset, sum, min, max, sorted, iter, next, math.fsum, math.prod, np.fromiter,
    statistics.mean, statistics.fmean, *NOT_READ,
)  # fmt: skip


def settled(frame: Any, stmt: Stmt) -> Stmt:
    """The statement with lists in place of the generators that it reads to their end."""
    if isinstance(stmt, Assign) and isinstance(stmt.value, Call):
        changed = _library_call(frame, stmt, stmt.value)
        if changed is not None:
            return changed
    if not isinstance(stmt, Assign | Unpack | AugName) or not any(
        _runs(frame.env.get(var.name)) for var in uses(stmt)
    ):
        return stmt
    match stmt:
        case AugName(target=target, op="add", value=value) if isinstance(frame.value(target), Lst):
            return _extended(frame, stmt, target, value)
        case Assign(value=MethodCall(obj=Var() as obj, name="extend", args=(value,))) if isinstance(
            frame.value(obj), Lst
        ):
            assert isinstance(value, Var)
            return _extended(frame, stmt, obj, value)
        case Unpack(value=value) | AugName(value=value):
            return replace(stmt, value=_whole(frame, value, stmt))
        case Assign(value=Build(items=items) as build):
            return replace(stmt, value=replace(build, items=_stars(frame, items, stmt)))
        case Assign(value=Call(args=args) as call):
            return replace(stmt, value=replace(call, args=_stars(frame, args, stmt)))
        case Assign(value=Op(kind="in" | "not_in", args=(_, container))) if isinstance(
            frame.value(container), Cursor
        ):
            iterators.refuse_use(frame, "an iterator is searched, and left where the item is found")
        case Assign(value=Op(kind="in" | "not_in" as kind, args=(item, container))):
            return replace(stmt, value=Op(kind, (item, _whole(frame, container, stmt))))
        case Assign(value=MethodCall(obj=obj, args=args) as call):
            value = frame.value(obj)
            if isinstance(value, Gen) or value in (SPENT, LOST):
                if call.name == "__next__":
                    return _first(frame, stmt, (obj,))
                message = f"`{call.name}` of a generator is called"
                refuse_use(frame, stmt, message, "loop over the generator, or make a list of it")
            if isinstance(value, Obj | Inst) or (
                isinstance(value, Known) and isinstance(value.value, SourceClass)
            ):
                return replace(stmt, value=replace(call, args=_stars(frame, args, stmt)))
            return replace(stmt, value=replace(call, args=_wholes(frame, args, stmt)))
    return stmt


def _runs(value: Value | None) -> bool:
    """Whether a value is a generator, or an object that iterates by code of its own."""
    if isinstance(value, Obj | Inst):
        return value.cls.method("__iter__") is not None
    return isinstance(value, Gen | Cursor) or value in (SPENT, LOST)


def _whole(frame: Any, atom: Atom, stmt: Stmt) -> Atom:
    value = frame.value(atom)
    check_usable(frame, stmt, value)
    if isinstance(value, Cursor):
        return iterators.remaining(frame, value)
    gen = iterator(frame, atom, value)
    if gen is None:
        found = own_iterator(frame, atom, value)
        return atom if found is None else iterators.remaining(frame, found)
    spend(frame, gen)
    return collected(frame, gen, stmt)


def own_iterator(frame: Any, atom: Atom, value: Value) -> Cursor | None:
    """The iterator over a sequence that an object's `__iter__` returns."""
    method = value.cls.method("__iter__") if isinstance(value, Obj | Inst) else None
    if method is None:
        return None
    found, _ = frame.call_function(method, None, (atom,), (), MethodCall(atom, "__iter__"))
    return found if isinstance(found, Cursor) else None


def _wholes(frame: Any, args: tuple[Any, ...], stmt: Stmt) -> tuple[Any, ...]:
    return tuple(
        Star(_whole(frame, arg.value, stmt)) if isinstance(arg, Star) else _whole(frame, arg, stmt)
        for arg in args
    )


def _stars(frame: Any, args: tuple[Any, ...], stmt: Stmt) -> tuple[Any, ...]:
    return tuple(Star(_whole(frame, arg.value, stmt)) if isinstance(arg, Star) else arg for arg in args)


def _library_call(frame: Any, stmt: Assign, call: Call) -> Stmt | None:
    """A call of a library function that is given a generator, or makes one; None for every other call."""
    func = frame.value(call.func)
    if not isinstance(func, Known) or isinstance(func.value, SourceFunction | SourceClass):
        return None
    known = func.value
    given = any(_runs(frame.value(arg)) for arg in call.args)
    if any(isinstance(frame.value(arg), Cursor) for arg in call.args) and known not in TO_THE_END:
        iterators.refuse_use(frame, "an iterator is given to a function that may leave some of it")
    if any(isinstance(arg, Star) for arg in call.args):
        call = replace(call, args=_stars(frame, call.args, stmt))
        return replace(stmt, value=call) if given else None
    args: tuple[Any, ...] = call.args
    values = [frame.value(arg) for arg in args]
    options = {key: frame.value(atom) for key, atom in call.kwargs if key is not None}
    adapter = lazy.adapter(known, values, options, given)
    if adapter is not None:
        return replace(stmt, value=replace(call, func=Ref(adapter.name, adapter)))
    if known is itertools.chain:
        return _call_of(frame, stmt, lazy.chaining(len(args)), args)
    if getattr(known, "__module__", "") == "itertools" and (given or any(map(may_vary, values))):
        name = f"itertools.{known.__name__}"
        refuse(
            frame.function.origin,
            stmt.span,
            "S2S021",
            f"no derivative is known for `{name}`",
            "write it out as loops",
        )
    if (
        known is builtins.dict
        and None not in dict(call.kwargs)
        and (given or any(may_vary(frame.value(arg)) for arg in (*args, *(atom for _, atom in call.kwargs))))
    ):
        return _dict(frame, stmt, args, call.kwargs)
    if known == dict.fromkeys and len(args) == 2 and not call.kwargs and not holds_references(values[1]):
        return _dict_of_one(frame, stmt, args[0], args[1])
    if not given or known in NOT_READ:
        return None
    if all(isinstance(value, Obj | Inst) for value in values if _runs(value)) and known not in ITERATING:
        return None  # a function that takes an object need not iterate over it
    if known is builtins.zip:
        return _zipped(frame, stmt, args)
    if known in (builtins.iter, builtins.next) and isinstance(values[0], Cursor):
        return None
    if known is builtins.iter and len(args) == 1:
        gen = iterator(frame, args[0], values[0])
        return replace(stmt, value=args[0] if gen in (None, values[0]) else frame.temp(Const(None), gen))
    if known in (builtins.any, builtins.all) and len(args) == 1:
        return _short_circuit(frame, stmt, args[0], known is builtins.any)
    if known is builtins.next:
        return _first(frame, stmt, args)
    args = _wholes(frame, args, stmt)
    if known is builtins.list:  # the list is a new one already
        return replace(stmt, value=args[0])
    if known is np.fromiter:
        kwargs = tuple((name, atom) for name, atom in call.kwargs if name != "count")
        return replace(stmt, value=Call(Ref("np.array", denote(np.array)), args[:2], kwargs))
    return replace(stmt, value=replace(call, args=args))


def _dict(
    frame: Any, stmt: Assign, args: tuple[Any, ...], kwargs: tuple[tuple[str | None, Atom], ...]
) -> Stmt:
    """``dict(...)`` as a display, or as an assignment to a new dict for each pair."""
    named = tuple((Const(name), atom) for name, atom in kwargs)
    if not args:
        return replace(stmt, value=BuildDict(named))
    (given,) = args
    kind = frame.value(given)
    if isinstance(kind, Top):  # pairs, or a mapping
        return stmt
    if isinstance(kind, Dct) and (kind.items is not None or (not named and not kind.made)):
        return replace(
            stmt,
            value=BuildDict(((None, given), *named)) if kind.items is not None else MethodCall(given, "copy"),
        )
    made: Var
    if isinstance(kind, Dct) and kind.made:  # a plain dict
        given, kind = (
            frame.temp(MethodCall(given, "items"), frame.method_call(MethodCall(given, "items"))[0]),
            kind.elem,
        )
    if isinstance(kind, Dct):
        made = Var(frame.session.fresh_temp())
        frame.stmt(Assign(made, MethodCall(given, "copy"), span=stmt.span))
    else:
        made = frame.temp(BuildDict(()), Dct(NEVER, ()))
        pair, key, value = (Var(frame.session.fresh_temp()) for _ in range(3))
        body = (Unpack((key, value), pair, span=stmt.span), SetItem(made, key, value, span=stmt.span))
        frame.stmt(For(pair, given, body, span=stmt.span))
    for name, atom in named:
        frame.stmt(SetItem(made, name, atom, span=stmt.span))
    return replace(stmt, value=made)


def _dict_of_one(frame: Any, stmt: Assign, keys: Atom, value: Atom) -> Stmt:
    """``dict.fromkeys(keys, value)``: an assignment for each key."""
    made: Var = frame.temp(BuildDict(()), Dct(NEVER, ()))
    key = Var(frame.session.fresh_temp())
    frame.stmt(For(key, keys, (SetItem(made, key, value),), span=stmt.span))
    return replace(stmt, value=made)


def _extended(frame: Any, stmt: Assign | AugName, items: Var, source: Atom) -> Stmt:
    """A list that a generator extends, as a loop of ``append``."""
    item, done = Var(frame.session.fresh_temp()), Var(frame.session.fresh_temp())
    frame.stmt(For(item, source, (Assign(done, MethodCall(items, "append", (item,))),), span=stmt.span))
    target = stmt.target if isinstance(stmt, Assign) else Var(frame.session.fresh_temp())
    return Assign(target, Const(None), span=stmt.span)


def _call_of(frame: Any, stmt: Assign, function: Function, args: tuple[Any, ...]) -> Stmt:
    """A call of a function that was made here: a variable stands for it while it is looked up."""
    memo = frame.session.memo
    function = memo.setdefault(("adapter", function), function)
    holder = Var(frame.session.fresh_temp())
    frame.env[holder.name] = Fn(function)
    return replace(stmt, value=Call(holder, args))


def _zipped(frame: Any, stmt: Assign, args: tuple[Any, ...]) -> Stmt:
    """``zip`` of a generator and sequences. Of several generators one is looped over (an endless one, if there is
    one), and the others are collected."""
    running = [position for position, arg in enumerate(args) if _runs(frame.value(arg))]
    endless = [position for position in running if _is_endless(frame.value(args[position]))]
    lead = (endless or running)[0]
    sequences = [
        arg if position == lead else _indexable(frame, arg, stmt) for position, arg in enumerate(args)
    ]
    return _call_of(frame, stmt, lazy.zipping(len(args), lead), tuple(sequences))


def _is_endless(value: Value) -> bool:
    return isinstance(value, Gen) and not {FALL, RETURN} & outcomes(without_end(value.function))


def _indexable(frame: Any, atom: Atom, stmt: Stmt) -> Atom:
    """An iterable as something with a length and positions."""
    atom = _whole(frame, atom, stmt)
    match frame.definition(atom):
        case Call(func=Ref(target=Live(obj=made))) if made in (zip, enumerate, reversed):
            pass
        case MethodCall(name="items" | "values" | "keys"):
            pass
        case _:
            return atom
    listed = Var(frame.session.fresh_temp())
    frame.stmt(Assign(listed, Call(Ref("list", denote(list)), (atom,)), span=stmt.span))
    return listed


def _short_circuit(frame: Any, stmt: Assign, source: Atom, wanted: bool) -> Stmt:
    """``any`` and ``all`` read no further than they must."""
    names = Names(frame.session, stmt, stmt)
    found, item = Var(names.local("found")), Var(frame.session.fresh_temp())
    leave: Block = (Assign(found, Const(wanted)), Break())
    test = If(item, leave, ()) if wanted else If(item, (), leave)
    frame.stmt(Assign(found, Const(not wanted), span=stmt.span))
    frame.stmt(For(item, source, (test,), span=stmt.span))
    return replace(stmt, value=found)


def _first(frame: Any, stmt: Assign, args: tuple[Any, ...]) -> Stmt:
    """``next(generator)``: its first item; what is left of the generator is not kept."""
    source, *default = args
    names = Names(frame.session, stmt, stmt)
    first, item = Var(names.local("first")), Var(frame.session.fresh_temp())
    loop = (Assign(first, item), Break())
    if default:
        frame.stmt(Assign(first, default[0], span=stmt.span))
        frame.stmt(For(item, source, loop, span=stmt.span))
        return replace(stmt, value=first)
    found, missing = Var(names.local("found")), Var(frame.session.fresh_temp())
    frame.stmt(Assign(found, Const(False), span=stmt.span))
    frame.stmt(For(item, source, (Assign(found, Const(True)), *loop), span=stmt.span))
    if frame.value(found) != Known(True):
        frame.stmt(Assign(missing, Op("not", (found,)), span=stmt.span))
        frame.stmt(If(missing, (Raise(Ref("StopIteration", Live(StopIteration))),), span=stmt.span))
    return replace(stmt, value=first)
