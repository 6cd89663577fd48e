"""Functions of NumPy that call a Python function, and calls with rare options: other functions that stand in for them."""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_composed import (
    _average_and_weights,
    _choose_within,
    _density,
    _deviation_where,
    _histogram_of_pairs,
    _horner,
    _integral_from,
    _padded_with,
    _periodic_interp,
    _polynomial_quotient,
    _spaced_along,
    _steps_between_ends,
    _unique_and_places,
    _variance_where,
    _vecdot_along,
    _weighted_cov,
)
from s2sad.prelude_functions import _along_axis, _from_function, _over_axes, _piecewise
from s2sad.prelude_transforms import _as_found
from s2sad.rules.declare import constant
from s2sad.rules.options import anything
from s2sad.rules.stand_ins import stands_in

# ── functions of functions ───────────────────────────────────────────────────────────────────────────────

stands_in(_along_axis, np.apply_along_axis)
stands_in(_over_axes, np.apply_over_axes)
stands_in(_piecewise, np.piecewise)
stands_in(_from_function, np.fromfunction, {"dtype": anything, "**": anything})

# ── functions without a rule ─────────────────────────────────────────────────────────────────────────────

stands_in(_polynomial_quotient, np.polydiv)
stands_in(
    _histogram_of_pairs, np.histogram2d, dict.fromkeys(("bins", "range", "density", "weights"), anything)
)

stands_in(_horner, np.polynomial.polynomial.polyval)

# ── options that a rule has not ──────────────────────────────────────────────────────────────────────────


def not_literal(word):
    """no number that is written out"""
    return not isinstance(word, (bool, int, float, complex, tuple, list))


GIVEN = (True,)

stands_in(_variance_where, np.var, when=("where", "mean"))
stands_in(_deviation_where, np.std, when=("where", "mean"))
stands_in(_average_and_weights, np.average, {"returned": GIVEN}, when=("returned",))
stands_in(_weighted_cov, np.cov, when=("fweights", "aweights"))
stands_in(_periodic_interp, np.interp, when=("period",))
stands_in(_steps_between_ends, np.ediff1d, when=("to_end", "to_begin"))
stands_in(_choose_within, np.choose, {"mode": ("wrap", "clip")}, when=("mode",))
stands_in(_spaced_along, np.linspace, when=("axis",))
stands_in(_vecdot_along, np.vecdot, when=("axis",))
stands_in(_vecdot_along, np.linalg.vecdot, when=("axis",))
stands_in(_integral_from, np.polyint, when=("k",))
stands_in(_density, np.histogram, {"density": GIVEN}, when=("density",))
stands_in(_unique_and_places, np.unique, {"return_index": GIVEN, "return_inverse": GIVEN, "return_counts": GIVEN},
          when=("return_index", "return_inverse", "return_counts"))  # fmt: skip
stands_in(
    _padded_with, np.pad, {"constant_values": not_literal, "mode": ("constant",)}, when=("constant_values",)
)

constant(_as_found)
