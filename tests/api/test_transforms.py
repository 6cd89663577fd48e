"""What users call, on every form of function and value."""

import collections
import dataclasses
import functools
import inspect
import math
import operator
import pickle

import numpy as np
import pytest
import scipy.special

import s2sad
from s2sad import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp

X = np.array([0.3, 0.7, 1.1])
MASKED = np.ma.array(X, mask=[True, False, False])


def close(found, wanted, tolerance=1e-6):
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


def dot(a, b):
    return np.sum(a * b)


def cube(x):
    return np.sum(x**3)


def starred(*args, **kwargs):
    return args[0] * args[1] ** 2 + kwargs["c"]


def keyword_only(x, *, w=2.0, n=3):
    return w**2 * np.sum(x) * n


class Model:
    def __init__(self, w):
        self.w = w

    def cost(self, x, k=3.0):
        return self.w * np.sum(x) * k

    def __call__(self, x):
        return self.cost(x)

    @s2sad.differentiate
    def marked(self, x):
        """Doc of marked."""
        return self.w * np.sum(x**2)

    @staticmethod
    @s2sad.differentiate
    def fixed(x):
        return x**2


@s2sad.differentiate
def cost(x, w=2.0):
    """Doc of cost."""
    return np.sum(x) * w


# ── argnums ──────────────────────────────────────────────────────────────────────────────────────────────


def test_argnums_by_position_and_name():
    close(grad(dot)(X, X + 1), X + 1)
    close(grad(dot, 1)(X, X + 1), X)
    close(grad(dot, "b")(X, X + 1), X)
    close(grad(dot, -1)(X, X + 1), X)
    first, second = grad(dot, (1, "a"))(X, X + 1)
    close(first, X)
    close(second, X + 1)


def test_a_tuple_of_one_gives_a_tuple_of_one():
    (found,) = grad(dot, (0,))(X, X)
    close(found, X)


def test_value_and_grad():
    value, gradient = value_and_grad(dot, (0, 1))(X, X + 1)
    close(value, dot(X, X + 1))
    close(gradient[0], X + 1)


def test_has_aux():
    def f(x):
        return x**2, {"twice": 2 * x, "n": 3}

    (value, aux), gradient = value_and_grad(f, has_aux=True)(3.0)
    assert (value, aux, gradient) == (9.0, {"twice": 6.0, "n": 3}, pytest.approx(6.0))
    gradient, aux = grad(f, has_aux=True)(3.0)
    assert gradient == pytest.approx(6.0) and aux["n"] == 3


def test_star_arguments_and_keywords():
    close(grad(starred, (1, "c"))(2.0, 3.0, c=1.0), (12.0, 1.0))
    close(grad(keyword_only, "w")(X), 4.0 * X.sum() * 3)
    close(grad(keyword_only, ("w", 0))(X, w=1.0, n=2)[1], np.full(3, 2.0))
    close(grad(dot)(b=X, a=X), X)


# ── forms of functions ───────────────────────────────────────────────────────────────────────────────────


def test_methods_and_objects():
    model = Model(2.0)
    close(grad(model.cost)(X), np.full(3, 6.0))
    close(grad(model.cost, "k")(X, k=2.0), 2.0 * X.sum())
    close(grad(model)(X), np.full(3, 6.0))
    close(grad(Model.cost, 1)(model, X), np.full(3, 6.0))
    close(grad(functools.partial(model.cost, k=1.0))(X), np.full(3, 2.0))


def test_gradient_of_an_object_is_an_object():
    found = grad(Model.cost)(Model(2.0), X)
    assert isinstance(found, Model)
    close(found.w, X.sum() * 3)


def test_nested_partials():
    close(grad(functools.partial(functools.partial(dot, X)))(X + 1), X)


def test_lambdas_on_one_line():
    first, second = (lambda x: x**2), (lambda x: x**3)
    close([grad(first)(2.0), grad(second)(2.0)], [4.0, 12.0])


def test_closures():
    scale = 3.0

    def inner(x):
        return scale * x

    close(grad(inner)(1.0), 3.0)


def test_library_functions():
    close(grad(np.sin)(0.5), math.cos(0.5))
    close(grad(math.exp)(0.5), math.exp(0.5))
    close(grad(operator.mul, (0, 1))(2.0, 3.0), (3.0, 2.0))
    close(grad(abs)(-2.0), -1.0)
    close(vjp(np.sum, X)[1](1.0)[0], np.ones(3))
    close(grad(np.dot, 1)(X, X + 1), X)
    close(jvp(np.linalg.solve, (np.eye(3) * 2, X), (None, X))[1], X / 2)


def test_library_function_with_options():
    close(jacrev(np.sum)(np.ones((2, 3)), axis=0).shape, (3, 2, 3))


def test_a_library_function_without_a_rule_is_refused():
    with pytest.raises(s2sad.S2sadError, match="ellipj|no derivative"):
        grad(scipy.special.ellipj)(0.5)


def test_cached_functions():
    close(grad(functools.lru_cache(lambda x: x**2))(3.0), 6.0)


def test_not_a_function():
    with pytest.raises(TypeError, match="expected a function to differentiate, not an int"):
        grad(5)


# ── derivatives of derivatives ───────────────────────────────────────────────────────────────────────────


def test_third_order():
    close(grad(grad(np.sin))(0.5), -math.sin(0.5))
    close(grad(grad(grad(lambda x: x**4)))(2.0), 48.0)


def test_jvp_of_grad_is_hvp():
    v = np.array([1.0, -2.0, 0.5])
    close(jvp(grad(cube), (X,), (v,))[1], 6 * X * v)
    close(hvp(cube, (X,), (v,)), 6 * X * v)


def test_hvp_of_several_arguments():
    def f(x, n, w):
        return np.sum(w * x**n)

    found = hvp(f, (X, 3, 2.0), (X, None, None))
    close(found[0], 12 * X * X)
    assert found[1] is None
    close(found[2], np.sum(3 * X**2 * X))


def test_hvp_on_containers():
    def f(p):
        return np.sum(p["a"] ** 3) * p["t"][0]

    found = hvp(f, ({"a": X, "t": (2.0, 1)},), ({"a": X, "t": None},))
    close(found["a"], 12 * X * X)
    assert type(found["t"]) is tuple and found["t"][1] is None


def test_a_pullback_is_a_function():
    _, pullback = vjp(lambda x: 3 * x, X)
    close(jacrev(pullback)(X)[0], 3 * np.eye(3))


def test_grad_of_a_gradient_that_is_no_number():
    with pytest.raises(TypeError, match="one real number"):
        grad(grad(cube))(X)


def test_inner_function_that_is_no_number():
    with pytest.raises(s2sad.RefusedError, match="one real number"):
        grad(lambda x: np.sum(grad(np.sin)(x)))(X)


# ── Jacobians ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jac", [jacfwd, jacrev, jacobian])
def test_jacobians(jac):
    close(jac(lambda x: x**2)(X), np.diag(2 * X))
    close(jac(lambda x: np.outer(x, x))(X).shape, (3, 3, 3))
    close(jac(lambda x: x**2)(3.0), 6.0)
    assert np.shape(jac(lambda x: np.sum(x) * np.ones(2))(X)) == (2, 3)
    assert jac(lambda x: x * 2)(np.zeros(0)).shape == (0, 0)
    assert jac(lambda x: x * 2)(X.astype("f4")).dtype == np.float32


@pytest.mark.parametrize("jac", [jacfwd, jacrev, jacobian])
def test_jacobian_of_nests(jac):
    def f(p, w):
        return {"y": p["a"] * w, "z": (np.sum(p["a"]), 1)}

    found = jac(f, (0, "w"))({"a": X, "n": 3}, 2.0)
    close(found["y"][0]["a"], 2 * np.eye(3))
    close(found["y"][1], X)
    close(found["z"][0][0]["a"], np.ones(3))
    assert found["z"][1] is None and found["y"][0]["n"] is None


@pytest.mark.parametrize("jac", [jacfwd, jacrev, jacobian])
def test_jacobian_of_star_arguments(jac):
    close(jac(starred, (1, "c"))(2.0, 3.0, c=1.0), (12.0, 1.0))


def test_hessian():
    close(hessian(cube)(X), np.diag(6 * X))
    (xx, xy), (yx, yy) = hessian(lambda x, y: np.sum(x * y) ** 2, (0, 1))(X, 2.0)
    close(xx, np.full((3, 3), 8.0))
    close(xy, 8.0 * X.sum() * np.ones(3))
    close(yx, xy)
    close(yy, 2 * X.sum() ** 2)


def test_hessian_of_a_vector():
    assert hessian(lambda x: x**2)(X).shape == (3, 3, 3)


# ── pushforward and pullback ─────────────────────────────────────────────────────────────────────────────


def test_jvp():
    y, y_dot = jvp(dot, (X, X + 1), (X, None))
    close(y, dot(X, X + 1))
    close(y_dot, dot(X, X + 1))


def test_jvp_without_tangents_is_zero():
    y, y_dot = jvp(lambda x: {"y": x * 2, "n": 1}, (X,), (None,))
    close(y["y"], 2 * X)
    close(y_dot["y"], np.zeros(3))
    assert y_dot["n"] is None


def test_pullback_may_be_called_again():
    y, pullback = vjp(lambda x, n: np.exp(x) * n, X, 3)
    first = pullback(np.ones(3))
    close(first[0], 3 * np.exp(X))
    assert first[1] is None
    close(pullback(2 * np.ones(3))[0], 6 * np.exp(X))
    close(pullback(None)[0], np.zeros(3))
    assert y.shape == (3,)


def test_pullback_does_not_see_later_changes():
    x = X.copy()
    y, pullback = vjp(np.exp, x)
    y[:] = 0
    x[:] = 0
    close(pullback(np.ones(3))[0], np.exp(X))


def test_results_do_not_share_memory():
    first, second = grad(lambda a, b: np.sum(a + b), (0, 1))(X, X + 1)
    first += 1
    close(second, np.ones(3))
    seed = np.ones(3)
    bar = vjp(lambda x: x, X)[1](seed)[0]
    bar += 1
    close(seed, np.ones(3))


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────

Pair = collections.namedtuple("Pair", "a b")


@dataclasses.dataclass
class Parameters:
    w: np.ndarray
    rate: float
    steps: int = 3


def test_containers():
    def f(p):
        return np.sum(p["w"].w * p["t"][0]) * p["w"].rate + p["p"].b * 2

    found = grad(f)({"w": Parameters(X, 2.0), "t": [X, "s", None], "p": Pair(1.0, 2.0)})
    close(found["w"].w, 2 * X)
    close(found["w"].rate, np.sum(X * X))
    assert found["w"].steps is None and found["t"][1:] == [None, None]
    assert isinstance(found["p"], Pair) and found["p"] == (0.0, 2.0)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_dtype_is_kept(dtype):
    assert grad(cube)(X.astype(dtype)).dtype == dtype
    assert type(grad(lambda x: x**2)(np.dtype(dtype).type(2))) is np.dtype(dtype).type
    assert jvp(np.exp, (X.astype(dtype),), (X,))[1].dtype == dtype


def test_zero_dimensional_and_empty_arrays():
    found = grad(lambda x: x**2)(np.array(3.0))
    assert found.shape == () and found == 6.0
    assert grad(cube)(np.zeros((0, 2))).shape == (0, 2)


def test_same_function_with_numbers_and_arrays():
    f = grad(lambda x: np.sum(x * 2.0))
    assert f(1.0) == 2.0
    close(f(X), 2 * np.ones(3))
    assert f(1.0) == 2.0


def test_complex_gradient_is_that_of_jax():
    z = np.array([1 + 2j, -0.5j])
    close(grad(lambda z: np.sum(np.abs(z) ** 2))(z), 2 * np.conj(z))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: grad(lambda x: x)(X), TypeError, "lambda.* one real number, but returned an array"),
        (lambda: grad(lambda x: x)(np.array([1.0])), TypeError, "one real number"),
        (lambda: grad(lambda x: [x])(1.0), TypeError, "returned a list"),
        (lambda: grad(lambda x: x * 1j)(1.0), TypeError, "complex"),
        (lambda: grad(lambda n: n * 1.0)(3), TypeError, r"argument `n` .* an int, .* pass 3.0"),
        (lambda: grad(lambda n: n * 1.0)(True), TypeError, "True"),
        (lambda: grad(lambda n: n)("s"), TypeError, "a str"),
        (lambda: grad(lambda n: 1.0)(None), TypeError, "None"),
        (lambda: grad(cube)(np.arange(3)), TypeError, r"int64 .*astype\(float\)"),
        (lambda: grad(cube)(np.ma.array(X)), TypeError, "MaskedArray"),
        (lambda: grad(cube)(np.matrix([[1.0]])), TypeError, "matrix"),
        (lambda: grad(dot)(X, np.matrix([[1.0]])), TypeError, "matrix"),
        (lambda: grad(lambda p: p["a"].sum())({"a": X, "b": MASKED}), TypeError, r"\['b'\] is a MaskedArray"),
        (lambda: grad(lambda x: np.sum(x * MASKED))(X), s2sad.RefusedError, "a MaskedArray gets here"),
        (lambda: grad(lambda x: x @ MASKED[:3])(X), s2sad.RefusedError, "a MaskedArray gets here"),
        (lambda: grad(dot)(X), TypeError, r"dot\(\): missing .* 'b'"),
        (lambda: grad(dot, 3)(X, X), ValueError, "none at position 3"),
        (lambda: grad(dot, "q")(X, X), ValueError, r"no argument 'q' \(it has: a, b\)"),
        (lambda: grad(dot, (0, "a"))(X, X), ValueError, "twice"),
        (lambda: grad(dot, True), TypeError, "argnums"),
        (lambda: grad(dot, 1.5), TypeError, "argnums"),
        (lambda: grad(dot, ()), TypeError, "empty"),
        (lambda: jvp(dot, (X, X), (X,)), TypeError, "2 primals and 1 tangents"),
        (lambda: jvp(dot, X, X), TypeError, "tuple"),
        (lambda: jvp(dot, (X, X), (X[:2], None)), TypeError, r"tangent of `a` has shape \(2,\)"),
        (lambda: jvp(lambda x, n: x * n, (1.0, 3), (1.0, 1.0)), TypeError, "argument `n`"),
        (lambda: vjp(np.sin, X)[1](1.0), TypeError, r"the seed has shape \(\)"),
        (lambda: vjp(lambda n: n, 3), TypeError, "an int"),
        (lambda: jacrev(lambda z: z)(1j), TypeError, "complex"),
        (lambda: hvp(cube, X, X), TypeError, "tuple"),
        (lambda: grad(cube)(10**400), TypeError, "pass a float"),
        (lambda: grad(dot)([1.0, 2.0], [3.0]), s2sad.RefusedError, r"operator `\*` on these operands"),
        (lambda: jvp(dot, (X, X), (np.ma.array(X), None)), TypeError, "MaskedArray .* plain array"),
        (lambda: vjp(lambda x: (x, x), X)[1]((X,)), TypeError, "tuple of 2 items, not of 1"),
        (lambda: value_and_grad(lambda x: (x.sum(), x))(X), TypeError, "returned a tuple"),
        (lambda: grad(dot, has_aux=True)(X, X), TypeError, r"must return a pair \(value, aux\)"),
        (lambda: grad(lambda x: (x, 1, 2), has_aux=True)(1.0), TypeError, "must return a pair"),
        (lambda: jvp(lambda x: None, (X,), (X,)), TypeError, "does it lack a `return`"),
        (lambda: jvp(lambda x: None, (X,), (None,)), TypeError, "does it lack a `return`"),
        (lambda: vjp(lambda x: None, X), TypeError, "does it lack a `return`"),
        (lambda: jacfwd(lambda x: "text")(X), TypeError, "returned a str"),
        (lambda: hessian(lambda x: None)(X), TypeError, "does it lack a `return`"),
        (lambda: hessian(lambda x: (x, x))(X), TypeError, "of a number or an array, not of a tuple"),
        (lambda: hessian(lambda x: x)("text"), TypeError, "a str, which has no derivative"),
        (lambda: hvp(np.sin, (X,), (X,)), TypeError, "one real number"),
        (lambda: hvp(lambda x: None, (X,), (X,)), TypeError, "one real number"),
        (lambda: pickle.dumps(vjp(np.sin, X)[1]), TypeError, "does not pickle; call vjp"),
    ],
)
def test_clear_errors(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_the_functions_own_error_comes_alone():
    def f(x):
        return {0.0: x}[x]

    with pytest.raises(KeyError) as caught:
        grad(f)(1.0)
    assert caught.value.__context__ is None
    assert any("return {0.0: x}[x]" in note for note in caught.value.__notes__)


def test_the_result_of_a_kernel_without_a_direction():
    def scale(a, b, s):
        a[1:] *= s
        b += a.sum()

    a, b = np.arange(3.0), np.ones(2)
    value, tangent = jvp(scale, (a, b, 2.0), (None, None, None))
    close(value[0], [0.0, 2.0, 4.0])
    close(value[1], [7.0, 7.0])
    assert not any(map(np.any, tangent))
    close(a, np.arange(3.0))


def test_plain_parts_of_a_masked_array():
    close(grad(lambda x: np.sum(x * np.asarray(MASKED)) * len(MASKED))(X), 3 * X)
    close(grad(lambda x: np.sum(x * MASKED.data) + MASKED.sum() * x[0])(X), X + [MASKED.sum(), 0.0, 0.0])


def test_parts_of_one_memmap(tmp_path):
    whole = np.memmap(tmp_path / "numbers", float, "w+", shape=(3,))
    whole[:] = [1.0, 2.0, 3.0]
    gradient = grad(lambda x, y: np.sum(x * y))
    close(gradient(whole, X), X)
    close(gradient(whole[:1], X), [X.sum()])


def test_arguments_are_not_changed():
    x = X.copy()
    grad(cube)(x)
    jvp(np.exp, (x,), (x,))
    hessian(cube)(x)
    assert (x == X).all()


# ── the decorator and metadata ───────────────────────────────────────────────────────────────────────────


def test_differentiate():
    assert cost(X) == np.sum(X) * 2.0 and cost.__doc__ == "Doc of cost." and cost.__name__ == "cost"
    close(cost.grad(X), np.full(3, 2.0))
    close(cost.value_and_grad(X)[0], cost(X))
    close(cost.jvp((X, 1.0), (X, None))[1], X.sum())
    y, pullback = cost.vjp(X, 2.0)
    close(pullback(1.0)[1], X.sum())
    close(cost.jacobian(X), np.full(3, 2.0))
    close(grad(cost, "w")(X), X.sum())


def test_differentiate_on_methods():
    model = Model(2.0)
    close(model.marked(X), 2 * np.sum(X**2))
    close(model.marked.grad(X), 4 * X)
    close(Model.fixed.grad(3.0), 6.0)
    assert model.marked.__doc__ == "Doc of marked."


def test_differentiate_with_argnums():
    @s2sad.differentiate(argnums=("b", 0))
    def f(a, b):
        return a * b

    assert f.grad(2.0, 3.0) == (2.0, 3.0)


def test_differentiate_refuses_classes():
    with pytest.raises(TypeError, match="decorates functions"):
        s2sad.differentiate(Model)


def test_source():
    def f(x):
        return x * np.sin(x)

    made = s2sad.differentiate(f)
    before = made.grad.source
    assert "def f_vjp(x" in before
    made.grad(2.0)
    assert "def f_vjp(x" in made.grad.source
    made.jvp((2.0,), (1.0,))
    assert "x_dot" in made.jvp.source
    made.vjp(2.0)
    assert "y_bar" in made.vjp.source
    assert "np.sin" in grad(np.sin).source


def test_metadata():
    gradient = grad(Model(2.0).cost)
    assert gradient.__name__ == "cost_grad"
    assert str(inspect.signature(gradient)) == "(x, k=3.0)"
    assert grad(cost).__doc__.startswith("The gradient of cost.") and "Doc of cost." in grad(cost).__doc__
    assert repr(gradient) == "<Gradient of cost>"


def test_pickling():
    assert pickle.loads(pickle.dumps(cost)) is cost
    close(pickle.loads(pickle.dumps(cost.grad))(X), np.full(3, 2.0))
    close(pickle.loads(pickle.dumps(grad(dot, "b")))(X, X), X)
    close(pickle.loads(pickle.dumps(jacrev(np.sin)))(0.5), math.cos(0.5))
    close(pickle.loads(pickle.dumps(hessian(cube)))(X), np.diag(6 * X))


def test_stop_gradient():
    assert s2sad.stop_gradient("x") == "x"
    close(grad(lambda x: x * s2sad.stop_gradient(x))(3.0), 3.0)


def test_a_global_that_changes_is_seen():
    space = globals()
    space["SCALE"] = 2.0
    f = grad(lambda x: x * SCALE)  # noqa: F821
    assert f(1.0) == 2.0
    space["SCALE"] = 5.0
    assert f(1.0) == 5.0


def test_check_grads():
    s2sad.check_grads(lambda x, n: np.sum(x**n), (X, 3), order=2)
    s2sad.check_grads(lambda p: p["a"] * p["n"], ({"a": X, "n": 2},))
    with pytest.raises(TypeError, match="modes"):
        s2sad.check_grads(cube, (X,), modes=("sideways",))
    for dtype in (np.float16, np.float32, np.float64):  # the tolerance is that of the dtype
        s2sad.check_grads(cube, (X.astype(dtype),))
        with pytest.raises(AssertionError, match="differences"):
            s2sad.check_grads(lambda x: x * s2sad.stop_gradient(x), (X.astype(dtype),))


# ── derivatives of derivatives ───────────────────────────────────────────────────────────────────────────


def _wave(x):
    return np.sin(2 * x) * x


def _well(p):
    return np.sum(p**4) + p[0] * p[1] ** 2


def _well_hessian(p):
    full = np.diag(12 * p**2)
    full[0, 1] += 2 * p[1]
    full[1, 0] += 2 * p[1]
    full[1, 1] += 2 * p[0]
    return full


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_gradients_of_gradients(order):
    derivative = _wave
    for _ in range(order):
        derivative = s2sad.grad(derivative)
    x, n = 0.6, order
    expected = 2**n * np.sin(2 * x + n * np.pi / 2) * x + n * 2 ** (n - 1) * np.sin(
        2 * x + (n - 1) * np.pi / 2
    )
    assert np.allclose(derivative(x), expected)


@pytest.mark.parametrize("outer", ["jacfwd", "jacrev", "jacobian"])
@pytest.mark.parametrize("inner", ["grad", "jacfwd", "jacrev"])
def test_hessians_by_two_transforms(outer, inner):
    p = np.array([0.5, -1.2, 0.8])
    found = getattr(s2sad, outer)(getattr(s2sad, inner)(_well))(p)
    assert np.allclose(found, _well_hessian(p))


def test_hessian_and_its_products():
    p, v = np.array([0.5, -1.2, 0.8]), np.array([0.3, 0.1, -0.7])
    assert np.allclose(s2sad.hessian(_well)(p), _well_hessian(p))
    assert np.allclose(s2sad.hvp(_well, (p,), (v,)), _well_hessian(p) @ v)


def test_third_order_of_an_array():
    p = np.array([0.5, -1.2, 0.8])
    cubed = s2sad.jacfwd(s2sad.jacfwd(s2sad.grad(lambda t: np.sum(t**4))))(p)
    expected = np.zeros((3, 3, 3))
    expected[range(3), range(3), range(3)] = 24 * p
    assert np.allclose(cubed, expected)


def test_nested_perturbations_are_kept_apart():
    """Siskind and Pearlmutter's example: d/dx (x * d/dy (x + y)) is 1, not 2."""
    assert s2sad.grad(lambda x: x * s2sad.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert s2sad.jvp(lambda x: x * s2sad.jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 1.0


def test_nested_gradients_of_no_number_are_refused():
    with pytest.raises(s2sad.RefusedError, match="one real number"):
        s2sad.grad(lambda x: np.sum(s2sad.grad(lambda t: 2 * t)(x)))(np.array([1.0, 2.0]))


def test_nested_gradient_of_an_integer_is_refused():
    with pytest.raises(s2sad.RefusedError, match="no derivative"):
        s2sad.grad(lambda x: x * s2sad.grad(lambda t, n: t * n, argnums=1)(x, "2"))(1.0)
