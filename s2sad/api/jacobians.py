"""`jacfwd`, `jacrev`, `jacobian`, `hessian` and `hvp`: sweeps over the unit vectors of arguments or results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from s2sad.analysis.transforms import register
from s2sad.api import text
from s2sad.api.linear_maps import jvp, pull, push
from s2sad.api.program import Program, Variant
from s2sad.api.structure import describe, differentiable, is_leaf, leaves, rebuild, snapshot
from s2sad.api.target import Bound, Pick
from s2sad.api.transforms import Argnums, Gradient, Transform, check_picks


class Jacobian(Transform):
    """The Jacobian of a function: see `jacfwd`, `jacrev` and `jacobian`."""

    suffix = "jacobian"
    purpose = "The Jacobian of {}."
    kind = "jacobian"  # of the call that stands for it inside of a program

    def __s2sad_transform__(self) -> tuple[str, Any, Any, bool]:
        return (self.kind, self.function, self.argnums, False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = self._target.bind(args, kwargs)
        picks = self._picks(bound)
        check_picks(bound, picks)
        values = [bound.value(pick) for pick in picks]
        _check_real(values, f"an argument of {self._target.name}")
        y, blocks = self._blocks(bound, picks, values)
        return rebuild(y, (self._of_one_result(values, iter(row)) for row in blocks))

    def _of_one_result(self, values: list[Any], row: Iterator[Any]) -> Any:
        return self._several([rebuild(value, row) for value in values])

    def _blocks(self, bound: Bound, picks: list[Pick], values: list[Any]) -> tuple[Any, list[list[Any]]]:
        """The value, and for each leaf of it a list with a block for each leaf of the arguments."""
        raise NotImplementedError

    def _write(self, program: Program, picks: list[Pick], variant: Variant) -> Program:
        if len(picks) != 1 or picks[0].key is not None or isinstance(self.argnums, tuple):
            raise TypeError(
                f"{self.__name__} of several arguments at once cannot be differentiated once more"
            )
        write = text.jacobian_by_columns if self.mode == "jvp" else text.jacobian_by_rows
        return write(program, picks[0], variant, self.__name__)

    def generated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound:
        bound = self._target.bind(args, kwargs)
        for pick in self._picks(bound):
            value = bound.value(pick)
            if not is_leaf(value):
                raise TypeError(
                    f"{self.__name__} is differentiated once more with respect to a number or an array only, "
                    f"and argument `{pick.parameter}` is {describe(value)}"
                )
        return super().generated(args, kwargs)


def _check_real(values: Any, what: str) -> None:
    for leaf in leaves(values):
        if np.iscomplexobj(leaf):
            raise TypeError(
                f"{what} is complex: a Jacobian has real arguments and results (split them into real and imaginary parts)"
            )


class ForwardJacobian(Jacobian):
    """A Jacobian made column by column, of pushforwards."""

    mode = "jvp"
    kind = "jacfwd"

    def _blocks(self, bound: Bound, picks: list[Pick], values: list[Any]) -> tuple[Any, list[list[Any]]]:
        columns: list[
            list[list[Any]]
        ] = []  # for each leaf of the arguments, for each element: the result's leaves
        y: Any = None
        for pick, value in zip(picks, values, strict=True):
            for units in unit_vectors(value):
                column = []
                for unit in units:
                    y, y_dot, self._last = push(bound, {pick: unit})
                    column.append(leaves(y_dot))
                columns.append(column)
        if y is None:
            y = bound.program.call(snapshot(bound.arguments))
        _check_real(y, f"the result of {self._target.name}")
        shapes = [np.shape(leaf) for leaf in leaves(values)]
        return y, [
            [
                block([made[i] for made in column], np.shape(leaf) + shape, -1, leaf)
                for column, shape in zip(columns, shapes, strict=True)
            ]
            for i, leaf in enumerate(leaves(y))
        ]


class ReverseJacobian(Jacobian):
    """A Jacobian made row by row, of pullbacks."""

    mode = "split"
    kind = "jacrev"

    def _blocks(self, bound: Bound, picks: list[Pick], values: list[Any]) -> tuple[Any, list[list[Any]]]:
        y, pullback, self._last = pull(bound, picks)
        _check_real(y, f"the result of {self._target.name}")
        inputs = leaves(values)
        blocks = []
        for leaf, units in zip(leaves(y), unit_vectors(y), strict=True):
            rows = [leaves(list(pullback(unit))) for unit in units]
            blocks.append(
                [
                    block([row[i] for row in rows], np.shape(leaf) + np.shape(x), 0, x)
                    for i, x in enumerate(inputs)
                ]
            )
        return y, blocks


class ShorterJacobian(Jacobian):
    """A Jacobian made by rows or by columns, whichever are fewer."""

    mode = "split"

    def _blocks(self, bound: Bound, picks: list[Pick], values: list[Any]) -> tuple[Any, list[list[Any]]]:
        y = bound.program.call(snapshot(bound.arguments))
        by_rows = size(y) <= size(values)
        cls = ReverseJacobian if by_rows else ForwardJacobian
        chosen = cls(self.function, self.argnums)
        result = chosen._blocks(bound, picks, values)
        self._last = chosen._last
        return result


def size(value: Any) -> int:
    """How many numbers a nest holds."""
    return sum(int(np.size(leaf)) for leaf in leaves(value))


def unit_vectors(value: Any) -> Iterator[Iterator[Any]]:
    """For each leaf of a nest: nests like `value`, each with a one in one element of that leaf, None elsewhere."""
    found = leaves(value)
    for i, leaf in enumerate(found):
        yield _units(value, i, leaf, len(found))


def _units(value: Any, position: int, leaf: Any, count: int) -> Iterator[Any]:
    for j in range(int(np.size(leaf))):
        unit = np.zeros(np.shape(leaf), np.asarray(leaf).dtype)
        unit.reshape(-1)[j] = 1
        yield rebuild(value, iter([unit if k == position else None for k in range(count)]))


def block(parts: list[Any], shape: tuple[int, ...], axis: int, like: Any) -> Any:
    """Rows or columns put together: an array, or a number if the shape is ()."""
    if not parts:
        return np.zeros(shape, np.asarray(like).dtype)
    whole = np.stack(parts, axis=axis).reshape(shape)
    return whole if shape else whole[()]


def jacfwd(function: Callable[..., Any], argnums: Argnums = 0) -> Jacobian:
    """The function that computes the Jacobian by forward sweeps, one for each element of the arguments.

    The result has the structure of the function's result, with an array of shape (*result, *argument) for each
    leaf: inside of it the structure of the argument (a tuple of them for several `argnums`). Arguments and results
    are real. Raises TypeError for an argument that has no derivative.
    """
    return ForwardJacobian(function, argnums)


def jacrev(function: Callable[..., Any], argnums: Argnums = 0) -> Jacobian:
    """The function that computes the Jacobian by reverse sweeps, one for each element of the result. See `jacfwd`."""
    return ReverseJacobian(function, argnums)


def jacobian(function: Callable[..., Any], argnums: Argnums = 0) -> Jacobian:
    """The function that computes the Jacobian in the mode that needs fewer sweeps at the arguments. See `jacfwd`."""
    return ShorterJacobian(function, argnums)


class Hessian:
    """The second derivatives of a function: see `hessian`."""

    def __init__(self, function: Callable[..., Any], argnums: Argnums = 0) -> None:
        self.function = function
        self.argnums = argnums
        self._gradient = Gradient(function, argnums)
        self._of_gradient = ForwardJacobian(self._gradient, argnums)
        self.__name__ = self._gradient.__name__.removesuffix("_grad") + "_hessian"
        self.__doc__ = f"The Hessian of {self._gradient.__name__.removesuffix('_grad')}."

    def __repr__(self) -> str:
        return f"<Hessian of {self.__name__.removesuffix('_hessian')}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.function, self.argnums))

    def __s2sad_transform__(self) -> tuple[str, Any, Any, bool]:
        return ("hessian", self.function, self.argnums, False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = self._gradient._target.bind(args, kwargs)
        check_picks(bound, self._gradient._picks(bound))
        y = bound.program.call(snapshot(bound.arguments))
        if isinstance(y, int | float | np.number) or (isinstance(y, np.ndarray) and y.ndim == 0):
            return self._of_gradient(*args, **kwargs)
        if y is None:  # the result is what it writes to, or there is none
            y = pull(bound, self._gradient._picks(bound))[0]
        if not is_leaf(y):
            raise TypeError(f"{self.__name__}: a Hessian is of a number or an array, not of {describe(y)}")
        return ForwardJacobian(ReverseJacobian(self.function, self.argnums), self.argnums)(*args, **kwargs)

    @property
    def source(self) -> str:
        """The generated text of the gradient's tangent."""
        return self._of_gradient.source


def hessian(function: Callable[..., Any], argnums: Argnums = 0) -> Hessian:
    """The function that computes second derivatives: the forward Jacobian of the gradient.

    For a real result the Hessian has the structure of the argument twice over, with arrays of shape
    (*argument, *argument); for a result that is an array, (*result, *argument, *argument).
    """
    return Hessian(function, argnums)


def hvp(function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The Hessian of a real function at `primals` times `tangents`, forward over reverse; no matrix is made.

    One primal: the product has its structure. Several: a tuple with a part for each, None for one that has no
    derivative. A tangent of None stands for zero. Raises TypeError if the result is not one real number.
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("hvp takes the primals as one tuple and the tangents as another")
    active = [i for i, primal in enumerate(primals) if differentiable(primal)]
    if not active:
        raise TypeError("hvp: none of the primals has a derivative")
    _, products = jvp(Gradient(function, tuple(active)), primals, tangents)
    if len(primals) == 1:
        return products[0]
    found = dict(zip(active, products, strict=True))
    return tuple(found.get(i) for i in range(len(primals)))


for _function in (jacfwd, jacrev, jacobian, hessian, hvp):
    register(_function, _function.__name__)
