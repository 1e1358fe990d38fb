"""From a claim about one protocol to its derivation: the states, the partial trace, the equality, the conclusion.

Amplitudes are exact (``noclone.models.exact``), for every input at once; each line is then checked on the route of
``Reference``. Whether the claim holds is read off the exact operators: no prover is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy

from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact import run_exactly
from noclone.models.ring import RingArray, RingNumber
from noclone.models.system import System
from noclone.proofs.claims import Claim, check_names
from noclone.proofs.derivations.derivation import Derivation, DerivationError, Line, line
from noclone.proofs.derivations.factoring import merged
from noclone.proofs.derivations.inputs import Input, entry_at, inputs, told_apart
from noclone.proofs.derivations.kets import ProductState
from noclone.proofs.derivations.outcomes import (
    Component,
    Concluded,
    Differ,
    Disturbed,
    IsInput,
    Mixture,
    NotInput,
    Overlap,
    Rest,
    Separate,
    Together,
)
from noclone.proofs.derivations.reference import TOLERANCE, Reference, gates_of_part
from noclone.proofs.derivations.statements import Constant, Entries, Grouped, Reduced
from noclone.proofs.derivations.truth import pauli_matrix
from noclone.proofs.derivations.writer import Writer
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["MOST_QUBITS", "WORDS", "derive_claim"]

MOST_QUBITS = 8
"""Qubits, environment included, up to which derivations are written."""

WORDS = ("hides", "mixed", "recovers", "leaks", "restores", "single-use", "untouched")
"""The claims that are covered, without ``within`` and ``under``."""

_DECOUPLING = (
    "a coalition restores every input exactly if and only if the rest, environment included, "
    "learns nothing (true of every pure encoding; 'noclone theorem' has it)"
)


def derive_claim(system: System, claim: Claim, circuits: Mapping[str, QuantumCircuit], title: str) -> Derivation:
    """Derive a claim, or show where it fails; ``circuits`` are the stages' and recoveries' own, by name.

    A claim with letters is written out for its first case, or the first that fails; the others are decided alike.
    Raises InputError for claims, gates or sizes that are not covered, DerivationError if a line is false (a bug).
    """
    _check_covered(system, claim)
    try:
        protocol = read_protocol(system.document)
        cases = list(claim.cases(protocol.size))
        if not cases:
            raise InputError(f"'{claim}' speaks of no case here: its letters must differ, and there are too few qubits")
        writer = Writer(system, Reference(system, circuits))
        chosen = [_Case(writer, claim.at(letters), tuple(protocol.held_by(claim.at(letters)))) for letters in cases]
    except Refusal as refusal:
        raise InputError(f"the claim does not fit: {refusal}") from None
    chosen = list({(case.held, case.moment, case.claim.name): case for case in reversed(chosen)}.values())[::-1]
    shown = next((case for case in chosen if not case.is_true), chosen[0])
    lines = shown.lines()
    if shown.is_true and len(chosen) > 1:
        lines.append(
            line("Likewise, computed in the same way:", Together(tuple(case.conclusion() for case in chosen[1:])))
        )
    assumptions = [_DECOUPLING] if claim.word == "recovers" else []
    if writer.has_free_phase:
        assumptions.append("a global phase changes nothing: the circuit's own is no power of e^(iπ/4) and is left out")
    title += ", with ω = e^(iπ/4)" if any("ω" in each.text for each in lines) else ""
    return Derivation(title, str(claim), tuple(lines), shown.is_true, assumptions=tuple(assumptions))


def _check_covered(system: System, claim: Claim) -> None:
    """Raise InputError for what no derivation is written of."""
    if claim.word not in WORDS or claim.bound or claim.noise:
        raise InputError(
            f"no derivation is written for '{claim}': it must be {', '.join(WORDS)}, without a bound or noise"
        )
    check_names(claim, system)
    if len(system.names) > MOST_QUBITS:
        raise TooLargeError(
            f"derivations are written for at most {MOST_QUBITS} qubits, environment included; this protocol has "
            f"{len(system.names)}: choose a smaller one"
        )
    if not system.is_exact:
        other = min(system.gate_names - {"H", "S", "CX", "T"})
        raise InputError(f"gate '{other}' has amplitudes outside Z[e^(iπ/4), 1/√2]: derivations need exact ones")


class _Case:
    """One case of a claim: its qubits (a recovery's output, for claims about one) and what is computed of it."""

    def __init__(self, writer: Writer, claim: Claim, held: tuple[int, ...]) -> None:
        self.writer, self.claim, self.held = writer, claim, held
        self.moment = claim.name if claim.word in ("restores", "single-use") else claim.after or None
        rest = tuple(qubit for qubit in range(len(writer.system.names)) if qubit not in held)
        self.looked_at = rest if claim.word == "recovers" else held

    @cached_property
    def reduced(self) -> Reduced:
        """What is left after the partial trace, from the factors that meet the qubits looked at."""
        place, _ = self.writer.product(self.moment)
        entries: Entries = self.grouped.entries()
        order = self.grouped.near
        if order != self.looked_at:
            entries = _reordered(entries, order, self.looked_at)
        return Reduced(place, self.writer.states(self.moment), self.looked_at, entries)

    @cached_property
    def grouped(self) -> Grouped:
        place, state = self.writer.product(self.moment)
        near = [factor for factor in state.factors if set(factor.qubits) & set(self.looked_at)]
        others = [factor for factor in state.factors if factor not in near]
        return Grouped.of(place, merged(near), self.looked_at, others)

    @cached_property
    def constant(self) -> Constant | None:
        """The operator's values if no amplitude of the input's is left in it."""
        basis, values = range(self.reduced.states.inputs), {}
        for place, own in self.reduced.entries.items():
            numbers = {own.get((p, p), RingNumber(0)) for p in basis}
            if len(numbers) > 1 or any(p != q for p, q in own):
                return None
            values[place] = numbers.pop()
        return Constant(self.reduced, values)

    @cached_property
    def components(self) -> tuple[Component, Component]:
        place = self.reduced.place
        plus, minus = (
            Component(
                place, self.held, self.claim.pauli, sign, _component(self.reduced.entries, self.claim.pauli, sign)
            )
            for sign in (1, -1)
        )
        return plus, minus

    @cached_property
    def overlap(self) -> RingNumber:
        """The trace of τ₊τ₋, from the Hermitian operators' entries."""
        total = RingNumber(0)
        plus, minus = self.components
        for place, value in plus.values.items():
            product = value * minus.values.get(place, RingNumber(0)).conjugate()
            total = total + product + (product.conjugate() if place[0] != place[1] else RingNumber(0))
        return total

    @cached_property
    def is_true(self) -> bool:
        """Whether the case holds, by the exact operators."""
        word = self.claim.word
        if word == "untouched":
            return self.disturbed is None
        if word in ("restores", "single-use"):
            basis = range(self.reduced.states.inputs)
            wanted = {(p, q): {(p, q): RingNumber(1)} for p in basis for q in basis if p <= q}
            return {place: dict(own) for place, own in self.reduced.entries.items()} == wanted
        if word == "leaks":
            return self._is_mixture() and not self.overlap
        constant = self.constant
        return constant is not None and (word != "mixed" or constant.is_mixed)

    def _is_mixture(self) -> bool:
        """Whether N(p,q) = tr-part by P alone: what is left of inputs |p⟩⟨q| is δ (τ₊+τ₋)/2 + ⟨q|P|p⟩ (τ₊−τ₋)/2."""
        plus, minus = self.components
        pauli = pauli_matrix(self.claim.pauli)
        basis = range(self.reduced.states.inputs)
        places = {*self.reduced.entries, *plus.values, *minus.values}
        for place in places:
            up, down = (each.values.get(place, RingNumber(0)) for each in (plus, minus))
            for p in basis:
                for q in basis:
                    half = RingNumber(1, halvings=2)
                    wanted = (up + down) * half if p == q else RingNumber(0)
                    wanted = wanted + (up - down) * half * _as_ring(complex(pauli[q, p]))
                    if self.reduced.entries.get(place, {}).get((p, q), RingNumber(0)) != wanted:
                        return False
        return True

    @cached_property
    def disturbed(self) -> tuple[int, str] | None:
        """A qubit of C and a Pauli there that the stage's or recovery's exact unitary does not commute with."""
        size = len(self.writer.system.names)
        gates = gates_of_part(self.writer.system, self.claim.name)
        one = numpy.zeros((4, 2**size, 2**size), dtype=numpy.int64)
        one[0] = numpy.eye(2**size, dtype=numpy.int64)
        unitary = run_exactly(gates, RingArray(one.reshape(4, *[2] * size, 2**size))).parts.reshape(
            4, *[2] * (2 * size)
        )
        for qubit in self.held:
            row, column = qubit + 1, size + qubit + 1
            if (numpy.flip(unitary, row) != numpy.flip(unitary, column)).any():
                return qubit, "X"
            corners = numpy.moveaxis(unitary, (row, column), (0, 1))
            if corners[0, 1].any() or corners[1, 0].any():
                return qubit, "Z"
        return None

    def conclusion(self) -> Concluded:
        part = self.claim.name if self.claim.word == "untouched" else ""
        return Concluded(
            self.writer.reference,
            str(self.claim),
            self.claim.word,
            self.held,
            self.moment,
            self.is_true,
            self.claim.pauli,
            part,
        )

    def lines(self) -> list[Line]:
        """All lines."""
        word = self.claim.word
        if word == "untouched":
            found = self._lines_of_part()
        elif word in ("restores", "single-use"):
            found = [*self.writer.state_lines(self.moment), *self._lines_of_output()]
        else:
            found = self.writer.state_lines(self.moment)
            if self.looked_at:
                found += [*self._lines_of_trace(), *self._lines_of_operator()]
        words = "Hence:" if self.is_true else "So the claim fails:"
        if not self.looked_at:
            words = "C holds every qubit, so there is no rest that could learn anything:"
        return [*found, line(words, self.conclusion())]

    def _lines_of_trace(self) -> list[Line]:
        label = self.writer.names.label(self.looked_at)
        who = f"C = {label}"
        if self.claim.word == "recovers":
            who = f"the rest, {label}, which must learn nothing if the claim is to hold"
        words = f"Sorted by the basis states of the qubits to be traced out, for {who}: "
        grouped = self.grouped
        if grouped.others:
            words += "(factors without such qubits have norm 1, trace to 1 and are left out) "
        sort = line(f"{words}V|ψ⟩ =", grouped)
        pair = (
            "The partial trace pairs each ket with those that agree with it outside: ρ = Σ_r |v_r⟩⟨v_r| has the entries"
        )
        return [sort, line(pair, self.reduced)]

    def _lines_of_operator(self) -> list[Line]:
        if self.claim.word == "leaks":
            return self._lines_of_leak()
        if self.constant is not None:
            norm = "|α|² + |β|² = 1" if self.writer.names.secrets == 1 else "that the amplitudes' squares add up to 1"
            return [line(f"With {norm}, no amplitude of the input is left:", self.constant)]
        return [self._differ("It depends on the input:")]

    def _lines_of_leak(self) -> list[Line]:
        plus, minus = self.components
        pauli = self.claim.pauli
        lines = [
            line(f"Where {pauli} is +1, and the secret otherwise unknown, C holds τ₊ with", plus),
            line(f"and where {pauli} is −1, τ₋ with", minus),
        ]
        if not self._is_mixture():
            return [*lines, self._differ(f"C learns more than {pauli}: two inputs with the same ⟨{pauli}⟩ differ:")]
        lines.append(line(f"For every input, with ⟨{pauli}⟩ = ⟨ψ|{pauli}|ψ⟩,", Mixture(plus, minus)))
        words = f"and a measurement tells {pauli} = +1 from −1 without fail if and only if this is 0:"
        return [*lines, line(words, Overlap(plus, minus, self.overlap))]

    def _lines_of_output(self) -> list[Line]:
        label = self.writer.names.label(self.held)
        lines = [line(f"Tracing out all but the output {label}, ρ has the entries", self.reduced)]
        if not self.is_true:
            return [*lines, self._not_restored()]
        lines.append(line("These are the input’s own, for every input:", IsInput(self.reduced)))
        place, state = self.writer.product(self.moment)
        front, *fixed = state.factors
        if set(front.qubits) == set(self.held) and fixed:
            rest = tuple(qubit for qubit in range(len(self.writer.system.names)) if qubit not in self.held)
            words = "All else, environment included, is in a state without the input’s amplitudes:"
            lines.append(line(words, Rest(place, rest, ProductState(tuple(fixed)))))
        return lines

    def _not_restored(self) -> Line:
        """An input for which an entry is wrong."""
        basis = range(self.reduced.states.inputs)
        for place in ((p, q) for p in basis for q in basis if p <= q):
            for given in inputs(self.writer.names.secrets):
                found = entry_at(self.reduced.entries, place, given)
                if found != given.amplitudes[place[0]] * given.amplitudes[place[1]].conjugate():
                    return line("That is not |ψ⟩⟨ψ|:", NotInput(self.reduced, place, given, found))
        raise DerivationError(f"no input was found that comes out wrong, for '{self.claim}'")

    def _differ(self, words: str) -> Line:
        secrets = self.writer.names.secrets
        pauli = pauli_matrix(self.claim.pauli) if self.claim.word == "leaks" else None

        def alike(one: Input, other: Input) -> bool:
            if pauli is None:
                return True
            left, right = ((each.vector.conj() @ pauli @ each.vector).real for each in (one, other))
            return bool(abs(left - right) < TOLERANCE)

        found = told_apart(self.reduced.entries, secrets, alike)
        if found is None:
            raise DerivationError(f"no two inputs were found that differ, for '{self.claim}'")
        place, one, other = found
        values = entry_at(self.reduced.entries, place, one), entry_at(self.reduced.entries, place, other)
        return line(words, Differ(self.reduced, place, (one, other), values))

    def _lines_of_part(self) -> list[Line]:
        reference, name = self.writer.reference, self.claim.name
        if self.disturbed is not None:
            return [line(f"{name} changes what C holds:", Disturbed(reference, name, *self.disturbed))]
        gates = gates_of_part(self.writer.system, name)
        touched = sorted({qubit for gate in gates for qubit in gate[1:]})
        listed = tuple(self.writer.system.names[qubit] for qubit in touched)
        apart = not set(touched) & set(self.held)
        words = f"No gate of {name} acts on C:" if apart else f"Gates of {name} act on C, but together as the identity:"
        return [line(words, Separate(reference, name, self.held, listed))]


def _component(entries: Entries, pauli: str, sign: int) -> dict[tuple[int, int], RingNumber]:
    """The operator for the input (1 ± P)/2^k, by row and column."""
    matrix = pauli_matrix("I" * len(pauli)) + sign * pauli_matrix(pauli)
    found = {}
    for place, own in entries.items():
        total = RingNumber(0)
        for (p, q), number in own.items():
            total = total + number * _as_ring(complex(matrix[p, q]))
        if total:
            found[place] = total * RingNumber(1, halvings=2 * len(pauli))
    return found


def _as_ring(value: complex) -> RingNumber:
    """A whole complex number, as an entry of I ± P is."""
    return RingNumber(round(value.real), 0, round(value.imag))


def _reordered(entries: Entries, order: Sequence[int], wanted: Sequence[int]) -> Entries:
    """An operator's entries with its qubits in another order."""
    places = [order.index(qubit) for qubit in wanted]

    def moved(number: int) -> int:
        bits = format(number, f"0{len(order)}b")
        return int("".join(bits[place] for place in places), 2)

    found = {}
    for (row, column), own in entries.items():
        place = moved(row), moved(column)
        if place[0] > place[1]:
            found[place[1], place[0]] = {(q, p): number.conjugate() for (p, q), number in own.items()}
        else:
            found[place] = dict(own)
    return dict(sorted(found.items()))
