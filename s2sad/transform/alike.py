"""The finished functions of a program: which of them are wanted, which are the same, and what they are called.

A callee is specialised to each pattern of arguments that it is called with.  Often nothing in the text depends on it:
then one function serves all calls, under the plain name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from s2sad.analysis.session import Generated
from s2sad.ir.nodes import Atom, Function, Ref
from s2sad.ir.subst import all_names, map_atoms
from s2sad.ir.walk import rename, stmt_atoms, walk
from s2sad.names import MadeUp


def needed(functions: Mapping[str, Function], entries: Iterable[str]) -> dict[str, Function]:
    """The functions that the entries call, directly or not, in the order of their completion."""
    found: set[str] = set()
    todo = [name for name in entries if name in functions]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += [callee for callee in _called(functions[name]) if callee in functions]
    return {name: function for name, function in functions.items() if name in found}


def merged(functions: Mapping[str, Function], entries: Iterable[str], made_up: MadeUp) -> dict[str, Function]:
    """The functions, callees first; those that are equal but for their names once, and all under their plain names."""
    kept = set(entries)
    wanted = Counter(made_up.plain(name) for name in functions if name not in kept)
    names: dict[str, str] = {}  # of those that are not kept under their own name
    forms: dict[str, list[tuple[Function, str]]] = defaultdict(list)
    for name, function in functions.items():
        plain = made_up.plain(name)
        if wanted[plain] > 1 and name not in kept:
            form = normal_form(rename_functions(function, names | {name: plain}))
            same = next((other for made, other in forms[plain] if made == form), None)
            if same is None:
                forms[plain].append((form, name))
            else:
                names[name] = same
    left = [name for name in functions if name not in names]
    taken = set(left)
    for name in left:
        plain = made_up.plain(name)
        if name not in kept and plain not in taken:
            taken.add(plain)
            names |= {name: plain} | {other: plain for other, same in names.items() if same == name}
    return {names.get(name, name): rename_functions(functions[name], names) for name in left}


def normal_form(function: Function) -> Function:
    """The function with its temporaries numbered in the order of the text."""
    temporaries = dict.fromkeys(name for name in all_names(function) if name[0] == "%")
    names = {name: f"%{number}" for number, name in enumerate(temporaries)}
    return replace(function, body=rename(function.body, names))


def rename_functions(function: Function, names: Mapping[str, str]) -> Function:
    """A generated function with it and the generated functions it calls renamed."""
    if not names:
        return function

    def atom(old: Atom) -> Atom:
        if isinstance(old, Ref) and old.text in names and is_generated(old):
            return replace(old, text=names[old.text])
        return old

    return map_atoms(replace(function, name=names.get(function.name, function.name)), atom)


def is_generated(ref: Ref) -> bool:
    """Does it name a generated function, rather than something from outside?"""
    return ref.target is None or isinstance(ref.target, Generated)


def _called(function: Function) -> set[str]:
    return {
        atom.text
        for stmt in walk(function.body)
        for atom in stmt_atoms(stmt)
        if isinstance(atom, Ref) and is_generated(atom)
    }
