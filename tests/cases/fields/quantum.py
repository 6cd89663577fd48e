"""State vectors: complex arrays through tensordot, reshape and products."""

import numpy as np

from tests.cases import case

X = np.array([[0, 1], [1, 0]], dtype=complex)


def rotation_x(t):
    return np.cos(t / 2) * np.eye(2) - 1j * np.sin(t / 2) * X


def rotation_z(t):
    return np.diag([np.exp(-0.5j * t), np.exp(0.5j * t)])


def applied(gate, psi, qubit, count):
    psi = np.tensordot(gate, psi.reshape([2] * count), axes=([1], [qubit]))
    return np.moveaxis(psi, 0, qubit).reshape(-1)


def controlled_not(psi, control, target, count):
    psi = psi.reshape([2] * count).copy()
    index = [slice(None)] * count
    index[control] = 1
    flipped = np.flip(psi[tuple(index)], axis=target if target < control else target - 1)
    psi[tuple(index)] = flipped
    return psi.reshape(-1)


@case((np.array([[0.3, 0.4], [0.5, 0.6]]),))
def energy(angles):
    """The reshape by a list leaves the dtype unknown: the value is complex all the same."""
    psi = np.zeros(4, dtype=complex)
    psi[0] = 1.0
    for layer in angles:
        for qubit in range(2):
            psi = applied(rotation_x(layer[qubit]), psi, qubit, 2)
            psi = applied(rotation_z(layer[qubit] * 0.5), psi, qubit, 2)
        psi = controlled_not(psi, 0, 1, 2)
    observable = np.kron(np.diag([1, -1]), np.eye(2))
    return np.real(np.conj(psi) @ observable @ psi)
