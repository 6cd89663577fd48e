"""Aliases: which variables may hold the same object, and which objects are written in place.

Steensgaard's analysis, one function at a time: variables that may be one object are unified into a region; each region
has one region of what its objects contain.  An array and its views are one region, a list and its elements are two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2sad.analysis.known_calls import GENERATORS
from s2sad.analysis.operands import (
    CONTAINER_METHODS,
    PASSING,
    STORING,
    RuleCall,
    known_function,
    mutates,
    rule_call,
)
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.unpacking import arguments_of_record, displays_unpacked
from s2sad.analysis.values import (
    NEVER,
    TOP,
    Bound,
    Dct,
    Fn,
    Known,
    Lst,
    Obj,
    Other,
    Rng,
    Tensor,
    Top,
    Tup,
    Value,
    parts_of,
)
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Build,
    BuildDict,
    Call,
    Const,
    Delete,
    Expr,
    For,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    SetItem,
    SliceIndex,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import defs, uses, walk
from s2sad.rules.declare import BindError

MUTATING = frozenset({
    "append", "extend", "insert", "pop", "update", "setdefault", "reverse", "clear", "remove", "sort", "fill",
    "partition", "put", "itemset", "resize", "popleft", "appendleft", "add", "discard", "popitem",
})  # fmt: skip
IN_PLACE = frozenset({np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis})


Path = tuple[int, ...]


@dataclass(eq=False)
class Node:
    parent: Node | None = None
    inside: Node | None = None
    fields: dict[int, Node] = field(default_factory=dict)  # of a tuple, while every access names a position
    mutated: bool = False
    names: set[str] = field(default_factory=set)


def holds_references(value: Value) -> bool:
    """Whether two variables of this type can be one object that can be written to."""
    match value:
        case Tensor(dims=()):
            return False
        case Tensor() | Lst() | Dct() | Obj():
            return True
        case Tup(items=items):
            return any(map(holds_references, items))
        case Top(given=Tensor() as given):
            return holds_references(given)
        case Known() | Other() | Rng() | Fn() | Bound():
            return False
        case _:
            return value != NEVER


class Regions:
    def __init__(self, variant: Variant) -> None:
        assert variant.function is not None
        self.types = variant.types
        self.nodes: dict[str, Node] = {}
        self.volatile: set[str] = (
            set()
        )  # variables whose objects a caller may write to later (`analysis.volatile`)
        self.displays = displays_unpacked(variant.function.body)
        for stmt in walk(variant.function.body):
            self.stmt(stmt)

    # ── union-find ───────────────────────────────────────────────────────────────────────────────────────

    def node(self, name: str) -> Node:
        if name not in self.nodes:
            self.nodes[name] = Node(names={name})
        return self.find(self.nodes[name])

    def find(self, node: Node) -> Node:
        while node.parent is not None:
            node = node.parent
        return node

    def inside(self, node: Node) -> Node:
        node = self.find(node)
        if node.inside is None:
            node.inside = Node()
            fields, node.fields = node.fields, {}
            for part in fields.values():
                self.union(self.inside(node), part)
            node = self.find(node)
        assert node.inside is not None
        return self.find(node.inside)

    def field(self, node: Node, position: int) -> Node:
        """One element of a tuple; all elements, if some are accessed by a position that is not known."""
        node = self.find(node)
        if node.inside is not None:
            return self.inside(node)
        return self.find(node.fields.setdefault(position, Node()))

    def children(self, node: Node) -> list[Node]:
        node = self.find(node)
        parts = [*node.fields.values(), *([node.inside] if node.inside is not None else [])]
        return [self.find(part) for part in parts]

    def reachable(self, start: Node) -> list[Node]:
        """The object, and all that it contains."""
        found, todo = [], [self.find(start)]
        seen: set[int] = set()
        while todo:
            node = todo.pop()
            if id(node) not in seen:
                seen.add(id(node))
                found.append(node)
                todo += self.children(node)
        return found

    def union(self, a: Node, b: Node) -> None:
        a, b = self.find(a), self.find(b)
        if a is b:
            return
        b.parent = a
        a.mutated |= b.mutated
        a.names |= b.names
        first, second = a.inside, b.inside
        fields, b.fields = b.fields, {}
        if first is not None and second is not None:
            self.union(first, second)
        elif second is not None:
            a.inside = second
            fields = fields | {-1 - position: part for position, part in a.fields.items()}
            a.fields = {}
        for position, part in fields.items():
            a = self.find(a)
            if a.inside is None and position not in a.fields:
                a.fields[position] = part
            else:
                self.union(self.field(a, position), part)

    # ── queries ──────────────────────────────────────────────────────────────────────────────────────────

    def is_mutated(self, name: str) -> bool:
        return name in self.nodes and self.node(name).mutated

    def is_mutated_inside(self, name: str) -> bool:
        """Whether the object, or anything that it contains, is written to."""
        if name not in self.nodes:
            return False
        return any(node.mutated for node in self.reachable(self.node(name)))

    def members(self, name: str) -> set[str]:
        return self.node(name).names

    def is_contained(self, names: set[str]) -> bool:
        """Whether the objects of a region are elements of containers that have names too."""
        own = self.node(next(iter(names)))
        return any(part is own for node in self.nodes.values() for part in self.children(node))

    def holders(self, names: set[str]) -> set[str]:
        """The variables that are containers of a region's objects, or of their containers."""
        own = self.node(next(iter(names)))
        inside = {name: self.reachable(self.node(name)) for name in self.nodes}
        return {name for name, parts in inside.items() if any(part is own for part in parts[1:])}

    def held_together(
        self, names: set[str], is_container: Callable[[str], bool]
    ) -> tuple[set[str], set[str]]:
        """What is held in containers together with the objects of a region: all arrays, and all containers."""
        arrays: set[str] = set()
        containers: set[str] = set()
        todo = [self.node(next(iter(names)))]
        seen: set[int] = set()
        while todo:
            node = self.find(todo.pop())
            if id(node) in seen:
                continue
            seen.add(id(node))
            (containers if any(map(is_container, node.names)) else arrays).update(node.names)
            todo += self.children(node)
            todo += [
                self.node(name)
                for name in self.nodes
                if any(part is node for part in self.children(self.node(name)))
            ]
        return arrays, containers

    def mutated_regions(self) -> list[set[str]]:
        roots = {id(node): node for node in map(self.find, self.nodes.values())}
        return [node.names for node in roots.values() if node.mutated]

    def all_mutated(self) -> set[str]:
        return set().union(*self.mutated_regions())

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────

    def refers(self, atom: Any) -> bool:
        return isinstance(atom, Var) and holds_references(self.types.get(atom.name, TOP))

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Assign(target=target, value=value):
                self.assign(target, value)
            case Unpack(targets=targets, value=Var(name=name)) if name in self.displays:
                for target, item in zip(targets, self.displays[name], strict=True):
                    if self.refers(target) and isinstance(item, Var):
                        self.union(self.node(target.name), self.node(item.name))
            case Unpack(targets=targets, value=Var() as value):
                exact = stmt.star is None and isinstance(self.types.get(value.name), Tup)
                for position, target in enumerate(targets):
                    if exact:
                        self.part(target, value, position)
                    else:
                        self.iterated(target, value, collected=position == stmt.star)
            case For(target=target, iterable=Var() as value):
                self.iterated(target, value)
            case SetItem(obj=Var() as obj, value=value) | SetAttr(obj=Var() as obj, value=value):
                self.mutate(obj)
                self.store(obj, value)
            case AugItem(obj=Var() as obj) | AugAttr(obj=Var() as obj):
                self.mutate(obj)
            case AugName(target=target):
                if self.refers(target):
                    self.mutate(target)
            case Delete(obj=Var() as obj, index=index, name=name) if index is not None or name is not None:
                self.mutate(obj)
            case _:
                pass

    def mutate(self, var: Var) -> None:
        self.node(var.name).mutated = True

    def mutate_inside(self, node: Node, value: Value) -> None:
        """A callee writes to what a container of this type holds: how deep inside is not told apart."""
        inner = self.inside(node)
        inner.mutated = True
        for part in parts_of(value):
            if parts_of(part):
                self.mutate_inside(inner, part)

    def store(self, obj: Var, value: Atom) -> None:
        """A stored value is an element of the object; what is stored in an array is copied."""
        if self.refers(value) and not isinstance(self.types.get(obj.name, TOP), Tensor):
            self.union(self.inside(self.node(obj.name)), self.node(value.name))  # type: ignore[union-attr]

    def part(self, target: Var, value: Var, position: int | None = None) -> None:
        """`target` is an element of `value`, or a view of it if that is an array."""
        if not self.refers(target):
            return
        kind = self.types.get(value.name, TOP)
        if isinstance(kind, (Tensor, Top)):
            self.union(self.node(target.name), self.node(value.name))
        if not isinstance(kind, Tensor):
            held = self.node(value.name)
            exact = isinstance(kind, Tup) and position is not None
            self.union(self.node(target.name), self.field(held, position) if exact else self.inside(held))  # type: ignore[arg-type]

    def iterated(self, target: Var, value: Var, collected: bool = False) -> None:
        """`target` is what iterating over `value` gives, or (behind a star) a list of that."""
        if self.refers(target):
            own = self.node(target.name)
            for held in self.elements(value):
                self.union(self.inside(own) if collected else own, held)

    def elements(self, value: Var) -> list[Node]:
        """What iterating over a value gives: the elements of a container, views of an array, the keys of a dict."""
        kind = self.types.get(value.name, TOP)
        if isinstance(kind, Dct):
            return []
        found = [self.node(value.name)] if isinstance(kind, (Tensor, Top)) else []
        return found if isinstance(kind, Tensor) else [*found, self.inside(self.node(value.name))]

    def position(self, obj: Var, index: Any) -> int | None:
        """Which element of a tuple an index names."""
        kind, at = self.types.get(obj.name, TOP), getattr(index, "value", None)
        if isinstance(index, Var):
            at = getattr(self.types.get(index.name), "value", None)
        if (
            not isinstance(kind, Tup)
            or not isinstance(at, int)
            or not -len(kind.items) <= at < len(kind.items)
        ):
            return None
        return at % len(kind.items)

    def assign(self, target: Var, value: Expr) -> None:
        match value:
            case Var():
                if self.refers(target):
                    self.union(self.node(target.name), self.node(value.name))
            case GetItem(obj=Var() as obj, index=index) if is_list_slice(self.types, obj, index):
                self.union(self.inside(self.node(target.name)), self.inside(self.node(obj.name)))
            case GetItem(obj=Var() as obj, index=index):
                if not self.is_copying_index(value):
                    self.part(target, obj, self.position(obj, index))
            case GetAttr(obj=Var() as obj):
                self.part(target, obj)
            case Build(items=items) if target.name not in self.displays:
                exact = isinstance(self.types.get(target.name), Tup) and not any(
                    isinstance(i, Star) for i in items
                )
                for position, item in enumerate(items):
                    self.element(target, item, position if exact else None)
            case BuildDict(items=pairs):
                for _, item in pairs:
                    self.element(target, item)
            case MethodCall():
                self.method(target, value)
            case Call():
                self.call(target, value)
            case Op(kind="add" | "mul", args=args) if not isinstance(
                self.types.get(target.name, TOP), Tensor
            ):
                for arg in args:
                    if self.refers(arg):
                        self.union(self.inside(self.node(target.name)), self.inside(self.node(arg.name)))  # type: ignore[union-attr]
            case _:
                pass

    def is_copying_index(self, expr: GetItem) -> bool:
        """Whether an array is read through an index array or a mask: that makes a copy."""
        if not isinstance(self.types.get(getattr(expr.obj, "name", ""), TOP), Tensor):
            return False
        parts = getattr(expr.index, "items", (expr.index,))
        return any(isinstance(part, Var) and self.gathers(self.types.get(part.name)) for part in parts)

    def may_copy(self, expr: GetItem) -> bool:
        """Whether it cannot be told if an array is read through an index array: the result is a view or a copy."""
        if not isinstance(self.types.get(getattr(expr.obj, "name", ""), TOP), Tensor):
            return False
        parts = getattr(expr.index, "items", (expr.index,))
        kinds = [self.types.get(part.name) for part in parts if isinstance(part, Var)]
        return any(
            isinstance(kind, Top) or (isinstance(kind, Tensor) and kind.dims is None) for kind in kinds
        )

    def gathers(self, index: Value | None) -> bool:
        """Whether an index of this type makes a copy: a list, an array, or a tuple that holds one."""
        match index:
            case Tensor(kind="b"):
                return True
            case Tensor(dims=dims):
                return dims not in ((), None)
            case Lst():
                return True
            case Tup(items=items):
                return any(map(self.gathers, items))
            case _:
                return False

    def element(self, target: Var, item: Any, position: int | None = None) -> None:
        item_atom = item.value if isinstance(item, Star) else item
        if isinstance(item_atom, Var) and self.refers(item_atom):
            other = self.node(item_atom.name)
            whole = self.node(target.name)
            own = self.inside(whole) if position is None else self.field(whole, position)
            self.union(own, self.inside(other) if isinstance(item, Star) else other)

    def method(self, target: Var, call: MethodCall) -> None:
        if not isinstance(call.obj, Var):
            return
        obj, kind = call.obj, self.types.get(call.obj.name, TOP)
        changes = call.name in MUTATING and not (isinstance(kind, Tensor) and call.name == "copy")
        if changes and not isinstance(kind, (Known, Other)):
            self.mutate(obj)
        if call.name in STORING:
            for arg in call.args:
                if self.refers(arg):
                    assert isinstance(arg, Var)
                    stored = (
                        self.inside(self.node(arg.name))
                        if call.name in ("extend", "update")
                        else self.node(arg.name)
                    )
                    self.union(self.inside(self.node(obj.name)), stored)
        if isinstance(kind, (Lst, Dct)) and self.refers(target):
            inner = self.inside(self.node(obj.name))
            if call.name in ("copy", "values", "items"):
                self.union(self.inside(self.node(target.name)), inner)
                if call.name == "items":
                    self.union(self.inside(self.node(target.name)), self.inside(inner))
            elif call.name in CONTAINER_METHODS:
                self.union(self.node(target.name), inner)
        elif self.refers(target) and self.is_view(call):
            self.union(self.node(target.name), self.node(obj.name))

    def is_view(self, call: Expr) -> bool:
        if isinstance(call, MethodCall) and isinstance(call.obj, Var):
            kind = self.types.get(call.obj.name)
            if isinstance(kind, Other) and kind.kind in GENERATORS:  # random numbers
                return False
        if isinstance(call, Call) and _in(known_function(call.func, self.types), CHOOSING):
            return any(getattr(self.types.get(var.name), "cell", False) for var in uses(call))
        found = self.rule(call)
        return found is None or found.rule.view or _gives_argument(found)

    def rule(self, call: Expr) -> RuleCall | None:
        try:
            return rule_call(call, self.types)
        except BindError:
            return None

    def viewed(self, call: Call) -> list[Any]:
        """The arguments of a library function that its result may be, be a view of, or hold."""
        if not self.is_view(call):
            return []
        found = self.rule(call)
        if found is None or not found.rule.view:
            return [*call.args, *(atom for _, atom in call.kwargs)]
        return [var for name in found.rule.wrt for var in found.operands(name)]

    def call(self, target: Var, call: Call) -> None:
        if isinstance(call.func, Ref) and isinstance(call.func.target, Resolved):
            self.user_call(target, call, call.func.target.variant)
            return
        function = known_function(call.func, self.types)
        operands = [arg for arg in call.args if self.refers(arg)]
        for key, value in call.kwargs:
            if key == "out" and isinstance(value, Var):
                self.mutate(value)
                if self.refers(target):
                    self.union(self.node(target.name), self.node(value.name))
        if _in(function, IN_PLACE) or (getattr(function, "__name__", "") == "at" and operands):
            self.mutate(operands[0])  # type: ignore[arg-type]
        if not self.refers(target):
            return
        if isinstance(function, SourceClass):
            for position, arg in arguments_of_record(call, function):
                self.element(target, arg, position)
        elif _in(function, PASSING):
            for arg in operands:
                held = [self.inside(self.node(arg.name))] if function is dict else self.elements(arg)  # type: ignore[union-attr,arg-type]
                for inner in held:
                    self.union(self.inside(self.node(target.name)), inner)
                    if function in (zip, enumerate):
                        self.union(self.inside(self.inside(self.node(target.name))), inner)
        elif self.is_view(call):
            several = isinstance(self.types.get(target.name), (Obj, Tup, Lst))
            for arg in filter(self.refers, self.viewed(call)):
                if not several or not isinstance(self.types.get(arg.name), Tensor):
                    self.union(self.node(target.name), self.node(arg.name))
                if not isinstance(self.types.get(target.name, TOP), Tensor):  # it may hold views
                    self.union(self.inside(self.node(target.name)), self.node(arg.name))

    def shared_operands(self, target: Var, expr: Expr) -> list[Any]:
        """The operands of an expression that its result may be, or be a view of, or hold."""
        match expr:
            case Var():
                return [expr]
            case GetItem(obj=obj):
                return [] if self.is_copying_index(expr) else [obj]
            case GetAttr(obj=obj):
                return [obj]
            case Build(items=items):
                return [item.value if isinstance(item, Star) else item for item in items]
            case MethodCall(obj=obj):
                return [obj] if self.is_view(expr) else []
            case Call(func=Ref(target=Resolved(variant=variant)), args=args):
                unknown = {(): frozenset((param, ()) for param in variant.params)}
                aliases = variant.facts.get("returns", unknown)
                held = {name for sources in aliases.values() for name, _ in sources}
                return [arg for param, arg in zip(variant.params, args, strict=True) if param in held]
            case Call():
                return self.viewed(expr)
            case Op(args=args) if not isinstance(self.types.get(target.name, TOP), Tensor):
                return list(args)
            case _:
                return []

    def user_call(self, target: Var, call: Call, variant: Variant) -> None:
        unknown = frozenset((param, ()) for param in variant.params)
        aliases: dict[Path, frozenset[tuple[str, Path]]] = variant.facts.get("returns", {(): unknown})
        for param, arg in zip(variant.params, call.args, strict=True):
            if not self.refers(arg):
                continue
            assert isinstance(arg, Var)
            if mutates(variant, param):
                self.mutate(arg)
                if param in variant.facts.get("mutates_inside", ()):
                    self.mutate_inside(self.node(arg.name), self.types.get(arg.name, TOP))
            if self.refers(target):
                for path, sources in aliases.items():
                    for name, place in sources:
                        if name == param:
                            self.union(self.at(target.name, path), self.at(arg.name, place))

    def at(self, name: str, path: Path) -> Node:
        node = self.node(name)
        for position in path:
            node = self.field(node, position)
        return node


def rebindings(body: Block, types: Any) -> Counter[str]:
    """How often each variable is bound; ``a += b`` on an array binds nothing, it writes to the array."""
    counts: Counter[str] = Counter()
    for stmt in walk(body):
        value = types.get(stmt.target.name) if isinstance(stmt, AugName) else None
        if not (isinstance(value, Lst) or (isinstance(value, Tensor) and value.dims)):
            counts.update(var.name for var in defs(stmt))
    return counts


def is_list_slice(types: Any, obj: Var, index: Any) -> bool:
    """Whether an index expression copies a part of a list."""
    kind = types.get(obj.name, TOP)
    held = types.get(index.name) if isinstance(index, Var) else None
    return isinstance(kind, (Lst, Tup)) and (isinstance(index, SliceIndex) or held == Other("slice"))


CHOOSING = frozenset({max, min})  # Python's give one of their operands itself


def _gives_argument(call: RuleCall) -> bool:
    """Functions that make a new array, but for one use of them."""
    count = call.bound.get("n")
    match call.rule.name:
        case "einsum":  # of one operand: a transpose, a diagonal
            operands = call.bound["operands"]
            return len(operands) == 1
        case "diff":
            return count is not None and not (isinstance(count, Const) and count.value != 0)
        case "matrix_power":
            return not (isinstance(count, Const) and count.value != 1)
        case _:
            return False


def _in(function: Any, names: Any) -> bool:
    try:
        return function in names
    except TypeError:
        return False
