"""Roots and integrals of SciPy: derivatives of higher order, files that stand alone, and what is refused."""

import numpy as np
import pytest
from scipy import integrate, optimize

import s2sad
from s2sad import grad, jvp


def cube_root(a):
    return optimize.brentq(lambda t: t**3 - a, 0.0, 5.0)


def transform(k):
    return integrate.quad(lambda t: np.exp(-k * t), 0.0, np.inf)[0]


def test_every_order():
    """The root in a derivative is a root again: closed forms."""
    a = 2.0
    np.testing.assert_allclose(grad(grad(cube_root))(a), -2 / 9 * a ** (-5 / 3), rtol=1e-11)
    np.testing.assert_allclose(grad(grad(grad(cube_root)))(a), 10 / 27 * a ** (-8 / 3), rtol=1e-10)
    np.testing.assert_allclose(jvp(grad(cube_root), (a,), (1.0,))[1], -2 / 9 * a ** (-5 / 3), rtol=1e-11)


def test_second_derivative_of_an_integral():
    np.testing.assert_allclose(grad(grad(transform))(1.3), 2 / 1.3**3, rtol=1e-8)


def test_systems_twice():
    def found(p):
        return optimize.fsolve(lambda u: np.array([u[0] ** 2 - p, u[1] - u[0] * p]), np.ones(2), xtol=1e-13)[
            1
        ]

    np.testing.assert_allclose(grad(found)(2.0), 1.5 * 2.0**0.5, rtol=1e-10)
    np.testing.assert_allclose(grad(grad(found))(2.0), 0.75 * 2.0**-0.5, rtol=1e-9)


def test_minima_twice():
    """The minimum of (t - a)**2 / 2 + t**4 / 4: x + x**3 = a."""

    def lowest(a):
        found = optimize.minimize(lambda t: np.sum((t - a) ** 2 / 2 + t**4 / 4), np.zeros(1), tol=1e-12)
        return found.x[0]

    a = 2.0  # x = 1
    np.testing.assert_allclose(grad(lowest)(a), 1 / 4, rtol=1e-6)
    np.testing.assert_allclose(jvp(grad(lowest), (a,), (1.0,))[1], -6 / 4**3, rtol=1e-5)


def bounded(a):
    return optimize.minimize(lambda t: np.sum((t - a) ** 2), np.zeros(1), bounds=[(0, 1)]).x[0]


def constrained(a):
    return optimize.minimize(lambda t: np.sum((t - a) ** 2), np.zeros(1), method="SLSQP").x[0]


def full_output(a):
    return optimize.brentq(lambda t: t - a, 0.0, 5.0, full_output=True)[0]


def with_derivative(a):
    return optimize.root_scalar(lambda t: (t**2 - a, 2 * t), x0=1.0, fprime=True).root


def weighted(a):
    return integrate.quad(lambda t: t * a, 0.0, 1.0, weight="cos", wvar=2.0)[0]


@pytest.mark.parametrize("program", [full_output, with_derivative, weighted, bounded, constrained])
def test_other_options_are_refused(program):
    for derivative in (grad(program), lambda a: jvp(program, (a,), (1.0,))):
        with pytest.raises(s2sad.RefusedError):
            derivative(1.5)
