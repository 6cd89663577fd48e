"""Programs that call s2sad themselves: nesting, stop_gradient, custom rules. Each has a reference without it."""

import numpy as np

import s2sad
from tests.cases import build, case

A3 = np.array([0.4, 1.1, -0.7])
M33 = np.array([[2.1, 0.3, -0.4], [0.2, 1.7, 0.5], [-0.6, 0.1, 2.5]])
TAGS = {"tags": ("s2sad",)}


def cube(x):
    return x**3


def wave(x):
    return np.sin(2 * x) * x


@case((1.2,), reference=lambda x: 3 * x**2 * x, **TAGS)
def grad_of_global(x):
    return s2sad.grad(cube)(x) * x


@case((1.2, 0.7), reference=lambda x, y: y * np.cos(x * y) + y, **TAGS)
def grad_of_closure(x, y):
    def f(t):
        return np.sin(t * y)

    return s2sad.grad(f)(x) + y


@case((1.2, 0.7), reference=lambda x, y: 2 * x * y + x * x, **TAGS)
def grad_of_lambda_two_arguments(x, y):
    g = s2sad.grad(lambda a, b: a * a * b, argnums=(0, 1))
    ga, gb = g(x, y)
    return ga + gb


@case((1.2,), reference=lambda x: 6 * x, **TAGS)
def second_by_nesting(x):
    return s2sad.grad(s2sad.grad(cube))(x)


@case((0.6,), reference=lambda x: -12 * np.sin(2 * x) - 8 * x * np.cos(2 * x), **TAGS)
def third_by_nesting(x):
    return s2sad.grad(s2sad.grad(s2sad.grad(wave)))(x)


@case((1.2, 0.5), reference=lambda x, v: (3 * x**2 * v) * x, **TAGS)
def jvp_inside(x, v):
    y, y_dot = s2sad.jvp(cube, (x,), (v,))
    return y_dot * x


@case((1.2, 0.5), reference=lambda x, s: x**3 + 3 * x**2 * s, **TAGS)
def vjp_inside(x, s):
    y, pullback = s2sad.vjp(cube, x)
    (x_bar,) = pullback(s)
    return y + x_bar


@case((1.2,), reference=lambda x: x**3 + 3 * x**2, **TAGS)
def value_and_grad_inside(x):
    value, slope = s2sad.value_and_grad(cube)(x)
    return value + slope


def _descent(x, rate):
    for _ in range(3):
        x = x - rate * (2 * x + np.cos(x))
    return x


@case((1.2, 0.1), reference=_descent, **TAGS)
def gradient_descent_unrolled(x, rate):
    def cost(t):
        return t * t + np.sin(t)

    for _ in range(3):
        x = x - rate * s2sad.grad(cost)(x)
    return x


@case((A3, 0.1), reference=lambda x, rate: np.sum((x - rate * (3 * x**2)) ** 2), **TAGS)
def inner_gradient_of_array(x, rate):
    inner = s2sad.grad(lambda t: np.sum(t**3))
    return np.sum((x - rate * inner(x)) ** 2)


def _newton(a):
    x = 1.0
    for _ in range(4):
        x = x - (x * x - a) / (2 * x)
    return x


@case((2.3,), reference=_newton, **TAGS)
def newton_with_grad(a):
    def f(t):
        return t * t - a

    x = 1.0
    for _ in range(4):
        x = x - f(x) / s2sad.grad(f)(x)
    return x


@case((1.2, 0.7), reference=lambda x, y: y * 2 * x + x, **TAGS)
def grad_in_branch(x, y):
    if x > 0:
        slope = s2sad.grad(lambda t: t * t)(x)
    else:
        slope = x
    return slope * y + x


@case((1.2, 0.7), reference=lambda x, y: 1.0 * y * x * x, **TAGS)
def perturbation_confusion(x, y):
    """The inner derivative must not see the outer one's perturbation: d/dt (x + t) is 1."""
    return s2sad.grad(lambda t: x + t)(y) * y * x * x


@case((1.2,), reference=lambda x: x * (2 * x), **TAGS)
def siskind_pearlmutter(x):
    return x * s2sad.grad(lambda t: x * t + t * x)(2.0)


@case((1.2, 0.7), reference_at=lambda x0, y0: lambda x, y: x * x0 + y, **TAGS)
def stop_gradient_product(x, y):
    return x * s2sad.stop_gradient(x) + y


@case((1.2, 0.7), reference_at=lambda x0, y0: lambda x, y: x * y + np.sin(x0 * y0) * y, **TAGS)
def stop_gradient_expression(x, y):
    frozen = s2sad.stop_gradient(np.sin(x * y))
    return x * y + frozen * y


@case((A3,), reference=lambda x: np.sum((3 * x**2) ** 2), **TAGS)
def penalty_on_gradient(x):
    g = s2sad.grad(lambda t: np.sum(t**3))(x)
    return np.sum(g * g)


@case((A3, A3[::-1] * 0.5), reference=lambda x, v: np.sum(-np.sin(x) * v), **TAGS)
def hessian_vector_inside(x, v):
    return np.sum(s2sad.hvp(lambda t: np.sum(np.sin(t)), (x,), (v,)))


@build((A3,), reference=lambda x: 3 * x**2, **TAGS)
def gradient_object():
    return s2sad.grad(lambda t: np.sum(t**3))


@build((1.2, 0.7), reference=lambda x, y: (np.cos(x) * y, np.sin(x)), **TAGS)
def gradient_of_two():
    return s2sad.grad(lambda x, y: np.sin(x) * y, argnums=(0, 1))


@build((0.8,), reference=lambda s: (3 * 1.2**2 * s,), **TAGS)
def pullback_object():
    _, pullback = s2sad.vjp(cube, 1.2)
    return pullback


@build((A3,), reference=lambda x: np.diag(np.cos(x)), **TAGS)
def jacobian_reverse():
    return s2sad.jacrev(np.sin)


@build((A3,), reference=lambda x: M33.T @ np.diag(2 * x), **TAGS)
def jacobian_forward():
    return s2sad.jacfwd(lambda t: t @ np.diag(t) @ M33)


@build((A3,), reference=lambda x: np.diag(6 * x), **TAGS)
def hessian_object():
    return s2sad.hessian(lambda t: np.sum(t**3))
