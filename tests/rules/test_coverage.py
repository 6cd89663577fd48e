"""Nothing of NumPy is unlisted: each public name has a rule, or a reason why it has none."""

import builtins
import cmath
import importlib
import math
import operator

import numpy as np
import pytest

from s2sad.rules import declare
from s2sad.rules.refused import listed, status, why_refused

SCIPY = [
    importlib.import_module(name)
    for name in (
        "scipy.special", "scipy.linalg", "scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.ndimage", "scipy.optimize",
        "scipy.signal", "scipy.signal.windows", "scipy.sparse", "scipy.sparse.linalg", "scipy.stats",
    )
]  # fmt: skip
MODULES = [
    *SCIPY,
    np,
    np.linalg,
    np.fft,
    np.random,
    np.emath,
    np.lib.stride_tricks,
    math,
    cmath,
    operator,
    builtins,
]
REDUCING = ("reduce", "accumulate", "reduceat", "outer")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_name_is_listed(module):
    missing = [name for name, function in listed(module).items() if status(function) is None]
    assert not missing, f"declare a rule, or a reason in rules/refused.py: {missing}"


def test_every_method_and_attribute_of_arrays_is_listed():
    ruled = {**declare.all_methods(), **declare.all_attributes()}
    missing = [
        name for name, found in listed(np.ndarray).items() if name not in ruled and status(found) is None
    ]
    assert not missing


def test_a_name_has_one_status():
    for name, function in listed(np).items():
        assert not (declare.find(function) is not None and why_refused(function)), name


def test_reasons_are_sentences():
    for function in (np.frompyfunc, np.trim_zeros, np.save, np.poly1d):
        assert len(why_refused(function).split()) > 3
    assert why_refused(np.sin) is None
    assert why_refused(len) is None
