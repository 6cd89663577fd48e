"""Containers of views, which are written to, and the array itself, which is used again."""

import numpy as np

from tests.cases import case

X = np.array([0.37, -0.92, 0.64])


def squared(r):
    r *= r


@case((X,))
def views_in_a_list_and_the_array(v):
    ps = [v[:2], v[1:]]
    for r in ps:
        r *= 1.1
    return v


@case((X,))
def zipped_tuples_of_views(v):
    for r, s in zip((v[:2], v[1:]), (v[1:], v[:2])):
        r *= s
    return v


@case((X,))
def views_from_a_comprehension_and_a_list_of_the_array(v):
    ps = [v[i : i + 2] for i in range(2)]
    for i in range(2):
        ps[i] *= v[i]
    out = []
    out.append(v)
    return out


@case((X,))
def callee_writes_to_views_in_a_list(v):
    for r in [v[:2], v[1:]]:
        squared(r)
    return v


@case((X,))
def rows_listed(v):
    w = np.zeros((2, 3))
    rows = list(w)
    for r in rows:
        r[:] = v * v
    return w


@case((X,))
def views_unpacked_from_a_tuple(v):
    ps = (v[:2], v[1:])
    a, b = ps
    a *= 2.0
    b *= a
    return v


@case((X,))
def element_of_a_list_that_a_store_to_another_destroys(v):
    ps = [v[:2], v[1:]]
    ps[0] *= 2.0
    ps[1][:] = ps[0] * v[2]
    return sum(ps[0]) + np.sum(v)


@case((X,))
def starred_views(v):
    first, *rest = [v[:1], v[1:2], v[2:]]
    for r in rest:
        r *= first
    return v


@case((X,))
def rows_zipped(v):
    w = np.zeros((2, 3))
    u = np.ones((2, 3))
    for r, s in zip(w, u):
        r[:] = v * s
        s += r
    return w + u


@case((X,))
def rows_reversed_and_counted(v):
    w = np.zeros((3, 3))
    for i, r in enumerate(reversed(w)):
        r[:] = v * i
    return w


@case((X,))
def starred_rows(v):
    w = np.zeros((3, 3))
    a, *b = w
    a[:] = v
    b[0][:] = a * v
    b[1] += b[0]
    return w


@case((X,))
def rows_from_a_comprehension(v):
    w = np.zeros((3, 3))
    b = [r for r in w]
    b[0][:] = v
    b[1] += b[0]
    return w


@case((X,))
def rows_from_an_iterator(v):
    w = np.zeros((3, 3))
    it = iter(w)
    r = next(it)
    r[:] = v
    next(it)[0] = v[1]
    return w


@case((X,))
def rows_in_a_dict(v):
    w = np.zeros((2, 3))
    d = dict(zip(["a", "b"], w))
    d["a"][:] = v
    return w


@case((X,))
def rows_mapped(v):
    w = np.zeros((2, 3))
    for r in map(np.ravel, w):
        r[:] = v
    return w


@case((X,))
def rows_zipped_with_an_offset(v):
    w = np.zeros((2, 3))
    for i in range(2):
        for r, s in zip(w[i:], w):
            r[0] = v[i] * s[1] + v[2]
            s[1] = r[0]
    return w


@case((X,))
def starred_pieces(v):
    w = np.zeros((2, 3))
    x, *y = np.vsplit(w, 2)
    x[:] = v
    y[0][:] = x * v
    return w


@case((X,))
def pieces_counted(v):
    w = np.zeros(4)
    for k, p in enumerate(np.array_split(w, 2)):
        p[:] = v[k] * v[:2]
    return w


@case((X,))
def pieces_of_arrays_in_a_list(v):
    pack = [v.copy() for _ in range(2)]
    for r in pack:
        np.split(r, [1])[1][:] = 0.5
        ps = [r[:1], r[1:]]
        ps[1][0] *= v[2]
    return pack


def first_with(k, v):
    def scaled(v):
        if v > 0:
            return v * k
        return k

    return scaled(0.5)


@case((X,))
def captured_name_that_a_parameter_hides(v):
    return first_with(v, 2.0) * first_with(v[0], 1.0)


@case((0.83, np.array([0.37, -0.92, 0.64])), (0.83, np.array([0.57, -0.92, 0.64])))
def bound_to_a_part_of_itself_less_something(x, v):
    if v[0] < 0.5:
        v[0] %= 1.7
        v = v[...] - np.tanh(x)
    return x + np.sum(v * 0.3)


@case((np.array([0.37, -0.92, 0.64]),), (np.array([0.57, -0.92, 0.64]),))
def bound_to_itself_times_one_beside_a_holder(v):
    kept = [v * 2, v]
    if v[0] > 0.4:
        v = v * 1.0
        v[0] -= v[1]
    else:
        np.multiply(v, v, out=v)
    return np.sum(v * 0.3) + np.sum(kept[-1]) + np.sum(kept[0])


@case((0.83,))
def extremum_that_is_a_view(x):
    level = np.full(4, 0.5)
    s = x
    for _ in range(3):
        level += 0.5 * x
        s = s * max(level[1, ...], 0.5) * min(level[2, ...], 9.0)
    return s
