"""Calls: defaults, stars, closures, recursion, functions as values."""

import functools
import math
import operator
from functools import partial, reduce

import numpy as np

from tests.cases import build, case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])


def affine(t, scale=2.0, *, shift=0.5):
    return t * scale + shift


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def wrapped_square(t):
    return t * t


@case((1.2, 0.7), (A3, 0.7))
def defaults_and_keywords(x, y):
    return affine(x) + affine(y, x) * affine(x, shift=y) - affine(scale=y, t=x)


@case((1.2, 0.7))
def decorated_callee(x, y):
    return wrapped_square(x * y) + wrapped_square(t=y)


def scaled(factor):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return factor * function(*args, **kwargs)

        return wrapper

    return decorate


def shifted(function):
    @functools.wraps(function)
    def wrapper(t, *args):
        t = t + 1.0
        return function(t, *args)

    return wrapper


class Squared:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, *args):
        return self.function(*args) ** 2


@scaled(3.0)
def tripled(t, u=1.0):
    return t * t * u


@shifted
@scaled(0.5)
def moved(t, u):
    return t * u


@Squared
def squared(t):
    return 2.0 * t


@case((1.2, 0.7))
def wrappers_that_compute(x, y):
    """`functools.wraps` does not say that a wrapper computes what it wraps."""
    return tripled(x, u=y) + moved(x, y) * squared(x * y)


def counted(t, table=[1.0, 2.0]):  # noqa: B006  evaluated once, read only
    return t * table[1]


@case((1.2,))
def mutable_default(x):
    return counted(x) * counted(x * x, [1.0, 3.0])


@case((1.2, 0.7))
def default_is_value_at_definition(x, y):
    k = x

    def scaled(t, factor=k):
        return t * factor

    k = y * y
    return scaled(y) * k + scaled(k)


@case((1.2, 0.7))
def late_bound_closures(x, y):
    functions = []
    for i in range(3):
        functions.append(lambda t: t * x + i)  # noqa: B023
    x = y
    return functions[0](y) * functions[2](1.0)


@case((1.2, 0.7))
def early_bound_closures(x, y):
    functions = [lambda t, k=x * i: t * k + i for i in range(3)]
    return functions[1](y) * functions[2](x) + functions[0](x)


@case((1.2, 0.7))
def counter_closure(x, y):
    def make(start):
        value = start

        def step(by):
            nonlocal value
            value = value * by + start
            return value

        return step

    a, b = make(x), make(y)
    a(y)
    b(2.0)
    return a(b(x)) * b(1.0)


@case((1.2, 0.7))
def nonlocal_in_loop(x, y):
    energy = 0.0

    def visit(t):
        nonlocal energy
        energy += t * t * y

    for i in range(4):
        visit(x * i)
        x = x + 0.1 * energy
    return energy


@case((1.3, 5), (0.7, 0), (1.3, 1))
def recursive_power(x, n):
    if n == 0:
        return 1.0 * x
    half = recursive_power(x, n // 2)
    return half * half * (x if n % 2 else 1.0)


@case((0.8, 6))
def fibonacci_like(x, n):
    return x if n < 2 else fibonacci_like(x, n - 1) * 0.9 + x * fibonacci_like(x, n - 2)


TREE = ((1.0, (2.0, 0.5)), (0.25, (1.5, (0.75, 2.5))))


@case((TREE, 0.3))
def tree_sum(tree, y):
    if isinstance(tree, tuple):
        left, right = tree
        return tree_sum(left, y) * y + tree_sum(right, y) * 2
    return tree * tree


@case(({"value": 1.2, "kids": [{"value": 0.3, "kids": []}, {"value": 0.9, "kids": []}]},))
def tree_of_dicts(node):
    total = node["value"] ** 2
    for kid in node["kids"]:
        total = total + tree_of_dicts(kid) * node["value"]
    return total


def is_even(x, n):
    if n == 0:
        return x
    return is_odd(x * 1.1, n - 1) + 0.1 * x


def is_odd(x, n):
    if n == 0:
        return np.sin(x)
    return is_even(x * x * 0.5, n - 1) * x


@case((0.8, 4), (0.8, 5))
def mutual_recursion(x, n):
    return is_even(x, n)


@case((0.7, 1.1))
def local_recursion(x, y):
    def descend(t, n):
        if n == 0 or t > 50:
            return t * y
        return descend(t * t + x, n - 1) * 0.5

    return descend(x, 3)


@case((0.9, 1.2))
def ackermann_like(x, y):
    def go(m, n):
        if m == 0:
            return x + n
        if n == 0:
            return go(m - 1, 1) * y
        return go(m - 1, n - 1) + go(m - 1, 0) * 0.1

    return go(2, 2)


def euler(f, y, h, n):
    t = 0.0
    for _ in range(n):
        y = y + h * f(t, y)
        t += h
    return y


def rk4(f, y, h, n, *args):
    for i in range(n):
        t = i * h
        k1 = f(t, y, *args)
        k2 = f(t + h / 2, y + h / 2 * k1, *args)
        k3 = f(t + h / 2, y + h / 2 * k2, *args)
        k4 = f(t + h, y + h * k3, *args)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def decay(t, y, rate, push):
    return -rate * y + push * np.sin(t)


@case((1.2, 0.6, 0.3), (A3, 0.6, 0.3))
def integrate_rk4(y0, rate, push):
    return rk4(decay, y0, 0.1, 4, rate, push)


@case((1.2, 0.6))
def integrate_closure(y0, rate):
    return euler(lambda t, y: -rate * y * y + t, y0, 0.1, 5)


@case((np.array([1.0, 0.5]), 1.5, 1.0))
def lotka_volterra(state, alpha, beta):
    def rhs(t, y):
        return np.array([alpha * y[0] - beta * y[0] * y[1], beta * y[0] * y[1] - y[1]])

    return rk4(rhs, state, 0.05, 6)


@case((1.2, 0.7))
def compose(x, y):
    def chain(*functions):
        def run(t):
            for f in functions:
                t = f(t)
            return t

        return run

    return chain(np.sin, lambda t: t * y, np.exp)(x) * chain()(y)


@case((1.2, 0.7))
def function_returned_by_branch(x, y):
    def pick(kind):
        if kind == "a":
            return lambda t: t * x
        return lambda t: t + y

    return pick("a")(y) * pick("b")(x)


@case((1.2, 0.7, 0.1))
def star_arguments(x, y, z):
    def total(first, *rest, scale=1.0, **more):
        for r in rest:
            first = first * r + scale
        for value in more.values():
            first = first + value * scale
        return first

    args = (y, z)
    named = {"scale": x, "extra": y}
    return total(x) + total(x, *args) * total(*args, x, **named) + total(1.0, other=z)


def forward_all(f, *args, **kwargs):
    return f(*args, **kwargs) * 2


@case((1.2, 0.7))
def forwarding(x, y):
    return forward_all(affine, x, scale=y) + forward_all(affine, x, y, shift=x * y) + forward_all(np.sin, x)


@case((1.2, 0.7), (A3, B3))
def variadic(*values):
    first, *rest = values
    for r in rest:
        first = first * r
    return first * values[0]


@case((1.2, 0.7))
def partials(x, y):
    mul = partial(operator.mul, x)
    shifted = partial(affine, shift=y)
    again = partial(shifted, scale=x)
    return mul(y) + shifted(x) * again(y) + again(t=x, scale=2.0)


@case(([1.2, 0.7, 0.4], 0.3))
def reduce_and_map(values, y):
    product = reduce(operator.mul, values)
    poly = reduce(lambda acc, v: acc * y + v, values, 1.0)
    squares = list(map(lambda v: v * v, values))  # noqa: C417
    both = sum(map(operator.mul, values, squares))
    kept = [v for v in filter(lambda v: v > 0.5, values)]  # noqa: C416
    return product + poly * both + kept[-1]


@case(([1.2, 0.7, 0.4],))
def builtins_on_lists(values):
    pairs = sorted(values)
    return sum(values, 2.0) * max(values) + min(values) * pairs[1] + math.prod(values) + abs(-values[0])


@case((1.2, 0.7))
def operator_module(x, y):
    return operator.add(x, operator.truediv(x, y)) * operator.pow(x, 2) - operator.neg(y)


@case((1.2, 0.7))
def pow_forms(x, y):
    return pow(x, y) + pow(x, 3) + x**-2 + 2.0**y + math.pow(x, y) + np.power(x, 1.5) + x**0


@case((1.2, 0.7))
def math_module(x, y):
    a = math.sin(x) + math.cos(y) * math.tan(x * 0.3) - math.exp(-x) + math.log(x) + math.log(x, 3.0)
    b = math.sqrt(x) + math.atan2(x, y) + math.hypot(x, y) + math.sinh(x) + math.cosh(y) + math.tanh(x)
    return a * b + math.asin(y) * math.acos(y) + math.atan(x) + math.log1p(y) + math.expm1(x) + math.fabs(-x)


@case((A3,))
def same_callee_many_ways(v):
    def f(t):
        return t * t + 1

    return np.sum(f(v)) * f(2.0) + f(v[0]) + f(f(v[1]))


def updates(pair, k):
    a, b = pair
    return b * k, a + k


@case((1.2, 0.7, 0.4))
def tuple_state(a, b, k):
    state = (a, b)
    for _ in range(4):
        state = updates(state, k)
    return state[0] * state[1]


def stats(values):
    total = 0.0
    for v in values:
        total = total + v
    mean = total / len(values)
    spread = sum((v - mean) ** 2 for v in values)
    return {"mean": mean, "spread": spread}


@case(([1.2, 0.7, 0.1],))
def dict_result(values):
    found = stats(values)
    return found["mean"] / (1 + found["spread"])


def nothing(values, x):
    values.append(x * x)


@case((1.2, 0.7))
def callee_without_result(x, y):
    values = [y]
    nothing(values, x)
    nothing(values, values[1] * y)
    return values[0] * values[1] + values[2]


@case((1.2,))
def callee_result_ignored(x):
    affine(x)
    out = affine(x, shift=x)
    affine(out)
    return out


@case((1.2, 0.7))
def inactive_callee(x, y):
    def steps(n):
        k = 0
        while n > 1:
            n //= 2
            k += 1
        return k

    return x * steps(9) + y ** steps(5)


@case((1.2, 0.7))
def caches_in_dict(x, y):
    cache = {}

    def term(n):
        if n in cache:
            return cache[n]
        value = x if n == 0 else term(n - 1) * y + 0.1
        cache[n] = value
        return value

    return term(3) * term(2) + term(0)


@build((1.2, 0.7))
def captured_float():
    scale = 3.0
    return lambda x, y: scale * x * y


@build((A3,))
def captured_array():
    weights = np.array([1.0, 2.0, 3.0])

    def weighted(x):
        return np.sum(weights * x * x)

    return weighted


@build((1.2,))
def captured_functions():
    def square(t):
        return t * t

    cube = lambda t: t * square(t)  # noqa: E731

    def outer(x):
        return cube(x) + square(x)

    return outer


@build((1.2, 0.7))
def partial_object():
    return partial(affine, shift=1.0)


@build((1.2,))
def built_in_numpy():
    return np.sin


@case((1.2, 0.7))
def immediately_called(x, y):
    return (lambda t: t * x)(y) + (lambda: x * y)()


@case((1.2, 0.7))
def lambda_with_stars(x, y):
    f = lambda *a, **k: a[0] * a[-1] + k.get("z", 0.5)  # noqa: E731
    return f(x) * f(x, y) + f(y, z=x)


@case((0.6, 1.1))
def positional_only(x, y):
    def f(a, /, b, *, c):
        return a * b - c

    return f(x, b=y, c=x * y) + f(y, x, c=1.0)


@case((1.3, 0.7))
def partials_of_library_functions(x, y):
    power, shift = partial(np.power, x), partial(np.add, x)
    return power(3.0) * shift(y)


@case((1.2, 0.7))
def function_chosen_by_condition(x, y):
    total = 0.0
    for k in range(4):
        step = math.sin if k % 2 else (lambda t: t * y + x)
        total = step(total + x)
        total = apply_twice(step, total)
    return total


def apply_twice(f, t):
    return f(f(t))


OPERATIONS = {"sin": math.sin, "square": lambda t: t * t, "half": lambda t: 0.5 * t}


@case((1.2, 0.7))
def table_of_functions(x, y):
    for name in ("sin", "square", "half"):
        x = OPERATIONS[name](x * y)
    own = {"a": lambda t: t * y, "b": np.exp}
    return x * own["a"](x) + own["b"](y)


@case((1.2, 0.7))
def list_of_closures_handed_over(x, y):
    def run(steps, t):
        for step in steps:
            t = step(t)
        return t

    return run([lambda t: t * x, lambda t: t + y, math.cos], y)


def guarded(t, s=0.4):
    def inner():
        if s > 0:
            return s
        return 1.0

    return inner() * t


def through_a_default(t, s=0.7):
    return guarded(t=s) + t


@case((0.8,))
def nested_function_that_captures_a_default(x):
    return guarded(x) + through_a_default(0.5, x)


def decay(t, a, b, c):
    return a * np.exp(-b * t) + c


class Scaled:
    def __init__(self, a, b, c):
        self.a, self.b, self.c = a, b * 2, c

    def at(self, t, u, v):
        return self.a * t + self.b * u - self.c * v

    @staticmethod
    def product(t, u, v):
        return t * u * v

    def __call__(self, t, *, u, v):
        return t * u / v


def misfit(model, theta, t):
    return np.sum((model(t, *theta) - 0.1) ** 2)


@case((A3,))
def starred_arrays(theta):
    """As many as the callee takes: an array's length is known when the program runs."""
    held = Scaled(*theta)
    total = misfit(decay, theta, B3) + misfit(lambda t, a, b, c: a * t**2 + b - c, theta, 0.5)
    for k in range(2):
        total += decay(0.1 * k, *(theta * total + theta)) + held.at(*theta) * held.product(*theta)
    total += sum(decay(t, *row) for t, row in zip([0.1, 0.2], np.outer(B3[:2], theta)))
    return total + partial(decay, 0.4)(*theta) + held(*theta[:1], u=total, v=2.0)


@case((A3,))
def starred_arrays_of_library_functions(theta):
    total = np.hypot(*theta[:2]) + math.hypot(*theta) + math.atan2(*theta[1:]) + pow(*(theta[:2] ** 2))
    return total * max(*theta) - min(*theta)
