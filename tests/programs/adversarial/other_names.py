"""A module whose globals have the names of others in `names`."""

import numpy as np

GAIN = 5.0
total = 7.0


def scaled(x):
    return np.sin(x) * GAIN


def shifted(x, n=3):
    if n == 0:
        return x + total
    return shifted(x * GAIN, n - 1)
