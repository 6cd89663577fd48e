"""Programs that take a value off the differentiable path: text, sets, globals, exceptions, odd containers."""

import array
import ast
import base64
import bisect
import collections
import contextlib
import copy
import dataclasses
import decimal
import enum
import fractions
import functools
import heapq
import io
import itertools
import math
import operator
import re
import statistics
import struct
import types
import types as T

import numpy as np
from scipy import integrate

A = np.array([0.4, 1.1, -0.7])


def at(x):
    """The point of a function of an array (default: a float)."""

    def mark(function):
        function.at = x
        return function

    return mark


LOG = []
BUF = np.zeros(3)


def text_fold(x):
    if str(x) == "1.0":
        return x * 5
    return x * 2


@at(A)
def argmax_then(a):
    i = np.argmax(a)
    return np.sum(a[i] * a)


@at(A)
def argmax_slice(a):
    i = a.argmax()
    b = a[i:]
    return np.sum(b * a[0])


def quad_closure(x):
    return integrate.quad_vec(lambda t: t * x, 0, 1)[0]


def int_ratio(x):
    n, d = x.as_integer_ratio()
    return n / d


def sets(x):
    return sum({x, 2 * x})


def set_pop(x):
    return {x * x}.pop()


def keysum(x):
    d = {x: 1.0}
    return sum(d)


def deq(x):
    d = collections.deque()
    d.append(x * x)
    return sum(d)


def deq2(x):
    d = collections.deque([x * x])
    return d[0]


def ddict(x):
    d = collections.defaultdict(float)
    d["a"] += x * x
    return d["a"]


def counter(x):
    d = collections.Counter()
    d["a"] += x * x
    return d["a"]


def odict(x):
    d = collections.OrderedDict()
    d["a"] = x * x
    return d["a"] * x


def glist(x):
    LOG.append(x * x)
    return LOG[-1] * 2


@at(A)
def gbuf(x):
    v = BUF[1:]
    v[0] = x[0]
    return np.sum(BUF)


def exc(x):
    try:
        raise ValueError(x * x)
    except ValueError as e:
        return e.args[0] * 2


class Ctx:
    def __init__(s, v):
        s.v = v

    def __enter__(s):
        return s.v * s.v

    def __exit__(s, *a):
        pass


def ctxm(x):
    with Ctx(x) as y:
        z = y * 2
    return z


def nullc(x):
    with contextlib.nullcontext(x * x) as y:
        z = y * 2
    return z


@at(A)
def out_kw(x):
    b = np.zeros(3)
    np.multiply(x, x, out=b)
    return np.sum(b)


@at(A)
def copyto(x):
    b = np.zeros(3)
    np.copyto(b, x * x)
    return np.sum(b)


@at(A)
def addat(x):
    b = np.zeros(3)
    np.add.at(b, [0, 0, 1], x * x)
    return np.sum(b)


@at(A)
def fill(x):
    b = np.zeros(3)
    b.fill(x[0] * x[1])
    return np.sum(b)


@at(A)
def sortm(x):
    b = x * x
    b.sort()
    return b[0]


@at(A)
def putm(x):
    b = np.zeros(3)
    b.put([0, 1], x[:2] * 2)
    return np.sum(b * b)


@at(A)
def part(x):
    b = x * x
    b.partition(1)
    return b[0]


@at(A)
def viewm(x):
    return np.sum((x * x).view(np.int64).view(float))


@at(A)
def viewm2(x):
    return np.sum((x * x).view())


@at(A)
def flat(x):
    y = x * x
    return y.flat[0]


@at(A)
def setflat(x):
    y = np.zeros(3)
    y.flat[0] = x[0] ** 2
    return np.sum(y)


def dellist(x):
    xs = [x, x * x, x**3]
    del xs[0]
    return xs[0]


def dictzip(x):
    d = dict(zip([0.5, 1.5], [x, x * x]))
    return sum(d.values())


def frexp(x):
    m, e = math.frexp(x)
    return m * 2.0**e


def modf(x):
    m, e = math.modf(x * 3)
    return m


def divm(x):
    q, r = divmod(x * 3, 1.0)
    return r


def fromhex(x):
    return float.fromhex((x * x).hex())


def objarr(x):
    a = np.array([x, x * x], dtype=object)
    return a[0] * a[1]


def percent(x):
    return float("%r" % (x * x))


def fmtm(x):
    return float(f"{x * x:.17g}")


def joined(x):
    return sum(map(float, " ".join([str(x), str(x * x)]).split()))


def strio(x):
    b = io.StringIO()
    b.write(str(x * x))
    return float(b.getvalue())


def setat(x):
    class_ = type("C", (), {})()
    setattr(class_, "v", x * x)
    return class_.v


def sns(x):
    o = T.SimpleNamespace(a=x * x)
    return o.a


def sns2(x):
    o = T.SimpleNamespace()
    o.a = x * x
    return o.a


@at(A)
def where_kw(x):
    return np.sum(np.add(x, x * x, where=x > 0, out=np.zeros(3)))


@at(A)
def rep(x):
    return np.sum(np.full_like(x, x[0] * 2))


@at(A)
def linsp(x):
    return np.sum(np.linspace(x[0], x[1], 5) ** 2)


def arng(x):
    return np.sum(np.arange(0, x * 3, x))


@at(A)
def quant(x):
    return np.quantile(np.arange(5.0) ** 2, x[0] ** 2)


@at(A)
def gradv(x):
    return np.sum(np.gradient(x**2, x[1]))


@at(A)
def cumu(x):
    return sum(itertools.accumulate(x))


def chained(x):
    return sum(itertools.chain([x], [x * x]))


Z = [0.0]
D = {}


class Holder:
    pass


H = Holder()


class Lib:
    level = 1.0


def dec(x):
    return float(decimal.Decimal(x * x))


def frac(x):
    return float(fractions.Fraction(x * x))


def stat_mean(x):
    return statistics.mean([x, x * x])


def stat_fmean(x):
    return statistics.fmean([x, x * x])


def arr_array(x):
    a = array.array("d", [x, x * x])
    return a[0] * a[1]


def heap(x):
    h = []
    heapq.heappush(h, x * x)
    heapq.heappush(h, x)
    return heapq.heappop(h)


def insort(x):
    h = [1.0]
    bisect.insort(h, x * x)
    return h[-1]


def resub(x):
    return float(re.sub("a", "", f"a{x * x}"))


def pct(x):
    return float("%.15g" % (x * x))


def lit(x):
    return ast.literal_eval(repr(x * x))


def b64(x):
    return struct.unpack("d", base64.b64decode(base64.b64encode(struct.pack("d", x * x))))[0]


def gstore(x):
    Z[0] = x * x
    return Z[0] + x


def gdict(x):
    D["a"] = x * x
    return D["a"]


def gobj(x):
    H.v = x * x
    return H.v


def classattr(x):
    Lib.level = x * x
    return Lib.level


def funcattr(x):
    funcattr2.v = x * x
    return funcattr2.v


def funcattr2(x):
    return x


def glog(x):
    D.setdefault("log", []).append(x)
    return x * x


def dispatch(x):
    t = {"a": lambda t: t * x, "b": np.sin}
    return t["a"](2.0) + t["b"](x)


def lst_fn(x):
    fs = [lambda t, i=i: t * x * i for i in range(3)]
    return sum(f(2.0) for f in fs)


def ret_text(x):
    return helper(x) * 1.0


def helper(x):
    return float(texty(x))


def texty(x):
    return f"{x * x:.17g}"


def label_only(x):
    return labelled(x, f"run {x}")


def labelled(x, label):
    if label:
        print(label, end="\r")
    return x * x


def aux_text(x):
    describe(x)
    return x * x


def describe(x):
    return f"{x}"


def opset(x):
    xs = [0.0, 1.0]
    operator.setitem(xs, 0, x * x)
    return xs[0]


def itemget(x):
    return operator.itemgetter(0)([x * x, x])


def attrget(x):
    h = types.SimpleNamespace()
    h.a = x
    return operator.attrgetter("a")(h)


def dcopy(x):
    xs = [x, [x * x]]
    ys = copy.deepcopy(xs)
    return ys[1][0]


def slots(x):
    d = {}
    d.__setitem__("a", x * x)
    return d["a"]


def dunder(x):
    return x.__mul__(x)


def listmul(x):
    return sum([x] * 3)


def listsort(x):
    xs = [x * x, x]
    xs.sort()
    return xs[0]


def listrev(x):
    xs = [x * x, x]
    xs.reverse()
    return xs[0]


def listins(x):
    xs = [x * x, x]
    xs.insert(0, x**3)
    return xs[0]


def listext(x):
    xs = [x]
    xs.extend([x * x, x**3])
    return xs[1]


def listslice(x):
    xs = [1.0, 2.0, 3.0]
    xs[0:2] = [x, x * x]
    return xs[1]


def pop0(x):
    xs = [x * x, x]
    return xs.pop(0)


def dpop(x):
    d = {"a": x * x, "b": x}
    return d.pop("a") + d["b"]


def popitem(x):
    d = {"a": x * x}
    return d.popitem()[1]


def dupd(x):
    d = {"a": 1.0}
    d.update(a=x * x)
    return d["a"]


def dor(x):
    d = {"a": 1.0} | {"a": x * x}
    return d["a"]


def dmerge(x):
    d = {"a": 1.0}
    d |= {"a": x * x}
    return d["a"]


def fromkeys(x):
    d = dict.fromkeys(["a", "b"], x * x)
    return d["a"]


def chainmap(x):
    d = collections.ChainMap({"a": x * x})
    return d["a"]


def ntup(x):
    P = collections.namedtuple("P", "a b")
    p = P(x, x * x)
    return p.b


def ntrepl(x):
    p = PT(x, x * x)._replace(a=x**3)
    return p.a


PT = collections.namedtuple("PT", "a b")


@dataclasses.dataclass
class DC:
    a: float
    b: float = 2.0


def dcrepl(x):
    p = dataclasses.replace(DC(x), b=x * x)
    return p.b


def asdict(x):
    return dataclasses.asdict(DC(x * x))["a"]


def astup(x):
    return dataclasses.astuple(DC(x * x))[0]


def varsdc(x):
    return vars(DC(x * x))["a"]


def enumv(x):
    return {"a": x * x}.get(E_.A.value)


class E_(enum.Enum):
    A = "a"


def nextgen(x):
    g = (t * t for t in [x, x * 2])
    return next(g)


def nextiter(x):
    return next(iter([x * x]))


def maxkey(x):
    return max([x, -x * 2], key=abs)


def mindef(x):
    return min([x * x], default=0.0)


def sortkey(x):
    return sorted([x, -x * 2], key=abs)[1]


def zipstrict(x):
    return sum(a * b for a, b in zip([x, x], [x, 2.0], strict=True))


def redu(x):
    return functools.reduce(operator.mul, [x, x, 2.0])


def parti(x):
    return functools.partial(math.pow, x)(2.0)


def lru(x):
    return cached(x)


@functools.lru_cache
def cached(x):
    return x * x


def cond_text(x):
    return x * 2 if str(x).startswith("1") else x * 3


def isinst(x):
    return x * x if isinstance(x, float) else 0.0


def intdiv(x):
    return x // 0.5 * x


def divmod_(x):
    return divmod(x * x, 0.3)[1]


def roundn(x):
    return round(x, 2) * x


def truncx(x):
    return math.trunc(x * 3) * x


def cplx(x):
    return abs(complex(x, x * x))


def cplx2(x):
    z = complex(x, 1.0) * complex(x, 2.0)
    return z.real


def polar(x):
    import cmath

    return cmath.exp(complex(0, x)).real


def np_floor(x):
    return np.floor(x * 3) * x


def rebinds_what_it_runs_over(x):
    v = np.array([x, x * x, 0.5])
    for w in v:
        v = np.tanh(v[::-1] * v * w)
    for k, w in enumerate(v):
        v = v * (w + k)
    return np.sum(v)
