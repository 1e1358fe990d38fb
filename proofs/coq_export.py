"""Certificates as Coq files: ``coqc`` accepts such a file only if the certificate is right.

The file states the claim, word for word, about the protocol's circuit, and leaves the check to a checker that is proved
sound in ``proofs/coq`` (``Cases.v``, ``Reading.v``, ``Checker.v``). Operators and claims stay text: Coq reads them itself.
Certificates for every n become theorems about every n (``noclone.proofs.coq_families``).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from noclone.models.errors import InputError
from noclone.proofs.coq_families import coq_of_family
from noclone.proofs.coq_files import coq_file, coq_list, coq_text
from noclone.proofs.kernel.documents import Protocol, read_certificate, read_protocol
from noclone.proofs.kernel.paulis import Gate
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.terms import Claim, letter_of
from noclone.proofs.kernel.uniform import RULE, read_family

__all__ = ["MOST_GATES", "MOST_QUBITS", "coq_document", "coq_of", "coq_witnesses"]

MOST_QUBITS = 1_000
MOST_GATES = 50_000
"""Beyond these ``coqc`` would take minutes, so nothing is written."""

_GATES = {"H": "GH", "S": "GS", "CX": "GCX"}
_WORDS = frozenset({"hides", "mixed", "recovers", "leaks", "restores", "single-use"})
_WITHOUT_ATTACK = frozenset({"restores", "single-use"})


def coq_of(certificate: bytes, protocol: bytes) -> str:
    """The Coq file for a certificate (JSON) about a protocol or, for every n, a family (JSON).

    Nothing is checked but what Coq cannot: the documents' form, and that the certificate names this very protocol. Raises
    InputError for documents that the kernel cannot read, a certificate about another protocol, one of another rule than
    ``pauli-witness``, more than one secret qubit, a gate other than H, S and CX, a refuted ``restores`` or ``single-use``,
    protocols too large for Coq, and for every n what ``noclone.proofs.coq_families`` does not cover.
    """
    try:
        if read_certificate(certificate)["rule"] == RULE:
            return coq_of_family(read_certificate(certificate), read_family(protocol), sha256(protocol).hexdigest())
        system, document = read_protocol(protocol), read_certificate(certificate)
    except Refusal as refusal:
        raise InputError(f"not a document that Coq could check: {refusal}") from None
    claim: Claim = document["claim"]
    _check_supported(system, document, claim)
    proved = document["conclusion"] == "PROVED"
    says, theorem, kind, gloss = (
        (
            "holds_in_every_case",
            "proves",
            "list (string * list string)",
            "holds in every case that its letters stand for",
        )
        if proved
        else ("fails_in_some_case", "refutes", "string * list string", "does not hold in the case above")
    )
    return coq_file(
        document["sha256"],
        f"protocol {system.sha256}",
        "Cases.v, Reading.v (text), Claims.v and States.v (states)",
        "From NoClone Require Import Circuits Reading Cases.",
        f"Definition protocol : document :=\n  {coq_document(system)}.",
        f"Definition claim : string := {coq_text(str(claim))}.",
        f"Definition witnesses : {kind} :=\n  {coq_witnesses(document)}.",
        f"(** The claim {gloss}, for the states of this circuit, over every ring of scalars. *)\n"
        f"Theorem certificate : {says} protocol claim.\n"
        f"Proof. apply (certificate_{theorem} protocol claim witnesses). vm_compute. reflexivity. Qed.",
        "Print Assumptions certificate.",
    )


def coq_document(protocol: Protocol) -> str:
    """A protocol as a term of Coq's type ``document``: parties, environment, secret, stages and recoveries.

    Raises InputError for a gate other than H, S and CX.
    """
    registers = [(name, qubits) for name, qubits in protocol.registers.items()]
    split = [
        coq_list(
            f"({coq_text(name)}, {len(qubits)})" for name, qubits in registers if (qubits.stop <= protocol.held) is held
        )
        for held in (True, False)
    ]
    secret = next(name for name, qubits in registers if qubits == protocol.secret)
    stages = coq_list(f"({coq_text(name)}, {_gates(gates)})" for name, gates in protocol.stages.items())
    recoveries = coq_list(
        f"({coq_text(name)}, ({_gates(gates)}, {coq_list(map(str, output))}))"
        for name, (gates, output) in protocol.recoveries.items()
    )
    return "\n    ".join(["Document", *split, coq_text(secret), stages, recoveries])


def coq_witnesses(document: dict[str, Any]) -> str:
    """A certificate's cases as Coq reads them: the claim's text without letters, and the operators' texts, for each.

    A list of them for PROVED, one alone for REFUTED. ``document`` is what the kernel's ``read_certificate`` returns. Raises
    InputError if a case does not give a number for each of the claim's letters, or an attack is not one case.
    """
    claim: Claim = document["claim"]
    cases = [
        f"({coq_text(_case_text(claim, case['letters']))}, {coq_list(map(coq_text, case['operators']))})"
        for case in document["cases"]
    ]
    if document["conclusion"] == "PROVED":
        return coq_list(cases, ";\n   ")
    if len(cases) != 1:
        raise InputError(f"an attack is one case of the claim; this certificate has {len(cases)}")
    return cases[0]


def _check_supported(system: Protocol, document: dict[str, Any], claim: Claim) -> None:
    """Raise InputError for what the Coq checker does not cover, or another protocol."""
    size, gates = len(system.names), sum(map(len, system.stages.values()))
    gates += sum(len(recovery) for recovery, _ in system.recoveries.values())
    problems = {
        f"the certificate is about protocol {document['protocol']}, not {system.sha256}": document["protocol"]
        != system.sha256,
        f"the Coq checker covers the rule pauli-witness, not {document['rule']}": document["rule"] != "pauli-witness"
        or claim.word not in _WORDS
        or bool(claim.bound),
        f"the Coq checker covers one secret qubit, not {len(system.secret)}": len(system.secret) != 1,
        f"the Coq checker covers no refuted '{claim.word}'": document["conclusion"] == "REFUTED"
        and claim.word in _WITHOUT_ATTACK,
        f"{size:,} qubits and {gates:,} gates are too many for Coq: at most {MOST_QUBITS:,} and {MOST_GATES:,}": (
            size > MOST_QUBITS or gates > MOST_GATES
        ),
    }
    for problem, there in problems.items():
        if there:
            raise InputError(problem)


def _case_text(claim: Claim, letters: dict[str, int]) -> str:
    known = {letter_of(item) for item in (*claim.coalition, claim.name, claim.after)} - {""}
    if letters.keys() != known:
        raise InputError(
            f"a case must give numbers for {sorted(known)}, the letters of '{claim}', not {sorted(letters)}"
        )
    return str(claim.at(letters))


def _gates(gates: Sequence[Gate]) -> str:
    if other := next((gate for gate in gates if gate[0] not in _GATES), None):
        raise InputError(f"the Coq checker knows the gates H, S and CX, not {other[0]}")
    return coq_list(" ".join([_GATES[gate[0]], *map(str, gate[1:])]) for gate in gates)
