"""Programs that write arrays in place in every way that NumPy has."""

import operator

import numpy as np

A = np.array([0.4, 1.1, -0.7])


def at(x):
    """The point of a function of an array (default: a float)."""

    def mark(function):
        function.at = x
        return function

    return mark


@at(A)
def repeated_index_store(x):
    a = x * 1.0
    a[np.array([0, 0])] = x[1] * x[2]
    return a.sum()


@at(A)
def column_store_then_row_add(x):
    a = np.zeros((2, 3))
    a[:, [0, 2]] = x[0] * x[1]
    a[0] += x
    return (a * a).sum()


@at(A)
def masked_in_place_product(x):
    a = x.copy()
    a[a > 0] *= x[2]
    return a.sum()


@at(A)
def add_at(x):
    a = x.copy()
    np.add.at(a, [0, 0], x[1])
    return (a * a).sum()


@at(A)
def repeated_index_add(x):
    a = x.copy()
    a[[0, 0]] += x[1]
    return (a * a).sum()


@at(A)
def sort_method(x):
    a = x.copy()
    a.sort()
    return a[0] * 3


@at(A)
def resize_method(x):
    a = np.zeros(3)
    a[...] = x
    a.resize(2, 2, refcheck=False)
    return (a * a).sum()


@at(A)
def put(x):
    a = np.zeros(3)
    np.put(a, [0, 1], x[:2])
    return (a * a).sum()


@at(A)
def place(x):
    a = np.zeros(3)
    np.place(a, np.array([True, False, True]), x[:2])
    return (a * a).sum()


@at(A)
def putmask(x):
    a = np.zeros(3)
    np.putmask(a, a == 0, x)
    return (a * a).sum()


@at(A)
def fill_diagonal(x):
    a = np.zeros((3, 3))
    np.fill_diagonal(a, x * x)
    return (a * a).sum()


@at(A)
def itemset(x):
    a = np.zeros(3)
    a.itemset(0, x[0]) if hasattr(a, "itemset") else a.__setitem__(0, x[0] * x[1])
    return (a * a).sum()


@at(A)
def out_of_a_ufunc(x):
    a = np.zeros(3)
    np.sin(x, out=a)
    return (a * a).sum()


@at(A)
def positional_out(x):
    a = np.zeros(3)
    np.sin(x, a)
    return (a * a).sum()


@at(A)
def out_of_a_method(x):
    a = np.zeros(3)
    x.sum(out=a[0:1].reshape(()))
    return (a * a).sum()


@at(A)
def store_to_flat(x):
    a = np.zeros(3)
    a.flat = x * x
    return (a * a).sum()


@at(A)
def store_to_real_attribute(x):
    a = np.zeros(3)
    a.real = x * x
    return (a * a).sum()


@at(A)
def store_to_view_of_real_part(x):
    a = np.zeros(3, dtype=complex)
    a.real[:] = x * x
    return abs(a).sum()


@at(A)
def store_to_shape(x):
    a = np.zeros((3, 1))
    a.shape = (3,)
    a[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_transpose(x):
    a = np.zeros(3)
    a.T[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_copied_diagonal(x):
    a = np.zeros((3, 3))
    d = np.diagonal(a).copy()
    d[:] = x
    return (d * d).sum()


@at(A)
def store_to_einsum_diagonal(x):
    a = np.zeros((3, 3))
    d = np.einsum("ii->i", a)
    d[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_unpacked_rows(x):
    a = np.zeros((2, 3))
    b, c = a
    b[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_rows_of_a_loop(x):
    a = np.zeros((2, 3))
    for r in a:
        r[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_split_parts(x):
    a = np.zeros(4)
    p, q = np.split(a, 2)
    p[:] = x[:2] ** 2
    return (a * a).sum()


@at(A)
def store_to_ravel(x):
    a = np.zeros(3)
    b = np.ravel(a)
    b[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_view(x):
    a = np.zeros(3)
    b = a.view()
    b[:] = x * x
    return (a * a).sum()


@at(A)
def store_to_squeezed(x):
    a = np.zeros(3)
    b = a.squeeze()
    b[:] = x * x
    return (a * a).sum()


@at(A)
def read_through_broadcast(x):
    a = np.zeros(3)
    b = np.broadcast_to(a, (2, 3))
    a[:] = x * x
    return (b * b).sum()


@at(A)
def store_to_atleast_2d(x):
    a = np.zeros(3)
    b = np.atleast_2d(a)
    b[0, 0] = x[0] * x[1]
    return (a * a).sum()


@at(A)
def store_to_asarray(x):
    a = np.zeros(3)
    b = np.asarray(a, dtype=float)
    b[0] = x[0] * x[1]
    return (a * a).sum()


@at(A)
def store_to_a_copy(x):
    a = np.zeros(3)
    b = np.array(a, copy=False) if False else np.array(a)
    b[0] = x[0] * x[1]
    return (a * a).sum() + b.sum()


@at(A)
def store_to_astype_without_copy(x):
    a = np.zeros(3)
    b = a.astype(float, copy=False)
    b[0] = x[0] * x[1]
    return (a * a).sum()


@at(A)
def store_to_memoryview(x):
    a = np.zeros(3)
    m = memoryview(a)
    m[0] = x[0] * x[1]
    return (a * a).sum()


@at(A)
def put_method(x):
    a = np.zeros(3)
    a.put([0], x[0] * x[1])
    return (a * a).sum()


@at(A)
def iadd_method(x):
    a = np.zeros(3)
    a.__iadd__(x * x)
    return (a * a).sum()


@at(A)
def operator_iadd(x):

    a = np.zeros(3)
    operator.iadd(a, x * x)
    return (a * a).sum()


@at(A)
def store_to_list(x):
    xs = [0.0] * 3
    for i, v in enumerate(x):
        xs[i] = v * v
    return sum(xs) * xs[0]


@at(A)
def argument_in_place(x):
    x *= 2
    return (x * x).sum()


@at(A)
def alias_of_argument_in_place(x):
    a = x
    a += x
    return (x * a).sum()


@at(A)
def reversed_view_then_shift(x):
    a = x[::-1]
    b = x.copy()
    b[:] = a * b
    b[1:] = b[:-1]
    return (b * a).sum()


@at(A)
def shifted_add(x):
    b = x.copy()
    b[1:] += b[:-1]
    return (b * b).sum()


@at(A)
def reversed_product_in_place(x):
    b = x.copy()
    b[:] = b[::-1] * b
    return (b * b).sum()


@at(A)
def uninitialised(x):
    b = np.empty_like(x)
    b[:] = np.nan
    b[:] = x * x
    return b.sum()


@at(A)
def record_array(x):
    rec = np.zeros(3, dtype=[("a", float)])
    rec["a"] = x * x
    return rec["a"].sum()


@at(A)
def nditer_with_writes(x):
    with np.nditer(x * 1.0, op_flags=["readwrite"]) as it:
        s = 0.0
        for v in it:
            s = s + v * v
    return float(s)


@at(A)
def nditer_loop(x):
    out = []
    for v in np.nditer(x):
        out.append(v * v)
    return sum(out)


@at(A)
def masked_array(x):
    a = np.ma.masked_array(x, mask=[0, 1, 0])
    return float((a * a).sum())


@at(A)
def store_at_argmin(x):
    i = np.argmin(x)
    a = np.zeros(3)
    a[i] = x[i] ** 2
    return a.sum()


@at(A)
def dict_of_elements(x):
    d = {i: v for i, v in enumerate(x)}
    d[1] *= 2
    return sum(d.values())


@at(A)
def both_sides_of_a_mask(x):
    m = x > 0
    return x[m].prod() + x[~m].sum()


@at(A)
def gather_then_store(x):
    idx = np.nonzero(x > 0)[0]
    b = x[idx]
    b[0] *= 2
    return b.sum()


@at(A)
def store_to_parts_of_split(x):
    a = np.zeros(4)
    parts = np.array_split(a, 3)
    parts[1][:] = x[:1] ** 2
    parts[2] += x[0]
    return (a * np.arange(4.0)).sum()


@at(A)
def store_to_columns_of_hsplit(x):
    a = np.zeros((2, 3))
    for part in np.hsplit(a, 3):
        part[0, 0] = x[1] * x[2]
    return np.sum(a[0] * x)


@at(A)
def read_of_split_then_store(x):
    a = x * 2
    parts = np.split(a, 3)
    total = np.sum(parts[0] * parts[1])
    a[0] = x[2]
    return total + np.sum(parts[0] ** 2)


@at(A)
def view_without_axes(x):
    a = np.zeros(3)
    t = a[0:1].reshape(())
    t[...] = x[0] * 2
    return (a * a).sum()


@at(A)
def array_without_axes(x):
    t = np.zeros(())
    t[...] = x[0] * 2
    t[()] *= x[1]
    return t * t


@at(A)
def view_by_ellipsis(x):
    a = x * 2
    t = a[1, ...]
    a[1] = x[0]
    return (a * a).sum() * t


@at(A)
def view_by_squeeze(x):
    a = x * 2
    t = np.squeeze(a[1:2])
    a[1] = x[0]
    return (a * a).sum() * t
