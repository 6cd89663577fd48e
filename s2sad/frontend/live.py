"""Live mode: what names stand for in a running program."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
import importlib
import inspect
import os
import sys
import sysconfig
import types
from collections.abc import Mapping
from typing import Any

from s2sad.errors import SourceError
from s2sad.frontend.denotations import Denotation, Live, Missing, SourceValue
from s2sad.frontend.lookups import note_bound
from s2sad.frontend.parse import Snippet, snippet_of_code, source_text
from s2sad.frontend.sources import (
    Field,
    Member,
    SourceClass,
    SourceFunction,
    SourceModule,
    no_source,
)
from s2sad.frontend.wrappers import function_in, gives_what_it_wraps

# Their functions and classes are known by rules, not by source.
_LIBRARIES = {"numpy", "scipy", "s2sad", "builtins"}
_STDLIB = tuple(
    os.path.realpath(path) + os.sep
    for path in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
)
_INSTALLED = ("site-packages", "dist-packages")
# Decorators that only look at arguments and results.
_CHECKERS = {"beartype", "jaxtyping", "typeguard", "typing_extensions", "deprecated", "warnings"}


class LiveModule(SourceModule):
    """The module of a live function: its globals."""

    def __init__(self, filename: str, namespace: dict[str, Any]):
        super().__init__(filename, str(namespace.get("__package__") or ""), source_text(filename, namespace))
        self.namespace = namespace

    def lookup(self, name: str) -> Denotation:
        if name in self.namespace:
            return denote(self.namespace[name])
        if hasattr(builtins, name):
            return Live(getattr(builtins, name))
        return Missing(name)

    def attribute(self, denotation: Denotation, name: str) -> Denotation | None:
        return live_attribute(denotation, name)

    def holder(self, denotation: Denotation | None, name: str) -> Mapping[str, Any] | None:
        if denotation is None:
            return self.namespace
        obj = denotation.obj if isinstance(denotation, Live) else None
        if isinstance(obj, type):
            return next((vars(cls) for cls in obj.__mro__ if name in vars(cls)), None)
        return vars(obj) if isinstance(obj, (types.ModuleType, types.SimpleNamespace)) else None

    def import_module(self, dotted: str, level: int = 0) -> Denotation:
        try:
            return Live(importlib.import_module("." * level + dotted, self.package or None))
        except ImportError as error:
            return Missing(dotted, str(error), absent=True)

    def import_from(self, dotted: str, level: int, name: str) -> Denotation:
        module = self.import_module(dotted, level)
        if not isinstance(module, Live):
            return module
        if hasattr(module.obj, name):
            return denote(getattr(module.obj, name))
        return self.import_module(f"{dotted}.{name}", level)

    def evaluate(self, text: str) -> Denotation:
        return SourceValue(text, (), self)


def live_attribute(denotation: Denotation, name: str) -> Denotation | None:
    """``np.linalg`` of ``np``, ``np.add.reduce`` of ``np.add``; None for attributes of ordinary objects."""
    if not isinstance(denotation, Live):
        return None
    obj = denotation.obj
    if isinstance(obj, types.ModuleType):
        return denote(getattr(obj, name)) if hasattr(obj, name) else Missing(f"{obj.__name__}.{name}")
    if isinstance(obj, types.SimpleNamespace):  # stands for a module in the globals of generated code
        return denote(getattr(obj, name)) if hasattr(obj, name) else None
    if isinstance(obj, type) or type(obj).__name__ == "ufunc":
        return Live(getattr(obj, name)) if hasattr(obj, name) else Missing(f"{obj.__name__}.{name}")
    return None


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────


class LiveFunction(SourceFunction):
    def __init__(self, function: types.FunctionType, module: SourceModule):
        super().__init__(function.__code__.co_name, function.__qualname__, module, live=function)
        self.function: Any = function

    def find_snippet(self) -> Snippet:
        source = self.module.source
        if source is None:
            raise SourceError(no_source(self.qualname))
        return snippet_of_code(self.function.__code__, source)

    @property
    def closure(self) -> dict[str, types.CellType]:
        return dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True))

    @property
    def cells(self) -> dict[str, Denotation]:
        return {name: _cell(name, cell) for name, cell in self.closure.items()}

    def default(self, name: str, text: str) -> Denotation | None:
        keyword = self.function.__kwdefaults__ or {}
        if name in keyword:
            return denote(keyword[name])
        code, values = self.function.__code__, self.function.__defaults__ or ()
        plain = code.co_varnames[: code.co_argcount]
        with_default = dict(zip(plain[len(plain) - len(values) :], values, strict=True))
        return denote(with_default[name]) if name in with_default else None


def _cell(name: str, cell: types.CellType) -> Denotation:
    try:
        return denote(cell.cell_contents)
    except ValueError:
        return Missing(name, "it has no value yet")


def from_function(function: Any) -> SourceFunction:
    """The source of a live Python function, what it wraps if it is a decorator's, or what a method is bound to."""
    found = _unwrap(function)
    if found is None:
        name = getattr(function, "__qualname__", None) or type(function).__name__
        raise SourceError(no_source(name, "it is not a Python function"))
    source = _source_function(found)
    if source.module.source is None:
        raise SourceError(no_source(source.qualname))
    return source


# Bounded, because a lambda may be made anew at each call of the user's program.
@functools.lru_cache(maxsize=1024)
def _source_function(function: types.FunctionType) -> SourceFunction:
    code = function.__code__
    filename = code.co_filename
    module = LiveModule(filename, function.__globals__)
    if module.source is None:  # compiled elsewhere, or from a relative path
        other = inspect.getsourcefile(function)
        if other is not None and other != filename:
            module = LiveModule(other, function.__globals__)
    return LiveFunction(function, module)


def _unwrap(obj: Any) -> types.FunctionType | None:
    """Behind bound methods, decorators that keep ``__wrapped__``, and Numba's dispatchers, a Python function."""
    seen: set[int] = set()
    while id(obj) not in seen:
        seen.add(id(obj))
        inner = _inside(obj)
        if inner is None:
            return obj if isinstance(obj, types.FunctionType) else None
        obj = inner
    return None


def _inside(obj: Any) -> Any:
    if isinstance(obj, types.MethodType):
        return obj.__func__
    if isinstance(obj, type) or computes_more(obj):
        return None
    # The derivative functions that s2sad makes wrap the primal, and are something else than it.
    own = type(obj).__module__.partition(".")[0] == "s2sad" or str(getattr(obj, "__module__", "")).startswith(
        "s2sad."
    )
    names = ("__s2sad_primal__",) if own else ("__wrapped__", "py_func")
    return next(
        (found for name in names if (found := inspect.getattr_static(obj, name, None)) is not None), None
    )


def computes_more(obj: Any) -> bool:
    """Whether a wrapper is not to be left out: what it computes may be something else than what it wraps."""
    wrapped = inspect.getattr_static(obj, "__wrapped__", None)
    if wrapped is None:
        return False
    if isinstance(obj, types.FunctionType):
        return obj.__globals__.get("__name__", "").partition(".")[0] not in _CHECKERS and not _passes_on(obj)
    call = inspect.getattr_static(type(obj), "__call__", None)  # an object of a class of the user's
    return isinstance(call, types.FunctionType) and not is_library(call.__module__, call.__code__.co_filename)


@functools.lru_cache(maxsize=1024)
def _passes_on(function: types.FunctionType) -> bool:
    wrapped = inspect.getattr_static(function, "__wrapped__", None)
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    names = [name for name, cell in cells if _holds(cell, wrapped)]
    try:
        snippet = _source_function(function).snippet
    except SourceError:
        return False
    node = function_in(snippet.code(snippet.node))
    return node is not None and any(gives_what_it_wraps(node, name) for name in names)


def _holds(cell: types.CellType, value: Any) -> bool:
    try:
        return cell.cell_contents is value
    except ValueError:
        return False


def denote(obj: Any) -> Denotation:
    """What a live object is: a user's function or class with source, or itself."""
    if isinstance(obj, type):
        return _denote_class(obj)
    if isinstance(obj, (types.ModuleType, types.BuiltinFunctionType, types.MethodType)) or not callable(obj):
        return Live(obj)
    function = _unwrap(obj)
    if function is None or is_library(function.__module__, function.__code__.co_filename):
        return Live(obj)
    source = _source_function(function)
    return source if source.module.source is not None else Live(obj)


def is_library(module: str | None, filename: str = "") -> bool:
    """Whether a module belongs to NumPy, SciPy, the standard library or s2sad."""
    root = (module or "").partition(".")[0]
    if root in _LIBRARIES:
        return True
    if filename:
        path = os.path.realpath(filename)
        return path.startswith(_STDLIB) and not any(part in path for part in _INSTALLED)
    return root in sys.stdlib_module_names and root != "__main__"


# ── classes ──────────────────────────────────────────────────────────────────────────────────────────────


def _denote_class(cls: type) -> Denotation:
    module = sys.modules.get(cls.__module__)
    if cls.__module__ == "builtins" or is_library(cls.__module__, getattr(module, "__file__", None) or ""):
        return Live(cls)
    return _live_class(cls)


@functools.lru_cache(maxsize=1024)
def _live_class(cls: type) -> LiveClass:
    return LiveClass(cls)


class LiveClass(SourceClass):
    live: type

    def __init__(self, cls: type):
        self.live = cls
        self.name = cls.__name__
        self.is_dataclass = dataclasses.is_dataclass(cls)
        self.is_namedtuple = issubclass(cls, tuple) and hasattr(cls, "_fields")
        module = sys.modules.get(cls.__module__)
        namespace = vars(module) if module is not None else {"__name__": cls.__module__}
        self.module = LiveModule(getattr(module, "__file__", None) or _file_of_methods(cls), namespace)

    @property
    def node(self) -> ast.ClassDef | None:
        nodes = ast.walk(self.module.source.ast) if self.module.source is not None else ()
        return next(
            (item for item in nodes if isinstance(item, ast.ClassDef) and item.name == self.name), None
        )

    @property
    def bases(self) -> tuple[Denotation, ...]:
        return tuple(_denote_class(base) for base in self.live.__bases__ if base is not object)

    @property
    def fields(self) -> tuple[Field, ...]:
        if self.is_dataclass:
            return tuple(map(_dataclass_field, dataclasses.fields(self.live)))
        if self.is_namedtuple:
            defaults = getattr(self.live, "_field_defaults", {})
            hints = getattr(self.live, "__annotations__", {})
            return tuple(
                Field(name, _hint(hints.get(name, "")), denote(defaults[name]) if name in defaults else None)
                for name in self.live._fields  # type: ignore[attr-defined]
            )
        return ()

    def member(self, name: str) -> Member | None:
        for cls in self.live.__mro__[:-1]:
            note_bound(vars(cls), name)
            if name in vars(cls):
                return _member(vars(cls)[name])
        return None


def _file_of_methods(cls: type) -> str:
    files = (item.__code__.co_filename for item in vars(cls).values() if isinstance(item, types.FunctionType))
    return next((name for name in files if not name.startswith("<string")), "")


def _member(value: Any) -> Member:
    match value:
        case property():
            setter = denote(value.fset) if value.fset is not None else None
            return Member("property", denote(value.fget), setter)
        case functools.cached_property():
            return Member("property", denote(value.func))
        case staticmethod():
            return Member("staticmethod", denote(value.__func__))
        case classmethod():
            return Member("classmethod", denote(value.__func__))
        case _ if isinstance(value, types.FunctionType) or isinstance(denote(value), SourceFunction):
            return Member("method", denote(value))
        case _:
            return Member("value", denote(value))


def _dataclass_field(field: dataclasses.Field[Any]) -> Field:
    missing = dataclasses.MISSING
    return Field(
        field.name,
        _hint(field.type),
        denote(field.default) if field.default is not missing else None,
        denote(field.default_factory) if field.default_factory is not missing else None,
        field.init,
        bool(field.kw_only),
    )


def _hint(hint: Any) -> str:
    return hint if isinstance(hint, str) else inspect.formatannotation(hint)
