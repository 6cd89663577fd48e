"""Parts of containers: which part of which adjoint an element, an attribute or an index stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import (
    TOP,
    Dct,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Top,
    Tup,
    Value,
    number,
    same_shape,
)
from s2sad.ir.nodes import (
    Atom,
    BuildDict,
    Const,
    GetItem,
    Index,
    SliceIndex,
    Span,
    Star,
    TupleIndex,
    Var,
)
from s2sad.transform.adjoints import Adjoints
from s2sad.transform.nests import is_structured, leaf_items
from s2sad.transform.rule_code import RuleCode
from s2sad.transform.shadows import is_array


@dataclass
class Contribution:
    name: str  # the operand's variable
    atom: Atom
    fresh: bool
    make: Callable[[], tuple[Atom, bool]] | None = None  # emits the statements that compute it

    def settle(self) -> None:
        if self.make is not None:
            self.atom, self.fresh = self.make()


class Parts:
    """The adjoints of displays and of what is read out of containers."""

    frame: Frame
    adjoints: Adjoints
    types: dict[str, Value]
    active: frozenset[str]
    code: RuleCode
    span: Span
    distinct: frozenset[str] = frozenset()  # variables: see `distinct_indices`

    def owned(self, atom: Atom) -> bool:
        return isinstance(atom, Var) and atom.name in self.adjoints.was_owned

    def entry(self, seed: Atom, key: Atom | None) -> Atom:
        definition = self.frame.definition(seed)
        if isinstance(definition, BuildDict):
            for name, value in definition.items:
                if name == key:
                    return value
        assert key is not None
        return self.frame.temp(GetItem(seed, key), TOP)

    def build(self, items: tuple[Atom | Star, ...], seed: Atom) -> list[Contribution]:
        found = []
        if any(isinstance(item, Star) for item in items):
            self.code.refuse(
                self.span,
                "S2S022",
                "a starred value of unknown length stands in a display",
                "write its elements out, or use np.concatenate on arrays",
            )
        for position, item in enumerate(items):
            if isinstance(item, Var) and item.name in self.active:
                part = self.code.part(seed, position)
                found.append(Contribution(item.name, part, self.owned(part)))
        return found

    def get_item(self, expr: GetItem, seed: Atom, target: Var) -> None:
        if not isinstance(expr.obj, Var):
            return
        if expr.obj.name in self.adjoints.shadowed and not is_array(self.types.get(expr.obj.name, TOP)):
            read = GetItem(self.adjoints.shadow(expr.obj.name), expr.index)
            held = self.frame.expr(expr)[0]
            self.adjoints.add_in_place(self.frame.temp(read, held), held, seed)
            return
        name, path, value = self.leaf(expr)
        if path is not None:
            for where, leaf, part in self.contributions_of(name, path, value, seed):
                self.adjoints.add_leaf(name, where, leaf, part, fresh=part == seed and self.owned(seed))
            return
        root = self.types.get(name, TOP)
        if is_structured(root):
            self.code.refuse(self.span, "S2S022", "the position in a container of mixed contents is not known",
                             "index it with a constant, or store the values in an array")  # fmt: skip
        if isinstance(root, Top) and root.nests:
            self.code.refuse(self.span, "S2S022", "a part is taken of a value that has not one structure",
                             "use variables of their own for the different kinds of value")  # fmt: skip
        self.adjoints.add_item(name, (), root, expr.index, seed, self.scattered(root, expr.index))

    def leaf(self, expr: GetItem) -> tuple[str, tuple[Any, ...] | None, Value]:
        """The static path that an index expression denotes, or None in its place."""
        assert isinstance(expr.obj, Var)
        name = expr.obj.name
        value = self.types.get(name, TOP)
        if is_structured(value):
            index = self.frame.value(expr.index) if isinstance(expr.index, (Var, Const)) else None
            if isinstance(index, Known):
                key = index.value
                if isinstance(value, (Tup, Lst)) and isinstance(key, int) and key < 0:
                    key += len(value.items or ())
                items = dict(leaf_items(value))
                if key in items:
                    return name, (key,), items[key]
        return name, None, TOP

    def contributions_of(
        self, name: str, path: tuple[Any, ...], value: Value, seed: Atom
    ) -> list[tuple[tuple[Any, ...], Value, Atom]]:
        if not is_structured(value):
            return [(path, value, seed)]
        found = []
        for key, item in leaf_items(value):
            part = (
                self.entry(seed, Const(key)) if isinstance(value, (Dct, Obj)) else self.code.part(seed, key)
            )
            if not (isinstance(part, Const) and part.value is None):
                found += self.contributions_of(name, (*path, key), item, part)
        return found

    def tells_apart(self, item: Index, items: tuple[Index, ...]) -> bool:
        """Whether no two places of an index are equal, since in this part of it they differ."""
        if not isinstance(item, Var) or item.name not in self.distinct:
            return False
        dims = getattr(number(self.frame.value(item)), "dims", None)
        others = [number(self.frame.value(other)) for other in items if isinstance(other, (Var, Const))]
        return all(
            isinstance(other, Tensor) and (other.dims == () or same_shape(other.dims, dims))
            for other in others
        )

    def scattered(self, value: Value, index: Index) -> bool:
        """Whether an index may name one element twice, so that plain ``+=`` would lose contributions."""
        if isinstance(value, (Lst, Dct)):
            return False
        match index:
            case SliceIndex() | Const():
                return False
            case Var(name=name) if name in self.distinct:
                return False
            case TupleIndex(items=items) if any(self.tells_apart(item, items) for item in items):
                return False
            case TupleIndex(items=items):
                return any(self.scattered(value, item) for item in items)
            case _:
                found = number(self.frame.value(index))
                match found:
                    case Tensor(kind="b"):
                        return False
                    case Tensor(dims=()):
                        return False
                    case Known() | Other(kind="slice"):
                        return False
                    case Tup(items=parts):
                        return not all(
                            isinstance(i, (Known, Other)) or (isinstance(i, Tensor) and i.dims == ())
                            for i in parts
                        )
                    case _:
                        return True
