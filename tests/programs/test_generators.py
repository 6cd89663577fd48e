"""Generators that are refused: those whose items cannot be told from the text."""

import itertools

import pytest

import s2sad
from s2sad.errors import RefusedError


def decay(x):
    while abs(x) > 0.05:
        yield x
        x = x * 0.5


def powers(x):
    p = 1.0
    while True:
        p = p * x
        yield p


def scaled(items, factor):
    for item in items:
        yield item * factor


def used_twice(x):
    steps = decay(x)
    return sum(steps) + sum(steps)


def used_in_each_round(x):
    steps, total = decay(x), 0.0
    for _ in range(2):
        for step in steps:
            total = total + step
    return total


def gone_on_with(x):
    steps, total = decay(x), 0.0
    for step in steps:
        total = step
        break
    for step in steps:
        total = total * step
    return total


def passed_on_twice(x):
    steps = decay(x)
    return sum(scaled(steps, 2.0)) + sum(scaled(steps, x))


def zipped_with_itself(x):
    steps, total = decay(x), 0.0
    for a, b in zip(steps, steps, strict=False):
        total = total + a * b
    return total


def next_twice(x):
    steps = decay(x)
    return next(steps) * next(steps)


def either(x):
    steps, total = decay(x) if x > 1 else powers(x), 0.0
    for step in steps:
        total = total + step
    return total


def collected_endless(x):
    return sum(powers(x))


def looped_endless(x):
    total = 0.0
    for item in scaled(powers(x), 2.0):
        total = total + item
    return total


def sent_into(x):
    return decay(x).send(None) * x


def returned(x):
    return decay(x)


def itself(x):
    yield x * x


def noting(items, notes):
    for item in items:
        notes.append(item)
        yield from noting(items[:0], notes)
        yield item


def takes_turns(x):
    notes, total = [], 0.0
    for item in noting([x, 2 * x], notes):
        total = total + item * len(notes)
    return total


def unknown_lazy_function(x):
    total = 0.0
    for a, b in itertools.combinations_with_replacement([x, x * x], 2):
        total = total + a * b
    return total


@pytest.mark.parametrize(
    "function",
    [
        used_twice, used_in_each_round, gone_on_with, passed_on_twice, zipped_with_itself, next_twice, either,
        collected_endless, looped_endless, sent_into, returned, itself, takes_turns, unknown_lazy_function,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_refused_with_place_and_remedy(function, mode):
    with pytest.raises(RefusedError) as caught:
        if mode == "reverse":
            s2sad.grad(function)(1.2)
        else:
            s2sad.jvp(function, (1.2,), (1.0,))
    (finding,) = caught.value.diagnostics
    assert finding.filename == __file__ and finding.help
    place = function if function not in (passed_on_twice, looped_endless) else scaled  # the loop is there
    first = place.__code__.co_firstlineno
    assert first <= finding.span.line <= first + 8, str(caught.value)
