"""Statements about scalars, lists, dicts, objects and functions."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.expressions import Expressions, Scope


class Scalars(Expressions):
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
