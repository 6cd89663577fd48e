"""Which array a name holds changes while the program runs."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
A5 = np.array([0.3, 0.7, 1.1, 0.9, 0.4])
A6 = np.array([0.4, 1.1, -0.7, 0.9, 0.3, 1.4])
M34 = np.sin(np.arange(12.0) * 1.3 + 0.4).reshape(3, 4)


@case((A5, 3), (A6, 1))
def view_of_an_array_that_is_bound_anew(a, n):
    u = a.copy()
    row = u[1:]
    for _ in range(n):
        row[0] = row[0] * 2 + u[0]
        u = u * 2
    return np.sum(u) + np.sum(row)


@case((A5, 1), (A5, 0))
def view_outlives_its_base(a, c):
    u = a.copy()
    row = u[1:]
    if c:
        u = a * 3
    row[0] = u[1] * 2
    u[2] = row[1]
    return np.sum(u * u) + np.sum(row * row)


@case((A5, 2))
def window_that_moves(a, n):
    b = a
    for i in range(n):
        b[i] = b[i] * b[i + 1]
        b = b[1:]
    return np.sum(a * a)


@case((A5,))
def index_changes_after_the_view(a):
    i = 0
    row = a[i:]
    i = 1
    row[0] = row[1] * a[i]
    for _ in range(2):
        v = a[i:]
        i = i + 1
        v[0] = v[1] * a[0]
    return np.sum(a * a)


@case((A5, 3), (A6, 2))
def handed_on_and_used_again(a, n):
    y = a.copy()
    x = a * 2
    for i in range(n):
        y[0] += x[1] * i
        y[1] *= x[0]
        x = y
    return np.sum(x * a) + y[0]


@case((A5, 4), (A6, 5))
def three_buffers(a, n):
    old, now, new = a.copy(), a * 0.9, np.zeros_like(a)
    for _ in range(n):
        new[1:-1] = 2 * now[1:-1] - old[1:-1] * now[:-2] + 0.1 * now[2:] ** 2
        old, now, new = now, new, old
    return now + 0.1 * old


@case((A5, 3), (A6, 4))
def swap_with_a_temporary(a, n):
    u, v = a.copy(), a * a
    for _ in range(n):
        v[1:] = u[:-1] * v[1:]
        t = u
        u = v
        v = t
    return u - v


@case((A5, 3), (A5, 2))
def best_so_far(a, n):
    u = a.copy()
    best = u
    for k in range(n):
        u = u * 1.1
        u[k] = best[0] * u[k + 1]
        if k == 1:
            best = u
    best[0] *= 2
    return u * best


@case((A5, A6, 1), (A5, A6, 0))
def chosen_by_expression(a, b, c):
    u, v = a[:3].copy(), b[:3].copy()
    w = u if c else v
    w[0] = v[1] * u[1]
    (v if c else u)[1] = w[0] ** 2
    return u * v


@case((M34, 0.7))
def reshaped_in_fortran_order(m, y):
    u = np.zeros_like(m.T)
    u[...] = m.T * y
    r = u.reshape(-1)  # a copy: the memory is in Fortran order
    r[0] = 5.0 * y
    return np.sum(u * u) + np.sum(r * r) + r[3] * u[1, 0]


@case((M34,))
def reshaped_with_transposed_adjoint(m):
    u = m.copy()
    r = u.reshape(-1)
    r[0] = r[1] * 2
    r[3] += r[0] * r[2]
    return np.sum(u * (m[::-1].T * 2.0).T) * np.sum(u.T @ u)


@case((A6, 0.7))
def parts_of_a_split(v, y):
    a = v.copy()
    left, right = np.split(a, 2)
    left[0] = right[1] * y
    right *= left
    return a


@case((A6, 3), (A5, 2))
def rows_in_a_list(v, n):
    rows = []
    u = v.copy()
    for i in range(n):
        rows.append(u[i:])
        u[i + 1] *= rows[0][0]
        rows[i][0] = u[-1] * (i + 1)
    rows[0], rows[-1] = rows[-1], rows[0]
    rows[0][0] += rows[-1][1]
    return u * rows[-1][0]


@case((A5,), kernel=(0,))
def result_shares_with_another(a):
    b = a[1:]
    b[0] = a[0] * b[1]


@case((A5,))
def two_views_are_returned(a):
    u = a * a
    v = u[1:]
    v[0] = u[0] * 2
    return u, v, u[:2]


def sum_of_squares(a, k):
    if k > 100:
        return sum_of_squares(a, k - 1)
    return np.sum(a * a)


@case((A5,))
def argument_is_overwritten_after_the_call(a):
    b = a * 2
    s = sum_of_squares(b, 3)
    b[0] = 7.0
    return s + np.sum(b)


def two_levels(u, k):
    if k > 100:
        return two_levels(u, k - 1)
    return sum_of_squares(u, k) * 2


@case((A5,))
def argument_is_overwritten_after_two_calls(a):
    b = a * 2
    s = two_levels(b, 3)
    b[1:] = 0.0
    return s * np.sum(b)


def scaled_exponentials(a, k):
    if a[0] > 100:
        return scaled_exponentials(a, k * 0.5)
    b = np.exp(a)
    return b * k


@case((A5,))
def result_is_overwritten_after_the_call(a):
    c = scaled_exponentials(a, 1.0)
    c *= a
    c[0] = 2.0
    return np.sum(c)


def advance(u, k):
    if k > 100:
        advance(u, k - 1)
    u[0] = u[0] * 2
    w = u * u
    u[1] = np.sum(w) * 0.01


@case((A5,))
def kernel_is_called_again(a):
    u = a.copy()
    advance(u, 1)
    advance(u, 2)
    advance(u[1:], 2)
    return np.sum(u * u)


def copied_forward(out, source, factor):
    for i in range(len(out)):
        out[i] = source[i] * factor + i


@case((A5, 0.7), (A6, 0.3))
def callee_gets_overlapping_parts(v, y):
    w = v.copy()
    copied_forward(w[1:], w[:-1], y)
    copied_forward(w, w, w[0])
    return w


def larger(a, b):
    if np.sum(a) > np.sum(b):
        return a
    return b


@case((A5, A5 + 1), (A5 + 1, A5))
def callee_gives_one_of_its_arguments(a, b):
    u, v = a.copy(), b.copy()
    top = larger(u, v)
    top[0] = u[1] * v[1]
    larger(u[1:], v[1:])[:2] *= top[0]
    return u * v


@case((A3,))
def written_then_twice_in_a_result(v):
    """A list of one array twice has a list of one buffer twice: the seed is added to the buffers, one by one."""
    w = v * 1.5
    w *= v
    return [w, w]


@case((A3,))
def stacked_twice_then_written(v):
    w = v * 1.5
    m = np.stack([w, w])
    w *= 0.5
    return np.sum(m**2) + np.sum(w)


@case((A3,))
def list_of_one_array_twice_summed(v):
    w = v * 1.5
    items = [w, w]
    w *= v
    total = sum(items)
    items[0] *= 2.0
    return np.sum(total**2) + np.sum(w)


@case((A3, 0.7))
def lists_of_lists_of_one_array(v, y):
    w = v * y
    rows = [[w, w], [w, v * 2.0]]
    w += y
    return sum(rows[0]) * rows[1][1] + rows[0][1]
