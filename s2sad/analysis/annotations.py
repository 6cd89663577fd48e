"""The types of a function's parameters as its text gives them: annotations, and how a parameter is used.

`s2sad gen` has no arguments to look at.  A parameter without an annotation may be anything, but one that is given to
`range`, or that something is indexed by, is no candidate for a derivative.
"""

from __future__ import annotations

import ast
import collections.abc
import enum
import re
import types
import typing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2sad.analysis import sparse
from s2sad.analysis.usage import used_as_integer, used_as_position
from s2sad.analysis.values import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    SYMBOLS,
    TOP,
    Dct,
    Dim,
    Dims,
    Known,
    Lst,
    Obj,
    Other,
    Tensor,
    Tup,
    Value,
    join,
    may_vary,
)
from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, SourceValue, live_object
from s2sad.ir.nodes import Const, Param

MAX_DEPTH = 6

#: ``(n, d)``, ``(n,)``, ``(2, n+1)``
SHAPE = re.compile(r"\(((?:[\w+*-]+, *)+[\w+*-]*|)\)")


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of a parameter, and whether a derivative with respect to it is thinkable."""

    value: Value
    varies: bool


ANYTHING = Typed(TOP, True)
NOTHING = Typed(TOP, False)  # of unknown type, but surely without a derivative
NONE = Typed(Known(None), False)

SCALARS: dict[Any, Value] = {
    float: FLOAT, int: INT, bool: BOOL, complex: COMPLEX, str: Other("str"), bytes: Other("bytes"),
    slice: Other("slice"), type(None): Known(None),
}  # fmt: skip

#: Classes of NumPy's scalars that stand for several dtypes.
ABSTRACT = {
    np.floating: "f", np.integer: "i", np.signedinteger: "i", np.unsignedinteger: "i", np.complexfloating: "c",
    np.inexact: "?", np.number: "?", np.generic: "?",
}  # fmt: skip

#: jaxtyping's names: kind, and the dtype where the name says it.
JAXTYPING = {
    "Float": ("f", None), "Float16": ("f", "float16"), "Float32": ("f", "float32"), "Float64": ("f", "float64"),
    "Complex": ("c", None), "Complex64": ("c", "complex64"), "Complex128": ("c", "complex128"),
    "Int": ("i", None), "Int8": ("i", "int8"), "Int16": ("i", "int16"), "Int32": ("i", "int32"),
    "Int64": ("i", "int64"), "UInt": ("i", None), "UInt8": ("i", "uint8"), "Integer": ("i", None),
    "Bool": ("b", "bool"), "Real": ("?", None), "Inexact": ("?", None), "Num": ("?", None), "Shaped": ("?", None),
}  # fmt: skip

_TUPLES = ("tuple", "Tuple", "typing.Tuple")
_SEQUENCES = (collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_CALLABLE = (collections.abc.Callable, type, types.ModuleType, types.FunctionType)


def parameter_types(source: SourceFunction) -> dict[str, Typed]:
    """The type of each parameter of a function. Raises RefusedError if the function cannot be lowered."""
    function = source.lower()
    reader = Reader(source.module)
    integers, positions = used_as_integer(function), used_as_position(function)
    defaults = dict(function.defaults)
    found: dict[str, Typed] = {}
    for param in function.params:
        default = defaults.get(param.name)
        found[param.name] = _parameter(
            param, default, reader, param.name in integers, param.name in positions
        )
    return found


def _parameter(param: Param, default: Any, reader: Reader, integer: bool, position: bool) -> Typed:
    if param.kind in ("varargs", "varkw"):
        return ANYTHING if not param.annotation else Typed(TOP, reader.text(param.annotation).varies)
    if param.annotation:
        typed = reader.text(param.annotation)
        if param.default == "None":
            typed = _union([typed, NONE])
        if (
            position
            and isinstance(typed.value, Tensor)
            and typed.value.kind in "f?"
            and typed.value.dims != ()
        ):
            return Typed(
                Tensor("i", None, typed.value.dims), False
            )  # an array that indexes holds positions, or is a mask
        return typed
    if integer:
        return Typed(INT, False)
    plain = default.value if isinstance(default, Const) else None
    return Typed(TOP, not position and not isinstance(plain, (int, str, bytes)))


def result_type(source: SourceFunction) -> Typed:
    """What the return annotation says."""
    function = source.lower()
    return Reader(source.module).text(function.returns) if function.returns else ANYTHING


class Reader:
    """Reads the annotations of one function; names of dimensions mean the same in all of them."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.symbols: dict[str, tuple[int, int]] = {}
        self.open: list[Any] = []  # classes that are being read: one that holds itself is not followed

    def text(self, text: str, module: Any = None) -> Typed:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            return ANYTHING
        return self.node(node, module if module is not None else self.module)

    def node(self, node: ast.expr, module: Any) -> Typed:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self.text(text, module)
            case ast.Name() | ast.Attribute():
                return self.denoted(module.evaluate(ast.unparse(node)))
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return _union([self.node(left, module), self.node(right, module)])
            case ast.Subscript(value=base, slice=inner):
                arguments = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
                return self.generic(base, arguments, module)
            case _:
                return ANYTHING

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────

    def denoted(self, target: Any) -> Typed:
        match target:
            case SourceClass():
                return self.of_class(target)
            case SourceValue(text=text, module=module) if module is not None and len(self.open) < MAX_DEPTH:
                self.open.append(target)  # an alias: ``Vector = npt.NDArray[np.float64]``
                try:
                    return self.text(text, module)
                finally:
                    self.open.pop()
            case Live(obj=obj):
                return self.live(obj)
            case _:
                return ANYTHING

    def live(self, obj: Any) -> Typed:
        obj = typing.get_origin(obj) or obj  # `typing.List` and `npt.NDArray` without brackets
        if not isinstance(obj, type):
            return ANYTHING
        if obj in SCALARS:
            return _plain(SCALARS[obj])
        if obj is np.ndarray:
            return _plain(Tensor("f"))
        if issubclass(obj, np.generic):
            return _plain(_scalar(obj, ()))
        if obj.__module__.startswith("scipy.sparse"):
            return Typed(sparse.REAL, False)
        if obj in _CALLABLE or issubclass(obj, enum.Enum) or obj is np.random.Generator or obj is range:
            return NOTHING
        if issubclass(obj, tuple) and hasattr(obj, "_fields"):
            return Typed(Tup((TOP,) * len(obj._fields), obj), True)
        return ANYTHING

    def of_class(self, cls: SourceClass) -> Typed:
        if cls in self.open or len(self.open) >= MAX_DEPTH:
            return ANYTHING
        if any(cls.is_subclass(Live(kind)) for kind in (enum.Enum, str)):
            return NOTHING
        if not (cls.is_dataclass or cls.is_namedtuple):
            return ANYTHING
        self.open.append(cls)
        fields = {field.name: self.text(field.annotation, cls.module) for field in cls.fields}
        self.open.pop()
        varies = any(typed.varies for typed in fields.values())
        if cls.is_namedtuple:
            return Typed(Tup(tuple(typed.value for typed in fields.values()), cls), varies)
        return Typed(Obj(cls, tuple(sorted((name, typed.value) for name, typed in fields.items()))), varies)

    # ── with brackets ────────────────────────────────────────────────────────────────────────────────────

    def generic(self, base: ast.expr, arguments: list[ast.expr], module: Any) -> Typed:
        named = self.jaxtyping(base, module)
        if named is not None:
            return self.array(named, arguments)
        target = live_object(module.evaluate(ast.unparse(base)))
        origin = typing.get_origin(target) or target
        parts = [self.node(argument, module) for argument in arguments]
        if origin is typing.Literal:
            values = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
            return Typed(
                _union([Typed(Known(value), False) for value in values]).value if values else TOP, False
            )
        if target is typing.Optional:
            return _union([*parts, NONE])
        if target is typing.Union:
            return _union(parts)
        if target is typing.Annotated:
            return self.annotated(parts[0], arguments[1:])
        if target in (typing.Final, typing.ClassVar):
            return parts[0]
        if origin is np.ndarray:
            return self.numpy_array(target is np.ndarray, arguments, module)
        if origin is tuple:
            return self.tuple(arguments, parts)
        if origin is list:
            return Typed(Lst(parts[0].value), parts[0].varies)
        if origin is dict and len(parts) == 2:
            return Typed(Dct(parts[1].value), parts[1].varies)
        if origin in _CALLABLE:
            return NOTHING
        if origin in _SEQUENCES:
            return Typed(TOP, parts[0].varies)
        return ANYTHING

    def tuple(self, arguments: list[ast.expr], parts: list[Typed]) -> Typed:
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...:
            return Typed(TOP, parts[0].varies)
        if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple):
            return Typed(Tup(()), False)
        return Typed(Tup(tuple(part.value for part in parts)), any(part.varies for part in parts))

    def numpy_array(self, is_class: bool, arguments: list[ast.expr], module: Any) -> Typed:
        """``npt.NDArray[np.float32]``, ``np.ndarray[tuple[int, int], np.dtype[np.float32]]``."""
        dims: Dims = None
        if is_class:
            shape, *arguments = arguments
            if isinstance(shape, ast.Subscript) and ast.unparse(shape.value) in _TUPLES:
                inner = shape.slice
                sizes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                if not any(isinstance(size, ast.Constant) and size.value is ... for size in sizes):
                    dims = (None,) * len(sizes)
        if not arguments:
            return _plain(Tensor("f", None, dims))
        kind = arguments[0]
        if isinstance(kind, ast.Subscript):  # np.dtype[...]
            kind = kind.slice
        found = live_object(module.evaluate(ast.unparse(kind)))
        if isinstance(found, type) and issubclass(found, np.generic):
            return _plain(_scalar(found, dims))
        return _plain(Tensor("b" if found is bool else "?", None, dims))

    def annotated(self, plain: Typed, notes: list[ast.expr]) -> Typed:
        """``Annotated[np.ndarray, "(n, d)"]``: a note in brackets, as NumPy's own pages write shapes, tells the sizes."""
        if isinstance(plain.value, Tensor):
            for note in notes:
                if isinstance(note, ast.Constant) and isinstance(note.value, str):
                    shape = SHAPE.fullmatch(note.value)
                    if shape is not None:
                        dims = self.dims(shape[1].replace(",", " "))
                        return Typed(replace(plain.value, dims=dims), plain.varies)
        return plain

    # ── jaxtyping: not imported, known by name ───────────────────────────────────────────────────────────

    def jaxtyping(self, base: ast.expr, module: Any) -> str | None:
        head, _, name = ast.unparse(base).rpartition(".")
        binding = module.binding(head.partition(".")[0] or name)
        if binding is None or binding.kind != "import" or "jaxtyping" not in binding.text:
            return None
        if not head and isinstance(binding.node, ast.ImportFrom):
            name = next(a.name for a in binding.node.names if (a.asname or a.name) == name)
        return name if name in JAXTYPING else None

    def array(self, name: str, arguments: list[ast.expr]) -> Typed:
        kind, dtype = JAXTYPING[name]
        dims: Dims = None
        if (
            len(arguments) > 1
            and isinstance(arguments[1], ast.Constant)
            and isinstance(arguments[1].value, str)
        ):
            dims = self.dims(arguments[1].value)
        return _plain(Tensor(kind, np.dtype(dtype) if dtype else None, dims))

    def dims(self, text: str) -> Dims:
        """``"n d"``, ``"3 n-1"``; None if the rank is open."""
        found: list[Dim] = []
        for word in text.split():
            if word.startswith("*") or word == "...":
                return None
            found.append(self.dim(word.partition("=")[2] or word))
        return tuple(found)

    def dim(self, word: str) -> Dim:
        try:
            tree = ast.parse(word, mode="eval").body
        except SyntaxError:  # ``#n``: broadcasts, so it may be 1
            return None
        pair = [self.size(tree, which) for which in (0, 1)]
        if None in pair or min(size for size in pair if size is not None) < 0:
            return None
        return pair[0] if pair[0] == pair[1] else (pair[0], pair[1])  # type: ignore[return-value]

    def size(self, node: ast.expr, which: int) -> int | None:
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=name) if not name.startswith("_"):
                count = len(self.symbols)
                fresh = SYMBOLS[count] if count < len(SYMBOLS) else (101 + 2 * count, 1009 + 4 * count)
                return self.symbols.setdefault(name, fresh)[which]
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() as op, left=left, right=right):
                a, b = self.size(left, which), self.size(right, which)
                if a is None or b is None:
                    return None
                return a + b if isinstance(op, ast.Add) else a - b if isinstance(op, ast.Sub) else a * b
            case _:
                return None


def _plain(value: Value) -> Typed:
    return Typed(value, may_vary(value))


def _scalar(kind: type, dims: Dims) -> Tensor:
    """A NumPy scalar class as the type of a number (dims ()) or of an array's elements."""
    if kind in ABSTRACT:
        return Tensor(ABSTRACT[kind], None, dims)
    dtype = np.dtype(kind)
    return Tensor({"b": "b", "i": "i", "u": "i", "f": "f", "c": "c"}.get(dtype.kind, "?"), dtype, dims)


def _union(parts: list[Typed]) -> Typed:
    value = parts[0].value
    for part in parts[1:]:
        value = join(value, part.value)
    return Typed(value, any(part.varies for part in parts))
