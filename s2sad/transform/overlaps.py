"""Stores of a part of an array into another part of it, where NumPy reads what it has just written.

NumPy copies the right side first if the two sides overlap and have two axes or more. Along one axis it only chooses the
direction, which is enough if both sides advance in memory by the same step. ``a[1] = a[:, -1]`` and ``a[::2] = a[:n]`` do
not: what they store depends on the order, so that there is no derivative to speak of.
"""

from __future__ import annotations

from typing import Any

from s2sad.analysis.values import TOP, Tensor, Value, number
from s2sad.ir.nodes import Const, GetItem, SetItem, SliceIndex, Var
from s2sad.ir.walk import index_items

WHOLE = SliceIndex(None, None, None)


def reads_what_it_writes(stmt: SetItem, read: GetItem, types: dict[str, Value]) -> bool:
    """Whether a store may overwrite elements before it reads them; `read` is what is stored, of the same array."""
    array = number(types.get(getattr(stmt.obj, "name", ""), TOP))
    if not isinstance(array, Tensor) or array.dims is None:
        return False
    to, of = (_parts(index, len(array.dims), types) for index in (stmt.index, read.index))
    if to is None or of is None:
        return False
    free_to, free_of = (
        [axis for axis, part in enumerate(parts) if isinstance(part, SliceIndex)] for parts in (to, of)
    )
    if len(free_to) != 1 or len(free_of) != 1:
        return False
    (one,), (other,) = free_to, free_of
    if one != other:
        # the element that both sides have stands at the same place in both if they are fixed at the same index
        return to[other] != of[one]
    return _steps_cross(to[one], of[other])


def _parts(index: Any, rank: int, types: dict[str, Value]) -> list[Any] | None:
    """An index for each axis, a number or a slice; None if there is anything else."""
    parts = list(index_items(index))
    gaps = [place for place, part in enumerate(parts) if part == Const(...)]
    if len(gaps) > 1:
        return None
    at = gaps[0] if gaps else len(parts)
    tail = parts[at + 1 :]
    parts = [*parts[:at], *[WHOLE] * (rank - at - len(tail)), *tail]
    if len(parts) != rank or not all(
        isinstance(part, SliceIndex) or _is_number(part, types) for part in parts
    ):
        return None
    return parts


def _is_number(part: Any, types: dict[str, Value]) -> bool:
    if isinstance(part, Const):
        return isinstance(part.value, int) and not isinstance(part.value, bool)
    held = number(types.get(part.name, TOP)) if isinstance(part, Var) else None
    return isinstance(held, Tensor) and held.kind == "i" and held.dims == ()


def _steps_cross(to: SliceIndex, of: SliceIndex) -> bool:
    if to.step == of.step:
        return False
    step_to, step_of = (_constant(part.step, 1) for part in (to, of))
    if step_to is None or step_of is None:
        return True
    if step_to * step_of < 0:  # NumPy copies
        return False
    start_to, start_of = (_constant(part.lo, 0) for part in (to, of))
    if step_to < 0 or start_to is None or start_of is None or (start_to < 0) != (start_of < 0):
        return True
    # NumPy goes forwards unless the right side starts first
    return step_to > step_of if start_of >= start_to else step_to < step_of


def _constant(atom: Any, default: int) -> int | None:
    if atom is None or atom == Const(None):
        return default
    return atom.value if isinstance(atom, Const) and isinstance(atom.value, int) else None
