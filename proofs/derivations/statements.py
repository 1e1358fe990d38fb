"""What the lines about one protocol say: states, partial traces, equalities. Each is checked against ``Reference``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.exact import ExactStates
from noclone.models.ring import RingNumber
from noclone.proofs.derivations.kets import MOST_KETS, Factor, Names, ProductState, Term, front_of, sum_of_terms
from noclone.proofs.derivations.numerals import bare, fraction, joined, symbol, turn, weighted
from noclone.proofs.derivations.reference import Reference, close, same_ray

if TYPE_CHECKING:
    from noclone.proofs.derivations.derivation import Rows

__all__ = ["Constant", "Entries", "Grouped", "Place", "Reduced", "StateIs", "more_rows"]

Entries = Mapping[tuple[int, int], Mapping[tuple[int, int], RingNumber]]
"""By row and column of an operator, row ≤ column: by p and q, the coefficient of s_p s_q*, s the input's amplitudes."""


@dataclass(frozen=True)
class Place:
    """The end of a stage or recovery of a system, and what it is compared with."""

    reference: Reference
    names: Names
    moment: str | None
    has_phase: bool = True

    def agrees(self, state: Any, amplitudes: Sequence[complex]) -> bool:
        """Whether this is the state of Qiskit's there, its phase included unless ``has_phase`` says otherwise."""
        wanted = self.reference.state(self.moment, amplitudes)
        return close(state, wanted) if self.has_phase else same_ray(state, wanted)

    @property
    def check(self) -> str:
        """How states are checked here."""
        phase = "phase included" if self.has_phase else "up to a global phase"
        return f"run by Qiskit at {len(self.reference.inputs)} random inputs, {phase}"


@dataclass(frozen=True)
class StateIs:
    """V|ψ⟩ is this product."""

    place: Place
    state: ProductState

    @property
    def check(self) -> str:
        """How it is checked."""
        return self.place.check

    def holds(self) -> bool:
        """Evaluate every ket and compare."""
        inputs = self.place.reference.inputs
        return all(self.place.agrees(self.state.evaluate(each), each) for each in inputs)

    def rows(self) -> Rows:
        """The factors."""
        return self.state.rows(self.place.names)


@dataclass(frozen=True)
class Grouped:
    """The factors with qubits of C, sorted by what the other qubits are: Σ_r |v_r⟩ ⊗ |r⟩; times the other factors.

    ``near`` are the qubits of C, ``far`` the others of these factors; ``groups`` has for every r the terms of v_r.
    """

    place: Place
    near: tuple[int, ...]
    far: tuple[int, ...]
    groups: tuple[tuple[str, tuple[Term, ...]], ...]
    others: tuple[Factor, ...]

    @classmethod
    def of(cls, place: Place, factor: Factor, held: Sequence[int], others: Sequence[Factor]) -> Grouped:
        """Sort a factor's kets."""
        near = [at for at, qubit in enumerate(factor.qubits) if qubit in held]
        far = [at for at, qubit in enumerate(factor.qubits) if qubit not in held]
        groups: dict[str, list[Term]] = {}
        for term in factor.terms:
            bits = "".join(term.bits[at] for at in near)
            groups.setdefault("".join(term.bits[at] for at in far), []).append(Term(bits, term.p, term.number))
        inside, outside = (tuple(factor.qubits[at] for at in places) for places in (near, far))
        listed = tuple((rest, tuple(terms)) for rest, terms in sorted(groups.items()))
        return cls(place, inside, outside, listed, tuple(others))

    @property
    def check(self) -> str:
        """How it is checked."""
        return self.place.check

    def holds(self) -> bool:
        """Put the kets together again and compare."""
        order = [*self.near, *self.far]
        terms = tuple(Term(term.bits + rest, term.p, term.number) for rest, group in self.groups for term in group)
        state = ProductState((Factor(tuple(order), terms), *self.others))
        return all(self.place.agrees(state.evaluate(each), each) for each in self.place.reference.inputs)

    def rows(self) -> Rows:
        """A row for each r."""
        texts, latexes = self._rows(latex=False), self._rows(latex=True)
        return list(zip(texts, latexes, strict=True))

    def _rows(self, *, latex: bool) -> list[str]:
        names = self.place.names
        every = [term for _, terms in self.groups for term in terms]
        halvings, turns = max(term.number.halvings for term in every), turn(every[0].number) or 0
        tensor = r" \otimes " if latex else " ⊗ "
        rows: list[str] = []
        shown = self._shown()
        for rest, terms in shown:
            inner = [Term(term.bits, term.p, bare(term.number, halvings, turns)) for term in terms[:MOST_KETS]]
            found = sum_of_terms(inner, names, self.near, latex=latex)
            if len(terms) > MOST_KETS:
                found.append((False, r"\ldots" if latex else "…"))
            negative = len(found) == 1 and found[0][0]
            text = joined([(False, found[0][1])] if negative else found, latex=latex)
            text = f"({text})" if len(found) > 1 else text
            row = text + names.subscript(self.near, latex=latex)
            if self.far:
                row += tensor + names.ket(self.far, rest, latex=latex) + names.subscript(self.far, latex=latex)
            minus = "-" if latex else "−"
            rows.append((f"{minus} " if negative else "+ " if rows else "") + row)
        front = front_of(halvings, turns, latex=latex)
        if front:
            rows = [f"{front}[ {rows[0]}", *rows[1:]]
        rows += [row[latex] for row in more_rows(len(self.groups), "terms", len(shown))]
        if front:
            rows[-1] += " ]"
        return rows

    def _shown(self) -> tuple[tuple[str, tuple[Term, ...]], ...]:
        """The first groups, as many as have no more kets than are shown, but one at least."""
        kets = 0
        for number, (_, terms) in enumerate(self.groups):
            kets += len(terms)
            if kets > MOST_KETS:
                return self.groups[: max(number, 1)]
        return self.groups

    def entries(self) -> dict[tuple[int, int], dict[tuple[int, int], RingNumber]]:
        """The operator Σ_r |v_r⟩⟨v_r| that tracing out r leaves; a fixed vector counts as one with Σ_p s_p s_p* = 1."""
        found: dict[tuple[int, int], dict[tuple[int, int], RingNumber]] = {}
        everything = range(2**self.place.names.secrets)
        for _, terms in self.groups:
            for ket in terms:
                for bra in terms:
                    place = int("0" + ket.bits, 2), int("0" + bra.bits, 2)
                    number = ket.number * bra.number.conjugate()
                    if place[0] > place[1]:
                        continue
                    pairs = [(p, p) for p in everything] if ket.p is None or bra.p is None else [(ket.p, bra.p)]
                    own = found.setdefault(place, {})
                    for pair in pairs:
                        own[pair] = own.get(pair, RingNumber(0)) + number
        kept = {place: {pair: number for pair, number in own.items() if number} for place, own in found.items()}
        return {place: own for place, own in sorted(kept.items()) if own}


@dataclass(frozen=True)
class Reduced:
    """tr_rest V|ψ⟩⟨ψ|V†, entry by entry."""

    place: Place
    states: ExactStates
    held: tuple[int, ...]
    entries: Entries

    @property
    def check(self) -> str:
        """How it is checked."""
        return "equal to the partial trace in the ring, and by its definition to Qiskit's state at random inputs"

    def holds(self) -> bool:
        """Compare with both."""
        return self._holds_in_ring() and all(
            close(self.evaluate(each), self.place.reference.reduced(self.place.moment, self.held, each))
            for each in self.place.reference.inputs
        )

    def _holds_in_ring(self) -> bool:
        size, inputs = 2 ** len(self.held), range(self.states.inputs)
        for p in inputs:
            for q in inputs:
                operator = self.states.operator(self.held, p, q)
                for row in range(size):
                    for column in range(row, size):
                        own = self.entries.get((row, column), {}).get((p, q), RingNumber(0))
                        if own != operator[row, column]:
                            return False
        return True

    def evaluate(self, amplitudes: Sequence[complex]) -> Any:
        """The operator for an input."""
        found = numpy.zeros((2 ** len(self.held),) * 2, dtype=complex)
        for (row, column), own in self.entries.items():
            value = sum(complex(number) * amplitudes[p] * amplitudes[q].conjugate() for (p, q), number in own.items())
            found[row, column] = value
            found[column, row] = value.conjugate()
        return found

    def rows(self) -> Rows:
        """The entries other than 0 on and above the diagonal."""
        rows = []
        for (row, column), own in list(self.entries.items())[:MOST_KETS]:
            text, latex = (
                f"{element(self.held, row, column, latex=latex)} = {polynomial(own, self.place.names, latex=latex)}"
                for latex in (False, True)
            )
            rows.append((text, latex))
        return [*rows, *more_rows(len(self.entries), "entries"), *self._zeros()]

    def _zeros(self) -> Rows:
        size = 2 ** len(self.held)
        zeros = size * (size + 1) // 2 - len(self.entries)
        if zeros == 1:
            place = next(
                (row, column) for row in range(size) for column in range(row, size) if (row, column) not in self.entries
            )
            return [(f"{element(self.held, *place, latex=False)} = 0", f"{element(self.held, *place, latex=True)} = 0")]
        above = "and the entries below the diagonal are the conjugates of those above"
        if not zeros:
            return []
        return [(f"{zeros} entries are 0, {above}", rf"\text{{{zeros} entries are 0, {above}}}")]


@dataclass(frozen=True)
class Constant:
    """The same operator for every input: its entries, once Σ_p |s_p|² = 1 is used."""

    reduced: Reduced
    values: Mapping[tuple[int, int], RingNumber]

    @property
    def check(self) -> str:
        """How it is checked."""
        return "each entry compared in the ring, and with Qiskit's state at random inputs"

    def holds(self) -> bool:
        """Each entry's polynomial is the value times the input's norm; and so says the reference."""
        inputs = range(self.reduced.states.inputs)
        exact = {place: {(p, p): value for p in inputs} for place, value in self.values.items() if value} == {
            place: dict(own) for place, own in self.reduced.entries.items()
        }
        place, held = self.reduced.place, self.reduced.held
        return exact and all(
            close(self.matrix(), place.reference.reduced(place.moment, held, each)) for each in place.reference.inputs
        )

    def matrix(self) -> Any:
        """The operator as floats."""
        return matrix_of(self.values, 2 ** len(self.reduced.held))

    @property
    def is_mixed(self) -> bool:
        """Whether it is I/2^|C|."""
        size = 2 ** len(self.reduced.held)
        wanted = RingNumber(1, halvings=2 * len(self.reduced.held))
        return dict(self.values) == {(at, at): wanted for at in range(size)}

    def rows(self) -> Rows:
        """I/2^|C|, or the entries."""
        held, names = self.reduced.held, self.reduced.place.names
        if self.is_mixed:
            return [
                (
                    f"ρ_{names.label(held)} = I/{2 ** len(held)}",
                    rf"\rho{names.subscript(held, latex=True)} = I/{2 ** len(held)}",
                )
            ]
        return value_rows("ρ", r"\rho", held, self.values)


def matrix_of(values: Mapping[tuple[int, int], RingNumber], size: int) -> Any:
    """A Hermitian matrix of floats from its entries on and above the diagonal."""
    found = numpy.zeros((size, size), dtype=complex)
    for (row, column), value in values.items():
        found[row, column] = complex(value)
        found[column, row] = complex(value).conjugate()
    return found


def value_rows(name: str, latex_name: str, held: Sequence[int], values: Mapping[tuple[int, int], RingNumber]) -> Rows:
    """An operator's entries other than 0, on and above the diagonal."""
    rows = []
    for place, value in list(values.items())[:MOST_KETS]:
        sides = []
        for latex in (False, True):
            written = joined([fraction(value, latex=latex)[:2]], latex=latex)
            sides.append(f"{element(held, *place, latex=latex, name=latex_name if latex else name)} = {written}")
        rows.append((sides[0], sides[1]))
    return [*rows, *more_rows(len(values), "entries")]


def element(held: Sequence[int], row: int, column: int, *, latex: bool, name: str = "") -> str:
    """⟨01|ρ|10⟩."""
    bra, ket = (format(number, f"0{len(held)}b") for number in (row, column))
    if latex:
        return rf"\langle {bra}|{name or chr(92) + 'rho'}|{ket}\rangle"
    return f"⟨{bra}|{name or 'ρ'}|{ket}⟩"


def polynomial(own: Mapping[tuple[int, int], RingNumber], names: Names, *, latex: bool) -> str:
    """Σ coefficient · s_p s_q*, squares first."""
    terms = []
    for (p, q), number in sorted(own.items(), key=lambda item: (item[0][0] != item[0][1], item[0])):
        left, right = (symbol(each, names.secrets, latex=latex) for each in (p, q))
        if p == q:
            product = f"|{left}|^2" if latex else f"|{left}|²"
        else:
            product = rf"{left} \overline{{{right}}}" if latex else f"{left}{right}*"
        terms.append(weighted(number, product, latex=latex))
    return joined(terms, latex=latex)


def more_rows(number: int, what: str, shown: int = MOST_KETS) -> list[tuple[str, str]]:
    """The row that says how many are not shown; none if all are."""
    if number <= shown:
        return []
    more = f"{number - shown} more {what}, checked like these"
    return [(f"… ({more})", rf"\ldots\ (\text{{{more}}})")]
