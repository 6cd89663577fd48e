"""`jvp` and `vjp`: the derivative as a linear map, applied to tangents, and its transpose, applied to seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sad.analysis.transforms import register
from s2sad.api import text
from s2sad.api.program import OPTIONS, Program, Variant, check_result, explaining, overwriting
from s2sad.api.structure import arrays_of, conform, differentiable, direction, snapshot
from s2sad.api.target import Bound, Pick, make_target
from s2sad.api.transforms import check_picks, parameters


def jvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], overwrite: bool = False
) -> tuple[Any, Any]:
    """The value of `function` at `primals` and its derivative in the direction `tangents`: (y, y_dot).

    A tangent has the structure and shapes of its primal; None, for all or a part of it, stands for zero. `y_dot`
    has the structure, shapes and dtypes of `y`. Raises TypeError for tangents that do not fit.
    With `overwrite` the arrays that the function writes to are overwritten, and so are their tangents.
    """
    return Pushforward(function)(primals, tangents, overwrite)


class Pushforward:
    """`jvp` of one function; `source` is the generated text."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._target = make_target(function)
        self.function = function
        self._last: Variant | None = None
        self.__name__ = f"{self._target.name}_jvp"

    def __repr__(self) -> str:
        return f"<Pushforward of {self._target.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.function,))

    def __call__(
        self, primals: Sequence[Any], tangents: Sequence[Any], overwrite: bool = False
    ) -> tuple[Any, Any]:
        if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
            raise TypeError("jvp takes the primals as one tuple and the tangents as another")
        if len(primals) != len(tangents):
            raise TypeError(f"jvp got {len(primals)} primals and {len(tangents)} tangents")
        bound = self._target.bind(tuple(primals), {})
        given = {bound.pick(i): dot for i, dot in enumerate(tangents) if dot is not None}
        for pick, dot in given.items():
            if not _is_zero(dot):
                check_picks(bound, [pick])
        with overwriting(overwrite):
            y, y_dot, variant = push(bound, given)
        self._last = variant or self._last
        return y, y_dot

    @property
    def source(self) -> str:
        """The generated text: of the variant called last, or with respect to all parameters before the first call."""
        return (self._last or _general(self._target.general(), "jvp")).derived.text


def push(bound: Bound, given: Mapping[Pick, Any]) -> tuple[Any, Any, Variant | None]:
    """The value, its derivative in the direction of these tangents, and the variant that was called."""
    dots = _directions(bound, given)
    if not dots:
        handed = handed_over(bound.arguments)
        y = bound.finish(bound.program.call(handed))
        if y is None:
            y = _written(bound, handed)
        check_result(y, bound.program.name)
        return y, conform(None, y, set()), None
    variant = bound.program.variant("jvp", tuple(dots), bound.arguments)
    args, kwargs = bound.program.spread(bound.arguments)
    y, y_dot = variant(*args, **kwargs, **dict(zip(variant.extra, dots.values(), strict=True)))
    y = bound.finish(y)
    check_result(y, bound.program.name)
    return y, conform(y_dot, y, arrays_of(bound.arguments, dots, y)), variant


def _written(bound: Bound, handed: Mapping[str, Any]) -> Any:
    """The result of a function that returns None: the arguments that it has written to, or None if there are none."""
    names = tuple(name for name, value in bound.arguments.items() if differentiable(value))
    written = bound.program.variant("split", names, bound.arguments).derived.written if names else ()
    found = tuple(value for name, value in handed.items() if name in written)
    return found if len(found) > 1 else found[0] if found else None


def handed_over(arguments: Any) -> Any:
    """The arguments for a call that may write to them: copies, unless the caller lets its own be overwritten."""
    return arguments if OPTIONS.get().overwrite else snapshot(arguments)


def _is_zero(dot: Any) -> bool:
    return isinstance(dot, (int, float, np.ndarray, np.generic)) and not np.any(dot)


def _general(program: Program, mode: str) -> Variant:
    return program.general(mode, program.names)


def _directions(bound: Bound, given: Mapping[Pick, Any]) -> dict[str, Any]:
    """The tangents by parameter, complete."""
    dots: dict[str, Any] = {}
    partial: dict[str, dict[int | str, Any]] = {}
    for pick, dot in given.items():
        if not differentiable(bound.value(pick)):
            continue
        if pick.key is None:
            dots[pick.parameter] = _direction(bound, pick.parameter, dot)
        else:
            partial.setdefault(pick.parameter, {})[pick.key] = dot
    for name, items in partial.items():  # some of ``*args`` or ``**kwargs``
        whole = bound.arguments[name]
        some = (
            {k: items.get(k) for k in whole}
            if isinstance(whole, dict)
            else [*map(items.get, range(len(whole)))]
        )
        dots[name] = _direction(bound, name, some)
    return dots


def _direction(bound: Bound, name: str, dot: Any) -> Any:
    return direction(dot, bound.arguments[name], f"the tangent of `{name}`")


def vjp(function: Callable[..., Any], *primals: Any, overwrite: bool = False) -> tuple[Any, Pullback]:
    """The value of `function` at `primals`, and its pullback: (y, pullback).

    `pullback(y_bar)` takes a seed of the structure of `y` (None for zero, in whole or in part) and returns a tuple
    with the adjoint of each primal, None for one that has no derivative. It may be called any number of times, also
    after the caller has changed `y` or the primals. Raises TypeError if no primal has a derivative.
    With `overwrite` the primals are not copied: those that the function writes to are overwritten, and the caller must
    leave all of them alone as long as the pullback is in use.
    """
    return PullbackOf(function)(*primals, overwrite=overwrite)


class PullbackOf:
    """`vjp` of one function; `source` is the generated text."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._target = make_target(function)
        self.function = function
        self._last: Variant | None = None
        self.__name__ = f"{self._target.name}_vjp"

    def __repr__(self) -> str:
        return f"<PullbackOf {self._target.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.function,))

    def __call__(self, *primals: Any, overwrite: bool = False) -> tuple[Any, Pullback]:
        with overwriting(overwrite):
            return self._pulled(handed_over(primals))

    def _pulled(self, primals: tuple[Any, ...]) -> tuple[Any, Pullback]:
        bound = self._target.bind(primals, {})
        picks = [bound.pick(i) for i in range(len(primals))]
        if not any(differentiable(bound.value(pick)) for pick in picks):
            check_picks(bound, picks)
            raise TypeError(f"vjp of {self._target.name}: it was given no arguments")
        y, pullback, self._last = pull(bound, picks)
        return y, pullback

    @property
    def source(self) -> str:
        """The generated text: of the variant called last, or with respect to all parameters before the first call."""
        return (self._last or _general(self._target.general(), "split")).derived.text


def pull(bound: Bound, picks: Sequence[Pick]) -> tuple[Any, Pullback, Variant]:
    """The value, the pullback to the picked arguments, and the variant that was called.

    The arguments must not change as long as the pullback is in use.
    """
    active = [pick for pick in picks if differentiable(bound.value(pick))]
    names = parameters(active)
    variant = bound.program.variant("split", names, bound.arguments)
    args, kwargs = bound.program.spread(bound.arguments)
    y, saved = variant(*args, **kwargs)
    y = bound.finish(y)
    check_result(y, bound.program.name)
    reverse = variant.derived.entry("rev")
    pullback = Pullback(bound.program.name, reverse, saved, snapshot(y), names, tuple(picks), bound.arguments)
    return snapshot(y), pullback, variant


class Pullback:
    """The transpose of a function's derivative at one point: see `vjp`."""

    def __init__(
        self,
        name: str,
        reverse: Callable[..., Any],
        saved: Any,
        y: Any,
        names: tuple[str, ...],
        picks: tuple[Pick, ...],
        arguments: Mapping[str, Any],
    ) -> None:
        self.__name__ = f"{name}_pullback"
        self._reverse = reverse
        self._saved = saved
        self._y = y
        self._names = names
        self._picks = picks
        self._arguments = arguments

    def __repr__(self) -> str:
        return f"<{self.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"{self.__name__} does not pickle; call vjp with the function and its arguments again"
        )

    def __copy__(self) -> Pullback:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Pullback:
        return self  # nothing in it ever changes

    def __call__(self, y_bar: Any) -> tuple[Any, ...]:
        """The adjoint of each primal, for a seed `y_bar` of the structure and shapes of the value."""
        seed = direction(y_bar, self._y, "the seed")
        bars = explaining(self._reverse, self._saved, seed)
        by_name = dict(zip(self._names, bars if len(self._names) > 1 else (bars,), strict=True))
        owned = arrays_of(self._arguments, seed, self._saved)
        return tuple(self._adjoint(pick, by_name, owned) for pick in self._picks)

    def _adjoint(self, pick: Pick, bars: Mapping[str, Any], owned: set[int]) -> Any:
        value = pick.of(self._arguments[pick.parameter])
        if pick.parameter not in bars or not differentiable(value):
            return None
        return conform(pick.of(bars[pick.parameter]), value, owned)

    def generated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        """The program of the reverse sweep, bound to what the forward sweep saved."""
        program = text.pullback(self._reverse, self.__name__, self._names, self._picks)
        arguments = program.bind((self._saved, *args), kwargs)
        return Bound(program, arguments, 1, self._finish)

    def _finish(self, bars: Any) -> Any:
        owned = arrays_of(self._arguments, self._saved)
        values = (pick.of(self._arguments[pick.parameter]) for pick in self._picks)
        return tuple(
            None if bar is None else conform(bar, value, owned)
            for bar, value in zip(bars, values, strict=True)
        )

    def generated_general(self) -> Program:
        return text.pullback(self._reverse, self.__name__, self._names, self._picks)


for _function in (jvp, vjp):
    register(_function, _function.__name__)
