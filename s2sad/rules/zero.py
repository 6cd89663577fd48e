"""Functions whose derivative is zero by nature, and functions whose results are constants.

Zero: the result moves in steps (rounding, comparisons, indices), so its derivative is zero wherever there is one.
Constant: the result tells about types and shapes, or is made from nothing that varies.
"""

import bisect
import math
import operator
import random
import time

import numpy as np

from s2sad.rules.declare import attribute, constant, constant_owner, method, zero

# ── rounding and signs ───────────────────────────────────────────────────────────────────────────────────

zero(np.floor, np.ceil, np.rint, np.trunc, np.fix, np.round, np.around, round)
zero(np.signbit, np.spacing, np.floor_divide, operator.floordiv)
zero(math.floor, math.ceil, math.trunc, math.isqrt, math.ulp)

# ── comparisons, tests, logic ────────────────────────────────────────────────────────────────────────────

zero(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
zero(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
zero(operator.is_, operator.is_not, operator.contains, operator.not_, operator.truth)
zero(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
zero(np.isnan, np.isnat, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.isreal, np.iscomplex)
zero(np.isclose, np.allclose, np.array_equal, np.array_equiv, np.any, np.all, np.isin)
zero(math.isnan, math.isinf, math.isfinite, math.isclose)
zero(any, all, bool, int)

# ── integers ─────────────────────────────────────────────────────────────────────────────────────────────

zero(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift)
zero(operator.and_, operator.or_, operator.xor, operator.invert, operator.lshift, operator.rshift)
zero(np.bitwise_count, np.gcd, np.lcm, np.packbits, np.unpackbits)
zero(operator.inv, operator.countOf, operator.indexOf)
zero(bisect.bisect, bisect.bisect_left, bisect.bisect_right, refuses=("key",))
zero(math.gcd, math.lcm, math.comb, math.perm, math.factorial, operator.index)

# ── places in arrays ─────────────────────────────────────────────────────────────────────────────────────

zero(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort, np.argwhere)
zero(np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize)
zero(np.unravel_index, np.ravel_multi_index, np.tril_indices, np.triu_indices, np.diag_indices)
zero(np.linalg.matrix_rank)
zero(np.tril_indices_from, np.triu_indices_from, np.diag_indices_from)

for name in ("argmax", "argmin", "argsort", "argpartition", "nonzero", "searchsorted", "round", "any", "all"):
    method(name, getattr(np, name))

# ── shapes, types, text ──────────────────────────────────────────────────────────────────────────────────

constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.promote_types, np.min_scalar_type)
constant(np.dtype, np.finfo, np.iinfo, np.issubdtype, np.isdtype, np.common_type, np.broadcast_shapes)
constant(np.isscalar, np.iscomplexobj, np.isrealobj, np.shares_memory, np.may_share_memory)
constant(np.array2string, np.array_repr, np.array_str, np.set_printoptions, np.get_printoptions)
constant(np.errstate, np.seterr, np.geterr, np.ndindex, np.einsum_path)
constant(np.isfortran, np.iterable, np.mintypecode, np.linalg.LinAlgError)
constant(operator.length_hint, time.time, time.perf_counter, time.monotonic, time.process_time, time.sleep)

SHAPE_ATTRIBUTES = ("shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags", "device")


def _shape_attribute(name):
    """A stand-in for ``lambda array: array.name``, which the table is keyed by."""

    def read(array):
        return getattr(array, name)

    read.__name__ = read.__qualname__ = f"ndarray.{name}"
    constant(read)
    attribute(name, read)


for name in SHAPE_ATTRIBUTES:
    _shape_attribute(name)

# ── random numbers ───────────────────────────────────────────────────────────────────────────────────────

# Draws are constants: differentiating with respect to a distribution's parameters wants the draw written as a
# function of them (`mean + sd * rng.normal()`); an active parameter is refused by the compiler.
constant_owner(np.random.Generator, np.random.RandomState, random.Random)
constant(np.random.default_rng, np.random.SeedSequence)
constant(
    np.random.BitGenerator,
    np.random.MT19937,
    np.random.PCG64,
    np.random.PCG64DXSM,
    np.random.Philox,
    np.random.SFC64,
)
constant(np.random.ranf, np.random.sample, takes_active=False)
