"""Each construct by itself. Written by tests/programs/make_settings.py; change that file instead."""

# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP

import math
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import NamedTuple

import numpy as np

from tests.cases import case


@case((1.2, 0.7), (0.6, 1.1))
def alone_tuple_assignment(x, y):
    a, b = x * y, x + y
    a, b = b, a * b
    r = a - np.sin(b)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_starred_assignment(x, y):
    first, *rest = (x, y, x * y, 2.0)
    r = first * rest[0] + rest[1] * len(rest)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_nested_assignment(x, y):
    (a, (b, c)), d = (x, (y, x * y)), x - y
    r = a * b + c * d
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_chained_assignment(x, y):
    a = b = x * y
    a = a + x
    r = a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_augmented_assignment(x, y):
    a = x
    a += y
    a *= x
    a -= y * y
    a /= 1.5 + y * y
    a **= 2
    r = a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_annotated_assignment(x, y):
    a: float = x * y
    b: float
    b = a + x
    r = b * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_walrus(x, y):
    if (a := x * y) > 0.1:
        r = a * x
    else:
        r = a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_walrus_in_while(x, y):
    a = x
    while (b := a * a) < 30.0:
        a = a * 1.7 + y * 0.1
    r = b + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_swap(x, y):
    a, b = x, y
    for _ in range(3):
        a, b = b, a * np.cos(b)
    r = a + 2 * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_delete(x, y):
    a = x * y
    b = a * a
    del a
    a = b + x
    r = a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_if_elif_else(x, y):
    if x > 2.0:
        r = x
    elif x > y:
        r = x * x * y
    else:
        r = np.exp(-x) + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_branch_defines(x, y):
    if x > y:
        extra = x * y
    r = x
    if x > y:
        r = r + extra
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_conditional_expression(x, y):
    r = x * y if x > y else x - y * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_and_value(x, y):
    r = (x > 0.1 and x * y) + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_or_value(x, y):
    r = (0.0 or x * y) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_or_default(x, y):
    options = None
    k = options or 3.0
    r = k * x * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_not_value(x, y):
    flag = not x > y
    r = x * x if flag else y * x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_chained_compare(x, y):
    r = x * y if 0.0 < y < x < 5.0 else y**3 + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_range(x, y):
    r = 0.0
    for i in range(4):
        r = r * x + i * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_range_down(x, y):
    r = 1.0
    for i in range(7, 0, -2):
        r = r * x / i + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_range_zero_trip(x, y):
    r = x
    for i in range(0):
        r = r * y
    r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_list(x, y):
    r = 0.0
    for item in [x, y, x * y]:
        r = r + item * item
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_tuple(x, y):
    r = 1.0
    for item in (x, y, 2.0):
        r = r * item + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_array(x, y):
    r = 0.0
    for item in np.array([x, y, x * y]):
        r = r + np.sin(item)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_array_rows(x, y):
    m = np.array([[x, y], [y, x * x]])
    r = 0.0
    for row in m:
        r = r + row[0] * row[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_zip(x, y):
    r = 0.0
    for a, b in zip([x, y, 1.0], [y, x * x, x]):
        r = r + a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_enumerate(x, y):
    r = 0.0
    for i, a in enumerate([x, y, x * y], start=1):
        r = r + i * a**i
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_reversed(x, y):
    r = 0.0
    for a in reversed([x, y, x * y]):
        r = r * x + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_reversed_range(x, y):
    r = 0.0
    for i in reversed(range(3)):
        r = r * x + y * i
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_dict_items(x, y):
    r = 0.0
    for key, a in {'one': x, 'two': y * x}.items():
        r = r + len(key) * a * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_dict_values(x, y):
    r = 0.0
    for a in {'one': x, 'two': y * x}.values():
        r = r * y + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_dict_keys(x, y):
    d = {'one': x, 'two': y * x}
    r = 0.0
    for key in d:
        r = r * y + d[key]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_nested(x, y):
    r = x
    for i in range(3):
        for j in range(i):
            r = r * np.cos(y) + j
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_while_counted(x, y):
    k = 0
    r = x
    while k < 4:
        r = np.sin(r) + y
        k += 1
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_while_data(x, y):
    r = x
    while r < 20.0:
        r = r * (1.5 + y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_break(x, y):
    r = x
    for i in range(10):
        r = r * (1.2 + y)
        if r > 6.0:
            break
        r = r + 0.1 * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_continue(x, y):
    r = x
    for i in range(5):
        if i % 2 == 0:
            continue
        r = r * y + i * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_else(x, y):
    r = x
    for i in range(3):
        r = r * y
        if r > 9.0:
            break
    else:
        r = r + x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_for_else_broken(x, y):
    r = x
    for i in range(9):
        r = r * (1.4 + y)
        if r > 9.0:
            break
    else:
        r = r + x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_while_else(x, y):
    r = x
    while r < 9.0:
        r = r * (y + 1.6)
    else:
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_while_true_break(x, y):
    r = x
    while True:
        r = r * (y + 1.6)
        if r > 15.0:
            break
        r = r + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_break_nested(x, y):
    r = x
    for i in range(4):
        for j in range(4):
            r = r * (1.05 + 0.1 * y)
            if r * (j + 1) > 3.0:
                break
            r = r + 0.2 * x
        r = np.sin(r) + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_loop_variable_after(x, y):
    r = 0.0
    for a in [x, y, x * y]:
        r = r + a
    r = r * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_loop_variable_shadows(x, y):
    r = 0.0
    a = x
    for a in [y, x * y]:
        r = r + a * x
    r = r + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_early_return(x, y):
    if x > y:
        return x * x * y
    r = x + y**3
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_early_return_loop(x, y):
    r = x
    for i in range(6):
        r = r * (1.1 + y)
        if r > 5.0:
            return r * x
        r = r + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_early_return_nested(x, y):
    r = x
    for i in range(4):
        for j in range(3):
            r = r * (1.05 + 0.3 * y)
            if r > 4.0:
                return r * x * (i + 1)
        r = r + x * 0.1
    return r


def square(t):
    return t * t


@case((1.2, 0.7), (0.6, 1.1))
def alone_call(x, y):
    r = square(x) + square(x * y)
    return r


def affine(t, scale=2.0, *, shift=0.5):
    return t * scale + shift


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_keywords(x, y):
    r = affine(x) * affine(y, shift=x) + affine(t=x, scale=y)
    return r


def scaled(t, by=None):
    if by is None:
        by = 3.0
    return t * by


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_default_none(x, y):
    r = scaled(x) * scaled(y, x)
    return r


def three(a, b, c):
    return a * b - c


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_star(x, y):
    pack = (x, y)
    r = three(*pack, x * y) + three(x, *pack)
    return r


def total(first, *rest):
    t = first
    for a in rest:
        t = t * a + first
    return t


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_varargs(x, y):
    r = total(x) + total(x, y, x * y)
    return r


def named(a, **rest):
    return a * rest['b'] + rest.get('c', 1.0)


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_kwargs(x, y):
    extra = {'b': y, 'c': x * x}
    r = named(x, b=x * y) + named(y, **extra)
    return r


def both(t):
    return t * t, np.sin(t)


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_tuple_result(x, y):
    a, b = both(x * y)
    r = a * b + both(y)[1]
    return r


def bend(t):
    if t > 1.0:
        return t * t
    return np.sin(t)


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_branching(x, y):
    r = bend(x) * bend(y) + bend(x * y)
    return r


def repeat(t, n):
    for _ in range(n):
        t = np.sin(t) + t * 0.5
    return t


@case((1.2, 0.7), (0.6, 1.1))
def alone_call_looping(x, y):
    r = repeat(x, 3) * repeat(y, 2)
    return r


def power(t, n):
    if n == 0:
        return 1.0
    return t * power(t, n - 1)


@case((1.2, 0.7), (0.6, 1.1))
def alone_recursion(x, y):
    r = power(x, 4) + power(y, 2) * x
    return r


def even(t, n):
    return t if n == 0 else odd(t * t, n - 1) + t


def odd(t, n):
    return np.cos(t) if n == 0 else even(t * 0.5, n - 1) * t


@case((1.2, 0.7), (0.6, 1.1))
def alone_mutual_recursion(x, y):
    r = even(x, 3) + odd(y, 2) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_nested_def(x, y):
    def inner(t):
        return t * y + x
    r = inner(x) * inner(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_lambda(x, y):
    scale = lambda t: t * x + y
    r = scale(x) + scale(y) * scale(1.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_lambda_default(x, y):
    scale = lambda t, k=x: t * k
    r = scale(x) + scale(y, y) + scale(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_late_binding(x, y):
    k = x
    scaled = lambda t: t * k
    a = scaled(y)
    k = y * y
    r = a + scaled(x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_nonlocal(x, y):
    total = x
    def add(t):
        nonlocal total
        total = total * t + y
    add(x)
    add(y)
    r = total
    return r


def scaler(k):
    def scaled(t):
        return k * t * t
    return scaled


@case((1.2, 0.7), (0.6, 1.1))
def alone_closure_factory(x, y):
    double = scaler(y)
    r = double(x) + scaler(x)(y)
    return r


def twice(f, t):
    return f(f(t))


@case((1.2, 0.7), (0.6, 1.1))
def alone_function_argument(x, y):
    r = twice(np.sin, x) + twice(lambda t: t * y, x)
    return r


def blend(a, b, w):
    return a * w + b * b


@case((1.2, 0.7), (0.6, 1.1))
def alone_partial(x, y):
    mix = partial(blend, x, w=y)
    r = mix(y) + partial(blend, b=x)(y, w=x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_reduce(x, y):
    r = reduce(lambda a, b: a * b + x, [x, y, x * y])
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_map(x, y):
    r = sum(map(lambda t: t * t * y, [x, y, 2.0])) + list(map(np.sin, [x, y]))[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_builtins(x, y):
    r = sum([x, y, x * y]) * max(x, y * 0.3) + min(x, y + 3.0) * abs(-x) + pow(y, 3) + float(x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_max_of_list(x, y):
    values = [x, y, x * y - 2.0]
    r = max(values) * min(values)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_divmod_round_int(x, y):
    k = int(3.7) + round(2.4) + 7 // 2 + 7 % 4
    r = x * k + y ** (k - 8)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_index(x, y):
    values = [x, y, x * y]
    r = values[0] * values[-1] + values[1:][0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_set(x, y):
    values = [x, y, 0.0]
    values[2] = values[0] * values[1]
    values[0] = values[2] + x
    r = sum(values)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_append(x, y):
    values = []
    for i in range(3):
        values.append(x * i + y)
    r = values[0] * values[1] + values[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_append_reads(x, y):
    values = [x]
    for i in range(3):
        values.append(values[-1] * y + values[0])
    r = values[-1] * values[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_pop(x, y):
    values = [x, y, x * y]
    a = values.pop()
    b = values.pop(0)
    r = a * b + values[0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_concat(x, y):
    values = [x] + [y, x * y] * 2
    r = values[0] * values[3] + len(values) * values[4]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_extend(x, y):
    values = [x]
    values.extend([y, x * y])
    values += [x + y]
    r = values[1] * values[2] + values[3] * values[0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_of_lists(x, y):
    grid = [[x, y], [x * y, 1.0]]
    grid[1][1] = grid[0][0] * y
    r = grid[1][1] * grid[1][0] + grid[0][1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_alias(x, y):
    a = [x, y]
    b = a
    b[0] = y * y
    r = a[0] * x + a[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_list_comprehension(x, y):
    values = [t * t + i * y for i, t in enumerate([x, y, x * y])]
    r = values[0] * values[1] - values[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_comprehension_filter(x, y):
    values = [t * y for t in [x, -1.0, y, -2.0] if t > 0.0]
    r = values[0] * values[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_comprehension_nested(x, y):
    values = [a * b for a in [x, y] for b in [x, 2.0]]
    r = values[0] + values[1] * values[3]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_comprehension_of_lists(x, y):
    grid = [[a * i for a in [x, y]] for i in range(1, 3)]
    r = grid[1][0] * grid[0][1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_comprehension(x, y):
    d = {k: t * t for k, t in zip('ab', [x, y])}
    r = d['a'] * d['b'] + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_generator_expression(x, y):
    r = sum(t * y for t in [x, y, x * y]) + max(t for t in (x, y - 4.0))
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_set_of_ints(x, y):
    seen = {1, 2}
    seen.add(3)
    r = x * len(seen) + (y if 2 in seen else 0.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict(x, y):
    d = {'a': x, 'b': y}
    d['c'] = d['a'] * d['b']
    d['a'] = d['c'] + x
    r = d['a'] * d['c']
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_update(x, y):
    d = {'a': x}
    d.update(b=y)
    d.update({'a': x * y})
    r = d['a'] * d['b'] + d.get('z', 2.0) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_merge(x, y):
    d = {**{'a': x, 'b': 1.0}, 'b': y}
    r = d['a'] * d['b'] * (1.0 if 'c' not in d else 2.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_augmented(x, y):
    d = {'a': x}
    for i in range(3):
        d['a'] += y * d['a']
    r = d['a']
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_setdefault(x, y):
    d = {}
    d.setdefault('a', x)
    d.setdefault('a', y)
    r = d['a'] * y + d.pop('a')
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_dict_int_keys(x, y):
    d = {i: x * i + y for i in range(3)}
    d[1] = d[2] * d[0]
    r = d[1] + d[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_tuple(x, y):
    t = (x, y, x * y)
    r = t[0] * t[2] + (t + (y,))[3] * t[-2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_tuple_nested(x, y):
    t = (x, (y, {'k': x * y}))
    r = t[1][1]['k'] * t[1][0] + t[0]
    return r


def powers(t, n):
    p = 1.0
    for _ in range(n):
        p = p * t
        yield p


@case((1.2, 0.7), (0.6, 1.1))
def alone_generator(x, y):
    r = 0.0
    for p in powers(x, 3):
        r = r * y + p
    return r


def pairs(a, b):
    yield a * b
    yield a + b


@case((1.2, 0.7), (0.6, 1.1))
def alone_generator_sum(x, y):
    r = sum(pairs(x, y)) * x
    return r


class Point(NamedTuple):
    u: float
    v: float = 2.0


@case((1.2, 0.7), (0.6, 1.1))
def alone_named_tuple(x, y):
    p = Point(x, y)
    q = p._replace(v=p.u * p.v)
    r = q.u * q.v + Point(y).v * p[1]
    return r


@dataclass
class State:
    pos: float
    vel: float = 1.0


@case((1.2, 0.7), (0.6, 1.1))
def alone_dataclass(x, y):
    s = State(x, vel=y)
    s.pos = s.pos + s.vel * x
    s.vel *= s.pos
    r = s.pos * s.vel
    return r


@dataclass(frozen=True)
class Fixed:
    pos: float
    vel: float


@case((1.2, 0.7), (0.6, 1.1))
def alone_dataclass_frozen(x, y):
    s = Fixed(x, y)
    t = replace(s, pos=s.pos * s.vel)
    r = s.pos * t.pos + t.vel
    return r


class Oscillator:
    def __init__(self, pos, k):
        self.pos = pos
        self.vel = 0.0
        self.k = k

    def step(self, dt):
        self.vel = self.vel - dt * self.k * self.pos
        self.pos += dt * self.vel
        return self.pos


@case((1.2, 0.7), (0.6, 1.1))
def alone_object(x, y):
    o = Oscillator(x, y)
    for _ in range(3):
        o.step(0.3)
    r = o.pos * o.vel + o.step(0.1)
    return r


class Line:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __call__(self, t):
        return self.a * t + self.b


@case((1.2, 0.7), (0.6, 1.1))
def alone_object_call(x, y):
    line = Line(x, y)
    r = line(x) * line(y)
    return r


class Disk:
    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return 3.0 * self.radius**2


@case((1.2, 0.7), (0.6, 1.1))
def alone_object_property(x, y):
    d = Disk(x)
    r = d.area * y
    d.radius = y
    r = r + d.area
    return r


class Shape:
    unit = 2.0

    def __init__(self, size):
        self.size = size

    def area(self):
        return self.size * self.unit

    def cost(self):
        return self.area() * 3.0


class Square(Shape):
    def __init__(self, size, price):
        super().__init__(size)
        self.price = price

    def area(self):
        return super().area() * self.size

    def cost(self):
        return super().cost() * self.price


@case((1.2, 0.7), (0.6, 1.1))
def alone_object_inheritance(x, y):
    r = Square(x, y).cost() + Shape(y).cost()
    return r


class Dual:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, other):
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)


@case((1.2, 0.7), (0.6, 1.1))
def alone_object_operators(x, y):
    z = Dual(x, 1.0) * Dual(y, 0.0) + Dual(x, y)
    r = z.a * z.b
    return r


class Cell:
    def __init__(self, value):
        self.value = value


@case((1.2, 0.7), (0.6, 1.1))
def alone_object_alias(x, y):
    a = Cell(x)
    b = a
    b.value = b.value * y
    r = a.value * x
    return r


class Maths:
    factor = 3.0

    @staticmethod
    def square(t):
        return t * t

    @classmethod
    def scaled(cls, t):
        return cls.factor * cls.square(t)


@case((1.2, 0.7), (0.6, 1.1))
def alone_static_and_class_method(x, y):
    r = Maths.square(x) + Maths.scaled(y) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_isinstance(x, y):
    r = x * y if isinstance(x, float) else x
    if isinstance([x], (list, tuple)):
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_is_none_callable_hasattr(x, y):
    rule = None
    if rule is None and callable(np.sin) and not hasattr(1.0, 'missing'):
        r = x * y
    else:
        r = x
    return r


def apply(t, kind='square'):
    if kind == 'square':
        return t * t
    if kind in ('sin', 'sine'):
        return np.sin(t)
    raise ValueError(f'unknown {kind}')


@case((1.2, 0.7), (0.6, 1.1))
def alone_string_option(x, y):
    r = apply(x) * apply(y, 'sine')
    return r


def act(t, kind):
    match kind:
        case 'sq':
            return t * t
        case 'sin' | 'sine':
            return np.sin(t)
        case _:
            return t


@case((1.2, 0.7), (0.6, 1.1))
def alone_match_value(x, y):
    r = act(x, 'sq') * act(y, 'sine') + act(x, 'id')
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_match_sequence(x, y):
    match (x, y, [x * y]):
        case (a, b, [c]) if a > 100.0:
            r = a
        case (a, *rest):
            r = a * rest[0] + rest[1][0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_match_mapping(x, y):
    match {'kind': 'line', 'a': x}:
        case {'kind': 'point'}:
            r = y
        case {'kind': 'line', 'a': a}:
            r = a * y
    return r


@dataclass
class Round:
    radius: float


@dataclass
class Box:
    width: float
    height: float


def area(shape):
    match shape:
        case Round(radius=t):
            return 3.0 * t * t
        case Box(w, h):
            return w * h


@case((1.2, 0.7), (0.6, 1.1))
def alone_match_class(x, y):
    r = area(Round(x)) + area(Box(y, x)) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_assert(x, y):
    assert x > 0, f'negative: {x}'
    r = x * y
    assert isinstance(r, float)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_raise_not_taken(x, y):
    if x < -5.0:
        raise ValueError('too small')
    r = x * y * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_try_finally(x, y):
    log = []
    try:
        r = x * y
    finally:
        log.append('done')
    r = r * r
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_try_except_taken(x, y):
    try:
        r = x * y
        missing = [1, 2][5]
        r = r * missing
    except IndexError:
        r = r + x * x
    return r


def guarded(t):
    if t > 1.0:
        raise ValueError('large')
    return t * t


@case((1.2, 0.7), (0.6, 1.1))
def alone_try_except_raise(x, y):
    try:
        r = guarded(x)
    except ValueError as error:
        r = x * y
    else:
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_try_not_taken(x, y):
    try:
        r = x / y
    except (ZeroDivisionError, ValueError):
        r = 0.0
    else:
        r = r * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_with_errstate(x, y):
    with np.errstate(divide='ignore', invalid='ignore'):
        r = np.log(x) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_with_two(x, y):
    with np.errstate(all='ignore'), np.printoptions(precision=3):
        a = x * y
    r = a * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_f_string(x, y):
    name = f'{3:02d}-{x:.2f}'
    r = x * y * len(name[:2])
    return r


def helper(t: float, k: 'int' = 2) -> float:
    """Return t to the k."""
    return t**k


@case((1.2, 0.7), (0.6, 1.1))
def alone_docstring_and_hints(x, y):
    r: float = helper(x) * helper(y, 3)
    return r


# global_constant

GRAVITY = 9.81
TABLE = {'a': 2.0, 'b': [1.0, 3.0]}


@case((1.2, 0.7), (0.6, 1.1))
def alone_global_constant(x, y):
    r = x * GRAVITY + y * TABLE['a'] * TABLE['b'][1]
    return r


# global_array

WEIGHTS = np.array([1.0, -2.0, 3.0])


@case((1.2, 0.7), (0.6, 1.1))
def alone_global_array(x, y):
    r = np.sum(WEIGHTS * x) + WEIGHTS[1] * y * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_pass_and_expression(x, y):
    x * y
    pass
    r = x
    if x > 9.0:
        pass
    else:
        r = r * y
    ...
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_print(x, y):
    print('', end='')
    r = x * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_type_changes(x, y):
    v = x * y
    v = np.array([v, x])
    v = v * y
    v = float(np.sum(v))
    r = v * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_overwritten_and_reused(x, y):
    a = x
    a = a * y
    b = a
    a = a * a
    a = a + b
    r = a * b * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_same_used_often(x, y):
    r = x * x * x + x / (x + y) - x**2 * y**x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_integer_mixed(x, y):
    n = 3
    k = n * 2 - 1
    r = x * k // 1 * 0 + x**n / k + (n - k) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_unused_results(x, y):
    a = np.exp(x)
    b = a * y
    r = x * y
    b = 3.0
    return r


@case((1.2, 0.7), (0.6, 1.1))
def alone_math_functions(x, y):
    r = math.sin(x) * math.exp(-y) + math.sqrt(x * y) + math.log(x) * math.pi
    return r
