"""Loops of every kind, with what makes them awkward to run backwards."""

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])
M23 = np.array([[0.3, -0.5, 1.2], [0.9, 0.1, -0.4]])


@case((1.3, 7), (1.3, 1), (1.3, 0), (A3, 3))
def power(x, n):
    t = 1.0
    for i in range(n):  # repeated multiplication
        t = t * x
    return t * x


@case((0.3, 8), (0.9, 3))
def logistic_map(x, n):
    for _ in range(n):
        x = 4 * x * (1 - x)
    return x


@case((0.3,), (0.9,), (1.4,))
def search(x):
    s = x
    for k in range(50):
        s = s + x**k / (k + 1)
        if s > 4.0:
            break
        s = s * 1.01
    return s * x


@case((2.0,), (7.5,))
def newton_sqrt(a):
    x = a
    while abs(x * x - a) > 1e-9:
        x = 0.5 * (x + a / x)
    return x * a


@case((2.3, 0.8))
def newton_cubic(a, x):
    steps = 0
    while True:
        f = x**3 + a * x - 2
        if abs(f) < 1e-11 or steps >= 40:
            break
        x = x - f / (3 * x * x + a)
        steps += 1
    return x * a


@case((0.37, 1.4))
def bisect_free(x, y):
    low, high = 0.0, y
    for _ in range(4):
        mid = 0.5 * (low + high)
        if mid * mid < x:
            low = mid
        else:
            high = mid
    return low * x + high * y


@case((1.1, 0.4), (0.2, 0.9))
def break_in_nested(x, y):
    total = x
    for i in range(5):
        z = y
        for j in range(5):
            z = z * (total + 0.3)
            if z > 2.0 + i:
                break
            total = total + 0.1 * z * j
        else:
            total = total - 0.05 * z
        total = np.sin(total) + z
    return total * z


@case((1.1, 0.4), (0.2, 0.9))
def continue_before_update(x, y):
    s = x
    for i in range(7):
        s = s * (1 + 0.1 * y)
        if s > 1.4 or i == 2:
            s = s - 0.3 * x
            continue
        s = s + y * i
        if i == 4:
            continue
        s = s * 1.1
    return s


@case((1.1, 0.4), (0.9, 1.9), (3.0, 0.1))
def early_return_in_nested(x, y):
    s = x
    for i in range(4):
        for j in range(3):
            s = s * (1.1 + 0.1 * y)
            if s > 5.0:
                return s * x + i
            while s < 1.5:
                s = s + 0.5 * y
                if s > 1.4:
                    return s * y * j
        s = s + y
    return s * s


@case((1.1, 0.4), (2.9, 0.4), (1.1, 0.9))
def while_else_break(x, y):
    k = 0
    while x < 4.0:
        x = x * (1 + y)
        k += 1
        if k > 3:
            x = x * y
            break
    else:
        x = x + y * y
    return x * k


@case((1.1, 0.4), (1.9, 0.4))
def for_else_return(x, y):
    for i in range(4):
        x = x + y * i
        if x > 3.7:
            result = x * y
            break
    else:
        return x * x
    return result * x


@case((1.2, 0.7), (A3, B3))
def zero_trips(x, y):
    z = x
    for i in range(3, 0):
        z = z * y
    for item in []:
        z = z + item
    while z is None:
        z = x
    return z * y


@case((1.2, 4))
def variable_after_loop(x, n):
    for i in range(n):
        x = x * 1.1
        last = x * i
    return last * x + i


@case(([1.2, 0.4, 0.9],))
def shadowed_loop_variable(values):
    total = 0.0
    for v in values:
        v = v * v
        for v in [v, 2.0]:
            total = total + v
        total = total * v
    return total * v


@case((1.2, 0.3))
def loop_variable_rebound(x, y):
    total = x
    for i in range(4):
        i = i * 2 + 1
        total = total + y**i
        i = total
    return total * i


@case((0.7, [1.0, -2.0, 0.5]), (0.7, (1.0, -2.0, 0.5)), (0.7, np.array([1.0, -2.0, 0.5])))
def horner(x, coefficients):
    y = 0.0
    for c in reversed(coefficients):
        y = y * x + c
    return y


@case((M23, A3))
def over_rows(m, w):
    total = 0.0
    for row in m:
        total = total + np.sum(row * w) ** 2
    return total


@case((M23,))
def over_rows_and_items(m):
    total = 1.0
    for i, row in enumerate(m):
        for j, item in enumerate(row):
            total = total * np.cos(item) + i * j * item
    return total


@case((A3, B3))
def zip_two(v, w):
    total = 0.0
    for a, b in zip(v, w):
        total = total * 0.5 + a * b
    return total


@case((A3, [1.0, 2.0, 3.0, 4.0], 0.7))
def zip_uneven_enumerate(v, values, y):
    total = y
    for i, (a, b) in enumerate(zip(v, values)):
        total = total * np.cos(a) + b * i
    return total


@case(({"a": 1.2, "b": 0.4}, 0.5))
def over_dict(table, y):
    total = 0.0
    for key, value in table.items():
        if key == "b":
            total = total + value * y
        else:
            total = total + value**2
    for key in table:
        total = total * table[key]
    for value in table.values():
        total = total + value * y
    return total


@case((1.1, 0.2), (A3, 0.2))
def carried_pair(x, v):
    for _ in range(6):
        v = v - 0.1 * np.sin(x)
        x = x + 0.1 * v
    return x * x + v


@case((1.1, 0.2))
def needs_value_from_before(x, y):
    previous = x
    current = y
    for _ in range(5):
        previous, current = current, previous * current + 0.2
    return current


@case((1.1, 0.2))
def loop_in_branch_in_loop(x, y):
    for i in range(4):
        if i % 2:
            for j in range(i):
                x = x * np.cos(y) + j
        else:
            y = y * x + 0.1
    return x * y


@case((1.1, 0.2))
def while_in_for(x, y):
    total = 0.0
    for i in range(3):
        z = x
        while z < 3.0 + i:
            z = z * (1.3 + y)
        total = total + z * y
    return total


@case((1.1, 0.2))
def for_in_while(x, y):
    k = 0
    while x < 6.0 and k < 10:
        for j in range(k + 1):
            x = x + y * j + 0.4
        k += 1
    return x * k


@case((1.1, 3), (1.1, 0))
def count_down(x, n):
    total = x
    while n:
        total = total * x + n
        n -= 1
    return total


@case((0.4, 0.3))
def fixed_point(x, a):
    change = 1.0
    while change > 1e-12:
        new = a * np.cos(x)
        change = abs(new - x)
        x = new
    return x


@case((1.7, 0.3))
def float_range_steps(t_end, y):
    t, h = 0.0, 0.4
    while t < t_end:
        if t + h > t_end:
            h = t_end - t
        y = y + h * np.sin(y + t)
        t = t + h
    return y


@case((A3, 0.5))
def list_comprehension_over_array(v, y):
    squares = [a * a * y for a in v if a > 0]
    return sum(squares) + len(squares) * y


@case((A3, 0.5))
def accumulate_list(v, y):
    states = [y]
    for a in v:
        states.append(states[-1] * a + np.sin(states[0]))
    total = 0.0
    for s in states[1:]:
        total = total + s * s
    return total + states[-2]


@case((A3,), (B3,))
def running_maximum(v):
    best = v[0]
    for a in v[1:]:
        if a > best:
            best = a
    return best * v[0]


@case((A3, B3))
def nested_break_flag(v, w):
    found = False
    total = 0.0
    for a in v:
        for b in w:
            if a * b < -0.5:
                found = True
                break
            total = total + a * b
        if found:
            break
    return total * v[0]


@case((0.9, 1.2))
def iterator_protocol(x, y):
    items = iter([x, y, x * y])
    first = next(items)
    total = first
    for item in items:
        total = total * item + first
    return total + next(items, 2.0) * x


@case((A3,))
def range_over_len_steps(v):
    total = 0.0
    for i in range(len(v) - 1, -1, -1):
        total = total * 0.5 + v[i]
    for i in range(0, len(v), 2):
        total = total * v[i]
    for i in range(1, len(v)):
        total = total + v[i] * v[i - 1]
    return total


@case((np.array([0.2, 0.9, -0.4]), np.array([[0.1, 0.2, -0.3], [0.4, 0.3, 0.1], [-0.2, 0.5, 0.2]])))
def recurrent(h, w):
    loss = 0.0
    for t in range(4):
        h = np.tanh(w @ h + 0.1 * t)
        if t == 2:
            continue
        loss = loss + np.sum(h**2)
    return loss


@case((0.5, 0.1), (-0.5, 0.1))
def branch_flips_in_loop(x, y):
    count = 0
    for i in range(8):
        if x > 0:
            x = x - 0.37 + y * x
            count += 1
        else:
            x = x + 0.61 * np.cos(y)
    return x * count + y


@case((1.4, 0.3))
def values_kept_after_break(x, y):
    a, b = x, y
    i = 0
    while True:
        i += 1
        a = a * b + x
        if a > 2.5:
            c = a * b
            break
        b = b + 0.3 * a
        if i > 20:
            c = b
            break
    return a * b * c


@case((1.4, 0.3))
def two_exits_and_a_return(x, y):
    for i in range(10):
        x = x * (1 + y)
        if x > 2.2 and i < 1:
            return x * y
        if x > 2.8:
            y = y * x
            break
        if i == 1:
            x = x + y
            continue
        y = y * 1.05
    else:
        return x
    return x + y


@case((1.2, 0.7))
def loop_assigns_its_bound(x, y):
    start = 0
    start = start + 1
    s = x
    values = [x, y, x, y]
    for i in range(start, 4):
        start = i + 1
        s = s + values[i] * s
    if start < 5:
        s = s * x * start
        start = start + 1
    return s * start


@case((0.9, 1.2))
def iterators_taken_apart(x, y):
    it = iter((x, y, x * y, y * y))
    first, second = next(it), next(it)
    rest = list(it)
    pairs = iter(zip(rest, [x, y]))
    total = first * second
    for a, b in pairs:
        total = total + a * b
    return total + next(pairs, (x, y))[1]


@case((0.9, 1.2))
def iterator_left_early(x, y):
    it = iter([x, y, 2 * x, x * y, y])
    head = 0.0
    for v in it:
        head = head + v * v
        if head > 2.0:
            break
    tail = 1.0
    for v in it:
        tail = tail * v
    return head * tail


@case((1.2, 0.7))
def iterator_moved_in_its_loop(x, y):
    it = iter([x, y, x * y, x + y, y * y])
    total = 0.0
    for a in it:
        b = next(it, None)
        if b is None:
            total = total + a
        else:
            total = total + a * b
    return total


@case((1.2, 0.7))
def iterator_moved_by_a_function(x, y):
    it = iter([x, y, x * y, x + y])

    def following():
        return next(it)

    total = 0.0
    for a in it:
        total = total * a + following()
    return total


@case((A3,))
def part_of_itself_each_round(v):
    """`v` is a part of `v`: the adjoint that begins has the name of the one that it is made of."""
    for _ in range(2):
        v = v[1:]
    return v * v


@case((A3,))
def turned_round_each_round(v):
    for _ in range(3):
        v = v[::-1]
    return [v, v]


@case((A3,))
def picked_from_itself_each_round(v):
    for _ in range(2):
        v = v[np.array([2, 0, 2])]
    return v * np.arange(3.0)


@case((A3,))
def passive_numbers_beside_active_ones(rates):
    """The numbers that `zip` gives beside others have no derivative, so that they may be keys."""
    factors = {0.0: 1.0}
    tenors = [1.0, 2.0, 4.0]
    for tenor, rate in zip(tenors, rates):
        annuity = sum(factors[t] for t in factors if t > 0.0)
        factors[tenor] = (1.0 - rate * annuity) / (1.0 + rate**2)
    for k, (tenor, rate) in enumerate(zip(tenors, rates)):
        factors[tenor + k] = factors[tenor] * rate * tenor
    return sum(factors[t] * t for t in factors)


@case((A3, M23))
def rows_beside_weights(v, m):
    """Rows that `zip` gives are parts of one operand, and are written to."""
    m = m.copy()
    for row, weight, other in zip(m, v, m[::-1].copy()):
        row *= weight
        row += other * other
    return m * v
