"""Objects: dataclasses, plain classes, methods that change self, inheritance, protocols."""

import enum
import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from tests.cases import build, case

A3 = np.array([0.4, 1.1, -0.7])


@dataclass
class Body:
    pos: float
    vel: float
    mass: float = 2.0

    def kinetic(self):
        return 0.5 * self.mass * self.vel**2

    def kick(self, force, dt):
        self.vel += dt * force / self.mass

    def drift(self, dt):
        self.pos = self.pos + dt * self.vel
        return self


@dataclass(frozen=True)
class Params:
    rate: float
    weights: np.ndarray
    name: str = "p"
    steps: int = 3


@dataclass
class Nested:
    body: Body
    table: dict
    values: list = field(default_factory=list)


@case((1.2, 0.7))
def dataclass_methods(x, v):
    body = Body(x, v)
    for _ in range(3):
        body.kick(-body.pos, 0.1)
        body.drift(0.1)
    return body.kinetic() + body.pos


@case((Body(1.2, 0.7), 0.5))
def dataclass_argument(body, k):
    return body.kinetic() + k * body.pos**2


@case((Body(1.2, 0.7), 0.5))
def dataclass_argument_changed(body, k):
    for _ in range(3):
        body.kick(-k * body.pos, 0.1)
        body.drift(0.1)
    return body.pos * body.vel


@case((Params(0.4, A3), 0.7))
def frozen_argument(params, x):
    for _ in range(params.steps):
        x = x - params.rate * np.sum(params.weights * np.sin(x))
    return x


@case((Params(0.4, A3), 0.7))
def dataclass_result(params, x):
    return replace(params, rate=params.rate * x, weights=params.weights * params.rate)


@case((Nested(Body(1.2, 0.7), {"k": 0.3}, [1.0, 2.0]), 0.7))
def nested_dataclass(n, x):
    n.values.append(n.body.pos * x)
    n.table["k"] *= n.values[-1]
    n.body.vel = n.table["k"] + n.values[0]
    return n.body.kinetic() * n.table["k"]


@case((1.2, 0.7))
def dataclass_post_init(x, y):
    @dataclass
    class Rod:
        length: float
        width: float
        area: float = 0.0

        def __post_init__(self):
            self.area = self.length * self.width

    rod = Rod(x, y)
    return rod.area * rod.length


class Counter:
    def __init__(self, start):
        self.total = start
        self.count = 0
        self.history = []

    def add(self, value):
        self.total = self.total + value * value
        self.count += 1
        self.history.append(self.total)
        return self

    @property
    def mean(self):
        return self.total / self.count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return self.history[i]


@case((1.2, 0.7))
def methods_in_loop(x, y):
    c = Counter(x)
    for i in range(4):
        c.add(y * i + 0.1 * c.total)
        if c.total > 3.0:
            break
    return c.mean * len(c) + c[0]


@case((1.2, 0.7))
def chained_methods(x, y):
    return Counter(x).add(y).add(x * y).mean


class Shape:
    unit = 2.0

    def __init__(self, size):
        self.size = size

    def area(self):
        raise NotImplementedError

    def cost(self, price=1.5):
        return self.area() * price * self.unit


class Square(Shape):
    def area(self):
        return self.size**2


class Disk(Shape):
    unit = 1.0

    def __init__(self, size, thickness):
        super().__init__(size)
        self.thickness = thickness

    def area(self):
        return math.pi * self.size**2

    def cost(self, price=1.0):
        return super().cost(price) * self.thickness


@case((1.2, 0.7))
def dispatch(x, y):
    total = 0.0
    for shape in [Square(x), Disk(y, x), Square(x * y)]:
        total = total + shape.cost()
        if isinstance(shape, Disk):
            total = total * shape.thickness
    return total


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __rmul__(self, k):
        return Vector(k * self.x, k * self.y)

    def __mul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __hash__(self):
        return 0

    def __abs__(self):
        return math.sqrt(self * self)

    def __iter__(self):
        return iter((self.x, self.y))


@case((1.2, 0.7))
def operators(x, y):
    a = Vector(x, y)
    b = 2.0 * a + -Vector(y, x * y)
    u, v = b
    return a * b + abs(b) * u - v


class Layer:
    def __init__(self, w, b, activation=np.tanh):
        self.w, self.b, self.activation = w, b, activation

    def __call__(self, x):
        return self.activation(self.w @ x + self.b)


class Network:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


W1 = np.array([[0.3, -0.5, 1.2], [0.9, 0.1, -0.4]])
W2 = np.array([[0.7, -0.2]])


@case((W1, np.array([0.1, 0.2]), W2, np.array([0.3]), A3))
def network_of_objects(w1, b1, w2, b2, x):
    net = Network([Layer(w1, b1), Layer(w2, b2, activation=lambda t: t * t)])
    return np.sum(net(x))


@build((A3,))
def callable_object():
    return Network([Layer(W1, 0.5), Layer(W2, 0.1)])


@build((1.2, 0.7))
def bound_method():
    class Model:
        def __init__(self):
            self.k = 3.0

        def energy(self, x, y):
            return self.k * x * y + self.shift(x)

        def shift(self, t):
            return t - self.k

    return Model().energy


@case((1.2, 0.7))
def attributes_alias(x, y):
    a = Counter(x)
    b = a
    box = {"c": a}
    b.add(y)
    box["c"].add(x)
    return a.total * b.history[0] + len(a)


@case((1.2, 0.7))
def object_in_object(x, y):
    class Chain:
        def __init__(self, value, rest=None):
            self.value = value
            self.rest = rest

        def total(self):
            if self.rest is None:
                return self.value
            return self.value * self.rest.total() + 1.0

    chain = Chain(x, Chain(y, Chain(x * y)))
    chain.rest.value = chain.rest.value * 2
    return chain.total()


@case((1.2, 0.7))
def attribute_set_in_branch(x, y):
    c = Counter(x)
    if x > y:
        c.total = c.total * y
        c.extra = x
    else:
        c.extra = y
    c.total += c.extra
    return c.total * getattr(c, "extra") + getattr(c, "missing", 2.0) * y  # noqa: B009


@case((1.2, 0.7))
def set_and_get_attribute(x, y):
    c = Counter(x)
    for name, value in (("a", x), ("b", y)):
        setattr(c, name, value * x)
    return c.a * c.b if hasattr(c, "a") and not hasattr(c, "z") else x


class Spring:
    stiffness = 3.0
    instances = 0

    def __init__(self, length):
        self._length = length

    @property
    def length(self):
        return self._length

    @length.setter
    def length(self, value):
        self._length = value * 0.5

    @classmethod
    def unit(cls, scale):
        return cls(scale)

    @staticmethod
    def law(k, d):
        return k * d * d

    @cached_property
    def energy(self):
        return self.law(self.stiffness, self._length)


@case((1.2, 0.7))
def property_setter(x, y):
    s = Spring.unit(x)
    s.length = s.length * y
    first = s.energy
    s.length = 4 * x
    return first * s.length + Spring.law(y, s.energy)


@case((1.2, 0.7))
def context_manager_object(x, y):
    class Scope:
        def __init__(self, log):
            self.log = log

        def __enter__(self):
            self.log.append(x)
            return self.log

        def __exit__(self, *exc):
            self.log.append(y)
            return False

    log = []
    with Scope(log) as inner:
        inner.append(x * y)
    return log[0] * log[1] + log[2]


@case((1.2, 0.7))
def class_with_iterator(x, y):
    class Powers:
        def __init__(self, base, n):
            self.base, self.n = base, n

        def __iter__(self):
            value = 1.0
            for _ in range(self.n):
                value = value * self.base
                yield value

    total = 0.0
    for p in Powers(x, 3):
        total = total * y + p
    return total


class Adam:
    def __init__(self, rate=0.1):
        self.rate, self.m, self.v, self.t = rate, 0.0, 0.0, 0

    def step(self, x, g):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.99 * self.v + 0.01 * g * g
        m_hat = self.m / (1 - 0.9**self.t)
        v_hat = self.v / (1 - 0.99**self.t)
        return x - self.rate * m_hat / (v_hat**0.5 + 1e-3)


@case((1.2, 0.3), (A3, 0.3))
def optimizer_object(x, rate):
    opt = Adam(rate)
    for _ in range(4):
        x = opt.step(x, 2 * x + np.cos(x))
    return x


class Mixin:
    def describe(self):
        return self.value() * 2


class Base:
    def __init__(self, k):
        self.k = k

    def value(self):
        return self.k


class Derived(Mixin, Base):
    def value(self):
        return super().value() ** 2 + Base.value(self)


@case((1.2,))
def multiple_inheritance(x):
    return Derived(x).describe() * Base(x).value()


@case((1.2, 0.7))
def method_as_value(x, y):
    c = Counter(x)
    add = c.add
    for t in (x, y):
        add(t)
    totals = list(map(c.__getitem__, [0, 1]))
    scale = Layer(np.eye(2), y).__call__
    return totals[0] * totals[1] + np.sum(scale(np.array([x, y])))


@dataclass
class Rod:
    length: float
    width: float = 0.5
    area: float = field(init=False)
    notes: list = field(default_factory=list)

    def __post_init__(self):
        self.area = self.length * self.width
        self.notes.append(self.area * self.width)


@case((1.2, 0.7))
def dataclass_made_in_steps(x, y):
    rod = Rod(x, y)
    rod.notes.append(x)
    other = replace(rod, length=rod.area * x)
    return other.area * rod.area + rod.notes[0] * rod.notes[1] + other.notes[0] + Rod(y).area


class Gas:
    def __init__(self, volume, heat):
        self.volume, self.heat = volume, heat

    @cached_property
    def pressure(self):
        return self.heat / self.volume

    @property
    def work(self):
        return self.pressure * self.volume


@case((1.2, 0.7))
def cached_property_kept(x, y):
    gas = Gas(x, y)
    first = gas.work * gas.pressure
    gas.heat = gas.heat * 3  # the pressure has been read, and stays
    return first * gas.pressure + gas.heat


@case((Gas(1.2, 0.7), 0.4))
def cached_property_of_argument(gas, k):
    return gas.pressure * k + gas.work


@case((1.2, 0.7))
def cached_property_in_loop(x, y):
    total = 0.0
    for k in range(3):
        gas = Gas(x + k, y)
        total = total + gas.pressure * gas.work
        gas.volume = y
        total = total * gas.pressure
    return total


class Scaled:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    def act(self, z):
        return z

    def __call__(self, x):
        return self.act(self.w * x) * self.scale


class Squashed(Scaled):
    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def act(self, z):
        return np.tanh(z + self.b)


@case((0.3, 0.2, 1.1))
def list_of_two_classes(w, b, x):
    models = [Scaled(w), Squashed(w, b)]
    for model in models:
        x = model(x)
    return x


class Damper:
    """The last error is None before there is one."""

    def __init__(self, kp, kd):
        self.kp, self.kd = kp, kd
        self.last = None

    def __call__(self, error, dt):
        slope = 0.0 if self.last is None else (error - self.last) / dt
        self.last = error
        return self.kp * error + self.kd * slope


@case((2.0, 0.1, 0.2))
def attribute_none_at_first(kp, kd, x):
    damper = Damper(kp, kd)
    cost = 0.0
    for _ in range(4):
        x += 0.05 * damper(1.0 - x, 0.05)
        cost += (1.0 - x) ** 2
    return cost


class Vessel:
    """Attributes that arrays have as well: here they are numbers, and assigned."""

    def __init__(self, temperature, size):
        self.T = temperature
        self.size = size


@case((0.83, -0.41))
def attributes_named_as_those_of_arrays(x, y):
    gases = [Vessel(x, y), Vessel(y, x)]
    for i in range(3):
        gas = gases[i % 2]
        gas.T = gas.T * x + gas.size
        gas.size *= gas.T
    first = gases[0]
    first.size = first.T * first.T + first.size
    return first.T * gases[1].T + first.size * gases[1].size


class Order(enum.Enum):
    LINEAR = 1
    SQUARE = 2


@case((0.8,))
def members_of_an_enumeration(x):
    total = x if Order(2) is Order.SQUARE else 0.0
    for order in Order:
        total = total + x**order.value * len(Order)
    return total * sum(x * order.value for order in Order)


class Affine:
    def __init__(self, w, b):
        self.w = w
        self.b = b

    def __call__(self, x):
        return np.tanh(x @ self.w + self.b)


class Stack:
    def __init__(self, p):
        self.layers = [Affine(p["w"], p["b"])]
        self.out = p["v"]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x @ self.out


@case(({"w": np.array([[0.3, -0.5], [0.6, 0.1]]), "b": np.array([0.1, 0.2]), "v": np.array([0.7, -0.4])},))
def layers_of_a_net(p):
    return np.mean(Stack(p).forward(np.array([[0.5, 1.2], [-0.3, 0.8]])) ** 2)


@dataclass
class TwoArrays:
    a: np.ndarray
    b: np.ndarray


@case((A3,))
def array_changed_after_a_constructor_with_keywords(v):
    w = v.copy()
    p = TwoArrays(b=w, a=v * 2)
    w *= v
    return p.a * p.b


@case((A3,))
def array_of_an_argument_in_a_constructor_with_keywords(v):
    p = TwoArrays(a=v, b=v * 2)
    v[0] = v[1] * p.a[2]
    return p.a * p.b + v


@dataclass(frozen=True)
class Moving:
    pos: float
    vel: float
    n: int = 0


def moved(x, y):
    s = Moving(x, y)
    for _ in range(3):
        s = replace(s, pos=s.pos + 0.1 * s.vel, n=s.n + 1)
        s = replace(s, vel=s.vel - 0.1 * s.pos)
    return s.pos * s.vel * s.n


@case((1.2, 0.7))
def frozen_object_in_a_loop_of_a_callee(x, y):
    a = moved(x, y)
    b = moved(y=y + 0.05 * np.sin(a), x=1.1 * x)
    return a * x + np.sin(b)


@case((1.2, 0.7))
def numbers_that_are_attributes_at_first(x, y):
    """The tangent of `y` is zero at first, and must not be changed by way of the attribute."""
    out = 0.0
    for step in range(3):
        bodies = [Body(x, 0.0), Body(y, 0.1), Body(x * y, -0.1)]
        for _ in range(2):
            for a in bodies:
                a.pos += 0.1 * a.vel + a.pos
        out = out * 0.5 + sum(b.pos**2 + b.vel for b in bodies) * (step + 1)
        x, y = x + 0.05 * np.tanh(out), y * (1.0 + 0.02 * x)
    return out * x
