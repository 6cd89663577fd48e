"""Every form in which users hold a function, and every way to ask for its derivative."""

import functools
import linecache
import math
import pickle
from _statistics import _normal_dist_inv_cdf  # a C function of floats that has no rule

import numpy as np
import pytest

import s2sad
from s2sad.errors import S2sadError
from tests import harness
from tests.programs import forms

IDS = [form[0] for form in forms.FORMS]


def same(found, wanted):
    harness.same_structure(wanted, found, "gradient")
    np.testing.assert_allclose(harness.flat(found), harness.flat(wanted), rtol=1e-10)


@pytest.mark.parametrize(("name", "function", "args", "slope"), forms.FORMS, ids=IDS)
def test_grad(name, function, args, slope):
    same(s2sad.grad(function)(*args), slope(*args))


@pytest.mark.parametrize(("name", "function", "args", "slope"), forms.FORMS, ids=IDS)
def test_both_modes(name, function, args, slope):
    harness.check(function, args)


def test_numpy_functions_with_array_results():
    x = np.array([0.4, 1.1])
    for function in (np.sin, np.exp, np.cumsum, np.square, np.sort, np.transpose):
        harness.check(function, (x,))
    harness.check(np.outer, (x, x * 2))
    harness.check(np.matmul, (np.outer(x, x), x))
    harness.check(np.where, (x > 0.5, x, x * 2))


def test_scipy_ufunc():
    special = pytest.importorskip("scipy.special")
    same(s2sad.grad(special.erf)(0.3), 2 / math.sqrt(math.pi) * math.exp(-0.09))
    harness.check(special.gammaln, (np.array([1.3, 2.4]),))


def test_results_of_transforms_are_functions():
    g = s2sad.grad(forms.second)
    same(s2sad.grad(g)(1.3), 6 * 1.3)
    same(s2sad.grad(s2sad.grad(g))(1.3), 6.0)
    _, pullback = s2sad.vjp(forms.second, 1.3)
    y, again = s2sad.vjp(pullback, 0.5)
    same(y, (3 * 1.3**2 * 0.5,))
    same(again((1.0,)), (3 * 1.3**2,))
    jacobian = s2sad.jacrev(np.sin)
    assert np.shape(s2sad.jacfwd(jacobian)(np.array([0.3, 0.4]))) == (2, 2, 2)


@pytest.mark.parametrize("argnums", [0, "x", (0, 1), ("x", "y"), (1, 0), ("y",), 1])
def test_argnums(argnums):
    partials = {0: 2 * 1.3 * 0.5, 1: 1.3**2}
    names = {"x": 0, "y": 1}
    if isinstance(argnums, tuple):
        wanted = tuple(partials[names.get(a, a)] for a in argnums)
    else:
        wanted = partials[names.get(argnums, argnums)]
    same(s2sad.grad(forms.plain, argnums=argnums)(1.3, 0.5), wanted)
    value, found = s2sad.value_and_grad(forms.plain, argnums=argnums)(1.3, 0.5)
    same(found, wanted)
    assert value == forms.plain(1.3, 0.5)


def test_keyword_arguments():
    same(s2sad.grad(forms.plain)(1.3, y=0.5), 2 * 1.3 * 0.5)
    same(s2sad.grad(forms.plain, argnums="y")(1.3, y=0.5), 1.3**2)
    same(s2sad.grad(forms.plain, argnums=("x", "y"))(y=0.5, x=1.3), (2 * 1.3 * 0.5, 1.3**2))
    same(s2sad.grad(forms.keyword_only)(1.3, k=3.0), 6 * 1.3)
    same(s2sad.grad(forms.keyword_only, argnums="k")(1.3, k=3.0), 1.3**2)
    same(s2sad.grad(forms.star)(1.3, 0.5, k=2.0), 1.0)


def test_has_aux():
    def f(x):
        return x * x, {"twice": 2 * x, "text": "kept"}

    slope, aux = s2sad.grad(f, has_aux=True)(1.3)
    same(slope, 2.6)
    assert aux == {"twice": 2.6, "text": "kept"}
    (value, aux), slope = s2sad.value_and_grad(f, has_aux=True)(1.3)
    assert (value, aux["text"]) == (1.3 * 1.3, "kept")
    same(slope, 2.6)


def test_jvp_with_none_tangent():
    y, y_dot = s2sad.jvp(forms.plain, (1.3, 0.5), (None, 2.0))
    assert y == forms.plain(1.3, 0.5)
    same(y_dot, 1.3**2 * 2.0)


def test_pullback_many_times():
    _, pullback = s2sad.vjp(lambda x: [x * x, np.sin(x)], 1.3)
    same(pullback([1.0, 0.0]), (2.6,))
    same(pullback([0.0, 1.0]), (math.cos(1.3),))
    same(pullback([1.0, 0.0]), (2.6,))


def test_differentiate_decorator():
    @s2sad.differentiate
    def f(x, w):
        """Weigh x."""
        return np.sum(w * np.sin(x))

    x, w = np.array([0.3, 0.8]), np.array([2.0, 0.5])
    assert f(x, w) == np.sum(w * np.sin(x))
    assert f.__name__ == "f" and f.__doc__ == "Weigh x."
    same(f.grad(x, w), w * np.cos(x))
    value, slope = f.value_and_grad(x, w)
    assert value == f(x, w)
    same(slope, w * np.cos(x))
    same(f.jvp((x, w), (np.ones(2), None))[1], np.sum(w * np.cos(x)))
    y, pullback = f.vjp(x, w)
    x_bar, w_bar = pullback(1.0)
    same(x_bar, w * np.cos(x))
    same(w_bar, np.sin(x))
    assert "np.cos(x)" in f.grad.source


def test_decorated_method():
    class Model:
        def __init__(self, k):
            self.k = k

        @s2sad.differentiate
        def energy(self, x):
            return self.k * x * x

    model = Model(3.0)
    assert model.energy(2.0) == 12.0
    same(model.energy.grad(2.0), 12.0)


def test_scalars_then_arrays():
    g = s2sad.grad(lambda x, w: np.sum(np.sin(x) * w), argnums=(0, 1))
    same(g(0.3, 2.0), (2 * math.cos(0.3), math.sin(0.3)))
    x, w = np.array([0.3, 0.4]), np.array([[2.0], [3.0]])
    gx, gw = g(x, w)
    same(gx, np.cos(x) * 5.0)
    same(gw, np.full((2, 1), np.sum(np.sin(x))))
    same(g(0.3, 2.0), (2 * math.cos(0.3), math.sin(0.3)))


def test_globals_and_cells_are_read_when_called():
    k = 2.0

    def f(x):
        return k * x * x

    g = s2sad.grad(f)
    same(g(1.5), 6.0)
    k = 3.0
    same(g(1.5), 9.0)


def test_methods_see_the_instance_as_it_is():
    model = forms.Model(2.0)
    g = s2sad.grad(model.energy)
    same(g(1.5), 18.0)
    model.k = 4.0
    same(g(1.5), 36.0)


def test_source_from_exec_with_linecache():
    text = "def f(x):\n    return x * x * x\n"
    linecache.cache["<written in a test>"] = (len(text), None, text.splitlines(True), "<written in a test>")
    space = {}
    exec(compile(text, "<written in a test>", "exec"), space)
    same(s2sad.grad(space["f"])(1.3), 3 * 1.3**2)


def test_source_that_cannot_be_had_is_refused_by_name():
    space = {}
    exec("def unseen(x):\n    return x * x\n", space)
    with pytest.raises(S2sadError, match="unseen"):
        s2sad.grad(space["unseen"])(1.3)


def test_c_function_without_rule_is_refused_by_name():
    with pytest.raises(S2sadError, match="_normal_dist_inv_cdf"):
        s2sad.grad(functools.partial(_normal_dist_inv_cdf, 0.3))(1.3, 1.0)


def test_name_doc_signature_and_pickle():
    g = s2sad.grad(forms.plain)
    same(g(1.3, 0.5), 1.3)
    again = pickle.loads(pickle.dumps(g))
    same(again(1.3, 0.5), 1.3)
    assert g.__name__
    assert "product" in (g.__doc__ or "")


def test_gradient_of_integer_is_refused():
    for bad in (3, True, "x", None, np.arange(3)):
        with pytest.raises((S2sadError, TypeError)):
            s2sad.grad(lambda x: x * 2.0 if x is not None and not isinstance(x, str) else 1.0)(bad)


def test_gradient_of_non_scalar_is_refused():
    with pytest.raises((S2sadError, TypeError, ValueError)):
        s2sad.grad(np.sin)(np.array([1.0, 2.0]))
    with pytest.raises((S2sadError, TypeError, ValueError)):
        s2sad.grad(lambda x: (x, x))(1.0)


def test_wrong_argnums():
    for bad in (5, "nosuch", (0, "nosuch")):
        with pytest.raises((S2sadError, TypeError, ValueError, IndexError)):
            s2sad.grad(forms.plain, argnums=bad)(1.3, 0.5)


def test_user_exceptions_pass():
    def f(x):
        if x < 0:
            raise ValueError("negative")
        return x * x

    with pytest.raises(ValueError, match="negative"):
        s2sad.grad(f)(-1.0)
    with pytest.raises(ValueError, match="negative"):
        s2sad.jvp(f, (-1.0,), (1.0,))
    with pytest.raises(TypeError):
        s2sad.grad(forms.plain)()


def test_custom_elementwise_rule():
    math_cube = np.frompyfunc(lambda t: t**3, 1, 1)

    def cube(x):
        return float(math_cube(x))

    @s2sad.elementwise(cube)
    def _(x):
        return 3 * x**2

    harness.check(lambda x: cube(x * 2) * x, (1.3,), reference=lambda x: (2 * x) ** 3 * x)


def test_custom_rule_overrides_the_source():
    def clipped(x):
        return x * 5.0

    @s2sad.rule(clipped, wrt=("x",))
    class _:
        def x(x_dot, out, x):
            return 7.0 * x_dot

        def vjp(out_bar, out, x):
            return 7.0 * out_bar

    same(s2sad.grad(lambda x: clipped(x) * 2)(1.3), 14.0)
    same(s2sad.jvp(lambda x: clipped(x) * 2, (1.3,), (1.0,))[1], 14.0)
