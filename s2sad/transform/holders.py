"""Objects that containers hold: may one be held at two places, both of which are used again?

``ys.append(xs[0])`` puts an array into a second list, ``list(xs)`` puts all of them there.  The adjoint of an element
lives in the adjoint of its container, so each element must have one place.  It has if it is put back where it came
from, if places only swap their elements, if it has left its container (``xs.pop()``), or if that is not used again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from s2sad.analysis.alias import Regions
from s2sad.analysis.operands import STORING
from s2sad.analysis.values import TOP, Dct, Lst, Tensor, Top, number
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import (
    Assign,
    Block,
    Build,
    BuildDict,
    Call,
    Const,
    For,
    GetAttr,
    GetItem,
    MethodCall,
    Ref,
    SetAttr,
    SetItem,
    Star,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import defs, expr_atoms, uses, walk
from s2sad.transform.owners import Sharing
from s2sad.transform.roots import Stability

Place = tuple[str, Any]
#: methods after which an element has another place, or none
MOVING = frozenset(
    {"insert", "remove", "reverse", "sort", "clear", "update", "popitem", "appendleft", "popleft"}
)


class Holders:
    def __init__(
        self,
        body: Block,
        regions: Regions,
        live: Liveness,
        types: Any,
        params: set[str],
        stores: Callable[[Stmt], Iterable[str]],
    ) -> None:
        self.body = body
        self.regions = regions
        self.live = live
        self.stability = Stability(body, live)
        self.stores = stores
        self.types = types
        self.params = params
        self.order = list(walk(body))
        self.binders: dict[str, list[Stmt]] = {}
        for stmt in self.order:
            for var in defs(stmt):
                self.binders.setdefault(var.name, []).append(stmt)
        self.swapped = set(swapping(self.order))

    def doubled(self, names: set[str]) -> list[str]:
        """The variables of a region by which one of its objects may get a second place."""
        holders = self.regions.holders(names)
        found: set[str] = set()
        for stmt in self.order:
            if id(stmt) in self.swapped or self.is_display(stmt):
                continue
            for name in stored(stmt):
                if name in names and self.comes_from(name, stmt, names, holders):
                    found.add(name)
            if isinstance(stmt, Assign) and stmt.target.name in holders and self.copies(stmt, names, holders):
                found.add(stmt.target.name)
        return sorted(found)

    def is_display(self, stmt: Stmt) -> bool:
        """Whether a statement makes a tuple that is taken apart at once."""
        return isinstance(stmt, Assign) and stmt.target.name in self.regions.displays

    def comes_from(self, name: str, stmt: Stmt, names: set[str], holders: set[str]) -> bool:
        """Whether a stored object was read from a container that is used again, and not from this place.

        It is used again also by a variable that was read from it, whose adjoint is a part of the container's.
        """
        places = [
            place
            for place in self.origins(name, holders, set())
            if not self.is_put_back(name, place, stored_place(stmt))
        ]
        if any(self.persists(container, stmt) for container, _ in places):
            return True
        used = {
            container
            for other in names & self.live.after(stmt)
            for container, _ in self.origins(other, holders, set())
        }
        return any(container in used for container, _ in places)

    def displaced(self, name: str, read: Any) -> bool:
        """Whether something else may come to the place that a variable was read from, while that is used."""
        if not isinstance(read, (GetItem, GetAttr)) or not isinstance(read.obj, Var):
            return False
        obj, key = read.obj.name, read.index if isinstance(read, GetItem) else read.name
        if not self.is_container(obj):
            return False
        same = self.regions.members(obj)
        return any(name in self.live.after(stmt) and displaces(stmt, same, key, name) for stmt in self.order)

    def persists(self, container: str, stmt: Stmt) -> bool:
        """Whether a container, or one that holds it, is used after a statement."""
        return any(
            origin in self.params or origin in self.live.after(stmt)
            for origin in self.containers(container, set())
        )

    def is_put_back(self, name: str, read: Place, written: Place | None) -> bool:
        index = read[1]
        names = [index.name] if isinstance(index, Var) else []
        return read == written and self.stability.holds(name, names)

    def copies(self, stmt: Assign, names: set[str], holders: set[str]) -> bool:
        """Whether a statement makes a second container of the same objects, through which a store is seen, or made."""
        target = stmt.target.name
        if not isinstance(number(self.types.get(target, TOP)), (Lst, Dct)) or isinstance(stmt.value, Var):
            return False
        node = self.regions.node(target)
        sources = [
            var.name
            for var in uses(stmt.value)
            if var.name in holders and self.is_container(var.name) and self.regions.node(var.name) is not node
        ]
        shared = [
            name
            for name in sources
            if any(part is own for part in self.regions.children(self.regions.node(name)) for own in self.regions.children(node))
        ]  # fmt: skip
        return any(self.persists(name, stmt) for name in shared) and self.is_written_through(
            target, names | holders
        )

    def is_written_through(self, target: str, names: set[str]) -> bool:
        sharing = Sharing(self.body, names, self.regions, self.live, self.stores)
        written = {name for stmt in self.order for name in self.stores(stmt)}
        reached, todo = set(), [target]
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo += [made for made, sources in sharing.made_from.items() if name in sources]
        return any(name in written or sharing.seen_by.get(name) for name in reached)

    def origins(self, name: str, holders: set[str], seen: set[str]) -> Iterator[Place]:
        """The places in containers that a variable may have been read from."""
        if name in seen:
            return
        seen.add(name)
        for stmt in self.binders.get(name, ()):
            match stmt:
                case Assign(value=Var(name=other)):
                    yield from self.origins(other, holders, seen)
                case Assign(value=GetItem(obj=Var(name=obj), index=index)) if self.is_container(obj):
                    yield obj, index
                case Assign(value=GetAttr(obj=Var(name=obj), name=key)) if self.is_container(obj):
                    yield obj, key
                case Assign(value=MethodCall(name="pop")):
                    continue
                case Unpack(value=Var(name=obj)) if obj in self.regions.displays:
                    for item in self.regions.displays[obj]:
                        if isinstance(item, Var):
                            yield from self.origins(item.name, holders, seen)
                case Unpack(value=Var(name=obj)) | For(iterable=Var(name=obj)) if self.is_container(obj):
                    yield obj, None
                case Assign(target=target, value=value):
                    for other in self.regions.shared_operands(target, value):
                        if isinstance(other, Var) and other.name in holders:
                            yield other.name, None

    def containers(self, name: str, seen: set[str]) -> Iterator[str]:
        """A container, and those that it is an element of, or shares its elements with."""
        if name in seen:
            return
        seen.add(name)
        yield name
        for stmt in self.binders.get(name, ()):
            match stmt:
                case Assign(target=target, value=value):
                    sources: Iterable[Any] = self.regions.shared_operands(target, value)
                case Unpack(value=value) | For(iterable=value):
                    sources = (value,)
                case _:
                    sources = ()
            for source in sources:
                if isinstance(source, Var) and self.is_container(source.name):
                    yield from self.containers(source.name, seen)

    def is_container(self, name: str) -> bool:
        plain = number(self.types.get(name, TOP))
        return not isinstance(plain, (Tensor, Top))


def displaces(stmt: Stmt, containers: set[str], key: Any, name: str) -> bool:
    """Whether a statement may put something else than `name` at a place of a container, or move its elements."""
    match stmt:
        case SetItem(obj=Var(name=obj), index=index, value=value) if obj in containers:
            apart = isinstance(key, Const) and isinstance(index, Const) and _are_apart(key.value, index.value)
            return value != Var(name) and not apart
        case SetAttr(obj=Var(name=obj), name=other, value=value) if obj in containers:
            return other == key and value != Var(name)
        case Assign(value=MethodCall(obj=Var(name=obj), name=method)) if obj in containers:
            from_start = isinstance(key, Const) and not (isinstance(key.value, int) and key.value < 0)
            return method in MOVING or (method in ("append", "extend", "pop") and not from_start)
        case _:
            return False


def _are_apart(one: Any, other: Any) -> bool:
    """Whether two constant keys name different places: a negative index counts from the end."""
    if isinstance(one, int) and isinstance(other, int) and (one < 0) != (other < 0):
        return False
    return bool(one != other)


def stored(stmt: Stmt) -> Iterator[str]:
    """The variables whose objects a statement puts into a container."""
    match stmt:
        case SetItem(value=Var(name=name)) | SetAttr(value=Var(name=name)):
            yield name
        case Assign(value=Build(items=items)):
            for item in items:
                atom = item.value if isinstance(item, Star) else item
                if isinstance(atom, Var):
                    yield atom.name
        case Assign(value=BuildDict(items=pairs)):
            yield from (item.name for _, item in pairs if isinstance(item, Var))
        case Assign(value=MethodCall(name=method) as call) if method in STORING:
            yield from (arg.name for arg in call.args if isinstance(arg, Var))
        case Assign(value=Call(func=Ref(target=SourceClass())) as call):
            yield from (atom.name for atom in expr_atoms(call)[1:] if isinstance(atom, Var))


def stored_place(stmt: Stmt) -> Place | None:
    match stmt:
        case SetItem(obj=Var(name=obj), index=index):
            return obj, index
        case SetAttr(obj=Var(name=obj), name=key):
            return obj, key
        case _:
            return None


def swapping(order: list[Stmt]) -> Iterator[int]:
    """Runs of stores that put elements of containers at one another's places."""
    reads: dict[str, Place] = {}
    displays: dict[str, tuple[Any, ...]] = {}
    run: list[tuple[Stmt, Place, str]] = []
    for stmt in [*order, None]:
        place = stored_place(stmt) if stmt is not None else None
        if place is not None and isinstance(stmt, (SetItem, SetAttr)) and isinstance(stmt.value, Var):
            run.append((stmt, place, stmt.value.name))
            continue
        if run and sorted(map(repr, (place for _, place, _ in run))) == sorted(
            repr(reads.get(name)) for _, _, name in run
        ):
            yield from (id(done) for done, _, _ in run)
        if run:
            reads = {}
        run = []
        match stmt:
            case Assign(target=target, value=GetItem(obj=Var(name=obj), index=index)):
                reads[target.name] = (obj, index)
            case Assign(target=target, value=GetAttr(obj=Var(name=obj), name=key)):
                reads[target.name] = (obj, key)
            case Assign(target=target, value=Var(name=other)) if other in reads:
                reads[target.name] = reads[other]
            case Assign(target=target, value=Build(items=items)):
                displays[target.name] = items
            case Unpack(targets=targets, value=Var(name=held)) if len(displays.get(held, ())) == len(targets):
                for target, item in zip(targets, displays[held], strict=True):
                    if isinstance(item, Var) and item.name in reads:
                        reads[target.name] = reads[item.name]
            case Assign(value=MethodCall(name=method)) if method in STORING:
                reads = {}
            case _:
                pass
