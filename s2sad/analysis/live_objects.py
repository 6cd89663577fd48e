"""Objects of the user's classes that a program finds outside of it: a global model, a captured one, a settings object.

Their methods and properties are followed like those of an argument. What their attributes hold is known, and noted
(`frontend.lookups`), so that a later call sees a change. An attribute that a method or the program may assign is not
taken as known: it may change within the call.
"""

from __future__ import annotations

import ast
import enum
import functools
from typing import Any

from s2sad.analysis.values import TOP, Known, Obj, Value
from s2sad.frontend.lookups import note_attribute
from s2sad.frontend.resolve import SourceClass, SourceModule, denote

_MADE_HERE = {"__init__", "__post_init__", "__new__"}


def live_object(obj: Any, module: SourceModule | None) -> Value:
    """The type of a live object, seen from a function of `module`."""
    cls = _class_of(obj)
    if cls is None:
        return Known(obj)
    may_change = _assigned(cls.module) | (_assigned(module) if module is not None else frozenset())
    attrs: list[tuple[str, Value]] = []
    for name, held in sorted(vars(obj).items()):
        note_attribute(obj, name)
        attrs.append((name, TOP if name in may_change else Known(held)))
    return Obj(cls, tuple(attrs), lives=True)


def _class_of(obj: Any) -> SourceClass | None:
    kind = type(obj)
    plain = kind.__new__ is object.__new__ and hasattr(obj, "__dict__")
    if not plain or isinstance(obj, (type, enum.Enum)) or not isinstance(vars(obj), dict):
        return None
    cls = denote(kind)
    return cls if isinstance(cls, SourceClass) and cls.module.source is not None else None


def _assigned(module: SourceModule) -> frozenset[str]:
    source = module.source
    return _names_assigned(source.ast) if source is not None else frozenset()


@functools.lru_cache(maxsize=256)
def _names_assigned(tree: ast.Module) -> frozenset[str]:
    """The attributes that a file assigns anywhere but to `self` where the object is made."""
    found: set[str] = set()
    made_here: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in _MADE_HERE and node.args.args:
            own = node.args.args[0].arg
            made_here |= {
                id(item)
                for item in ast.walk(node)
                if isinstance(item, ast.Attribute)
                and isinstance(item.value, ast.Name)
                and item.value.id == own
            }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and not isinstance(node.ctx, ast.Load)
            and id(node) not in made_here
        ):
            found.add(node.attr)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("setattr", "delattr")
        ):
            found |= {
                item.value
                for item in node.args
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            }
    return frozenset(found)
