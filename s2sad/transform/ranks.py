"""Arrays of unknown rank: is what was read of one a number, which is a copy, or a row, which is a view?

``t = a[i]`` reads a number from a vector and a row from a matrix.  A row's adjoint is the same part of the buffer, a
number has an adjoint of its own.  Both come to the same as long as nothing is written to the array between the read and
the last use.  Otherwise the program is refused: the types must say which it is.
"""

from __future__ import annotations

from s2sad.analysis.alias import Regions
from s2sad.analysis.refuse import refuse
from s2sad.analysis.session import Variant
from s2sad.analysis.values import TOP, Tensor, Top, Value, number
from s2sad.ir.liveness import Liveness
from s2sad.ir.nodes import Assign, AugItem, GetItem, Index, SetItem, SliceIndex, Stmt, TupleIndex, Var
from s2sad.ir.walk import walk
from s2sad.transform.snapshot import stored_objects


def check_ranks(variant: Variant, regions: Regions, active: frozenset[str], live: Liveness) -> None:
    """Refuse a write after which a second name of the array is read, if one of both may hold a number."""
    assert variant.function is not None
    types, order = variant.types, list(walk(variant.function.body))
    arrays = surely_arrays(order)
    for stmt in order:
        for written in stored_objects(stmt, types):
            if written not in regions.nodes or not regions.members(written) & active:
                continue
            others = regions.members(written) & live.after(stmt) - {written}
            rebinds = not isinstance(stmt, (SetItem, AugItem)) and may_be_number(
                types.get(written, TOP), written, arrays
            )
            doubtful = sorted(
                name for name in others if rebinds or may_be_number(types.get(name, TOP), name, arrays)
            )
            if doubtful:
                shown = [name for name in (*doubtful, written) if not name.startswith("%")] or [written]
                refuse(
                    variant.function.origin,
                    stmt.span,
                    "S2S010",
                    f"`{shown[0]}` may be a number or a view of an array, and the array is changed in place",
                    "say which: float(...) of a number, `.copy()` of a view, or types with the number of axes",
                )


def check_results(variant: Variant, results: list[str]) -> None:
    """Refuse a parameter that is a result, being written to, only if something that was read of it is no number."""
    assert variant.function is not None
    order = walk(variant.function.body)
    types = variant.types
    views = {name: name for name in results}
    for stmt in order:
        match stmt:
            case Assign(target=Var(name=name), value=Var(name=held)):
                views.setdefault(name, views.get(held, ""))
            case Assign(target=Var(name=name), value=GetItem(obj=Var(name=held), index=index)) if has_slice(
                index
            ):
                views.setdefault(name, views.get(held, ""))
    written = {views.get(name) for stmt in order for name in stored_objects(stmt, types)}
    for name in results:
        plain = number(types.get(name, TOP))
        if name not in written and (
            isinstance(plain, Top) or (isinstance(plain, Tensor) and plain.dims is None)
        ):
            refuse(
                variant.function.origin,
                variant.function.span,
                "S2S010",
                f"it is not known whether `{name}` is written to, which makes it a result: it may have rows",
                "annotate it with its number of axes",
            )


def surely_arrays(order: list[Stmt]) -> set[str]:
    """Variables that are written to by index, or made by a slice: the program would fail on numbers."""
    found = set()
    for stmt in order:
        match stmt:
            case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)):
                found.add(name)
            case Assign(target=Var(name=name), value=GetItem(index=index)) if has_slice(index):
                found.add(name)
            case _:
                pass
    return found


def has_slice(index: Index) -> bool:
    return isinstance(index, SliceIndex) or (
        isinstance(index, TupleIndex) and any(map(has_slice, index.items))
    )


def may_be_number(value: Value, name: str, arrays: set[str]) -> bool:
    plain = number(value)
    return name not in arrays and (
        isinstance(plain, Top) or (isinstance(plain, Tensor) and plain.dims is None)
    )
