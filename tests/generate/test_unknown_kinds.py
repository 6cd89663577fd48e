"""Functions without annotations, run with arguments of several kinds: nothing may depend on a guess."""

import inspect

import numpy as np
import pytest

from s2sad.compile import derive
from s2sad.errors import RefusedError
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


def row_taken(rows, w):
    row = rows[0]
    return sum(row[i] * w * rows[1][i] for i in range(2)) * row[0]


def rows_kept(rows, w):
    best = rows[0]
    for row in rows[1:]:
        if row[0] > best[0]:
            best = row
    return best[0] * best[1] * w


def tail_summed(p, w):
    return sum(p[1:]) * p[0] * w


def row_as_array(rows, w):
    return np.sum(np.array(rows[0]) * w) + rows[0][1]


def by_pattern(p, w):
    match p:
        case [a]:
            return a * w
        case [a, *rest] if a > 1:
            return a * sum(rest) * w
        case [a, b, *_]:
            return a / b * w


ROWS = ([[1.0, 2.0], [3.0, 4.0]], E[:2], ((1.0, 2.0), (3.0, 4.0)))
ITEMS = ([1.2, 0.3, 0.7], A[:3], (1.2, 0.3, 0.7))


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
        *((function, (rows, 0.7)) for function in (row_taken, rows_kept, row_as_array) for rows in ROWS),
        *((tail_summed, (items, 0.7)) for items in ITEMS),
        *((by_pattern, (items, 0.7)) for items in ([1.2], [1.2, 0.3, 0.7], [0.2, 0.3, 0.7])),
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
        same = type(bar) is type(arguments[position]) or np.ndim(arguments[position]) == 0
        assert same or (
            isinstance(arguments[position], tuple) and isinstance(bar, list)
        )  # what can be written to
        for one, other in zip(leaves(bar), leaves(expected), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-8)


def leaves(value):
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


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
    if isinstance(value, (list, tuple)) and isinstance(value[0], (list, tuple)):
        return [
            differences(
                lambda row, w, k=k: function([*value[:k], row, *value[k + 1 :]], w),
                (value[k], arguments[1]),
                0,
                seed,
            )
            for k in range(len(value))
        ]
    if isinstance(value, (list, tuple)):
        return [
            slope(lambda step, k=k: type(value)([*value[:k], value[k] + step, *value[k + 1 :]]))
            for k in range(len(value))
        ]
    return slope(lambda step: value + step)


def copied_dict(table, x):
    d = dict(table)
    d["k1"] = d["k2"] * x
    return d["k1"] * table["k1"]


def starred_rows(rows, w):
    total = 0.0
    for a, b in zip(*rows):
        total = total + a * b
    return total * w


def test_a_dict_of_what_may_be_a_mapping_or_pairs():
    """Its keys have two characters: as pairs they could be taken apart."""
    made = derive(from_function(copied_dict), "jvp", ("table", "x"), None).entry("jvp")
    y, slope = made({"k1": 1.3, "k2": 0.4}, 0.7, table_dot={"k1": 1.0, "k2": 2.0}, x_dot=3.0)
    assert y == pytest.approx(0.4 * 0.7 * 1.3)
    assert slope == pytest.approx(0.4 * 0.7 + 2.0 * 0.7 * 1.3 + 3.0 * 0.4 * 1.3)
    with pytest.raises(RefusedError, match="S2S021"):
        derive(from_function(copied_dict), "vjp", ("table", "x"), None).entry("vjp")


@pytest.mark.parametrize("mode", ["jvp", "vjp"])
def test_stars_of_unknown_number_are_refused(mode):
    with pytest.raises(RefusedError):
        derive(from_function(starred_rows), mode, ("rows", "w"), None).entry(mode)
