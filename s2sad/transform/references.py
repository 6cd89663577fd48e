"""Objects that are written in place: decide under which name their adjoint lives, or refuse.

The adjoint of such an object is one buffer, kept under the name of its *root*: the one variable that holds the object.
A variable that is made from it by indexing (a view, an element that is itself mutable, an attribute) is a *reference*:
its adjoint is the same part of the buffer, ``row_bar = a_bar[i]``.  A variable whose object moves into a container, and
is not used afterwards, hands its adjoint over.  Whatever else may be shared is refused: it is never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from s2sad.analysis.alias import Regions, is_list_slice, rebindings
from s2sad.analysis.operands import STORING, known_function, mutates
from s2sad.analysis.records import field_names
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.unpacking import elements_of
from s2sad.analysis.values import TOP, Dct, Lst, Obj, Tensor, Top, Tup, Value, number, parts_of
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import (
    Assign,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    For,
    GetAttr,
    GetItem,
    MethodCall,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Unpack,
    Var,
)
from s2sad.ir.walk import uses, walk
from s2sad.transform.holders import Holders
from s2sad.transform.overlaps import reads_what_it_writes
from s2sad.transform.owners import Sharing
from s2sad.transform.roots import Roots, Stability, base_of
from s2sad.transform.shadows import Shadows, holds_arrays, is_array
from s2sad.transform.snapshot import stored_objects, user_call


def without_items(value: Value) -> Value:
    """The type of a container without what is known of its single elements."""
    match value:
        case Lst(elem=elem):
            return Lst(without_items(elem))
        case Dct(elem=elem):
            return Dct(without_items(elem))
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(without_items, items)), cls)
        case Obj(attrs=attrs):
            return replace(value, attrs=tuple((name, without_items(part)) for name, part in attrs))
        case _:
            return value


# functions and methods whose result is a view that can be written to as its argument can
WRITABLE = frozenset({
    "transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "squeeze", "expand_dims",
    "atleast_1d", "atleast_2d", "atleast_3d", "asarray", "asanyarray", "flip", "fliplr", "flipud",
    "view",
})  # fmt: skip
#: functions of an array's shape
OF_SHAPES = (len, np.shape, np.ndim, np.size, np.zeros_like, np.empty_like, np.ones_like)
HELP = "work on a copy (`.copy()`), or use one name for the object throughout"


class References:
    def __init__(
        self,
        variant: Variant,
        regions: Regions,
        active: frozenset[str],
        copies: dict[str, str],
        by_reference: Iterable[str],
    ) -> None:
        assert variant.function is not None
        self.function = variant.function
        self.types = variant.types
        self.regions = regions
        self.active = active
        self.copies = copies
        self.counts = rebindings(self.function.body, self.types)
        self.counts.update(self.function.param_names())
        self.order = list(walk(self.function.body))
        self.read = {var.name for stmt in self.order for var in uses(stmt)}
        self.definition: dict[str, Assign] = {
            made.target.name: made
            for stmt in self.order
            for made in self.bindings(stmt)
            if self.counts[made.target.name] == 1
        }
        self.refs: dict[str, Expr] = {}
        self.parts: dict[str, tuple[str, str]] = {}  # an object that is an attribute of another one
        self.same: dict[str, str] = {}  # a second name of an object -> the first
        self.shadowed: set[str] = (
            set()
        )  # arrays, and containers of arrays, whose buffers the forward sweep carries
        self.params = set(self.function.param_names()) | set(variant.params)
        self.by_reference = set(by_reference)
        self.live = Liveness(self.function.body, self.by_reference)
        self.contents = Liveness(self.function.body, self.by_reference, self.looks_at_shape)
        self.stability = Stability(self.function.body, self.live)

    def bindings(self, stmt: Stmt) -> Iterator[Assign]:
        """What a statement binds by an expression of its own; ``a, b = pair`` is ``a = pair[0]``, ``b = pair[1]``."""
        if isinstance(stmt, Assign):
            yield stmt
            return
        if not isinstance(stmt, Unpack) or not isinstance(stmt.value, Var):
            return
        name = stmt.value.name
        if name not in self.regions.displays and isinstance(self.types.get(name), (Tup, Lst)):
            for target, read in elements_of(stmt):
                yield Assign(target, read, span=stmt.span)

    @cached_property
    def holders(self) -> Holders:
        return Holders(
            self.function.body,
            self.regions,
            self.live,
            self.types,
            self.params,
            lambda stmt: stored_objects(stmt, self.types),
        )

    def check(self) -> dict[str, Expr]:
        """The references; raises RefusedError where the aliasing of active objects cannot be followed."""
        rebound = sorted(name for name in self.by_reference if self.counts[name] > 1)
        if rebound:  # the buffer that the caller gave is not that of the new object
            self.refuse(rebound)
        regions = [names for names in self.regions.mutated_regions() if names & self.active]
        plain = [names for names in regions if self.is_plain(names)]
        for names in plain:
            if not names & self.shadowed:
                self.arrays(names)
        for names in regions:
            if names not in plain and not names & self.shadowed:
                self.objects(names)
        self.containers_of_references()
        self.loosened()
        for stmt in self.order:
            if isinstance(stmt, Assign) and isinstance(stmt.value, Call):
                self.overlapping(stmt, stmt.value)
            elif isinstance(stmt, Assign) and isinstance(stmt.value, (Build, BuildDict)):
                self.rebuilt(stmt)
            elif isinstance(stmt, SetItem):
                self.crossing(stmt)
        for name, expr in list(self.refs.items()):
            if (
                isinstance(self.types.get(name, TOP), Obj)
                and isinstance(expr, GetAttr)
                and isinstance(expr.obj, Var)
                and isinstance(self.types.get(expr.obj.name, TOP), Obj)
            ):
                self.parts[name] = (expr.obj.name, expr.name)
                del self.refs[name]
        return self.refs

    def containers_of_references(self) -> None:
        """What a reference leads through is written to by that: ``d[0]`` read twice is one list, not two."""
        done: set[int] = {
            id(self.regions.node(next(iter(names)))) for names in self.regions.mutated_regions()
        }
        todo = self.written_references()
        while todo:
            base = base_of(todo.pop()).name
            node = self.regions.node(base)
            if id(node) not in done and not node.names & self.shadowed:
                done.add(id(node))
                before = set(self.refs)
                self.objects(node.names)
                todo += [expr for name, expr in self.refs.items() if name not in before]

    def written_references(self) -> list[Expr]:
        """The references through which something is written; all, where a callee writes to what it is given holds."""
        if any(variant.facts.get("mutates_inside") for variant, _ in self.user_calls()):
            return list(self.refs.values())
        written = [name for stmt in self.order for name in stored_objects(stmt, self.types)]
        through = dict.fromkeys(link for name in written for link in self.chain(name) if link in self.refs)
        return [self.refs[name] for name in through]

    def rebuilt(self, stmt: Assign) -> None:
        """``d = {**d, 'a': x}`` with parts that may be written to: one buffer cannot be that of the old and the new."""
        owner = self.copies.get(stmt.target.name, stmt.target.name)
        for item in uses(stmt):
            expr = self.refs.get(item.name)
            if isinstance(expr, (GetItem, GetAttr)) and expr.obj == Var(owner):
                self.refuse([owner])

    # ── arrays ───────────────────────────────────────────────────────────────────────────────────────────

    def is_plain(self, names: set[str]) -> bool:
        """Whether the objects of a region are arrays that no container holds but tuples."""
        return all(number(self.types.get(name, TOP)).__class__ in (Tensor, Top) for name in names) and all(
            isinstance(self.types.get(holder), Tup) for holder in self.regions.holders(names) - names
        )

    def arrays(self, names: set[str]) -> None:
        refs, same = self.names_of_objects(names)
        roots = Roots(
            self.function.body,
            names,
            self.regions.holders(names) - names,
            self.regions,
            self.live,
            lambda stmt: stored_objects(stmt, self.types),
            self.copies,
            self.params,
        )
        doubt = roots.settle(refs, same)
        if not doubt:
            self.refs |= roots.refs
            self.same |= roots.same
            return
        self.shadow(names, doubt, {name for name in names if roots.passes(name)})
        self.refs |= {name: expr for name, expr in roots.refs.items() if roots.passes(name)}

    def names_of_objects(self, names: set[str]) -> tuple[dict[str, Expr], dict[str, str]]:
        """The references of a region, and the second names of one object."""
        refs: dict[str, Expr] = {}
        same: dict[str, str] = {}
        for name in sorted(names):
            if name in self.copies:
                continue
            other = self.second_name(name, same)
            expr = self.reference(name)
            if other is not None and self.reference(other) is not None:
                same[name] = other
            elif other is not None:
                same[other if other.startswith("%") else name] = name if other.startswith("%") else other
            elif expr is not None and self.stability.holds(name, (var.name for var in uses(expr))):
                refs[name] = expr
        return refs, same

    def shadow(self, names: set[str], doubt: list[str], passing: set[str]) -> None:
        """Carry the buffers of a region along, and those of the containers that hold its arrays; or refuse."""
        arrays, containers = self.regions.held_together(
            names, lambda name: isinstance(self.types.get(name, TOP), (Tup, Lst, Dct, Obj))
        )
        arrays -= passing
        sharing = self.sharing(arrays | containers)
        containers -= {name for name in containers if self.is_momentary(name, sharing, frozenset(passing))}
        shadows = Shadows(arrays, containers, self.types, self.regions, Var, lambda: Var("%"))
        able = (
            all(is_array(self.types.get(name, TOP)) for name in arrays)
            and all(holds_arrays(self.types.get(name, TOP)) for name in containers)
            and not arrays & self.by_reference
            and not containers & self.params
            and not self.changed_by_callees(containers)
            and all(map(shadows.follows, self.order))
        )
        if not able:
            self.refuse(doubt)
        self.shadowed |= arrays | containers

    def is_momentary(self, holder: str, sharing: Sharing, above: frozenset[str]) -> bool:
        """Whether a container is gone before any of its arrays is written to: made to be returned, as a rule.

        `above`: what is known to be so, of what is made from it.
        """
        if not isinstance(self.types.get(holder), (Tup, Lst, Dct)) or self.regions.is_mutated(holder):
            return False
        derived = [name for name, sources in sharing.made_from.items() if holder in sources]
        return not sharing.seen_by.get(holder) and all(
            name in above or self.is_momentary(name, sharing, above | {holder}) for name in derived
        )

    # ── containers, objects, and the arrays that they hold ───────────────────────────────────────────────

    def objects(self, names: set[str]) -> None:
        refs, same = self.names_of_objects(names)
        self.refs |= refs
        self.same |= same
        roots = {name for name in names if name not in self.copies and name not in refs}
        roots = {
            name for name in roots if name not in self.same and (name in self.read or name in self.params)
        }
        in_parts = self.held_in_parts(names)
        lasting = {
            name for name in roots if name in in_parts or not (self.hands_over(name) or self.takes_over(name))
        } | (in_parts & refs.keys())
        contained = self.regions.is_contained(names)
        reached = bool(refs) or (contained and self.written_by_callees(self.regions.holders(names) - names))
        doubt = sorted(lasting) if len(lasting) > 1 or (contained and lasting and reached) else []
        stores: Counter[str] = Counter()
        for name in names:
            stores[_followed(name, same)] += self.stores(name)
        doubt = doubt or [name for name in sorted(roots) if contained and stores[name] > 1]
        doubt = doubt or self.holders.doubled(names)
        doubt = doubt or sorted(name for name, read in refs.items() if self.holders.displaced(name, read))
        doubt = doubt or self.seen_in_common(names, roots)
        if doubt:
            self.shadow(names, doubt, set())
            for name in names:
                self.refs.pop(name, None)
                self.same.pop(name, None)

    def held_in_parts(self, names: set[str]) -> set[str]:
        """The variables of which containers hold parts: ``(a[:2], a[1:])``, ``list(a)``.

        Whatever such a name holds later on, what is read from the container is a part of its buffer.
        """
        found: set[str] = set()
        made: dict[str, list[tuple[str, bool]]] = {}
        holders = self.regions.holders(names)
        for stmt in self.order:
            for target, source in self.derivations(stmt):
                if target in names and source in names:
                    is_part = not (isinstance(stmt, Assign) and isinstance(stmt.value, Var))
                    made.setdefault(target, []).append((source, is_part))
                elif target in holders and isinstance(getattr(stmt, "value", None), Call):
                    found.add(source)
        todo = [(name, False) for name in names if self.stores(name)]
        seen: set[tuple[str, bool]] = set()
        while todo:
            name, is_part = todo.pop()
            if (name, is_part) not in seen:
                seen.add((name, is_part))
                todo += [(source, is_part or part) for source, part in made.get(name, ())]
        return (found & names) | {name for name, is_part in seen if is_part}

    def derivations(self, stmt: Stmt) -> Iterator[tuple[str, str]]:
        """Each variable that a statement binds, with the variables that its object may be, or be a view of."""
        match stmt:
            case Assign(target=target, value=value):
                sources, targets = self.regions.shared_operands(target, value), (target,)
            case Unpack(targets=targets, value=value):
                sources = [value]
            case For(target=target, iterable=value):
                sources, targets = [value], (target,)
            case _:
                return
        yield from (
            (target.name, source.name) for target in targets for source in sources if isinstance(source, Var)
        )

    def seen_in_common(self, names: set[str], roots: set[str]) -> list[str]:
        """Variables of one object, or that hold it, of which one sees what is written under the other's name."""
        holders = self.regions.holders(names)
        tuples = {name for name in holders if isinstance(self.types.get(name), Tup)}
        sharing = self.sharing(names | tuples)
        found: set[str] = set()
        for pair in sharing.pairs:
            owners = {self.owner(name) for name in pair}
            if (
                len(owners) == 2
                and owners & roots
                and any(sharing.seen_by.get(n, set()) & names for n in pair)
            ):
                found |= owners
        return sorted(found)

    def owner(self, name: str) -> str:
        """The variable under whose name the adjoint is."""
        *_, last = self.chain(name)
        return last

    def chain(self, name: str) -> list[str]:
        """A variable, what it refers to, what that refers to, and so on."""
        found: list[str] = []
        while name not in found:
            found.append(name)
            if name in self.refs:
                name = base_of(self.refs[name]).name
            else:
                name = self.copies.get(name, self.same.get(name, name))
        return found

    def sharing(self, names: set[str]) -> Sharing:
        stored = lambda stmt: stored_objects(stmt, self.types)
        return Sharing(self.function.body, names, self.regions, self.live, stored)

    def written_by_callees(self, holders: set[str]) -> bool:
        """Whether a callee writes to what one of these containers holds."""
        return any(
            isinstance(arg, Var) and arg.name in holders and param in variant.facts.get("mutates_inside", ())
            for variant, args in self.user_calls()
            for param, arg in zip(variant.params, args, strict=True)
        )

    def changed_by_callees(self, containers: set[str]) -> bool:
        """Whether a callee puts other objects into one of these containers: it does not carry shadows along."""
        for variant, args in self.user_calls():
            itself, inside = (variant.facts.get(f"mutates_{part}", ()) for part in ("itself", "inside"))
            for param, arg in zip(variant.params, args, strict=True):
                if isinstance(arg, Var) and arg.name in containers:
                    nested = any(map(parts_of, parts_of(self.types.get(arg.name, TOP))))
                    if param in itself or (param in inside and nested):
                        return True
        return False

    def user_calls(self) -> Iterator[tuple[Variant, tuple[Any, ...]]]:
        yield from filter(None, map(user_call, self.order))

    def second_name(self, name: str, same: dict[str, str]) -> str | None:
        """The variable that this one is a plain copy of, both assigned once."""
        stmt = self.definition.get(name)
        if stmt is not None and isinstance(stmt.value, Var):
            other = stmt.value.name
            if self.counts[other] == 1 and same.get(other) != name and self.stability.holds(name, [other]):
                return other
        return None

    def loosened(self) -> None:
        """Containers whose parts are changed through a reference have one adjoint, not one for each part."""
        for expr in self.refs.values():
            base = expr.args[0] if isinstance(expr, Call) else expr.obj  # type: ignore[union-attr]
            assert isinstance(base, Var)
            self.types[base.name] = without_items(self.types.get(base.name, TOP))
        for name in self.refs:
            self.types[name] = without_items(self.types.get(name, TOP))
        for pair in self.same.items():  # two names of one object have one adjoint, of one structure
            kinds = [self.types.get(name, TOP) for name in pair]
            if kinds[0] != kinds[1]:
                self.types.update(zip(pair, map(without_items, kinds), strict=True))

    def reference(self, name: str) -> Expr | None:
        """The expression by which a variable was made from another one of its region, or of its container."""
        stmt = self.definition.get(name)
        if stmt is None:
            return None
        match stmt.value:
            case GetItem(obj=Var() as obj, index=index) if is_list_slice(self.types, obj, index):
                return None
            case GetItem() if self.regions.is_copying_index(stmt.value):
                return None
            case GetItem() if self.regions.may_copy(stmt.value):
                return None
            case GetAttr(obj=Var() as obj, name=attr) if isinstance(self.types.get(obj.name), Tup):
                place = field_names(self.types[obj.name].cls).index(attr)  # type: ignore[union-attr]
                return GetItem(obj, Const(place))
            case GetItem(obj=Var()) | GetAttr(obj=Var()):
                return stmt.value
            case MethodCall(obj=Var() as obj) if isinstance(self.types.get(obj.name, TOP), Tensor):
                return stmt.value if obj.name and stmt.value.name in WRITABLE else None
            case Call(args=(Var() as first, *_)) if isinstance(self.types.get(first.name, TOP), Tensor):
                same = name in self.regions.members(first.name)
                named = getattr(known_function(stmt.value.func, self.types), "__name__", "")
                return stmt.value if same and named in WRITABLE else None
            case _:
                return None

    def overlapping(self, stmt: Assign, call: Call) -> None:
        """A callee that writes to one of two arguments that share memory is differentiated as if they did not."""
        target = getattr(call.func, "target", None)
        if not isinstance(target, Resolved):
            return
        pairs = list(zip(target.variant.params, call.args, strict=True))
        for param, arg in pairs:
            if not (
                isinstance(arg, Var) and mutates(target.variant, param) and arg.name in self.regions.nodes
            ):
                continue
            for _, other in pairs:
                if (
                    other is not arg
                    and isinstance(other, Var)
                    and other.name in self.regions.members(arg.name)
                ):
                    refuse(
                        self.function.origin,
                        stmt.span,
                        "S2S010",
                        "two arguments share memory, and the callee writes to one",
                        HELP,
                    )

    def crossing(self, stmt: SetItem) -> None:
        """``a[1] = a[:, -1]`` reads elements that it has written."""
        made = self.definition.get(getattr(stmt.value, "name", ""))
        if (
            made is not None
            and isinstance(made.value, GetItem)
            and made.value.obj == stmt.obj
            and reads_what_it_writes(stmt, made.value, self.types)
        ):
            refuse(
                self.function.origin,
                stmt.span,
                "S2S010",
                "the two sides overlap, and NumPy may read elements that it has already written",
                "store a copy: `.copy()` on the right side",
            )

    def hands_over(self, name: str) -> bool:
        """Whether a variable is not used again, nor a view of it, once its object is in a container or has another name."""
        handed = [stmt for stmt in self.order if self.hands(stmt, name)]
        names = {name, *(other for other in self.refs if name in self.chain(other))}
        return bool(handed) and not any(names & self.contents.after(stmt) for stmt in handed)

    def looks_at_shape(self, stmt: Stmt) -> bool:
        """Whether a statement reads nothing of an array but its shape."""
        match stmt:
            case Assign(value=GetAttr(name=name)):
                return name in ("shape", "size", "ndim", "dtype")
            case Assign(value=Call(func=func, args=(Var(),))):
                return any(known_function(func, self.types) is known for known in OF_SHAPES)
            case _:
                return False

    def hands(self, stmt: Stmt, name: str) -> bool:
        match stmt:
            case SetItem(value=Var(name=stored)) | SetAttr(value=Var(name=stored)):
                return stored == name
            case Assign(target=target, value=Build() | BuildDict() | Var() as value):
                return Var(name) in uses(value) and self.same.get(target.name) != name
            case Return(value=value):
                return value == Var(name)
            case Assign(value=MethodCall(name=method, obj=obj) as value):
                return method in STORING and obj != Var(name) and Var(name) in uses(value)
            case _:
                return False

    def stores(self, name: str) -> int:
        """How often a variable's object is put into a container."""
        count = 0
        for stmt in self.order:
            match stmt:
                case SetItem(value=Var(name=stored)) | SetAttr(value=Var(name=stored)):
                    count += stored == name
                case Assign(value=Build(items=items)):
                    count += sum(1 for item in items if item == Var(name))
                case Assign(value=BuildDict(items=pairs)):
                    count += sum(1 for _, item in pairs if item == Var(name))
                case Assign(value=MethodCall(name=method, args=args)) if method in STORING:
                    count += sum(1 for item in args if item == Var(name))
                case _:
                    pass
        return count

    def takes_over(self, name: str) -> bool:
        """Whether a variable gets an object that leaves its container with that (``xs.pop()``), or is not written."""
        stmt = self.definition.get(name)
        match stmt:
            case Assign(value=MethodCall(name="pop")):
                return True
            case _:
                return False

    def refuse(self, names: list[str]) -> None:
        shown = [name for name in names if not name.startswith("%")]
        region = set(names).union(*map(self.regions.members, names))
        place = next((stmt.span for stmt in self.order if self.changes(stmt, set(names))), None)
        place = place or next((stmt.span for stmt in self.order if self.changes(stmt, region)), None)
        listed = " and ".join(f"`{name}`" for name in shown[:3]) or "something without a name"
        refuse(
            self.function.origin,
            place or self.function.span,
            "S2S010",
            f"{listed} may be the same object{'' if len(shown) > 1 else ' as another'}, and it is changed in place",
            HELP,
        )

    def changes(self, stmt: Stmt, names: set[str]) -> bool:
        return not names.isdisjoint(stored_objects(stmt, self.types))


def _followed(name: str, same: dict[str, str]) -> str:
    """The variable that a plain copy of a copy stands for in the end."""
    while name in same:
        name = same[name]
    return name
