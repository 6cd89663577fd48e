"""What annotations and use say about parameters."""

import numpy as np
import pytest

from s2sad.analysis.annotations import parameter_types
from s2sad.analysis.values import (
    COMPLEX,
    FLOAT,
    INT,
    SYMBOLS,
    TOP,
    Dct,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Top,
    Tup,
)
from s2sad.frontend.resolve import from_file

N = SYMBOLS[0]  # the sizes that stand for the first unknown one
N_LESS_ONE = (N[0] - 1, N[1] - 1)

HEADER = """from __future__ import annotations
import typing as t
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, Optional
import numpy as np
import numpy.typing as npt
import jaxtyping as jt
from jaxtyping import Float, Complex64 as C64

Vector = npt.NDArray[np.float32]

class Pair(NamedTuple):
    a: float
    n: int

@dataclass
class Node:
    value: float
    tag: str
    next: Node | None = None

"""

F32, F = np.dtype(np.float32), Tensor("f")


def types_of(tmp_path, text):
    path = tmp_path / "model.py"
    path.write_text(HEADER + text)
    return parameter_types(from_file(path).lookup("f"))


@pytest.mark.parametrize(
    ("annotation", "value", "varies"),
    [
        ("float", FLOAT, True),
        ("'float'", FLOAT, True),
        ("int", INT, False),
        ("complex", COMPLEX, True),
        ("str", Other("str"), False),
        ("None", Known(None), False),
        ("np.ndarray", F, True),
        ("float | np.ndarray", F, True),
        ("npt.NDArray[np.float32]", Tensor("f", F32), True),
        ("npt.NDArray[np.floating]", F, True),
        ("npt.NDArray[np.int64]", Tensor("i", np.dtype(np.int64)), False),
        ("np.ndarray[tuple[int, int], np.dtype[np.float32]]", Tensor("f", F32, (None, None)), True),
        ("np.ndarray[tuple[int], np.dtype[np.float32]]", Tensor("f", F32, (None,)), True),
        ("np.ndarray[tuple[int, ...], np.dtype[np.float32]]", Tensor("f", F32), True),
        ("np.ndarray[tuple[()], np.dtype[np.float32]]", Tensor("f", F32, ()), True),
        ("np.ndarray[t.Any, np.dtype[np.float32]]", Tensor("f", F32), True),
        ("np.float32", Tensor("f", F32, ()), True),
        ("Vector", Tensor("f", F32), True),
        ("Float[np.ndarray, 'n 3 n']", Tensor("f", None, (N, 3, N)), True),
        ("Float[np.ndarray, 'n n-1']", Tensor("f", None, (N, N_LESS_ONE)), True),
        ("Float[np.ndarray, '*batch n']", F, True),
        ("Float[np.ndarray, '']", Tensor("f", None, ()), True),
        ("jt.Int[np.ndarray, 'n']", Tensor("i", None, (N,)), False),
        ("C64[np.ndarray, '_ n']", Tensor("c", np.dtype("complex64"), (None, N)), True),
        ("list[float]", Lst(FLOAT), True),
        ("t.List[int]", Lst(INT), False),
        ("tuple[float, np.ndarray]", Tup((FLOAT, F)), True),
        ("tuple[float, ...]", TOP, True),
        ("dict[str, float]", Dct(FLOAT), True),
        ("Optional[float]", Top(given=FLOAT), True),
        ("Optional[int]", Top(given=INT), False),
        ("int | None", Top(given=INT), False),
        ("Literal['a', 'b']", Other("str"), False),
        ("Annotated[float, 'metres']", FLOAT, True),
        ("Annotated[np.ndarray, 'weights']", Tensor("f"), True),
        ("Annotated[np.ndarray, '(n)']", Tensor("f"), True),
        ("Annotated[np.ndarray, '(n, 3)']", Tensor("f", None, (N, 3)), True),
        ("Annotated[np.ndarray, 'metres', '(n-1,)']", Tensor("f", None, (N_LESS_ONE,)), True),
        ("Annotated[npt.NDArray[np.float32], '(n, n)']", Tensor("f", np.dtype("float32"), (N, N)), True),
        ("Callable[[float], float]", TOP, False),
        ("Sequence[float]", TOP, True),
        ("Unknown", TOP, True),
        ("", TOP, True),
    ],
)
def test_annotation(tmp_path, annotation, value, varies):
    typed = types_of(tmp_path, f"def f(x{': ' if annotation else ''}{annotation}):\n    return x\n")["x"]
    assert (typed.value, typed.varies) == (value, varies)


def test_classes(tmp_path):
    typed = types_of(tmp_path, "def f(p: Pair, n: Node):\n    return p.a * n.value\n")
    assert isinstance(typed["p"].value, Tup) and typed["p"].value.items == (FLOAT, INT)
    node = typed["n"].value
    assert isinstance(node, Obj) and node.attr("value") == FLOAT and node.attr("next") == TOP


def test_default_of_none(tmp_path):
    assert types_of(tmp_path, "def f(x: float = None):\n    return x\n")["x"].value == Top(given=FLOAT)


def test_use(tmp_path):
    text = """
def g(x, m):
    for _ in range(m):
        x = x * x
    return x

def f(x, n, k, i, rows: np.ndarray, m, stop, power=2, scale=2.0):
    for _ in range(2 * n - 1):
        x = x * scale
    k = k + 1
    return g(x[i] + x[rows] + x[:stop] + sum(range(k)), m) ** power
"""
    found = types_of(tmp_path, text)
    assert {name for name, typed in found.items() if typed.value == INT} == {"n", "m", "stop"}
    assert {name for name, typed in found.items() if typed.varies} == {"x", "k", "scale"}
