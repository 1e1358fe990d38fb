"""Cloners of one qubit as instances of theorems: a map to M qubits, and the states that it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import sympy

from noclone.proofs.theorems.devices import Channel
from noclone.proofs.theorems.exact import basis, column, is_equal, partial_trace, require_units, tensor

__all__ = ["EQUATOR", "SIX_STATES", "SWAP", "Cloner", "symmetric_cloner", "symmetric_projector"]

SWAP = sympy.ImmutableMatrix([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
_EQUATORIAL = tuple(column(1, phase) / sympy.sqrt(2) for phase in (1, -1, sympy.I, -sympy.I))
EQUATOR = tuple((sympy.Rational(1, 4), ket) for ket in _EQUATORIAL)
"""|+⟩, |−⟩, |+i⟩, |−i⟩ with a weight of a quarter each."""
SIX_STATES = tuple((sympy.Rational(1, 6), ket) for ket in (basis(2, 0), basis(2, 1), *_EQUATORIAL))
"""|0⟩, |1⟩ and the four of the equator with a weight of a sixth each."""


@dataclass(frozen=True)
class Cloner:
    """A map from operators of a qubit to operators of ``copies`` qubits, and weighted kets to judge it by.

    Raises ValueError unless the kets have norm 1.
    """

    channel: Channel
    copies: int
    states: tuple[tuple[Any, Any], ...] = SIX_STATES

    def __post_init__(self) -> None:
        require_units(*(ket for _, ket in self.states))

    @property
    def fidelity(self) -> Any:
        """⟨ψ|Λ_m(|ψ⟩⟨ψ|)|ψ⟩, averaged over the weighted states ψ and the copies m = 1, …, M; exact."""
        total = sympy.S.Zero
        for weight, ket in self.states:
            image = self.channel.apply(ket * ket.H)
            for place in range(self.copies):
                copy = partial_trace(image, (2,) * self.copies, (place,))
                total += weight * (ket.H * copy * ket)[0, 0] / self.copies
        return sympy.radsimp(sympy.expand(total))

    def has_states_like_all(self) -> bool:
        """Whether Σ p |ψψ⟩⟨ψψ| is (1 + SWAP)/6, as it is for all pure states, evenly: a two-design."""
        both = [weight * tensor(ket, ket) * tensor(ket, ket).H for weight, ket in self.states]
        return is_equal(sum(both[1:], both[0]).applyfunc(sympy.expand), (sympy.eye(4) + SWAP) / 6)


def symmetric_projector(copies: int) -> Any:
    """The projector on the symmetric states of M qubits: Σ_k |D_k⟩⟨D_k| over the M + 1 Dicke states."""

    def entry(row: int, line: int) -> Any:
        ones = int(row).bit_count()
        return sympy.Rational(int(ones == int(line).bit_count()), comb(copies, ones))

    return sympy.ImmutableMatrix(2**copies, 2**copies, entry)


def symmetric_cloner(copies: int) -> Channel:
    """ρ ↦ 2/(M + 1) S(ρ ⊗ 1 ⊗ … ⊗ 1)S, S the projector on symmetric states (R. F. Werner, Phys. Rev. A 58, 1827)."""
    projector = symmetric_projector(copies)
    others = sympy.eye(2 ** (copies - 1))
    factor = sympy.Rational(2, copies + 1)
    return Channel(2, lambda operator: factor * projector * tensor(operator, others) * projector)
