"""`scipy.signal`: convolutions and linear filters."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import signal

from s2sad.prelude_arrays import _lagged, _uncut
from s2sad.prelude_signal import _hilbert_adjoint, _lfilter_from, _savgol_adjoint
from s2sad.rules.declare import anything, array, case, constant, linear, rule, twin
from s2sad.rules.stand_ins import stands_in

MODES = (
    case(array(5), array(3)),
    *(case(array(4, 5), array(2, 3), mode=mode) for mode in ("full", "same", "valid")),
    case(array(6), array(3), "same"),
)


@rule(
    signal.convolve,
    signal.fftconvolve,
    signal.oaconvolve,
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
    accepts={"method": anything, "mode": ("full", "same", "valid")},
    cases=[
        case(array(5), array(3)),
        case(array(4, 5), array(2, 3), "valid"),
        case(array(3), array(5)),
        case(array(5), array(3), "same"),
        case(array(4, 5), array(2, 3), mode="same"),
        case(array(3), array(5), mode="same"),
    ],
)
class correlate:  # the second operand is conjugated
    def in1(in1_dot, out, in1, in2, mode="full"):
        return signal.correlate(in1_dot, in2, mode)

    def in2(in2_dot, out, in1, in2, mode="full"):
        return signal.correlate(in1, in2_dot, mode)

    def vjp(out_bar, out, in1, in2, mode="full"):
        if mode == "full" or mode == "same":
            seed = _uncut(out_bar, in1, in2, mode)
            in2_bar = np.flip(np.conj(signal.correlate(seed, in1, "valid")))
            return signal.convolve(seed, in2, "valid"), in2_bar
        if np.size(in1) < np.size(in2):
            raise ValueError("signal.correlate: give the longer operand first in mode 'valid'")
        return signal.convolve(out_bar, in2), signal.correlate(in1, out_bar, "valid")


IN_A_PLANE = [case(array(4, 5), array(2, 3), mode=mode) for mode in ("full", "same", "valid")]
twin(signal.convolve2d, signal.convolve, cases=IN_A_PLANE, boundary=("fill",), fillvalue=(0,))
twin(
    signal.correlate2d,
    signal.correlate,
    cases=[c for c in IN_A_PLANE if c.kwargs["mode"] != "same"],
    mode=("full", "valid"),
    boundary=("fill",),
    fillvalue=(0,),
)


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


SECTIONS = [[1.0, 0.4, 0.1, 1.0, -0.5, 0.2], [0.5, 0.1, 0.0, 1.0, 0.3, 0.1]]


@linear(
    signal.sosfilt,
    wrt="x",
    real_only=True,
    fresh=True,
    batch="axis",
    cases=[case(SECTIONS, array(6)), case(SECTIONS, array(5, 2), axis=0)],
)
def sosfilt(out_bar, sos, x, axis=-1):
    return np.flip(signal.sosfilt(sos, np.flip(out_bar, axis), axis), axis)


@linear(
    signal.detrend,
    wrt="data",
    fresh=True,
    batch="axis",
    accepts={"type": ("linear", "constant", "l", "c")},
    cases=[
        case(array(6)),
        case(array(5, 2), axis=0, type="constant"),
        case(array(2, 8), bp=(3, 5)),
    ],
)
def detrend(out_bar, data, axis=-1, type="linear", bp=0):  # a projection
    return signal.detrend(out_bar, axis, type, bp)


@linear(
    signal.hilbert,
    wrt="x",
    real_only=True,
    fresh=True,
    batch="axis",
    cases=[case(array(5)), case(array(6, 2), axis=0)],
)
def hilbert(out_bar, x, *, axis=-1):
    return _hilbert_adjoint(out_bar, axis)


@rule(
    signal.savgol_filter,
    batch="axis",
    wrt="x",
    real_only=True,
    fresh=True,
    accepts={"mode": ("interp", "mirror", "constant", "nearest", "wrap")},
    cases=[
        case(array(9), 5, 2),
        case(array(8, 2), 5, 3, deriv=1, delta=0.5, axis=0),
        *(case(array(7), 5, 2, mode=mode) for mode in ("mirror", "constant", "nearest", "wrap")),
        case(array(7), 3, 1, mode="constant", cval=0.4),
    ],
)
class savgol_filter:
    def x(x_dot, out, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
        return signal.savgol_filter(x_dot, window_length, polyorder, deriv, delta, axis, mode)

    def vjp(out_bar, out, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
        return _savgol_adjoint(out_bar, window_length, polyorder, deriv, delta, axis, mode)


constant(signal.unit_impulse, signal.correlation_lags, signal.choose_conv_method)

stands_in(_lfilter_from, signal.lfilter, when=("zi",))
