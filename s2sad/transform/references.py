"""Objects that are written in place: decide under which name their adjoint lives, or refuse.

The adjoint of such an object is one buffer, kept under the name of its *root*: the one variable that holds the object.
A variable that is made from it by indexing (a view, an element that is itself mutable, an attribute) is a *reference*:
its adjoint is the same part of the buffer, ``row_bar = a_bar[i]``.  A variable whose object moves into a container, and
is not used afterwards, hands its adjoint over.  Whatever else may be shared is refused: it is never guessed.
"""

from __future__ import annotations

from typing import Any

from s2sad.analysis.alias import Regions, is_list_slice, rebindings
from s2sad.analysis.operands import STORING, known_function, mutates
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Resolved, Variant
from s2sad.analysis.values import TOP, Dct, Lst, Obj, Tensor, Value
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Build,
    BuildDict,
    Call,
    Expr,
    GetAttr,
    GetItem,
    MethodCall,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Var,
)
from s2sad.ir.walk import uses, walk


def without_items(value: Value) -> Value:
    """The type of a container without what is known of its single elements."""
    match value:
        case Lst(elem=elem):
            return Lst(without_items(elem))
        case Dct(elem=elem):
            return Dct(without_items(elem))
        case Obj(cls=cls, attrs=attrs):
            return Obj(cls, tuple((name, without_items(part)) for name, part in attrs))
        case _:
            return value


# functions and methods whose result is a view that can be written to as its argument can
WRITABLE = frozenset({
    "reshape", "ravel", "transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "squeeze", "expand_dims",
    "atleast_1d", "atleast_2d", "atleast_3d", "asarray", "asanyarray", "ascontiguousarray", "flip", "fliplr", "flipud",
    "view",
})  # fmt: skip
HELP = "work on a copy (`.copy()`), or use one name for the object throughout"


class References:
    def __init__(
        self, variant: Variant, regions: Regions, active: frozenset[str], copies: dict[str, str]
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
        self.definition: dict[str, Assign] = {
            stmt.target.name: stmt
            for stmt in self.order
            if isinstance(stmt, Assign) and self.counts[stmt.target.name] == 1
        }
        self.refs: dict[str, Expr] = {}
        self.parts: dict[str, tuple[str, str]] = {}  # an object that is an attribute of another one
        self.same: dict[str, str] = {}  # a second name of an object -> the first

    def check(self) -> dict[str, Expr]:
        """The references; raises RefusedError where the aliasing of active objects cannot be followed."""
        for names in self.regions.mutated_regions():
            if names & self.active:
                self.region(names)
        self.loosened()
        for stmt in self.order:
            if isinstance(stmt, Assign) and isinstance(stmt.value, Call):
                self.overlapping(stmt, stmt.value)
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

    def region(self, names: set[str]) -> None:
        roots = set()
        for name in sorted(names):
            if name in self.copies:
                continue
            other = self.second_name(name)
            expr = self.reference(name)
            if other is not None and self.reference(other) is not None:
                self.same[name] = other
            elif other is not None:
                self.same[other if other.startswith("%") else name] = name if other.startswith("%") else other
            elif expr is not None:
                self.refs[name] = expr
            else:
                roots.add(name)
        roots = {name for name in roots if name not in self.same}
        lasting = {name for name in roots if not self.hands_over(name) and not self.takes_over(name)}
        contained = self.regions.is_contained(names)
        if len(lasting) > 1 or (contained and lasting and self.refs.keys() & names):
            self.refuse(sorted(lasting))
        for name in roots:
            if contained and self.stores(name) > 1:
                self.refuse([name])

    def second_name(self, name: str) -> str | None:
        """The variable that this one is a plain copy of, both assigned once."""
        stmt = self.definition.get(name)
        if stmt is not None and isinstance(stmt.value, Var):
            other = stmt.value.name
            if self.counts[other] == 1 and self.same.get(other) != name:
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
                self.refuse([name])
                return None
            case GetItem(obj=Var()) | GetAttr(obj=Var()):
                return stmt.value
            case MethodCall(obj=Var() as obj, name="ravel" | "reshape") if (
                self.reference(obj.name) is not None
            ):
                self.refuse([name])  # a view or a copy, as the layout in memory has it
                return None
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

    def hands_over(self, name: str) -> bool:
        """Whether the last thing that happens to a variable is that its object is put into a container."""
        last: Stmt | None = None
        for stmt in self.order:
            if any(var.name == name for var in uses(stmt)) or (
                isinstance(stmt, AugName) and stmt.target.name == name
            ):
                last = stmt
        match last:
            case SetItem(value=Var(name=stored)) | SetAttr(value=Var(name=stored)):
                return stored == name
            case Assign(value=Build() | BuildDict()) | Return():
                return True
            case Assign(value=MethodCall(name=method, obj=Var(name=obj))):
                return method in STORING and obj != name
            case Assign(value=Var()):
                return True
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
        shown = [name for name in names if not name.startswith("%")] or names
        place: Any = self.function.span
        for stmt in self.order:
            match stmt:
                case (
                    SetItem(obj=Var(name=name))
                    | AugItem(obj=Var(name=name))
                    | SetAttr(obj=Var(name=name))
                    | AugAttr(obj=Var(name=name))
                ) if name in names:
                    place = stmt.span
                    break
                case AugName(target=Var(name=name)) if name in names:
                    place = stmt.span
                    break
                case _:
                    pass
        listed = " and ".join(f"`{name}`" for name in shown[:3])
        refuse(
            self.function.origin,
            place,
            "S2S010",
            f"{listed} may be the same object, and it is changed in place",
            HELP,
        )
