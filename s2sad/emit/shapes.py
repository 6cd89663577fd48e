"""Short forms of expressions, written back: conditional expressions, `and`/`or`, chained comparisons, comprehensions.

Lowering writes them out as tagged statements.  A tag is a hint only: each function here looks at the shape that is
there now, and leaves the statement alone if a transformation has changed it.
"""

from __future__ import annotations

from itertools import pairwise

from s2sad.emit.counts import Counts
from s2sad.emit.tree import (
    NO_NAMES,
    SCALAR,
    STATE,
    Body,
    Line,
    Tree,
    merge_notes,
    pattern_names,
    single_target,
)
from s2sad.ir.nodes import COMPARE


def only_assign(body: Body, name: str | None = None) -> Line | None:
    """The line of a block that is nothing but `name = value`."""
    if len(body.lines) != 1 or body.tail:
        return None
    line = body.lines[0]
    target = single_target(line)
    return line if target is not None and name in (None, target) else None


def conditional(line: Line, counts: Counts, body: Body) -> Line:
    """`if test: t = a else: t = b` as `t = a if test else b`."""
    first = only_assign(line.blocks[0])
    if first is None:
        return line
    name = single_target(first)
    second = only_assign(line.blocks[1], name)
    if name is None or second is None:
        return line
    kids = (line.operands[0], first.operands[0], second.operands[0])
    made = Line(
        "assign", (name,), [Tree("ifexp", None, kids, STATE)], span=line.span, notes=line.notes, done=True
    )
    made.notes = merge_notes(merge_notes(line.notes, first.notes), second.notes)
    _rehome(name, counts, body)
    return made


def joined(line: Line, following: Line, counts: Counts, body: Body) -> bool:
    """Merge `if t: t = b` (for `or`: `if t: pass else: t = b`) into `t = a`, which becomes `t = a and b`."""
    kind = following.sugar
    active, empty = following.blocks if kind == "and" else reversed(following.blocks)
    name = single_target(line)
    second = only_assign(active, name)
    if name is None or second is None or empty.lines:
        return False
    left, right = line.operands[0], second.operands[0]
    tree = chained(left, right, counts, active) if kind == "and" else None
    if tree is None:
        tree = Tree(kind, None, _flat(kind, left, right), STATE)
    line.operands = [tree]
    line.notes = merge_notes(merge_notes(line.notes, following.notes), second.notes)
    counts.unread(name, body)
    _rehome(name, counts, body)
    return True


def _flat(kind: str, left: Tree, right: Tree) -> tuple[Tree, ...]:
    return (left.kids if left.head == kind else (left,)) + (right.kids if right.head == kind else (right,))


def _rehome(name: str, counts: Counts, body: Body) -> None:
    """Two bindings have become one, in `body`."""
    counts.binds[name] -= 1
    counts.bound_in[name] = id(body)


def comparison(tree: Tree) -> bool:
    return tree.head == "chain" or (tree.head == "op" and tree.data in COMPARE)


def chained(left: Tree, right: Tree, counts: Counts, inner: Body) -> Tree | None:
    """`a < b and b < c` as `a < b < c`, where `b` is a variable or a number (or was computed for just this)."""
    if not comparison(left) or not comparison(right):
        return None
    end, start = left.kids[-1], right.kids[0]
    if end.head != start.head or end.data != start.data or end.kids:
        return None
    if end.head == "var":
        if end.flags & STATE:  # the rest of the chain might rebind it
            return None
        counts.unread(end.data, inner)
    elif end.head != "const" or type(end.data) is not type(start.data):
        return None
    operators = tuple(
        op for side in (left, right) for op in (side.data if side.head == "chain" else (side.data,))
    )
    return Tree("chain", operators, (*left.kids, *right.kids[1:]), STATE)


def middle_of_chain(lines: list[Line], counts: Counts) -> set[str]:
    """Temporaries read by two neighbouring comparisons only: `t = a < m; if t: t = m < c`."""
    found = set()
    for line, following in pairwise(lines):
        if following.sugar != "and" or single_target(line) is None or not comparison(line.operands[0]):
            continue
        middle = line.operands[0].kids[-1]
        if middle.head != "var" or middle.data[0] != "%" or counts.reads[middle.data] != 2:
            continue
        if counts.binds[middle.data] == 1 and any(
            comparison(tree) and tree.kids[0].data == middle.data
            for inner in following.blocks[0].lines
            for tree in inner.operands
        ):
            found.add(middle.data)
    return found


# ── comprehensions ───────────────────────────────────────────────────────────────────────────────────────


def comprehension(line: Line, name: str, empty: Tree, counts: Counts, body: Body) -> Line | None:
    """`r = []; for x in xs: if c: r.append(e)` as `r = [e for x in xs if c]`.

    The loop's variables must not be read outside of comprehensions: those of a comprehension are its own.
    """
    clauses: list[tuple[object, ...]] = []
    inner, notes, bound = line, line.notes, list[str]()
    while True:
        if inner.kind == "for" and not inner.blocks[1].lines:
            pattern, rest = loop_pattern(inner, counts)
            clauses.append(("for", pattern, inner.operands[0]))
            bound += pattern_names(pattern)
        elif inner.kind == "if" and not inner.blocks[1].lines and inner is not line:
            clauses.append(("if", inner.operands[0]))
            rest = inner.blocks[0].lines
        else:
            return None
        if len(rest) != 1:
            return None
        holder, inner = inner.blocks[0], rest[0]
        notes = merge_notes(notes, inner.notes)
        element = _element(inner, name, line.sugar)
        if element is not None:
            break
    if counts.reads[name] < 2 or not counts.leaking.isdisjoint(bound):
        return None
    trees = [*element, *(clause[-1] for clause in clauses[1:])]
    if any(name in tree.reads for tree in [*trees, clauses[0][-1]] if isinstance(tree, Tree)):
        return None
    for variable in bound:  # the pattern may have swallowed an unpacking
        counts.bound_in.pop(variable, None)
    flags, reads = STATE, NO_NAMES
    for tree in trees:
        assert isinstance(tree, Tree)
        flags |= tree.flags
        reads |= tree.reads
    first = clauses[0][-1]
    assert isinstance(first, Tree)
    kind = {"list": line.sugar, "call": line.sugar}.get(empty.head, empty.head + "comp")
    data = (kind, element, tuple(clauses))
    made = Tree("comp", data, (first,), flags & ~SCALAR, reads - frozenset(bound))
    made.size += sum(tree.size for tree in trees if isinstance(tree, Tree))
    counts.unread(name, holder)
    return Line("assign", (name,), [made], span=line.span, notes=notes, done=True)


def _element(line: Line, name: str, sugar: str) -> tuple[Tree, ...] | None:
    """What a line adds to the list, set or dict `name`."""
    if line.kind == "setitem" and sugar == "dictcomp":
        value, obj, key = line.operands
        return (key, value) if obj.head == "var" and obj.data == name else None
    if line.kind != "expr":
        return None
    tree = line.operands[0]
    method = "add" if sugar == "setcomp" else "append"
    if tree.head != "method" or tree.data != (method, ()) or len(tree.kids) != 2:
        return None
    obj, element = tree.kids
    return (element,) if obj.head == "var" and obj.data == name and element.head != "star" else None


def loop_pattern(line: Line, counts: Counts) -> tuple[object, list[Line]]:
    """The target of a loop, with an unpacking that opens its body drawn in; and the rest of the body."""
    lines = line.blocks[0].lines
    pattern = line.data
    while lines and lines[0].kind == "assign" and not lines[0].notes.above:
        target = lines[0].operands[0]
        if (
            target.head != "var"
            or len(lines[0].data) != 1
            or target.data[0] != "%"
            or counts.reads[target.data] != 1
        ):
            break
        if counts.binds[target.data] != 1 or target.data not in set(pattern_names(pattern)):
            break
        pattern = _put(pattern, target.data, lines[0].data[0])
        lines = lines[1:]
    return pattern, lines


def _put(pattern: object, name: str, inner: object) -> object:
    """The pattern with a name replaced by a pattern."""
    if isinstance(pattern, str):
        return inner if pattern == name else pattern
    assert isinstance(pattern, tuple)
    return tuple(_put(item, name, inner) for item in pattern)
