"""The kernels of `benchmarks.inplace` rewritten for JAX: stores as `.at[...]`, loops as `fori_loop`, with `jit`.

JAX has no adjoint of a `fori_loop` whose number of rounds is only known when it runs, so sizes and rounds are fixed
when the function is compiled. Its slices have fixed sizes, so the products of LU run over whole rows, under a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def heat(u, k, steps):
    def step(_, u):
        return u.at[1:-1].add(k * (u[2:] - 2 * u[1:-1] + u[:-2]))

    return jnp.sum(jax.lax.fori_loop(0, steps, step, u) ** 2)


def growth(u, dt, steps):
    def step(_, u):
        return u.at[1:-1].add(dt * (u[1:-1] ** 2 - u[1:-1]))

    return jnp.sum(jax.lax.fori_loop(0, steps, step, u))


def jacobi(A, B, steps):
    def smoothed(to, of):
        return to.at[1:-1, 1:-1].set(
            0.2 * (of[1:-1, 1:-1] + of[1:-1, :-2] + of[1:-1, 2:] + of[2:, 1:-1] + of[:-2, 1:-1])
        )

    def step(_, pair):
        A, B = pair
        B = smoothed(B, A)
        return smoothed(A, B), B

    A, B = jax.lax.fori_loop(0, steps, step, (A, B))
    return jnp.sum(A * A)


def gauss_seidel(A, steps):
    n = A.shape[0]

    def point(k, A):
        i, j = 1 + k // (n - 2) % (n - 2), 1 + k % (n - 2)
        return A.at[i, j].set((A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1] + A[i, j] ** 2) / 5.0)

    A = jax.lax.fori_loop(0, steps * (n - 2) ** 2, point, A)
    return jnp.sum(A * A)


def lu(A):
    n = A.shape[0]
    places = jnp.arange(n)

    def element(k, A):
        i, j = k // n, k % n
        inner = jnp.sum(jnp.where(places < jnp.minimum(i, j), A[i, :] * A[:, j], 0.0))
        reduced = A[i, j] - inner
        return A.at[i, j].set(jnp.where(j < i, reduced / jnp.where(j < i, A[j, j], 1.0), reduced))

    A = jax.lax.fori_loop(0, n * n, element, A)
    return jnp.sum(A * A)


def history(u, steps):
    def step(t, h):
        return h.at[t].set(jnp.sin(h[t - 1]) * 0.9)

    h = jnp.zeros((steps + 1, u.shape[0])).at[0].set(u)
    return jnp.sum(jax.lax.fori_loop(1, steps + 1, step, h) ** 2)


VERSIONS = {function.__name__: function for function in (heat, growth, jacobi, gauss_seidel, lu, history)}


def version(name: str, args: tuple[Any, ...], argnums: Any) -> Callable[..., Any]:
    """Value and gradient of a kernel, compiled for these arguments: numbers that steer loops are constants."""
    steering = {k: arg for k, arg in enumerate(args) if isinstance(arg, int)}
    names = VERSIONS[name].__code__.co_varnames
    fixed = partial(VERSIONS[name], **{names[k]: arg for k, arg in steering.items()})
    compiled = jax.jit(jax.value_and_grad(fixed, argnums=argnums))

    def call(*given: Any) -> Any:
        return jax.block_until_ready(compiled(*(arg for k, arg in enumerate(given) if k not in steering)))

    call(*args)
    return call
