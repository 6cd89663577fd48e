"""Library functions by what a compiler may take for granted of them: which may be tried out, which make text, and so on.

What stands in no table here, and has no rule, is not understood: an active value that reaches it is refused.
"""

from __future__ import annotations

import builtins
import copy
import itertools
import json
import math
import operator
import pprint
import random
import sys
import textwrap
import time
from collections.abc import Callable
from types import BuiltinFunctionType, BuiltinMethodType, MethodType
from typing import Any

import numpy as np

from s2sad.rules import declare

# ── trying out ───────────────────────────────────────────────────────────────────────────────────────────

_EFFECTS = frozenset({
    builtins.open, builtins.input, builtins.print, builtins.breakpoint, builtins.help, builtins.setattr, builtins.delattr,
    builtins.next, builtins.iter, builtins.exec, builtins.eval, builtins.compile, builtins.__import__,
    np.load, np.loadtxt, np.genfromtxt, np.fromfile, np.memmap, np.save, np.savez, np.savez_compressed, np.savetxt,
    np.set_printoptions, np.seterr, np.seterrcall, np.setbufsize, np.empty_like, np.apply_along_axis,
    np.apply_over_axes, np.piecewise, np.vectorize, np.frompyfunc, np.fromfunction, np.fromiter, np.fromregex,
    time.time, time.perf_counter, time.monotonic, time.process_time, time.sleep,
})  # fmt: skip
_PURE_MODULES = frozenset({
    "math", "cmath", "_operator", "operator", "numpy", "numpy.linalg", "numpy.fft", "numpy.lib.scimath",
    "numpy.lib.stride_tricks", "numpy.polynomial.polynomial", "numpy.polynomial.chebyshev", "numpy.polynomial.legendre",
    "numpy.strings", "numpy.char", "s2sad.prelude", "s2sad.prelude_arrays", "s2sad.prelude_composed", "s2sad.prelude_fft", "s2sad.prelude_functions", "s2sad.prelude_linalg",
    "s2sad.prelude_cosine", "s2sad.prelude_ndimage", "s2sad.prelude_polynomials", "s2sad.prelude_scipy", "s2sad.prelude_signal", "s2sad.prelude_splines", "s2sad.prelude_statistics",
})  # fmt: skip
_PURE = frozenset({
    int, float, complex, bool, str, bytes, tuple, list, dict, set, frozenset, slice, range, abs, round, divmod, pow, min,
    max, sum, sorted, len, repr, ascii, chr, ord, hex, bin, oct, any, all, type, isinstance, issubclass, hash, format,
    copy.copy, copy.deepcopy, np.empty_like, np.errstate, itertools.accumulate,
})  # fmt: skip


def is_pure(function: Any) -> bool:
    """Whether a function may be called on made-up arguments to see what it returns: nothing else comes of the call."""
    if contains(_PURE, function):
        return True
    if contains(_EFFECTS, function):
        return False
    rule = declare.find(function)
    if rule is not None:
        return rule.takes_active and not is_user_function(function)
    if isinstance(function, np.ufunc):
        return (
            getattr(np, function.__name__, None) is function or getattr(function, "signature", None) is None
        )
    if isinstance(function, (MethodType, BuiltinMethodType)) and not _is_module_or_none(
        getattr(function, "__self__", None)
    ):
        return isinstance(
            function.__self__,
            (int, float, complex, str, bytes, tuple, np.ndarray, np.generic, type, np.ufunc),
        )
    return getattr(function, "__module__", None) in _PURE_MODULES and callable(function)


def _is_module_or_none(value: Any) -> bool:
    return value is None or isinstance(value, type(math))


def is_user_function(function: Any) -> bool:
    """Whether calling a function would run a user's code (that has a rule of its own)."""
    return not isinstance(function, (type, BuiltinFunctionType, np.ufunc)) and (
        getattr(function, "__module__", "") or ""
    ).partition(".")[0] not in ("numpy", "scipy", "s2sad", "math", "operator", "builtins", "copy")


def is_sparse(value: Any) -> bool:
    """Whether a value is a sparse matrix or array of SciPy's: a constant, which has `@` and `dot`."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and bool(sparse.issparse(value))


# the sizes and integers in the results of these follow from the sizes of their arguments
SIZES = frozenset({len, np.size, np.shape, np.ndim, operator.length_hint})

# whether their results are real depends on values
MAY_BE_COMPLEX = frozenset({
    np.linalg.eig, np.linalg.eigvals, np.roots, np.emath.sqrt, np.emath.log, np.emath.log2, np.emath.log10, np.emath.logn,
    np.emath.power, np.emath.arcsin, np.emath.arccos, np.emath.arctanh, np.real_if_close, np.poly,
})  # fmt: skip
MATRIX_FUNCTIONS = frozenset(
    {"sqrtm", "logm", "fractional_matrix_power"}
)  # of scipy.linalg, which is slow to import

# of the rules whose derivative is zero: these work element by element
STEPWISE = frozenset({
    np.fix, np.round, np.around, round, math.floor, math.ceil, math.trunc, math.ulp, math.isnan, math.isinf,
    math.isfinite, math.isclose, np.isneginf, np.isposinf, np.isreal, np.iscomplex, np.isclose, int, bool, operator.eq,
    operator.ne, operator.lt, operator.le, operator.gt, operator.ge, operator.floordiv, operator.not_,
})  # fmt: skip


def is_stepwise(function: Any) -> bool:
    return isinstance(function, np.ufunc) or contains(STEPWISE, function)


def reads_all(function: Any) -> bool:
    """Whether a builtin runs over all elements of its first argument, and does not look at what it is."""
    return any(function is known for known in (sorted, sum, max, min, tuple, any, all, math.fsum, math.prod))


def is_at(function: Any) -> bool:
    """Whether a function is ``np.add.at`` or the like, which writes and returns nothing."""
    return isinstance(getattr(function, "__self__", None), np.ufunc) and function.__name__ == "at"


# ── random numbers ───────────────────────────────────────────────────────────────────────────────────────

GENERATORS: dict[str, Callable[[], Any]] = {
    "Generator": lambda: np.random.default_rng(0),
    "RandomState": lambda: np.random.RandomState(0),
    "Random": lambda: random.Random(0),
}
MAKES_GENERATOR: dict[Any, str] = {
    np.random.default_rng: "Generator", np.random.Generator: "Generator", np.random.RandomState: "RandomState",
    random.Random: "Random",
}  # fmt: skip


def generator_kind(function: Any) -> str | None:
    """The class of random generators that a live bound method belongs to."""
    owner = (
        getattr(function, "__self__", None)
        if isinstance(function, (MethodType, BuiltinFunctionType))
        else None
    )
    return (
        next((cls.__name__ for cls in type(owner).__mro__ if cls.__name__ in GENERATORS), None)
        if owner is not None
        else None
    )


def draw(kind: str, name: str) -> Callable[..., Any] | None:
    """A method of a fresh generator: trying it out leaves the program's own generators as they are."""
    return getattr(GENERATORS[kind](), name, None)


def makes_generator(function: Any) -> str | None:
    return MAKES_GENERATOR.get(function) if contains(MAKES_GENERATOR.keys(), function) else None


# ── text, bytes, sets: what hides a number ───────────────────────────────────────────────────────────────

MAKES_TEXT = frozenset({
    str, repr, ascii, bytes, bytearray, format, hex, bin, oct, chr, np.array2string, np.array_repr, np.array_str,
    np.format_float_positional, np.format_float_scientific, json.dumps, pprint.pformat, textwrap.dedent, textwrap.indent,
    textwrap.fill,
})  # fmt: skip
HIDING = MAKES_TEXT | {
    set,
    frozenset,
}  # constants for a rule, and yet a number can be had back from the result

TEXT_METHODS_THAT_COUNT = frozenset({
    "count", "find", "rfind", "index", "rindex", "startswith", "endswith", "isalnum", "isalpha", "isascii", "isdecimal",
    "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "__len__",
    "__contains__",
})  # fmt: skip

# their results say nothing of the value: its type, its size, whether it is there
TELLS_NOTHING = frozenset({
    len, type, id, hash, isinstance, issubclass, callable, hasattr, dir, object, bool, any, all, print, input, open, slice,
    breakpoint, help, np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj, np.isscalar, time.sleep,
})  # fmt: skip

# parameters that a result depends on in steps, or in its shape only
STEERING = frozenset({"condition", "condlist", "where", "rcond", "dtype", "axis", "axes", "indices", "obj", "mode", "order",
                      "reps", "repeats", "shape", "new_shape", "num", "discont", "shift"})  # fmt: skip
SHAPE_ONLY = frozenset({
    ("full_like", "a"), ("unbroadcast", "x"), ("match_dtype", "x"), ("bincount", "x"), ("choose", "a"),
    ("unstack_like", "x"), ("scatter_add", "positions"), ("scatter_add", "x"), ("add_rows", "rows"), ("add_rows", "x"), ("split_like", "arrays"),
    ("split_like", "sizes"), ("block_adjoint", "arrays"), ("on_diagonal", "x"), ("matrix_of_diagonal", "x"),
    ("pad_adjoint", "x"), ("pad_adjoint", "widths"), ("untile", "x"), ("kron_blocks", "a"), ("kron_blocks", "b"),
    ("reduceat_adjoint", "x"), ("gradient_adjoint", "n"), ("gradient_adjoint", "spacing"), ("einsum_adjoint", "terms"), ("einsum_adjoint", "result"),
    ("einsum_adjoint", "k"),
})  # fmt: skip

# ── stores ───────────────────────────────────────────────────────────────────────────────────────────────

# methods of arrays that write to the array; of some, the arguments are what is written
ARRAY_STORES = frozenset(
    {"fill", "put", "itemset", "setfield", "__setitem__", "__iadd__", "__isub__", "__imul__"}
)
# functions that write their second and later arguments into the first
STORES_INTO_FIRST = frozenset({
    np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis, operator.setitem, operator.iadd,
    operator.isub, operator.imul, operator.itruediv, setattr, object.__setattr__,
})  # fmt: skip


def stores_into_first(function: Any) -> bool:
    if contains(STORES_INTO_FIRST, function):
        return True
    owner = getattr(function, "__self__", None)
    return isinstance(owner, np.ufunc) and getattr(function, "__name__", "") == "at"


def contains(functions: Any, function: Any) -> bool:
    try:
        return function in functions
    except TypeError:  # something that cannot be hashed
        return False


def is_helper(function: Any) -> bool:
    """Whether a function is one of those that generated code calls."""
    return str(getattr(function, "__module__", "")).startswith("s2sad.prelude")


def may_be_complex(function: Any) -> bool:
    """Whether a function of real numbers gives complex ones for some values, and real ones for others."""
    module = str(getattr(function, "__module__", ""))
    of_matrices = module.startswith("scipy.linalg") and function.__name__ in MATRIX_FUNCTIONS
    return of_matrices or contains(MAY_BE_COMPLEX, function)
