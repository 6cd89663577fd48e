"""Functions in awkward places, for test_forms: several lambdas on a line, in a list, as an argument, as a default."""

import functools
import operator
from collections.abc import Callable

import numpy as np

first, second = lambda x: x * x, lambda x: x**3
in_list = [lambda x: np.sin(x), lambda x: np.cos(x), lambda x: x * 2.0]
in_dict = {"a": lambda x: x * x, "b": lambda x: x * x * x}
nested = lambda k: lambda x: k * x * x  # noqa: E731
two_lines = (
    lambda x: x * 3.0
    + x * x,
    lambda x: x / 3.0,
)  # fmt: skip


def identity(function: Callable) -> Callable:
    return function


as_argument = identity(lambda x: x * x + 1)
two_arguments = (identity(lambda x: x * 5.0), identity(lambda x: x * x * 7.0))


def with_default(x, f=lambda t: t * t):
    return f(x)


def plain(x, y=2.0):
    """Return a product."""
    return x * y * x


def make(k):
    w = k * 2

    def inner(x):
        return w * x * x + k

    return inner


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def decorated(x):
    return x * x * x


def doubled(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return 2 * function(*args, **kwargs)

    return wrapper


@doubled
def decorated_twice(x, y=3.0):
    return x * x * y


@functools.lru_cache(maxsize=None)  # noqa: UP033
def cached(x):
    return x * x


class Model:
    scale = 3.0

    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return self.k * x * x * self.scale

    def __call__(self, x):
        return self.k * x**3

    @staticmethod
    def static(x):
        return x * x

    @classmethod
    def of_class(cls, x):
        return cls.scale * x * x

    def __matmul__(self, x):
        return self.k * x


class Inherited(Model):
    def energy(self, x):
        return super().energy(x) + x


def star(*args, **kwargs):
    return args[0] * args[-1] * kwargs.get("k", 1.0)


def keyword_only(x, *, k=2.0):
    return x * x * k


def positional_only(x, /, y):
    return x * y


def reader(x):
    return operator.mul(x, x)


# (name, function, arguments, gradient with respect to the first one)
FORMS = [
    ("module function", plain, (1.3, 0.5), lambda x, y: 2 * x * y),
    ("module function, default", plain, (1.3,), lambda x: 4 * x),
    ("lambda, first of two on a line", first, (1.3,), lambda x: 2 * x),
    ("lambda, second of two on a line", second, (1.3,), lambda x: 3 * x**2),
    ("lambda in a list 0", in_list[0], (1.3,), np.cos),
    ("lambda in a list 1", in_list[1], (1.3,), lambda x: -np.sin(x)),
    ("lambda in a list 2", in_list[2], (1.3,), lambda x: 2.0),
    ("lambda in a dict a", in_dict["a"], (1.3,), lambda x: 2 * x),
    ("lambda in a dict b", in_dict["b"], (1.3,), lambda x: 3 * x * x),
    ("lambda returned by a lambda", nested(4.0), (1.3,), lambda x: 8 * x),
    ("lambda over two lines", two_lines[0], (1.3,), lambda x: 3 + 2 * x),
    ("lambda on the line after", two_lines[1], (1.3,), lambda x: 1 / 3),
    ("lambda as an argument", as_argument, (1.3,), lambda x: 2 * x),
    ("lambda as an argument, first", two_arguments[0], (1.3,), lambda x: 5.0),
    ("lambda as an argument, second", two_arguments[1], (1.3,), lambda x: 14 * x),
    ("lambda as a default", with_default, (1.3,), lambda x: 2 * x),
    ("closure", make(1.5), (1.3,), lambda x: 6 * x),
    ("wrapped by a decorator", decorated, (1.3,), lambda x: 3 * x * x),
    ("changed by a decorator", decorated_twice, (1.3,), lambda x: 12 * x),
    ("changed by a decorator, two arguments", decorated_twice, (1.3, 0.5), lambda x, y: 4 * x * y),
    ("lru_cache", cached, (1.3,), lambda x: 2 * x),
    ("bound method", Model(2.0).energy, (1.3,), lambda x: 12 * x),
    ("inherited bound method", Inherited(2.0).energy, (1.3,), lambda x: 12 * x + 1),
    ("callable object", Model(2.0), (1.3,), lambda x: 6 * x * x),
    ("static method", Model.static, (1.3,), lambda x: 2 * x),
    ("class method", Model.of_class, (1.3,), lambda x: 6 * x),
    ("bound operator method", Model(2.0).__matmul__, (1.3,), lambda x: 2.0),
    ("partial", functools.partial(plain, y=3.0), (1.3,), lambda x: 6 * x),
    ("partial of positional", functools.partial(plain, 3.0), (0.5,), lambda y: 9.0),
    ("partial of a partial", functools.partial(functools.partial(star, 2.0), k=3.0), (1.3,), lambda x: 6.0),
    ("partial of a method", functools.partial(Model(2.0).energy), (1.3,), lambda x: 12 * x),
    ("partial of numpy", functools.partial(np.power, 2.0), (1.3,), lambda x: 2**x * np.log(2)),
    ("operator.mul", operator.mul, (1.3, 0.5), lambda x, y: y),
    ("operator.truediv", operator.truediv, (1.3, 0.5), lambda x, y: 1 / y),
    ("operator.neg", operator.neg, (1.3,), lambda x: -1.0),
    ("operator.pow", operator.pow, (1.3, 2.5), lambda x, y: y * x ** (y - 1)),
    ("operator.itemgetter", operator.itemgetter(1), ((1.3, 0.4),), lambda t: (0.0, 1.0)),
    ("np.sin", np.sin, (1.3,), np.cos),
    ("np.multiply", np.multiply, (1.3, 0.5), lambda x, y: y),
    ("np.sum", np.sum, (np.array([1.0, 2.0]),), lambda x: np.ones(2)),
    ("np.linalg.norm", np.linalg.norm, (np.array([3.0, 4.0]),), lambda x: x / 5),
    ("builtin abs", abs, (-1.3,), lambda x: -1.0),
    ("builtin sum", sum, ([1.0, 2.0],), lambda x: [1.0, 1.0]),
    ("builtin float", float, (1.3,), lambda x: 1.0),
    ("builtin max", max, (1.3, 0.4), lambda x, y: 1.0),
    ("star function", star, (1.3, 0.5), lambda x, y: y),
    ("star function, one argument", star, (1.3,), lambda x: 2 * x),
    ("keyword-only parameter", keyword_only, (1.3,), lambda x: 4 * x),
    ("positional-only parameter", positional_only, (1.3, 0.5), lambda x, y: y),
    ("calls operator", reader, (1.3,), lambda x: 2 * x),
]
