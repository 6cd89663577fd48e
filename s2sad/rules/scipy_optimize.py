"""`scipy.optimize`: roots and minima, by the implicit function theorem (`prelude_roots`)."""

# mypy: no-check-untyped-defs
from scipy import optimize

from s2sad.prelude_roots import (
    _bisect,
    _brenth,
    _brentq,
    _fsolve,
    _minimize,
    _minimize_scalar,
    _newton,
    _ridder,
    _root,
    _root_scalar,
    _toms748,
)
from s2sad.rules.declare import Words
from s2sad.rules.options import anything
from s2sad.rules.stand_ins import stands_in


def only_values(word):
    """a function, or None: not True, by which the function gives its derivative as well"""
    return word is not True


TOLERANCES: dict[str, Words] = dict.fromkeys(("args", "xtol", "rtol", "maxiter", "disp"), anything)
ONE: dict[str, Words] = {**TOLERANCES, "full_output": (False, 0)}
for by, function in (
    (_brentq, optimize.brentq),
    (_brenth, optimize.brenth),
    (_bisect, optimize.bisect),
    (_ridder, optimize.ridder),
):
    stands_in(by, function, ONE)
stands_in(_toms748, optimize.toms748, {**ONE, "k": anything})
stands_in(_newton, optimize.newton, {**ONE, **dict.fromkeys(("fprime", "tol", "fprime2", "x1"), anything)})
stands_in(
    _root_scalar,
    optimize.root_scalar,
    {
        **TOLERANCES, **dict.fromkeys(("method", "bracket", "x0", "x1", "options"), anything),
        "fprime": only_values, "fprime2": only_values,
    },
    objects=True,
)  # fmt: skip
stands_in(
    _fsolve, optimize.fsolve, {**ONE, **dict.fromkeys(("fprime", "epsfcn", "factor", "diag"), anything)}
)
stands_in(
    _root,
    optimize.root,
    {**dict.fromkeys(("args", "method", "tol", "options"), anything), "jac": only_values},
    objects=True,
)
# bounds and constraints are not among the options: where one holds, the gradient is not zero
SMOOTH = ("BFGS", "L-BFGS-B", "Newton-CG", "CG", "Nelder-Mead", "Powell", "TNC", "trust-ncg", "trust-exact", "trust-krylov", "dogleg",
          None)  # fmt: skip
stands_in(
    _minimize,
    optimize.minimize,
    {**dict.fromkeys(("args", "tol", "options", "hess"), anything), "jac": only_values, "method": SMOOTH},
    objects=True,
)
stands_in(
    _minimize_scalar,
    optimize.minimize_scalar,
    {**dict.fromkeys(("args", "tol", "options", "bracket"), anything), "method": ("brent", "golden", None)},
    objects=True,
)
