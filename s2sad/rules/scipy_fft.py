"""`scipy.fft`: the transforms that `numpy.fft` has, and cosine and sine transforms."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import fft

from s2sad.prelude_cosine import _cosine_adjoint, _cosine_adjoint_of_axes, _inverse_of
from s2sad.rules.declare import anything, array, case, constant, linear, twin

for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "fftn", "ifftn",
             "rfft2", "irfft2", "rfftn", "irfftn"):  # fmt: skip
    twin(getattr(fft, name), getattr(np.fft, name), workers=anything)
for name in ("fftshift", "ifftshift", "fftfreq", "rfftfreq"):
    twin(getattr(fft, name), getattr(np.fft, name))

constant(fft.next_fast_len, fft.prev_fast_len, fft.get_workers, fft.set_workers)

KINDS = (1, 2, 3, 4)
NORMS = ("ortho", "forward", "backward")
WORDS = {"workers": anything}
ALONG = (
    case(array(5)),
    *(case(array(5), type=kind) for kind in KINDS),
    *(case(array(2, 4), type=kind, norm=norm) for kind in KINDS for norm in NORMS),
    case(array(4, 3), 3, axis=0),
    case(array(3, 4), n=6),
    case(array(3, 4), 3, 3),
)
OVER = (
    case(array(3, 4)),
    *(case(array(3, 4), type=kind, norm="forward") for kind in KINDS),
    case(array(2, 3, 4), 3, axes=(0, 2), norm="ortho"),
    case(array(3, 4), s=(4, 3)),
)

# ── along one axis ───────────────────────────────────────────────────────────────────────────────────────


@linear(fft.dct, fresh=True, batch="axis", accepts=WORDS, cases=ALONG)
def dct(out_bar, x, type=2, n=None, axis=-1, norm=None):
    return _cosine_adjoint(out_bar, np.shape(x), False, type, axis, norm)


@linear(fft.dst, fresh=True, batch="axis", accepts=WORDS, cases=ALONG)
def dst(out_bar, x, type=2, n=None, axis=-1, norm=None):
    return _cosine_adjoint(out_bar, np.shape(x), True, type, axis, norm)


@linear(fft.idct, fresh=True, batch="axis", accepts=WORDS, cases=ALONG)
def idct(out_bar, x, type=2, n=None, axis=-1, norm=None):
    kind, opposite = _inverse_of(type, norm)
    return _cosine_adjoint(out_bar, np.shape(x), False, kind, axis, opposite)


@linear(fft.idst, fresh=True, batch="axis", accepts=WORDS, cases=ALONG)
def idst(out_bar, x, type=2, n=None, axis=-1, norm=None):
    kind, opposite = _inverse_of(type, norm)
    return _cosine_adjoint(out_bar, np.shape(x), True, kind, axis, opposite)


# ── over several axes ────────────────────────────────────────────────────────────────────────────────────


@linear(fft.dctn, fresh=True, batch="axis", accepts=WORDS, cases=OVER)
def dctn(out_bar, x, type=2, s=None, axes=None, norm=None):
    return _cosine_adjoint_of_axes(out_bar, x, False, type, s, axes, norm)


@linear(fft.dstn, fresh=True, batch="axis", accepts=WORDS, cases=OVER)
def dstn(out_bar, x, type=2, s=None, axes=None, norm=None):
    return _cosine_adjoint_of_axes(out_bar, x, True, type, s, axes, norm)


@linear(fft.idctn, fresh=True, batch="axis", accepts=WORDS, cases=OVER)
def idctn(out_bar, x, type=2, s=None, axes=None, norm=None):
    kind, opposite = _inverse_of(type, norm)
    return _cosine_adjoint_of_axes(out_bar, x, False, kind, s, axes, opposite)


@linear(fft.idstn, fresh=True, batch="axis", accepts=WORDS, cases=OVER)
def idstn(out_bar, x, type=2, s=None, axes=None, norm=None):
    kind, opposite = _inverse_of(type, norm)
    return _cosine_adjoint_of_axes(out_bar, x, True, kind, s, axes, opposite)
