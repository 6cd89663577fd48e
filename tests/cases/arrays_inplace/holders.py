"""Arrays that two containers hold, and places in containers that get another array."""

import numpy as np

from tests.cases import case

U = np.array([0.3, 1.0, 2.0, 0.5, 0.7])
V = np.array([0.4, 1.2, 1.0, -0.5, 0.7])


class F:
    def __init__(self, u, k):
        self.u = u
        self.k = k

    def step(self):
        self.u[0] = self.u[0] * self.k * self.u[1]


class G:
    def __init__(self, u):
        self.u = u


class P:
    def __init__(self, cur, nxt):
        self.cur, self.nxt = cur, nxt

    def step(self, k):
        self.nxt[1:] = self.cur[:-1] * k * self.cur[1:]
        self.cur, self.nxt = self.nxt, self.cur


@case((U, 0.7))
def argument_in_two_objects(u0, k):
    a = F(u0, k)
    b = F(a.u, 2 * k)
    a.step()
    b.step()
    return a.u + b.k


@case((U, 0.7))
def array_in_two_objects(u0, k):
    a = F(u0.copy(), k)
    b = F(a.u, 2 * k)
    a.step()
    b.step()
    return a.u * b.u


@case((U, 0.7))
def array_in_two_lists(u0, k):
    a = [u0.copy()]
    b = [a[0]]
    a[0][0] *= k
    b[0][0] *= k
    return a[0] * b[0]


@case((U, 0.7))
def attribute_of_another_object(u0, k):
    a = G(u0.copy())
    b = G(a.u)
    a.u[0] = a.u[0] * k * k
    b.u[1] = b.u[0] * k
    return a.u * b.u


@case((U, 0.7))
def array_in_two_dicts(u0, k):
    a = {"u": u0.copy()}
    b = {"u": a["u"]}
    a["u"][0] = a["u"][0] * k * k
    b["u"][1] = b["u"][0] * k
    return a["u"] * b["u"]


@case((U, V, 0.7))
def place_gets_another_element(u, v, k):
    xs = [u.copy(), v.copy()]
    xs[0] = xs[1]
    xs[0][0] *= k
    return xs[0] * xs[1]


@case((U, V, 0.7))
def elements_appended_to_a_second_list(u, v, k):
    rows = [u.copy(), v.copy()]
    other = []
    for r in rows:
        other.append(r)
    other[0][0] *= k
    return rows[0] * other[1]


@case((U, V, 0.7))
def two_names_in_two_lists(u, v, k):
    x = u.copy()
    xs = [x]
    y = x
    ys = [y]
    xs[0][0] *= k
    ys[0][0] *= k
    return xs[0] * ys[0]


@case((U, V, 0.7))
def unpacked_into_a_second_list(u, v, k):
    xs = [u.copy(), v.copy()]
    a, b = xs
    ys = [b, a]
    ys[0][0] *= k
    return xs[0] * xs[1]


@case((U, V, 0.7))
def list_of_a_list(u, v, k):
    xs = [u.copy(), v.copy()]
    ys = list(xs)
    ys[0][0] *= k
    return xs[0] * xs[1]


@case((U, V, 0.7))
def lists_joined(u, v, k):
    xs = [u.copy(), v.copy()]
    ys = xs[:1] + xs[1:]
    ys[0][0] *= k
    return xs[0] * xs[1]


@case((U, V, 0.7))
def dict_doubled(u, v, k):
    d = {"a": u.copy(), "b": v.copy()}
    for key, val in list(d.items()):
        d[key + "2"] = val
    d["a2"][0] *= k
    return d["a"] * d["b"]


@case((U, V, 0.7))
def element_appended_again(u, v, k):
    xs = [u.copy(), v.copy()]
    xs.append(xs[0])
    xs[2][0] *= k
    return xs[0] * xs[1]


@case((U, V, 0.7))
def elements_swapped(u, v, k):
    xs = [u.copy(), v.copy()]
    xs[0], xs[1] = xs[1], xs[0]
    xs[0][0] *= k
    return xs[0] * xs[1] * xs[0]


@case((U, V, 0.7))
def elements_popped_over(u, v, k):
    xs = [u.copy(), v.copy()]
    ys = []
    while xs:
        ys.append(xs.pop())
    ys[0][0] *= k
    return ys[0] * ys[1]


@case((U, V, 0.7))
def elements_rotated(u, v, k):
    xs = [u.copy(), v.copy(), u * v]
    xs[0], xs[1], xs[2] = xs[1], xs[2], xs[0]
    xs[0][0] *= k
    return xs[0] * xs[1] + xs[2]


@case((U, V, 0.7))
def attributes_swapped(u, v, k):
    p = P(u.copy(), v.copy())
    for _ in range(3):
        p.step(k)
    return p.cur * p.nxt


@case((U, V, 0.7))
def attribute_replaced_while_in_use(u, v, k):
    p = P(u.copy(), v.copy())
    old = p.cur
    p.cur = old * k
    old[0] = 3.0
    return p.cur * p.nxt * old


@case((U, V, 0.7))
def attribute_doubled(u, v, k):
    p = P(u.copy(), v.copy())
    p.nxt = p.cur
    p.cur[0] = k * p.cur[1]
    return p.cur * p.nxt


@case((U, V, 0.7))
def attributes_swapped_by_a_name(u, v, k):
    p = P(u.copy(), v.copy())
    for _ in range(3):
        p.nxt[1:] = p.cur[:-1] * k * p.cur[1:]
        t = p.cur
        p.cur = p.nxt
        p.nxt = t
    return p.cur * p.nxt


@case((U, V, 0.7))
def elements_swapped_by_a_name(u, v, k):
    xs = [u.copy(), v.copy()]
    for _ in range(3):
        xs[1][1:] = xs[0][:-1] * k
        t = xs[0]
        xs[0] = xs[1]
        xs[1] = t
    return xs[0] * xs[1]


@case((U, V, 0.7))
def element_replaced_while_in_use(u, v, k):
    xs = [u.copy(), v.copy()]
    x = xs[0]
    xs[0] = x * k
    x[0] = 3.0
    return xs[0] * xs[1] * x


@case((U, V, 0.7))
def last_element_no_longer_last(u, v, k):
    xs = [u.copy(), v.copy()]
    x = xs[-1]
    xs.append(x * k)
    x[0] = 3.0 * k
    return xs[0] * xs[1] * x * xs[2]


@case((U, V, 0.7))
def list_reversed_while_in_use(u, v, k):
    xs = [u.copy(), v.copy()]
    x = xs[0]
    xs.reverse()
    x[0] = 3.0 * k
    return xs[0] * xs[1] * x


@case((U, V, 0.7))
def item_replaced_while_in_use(u, v, k):
    d = {"a": u.copy(), "b": v.copy()}
    x = d["a"]
    d["a"] = x * k
    x[0] = 3.0 * k
    return d["a"] * d["b"] * x


@case((U, V, 0.7))
def element_popped_and_replaced(u, v, k):
    xs = [u.copy(), v.copy()]
    x = xs.pop()
    xs.append(x * k)
    x[0] = 3.0 * k
    return xs[0] * xs[1] * x


@case((U, V, 0.7))
def element_moved_by_an_insertion(u, v, k):
    xs = [u.copy(), v.copy()]
    x = xs[0]
    xs.insert(0, x * k)
    x[0] = 3.0 * k
    return xs[0] * xs[1] * x


class Cell:
    def __init__(self, u):
        self.u = np.array(u)


class Cells:
    def __init__(self, cells):
        self.cells = cells

    def step(self, k):
        for cell in self.cells:
            cell.u += k * cell.u * cell.u


@case((U, V, 0.7))
def objects_in_a_list_of_an_object(u, v, k):
    whole = Cells([Cell(u), Cell(v)])
    for _ in range(2):
        whole.step(k)
    return np.sum(whole.cells[1].u * whole.cells[0].u)


@case((U, V, 0.7))
def list_in_a_list_read_twice(u, v, k):
    rows = [[u.copy(), 2 * v], [3 * u, u * v]]
    row = rows[0]
    part = row[1]
    part *= k * u
    again = rows[0]
    return np.sum(again[1] * row[0])


@case((U, V, 0.7))
def list_in_a_tuple_read_twice(u, v, k):
    rows = ([u.copy(), 2 * v], [3 * u, u * v])
    row = rows[0]
    part = row[1]
    part *= k * u
    again = rows[0]
    return np.sum(again[1] * row[0])


@case((U, V, 0.7))
def numbers_three_lists_deep(u, v, k):
    cube = [[[u[0], v[1]]], [[k, v[0]]]]
    face = cube[0]
    face[0][1] = face[0][1] * k * u[1]
    again = cube[0]
    return again[0][1] * cube[1][0][0] + face[0][0]


def heated(cells, t):
    cells["u"] += t


@case((0.3,))
def value_that_a_callee_destroys_in_a_dict(x):
    cells = {"u": 0.5 / np.full(3, x), "w": 3}
    heated(cells, 1.2 * x)
    return cells["u"] + 0.5


@case(([U, V], 0.7))
def places_of_a_list_stored_to_again(arrays, s):
    arrays = list(arrays)
    for i in range(3):
        s = s * 1.1
        k = i % 2
        arrays[k] = arrays[1] * s
        arrays[k] = np.tanh(arrays[1] @ arrays[k]) * arrays[1]
    return np.sum(arrays[0] * arrays[1])


@case(({"u": U, "v": V, "m": np.outer(U, V)}, 0.7))
def keys_of_a_dict_stored_to_while_it_is_read(state, s):
    state = dict(state)
    for key in list(state):
        s = s + np.sum(state[key] ** 2)
        state["v"] = state["u"] * s
        state[key + "2"] = state["v"] * state["u"]
    return np.sum(state["v"] * state["u2"]) + s


@case((U, V, 0.7))
def arrays_by_keys_that_are_made(u, v, s):
    found = {}
    for i in range(4):
        s = s * 1.1
        found[i % 2] = v * s
        found[i % 2] = found[i % 2] @ v * u
    return np.sum(found[0] * v) + found[1] @ u


@case((U, V, 1), (U, V, -1))
def display_with_a_place_stored_to(u, v, n):
    pair = [np.outer(u, v), np.outer(v, v)]
    pair[n] = pair[0] * pair[n]
    return np.sum(pair[0] * pair[1])


@case((U, V, 1), (U, V, 2))
def rows_of_several_shapes(u, v, n):
    rows = [u[:2], v, u[1:4]]
    for _ in range(2):
        rows[n] = v * np.sum(rows[n])
        rows[0] = rows[n][:3] * rows[0][0]
    return np.sum(rows[0]) + np.sum(rows[1]) + np.sum(rows[2] ** 2)


@case((U, 3))
def arrays_with_their_names(u, n):
    """Tuples that hold an array and what has no derivative."""
    ill, well = u * 0.1, u * 0.2
    seen = {"ill": [], "well": []}
    pairs = [("ill", ill, 1), ("well", well, 2)]
    for _ in range(n):
        for name, counts, times in pairs:
            seen[name].append(times * counts.sum())
            counts[0] *= 1.1
        for name, counts in (("ill", ill), ("well", well)):
            seen[name].append(counts[-1] ** 2)
        ill += 0.1 * well
        well += ill * ill
    return seen["ill"][-1] * well + ill * seen["well"][1]


@case((U, 4))
def best_array_with_its_number(u, n):
    best = (None, u, 0)
    other = u * 2
    for k in range(n):
        best = ("other", other, k) if other[0] > u[1] else ("own", u, k)
        best[1][0] += best[1][1] ** 2 * 0.3 + best[2]
    return other + u * u


def with_flag(u, flag):
    return flag, u


@case((V,))
def element_held_once_more(v):
    """The array has its adjoint in that of the first tuple, and a second one holds it twice."""
    own = with_flag(v.copy(), True)[1]
    for part in (own, own):
        part *= part
    held = ("v", own * 2.0)
    name, other = held
    both = [other, other]
    for part in both:
        part /= 1.5
    return own * v + other
