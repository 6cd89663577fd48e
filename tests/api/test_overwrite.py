"""`overwrite=True`: the caller's arrays are written to, as the function does, and the derivative is the same."""

import pickle

import numpy as np
import pytest

import s2sad
from s2sad.errors import RefusedError

U = np.array([0.4, 1.1, -0.7, 0.9, 0.3])
K = 0.7


def relax(u, k):
    """Writes, and returns a number."""
    for _ in range(3):
        u[1:-1] += k * u[1:-1] ** 2 * (u[2:] - u[:-2])
    return np.sum(u**2)


def kernel(u, k):
    """Writes, and returns nothing."""
    for _ in range(3):
        u[1:-1] += k * u[1:-1] ** 2 * (u[2:] - u[:-2])


def reads(u, k):
    return np.sum(k * u**2)


def after():
    u = U.copy()
    kernel(u, K)
    return u


@pytest.mark.parametrize("transform", [s2sad.grad, s2sad.value_and_grad])
def test_gradient(transform):
    wanted = transform(relax, argnums=(0, 1))(U.copy(), K)
    u = U.copy()
    found = transform(relax, argnums=(0, 1), overwrite=True)(u, K)
    same(found, wanted)
    np.testing.assert_array_equal(u, after())


def test_no_copy_is_made():
    plain, overwriting = s2sad.grad(relax), s2sad.grad(relax, overwrite=True)
    plain(U.copy(), K)
    overwriting(U.copy(), K)
    assert "u.copy()" in plain.source
    assert "u = u.copy()" not in overwriting.source and "u_1 = u.copy()" not in overwriting.source


def test_pushforward():
    direction = np.arange(5.0), 0.3
    wanted = s2sad.jvp(kernel, (U.copy(), K), direction)
    u, u_dot = U.copy(), np.arange(5.0)
    found = s2sad.jvp(kernel, (u, K), (u_dot, 0.3), overwrite=True)
    same(found, wanted)
    np.testing.assert_array_equal(u, after())
    np.testing.assert_array_equal(u_dot, wanted[1])


def test_pushforward_without_a_direction():
    u = U.copy()
    y, y_dot = s2sad.jvp(relax, (u, K), (None, None), overwrite=True)
    assert y == relax(U.copy(), K) and y_dot == 0.0
    np.testing.assert_array_equal(u, after())


@pytest.mark.parametrize("function", [relax, kernel])
def test_pullback(function):
    y, pullback = s2sad.vjp(function, U.copy(), K)
    u = U.copy()
    y_2, overwriting = s2sad.vjp(function, u, K, overwrite=True)
    same(y_2, y)
    np.testing.assert_array_equal(u, after())
    for seed in (np.ones_like(y), 2 * np.ones_like(y), np.ones_like(y)):  # it may be called again
        same(overwriting(seed), pullback(seed))
    np.testing.assert_array_equal(u, after())


def test_result_is_apart_from_what_was_overwritten():
    u = U.copy()
    y, pullback = s2sad.vjp(kernel, u, K, overwrite=True)
    seed = np.ones(5)
    before = pullback(seed)
    y[:] = 7.0
    same(pullback(seed), before)


def test_a_function_that_only_reads():
    u = U.copy()
    same(s2sad.grad(reads, overwrite=True)(u, K), 2 * K * U)
    np.testing.assert_array_equal(u, U)


def test_for_a_block():
    u = U.copy()
    with s2sad.using_options(overwrite=True):
        found = s2sad.differentiate(relax).grad(u, K)
    same(found, s2sad.grad(relax)(U, K))
    np.testing.assert_array_equal(u, after())


def test_left_alone_otherwise():
    s2sad.grad(relax, overwrite=True)(U.copy(), K)
    u = U.copy()
    s2sad.grad(relax)(u, K)
    np.testing.assert_array_equal(u, U)


def test_pickled():
    u = U.copy()
    pickle.loads(pickle.dumps(s2sad.grad(relax, overwrite=True)))(u, K)
    np.testing.assert_array_equal(u, after())


def inner_option(u, k):
    return np.sum(s2sad.grad(relax, overwrite=True)(u, k))


INNER = s2sad.grad(relax, overwrite=True)


def inner_object(u, k):
    return np.sum(INNER(u, k))


def inner_plain(u, k):
    return np.sum(s2sad.grad(relax)(u, k)) + u[1]


@pytest.mark.parametrize("function", [inner_option, inner_object])
def test_refused_inside_of_a_program(function):
    with pytest.raises(RefusedError, match="cannot overwrite"):
        s2sad.jvp(function, (U.copy(), K), (np.ones(5), None))


def test_a_derivative_inside_still_copies():
    wanted = s2sad.grad(inner_plain)(U, K)
    u = U.copy()
    same(s2sad.grad(inner_plain, overwrite=True)(u, K), wanted)
    np.testing.assert_array_equal(u, U)


def same(found, wanted):
    if isinstance(wanted, tuple):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            same(one, other)
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-13)
