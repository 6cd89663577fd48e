"""`scipy.ndimage`: linear filters, in every mode of their boundaries.

`output` must not be given; `mode` is one word for all axes. A filter with `cval` other than zero is affine: its tangent
is the filter with zero.
"""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import ndimage

from s2sad.prelude_ndimage import (
    _along,
    _correlation_adjoint,
    _gaussian_adjoint,
    _gaussian_weights,
    _gradient_filter_adjoint,
    _laplace_adjoint,
    _uniform_adjoint,
    _weights_adjoint,
)
from s2sad.rules.declare import array, case, linear, rule

MODES = ("reflect", "constant", "nearest", "mirror", "wrap", "grid-mirror", "grid-constant", "grid-wrap")
WORD = {"mode": MODES}

OF_ONE_AXIS = (
    case(array(6), array(3)),
    *(case(array(4, 3), array(4), axis=0, mode=mode, origin=-1) for mode in MODES),
    case(array(2), array(5), mode="mirror"),
    case(array(2, 3), array(7), mode="wrap", cval=0.5, origin=2),
    case(array(4), array(3), mode="constant", cval=0.5),
)


@rule(
    ndimage.correlate1d, wrt=("input", "weights"), real_only=True, fresh=True, accepts=WORD, cases=OF_ONE_AXIS
)
class correlate1d:
    def input(input_dot, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.correlate1d(input_dot, weights, axis, mode=mode, origin=origin)

    def weights(weights_dot, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.correlate1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin)

    def vjp(out_bar, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        wide = _along(weights, axis, np.ndim(input))
        weights_bar = _weights_adjoint(out_bar, input, wide, origin, mode, cval)
        return _correlation_adjoint(out_bar, input, wide, origin, mode), np.ravel(weights_bar)


@rule(
    ndimage.convolve1d, wrt=("input", "weights"), real_only=True, fresh=True, accepts=WORD, cases=OF_ONE_AXIS
)
class convolve1d:  # a correlation with the weights turned round
    def input(input_dot, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.convolve1d(input_dot, weights, axis, mode=mode, origin=origin)

    def weights(weights_dot, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.convolve1d(input, weights_dot, axis, mode=mode, cval=cval, origin=origin)

    def vjp(out_bar, out, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        wide = _along(weights[::-1], axis, np.ndim(input))
        shift = -origin if len(weights) % 2 else -origin - 1
        weights_bar = _weights_adjoint(out_bar, input, wide, shift, mode, cval)
        return _correlation_adjoint(out_bar, input, wide, shift, mode), np.ravel(weights_bar)[::-1]


OF_ALL_AXES = (
    case(array(4, 5), array(3, 2)),
    *(case(array(3, 4), array(3, 3), mode=mode) for mode in MODES),
    case(array(5), array(4), mode="nearest", origin=1),
    case(array(3, 3), array(2, 2), mode="constant", cval=0.7),
)


@rule(
    ndimage.correlate, wrt=("input", "weights"), real_only=True, fresh=True, accepts=WORD, cases=OF_ALL_AXES
)
class correlate:
    def input(input_dot, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.correlate(input_dot, weights, mode=mode, origin=origin)

    def weights(weights_dot, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.correlate(input, weights_dot, mode=mode, cval=cval, origin=origin)

    def vjp(out_bar, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        weights_bar = _weights_adjoint(out_bar, input, weights, origin, mode, cval)
        return _correlation_adjoint(out_bar, input, weights, origin, mode), weights_bar


# with an even size, the two ends of a convolution differ by one: one origin for all axes needs sizes of one parity
OF_ODD_SIZES = tuple(c for c in OF_ALL_AXES if len({n % 2 for n in c.args[1].shape}) == 1)


@rule(
    ndimage.convolve, wrt=("input", "weights"), real_only=True, fresh=True, accepts=WORD, cases=OF_ODD_SIZES
)
class convolve:
    def input(input_dot, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.convolve(input_dot, weights, mode=mode, origin=origin)

    def weights(weights_dot, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.convolve(input, weights_dot, mode=mode, cval=cval, origin=origin)

    def vjp(out_bar, out, input, weights, *, mode="reflect", cval=0.0, origin=0):
        if len({size % 2 for size in np.shape(weights)}) > 1:
            raise ValueError("scipy.ndimage.convolve: use weights whose sizes are all odd, or all even")
        turned = np.flip(weights)
        shift = -origin if np.shape(weights)[0] % 2 else -origin - 1
        weights_bar = np.flip(_weights_adjoint(out_bar, input, turned, shift, mode, cval))
        return _correlation_adjoint(out_bar, input, turned, shift, mode), weights_bar


@rule(
    ndimage.gaussian_filter1d,
    batch="axis",
    wrt="input",
    fresh=True,
    accepts=WORD,
    cases=[
        case(array(6), 0.8),
        *(case(array(5, 3), 1.2, axis=0, mode=mode) for mode in MODES),
        case(array(6), 0.8, order=1, truncate=2.0),
        case(array(6), 0.8, order=2, radius=2, mode="constant", cval=0.5),
    ],
)
class gaussian_filter1d:
    def input(
        input_dot, out, input, sigma, axis=-1, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None
    ):
        return ndimage.gaussian_filter1d(
            input_dot, sigma, axis, order, mode=mode, truncate=truncate, radius=radius
        )

    def vjp(
        out_bar, out, input, sigma, axis=-1, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None
    ):
        weights = _gaussian_weights(sigma, order, truncate, radius, np.real(out_bar).dtype)
        return _correlation_adjoint(out_bar, input, _along(weights, axis, np.ndim(input)), 0, mode)


@rule(
    ndimage.gaussian_filter,
    wrt="input",
    fresh=True,
    accepts=WORD,
    cases=[
        case(array(4, 5), 0.8),
        case(array(4, 5), (0.8, 0.0), mode="wrap"),
        case(array(3, 4), 1.1, order=(0, 1), mode="nearest", truncate=2.0),
        case(array(5), 0.8, order=1, radius=2, mode="constant", cval=0.5),
    ],
)
class gaussian_filter:
    def input(input_dot, out, input, sigma, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None):
        return ndimage.gaussian_filter(input_dot, sigma, order, mode=mode, truncate=truncate, radius=radius)

    def vjp(out_bar, out, input, sigma, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None):
        return _gaussian_adjoint(out_bar, sigma, order, mode, truncate, radius)


@rule(
    ndimage.uniform_filter1d,
    batch="axis",
    wrt="input",
    fresh=True,
    accepts=WORD,
    cases=[
        case(array(6), 3),
        case(array(5, 3), 4, axis=0, mode="mirror", origin=1),
        case(array(5), 4, mode="constant", cval=0.5),
    ],
)
class uniform_filter1d:
    def input(input_dot, out, input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.uniform_filter1d(input_dot, size, axis, mode=mode, origin=origin)

    def vjp(out_bar, out, input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        weights = np.ones(size, np.real(out_bar).dtype) / size
        return _correlation_adjoint(out_bar, input, _along(weights, axis, np.ndim(input)), origin, mode)


@rule(
    ndimage.uniform_filter,
    wrt="input",
    fresh=True,
    accepts=WORD,
    cases=[
        case(array(4, 5)),
        case(array(4, 5), (2, 1), mode="wrap", origin=-1),
        case(array(5), 4, mode="constant", cval=0.5),
    ],
)
class uniform_filter:
    def input(input_dot, out, input, size=3, *, mode="reflect", cval=0.0, origin=0):
        return ndimage.uniform_filter(input_dot, size, mode=mode, origin=origin)

    def vjp(out_bar, out, input, size=3, *, mode="reflect", cval=0.0, origin=0):
        return _uniform_adjoint(out_bar, size, mode, origin)


FEW = (case(array(4, 5)), case(array(3, 4), mode="wrap"), case(array(5), mode="constant", cval=0.5))


@rule(ndimage.laplace, wrt="input", fresh=True, accepts=WORD, cases=FEW)
class laplace:
    def input(input_dot, out, input, *, mode="reflect", cval=0.0):
        return ndimage.laplace(input_dot, mode=mode)

    def vjp(out_bar, out, input, *, mode="reflect", cval=0.0):
        return _laplace_adjoint(out_bar, mode)


OF_GRADIENTS = (*FEW, case(array(3, 4), axis=0, mode="nearest"))


@rule(ndimage.sobel, wrt="input", fresh=True, accepts=WORD, cases=OF_GRADIENTS)
class sobel:
    def input(input_dot, out, input, axis=-1, *, mode="reflect", cval=0.0):
        return ndimage.sobel(input_dot, axis, mode=mode)

    def vjp(out_bar, out, input, axis=-1, *, mode="reflect", cval=0.0):
        return _gradient_filter_adjoint(out_bar, axis, mode, 2)


@rule(ndimage.prewitt, wrt="input", fresh=True, accepts=WORD, cases=OF_GRADIENTS)
class prewitt:
    def input(input_dot, out, input, axis=-1, *, mode="reflect", cval=0.0):
        return ndimage.prewitt(input_dot, axis, mode=mode)

    def vjp(out_bar, out, input, axis=-1, *, mode="reflect", cval=0.0):
        return _gradient_filter_adjoint(out_bar, axis, mode, 1)


IN_FOURIER_SPACE = [
    case(array(4, 3), 0.8),
    case(array(4, 3), (0.4, 0.8)),
    case(array(4, 3), 0.8, n=5, axis=0),
]


@linear(ndimage.fourier_gaussian, wrt="input", fresh=True, cases=IN_FOURIER_SPACE)
def fourier_gaussian(out_bar, input, sigma, n=-1, axis=-1):
    return ndimage.fourier_gaussian(out_bar, sigma, n, axis)


@linear(ndimage.fourier_uniform, wrt="input", fresh=True, cases=IN_FOURIER_SPACE)
def fourier_uniform(out_bar, input, size, n=-1, axis=-1):
    return ndimage.fourier_uniform(out_bar, size, n, axis)
