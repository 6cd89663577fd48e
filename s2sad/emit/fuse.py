"""Forward substitution: `%1 = x**k; %2 = k + 1; %3 = %1 / %2; s = s + %3` becomes `s = s + x**k / (k + 1)`.

A temporary that is assigned once and read once, later in the same block, is held back (*pending*) and merged into
its reader.  That moves its evaluation, so three things are checked, for every pair of evaluations whose order would
change:

- neither writes (is impure) while the other reads the contents of objects or writes too;
- neither binds a variable that the other reads.

Where the check fails the temporary is written out as a statement in its old place, before everything it must not
pass.  What is impure and what reads is recorded on the trees (`plant`, `purity`); operators count as reading, since
their operands may be arrays that a later statement changes in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from s2sad.emit.counts import Counts, comments, count, drop_dead, find_leaking, noticed
from s2sad.emit.plant import Planter
from s2sad.emit.shapes import comprehension, conditional, joined, middle_of_chain
from s2sad.emit.starts import tidy_starts
from s2sad.emit.sugar import adopt_names, lambda_value, tidy
from s2sad.emit.tree import (
    IMPURE,
    NO_NAMES,
    SCALAR,
    STATE,
    Body,
    Line,
    Nested,
    Tree,
    bound_names,
    every_line,
    graft,
    merge_notes,
    open_variables,
    single_target,
)
from s2sad.emit.width import is_too_wide, width
from s2sad.ir.nodes import NOWHERE, Function, Notes, Ref, Span
from s2sad.ir.walk import functions

#: How many operators one printed value may hold: of generated code, and of an expression the user wrote as one.
GENERATED_LIMIT, WRITTEN_LIMIT = 12, 60
SHORT = 3  # as many have room on any line
NAME = 16  # no name of a temporary is longer

JUMP = 8  # control may leave the block here: nothing is moved past it


@dataclass(slots=True)
class Pending:
    """A temporary held back."""

    name: str
    tree: Tree
    span: Span
    notes: Notes


@dataclass(slots=True)
class Effects:
    """What a line does, as far as the order of evaluation is concerned."""

    flags: int
    reads: frozenset[str]
    binds: frozenset[str]


class Fuser:
    """Fuses the lines of one function, blocks inside first."""

    def __init__(
        self, function: Function, scalars: frozenset[str], is_pure: Callable[[Ref], bool] | None
    ) -> None:
        self.function = function
        self.scalars = scalars
        self.is_pure = is_pure
        self.volatile = volatile_names(function)
        self.planter = Planter(scalars, self.volatile, is_pure)
        self.counts = Counts()
        self.adopted: dict[str, str] = {}  # temporaries that turned out to be a variable of the user's
        self.definitions: dict[str, Tree] = {}  # what each was bound to, before anything moved; for `naming`
        self.attempting = (
            False  # in the body of a `try`, whose handlers see what was done before an exception
        )
        self.depth = 0  # of blocks around a line, as they are printed
        self.held: set[str] = (
            set()
        )  # temporaries kept back although they are read more than once, for a sugar

    def run(self) -> Body:
        body = self.planter.body(self.function.body)
        count(body, self.counts)
        find_leaking(body, self.counts)
        lines = reversed([*every_line(body)])  # the first definition names: the second is a tape's `pop`
        self.definitions = {line.data[0]: line.operands[0] for line in lines if single_target(line)}
        drop_dead(body, self.counts)
        for line in every_line(body):
            for tree in line.operands:
                if tree.head == "lambda":
                    self.nest(tree.data)
        self.block(body)
        tidy(body, self.counts)
        captured = {name for nested in functions(self.function.body) for name in nested.free}
        fixed = self.volatile.union(self.function.param_names(), captured)
        self.adopted = adopt_names(body, self.counts, fixed)
        tidy_starts(body, self.function.is_reverse, self.adopted)
        return body

    def nest(self, nested: Nested) -> None:
        function = nested.function
        fuser = Fuser(function, self.scalars.intersection(function.free), self.is_pure)
        nested.body = fuser.run()
        nested.names, nested.definitions = fuser.adopted, fuser.definitions

    # ── a block ──────────────────────────────────────────────────────────────────────────────────────────

    def block(self, body: Body) -> None:
        """Fuse a block in place."""
        lines, out = body.lines, list[Line]()
        self.depth += 1
        pending: list[Pending] = []
        self.held |= (
            accumulators(lines) | middle_of_chain(lines, self.counts) | handler_types(lines, self.counts)
        )
        position = 0
        while position < len(lines):
            line = lines[position]
            position += 1
            while position < len(lines) and self.join(line, lines[position], body):
                position += 1
            for number, block in enumerate(line.blocks):
                if not line.done:
                    outer = self.attempting
                    self.attempting = outer or (line.kind == "try" and bool(line.data) and number == 0)
                    self.block(block)
                    self.attempting = outer
            line.done = True
            if line.kind == "if" and line.sugar == "ifexp":
                line = conditional(line, self.counts, body)
            elif line.kind == "for" and line.sugar:
                line = self.comprehend(line, pending, body)
            elif line.kind == "try":
                name_types(line, pending)
            self.take(line, pending, out)
        if body.tail:
            end = Line("tail", None, body.tail)
            self.settle(end, pending, out, JUMP)
            body.tail = end.operands
        out += [written(item) for item in pending]
        body.lines = out
        self.depth -= 1

    def join(self, line: Line, following: Line, body: Body) -> bool:
        """`t = a` followed by `if t: t = b` is `t = a and b`: merge the second into the first."""
        if following.kind != "if" or following.sugar not in ("and", "or"):
            return False
        if single_target(line) is None or following.operands[0].data != single_target(line):
            return False
        if not following.done:
            for block in following.blocks:
                self.block(block)
            following.done = True
        return joined(line, following, self.counts, body)

    def comprehend(self, line: Line, pending: list[Pending], body: Body) -> Line:
        """The `for` that fills a list, as a comprehension, if the list is still empty and its own."""
        for position, item in enumerate(pending):
            if item.name in self.held and item.tree.head in ("list", "set", "dict", "call"):
                made = comprehension(line, item.name, item.tree, self.counts, body)
                if made is not None:
                    del pending[position]
                    made.notes = merge_notes(item.notes, made.notes)
                    return made
        return line

    def take(self, line: Line, pending: list[Pending], out: list[Line]) -> None:
        """One line: merge pending temporaries into it, then hold it back or write it out."""
        name = single_target(line)
        holdable = name is not None and (self.counts.once(name) or name in self.held)
        if line.kind == "assign" and line.operands[0].head == "lambda":
            holdable = holdable and lambda_value(line.operands[0].data) is not None
        if holdable and name is not None:
            self.settle(line, pending, out, None)
            pending.append(Pending(name, line.operands[0], line.span, line.notes))
            return
        effects = self.effects(line)
        stays = self.attempting and not (name is not None and name[0] == "%")
        self.settle(line, pending, out, effects.flags | JUMP * stays, effects.binds, effects.reads)
        if name is not None and name[0] == "%" and self.counts.reads[name] == 0:
            line.kind, line.data = "expr", None
        if line.kind == "if" and not line.blocks[0].lines and not line.blocks[1].lines:
            line.kind, line.data, line.blocks = "expr", None, []
        if line.kind == "expr" and not noticed(line.operands[0]):
            out += comments(line)
        else:
            out.append(line)

    # ── order ────────────────────────────────────────────────────────────────────────────────────────────

    def settle(
        self,
        line: Line,
        pending: list[Pending],
        out: list[Line],
        flags: int | None,
        binds: frozenset[str] = NO_NAMES,
        reads: frozenset[str] = NO_NAMES,
    ) -> None:
        """Merge into `line` the pending temporaries it reads, as far as the order of evaluation allows.

        `flags` None: the line will be pending itself, behind those that remain.
        """
        if not pending:
            return
        by_name = {item.name: item for item in pending}
        rank = {item.name: number for number, item in enumerate(pending)}
        sequence = [name for tree in line.operands for name in open_variables(tree)]
        used = [name for name in sequence if name in by_name]
        early: set[str] = set()  # to be written out before the line
        if flags is not None and flags & JUMP:
            early |= by_name.keys() - set(used)
        for tree in line.operands:
            reads = reads | tree.reads
        early |= (by_name.keys() & reads).difference(used)
        early |= {name for name in used if not self.counts.once(name)}
        early |= self.read_before_value(line, used, by_name) | self.volatile_reads(sequence, by_name)
        while True:
            kept = [name for name in used if name not in early]
            others = [item.name for item in pending if item.name not in early and item.name not in used]
            order = sorted(early, key=rank.__getitem__)
            order += others + kept if flags is None else kept + others
            late = self.reversed_pairs(order, rank, by_name)
            if flags is not None:
                late |= {name for name in others if clash(by_name[name].tree, flags, binds)}
            late -= early
            if not late and kept:
                late = self.too_big(line, kept, by_name)
            if not late:
                break
            early |= late
        out += [written(item) for item in pending if item.name in early]
        if kept:
            values = {name: by_name[name].tree for name in kept}
            line.operands = [graft(tree, values) for tree in line.operands]
            for name in sorted(kept, key=rank.__getitem__, reverse=True):
                line.notes = merge_notes(by_name[name].notes, line.notes)
        pending[:] = [by_name[name] for name in others]

    def reversed_pairs(self, order: list[str], rank: dict[str, int], by_name: dict[str, Pending]) -> set[str]:
        """The earlier ones of those pairs that clash and would change places."""
        late = set()
        for position, second in enumerate(order):
            for first in order[position + 1 :]:
                if rank[first] < rank[second] and clash(by_name[first].tree, by_name[second].tree.flags):
                    late.add(first)
        return late

    def read_before_value(self, line: Line, used: list[str], by_name: dict[str, Pending]) -> set[str]:
        """`a[i] += f()` reads `a[i]` before it calls `f`: a call that came first stays in front.

        Unless the user wrote it like that.
        """
        if line.kind not in ("augitem", "augattr"):
            return set()
        inside = set(open_variables(line.operands[-1]))
        early = {name for name in used if name in inside and by_name[name].tree.flags & IMPURE}
        return {name for name in early if not within(by_name[name], line)}

    def volatile_reads(self, sequence: list[str], by_name: dict[str, Pending]) -> set[str]:
        """Calls that stand behind the read of a variable which the call may rebind."""
        if self.volatile.isdisjoint(sequence):
            return set()
        first = next(i for i, name in enumerate(sequence) if name in self.volatile)
        return {n for n in sequence[first:] if n in by_name and by_name[n].tree.flags & IMPURE}

    def too_big(self, line: Line, kept: list[str], by_name: dict[str, Pending]) -> set[str]:
        """The largest operand, if the line would be too long to read."""
        size = sum(tree.size for tree in line.operands)
        size += sum(by_name[name].tree.size for name in kept)
        if size <= GENERATED_LIMIT:
            return self.too_wide(line, kept, by_name) if size >= SHORT else set()
        if size <= WRITTEN_LIMIT and all(within(by_name[name], line) for name in kept):
            return set()
        largest = max(kept, key=lambda name: by_name[name].tree.size)
        return {largest} if by_name[largest].tree.size > 1 else set()

    def too_wide(self, line: Line, kept: list[str], by_name: dict[str, Pending]) -> set[str]:
        """The longest operand of generated code, if the statement would be broken over several lines."""
        if self.depth == 0 or all(within(by_name[name], line) for name in kept):
            return set()
        values = {name: by_name[name].tree for name in kept}
        if not is_too_wide(line, [graft(tree, values) for tree in line.operands], self.depth):
            return set()
        longest = max(kept, key=lambda name: width(values[name]))
        return {longest} if width(values[longest]) > NAME else set()

    # ── effects ──────────────────────────────────────────────────────────────────────────────────────────

    def effects(self, line: Line) -> Effects:
        """What a line does: without the operands that will be merged into it, with all that its blocks do."""
        flags, reads = own_flags(line, self.scalars), set[str]()
        binds = set(bound_names(line))
        for tree in line.operands:
            flags |= tree.flags & ~SCALAR
            reads |= tree.reads
        for block in line.blocks:
            for inner in block.lines:
                effects = self.effects(inner)
                flags |= effects.flags
                reads |= effects.reads
                binds |= effects.binds
            for tree in block.tail:
                flags |= tree.flags & ~SCALAR
                reads |= tree.reads
        return Effects(flags, frozenset(reads), frozenset(binds))


def own_flags(line: Line, scalars: frozenset[str]) -> int:
    """The effects of executing a line, besides those of its operands."""
    match line.kind:
        case "assign":
            plain = all(isinstance(pattern, str) for pattern in line.data)
            return (
                0 if plain or line.operands[0].head == "tuple" else IMPURE | STATE
            )  # it may use up an iterator
        case "expr" | "comment" | "pass" | "def" | "while" | "try":
            return 0
        case "if":
            return STATE
        case "augname":
            return 0 if line.data[0] in scalars else IMPURE | STATE
        case "setitem" | "setattr" | "augitem" | "augattr" | "with":
            return IMPURE | STATE
        case "delete":
            return IMPURE | STATE if len(line.operands) > 1 or line.data is not None else 0
        case "for":
            return IMPURE | STATE
        case _:
            return IMPURE | STATE | JUMP


def clash(tree: Tree, flags: int, binds: frozenset[str] = NO_NAMES) -> bool:
    """May the evaluation of `tree` not change places with something of these effects?"""
    own = tree.flags
    if (own & IMPURE and flags & (IMPURE | STATE)) or (own & STATE and flags & IMPURE):
        return True
    return not binds.isdisjoint(tree.reads)


def written(item: Pending) -> Line:
    """A pending temporary as a statement after all."""
    return Line("assign", (item.name,), [item.tree], span=item.span, notes=item.notes, done=True)


def within(item: Pending, line: Line) -> bool:
    """Did the user write the temporary's expression inside the line's?"""
    if item.span == NOWHERE or not item.name[1:].isdigit():
        return False
    if item.span == line.span:
        return line.operands[0].head == "var"
    first, last = (item.span.line, item.span.col), (item.span.end_line, item.span.end_col)
    return (line.span.line, line.span.col) <= first and last <= (line.span.end_line, line.span.end_col)


def accumulators(lines: list[Line]) -> set[str]:
    """Temporaries of this block that start empty and may be filled by a comprehension."""
    if not any(line.kind == "for" and line.sugar for line in lines):
        return set()
    found = set()
    for line in lines:
        name = single_target(line)
        if name is not None and name[0] == "%":
            tree = line.operands[0]
            empty_call = (
                tree.head == "call" and len(tree.kids) == 1 and tree.kids[0].data in ("set", "list", "dict")
            )
            if empty_call or (tree.head in ("list", "set", "dict") and not tree.kids):
                found.add(name)
    return found


def handler_types(lines: list[Line], counts: Counts) -> set[str]:
    """Temporaries that are read just once, as the type in an `except`."""
    tails = [tree for line in lines if line.kind == "try" for block in line.blocks for tree in block.tail]
    return {t.data for t in tails if t.head == "var" and counts.reads[t.data] == counts.binds[t.data] == 1}


def name_types(line: Line, pending: list[Pending]) -> None:
    """Draw tuples of exception classes into the `except` that they were built for."""
    constant = {item.name: item for item in pending if not item.tree.flags and not item.tree.reads}
    for block in line.blocks:
        for position, tree in enumerate(block.tail):
            item = constant.get(tree.data) if tree.head == "var" else None
            if item is not None:
                block.tail[position] = item.tree
                pending.remove(item)


def volatile_names(function: Function) -> frozenset[str]:
    """Variables that some call may rebind: shared with a nested function that says `nonlocal`, or with an outer one."""
    found = set(function.nonlocals) | set(function.free)
    for nested in functions(function.body):
        found |= set(nested.nonlocals)
    return frozenset(found)


def fuse(
    function: Function, scalars: frozenset[str] = NO_NAMES, is_pure: Callable[[Ref], bool] | None = None
) -> Nested:
    """The lines of a function, as they are to be printed (but for the names of temporaries).

    `scalars`: variables known to hold numbers, which no in-place statement changes. `is_pure`: functions beyond the
    built-in table that are known to read only.
    """
    fuser = Fuser(function, scalars, is_pure)
    body = fuser.run()
    return Nested(function, body, (), fuser.adopted, fuser.definitions)
