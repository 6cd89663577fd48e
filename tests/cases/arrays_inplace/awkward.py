"""Stores and views in combinations that tutorials do not show."""

import functools

import numpy as np

from tests.cases import build, case

RNG = np.random.default_rng(17)
V3, V4, V5, V6 = (RNG.normal(size=n) for n in (3, 4, 5, 6))
M33, M34, M44, M45 = (RNG.normal(size=s) for s in ((3, 3), (3, 4), (4, 4), (4, 5)))
T = RNG.normal(size=(2, 3, 4))


@case((M45, V4), (M44, V4[::-1].copy()))
def ix_read_and_written(m, v):
    a = m.copy()
    a[np.ix_([0, 2], [1, 3])] *= v[:2, None]
    a[np.ix_([2, 3], [0, 1])] = a[np.ix_([0, 1], [2, 3])] * v[0]
    return a


@case((M45, V4))
def ix_of_masks(m, v):
    a = m.copy()
    rows = np.array([True, False, True, False])
    a[np.ix_(rows, [0, 4])] += np.outer(v[:2], v[2:])
    return a


@case((V6, 1.3), (V4, 0.7))
def newaxis_in_targets(v, y):
    a = np.zeros((2, len(v)))
    a[:, np.newaxis, :] = v * y
    a[0, None] += v
    a[..., None][1] *= y
    return a


@case((T, 1.3))
def ellipsis_and_steps(t, y):
    a = t.copy()
    a[..., ::2] *= y
    a[0, ...] = a[1, ...] ** 2
    a[..., -1] -= a[..., 0]
    a[::-1, 1:, ::-2] += a[:, :-1, :2]
    return a


@case((M34, 1.3))
def flat_in_all_ways(m, y):
    a = m.copy()
    a.flat[3] = y * a.flat[0]
    a.flat[4:7] *= y
    a.flat[[8, 9]] = a.flat[[0, 1]]
    a.flat[-1] += 2 * y
    b = a.T
    b.flat[1] = y
    return a


@case((M34, 1.3))
def flat_of_everything(m, y):
    a = np.empty_like(m)
    a.flat = m.ravel()[::-1] * y
    a.flat[::2] = y
    return a


@case((V5, 1.3))
def swaps_of_elements_and_slices(v, y):
    a = v * y
    a[0], a[1], a[2] = a[2], a[0], a[1] * y
    a[0], a[-1] = a[-1], a[0]
    a[:2], a[3:] = a[3:].copy(), a[:2].copy()
    return a


@case((M44, 1.3), (M33, 0.4))
def row_and_column_swaps(m, y):
    a = m.copy()
    a[[0, 2]] = a[[2, 0]]
    a[:, [0, 1]] = a[:, [1, 0]] * y
    a[[0, 1], :2] = a[[1, 0], :2]
    p = np.argsort(-np.abs(a[:, 0]))
    a[:] = a[p]
    return a


@case((V6, 1.3), (V4, 0.4))
def overlapping_right_sides(v, y):
    a = v.copy()
    a[1:] = a[:-1] * y
    a[:-1] += a[1:]
    a[::-1] = a * y
    a[2:] *= a[:-2]
    a[:] = a[::-1] - a
    return a


@case((V6, 1.3), (V4, 0.4))
def overlapping_without_copies(v, y):
    a = v * y
    a[1:] = a[:-1]
    a[::-1] = a
    a[:-2] = a[2:]
    return a


@case((np.abs(V4) + 1.2, 1.3), (np.abs(V6) + 1.2, 2.4))
def every_augmented_operator(v, y):
    a = v.copy()
    b = a
    b += y
    b -= v / 4
    b *= y
    b /= v
    b **= 2
    b **= v / 4
    b %= 1.7
    b[1:] //= 0.5
    b[0] -= y
    return a


@case((M33, M33.T + 1.0), (M44, M44 * 0.5))
def augmented_matmul(a, b):
    c = a.copy()
    d = c
    c @= b
    d @= c
    return c + a


@case((np.abs(V4) + 1.0, 1.3))
def augmented_elements(v, y):
    a = v.copy()
    a[0] **= y
    a[1] //= 0.3
    a[2] %= 0.7
    a[1:3] **= 2
    a[-1] /= a[0]
    return a


@case((V6, 1.3), (RNG.normal(size=9), 0.5))
def split_views_are_written(v, y):
    a = v.copy()
    left, middle, right = np.split(a, 3)
    left *= y
    middle[:] = left + right
    right[0] += middle[-1]
    return a


@case((M44, 1.3))
def split_of_axes(m, y):
    a = m.copy()
    top, bottom = np.vsplit(a, 2)
    first, second = np.hsplit(top, [1])
    first *= y
    second[...] = second * first
    bottom += top
    return a


@case((M45, 1.3), (M33, 0.3))
def rows_that_are_written(m, y):
    a = m.copy()
    total = 0.0
    for i, row in enumerate(a):
        row *= y
        row[0] = row[1] * i
        total += row.sum()
    for row, col in zip(a, a.T):
        row[1] = col[0] * y
    return a * total


@case((T, 1.3))
def rows_of_rows(t, y):
    a = t.copy()
    for plane in a:
        for row in plane:
            row[1:] += row[:-1] * y
            row /= 2
    return a


@case((V5, 1.3), (V6, 0.6))
def view_kept_across_writes(v, y):
    a = v.copy()
    w = a[1:4]
    old = w.copy()
    a[2] = y * a[0]
    w2 = w * 2
    w[0] = w2[1]
    a *= y
    return np.sum(w * old) + a


@case((M34, V4))
def out_of_reductions(m, v):
    total = np.empty(4)
    np.sum(m * v, axis=0, out=total)
    np.add(total, v, out=total)
    mean = np.zeros((3, 1))
    np.mean(m, axis=1, keepdims=True, out=mean)
    run = np.empty_like(m)
    np.cumsum(m, axis=1, out=run)
    largest = np.empty(3)
    m.max(axis=1, out=largest)
    return total, mean * run, largest


@case((M34, M45, V5))
def out_of_products(a, b, v):
    c = np.empty((3, 5))
    np.dot(a, b, out=c)
    d = np.zeros((3, 5))
    np.matmul(a, b * 2, out=d[...])
    e = np.empty(3)
    np.einsum("ij,jk,k->i", a, b, v, out=e)
    np.multiply(c, d, c)
    return c, e


@case((V5, 1.3), (V4, 0.4))
def out_is_an_operand(v, y):
    a = v.copy()
    np.multiply(a, y, out=a)
    np.exp(a[1:], out=a[:-1])
    np.add(a, a[::-1], out=a)
    b = np.sin(a, out=np.empty_like(a))
    np.negative(b, out=b[...])
    return a * b


@case((V5, 1.3), (V6, 0.4))
def where_of_ufuncs(v, y):
    a = v.copy()
    np.multiply(a, y, out=a, where=v > 0)
    np.divide(1.0, a, out=a, where=np.abs(a) > 0.2)
    b = np.add(a, y, where=a < 1, out=np.full(len(v), y))
    return a + np.sum(b, where=v > 0) * b


@case((V5, V3), (V6, V3 * 2))
def at_family(v, w):
    a = v.copy()
    i = np.array([0, 2, 0])
    np.add.at(a, i, w)
    np.subtract.at(a, [1, 1, 1], w * a[0])
    np.multiply.at(a, [3], w[0])
    np.add.at(a, slice(1, 4), w)
    np.negative.at(a, [2])
    return a


@case((M34, V4))
def at_of_tuples(m, v):
    a = m.copy()
    np.add.at(a, ([0, 0, 2], [1, 1, 3]), v[:3])
    np.add.at(a, (slice(None), [0, 0]), v[0])
    return a


@case((M34, 1.3))
def along_axes(m, y):
    a = m.copy()
    order = np.argsort(a, axis=1)[:, :1]
    np.put_along_axis(a, order, y * np.take_along_axis(a, order, axis=1), axis=1)
    np.put_along_axis(a, np.argmax(a, axis=0)[None], y, axis=0)
    return a


@case((V6, V3, 1.3))
def put_place_mask(v, w, y):
    a = v.copy()
    np.put(a, [1, 3], w[:2] * y)
    np.place(a, v > 0.5, w)
    np.putmask(a, v < -0.5, v * y)
    np.copyto(a, y, where=np.abs(v) < 0.3)
    a.put([0], y)
    np.put(a, [-1, 7], [y, y * 2], mode="wrap")
    return a


@case((M33, V3), (M44, V4))
def diagonals_filled(m, v):
    a = m.copy()
    np.fill_diagonal(a, v)
    b = m @ a
    np.fill_diagonal(b, v[0])
    i = np.arange(len(v))
    b[i, i] += v
    b[i, i[::-1]] = v * 2
    np.fill_diagonal(b[:2, 1:3], v[1])
    return a, b


@case((V6,), (V5,))
def partition_and_sort(v):
    a = v.copy()
    a.partition(2)
    b = -v
    b.sort()
    c = np.outer(v, v[::-1])
    c.sort(axis=0)
    c[::-1].sort(axis=1)
    return np.sort(a[:2]) * b[:2], c


@case((V5, 1.3))
def random_numbers_are_constants(v, y):
    rng = np.random.default_rng(0)
    a = rng.normal(size=5)
    a *= v
    a[:3] += rng.uniform(size=3) * y
    np.random.seed(3)
    noise = np.random.randn(5)
    noise += a
    noise[2] = np.random.rand() * y
    return a * noise


@case((V5, 1.3), (V4, 0.3))
def empty_filled_in_pieces(v, y):
    n = len(v)
    a = np.empty((n, n))
    for i in range(n):
        a[i, :i] = v[:i] * y
        a[i, i] = y
        a[i, i + 1 :] = v[i + 1 :] - a[i, i]
    return a


def halve(a):
    if len(a) <= 1:
        return
    mid = len(a) // 2
    halve(a[:mid])
    halve(a[mid:])
    a[:mid] += a[mid : 2 * mid] * 0.5


@case((V4,), (V6,))
def recursion_over_halves(v):
    a = v * v
    halve(a)
    return a


def quick(a, low, high):
    if low >= high:
        return
    pivot, i = a[high], low
    for j in range(low, high):
        if a[j] < pivot:
            a[i], a[j] = a[j], a[i]
            i += 1
    a[i], a[high] = a[high], a[i]
    quick(a, low, i - 1)
    quick(a, i + 1, high)


@case((V6,), (V5,))
def quicksort_in_place(v):
    a = v * 2
    quick(a, 0, len(a) - 1)
    return a * np.arange(1.0, len(a) + 1)


def relax(u, f):
    u[1:-1] = 0.5 * (u[2:] + u[:-2] + f[1:-1])


def smooth_twice(u, f):
    relax(u, f)
    relax(u, f)


@case((V6, V6 * 0.5), (V5, V5 + 1), kernel=(0, 1))
def kernels_in_kernels(u, f):
    for _ in range(2):
        smooth_twice(u, f)
        relax(f, u)
    relax(u, f)
    f[:] = 0.0


def v_cycle(u, f):
    relax(u, f)
    if len(u) > 3:
        r = np.zeros(len(u) // 2 + 1)
        r[1:-1] = (f[2:-2:2] - u[2:-2:2])[: len(r) - 2]
        e = np.zeros_like(r)
        v_cycle(e, r)
        u[2:-2:2] += e[1:-1][: len(u[2:-2:2])]
    relax(u, f)


@case((RNG.normal(size=9), RNG.normal(size=9)), (RNG.normal(size=5), RNG.normal(size=5)), kernel=(0,))
def multigrid(u, f):
    v_cycle(u, f)


@case(([V4, V4 * 2, V4 - 1], 1.3), ([V3, V3], 0.4))
def list_of_arrays_changed(arrays, y):
    arrays = [a.copy() for a in arrays]
    for k in range(1, len(arrays)):
        arrays[k] += arrays[k - 1] * y
        arrays[k][0] = arrays[0][1]
    arrays[0], arrays[-1] = arrays[-1], arrays[0]
    arrays[0] *= y
    return arrays


@case((V5, 1.3), (V4, 0.4))
def dict_items_changed(v, y):
    state = {"u": v.copy(), "w": v * y}
    for _ in range(2):
        state["u"][1:-1] += y * (state["u"][2:] - 2 * state["u"][1:-1] + state["u"][:-2])
        state["w"] *= state["u"]
        state["u"], state["w"] = state["w"], state["u"]
    return state["u"] - state["w"]


class Grid:
    def __init__(self, n, k):
        self.u = np.zeros(n)
        self.k = k
        self.steps = 0

    def load(self, v):
        self.u[:] = v
        return self

    def step(self):
        self.u[1:-1] += self.k * (self.u[2:] - 2 * self.u[1:-1] + self.u[:-2])
        self.u[0] = self.u[1]
        self.steps += 1

    @property
    def inner(self):
        return self.u[1:-1]


@case((V5, 0.3), (V6, 0.2))
def attributes_changed_by_methods(v, k):
    g = Grid(len(v), k).load(v * v)
    while g.steps < 3:
        g.step()
    g.inner[0] *= k
    return g.inner * g.u[-1]


@case((V4, 1.3), rtol=2e-3)
def stores_into_other_dtypes(v, y):
    i = np.zeros(4, dtype=int)
    i[:] = v * 10
    f = np.zeros(4, dtype=np.float32)
    f[:] = v * y
    f[1] += y
    b = np.zeros(4, dtype=bool)
    b[:2] = v[:2]
    c = np.zeros(4, dtype=complex)
    c[1:] = v[1:] * (1 + 2j)
    c[0] = y
    return f * v + i, np.real(c * c), b * v


@build((V5, 1.3), (V4, 0.4))
def partial_kernel():
    def kernel(scale, u, y):
        u = u.copy()
        u *= scale
        u[0] = y * u[1]
        return u

    return functools.partial(kernel, 0.5)


@case((V5, 1.3))
def two_names_in_a_tuple(v, y):
    a = v.copy()
    pair = (a, a[1:])
    pair[1][:] = pair[0][:-1] * y
    p, q = pair
    q += p[1:]
    return a


@case((M34, 1.3))
def transposes_and_reshapes_written(m, y):
    a = m.copy()
    a.T[0] = y
    a.reshape(-1)[3:6] *= y
    a.swapaxes(0, 1)[1, 1:] += a[0, 1:3]
    a[:, ::-1].T[2][...] = a[:, 0]
    np.transpose(a)[3, :2] -= 1.0
    r = np.ravel(a)
    r[-1] = r[0] * r[1]
    return a


@case((V4, 1.3))
def broadcast_views_read(v, y):
    a = v.copy()
    wide = np.broadcast_to(a, (3, 4))
    before = wide.sum(axis=0) * 1.0
    a[1] = y
    return before + wide[2] * a


@case((M33, 1.3))
def diagonal_views_read(m, y):
    a = m.copy()
    d = np.diagonal(a)
    s = d.sum()
    a[1, 1] = y * s
    return d * a[0]


@case((V4, 1.3), (V3, 0.2))
def shapes_that_change(v, y):
    a = v.copy()
    col = a[:, None]
    col[1, 0] = y
    flat = np.atleast_2d(a)
    flat[0, 0] *= y
    same = np.asarray(a)
    same[-1] += y
    contiguous = np.ascontiguousarray(a[::-1])
    contiguous[0] = 7.0
    return a * contiguous


@case((V5, 1.3), (V4, 0.3))
def store_in_every_way_out(v, y):
    a = v.copy()
    for i in range(len(a)):
        a[i] *= y
        if a[i] > 5:
            a[i:] = y
            return a * 2
        if a[i] < -0.5:
            a[0] += a[i] ** 2
            continue
        if i == 3:
            a[-1] = a[i]
            break
    else:
        a[0] = y
    return a


@case((V6, 1.3), (V4, 0.3))
def while_with_stores(v, y):
    a, i = v.copy(), 0
    while i < len(a) - 1:
        if a[i] > a[i + 1]:
            a[i], a[i + 1] = a[i + 1], a[i]
            i = max(i - 1, 0)
        else:
            i += 1
    a[0] *= y
    return a * np.arange(len(a))


@case((V4, V4 * 2, 0.7))
def views_in_a_conditional_expression(a, b, y):
    a, b = a.copy(), b.copy()
    (a if y > 0.5 else b)[1:] *= y
    w = (a[:2] if y > 0.5 else b[1:3])
    w += b[:2]
    return a * b


@case((V4, 1.3))
def comprehension_over_views(v, y):
    a = v.copy()
    views = [a[i : i + 2] for i in range(3)]
    for w in views:
        w *= y
    return a + sum(w.sum() for w in views)


@case((M34, 1.3))
def loop_over_columns(m, y):
    a = m.copy()
    for col in a.T:
        col -= col.mean()
        col /= np.sqrt(np.sum(col**2)) + y
    return a


@case((M34, 1.3))
def indices_by_ndindex(m, y):
    a = np.zeros_like(m)
    for i, j in np.ndindex(*m.shape):
        a[i, j] = m[i, j] * y + (a[i - 1, j] if i else 0.0)
    return a


@case((V5, 1.3))
def walrus_and_chained(v, y):
    a = b = v.copy()
    a[0] = b[1] = y
    if (c := a[2:])[0] < 5:
        c[1] = a[0] * b[2]
    a[1], (a[2], a[3]) = a[3], (a[0], y)
    return b
