"""Random kets, density operators, isometries and channels in floats, from a seeded generator.

Everything is big-endian: the first qubit is the most significant bit. "Haar" is the one measure that no unitary changes;
isometries are orthonormalised Gaussian matrices with the phases put right (Mezzadri, math-ph/0609050, section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy

from noclone.models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[numpy.complex128]

__all__ = ["haar_isometry", "haar_ket", "random_density", "random_kraus"]


def haar_ket(dimension: int, random: numpy.random.Generator) -> Matrix:
    """A unit vector of shape (dimension,), uniform on the sphere."""
    return haar_isometry(dimension, 1, random)[:, 0]


def haar_isometry(rows: int, columns: int, random: numpy.random.Generator) -> Matrix:
    """V of shape (rows, columns) with V†V = 1, Haar; a unitary if rows = columns. Raises InputError if rows < columns."""
    if not 1 <= columns <= rows:
        raise InputError(f"an isometry has at least as many rows as columns, not {rows} and {columns}")
    real, imaginary = random.standard_normal((2, rows, columns))
    basis, triangle = numpy.linalg.qr(real + 1j * imaginary)
    diagonal = numpy.diagonal(triangle)
    found: Matrix = basis * (diagonal / abs(diagonal))
    return found


def random_density(dimension: int, rank: int, random: numpy.random.Generator) -> Matrix:
    """A density operator of this rank (with probability 1): what is left of a Haar ket of dimension times rank.

    The induced measure of Życzkowski and Sommers (quant-ph/0012101); Hilbert and Schmidt's if the rank is the dimension.
    """
    ket = haar_ket(dimension * rank, random).reshape(dimension, rank)
    return ket @ ket.conj().T


def random_kraus(qubits: int, number: int, random: numpy.random.Generator) -> tuple[Matrix, ...]:
    """``number`` Kraus operators of shape (2^qubits, 2^qubits): the blocks of a Haar isometry, so Σ K†K = 1."""
    size = 2**qubits
    return tuple(haar_isometry(number * size, size, random).reshape(number, size, size))
