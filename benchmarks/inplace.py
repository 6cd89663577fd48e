"""`python -m benchmarks.inplace`: arrays written in place, against adjoints written by hand, in time and in memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import s2sad

RNG = np.random.default_rng(4)


# ── the kernels ──────────────────────────────────────────────────────────────────────────────────────────


def heat(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def growth(u, dt, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += dt * (u[1:-1] ** 2 - u[1:-1])
    return np.sum(u)


def jacobi(A, B, steps):
    for _ in range(steps):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])
    return np.sum(A * A)


def gauss_seidel(A, steps):
    n = A.shape[0]
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                A[i, j] = (A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1] + A[i, j] ** 2) / 5.0
    return np.sum(A * A)


def lu(A):
    n = A.shape[0]
    for i in range(n):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, n):
            A[i, j] -= A[i, :i] @ A[:i, j]
    return np.sum(A * A)


def history(u, steps):
    h = np.zeros((steps + 1, len(u)))
    h[0] = u
    for t in range(1, steps + 1):
        h[t] = np.sin(h[t - 1]) * 0.9
    return np.sum(h**2)


# ── adjoints by hand ─────────────────────────────────────────────────────────────────────────────────────


def heat_by_hand(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    u_bar = 2 * u
    for _ in range(steps):
        part = k * u_bar[1:-1]
        u_bar[2:] += part
        u_bar[:-2] += part
        u_bar[1:-1] -= 2 * part
    return np.sum(u**2), u_bar


def growth_by_hand(u, dt, steps):
    u = u.copy()
    kept = []
    for _ in range(steps):
        part = u[1:-1].copy()
        kept.append(part)
        u[1:-1] += dt * (part**2 - part)
    u_bar = np.ones_like(u)
    for _ in range(steps):
        part = kept.pop()
        u_bar[1:-1] += u_bar[1:-1] * (dt * (2 * part - 1))
    return np.sum(u), u_bar


def jacobi_by_hand(A, B, steps):
    A, B = A.copy(), B.copy()
    for _ in range(steps):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])
    A_bar, B_bar = 2 * A, np.zeros_like(B)

    def back(to, of):
        part = 0.2 * of[1:-1, 1:-1]
        of[1:-1, 1:-1] = 0.0
        to[1:-1, 1:-1] += part
        to[1:-1, :-2] += part
        to[1:-1, 2:] += part
        to[2:, 1:-1] += part
        to[:-2, 1:-1] += part

    for _ in range(steps):
        back(B_bar, A_bar)
        back(A_bar, B_bar)
    return np.sum(A * A), (A_bar, B_bar)


def gauss_seidel_by_hand(A, steps):
    A = A.copy()
    n = A.shape[0]
    kept = []
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                old = A[i, j]
                kept.append(old)
                A[i, j] = (A[i - 1, j] + A[i + 1, j] + A[i, j - 1] + A[i, j + 1] + old**2) / 5.0
    A_bar = 2 * A
    for _ in range(steps):
        for i in range(n - 2, 0, -1):
            for j in range(n - 2, 0, -1):
                part = A_bar[i, j] / 5.0
                A_bar[i, j] = part * (2 * kept.pop())
                A_bar[i - 1, j] += part
                A_bar[i + 1, j] += part
                A_bar[i, j - 1] += part
                A_bar[i, j + 1] += part
    return np.sum(A * A), A_bar


def lu_by_hand(A):
    A = A.copy()
    n = A.shape[0]
    for i in range(n):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, n):
            A[i, j] -= A[i, :i] @ A[:i, j]
    A_bar = 2 * A
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i - 1, -1):
            part = A_bar[i, j]
            A_bar[i, :i] -= part * A[:i, j]
            A_bar[:i, j] -= part * A[i, :i]
        for j in range(i - 1, -1, -1):
            part = A_bar[i, j] / A[j, j]
            A_bar[j, j] -= part * A[i, j]
            A_bar[i, j] = part
            A_bar[i, :j] -= part * A[:j, j]
            A_bar[:j, j] -= part * A[i, :j]
    return np.sum(A * A), A_bar


def history_by_hand(u, steps):
    h = np.zeros((steps + 1, len(u)))
    h[0] = u
    for t in range(1, steps + 1):
        h[t] = np.sin(h[t - 1]) * 0.9
    h_bar = 2 * h
    for t in range(steps, 0, -1):
        h_bar[t - 1] += h_bar[t] * 0.9 * np.cos(h[t - 1])
    return np.sum(h**2), h_bar[0]


SPD = RNG.normal(size=(24, 24))
SPD = SPD @ SPD.T + 24 * np.eye(24)
CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...], Any]] = {
    "heat": (heat, heat_by_hand, (RNG.normal(size=1000), 0.2, 200), 0),
    "growth": (growth, growth_by_hand, (RNG.normal(size=1000) * 0.1, 0.02, 200), 0),
    "jacobi": (jacobi, jacobi_by_hand, (RNG.normal(size=(60, 60)), RNG.normal(size=(60, 60)), 50), (0, 1)),
    "gauss_seidel": (gauss_seidel, gauss_seidel_by_hand, (RNG.normal(size=(20, 20)) * 0.1, 5), 0),
    "lu": (lu, lu_by_hand, (SPD,), 0),
    "history": (history, history_by_hand, (RNG.normal(size=1000), 200), 0),
}


def seconds(function: Callable[..., Any], args: tuple[Any, ...]) -> float:
    """The time of one call, from as many as fit in a twentieth of a second."""
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < 0.05 or count == 0:
        function(*args)
        count += 1
    return spent / count


def jax_version(name: str, args: tuple[Any, ...], argnums: Any) -> Callable[..., Any] | None:
    """The kernel rewritten for JAX, if that is installed."""
    try:
        from benchmarks.inplace_jax import version  # JAX is heavy, and optional
    except ImportError:
        return None
    return version(name, args, argnums)


def check(name: str, ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours[0], theirs[0], err_msg=name)
    one, other = (pair if isinstance(pair, tuple) else (pair,) for pair in (ours[1], theirs[1]))
    for found, wanted in zip(one, other, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-12, err_msg=name)


def compare(rounds: int = 9) -> None:
    """Least times, and the medians of the ratios to the adjoint by hand."""
    print(f"{'kernel':14}{'by hand':>12}{'s2sad':>12}{'ratio':>8}{'jax':>12}{'ratio':>8}")
    for name, (function, by_hand, args, argnums) in CASES.items():
        gradient = s2sad.value_and_grad(function, argnums=argnums)
        peer = jax_version(name, args, argnums)
        for other in (gradient, *((peer,) if peer is not None else ())):
            check(name, other(*args), by_hand(*args))
        runs = [by_hand, gradient] if peer is None else [by_hand, gradient, peer]
        times = np.array([[seconds(run, args) for run in runs] for _ in range(rounds)])
        ratios = np.median(times / times[:, :1], axis=0)
        least = np.min(times, axis=0)
        columns = [
            f"{time * 1e3:10.2f}ms{ratio:8.2f}" for time, ratio in zip(least[1:], ratios[1:], strict=True)
        ]
        print(f"{name:14}{least[0] * 1e3:10.2f}ms{''.join(columns)}")


def peak(function: Callable[..., Any], *args: Any) -> int:
    tracemalloc.start()
    function(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def memory(points: int = 200) -> None:
    """By how many bytes the peak grows with each step, and how many slices that is."""
    u = RNG.normal(size=points) * 0.1
    slice_bytes = 8 * (points - 2)
    print(f"{'kernel':14}{'bytes per step':>16}{'slices':>8}")
    for name, function in (("heat", heat), ("growth", growth)):
        gradient = s2sad.value_and_grad(function)
        gradient(u, 0.01, 3)
        few, many = (peak(gradient, u, 0.01, steps) for steps in (200, 1200))
        each = (many - few) / 1000
        print(f"{name:14}{each:16.1f}{each / slice_bytes:8.2f}")


if __name__ == "__main__":
    compare()
    memory()
