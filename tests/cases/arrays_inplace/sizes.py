"""Sizes that are given by numbers, and sizes that hold only for arrays that are long enough."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
A6 = np.array([0.4, 1.1, -0.7, 0.9, 0.3, 1.4])
A24 = np.sin(np.arange(24.0))


@case((A3,), (A6,))
def slice_that_may_be_short(a):
    b = a[:5]
    s = 0.0
    for i in range(len(b)):
        s = s + b[i] ** 2
    return s / b.shape[0] + np.mean(a[:4] ** 2)


@case((A3,), (A6,))
def smaller_of_two_sizes(a):
    k = min(len(a), 5)
    h = np.zeros(k)
    h[:] = a[:k]
    return np.sum(h**2) / h.shape[0]


@case((A24,), (A6,))
def size_that_rounds_to_zero(a):
    w = np.ones(len(a) // 20)
    if w.shape[0] == 0:
        return np.sum(a)
    return np.sum(a * a)


@case((A3, 4), (A6, 1))
def history_of_given_length(u, n):
    h = np.zeros((n + 1, *u.shape))
    h[0] = u
    for t in range(1, n + 1):
        h[t, 1:] = h[t - 1, 1:] * h[t - 1, :-1]
        h[t, 0] = np.sin(h[t - 1, -1])
    return np.mean(h[-1]) + h[n // 2] @ u


@case((A3, 2, 3), (A6, 3, 2))
def tables_of_given_sizes(u, rows, columns):
    table = np.ones((rows, columns))
    table *= u[0]
    table[0, :] = u[1]
    table[1:, 0] += u[2] ** 2
    again = np.zeros_like(table)
    again[...] = table.T.reshape(rows, columns) * np.arange(columns)
    return table * again


@case((A6, 1), (A6, 4))
def slices_of_given_length(u, k):
    v = u.copy()
    v[:k] = v[:k] * v[k : 2 * k].sum()
    return v[:k] * u[1] + v[-k:] + v[-1]


@case((A6, 1), (A6, 5))
def slice_that_may_broadcast(u, k):
    head = u[:k] * 2
    return np.sum(head * u[: max(k, 1)]) + np.sum(np.ones(6) * head) if k == 1 else head[-1]


@case((np.array([0.4, 1.1, 0.7, 0.9]), 0.95), (np.array([0.9, 0.1, 0.3]), 0.8))
def index_that_is_a_maximum(v, y):
    a, i = v.copy(), 0
    while i < len(a) - 1:
        if a[i] > a[i + 1]:
            a[i], a[i + 1] = a[i + 1] * y, a[i]
            i = max(i - 1, 0)
        else:
            i += min(1, len(a))
    return a * np.arange(1.0, len(a) + 1)
