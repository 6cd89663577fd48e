"""Objects that are changed later are made step by step in reverse mode: empty at first, then a store for each attribute.

A constructor makes a value of other values.  Where the object, or an array that it holds, is written to, the adjoint of
what it holds lives in a buffer that others may share; stores say who shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from s2sad.analysis.alias import Regions
from s2sad.analysis.instances import Attributes
from s2sad.analysis.operands import is_record
from s2sad.analysis.records import default_of, is_frozen
from s2sad.analysis.session import Variant
from s2sad.analysis.values import Inst, Obj, Value
from s2sad.frontend.resolve import Live, SourceClass
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    Block,
    Call,
    Const,
    GetAttr,
    MethodCall,
    Op,
    Ref,
    SetAttr,
    Star,
    Stmt,
    Var,
)
from s2sad.ir.walk import map_blocks, walk, with_body


def step_by_step(own: Variant, fresh: Callable[[], str]) -> None:
    """Write the constructors out whose objects are changed, or hold what is."""
    assert own.function is not None
    given_of = {id(stmt): _attributes(stmt, own) for stmt in walk(own.function.body)}
    made = [given[0].name for given in given_of.values() if given is not None]
    if not made:
        return
    regions = Regions(own)
    changed = {name for name in made if regions.is_mutated_inside(name)}

    def written_out(block: Block) -> Block:
        out: list[Stmt] = []
        for stmt in block:
            given = given_of[id(stmt)]
            if given is None or given[0].name not in changed:
                out.append(map_blocks(stmt, written_out))
                continue
            target, cls, attributes = given
            new = Var(fresh())  # the old object may be among what the new one is made of
            own.types[new.name] = own.types[target.name]
            out.append(Assign(new, MethodCall(cls, "__new__", (cls,)), span=stmt.span, notes=stmt.notes))
            out += [SetAttr(new, name, atom, span=stmt.span) for name, atom in attributes.items()]
            out.append(Assign(target, new, span=stmt.span))
        return tuple(out)

    if changed:
        own.function = with_body(own.function, written_out(own.function.body))


def into_frozen(block: Block, types: Mapping[str, Value], fresh: Callable[[], str]) -> Block:
    """Stores to attributes of frozen objects: adjoints are objects of their class, which lets nobody set an attribute."""
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case SetAttr(obj=Var(name=owner) as obj, name=name, value=value) if _frozen(types.get(owner)):
                out.append(_set(obj, name, value, stmt, fresh))
            case AugAttr(obj=Var(name=owner) as obj, name=name, op=op, value=value) if _frozen(
                types.get(owner)
            ):
                old, new = Var(fresh()), Var(fresh())
                out += [Assign(old, GetAttr(obj, name)), Assign(new, Op(op, (old, value)))]
                out.append(_set(obj, name, new, stmt, fresh))
            case _:
                out.append(map_blocks(stmt, lambda inner: into_frozen(inner, types, fresh)))
    return tuple(out)


def _set(obj: Var, name: str, value: Atom, stmt: Stmt, fresh: Callable[[], str]) -> Stmt:
    setter = Ref("object.__setattr__", Live(object.__setattr__))
    return Assign(Var(fresh()), Call(setter, (obj, Const(name), value)), span=stmt.span, notes=stmt.notes)


def _frozen(value: Value | None) -> bool:
    return isinstance(value, (Obj, Inst)) and isinstance(value.cls, SourceClass) and is_frozen(value.cls)


def _attributes(stmt: Stmt, own: Variant) -> tuple[Var, Ref, dict[str, Atom]] | None:
    """The object that a statement makes, its class and its attributes; None if it makes none, or a frozen one."""
    if not (isinstance(stmt, Assign) and isinstance(stmt.value, Call) and isinstance(stmt.value.func, Ref)):
        return None
    target, call, cls = stmt.target, stmt.value, stmt.value.func.target
    named = {key: atom for key, atom in call.kwargs if key is not None}
    args = [arg for arg in call.args if not isinstance(arg, Star)]
    complete = len(named) == len(call.kwargs) and len(args) == len(call.args)
    if not isinstance(cls, SourceClass) or not complete or not isinstance(own.types.get(target.name), Obj):
        return None
    if isinstance(cls, Attributes):
        return target, replace(stmt.value.func, target=cls.cls), named
    if not is_record(cls) or is_frozen(cls):
        return None
    plain = [field.name for field in cls.fields if field.init and not field.kw_only]
    given: dict[str, Atom] = dict(zip(plain, args, strict=False)) | named
    for field in cls.fields:
        if field.name not in given:
            if field.default is None:
                return None
            given[field.name] = default_of(field.name, field.default)
    return target, stmt.value.func, given
