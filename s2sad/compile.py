"""The pipeline: source text -> IR -> types -> sweeps -> source text -> function."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

import s2sad.rules  # noqa: F401  (declares the table)
from s2sad.analysis.infer import element
from s2sad.analysis.samples import Namer
from s2sad.analysis.sparse import type_of_object
from s2sad.analysis.values import (
    FLOAT,
    INT,
    NEVER,
    TOP,
    Dct,
    Known,
    Lst,
    Obj,
    Tensor,
    Tup,
    Value,
    join,
    join_keys,
    kind_of,
)
from s2sad.emit.expressions import constant
from s2sad.emit.hygiene import unhidden
from s2sad.emit.references import references
from s2sad.emit.unparse import format_source, to_source_map
from s2sad.frontend.lookups import Lookups, noting
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, denote
from s2sad.generate import generate
from s2sad.ir.nodes import NOWHERE, Const, Function, Param, Ref
from s2sad.load import Place, load_all
from s2sad.transform.program import Program, attempt


@dataclass(frozen=True)
class Options:
    """Switches of the compiler; those that make the code better are on by default.

    `overwrite`: the arguments that the function writes to are not copied at the entry; the caller's arrays are changed.
    `check_aliasing`: the code asserts that adjoint buffers share memory as their arrays do.
    """

    fold: bool = True
    cse: bool = True
    copyprop: bool = True
    dce: bool = True
    accumulate: bool = True
    merge: bool = True
    counters: bool = True
    branches: bool = True
    remat: bool = True
    inline: bool = True
    link: bool = False
    overwrite: bool = False
    check_aliasing: bool = False

    def __hash__(self) -> int:
        return self._hash  # part of the key of each call

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))


DEFAULTS = Options()


class Derived:
    """Generated functions, with their text and the loaded functions."""

    def __init__(
        self,
        functions: dict[str, Function],
        entries: dict[str, str],
        namespace: dict[str, Any],
        filename: str,
        lookups: Lookups,
        written: frozenset[str] = frozenset(),
    ) -> None:
        self.functions = functions
        self.entries = entries
        self.namespace = namespace
        self.filename = filename
        self.lookups = lookups  # of names that the program reads
        self.written = written  # the parameters whose objects the primal writes to

    @cached_property
    def raw(self) -> tuple[str, list[Place]]:
        """The text, and the place that each of its lines came from."""
        texts: list[str] = []
        places: list[Place] = []
        for function in self.functions.values():
            text, lines = to_source_map(function)
            texts.append(text)
            module = getattr(function.origin, "module", None)
            home = getattr(module, "filename", "") or self.filename
            places += [(home, span) for span in (*lines, NOWHERE)]
        return "\n".join(texts), places

    @cached_property
    def loaded(self) -> dict[str, Any]:
        return load_all(self.raw[0], next(iter(self.entries.values())), self.namespace, self.raw[1])

    def entry(self, mode: str) -> Callable[..., Any]:
        return self.loaded[self.entries[mode]]

    @cached_property
    def text(self) -> str:
        return format_source(self.raw[0])


def derive(
    source: SourceFunction,
    mode: str,
    wrt: tuple[str, ...],
    arguments: dict[str, object] | None,
    options: Options = DEFAULTS,
) -> Derived:
    """Differentiate a function for arguments like these.

    Modes: "jvp", "vjp", "split" (forward and reverse sweep as two functions).
    Raises RefusedError where the program is not accepted.
    """
    return attempt(options, lambda program: _derived(program, source, mode, wrt, arguments))


def _derived(
    program: Program,
    source: SourceFunction,
    mode: str,
    wrt: tuple[str, ...],
    arguments: dict[str, object] | None,
) -> Derived:
    types = argument_types(arguments) if arguments is not None else {}
    name = source.name if source.name.isidentifier() else "function"
    with noting() as read:
        variant = program.variant(source, types)
        if mode == "vjp":
            program.joint(variant, wrt, f"{name}_vjp")
            entries = {"vjp": f"{name}_vjp"}
        elif mode == "split":
            program.split(variant, wrt, (f"{name}_fwd", f"{name}_rev"))
            entries = {"fwd": f"{name}_fwd", "rev": f"{name}_rev"}
        else:
            program.tangent(variant, wrt, f"{name}_jvp")
            entries = {"jvp": f"{name}_jvp"}
    functions = unhidden(program.needed(entries.values()))
    namespace = namespace_of(functions.values())
    functions = {key: with_defaults(function, namespace) for key, function in functions.items()}
    written = frozenset(variant.facts.get("mutates", ()))
    return Derived(functions, entries, namespace, source.module.filename, read, written)


def with_defaults(function: Function, namespace: dict[str, Any]) -> Function:
    """The defaults as values: their text was meant for the place of the definition, and for its moment."""
    known = dict(function.defaults)

    def settled(param: Param) -> Param:
        match known.get(param.name):
            case Const(value=value):
                return replace(param, default=constant(value)[0])
            case Ref(target=target):
                name = f"_{function.name}_{param.name}"
                namespace[name] = target.obj if isinstance(target, Live) else target.live
                return replace(param, default=name)
            case _:
                return param

    return replace(function, params=tuple(map(settled, function.params)))


def argument_types(arguments: dict[str, object]) -> dict[str, Value]:
    namer = Namer()
    return {name: type_of(value, namer) for name, value in arguments.items()}


def type_of(value: object, namer: Namer) -> Value:
    """The abstract value of an argument."""
    match value:
        case bool() | None | str() | bytes():
            return Known(value)
        case np.bool_():
            return Tensor("b", np.dtype(bool), ())
        case np.ndarray():
            return namer.array(value) if value.dtype.kind in "biufc" else TOP
        case np.generic():
            return Tensor(kind_of(value.dtype), value.dtype, ())
        case int():
            return INT
        case float():
            return FLOAT
        case complex():
            return Tensor("c", np.dtype(complex), (), weak=True)
        case tuple():
            cls = type(value) if type(value) is not tuple else None
            denoted = denote(cls) if cls is not None else None
            return Tup(
                tuple(type_of(item, namer) for item in value),
                denoted if isinstance(denoted, SourceClass) else cls,
            )
        case list():
            items = tuple(type_of(item, namer) for item in value)
            return Lst(_joined(items), items)
        case dict():
            pairs = tuple((key, type_of(item, namer)) for key, item in value.items())
            plain = all(isinstance(key, (str, int)) for key in value)
            key: Value = NEVER
            for found in value:
                key = join_keys(key, type_of(found, namer))
            return Dct(_joined(tuple(item for _, item in pairs)), pairs if plain else None, key=key)
        case _:
            return object_type(value, namer)


def object_type(value: object, namer: Namer) -> Value:
    if (sparse := type_of_object(value)) is not None:
        return sparse
    denoted = denote(value)
    if not isinstance(denoted, Live):
        return Known(denoted)
    cls = denote(type(value))
    if isinstance(cls, SourceClass) and hasattr(value, "__dict__"):
        return Obj(cls, tuple(sorted((name, type_of(item, namer)) for name, item in vars(value).items())))
    return Known(value)


def _joined(items: tuple[Value, ...]) -> Value:
    return element(Tup(items))


#: Numbers whose class is all that matters of them.
NUMBERS = frozenset((float, int, complex))


def pattern(arguments: Iterable[object]) -> Hashable:
    """What the compiled code depends on: kinds, dtypes, which sizes are equal, and the steering values themselves.

    The arguments are those of one signature, in its order. Each call of a derivative makes its pattern.
    """
    sizes: dict[int, int] = {}
    return tuple([_pattern(value, sizes) for value in arguments])


def _pattern(value: Any, sizes: dict[int, int]) -> Hashable:
    kind: Any = type(value)
    if kind in NUMBERS:
        return cast(Hashable, kind)
    if kind is np.ndarray or kind is np.memmap:
        dims = [1 if size == 1 else sizes.setdefault(size, -len(sizes) - 1) for size in value.shape]
        return (value.dtype, *dims)
    if value is None or isinstance(value, (bool, str, bytes)):
        return (kind, value)
    if isinstance(value, np.generic):
        return value.dtype
    if isinstance(value, dict):
        return (kind, tuple((key, _pattern(item, sizes)) for key, item in value.items()))
    if isinstance(value, (tuple, list)):
        return (kind, tuple(_pattern(item, sizes) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        return (kind, tuple((f.name, _pattern(getattr(value, f.name), sizes)) for f in fields(value)))
    if hasattr(value, "__dict__") and not callable(value):
        return (kind, tuple((name, _pattern(item, sizes)) for name, item in sorted(vars(value).items())))
    return _Same(value)


class _Same:
    """An object that is part of a pattern as itself. It is held, so that no other one gets its address."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def namespace_of(functions: Any) -> dict[str, Any]:
    """The live objects that generated functions refer to by name."""
    space: dict[str, Any] = {"__name__": "generated_by_s2sad", "np": np}
    for text, target in references(functions):
        obj = target.obj if isinstance(target, Live) else getattr(target, "live", None)
        if obj is None and not isinstance(target, Live):
            continue
        head, *path = text.split(".")
        if not path:
            space[head] = obj
            continue
        holder = space.setdefault(head, SimpleNamespace())
        for name in path[:-1]:
            if not hasattr(holder, name):
                setattr(holder, name, SimpleNamespace())
            holder = getattr(holder, name)
        if isinstance(holder, SimpleNamespace):
            setattr(holder, path[-1], obj)
    return space


__all__ = ["Derived", "Options", "derive", "generate", "join", "pattern"]
