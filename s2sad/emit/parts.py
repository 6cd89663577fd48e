"""What emitted functions need from outside, and under which names: imports, helpers, text of the user's module.

Functions refer to the outside by `Ref`s.  Each is given a provider: an import (as the user's file writes it), a helper of
s2sad that is copied, or a definition of the user's that is copied (or imported from the module, with ``--link``).
Where a name means something else in the emitted file (a local variable, a function of another module), it is renamed.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

import numpy as np

from s2sad.analysis.session import Generated, Resolved
from s2sad.emit.copying import Units, global_names, rename
from s2sad.emit.identity import compared
from s2sad.emit.module import Header, ModuleParts, assemble
from s2sad.errors import Diagnostics
from s2sad.frontend.resolve import (
    Live,
    Missing,
    SourceClass,
    SourceFunction,
    SourceModule,
    SourceValue,
    live_object,
)
from s2sad.ir.nodes import NOWHERE, Atom, Function, Ref
from s2sad.ir.subst import all_names, map_atoms
from s2sad.ir.walk import functions as nested_functions
from s2sad.ir.walk import stmt_atoms, walk

HELPERS = ("s2sad.prelude", "s2sad.rules.")  # modules whose functions are copied
LITERALS = (int, float, complex, str, bytes, bool, type(None))


@dataclass(frozen=True)
class Provider:
    """Where a name comes from: "import" (`text` is the statement), "helper", "user", "builtin" or "literal"."""

    kind: str
    name: str
    text: str = ""
    module: Any = field(default=None, compare=False)


UNDEFINED = "no such name is defined"


class Unprovided(Exception):
    """An object that has no name in an emitted file."""


class Collector:
    """Gathers the parts of one emitted file."""

    def __init__(self, module: SourceModule, others: Iterable[SourceModule] = (), link: bool = False) -> None:
        self.module = module
        self.others = [other for other in dict.fromkeys(others) if other is not module]
        self.link = link
        self.units = Units(module)
        self.findings = Diagnostics(module.filename, module.lines)
        self.given: dict[str, Provider] = {}  # name in the emitted file -> where it comes from
        self.names: dict[Provider, str] = {}
        self.helpers: dict[str, str] = {}
        self.comments: list[str] = []
        self.strict = True  # else a name that cannot be provided is left to a comment

    def assemble(self, functions: list[Function], header: Header | None, show: Any) -> str:
        """The file's text; `show` prints a function. Raises RefusedError for what cannot be copied."""
        generated = {function.name for function in functions}
        local = set().union(*(all_names(function) for function in functions)) if functions else set()
        taken = generated | {name for name in local if not name.startswith("%")}
        if self.strict and not self.link:
            self.refuse_copies(functions)
        functions = [self.renamed(function, generated, taken) for function in functions]
        texts = [show(function).strip("\n") for function in functions]
        self.provide_names({name for text in texts for name in global_names(text)} - generated, self.module)
        copied = self.copied(taken)
        self.findings.raise_if_any()
        imports = {name: p.text for name, p in self.given.items() if p.kind == "import"}
        literals = [p.text for p in self.given.values() if p.kind == "literal"]
        parts = ModuleParts(
            header,
            self.merged(imports),
            self.helpers,
            (*self.comments, *sorted(literals), *copied),
            tuple(texts),
        )
        return assemble(parts)

    def refuse_copies(self, functions: Iterable[Function]) -> None:
        """A test for a class of the user's, of which the file would have a copy."""
        for ref, span in compared(functions, self.is_copied_class):
            name = ref.text.partition(".")[0]
            self.findings.add(
                "S2S006",
                span,
                f"`{name}` is copied into the emitted file, and the caller's is another class",
                "use --link, which imports it from the module",
            )

    def is_copied_class(self, ref: Ref) -> bool:
        if isinstance(ref.target, SourceClass):
            return True
        head = ref.text.partition(".")[0]
        return self.module.binding(head) is not None and isinstance(self.module.lookup(head), SourceClass)

    def merged(self, imports: Mapping[str, str]) -> dict[str, str]:
        """``from model import a`` and ``from model import b`` as one statement."""
        several: dict[str, dict[str, str]] = {}
        found = dict(imports)
        for name, text in imports.items():
            head, is_from, tail = text.partition(" import ")
            if is_from:
                several.setdefault(head, {})[name] = tail
        for head, tails in several.items():
            text = f"{head} import {', '.join(sorted(tails.values()))}"
            found |= dict.fromkeys(tails, text)
        future = self.module.binding("annotations")
        if future is not None and future.text.startswith("from __future__"):
            found["annotations"] = future.text
        return found

    # ── references ───────────────────────────────────────────────────────────────────────────────────────

    def renamed(self, function: Function, generated: set[str], taken: set[str]) -> Function:
        """The function, with every reference under the name that the emitted file has for it."""

        def atom(old: Atom) -> Atom:
            if not isinstance(old, Ref) or old.target is None or isinstance(old.target, Resolved | Generated):
                return old
            if old.text in generated and not isinstance(old.target, (SourceFunction, Live)):
                return old
            return replace(old, text=self.text_for(old.text, old.target, taken))

        return map_atoms(function, atom)

    def text_for(self, text: str, target: Any, taken: set[str]) -> str:
        """How a target is written."""
        if not all(word.isidentifier() for word in text.split(".")):
            return text  # a callee's default, as the user wrote it; its names are provided with those of the text
        try:
            provider, rest = self.provider(text, target)
        except Unprovided as error:
            self.missing(text, str(error))
            return text
        name = self.name_of(provider, taken)
        return ".".join([name, *rest])

    def name_of(self, provider: Provider, taken: set[str]) -> str:
        """The name of a provider in the emitted file: its own, if that is free."""
        if provider in self.names:
            return self.names[provider]
        name, number = provider.name, 1
        while name in taken or self.given.get(name, provider) != provider:
            number += 1
            name = f"{provider.name}_{number}"
        if provider.kind == "builtin":
            if name == provider.name and not self.module.binding(name):
                self.names[provider] = name
                return name
            provider, whole = Provider("import", "builtins", "import builtins"), provider
            self.names[whole] = f"{self.name_of(provider, taken)}.{whole.name}"
            return self.names[whole]
        self.names[provider] = name
        self.given[name] = self.under(provider, name)
        if provider.kind == "helper":
            self.copy_helper(provider, name, taken)
        return name

    def under(self, provider: Provider, name: str) -> Provider:
        """A provider that binds this name."""
        if name == provider.name or provider.kind in ("helper", "user"):
            return provider
        if provider.kind == "literal":
            return replace(provider, text=name + provider.text[len(provider.name) :])
        statement = ast.parse(provider.text).body[0]
        assert isinstance(statement, (ast.Import, ast.ImportFrom))
        statement.names[0].asname = name
        return replace(provider, text=ast.unparse(statement))

    def provider(self, text: str, target: Any) -> tuple[Provider, list[str]]:
        """Where a target comes from, and the rest of its dotted path. Raises Unprovided."""
        head, *path = text.split(".")
        obj = live_object(target, target)
        helper = getattr(target, "live", None) if isinstance(target, SourceFunction) else obj
        if isinstance(helper, types.FunctionType) and helper.__module__.startswith(HELPERS):
            return Provider("helper", helper.__name__, module=helper), []
        if isinstance(target, Live) and str(getattr(obj, "__module__", "")).partition(".")[0] == "s2sad":
            raise Unprovided("it belongs to s2sad")
        if self.module.binding(head) is not None and self.stands_for(self.module, head, path, target):
            return self.from_module(self.module, head), path
        if isinstance(target, Live) and getattr(builtins, text, None) is obj and not path:
            return Provider("builtin", text), []
        if isinstance(obj, types.BuiltinMethodType) and _follow(getattr(builtins, head, None), path) == obj:
            return Provider("builtin", head), path  # `dict.fromkeys`: a new object at each look
        if isinstance(target, Live) and head == "np" and _same(_follow(np, path), obj):
            return self.numpy(), path
        module = sys.modules.get(head)
        in_module = isinstance(module, types.ModuleType) and path and _same(_follow(module, path), obj)
        if isinstance(target, Live) and in_module:
            return self.library(head, path, obj)
        for other in self.others:
            if other.binding(head) is not None and self.stands_for(other, head, path, target):
                return self.from_module(other, head), path
        return self.from_object(text, target), []

    def stands_for(self, module: SourceModule, head: str, path: list[str], target: Any) -> bool:
        found: Any = module.lookup(head)
        for name in path:
            found = module.attribute(found, name)
        if isinstance(found, Live) and isinstance(target, Live):
            return _same(found.obj, target.obj)
        return bool(found is target or found == target)

    def numpy(self) -> Provider:
        """NumPy as the user imports it, if that is as `np`."""
        own = self.module.binding("np")
        if own is not None and self.stands_for(self.module, "np", [], Live(np)):
            return self.from_module(self.module, "np")
        return Provider("import", "np", "import numpy as np")

    def library(self, head: str, path: list[str], obj: Any) -> tuple[Provider, list[str]]:
        """``math.log``, ``scipy.special.erf``: the module is imported whole, unless the user has it already."""
        own = self.module.binding(head)
        if own is not None and self.stands_for(self.module, head, path, Live(obj)):
            return self.from_module(self.module, head), path
        dotted = head
        for name in path[:-1]:
            dotted = f"{dotted}.{name}" if f"{dotted}.{name}" in sys.modules else dotted
        return Provider("import", head, f"import {dotted}"), path

    def from_module(self, module: SourceModule, name: str) -> Provider:
        """What a name of a user's module is, and how an emitted file comes by it."""
        binding = module.binding(name)
        assert binding is not None
        if binding.kind == "import" and all(b.kind == "import" and b.certain for b in module.bindings[name]):
            if (
                module is self.module
                or not isinstance(binding.node, ast.ImportFrom)
                or not binding.node.level
            ):
                return Provider("import", name, binding.text)
            package = module.package.split(".")
            base = package[: len(package) - binding.node.level + 1]
            dotted = ".".join([*base, *([binding.node.module] if binding.node.module else [])])
            _, _, what = binding.text.partition(" import ")
            return Provider("import", name, f"from {dotted} import {what}")
        if module is self.module and not self.link:
            return Provider("user", name)
        dotted = dotted_name(module)
        return Provider("import", name, f"from {dotted} import {name}")

    def from_object(self, text: str, target: Any) -> Provider:
        """An object that no module we know binds to a name: a closure's variable, something a library made."""
        name = text.replace(".", "_")
        obj = live_object(target, target)
        if isinstance(target, Missing):
            raise Unprovided(target.reason or UNDEFINED)
        if isinstance(target, Live) and type(obj) in LITERALS:
            return Provider("literal", name, f"{name} = {obj!r}")
        if isinstance(target, Live) and isinstance(obj, types.ModuleType):
            dotted = obj.__name__
            return Provider(
                "import", name, f"import {dotted}" if dotted == name else f"import {dotted} as {name}"
            )
        if isinstance(target, (SourceFunction, SourceClass, SourceValue)) and target.module is not None:
            if target.module is self.module or not self.strict:
                return self.captured(name, target)
            own = text.rpartition(".")[2]
            return Provider("import", own, f"from {dotted_name(target.module)} import {own}")
        home = str(getattr(obj, "__module__", None) or "")
        own = str(getattr(obj, "__qualname__", None) or getattr(obj, "__name__", ""))
        if isinstance(obj, np.ufunc):
            home = "numpy" if hasattr(np, own) else "scipy.special"
        public = ".".join(takewhile(lambda part: not part.startswith("_"), home.split(".")))
        if getattr(sys.modules.get(public), own, None) is obj:
            home = public
        try:
            module = importlib.import_module(home) if home and "." not in own else None
        except ImportError:
            module = None
        if module is not None and getattr(module, own, None) is obj and home.partition(".")[0] != "s2sad":
            return Provider("import", own, f"from {home} import {own}")
        if not self.strict and isinstance(obj, np.ndarray) and obj.size <= 16:
            return Provider("literal", name, f"{name} = __import__('numpy').array({obj.tolist()!r})")
        raise Unprovided("it is an object of the running program")

    def captured(self, name: str, target: Any) -> Provider:
        """A function of a closure, as text."""
        if isinstance(target, SourceFunction):
            code = target.snippet.code(target.node)
            if target.name == name and code.lstrip().startswith(("def ", "@")):
                return Provider("literal", name, inspect.cleandoc(code))
            if target.name == "<lambda>":
                return Provider("literal", name, f"{name} = {code}")
        raise Unprovided("it is an object of the running program")

    def missing(self, text: str, reason: str) -> None:
        if self.strict:
            help = "define or import it in the file" if reason == UNDEFINED else "use --link"
            self.findings.add(
                "S2S006", NOWHERE, f"`{text}` cannot be copied into the emitted file: {reason}", help
            )
        else:
            self.comments.append(f"# `{text}`: {reason}")

    # ── text that is copied ──────────────────────────────────────────────────────────────────────────────

    def copy_helper(self, provider: Provider, name: str, taken: set[str]) -> None:
        """A helper's source, and those it calls."""
        function = provider.module
        text = inspect.getsource(function).rstrip("\n")
        names = {provider.name: name} if name != provider.name else {}
        self.helpers[name] = text
        for other in sorted(global_names(text) - {provider.name}):
            value = function.__globals__.get(other)
            if isinstance(value, types.FunctionType) and value.__module__.startswith("s2sad"):
                new = self.name_of(Provider("helper", other, module=value), taken)
            elif isinstance(value, types.ModuleType):
                own = Provider(
                    "import",
                    other,
                    f"import {value.__name__}" + (f" as {other}" if other != value.__name__ else ""),
                )
                new = self.name_of(self.numpy() if value is np else own, taken)
            else:
                raise AssertionError(f"helper {provider.name} needs {other}")
            if new != other:
                names[other] = new
        self.helpers[name] = rename(text, names)

    def provide_names(self, names: Iterable[str], module: SourceModule) -> None:
        """Provide for names that a text reads as it stands: annotations, defaults, copied definitions."""
        for name in sorted(names):
            if name in self.given or name in self.helpers or module.binding(name) is None:
                continue
            provider = self.from_module(module, name)
            self.given[name] = provider
            self.names.setdefault(provider, name)

    def copied(self, taken: set[str]) -> list[str]:
        """The user's definitions that are needed, in the order of their file."""
        done: dict[int, Any] = {}
        queue = [p.name for p in self.given.values() if p.kind == "user"]
        seen = set(queue)
        while queue:
            for unit in self.units.defining(queue.pop()):
                if unit.position in done:
                    continue
                done[unit.position] = unit
                self.check_free_of_us(unit.text, unit.reads)
                for name in sorted(unit.reads | unit.binds):
                    if name in seen or self.module.binding(name) is None:
                        continue
                    seen.add(name)
                    provider = self.from_module(self.module, name)
                    if name in unit.binds or provider.kind == "user":
                        queue.append(name)
                        self.name_of(Provider("user", name), taken)
                    else:
                        self.name_of(provider, taken)
        names = {
            p.name: new for p, new in self.names.items() if new != p.name and p.kind in ("user", "import")
        }
        return [rename(done[position].text, names) for position in sorted(done)]

    def check_free_of_us(self, text: str, reads: Iterable[str]) -> None:
        for name in sorted(reads):
            found = self.module.lookup(name) if self.module.binding(name) else Missing(name)
            obj = live_object(found)
            home = obj.__name__ if isinstance(obj, types.ModuleType) else str(getattr(obj, "__module__", ""))
            if home.partition(".")[0] == "s2sad":
                first = next(line for line in text.splitlines() if not line.startswith(("#", "@")))
                self.missing(first.rstrip(":"), f"it uses `{name}` of s2sad")


def dotted_name(module: SourceModule) -> str:
    stem = module.filename.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
    return ".".join(part for part in (module.package, "" if stem == "__init__" else stem) if part)


def _follow(obj: Any, path: list[str]) -> Any:
    for name in path:
        obj = getattr(obj, name, None)
    return obj


def _same(a: Any, b: Any) -> bool:
    """Whether two library objects are one; a bound method (``np.add.at``) is made anew at each look."""
    return a is b or (
        isinstance(a, types.BuiltinMethodType | types.MethodType) and type(a) is type(b) and bool(a == b)
    )


def modules_of(functions: Iterable[Function]) -> Iterator[SourceModule]:
    """The modules that functions, and what they refer to, come from."""
    for function in functions:
        if isinstance(function.origin, SourceFunction):
            yield function.origin.module
        for body in (function.body, *(inner.body for inner in nested_functions(function.body))):
            for stmt in walk(body):
                for atom in stmt_atoms(stmt):
                    target = atom.target if isinstance(atom, Ref) else None
                    if (
                        isinstance(target, (SourceFunction, SourceClass, SourceValue))
                        and target.module is not None
                    ):
                        yield target.module
