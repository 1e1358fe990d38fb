"""States in the Bell basis of some pairs: |φ_σ⟩ = (σ ⊗ I)(|00⟩ + |11⟩)/√2 for σ = I, X, Y, Z."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.ring import RingNumber
from noclone.proofs.derivations.kets import MOST_KETS, Factor, ProductState, front_of
from noclone.proofs.derivations.numerals import bare, numerator, turn
from noclone.proofs.derivations.statements import Place, more_rows

if TYPE_CHECKING:
    from noclone.proofs.derivations.derivation import Rows

__all__ = ["BellForm", "BellTerm", "bell_form", "bell_pairs"]

_ONE, _I = RingNumber(1), RingNumber(0, 0, 1)
_PAULIS: dict[str, tuple[RingNumber, RingNumber]] = {
    "I": (_ONE, _ONE),
    "X": (_ONE, _ONE),
    "Y": (-_I, _I),
    "Z": (_ONE, -_ONE),
}
"""A Pauli's entries other than 0, in row 0 and in row 1."""


@dataclass(frozen=True, slots=True)
class BellTerm:
    """number · P|ψ⟩ ⊗ one Bell state for each pair."""

    pauli: str
    letters: str
    number: RingNumber


@dataclass(frozen=True)
class BellForm:
    """V|ψ⟩ = Σ number · P|ψ⟩ ⊗ |φ_σ⟩ … on the pairs, times the other factors."""

    place: Place
    source: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    terms: tuple[BellTerm, ...]
    others: tuple[Factor, ...]

    @property
    def check(self) -> str:
        """How it is checked."""
        return self.place.check

    def holds(self) -> bool:
        """Multiply everything out with floats and compare."""
        return all(self.place.agrees(self._evaluate(each), each) for each in self.place.reference.inputs)

    def _evaluate(self, amplitudes: Sequence[complex]) -> Any:
        vector = numpy.asarray(amplitudes).reshape([2] * len(self.source))
        total: Any = 0
        for term in self.terms:
            part = vector * complex(term.number)
            for at, letter in enumerate(term.pauli):
                part = numpy.moveaxis(numpy.tensordot(_matrix(letter), part, axes=(1, at)), 0, at)
            for letter in term.letters:
                part = numpy.tensordot(part, _matrix(letter) / numpy.sqrt(2), axes=0)
            total = total + part
        state = ProductState(self.others).evaluate(amplitudes) if self.others else numpy.ones(())
        order = [*self.source, *(qubit for pair in self.pairs for qubit in pair)]
        # the other factors' qubits come in their own order
        order += sorted(qubit for factor in self.others for qubit in factor.qubits)
        return numpy.tensordot(total, state, axes=0).transpose(numpy.argsort(order))

    def rows(self) -> Rows:
        """A row for each Bell state."""
        texts, latexes = self._rows(latex=False), self._rows(latex=True)
        return list(zip(texts, latexes, strict=True))

    def _rows(self, *, latex: bool) -> list[str]:
        names = self.place.names
        halvings, turns = max(term.number.halvings for term in self.terms), turn(self.terms[0].number) or 0
        rows: list[str] = []
        for term in self.terms[:MOST_KETS]:
            negative, number, is_sum = numerator(bare(term.number, halvings, turns), latex=latex)
            number = "" if number == "1" else f"({number}) " if is_sum else f"{number} "
            pauli = "" if set(term.pauli) == {"I"} else f"{term.pauli}"
            psi = rf"{pauli}|\psi\rangle" if latex else f"{pauli}|ψ⟩"
            bells = self._bells(term.letters, latex=latex)
            row = f"{number}{psi}{names.subscript(self.source, latex=latex)} {bells}"
            minus = "-" if latex else "−"
            rows.append((f"{minus} " if negative else "+ " if rows else "") + row)
        rows += [row[latex] for row in more_rows(len(self.terms), "terms")]
        rows[0] = f"{front_of(halvings, turns, latex=latex)}[ {rows[0]}"
        for factor in self.others:
            inside = factor.rows(names)[0][latex]
            rows[-1] += rf" \otimes {inside}" if latex else f" ⊗ {inside}"
        rows[-1] += " ]"
        return rows

    def _bells(self, letters: str, *, latex: bool) -> str:
        found = []
        for letter, members in groupby(letters):
            power = len(list(members))
            ket = rf"|\varphi_{letter}\rangle" if latex else f"|φ_{letter}⟩"
            found.append(ket + ("" if power == 1 else f"^{{\\otimes {power}}}" if latex else f"^⊗{power}"))
        return (r"\otimes " if latex else "⊗ ") + " ".join(found)


def _matrix(letter: str) -> Any:
    """A Pauli as floats; over √2 it is the Bell state (σ ⊗ I)|φ⟩ as an array over its two qubits."""
    first, second = map(complex, _PAULIS[letter])
    return numpy.array([[0, first], [second, 0]] if letter in "XY" else [[first, 0], [0, second]])


def bell_pairs(state: ProductState) -> tuple[tuple[int, int], ...]:
    """The factors of a state that are (|00⟩ + |11⟩)/√2."""
    wanted = {("00", RingNumber(1, halvings=1)), ("11", RingNumber(1, halvings=1))}
    return tuple(
        (factor.qubits[0], factor.qubits[1])
        for factor in state.factors
        if len(factor.qubits) == 2 and factor.is_fixed and {(term.bits, term.number) for term in factor.terms} == wanted
    )


def bell_form(place: Place, state: ProductState, pairs: Sequence[tuple[int, int]]) -> BellForm | None:
    """The state with these pairs in the Bell basis, if all else that is entangled with them is a Pauli on |ψ⟩."""
    factor, *others = state.factors
    own = tuple(pair for pair in pairs if set(pair) <= set(factor.qubits))
    source = tuple(qubit for qubit in factor.qubits if not any(qubit in pair for pair in own))
    if not own or len(source) != place.names.secrets:
        return None
    vectors: dict[str, dict[tuple[str, int], RingNumber]] = {}
    for term in factor.terms:
        bit = dict(zip(factor.qubits, term.bits, strict=True))
        key = "".join(bit[qubit] for qubit in source), term.p or 0
        for letters, number in _overlaps([bit[one] + bit[two] for one, two in own]):
            vector = vectors.setdefault(letters, {})
            vector[key] = vector.get(key, RingNumber(0)) + number * term.number
    terms = []
    for letters, vector in sorted(vectors.items()):
        entries = {key: number for key, number in vector.items() if number}
        if entries:
            found = _as_pauli(entries, len(source))
            if found is None:
                return None
            terms.append(BellTerm(found[0], letters, found[1]))
    return BellForm(place, source, own, tuple(terms), tuple(others)) if len(terms) <= MOST_KETS else None


def _overlaps(pairs: Sequence[str]) -> Iterator[tuple[str, RingNumber]]:
    """⟨φ_σ…|bits⟩ other than 0, by letters, for a basis state of each pair."""
    options = []
    for bits in pairs:
        letters = "IZ" if bits[0] == bits[1] else "XY"
        half = RingNumber(1, halvings=1)
        options.append([(letter, _PAULIS[letter][int(bits[0])].conjugate() * half) for letter in letters])
    for chosen in product(*options):
        number = RingNumber(1)
        for _, part in chosen:
            number = number * part
        yield "".join(letter for letter, _ in chosen), number


def _as_pauli(entries: dict[tuple[str, int], RingNumber], qubits: int) -> tuple[str, RingNumber] | None:
    """The Pauli word and the number whose product has these entries, by row and column; None if there is none."""
    for letters in product("IXYZ", repeat=qubits):
        matrix = {}
        for bits in product("01", repeat=qubits):
            column, number = "", RingNumber(1)
            for letter, bit in zip(letters, bits, strict=True):
                column += str(int(bit) ^ (letter in "XY"))
                number = number * _PAULIS[letter][int(bit)]
            matrix["".join(bits), int(column, 2)] = number
        if matrix.keys() == entries.keys():
            row = next(iter(matrix))
            factor = entries[row] * matrix[row].conjugate()
            if all(entries[key] == factor * number for key, number in matrix.items()):
                return "".join(letters), factor
    return None
