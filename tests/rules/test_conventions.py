"""Kinks, ties, poles and edges: the points at which a rule's answer is a choice, or easily goes wrong."""

import math
import warnings

import numpy as np
import pytest
from scipy import special, stats

from s2sad.rules.check import Call
from s2sad.rules.declare import assume_known, find


def vjp(function, *args, seed=1.0, constant=False):
    """The adjoints of all active arguments, and no warning on the way."""
    with warnings.catch_warnings(), assume_known(constant):
        warnings.simplefilter("error")
        return tuple(Call(find(function), function, args, {}).vjp(seed).values())


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_ties_go_to_the_first(function):
    assert vjp(function, 2.0, 2.0) == (1, 0)
    assert vjp(function, 2.0, 2, constant=True) == (0,)  # against a literal, the literal takes it


def test_ties_of_the_others():
    assert vjp(np.fmax, 2.0, 2.0) == vjp(np.fmin, 2.0, 2.0) == (1, 0)
    assert vjp(np.fmax, np.nan, 2.0) == vjp(np.fmin, np.nan, 2.0) == (0, 1)
    assert vjp(max, 2.0, 2.0) == vjp(min, 2.0, 2.0) == ((1, 0),)
    assert vjp(max, [1.0, 3.0, 3.0]) == (([0, 1, 0],),)
    assert vjp(np.clip, 2.0, 1.0, 2.0) == (1, 0, 0)


@pytest.mark.parametrize("function", [abs, np.abs, np.fabs, math.fabs])
def test_absolute_value_of_zero(function):
    assert vjp(function, 0.0) == (0,)


def test_distance_of_nothing():
    assert vjp(np.hypot, 0.0, 0.0) == (0, 0)
    assert vjp(math.hypot, 0.0, 0.0) == ((0, 0),)
    assert vjp(math.dist, [1.0], [1.0]) == ([0], [0])


@pytest.mark.parametrize("kind", [float, np.float64, np.array])
def test_powers_at_zero(kind):
    assert vjp(np.power, kind(0.0), kind(0.0)) == (0, 0)
    assert vjp(np.power, kind(0.0), kind(1.0)) == (1, 0)
    assert vjp(np.power, kind(0.0), kind(2.0)) == (0, 0)
    assert vjp(pow, kind(0.0), 0, constant=True) == (0,)
    assert vjp(pow, kind(0.0), 1, constant=True) == (1,)


def test_exponent_of_a_negative_base():
    with np.errstate(invalid="ignore"):  # wrt the exponent there is no derivative
        x_bar, y_bar = Call(find(pow), np.power, (-2.0, 3.0), {}).vjp(1.0).values()
    assert x_bar == 12 and np.isnan(y_bar)


def test_powers_of_math():
    assert vjp(math.pow, 0.0, 0.0) == (0, 0)
    assert vjp(math.pow, 0.0, 2.0) == (0, 0)


def test_sinc_near_zero():
    assert vjp(np.sinc, 0.0) == (0,)
    np.testing.assert_allclose(vjp(np.sinc, 1e-3), -(np.pi**2) * 1e-3 / 3, rtol=1e-5)


def test_arctan2_on_the_axes():
    assert vjp(np.arctan2, 0.0, 2.0) == (0.5, 0)
    assert vjp(np.arctan2, 2.0, 0.0) == (0, -0.5)


def test_no_overflow_where_the_function_is_finite():
    assert vjp(np.logaddexp, 1000.0, 0.0) == (1, 0)
    assert vjp(np.logaddexp, -np.inf, 0.0) == (0, 1)
    assert vjp(np.tanh, 1000.0) == (0,)
    assert vjp(np.log1p, 1e-300) == (1,)
    np.testing.assert_allclose(vjp(np.hypot, 3e200, 4e200), (0.6, 0.8))
    np.testing.assert_allclose(vjp(np.hypot, 3e-200, 4e-200), (0.6, 0.8))
    np.testing.assert_allclose(vjp(np.reciprocal, 1e-100), -1e200)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_angles_of_tiny_and_huge_vectors(size):
    for function in (np.arctan2, math.atan2):
        np.testing.assert_allclose(
            vjp(function, 3 * size, 4 * size), (4 / 25 / size, -3 / 25 / size), rtol=1e-14
        )


@pytest.mark.parametrize("x", [1e200, -1e200])
def test_functions_of_huge_floats(x):
    """Python's powers raise where they overflow: partials must not."""
    assert vjp(math.atan, x) == (0,)
    assert vjp(math.erf, x) == vjp(math.erfc, x) == (0,)
    for function in (np.arctan, special.erf, special.erfc, special.ndtr, stats.norm.cdf, stats.cauchy.logpdf):
        assert vjp(function, x)[0] == 0
    np.testing.assert_allclose(vjp(math.asinh, x), 1e-200)
    if x > 0:
        np.testing.assert_allclose(vjp(math.acosh, x), 1e-200)


@pytest.mark.parametrize("x", [1e-12, 1e-6, 9.9e-4, 1.1e-3, 0.01])
def test_sinc_keeps_its_digits(x):
    t = np.pi * x
    series = np.pi * t * (-1 / 3 + t**2 / 30 - t**4 / 840)
    np.testing.assert_allclose(vjp(np.sinc, x), series, rtol=1e-9)


def test_extrema_with_an_initial_value():
    call = Call(find(np.max), np.max, (np.array([1.0, 2.0]),), {"initial": 3.0})
    assert call.vjp(1.0)["a"].tolist() == [0, 0]  # a constant is the largest
    call = Call(find(np.max), np.max, (np.array([3.0, 3.0]),), {"initial": 3.0})
    assert call.vjp(1.0)["a"].tolist() == [0.5, 0.5]


def test_zero_of_everything():
    """Harmless points: a derivative that exists, or a subgradient, and no warning."""
    zeros = np.zeros(3)
    for function in (np.linalg.norm, np.std, np.hypot.reduce, np.linalg.vector_norm):
        assert vjp(function, zeros)[0].tolist() == [0, 0, 0]
    assert vjp(np.prod, zeros)[0].tolist() == [0, 0, 0]
    assert vjp(np.maximum.accumulate, zeros, seed=np.ones(3))[0].tolist() == [1, 1, 1]


def test_logarithms_of_sums():
    special = pytest.importorskip("scipy.special")
    np.testing.assert_allclose(vjp(special.logsumexp, np.array([1000.0, 1000.0, -np.inf]))[0], [0.5, 0.5, 0])
    np.testing.assert_allclose(vjp(np.logaddexp.reduce, np.array([-1000.0, -1000.0]))[0], [0.5, 0.5])
    assert vjp(special.expit, 800.0) == (0,)
    np.testing.assert_allclose(vjp(special.expit, -700.0), np.exp(-700.0), rtol=1e-12)
    np.testing.assert_allclose(vjp(special.log_ndtr, -40.0), 40.025, rtol=1e-4)
    with np.errstate(divide="ignore"):  # wrt x it is infinite there
        assert list(Call(find(special.xlogy), special.xlogy, (0.0, 0.0), {}).vjp(1.0).values()) == [
            -np.inf,
            0,
        ]


def test_where_masks_the_seed():
    taken = np.array([True, False])
    x_bar, y_bar = vjp(np.where, taken, np.ones(2), np.ones(2), seed=np.array([np.inf, 3.0]))
    assert x_bar.tolist() == [np.inf, 0]
    assert y_bar.tolist() == [0, 3]


def test_complex_conventions():
    """Adjoints pair with tangents by Re(conj(x_bar) * x_dot)."""
    z = 3 + 4j
    np.testing.assert_allclose(vjp(abs, z), 0.6 + 0.8j)
    assert vjp(np.real, z) == (1,)
    assert vjp(np.imag, z) == (1j,)
    assert vjp(np.conj, z, seed=1 + 2j) == (1 - 2j,)
    np.testing.assert_allclose(vjp(np.angle, z), 1j * z / 25)
    assert vjp(np.angle, -2.0) == (0,)
    assert vjp(np.imag, 2.0) == (0,)


def test_python_floats_stay_scalars():
    for function in (np.sin, np.exp, np.sqrt, abs, math.sin, math.erf, np.hypot, np.maximum, pow):
        args = (0.7,) if function not in (np.hypot, np.maximum, pow) else (0.7, 0.4)
        assert all(isinstance(bar, float) for bar in vjp(function, *args))


@pytest.mark.parametrize("x", [1e-5, 0.3, 1.0, 5.5, 8.0, 40.0, 1e6, -0.5, -3.7])
def test_digamma(x):
    special = pytest.importorskip("scipy.special")
    np.testing.assert_allclose(vjp(math.lgamma, x), special.digamma(x), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("x", [60.0, 2e4, 1e8, 1e150])
def test_slopes_far_out_keep_their_digits(x):
    """Asymptotic expansions, DLMF 7.12 and 10.40: the direct formulas are differences of nearly equal numbers."""
    q = (1 / x) ** 2
    wanted = {
        special.erfcx: -(1 - 1.5 * q + 3.75 * q**2) / math.sqrt(math.pi) * q,
        special.dawsn: -(1 + 1.5 * q + 3.75 * q**2) / 2 * q,
        special.wofz: -1j * (1 + 1.5 * q + 3.75 * q**2) / math.sqrt(math.pi) * q,
    }
    if x > 1e3:
        wanted[special.i0e] = -special.i0e(x) / (2 * x) * (1 + 1 / (4 * x))
        wanted[special.i1e] = -special.i1e(x) / (2 * x) * (1 - 3 / (4 * x))
        wanted[special.k0e] = -special.k0e(x) / (2 * x) * (1 - 1 / (4 * x))
        wanted[special.k1e] = -special.k1e(x) / (2 * x) * (1 + 3 / (4 * x))
    for function, slope in wanted.items():
        np.testing.assert_allclose(vjp(function, x, seed=np.ones_like(slope)), np.conj(slope), rtol=1e-8)
    mills = x + 1 / x - 2 * q / x  # the normal hazard
    np.testing.assert_allclose(vjp(stats.norm.logcdf, -x)[0], mills, rtol=1e-5 if x < 1e3 else 1e-12)
    np.testing.assert_allclose(vjp(stats.norm.logsf, x)[0], -mills, rtol=1e-5 if x < 1e3 else 1e-12)
    np.testing.assert_allclose(vjp(special.pseudo_huber, x, 1.0)[0], q / x / 4, rtol=1e-3)


@pytest.mark.parametrize("m", [-1e4, -1e-8, 0.0, 1e-300, 1e-8])
def test_elliptic_integrals_near_zero(m):
    """DLMF 19.25: the slopes by Carlson's integrals, which lose no digits."""
    share = special.elliprd(0, 1 - m, 1) / 3
    np.testing.assert_allclose(
        vjp(special.ellipk, m), (special.ellipk(m) - share) / (2 * (1 - m)), rtol=1e-12
    )
    np.testing.assert_allclose(vjp(special.ellipe, m), -share / 2, rtol=1e-12)


def test_slopes_that_are_small_keep_their_digits():
    for function in (np.expm1, math.expm1, special.expm1):
        np.testing.assert_allclose(vjp(function, -300.0), np.exp(-300.0))
    np.testing.assert_allclose(vjp(special.powm1, 2.0, -300.0)[1], math.log(2) * 2.0**-300)
    np.testing.assert_allclose(vjp(stats.gumbel_r.logcdf, -300.0)[0], np.exp(300.0))
    np.testing.assert_allclose(vjp(stats.gumbel_r.logpdf, 1e-20)[0], -1e-20)
    np.testing.assert_allclose(vjp(stats.weibull_min.logsf, 1e8, 2.0)[0], -2e8)
    np.testing.assert_allclose(vjp(special.spence, 1e-300), math.log(1e-300))
    assert vjp(special.spence, 1.0) == (-1,)
    np.testing.assert_allclose(vjp(math.lgamma, 1e300), math.log(1e300))
