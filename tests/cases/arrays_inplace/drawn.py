"""Programs of which random ones (`tests.fuzz`) had a wrong derivative once, made small."""

from typing import NamedTuple

import numpy as np

from tests.cases import case

X = np.array([0.37, -0.92, 0.64])
M = np.array([[0.21, -0.57, 0.93], [0.74, 0.12, -0.38]])


class Point(NamedTuple):
    u: np.ndarray
    s: float


def spread(pack, t):
    for u in pack:
        u[0] += t
    pack[0] = pack[-1] * 0.5


def crossed(u, w):
    return w, u


@case((0.83, X))
def view_of_a_view_of_itself(k, v):
    if k < 1.2:
        v = v[None][0]
        v[:-1] *= 0.5
    return np.sum(v) * k


@case((0.83, X))
def array_of_a_named_tuple(k, v):
    v[1:] *= 2
    p = Point(v, k)
    z = p.u
    return np.sum(z * v) * p.s


@case((0.83, X))
def list_with_an_argument_that_a_callee_writes(k, v):
    pack = [v**2, v]
    spread(pack, k)
    return np.sum(v)


@case((0.83, X))
def arrays_of_a_list_replaced_by_a_callee(k, v):
    pack = [v**2, v * 3]
    for _ in range(2):
        spread(pack, k)
    return np.sum(v) + np.sum(pack[0]) + np.sum(pack[-1])


@case((0.83, X))
def tuple_of_an_array_that_was_handed_through(k, v):
    a = crossed(v, v)[1]
    a[1] *= k
    pair = (a, 0.5 * a[::-1])
    return np.sum(v) + np.sum(a * 0.5) + np.sum(pair[0]) + pair[1]


@case((0.83, X, M))
def diagonal_of_a_wide_matrix(k, v, m):
    np.add(m, k * np.diagonal(m)[:, None], m)
    row = m[1, ...]
    return np.sum(row * 0.5) * v[0]


@case((0.83, X))
def list_that_grows_after_its_sum(k, v):
    items = [k, k * v[0]]
    y = np.sum(items)
    items.append(k * k)
    return y * np.mean(items) + len(items) * y


@case((X, M))
def list_made_of_two_lengths(v, m):
    return np.sum([a * b for a, b in zip(v, m[:, 0])]) * v[1]


def heat(cells, t):
    cells["u"][1:] += t
    cells["w"] = cells["u"] * cells["w"]


@case((0.83, X))
def dict_of_arrays_changed_by_a_callee(k, v):
    a = v * 2
    cells = {"u": a, "w": v}
    heat(cells, k)
    return np.sum(a) + np.sum(v) + np.sum(cells["u"]) + np.sum(cells["w"])


@case((0.83, X))
def sum_with_a_constant_beside_a_swap(k, v):
    a = v * k
    b = a + 1.0
    a[1:] *= k
    a, b = b, a
    return np.sum(a * b)


@case((0.83, X))
def chosen_array_in_a_mixed_result(k, v):
    a = v * 2
    w = a if k > 0.5 else v
    w[0] = k * v[1]
    return (np.sum(a), [w, k])


@case((0.83, X))
def written_view_of_what_a_mixed_list_returns(k, v):
    np.ascontiguousarray(v).flat[[0, 1]] = 0.5 * k
    return (k, [v, 3])


@case((0.83, X))
def named_tuple_that_nobody_reads_in_a_loop(k, v):
    s = k
    for _ in range(2):
        p = Point(v, s)
        s = s * k
    return np.sum(v) * s


@case((0.83, X))
def two_names_of_what_is_taken_over_in_a_loop(k, v):
    for _ in range(2):
        a = v = np.asarray(v)
        v[:] = np.where(v > 0.5, a * k, v)
    return v


@case((0.83, X))
def view_in_a_named_tuple_beside_a_mixed_result(k, v):
    p = Point(v[::-1], k)
    p.u[-1] = k
    if v[0] > v[1] + 9:
        return k, [v, p.s]
    z = np.sum(p.u)
    return z, [v * 2.0, v[-1]]


@case((0.83, X))
def second_name_of_what_a_tuple_held_views_of(k, v):
    for r in (v[:2], v[1:]):
        r += 0.5 * (r[[1, 0]] - k)
    w = v
    return k + np.sum(w * 0.3)


def refilled(u, t):
    for _ in range(2):
        u[0] = t
        u = u.T.ravel()
    return np.sum(u**2)


@case((0.83, X))
def callee_rebinds_the_argument_that_it_writes_to(k, v):
    return refilled(v, k) + np.sum(v * 0.3)


@case((0.83, X))
def callee_rebinds_the_view_that_it_writes_to(k, v):
    k = refilled(v[:-1], v[-1] * k)
    v *= 0.3
    return k, [v, 1.2 * k]


@case((0.83, X))
def array_bound_anew_while_a_tuple_holds_its_views(k, v):
    y = np.sum(v * np.tanh(v * v))
    for r in (v[:2], v[1:]):
        r *= np.sin(y)
        v = v if np.any(v > 0.4) else v
    return k + y + np.sum(v * 0.3)


@case((0.83, X))
def perhaps_a_view_of_a_row_that_a_list_holds_twice(k, v):
    a = np.full((2, 3), k)
    for _ in [a, a]:
        for r in a:
            r += v
            r.ravel()
    return a


@case((0.83, X))
def out_is_an_element_of_a_list_of_views(k, v):
    np.add(v[1:], k, out=np.split(v, [1])[1])
    pair = {"head": v[:1], "tail": v[1:]}
    np.multiply(v[1:], k, out=pair["tail"], where=v[1:] > 0.5)
    return np.sum(v * v)


@case((0.83, X))
def out_is_a_copy_that_an_index_makes(k, v):
    np.add(v[:2], k, out=v[[0, 1]])
    np.add(v, k, out=v[v > -9])
    return np.sum(v * v)


@case((0.83, X))
def largest_of_a_callee_that_is_assigned_twice(k, v):
    y = max(np.tanh(np.mean(v, axis=-1) + 0.5 * k), np.tanh(np.sin(0.3)))
    v[np.expand_dims(v, 0)[0] > -1.1] -= k * y
    v = np.outer(v, v) @ v[np.array([1, 1, 0])]
    return k + y + np.sum(v * 0.3), [np.outer(v, v) @ v, np.max(v, axis=0)]


def lowered(u, w):
    w -= u * u


@case((0.83, X))
def diagonal_of_what_a_callee_wrote(k, v):
    lowered(v * k, v)
    v = np.diag(v)
    return v


@case((0.83, np.outer(X, X)))
def diagonal_that_is_written(k, v):
    d = np.diag(v) * k
    d = np.average(np.diagflat(d), axis=1)
    d[0] *= d[1]
    return d


@case((0.83, -0.41, X))
def adjoints_that_are_added_to_one_another(k, y, v):
    for _ in (v, v):
        v[1] = 0.7
    z = k + y
    return np.where(v > 0.55, v, y + z) * z
