"""Contributions to an adjoint, summed over the axes along which their operand was broadcast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import TOP, Known, Tensor, Tup, Value, number, plain_size, same_shape
from s2sad.ir.nodes import Atom, Build, Call, Const, Var
from s2sad.transform.words import helper, library


class Summing:
    """How a sweep brings contributions to the shape of the variable that they are added to."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.deferrable: set[str] = (
            set()
        )  # variables whose adjoint need not be summed to their shape (`shapes`)
        self.loose: set[str] = set()  # those of them whose adjoint may indeed be larger

    def unbroadcast(
        self,
        atom: Atom,
        found: Value,
        arg: Atom,
        target: Value,
        same: bool = False,
        elementwise: bool = False,
    ) -> tuple[Atom, Value, bool]:
        """Sum a contribution down to the shape of the operand `arg`. Returns the atom, its type, and whether summed.

        `same`: it is known to have that shape. `elementwise`: it comes from an elementwise operation.
        """
        target, found = number(target), number(found)
        if isinstance(target, Tensor) and isinstance(found, Tensor):
            if same_shape(target.dims, found.dims):
                return atom, found, False
            if target.dims == ():
                new = Tensor("c" if found.kind == "c" else target.kind, found.dtype, ())
                return self.frame.temp(Call(library("np.sum", np.sum), (atom,)), new), new, True
            axes = _summed_axes(target, found)
            if axes is not None:
                return self.sum_axes(atom, found, axes, target)
        kind: Value = target if isinstance(target, Tensor) else Tensor("?")
        if isinstance(kind, Tensor) and isinstance(found, Tensor) and found.kind == "c" != kind.kind:
            kind = replace(kind, kind="c", dtype=found.dtype)
        if same:
            return atom, kind, False
        if elementwise and isinstance(arg, Var) and arg.name in self.deferrable:
            self.loose.add(arg.name)
            return atom, without_shape(kind), False
        return self.frame.temp(Call(helper("_unbroadcast"), (atom, arg)), kind), kind, False

    def sum_axes(
        self, atom: Atom, found: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]], target: Tensor
    ) -> tuple[Atom, Value, bool]:
        lead, kept = axes
        new = Tensor(found.kind, found.dtype, target.dims)
        both = (*lead, *kept)
        axis = _axis_atom(self.frame, both)
        keep: tuple[tuple[str, Atom], ...] = (("keepdims", Const(True)),) if kept and not lead else ()
        done = self.frame.temp(Call(library("np.sum", np.sum), (atom,), (("axis", axis), *keep)), new)
        return done, new, True


def without_shape(value: Value) -> Value:
    """The type of an array of which only the kind and dtype are known."""
    return Tensor(value.kind, value.dtype) if isinstance(value, Tensor) else TOP


def _summed_axes(target: Tensor, found: Tensor) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The leading axes to drop and the axes to sum with their place kept, or None where sizes cannot tell."""
    if target.dims is None or found.dims is None or len(found.dims) < len(target.dims):
        return None
    extra = len(found.dims) - len(target.dims)
    kept = []
    for axis, (size, full) in enumerate(zip(target.dims, found.dims[extra:], strict=True), start=extra):
        if size is None or full is None:
            return None
        if plain_size(size) == plain_size(full):
            continue
        if size != 1:
            return None
        kept.append(axis)
    if kept and extra:
        return None
    return tuple(range(extra)), tuple(kept)


def _axis_atom(frame: Frame, axes: tuple[int, ...]) -> Atom:
    if len(axes) == 1:
        return Const(axes[0])
    return frame.temp(
        Build("tuple", tuple(Const(axis) for axis in axes)), Tup(tuple(Known(axis) for axis in axes))
    )
