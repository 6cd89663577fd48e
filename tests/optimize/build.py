"""IR for the tests of the optimiser, written as Python: one operation for each statement, ``_1`` for ``%1``."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import numpy as np

from s2sad.analysis.values import FLOAT, INT, Tensor, Value
from s2sad.frontend.denotations import Live
from s2sad.ir import pretty
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugItem,
    AugName,
    Block,
    Break,
    Build,
    Call,
    Const,
    Expr,
    For,
    Function,
    GetItem,
    If,
    Index,
    MethodCall,
    Op,
    Param,
    Ref,
    Return,
    SetItem,
    SliceIndex,
    Stmt,
    Unpack,
    Var,
    With,
)

VECTOR = Tensor("f", np.dtype(float), ((7, 11),))
TYPES: dict[str, Value] = {"f": FLOAT, "i": INT, "v": VECTOR}
BINARY = {"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "Pow": "pow", "Gt": "gt"}


def types(**names: str) -> dict[str, Value]:
    """``types(f="x _1", v="a")``: which variables are numbers (f), integers (i), vectors (v)."""
    return {_name(name): TYPES[kind] for kind, text in names.items() for name in text.split()}


def function(text: str, params: str = "") -> Function:
    body = tuple(_stmt(node) for node in ast.parse(textwrap.dedent(text)).body)
    return Function("f", tuple(Param(name) for name in params.split()), body)


def text(made: Function) -> str:
    """The body, in the notation of `function`."""
    lines = pretty.pretty(made).splitlines()[1:]
    return "\n".join(line[4:].replace("%", "_") for line in lines)


def _name(name: str) -> str:
    return "%" + name[1:] if name.startswith("_") else name


def _atom(node: Any) -> Any:
    match node:
        case ast.Name(id=name):
            return (
                Var(_name(name)) if name not in ("range", "list", "g", "reversed", "zip") else Ref(name, None)
            )
        case ast.Constant(value=value):
            return Const(value)
        case ast.Attribute(value=ast.Name(id="np"), attr=name):
            return Ref(f"np.{name}", Live(getattr(np, name)))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            return Const(-value)
    raise ValueError(ast.dump(node))


def _index(node: Any) -> Index:
    if isinstance(node, ast.Slice):
        return SliceIndex(
            *(None if part is None else _atom(part) for part in (node.lower, node.upper, node.step))
        )
    return _atom(node)


def _expr(node: Any) -> Expr:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return Op(BINARY[type(op).__name__], (_atom(left), _atom(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Op(BINARY[type(op).__name__], (_atom(left), _atom(right)))
        case ast.UnaryOp(op=op, operand=ast.Name() as operand):
            return Op("neg" if isinstance(op, ast.USub) else "not", (_atom(operand),))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args) if name != "np":
            return MethodCall(Var(_name(name)), attr, tuple(map(_atom, args)))
        case ast.Call(func=func, args=args):
            return Call(_atom(func), tuple(map(_atom, args)))
        case ast.Tuple(elts=items):
            return Build("tuple", tuple(map(_atom, items)))
        case ast.List(elts=items):
            return Build("list", tuple(map(_atom, items)))
        case ast.Subscript(value=value, slice=index):
            return GetItem(_atom(value), _index(index))
    result: Atom = _atom(node)
    return result


def _stmt(node: Any) -> Stmt:
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            return Assign(_atom(target), _expr(value))
        case ast.Assign(targets=[ast.Tuple(elts=items)], value=value):
            return Unpack(tuple(map(_atom, items)), _atom(value))
        case ast.Assign(targets=[ast.Subscript(value=obj, slice=index)], value=value):
            return SetItem(_atom(obj), _index(index), _atom(value))
        case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
            return AugName(_atom(target), BINARY[type(op).__name__], _atom(value))
        case ast.AugAssign(target=ast.Subscript(value=obj, slice=index), op=op, value=value):
            return AugItem(_atom(obj), _index(index), BINARY[type(op).__name__], _atom(value))
        case ast.Expr(value=value):
            return Assign(Var(f"%x{node.lineno}"), _expr(value))
        case ast.For(target=target, iter=iterable, body=body):
            return For(_atom(target), _atom(iterable), _block(body))
        case ast.If(test=test, body=body, orelse=orelse):
            return If(_atom(test), _block(body), _block(orelse))
        case ast.With(items=[item], body=body):
            return With(_atom(item.context_expr), None, _block(body))
        case ast.Return(value=value):
            return Return(_atom(value))
        case ast.Break():
            return Break()
    raise ValueError(ast.dump(node))


def _block(nodes: list[Any]) -> Block:
    return tuple(_stmt(node) for node in nodes if not isinstance(node, ast.Pass))
