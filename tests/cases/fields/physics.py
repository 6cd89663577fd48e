"""Programs of a field, as its people write them: physics."""

import numpy as np

from tests.cases import case

rng = np.random.default_rng(3)
N = rng.standard_normal
SPD = (lambda M: M @ M.T + 4 * np.eye(len(M)))(N((4, 4)))


@case((N((3, 2)), N((3, 2)), np.array([1.0, 2.0, 0.5])))
def nbody(pos, vel, mass, dt=0.01, steps=3):
    n = len(mass)
    for _ in range(steps):
        acc = np.zeros_like(pos)
        for i in range(n):
            for j in range(n):
                if i == j:
                    continue
                d = pos[j] - pos[i]
                r2 = d @ d + 0.01
                acc[i] += mass[j] * d / r2 ** 1.5
        vel = vel + dt * acc
        pos = pos + dt * vel
    return pos, vel


@case((N(3), N(3)))
def verlet(q, p, k=1.0, steps=5, h=0.1):
    def force(q):
        return -k * np.sin(q)
    traj = [q]
    for _ in range(steps):
        p = p + 0.5 * h * force(q)
        q = q + h * p
        p += 0.5 * h * force(q)
        traj.append(q)
    return np.array(traj), p


@case((0.1 * N((4, 4)), N(4)))
def ising_mean_field(J, h, tol=1e-12):
    m = np.zeros_like(h)
    for it in range(200):
        new = np.tanh(J @ m + h)
        if np.max(np.abs(new - m)) < tol:
            break
        m = new
    else:
        raise RuntimeError("no convergence")
    return m.sum()


@case((N((5, 6)), 0.1))
def heat2d(u, alpha, steps=4):
    u = u.copy()
    for _ in range(steps):
        lap = np.zeros_like(u)
        lap[1:-1, 1:-1] = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
        u += alpha * lap
    return u


@case((np.array([1.0, 2.0, 3.0]),), ((1.0, 2.0, 3.0),))
def lorenz(state, sigma=10.0, rho=28.0, beta=8 / 3, n=20, dt=0.01):
    x, y, z = state
    for _ in range(n):
        dx = sigma * (y - x)
        dy = x * (rho - z) - y
        dz = x * y - beta * z
        x, y, z = x + dt * dx, y + dt * dy, z + dt * dz
    return np.array([x, y, z])


def rk4(f, y, t0, t1, n, *args):
    h = (t1 - t0) / n
    t = t0
    for _ in range(n):
        k1 = f(t, y, *args)
        k2 = f(t + h / 2, y + h / 2 * k1, *args)
        k3 = f(t + h / 2, y + h / 2 * k2, *args)
        k4 = f(t + h, y + h * k3, *args)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
    return y


def sir(t, y, beta, gamma):
    s, i, r = y
    return np.array([-beta * s * i, beta * s * i - gamma * i, gamma * i])


@case((1.3, 0.4, np.array([0.9, 0.1, 0.0])))
def epidemic(beta, gamma, y0):
    return rk4(sir, y0, 0.0, 5.0, 12, beta, gamma)



@case((3 * N((5, 3)), 1.0, 1.0))
def lj_energy(pos, eps, sig):
    e = 0.0
    n = pos.shape[0]
    for i in range(n - 1):
        rij = pos[i + 1:] - pos[i]
        r2 = (rij ** 2).sum(axis=1)
        s6 = (sig**2 / r2) ** 3
        e += 4 * eps * np.sum(s6 * (s6 - 1))
    return e


@case(((1.0, 0.3), [1.0, 0.8, 0.1]))
def reaction(k, c, n=10, dt=0.02):
    stoich = {"A": -1, "B": -1, "C": 1}
    conc = dict(zip("ABC", c))
    for _ in range(n):
        rate = k[0] * conc["A"] * conc["B"] - k[1] * conc["C"]
        for s, nu in stoich.items():
            conc[s] += nu * rate * dt
    return [conc[s] for s in "ABC"]


@case((N(5), 4 + N(5), N(5), N(5)))
def thomas(a, b, c, d):
    n = len(d)
    cp = np.zeros(n); dp = np.zeros(n)
    cp[0] = c[0] / b[0]; dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m if i < n - 1 else 0.0
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    x = np.zeros(n)
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return x


@case((SPD,))
def lu(A):
    A = A.copy(); n = A.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1:] -= A[i, k] * A[k, k + 1:]
    return A
