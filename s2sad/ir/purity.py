"""Which calls only read: what `fuse` may move past other reads, and drop when nobody wants the result.

A call is impure unless it is listed here: an unknown function may write to its arguments, print, or raise.
"""

from __future__ import annotations

import functools
from typing import Any

PURE_BUILTINS = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "chr",
        "complex",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "id",
        "int",
        "isinstance",
        "super",
        "issubclass",
        "len",
        "list",
        "max",
        "min",
        "ord",
        "pow",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "zip",
    ]
)

#: Functions of s2sad that make a function: they call nothing.
TRANSFORMS = frozenset({"grad", "value_and_grad", "jacfwd", "jacrev", "jacobian", "hessian"})
#: Library packages whose functions only read, apart from the exceptions below.
PURE_PACKAGES = frozenset({"np", "numpy", "math", "cmath", "operator"})
#: Packages of libraries of which only some parts are pure.
PURE_PREFIXES = ("scipy.special.", "scipy.linalg.", "scipy.stats.", "special.")

IMPURE_PARTS = frozenset(
    [
        "random",
        "at",
        "copyto",
        "put",
        "place",
        "putmask",
        "fill_diagonal",
        "put_along_axis",
        "save",
        "savez",
        "savetxt",
        "savez_compressed",
        "seterr",
        "seterrcall",
        "setbufsize",
        "set_printoptions",
        "set_string_function",
        "errstate",
        "printoptions",
        "nditer",
        "vectorize",
        "frompyfunc",
        "apply_along_axis",
        "apply_over_axes",
        "piecewise",
        "fromfunction",
        "fromiter",
        "fromfile",
        "load",
        "loadtxt",
        "genfromtxt",
        "memmap",
        "test",
        "testing",
        "setitem",
        "delitem",
        "iadd",
        "iand",
        "iconcat",
        "ifloordiv",
        "ilshift",
        "imatmul",
        "imod",
        "imul",
        "ior",
        "ipow",
        "irshift",
        "isub",
        "itruediv",
        "ixor",
        "attrgetter",
        "methodcaller",
        "call",
        "setflags",
        "select_backend",
        "default_rng",
        "seed",
        "shuffle",
        "tofile",
    ]
)

_METHODS = """
    all any argmax argmin argpartition argsort astype choose clip compress conj conjugate copy cumprod cumsum
    diagonal dot flatten item max mean min nonzero prod ptp ravel repeat reshape round searchsorted squeeze std
    sum swapaxes take tobytes tolist trace transpose var view is_integer as_integer_ratio bit_length hex
    capitalize casefold center encode endswith expandtabs find format isalnum isalpha isdigit islower isspace
    istitle isupper join ljust lower lstrip replace rfind rindex rjust rpartition rsplit rstrip split
    splitlines startswith strip title translate upper zfill decode
    count index get items keys values difference intersection isdisjoint issubset issuperset
    symmetric_difference union _replace _asdict
"""  # not `partition`: that of a string reads, that of an array sorts in place
#: Methods that only read, whatever common type they are called on (arrays, numbers, strings, lists, dicts, sets).
PURE_METHODS = frozenset(_METHODS.split())

#: How many positional arguments a NumPy function takes before `out`, which it would write to.
BEFORE_OUT = {
    "sum": 3, "mean": 3, "prod": 3, "cumsum": 3, "cumprod": 3, "std": 3, "var": 3, "max": 2, "min": 2, "amax": 2,
    "amin": 2, "ptp": 2, "any": 2, "all": 2, "argmax": 2, "argmin": 2, "dot": 2, "outer": 2, "matmul": 2, "clip": 3,
    "take": 3, "choose": 2, "compress": 3, "round": 2, "around": 2, "concatenate": 2, "stack": 2, "trace": 5,
    "nansum": 3, "nanmean": 3, "nanmax": 2, "nanmin": 2, "nanprod": 3, "nanstd": 3, "nanvar": 3, "median": 2,
    "percentile": 3, "quantile": 3, "add": 2, "subtract": 2, "multiply": 2, "divide": 2, "true_divide": 2,
    "power": 2, "maximum": 2, "minimum": 2, "fmax": 2, "fmin": 2, "arctan2": 2, "hypot": 2, "mod": 2,
    "negative": 1, "sin": 1, "cos": 1, "tan": 1, "exp": 1, "log": 1, "sqrt": 1, "square": 1, "abs": 1,
    "absolute": 1, "tanh": 1, "sinh": 1, "cosh": 1, "log1p": 1, "expm1": 1, "sign": 1, "conj": 1, "conjugate": 1,
}  # fmt: skip

#: The helpers of generated code that write to their first argument.
#: Helpers that check, and raise: they write nothing, but are not to be dropped or moved.
CHECKS = frozenset({"_assert_apart", "_assert_view", "_assert_mirrored", "_require_axes", "_require_reals"})
WRITING_HELPERS = frozenset({"_add_to", "_add_at", "_add_to_each", "_into", *CHECKS})

#: Keyword arguments through which a call may write, or run a function nobody has looked at.
IMPURE_KEYWORDS = frozenset({"out", "key", "file", None})


def pure_call(text: str, target: Any, positional: int, keywords: tuple[str | None, ...]) -> bool:
    """Is a call of this `Ref`, with that many positional arguments, known to read and nothing else?"""
    if text.rpartition(".")[2] in TRANSFORMS and getattr(
        getattr(target, "obj", None), "__module__", ""
    ).startswith("s2sad."):
        return True
    if not IMPURE_KEYWORDS.isdisjoint(keywords) or not pure_function(text, target):
        return False
    found = getattr(target, "obj", None)
    name = getattr(found, "__name__", None) or text.rpartition(".")[2]
    limit = getattr(found, "nin", None) or BEFORE_OUT.get(name)
    if found is None and "." not in text:
        return True  # a builtin: min(a, b, c) has no `out`
    return limit is None or getattr(found, "__module__", None) == "builtins" or positional <= limit


def pure_method(name: str, positional: int, keywords: tuple[str | None, ...]) -> bool:
    """Is a method of this name taken to read and nothing else, on whatever object?"""
    if name not in PURE_METHODS or not IMPURE_KEYWORDS.isdisjoint(keywords):
        return False
    return positional < BEFORE_OUT.get(name, 9)


def pure_function(text: str, target: Any) -> bool:
    """Is the function printed as `text` (a `Ref`; `target` is its denotation) known to read and nothing else?"""
    head, *rest = text.split(".")
    if any(part in IMPURE_PARTS for part in rest):
        return False
    found = getattr(target, "obj", None)
    if found is not None:
        return _pure_object(found)
    if rest:
        return head in PURE_PACKAGES or text.startswith(PURE_PREFIXES)
    return text in PURE_BUILTINS if target is None else False


def _pure_object(found: Any) -> bool:
    """The live object itself decides, since a name can be bound to anything (`from numpy import sin as s`)."""
    if found is functools.partial or _is_distribution(found):
        return True
    name = getattr(found, "__name__", None)
    if not isinstance(name, str) or name in IMPURE_PARTS:
        return False
    if type(found).__name__ == "ufunc":
        return True
    module = getattr(found, "__module__", None) or ""
    if not isinstance(module, str):
        return False
    package = module.partition(".")[0]
    if package == "builtins":
        return name in PURE_BUILTINS
    if package in ("numpy", "math", "cmath", "operator", "_operator"):
        return "random" not in module and "testing" not in module
    if module.startswith("s2sad.prelude"):
        return name not in WRITING_HELPERS
    return module.startswith(
        (
            "scipy.special", "scipy.linalg", "scipy.stats", "scipy.signal", "scipy.fft", "scipy.integrate", "scipy.ndimage",
            "scipy.sparse", "scipy.interpolate",
        )
    )  # fmt: skip


def _is_distribution(found: Any) -> bool:
    """One of scipy.stats: a call of it makes an object that holds the arguments."""
    return type(found).__module__.startswith("scipy.stats") and hasattr(found, "rvs")


def pure_reference(text: str, target: Any) -> bool:
    """Can the name (a `Ref`) be taken for bound once and for all? A function, module or class; not a global number."""
    if target is None:
        return "." in text or text in PURE_BUILTINS
    found = getattr(target, "obj", None)
    if found is None:
        return type(target).__name__ in ("SourceFunction", "SourceClass")
    return callable(found) or hasattr(found, "__spec__") or isinstance(found, type)
