"""Laws of monogamy as values: each evaluates a state into the two sides of its inequality, with the numerical error.

Some laws are theorems; others look like them and are false, and are kept with the states that break them (``is_theorem``). Nothing
here is a proof about all states: ``noclone.models.exact_entanglement`` has the exact values of exact states.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.correlations import chsh_maximum, chsh_of, classical_correlation, searched_observables
from noclone.models.entanglement import (
    PartedState,
    entanglement_of_formation,
    mutual_information_of,
    one_tangle,
    parted,
    tangle,
)
from noclone.models.errors import InputError
from noclone.models.measures import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[numpy.complex128]

__all__ = [
    "CHSH_QUBITS",
    "CKW",
    "CLASSICAL",
    "DIFFERENT_SETTINGS",
    "EXCLUSION",
    "KOASHI_WINTER",
    "LAWS",
    "OSBORNE_VERSTRAETE",
    "TONER_VERSTRAETE",
    "UNSQUARED_FORMATION",
    "Law",
    "Sides",
    "chsh_sides",
    "ghz_state",
    "two_bell_pairs",
    "w_state",
]


@dataclass(frozen=True)
class Sides:
    """Left and right of left ≤ right (or left = right), each side's error added up in ``error``."""

    left: float
    right: float
    error: float

    @property
    def slack(self) -> float:
        """How much is left: right − left."""
        return self.right - self.left

    @property
    def is_broken(self) -> bool:
        """Whether left > right by more than the error."""
        return self.slack < -self.error

    @property
    def is_tight(self) -> bool:
        """Whether the sides are equal within the error."""
        return abs(self.slack) <= self.error


@dataclass(frozen=True)
class Law:
    """An inequality (or an equality) about states whose first party is A.

    ``needs`` says for which states it is stated; ``rule`` computes the sides. ``is_theorem`` is False for a statement that some such
    state breaks. Methods raise InputError for states that it does not speak of.
    """

    name: str
    statement: str
    needs: str
    source: str
    is_theorem: bool
    rule: Callable[[PartedState], Sides]
    is_equality: bool = False

    def sides(self, state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> Sides:
        """Both sides for a state of parties A, B, …; see ``noclone.models.entanglement.parted``."""
        return self.rule(parted(state, dims, error=error))

    def is_broken(self, state: Any, dims: Sequence[int] | None = None, *, error: float = 0.0) -> bool:
        """Whether this state breaks the law by more than the numerical error."""
        found = self.sides(state, dims, error=error)
        return found.is_broken or (self.is_equality and not found.is_tight)


def _sides(left: Sequence[Estimate], right: Estimate) -> Sides:
    return Sides(sum(part.value for part in left), right.value, sum(part.error for part in left) + right.error)


def _squared(estimate: Estimate) -> Estimate:
    return Estimate(estimate.value**2, estimate.error * (2 * estimate.value + estimate.error))


def _middle(bounds: tuple[float, float]) -> Estimate:
    low, high = bounds
    return Estimate((low + high) / 2, (high - low) / 2)


def _three(state: PartedState, *, qubits: bool = True, pure: bool = True) -> tuple[PartedState, PartedState]:
    """ρ_AB and ρ_AC of a state of three parties."""
    if len(state.dims) != 3 or (qubits and set(state.dims) != {2}) or (pure and not state.is_pure):
        wanted = ("a ket of " if pure else "a state of ") + ("three qubits" if qubits else "three parties")
        given = ("a ket" if state.is_pure else "a mixed state") + f" of parties of dimensions {list(state.dims)}"
        raise InputError(f"this law speaks of {wanted}, not of {given}")
    return state.of([0], [1]), state.of([0], [2])


def _ckw(state: PartedState) -> Sides:
    _three(state)
    return _osborne_verstraete(state)


def _osborne_verstraete(state: PartedState) -> Sides:
    if set(state.dims) != {2} or len(state.dims) < 2 or not state.is_pure:
        raise InputError(f"this law speaks of kets of qubits, two or more, not of dimensions {list(state.dims)}")
    pairs = [tangle(state.of([0], [other])) for other in range(1, len(state.dims))]
    return _sides(pairs, one_tangle(state, 0))


def _toner_verstraete(state: PartedState) -> Sides:
    pairs = _three(state, qubits=False, pure=False)
    return chsh_sides(state, searched_observables(pairs))


def _different_settings(state: PartedState) -> Sides:
    pairs = _three(state, qubits=False, pure=False)
    return chsh_sides(state, searched_observables(pairs[:1]), searched_observables(pairs[1:]))


def _chsh_qubits(state: PartedState) -> Sides:
    pairs = _three(state, pure=False)
    return _sides([_squared(chsh_maximum(pair)) for pair in pairs], Estimate(8.0, 0.0))


def _koashi_winter(state: PartedState) -> Sides:
    near, far = _three(state)
    left = [entanglement_of_formation(near), _middle(classical_correlation(far))]
    return _sides(left, state.of([0]).entropy)


def _exclusion(state: PartedState) -> Sides:
    pairs = _three(state, qubits=False, pure=False)
    value, error = state.of([0]).entropy
    return _sides([mutual_information_of(pair) for pair in pairs], Estimate(2 * value, 2 * error))


def _unsquared_formation(state: PartedState) -> Sides:
    return _sides([entanglement_of_formation(pair) for pair in _three(state)], state.of([0]).entropy)


def _classical(state: PartedState) -> Sides:
    pairs = _three(state, pure=False)
    return _sides([_middle(classical_correlation(pair)) for pair in pairs], state.of([0]).entropy)


def chsh_sides(
    state: Any, first: Sequence[Matrix], second: Sequence[Matrix] | None = None, dims: Sequence[int] | None = None
) -> Sides:
    """S_AB² + S_AC² and 8 for a state of A, B, C, where A measures ``first`` with B, and with C too unless ``second`` is given.

    A's settings are two observables −1 ≤ A ≤ 1; B and C measure what is best for them. At most 8 if A's are the same.
    """
    found = parted(state, dims)
    if len(found.dims) != 3:
        raise InputError(f"a state of three parties is needed, not of {len(found.dims)}")
    near, far = found.of([0], [1]), found.of([0], [2])
    values = [chsh_of(near, first), chsh_of(far, first if second is None else second)]
    return _sides([_squared(value) for value in values], Estimate(8.0, 0.0))


CKW = Law(
    "CKW",
    "τ(AB) + τ(AC) ≤ τ(A:BC)",
    "kets of three qubits",
    "Coffman, Kundu and Wootters, quant-ph/9907047",
    True,
    _ckw,
)
"""Equality for W; GHZ has a gap of 1, the residual tangle. False for qutrits: ``exact_entanglement.naive_ckw_of_qutrits``."""

OSBORNE_VERSTRAETE = Law(
    "Osborne-Verstraete",
    "Σ τ(A:B_i) ≤ τ(A:B_1…B_m)",
    "kets of qubits",
    "Osborne and Verstraete, quant-ph/0502176",
    True,
    _osborne_verstraete,
)

TONER_VERSTRAETE = Law(
    "Toner-Verstraete",
    "S_AB² + S_AC² ≤ 8 with the same two settings of A in both tests",
    "states of three parties of any dimensions; the left side is what a search over settings finds",
    "Toner and Verstraete, quant-ph/0611001",
    True,
    _toner_verstraete,
)

DIFFERENT_SETTINGS = Law(
    "CHSH monogamy with different settings",
    "S_AB² + S_AC² ≤ 8 with settings of A for the test with B and others for that with C",
    "states of three parties of any dimensions; the left side is what a search over settings finds",
    "false: A may hold half of a Bell pair with each, which gives 16",
    False,
    _different_settings,
)

CHSH_QUBITS = Law(
    "CHSH monogamy of qubits",
    "max S_AB² + max S_AC² ≤ 8, where A's settings may differ",
    "states of three qubits",
    "Kurzyński et al., Phys. Rev. Lett. 106 (2011) 180402, by the squares of anticommuting observables",
    True,
    _chsh_qubits,
)
"""For qubits A's settings may differ: their planes share a line u, and with v, w ⟂ u are spanned by u, v and by u, w. The four
observables ub, ub′, wc, wc′ anticommute, and so do vb, vb′, uc, uc′; squared means of anticommuting ones add up to at most 1, and
S_AB²/4 + S_AC²/4 is at most the sum of all eight (b ⟂ b′ and c ⟂ c′ span the planes of B's and C's settings)."""

KOASHI_WINTER = Law(
    "Koashi-Winter",
    "E_f(AB) + J(A|C) = S(A), C measured",
    "kets of three qubits A, B, C",
    "Koashi and Winter, quant-ph/0310037; J by bounds, so within 1e-3",
    True,
    _koashi_winter,
    is_equality=True,
)

EXCLUSION = Law(
    "exclusion",
    "I(A:B) + I(A:C) ≤ 2 S(A)",
    "states of three parties of any dimensions",
    "strong subadditivity (Lieb and Ruskai 1973); with I(A:B) = 2 S(A), C has nothing",
    True,
    _exclusion,
)
"""What is maximally entangled with B, or just purely, shares nothing with anyone else. Equality for every ket of A, B and C."""

UNSQUARED_FORMATION = Law(
    "unsquared entanglement of formation",
    "E_f(AB) + E_f(AC) ≤ E_f(A:BC)",
    "kets of three qubits",
    "false: the W state, 1.1001 > 0.9183 bits (noted by Coffman, Kundu and Wootters)",
    False,
    _unsquared_formation,
)

CLASSICAL = Law(
    "classical correlation",
    "J(A|B) + J(A|C) ≤ S(A)",
    "states of three qubits",
    "false: classical correlation is shared freely; (|000⟩⟨000| + |111⟩⟨111|)/2 has 1 + 1 > 1",
    False,
    _classical,
)

LAWS = (
    CKW,
    OSBORNE_VERSTRAETE,
    TONER_VERSTRAETE,
    DIFFERENT_SETTINGS,
    CHSH_QUBITS,
    KOASHI_WINTER,
    EXCLUSION,
    UNSQUARED_FORMATION,
    CLASSICAL,
)
"""All of them, theorems or not."""


def w_state(qubits: int = 3) -> Matrix:
    """(|10…0⟩ + … + |0…01⟩)/√n."""
    ket = numpy.zeros(2**qubits, dtype=numpy.complex128)
    ket[[1 << at for at in range(qubits)]] = qubits**-0.5
    return ket


def ghz_state(qubits: int = 3) -> Matrix:
    """(|0…0⟩ + |1…1⟩)/√2."""
    ket = numpy.zeros(2**qubits, dtype=numpy.complex128)
    ket[[0, -1]] = 0.5**0.5
    return ket


def two_bell_pairs() -> PartedState:
    """A of dimension 4 holds half of a Bell pair with B and half of one with C: S_AB = S_AC = 2√2, with different settings."""
    pair = numpy.eye(2).reshape(-1) / numpy.sqrt(2)
    ket = numpy.kron(pair, pair).reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(-1)
    return parted(ket, (4, 2, 2))
