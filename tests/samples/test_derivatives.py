"""Each sample's derivatives, in both modes, against finite differences and each other."""

import numpy as np
import pytest

import s2sad
from samples import bundle_adjustment
from tests.harness import check
from tests.samples.points import POINTS, scene


@pytest.mark.parametrize("name", POINTS)
def test_agrees_with_finite_differences(name):
    point = POINTS[name]
    check(point.function, point.args, wrt=point.wrt)


@pytest.mark.parametrize("name", ["survey", "newton", "lotka_volterra", "classifier", "lstm"])
def test_second_derivative(name):
    point = POINTS[name]
    check(point.function, point.args, wrt=point.wrt, second=True)


def test_camera_without_rotation():
    """The branch of Rodrigues' formula without an angle has the derivative that the other tends to."""
    cameras, *others = scene()
    still, nearly = cameras.copy(), cameras.copy()
    still[0, :3] = 0.0
    nearly[0, :3] = 1e-6
    gradient = s2sad.grad(bundle_adjustment.cost)
    found, wanted = gradient(still, *others), gradient(nearly, *others)
    assert np.all(np.isfinite(found))
    assert np.allclose(found, wanted, rtol=1e-4, atol=1e-4)
