"""Programs in the styles of several fields: classes, dispatch, closures, generators, library functions, all mixed."""

import collections
import enum
import functools
import itertools
import math
import operator
import statistics
from collections import namedtuple
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import NamedTuple

import numpy as np

from tests.cases import case


# --- walrus, chained comparisons
@case((1.2, 0.7))
def walrus_while(x, y):
    total = 0.0
    k = 0
    while (gap := x * y**k) > 0.1:
        total += gap * k
        k += 1
    return total + gap


@case((1.2, 0.7))
def walrus_comp(x, y):
    vals = [s for k in range(6) if 0.2 < (s := x * y**k) <= 1.0]
    return sum(vals) * s


@case((1.2, 0.7))
def chained_active(x, y):
    if 0 < y < x <= 2 * y + 1 != 5:
        return x * y
    return x - y


# --- nonlocal
@case((1.2, 0.7))
def counter_closure(x, y):
    calls = 0
    total = 0.0

    def bump(v):
        nonlocal calls, total
        calls += 1
        total = total * y + v
        return total

    a = bump(x)
    b = bump(a * x)
    for k in range(3):
        bump(k * x)
    return total * calls + a * b


@case((1.2, 0.7))
def make_counter(x, y):
    def outer():
        state = x

        def inner(d):
            nonlocal state
            state = state * d
            return state

        return inner

    c = outer()
    c(y)
    return c(2.0) + c(x)


# --- match with classes and guards
@dataclass
class Lin:
    a: float
    b: float


@dataclass
class Quad:
    a: float


class Op(enum.Enum):
    ADD = 1
    MUL = 2


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


def evaluate(shape, t):
    match shape:
        case Lin(a, b) if a > 0:
            return a * t + b
        case Lin(a=a, b=b):
            return -a * t - b
        case Quad(a):
            return a * t * t
        case [first, *rest]:
            return first * t + len(rest)
        case {"k": k, **others}:
            return k * t * len(others)
        case None:
            return t
        case _:
            return 0.0 * t


@case((1.2, 0.7))
def match_many(x, y):
    return (
        evaluate(Lin(x, y), y)
        + evaluate(Lin(-x, y), y)
        + evaluate(Quad(x), y)
        + evaluate([x, y, 1.0], y)
        + evaluate({"k": x, "z": 1}, y)
        + evaluate(None, x)
    )


@case((1.2, 0.7))
def enum_dispatch(x, y):
    out = x
    for op in (Op.ADD, Op.MUL, Op.ADD):
        if op is Op.ADD:
            out = out + y
        elif op == Op.MUL:
            out = out * x
    return out * Level.HIGH + Level.LOW.value * y


# --- generators
def tree_walk(node):
    if node is None:
        return
    left, v, right = node
    yield from tree_walk(left)
    yield v
    yield from tree_walk(right)


@case((1.2, 0.7))
def gen_yield_from(x, y):
    t = ((None, x, None), x * y, (None, y, (None, x + y, None)))
    acc = 1.0
    for v in tree_walk(t):
        acc = acc * v + 0.1
    return acc


def steps(x, n):
    for i in range(n):
        x = x * 0.9 + 0.1 * i
        yield i, x


@case((1.2, 0.7))
def gen_pairs(x, y):
    return sum(v * y**i for i, v in steps(x, 4) if v > 0.3)


# --- mutual recursion
def is_even_poly(x, n):
    return x if n == 0 else x * is_odd_poly(x, n - 1)


def is_odd_poly(x, n):
    return 1.0 + x if n == 0 else math.sin(is_even_poly(x, n - 1))


@case((1.2,))
def mutual(x):
    return is_even_poly(x, 5)


# --- functools
@case((1.2, 0.7))
def reduce_lambda(x, y):
    horner = reduce(lambda acc, c: acc * x + c, [1.0, y, x * y], 0.0)
    return horner * reduce(operator.mul, (x, y, 2.0))


@case((1.2, 0.7))
def partial_kw(x, y):
    def f(a, b=1.0, *, c=2.0):
        return a * b**2 + c

    g = partial(f, b=x)
    h = partial(f, y, c=x * y)
    return g(y) + g(y, c=x) + h() + h(b=y)


@case((1.2, 0.7))
def default_loop(x, y):
    fs = []
    for k in range(1, 4):

        def f(t, k=k, s=x * k):
            return t**k * s

        fs.append(f)
    return sum(f(y) for f in fs)


# --- early return triple
@case((1.2, 0.7))
def triple_return(x, y):
    acc = x
    for i in range(4):
        for j in range(4):
            for k in range(3):
                acc = acc * 1.1 + 0.1 * y * (i - j + k)
                if acc > 3.0 and i > 0:
                    return acc * x
        acc = acc - y
    return acc


@case((1.2, 0.7))
def loop_else(x, y):
    for i in range(5):
        x = x * y
        if x < 0.1:
            break
    else:
        x = x + y
    n = 0
    while n < 3:
        n += 1
        if x * n > 1e3:
            break
    else:
        x = x * n
    return x


# --- named tuples & classes
class State(NamedTuple):
    pos: float
    vel: float = 0.5

    def energy(self):
        return 0.5 * self.vel**2 + self.pos

    @property
    def momentum(self):
        return 2.0 * self.vel

    @classmethod
    def rest(cls, pos):
        return cls(pos, 0.0)


Pt = namedtuple("Pt", "x y z", defaults=(1.0,))


@case((1.2, 0.7))
def nt_methods(x, y):
    s = State(x, y)
    s = s._replace(vel=s.vel * s.pos)
    r = State.rest(y)
    p = Pt(x, y)._replace(z=x * y)
    d = s._asdict()
    return s.energy() * s.momentum + r.energy() + p.z * p[0] + sum(p) + d["pos"] * d["vel"]


class Base:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    def forward(self, t):
        return self.scale * self.w * t

    @staticmethod
    def squash(t):
        return t / (1 + t * t)

    @classmethod
    def unit(cls):
        return cls(1.0)

    @property
    def norm(self):
        return abs(self.w)


class Deep(Base):
    scale = 3.0
    __slots__ = ()

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def forward(self, t):
        return super().forward(t) + self.b

    @classmethod
    def unit(cls):
        return cls(1.0, 0.5)


@case((1.2, 0.7))
def classes(x, y):
    d = Deep(x, y)
    b = Base.unit()
    u = Deep.unit()
    return d.forward(y) * Base.squash(x) + b.forward(x) + u.forward(y) * d.norm + d.squash(y)


class V:
    def __init__(self, *c):
        self.c = list(c)

    def __add__(self, o):
        return V(*(a + b for a, b in zip(self.c, o.c)))

    def __sub__(self, o):
        return V(*[a - b for a, b in zip(self.c, o.c)])

    def __mul__(self, k):
        return V(*[a * k for a in self.c])

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.c, o.c))

    def __getitem__(self, i):
        return self.c[i]

    def __len__(self):
        return len(self.c)

    def __iter__(self):
        return iter(self.c)

    def __abs__(self):
        return math.sqrt(self @ self)

    def __call__(self, t):
        return self.c[0] * t

    def __contains__(self, v):
        return v in self.c

    def __bool__(self):
        return True


@case((1.2, 0.7))
def vectors(x, y):
    a, b = V(x, y), V(y, x * y)
    c = 2.0 * a + b * y - a
    return c @ a + abs(b) * a[1] + len(c) * c(x) + sum(t * t for t in b)


R = 8.314
TABLE = {"a": 1.5, "b": [0.2, 0.4]}
DEFAULTS = dict(rate=0.1, steps=3)


# finance
@case((100.0, 0.05, 0.2))
def binomial(s, r, v):
    n, t, k = 4, 1.0, 95.0
    dt = t / n
    u = math.exp(v * math.sqrt(dt))
    d = 1 / u
    p = (math.exp(r * dt) - d) / (u - d)
    vals = [max(k - s * u**j * d ** (n - j), 0.0) for j in range(n + 1)]
    for step in range(n - 1, -1, -1):
        vals = [math.exp(-r * dt) * (p * up + (1 - p) * dn) for dn, up in itertools.pairwise(vals)]
    return vals[0]


@case((0.03, 0.5))
def bond_ladder(y, w):
    flows = [(1, 5.0), (2, 5.0), (3, 105.0)]
    price = sum(cf / (1 + y) ** t for t, cf in flows)
    dur = sum(t * cf / (1 + y) ** t for t, cf in flows) / price
    best = min(flows, key=lambda f: abs(f[1] * w - price))
    return price * w + dur + best[1] * y


# biology
@case((1.2, 0.4, 0.1))
def sir(s, beta, gamma):
    i, r = 0.1, 0.0
    history = []
    for day in range(5):
        new = beta * s * i
        rec = gamma * i
        s, i, r = s - new, i + new - rec, r + rec
        history.append({"day": day, "s": s, "i": i})
        if i < 0.01:
            break
    peak = max(history, key=lambda h: h["i"])
    return peak["i"] * peak["day"] + sum(h["s"] for h in history if h["day"] % 2) + history[-1]["i"]


@case((0.7, 1.3))
def gillespie_like(k1, k2):
    rates = {"bind": k1, "unbind": k2}
    counts = {"A": 5, "B": 2}
    t = 0.0
    while counts["A"] > 2:
        props = {name: r * counts["A" if name == "bind" else "B"] for name, r in rates.items()}
        total = sum(props.values())
        t += 1.0 / total
        name = max(props, key=props.get)
        if name == "bind":
            counts["A"] -= 1
            counts["B"] += 1
        else:
            counts["A"] -= 2
    return t


# robotics
@case((0.3, 0.5, np.array([0.2, -0.1, 0.4])))
def arm(l1, l2, q):
    pos = np.zeros(2)
    angle = 0.0
    for length, joint in zip((l1, l2, 0.1), q, strict=True):
        angle = angle + joint
        pos = pos + length * np.array([np.cos(angle), np.sin(angle)])
    x, y = pos
    return np.hypot(x, y) + angle


@dataclass
class PID:
    kp: float
    ki: float
    kd: float = 0.01
    integral: float = 0.0
    last: float | None = None
    log: list = field(default_factory=list)

    def __call__(self, err, dt):
        self.integral += err * dt
        slope = 0.0 if self.last is None else (err - self.last) / dt
        self.last = err
        u = self.kp * err + self.ki * self.integral + self.kd * slope
        self.log.append(u)
        return u


@case((2.0, 0.5))
def pid_loop(kp, ki):
    c = PID(kp, ki)
    x, v = 0.0, 0.0
    for _ in range(6):
        u = c(1.0 - x, 0.1)
        v += (u - 0.2 * v) * 0.1
        x += v * 0.1
    return x**2 + sum(abs(u) for u in c.log) * 0.1


# statistics
@case((np.array([0.3, 1.2, -0.4, 2.2]), 0.7))
def robust(data, c):
    med = statistics.median(sorted(float(d) for d in data)) if False else sorted(data)[len(data) // 2]
    loss = 0.0
    for d in data:
        r = d - med
        loss += 0.5 * r * r if abs(r) <= c else c * (abs(r) - 0.5 * c)
    return loss


@case(([0.3, 1.2, -0.4, 2.2], 0.7))
def stats_mod(data, c):
    m = statistics.mean(data)
    return math.fsum((d - m) ** 2 for d in data) * c + math.prod(data)


@case((1.1, 0.6))
def itertools_mix(x, y):
    acc = list(itertools.accumulate([x, y, x * y]))
    pairs = sum(a * b for a, b in itertools.combinations(acc, 2))
    prods = sum(a - b for a, b in itertools.product([x, y], [1.0, x]))
    ch = reduce(lambda a, b: a * b + 0.1, itertools.chain([x], (y, 2.0)))
    runs = sum(v for v in itertools.takewhile(lambda v: v < 3, acc))
    grouped = sum(k * v for k, v in enumerate(itertools.islice(acc, 1, None), start=1))
    return pairs + prods + ch + runs + grouped


# chemistry
@case((300.0, 50.0))
def arrhenius(t, ea):
    def k(temp, a=1e3, *, e=ea):
        return a * math.exp(-e / (R * temp))

    rates = {f"r{n}": k(t + n, e=ea * n) for n in range(1, 4)}
    names = sorted(rates, key=lambda n: -int(n[1:]))
    conc = 1.0
    for n in names:
        conc = conc * math.exp(-rates[n] * 1e-3)
    assert conc > 0, f"bad {conc}"
    return conc * len(names)


# teaching
def newton(f, df, x0, tol=1e-10, maxit=50):
    x = x0
    for it in range(maxit):
        fx = f(x)
        if abs(fx) < tol:
            return x, it
        x = x - fx / df(x)
    raise RuntimeError("no convergence")


@case((2.0, 0.3))
def newton_root(a, b):
    root, its = newton(lambda t: t**3 - a * t - b, lambda t: 3 * t * t - a, 1.5)
    return root * b


def bisect(f, lo, hi, n=30):
    flo = f(lo)
    for _ in range(n):
        mid = 0.5 * (lo + hi)
        fm = f(mid)
        if (fm > 0) == (flo > 0):
            lo, flo = mid, fm
        else:
            hi = mid
    return 0.5 * (lo + hi)


def memo(f):
    cache = {}

    @functools.wraps(f)
    def inner(n, x):
        if n not in cache:
            cache[n] = f(n, x)
        return cache[n]

    return inner


@case((1.3,))
def local_memo(x):
    cache = {}

    def fib(n):
        if n < 2:
            return x * n + 1.0
        if n not in cache:
            cache[n] = fib(n - 1) + fib(n - 2) * x
        return cache[n]

    return fib(6)


@case((0.4, 1.5))
def simpson(a, b):
    def f(t):
        return t * math.exp(-a * t)

    n = 6
    h = b / n
    odd = sum(f(h * i) for i in range(1, n, 2))
    even = sum(f(h * i) for i in range(2, n, 2))
    return h / 3 * (f(0.0) + 4 * odd + 2 * even + f(b))


@case((1.2, 0.7))
def conditional_import(x, y):
    if x > 0:
        from math import sin as fn
    else:
        from math import cos as fn
    import math as m

    def g(t):
        return fn(t) * m.exp(-t)

    return g(x) * g(y)


@case((1.2, 0.7))
def function_in_branch(x, y):
    if x > 1:

        def act(t):
            return t * y
    else:

        def act(t):
            return t + y

    if y > 5:

        def act2(t):
            return act(t)
    else:

        def act2(t):
            return act(act(t))

    return act2(x)


@case((1.2, 0.7))
def dict_merge(x, y):
    a = {"p": x, **DEFAULTS}
    b = a | {"rate": y, "q": x * y}
    b |= {"z": x}
    p, *_, z = b.values()
    out = 0.0
    for i, (k, v) in enumerate(sorted(b.items())):
        out += v * (i + 1)
    return out + p * z + b.get("nope", y) + len({x > 1, y > 1})


@case((1.2, 0.7))
def kwonly(x, y):
    def f(a, /, b, *args, c=1.0, **kw):
        return a * b + sum(args) * c + sum(v * len(k) for k, v in kw.items())

    opts = {"c": x, "dd": y, "e": 2.0}
    return f(x, y, *[x, 1.0], **opts) + f(y, *(x, y, x))


@case((1.2, 0.7))
def strings_steer(x, y):
    mode = "fast" if x > 1 else "slow"
    msg = f"{mode}-{x:.1f}"
    if msg.startswith("fast") and "-" in msg:
        x = x * y
    for ch in "ab":
        x = x + TABLE.get(ch, 0.0) if ch == "a" else x * TABLE[ch][1]
    print("", end="")
    return x


@case((1.2, 0.7))
def reversed_range(x, y):
    acc = y
    for i in reversed(range(1, 6, 2)):
        acc = acc * x + i
    for i, v in reversed(list(enumerate([x, y, acc]))):
        acc += i * v
    for a, b in zip(reversed([x, y]), range(3)):
        acc -= a * b
    return acc


@case((1.2, 0.7))
def any_all(x, y):
    vals = [x, -y, x * y]
    if any(v < 0 for v in vals) and all(abs(v) < 10 for v in vals):
        vals.sort(key=lambda v: -v)
    return vals[0] * 2 + vals[-1] * 3 + sorted(vals)[1]


@case((1.2, 0.7))
def swap_list(x, y):
    a = [x, y, x * y, 1.0]
    a[0], a[2] = a[2], a[0]
    a[1:3] = a[2:0:-1]
    a.reverse()
    del a[0]
    b = a[:]
    b.extend(a)
    b.insert(1, y)
    c = b.copy()
    c.pop(2)
    return sum(v * i for i, v in enumerate(c)) + b.index(y) + b.count(x) * x


@case((1.2, 0.7))
def bits(x, y):
    total, k = 0.0, 13
    base = x
    while k:
        if k & 1:
            total = total * y + base
        base = base * base * 0.5
        k >>= 1
    return total + divmod(7, 3)[1] * x + round(2.7) * y + int(x) * x + (7 // 2) % 2


@case((3.7, 0.7))
def mods(x, y):
    q, r = divmod(x, y)
    return q * y + r * x + x % y + abs(-x) + pow(x, 2) + math.fmod(x, y) + x // y
