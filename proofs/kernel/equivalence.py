"""Whether two Clifford encodings of a secret are the same isometry, up to a global phase and stated local gates.

With U₁ the gates of this encoding and the local ones, U₂ those of the other, and W = U₂†U₁: W|ψ⟩|0…0⟩ = |ψ⟩|0…0⟩ up to
a phase, for every ψ, exactly if W†PW is P times Z's on qubits that start in |0⟩, with a plus sign, for P = X and Z of
each secret qubit; and such Z's alone for P = Z of every other qubit. Then W leaves |0…0⟩ there and commutes with the X
and Z of the secret, so it is a phase.
"""

from __future__ import annotations

from .documents import Protocol
from .paulis import Gate, Paulis
from .refusal import Refusal
from .terms import Claim

_LETTERS = {"H": "H", "S": "S", "X": "HSSH", "Y": "SSSHSSHS", "Z": "SS"}


def local_gates(protocol: Protocol, claim: Claim) -> list[Gate]:
    """The gates that "up to" states: "HS on A" is H, then S, on A; X, Y and Z up to a phase."""
    gates: list[Gate] = []
    for part in claim.local.split(", ") if claim.local else []:
        letters, _, item = part.partition(" on ")
        gates += [[name, q] for q in protocol.qubits(item) for letter in letters for name in _LETTERS[letter]]
    return gates


def other_gates(protocol: Protocol, claim: Claim) -> list[Gate]:
    """The gates of the encoding that a claim compares with; raises Refusal if the protocol has none of that name."""
    if claim.name not in protocol.others:
        raise Refusal("unknown-name", f"'{claim}'", "an encoding, of " + ", ".join(protocol.others), claim.name)
    return protocol.others[claim.name]


def check_case(protocol: Protocol, claim: Claim, proved: bool, operators: list[str]) -> None:
    """Return if the encodings are the same (proved) or are not (not proved); else refuse."""
    if operators:
        raise Refusal("wrong-count", f"'{claim}'", "no operators: the kernel makes them", operators)
    size, secret = len(protocol.names), protocol.secret
    inverse = [gate for gate in reversed(other_gates(protocol, claim)) for _ in range(3 if gate[0] == "S" else 1)]
    paulis = Paulis.basis(range(size), size)
    for gates in [inverse, local_gates(protocol, claim), *reversed(protocol.moment(""))]:
        paulis.pull_back(gates)
    broken = paulis.support(set(range(size)) - set(secret), only_x=True)
    wanted = {2 * qubit + 1: "" for qubit in range(size)}
    wanted |= {2 * qubit + at: "XZ"[at] for qubit in secret for at in (0, 1)}
    same = not any(broken >> which & 1 for which in wanted) and all(
        paulis.word(which, secret) == "+" + "".join(letter if q == which // 2 and letter else "I" for q in secret)
        for which, letter in wanted.items()
    )
    if same != proved:
        raise Refusal("wrong-conclusion", f"'{claim}'", "PROVED" if same else "REFUTED", "the other")
