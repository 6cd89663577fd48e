"""What a rule says of operands with one more leading axis, against a loop over that axis.

- elementwise: the function itself, once operands of fewer axes have got axes of length 1 behind the leading one
- native: the function itself; it maps over leading axes
- axis: the function itself, with an axis that counts from the front counting from the second axis on
- none: a loop, so far

Each operand that may vary is batched by itself, the others shared; then all together. `math`'s functions stand for
NumPy's here: they take no arrays.
"""

import itertools

import numpy as np
import pytest

from s2sad.rules.check import is_float, leaves

from .test_every_rule import RULES, label

SIZE = 3
OWN = ("math", "cmath", "builtins", "_operator")


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
