"""Views and aliases: what is written through one name is seen through the others."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
A5 = np.array([0.4, 1.1, -0.7, 0.9, 0.3])
A6 = np.array([0.4, 1.1, -0.7, 0.9, 0.3, 1.4])
M34 = np.sin(np.arange(12.0) * 1.3 + 0.4).reshape(3, 4)
M33 = np.array([[2.1, 0.3, -0.4], [0.2, 1.7, 0.5], [-0.6, 0.1, 2.5]])


@case((A3,))
def survey_view(x):
    """A tool that copies gives 2, 10, 6 at (1, 2, 3); the truth is 52, 0, 6."""
    a = x**2
    b = a[1:]
    b[0] = 5 * x[0]
    return a[0] + a[1] ** 2 + a[2]


@case((np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.3, 0.7])))
def survey_row(a, x):
    for i in range(2):
        row = a[i]
        row += x[i]
    return np.sum(a**2)


@case((A5, 0.7))
def view_of_view(v, y):
    a = v.copy()
    b = a[1:]
    c = b[::2]
    c *= y
    b[1] = c[0] * a[0]
    a[2] += c[1]
    return a * b[0] + c[1]


@case((M34, 0.7))
def transposed_view(m, y):
    a = m.copy()
    t = a.T
    t[0] = t[1] * y
    a[1] *= t[:, 0][0]
    t[2, 1] = a[0, 0]
    return a


@case((A6, 0.7))
def reshaped_view(v, y):
    a = v * y
    m = a.reshape(2, 3)
    m[0, 1] = y
    a[4] = m[0, 0] * a[1]
    r = m.ravel()
    r[5] *= a[4]
    return m * a[0]


@case((M34, 0.7))
def ravel_that_copies(m, y):
    a = m * y
    r = a.T.ravel()  # a copy: the transpose is not contiguous
    r[0] = 9.0 * y
    s = a.ravel()  # a view
    s[1] = r[2]
    f = a.flatten()
    f[2] = 0.0
    return np.sum(a**2) + np.sum(r) + f[1]


@case((A5, 0.7))
def reversed_view(v, y):
    a = v.copy()
    b = a[::-1]
    b[0] = y * b[1]
    b[1:3] += a[:2]
    a[0] = b[4] * b[3]
    return a * b


@case((M34, 0.7))
def swapped_axes(m, y):
    a = m * y
    b = np.swapaxes(a, 0, 1)
    c = np.moveaxis(a, 0, 1)
    b[0, 0] = c[1, 1] * y
    c[2] *= b[3]
    d = a[None, :, :][0]
    d[1, 1] = a[2, 2]
    e = np.expand_dims(a, 0).squeeze()
    e[0] += y
    return a


@case((A3, 0.7))
def views_that_read(v, y):
    a = v.copy()
    b = np.broadcast_to(a, (2, 3))
    m = np.outer(v, v)
    d = np.diagonal(m)
    a[0] = y * a[1]
    m[1, 1] = y
    return np.sum(b**2) + np.sum(d * a) + d[1]


@case((A3, 0.7))
def as_array_forms(v, y):
    a = v * y
    b = np.asarray(a)
    c = np.atleast_2d(b)
    d = np.ascontiguousarray(a)
    e = np.array(a)
    f = np.array(a, copy=False) if False else a[:]
    b[0] = y
    c[0, 1] = b[0] * v[0]
    d[2] *= c[0, 1]
    e[0] = 3 * v[2]
    f[1] += e[0]
    return a * np.sum(e)


@case((A6, 0.7))
def split_views(v, y):
    a = v.copy()
    left, right = np.split(a, 2)
    left[0] = right[1] * y
    right *= left
    first, *others = a.reshape(3, 2)
    first[1] = others[1][0]
    return a


@case((M34, 0.7))
def iterate_rows(m, y):
    a = m.copy()
    for row in a:
        row[1:] += y * row[:-1]
        row *= y
    for i, row in enumerate(a):
        row[0] = row[-1] * i
    return a


@case((M34, 0.7))
def zip_rows(m, y):
    a = m.copy()
    b = np.zeros((3, 4))
    for x, z in zip(a, b):
        z[:] = x * y
        x[0] = z[1]
    return a * b


@case((A5, 0.7))
def two_names(v, y):
    a = v.copy()
    b = a
    a[0] = y
    b[1] = a[0] * b[2]
    a = a * 2
    b[2] = a[1]
    return a * b


@case((A5, 0.7), (-A5, 0.7))
def alias_by_branch(v, y):
    a = v.copy()
    b = v * 2
    c = a if v[0] > 0 else b
    c[1] = y * a[0] + b[0]
    if y > 0:
        d = c[2:]
    else:
        d = a[:3]
    d *= y
    return a * b


@case((A3, 0.7))
def alias_in_loop(v, y):
    a = v.copy()
    b = v * 2
    target = a
    for i in range(4):
        target[i % 3] = target[0] * y + i
        target = b if target is a else a
    return a * b


@case((A3, 0.7))
def alias_in_containers(v, y):
    a = v.copy()
    pack = [a, v * 2]
    table = {"a": a, "b": pack[1][1:]}
    pair = (a, table)
    pack[0][0] = y
    table["b"][1] = a[0] * y
    pair[1]["a"][2] *= pack[1][2]
    return a * pack[1] + table["a"][0]


@case((A3, 0.7))
def ping_pong(v, y):
    a = v.copy()
    b = np.zeros(3)
    for _ in range(5):
        b[1:] = a[:-1] * y + a[1:]
        b[0] = a[0] * a[1]
        a, b = b, a
    return a + 0.1 * b


@case((A5, 0.7))
def slice_kept_across_write(v, y):
    a = v.copy()
    head = a[:2]
    old = a[:2].copy()
    a[0] = y * a[4]
    return head * old + a[3]


@case((A5, 0.7))
def value_kept_across_write(v, y):
    a = v.copy()
    x = a[1]
    b = a * a
    c = np.sin(a)
    a[1] = y
    a *= 2
    return a * b + c * x


def scale(u, k):
    u *= k


def smooth(u):
    u[1:-1] = 0.5 * (u[2:] + u[:-2])
    return u


def tail(u):
    return u[1:]


@case((A5, 0.7))
def callee_mutates(v, y):
    a = v.copy()
    scale(a, y)
    scale(a[1:3], a[0])
    b = smooth(a)
    b[0] = 3 * y
    tail(a)[0] = b[0] * y
    smooth(tail(tail(a)))
    return a


@case((A5, 0.7))
def callee_mutates_argument(v, y):
    scale(v, y)
    scale(v[::2], v[1])
    return np.sum(v**2)


def pick(a, b, first):
    return a if first else b


@case((A3, 0.7))
def callee_returns_alias(v, y):
    a = v.copy()
    b = v * 2
    c = pick(a, b, y > 0)
    c[0] = y * b[1]
    pick(a, b, False)[1:] *= c[1:]
    return a * b


def halve(u):
    if len(u) < 2:
        u *= 2
        return
    mid = len(u) // 2
    halve(u[:mid])
    halve(u[mid:])
    u[:mid] += 0.1 * u[mid:] ** 2 if 2 * mid == len(u) else u[mid]


@case((A6[:4], 0.7), (A5, 0.7))
def recursion_over_parts(v, y):
    a = v * y
    halve(a)
    return a


@case((A3, 0.7))
def closure_mutates(v, y):
    a = v.copy()

    def bump(i):
        a[i] *= y
        return a[i]

    total = 0.0
    for i in range(3):
        total = total + bump(i) * bump(0)
    return total * a


class Field:
    def __init__(self, u, k):
        self.u = u
        self.k = k
        self.flux = np.zeros(len(u) - 1)

    def step(self, dt):
        self.flux[:] = self.k * (self.u[1:] - self.u[:-1])
        self.u[1:-1] += dt * (self.flux[1:] - self.flux[:-1])
        self.u[0] = self.u[1]

    @property
    def inner(self):
        return self.u[1:-1]


@case((A5, 0.7))
def object_attribute(u0, k):
    field = Field(u0.copy(), k)
    for _ in range(4):
        field.step(0.2)
        field.inner[:] *= 1 - 0.01 * k
    return field.u * np.sum(field.flux**2)


@case((A5, 0.7))
def object_aliases_argument(u0, k):
    a = Field(u0, k)
    b = Field(a.u, 2 * k)
    a.step(0.1)
    b.step(0.1)
    return a.u + b.flux[0]


@case((A3, 0.7))
def list_of_arrays(v, y):
    rows = [v.copy(), v * y, np.zeros(3)]
    for i in range(1, 3):
        rows[i][1:] += rows[i - 1][:-1] * y
        rows[i][0] = rows[i - 1][2]
    rows[0] *= y
    rows[1], rows[2] = rows[2], rows[1]
    rows[1][0] = 5 * y
    return rows[0] * rows[1] + rows[2]


@case(({"u": A3, "v": A3 * 2}, 0.7))
def dict_of_arrays(state, y):
    for _ in range(3):
        state["v"][1:] -= y * state["u"][:-1]
        state["u"] += 0.1 * state["v"]
        state["v"] = state["v"] * 0.9
    return state["u"] * state["v"]


@case(([A3, A3 * 0.5], 0.7))
def list_argument_of_arrays(rows, y):
    for row in rows:
        row[0] = row[1] * y
    rows[0][2] = rows[1][0]
    return rows[0] * rows[1]


@case((A3, 0.7))
def same_array_twice(v, y):
    def mix(a, b):
        a[0] = b[1] * y
        b[2] = a[0] * a[1]
        return a + b

    w = v.copy()
    return mix(w, w) + mix(w[:], w)


@case((A5, 0.7))
def overlapping_arguments(v, y):
    def shift(out, source):
        for i in range(len(out)):
            out[i] = source[i] * y + i

    w = v.copy()
    shift(w[1:], w[:-1])
    shift(w[:-1], w[1:])
    return w


@case((M33, 0.7))
def result_is_a_view(m, y):
    a = m * y
    b = a[1:, ::2]
    a[1, 0] = y
    return b, a[0]


@case((A3, 0.7))
def returns_the_argument(v, y):
    v[1] = v[0] * y
    return v


@case((A3, 0.7))
def kept_list_of_views(v, y):
    a = np.outer(v, v)
    rows = [a[i] for i in range(3)]
    columns = list(a.T)
    rows[0][1] = y
    columns[2][0] *= rows[0][1]
    return rows[0] * columns[0] + a[0]


@case((A5, 0.7))
def snapshots_or_aliases(v, y):
    u = v.copy()
    aliases, snapshots = [], []
    for i in range(3):
        u[i] = u[i + 1] * y
        aliases.append(u)
        snapshots.append(u.copy())
    return aliases[0] * snapshots[0] + aliases[2] * snapshots[1]


@case((A3,))
def transposed_view_read_and_written(v):
    """What is added to the adjoint of `t.T` is added to a view: the attribute itself cannot be assigned."""
    t = np.stack([v, v * 2])
    u = t.T
    u[0] *= 2.0
    w = t.T * 3
    return w[1] * u[0]
