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
