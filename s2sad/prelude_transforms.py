"""Programs that differentiate, whose source the compiler reads: Jacobians, and what roots need (`prelude_roots`).

`jvp` and `vjp` stand for the transforms of that name; the layers above are not imported here.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def jvp(function: Any, primals: Any, tangents: Any) -> Any:
    """Stands for `s2sad.jvp`."""
    raise NotImplementedError


def vjp(function: Any, *primals: Any) -> Any:
    """Stands for `s2sad.vjp`."""
    raise NotImplementedError


def _as_found(x, part=""):  # type: ignore[no-untyped-def]
    """A value, or a part of it, that is not differentiated where it is found.

    Where the derivative of the program is differentiated again, it is: then this function is not there.
    """
    if isinstance(part, int):
        return x[part]
    return getattr(x, part) if part else x


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
