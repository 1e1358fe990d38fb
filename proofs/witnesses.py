"""Pauli witnesses for one case of a claim about a Clifford system, or for its negation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from noclone.models.errors import InputError
from noclone.models.system import System
from noclone.proofs.claims import Claim
from noclone.proofs.findings import Finding
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.paulis import commute, times
from noclone.proofs.search import MOST_QUBITS, ClosedForm, ClosedFormSearch, Search, StabilizerSearch

__all__ = ["WitnessFinder", "basis", "commutant", "overlined", "short"]


class WitnessFinder:
    """Searches for operators that represent logicals on a coalition or on the rest (``hides``, ``mixed``, ``recovers``, ``leaks``).

    ``closed_form`` (see ``noclone.proofs.search.ClosedForm``) is used where elimination would be too large.
    """

    rule = "pauli-witness"

    def __init__(self, system: System, protocol: Protocol, closed_form: ClosedForm | None = None) -> None:
        self.system, self.protocol, self._closed_form = system, protocol, closed_form

    @property
    def method(self) -> str:
        """How the operators are found."""
        return self.search.method

    @cached_property
    def search(self) -> Search:
        """The search that fits the system's size."""
        if self._closed_form is not None and len(self.system.names) > MOST_QUBITS:
            return ClosedFormSearch(self.system, self._closed_form)
        return StabilizerSearch(self.system)

    def find(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """Operators for or against one case of the claim; raises TooLargeError."""
        claim = claim.at(letters)
        held = set(self.protocol.held_by(claim))
        rest = set(range(len(self.system.names))) - held
        moment = claim.after or None
        if claim.word == "leaks":
            return self._leaks(claim.pauli, moment, held, rest)
        return {"recovers": self._recovers, "hides": self._hides, "mixed": self._mixed}[claim.word](moment, held, rest)

    def _recovers(self, moment: str | None, held: set[int], rest: set[int]) -> Finding:
        if operators := self.search.represent(moment, held, self._basis):
            return Finding(True, operators, (self._decoder(operators),))
        return self._attack(
            moment, rest, "everything else, environment included,", "so the coalition cannot restore it"
        )

    def _hides(self, moment: str | None, held: set[int], rest: set[int]) -> Finding:
        if operators := self.search.represent(moment, rest, self._basis):
            return Finding(True, operators, (f"the rest {self._decoder(operators)}",))
        return self._attack(moment, held, "the coalition", "so its state depends on the secret")

    def _mixed(self, moment: str | None, held: set[int], rest: set[int]) -> Finding:
        hidden = self._hides(moment, held, rest)
        if not hidden.proved:
            return hidden
        if stabilizer := self.search.stabilizer(moment, held):
            told = f"measuring {short(stabilizer)} always gives +1: not maximally mixed, though hidden"
            return Finding(False, [stabilizer], (told,))
        restrictions = self.search.restrictions(moment, sorted(held)) or []
        words = (*hidden.words, "no Pauli on the coalition changes its state")
        return Finding(True, hidden.operators + restrictions, words)

    def _leaks(self, pauli: str, moment: str | None, held: set[int], rest: set[int]) -> Finding:
        learned = self.search.represent(moment, held, [pauli])
        kept = self.search.represent(moment, rest, commutant(pauli))
        if learned and kept:
            words = (
                f"the coalition reads {pauli} by measuring {short(learned[0])}",
                "the rest holds all that commutes",
            )
            return Finding(True, learned + kept, words)
        for word in self.search.group(moment, held):
            if word != pauli and (operators := self.search.represent(moment, held, [word])):
                return Finding(
                    False, operators, (f"the coalition also reads {word}, by measuring {short(operators[0])}",)
                )
        for word in self.search.group(moment, rest):
            if not commute(word, pauli) and (operators := self.search.represent(moment, rest, [word])):
                return Finding(
                    False,
                    operators,
                    (f"the rest reads {word} by measuring {short(operators[0])}: {pauli} is not read",),
                )
        raise InputError(f"no witness was found for or against 'leaks {pauli}'")

    def _attack(self, moment: str | None, qubits: Iterable[int], who: str, so: str) -> Finding:
        qubits = set(qubits)
        group = self.search.group(moment, qubits)
        operators = self.search.represent(moment, qubits, group[:1])
        if not operators:
            raise InputError("no witness was found for or against the claim")
        words = [f"{who} reads {group[0]} of the secret by measuring {short(operators[0])}, {so}"]
        if full := self.search.represent(moment, qubits, self._basis):
            words.append(f"it even {self._decoder(full)}")
        return Finding(False, operators, tuple(words))

    def _decoder(self, operators: Sequence[str]) -> str:
        listed = ", ".join(
            f"{overlined(word)} = {short(operator)}" for word, operator in zip(self._basis, operators, strict=True)
        )
        return f"holds {listed}"

    @property
    def _basis(self) -> list[str]:
        return basis(len(self.system.secret_qubits))


def basis(secrets: int) -> list[str]:
    """X and Z of each secret qubit in turn, as words: XI, ZI, IX, IZ for two."""
    return ["I" * at + letter + "I" * (secrets - at - 1) for at in range(secrets) for letter in "XZ"]


def commutant(pauli: str) -> list[str]:
    """Generators of all that commutes with a Pauli word, in the order in which the kernel wants them."""
    words = basis(len(pauli))
    first = next(word for word in words if not commute(word, pauli))
    fixed = (word if commute(word, pauli) else times(word, first) for word in words)
    return [word for word in fixed if set(word) != {"I"}]


def overlined(word: str) -> str:
    """A logical operator's usual name: X̄, or X̄₀ for one of several secret qubits."""
    letters = [(at, letter) for at, letter in enumerate(word) if letter != "I"]
    if len(word) == 1:
        return f"{word}\u0304"
    return "".join(f"{letter}\u0304" + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(at)) for at, letter in letters)


def short(operator: str, most: int = 12) -> str:
    """An operator's text, cut after its first factors."""
    factors = operator.split(" ")
    return operator if len(factors) <= most else " ".join(factors[:most]) + f" … ({len(factors)} factors)"
