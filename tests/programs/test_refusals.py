"""What must be refused, with the line: never a silent zero, never a wrong number."""

import ctypes
import datetime
import itertools
import json
import math
import pickle
import random
import struct
from _statistics import _normal_dist_inv_cdf  # a C function of floats that has no rule

import numpy as np
import pytest
import scipy.integrate

import s2sad
from s2sad.errors import S2sadError

LEVEL = 1.0
A3 = np.array([0.4, 1.1, -0.7])


def global_write(x):
    global LEVEL
    LEVEL = x * 2
    return LEVEL * x


def groups_that_run_out(x):
    total = x
    for key, group in itertools.groupby(range(6), key=lambda i: i // 3):
        total += x * key * len(list(group))
    return total


def uses_exec(x):
    space = {"x": x}
    exec("y = x * x", space)
    return space["y"]


def uses_eval(x):
    return eval("x * x")


def json_round_trip(x):
    text = json.dumps({"x": x * x})
    return json.loads(text)["x"]


def pickled(x):
    return pickle.loads(pickle.dumps(x * x))


def struct_packed(x):
    return struct.unpack("d", struct.pack("d", x * x))[0]


def through_text(x):
    return float(str(x * x))


def through_format(x):
    return float(f"{x * x:.17g}")


def c_extension(x):
    return _normal_dist_inv_cdf(0.3, x * x, 1.0) * x


def c_class(x):
    return datetime.timedelta(seconds=x * x).total_seconds()


def ctypes_value(x):
    return ctypes.c_double(x * x).value


def numpy_without_rule(x):
    return np.sum(np.trim_zeros(np.unwrap(x * x)))


def vectorised_with_a_signature(x):
    return np.sum(np.vectorize(lambda t: t * t, signature="(n)->(n)")(x))


def from_py_func(x):
    return np.sum(np.frompyfunc(lambda t: t * t, 1, 1)(x).astype(float))


def random_with_active_parameter(x):
    rng = random.Random(3)
    return rng.gauss(x, 1.0) * x


def numpy_random_active(x):
    rng = np.random.default_rng(3)
    return np.sum(rng.normal(loc=x, size=3))


def from_buffer(x):
    return np.sum(np.frombuffer(x.tobytes()) ** 2)


def memory_view(x):
    y = x * x
    return memoryview(y)[0] * 2.0


def strided_overlap(x):
    y = x * 2
    windows = np.lib.stride_tricks.as_strided(y, (2, 2), (8, 8))
    windows[0, 1] = x[0]
    return np.sum(y)


def object_array(x):
    boxes = np.empty(2, dtype=object)
    boxes[0] = x * x
    return boxes[0]


def setattr_on_module(x):
    math.hidden_level = x * x
    return math.hidden_level * x


def unknown_keyword(x):
    return np.sum(x, nosuch=3)


def locals_access(x):
    y = x * x
    return locals()["y"] * x


async def coroutine(x):
    return x * x


def awaits_nothing(x):
    import asyncio

    return asyncio.run(coroutine(x))


def yields_send(x):
    def echo():
        t = x
        while True:
            t = yield t * t

    g = echo()
    next(g)
    return g.send(x * 3)


SCALAR = [
    global_write,
    uses_exec,
    uses_eval,
    json_round_trip,
    pickled,
    struct_packed,
    through_text,
    through_format,
    c_extension,
    c_class,
    ctypes_value,
    random_with_active_parameter,
    object_array,
    setattr_on_module,
    locals_access,
    coroutine,
    awaits_nothing,
    yields_send,
    groups_that_run_out,
]
ARRAY = [
    numpy_without_rule,
    vectorised_with_a_signature,
    from_py_func,
    numpy_random_active,
    from_buffer,
    memory_view,
    strided_overlap,
]


def modes(function, x):
    tangent = 1.0 if isinstance(x, float) else np.ones_like(x)
    return {
        "forward": lambda: s2sad.jvp(function, (x,), (tangent,)),
        "reverse": lambda: s2sad.vjp(function, x)[1](1.0),
        "grad": lambda: s2sad.grad(function)(x),
    }


def slope(function, x):
    """The derivative along ones, by differences, or None where that has no meaning."""
    try:
        return (np.sum(function(x + 1e-6)) - np.sum(function(x - 1e-6))) / 2e-6
    except Exception:  # noqa: BLE001  coroutines, bad keywords
        return None


@pytest.mark.parametrize("mode", ["forward", "reverse", "grad"])
@pytest.mark.parametrize("function", SCALAR + ARRAY, ids=lambda f: f.__name__)
def test_refused(function, mode):
    """Refused with this file and a line of the function; a right answer is as good, anything else is a failure."""
    x = 1.3 if function in SCALAR else A3
    try:
        result = modes(function, x)[mode]()
    except S2sadError as error:
        first = function.__code__.co_firstlineno
        text = str(error)
        assert "test_refusals.py" in text
        lines = [d.span.line for d in error.diagnostics]
        inside = function is awaits_nothing or all(first <= line <= first + 12 for line in lines)
        assert inside, text
        assert all(d.code in text and d.help for d in error.diagnostics)
        return
    found = result[1] if mode == "forward" else result[0] if mode == "reverse" else result
    wanted = slope(function, x)
    assert wanted is not None, f"accepted, and gave {found!r}"
    np.testing.assert_allclose(np.sum(found), wanted, rtol=1e-4, err_msg="accepted, and wrong")


def test_unknown_keyword_is_an_error():
    with pytest.raises((S2sadError, TypeError)):
        s2sad.grad(unknown_keyword)(A3)


def test_all_findings_at_once():
    def two_faults(x):
        y = _normal_dist_inv_cdf(0.3, x, 1.0)
        z = float(json.dumps(x * x))
        return y + z

    with pytest.raises(S2sadError) as caught:
        s2sad.grad(two_faults)(1.3)
    assert len(caught.value.diagnostics) == 2
    text = str(caught.value)
    assert "_normal_dist_inv_cdf" in text and "dumps" in text


def test_inactive_use_is_no_error():
    """The same calls are fine as long as no active value reaches them."""

    def fine(x, n):
        text = json.dumps({"n": n})
        scale = _normal_dist_inv_cdf(0.3, n, 1.0)
        print(f"{x:.3f}", end="")
        return x * x * scale * len(text)

    assert s2sad.grad(fine)(1.3, 3.0) == pytest.approx(
        2 * 1.3 * _normal_dist_inv_cdf(0.3, 3.0, 1.0) * len('{"n": 3.0}')
    )


def test_stop_gradient_makes_it_inactive():
    def fine(x):
        return x * _normal_dist_inv_cdf(0.3, s2sad.stop_gradient(x), 1.0)

    assert s2sad.grad(fine)(1.3) == pytest.approx(_normal_dist_inv_cdf(0.3, 1.3, 1.0))


@pytest.mark.parametrize(
    "handed_over",
    [
        lambda x: np.vectorize(json.dumps)(x),
        lambda x: np.apply_along_axis(json.dumps, 0, np.array([x])).sum(),
        lambda x: scipy.integrate.quad(json.dumps, 0.0, x)[0],
    ],
)
def test_the_place_is_the_users(handed_over):
    """What stands for a library function, and is refused for what it is handed, lies in no file of the user's."""
    with pytest.raises(s2sad.RefusedError) as caught:
        s2sad.grad(handed_over)(1.3)
    line = handed_over.__code__.co_firstlineno
    assert {(found.filename, found.span.line) for found in caught.value.diagnostics} == {(__file__, line)}


def test_discarded_use_is_no_error():
    """A value that does not reach the result may go anywhere (printing, logging)."""

    def fine(x):
        json.dumps({"x": x})
        str(x * x)
        return x * x

    assert s2sad.grad(fine)(1.3) == pytest.approx(2.6)


def test_dead_branch_is_no_error():
    def fine(x, kind="smooth"):
        if kind == "text":
            return float(str(x))
        return x * x

    assert s2sad.grad(fine)(1.3) == pytest.approx(2.6)


def counts_its_steps(u):
    steps = 0
    while np.max(u) > 0.5:
        u[:] = 0.9 * u * u
        steps += 1
    return steps


def tells_whether_it_went_well(u):
    if u[0] > 10.0:
        return False
    u *= u
    return True


def says_nothing_or_a_number(u):
    if u[0] > 10.0:
        return 1
    u *= u


@pytest.mark.parametrize("function", [counts_its_steps, tells_whether_it_went_well, says_nothing_or_a_number])
@pytest.mark.parametrize("transform", ["vjp", "jvp", "grad"])
def test_kernel_with_a_status(function, transform):
    """The derivative of the status is zero, and nobody wants that: what is meant is that of the arrays."""
    u = np.array([0.9, 0.8])
    call = {
        "vjp": lambda: s2sad.vjp(function, u),
        "jvp": lambda: s2sad.jvp(function, (u,), (u,)),
        "grad": lambda: s2sad.grad(function)(u),
    }[transform]
    with pytest.raises(S2sadError, match=r"(?s)S2S020.*writes to `u`.*return `u`, or nothing"):
        call()


def test_status_of_a_function_that_writes_to_its_own():
    def fine(x):
        room = np.zeros(2)
        room[:] = x
        return 3

    assert s2sad.grad(fine)(1.3) == 0.0


def test_starred_argument_of_a_callee_with_defaults():
    def decay(t, a, b, c=0.5):
        return a * np.exp(-b * t) + c

    with pytest.raises(S2sadError, match="(?s)S2S021.*`decay`.*take them apart first"):
        s2sad.grad(lambda theta: decay(0.3, *theta))(A3)


KEYS_READ = [
    lambda found: sum(key * found[key] for key in found),
    lambda found: list(found.keys())[0],
    lambda found: sum({key: 1.0 for key in found}),
    lambda found: max(found, key=found.get),
]


@pytest.mark.parametrize("read", KEYS_READ, ids=range(len(KEYS_READ)))
def test_varying_key_of_a_dict(read):
    """What is a key has no derivative, so it must have had none before."""

    def kept(x, t):
        found = {}
        for a, b in zip([x, x * 2], [t, 0.5]):
            found[b] = a
        return x * read(found)

    x, h = 1.5, 1e-6
    slope = (kept(x + h, 0.25) - kept(x - h, 0.25)) / (2 * h)
    assert s2sad.grad(kept)(x, 0.25) == pytest.approx(slope)
    with pytest.raises(S2sadError, match="(?s)S2S022.*key of a dict"):
        s2sad.grad(kept, argnums=1)(x, 0.25)
