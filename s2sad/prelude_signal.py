"""Helpers for the rules of linear filters of signals, copied into emitted files that need them (see `prelude_arrays`)."""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import signal

from s2sad.prelude_ndimage import _along, _correlation_adjoint


def _hilbert_adjoint(out_bar, axis):
    """Adjoint of ``hilbert(x, axis=axis)``: the spectrum is doubled at positive frequencies, and cut at negative ones."""
    n = np.shape(out_bar)[axis]
    factors = np.zeros(n, np.real(out_bar).dtype)
    factors[0] = 1
    factors[1 : (n + 1) // 2] = 2
    if n % 2 == 0:
        factors[n // 2] = 1
    factors = np.reshape(factors, [n if k == axis % np.ndim(out_bar) else 1 for k in range(np.ndim(out_bar))])
    return np.real(np.fft.ifft(np.fft.fft(out_bar, axis=axis) * factors, axis=axis))


def _savgol_adjoint(out_bar, window, order, deriv, delta, axis, mode):
    """Adjoint of savgol_filter: a correlation; in mode "interp" with polynomials through the first and the last window."""
    weights = signal.savgol_coeffs(window, order, deriv=deriv, delta=delta)[::-1].astype(out_bar.dtype)
    seed = np.moveaxis(out_bar, axis, 0)
    wide = _along(weights, 0, np.ndim(seed))
    shift = 0 if window % 2 else -1
    if mode != "interp":
        return np.moveaxis(_correlation_adjoint(seed, seed, wide, shift, mode), 0, axis)
    half = window // 2
    inner = seed.copy()
    inner[:half] = 0
    inner[len(inner) - half :] = 0
    ends = signal.savgol_filter(np.eye(window), window, order, deriv, delta, axis=0).astype(out_bar.dtype)
    x_bar = _correlation_adjoint(inner, inner, wide, shift, "constant")
    first = np.tensordot(ends[:half].T, seed[:half], 1)
    last = np.tensordot(ends[window - half :].T, seed[len(seed) - half :], 1)
    rest = ((0, len(seed) - window),) + ((0, 0),) * (np.ndim(seed) - 1)
    x_bar = x_bar + np.pad(first, rest) + np.pad(last, (rest[0][::-1], *rest[1:]))
    return np.moveaxis(x_bar, 0, axis)
