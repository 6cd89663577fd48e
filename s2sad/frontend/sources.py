"""What has source text: functions, classes, modules. `live` and `static` say how each is found."""

from __future__ import annotations

import ast
import types
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import libcst as cst

from s2sad.errors import Diagnostic, Diagnostics, S2sadError, SourceError
from s2sad.frontend.denotations import Denotation, Live
from s2sad.frontend.lookups import FunctionNames, note
from s2sad.frontend.lower import lower
from s2sad.frontend.parse import FunctionNode, Snippet, SourceText
from s2sad.frontend.wrappers import function_in, gives_what_it_wraps, wrapper_in
from s2sad.ir.nodes import NOWHERE, Function, Return, Span, Var
from s2sad.ir.walk import deep_defs, functions, walk


@dataclass(frozen=True, slots=True)
class Binding:
    """A statement at the top of a module that gives a name its meaning."""

    name: str
    kind: str  # "import", "function", "class" or "value"
    text: str  # the statement's source; an import as a statement of its own for this one name
    node: ast.stmt
    value: ast.expr | None = None  # of a "value": what is assigned, if it is assigned as a whole
    certain: bool = True  # False below an `if`, a loop or a `try`


class SourceModule(ABC):
    """A module of the user: where the names of its functions are looked up."""

    def __init__(self, filename: str, package: str, source: SourceText | None):
        self.filename = filename
        self.package = package
        self.source = source

    @property
    def text(self) -> str:
        return self.source.text if self.source is not None else ""

    @property
    def lines(self) -> list[str]:
        return self.source.lines if self.source is not None else []

    @property
    def tree(self) -> cst.Module:
        """The whole module as LibCST; nothing here needs it, what splices does."""
        return self.source.tree if self.source is not None else cst.Module(())

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """What the statements at the top of the file bind, from its text only."""
        return index_bindings(self.source) if self.source is not None else {}

    def binding(self, name: str) -> Binding | None:
        """The (last) statement that gives a top-level name its meaning, for copying it into emitted files."""
        found = self.bindings.get(name)
        return found[-1] if found else None

    @abstractmethod
    def lookup(self, name: str) -> Denotation:
        """What a global name of this module stands for; builtins included."""

    @abstractmethod
    def attribute(self, denotation: Denotation, name: str) -> Denotation | None:
        """What ``denotation.name`` stands for if that is a path into a module; None if it is an object's attribute."""

    def holder(self, denotation: Denotation | None, name: str) -> Mapping[str, Any] | None:
        """The dictionary in which a global name, or an attribute, may be bound anew while the program runs."""
        return None

    @abstractmethod
    def import_module(self, dotted: str, level: int = 0) -> Denotation:
        """What ``import dotted`` gives (the module itself, not its first package)."""

    @abstractmethod
    def import_from(self, dotted: str, level: int, name: str) -> Denotation: ...

    @abstractmethod
    def evaluate(self, text: str) -> Denotation:
        """What an expression (a default, a decorator) stands for, as far as it is known without running code."""


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────


class SourceFunction:
    """A function of the user that has source text.

    Two are the same only if they are the same object; `live.denote` gives one object for one function.
    """

    def __init__(
        self,
        name: str,
        qualname: str,
        module: SourceModule,
        *,
        live: types.FunctionType | None = None,
        snippet: Snippet | None = None,
        owner: SourceClass | None = None,
        decorators: tuple[tuple[str, Denotation], ...] = (),
    ):
        self.name = name
        self.qualname = qualname
        self.module = module
        self.live = live
        self.decorators = decorators  # static mode only; in live mode they have already been applied
        self._snippet = snippet
        self._class = owner
        self._lowered: Function | None = None
        self._names: FunctionNames | None = None

    def __repr__(self) -> str:
        return f"SourceFunction({self.qualname})"

    @property
    def snippet(self) -> Snippet:
        if self._snippet is None:
            assert self.live is not None
            self._snippet = self.find_snippet()
        return self._snippet

    def find_snippet(self) -> Snippet:
        raise SourceError(no_source(self.qualname))

    @property
    def node(self) -> FunctionNode:
        return self.snippet.node

    @property
    def span(self) -> Span:
        return self.snippet.spans[self.node]

    @property
    def filename(self) -> str:
        return self.module.filename

    @property
    def class_name(self) -> str:
        """The class that the function was defined in, or ""."""
        if self._class is not None:
            return self._class.name
        parts = self.qualname.split(".")
        return parts[-2] if len(parts) > 1 and parts[-2] != "<locals>" else ""

    @property
    def closure(self) -> dict[str, types.CellType]:
        """The variables of enclosing functions that this one captures."""
        return {}

    @property
    def cells(self) -> dict[str, Denotation]:
        """What these variables stand for now."""
        return {}

    def owner(self) -> tuple[str, Denotation] | None:
        """The class whose method this is, for ``super()``: its name and what that stands for."""
        cell = self.cells.get("__class__")
        if cell is not None:
            return getattr(cell, "name", self.class_name), cell
        return (self._class.name, self._class) if self._class is not None else None

    def default(self, name: str, text: str) -> Denotation | None:
        """What the default of a parameter was evaluated to, or None if that is not known."""
        return self.module.evaluate(text)

    def lower(self) -> Function:
        """The function as IR. Kept, until a name it reads stands for something else (a cell run again)."""
        if self._lowered is None or not self.is_current():
            self._check_decorators()
            names = FunctionNames(self)
            self._lowered = lower(self.snippet, names, self.name, self.class_name, origin=self)
            self._names = names
        if self._names is not None:
            note(self._names.lookups)
        return self._lowered

    def _check_decorators(self) -> None:
        """Static mode: refuse a decorator that may make something else of the function."""
        findings = Diagnostics(self.filename, self.module.lines)
        for number, (text, target) in enumerate(self.decorators):
            if not keeps_meaning(text, target):
                node = self.node.decorators[number]  # type: ignore[union-attr]
                findings.add(
                    "S2S024",
                    self.snippet.spans[node],
                    f"what the decorator `{text}` makes of `{self.name}` is not known",
                    "pass the arguments on as they are and return the result, or apply it where the function is called",
                )
        findings.raise_if_any()

    def is_current(self) -> bool:
        """Whether the names that were looked up by the last `lower` still stand for the same."""
        return self._names is None or self._names.is_current()

    def binding(self, name: str) -> Binding | None:
        """How a global name, or one that is imported inside of the function, comes by its meaning."""
        inside = self._names.imports.get(name) if self._names is not None else None
        if inside is not None:
            statement = ast.parse(inside).body[0]
            return Binding(name, "import", _one_import(statement, name), statement)
        return self.module.binding(name)


# Compilers: the function they make computes what the text says. Not imported, so known by name.
_COMPILERS = {"njit", "jit", "vectorize", "guvectorize", "profile"}


# Functions of libraries that make something else of a function.
_CHANGING = {"contextmanager", "asynccontextmanager", "singledispatch", "singledispatchmethod", "partial", "partialmethod", "reduce", "vectorize", "frompyfunc", "map"}  # fmt: skip


def keeps_meaning(text: str, target: Denotation) -> bool:
    """Whether a decorated function computes what its own text says."""
    if isinstance(target, SourceFunction):
        found = wrapper_in(function_in(target.snippet.code(target.node)))
        if found is not None and gives_what_it_wraps(*found):
            return True
        return _gives_back(target, called="(" in text)
    if isinstance(target, Live):
        return getattr(target.obj, "__name__", "") not in _CHANGING
    return text.partition("(")[0].rpartition(".")[2] in _COMPILERS or text.endswith((".setter", ".getter"))


def _gives_back(decorator: SourceFunction, called: bool) -> bool:
    """Whether a decorator returns the very function that it is given, as those do that only register it."""
    try:
        function = decorator.lower()
    except S2sadError:
        return False
    if called:  # ``@register("name")``: what is made by the call is the decorator
        inner = [made for made in functions(function.body) if _returns_only(function, made.name)]
        return len(inner) == 1 and _returns_argument(inner[0])
    return _returns_argument(function)


def _returns_argument(function: Function) -> bool:
    return bool(function.params) and _returns_only(function, function.params[0].name)


def _returns_only(function: Function, name: str) -> bool:
    values = [stmt.value for stmt in walk(function.body) if isinstance(stmt, Return)]
    bound = [var for var in deep_defs(function.body) if var.name == name]
    once = len(bound) == (0 if name in function.param_names() else 1)
    return once and bool(values) and all(value == Var(name) for value in values)


def no_source(name: str, why: str = "") -> Diagnostic:
    finding = Diagnostics("")
    finding.add(
        "S2S001",
        NOWHERE,
        f"the source of `{name}` cannot be had" + (f": {why}" if why else ""),
        "define it in a file or a notebook cell, or declare its derivative as a rule",
    )
    return finding.findings[0]


# ── classes ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass or a named tuple."""

    name: str
    annotation: str = ""
    default: Denotation | None = None  # None: there is none
    factory: Denotation | None = None
    init: bool = True
    kw_only: bool = False

    @property
    def required(self) -> bool:
        return self.default is None and self.factory is None


@dataclass(frozen=True, slots=True)
class Member:
    """What a class holds under a name: kind is "method", "classmethod", "staticmethod", "property" or "value"."""

    kind: str
    value: Denotation  # the function (a property's getter) as SourceFunction or Live; or the value
    setter: Denotation | None = None  # of a property


class SourceClass(ABC):
    """A class of the user. Two are the same only if they are the same object."""

    name: str
    module: SourceModule
    live: type | None = None
    is_dataclass: bool = False
    is_namedtuple: bool = False

    def __repr__(self) -> str:
        return f"SourceClass({self.name})"

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The fields of a dataclass or named tuple, inherited ones first; else ()."""

    @property
    @abstractmethod
    def bases(self) -> tuple[Denotation, ...]: ...

    @property
    @abstractmethod
    def node(self) -> ast.ClassDef | None: ...

    def is_subclass(self, other: Denotation) -> bool:
        """Whether instances of this class are instances of `other` (a SourceClass, or a `Live` class)."""
        if self is other or other == Live(object):
            return True
        if isinstance(other, Live) and self.live is not None and isinstance(other.obj, type):
            return issubclass(self.live, other.obj)
        return any(
            base.is_subclass(other) if isinstance(base, SourceClass) else _is_live_subclass(base, other)
            for base in self.bases
        )

    @abstractmethod
    def member(self, name: str) -> Member | None:
        """What the class, or a class it inherits from (other than `object`), holds under a name."""

    def method(self, name: str) -> SourceFunction | None:
        """A plain method with source text, also an inherited one."""
        return self._function(name, "method")

    def property(self, name: str) -> SourceFunction | None:
        """The getter of a property."""
        return self._function(name, "property")

    def _function(self, name: str, kind: str) -> SourceFunction | None:
        member = self.member(name)
        found = member is not None and member.kind == kind and isinstance(member.value, SourceFunction)
        return member.value if found and member is not None else None

    def match_args(self) -> tuple[str, ...] | None:
        """The names of positional subpatterns in ``case Class(...)``, or None if they are not known."""
        explicit = self.member("__match_args__")
        value = explicit.value.obj if explicit is not None and isinstance(explicit.value, Live) else None
        if isinstance(value, tuple):
            return value
        if self.is_dataclass or self.is_namedtuple:
            return tuple(field.name for field in self.fields if field.init and not field.kw_only)
        return None


def _is_live_subclass(cls: Denotation, other: Denotation) -> bool:
    both = isinstance(cls, Live) and isinstance(other, Live)
    return (
        both and isinstance(cls.obj, type) and isinstance(other.obj, type) and issubclass(cls.obj, other.obj)
    )


# ── the statements at the top of a file ──────────────────────────────────────────────────────────────────


def index_bindings(source: SourceText) -> dict[str, list[Binding]]:
    found: dict[str, list[Binding]] = {}
    for binding in _bindings(source.ast.body, source, True):
        found.setdefault(binding.name, []).append(binding)
    return found


def _bindings(statements: list[ast.stmt], source: SourceText, certain: bool) -> list[Binding]:
    found: list[Binding] = []
    for node in statements:
        found += _statement_bindings(node, source, certain)
    return found


def _statement_bindings(node: ast.stmt, source: SourceText, certain: bool) -> list[Binding]:
    match node:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            names = [alias.asname or alias.name.partition(".")[0] for alias in aliases]
            return [Binding(name, "import", _one_import(node, name), node, None, certain) for name in names]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [Binding(name, "function", _text(node, source), node, None, certain)]
        case ast.ClassDef(name=name):
            return [Binding(name, "class", _text(node, source), node, None, certain)]
        case ast.Assign(targets=targets, value=value):
            return _value_bindings(targets, value, node, source, certain)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return _value_bindings([target], value, node, source, certain)
        case _:
            return _other_bindings(node, source)


def _value_bindings(
    targets: list[ast.expr], value: ast.expr, node: ast.stmt, source: SourceText, certain: bool
) -> list[Binding]:
    text = _text(node, source)
    found: list[Binding] = []
    for target in targets:
        for item in ast.walk(target):
            if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                whole = value if item is target else None
                found.append(Binding(item.id, "value", text, node, whole, certain))
    return found


def _other_bindings(node: ast.stmt, source: SourceText) -> list[Binding]:
    """Below an `if`, a loop, a `try`; and names that a loop or an augmented assignment binds."""
    found: list[Binding] = []
    blocks = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    blocks += [handler.body for handler in getattr(node, "handlers", [])]
    blocks += [case.body for case in getattr(node, "cases", [])]
    for block in blocks:
        found += _bindings(block, source, False)
    targets = [getattr(node, "target", None), *(item.optional_vars for item in getattr(node, "items", []))]
    for target in targets:
        if isinstance(target, ast.expr):
            names = [item.id for item in ast.walk(target) if isinstance(item, ast.Name)]
            found += [Binding(name, "value", "", node, None, False) for name in names]
    return found


def _text(node: ast.stmt, source: SourceText) -> str:
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "".join(source.lines[start - 1 : node.end_lineno]).rstrip("\n")


def _one_import(node: ast.stmt, name: str) -> str:
    """``import a, b as c`` for the name c: ``import b as c``."""
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    alias = next(item for item in node.names if (item.asname or item.name.partition(".")[0]) == name)
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
