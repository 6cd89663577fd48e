"""Declaring rules, finding them, and binding calls to their parameters."""

import math
import operator

import numpy as np
import pytest

import s2sad
from s2sad.rules import check_rule, declare
from s2sad.rules.declare import (
    BindError,
    RuleError,
    array,
    case,
    constant,
    elementwise,
    find,
    find_attribute,
    find_method,
    linear,
    rule,
    scalar,
    zero,
)


def fresh(n=1):
    """A callable that has no rule yet."""
    return (lambda x: x**2) if n == 1 else (lambda x, y: x * y)


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────


def test_find_takes_anything():
    for thing in ([], {}, np.zeros(3), None, 3.0, fresh(), "sum"):
        assert find(thing) is None
    assert find_method("no_such_method") is None
    assert find_attribute("no_such_attribute") is None


def test_twins_share_a_rule():
    assert find(np.add) is find(operator.add)
    assert find(np.acos) is find(np.arccos)  # the same object in NumPy 2
    assert find(abs) is find(np.abs) is find(operator.abs)
    assert find(np.ndarray.clip) is find_method("clip") is find(np.clip)
    assert find_attribute("real") is find(np.real)
    assert find_attribute("shape").kind == "constant"


def test_random_draws_are_constant_whose_ever_they_are():
    rng = np.random.default_rng(0)
    for draw in (rng.normal, rng.integers, np.random.rand, np.random.RandomState(0).randn):
        assert find(draw).kind == "constant"
        assert not find(draw).takes_active


# ── binding ──────────────────────────────────────────────────────────────────────────────────────────────


def test_bind_follows_the_functions_own_signature():
    clip = find(np.clip)
    assert clip.bind(("a", "lo", "hi")) == {"a": "a", "a_min": "lo", "a_max": "hi"}
    assert clip.bind(("a",), {"min": "lo"}) == {"a": "a", "a_min": "lo"}
    assert clip.bind(("a",), {"max": "hi"}, function=np.ndarray.clip) == {"a": "a", "a_max": "hi"}
    assert find(pow).bind(("x",), {"exp": "y"}, function=pow) == {"x": "x", "y": "y"}
    assert find(math.hypot).bind(("a", "b", "c")) == {"coordinates": ("a", "b", "c")}
    assert find(np.meshgrid).bind(("a", "b"), {"sparse": True}) == {"xi": ("a", "b"), "sparse": True}


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "culprit"),
    [
        (np.add, (1, 2), {"where": [True]}, "where"),
        (np.add, (1, 2), {"dtype": float}, "dtype"),
        (np.add, (1, 2, np.zeros(1)), {}, "out"),
        (np.floor, (1, np.zeros(1)), {}, "out"),
        (np.floor, (1,), {"out": np.zeros(1)}, "out"),
        (np.linspace, (0, 1), {"retstep": True}, "retstep"),
        (np.nan_to_num, (1, False), {}, "copy"),
        (pow, (1, 2, 3), {}, "mod"),
        (max, (1, 2), {"key": abs}, None),
        (math.sin, (1, 2), {}, None),
        (np.divide, (1,), {}, None),
    ],
)
def test_what_a_rule_does_not_cover_is_refused_by_name(function, args, kwargs, culprit):
    with pytest.raises(BindError) as caught:
        find(function).bind(args, kwargs, function=function)
    assert caught.value.argument == culprit
    if culprit:
        assert culprit in str(caught.value)


def test_an_unsupported_keyword_may_say_its_default():
    assert find(np.add).bind((1, 2), {"where": True, "dtype": None}, function=np.add) == {"x": 1, "y": 2}
    constants = {"%1": False}
    bound = find(np.linspace).bind(("a", "b"), {"retstep": "%1"}, value=constants.get)
    assert bound == {"start": "a", "stop": "b"}


# ── what a rule reads ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("function", "saves"),
    [(np.exp, {"out"}), (np.sin, {"x"}), (np.add, set()), (np.multiply, {"x", "y"}), (np.full, set())],
)
def test_saves(function, saves):
    assert find(function).saves == saves


# ── a user's own rules ───────────────────────────────────────────────────────────────────────────────────


def test_a_users_rules_pass_the_check():
    square, double, product = fresh(), lambda x: 2 * x, fresh(2)

    @elementwise(square)
    def squared(x):
        return 2 * x

    @linear(double, cases=[case(array(3)), case(scalar())])
    def doubled(out_bar, x):
        return 2 * out_bar

    @rule(product, cases=[case(array(3), array(3))])
    class multiplied:
        def x(x_dot, out, x, y):
            return x_dot * y

        def y(y_dot, out, x, y):
            return x * y_dot

        def vjp(out_bar, out, x, y):
            return out_bar * y, x * out_bar

    for function in (square, double, product):
        check_rule(find(function))
    assert find(product).wrt == ("x", "y")


def test_wrong_derivatives_are_caught():
    square, double, product = fresh(), lambda x: 2 * x, fresh(2)

    @elementwise(square)
    def squared(x):
        return 3 * x

    @linear(double, cases=[case(array(3))])
    def doubled(out_bar, x):
        return 3 * out_bar

    @rule(product, cases=[case(array(3), array(3))])
    class multiplied:
        def x(x_dot, out, x, y):
            return x_dot * y

        def y(y_dot, out, x, y):
            return x * y_dot

        def vjp(out_bar, out, x, y):
            return out_bar * y, y * out_bar

    with pytest.raises(RuleError, match="differs from finite differences"):
        check_rule(find(square))
    for function in (double, product):
        with pytest.raises(RuleError, match="pushforward and pullback disagree"):
            check_rule(find(function))


def test_wrong_shapes_and_dtypes_are_caught():
    total, scaled, halved = (lambda x: np.sum(x)), fresh(), fresh()

    @linear(total, cases=[case(array(3))])
    def not_spread(out_bar, x):
        return out_bar

    @elementwise(scaled)
    def in_double(x):
        return 2 * x * np.array([1.0])

    @rule(halved, cases=[case(array(3))])
    class two_contributions:
        def x(x_dot, out, x):
            return 2 * x * x_dot

        def vjp(out_bar, out, x):
            return out_bar * 2 * x, None

    with pytest.raises(RuleError, match="adjoint of shape"):
        s2sad.check_rule(total)
    with pytest.raises(RuleError, match="the adjoint of a float32 is a float64"):
        s2sad.check_rule(scaled)
    with pytest.raises(RuleError, match="2 contributions for 1 argument"):
        s2sad.check_rule(halved)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x: np.ones(7), "f: trying the rule raises ValueError: operands could not be broadcast"),
        (lambda x: None, "f: trying the rule raises TypeError: unsupported operand"),
        (lambda x: np.linalg.inv(x), "f: trying the rule raises LinAlgError"),
        (lambda x: 3 * x, "f: tangent wrt x differs"),
    ],
)
def test_a_body_that_raises_is_wrong(body, message):
    def f(x):
        return x * x

    body.__name__ = "_"  # as users call it: the message then names the function
    elementwise(f)(body)
    with pytest.raises(RuleError, match=message):
        s2sad.check_rule(f, np.array([1.0, 2.0]))


def test_steps_are_tried():
    steps, smooth = (lambda x: np.floor(x) + 1), fresh()
    s2sad.zero(steps, smooth)
    s2sad.check_rule(steps, np.array([0.5, 1.5]))
    with pytest.raises(RuleError, match="varies smoothly"):
        s2sad.check_rule(smooth, np.array([0.5, 1.5]))


def test_a_changed_argument_is_caught():
    double = lambda x: 2 * x  # noqa: E731

    @linear(double, cases=[case(array(3))])
    def clears(out_bar, x):
        x[:] = 0
        return 2 * out_bar

    with pytest.raises(RuleError, match="an argument was changed"):
        s2sad.check_rule(double)


def test_one_call_is_tried():
    function = fresh()

    @elementwise(function)
    def cut(x):
        return np.where(x < 5, 2 * x, 0)

    s2sad.check_rule(function)
    s2sad.check_rule(function, np.ones(3))
    with pytest.raises(RuleError, match="differs from finite differences"):
        s2sad.check_rule(function, np.array([1.0, 9.0]))
    with pytest.raises(RuleError, match="declare a rule"):
        s2sad.check_rule(fresh(), 1.0)


def test_a_rule_without_cases_is_no_rule():
    function = fresh()

    @linear(function)
    def nothing_to_try(out_bar, x):
        return out_bar

    with pytest.raises(RuleError, match="needs cases"):
        check_rule(find(function))


def test_declaring_again_in_the_same_place_replaces():
    function = fresh()
    for factor in (1, 2):

        @elementwise(function)
        def squared(x):
            return factor * x  # noqa: B023

    assert find(function).partials is squared


# ── malformed declarations ───────────────────────────────────────────────────────────────────────────────


def test_too_few_partials():
    with pytest.raises(RuleError, match=r"one_only: 1 partial\(s\) returned for 2 argument"):

        @elementwise(fresh(2))
        def one_only(x, y):
            return y


def test_whose_rule():
    with pytest.raises(RuleError, match="say whose rule this is"):

        @elementwise()
        def nobodys(x):
            return 1


def test_unknown_wrt():
    with pytest.raises(RuleError, match="z is not a parameter; it has x"):

        @elementwise(fresh(), wrt=("z",))
        def odd(x):
            return 1


def test_first_parameter_of_a_transpose():
    with pytest.raises(RuleError, match="the first parameters must be out_bar; got x"):

        @linear(fresh())
        def seedless(x):
            return x


def test_out_is_a_keyword():
    with pytest.raises(RuleError, match="must be keyword-only"):

        @elementwise(fresh(2))
        def positional_out(x, out):
            return 1


def test_rule_without_tangent_or_vjp():
    with pytest.raises(RuleError, match=r"no tangent for y: add `def y"):

        @rule(fresh(2), wrt=("x", "y"))
        class half:
            def x(x_dot, out, x, y):
                return x_dot

            def vjp(out_bar, out, x, y):
                return out_bar, out_bar

    with pytest.raises(RuleError, match="needs a function vjp"):

        @rule(fresh())
        class forward_only:
            def x(x_dot, out, x):
                return x_dot


def test_parameters_must_agree():
    with pytest.raises(RuleError, match=r"uneven.x: its parameters differ from those of vjp"):

        @rule(fresh())
        class uneven:
            def x(x_dot, out, a):
                return x_dot

            def vjp(out_bar, out, x):
                return out_bar


def test_a_second_rule_is_refused():
    for again in (zero, constant):
        with pytest.raises(RuleError, match="has a rule already"):
            again(np.sin)
    with pytest.raises(RuleError, match="declare a rule for"):
        declare.method("swing", fresh())
