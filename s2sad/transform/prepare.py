"""What the reverse walk asks of a function, and changes in its types, before it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from s2sad.analysis.infer import element
from s2sad.analysis.operands import STORING, known_function, may_change, mutates
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Resolved
from s2sad.analysis.values import TOP, Dct, Inst, Known, Lst, Obj, Tup, Value, holds_objects
from s2sad.ir.nodes import (
    Assign,
    AugItem,
    Block,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    For,
    GetItem,
    MethodCall,
    Ref,
    SetAttr,
    SetItem,
    Stmt,
    Unpack,
    Var,
    While,
)
from s2sad.ir.walk import blocks, deep_defs, map_blocks, uses, walk
from s2sad.transform.nests import is_structured, leaf_items
from s2sad.transform.tree import (
    exposed,
    mentioned,
)


def changed_arguments(expr: Any) -> list[str]:
    """Variables whose objects a call of a user's function writes to."""
    match expr:
        case Call(func=Ref(target=Resolved(variant=variant)), args=args):
            pairs = zip(variant.params, args, strict=True)
            return [arg.name for param, arg in pairs if isinstance(arg, Var) and mutates(variant, param)]
        case _:
            return []


def definitions_of(statements: Iterable[Stmt], counts: Mapping[str, int]) -> dict[str, Expr]:
    """What the variables stand for that are bound once, and the temporaries that are bound to the same wherever they are."""
    found: dict[str, list[Expr]] = {}
    for stmt in statements:
        if isinstance(stmt, Assign):
            found.setdefault(stmt.target.name, []).append(stmt.value)
    return {
        name: first
        for name, (first, *others) in found.items()
        if counts[name] == 1
        or (Var(name).is_temp and counts[name] == 1 + len(others) and all(other == first for other in others))
    }


def changed_by_calls(body: Block) -> set[str]:
    return {name for stmt in walk(body) if isinstance(stmt, Assign) for name in changed_arguments(stmt.value)}


def refuse_written_tuples(function: Any, written: Iterable[str], types: dict[str, Value]) -> None:
    """The parts of a tuple have adjoints of their own, which a callee cannot be given as one buffer to write to."""
    for name in written:
        if isinstance(types.get(name), Tup):
            refuse(function.origin, function.span, "S2S010",
                   f"`{function.name}` writes to an array in the tuple `{name}`, and cannot be put in place of its call",
                   "pass the arrays themselves, or a list of them")  # fmt: skip


def passes_objects(body: Block, types: dict[str, Value]) -> bool:
    """Whether an object goes to a function that is differentiated on its own, or into a container, or comes out of one."""
    for stmt in walk(body):
        match stmt:
            case Assign(value=Call(func=Ref(target=Resolved()), args=args)):
                atoms: Any = args
            case Assign(value=Build(items=items)):
                atoms = items
            case Assign(value=BuildDict(items=pairs)):
                atoms = [item for _, item in pairs]
            case Assign(value=MethodCall(name=name, args=args)) if name in STORING:
                atoms = args
            case SetItem(value=value) | SetAttr(value=value):
                atoms = (value,)
            case Assign(target=item, value=GetItem(obj=Var(name=name))) if not is_structured(
                types.get(name, TOP)
            ):
                atoms = (item,)
            case _:
                continue
        if any(isinstance(atom, Var) and holds_objects(types.get(atom.name, TOP)) for atom in atoms):
            return True
    return False


def as_instances(value: Value) -> Value:
    match value:
        case Obj(cls=cls, attrs=attrs):
            return Inst(cls, tuple((name, as_instances(part)) for name, part in attrs))
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(as_instances, items)), cls)
        case Lst(elem=elem, items=items):
            return Lst(as_instances(elem), None if items is None else tuple(map(as_instances, items)))
        case Dct(elem=elem, items=items):
            return Dct(
                as_instances(elem), None if items is None else tuple((k, as_instances(v)) for k, v in items)
            )
        case _:
            return value


def loosen(body: Block, types: dict[str, Value]) -> set[str]:
    """Give up the element-wise adjoints of containers that the program indexes with a variable: changes `types`.

    Returns the names of those that are tuples; their adjoints are kept as lists.
    """
    tuples: set[str] = set()
    for stmt in walk(body):
        expr = stmt.value if isinstance(stmt, Assign) else stmt
        if (
            isinstance(stmt, Assign)
            and isinstance(expr, Call)
            and known_function(expr.func, types) is tuple
            and isinstance(types.get(stmt.target.name), Lst)
        ):
            tuples.add(stmt.target.name)  # its length is not known
        if not isinstance(expr, (GetItem, SetItem, AugItem)) or not isinstance(expr.obj, Var):
            continue
        value = types.get(expr.obj.name, TOP)
        if not is_structured(value) or isinstance(value, Obj):
            continue
        index = types.get(expr.index.name) if isinstance(expr.index, Var) else expr.index
        key = index.value if isinstance(index, (Const, Known)) else None
        size = len(leaf_items(value))
        keys = {name for name, _ in leaf_items(value)} | (
            set() if isinstance(value, Dct) else set(range(-size, 0))
        )
        if key is not None and key in keys:
            continue
        if isinstance(value, Tup):
            tuples.add(expr.obj.name)
        types[expr.obj.name] = Dct(value.elem) if isinstance(value, Dct) else Lst(element(value))
    return tuples


def swaps(body: Block, displays: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """The displays that are taken apart by the very next statement: ``a, b = b, a``."""
    found: dict[str, tuple[Any, ...]] = {}
    for inner in (body, *(block for stmt in walk(body) for block in blocks(stmt))):
        for first, second in pairwise(inner):
            if (
                isinstance(first, Assign)
                and first.target.name in displays
                and isinstance(second, Unpack)
                and second.value == first.target
            ):
                found[first.target.name] = displays[first.target.name]
    return found


def is_assigned_once(function: Any, name: str) -> bool:
    return (
        name not in function.param_names()
        and sum(1 for var in deep_defs(function.body) if var.name == name) == 1
    )


def only_tests(
    loop: While, statements: Iterable[Stmt], varied: frozenset[str], types: dict[str, Value]
) -> bool:
    """Whether the head of a loop computes nothing with a derivative but what its test compares."""
    made = {var.name for var in deep_defs(loop.head)}
    if made.isdisjoint(varied):
        return True
    inside = {id(stmt) for stmt in loop.head}
    others = (stmt for stmt in statements if id(stmt) not in inside and stmt is not loop)
    return made.isdisjoint(var.name for stmt in others for var in uses(stmt)) and all(
        isinstance(stmt, Assign) and not may_change(stmt.value, types, varied) for stmt in loop.head
    )


class LoopLiveness:
    """For each loop: variables that a round reads before it writes them (or never writes), and all it mentions.

    `idle` tells the assignments that have no adjoint, whatever they read: tests, counters, ...
    """

    def __init__(self, body: Block, idle: Callable[[Stmt], bool]) -> None:
        self.exposed: dict[int, set[str]] = {}
        self.all: dict[int, set[str]] = {}
        self.keep: list[Stmt] = []
        for stmt in walk(body):
            if isinstance(stmt, (For, While)):
                self.keep.append(stmt)
                inside = (*stmt.head, *stmt.body) if isinstance(stmt, While) else stmt.body
                inside = _without(inside, idle)
                found: set[str] = set()
                start = {stmt.target.name} if isinstance(stmt, For) else set()
                exposed(inside, set(start), found)
                self.exposed[id(stmt)] = found
                self.all[id(stmt)] = mentioned(inside)

    def names(self, stmt: For | While) -> set[str]:
        return self.exposed[id(stmt)]

    def mentioned(self, stmt: For | While) -> Iterable[str]:
        return self.all[id(stmt)]


def _without(block: Block, dropped: Callable[[Stmt], bool]) -> Block:
    return tuple(
        map_blocks(stmt, lambda inner: _without(inner, dropped)) for stmt in block if not dropped(stmt)
    )
