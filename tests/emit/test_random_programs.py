"""Random straight and branching programs full of things that must not change places, fused and not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from s2sad.emit.unparse import to_source
from s2sad.ir.nodes import (
    AugItem,
    AugName,
    Call,
    Const,
    For,
    Function,
    If,
    MakeFunction,
    Op,
    Return,
    SetItem,
    Stmt,
    Unpack,
    Var,
    While,
)
from tests.emit.build import atom, build, call, fn, item, method, op, plain, put, run


class Maker:
    """Writes one program. Arrays `a`, `b` (which alias), a list `q`, numbers `x`, `y`; `@note` logs and mutates."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.temp = 0
        self.values: list[str] = []  # temporaries of this block that hold a number or an array

    def new(self) -> str:
        self.temp += 1
        return f"%{self.temp}"

    def operand(self) -> object:
        roll = self.random.random()
        if self.values and roll < 0.6:  # mostly each once, as lowering makes them
            name = self.random.choice(self.values)
            if self.random.random() < 0.8:
                self.values.remove(name)
            return name
        return self.random.choice(["a", "b", "x", "y", 2, 3.0, "x", "y"])

    def expression(self) -> object:
        match self.random.randrange(10):
            case 0 | 1 | 2 | 3:
                return op(self.random.choice(["add", "sub", "mul"]), self.operand(), self.operand())
            case 4:
                return call("@note", self.operand(), self.operand())
            case 5:
                return call("@bump", self.random.choice("ab"))
            case 6:
                return call("@np.sum", self.operand())
            case 7:
                return method("q", "pop", 0)
            case 8:
                return item(self.random.choice("ab"), self.random.randrange(3))
            case _:
                return (
                    call("@setx", self.operand()) if self.random.random() < 0.5 else op("neg", self.operand())
                )

    def statement(self, depth: int) -> list[Stmt]:
        match self.random.randrange(14):
            case 0 | 1 | 2 | 3 | 4 | 5:
                name = self.new()
                made = [put(name, self.expression())]
                self.values.append(name)
                return made
            case 6:
                name = self.random.choice("xy")
                return [put(name, call("@np.sum", self.operand()))]
            case 7:
                return [AugName(Var(self.random.choice("abxy")), "add", Const(1))]
            case 8:
                value = self.new()
                made = [put(value, call("@np.sum", self.operand()))]
                return [
                    *made,
                    SetItem(Var(self.random.choice("ab")), Const(self.random.randrange(3)), Var(value)),
                ]
            case 9:
                value = self.new()
                made = [put(value, call("@note", self.operand(), 0))]
                total = self.new()
                made.append(put(total, call("@np.sum", value)))
                return [*made, AugItem(Var("b"), Const(1), "add", Var(total))]
            case 10 if depth < 2:
                test, flag = self.new(), self.new()
                made = [put(flag, call("@np.sum", self.operand())), put(test, op("gt", flag, 5))]
                if self.random.random() < 0.5:
                    return [*made, *self.choice(test)]
                return [*made, If(Var(test), self.block(depth + 1), self.block(depth + 1))]
            case 11 if depth < 2:
                return [For(Var(self.new()), Var("r"), self.block(depth + 1))]
            case 12 if depth < 1:
                return self.counted(depth)
            case _:
                left, right = self.new(), self.new()
                made = [put(left, op("add", self.operand(), 0)), put(right, call("@note", self.operand(), 1))]
                pair = self.new()
                return [
                    *made,
                    put(pair, build("tuple", right, left)),
                    Unpack((Var("u"), Var("v")), Var(pair)),
                ]

    def counted(self, depth: int) -> list[Stmt]:
        """A loop whose test is computed anew in every round, with a side effect."""
        test, read = self.new(), self.new()
        head = (put(read, call("@tick", 1)), put(test, op("lt", read, 3)))
        return [While(head, Var(test), self.block(depth + 1))]

    def choice(self, test: str) -> list[Stmt]:
        """A conditional expression, or `and`/`or`."""
        result = self.new()
        first, second = (put(result, self.pick()),), (put(result, self.pick()),)
        self.values.append(result)
        match self.random.randrange(3):
            case 0:
                return [If(Var(test), first, second, "ifexp")]
            case 1:
                return [put(result, call("@tick", 0)), If(Var(result), first, (), "and")]
            case _:
                return [put(result, call("@tick", 0)), If(Var(result), (), second, "or")]

    def pick(self) -> object:
        return self.random.choice(
            [atom("x"), op("add", "x", "a"), call("@note", "y", 2), item("b", 0), Const(4)]
        )

    def block(self, depth: int) -> tuple[Stmt, ...]:
        outer, self.values = self.values, list(self.values)
        made = [stmt for _ in range(self.random.randrange(1, 5)) for stmt in self.statement(depth)]
        self.values = outer
        return tuple(made)

    def program(self) -> Function:
        stmts = [stmt for _ in range(self.random.randrange(3, 14)) for stmt in self.statement(0)]
        setter = fn("v", put("%1", call("@np.sum", "v")), put("x", op("add", "x", "%1")), Return(Var("x")), name="setx",
                    nonlocals=("x",), free=("x",))  # fmt: skip
        result = self.new()
        names = ["a", "b", "q", "x", "y", "u", "v", *self.values]
        first = [put("u", 0), put("v", 0), put("setx", MakeFunction(setter))]
        body = [*first, *stmts, put(result, build("tuple", *names)), Return(Var(result))]
        return fn("a b q x y r", *body)


def world() -> dict[str, object]:
    log: list[object] = []
    ticks: list[int] = []

    def note(value: object, extra: object) -> object:
        log.append((np.sum(value), np.sum(extra)))
        return value + extra  # type: ignore[operator]

    def bump(array: np.ndarray) -> float:
        array += 10
        log.append("bump")
        return float(array[0])

    def tick(step: int) -> int:
        ticks.append(step)
        log.append(("tick", len(ticks)))
        return len(ticks)

    return {"np": np, "note": note, "bump": bump, "tick": tick, "log": log, "setx": None}


def outcome(text: str) -> tuple[object, ...]:
    namespace = world()
    function = run(text, "f", namespace)
    a = np.arange(3.0)
    try:
        result = function(a, a[:], [float(i) for i in range(60)], 1.5, 2.5, range(2))
    except Exception as error:
        result = (type(error).__name__,)
    return repr(result), repr(namespace["log"])


def with_setter(function: Function) -> Function:
    """Calls of the global `setx` are calls of the nested one, which rebinds `x`."""

    def change(node: object) -> object:
        if isinstance(node, Call) and node.func == atom("@setx"):
            return Call(Var("setx"), node.args)
        if isinstance(node, tuple):
            return tuple(change(part) for part in node)
        if hasattr(node, "__dataclass_fields__") and not isinstance(node, Op | Var | Const | Function):
            fields = {name: change(getattr(node, name)) for name in node.__dataclass_fields__}
            return type(node)(**fields)
        return node

    return Function(function.name, function.params, change(function.body))  # type: ignore[arg-type]


@pytest.mark.parametrize("block", range(20))
def test_fused_programs_do_the_same(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        function = with_setter(Maker(seed).program())
        expected, printed = plain(function), to_source(function)
        assert outcome(printed) == outcome(expected), f"seed {seed}\n{expected}\n{printed}"
