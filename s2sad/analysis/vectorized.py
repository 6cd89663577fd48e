"""``np.vectorize(f)(x, ...)``: a function of numbers for each element, followed as the loop that it is.

The loop is `prelude_functions._each`. What is not varied over (`excluded`) is held by a partial application.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from s2sad.analysis import infer
from s2sad.analysis.protocols import place
from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import Bound, Fn, Known, Value
from s2sad.frontend.resolve import Live, SourceFunction, denote, from_function
from s2sad.ir.nodes import Atom, Build, Call, Const, Expr, Ref, Var
from s2sad.prelude_functions import _each, _each_pair, _each_triple

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls
    from s2sad.analysis.scope import Found

Kwargs = tuple[tuple[str, Atom], ...]
LOOPS = {1: _each, 2: _each_pair, 3: _each_triple}
PYTHONS = (float, complex, int, bool)


@dataclass(frozen=True)
class Vectorized:
    """What makes an elementwise function of one that is its first argument: the options of `np.vectorize`."""

    dtype: Any = None
    excluded: frozenset[Any] = frozenset()


def make(frame: Calls, args: tuple[Atom, ...], kwargs: dict[str, Atom], expr: Expr) -> Found | None:
    """The type of ``np.vectorize(f, ...)``."""
    names = ("pyfunc", "otypes", "doc", "excluded", "cache", "signature")
    given = dict(zip(names, args, strict=False)) | kwargs
    function = given.get("pyfunc")
    if function is None or not given.keys() <= set(names):
        return None
    if "signature" in given and frame.value(given["signature"]) != Known(None):
        _refuse_signature(frame)
    dtype = _single_type(frame, frame.value(given["otypes"])) if "otypes" in given else None
    excluded = _names(frame, given["excluded"]) if "excluded" in given else frozenset()
    held = frame.temp(function, frame.value(function)) if isinstance(function, Var) else function
    return Bound(Known(Vectorized(dtype, excluded)), (held,)), expr


def is_made(value: Value) -> bool:
    """Whether a function is what `np.vectorize` made."""
    return isinstance(value, Known) and isinstance(value.value, Vectorized)


def followed(frame: Calls, known: Any, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr) -> Found | None:
    """A call of what `np.vectorize` made, here (`args` begins with the function) or outside of the program."""
    match known:
        case Vectorized():
            return _call(frame, known, args[0], args[1:], kwargs, expr)
        case np.vectorize():
            if known.signature is not None:
                _refuse_signature(frame)
            function = denote(known.pyfunc)
            name = getattr(known.pyfunc, "__name__", "function")
            letters = known.otypes and "".join(np.dtype(kind).char for kind in known.otypes)
            dtype = _single_type(frame, Known(letters))
            options = Vectorized(dtype, frozenset(known.excluded))
            return _call(frame, options, Ref(name.strip("<>"), function), args, kwargs, expr)
        case _:
            return None


def undecorated(source: SourceFunction) -> SourceFunction | None:
    """The function below a plain ``@np.vectorize``, in a file that is read."""
    match source.decorators:
        case ((text, Live(obj=np.vectorize)),) if "(" not in text and source.live is None:
            return SourceFunction(source.name, source.qualname, source.module, snippet=source.snippet)
        case _:
            return None


def _call(
    frame: Calls, options: Vectorized, function: Atom, args: tuple[Atom, ...], kwargs: Kwargs, expr: Expr
) -> Found | None:
    names = _parameters(frame, frame.value(function))
    first, held, varying = [], [], []
    for position, arg in enumerate(args):
        name = names[position] if position < len(names) else None
        if position not in options.excluded and name not in options.excluded:
            varying.append(arg)
        elif not varying:
            first.append(arg)
        elif name is not None:
            held.append((name, arg))
        else:
            _refuse(frame, "which parameter an excluded argument is cannot be told", "pass it by its name")
    for name, arg in kwargs:
        where = names.index(name) if name in names else None
        if name in options.excluded or where in options.excluded:
            held.append((name, arg))
        elif not held and where == len(first) + len(varying):
            varying.append(arg)
        else:
            _refuse(frame, f"`{name}=` of a vectorized function varies out of turn", "pass it by position")
    if len(varying) not in LOOPS:
        _refuse(frame, f"`np.vectorize` over {len(varying)} arguments", "write the loop")
    if first or held:
        partial = Call(Ref("functools.partial", denote(functools.partial)), (function, *first), tuple(held))
        value, made = frame.expr(partial)
        assert made is not None
        function = frame.temp(made, value)
    dtype = Const(None) if options.dtype is None else options.dtype
    return frame.call_function(
        from_function(LOOPS[len(varying)]), None, (function, dtype, *varying), (), expr
    )


def _parameters(frame: Calls, value: Value) -> tuple[str, ...]:
    """The names of a function's parameters, as far as they can be given by position."""
    match value:
        case Fn(function=source):
            pass
        case Known(value=SourceFunction() as source):
            pass
        case _:
            return ()
    params = frame.session.prepare(source).params
    return tuple(param.name for param in params if param.kind not in ("varargs", "varkw", "kwonly"))


def _single_type(frame: Calls, otypes: Value) -> Atom | None:
    """The type that `otypes` asks for, of the one result."""
    listed: Any = infer.items_of(otypes)
    match otypes:
        case Known(value=None):
            return None
        case Known(value=str() as letters):
            listed = tuple(map(Known, letters))
    match listed:
        case (Known(value=str() as letter),):
            return Const(letter)
        case (Known(value=type() as kind),) if kind in PYTHONS:
            return Ref(kind.__name__, denote(kind))
        case (Known(value=type() as kind),) if issubclass(kind, np.number):
            return Ref(f"np.{kind.__name__}", denote(kind))
        case _:
            _refuse(frame, "`otypes=` of `np.vectorize` must be the type of one result",
                    "write `otypes=[float]`, and call np.vectorize once for each of several results")  # fmt: skip


def _names(frame: Calls, excluded: Atom) -> frozenset[Any]:
    value = frame.value(excluded)
    made = frame.definition(excluded)
    items = infer.items_of(value)
    if items is None and isinstance(made, Build):  # a set, as it is written
        items = tuple(frame.value(item) for item in made.items)
    if isinstance(value, Known) and isinstance(value.value, (set, frozenset)):
        items = tuple(map(Known, value.value))
    if items is None or not all(
        isinstance(item, Known) and isinstance(item.value, (int, str)) for item in items
    ):
        _refuse(frame, "which arguments `excluded=` of `np.vectorize` names is not known", "write them out")
    return frozenset(item.value for item in items)  # type: ignore[union-attr]


def _refuse_signature(frame: Calls) -> NoReturn:
    _refuse(frame, "`signature=` of `np.vectorize` is not supported", "write the loop over the leading axes")


def _refuse(frame: Calls, message: str, help: str) -> NoReturn:
    refuse(frame.function.origin, place(frame), "S2S022", message, help)
