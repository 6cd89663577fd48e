"""The table of derivatives: importing this package declares all of it.

The decorators are in `declare` (here, `elementwise` and `zero` are the modules of that name).
"""

from s2sad.rules import (  # noqa: F401
    builtins,
    complex_scalar,
    constructors,
    elementwise,
    fourier,
    functions,
    helpers,
    indexing,
    joining,
    linalg,
    nan_variants,
    polynomials,
    products,
    reductions,
    refused,
    scalar,
    scimath,
    shaping,
    sorting,
    statistics,
    ufunc_methods,
    zero,
)
from s2sad.rules.check import check_rule
from s2sad.rules.declare import (
    Rule,
    RuleError,
    all_rules,
    constant,
    find,
    find_attribute,
    find_method,
    known,
)

__all__ = [
    "Rule",
    "RuleError",
    "all_rules",
    "check_rule",
    "constant",
    "find",
    "find_attribute",
    "find_method",
    "known",
]
