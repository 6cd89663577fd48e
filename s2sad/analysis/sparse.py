"""Sparse matrices of SciPy: constants that have a product with arrays.

Their type is an `Other` whose kind begins with "sparse"; what follows is the dtype, or "real", where that much is known
(else they are taken for complex, whose rules hold for real numbers too). An operation
of theirs that is not known to give an array gives another one: with these, nothing but a product is differentiated,
and a product only with respect to the array. So a matrix that is made of active values is refused where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad.analysis.known_calls import is_sparse as is_matrix
from s2sad.analysis.values import (
    INT,
    TOP,
    Dim,
    Dims,
    Known,
    Lst,
    Other,
    Tensor,
    Tup,
    Value,
    join_kinds,
    kind_of,
    number,
)
from s2sad.frontend.resolve import Live
from s2sad.ir.nodes import Call, Const, Expr, GetAttr, GetItem, MethodCall, Op, Ref, Var
from s2sad.prelude_sparse import _sparse_solution, _sparse_times, _times_sparse
from s2sad.rules import declare

if TYPE_CHECKING:
    from s2sad.analysis.scope import Found, Scope

UNKNOWN = Other("sparse")
REAL = Other("sparse real")
FACTORS = Other("factors of a sparse matrix")
DENSE_METHODS = frozenset({"toarray", "diagonal", "sum", "mean", "max", "min", "trace", "count_nonzero", "getnnz", "nonzero"})  # fmt: skip
DENSE_ATTRIBUTES = frozenset({"data", "indices", "indptr", "row", "col", "offsets"})


def type_of_object(known: Any) -> Other | None:
    """The type of a live matrix, or of its factors; None for another object."""
    if is_matrix(known):
        return Other(f"sparse {known.dtype.name}")
    return FACTORS if type(known).__name__ == "SuperLU" else None


def is_factors(value: Value | None) -> bool:
    return value == FACTORS or (isinstance(value, Known) and type_of_object(value.value) == FACTORS)


def is_sparse(value: Value | None) -> bool:
    match value:
        case Other(kind=kind):
            return kind.startswith("sparse")
        case Known(value=known):
            return is_matrix(known)
        case _:
            return False


def type_of(frame: Scope, expr: Expr) -> Found | None:
    """The type of an operation on sparse matrices; None for any other."""
    match expr:
        case Op(kind=kind, args=args):
            values = [frame.value(arg) for arg in args]
            return (_operator(kind, values), expr) if any(map(is_sparse, values)) else None
        case MethodCall(obj=obj, name=name, args=args):
            value = frame.value(obj)
            if is_factors(value) and name == "solve" and args:
                return Tensor("c", None, _dims(frame.value(args[0]))), expr
            if not is_sparse(value):
                return None
            if name == "dot" and len(args) == 1:
                return _operator("matmul", [value, frame.value(args[0])]), expr
            real = _is_real(value) and all(_is_real(frame.value(arg)) for arg in args)
            if name in DENSE_METHODS:
                return Tensor("f" if real else "c"), expr
            return (REAL if real else UNKNOWN), expr
        case GetAttr(obj=obj, name=name) if is_sparse(frame.value(obj)):
            return _attribute(frame.value(obj), name), expr
        case GetItem(obj=obj) if is_sparse(frame.value(obj)):
            return (REAL if _is_real(frame.value(obj)) else UNKNOWN), expr
        case _:
            return None


def made_by(function: Any, values: list[Value]) -> Value | None:
    """The type of what a function of scipy.sparse returns: a matrix, the factors of one, or a solution."""
    home = getattr(function, "__module__", None) or ""
    if not home.startswith(("scipy.sparse", "s2sad.prelude_sparse")):
        return None
    name = getattr(function, "__name__", "")
    if name in ("splu", "spilu"):
        return FACTORS
    if name in ("spsolve", "spsolve_triangular", "_sparse_times", "_times_sparse") and len(values) > 1:
        return _operator("matmul", values[:2]) if any(map(is_sparse, values[:2])) else Tensor("c")
    makes = isinstance(function, type) and not issubclass(function, BaseException)
    if not makes and name not in MAKERS:
        return None
    return REAL if all(map(_is_real, values)) else UNKNOWN


MAKERS = frozenset({
    "block_array", "block_diag", "bmat", "diags", "diags_array", "eye", "eye_array", "hstack", "identity", "kron", "kronsum",
    "random", "rand", "random_array", "spdiags", "tril", "triu", "vstack", "permute_dims", "swapaxes", "load_npz",
})  # fmt: skip


def rule_call(expr: Expr, types: Mapping[str, Value]) -> tuple[declare.Rule, dict[str, Any]] | None:
    """The rule of a product or a solution, with its operands by parameter; None where there is none."""

    def held(atom: Any) -> Value | None:
        match atom:
            case Var(name=name):
                return types.get(name)
            case Ref(target=Live(obj=obj)):
                return Known(obj)
            case _:
                return None

    match expr:
        case Op(kind="matmul", args=(a, x)) | MethodCall(obj=a, name="dot", args=(x,), kwargs=()):
            first, second = held(a), held(x)
            if is_sparse(first) and _is_array(second):
                return _rule(_sparse_times), {"a": a, "x": x}
            if isinstance(expr, Op) and is_sparse(second) and _is_array(first):
                return _rule(_times_sparse), {"x": a, "a": x}
        case MethodCall(obj=factors, name="solve", args=(b, *rest), kwargs=kwargs) if is_factors(
            held(factors)
        ):
            trans = rest[0] if rest else dict(kwargs).get("trans", Const("N"))
            if isinstance(trans, Const) and trans.value in ("N", "T", "H"):
                return _rule(_sparse_solution), {"factors": factors, "b": b, "trans": trans}
    return None


def concerns(expr: Expr, types: Mapping[str, Value]) -> bool:
    """Whether an operand of an operator, a call or a method is a sparse matrix, so that no rule for arrays applies."""
    match expr:
        case Op(args=args) | Call(args=args):
            atoms: tuple[Any, ...] = args
        case MethodCall(obj=obj, args=args):
            atoms = (obj, *args)
        case GetAttr(obj=obj) | GetItem(obj=obj):
            atoms = (obj,)
        case _:
            return False
    return any(
        is_sparse(types.get(atom.name))
        if isinstance(atom, Var)
        else isinstance(atom, Ref) and isinstance(atom.target, Live) and is_matrix(atom.target.obj)
        for atom in atoms
    )


def _rule(function: Any) -> declare.Rule:
    declare.load_optional()
    return declare.must_find(function)


def _is_array(value: Value | None) -> bool:
    return value is not None and isinstance(number(value), Tensor)


def _operator(kind: str, values: list[Value]) -> Value:
    if kind != "matmul" or all(map(is_sparse, values)):
        return REAL if all(map(_is_real, values)) else UNKNOWN
    matrix, array = values if is_sparse(values[0]) else values[::-1]
    array = number(array)
    if not isinstance(array, Tensor):
        return TOP
    size: Dim = None
    if isinstance(matrix, Known) and len(matrix.value.shape) == 2:
        size = int(matrix.value.shape[0 if is_sparse(values[0]) else 1])
    dims: Dims = None
    if array.dims:
        dims = (size, *array.dims[1:]) if is_sparse(values[0]) else (*array.dims[:-1], size)
    dtype = _dtype(matrix)
    if dtype is None:
        return Tensor(join_kinds("f", array.kind) if _is_real(matrix) else "c", None, dims)
    found = np.result_type(dtype, array.dtype) if array.dtype is not None else None
    return Tensor(
        kind_of(found) if found is not None else join_kinds(kind_of(dtype), array.kind), found, dims
    )


def _dtype(matrix: Value) -> np.dtype[Any] | None:
    if isinstance(matrix, Known):
        return np.dtype(matrix.value.dtype)
    assert isinstance(matrix, Other)
    name = matrix.kind.partition(" ")[2]
    return np.dtype(name) if name not in ("", "real") else None


def _is_real(value: Value) -> bool:
    """Whether a value, or all that it holds, is no complex number."""
    match value:
        case Tup(items=items) | Lst(items=tuple() as items):
            return all(map(_is_real, items))
        case Lst(elem=elem):
            return _is_real(elem)
        case Other(kind=kind):
            return (
                not kind.startswith("sparse")
                or kind == REAL.kind
                or (_dtype(value) or np.dtype(complex)).kind != "c"
            )
        case Known(value=known):
            return not isinstance(known, complex) and getattr(known, "dtype", np.dtype(float)).kind != "c"
        case _:
            plain = number(value)
            return isinstance(plain, Tensor) and plain.kind in "bif"


def _dims(value: Value) -> Dims:
    array = number(value)
    return array.dims if isinstance(array, Tensor) else None


def _attribute(value: Value, name: str) -> Value:
    if isinstance(value, Known) and not name.startswith("_"):
        try:
            found = getattr(value.value, name)
        except AttributeError:
            return TOP
        return type_of_object(found) or Known(found)
    match name:
        case "T":
            return value
        case "shape":
            return Tup((INT, INT))
        case "ndim" | "nnz" | "size":
            return INT
        case "dtype":
            return Other("dtype")
        case _:
            real = _is_real(value)
            if name in DENSE_ATTRIBUTES:
                return Tensor("f" if real else "c")
            return REAL if real else UNKNOWN
