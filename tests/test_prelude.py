"""The helpers that are copied into emitted files."""

import inspect
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from s2sad import prelude

HELPERS = [f for n, f in vars(prelude).items() if inspect.isfunction(f)]


@pytest.mark.parametrize("helper", HELPERS, ids=lambda f: f.__name__)
def test_form(helper):
    assert helper.__name__.startswith("_")
    assert helper.__doc__
    used = {n for n in helper.__code__.co_names if n in vars(prelude)}
    assert used <= {"np", "math", "copy", helper.__name__, "_unbroadcast", "_add", "_zeros_like"}
    assert len(inspect.getsource(helper).splitlines()) <= 17


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 3), (2, 1), (2, 3), (1, 1, 3)])
def test_unbroadcast(shape):
    x = np.zeros(shape)
    g = np.arange(6.0).reshape(2, 3)
    g = np.broadcast_to(g, np.broadcast_shapes(shape, (2, 3)))
    got = prelude._unbroadcast(g, x)
    assert np.shape(got) == shape
    d = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(np.sum(got * d), np.sum(g * (d + np.zeros(g.shape))))


def test_unbroadcast_of_numbers_and_nothing():
    assert prelude._unbroadcast(2.0, 1.0) == 2.0
    assert isinstance(prelude._unbroadcast(np.ones(3), 1.0), float)
    assert prelude._unbroadcast(np.ones((0, 3)), np.ones((1, 3))).tolist() == [[0, 0, 0]]
    assert prelude._unbroadcast(np.ones((0, 3)), np.ones((0, 1))).shape == (0, 1)
    assert prelude._unbroadcast(np.ones(3, "f4"), 1.0).dtype == np.float32


def test_match_dtype():
    assert prelude._match_dtype(np.ones(2), np.ones(2, "f4")).dtype == np.float32
    assert prelude._match_dtype(np.ones(2) * 1j, np.ones(2)).tolist() == [0, 0]
    assert prelude._match_dtype(1.5 + 2j, 1.0) == 1.5
    assert prelude._match_dtype(np.ones(2), np.ones(2) * 1j).dtype == np.complex128
    assert prelude._match_dtype(np.float64(2), 1) == 2


Point = namedtuple("Point", "x y")


@dataclass
class Spring:
    k: float
    name: str
    rest: np.ndarray


@dataclass(frozen=True)
class Frozen:
    k: float


class Layer:
    def __init__(self):
        self.w, self.n = np.ones((2, 2)), 3

    def __call__(self, x):
        return self.w @ x


def test_zeros_like_keeps_the_structure():
    x = {"a": 1.5, "b": [np.ones(2), (2, "s", None)], "p": Point(1.0, np.float32(2))}
    zero = prelude._zeros_like(x)
    assert zero["a"] == 0 and zero["b"][0].tolist() == [0, 0] and zero["b"][1] == (0, "s", None)
    assert zero["p"] == Point(0.0, 0.0) and isinstance(zero["p"].y, np.float32)
    assert prelude._zeros_like(np.arange(3)).tolist() == [0, 0, 0]
    assert prelude._zeros_like(1j) == 0j
    assert prelude._zeros_like(np.array(2.0)).shape == ()


def test_zeros_like_of_objects():
    zero = prelude._zeros_like(Spring(2.0, "left", np.ones(2)))
    assert (zero.k, zero.name, zero.rest.tolist()) == (0.0, "left", [0, 0])
    assert prelude._zeros_like(Frozen(1.0)) == Frozen(0.0)
    zero = prelude._zeros_like(Layer())
    assert (zero.w.sum(), zero.n) == (0, 0)
    for kept in (np.sin, len, Layer, prelude._add, np, np.random.default_rng(0)):
        assert prelude._zeros_like(kept) is kept


def test_add():
    a = {"a": 1.5, "b": [np.ones(2), (2, None)], "p": Point(1.0, 2.0), "s": Spring(1.0, "n", np.ones(1))}
    total = prelude._add(a, a)
    assert total["a"] == 3 and total["b"][0].tolist() == [2, 2] and total["b"][1] == (2, None)
    assert total["p"] == Point(2.0, 4.0) and total["s"].k == 2 and total["s"].name == "n"


def test_into_keeps_an_array_and_lets_a_number_go():
    a = np.array([1.0, 2.0])
    assert prelude._into(a, np.array([3.0, 4.0])) is a
    np.testing.assert_array_equal(a, [3.0, 4.0])
    assert prelude._into(1.0, 2.5) == 2.5


def test_add_to_writes_in_place():
    for a, b in [
        (np.ones(2), np.ones(2)),
        ([1.0, np.ones(2)], [1.0, np.ones(2)]),
        ({"k": 1.0}, {"k": 1.0}),
        (Spring(1.0, "n", np.ones(1)), Spring(1.0, "n", np.ones(1))),
    ]:
        other = a
        prelude._add_to(a, b)
        total = prelude._add(b, b)
        assert other is a and repr(a) == repr(total)


def test_copy_shares_nothing():
    x = [np.ones(2), {"k": [1.0]}, Spring(1.0, "n", np.ones(1))]
    y = prelude._copy(x)
    y[0][0], y[1]["k"][0], y[2].k, y[2].rest[0] = 5, 5, 5, 5
    assert x[0].tolist() == [1, 1] and x[1] == {"k": [1.0]} and x[2].k == 1 and x[2].rest.tolist() == [1]


def test_last_written():
    """The adjoint of values at repeated places: what was overwritten at once has none."""
    bar = np.array([1.0, 2.0, 3.0])
    assert prelude._last_written(bar, np.array([0, 2, 0])).tolist() == [0, 3, 1]
    assert prelude._last_written(bar, [1, 1]).tolist() == [0, 2]
    assert prelude._last_written(bar, bar > 1.5).tolist() == [2, 3]
    square = np.arange(6.0).reshape(2, 3)
    assert prelude._last_written(square, np.array([1, 1])).tolist() == [[0, 0, 0], [3, 4, 5]]


def test_times_masks_zero_seeds():
    assert prelude._times(np.inf, 0.0) == 0
    assert prelude._times(np.array([np.inf, np.nan, 2]), np.array([0.0, 0.0, 3.0])).tolist() == [0, 0, 6]
    assert isinstance(prelude._times(2.0, 3.0), float)
    assert prelude._times(np.ones(2, "f4"), np.ones(2, "f4")).dtype == np.float32


def test_over_masks_zero_seeds():
    assert prelude._over(0.0, 0.0) == 0
    assert prelude._over(-1.0, 0.0) == -np.inf
    assert prelude._over(np.array([0.0, 0.0, 3.0]), np.array([0.0, np.nan, 2])).tolist() == [0, 0, 1.5]
    assert isinstance(prelude._over(2.0, 4.0), float)
    assert prelude._over(np.ones(2, "f4"), np.zeros(2, "f4")).dtype == np.float32


def test_matrix_of_diagonal():
    for shape in [(3, 3), (2, 5), (5, 2), (4, 3)]:
        for k in range(-shape[0] - 1, shape[1] + 2):
            x = np.random.default_rng(0).normal(size=shape)
            g = np.diag(x, k)
            got = prelude._matrix_of_diagonal(g, k, x)
            np.testing.assert_array_equal(got, np.where(np.eye(*shape, k) == 1, x, 0))
            assert got.dtype == x.dtype


def test_folded():
    assert prelude._folded([1.0, 2.0, 3.0, 4.0], [0.5, 0.5]) == [4.0, 6.0]
    assert prelude._folded([], [0.5, [0.5]]) == [0.0, [0.0]]
    assert prelude._folded([], []) == []
    rows = prelude._folded([np.ones(2), np.ones(2), np.ones(2)], [np.zeros(2)])
    assert rows[0].tolist() == [3.0, 3.0]


def test_add_to_each_adds_to_what_is_there():
    one, other = np.ones(2), np.zeros(2)
    prelude._add_to_each([one, {"k": one}, (other,)], [np.ones(2), {"k": 2 * np.ones(2)}, None])
    assert one.tolist() == [4, 4] and other.tolist() == [0, 0]


def test_conj_each():
    nest = {
        "a": [1 + 2j, (np.array([1j]), 2.0)],
        "b": Spring(1j, "soft", np.array([3 - 1j])),
        "c": Point(1j, None),
    }
    got = prelude._conj_each(nest)
    assert got["a"][0] == 1 - 2j and got["a"][1][1] == 2.0 and got["a"][1][0].tolist() == [-1j]
    assert got["b"].k == -1j and got["b"].name == "soft" and got["b"].rest.tolist() == [3 + 1j]
    assert got["c"] == Point(-1j, None)
    assert nest["a"][0] == 1 + 2j and nest["b"].k == 1j


def test_items_of_a_dict_are_its_keys():
    """Which have no derivative: the adjoint is zero, and has the structure of the dict, lists in it included."""
    found = prelude._stack_like([0.0, 0.0], {"a": [2.0, 3.0], "b": 4})
    assert found == {"a": [0.0, 0.0], "b": 0.0}
