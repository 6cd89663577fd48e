"""Helpers for array rules, copied verbatim into emitted files that need them.

The same rules as in `prelude`: each is a plain function with one leading underscore, uses only NumPy (and other helpers
of these files, which are copied along), changes no argument, and lies inside the accepted language, so that it can
be differentiated again. Frequent cases never come here: the rules write these out in place.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import math

import numpy as np

# ── reductions and scans ─────────────────────────────────────────────────────────────────────────────────


def _safe_divide(a, b):
    """a / b, but zero where b is zero: the subgradient taken at the tip of a norm or a standard deviation."""
    zero = b == 0
    return np.where(zero, 0, a) / np.where(zero, 1, b)


def _bessel_i1(x):
    """The modified Bessel function I1, the slope of np.i0: the mean of cos(t) sinh(x cos(t)) over a quarter turn."""
    nodes = np.cos(
        (np.arange(64) + 0.5) * (np.pi / 128)
    )  # the integrand is periodic: 64 points give all digits
    nodes = np.asarray(nodes, np.result_type(x))
    return np.mean(nodes * np.sinh(np.multiply.outer(x, nodes)), axis=-1)


def _product_of_others(x, axis=None):
    """For each element the product of the others along axis; where there are zeros, without a division."""
    total = np.prod(x, axis=axis, keepdims=True)
    size = np.abs(total)
    if np.all((size > np.finfo(np.result_type(x)).tiny) & (size < np.inf)):
        return total / x
    axes = range(np.ndim(x)) if axis is None else np.atleast_1d(axis) % np.ndim(x)
    last = range(-len(axes), 0)
    moved = np.moveaxis(np.asarray(x), axes, last)
    count = math.prod(np.shape(x)[i] for i in axes)
    rows = np.reshape(moved, (*moved.shape[: np.ndim(x) - len(axes)], count))
    one = np.ones_like(rows[..., :1])
    before = np.concatenate((one, np.cumprod(rows[..., :-1], axis=-1)), axis=-1)
    after = np.concatenate((one, np.cumprod(rows[..., :0:-1], axis=-1)), axis=-1)[..., ::-1]
    return np.moveaxis(np.reshape(before * after, moved.shape), last, axes)


def _cumprod_tangent(x_dot, x, axis):
    """Tangent of cumprod; with zeros in x by its recurrence p[i] = p[i-1] * x[i], which they do not disturb."""
    if np.all(x != 0):
        return np.cumprod(x, axis) * np.cumsum(x_dot / x, axis)
    rows, rows_dot = np.moveaxis(x, axis, 0), np.moveaxis(x_dot, axis, 0)
    tangents = np.zeros(np.shape(rows), np.result_type(x))
    product = np.ones(np.shape(rows)[1:], np.result_type(x))
    tangent = np.zeros_like(product)
    for i in range(len(rows)):
        tangent = tangent * rows[i] + product * rows_dot[i]
        product = product * rows[i]
        tangents[i] = tangent
    return np.moveaxis(tangents, 0, axis)


def _cumprod_adjoint(out_bar, x, axis):
    """Adjoint of cumprod; with zeros in x by its recurrence, run backwards."""
    if np.all(x != 0):
        seeds = np.flip(out_bar * np.conj(np.cumprod(x, axis)), axis)
        return np.flip(np.cumsum(seeds, axis), axis) / np.conj(x)
    rows = np.conj(np.moveaxis(x, axis, 0))
    seeds = np.moveaxis(out_bar, axis, 0)
    before = np.concatenate((np.ones_like(rows[:1]), np.cumprod(rows[:-1], axis=0)))
    adjoints = np.zeros(np.shape(rows), np.result_type(x))
    carry = np.zeros(np.shape(rows)[1:], np.result_type(x))
    for i in range(len(rows) - 1, -1, -1):
        carry = carry + seeds[i]  # adjoint of the product that ends at i
        adjoints[i] = carry * before[i]
        carry = carry * rows[i]
    return np.moveaxis(adjoints, 0, axis)


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────


def _tensordot_adjoints(out_bar, a, b, axes_a, axes_b):
    """Adjoints of tensordot for any axes: contract the seed with the other operand, then put axes back."""
    axes_a = [i % np.ndim(a) for i in np.atleast_1d(axes_a)]
    axes_b = [i % np.ndim(b) for i in np.atleast_1d(axes_b)]
    free_a = [i for i in range(np.ndim(a)) if i not in axes_a]
    free_b = [i for i in range(np.ndim(b)) if i not in axes_b]
    of_a = range(len(free_a))
    of_b = range(len(free_a), np.ndim(out_bar))
    paired_a = [i for _, i in sorted(zip(axes_b, axes_a, strict=True))]  # the order that b's axes come out in
    paired_b = [i for _, i in sorted(zip(axes_a, axes_b, strict=True))]
    a_bar = np.tensordot(out_bar, np.conj(b), (of_b, free_b))
    b_bar = np.tensordot(np.conj(a), out_bar, (free_a, of_a))
    a_bar = np.transpose(a_bar, np.argsort(free_a + paired_a))
    return a_bar, np.transpose(b_bar, np.argsort(paired_b + free_b))


def _einsum_terms(subscripts, shapes):
    """Spell einsum subscripts out: one term for each operand and the result, ellipses as unused letters."""
    text = subscripts.replace(" ", "")
    terms = text.split("->")[0].split(",")
    unused = [c for c in "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in text]
    widths = [
        len(shape) - len(term) + 3 if "..." in term else 0 for term, shape in zip(terms, shapes, strict=True)
    ]
    dots = "".join(unused[: max(widths)])
    if "->" in text:
        result = text.split("->")[1]
    else:  # the implicit result: letters that occur once, in order, after the ellipsis
        joined = "".join(terms).replace(".", "")
        result = "..." + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    terms = [
        term.replace("...", dots[len(dots) - width :]) for term, width in zip(terms, widths, strict=True)
    ]
    return terms, result.replace("...", dots)


def _einsum_adjoint(out_bar, k, terms, result, operands):
    """Adjoint of operand k of einsum: the seed contracted with the other operands, onto k's own letters."""
    shape = np.shape(operands[k])
    letters = "".join(dict.fromkeys(terms[k]))
    sizes = dict(zip(terms[k], shape, strict=True))
    inputs = [result, *terms[:k], *terms[k + 1 :]]
    others = [np.conj(operand) for operand in operands[:k] + operands[k + 1 :]]
    held = "".join(c for c in letters if c in "".join(inputs))
    part = np.einsum(",".join(inputs) + "->" + held, out_bar, *others, optimize=True)
    stretched = tuple(i for i, c in enumerate(held) if sizes[c] == 1)
    part = np.sum(part, axis=stretched, keepdims=True)  # a length of 1 was broadcast
    part = np.reshape(part, [part.shape[held.index(c)] if c in held else 1 for c in letters])
    part = np.broadcast_to(part, [sizes[c] for c in letters])
    if letters == terms[k]:
        return part
    diagonal = np.zeros(shape, np.result_type(part))  # a repeated letter reads a diagonal only
    grid = np.ogrid[tuple(slice(sizes[c]) for c in letters)]
    diagonal[tuple(grid[letters.index(c)] for c in terms[k])] = part
    return diagonal


def _chain_adjoints(out_bar, arrays):
    """Adjoints of a @ b @ c @ ...: for each factor the conjugate transposes of what stands before and after."""
    row = np.ndim(arrays[0]) == 1
    column = np.ndim(arrays[-1]) == 1
    factors = [np.conj(a) for a in arrays]
    factors[0] = factors[0][None, :] if row else factors[0]
    factors[-1] = factors[-1][:, None] if column else factors[-1]
    seed = np.reshape(out_bar, (factors[0].shape[0], factors[-1].shape[1]))
    adjoints = []
    for k, a in enumerate(arrays):
        before = [f.T for f in factors[:k]]
        after = [f.T for f in factors[:k:-1]]
        chain = seed
        for f in before:
            chain = f @ chain
        for f in after:
            chain = chain @ f
        adjoints.append(np.reshape(chain, np.shape(a)))
    return adjoints


def _kron_blocks(out_bar, a, b):
    """The seed of kron as a matrix: a row for each element of a, a column for each element of b."""
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a = (1,) * (ndim - np.ndim(a)) + np.shape(a)
    shape_b = (1,) * (ndim - np.ndim(b)) + np.shape(b)
    blocks = np.reshape(out_bar, [size for pair in zip(shape_a, shape_b, strict=True) for size in pair])
    order = [*range(0, 2 * ndim, 2), *range(1, 2 * ndim, 2)]
    return np.reshape(np.transpose(blocks, order), (np.size(a), np.size(b)))


def _kron_seed(blocks, a, b):
    """The transpose of `_kron_blocks`: from rows and columns back to the shape of np.kron(a, b)."""
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a = (1,) * (ndim - np.ndim(a)) + np.shape(a)
    shape_b = (1,) * (ndim - np.ndim(b)) + np.shape(b)
    paired = np.transpose(
        np.reshape(blocks, shape_a + shape_b), [k + ndim * j for k in range(ndim) for j in (0, 1)]
    )
    return np.reshape(paired, [shape_a[k] * shape_b[k] for k in range(ndim)])


def _lagged(seed, x, count, axis):
    """The products of the seed with `x` some places before, summed, for so many lags."""
    rows, columns = np.moveaxis(seed, axis, 0), np.conj(np.moveaxis(x, axis, 0))
    n = len(rows)
    return np.stack([np.sum(rows[min(k, n) :] * columns[: max(n - k, 0)]) for k in range(count)])


def _uncut(out_bar, a, v, mode):
    """The seed of a convolution, with zeros where `mode` cut the full result off."""
    if mode == "full":
        return out_bar
    cut = [(m - 1) // 2 if mode == "same" else m - 1 for m in np.shape(v)]
    full = [n + m - 1 for n, m in zip(np.shape(a), np.shape(v), strict=True)]
    return np.pad(out_bar, [(cut[k], full[k] - cut[k] - n) for k, n in enumerate(np.shape(out_bar))])


def _full_seed(out_bar, n, m, mode):
    """The seed of a convolution of lengths n and m, placed where mode cut it out of the full result."""
    start = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    return np.pad(out_bar, (start, n + m - 1 - start - len(out_bar)))


# ── shaping and indexing ─────────────────────────────────────────────────────────────────────────────────


def _split_like(out_bar, arrays, sizes, axis):
    """Cut out_bar along axis into pieces of these sizes, shaped as arrays: the transpose of joining."""
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes) - 1)]
    pieces = np.split(out_bar, ends, axis)
    adjoints = [np.reshape(piece, np.shape(a)) for piece, a in zip(pieces, arrays, strict=True)]
    return np.stack(adjoints) if isinstance(arrays, np.ndarray) else adjoints


def _rejoin(pieces, shape, sizes, axis):
    """The array of this shape that `_split_like` cut into pieces: its transpose."""
    axis = axis % len(shape)
    whole = [np.reshape(pieces[k], (*shape[:axis], n, *shape[axis + 1 :])) for k, n in enumerate(sizes)]
    return np.concatenate(whole, axis)


def _scatter_add(out_bar, positions, x):
    """Add the elements of out_bar into zeros like x at flat positions: the transpose of a gather."""
    flat = np.zeros(np.size(x), np.result_type(out_bar))
    np.add.at(flat, positions, out_bar)
    return np.reshape(flat, np.shape(x))


def _add_rows(out_bar, rows, x):
    """Add the rows of out_bar into zeros like x at these rows: the transpose of ``np.take(x, rows, axis=0)``."""
    x_bar = np.zeros(np.shape(x), np.result_type(x))
    np.add.at(x_bar, rows, out_bar)
    return x_bar


def _first_places(x):
    """The flat position of the first of each of the different elements of x, in increasing order of these."""
    return np.unique(x, return_index=True)[1]


def _positions(x):
    """The flat position of each element of x, in the shape of x."""
    return np.reshape(np.arange(np.size(x)), np.shape(x))


def _reduceat_adjoint(out_bar, x, indices, axis):
    """The adjoint of ``np.add.reduceat(x, indices, axis)``: each sum goes to the elements from its index to the next."""
    x_bar = np.zeros(np.shape(x), np.result_type(out_bar))
    rows, seeds = np.moveaxis(x_bar, axis, 0), np.moveaxis(out_bar, axis, 0)
    ends = [*indices[1:], len(rows)]
    for seed, start, end in zip(seeds, indices, ends, strict=True):
        rows[start : max(end, start + 1)] += seed
    return x_bar


def _on_diagonal(out_bar, x, offset, axis1, axis2):
    """Zeros like x with out_bar on a diagonal: the transpose of np.diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(out_bar))
    moved = np.moveaxis(x_bar, (axis1, axis2), (-2, -1))
    i = np.arange(np.shape(out_bar)[-1])
    moved[..., i + max(-offset, 0), i + max(offset, 0)] = out_bar
    return np.moveaxis(moved, (-2, -1), (axis1, axis2))


def _pad_widths(pad_width, ndim):
    """The pair of pad widths of every axis, from each form in which np.pad takes them."""
    if isinstance(pad_width, dict):
        pairs = [pad_width.get(i, pad_width.get(i - ndim, 0)) for i in range(ndim)]
        return [(p, p) if np.ndim(p) == 0 else tuple(p) for p in pairs]
    return [(int(lo), int(hi)) for lo, hi in np.broadcast_to(pad_width, (ndim, 2))]


def _pad_adjoint(out_bar, x, widths, mode, reflect_type="even", lengths=None):
    """The adjoint of np.pad in a mode that mixes elements: along each axis by the matrix that pads there."""
    for axis, (n, width) in enumerate(zip(np.shape(x), widths, strict=True)):
        eye = np.eye(n, dtype=np.result_type(x))
        if reflect_type != "even":
            matrix = np.pad(eye, (width, (0, 0)), mode, reflect_type=reflect_type)
        elif lengths is not None:
            matrix = np.pad(eye, (width, (0, 0)), mode, stat_length=(lengths[axis], (1, 1)))
        else:
            matrix = np.pad(eye, (width, (0, 0)), mode)
        out_bar = np.moveaxis(np.tensordot(out_bar, matrix, (axis, 0)), -1, axis)
    return out_bar


def _pad_places(x, widths, mode, lengths=None):
    """Where np.pad takes the elements of its result from, which are extrema of the edges; of equal ones the first."""
    best = np.argmax if mode == "maximum" else np.argmin
    values, places = np.asarray(x), _positions(x)
    for axis, (low, high) in enumerate(widths):
        n = np.shape(values)[axis]
        first, last = (n, n) if lengths is None else lengths[axis]
        first, last = min(first, n), min(last, n)
        head = best(np.take(values, range(first), axis), axis, keepdims=True)
        tail = n - last + best(np.take(values, range(n - last, n), axis), axis, keepdims=True)
        inner = np.expand_dims(np.arange(n), tuple(i for i in range(np.ndim(x)) if i != axis))
        inner = np.broadcast_to(inner, np.shape(values))
        order = np.concatenate([np.repeat(head, low, axis), inner, np.repeat(tail, high, axis)], axis)
        values, places = np.take_along_axis(values, order, axis), np.take_along_axis(places, order, axis)
    return places


def _untile(out_bar, x, reps):
    """Transpose of np.tile: the sum of all copies."""
    reps = np.ravel(reps).tolist()
    shape = [1] * (len(reps) - np.ndim(x)) + list(np.shape(x))
    reps = [1] * (len(shape) - len(reps)) + reps
    copies = np.reshape(out_bar, [size for pair in zip(reps, shape, strict=True) for size in pair])
    return np.reshape(np.sum(copies, axis=tuple(range(0, 2 * len(shape), 2))), np.shape(x))


def _join_pieces(pieces, x, axis):
    """Transpose of cutting x into pieces along axis, where these neither overlap nor leave gaps."""
    joined = np.concatenate(pieces, axis)
    if np.shape(joined) != np.shape(x):
        raise ValueError("the adjoint of a split needs indices in increasing order")
    return joined


def _block_depth(arrays):
    """How many lists stand around the arrays of np.block."""
    return 1 + _block_depth(arrays[0]) if isinstance(arrays, list) else 0


def _block_adjoint(out_bar, arrays, depth):
    """Transpose of np.block: cut along the axis of this depth, then cut the pieces."""
    if not isinstance(arrays, list):
        return np.reshape(out_bar, np.shape(arrays))
    shapes = [(1,) * depth + np.shape(np.block(part)) for part in arrays]
    ends = [sum(shape[-depth] for shape in shapes[:i]) for i in range(1, len(shapes))]
    pieces = np.split(out_bar, ends, -depth)
    return [_block_adjoint(piece, part, depth - 1) for piece, part in zip(pieces, arrays, strict=True)]


# ── sorting, differences, interpolation ──────────────────────────────────────────────────────────────────


def _diff_adjoint(out_bar, length, n, axis):
    """Transpose of the n-th difference: the difference of the seed between n zeros on both sides, signed."""
    axis = axis % np.ndim(out_bar)
    if length <= n:  # nothing was left to subtract
        return np.zeros_like(out_bar, shape=[length if i == axis else m for i, m in enumerate(out_bar.shape)])
    widths = [(n, n) if i == axis else (0, 0) for i in range(np.ndim(out_bar))]
    return (-1) ** n * np.diff(np.pad(out_bar, widths), n, axis)


def _diff_joined_adjoints(out_bar, a, n, axis, prepend, append):
    """Adjoints of a, prepend and append, which np.diff joins first (a scalar stands for a slice of these)."""
    before = 0 if prepend is None else 1 if np.ndim(prepend) == 0 else np.shape(prepend)[axis]
    after = 0 if append is None else 1 if np.ndim(append) == 0 else np.shape(append)[axis]
    length = before + np.shape(a)[axis] + after
    joined = _diff_adjoint(out_bar, length, n, axis)
    ends = np.split(joined, [before, length - after], axis)
    return (
        ends[1],
        None if prepend is None else np.sum(ends[0]) if np.ndim(prepend) == 0 else ends[0],
        None if append is None else np.sum(ends[2]) if np.ndim(append) == 0 else ends[2],
    )


def _trapezoid_steps(y, x, dx, axis):
    """The widths of the intervals of np.trapezoid, in a shape that broadcasts, with `axis` last."""
    if x is None:
        return np.asarray(dx, np.result_type(y))
    return np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))


def _trapezoid_adjoints(out_bar, y, x, steps, axis):
    """Adjoints of y, x and dx: each interval gives half of its width to its ends, and their mean to its width."""
    rows = np.moveaxis(y, axis, -1)
    seed = np.expand_dims(out_bar, -1)
    half = np.broadcast_to(seed * np.conj(steps) / 2, np.shape(rows[..., 1:]))
    edge = np.zeros_like(half, shape=np.shape(rows[..., :1]))
    y_bar = np.concatenate((half, edge), axis=-1) + np.concatenate((edge, half), axis=-1)
    steps_bar = seed * np.conj(rows[..., 1:] + rows[..., :-1]) / 2
    if x is None:
        return np.moveaxis(y_bar, -1, axis), None, np.sum(steps_bar)
    x_bar = _diff_adjoint(steps_bar, np.shape(rows)[-1], 1, -1)
    if np.ndim(x) == 1:
        return np.moveaxis(y_bar, -1, axis), np.sum(x_bar, axis=tuple(range(np.ndim(y) - 1))), None
    return np.moveaxis(y_bar, -1, axis), np.moveaxis(x_bar, -1, axis), None


def _gradient_adjoint(out_bar, n, spacing, axis, edge_order):
    """Transpose of np.gradient along one axis.

    Each row of this matrix has at most three neighbouring entries, so the gradients of three combs give them all.
    """
    first = np.clip(np.arange(n) - 1, 0, max(n - 3, 0))
    seed = np.moveaxis(out_bar, axis, -1)
    f_bar = np.zeros_like(seed)
    for k in range(3):
        column = first + (k - first) % 3
        comb = (np.arange(n) % 3 == k).astype(np.result_type(out_bar))
        weight = np.gradient(comb, spacing, edge_order=edge_order)
        inside = column < n
        np.add.at(f_bar, (..., column[inside]), (np.conj(weight) * seed)[..., inside])
    return np.moveaxis(f_bar, -1, axis)


def _interp_parts(x, xp, fp, left, right):
    """Where np.interp reads: the left knot, weights of the two knots, and the slope between them."""
    xp, fp = np.asarray(xp), np.asarray(fp)
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(len(xp) - 2, 0))
    j = np.minimum(i + 1, len(xp) - 1)
    inside = (x >= xp[0]) & (x <= xp[-1])
    width = np.where(i == j, 1, xp[j] - xp[i])
    weight = np.clip((x - xp[i]) / width, 0, 1)
    slope = np.where(inside, (fp[j] - fp[i]) / width, 0)
    used = inside | ((x < xp[0]) & (left is None)) | ((x > xp[-1]) & (right is None))
    return i, j, np.where(used, 1 - weight, 0), np.where(used, weight, 0), slope


def _interp_adjoint_fp(out_bar, fp, parts):
    """Each seed goes to the two values that were interpolated between."""
    i, j, low, high, _ = parts
    return _scatter_add(low * out_bar, i, fp) + _scatter_add(high * out_bar, j, fp)


def _interp_adjoint_xp(out_bar, xp, parts):
    """Moving a knot sideways shifts the line there: minus the slope, shared as the values are."""
    i, j, low, high, slope = parts
    shift = -slope * out_bar
    return _scatter_add(low * shift, i, xp) + _scatter_add(high * shift, j, xp)


def _flat_places(index, shape):
    """The index of an array of this shape that means ``a.flat[index]``."""
    if len(shape) == 1:
        return index
    size = math.prod(shape)
    return np.unravel_index(np.arange(size)[index], shape)


def _along_axis(indices, shape, axis):
    """The index of an array of this shape that means ``np.take_along_axis(a, indices, axis)``."""
    if axis is None:
        return np.unravel_index(np.arange(math.prod(shape))[indices], shape)
    axis = axis % len(shape)
    places = np.ogrid[tuple(slice(size) for size in shape)]
    return tuple(indices if k == axis else places[k] for k in range(len(shape)))
