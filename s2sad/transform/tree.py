"""What the reverse transform builds: the primal's statements, each with its adjoint statements beside it.

`record` then decides what the forward sweep keeps, and lays the two sweeps out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from s2sad.ir.exits import BREAK, FALL, outcomes
from s2sad.ir.nodes import Atom, AugName, Block, Break, For, If, Raise, Stmt, Try, Var, While, With
from s2sad.ir.walk import deep_defs, defs, uses, walk

REVERSE_SWEEP = "# reverse sweep"


@dataclass
class Step:
    """A statement without blocks. `forward` replaces it in the forward sweep (calls become split calls)."""

    stmt: Stmt
    forward: list[Stmt]
    reverse: list[Stmt]


@dataclass
class Branch:
    stmt: If
    body: Nodes
    orelse: Nodes
    end_body: list[Stmt] = field(default_factory=list)  # reverse statements at the end of the reversed branch
    end_orelse: list[Stmt] = field(default_factory=list)


@dataclass
class Loop:
    """`before`: reverse statements ahead of the reversed loop; `end`: at the end of each reversed round."""

    stmt: For | While
    head: Nodes
    body: Nodes
    before: list[Stmt]
    end: list[Stmt]
    active: bool


@dataclass
class Guard:
    """A `with` block: both sweeps run inside of it."""

    stmt: With
    body: Nodes


@dataclass
class Opaque:
    """A statement with blocks in which nothing is active: it only runs in the forward sweep."""

    stmt: If | For | While | With | Try


@dataclass
class Part:
    """A piece of a `try`'s body that is undone if `done`, the number of the last one that ran to its end, says so.

    `end_body` and `end_orelse` are as in a branch: reverse statements where it was done, and where it was not.
    """

    done: Var
    number: int
    body: Nodes
    end_body: list[Stmt] = field(default_factory=list)
    end_orelse: list[Stmt] = field(default_factory=list)


@dataclass
class Attempt:
    """A `try`: its `parts` (steps that count them between them), and then one of the `ways`: the rest of the body,
    or a handler that returns; `flag` says which one ran to its end."""

    stmt: Try
    flag: Var
    done: Var
    parts: Nodes
    ways: list[Nodes]
    orelse: Nodes  # goes on the first way
    ends: list[list[Stmt]]
    final: Nodes


Node = Step | Branch | Loop | Guard | Part | Attempt | Opaque
Nodes = list[Node]


def inner(node: Node) -> Iterator[Nodes]:
    """The blocks of a node, in the order of the program."""
    match node:
        case Branch(body=body, orelse=orelse):
            yield from (body, orelse)
        case Loop(head=head, body=body):
            yield from (head, body)
        case Guard(body=body) | Part(body=body):
            yield body
        case Attempt(parts=parts, ways=[first, *others], orelse=orelse, final=final):
            yield from (parts, first, orelse, *others, final)
        case _:
            pass


def steps(nodes: Nodes, depth: int = 0) -> Iterator[tuple[Step, int]]:
    """All plain statements of a tree, and the number of loops around each."""
    for node in nodes:
        if isinstance(node, Step):
            yield node, depth
        for block in inner(node):
            yield from steps(block, depth + isinstance(node, Loop))


def reverse_lists(nodes: Nodes) -> Iterator[list[Stmt]]:
    """All lists of adjoint statements of a tree."""
    for node in nodes:
        match node:
            case Step(reverse=reverse):
                yield reverse
            case Branch(end_body=first, end_orelse=second) | Part(end_body=first, end_orelse=second):
                yield from (first, second)
            case Loop(before=before, end=end):
                yield from (before, end)
            case Attempt(ends=ends):
                yield from ends
            case _:
                pass
        for block in inner(node):
            yield from reverse_lists(block)


@dataclass
class Sweeps:
    """The finished sweeps of one function."""

    forward: tuple[Stmt, ...]
    reverse: tuple[Stmt, ...]
    result: Atom
    gradients: list[Atom]
    seed: Var


def raises(block: Block) -> bool:
    """Whether control never gets to the end of a handler."""
    return FALL not in outcomes(block) and BREAK not in outcomes(block)


# ── what loops carry ─────────────────────────────────────────────────────────────────────────────────────


def exposed_names(node: Loop) -> set[str]:
    """Variables that a round of the loop may read before it writes them."""
    stmt = node.stmt
    found: set[str] = set()
    if isinstance(stmt, While):
        exposed((*stmt.head, *stmt.body), set(), found)
    else:
        exposed(stmt.body, {stmt.target.name}, found)
    return found


def mentioned(block: Block) -> set[str]:
    return {var.name for stmt in walk(block) for var in (*defs(stmt), *_reads(stmt))}


def _reads(stmt: Stmt) -> list[Var]:
    return [*uses(stmt), stmt.target] if isinstance(stmt, AugName) else uses(stmt)


def exposed(block: Block, written: set[str], found: set[str]) -> set[str]:
    """Add the names that may be read before they are written; returns the names surely written at the end."""
    written = set(written)
    for stmt in block:
        if not isinstance(stmt, While):
            found.update([var.name for var in _reads(stmt) if var.name not in written])
        match stmt:
            case If(body=body, orelse=orelse):
                first = exposed(body, written, found)
                second = exposed(orelse, written, found)
                written = (first if not _leaves(body) else second) & (
                    second if not _leaves(orelse) else first
                )
            case While(head=head, body=body):
                written = exposed(head, written, found)
                found.update([var.name for var in _reads(stmt) if var.name not in written])
                exposed(body, written, found)
            case For(body=body, target=target):
                exposed(body, written | {target.name}, found)
            case With(body=body):
                written = exposed(body, written | ({stmt.target.name} if stmt.target else set()), found)
            case Try(handlers=handlers, final=final):
                ends = [exposed(stmt.orelse, exposed(stmt.body, written, found), found)]
                for handler in handlers:
                    caught = written | ({handler.name.name} if handler.name is not None else set())
                    end = exposed(handler.body, caught, found)
                    ends += [] if raises(handler.body) else [end]
                written = set.intersection(*ends) | (exposed(final, written, found) - written)
            case _:
                written.update([var.name for var in deep_defs((stmt,))])
    return written


def _leaves(block: Block) -> bool:
    return bool(block) and isinstance(block[-1], (Break, Raise))
