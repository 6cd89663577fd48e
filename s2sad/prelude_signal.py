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


def _lfilter_from(b, a, x, axis=-1, *, zi):
    """`scipy.signal.lfilter` from the state zi: the output, and the last state. What zi holds is filtered as an input is."""
    b, a = np.asarray(b), np.asarray(a)
    rows, start = np.moveaxis(x, axis, -1), np.moveaxis(zi, axis, -1)
    n, size = np.shape(rows)[-1], np.shape(start)[-1]
    if n < size:
        raise ValueError("lfilter: its derivative wants at least as many samples as the filter has states")
    rest = np.zeros((*np.shape(start)[:-1], n - size))
    y = signal.lfilter(b, a, rows) + signal.lfilter(a[:1], a, np.concatenate((start, rest), axis=-1))
    ahead = np.concatenate((b, np.zeros(size + 1 - len(b)))) / a[0]
    back = np.concatenate((a, np.zeros(size + 1 - len(a)))) / a[0]
    last_x, last_y = rows[..., n - size :], y[..., n - size :]
    states = [
        np.sum(
            ahead[i + 1 :] * last_x[..., i:][..., ::-1] - back[i + 1 :] * last_y[..., i:][..., ::-1], axis=-1
        )
        for i in range(size)
    ]
    return np.moveaxis(y, -1, axis), np.moveaxis(np.stack(states, axis=-1), -1, axis)
