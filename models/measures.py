"""Measures of states, each with its convention; Qiskit, QuTiP and textbooks differ on most of them.

A state is a ket (QuTiP's, or an array of one dimension) or a density operator (QuTiP's, or a square array). Entropies are in
bits: QuTiP's default is nats, Qiskit's is bits. ``fidelity`` is squared like Qiskit's ``state_fidelity``; QuTiP's and Nielsen and
Chuang's fidelity is its root, here ``root_fidelity``. Trace distance is ½‖ρ − σ‖₁, as in QuTiP.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy

from noclone.models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[numpy.complex128]

__all__ = [
    "Estimate",
    "as_density",
    "coherent_information",
    "entropy",
    "entropy_error",
    "fidelity",
    "mutual_information",
    "root_fidelity",
    "spectrum_entropy",
    "trace_distance",
]

_NOISE = 4e-16


class Estimate(NamedTuple):
    """A number computed with floats, and how far from the exact one it may be: |value − exact| ≤ error."""

    value: float
    error: float


def as_density(state: Any) -> Matrix:
    """The density operator, shape (D, D), of a ket or density operator, Qobj or array; raises InputError.

    Its trace and its Hermiticity are checked to 1e-9; positivity is the caller's word.
    """
    matrix = numpy.array(state.full() if hasattr(state, "full") else state, dtype=numpy.complex128)
    if matrix.ndim == 1 or (matrix.ndim == 2 and matrix.shape[1] == 1 != matrix.shape[0]):
        matrix = numpy.outer(matrix, matrix.conj())
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"a state is a ket or a square matrix, not of shape {matrix.shape}")
    if abs(matrix - matrix.conj().T).max() > 1e-9 or abs(matrix.trace() - 1) > 1e-9:
        raise InputError(
            f"a density operator is Hermitian with trace 1; this one has trace {complex(matrix.trace()):.6g}"
        )
    return matrix


def root_fidelity(first: Any, second: Any) -> float:
    """√F = ‖√ρ √σ‖₁, un-squared (Nielsen and Chuang 9.53; QuTiP's ``fidelity``); for two kets |⟨φ|ψ⟩|.

    Computed as the singular values of √ρ √σ: QuTiP takes roots of eigenvalues of a product, where rounding of 1e-16 turns
    into 1e-8 for states of less than full rank.
    """
    left, right = _root(as_density(first)), _root(as_density(second))
    _same_size(left, right)
    return min(1.0, float(numpy.linalg.svd(left @ right, compute_uv=False).sum()))


def fidelity(first: Any, second: Any) -> float:
    """Uhlmann's F = ‖√ρ √σ‖₁², squared (Jozsa 1994; Qiskit's ``state_fidelity``): ⟨ψ|ρ|ψ⟩ if one is a ket."""
    return root_fidelity(first, second) ** 2


def _root(matrix: Matrix) -> Matrix:
    """The root of a density operator; eigenvalues that are rounding are taken as 0."""
    values, vectors = numpy.linalg.eigh(matrix)
    values[values < _NOISE * len(matrix)] = 0
    root: Matrix = (vectors * numpy.sqrt(values)) @ vectors.conj().T
    return root


def _same_size(first: Matrix, second: Matrix) -> None:
    if first.shape != second.shape:
        raise InputError(f"states of one dimension can be compared, not of {len(first)} and {len(second)}")


def trace_distance(first: Any, second: Any) -> float:
    """½‖ρ − σ‖₁, from 0 to 1: the bias with which the best measurement tells them apart.

    QuTiP's ``tracedist`` is the same, but takes roots of squared eigenvalues, where rounding of 1e-16 turns into 1e-8.
    """
    left, right = as_density(first), as_density(second)
    _same_size(left, right)
    return min(1.0, float(abs(numpy.linalg.eigvalsh(left - right)).sum() / 2))


def spectrum_entropy(eigenvalues: NDArray[numpy.floating[Any]]) -> float:
    """−Σ λ log₂ λ in bits, over those that are positive."""
    kept = eigenvalues[eigenvalues > 0]
    return float(max(0.0, -(kept * numpy.log2(kept)).sum()))


def entropy(state: Any) -> float:
    """S(ρ) = −tr ρ log₂ ρ in bits: QuTiP's ``entropy_vn`` with base 2, whose default is nats."""
    import qutip

    return float(max(0.0, qutip.entropy_vn(qutip.Qobj(as_density(state)), base=2)))


def entropy_error(distance: float, dimension: int) -> float:
    """How far entropies in bits of two states at this trace distance can differ, in so many dimensions.

    T log₂(d−1) + h(T) for T ≤ 1 − 1/d (Audenaert, quant-ph/0610146), log₂ d above.
    """
    if distance >= 1 - 1 / dimension:
        return math.log2(dimension)
    if distance <= 0:
        return 0.0
    binary = -distance * math.log2(distance) - (1 - distance) * math.log1p(-distance) / math.log(2)
    return distance * math.log2(dimension - 1) + binary


def mutual_information(state: Any, first: Sequence[int], second: Sequence[int]) -> float:
    """I(A:B) = S(A) + S(B) − S(AB) in bits; ``first`` and ``second`` number the factors of the Qobj's ``dims``.

    QuTiP's ``entropy_mutual`` takes nats unless told. Raises InputError if the two overlap or a factor is not there.
    """
    both = _disjoint(state, first, second)
    return _part_entropy(state, first) + _part_entropy(state, second) - _part_entropy(state, both)


def coherent_information(state: Any, reference: Sequence[int], receiver: Sequence[int]) -> float:
    """I(R⟩B) = S(B) − S(RB) in bits, negative where less than nothing gets through; factors as in ``mutual_information``.

    QuTiP's ``entropy_conditional`` is S(RB) − S(B), of opposite sign and in nats unless told.
    """
    both = _disjoint(state, reference, receiver)
    return _part_entropy(state, receiver) - _part_entropy(state, both)


def _disjoint(state: Any, first: Sequence[int], second: Sequence[int]) -> list[int]:
    both, count = [*first, *second], len(state.dims[0])
    if len(set(both)) != len(both) or not set(both) <= set(range(count)):
        raise InputError(f"two different parts among the factors 0 to {count - 1} are needed, not {first} and {second}")
    return both


def _part_entropy(state: Any, factors: Sequence[int]) -> float:
    return entropy(state.ptrace(sorted(factors))) if factors else 0.0
