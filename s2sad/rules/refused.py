"""Names of NumPy, Python and ndarray that have no rule on purpose: what becomes of a program that uses them, and why.

A function that stands neither in the table of rules nor here is unlisted: `tests/rules/test_coverage.py` fails. The
diagnostic of a refused program gives the reason as its help.
"""

import builtins
import operator
import sys
import types
import warnings

import numpy as np

from s2sad.rules.builtins import STRUCTURAL
from s2sad.rules.declare import find, load_optional
from s2sad.rules.scipy_names import NAMES
from s2sad.rules.stand_ins import is_replaced

REASONS: dict[int, str] = {}  # by identity
STORES: set[int] = set()
_listed: list[object] = []  # what is known by identity must live


def refused(reason, *functions):
    """Say why a program in which an active value reaches one of these functions is refused, and what to write."""
    for function in functions:
        assert find(function) is None, function
        _listed.append(function)
        REASONS[id(function)] = reason


def of_module(module, *names):
    """The functions of these names, as far as this version has them."""
    return [getattr(module, name) for name in names if hasattr(module, name)]


def why_refused(function):
    """Why a function has no rule, in a sentence; None for one that is not listed."""
    _list_imported()
    return REASONS.get(id(function))


def _list_imported():
    """List the names of SciPy's modules, of those that are imported."""
    for name in NAMES.keys() - _done:
        module = sys.modules.get(name)
        if module is not None:
            _done.add(name)
            load_optional()
            for reason, names in NAMES[name].items():
                _list_those_of(module, reason, names)


_done: set[str] = set()


def _list_those_of(module, reason, names):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated names
        left = {name: found for name, found in listed(module).items() if status(found) is None}
    if names == "@distributions":
        chosen = [found for found in left.values() if hasattr(found, "logpdf") or hasattr(found, "logpmf")]
    elif names == "*":
        chosen = list(left.values())
    else:
        chosen = [left[name] for name in names.split() if name in left]
    for function in chosen:
        refused(reason, function)


def stores(*functions):
    """Functions that write into an array or a container: the compiler's own business (docs/writes.md), not a rule's."""
    _listed.extend(functions)
    STORES.update(map(id, functions))


def status(function):
    """What becomes of a call that an active value reaches: `kind` of its rule, "structure", "store", "refused" or None."""
    _list_imported()
    rule = find(function)
    if rule is not None:
        return rule.kind
    if is_replaced(function) or (
        type(function).__module__.startswith("scipy.stats")
        and any(find(getattr(function, name, None)) for name in ("logpdf", "logpmf", "pdf", "pmf"))
    ):
        return "structure"  # a distribution: its methods have rules
    if any(function is known for known in STRUCTURAL):
        return "structure"
    if id(function) in STORES:
        return "store"
    return "refused" if id(function) in REASONS else None


# ── writing in place ─────────────────────────────────────────────────────────────────────────────────────

stores(np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal)
stores(
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.imatmul, operator.ipow, operator.imod,
    operator.ifloordiv, operator.iand, operator.ior, operator.ixor, operator.ilshift, operator.irshift,
    operator.iconcat, operator.delitem,
)  # fmt: skip
stores(
    *of_module(np.ndarray, "fill", "put", "sort", "partition", "resize", "setfield", "itemset", "setflags")
)

# ── functions of functions ───────────────────────────────────────────────────────────────────────────────

refused("its results are Python objects, whose types are not followed: use np.vectorize", np.frompyfunc)
refused("it takes numbers from an iterator: give a list to np.array", np.fromiter)

# ── sets, and results whose size hangs on values ─────────────────────────────────────────────────────────

refused(
    "which elements are in the result depends on their values: index with a mask, or use np.unique",
    *of_module(np, "intersect1d", "union1d", "setdiff1d", "setxor1d", "trim_zeros"),
)
refused(
    "the order of its result is not fixed: use np.unique",
    *of_module(np, "unique_values", "unique_all", "unique_counts", "unique_inverse"),
)
refused("use np.histogram, or np.histogram2d", np.histogramdd, np.histogram_bin_edges)

# ── views of memory, other kinds of arrays ───────────────────────────────────────────────────────────────

refused("its result shares memory in a way that is not followed: use slices", np.lib.stride_tricks.as_strided)
refused(
    "it reads the memory of an array as something else",
    *of_module(np, "frombuffer", "from_dlpack", "ndarray", "memmap"),
    *of_module(np.ndarray, "view", "base", "data", "ctypes", "byteswap", "getfield", "tobytes", "dump", "dumps", "tofile"),
)  # fmt: skip
refused("arrays on other devices are not followed", *of_module(np.ndarray, "to_device"))
refused(
    "index the array itself",
    np.ndarray.flat,
    np.flatiter,
    np.nditer,
    np.nested_iters,
    np.ndenumerate,
    np.broadcast,
)
refused("use arrays of two axes and `@`", *of_module(np, "matrix", "asmatrix", "bmat"))
refused("use arrays of floats, one for each field", *of_module(np, "recarray", "record", "void"))
refused("use np.polyval and its relatives on arrays of coefficients", np.poly1d)

# ── text, dates, objects ─────────────────────────────────────────────────────────────────────────────────

refused(
    "it makes text, from which no derivative comes back",
    *of_module(np, "format_float_positional", "format_float_scientific", "base_repr", "binary_repr", "typename", "str_",
               "bytes_", "character"),
)  # fmt: skip
refused(
    "dates have no derivative",
    *of_module(np, "busday_count", "busday_offset", "busdaycalendar", "is_busday", "datetime64", "datetime_as_string",
               "datetime_data"),
)  # fmt: skip
refused("arrays of objects are not followed: use floats", np.object_)
refused(
    "it is an abstract type, which cannot be called",
    np.generic, np.number, np.inexact, np.floating, np.complexfloating, np.flexible, np.ufunc,
)  # fmt: skip

# ── files, settings ──────────────────────────────────────────────────────────────────────────────────────

refused("it writes a file", np.save, np.savetxt, np.savez, np.savez_compressed)
refused("it reads a file", np.fromfile, np.fromregex)
refused(
    "it looks into NumPy or changes its settings",
    *of_module(np, "info", "show_config", "show_runtime", "test", "get_include", "getbufsize", "setbufsize", "geterrcall",
               "seterrcall", "printoptions"),
    *(part.test for part in (np.linalg, np.fft, np.random)),
    *of_module(np.random, "seed", "get_bit_generator", "set_bit_generator"),
)  # fmt: skip

# ── Python's own ─────────────────────────────────────────────────────────────────────────────────────────

refused("it runs text as a program", builtins.eval, builtins.exec, builtins.compile)
refused("it looks into the program's variables", builtins.globals, builtins.locals, builtins.vars)
refused("asynchronous programs are not followed", builtins.aiter, builtins.anext)
refused("it hides numbers in bytes", builtins.bytearray, builtins.memoryview)
refused("it is no function of numbers", builtins.classmethod, builtins.staticmethod)
refused(
    "it belongs to the interactive interpreter",
    *(getattr(builtins, name) for name in ("copyright", "credits", "license", "exit", "quit") if hasattr(builtins, name)),
)  # fmt: skip
refused("write the operator, or the method's call", operator.concat, operator.methodcaller)


def listed(owner):
    """The public callables of a module, and the public methods and attributes of a class, by name."""
    names = {name: getattr(owner, name) for name in dir(owner) if not name.startswith("_")}
    if isinstance(owner, types.ModuleType):
        return {name: found for name, found in names.items() if callable(found)}
    return names
