"""Complex numbers inside of results and arguments that are containers: each is conjugated at the outer edge."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case

Z = np.array([0.4 + 1.1j, -0.7 + 0.2j])
W = np.array([1.2 - 0.3j, 0.5 + 0.8j])


@case((Z,), (0.4 + 1.1j,))
def in_a_tuple(z):
    return z * z, z


@case((Z,))
def in_a_list(z):
    return [z * z, 2j * z]


@case((Z,))
def in_a_nest(z):
    return {"a": z * z * (2 + 1j), "b": (np.real(z), z)}


@case((Z, 3), (0.4 + 1.1j, 2))
def in_a_list_that_grows(z, n):
    found = []
    for k in range(n):
        found.append(z**2 * k * (1 + 2j))
    return found


@case((Z, 3))
def in_a_dict_that_grows(z, n):
    found = {}
    for k in range(n):
        found["x" + str(k)] = z * z * k * (1 + 2j)
    return found


@case(([Z, W],), ((0.4 + 1.1j, 2j),))
def list_to_list(zs):
    return [z * z * 1j for z in zs]


@case(({"a": Z, "b": 1j},))
def dict_to_dict(d):
    return {k: v * v * 1j for k, v in d.items()}


@dataclass
class Wave:
    amplitude: complex
    rate: float


@case((Wave(0.4 + 1.1j, 1.5),))
def object_to_object(w):
    return Wave(w.amplitude * w.amplitude * 1j, w.rate * abs(w.amplitude))


@case((Z, W))
def arrays_written_in_place(z, w):
    a, b = np.zeros(2, dtype=complex), np.zeros(2, dtype=complex)
    for k in range(2):
        x = w * z[k]
        if abs(z[k]) < 1.0:
            x = -x
        a += x
        b += z[k] * x
    return a, b


@case((Z, W))
def one_array_under_two_names(z, w):
    a, b = z.copy(), w.copy()
    c = a if abs(z[0]) > 1 else b
    c[0] = a[1] * b[1]
    return c, a


@case((np.reshape(np.sin(np.arange(24.0)), (2, 3, 4)),))
def spectrum_of_a_stack(a):
    """Its sample would be too large: the kind of the result is found with a smaller one."""
    return np.fft.fft(a), np.sum(a[0], 0) * 2


@case((np.reshape(np.sin(np.arange(24.0)), (2, 3, 4)),))
def power_of_a_stack(a):
    return np.sum(np.abs(np.fft.fftn(a)) ** 3 * a)


@case((np.reshape(np.sin(np.arange(18.0)), (2, 3, 3)),))
def eigenvalues_of_a_stack(a):
    return np.sum(np.abs(np.linalg.eig(a)[0]) ** 2), np.linalg.svd(a + np.eye(3), full_matrices=False)[1]
