"""Lines, names and expressions of scalars."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz import shapes
from tests.fuzz.choices import Choices

Scope = dict[str, str]  # variable -> kind


class Expressions:
    """What each part of the generator uses: the text so far, names, and expressions of numbers."""

    c: Choices
    lines: list[str]
    counter: int
    arrays: bool  # whether arrays are written in place
    helpers: list[str]  # functions of the program: of two numbers
    kernels: list[tuple[str, list[str], str | None]]  # of arrays and a number: name, kinds, kind of result
    iterating: int  # how many lists are iterated: they must not grow
    loops: int
    result: str  # what the function that is written returns
    budget: int  # statements that may still be written

    def emit(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"{stem}{self.counter}"

    def number(self) -> str:
        return self.c.pick(["0.5", "1.2", "-0.7", "0.3", "2.0", "-1.1", "0.9"])

    def names(self, scope: Scope, kind: str) -> list[str]:
        return [name for name, k in scope.items() if k == kind]

    def all_arrays(self, scope: Scope) -> list[str]:
        return [name for name, kind in scope.items() if kind in shapes.KINDS]

    def index(self, scope: Scope) -> str:
        """A small integer, as a rule a variable."""
        names = self.names(scope, "int")
        return self.c.pick(names) if names and self.c.chance(80) else self.c.pick(["0", "1", "2"])

    def read(self, scope: Scope, name: str, form: str) -> str:
        """What `form` (see `shapes.py`) reads of an array."""
        return form.format(a=name, k=self.index(scope))

    def atom(self, scope: Scope) -> str:
        options = self.names(scope, "float") * 3
        options += [f"{n}[{i}]" for n in self.names(scope, "array") for i in (0, 1, -1)]
        options += [f"{n}[{i}]" for n in self.names(scope, "list") for i in (0, -1)]
        options += [f"{n}[{key!r}]" for n in self.names(scope, "dict") for key in "ab"]
        options += [f"{n}.{a}" for n in self.names(scope, "box") for a in ("p", "q", "product")]
        options += [f"{n}.s" for n in self.names(scope, "point")]
        if self.arrays:
            names = self.all_arrays(scope)
            options += [self.read(scope, n, self.c.pick(shapes.ELEMENTS[scope[n]])) for n in names]
        if not options or self.c.chance(8):
            return self.number()
        return self.c.pick(options)

    def float_(self, scope: Scope, depth: int = 2) -> str:
        if depth == 0 or self.c.chance(15):
            return self.atom(scope)
        e = lambda: self.float_(scope, depth - 1)  # noqa: E731
        forms: list[Callable[[], str]] = [
            lambda: f"{e()} + {e()}",
            lambda: f"({e()}) * ({e()})",
            lambda: f"{e()} - ({e()})",
            lambda: f"np.sin({e()})",
            lambda: f"np.tanh({e()})",
            lambda: f"np.cos({e()}) * {self.number()}",
            lambda: self.over(e(), e()),
            lambda: f"np.exp(-(({e()}) ** 2))",
            lambda: f"({e()} if {self.condition(scope)} else {e()})",
            lambda: f"max({e()}, {e()})",
            lambda: f"np.sqrt(1.0 + ({e()}) ** 2)",
            lambda: f"both({e()})[{self.c.below(2)}]",
            lambda: f"total({e()}, {e()}, scale={e()})",
            lambda: f"spiral({e()}, {self.c.below(3)})",
            lambda: f"abs({e()}) * GAIN",
        ]
        for name in self.names(scope, "array"):
            forms += [lambda n=name: f"np.sum({n} * {self.array(scope, 1)})", lambda n=name: f"np.mean({n})"]
            forms += [lambda n=name: f"np.max({n})", lambda n=name: f"{n} @ {n}"]
        for name in self.all_arrays(scope):
            forms += [lambda n=name: f"np.sum({n} ** 2)"]
        for name in self.names(scope, "list"):
            forms += [
                lambda n=name: f"np.tanh(sum({n}))",
                lambda n=name: f"sum(t * {e()} for t in {n} if t > 0.2)",
            ]
            forms += [lambda n=name: f"np.sin(sum([np.sin(t) * {self.number()} for t in {n}]))"]
        for name in self.names(scope, "box"):
            forms += [lambda n=name: f"{n}({e()})"]
        for name in self.names(scope, "function"):
            forms += [lambda n=name: f"{n}({e()})", lambda n=name: f"apply({n}, {e()})"]
        for name in self.helpers:
            forms += [lambda n=name: f"{n}({e()}, {e()})", lambda n=name: f"{n}(t={e()})"]
        for name in self.names(scope, "int"):
            forms += [lambda n=name: f"{n} * np.sin({e()})", lambda n=name: f"({e()}) / (1 + {n})"]
        return self.c.pick(forms)()

    def over(self, a: str, b: str) -> str:
        return f"({a}) / (1.5 + ({b}) ** 2)"

    def array(self, scope: Scope, depth: int = 2) -> str:
        names = self.names(scope, "array")
        if names and (depth == 0 or self.c.chance(15)):
            return self.c.pick(names)
        f = lambda: self.float_(scope, 1)  # noqa: E731
        built = lambda: f"np.array([{f()}, {f()}, {self.float_(scope, 0)}])"  # noqa: E731
        if not names or depth == 0:
            return built() if self.c.chance(70) else f"np.full(3, {f()})"
        e = lambda: self.array(scope, depth - 1)  # noqa: E731
        forms: list[Callable[[], str]] = [
            built,
            lambda: f"np.sin({e()})",
            lambda: f"np.tanh({e()} * {e()})",
            lambda: f"{e()} + {e()}",
            lambda: f"{e()} * ({f()})",
            lambda: f"{e()} - {f()}",
            lambda: f"W @ {e()}",
            lambda: f"np.cumsum({e()}) * 0.5",
            lambda: f"np.where({e()} > {self.number()}, {e()}, {f()})",
            lambda: f"{self.c.pick(names)}[::-1] * {e()}",
            lambda: f"np.concatenate([{self.c.pick(names)}[1:], {self.c.pick(names)}[:1]])",
            lambda: f"np.maximum({e()}, {f()})",
            lambda: f"({e()}).copy()" if self.c.chance(50) else f"np.cos({e()})",
            lambda: f"{self.c.pick(names)}[np.array([2, 0, 2])]",
        ]
        return self.c.pick(forms)()

    def condition(self, scope: Scope) -> str:
        f = lambda: self.float_(scope, 1)  # noqa: E731
        forms: list[Callable[[], str]] = [
            lambda: f"{f()} > {self.number()}",
            lambda: f"{f()} < {f()}",
            lambda: f"-1.0 < {f()} < {self.number()}",
            lambda: f"not {f()} > {self.number()}",
            lambda: f"{f()} > 0.1 and {f()} < 1.3",
            lambda: f"{f()} > 0.8 or {f()} < -0.2",
        ]
        forms += [lambda n=n: f"{n} % 2 == 0" for n in self.names(scope, "int")]
        forms += [lambda n=n: f"np.any({n} > 0.4)" for n in self.names(scope, "array")]
        forms += [lambda n=n: f"len({n}) > 2" for n in self.names(scope, "list")]
        return self.c.pick(forms)()
