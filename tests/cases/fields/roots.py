"""Roots that SciPy finds and integrals that it computes, as functions of what the equations and integrands depend on."""

import numpy as np
from scipy import integrate, optimize
from scipy.integrate import quad
from scipy.optimize import brentq, fsolve, root_scalar

from tests.cases import case

MATRIX = np.array([[3.0, 0.5], [0.2, 2.0]])


@case((2.0,))
def cube_root(a):
    return brentq(lambda t: t**3 - a, 0.0, 5.0) ** 2


def price(rate, payments, years):
    return np.sum(payments * np.exp(-rate * years))


@case((np.array([5.0, 5.0, 105.0]), 98.0))
def yield_of_a_bond(payments, quoted):
    years = np.array([1.0, 2.0, 3.0])

    def gap(rate, payments, quoted):
        return price(rate, payments, years) - quoted

    rate = optimize.bisect(gap, 0.0, 1.0, args=(payments, quoted), xtol=1e-14)
    return np.sin(10 * rate) * payments[0]


@case((0.6, 0.3))
def kepler_by_newton(mean, e):
    found = optimize.newton(lambda t: t - e * np.sin(t) - mean, mean, fprime=lambda t: 1 - e * np.cos(t))
    return np.cos(found) + optimize.ridder(lambda t: np.cos(t) - e * t, 0.0, 2.0)


@case((1.5, 0.4))
def results_by_attribute(a, b):
    first = root_scalar(lambda t: np.exp(t) - a * t - 3.0, bracket=[0.0, 4.0], method="brentq")
    second = root_scalar(lambda t: t**3 + b * t - a, x0=1.0, x1=1.2, method="secant").root
    return first.root * second if first.converged else 0.0


@case((np.array([0.4, 0.9]), 0.7))
def system_of_equations(b, k):
    def balance(u, b):
        return MATRIX @ u + k * u**3 - b

    u = fsolve(balance, np.zeros(2), args=(b,), xtol=1e-13)
    v = optimize.root(lambda t: [t[0] + k * t[1] - u[0], t[1] ** 3 + t[1] - b[1]], np.ones(2), tol=1e-13).x
    return np.sum(np.sin(u)) * v[0] + v[1]


@case((np.array([0.5, 1.0, 2.0]),))
def roots_in_a_loop(a):
    total = 0.0
    for k in range(len(a)):
        total += optimize.toms748(lambda t, c: t * np.exp(t) - c, 0.0, 5.0, args=(a[k],)) * a[k]
    return total + optimize.brenth(lambda t: t**5 - a[0], 0.0, 2.0)


@case((0.7, 1.5))
def integral_of_a_closure(k, b):
    return quad(lambda t: np.exp(-k * t**2), 0.2 * b, b)[0] ** 2 + quad(np.sin, b, k)[0]


@case((1.3, 0.4))
def integrals_without_end(k, m):
    mass, _ = quad(lambda t, k: np.exp(-k * t) * t, m, np.inf, args=(k,))
    moment = quad(lambda t: np.exp(-((t - m) ** 2)) * t**2, -np.inf, np.inf, epsabs=1e-10)[0]
    return mass * moment + quad(lambda t: np.exp(t * k), -np.inf, m)[0]


@case((0.9, 1.7))
def fixed_quadrature(k, b):
    return integrate.fixed_quad(lambda t, k: np.sin(k * t), 0.2, b, args=(k,), n=7)[0]


@case((np.array([0.4, -0.8, 1.1]), 0.7), (np.array([0.4, -0.8, 1.1, 0.3]), 1.2))
def ridge(target, weight):
    """A fit as a function of its data and of the weight of its penalty."""

    def loss(w, target):
        return np.sum((w - target) ** 4 + weight * w**2 + w * np.roll(w, 1) * 0.1)

    fit = optimize.minimize(loss, np.zeros(len(target)), args=(target,), method="BFGS", options={"gtol": 1e-11})
    return fit.x @ target + fit.fun


@case((0.7, 1.2), (1.1, 0.6))
def lowest_point(a, b):
    return optimize.minimize_scalar(lambda t: (t - a) ** 2 + b * t**4, tol=1e-12).x
