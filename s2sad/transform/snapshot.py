"""Keep a copy of contents that the reverse sweep reads and that a later store destroys.

A partial such as ``2 * u[1:-1]`` reads the array as it was when the statement ran.  Where the array (or anything that
shares its memory) is written to afterwards, or in another round of the same loop, the forward sweep keeps a copy of just
the operand that is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from s2sad.analysis.alias import MUTATING, Regions
from s2sad.analysis.operands import INERT, PASSING, known_function, mutates
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.values import TOP, Dct, Lst, Tensor, Value, number
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetItem,
    If,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    SetItem,
    Stmt,
    Var,
)
from s2sad.ir.subst import substitute
from s2sad.ir.walk import deep_defs, defs, uses, walk
from s2sad.rules import declare
from s2sad.transform.history import History, Place
from s2sad.transform.tree import Attempt, Branch, Guard, Loop, Nodes, Opaque, Part, Step, inner, steps
from s2sad.transform.words import copy_of, library

SHAPE_ONLY = frozenset({
    "np.zeros_like", "_zeros_like", "np.shape", "np.ndim", "np.size", "len", "_unbroadcast", "_match_dtype",
})  # fmt: skip
Loops = tuple[int, ...]


class Snapshots:
    def __init__(self, session: Any, types: dict[str, Value], regions: Regions) -> None:
        self.session = session
        self.types = types
        self.regions = regions
        self.place = 0
        self.stores: list[tuple[int, Loops, str]] = []
        self.items: list[tuple[Place, Any]] = []  # the stores that name an element
        self.lasting: set[str] = set()  # variables whose elements no later store destroys
        self.asked: set[str] = set()  # lists of which a block asks at its beginning whether they are there
        self.history = History(types)
        self.readers: list[tuple[int, Loops, Step]] = []

    def take(self, nodes: Nodes) -> None:
        """Give each step that reads such contents a copy of them."""
        if not self.regions.mutated_regions() and not self.regions.volatile:
            return
        self.bring_in(nodes)
        self.number(nodes, ())
        self.history.scan(nodes)
        self.find_lasting()
        for place, loops, step in self.readers:
            for name in sorted(contents_read(step.reverse, self.types)):
                if name in self.regions.volatile or (
                    self.regions.is_mutated(name) and self.is_lost(name, place + is_call(step.stmt), loops)
                ):
                    self.keep(step, name)

    def bring_in(self, nodes: Nodes, bound: frozenset[str] = frozenset()) -> None:
        """What reads lists as they are where a block begins, or where a loop has ended, becomes a step of the program.

        It may need a copy, as any other step does. `bound`: the variables that are bound ahead of the block.
        """
        ahead = [bound]
        for node in nodes:
            ahead.append(ahead[-1] | _bound([node]))
        for position, node in reversed(list(enumerate(nodes))):
            known = ahead[position]
            for block in inner(node):
                self.bring_in(block, known)
            match node:
                case Loop(body=body, end=end, before=before):
                    node.end = self.taken_out(end, body, 0, known)
                    node.before = self.taken_out(before, nodes, position + 1, ahead[position + 1])
                case Branch(body=body, orelse=orelse, end_body=first, end_orelse=second):
                    node.end_body = self.taken_out(first, body, 0, known)
                    node.end_orelse = self.taken_out(second, orelse, 0, known)
                case Part(body=body, end_body=end):
                    node.end_body = self.taken_out(end, body, 0, known)
                case _:
                    pass

    def taken_out(self, stmts: list[Stmt], block: Nodes, position: int, known: frozenset[str]) -> list[Stmt]:
        """Make such reverse statements a step of a block; the others are handed back."""
        new = _bound(block) - known  # these have no value there yet
        reads = [
            stmt
            for stmt in stmts
            if any(self.is_list_written_to(name) for name in contents_read([stmt], self.types) - new)
        ]
        if reads:
            block.insert(position, Step(reads[0], [], reads))
            self.asked |= {name for stmt in reads for name in _asked(stmt)}
        return [stmt for stmt in stmts if stmt not in reads]

    def is_list_written_to(self, name: str) -> bool:
        written = self.regions.is_mutated(name) or name in self.regions.volatile
        return written and isinstance(self.types.get(name), (Lst, Dct))

    def find_lasting(self) -> None:
        """The reads of elements that every later store leaves alone.

        Not arrays in a list: a store to an array is none to the list, but destroys what was read.
        """
        for place, loops, step in self.readers:
            match step.stmt:
                case Assign(target=target, value=GetItem(obj=Var(name=base)) as read) if (
                    self.regions.is_mutated(base)
                    and (
                        isinstance(number(self.types.get(base, TOP)), Tensor)
                        or not self.regions.refers(target)
                    )
                    and base not in self.regions.volatile
                    and self.history.counts[target.name] == 1
                    and self.history.counts[base] <= 1
                ):
                    members = self.regions.members(base)
                    named = [(at, store) for at, store in self.items if store.obj == read.obj]
                    others = [store for _, _, store in self.stores if store in members]
                    if len(named) == len(others) and all(
                        self.history.lasts(read, Place(place, loops), store, at) for at, store in named
                    ):
                        self.lasting.add(target.name)
                case _:
                    pass

    def is_lost(self, name: str, place: int, loops: Loops) -> bool:
        if name in self.lasting:
            return False
        members = self.regions.members(name)
        return any(
            store in members and (at >= place or set(loops) & set(around))
            for at, around, store in self.stores
        )

    def keep(self, step: Step, name: str) -> None:
        kept = Var(self.session.fresh_temp())
        value = number(self.types.get(name, TOP))
        self.types[kept.name] = value
        expr: Expr
        if isinstance(value, Lst):
            expr = Call(library("list", list), (Var(name),))
        else:
            expr = copy_of(Var(name), value)
        copying: list[Stmt] = [Assign(kept, expr, span=step.stmt.span)]
        if name in self.asked:
            copying = self.if_there(name, kept, copying)
        bound = any(var.name == name for var in deep_defs(tuple(step.forward)))
        if is_call(step.stmt) or (bound and not isinstance(step.stmt, AugName)):
            step.forward += copying
        else:
            step.forward[:0] = copying
        step.reverse = [
            new if is_shape_only(new, self.types) else substitute((new,), {name: kept})[0]
            for new in step.reverse
        ]

    def if_there(self, name: str, kept: Var, copying: list[Stmt]) -> list[Stmt]:
        """``kept = list(xs) if xs is not None else None``: on some way the variable has no value yet."""
        there = Var(self.session.fresh_temp())
        self.types[there.name] = Tensor("b", None, ())
        none = Assign(kept, Const(None))
        return [
            Assign(there, Op("is_not", (Var(name), Const(None)))),
            If(there, tuple(copying), (none,), span=copying[0].span, sugar="ifexp"),
        ]

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────

    def number(self, nodes: Nodes, loops: Loops) -> None:
        for node in nodes:
            self.place += 1
            match node:
                case Step(stmt=stmt):
                    self.readers.append((self.place, loops, node))
                    self.note(stmt, loops)
                case Branch(body=body, orelse=orelse):
                    self.number(body, loops)
                    self.number(orelse, loops)
                case Loop(stmt=stmt, head=head, body=body):
                    inner = (*loops, self.place)
                    if isinstance(stmt, For):
                        self.history.loops[self.place] = stmt
                    self.number(head, inner)
                    self.number(body, inner)
                case Guard(body=body) | Part(body=body):
                    self.number(body, loops)
                case Attempt(parts=parts, ways=ways, orelse=orelse, final=final):
                    for way in (parts, *ways, orelse, final):
                        self.number(way, loops)
                case Opaque(stmt=stmt):
                    for inner_stmt in walk((stmt,)):
                        self.note(inner_stmt, (*loops, self.place))

    def note(self, stmt: Stmt, loops: Loops) -> None:
        for name in stored_objects(stmt, self.types):
            self.stores.append((self.place, loops, name))
        self.stores += [(self.place, loops, name) for name in self.written_inside(stmt)]
        if isinstance(stmt, (SetItem, AugItem)):
            self.items.append((Place(self.place, loops), stmt))

    def written_inside(self, stmt: Stmt) -> list[str]:
        """What containers hold that a callee writes to: ``heat(cells)`` with ``cells["u"] += t`` inside."""
        call = user_call(stmt)
        if call is None:
            return []
        variant, args = call
        inside = variant.facts.get("mutates_inside", ())
        holders = [
            arg.name
            for param, arg in zip(variant.params, args, strict=True)
            if param in inside and isinstance(arg, Var)
        ]
        nodes = [n for name in holders for n in self.regions.reachable(self.regions.node(name))[1:]]
        return [name for node in nodes for name in sorted(node.names)]


def _bound(nodes: Nodes) -> frozenset[str]:
    return frozenset(var.name for step, _ in steps(nodes) for new in step.forward for var in defs(new))


def _asked(stmt: Stmt) -> Iterator[str]:
    """The variable of which a statement asks whether it has a value."""
    match stmt:
        case Assign(value=Op(kind="is_not", args=(Var(name=name), Const(value=None)))):
            yield name
        case _:
            pass


def user_call(stmt: Stmt) -> tuple[Variant, tuple[Any, ...]] | None:
    """The callee and the arguments of a statement that calls a function of the user's."""
    match stmt:
        case Assign(value=Call(func=Ref(target=Resolved(variant=variant)), args=args)):
            return variant, args
        case _:
            return None


def is_call(stmt: Stmt) -> bool:
    """A call of a user's function: its adjoint asks of an argument what that is like when the call is done."""
    return user_call(stmt) is not None


def stored_objects(stmt: Stmt, types: Mapping[str, Value]) -> list[str]:
    """Variables whose objects a statement writes to."""
    match stmt:
        case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | SetAttr(obj=Var(name=name)):
            return [name]
        case AugAttr(obj=Var(name=name)) | Delete(obj=Var(name=name)) | AugName(target=Var(name=name)):
            return [name]
        case Assign(value=MethodCall(obj=Var(name=name), name=method)) if method in MUTATING:
            return [name]
        case Assign(value=Call(func=Ref(target=Resolved(variant=variant)), args=args)):
            pairs = zip(variant.params, args, strict=True)
            return [arg.name for param, arg in pairs if isinstance(arg, Var) and mutates(variant, param)]
        case Assign(value=Call(func=func, args=args, kwargs=kwargs)):
            out = [value.name for key, value in kwargs if key == "out" and isinstance(value, Var)]
            function = known_function(func, types)
            writes = getattr(function, "__name__", "") == "at"
            if not writes and (declare.find(function) is not None or _in(function, INERT | PASSING)):
                return out
            return [*out, *(arg.name for arg in args[:1] if isinstance(arg, Var))]
        case _:
            return []


def _in(function: Any, known: frozenset[Any]) -> bool:
    try:
        return function in known
    except TypeError:
        return False


def is_shape_only(stmt: Stmt, types: Mapping[str, Value]) -> bool:
    """Whether a statement looks at the shapes of arrays only; the length of a list changes as its contents do."""
    return (
        isinstance(stmt, Assign)
        and isinstance(stmt.value, Call)
        and isinstance(stmt.value.func, Ref)
        and stmt.value.func.text in SHAPE_ONLY
        and not any(isinstance(types.get(var.name), (Lst, Dct)) for var in uses(stmt))
    )


def contents_read(stmts: list[Stmt], types: Mapping[str, Value]) -> set[str]:
    """Variables whose contents, not only their shapes, the statements read."""
    return {var.name for stmt in walk(tuple(stmts)) if not is_shape_only(stmt, types) for var in uses(stmt)}
