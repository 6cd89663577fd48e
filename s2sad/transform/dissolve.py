"""An object that only carries values from where they are made to where they are read need not be made.

``model = Model(transition=a, noise=b)`` with nothing but ``model.transition`` and ``model.noise`` further down: these are
`a` and `b`.  Each then has an adjoint of its own, or none, where all attributes of an object are active together.

Only of dataclasses whose constructor does no more than to store its arguments, of plain classes whose `__init__` was
found to do just that (see `instances`), and only where neither the object nor
what it was given is bound anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from s2sad.analysis.instances import Attributes
from s2sad.analysis.records import field_names
from s2sad.analysis.values import TOP, Obj, Value
from s2sad.frontend.resolve import SourceClass
from s2sad.ir.nodes import Assign, Atom, Block, Call, Const, Function, GetAttr, Ref, Star, Stmt, Var
from s2sad.ir.subst import substitute
from s2sad.ir.walk import blocks, deep_defs, functions, map_blocks, rename, stmt_atoms, walk, with_body

HOOKS = ("__init__", "__new__", "__post_init__", "__setattr__", "__getattribute__")


def dissolve(function: Function, types: dict[str, Value], name: Callable[[str], str]) -> Function:
    """The function without such objects. What had no name is called as the attribute was: `name` makes one of it."""
    binds = Counter([*function.param_names(), *(var.name for var in deep_defs(function.body))])
    captured = {name for inner in functions(function.body) for name in inner.free}
    fixed = {name for name, count in binds.items() if count == 1 and name not in captured}
    for block in every_block(function.body):
        for position, stmt in enumerate(block):
            made = given(stmt, types, fixed)
            if made is None or not isinstance(stmt, Assign):
                continue
            names = {stmt.target.name}
            inside = walk(block[position + 1 :])
            for other in inside:  # copies of the object
                if isinstance(other, Assign) and isinstance(other.value, Var) and other.value.name in names:
                    names |= {other.target.name} & fixed
            reads = sum(is_read(other, names, made) for other in inside)
            if reads == mentions(function.body, names) - 1 and reads:
                called = {
                    atom.name: name(attr)
                    for attr, atom in made.items()
                    if isinstance(atom, Var) and atom.is_temp
                }
                for old, new in called.items():
                    types[new] = types.get(old, TOP)
                made = {
                    k: Var(called.get(a.name, a.name)) if isinstance(a, Var) else a for k, a in made.items()
                }
                values = {
                    other.target.name: made[other.value.name]
                    for other in inside
                    if isinstance(other, Assign) and isinstance(other.value, GetAttr) and is_read(other, names, made)
                    and other.target.is_temp and other.target.name in fixed
                }  # fmt: skip
                body = rename(function.body, called)
                body = substitute(without(body, names, values.keys(), made), values)
                return dissolve(with_body(function, body), types, name)
    return function


def every_block(block: Block) -> Iterator[Block]:
    yield block
    for stmt in block:
        for inner in blocks(stmt):
            yield from every_block(inner)


def given(stmt: Stmt, types: Mapping[str, Value], fixed: set[str]) -> dict[str, Atom] | None:
    """The attributes of the object that a statement makes, if these are just what it is given."""
    match stmt:
        case Assign(target=target, value=Call(func=func, args=args, kwargs=kwargs)) if target.name in fixed:
            kind = types.get(target.name)
        case _:
            return None
    if isinstance(func, Ref) and isinstance(func.target, Attributes):
        attributes = {key: atom for key, atom in kwargs if key}
        return attributes if all(_stays(atom, fixed) for atom in attributes.values()) else None
    if not isinstance(kind, Obj) or not isinstance(kind.cls, SourceClass) or not kind.cls.is_dataclass:
        return None
    cls = kind.cls
    if any(cls.member(hook) is not None for hook in HOOKS) or cls.bases:
        return None
    found = dict(zip(field_names(cls), args, strict=False)) | {key: atom for key, atom in kwargs if key}
    simple = all(_stays(atom, fixed) for atom in found.values())
    complete = len(found) == len(args) + len(kwargs) and not any(isinstance(arg, Star) for arg in args)
    return found if simple and complete and found.keys() <= set(field_names(cls)) else None  # type: ignore[return-value]


def _stays(atom: Atom | Star, fixed: set[str]) -> bool:
    return isinstance(atom, (Const, Ref)) or (isinstance(atom, Var) and atom.name in fixed)


def is_read(stmt: Stmt, names: set[str], made: Mapping[str, Atom]) -> bool:
    match stmt:
        case Assign(value=GetAttr(obj=Var(name=name), name=attr)):
            return name in names and attr in made
        case Assign(target=target, value=Var(name=name)):
            return name in names and target.name in names
        case _:
            return False


def mentions(body: Block, names: set[str]) -> int:
    """The statements that speak of the object in any way."""
    return sum(
        any(isinstance(atom, Var) and atom.name in names for atom in stmt_atoms(stmt))
        or any(var.name in names for var in deep_defs((stmt,)) if not blocks(stmt))
        for stmt in walk(body)
    )


def without(block: Block, names: set[str], read: Collection[str], made: Mapping[str, Atom]) -> Block:
    """The block without the object, and without the temporaries that its attributes were `read` into."""
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Assign(target=target) if target.name in names or target.name in read:
                continue
            case Assign(target=target, value=GetAttr(obj=Var(name=name), name=attr)) if name in names:
                out.append(Assign(target, made[attr], span=stmt.span, notes=stmt.notes))
            case _:
                out.append(map_blocks(stmt, lambda inner: without(inner, names, read, made)))
    return tuple(out)
