"""The other route: the protocol's own circuits run by Qiskit, partial traces by their definition, random inputs.

Nothing here uses exact amplitudes or stabilizers. A circuit that measures or resets is run as the plain gates that the
protocol's reader made of it, with every measurement deferred. Everything is big-endian, in the system's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy

from noclone.models.system import Gate, System

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["TOLERANCE", "Reference", "close", "gates_of_part", "same_ray"]

TOLERANCE = 1e-9
_SEED = 20250102


def close(left: Any, right: Any) -> bool:
    """Whether two arrays have the same shape and the same numbers within 1e-9."""
    return numpy.shape(left) == numpy.shape(right) and bool(numpy.allclose(left, right, rtol=0, atol=TOLERANCE))


def same_ray(left: Any, right: Any) -> bool:
    """Whether two unit vectors differ by a phase only."""
    return numpy.shape(left) == numpy.shape(right) and bool(abs(abs(numpy.vdot(left, right)) - 1) < TOLERANCE)


class Reference:
    """A system's states by Qiskit; ``circuits`` are its stages' and recoveries' own, by name."""

    def __init__(self, system: System, circuits: Mapping[str, QuantumCircuit]) -> None:
        self.system, self._circuits = system, circuits
        self.size = len(system.names)
        self._unitaries: dict[str, Any] = {}
        self._isometries: dict[str | None, Any] = {}

    @cached_property
    def inputs(self) -> tuple[Any, ...]:
        """4^k + 1 random unit vectors of amplitudes: almost surely their projectors span all operators."""
        random = numpy.random.default_rng(_SEED)
        dimension = 2 ** len(self.system.secret_qubits)
        found = random.normal(size=(dimension**2 + 1, dimension, 2)) @ numpy.array([1, 1j])
        return tuple(vector / numpy.linalg.norm(vector) for vector in found)

    def unitary(self, part: str) -> Any:
        """The unitary of a stage or recovery, its global phase included where its circuit is run."""
        if part not in self._unitaries:
            own = _run(self._circuits[part], self.system) if part in self._circuits else None
            self._unitaries[part] = (
                own if own is not None else _unitary(_plain(gates_of_part(self.system, part), self.size))
            )
        return self._unitaries[part]

    def isometry(self, moment: str | None) -> Any:
        """V as a matrix of 2^qubits by 2^k, at the end of a stage or recovery (None: of the encoding)."""
        if moment not in self._isometries:
            k, order = len(self.system.secret_qubits), list(self.system.secret_qubits)
            others = [qubit for qubit in range(self.size) if qubit not in order]
            start = numpy.zeros((2**k, 2 ** len(others), 2**k), dtype=complex)
            start[numpy.arange(2**k), 0, numpy.arange(2**k)] = 1
            placed = start.reshape([2] * self.size + [2**k]).transpose(*numpy.argsort([*order, *others]), self.size)
            state = placed.reshape(2**self.size, 2**k)
            for part in self.parts(moment):
                state = self.unitary(part) @ state
            self._isometries[moment] = state
        return self._isometries[moment]

    def parts(self, moment: str | None) -> list[str]:
        """The stages, and the recovery, up to a moment."""
        stages = [stage.name for stage in self.system.stages]
        if moment in stages:
            return stages[: stages.index(moment) + 1]
        return stages if moment is None else [*stages, moment]

    def state(self, moment: str | None, amplitudes: Sequence[complex]) -> Any:
        """V|ψ⟩, an axis for each qubit."""
        return (self.isometry(moment) @ numpy.asarray(amplitudes)).reshape([2] * self.size)

    def reduced(self, moment: str | None, held: Sequence[int], amplitudes: Sequence[complex]) -> Any:
        """tr_rest V|ψ⟩⟨ψ|V†: the sum over the rest's basis states, as the partial trace is defined."""
        rest = [qubit for qubit in range(self.size) if qubit not in held]
        matrix = self.state(moment, amplitudes).transpose(*held, *rest).reshape(2 ** len(held), -1)
        found = numpy.zeros((len(matrix),) * 2, dtype=complex)
        for column in matrix.T:
            found += numpy.outer(column, column.conj())
        return found


def gates_of_part(system: System, name: str) -> tuple[Gate, ...]:
    """The plain gates of a stage or recovery."""
    stages = {stage.name: stage.gates for stage in system.stages}
    return stages[name] if name in stages else {each.name: each.gates for each in system.recoveries}[name]


def _run(circuit: QuantumCircuit, system: System) -> Any:
    """The unitary of a circuit on the system's registers; None if it is not unitary or has fresh registers of its own."""
    from qiskit import QuantumCircuit, QuantumRegister
    from qiskit.exceptions import QiskitError

    registers = {name: QuantumRegister(size, name) for name, size in system.parties + system.environment}
    if circuit.clbits or any(register.name not in registers for register in circuit.qregs):
        return None
    whole = QuantumCircuit(*registers.values())
    whole.compose(circuit, [qubit for each in circuit.qregs for qubit in registers[each.name]], inplace=True)
    try:
        return _unitary(whole)
    except QiskitError:
        return None


def _unitary(circuit: QuantumCircuit) -> Any:
    """A circuit's matrix, its first qubit the most significant (Qiskit's is the least)."""
    from qiskit.quantum_info import Operator

    return Operator(circuit.reverse_bits()).data


def _plain(gates: Sequence[Gate], size: int) -> QuantumCircuit:
    """Plain gates as a circuit."""
    import math

    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(size)
    for name, *qubits in gates:
        if name == "T":
            circuit.mcp(math.pi / 4, qubits[1:], qubits[0]) if qubits[1:] else circuit.t(qubits[0])
        else:
            getattr(circuit, name.lower())(*qubits)
    return circuit
