"""I(R:C) from von Neumann entropies: the circuit is simulated by Qiskit or by hand, the entropies are QuTiP's."""

from __future__ import annotations

import numpy
import qutip
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.quantum_info import DensityMatrix, Operator, Statevector


def purified(circuit, secret):
    """The state of a circuit without measurements, with a reference R (its last qubits) that purifies the secret."""
    size = next(len(register) for register in circuit.qregs if register.name == secret)
    whole = QuantumCircuit(*circuit.qregs, QuantumRegister(size, "reference"))
    own = next(register for register in whole.qregs if register.name == secret)
    for qubit, other in zip(own, whole.qregs[-1], strict=True):
        whole.h(qubit)
        whole.cx(qubit, other)
    whole.compose(circuit, range(circuit.num_qubits), inplace=True)
    return Statevector(whole), size


def information(state, references, held):
    """I(R:C) in bits: R the last ``references`` qubits, C the qubits ``held`` of a pure Qiskit state."""
    count = state.num_qubits
    ket = qutip.Qobj(state.data.reshape(-1, 1), dims=[[2] * count, [1] * count])
    reference = list(range(count - references, count))

    def entropy(qubits):
        if not qubits:
            return 0.0
        # QuTiP's first factor is Qiskit's last qubit
        return qutip.entropy_vn(ket.ptrace(sorted(count - 1 - qubit for qubit in qubits)), base=2)

    return entropy(reference) + entropy(list(held)) - entropy([*reference, *held])


class Measured:
    """A circuit with measurements, resets and conditional gates, as a density matrix of all its qubits and bits and R."""

    def __init__(self, circuits, secret):
        registers = {
            register.name: len(register) for circuit in circuits for register in [*circuit.qregs, *circuit.cregs]
        }
        self.index, self.names = {}, []
        for name, size in registers.items():
            for number in range(size):
                self.index[name, number] = len(self.names)
                self.names.append(name if size == 1 else f"{name}[{number}]")
        size = registers[secret]
        self.count, self.references = len(self.names) + size, size
        bell = QuantumCircuit(self.count)
        for number in range(size):
            bell.h(self.index[secret, number])
            bell.cx(self.index[secret, number], len(self.names) + number)
        self.state = DensityMatrix(bell)
        for circuit in circuits:
            self.run(circuit)

    def run(self, circuit):
        place = {
            bit: self.index[register.name, number]
            for register in [*circuit.qregs, *circuit.cregs]
            for number, bit in enumerate(register)
        }
        for instruction in circuit.data:
            qubits = [place[bit] for bit in instruction.qubits]
            bits = [place[bit] for bit in instruction.clbits]
            self.step(instruction.operation, qubits, bits, place)

    def step(self, operation, qubits, bits, place):
        if operation.name == "measure":
            copy = QuantumCircuit(2)
            copy.cx(0, 1)
            self.state = self.state.reset(bits).evolve(copy, [qubits[0], bits[0]])
            self.state = self.projected(bits[0], 0) + self.projected(bits[0], 1)
        elif operation.name == "reset":
            self.state = self.state.reset(qubits)
        elif operation.name == "if_else":
            target, value = operation.condition
            target = target if not hasattr(target, "__len__") else target[0]
            blocks = [*operation.blocks, None][:2]
            branches = []
            for outcome in (0, 1):
                block = blocks[0] if outcome == int(value) else blocks[1]
                branch = self.projected(place[target], outcome)
                for inner in block.data if block is not None else ():
                    branch = branch.evolve(inner.operation, [qubits[block.find_bit(bit).index] for bit in inner.qubits])
                branches.append(branch)
            self.state = branches[0] + branches[1]
        elif operation.name != "barrier":
            self.state = self.state.evolve(operation, qubits)

    def projected(self, qubit, outcome):
        projector = numpy.diag([1.0 - outcome, float(outcome)])
        return self.state.evolve(Operator(projector), [qubit])

    def information(self, held):
        """I(R:C) in bits for qubits by name."""
        rho = qutip.Qobj(self.state.data, dims=[[2] * self.count, [2] * self.count])
        reference = list(range(self.count - self.references, self.count))
        chosen = [self.names.index(name) for name in held]

        def entropy(qubits):
            return (
                qutip.entropy_vn(rho.ptrace(sorted(self.count - 1 - qubit for qubit in qubits)), base=2)
                if qubits
                else 0.0
            )

        return entropy(reference) + entropy(chosen) - entropy([*reference, *chosen])


def all_entropies(state):
    """The entropies, in bits, of every set of qubits of a pure state, by singular values; index: bit q set if q is in."""
    count = state.num_qubits
    tensor = state.data.reshape([2] * count)
    found = numpy.zeros(2**count)
    for chosen in range(2 ** (count - 1)):
        inside = [count - 1 - qubit for qubit in range(count) if chosen >> qubit & 1]
        outside = [axis for axis in range(count) if axis not in inside]
        matrix = tensor.transpose(*inside, *outside).reshape(2 ** len(inside), -1)
        weights = numpy.linalg.svd(matrix, compute_uv=False) ** 2
        weights = weights[weights > 1e-12]
        found[chosen] = found[2**count - 1 - chosen] = -(weights * numpy.log2(weights)).sum()
    return found
