"""Calls with options that no rule has, and functions without one: others stand in for them (`rules/functions.py`)."""

import numpy as np

from scipy import signal, special

from tests.cases import case

X = np.array([0.31, 1.2, 0.73, 1.9, 0.52])
A34 = np.array([[0.4, 1.1, -0.7, 0.3], [1.2, -0.5, 0.9, 2.0], [-1.3, 0.6, 0.8, -0.2]])
B233 = np.array([np.eye(3) * 3, np.eye(3) * 2]) + np.sin(np.arange(18.0)).reshape(2, 3, 3)
MASK = np.array([True, False, True, True, False])


@case((X,))
def polynomial_division(x):
    quotient, rest = np.polydiv(x, x[:2])
    return np.sum(quotient**2) * rest[0] + np.sum(np.polydiv(x, np.array([1.0, 2.0]))[0])


@case((X,))
def histograms_of_pairs(x):
    counts, x_edges, y_edges = np.histogram2d(x, x[::-1], bins=3, weights=x**2)
    density = np.histogram2d(x, x[::-1], [2, [0.0, 1, 2]], range=[[0, 2], [0, 2]], weights=x, density=True)[0]
    return np.sum(counts**2) + x_edges @ y_edges + np.sum(density**2)


@case((X,))
def density_of_weights(x):
    return np.sum(np.histogram(x, 3, (0, 2), density=True, weights=x**2)[0] ** 2)


@case((X, A34))
def sums_and_spreads_of_parts(x, a):
    total = np.sum(x, where=MASK, initial=x[0]) ** 2 + np.sum(np.sum(a, axis=0, initial=2.0) ** 2)
    spread = np.std(a, axis=0, where=np.abs(a) > 0.35) @ a[0] + np.std(a, ddof=1, mean=np.mean(a))
    return total + spread + np.sum(np.var(a, axis=1, where=a > -0.3, keepdims=True) ** 2)


@case((X,))
def mean_and_weight(x):
    means, weights = np.average(np.outer(x, x), axis=1, weights=x**2, returned=True)
    return np.sum(means * weights) + np.average(x, returned=True)[1]


@case((A34, X[:4]))
def weighted_covariance(a, w):
    by_count = np.cov(a, rowvar=False, fweights=np.array([1, 2, 3]), bias=True)
    return np.sum(by_count**2) + np.sum(np.cov(a, w, fweights=np.array([1, 2, 3, 1]), aweights=w**2) ** 2)


@case((X,))
def periodic_interpolation(x):
    return np.sum(np.interp([0.3, 7.0, -2.0], x * np.array([1.0, -1, 1, 1, -1]), x**2, period=3.3) ** 2)


@case((X,))
def joins_by_option(x):
    steps = np.ediff1d(x, to_begin=x[0] ** 2, to_end=[1.0, 2])
    lines = np.linspace(x[:2], x[2:4], 3, axis=1) * np.arange(3.0)
    padded = np.pad(np.outer(x, x), (1, 2), constant_values=x[0])
    ends = np.pad(x, 1, mode="constant", constant_values=(x[1], 3.0))
    return np.sum(steps**2) + np.sum(lines**2) + np.sum(np.sin(padded)) + np.sum(ends**2)


@case((X,))
def choice_beyond_the_choices(x):
    wrapped = np.choose([0, 1, 2, 0, 5], [x, x**2, np.sin(x)], mode="wrap")
    return np.sum(wrapped**2) + np.sum(np.choose([-1, 1, 2, 0, 5], [x, x**2], mode="clip") ** 3)


@case((X,))
def integral_of_a_polynomial(x):
    return np.sum(np.polyint(x, 2, k=[x[0], 1.0]) ** 2) + np.sum(np.polyint(x, k=3) ** 2)


@case((X,))
def unique_with_places(x):
    doubled = np.concatenate((x, x[:2]))
    values, back, counts = np.unique(doubled, return_inverse=True, return_counts=True)
    first = np.unique(doubled, return_index=True)[1]
    return np.sum(values[back] ** 2 * doubled) + np.sum(values * counts) + np.sum(doubled[first] ** 3)


@case((B233,))
def results_by_name(b):
    return np.sum(np.linalg.slogdet(b).logabsdet ** 2) + np.sum(
        np.linalg.eigh(b + np.transpose(b, (0, 2, 1))).eigenvalues ** 2
    )


@case((A34,))
def einsum_of_numbers(a):
    return np.einsum(a, [0, 1], a, [0, 1]) * np.sum(np.einsum(a, [0, 27], a, [2, 27], [0, 2]) ** 2)


def scaled(p, power=1, *, factor):
    for _ in range(3):
        p = np.sin(p) * factor * power
    return p if p[0] > 0 else p * 2


@case((X,))
def callee_with_a_keyword_that_has_no_default(x):
    return np.sum(scaled(x, factor=x[0])) + np.sum(scaled(x, 2, factor=x[1]))


@case((np.array([[0.3, -1.2, 0.8], [0.5, 0.1, -0.4], [1.5, 0.7, 0.2]]),))
def chosen_by_a_method(x):
    """What is differentiated is an argument of the method, not its array."""
    which = np.array([0, 2, 1])
    return which.choose(x) ** 2 + which.choose([x[0], x[1] * 2, np.sin(x[2])])


@case((np.array([0.3, 1.1, 0.7, 0.2, 0.9]),))
def weights_of_a_listed_bincount(v):
    """The result would be a count, without them."""
    return np.bincount([1, 3, 2, 1, 3], weights=v[:5], minlength=5) ** 2


ROWS = np.array([[0.3, -1.2, 0.8, 0.6], [0.5, 0.1, -0.4, 1.1], [1.5, 0.7, 0.2, -0.9]])


@case((ROWS, 0.7))
def methods_with_options(x, start):
    mask = x > -0.5
    return x.sum(axis=1, initial=start) * x.std(axis=1, where=mask) + np.sum(x.var(where=mask, axis=0, ddof=0.5))


@case((ROWS, ROWS[::-1] * 0.4))
def products_along_an_axis(x, y):
    return np.vecdot(x, y, axis=0), np.linalg.vecdot(x, y, axis=0) ** 2


@case((ROWS, np.array([0.4, -0.3, 1.2])), (0.6, np.array([0.4, -0.3])))
def powers_in_order(x, c):
    return np.polynomial.polynomial.polyval(x, c)


@case((ROWS, ROWS * 0.7 + 0.2))
def sizes_and_signs_of_sums(x, b):
    size, sign = special.logsumexp(x, axis=1, b=b, return_sign=True)
    return size * sign + special.logsumexp(x, return_sign=True)[0]


@case((np.array([0.2, 0.5, -0.1]), 0.4, ROWS, np.array([[0.3, -0.2], [0.1, 0.6], [1.0, 0.4]])))
def filter_in_two_parts(b, pole, x, state):
    a = np.array([1.2, -pole, 0.1])
    first, state = signal.lfilter(b, a, x[:, :2], zi=state)
    second, state = signal.lfilter(b, a, x[:, 2:], zi=state)
    return first, second, state
