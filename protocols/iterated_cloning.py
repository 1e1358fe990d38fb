"""Iterated encrypted cloning: for even n every clone, A included, is encrypted and cloned again, round after round.

Yamaguchi et al., arXiv:2602.10695 (the 3^(l+1) clones of its Table III for n = 2). Round 0 clones A; each further round
clones every qubit that is a clone by then. A final clone is decrypted innermost round first, with the noise qubits of each
round's cloning of its ancestor: n(l+1) in all. In the one-branch variant only one clone is cloned again per round.
"""

from __future__ import annotations

from dataclasses import dataclass

from noclone.models.errors import InputError
from noclone.proofs.claims import StatedClaim
from noclone.protocols.encrypted_cloning import add_clone_decryption, add_encryption, add_pairs, add_source_decryption
from noclone.protocols.family import Family, Parameter
from noclone.protocols.protocol import LazyRecoveries, Protocol, Recovery

__all__ = ["ITERATED", "ONE_BRANCH", "Cloning", "key_of", "rounds_of"]

PAPER = "arXiv:2602.10695"
MOST_PAIRS = 4_000
SOURCE = -1
"""How the qubit A is numbered among the clones; clone i ≥ 0 is S[i]."""


@dataclass(frozen=True, slots=True)
class Cloning:
    """One application of the encryption: of a clone (or A: SOURCE), with the pairs it used, by number."""

    source: int
    pairs: range


def rounds_of(n: int, levels: int, *, one_branch: bool) -> list[list[Cloning]]:
    """The clonings of every round, 0 to ``levels``; pairs are numbered in the order in which they are used."""
    rounds: list[list[Cloning]] = []
    used = 0
    for level in range(levels + 1):
        sources = [rounds[-1][0].pairs.start if rounds else SOURCE] if one_branch else [SOURCE, *range(used)]
        rounds.append([Cloning(source, range(used + n * at, used + n * (at + 1))) for at, source in enumerate(sources)])
        used += n * len(sources)
        if used > MOST_PAIRS:
            raise InputError(f"{level + 1} rounds with n = {n} need {used:,} pairs or more: at most {MOST_PAIRS:,}")
    return rounds


def path_of(clone: int, rounds: list[list[Cloning]]) -> list[tuple[Cloning, int]]:
    """The clonings that made a final clone what it is, innermost first, and which qubit each has to be decrypted as."""
    path = []
    for clonings in reversed(rounds):
        for cloning in clonings:
            if clone == cloning.source or clone in cloning.pairs:
                path.append((cloning, clone))
                clone = cloning.source
                break
    return path


def key_of(clone: int, rounds: list[list[Cloning]]) -> list[int]:
    """The numbers of the noise qubits that decrypt a final clone."""
    return sorted(pair for cloning, _ in path_of(clone, rounds) for pair in cloning.pairs)


def _make(n: int, levels: int, *, one_branch: bool) -> Protocol:
    from qiskit import QuantumCircuit, QuantumRegister

    rounds = rounds_of(n, levels, one_branch=one_branch)
    pairs = rounds[-1][-1].pairs.stop
    source, signals, noises = QuantumRegister(1, "A"), QuantumRegister(pairs, "S"), QuantumRegister(pairs, "N")
    stages = {}
    for level, clonings in enumerate(rounds):
        stage = stages[f"round[{level}]"] = QuantumCircuit(source, signals, noises)
        for cloning in clonings:
            own = [signals[pair] for pair in cloning.pairs]
            add_pairs(stage, own, [noises[pair] for pair in cloning.pairs])
            add_encryption(stage, source[0] if cloning.source == SOURCE else signals[cloning.source], own)

    def recovery(name: str) -> Recovery:
        clone = SOURCE if name == "decrypt_A" else int(name[len("decrypt[") : -1])
        circuit = QuantumCircuit(source, signals, noises)
        qubit = source[0] if clone == SOURCE else signals[clone]
        for cloning, clone_then in path_of(clone, rounds):
            if clone_then == cloning.source:
                add_source_decryption(circuit, qubit, [noises[pair] for pair in cloning.pairs])
            else:
                others = [noises[pair] for pair in cloning.pairs if pair != clone_then]
                add_clone_decryption(circuit, qubit, noises[clone_then], others)
        return Recovery(circuit, "A" if clone == SOURCE else f"S[{clone}]")

    return Protocol(
        "one-branch-cloning" if one_branch else "iterated-cloning",
        stages,
        "A",
        ("A", "S", "N"),
        LazyRecoveries([*(f"decrypt[{clone}]" for clone in range(pairs)), "decrypt_A"], recovery),
        _claims(rounds, pairs, one_branch=one_branch),
        {"n": n, "levels": levels},
    )


def _claims(rounds: list[list[Cloning]], pairs: int, *, one_branch: bool) -> tuple[StatedClaim, ...]:
    last = pairs - 1
    key = key_of(last, rounds)
    named = " ".join(f"N[{pair}]" for pair in key)
    missing = " ".join(f"N[{pair}]" for pair in key[1:])
    everyone = " ".join(f"N[{pair}]" for pair in range(pairs) if pair != key[0])
    claims = [
        StatedClaim("mixed S[i]", "PROVED", PAPER, "every final clone is pure noise"),
        StatedClaim("mixed A", "PROVED", PAPER, "A is one of them"),
        StatedClaim("mixed N[*]", "PROVED", PAPER, "all noise qubits together are noise"),
        StatedClaim("restores decrypt[i]", "PROVED", PAPER, "every final clone can be decrypted"),
        StatedClaim("single-use decrypt[i]", "PROVED", PAPER, "only one copy can ever be decrypted"),
        StatedClaim("single-use decrypt_A", "PROVED", PAPER, "A too"),
        StatedClaim(
            f"recovers S[{last}] {named}", "PROVED", PAPER, f"its n(l+1) = {len(key)} noise qubits are the key"
        ),
        StatedClaim(f"hides S[{last}] {everyone}", "PROVED", PAPER, "one of them missing, all other noise is useless"),
    ]
    if missing and not one_branch:
        claims.append(StatedClaim(f"recovers S[{last}] {missing}", "REFUTED", PAPER, "fewer noise qubits would do"))
    return tuple(claims)


def _family(name: str, summary: str, *, one_branch: bool) -> Family:
    return Family(
        name,
        summary,
        f"Yamaguchi et al., {PAPER}",
        (
            Parameter("n", "pairs per cloning, even", 2, 2_000, (2,), step=2),
            Parameter("levels", "further rounds of cloning", 0, 12, (1,)),
        ),
        lambda n, levels: _make(n, levels, one_branch=one_branch),
    )


ITERATED = _family(
    "iterated-cloning", "every clone is cloned again, round after round: (n+1)^(levels+1) clones", one_branch=False
)
ONE_BRANCH = _family(
    "one-branch-cloning", "one clone is cloned again per round: 2n(levels+1)+1 qubits", one_branch=True
)
