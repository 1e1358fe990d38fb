"""States written as kets: exact coefficients, the input's amplitudes as symbols, qubits by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.ring import RingNumber
from noclone.proofs.derivations.numerals import bare, denominator, joined, numerator, symbol, turn

if TYPE_CHECKING:
    from noclone.proofs.derivations.derivation import Rows

__all__ = ["MOST_KETS", "Factor", "Names", "ProductState", "Term", "front_of", "sum_of_terms"]

MOST_KETS = 16
"""How many kets (or entries) of a sum are shown; all are checked."""

_KETS_PER_ROW = 4


@dataclass(frozen=True)
class Names:
    """The qubits' registers, in the system's order, and how many secret qubits there are."""

    registers: tuple[tuple[str, int], ...]
    secrets: int

    def groups(self, qubits: Sequence[int]) -> list[tuple[str, list[int]]]:
        """Runs of these qubits that lie in one register, each with its label: "S" if it is the whole register."""
        owner = [(name, at, size) for name, size in self.registers for at in range(size)]
        found = []
        for name, places in groupby(range(len(qubits)), lambda place: owner[qubits[place]][0]):
            members = list(places)
            ats = [owner[qubits[place]][1] for place in members]
            size = owner[qubits[members[0]]][2]
            whole = ats == list(range(size))
            found.append((name if whole else ",".join(f"{name}[{at}]" for at in ats), members))
        return found

    def label(self, qubits: Sequence[int]) -> str:
        """The qubits' names, as a ket's subscript."""
        return ",".join(label for label, _ in self.groups(qubits))

    def ket(self, qubits: Sequence[int], bits: str, *, latex: bool) -> str:
        """|0,01⟩: bits register by register."""
        inside = ",".join("".join(bits[place] for place in members) for _, members in self.groups(qubits))
        return rf"|{inside}\rangle" if latex else f"|{inside}⟩"

    def subscript(self, qubits: Sequence[int], *, latex: bool) -> str:
        """The label below a state."""
        if not qubits:
            return ""
        label = self.label(qubits)
        escaped = label.replace("_", r"\_")
        return rf"_{{{escaped}}}" if latex else f"_{label}"


@dataclass(frozen=True, slots=True)
class Term:
    """A ket times a number, times the input's amplitude p (None: times none)."""

    bits: str
    p: int | None
    number: RingNumber


@dataclass(frozen=True)
class Factor:
    """A state of some qubits as a sum of terms; it is fixed if no term has an amplitude of the input's."""

    qubits: tuple[int, ...]
    terms: tuple[Term, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether no amplitude of the input's is in it."""
        return all(term.p is None for term in self.terms)

    @property
    def kets(self) -> int:
        """How many different kets it has."""
        return len({term.bits for term in self.terms})

    def evaluate(self, amplitudes: Sequence[complex]) -> Any:
        """The state of these qubits, an axis for each, for an input with these amplitudes."""
        state = numpy.zeros([2] * len(self.qubits), dtype=complex)
        for term in self.terms:
            state[tuple(map(int, term.bits))] += complex(term.number) * (1 if term.p is None else amplitudes[term.p])
        return state

    def rows(self, names: Names) -> Rows:
        """The sum, a common factor in front, a few kets a row."""
        texts, latexes = (self._rows(names, latex=latex) for latex in (False, True))
        return list(zip(texts, latexes, strict=True))

    def _rows(self, names: Names, *, latex: bool) -> list[str]:
        shown = self.terms[:MOST_KETS]
        halvings = max(term.number.halvings for term in self.terms)
        turns = turn(self.terms[0].number) or 0
        inner = [Term(term.bits, term.p, bare(term.number, halvings, turns)) for term in shown]
        more = _more(len(self.terms) - MOST_KETS, latex=latex)
        front = front_of(halvings, turns, latex=latex)
        subscript = names.subscript(self.qubits, latex=latex)
        symbols = {term.p for term in self.terms}
        if len(self.terms) > 4 and None not in symbols and len(symbols) > 1:
            parts = [
                (p, [Term(term.bits, None, term.number) for term in inner if term.p == p])
                for p in sorted(_no_none(symbols))
            ]
            rows: list[str] = []
            for p, own in parts:
                if own:
                    listed = rows_of_sum(sum_of_terms(own, names, self.qubits, latex=latex), latex=latex)
                    listed[0] = f"{'+ ' if rows else ''}{symbol(p, names.secrets, latex=latex)} ({listed[0]}"
                    listed[-1] += ")"
                    rows += listed
            rows += [f"+ {row}" for row in more]
            rows[0] = f"{front}[ {rows[0]}"
            rows[-1] += f" ]{subscript}"
            return rows
        terms = sum_of_terms(inner, names, self.qubits, latex=latex)
        if len(terms) == 1 and not front.strip("−-"):
            return [f"{front}{joined(terms, latex=latex)}{subscript}"]
        rows = [*rows_of_sum(terms, latex=latex), *(f"+ {row}" for row in more)]
        rows[0] = f"{front}({rows[0]}"
        rows[-1] += f"){subscript}"
        return rows


def rows_of_sum(terms: Sequence[tuple[bool, str]], *, latex: bool) -> list[str]:
    """A sum, a few terms a row."""
    rows = [joined(list(terms[at : at + _KETS_PER_ROW]), latex=latex) for at in range(0, len(terms), _KETS_PER_ROW)]
    indent = r"\quad " if latex else "  "
    return [rows[0], *(indent + (f"{row[0]} {row[1:]}" if row[0] in "-−" else f"+ {row}") for row in rows[1:])]


def _more(number: int, *, latex: bool) -> list[str]:
    """The row that says how many kets are not shown."""
    if number <= 0:
        return []
    return [rf"\ldots\ (\text{{{number} more kets}})" if latex else f"… ({number} more kets, checked like these)"]


def _no_none(symbols: set[int | None]) -> set[int]:
    return {each for each in symbols if each is not None}


def sum_of_terms(terms: Sequence[Term], names: Names, qubits: Sequence[int], *, latex: bool) -> list[tuple[bool, str]]:
    """Each term as sign and rest, sorted by the input's amplitude."""
    found = []
    for term in sorted(terms, key=lambda term: (-1 if term.p is None else term.p, term.bits)):
        ket = names.ket(qubits, term.bits, latex=latex)
        letter = "" if term.p is None else symbol(term.p, names.secrets, latex=latex)
        negative, number, is_sum = numerator(term.number, latex=latex)
        number = f"({number})" if is_sum else number
        space = " " if latex and (letter or number != "1") else ""
        found.append((negative, f"{'' if number == '1' else number}{space}{letter}{space}{ket}".strip()))
    return found


def front_of(halvings: int, turns: int, *, latex: bool) -> str:
    """The common factor ω^turns/√2^halvings, with a space after it; "" for 1."""
    if turns in (5, 7):
        negative, phase = False, (rf"\omega^{{-{8 - turns}}}" if latex else {5: "ω⁻³", 7: "ω⁻¹"}[turns])
    else:
        negative, phase, _ = numerator(RingNumber.omega(turns), latex=latex)
    below = denominator(halvings, latex=latex)
    if below and latex:
        phase = rf"\frac{{{phase}}}{{{below}}}"
    elif below:
        phase = f"{phase}/({below})" if below[0] != "√" and "√" in below else f"{phase}/{below}"
    minus = ("-" if latex else "−") if negative else ""
    return minus + (f"{phase} " if phase != "1" else "")


@dataclass(frozen=True)
class ProductState:
    """A tensor product of factors that together hold every qubit once."""

    factors: tuple[Factor, ...]

    def evaluate(self, amplitudes: Sequence[complex]) -> Any:
        """The state of all qubits, an axis for each in their order."""
        state = numpy.ones(())
        for factor in self.factors:
            state = numpy.tensordot(state, factor.evaluate(amplitudes), axes=0)
        order = [qubit for factor in self.factors for qubit in factor.qubits]
        return state.transpose(numpy.argsort(order))

    def rows(self, names: Names) -> Rows:
        """The factors joined by ⊗; one that needs several rows begins its own."""
        rows: list[tuple[str, str]] = []
        for factor in self.factors:
            own = list(factor.rows(names))
            if rows and len(own) == 1 and len(rows[-1][0]) + len(own[0][0]) < 100:
                rows[-1] = (f"{rows[-1][0]} ⊗ {own[0][0]}", rf"{rows[-1][1]} \otimes {own[0][1]}")
            elif rows:
                rows += [(f"⊗ {own[0][0]}", rf"{{}}\otimes {own[0][1]}"), *own[1:]]
            else:
                rows = own
        return rows
