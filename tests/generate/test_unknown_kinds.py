"""Functions without annotations, run with arguments of several kinds: nothing may depend on a guess."""

import inspect

import numpy as np
import pytest

from s2sad.compile import derive
from s2sad.frontend.resolve import from_function

A = np.array([0.4, 1.1, -0.7, 0.9])
E = np.array([[0.4, 1.1], [-0.7, 0.9], [0.3, 0.2]])
REPEATED = np.array([0, 2, 2])


def gathered(table, places, w):
    return np.sum(np.tanh(table[places] @ w)) + table[places[0], 0] ** 2


def scattered(a, places, v):
    a = a.copy()
    a[places] = v
    return np.sum(a * a * a)


def entry(table, key, x):
    return table[key] * x


def unpacked(pair, w):
    x, y = pair
    return x * y + w * x


def iterated(items, w):
    total = 0.0
    for k, item in enumerate(items):
        total += np.sum(item) * w ** (k + 1)
    return total


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (gathered, (E, REPEATED, np.array([0.5, -0.3]))),
        (gathered, (E, [0, 1], np.array([0.5, -0.3]))),
        (scattered, (A, REPEATED, A[:3] * 2)),
        (scattered, (A, 2, 1.5)),
        (entry, ({"a": 1.2, "b": 0.3}, "b", 2.0)),
        (entry, ([1.2, 0.3], 1, 2.0)),
        (entry, (A, 1, 2.0)),
        (entry, (E, 1, np.array([2.0, 0.1]))),
        (unpacked, ((1.2, 0.3), 0.7)),
        (unpacked, ([1.2, 0.3], 0.7)),
        (unpacked, (np.array([1.2, 0.3]), 0.7)),
        (iterated, (A, 0.7)),
        (iterated, (E, 0.7)),
        (iterated, ((1.2, 0.3), 0.7)),
    ],
)
def test_gradient(function, arguments):
    names = tuple(inspect.signature(function).parameters)
    wrt = tuple(name for name, value in zip(names, arguments, strict=True) if name not in ("places", "key"))
    made = derive(from_function(function), "vjp", wrt, None).entry("vjp")
    seed = np.array([1.0, -0.5]) if np.ndim(function(*arguments)) else 1.0
    _, found = made(*arguments, y_bar=seed)
    for name, bar in zip(wrt, found if len(wrt) > 1 else (found,), strict=True):
        position = names.index(name)
        expected = differences(function, arguments, position, seed)
        assert type(bar) is type(arguments[position]) or np.ndim(arguments[position]) == 0
        for one, other in zip(leaves(bar), leaves(expected), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-8)


def leaves(value):
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def differences(function, arguments, position, seed):
    """Central differences with respect to each number of one argument."""

    def slope(changed):
        def at(step):
            given = [*arguments[:position], changed(step), *arguments[position + 1 :]]
            return np.sum(seed * function(*given))

        return (at(1e-6) - at(-1e-6)) / 2e-6

    value = arguments[position]
    if isinstance(value, np.ndarray):
        units = np.eye(value.size).reshape(-1, *value.shape)
        return np.reshape([slope(lambda step, u=u: value + step * u) for u in units], value.shape)
    if isinstance(value, dict):
        return {k: slope(lambda step, k=k: {**value, k: value[k] + step}) for k in value}
    if isinstance(value, (list, tuple)):
        return [
            slope(lambda step, k=k: type(value)([*value[:k], value[k] + step, *value[k + 1 :]]))
            for k in range(len(value))
        ]
    return slope(lambda step: value + step)
