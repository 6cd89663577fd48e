"""Helpers that are copied into emitted files, word for word, when the code there needs them.

Each needs itself, `_unbroadcast`, `_add`, and the modules `numpy`, `math` and `copy` at most, changes none of its
arguments (but `_add_to` and `_add_to_each`, whose purpose it is), and lies inside the language that s2sad accepts, so
that derivatives of derivatives can pass through it.
"""

import copy
import math

import numpy as np


def _unbroadcast(g, x):
    """Sum `g` over the axes along which `x` was broadcast, down to the shape of `x`."""
    if getattr(g, "shape", ()) == getattr(x, "shape", None):
        return g
    shape = np.shape(x)
    if np.shape(g) == shape:
        return g
    extra = np.ndim(g) - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1)
    return np.reshape(np.sum(g, axis=axes), shape) if shape else np.sum(g)


def _sum_to_shape(g, shape):
    """Sum `g` over the axes along which a value of this shape was broadcast."""
    return _unbroadcast(g, np.broadcast_to(0, shape))


def _match_dtype(g, x):
    """`g` as an adjoint of `x`: its real part if `x` is real, rounded if `x` has fewer digits."""
    dtype = np.result_type(x)
    if dtype.kind not in "fc" or np.result_type(g) == dtype:
        return g
    g = g if dtype.kind == "c" else np.real(g)
    return g.astype(dtype) if isinstance(g, np.ndarray | np.generic) else g


def _zeros_like(x):
    """Zeros of the structure of `x`; what is no number stays as it is."""
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape, x.dtype if x.dtype.kind in "fcO" else float)
    if isinstance(x, (float, complex, np.number, int)) and not isinstance(x, bool):
        return type(x)(0) if isinstance(x, (float, complex, np.inexact)) else 0.0
    if isinstance(x, (list, tuple)):
        items = [_zeros_like(v) for v in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {k: _zeros_like(v) for k, v in x.items()}
    if hasattr(x, "__dict__") and type(x).__new__ is object.__new__ and not isinstance(x, np.ufunc):
        zero = object.__new__(type(x))
        zero.__dict__.update({k: _zeros_like(v) for k, v in vars(x).items()})
        return zero
    return x


def _buffer_like(x):
    """Zeros of the structure of `x` that can be written to: a list in place of a tuple."""
    return [_zeros_like(v) for v in x] if isinstance(x, tuple) else _zeros_like(x)


def _last_written(a_bar, index):
    """The adjoints of the values in ``a[index] = values``: where an index repeats, only the last value counts."""
    if not isinstance(a_bar, np.ndarray):
        return a_bar[index]
    order = np.empty(a_bar.shape, dtype=int)
    numbers = np.arange(a_bar[index].size).reshape(a_bar[index].shape)
    order[index] = numbers
    return np.where(order[index] == numbers, a_bar[index], 0)


def _add_at(a_bar, index, g):
    """Add `g` to the part of an array, list or dict of adjoints, as often as `index` names it."""
    if isinstance(a_bar, np.ndarray):
        np.add.at(a_bar, index, g)
    else:
        a_bar[index] = _add(a_bar[index], g)


def _add_to(a, b):
    """Add `b` to the list, dict or object of adjoints `a`, in place; None stands for zeros."""
    if b is None:
        return
    if isinstance(a, np.ndarray):
        a += b
    elif isinstance(a, list):
        a[:] = _add(a, b)
    elif isinstance(a, dict):
        a.update(_add(a, b))
    else:
        a.__dict__.update(_add(a, b).__dict__)


def _add_to_each(a, b):
    """Add `b` to the arrays in the list, tuple or dict `a`, each in place, for others hold them; None stands for zeros."""
    if b is None:
        return
    if isinstance(a, np.ndarray):
        a += b
    elif isinstance(a, dict):
        for k in a:
            _add_to_each(a[k], b[k])
    else:
        for v, w in zip(a, b, strict=True):
            _add_to_each(v, w)


def _assert_apart(a_bar, *others):
    """Raise AssertionError if the buffer `a_bar`, which is written to next, shares memory with another adjoint."""
    for b_bar in others:
        if isinstance(a_bar, np.ndarray) and isinstance(b_bar, np.ndarray) and np.shares_memory(a_bar, b_bar):
            raise AssertionError("two adjoints share memory, and one is written to")


def _assert_view(part, a_bar):
    """Raise AssertionError if `part`, to which the adjoint of a view is added, is no view of the buffer `a_bar`."""
    if np.size(part) and not np.shares_memory(part, a_bar):
        raise AssertionError("the adjoint of a view is no view of the adjoint of its array")


def _assert_mirrored(a, a_bar, b, b_bar):
    """Raise AssertionError unless `a_bar` has the shape of `a`, and shares memory with `b_bar` as `a` does with `b`."""
    if np.shape(a) != np.shape(a_bar) or np.shares_memory(a, b) != np.shares_memory(a_bar, b_bar):
        raise AssertionError("an adjoint does not share memory as its array does")


def _into(a, b):
    """What an augmented assignment leaves in place of `a`: the same array with the values `b`, or the number `b`."""
    if not isinstance(a, np.ndarray):
        return b
    a[...] = b
    return a


def _instance(cls, **attributes):
    """An object of this class with these attributes, as its `__init__` would have set them."""
    new = object.__new__(cls)
    for name, value in attributes.items():
        setattr(new, name, value)
    return new


def _copy(x):
    """A copy of `x` that shares no array, list, dict or object with it."""
    return copy.deepcopy(x)


def _copy_each(x):
    """A copy of the nest of adjoints `x` in which no two places share an array."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple)):
        items = [_copy_each(v) for v in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {k: _copy_each(v) for k, v in x.items()}
    return copy.deepcopy(x)


def _add(a, b):
    """The sum of two adjoints of one structure; None stands for the adjoint of an integer."""
    if b is None:
        return a
    if isinstance(a, (list, tuple)):
        items = [_add(v, w) for v, w in zip(a, b, strict=True)]
        return type(a)(*items) if hasattr(a, "_fields") else type(a)(items)
    if isinstance(a, dict):
        return {k: _add(v, b[k]) for k, v in a.items()}
    if isinstance(a, (np.ndarray, np.generic, float, complex)):
        return a + b
    if hasattr(a, "__dict__") and type(a).__new__ is object.__new__ and not isinstance(a, np.ufunc):
        total = object.__new__(type(a))
        total.__dict__.update({k: _add(v, vars(b)[k]) for k, v in vars(a).items()})
        return total
    return a


def _require_axes(axes, **values):
    """Raise TypeError for values that are not real arrays with so many axes (0: numbers)."""
    for name, x in values.items():
        if np.ndim(x) != axes or np.iscomplexobj(x) or (axes and not isinstance(x, np.ndarray)):
            wanted = f"an array of rank {axes}" if axes else "a number"
            raise TypeError(
                f"this derivative is for real numbers, and `{name}` as {wanted}; annotate it otherwise"
            )


def _require_reals(**values):
    """Raise TypeError for values that are not real numbers or arrays of real numbers."""
    for name, x in values.items():
        if np.iscomplexobj(x) or not isinstance(x, (float, int, np.ndarray, np.generic)):
            raise TypeError(
                f"this derivative is for real numbers, and `{name}` is none; annotate it otherwise"
            )


def _conj_each(x):
    """The nest of adjoints `x` with each number conjugated."""
    if isinstance(x, (np.ndarray, np.generic, complex)):
        return np.conj(x)
    if isinstance(x, (list, tuple)):
        items = [_conj_each(v) for v in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {k: _conj_each(v) for k, v in x.items()}
    if hasattr(x, "__dict__") and type(x).__new__ is object.__new__ and not isinstance(x, np.ufunc):
        other = object.__new__(type(x))
        other.__dict__.update({k: _conj_each(v) for k, v in vars(x).items()})
        return other
    return x


def _folded(out_bar, items):
    """The adjoint of a list that was repeated: the sum over its copies."""
    total = list(_zeros_like(items))
    for start in range(0, len(out_bar), len(items) or 1):
        total = _add(total, list(out_bar[start : start + len(items)]))
    return total


def _over(a, b):
    """a / b, and zero where `a` is zero, even if `b` is zero or not a number."""
    if isinstance(b, float) and abs(b) > 0:
        return a / b
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.divide(a, b)
        return quotient if np.isfinite(quotient).all() else np.where(a == 0, 0 * a, quotient)[()]


def _times(partial, seed):
    """`partial * seed`, and zero where the seed is zero, however large the partial."""
    with np.errstate(invalid="ignore"):
        product = np.multiply(partial, seed)
        return product if np.isfinite(product).all() else np.where(seed == 0, 0 * seed, product)[()]


def _unstack_like(g, x):
    """Split the leading axes of `g` into the nest of lists and tuples that `x` is."""
    if isinstance(x, tuple):
        return tuple([_unstack_like(g[i], v) for i, v in enumerate(x)])
    if isinstance(x, list):
        return [_unstack_like(g[i], v) for i, v in enumerate(x)]
    return g


def _stack_like(items, x):
    """The adjoint of `x`, an array or a sequence, from those of its items."""
    if isinstance(x, np.ndarray):
        return np.array(items, dtype=x.dtype if x.dtype.kind in "fc" else None).reshape(x.shape)
    if isinstance(x, dict):  # the items are its keys
        return _zeros_like(x)
    return tuple(items) if isinstance(x, tuple) else list(items)


def _spread_like(g, x):
    """The adjoint of the items of `x`, where `g` is the adjoint of their sum."""
    if isinstance(x, np.ndarray):
        return np.broadcast_to(g, x.shape)
    if isinstance(x, dict):  # a sum over its keys
        return {k: 0 * v for k, v in x.items()}
    items = [_unbroadcast(g, v) for v in x]
    return tuple(items) if isinstance(x, tuple) else items


def _select_like(g, k, x):
    """Zeros for the items of `x`, but `g` for item `k`."""
    items = [g * (i == k) for i in range(len(x))]
    if isinstance(x, np.ndarray):
        return np.array(items, dtype=x.dtype)
    return tuple(items) if isinstance(x, tuple) else items


def _place_of(item, x):
    """The index of the first item of `x` that is equal to this one."""
    return list(x).index(item)


def _order(x, reverse=False):
    """The indices of the items of `x` in the order in which `sorted` puts them."""
    return sorted(range(len(x)), key=x.__getitem__, reverse=reverse)


def _matrix_of_diagonal(g, k, x):
    """A matrix of the shape of `x` with `g` on its diagonal `k` and zeros elsewhere."""
    rows, columns = np.shape(x)
    row = np.arange(rows)[:, None]
    column = np.arange(columns)[None, :]
    at = np.clip(np.minimum(row, column), 0, max(len(g) - 1, 0))
    if k != 0:
        at = np.clip(row if k > 0 else column, 0, max(len(g) - 1, 0))
    return np.where(column - row == k, g[at] if len(g) else g.dtype.type(0), 0)


def _digamma(x):
    """The derivative of log(abs(gamma(x))) at a float: recurrence up to x >= 8, then the asymptotic series."""
    if x <= 0:
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    shift = 0.0
    while x < 8:
        shift += 1 / x
        x += 1
    z = (1 / x) ** 2
    series = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * 691 / 32760)))))
    return math.log(x) - 0.5 / x - series - shift
