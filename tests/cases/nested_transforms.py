"""Derivatives taken inside of functions that are differentiated: each has a reference that is written out by hand."""

from functools import partial

import numpy as np

import s2sad
from s2sad import grad, hessian, hvp, jacfwd, jacrev, jvp, value_and_grad, vjp
from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
M23 = np.array([[0.4, 1.1, -0.7], [0.9, 0.3, 1.6]])
TAGS = {"tags": ("s2sad",)}


def wave(x):
    return np.sin(x) * x


def energy(p, scale):
    return scale * np.sum(p**3)


wave_slope = grad(wave)
wave_curvature = grad(grad(wave))
energy_and_slope = value_and_grad(energy)


# ── objects made beforehand ──────────────────────────────────────────────────────────────────────────────


@case((0.7,), reference=lambda x: (np.cos(x) * x + np.sin(x)) * x**2, **TAGS)
def slope_of_module(x):
    return wave_slope(x) * x**2


@case((0.7,), reference=lambda x: (2 * np.cos(x) - x * np.sin(x)) * x, **TAGS)
def curvature_of_module(x):
    return wave_curvature(x) * x


@case((A3, 0.6), reference=lambda p, s: s * np.sum(p**3) + np.sum(3 * s * p**2 * p), **TAGS)
def value_and_slope_of_module(p, s):
    value, slope = energy_and_slope(p, s)
    return value + np.sum(slope * p)


@case((0.7,), reference=lambda x: -3 * np.sin(x) - x * np.cos(x), **TAGS)
def mixed_third(x):
    return grad(wave_curvature)(x)


@case((0.7,), reference=lambda x: -4 * np.cos(x) + x * np.sin(x), **TAGS)
def fourth(x):
    return grad(grad(wave_curvature))(x)


# ── no perturbation may be taken for another ─────────────────────────────────────────────────────────────


@case((1.3,), reference=lambda x: x * (x + 1.0), **TAGS)
def captured_sum(x):
    def inner(y):
        return x * y + y

    return x * grad(inner)(1.0)


@case((1.3,), reference=lambda x: x * 1.0, **TAGS)
def pearlmutter_forward(x):
    _, slope = jvp(lambda y: x + y, (1.0,), (1.0,))
    return x * slope


@case((1.3,), reference=lambda x: x * x * 2.0, **TAGS)
def jvp_in_grad(x):
    _, slope = jvp(lambda y: x * y * y, (1.0,), (1.0,))
    return x * slope


@case((1.3, 0.4), reference=lambda x, y: 2 * x * (2 * y + x), **TAGS)
def three_levels(x, y):
    def outer(u):
        def inner(v):
            return u * v * v + x * u * v

        return u * grad(inner)(y)

    return grad(outer)(x)


@case((1.3, 0.4), reference=lambda x, y: np.cos(x * y) * y, **TAGS)
def same_name_inside(x, y):
    return grad(lambda x: np.sin(x * y))(x)


@case((1.1,), reference=lambda x: 6 * x * 4 * x**3, **TAGS)
def shadowed_levels(x):
    return grad(lambda x: grad(lambda x: x**3)(x) * 1.0)(x) * grad(lambda x: x**4)(x)


@case((1.3, 0.4), reference=lambda x, y: x * (y + np.exp(x)) + y, **TAGS)
def captured_through_two_functions(x, y):
    shift = np.exp(x)

    def f(t):
        return t * (y + shift)

    def slope(t):
        return grad(f)(t)

    return x * slope(2.0) + y


# ── what is differentiated ───────────────────────────────────────────────────────────────────────────────


def _scaled(factor, x, power=2):
    return factor * x**power


@case((1.3, 0.4), reference=lambda x, y: 3 * y * x**2 + 2 * y * x, **TAGS)
def partials_and_defaults(x, y):
    return grad(partial(_scaled, y, power=3))(x) + grad(_scaled, argnums=1)(y, x)


@case((1.3, 0.4), reference=lambda x, y: x**2 + 2 * x * y, **TAGS)
def by_name(x, y):
    slopes = grad(_scaled, argnums=("factor", "x"))(y, x)
    return slopes[0] + slopes[1]


@case((1.3,), reference=lambda x: np.cos(x) * x, **TAGS)
def of_library_function(x):
    return grad(np.sin)(x) * x


class Spring:
    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return 0.5 * self.k * x**2

    def force(self, x):
        return -grad(self.energy)(x)


@case((1.3, 0.4), reference=lambda k, x: -k * x + x, **TAGS)
def of_method(k, x):
    return Spring(k).force(x) + x


@case((1.3, 0.4), reference=lambda x, y: (2 * x * y) * y + np.sin(x), **TAGS)
def with_auxiliary(x, y):
    def f(t):
        return t * t * y, np.sin(t)

    slope, extra = grad(f, has_aux=True)(x)
    return slope * y + extra


def _loop(x, n):
    total = 0.0
    for k in range(n):
        total = total + np.sin(x) ** k * x
    return total


def _loop_slope(x, n):
    return sum(k * np.sin(x) ** (k - 1) * np.cos(x) * x + np.sin(x) ** k for k in range(n))


@case((0.7,), reference=lambda x: _loop_slope(x, 4) * x, **TAGS)
def of_a_loop(x):
    return grad(lambda t: _loop(t, 4))(x) * x


def _branching(x):
    if x > 0:
        y = x**3
    else:
        y = -x
    return y * x


@case((0.7,), (-0.7,), reference=lambda x: (4 * x**3 if x > 0 else -2 * x) * x, **TAGS)
def of_branches(x):
    return grad(_branching)(x) * x


def _in_place(x):
    out = np.zeros(3)
    for i in range(3):
        out[i] = x[i] ** 2 * x[0]
    out[1:] += x[:-1]
    return np.sum(out * x)


def _in_place_slope(x):
    g = 3 * x**2 * x[0]
    g[0] += np.sum(x**3)
    g[:-1] += x[1:]
    g[1:] += x[:-1]
    return g


@case((A3,), reference=lambda x: np.sum(_in_place_slope(x) ** 2), **TAGS)
def of_stores(x):
    return np.sum(grad(_in_place)(x) ** 2)


def _power(x, n):
    return 1.0 if n == 0 else x * _power(x, n - 1)


@case((1.3,), reference=lambda x: 3 * x**2, **TAGS)
def of_recursion(x):
    return jvp(lambda t: _power(t, 3), (x,), (1.0,))[1]


# ── other transforms ─────────────────────────────────────────────────────────────────────────────────────


@case((A3, A3[::-1] * 0.5), reference=lambda x, v: np.sum(np.cos(x) * v * x), **TAGS)
def pushforward_of_array(x, v):
    y, y_dot = jvp(np.sin, (x,), (v,))
    return np.sum(y_dot * x)


@case((A3, 0.8), reference=lambda x, s: 2 * np.sum(np.cos(x) * x * s) + s * np.sum(x), **TAGS)
def pullback_twice(x, s):
    y, pullback = vjp(lambda t, u: np.sin(t) * u, x, s)
    once, _ = pullback(x)
    again, _ = pullback(x)
    return np.sum(once + again) + s * np.sum(x)


@case((1.2, 0.7), reference=lambda x, y: (y * np.cos(x * y) + y) * x, **TAGS)
def pushforward_with_none(x, y):
    _, y_dot = jvp(lambda a, b: np.sin(a * b) + a * b, (x, y), (1.0, None))
    return y_dot * x


@case((A3,), reference=lambda x: np.sum(np.cos(x) ** 2), **TAGS)
def jacobian_forward_inside(x):
    return np.sum(jacfwd(np.sin)(x) ** 2)


@case((A3,), reference=lambda x: np.sum(np.cos(x) ** 2), **TAGS)
def jacobian_reverse_inside(x):
    return np.sum(jacrev(lambda t: np.sin(t))(x) ** 2)


@case((A3, 0.6), reference=lambda x, s: 6 * s * np.sum(x), **TAGS)
def hessian_inside(x, s):
    return np.trace(hessian(lambda t: s * np.sum(t**3))(x))


@case((A3, A3[::-1] * 0.5), reference=lambda x, v: np.sum(6 * x * v * v), **TAGS)
def hessian_product_inside(x, v):
    return np.sum(v * hvp(lambda t: np.sum(t**3), (x,), (v,)))


@case((M23, A3), reference=lambda w, x: np.sum((1 - np.tanh(w @ x) ** 2) ** 2) * np.sum(x**2), **TAGS)
def penalty_on_jacobian(w, x):
    slopes = jacrev(lambda p: np.tanh(p @ x))(w)
    return np.sum(slopes**2)


@case((0.6, 0.3), reference=lambda q, p: (p - 0.1 * np.sin(q)) * (q + 0.1 * p), **TAGS)
def hamiltonian_step(q, p):
    def total(q, p):
        return 0.5 * p * p - np.cos(q)

    q_new = q + 0.1 * grad(total, argnums=1)(q, p)
    p_new = p - 0.1 * grad(total)(q, p)
    return q_new * p_new


def _inner_steps(w, rate):
    for _ in range(3):
        w = w - rate * 2 * (w - 1.0) * w
    return np.sum(w)


@case((A3, 0.05), reference=_inner_steps, **TAGS)
def learning_rate(w, rate):
    def cost(w, frozen):
        return np.sum((w - 1.0) ** 2 * frozen)

    for _ in range(3):
        w = w - rate * grad(cost)(w, w)
    return np.sum(w)


def spectrum(w):
    z = np.fft.fft(w) * (1 + 0.5j)
    return np.sum(np.abs(z) ** 3 + z.real**2 * z.imag)


@case((np.array([0.37, -0.92, 0.64]),))
def gradient_of_a_spectrum(v):
    return grad(spectrum)(v)


@case((np.array([0.37, -0.92, 0.64]),))
def sign_of_complex_numbers(v):
    z = v + 1j * v[::-1] ** 2
    return np.sign(z).real + np.sign(z * v[0]).imag + np.sign(v)


class Chain:
    def __init__(self, u):
        self.u = u.copy()
        self.energy = 0.0

    def step(self, k):
        if k > -0.5:
            self.u[1:-1] += k * self.u[:-2] * self.u[2:]
        self.energy = self.energy + self.u.sum() ** 2


def energy_of_a_chain(v):
    chain = Chain(v)
    for k in v:
        chain.step(k)
    return chain.energy


@case((np.array([0.37, -0.92, 0.64]),))
def gradient_through_an_object(v):
    return grad(energy_of_a_chain)(v)
