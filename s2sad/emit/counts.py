"""How often each variable is read and bound, and where: what decides which temporaries can be merged away."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from s2sad.emit.tree import IMPURE, Body, Line, Tree, bound_names, every_line, open_variables, single_target


@dataclass(slots=True)
class Counts:
    """Of every variable: how often it is read and bound in the text, and in which blocks (by identity)."""

    reads: Counter[str] = field(default_factory=Counter)
    binds: Counter[str] = field(default_factory=Counter)
    read_in: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    bound_in: dict[str, int] = field(default_factory=dict)
    leaking: set[str] = field(default_factory=set)  # bound by a comprehension's loop, and read outside of any

    def read(self, name: str, body: Body) -> None:
        self.reads[name] += 1
        self.read_in[name].append(id(body))

    def unread(self, name: str, body: Body) -> None:
        """A read has gone: a sugared form says it without."""
        self.reads[name] -= 1
        if id(body) in self.read_in[name]:
            self.read_in[name].remove(id(body))

    def once(self, name: str) -> bool:
        """Is this a temporary bound once, and read once in the same block?"""
        return (
            name[0] == "%"
            and self.reads[name] == 1
            and self.binds[name] == 1
            and self.read_in[name] == [self.bound_in[name]]
        )


def count(body: Body, counts: Counts) -> Counts:
    """Count reads and bindings in a block and below."""
    for line in body.lines:
        for tree in line.operands:
            _count_tree(tree, body, counts)
        if line.kind == "augname":
            counts.read(line.data[0], body)
        for name in bound_names(line):
            counts.binds[name] += 1
            counts.bound_in[name] = id(body)
        for block in line.blocks:
            count(block, counts)
    for tree in body.tail:
        _count_tree(tree, body, counts)
    return counts


def _count_tree(tree: Tree, body: Body, counts: Counts) -> None:
    if tree.head == "var":
        counts.read(tree.data, body)
        return
    if tree.head == "lambda":  # reads whenever it is called: twice, so that nothing is moved into it
        for name in tree.data.function.free:
            counts.read(name, body)
            counts.read(name, body)
    if tree.reads:
        for kid in tree.kids:
            _count_tree(kid, body, counts)


def find_leaking(body: Body, counts: Counts) -> None:
    """Fill `counts.leaking`: a comprehension's variables must be its own before it can be written as one."""
    inside = Counter[str]()
    bound = set[str]()
    _inside_comprehensions(body, inside, bound)
    counts.leaking = {name for name in bound if counts.reads[name] != inside[name]}


def _inside_comprehensions(body: Body, inside: Counter[str], bound: set[str]) -> None:
    for line in body.lines:
        if line.kind == "for" and line.sugar:
            block = line.blocks[0]
            inner = count(block, Counts())
            inside.update(inner.reads)
            bound.update(bound_names(line))
            bound.update(name for inner_line in every_line(block) for name in bound_names(inner_line))
        else:
            for block in line.blocks:
                _inside_comprehensions(block, inside, bound)


def drop_dead(body: Body, counts: Counts) -> None:
    """Remove temporaries that nobody reads and whose computation nobody sees."""
    while _drop_dead_once(body, counts):
        pass


def _drop_dead_once(body: Body, counts: Counts, attempted: bool = False) -> bool:
    changed = False
    kept: list[Line] = []
    for line in reversed(body.lines):
        for number, block in enumerate(line.blocks):
            tried = line.kind == "try" and bool(line.data) and number == 0
            changed |= _drop_dead_once(block, counts, attempted or tried)
        name = single_target(line)
        seen = noticed if not attempted else may_raise
        if name is None or name[0] != "%" or counts.reads[name] or seen(line.operands[0]):
            kept.append(line)
            continue
        for read in open_variables(line.operands[0]):
            counts.unread(read, body)
        counts.binds[name] -= 1
        kept += reversed(comments(line))
        changed = True
    kept.reverse()
    body.lines = kept
    return changed


def noticed(tree: Tree) -> bool:
    """Would anybody notice if this were not evaluated? A look-up that nobody reads was written for its error."""
    return bool(tree.flags & IMPURE) or tree.head in ("item", "attr")


def may_raise(tree: Tree) -> bool:
    """Would a handler notice if this were not evaluated? Displays and names cannot fail."""
    return tree.head not in ("var", "const", "ref", "tuple", "list", "lambda") or any(
        map(may_raise, tree.kids)
    )


def comments(line: Line) -> list[Line]:
    """The notes of a line that goes, as lines of their own."""
    notes = line.notes
    texts = [*notes.above, *([notes.behind] if notes.behind else [])]
    return [Line("comment", text, span=line.span) for text in texts]
