"""Batch faces: how a function acts on operands with one more leading axis, where that is more than a word in its rule.

A face has the signature of its function. All operands that may vary have got a leading axis of one length; an operand that
does not vary from sample to sample is broadcast first (`lead`), which copies nothing. The face gives the results of all
samples, along a leading axis. `tests/rules/test_batch.py` compares each with a loop.

The rules whose `batch` is a word need no face: they act as they are, with a shifted axis, or natively.
`LOOPS` lists what NumPy and SciPy cannot do for many samples at once. `scipy_faces` has the faces of SciPy's functions.
"""

# mypy: no-check-untyped-defs
import math

import numpy as np

from s2sad.prelude_arrays import _einsum_terms, _pad_widths
from s2sad.prelude_linalg import _solved_axes
from s2sad.rules.declare import must_find

PYTHON = "it works on Python's own numbers and containers"
NO_AXIS = "NumPy has no form of it for several samples"
NO_FORM = "SciPy has no form of it for several samples, if all operands may differ"
ONE_MATRIX = "a sparse matrix is one matrix"
LOOPS = {
    **dict.fromkeys(("float", "complex", "sum", "max", "min", "sorted", "deepcopy", "shallow_copy", "polar"), PYTHON),
    **dict.fromkeys(("ldexp", "frexp", "modf", "hypot", "dist", "fsum", "prod", "sumprod"), PYTHON),
    **dict.fromkeys(("array", "ascontiguousarray", "complex_cast", "item", "tolist"), PYTHON),
    **dict.fromkeys(("polyval", "vander", "polyadd", "polysub", "polymul", "polyder", "polyint"), NO_AXIS),
    **dict.fromkeys(("poly", "roots", "polyfit", "convolve", "correlate", "lstsq", "interp"), NO_AXIS),
    **dict.fromkeys(("unique", "histogram", "bincount", "cov", "corrcoef", "average", "insert"), NO_AXIS),
    **dict.fromkeys(("correlate1d", "convolve1d", "gaussian_filter", "uniform_filter", "laplace", "sobel", "prewitt",
                     "fourier_gaussian", "fourier_uniform", "lfilter", "hankel"), NO_FORM),
    **dict.fromkeys(("spsolve", "spsolve_triangular", "sparse_times", "times_sparse", "sparse_solution"), ONE_MATRIX),
    **dict.fromkeys(("multivariate_normal_logpdf", "multivariate_normal_pdf", "dirichlet_logpdf", "dirichlet_pdf"), NO_FORM),
    **dict.fromkeys(("cubic_coefficients", "piecewise_cubic"), "the knots of one spline are shared"),
    **dict.fromkeys(("arange", "kaiser", "fftfreq", "meshgrid", "resize", "nanquantile", "nanpercentile"), NO_AXIS),
}  # fmt: skip


_faces: dict[int, object] = {}  # by the rule's identity


def face(*functions):
    """Declare the face of functions; it serves all functions of their rules."""

    def declare(body):
        _faces.update((id(must_find(function)), body) for function in functions)
        return body

    return declare


def find_face(rule):
    return _faces.get(id(rule))


def lead(x, size):
    """An operand that all samples share, with their axis in front."""
    return np.broadcast_to(x, (size, *np.shape(x)))


def behind(axis):
    """An axis of one sample as an axis of all."""
    if isinstance(axis, tuple | list):
        return tuple(map(behind, axis))
    return axis + 1 if axis >= 0 else axis


def rank(x):
    """The number of axes of one sample."""
    return np.ndim(x) - 1


def aligned(x, n):
    """Axes of length 1 behind the leading one, so that a sample has `n` axes."""
    return np.reshape(x, (len(x), *(1,) * (n - rank(x)), *np.shape(x)[1:]))


def all_aligned(*operands):
    return [aligned(x, max(map(rank, operands))) for x in operands]


def flat(x):
    return np.reshape(x, (len(x), -1))


def items(arrays):
    """The operands of a join; an array stands for its rows."""
    return list(np.moveaxis(arrays, 1, 0)) if isinstance(arrays, np.ndarray) else list(arrays)


# ── joining and splitting ────────────────────────────────────────────────────────────────────────────────


@face(np.concatenate)
def concatenate(arrays, axis=0):
    if axis is None:
        return np.concatenate([flat(a) for a in items(arrays)], axis=1)
    return np.concatenate(items(arrays), axis=behind(axis))


@face(np.stack)
def stack(arrays, axis=0):
    return np.stack(items(arrays), axis=behind(axis))


@face(np.vstack)
def vstack(tup):
    return np.concatenate([aligned(a, max(rank(a), 2)) for a in items(tup)], axis=1)


@face(np.hstack)
def hstack(tup):
    parts = [aligned(a, max(rank(a), 1)) for a in items(tup)]
    return np.concatenate(parts, axis=1 if rank(parts[0]) == 1 else 2)


def cube(x):
    """As `np.atleast_3d` makes one of each sample."""
    if rank(x) < 2:
        return np.reshape(x, (len(x), 1, -1, 1))
    return x[..., None] if rank(x) == 2 else x


@face(np.dstack)
def dstack(tup):
    return np.concatenate([cube(a) for a in items(tup)], axis=3)


@face(np.column_stack)
def column_stack(tup):
    return np.concatenate([np.reshape(a, (len(a), -1, 1)) if rank(a) < 2 else a for a in items(tup)], axis=2)


def depth_and_rank(arrays):
    """How deep the lists of `np.block` are nested, and the largest rank of a sample in them."""
    if not isinstance(arrays, list):
        return 0, rank(arrays)
    below = [depth_and_rank(part) for part in arrays]
    return 1 + below[0][0], max(n for _, n in below)


@face(np.block)
def block(arrays):
    whole, n = depth_and_rank(arrays)

    def joined(part, depth):
        if isinstance(part, list):
            return np.concatenate([joined(p, depth - 1) for p in part], axis=-depth)
        return aligned(part, max(n, whole))

    return joined(arrays, whole)


@face(np.append)
def append(arr, values, axis=None):
    return concatenate([arr, values], axis)


@face(np.hsplit)
def hsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 1 if rank(ary) == 1 else 2)


@face(np.vsplit)
def vsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 1)


@face(np.dsplit)
def dsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 3)


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────


def contracted(a, b, axes_a=(), axes_b=()):
    """The sum over pairs of axes of each sample; the other axes of `a` come first."""
    axes_a, axes_b = [k % rank(a) for k in axes_a], [k % rank(b) for k in axes_b]
    of_a = [k + 1 for k in range(rank(a))]
    of_b = [k + 1 + rank(a) for k in range(rank(b))]
    for i, j in zip(axes_a, axes_b, strict=True):
        of_b[j] = of_a[i]
    kept = [n for k, n in enumerate(of_a) if k not in axes_a] + [
        n for k, n in enumerate(of_b) if k not in axes_b
    ]
    return np.einsum(a, [0, *of_a], b, [0, *of_b], [0, *kept])


@face(np.matmul)
def matmul(a, b):
    left = a[:, None] if rank(a) == 1 else a
    right = b[..., None] if rank(b) == 1 else b
    left, right = all_aligned(left, right)
    out = left @ right
    out = out[..., 0] if rank(b) == 1 else out
    return np.squeeze(out, -1 if rank(b) == 1 else -2) if rank(a) == 1 else out


@face(np.dot)
def dot(a, b):
    if 0 in (rank(a), rank(b)):
        a, b = all_aligned(a, b)
        return a * b
    return contracted(a, b, [-1], [-2 if rank(b) > 1 else -1])


@face(np.inner)
def inner(a, b):
    if 0 in (rank(a), rank(b)):
        a, b = all_aligned(a, b)
        return a * b
    return contracted(a, b, [-1], [-1])


@face(np.vdot)
def vdot(a, b):
    return np.sum(np.conj(flat(a)) * flat(b), axis=1)


@face(np.outer, np.linalg.outer)
def outer(a, b):
    return flat(a)[:, :, None] * flat(b)[:, None, :]


@face(np.tensordot)
def tensordot(a, b, axes=2):
    if isinstance(axes, int):
        return contracted(a, b, range(rank(a) - axes, rank(a)), range(axes))
    return contracted(a, b, np.atleast_1d(axes[0]), np.atleast_1d(axes[1]))


@face(np.multiply.outer)
def multiply_outer(a, b):
    return contracted(a, b)


def outer_face(ufunc):
    @face(ufunc.outer)
    def outer_of_samples(a, b):
        rows = np.reshape(a, (*np.shape(a), *(1,) * rank(b)))
        return ufunc(rows, aligned(b, rank(rows)))


for ufunc in (np.add, np.subtract, np.divide, np.power, np.maximum, np.minimum, np.arctan2):
    outer_face(ufunc)


@face(np.einsum)
def einsum(subscripts, *operands, optimize=False):
    terms, result = _einsum_terms(subscripts, [np.shape(operand)[1:] for operand in operands])
    sample = next(letter for letter in "SABCDEFGHIJKLMNOPQR" if letter not in "".join([result, *terms]))
    joined = ",".join(sample + term for term in terms)
    return np.einsum(f"{joined}->{sample}{result}", *operands, optimize=optimize)


@face(np.linalg.multi_dot)
def multi_dot(arrays):
    out = arrays[0]
    for factor in arrays[1:]:
        out = matmul(out, factor)
    return out


@face(np.kron)
def kron(a, b):
    a, b = all_aligned(a, b)
    n = rank(a)
    rows = np.reshape(a, (len(a), *[size for m in np.shape(a)[1:] for size in (m, 1)]))
    columns = np.reshape(b, (len(b), *[size for m in np.shape(b)[1:] for size in (1, m)]))
    return np.reshape(rows * columns, (len(a), *[np.shape(a)[k] * np.shape(b)[k] for k in range(1, n + 1)]))


@face(np.cross, np.linalg.cross)
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, behind(axisa), -1), np.moveaxis(b, behind(axisb), -1)
    out = np.cross(*all_aligned(a, b))
    return np.moveaxis(out, -1, behind(axisc)) if rank(out) > 0 and 3 in (a.shape[-1], b.shape[-1]) else out


@face(np.vecdot)
def vecdot(x1, x2):
    return np.vecdot(*all_aligned(x1, x2))


if hasattr(np, "matvec"):

    @face(np.matvec)
    def matvec(x1, x2):
        n = max(rank(x1) - 1, rank(x2))
        return np.matvec(aligned(x1, n + 1), aligned(x2, n))

    @face(np.vecmat)
    def vecmat(x1, x2):
        n = max(rank(x1), rank(x2) - 1)
        return np.vecmat(aligned(x1, n), aligned(x2, n + 1))


# ── linear algebra ───────────────────────────────────────────────────────────────────────────────────────


@face(np.linalg.solve)
def solve(a, b):
    a_long, b_long = all_aligned(a, b[..., None] if rank(b) == 1 else b)
    out = np.linalg.solve(a_long, b_long)
    return out[..., 0] if rank(b) == 1 else out


@face(np.linalg.tensorinv)
def tensorinv(a, ind=2):
    rows, columns = np.shape(a)[1 : ind + 1], np.shape(a)[ind + 1 :]
    inverse = np.linalg.inv(np.reshape(a, (len(a), math.prod(rows), math.prod(columns))))
    return np.reshape(inverse, (len(a), *columns, *rows))


@face(np.linalg.tensorsolve)
def tensorsolve(a, b, axes=None):
    moved = np.transpose(a, (0, *[k + 1 for k in _solved_axes(a[0], axes)]))
    size = math.prod(np.shape(b)[1:])
    out = np.linalg.solve(np.reshape(moved, (len(a), size, size)), flat(b)[..., None])
    return np.reshape(out, (len(a), *np.shape(moved)[1 + rank(b) :]))


@face(np.trace)
def trace(a, offset=0, axis1=0, axis2=1):
    return np.trace(a, offset, behind(axis1), behind(axis2))


@face(np.diagonal)
def diagonal(a, offset=0, axis1=0, axis2=1):
    return np.diagonal(a, offset, behind(axis1), behind(axis2))


@face(np.diag)
def diag(v, k=0):
    if rank(v) == 2:
        return np.diagonal(v, k, 1, 2)
    return placed(v, k)


@face(np.diagflat)
def diagflat(v, k=0):
    return placed(flat(v), k)


def placed(v, k):
    """Matrices with the rows of `v` on their diagonal `k`."""
    n = np.shape(v)[1] + abs(k)
    out = np.zeros((len(v), n, n), v.dtype)
    place = np.arange(np.shape(v)[1])
    out[:, place + max(-k, 0), place + max(k, 0)] = v
    return out


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────


@face(np.reshape)
def reshape(a, shape, order="C"):
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if order == "F":
        return np.moveaxis(np.reshape(np.moveaxis(a, 0, -1), (*shape, len(a)), order="F"), -1, 0)
    return np.reshape(a, (len(a), *shape))


@face(np.ndarray.reshape)
def reshape_method(a, *shape, order="C"):
    return reshape(a, shape[0] if len(shape) == 1 else shape, order)


@face(np.ravel, np.ndarray.flatten)
def ravel(a, order="C"):
    return reshape(a, -1, order)


@face(np.expand_dims)
def expand_dims(a, axis):
    return np.expand_dims(a, behind(axis))


@face(np.atleast_1d)
def atleast_1d(a):
    return aligned(a, max(rank(a), 1))


@face(np.atleast_2d)
def atleast_2d(a):
    return aligned(a, max(rank(a), 2))


@face(np.atleast_3d)
def atleast_3d(a):
    return cube(a)


@face(np.transpose)
def transpose(a, axes=None):
    order = reversed(range(rank(a))) if axes is None else [k % rank(a) for k in axes]
    return np.transpose(a, (0, *[k + 1 for k in order]))


@face(np.rollaxis)
def rollaxis(a, axis, start=0):
    return np.rollaxis(a, axis % rank(a) + 1, (start if start >= 0 else start + rank(a)) + 1)


@face(np.fliplr)
def fliplr(m):
    return np.flip(m, 2)


@face(np.flipud)
def flipud(m):
    return np.flip(m, 1)


@face(np.broadcast_to)
def broadcast_to(array, shape):
    return np.broadcast_to(aligned(array, len(shape)), (len(array), *shape))


@face(np.broadcast_arrays)
def broadcast_arrays(*args):
    return np.broadcast_arrays(*all_aligned(*args))


@face(np.tile)
def tile(A, reps):
    reps = tuple(np.atleast_1d(reps).tolist())
    n = max(len(reps), rank(A))
    return np.tile(aligned(A, n), (1,) * (1 + n - len(reps)) + reps)


@face(np.pad)
def pad(array, pad_width, mode="constant", **options):
    for name in options.keys() & {"stat_length", "end_values"}:
        options[name] = [(1, 1), *map(tuple, np.broadcast_to(options[name], (rank(array), 2)))]
    return np.pad(array, [(0, 0), *_pad_widths(pad_width, rank(array))], mode, **options)


@face(np.full)
def full(shape, fill_value):
    shape = (shape,) if isinstance(shape, int) else shape
    return broadcast_to(fill_value, shape)


@face(np.full_like)
def full_like(a, fill_value):
    return broadcast_to(fill_value, np.shape(a))


def spaced(function):
    @face(function)
    def spaced_samples(start, stop, num=50, **options):
        return np.moveaxis(function(*all_aligned(start, stop), num, **options), 1, 0)


for function in (np.linspace, np.logspace, np.geomspace):
    spaced(function)

# ── choosing, differences, statistics ────────────────────────────────────────────────────────────────────


@face(np.take_along_axis)
def take_along_axis(arr, indices, axis=-1):
    places = lead(indices, len(arr))
    return (
        np.take_along_axis(flat(arr), places, 1)
        if axis is None
        else np.take_along_axis(arr, places, behind(axis))
    )


@face(np.extract)
def extract(condition, arr):
    return flat(arr)[:, np.ravel(condition)]


@face(np.choose)
def choose(a, choices):
    places, *parts = all_aligned(np.asarray(a)[None], *items(choices))
    return np.choose(places, parts)


@face(np.select)
def select(condlist, choicelist, default=0):
    tests = [np.asarray(test)[None] for test in condlist]
    rest = default if np.ndim(default) else np.reshape(default, 1)
    parts = all_aligned(*tests, *choicelist, rest)
    return np.select(parts[: len(tests)], parts[len(tests) : -1], parts[-1])


@face(np.diff)
def diff(a, n=1, axis=-1, prepend=None, append=None):
    ends = {"prepend": prepend, "append": append}
    along = behind(axis) % np.ndim(a)
    slices = [1 if k == along else size for k, size in enumerate(np.shape(a))]
    given = {
        name: np.broadcast_to(aligned(end, rank(a)), slices) if rank(end) == 0 else end
        for name, end in ends.items()
        if end is not None
    }
    return np.diff(a, n, along, **given)


@face(np.ediff1d)
def ediff1d(ary):
    return np.diff(flat(ary))


@face(np.trapezoid)
def trapezoid(y, x=None, dx=None, axis=-1):
    rows = np.moveaxis(y, behind(axis), -1)
    if x is not None:
        steps = np.diff(x if rank(x) == 1 else np.moveaxis(x, behind(axis), -1))
        steps = aligned(steps, rank(rows))
    else:
        steps = 1.0 if dx is None else aligned(np.asarray(dx), rank(rows)) if np.ndim(dx) else dx
    return np.sum((rows[..., 1:] + rows[..., :-1]) / 2 * steps, axis=-1)


def of_quantiles(function):
    @face(function)
    def quantiles(a, q, axis=None, weights=None, **options):
        if weights is not None:
            if np.ndim(weights) < rank(a):  # those of one axis
                weights = np.expand_dims(weights, tuple(i for i in range(rank(a)) if i != axis % rank(a)))
            options["weights"] = np.broadcast_to(weights, np.shape(a))
        axes = tuple(range(1, np.ndim(a))) if axis is None else behind(axis)
        return np.moveaxis(function(a, q, axes, **options), np.ndim(q), 0)


of_quantiles(np.quantile)
of_quantiles(np.percentile)
