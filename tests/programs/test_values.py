"""Values: dtypes kept, 0-d and empty arrays, complex numbers, broadcasting, nests."""

import itertools
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

import s2sad
from tests import harness

SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (2, 1), (0, 3), (2, 1, 3)]
Pair = namedtuple("Pair", "a b")


@dataclass
class Box:
    width: float
    weights: np.ndarray
    label: str = "box"
    count: int = 3


def blend(x, y):
    z = x * y + x / (2.5 + y)
    z = z - y**2 * x
    return np.sin(z) + x


def total(x, y):
    return np.sum(blend(x, y) * x)


def compatible():
    for a, b in itertools.product(SHAPES, SHAPES):
        try:
            np.broadcast_shapes(a, b)
        except ValueError:
            continue
        yield a, b


@pytest.mark.parametrize(("a", "b"), list(compatible()), ids=str)
@pytest.mark.parametrize("function", [blend, total])
def test_broadcasting(function, a, b):
    rng = np.random.default_rng(5)
    harness.check(function, (rng.uniform(0.2, 1.0, a), rng.uniform(0.2, 1.0, b)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3)])
def test_dtypes(dtype, shape):
    rng = np.random.default_rng(6)
    x = np.asarray(rng.uniform(0.2, 1.0, shape), dtype)
    y = np.asarray(rng.uniform(0.2, 1.0, shape), dtype)
    if np.iscomplexobj(x):
        x, y = x + dtype(0.3j), y - dtype(0.2j)
    harness.check(blend, (x, y))
    harness.check(lambda a, b: np.sum(np.abs(blend(a, b)) ** 2), (x, y))


@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.array])
def test_kinds_of_scalar(kind):
    harness.check(blend, (kind(0.7), kind(0.4)))
    harness.check(lambda x: [x * x, float(x) + x], (kind(0.7),))


def test_single_precision_is_kept():
    x = np.array([0.5, 1.5], np.float32)
    for f in (
        lambda t: np.sum(np.exp2(t) + np.log2(t) + np.log10(t) + np.sqrt(t) * 2),
        lambda t: np.mean(t**2) / 3,
        lambda t: np.std(t) * 0.5 + np.linalg.norm(t),
        lambda t: np.sum(np.where(t > 1, t, 2 * t)) * np.prod(t),
        lambda t: np.max(t) * np.pi + t[0] ** 0.5,
    ):
        gradient = s2sad.grad(f)(x)
        assert gradient.dtype == np.float32
        assert np.asarray(s2sad.jvp(f, (x,), (x,))[1]).dtype == np.asarray(f(x)).dtype


def test_mixed_dtypes_follow_the_argument():
    x, y = np.array([0.5, 1.5], np.float32), np.array([0.3, 0.7])
    gx, gy = s2sad.grad(lambda a, b: np.sum(a * b * a), argnums=(0, 1))(x, y)
    assert (gx.dtype, gy.dtype) == (np.float32, np.float64)


def test_zero_dimensional_is_kept():
    x = np.array(0.7)
    gradient = s2sad.grad(lambda t: t * t)(x)
    assert np.shape(gradient) == ()
    np.testing.assert_allclose(gradient, 1.4)


def test_unused_argument_has_zero_gradient():
    gx, gy = s2sad.grad(lambda x, y: x * x, argnums=(0, 1))(1.3, np.array([1.0, 2.0]))
    assert gx == 2.6
    np.testing.assert_array_equal(gy, np.zeros(2))
    assert gy.dtype == np.float64
    gradient = s2sad.grad(lambda x: 3.0)({"a": 1.0, "b": [np.ones(2)]})
    assert gradient["a"] == 0.0
    np.testing.assert_array_equal(gradient["b"][0], np.zeros(2))


def test_gradients_do_not_share_memory():
    """What comes back may be changed by the caller without changing anything else."""
    x, y = np.array([1.0, 2.0]), np.array([0.5, 0.7])
    gx, gy = s2sad.grad(lambda a, b: np.sum(a + b), argnums=(0, 1))(x, y)
    gx += 1.0
    np.testing.assert_array_equal(gy, np.ones(2))
    seed = np.ones(2)
    _, pullback = s2sad.vjp(lambda a: a, x)
    (g,) = pullback(seed)
    g += 1.0
    np.testing.assert_array_equal(seed, np.ones(2))
    y, _ = s2sad.jvp(lambda a: a * 1.0, (x,), (seed,))
    y += 1
    np.testing.assert_array_equal(x, [1.0, 2.0])


@pytest.mark.parametrize(
    "nest",
    [
        (1.3, np.array([0.2, 0.4])),
        [1.3, [np.array([0.2, 0.4]), (0.5,)]],
        {"a": 1.3, "b": {"c": np.array([0.2, 0.4]), "n": 3, "s": "text"}},
        Pair(1.3, np.array([0.2, 0.4])),
        Box(1.3, np.array([0.2, 0.4])),
        {"boxes": [Box(1.3, np.array([0.2])), Box(0.3, np.array([0.5, 0.6]), count=1)], "none": None},
        (),
        {"empty": [], "x": 0.5},
    ],
    ids=str,
)
def test_nests(nest):
    def fold(t):
        if isinstance(t, dict):
            return sum((fold(v) for v in t.values()), 0.0)
        if isinstance(t, (tuple, list)):
            return sum((fold(v) * (i + 1) for i, v in enumerate(t)), 0.0)
        if isinstance(t, Box):
            return t.width * np.sum(t.weights**2) * t.count
        if isinstance(t, (float, np.ndarray)):
            return np.sum(np.sin(t) * t)
        return 0.0

    harness.check(lambda t, x: fold(t) * x, (nest, 0.7))


@pytest.mark.parametrize(
    "make",
    [
        lambda x: (x, x * x),
        lambda x: [x, [x * 2, np.array([x, x * x])]],
        lambda x: {"a": x * x, "n": 3, "s": "t", "none": None},
        lambda x: Pair(x, (x, 2.0)),
        lambda x: Box(x * x, np.array([x, 1.0])),
    ],
    ids=["tuple", "list", "dict", "namedtuple", "dataclass"],
)
def test_structures_of_results(make):
    harness.check(make, (0.8,))


def test_complex_convention():
    """For real-valued f, df = Re(sum(gradient * dz))."""
    z = np.array([0.4 + 0.2j, -0.3 + 1.1j])
    np.testing.assert_allclose(s2sad.grad(lambda t: np.sum(np.abs(t) ** 2))(z), 2 * np.conj(z))
    np.testing.assert_allclose(s2sad.grad(lambda t: np.sum(np.real(t)))(z), np.ones(2))
    np.testing.assert_allclose(s2sad.grad(lambda t: np.sum(np.imag(t)))(z), -1j * np.ones(2))
    assert isinstance(s2sad.grad(lambda t: abs(t) ** 2)(0.3 + 0.4j), complex)


def test_real_argument_of_complex_program_has_real_gradient():
    gradient = s2sad.grad(lambda x: np.sum(np.abs(np.exp(1j * x) + x) ** 2))(np.array([0.3, 0.4]))
    assert gradient.dtype == np.float64


def test_where_with_infinite_branch():
    x = np.array([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        found = s2sad.grad(lambda t: np.sum(np.where(t > 0, np.sqrt(t), 0.0)))(x)
        tangent = s2sad.jvp(lambda t: np.where(t > 0, np.sqrt(t), 0.0), (x,), (np.ones(3),))[1]
    np.testing.assert_allclose(found, [0.0, 0.0, 0.25])
    np.testing.assert_allclose(tangent, [0.0, 0.0, 0.25])


def test_powers_at_zero():
    for n in (0, 1, 2, 3):
        harness.check(lambda x, n=n: x**n, (0.0, n))
        harness.check(lambda x, n=n: np.sum(x**n), (np.array([0.0, 2.0]), n))
    assert s2sad.grad(lambda x: x**2.0)(0.0) == 0.0


def test_non_contiguous_arguments():
    base = np.sin(np.arange(24.0)).reshape(4, 6)
    for x in (base[::2, 1::2], base.T, base[::-1], np.asfortranarray(base), np.broadcast_to(base[0], (4, 6))):
        harness.check(lambda t: np.sum(t * t[::-1]) + t[0, 0], (x,))


def test_read_only_arguments():
    x = np.array([0.4, 0.8])
    x.flags.writeable = False
    np.testing.assert_allclose(s2sad.grad(lambda t: np.sum(t**2))(x), 2 * x)


def test_large_and_small_sizes_share_a_variant():
    g = s2sad.grad(lambda x: np.sum(np.sin(x) * x))
    for n in (1, 2, 5, 0, 7):
        x = np.linspace(0.1, 1.0, n)
        np.testing.assert_allclose(g(x), np.cos(x) * x + np.sin(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_of_a_sum(dtype):
    """The accumulator's dtype is the result's; the gradient has the argument's."""
    x = np.array([[0.3, 0.7], [1.1, 0.9]], dtype)
    total = lambda t: np.sum(t * t, axis=0, dtype=np.float64) * np.mean(t, dtype=np.float64)  # noqa: E731
    harness.check(total, (x,))
    assert s2sad.grad(lambda t: np.sum(total(t)))(x).dtype == dtype
