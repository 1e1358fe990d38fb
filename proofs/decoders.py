"""From the operators that make a coalition authorized to a circuit that restores the secret.

With X̄ and Z̄ of one secret qubit on the coalition and a fresh |0⟩: X-controlled Z̄, then Z-controlled X̄, moves that qubit
to the fresh one (a generalised swap, half of which the |0⟩ saves). Further secret qubits follow one by one: their operators
commute with those already used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Bit, Qubit

__all__ = ["decoder_circuit"]


def decoder_circuit(
    operators: Sequence[str], registers: Mapping[str, int], output: str, *, classical: Collection[str] = ()
) -> QuantumCircuit:
    """The decoder for operators representing X and Z of each secret qubit in turn, as ``-X_A Z_S[0]``.

    ``registers`` are those of the coalition's parties by name and size, ``classical`` those that hold bits; the secret comes
    out on the new register ``output``. wt(X̄) + wt(Z̄) two-qubit gates per secret qubit, or conditions on bits: operators
    that represent logicals are Z or 1 on a bit, since its copy is in the environment.
    """
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    secrets = len(operators) // 2
    used = {factor[2:].partition("[")[0] for operator in operators for factor in operator[1:].split(" ")}
    parties = [
        (ClassicalRegister if name in classical else QuantumRegister)(size, name)
        for name, size in registers.items()
        if name in used
    ]
    fresh = QuantumRegister(secrets, output)
    circuit = QuantumCircuit(*parties, fresh)
    bits = {
        register.name if len(register) == 1 else f"{register.name}[{number}]": bit
        for register in parties
        for number, bit in enumerate(register)
    }
    for at in range(secrets):
        x, z = operators[2 * at], operators[2 * at + 1]
        circuit.h(fresh[at])
        _controlled(circuit, fresh[at], z, bits)
        circuit.h(fresh[at])
        _controlled(circuit, fresh[at], x, bits)
    return circuit


def _controlled(circuit: QuantumCircuit, control: Qubit, operator: str, bits: Mapping[str, Bit]) -> None:
    """A signed Pauli operator controlled by a qubit."""
    from qiskit.circuit import Clbit

    gates = {"X": circuit.cx, "Y": circuit.cy, "Z": circuit.cz}
    for factor in operator[1:].split(" "):
        bit = bits[factor[2:]]
        if isinstance(bit, Clbit):
            with circuit.if_test((bit, True)):
                circuit.z(control)
        else:
            gates[factor[0]](control, bit)
    if operator[0] == "-":
        circuit.z(control)
