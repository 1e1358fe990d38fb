"""Claims about Clifford circuits that need no witness: a stage leaves qubits alone, two encodings are the same.

**untouched.** A unitary acts as the identity on a qubit exactly if it commutes with X and Z there. **equivalent.**
With U₁ the gates of this encoding and the local ones, U₂ those of the other, and W = U₂†U₁: W|ψ⟩|0…0⟩ = |ψ⟩|0…0⟩ up
to a phase, for every ψ, exactly if W†PW is P times Z's on qubits that start in |0⟩, with a plus sign, for P = X and
Z of each secret qubit; and such Z's alone for P = Z of every other qubit. Then W leaves |0…0⟩ there and commutes
with the X and Z of the secret, so it is a phase.
"""

from collections.abc import Callable

from .documents import Protocol
from .paulis import Gate, Paulis
from .refusal import Refusal, at_most
from .terms import Claim

MOST_QUBITS = 10_000
MOST_GATES = 10_000_000
_LETTERS = {"H": "H", "S": "S", "X": "HSSH", "Y": "SSSHSSHS", "Z": "SS"}


def local_gates(protocol: Protocol, claim: Claim) -> list[Gate]:
    """The gates that "up to" states: "HS on A" is H, then S, on A; X, Y and Z up to a phase."""
    gates: list[Gate] = []
    for part in claim.local.split(", ") if claim.local else []:
        letters, _, item = part.partition(" on ")
        qubits, names = protocol.qubits(item), "".join(_LETTERS[letter] for letter in letters)
        at_most(MOST_GATES, len(gates) + len(qubits) * len(names), f"'{claim}'", "local gates")
        gates += [[name, qubit] for qubit in qubits for name in names]
    return gates


def other_gates(protocol: Protocol, claim: Claim) -> list[Gate]:
    """The gates of the encoding that a claim compares with; raises Refusal if the protocol has none of that name."""
    if claim.name not in protocol.others:
        raise Refusal("unknown-name", f"'{claim}'", "an encoding, of " + ", ".join(protocol.others), claim.name)
    return protocol.others[claim.name]


def by_computing(holds: Callable[[Protocol, Claim, int], bool]) -> Callable[..., None]:
    """The rule, without operators, that a claim without letters, one of so many cases, is true or false as computed."""

    def check_case(protocol: Protocol, claim: Claim, proved: bool, operators: list[str], cases: int) -> None:
        if operators:
            raise Refusal("wrong-count", f"'{claim}'", "no operators: the kernel makes them", operators)
        if holds(protocol, claim, cases) != proved:
            raise Refusal("wrong-conclusion", f"'{claim}'", "the opposite", "PROVED" if proved else "REFUTED")

    return check_case


def holds(protocol: Protocol, claim: Claim, cases: int) -> bool:
    """Whether a claim is true, one of so many cases; raises Refusal if it does not fit."""
    return (_untouched if claim.word == "untouched" else _same)(protocol, claim, cases)


def _untouched(protocol: Protocol, claim: Claim, cases: int) -> bool:
    """Whether the gates act on the coalition as the identity."""
    gates, size = protocol.moment(claim.name)[-1], len(protocol.names)
    touched = {qubit for gate in gates for qubit in gate[1:]}.intersection(protocol.held_by(claim))
    at_most(MOST_QUBITS, len(touched), f"'{claim}'", "qubits that the gates act on")
    at_most(MOST_GATES, cases * len(gates), f"'{claim}'", "gates in all cases")
    paulis = Paulis.basis(touched, size)
    paulis.pull_back(gates)
    return paulis == Paulis.basis(touched, size)


def _same(protocol: Protocol, claim: Claim, cases: int) -> bool:
    """Whether this encoding, followed by the local gates, and the other are the same up to a phase."""
    size, secret = len(protocol.names), protocol.secret
    at_most(MOST_QUBITS, size * cases, f"'{claim}'", "qubits in all cases")
    inverse = [gate for gate in reversed(other_gates(protocol, claim)) for _ in range(3 if gate[0] == "S" else 1)]
    parts = [*protocol.moment(""), local_gates(protocol, claim), inverse]
    same, found = (Paulis.basis(range(size), size).represented(each, secret) for each in ([], parts))
    return all(one == other for one, other in zip(same, found, strict=True) if one)  # not of X outside the secret
