"""Drop what nobody reads."""

from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.nodes import (
    Assign,
    Block,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    For,
    Function,
    GetAttr,
    GetItem,
    If,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Ref,
    Stmt,
    Var,
    While,
    With,
)
from s2sad.ir.purity import pure_call, pure_method
from s2sad.ir.walk import changed, deep_uses, functions, settled, with_body


def is_pure(expr: Expr) -> bool:
    """Whether an expression may be left out when its value is not wanted."""
    match expr:
        case (
            Var()
            | Const()
            | Ref()
            | Op()
            | GetItem()
            | GetAttr()
            | Build()
            | BuildDict()
            | MakeSlice()
            | MakeFunction()
        ):
            return True
        case Call(func=Ref(text=text, target=target), args=args, kwargs=kwargs):
            return pure_call(text, target, len(args), tuple(key for key, _ in kwargs))
        case MethodCall(name=name, args=args, kwargs=kwargs):
            return pure_method(name, len(args), tuple(key for key, _ in kwargs))
        case _:
            return False


def prune(stmts: list[Stmt], keep: Callable[[str], bool]) -> list[Stmt]:
    """A straight-line list of statements without assignments of temporaries that are not read in it.

    `keep` names variables that are read elsewhere.
    """
    wanted: set[str] = set()
    kept: list[Stmt] = []
    for stmt in reversed(stmts):
        if (
            isinstance(stmt, Assign)
            and stmt.target.is_temp
            and not keep(stmt.target.name)
            and stmt.target.name not in wanted
            and is_pure(stmt.value)
        ):
            continue
        wanted |= {var.name for var in deep_uses((stmt,))}
        kept.append(stmt)
    kept.reverse()
    return kept


def prune_function(function: Function) -> Function:
    """The function without pure assignments to variables that are read nowhere, and without empty statements."""
    body = function.body
    while True:
        read = {var.name for var in deep_uses(body)}
        for inner in functions(body):
            read |= set(inner.free)
        new = _swept(body, read | set(function.nonlocals))
        if new is body:
            return with_body(function, body)
        body = new


def _swept(block: Block, read: set[str]) -> Block:
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Assign(target=target, value=value) if target.name not in read and is_pure(value):
                if isinstance(value, GetItem) and not target.name.startswith("%s"):
                    out.append(stmt)  # the user looks something up, maybe for its error
                continue
            case If(body=body, orelse=orelse):
                body, orelse = _swept(body, read), _swept(orelse, read)
                if body or orelse:
                    out.append(changed(stmt, body=body, orelse=orelse))
            case For(body=body):
                body = _swept(body, read)
                if body:
                    out.append(changed(stmt, body=body))
            case While(body=body, head=head):
                out.append(changed(stmt, head=_swept(head, read), body=_swept(body, read)))
            case With(body=body):
                out.append(changed(stmt, body=_swept(body, read)))
            case _:
                out.append(stmt)
    return settled(block, out)
