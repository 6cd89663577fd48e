"""Put a short callee's body in place of its call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from s2sad.analysis.session import Variant
from s2sad.analysis.values import Bound, Choice, Cursor, Fn, Gen, Lst, Tup, Value
from s2sad.ir.nodes import (
    NOWHERE,
    Assign,
    Atom,
    Call,
    Const,
    Expr,
    Function,
    MethodCall,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Span,
    Stmt,
    Try,
    Unpack,
    Var,
    With,
)
from s2sad.ir.subst import substitute
from s2sad.ir.walk import deep_defs, deep_uses, functions, placed, walk

if TYPE_CHECKING:
    from s2sad.analysis.calls import Calls

MAX_STATEMENTS = 8
MAX_COPIES = 24  # operations, all places together: beyond that a pair of functions of its own reads better
MAX_ONCE = 16  # statements that a reader sees, of a callee that its caller calls in one place


def inlineable(function: Function, sites: int) -> bool:
    """Straight-line and short (long lambdas count as short too), at all of its call sites together."""
    *body, last = function.body or (Return(Const(None)),)
    if not isinstance(last, Return) or function.is_generator:
        return False
    limit = 40 if function.is_lambda or function.name == "__init__" else MAX_STATEMENTS
    plain = all(isinstance(stmt, (Assign, Unpack, SetAttr, SetItem)) for stmt in body)
    hidden = [
        stmt
        for stmt in body
        if isinstance(stmt, Assign) and (stmt.target.is_temp or isinstance(stmt.value, Const))
    ]
    short = plain and len(body) <= limit * 3 and len(body) - len(hidden) <= limit // 2
    return short and (sites == 1 or sites * len(body) <= MAX_COPIES)


def called_once(function: Function, variant: Variant, caller: Function, sites: int) -> bool:
    """A callee with one call in its caller, both of them no longer than one can overlook: one function reads better.

    Not with `try` and `with`: what may stop halfway is easier to undo as a whole. Nor what changes its arguments.
    """
    if sites > 1 or function.is_generator or caller.is_generator:
        return False
    if variant.facts.get("mutates"):
        return False
    inside = walk(function.body)
    if not function.body or not isinstance(function.body[-1], Return) or visible(inside) > MAX_ONCE:
        return False
    return not any(isinstance(stmt, (Try, With)) for stmt in (*inside, *walk(caller.body)))


def must_inline(variant: Variant, body: Function) -> bool:
    """What only works inline: a closure that is returned or handed on, a callee that writes its caller's variables."""
    closures = {name for name, value in variant.arguments.items() if speaks_of_variables(value)}
    handed_on = any(var.name in closures for var in deep_uses(body.body)) if closures else False
    return handed_on or speaks_of_variables(variant.result) or bool(body.nonlocals)


def speaks_of_variables(value: Value | None) -> bool:
    """Whether a type mentions variables of the function that it was found in."""
    match value:
        case Fn() | Bound() | Gen() | Cursor() | Choice():
            return True
        case Tup(items=items) | Lst(items=tuple() as items):
            return any(map(speaks_of_variables, items))
        case _:
            return False


def visible(stmts: Sequence[Stmt]) -> int:
    """How many statements of these the user wrote as such."""
    return sum(not (isinstance(stmt, Assign) and stmt.target.is_temp) for stmt in stmts)


def call_sites(caller: Function) -> Counter[Atom]:
    """How often a function calls something by each name; methods by the name alone."""
    found: Counter[Atom] = Counter()
    for stmt in walk(caller.body):
        match stmt:
            case Assign(value=Call(func=(Var() | Ref()) as func)):
                found[func] += 1
            case Assign(value=MethodCall(name=name)):
                found[Const(name)] += 1
            case _:
                pass
    return found


def splice(
    frame: Calls,
    variant: Variant,
    body: Function,
    bound: dict[str, tuple[Atom, Value]],
    operands: dict[str, Atom],
) -> tuple[Value, Expr]:
    """Emit the variant's statements with the caller's operands; the result's type and the atom that holds it."""
    assigned = {var.name for var in deep_defs(body.body)}
    given = {name: atom for name, (atom, _) in bound.items()} | operands
    mapping: dict[str, Atom] = {name: atom for name, atom in given.items() if name not in assigned}
    nested = list(functions(body.body))
    parameters = {name for function in nested for name in function.param_names()}
    held = {  # a nested function can see a variable only, and one that it does not hide
        name
        for name in mapping.keys() & {name for function in nested for name in function.free}
        if not isinstance(mapping[name], Var) or mapping[name].name in parameters  # type: ignore[union-attr]
    }
    frame.session.taken.update(parameters if held else ())
    names = {name: Var(frame.session.local_name(name)) for name in sorted(assigned | held)}
    for name in body.nonlocals:
        outer = given.get(name)
        if isinstance(outer, Var):
            names[name] = outer
    written = {given[name] for name in body.nonlocals if name in given}
    for name, atom in list(mapping.items()):
        if atom in written and name not in body.nonlocals:  # the caller's variable, as it is at the call
            names[name] = Var(frame.session.local_name(name))
            frame.bind(names[name], atom, frame.value(atom))
    for name in sorted(assigned & given.keys()):
        if name in operands and name not in body.nonlocals:
            frame.bind(names[name], given[name], frame.value(given[name]))
    for name in sorted(held):
        del mapping[name]
        frame.bind(names[name], given[name], frame.value(given[name]))
    if not inlineable(body, sites=1):  # a number that a long callee was given goes by its name
        reads = Counter(var.name for var in deep_uses(body.body))
        for name, atom in list(mapping.items()):
            if isinstance(atom, Const) and type(atom.value) in (int, float) and reads[name] > 1:
                names[name] = Var(frame.session.local_name(name))
                frame.bind(names[name], atom, frame.value(atom))
    *stmts, last = substitute(body.body, {**mapping, **names})
    renamer = {**mapping, **names}
    for name, var in names.items():
        if name in variant.types:
            frame.set(var, renamed_value(variant.types[name], renamer))
    here = frame.stmt_now.span if frame.stmt_now is not None else NOWHERE
    here = here.caller or here
    for stmt in stmts:
        frame.emit(placed(stmt, called_from(stmt.span, here)))
    for stmt in walk(tuple(stmts)):
        frame.links.met(frame, stmt)
    for name, effect in variant.effects.items():
        if name in mapping and name in bound:
            frame.apply_effect(mapping[name], renamed_value(effect, renamer))
    assert isinstance(last, Return) and variant.result is not None
    return renamed_value(variant.result, renamer), last.value


def called_from(span: Span, caller: Span) -> Span:
    return Span(span.line, span.col, span.end_line, span.end_col, span.file, caller)


def renamed_value(value: Value, names: dict[str, Atom]) -> Value:
    """A type that speaks of the callee's variables, in the caller's names."""

    def new(atom: Atom) -> Atom:
        return names.get(atom.name, atom) if isinstance(atom, Var) else atom

    match value:
        case Fn(function=function, bindings=bindings):
            return Fn(function, tuple((free, new(atom)) for free, atom in bindings))
        case Bound(func=func, args=args, kwargs=kwargs):
            return Bound(
                renamed_value(func, names), tuple(map(new, args)), tuple((k, new(a)) for k, a in kwargs)
            )
        case Gen(function=function, source=source, args=args):
            return Gen(function, source, tuple((name, new(atom)) for name, atom in args))
        case Cursor(source=source, position=position):
            return Cursor(new(source), new(position))
        case Choice(test=test, yes=yes, no=no):
            return Choice(new(test), renamed_value(yes, names), renamed_value(no, names))
        case Tup(items=items, cls=cls):
            return Tup(tuple(renamed_value(item, names) for item in items), cls)
        case Lst(elem=elem, items=tuple() as items):
            parts = tuple(renamed_value(item, names) for item in items)
            return Lst(renamed_value(elem, names), parts, value.made)
        case _:
            return value


def mentioned(value: Value) -> Iterator[str]:
    """The variables that a type speaks of: those that a function captured, that an iterator stands on, ..."""
    atoms: tuple[Any, ...] = ()
    inner: tuple[Value, ...] = ()
    match value:
        case Fn(bindings=pairs) | Gen(args=pairs):
            atoms = tuple(atom for _, atom in pairs)
        case Bound(func=func, args=args, kwargs=kwargs):
            atoms, inner = (*args, *(atom for _, atom in kwargs)), (func,)
        case Cursor(source=source, position=position):
            atoms = (source, position)
        case Choice(test=test, yes=yes, no=no):
            atoms, inner = (test,), (yes, no)
        case Tup(items=items) | Lst(items=tuple() as items):
            inner = items
        case _:
            return
    yield from (atom.name for atom in atoms if hasattr(atom, "name"))
    for part in inner:
        yield from mentioned(part)
