"""Where it is not known whether an active value is complex.

The adjoint of what is known to be complex is conjugated, at the edges of a derivative and in pullbacks. That of other
values is not, neither here nor there: where a function is holomorphic that is right for complex numbers, too. So the
two must not meet: a value of unknown kind that is computed from a complex one, or with one, is not differentiated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from s2sad.analysis.operands import known_function
from s2sad.analysis.session import Resolved
from s2sad.analysis.values import TOP, Known, Tensor, Top, Value, may_be_complex, number
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import (
    COMPARE,
    Assign,
    Atom,
    Call,
    Const,
    Expr,
    Function,
    GetAttr,
    GetItem,
    MethodCall,
    Op,
    Ref,
    Stmt,
    Var,
)
from s2sad.ir.walk import expr_atoms, walk

_PARTS = {"real", "imag", "conj", "conjugate", "angle", "abs", "absolute", "iscomplexobj", "isrealobj"}


def is_ours(function: Function) -> bool:
    """Whether a function is a derivative that was generated here, or a helper of one: its program has been judged."""
    source = function.origin
    filename = getattr(getattr(source, "module", None), "filename", "")
    home = getattr(getattr(source, "live", None), "__module__", None) or ""
    return filename.startswith("<s2sad ") or home.split(".")[0] == "s2sad"


def of_unknown_kind(function: Function, types: Mapping[str, Value], active: Collection[str]) -> Stmt | None:
    """The first statement that computes an active value that may be complex, or real: its type does not say.

    Bodies of rules calculate with `1j` where their operands are complex, and only there; so in generated code literals
    tell nothing.
    """
    unsure: set[str] = set()
    generated = is_ours(function)
    for stmt in walk(function.body):
        if not isinstance(stmt, Assign) or not isinstance(
            stmt.value, (Op, Call, MethodCall, GetAttr, GetItem, Var)
        ):
            continue
        expr, name = stmt.value, stmt.target.name
        operands = [atom for atom in expr_atoms(expr) if isinstance(atom, Var) or not generated]
        if _asks_for_imaginary(expr) and not generated:
            part = next((atom for atom in operands if isinstance(atom, Var) and atom.name in active), None)
            if part is not None and _is_unknown(types.get(part.name, TOP)):
                return stmt
        if name not in active or not _computes(expr, types):
            continue
        mixes = any(_is_complex(atom, types) for atom in operands)
        unknown = any(
            isinstance(atom, Var) and atom.name in active and _is_unknown(types.get(atom.name, TOP))
            for atom in operands
        )
        if unknown and not isinstance(expr, Var) and (mixes or may_be_complex(types.get(name, TOP))):
            return stmt
        if not _is_unknown(types.get(name, TOP)):
            continue
        if mixes or any(isinstance(atom, Var) and atom.name in unsure for atom in operands):
            unsure.add(name)
            if not isinstance(expr, Var):
                return stmt
    return None


def _computes(expr: Expr, types: Mapping[str, Value]) -> bool:
    """Whether the result of an expression is complex if an operand is."""
    match expr:
        case Op(kind=kind):
            return kind not in COMPARE and kind not in ("not", "floordiv", "mod")
        case Call(func=Ref(target=Resolved())) | GetItem() | GetAttr():
            return False
        case Call(func=func):
            return getattr(known_function(func, dict(types)), "__name__", "") not in _PARTS
        case MethodCall(name=name):
            return name not in _PARTS
        case _:
            return isinstance(expr, Var)


def _asks_for_imaginary(expr: Expr) -> bool:
    """What nobody asks for of a real value."""
    match expr:
        case Call(func=Ref(target=Live(obj=obj))):
            return obj is np.imag or obj is np.angle
        case GetAttr(name="imag"):
            return True
        case _:
            return False


def _is_unknown(value: Value) -> bool:
    plain = number(value)
    return isinstance(plain, Top) or (isinstance(plain, Tensor) and plain.kind == "?")


def _is_complex(atom: Atom, types: Mapping[str, Value]) -> bool:
    match atom:
        case Const(value=held):
            return isinstance(held, complex)
        case Ref(target=Live(obj=obj)):
            return _holds_complex(obj)
        case Var(name=name):
            value = types.get(name, TOP)
            if isinstance(value, Known):
                return _holds_complex(value.value)
            return may_be_complex(value)
        case _:
            return False


def _holds_complex(held: Any) -> bool:
    return isinstance(held, (complex, np.ndarray, np.generic)) and np.iscomplexobj(held)
