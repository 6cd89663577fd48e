"""Kernels in the manner of NPBench: fields of science, written with whole-array statements and in-place stores."""

import numpy as np

from tests.cases import case

RNG = np.random.default_rng(13)
V3, V4, V6, V9 = (RNG.normal(size=n) for n in (3, 4, 6, 9))
M33, M44, M45, M55 = (RNG.normal(size=s) for s in ((3, 3), (4, 4), (4, 5), (5, 5)))
P9 = np.abs(V9) + 0.1
Q12 = RNG.uniform(0.05, 0.95, 12)


# ── radial averages and histograms ───────────────────────────────────────────────────────────────────────


@case((RNG.normal(size=12), Q12, 3), (RNG.normal(size=9), Q12[:9], 2), wrt=(0,))
def azimint_naive(data, radius, npt):
    rmax = radius.max()
    res = np.zeros(npt, dtype=np.float64)
    for i in range(npt):
        r1 = rmax * i / npt
        r2 = rmax * (i + 1) / npt
        mask_r12 = np.logical_and((r1 <= radius), (radius < r2))
        values_r12 = data[mask_r12]
        res[i] = values_r12.mean()
    return res


@case((RNG.normal(size=12), Q12, 3), (RNG.normal(size=9), Q12[:9], 2), wrt=(0,))
def azimint_hist(data, radius, npt):
    histu = np.histogram(radius, npt)[0]
    histw = np.histogram(radius, npt, weights=data)[0]
    return histw / histu


def bin_edges(a, bins):
    edges = np.zeros((bins + 1,), dtype=np.float64)
    a_min = a.min()
    a_max = a.max()
    delta = (a_max - a_min) / bins
    for i in range(edges.shape[0]):
        edges[i] = a_min + i * delta
    edges[-1] = a_max
    return edges


def compute_bin(x, edges):
    n = edges.shape[0] - 1
    a_min = edges[0]
    a_max = edges[-1]
    if x == a_max:
        return n - 1
    return int(n * (x - a_min) / (a_max - a_min))


@case((RNG.normal(size=12), Q12, 3), (RNG.normal(size=9), Q12[:9], 2), wrt=(0,))
def weighted_histogram_loops(data, radius, npt):
    edges = bin_edges(radius, npt)
    hist = np.zeros((npt,), np.float64)
    for i in range(radius.shape[0]):
        where = compute_bin(radius[i], edges)
        hist[where] += data[i]
    return hist


# ── fluids ───────────────────────────────────────────────────────────────────────────────────────────────


def build_up_b(b, rho, dt, u, v, dx, dy):
    b[1:-1, 1:-1] = rho * (
        1 / dt * ((u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx) + (v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy))
        - ((u[1:-1, 2:] - u[1:-1, 0:-2]) / (2 * dx)) ** 2
        - 2 * ((u[2:, 1:-1] - u[0:-2, 1:-1]) / (2 * dy) * (v[1:-1, 2:] - v[1:-1, 0:-2]) / (2 * dx))
        - ((v[2:, 1:-1] - v[0:-2, 1:-1]) / (2 * dy)) ** 2
    )


def pressure_poisson(nit, p, dx, dy, b):
    pn = np.empty_like(p)
    pn = p.copy()
    for q in range(nit):
        pn = p.copy()
        p[1:-1, 1:-1] = ((pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy**2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx**2) / (
            2 * (dx**2 + dy**2)
        ) - dx**2 * dy**2 / (2 * (dx**2 + dy**2)) * b[1:-1, 1:-1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0


@case((5, 5, 2, 2, M55 * 0.1, M55.T * 0.1, 0.1, 0.5, 0.5, M55 - 1, 1.0, 0.1), (4, 4, 1, 2, M44 * 0.1, M44.T * 0.1, 0.1, 0.4, 0.5, M44, 1.2, 0.2), kernel=(4, 5, 9))
def cavity_flow(nx, ny, nt, nit, u, v, dt, dx, dy, p, rho, nu):
    un = np.empty_like(u)
    vn = np.empty_like(v)
    b = np.zeros((ny, nx))
    for n in range(nt):
        un = u.copy()
        vn = v.copy()
        build_up_b(b, rho, dt, u, v, dx, dy)
        pressure_poisson(nit, p, dx, dy, b)
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, 0:-2])
            - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[0:-2, 1:-1])
            - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, 0:-2])
            + nu * (dt / dx**2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, 0:-2]) + dt / dy**2 * (un[2:, 1:-1] - 2 * un[1:-1, 1:-1] + un[0:-2, 1:-1]))
        )
        v[1:-1, 1:-1] = (
            vn[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, 0:-2])
            - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[0:-2, 1:-1])
            - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[0:-2, 1:-1])
            + nu * (dt / dx**2 * (vn[1:-1, 2:] - 2 * vn[1:-1, 1:-1] + vn[1:-1, 0:-2]) + dt / dy**2 * (vn[2:, 1:-1] - 2 * vn[1:-1, 1:-1] + vn[0:-2, 1:-1]))
        )
        u[0, :] = 0
        u[:, 0] = 0
        u[:, -1] = 0
        u[-1, :] = 1
        v[0, :] = 0
        v[-1, :] = 0
        v[:, 0] = 0
        v[:, -1] = 0


@case((2, M44 * 0.1, M44.T * 0.1, 0.1, 0.5, 0.5, M44, 1.0, 0.1, 0.7), (1, M55 * 0.1, M55.T * 0.1, 0.1, 0.5, 0.4, M55, 1.2, 0.1, 0.5))
def channel_flow(nit, u, v, dt, dx, dy, p, rho, nu, F):
    udiff = 1
    stepcount = 0
    b = np.zeros_like(u)
    while udiff > 0.001 and stepcount < 3:
        un = u.copy()
        vn = v.copy()
        b[1:-1, 0] = rho * (1 / dt * ((u[1:-1, 1] - u[1:-1, -1]) / (2 * dx) + (v[2:, 0] - v[0:-2, 0]) / (2 * dy)) - ((u[1:-1, 1] - u[1:-1, -1]) / (2 * dx)) ** 2)
        b[1:-1, -1] = rho * (1 / dt * ((u[1:-1, 0] - u[1:-1, -2]) / (2 * dx) + (v[2:, -1] - v[0:-2, -1]) / (2 * dy)))
        for q in range(nit):
            pn = p.copy()
            p[1:-1, 1:-1] = ((pn[1:-1, 2:] + pn[1:-1, 0:-2]) * dy**2 + (pn[2:, 1:-1] + pn[0:-2, 1:-1]) * dx**2) / (2 * (dx**2 + dy**2)) - b[1:-1, 1:-1] * 0.1
            p[1:-1, -1] = ((pn[1:-1, 0] + pn[1:-1, -2]) * dy**2 + (pn[2:, -1] + pn[0:-2, -1]) * dx**2) / (2 * (dx**2 + dy**2)) - b[1:-1, -1] * 0.1
            p[-1, :] = p[-2, :]
            p[0, :] = p[1, :]
        u[1:-1, 1:-1] = un[1:-1, 1:-1] - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, 0:-2]) - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, 0:-2]) + F * dt
        u[1:-1, -1] = un[1:-1, -1] - un[1:-1, -1] * dt / dx * (un[1:-1, -1] - un[1:-1, -2]) + nu * un[2:, -1] + F * dt
        v[1:-1, 0] = vn[1:-1, 0] - un[1:-1, 0] * dt / dx * (vn[1:-1, 0] - vn[1:-1, -1]) - nu * vn[:-2, 0]
        u[0, :] = u[-1, :] = 0
        v[0, :] = v[-1, :] = 0
        udiff = (np.sum(u) - np.sum(un)) / np.sum(u)
        stepcount += 1
    return u, v, p, stepcount


# ── weather ──────────────────────────────────────────────────────────────────────────────────────────────


@case((RNG.normal(size=(6, 7, 2)), np.zeros((2, 3, 2)), RNG.uniform(0.1, 0.9, (2, 3, 2))), (RNG.normal(size=(5, 5, 1)), np.zeros((1, 1, 1)), RNG.uniform(0.1, 0.9, (1, 1, 1))), kernel=(1,))
def hdiff(in_field, out_field, coeff):
    I, J, K = out_field.shape[0], out_field.shape[1], out_field.shape[2]
    lap_field = 4.0 * in_field[1 : I + 3, 1 : J + 3, :] - (
        in_field[2 : I + 4, 1 : J + 3, :] + in_field[0 : I + 2, 1 : J + 3, :] + in_field[1 : I + 3, 2 : J + 4, :] + in_field[1 : I + 3, 0 : J + 2, :]
    )
    res = lap_field[1:, 1 : J + 1, :] - lap_field[:-1, 1 : J + 1, :]
    flx_field = np.where((res * (in_field[2 : I + 3, 2 : J + 2, :] - in_field[1 : I + 2, 2 : J + 2, :])) > 0, 0, res)
    res = lap_field[1 : I + 1, 1:, :] - lap_field[1 : I + 1, :-1, :]
    fly_field = np.where((res * (in_field[2 : I + 2, 2 : J + 3, :] - in_field[2 : I + 2, 1 : J + 2, :])) > 0, 0, res)
    out_field[:, :, :] = in_field[2 : I + 2, 2 : J + 2, :] - coeff[:, :, :] * (
        flx_field[1:, :, :] - flx_field[:-1, :, :] + fly_field[:, 1:, :] - fly_field[:, :-1, :]
    )


BET_M = 0.5
BET_P = 0.5


@case(*(tuple(RNG.uniform(0.3, 1.0, (i + (n == 1), 2, k)) for n in range(5)) + (3.0,) for i, k in ((3, 4), (2, 3))), kernel=(0,))
def vadv(utens_stage, u_stage_wide, wcon, u_pos, utens, dtr_stage):
    I, J, K = utens_stage.shape[0], utens_stage.shape[1], utens_stage.shape[2]
    wcon = np.concatenate((wcon, wcon[:1] * 0.5), axis=0)
    u_stage = u_stage_wide[:-1]
    ccol = np.ndarray((I, J, K), dtype=utens_stage.dtype)
    dcol = np.ndarray((I, J, K), dtype=utens_stage.dtype)
    data_col = np.ndarray((I, J), dtype=utens_stage.dtype)

    for k in range(1):
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        cs = gcv * BET_M
        ccol[:, :, k] = gcv * BET_P
        bcol = dtr_stage - ccol[:, :, k]
        correction_term = -cs * (u_stage[:, :, k + 1] - u_stage[:, :, k])
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction_term
        divided = 1.0 / bcol
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = dcol[:, :, k] * divided

    for k in range(1, K - 1):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        as_ = gav * BET_M
        cs = gcv * BET_M
        acol = gav * BET_P
        ccol[:, :, k] = gcv * BET_P
        bcol = dtr_stage - acol - ccol[:, :, k]
        correction_term = -as_ * (u_stage[:, :, k - 1] - u_stage[:, :, k]) - cs * (u_stage[:, :, k + 1] - u_stage[:, :, k])
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction_term
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - (dcol[:, :, k - 1]) * acol) * divided

    for k in range(K - 1, K):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        as_ = gav * BET_M
        acol = gav * BET_P
        bcol = dtr_stage - acol
        correction_term = -as_ * (u_stage[:, :, k - 1] - u_stage[:, :, k])
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + correction_term
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        dcol[:, :, k] = (dcol[:, :, k] - (dcol[:, :, k - 1]) * acol) * divided

    for k in range(K - 1, K - 2, -1):
        datacol = dcol[:, :, k]
        data_col[:] = datacol
        utens_stage[:, :, k] = dtr_stage * (datacol - u_pos[:, :, k])

    for k in range(K - 2, -1, -1):
        datacol = dcol[:, :, k] - ccol[:, :, k] * data_col[:, :]
        data_col[:] = datacol
        utens_stage[:, :, k] = dtr_stage * (datacol - u_pos[:, :, k])


# ── small ones ───────────────────────────────────────────────────────────────────────────────────────────


@case((V4, V4[::-1].copy(), 0.4, 1.5, 0.3), (M33, M33.T.copy(), 1.4, 0.5, 1.3))
def compute(array_1, array_2, a, b, c):
    return np.clip(array_1, -0.35, 1.15) * a + array_2 * b + c


@case((M44,), (M33,))
def go_fast(a):
    trace = 0.0
    for i in range(a.shape[0]):
        trace += np.tanh(a[i, i])
    return a + trace


@case((V4, V3, V4 * 0.5, V3 * 0.7), (V3, V6[:4], V3 * 0.3, V6[1:5]))
def arc_distance(theta_1, phi_1, theta_2, phi_2):
    theta_1, theta_2 = theta_1[:, None], theta_2[:, None]
    temp = np.sin((theta_2 - theta_1) / 2) ** 2 + np.cos(theta_1) * np.cos(theta_2) * np.sin((phi_2 - phi_1) / 2) ** 2
    return 2 * (np.arctan2(np.sqrt(temp), np.sqrt(1 - temp)))


@case((np.array([0, 2, 3, 5]), np.array([0, 2, 1, 0, 2]), np.array([0.4, 1.1, -0.7, 0.9, 1.3]), V3), (np.array([0, 0, 2]), np.array([1, 0]), np.array([0.4, 1.1]), V3[:2]))
def spmv(A_row, A_col, A_val, x):
    y = np.empty(A_row.size - 1, A_val.dtype)
    for i in range(A_row.size - 1):
        cols = A_col[A_row[i] : A_row[i + 1]]
        vals = A_val[A_row[i] : A_row[i + 1]]
        y[i] = vals @ x[cols]
    return y


@case((np.array([3, 1, 4, 1, 5], dtype=np.uint8), V4), (np.array([2, 7], dtype=np.uint8), V3), wrt=(1,))
def crc_of_bytes_weighs(data, x):
    crc = 0xFFFF
    for b in data:
        cur_byte = 0xFF & int(b)
        for _ in range(0, 8):
            if (crc & 0x0001) ^ (cur_byte & 0x0001):
                crc = (crc >> 1) ^ 0x8408
            else:
                crc >>= 1
            cur_byte >>= 1
    crc = ~crc & 0xFFFF
    crc = (crc << 8) | ((crc >> 8) & 0xFF)
    return x * ((crc & 0xFFFF) / 65536)


@case((-1.2, 0.5, 4, -1.0, 1.0, 3, 4, 2.0, 0.7), (-1.0, 0.6, 3, -0.9, 1.1, 4, 3, 2.0, 1.3), wrt=(8,))
def mandelbrot_weighs(xmin, xmax, XN, ymin, ymax, YN, itermax, horizon, weight):
    X = np.linspace(xmin, xmax, XN, dtype=np.float64)
    Y = np.linspace(ymin, ymax, YN, dtype=np.float64)
    C = X + Y[:, None] * 1j
    N = np.zeros(C.shape, dtype=np.int64)
    Z = np.zeros(C.shape, dtype=np.complex128)
    for n in range(itermax):
        I = np.less(abs(Z), horizon)
        N[I] = n
        Z[I] = Z[I] ** 2 + C[I]
    N[N == itermax - 1] = 0
    return weight * N + np.real(Z) * 0 * weight


@case((V3 + 0.1, 3), (V4 * 0.5, 2))
def mandelbrot_orbit(c0, itermax):
    C = c0[None, :] * 0.2 + np.linspace(-0.2, 0.2, 3)[:, None] * 1j
    Z = np.zeros(C.shape, dtype=np.complex128)
    for n in range(itermax):
        I = np.less(abs(Z), 2.0)
        Z[I] = Z[I] ** 2 + C[I]
    return Z


# ── physics ──────────────────────────────────────────────────────────────────────────────────────────────


def get_acc(pos, mass, G, softening):
    x = pos[:, 0:1]
    y = pos[:, 1:2]
    z = pos[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inv_r3 = dx**2 + dy**2 + dz**2 + softening**2
    inv_r3[inv_r3 > 0] = inv_r3[inv_r3 > 0] ** (-1.5)
    ax = G * (dx * inv_r3) @ mass
    ay = G * (dy * inv_r3) @ mass
    az = G * (dz * inv_r3) @ mass
    a = np.hstack((ax, ay, az))
    return a


def get_energy(pos, vel, mass, G):
    KE = 0.5 * np.sum(np.sum(mass * vel**2))
    x = pos[:, 0:1]
    y = pos[:, 1:2]
    z = pos[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inv_r = np.sqrt(dx**2 + dy**2 + dz**2)
    inv_r[inv_r > 0] = 1.0 / inv_r[inv_r > 0]
    PE = G * np.sum(np.sum(np.triu(-(mass * mass.T) * inv_r, 1)))
    return KE, PE


@case((np.array([[1.0], [2.0], [0.5]]), RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3)), 2, 0.1, 0.8, 0.3), (np.array([[1.0], [2.0]]), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3)), 3, 0.05, 1.2, 0.5), second=False)
def nbody_energies(mass, pos, vel, Nt, dt, G, softening):
    vel -= np.mean(mass * vel, axis=0) / np.mean(mass)
    acc = get_acc(pos, mass, G, softening)
    KE = np.ndarray(Nt + 1, dtype=np.float64)
    PE = np.ndarray(Nt + 1, dtype=np.float64)
    KE[0], PE[0] = get_energy(pos, vel, mass, G)
    t = 0.0
    for i in range(Nt):
        vel += acc * dt / 2.0
        pos += vel * dt
        acc[:] = get_acc(pos, mass, G, softening)
        vel += acc * dt / 2.0
        t += dt
        KE[i + 1], PE[i + 1] = get_energy(pos, vel, mass, G)
    return KE, PE


def rng_complex(*shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


@case((2, np.array([[0, 1], [1, 0]]), rng_complex(1, 2, 2, 2, 2), rng_complex(1, 1, 2, 2, 2, 2), rng_complex(1, 2, 2, 2, 2), rng_complex(2, 2, 2, 2, 2)),)
def scattering_self_energies(steps, neigh_idx, Sigma, D, G, dH):
    Sigma = Sigma.copy()
    for k in range(G.shape[0]):
        for E in range(G.shape[1]):
            for q in range(D.shape[0]):
                for w in range(D.shape[1]):
                    for i in range(D.shape[-2]):
                        for a in range(neigh_idx.shape[0]):
                            for b in range(neigh_idx.shape[1]):
                                if E - w >= 0:
                                    dHG = G[k, E - w, neigh_idx[a, b]] @ dH[a, b, i]
                                    dHD = dH[a, b, i] * D[q, w, a, b, i, i % 2]
                                    Sigma[k, E, a] += dHG @ dHD
    return Sigma


@case((2, 3, rng_complex(3, 2, 2), rng_complex(3), rng_complex(2)), (1, 2, rng_complex(3, 3, 3), rng_complex(2), rng_complex(3)))
def contour_integral(slab, n, Ham, int_pts, Y):
    NR = Ham.shape[1]
    P0 = np.zeros((NR, 1), dtype=np.complex128)
    P1 = np.zeros((NR, 1), dtype=np.complex128)
    for idx in range(int_pts.shape[0]):
        z = int_pts[idx]
        Tz = np.zeros((NR, NR), dtype=np.complex128)
        for k in range(slab + 1):
            zz = np.power(z, slab / 2 - k)
            Tz += zz * Ham[k]
        X = np.linalg.solve(Tz, Y[:, None]) if NR == NR else np.linalg.inv(Tz)
        if abs(z) < 1.0:
            X = -X
        P0 += X
        P1 += z * X
    return P0, P1


def mgrid_pairs(xn, yn):
    Xi, Yi = np.empty((xn, yn), dtype=np.int64), np.empty((xn, yn), dtype=np.int64)
    for i in range(xn):
        Xi[i, :] = i
    for j in range(yn):
        Yi[:, j] = j
    return Xi, Yi


@case((8, 2, 3, rng_complex(8)), (9, 3, 2, rng_complex(9)))
def stockham_fft(N, R, K, x):
    i_coord, j_coord = mgrid_pairs(R, R)
    dft_mat = np.exp(-2.0j * np.pi * i_coord * j_coord / R)
    y = np.empty_like(x)
    y[:] = x[:]
    ii_coord, jj_coord = mgrid_pairs(R, R**K // R)
    tmp = np.empty((R, R**K // R), dtype=np.complex128)
    for i in range(K):
        yv = np.reshape(y, (R**i, R, R ** (K - i - 1)))
        tmp_perm = np.transpose(yv, axes=(1, 0, 2))
        D = np.empty((R, R**i, R ** (K - i - 1)), dtype=np.complex128)
        for a in range(R**i):
            D[:, a, :] = np.exp(-2.0j * np.pi * ii_coord[:, a : a + 1] * (np.arange(R)[:, None] * a / R ** (i + 1)))[:, :1]
        tmp[:] = np.reshape(tmp_perm * D, (R, N // R))
        y[:] = np.reshape(dft_mat @ tmp, (N,))
    return y


# ── deep learning ────────────────────────────────────────────────────────────────────────────────────────


def relu(x):
    return np.maximum(x, 0)


def softmax(x):
    tmp_max = np.max(x, axis=-1, keepdims=True)
    tmp_out = np.exp(x - tmp_max)
    tmp_sum = np.sum(tmp_out, axis=-1, keepdims=True)
    return tmp_out / tmp_sum


@case((RNG.normal(size=(2, 2, 3, 3)),), (RNG.normal(size=(1, 2, 2, 4)),))
def softmax_4d(x):
    return softmax(x)


@case((RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), V4, RNG.normal(size=(4, 3)), V3, RNG.normal(size=(3, 2)), V3[:2]))
def mlp(input, w1, b1, w2, b2, w3, b3):
    x = relu(input @ w1 + b1)
    x = relu(x @ w2 + b2)
    x = softmax(x @ w3 + b3)
    return x


def conv2d(input, weights):
    K = weights.shape[0]
    N = input.shape[0]
    H_out = input.shape[1] - K + 1
    W_out = input.shape[2] - K + 1
    C_out = weights.shape[3]
    output = np.empty((N, H_out, W_out, C_out), dtype=input.dtype)
    for i in range(H_out):
        for j in range(W_out):
            output[:, i, j, :] = np.sum(
                input[:, i : i + K, j : j + K, :, np.newaxis] * weights[np.newaxis, :, :, :],
                axis=(1, 2, 3),
            )
    return output


@case((RNG.normal(size=(2, 4, 4, 2)), RNG.normal(size=(2, 2, 2, 3)), V3), (RNG.normal(size=(1, 3, 4, 1)), RNG.normal(size=(2, 2, 1, 2)), V3[:2]))
def conv2d_bias(input, weights, bias):
    return conv2d(input, weights) + bias


def maxpool2d(x):
    output = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]], dtype=x.dtype)
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            output[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return output


@case((RNG.normal(size=(1, 8, 8, 1)), RNG.normal(size=(3, 3, 1, 2)), V3[:2], RNG.normal(size=(2, 2, 2, 2)), V4[:2], RNG.normal(size=(2, 3)), V3, 1, 2))
def lenet5(input, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, N, C_before_fc1):
    x = relu(conv2d(input, conv1) + conv1bias)
    x = maxpool2d(x)
    x = relu(conv2d(x, conv2) + conv2bias)
    x = maxpool2d(x)
    x = np.reshape(x, (N, C_before_fc1))
    return x @ fc1w + fc1b


def batchnorm2d(x, eps=1e-5):
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return (x - mean) / np.sqrt(std + eps)


@case((RNG.normal(size=(2, 3, 3, 2)), RNG.normal(size=(1, 1, 2, 2)), RNG.normal(size=(3, 3, 2, 2)), RNG.normal(size=(1, 1, 2, 2))), second=False)
def resnet_basicblock(input, conv1, conv2, conv3):
    padded = np.zeros((input.shape[0], input.shape[1] + 2, input.shape[2] + 2, conv1.shape[3]))
    padded[:, 1:-1, 1:-1, :] = conv2d(input, conv1)
    x = batchnorm2d(padded)
    x = relu(x)
    x = conv2d(x, conv2)
    x = batchnorm2d(x)
    x = relu(x)
    x = conv2d(x, conv3)
    x = batchnorm2d(x)
    return relu(x + input)
