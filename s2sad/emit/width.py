"""How long a line will be, as far as can be told before temporaries have their names."""

from __future__ import annotations

from s2sad.emit.expressions import Expressions
from s2sad.emit.tree import Line, Tree
from s2sad.optimize.width import LINE_LENGTH, NUMBERED, TYPICAL

INDENT = "    "


class _Likely(dict[str, str]):
    """Names that temporaries are likely to get."""

    def get(self, name: str, default: object = None) -> str:
        return NUMBERED.sub(TYPICAL, name).lstrip("%")


PRINTER = Expressions(_Likely())


def is_too_wide(line: Line, operands: list[Tree], depth: int) -> bool:
    """Whether a statement with these operands would be broken over several lines. Only those that assign are asked."""
    if not operands or any(map(_is_open, operands)):
        return False
    match line.kind:
        case "assign":
            target = " = ".join(PRINTER.pattern(pattern) for pattern in line.data)
            text = f"{target} = {PRINTER.text(operands[0])}"
        case "augname":
            text = f"{PRINTER.name(line.data[0])} += {PRINTER.text(operands[0])}"
        case "setitem":
            value, obj, index = operands
            text = f"{PRINTER.base(obj)}[{PRINTER.index(index)}] = {PRINTER.text(value)}"
        case "augitem":
            obj, index, value = operands
            text = f"{PRINTER.base(obj)}[{PRINTER.index(index)}] += {PRINTER.text(value)}"
        case _:
            return False
    return len(INDENT) * depth + len(text) > LINE_LENGTH


def width(tree: Tree) -> int:
    return 0 if _is_open(tree) else len(PRINTER.text(tree))


def _is_open(tree: Tree) -> bool:
    """Does it hold statements, or text that cannot be broken?"""
    return tree.head in ("lambda", "comp", "format") or any(map(_is_open, tree.kids))
