"""Maxima that are subtracted for the range of numbers: where they cancel, and where they only seem to."""

import numpy as np

from tests.cases import case

rng = np.random.default_rng(11)
N = rng.standard_normal
X = N((4, 3))
LABELS = np.array([0, 2, 1, 1])


@case((X,), (N((2, 4, 3)),))
def last_axis_kept(x):
    m = np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(x - m), axis=-1)) + m[..., 0]


@case((X,))
def rows_dropped(x):
    m = x.max(axis=1)
    return m + np.log(np.exp(x - m[:, None]).sum(axis=1))


@case((X,))
def columns(x):
    m = np.max(x, axis=0)
    return np.log(np.exp(x - m).sum(0)) + m


@case((X,))
def over_all(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


@case((X,))
def smallest(x):
    m = np.min(x, axis=1, keepdims=True)
    weights = np.exp(-2.0 * (x - m))
    return np.sum(x * weights, axis=1) / np.sum(weights, axis=1)


@case((X,))
def means_of_exponentials(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.squeeze(np.log(np.sqrt(np.mean(np.exp(2 * (x - m)), axis=1, keepdims=True))) + m, axis=1)


@case((X,))
def expanded(x):
    m = np.max(x, axis=1)
    return np.exp(x - np.expand_dims(m, 1)) / np.exp(-np.expand_dims(m, 1))


@case((X,))
def guarded(x):
    m = np.max(x, axis=1, keepdims=True)
    m = np.where(np.isfinite(m), m, 0.0)
    return np.log(np.sum(np.exp(x - m), axis=1)) + np.squeeze(m, axis=1)


@case((X, LABELS))
def cross_entropy(x, labels):
    s = x - np.max(x, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(len(labels)), labels])


@case((X, 3))
def in_a_loop(x, n):
    total = 0.0
    for k in range(n):
        z = x * (k + 1.0)
        m = np.max(z, axis=1, keepdims=True)
        e = np.exp(z - m)
        total += np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)
    return total


# ── what does not cancel ─────────────────────────────────────────────────────────────────────────────────


@case((X, np.array([2])))
def one_label_for_all_rows(x, labels):
    s = x - np.max(x, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(len(labels)), labels])


@case((X, LABELS))
def rows_in_another_order(x, labels):
    s = x - np.max(x, axis=1, keepdims=True)
    rows = np.arange(len(labels))[::-1]
    return np.sum((np.log(np.sum(np.exp(s), axis=1)) - s[rows, labels]) ** 2)


@case((X,))
def added_twice(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x - m), axis=1)) + 2.0 * m[:, 0]


@case((X,))
def not_added(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x - m), axis=1))


@case((N((3, 3)),))
def added_along_the_other_axis(x):
    m = np.max(x, axis=1)
    return np.sum((np.log(np.exp(x - m[:, None]).sum(axis=0)) + m) ** 2)


@case((N((3, 3)),))
def subtracted_from_columns(x):
    m = np.max(x, axis=1)
    return np.sum((np.log(np.exp(x - m).sum(axis=1)) + m) ** 2)


@case((X,))
def one_more_exponential(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x - m), axis=1) + 1.0) + m[:, 0]


@case((X,))
def sums_of_shifted(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.sum(x - m, axis=1) + m[:, 0]


@case((X,))
def kept_for_later(x):
    m = np.max(x, axis=1, keepdims=True)
    found = [np.log(np.sum(np.exp(x - m), axis=1)) + m[:, 0]]
    found.append(m[:, 0] ** 2)
    return found[0] * found[1]


@case((X, 2.0), (X, -2.0))
def one_way_only(x, c):
    m = np.max(x, axis=1)
    e = np.log(np.sum(np.exp(x - m[:, None]), axis=1))
    if c > 0:
        e = e + m
    return e


@case((X,))
def changed_in_place(x):
    m = np.max(x, axis=1, keepdims=True)
    s = x - m
    e = np.exp(s)
    s[0] = 0.0
    return np.log(np.sum(e, axis=1)) + m[:, 0] + np.sum(s)
