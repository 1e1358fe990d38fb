"""From a claim about a system to a verdict: search for a witness, write the certificate, have the kernel replay it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from noclone.models.clifford import ANGLE_TOLERANCE
from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import System
from noclone.proofs.claims import Claim, check_names
from noclone.proofs.kernel.documents import Protocol, read_protocol
from noclone.proofs.kernel.paulis import Paulis, commute, times
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.search import MOST_QUBITS, ClosedForm, ClosedFormSearch, Search, StabilizerSearch
from noclone.proofs.verdicts import Status, Verdict

__all__ = ["ASSUMPTIONS", "MOST_WORK", "Prover", "basis", "commutant"]

MOST_WORK = 5 * 10**9
"""Cases of a claim's letters times the square of the qubits; a claim beyond it is UNDECIDED."""

ASSUMPTIONS = (
    "the parties hold exactly the qubits named; everything else is the environment, which no coalition holds",
    "every qubit but the secret's starts in |0⟩, and gates are exact",
    f"an angle within {ANGLE_TOLERANCE:g} (relative, if above 1) of a multiple of pi/4 is that multiple",
)


@dataclass(frozen=True)
class Finding:
    """What the search proposes for one case: a conclusion, the operators that show it, and the same in words."""

    proved: bool
    operators: list[str]
    words: tuple[str, ...]


class Prover:
    """Decides claims about one system. Give the same prover all claims about it: what it has computed it keeps.

    ``closed_form`` (see ``noclone.proofs.search.ClosedForm``) is used where elimination would be too large.
    """

    def __init__(self, system: System, closed_form: ClosedForm | None = None) -> None:
        self.system, self._closed_form = system, closed_form

    @cached_property
    def protocol(self) -> Protocol:
        """The system as the kernel reads it; raises InputError if the kernel refuses it."""
        try:
            return read_protocol(self.system.document)
        except Refusal as refusal:
            raise InputError(f"the protocol cannot be checked: {refusal}") from None

    @cached_property
    def search(self) -> Search:
        """The search that fits the system's size."""
        if self._closed_form is not None and len(self.system.names) > MOST_QUBITS:
            return ClosedFormSearch(self.system, self._closed_form)
        return StabilizerSearch(self.system)

    def verdict(self, claim: Claim, *, scope: str = "this protocol") -> Verdict:
        """The claim's verdict; raises InputError if it does not fit the system."""
        start = time.perf_counter()
        check_names(claim, self.system)
        try:
            cases = list(claim.cases(self.protocol.size))
        except Refusal as refusal:
            if refusal.code != "too-many-cases":
                raise InputError(f"the claim does not fit: {refusal}") from None
            why = f"its letters stand for too many cases ({refusal.found}; {refusal.expected}): write numbers for some"
            return Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=why)
        if not cases:
            why = "vacuous: its letters must differ, and there are too few qubits for that, so it speaks of no case"
            return Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=why)
        try:
            return self._checked(claim, scope, self._proposals(claim, cases), start)
        except TooLargeError as error:
            return Verdict(Status.UNDECIDED, str(claim), scope, "none", reason=str(error))

    def _proposals(self, claim: Claim, cases: list[dict[str, int]]) -> list[tuple[dict[str, int], Finding]]:
        """What the search finds for every case, or for the first that is refuted; raises TooLargeError."""
        qubits = len(self.system.names)
        if len(cases) > 1 and len(cases) * qubits**2 > MOST_WORK:
            raise TooLargeError(
                f"{len(cases):,} cases of {qubits:,} qubits are too many: write numbers for its letters"
            )
        proposed: list[tuple[dict[str, int], Finding]] = []
        for letters in cases:
            finding = self._find(claim, letters)
            if not finding.proved:
                return [(letters, finding)]
            proposed.append((letters, finding))
        return proposed

    def _checked(
        self, claim: Claim, scope: str, proposed: Sequence[tuple[dict[str, int], Finding]], start: float
    ) -> Verdict:
        finding = proposed[0][1]
        cases = [{"letters": letters, "operators": case.operators} for letters, case in proposed]
        certificate = self._certificate(claim, "PROVED" if finding.proved else "REFUTED", cases)
        words = finding.words
        if proposed[0][0]:
            at = ", ".join(f"{letter} = {number}" for letter, number in proposed[0][0].items())
            words = (f"at {at}: {words[0]}", *words[1:])
        if len(proposed) > 1:
            words = (*words, f"likewise in all {len(proposed)} cases")
        fields: dict[str, Any] = {"claim": str(claim), "scope": scope, "method": f"{self.search.method}, kernel"}
        try:
            checked = check(self.protocol, certificate, claim)
        except Refusal as refusal:
            why = f"a bug in noclone: the kernel refused the prover's certificate ({refusal}); please report it"
            return Verdict(Status.ERROR, reason=why, seconds=time.perf_counter() - start, **fields)
        return Verdict(
            Status(checked.status),
            witness=words,
            assumptions=ASSUMPTIONS,
            checked=checked,
            protocol=self.system.document,
            certificate=certificate,
            seconds=time.perf_counter() - start,
            **fields,
        )

    def _certificate(self, claim: Claim, conclusion: str, cases: list[dict[str, Any]]) -> bytes:
        content = {
            "format": "noclone certificate",
            "version": 1,
            "rule": "pauli-witness",
            "protocol": self.system.identity,
            "claim": str(claim),
            "conclusion": conclusion,
            "cases": cases,
        }
        return json.dumps(content, sort_keys=True, indent=1).encode()

    def _find(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """Search for a witness of one case of a claim, or of its negation."""
        if claim.word in ("restores", "single-use", "untouched"):
            return self._replay(claim, letters)
        claim = claim.at(letters)
        held = {qubit for item in claim.coalition for qubit in self.protocol.qubits(item)}
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

    def _replay(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """For claims that the kernel decides without operators: is this case a refutation?"""
        certificate = self._certificate(claim, "REFUTED", [{"letters": letters, "operators": []}])
        try:
            check(self.protocol, certificate, claim)
        except Refusal as refusal:
            if refusal.code != "no-attack":
                raise InputError(f"the claim does not fit: {refusal}") from None
            return Finding(True, [], (_SUCCESS[claim.word],))
        return Finding(False, [], (self._failure(claim.at(letters)),))

    def _failure(self, claim: Claim) -> str:
        """What goes wrong in a refuted case of a claim that the kernel decides without operators."""
        if claim.word == "untouched":
            return f"{claim.name} does not act as the identity on {' '.join(claim.coalition)}"
        gates, output = self.protocol.recoveries[claim.name]
        paulis = Paulis.basis(output, len(self.system.names))
        paulis.pull_back(gates)
        paulis.pull_back(self.system.gates_until(None))
        secret = self.system.secret_qubits
        broken = paulis.support(set(range(len(self.system.names))) - set(secret), only_x=True)
        for which, wanted in enumerate(self._basis):
            found = paulis.word(which, secret)
            if broken >> which & 1:
                return f"after {claim.name} the output's {wanted} does not depend on the secret"
            if found != "+" + wanted:
                return f"after {claim.name} the output's {wanted} is the secret's {found}"
        return ""

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


_SUCCESS = {
    "restores": "X and Z of every output qubit are X and Z of the secret's",
    "single-use": "X and Z of the output are the secret's, so whatever else there is, environment included, learns nothing",
    "untouched": "X and Z of every one of these qubits pass through unchanged",
}


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
