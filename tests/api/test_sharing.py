"""Arguments that share memory, of functions that write to them."""

import numpy as np
import pytest

from s2sad import grad, jvp, vjp
from s2sad.errors import RefusedError

X = np.array([1.0, 2.0, 3.0, 4.0])


def writes(a, b):
    a[0] = b[1] * 2
    return np.sum(a * b)


def reads(a, b):
    return np.sum(a * b)


def writes_part(rows):
    rows[0][0] = rows[1][1]
    return np.sum(rows[0] * rows[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: grad(writes)(X, X),
        lambda: grad(writes)(X[:3], X[1:]),
        lambda: jvp(writes, (X, X[::-1]), (X, X)),
        lambda: vjp(writes, X, X),
        lambda: grad(writes_part)([X, X]),
    ],
)
def test_shared_memory_is_refused(call):
    with pytest.raises(RefusedError, match=r"test_sharing.py:\d+:1: error\[S2S010\]"):
        call()


def test_apart_is_accepted():
    np.testing.assert_allclose(grad(writes)(X[::2], X[1::2]), [0.0, 4.0])
    np.testing.assert_allclose(grad(reads)(X, X), X)
    np.testing.assert_allclose(X, [1, 2, 3, 4])
