"""Helpers of the Fourier transforms' rules; copied into emitted files when they are used."""

# mypy: no-check-untyped-defs
import numpy as np


def _fit(g, shape):
    """`g` cut or filled up with zeros to `shape`: the adjoint of what a transform of another length does."""
    if g.shape == tuple(shape):
        return g
    g = g[tuple([slice(n) for n in shape])]
    return np.pad(g, [(0, n - k) for n, k in zip(shape, g.shape, strict=True)])


def _scale_mirrored(g, n, axis, factor):
    """Multiply what stands for two frequencies in the half spectrum of `n` real numbers (all but 0 and n/2)."""
    weights = np.full(n // 2 + 1, factor, dtype=g.real.dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return g * np.reshape(weights, (-1,) + (1,) * (-axis - 1 if axis < 0 else g.ndim - axis - 1))


def _rfft_adjoint(out_bar, a, n, axis, norm):
    """The adjoint of ``np.fft.rfft(a, n, axis)``; `norm` is that of the adjoint, here and below."""
    n = np.shape(a)[axis] if n is None else n
    halved = _scale_mirrored(out_bar, n, axis, 0.5)
    return _fit(np.fft.irfft(halved, n, axis, norm), np.shape(a))


def _irfft_adjoint(out_bar, a, axis, norm):
    """The adjoint of ``np.fft.irfft(a, n, axis)``; `n` is the length of `out_bar`."""
    n = np.shape(out_bar)[axis]
    spectrum = np.fft.rfft(out_bar, n, axis, norm)
    return _fit(_scale_mirrored(spectrum, n, axis, 2.0), np.shape(a))


def _transformed_axes(a, s, axes):
    """The axes over which ``fftn(a, s, axes)`` goes."""
    if axes is not None:
        return tuple(axes)
    return tuple(range(-np.ndim(a) if s is None else -len(s), 0))


def _fftn_adjoint(inverse, out_bar, a, s, axes, norm):
    """The adjoint of ``fftn(a, s, axes)``, where `inverse` is ``ifftn``; and the other way round."""
    axes = _transformed_axes(a, s, axes)
    return _fit(inverse(out_bar, axes=axes, norm=norm), np.shape(a))


def _rfftn_adjoint(out_bar, a, s, axes, norm):
    """The adjoint of ``rfftn(a, s, axes)``: `rfft` on the last of the axes, `fftn` on the others."""
    axes = _transformed_axes(a, s, axes)
    n = np.shape(a)[axes[-1]] if s is None or s[-1] == -1 else s[-1]
    halved = np.fft.ifftn(_scale_mirrored(out_bar, n, axes[-1], 0.5), axes=axes[:-1], norm=norm)
    return _fit(np.fft.irfft(halved, n, axes[-1], norm), np.shape(a))


def _irfftn_adjoint(out_bar, a, s, axes, norm):
    """The adjoint of ``irfftn(a, s, axes)``: `ifftn` on all of the axes but the last, there `irfft`."""
    axes = _transformed_axes(a, s, axes)
    n = np.shape(out_bar)[axes[-1]]
    spectrum = np.fft.rfft(out_bar, n, axes[-1], norm)
    spectrum = np.fft.fftn(_scale_mirrored(spectrum, n, axes[-1], 2.0), axes=axes[:-1], norm=norm)
    return _fit(spectrum, np.shape(a))
