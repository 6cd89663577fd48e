"""Functions that change an argument and return it."""

import numpy as np

from tests.cases import case

X = np.array([0.5, 1.2, 0.7])


class Tally:
    def __init__(self, s):
        self.total = s; self.h = []
    def add(self, v):
        self.total = self.total + v * v
        self.h.append(self.total)
        return self
@case((1.2, 0.7))
def method_returns_self_unused(x, y):
    c = Tally(x)
    for i in range(3):
        c.add(y).add(x * i)
    return c.total * c.h[1]
@case((1.2, 0.7))
def method_returns_self_used(x, y):
    c = Tally(x)
    for i in range(3):
        d = c.add(y)
        d.total *= x
    return c.total * d.h[1] + d.total
def bump(a, k):
    for i in range(len(a)):
        a[i] = a[i] * a[i-1] * k
    return a
@case((X, 1.1))
def changed_array_returned(x, k):
    a = x.copy()
    b = bump(a, k)
    return b[0] * a[1] + np.sum(b)
@case((X, 1.1))
def changed_copy_returned(x, k):
    return np.sum(bump(x.copy(), k) * x)
@case((X, 1.1))
def changed_array_returned_in_loop(x, k):
    a = x.copy()
    for _ in range(2):
        a = bump(a, k)
    return np.sum(a * x)
@case((X, 1.1))
def changed_array_returned_unused(x, k):
    a = x.copy()
    bump(a, k); bump(a, 2 * k)
    return a
@case((1.2, 0.7))
def list_grown_and_returned(x, k):
    items = [x, k]
    def grow(items): 
        items.append(items[-1] * items[0]); return items
    m = grow(items); n = grow(m)
    return n[-1] * items[2] + len(m) * m[1]


# callees in which no statement but `return` tells that the result is the argument
def after_a_loop(a, k):
    for _ in range(2):
        k = k * np.mean(a)
        if k > 5:
            break
    return a
def after_a_try(a, k):
    try:
        k = k * np.mean(a)
    finally:
        k += np.mean(a)
    return a
def rest_after_a_loop(a):
    for _ in range(3):
        pass
    return a[1:]
def flat_after_a_loop(a):
    for _ in range(3):
        pass
    return a.T.reshape(-1)
@case((X, 0.8))
def written_argument_that_comes_back_from_a_loop(x, k):
    a = after_a_loop(x, k)
    b = after_a_loop(a, k)
    b[0] = k
    a[1] = b[2] * k
    return x
@case((X, 0.8))
def written_argument_that_comes_back_from_a_try(x, k):
    a = after_a_try(x, k)
    a *= k
    c = {"u": x, "w": a}
    return np.sum(c["u"]) + np.sum(c["w"] ** 2)
@case((X, 0.8))
def written_views_that_come_back_from_a_loop(x, k):
    a = rest_after_a_loop(x)
    a *= k
    b = flat_after_a_loop(x)
    b *= a[0]
    return np.sum(x * x)
