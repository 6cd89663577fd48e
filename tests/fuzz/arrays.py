"""Arrays of several shapes: expressions, stores, views, and names for one array."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz import shapes
from tests.fuzz.expressions import Expressions, Scope
from tests.fuzz.shapes import KIND_OF, KINDS, Form, Shape


class Arrays(Expressions):
    def place(self, scope: Scope, kind: str | None = None) -> tuple[str, Shape]:
        """Something that can be stored into, and its shape."""
        names = self.names(scope, kind) if kind else self.all_arrays(scope)
        name = self.c.pick(names)
        form = self.c.pick(shapes.PLACES[scope[name]])
        return self.read(scope, name, form.text), form.shape

    def writable(self, scope: Scope) -> tuple[str, Shape]:
        """An array, or a view of one, that a call may write to."""
        name = self.c.pick(self.all_arrays(scope))
        if self.c.chance(60):
            return name, KINDS[scope[name]]
        form = self.c.pick([f for f in shapes.READS[scope[name]] if f.view])
        return self.read(scope, name, form.text), form.shape

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────

    def of_shape(self, scope: Scope, shape: Shape) -> str | None:
        """Something that is there with this shape: a variable, or what is read of one."""
        found: list[tuple[str, Form | None]] = []
        for name in self.all_arrays(scope):
            if KINDS[scope[name]] == shape:
                found += [(name, None)] * 4
            found += [(name, form) for form in shapes.READS[scope[name]] if form.shape == shape]
        if not found:
            return None
        name, form = self.c.pick(found)
        return self.read(scope, name, form.text) if form else name

    def shaped(self, scope: Scope, shape: Shape, depth: int = 1) -> str:
        """An expression of this shape."""
        if shape == ():
            return self.float_(scope, 1)
        f = lambda: self.float_(scope, 1)  # noqa: E731
        if depth == 0 or self.c.chance(15):
            found = self.of_shape(scope, shape)
            return found if found and self.c.chance(90) else f"np.full({shape}, {f()})"
        e = lambda: self.shaped(scope, shape, depth - 1)  # noqa: E731
        forms: list[Callable[[], str]] = [
            lambda: f"np.sin({e()})",
            lambda: f"np.tanh({e()} * {e()})",
            lambda: f"{e()} + {e()}",
            lambda: f"{e()} * ({f()})",
            lambda: f"{e()} - {f()}",
            lambda: f"{self.number()} * {e()} - {e()} ** 2",
            lambda: f"np.where({e()} > {self.number()}, {e()}, {f()})",
            lambda: f"np.maximum({e()}, {f()})",
            lambda: f"{e()} / (1.5 + {e()} ** 2)",
        ]
        if len(shape) == 2:
            rows, columns = (shape[0],), (shape[1],)
            forms += [
                lambda: f"np.outer({self.shaped(scope, rows, 0)}, {self.shaped(scope, columns, 0)})",
                lambda: f"{e()} * {self.shaped(scope, columns, 0)}",
                lambda: f"{e()} + np.sin({self.shaped(scope, rows, 0)})[:, None]",
            ]
        if shape == (3,):
            forms += [lambda: f"W @ {e()}", lambda: self.array(scope, 1)]
        if shape == (3, 3):
            forms += [lambda: f"W @ {e()}", lambda: f"0.5 * {e()} @ {e()}"]
        return self.c.pick(forms)()

    def stored(self, scope: Scope, shape: Shape) -> str:
        """A right side for a store of this shape: often of fewer axes."""
        if len(shape) and self.c.chance(25):
            return self.float_(scope, 2)
        if len(shape) == 2 and self.c.chance(20):
            return self.shaped(scope, shape[1:])
        return self.shaped(scope, shape)

    # ── stores ───────────────────────────────────────────────────────────────────────────────────────

    def store(self, scope: Scope, depth: int) -> None:
        if not self.all_arrays(scope):
            return self.assign(scope, depth)
        forms = [self.store_at] * 5 + [self.augment_at] * 5 + [self.augment_whole] * 2
        forms += [self.masked] * 2 + [self.exchange, self.ufunc_store, self.ufunc_store, self.method_store]
        self.emit(depth, self.c.pick(forms)(scope))
        return None

    def store_at(self, scope: Scope) -> str:
        place, shape = self.place(scope)
        if self.c.chance(10):
            other = self.c.pick(self.all_arrays(scope))
            return f"{place} = {other}[...] = {self.float_(scope, 1)}"
        return f"{place} = {self.stored(scope, shape)}"

    def changed(self, scope: Scope, place: str, shape: Shape) -> str:
        """`place op= value` with any operator, such that values stay small."""
        value = self.stored(scope, shape)
        return self.c.pick(
            [
                f"{place} += {value}",
                f"{place} += 0.5 * ({value})",
                f"{place} -= {value}",
                f"{place} *= np.sin({value})",
                f"{place} *= {self.number()}",
                f"{place} /= 1.5 + ({value}) ** 2",
                f"{place} **= 2",
                f"{place} %= 1.7",
                f"{place} //= 0.4" if self.c.chance(30) else f"{place} += {self.number()}",
            ]
        )

    def augment_at(self, scope: Scope) -> str:
        return self.changed(scope, *self.place(scope))

    def augment_whole(self, scope: Scope) -> str:
        name = self.c.pick(self.all_arrays(scope))
        if scope[name] == "square" and self.c.chance(25):
            return f"{name} @= 0.5 * W"
        return self.changed(scope, name, KINDS[scope[name]])

    def masked(self, scope: Scope) -> str:
        name = self.c.pick(self.all_arrays(scope))
        shape = KINDS[scope[name]]
        mask = f"{self.of_shape(scope, shape) or name} > {self.number()}"
        place = f"{name}[{mask}]"
        return self.c.pick(
            [
                f"{place} = {self.float_(scope, 1)}",
                f"{place} *= {self.float_(scope, 1)}",
                f"{place} -= {self.float_(scope, 1)}",
                f"{place} = {name}[{mask}] * ({self.float_(scope, 1)})",
                f"np.copyto({name}, {self.shaped(scope, shape)}, where={mask})",
                f"np.putmask({name}, {mask}, {self.shaped(scope, shape)})",
                f"np.multiply({name}, {self.shaped(scope, shape)}, out={name}, where={mask})",
                f"{name}[:] = np.where({mask}, {self.shaped(scope, shape)}, {name})",
            ]
        )

    def exchange(self, scope: Scope) -> str:
        name, other = (self.c.pick(self.all_arrays(scope)) for _ in range(2))
        if len(KINDS[scope[name]]) == 1:
            return self.c.pick(
                [
                    f"{name}[0], {name}[1] = {name}[1], {name}[0]",
                    f"{name}[[0, 1]] = {name}[[1, 0]]",
                    f"{name}[:-1], {name}[-1] = {name}[1:], {self.float_(scope, 1)}",
                    f"{name}[0], {other}[-1] = {self.float_(scope, 1)}, {name}[0]",
                ]
            )
        return self.c.pick(
            [
                f"{name}[[0, 1]] = {name}[[1, 0]]",
                f"{name}[0], {name}[1] = {name}[1].copy(), {name}[0].copy()",
                f"{name}[:, 0], {name}[:, 1] = {name}[:, 1], np.sin({name}[:, 0])",
                f"{name}[1:] = {name}[:-1]",
            ]
        )

    def ufunc_store(self, scope: Scope) -> str:
        place, shape = self.writable(scope)
        e = lambda: self.shaped(scope, shape)  # noqa: E731
        forms = [
            lambda: f"np.sin({e()}, out={place})",
            lambda: f"np.multiply({e()}, {e()}, out={place})",
            lambda: f"np.add({place}, {e()}, {place})",
            lambda: f"np.maximum({e()}, {self.float_(scope, 1)}, out={place})",
            lambda: f"np.clip({e()}, -0.9, 1.1, out={place})",
            lambda: f"np.exp(-({e()}) ** 2, out={place}, where={e()} > {self.number()})",
            lambda: f"np.cumsum({e()}, axis=0, out={place})",
            lambda: f"np.copyto({place}, {self.stored(scope, shape)})",
        ]
        if shape == (3,):
            forms += [lambda: f"np.dot(W, {e()}, out={place})", lambda: f"np.matmul(W, {e()}, out={place})"]
            forms += [lambda: f"np.add.at({place}, [0, 0, 2], {e()})"]
            forms += [lambda: f"np.subtract.at({place}, np.array([1, 2]), {self.float_(scope, 1)})"]
            forms += [lambda: f"np.multiply.at({place}, [2], {self.float_(scope, 1)})"]
        if len(shape) == 2:
            row = (shape[1],)
            forms += [lambda: f"np.add.at({place}, [1, 0, 1], {self.shaped(scope, row)})"]
            forms += [lambda: f"np.sum([{e()}, {e()}], axis=0, out={place})"]
        return self.c.pick(forms)()

    def method_store(self, scope: Scope) -> str:
        place, shape = self.writable(scope)
        forms = [
            f"{place}.fill({self.float_(scope, 1)})",
            f"{place}.sort(axis=0)",
            f"{place}.flat[1] = {self.float_(scope, 1)}",
            f"{place}.flat[[0, 1]] = {self.float_(scope, 1)}",
            f"np.put({place}, [0, 1], {self.float_(scope, 1)})",
            f"{place}[...] = {self.shaped(scope, shape)}",
        ]
        if len(shape) == 2:
            forms += [f"np.fill_diagonal({place}, {self.float_(scope, 1)})"]
        return self.c.pick(forms)

    # ── names ────────────────────────────────────────────────────────────────────────────────────────

    def alias(self, scope: Scope, depth: int) -> None:
        """A name for an array: new, a view, or one of two."""
        names = self.all_arrays(scope)
        if not names:
            return self.assign(scope, depth)
        name = self.c.pick(names)
        kind = scope[name]
        choice = self.c.below(12)
        if choice <= 5:
            form = self.c.pick(
                [f for f in shapes.LASTING[kind] if f.view or self.c.chance(20)] or shapes.LASTING[kind]
            )
            text, kind = self.read(scope, name, form.text), KIND_OF[form.shape]
        elif choice == 6:
            text = name
        elif choice == 7:
            other = self.c.pick(self.names(scope, kind))
            text = f"{name} if {self.condition(scope)} else {other}"
        elif choice == 8:
            text = f"choose({name}, {self.of_shape(scope, KINDS[kind])}, {self.condition(scope)})"
        elif choice == 9:
            kind = self.c.pick(sorted(KINDS))
            text = self.c.pick(
                [f"np.zeros({KINDS[kind]})", f"np.full({KINDS[kind]}, {self.float_(scope, 1)})"]
            )
        else:
            kind = self.c.pick(sorted(KINDS))
            text = self.shaped(scope, KINDS[kind])
        if self.c.chance(12):
            target = self.target(scope, kind, "a")
            other = self.fresh("a")
            self.emit(depth, f"{other} = {target} = {text}")
            scope[other] = scope[target] = kind
            return None
        target = self.target(scope, kind, "a")
        self.emit(depth, f"{target} = {text}")
        scope[target] = kind
        return None

    def exchange_names(self, scope: Scope, depth: int) -> None:
        kinds = [kind for kind in KINDS if len(self.names(scope, kind)) > 1]
        if not kinds:
            return self.alias(scope, depth)
        names = self.names(scope, self.c.pick(kinds))
        a, b, d = (self.c.pick(names) for _ in range(3))
        if a == b:
            return self.alias(scope, depth)
        texts = [f"{a}, {b} = {b}, {a}", f"{a}, {b} = {d}, {a}"]
        if d not in (a, b):
            texts.append(f"{a}, {b}, {d} = {d}, {a}, {b}")
        self.emit(depth, self.c.pick(texts))
        return None

    def unpack_rows(self, scope: Scope, depth: int) -> None:
        names = [n for n in self.all_arrays(scope) if len(KINDS[scope[n]]) == 2]
        if not names:
            return self.alias(scope, depth)
        name = self.c.pick(names)
        rows, columns = KINDS[scope[name]]
        targets = [self.fresh("r") for _ in range(rows)]
        self.emit(depth, f"{', '.join(targets)} = {name}")
        scope.update({t: KIND_OF[columns,] for t in targets})
        return None

    # ── loops that are written for arrays ────────────────────────────────────────────────────────────

    def history(self, scope: Scope, depth: int, returns: bool) -> None:
        """A preallocated array, filled step by step."""
        h, k = self.fresh("h"), self.fresh("k")
        rows = self.c.pick(["np.zeros((4, 3))", "np.empty((4, 3))", "np.zeros((3 + 1, 3))"])
        self.emit(depth, f"{h} = {rows}")
        self.emit(depth, f"{h}[0] = {self.shaped(scope, (3,))}")
        inner = {**scope, k: "int"}
        self.emit(depth, f"for {k} in range(3):")
        if "empty" not in rows and self.c.chance(20):
            self.emit(depth + 1, f"if {self.condition(inner)}:")
            self.emit(depth + 2, self.c.pick(["break", "continue"]))
        step = self.c.pick([f"W @ {h}[{k}]", f"{h}[{k}] + 0.1 * np.cos({h}[{k}])", f"{h}[{k}] ** 2"])
        self.emit(depth + 1, f"{h}[{k} + 1] = np.sin({step}) * ({self.float_(inner, 1)})")
        inner[h] = "history"
        if "empty" not in rows and self.c.chance(50):  # a jump would leave entries that were never written
            self.body(inner, depth + 1, False)
        scope[h] = "history"

    def stencil(self, scope: Scope, depth: int, returns: bool) -> None:
        """Two arrays, one written from the other, that change places."""
        a, b, k = self.fresh("a"), self.fresh("b"), self.fresh("k")
        kind = self.c.pick(["array", "line", "square"])
        self.emit(depth, f"{a} = {self.shaped(scope, KINDS[kind])}")
        self.emit(
            depth, f"{b} = {self.c.pick([f'np.zeros_like({a})', f'{a}.copy()', f'np.empty_like({a})'])}"
        )
        if self.lines[-1].endswith(f"empty_like({a})"):
            self.emit(depth, f"{b}[:] = {a}")
        self.emit(depth, f"for {k} in range({self.c.pick(['2', '3', '4'])}):")
        inner = {**scope, a: kind, b: kind, k: "int"}
        self.emit(depth + 1, f"{b}[1:-1] = 0.5 * {a}[:-2] + np.sin({a}[2:]) * {a}[1:-1]")
        if self.c.chance(60):
            self.body(inner, depth + 1, False)
        self.emit(depth + 1, f"{a}, {b} = {b}, {a}")
        scope.update({a: kind, b: kind})

    def over_arrays(self, scope: Scope, depth: int, returns: bool) -> None:
        """A loop over rows, parts or names of arrays, which it may write."""
        r, k, other = self.fresh("r"), self.fresh("k"), self.fresh("r")
        inner, heads = dict(scope), []
        for name in self.all_arrays(scope):
            shape = KINDS[scope[name]]
            if len(shape) == 2:
                kind = KIND_OF[shape[1],]
                heads += [(f"{r} in {name}", {r: kind}), (f"{r} in rows({name})", {r: kind})]
                heads += [(f"{k}, {r} in enumerate({name})", {k: "int", r: kind})]
                heads += [(f"{r}, {other} in zip({name}, {name}[::-1])", {r: kind, other: kind})]
                heads += [(f"{r} in {name}[::-1]", {r: kind}), (f"{r} in list({name})", {r: kind})]
                heads += [(f"{r} in [{other} for {other} in {name}]", {r: kind})]
            if shape == (3,):
                heads += [
                    (f"{r} in ends({name})", {r: "half"}),
                    (f"{r} in ({name}[:2], {name}[1:])", {r: "half"}),
                    (
                        f"{r}, {other} in zip([{name}[:2], {name}[1:]], ends({name}))",
                        {r: "half", other: "half"},
                    ),
                ]
            same = self.c.pick(self.names(scope, scope[name]))
            heads += [(f"{r} in ({name}, {same})", {r: scope[name]})]
            heads += [(f"{k}, {r} in enumerate([{name}, {same}])", {k: "int", r: scope[name]})]
        for name in self.names(scope, "pack"):
            heads += [
                (f"{r} in {name}", {r: "array"}),
                (f"{k}, {r} in enumerate({name})", {k: "int", r: "array"}),
            ]
        heads += [(f"{r} in {name}.values()", {r: "array"}) for name in self.names(scope, "cells")]
        pairs = self.names(scope, "pair") + self.names(scope, "two")
        heads += [(f"{r} in {name}", {r: "array"}) for name in pairs]
        heads += [(f"{r} in {name}.pair", {r: "array"}) for name in self.names(scope, "bank")]
        nests = self.names(scope, "nest")
        heads += [(f"{r}, {other} in {name}", {r: "array", other: "array"}) for name in nests]
        if not heads:
            return self.for_(scope, depth, returns)
        head, made = self.c.pick(heads)
        inner.update(made)
        self.emit(depth, f"for {head}:")
        if self.c.chance(70):
            self.emit(depth + 1, self.changed(inner, r, KINDS[inner[r]]))
        self.iterating += 1
        self.body(inner, depth + 1, returns)
        self.iterating -= 1
        return None
