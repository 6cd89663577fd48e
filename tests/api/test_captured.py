"""Second derivatives of functions that captured arrays, in every form a function comes in."""

import functools

import numpy as np
import pytest

import s2sad

RNG = np.random.default_rng(0)
X, Y, V, POINT = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=3), RNG.normal(size=3)


def loss(matrix, w):
    return np.sum(np.tanh(matrix @ w - Y) ** 2)


def of_module(w):
    return np.sum(np.tanh(X @ w - Y) ** 2)


def closure(matrix, y):
    def inner(w):
        return np.sum(np.tanh(matrix @ w - y) ** 2)

    return inner


def nested(matrix):
    inner = lambda w: np.sum(np.tanh(matrix @ w - Y) ** 2)  # noqa: E731

    def outer(w):
        return inner(w) * 1.0

    return outer


class Model:
    def __init__(self, matrix):
        self.matrix = matrix

    def loss(self, w):
        return np.sum(np.tanh(self.matrix @ w - Y) ** 2)

    def __call__(self, w):
        return self.loss(w)


FORMS = {
    "module": of_module,
    "closure": closure(X, Y),
    "lambda": lambda w: np.sum(np.tanh(X @ w - Y) ** 2),
    "nested": nested(X),
    "method": Model(X).loss,
    "object": Model(X),
    "partial": functools.partial(loss, X),
}
MATRICES = {
    "hessian": lambda f: s2sad.hessian(f)(POINT),
    "jacfwd of grad": lambda f: s2sad.jacfwd(s2sad.grad(f))(POINT),
    "jacrev of grad": lambda f: s2sad.jacrev(s2sad.grad(f))(POINT),
    "jacfwd of jacrev": lambda f: s2sad.jacfwd(s2sad.jacrev(f))(POINT),
}
PRODUCTS = {
    "hvp": lambda f: s2sad.hvp(f, (POINT,), (V,)),
    "jvp of grad": lambda f: s2sad.jvp(s2sad.grad(f), (POINT,), (V,))[1],
}


def differences(function, step=1e-4):
    basis = np.eye(3) * step
    return np.array(
        [
            [
                (
                    function(POINT + p + q)
                    - function(POINT + p - q)
                    - function(POINT - p + q)
                    + function(POINT - p - q)
                )
                / (4 * step**2)
                for q in basis
            ]
            for p in basis
        ]
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("transform", MATRICES)
def test_hessians(form, transform):
    found = MATRICES[transform](FORMS[form])
    np.testing.assert_allclose(found, differences(FORMS[form]), atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("transform", PRODUCTS)
def test_products(form, transform):
    found = PRODUCTS[transform](FORMS[form])
    np.testing.assert_allclose(found, differences(FORMS[form]) @ V, atol=1e-5)


@pytest.mark.parametrize("form", ["module", "closure", "lambda", "nested"])
def test_transforms_inside_of_a_function(form):
    function = FORMS[form]
    found = s2sad.grad(lambda w: s2sad.grad(function)(w) @ V)(POINT)
    np.testing.assert_allclose(found, differences(function) @ V, atol=1e-5)
