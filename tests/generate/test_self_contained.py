"""The text of a function differentiated in a running program, as a file of its own."""

import subprocess
import sys

import numpy as np

from s2sad.compile import derive
from s2sad.frontend.resolve import from_function
from s2sad.generate import self_contained_text

RATE = 0.5
WEIGHTS = np.array([1.0, 2.0, 4.0])


def weighted(x, n):
    return WEIGHTS[n] * RATE * np.sin(x)


def text_of(function, **arguments):
    source = from_function(function)
    derived = derive(source, "vjp", ("x",), arguments)
    return self_contained_text(derived.functions.values(), source.module)


def value_of(text, call):
    code = f"import sys\nsys.modules['s2sad'] = None\n{text}\nprint({call})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + text
    return float(done.stdout)


def test_constants_of_the_module():
    text = text_of(weighted, x=0.3, n=1)
    assert "RATE = 0.5" in text and "WEIGHTS = np.array([1.0, 2.0, 4.0])" in text
    assert np.isclose(value_of(text, "weighted_vjp(0.3, 1)[1]"), 2.0 * 0.5 * np.cos(0.3))


def test_captured_numbers():
    scale = 3.0

    def scaled(x):
        return scale * x * x

    assert np.isclose(value_of(text_of(scaled, x=0.3), "scaled_vjp(0.3)[1]"), 1.8)


def test_what_cannot_be_written_down_is_named():
    generator = object()

    def odd(x):
        return x * x if generator else x

    text = text_of(odd, x=0.3)
    compile(text, "odd", "exec")
