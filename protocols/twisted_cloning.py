"""Encrypted cloning with its X axis turned by π/4: the smallest change that no stabilizer argument can follow.

Where encrypted cloning turns about X on A and every clone, this turns about T X T† = (X + Y)/√2; the factor about Z stays.
T commutes with Z, so the encryption is T's on A and the clones, around the old one. Whoever decrypts undoes them: with T
on the key (T† on one half of a Bell pair is T† on the other) and on the clone, before and after.
"""

from __future__ import annotations

from noclone.proofs.claims import StatedClaim
from noclone.protocols.encrypted_cloning import PAPER, add_clone_decryption, add_encryption, add_pairs
from noclone.protocols.family import Family, Parameter
from noclone.protocols.protocol import LazyRecoveries, Protocol, Recovery

__all__ = ["FAMILY"]

CLAIMS = (
    StatedClaim("mixed S[i]", "PROVED iff n >= 2", PAPER, "each clone alone is pure noise, as without the turn"),
    StatedClaim("mixed N[*]", "PROVED", PAPER, "so is the key"),
    StatedClaim("untouched N[*] by encrypt", "PROVED", PAPER, "encryption does not touch the key"),
    StatedClaim("single-use decrypt[i]", "PROVED", PAPER, "any one clone can be decrypted, and only one"),
    StatedClaim("hides S[*]", "PROVED iff n even", "arXiv:2604.10155", "for odd n all clones together still leak …"),
    StatedClaim("leaks Y from S[*]", "REFUTED", "", "… but no Pauli component: it is T Y T† that they tell"),
    StatedClaim("recovers A S[*]", "PROVED", "arXiv:2605.27421", "whoever holds A and all clones needs no key"),
    StatedClaim("equivalent encrypted-cloning", "REFUTED", "", "the turn changes the encoding"),
)


def _make(n: int) -> Protocol:
    from qiskit import QuantumCircuit, QuantumRegister

    source, signals, noises = QuantumRegister(1, "A"), QuantumRegister(n, "S"), QuantumRegister(n, "N")
    prepare, encrypt = QuantumCircuit(source, signals, noises), QuantumCircuit(source, signals, noises)
    add_pairs(prepare, list(signals), list(noises))
    encrypt.tdg([*source, *signals])
    add_encryption(encrypt, source[0], list(signals))
    encrypt.t([*source, *signals])

    def recovery(name: str) -> Recovery:
        clone = int(name[len("decrypt[") : -1])
        circuit = QuantumCircuit(signals, noises)
        circuit.t(noises)
        circuit.tdg(signals[clone])
        others = [noise for noise in noises if noise != noises[clone]]
        add_clone_decryption(circuit, signals[clone], noises[clone], others)
        circuit.t(signals[clone])
        return Recovery(circuit, "S" if n == 1 else f"S[{clone}]")

    names = [f"decrypt[{clone}]" for clone in range(n)]
    stages = {"prepare": prepare, "encrypt": encrypt}
    return Protocol("twisted-cloning", stages, "A", ("A", "S", "N"), LazyRecoveries(names, recovery), CLAIMS, {"n": n})


FAMILY = Family(
    "twisted-cloning",
    "encrypted cloning about an axis turned by T: not Clifford, so proved from exact amplitudes",
    f"a variant of {PAPER}",
    (Parameter("n", "number of clones", 1, 5, (1, 2, 3)),),
    _make,
)
