"""Parameters that count or index carry no derivative, also without an annotation."""

import numpy as np


def pick(x: np.ndarray, rows: np.ndarray, n, k=2):
    total = 0.0
    for i in range(n - 1):
        total = total + np.sum(x[rows]) * x[i, k]
    return total
