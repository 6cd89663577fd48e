"""What is told of a result's kind where its shape is not known: never that it is real when it may be complex."""

import numpy as np
import pytest
from scipy import fft as scipy_fft
from scipy import linalg

import s2sad
from s2sad.analysis import untold
from s2sad.analysis.values import Known, Lst, Tensor

from .test_compiled import central

REAL, COMPLEX = Tensor("f", np.dtype(float)), Tensor("c", np.dtype(complex))


@pytest.mark.parametrize(
    "function", [np.fft.fft, np.fft.rfft, np.fft.ihfft, np.fft.fftn, scipy_fft.fft, linalg.eigvals]
)
def test_a_spectrum_is_complex_whatever_its_rank(function):
    assert untold.one_array(function, [REAL], {}).kind == "c"


@pytest.mark.parametrize("function", [np.fft.irfft, np.linalg.norm, np.linalg.svdvals, np.abs])
def test_what_is_real_whatever_its_operand(function):
    assert untold.one_array(function, [COMPLEX], {}).kind == "f"


def test_a_kind_that_hangs_on_an_unknown_one_is_unknown():
    assert untold.one_array(np.exp, [Tensor("?")], {}).kind == "?"
    assert untold.one_array(np.asarray, [REAL], {"dtype": Tensor("?")}).kind == "?"


MATRICES = [np.diag([-1.0, 2.0, 3.0]) + 0.1, np.array([[0.3, -2.0, 0.1], [1.5, 0.4, 0.2], [0.1, 0.3, -1.2]])]


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize(
    "function",
    [linalg.sqrtm, linalg.logm, lambda m: linalg.fractional_matrix_power(m, 0.3)],
    ids=["sqrtm", "logm", "power"],
)
def test_functions_of_real_matrices_may_be_complex(matrix, function):
    def size(m):
        return np.sum(np.abs(function(m)) ** 3)

    d = np.random.default_rng(0).normal(size=matrix.shape)
    slope = central(size, [matrix], [d])
    np.testing.assert_allclose(np.sum(s2sad.grad(size)(matrix) * d), slope, rtol=1e-6)
    np.testing.assert_allclose(s2sad.jvp(size, (matrix,), (d,))[1], slope, rtol=1e-6)


def test_options_that_are_left_away_may_tell_the_kind():
    """Weights make floats of counts: to take them for integers would be to lose their derivative."""
    places = Lst(Known(0), (Known(0), Known(1), Known(1)))
    assert untold.one_array(np.bincount, [places], {"weights": REAL}).kind == "f"
    assert untold.one_array(np.bincount, [places], {"weights": Tensor("?")}).kind == "?"


def test_several_results_where_no_sample_fits():
    """``eig`` takes square matrices, and the size of ``a[:3]`` is not known: its result is a pair all the same."""
    a, d = MATRICES[1], np.random.default_rng(0).normal(size=(3, 3))

    def values(m):
        return np.linalg.eig(m[:3])[0].real

    gradient = s2sad.vjp(values, a)[1](np.ones(3))[0]
    np.testing.assert_allclose(np.sum(gradient * d), np.trace(d), rtol=1e-9)
