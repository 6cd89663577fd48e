"""Branches, loops, jumps, `try` and `with`."""

from __future__ import annotations

from tests.fuzz.expressions import Expressions, Scope


class Flow(Expressions):
    def block(self, scope: Scope, depth: int, size: int, returns: bool = True) -> None:
        """At least one statement. Variables made inside stay in `scope`: callers copy it where that is wrong."""
        before = len(self.lines)
        for _ in range(1 + self.c.below(size)):
            if self.budget > 0:
                self.budget -= 1
                self.statement(scope, depth, returns)
        if len(self.lines) == before:
            self.emit(depth, "pass")

    def branch(self, scope: Scope, depth: int, returns: bool) -> None:
        if self.c.chance(12):
            name = self.fresh("z")
            self.emit(depth, f"if ({name} := {self.float_(scope, 1)}) > {self.number()}:")
            scope[name] = "float"
        else:
            self.emit(depth, f"if {self.condition(scope)}:")
        scopes = [dict(scope)]
        self.block(scopes[0], depth + 1, 3, returns)
        if self.budget > 0 and self.c.chance(25):
            self.emit(depth, f"elif {self.condition(scope)}:")
            scopes.append(dict(scope))
            self.block(scopes[-1], depth + 1, 2, returns)
        if self.budget > 0 and self.c.chance(55):
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
        else:
            head = f"{index} in range({self.c.pick(['3', '2', '4', '0', '1, 4', '3, 0, -1'])})"
            inner[index] = "int"
        self.emit(depth, f"for {head}:")
        self.iterating += not grows
        self.body(inner, depth + 1, returns)
        self.iterating -= not grows
        if self.budget > 0 and self.c.chance(15):
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
        if self.budget > 0 and self.c.chance(15):
            self.emit(depth, "else:")
            self.block(dict(scope), depth + 1, 2, returns)

    def jump(self, scope: Scope, depth: int, returns: bool) -> None:
        self.emit(depth, f"if {self.condition(scope)}:")
        if self.c.chance(50):
            self.emit(depth + 1, self.augmented(scope))
        kinds = ["break", "continue"] + (["return"] if returns else [])
        kind = self.c.pick(kinds)
        self.emit(depth + 1, f"return {self.result_of(scope)}".rstrip() if kind == "return" else kind)

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
