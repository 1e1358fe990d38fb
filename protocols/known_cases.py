"""Small protocols whose answers are in every textbook: what a verifier has to get right before anybody trusts it."""

from __future__ import annotations

from noclone.proofs.claims import StatedClaim
from noclone.protocols.family import Family, Parameter
from noclone.protocols.protocol import Protocol, Recovery

__all__ = ["FIVE_QUBIT_CODE", "ONE_TIME_PAD", "SWAP_OUT", "TELEPORTATION"]

PAD_PAPER = "Ambainis et al., arXiv:quant-ph/0003101"
TELEPORTATION_PAPER = "Bennett et al., Phys. Rev. Lett. 70, 1895 (1993)"
CODE_PAPER = "Laflamme et al., arXiv:quant-ph/9602019; ring graph code of arXiv:quant-ph/0012111"


def _one_time_pad(qubits: int) -> Protocol:
    """Key bits are fresh random bits: measured |+⟩ states of a register P that nobody holds."""
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    source, pad = QuantumRegister(qubits, "A"), QuantumRegister(2 * qubits, "P")
    key = ClassicalRegister(2 * qubits, "K")
    draw, encrypt, decrypt = (
        QuantumCircuit(source, pad, key),
        QuantumCircuit(source, pad, key),
        QuantumCircuit(source, key),
    )
    draw.h(pad)
    draw.measure(pad, key)
    for circuit in (encrypt, decrypt):
        for at in range(qubits):
            with circuit.if_test((key[2 * at], 1)):
                circuit.x(source[at])
            with circuit.if_test((key[2 * at + 1], 1)):
                circuit.z(source[at])
    claims = [
        StatedClaim("mixed A", "PROVED", PAD_PAPER, "the ciphertext is noise"),
        StatedClaim("mixed K", "PROVED", PAD_PAPER, "the key is random and independent of the message"),
        StatedClaim("recovers A K", "PROVED", PAD_PAPER, "ciphertext and key restore the message"),
        StatedClaim("restores decrypt", "PROVED", PAD_PAPER),
        StatedClaim("single-use decrypt", "PROVED", PAD_PAPER),
        StatedClaim("hides A K[*-i]", "REFUTED", PAD_PAPER, "two key bits per qubit are needed"),
    ]
    if qubits == 1:
        claims += [
            StatedClaim("leaks Z from A K[0]", "PROVED", PAD_PAPER, "with one key bit, one Pauli component is read"),
            StatedClaim("leaks X from A K[1]", "PROVED", PAD_PAPER),
        ]
    return Protocol(
        "one-time-pad",
        {"draw": draw, "encrypt": encrypt},
        "A",
        ("A", "K"),
        {"decrypt": Recovery(decrypt, "A")},
        tuple(claims),
        {"qubits": qubits},
    )


def _teleportation() -> Protocol:
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    source, half, far = (QuantumRegister(1, name) for name in ("A", "H", "B"))
    outcome = ClassicalRegister(2, "M")
    prepare, measure = (QuantumCircuit(source, half, far, outcome) for _ in range(2))
    correct = QuantumCircuit(far, outcome)
    prepare.h(half)
    prepare.cx(half, far)
    measure.cx(source, half)
    measure.h(source)
    measure.measure([source[0], half[0]], outcome)
    with correct.if_test((outcome[1], 1)):
        correct.x(far)
    with correct.if_test((outcome[0], 1)):
        correct.z(far)
    claims = (
        StatedClaim("mixed B", "PROVED", TELEPORTATION_PAPER, "before the message arrives B holds noise"),
        StatedClaim("mixed M", "PROVED", TELEPORTATION_PAPER, "the message alone says nothing"),
        StatedClaim("hides A H M", "PROVED", TELEPORTATION_PAPER, "the sender keeps nothing"),
        StatedClaim("recovers B M", "PROVED", TELEPORTATION_PAPER),
        StatedClaim("single-use correct", "PROVED", TELEPORTATION_PAPER, "nothing is copied"),
        StatedClaim("leaks X from B M[0]", "PROVED", TELEPORTATION_PAPER, "half the message, half the state"),
        StatedClaim("leaks Z from B M[1]", "PROVED", TELEPORTATION_PAPER),
        StatedClaim("recovers B", "REFUTED", TELEPORTATION_PAPER, "no faster than the message"),
        StatedClaim("hides B after correct", "REFUTED", TELEPORTATION_PAPER),
    )
    parties = ("A", "H", "B", "M")
    stages = {"prepare": prepare, "measure": measure}
    return Protocol("teleportation", stages, "A", parties, {"correct": Recovery(correct, "B")}, claims)


def _five_qubit_code() -> Protocol:
    """|x⟩ becomes Z^⊗5 to the power x on the ring graph state; X₀Z₁Z₄ then tells x, which frees A (left in |0⟩)."""
    from qiskit import QuantumCircuit, QuantumRegister

    source, code, output = QuantumRegister(1, "A"), QuantumRegister(5, "Q"), QuantumRegister(1, "B")
    encode, decode = QuantumCircuit(source, code), QuantumCircuit(code, output)
    encode.h(code)
    for at in range(5):
        encode.cz(code[at], code[(at + 1) % 5])
    encode.cz(source, code)
    for circuit, qubit in ((encode, source), (decode, output)):
        circuit.h(qubit)
        circuit.cx(qubit[0], code[0])
        circuit.cz(qubit[0], code[1])
        circuit.cz(qubit[0], code[4])
        circuit.h(qubit)
    decode.cz(output, code)
    claims = (
        StatedClaim("recovers Q[i] Q[j] Q[k]", "PROVED", CODE_PAPER, "every three are authorized"),
        StatedClaim("hides Q[i] Q[j]", "PROVED", CODE_PAPER, "every two learn nothing"),
        StatedClaim("mixed Q[i] Q[j]", "PROVED", CODE_PAPER, "any two qubits are maximally mixed"),
        StatedClaim("recovers Q[i] Q[j]", "REFUTED", CODE_PAPER),
        StatedClaim("hides Q[i] Q[j] Q[k]", "REFUTED", CODE_PAPER),
        StatedClaim("single-use decode", "PROVED", CODE_PAPER),
    )
    return Protocol("five-qubit-code", {"encode": encode}, "A", ("Q",), {"decode": Recovery(decode, "B")}, claims)


def _swap_out() -> Protocol:
    from qiskit import QuantumCircuit, QuantumRegister

    source, target = QuantumRegister(1, "A"), QuantumRegister(1, "B")
    swap = QuantumCircuit(source, target)
    swap.swap(source, target)
    claims = (
        StatedClaim("recovers B", "PROVED", note="B has it all"),
        StatedClaim("hides A", "PROVED", note="A keeps nothing"),
        StatedClaim("mixed A", "REFUTED", note="but A is no noise: it is in |0⟩"),
        StatedClaim("mixed B", "REFUTED"),
        StatedClaim("single-use keep", "PROVED"),
        StatedClaim("untouched A by swap", "REFUTED"),
    )
    keep = Recovery(QuantumCircuit(target), "B")
    return Protocol("swap-out", {"swap": swap}, "A", ("A", "B"), {"keep": keep}, claims)


ONE_TIME_PAD = Family(
    "one-time-pad",
    "the quantum one-time pad: two random bits per qubit hide it perfectly",
    PAD_PAPER,
    (Parameter("qubits", "length of the message", 1, 500, (1, 2)),),
    _one_time_pad,
)
TELEPORTATION = Family(
    "teleportation", "a Bell pair and two bits carry a qubit", TELEPORTATION_PAPER, (), _teleportation
)
FIVE_QUBIT_CODE = Family(
    "five-qubit-code",
    "any three of five qubits restore the secret, any two learn nothing",
    CODE_PAPER,
    (),
    _five_qubit_code,
)
SWAP_OUT = Family("swap-out", "the secret moves from A to B: the smallest protocol", "", (), _swap_out)
