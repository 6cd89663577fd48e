"""A function that has source, and its derivatives: compiled at first use, one variant for each pattern of arguments."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sad.api.sharing import check_apart
from s2sad.api.structure import children, describe, differentiable
from s2sad.compile import Derived, Options, derive, pattern
from s2sad.frontend.lookups import note
from s2sad.frontend.resolve import SourceFunction, from_function
from s2sad.load import explain, load

OPTIONS: ContextVar[Options] = ContextVar("s2sad_options", default=Options())


@contextmanager
def using_options(**switches: Any) -> Iterator[Options]:
    """Within this block functions are compiled with these switches of `s2sad.compile.Options`."""
    token = OPTIONS.set(replace(OPTIONS.get(), **switches))
    try:
        yield OPTIONS.get()
    finally:
        OPTIONS.reset(token)


def overwriting(asked: bool) -> Any:
    """A block in which the caller's arrays may be overwritten, if that is asked for here or was around it."""
    return using_options(overwrite=True) if asked else nullcontext()


@dataclass(frozen=True)
class Variant:
    """A derivative compiled for one pattern of arguments.

    `extra` names the keyword parameters that come after the primal's: the tangents, or the seed.
    """

    derived: Derived
    entry: Callable[..., Any]
    extra: tuple[str, ...]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return explaining(self.entry, *args, **kwargs)


def explaining(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a generated function; an error on its way out says which line of the user's it happened in."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        explain(error)
        raise


def generate(text: str, name: str, namespace: Mapping[str, Any], shown: str) -> Program:
    """The program of a function given as text. `shown` is its name for users."""
    # A module name that is not s2sad's own: the front end takes functions of s2sad for library functions.
    return Program(load(text, name, {"__name__": "generated_by_s2sad", **namespace}), shown)


class Program:
    """A function that has source, and its derivatives compiled so far."""

    def __init__(self, function: Callable[..., Any], name: str = "") -> None:
        self.function = function
        self.name = name or getattr(function, "__name__", "function")
        self.source: SourceFunction = from_function(function)
        live = self.source.live if self.source.live is not None else function
        self.signature = inspect.signature(live, follow_wrapped=False)
        self.names = tuple(self.signature.parameters)
        self._variants: dict[Any, Variant] = {}
        self._made: dict[Any, Program] = {}
        kinds = {parameter.kind for parameter in self.signature.parameters.values()}
        self.plain = kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_nothing, ())  # a cache: made anew where it is needed

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by parameter, defaults filled in. Raises TypeError as the function itself would."""
        if self.plain and not kwargs and len(args) == len(self.names):
            return dict(zip(self.names, args, strict=True))
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.name}(): {error}") from None
        bound.apply_defaults()
        return bound.arguments

    def spread(self, arguments: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Positional and keyword arguments of a call with these arguments."""
        if self.plain:
            return tuple(arguments.values()), {}
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        for name, parameter in self.signature.parameters.items():
            match parameter.kind:
                case inspect.Parameter.VAR_POSITIONAL:
                    positional.extend(arguments[name])
                case inspect.Parameter.KEYWORD_ONLY:
                    keywords[name] = arguments[name]
                case inspect.Parameter.VAR_KEYWORD:
                    keywords.update(arguments[name])
                case _:
                    positional.append(arguments[name])
        return tuple(positional), keywords

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """The primal itself."""
        args, kwargs = self.spread(arguments)
        return self.function(*args, **kwargs)

    def variant(self, mode: str, wrt: tuple[str, ...], arguments: dict[str, Any]) -> Variant:
        """The derivative ("jvp", "vjp" or "split") with respect to the parameters `wrt`, for such arguments.

        Raises TypeError for arguments that have no derivative, RefusedError for a program that is not accepted.
        """
        options = OPTIONS.get()
        key = (mode, wrt, options, pattern(arguments.values()))
        found = self._current(key)
        if found is None:
            self._check_arguments(wrt, arguments)
            found = self._kept(key, derive(self.source, mode, wrt, arguments, options))
        if found.derived.written:
            check_apart(self.source, found.derived.written, arguments)
        return found

    def general(self, mode: str, wrt: tuple[str, ...]) -> Variant:
        """The derivative for arguments of which nothing is known but the annotations."""
        key = (mode, wrt, OPTIONS.get(), None)
        return self._current(key) or self._kept(key, derive(self.source, mode, wrt, None, OPTIONS.get()))

    def _current(self, key: Any) -> Variant | None:
        """The variant that was compiled for this, if the names that it reads stand for the same still."""
        found = self._variants.get(key)
        if found is None:
            return None
        if not found.derived.lookups.is_current():
            self._variants.clear()
            self._made.clear()
            return None
        note(found.derived.lookups)
        return found

    def _kept(self, key: tuple[Any, ...], derived: Derived) -> Variant:
        found = self._variants[key] = self._compiled(derived, key[0])
        return found

    def _compiled(self, derived: Derived, mode: str) -> Variant:
        entry = derived.entry("fwd" if mode == "split" else mode)
        if mode == "split":
            return Variant(derived, entry, ())
        params = inspect.signature(entry, follow_wrapped=False).parameters
        return Variant(derived, entry, tuple(name for name in params if name not in self.names))

    def _check_arguments(self, wrt: tuple[str, ...], arguments: Mapping[str, Any]) -> None:
        for name, value in arguments.items():
            check_supported(value, f"argument `{name}` of {self.name}")
        for name in wrt:
            if not differentiable(arguments[name]):
                raise TypeError(not_differentiable(arguments[name], f"argument `{name}` of {self.name}"))

    def made(self, key: Any, make: Callable[[], Program]) -> Program:
        """A program that is made of this one (its gradient, say), made once for each key."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def _nothing() -> None:
    return None


def check_supported(value: Any, what: str) -> None:
    """Raise TypeError for arrays of other libraries and for subclasses of ndarray, whose operators differ."""
    root = type(value).__module__.partition(".")[0]
    for path, array in _arrays(value, set()):
        if type(array) not in (np.ndarray, np.memmap):
            inner = f"{what}: {path}" if path else what
            raise TypeError(f"{inner} is {describe(array)}; pass a plain array: np.asarray(...)")
    if root in ("pandas", "xarray", "polars", "torch", "jax", "jaxlib", "tensorflow", "cupy"):
        raise TypeError(f"{what} is {describe(value)} of {root}; pass a NumPy array")


def _arrays(value: Any, seen: set[int], path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """The arrays in a nest, with their paths."""
    if isinstance(value, np.ndarray):
        yield path, value
    elif id(value) not in seen:
        seen.add(id(value))
        for step, item in children(value) or ():
            yield from _arrays(item, seen, f"{path}{step}")


def not_differentiable(value: Any, what: str) -> str:
    """Why there is no gradient with respect to a value, and what to pass instead."""
    remedy = ""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iub":
        remedy = "; pass it as floats: x.astype(float)"
    elif isinstance(value, np.ndarray) and value.dtype.kind == "O":
        remedy = "; pass an array of a float dtype"
    elif isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        remedy = f"; pass {float(value)!r}" if abs(int(value)) < 10**308 else "; pass a float"
    return f"{what} is {describe(value)}, which has no derivative{remedy}"


def check_result(value: Any, name: str) -> None:
    """Raise TypeError for the result of a function that returns nothing, or text, and writes to no argument."""
    if value is None:
        raise TypeError(f"{name} returned None, which has no derivative; does it lack a `return`?")
    if isinstance(value, str | bytes):
        raise TypeError(f"{name} returned {describe(value)}, which has no derivative; return a number")


def program_of(function: types.FunctionType) -> Program:
    """The program of a Python function; kept on the function, so that it lives as long as that does."""
    found = function.__dict__.get("__s2sad_program__")
    if (
        found is None or found.function is not function
    ):  # functools.wraps copies attributes to other functions
        found = Program(function)
        function.__dict__["__s2sad_program__"] = found
    return found
