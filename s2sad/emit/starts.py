"""Adjoints that begin side by side are one line: ``angle_bar, e_bar = y_bar, 0.0``, and ``a_bar = b_bar = 0.0``."""

from __future__ import annotations

from collections.abc import Mapping

from s2sad.emit.tree import Body, Line, Tree, single_target
from s2sad.emit.width import is_too_wide
from s2sad.ir.nodes import NO_NOTES
from s2sad.transform.tree import REVERSE_SWEEP

MOST = 4  # more on one line are hard to tell apart


NO_OTHERS: Mapping[str, str] = {}


def tidy_starts(body: Body, is_reverse: bool, adopted: Mapping[str, str] = NO_OTHERS) -> None:
    """Rewrite the lines of a reverse sweep in place. `adopted`: temporaries that get the name of a variable."""
    found = [
        number
        for number, line in enumerate(body.lines)
        if line.kind == "comment" and line.data == REVERSE_SWEEP
    ]
    first = 0 if is_reverse else found[0] if found else len(body.lines)
    sweep = Body(body.lines[first:])
    join_starts(sweep, 1, adopted)
    body.lines[first:] = sweep.lines


def join_starts(body: Body, depth: int, adopted: Mapping[str, str] = NO_OTHERS) -> None:
    out: list[Line] = []
    run: list[Line] = []
    for line in body.lines:
        for block in line.blocks:
            join_starts(block, depth + 1, adopted)
        if is_start(line) and len(run) < MOST and fits([*run, line], depth, adopted):
            run.append(line)
            continue
        out += joined(run)
        run = [line] if is_start(line) else []
        out += [] if run else [line]
    body.lines = [*out, *joined(run)]


def is_start(line: Line) -> bool:
    """A number zero, an array of zeros, or another adjoint as it is."""
    name = single_target(line)
    if name is None or not name.endswith("_bar") or line.notes != NO_NOTES:
        return False
    value = line.operands[0]
    match value.head:
        case "const":
            return isinstance(value.data, float)
        case "var":
            return str(value.data).endswith("_bar")
        case "call":
            return value.kids[0].data == "np.zeros_like" and all(kid.head == "var" for kid in value.kids[1:])
        case _:
            return False


def fits(run: list[Line], depth: int, adopted: Mapping[str, str]) -> bool:
    names = {adopted.get(line.data[0], line.data[0]) for line in run}
    reads = {adopted.get(name, name) for line in run for name in line.operands[0].reads}
    if len(run) > len(names) or not names.isdisjoint(reads):
        return False
    return not is_too_wide(pair(run), pair(run).operands, depth)


def joined(run: list[Line]) -> list[Line]:
    if len(run) < 2:
        return run
    if all(line.operands[0].head == "const" for line in run):
        return [
            Line("assign", tuple(line.data[0] for line in run), run[0].operands, span=run[0].span, done=True)
        ]
    return [pair(run)]


def pair(run: list[Line]) -> Line:
    values = tuple(line.operands[0] for line in run)
    whole = Tree("tuple", None, values)
    return Line("assign", (tuple(line.data[0] for line in run),), [whole], span=run[0].span, done=True)
