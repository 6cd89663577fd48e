"""Names: rebinding, unpacking, aliasing, types that change under a name."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])


@case((2.0, 5.0), (0.7, 1.3))
def survey(x1, x2):
    """The survey's example."""
    return np.log(x1) + x1 * x2 - np.sin(x2)


@case((1.2, 0.7), (A3, B3))
def swap_loop(x, y):
    for _ in range(5):
        x, y = y, x * 0.9 + y
    return x - 2 * y


@case((1.2, 0.7, 0.3), (A3, B3, 2.0))
def rotate_three(a, b, c):
    for i in range(4):
        a, b, c = b, c * a, a + i
    return a * b + c


@case((1.2,), (A3,))
def float_then_array(x):
    value = 0.5
    for i in range(3):
        value = value * x
        value = value + np.ones(3) * i
    return np.sum(value * value)


@case((A3,))
def array_then_float(x):
    t = x * x
    t = np.sum(t)
    t = float(t)
    t = t * x
    return t


@case((1.2, 0.7), (A3, B3))
def alias_then_rebind(a, x):
    b = a
    b = b * x
    b = b + a
    return a * b


@case((1.2,), (A3,))
def parameter_rebound(x):
    x = x * x
    x = np.sin(x)
    x = x + x
    return x


@case((1.3, 0.4), (-0.8, 0.4))
def defined_in_one_branch(x, y):
    if x > 0:
        bonus = x * y
    total = x + y
    if x > 0:
        total = total * bonus
    return total


@case((1.3, 0.4), (-0.8, 0.4))
def type_depends_on_branch(x, y):
    if x > 0:
        z = np.array([x, y, x * y])
    else:
        z = x * y
    return np.sum(z * z) + y


@case((1.1, 0.3))
def underscore_names(x, x_bar):
    x_dot = x * x_bar
    y_bar = x_dot + x
    y_dot = y_bar * x_bar
    return y_dot * y_bar


@case((1.1, 0.3))
def names_like_generated(x, y):
    x_tape = x * y
    x_1 = x_tape * x
    np_ = x_1 + y
    saved = np_ * 2
    t = saved * x
    t1 = t + x_1
    return t1 * saved


@case((1.1, 0.3))
def names_like_builtins(input, sum):
    list = input * sum
    max = list + input
    return max * list


@case(((1.0, (2.0, 0.5)), 0.3))
def nested_targets_from_argument(pack, y):
    a, (b, c) = pack
    (a, b), c = (b * y, a), c + a
    return a * b + c


@case(([1.0, 2.0, 0.5, 0.25],), (np.array([1.0, 2.0, 0.5]),))
def star_in_the_middle(values):
    first, *middle, last = values
    acc = first * last
    for m in middle:
        acc = acc * m + first
    return acc


@case((1.2, 0.7))
def chained_and_augmented(x, y):
    a = b = c = x * y
    a += b
    b *= c
    c -= a * b
    return a * b * c


@case((A3, 0.7))
def unpack_array(v, y):
    a, b, c = v
    a, b = b * y, a
    return a * b + c * a


@case((1.2,), (A3,))
def used_many_times(x):
    y = x
    return x * y + y * y * x - (x + y) * (y - 2 * x) + x**3 / (1 + x * x)


@case((1.2, 0.7))
def dead_code(x, y):
    a = np.exp(x * y)
    b = a * 3
    for _ in range(3):
        b = b * x
    c = y
    if b > 1e9:
        c = 0.0
    return c * x


@case((1.2, 0.7))
def overwritten_before_read(x, y):
    a = x * y
    a = 3.0
    b = x
    b = a * y
    return a * b * x


@case((1.2, 0.7))
def result_is_an_argument(x, y):
    y = y * 2
    return x


@case((1.2, 0.7), (A3, B3))
def same_object_twice(x, y):
    z = x * y
    pair = (z, z)
    return pair[0] * pair[1] + pair[0]


@case((1.2, 0.7))
def constant_result_item(x, y):
    return x * y, 3.0, y


@case((A3, 1.4))
def walrus_in_comprehension(v, y):
    total = [last := t * y for t in v]
    return total[0] * last


@case((1.3, 0.4))
def del_and_reuse(x, y):
    a, b = x * y, x + y
    del a, b
    a = x - y
    return a * x


@case((1.3, 0.4))
def global_function_shadowed(x, y):
    survey = x * y
    np_sin = np.sin
    return np_sin(survey) * survey


@case((2.5, 3), (1.7, 2))
def integer_argument(x, n):
    k = n // 2 + n % 2
    n += 1
    return x**n * k + x / n


@case((1.5, True), (1.5, False))
def boolean_argument(x, flag):
    return x * x * flag + (x if flag else 2 * x)


@case((1.5,), (0.5,))
def integer_and_float_mix(x):
    n = int(x * 0 + 3)
    total = 0
    for i in range(n):
        total += i * x
        total = total + i // 2
    return total * n


@case((A3, 1))
def index_arithmetic(v, shift):
    n = len(v)
    total = 0.0
    for i in range(n):
        j = (i + shift) % n
        k = (2 * i - 1) // 2
        total = total + v[i] * v[j] - v[k] * v[-i]
    return total
