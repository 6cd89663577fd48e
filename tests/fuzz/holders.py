"""Arrays in lists, tuples, dicts, objects and records, and functions that take, change and return them."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.arrays import Arrays
from tests.fuzz.expressions import Scope
from tests.fuzz.shapes import KINDS


class Holders(Arrays):
    # ── containers ───────────────────────────────────────────────────────────────────────────────────

    def hold(self, scope: Scope, depth: int) -> None:
        """A container of arrays: made, or given a second name."""
        u, w = (self.held(scope) for _ in range(2))
        makers: list[tuple[str, str, str]] = [
            ("pack", "pack", f"[{u}, {w}]"),
            ("pack", "pack", f"[{u}.copy() for _ in range(2)]" if u.isidentifier() else f"[{u}, {u}]"),
            ("cells", "cells", f"{{'u': {u}, 'w': {w}}}"),
            ("state", "state", f"State({u}, {w})"),
            ("pair", "pair", f"({u}, {w})"),
            ("point", "point", f"Point({u}, {self.float_(scope, 1)})"),
            ("two", "two", f"Two({u}, {w})"),
            ("bank", "bank", f"Bank({u}, {w})"),
            ("nest", "nest", self.c.pick([f"[({u}, {w})]", f"[({u}, {w}), ({w}, {u})]"])),
            ("pair", "pair", self.c.pick([f"twin({u})", f"first_of({u}, {w})", f"({u}, {u})"])),
        ]
        for kind in ("pack", "cells", "state", "pair", "two", "bank", "nest"):
            makers += [(kind, kind, name) for name in self.names(scope, kind)]
        makers += [("pack", "pack", f"{n}[:]") for n in self.names(scope, "pack")]
        makers += [("cells", "cells", f"dict({n})") for n in self.names(scope, "cells")]
        kind, stem, text = self.c.pick(makers)
        name = self.target(scope, kind, stem)
        self.emit(depth, f"{name} = {text}")
        scope[name] = kind

    def held(self, scope: Scope) -> str:
        names = self.names(scope, "array")
        return self.c.pick(names) if names and self.c.chance(70) else self.shaped(scope, (3,))

    def parts(self, scope: Scope) -> list[str]:
        """The arrays (of three) that containers hold."""
        k = self.index(scope)
        found = [f"{n}[{i}]" for n in self.names(scope, "pack") for i in ("0", "-1", f"{k} % 2")]
        found += [f"{n}['{key}']" for n in self.names(scope, "cells") for key in "uw"]
        found += [f"{n}.{key}" for n in self.names(scope, "state") for key in "uw"]
        found += [f"{n}[{i}]" for n in self.names(scope, "pair") for i in (0, 1)]
        found += [f"{n}.u" for n in self.names(scope, "point")]
        found += [f"{n}.{key}" for n in self.names(scope, "two") for key in "uw"]
        found += [f"{n}{i}" for n in self.names(scope, "bank") for i in (".pair[0]", ".pair[1]", ".log[-1]")]
        found += [f"{n}[{k}][{i}]" for n in self.names(scope, "nest") for k in (0, -1) for i in (0, 1)]
        return found

    def use_held(self, scope: Scope, depth: int) -> None:
        """Write to a held array, replace it, take it out."""
        parts = self.parts(scope)
        if not parts:
            return self.hold(scope, depth)
        part, other = self.c.pick(parts), self.c.pick(parts)
        f = lambda: self.float_(scope, 1)  # noqa: E731
        fixed = [p for p in parts if p.startswith(("pair", "point", "two", "nest")) or ".pair" in p]
        choice = self.c.below(11)
        if choice == 10:
            self.take_apart(scope, depth)
        elif choice <= 2:
            place = f"{part}{self.c.pick(['[0]', '[1:]', '[-1]', '[::2]', '[:]'])}"
            shape = {"[0]": (), "[-1]": (), "[1:]": (2,), "[::2]": (2,), "[:]": (3,)}[
                place[place.rindex("[") :]
            ]
            self.emit(depth, self.changed(scope, place, shape) if self.c.chance(50) else f"{place} = {f()}")
        elif choice == 3 and part not in fixed:
            self.emit(depth, self.changed(scope, part, (3,)))
        elif choice == 4 and part not in fixed:
            self.emit(depth, f"{part} = {self.held(scope)}")
        elif choice == 5 and part not in fixed and other not in fixed and part != other:
            self.emit(depth, f"{part}, {other} = {other}, {part}")
        elif choice <= 7:
            name = self.target(scope, "array", "a")
            self.emit(depth, f"{name} = {part}" + self.c.pick(["", "", "[::-1]", " * 0.8"]))
            scope[name] = "array"
        else:
            self.emit(depth, self.c.pick(self.method_calls(scope) or [lambda: f"bump({part}, {f()})"])())
        return None

    def take_apart(self, scope: Scope, depth: int) -> None:
        """Names for the arrays of a pair."""
        pairs = self.names(scope, "pair") + self.names(scope, "two")
        pairs += [f"{n}.pair" for n in self.names(scope, "bank")]
        pairs += [f"{n}[0]" for n in self.names(scope, "nest")]
        pairs += [f"{n}.values()" for n in self.names(scope, "cells")]
        if not pairs:
            return self.hold(scope, depth)
        one, two = self.fresh("a"), self.fresh("a")
        self.emit(depth, f"{one}, {two} = {self.c.pick(pairs)}")
        scope[one] = scope[two] = "array"
        return None

    def method_calls(self, scope: Scope) -> list[Callable[[], str]]:
        f = lambda: self.float_(scope, 1)  # noqa: E731
        calls: list[Callable[[], str]] = []
        for n in self.names(scope, "state"):
            calls += [lambda n=n: f"{n}.step({f()})", lambda n=n: f"{n}.exchange()"]
            calls += [lambda n=n: f"{n}.view()[0] *= {f()}", lambda n=n: f"kick({n}, {f()})"]
        for n in self.names(scope, "pack"):
            calls += [lambda n=n: f"spread({n}, {f()})"]
            if not self.iterating:
                calls += [lambda n=n: f"{n}.append({self.held(scope)})", lambda n=n: f"{n}.reverse()"]
        for n in self.names(scope, "bank"):
            calls += [
                lambda n=n: f"{n}.tick({f()})",
                lambda n=n: f"{n}.flip()",
                lambda n=n: f"{n}.lift({f()})",
            ]
            calls += [
                lambda n=n: f"{n}.note({self.held(scope)})[0] *= {f()}",
                lambda n=n: f"stir({n}.pair, {f()})",
            ]
        for n in self.names(scope, "pair") + self.names(scope, "two"):
            calls += [lambda n=n: f"stir({n}, {f()})", lambda n=n: f"scaled(*{n}, t={f()})"]
        for n in self.names(scope, "nest"):
            calls += [lambda n=n: f"cross({n}, {f()})", lambda n=n: f"stir({n}[0], {f()})"]
        for n in self.names(scope, "cells"):
            calls += [lambda n=n: f"{n}.update(u={self.held(scope)})", lambda n=n: f"heat({n}, {f()})"]
        return calls

    # ── functions ────────────────────────────────────────────────────────────────────────────────────

    def array_call(self, scope: Scope, depth: int) -> None:
        names = self.names(scope, "array")
        if not names:
            return self.assign(scope, depth)
        a, b = self.held(scope), self.held(scope)
        f = self.float_(scope, 1)
        forms: list[tuple[str, str | None]] = [
            (f"bump({a}, {f})", None),
            (f"relax({a}, {b})", None),
            (f"relax(({a})[1:], ({b})[:-1])", None),
            (f"crumble({a}, 2)", None),
            (f"rest({a})[0] = {f}", None),
            (f"shifted({a}, {f})", "array"),
            (f"same({a})", "array"),
            (f"first_of({a}, {b})[1]", "array"),
            (f"unless({a}, {f})", None),
            (f"rest({a})", "half"),
            (f"recorded({a}, {self.c.pick(['2', '3'])})", "array"),
            (f"stir(({a}, {b}), {f})", None),
            (f"scaled({a}, {b}, t={f})", "array"),
            (f"cross([({a}, {b})], {f})", None),
        ]
        for name in self.names(scope, "poke"):
            forms += [(f"{name}({f})", None)] * 3
        for kernel in self.kernels:
            forms += [self.kernel_call(scope, *kernel)] * 3
        text, kind = self.c.pick(forms)
        if kind == "two":
            one, two = self.target(scope, "array", "a"), self.fresh("a")
            self.emit(depth, f"{one}, {two} = {text}")
            scope[one] = scope[two] = "array"
        elif kind is None or self.c.chance(10):
            self.emit(depth, text)
        else:
            name = self.target(scope, kind, "a")
            self.emit(depth, f"{name} = {text}")
            scope[name] = kind
        return None

    def kernel_call(
        self, scope: Scope, name: str, kinds: list[str], result: str | None
    ) -> tuple[str, str | None]:
        given = [self.of_shape(scope, KINDS[k]) or self.shaped(scope, KINDS[k], 0) for k in kinds]
        return f"{name}({', '.join(given)}, {self.float_(scope, 1)})", result

    def poke(self, scope: Scope, depth: int) -> None:
        """A function inside, which writes to an array of the outer one."""
        names = [n for n in self.all_arrays(scope) if len(KINDS[scope[n]]) == 1]
        if not names or depth > 1:
            return self.alias(scope, depth)
        name, a = self.fresh("poke"), self.c.pick(names)
        self.emit(depth, f"def {name}(t):")
        self.emit(
            depth + 1,
            f"{a}[{self.c.pick(['0', '-1', '1:', '::-1'])}] {self.c.pick(['=', '+=', '*='])} np.sin(t)",
        )
        if self.c.chance(40):
            self.emit(depth + 1, f"return {a}[1]")
        scope[name] = "poke"
        return None

    def kernel(self) -> None:
        """A function of one or two arrays and a number, which may write to them and return them."""
        name = self.fresh("kernel")
        kinds = [
            self.c.pick(["array", "array", "half", "matrix", "square"]) for _ in range(1 + self.c.below(2))
        ]
        result = self.c.pick([None, None, "array", "array", "float", "two"])
        parameters = ["u", "w"][: len(kinds)]
        self.emit(0, "")
        self.emit(0, "")
        self.emit(0, f"def {name}({', '.join(parameters)}, t):")
        scope: Scope = {**dict(zip(parameters, kinds)), "t": "float"}
        self.budget, self.result = 4, result or "none"
        self.block(scope, 1, 3)
        if result:
            self.emit(1, f"return {self.result_of(scope)}")
        self.kernels.append((name, kinds, result))
