"""What a rule says of operands with one more leading axis, against a loop over that axis.

- elementwise: the function itself, once operands of fewer axes have got axes of length 1 behind the leading one
- native: the function itself; it maps over leading axes
- axis: the function itself, with an axis that counts from the front counting from the second axis on
- none: the face in `rules.faces`; or a loop, if the rule is listed there

Each operand that may vary is batched by itself, the others shared; then all together. `math`'s functions stand for
NumPy's here: they take no arrays.
"""

import itertools

import numpy as np
import pytest

from s2sad.rules import declare, scipy_faces  # noqa: F401
from s2sad.rules.check import is_float, leaves
from s2sad.rules.faces import LOOPS, find_face, lead

from .test_every_rule import RULES, label

SIZE = 3
OWN = ("math", "cmath", "builtins", "_operator", "s2sad.rules.builtins")


def arrays_of(function):
    return isinstance(function, np.ufunc) or (getattr(function, "__module__", None) or "") not in OWN


def operands(rule, args, kwargs, function):
    """Positions of the arguments that may be batched: numbers and arrays, not nests of them."""
    bound = rule.bind(args, kwargs, function=function)
    varying = [id(bound[name]) for name in rule.wrt if name in bound]
    return [k for k, arg in enumerate(args) if id(arg) in varying and is_float(arg)]


def stacked(rng, x):
    return np.stack([x, *(x * rng.uniform(0.8, 1.2) for _ in range(SIZE - 1))])


def lengthened(x, rank):
    return np.reshape(x, (len(x),) + (1,) * (rank + 1 - x.ndim) + x.shape[1:])


def behind(axis):
    if isinstance(axis, tuple):
        return tuple(map(behind, axis))
    return axis + 1 if axis >= 0 else axis


def check(rule, function, args, kwargs, which, rng):
    batches = {k: stacked(rng, np.asarray(args[k])) for k in which}
    rows = [
        function(*(batches[k][i] if k in which else arg for k, arg in enumerate(args)), **kwargs)
        for i in range(SIZE)
    ]
    if rule.batch == "elementwise":
        rank = max(np.ndim(arg) for arg in args)
        batches = {k: lengthened(x, rank) for k, x in batches.items()}
    if rule.batch == "axis":
        kwargs = {key: behind(value) if key in ("axis", "axes") else value for key, value in kwargs.items()}
    got = function(*(batches.get(k, arg) for k, arg in enumerate(args)), **kwargs)
    for parts in zip(leaves(got), *(leaves(row) for row in rows), strict=True):
        np.testing.assert_allclose(parts[0], np.stack(parts[1:]), rtol=1e-9, atol=1e-12)


def counted(rule, args, kwargs):
    """Whether a call names its axes, so that they can be shifted."""
    given = [kwargs[key] for key in ("axis", "axes") if key in kwargs]
    return rule.batch != "axis" or (len(given) == 1 and given[0] is not None)


@pytest.mark.parametrize("rule", [r for r in RULES if r.batch != "none"], ids=label)
def test_batch_face(rule):
    rng = np.random.default_rng(9)
    with np.errstate(all="ignore"):
        for function, case in itertools.product(filter(arrays_of, rule.functions), rule.cases):
            args, kwargs = case(rng)
            places = operands(rule, args, kwargs, function)
            if not counted(rule, args, kwargs):
                continue
            for which in {*((k,) for k in places), tuple(places)} - {()}:
                check(rule, function, args, kwargs, which, rng)


# ── faces ────────────────────────────────────────────────────────────────────────────────────────────────


def varying(rule, args, kwargs, function):
    """The numbers and arrays of a call that may vary, in the order in which `replaced` meets them."""
    bound = rule.bind(args, kwargs, function=function)
    found = {id(leaf) for name in rule.wrt if name in bound for leaf in leaves(bound[name]) if is_float(leaf)}
    met = []
    for leaf in leaves([list(args), list(kwargs.values())]):
        if id(leaf) in found and not any(leaf is other for other in met):
            met.append(leaf)
    return met


def check_face(rule, function, args, kwargs, rng):
    own = varying(rule, args, kwargs, function)
    samples = [stacked(rng, np.asarray(x)) for x in own]
    places = {id(x): k for k, x in enumerate(own)}
    subsets = {*((k,) for k in range(len(own))), tuple(range(len(own)))} - {()}
    for which in subsets:

        def call(form, value):
            def swap(x):
                if id(x) in places:
                    return value(places[id(x)])
                if isinstance(x, list | tuple):
                    return type(x)(map(swap, x))
                return x

            return form(*map(swap, args), **{key: swap(x) for key, x in kwargs.items()})

        got = call(
            find_face(rule),
            lambda k, which=which: samples[k] if k in which else lead(own[k], SIZE),
        )
        rows = [
            call(function, lambda k, i=i, which=which: samples[k][i] if k in which else own[k])
            for i in range(SIZE)
        ]
        for parts in zip(leaves(got), *(leaves(row) for row in rows), strict=True):
            np.testing.assert_allclose(parts[0], np.stack(parts[1:]), rtol=1e-9, atol=1e-12)


# helpers stand in emitted code only, which is no program to be batched
WITHOUT = [r for r in RULES if r.batch == "none" and not label(r).startswith("helpers.")]
FACED = [(r, f) for r in WITHOUT for f in r.functions if find_face(r) is not None]


@pytest.mark.parametrize("rule", WITHOUT, ids=label)
def test_a_rule_without_a_face_is_listed(rule):
    assert (find_face(rule) is None) == (rule.name in LOOPS)


@pytest.mark.parametrize(
    ("rule", "function"), FACED, ids=lambda x: label(x) if isinstance(x, declare.Rule) else ""
)
def test_face(rule, function):
    rng = np.random.default_rng(10)
    with np.errstate(all="ignore"):
        for case in rule.cases:
            args, kwargs = case(rng)
            check_face(rule, function, args, kwargs, rng)
