"""Generators: in loops, in library functions, endless, recursive, as methods and closures, piped into each other."""

import itertools
from dataclasses import dataclass

import numpy as np

from tests.cases import build, case

A3 = np.array([0.4, 1.1, -0.7])


def newton_steps(f, df, x):
    while True:
        x = x - f(x) / df(x)
        yield x


@case((2.0, 1.0), (7.0, 2.0))
def endless_with_break(a, x):
    root = x
    for guess in newton_steps(lambda t: t * t - a, lambda t: 2 * t, x):
        if abs(guess - root) < 1e-10:
            break
        root = guess
    return root * a


def decay(x, rate):
    while abs(x) > 0.05:
        yield x
        x *= rate


@case((1.2, 0.6), (0.9, 0.8))
def break_continue_else(x, rate):
    total = 0.0
    for k, value in enumerate(decay(x, rate)):
        if k % 2:
            continue
        total += value * value
        if total > 3.0:
            total = total * x
            break
    else:
        total = -total
    return total


@case((1.2, 0.6), (0.4, 0.7))
def return_out_of_loop(x, rate):
    total = 0.0
    for value in decay(x, rate):
        total = total + value
        if total > 1.5:
            return total * rate
    return total - rate


def triangle(x, n):
    for i in range(n):
        for j in range(i + 1):
            yield i, j, x ** (i + 1) * (j + 1)


@case((1.2, 0.6), (0.4, 5.0))
def break_out_of_nested_loops(x, limit):
    total = 0.0
    for i, j, value in triangle(x, 4):
        total = total + value * (1 + i - 0.5 * j)
        if total > limit:
            break
    return total * x


@case((1.2, 0.6))
def nested_generators(x, y):
    total = 0.0
    for a in decay(x, 0.5):
        for b in decay(y, 0.4):
            if b * a < 0.05:
                break
            total = total + a * b
        if a < 0.1:
            continue
        total = total * y
    return total


def branches(values, y):
    for value in values:
        if value > 1.0:
            yield value * y
        elif value > 0.0:
            yield value
            yield value + y
        else:
            return
    yield y


@case(([1.5, 0.4, 2.0], 0.7), ([1.5, 0.4, -1.0, 3.0], 0.7))
def several_yields(values, y):
    total = 1.0
    for item in branches(values, y):
        if item < 0.5:
            continue
        total = total * item + y
        if total > 20.0:
            break
    return total


@case(([1.5, 0.4, 2.0], 0.7), ([1.5, 0.4, -1.0, 3.0], 0.7))
def long_body_at_several_yields(values, y):
    a, b, c, d = 1.0, y, 0.0, 0.5
    for item in branches(values, y):
        a = a * item + y
        b = np.sin(b + item)
        c = c + a * b
        if c > 2.0:
            d = d * c
            c = c - 1.0
        elif c > 1.0:
            d = d + c
            c = c * 0.5
        else:
            d = d - a
            b = b * y
        a = np.tanh(a + b + c)
        d = np.tanh(d) + item
        for k in range(2):
            b = b + k * a
            c = c * b
        if d > 30.0:
            d = d - 1.0
    return a * b + c * d


def running(xs):
    total = 0.0
    for x in xs:
        total = total + x
        yield total


def scaled(items, factor):
    for item in items:
        yield item * factor


def first(items, count):
    taken = 0
    for item in items:
        if taken >= count:
            return
        yield item
        taken += 1


def powers(x):
    p = 1.0
    while True:
        p = p * x
        yield p


@case(([1.2, 0.4, 0.3], 0.7))
def pipeline(xs, y):
    total = 0.0
    for item in scaled(running(scaled(xs, y)), 2.0):
        total = total * y + item
    return total


@case((0.8, 0.7))
def endless_pipeline(x, y):
    total = 0.0
    for item in first(scaled(powers(x), y), 4):
        total = total + item * item
    return total + sum(first(powers(y), 3))


def mean(items):
    total, count = 0.0, 0
    for item in items:
        total = total + item
        count += 1
    return total / count


@case(([1.2, 0.4, 0.3], 0.7))
def passed_to_a_function(xs, y):
    return mean(scaled(xs, y)) * mean(running(xs))


def chosen(x, up):
    return powers(x) if up else decay(x, 0.5)


@case((0.8, 0.7))
def returned_by_a_function(x, y):
    total = 0.0
    for item in chosen(x, True):
        total = total + item * y
        if item < 0.3:
            break
    for item in chosen(y, False):
        total = total * item + x
    return total


@case((0.8, 0.7))
def held_in_a_variable(x, y):
    steps = decay(x, y)
    x = 3.0 * x
    total = 0.0
    for step in steps:
        total = total + step * x
    return total


def pair(a, b):
    yield a * b
    yield a + b


@case((1.2, 0.7))
def unpacked(x, y):
    a, b = pair(x, y)
    first, *rest = pair(b, y)
    together = [*pair(x, a), *pair(y, b)]
    return a * b + first * rest[0] + together[1] * together[2]


def three(a, b, c):
    return a * b - c


@case((1.2, 0.7))
def star_argument(x, y):
    return three(*pair(x, y), x)


@case(([1.2, 0.4, 0.3], 0.7))
def library_functions(xs, y):
    stacked = np.array(list(scaled(xs, y)))
    return (
        np.sum(stacked**2) + max(running(xs)) * min(scaled(xs, y)) + sum(tuple(running(xs)))
        + np.sum(np.fromiter(scaled(xs, y), float) * np.array(xs)) + sorted(scaled(xs, y))[1]
    )  # fmt: skip


@case(([1.2, 0.4, 0.3], 0.7))
def comprehensions(xs, y):
    squares = [item * item for item in running(xs) if item > 1.3]
    table = {k: item for k, item in enumerate(scaled(xs, y))}
    return sum(squares) * table[1] + sum(item * y for item in running(xs))


@case(([1.2, 0.4, 0.3], 0.7))
def zipped(xs, y):
    total = 0.0
    for a, b in zip(running(xs), xs):
        total = total + a * b
    for a, b, c in zip(A3, powers(y), scaled(xs, y)):
        total = total * b + a * c
    for k, (a, b) in enumerate(zip(xs, powers(y)), 1):
        total = total + k * a * b
    return total


@case(([1.2, 0.4, 0.3], 0.7))
def any_all_next(xs, y):
    x = 2.0 * y
    total = next(powers(y)) * next(scaled([], y), x)
    total = total + next(scaled(running(xs), y))
    if any(item > 1.5 for item in running(xs)):
        total = total * y
    if all(item > 1.5 for item in scaled(xs, y)):
        total = total * 2.0
    if any(item < 0.01 for item in powers(y)):
        total = total + y
    return total


@case((0.8, 0.7))
def itertools_functions(x, y):
    total = 0.0
    for k in itertools.count(1):
        total = total + x**k / k
        if k > 4:
            break
    for a in itertools.accumulate([x, y, x * y]):
        total = total + a * y
    for a in itertools.islice(powers(x), 3):
        total = total * a
    for a in itertools.takewhile(lambda t: t > 0.3, powers(y)):
        total = total + a
    for a in itertools.chain(pair(x, y), [x, y], decay(x, 0.3)):
        total = total * 0.9 + a
    return total


@case((1.2, 0.7))
def captures(x, y):
    weight = y * 2.0

    def terms(n):
        for k in range(n):
            yield weight * x**k

    total = 0.0
    for term in terms(3):
        total = total * y + term
    weight = weight * x
    return total + sum(terms(2))


@case((1.2, 0.7))
def captures_nonlocal(x, y):
    seen = 0.0

    def tracked(values):
        nonlocal seen
        for value in values:
            seen = seen + value * y
            yield value

    total = 0.0
    for value in tracked([x, y, x * y]):
        total = total + value * seen
    return total * seen


def arguments(*values, scale=2.0, **named):
    for value in values:
        yield value * scale
    for name in ("a", "b"):
        yield named[name]


@case((1.2, 0.7))
def star_parameters(x, y):
    total = 1.0
    for value in arguments(x, y, a=x * y, b=y, scale=x):
        total = total * 0.5 + value
    return total


@case((1.2, 0.7), (0.3, 0.7))
def in_branch_and_loop(x, y):
    total = 0.0
    if x > 1.0:
        for value in decay(x, 0.5):
            total = total + value * y
    k = 0
    while k < 3:
        for value in decay(x * k, 0.4):
            total = total * 0.9 + value
        total = total + sum(pair(x, total))
        k += 1
    return total


def rows(matrix):
    for i in range(matrix.shape[0]):
        yield matrix[i]


@case((np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.2]]), np.array([0.4, 0.9])))
def arrays(matrix, v):
    total = 0.0
    for row in rows(matrix):
        total = total + np.tanh(row @ v)
    stacked = np.array([row * v for row in rows(matrix)])
    return total + np.sum(stacked**2)


def trajectory(x, dt, steps):
    for _ in range(steps):
        x = x + dt * np.array([x[1], -np.sin(x[0])])
        yield x


@case((np.array([0.5, 0.1]), 0.1))
def states(x, dt):
    energy = 0.0
    for state in trajectory(x, dt, 5):
        energy = energy + 0.5 * state[1] ** 2 - np.cos(state[0])
    return energy + np.sum(np.stack(list(trajectory(x, dt, 3))))


class Series:
    def __init__(self, x, n):
        self.x = x
        self.n = n

    def terms(self, scale=1.0):
        term = scale
        for k in range(1, self.n + 1):
            term = term * self.x / k
            yield term

    def __iter__(self):
        for term in self.terms():
            yield term * 0.5


@case((1.2, 0.7))
def methods(x, y):
    series = Series(x, 4)
    total = 0.0
    for term in series.terms(scale=y):
        total = total + term
    for term in series:
        total = total * y + term
    return total


class Countdown:
    def __init__(self, x, n):
        self.x = x
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.x**self.n


@case((1.2, 0.7))
def iterator_class(x, y):
    total = 0.0
    for value in Countdown(x, 4):
        total = total * y + value
    return total


@dataclass
class Node:
    value: float
    left: object = None
    right: object = None


def in_order(node):
    if node is not None:
        yield from in_order(node.left)
        yield node.value
        yield from in_order(node.right)


@case((1.2, 0.7))
def recursive_objects(x, y):
    tree = Node(x, Node(y, None, Node(x * y)), Node(x + y))
    total = 0.0
    for k, value in enumerate(in_order(tree)):
        total = total * 0.5 + value**k
    return total


def halves(values):
    if len(values) == 1:
        yield values[0]
    else:
        middle = len(values) // 2
        yield from halves(values[:middle])
        yield np.sum(values)
        yield from halves(values[middle:])


@case((np.array([1.2, 0.4, 0.3, 0.9, 1.1]),))
def recursive_lengths(values):
    total = 0.0
    for value in halves(values):
        total = total * 0.5 + value * value
    return total


@build((1.2, 0.7))
def recursive_closure():
    def expand(x, depth):
        if depth == 0:
            yield x
        else:
            yield from expand(x * 0.5, depth - 1)
            yield from expand(x + 0.1, depth - 1)

    def f(x, y):
        return sum(item * y for item in expand(x, 3))

    return f


class Bag:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        yield from self.items


@case((1.2, 0.7))
def iterable_object(x, y):
    bag = Bag([x, y, x * y])
    return sum(iter(bag)) + max(bag) + sum(item * item for item in bag)


def pair_of_state(x, y, n):
    state = [x, y]
    for _ in range(n):
        state = [state[1] * 0.5, state[0] + state[1]]
        yield state


@case((1.2, 0.7))
def lists_yielded(x, y):
    total = 0.0
    for state in pair_of_state(x, y, 4):
        total = total * 0.5 + state[0] * state[1]
    return total


@case((1.2, 0.7), (2.2, 1.4))
def three_deep(x, y):
    total = 0.0
    for _ in range(2):
        for a in decay(x, 0.5):
            for b in decay(y, 0.4):
                if b < 0.1:
                    break
                for c in first(powers(y), 2):
                    total = total + a * b * c
                    if total > 3:
                        return total * x
    return total


def leaves(tree):
    if isinstance(tree, tuple):
        for part in tree:
            yield from leaves(part)
    else:
        yield tree


@case((1.2, 0.7))
def recursive_constants(x, y):
    total = 1.0
    for leaf in leaves((1.0, (2.0, 3.0))):
        total = total * x + leaf * y
    return total


@case((1.2, 0.7))
def recursive_first_found(x, y):
    for leaf in leaves((x, (y, x * y))):
        if leaf < 1.0:
            return leaf * leaf
    return x


@case((1.2, 0.7))
def empty_generator(x, y):
    total = x
    for value in decay(0.01, y):
        total = total * value
    return total * y + sum(decay(0.001, y))


@case((1.2, 0.7))
def variable_after_loop(x, y):
    for value in decay(x, 0.5):
        pass
    return value * y


@case((1.2, 0.7))
def in_both_branches(x, y):
    steps = decay(x, y)
    return sum(steps) if x > 1.0 else max(steps)


@case((0.9, 0.7))
def more_itertools(x, y):
    total = sum(itertools.chain.from_iterable([[x, y], [x * x]]))
    for a, b in itertools.pairwise([x, y, x * y]):
        total = total + a * b * b
    for a, b in itertools.product([x, y], [y, 2.0]):
        total = total + a * b * b
    for a, b in zip([x, y, x * y], itertools.cycle([x, y])):
        total = total + a * b * b
    a, b = itertools.islice(powers(x), 1, 6, 3)
    return total + a * b + sum(map(lambda t: t * y, decay(x, 0.5))) + sum(filter(lambda t: t > 0.2, decay(x, 0.5)))


def drawn_together(*parts, scale):
    found = 0.0
    for part in parts:
        found = found * 0.5 + part * scale
    return found


class Gains:
    def __init__(self, high, low=0.5):
        self.high = high
        self.low = low


def of_table(t):
    if t < np.tanh(t):
        high = Gains(t)
        steep = drawn_together(high.low, high.low, scale=0.9)
    together = drawn_together(t, t, scale=t)
    return np.sin(t + together)


def held_for_a_while(t, n):
    p = t
    for k in range(n):
        p = np.sin(p + k * t)
        yield p


@case((0.7, {"b": 0.3}))
def calls_of_no_interest_in_the_body(x, table):
    """What a call in the body was written with has the body's names, not those that it had in its own function."""
    total = 0.0
    for value in held_for_a_while(x, 1):
        total += value
        unread = of_table(t=table["b"])
        table["b"] -= x
    return total + table["b"]
