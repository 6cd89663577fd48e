"""Plain source text of the user's module, for copying into an emitted file: what defines a name, and what that needs.

A constant is copied with every statement that binds or changes it at the top of the module (``TABLE[0] = 1``), so that
the copy holds what the module's own would.
"""

from __future__ import annotations

import ast
import builtins
import io
import symtable
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from s2sad.frontend.resolve import SourceFunction, SourceModule, live_object

#: Library functions that write into their first argument.
IN_PLACE = frozenset(("fill_diagonal", "copyto", "put", "place", "putmask", "put_along_axis", "shuffle"))


@dataclass(frozen=True)
class Unit:
    """A statement at the top of the module."""

    position: int
    text: str
    binds: frozenset[str]
    changes: frozenset[str]  # names whose objects it may change in place
    is_fresh: bool  # it surely gives its names a new meaning, whatever they stood for

    @cached_property
    def reads(self) -> frozenset[str]:
        return frozenset(global_names(self.text))


class Units:
    """The statements of one module."""

    def __init__(self, module: SourceModule) -> None:
        self.module = module

    @cached_property
    def all(self) -> list[Unit]:
        if self.module.source is None:
            return []
        found = []
        for position, node in enumerate(self.module.source.ast.body):
            is_docstring = (
                position == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            )
            if isinstance(node, (ast.Import, ast.ImportFrom)) or is_docstring or _is_main_guard(node):
                continue
            binds = frozenset(_bound(node))
            changes = frozenset(self.changed(node)) - binds
            if binds or changes:
                found.append(Unit(position, self.text_of(node), binds, changes, _is_fresh(node)))
        return found

    def defining(self, name: str) -> list[Unit]:
        """The statements that give a name its meaning, in order."""
        found: list[Unit] = []
        for unit in self.all:
            if name in unit.binds and unit.is_fresh and name not in _reads_at_once(unit):
                found = []
            if name in unit.binds or name in unit.changes:
                found.append(unit)
        return found

    def changed(self, node: ast.AST) -> Iterator[str]:
        """Names whose objects a statement may write into when the module is imported."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            return
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield from _root(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute):
                yield from _root(call.func)
            called = getattr(call.func, "attr", "")
            if called in IN_PLACE or self.is_users(call.func):
                for argument in call.args:
                    yield from _root(argument)
        for child in ast.iter_child_nodes(node):
            yield from self.changed(child)

    def is_users(self, function: ast.expr) -> bool:
        return isinstance(function, ast.Name) and isinstance(self.module.lookup(function.id), SourceFunction)

    def text_of(self, node: ast.stmt) -> str:
        """A statement with the comments directly above it, without decorators of s2sad."""
        source = self.module.source
        assert source is not None
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or node.lineno
        lines = {number: source.lines[number - 1].rstrip("\n") for number in range(first, last + 1)}
        if not lines[first].startswith(source.text[:0]) or _shares_a_line(node, source.ast.body):
            return ast.get_source_segment(source.text, node) or ast.unparse(node)
        for decorator in decorators:
            if self.is_ours(decorator):
                for number in range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1):
                    lines.pop(number, None)
        above: list[str] = []
        while (
            first > 1 and source.lines[first - 2].startswith("#") and not _is_section(source.lines[first - 2])
        ):
            first -= 1
            above.insert(0, source.lines[first - 1].rstrip("\n"))
        return "\n".join([*above, *lines.values()])

    def is_ours(self, decorator: ast.expr) -> bool:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        found = live_object(self.module.evaluate(ast.unparse(function)))
        return str(getattr(found, "__module__", "")).partition(".")[0] == "s2sad"


def _is_section(line: str) -> bool:
    """A ruler such as ``# ── loops ────`` or ``# ----``, or the file's first lines: not about the statement below."""
    return any(ruler in line for ruler in ("──", "---", "===", "###", "***")) or line.startswith(
        ("#!", "# -*-")
    )


def _shares_a_line(node: ast.stmt, body: list[ast.stmt]) -> bool:
    return any(
        other is not node and (other.end_lineno == node.lineno or other.lineno == node.end_lineno)
        for other in body
    )


def _is_main_guard(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and "__name__" in ast.unparse(node.test)
        and "__main__" in ast.unparse(node.test)
    )


def _is_fresh(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign))


def _reads_at_once(unit: Unit) -> frozenset[str]:
    """Names that are read when the statement runs; a function's body is not."""
    node = ast.parse(unit.text).body[0]
    return unit.reads if isinstance(node, (ast.Assign, ast.AnnAssign)) else frozenset()


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
            return
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────


def global_names(text: str) -> set[str]:
    """The names that a text reads from outside of it, builtins left out."""
    table = symtable.symtable(text, "<emitted>", "exec")
    names = set(_global_reads(table)) | _quoted_names(text)
    bound = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_namespace()
    }
    return {name for name in names if name not in bound and not hasattr(builtins, name)}


def _global_reads(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        top = table.get_type() == "module"
        if symbol.is_referenced() and (symbol.is_global() or top):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_reads(child)


def _quoted_names(text: str) -> set[str]:
    """Names in annotations that are written as strings."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if annotation is None:
            continue
        for part in ast.walk(annotation):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                try:
                    inner = ast.parse(part.value.strip(), mode="eval")
                except SyntaxError:  # dimensions, as in Float[np.ndarray, "n d"]
                    continue
                if " " not in part.value.strip():
                    found |= {item.id for item in ast.walk(inner) if isinstance(item, ast.Name)}
    return found


def rename(text: str, names: dict[str, str]) -> str:
    """The text with global names replaced (token by token: strings, comments and attributes stay)."""
    if not names:
        return text
    lines = text.splitlines(keepends=True)
    before = ""
    edits: list[tuple[int, int, str, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string in names and before != ".":
            edits.append((token.start[0] - 1, token.start[1], token.string, names[token.string]))
        before = token.string
    for row, column, old, new in reversed(edits):
        lines[row] = lines[row][:column] + new + lines[row][column + len(old) :]
    return "".join(lines)
