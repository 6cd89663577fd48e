"""What users hold when they hold a function, brought into one form: a program, and arguments for its parameters.

A function, a lambda, a method, a callable object, a `functools.partial` are a function with source text and leading
arguments. A NumPy function, an operator, a class become a one-line function that calls them. The result of a
transform (`grad(f)`) is the function that it generates. `Target.bind` tells, for one call, which it is.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import keyword
import math
import operator
import sys
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sad.api.program import Program, generate, program_of
from s2sad.api.structure import describe
from s2sad.frontend.resolve import computes_more, is_library
from s2sad.names import Names
from s2sad.rules.declare import find


@dataclass(frozen=True)
class Pick:
    """One differentiated argument: a parameter, or the item `key` of its ``*args`` or ``**kwargs``."""

    parameter: str
    key: int | str | None = None

    def of(self, value: Any) -> Any:
        return value if self.key is None else value[self.key]


@dataclass(slots=True)
class Bound:
    """A call of a target: a program with arguments; its first `given` parameters were bound beforehand.

    `finish` gives a result of the program the classes that users see (generated code makes lists of tuples).
    """

    program: Program
    arguments: dict[str, Any]
    given: int = 0
    finish: Callable[[Any], Any] = lambda result: result

    def value(self, pick: Pick) -> Any:
        return pick.of(self.arguments[pick.parameter])

    def pick(self, argnum: int | str) -> Pick:
        """The argument that a user means by a position or a name. Raises ValueError or TypeError if there is none."""
        if isinstance(argnum, bool) or not isinstance(argnum, (int, str, np.integer)):
            raise TypeError(f"argnums must be positions or names of arguments, not {argnum!r}")
        return self._by_name(argnum) if isinstance(argnum, str) else self._by_position(int(argnum))

    def _by_name(self, name: str) -> Pick:
        for parameter in self.program.signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD and name in self.arguments[parameter.name]:
                return Pick(parameter.name, name)
            if parameter.name == name:
                return Pick(name)
        pick = self._wrapped_name(name)
        if pick is not None:
            return pick
        known = ", ".join(self.program.names) or "none"
        raise ValueError(f"{self.program.name} has no argument {name!r} (it has: {known})")

    def _wrapped_name(self, name: str) -> Pick | None:
        """A parameter of what a decorator's wrapper wraps, that was given as one of its ``*args``."""
        wrapped = list(inspect.signature(self.program.function).parameters)
        places = list(self._places())
        position = wrapped.index(name) if name in wrapped else len(places)
        return places[position] if position < len(places) else None

    def _by_position(self, position: int) -> Pick:
        places = list(self._places())[self.given :]
        if not -len(places) <= position < len(places):
            raise ValueError(
                f"{self.program.name} was called with {len(places)} positional arguments: "
                f"there is none at position {position}"
            )
        return places[position]

    def _places(self) -> Iterator[Pick]:
        for parameter in self.program.signature.parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield from (Pick(parameter.name, i) for i in range(len(self.arguments[parameter.name])))
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                yield Pick(parameter.name)


class Target(ABC):
    """Something that may be differentiated."""

    name: str
    function: Any  # as the user gave it

    @abstractmethod
    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        """The program and its arguments for a call."""

    @abstractmethod
    def general(self) -> Program:
        """The program for an unknown call. Raises TypeError if it depends on the call."""

    def signature(self) -> inspect.Signature | None:
        """The signature that users see, if it is known."""
        try:
            return inspect.signature(self.function)
        except (TypeError, ValueError):
            return None


class Written(Target):
    """A function with source text, with leading arguments and keywords that are bound already."""

    def __init__(
        self,
        function: Callable[..., Any],
        program: Program,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self.name = program.name
        self._program = program
        self._args = args
        self._kwargs = dict(kwargs or {})

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        if not self._args and not self._kwargs:
            return Bound(self._program, self._program.bind(args, kwargs))
        arguments = self._program.bind(self._args + args, {**self._kwargs, **kwargs})
        return Bound(self._program, arguments, len(self._args))

    def general(self) -> Program:
        return self._program


class Called(Target):
    """A callable without source: a function of a library, a class. Its program is a line that calls it."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self._args = args
        self._kwargs = dict(kwargs or {})

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        args, kwargs = self._args + args, {**self._kwargs, **kwargs}
        program = self._program(len(args), tuple(kwargs))
        return Bound(
            program, dict(zip(program.names, (*args, *kwargs.values()), strict=True)), len(self._args)
        )

    def general(self) -> Program:
        signature = self.signature()
        required = [p for p in signature.parameters.values() if p.default is p.empty] if signature else []
        return self._program(len(required) or 1, ())

    def _program(self, count: int, keywords: tuple[str, ...]) -> Program:
        hashable = type(self.function).__hash__ is not None
        make = _calling if hashable else _calling.__wrapped__
        return make(self.function, count, keywords)


@functools.lru_cache(maxsize=512)
def _calling(callee: Callable[..., Any], count: int, keywords: tuple[str, ...]) -> Program:
    """The program `def sin(x): return np.sin(x)`, for a call with `count` positional and these keyword arguments."""
    path, namespace = _path(callee)
    taken = Names([path.partition(".")[0], *keywords])
    positional = [taken.fresh(name) for name in _parameter_names(callee, count)]
    name = path.rpartition(".")[2]
    name = name if name.isidentifier() and not keyword.iskeyword(name) and name not in taken else "call"
    passed = ", ".join([*positional, *(f"{key}={key}" for key in keywords)])
    text = f"def {name}({', '.join([*positional, *keywords])}):\n    return {path}({passed})\n"
    return generate(text, name, namespace, getattr(callee, "__name__", name))


def _parameter_names(callee: Callable[..., Any], count: int) -> list[str]:
    if isinstance(callee, np.ufunc):
        return ["x", "y", "z"][:count] if count <= 3 else [f"x{i}" for i in range(count)]
    try:
        parameters = inspect.signature(callee).parameters.values()
    except (TypeError, ValueError):
        parameters = {}.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return (names + [f"x{i}" for i in range(len(names), count)])[:count]


def _path(callee: Callable[..., Any]) -> tuple[str, dict[str, Any]]:
    """How a callable is written in source text, and the globals that make it so."""
    name = getattr(callee, "__name__", "")
    modules: list[tuple[str, Any]] = [("np", np), ("math", math), ("operator", operator)]
    module = sys.modules.get(getattr(callee, "__module__", None) or "")
    if getattr(builtins, name, None) is callee:
        return name, {}
    if module is not None and module.__name__ not in ("numpy", "_operator"):
        modules.append((module.__name__, module))
    if "scipy.special" in sys.modules:
        modules.append(("scipy.special", sys.modules["scipy.special"]))
    for path, holder in modules:
        if name.isidentifier() and getattr(holder, name, None) is callee:
            return _dotted(path, holder, name)
    shown = name if name.isidentifier() else "callee"
    return shown, {shown: callee}


def _dotted(path: str, holder: Any, name: str) -> tuple[str, dict[str, Any]]:
    if path.startswith("numpy."):
        return f"np.{path.partition('.')[2]}.{name}", {"np": np}
    root = path.partition(".")[0]
    held = {"np": np}.get(root) or sys.modules.get(root)
    return (
        (f"{path}.{name}", {root: held})
        if held is not None and root != "__main__"
        else (name, {name: getattr(holder, name)})
    )


class Generated(Target):
    """The result of a transform, or a pullback: `make(bound)` gives the program it stands for."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.name = function.__name__

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        return self.function.generated(args, kwargs)

    def general(self) -> Program:
        return self.function.generated_general()


def make_target(function: Any) -> Target:
    """The target of any callable. Raises TypeError for what is not callable, SourceError for a missing source."""
    given = function
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    while True:
        if isinstance(function, functools.partial):
            args, kwargs = function.args + args, {**function.keywords, **kwargs}
            function = function.func
        elif isinstance(function, types.MethodType):
            args, function = (function.__self__, *args), function.__func__
        elif isinstance(function, staticmethod):
            function = function.__func__
        elif hasattr(type(function), "generated"):
            return _partly(Generated(function), given, args, kwargs)
        elif "__s2sad_primal__" in getattr(function, "__dict__", ()):  # @differentiate
            function = function.__s2sad_primal__
        elif callable(function) and _is_library(function):
            return Called(function, args, kwargs)
        elif isinstance(function, types.FunctionType):
            return Written(given, program_of(function), args, kwargs)
        elif not callable(function):
            raise TypeError(f"expected a function to differentiate, not {describe(function)}")
        elif not computes_more(function) and isinstance(
            getattr(function, "__wrapped__", None), types.FunctionType | types.MethodType
        ):
            function = function.__wrapped__  # functools.lru_cache and its like
        elif isinstance(inspect.getattr_static(type(function), "__call__", None), types.FunctionType):
            args, function = (function, *args), type(function).__call__
        else:
            return Called(function, args, kwargs)


def _is_library(function: Any) -> bool:
    """Whether a callable is differentiated by its rule, not by its source."""
    code = getattr(function, "__code__", None)
    filename = code.co_filename if code is not None else ""
    return find(function) is not None or is_library(getattr(function, "__module__", None), filename)


def _partly(target: Generated, given: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Target:
    return target if not args and not kwargs else Partly(target, given, args, kwargs)


class Partly(Target):
    """A `functools.partial` of a generated function."""

    def __init__(self, inner: Target, given: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self.function = given
        self.name = inner.name
        self._inner = inner
        self._args = args
        self._kwargs = dict(kwargs)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        bound = self._inner.bind(self._args + args, {**self._kwargs, **kwargs})
        return replace(bound, given=bound.given + len(self._args))

    def general(self) -> Program:
        return self._inner.general()
