"""`scipy.signal`: convolutions and linear filters."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import signal

from s2sad.prelude_arrays import _lagged, _uncut
from s2sad.rules.declare import anything, array, case, rule

MODES = (
    case(array(5), array(3)),
    *(case(array(4, 5), array(2, 3), mode=mode) for mode in ("full", "same", "valid")),
    case(array(6), array(3), "same"),
)


@rule(
    signal.convolve,
    signal.fftconvolve,
    wrt=("in1", "in2"),
    fresh=True,
    accepts={"method": anything, "mode": ("full", "same", "valid")},
    cases=MODES,
)
class convolve:
    def in1(in1_dot, out, in1, in2, mode="full"):
        return signal.convolve(in1_dot, in2, mode)

    def in2(in2_dot, out, in1, in2, mode="full"):
        return signal.convolve(in1, in2_dot, mode)

    def vjp(out_bar, out, in1, in2, mode="full"):
        if mode == "valid" and np.size(in1) < np.size(in2):
            raise ValueError("signal.convolve: give the longer operand first in mode 'valid'")
        seed = _uncut(out_bar, in1, in2, mode)
        return signal.correlate(seed, in2, "valid"), signal.correlate(seed, in1, "valid")


@rule(
    signal.correlate,
    wrt=("in1", "in2"),
    fresh=True,
    accepts={"method": anything, "mode": ("full", "valid")},
    cases=[case(array(5), array(3)), case(array(4, 5), array(2, 3), "valid"), case(array(3), array(5))],
)
class correlate:  # the second operand is conjugated
    def in1(in1_dot, out, in1, in2, mode="full"):
        return signal.correlate(in1_dot, in2, mode)

    def in2(in2_dot, out, in1, in2, mode="full"):
        return signal.correlate(in1, in2_dot, mode)

    def vjp(out_bar, out, in1, in2, mode="full"):
        if mode == "full":
            in2_bar = np.flip(np.conj(signal.correlate(out_bar, in1, "valid")))
            return signal.convolve(out_bar, in2, "valid"), in2_bar
        if np.size(in1) < np.size(in2):
            raise ValueError("signal.correlate: give the longer operand first in mode 'valid'")
        return signal.convolve(out_bar, in2), signal.correlate(in1, out_bar, "valid")


@rule(
    signal.lfilter,
    wrt=("b", "a", "x"),
    fresh=True,
    cases=[
        case(array(2), np.array([1.5, 0.3, -0.2]), array(6)),
        case(array(3), np.array([1.2, 0.4]), array(2, 5)),
        case(array(2), np.array([1.0, 0.3]), array(5, 2), axis=0),
    ],
)
class lfilter:  # a(z) y = b(z) x
    def b(b_dot, out, b, a, x, axis=-1):
        return signal.lfilter(b_dot, a, x, axis)

    def a(a_dot, out, b, a, x, axis=-1):
        return -signal.lfilter(a_dot, a, out, axis)

    def x(x_dot, out, b, a, x, axis=-1):
        return signal.lfilter(b, a, x_dot, axis)

    def vjp(out_bar, out, b, a, x, axis=-1):
        back = np.flip(signal.lfilter([1.0], np.conj(a), np.flip(out_bar, axis), axis), axis)
        x_bar = np.flip(signal.lfilter(np.conj(b), np.conj(a), np.flip(out_bar, axis), axis), axis)
        return _lagged(back, x, len(b), axis), -_lagged(back, out, len(a), axis), x_bar
