"""Frozen distributions of scipy.stats: ``stats.norm(mean, sd).logpdf(x)`` is ``stats.norm.logpdf(x, mean, sd)``.

Their type is that of a partial application, so what they hold stays in variables, wherever the object goes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2sad.analysis.values import Bound, Known
from s2sad.frontend.resolve import denote
from s2sad.ir.nodes import Atom, Const, MethodCall, Ref, Var

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls
    from s2sad.analysis.scope import Found

#: Methods whose first argument is a point, and whose further ones are those of the distribution.
AT_A_POINT = frozenset({
    "pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf",
})  # fmt: skip


@dataclass(frozen=True)
class Frozen:
    """A distribution, and how the program names it."""

    distribution: Any
    name: Ref


def is_distribution(known: Any) -> bool:
    """Whether calling this object freezes it."""
    home = type(known).__module__
    return (
        home.startswith("scipy.stats")
        and any(hasattr(known, word) for word in ("logpdf", "logpmf"))
        and callable(known)
    )


def freeze(frame: Calls, known: Any, func: Atom, args: tuple[Atom, ...], kwargs: Any) -> Bound | None:
    """The type of ``distribution(*args)``."""
    if not is_distribution(known) or not isinstance(func, Ref):
        return None
    held = [frame.temp(arg, frame.value(arg)) if isinstance(arg, Var) else arg for arg in args]
    named = [(k, frame.temp(a, frame.value(a)) if isinstance(a, Var) else a) for k, a in kwargs]
    return Bound(Known(Frozen(known, func)), tuple(held), tuple(named))


def method(frame: Calls, expr: MethodCall) -> Found | None:
    """A method of a frozen distribution, as the method of the distribution that it stands for."""
    match frame.value(expr.obj):
        case Bound(func=Known(value=Frozen(distribution=known, name=name)), args=held, kwargs=named):
            first, options = held, named
        case Known(value=frozen) if _is_frozen(frozen):
            known = frozen.dist
            name, first, options = _parts(frozen)
        case _:
            return None
    if name is None or expr.name not in AT_A_POINT or not hasattr(known, expr.name):
        return None
    whole = MethodCall(name, expr.name, (*expr.args, *first), (*options, *expr.kwargs))
    return frame.expr(whole)


def _is_frozen(known: Any) -> bool:
    return (
        type(known).__module__.startswith("scipy.stats") and hasattr(known, "dist") and hasattr(known, "kwds")
    )


def _parts(frozen: Any) -> Any:
    """A live frozen distribution's own name and numbers; no name where it holds more than numbers."""
    given = (*frozen.args, *frozen.kwds.values())
    found = getattr(sys.modules.get("scipy.stats"), frozen.dist.name, None)
    if found is None or not all(isinstance(value, (int, float)) for value in given):
        return None, (), ()
    args = tuple(Const(value) for value in frozen.args)
    return (
        Ref(f"stats.{frozen.dist.name}", denote(found)),
        args,
        tuple((k, Const(v)) for k, v in frozen.kwds.items()),
    )
