"""States go back and forth between Qiskit, QuTiP and exact arrays with every qubit where it was."""

from __future__ import annotations

import random

import numpy
import pytest
import qutip
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Pauli, Statevector, random_density_matrix, random_statevector

from noclone.models.conversions import (
    exact_from_qiskit,
    exact_from_qutip,
    qiskit_from_exact,
    qiskit_from_qutip,
    qutip_from_exact,
    qutip_from_qiskit,
    recognized,
)
from noclone.models.errors import InputError
from noclone.models.exact import run_exactly
from noclone.models.ring import RingArray


def exact_state(gates, qubits):
    parts = numpy.zeros((4, *[2] * qubits), dtype=numpy.int64)
    parts[(0, *[0] * qubits)] = 1
    return run_exactly(gates, RingArray(parts))


def test_qubit_0_is_the_first_factor_in_qutip_and_the_last_letter_in_qiskit():
    state = exact_state([("H", 0), ("S", 0), ("S", 0), ("H", 0)], 3)  # |1⟩ on qubit 0
    assert qutip_from_exact(state) == qutip.basis([2, 2, 2], [1, 0, 0])
    assert qiskit_from_exact(state) == Statevector.from_label("001")
    assert state.parts[0, 1, 0, 0] == 1


@pytest.mark.parametrize("seed", range(20))
def test_every_way_round_gives_the_same_state(seed):
    rng = random.Random(seed)
    qubits = rng.randint(1, 4)
    circuit, gates = QuantumCircuit(qubits), []
    for _ in range(25):
        name = rng.choice(["H", "S", "T", "CX"])
        if name == "CX" and qubits > 1:
            chosen = rng.sample(range(qubits), 2)
            circuit.cx(*chosen)
            gates.append(("CX", *chosen))
        elif name != "CX":
            qubit = rng.randrange(qubits)
            getattr(circuit, name.lower())(qubit)
            gates.append((name, qubit))
    exact, by_qiskit = exact_state(gates, qubits), Statevector(circuit)
    assert numpy.allclose(qiskit_from_exact(exact).data, by_qiskit.data)
    assert exact_from_qiskit(by_qiskit).equals(exact)
    assert exact_from_qutip(qutip_from_qiskit(by_qiskit)).equals(exact)
    assert numpy.allclose(qiskit_from_qutip(qutip_from_exact(exact)).data, by_qiskit.data)


@pytest.mark.parametrize("qubits", [1, 2, 3])
def test_expectation_values_survive_for_vectors_and_density_matrices(qubits):
    for state in (random_statevector(2**qubits, seed=qubits), random_density_matrix(2**qubits, seed=qubits)):
        found = qutip_from_qiskit(state)
        for at in range(qubits):
            label = "".join("Y" if q == at else "I" for q in reversed(range(qubits)))
            operator = qutip.tensor([qutip.sigmay() if q == at else qutip.qeye(2) for q in range(qubits)])
            assert qutip.expect(operator, found) == pytest.approx(state.expectation_value(Pauli(label)).real)
        back = qiskit_from_qutip(found)
        assert isinstance(back, DensityMatrix if isinstance(state, DensityMatrix) else Statevector)
        assert numpy.allclose(back.data, state.data)


def test_floats_that_are_no_exact_state_are_refused():
    for values in ([0.6, 0.8], [1, 1], [1 + 1e-9, 0], [0, 0]):
        with pytest.raises(InputError, match="not those of an exact state"):
            recognized(numpy.array(values, dtype=complex))
    with pytest.raises(InputError, match="2, 4, 8"):
        exact_from_qutip(qutip.basis(3, 0))
    with pytest.raises(InputError, match="a ket is needed"):
        exact_from_qutip(qutip.fock_dm(2, 0))
    with pytest.raises(InputError, match="density operator is needed"):
        qiskit_from_qutip(qutip.basis(2, 0).dag())
