"""s2sad: a source-to-source compiler for derivatives of Python and NumPy programs.

Everything here is loaded at its first use, so that importing s2sad costs nothing to a program that may not need it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2sad.api import (
        check_grads,
        differentiate,
        grad,
        hessian,
        hvp,
        jacfwd,
        jacobian,
        jacrev,
        jvp,
        stop_gradient,
        using_options,
        value_and_grad,
        vjp,
    )
    from s2sad.errors import RefusedError, S2sadError, SourceError
    from s2sad.rules.check import check_rule
    from s2sad.rules.declare import RuleError, constant, elementwise, linear, rule, zero

__version__ = "0.1.0"

_HOME = {
    "s2sad.api": (
        "check_grads differentiate grad hessian hvp jacfwd jacobian jacrev jvp stop_gradient using_options "
        "value_and_grad vjp"
    ),
    "s2sad.errors": "RefusedError S2sadError SourceError",
    "s2sad.rules.check": "check_rule",
    "s2sad.rules.declare": "RuleError constant elementwise linear rule zero",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "RefusedError",
    "RuleError",
    "S2sadError",
    "SourceError",
    "check_grads",
    "check_rule",
    "constant",
    "differentiate",
    "elementwise",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linear",
    "rule",
    "stop_gradient",
    "using_options",
    "value_and_grad",
    "vjp",
    "zero",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 's2sad' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
