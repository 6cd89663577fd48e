"""Python's builtins (`abs`, `pow`, `divmod`, `round` stand with their NumPy twins in elementwise.py, zero.py)."""

import builtins
import copy
import functools
import operator

import numpy as np

from s2sad.prelude import _order, _place_of, _select_like, _spread_like, _unbroadcast
from s2sad.rules.declare import (
    array,
    case,
    constant,
    distinct,
    elementwise,
    known,
    linear,
    rule,
    scalar,
)
from s2sad.rules.options import of_two

# The compiler knows these by itself: they build, walk or take apart structures, or call functions.
STRUCTURAL = (
    zip, enumerate, reversed, range, list, tuple, dict, set, frozenset, map, filter, iter, next, slice,
    getattr, setattr, hasattr, delattr, callable, isinstance, issubclass, print, super, property,
    functools.reduce, functools.partial, functools.wraps, np.vectorize,
    operator.getitem, operator.setitem, operator.itemgetter, operator.attrgetter, operator.call,
)  # fmt: skip

constant(len, type, id, hash, repr, str, bytes, ascii, chr, ord, format, hex, bin, oct, object, dir)
constant(input, open, breakpoint, help)
constant(
    *(
        value
        for value in vars(builtins).values()
        if isinstance(value, type) and issubclass(value, BaseException)
    )
)


@linear(float, cases=[case(scalar()), case(array())], batch="none")
def float_(out_bar, x):
    return out_bar


@linear(complex, wrt=("real", "imag"), real_only=True, cases=[case(scalar(), scalar())])
def complex_(out_bar, real, imag=0):
    return np.real(out_bar), np.imag(out_bar)


@linear(
    builtins.sum,
    wrt=("iterable", "start"),
    cases=[
        case([scalar(), scalar()], start=scalar()),
        case((scalar(), array(3)), start=array(3)),
        case(array(2, 3), start=scalar()),
        case([array(3), array(1, 3)], start=scalar()),
    ],
)
def sum(out_bar, iterable, start=0):
    return _spread_like(out_bar, iterable), _unbroadcast(out_bar, start)


EXTREMA = (
    case(scalar(), scalar()),
    case(scalar(), scalar(), scalar()),
    case([scalar(), scalar(), scalar()]),
    case((scalar(), scalar())),
    case(distinct(4)),
)


@rule(
    builtins.max,
    wrt=("args",),
    real_only=True,
    cases=EXTREMA,
    kinks="equal: all to the first, which is returned",
)
class max:
    def args(args_dot, out, *args):
        if len(args) == 1:
            return args_dot[0][_place_of(out, args[0])]
        return args_dot[_place_of(out, args)]

    def vjp(out_bar, out, *args):
        if len(args) == 1:
            return (_select_like(out_bar, _place_of(out, args[0]), args[0]),)
        return _select_like(out_bar, _place_of(out, args), args)


@rule(
    builtins.min,
    wrt=("args",),
    real_only=True,
    cases=EXTREMA,
    kinks="equal: all to the first, which is returned",
)
class min:
    def args(args_dot, out, *args):
        if len(args) == 1:
            return args_dot[0][_place_of(out, args[0])]
        return args_dot[_place_of(out, args)]

    def vjp(out_bar, out, *args):
        if len(args) == 1:
            return (_select_like(out_bar, _place_of(out, args[0]), args[0]),)
        return _select_like(out_bar, _place_of(out, args), args)


def larger(x, y):
    return builtins.max(x, y)


def smaller(x, y):
    return builtins.min(x, y)


FIRST = "equal: all to the first; 0 if the other is a literal constant"


@elementwise(larger, cases=[case(scalar(), scalar())], real_only=True, chooses=True, kinks=FIRST)
def max_of_two(x, y):
    return x > y if known(y) else x >= y, y > x


@elementwise(smaller, cases=[case(scalar(), scalar())], real_only=True, chooses=True, kinks=FIRST)
def min_of_two(x, y):
    return x < y if known(y) else x <= y, y < x


of_two(builtins.max, larger)
of_two(builtins.min, smaller)


@rule(
    builtins.sorted,
    wrt=("iterable",),
    real_only=True,
    cases=[
        case([scalar(), scalar(), scalar()]),
        case([scalar(), scalar(), scalar()], reverse=True),
        case(distinct(4)),
    ],
)
class sorted_:
    def iterable(iterable_dot, out, iterable, *, reverse=False):
        return [iterable_dot[i] for i in _order(iterable, reverse)]

    def vjp(out_bar, out, iterable, *, reverse=False):
        back = [out_bar[i] for i in _order(_order(iterable, reverse))]
        return np.array(back) if isinstance(iterable, np.ndarray) else back


@linear(copy.deepcopy, cases=[case(array(3)), case(scalar()), case([scalar(), array(2)])])
def deepcopy(out_bar, x):
    return out_bar


@linear(copy.copy, view=True, cases=[case(array(3)), case(scalar()), case([scalar(), array(2)])])
def shallow_copy(out_bar, x):
    return out_bar
