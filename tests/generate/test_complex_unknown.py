"""Without annotations nothing says whether a value is complex: where a complex one comes in, it has to be said."""

import numpy as np
import pytest

from s2sad.compile import DEFAULTS, derive, generate
from s2sad.errors import RefusedError
from s2sad.frontend.resolve import from_file, from_function


def product(a, b):
    z = 2j * a + b
    return (z * z).imag


def wave(a, b):
    return (np.exp(1j * a) * b).real


def part_of_unknown(a, b):
    return (a * b).imag


@pytest.mark.parametrize("function", [product, wave, part_of_unknown])
@pytest.mark.parametrize("mode", ["jvp", "vjp"])
def test_refused(function, mode):
    with pytest.raises(RefusedError, match="S2S022.*not known whether this value is complex"):
        derive(from_function(function), mode, ("a", "b"), None).entry(mode)


def test_the_remedy(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("def f(a: float, b: float):\n    z = 2j * a + b\n    return (z * z).imag\n")
    space = {}
    exec(generate(from_file(path), ["f"], None, "reverse", DEFAULTS), space)
    assert space["f_vjp"](0.7, 0.4)[1] == pytest.approx((4 * 0.4, 4 * 0.7))
