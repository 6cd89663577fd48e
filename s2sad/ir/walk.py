"""Reading and rebuilding IR: what a statement reads and binds, its blocks, its operands mapped.

"Direct" means the statement itself, without the blocks in it. A nested function is a value: making it counts as a
read of the variables that it captures, and its body is not walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, assert_never

from s2sad.ir.nodes import (
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
    Handler,
    If,
    Index,
    MakeFunction,
    MakeSlice,
    MethodCall,
    Op,
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

AtomFn = Callable[[Atom], Atom]
VarFn = Callable[[Var], Var]
BlockFn = Callable[[Block], Block]


# ── operands ─────────────────────────────────────────────────────────────────────────────────────────────


def index_atoms(index: Index) -> Iterator[Atom]:
    match index:
        case SliceIndex(lo, hi, step):
            yield from (atom for atom in (lo, hi, step) if atom is not None)
        case TupleIndex(items):
            for item in items:
                yield from index_atoms(item)
        case _:
            yield index


def expr_atoms(expr: Expr) -> Iterator[Atom]:
    """The operands of an expression, in the order in which they are evaluated."""
    match expr:
        case Var() | Const() | Ref():
            yield expr
        case Op(args=args):
            yield from args
        case Call(func, args, kwargs):
            yield func
            yield from _argument_atoms(args, kwargs)
        case MethodCall(obj, _, args, kwargs):
            yield obj
            yield from _argument_atoms(args, kwargs)
        case GetAttr(obj=obj):
            yield obj
        case GetItem(obj, index):
            yield obj
            yield from index_atoms(index)
        case Build(items=items):
            yield from (_bare(item) for item in items)
        case BuildDict(items):
            for key, value in items:
                if key is not None:
                    yield key
                yield value
        case MakeSlice(index):
            yield from index_atoms(index)
        case Format(parts):
            for part in parts:
                if not isinstance(part, str):
                    yield part[0]
                    if isinstance(part[2], Format):
                        yield from expr_atoms(part[2])
        case MakeFunction(function, defaults):
            yield from (Var(name) for name in function.free)
            yield from (value for _, value in defaults)
        case _:
            assert_never(expr)


def _argument_atoms(
    args: tuple[Atom | Star, ...], kwargs: tuple[tuple[str | None, Atom], ...]
) -> Iterator[Atom]:
    yield from (_bare(item) for item in args)
    yield from (value for _, value in kwargs)


def _bare(item: Atom | Star) -> Atom:
    return item.value if isinstance(item, Star) else item


def stmt_atoms(stmt: Stmt) -> Iterator[Atom]:
    """The operands that a statement reads directly. The test of a `While` counts, its head does not."""
    match stmt:
        case Assign(value=value):
            yield from expr_atoms(value)
        case Unpack(value=value) | Return(value=value) | Yield(value=value):
            yield value
        case SetItem(obj=obj, index=index, value=value):
            yield from (value, obj, *index_atoms(index))
        case SetAttr(obj=obj, value=value):
            yield from (value, obj)
        case AugName(target=target, value=value):
            yield from (target, value)
        case AugItem(obj=obj, index=index, value=value):
            yield from (obj, *index_atoms(index), value)
        case AugAttr(obj=obj, value=value):
            yield from (obj, value)
        case Delete(obj=obj, index=index, name=name):
            if index is not None or name is not None:
                yield obj
            if index is not None:
                yield from index_atoms(index)
        case If(test=test) | While(test=test):
            yield test
        case For(iterable=iterable):
            yield iterable
        case Raise(value=value, cause=cause):
            yield from (atom for atom in (value, cause) if atom is not None)
        case Assert(test=test, message=message):
            yield test
            if message is not None:
                yield message
        case Try(handlers=handlers):
            yield from (handler.type for handler in handlers if handler.type is not None)
        case With(context=context):
            yield context
        case Break() | Continue() | Comment():
            pass
        case _:
            assert_never(stmt)


def uses(node: Stmt | Expr) -> Iterator[Var]:
    """The variables that a statement (without its blocks) or an expression reads directly."""
    atoms = stmt_atoms(node) if isinstance(node, STATEMENTS) else expr_atoms(node)
    return (atom for atom in atoms if isinstance(atom, Var))


def defs(stmt: Stmt) -> Iterator[Var]:
    """The variables that a statement binds directly: the target of a loop, a ``with``, a handler included."""
    match stmt:
        case Assign(target=target) | AugName(target=target) | For(target=target):
            yield target
        case Unpack(targets=targets):
            yield from targets
        case With(target=target):
            if target is not None:
                yield target
        case Try(handlers=handlers):
            yield from (handler.name for handler in handlers if handler.name is not None)
        case Delete(obj=Var() as obj, index=None, name=None):
            yield obj
        case _:
            pass


STATEMENTS = (
    Assign, Unpack, SetItem, SetAttr, AugName, AugItem, AugAttr, Delete, If, For, While, Break, Continue, Return,
    Yield, Raise, Assert, Try, With, Comment,
)  # fmt: skip


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────


def blocks(stmt: Stmt) -> Iterator[Block]:
    """The blocks of a statement, in the order of the text."""
    match stmt:
        case If(body=body, orelse=orelse) | For(body=body, orelse=orelse):
            yield from (body, orelse)
        case While(head=head, body=body, orelse=orelse):
            yield from (head, body, orelse)
        case Assert(message_block=block):
            yield block
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield body
            yield from (handler.body for handler in handlers)
            yield from (orelse, final)
        case With(body=body):
            yield body
        case _:
            pass


def walk(block: Block) -> Iterator[Stmt]:
    """All statements of a block, outer ones before those in their blocks."""
    for stmt in block:
        yield stmt
        for inner in blocks(stmt):
            yield from walk(inner)


def functions(block: Block) -> Iterator[Function]:
    """The functions that a block makes, and those that these make."""
    for stmt in walk(block):
        if isinstance(stmt, Assign) and isinstance(stmt.value, MakeFunction):
            yield stmt.value.function
            yield from functions(stmt.value.function.body)


def deep_uses(block: Block) -> Iterator[Var]:
    for stmt in walk(block):
        yield from uses(stmt)


def deep_defs(block: Block) -> Iterator[Var]:
    for stmt in walk(block):
        yield from defs(stmt)


# ── rebuilding ───────────────────────────────────────────────────────────────────────────────────────────


def map_index(index: Index, f: AtomFn) -> Index:
    match index:
        case SliceIndex(lo, hi, step):
            return SliceIndex(*(None if atom is None else f(atom) for atom in (lo, hi, step)))
        case TupleIndex(items):
            return TupleIndex(tuple(map_index(item, f) for item in items))
        case _:
            return f(index)


def map_expr(expr: Expr, f: AtomFn) -> Expr:
    """The expression with every operand mapped. What a nested function captures is mapped by `rename` only."""
    match expr:
        case Var() | Const() | Ref():
            return f(expr)
        case Op(kind, args):
            return Op(kind, tuple(f(atom) for atom in args))
        case Call(func, args, kwargs):
            return Call(f(func), _map_items(args, f), _map_keywords(kwargs, f))
        case MethodCall(obj, name, args, kwargs):
            return MethodCall(f(obj), name, _map_items(args, f), _map_keywords(kwargs, f))
        case GetAttr(obj, name):
            return GetAttr(f(obj), name)
        case GetItem(obj, index):
            return GetItem(f(obj), map_index(index, f))
        case Build(kind, items):
            return Build(kind, _map_items(items, f))
        case BuildDict(items):
            return BuildDict(tuple((None if key is None else f(key), f(value)) for key, value in items))
        case MakeSlice(index):
            mapped: Any = map_index(index, f)
            return MakeSlice(mapped)
        case Format(parts):
            return Format(tuple(_map_part(part, f) for part in parts))
        case MakeFunction(function, defaults):
            return MakeFunction(function, tuple((name, f(value)) for name, value in defaults))
        case _:
            assert_never(expr)


def _map_items(items: tuple[Atom | Star, ...], f: AtomFn) -> tuple[Atom | Star, ...]:
    return tuple(Star(f(item.value)) if isinstance(item, Star) else f(item) for item in items)


def _map_keywords(
    kwargs: tuple[tuple[str | None, Atom], ...], f: AtomFn
) -> tuple[tuple[str | None, Atom], ...]:
    return tuple((name, f(value)) for name, value in kwargs)


def _map_part(part: str | tuple[Atom, str, Any], f: AtomFn) -> str | tuple[Atom, str, Any]:
    if isinstance(part, str):
        return part
    value, conversion, spec = part
    return f(value), conversion, map_expr(spec, f) if isinstance(spec, Format) else spec


def same_var(var: Var) -> Var:
    return var


def same_block(block: Block) -> Block:
    return block


def map_stmt(
    stmt: Stmt, atom_fn: AtomFn, block_fn: BlockFn = same_block, target_fn: VarFn = same_var
) -> Stmt:
    """The statement with its operands, its blocks and the variables that it binds mapped.

    The target of `AugName` and of ``del name`` is read and bound: `target_fn` maps it.
    """

    def maybe(atom: Atom | None) -> Atom | None:
        return None if atom is None else atom_fn(atom)

    def bound(var: Var | None) -> Var | None:
        return None if var is None else target_fn(var)

    match stmt:
        case Assign(target=target, value=value):
            return replace(stmt, target=target_fn(target), value=map_expr(value, atom_fn))
        case Unpack(targets=targets, value=value):
            return replace(stmt, targets=tuple(map(target_fn, targets)), value=atom_fn(value))
        case SetItem(obj=obj, index=index, value=value) | AugItem(obj=obj, index=index, value=value):
            return replace(stmt, obj=atom_fn(obj), index=map_index(index, atom_fn), value=atom_fn(value))
        case SetAttr(obj=obj, value=value) | AugAttr(obj=obj, value=value):
            return replace(stmt, obj=atom_fn(obj), value=atom_fn(value))
        case AugName(target=target, value=value):
            return replace(stmt, target=target_fn(target), value=atom_fn(value))
        case Delete(obj=obj, index=index, name=name):
            if isinstance(obj, Var) and index is None and name is None:
                return replace(stmt, obj=target_fn(obj))
            return replace(stmt, obj=atom_fn(obj), index=None if index is None else map_index(index, atom_fn))
        case If(test=test, body=body, orelse=orelse):
            return replace(stmt, test=atom_fn(test), body=block_fn(body), orelse=block_fn(orelse))
        case For(target=target, iterable=iterable, body=body, orelse=orelse):
            iterable = atom_fn(iterable)
            return replace(
                stmt,
                target=target_fn(target),
                iterable=iterable,
                body=block_fn(body),
                orelse=block_fn(orelse),
            )
        case While(head=head, test=test, body=body, orelse=orelse):
            head = block_fn(head)
            return replace(stmt, head=head, test=atom_fn(test), body=block_fn(body), orelse=block_fn(orelse))
        case Return(value=value) | Yield(value=value):
            return replace(stmt, value=atom_fn(value))
        case Raise(value=value, cause=cause):
            return replace(stmt, value=maybe(value), cause=maybe(cause))
        case Assert(test=test, message=message, message_block=block):
            return replace(stmt, test=atom_fn(test), message_block=block_fn(block), message=maybe(message))
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            body = block_fn(body)
            mapped = tuple(Handler(maybe(h.type), bound(h.name), block_fn(h.body)) for h in handlers)
            return replace(stmt, body=body, handlers=mapped, orelse=block_fn(orelse), final=block_fn(final))
        case With(context=context, target=target, body=body):
            return replace(stmt, context=atom_fn(context), target=bound(target), body=block_fn(body))
        case Break() | Continue() | Comment():
            return stmt
        case _:
            assert_never(stmt)


def rename(block: Block, mapping: Mapping[str, str]) -> Block:
    """The block with its variables renamed, also where nested functions capture them."""
    if not mapping:
        return block

    def var(old: Var) -> Var:
        return Var(mapping.get(old.name, old.name))

    def atom(old: Atom) -> Atom:
        return var(old) if isinstance(old, Var) else old

    def statement(stmt: Stmt) -> Stmt:
        mapped = map_stmt(stmt, atom, lambda inner: rename(inner, mapping), var)
        if isinstance(mapped, Assign) and isinstance(mapped.value, MakeFunction):
            function = rename_captured(mapped.value.function, mapping)
            return replace(mapped, value=replace(mapped.value, function=function))
        return mapped

    return tuple(statement(stmt) for stmt in block)


def rename_captured(function: Function, mapping: Mapping[str, str]) -> Function:
    """A nested function after variables of the function around it have been renamed.

    Its own variables that would hide a new name are moved out of the way.
    """
    captured = {old: new for old, new in mapping.items() if old in function.free and old != new}
    if not captured:
        return function
    own = {*function.param_names(), *(var.name for var in deep_defs(function.body))} - set(function.free)
    taken = own | set(function.free) | set(captured.values()) | {var.name for var in deep_uses(function.body)}
    moved: dict[str, str] = {}
    for name in sorted(own & set(captured.values())):
        if name in function.param_names():
            raise ValueError(f"renaming to {name} would hide a parameter of {function.name}")
        moved[name] = _unused(name, taken)
        taken.add(moved[name])
    return replace(
        function,
        body=rename(function.body, {**captured, **moved}),
        free=tuple(captured.get(name, name) for name in function.free),
        nonlocals=tuple(captured.get(name, name) for name in function.nonlocals),
    )


def _unused(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
