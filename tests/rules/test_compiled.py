"""Every rule through the compiler: programs of one call, differentiated once and twice.

`test_every_rule` tries the declarations; here their bodies are inlined, folded and emitted. The first case of each
rule is tried by default, all of them under the `long` mark.
"""

import linecache

import numpy as np
import pytest

import s2sad
from s2sad.rules.check import is_float, leaves, like, map_together, pair, random_like

from .test_every_rule import RULES, label

# What second derivatives do not reach, and why.
NO_SECOND = {}


class Program:
    """A function of one call's numbers, whose value is a quadratic form of the call's result."""

    def __init__(self, rule, function, args, kwargs):
        self.values = []
        places = rule.bind(args, kwargs, function=function)
        self.active = [id(leaf) for name in rule.wrt for leaf in leaves(places.get(name))]
        self.names = {"np": np, "function": function}
        given = [self.text(arg) for arg in args]
        given += [f"{name}={self.text(value)}" for name, value in kwargs.items()]
        out = function(*args, **kwargs)
        parts = list(self.parts(out, "out"))
        terms = [self.term(name, part) for name, part in parts] or ["0.0"]
        parameters = ", ".join(f"x{k}" for k in range(len(self.values)))
        lines = [f"def program({parameters}):", f"    out = function({', '.join(given)})"]
        text = "\n".join([*lines, f"    return {' + '.join(terms)}", ""])
        name = f"<program {id(self)}>"
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        exec(compile(text, name, "exec"), self.names)
        self.function = self.names["program"]
        self.is_active = bool(self.values) and bool(parts)

    def text(self, value):
        """The text of an argument: a parameter for each number that may vary, a name for a constant."""
        if is_float(value) and id(value) in self.active:
            self.values.append(value)
            return f"x{len(self.values) - 1}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.text, value))}]"
        if isinstance(value, tuple) and any(id(leaf) in self.active for leaf in leaves(value)):
            return f"({', '.join(map(self.text, value))},)"
        name = f"c{len(self.names)}"
        self.names[name] = value
        return repr(value) if value is None or isinstance(value, int | str) else name

    def parts(self, out, name):
        if isinstance(out, tuple | list):
            for k, item in enumerate(out):
                yield from self.parts(item, f"{name}[{k}]")
        elif is_float(out):
            yield name, out

    def term(self, name, part):
        weight = f"w{len(self.names)}"
        self.names[weight] = np.random.default_rng(len(self.names)).uniform(0.5, 1.5, np.shape(part))
        return f"np.sum({weight} * np.real({name} * np.conj({name})))"


def central(function, x, d, step=1e-5):
    """The best of a few central differences of a function of several numbers in one direction."""
    ahead = function(*[like(a, a + step * b) for a, b in zip(x, d, strict=True)])
    behind = function(*[like(a, a - step * b) for a, b in zip(x, d, strict=True)])
    return map_together(lambda p, q: (p - q) / (2 * step), ahead, behind)


def check_program(rule, function, case, dtype=np.float64):
    rng = np.random.default_rng(8)
    args, kwargs = case(rng, dtype)
    program = Program(rule, function, args, kwargs)
    if not program.is_active:
        return
    x = program.values
    every = tuple(range(len(x)))
    d = [random_like(rng, value) for value in x]
    gradient = s2sad.grad(program.function, every)
    first = gradient(*x)
    slope = central(program.function, x, d)
    scale = 1 + abs(slope)
    assert abs(pair(first, [np.conj(b) for b in d]) - slope) < 2e-6 * scale, "reverse mode"
    y, y_dot = s2sad.jvp(program.function, x, d)
    assert abs(y_dot - slope) < 2e-6 * scale, "forward mode"
    np.testing.assert_allclose(y, program.function(*x), rtol=1e-12)
    if rule.name in NO_SECOND:
        return
    wanted = central(gradient, x, d)
    _, got = s2sad.jvp(gradient, x, d)
    for a, b in zip(leaves(got), leaves(wanted), strict=True):
        size = 1 + np.max(np.abs(b), initial=0)
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-5 * size, err_msg="second order")


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize("rule", RULES, ids=label)
def test_first_case(rule):
    check_program(rule, rule.functions[0], rule.cases[0])


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES, ids=label)
def test_all_cases(rule):
    for function in rule.functions:
        for case in rule.cases:
            check_program(rule, function, case)
