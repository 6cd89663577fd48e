"""`scipy.linalg`: special matrices, and functions of matrices."""

# mypy: no-check-untyped-defs
import numpy as np
from scipy import linalg

from s2sad.prelude import _unbroadcast, _unstack_like
from s2sad.prelude_linalg import _dagger
from s2sad.prelude_scipy import _antidiagonal_sums, _corner, _upper_blocks
from s2sad.rules.declare import array, case, constant, linear, rule, scalar, spd

# ── special matrices ─────────────────────────────────────────────────────────────────────────────────────


@linear(
    linalg.block_diag,
    wrt="arrs",
    cases=[
        case(array(2, 3), array(1, 2)),
        case(array(2, 2)),
        case(array(3), array(1, 2), scalar()),
    ],
)
def block_diag(out_bar, *arrs):
    shapes = [np.shape(np.atleast_2d(a))[-2:] for a in arrs]
    rows = [sum([shape[0] for shape in shapes[:k]]) for k in range(len(shapes))]
    columns = [sum([shape[1] for shape in shapes[:k]]) for k in range(len(shapes))]
    blocks = [
        out_bar[..., rows[k] : rows[k] + shapes[k][0], columns[k] : columns[k] + shapes[k][1]]
        for k in range(len(shapes))
    ]
    parts = [_unbroadcast(block, np.atleast_2d(a)) for block, a in zip(blocks, arrs, strict=True)]
    return tuple(
        [_unstack_like(np.reshape(part, np.shape(a)), a) for part, a in zip(parts, arrs, strict=True)]
    )


@linear(
    linalg.toeplitz,
    batch="native",
    wrt=("c", "r"),
    real_only=True,
    fresh=True,
    cases=[case(array(4)), case(array(3), array(4)), case(array(4), array(2)), case(array(1))],
)
def toeplitz(out_bar, c, r=None):  # r[0] is not read
    n = np.shape(out_bar)[-1]
    sums = _antidiagonal_sums(out_bar[..., ::-1])
    below, above = sums[..., n - 1 :], sums[..., n - 1 :: -1]
    above = above * (np.arange(n) > 0)
    return (below + above, None) if r is None else (below, above)


@linear(linalg.circulant, batch="native", wrt="c", fresh=True, cases=[case(array(4)), case(array(1))])
def circulant(out_bar, c):
    n = np.shape(c)[-1]
    places = np.arange(n)
    return np.sum(out_bar[..., (places[:, None] + places) % n, places], axis=-1)


@linear(
    linalg.hankel,
    wrt=("c", "r"),
    fresh=True,
    cases=[case(array(4)), case(array(3), array(4)), case(array(4), array(2))],
)
def hankel(out_bar, c, r=None):  # r[0] is not read
    m = np.shape(out_bar)[-2]
    sums = _antidiagonal_sums(out_bar)
    below = sums[..., :m]
    if r is None:
        return below, None
    return below, np.concatenate((0 * sums[..., :1], sums[..., m:]), axis=-1)


constant(
    linalg.dft, linalg.hadamard, linalg.helmert, linalg.hilbert, linalg.invhilbert, linalg.pascal, linalg.invpascal,
    linalg.LinAlgWarning, linalg.bandwidth,
)  # fmt: skip

# ── functions of matrices: of [[a, e], [0, a]] they have their derivative in the upper right ─────────────
# N. Higham, "Functions of matrices" (2008), theorem 3.6


@rule(
    linalg.expm,
    wrt="A",
    batch="native",
    fresh=True,
    cases=[case(array(3, 3)), case(array(1, 1)), case(array(2, 2, 2))],
)
class expm:
    def A(A_dot, out, A):
        return _corner(linalg.expm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.expm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.logm, wrt="A", batch="native", fresh=True, poles="singular A", cases=[case(spd(3))])
class logm:
    def A(A_dot, out, A):
        return _corner(linalg.logm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        seed = _dagger(out_bar)  # of the adjoint of A, a negative eigenvalue's logarithm is another branch
        return _dagger(_corner(linalg.logm(_upper_blocks(A, seed))))


@rule(linalg.cosm, wrt="A", batch="native", fresh=True, cases=[case(array(3, 3))])
class cosm:
    def A(A_dot, out, A):
        return _corner(linalg.cosm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.cosm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.sinm, wrt="A", batch="native", fresh=True, cases=[case(array(3, 3))])
class sinm:
    def A(A_dot, out, A):
        return _corner(linalg.sinm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.sinm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.tanm, wrt="A", batch="native", fresh=True, cases=[case(array(2, 2, low=-0.5, high=0.5))])
class tanm:
    def A(A_dot, out, A):
        return _corner(linalg.tanm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.tanm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.coshm, wrt="A", batch="native", fresh=True, cases=[case(array(3, 3))])
class coshm:
    def A(A_dot, out, A):
        return _corner(linalg.coshm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.coshm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.sinhm, wrt="A", batch="native", fresh=True, cases=[case(array(3, 3))])
class sinhm:
    def A(A_dot, out, A):
        return _corner(linalg.sinhm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.sinhm(_upper_blocks(_dagger(A), out_bar)))


@rule(linalg.tanhm, wrt="A", batch="native", fresh=True, cases=[case(array(2, 2, low=-0.5, high=0.5))])
class tanhm:
    def A(A_dot, out, A):
        return _corner(linalg.tanhm(_upper_blocks(A, A_dot)))

    def vjp(out_bar, out, A):
        return _corner(linalg.tanhm(_upper_blocks(_dagger(A), out_bar)))


@rule(
    linalg.fractional_matrix_power,
    batch="native",
    wrt="A",
    fresh=True,
    poles="singular A",
    cases=[case(spd(3), 0.3), case(spd(3), -1.5), case(array(2, 2), 2)],
)
class fractional_matrix_power:
    def A(A_dot, out, A, t):
        return _corner(linalg.fractional_matrix_power(_upper_blocks(A, A_dot), t))

    def vjp(out_bar, out, A, t):
        return _dagger(_corner(linalg.fractional_matrix_power(_upper_blocks(A, _dagger(out_bar)), t)))


@rule(linalg.sqrtm, batch="native", wrt="A", fresh=True, poles="singular A", cases=[case(spd(3))])
class sqrtm:  # from X X = A
    def A(A_dot, out, A):
        return linalg.solve_sylvester(out, out, A_dot)

    def vjp(out_bar, out, A):
        adjoint = _dagger(out)
        return linalg.solve_sylvester(adjoint, adjoint, out_bar)
