"""A compact text form of the IR, for people who debug s2sad (``s2sad show --stage ir``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from s2sad.ir.nodes import (
    BINARY,
    COMPARE,
    UNARY,
    Assert,
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Break,
    Build,
    BuildDict,
    Call,
    Comment,
    Const,
    Continue,
    Delete,
    Expr,
    For,
    Format,
    Function,
    GetAttr,
    GetItem,
    If,
    Index,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
    Param,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    SliceIndex,
    Star,
    Stmt,
    Try,
    TupleIndex,
    Unpack,
    Var,
    While,
    With,
    Yield,
)

_INDENT = "    "
_MARKS = {"varargs": "*", "varkw": "**"}
_BRACKETS = {"tuple": "()", "list": "[]", "set": "{}"}


def pretty(function: Function) -> str:
    """The whole function."""
    return "\n".join(_function(function, "def"))


def pretty_block(block: Block) -> str:
    return "\n".join(_block(block))


def _function(function: Function, keyword: str) -> Iterator[str]:
    params = ", ".join(_param(param) for param in function.params)
    free = f"  # captures {', '.join(function.free)}" if function.free else ""
    yield f"{keyword} {function.name}({params}):{free}"
    if function.nonlocals:
        yield f"{_INDENT}nonlocal {', '.join(function.nonlocals)}"
    yield from _indented(function.body)


def _param(param: Param) -> str:
    default = f"={param.default}" if param.default else ""
    kind = {"posonly": " /", "kwonly": " *"}.get(param.kind, "")
    return f"{_MARKS.get(param.kind, '')}{param.name}{default}{kind}"


def _indented(block: Block) -> Iterator[str]:
    for line in _block(block):
        yield _INDENT + line
    if not block:
        yield _INDENT + "pass"


def _block(block: Block) -> Iterator[str]:
    for stmt in block:
        yield from stmt.notes.above
        first, *rest = _statement(stmt)
        behind = f"  {stmt.notes.behind}" if stmt.notes.behind else ""
        sugar = getattr(stmt, "sugar", "")
        yield f"{first}{f'  <{sugar}>' if sugar else ''}{behind}"
        yield from rest


def _statement(stmt: Stmt) -> Iterator[str]:
    match stmt:
        case Assign(target=target, value=MakeFunction(function, defaults)):
            bound = "".join(f" {name}={atom_text(value)}" for name, value in defaults)
            yield from _function(function, f"{target.name} ={bound} def")
        case Assign(target=target, value=value):
            yield f"{target.name} = {expr_text(value)}"
        case Unpack(targets=targets, value=value, star=star):
            names = [f"*{var.name}" if at == star else var.name for at, var in enumerate(targets)]
            yield f"({', '.join(names)}) = {atom_text(value)}"
        case SetItem(obj=obj, index=index, value=value):
            yield f"{atom_text(obj)}[{index_text(index)}] = {atom_text(value)}"
        case SetAttr(obj=obj, name=name, value=value):
            yield f"{atom_text(obj)}.{name} = {atom_text(value)}"
        case AugName(target=target, op=op, value=value):
            yield f"{target.name} {BINARY[op]}= {atom_text(value)}"
        case AugItem(obj=obj, index=index, op=op, value=value):
            yield f"{atom_text(obj)}[{index_text(index)}] {BINARY[op]}= {atom_text(value)}"
        case AugAttr(obj=obj, name=name, op=op, value=value):
            yield f"{atom_text(obj)}.{name} {BINARY[op]}= {atom_text(value)}"
        case Delete(obj=obj, index=index, name=name):
            item = f"[{index_text(index)}]" if index is not None else f".{name}" if name else ""
            yield f"del {atom_text(obj)}{item}"
        case Break():
            yield "break"
        case Continue():
            yield "continue"
        case Return(value=value):
            yield f"return {atom_text(value)}"
        case Yield(value=value):
            yield f"yield {atom_text(value)}"
        case Raise(value=value, cause=cause):
            text = "raise" if value is None else f"raise {atom_text(value)}"
            yield text if cause is None else f"{text} from {atom_text(cause)}"
        case Comment(text=text):
            yield text
        case If() | For() | While() | Assert() | Try() | With():
            yield from _compound(stmt)
        case _:
            assert_never(stmt)


def _compound(stmt: If | For | While | Assert | Try | With) -> Iterator[str]:
    match stmt:
        case If(test=test, body=body, orelse=orelse):
            yield f"if {atom_text(test)}:"
            yield from _indented(body)
            yield from _else(orelse)
        case For(target=target, iterable=iterable, body=body, orelse=orelse):
            yield f"for {target.name} in {atom_text(iterable)}:"
            yield from _indented(body)
            yield from _else(orelse)
        case While(head=head, test=test, body=body, orelse=orelse):
            yield "while:"
            yield from _indented(head)
            yield f"test {atom_text(test)}:"
            yield from _indented(body)
            yield from _else(orelse)
        case Assert(test=test, message=message, message_block=block):
            yield f"assert {atom_text(test)}" + ("" if message is None else ", message:")
            if message is not None:
                yield from (_INDENT + line for line in _block(block))
                yield _INDENT + atom_text(message)
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield "try:"
            yield from _indented(body)
            for handler in handlers:
                kind = "" if handler.type is None else f" {atom_text(handler.type)}"
                name = "" if handler.name is None else f" as {handler.name.name}"
                yield f"except{kind}{name}:"
                yield from _indented(handler.body)
            yield from _else(orelse)
            yield from _else(final, "finally")
        case With(context=context, target=target, body=body):
            yield f"with {atom_text(context)}" + (":" if target is None else f" as {target.name}:")
            yield from _indented(body)
        case _:
            assert_never(stmt)


def _else(block: Block, keyword: str = "else") -> Iterator[str]:
    if block:
        yield f"{keyword}:"
        yield from _indented(block)


def atom_text(atom: Atom) -> str:
    match atom:
        case Var(name):
            return name
        case Const(value):
            return repr(value) if value is not ... else "..."
        case Ref(text=text):
            return text
        case _:
            assert_never(atom)


def _item(item: Atom | Star) -> str:
    return f"*{atom_text(item.value)}" if isinstance(item, Star) else atom_text(item)


def index_text(index: Index) -> str:
    match index:
        case SliceIndex(lo, hi, step):
            text = f"{'' if lo is None else atom_text(lo)}:{'' if hi is None else atom_text(hi)}"
            return text if step is None else f"{text}:{atom_text(step)}"
        case TupleIndex(items):
            return (
                "(" + ", ".join(index_text(item) for item in items) + ("," if len(items) == 1 else "") + ")"
            )
        case _:
            return atom_text(index)


def expr_text(expr: Expr) -> str:
    match expr:
        case Var() | Const() | Ref():
            return atom_text(expr)
        case Op(kind, (value,)):
            return f"{UNARY[kind]}{atom_text(value)}"
        case Op(kind, (left, right)):
            return f"{atom_text(left)} {BINARY.get(kind) or COMPARE[kind]} {atom_text(right)}"
        case Op():
            return repr(expr)
        case Call(func, args, kwargs):
            return f"{atom_text(func)}({_arguments(args, kwargs)})"
        case MethodCall(obj, name, args, kwargs):
            return f"{atom_text(obj)}.{name}({_arguments(args, kwargs)})"
        case GetAttr(obj, name):
            return f"{atom_text(obj)}.{name}"
        case GetItem(obj, index):
            return f"{atom_text(obj)}[{index_text(index)}]"
        case Build(kind, items):
            return ", ".join(map(_item, items)).join(_BRACKETS[kind])
        case BuildDict(items):
            pairs = (
                f"**{atom_text(v)}" if k is None else f"{atom_text(k)}: {atom_text(v)}" for k, v in items
            )
            return f"{{{', '.join(pairs)}}}"
        case MakeSlice(index):
            return f"slice[{index_text(index)}]"
        case Format():
            return f"f{_format(expr)!r}"
        case MakeFunction(function, _):
            return f"<function {function.name}>"
        case _:
            assert_never(expr)


def _format(expr: Format) -> str:
    text = ""
    for part in expr.parts:
        if isinstance(part, str):
            text += part
            continue
        value, conversion, spec = part
        mark = f"!{conversion}" if conversion else ""
        shown = f":{_format(spec)}" if isinstance(spec, Format) else f":{spec}" if spec else ""
        text += f"{{{atom_text(value)}{mark}{shown}}}"
    return text


def _arguments(args: tuple[Atom | Star, ...], kwargs: tuple[tuple[str | None, Atom], ...]) -> str:
    named = (
        f"**{atom_text(value)}" if name is None else f"{name}={atom_text(value)}" for name, value in kwargs
    )
    return ", ".join([*map(_item, args), *named])
