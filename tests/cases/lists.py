"""Lists and dicts that change their length where nobody reads them afterwards, or in every round of a loop."""

from typing import NamedTuple

import numpy as np

from tests.cases import case

V = np.array([0.4, 1.1, -0.7])


@case((0.8, V), (0.3, V))
def appended_to_and_left(x, v):
    if x > 0.5:
        rows = [v.copy() for _ in range(2)]
        rows.append(v)
    rows = [v * k for k in range(3)]
    return x + np.sum(rows[1] * rows[2])


@case((0.83, 0.5), (0.01, 0.5))
def extended_and_left_by_an_exception(x, y):
    if x > 0.0:
        found = [np.sqrt(1.0 + y**2), np.sin(y) * x]
        try:
            x = found[0] * y * x
            found += [np.exp(found[-1])]
            if x > 0.1:
                raise ValueError("large")
            x += found[1]
        except ValueError:
            pass
    return x + y


@case((0.83, 0.5))
def every_way_to_change_a_list(x, y):
    for i in range(3):
        items = []
        for j in range(4):
            items.append(x * j + y)
        t = items.pop(i)
        del items[0]
        x = t * x
        items.insert(0, x)
        items.extend([x, y])
    return x


@case((0.83, 0.5))
def every_way_to_change_a_dict(x, y):
    for _ in range(2):
        found = {"a": x * x, "b": y * x}
        t = found.pop("a")
        found["c"] = t
        del found["b"]
        x = t * x
        found.update({"e": x})
    return x


@case((0.83, [0.3, 0.4]))
def list_bound_anew_with_another_length(x, items):
    tail = items[:]
    tail.append(tail[-1])
    for _ in range(3):
        tail.append(x)
        tail = items[:1] + [items[-1] * x]
    return x + sum(tail) * tail[0]


class Point(NamedTuple):
    u: np.ndarray
    s: float


@case((0.83, V, 3))
def tuple_of_which_a_part_is_read(x, v, n):
    for k in range(n):
        for i in range(2):
            point = Point(v + v[np.array([1, 1, 0])], x / (1 + k))
            v[i] = v[i] * (point.s if k % 2 == 0 else x)
    return x + np.sum(v * 0.3)


def spread(items, t):
    return np.sin(t) + np.sin(sum([np.sin(item) * 2.0 for item in items]))


def spread_twice(items, t):
    return spread(items, t) + spread(items, 0.3)


@case((0.83, 0.4))
def appended_to_what_a_callee_was_given(x, y):
    items = [x, np.tanh(y)]
    items.append(spread_twice(items, y))
    return x + y + sum(items) * items[0]


@case((0.83, 0.4))
def extended_by_what_was_captured(x, y):
    items = [x, np.tanh(y)]

    def level(t):
        return np.sin(t) + np.sin(sum([np.sin(item) * 2.0 for item in items]))

    items += [spread([level(y), level(x)], y)]
    return x + y + sum(items) * items[0]


@case((0.83, 0.4))
def argument_that_the_callee_binds_anew(x, y):
    def level(t, s=x):
        nonlocal y
        y = 0.5
        return spread([t, s], y)

    return level(y) * x + y


@case((0.5, 0.3, 2), (0.5, 2.5, 2))
def made_in_a_block_that_may_fail(x, y, n):
    try:
        items = [y, np.sin(x)]
        items.extend((y, 0.4))
        if items[0] > 2.0:
            raise ValueError("large")
        x += n * np.sin(y)
    except ValueError:
        pass
    else:
        x += sum(t * y for t in items if t > 0.2)
    return x
