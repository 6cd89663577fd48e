"""Array programs that build new arrays and write none: the rules, mixed as people mix them."""

import numpy as np
import numpy.linalg as la
from numpy import exp, sin
from numpy.linalg import solve as lin_solve

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
B3 = np.array([1.3, -0.2, 0.8])
C4 = np.array([0.3, -0.9, 1.4, 0.6])
M23 = np.array([[0.3, -0.5, 1.2], [0.9, 0.1, -0.4]])
M33 = np.array([[2.1, 0.3, -0.4], [0.2, 1.7, 0.5], [-0.6, 0.1, 2.5]])
N34 = np.array([[0.1, 0.7, -0.3, 0.2], [1.1, -0.4, 0.6, 0.9], [0.5, 0.8, -1.2, 0.4]])
SPD = M33 @ M33.T
T234 = np.sin(np.arange(24.0) * 1.7).reshape(2, 3, 4)


@case((A3, B3), (0.4, 1.3), (0.4, B3), (M23, A3))
def mixture(x, w):
    a = np.sin(x)
    b = a * w
    return np.sum(b * b)


@case((A3, 0.7), (M23, A3), (np.ones((2, 1)) * 0.3, A3), (np.array(0.3), A3))
def broadcasting(x, y):
    z = x * y + x / (2 + y) - y**2 * x
    return np.exp(-z * z) + x


@case((M23, A3, 0.5, np.array([[0.2], [0.7]])))
def broadcast_many(m, v, s, col):
    z = m * v
    z = z + col * s
    z = z - s / (1.5 + v)
    return np.sum(z * col) * s


@case((M23,), (T234,))
def reductions(m):
    a = np.sum(m, axis=0) * np.mean(m, axis=0)
    b = m.sum(axis=-1, keepdims=True) * m
    c = np.prod(m, axis=1).sum() + m.mean() * m.max() - m.min()
    d = np.var(m) + np.std(m, axis=0).sum() + m.var(axis=-1, ddof=1).sum()
    return np.sum(a) + np.sum(b**2) + c * d


@case((T234,))
def reductions_axis_tuples(t):
    a = np.sum(t, axis=(0, 2))
    b = np.max(t, axis=(1, 2), keepdims=True)
    c = t.mean(axis=(-1, 0))
    return np.sum(a * c) + np.sum(b * t) + np.sum(t.std(axis=(0, 1)) ** 3)


@case((M23, N34, A3, C4))
def matmul_ranks(m, n, v, w):
    a = m @ n
    b = m @ v
    c = v @ n
    d = v @ v
    e = a @ w
    return np.sum(a) * d + np.dot(b, e) + np.sum(c * w) + m.dot(v)[0] + np.matmul(n, w)[1] + np.vdot(v, v)


@case((T234, N34))
def matmul_batched(t, n):
    a = t @ n.T
    b = n @ np.swapaxes(t, 1, 2)
    c = np.matmul(t, t.transpose(0, 2, 1))
    return np.sum(a * b) + np.sum(c**2) * 0.1


@case((M33, A3, B3))
def products(m, v, w):
    a = np.outer(v, w) * m
    b = np.inner(v, w) + np.tensordot(m, a, axes=([0, 1], [0, 1])) + np.sum(np.tensordot(a, v, axes=1))
    c = np.einsum("ij,j->i", m, v)
    d = np.einsum("ij,ik,k", m, a, w)
    e = np.trace(m @ a) + np.sum(np.kron(v, w)) + np.sum(np.cross(v, w) * c)
    return b * np.sum(c) + d[0] * e


@case((M23, T234))
def shaping(m, t):
    a = m.reshape(3, 2).T + m.ravel()[:2].reshape(2, 1)
    b = np.transpose(t, (2, 0, 1)).reshape(8, -1)
    c = np.expand_dims(m, 1) * t[:, :, 0][:, None, :]
    d = np.squeeze(c, axis=1) + m.T.T
    e = np.broadcast_to(m[0], (2, 3)) * d
    return np.sum(a**2) + np.sum(b * b) + np.sum(e) + t.flatten()[5] * np.moveaxis(t, 0, -1)[1, 2, 0]


@case((M23, A3))
def joining(m, v):
    a = np.concatenate([m, v[None, :], m * 2], axis=0)
    b = np.stack([v, v * v], axis=1)
    c = np.vstack([m, v]) @ b
    d = np.hstack([v, v[::-1], m[0]])
    e = np.array([[v[0], 1.0], [m[1, 2], v[2] * 2]])
    f = np.column_stack([v, v])
    return np.sum(a[1:] * a[:-1]) + np.sum(c) + np.sum(d**2) + la.det(e) + np.sum(f * b)


@case((np.arange(1.0, 13.0).reshape(3, 4) / 7,))
def basic_reading(m):
    a = m[1] * m[-1]
    b = m[:, 1:3] * m[:, ::2]
    c = m[::-1, 0]
    d = m[..., -1] + m[None, :, 2][0]
    e = m[1, 2] * m[0][3]
    return np.sum(a) + np.sum(b * b) + np.sum(c * d) * e + np.sum(m[1:, None, 1:3] ** 2)


@case((np.arange(1.0, 13.0).reshape(3, 4) / 7, A3))
def advanced_reading(m, v):
    idx = np.array([0, 2, 2, 1])
    a = m[idx] * m[[1, 1, 0, 2]]
    b = v[idx] * m[0]
    c = m[np.array([0, 1, 2]), [3, 0, 3]]
    d = v[v > 0] * 2
    e = m[m > 0.9]
    f = m[:, idx[:2]]
    g = m[np.ix_([0, 2], [1, 3])]
    h = np.take(v, idx) * np.take_along_axis(m, np.array([[1], [0], [3]]), axis=1)[:, 0][idx]
    return np.sum(a) + np.sum(b) + np.sum(c * v) + np.sum(d**2) + np.sum(np.sin(e)) + np.sum(f) * np.sum(g**2) + h[3]


@case((A3, B3))
def elementwise_many(x, y):
    p = x * x + 0.5
    a = np.sqrt(p) + np.log(p) + np.log1p(p) + np.exp(-x) + np.expm1(y) + np.log2(p) + np.log10(p) + np.exp2(x)
    b = np.sin(x) * np.cos(y) + np.tan(x * 0.5) + np.arcsin(x * 0.5) + np.arccos(y * 0.5) + np.arctan(x)
    c = np.sinh(x) * np.cosh(y) + np.tanh(x) + np.arcsinh(x) + np.arccosh(p + 1) + np.arctanh(x * 0.4)
    d = np.abs(x) + np.square(y) + np.reciprocal(p) + np.cbrt(p) + np.negative(x) + np.arctan2(x, p) + np.hypot(x, y)
    e = np.power(p, y) + np.maximum(x, y) * np.minimum(x, 0.1) + np.logaddexp(x, y) + np.sinc(x) + np.fmax(x, 0.2 * y)
    return a * b + c * d + e


@case((A3, 0.3, 2.0))
def clip_and_where(x, lo, hi):
    a = np.clip(x, -0.5, 1.0) * x
    b = np.where(x > lo, x * hi, np.exp(x))
    c = np.where(x[:, None] < x, lo, hi * x)
    return np.sum(a) + np.sum(b**2) + np.sum(c)


@case((A3,))
def zero_by_nature(x):
    return np.sum(np.floor(x) * x + np.sign(x) * x * x + np.round(x) + (x > 0) * x + x // 1 + x % 0.9 + np.ceil(x * 2))


@case((C4, M23))
def orderings(v, m):
    a = np.sort(v) * np.arange(4)
    b = v[np.argsort(-v)][:2]
    c = np.cumsum(v) ** 2
    d = np.cumsum(m, axis=1) * np.cumsum(m, axis=0)
    e = m[np.arange(2), np.argmax(m, axis=1)]
    f = np.flip(v) * np.roll(v, 1) + np.diff(v)[0] + np.cumprod(v)
    return np.sum(a) + np.prod(b) + np.sum(c) + np.sum(d) + np.sum(e**2) + np.sum(f) + np.median(v) * np.ptp(v)


@case((M33, A3))
def linear_algebra(m, b):
    x = np.linalg.solve(m, b)
    y = lin_solve(m.T, x)
    inv = np.linalg.inv(m)
    sign, logdet = np.linalg.slogdet(m)
    return np.sum(x * y) + np.linalg.det(m) + np.sum(inv**2) + sign * logdet + la.norm(b) * la.norm(m)


@case((M33, A3))
def cholesky_likelihood(m, r):
    cov = m @ m.T + 0.5 * np.eye(3)
    chol = np.linalg.cholesky(cov)
    z = np.linalg.solve(chol, r)
    return -0.5 * (z @ z) - np.sum(np.log(np.diag(chol)))


@case((M33, np.array([[1.0, 0.2], [0.4, -0.5], [0.7, 0.3]])))
def solve_matrix(m, b):
    return np.sum(np.linalg.solve(m, b) ** 2) + np.trace(np.linalg.inv(m @ m.T))


@case((A3, 0.7))
def constructors(v, s):
    n = v.shape[0]
    a = np.full(n, s) * np.arange(n) + np.linspace(0.0, 1.0, n) * s
    b = np.zeros_like(v) + np.ones((2, n)) * v
    c = np.eye(n) * s + np.diag(v) + np.tri(n)
    d = np.full_like(v, 2.0) * v + np.empty((0,)).sum()
    e = np.linspace(0.0, s, 4)
    return np.sum(a * v) + np.sum(b) + np.sum(c @ c) + np.sum(d) + np.sum(e**2)


@case((M23, A3))
def methods(m, v):
    a = m.dot(v).sum() + m.T.reshape(-1).max() + m.mean(axis=0).dot(v)
    b = m.copy().ravel() * m.flatten() + m.clip(-0.3, 0.8).flatten()
    c = m.transpose().swapaxes(0, 1).squeeze() * m.astype(float)
    d = v.repeat(2).reshape(3, 2) * m.T + v.cumsum()[:, None] + m.diagonal()[0] * m.item(1)
    return a + b.sum() + c.prod() + (d**2).sum() + v.prod() * m.size * m.ndim + len(m) + v.argmax() * v.take(0)


@case((A3, B3))
def imported_names(x, y):
    return exp(sin(x) * y).sum() + la.norm(x - y)


@case((M23,), (T234[0],))
def softmax_loss(z):
    z = z - np.max(z, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(z)), 1]))


@case((M23,))
def log_sum_exp(z):
    top = np.max(z, axis=1)
    return np.sum(top + np.log(np.sum(np.exp(z - top[:, None]), axis=1)))


@case((A3, np.float64(0.7)), (np.array(0.3), np.float64(0.7)), (np.float64(0.3), 0.2))
def scalar_kinds(x, s):
    return x * s + np.sin(s) * x**2 + float(s)


@case((np.zeros((0,)), 0.7), (np.zeros((0, 3)), 0.7))
def empty_arrays(v, s):
    return np.sum(v * s) + s**2 + np.sum(np.concatenate([v.ravel(), v.ravel()]))


@case((A3, B3))
def convolutions(v, w):
    return np.convolve(v, w) * np.convolve(w, v, mode="full") + np.sum(np.convolve(v, w, mode="same") ** 2)


@case((C4, np.array([0.2, 0.95, 1.7]), np.array([1.0, 3.0, -2.0])))
def interpolation(x, knots, values):
    return np.interp(np.abs(x), knots, values) * x


@case((C4,))
def spectral(v):
    f = np.fft.fft(v)
    power = np.abs(f) ** 2
    return np.sum(power * np.arange(4)) + np.sum(np.real(f) ** 3) * 0.1


@case((M33,))
def symmetric_eigen(m):
    s = 0.5 * (m + m.T)
    w, v = np.linalg.eigh(s)
    return np.sum(w**3) + np.abs(v[0, 0] * v[1, 0]) + w[2]


@case((C4,), (np.arange(6.0) ** 1.5,))
def pairwise_distances(p):
    d = p[:, None] - p[None, :]
    r = np.sqrt(d**2 + 0.1)
    return np.sum(np.triu(1 / r, k=1)) + np.sum(np.tril(r, -1))


@case((np.array([[0.0, 0.1], [1.0, 0.3], [0.4, 1.2], [0.9, 0.8]]),))
def pairwise_loop(points):
    energy = 0.0
    for i in range(len(points)):
        for j in range(i):
            d = points[i] - points[j]
            r2 = np.sum(d * d) + 0.05
            energy += 1 / r2**3 - 1 / r2
    return energy


@case((A3, B3))
def matrix_from_parts(v, w):
    rot = np.array([[np.cos(v[0]), -np.sin(v[0])], [np.sin(v[0]), np.cos(v[0])]])
    block = np.block([[rot, np.zeros((2, 1))], [np.zeros((1, 2)), np.ones((1, 1)) * w[1]]])
    return block @ v + np.append(w[:2], v[2]) * np.tile(v[:1], 3)


@case((A3, M23))
def ufunc_methods(v, m):
    return np.add.reduce(v * v) + np.sum(np.multiply.outer(v, v)) + np.sum(np.add.accumulate(m, axis=1)) + np.maximum.reduce(m).sum()


@case((A3, 0.2))
def split_and_select(v, s):
    a, b, c = np.split(v * s, 3)
    lo, hi = np.array_split(v, 2)
    chosen = np.select([v > 0.5, v > 0], [v * s, v**2], default=s)
    pad = np.pad(v, 1) + np.pad(chosen, (0, 2))
    return np.sum(a * b + c) + np.sum(lo) * np.sum(hi) + np.sum(pad**2) + np.trapezoid(v, dx=s)


@case((np.array([0.4 + 0.2j, -0.3 + 1.1j]), np.array([1.0, 0.6])))
def complex_to_real(z, w):
    a = z * np.exp(1j * w)
    return np.sum(np.abs(a) ** 2 * w) + np.sum(np.real(a * z) + np.imag(np.conj(z) * a)) + np.sum(np.angle(z + 2) * w)


@case((np.array([0.4 + 0.2j, -0.3 + 1.1j]), 0.7))
def complex_to_complex(z, x):
    return z**2 * x + np.conj(z) / (z + 2) + np.sin(z)


@case((A3,))
def complex_inside(x):
    z = x + 1j * x**2
    return np.sum(np.abs(z * np.exp(z)) ** 2)


@case((np.array([0.5, 1.5], np.float32), np.array([1.0, 2.0], np.float32)))
def single_precision(x, y):
    return np.sum(np.log(x) * y**2 / 2 + np.sqrt(x) * 0.5 - np.exp2(y) + np.log2(x) + np.mean(x) * np.max(y))


@case((np.array([0.5, 1.5], np.float32), 0.7), (np.float32(0.5), 0.7))
def mixed_precision(x, s):
    y = x * s
    z = y.astype(np.float64) * s
    return np.sum(z * x)


@case((A3, np.array([2, 0, 1, 2])))
def integer_array_argument(v, index):
    weights = index + 1
    return np.sum(v[index] * weights) + np.bincount(index)[2] * v[0]


@case((np.asfortranarray(M23), A3[::-1], M33[::2, 1:]))
def strided_arguments(f, r, s):
    return np.sum(f @ r) * np.sum(s) + np.sum(f.T[:2] * s) + r[0] * s[1, 1]
