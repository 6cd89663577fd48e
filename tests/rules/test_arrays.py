"""Points where a careless array rule is wrong: ties, zeros, repeated indices, odd shapes, odd memory.

The rules' own cases are run by test_every_rule; here stand the points that random numbers do not hit, with
answers known by hand, by complex step, or from autograd as a peer.
"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from s2sad.prelude_arrays import _cumprod_adjoint, _einsum_terms, _product_of_others
from s2sad.rules.check import Call, check_call, pair, random_like
from s2sad.rules.declare import BindError, find, find_attribute, find_method


def bars(function, *args, seed=1.0, **kwargs):
    """The adjoints that the rule of `function` gives at a call."""
    call = Call(find(function), function, args, kwargs)
    got = call.vjp(np.full_like(call.out, seed) if np.isscalar(seed) else seed)
    return next(iter(got.values())) if len(got) == 1 else tuple(got.values())


def tangent(function, x, x_dot, **kwargs):
    call = Call(find(function), function, (x,), kwargs)
    return call.jvp({call.active[0]: x_dot})


def check(function, *args, **kwargs):
    check_call(find(function), function, args, kwargs)


rng = np.random.default_rng(7)


# ── reductions ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("function", [np.max, np.amax, np.nanmax])
def test_max_shares_ties(function):
    np.testing.assert_array_equal(bars(function, np.array([1.0, 3.0, 3.0])), [0, 0.5, 0.5])
    x = np.array([[1.0, 1.0], [0.0, 2.0]])
    np.testing.assert_array_equal(bars(function, x, axis=1), [[0.5, 0.5], [0, 1]])
    np.testing.assert_array_equal(bars(function, x, axis=(0, 1), keepdims=True), [[0, 0], [0, 1]])
    peer = autograd.grad(lambda v: anp.sum(anp.max(v, axis=1)))(x)
    np.testing.assert_allclose(bars(function, x, axis=1), peer)


def test_max_ignores_what_nanmax_ignores():
    np.testing.assert_array_equal(bars(np.nanmax, np.array([np.nan, 1.0, 2.0])), [0, 0, 1])


def test_ptp_of_equal_numbers():
    np.testing.assert_array_equal(bars(np.ptp, np.array([2.0, 2.0])), [0, 0])


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_prod_with_zeros(zeros):
    x = np.array([2.0, 3.0, 5.0])
    x[:zeros] = 0
    expected = [np.prod(np.delete(x, i)) for i in range(3)]
    np.testing.assert_array_equal(bars(np.prod, x), expected)
    np.testing.assert_array_equal(_product_of_others(x[:, None], 0), np.array(expected)[:, None])
    assert tangent(np.prod, x, np.array([1.0, 0, 0])) == expected[0]


def test_product_of_others_takes_negative_and_several_axes():
    x = rng.normal(size=(2, 3, 4))
    for axis in (0, -1, (0, 2), (-1, 0), None):
        np.testing.assert_allclose(
            _product_of_others(x, axis) * x, np.prod(x, axis=axis, keepdims=True) + 0 * x
        )


def test_cumprod_with_zeros():
    x = np.array([2.0, 0.0, 3.0, 0.0, 5.0])
    check(np.cumprod, x)
    np.testing.assert_array_equal(_cumprod_adjoint(np.array([0.0, 1, 0, 0, 0]), x, 0), [0, 2, 0, 0, 0])


def test_deviation_at_its_tip_is_zero_not_nan():
    for x in (np.ones(3), np.array([2.0]), np.array(2.0)):
        np.testing.assert_array_equal(bars(np.std, x), np.zeros_like(x))
        np.testing.assert_array_equal(bars(np.var, x), np.zeros_like(x))
    np.testing.assert_array_equal(bars(np.std, np.array([[1.0, 1.0], [0.0, 2.0]]), axis=1)[0], [0, 0])


def test_empty_arrays():
    assert bars(np.sum, np.zeros((0, 3)), axis=0).shape == (0, 3)
    assert bars(np.mean, np.zeros((0, 3)), axis=1).shape == (0, 3)
    assert bars(np.prod, np.zeros(0)).shape == (0,)
    assert bars(np.cumprod, np.zeros((2, 0)), axis=1).shape == (2, 0)


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("a", [(3,), (2, 3), (4, 2, 3), (5, 1, 2, 3)])
@pytest.mark.parametrize("b", [(3,), (3, 2), (4, 3, 2), (1, 3, 2)])
def test_matmul_ranks_against_autograd(a, b):
    x, y = rng.normal(size=a), rng.normal(size=b)
    seed = rng.normal(size=np.shape(x @ y))
    peer = autograd.grad(lambda x, y: anp.sum(seed * (x @ y)), (0, 1))(x, y)
    for ours, theirs in zip(bars(np.matmul, x, y, seed=seed), peer):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize(
    "subscripts, shapes",
    [
        ("ii->i", [(3, 3)]),
        ("ii", [(3, 3)]),
        ("iij,jjk->ik", [(2, 2, 3), (3, 3, 4)]),
        ("iii->i", [(3, 3, 3)]),
        ("i,i,i->", [(3,), (3,), (3,)]),
        ("...ij,...ij->...", [(4, 2, 3), (2, 3)]),
        ("...,...", [(2, 3), (3,)]),
        ("ij,k->", [(2, 3), (4,)]),
        ("ba,cb", [(2, 3), (4, 2)]),
        ("ij->ij", [(0, 3)]),
    ],
)
def test_einsum(subscripts, shapes):
    check(np.einsum, subscripts, *[rng.normal(size=shape) for shape in shapes])


def test_einsum_implicit_result_is_in_alphabetical_order_after_the_ellipsis():
    assert _einsum_terms("b...a,c", [(2, 5, 3), (4,)]) == (["bza", "c"], "zabc")


def test_einsum_conjugates():
    x, y = (rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)) for _ in range(2))
    check(np.einsum, "ij,jk->ik", x, y)
    check(np.einsum, "ii,ij->j", x, y)


def test_norm_like_products_of_real_and_complex():
    a, b = rng.normal(size=(2, 3)), rng.normal(size=3) + 1j * rng.normal(size=3)
    for function in (np.matmul, np.dot, np.inner):
        check(function, a, b)
    check(np.vdot, b, a[0])
    check(np.kron, a, b)


# ── shaping, indexing ────────────────────────────────────────────────────────────────────────────────────


def test_order_of_a_fortran_array():
    """With order="A" the tangent and the seed follow the layout of the array, whatever their own is."""
    x = np.asfortranarray(rng.normal(size=(2, 3)))
    d = np.ascontiguousarray(rng.normal(size=(2, 3)))
    for order, layout in (("C", "C"), ("F", "F"), ("A", "F")):
        np.testing.assert_array_equal(tangent(np.ravel, x, d, order=order), d.ravel(layout))
        np.testing.assert_array_equal(bars(np.ravel, x, order=order, seed=d.ravel(layout)), d)
        np.testing.assert_array_equal(
            bars(np.reshape, x, (3, 2), order=order, seed=d.reshape((3, 2), order=layout)), d
        )
    with pytest.raises(BindError, match="`order=` of `ravel` must be one of"):
        bars(np.ravel, x, order="K")


def test_take_counts_an_element_as_often_as_it_was_read():
    np.testing.assert_array_equal(bars(np.take, np.arange(3.0), [0, 0, -1]), [2, 0, 1])
    np.testing.assert_array_equal(bars(np.take, np.eye(2), [1, 1], axis=0), [[0, 0], [2, 2]])


def test_split_refuses_overlapping_pieces():
    x = np.arange(6.0)
    call = Call(find(np.split), np.split, (x, [5, 2]), {})
    with pytest.raises(ValueError, match="increasing"):
        call.vjp(call.out)


def test_joining_keeps_the_structure():
    got = bars(np.concatenate, [np.zeros(2), np.zeros((0,)), np.zeros(1)], seed=np.arange(3.0))
    assert [g.tolist() for g in got] == [[0, 1], [], [2]]
    assert bars(np.concatenate, np.zeros((2, 3)), seed=np.arange(6.0)).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert bars(np.stack, np.zeros((2, 3)), axis=1, seed=np.arange(6.0).reshape(3, 2)).shape == (2, 3)


def test_transposing_back():
    x = rng.normal(size=(2, 3, 4))
    for axes in ((1, 2, 0), (-1, 0, 1), (2, -3, 1)):
        np.testing.assert_array_equal(bars(np.transpose, x, axes, seed=np.transpose(x, axes)), x)
    for axis, start in [(2, 0), (0, 3), (1, -1), (-3, 2), (1, 1)]:
        np.testing.assert_array_equal(bars(np.rollaxis, x, axis, start, seed=np.rollaxis(x, axis, start)), x)


def test_slopes_along_two_axes_by_their_places():
    """Of the first order; the second one is refused."""
    check(np.gradient, rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=4), edge_order=2)
    check(np.gradient, rng.normal(size=(4, 3)), 0.5, np.array([0.0, 1.0, 3.0]))
    check(np.gradient, rng.normal(size=(3, 4, 5)), 0.5, 2.0, axis=(0, -1))
    check(np.gradient, rng.normal(size=(3, 4)), 0.5)


def test_padding_refuses_what_it_does_not_know():
    with pytest.raises(BindError, match="`mode=` of `pad` must be one of"):
        bars(np.pad, np.ones(3), 1, mode="median")


def test_select_masks_the_seed():
    x = np.array([-1.0, 2.0])
    (chosen,), default = bars(np.select, [x > 0], [x], 0.5 * x, seed=np.array([np.inf, 3.0]))
    assert chosen.tolist() == [0, 3] and default.tolist() == [np.inf, 0]


# ── sorting, interpolation ───────────────────────────────────────────────────────────────────────────────


def test_sorting_ties_is_a_permutation():
    seed = np.array([1.0, 2.0, 3.0])
    assert sorted(bars(np.sort, np.array([1.0, 1.0, 0.0]), seed=seed)) == [1, 2, 3]
    assert sorted(bars(np.partition, np.array([1.0, 1.0, 0.0]), 1, seed=seed)) == [1, 2, 3]


def test_median_of_even_and_odd_counts():
    np.testing.assert_array_equal(bars(np.median, np.array([4.0, 1.0, 3.0])), [0, 0, 1])
    np.testing.assert_array_equal(bars(np.median, np.array([4.0, 1.0, 3.0, 9.0])), [0.5, 0, 0.5, 0])


def test_interp_outside_of_the_knots():
    xp, fp = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    x_bar, xp_bar, fp_bar = bars(np.interp, np.array([-1.0, 3.0]), xp, fp)
    assert x_bar.tolist() == [0, 0] and xp_bar.tolist() == [0, 0] and fp_bar.tolist() == [1, 1]
    assert bars(np.interp, np.array([-1.0, 3.0]), xp, fp, left=0, right=0)[2].tolist() == [0, 0]


# ── linear algebra ───────────────────────────────────────────────────────────────────────────────────────


def test_norm_of_zero_is_zero_not_nan():
    zero = np.zeros((2, 3))
    for kwargs in ({}, {"axis": 1}, {"ord": "fro"}, {"ord": 1}, {"ord": "nuc"}, {"ord": 3, "axis": 0}):
        np.testing.assert_array_equal(bars(np.linalg.norm, zero, **kwargs), zero)
    assert bars(np.linalg.norm, np.array([0.0, 3.0, 4.0]), 3)[0] == 0


def test_norm_of_huge_and_tiny_numbers():
    for scale in (1e150, 1e-150):
        np.testing.assert_allclose(bars(np.linalg.norm, np.array([3.0, 4.0]) * scale), [0.6, 0.8])


def test_inf_norm_shares_ties():
    assert bars(np.linalg.norm, np.array([2.0, -2.0, 1.0]), np.inf).tolist() == [0.5, -0.5, 0]


def test_det_of_singular_matrices():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(bars(np.linalg.det, a), [[4, -2], [-2, 1]], atol=1e-12)
    np.testing.assert_allclose(bars(np.linalg.det, np.zeros((3, 3))), np.zeros((3, 3)))


@pytest.mark.parametrize("a", [(3, 3), (2, 3, 3), (1, 3, 3)])
@pytest.mark.parametrize("b", [(3,), (3, 1), (3, 3), (2, 3, 4)])
@pytest.mark.parametrize("dtype", [float, complex])
def test_solve_reads_b_as_numpy_2_does(a, b, dtype):
    x, y = rng.normal(size=a) + 4 * np.eye(3), rng.normal(size=b)
    check(np.linalg.solve, x.astype(dtype) + (0.3j if dtype is complex else 0), y.astype(dtype))


@pytest.mark.parametrize(
    "function, peer",
    [
        (np.linalg.inv, anp.linalg.inv),
        (np.linalg.det, anp.linalg.det),
        (np.linalg.pinv, anp.linalg.pinv),
        (np.linalg.norm, anp.linalg.norm),
        (np.var, anp.var),
        (np.std, anp.std),
        (np.prod, anp.prod),
        (np.cumsum, anp.cumsum),
        (np.trace, anp.trace),
        (np.gradient, anp.gradient),
        (np.diff, anp.diff),
        (np.sort, anp.sort),
    ],
)
def test_against_autograd(function, peer):
    x = rng.normal(size=(3, 3)) if function is not np.sort else rng.normal(size=7)
    x = x if function is not np.gradient else rng.normal(size=5)
    seed = np.asarray(rng.normal(size=np.shape(function(x))))
    theirs = autograd.grad(lambda v: anp.sum(seed * peer(v)))(x)
    np.testing.assert_allclose(bars(function, x, seed=seed), theirs, atol=1e-10)


@pytest.mark.parametrize(
    "function", [np.sum, np.mean, np.prod, np.cumprod, np.linalg.inv, np.linalg.det, np.trace]
)
def test_complex_step(function):
    """A tangent to the last digit: imag(f(x + i h d)) / h has no cancellation."""
    x, d = rng.normal(size=(2, 3, 3))
    exact = np.imag(function(x + 1e-30j * d)) / 1e-30
    np.testing.assert_allclose(tangent(function, x, d), exact, rtol=1e-11, atol=1e-12)


def test_cholesky_reads_one_triangle():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    assert bars(np.linalg.cholesky, a)[0, 1] == 0
    assert bars(np.linalg.cholesky, a, upper=True)[1, 0] == 0
    peer = autograd.grad(lambda v: anp.sum(anp.linalg.cholesky(v)))(
        a
    )  # symmetrised: the same along symmetric steps
    ours = bars(np.linalg.cholesky, a, seed=np.ones((2, 2)))
    np.testing.assert_allclose(ours + ours.T, peer + peer.T)


def test_complex_vectors_up_to_their_phases():
    """Functions of eigh and svd that do not depend on phases: differences of the functions of matrices they make."""
    a = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    a_dot = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))

    def root(v):  # the square root of v @ v^H, by singular vectors
        u, s, _ = np.linalg.svd(v)
        return (u * s) @ np.conj(u).T

    def smooth(v):  # exp of the Hermitian matrix in the lower triangle
        w, q = np.linalg.eigh(v)
        return (q * np.exp(w)) @ np.conj(q).T

    h = 1e-6
    u, s, vh = np.linalg.svd(a)
    u_dot, s_dot, _ = Call(find(np.linalg.svd), np.linalg.svd, (a,), {}).jvp({"a": a_dot})
    got = (u_dot * s + u * s_dot) @ np.conj(u).T + (u * s) @ np.conj(u_dot).T
    np.testing.assert_allclose(got, (root(a + h * a_dot) - root(a - h * a_dot)) / (2 * h), atol=1e-7)
    w, q = np.linalg.eigh(a)
    w_dot, q_dot = Call(find(np.linalg.eigh), np.linalg.eigh, (a,), {}).jvp({"a": a_dot})
    got = (q_dot * np.exp(w) + q * np.exp(w) * w_dot) @ np.conj(q).T + (q * np.exp(w)) @ np.conj(q_dot).T
    np.testing.assert_allclose(got, (smooth(a + h * a_dot) - smooth(a - h * a_dot)) / (2 * h), atol=1e-6)


@pytest.mark.parametrize("function", [np.linalg.svd, np.linalg.eigh, np.linalg.eig, np.linalg.qr])
def test_complex_decompositions_agree_in_both_modes(function):
    a = rng.normal(size=(4, 3, 3)) + 1j * rng.normal(size=(4, 3, 3))
    call = Call(find(function), function, (a,), {})
    a_dot, seed = random_like(rng, a), random_like(rng, call.out)
    assert np.isclose(pair(seed, call.jvp({"a": a_dot})), pair(call.vjp(seed)["a"], a_dot))


def test_repeated_eigenvalues_stay_finite():
    for function in (np.linalg.eigh, np.linalg.svd):
        call = Call(find(function), function, (np.eye(3),), {})
        assert np.all(np.isfinite(call.vjp(tuple(np.ones_like(part) for part in call.out))["a"]))


def test_the_further_vectors_of_a_full_svd_are_refused():
    call = Call(find(np.linalg.svd), np.linalg.svd, (np.ones((3, 2)),), {})
    with pytest.raises(ValueError, match="full_matrices=False"):
        call.vjp(call.out)
    assert np.isnan(call.jvp({"a": np.ones((3, 2))})[0][:, 2:]).all()


@pytest.mark.parametrize("shape", [(4, 2), (2, 4)])
def test_the_other_parts_of_a_full_svd(shape):
    """As in the reduced one."""
    a, a_dot = rng.normal(size=(2, *shape))
    full = Call(find(np.linalg.svd), np.linalg.svd, (a,), {})
    thin = Call(find(np.linalg.svd), np.linalg.svd, (a, False), {})
    u_bar, s_bar, vh_bar = random_like(rng, thin.out)
    seeds = np.pad(u_bar, ((0, 0), (0, shape[0] - 2))), s_bar, np.pad(vh_bar, ((0, shape[1] - 2), (0, 0)))
    np.testing.assert_allclose(full.vjp(seeds)["a"], thin.vjp((u_bar, s_bar, vh_bar))["a"])
    u_dot, s_dot, vh_dot = full.jvp({"a": a_dot})
    for got, wanted in zip((u_dot[:, :2], s_dot, vh_dot[:2]), thin.jvp({"a": a_dot}), strict=True):
        np.testing.assert_allclose(got, wanted)


def test_lstsq_adjoints_of_residuals_and_singular_values():
    check(np.linalg.lstsq, rng.normal(size=(5, 2)), rng.normal(size=(5, 3)))


# ── how calls reach the rules ────────────────────────────────────────────────────────────────────────────


def test_unsupported_keywords_are_refused_by_name():
    for function, kwargs in [
        (np.unique, {"axis": 0}),
        (np.average, {"returned": True}),
    ]:
        with pytest.raises(BindError, match=next(iter(kwargs))):
            find(function).bind((np.ones(3),), kwargs, function=function)
    with pytest.raises(BindError, match="dtype"):
        find(np.sum).bind((np.ones(3), 0, np.int32), function=np.sum)  # by position, too


def test_a_float_dtype_is_supported_where_the_function_is_linear():
    x = np.ones(3, np.float32)
    for dtype in (np.float64, float, "f8", None):
        assert find(np.sum).bind((x,), {"dtype": dtype}, function=np.sum) == {"a": x}
    for dtype in (int, np.int32, "i4", bool, object()):
        with pytest.raises(BindError, match="`dtype=` of `sum` must be a float or complex type"):
            find(np.sum).bind((x,), {"dtype": dtype}, function=np.sum)


def test_methods_and_attributes():
    for name in ("sum", "mean", "max", "dot", "reshape", "transpose", "ravel", "flatten", "take", "compress"):
        assert find_method(name) is not None
    assert find_attribute("T") is find(np.transpose)
    assert find(np.permute_dims) is find(np.transpose) and find(np.concat) is find(np.concatenate)


@pytest.mark.parametrize("function", [np.sum, np.var, np.sort, np.cumsum, np.linalg.inv, np.diff, np.trace])
def test_memory_layout_does_not_matter(function):
    x = rng.normal(size=(6, 6))
    for view in (x[::2, ::-2], x.T[:3, :3], np.asfortranarray(x[:3, :3])):
        before = view.copy()
        np.testing.assert_allclose(
            bars(function, view), bars(function, np.ascontiguousarray(view)), rtol=1e-13
        )
        np.testing.assert_array_equal(view, before)
