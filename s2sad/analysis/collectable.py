"""What can be told of a generator from its text: does it call itself, may its items be computed ahead?"""

from __future__ import annotations

from s2sad.analysis.values import (
    Gen,
)
from s2sad.analysis.weave import leaving
from s2sad.frontend.resolve import SourceFunction
from s2sad.ir.nodes import (
    Assign,
    AugAttr,
    AugItem,
    AugName,
    Build,
    BuildDict,
    Call,
    Const,
    Delete,
    For,
    Function,
    GetAttr,
    MethodCall,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Try,
    Unpack,
    Var,
    While,
    With,
    Yield,
)
from s2sad.ir.walk import deep_defs, walk

MUTATING = frozenset({
    "append", "appendleft", "extend", "insert", "pop", "popleft", "popitem", "remove", "clear", "sort", "reverse",
    "update", "setdefault", "add", "discard", "fill", "put", "itemset", "partition", "resize", "setflags", "send",
    "close", "throw", "__next__",
})  # fmt: skip


def is_recursive(gen: Gen) -> bool:
    """Whether the generator runs another one of itself."""
    return _reaches(gen.function, gen, set())


def _reaches(function: Function, gen: Gen, seen: set[int]) -> bool:
    for stmt in walk(function.body):
        if not isinstance(stmt, Assign):
            continue
        match stmt.value:
            case Call(func=Ref(target=SourceFunction() as other)):
                if other is gen.source:
                    return True
                if id(other) not in seen:
                    seen.add(id(other))
                    lowered = other.lower()
                    if lowered.is_generator and _reaches(lowered, gen, seen):
                        return True
            case Call(func=Var(name=name)) if name == gen.function.name and name in gen.function.free:
                return True
            case MethodCall(name=name) if name == gen.function.name and name not in (
                "items",
                "values",
                "keys",
            ):
                return True
    return False


# ── may a list stand in for a generator in a loop? ───────────────────────────────────────────────────────


def may_collect(stmt: For, gen: Gen) -> bool:
    """Whether it makes no difference that all items are computed before the loop starts."""
    leaves = any(isinstance(inner, Return) for inner in walk(leaving(stmt.body)))
    function = gen.function
    if not _is_pure(function, set()) or (leaves and any(isinstance(s, While) for s in walk(function.body))):
        return False
    reads = {inner.value.name for inner in walk(function.body)
             if isinstance(inner, Assign) and isinstance(inner.value, GetAttr)}  # fmt: skip
    shared = {atom.name for _, atom in gen.args if isinstance(atom, Var)} | {stmt.target.name}
    shared |= {
        t.name for s in stmt.body[:1] if isinstance(s, Unpack) and s.value == stmt.target for t in s.targets
    }
    assigned = {var.name for var in deep_defs(stmt.body)}
    captured = set(function.free) | {name for name, _ in gen.args} - set(function.param_names())
    return not (assigned & captured) and all(not _touches(inner, shared, reads) for inner in walk(stmt.body))


def _touches(stmt: Stmt, shared: set[str], reads: set[str]) -> bool:
    """Whether a statement of a loop's body changes an object that the generator may read."""
    match stmt:
        case SetAttr(name=name) | AugAttr(name=name):
            return name in reads
        case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | Delete(obj=Var(name=name)):
            return name in shared
        case Assign(value=MethodCall(obj=Var(name=name), name=method)):
            return method in MUTATING and name in shared
        case _:
            return False


def _is_pure(function: Function, seen: set[int]) -> bool:
    """Whether a function only computes: it changes no object that it has not made itself."""
    made = {
        stmt.target.name
        for stmt in walk(function.body)
        if isinstance(stmt, Assign) and isinstance(stmt.value, Build | BuildDict | Const)
    }
    for stmt in walk(function.body):
        match stmt:
            case SetItem(obj=Var(name=name)) | AugItem(obj=Var(name=name)) | AugName(target=Var(name=name)):
                if name not in made:
                    return False
            case SetAttr() | AugAttr() | Delete() | With():
                return False
            case Assign(value=MethodCall(obj=Var(name=name), name=method)):
                if method in MUTATING and name not in made:
                    return False
            case Assign(value=Call(func=Ref(target=SourceFunction() as other))) if id(other) not in seen:
                seen.add(id(other))
                if not _is_pure(other.lower(), seen):
                    return False
            case _:
                pass
    return not function.nonlocals


def catches(stmt: Stmt) -> bool:
    return (
        isinstance(stmt, Try) and bool(stmt.handlers) and any(isinstance(s, Yield) for s in walk(stmt.body))
    )
