"""Which views and subscripts an array of each shape has: found by trying each form on zeros.

A form is text with places: {a} is the array, {k} an integer variable (tried as 1, and made small by the form).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Shape = tuple[int, ...]

KINDS: dict[str, Shape] = {
    "array": (3,),
    "half": (2,),
    "line": (4,),
    "matrix": (2, 3),
    "tall": (3, 2),
    "square": (3, 3),
    "history": (4, 3),
}
KIND_OF = {shape: kind for kind, shape in KINDS.items()}

SUBSCRIPTS = [
    "[0]",
    "[1]",
    "[-1]",
    "[{k} % 2]",
    "[-{k} % 2]",
    "[1:]",
    "[:-1]",
    "[1:-1]",
    "[::-1]",
    "[::2]",
    "[-2:]",
    "[:]",
    "[...]",
    "[..., 0]",
    "[..., -1]",
    "[1, ...]",
    "[..., 1:]",
    "[:, 1]",
    "[:, -1]",
    "[1, :2]",
    "[0, 1]",
    "[{k} % 2, 1]",
    "[{k} % 2, {k} % 2]",
    "[:, ::-1]",
    "[1:, 1:]",
    "[:-1, :-1]",
    "[1:, :-1]",
    "[::-1, 1]",
    "[2, 1:]",
    "[1, ::-1]",
    "[None, 1]",
    "[{k} % 2:{k} % 2 + 1]",
    "[{k} % 2:{k} % 2 + 2]",
    "[:, {k} % 2]",
    "[{k} % 2, 1:]",
    "[-1:0:-1]",
]
FANCY = [
    "[[1, 0]]",
    "[[0, 1]]",
    "[[2, 0]]",
    "[[-1, 0]]",
    "[np.array([0, 1])]",
    "[np.array([1, 1, 0])]",
    "[[1, 0], [0, 1]]",
    "[[0, 1], 1]",
    "[:, [1, 0]]",
    "[[1, 0], :2]",
    "[1:, [0, 1]]",
    "[np.ix_([0, 1], [1, 0])]",
    "[np.ix_([1], [0, 1])]",
    "[np.arange(2)]",
    "[[{k} % 2, 2]]",
    "[[True, False, True]]",
]
VIEWS = [
    "{a}.T",
    "{a}.ravel()",
    "{a}.reshape(-1)",
    "{a}.reshape(3, 2)",
    "{a}.reshape(2, 3)",
    "{a}.reshape(3, 1)[:, 0]",
    "{a}.T.ravel()",
    "{a}.T.reshape(2, 3)",
    "np.flip({a})",
    "np.asarray({a})",
    "np.ravel({a})[:3]",
    "np.atleast_1d({a})",
    "np.atleast_2d({a})[0]",
    "{a}.swapaxes(0, 1)",
    "np.transpose({a})",
    "np.squeeze({a})",
    "np.moveaxis({a}, 0, 1)",
    "np.ascontiguousarray({a})",
    "{a}.ravel()[::2][:2]",
    "np.split({a}, [1])[1]",
    "np.diagonal({a}) * 1.0",
    "np.expand_dims({a}, 0)[0]",
    "{a}[None][0]",
    "rest({a})",
    "same({a})",
    "kept({a}, 2)",
    "since({a}, 3)",
    "[{a}[:1], {a}[1:]][1]",
    "({a}[:2], {a}[1:])[0]",
    "next(iter([{a}, {a}]))",
]
COPIES = [
    "{a}.copy()",
    "np.array({a})",
    "{a} * 1.0",
    "np.roll({a}, 1, axis=0)",
    "np.cumsum({a}, axis=0)",
    "np.sum({a}, axis=0)",
    "np.sum({a}, axis=1)",
    "np.mean({a}, axis=-1)",
    "np.max({a}, axis=0)",
    "np.diff({a}, axis=0)",
    "np.tile({a}, 2)[:3]",
    "np.repeat({a}, 2)[1:4]",
    "np.diag({a}) * 0.5",
    "np.sort({a}, axis=0)",
    "(np.broadcast_to({a}, (3, 3)) + 0.1)",
    "(np.broadcast_to({a}, (2, 3)) + 0.1)",
    "{a}.flatten()[:2]",
]


@dataclass(frozen=True)
class Form:
    text: str
    shape: Shape  # () for an element
    view: bool  # whether a write to it is a write to the array
    lasting: bool  # whether it may have a name: it can be written to


def same(a: np.ndarray, n: int = 1) -> np.ndarray:
    """As `same` and `kept` in the programs' head."""
    return a


def rest(a: np.ndarray, n: int = 1) -> np.ndarray:
    """As `rest` and `since` in the programs' head."""
    return a[1:]


def tried(forms: list[str], shape: Shape) -> list[Form]:
    """The forms that an array of this shape has, whether the integer is even or odd."""
    found = []
    for form in forms:
        array, places = np.zeros(shape), {"np": np, "same": same, "rest": rest, "kept": same, "since": rest}
        try:
            values = [np.asarray(eval(form.format(a="a", k=str(k)), {**places, "a": array})) for k in (0, 1)]
        except (IndexError, ValueError, TypeError):
            continue
        even, odd = values
        if even.size and even.shape == odd.shape:
            writeable = bool(even.flags.writeable and even.shape in KIND_OF)
            found.append(Form(form, even.shape, writeable and np.shares_memory(even, array), writeable))
    return found


def _table(forms: list[str]) -> dict[str, list[Form]]:
    return {kind: tried(forms, shape) for kind, shape in KINDS.items()}


PLACES = _table(["{a}" + form for form in SUBSCRIPTS + FANCY])  # what a store may write to
READS = _table(["{a}" + form for form in SUBSCRIPTS] + VIEWS + COPIES + ["{a}" + f for f in FANCY])
LASTING = {kind: [form for form in forms if form.lasting] for kind, forms in READS.items()}
ELEMENTS = {kind: [form.text for form in forms if form.shape == ()] for kind, forms in READS.items()}
