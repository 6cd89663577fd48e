"""Objects of SciPy in programs: what is followed is in `tests/cases/fields/with_scipy.py`; here is what is refused."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from scipy import interpolate, sparse, stats

import s2sad

A = sparse.csr_matrix(np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 0.0], [4.0, 0.0, 5.0]]))
SPLINE = interpolate.CubicSpline(np.arange(4.0), np.arange(4.0) ** 2)


def scaled_matrix(v):
    return np.sum((v[0] * A) @ v)


def scaled_argument(v, matrix):
    return np.sum((matrix * v[0]) @ v)


def sum_of_scaled(v):
    return (v[0] * A).sum() + v[0]


def scaled_by_ufunc(v):
    return np.sum(np.multiply(v[0], A) @ v)


def elements(v):
    return np.sum(A.multiply(v)) + v[0]


def star_of_a_matrix(v):
    return np.sum(A * v)


def made_of_active(v):
    return np.sum(sparse.diags(v) @ v)


def shifted_in_place(v, matrix):
    matrix = matrix.copy()
    matrix *= v[0]
    return np.sum(matrix @ v)


def added(v):
    return np.sum((A + v[0] * A) @ v)


def inside_of_a_list(v):
    parts = [v[0] * A]
    return np.sum(parts[0] @ v)


def in_a_call(v):
    def scaled(k):
        return k * A

    return np.sum(scaled(v[1]) @ v)


def integral_of_spline(v):
    return SPLINE.integrate(0, v[0]) + v[0]


def spline_with_other_ends(v):
    return interpolate.CubicSpline(np.arange(4.0), np.append(v, v[0]), bc_type="periodic")(0.5)


def spline_through_moving_knots(v):
    return interpolate.CubicSpline(np.append(v, 9.0), np.arange(4.0))(0.5)


def mean_of_distribution(v):
    return stats.expon.mean(v[0]) + v[1]


def mean_of_frozen(v):
    return stats.norm(v[0], 1.0).mean() + v[1]


def draw_of_frozen(v):
    return stats.norm(v[0], 1.0).rvs(random_state=0) + v[1]


REFUSED = [
    scaled_matrix, scaled_argument, sum_of_scaled, scaled_by_ufunc, elements, star_of_a_matrix, made_of_active,
    shifted_in_place, added, inside_of_a_list, in_a_call, integral_of_spline, spline_with_other_ends,
    spline_through_moving_knots, mean_of_distribution, mean_of_frozen, draw_of_frozen,
]  # fmt: skip
POINT = np.array([0.1, 0.2, 0.3])


@pytest.mark.parametrize("program", REFUSED, ids=lambda f: f.__name__)
def test_refused_in_both_modes(program):
    rest = (A,) if "argument" in program.__name__ or "in_place" in program.__name__ else ()
    with pytest.raises(s2sad.RefusedError):
        s2sad.grad(program)(POINT, *rest)
    with pytest.raises(s2sad.RefusedError):
        s2sad.jvp(program, (POINT, *rest), (np.ones(3), *(None for _ in rest)))


FILE = """
import numpy as np
import scipy.sparse as sp
from scipy import ndimage, special, stats
from scipy.interpolate import CubicSpline
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix


def cost(theta: np.ndarray, A: csr_matrix, knots: np.ndarray) -> float:
    spline = CubicSpline(knots, theta)
    noise = stats.norm(theta[0], np.exp(theta[1]))
    K = np.outer(theta, theta) + 3 * np.eye(4)
    factor = cho_factor(K)
    smooth = ndimage.gaussian_filter1d(A @ theta, 1.0)
    return noise.logpdf(spline(0.7)) + theta @ cho_solve(factor, theta) + special.gammaln(2 + theta[2] ** 2) + smooth @ theta
"""


def test_a_generated_file_needs_scipy_only(tmp_path):
    """It runs in an interpreter that cannot find s2sad, and its gradient is that of the API."""
    (tmp_path / "model.py").write_text(FILE)
    made = subprocess.run(
        [sys.executable, "-m", "s2sad", "gen", str(tmp_path / "model.py:cost"), "--wrt", "theta"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "s2sad" not in made.partition("\n\n")[2].replace("s2sad:", "")
    (tmp_path / "model_ad.py").write_text(made)
    script = (
        "import sys\n"
        "sys.modules['s2sad'] = None\n"
        "import numpy as np, scipy.sparse as sp, model_ad\n"
        "A = sp.csr_matrix(np.diag(np.arange(4.0)) + np.eye(4, k=1))\n"
        "theta, knots = np.array([0.3, 0.2, 0.5, -0.4]), np.array([0.0, 0.5, 1.5, 2.0])\n"
        "print(*model_ad.cost_vjp(theta, A, knots)[1])\n"
        "print(*[model_ad.cost_jvp(theta, A, knots, theta_dot=row)[1] for row in np.eye(4)])\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    reverse, forward = (np.array(line.split(), float) for line in shown.stdout.splitlines())
    spec = importlib.util.spec_from_file_location("model_with_scipy", tmp_path / "model.py")
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    theta, knots = np.array([0.3, 0.2, 0.5, -0.4]), np.array([0.0, 0.5, 1.5, 2.0])
    matrix = sparse.csr_matrix(np.diag(np.arange(4.0)) + np.eye(4, k=1))
    steps = 1e-6 * np.eye(4)
    wanted = [
        (model.cost(theta + d, matrix, knots) - model.cost(theta - d, matrix, knots)) / 2e-6 for d in steps
    ]
    np.testing.assert_allclose(reverse, wanted, rtol=1e-6)
    np.testing.assert_allclose(forward, wanted, rtol=1e-6)
