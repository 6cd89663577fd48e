"""Jacobians as programs: what a call of `jacfwd` or `jacrev` inside of a differentiated program becomes.

The compiler reads the source of these functions; `jvp` and `vjp` stand for the transforms.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def jvp(function: Any, primals: Any, tangents: Any) -> Any:
    """Stands for `s2sad.jvp` (the layers above are not imported here)."""
    raise NotImplementedError


def vjp(function: Any, *primals: Any) -> Any:
    """Stands for `s2sad.vjp`."""
    raise NotImplementedError


def by_columns(function: Any, x: Any) -> Any:
    """The Jacobian of a function of one number or array, by forward sweeps."""
    units = np.reshape(np.eye(np.size(x)), (np.size(x), *np.shape(x)))
    columns = []
    for unit in units:
        _, y_dot = jvp(function, (x,), (unit,))
        columns.append(y_dot)
    return np.reshape(np.stack(columns, axis=-1), (*np.shape(columns[0]), *np.shape(x)))


def by_rows(function: Any, x: Any) -> Any:
    """The Jacobian of a function of one number or array, by reverse sweeps."""
    y, pullback = vjp(function, x)
    units = np.reshape(np.eye(np.size(y)), (np.size(y), *np.shape(y)))
    rows = []
    for unit in units:
        (x_bar,) = pullback(unit)
        rows.append(x_bar)
    return np.reshape(np.stack(rows), (*np.shape(y), *np.shape(x)))
