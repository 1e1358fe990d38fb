"""Parallel encrypted cloning: each qubit of a register cloned on its own, so that joint states survive (arXiv:2602.10695).

Server i holds register S<i>: clone i of every secret qubit; N<i> is the matching part of the key.
"""

from __future__ import annotations

from noclone.models.errors import InputError
from noclone.proofs.claims import StatedClaim
from noclone.protocols.encrypted_cloning import add_clone_decryption, add_encryption, add_pairs
from noclone.protocols.family import Family, Parameter
from noclone.protocols.protocol import LazyRecoveries, Protocol, Recovery

__all__ = ["FAMILY"]

PAPER = "arXiv:2602.10695"
MOST_PAIRS = 4_000


def _make(n: int, secrets: int) -> Protocol:
    from qiskit import QuantumCircuit, QuantumRegister

    if n * secrets > MOST_PAIRS:
        raise InputError(f"n = {n} clones of {secrets} secrets need {n * secrets:,} pairs: at most {MOST_PAIRS:,}")
    source = QuantumRegister(secrets, "A")
    signals = [QuantumRegister(secrets, f"S{clone}") for clone in range(n)]
    noises = [QuantumRegister(secrets, f"N{clone}") for clone in range(n)]
    prepare, encrypt = (QuantumCircuit(source, *signals, *noises) for _ in range(2))
    for at in range(secrets):
        own = [register[at] for register in signals]
        add_pairs(prepare, own, [register[at] for register in noises])
        add_encryption(encrypt, source[at], own)

    def recovery(name: str) -> Recovery:
        clone = int(name[len("decrypt[") : -1])
        circuit = QuantumCircuit(signals[clone], *noises)
        for at in range(secrets):
            others = [register[at] for register in noises if register is not noises[clone]]
            add_clone_decryption(circuit, signals[clone][at], noises[clone][at], others)
        return Recovery(circuit, f"S{clone}")

    key, servers = (" ".join(f"{letter}{clone}" for clone in range(n)) for letter in "NS")
    claims = (
        StatedClaim("mixed S0", "PROVED iff n >= 2", PAPER, "each server alone holds noise"),
        StatedClaim(f"mixed {key}", "PROVED", PAPER, "the key alone is noise"),
        StatedClaim(f"untouched {key} by encrypt", "PROVED", PAPER, "encryption does not touch the key"),
        StatedClaim(f"recovers S0 {key}", "PROVED", PAPER, "one server and the key have the joint state"),
        StatedClaim("restores decrypt[i]", "PROVED", PAPER, "decrypting one clone of each restores the joint state"),
        StatedClaim("single-use decrypt[i]", "PROVED", PAPER, "and only once"),
        StatedClaim(f"hides {servers}", "PROVED iff n even", "arXiv:2604.10155", "all servers without the key"),
        StatedClaim(f"recovers A {servers}", "PROVED", "arXiv:2605.27421", "all servers and A need no key"),
    )
    return Protocol(
        "parallel-cloning",
        {"prepare": prepare, "encrypt": encrypt},
        "A",
        ("A", *(register.name for register in [*signals, *noises])),
        LazyRecoveries([f"decrypt[{clone}]" for clone in range(n)], recovery),
        claims,
        {"n": n, "secrets": secrets},
    )


FAMILY = Family(
    "parallel-cloning",
    "each qubit of a register cloned on its own; decrypting one clone of each restores the joint state",
    f"Yamaguchi et al., {PAPER}",
    (
        Parameter("n", "number of clones", 1, 2_000, (2, 3)),
        Parameter("secrets", "number of secret qubits", 1, 500, (2,)),
    ),
    _make,
)
