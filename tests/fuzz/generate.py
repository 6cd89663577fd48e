"""Random programs: text that runs, stays bounded, and uses what people use.

A program is drawn from a `Choices`, so the same code serves Hypothesis (which shrinks) and a plain seed (which is
fast).  Types of variables are tracked, so that a program never fails: float, array (three entries), half (a view
of two), matrix (2 x 3), list of floats (never empty), dict (keys "a" and "b"), box (an object), function.
Values are kept small by sin, tanh and the like; what blows up or sits on a kink is thrown away by the caller.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

HEAD = """\
import numpy as np

W = np.array([[0.3, -0.5, 0.2], [0.6, 0.1, -0.4], [-0.2, 0.7, 0.5]])
GAIN = 1.25


class Box:
    def __init__(self, p, q=0.5):
        self.p = p
        self.q = q

    def step(self, t):
        self.p = np.sin(self.p + t)
        self.q += 0.5 * self.p
        return self.q

    @property
    def product(self):
        return np.tanh(self.p * self.q)

    def __call__(self, t):
        return np.cos(self.p * t) + self.q


def both(t, u=0.7):
    return np.sin(t * u), t + 0.5 * u


def push(items, t):
    items.append(np.tanh(t))
    return items


def apply(f, t):
    return f(np.sin(t)) + f(0.3)


def spiral(t, n):
    if n == 0:
        return np.sin(t)
    return 0.5 * spiral(t * 0.9 + 0.1, n - 1) + np.tanh(t)


def terms(t, n):
    p = t
    for k in range(n):
        p = np.sin(p + k * t)
        yield p


def total(*parts, scale=1.0):
    s = 0.0
    for part in parts:
        s = s * 0.5 + part * scale
    return s
"""

ARRAY_HEAD = """

def bump(u, t):
    u[0] = np.sin(u[1] + t)
    u[1:] *= 0.5


def shifted(u, t):
    u += t
    return u


def rest(u):
    return u[1:]


def choose(u, w, first):
    return u if first else w
"""


class Choices:
    """Where decisions come from."""

    def below(self, n: int) -> int:
        raise NotImplementedError

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) >= 100 - percent  # a shrunk draw of 0 says no


class Seeded(Choices):
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def below(self, n: int) -> int:
        return self.random.randrange(n)


class Drawn(Choices):
    """`draw(n)` gives an int below n."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self.draw = draw

    def below(self, n: int) -> int:
        return self.draw(n)


Scope = dict[str, str]  # variable -> type


class Generator:
    def __init__(self, choices: Choices, arrays: bool = False) -> None:
        self.c = choices
        self.arrays = arrays  # whether arrays are written in place
        self.lines: list[str] = []
        self.counter = 0
        self.helpers: list[str] = []
        self.iterating = 0  # lists must not grow while one is iterated
        self.loops = 0
        self.result = "float"
        self.budget = 0

    # ── text ─────────────────────────────────────────────────────────────────────────────────────────

    def emit(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"{stem}{self.counter}"

    def number(self) -> str:
        return self.c.pick(["0.5", "1.2", "-0.7", "0.3", "2.0", "-1.1", "0.9"])

    def names(self, scope: Scope, kind: str) -> list[str]:
        return [name for name, k in scope.items() if k == kind]

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────

    def atom(self, scope: Scope) -> str:
        options = self.names(scope, "float") * 3
        options += [f"{n}[{i}]" for n in self.names(scope, "array") for i in (0, 1, -1)]
        options += [f"{n}[{i}]" for n in self.names(scope, "list") for i in (0, -1)]
        options += [f"{n}[{key!r}]" for n in self.names(scope, "dict") for key in "ab"]
        options += [f"{n}.{a}" for n in self.names(scope, "box") for a in ("p", "q", "product")]
        options += [f"{n}[1]" for n in self.names(scope, "half")]
        options += [f"{n}[1, 2]" for n in self.names(scope, "matrix")]
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
        for name in self.names(scope, "matrix"):
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
            lambda: f"{e()}.copy()" if self.c.chance(50) else f"np.cos({e()})",
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

    # ── statements ───────────────────────────────────────────────────────────────────────────────────

    def block(self, scope: Scope, depth: int, size: int, returns: bool = True) -> None:
        """At least one statement. Variables made inside stay in `scope`: callers copy it where that is wrong."""
        before = len(self.lines)
        for _ in range(1 + self.c.below(size)):
            if self.budget > 0:
                self.budget -= 1
                self.statement(scope, depth, returns)
        if len(self.lines) == before:
            self.emit(depth, "pass")

    def statement(self, scope: Scope, depth: int, returns: bool) -> None:
        simple = [
            self.assign,
            self.assign,
            self.assign,
            self.augment,
            self.swap,
            self.container,
            self.container,
            self.mutate,
        ]
        simple += [self.unpack, self.mutate, self.object_, self.function_]
        if self.arrays:
            simple += [self.store, self.store, self.store, self.alias, self.alias, self.array_call]
        compound = [self.branch, self.branch, self.for_, self.for_, self.while_, self.attempt, self.context]
        if depth < 4 and self.c.chance(45):
            self.c.pick(compound)(scope, depth, returns)
        elif self.loops and self.c.chance(15):
            self.jump(scope, depth, returns)
        elif returns and self.c.chance(5):
            self.emit(depth, f"if {self.condition(scope)}:")
            self.emit(depth + 1, f"return {self.result_of(scope)}")
        else:
            self.c.pick(simple)(scope, depth)

    def target(self, scope: Scope, kind: str, stem: str) -> str:
        names = [n for n in self.names(scope, kind) if not n.startswith("k")]
        if names and self.c.chance(65):
            return self.c.pick(names)
        return self.fresh(stem)

    def assign(self, scope: Scope, depth: int) -> None:
        if self.c.chance(35):
            name, text, kind = self.target(scope, "array", "a"), self.array(scope), "array"
            if self.loops and self.c.chance(50):
                text = f"np.tanh({text})"
        else:
            name, text, kind = self.target(scope, "float", "z"), self.float_(scope, 3), "float"
            if self.loops and self.c.chance(50):
                text = f"np.sin({text})"
            if self.c.chance(6):
                other = self.target(scope, "float", "z")
                name, kind = f"{name} = {other}", kind
                scope[other] = "float"
        self.emit(depth, f"{name} = {text}")
        scope[name.split(" = ")[0]] = kind

    def augment(self, scope: Scope, depth: int) -> None:
        names = self.names(scope, "float")
        if not names:
            return self.assign(scope, depth)
        op, text = self.c.pick(["+=", "-=", "*="]), self.float_(scope, 2)
        self.emit(depth, f"{self.c.pick(names)} {op} {f'np.sin({text})' if op == '*=' else text}")
        return None

    def swap(self, scope: Scope, depth: int) -> None:
        kind = self.c.pick(["float", "array"])
        names = self.names(scope, kind)
        if len(names) < 2:
            return self.assign(scope, depth)
        a, b = self.c.pick(names), self.c.pick(names)
        value = b if self.c.chance(50) else self.float_(scope, 1) if kind == "float" else self.array(scope, 1)
        if a != b:
            self.emit(depth, f"{a}, {b} = {value}, {a}")
        return None

    def unpack(self, scope: Scope, depth: int) -> None:
        a, b = self.target(scope, "float", "z"), self.fresh("z")
        lists, arrays = self.names(scope, "list"), self.names(scope, "array")
        if lists and self.c.chance(30):
            self.emit(depth, f"{a}, *{b} = {self.c.pick(lists)}")
            self.emit(depth, f"{b} = {a} + sum({b}) * 0.5")
        elif arrays and self.c.chance(30):
            self.emit(depth, f"{a}, {b}, _ = {self.c.pick(arrays)}")
        else:
            self.emit(depth, f"{a}, {b} = both({self.float_(scope, 1)}, u={self.float_(scope, 1)})")
        scope[a] = scope[b] = "float"

    def container(self, scope: Scope, depth: int) -> None:
        f = lambda: self.float_(scope, 1)  # noqa: E731
        lists, dicts = self.names(scope, "list"), self.names(scope, "dict")
        choice = self.c.below(7)
        if choice <= 1:
            name, text, kind = self.target(scope, "list", "items"), f"[{f()}, {f()}]", "list"
        elif choice == 2 and lists:
            name, kind = self.target(scope, "list", "items"), "list"
            text = f"[np.sin(t + {f()}) for t in {self.c.pick(lists)}]"
        elif choice == 3 and lists:
            name, text, kind = self.target(scope, "list", "items"), self.c.pick(lists), "list"  # an alias
            if self.c.chance(40):
                text += self.c.pick(["[:]", "[::-1]", f"[:1] + [{f()}]"])
        elif choice == 4 and dicts:
            name, kind = self.target(scope, "dict", "table"), "dict"
            text = self.c.pick(
                [self.c.pick(dicts), f"dict({self.c.pick(dicts)})", f"{{**{self.c.pick(dicts)}, 'a': {f()}}}"]
            )
        elif choice == 5:
            name, kind = self.target(scope, "box", "box"), "box"
            text = f"Box({f()})" if self.c.chance(50) else f"Box({f()}, q={f()})"
        else:
            name, text, kind = self.target(scope, "dict", "table"), f"{{'a': {f()}, 'b': {f()}}}", "dict"
        self.emit(depth, f"{name} = {text}")
        scope[name] = kind

    def mutate(self, scope: Scope, depth: int) -> None:
        f = lambda: self.float_(scope, 2)  # noqa: E731
        forms: list[Callable[[], str]] = []
        for n in self.names(scope, "list"):
            forms += [
                lambda n=n: f"{n}[0] = {f()}",
                lambda n=n: f"{n}[-1] += {f()}",
                lambda n=n: f"{n}[0], {n}[-1] = {n}[-1], np.sin({f()})",
            ]
            if not self.iterating:
                forms += [lambda n=n: f"{n}.append({f()})", lambda n=n: f"push({n}, {f()})"]
                forms += [lambda n=n: f"{n} += [{f()}]", lambda n=n: f"{n}.extend(({f()}, 0.4))"]
        for n in self.names(scope, "dict"):
            forms += [
                lambda n=n: f"{n}['a'] = np.sin({f()})",
                lambda n=n: f"{n}['b'] -= {f()}",
                lambda n=n: f"{n}.update(a={f()})",
                lambda n=n: f"{n}['a'] *= np.cos({n}['b'])",
            ]
        if not forms:
            return self.container(scope, depth)
        self.emit(depth, self.c.pick(forms)())
        return None

    def object_(self, scope: Scope, depth: int) -> None:
        boxes = self.names(scope, "box")
        if not boxes:
            return self.container(scope, depth)
        n, f = self.c.pick(boxes), self.float_(scope, 1)
        other = self.c.pick(boxes)
        forms = [
            f"{n}.p = np.sin({f})",
            f"{n}.step({f})",
            f"{n}.q += {f}",
            f"{n}.p, {other}.q = {other}.q, {n}.p",
            f"{n} = {other}",
        ]
        self.emit(depth, self.c.pick(forms))
        return None

    def function_(self, scope: Scope, depth: int) -> None:
        """A closure; its free variables must stay defined, so it only reads what is in scope now."""
        name = self.fresh("g")
        inner = {**{n: k for n, k in scope.items() if k != "function"}, "t": "float"}
        if self.c.chance(50):
            self.emit(depth, f"{name} = lambda t: {self.float_(inner, 2)}")
        else:
            default = f", s={self.float_(scope, 1)}" if self.c.chance(40) else ""
            self.emit(depth, f"def {name}(t{default}):")
            if default:
                inner["s"] = "float"
            floats = [n for n in self.names(scope, "float") if n not in "ts"]
            if floats and self.c.chance(30) and depth == 1:
                shared = self.c.pick(floats)
                self.emit(depth + 1, f"nonlocal {shared}")
                self.emit(depth + 1, f"{shared} = np.sin({shared} + t)")
            self.emit(depth + 1, f"u = {self.float_(inner, 2)}")
            inner["u"] = "float"
            if self.c.chance(40):
                self.emit(depth + 1, f"if {self.condition(inner)}:")
                self.emit(depth + 2, f"return u * {self.float_(inner, 1)}")
            self.emit(depth + 1, f"return np.sin({self.float_(inner, 1)}) + u")
        scope[name] = "function"

    def branch(self, scope: Scope, depth: int, returns: bool) -> None:
        if self.c.chance(12):
            name = self.fresh("z")
            self.emit(depth, f"if ({name} := {self.float_(scope, 1)}) > {self.number()}:")
            scope[name] = "float"
        else:
            self.emit(depth, f"if {self.condition(scope)}:")
        scopes = [dict(scope)]
        self.block(scopes[0], depth + 1, 3, returns)
        if self.c.chance(25):
            self.emit(depth, f"elif {self.condition(scope)}:")
            scopes.append(dict(scope))
            self.block(scopes[-1], depth + 1, 2, returns)
        if self.c.chance(55):
            self.emit(depth, "else:")
            scopes.append(dict(scope))
            self.block(scopes[-1], depth + 1, 3, returns)
        else:
            scopes.append(dict(scope))
        for name, kind in scopes[0].items():
            if all(s.get(name) == kind for s in scopes):
                scope[name] = kind

    def body(self, scope: Scope, depth: int, returns: bool) -> None:
        self.loops += 1
        self.block(scope, depth, 4, returns)
        self.loops -= 1

    def for_(self, scope: Scope, depth: int, returns: bool) -> None:
        lists, arrays = self.names(scope, "list"), self.names(scope, "array")
        item, index = self.fresh("w"), self.fresh("k")
        inner = dict(scope)
        grows = True
        choice = self.c.below(9)
        if choice == 0 and lists:
            head, grows = f"{item} in {self.c.pick(lists)}", False
            inner[item] = "float"
        elif choice == 1 and lists:
            head, grows = f"{index}, {item} in enumerate({self.c.pick(lists)})", False
            inner.update({index: "int", item: "float"})
        elif choice == 2 and arrays:
            head = f"{item} in {self.c.pick(arrays)}"
            inner[item] = "float"
        elif choice == 3 and arrays and lists:
            other = self.fresh("w")
            head, grows = f"{item}, {other} in zip({self.c.pick(arrays)}, {self.c.pick(lists)})", False
            inner.update({item: "float", other: "float"})
        elif choice == 4:
            head = f"{item} in terms({self.float_(scope, 1)}, {1 + self.c.below(3)})"
            inner[item] = "float"
        elif choice == 5:
            head = f"{item} in reversed([{self.float_(scope, 1)}, {self.float_(scope, 1)}])"
            inner[item] = "float"
        elif choice == 6 and self.arrays and self.names(scope, "matrix"):
            head = f"{item} in {self.c.pick(self.names(scope, 'matrix'))}"
            inner[item] = "array"
        else:
            head = f"{index} in range({self.c.pick(['3', '2', '4', '0', '1, 4', '3, 0, -1'])})"
            inner[index] = "int"
        self.emit(depth, f"for {head}:")
        self.iterating += not grows
        self.body(inner, depth + 1, returns)
        self.iterating -= not grows
        if self.c.chance(15):
            self.emit(depth, "else:")
            self.block(dict(scope), depth + 1, 2, returns)

    def while_(self, scope: Scope, depth: int, returns: bool) -> None:
        count = self.fresh("k")
        self.emit(depth, f"{count} = 0")
        scope[count] = "int"
        if self.c.chance(60):
            self.emit(
                depth,
                f"while {count} < {2 + self.c.below(3)} and {self.float_(scope, 1)} < {self.number()} + 0.5:",
            )
        else:
            self.emit(depth, "while True:")
            self.emit(depth + 1, f"if {count} > {1 + self.c.below(3)} or {self.condition(scope)}:")
            self.emit(depth + 2, "break")
        self.emit(depth + 1, f"{count} += 1")
        self.body(dict(scope), depth + 1, returns)
        if self.c.chance(15):
            self.emit(depth, "else:")
            self.block(dict(scope), depth + 1, 2, returns)

    def jump(self, scope: Scope, depth: int, returns: bool) -> None:
        self.emit(depth, f"if {self.condition(scope)}:")
        if self.c.chance(50):
            self.emit(depth + 1, self.augmented(scope))
        kinds = ["break", "continue"] + (["return"] if returns else [])
        kind = self.c.pick(kinds)
        self.emit(depth + 1, f"return {self.result_of(scope)}" if kind == "return" else kind)

    def augmented(self, scope: Scope) -> str:
        names = self.names(scope, "float")
        return f"{self.c.pick(names)} += {self.float_(scope, 1)}" if names else "pass"

    def attempt(self, scope: Scope, depth: int, returns: bool) -> None:
        self.emit(depth, "try:")
        inner = dict(scope)
        self.block(inner, depth + 1, 2, returns)
        if self.c.chance(60):
            self.emit(depth + 1, f"if {self.condition(inner)}:")
            self.emit(depth + 2, "raise ValueError('drawn')")
            self.emit(depth + 1, self.augmented(inner))
            self.emit(depth, "except ValueError:")
            self.block(dict(scope), depth + 1, 2, returns)
            if self.c.chance(30):
                self.emit(depth, "else:")
                self.emit(depth + 1, self.augmented(inner))
        if self.lines[-1].lstrip().startswith("try") or self.c.chance(30) or not self.handled(depth):
            self.emit(depth, "finally:")
            self.emit(depth + 1, self.augmented(scope))

    def handled(self, depth: int) -> bool:
        """Whether the `try` that was opened last at this depth has an `except` already."""
        margin = "    " * depth
        for line in reversed(self.lines):
            if line.startswith(margin + "except"):
                return True
            if line == margin + "try:":
                return False
        return False

    def context(self, scope: Scope, depth: int, returns: bool) -> None:
        self.emit(depth, "with np.errstate(all='ignore'):")
        self.block(scope, depth + 1, 2, returns)

    # ── arrays in place ──────────────────────────────────────────────────────────────────────────────

    def store(self, scope: Scope, depth: int) -> None:
        names = self.names(scope, "array")
        if not names:
            return self.assign(scope, depth)
        a, b, f = self.c.pick(names), self.c.pick(names), lambda: self.float_(scope, 2)
        forms: list[Callable[[], str]] = [
            lambda: f"{a}[{self.c.pick([0, 1, 2, -1])}] = {f()}",
            lambda: f"{a}[{self.c.below(3)}] += {f()}",
            lambda: f"{a}[{self.c.below(3)}] *= np.sin({f()})",
            lambda: f"{a}[1:] = {b}[:-1] * {f()}",
            lambda: f"{a}[:-1] += 0.3 * {b}[1:]",
            lambda: f"{a}[::-1] = {self.array(scope, 1)}",
            lambda: f"{a}[:] = np.sin({self.array(scope, 1)})",
            lambda: f"{a} += {self.array(scope, 1)}",
            lambda: f"{a} *= np.cos({self.array(scope, 1)})",
            lambda: f"{a}[{b} > {self.number()}] = {f()}",
            lambda: f"{a}[{b} > {self.number()}] *= 0.5",
            lambda: f"{a}[[2, 0]] = {b}[[0, 1]] * 0.9",
            lambda: f"{a}[np.array([1, 1, 0])] += {self.array(scope, 0)}",
            lambda: f"{a}[0], {a}[2] = {a}[2], {b}[0]",
            lambda: f"np.multiply({a}, {b}, out={a})",
            lambda: f"np.sin({b}, out={a})",
            lambda: f"np.add.at({a}, [0, 0, 2], {self.array(scope, 0)})",
            lambda: f"np.copyto({a}, {self.array(scope, 0)})",
            lambda: f"{a}.fill({f()})",
        ]
        for k in self.names(scope, "int"):
            forms += [lambda k=k: f"{a}[{k} % 3] = {f()}", lambda k=k: f"{a}[{k} % 2] += {a}[{k} % 3]"]
        for h in self.names(scope, "half"):
            forms += [
                lambda h=h: f"{h}[0] = {f()}",
                lambda h=h: f"{h} *= np.sin({f()})",
                lambda h=h: f"{h}[:] = {a}[:2]",
            ]
        for m in self.names(scope, "matrix"):
            forms += [
                lambda m=m: f"{m}[1] = {self.array(scope, 1)}",
                lambda m=m: f"{m}[:, 1] += {f()}",
                lambda m=m: f"{m}[0, 1:] = {m}[1, :-1] * {f()}",
                lambda m=m: f"{m}.T[0] *= 0.7",
                lambda m=m: f"{m}[[0, 1]] = {m}[[1, 0]]",
            ]
        self.emit(depth, self.c.pick(forms)())
        return None

    def alias(self, scope: Scope, depth: int) -> None:
        arrays, matrices = self.names(scope, "array"), self.names(scope, "matrix")
        forms: list[tuple[str, str, str]] = []
        for a in arrays:
            new = self.target(scope, "array", "a")
            forms += [(new, a, "array"), (new, f"{a}[::-1]", "array"), (new, f"np.asarray({a})", "array")]
            forms += [
                (new, f"{a}.copy()", "array"),
                (new, f"choose({a}, {self.c.pick(arrays)}, {self.condition(scope)})", "array"),
            ]
            half = self.target(scope, "half", "h")
            forms += [(half, f"{a}[1:]", "half"), (half, f"rest({a})", "half"), (half, f"{a}[::2]", "half")]
            forms += [
                (self.target(scope, "matrix", "m"), f"np.stack([{a}, {self.c.pick(arrays)}])", "matrix")
            ]
        for m in matrices:
            new = self.target(scope, "array", "a")
            forms += [
                (new, f"{m}[{self.c.below(2)}]", "array"),
                (self.target(scope, "matrix", "m"), f"{m}[::-1]", "matrix"),
            ]
            forms += [
                (new, f"{m}.ravel()[:3]", "array"),
                (new, f"{m}.reshape(3, 2)[:, 0]", "array"),
                (new, f"{m}.T[:, 1]", "array"),
            ]
        if not forms:
            return self.assign(scope, depth)
        name, text, kind = self.c.pick(forms)
        self.emit(depth, f"{name} = {text}")
        scope[name] = kind
        return None

    def array_call(self, scope: Scope, depth: int) -> None:
        arrays = self.names(scope, "array")
        if not arrays:
            return self.assign(scope, depth)
        a, f = self.c.pick(arrays), self.float_(scope, 1)
        new = self.target(scope, "array", "a")
        choice = self.c.below(4)
        if choice == 0:
            self.emit(depth, f"bump({a}, {f})")
        elif choice == 1:
            self.emit(depth, f"{new} = shifted({a}, {f})")
            scope[new] = "array"
        elif choice == 2:
            self.emit(depth, f"rest({a})[0] = {f}")
        else:
            name = self.fresh("pack")
            self.emit(depth, f"{name} = [{a}, {self.c.pick(arrays)}]")
            self.emit(depth, f"{name}[0][1] = {f}")
            self.emit(depth, f"{new} = {name}[1] * 0.8")
            scope[new] = "array"
        return None

    # ── functions ────────────────────────────────────────────────────────────────────────────────────

    def result_of(self, scope: Scope) -> str:
        if self.result == "float":
            return self.float_(scope, 2)
        if self.result == "array":
            return self.array(scope, 1)
        return f"({self.float_(scope, 2)}, [{self.array(scope, 1)}, {self.float_(scope, 1)}])"

    def used(self, scope: Scope) -> str:
        """A float in which every variable of the scope has a part."""
        parts = self.names(scope, "float")
        parts += [f"np.sum({n} * {0.3 + 0.2 * i:.1f})" for i, n in enumerate(self.names(scope, "array"))]
        parts += [f"np.sum({n} ** 2)" for n in self.names(scope, "half") + self.names(scope, "matrix")]
        parts += [f"sum({n}) * {n}[0]" for n in self.names(scope, "list")]
        parts += [f"{n}['a'] * {n}['b']" for n in self.names(scope, "dict")]
        parts += [f"{n}.p * {n}.q" for n in self.names(scope, "box")]
        return " + ".join(parts) or "0.5"

    def helper(self) -> None:
        name = self.fresh("helper")
        self.emit(0, "")
        self.emit(0, "")
        self.emit(0, f"def {name}(t, s=0.4):")
        scope: Scope = {"t": "float", "s": "float"}
        self.budget, self.result = 5, "float"
        self.block(scope, 1, 4)
        self.emit(1, f"return np.sin({self.used(scope)})")
        self.helpers.append(name)

    def program(self) -> tuple[str, list[str]]:
        """The program's text, and the names of its parameters (see `ARGUMENTS`)."""
        for _ in range(self.c.below(3)):
            self.helper()
        parameters = ["x", "y", *(p for p in ("v", "items", "n", "table") if self.c.chance(50))]
        if self.arrays and "v" not in parameters:
            parameters.insert(2, "v")
        self.emit(0, "")
        self.emit(0, "")
        self.emit(0, f"def main({', '.join(parameters)}):")
        scope: Scope = {p: KINDS[p] for p in parameters}
        self.result = self.c.pick(["float", "float", "array", "nest"])
        self.budget = 22
        self.block(scope, 1, 8)
        if self.result == "float":
            self.emit(1, f"return {self.used(scope)}")
        else:
            self.emit(1, f"z = {self.used(scope)}")
            scope["z"] = "float"
            if self.result == "array":
                self.emit(1, f"return {self.array(scope, 1)} * np.sin(z)")
            else:
                self.emit(1, f"return (z, [{self.array(scope, 1)}, {self.float_(scope, 1)}])")
        head = HEAD + (ARRAY_HEAD if self.arrays else "")
        return head + "\n".join(self.lines) + "\n", parameters


KINDS = {"x": "float", "y": "float", "v": "array", "items": "list", "n": "int", "table": "dict"}


def generate(choices: Choices, arrays: bool = False) -> tuple[str, list[str]]:
    return Generator(choices, arrays).program()
