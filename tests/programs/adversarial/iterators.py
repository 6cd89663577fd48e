"""Iterators that are left early, shared, or run over a list that changes meanwhile; exceptions halfway."""

import itertools
import math


def grouper(x):
    it = iter([x, 2 * x, x * x, x + 1])
    return sum(a * b + a for a, b in zip(it, it))


def zip_leaves_one(x):
    it = iter([x, x * x, x + 1, 2 * x])
    t = sum(a * b for a, b in zip([1.0, 2.0], it))
    return t + next(it) * x


def islice_then_rest(x):
    it = iter([x, x * x, x + 1])
    return sum(itertools.islice(it, 2)) * 2 + sum(it)


def takewhile_then_rest(x):
    it = iter([x + 2, x + 3, x, x * x])
    return sum(itertools.takewhile(lambda v: v > 1.5, it)) * 2 + sum(it)


def any_stops(x):
    it = iter([x, x + 3, x * x])
    if any(v > 1 for v in it):
        return sum(it) * x
    return x


def found_in(x):
    it = iter([1.0, 2.0, x, x * x])
    if 2.0 in it:
        return sum(it) * x
    return x


def grows_meanwhile(x):
    xs = [x, 2 * x]
    t = 0.0
    for v in xs:
        t = t + v
        if len(xs) < 5:
            xs.append(v * x)
    return t


def iterator_grows_meanwhile(x):
    xs = [x, 2 * x]
    t = 0.0
    for v in iter(xs):
        t = t + v
        if len(xs) < 5:
            xs.append(v * x)
    return t


def raises_after_store(x):
    xs = [x, x * x]
    try:
        xs[0] = x * 3
        xs[1] = math.sqrt(-x - 5)
    except ValueError:
        xs.append(xs[0] * xs[1])
    return sum(v * (k + 1) for k, v in enumerate(xs))


def raises_in_callee_that_writes(x):
    xs = [x, x * x]

    def fill(items):
        items[0] = items[0] * 2
        items[1] = math.sqrt(-items[0] - 9)

    try:
        fill(xs)
    except ValueError:
        xs[1] = xs[0] * xs[1]
    return xs[0] * xs[1]


def raises_between_two_loops(x):
    total = x
    for k in range(3):
        total = total * x + k
    try:
        for k in (2.0, 1.0, 0.0):
            total = total + x / k
    except ZeroDivisionError:
        pass
    return total * x
