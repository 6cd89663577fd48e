"""Each construct by itself. Written by tests/programs/make_settings.py; change that file instead."""

# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from functools import cached_property, total_ordering
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from tests.cases import case


class Quat:
    def __init__(self, w, a, b, c):
        self.w, self.a, self.b, self.c = w, a, b, c

    def __mul__(self, o):
        if isinstance(o, Quat):
            return Quat(
                self.w * o.w - self.a * o.a - self.b * o.b - self.c * o.c,
                self.w * o.a + self.a * o.w + self.b * o.c - self.c * o.b,
                self.w * o.b - self.a * o.c + self.b * o.w + self.c * o.a,
                self.w * o.c + self.a * o.b - self.b * o.a + self.c * o.w,
            )
        return Quat(self.w * o, self.a * o, self.b * o, self.c * o)

    def __rmul__(self, k):
        return self * k

    def __neg__(self):
        return Quat(-self.w, -self.a, -self.b, -self.c)

    def norm(self):
        return np.sqrt(self.w**2 + self.a**2 + self.b**2 + self.c**2)


@case((1.2, 0.7))
def alone_quaternion(x, y):
    q = Quat(1.0, 0.0, 0.0, 0.0)
    turn = Quat(x, y, 0.3, 0.1)
    for _ in range(3):
        q = q * turn
        q = 0.5 * q
    q = -q
    r = q.a * q.norm() + q.w
    return r


class Arr:
    def __init__(self, data):
        self.data = np.asarray(data)

    def __add__(self, o):
        return Arr(self.data + (o.data if isinstance(o, Arr) else o))

    __radd__ = __add__

    def __mul__(self, o):
        return Arr(self.data * (o.data if isinstance(o, Arr) else o))

    def __matmul__(self, o):
        return Arr(self.data @ o.data)

    def sum(self):
        return Arr(np.sum(self.data))


@case((1.2, 0.7))
def alone_vec_array(x, y):
    h = Arr(np.array([x, y]))
    w = Arr(np.array([[1.0, x], [y, 2.0]]))
    for _ in range(2):
        h = w @ h * 0.3 + 1.0
        h = 2.0 + h
    r = h.sum().data * y
    return r


class P:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __add__(self, o):
        return P(self.a + o.a, self.b * o.b)


@case((1.2, 0.7))
def alone_value_class_in_list(x, y):
    ps = [P(x, y), P(y, x), P(x * y, 1.0)]
    total = ps[0]
    for p in ps[1:]:
        total = total + p
    r = total.a * total.b
    return r


@total_ordering
class O:
    def __init__(self, c):
        self.c = c

    def __lt__(self, o):
        return self.c < o.c

    def __eq__(self, o):
        return self.c == o.c


@case((1.2, 0.7))
def alone_compare_ops(x, y):
    a, b = O(x), O(y)
    r = (a if a > b else b).c * y
    return r


class Base:
    def __init__(self, k, **extra):
        self.k = k
        self.extra = extra

    def f(self, t):
        return self.k * t


class Mid(Base):
    def f(self, t):
        return super().f(t) * t


class Leaf(Mid):
    def __init__(self, k, m, **extra):
        super().__init__(k, **extra)
        self.m = m

    def f(self, t):
        return super().f(t) + self.m + self.extra['z']


@case((1.2, 0.7))
def alone_super_chain(x, y):
    r = Leaf(x, y, z=x * y).f(x) * y
    return r


class Circle:
    def __init__(self, radius):
        self.radius = radius

    @classmethod
    def unit(cls):
        return cls(1.0)

    @classmethod
    def from_diameter(cls, d):
        return cls(d / 2)

    @staticmethod
    def blend(a, b):
        return Circle(a.radius * b.radius)

    def area(self):
        return 3.0 * self.radius**2


class Disc(Circle):
    pass


@case((1.2, 0.7))
def alone_classmethod_constructor(x, y):
    c = Disc.from_diameter(x)
    r = Circle.blend(c, Circle.from_diameter(y)).area() + Disc.unit().area() * x + type(c)(y).area()
    return r


class Temp:
    def __init__(self, c):
        self._c = c

    @property
    def f(self):
        return self._c * 1.8 + 32.0

    @f.setter
    def f(self, value):
        self._c = (value - 32.0) / 1.8


@case((1.2, 0.7))
def alone_property_setter(x, y):
    t = Temp(x)
    t.f = t.f * y
    t.f += x
    r = t._c * t.f * 0.01
    return r


class G:
    def __init__(self, a):
        self.a = a

    @cached_property
    def root(self):
        return np.sqrt(self.a)


@case((1.2, 0.7))
def alone_cached_property(x, y):
    g = G(x)
    r = g.root * y
    g.a = y
    r = r + g.root
    return r


@dataclass
class State:
    u: np.ndarray = field(default_factory=lambda: np.zeros(3))
    t: float = 0.0

    def step(self, k):
        self.u[1:] += k * (1.0 + self.u[:-1])
        self.t += k


@case((1.2, 0.7))
def alone_dataclass_factory_array(x, y):
    s = State()
    for _ in range(2):
        s.step(x)
        s.u[0] = y * s.t
    r = np.sum(s.u**2) * s.t
    return r


@dataclass(frozen=True)
class St:
    pos: float
    vel: float
    n: int = 0


@case((1.2, 0.7))
def alone_dataclass_replace_loop(x, y):
    s = St(x, y)
    for _ in range(3):
        s = replace(s, pos=s.pos + 0.1 * s.vel, n=s.n + 1)
        s = replace(s, vel=s.vel - 0.1 * s.pos)
    r = s.pos * s.vel * s.n
    return r


class Sn(NamedTuple):
    pos: float
    vel: float
    n: int = 0

    def energy(self):
        return self.pos**2 + self.vel**2


@case((1.2, 0.7))
def alone_named_tuple_replace_loop(x, y):
    s = Sn(x, y)
    for _ in range(3):
        s = s._replace(pos=s.pos + 0.1 * s.vel, n=s.n + 1)
        s = s._replace(vel=s.vel - 0.1 * s.pos)
    r = s.energy() * s.n
    return r


@dataclass
class A1:
    a: float


@dataclass
class B1(A1):
    b: float = 2.0

    def __post_init__(self):
        self.c = self.a * self.b


@case((1.2, 0.7))
def alone_dataclass_inherit(x, y):
    p = B1(x, y)
    r = p.c * p.a + B1(y).c
    return r


def make_counter(start):
    count = start

    def step(k):
        nonlocal count
        count = count + k
        return count

    return step


@case((1.2, 0.7))
def alone_nonlocal_counter(x, y):
    c = make_counter(x)
    c(y)
    c(x * y)
    r = c(0.5) * y
    return r


def inner(t):
    yield t
    yield t * t


def outer(t, s):
    yield from inner(t)
    yield s
    yield from inner(s)


@case((1.2, 0.7))
def alone_generator_from(x, y):
    r = 0.0
    for v in outer(x, y):
        r = r * 0.5 + v
    return r


class Scope:
    def __init__(self, v):
        self.v = v

    def __enter__(self):
        self.v = self.v * 2
        return self

    def __exit__(self, *exc):
        self.v = self.v / 3


@case((1.2, 0.7))
def alone_context_class(x, y):
    with Scope(x) as s:
        r = s.v * y
    r = r + s.v
    return r


class Dense:
    def __init__(self, w, b):
        self.w = w
        self.b = b

    def __call__(self, h):
        return np.tanh(self.w @ h + self.b)


class Seq:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, h):
        for layer in self.layers:
            h = layer(h)
        return h


@case((1.2, 0.7))
def alone_callable_layers(x, y):
    net = Seq(Dense(np.array([[x, y], [y, 1.0]]), np.zeros(2)), Dense(np.array([[x, -y]]), np.array([x])), np.sum)
    r = net(np.array([x, 1.0]))
    return r


class Box2:
    pass


@case((1.2, 0.7))
def alone_getattr_setattr(x, y):
    b = Box2()
    b.a = x
    setattr(b, 'b', y)
    for name in ('a', 'b'):
        setattr(b, name, getattr(b, name) * x)
    r = b.a * b.b + getattr(b, 'c', 2.0)
    return r


class Lazy:
    def __init__(self, a):
        self.a = a

    def __getattr__(self, name):
        return self.a * len(name)


@case((1.2, 0.7))
def alone_dunder_getattr(x, y):
    b = Lazy(x)
    r = b.abc * b.a * y
    return r


class Model(ABC):
    @abstractmethod
    def f(self, t): ...

    def twice(self, t):
        return self.f(self.f(t))


class Lin(Model):
    def __init__(self, k):
        self.k = k

    def f(self, t):
        return self.k * t + 1.0


@case((1.2, 0.7))
def alone_abc(x, y):
    r = Lin(x).twice(y)
    return r


# protocol_generic

T = TypeVar('T')


class Wrap(Generic[T]):
    def __init__(self, v: T) -> None:
        self.v = v

    def map(self, f):
        return Wrap(f(self.v))


@case((1.2, 0.7))
def alone_protocol_generic(x, y):
    r = Wrap(x).map(lambda t: t * y).map(np.sin).v
    return r


class Scaled:
    def scaled(self, k):
        return self.value() * k


class Shifted:
    shift = 1.0

    def value(self):
        return self.v + self.shift


class Both(Scaled, Shifted):
    def __init__(self, v):
        self.v = v


@case((1.2, 0.7))
def alone_mixin(x, y):
    r = Both(x).scaled(y) * y
    return r


class Builder:
    def __init__(self):
        self.v = 0.0

    def add(self, t):
        self.v += t
        return self

    def mul(self, t):
        self.v *= t
        return self


@case((1.2, 0.7))
def alone_method_chain(x, y):
    r = Builder().add(x).mul(y).add(x * y).v
    return r


class Cost:
    def __init__(self, k):
        self.k = k

    def f(self, t):
        return self.k * t * t


@case((1.2, 0.7))
def alone_bound_method(x, y):
    g = Cost(x).f
    r = g(y) + sum(map(Cost(y).f, [x, 2.0]))
    return r


class Buf:
    def __init__(self, v):
        self.v = v


@case((1.2, 0.7))
def alone_objects_swap(x, y):
    a, b = Buf(x), Buf(y)
    for _ in range(3):
        b.v = a.v * y + b.v
        a, b = b, a
    r = a.v * 2 + b.v
    return r


class Part:
    def __init__(self, v):
        self.v = v

    def push(self, k):
        self.v += k


@case((1.2, 0.7))
def alone_objects_in_dict(x, y):
    ps = {'a': Part(x), 'b': Part(y)}
    for name, p in ps.items():
        p.push(x * len(name))
    ps['a'].push(ps['b'].v)
    r = ps['a'].v * ps['b'].v
    return r
