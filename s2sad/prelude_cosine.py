"""Helpers for the rules of cosine and sine transforms, copied into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import fft

from s2sad.prelude_fft import _fit


def _cosine_adjoint(out_bar, shape, sine, kind, axis, norm):
    """Adjoint of ``dct(x, kind, n, axis, norm)``, or of ``dst``, for an x of this shape.

    But for its ends, the matrix of type 2 is that of type 3 transposed, and those of types 1 and 4 are symmetric.
    """
    transform = fft.dst if sine else fft.dct
    if norm == "ortho":
        inverse = fft.idst if sine else fft.idct
        return _fit(inverse(out_bar, kind, axis=axis, norm=norm), shape)
    n = np.shape(out_bar)[axis]
    ends = np.ones(n, np.real(out_bar).dtype)
    if kind == 1 and not sine:
        ends[1:-1] = 2
    else:
        ends[-1 if sine else 0] = 2
    ends = np.reshape(ends, [n if k == axis % np.ndim(out_bar) else 1 for k in range(np.ndim(out_bar))])
    if kind == 2:
        x_bar = transform(out_bar * ends, 3, axis=axis, norm=norm)
    elif kind == 3:
        x_bar = transform(out_bar, 2, axis=axis, norm=norm) / ends
    elif kind == 1 and not sine:
        x_bar = transform(out_bar / ends, 1, axis=axis, norm=norm) * ends
    else:
        x_bar = transform(out_bar, kind, axis=axis, norm=norm)
    return _fit(x_bar, shape)


def _inverse_of(kind, norm):
    """The type and the norm of the transform that is the inverse: ``idct(x, 2)`` is ``dct(x, 3, norm="forward")``."""
    opposite = "ortho" if norm == "ortho" else "backward" if norm == "forward" else "forward"
    return (3 if kind == 2 else 2 if kind == 3 else kind), opposite


def _cosine_adjoint_of_axes(out_bar, x, sine, kind, s, axes, norm):
    """Adjoint of ``dctn``: one axis after the other."""
    over = axes if axes is not None else range(-np.ndim(x) if s is None else -len(s), 0)
    for axis in over:
        out_bar = _cosine_adjoint(out_bar, np.shape(out_bar), sine, kind, axis, norm)
    return _fit(out_bar, np.shape(x))
