"""The states of one system, moment by moment, as lines."""

from __future__ import annotations

import cmath
import math

from noclone.models.exact import ExactStates
from noclone.models.system import System
from noclone.proofs.derivations.bell import bell_form, bell_pairs
from noclone.proofs.derivations.derivation import Line, line
from noclone.proofs.derivations.factoring import factored
from noclone.proofs.derivations.kets import Names, ProductState
from noclone.proofs.derivations.reference import TOLERANCE, Reference
from noclone.proofs.derivations.statements import Place, StateIs

__all__ = ["Writer"]


class Writer:
    """The states of one system, exact, with the phases of the circuits that ``reference`` runs."""

    def __init__(self, system: System, reference: Reference) -> None:
        self.system, self.reference = system, reference
        self.names = Names(system.parties + system.environment, len(system.secret_qubits))
        self._states: dict[str | None, ExactStates] = {}
        self._products: dict[str | None, tuple[Place, ProductState]] = {}

    @property
    def has_free_phase(self) -> bool:
        """Whether a state that was shown is right up to a phase only."""
        return any(not place.has_phase for place, _ in self._products.values())

    def states(self, moment: str | None) -> ExactStates:
        """The exact amplitudes there."""
        if moment not in self._states:
            self._states[moment] = ExactStates(self.system, moment)
        return self._states[moment]

    def product(self, moment: str | None) -> tuple[Place, ProductState]:
        """The state there as a product, with the circuit's own phase if it is a power of ω."""
        if moment not in self._products:
            states = self.states(moment)
            bits, number = next(states.terms(0))
            ratio = self.reference.isometry(moment)[int(bits, 2), 0] / complex(number)
            turns = round(cmath.phase(ratio) / (math.pi / 4)) % 8
            is_power = abs(ratio - cmath.exp(1j * math.pi / 4 * turns)) < TOLERANCE
            place = Place(self.reference, self.names, moment, has_phase=is_power)
            self._products[moment] = place, factored(states, turns if is_power else 0)
        return self._products[moment]

    def state_lines(self, moment: str | None) -> list[Line]:
        """The state at the end of every stage up to a moment, and in the Bell basis where that is short."""
        lines: list[Line] = []
        pairs: tuple[tuple[int, int], ...] = ()
        for part in self.reference.parts(moment):
            place, state = self.product(part)
            kind = "Recovery" if part not in {stage.name for stage in self.system.stages} else "Stage"
            lines.append(line(f"{kind} {part} gives V|ψ⟩ =", StateIs(place, state)))
            if form := bell_form(place, state, pairs):
                listed = "; ".join(self.names.label(pair) for pair in form.pairs)
                words = f"The same in the Bell basis |φ_P⟩ = (P ⊗ I)(|00⟩ + |11⟩)/√2 of the pairs {listed}:"
                lines.append(line(words, form))
            pairs = pairs or bell_pairs(state)
        return lines
