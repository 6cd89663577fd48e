"""Which functions a file defines at its top, and which of them are marked ``@differentiate``; read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from s2sad.frontend.sources import SourceModule


def all_functions(module: SourceModule) -> list[str]:
    """Names of the functions that a file defines, not inside of others; below an ``if`` or a ``try``, too."""
    return [node.name for node in _functions(module)]


def marked(module: SourceModule) -> list[str]:
    """Names of those that are decorated with ``differentiate``."""
    return [node.name for node in _functions(module) if _is_marked(node)]


def marked_methods(module: SourceModule) -> list[str]:
    """Methods that are decorated so, as ``Class.method``."""
    classes = [found[-1].node for found in module.bindings.values()]
    return [
        f"{cls.name}.{node.name}"
        for cls in classes
        if isinstance(cls, ast.ClassDef)
        for node in cls.body
        if isinstance(node, ast.FunctionDef) and _is_marked(node)
    ]


def _functions(module: SourceModule) -> Iterator[ast.FunctionDef]:
    """The last definition under each name: the one that holds."""
    for found in module.bindings.values():
        if isinstance(found[-1].node, ast.FunctionDef):
            yield found[-1].node


def _is_marked(function: ast.FunctionDef) -> bool:
    return any(map(_is_mark, function.decorator_list))


def _is_mark(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
    return name == "differentiate"
