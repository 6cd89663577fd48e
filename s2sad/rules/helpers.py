"""The helpers that generated code calls: their derivatives, for derivatives of derivatives.

Other helpers are differentiated by their source, as a user's function is (`analysis.calls`).
"""

# mypy: no-check-untyped-defs
import numpy as np

from s2sad.prelude import _add, _copy, _match_dtype, _sum_to_shape, _times, _unbroadcast, _zeros_like
from s2sad.prelude_arrays import _along_axis, _flat_places
from s2sad.rules.declare import array, case, constant, linear, rule, scalar

constant(_zeros_like)
constant(_flat_places, _along_axis)  # of integers


@linear(
    _unbroadcast,
    wrt="g",
    cases=[
        case(array(2, 3), np.zeros(3)),
        case(array(2, 3), np.zeros((2, 1))),
        case(array(3), 1.0),
        case(array(2, 3), np.zeros((2, 3))),
        case(scalar(), 1.0),
    ],
)
def unbroadcast(out_bar, g, x):
    return np.broadcast_to(out_bar, np.shape(g))


@linear(_sum_to_shape, wrt="g", cases=[case(array(2, 3), (2, 1)), case(array(3), ()), case(scalar(), ())])
def sum_to_shape(out_bar, g, shape):
    return np.broadcast_to(out_bar, np.shape(g))


@linear(_match_dtype, wrt="g", cases=[case(array(3), np.zeros(3)), case(scalar(), 1.0)])
def match_dtype(out_bar, g, x):
    return _match_dtype(out_bar, g)


@linear(_copy, wrt="x", fresh=True, cases=[case(array(3)), case(scalar())])
def copied(out_bar, x):
    return _copy(out_bar)


@linear(_add, wrt=("a", "b"), cases=[case(array(3), array(3)), case(scalar(), scalar())])
def add(out_bar, a, b):
    return out_bar, out_bar


@rule(
    _times,
    wrt=("partial", "seed"),
    cases=[case(array(3), array(3)), case(array(2, 1), array(3)), case(scalar(), array(3))],
)
class times:
    def partial(partial_dot, out, partial, seed):
        return _times(partial_dot, seed)

    def seed(seed_dot, out, partial, seed):
        return _times(partial, seed_dot)

    def vjp(out_bar, out, partial, seed):
        partial_bar = _unbroadcast(_times(np.conj(seed), out_bar), partial)
        return partial_bar, _unbroadcast(_times(np.conj(partial), out_bar), seed)
