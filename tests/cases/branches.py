"""Decisions: on data, on structure, on types and options."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])


@case((1.2,), (-0.7,), (3.4,))
def piecewise(x):
    if x < 0:
        y = -x * x
    elif x < 2:
        y = x**3
    else:
        y = np.sqrt(x) + 1
    return y * x


@case((1.2, 0.7), (-0.4, 0.7), (-0.4, -0.7))
def nested(x, y):
    z = x * y
    if x > 0:
        z = z + x
        if y > 0:
            z = z * z
            w = z - y
        else:
            w = y
    else:
        w = x
        if y > 0:
            w = w * y
    return z * w


@case((0.5, 1.5), (1.5, 0.5))
def both_branches_same_name(x, y):
    if x > y:
        x, y = y, x
    return x**2 - y


@case((0.5, 1.5), (1.5, 0.5))
def overwrites_its_condition(x, y):
    if x > y:
        x = y * y
        y = x + 1
    else:
        y = x * y
        x = y
    if x > 0.7:
        x = x * y
    return x + y * x


@case((A3, 0.5), (-A3, 0.5))
def on_an_element(v, y):
    total = 0.0
    for i in range(len(v)):
        if v[i] > 0:
            total += v[i] ** 2 * y
        else:
            total -= np.exp(v[i])
    return total


@case((A3, B3))
def on_any_all(v, w):
    if np.any(v > 1.0) and not np.all(w > 0):
        return np.sum(v * w)
    return np.sum(v)


@case((A3,), (0.7,))
def on_type(x):
    if isinstance(x, np.ndarray):
        return np.sum(x * x)
    return x * x * x


@case((1.2, None), (1.2, 0.4))
def on_none(x, y):
    if y is None:
        y = x
    return x * y


@case((1.2, "sin"), (1.2, "cube"), (1.2, "other"))
def on_string(x, kind):
    if kind == "sin":
        return np.sin(x)
    if kind.startswith("cu"):
        return x**3
    return {"other": 2.0}[kind] * x


@case((1.2, "relu"), (-1.2, "relu"), (0.3, "tanh"))
def table_of_functions(x, name):
    table = {"relu": lambda t: t if t > 0 else 0.0 * t, "tanh": np.tanh}
    return table[name](x) * x


@case((1.2, 0.3), (0.1, 0.3))
def early_returns(x, y):
    if x < 0.2:
        return y
    z = x * y
    if z > 5:
        return z
    z = z * z
    if z < 5:
        return z - x
    return x


@case((1.2, 0.3), (-1.2, 0.3), (-0.1, 0.3))
def return_in_both(x, y):
    if x > 0:
        if y > 0:
            return x * y
        return x
    elif x < -1:
        return y**2 * x
    else:
        return x + y


@case((0.7, 0.2), (0.2, 0.7))
def conditional_expression_nested(x, y):
    return (x if x > 2 * y else y) * (x * x if x > y else y * y if y > 0.5 else 1.0)


@case((0.7, 0.2), (-0.2, 0.7))
def and_or_values(x, y):
    a = x > 0 and x * y
    b = a or y
    c = (x < 0 and y < 0) or (x * x if not a else y)
    return b * c


@case((1.0, 2.0, 3.0), (2.0, 1.0, 3.0))
def chained_compare(x, y, z):
    if x < y <= z:
        return x * y * z
    elif x > y < z != 5:
        return x * z
    return y


@case((0.8,), (2.6,))
def compare_with_call(x):
    def size(t):
        return t * t

    while size(x) < 4.0 < 10.0:
        x = x * 1.5
    return x * size(x)


@case((1.3, [1.0, 2.0]), (1.3, []))
def truth_of_list(x, values):
    if values:
        return x * values[0]
    return x * x


@case((1.3, {"k": 2.0}), (1.3, {"m": 2.0}))
def membership(x, table):
    if "k" in table:
        return x * table["k"]
    return x * x * table.get("k", 1.5) * table["m"]


@case((1.3, 2), (1.3, 3), (1.3, "a"), (1.3, None))
def match_literals(x, kind):
    match kind:
        case 2:
            return x * x
        case 3 | 4:
            return x**3
        case str():
            return np.sin(x)
        case None:
            return np.cos(x)


@case(((1.0, 2.0),), ([1.0, 2.0, 3.0],), ({"r": 2.0, "t": 0.3},))
def match_shapes(data):
    match data:
        case (a, b):
            return a * b
        case [a, *rest] if len(rest) > 1:
            return a * rest[0] + rest[1] ** 2
        case {"r": r, "t": t}:
            return r * np.cos(t)
        case _:
            return 0.0


@case((0.9, 0.3), (0.3, 0.9))
def condition_is_expression(x, y):
    big = x > y
    both = big and x > 0.5
    z = x
    if both:
        z = z * y
    if not both:
        z = z + y * y
    if big != both:
        z = 0.0
    return z


@case((0.9, 0.3), (0.3, 0.9))
def abs_max_min(x, y):
    return max(x, y) ** 2 * min(x, y, 4.0) + abs(x - y) * max([x, y]) + min(y, x) ** 3


@case((0.9, 0.3), (0.3, 0.9))
def max_with_key(x, y):
    return max(x, -2 * y, key=abs) * min([x, y], key=lambda t: -t)


@case((A3, B3))
def where_select(v, w):
    return np.sum(np.where(v > 0, v * w, w - v)) + np.maximum(v, w) @ np.minimum(v, 0.3 * w)


@case((np.array([-1.0, 2.0, 3.0]),))
def where_infinite_branch(x):
    with np.errstate(all="ignore"):
        return np.sum(np.where(x > 0, np.sqrt(x), 0.0)) + np.sum(np.where(x > 0, np.log(x), x))


@case((1.2,), (0.3,))
def raise_in_branch(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    if x > 1:
        return np.log(x)
    raise_not = x * x
    return raise_not


@case((1.2, 0.5), (0.2, 0.5))
def ternary_of_functions(x, y):
    f = np.sin if x > 1 else np.cos
    g = (lambda t: t * y) if x > 1 else (lambda t: t + y)
    return f(g(x)) * g(y)


@case((1.2,), (0.2,))
def inactive_condition(x):
    n = 4
    scale = 1.0
    if n % 2 == 0:
        scale = 2.0
        n = n // 2
    return x * scale * n
