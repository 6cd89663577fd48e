"""`check_aliasing`: the emitted code asserts that adjoints share memory as their arrays do. Here it is broken on purpose."""

import numpy as np
import pytest

import s2sad
from s2sad.compile import Options, derive
from s2sad.frontend.resolve import from_function
from s2sad.generate import self_contained_text

U = np.array([0.4, 1.1, -0.7, 0.9])


def halves(u):
    """A view made by a call: the adjoint must be a view of the buffer."""
    a = u * 2.0
    r = a.reshape(2, -1)
    r[0] *= a[1]
    return np.sum(r**2 * a[3])


def flipped(u):
    """A view made by a function of NumPy."""
    a = u * 2.0
    r = np.flip(a)
    r[0] = a[1] * r[2]
    return np.sum(a**2)


def chosen(u):
    """A buffer that is carried along."""
    a, b = u.copy(), u * 2.0
    w = a if u[0] > 0 else b
    w[0] = a[1] * b[1]
    return np.sum(a * b)


def kept(u):
    """Two adjoints that live on apart."""
    a = u * 2.0
    b = u * u
    a += b
    b[0] = a[1]
    return np.sum(a * b)


def text_of(function, mode, checked):
    options = Options(check_aliasing=checked)
    source = from_function(function)
    derived = derive(source, mode, ("u",), {"u": U}, options)
    return self_contained_text(derived.functions.values(), source.module)


def run(text, name, *args, **kwargs):
    space = {}
    exec(text, space)
    return space[name](*args, **kwargs)


@pytest.mark.parametrize("function", [halves, flipped, chosen, kept])
def test_silent_where_all_is_well(function):
    with s2sad.using_options(check_aliasing=True):
        checked = s2sad.grad(function)(U)
        pushed = s2sad.jvp(function, (U,), (np.ones(4),))
    np.testing.assert_array_equal(checked, s2sad.grad(function)(U))
    np.testing.assert_array_equal(pushed[1], s2sad.jvp(function, (U,), (np.ones(4),))[1])


@pytest.mark.parametrize("function", [halves, flipped, chosen, kept])
@pytest.mark.parametrize("mode", ["vjp", "jvp"])
def test_nothing_is_asserted_unless_asked(function, mode):
    assert "_assert" not in text_of(function, mode, checked=False)


#: Function, mode, what the text says, what it says after the sabotage, and what the assertion says.
SABOTAGE = [
    (
        halves,
        "vjp",
        "r_bar = a_bar.reshape(2, -1)",
        "r_bar = a_bar.reshape(2, -1).copy()",
        "as its array does",
    ),
    (
        halves,
        "jvp",
        "r_dot = np.reshape(a_dot, np.shape(r))",
        "r_dot = 1.0 * np.reshape(a_dot, np.shape(r))",
        "as its array",
    ),
    (flipped, "vjp", "np.flip(a_bar)", "np.flip(a_bar).copy()", "no view"),
    (chosen, "vjp", "w_bar = t_bar", "w_bar = t_bar.copy()", "as its array does"),
    (chosen, "jvp", "w_dot = t_dot", "w_dot = t_dot.copy()", "as its array does"),
    (kept, "vjp", "b_bar = y_bar * a", "b_bar = a_bar", "two adjoints share memory"),
]


@pytest.mark.parametrize(("function", "mode", "sound", "broken", "message"), SABOTAGE)
def test_sabotage_is_caught(function, mode, sound, broken, message):
    name = f"{function.__name__}_{mode}"
    given = {"u_dot": np.ones(4)} if mode == "jvp" else {}
    text = text_of(function, mode, checked=True)
    assert sound in text, text
    run(text, name, U.copy(), **given)
    with pytest.raises(AssertionError, match=message):
        run(text.replace(sound, broken), name, U.copy(), **given)
