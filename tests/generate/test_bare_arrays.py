"""Files annotated with `np.ndarray` alone: an array of floats, of which the number of axes has to be found."""

from pathlib import Path

import numpy as np
import pytest

from tests.generate.unannotated import MODES, Subject, outcome

RNG = np.random.default_rng(0)


def symm(alpha: float, C: np.ndarray, A: np.ndarray, B: np.ndarray):
    total = np.empty((C.shape[1],), dtype=C.dtype)
    C *= 1.2
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[:i, j] += alpha * B[i, j] * A[i, :i]
            total[j] = B[:i, j] @ A[i, :i]
        C[i, :] += alpha * B[i, :] * A[i, i] + alpha * total


def correlation(count: float, data: np.ndarray):
    data -= np.mean(data, axis=0)
    data /= np.sqrt(count) * np.std(data, axis=0)
    m = data.shape[1]
    corr = np.eye(m, dtype=data.dtype)
    for i in range(m - 1):
        corr[i + 1 :, i] = corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
    return corr


def bootstrap(maturities: np.ndarray, rates: np.ndarray):
    n = len(maturities)
    discounts = np.zeros(n)
    for i in range(n):
        annuity = 0.0
        for j in range(i):
            annuity += (maturities[j] - (maturities[j - 1] if j > 0 else 0.0)) * discounts[j]
        tau = maturities[i] - (maturities[i - 1] if i else 0.0)
        discounts[i] = (1 - rates[i] * annuity) / (1 + rates[i] * tau)
    zeros = -np.log(discounts) / maturities
    forwards = np.empty_like(zeros)
    forwards[0] = zeros[0]
    forwards[1:] = (np.log(discounts[:-1]) - np.log(discounts[1:])) / np.diff(maturities)
    return zeros, forwards


def localise(start: np.ndarray, spread: np.ndarray, seen: np.ndarray, noise: float):
    state = np.array(start)
    spread = np.array(spread)
    cost = 0.0
    for t in range(len(seen)):
        heading = state[2]
        state[0] += np.cos(heading)
        state[1] += np.sin(heading)
        spread[:2, :2] += noise * np.eye(2)
        off = seen[t, 0] - state[:2]  # of rank 3, and indexed by two
        cost += off @ np.linalg.solve(spread[:2, :2], off)
        state[:2] += spread[:2, :2] @ off
    return cost


SUBJECTS = (
    (
        symm,
        (1.5, RNG.normal(size=(4, 3)), RNG.normal(size=(4, 4)), RNG.normal(size=(4, 3))),
        {"kernel": (1,)},
    ),
    (correlation, (6.0, RNG.normal(size=(6, 3))), {}),
    (bootstrap, (np.array([1.0, 2, 3, 5]), np.array([0.02, 0.025, 0.027, 0.03])), {}),
    (localise, (RNG.normal(size=3), np.eye(3), RNG.normal(size=(2, 1, 2)), 0.2), {}),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("function", "arguments", "options"), SUBJECTS)
def test_right(function, arguments, options, mode):
    subject = Subject(function.__name__, Path(__file__), function, (arguments,), {"wrt": None, **options})
    assert outcome(subject, mode) == ("right", "")


def sevenfold(a: np.ndarray, b: np.ndarray):
    """Strassen's product calls itself seven times: it is looked through once for each depth."""
    n = len(a)
    if n <= 1:
        return a * b
    h = n // 2
    p, q, r, s = a[:h, :h], a[:h, h:], a[h:, :h], a[h:, h:]
    t, u, v, w = b[:h, :h], b[:h, h:], b[h:, :h], b[h:, h:]
    one, two, three = sevenfold(p, u - w), sevenfold(p + q, w), sevenfold(r + s, t)
    four, five = sevenfold(s, v - t), sevenfold(p + s, t + w)
    six, seven = sevenfold(q - s, v + w), sevenfold(p - r, t + u)
    c = np.empty((n, n))
    c[:h, :h], c[:h, h:] = five + four - two + six, one + two
    c[h:, :h], c[h:, h:] = three + four, one + five - three - seven
    return c


@pytest.mark.parametrize("mode", MODES)
def test_many_recursive_calls(mode):
    arguments = (RNG.normal(size=(4, 4)), RNG.normal(size=(4, 4)))
    subject = Subject("sevenfold", Path(__file__), sevenfold, (arguments,), {"wrt": None})
    assert outcome(subject, mode) == ("right", "")
