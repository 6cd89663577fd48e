# ruff: noqa
# mypy: ignore-errors
"""Programs whose printing is delicate. Found by `test_round_trip.py`."""

import functools
import math

import numpy as np

CALLS = {}


def calls(*args):
    def mark(function):
        CALLS[f"emit.{function.__name__}"] = (function, args)
        return function

    return mark


class Log(list):
    """Calls are recorded, and give back what they were given."""

    def __call__(self, value, *more):
        self.append(value)
        return value


@calls(
    (0.5, [1, 2], lambda v: v + 3),
    (2.0, [0.1] * 12, lambda v: v),
    (-1.0, [0.1, 0.2, 0.3] * 4, lambda v: v + 0.5),
)
def chains(x, a, f):
    if 0 < x < 1 <= a != 3:
        return 1
    if 0 < a[0] < f(x) < 5:
        return 2
    y = [i for i in range(10) if 0 < a[i] < x and i not in (1, 2)]
    while 0 < x < f(x):
        x = x + 1
    else:
        x = 3
    return y


@calls(("name", 7, {"k": 1, "a": 2}), (3.25, 9, {"k": "x", "a": 2.5}))
def fstr(x, y, d):
    a = f"{x} {y!r:>10} {d['k']} {x:{y}.{x}} {{}} \n \" '"
    b = f'{d["a"]} " {x + 1:.3f} {(lambda: 1)()} { {1: 2}[1] }'
    c = "it's" + 'say "x"' + "both ' and \"" + b"bytes\xff".decode()
    return a + b + c + "" + f"{x}"


@calls((1, [3, 4, 5]), (5, [1, 2, 9]))
def loops(x, ys):
    for i, (a, b) in enumerate(zip(x, ys)):
        if a > b:
            continue
        elif a == b:
            break
        else:
            x = a
    else:
        x = 0
    while True:
        x = x + 1
        if x > 10:
            break
    while (n := g(x)) > 3:
        x = x - n
        if x < 0:
            return None
    a = b = x
    c = d, e = x, ys
    (a, *b), c = ys, 3
    a, b = b, a
    x = ys[0], ys[1] = 1, 2
    del a
    return


@calls((1.0, 2.0), (1.0,), (1.0, 2.0, 3, 4))
def nested(x, y=2, *args, k: float = 1.0, **kw) -> float:
    """Doc.

    More "quotes" here.
    """

    def inner(z, w=y * 2):
        "inner doc"
        nonlocal x
        x = x + z
        return x * w

    class_ = functools.partial(inner, 1)
    f = lambda: None
    return inner(x) + inner(y) + class_() + x + g(*args, k=k, **kw)


@calls(
    (100.0, 90.0, 0.05, 0.2, 1.0, math.erf),
)
def long(S, K, r, sigma, T, N):
    return S * N((math.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * math.sqrt(T))) - K * math.exp(
        -r * T
    ) * N((math.log(S / K) + (r - 0.5 * sigma**2) * T) / (sigma * math.sqrt(T)))


def g(x, *args, k=0, **kw):
    return x


@calls((np.arange(6.0), 2, np.sum), ([1.0, 2.0, 3.0], 0, len))
def augs(a, i, f):
    a[i] += f(a)
    a[i : i + 1] *= 2
    a[f([0])] = f(a)
    return a


@calls((np.arange(12.0).reshape(4, 3), 4, 1))
def slices(u, n, i):
    u[1 : n - 1, ...] = u[i:3]
    v = u[i + 1 :, None, ::2][::-1][(slice(0, 1), 0)]
    u[:, 0] -= np.sum(u[:-1], axis=0, keepdims=True)[0, 0] * np.array([1, 2.5e-10, 1e30, -1.0])
    w = np.array([1j, -1j, 3 + 2j, complex(0.0, -1.0), -0.0, float("inf"), -float("inf"), float("nan")])
    return u[n - 1 : i : -2], u.T @ u, u[-1], u[-i:], u[i * 2], u[i,], v, w


@calls((1.5, 2), (-0.5, 3), (-2, 2))
def precedence(x, y):
    a = (-x) ** 2, -(x**2), (-1) ** y, 2**-y, 2**y**2, (x**y) ** 2, x - (y - 1), x / (y * 2), not x == y
    b = (
        (x < y) == (y < 3),
        -(-x),
        +x,
        ~y,
        -(~y),
        (1).real,
        (2.0).is_integer(),
        (y & 3) | 1 ^ y << 2,
        (x, y)[0],
    )
    c = (
        (x and y) or not (x or y),
        x and (y or 1),
        (x if x > 0 else y) + 1,
        [x] if x not in (y,) else y not in [x],
    )
    d = (
        (lambda: x)(),
        (lambda v, *r, k=y, **s: (v, r, k))(1, 2),
        "ab".upper(),
        -(x + y),
        (x + y) * 2,
        x - y - 1,
    )
    return (
        a,
        b,
        c,
        d,
        5 - (-3),
        2 ** (-1),
        (-2.5) ** 2,
        -(2.5**2),
        x % (y * 1),
        (x * y) % 3,
        x * (y % 3),
        x // y * y,
    )


@calls((Log(), 0), (Log(), 1), (Log(), 3))
def order(f, n):
    a = [f(1) + f(2) * f(3), f(4) if f(n) else f(5), f(6) and f(n) or f(7)]
    b = {f(8): f(9), **{f(10): f(11)}}
    a[f(0)] = f(12)
    a[f(1)] += f(13)
    c, d = f(14), [f(15) for _ in range(f(2)) if f(n)]
    x = f(16) < f(17) < f(18) < f(n)
    a[f(0)], b[f(1)] = f(19), f(20)
    assert f(True), f(21)
    for i in range(f(2)):
        if f(i) == f(n):
            continue
        f(i + 30)
    while f(n) > f(0):
        n = n - f(1)
    return a, b, c, d, x, f"{f(22)}{f(23):{f(4)}}", f(*[f(24)], f(25)), list(f)


@calls((1.0,))
def closures(x):
    """It says "hello\\"."""
    total = 0

    def add(v):
        nonlocal total, x
        total += v
        x = x * 2
        return total

    fs = [lambda v, k=k: v + k for k in range(3)]
    late = [lambda: k for k in range(3)]
    y = x + add(1) + x + total + add(2) * total
    z = (total, add(3), total, x)
    return y, z, total, [f(1) for f in fs], [f() for f in late], (lambda: (yes := 3) + yes)()


@calls((np.arange(3.0),), ([1.0, 2.0, 3.0],))
def snapshots(a):
    b = a
    t = a[0] + 1
    a[0] = 5.0
    u, v = a[0], b[1]
    b[1], a[2] = a[2], b[1]
    s = a[0] * 2 + b[1]
    a += a
    first, *rest = a
    w = (t, s, len(rest))
    x = y = list(rest)
    x.append(1)
    return a, b, t, u, v, w, first, y, x is y


@calls((3,), (0,), (-2,))
def exits(n):
    found = []
    for i in range(n + 1):
        for j in range(3):
            if i == j:
                break
        else:
            found.append(i)
            continue
        if i > 1:
            found.append(-i)
        else:
            found.append(10)
    else:
        found.append("end")
    while (m := n - 1) > 0:
        n = m
        if n == 1:
            break
    else:
        found.append("no break")
    for _ in range(2):
        while (m := m + 1) < 3:
            pass
        else:
            if m > 2:
                continue
        found.append("never")
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero", found
    else:
        y = 1
        if found:
            y = 2
    return found, y


@calls((3,))
def loops_that_end_in_each_other(n):
    found = []
    for k in range(3):
        a = b = 0
        while (a := a + 1) < n:
            b = 0
            while (b := b + 1) < n:
                found.append((k, a, b))
            else:
                if a < 0:
                    break
                found.append("inner")
            if k == 1 and a == 2:
                break
        else:
            if k == 2:
                continue
            found.append("outer")
        found.append(k)
    return found


@calls((1,), (0,), ("a",))
def errors(x):
    log = []
    try:
        try:
            y = 1 / x
        except (ZeroDivisionError, ValueError) as e:
            log.append(str(e))
            y = 0
        except TypeError:
            raise ValueError("bad") from None
        else:
            log.append("fine")
        finally:
            log.append("done")
        [][x]
    except (ValueError, IndexError) as e:
        return log, type(e).__name__, e.__cause__
    return log, y
