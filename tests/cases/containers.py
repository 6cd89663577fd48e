"""Lists, tuples, dicts: built from active values, changed, aliased, passed around."""

import collections
import itertools
from typing import NamedTuple

import numpy as np

from s2sad import grad
from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])


class Particle(NamedTuple):
    pos: float
    vel: float
    tag: str = "p"


@case((1.2, 0.7), (A3, B3))
def dict_state_in_loop(x, v):
    state = {"x": x, "v": v, "n": 0}
    for _ in range(4):
        state["v"] = state["v"] - 0.1 * np.sin(state["x"])
        state["x"] = state["x"] + 0.1 * state["v"]
        state["n"] += 1
    return state["x"] * state["v"] * state["n"]


@case((1.2, 0.7))
def dict_rebuilt_in_loop(x, v):
    state = {"x": x, "v": v}
    for _ in range(4):
        state = {"x": state["x"] + 0.1 * state["v"], "v": state["v"] * np.cos(state["x"])}
    return state["x"] * state["v"]


@case(({"a": 1.2, "b": np.array([0.3, 0.9])}, 0.5), ({"a": 0.2, "b": np.array([-0.3, 0.9])}, 0.5))
def dict_argument(params, y):
    h = np.tanh(params["b"] * params["a"])
    return np.sum(h * h) * y + params["a"]


@case(({"w": [np.eye(2) * 0.5, np.ones((1, 2))], "b": (np.zeros(2), 0.1), "kind": "tanh", "n": 2}, np.array([0.4, 0.8])))
def nested_parameters(params, x):
    h = x
    for w, b in zip(params["w"], params["b"]):
        h = np.tanh(w @ h + b) if params["kind"] == "tanh" else w @ h
    return np.sum(h) * params["n"]


@case((1.2, 0.7))
def dict_result(x, y):
    return {"product": x * y, "pair": (x, y * y), "list": [x + y], "n": 3}


@case((A3, 0.7))
def list_result(v, y):
    return [v * y, (y, v[0] * v[1])]


@case((1.2, 0.7))
def named_tuple_state(x, v):
    p = Particle(x, v)
    for _ in range(3):
        p = p._replace(pos=p.pos + 0.1 * p.vel, vel=p.vel - 0.1 * p.pos)
    pos, vel, tag = p
    return pos * vel + len(tag)


@case((Particle(1.2, 0.7), 0.3))
def named_tuple_argument(p, y):
    return Particle(p.pos * y, p.vel * p.pos)


@case((1.2, 0.7))
def list_updated_in_loop(x, y):
    u = [x, y, x * y, 0.5]
    for _ in range(3):
        for i in range(1, 3):
            u[i] = 0.5 * (u[i - 1] + u[i + 1]) + np.sin(u[i])
    return u[0] * u[1] + u[2] * u[3]


@case((1.2, 0.7))
def list_swap_items(x, y):
    u = [x, y, x + y]
    u[0], u[2] = u[2], u[0]
    for i in range(2):
        u[i], u[i + 1] = u[i + 1] * 2, u[i]
    return u[0] * u[1] - u[2]


@case((1.2, 0.7))
def list_augmented_items(x, y):
    u = [x, y]
    u[0] += y
    u[1] *= u[0]
    u[0] -= u[1] ** 2
    u[-1] /= x
    return u[0] * u[1]


@case((1.2, 0.7))
def list_aliased_in_list(x, y):
    row = [x, y]
    grid = [row, row, [y, x]]
    grid[0][1] = x * y
    row[0] = row[1] + grid[2][0]
    return grid[1][0] * grid[1][1] + grid[2][1]


@case((1.2, 0.7))
def list_copy_is_not_alias(x, y):
    a = [x, y]
    b = a[:]
    c = list(a)
    d = a.copy()
    b[0] = y
    c[1] = x * x
    d[0] *= 3
    return a[0] * a[1] + b[0] * c[1] + d[0]


@case((1.2, 0.7))
def list_methods(x, y):
    u = [x]
    u.insert(0, y)
    u.append(x * y)
    u.extend((x, 2.0))
    u.reverse()
    a = u.pop(1)
    del u[0]
    u[1:2] = [a, a * y]
    u += [x - y]
    return sum(i * t for i, t in enumerate(u)) * a


@case(([1.2, 0.7, 0.3], 0.9))
def list_argument_changed(values, y):
    values[0] = values[1] * y
    values.append(values[0] * values[2])
    return values[0] * values[3] + values[1]


@case(({"a": 1.2, "b": 0.4}, 0.9))
def dict_argument_changed(table, y):
    table["a"] *= y
    table["c"] = table["a"] * table["b"]
    del table["b"]
    return table["a"] * table["c"]


@case((1.2, 0.7))
def stack_machine(x, y):
    stack = []
    for op in ["x", "y", "*", "x", "sin", "+", "y", "-"]:
        if op == "x":
            stack.append(x)
        elif op == "y":
            stack.append(y)
        elif op == "sin":
            stack.append(np.sin(stack.pop()))
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(a * b if op == "*" else a + b if op == "+" else a - b)
    return stack[-1]


@case((1.2, 0.7))
def queue_while(x, y):
    queue = [x, y]
    total = 0.0
    while queue:
        t = queue.pop(0)
        total = total + t * t
        if t > 0.2:
            queue.append(t * 0.4)
    return total


@case((1.2, 0.7))
def deque_window(x, y):
    window = collections.deque([x, y], maxlen=3)
    total = 0.0
    for i in range(4):
        window.append(window[-1] * y + i)
        total = total + sum(window)
    return total * window.popleft()


@case((1.2, 0.7))
def default_dict(x, y):
    groups = collections.defaultdict(float)
    for i in range(5):
        groups[i % 2] += x * i + y
    return groups[0] * groups[1]


@case((1.2, 0.7))
def itertools_forms(x, y):
    total = 0.0
    for a, b in itertools.product([x, y], [1.0, x * y]):
        total = total + a * b
    for i, t in zip(itertools.count(1), itertools.chain([x], (y,))):
        total = total + i * t * t
    for a, b in itertools.pairwise([x, y, x - y]):
        total = total + a * b
    running = list(itertools.accumulate([x, y, x]))
    return total * running[-1]


@case((1.2, 0.7))
def comprehension_forms(x, y):
    grid = [[(i + 1) * x + j * y for j in range(3)] for i in range(2)]
    flat = [t * t for row in grid for t in row if t > 1.5]
    by_name = {f"k{i}": t for i, t in enumerate(flat)}
    return sum(by_name.values()) * grid[1][2] + sum(t for row in grid for t in row)


@case((1.2, 0.7))
def comprehension_scope(x, y):
    t = x
    values = [t * y for t in [x, 2.0, y]]
    return t * values[0] + values[2] * t


@case((1.2, 0.7))
def comprehension_calls_closure(x, y):
    def f(t, k=1.0):
        return t * x + k

    return sum([f(t) for t in (x, y)]) * max([f(t, k=y) for t in [x, y - 3.0]])


@case(([[1.2, 0.7], [0.3, 2.0]],))
def determinant_of_lists(m):
    return m[0][0] * m[1][1] - m[0][1] * m[1][0]


@case(([[1.2, 0.7], [0.3, 2.0]], [0.5, 1.5]))
def matvec_of_lists(m, v):
    out = [0.0] * len(v)
    for i in range(len(m)):
        for j in range(len(v)):
            out[i] += m[i][j] * v[j]
    return out


@case(([[1.2, 0.7], [0.3, 2.0]],))
def transpose_by_zip(m):
    columns = [list(c) for c in zip(*m)]
    return sum(a * b for a, b in zip(columns[0], columns[1])) * columns[1][0]


@case(([2.0, 1.0, 0.5], [1.0, 3.0, 2.0], [0.4, 1.0, 2.0]))
def tridiagonal_lists(lower, diag, rhs):
    n = len(diag)
    diag, rhs = diag[:], rhs[:]
    for i in range(1, n):
        w = lower[i - 1] / diag[i - 1]
        diag[i] = diag[i] - w * 0.3
        rhs[i] = rhs[i] - w * rhs[i - 1]
    x = [0.0] * n
    x[-1] = rhs[-1] / diag[-1]
    for i in range(n - 2, -1, -1):
        x[i] = (rhs[i] - 0.3 * x[i + 1]) / diag[i]
    return x


@case(([0.4, 1.1, 0.3, 0.9], 0.7))
def bubble_sort(values, y):
    values = list(values)
    for i in range(len(values)):
        for j in range(len(values) - 1 - i):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values[0] * y + values[-1] * values[1]


@case(([0.4, 1.1, 0.3], [0.9, 0.2]))
def edit_distance_soft(a, b):
    table = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            best = min(table[i - 1][j] + 0.3, table[i][j - 1] + 0.4, table[i - 1][j - 1])
            table[i][j] = cost + best
    return table[-1][-1]


@case((1.2, 0.7))
def list_holds_arrays(x, y):
    layers = [np.array([x, y]), np.array([y, x * x])]
    layers.append(layers[0] * layers[1])
    return np.sum(np.array(layers)) * layers[2][0] + np.stack(layers)[1, 0]


@case((A3, 0.7))
def append_then_array(v, y):
    history = []
    for i in range(3):
        v = v * np.cos(v) + y
        history.append(v)
    table = np.array(history)
    return np.sum(table[1:] * table[:-1])


@case((1.2, 0.7))
def tuple_of_tuples(x, y):
    t = ((x, 1.0), (y, x * y))
    total = 0.0
    for a, b in t:
        total = total + a * b
    t = t + ((total, x),)
    return t[-1][0] * t[0][0] * len(t)


@case((1.2, 0.7))
def containers_through_branches(x, y):
    if x > y:
        pack = [x, y]
    else:
        pack = [y, x]
    if y > 0:
        pack.append(x * y)
    other = pack if x > 0 else [0.0]
    other[0] = other[0] * y
    return pack[0] * pack[2] + len(pack) * pack[1]


@case((1.2, 0.7))
def container_in_callee_and_back(x, y):
    def push(items, t):
        items.append(t)
        return items

    def shared(items):
        return items, items

    a = push(push([x], y), x * y)
    b, c = shared(a)
    b[0] = y * y
    return c[0] * c[2] + a[1]


@case((1.2, 0.7))
def enumerate_zip_dict(x, y):
    table = dict(zip(["a", "b"], [x, y]))
    table = {k: v * (i + 1) for i, (k, v) in enumerate(table.items())}
    more = dict(table, c=x * y)
    keys = sorted(more)
    return sum(more[k] * i for i, k in enumerate(keys)) + more.pop("a")


@case((1.2, 0.7))
def slices_of_lists(x, y):
    u = [x, y, x * y, x + y, 1.0]
    v = u[::2] + u[1::2] + u[::-1][:2]
    return sum(a * b for a, b in zip(u, v)) + v[-1]


@case(((1.2, [0.7, {"k": np.array([0.1, 0.4])}]), 3))
def deep_argument(pack, n):
    x, (y, table) = pack
    return x * y * np.sum(table["k"] ** n)


@case((((1.0, 2.0), (3.0,)),), ([(1.0, 2.0), (0.5, 0.1)],))
def flatten_recursive(tree):
    def flatten(t):
        if isinstance(t, (tuple, list)):
            return [leaf for item in t for leaf in flatten(item)]
        return [t]

    leaves = flatten(tree)
    total = 1.0
    for leaf in leaves:
        total = total * leaf + leaf
    return total


@case((1.2, 0.7))
def any_all_counts(x, y):
    values = [x, y, -x]
    positive = [v for v in values if v > 0]
    if any(v < 0 for v in values) and not all(v > 0 for v in values):
        return sum(positive) * len(positive) + values.index(y) * x + values.count(x) * y
    return x


@case((1.2, 0.7))
def list_truth_and_compare(x, y):
    a = [x, y]
    b = []
    while a:
        b.append(a.pop() * (len(a) + 1))
    return b[0] * b[1] if b and not a else x


@case((1.2, 0.7))
def dict_of_functions_and_values(x, y):
    system = {"f": lambda t: t * x, "k": y, "g": np.sin}
    system["h"] = lambda t: system["f"](t) + system["k"]
    return system["h"](y) * system["g"](system["k"])


@case((1.2, 0.7))
def set_of_names(x, y):
    active = {"x", "y"}
    total = 0.0
    for name, value in [("x", x), ("z", 3.0), ("y", y)]:
        if name in active:
            total = total + value * value
    return total * len(active | {"w"})


@case((0.3, 0.2))
def dict_calls(x, a):
    named = dict(a=a, b=x * 2)
    paired = dict(zip("ab", [x, a]))
    other = dict([("a", a), ("b", x * x)], c=x)
    copied = dict(paired)
    copied["a"] = 3 * x
    wider = dict(paired, c=x * a)
    wider["a"] *= wider["c"]
    return (
        named["a"] * named["b"] + paired["a"] + other["b"] * other["c"] + copied["a"] * copied["b"] + wider["a"] * wider["b"]
    )


@case((0.5, 2))
def integers_beside_active_values(x, n):
    xs = [1, 1, 1]
    xs[0] = x
    ys = [x]
    for k in range(n):
        ys.append(k)
    total = 0.0
    for i in range(3):
        total = total + xs[i] * x
    for y in ys:
        total = total + y * y * x
    return total


@case((0.5, 1))
def integer_takes_the_place_of_active_value(x, n):
    xs = [x, x, x]
    xs[n] = 2
    table = {"a": x}
    for k in range(3):
        if k == 1:
            table["a"] = 3
        x = x * table["a"] + xs[k]
    return x


PAIR = (2.0, 3)
OPTIONS = {"a": 3.0, "n": 2}


@case((1.2, 3))
def numbers_beside_active(x, n):
    squares = 0.0
    table = {"x": x, **OPTIONS}
    squares = squares + sum(v * v for v in table.values())
    items = [x, *PAIR]
    squares = squares + sum(v**2 for v in items)
    entries = {}
    for key, value in [("a", 1), ("b", x), ("c", n)]:
        entries[key] = value
    rows = [[x, x * x], [1.5, 2.5]]
    return squares + sum(v * v for v in entries.values()) + sum(r[0] * r[1] for r in rows)


@case((1.2, 3))
def integers_grown_into(x, n):
    values = [x] + [1, 2]
    values += [n]
    best = 0
    for v in values:
        best = best + v * v if v < 3 else best
    return best * max(n, x) + sum(v**2 for v in values)


@case((0.3, [0.5, 0.2, 0.7]))
def list_sliced_onto_itself(x, items):
    for _ in items:
        items = items[:]
    return x + sum(items) * items[0]


@case((0.7,))
def list_shortened(x):
    parts = [x, 2 * x, x * x, 3.0]
    for _ in range(2):
        parts = parts[1:]
    while len(parts) > 1:
        parts = parts[:-1]
    return parts[0] * parts[-1]


@case((A3,))
def array_shortened(v):
    for _ in range(2):
        v = v[::-1]
        v = v.reshape(-1)[1:]
    return np.sum(v * v)


@case((0.3, 0.7))
def dict_fromkeys(x, y):
    sums = dict.fromkeys(("a", "b"), 0.0)
    for name, value in [("a", x), ("b", y), ("a", x * y)]:
        sums[name] += value
    return sums["a"] * sums["b"]


@case((0.7, [0.3, 0.9]))
def stores_from_the_end_of_a_list(x, items):
    """`pair[-1]` and `pair[1]` are one place, also where something is stored."""
    pair = [0.5, 0.25]
    for _ in range(3):
        pair[0], pair[-1] = pair[-1], pair[-2] * x
    items[0], items[-1] = pair[0], items[-2]
    items[-1] = items[-1] * x
    return items[0] + 2 * items[1]


@case((0.8, -0.4, np.array([0.4, -0.9, 0.6]), 3, {"a": 0.3, "b": 0.2}))
def dict_rebuilt_or_changed(x, y, v, n, table):
    for _ in v:
        if abs(y) < 0.5:
            table = {**table, "a": v[0] + x}
        elif n % 2 == 0:
            v = v[np.array([2, 0, 2])]
        else:
            table["b"] -= np.sqrt(1.0 + table["a"] ** 2)
    return table["a"]


@case((0.7, 1.3))
def means_of_a_list_that_grows(x, y):
    """The sizes that the reverse sweep asks for are those at the moment of the mean."""
    items, total = [1.0], 0.0
    for k in range(4):
        if k == 2:
            items.append(y)
            continue
        items.append(x * y**k)
        total += np.mean(items) * x
    return total + np.mean(items) + np.var(items)


def pair_of(t):
    return np.sin(t * 0.7), t + 0.35


@case((np.array([[0.21, -0.57], [0.74, 0.12]]), [0.5, 1.5]))
def part_of_a_tuple_that_is_made_in_the_round_that_leaves(m, items):
    for row in m:
        if row[-1] > -1:
            return pair_of(np.sin(sum([np.sin(t) * 0.9 for t in items])))[1]
    return items[0]


@case((A3,))
def keys_of_a_dict_of_lists(v):
    d = {}
    for k, x in enumerate(v):
        d.setdefault(k % 2, []).append(x * x)
    for k in d:
        d[k] = [t * (k + 1) for t in d[k]]
    first, *rest = d
    return sum(sum(ts) for ts in d.values()) * (first + 2) + len(rest)


@case((A3,))
def lists_in_a_list_stored_anew(v):
    rows = [[v[0], v[1]], [v[2]]]
    for k in range(2):
        rows[k] = [t * (k + 1) for t in rows[1 - k]] + [v[k]]
    return sum(rows[0]) * sum(rows[1])


@case((0.3, 0.5))
def second_name_of_a_list_that_is_summed(x, y):
    items = [x, y]
    items[0] = sum(t * t for t in items if t)
    again = items
    return again[0]


@case((0.8, [0.3, 0.7, -0.2], A3), (-0.8, [0.3, 0.7, -0.2], A3))
def arguments_bound_to_others_of_another_length(x, items, v):
    if x > 0:
        items = [x, x * 2]
        v = np.array([x, x * 3])
    return sum(items) * items[0] + np.sum(v) * v[0]


def squares(p):
    return sum(np.sum(q**2) for q in p.values())


@case(({"w": A3, "b": B3[:2]},))
def parameters_made_anew_in_each_round(p):
    m = {k: np.zeros_like(v) for k, v in p.items()}
    for t in range(1, 3):
        g = grad(squares)(p)
        m = {k: 0.9 * m[k] + 0.1 * g[k] for k in p}
        p = {k: p[k] - 0.1 * m[k] / (1 - 0.9**t) for k in p}
    return squares(p)


@case(([A3, B3[:2]],))
def lists_made_anew_in_each_round(ps):
    moving = [np.zeros_like(q) for q in ps]
    for _ in range(2):
        moving = [0.9 * v - 0.1 * q**2 for v, q in zip(moving, ps)]
        ps = [q + v for q, v in zip(ps, moving)]
    return sum(np.sum(q**2) for q in ps)


@case((0.3, 0.5))
def list_made_anew_in_a_loop_read_by_an_index_and_changed(x, y):
    items = [x, y]
    for k in range(3):
        items = [x * k, y]
        t = items[k % 2]
        items[0] = t * x
    return items[0] + 2 * items[1]


@case((0.3, 0.5))
def list_made_anew_in_a_loop_of_another_length(x, y):
    items = [x, y, x * y]
    for k in range(3):
        items = [x * k, y]
        for i in range(len(items)):
            items[i] = items[i] * x
    return sum(items)


@case(([0.8, 0.7, 0.2], -0.4), ([0.8, 0.7, 0.2], 0.9))
def list_bound_to_another_of_another_length_ahead_of_an_exception(items, x):
    try:
        items = [x, np.sin(x)]
        if x < 0.0:
            raise ValueError("drawn")
        x += 1.0
    except ValueError:
        x = x * 2.0
    return sum(items) * items[0] * x


# ── lists that lose elements ─────────────────────────────────────────────────────────────────────────────


@case((0.7, 4))
def backward_induction(x, n):
    values = [x * i for i in range(n + 1)]
    for step in range(n - 1, -1, -1):
        for i in range(step + 1):
            values[i] = 0.5 * values[i] + x * values[i + 1]
        values.pop()
    return values[0]


@case((0.7, 4))
def deleted_from_the_end(x, n):
    values = [x * i for i in range(n + 1)]
    for step in range(n - 1, -1, -1):
        for i in range(step + 1):
            values[i] = 0.5 * values[i] + x * values[i + 1]
        del values[-1]
    return values[0]


@case((0.7, 4))
def taken_out_by_place(x, n):
    values = [x * i + i * i for i in range(n + 1)]
    taken = values.pop(-2)
    del values[-3]
    k = 2 - n
    del values[k]
    return values[0] * values[-1] * values[1] * taken


@case((0.7, 4))
def put_in_beyond_the_ends(x, n):
    values = [x * i + i * i for i in range(n + 1)]
    for k in (1, -1, 99, -99):
        values.insert(k, x**3 * k)
        if k > 0:
            values.pop(k % 7 - 1)
    return values[0] * values[-1] * values[1]


@case((0.7, 4))
def arrays_that_are_dropped(x, n):
    values = [np.ones((2, 2)) * x * i + i * i for i in range(n + 1)]
    values[0][0] = x * x * 3
    values.pop(1)
    values.pop()
    return np.sum(values[0] @ values[-1] @ values[1])


@case((1.2, 0.7))
def numbers_of_a_range_before_an_active_one(x, y):
    a = [*range(3), x]
    return a[2] * a[3] * y


@case((1.2, 0.7))
def stars_of_unknown_length(x, y):
    a = [x, *[y * i for i in range(4) if i != 2], x * y]
    b = (x, *[y * i for i in range(4) if i != 1])
    return a[0] * a[1] + a[-1] * a[2] + b[0] * b[-1]


@case((A3, 0.3))
def stars_of_arrays_and_generators(v, y):
    a = [*v, y, *v[::-1], *(i for i in range(2))]
    b = [*{"p": y, "q": y * y}, y]
    return a[0] * a[4] + a[2] * a[3] * len(b) + b[2]


@case(({"b": 1.2, "a": 2.1}, 0.7))
def dict_with_unknown_keys_in_a_display(d, y):
    q = {}
    for k in sorted(d):
        q[k] = d[k] * y
    e = {"a": y, **q, "c": y * y}
    return e["a"] * e["b"] + e["c"]


# ── whole lists, deques, dicts with defaults ─────────────────────────────────────────────────────────────


@case((A3, 0.5))
def slices_of_lists_of_other_lengths(v, y):
    a = list(v)
    a[1:] = [q * y for q in a[:2]]
    a[:1] = a
    a[-2:] = []
    return np.array(a) * y


@case((1.2, 0.7))
def tuples_stored_at_places_that_vary(x, y):
    a = [(x, y), (y, x * y)]
    b = [(x * y, x), (y * y, y)]
    for k in range(len(a)):
        a[k], b[k] = b[k], a[k]
    return a[0][0] * a[1][1] + a[1][0] * b[0][1]


@case((A3, 0.5))
def arrays_sorted_by_a_key(v, y):
    rows = [v * k for k in (3, 1, 2)]
    rows.sort(key=lambda r: r.sum())
    best = sorted(rows, key=np.sum, reverse=True)
    return rows[0] * best[0] * y


@case((A3, 0.5))
def deque_of_arrays(v, y):
    h = collections.deque([v, v * 2], maxlen=2)
    for _ in range(4):
        h.append(0.5 * h[-1] + y * h[0] * h[1])
    return h[0] + h[1]


def pushed(d, v):
    d.append(v)
    return d[0]


@case((1.2, 0.7))
def deque_changed_by_a_callee(x, y):
    d = collections.deque(maxlen=2)
    r = pushed(d, x) + pushed(d, y * y) * x
    return r + pushed(d, x * y) * 2 + (x if isinstance(d, list) else y) * d.maxlen


@case((A3, 0.5))
def lists_in_a_default_dict(v, y):
    groups = collections.defaultdict(list)
    for i, x in enumerate(v):
        groups[i % 2].append(x * y)
    return sum(sum(q) ** 2 for q in groups.values()) * len(dict(groups))


# ── tests whether a container is empty, which later statements change ────────────────────────────────────


@case((1.1, 4))
def until_there_is_one(x, n):
    kept, t = [], x
    for _ in range(n):
        if kept:
            t = t * kept[-1]
        kept.append(t * x)
        if len(kept) > 2:
            kept.pop(0)
    return t


@case((1.1, 4))
def until_there_is_a_key(x, n):
    seen, t = {}, x
    for i in range(n):
        t = t + seen[0] * x if seen else t * x
        seen[i] = t
    return t


@case((1.1, 4))
def until_the_flag_is_up(x, n):
    flag, t = np.zeros(1), x
    for i in range(n):
        if flag:
            t = t * x
        flag[0] = i > 0
    return t


class Bag:
    def __init__(self):
        self.items = []


@case((1.1, 4))
def until_there_is_one_in_the_bag(x, n):
    bag, t = Bag(), x
    for _ in range(n):
        if bag.items:
            t = t * bag.items[-1]
        bag.items.append(t * x)
    return t


@case(({"w": np.outer(A3, A3), "b": A3, "c": 0.4},))
def parameters_changed_in_a_loop_over_them(p):
    p = dict(p)
    for _ in range(2):
        for k, w in p.items():
            p[k] = w - 0.1 * w * np.sum(p["b"])
    return np.sum(p["w"]) * np.sum(p["b"] ** 2) * p["c"]


@case((1.3, 4))
def floats_as_keys(x, n):
    """Keys that are floats are numbers like others, and never have a derivative."""
    d = {}
    for b in range(1, n):
        d[b * 0.5] = x * b
    total = sum(d) * x + max(d) * x - min(d)
    for k in sorted(d, reverse=True):
        total = total * k + d[k]
    for k, v in sorted(d.items(), key=lambda item: -item[1]):
        total += np.exp(-k * v)
    kept = {k: v * v for k, v in d.items() if k > 0.6}
    for k in np.linspace(0.0, 1.0, 3):
        kept[k] = x * k
    return total + sum(kept) * x + sum(k * v for k, v in kept.items()) + tuple(kept)[0] * x


@case((0.05, {0.5: 3.0, 1.0: 103.0}))
def price_of_dated_flows(rate, flows):
    factors = {t: np.exp(-rate * t) for t in flows}
    price = sum(cash * factors[t] for t, cash in flows.items())
    return price * max(t * v for t, v in factors.items()) + factors[max(factors, key=factors.get)]
