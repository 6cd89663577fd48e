"""What all transforms share; `grad` and `value_and_grad`."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from s2sad.analysis.transforms import register
from s2sad.api import text
from s2sad.api.again import Again, Prepared
from s2sad.api.program import (
    Program,
    Variant,
    check_supported,
    not_differentiable,
    overwriting,
)
from s2sad.api.structure import arrays_of, conform, describe, differentiable, snapshot
from s2sad.api.target import Bound, Pick, Written, make_target
from s2sad.frontend.resolve import SourceFunction

Argnums = int | str | Sequence[int | str]


class Transform(ABC):
    """A function made of another one by differentiation.

    It is called like the function it is made of. `source` is the generated text; `function` is the original.
    It may be differentiated itself, and pickles if the original does.
    """

    suffix: ClassVar[str]  # of the name
    mode: ClassVar[str]  # of the derivative that `source` shows
    purpose: ClassVar[str]  # the first line of __doc__

    def __init__(self, function: Callable[..., Any], argnums: Argnums = 0) -> None:
        self._target = make_target(function)
        self.function = function
        self.argnums = check_argnums(argnums)
        self._last: Variant | None = None
        self._known_picks: dict[tuple[Program, int], list[Pick]] = {}
        base = self._target.name
        self.__name__ = f"{base}_{self.suffix}"
        self.__qualname__ = self.__name__
        self.__module__ = getattr(function, "__module__", None) or __name__
        own = inspect.getdoc(function) if isinstance(self._target, Written) else None
        self.__doc__ = self.purpose.format(base) + (f"\n\n{own}" if own else "")
        signature = self._target.signature()
        if signature is not None:
            self.__signature__ = signature.replace(return_annotation=inspect.Signature.empty)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._target.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.function, self.argnums))

    @property
    def source(self) -> str:
        """The generated text: of the variant called last, or for arguments of unknown types before the first call."""
        variant = self._last or self._general_variant()
        return variant.derived.text

    def _general_variant(self) -> Variant:
        program = self._target.general()
        bound = Bound(program, dict.fromkeys(program.names, ()))
        return program.general(self.mode, parameters(self._picks(bound)))

    def _picks(self, bound: Bound) -> list[Pick]:
        if not bound.program.plain:
            return self._picked(bound)
        key = bound.program, bound.given
        known = self._known_picks.get(key)
        if known is None:
            known = self._known_picks[key] = self._picked(bound)
        return known

    def _picked(self, bound: Bound) -> list[Pick]:
        chosen = self.argnums if isinstance(self.argnums, tuple) else (self.argnums,)
        picks = [bound.pick(argnum) for argnum in chosen]
        if len(set(picks)) < len(picks):
            raise ValueError(f"argnums {self.argnums!r} name an argument of {self._target.name} twice")
        return picks

    def _several(self, results: list[Any]) -> Any:
        """One result bare, several as a tuple: as `argnums` was given."""
        return tuple(results) if isinstance(self.argnums, tuple) else results[0]

    # What the compiler asks of a transform that it meets inside of a program, or is given to differentiate.

    def __s2sad_source__(self, arguments: Mapping[str, Any] | None = None) -> SourceFunction:
        """The generated function, for arguments by parameter, or for any arguments."""
        if arguments is None:
            return self.generated_general().source
        program = self._target.general()
        args, kwargs = program.spread(arguments)
        return self.generated(args, kwargs).program.source

    def generated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        """The program that computes this transform, bound to the arguments of a call."""
        bound = self._target.bind(args, kwargs)
        picks = self._picks(bound)
        variant = bound.program.variant(self.mode, parameters(picks), bound.arguments)
        program = self._program(bound.program, picks, variant)
        return Bound(program, bound.arguments, bound.given, self._finish(bound, picks))

    def _finish(self, bound: Bound, picks: list[Pick]) -> Callable[[Any], Any]:
        """What gives the generated function's result its classes, shapes and dtypes."""
        return lambda result: result

    def generated_general(self) -> Program:
        """The same for arguments of which nothing is known."""
        program = self._target.general()
        picks = self._picks(Bound(program, dict.fromkeys(program.names, ())))
        return self._program(program, picks, program.general(self.mode, parameters(picks)))

    def _program(self, program: Program, picks: list[Pick], variant: Variant) -> Program:
        key = (type(self), tuple(picks), isinstance(self.argnums, tuple), id(variant))
        return program.made(key, lambda: self._write(program, picks, variant))

    @abstractmethod
    def _write(self, program: Program, picks: list[Pick], variant: Variant) -> Program:
        """Write the function that calls the derivative and returns what this transform returns."""


def check_argnums(argnums: Argnums) -> int | str | tuple[int | str, ...]:
    """Positions or names, a sequence as a tuple. Raises TypeError for anything else."""
    if isinstance(argnums, (tuple, list)):
        if not argnums:
            raise TypeError("argnums is empty: name at least one argument")
        return tuple(argnums)
    if isinstance(argnums, bool) or not isinstance(argnums, (int, str, np.integer)):
        raise TypeError(f"argnums must be positions or names of arguments, not {argnums!r}")
    return argnums if isinstance(argnums, str) else int(argnums)


def parameters(picks: Sequence[Pick]) -> tuple[str, ...]:
    """The parameters that hold the picked arguments, each once."""
    return tuple(dict.fromkeys(pick.parameter for pick in picks))


def check_picks(bound: Bound, picks: Sequence[Pick]) -> None:
    """Raise TypeError for a picked argument that has no derivative."""
    for pick in picks:
        value = bound.value(pick)
        if not differentiable(value):
            where = pick.parameter if pick.key is None else f"{pick.parameter}[{pick.key!r}]"
            what = f"argument `{where}` of {bound.program.name}"
            check_supported(value, what)
            raise TypeError(not_differentiable(value, what))


# ── gradients ────────────────────────────────────────────────────────────────────────────────────────────


class Gradient(Transform):
    """The gradient of a real function of one value: see `grad`."""

    suffix = "grad"
    mode = "vjp"
    purpose = "The gradient of {}."
    with_value = False

    def __init__(
        self,
        function: Callable[..., Any],
        argnums: Argnums = 0,
        has_aux: bool = False,
        overwrite: bool = False,
    ) -> None:
        super().__init__(function, argnums)
        self.has_aux = bool(has_aux)
        self.overwrite = bool(overwrite)
        self._again: Again | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.function, self.argnums, self.has_aux, self.overwrite))

    def __s2sad_transform__(self) -> tuple[str, Any, Any, bool]:
        """What a program that calls this object asks for: kind, function, argnums, has_aux."""
        return (self.suffix, self.function, self.argnums, self.has_aux)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        value, gradient = self._evaluate(args, kwargs)
        if self.has_aux:
            return gradient, value[1]
        return gradient

    def _evaluate(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, Any]:
        again = self._again
        call = again.prepare(args) if again is not None and not kwargs else None
        if call is None:
            call = self._prepared(args, kwargs)
        bound, picks, names = call.bound, call.picks, call.names
        try:
            value, bars = self._swept(bound, call.variant)
        except (TypeError, ValueError, AttributeError, IndexError, KeyError):
            self._check_primal(args, kwargs)
            raise
        by_name = dict(zip(names, bars if len(names) > 1 else (bars,), strict=True))
        likes = [bound.value(pick) for pick in picks]
        owned = arrays_of(bound.arguments, value)
        results = [
            conform(pick.of(by_name[pick.parameter]), like, owned)
            for pick, like in zip(picks, likes, strict=True)
        ]
        return value, self._several(results)

    def _prepared(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Prepared:
        bound = self._bind(args, kwargs)
        picks = self._picks(bound)
        check_picks(bound, picks)
        names = parameters(picks)
        with overwriting(self.overwrite):
            variant = self._last = bound.program.variant(self.mode, names, bound.arguments)
        call = Prepared(bound, picks, names, variant)
        if isinstance(self._target, Written) and not (self.has_aux or self.overwrite or kwargs):
            self._again = Again.after(call, args)
        return call

    def _bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        bound = self._target.bind(args, kwargs)
        if not self.has_aux:
            return bound
        program = bound.program.made("aux", lambda: text.with_aux(bound.program))
        return Bound(program, bound.arguments, bound.given)

    def _swept(self, bound: Bound, variant: Variant) -> tuple[Any, Any]:
        args, kwargs = bound.program.spread(bound.arguments)
        if self.has_aux:
            value, bars = variant(*args, **kwargs, **{variant.extra[0]: (1.0, None)})
        else:
            value, bars = variant(*args, **kwargs)
        self._check_value(value)
        return value, bars

    def _check_primal(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Check the value after an error: one that is no number may have met the seed 1.0 first, and is the reason."""
        bound = self._target.bind(args, kwargs)
        try:
            value = bound.program.call(snapshot(bound.arguments))
        except Exception:
            return  # it is the function's own error
        self._check_value(value)

    def _check_value(self, value: Any) -> None:
        name = self._target.name
        if self.has_aux:
            if not isinstance(value, tuple) or len(value) != 2:
                raise TypeError(
                    f"with has_aux, {name} must return a pair (value, aux), not {describe(value)}"
                )
            value = value[0]
        if isinstance(value, float):
            return
        if isinstance(value, (complex, np.complexfloating)) or (
            isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "c"
        ):
            raise NotScalarError(
                f"{name} returned a complex number; a gradient needs a real one: return its .real or abs"
            )
        real = isinstance(value, (int, np.integer, np.floating)) and not isinstance(value, bool)
        if not real and not (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "fiu"):
            raise _not_scalar(name, f", but returned {describe(value)}")

    def _finish(self, bound: Bound, picks: list[Pick]) -> Callable[[Any], Any]:
        like = self._several([bound.value(pick) for pick in picks])
        owned = arrays_of(bound.arguments)
        if self.with_value:
            return lambda result: (result[0], conform(result[1], like, owned))
        return lambda result: conform(result, like, owned)

    def _write(self, program: Program, picks: list[Pick], variant: Variant) -> Program:
        if _lacks_seed(variant):
            raise _not_scalar(program.name)
        return text.gradient(
            program, picks, variant, self.__name__, isinstance(self.argnums, tuple), self.with_value
        )

    def generated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        _no_aux(self)
        return super().generated(args, kwargs)


class NotScalarError(TypeError):
    """A gradient is asked of a function whose result is not one real number."""


def _not_scalar(name: str, but: str = "") -> NotScalarError:
    return NotScalarError(
        f"grad of {name}: it must return one real number{but}; "
        "return a number (np.sum of it, say), or use jacobian, jvp or vjp"
    )


def _lacks_seed(variant: Variant) -> bool:
    """Whether a reverse sweep has no seed by default, since the result is known not to be a number."""
    seed = inspect.signature(variant.entry, follow_wrapped=False).parameters.get(variant.extra[0])
    return seed is not None and seed.default is inspect.Parameter.empty


def _no_aux(gradient: Gradient) -> None:
    if gradient.has_aux:
        raise TypeError(
            f"{gradient.__name__} with has_aux returns more than a gradient: differentiate it without"
        )


class ValueAndGradient(Gradient):
    """Value and gradient of a real function: see `value_and_grad`."""

    suffix = "value_and_grad"
    purpose = "The value of {0} and its gradient."
    with_value = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._evaluate(args, kwargs)


def grad(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, overwrite: bool = False
) -> Gradient:
    """The function that computes the gradient of `function`, which must return one real number.

    `argnums` says with respect to which arguments: a position, a name, or a tuple of these (then the result is a
    tuple). A gradient has the structure, shapes and dtypes of its argument; in containers None stands for what has
    no derivative. For complex arguments it is JAX's: df = Re(sum(gradient * dz)).
    With `has_aux` the function returns a pair, whose second part is handed on: the result is (gradient, aux).
    The caller's arrays stay as they are. With `overwrite` the function writes to them, as it does when it is called:
    that saves the copies. A function that writes to none of its arguments is not affected.

    The result raises TypeError if the function does not return a real number, or an argument has no derivative,
    and RefusedError if the program is not accepted.
    """
    return Gradient(function, argnums, has_aux, overwrite)


def value_and_grad(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, overwrite: bool = False
) -> ValueAndGradient:
    """The function that computes (value, gradient) in one go; with `has_aux`, ((value, aux), gradient). See `grad`."""
    return ValueAndGradient(function, argnums, has_aux, overwrite)


for _function in (grad, value_and_grad):
    register(_function, _function.__name__)
