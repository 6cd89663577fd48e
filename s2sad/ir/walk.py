"""Reading and rebuilding IR: what a statement reads and binds, its blocks, its operands mapped.

"Direct" means the statement itself, without the blocks in it. A nested function is a value: making it counts as a
read of the variables that it captures, and its body is not walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from operator import is_
from typing import Any, TypeVar, assert_never

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
    Span,
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
T = TypeVar("T")
S = TypeVar("S", bound=Stmt)


# ── operands ─────────────────────────────────────────────────────────────────────────────────────────────


def index_atoms(index: Index) -> tuple[Atom, ...]:
    if isinstance(index, SliceIndex):
        return _given(index.lo, index.hi, index.step)
    if isinstance(index, TupleIndex):
        return tuple([atom for item in index.items for atom in index_atoms(item)])
    return (index,)


def index_items(index: Index) -> tuple[Index, ...]:
    """What stands between the commas of an index."""
    return index.items if isinstance(index, TupleIndex) else (index,)


def _given(*atoms: Atom | None) -> tuple[Atom, ...]:
    return tuple([atom for atom in atoms if atom is not None])


def expr_atoms(expr: Expr) -> tuple[Atom, ...]:
    """The operands of an expression, in the order in which they are evaluated."""
    return _EXPR_ATOMS[type(expr)](expr)


def _argument_atoms(call: Call | MethodCall) -> tuple[Atom, ...]:
    args = _bare(call.args)
    return (*args, *[value for _, value in call.kwargs]) if call.kwargs else args


def _bare(items: tuple[Any, ...]) -> tuple[Atom, ...]:
    return tuple([item.value if type(item) is Star else item for item in items])


def _dict_atoms(display: BuildDict) -> tuple[Atom, ...]:
    return tuple(atom for pair in display.items for atom in pair if atom is not None)


def _format_atoms(text: Format) -> tuple[Atom, ...]:
    out: list[Atom] = []
    for part in text.parts:
        if not isinstance(part, str):
            out.append(part[0])
            if isinstance(part[2], Format):
                out += _format_atoms(part[2])
    return tuple(out)


def _function_atoms(made: MakeFunction) -> tuple[Atom, ...]:
    return (*map(Var, made.function.free), *(value for _, value in made.defaults))


#: Tables by class, here and below: these functions are what compiling spends its time in.
_EXPR_ATOMS: dict[type, Callable[[Any], tuple[Atom, ...]]] = {
    Var: lambda atom: (atom,),
    Const: lambda atom: (atom,),
    Ref: lambda atom: (atom,),
    Op: lambda expr: expr.args,
    Call: lambda expr: (expr.func, *_argument_atoms(expr)),
    MethodCall: lambda expr: (expr.obj, *_argument_atoms(expr)),
    GetAttr: lambda expr: (expr.obj,),
    GetItem: lambda expr: (expr.obj, *index_atoms(expr.index)),
    Build: lambda expr: _bare(expr.items),
    BuildDict: _dict_atoms,
    MakeSlice: lambda expr: index_atoms(expr.index),
    Format: _format_atoms,
    MakeFunction: _function_atoms,
}


def stmt_atoms(stmt: Stmt) -> tuple[Atom, ...]:
    """The operands that a statement reads directly. The test of a `While` counts, its head does not."""
    return _STMT_ATOMS[type(stmt)](stmt)


def _deleted_atoms(stmt: Delete) -> tuple[Atom, ...]:
    if stmt.index is not None:
        return (stmt.obj, *index_atoms(stmt.index))
    return (stmt.obj,) if stmt.name is not None else ()


_STMT_ATOMS: dict[type, Callable[[Any], tuple[Atom, ...]]] = {
    Assign: lambda stmt: _EXPR_ATOMS[type(stmt.value)](stmt.value),
    Unpack: lambda stmt: (stmt.value,),
    SetItem: lambda stmt: (stmt.value, stmt.obj, *index_atoms(stmt.index)),
    SetAttr: lambda stmt: (stmt.value, stmt.obj),
    AugName: lambda stmt: (stmt.target, stmt.value),
    AugItem: lambda stmt: (stmt.obj, *index_atoms(stmt.index), stmt.value),
    AugAttr: lambda stmt: (stmt.obj, stmt.value),
    Delete: _deleted_atoms,
    If: lambda stmt: (stmt.test,),
    For: lambda stmt: (stmt.iterable,),
    While: lambda stmt: (stmt.test,),
    Break: lambda stmt: (),
    Continue: lambda stmt: (),
    Return: lambda stmt: (stmt.value,),
    Yield: lambda stmt: (stmt.value,),
    Raise: lambda stmt: _given(stmt.value, stmt.cause),
    Assert: lambda stmt: _given(stmt.test, stmt.message),
    Try: lambda stmt: _given(*[handler.type for handler in stmt.handlers]),
    With: lambda stmt: (stmt.context,),
    Comment: lambda stmt: (),
}


def uses(node: Stmt | Expr) -> list[Var]:
    """The variables that a statement (without its blocks) or an expression reads directly."""
    found = _STMT_ATOMS.get(type(node)) or _EXPR_ATOMS[type(node)]
    return [atom for atom in found(node) if type(atom) is Var]


def defs(stmt: Stmt) -> tuple[Var, ...]:
    """The variables that a statement binds directly: the target of a loop, a ``with``, a handler included."""
    found = _DEFS.get(type(stmt))
    return () if found is None else found(stmt)


def _deleted(stmt: Delete) -> tuple[Var, ...]:
    return (stmt.obj,) if isinstance(stmt.obj, Var) and stmt.index is None and stmt.name is None else ()


_DEFS: dict[type, Callable[[Any], tuple[Var, ...]]] = {
    Assign: lambda stmt: (stmt.target,),
    AugName: lambda stmt: (stmt.target,),
    For: lambda stmt: (stmt.target,),
    Unpack: lambda stmt: stmt.targets,
    With: lambda stmt: () if stmt.target is None else (stmt.target,),
    Try: lambda stmt: tuple([handler.name for handler in stmt.handlers if handler.name is not None]),
    Delete: _deleted,
}
#: The classes of all statements.
STATEMENTS = tuple(_STMT_ATOMS)


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    """The blocks of a statement, in the order of the text."""
    found = _BLOCKS.get(type(stmt))
    return () if found is None else found(stmt)


_BLOCKS: dict[type, Callable[[Any], tuple[Block, ...]]] = {
    If: lambda stmt: (stmt.body, stmt.orelse),
    For: lambda stmt: (stmt.body, stmt.orelse),
    While: lambda stmt: (stmt.head, stmt.body, stmt.orelse),
    Assert: lambda stmt: (stmt.message_block,),
    Try: lambda stmt: (stmt.body, *[handler.body for handler in stmt.handlers], stmt.orelse, stmt.final),
    With: lambda stmt: (stmt.body,),
}


def walk(block: Block) -> list[Stmt]:
    """All statements of a block, outer ones before those in their blocks."""
    out: list[Stmt] = []
    _gather(block, out)
    return out


def _gather(block: Block, out: list[Stmt]) -> None:
    for stmt in block:
        out.append(stmt)
        found = _BLOCKS.get(type(stmt))
        if found is not None:
            for inner in found(stmt):
                _gather(inner, out)


def functions(block: Block) -> Iterator[Function]:
    """The functions that a block makes, and those that these make."""
    for stmt in walk(block):
        if type(stmt) is Assign and type(stmt.value) is MakeFunction:
            yield stmt.value.function
            yield from functions(stmt.value.function.body)


def deep_uses(block: Block) -> list[Var]:
    return [var for stmt in walk(block) for var in uses(stmt)]


def deep_defs(block: Block) -> list[Var]:
    return [var for stmt in walk(block) for var in defs(stmt)]


# ── rebuilding ───────────────────────────────────────────────────────────────────────────────────────────
#
# What does not change stays the same object, so a caller sees with `is` whether anything did.


def settled(old: tuple[T, ...], new: Iterable[T]) -> tuple[T, ...]:
    """The new items; the old tuple itself if they are the same objects."""
    new = tuple(new)
    return old if len(new) == len(old) and all(map(is_, old, new)) else new


def with_body(function: Function, body: Block) -> Function:
    """The function with another body; itself if the statements are the same objects."""
    body = settled(function.body, body)
    return function if body is function.body else replace(function, body=body)


def map_index(index: Index, f: AtomFn) -> Index:
    if isinstance(index, SliceIndex):
        atoms = tuple([None if atom is None else f(atom) for atom in (index.lo, index.hi, index.step)])
        return index if all(map(is_, atoms, (index.lo, index.hi, index.step))) else SliceIndex(*atoms)
    if isinstance(index, TupleIndex):
        items = settled(index.items, [map_index(item, f) for item in index.items])
        return index if items is index.items else TupleIndex(items)
    return f(index)


def map_expr(expr: Expr, f: AtomFn) -> Expr:
    """The expression with every operand mapped. What a nested function captures is mapped by `rename` only."""
    match expr:
        case Var() | Const() | Ref():
            return f(expr)
        case Op(kind, args):
            new = settled(args, map(f, args))
            return expr if new is args else Op(kind, new)
        case Call(func, args, kwargs):
            callee, items, keywords = f(func), _map_items(args, f), _map_keywords(kwargs, f)
            same = callee is func and items is args and keywords is kwargs
            return expr if same else Call(callee, items, keywords)
        case MethodCall(obj, name, args, kwargs):
            owner, items, keywords = f(obj), _map_items(args, f), _map_keywords(kwargs, f)
            same = owner is obj and items is args and keywords is kwargs
            return expr if same else MethodCall(owner, name, items, keywords)
        case GetAttr(obj, name):
            owner = f(obj)
            return expr if owner is obj else GetAttr(owner, name)
        case GetItem(obj, index):
            owner, place = f(obj), map_index(index, f)
            return expr if owner is obj and place is index else GetItem(owner, place)
        case Build(kind, items):
            mapped = _map_items(items, f)
            return expr if mapped is items else Build(kind, mapped)
        case BuildDict(pairs):
            return BuildDict(tuple((None if key is None else f(key), f(value)) for key, value in pairs))
        case MakeSlice(index):
            made: Any = map_index(index, f)
            return MakeSlice(made)
        case Format(parts):
            return Format(tuple(_map_part(part, f) for part in parts))
        case MakeFunction(function, defaults):
            values = _map_keywords(defaults, f)
            return expr if values is defaults else MakeFunction(function, values)
        case _:
            assert_never(expr)


def _map_items(items: tuple[Any, ...], f: AtomFn) -> tuple[Any, ...]:
    if not items:
        return items
    return settled(items, [_map_star(item, f) if type(item) is Star else f(item) for item in items])


def _map_star(item: Star, f: AtomFn) -> Star:
    value = f(item.value)
    return item if value is item.value else Star(value)


def _map_keywords(pairs: tuple[tuple[Any, Atom], ...], f: AtomFn) -> tuple[tuple[Any, Atom], ...]:
    if not pairs:
        return pairs
    values = [f(value) for _, value in pairs]
    if all(new is old for new, (_, old) in zip(values, pairs, strict=True)):
        return pairs
    return tuple([(name, value) for value, (name, _) in zip(values, pairs, strict=True)])


def _map_part(part: str | tuple[Atom, str, Any], f: AtomFn) -> str | tuple[Atom, str, Any]:
    if isinstance(part, str):
        return part
    value, conversion, spec = part
    return f(value), conversion, map_expr(spec, f) if isinstance(spec, Format) else spec


def same_atom(atom: Atom) -> Atom:
    return atom


def same_var(var: Var) -> Var:
    return var


def same_block(block: Block) -> Block:
    return block


def map_attempted(stmt: Stmt, block_fn: BlockFn, attempted_fn: BlockFn) -> Stmt:
    """`map_blocks`, with another function for the body of a `try` that has handlers: nothing may move in it past a
    statement whose effect they might see."""
    if not isinstance(stmt, Try) or not stmt.handlers:
        return map_blocks(stmt, block_fn)
    body = settled(stmt.body, attempted_fn(stmt.body))
    return map_blocks(replace(stmt, body=body), lambda block: block if block is body else block_fn(block))


def map_blocks(stmt: Stmt, block_fn: BlockFn) -> Stmt:
    """The statement with its blocks mapped."""
    return map_stmt(stmt, same_atom, block_fn) if type(stmt) in _BLOCKS else stmt


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

    def inner(block: Block) -> Block:
        return settled(block, block_fn(block))

    match stmt:
        case Assign(target=target, value=value):
            name, found = target_fn(target), map_expr(value, atom_fn)
            if name is target and found is value:
                return stmt
            return Assign(name, found, stmt.sugar, span=stmt.span, notes=stmt.notes)
        case Unpack(targets=targets, value=value):
            return changed(stmt, targets=settled(targets, map(target_fn, targets)), value=atom_fn(value))
        case SetItem(obj=obj, index=index, value=value) | AugItem(obj=obj, index=index, value=value):
            return changed(stmt, obj=atom_fn(obj), index=map_index(index, atom_fn), value=atom_fn(value))
        case SetAttr(obj=obj, value=value) | AugAttr(obj=obj, value=value):
            return changed(stmt, obj=atom_fn(obj), value=atom_fn(value))
        case AugName(target=target, value=value):
            return changed(stmt, target=target_fn(target), value=atom_fn(value))
        case Delete(obj=obj, index=index, name=attribute):
            if isinstance(obj, Var) and index is None and attribute is None:
                return changed(stmt, obj=target_fn(obj))
            place = None if index is None else map_index(index, atom_fn)
            return changed(stmt, obj=atom_fn(obj), index=place)
        case If(test=test, body=body, orelse=orelse):
            return changed(stmt, test=atom_fn(test), body=inner(body), orelse=inner(orelse))
        case For(target=target, iterable=iterable, body=body, orelse=orelse):
            source, name = atom_fn(iterable), target_fn(target)
            return changed(stmt, target=name, iterable=source, body=inner(body), orelse=inner(orelse))
        case While(head=head, test=test, body=body, orelse=orelse):
            head, test = inner(head), atom_fn(test)
            return changed(stmt, head=head, test=test, body=inner(body), orelse=inner(orelse))
        case Return(value=value) | Yield(value=value):
            return changed(stmt, value=atom_fn(value))
        case Raise(value=value, cause=cause):
            return changed(stmt, value=maybe(value), cause=maybe(cause))
        case Assert(test=test, message=message, message_block=block):
            return changed(stmt, test=atom_fn(test), message_block=inner(block), message=maybe(message))
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            body = inner(body)
            mapped = settled(
                handlers, [_map_handler(h, maybe(h.type), bound(h.name), inner(h.body)) for h in handlers]
            )
            return changed(stmt, body=body, handlers=mapped, orelse=inner(orelse), final=inner(final))
        case With(context=context, target=target, body=body):
            return changed(stmt, context=atom_fn(context), target=bound(target), body=inner(body))
        case Break() | Continue() | Comment():
            return stmt
        case _:
            assert_never(stmt)


def _map_handler(handler: Handler, kind: Atom | None, name: Var | None, body: Block) -> Handler:
    same = kind is handler.type and name is handler.name and body is handler.body
    return handler if same else Handler(kind, name, body)


def changed(stmt: S, **fields: Any) -> S:
    """The statement with these fields; itself if it has them."""
    same = all(getattr(stmt, name) is value for name, value in fields.items())
    return stmt if same else replace(stmt, **fields)


def placed(stmt: Stmt, span: Span) -> Stmt:
    """The statement with another place."""
    if isinstance(stmt, Assign):  # by far the most frequent
        return Assign(stmt.target, stmt.value, stmt.sugar, span=span, notes=stmt.notes)
    return replace(stmt, span=span)


def map_original(stmt: Stmt, f: AtomFn) -> Stmt:
    """The statement with the operands mapped of the call as it was written, that a call of a variant holds."""
    if not (type(stmt) is Assign and type(stmt.value) is Call and isinstance(stmt.value.func, Ref)):
        return stmt
    called = stmt.value.func
    original = getattr(called.target, "original", None)
    if original is None:
        return stmt
    ref = replace(called, target=replace(called.target, original=map_expr(original, f)))
    return replace(stmt, value=replace(stmt.value, func=ref))


def rename(block: Block, mapping: Mapping[str, str]) -> Block:
    """The block with its variables renamed, also where nested functions capture them."""
    if not mapping:
        return block

    def var(old: Var) -> Var:
        new = mapping.get(old.name)
        return old if new is None else Var(new)

    def atom(old: Atom) -> Atom:
        return var(old) if isinstance(old, Var) else old

    def statement(stmt: Stmt) -> Stmt:
        mapped = map_original(map_stmt(stmt, atom, lambda inner: rename(inner, mapping), var), atom)
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
