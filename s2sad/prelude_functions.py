"""NumPy's functions that call a Python function for each element, row or axis, written as the loops that they are.

They stand in for calls of these functions (`rules/functions.py`), so that the function that is called is followed as any
function of the user's is.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np


def _along_axis(func1d, axis, arr, *args, **kwargs):
    """`np.apply_along_axis`: the axes of what the function returns stand in the place of the axis it is given."""
    moved = np.moveaxis(np.asarray(arr), axis, -1)
    outer = np.shape(moved)[:-1]
    rows = np.reshape(moved, (-1, np.shape(moved)[-1]))
    if len(rows) == 0:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    found = _of_first_type([np.asarray(func1d(row, *args, **kwargs)) for row in rows])
    inner = np.shape(found)[1:]
    whole = np.reshape(found, outer + inner)
    start = axis if axis >= 0 else axis + len(outer) + 1
    if len(inner) == 0:
        return whole
    places = tuple(range(len(outer), len(outer) + len(inner)))
    return np.moveaxis(whole, places, tuple(range(start, start + len(inner))))


def _over_axes(func, a, axes):
    """`np.apply_over_axes`: one axis after the other, each kept with size 1 where the function drops it."""
    value = np.asarray(a)
    for axis in (axes,) if np.ndim(axes) == 0 else axes:
        place = axis if axis >= 0 else axis + np.ndim(value)
        found = func(value, place)
        value = found if np.ndim(found) == np.ndim(value) else np.expand_dims(found, place)
    return value


def _from_function(function, shape, *, dtype=float, **kwargs):
    """`np.fromfunction`, of up to three axes: the function of the grids of indices."""
    grids = np.indices(shape, dtype=dtype)
    if len(shape) == 1:
        return function(grids[0], **kwargs)
    if len(shape) == 2:
        return function(grids[0], grids[1], **kwargs)
    if len(shape) == 3:
        return function(grids[0], grids[1], grids[2], **kwargs)
    raise NotImplementedError("s2sad: np.fromfunction of more than three axes: write it with np.indices")


def _piecewise(x, condlist, funclist, *args, **kw):
    """`np.piecewise`: the functions, or numbers, in the places where their conditions hold; later ones win."""
    flat = np.ravel(x)
    y = np.zeros_like(flat)
    conditions = _pieces(x, condlist, len(funclist))
    for place, function in enumerate(funclist):
        where = conditions[place]
        if callable(function):
            chosen = flat[where]
            if len(chosen) > 0:
                y[where] = function(chosen, *args, **kw)
        else:
            y[where] = function
    return np.reshape(y, np.shape(x))


def _pieces(x, condlist, count):
    """The conditions of `np.piecewise`, each flat, with the one of what is left if there is a function for it."""
    single = np.ndim(condlist) == 0 or (not isinstance(condlist[0], (list, np.ndarray)) and np.ndim(x) != 0)
    conditions = np.asarray([condlist] if single else condlist, dtype=bool)
    conditions = np.reshape(conditions, (len(conditions), -1))
    if count == len(conditions) + 1:
        return np.concatenate((conditions, ~np.any(conditions, axis=0, keepdims=True)))
    if count != len(conditions):
        raise ValueError(
            f"with {len(conditions)} condition(s), either {len(conditions)} or {len(conditions) + 1} functions are expected"
        )
    return conditions


def _each(pyfunc, dtype, x):
    """`np.vectorize`: a function of numbers, of each element of an array."""
    found = [pyfunc(a) for a in np.ravel(x).tolist()]
    return np.reshape(_of_type(found, dtype), np.shape(x))


def _each_pair(pyfunc, dtype, x, y):
    """`_each` of two arrays, which are broadcast."""
    x, y = np.broadcast_arrays(x, y)
    found = [pyfunc(a, b) for a, b in zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True)]
    return np.reshape(_of_type(found, dtype), np.shape(x))


def _each_triple(pyfunc, dtype, x, y, z):
    """`_each` of three arrays, which are broadcast."""
    x, y, z = np.broadcast_arrays(x, y, z)
    shape = np.shape(x)
    x, y, z = np.ravel(x).tolist(), np.ravel(y).tolist(), np.ravel(z).tolist()
    found = [pyfunc(a, b, c) for a, b, c in zip(x, y, z, strict=True)]
    return np.reshape(_of_type(found, dtype), shape)


def _of_type(values, dtype):
    """An array of what a function returned for the elements, of the type that is asked for, or of that of the first.

    NumPy would cut the others to the first one's type in silence, which no derivative tells.
    """
    if dtype is not None:
        return np.array(values, dtype=dtype)
    return _of_first_type(values)


def _of_first_type(values):
    if len(values) == 0:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    if isinstance(values[0], tuple):
        raise TypeError(
            "s2sad: a function of several results is not vectorized: call it once for each of them"
        )
    found = np.array(values)
    if found.dtype != np.asarray(values[0]).dtype:
        raise TypeError(
            "s2sad: the first result is of another type than the others, and NumPy would cut these to it: "
            "let the function return floats throughout, or give otypes"
        )
    return found


def _columns(*parts):
    """`np.c_[...]` of arrays of any number of axes: along the last one; vectors are columns."""
    return np.concatenate([np.reshape(p, (-1, 1)) if np.ndim(p) < 2 else p for p in parts], axis=-1)
