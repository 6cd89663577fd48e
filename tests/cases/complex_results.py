"""Complex numbers inside of results and arguments that are containers: each is conjugated at the outer edge."""

from dataclasses import dataclass

import numpy as np

import s2sad

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


# ── complex numbers where the shapes are not known ────────────────────────────────────────────────────────


@case((np.linspace(-1.0, 1.3, 20),))
def spectrogram(x, width=8, hop=4):
    frames = []
    for start in range(0, len(x) - width + 1, hop):
        frames.append(np.fft.rfft(x[start : start + width] * np.hanning(width)))
    return np.log(np.abs(np.array(frames)) ** 2 + 1e-3)


@case((np.linspace(-1.0, 1.3, 20),))
def norms_of_frames(x, width=8):
    found = []
    for start in range(0, len(x) - width + 1, 4):
        waves = np.fft.rfft(x[start : start + width])
        found.append(waves * np.linalg.norm(waves[1:]) * (1 + 2j))
    return np.concatenate(found)


@case((np.linspace(0.3, 2.3, 8) * (1 - 0.5j), np.zeros(8, complex), 2, 3), wrt=(0, 1), kernel=(1,))
def stockham(x, y, radix, count):
    n = radix**count
    i, j = np.mgrid[0:radix, 0:radix]
    dft = np.exp(-2.0j * np.pi * i * j / radix)
    rows, columns = np.mgrid[0:radix, 0:n]
    y[:] = x[:]
    for k in range(count):
        blocks = np.reshape(y, (radix**k, radix, radix ** (count - k - 1)))
        twiddles = np.empty((radix, radix**k, radix ** (count - k - 1)), dtype=np.complex128)
        turns = np.exp(-2.0j * np.pi * rows[:, : radix**k] * columns[:, : radix**k] / radix ** (k + 1))
        twiddles[:] = np.repeat(np.reshape(turns, (radix, radix**k, 1)), radix ** (count - k - 1), axis=2)
        turned = np.reshape(np.transpose(blocks, axes=(1, 0, 2)), (n,)) * np.reshape(twiddles, (n,))
        y[:] = np.reshape(dft @ np.reshape(turned, (radix, radix ** (count - 1))), (n,))


def propagated(x):
    waves = np.fft.fft2(np.exp(1j * x)) * np.exp(1j * np.arange(16.0).reshape(4, 4))
    return np.sum(np.abs(np.fft.ifft2(waves))[1:3] ** 2)


@case((np.sin(np.arange(16.0)).reshape(4, 4),))
def gradient_through_a_spectrum(x):
    """The adjoint of a transform of two axes is complex, whatever pads or cuts it."""
    return s2sad.grad(propagated)(x)
