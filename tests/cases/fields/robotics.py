"""Programs of a field, as its people write them: robotics."""

import numpy as np

from tests.cases import case

rng = np.random.default_rng(3)
N = rng.standard_normal
SPD = (lambda M: M @ M.T + 4 * np.eye(len(M)))(N((4, 4)))


def rot(theta):
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


@case((N(3), np.array([1.0, 0.7, 0.3])))
def fk(angles, lengths):
    T = np.eye(3)
    for a, l in zip(angles, lengths):
        step = np.eye(3)
        step[0, 2] = l
        T = T @ rot(a) @ step
    return T[:2, 2]


@case((N(2), SPD[:2, :2], 1.2, 0.1 * np.eye(2), np.array([[0.2]])))
def ekf_step(x, P, z, Q, R):
    F = np.array([[1.0, 0.1], [0.0, 1.0]])
    x = F @ x
    P = F @ P @ F.T + Q
    H = np.array([[x[0] / np.sqrt(x[0] ** 2 + 1.0), 0.0]])
    y = z - np.sqrt(x[0] ** 2 + 1.0)
    S = H @ P @ H.T + R
    K = P @ H.T @ np.linalg.inv(S)
    x = x + (K * y).ravel()
    P = (np.eye(2) - K @ H) @ P
    return x, P


class PID:
    def __init__(self, kp, ki, kd):
        self.kp, self.ki, self.kd = kp, ki, kd
        self.integral = 0.0
        self.prev = None
    def __call__(self, e, dt):
        self.integral += e * dt
        d = 0.0 if self.prev is None else (e - self.prev) / dt
        self.prev = e
        return self.kp * e + self.ki * self.integral + self.kd * d


@case((2.0, 0.5, 0.1, 0.2))
def control_cost(kp, ki, kd, x0):
    pid = PID(kp, ki, kd)
    x, v = x0, 0.0
    cost = 0.0
    for _ in range(10):
        u = pid(1.0 - x, 0.05)
        v += 0.05 * (u - 0.3 * v)
        x += 0.05 * v
        cost += (1.0 - x) ** 2 + 1e-3 * u**2
    return cost

