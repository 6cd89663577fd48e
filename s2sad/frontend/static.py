"""Static mode: what names stand for, from the text of files only. Nothing of the user's is executed.

Libraries that have rules, and the standard library, are imported for real; other modules are found on disk and read.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import operator
import os
import sys
from collections.abc import Callable
from typing import Any

from s2sad.errors import SourceError
from s2sad.frontend.denotations import Denotation, Live, Missing, SourceValue, live_object
from s2sad.frontend.live import denote, live_attribute
from s2sad.frontend.parse import SourceText, read_file, snippet_of_ast
from s2sad.frontend.sources import Binding, Field, Member, SourceClass, SourceFunction, SourceModule

_IMPORTED = {"numpy", "scipy", "s2sad"}
_NOT_IMPORTED = {"antigravity", "this", "idlelib", "turtledemo", "__main__", "test"}
_FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

_ARITHMETIC: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Pow: lambda a, b: a**b if abs(b) < 1000 else float(a) ** b,
}  # fmt: skip


class Project:
    """The files read so far, below one root, so that modules that import each other are read once."""

    def __init__(self, root: str):
        self.root = root
        self.modules: dict[str, StaticModule] = {}

    def module(self, path: str, package: str) -> StaticModule:
        key = os.path.realpath(path)
        if key not in self.modules:
            self.modules[key] = StaticModule(path, package, read_file(path), self)
        return self.modules[key]

    def find(self, dotted: str) -> StaticModule | None:
        """A module of the user, or of an installed package in plain Python, by its absolute name."""
        root = dotted.partition(".")[0]
        found = self.below(self.root, dotted)
        if found is not None:
            return found
        try:
            spec = importlib.util.find_spec(root)  # of a top-level name: runs nothing of it
        except (ImportError, ValueError):
            return None
        if spec is None or not (spec.origin or "").endswith(".py"):
            return None
        assert spec.origin is not None
        folder = os.path.dirname(spec.origin)
        top = os.path.dirname(folder) if spec.submodule_search_locations else folder
        return self.below(top, dotted)

    def below(self, folder: str, dotted: str) -> StaticModule | None:
        """A module by the name that it has for a program that looks in `folder`."""
        found = _file_below(folder, dotted.split("."))
        return self.module(*found) if found is not None else None


def _file_below(folder: str, parts: list[str]) -> tuple[str, str] | None:
    """The file of a module, and the package it belongs to."""
    base = os.path.join(folder, *parts)
    package = os.path.join(base, "__init__.py")
    if os.path.isfile(package):
        return package, ".".join(parts)
    if os.path.isfile(base + ".py"):
        return base + ".py", ".".join(parts[:-1])
    return None


def from_file(path: str | os.PathLike[str]) -> StaticModule:
    """A file as a module. Raises `SourceError` if it cannot be read or is not Python."""
    filename = os.fspath(path)
    folder = os.path.dirname(os.path.abspath(filename))
    packages: list[str] = []
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        packages.insert(0, package)
    module = Project(folder).module(filename, ".".join(packages))
    _ = module.bindings  # a syntax error shows now
    return module


class StaticModule(SourceModule):
    source: SourceText

    def __init__(self, filename: str, package: str, source: SourceText, project: Project):
        super().__init__(filename, package, source)
        self.project = project
        self._known: dict[str, Denotation] = {}

    def __repr__(self) -> str:
        return f"StaticModule({self.filename})"

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────

    def lookup(self, name: str) -> Denotation:
        if name not in self._known:
            self._known[name] = Missing(name, "it is defined by itself")  # while it is looked up
            self._known[name] = self._lookup(name)
        return self._known[name]

    def _lookup(self, name: str) -> Denotation:
        found = self.bindings.get(name)
        if found:
            return self._denote_bindings(name, found)
        for node in self.source.ast.body:
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                starred = self.import_from(node.module or "", node.level, name)
                if not isinstance(starred, Missing) and not name.startswith("_"):
                    return starred
        if hasattr(builtins, name):
            return Live(getattr(builtins, name))
        special = {"__name__": _module_name(self), "__file__": self.filename}
        return Live(special[name]) if name in special else Missing(name)

    def _denote_bindings(self, name: str, found: list[Binding]) -> Denotation:
        last = found[-1]
        if len(found) == 1 or (last.certain and last.kind != "value" and not _conditional(found)):
            return self._denote_binding(last)
        known = [self._denote_binding(binding) for binding in found]
        real = [item for item in known if not isinstance(item, Missing) and live_object(item, 0) is not None]
        imports_only = all(binding.kind == "import" or binding.value is not None for binding in found)
        if imports_only and len(real) == 1 and isinstance(real[0], Live):
            return real[0]  # ``try: import a`` with a fallback of None, or another module that is not here
        return Missing(name, f"it is bound at {len(found)} places of {os.path.basename(self.filename)}")

    def _denote_binding(self, binding: Binding) -> Denotation:
        node = binding.node
        match node:
            case ast.Import() | ast.ImportFrom():
                return self._denote_import(node, binding.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return static_function(self, node)
            case ast.ClassDef():
                return StaticClass(self, node)
            case _ if binding.value is not None:
                return self._denote_value(binding.name, binding.value)
            case _:
                return Missing(binding.name, "it is bound by a loop, an unpacking or the like")

    def _denote_import(self, node: ast.Import | ast.ImportFrom, name: str) -> Denotation:
        alias = next(item for item in node.names if (item.asname or item.name.partition(".")[0]) == name)
        if isinstance(node, ast.ImportFrom):
            return self.import_from(node.module or "", node.level, alias.name)
        target = self.import_module(alias.name)
        if alias.asname is not None or isinstance(target, Missing):
            return target
        return self.import_module(name)

    def _denote_value(self, name: str, value: ast.expr) -> Denotation:
        if isinstance(value, ast.Lambda):
            snippet = snippet_of_ast(value, self.source)
            return SourceFunction("<lambda>", name, self, snippet=snippet)
        return self._evaluate(value)

    # ── imports ──────────────────────────────────────────────────────────────────────────────────────────

    def import_module(self, dotted: str, level: int = 0) -> Denotation:
        if level:
            parts = self.package.split(".") if self.package else []
            if level - 1 > len(parts):
                return Missing(dotted, "the import leaves the package")
            base = parts[: len(parts) - (level - 1)]
            dotted = ".".join([*base, dotted] if dotted else base)
            return self._user_module(dotted)
        root = dotted.partition(".")[0]
        in_project = _file_below(self.project.root, [root]) is not None
        shadowed = in_project and root != "s2sad" and root not in sys.builtin_module_names
        if not shadowed and _may_import(root):
            try:
                return Live(importlib.import_module(dotted))
            except ImportError as error:
                return Missing(dotted, str(error), absent=True)
        found = self._user_module(dotted)
        if (
            isinstance(found, Missing) and found.absent
        ):  # but the folder of a script that is run is searched, too
            return self.project.below(os.path.dirname(os.path.abspath(self.filename)), dotted) or found
        return found

    def _user_module(self, dotted: str) -> Denotation:
        if not dotted:  # ``from . import x`` in a folder that is no package
            return _Folder(self.project.root, self.project)
        try:
            found = self.project.find(dotted)
        except SourceError as error:
            return Missing(dotted, str(error))
        if found is not None:
            return found
        folder = os.path.join(self.project.root, *dotted.split("."))
        if os.path.isdir(folder):
            return _Folder(folder, self.project)
        absent = _is_absent(dotted.partition(".")[0])
        return Missing(dotted, "no such module" if absent else "it is not read: not plain Python", absent)

    def import_from(self, dotted: str, level: int, name: str) -> Denotation:
        module = self.import_module(dotted, level)
        if isinstance(module, Missing):
            return module
        found = self.attribute(module, name)
        if found is None or isinstance(found, Missing):
            submodule = self.import_module(f"{dotted}.{name}" if dotted else name, level)
            return submodule if not isinstance(submodule, Missing) else found or submodule
        return found

    def attribute(self, denotation: Denotation, name: str) -> Denotation | None:
        if isinstance(denotation, StaticModule):
            found = denotation.lookup(name) if _defines(denotation, name) else Missing(name)
            if isinstance(found, Missing) and os.path.basename(denotation.filename) == "__init__.py":
                inner = denotation.project.find(f"{denotation.package}.{name}")
                return inner if inner is not None else found
            return found
        if isinstance(denotation, _Folder):
            return denotation.member(name)
        return live_attribute(denotation, name)

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────

    def evaluate(self, text: str) -> Denotation:
        return self._evaluate(ast.parse(text.strip(), mode="eval").body, text)

    def _evaluate(self, node: ast.expr, text: str = "") -> Denotation:
        """Literals, names, paths into modules and arithmetic of numbers; everything else stays text."""
        found = self._simple(node)
        if found is not None:
            return found
        names = tuple(dict.fromkeys(item.id for item in ast.walk(node) if isinstance(item, ast.Name)))
        return SourceValue(
            text or ast.get_source_segment(self.source.text, node) or ast.unparse(node), names, self
        )

    def _simple(self, node: ast.expr) -> Denotation | None:
        match node:
            case ast.Constant(value=value):
                return Live(value)
            case ast.Name(id=name):
                return self.lookup(name)
            case ast.Attribute(value=value, attr=attr):
                base = self._simple(value)
                return (
                    self.attribute(base, attr) if base is not None and not isinstance(base, Missing) else None
                )
            case ast.Tuple(elts=elements):
                items = [self._simple(item) for item in elements]
                return Live(tuple(i.obj for i in items)) if all(map(_is_literal, items)) else None  # type: ignore[union-attr]
            case ast.UnaryOp(op=op, operand=operand):
                return self._arithmetic(op, operand)
            case ast.BinOp(op=op, left=left, right=right):
                return self._arithmetic(op, left, right)
            case ast.Call(func=func):
                return self._known_call(node) if live_object(self._simple(func)) in _PURE else None
        return None

    def _arithmetic(self, op: ast.AST, *operands: ast.expr) -> Denotation | None:
        values = [live_object(self._simple(operand)) for operand in operands]
        function = _ARITHMETIC.get(type(op))
        if function is None or not all(type(value) in (int, float, complex) for value in values):
            return None
        try:
            return Live(function(*values))
        except ArithmeticError:
            return None

    def _known_call(self, node: ast.expr) -> Denotation | None:
        """``namedtuple("Point", "x y")``, ``float("inf")``: calls of the library with literals."""
        assert isinstance(node, ast.Call)
        try:
            args = [self._literal(arg) for arg in node.args]
            kwargs = {
                item.arg: ast.literal_eval(item.value) for item in node.keywords if item.arg is not None
            }
            made = live_object(self._simple(node.func))(*args, **kwargs)
        except (ValueError, TypeError):
            return None
        if isinstance(made, type):
            made.__module__ = _module_name(self)
        return denote(made)

    def _literal(self, node: ast.expr) -> Any:
        name = node.id if isinstance(node, ast.Name) else ""
        return _module_name(self) if name == "__name__" else ast.literal_eval(node)


def _pure_functions() -> set[Any]:
    """Functions of the library that may be called for their result while a file is read."""
    collections, logging = map(importlib.import_module, ("collections", "logging"))
    return {collections.namedtuple, logging.getLogger, float, int, complex}


_PURE = _pure_functions()


class _Folder:
    """A folder without ``__init__.py``: a namespace package, or what ``from . import x`` means in a plain folder."""

    def __init__(self, path: str, project: Project):
        self.path, self.project = path, project

    def member(self, name: str) -> Denotation:
        found = _file_below(self.path, [name])
        if found is not None:
            return self.project.module(*found)
        inner = os.path.join(self.path, name)
        return _Folder(inner, self.project) if os.path.isdir(inner) else Missing(name, "no such module")


def _defines(module: StaticModule, name: str) -> bool:
    stars = (
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in module.source.ast.body
    )
    return name in module.bindings or any(stars)


def _conditional(found: list[Binding]) -> bool:
    return not all(binding.certain for binding in found)


def _is_literal(denotation: Denotation | None) -> bool:
    return isinstance(denotation, Live) and type(denotation.obj) in (
        int,
        float,
        complex,
        str,
        bytes,
        bool,
        type(None),
    )


def _is_absent(root: str) -> bool:
    try:
        return importlib.util.find_spec(root) is None
    except (ImportError, ValueError):  # a module that was made by hand says nothing of itself
        return root not in sys.modules


def _may_import(root: str) -> bool:
    return root in _IMPORTED or (root in sys.stdlib_module_names and root not in _NOT_IMPORTED)


def _module_name(module: StaticModule) -> str:
    stem = os.path.splitext(os.path.basename(module.filename))[0]
    return ".".join(part for part in (module.package, "" if stem == "__init__" else stem) if part)


# ── functions and classes ────────────────────────────────────────────────────────────────────────────────


def static_function(
    module: StaticModule, node: _FunctionDef, owner: StaticClass | None = None
) -> SourceFunction:
    decorators = tuple(
        (ast.unparse(item), module.evaluate(ast.unparse(item.func if isinstance(item, ast.Call) else item)))
        for item in node.decorator_list
    )
    qualname = f"{owner.name}.{node.name}" if owner is not None else node.name
    snippet = snippet_of_ast(node, module.source)
    return SourceFunction(node.name, qualname, module, snippet=snippet, owner=owner, decorators=decorators)


class StaticClass(SourceClass):
    module: StaticModule

    def __init__(self, module: StaticModule, node: ast.ClassDef):
        self.module = module
        self.name = node.name
        self._node = node
        self._members: dict[str, Member | None] = {}
        decorators = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
        names = [_library_name(module.evaluate(ast.unparse(item))) for item in decorators]
        self.is_dataclass = "dataclasses.dataclass" in names or any(
            _is(base, "is_dataclass") for base in self.bases
        )
        self.is_namedtuple = any(
            _library_name(base) == "typing.NamedTuple" or _is(base, "is_namedtuple") for base in self.bases
        )

    @property
    def node(self) -> ast.ClassDef:
        return self._node

    @property
    def bases(self) -> tuple[Denotation, ...]:
        found = [self.module.evaluate(ast.unparse(base)) for base in self._node.bases]
        return tuple(base for base in found if live_object(base) is not object)

    @property
    def fields(self) -> tuple[Field, ...]:
        if not (self.is_dataclass or self.is_namedtuple):
            return ()
        found: dict[str, Field] = {}
        for base in reversed(self.bases):
            if isinstance(base, SourceClass):
                found.update((field.name, field) for field in base.fields)
        kw_only = False
        for item in self._node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                annotation = ast.unparse(item.annotation)
                kind = annotation.rpartition(".")[2].partition("[")[0]
                if kind == "KW_ONLY":
                    kw_only = True
                elif kind != "ClassVar":
                    found[item.target.id] = self._field(item.target.id, annotation, item.value, kw_only)
        return tuple(found.values())

    def _field(self, name: str, annotation: str, value: ast.expr | None, kw_only: bool) -> Field:
        if value is None:
            return Field(name, annotation, kw_only=kw_only)
        is_call = isinstance(value, ast.Call)
        if is_call and _library_name(self._denote(value.func)) == "dataclasses.field":  # type: ignore[attr-defined]
            options = {item.arg: item.value for item in value.keywords}  # type: ignore[attr-defined]
            return Field(
                name,
                annotation,
                self._denote(options["default"]) if "default" in options else None,
                self._denote(options["default_factory"]) if "default_factory" in options else None,
                live_object(self._denote(options["init"]), True) if "init" in options else True,
                live_object(self._denote(options["kw_only"]), False) if "kw_only" in options else kw_only,
            )
        return Field(name, annotation, self._denote(value), kw_only=kw_only)

    def _denote(self, node: ast.expr) -> Denotation:
        if isinstance(node, ast.Lambda):
            return SourceFunction(
                "<lambda>", self.name, self.module, snippet=snippet_of_ast(node, self.module.source)
            )
        return self.module._evaluate(node)

    def member(self, name: str) -> Member | None:
        if name not in self._members:
            self._members[name] = self._own_member(name) or self._inherited(name)
        return self._members[name]

    def _inherited(self, name: str) -> Member | None:
        for base in self.bases:
            if isinstance(base, SourceClass):
                found = base.member(name)
            else:
                obj = live_object(base)
                found = Member("value", Live(getattr(obj, name))) if hasattr(obj, name) else None
            if found is not None:
                return found
        return None

    def _own_member(self, name: str) -> Member | None:
        found: Member | None = None
        for item in self._node.body:
            if isinstance(item, _FunctionDef) and item.name == name:
                found = self._function_member(item, found)
            elif isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None:
                targets = item.targets if isinstance(item, ast.Assign) else [item.target]
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    found = self._value_member(item.value)
        return found

    def _value_member(self, value: ast.expr) -> Member:
        denotation = self._denote(value)
        return Member("method" if isinstance(denotation, SourceFunction) else "value", denotation)

    def _function_member(self, node: _FunctionDef, before: Member | None) -> Member:
        names = [ast.unparse(item) for item in node.decorator_list]
        function = static_function(self.module, node, self)
        if before is not None and f"{node.name}.setter" in names:
            return Member("property", before.value, function)
        for name in names:
            last = name.rpartition(".")[2]
            if last in ("property", "cached_property"):
                return Member("property", function)
            if last in ("staticmethod", "classmethod"):
                return Member(last, function)
        return Member("method", function)


def _is(base: Denotation, flag: str) -> bool:
    return isinstance(base, SourceClass) and bool(getattr(base, flag))


def _library_name(denotation: Denotation) -> str:
    obj = live_object(denotation)
    return f"{getattr(obj, '__module__', '')}.{getattr(obj, '__name__', '')}"
