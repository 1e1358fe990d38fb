"""The protocols of experiments 3 and 4 that the families do not have as such: partial rounds, and one chosen clone each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noclone.protocols.encrypted_cloning import add_clone_decryption, add_encryption, add_pairs, add_source_decryption
from noclone.protocols.iterated_cloning import SOURCE, Cloning, path_of, rounds_of
from noclone.protocols.protocol import Protocol, Recovery

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Qubit

__all__ = ["PUBLISHED_SIZES", "iterated", "one_branch", "parallel"]

PUBLISHED_SIZES: dict[int, tuple[str, int, int]] = {
    6: ("0", 0, 0),
    18: ("1", 1, 0),
    54: ("2", 2, 0),
    98: ("2*", 2, 11),
    154: ("3 partial", 2, 25),
}
"""Qubits with the reference: the published label, the last full round, and how many clones the next, partial one clones."""


def iterated(qubits: int, *, clone: int | None = None) -> Protocol:
    """Iterated cloning with n = 2 and this many qubits (a key of PUBLISHED_SIZES); "decrypt" restores the clone.

    ``clone`` is the pair's number, or −1 for A; by default one of the last round, chosen for its few gates.
    """
    _, full, partial = PUBLISHED_SIZES[qubits]
    rounds = rounds_of(2, full + bool(partial), one_branch=False)
    if partial:
        first = rounds[-1][0].pairs.start
        rounds[-1] = [
            Cloning(each.source, range(first + 2 * at, first + 2 * at + 2))
            for at, each in enumerate(rounds[-1][:partial])
        ]
    return _decrypting(rounds, SOURCE if clone is None else clone, {"n": 2, "levels": full})


def one_branch(n: int, levels: int, *, clone: int | None = None) -> Protocol:
    """One clone cloned again per round; "decrypt" restores a clone of the last round, by default one of few gates."""
    rounds = rounds_of(n, levels, one_branch=True)
    cheapest = n * levels if n == 2 else n * (levels + 1) - 1
    if levels == 0:
        cheapest = SOURCE if n == 2 else 1
    return _decrypting(rounds, cheapest if clone is None else clone, {"n": n, "levels": levels})


def _decrypting(rounds: list[list[Cloning]], clone: int, parameters: dict[str, int]) -> Protocol:
    """These rounds of cloning, and the recovery of one clone, innermost round first."""
    from qiskit import QuantumCircuit, QuantumRegister

    pairs = rounds[-1][-1].pairs.stop
    source, signals, noises = QuantumRegister(1, "A"), QuantumRegister(pairs, "S"), QuantumRegister(pairs, "N")
    encoding, circuit = (QuantumCircuit(source, signals, noises) for _ in range(2))
    for cloning in (each for level in rounds for each in level):
        own = [signals[pair] for pair in cloning.pairs]
        add_pairs(encoding, own, [noises[pair] for pair in cloning.pairs])
        add_encryption(encoding, _qubit(cloning.source, source[0], signals), own)
    for cloning, clone_then in path_of(clone, rounds):
        key = [noises[pair] for pair in cloning.pairs]
        _decrypt(
            circuit,
            _qubit(clone, source[0], signals),
            key,
            None if clone_then == cloning.source else cloning.pairs.index(clone_then),
        )
    output = "A" if clone == SOURCE else f"S[{clone}]"
    return Protocol(
        "iterated-cloning",
        {"encode": encoding},
        "A",
        ("A", "S", "N"),
        {"decrypt": Recovery(circuit, output)},
        (),
        parameters,
    )


def _qubit(clone: int, source: Qubit, signals: list[Qubit]) -> Qubit:
    return source if clone == SOURCE else signals[clone]


def _decrypt(circuit: QuantumCircuit, qubit: Qubit, key: list[Qubit], own: int | None) -> None:
    """Decrypt one round's clone; ``own`` is the place of its noise qubit in the key, None for the qubit that was cloned."""
    if own is None:
        add_source_decryption(circuit, qubit, key)
    else:
        add_clone_decryption(circuit, qubit, key[own], [noise for at, noise in enumerate(key) if at != own])


def parallel(r: int, *, clone: int = SOURCE) -> Protocol:
    """Each of r secret qubits cloned with n = 2; "decrypt" restores clone 0, 1 or −1 (A itself, a clone for even n) of each."""
    from qiskit import QuantumCircuit, QuantumRegister

    source = QuantumRegister(r, "A")
    signals, noises = ([QuantumRegister(r, f"{letter}{at}") for at in range(2)] for letter in "SN")
    encoding, circuit = (QuantumCircuit(source, *signals, *noises) for _ in range(2))
    for at in range(r):
        own, key = [register[at] for register in signals], [register[at] for register in noises]
        add_pairs(encoding, own, key)
        add_encryption(encoding, source[at], own)
        _decrypt(circuit, source[at] if clone == SOURCE else own[clone], key, None if clone == SOURCE else clone)
    parties = ("A", *(register.name for register in [*signals, *noises]))
    output = "A" if clone == SOURCE else f"S{clone}"
    return Protocol(
        "parallel-cloning",
        {"encode": encoding},
        "A",
        parties,
        {"decrypt": Recovery(circuit, output)},
        (),
        {"n": 2, "secrets": r},
    )
