"""Programs that read parts of an array and write to it: a part is a number or a view, as the rank of the array has it.

Each is a function of an array (a vector or a matrix) and a number.
"""

import numpy as np


def keep(a, x):
    a = a.copy()
    t = a[1]
    a[1] = 0.0
    return np.sum(t * t) + np.sum(a) * x


def keep_loop(a, x):
    a = a.copy()
    s = 0.0
    for i in range(len(a)):
        t = a[i]
        a[i] = x * i
        s = s + np.sum(t * t)
    return s + np.sum(a)


def aug(a, x):
    a = a.copy()
    t = a[0]
    t += x
    return np.sum(a * a) + np.sum(t)


def aug_mul(a, x):
    a = a.copy()
    t = a[0]
    t *= x
    return np.sum(a * a) + np.sum(t)


def swap(a, x):
    a = a.copy()
    t = a[0]
    a[0] = a[1]
    a[1] = t
    return np.sum(a * a * x) + np.sum(a[0] ** 3)


def swap_tuple(a, x):
    a = a.copy()
    a[0], a[1] = a[1], a[0]
    return np.sum(a[0] * a[0] * x) + np.sum(a[1])


def used_before(a, x):
    a = a.copy()
    t = a[0]
    s = np.sum(t * t)
    a[0] = x
    return s * np.sum(a)


def in_place_step(a, x):
    a = a.copy()
    for i in range(1, len(a)):
        a[i] = a[i] * x + a[i - 1]
    return np.sum(a)


def prefix(a, x):
    a = a.copy()
    prev = a[0]
    for i in range(1, len(a)):
        a[i] += prev * x
        prev = a[i]
    return np.sum(prev * prev) + np.sum(a)


def last_kept(a, x):
    best = a[0]
    b = a * x
    for i in range(len(a)):
        b[i] = b[i] + best
        best = b[i] * 1.0
    return np.sum(best * best) + np.sum(b)


def alias_copy(a, x):
    b = a * x
    c = b
    b += 1.0
    return np.sum(c * c)


def alias_elem(a, x):
    b = a * x
    c = b[0]
    d = c
    c += a[1]
    return np.sum(d * d) + np.sum(b)


def row_of_list(a, x):
    xs = [a[0] * x, a[1] * x]
    t = xs[0]
    t += 1.0
    return np.sum(xs[0] * xs[0]) + np.sum(t)


def row_list_kept(a, x):
    xs = [a[0] * x, a[1] * x]
    t = xs[0]
    xs[0] = a[1]
    return np.sum(t * t) + np.sum(xs[0])


def store_value(a, x):
    b = np.zeros_like(a)
    t = a[0] * x
    b[0] = t
    b[0] *= 2.0
    return np.sum(t * b[0])


def _add(r, x):
    r += x
    return r


def callee_aug(a, x):
    a = a.copy()
    t = a[0]
    u = _add(t, x)
    return np.sum(a * a) + np.sum(u * t)


def _put(p, x):
    p[0][0] = x
    return np.sum(p[1])


def callee_tuple(a, x):
    a = a.copy()
    s = _put((a, a), x)
    return s + np.sum(a * a)


def callee_list(a, x):
    a = a.copy()
    b = a * 2
    s = _put([a, b], x)
    return s + np.sum(a * a * b)


def callee_dict(a, x):
    def put(d):
        d["u"][0] = d["v"] * 3

    a = a.copy()
    put({"u": a, "v": x})
    return np.sum(a * a)


def callee_tuple_of_views(a, x):
    a = a.copy()
    s = _put((a[1:], a), x)
    return s + np.sum(a * a)


def callee_tuple_unpacked(a, x):
    def both(pair):
        first, second = pair
        first[0] = x
        second *= 2.0
        return np.sum(first * second)

    a = a.copy()
    b = a * x
    return both((a, b)) + both((b, a)) + np.sum(a * b)


def callee_nested_tuple(a, x):
    def inner(nest):
        nest[1][0][0] = nest[0] * x
        return np.sum(nest[1][1])

    a = a.copy()
    b = a + 1.0
    return inner((x, (a, b))) * np.sum(a) + inner((x, (b, b))) * np.sum(b * a)


def recursive_tuple(a, x):
    def deep(pair, n):
        pair[0][n] = x * n
        if n > 0:
            return deep((pair[1], pair[0]), n - 1)
        return np.sum(pair[0] * pair[1])

    a = a.copy()
    b = a * 2.0
    return deep((a, b), 2) + np.sum(a) + np.sum(b * b)


def number_in_loop_tuple(a, x):
    a = a.copy()
    total = 0.0
    for i in range(len(a) - 1):
        pair = (a[i], a[i + 1])
        a[i] = x
        total = total + np.sum(pair[0] * pair[1])
    return total + np.sum(a)


def kept_in_list(a, x):
    a = a.copy()
    kept = []
    for i in range(len(a)):
        kept.append(a[i])
        a[i] = a[i] * x
    return sum([np.sum(k * k) for k in kept]) + np.sum(a)


def kept_in_dict(a, x):
    a = a.copy()
    kept = {"first": a[0]}
    a[0] = x
    return np.sum(kept["first"] ** 2) + np.sum(a)


def maximum_so_far(a, x):
    b = a * x
    best = b[0]
    for i in range(1, len(b)):
        if np.sum(b[i]) > np.sum(best):
            best = b[i]
        b[i] += 1.0
    return np.sum(best * best)


def early_row(a, x):
    b = a * x
    for i in range(len(b)):
        row = b[i]
        if np.sum(row) > 1.0:
            b[i] = 0.0
            return np.sum(row * row) + np.sum(b)
    return np.sum(b)


def augmented_by_itself(a, x):
    b = a * x
    b[0] += b[0] * b[1]
    b[1] *= b[0] + b[1]
    return np.sum(b * b)


def negative_index(a, x):
    b = a * x
    t = b[-1]
    b[len(b) - 1] = x
    return np.sum(t * t) + np.sum(b)


def returned_and_dropped(a, x):
    def put(u, n):
        if n > 0:
            put(u, n - 1)
        u[n] = u[n] * x
        return u

    b = a * 1.0
    put(b, 2)
    c = put(b, 1)
    return np.sum(b * b) + np.sum(c)
