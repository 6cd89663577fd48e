"""The hand-written adjoints, against which s2sad is measured, are right: finite differences say so."""

import numpy as np
import pytest

from benchmarks.cases import CASES
from benchmarks.hand import HAND
from tests.harness import difference, flat, random_like
from tests.samples.points import POINTS, scene


def agrees(sample: str, plain, args: tuple, wrt: tuple[int, ...]) -> None:
    y, gradients = HAND[sample](*args)
    assert np.allclose(y, np.sum(plain(*args)), rtol=1e-12)
    assert [np.shape(g) for g in gradients] == [np.shape(args[i]) for i in wrt]
    rng = np.random.default_rng(0)
    for _ in range(3):
        direction = tuple(random_like(rng, a) if i in wrt else None for i, a in enumerate(args))
        slope, gap = difference(plain, args, direction)
        found = flat(gradients) @ flat(tuple(direction[i] for i in wrt))
        assert abs(found - np.sum(slope)) <= 1e-7 * (1 + abs(found)) + 10 * gap


@pytest.mark.parametrize("sample", [name for name in POINTS if name != "forward_gradient"])
def test_adjoint(sample):
    point = POINTS[sample]
    agrees(sample, getattr(point.function, "__wrapped__", point.function), point.args, point.wrt)


def test_adjoint_of_turned_cameras():
    cameras, *others = scene()
    args = (cameras + 0.1, *others)
    agrees("bundle_adjustment", POINTS["bundle_adjustment"].function, args, (0, 1, 2))


def test_tangent():
    params, x, labels = POINTS["forward_gradient"].args
    direction = random_like(np.random.default_rng(0), params)
    _, (y_dot,) = HAND["forward_gradient"](params, x, labels, direction)
    slope, gap = difference(POINTS["forward_gradient"].function, (params, x, labels), (direction, None, None))
    assert y_dot == pytest.approx(slope[0], rel=1e-7, abs=10 * gap)


def test_every_case_has_a_hand_version():
    assert {make().sample for make in CASES.values()} == HAND.keys()
