"""Programs whose classes run code behind the scenes: subscripts, properties, hooks, conversions, context managers."""

import contextlib
import operator
import threading
from functools import partial

import numpy as np

A = np.array([0.4, 1.1, -0.7])


def at(x):
    """The point of a function of an array (default: a float)."""

    def mark(function):
        function.at = x
        return function

    return mark


class P:
    def __init__(s, a):
        s.a = a
        s._b = 0.0

    def __getitem__(s, i):
        return s.a * (i + 1)

    def __setitem__(s, i, v):
        s.a = v * 2

    def __len__(s):
        return 3

    def __iter__(s):
        yield s.a
        yield s.a * 2

    def __call__(s, t):
        return s.a * t

    def __iadd__(s, o):
        s.a = s.a + o * 3
        return s

    def __contains__(s, v):
        return True

    def __float__(s):
        return float(s.a)

    def __abs__(s):
        return abs(s.a) * 2

    def __bool__(s):
        return s.a > 0

    def __getattr__(s, n):
        if n.startswith("q"):
            return s.a * 7
        raise AttributeError(n)

    @property
    def b(s):
        return s._b * 2

    @b.setter
    def b(s, v):
        s._b = v * v

    @staticmethod
    def st(v):
        return v * v

    @classmethod
    def cl(c, v):
        return c(v * v)

    def __neg__(s):
        return P(-s.a)

    def __matmul__(s, o):
        return s.a * o

    def __pow__(s, n):
        return s.a**n

    def __mod__(s, o):
        return s.a * o * 11

    def __floordiv__(s, o):
        return s.a * o * 5

    def __array__(s, *a, **k):
        return np.array([s.a])

    def __hash__(s):
        return 1

    def __eq__(s, o):
        return True


class Q(P):
    def __init__(s, a):
        super().__init__(a * 2)


class S_:
    __slots__ = ("v",)

    def __init__(s, v):
        s.v = v


class Desc:
    def __get__(s, o, t=None):
        return o.x * 3

    def __set__(s, o, v):
        o.x = v * 5


class WD:
    d = Desc()

    def __init__(s, v):
        s.d = v


def getitem(x):
    return P(x)[2]


def getitemv(x):
    return P(1.0)[x]


def setitem(x):
    p = P(1.0)
    p[0] = x
    return p.a


def it(x):
    return sum(v for v in P(x))


def listit(x):
    return sum(list(P(x)))


def call(x):
    return P(x)(x)


def iadd(x):
    p = P(x)
    p += x
    return p.a


def flt(x):
    return float(P(x))


def ab(x):
    return abs(P(x))


def boolp(x):
    return x * 2 if P(x) else x * 3


def gattr(x):
    return P(x).qq


def prop(x):
    p = P(1.0)
    p.b = x
    return p.b


def st(x):
    return P.st(x)


def cl(x):
    return P.cl(x).a


def neg(x):
    return (-P(x)).a


def mm(x):
    return P(x) @ 3.0


def pw(x):
    return P(x) ** 3


def md(x):
    return P(x) % 2.0


def fd(x):
    return P(x) // 2.0


def nparr(x):
    return np.sum(np.asarray(P(x)))


def sup(x):
    return Q(x).a


def slots(x):
    s = S_(x * x)
    s.v = s.v * 2
    return s.v


def desc(x):
    return WD(x).d


def inobj(x):
    ps = [P(x), P(x * x)]
    return sum(p.a for p in ps)


def indict(x):
    ps = {P(1.0): x}
    return sum(ps.values())


def setattr_(x):
    p = P(1.0)
    setattr(p, "a", x * x)
    return p.a


def getattr_(x):
    return getattr(P(x), "a") * 2


def vars_(x):
    return vars(P(x))["a"]


def dict_(x):
    p = P(x)
    p.__dict__["a"] = x * x
    return p.a


def delattr_(x):
    p = P(x)
    p.z = x * x
    del p.z
    return p.a


def closure_nl(x):
    t = 0.0

    def add(v):
        nonlocal t
        t += v

    add(x)
    add(x * x)
    return t


def cls_in(x):
    acc = []

    def push(v):
        acc.append(v * v)

    push(x)
    push(2 * x)
    return sum(acc)


def default_mut(x, acc=[]):
    acc.append(x * x)
    return acc[-1]


def gen_send(x):
    def g():
        t = yield x
        yield t * x

    k = g()
    next(k)
    return k.send(x)


def try_(x):
    try:
        y = x * x
    finally:
        pass
    return y


def try2(x):
    try:
        y = [x * x][3]
    except IndexError:
        y = x * 3
    return y


def withlock(x):

    l = threading.Lock()
    with l:
        y = x * x
    return y


@contextlib.contextmanager
def cm(v):
    yield v * v


def usercm(x):
    with cm(x) as y:
        z = y * 2
    return z


def walrus(x):
    return (y := x * x) + y


def starred(x):
    a, *b = [x, x * x, x**3]
    return b[1] * a


def kw(x):
    def f(**k):
        return sum(k.values())

    return f(a=x, b=x * x)


def swap(x):
    a, b = x, x * x
    a, b = b, a
    return a


def matchp(x):
    match [x, x * x]:
        case [a, b]:
            return a * b


def lam(x):
    return (lambda: x * x)()


def partial_u(x):

    return partial(lambda a, b: a * b, x)(b=x)


def cmp_key(x):
    return sorted([x, 2.0], key=lambda v: -v)[0]


def nested(x):
    def a(t):
        def b(u):
            return u * t * x

        return b

    return a(x)(x)


def decorated(x):
    return deco_f(x)


def twice(f):
    def w(*a):
        return 2 * f(*a)

    return w


@twice
def deco_f(x):
    return x * x


def opm(x):
    return operator_(x)


def operator_(x):
    return operator.mul(x, x) + operator.pow(x, 2) + operator.methodcaller("__abs__")(x)


def cond_obj(x):
    return (P(x) and P(x * x)).a


def andf(x):
    return (x and x * x) + (0.0 or x)


def chaincmp(x):
    return (0 < x < 2) * x


def aug_obj(x):
    p = P(x)
    p.a *= x
    p.a **= 2
    return p.a


def np_in_list(x):
    xs = [np.array([x, x * x])]
    xs[0][0] *= 3
    return xs[0].sum()


def tup_mut(x):
    t = (np.array([x, x * x]), 1)
    t[0][0] = 5 * x
    return t[0].sum()


def alias(x):
    a = np.array([x, x * x])
    b = a
    b[0] = x**3
    return a.sum()


def view(x):
    a = np.array([x, x * x])
    b = a[:1]
    b[0] = x**3
    return a.sum()


def viewr(x):
    a = np.array([[x, x * x]])
    b = a.ravel()
    b[0] = x**3
    return a.sum()


def views(x):
    a = np.array([[x, x * x]])
    b = np.asarray(a)
    b[0, 0] = x**3
    return a.sum()


def masked(x):
    a = np.array([x, x * x])
    b = a[a > 0]
    b[0] = x**3
    return a.sum()


def callee_mut(x):
    a = np.array([x, x * x])
    mut(a, x)
    return a.sum()


def mut(a, x):
    a[0] = x**3


def objarr(x):
    a = np.array([x, x * x])
    o = P(a)
    o.a[0] = x**3
    return a.sum()
