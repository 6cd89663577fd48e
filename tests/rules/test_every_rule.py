"""Every rule of the table, tried automatically: a rule added to the table is tested here with no further word.

What these tests cannot see: kinks, ties and saturation (random points miss them; see test_conventions.py), points
outside of a rule's domain, and whether the emitted text is fast. Second order belongs to the compiler's tests.
"""

import importlib
import itertools
import math

import numpy as np
import pytest

from s2sad.rules import declare
from s2sad.rules.check import (
    Call,
    check_call,
    check_dtype,
    check_rule,
    check_shapes,
    is_float,
    leaves,
    like,
    map_together,
    random_like,
)
from s2sad.rules.reading import check_partial_count

for package in declare.OPTIONAL:
    importlib.import_module(package)
declare.load_optional()

RULES = [r for r in declare.all_rules() if r.kind not in ("zero", "constant")]
ELEMENTWISE = [r for r in RULES if r.kind == "elementwise"]
SHAPES = [(), (3,), (2, 3), (1, 3), (0, 3)]

# Ufuncs for which there is no rule yet, and why.
NOT_YET: dict[str, str] = {}


def label(rule):
    return f"{rule.body.__module__.rpartition('.')[2]}.{rule.name}"


def of_rules(rules):
    return pytest.mark.parametrize("rule", rules, ids=label)


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def runs(function, args, kwargs):
    """Does the function take these numbers at all? (math takes no complex ones, linalg no float16.)"""
    try:
        out = function(*args, **kwargs)
    except (TypeError, np.linalg.LinAlgError):
        return False
    return all(not isinstance(leaf, np.ndarray) or leaf.dtype.kind != "O" for leaf in leaves(out))


@of_rules(RULES)
def test_finite_differences_and_dot_product(rule):
    check_rule(rule)


@of_rules(ELEMENTWISE)
def test_one_partial_for_each_argument(rule):
    check_partial_count(rule.partials, len(rule.wrt))


@of_rules([r for r in RULES if not r.real_only])
def test_complex(rule):
    rng = np.random.default_rng(1)
    for function, case in itertools.product(rule.functions, rule.cases):
        if not isinstance(case, declare.Case):
            continue
        args, kwargs = case(rng, np.complex128)
        if runs(function, args, kwargs):
            check_call(rule, function, args, kwargs)


@of_rules(RULES)
def test_float32_is_kept(rule):
    rng = np.random.default_rng(2)
    for function, case in itertools.product(rule.functions, rule.cases):
        if isinstance(case, declare.Case):
            check_dtype(rule, function, *case(rng, np.float32))


@of_rules([r for r in ELEMENTWISE if any(isinstance(f, np.ufunc) for f in r.functions) or r.name == "clip"])
def test_broadcasting(rule):
    rng = np.random.default_rng(3)
    function = next((f for f in rule.functions if isinstance(f, np.ufunc)), rule.functions[0])
    for shapes in itertools.product(SHAPES, repeat=len(rule.wrt)):
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            continue  # (2, 3) with (0, 3)
        samples = [declare.array(*s, low=lo, high=hi) for s, (lo, hi) in zip(shapes, rule.domain)]
        drawn = dict(zip(rule.wrt, samples, strict=True))
        fixed = dict(zip(rule.params.parameters, rule.cases[0].args))
        order = [name for name in rule.params.parameters if name in drawn or name in fixed]
        args, kwargs = declare.case(*[drawn.get(name, fixed.get(name)) for name in order])(rng)
        check_call(rule, function, args, kwargs)


@of_rules(RULES)
def test_layouts_do_not_matter(rule):
    """Non-contiguous arrays and negative strides give what contiguous ones give; nothing is written to."""
    rng = np.random.default_rng(4)

    def every_other(x):
        return np.repeat(x, 2, axis=-1)[..., ::2] if isinstance(x, np.ndarray) and x.ndim else x

    def reversed_twice(x):
        return np.ascontiguousarray(x[::-1])[::-1] if isinstance(x, np.ndarray) and x.ndim else x

    def read_only(x):
        if isinstance(x, np.ndarray):
            x.flags.writeable = False
        return x

    for function, case in itertools.product(rule.functions, rule.cases):
        args, kwargs = map_together(read_only, case(rng))
        call = Call(rule, function, args, kwargs)
        out_bar = map_together(read_only, random_like(rng, call.out))
        wanted = call.vjp(out_bar)
        for layout in (every_other, reversed_twice):
            again = Call(rule, function, *map_together(lambda x: read_only(layout(x)), (args, kwargs)))
            got = again.vjp(map_together(layout, out_bar))
            for a, b in zip(leaves(list(wanted.values())), leaves(list(got.values())), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def is_stack(out, row, size):
    return all(np.shape(a) == (size, *np.shape(b)) for a, b in zip(leaves(out), leaves(row), strict=True))


@of_rules([r for r in RULES if "linalg" in label(r) or "matrices" in label(r)])
def test_stacks_of_matrices(rule):
    """Where the function takes stacks, so do both modes, or they say that they do not. The stacks are cubes where they can
    be: a transpose of all axes is not noticed by its shape."""
    rng = np.random.default_rng(11)
    for function, case in itertools.product(rule.functions, rule.cases):
        args, kwargs = case(rng)
        row = function(*args, **kwargs)
        args = map_together(
            lambda x: (
                np.stack([x, x * 1.1, x * 0.9]) if isinstance(x, np.ndarray) and x.ndim and is_float(x) else x
            ),
            args,
        )
        try:
            out = function(*args, **kwargs)
        except (ValueError, TypeError, IndexError):
            continue
        if is_stack(out, row, 3):
            try:
                check_call(rule, function, args, kwargs)
            except ValueError as refusal:
                assert "a stack of matrices" in str(refusal)


@of_rules([r for r in RULES if r.fresh])
def test_fresh_results_share_memory_with_nothing(rule):
    """The reverse sweep writes to what a rule says is fresh, without a copy."""
    rng = np.random.default_rng(5)
    for function, case in itertools.product(rule.functions, rule.cases):
        args, kwargs = case(rng)
        call = Call(rule, function, args, kwargs)
        out_bar = random_like(rng, call.out)
        others = [x for x in leaves([out_bar, args, kwargs, call.out]) if isinstance(x, np.ndarray)]
        for made in leaves(list(call.vjp(out_bar).values())):
            if isinstance(made, np.ndarray) and made.ndim:
                assert made.flags.writeable
                assert not any(np.shares_memory(made, other) for other in others)


@of_rules([r for r in RULES if r.kind == "linear"])
def test_linear_rules_are_linear(rule):
    """f(x + d) - f(x) is f(d), exactly but for rounding: what `linear` claims (finite differences would pass more)."""
    rng = np.random.default_rng(5)
    for function, case in itertools.product(rule.functions, rule.cases):
        call = Call(rule, function, *case(rng))
        if not call.active or not all(is_float(leaf) for leaf in leaves(call.out)):
            continue
        if any(np.finfo(np.result_type(leaf)).bits < 64 for leaf in leaves(call.out)):
            continue
        dots = {name: random_like(rng, call.bound[name]) for name in call.active}
        moved = {
            name: map_together(lambda x, d: like(x, x + d) if is_float(x) else x, call.bound[name], dot)
            for name, dot in dots.items()
        }
        there, here, step = (list(leaves(v)) for v in (call.primal(moved), call.out, call.jvp(dots)))
        for a, b, d in zip(there, here, step, strict=True):
            np.testing.assert_allclose(a - b, d, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", sorted(declare.all_methods()))
def test_methods_bind_as_ndarray_has_them(name):
    rule = declare.find_method(name)
    method = getattr(np.ndarray, name)
    assert declare.find(method) is rule
    if rule.kind in ("zero", "constant"):
        return
    own = [
        p for p in rule.params.parameters.values() if p.default is p.empty and p.kind in declare.POSITIONAL
    ]
    bound = rule.bind(tuple(range(len(own))), {}, function=method)
    assert list(bound) == [p.name for p in own]


def test_every_ufunc_is_listed():
    ufuncs = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)}
    missing = sorted(name for name, f in ufuncs.items() if declare.find(f) is None and name not in NOT_YET)
    assert not missing
    assert not [name for name in NOT_YET if declare.find(getattr(np, name)) is not None]


def test_every_function_of_math_is_listed():
    missing = [
        n for n, f in vars(math).items() if callable(f) and not n.startswith("_") and declare.find(f) is None
    ]
    assert not missing


def numeric_zero_ufuncs():
    zeros = [r for r in declare.all_rules() if r.kind == "zero" and isinstance(r.functions[0], np.ufunc)]
    return [
        r.functions[0]
        for r in zeros
        if "d" * r.functions[0].nin in {t.partition("->")[0] for t in r.functions[0].types}
    ]


@pytest.mark.parametrize("function", numeric_zero_ufuncs(), ids=lambda f: f.__name__)
def test_zero_means_constant_nearby(function):
    if function is np.spacing:
        return  # of a float, which every step changes a little
    args = np.random.default_rng(6).uniform(0.1, 4, (function.nin, 50))
    np.testing.assert_array_equal(function(*args), function(*(args + 1e-9)))


def test_shapes_are_checked():
    """The checker itself: a rule whose adjoint has the wrong shape does not pass."""

    @declare.linear(lambda_sum := lambda x: np.sum(x), cases=[declare.case(declare.array(3))])
    def wrong(out_bar, x):
        return out_bar

    call = Call(declare.find(lambda_sum), lambda_sum, (np.ones(3),), {})
    with pytest.raises(declare.RuleError, match="adjoint of shape"):
        check_shapes(call, call.vjp(1.0))
