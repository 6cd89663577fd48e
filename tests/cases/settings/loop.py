"""Each construct inside a loop that carries x and y. Written by tests/programs/make_settings.py; change that file instead."""

# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP

import math
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import NamedTuple

import numpy as np

from tests.cases import case


@case((1.2, 0.7), (0.6, 1.1))
def loop_tuple_assignment(x, y):
    out = 0.0
    for step in range(3):
        a, b = x * y, x + y
        a, b = b, a * b
        r = a - np.sin(b)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_starred_assignment(x, y):
    out = 0.0
    for step in range(3):
        first, *rest = (x, y, x * y, 2.0)
        r = first * rest[0] + rest[1] * len(rest)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_nested_assignment(x, y):
    out = 0.0
    for step in range(3):
        (a, (b, c)), d = (x, (y, x * y)), x - y
        r = a * b + c * d
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_chained_assignment(x, y):
    out = 0.0
    for step in range(3):
        a = b = x * y
        a = a + x
        r = a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_augmented_assignment(x, y):
    out = 0.0
    for step in range(3):
        a = x
        a += y
        a *= x
        a -= y * y
        a /= 1.5 + y * y
        a **= 2
        r = a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_annotated_assignment(x, y):
    out = 0.0
    for step in range(3):
        a: float = x * y
        b: float
        b = a + x
        r = b * a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_walrus(x, y):
    out = 0.0
    for step in range(3):
        if (a := x * y) > 0.1:
            r = a * x
        else:
            r = a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_walrus_in_while(x, y):
    out = 0.0
    for step in range(3):
        a = x
        while (b := a * a) < 30.0:
            a = a * 1.7 + y * 0.1
        r = b + a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_swap(x, y):
    out = 0.0
    for step in range(3):
        a, b = x, y
        for _ in range(3):
            a, b = b, a * np.cos(b)
        r = a + 2 * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_delete(x, y):
    out = 0.0
    for step in range(3):
        a = x * y
        b = a * a
        del a
        a = b + x
        r = a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_if_elif_else(x, y):
    out = 0.0
    for step in range(3):
        if x > 2.0:
            r = x
        elif x > y:
            r = x * x * y
        else:
            r = np.exp(-x) + y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_branch_defines(x, y):
    out = 0.0
    for step in range(3):
        if x > y:
            extra = x * y
        r = x
        if x > y:
            r = r + extra
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_conditional_expression(x, y):
    out = 0.0
    for step in range(3):
        r = x * y if x > y else x - y * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_and_value(x, y):
    out = 0.0
    for step in range(3):
        r = (x > 0.1 and x * y) + y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_or_value(x, y):
    out = 0.0
    for step in range(3):
        r = (0.0 or x * y) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_or_default(x, y):
    out = 0.0
    for step in range(3):
        options = None
        k = options or 3.0
        r = k * x * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_not_value(x, y):
    out = 0.0
    for step in range(3):
        flag = not x > y
        r = x * x if flag else y * x * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_chained_compare(x, y):
    out = 0.0
    for step in range(3):
        r = x * y if 0.0 < y < x < 5.0 else y**3 + x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_range(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for i in range(4):
            r = r * x + i * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_range_down(x, y):
    out = 0.0
    for step in range(3):
        r = 1.0
        for i in range(7, 0, -2):
            r = r * x / i + y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_range_zero_trip(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(0):
            r = r * y
        r = r * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_list(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for item in [x, y, x * y]:
            r = r + item * item
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_tuple(x, y):
    out = 0.0
    for step in range(3):
        r = 1.0
        for item in (x, y, 2.0):
            r = r * item + x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_array(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for item in np.array([x, y, x * y]):
            r = r + np.sin(item)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_array_rows(x, y):
    out = 0.0
    for step in range(3):
        m = np.array([[x, y], [y, x * x]])
        r = 0.0
        for row in m:
            r = r + row[0] * row[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_zip(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a, b in zip([x, y, 1.0], [y, x * x, x]):
            r = r + a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_enumerate(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for i, a in enumerate([x, y, x * y], start=1):
            r = r + i * a**i
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_reversed(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a in reversed([x, y, x * y]):
            r = r * x + a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_reversed_range(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for i in reversed(range(3)):
            r = r * x + y * i
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_dict_items(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for key, a in {'one': x, 'two': y * x}.items():
            r = r + len(key) * a * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_dict_values(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a in {'one': x, 'two': y * x}.values():
            r = r * y + a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_dict_keys(x, y):
    out = 0.0
    for step in range(3):
        d = {'one': x, 'two': y * x}
        r = 0.0
        for key in d:
            r = r * y + d[key]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_nested(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(3):
            for j in range(i):
                r = r * np.cos(y) + j
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_while_counted(x, y):
    out = 0.0
    for step in range(3):
        k = 0
        r = x
        while k < 4:
            r = np.sin(r) + y
            k += 1
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_while_data(x, y):
    out = 0.0
    for step in range(3):
        r = x
        while r < 20.0:
            r = r * (1.5 + y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_break(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(10):
            r = r * (1.2 + y)
            if r > 6.0:
                break
            r = r + 0.1 * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_continue(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(5):
            if i % 2 == 0:
                continue
            r = r * y + i * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_else(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(3):
            r = r * y
            if r > 9.0:
                break
        else:
            r = r + x * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_for_else_broken(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(9):
            r = r * (1.4 + y)
            if r > 9.0:
                break
        else:
            r = r + x * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_while_else(x, y):
    out = 0.0
    for step in range(3):
        r = x
        while r < 9.0:
            r = r * (y + 1.6)
        else:
            r = r * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_while_true_break(x, y):
    out = 0.0
    for step in range(3):
        r = x
        while True:
            r = r * (y + 1.6)
            if r > 15.0:
                break
            r = r + y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_break_nested(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(4):
            for j in range(4):
                r = r * (1.05 + 0.1 * y)
                if r * (j + 1) > 3.0:
                    break
                r = r + 0.2 * x
            r = np.sin(r) + x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_loop_variable_after(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a in [x, y, x * y]:
            r = r + a
        r = r * a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_loop_variable_shadows(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        a = x
        for a in [y, x * y]:
            r = r + a * x
        r = r + a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_early_return(x, y):
    out = 0.0
    for step in range(3):
        if x > y:
            return x * x * y
        r = x + y**3
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_early_return_loop(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(6):
            r = r * (1.1 + y)
            if r > 5.0:
                return r * x
            r = r + y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_early_return_nested(x, y):
    out = 0.0
    for step in range(3):
        r = x
        for i in range(4):
            for j in range(3):
                r = r * (1.05 + 0.3 * y)
                if r > 4.0:
                    return r * x * (i + 1)
            r = r + x * 0.1
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def square(t):
    return t * t


@case((1.2, 0.7), (0.6, 1.1))
def loop_call(x, y):
    out = 0.0
    for step in range(3):
        r = square(x) + square(x * y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def affine(t, scale=2.0, *, shift=0.5):
    return t * scale + shift


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_keywords(x, y):
    out = 0.0
    for step in range(3):
        r = affine(x) * affine(y, shift=x) + affine(t=x, scale=y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def scaled(t, by=None):
    if by is None:
        by = 3.0
    return t * by


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_default_none(x, y):
    out = 0.0
    for step in range(3):
        r = scaled(x) * scaled(y, x)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def three(a, b, c):
    return a * b - c


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_star(x, y):
    out = 0.0
    for step in range(3):
        pack = (x, y)
        r = three(*pack, x * y) + three(x, *pack)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def total(first, *rest):
    t = first
    for a in rest:
        t = t * a + first
    return t


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_varargs(x, y):
    out = 0.0
    for step in range(3):
        r = total(x) + total(x, y, x * y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def named(a, **rest):
    return a * rest['b'] + rest.get('c', 1.0)


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_kwargs(x, y):
    out = 0.0
    for step in range(3):
        extra = {'b': y, 'c': x * x}
        r = named(x, b=x * y) + named(y, **extra)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def both(t):
    return t * t, np.sin(t)


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_tuple_result(x, y):
    out = 0.0
    for step in range(3):
        a, b = both(x * y)
        r = a * b + both(y)[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def bend(t):
    if t > 1.0:
        return t * t
    return np.sin(t)


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_branching(x, y):
    out = 0.0
    for step in range(3):
        r = bend(x) * bend(y) + bend(x * y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def repeat(t, n):
    for _ in range(n):
        t = np.sin(t) + t * 0.5
    return t


@case((1.2, 0.7), (0.6, 1.1))
def loop_call_looping(x, y):
    out = 0.0
    for step in range(3):
        r = repeat(x, 3) * repeat(y, 2)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def power(t, n):
    if n == 0:
        return 1.0
    return t * power(t, n - 1)


@case((1.2, 0.7), (0.6, 1.1))
def loop_recursion(x, y):
    out = 0.0
    for step in range(3):
        r = power(x, 4) + power(y, 2) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def even(t, n):
    return t if n == 0 else odd(t * t, n - 1) + t


def odd(t, n):
    return np.cos(t) if n == 0 else even(t * 0.5, n - 1) * t


@case((1.2, 0.7), (0.6, 1.1))
def loop_mutual_recursion(x, y):
    out = 0.0
    for step in range(3):
        r = even(x, 3) + odd(y, 2) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_nested_def(x, y):
    out = 0.0
    for step in range(3):
        def inner(t):
            return t * y + x
        r = inner(x) * inner(y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_lambda(x, y):
    out = 0.0
    for step in range(3):
        scale = lambda t: t * x + y
        r = scale(x) + scale(y) * scale(1.0)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_lambda_default(x, y):
    out = 0.0
    for step in range(3):
        scale = lambda t, k=x: t * k
        r = scale(x) + scale(y, y) + scale(y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_late_binding(x, y):
    out = 0.0
    for step in range(3):
        k = x
        scaled = lambda t: t * k
        a = scaled(y)
        k = y * y
        r = a + scaled(x)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_nonlocal(x, y):
    out = 0.0
    for step in range(3):
        total = x
        def add(t):
            nonlocal total
            total = total * t + y
        add(x)
        add(y)
        r = total
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def scaler(k):
    def scaled(t):
        return k * t * t
    return scaled


@case((1.2, 0.7), (0.6, 1.1))
def loop_closure_factory(x, y):
    out = 0.0
    for step in range(3):
        double = scaler(y)
        r = double(x) + scaler(x)(y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def twice(f, t):
    return f(f(t))


@case((1.2, 0.7), (0.6, 1.1))
def loop_function_argument(x, y):
    out = 0.0
    for step in range(3):
        r = twice(np.sin, x) + twice(lambda t: t * y, x)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def blend(a, b, w):
    return a * w + b * b


@case((1.2, 0.7), (0.6, 1.1))
def loop_partial(x, y):
    out = 0.0
    for step in range(3):
        mix = partial(blend, x, w=y)
        r = mix(y) + partial(blend, b=x)(y, w=x)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_reduce(x, y):
    out = 0.0
    for step in range(3):
        r = reduce(lambda a, b: a * b + x, [x, y, x * y])
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_map(x, y):
    out = 0.0
    for step in range(3):
        r = sum(map(lambda t: t * t * y, [x, y, 2.0])) + list(map(np.sin, [x, y]))[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_builtins(x, y):
    out = 0.0
    for step in range(3):
        r = sum([x, y, x * y]) * max(x, y * 0.3) + min(x, y + 3.0) * abs(-x) + pow(y, 3) + float(x)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_max_of_list(x, y):
    out = 0.0
    for step in range(3):
        values = [x, y, x * y - 2.0]
        r = max(values) * min(values)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_divmod_round_int(x, y):
    out = 0.0
    for step in range(3):
        k = int(3.7) + round(2.4) + 7 // 2 + 7 % 4
        r = x * k + y ** (k - 8)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_index(x, y):
    out = 0.0
    for step in range(3):
        values = [x, y, x * y]
        r = values[0] * values[-1] + values[1:][0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_set(x, y):
    out = 0.0
    for step in range(3):
        values = [x, y, 0.0]
        values[2] = values[0] * values[1]
        values[0] = values[2] + x
        r = sum(values)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_append(x, y):
    out = 0.0
    for step in range(3):
        values = []
        for i in range(3):
            values.append(x * i + y)
        r = values[0] * values[1] + values[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_append_reads(x, y):
    out = 0.0
    for step in range(3):
        values = [x]
        for i in range(3):
            values.append(values[-1] * y + values[0])
        r = values[-1] * values[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_pop(x, y):
    out = 0.0
    for step in range(3):
        values = [x, y, x * y]
        a = values.pop()
        b = values.pop(0)
        r = a * b + values[0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_concat(x, y):
    out = 0.0
    for step in range(3):
        values = [x] + [y, x * y] * 2
        r = values[0] * values[3] + len(values) * values[4]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_extend(x, y):
    out = 0.0
    for step in range(3):
        values = [x]
        values.extend([y, x * y])
        values += [x + y]
        r = values[1] * values[2] + values[3] * values[0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_of_lists(x, y):
    out = 0.0
    for step in range(3):
        grid = [[x, y], [x * y, 1.0]]
        grid[1][1] = grid[0][0] * y
        r = grid[1][1] * grid[1][0] + grid[0][1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_alias(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y]
        b = a
        b[0] = y * y
        r = a[0] * x + a[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_list_comprehension(x, y):
    out = 0.0
    for step in range(3):
        values = [t * t + i * y for i, t in enumerate([x, y, x * y])]
        r = values[0] * values[1] - values[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_comprehension_filter(x, y):
    out = 0.0
    for step in range(3):
        values = [t * y for t in [x, -1.0, y, -2.0] if t > 0.0]
        r = values[0] * values[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_comprehension_nested(x, y):
    out = 0.0
    for step in range(3):
        values = [a * b for a in [x, y] for b in [x, 2.0]]
        r = values[0] + values[1] * values[3]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_comprehension_of_lists(x, y):
    out = 0.0
    for step in range(3):
        grid = [[a * i for a in [x, y]] for i in range(1, 3)]
        r = grid[1][0] * grid[0][1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_comprehension(x, y):
    out = 0.0
    for step in range(3):
        d = {k: t * t for k, t in zip('ab', [x, y])}
        r = d['a'] * d['b'] + x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_generator_expression(x, y):
    out = 0.0
    for step in range(3):
        r = sum(t * y for t in [x, y, x * y]) + max(t for t in (x, y - 4.0))
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_set_of_ints(x, y):
    out = 0.0
    for step in range(3):
        seen = {1, 2}
        seen.add(3)
        r = x * len(seen) + (y if 2 in seen else 0.0)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict(x, y):
    out = 0.0
    for step in range(3):
        d = {'a': x, 'b': y}
        d['c'] = d['a'] * d['b']
        d['a'] = d['c'] + x
        r = d['a'] * d['c']
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_update(x, y):
    out = 0.0
    for step in range(3):
        d = {'a': x}
        d.update(b=y)
        d.update({'a': x * y})
        r = d['a'] * d['b'] + d.get('z', 2.0) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_merge(x, y):
    out = 0.0
    for step in range(3):
        d = {**{'a': x, 'b': 1.0}, 'b': y}
        r = d['a'] * d['b'] * (1.0 if 'c' not in d else 2.0)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_augmented(x, y):
    out = 0.0
    for step in range(3):
        d = {'a': x}
        for i in range(3):
            d['a'] += y * d['a']
        r = d['a']
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_setdefault(x, y):
    out = 0.0
    for step in range(3):
        d = {}
        d.setdefault('a', x)
        d.setdefault('a', y)
        r = d['a'] * y + d.pop('a')
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_dict_int_keys(x, y):
    out = 0.0
    for step in range(3):
        d = {i: x * i + y for i in range(3)}
        d[1] = d[2] * d[0]
        r = d[1] + d[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_tuple(x, y):
    out = 0.0
    for step in range(3):
        t = (x, y, x * y)
        r = t[0] * t[2] + (t + (y,))[3] * t[-2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_tuple_nested(x, y):
    out = 0.0
    for step in range(3):
        t = (x, (y, {'k': x * y}))
        r = t[1][1]['k'] * t[1][0] + t[0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def powers(t, n):
    p = 1.0
    for _ in range(n):
        p = p * t
        yield p


@case((1.2, 0.7), (0.6, 1.1))
def loop_generator(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for p in powers(x, 3):
            r = r * y + p
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def pairs(a, b):
    yield a * b
    yield a + b


@case((1.2, 0.7), (0.6, 1.1))
def loop_generator_sum(x, y):
    out = 0.0
    for step in range(3):
        r = sum(pairs(x, y)) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Point(NamedTuple):
    u: float
    v: float = 2.0


@case((1.2, 0.7), (0.6, 1.1))
def loop_named_tuple(x, y):
    out = 0.0
    for step in range(3):
        p = Point(x, y)
        q = p._replace(v=p.u * p.v)
        r = q.u * q.v + Point(y).v * p[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@dataclass
class State:
    pos: float
    vel: float = 1.0


@case((1.2, 0.7), (0.6, 1.1))
def loop_dataclass(x, y):
    out = 0.0
    for step in range(3):
        s = State(x, vel=y)
        s.pos = s.pos + s.vel * x
        s.vel *= s.pos
        r = s.pos * s.vel
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@dataclass(frozen=True)
class Fixed:
    pos: float
    vel: float


@case((1.2, 0.7), (0.6, 1.1))
def loop_dataclass_frozen(x, y):
    out = 0.0
    for step in range(3):
        s = Fixed(x, y)
        t = replace(s, pos=s.pos * s.vel)
        r = s.pos * t.pos + t.vel
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


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
def loop_object(x, y):
    out = 0.0
    for step in range(3):
        o = Oscillator(x, y)
        for _ in range(3):
            o.step(0.3)
        r = o.pos * o.vel + o.step(0.1)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Line:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __call__(self, t):
        return self.a * t + self.b


@case((1.2, 0.7), (0.6, 1.1))
def loop_object_call(x, y):
    out = 0.0
    for step in range(3):
        line = Line(x, y)
        r = line(x) * line(y)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Disk:
    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return 3.0 * self.radius**2


@case((1.2, 0.7), (0.6, 1.1))
def loop_object_property(x, y):
    out = 0.0
    for step in range(3):
        d = Disk(x)
        r = d.area * y
        d.radius = y
        r = r + d.area
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


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
def loop_object_inheritance(x, y):
    out = 0.0
    for step in range(3):
        r = Square(x, y).cost() + Shape(y).cost()
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Dual:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, other):
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)


@case((1.2, 0.7), (0.6, 1.1))
def loop_object_operators(x, y):
    out = 0.0
    for step in range(3):
        z = Dual(x, 1.0) * Dual(y, 0.0) + Dual(x, y)
        r = z.a * z.b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Cell:
    def __init__(self, value):
        self.value = value


@case((1.2, 0.7), (0.6, 1.1))
def loop_object_alias(x, y):
    out = 0.0
    for step in range(3):
        a = Cell(x)
        b = a
        b.value = b.value * y
        r = a.value * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


class Maths:
    factor = 3.0

    @staticmethod
    def square(t):
        return t * t

    @classmethod
    def scaled(cls, t):
        return cls.factor * cls.square(t)


@case((1.2, 0.7), (0.6, 1.1))
def loop_static_and_class_method(x, y):
    out = 0.0
    for step in range(3):
        r = Maths.square(x) + Maths.scaled(y) * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_isinstance(x, y):
    out = 0.0
    for step in range(3):
        r = x * y if isinstance(x, float) else x
        if isinstance([x], (list, tuple)):
            r = r * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_is_none_callable_hasattr(x, y):
    out = 0.0
    for step in range(3):
        rule = None
        if rule is None and callable(np.sin) and not hasattr(1.0, 'missing'):
            r = x * y
        else:
            r = x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def apply(t, kind='square'):
    if kind == 'square':
        return t * t
    if kind in ('sin', 'sine'):
        return np.sin(t)
    raise ValueError(f'unknown {kind}')


@case((1.2, 0.7), (0.6, 1.1))
def loop_string_option(x, y):
    out = 0.0
    for step in range(3):
        r = apply(x) * apply(y, 'sine')
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def act(t, kind):
    match kind:
        case 'sq':
            return t * t
        case 'sin' | 'sine':
            return np.sin(t)
        case _:
            return t


@case((1.2, 0.7), (0.6, 1.1))
def loop_match_value(x, y):
    out = 0.0
    for step in range(3):
        r = act(x, 'sq') * act(y, 'sine') + act(x, 'id')
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_match_sequence(x, y):
    out = 0.0
    for step in range(3):
        match (x, y, [x * y]):
            case (a, b, [c]) if a > 100.0:
                r = a
            case (a, *rest):
                r = a * rest[0] + rest[1][0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_match_mapping(x, y):
    out = 0.0
    for step in range(3):
        match {'kind': 'line', 'a': x}:
            case {'kind': 'point'}:
                r = y
            case {'kind': 'line', 'a': a}:
                r = a * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


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
def loop_match_class(x, y):
    out = 0.0
    for step in range(3):
        r = area(Round(x)) + area(Box(y, x)) * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_assert(x, y):
    out = 0.0
    for step in range(3):
        assert x > 0, f'negative: {x}'
        r = x * y
        assert isinstance(r, float)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_raise_not_taken(x, y):
    out = 0.0
    for step in range(3):
        if x < -5.0:
            raise ValueError('too small')
        r = x * y * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_try_finally(x, y):
    out = 0.0
    for step in range(3):
        log = []
        try:
            r = x * y
        finally:
            log.append('done')
        r = r * r
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_try_except_taken(x, y):
    out = 0.0
    for step in range(3):
        try:
            r = x * y
            missing = [1, 2][5]
            r = r * missing
        except IndexError:
            r = r + x * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def guarded(t):
    if t > 1.0:
        raise ValueError('large')
    return t * t


@case((1.2, 0.7), (0.6, 1.1))
def loop_try_except_raise(x, y):
    out = 0.0
    for step in range(3):
        try:
            r = guarded(x)
        except ValueError as error:
            r = x * y
        else:
            r = r * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_try_not_taken(x, y):
    out = 0.0
    for step in range(3):
        try:
            r = x / y
        except (ZeroDivisionError, ValueError):
            r = 0.0
        else:
            r = r * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_with_errstate(x, y):
    out = 0.0
    for step in range(3):
        with np.errstate(divide='ignore', invalid='ignore'):
            r = np.log(x) * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_with_two(x, y):
    out = 0.0
    for step in range(3):
        with np.errstate(all='ignore'), np.printoptions(precision=3):
            a = x * y
        r = a * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_f_string(x, y):
    out = 0.0
    for step in range(3):
        name = f'{3:02d}-{x:.2f}'
        r = x * y * len(name[:2])
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


def helper(t: float, k: 'int' = 2) -> float:
    """Return t to the k."""
    return t**k


@case((1.2, 0.7), (0.6, 1.1))
def loop_docstring_and_hints(x, y):
    out = 0.0
    for step in range(3):
        r: float = helper(x) * helper(y, 3)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


# global_constant

GRAVITY = 9.81
TABLE = {'a': 2.0, 'b': [1.0, 3.0]}


@case((1.2, 0.7), (0.6, 1.1))
def loop_global_constant(x, y):
    out = 0.0
    for step in range(3):
        r = x * GRAVITY + y * TABLE['a'] * TABLE['b'][1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


# global_array

WEIGHTS = np.array([1.0, -2.0, 3.0])


@case((1.2, 0.7), (0.6, 1.1))
def loop_global_array(x, y):
    out = 0.0
    for step in range(3):
        r = np.sum(WEIGHTS * x) + WEIGHTS[1] * y * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_pass_and_expression(x, y):
    out = 0.0
    for step in range(3):
        x * y
        pass
        r = x
        if x > 9.0:
            pass
        else:
            r = r * y
        ...
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_print(x, y):
    out = 0.0
    for step in range(3):
        print('', end='')
        r = x * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_type_changes(x, y):
    out = 0.0
    for step in range(3):
        v = x * y
        v = np.array([v, x])
        v = v * y
        v = float(np.sum(v))
        r = v * x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_overwritten_and_reused(x, y):
    out = 0.0
    for step in range(3):
        a = x
        a = a * y
        b = a
        a = a * a
        a = a + b
        r = a * b * a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_same_used_often(x, y):
    out = 0.0
    for step in range(3):
        r = x * x * x + x / (x + y) - x**2 * y**x
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_integer_mixed(x, y):
    out = 0.0
    for step in range(3):
        n = 3
        k = n * 2 - 1
        r = x * k // 1 * 0 + x**n / k + (n - k) * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_unused_results(x, y):
    out = 0.0
    for step in range(3):
        a = np.exp(x)
        b = a * y
        r = x * y
        b = 3.0
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7), (0.6, 1.1))
def loop_math_functions(x, y):
    out = 0.0
    for step in range(3):
        r = math.sin(x) * math.exp(-y) + math.sqrt(x * y) + math.log(x) * math.pi
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x
