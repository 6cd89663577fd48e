"""Every rule on nothing and on next to nothing: arrays without elements, and arrays without axes.

The cases of a rule are drawn with other shapes. What the function itself refuses is no case; what it takes, both modes
must take, but for those that are listed.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from s2sad.rules import declare
from s2sad.rules.check import Call, check_call, leaves, map_together
from s2sad.rules.declare import Sample

from .test_every_rule import RULES as ALL
from .test_every_rule import label

RULES = [
    rule for rule in ALL if not label(rule).startswith("helpers.")
]  # of shapes that emitted code gives them

#: Where the derivative raises an error, or where no shape can be told, although the function answers.
NUMBERS = "NumPy and SciPy take a number for an array of one element"
KERNEL = "the adjoint is such a filter, or a product, of what has no elements, which raises an error"
SIZES = "the sizes that are left do not fit together; the function does not look"
NOT_EMPTY = {
    "constructors.tolist": "an empty list tells no inner sizes",
    **dict.fromkeys(("joining.unstack", "linalg.norm", "linalg.qr", "shaping.resize", "products.einsum"), SIZES),
    **dict.fromkeys(("linalg.lstsq", "linalg.tensorsolve", "scipy_linalg.solve_sylvester"), SIZES),
    **dict.fromkeys(("scipy_linalg.lu_factor", "scipy_linalg.lu_solve", "scipy_matrices.hankel"), SIZES),
    **dict.fromkeys(("polynomials.polymul", "polynomials.poly", "ufunc_methods.extremum_accumulate"), KERNEL),
    **{f"scipy_ndimage.{name}": KERNEL for name in ("gaussian_filter1d", "gaussian_filter", "uniform_filter1d",
                                                    "uniform_filter", "laplace", "sobel", "prewitt")},
    **{f"scipy_signal.{name}": KERNEL for name in ("convolve", "correlate", "savgol_filter")},
}  # fmt: skip
NOT_WITHOUT_AXES = {
    **{f"polynomials.{name}": NUMBERS for name in ("polyadd", "polysub", "polymul", "polyint")},
    **{f"ufunc_methods.{name}_reduce": NUMBERS for name in ("add", "multiply", "logaddexp", "hypot")},
    **dict.fromkeys(("products.multi_dot", "products.convolve", "sorting.diff"), NUMBERS),
    **dict.fromkeys(("reductions.cumulative_sum", "reductions.cumulative_prod"), NUMBERS),
    **dict.fromkeys(("scipy_discrete.multivariate_normal_logpdf", "scipy_discrete.multivariate_normal_pdf"), NUMBERS),
    **{f"scipy_ndimage.{name}": NUMBERS for name in ("correlate", "convolve", "laplace")},
    **{f"scipy_signal.{name}": NUMBERS for name in ("convolve", "correlate")},
    **{f"scipy_matrices.{name}": NUMBERS for name in ("toeplitz", "circulant", "expm")},
    "scipy_linalg.lu_factor": NUMBERS,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def emptied(sample):
    if not isinstance(sample, Sample) or not sample.shape or sample.kind == "scalar":
        return sample
    square = (0, 0) if sample.kind == "spd" else (0, *sample.shape[1:])
    return replace(sample, shape=(*sample.shape[:-2], *square) if sample.kind == "spd" else square)


def without_axes(sample):
    return replace(sample, shape=()) if isinstance(sample, Sample) and sample.kind == "array" else sample


def reshaped(case, change):
    return declare.case(*map_together(change, case.args), **map_together(change, case.kwargs))


def calls(rule, change):
    """The calls that the rule's functions take with their samples changed.

    NumPy takes ``axis=-1`` of an array without axes. That is no business of the rules: see `test_numbers`.
    """
    for function, case in itertools.product(rule.functions, rule.cases):
        if not isinstance(case, declare.Case):
            continue
        other = reshaped(case, change)
        if other == case or (change is without_axes and "axis" in case.kwargs):
            continue
        args, kwargs = other(np.random.default_rng(12))
        try:
            out = function(*args, **kwargs)
        except Exception:  # whatever it says, it does not take them
            continue
        numbers = all(isinstance(leaf, np.ndarray | np.generic | float | complex) for leaf in leaves(out))
        if numbers and all(
            np.isfinite(leaf).all() for leaf in leaves(out)
        ):  # the mean of nothing is no number
            yield function, args, kwargs


def check_all(rule, change):
    for function, args, kwargs in calls(rule, change):
        if Call(rule, function, args, kwargs).active:
            check_call(rule, function, args, kwargs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rule", [r for r in RULES if label(r) not in NOT_EMPTY], ids=label)
def test_arrays_without_elements(rule):
    check_all(rule, emptied)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rule", [r for r in RULES if label(r) not in NOT_WITHOUT_AXES], ids=label)
def test_arrays_without_axes(rule):
    check_all(rule, without_axes)
