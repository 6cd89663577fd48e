"""The oracle itself: it accepts right derivatives and rejects each kind of wrong one."""

import types

import numpy as np
import pytest

from tests import harness
from tests.harness import Mismatch

ARGS = ({"a": 1.2, "n": 3}, np.array([0.3, 0.8]))


def primal(table, v):
    return np.sum(table["a"] * np.sin(v)), v * v


def right_jvp(f, primals, tangents):
    (table, v), (table_dot, v_dot) = primals, tangents
    a_dot = table_dot["a"] if table_dot is not None else 0.0
    v_dot = v_dot if v_dot is not None else np.zeros(2)
    tangent = np.sum(a_dot * np.sin(v) + table["a"] * np.cos(v) * v_dot), 2 * v * v_dot
    return primal(table, v), tangent


def right_vjp(f, table, v):
    a = table["a"]

    def pullback(seed):
        s, w = seed
        return {"a": np.sum(np.sin(v)) * s, "n": None}, a * np.cos(v) * s + 2 * v * w

    return primal(table, v), pullback


def with_pullback(change):
    def vjp(f, table, v):
        y, pullback = right_vjp(f, table, v)
        return y, lambda seed: change(pullback(seed), table, v)

    return vjp


def spoiling():
    """A pullback that is right once."""

    def vjp(f, table, v):
        y, pullback = right_vjp(f, table, v)
        calls = []

        def spoiled(seed):
            calls.append(seed)
            g, h = pullback(seed)
            return g, h * len(calls)

        return y, spoiled

    return vjp


def mutating_jvp(f, primals, tangents):
    result = right_jvp(f, primals, tangents)
    primals[1][0] += 1e-16 + 1e-9
    return result


def mutating_vjp(f, table, v):
    result = right_vjp(f, table, v.copy())
    table["a"] = 2.0
    return result


FORWARD = {
    "wrong tangent": lambda f, p, t: (right_jvp(f, p, t)[0], (right_jvp(f, p, t)[1][0] * 1.001, p[1] * 0)),
    "wrong value": lambda f, p, t: ((1.0, p[1]), right_jvp(f, p, t)[1]),
    "wrong shape": lambda f, p, t: (right_jvp(f, p, t)[0], (right_jvp(f, p, t)[1][0], 0.0)),
    "wrong structure": lambda f, p, t: (right_jvp(f, p, t)[0], list(right_jvp(f, p, t)[1])),
    "zero": lambda f, p, t: (right_jvp(f, p, t)[0], (0.0, np.zeros(2))),
    "changes arguments": mutating_jvp,
    "no pair": lambda f, p, t: right_jvp(f, p, t)[1],
}
REVERSE = {
    "wrong adjoint": with_pullback(lambda g, table, v: (g[0], g[1] * 1.001)),
    "sign": with_pullback(lambda g, table, v: ({"a": -g[0]["a"], "n": None}, g[1])),
    "missing key": with_pullback(lambda g, table, v: ({"a": g[0]["a"]}, g[1])),
    "wrong dtype": with_pullback(lambda g, table, v: (g[0], g[1].astype(np.float32))),
    "wrong shape": with_pullback(lambda g, table, v: (g[0], g[1][:, None])),
    "not a tuple": with_pullback(lambda g, table, v: list(g)),
    "none": with_pullback(lambda g, table, v: (g[0], None)),
    "spoiled by the second call": spoiling(),
    "changes arguments": mutating_vjp,
}


def use(monkeypatch, jvp=right_jvp, vjp=right_vjp):
    monkeypatch.setattr(harness, "s2sad", types.SimpleNamespace(jvp=jvp, vjp=vjp))


def test_right_is_accepted(monkeypatch):
    use(monkeypatch)
    harness.check(primal, ARGS, show_source=False)


@pytest.mark.parametrize("name", FORWARD)
def test_wrong_tangent_is_rejected(monkeypatch, name):
    use(monkeypatch, jvp=FORWARD[name])
    with pytest.raises(Mismatch):
        harness.check(primal, ARGS, modes=("forward",), show_source=False)


@pytest.mark.parametrize("name", REVERSE)
def test_wrong_adjoint_is_rejected(monkeypatch, name):
    use(monkeypatch, vjp=REVERSE[name])
    with pytest.raises(Mismatch):
        harness.check(primal, ARGS, modes=("reverse",), show_source=False)
    with pytest.raises(Mismatch):
        harness.check(primal, ARGS, modes=("dot",), show_source=False)


def test_kink_is_unsound(monkeypatch):
    use(monkeypatch)
    step = lambda x: 1.0 * (x > 1e-3) + x  # noqa: E731
    assert harness.soundness(step, (1e-3,), (0,), np.random.default_rng(0)) > 1e-4
