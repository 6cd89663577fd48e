"""Fourier transforms: linear, so the tangent is the transform itself; the adjoint is the opposite transform.

Its `norm` is such that neither has a scale twice (`adjoint_norm`), and what a transform of another length than its argument's cut
off or filled up with zeros is filled up or cut off (`_fit`). Adjoints of real arguments are real.
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude_fft import (
    _fftn_adjoint,
    _fit,
    _irfft_adjoint,
    _irfftn_adjoint,
    _rfft_adjoint,
    _rfftn_adjoint,
)
from s2sad.rules.declare import array, case, linear, rule, scalar

NORMS = ("backward", "ortho", "forward")
ALONG = (
    case(array(4)),
    case(array(5)),
    case(array(3, 4), axis=0),
    case(array(3, 4), 6),
    case(array(2, 5), n=3, axis=-1),
    case(array(2, 5, 1), 8, axis=1),
    *(case(array(2, 3), norm=norm) for norm in NORMS),
)
OVER = (
    case(array(2, 3)),
    case(array(2, 3, 4), axes=(0, 2)),
    case(array(2, 3, 4), s=(2, 6), axes=(-1, 0)),
    case(array(2, 5), (3, 4), axes=(0, 1)),
    *(case(array(2, 3), norm=norm) for norm in NORMS),
)
ANY_NUMBER = (case(array(2, 3, 5)), case(array(4), (6,), axes=(0,)))


def adjoint_norm(norm):
    """The `norm` with which the opposite transform is the adjoint; inlined, and folded where `norm` is known."""
    return "forward" if norm is None or norm == "backward" else "ortho" if norm == "ortho" else "backward"


# ── along one axis ───────────────────────────────────────────────────────────────────────────────────────


@linear(np.fft.fft, fresh=True, batch="axis", cases=ALONG)
def fft(out_bar, a, n=None, axis=-1, norm=None):
    a_bar = np.fft.ifft(out_bar, axis=axis, norm=adjoint_norm(norm))
    return a_bar if n is None else _fit(a_bar, np.shape(a))


@linear(np.fft.ifft, fresh=True, batch="axis", cases=ALONG)
def ifft(out_bar, a, n=None, axis=-1, norm=None):
    a_bar = np.fft.fft(out_bar, axis=axis, norm=adjoint_norm(norm))
    return a_bar if n is None else _fit(a_bar, np.shape(a))


@linear(np.fft.rfft, real_only=True, fresh=True, batch="axis", cases=ALONG)
def rfft(out_bar, a, n=None, axis=-1, norm=None):
    return _rfft_adjoint(out_bar, a, n, axis, adjoint_norm(norm))


@linear(np.fft.irfft, fresh=True, batch="axis", cases=ALONG)
def irfft(out_bar, a, n=None, axis=-1, norm=None):
    return _irfft_adjoint(out_bar, a, axis, adjoint_norm(norm))


@linear(np.fft.hfft, fresh=True, batch="axis", cases=ALONG)
def hfft(out_bar, a, n=None, axis=-1, norm=None):  # irfft of the conjugate, without its scale
    return np.conj(_irfft_adjoint(out_bar, a, axis, norm))


@linear(np.fft.ihfft, real_only=True, fresh=True, batch="axis", cases=ALONG)
def ihfft(out_bar, a, n=None, axis=-1, norm=None):  # the conjugate of rfft, with the scale of ifft
    return _rfft_adjoint(np.conj(out_bar), a, n, axis, norm)


# ── over several axes ────────────────────────────────────────────────────────────────────────────────────


@linear(np.fft.fft2, fresh=True, batch="axis", cases=OVER)
def fft2(out_bar, a, s=None, axes=(-2, -1), norm=None):
    return _fftn_adjoint(np.fft.ifftn, out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.ifft2, fresh=True, batch="axis", cases=OVER)
def ifft2(out_bar, a, s=None, axes=(-2, -1), norm=None):
    return _fftn_adjoint(np.fft.fftn, out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.fftn, fresh=True, batch="axis", cases=[*OVER, *ANY_NUMBER])
def fftn(out_bar, a, s=None, axes=None, norm=None):
    return _fftn_adjoint(np.fft.ifftn, out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.ifftn, fresh=True, batch="axis", cases=[*OVER, *ANY_NUMBER])
def ifftn(out_bar, a, s=None, axes=None, norm=None):
    return _fftn_adjoint(np.fft.fftn, out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.rfft2, real_only=True, fresh=True, batch="axis", cases=OVER)
def rfft2(out_bar, a, s=None, axes=(-2, -1), norm=None):
    return _rfftn_adjoint(out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.irfft2, fresh=True, batch="axis", cases=OVER)
def irfft2(out_bar, a, s=None, axes=(-2, -1), norm=None):
    return _irfftn_adjoint(out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.rfftn, real_only=True, fresh=True, batch="axis", cases=[*OVER, *ANY_NUMBER])
def rfftn(out_bar, a, s=None, axes=None, norm=None):
    return _rfftn_adjoint(out_bar, a, s, axes, adjoint_norm(norm))


@linear(np.fft.irfftn, fresh=True, batch="axis", cases=[*OVER, *ANY_NUMBER])
def irfftn(out_bar, a, s=None, axes=None, norm=None):
    return _irfftn_adjoint(out_bar, a, s, axes, adjoint_norm(norm))


# ── frequencies ──────────────────────────────────────────────────────────────────────────────────────────

SHIFTED = (
    case(array(4)),
    case(array(5)),
    case(array(2, 3)),
    case(array(2, 3), axes=0),
    case(array(2, 3), (0, -1)),
)


@linear(np.fft.fftshift, fresh=True, batch="axis", cases=SHIFTED)
def fftshift(out_bar, x, axes=None):
    return np.fft.ifftshift(out_bar, axes)


@linear(np.fft.ifftshift, fresh=True, batch="axis", cases=SHIFTED)
def ifftshift(out_bar, x, axes=None):
    return np.fft.fftshift(out_bar, axes)


@rule(
    np.fft.fftfreq,
    np.fft.rfftfreq,
    wrt="d",
    real_only=True,
    poles="d = 0",
    cases=[case(5, scalar(0.5, 2)), case(4, d=scalar(0.5, 2))],
)
class fftfreq:  # whole numbers over n * d
    def d(d_dot, out, n, d=1.0):
        return -out * (d_dot / d)

    def vjp(out_bar, out, n, d=1.0):
        return -np.sum(out * out_bar) / d
