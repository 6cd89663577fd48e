"""NumPy's functions that write to an array they are given, in the words of the language: as stores.

A call of one is read as a call of the function here, so both modes follow it as they follow any store.
"""

import numpy as np

from s2sad.prelude_arrays import _along_axis, _flat_places


def fill(a, value):
    a[...] = value


def copy_where(dst, src, where):
    dst[...] = np.where(where, src, dst)


def put_into_vector(a, ind, v):
    a[ind] = v


def put(a, ind, v):
    a[_flat_places(ind, np.shape(a))] = v


def put_in_turn(a, ind, v):
    a[_flat_places(ind, np.shape(a))] = np.resize(v, np.size(ind))


def masked_in_turn(a, mask, values):
    a[...] = np.where(mask, np.resize(values, np.shape(a)), a)


def place(arr, mask, vals):
    arr[mask] = np.resize(np.array(vals), np.count_nonzero(mask))


def put_along_axis(arr, indices, values, axis):
    arr[_along_axis(indices, np.shape(arr), axis)] = values


def fill_diagonal(a, val):
    diagonal = np.arange(min(np.shape(a)))
    a[diagonal, diagonal] = val


def fill_diagonal_in_turn(a, val):
    diagonal = np.arange(min(np.shape(a)))
    a[diagonal, diagonal] = np.resize(val, min(np.shape(a)))


def sort(a, axis=-1):
    a[...] = np.sort(a, axis)


def partition(a, kth, axis=-1):
    a[...] = np.partition(a, kth, axis)


def at(function, a, indices, b):
    places = np.ravel(np.asarray(indices))
    values = np.broadcast_to(b, (len(places), *np.shape(a)[1:]))
    for k in range(len(places)):
        a[places[k]] = function(a[places[k]], values[k])


def at_unary(function, a, indices):
    places = np.ravel(np.asarray(indices))
    for k in range(len(places)):
        a[places[k]] = function(a[places[k]])


def outer(function, a, b):
    return function(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


def outer_of_vectors(function, a, b):
    return function(a[:, None], b)
