"""Between Qiskit, QuTiP and exact states, with the qubit order said and tested.

Qiskit is little-endian: in the index of an amplitude qubit 0 is the least significant bit. QuTiP's first tensor factor is
the most significant one, and so is the first qubit (the first axis) of exact arrays. Qubit i stays qubit i: Qiskit's qubit 0
is QuTiP's factor 0 and the exact array's axis 0. Global phases are kept.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.errors import InputError
from noclone.models.ring import RingArray, RingNumber

if TYPE_CHECKING:
    import qutip
    from numpy.typing import NDArray
    from qiskit.quantum_info import DensityMatrix, Statevector

__all__ = [
    "MOST_HALVINGS",
    "exact_from_qiskit",
    "exact_from_qutip",
    "qiskit_from_exact",
    "qiskit_from_qutip",
    "qutip_from_exact",
    "qutip_from_qiskit",
    "recognized",
]

MOST_HALVINGS = 24
"""Floats are recognised as numbers of Z[e^{iπ/4}, 1/√2] over √2 to at most this power."""

TOLERANCE = 1e-12


def qutip_from_exact(state: RingArray) -> qutip.Qobj:
    """A QuTiP ket, from an array of shape (2,)·n: its axes are the qubits."""
    return _qobj(state.to_complex().reshape(-1, 1))


def qiskit_from_exact(state: RingArray) -> Statevector:
    """A Qiskit statevector, from an array of shape (2,)·n: its axes are the qubits."""
    from qiskit.quantum_info import Statevector

    return Statevector(_flipped(state.to_complex().reshape(-1)))


def exact_from_qutip(state: qutip.Qobj) -> RingArray:
    """A QuTiP ket of qubits as an exact state, shape (2,)·n; raises InputError unless it is one (see ``recognized``)."""
    return recognized(_vector(state)).reshape(*[2] * _count(state.shape[0]))


def exact_from_qiskit(state: Statevector) -> RingArray:
    """A Qiskit statevector as an exact state, shape (2,)·n; raises InputError unless it is one (see ``recognized``)."""
    vector = numpy.asarray(state.data, dtype=numpy.complex128)
    return recognized(_flipped(vector)).reshape(*[2] * _count(len(vector)))


def qutip_from_qiskit(state: Statevector | DensityMatrix) -> qutip.Qobj:
    """A Qiskit statevector or density matrix of qubits as QuTiP's ket or operator."""
    data = numpy.asarray(state.data, dtype=numpy.complex128)
    return _qobj(_flipped(data).reshape(len(data), -1))


def qiskit_from_qutip(state: qutip.Qobj) -> Statevector | DensityMatrix:
    """A QuTiP ket or operator on qubits as Qiskit's statevector or density matrix; raises InputError."""
    from qiskit.quantum_info import DensityMatrix, Statevector

    if state.isket:
        return Statevector(_flipped(_vector(state)))
    if not state.isoper or state.shape[0] != state.shape[1]:
        raise InputError("a ket or a density operator is needed")
    return DensityMatrix(_flipped(numpy.asarray(state.full(), dtype=numpy.complex128)))


def recognized(values: NDArray[numpy.complex128]) -> RingArray:
    """The exact state that floats stand for: each within 1e-12 of a number of Z[e^{iπ/4}, 1/√2], squares adding up to 1.

    The least power of √2 is taken for which there is one. A number of the ring is dense among floats, but its conjugate
    (√2 to −√2) is bounded as it is itself, since it is an amplitude of the conjugated state; that leaves one candidate.
    Raises InputError if there is none up to √2^24.
    """
    different, place = numpy.unique(numpy.round(values, 13), return_inverse=True)
    for halvings in range(MOST_HALVINGS + 1):
        found = [_integers(complex(value), halvings) for value in different]
        if all(found):
            parts = numpy.array(found, dtype=numpy.int64)[place.reshape(-1)].T
            state = RingArray(parts, halvings)
            if state.squares() == RingNumber(1):
                return state
    raise InputError(f"the amplitudes are not those of an exact state over √2^{MOST_HALVINGS}: are they normalised?")


def _integers(value: complex, halvings: int) -> tuple[int, int, int, int] | None:
    """a, b, c, d with value = (a + bω + cω² + dω³)/√2^halvings, each conjugate at most 1; None if there are none."""
    scale = math.sqrt(2) ** halvings
    real, imaginary = _rooted(value.real * scale, scale), _rooted(value.imag * scale, scale)
    for a, difference in real:
        for c, total in imaginary:
            if (total + difference) % 2 == 0:
                return a, (total + difference) // 2, c, (total - difference) // 2
    return None


def _rooted(value: float, most: float) -> list[tuple[int, int]]:
    """Every a, s with |a + s/√2 − value| ≤ 1e-12·most and |a − s/√2| ≤ most."""
    found = []
    for a in range(math.floor((value - most) / 2) - 1, math.ceil((value + most) / 2) + 2):
        s = round((value - a) * math.sqrt(2))
        near = abs(a + s * math.sqrt(0.5) - value) <= TOLERANCE * most
        if near and abs(a - s * math.sqrt(0.5)) <= most * (1 + TOLERANCE):
            found.append((a, s))
    return found


def _flipped(data: NDArray[numpy.complex128]) -> NDArray[numpy.complex128]:
    """A vector or square matrix of qubits with their order reversed."""
    count = _count(len(data))
    axes = [at + count * side for side in range(data.ndim) for at in reversed(range(count))]
    return data.reshape([2] * (count * data.ndim)).transpose(axes).reshape(data.shape)


def _vector(state: Any) -> NDArray[numpy.complex128]:
    if not state.isket:
        raise InputError("a ket is needed")
    return numpy.asarray(state.full(), dtype=numpy.complex128).reshape(-1)


def _count(dimension: int) -> int:
    """The number of qubits; raises InputError if the dimension is no power of 2."""
    if dimension & (dimension - 1) or dimension < 1:
        raise InputError(f"a state of qubits has a dimension of 2, 4, 8, …, not {dimension}")
    return dimension.bit_length() - 1


def _qobj(data: NDArray[numpy.complex128]) -> qutip.Qobj:
    import qutip

    count = _count(len(data))
    columns = [2] * count if data.shape[1] > 1 else [1] * count
    return qutip.Qobj(data, dims=[[2] * count, columns])
