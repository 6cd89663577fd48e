"""Short hands to write IR in tests, and the reference its printed form is compared with.

`plain` prints a function with every temporary a statement and every tag of sugar ignored: no step of `emit` that
moves anything is involved, so what it prints does what the IR says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sad.emit.counts import Counts
from s2sad.emit.plant import Planter
from s2sad.emit.sugar import unrolled
from s2sad.emit.tree import NO_NAMES, Body, Line, Nested, every_line
from s2sad.emit.unparse import Printer, to_source
from s2sad.ir.nodes import (
    Assign,
    Block,
    Build,
    Call,
    Const,
    Function,
    GetItem,
    If,
    MethodCall,
    Op,
    Param,
    Ref,
    Return,
    Stmt,
    Var,
)


def atom(value: object) -> Any:
    """A string is a variable, or with a leading ``@`` something global; other values are constants."""
    if isinstance(value, str):
        return Ref(value[1:]) if value.startswith("@") else Var(value)
    return Const(value) if not isinstance(value, Var | Const | Ref) else value  # type: ignore[arg-type]


def put(target: str, value: object, **notes: Any) -> Assign:
    return Assign(Var(target), value if not isinstance(value, str | int | float) else atom(value), **notes)  # type: ignore[arg-type]


def op(kind: str, *args: object) -> Op:
    return Op(kind, tuple(atom(arg) for arg in args))


def call(name: str, *args: object, **kwargs: object) -> Call:
    return Call(atom(name), tuple(atom(arg) for arg in args), tuple((k, atom(v)) for k, v in kwargs.items()))


def method(obj: object, name: str, *args: object) -> MethodCall:
    return MethodCall(atom(obj), name, tuple(atom(arg) for arg in args))


def item(obj: object, index: object) -> GetItem:
    return GetItem(atom(obj), atom(index))


def build(kind: Any, *items: object) -> Build:
    return Build(kind, tuple(atom(i) for i in items))


def ret(value: object) -> Return:
    return Return(atom(value))


def when(test: object, body: Block, orelse: Block = (), sugar: str = "") -> If:
    return If(atom(test), body, orelse, sugar)


def fn(params: str, *body: Stmt, name: str = "f", **options: Any) -> Function:
    return Function(name, tuple(Param(p) for p in params.split()), body, **options)


def lines(function: Function) -> list[str]:
    """The printed body."""
    return [line.removeprefix("    ") for line in to_source(function).splitlines()[1:]]


def plain(function: Function) -> str:
    """The function with nothing merged."""
    printer = Printer({})
    printer.definition(function.name, _nested(function), [], function.span, function.notes)
    return "\n".join(printer.lines).replace("%", "tmp_") + "\n"


def _nested(function: Function) -> Nested:
    body = Planter(NO_NAMES, NO_NAMES, None).body(function.body)
    _unroll(body)
    _definitions(body)
    return Nested(function, body)


def _unroll(body: Body) -> None:
    out: list[Line] = []
    for line in body.lines:
        for block in line.blocks:
            _unroll(block)
        out += unrolled(line, Counts()) if line.kind == "while" else [line]
    body.lines = out


def _definitions(body: Body) -> None:
    for line in every_line(body):
        if line.kind == "assign" and line.operands[0].head == "lambda":
            nested: Nested = line.operands[0].data
            nested.body = _nested(nested.function).body
            line.kind, line.data, line.operands = "def", (line.data[0], nested), list(line.operands[0].kids)


def run(text: str, name: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    variables = dict(namespace)
    exec(compile(text, "<test>", "exec"), variables)
    return variables[name]
