"""The engine that computes density operators with floats: an independent witness, and the one for noise.

It can support a claim, with its numerical error, and contradict another engine; it refutes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.errors import TooLargeError
from noclone.models.system import System
from noclone.proofs.claims import Claim, bound_of
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.opinions import Opinion, in_words
from noclone.proofs.verdicts import Status, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from noclone.models.densities import Densities

    Operators = NDArray[numpy.complex128]

__all__ = ["MOST_HELD", "SAME", "SURELY_DIFFERENT", "DensityEngine"]

SAME, SURELY_DIFFERENT = 1e-9, 1e-6
"""Operators that differ by less count as equal, by more as different; between the two nothing is said."""

MOST_HELD = 10
"""The largest coalition whose operators are compared entry by entry."""

METHOD = "density operators in floats (QuTiP)"
ASSUMPTIONS = (
    "the parties hold exactly the qubits named; everything else is the environment, which no coalition holds",
    "every qubit but the secret's starts in |0⟩; noise acts where and as stated, and nowhere else",
    "floating point: the numerical error is estimated, not proved",
)
_PAULIS: Mapping[str, Any] = {
    "I": numpy.eye(2),
    "X": numpy.array([[0, 1], [1, 0]]),
    "Y": numpy.array([[0, -1j], [1j, 0]]),
    "Z": numpy.diag([1, -1]),
}


class DensityEngine:
    """Decides every claim but ``untouched`` and ``equivalent`` from its definition; ``names`` resolves its qubits."""

    def __init__(self, system: System, names: Protocol) -> None:
        self.system, self.names = system, names

    def decide(self, claim: Claim, cases: list[dict[str, int]], scope: str) -> Opinion:
        """What floats say of a claim, case by case; raises TooLargeError."""
        found = []
        for letters in cases:
            low, high, words = self._measure(claim.at(letters))
            found.append((low, high, in_words(letters, (words,), 1)))
        false = [each for each in found if each[0] > 0]
        fields: dict[str, Any] = {"claim": str(claim), "scope": scope, "method": METHOD}
        if false:
            why = f"{'; '.join(false[0][2])}; floats refute nothing by themselves"
            return Opinion(Verdict(Status.UNDECIDED, reason=why, **fields), says=False)
        unclear = [each for each in found if each[1] > 0]
        if unclear:
            why = f"{'; '.join(unclear[0][2])}: too close for floats to tell"
            return Opinion(Verdict(Status.UNDECIDED, reason=why, **fields), says=None)
        witness = found[0][2] if len(found) == 1 else (*found[0][2], f"likewise in all {len(found)} cases")
        return Opinion(Verdict(Status.SUPPORTED, witness=witness, assumptions=ASSUMPTIONS, **fields), says=True)

    def _measure(self, claim: Claim) -> tuple[float, float, str]:
        """How far a claim without letters is from true: from, to (0: it is true), and what was computed, in words."""
        densities = self._densities(claim.noise)
        if "fidelity" in claim.word:
            average = claim.word == "fidelity"
            found = (densities.average_fidelity if average else densities.entanglement_fidelity)(claim.name)
            short = float(bound_of(claim)) - found.value
            kind = "average fidelity" if average else "entanglement fidelity"
            return short - found.error, short + found.error, f"{kind} {found.value:.9g} (± {found.error:.1g})"
        held, moment = self.names.held_by(claim), claim.after or None
        if claim.bound:
            low, high = densities.distinguishability(held, moment)
            bound = float(bound_of(claim))
            words = f"trace distance between the states for any two inputs at most {high:.9g} (reached: {low:.9g})"
            return low - bound, high - bound, words
        deviation = self._deviation(densities, claim, held, moment)
        words = f"the operators differ from what the claim says by {deviation:.1e}"
        if SAME < deviation < SURELY_DIFFERENT:
            return -deviation, deviation, words
        return (deviation, deviation, words) if deviation > SAME else (-SAME, -SAME, words)

    def _densities(self, noise: str) -> Densities:
        from noclone.models.densities import Densities

        chosen = [each.locations for each in self.system.noises if each.name == noise]
        return Densities(self.system, chosen[0] if chosen else ())

    def _deviation(self, densities: Densities, claim: Claim, held: list[int], moment: str | None) -> float:
        """The largest entry by which an operator differs from what the claim says of it."""
        if claim.word in ("restores", "single-use"):
            found = densities.operators(held, claim.name)
            return _largest(found - _identity_channel(len(found)))
        if claim.word == "recovers":
            held = [qubit for qubit in range(len(self.system.names)) if qubit not in held]
        if len(held) > MOST_HELD:
            raise TooLargeError(f"an operator on {len(held)} qubits is not compared in floats: at most {MOST_HELD}")
        found = densities.operators(held, moment)
        if claim.word == "leaks":
            return _leak_deviation(found, claim.pauli)
        same = numpy.einsum("ab,pq->abpq", found[:, :, 0, 0], numpy.eye(found.shape[2]))
        mixed = _largest(found[:, :, 0, 0] - numpy.eye(len(found)) / len(found)) if claim.word == "mixed" else 0.0
        return max(_largest(found - same), mixed)


def _largest(difference: Operators) -> float:
    return float(abs(difference).max(initial=0.0))


def _identity_channel(dimension: int) -> Operators:
    """|p⟩⟨q| at [·, ·, p, q]."""
    identity = numpy.eye(dimension, dtype=numpy.complex128)
    channel: Operators = numpy.einsum("ap,bq->abpq", identity, identity)
    return channel


def _leak_deviation(found: Operators, pauli: str) -> float:
    """How far N is from ½(1 + tr Pρ)τ₊ + ½(1 − tr Pρ)τ₋ with τ₊τ₋ = 0."""
    operator = reduce(numpy.kron, (_PAULIS[letter] for letter in pauli))
    inputs = len(operator)
    plus, minus = (
        numpy.einsum("abpq,pq->ab", found, (numpy.eye(inputs) + sign * operator) / inputs) for sign in (1, -1)
    )
    wanted = sum(
        numpy.einsum("ab,pq->abpq", state, (numpy.eye(inputs) + sign * operator.T) / 2)
        for state, sign in ((plus, 1), (minus, -1))
    )
    return max(_largest(found - wanted), _largest(plus @ minus))
