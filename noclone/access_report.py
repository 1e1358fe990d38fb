"""What ``noclone access`` says, as data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from noclone.api import verify
from noclone.models.errors import InputError
from noclone.models.qasm import write_qasm
from noclone.models.system import unused_name
from noclone.proofs.access import MOST_LISTED, Access, CoalitionAccess
from noclone.proofs.claims import parse_claim
from noclone.proofs.decoders import decoder_circuit
from noclone.proofs.verdicts import Status
from noclone.proofs.witnesses import basis
from noclone.protocols.protocol import Protocol, Recovery
from noclone.report import library_versions

__all__ = ["ACCESS_SCHEMA", "access_to_json", "recovery_for", "write_recovery"]

ACCESS_SCHEMA = "noclone-access-1"


def access_to_json(
    access: Access, target: str, protocol: Protocol, held: str | None
) -> tuple[dict[str, Any], CoalitionAccess | None]:
    """The JSON content (docs/command-line.md) and, with ``held``, the coalition that it speaks of."""
    content: dict[str, Any] = {
        "schema": ACCESS_SCHEMA,
        **library_versions(),
        "target": target,
        "scope": protocol.scope or None,
        "qubits": access.qubits,
        "coalitions": 2 ** len(access.qubits),
    }
    if held is not None:
        chosen = access[held]
        return content | {
            "held": list(chosen.held),
            "verdict": chosen.verdict,
            "status": chosen.status.value,
            "leaks": list(chosen.leaks),
            "information_bits": chosen.information_bits,
            "witness": list(chosen.witness),
        }, chosen
    return content | {
        "counts": access.counts,
        "status": access.counts_status.value,
        "minimal_authorized": [list(names) for names in access.minimal_authorized],
        "minimal_authorized_number": access.minimal_authorized_number,
        "partial": [
            {
                "held": list(one.held),
                "leaks": list(one.leaks),
                "operators": list(one.operators),
                "information_bits": one.information_bits,
                "status": one.status.value,
            }
            for one in access.partial()
        ],
        "listed_at_most": MOST_LISTED,
    }, None


def recovery_for(access: Access, protocol: Protocol, chosen: CoalitionAccess) -> Recovery:
    """The circuit that an authorized coalition runs, the secret coming out on a fresh register; raises InputError."""
    if chosen.verdict != "authorized":
        raise InputError(f"{' '.join(chosen.held)} is {chosen.verdict}: there is no circuit that restores the secret")
    system = access.system
    if not system.is_clifford:
        raise InputError(
            "a recovery is written for Clifford circuits only: that there is one is all that is known here"
        )
    qubits = [system.index[name] for name in chosen.held]
    operators = access.prover.search.represent(None, qubits, basis(len(system.secret_qubits))) or []
    output = unused_name("restored", dict(system.parties + system.environment))
    classical = {register.name for circuit in protocol.stages.values() for register in circuit.cregs}
    return Recovery(decoder_circuit(operators, dict(system.parties), output, classical=classical), output)


def write_recovery(access: Access, protocol: Protocol, chosen: CoalitionAccess, path: Path) -> dict[str, str]:
    """Write the recovery as OpenQASM 3 once the kernel has proved that it restores; its file, output and status."""
    recovery = recovery_for(access, protocol, chosen)
    with_it = replace(protocol, recoveries={"found": recovery})
    verdict = verify(with_it, str(parse_claim("restores found")))
    if verdict.status is not Status.PROVED:
        raise InputError(
            f"a bug in noclone: the recovery found does not restore ({verdict.witness}); nothing was written"
        )
    write_qasm(recovery.circuit, path)
    return {"file": str(path), "output": recovery.output, "status": verdict.status.value}
