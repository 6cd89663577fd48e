"""Globals that are named as variables of the derivative, of a caller, or of another module are."""

import numpy as np

from tests.programs.adversarial import other_names

y, y_bar, x_bar, x_dot, result, total, flag, returned, saved = 2.0, 4.0, 5.0, 2.5, 7.0, 3.0, 1.5, 0.5, 3.5
items, t, i, n, failed = [3.0, 1.0], 3.0, 2, 3, 1.25
GAIN = 0.5


def _inline(x):
    return x * y + items[0] * x


def _kept(x):
    if x > 100:
        return y
    s = 0.0
    for _ in range(3):
        s = s + np.sin(x * y)
    return s


def result_and_adjoints(x):
    s = x
    for _ in range(3):
        s = np.sin(s * x + y * t + x_bar * y_bar)
        if s > 1e9:
            return s * total
    return s * result * x_dot * x + i * x * n + saved * flag * returned


def callers_variable(x):
    y = x * 3
    return _inline(y) * y


def callers_parameter(y):
    return _inline(y) * y


callers_parameter.at = 0.7


def callers_variables_of_a_kept_call(x):
    y = x * 3
    items = [y, 2.0]
    return _kept(y) * y * _inline(x) + items[1]


def two_modules(x):
    return other_names.scaled(x) * GAIN + GAIN * x + other_names.shifted(x) * total


def names_of_builtins(x):
    list = [x, x * x]
    sum, len, range = 3.0, 2.0, 0.0
    for v in list:
        range = range + v * sum * len
    np = 2.0
    return range * np * other_names.scaled(x)


def caught(x):
    z = x
    try:
        z = z * failed
        w = float(x) * z
        if w > 0:
            raise ValueError("caught here")
    except ValueError:
        z = z + x
    return z * failed


def captured(x):
    y, result = x * x, 3.0

    def inner(t):
        total = t * y
        return total * result

    return inner(x) * _inline(result) * y
