"""Claims that the kernel decides by itself, without a witness: the prover only asks which way."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from noclone.models.errors import InputError, TooLargeError
from noclone.proofs.claims import Claim
from noclone.proofs.findings import Finding
from noclone.proofs.kernel.documents import Protocol
from noclone.proofs.kernel.noise import entanglement_fidelity
from noclone.proofs.kernel.paulis import Paulis
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.witnesses import basis

__all__ = ["ReplayFinder", "certificate"]

_SUCCESS = {
    "restores": "X and Z of every output qubit are X and Z of the secret's",
    "single-use": "X and Z of the output are the secret's, so whatever else there is, environment included, learns nothing",
    "untouched": "X and Z of every one of these qubits pass through unchanged",
    "equivalent": "the two encodings carry every Pauli to the same one",
}


def certificate(rule: str, protocol: str, claim: Claim, conclusion: str, cases: list[dict[str, Any]]) -> bytes:
    """A certificate document about the protocol with this SHA-256; its cases are letters and operators."""
    content = {
        "format": "noclone certificate",
        "version": 1,
        "rule": rule,
        "protocol": protocol,
        "claim": str(claim),
        "conclusion": conclusion,
        "cases": cases,
    }
    return json.dumps(content, sort_keys=True, indent=1).encode()


class ReplayFinder:
    """Decides ``restores``, ``single-use``, ``untouched``, ``equivalent`` and fidelities of Clifford systems."""

    method = "Pauli operators pulled back"

    def __init__(self, rule: str, protocol: Protocol) -> None:
        self.rule, self.protocol = rule, protocol

    def find(self, claim: Claim, letters: dict[str, int]) -> Finding:
        """Whether this case is a refutation, by the kernel's own word."""
        case = {"letters": letters, "operators": []}
        attack = certificate(self.rule, self.protocol.sha256, claim, "REFUTED", [case])
        try:
            check(self.protocol, attack, claim)
        except Refusal as refusal:
            if refusal.code == "too-large":
                raise TooLargeError(f"{refusal.place}: {refusal.expected}; it would be {refusal.found}") from None
            if refusal.code not in ("no-attack", "wrong-conclusion"):
                raise InputError(f"the claim does not fit: {refusal}") from None
            return Finding(True, [], (self._words(claim.at(letters)) or _SUCCESS[claim.word],))
        return Finding(False, [], (self._words(claim.at(letters)) or self._failure(claim.at(letters)),))

    def _words(self, claim: Claim) -> str:
        """For fidelities: their values."""
        if "fidelity" not in claim.word:
            return ""
        exact = entanglement_fidelity(self.protocol, claim.name, claim.noise)
        dimension = 2 ** len(self.protocol.secret)
        mean = (dimension * exact + 1) / (dimension + 1)
        return f"entanglement fidelity {_written(exact)}, average fidelity {_written(mean)}"

    def _failure(self, claim: Claim) -> str:
        """What goes wrong in a refuted case."""
        if claim.word == "untouched":
            return f"{claim.name} does not act as the identity on {' '.join(claim.coalition)}"
        if claim.word == "equivalent":
            return f"some Pauli comes out of this encoding otherwise than out of {claim.name}"
        gates, output = self.protocol.recoveries[claim.name]
        paulis, secret = Paulis.basis(output, len(self.protocol.names)), self.protocol.secret
        for part in [gates, *reversed(self.protocol.moment(""))]:
            paulis.pull_back(part)
        broken = paulis.support(set(range(len(self.protocol.names))) - set(secret), only_x=True)
        for which, wanted in enumerate(basis(len(secret))):
            found = paulis.word(which, secret)
            if broken >> which & 1:
                return f"after {claim.name} the output's {wanted} does not depend on the secret"
            if found != "+" + wanted:
                return f"after {claim.name} the output's {wanted} is the secret's {found}"
        return ""


def _written(number: Fraction) -> str:
    """A fraction as such, if it is short, and as a decimal."""
    return f"{number} = {float(number):.9g}" if number.denominator < 10**9 else f"{float(number):.9g} (rounded)"
