"""What the last lines about a claim say: two inputs that differ, an output that is the input, gates, a conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.ring import RingNumber
from noclone.proofs.derivations.inputs import Input, entry_at, written
from noclone.proofs.derivations.kets import MOST_KETS, ProductState
from noclone.proofs.derivations.reference import TOLERANCE, Reference, close, gates_of_part
from noclone.proofs.derivations.statements import Place, Reduced, element, matrix_of, more_rows, value_rows
from noclone.proofs.derivations.truth import commutes, component, holds_in_numbers, pauli_matrix
from noclone.proofs.derivations.words import latex_of_words

if TYPE_CHECKING:
    from noclone.proofs.derivations.derivation import Rows

__all__ = [
    "Component",
    "Concluded",
    "Differ",
    "Disturbed",
    "IsInput",
    "Mixture",
    "NotInput",
    "Overlap",
    "Rest",
    "Separate",
    "Together",
]


@dataclass(frozen=True)
class Differ:
    """An entry of the reduced operator that differs between two inputs."""

    reduced: Reduced
    entry: tuple[int, int]
    inputs: tuple[Input, Input]
    values: tuple[RingNumber, RingNumber]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "both values in the ring, and by the definition of the partial trace from Qiskit's states"

    def holds(self) -> bool:
        """Both values are right, and differ."""
        place, held = self.reduced.place, self.reduced.held
        for given, value in zip(self.inputs, self.values, strict=True):
            found = place.reference.reduced(place.moment, held, given.vector)[self.entry]
            if entry_at(self.reduced.entries, self.entry, given) != value or abs(found - complex(value)) > TOLERANCE:
                return False
        return self.values[0] != self.values[1]

    def rows(self) -> Rows:
        """A row for each input."""
        rows = []
        for given, value in zip(self.inputs, self.values, strict=True):
            text = f"{element(self.reduced.held, *self.entry, latex=False)} = {written(value, latex=False)} for |ψ⟩ = {given.text}"
            latex = f"{element(self.reduced.held, *self.entry, latex=True)} = {written(value, latex=True)}"
            rows.append((text, rf"{latex}\ \text{{ for }}\ |\psi\rangle = {given.latex}"))
        return rows


@dataclass(frozen=True)
class IsInput:
    """The output's operator is the input's."""

    reduced: Reduced

    @property
    def check(self) -> str:
        """How it is checked."""
        return "each entry compared in the ring, and with Qiskit's state at random inputs"

    def holds(self) -> bool:
        """Entry (p, q) is s_p s_q*, and nothing else."""
        inputs = range(self.reduced.states.inputs)
        wanted = {(p, q): {(p, q): RingNumber(1)} for p in inputs for q in inputs if p <= q}
        place = self.reduced.place
        return {key: dict(own) for key, own in self.reduced.entries.items()} == wanted and all(
            close(place.reference.reduced(place.moment, self.reduced.held, each), numpy.outer(each, each.conj()))
            for each in place.reference.inputs
        )

    def rows(self) -> Rows:
        """ρ = |ψ⟩⟨ψ|."""
        names, held = self.reduced.place.names, self.reduced.held
        return [
            (
                f"ρ_{names.label(held)} = |ψ⟩⟨ψ|",
                rf"\rho{names.subscript(held, latex=True)} = |\psi\rangle\langle\psi|",
            )
        ]


@dataclass(frozen=True)
class NotInput:
    """An entry of the output's operator that is not the input's."""

    reduced: Reduced
    entry: tuple[int, int]
    given: Input
    value: RingNumber

    @property
    def check(self) -> str:
        """How it is checked."""
        return "in the ring, and by the definition of the partial trace from Qiskit's state"

    @property
    def wanted(self) -> RingNumber:
        """What it should be."""
        return self.given.amplitudes[self.entry[0]] * self.given.amplitudes[self.entry[1]].conjugate()

    def holds(self) -> bool:
        """The value is right, and not what it should be."""
        place = self.reduced.place
        found = place.reference.reduced(place.moment, self.reduced.held, self.given.vector)[self.entry]
        exact = entry_at(self.reduced.entries, self.entry, self.given) == self.value != self.wanted
        return exact and abs(found - complex(self.value)) < TOLERANCE

    def rows(self) -> Rows:
        """The value, and what it should be."""
        value, wanted = (
            [written(number, latex=latex) for latex in (False, True)] for number in (self.value, self.wanted)
        )
        text, latex = (element(self.reduced.held, *self.entry, latex=latex) for latex in (False, True))
        return [
            (
                f"{text} = {value[0]}, not {wanted[0]}, for |ψ⟩ = {self.given.text}",
                rf"{latex} = {value[1]} \ne {wanted[1]}\ \text{{ for }}\ |\psi\rangle = {self.given.latex}",
            )
        ]


@dataclass(frozen=True)
class Rest:
    """All but the output is in a state |χ⟩ that no amplitude of the input's is in."""

    place: Place
    held: tuple[int, ...]
    state: ProductState

    @property
    def check(self) -> str:
        """How it is checked."""
        return "the partial trace of Qiskit's state, by its definition, compared with |χ⟩⟨χ| at random inputs"

    def holds(self) -> bool:
        """Compare the partial traces with |χ⟩⟨χ|."""
        fixed = all(factor.is_fixed for factor in self.state.factors)
        inputs = self.place.reference.inputs
        vector = self.state.evaluate(inputs[0]).reshape(-1)
        wanted = numpy.outer(vector, vector.conj())
        return fixed and all(
            close(self.place.reference.reduced(self.place.moment, self.held, each), wanted) for each in inputs
        )

    def rows(self) -> Rows:
        """|χ⟩ = …"""
        rows = list(self.state.rows(self.place.names))
        return [(f"|χ⟩ = {rows[0][0]}", rf"|\chi\rangle = {rows[0][1]}"), *rows[1:]]


@dataclass(frozen=True)
class Component:
    """τ₊ or τ₋: what the coalition holds of the secret's maximally mixed state where P is +1 or −1."""

    place: Place
    held: tuple[int, ...]
    pauli: str
    sign: int
    values: Mapping[tuple[int, int], RingNumber]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "Qiskit's states, traced by the definition, averaged over a basis of eigenvectors of P"

    def holds(self) -> bool:
        """Compare with the average."""
        return close(
            self.matrix(), component(self.place.reference, self.place.moment, self.held, self.pauli, self.sign)
        )

    def matrix(self) -> Any:
        """The operator as floats."""
        return matrix_of(self.values, 2 ** len(self.held))

    def rows(self) -> Rows:
        """Its entries."""
        name, latex = ("τ₊", r"\tau_{+}") if self.sign > 0 else ("τ₋", r"\tau_{-}")
        return value_rows(name, latex, self.held, self.values)


@dataclass(frozen=True)
class Mixture:
    """ρ = ½(1 + ⟨P⟩) τ₊ + ½(1 − ⟨P⟩) τ₋."""

    plus: Component
    minus: Component

    @property
    def check(self) -> str:
        """How it is checked."""
        return "both sides with floats at random inputs; the left one by Qiskit and the definition of the partial trace"

    def holds(self) -> bool:
        """Compare both sides."""
        place, operator = self.plus.place, pauli_matrix(self.plus.pauli)
        for each in place.reference.inputs:
            mean = (each.conj() @ operator @ each).real
            wanted = (1 + mean) / 2 * self.plus.matrix() + (1 - mean) / 2 * self.minus.matrix()
            if not close(place.reference.reduced(place.moment, self.plus.held, each), wanted):
                return False
        return True

    def rows(self) -> Rows:
        """The equation."""
        p = self.plus.pauli
        text = f"ρ = 1/2 (1 + ⟨{p}⟩) τ₊ + 1/2 (1 − ⟨{p}⟩) τ₋"
        latex = (
            rf"\rho = \frac{{1}}{{2}}(1 + \langle {p}\rangle)\,\tau_{{+}}"
            rf" + \frac{{1}}{{2}}(1 - \langle {p}\rangle)\,\tau_{{-}}"
        )
        return [(text, latex)]


@dataclass(frozen=True)
class Overlap:
    """tr τ₊τ₋: 0 if and only if a measurement tells P = +1 from P = −1 without fail."""

    plus: Component
    minus: Component
    value: RingNumber

    @property
    def check(self) -> str:
        """How it is checked."""
        return "recomputed with floats from Qiskit's states; if 0, that the product is 0"

    def holds(self) -> bool:
        """Compare with the reference's operators."""
        place = self.plus.place
        plus, minus = (
            component(place.reference, place.moment, each.held, each.pauli, each.sign)
            for each in (self.plus, self.minus)
        )
        found = plus @ minus
        is_right = abs(numpy.trace(found) - complex(self.value)) < TOLERANCE
        return is_right and (bool(self.value) or close(found, numpy.zeros_like(found)))

    def rows(self) -> Rows:
        """The trace's value."""
        text, latex = (written(self.value, latex=latex) for latex in (False, True))
        return [(f"tr τ₊τ₋ = {text}", rf"\operatorname{{tr}} \tau_{{+}}\tau_{{-}} = {latex}")]


@dataclass(frozen=True)
class Separate:
    """A stage's or recovery's unitary is the identity on C: U = I ⊗ W. ``touched`` are the qubits its gates act on."""

    reference: Reference
    part: str
    held: tuple[int, ...]
    touched: tuple[str, ...]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "Qiskit's unitary commutes with X and Z of every qubit of C; the gates' qubits are counted anew"

    def holds(self) -> bool:
        """Both."""
        gates = gates_of_part(self.reference.system, self.part)
        touched = {self.reference.system.names[qubit] for gate in gates for qubit in gate[1:]}
        return touched == set(self.touched) and all(
            commutes(self.reference, self.part, qubit, letter) for qubit in self.held for letter in "XZ"
        )

    def rows(self) -> Rows:
        """Which qubits there are gates on, and U = I ⊗ W."""
        listed = ", ".join(self.touched) or "no qubit"
        names = ", ".join(self.reference.system.names[qubit] for qubit in self.held)
        text = f"gates act on {listed}; U = I ⊗ W with I on {names}"
        return [
            (
                text,
                rf"\text{{{latex_of_words(f'gates act on {listed};')}}}\ U = I \otimes W\ \text{{{latex_of_words(f'with I on {names}')}}}",
            )
        ]


@dataclass(frozen=True)
class Disturbed:
    """A stage's or recovery's unitary does not commute with a Pauli of C."""

    reference: Reference
    part: str
    qubit: int
    letter: str

    @property
    def check(self) -> str:
        """How it is checked."""
        return "the commutator with Qiskit's unitary"

    def holds(self) -> bool:
        """The commutator is not 0."""
        return not commutes(self.reference, self.part, self.qubit, self.letter)

    def rows(self) -> Rows:
        """U P ≠ P U."""
        name = self.reference.system.names[self.qubit]
        label = rf"{self.letter}_{{{name}}}".replace("_", r"\_").replace(r"\_{", "_{")
        return [(f"U {self.letter}_{name} ≠ {self.letter}_{name} U", rf"U {label} \ne {label} U")]


@dataclass(frozen=True)
class Concluded:
    """The claim holds, or does not."""

    reference: Reference
    claim: str
    word: str
    held: tuple[int, ...]
    moment: str | None
    is_true: bool
    pauli: str = ""
    part: str = ""

    @property
    def check(self) -> str:
        """How it is checked."""
        return f"decided anew from its definition with floats, at {len(self.reference.inputs)} random inputs"

    def holds(self) -> bool:
        """Compare with the definition."""
        found = holds_in_numbers(self.reference, self.word, self.held, self.moment, pauli=self.pauli, part=self.part)
        return found is self.is_true

    def rows(self) -> Rows:
        """The sentence."""
        sentence = f"{self.claim}: {'holds' if self.is_true else 'does not hold'}"
        return [(sentence, rf"\text{{{latex_of_words(sentence)}}}")]


@dataclass(frozen=True)
class Together:
    """Several conclusions."""

    each: tuple[Concluded, ...]

    @property
    def check(self) -> str:
        """How they are checked."""
        return self.each[0].check

    def holds(self) -> bool:
        """All of them."""
        return all(one.holds() for one in self.each)

    def rows(self) -> Rows:
        """A row for each of the first."""
        rows = [row for one in self.each[:MOST_KETS] for row in one.rows()]
        return [*rows, *more_rows(len(self.each), "cases")]
