"""Stores into arrays: every kind of index, every operator, overlaps, repeated indices, dtypes."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])
A5 = np.array([0.4, 1.1, -0.7, 0.9, 0.3])
M34 = np.sin(np.arange(12.0) * 1.3 + 0.4).reshape(3, 4)
M33 = np.array([[2.1, 0.3, -0.4], [0.2, 1.7, 0.5], [-0.6, 0.1, 2.5]])


@case((A3, 0.7))
def integer(v, y):
    a = np.zeros(4)
    a[0] = y * v[0]
    a[1] = a[0] * v[1]
    a[-1] = a[1] + a[0]
    a[0] = a[-1] * a[-1]
    return a


@case((A3, 0.7))
def overwrite(v, y):
    a = v.copy()
    a[0] = a[0] * a[1]
    a[1] = y
    a[0] = a[0] * a[1] + a[2]
    return np.sum(a * a)


@case((A3, 0.7))
def argument_changed(v, y):
    v[0] = v[0] * v[1]
    v[1] = y * v[2]
    return np.sum(v * v)


@case((M34, 0.7))
def tuple_index(m, y):
    a = m.copy()
    a[1, 2] = a[0, 0] * y
    a[0, 0] = a[1, 2] ** 2
    a[2][3] = a[0][0] * a[1, 1]
    return np.sum(a * m)


@case((A5, 0.7))
def slices(v, y):
    a = v.copy()
    a[1:3] = v[:2] * y
    a[::2] = a[::-2] * a[1]
    a[-2:] = y
    a[3:1:-1] = a[:2] * 3
    return a


@case((M34, np.array([0.3, 0.6, 0.9, 1.2]), 0.7))
def slices_2d(m, v, y):
    a = np.zeros((3, 4))
    a[1:, :] = m[:-1] * y
    a[0] = v
    a[:, -1] += v[:3] * a[:, 0]
    a[1:, ::2] *= m[1:, 1::2]
    a[..., 1] = a[..., 2] * v[1]
    return np.sum(a**2)


@case((A3, B3, 0.7))
def broadcast_stores(v, w, y):
    a = np.zeros((2, 3))
    a[:] = v
    a[:, 1] = y
    a[1] *= w
    a[:, 2:] = a[:, :1] * v[2]
    a += w
    a[:1] -= y * y
    return a


@case((A5, 0.7))
def everything(v, y):
    a = np.ones(5)
    a[:] = v * y
    b = a * v
    a[...] = b * b + a
    a[:] = a[::-1]
    return np.sum(a * b)


@case((A5, 0.7))
def mask(v, y):
    a = v * y
    a[v > 0.35] = 0.5
    a[a < 0] *= a[0] * y
    a[v > 1.0] = v[v > 1.0] ** 2
    a[~(v > 0)] += y
    return np.sum(a * v)


@case((M34, 0.7))
def mask_2d(m, y):
    a = m.copy()
    a[a > 0.5] = y * y
    a[m[:, 0] > 0, 1] = m[0, 2]
    a[:, m[0] > 0.3] *= y
    return a


@case((A5, 0.7))
def index_array(v, y):
    a = np.zeros(5)
    i = np.array([3, 0, 2])
    a[i] = v[:3] * y
    a[i] += v[1:4] ** 2
    a[[1, 4]] = a[[0, 3]] * y
    a[i[1:]] *= 2
    return np.sum(a * a)


@case((A5, 0.7))
def repeated_indices(v, y):
    a = v.copy()
    i = np.array([1, 3, 1, 1])
    a[i] = np.array([0.3, 0.6, 0.9, 1.2]) * y * v[0]  # the last one wins
    a[i] += np.array([1.0, 2.0, 3.0, 4.0]) * v[4]  # reads once
    np.add.at(a, i, v[:4] * y)  # adds all
    return np.sum(a**2)


@case((M34, 0.7))
def index_arrays_2d(m, y):
    a = m.copy()
    a[[0, 1, 2], [3, 2, 0]] = y * m[:, 1]
    a[np.ix_([0, 2], [1, 3])] += m[:2, :2] ** 2
    a[1, [0, 2]] = a[2, [1, 1]] * y
    a[:, [0, 1]] = a[:, [1, 0]]
    return a


@case((M33, 0.7))
def row_swaps(m, y):
    a = m * y
    a[[0, 2]] = a[[2, 0]]
    a[[1, 2], :] = a[[2, 1], :]
    t = a[0].copy()
    a[0] = a[1]
    a[1] = t * y
    return a


@case((A5,))
def element_swaps(v):
    a = v * v
    a[0], a[3] = a[3], a[0]
    a[1], a[2], a[4] = a[2] * a[0], a[4], a[1]
    for i in range(len(a) // 2):
        a[i], a[-1 - i] = a[-1 - i], a[i] * 2
    return a


@case((A5, 0.3))
def overlapping(v, k):
    a = v.copy()
    a[1:] = a[:-1] * 2
    a[:-1] += k * a[1:]
    a[1:-1] += k * (a[2:] - 2 * a[1:-1] + a[:-2])
    a[2:] = a[:-2] * a[1:-1]
    return np.sum(a**2)


@case((A3 + 2, B3 + 2, M33))
def augmented_operators(v, w, m):
    a = v.copy()
    a += w
    a -= w * w
    a *= v + 1
    a /= w
    a **= 2
    a @= m
    b = a.copy()
    b[0] += w[0]
    b[1] -= w[1]
    b[2] *= w[2]
    b[:2] /= v[:2]
    b[1:] **= 2
    return b * a


@case((A3 + 2.3, 0.7))
def augmented_by_zero_derivative(v, y):
    a = v * y
    b = a.copy()
    b //= 0.4
    a %= 0.45
    return a * b


@case((A3, 0.7))
def augmented_on_alias(v, y):
    a = v * y
    b = a
    b += v
    b[0] *= a[1]
    a *= 2
    return b * y


@case((A3, 0.7))
def augmented_on_number_is_rebinding(v, y):
    a = v[0]
    b = a
    b += y
    b *= v[1]
    s = np.sum(v)
    t = s
    t += y
    return a * b + s * t


@case((A5, 0.7))
def flat_and_item(v, y):
    a = np.zeros((2, 3))
    a.flat[1] = v[0] * y
    a.flat[3:5] = v[1:3]
    a.flat[[0, 5]] = y * v[4]
    return a * a.flat[1] + a.item(3)


@case((A5, 0.7))
def newaxis_and_ellipsis(v, y):
    a = np.zeros((2, 5))
    a[0, ..., None] = v[:, None] * y
    a[None, 1] = v**2
    a[..., 0] *= a[..., 1]
    return a


@case((A3, 0.7))
def fill_methods(v, y):
    a = np.empty((3, 3))
    a.fill(y * v[0])
    np.fill_diagonal(a, v)
    b = np.empty(3)
    b[:] = v[1]
    np.copyto(b, a[0] * y)
    np.copyto(a, y, where=a < 0)
    return a @ b


@case((A5, 0.7))
def put_functions(v, y):
    a = v * y
    np.put(a, [0, 2], v[3:] * 2)
    m = np.outer(v[:2], v[:3])
    np.put_along_axis(m, np.array([[0], [2]]), y * v[0], axis=1)
    np.putmask(a, a > 0.5, v * y * y)
    np.place(a, a < 0, [y * 2])
    return np.sum(a) * np.sum(m**2)


@case((A5, 0.7))
def sort_in_place(v, y):
    a = v * y
    a.sort()
    m = np.outer(v[:2], v)
    m.sort(axis=1)
    b = v**2
    b.partition(2)
    return np.sum(a * np.arange(5)) + np.sum(m * np.arange(5)) + b[2]


@case((A5, 0.7))
def out_of_ufuncs(v, y):
    a = np.empty(5)
    np.multiply(v, y, out=a)
    np.sin(a, out=a)
    np.add(a, v, a)
    b = np.exp(a, out=np.empty(5))
    np.subtract(b[1:], a[:-1], out=a[1:])
    return np.sum(a * b)


@case((M34, np.array([0.3, 0.6, 0.9, 1.2])))
def out_of_reductions(m, v):
    a = np.zeros(3)
    np.sum(m, axis=1, out=a)
    b = np.empty(3)
    np.dot(m, v, out=b)
    c = np.empty((3, 3))
    np.matmul(m, m.T, out=c)
    d = np.empty(4)
    np.einsum("ij,i->j", m, a, out=d)
    np.cumsum(d, out=d)
    return c @ a * b + np.sum(d * v)


@case((A5, 0.7))
def where_of_ufuncs(v, y):
    a = v * y
    np.sqrt(v, out=a, where=v > 0)
    b = np.divide(v, a, out=np.zeros(5), where=a > 0.7)
    np.multiply(a, 2, out=a, where=np.array([True, False, True, False, True]))
    return np.sum(a * v) + np.sum(b**2)


@case((A5, 0.7))
def ufunc_at(v, y):
    a = v * y
    np.add.at(a, [0, 0, 2], v[:3])
    np.subtract.at(a, np.array([1, 1]), y)
    np.multiply.at(a, [3], 2.0)
    return a * v


@case((A3, 0.7))
def integer_target(v, y):
    n = np.zeros(3, dtype=int)
    n[0] = 2.7 * y + 1
    n[1:] = [1, 2]
    return v * n * y


@case((np.array([0.5, 1.5, 0.25]), 0.7), rtol=2e-3)
def single_target(v, y):
    a = np.zeros(3, np.float32)
    a[:] = v * y
    a[0] *= 2
    return np.sum(a * v)


@case((np.array([0.4 + 0.2j, -0.3 + 1.1j]), 0.7))
def complex_target(z, x):
    a = np.zeros(3, complex)
    a[:2] = z * x
    a[2] = x
    a[1:] *= a[:2]
    return np.sum(np.abs(a) ** 2)


@case((A5, 0.7))
def history_array(v, y):
    h = np.empty((6, 5))
    h[0] = v
    for t in range(1, 6):
        h[t] = np.tanh(h[t - 1] * y + np.roll(h[t - 1], 1))
    return np.sum(h**2)


@case((0.3, 0.7))
def history_scalars(x, y):
    h = np.zeros(8)
    h[0] = x
    h[1] = y
    for t in range(2, 8):
        h[t] = h[t - 1] * np.cos(h[t - 2]) + 0.1 * t
        if h[t] > 0.9:
            h[t] *= 0.5
    return h[-1] * h[3]


@case((A5, 0.7), (-A5, 0.7))
def store_in_branch(v, y):
    a = v.copy()
    if v[0] > 0:
        a[0] = y * a[1]
        b = a
    else:
        b = a.copy()
        b[1:] *= y
    b[2] = a[3] * b[0]
    return a * b


@case((A5, 0.2))
def store_with_break_and_continue(v, k):
    a = v.copy()
    for i in range(1, 5):
        if a[i] < 0:
            continue
        a[i] = a[i] + k * a[i - 1] ** 2
        if a[i] > 0.95 and i > 2:
            break
        a[i - 1] *= a[i]
    return np.sum(a * a)


@case((A5, 0.2))
def store_then_return_in_loop(v, k):
    a = v.copy()
    for i in range(5):
        a[i] *= k + i
        if a[i] > 1.0:
            a[0] = a[i] * a[1]
            return a * k
        a[-1] += a[i]
    return a


@case((A5, 0.4))
def indices_from_data(v, y):
    a = v.copy()
    order = np.argsort(v)
    for rank, i in enumerate(order):
        a[i] = a[i] * (rank + 1) + a[order[0]] * y
    a[np.argmax(a)] = y
    return a


@case((A5, 0.4))
def while_until_small(v, y):
    a = v.copy()
    while np.max(np.abs(a)) > 0.3:
        a[1:] *= 0.7
        a[0] = a[0] * y + 0.05 * a[1]
    return a


@case((A3, 0.7))
def uninitialised_then_filled(v, y):
    a = np.empty_like(v)
    b = np.ndarray(3)
    for i in range(3):
        a[i] = v[i] * y
        b[i] = a[i] ** 2
    a[:] = a * b
    return a


@case((A5, 0.4))
def random_constants(v, y):
    rng = np.random.default_rng(3)
    a = np.zeros(5)
    for _ in range(3):
        i = rng.integers(5)
        a[i] += v[i] * y * rng.normal()
        a += rng.normal(size=5) * v
    return a * a


@case((A5, 0.7))
def integer_is_stored(v, y):
    a = v * y
    a[0] = 1
    a[1:3] = [2, 3]
    a[a > 2.5] = 4
    return a * y
