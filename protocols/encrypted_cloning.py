"""Encrypted cloning: one qubit spread into n perfect clones, of which any one can be decrypted, once.

Yamaguchi and Kempf, arXiv:2501.02757 (PRL 136, 010801); circuits as in arXiv:2602.10695, Methods. The secret is in A; n
pairs of a signal S[i] (the clone) and a noise N[i] (the key) start in (|00⟩+|11⟩)/√2. Encryption acts on A and S alone:
exp(−iπ/4 X_A X_S[0]…X_S[n−1]) · exp(−iπ/4 Z_A Z_S[0]…Z_S[n−1]), the right factor first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from noclone.proofs.claims import StatedClaim
from noclone.protocols.family import Family, Parameter
from noclone.protocols.protocol import LazyRecoveries, Protocol, Recovery

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Qubit

__all__ = ["FAMILY", "add_clone_decryption", "add_encryption", "add_pairs", "add_source_decryption", "closed_form"]

PAPER = "Yamaguchi and Kempf, arXiv:2501.02757"
MOST_PAIRS = 200_000

CLAIMS = (
    StatedClaim("mixed S[i]", "PROVED iff n >= 2", PAPER, "each clone alone is pure noise"),
    StatedClaim("leaks Y from S[0]", "PROVED iff n = 1", "arXiv:2604.10155", "a single clone leaks Y"),
    StatedClaim("mixed N[*]", "PROVED", PAPER, "the key alone is pure noise"),
    StatedClaim("mixed A", "PROVED", PAPER, "what is left in A alone is pure noise"),
    StatedClaim("untouched N[*] by encrypt", "PROVED", PAPER, "encryption does not touch the key"),
    StatedClaim("restores decrypt[i]", "PROVED", PAPER, "any one clone can be decrypted with the full key"),
    StatedClaim("single-use decrypt[i]", "PROVED", PAPER, "only one copy can ever be decrypted"),
    StatedClaim("recovers S[i] N[*]", "PROVED", PAPER, "as long as one clone and the key survive, the secret does"),
    StatedClaim("hides S[i] N[*-j]", "PROVED for n >= 2", PAPER, "without A, one clone needs the key of every other"),
    StatedClaim("hides S[i] N[*-i]", "PROVED iff n even", "arXiv:2604.10155", "… and for even n its own"),
    StatedClaim("hides S[*]", "PROVED iff n even", "arXiv:2604.10155", "without the key all clones together are noise"),
    StatedClaim("leaks Y from S[*]", "PROVED iff n odd", "arXiv:2604.10155", "for odd n they leak Y"),
    StatedClaim("hides A S[*]", "REFUTED", "arXiv:2605.27421", "without the key the copies are noise to anyone"),
    StatedClaim("recovers A S[*]", "PROVED", "arXiv:2605.27421", "whoever holds A and all clones needs no key"),
    StatedClaim(
        "recovers A S[i] N[i]", "PROVED", "arXiv:2605.27421", "with A, one clone and its own key qubit suffice"
    ),
    StatedClaim("recovers S[*] N[i]", "PROVED", "arXiv:2605.27421", "all clones and one key qubit suffice"),
    StatedClaim("hides A S[*] N[*-i]", "REFUTED", PAPER, "the full key is needed, whatever else is held"),
    StatedClaim("recovers A N[*]", "PROVED iff n even", PAPER, "for even n, A is one more clone"),
    StatedClaim("leaks Y from A N[*]", "PROVED iff n odd", PAPER, "for odd n, A with the key leaks Y"),
)


def add_pairs(circuit: QuantumCircuit, signals: Sequence[Qubit], noises: Sequence[Qubit]) -> None:
    """Bell pairs (|00⟩+|11⟩)/√2 of each signal with its noise, from |00⟩: one CNOT a pair."""
    for signal, noise in zip(signals, noises, strict=True):
        circuit.h(signal)
        circuit.cx(signal, noise)


def add_encryption(circuit: QuantumCircuit, source: Qubit, signals: Sequence[Qubit]) -> None:
    """U_enc on the source and the signals: per factor two CNOT ladders that meet in the middle; 4n CNOTs in all."""
    chain = [source, *signals]
    middle = len(chain) // 2
    inward = [(chain[at], chain[at + 1]) for at in range(middle)]
    inward += [(chain[at], chain[at - 1]) for at in range(len(chain) - 1, middle, -1)]
    for letter in "ZX":
        if letter == "X":
            circuit.h(chain)
        for pair in inward:
            circuit.cx(*pair)
        circuit.rz(math.pi / 2, chain[middle])
        for pair in reversed(inward):
            circuit.cx(*pair)
        if letter == "X":
            circuit.h(chain)


def add_clone_decryption(circuit: QuantumCircuit, signal: Qubit, noise: Qubit, others: Sequence[Qubit]) -> None:
    """U_dec on a clone, its own noise qubit and the others; the secret comes out on the clone. 2n two-qubit gates.

    arXiv:2602.10695, Methods, with V = (H⊗H) CZ (I⊗H) on (signal, noise): U_dec = V† (…) V. For n = 1 U_dec is
    exp(iπ/4 Y⊗Y) up to a global phase.
    """
    if not others:
        circuit.ryy(-math.pi / 2, signal, noise)
        return
    circuit.h(noise)
    circuit.cz(signal, noise)
    circuit.h([signal, noise])
    for other in reversed(others[1:]):
        circuit.cz(signal, other)
        circuit.cx(noise, other)
    circuit.cx(noise, others[0])
    circuit.cz(signal, others[0])
    circuit.s([signal, noise])
    circuit.h([signal, noise])
    circuit.cz(signal, noise)
    circuit.h(noise)


def add_source_decryption(circuit: QuantumCircuit, source: Qubit, noises: Sequence[Qubit]) -> None:
    """For even n: restore the secret on the source itself, with all noise qubits. 2n two-qubit gates.

    A is a clone for even n: −Y_A ∏X_N represents Z, and (−1)^{n/2} Z_A ∏Y_N represents X.
    """
    for noise in noises:
        circuit.cx(source, noise)
    circuit.sdg(source)
    circuit.h(source)
    for noise in noises:
        circuit.cy(source, noise)
    circuit.x(source)
    if len(noises) % 4:
        circuit.z(source)


def closed_form(pairs: int, moment: str | None, allowed: frozenset[str]) -> Mapping[str, str] | None:
    """Signed operators on the allowed qubits for every logical that has one: docs/kernel.md gives the table.

    A coalition's pairs matter only by how many it holds in full, S alone, N alone, or not at all.
    """
    if moment not in (None, "encrypt"):
        return None
    signals = [f"S[{pair}]" for pair in range(pairs)] if pairs > 1 else ["S"]
    noises = [f"N[{pair}]" for pair in range(pairs)] if pairs > 1 else ["N"]
    halves = [
        (signal if signal in allowed else "", noise if noise in allowed else "")
        for signal, noise in zip(signals, noises, strict=True)
    ]
    full = next((pair for pair, (signal, noise) in enumerate(halves) if signal and noise), None)
    others = [signal or noise for pair, (signal, noise) in enumerate(halves) if pair != full]
    missing = "" in others
    noises_alone = sum(name.startswith("N") for name in others)
    signals_odd, noises_odd = (len(others) - noises_alone) % 2 == 1, noises_alone % 2 == 1
    half_turn = "-" if (pairs // 2) % 2 else "+"

    def operator(sign: str, source: str, on_full: str, on_others: str) -> str:
        factors = [f"{source}_A"] if source else []
        if full is not None:
            factors += [f"{on_full[0]}_{signals[full]}", f"{on_full[1]}_{noises[full]}"]
        factors += [f"{on_others}_{name}" for name in others if on_others]
        return sign + " ".join(factors)

    if "A" in allowed and full is not None:
        return {"X": operator("+", "X", "XX", ""), "Z": operator("+", "Z", "ZZ", "")}
    if missing:
        return {}
    if full is not None:
        x = operator("-", "", "YZ" if noises_odd else "ZY", "X")
        return {"X": x, "Z": operator("+", "", "YX" if signals_odd else "XY", "Z")}
    if "A" not in allowed:
        return {"Y": operator(half_turn, "", "", "Y")} if signals_odd and not noises_odd else {}
    if noises_odd and not signals_odd:
        return {"Y": operator("+", "Z", "", "X")}
    if noises_odd:
        return {"X": operator("+", "Y", "", "Z"), "Z": operator(half_turn, "X", "", "Y")}
    if signals_odd:
        return {"X": operator("+", "Y", "", "Z"), "Z": operator("-", "Y", "", "X")}
    return {"X": operator(half_turn, "Z", "", "Y"), "Z": operator("-", "Y", "", "X")}


def _make(n: int) -> Protocol:
    from qiskit import QuantumCircuit, QuantumRegister

    source, signals, noises = QuantumRegister(1, "A"), QuantumRegister(n, "S"), QuantumRegister(n, "N")
    prepare, encrypt = QuantumCircuit(source, signals, noises), QuantumCircuit(source, signals, noises)
    add_pairs(prepare, list(signals), list(noises))
    add_encryption(encrypt, source[0], list(signals))

    def recovery(name: str) -> Recovery:
        if name == "decrypt_A":
            circuit = QuantumCircuit(source, noises)
            add_source_decryption(circuit, source[0], list(noises))
            return Recovery(circuit, "A")
        clone = int(name[len("decrypt[") : -1])
        circuit = QuantumCircuit(signals, noises)
        add_clone_decryption(
            circuit, signals[clone], noises[clone], [noise for noise in noises if noise != noises[clone]]
        )
        return Recovery(circuit, "S" if n == 1 else f"S[{clone}]")

    even = n % 2 == 0
    names = [f"decrypt[{clone}]" for clone in range(n)] + (["decrypt_A"] if even else [])
    source_claims = (StatedClaim("single-use decrypt_A", "PROVED", PAPER, "for even n, A is one more clone"),)
    return Protocol(
        "encrypted-cloning",
        {"prepare": prepare, "encrypt": encrypt},
        "A",
        ("A", "S", "N"),
        LazyRecoveries(names, recovery),
        CLAIMS + (source_claims if even else ()),
        {"n": n},
        lambda moment, allowed: closed_form(n, moment, allowed),
    )


FAMILY = Family(
    "encrypted-cloning",
    "one qubit in n perfect clones, each of them noise, of which one can be decrypted, once",
    "Yamaguchi and Kempf, arXiv:2501.02757, arXiv:2602.10695",
    (Parameter("n", "number of clones", 1, MOST_PAIRS, (1, 2, 3, 4, 5)),),
    _make,
)
