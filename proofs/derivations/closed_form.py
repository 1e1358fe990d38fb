"""The closed form ½ Σ_μ α_μ⁻¹ σ_μ|ψ⟩ ⊗ |φ_μ⟩^{⊗n} of encrypted cloning, derived from the circuits at a number n."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.ring import RingNumber
from noclone.models.system import System
from noclone.proofs.derivations.bell import BellForm
from noclone.proofs.derivations.derivation import Derivation, DerivationError, Line, line
from noclone.proofs.derivations.numerals import fraction, joined
from noclone.proofs.derivations.reference import Reference, close
from noclone.proofs.derivations.truth import pauli_matrix
from noclone.proofs.derivations.writer import Writer

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from noclone.proofs.derivations.derivation import Rows

__all__ = ["Coefficients", "Factors", "derive_closed_form"]


@dataclass(frozen=True)
class Factors:
    """The encryption's unitary is a product of sums of numbers times P^{⊗(n+1)} on A and all S; P = I, X, Y, Z."""

    reference: Reference
    n: int
    factors: tuple[tuple[tuple[str, RingNumber], ...], ...]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "the unitary of the circuit by Qiskit, global phase included, all qubits"

    def holds(self) -> bool:
        """Multiply the factors and compare."""
        size = 2 ** (2 * self.n + 1)
        found: Any = numpy.eye(size)
        for factor in self.factors:
            found = found @ sum(complex(number) * self._power(letter) for letter, number in factor)
        return close(found, self.reference.unitary("encrypt"))

    def _power(self, letter: str) -> Any:
        return numpy.kron(pauli_matrix(letter * (self.n + 1)), numpy.eye(2**self.n))

    def rows(self) -> Rows:
        """U = …"""
        sides = []
        for latex in (False, True):
            power = (f"^{{\\otimes {self.n + 1}}}" if latex else f"^⊗{self.n + 1}") + ("_{A,S}" if latex else "_A,S")
            inside = []
            for factor in self.factors:
                terms = []
                for letter, number in factor:
                    negative, value, _ = fraction(number, latex=latex)
                    terms.append((negative, value if letter == "I" else f"{value} {letter}{power}"))
                inside.append(joined(terms, latex=latex))
            sides.append("U = " + (f"({') ('.join(inside)})" if len(inside) > 1 else inside[0]))
        return [(sides[0], sides[1])]


@dataclass(frozen=True)
class Coefficients:
    """The Bell form's coefficients are ½ α_μ⁻¹ with α = (1, i, −i^{n+1}, i), exactly."""

    form: BellForm
    alpha: tuple[RingNumber, ...]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "in the ring, term by term; the Bell form itself by Qiskit, phase included"

    def holds(self) -> bool:
        """Compare each coefficient times α_μ with ½, and its Pauli and Bell states with σ_μ and |φ_μ⟩^⊗n."""
        half, n = RingNumber(1, halvings=2), len(self.form.pairs)
        found = {(term.pauli, term.letters): term.number for term in self.form.terms}
        wanted = [(letter, letter * n) for letter in "IXYZ"]
        turns = (n + 1) % 4
        third = -RingNumber.omega(2 * turns)
        return (
            set(found) == set(wanted)
            and all(found[key] * alpha == half for key, alpha in zip(wanted, self.alpha, strict=True))
            and self.alpha == (RingNumber(1), RingNumber.omega(2), third, RingNumber.omega(2))
            and self.form.place.has_phase
            and self.form.holds()
        )

    def rows(self) -> Rows:
        """The closed form and its α."""
        n = len(self.form.pairs)
        texts, latexes = (
            [joined([fraction(each, latex=latex)[:2]], latex=latex) for each in self.alpha] for latex in (False, True)
        )
        text = f"V|ψ⟩ = 1/2 Σ_μ α_μ⁻¹ σ_μ|ψ⟩ ⊗ |φ_μ⟩^⊗{n}, α = ({', '.join(texts)}) = (1, i, −i^{n + 1}, i)"
        latex = (
            rf"V|\psi\rangle = \tfrac{{1}}{{2}} \sum_\mu \alpha_\mu^{{-1}} \sigma_\mu|\psi\rangle \otimes"
            rf" |\varphi_\mu\rangle^{{\otimes {n}}},\quad \alpha = ({', '.join(latexes)}) = (1, i, -i^{{{n + 1}}}, i)"
        )
        return [(text, latex)]


def derive_closed_form(n: int, circuits: Mapping[str, QuantumCircuit], system: System) -> Derivation:
    """Derive the closed form at this n; ``circuits`` and ``system`` are encrypted cloning's. Raises DerivationError."""
    reference = Reference(system, circuits)
    one, root = RingNumber(1, halvings=1), RingNumber(0, 0, -1, halvings=1)
    two = tuple((("I", one), (letter, root)) for letter in "XZ")
    product = _multiplied(n)
    lines: list[Line] = [
        line("Each factor of U is exp(−iπ/4 P) = (1 − iP)/√2, as P² = 1:", Factors(reference, n, two)),
        line("Multiplied out, with XZ = −iY on each qubit:", Factors(reference, n, (product,))),
    ]
    found = Writer(system, reference).state_lines("encrypt")
    form = next((each.statement for each in found if isinstance(each.statement, BellForm)), None)
    if form is None:
        raise DerivationError(f"the state of {n} pairs has no Bell form")
    alpha = (RingNumber(1), RingNumber.omega(2), -RingNumber.omega(2 * (n + 1)), RingNumber.omega(2))
    last = line("These are the closed form, with its phases:", Coefficients(form, alpha))
    return Derivation(
        f"encrypted-cloning, n={n}: the closed form", None, (*lines, *found, last), holds=True, scope=f"n={n}"
    )


def _multiplied(n: int) -> tuple[tuple[str, RingNumber], ...]:
    """(1 − iX^{⊗m})(1 − iZ^{⊗m})/2 as a sum of four Paulis' powers, m = n + 1."""
    half, minus_i = RingNumber(1, halvings=2), RingNumber(0, 0, -1)
    power = RingNumber(1)
    for _ in range(n + 1):
        power = power * minus_i
    return (("I", half), ("X", half * minus_i), ("Y", -half * power), ("Z", half * minus_i))
