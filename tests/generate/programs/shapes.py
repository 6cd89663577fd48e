# ruff: noqa: F722  (sizes are no forward references)
"""Sizes and kinds in annotations."""

import numpy as np
from jaxtyping import Float


def misfit(
    a: Float[np.ndarray, "m n"], x: Float[np.ndarray, " n"], b: Float[np.ndarray, " m"]
) -> Float[np.ndarray, ""]:
    r = a @ x - b  # the residual
    return np.sum(r * r)


def smooth(u: Float[np.ndarray, " n"], k: float) -> Float[np.ndarray, " n"]:
    # interior points only
    return k * np.tanh(u)
