"""Measures of entanglement of states of several parties, each with its convention and its numerical error.

A state is a ket or a density operator, as an array or QuTiP's; its parties are numbered in the order of its tensor factors, the
first factor most significant. Wherever a function takes a state of parties, it takes a ``PartedState`` too, which is how a part of
a larger state is named: ``parted(ket).of([0], [1, 2])``. Every number is an ``Estimate``: the exact one lies within ``error``.

Concurrence has square roots of eigenvalues in it: where a density operator has less than full rank, a change of it by δ can change
its concurrence by about √δ. So a density operator, known to 1e-15, has a concurrence known to 1e-7. A ket, and a part of a ket,
has one known to 1e-14: give kets where there are some.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.errors import InputError
from noclone.models.measures import Estimate, as_density, entropy_error, spectrum_entropy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[numpy.complex128]

__all__ = [
    "PartedState",
    "binary_entropy",
    "coherent_information_of",
    "concurrence",
    "entanglement_entropy",
    "entanglement_of_formation",
    "formation_of_concurrence",
    "logarithmic_negativity",
    "mutual_information_of",
    "negativity",
    "one_tangle",
    "parted",
    "pure_concurrence",
    "residual_tangle",
    "squashed_bounds",
    "tangle",
]

_ROUNDING = 2.0**-49
_FLIP = numpy.array([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]], dtype=numpy.complex128)
"""σ_y ⊗ σ_y."""


@dataclass(frozen=True, eq=False)
class PartedState:
    """A state ρ = T T† of parties of dimensions ``dims``; ``factor`` is T, shape (D, r), one column for a pure state.

    Some exact state has ‖ρ − exact‖₁ ≤ ``distance``, and a factor of it ‖T − exact T‖_F ≤ ``spread``.
    """

    factor: Matrix
    dims: tuple[int, ...]
    distance: float
    spread: float

    @property
    def is_pure(self) -> bool:
        """Whether it was given as a ket, and nothing has been traced out."""
        return bool(self.factor.shape[1] == 1)

    @cached_property
    def density(self) -> Matrix:
        """ρ, shape (D, D)."""
        found: Matrix = self.factor @ self.factor.conj().T
        return found

    @cached_property
    def entropy(self) -> Estimate:
        """S(ρ) in bits; the error is Audenaert's bound for the state's distance and LAPACK's rounding."""
        size = max(2, len(self.factor))
        if self.is_pure:
            return Estimate(0.0, entropy_error(self.distance / 2, size))
        weights = numpy.linalg.svd(self.factor, compute_uv=False) ** 2
        return Estimate(spectrum_entropy(weights), entropy_error(self.distance / 2 + size * 2.0**-50, size))

    def of(self, *groups: Sequence[int]) -> PartedState:
        """The state with one party for each group of parties, in this order; those in no group are traced out.

        Raises InputError for a party that there is not, or that is named twice.
        """
        named = [party for group in groups for party in group]
        count = len(self.dims)
        if len(set(named)) != len(named) or not set(named) <= set(range(count)):
            raise InputError(
                f"different parties among 0 to {count - 1} are needed, not {[list(each) for each in groups]}"
            )
        rest = [party for party in range(count) if party not in named]
        dims = tuple(math.prod(self.dims[party] for party in group) for group in groups)
        tensor = self.factor.reshape(*self.dims, -1).transpose(*named, *rest, count)
        factor, spread = tensor.reshape(math.prod(dims), -1), self.spread
        if factor.shape[1] > len(factor):
            left, values, _ = numpy.linalg.svd(factor, full_matrices=False)
            factor, spread = left * values, spread + len(factor) * 2.0**-50
        return PartedState(factor, dims, self.distance, spread)


def parted(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> PartedState:
    """A ket or density operator, array or Qobj, with its parties' dimensions; raises InputError.

    ``dims`` are a Qobj's own unless given, and 2, 2, … for an array whose size is a power of 2. ``error`` bounds
    ‖given − exact‖₁ beyond rounding. The trace may be off by 1e-9, eigenvalues may be as low as −1e-9, and both are then mended
    and counted as error.
    """
    if isinstance(state, PartedState):
        return state
    given = numpy.array(state.full() if hasattr(state, "full") else state, dtype=numpy.complex128)
    is_ket = given.ndim == 1 or (given.ndim == 2 and given.shape[1] == 1)
    found = _dims_of(state, len(given), dims)
    if is_ket:
        ket = given.reshape(-1, 1)
        norm = float(numpy.linalg.norm(ket))
        if abs(norm - 1) > 1e-9:
            raise InputError(f"a ket has norm 1; this one has {norm:.6g}: divide it by that")
        moved = error + 2 * abs(norm - 1) + _ROUNDING
        # two kets whose projectors are this far apart in ‖·‖₁ differ, up to a phase, by at most 1/√2 of it
        return PartedState(ket / norm, found, 2 * moved, moved)
    return _from_density(as_density(given), found, error)


def _from_density(matrix: Matrix, dims: tuple[int, ...], error: float) -> PartedState:
    values, vectors = numpy.linalg.eigh((matrix + matrix.conj().T) / 2)
    if values[0] < -1e-9 - error:
        raise InputError(f"a density operator has no negative eigenvalue; this one has {values[0]:.6g}")
    kept = numpy.clip(values, 0, None)
    total = float(kept.sum())
    distance = error + len(matrix) * _ROUNDING + 2 * float(abs(kept - values).sum()) + 2 * abs(total - 1)
    lowest = float(values[0]) - distance
    # ‖√ρ − √σ‖_F ≤ √‖ρ − σ‖₁ (Powers and Størmer); of full rank, ≤ ‖ρ − σ‖_F/(√λ_min(ρ) + √λ_min(σ))
    spread = min(math.sqrt(distance), distance / (2 * math.sqrt(lowest)) if lowest > 0 else math.inf)
    return PartedState(vectors * numpy.sqrt(kept / total), dims, distance, spread)


def _dims_of(state: Any, size: int, dims: Sequence[int] | None) -> tuple[int, ...]:
    if dims is not None:
        found = tuple(dims)
    elif hasattr(state, "full"):
        found = tuple(state.dims[0])
    elif size & (size - 1) == 0:
        found = (2,) * (size.bit_length() - 1)
    else:
        raise InputError(f"the parties' dimensions are needed (dims=…): {size} is no power of 2")
    if math.prod(found) != size:
        raise InputError(
            f"parties of dimensions {list(found)} have a state of {math.prod(found)} entries, not of {size}"
        )
    return found


def _bipartite(state: Any, dims: Sequence[int] | None, error: float) -> PartedState:
    found = parted(state, dims, error=error)
    if len(found.dims) != 2:
        raise InputError(
            f"a state of two parties is needed, not of {len(found.dims)}: group them, parted(state).of([0], [1, 2])"
        )
    return found


def _two_qubits(state: Any, error: float) -> PartedState:
    found = _bipartite(state, None, error)
    if found.dims != (2, 2):
        raise InputError(f"a state of two qubits is needed, not of dimensions {list(found.dims)}")
    return found


def _pure_pair(state: Any, dims: Sequence[int] | None, error: float) -> PartedState:
    found = _bipartite(state, dims, error)
    if not found.is_pure:
        raise InputError("a pure state is needed, given as a ket: for mixed ones this is no measure of entanglement")
    return found


def concurrence(state: Any, *, error: float = 0.0) -> Estimate:
    """C = max(0, λ₁ − λ₂ − λ₃ − λ₄) of two qubits, from 0 to 1 (Wootters, quant-ph/9709029).

    λ are the singular values of Tᵀ(σ_y ⊗ σ_y)T for ρ = T T†, the roots of the eigenvalues of ρ ρ̃; QuTiP's ``concurrence`` is
    the same number, by those eigenvalues, and off by 1e-8 where they are 0. Error: singular values move by at most
    ‖ΔM‖₁ ≤ ‖ΔT‖_F (2 + ‖ΔT‖_F) altogether (Mirsky).
    """
    found = _two_qubits(state, error)
    values = numpy.linalg.svd(found.factor.T @ _FLIP @ found.factor, compute_uv=False)
    value = float(2 * values[0] - values.sum())
    return Estimate(min(1.0, max(0.0, value)), found.spread * (2 + found.spread) + 2.0**-46)


def tangle(state: Any, *, error: float = 0.0) -> Estimate:
    """τ = C² of two qubits (Coffman, Kundu and Wootters, quant-ph/9907047)."""
    return _squared(concurrence(state, error=error))


def _squared(root: Estimate) -> Estimate:
    return Estimate(root.value**2, root.error * (2 * root.value + root.error))


def pure_concurrence(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """C = √(2(1 − tr ρ_A²)) of a ket of two parties of any dimensions (Rungta et al., quant-ph/0102040).

    The I-concurrence, from 0 to √(2(1 − 1/d)); 1 for a Bell pair. Computed without cancellation as 2√(Σ_{i<j} s_i² s_j²), s the
    Schmidt coefficients: 2‖Λ²ψ‖, which moves by at most 4‖Δψ‖.
    """
    found = _pure_pair(state, dims, error)
    weights = numpy.linalg.svd(found.factor.reshape(found.dims), compute_uv=False) ** 2
    below = numpy.concatenate([[0.0], numpy.cumsum(weights[::-1])[:-1]])[::-1]
    return Estimate(2 * math.sqrt(float(weights @ below)), 4 * found.spread + len(weights) * 2.0**-47)


def one_tangle(state: Any, party: int, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """τ(A:rest) = 2(1 − tr ρ_A²) of a ket; 4 det ρ_A if the party is a qubit (Coffman, Kundu and Wootters, quant-ph/9907047)."""
    found = parted(state, dims, error=error)
    rest = [other for other in range(len(found.dims)) if other != party]
    return _squared(pure_concurrence(found.of([party], rest)))


def residual_tangle(state: Any, *, error: float = 0.0) -> Estimate:
    """τ_ABC = τ(A:BC) − τ(AB) − τ(AC) of a ket of three qubits, from 0 (W) to 1 (GHZ): 4 λ₁λ₂ of ρ_AB.

    Coffman, Kundu and Wootters, quant-ph/9907047; the same whichever qubit is A. λ₁λ₂ = |det Tᵀ(σ_y⊗σ_y)T|.
    """
    found = parted(state, error=error)
    if found.dims != (2, 2, 2) or not found.is_pure:
        raise InputError("the residual tangle is that of a ket of three qubits")
    factor = found.of([0], [1]).factor
    values = numpy.linalg.svd(factor.T @ _FLIP @ factor, compute_uv=False)
    return Estimate(min(1.0, float(4 * values[0] * values[1])), 4 * found.spread * (2 + found.spread) + 2.0**-45)


def negativity(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """N = (‖ρ^Γ‖₁ − 1)/2: minus the sum of the partial transpose's negative eigenvalues (Vidal and Werner, quant-ph/0102117).

    ½ for a Bell pair, (d − 1)/2 for maximally entangled d × d. QuTiP's ``negativity`` is the same; Qiskit's too. A density
    operator's positivity is the caller's word. Error: ‖X^Γ‖₁ ≤ min(d_A, d_B) ‖X‖₁.
    """
    matrix, (one, two), distance = _matrix_of(state, dims, error)
    size = one * two
    turned = matrix.reshape(one, two, one, two).transpose(0, 3, 2, 1).reshape(size, size)
    values = numpy.linalg.eigvalsh(turned)
    value = -float(values[values < 0].sum())
    return Estimate(value, min(one, two) * distance / 2 + size * min(one, two) * 2.0**-50)


def _matrix_of(state: Any, dims: Sequence[int] | None, error: float) -> tuple[Matrix, tuple[int, int], float]:
    """ρ of two parties, their dimensions and ‖ρ − exact‖₁; a density operator is not decomposed, which takes long."""
    shape = numpy.shape(state.full() if hasattr(state, "full") else state)
    if isinstance(state, PartedState) or len(shape) != 2 or shape[0] != shape[1]:
        found = _bipartite(state, dims, error)
        return found.density, (found.dims[0], found.dims[1]), found.distance
    matrix = as_density(state)
    sizes = _dims_of(state, len(matrix), dims)
    if len(sizes) != 2:
        raise InputError(f"a state of two parties is needed, not of {len(sizes)}: give dims=(…, …)")
    distance = error + len(matrix) * _ROUNDING + abs(float(matrix.trace().real) - 1)
    return matrix, (sizes[0], sizes[1]), distance


def logarithmic_negativity(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """E_N = log₂ ‖ρ^Γ‖₁ = log₂(2N + 1), in bits; 1 for a Bell pair (Vidal and Werner; Plenio, quant-ph/0505071)."""
    found = negativity(state, dims, error=error)
    lowest = max(1.0, 1 + 2 * (found.value - found.error))
    return Estimate(math.log2(1 + 2 * found.value), 2 * found.error / lowest / math.log(2) + 2.0**-50)


def binary_entropy(probability: float) -> float:
    """h(p) = −p log₂ p − (1 − p) log₂(1 − p), in bits; 0 outside of ]0, 1[."""
    if not 0 < probability < 1:
        return 0.0
    return -probability * math.log2(probability) - (1 - probability) * math.log1p(-probability) / math.log(2)


def formation_of_concurrence(value: float) -> float:
    """E(C) = h((1 + √(1 − C²))/2) in bits: increasing and convex in C (Wootters); C outside of [0, 1] is moved there."""
    value = min(1.0, max(0.0, value))
    # the smaller eigenvalue without cancellation: (1 − √(1 − C²))/2 = C²/(2(1 + √(1 − C²)))
    return binary_entropy(value**2 / (2 * (1 + math.sqrt((1 - value) * (1 + value)))))


def entanglement_of_formation(state: Any, *, error: float = 0.0) -> Estimate:
    """E_f of two qubits in bits (Wootters, quant-ph/9709029): ``formation_of_concurrence`` of the concurrence."""
    value, off = concurrence(state, error=error)
    found = formation_of_concurrence(value)
    above, below = formation_of_concurrence(value + off), formation_of_concurrence(value - off)
    return Estimate(found, max(above - found, found - below) + 2.0**-48)


def entanglement_entropy(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """S(A) = S(B) in bits of a ket of two parties, from 0 to log₂ min(d_A, d_B): its one measure in the limit of many copies."""
    return _pure_pair(state, dims, error).of([0]).entropy


def mutual_information_of(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """I(A:B) = S(A) + S(B) − S(AB) in bits, of two parties."""
    found = _bipartite(state, dims, error)
    parts = found.of([0]).entropy, found.of([1]).entropy, found.entropy
    return Estimate(parts[0].value + parts[1].value - parts[2].value, sum(part.error for part in parts))


def coherent_information_of(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Estimate:
    """I(A⟩B) = S(B) − S(AB) in bits, of two parties: log₂ d_A where A is maximally entangled with B."""
    found = _bipartite(state, dims, error)
    own, both = found.of([1]).entropy, found.entropy
    return Estimate(own.value - both.value, own.error + both.error)


def squashed_bounds(state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> tuple[float, float]:
    """The squashed entanglement ½ min_E I(A:B|E), in bits, from below and above; errors are in the bounds.

    Below: max(0, I(A⟩B), I(B⟩A)), since what can be distilled is at least that (Devetak and Winter, quant-ph/0306078) and at
    most E_sq (Christandl and Winter, quant-ph/0308088). Above: ½I(A:B), of the trivial extension, and for two qubits
    E_f (ibid.). They meet for kets, and are both 0 for products.
    """
    found = _bipartite(state, dims, error)
    forward, backward = coherent_information_of(found), coherent_information_of(found.of([1], [0]))
    half = mutual_information_of(found)
    high = (half.value + half.error) / 2
    if found.dims == (2, 2):
        formation = entanglement_of_formation(found)
        high = min(high, formation.value + formation.error)
    low = max(0.0, forward.value - forward.error, backward.value - backward.error)
    return low, max(high, 0.0)
