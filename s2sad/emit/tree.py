"""What is printed: expression trees and lines.

The IR names every intermediate result; printed Python nests them.  `Tree` is an expression whose operands are
expressions again, `Line` a statement whose operands are trees.  Both are uniform (a head, and children in the order
Python evaluates them), because fusing asks the same three questions of every kind of node: what is read, what may be
written, what comes first.  Only `plant` (IR to lines) and `unparse` (lines to text) know the kinds apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.nodes import NO_NOTES, NOWHERE, Function, Notes, Span

# Facts about an expression, as bits.
IMPURE = 1  # it may write to something, or be seen from outside: it must happen, once, and in its place
STATE = 2  # it reads the contents of objects, which an in-place statement may change
SCALAR = 4  # its value is a number that cannot change in place

NO_NAMES: frozenset[str] = frozenset()


#: Heads that add nothing for the eye to work out.
WEIGHTLESS = frozenset({"slice", "indices", "star", "dstar", "pair", "tuple", "attr"})


class Tree:
    """An expression.

    ==============  ==================================  ====================================================
    head            data                                kids
    ==============  ==================================  ====================================================
    var             name
    const           value
    ref             text
    op              operator (a key of nodes.BINARY..)  1 or 2 operands
    chain           comparison operators                operands of ``a < b < c``
    and, or                                             operands
    ifexp                                               test, value if true, value if false
    call            names of the keyword arguments      function, arguments, keyword arguments
    method          (name, keyword names)               object, arguments, keyword arguments
    attr            name                                object
    item                                                object, index
    slice           which of lo, hi, step are there     these
    indices                                             items of ``a[i, j]``
    tuple list set                                      items
    dict                                                pair or dstar
    pair                                                key, value
    star, dstar                                         value
    format          parts: str, or (conversion, spec)   values (and, behind a value, the format tree of its spec)
    comp            (kind, element, clauses)            the first iterable, which alone is evaluated outside
    lambda          Nested function                     defaults
    ==============  ==================================  ====================================================
    """

    __slots__ = ("data", "flags", "head", "kids", "reads", "size")

    head: str
    data: Any
    kids: tuple[Tree, ...]
    flags: int
    reads: frozenset[str]
    size: int

    def __init__(
        self, head: str, data: Any, kids: tuple[Tree, ...], own: int = 0, reads: frozenset[str] = NO_NAMES
    ) -> None:
        flags = own
        size = 0
        for kid in kids:
            flags |= kid.flags & ~SCALAR
            size += kid.size
            if kid.reads:
                reads = reads | kid.reads if reads else kid.reads
        self.head, self.data, self.kids = head, data, kids
        self.flags, self.reads = flags, reads
        self.size = size + 1 if kids and head not in WEIGHTLESS else size

    def __repr__(self) -> str:
        return f"Tree({self.head}, {self.data!r}, {list(self.kids)})"


def open_kids(tree: Tree) -> tuple[Tree, ...]:
    """The children that are evaluated whenever the tree is, exactly once, before anything else of it."""
    match tree.head:
        case "and" | "or" | "ifexp":
            return tree.kids[:1]
        case "chain":
            return tree.kids[:2]
        case _:
            return tree.kids


def open_variables(tree: Tree) -> Iterator[str]:
    """The variables that are read unconditionally, in the order of evaluation."""
    if tree.head == "var":
        yield tree.data
    elif tree.reads:
        for kid in open_kids(tree):
            yield from open_variables(kid)


def graft(tree: Tree, values: dict[str, Tree]) -> Tree:
    """Replace variables by trees, where `open_variables` finds them."""
    if tree.head == "var":
        return values.get(tree.data, tree)
    if values.keys().isdisjoint(tree.reads):
        return tree
    front = open_kids(tree)
    kids = tuple(graft(kid, values) for kid in front) + tree.kids[len(front) :]
    closed = tree.reads.difference(values) if tree.head in ("comp", "lambda") else NO_NAMES
    return Tree(tree.head, tree.data, kids, tree.flags & ~SCALAR, closed)


@dataclass(slots=True)
class Body:
    """A block. `tail` holds trees evaluated after its last line, as a part of the statement the block belongs to."""

    lines: list[Line] = field(default_factory=list)
    tail: list[Tree] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """A statement; `operands` in the order of evaluation.

    =============  =================================  ================================  ======================
    kind           data                               operands                          blocks
    =============  =================================  ================================  ======================
    assign         patterns: ``a = b, c = value``     value
    expr                                              value
    setitem                                           value, object, index
    setattr        name                               value, object
    augname        (name, operator)                   value
    augitem        operator                           object, index, value
    augattr        (name, operator)                   object, value
    delete         name of attribute, or None         object[, index]
    if             sugar                              test                              body, orelse
    for            pattern                            iterable                          body, orelse
    while                                                                               head (tail: test), body, orelse
    break continue pass
    return yield                                      [value]
    raise          has a value, has a cause           these
    assert                                            test                              message (tail: message)
    try            handlers: (has a type, name)                                         body, [type, handler].., orelse, final
    with           pattern or None                    context
    comment        text
    def            (name, Nested function)            defaults
    =============  =================================  ================================  ======================

    A pattern is a name, ``("*", pattern)`` or a tuple of patterns.
    """

    kind: str
    data: Any = None
    operands: list[Tree] = field(default_factory=list)
    blocks: list[Body] = field(default_factory=list)
    span: Span = NOWHERE
    notes: Notes = NO_NOTES
    sugar: str = ""
    done: bool = False  # the blocks have been fused already


@dataclass(slots=True)
class Nested:
    """A function on its way to print: its lines, and where each keyword of its defaults stands."""

    function: Function
    body: Body
    default_names: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # what its temporaries are called
    definitions: dict[str, Tree] = field(
        default_factory=dict
    )  # what they were bound to; `naming` looks at it


Pattern = Any


def pattern_names(pattern: Pattern) -> Iterator[str]:
    """The names a pattern binds."""
    if isinstance(pattern, str):
        yield pattern
    elif pattern and pattern[0] == "*" and len(pattern) == 2:
        yield from pattern_names(pattern[1])
    else:
        for item in pattern:
            yield from pattern_names(item)


def single_target(line: Line) -> str | None:
    """The name, where the line is a plain ``name = value``."""
    if line.kind == "assign" and len(line.data) == 1 and isinstance(line.data[0], str):
        return line.data[0]
    return None


def bound_names(line: Line) -> Iterator[str]:
    """The variables that the line itself binds (not those of its blocks)."""
    match line.kind:
        case "assign":
            for pattern in line.data:
                yield from pattern_names(pattern)
        case "augname":
            yield line.data[0]
        case "for":
            yield from pattern_names(line.data)
        case "with":
            if line.data is not None:
                yield from pattern_names(line.data)
        case "try":
            yield from (name for _, name in line.data if name)
        case "delete":
            if len(line.operands) == 1 and line.data is None:
                yield line.operands[0].data
        case "def":
            yield line.data[0]


def every_line(body: Body) -> Iterator[Line]:
    """All lines in a block and in the blocks below it, outside in; nested functions are not entered."""
    for line in body.lines:
        yield line
        for block in line.blocks:
            yield from every_line(block)


def every_tree(body: Body) -> Iterator[Tree]:
    """The operands of all lines, and the tails of all blocks, in the order they stand."""
    for line in body.lines:
        yield from line.operands
        for block in line.blocks:
            yield from every_tree(block)
    yield from body.tail


def merge_notes(first: Notes, second: Notes) -> Notes:
    """The notes of two statements that become one line, in order."""
    if first in (NO_NOTES, second):
        return second
    if second == NO_NOTES:
        return first
    above = first.above + tuple(line for line in second.above if line not in first.above)
    behind = first.behind if second.behind in ("", first.behind) else second.behind
    if first.behind and behind != first.behind:
        above = (first.behind, *above)
    return Notes(above, behind)
