"""Each construct inside a function that is called twice. Written by tests/programs/make_settings.py; change that file instead."""

# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP

import math
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import NamedTuple

import numpy as np

from tests.cases import case


def callee_tuple_assignment_inner(x, y):
    a, b = x * y, x + y
    a, b = b, a * b
    r = a - np.sin(b)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_tuple_assignment(x, y):
    a = callee_tuple_assignment_inner(x, y)
    b = callee_tuple_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_starred_assignment_inner(x, y):
    first, *rest = (x, y, x * y, 2.0)
    r = first * rest[0] + rest[1] * len(rest)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_starred_assignment(x, y):
    a = callee_starred_assignment_inner(x, y)
    b = callee_starred_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_nested_assignment_inner(x, y):
    (a, (b, c)), d = (x, (y, x * y)), x - y
    r = a * b + c * d
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_nested_assignment(x, y):
    a = callee_nested_assignment_inner(x, y)
    b = callee_nested_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_chained_assignment_inner(x, y):
    a = b = x * y
    a = a + x
    r = a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_chained_assignment(x, y):
    a = callee_chained_assignment_inner(x, y)
    b = callee_chained_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_augmented_assignment_inner(x, y):
    a = x
    a += y
    a *= x
    a -= y * y
    a /= 1.5 + y * y
    a **= 2
    r = a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_augmented_assignment(x, y):
    a = callee_augmented_assignment_inner(x, y)
    b = callee_augmented_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_annotated_assignment_inner(x, y):
    a: float = x * y
    b: float
    b = a + x
    r = b * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_annotated_assignment(x, y):
    a = callee_annotated_assignment_inner(x, y)
    b = callee_annotated_assignment_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_walrus_inner(x, y):
    if (a := x * y) > 0.1:
        r = a * x
    else:
        r = a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_walrus(x, y):
    a = callee_walrus_inner(x, y)
    b = callee_walrus_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_walrus_in_while_inner(x, y):
    a = x
    while (b := a * a) < 30.0:
        a = a * 1.7 + y * 0.1
    r = b + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_walrus_in_while(x, y):
    a = callee_walrus_in_while_inner(x, y)
    b = callee_walrus_in_while_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_swap_inner(x, y):
    a, b = x, y
    for _ in range(3):
        a, b = b, a * np.cos(b)
    r = a + 2 * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_swap(x, y):
    a = callee_swap_inner(x, y)
    b = callee_swap_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_delete_inner(x, y):
    a = x * y
    b = a * a
    del a
    a = b + x
    r = a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_delete(x, y):
    a = callee_delete_inner(x, y)
    b = callee_delete_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_if_elif_else_inner(x, y):
    if x > 2.0:
        r = x
    elif x > y:
        r = x * x * y
    else:
        r = np.exp(-x) + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_if_elif_else(x, y):
    a = callee_if_elif_else_inner(x, y)
    b = callee_if_elif_else_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_branch_defines_inner(x, y):
    if x > y:
        extra = x * y
    r = x
    if x > y:
        r = r + extra
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_branch_defines(x, y):
    a = callee_branch_defines_inner(x, y)
    b = callee_branch_defines_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_conditional_expression_inner(x, y):
    r = x * y if x > y else x - y * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_conditional_expression(x, y):
    a = callee_conditional_expression_inner(x, y)
    b = callee_conditional_expression_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_and_value_inner(x, y):
    r = (x > 0.1 and x * y) + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_and_value(x, y):
    a = callee_and_value_inner(x, y)
    b = callee_and_value_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_or_value_inner(x, y):
    r = (0.0 or x * y) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_or_value(x, y):
    a = callee_or_value_inner(x, y)
    b = callee_or_value_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_or_default_inner(x, y):
    options = None
    k = options or 3.0
    r = k * x * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_or_default(x, y):
    a = callee_or_default_inner(x, y)
    b = callee_or_default_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_not_value_inner(x, y):
    flag = not x > y
    r = x * x if flag else y * x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_not_value(x, y):
    a = callee_not_value_inner(x, y)
    b = callee_not_value_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_chained_compare_inner(x, y):
    r = x * y if 0.0 < y < x < 5.0 else y**3 + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_chained_compare(x, y):
    a = callee_chained_compare_inner(x, y)
    b = callee_chained_compare_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_range_inner(x, y):
    r = 0.0
    for i in range(4):
        r = r * x + i * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_range(x, y):
    a = callee_for_range_inner(x, y)
    b = callee_for_range_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_range_down_inner(x, y):
    r = 1.0
    for i in range(7, 0, -2):
        r = r * x / i + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_range_down(x, y):
    a = callee_for_range_down_inner(x, y)
    b = callee_for_range_down_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_range_zero_trip_inner(x, y):
    r = x
    for i in range(0):
        r = r * y
    r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_range_zero_trip(x, y):
    a = callee_for_range_zero_trip_inner(x, y)
    b = callee_for_range_zero_trip_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_list_inner(x, y):
    r = 0.0
    for item in [x, y, x * y]:
        r = r + item * item
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_list(x, y):
    a = callee_for_list_inner(x, y)
    b = callee_for_list_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_tuple_inner(x, y):
    r = 1.0
    for item in (x, y, 2.0):
        r = r * item + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_tuple(x, y):
    a = callee_for_tuple_inner(x, y)
    b = callee_for_tuple_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_array_inner(x, y):
    r = 0.0
    for item in np.array([x, y, x * y]):
        r = r + np.sin(item)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_array(x, y):
    a = callee_for_array_inner(x, y)
    b = callee_for_array_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_array_rows_inner(x, y):
    m = np.array([[x, y], [y, x * x]])
    r = 0.0
    for row in m:
        r = r + row[0] * row[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_array_rows(x, y):
    a = callee_for_array_rows_inner(x, y)
    b = callee_for_array_rows_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_zip_inner(x, y):
    r = 0.0
    for a, b in zip([x, y, 1.0], [y, x * x, x]):
        r = r + a * b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_zip(x, y):
    a = callee_for_zip_inner(x, y)
    b = callee_for_zip_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_enumerate_inner(x, y):
    r = 0.0
    for i, a in enumerate([x, y, x * y], start=1):
        r = r + i * a**i
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_enumerate(x, y):
    a = callee_for_enumerate_inner(x, y)
    b = callee_for_enumerate_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_reversed_inner(x, y):
    r = 0.0
    for a in reversed([x, y, x * y]):
        r = r * x + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_reversed(x, y):
    a = callee_for_reversed_inner(x, y)
    b = callee_for_reversed_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_reversed_range_inner(x, y):
    r = 0.0
    for i in reversed(range(3)):
        r = r * x + y * i
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_reversed_range(x, y):
    a = callee_for_reversed_range_inner(x, y)
    b = callee_for_reversed_range_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_dict_items_inner(x, y):
    r = 0.0
    for key, a in {'one': x, 'two': y * x}.items():
        r = r + len(key) * a * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_dict_items(x, y):
    a = callee_for_dict_items_inner(x, y)
    b = callee_for_dict_items_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_dict_values_inner(x, y):
    r = 0.0
    for a in {'one': x, 'two': y * x}.values():
        r = r * y + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_dict_values(x, y):
    a = callee_for_dict_values_inner(x, y)
    b = callee_for_dict_values_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_dict_keys_inner(x, y):
    d = {'one': x, 'two': y * x}
    r = 0.0
    for key in d:
        r = r * y + d[key]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_dict_keys(x, y):
    a = callee_for_dict_keys_inner(x, y)
    b = callee_for_dict_keys_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_nested_inner(x, y):
    r = x
    for i in range(3):
        for j in range(i):
            r = r * np.cos(y) + j
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_nested(x, y):
    a = callee_for_nested_inner(x, y)
    b = callee_for_nested_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_while_counted_inner(x, y):
    k = 0
    r = x
    while k < 4:
        r = np.sin(r) + y
        k += 1
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_while_counted(x, y):
    a = callee_while_counted_inner(x, y)
    b = callee_while_counted_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_while_data_inner(x, y):
    r = x
    while r < 20.0:
        r = r * (1.5 + y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_while_data(x, y):
    a = callee_while_data_inner(x, y)
    b = callee_while_data_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_break_inner(x, y):
    r = x
    for i in range(10):
        r = r * (1.2 + y)
        if r > 6.0:
            break
        r = r + 0.1 * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_break(x, y):
    a = callee_break_inner(x, y)
    b = callee_break_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_continue_inner(x, y):
    r = x
    for i in range(5):
        if i % 2 == 0:
            continue
        r = r * y + i * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_continue(x, y):
    a = callee_continue_inner(x, y)
    b = callee_continue_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_else_inner(x, y):
    r = x
    for i in range(3):
        r = r * y
        if r > 9.0:
            break
    else:
        r = r + x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_else(x, y):
    a = callee_for_else_inner(x, y)
    b = callee_for_else_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_for_else_broken_inner(x, y):
    r = x
    for i in range(9):
        r = r * (1.4 + y)
        if r > 9.0:
            break
    else:
        r = r + x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_for_else_broken(x, y):
    a = callee_for_else_broken_inner(x, y)
    b = callee_for_else_broken_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_while_else_inner(x, y):
    r = x
    while r < 9.0:
        r = r * (y + 1.6)
    else:
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_while_else(x, y):
    a = callee_while_else_inner(x, y)
    b = callee_while_else_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_while_true_break_inner(x, y):
    r = x
    while True:
        r = r * (y + 1.6)
        if r > 15.0:
            break
        r = r + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_while_true_break(x, y):
    a = callee_while_true_break_inner(x, y)
    b = callee_while_true_break_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_break_nested_inner(x, y):
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
def callee_break_nested(x, y):
    a = callee_break_nested_inner(x, y)
    b = callee_break_nested_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_loop_variable_after_inner(x, y):
    r = 0.0
    for a in [x, y, x * y]:
        r = r + a
    r = r * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_loop_variable_after(x, y):
    a = callee_loop_variable_after_inner(x, y)
    b = callee_loop_variable_after_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_loop_variable_shadows_inner(x, y):
    r = 0.0
    a = x
    for a in [y, x * y]:
        r = r + a * x
    r = r + a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_loop_variable_shadows(x, y):
    a = callee_loop_variable_shadows_inner(x, y)
    b = callee_loop_variable_shadows_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_early_return_inner(x, y):
    if x > y:
        return x * x * y
    r = x + y**3
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_early_return(x, y):
    a = callee_early_return_inner(x, y)
    b = callee_early_return_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_early_return_loop_inner(x, y):
    r = x
    for i in range(6):
        r = r * (1.1 + y)
        if r > 5.0:
            return r * x
        r = r + y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_early_return_loop(x, y):
    a = callee_early_return_loop_inner(x, y)
    b = callee_early_return_loop_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_early_return_nested_inner(x, y):
    r = x
    for i in range(4):
        for j in range(3):
            r = r * (1.05 + 0.3 * y)
            if r > 4.0:
                return r * x * (i + 1)
        r = r + x * 0.1
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_early_return_nested(x, y):
    a = callee_early_return_nested_inner(x, y)
    b = callee_early_return_nested_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def square(t):
    return t * t


def callee_call_inner(x, y):
    r = square(x) + square(x * y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call(x, y):
    a = callee_call_inner(x, y)
    b = callee_call_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def affine(t, scale=2.0, *, shift=0.5):
    return t * scale + shift


def callee_call_keywords_inner(x, y):
    r = affine(x) * affine(y, shift=x) + affine(t=x, scale=y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_keywords(x, y):
    a = callee_call_keywords_inner(x, y)
    b = callee_call_keywords_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def scaled(t, by=None):
    if by is None:
        by = 3.0
    return t * by


def callee_call_default_none_inner(x, y):
    r = scaled(x) * scaled(y, x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_default_none(x, y):
    a = callee_call_default_none_inner(x, y)
    b = callee_call_default_none_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def three(a, b, c):
    return a * b - c


def callee_call_star_inner(x, y):
    pack = (x, y)
    r = three(*pack, x * y) + three(x, *pack)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_star(x, y):
    a = callee_call_star_inner(x, y)
    b = callee_call_star_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def total(first, *rest):
    t = first
    for a in rest:
        t = t * a + first
    return t


def callee_call_varargs_inner(x, y):
    r = total(x) + total(x, y, x * y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_varargs(x, y):
    a = callee_call_varargs_inner(x, y)
    b = callee_call_varargs_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def named(a, **rest):
    return a * rest['b'] + rest.get('c', 1.0)


def callee_call_kwargs_inner(x, y):
    extra = {'b': y, 'c': x * x}
    r = named(x, b=x * y) + named(y, **extra)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_kwargs(x, y):
    a = callee_call_kwargs_inner(x, y)
    b = callee_call_kwargs_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def both(t):
    return t * t, np.sin(t)


def callee_call_tuple_result_inner(x, y):
    a, b = both(x * y)
    r = a * b + both(y)[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_tuple_result(x, y):
    a = callee_call_tuple_result_inner(x, y)
    b = callee_call_tuple_result_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def bend(t):
    if t > 1.0:
        return t * t
    return np.sin(t)


def callee_call_branching_inner(x, y):
    r = bend(x) * bend(y) + bend(x * y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_branching(x, y):
    a = callee_call_branching_inner(x, y)
    b = callee_call_branching_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def repeat(t, n):
    for _ in range(n):
        t = np.sin(t) + t * 0.5
    return t


def callee_call_looping_inner(x, y):
    r = repeat(x, 3) * repeat(y, 2)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_call_looping(x, y):
    a = callee_call_looping_inner(x, y)
    b = callee_call_looping_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def power(t, n):
    if n == 0:
        return 1.0
    return t * power(t, n - 1)


def callee_recursion_inner(x, y):
    r = power(x, 4) + power(y, 2) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_recursion(x, y):
    a = callee_recursion_inner(x, y)
    b = callee_recursion_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def even(t, n):
    return t if n == 0 else odd(t * t, n - 1) + t


def odd(t, n):
    return np.cos(t) if n == 0 else even(t * 0.5, n - 1) * t


def callee_mutual_recursion_inner(x, y):
    r = even(x, 3) + odd(y, 2) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_mutual_recursion(x, y):
    a = callee_mutual_recursion_inner(x, y)
    b = callee_mutual_recursion_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_nested_def_inner(x, y):
    def inner(t):
        return t * y + x
    r = inner(x) * inner(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_nested_def(x, y):
    a = callee_nested_def_inner(x, y)
    b = callee_nested_def_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_lambda_inner(x, y):
    scale = lambda t: t * x + y
    r = scale(x) + scale(y) * scale(1.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_lambda(x, y):
    a = callee_lambda_inner(x, y)
    b = callee_lambda_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_lambda_default_inner(x, y):
    scale = lambda t, k=x: t * k
    r = scale(x) + scale(y, y) + scale(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_lambda_default(x, y):
    a = callee_lambda_default_inner(x, y)
    b = callee_lambda_default_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_late_binding_inner(x, y):
    k = x
    scaled = lambda t: t * k
    a = scaled(y)
    k = y * y
    r = a + scaled(x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_late_binding(x, y):
    a = callee_late_binding_inner(x, y)
    b = callee_late_binding_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_nonlocal_inner(x, y):
    total = x
    def add(t):
        nonlocal total
        total = total * t + y
    add(x)
    add(y)
    r = total
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_nonlocal(x, y):
    a = callee_nonlocal_inner(x, y)
    b = callee_nonlocal_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def scaler(k):
    def scaled(t):
        return k * t * t
    return scaled


def callee_closure_factory_inner(x, y):
    double = scaler(y)
    r = double(x) + scaler(x)(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_closure_factory(x, y):
    a = callee_closure_factory_inner(x, y)
    b = callee_closure_factory_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def twice(f, t):
    return f(f(t))


def callee_function_argument_inner(x, y):
    r = twice(np.sin, x) + twice(lambda t: t * y, x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_function_argument(x, y):
    a = callee_function_argument_inner(x, y)
    b = callee_function_argument_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def blend(a, b, w):
    return a * w + b * b


def callee_partial_inner(x, y):
    mix = partial(blend, x, w=y)
    r = mix(y) + partial(blend, b=x)(y, w=x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_partial(x, y):
    a = callee_partial_inner(x, y)
    b = callee_partial_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_reduce_inner(x, y):
    r = reduce(lambda a, b: a * b + x, [x, y, x * y])
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_reduce(x, y):
    a = callee_reduce_inner(x, y)
    b = callee_reduce_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_map_inner(x, y):
    r = sum(map(lambda t: t * t * y, [x, y, 2.0])) + list(map(np.sin, [x, y]))[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_map(x, y):
    a = callee_map_inner(x, y)
    b = callee_map_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_builtins_inner(x, y):
    r = sum([x, y, x * y]) * max(x, y * 0.3) + min(x, y + 3.0) * abs(-x) + pow(y, 3) + float(x)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_builtins(x, y):
    a = callee_builtins_inner(x, y)
    b = callee_builtins_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_max_of_list_inner(x, y):
    values = [x, y, x * y - 2.0]
    r = max(values) * min(values)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_max_of_list(x, y):
    a = callee_max_of_list_inner(x, y)
    b = callee_max_of_list_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_divmod_round_int_inner(x, y):
    k = int(3.7) + round(2.4) + 7 // 2 + 7 % 4
    r = x * k + y ** (k - 8)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_divmod_round_int(x, y):
    a = callee_divmod_round_int_inner(x, y)
    b = callee_divmod_round_int_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_index_inner(x, y):
    values = [x, y, x * y]
    r = values[0] * values[-1] + values[1:][0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_index(x, y):
    a = callee_list_index_inner(x, y)
    b = callee_list_index_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_set_inner(x, y):
    values = [x, y, 0.0]
    values[2] = values[0] * values[1]
    values[0] = values[2] + x
    r = sum(values)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_set(x, y):
    a = callee_list_set_inner(x, y)
    b = callee_list_set_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_append_inner(x, y):
    values = []
    for i in range(3):
        values.append(x * i + y)
    r = values[0] * values[1] + values[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_append(x, y):
    a = callee_list_append_inner(x, y)
    b = callee_list_append_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_append_reads_inner(x, y):
    values = [x]
    for i in range(3):
        values.append(values[-1] * y + values[0])
    r = values[-1] * values[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_append_reads(x, y):
    a = callee_list_append_reads_inner(x, y)
    b = callee_list_append_reads_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_pop_inner(x, y):
    values = [x, y, x * y]
    a = values.pop()
    b = values.pop(0)
    r = a * b + values[0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_pop(x, y):
    a = callee_list_pop_inner(x, y)
    b = callee_list_pop_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_concat_inner(x, y):
    values = [x] + [y, x * y] * 2
    r = values[0] * values[3] + len(values) * values[4]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_concat(x, y):
    a = callee_list_concat_inner(x, y)
    b = callee_list_concat_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_extend_inner(x, y):
    values = [x]
    values.extend([y, x * y])
    values += [x + y]
    r = values[1] * values[2] + values[3] * values[0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_extend(x, y):
    a = callee_list_extend_inner(x, y)
    b = callee_list_extend_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_of_lists_inner(x, y):
    grid = [[x, y], [x * y, 1.0]]
    grid[1][1] = grid[0][0] * y
    r = grid[1][1] * grid[1][0] + grid[0][1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_of_lists(x, y):
    a = callee_list_of_lists_inner(x, y)
    b = callee_list_of_lists_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_alias_inner(x, y):
    a = [x, y]
    b = a
    b[0] = y * y
    r = a[0] * x + a[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_alias(x, y):
    a = callee_list_alias_inner(x, y)
    b = callee_list_alias_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_list_comprehension_inner(x, y):
    values = [t * t + i * y for i, t in enumerate([x, y, x * y])]
    r = values[0] * values[1] - values[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_list_comprehension(x, y):
    a = callee_list_comprehension_inner(x, y)
    b = callee_list_comprehension_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_comprehension_filter_inner(x, y):
    values = [t * y for t in [x, -1.0, y, -2.0] if t > 0.0]
    r = values[0] * values[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_comprehension_filter(x, y):
    a = callee_comprehension_filter_inner(x, y)
    b = callee_comprehension_filter_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_comprehension_nested_inner(x, y):
    values = [a * b for a in [x, y] for b in [x, 2.0]]
    r = values[0] + values[1] * values[3]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_comprehension_nested(x, y):
    a = callee_comprehension_nested_inner(x, y)
    b = callee_comprehension_nested_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_comprehension_of_lists_inner(x, y):
    grid = [[a * i for a in [x, y]] for i in range(1, 3)]
    r = grid[1][0] * grid[0][1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_comprehension_of_lists(x, y):
    a = callee_comprehension_of_lists_inner(x, y)
    b = callee_comprehension_of_lists_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_comprehension_inner(x, y):
    d = {k: t * t for k, t in zip('ab', [x, y])}
    r = d['a'] * d['b'] + x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_comprehension(x, y):
    a = callee_dict_comprehension_inner(x, y)
    b = callee_dict_comprehension_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_generator_expression_inner(x, y):
    r = sum(t * y for t in [x, y, x * y]) + max(t for t in (x, y - 4.0))
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_generator_expression(x, y):
    a = callee_generator_expression_inner(x, y)
    b = callee_generator_expression_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_set_of_ints_inner(x, y):
    seen = {1, 2}
    seen.add(3)
    r = x * len(seen) + (y if 2 in seen else 0.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_set_of_ints(x, y):
    a = callee_set_of_ints_inner(x, y)
    b = callee_set_of_ints_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_inner(x, y):
    d = {'a': x, 'b': y}
    d['c'] = d['a'] * d['b']
    d['a'] = d['c'] + x
    r = d['a'] * d['c']
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict(x, y):
    a = callee_dict_inner(x, y)
    b = callee_dict_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_update_inner(x, y):
    d = {'a': x}
    d.update(b=y)
    d.update({'a': x * y})
    r = d['a'] * d['b'] + d.get('z', 2.0) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_update(x, y):
    a = callee_dict_update_inner(x, y)
    b = callee_dict_update_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_merge_inner(x, y):
    d = {**{'a': x, 'b': 1.0}, 'b': y}
    r = d['a'] * d['b'] * (1.0 if 'c' not in d else 2.0)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_merge(x, y):
    a = callee_dict_merge_inner(x, y)
    b = callee_dict_merge_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_augmented_inner(x, y):
    d = {'a': x}
    for i in range(3):
        d['a'] += y * d['a']
    r = d['a']
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_augmented(x, y):
    a = callee_dict_augmented_inner(x, y)
    b = callee_dict_augmented_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_setdefault_inner(x, y):
    d = {}
    d.setdefault('a', x)
    d.setdefault('a', y)
    r = d['a'] * y + d.pop('a')
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_setdefault(x, y):
    a = callee_dict_setdefault_inner(x, y)
    b = callee_dict_setdefault_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_dict_int_keys_inner(x, y):
    d = {i: x * i + y for i in range(3)}
    d[1] = d[2] * d[0]
    r = d[1] + d[2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dict_int_keys(x, y):
    a = callee_dict_int_keys_inner(x, y)
    b = callee_dict_int_keys_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_tuple_inner(x, y):
    t = (x, y, x * y)
    r = t[0] * t[2] + (t + (y,))[3] * t[-2]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_tuple(x, y):
    a = callee_tuple_inner(x, y)
    b = callee_tuple_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_tuple_nested_inner(x, y):
    t = (x, (y, {'k': x * y}))
    r = t[1][1]['k'] * t[1][0] + t[0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_tuple_nested(x, y):
    a = callee_tuple_nested_inner(x, y)
    b = callee_tuple_nested_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def powers(t, n):
    p = 1.0
    for _ in range(n):
        p = p * t
        yield p


def callee_generator_inner(x, y):
    r = 0.0
    for p in powers(x, 3):
        r = r * y + p
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_generator(x, y):
    a = callee_generator_inner(x, y)
    b = callee_generator_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def pairs(a, b):
    yield a * b
    yield a + b


def callee_generator_sum_inner(x, y):
    r = sum(pairs(x, y)) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_generator_sum(x, y):
    a = callee_generator_sum_inner(x, y)
    b = callee_generator_sum_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Point(NamedTuple):
    u: float
    v: float = 2.0


def callee_named_tuple_inner(x, y):
    p = Point(x, y)
    q = p._replace(v=p.u * p.v)
    r = q.u * q.v + Point(y).v * p[1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_named_tuple(x, y):
    a = callee_named_tuple_inner(x, y)
    b = callee_named_tuple_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


@dataclass
class State:
    pos: float
    vel: float = 1.0


def callee_dataclass_inner(x, y):
    s = State(x, vel=y)
    s.pos = s.pos + s.vel * x
    s.vel *= s.pos
    r = s.pos * s.vel
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dataclass(x, y):
    a = callee_dataclass_inner(x, y)
    b = callee_dataclass_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


@dataclass(frozen=True)
class Fixed:
    pos: float
    vel: float


def callee_dataclass_frozen_inner(x, y):
    s = Fixed(x, y)
    t = replace(s, pos=s.pos * s.vel)
    r = s.pos * t.pos + t.vel
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_dataclass_frozen(x, y):
    a = callee_dataclass_frozen_inner(x, y)
    b = callee_dataclass_frozen_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Oscillator:
    def __init__(self, pos, k):
        self.pos = pos
        self.vel = 0.0
        self.k = k

    def step(self, dt):
        self.vel = self.vel - dt * self.k * self.pos
        self.pos += dt * self.vel
        return self.pos


def callee_object_inner(x, y):
    o = Oscillator(x, y)
    for _ in range(3):
        o.step(0.3)
    r = o.pos * o.vel + o.step(0.1)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object(x, y):
    a = callee_object_inner(x, y)
    b = callee_object_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Line:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __call__(self, t):
        return self.a * t + self.b


def callee_object_call_inner(x, y):
    line = Line(x, y)
    r = line(x) * line(y)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object_call(x, y):
    a = callee_object_call_inner(x, y)
    b = callee_object_call_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Disk:
    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return 3.0 * self.radius**2


def callee_object_property_inner(x, y):
    d = Disk(x)
    r = d.area * y
    d.radius = y
    r = r + d.area
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object_property(x, y):
    a = callee_object_property_inner(x, y)
    b = callee_object_property_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


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


def callee_object_inheritance_inner(x, y):
    r = Square(x, y).cost() + Shape(y).cost()
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object_inheritance(x, y):
    a = callee_object_inheritance_inner(x, y)
    b = callee_object_inheritance_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Dual:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, other):
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)


def callee_object_operators_inner(x, y):
    z = Dual(x, 1.0) * Dual(y, 0.0) + Dual(x, y)
    r = z.a * z.b
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object_operators(x, y):
    a = callee_object_operators_inner(x, y)
    b = callee_object_operators_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Cell:
    def __init__(self, value):
        self.value = value


def callee_object_alias_inner(x, y):
    a = Cell(x)
    b = a
    b.value = b.value * y
    r = a.value * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_object_alias(x, y):
    a = callee_object_alias_inner(x, y)
    b = callee_object_alias_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


class Maths:
    factor = 3.0

    @staticmethod
    def square(t):
        return t * t

    @classmethod
    def scaled(cls, t):
        return cls.factor * cls.square(t)


def callee_static_and_class_method_inner(x, y):
    r = Maths.square(x) + Maths.scaled(y) * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_static_and_class_method(x, y):
    a = callee_static_and_class_method_inner(x, y)
    b = callee_static_and_class_method_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_isinstance_inner(x, y):
    r = x * y if isinstance(x, float) else x
    if isinstance([x], (list, tuple)):
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_isinstance(x, y):
    a = callee_isinstance_inner(x, y)
    b = callee_isinstance_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_is_none_callable_hasattr_inner(x, y):
    rule = None
    if rule is None and callable(np.sin) and not hasattr(1.0, 'missing'):
        r = x * y
    else:
        r = x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_is_none_callable_hasattr(x, y):
    a = callee_is_none_callable_hasattr_inner(x, y)
    b = callee_is_none_callable_hasattr_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def apply(t, kind='square'):
    if kind == 'square':
        return t * t
    if kind in ('sin', 'sine'):
        return np.sin(t)
    raise ValueError(f'unknown {kind}')


def callee_string_option_inner(x, y):
    r = apply(x) * apply(y, 'sine')
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_string_option(x, y):
    a = callee_string_option_inner(x, y)
    b = callee_string_option_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def act(t, kind):
    match kind:
        case 'sq':
            return t * t
        case 'sin' | 'sine':
            return np.sin(t)
        case _:
            return t


def callee_match_value_inner(x, y):
    r = act(x, 'sq') * act(y, 'sine') + act(x, 'id')
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_match_value(x, y):
    a = callee_match_value_inner(x, y)
    b = callee_match_value_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_match_sequence_inner(x, y):
    match (x, y, [x * y]):
        case (a, b, [c]) if a > 100.0:
            r = a
        case (a, *rest):
            r = a * rest[0] + rest[1][0]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_match_sequence(x, y):
    a = callee_match_sequence_inner(x, y)
    b = callee_match_sequence_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_match_mapping_inner(x, y):
    match {'kind': 'line', 'a': x}:
        case {'kind': 'point'}:
            r = y
        case {'kind': 'line', 'a': a}:
            r = a * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_match_mapping(x, y):
    a = callee_match_mapping_inner(x, y)
    b = callee_match_mapping_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


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


def callee_match_class_inner(x, y):
    r = area(Round(x)) + area(Box(y, x)) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_match_class(x, y):
    a = callee_match_class_inner(x, y)
    b = callee_match_class_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_assert_inner(x, y):
    assert x > 0, f'negative: {x}'
    r = x * y
    assert isinstance(r, float)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_assert(x, y):
    a = callee_assert_inner(x, y)
    b = callee_assert_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_raise_not_taken_inner(x, y):
    if x < -5.0:
        raise ValueError('too small')
    r = x * y * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_raise_not_taken(x, y):
    a = callee_raise_not_taken_inner(x, y)
    b = callee_raise_not_taken_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_try_finally_inner(x, y):
    log = []
    try:
        r = x * y
    finally:
        log.append('done')
    r = r * r
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_try_finally(x, y):
    a = callee_try_finally_inner(x, y)
    b = callee_try_finally_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_try_except_taken_inner(x, y):
    try:
        r = x * y
        missing = [1, 2][5]
        r = r * missing
    except IndexError:
        r = r + x * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_try_except_taken(x, y):
    a = callee_try_except_taken_inner(x, y)
    b = callee_try_except_taken_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def guarded(t):
    if t > 1.0:
        raise ValueError('large')
    return t * t


def callee_try_except_raise_inner(x, y):
    try:
        r = guarded(x)
    except ValueError as error:
        r = x * y
    else:
        r = r * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_try_except_raise(x, y):
    a = callee_try_except_raise_inner(x, y)
    b = callee_try_except_raise_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_try_not_taken_inner(x, y):
    try:
        r = x / y
    except (ZeroDivisionError, ValueError):
        r = 0.0
    else:
        r = r * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_try_not_taken(x, y):
    a = callee_try_not_taken_inner(x, y)
    b = callee_try_not_taken_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_with_errstate_inner(x, y):
    with np.errstate(divide='ignore', invalid='ignore'):
        r = np.log(x) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_with_errstate(x, y):
    a = callee_with_errstate_inner(x, y)
    b = callee_with_errstate_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_with_two_inner(x, y):
    with np.errstate(all='ignore'), np.printoptions(precision=3):
        a = x * y
    r = a * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_with_two(x, y):
    a = callee_with_two_inner(x, y)
    b = callee_with_two_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_f_string_inner(x, y):
    name = f'{3:02d}-{x:.2f}'
    r = x * y * len(name[:2])
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_f_string(x, y):
    a = callee_f_string_inner(x, y)
    b = callee_f_string_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def helper(t: float, k: 'int' = 2) -> float:
    """Return t to the k."""
    return t**k


def callee_docstring_and_hints_inner(x, y):
    r: float = helper(x) * helper(y, 3)
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_docstring_and_hints(x, y):
    a = callee_docstring_and_hints_inner(x, y)
    b = callee_docstring_and_hints_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


# global_constant

GRAVITY = 9.81
TABLE = {'a': 2.0, 'b': [1.0, 3.0]}


def callee_global_constant_inner(x, y):
    r = x * GRAVITY + y * TABLE['a'] * TABLE['b'][1]
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_global_constant(x, y):
    a = callee_global_constant_inner(x, y)
    b = callee_global_constant_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


# global_array

WEIGHTS = np.array([1.0, -2.0, 3.0])


def callee_global_array_inner(x, y):
    r = np.sum(WEIGHTS * x) + WEIGHTS[1] * y * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_global_array(x, y):
    a = callee_global_array_inner(x, y)
    b = callee_global_array_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_pass_and_expression_inner(x, y):
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
def callee_pass_and_expression(x, y):
    a = callee_pass_and_expression_inner(x, y)
    b = callee_pass_and_expression_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_print_inner(x, y):
    print('', end='')
    r = x * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_print(x, y):
    a = callee_print_inner(x, y)
    b = callee_print_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_type_changes_inner(x, y):
    v = x * y
    v = np.array([v, x])
    v = v * y
    v = float(np.sum(v))
    r = v * x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_type_changes(x, y):
    a = callee_type_changes_inner(x, y)
    b = callee_type_changes_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_overwritten_and_reused_inner(x, y):
    a = x
    a = a * y
    b = a
    a = a * a
    a = a + b
    r = a * b * a
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_overwritten_and_reused(x, y):
    a = callee_overwritten_and_reused_inner(x, y)
    b = callee_overwritten_and_reused_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_same_used_often_inner(x, y):
    r = x * x * x + x / (x + y) - x**2 * y**x
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_same_used_often(x, y):
    a = callee_same_used_often_inner(x, y)
    b = callee_same_used_often_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_integer_mixed_inner(x, y):
    n = 3
    k = n * 2 - 1
    r = x * k // 1 * 0 + x**n / k + (n - k) * y
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_integer_mixed(x, y):
    a = callee_integer_mixed_inner(x, y)
    b = callee_integer_mixed_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_unused_results_inner(x, y):
    a = np.exp(x)
    b = a * y
    r = x * y
    b = 3.0
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_unused_results(x, y):
    a = callee_unused_results_inner(x, y)
    b = callee_unused_results_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


def callee_math_functions_inner(x, y):
    r = math.sin(x) * math.exp(-y) + math.sqrt(x * y) + math.log(x) * math.pi
    return r


@case((1.2, 0.7), (0.6, 1.1))
def callee_math_functions(x, y):
    a = callee_math_functions_inner(x, y)
    b = callee_math_functions_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)
