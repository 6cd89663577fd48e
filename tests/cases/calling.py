"""NumPy's functions that call a function of the user's, and its subscripts that join arrays."""

from functools import partial

import numpy as np

from tests.cases import case

A34 = np.array([[0.4, 1.1, -0.7, 0.3], [1.2, -0.5, 0.9, 2.0], [-1.3, 0.6, 0.8, -0.2]])
V5 = np.array([-1.2, 0.4, 1.5, -0.3, 0.8])
C3 = np.array([0.3, 0.5, 0.7])


@case((A34,))
def along_axis_gives_vectors(a):
    return np.sum(np.sin(np.apply_along_axis(lambda row: row / (1 + np.sum(row**2)), 1, a)) * A34)


@case((A34, 1.5))
def along_axis_gives_matrices(a, k):
    return np.sum(np.sin(np.apply_along_axis(lambda row, k: np.outer(row, row) * k, -1, a, k)))


@case((A34, C3))
def along_axis_of_a_library_function(a, kernel):
    smooth = np.apply_along_axis(np.convolve, 1, a, kernel, mode="same")
    return np.sum(smooth**2) + np.sum(np.apply_along_axis(func1d=np.std, axis=0, arr=a))


@case((A34,))
def over_axes(a):
    squares = np.apply_over_axes(lambda x, axis: np.mean(x**2, axis=axis), a, (0, -1))
    return np.sum(np.apply_over_axes(np.sum, np.sin(a), [1]) * squares)


@case((0.7,))
def from_function(k):
    grid = np.fromfunction(lambda i, j: np.sin(k * i) + j * k, (3, 4))
    return np.sum(grid**2) + np.sum(np.fromfunction(lambda i: i * k, (3,), dtype=int))


@case((V5, 0.6))
def piecewise_functions_and_numbers(x, k):
    y = np.piecewise(x, [x < -1, x > 1], [k, lambda t: np.exp(k * t), np.sin])
    return np.sum(y**2)


@case((V5, 0.6))
def piecewise_with_extra_arguments(x, k):
    left = np.piecewise(x, x < 0, [lambda t, a, b: a * t**2 + b, lambda t, a, b: a - b * t], k, b=2 * k)
    return np.sum(np.cos(left))


@case((np.array(0.5),), (np.array(-0.5),))
def piecewise_of_a_number(x):
    return np.piecewise(x, [x < 0, x >= 0], [lambda t: -t, lambda t: t**2]) * x


@case((V5, 0.7))
def vectorized_lambda(x, k):
    return np.sum(np.vectorize(lambda t: t**2 * k if t > 0 else k * np.sin(t))(x))


@case((V5, 0.7))
def vectorized_twice(x, k):
    f = np.vectorize(lambda a, b: a**2 * b if a > 0 else 0, otypes=[float])
    return np.sum(f(x, k)) + np.sum(np.sin(f(x[1:], x[:-1])))


@np.vectorize
def decorated(t, k):
    if t > 0:
        return k * t**2
    return np.sum(k * t)  # of one number


@partial(np.vectorize, excluded=["coefficients"])
def polynomial(t, coefficients):
    total = 0.0
    for c in coefficients:
        total = total * t + c
    return total


@case((V5, 0.7, C3))
def vectorized_by_decorators(x, k, c):
    return np.sum(decorated(x, k) * polynomial(x, coefficients=c))


@case((V5, C3))
def vectorized_excluding_the_first(x, c):
    f = np.vectorize(lambda c, t: c[0] + c[1] * t if t > 0 else c[2] * t, excluded={0})
    return np.sum(f(c, x) ** 2)


@case((V5, 0.7))
def rows_by_subscript(x, k):
    ends = np.r_[0.0, np.cumsum(x * k), 1]
    return np.sum(np.sin(np.r_[0:3, ends, 0 : 1 : 4j, k:2, [k, 2.0]]) * np.arange(18.0))


@case((V5, 0.7))
def columns_by_subscript(x, k):
    design = np.c_[np.ones(len(x)), x, x[:, None] ** 2 * k]
    return np.sum(np.sin(design) @ np.array([1.0, 2.0, 3.0])) + np.sum(np.r_[design, design[:1]] ** 2)
