"""Which functions of a file are marked ``@differentiate``; read from its text."""

from __future__ import annotations

import ast
from pathlib import Path

from s2sad.frontend.parse import syntax_error


def marked_functions(path: Path) -> list[str]:
    """Names of the top-level functions that are decorated. Raises SourceError for a syntax error."""
    return [node.name for node in _functions(path) if any(map(_is_mark, node.decorator_list))]


def all_functions(path: Path) -> list[str]:
    """Names of all top-level functions."""
    return [node.name for node in _functions(path)]


def _functions(path: Path) -> list[ast.FunctionDef]:
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise syntax_error(str(path), error) from None
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def _is_mark(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
    return name == "differentiate"
