"""Every rule through the compiler: programs of one call, differentiated once and twice.

`test_every_rule` tries the declarations; here their bodies are inlined, folded and emitted. The first case of each
rule (of SciPy's: of one rule in four) is tried by default, all of them under the `long` mark.
"""

import linecache

import numpy as np
import pytest

import s2sad
from s2sad.rules.check import is_float, leaves, like, map_together, pair, random_like

from .test_every_rule import RULES, label

PROGRAMS = [
    rule for rule in RULES if not label(rule).startswith("helpers.")
]  # these stand in others' programs
#: Of SciPy's rules, which are many, one of four; `test_all_cases` has them all.
SELECTED = [rule for k, rule in enumerate(PROGRAMS) if k % 4 == 0 or not label(rule).startswith("scipy_")]


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
        exact = all(
            np.finfo(np.result_type(part)).eps < 1e-12 for _, part in parts
        )  # for differences to mean anything
        self.is_active = bool(self.values) and bool(parts) and exact

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
    wanted = central(gradient, x, d)
    _, got = s2sad.jvp(gradient, x, d)
    for a, b in zip(leaves(got), leaves(wanted), strict=True):
        size = 1 + np.max(np.abs(b), initial=0)
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-5 * size, err_msg="second order")


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize("rule", SELECTED, ids=label)
def test_first_case(rule):
    check_program(rule, rule.functions[0], rule.cases[0])


@pytest.mark.long
@pytest.mark.parametrize("rule", PROGRAMS, ids=label)
def test_all_cases(rule):
    for function in rule.functions:
        for case in rule.cases:
            check_program(rule, function, case)


Q = np.arange(5.0) ** 1.5


@pytest.mark.parametrize(
    ("program", "parameter"),
    [
        (lambda q: np.sum(np.quantile(Q, [q, 0.5])), "q"),
        (lambda q: np.sum(np.quantile(Q, np.array([q, 0.5]))), "q"),
        (lambda q: np.sum(np.nanpercentile(Q, (q, 20.0))), "q"),
        (lambda q: np.sum(np.histogram(Q, [q, 2.0, 3.0], weights=Q)[0]), "bins"),
    ],
)
def test_active_numbers_where_a_rule_has_no_derivative_are_refused(program, parameter):
    for derivative in (s2sad.grad(program), lambda q: s2sad.jvp(program, (q,), (1.0,))):
        with pytest.raises(s2sad.RefusedError, match=f"is not differentiated with respect to `{parameter}`"):
            derivative(0.3)


@pytest.mark.parametrize("matrix", [np.diag([1.0, 2.0, 4.0]) + 0.1, np.array([[1.0, 2.0], [-1.5, 0.5]])])
def test_eigenvalues_may_be_complex_or_not(matrix):
    """Their kind depends on values: adjoints are conjugated although the argument is real."""

    def size(m):
        return np.sum(np.abs(np.linalg.eigvals(m)) ** 3) + np.sum(np.abs(np.roots(m[0])) ** 2)

    d = np.random.default_rng(0).normal(size=matrix.shape)
    slope = central(size, [matrix], [d])
    np.testing.assert_allclose(np.sum(s2sad.grad(size)(matrix) * d), slope, rtol=1e-7)
    np.testing.assert_allclose(s2sad.jvp(size, (matrix,), (d,))[1], slope, rtol=1e-7)
