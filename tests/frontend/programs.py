"""Awkward programs: each is a function and the calls that are compared. Found by `test_lower.py`."""

import contextlib
import functools
import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

CALLS = {}
SCALE = 2.5


def calls(*args):
    """Run the function with these argument tuples."""

    def mark(function):
        CALLS[function.__name__] = (function, args)
        return function

    return mark


@dataclass
class Point:
    x: float
    y: float = 0.0
    tags: list = field(default_factory=list)

    def norm(self):
        return math.hypot(self.x, self.y)

    @property
    def double(self):
        return 2 * self.x


class Pair(NamedTuple):
    a: float
    b: float = 1.0


class Log(list):
    """Records the order of evaluation."""

    def __call__(self, value):
        self.append(value)
        return value


def double(x):
    return 2 * x


@calls((1.0, 2.0), (3.0, 1.0))
def straight(x, y):
    """The survey's example."""
    return math.log(x) + x * y - math.sin(y)


@calls((3,), (0,))
def walrus_order(n):
    a = 1
    return a + (a := n) + a, a


@calls((2,))
def walrus_in_call(x):
    return max(x, (x := x + 5), x), x


@calls((2,))
def walrus_in_index(i):
    xs = list(range(10))
    return xs[i : (i := i + 3)], xs[i]


@calls(([1, 2, 3, 4],))
def walrus_in_comprehension(xs):
    ys = [last := x * x for x in xs if (half := x / 2) > 0.5]
    return ys, last, half


@calls((5,))
def walrus_while(n):
    total = 0
    while (n := n - 1) > 0:
        total += n
    return total, n


@calls((1, 2, 3), (3, 2, 1), (1, 1, 1))
def chained_comparison(a, b, c):
    log = Log()
    return log(a) < log(b) < log(c), log, a < b <= c != a


@calls((0, 5), (1, 0), (2, 3))
def and_or_values(a, b):
    log = Log()
    return (log(a) and log(b)), (log(a) or log(b) or "neither"), not a, (a and b or 7), log


@calls((0,), (1,), (2,), (3,))
def mixed_boolean(a):
    return (a > 1 and (a < 3 or a == 3)) or not (a and a > 0), a > 0 and a < 3 and "in" or "out"


@calls((1,), (-1,))
def conditional_expression(x):
    log = Log()
    y = (log(1) if x > 0 else log(2)) + (3 if not x else 4 if x > 0 else 5)
    return y, log


@calls(())
def evaluation_order():
    log = Log()
    d = {}
    d[log("key")] = log("value")
    d[log(1)], d[log(2)] = log(3), log(4)
    x = {log("a"): log("b"), log("c"): log("d")}
    y = [log(5), *[log(6)], log(7)]
    log(8).__add__(log(9))
    z = dict(k=log(10), **{log("z"): log(11)})
    return log, d, x, y, z


@calls(())
def star_before_keyword():
    log = Log()

    def g(*args, **kwargs):
        return args, kwargs

    return g(log(1), k=log(2), *[log(3)], m=log(4)), log  # noqa: B026


@calls(([1, 2, 3],))
def star_sees_no_later_change(xs):
    def g(*args):
        return args

    return g(*xs, xs.pop(), *xs), [*xs, xs.pop(), *xs]


@calls((3,))
def unpacking(n):
    a, *b, c = range(n + 3)
    (d, e), f = (1, 2), 3
    [g, *_] = [4, 5]
    (*h,) = (1, 2)
    x = y = z = []
    x.append(1)
    return a, b, c, d, e, f, g, h, y is z, y


@calls(())
def unpack_stores_in_order():
    i = 0
    a = [0, 0, 0]
    i, a[i] = 1, 9
    j = 2
    a[j], j = 5, 0
    (k, m), k = (1, 2), 3
    x = a
    x[0], x = x, 4
    return i, a[1:], j, k, m, x


@calls((1, 2))
def swap(x, y):
    x, y = y, x
    x, y, z = y, x + y, x
    return x, y, z


@calls(())
def chained_targets():
    a = [1, 2, 3]
    a = a[1] = 7 if len(a) > 3 else {1: 2}
    a[1] = a[1] is a
    b = c = d = 1
    return a, b, c, d


@calls((np.arange(6.0),))
def augmented_slices(x):
    u = x.copy()
    u[1:-1] += 0.5 * (u[2:] + u[:-2])
    u[[0, -1]] *= 2
    u[u > 3] -= 1
    m = np.zeros((2, 3))
    m[0, :] += u[:3]
    m[:, 1] = 4
    m[..., 2] /= 3
    m @= np.eye(3)
    return u, m


@calls((1.5,))
def augmented_attributes(x):
    p = Point(x)
    p.x += 1
    p.y -= p.x
    p.tags += ["a"]
    p.x **= 2
    q = {"n": p}
    q["n"].x //= 2
    return p, q["n"].norm(), p.double


@calls(())
def augmented_in_place_is_shared():
    a = [1]
    b = a
    a += [2]
    c = (1,)
    e = c
    c += (2,)
    return a, b, c, e


@calls((3,))
def augmented_reads_first(n):
    a = [1, 2, 3]

    def bump():
        a[0] += 10
        return n

    a[0] += bump()
    t = 1

    def change():
        nonlocal t
        t = 100
        return 1

    t += change()
    u = t + change() * t
    return a, t, u


@calls((4,), (0,))
def loops(n):
    total = 0
    for i in range(n):
        if i == 1:
            continue
        for j in range(i, -1, -1):
            if j == 2:
                break
            total += i * j
        else:
            total += 100
    else:
        total += 1000
    for i in range(10, 0, -3):
        pass
    return total, i


@calls(([3, 1, 2],), ([],))
def loop_else_return(xs):
    for x in xs:
        if x == 1:
            return "found"
    else:
        return "none"


@calls((10,), (1,))
def while_else(n):
    k = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        k += 1
        if k > 4:
            break
    else:
        k = -k
    return n, k


@calls((27,))
def while_true(n):
    while True:
        n -= 1
        if not n:
            return n
        if n < 3:
            break
        continue
    return "left", n


@calls((np.arange(6.0).reshape(2, 3),))
def iterate(m):
    rows = [row.sum() for row in m]
    pairs = []
    for k, (a, b) in enumerate(zip(rows, reversed(rows), strict=True)):
        pairs.append((k, a - b))
    d = {"x": 1, "y": 2}
    for key, value in d.items():
        d[key] = value + len(pairs)
    for p.x in (1, 2) if (p := Point(0.0)) else ():
        pass
    box = [0]
    for box[0] in range(3):
        pass
    return rows, pairs, d, p.x, box


@calls((3,))
def comprehensions(n):
    x = "kept"
    squares = [x * x for x in range(n)]
    table = [[i * j for j in range(i)] for i in range(n) if i]
    flat = [a + b for a in range(n) for b in range(a) if a != b if b >= 0]
    names = {f"k{i}": v for i, v in enumerate(squares)}
    unique = {v % 2 for v in squares}
    same = [x for x in [x]]
    nested = [v for v in [v + 1 for v in range(n)]]
    return x, squares, table, flat, names, unique, same, nested


@calls((3,))
def nested_same_name(n):
    return [[v for v in range(v)] + [v] for v in range(n)]


@calls((3,))
def lambdas_in_comprehension(n):
    late = [lambda: i for i in range(n)]
    early = [lambda i=i: i for i in range(n)]
    more = [lambda: i * 10 for i in range(n + 1)]
    return [f() for f in late], [f() for f in early], [f() for f in more]


@calls(([1, 2, 3],), ([],))
def generator_expressions(xs):
    s = sum(x * x for x in xs)
    t = tuple(x + 1 for x in xs if x > 1)
    m = max((x for x in xs), default=-1)
    text = ", ".join(str(x) for x in xs)
    return s, t, m, text, sorted(-x for x in xs), np.sum([x for x in xs]), dict((x, 1) for x in xs)


@calls(([0, 1, 2],), ([1, 2, 0],), ([],))
def any_all_stop_early(xs):
    log = Log()
    a = any(log(1 / x) < 1 if x else log(False) for x in xs)
    b = all(log(x) for x in xs)
    c = any(x > 1 for x in xs), all(x > 1 for x in xs)
    d = any(log(x + y) > 2 for x in xs for y in xs)
    return a, b, c, d, log


@calls((4,))
def generator_in_for(n):
    log = Log()
    for v in (log(i * n) for i in range(n) if i % 2):
        log(-v)
        if v > 10:
            break
    return log


@calls((5,))
def generators(n):
    def count(k):
        while k > 0:
            yield k
            k -= 1
        yield from range(2)
        yield

    total = []
    for v in count(n):
        total.append(v)
    return total, list(count(2))


@calls((3,))
def closures(n):
    calls_made = 0

    def bump(by=1, *, times=1):
        nonlocal calls_made
        calls_made += by * times
        return calls_made

    def outer(k):
        def inner(m):
            return k * m + n

        return inner

    f = outer(2)
    bump()
    bump(2, times=3)
    n = 10
    return calls_made, f(1), (lambda a, *b, c=n, **d: (a, b, c, d))(1, 2, 3, z=4)


@calls((6,), (0,))
def recursion(n):
    def fact(k):
        return 1 if k <= 1 else k * fact(k - 1)

    def even(k):
        return k == 0 or odd(k - 1)

    def odd(k):
        return k != 0 and even(k - 1)

    return fact(n), even(n), odd(n)


@calls((2,))
def default_is_evaluated_at_definition(n):
    def f(a, b=n * 2, c=[]):  # noqa: B006
        c.append(a)
        return b, list(c)

    n = 100
    return f(1), f(2), f(3, 4)


@calls((2.0,))
def decorated_inner(x):
    def twice(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return f(f(*args, **kwargs))

        return wrapper

    @twice
    @twice
    def g(y):
        return y * x

    return g(1.0)


@calls((1.0,))
def calls_of_all_kinds(x):
    def g(a, b=2, *args, c, d=4, **kwargs):
        return a, b, args, c, d, kwargs

    rest, options = (5, 6), {"e": 7}
    return (
        g(x, c=1),
        g(x, *rest, c=2, **options),
        g(*rest, *rest, c=3, d=0, **{"q": 1}, **options),
        functools.reduce(lambda a, b: a * b, [1, 2, 3], x),
        list(map(double, [1, 2])),
        functools.partial(g, 9)(c=0),
    )


@calls(("euler",), ("rk",), ("none",), (3,))
def match_values(kind):
    match kind:
        case "euler":
            return 1
        case "rk" | "heun":  # two names
            return 2
        case int() as n if n > 2:
            return n
        case _:
            return 0


@calls(((1, 2),), ([1, 2, 3],), ((),), ("ab",), ((0, (5, 6)),), (range(4),), (deque([1, 2]),), (5,))
def match_sequences(v):
    match v:
        case (0, (a, b)):
            return "nested", a, b
        case (a, b):
            return "two", a, b
        case [first, *middle, last]:
            return "many", first, middle, last
        case []:
            return "empty"
        case str(s):
            return "text", s
        case other:
            return "other", other


@calls(({"kind": "a", "x": 1},), ({"kind": "b", "y": 2, "z": 3},), ({},), ([],))
def match_mappings(v):
    match v:
        case {"kind": "a", "x": x}:
            return x
        case {"kind": "b", **rest}:
            return rest
        case {}:
            return "empty"
    return "no mapping"


@calls((Point(0.0, 1.0),), (Point(1.0, 2.0),), (Pair(3, 4),), (2.5,), (None,), (True,), (1j,))
def match_classes(v):
    match v:
        case None:
            return "none"
        case Point(x=0.0, y=y):
            return "axis", y
        case Point(a, b) if a < b:
            return "below", a, b
        case Pair(a, b=c):
            return "pair", a, c
        case bool(b) | float(b):
            return "scalar", b
        case complex(real=r, imag=i):
            return r, i


@calls((1,), (2,), (3,), ((1, 5),), ((5, 1),))
def match_or_captures(v):
    match v:
        case (1, x) | (x, 1):
            return "one", x
        case (1 | 2) as n:
            return n
    return "fell through"


@calls((1,), (5,))
def match_guard_binds(v):
    x = "old"
    match v:
        case x if x > 3:
            return "big", x
        case y:
            return "small", x, y


@calls((0,), (1,), (2,), (3,))
def exceptions(n):
    log = Log()
    try:
        try:
            log("body")
            if n == 0:
                raise ValueError("zero") from KeyError("cause")
            if n == 1:
                return log
            if n == 2:
                {}["missing"]
        except ValueError as error:
            log(str(error))
            log(repr(error.__cause__))
        except (KeyError, IndexError):
            log("key")
            raise RuntimeError("again") from None
        else:
            log("else")
        finally:
            log("finally")
    except RuntimeError:
        log("outer")
    return log


@calls((3,))
def finally_in_loop(n):
    log = Log()
    for i in range(n):
        try:
            if i == 1:
                continue
            log(i)
        finally:
            log("f")
    return log


@calls((0.0,), (2.0,))
def assertions(x):
    log = Log()
    try:
        assert x > 1, f"{log('message')} {x}"
    except AssertionError as error:
        return str(error), log
    assert x
    return x, log


@calls((1.0,))
def contexts(x):
    log = Log()

    @contextlib.contextmanager
    def manager(name):
        log(("in", name))
        yield name, x
        log(("out", name))

    with manager("a") as (n, v), manager("b") as b, np.errstate(divide="ignore"):
        log((n, v, b))
        w = np.float64(1.0) / np.float64(0.0)
    return log, w


@calls((1.25, "name"))
def f_strings(x, name):
    width = 8
    return (
        f"{x:.3f}|{x!r:>{width}}|{name=}|{x + 1 = :.1f}|{{literal}}\n\t'\"",
        f"ab{name}c",
        rf"\d{x}",
        f"""{name}
  "quoted" {"inner"}""",
        b"bytes",
        f"{x:{width}.{2}f}",
    )


@calls(())
def literals():
    return (
        1,
        1.0,
        -1,
        -1.5,
        1_000,
        0x10,
        0b11,
        1e-3,
        2j,
        -3j,
        True,
        None,
        ...,
        "a\n",
        r"\n",
        b"x",
        (),
        [],
        {},
        (1,),
    )


@calls(([[1, 2, 3], [4, 5, 6]],))
def indexing(rows):
    a = np.array(rows)
    i, idx = 1, (0, 1)
    s = slice(0, 2)
    return (
        a[0, 1], a[(0, 1)], a[i], a[-1, ::-1], a[:, None].shape, a[..., 0], a[1:, s], a[idx], a[[0, 1], [1, 2]],
        a[a > 2], rows[0][1:][-1], a[*idx], a[i:, ...], a[0,], a[: i + 1, i],
    )  # fmt: skip


@calls(())
def deletes():
    x = 1
    d = {"a": 1, "b": 2}
    xs = [1, 2, 3, 4]
    p = Point(1.0)
    del d["a"], xs[0], xs[1:]
    del p.x
    del x
    try:
        return x  # noqa: F821
    except UnboundLocalError:
        return d, xs, hasattr(p, "x")


@calls((2.0,))
def annotated(x: float) -> float:
    y: float = x
    z: list[int]
    p = Point(0.0)
    p.x: float = y  # type: ignore[misc]
    z = [1]
    return p.x * z[0]


@calls((3.0,))
def globals_and_modules(x):
    return SCALE * x + np.linalg.norm([x, 4.0]) + math.pi + np.add.reduce([1, 2]) + double(x)


@calls((2.0,))
def local_imports(x):
    import math as m
    from functools import reduce

    import numpy.linalg
    from numpy import cos as cosine
    from numpy import sin

    return m.exp(x), reduce(max, [1, 2]), sin(x), cosine(x), numpy.linalg.norm([x, x])


@calls((1,), (-1,))
def conditional_import(x):
    try:
        import a_module_that_is_not_there as missing
    except ImportError:
        missing = None
    if x > 0:
        import math as lib
    else:
        import cmath as lib
    return missing, lib.sqrt(4)


@calls((3,))
def objects(n):
    p = Point(1.0, tags=["t"])
    p.extra = [n]
    p.extra[0] += 1
    q = Pair(2)
    return p, p.extra, q.a + q.b, q._replace(a=5), getattr(p, "nothing", 0), isinstance(q, tuple), callable(p)


@calls((1,), (0,))
def early_return(x):
    if x:
        return
    elif x is None:
        pass
    else:
        ...
    "a string statement"
    x
    return "end"


@calls((1,), (2,), (3,), (4,))
def elif_chain(x):
    if x == 1:
        y = "one"
    elif (z := x * 2) == 4:
        y = z
    elif x == 3 and z == 6:
        y = "three"
    else:
        y = "many"
    return y


@calls((2,))
def one_liners(x):
    a = 1
    b = a + x  # noqa: E702
    if b > 2:
        b += 1  # noqa: E701
    for i in range(2):
        b += i  # noqa: E701
    while b < 20:
        b *= 2
        a += 1  # noqa: E701, E702
    return a, b


@calls((2,))
def long_expression(x):
    return (
        x  # first
        + 1  # second
        - 3
    ) * double(
        x  # third
    )


@calls((3,))
def closure_sees_later_assignment(n):
    def f():
        return k + n

    k = 1
    a = f()
    k = 2
    return a, f()


@calls(())
def operators():
    a, b = 7, 3
    return (
        a // b,
        a % b,
        a**b,
        a << b,
        a >> b,
        a & b,
        a | b,
        a ^ b,
        ~a,
        +a,
        -a,
        not a,
        2**-1,
        -(2**2),
        (-2) ** 2,
    )


@calls((4,))
def print_and_try_everything(n):
    out = []
    for i, c in enumerate("abcd"[:n]):
        match i, c:
            case 0, _:
                out.append((lambda: c)())
            case k, "b" if k:
                out += [c] * k
            case _ if i > 2:
                break
            case _:
                continue
    else:
        out.append("else")
    return out
