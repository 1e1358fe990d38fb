"""The same noisy circuits in other people's simulators: Aer's channels, Stim's stabilizers."""

from __future__ import annotations

import math

import numpy

from noclone.hardware_checks.noise_model import Depolarizing, Relaxation
from noclone.hardware_checks.physical import Observable

STIM = {"sx": "SQRT_X", "x": "X", "cz": "CZ"}


def stabilizer_of(rows, qubits, paulis):
    """What the paulis {qubit: letter} become under the gates of these rows, as an observable."""
    import stim

    operator = stim.PauliString(qubits)
    for qubit, letter in paulis.items():
        operator[qubit] = letter
    circuit = stim.Circuit()
    for name, places, _, _, quarter in rows:
        if name in STIM:
            circuit.append(STIM[name], places)
        elif name == "rz" and quarter:
            circuit.append({1: "S", 2: "Z", 3: "S_DAG"}[quarter], places)
    found = operator.after(circuit)
    letters = ((qubit, "_XYZ"[found[qubit]]) for qubit in range(qubits))
    return Observable(tuple(pair for pair in letters if pair[1] != "_"), int(found.sign.real))


def aer_state(noisy, index):
    """The density matrix before the final measurement; ``index`` gives each physical qubit's place, the first least significant."""
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import depolarizing_error, thermal_relaxation_error

    circuit = QuantumCircuit(len(index))
    for place, operation in enumerate(noisy.circuit.operations):
        qubits = [index[qubit] for qubit in operation.qubits]
        if operation.name == "rz":
            circuit.rz(operation.quarter * math.pi / 2, *qubits)
        elif operation.name != "delay":
            getattr(circuit, operation.name)(*qubits)
        for location in noisy.locations[place]:
            if isinstance(location.channel, Depolarizing):
                error = depolarizing_error(1 - location.channel.factor, len(location.qubits))
            else:
                assert isinstance(location.channel, Relaxation)
                t1, t2 = noisy.noise.relaxation_times[location.qubits[0]]
                lasting = -math.log(location.channel.population) * t1
                error = thermal_relaxation_error(t1, min(t2, 2 * t1), lasting)
            circuit.append(error.to_instruction(), [index[qubit] for qubit in location.qubits])
    circuit.save_density_matrix()
    return AerSimulator(method="density_matrix").run(circuit).result().data()["density_matrix"].data


def pauli_value(state, observable):
    """Tr(Pρ) for qubits numbered from the least significant: P|i⟩ = i^{#Y}·(−1)^{z·i}·|i ⊕ x⟩."""
    index = numpy.arange(len(state))
    turned, signs, phase = index, 1, observable.sign
    for qubit, letter in observable.paulis:
        if letter in "XY":
            turned = turned ^ (1 << qubit)
        if letter in "YZ":
            signs = signs * (1 - 2 * (index >> qubit & 1))
        phase = phase * (1j if letter == "Y" else 1)
    return float((phase * numpy.sum(signs * state[index, turned])).real)
