"""`scipy.fft`: the same transforms as `numpy.fft`."""

import numpy as np
from scipy import fft

from s2sad.rules.declare import same

for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "fftn", "ifftn",
             "rfft2", "irfft2", "rfftn", "irfftn"):  # fmt: skip
    same(getattr(fft, name), getattr(np.fft, name))
