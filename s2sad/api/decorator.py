"""`@differentiate`: a function that carries its derivatives."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from s2sad.api.jacobians import Jacobian, ShorterJacobian
from s2sad.api.linear_maps import PullbackOf, Pushforward
from s2sad.api.transforms import Argnums, Gradient, ValueAndGradient


class Differentiable:
    """A function that is called as before, and has `grad`, `value_and_grad`, `jvp`, `vjp` and `jacobian`.

    Each of them has `source`, the generated text. Works on methods too: `obj.method.grad(x)`.
    """

    def __init__(self, function: Callable[..., Any], argnums: Argnums = 0) -> None:
        self.__wrapped__ = function
        self._argnums = argnums
        functools.update_wrapper(self, function)
        self.__dict__.pop("__s2sad_program__", None)
        self.__s2sad_primal__ = function  # for the front end: a call of this object is a call of the function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return Differentiable(types.MethodType(self.__wrapped__, instance), self._argnums)

    def __repr__(self) -> str:
        return f"<differentiable {self.__wrapped__!r}>"

    def __reduce__(self) -> Any:
        if isinstance(self.__wrapped__, types.MethodType):
            return (getattr, (self.__wrapped__.__self__, self.__wrapped__.__name__))
        return self.__wrapped__.__qualname__

    @functools.cached_property
    def grad(self) -> Gradient:
        """The gradient: `f.grad(x)`. See `s2sad.grad`."""
        return Gradient(self, self._argnums)

    @functools.cached_property
    def value_and_grad(self) -> ValueAndGradient:
        """Value and gradient: `f.value_and_grad(x)`. See `s2sad.value_and_grad`."""
        return ValueAndGradient(self, self._argnums)

    @functools.cached_property
    def jacobian(self) -> Jacobian:
        """The Jacobian: `f.jacobian(x)`. See `s2sad.jacobian`."""
        return ShorterJacobian(self, self._argnums)

    @functools.cached_property
    def jvp(self) -> Pushforward:
        """The pushforward: `f.jvp((x, w), (x_dot, w_dot))`. See `s2sad.jvp`."""
        return Pushforward(self)

    @functools.cached_property
    def vjp(self) -> PullbackOf:
        """Value and pullback: `f.vjp(x, w)`. See `s2sad.vjp`."""
        return PullbackOf(self)


def differentiate(function: Any = None, *, argnums: Argnums = 0) -> Any:
    """Decorate a function: it stays callable as it was, and gets `grad`, `value_and_grad`, `jvp` and `vjp`.

    `argnums` is what `grad` and `value_and_grad` differentiate with respect to. The function is compiled at the
    first call of a derivative, once for each pattern of argument types and shapes. `s2sad gen` writes the derivatives
    of all functions of a file that are decorated so.
    """
    if function is None:
        return functools.partial(differentiate, argnums=argnums)
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(Differentiable(function.__func__, argnums))
    if not callable(function) or inspect.isclass(function):
        raise TypeError(f"@differentiate decorates functions, not {function!r}")
    return Differentiable(function, argnums)
