"""Bundle adjustment: where cameras and points must be, for the points to appear where they were seen.

The camera model and the observation weights are those of the benchmark suite ADBench (F. Srajer, Z.
Kukelova, A. Fitzgibbon, 2018): Rodrigues rotation, projection, radial distortion. A camera's eleven numbers
are its rotation vector, centre, focal length, principal point and two distortion coefficients.
"""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from s2sad import differentiate, value_and_grad

Array = npt.NDArray[np.float64]


def rotation_matrix(rotation: np.ndarray) -> np.ndarray:
    """Rodrigues' formula."""
    x, y, z = rotation
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    square = np.sum(rotation**2)
    if square == 0.0:
        return np.eye(3) + cross
    angle = np.sqrt(square)
    return np.eye(3) + np.sin(angle) / angle * cross + (1.0 - np.cos(angle)) / square * (cross @ cross)


def project(camera: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The image of each point, a row each."""
    local = (points - camera[3:6]) @ rotation_matrix(camera[:3]).T
    image = local[:, :2] / local[:, 2:]
    square = np.sum(image**2, axis=1, keepdims=True)
    distortion = 1.0 + camera[9] * square + camera[10] * square**2
    return camera[6] * distortion * image + camera[7:9]


@differentiate
def cost(
    cameras: Annotated[Array, "(cameras, 11)"],
    points: Annotated[Array, "(points, 3)"],
    weights: Annotated[Array, "(cameras, images)"],
    seen: Annotated[np.ndarray, "(cameras, images)"],
    images: Annotated[Array, "(cameras, images, 2)"],
) -> float:
    """Squared errors of images and weights; row i of `seen` and `images` is what camera i saw, and where."""
    total = 0.5 * np.sum((1.0 - weights**2) ** 2)
    for i in range(len(cameras)):
        error = project(cameras[i], points[seen[i]]) - images[i]
        total += 0.5 * np.sum((weights[i][:, None] * error) ** 2)
    return total


def make_scene(camera_count: int, point_count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Cameras that look at a cube of points from about five units away."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1.0, 1.0, size=(point_count, 3))
    cameras = []
    for i in range(camera_count):
        turn = 0.6 * i / camera_count
        centre = np.array([5 * np.sin(-turn), 0.2 * i, -5 * np.cos(turn)])
        cameras.append(np.concatenate([[0.04 * i, turn, 0.0], centre, [1.2, 0.02, -0.01, -0.1, 0.02]]))
    return np.stack(cameras), points


def make_sightings(cameras, points, count: int, noise: float = 1e-3, seed: int = 0):
    """Which `count` points each camera sees, and where, with noise in both coordinates."""
    rng = np.random.default_rng(seed)
    seen = np.stack([np.sort(rng.permutation(len(points))[:count]) for _ in cameras])
    images = np.stack([project(camera, points[index]) for camera, index in zip(cameras, seen)])
    return seen, images + noise * rng.normal(size=images.shape)


def fit(cameras, points, seen, images):
    """The cost on the way, from this start, with SciPy; all weights start at one."""
    start = (cameras, points, np.ones(seen.shape))
    bounds = np.cumsum([part.size for part in start])[:-1]
    gradient_of = value_and_grad(cost, argnums=(0, 1, 2))
    costs = []

    def objective(row):
        parts = [piece.reshape(part.shape) for piece, part in zip(np.split(row, bounds), start)]
        value, gradient = gradient_of(*parts, seen, images)
        costs.append(value)
        return value, np.concatenate([g.ravel() for g in gradient])

    row = np.concatenate([part.ravel() for part in start])
    minimize(objective, row, jac=True, method="BFGS", options={"maxiter": 300})
    return costs


def main() -> None:
    cameras, points = make_scene(4, 30)
    seen, images = make_sightings(cameras, points, 24)
    rng = np.random.default_rng(1)
    start = cameras + 0.02 * rng.normal(size=cameras.shape), points + 0.1 * rng.normal(size=points.shape)
    costs = fit(*start, seen, images)
    for label, value in (("start", costs[0]), ("end", min(costs))):
        print(f"{label:5s} mean reprojection error {np.sqrt(2 * value / images.size):.5f}")
    print(f"{len(costs)} evaluations; the noise is 0.00100")


if __name__ == "__main__":
    main()
