"""Random programs: text that runs, stays bounded, and uses what people use.

A program is drawn from a `Choices`, so the same code serves Hypothesis and a plain seed.  Kinds of variables are
tracked, so that a program never fails: float, int, list of floats (never empty), dict (keys "a" and "b"), box (an
object), function; arrays of the shapes that `shapes.py` names; and holders of arrays of three entries: pack (a list),
cells (a dict), state (an object), pair (a tuple), point and two (named tuples), bank (an object with a tuple and a list),
nest (a list of tuples).
Values are kept small by sin, tanh and the like; what blows up or sits on a kink is thrown away by the caller.
"""

from __future__ import annotations

from tests.fuzz.choices import Choices
from tests.fuzz.expressions import Scope
from tests.fuzz.flow import Flow
from tests.fuzz.heads import ARRAY_HEAD, HEAD
from tests.fuzz.holders import Holders
from tests.fuzz.scalars import Scalars

PROFILES = ("plain", "arrays")


class Generator(Scalars, Holders, Flow):
    def __init__(self, choices: Choices, profile: str) -> None:
        self.c = choices
        self.arrays = profile == "arrays"
        self.lines, self.helpers, self.kernels = [], [], []
        self.counter = self.iterating = self.loops = self.budget = 0
        self.result = "float"

    def statement(self, scope: Scope, depth: int, returns: bool) -> None:
        simple = [self.assign] * 3 + [self.augment, self.swap, self.unpack, self.object_, self.function_]
        simple += [self.container, self.container, self.mutate, self.mutate]
        compound = [self.branch, self.branch, self.for_, self.for_, self.while_, self.attempt, self.context]
        if self.arrays:
            simple = [self.store] * 7 + [self.alias] * 5 + [self.array_call] * 3 + [self.exchange_names]
            simple += [self.hold] * 2 + [self.use_held] * 2 + [self.unpack_rows, self.poke]
            simple += [self.assign, self.augment, self.c.pick([self.container, self.mutate, self.function_])]
            compound = [self.branch, self.branch, self.for_, self.for_, self.over_arrays, self.over_arrays]
            compound += [self.history, self.stencil, self.c.pick([self.while_, self.attempt, self.context])]
        if depth < 4 and self.budget > 1 and self.c.chance(30 if self.arrays else 45):
            self.c.pick(compound)(scope, depth, returns)
        elif self.loops and self.c.chance(15):
            self.jump(scope, depth, returns)
        elif returns and self.c.chance(5):
            self.emit(depth, f"if {self.condition(scope)}:")
            self.emit(depth + 1, f"return {self.result_of(scope)}".rstrip())
        else:
            self.c.pick(simple)(scope, depth)

    def result_of(self, scope: Scope) -> str:
        if self.result == "float":
            return self.float_(scope, 2)
        if self.result == "none":
            return ""
        if self.result == "two":
            return f"{self.held(scope)}, {self.held(scope)}"
        if self.result == "array":
            names = self.names(scope, "array")
            return self.c.pick(names) if names and self.c.chance(50) else self.array(scope, 1)
        return f"({self.float_(scope, 2)}, [{self.array(scope, 1)}, {self.float_(scope, 1)}])"

    def used(self, scope: Scope) -> str:
        """A float in which every variable of the scope has a part."""
        parts = self.names(scope, "float")
        parts += [f"np.sum({n} * {0.3 + 0.2 * i:.1f})" for i, n in enumerate(self.names(scope, "array"))]
        parts += [f"np.sum({n} ** 2)" for n in self.all_arrays(scope) if scope[n] != "array"]
        parts += [f"np.sum({part})" for part in self.parts(scope)]
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
            self.kernel() if self.arrays and self.c.chance(75) else self.helper()
        parameters = ["x", "y", *(p for p in ("v", "items", "n", "table") if self.c.chance(50))]
        if self.arrays:
            optional = [p for p in ("m", "n") if self.c.chance(50)] + (["items"] if self.c.chance(10) else [])
            parameters = ["x", "y", "v", *optional]
        self.emit(0, "")
        self.emit(0, "")
        self.emit(0, f"def main({', '.join(parameters)}):")
        scope: Scope = {p: PARAMETERS[p] for p in parameters}
        self.result = self.c.pick(["float", "float", "array", "nest"])
        self.budget = self.c.pick([4, 6, 9, 14])
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


PARAMETERS = {
    "x": "float",
    "y": "float",
    "v": "array",
    "items": "list",
    "n": "int",
    "table": "dict",
    "m": "matrix",
}


def generate(choices: Choices, profile: str = "plain") -> tuple[str, list[str]]:
    """The text of a program with a function `main`, and the names of its parameters."""
    return Generator(choices, profile).program()
