"""Stores in the place of first additions, and operations on spread adjoints that are left away."""

import numpy as np
import pytest

from s2sad import value_and_grad
from s2sad.ir.nodes import Const, Function, SliceIndex, TupleIndex, Var
from s2sad.optimize.facts import Facts
from s2sad.optimize.first import are_apart

FACTS = Facts(Function("f", (), ()))
HEAD, TAIL = SliceIndex(None, Const(2), None), SliceIndex(Const(2), None, None)
WHOLE = SliceIndex(None, None, None)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (Const(0), Const(1), True),
        (Const(0), Const(0), False),
        (Const(0), Const(-1), False),  # of one element these are the same
        (HEAD, TAIL, True),
        (TAIL, HEAD, True),
        (HEAD, HEAD, False),
        (HEAD, Const(3), False),
        (TupleIndex((WHOLE, Const(0))), TupleIndex((WHOLE, Const(1))), True),
        (TupleIndex((Const(0), Const(1))), Const(1), True),
        (TupleIndex((Const(...), Const(0))), TupleIndex((WHOLE, Const(1))), False),
        (TupleIndex((Var("mask"), Const(0))), TupleIndex((Const(1), Const(1))), False),
    ],
)
def test_indices_that_are_apart(first, second, apart):
    assert are_apart(first, second, FACTS) is apart


def gradient(function, x):
    made = value_and_grad(function)
    return made(x)[1], made.source


def test_parts_are_stored():
    def f(x):
        return np.sum(x[0] ** 2) + 3.0 * np.sum(x[1])

    found, source = gradient(f, np.array([[1.0, 2.0], [5.0, 6.0], [7.0, 8.0]]))
    assert "x_bar[0] = " in source
    assert "x_bar[1] = " in source
    np.testing.assert_allclose(found, [[2.0, 4.0], [3.0, 3.0], [0.0, 0.0]])


def test_a_part_that_comes_again_is_added():
    def f(x):
        return np.sum(x[0] ** 2) + 3.0 * np.sum(x[:2]) - np.sum(x[0])

    found, source = gradient(f, np.array([[1.0, 2.0], [5.0, 6.0], [7.0, 8.0]]))
    assert "+=" in source
    np.testing.assert_allclose(found, [[4.0, 6.0], [3.0, 3.0], [0.0, 0.0]])


def test_a_single_row_has_two_numbers():
    def f(x):
        return np.sum(x[0]) + 2.0 * np.sum(x[-1])

    found, _ = gradient(f, np.ones((1, 2)))
    np.testing.assert_allclose(found, [[3.0, 3.0]])


def test_a_spread_number_is_a_factor():
    def f(x):
        return np.sum(np.sin(x) ** 2)

    x = np.array([[0.3, -0.4], [1.0, 2.0]])
    found, source = gradient(f, x)
    assert "broadcast_to" not in source
    np.testing.assert_allclose(found, np.sin(2 * x))


def test_what_is_turned_and_spread_is_added_to():
    def f(x):
        y = -x
        return np.sum(y) + np.sum(x * x) + np.sum(y[0])

    found, _ = gradient(f, np.array([[0.5, 1.0], [2.0, 3.0]]))
    np.testing.assert_allclose(found, [[-1.0, 0.0], [3.0, 5.0]])


def test_axes_are_put_back_by_an_index():
    def f(x):
        return np.sum(np.sum(x, axis=1) ** 2) + np.sum(np.sum(x, axis=(0, 2)) ** 3)

    x = np.arange(6.0).reshape(1, 2, 3)
    found, source = gradient(f, x)
    assert "[:, None" in source
    expected = 2 * x.sum(1, keepdims=True) + 3 * x.sum((0, 2), keepdims=True) ** 2
    np.testing.assert_allclose(found, np.broadcast_to(expected, x.shape))


def test_pairs_of_a_list_that_a_loop_goes_through():
    def f(x, n):
        pairs = [(x[k], x[k] ** 2) for k in range(3)]
        for _ in range(n):
            new = []
            for row, (a, b) in zip(x, pairs):
                new.append((a * row, a + b))
            pairs = new
        return np.sum(pairs[0][0] * pairs[1][1] + pairs[2][0])

    x = np.array([[0.5, 0.7], [1.1, 0.9], [0.3, 0.2]])
    made = value_and_grad(f)
    _, found = made(x, 2)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        slope = (f(x + step, 2) - f(x - step, 2)) / 2e-6
        np.testing.assert_allclose(found[place], slope, rtol=1e-6)
