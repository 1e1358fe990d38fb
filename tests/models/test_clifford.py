"""Every Clifford operation of Qiskit's becomes gates with the same unitary; everything else is refused."""

from __future__ import annotations

import inspect
import math

import numpy
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, Parameter
from qiskit.circuit.library import PauliEvolutionGate, PauliGate, PermutationGate, UnitaryGate, standard_gates
from qiskit.quantum_info import Clifford, Operator, SparseObservable, SparsePauliOp, random_clifford

from noclone.models.clifford import NotCliffordError, clifford_gates, pauli_letters, quarter_turns
from noclone.models.errors import CircuitError
from noclone.models.reading import read_system
from noclone.models.system import CLIFFORD

from definitions import apply


def gates_of(circuit):
    """A circuit's gates as noclone reads them."""
    parties = [register.name for register in [*circuit.qregs, *circuit.cregs]]
    return read_system({"encode": circuit}, secret=parties[0], parties=parties, recoveries={}).gates_until(None)


def unitary_of(gates, qubits):
    """The unitary of H, S and CX gates, in Qiskit's order (qubit 0 least significant)."""
    tensor = apply(numpy.eye(2**qubits, dtype=complex).reshape([2] * qubits + [2**qubits]), gates)
    matrix = tensor.transpose([*reversed(range(qubits)), qubits]).reshape(2**qubits, 2**qubits)
    order = [int(format(column, f"0{qubits}b")[::-1], 2) for column in range(2**qubits)] if qubits else [0]
    return matrix[:, order]


def same_up_to_phase(one, other):
    """Whether two unitaries differ by a phase."""
    return abs(abs(numpy.trace(one.conj().T @ other)) / len(one) - 1) < 1e-12


def assert_read_right(circuit):
    assert same_up_to_phase(unitary_of(gates_of(circuit), circuit.num_qubits), Operator(circuit).data)


def standard():
    """Every standard gate class of Qiskit with a fixed number of angles, and those angles' number."""
    for name, kind in sorted(vars(standard_gates).items()):
        if inspect.isclass(kind) and issubclass(kind, Gate):
            count = len(
                [
                    p
                    for p in inspect.signature(kind).parameters.values()
                    if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
                ]
            )
            for angles in (
                [0] * count,
                [2] * count,
                [4] * count,
                [1] * count,
                list(range(1, count + 1)),
                [6, *[2] * (count - 1)][:count],
            ):
                try:
                    gate = kind(*(angle * math.pi / 4 for angle in angles))
                    gate.to_matrix()
                except Exception:  # noqa: BLE001, S112 (gates whose first argument is a number of qubits)
                    continue
                yield pytest.param(gate, id=f"{name}-{'-'.join(map(str, angles))}")


def is_clifford(gate):
    """Decided by conjugating every Pauli, without Qiskit's Clifford class."""
    matrix = gate.to_matrix()
    for qubit in range(gate.num_qubits):
        for letter in "XZ":
            label = "".join(letter if other == qubit else "I" for other in reversed(range(gate.num_qubits)))
            image = matrix @ Operator(PauliGate(label)).data @ matrix.conj().T
            weights = [
                coefficient for _, coefficient in SparsePauliOp.from_operator(Operator(image)).simplify(1e-9).to_list()
            ]
            if len(weights) != 1 or abs(abs(weights[0]) - 1) > 1e-9:
                return False
    return True


@pytest.mark.parametrize("gate", list(standard()))
def test_every_standard_gate_is_read_exactly_when_it_is_clifford(gate):
    circuit = QuantumCircuit(gate.num_qubits)
    circuit.append(gate, range(gate.num_qubits))
    if not gate.num_qubits:
        assert gates_of(QuantumCircuit(1).compose(circuit, [])) == []
    elif is_clifford(gate):
        assert_read_right(circuit)
    else:
        assert not {gate[0] for gate in gates_of(circuit)} <= CLIFFORD
        with pytest.raises(NotCliffordError):
            clifford_gates(gate)


def exponential(operator, time):
    """exp(−i·time·P) for a Pauli matrix P: its square is 1."""
    return math.cos(time) * numpy.eye(len(operator)) - 1j * math.sin(time) * operator


@pytest.mark.parametrize("label", ["X", "Y", "ZZ", "XYZ", "YIX", "IZYX"])
@pytest.mark.parametrize("quarters", [1, 2, 3, -1, 5])
def test_pauli_evolutions_at_multiples_of_a_quarter_pi(label, quarters):
    time = quarters * math.pi / 4
    wanted = exponential(Operator(PauliGate(label)).data, time)
    for operator, scaled in (
        (SparsePauliOp(label), time),
        (SparseObservable(label), time),
        (SparsePauliOp(label, 0.5), 2 * time),
    ):
        circuit = QuantumCircuit(len(label))
        circuit.append(PauliEvolutionGate(operator, time=scaled), range(len(label)))
        assert same_up_to_phase(unitary_of(gates_of(circuit), len(label)), wanted)


def test_commuting_evolutions_are_read_and_others_refused():
    for terms, fine in ((["XX", "ZZ"], True), (["XI", "ZI"], False)):
        circuit = QuantumCircuit(2)
        circuit.append(PauliEvolutionGate(SparsePauliOp(terms), time=math.pi / 4), [0, 1])
        if fine:
            factors = [exponential(Operator(PauliGate(term)).data, math.pi / 4) for term in terms]
            assert same_up_to_phase(unitary_of(gates_of(circuit), 2), factors[0] @ factors[1])
        else:
            with pytest.raises(CircuitError, match="commute"):
                gates_of(circuit)


def test_paulis_permutations_cliffords_open_controls_and_nested_gates():
    inner = QuantumCircuit(2, name="inner")
    inner.ecr(0, 1)
    outer = QuantumCircuit(3, name="outer")
    outer.append(inner.to_gate(), [2, 0])
    outer.cx(0, 1, ctrl_state=0)
    circuit = QuantumCircuit(4)
    circuit.append(PauliGate("XYZI"), range(4))
    circuit.append(PermutationGate([2, 0, 1]), [0, 1, 3])
    circuit.append(random_clifford(3, seed=5), [1, 2, 3])
    circuit.append(outer.to_gate().inverse(), [3, 1, 0])
    circuit.append(UnitaryGate(Operator(random_clifford(2, seed=7)).data), [0, 2])
    circuit.barrier()
    circuit.delay(10, 0)
    circuit.id(1)
    plain = circuit.copy_empty_like()
    for instruction in circuit.data:
        if instruction.operation.name not in ("barrier", "delay"):
            operation = instruction.operation
            plain.append(
                operation.to_instruction() if isinstance(operation, Clifford) else operation, instruction.qubits
            )
    assert same_up_to_phase(unitary_of(gates_of(circuit), 4), Operator(plain).data)


def test_a_gate_is_known_by_its_class_never_by_its_name():
    impostor = QuantumCircuit(1, name="h")
    impostor.s(0)
    circuit = QuantumCircuit(1)
    circuit.append(impostor.to_gate(), [0])
    assert gates_of(circuit) == [("S", 0)]


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 7, -5, 1001])
def test_an_angle_is_recognised_within_its_stated_tolerance_only(turns):
    angle = turns * math.pi / 4
    assert quarter_turns(angle) == turns
    assert quarter_turns(math.nextafter(angle, 1e9)) == turns
    for off in (1e-12 * max(1, abs(angle)), -1e-9, 0.1):
        with pytest.raises(NotCliffordError, match="multiple of pi/4"):
            quarter_turns(angle + off)
    for bad in (math.nan, math.inf):
        with pytest.raises(NotCliffordError):
            quarter_turns(bad)


@pytest.mark.parametrize("kind", ["rx", "ry", "rz", "p"])
def test_rotations_off_the_grid_are_no_clifford_and_unbound_parameters_are_refused(kind):
    circuit = QuantumCircuit(2)
    getattr(circuit, kind)(0.3, 1)
    with pytest.raises(NotCliffordError, match=r"angle 0\.3 is not a multiple of pi/4"):
        clifford_gates(circuit.data[0].operation)
    symbolic = QuantumCircuit(1)
    getattr(symbolic, kind)(Parameter("theta"), 0)
    with pytest.raises(CircuitError, match=rf"'{kind}' on q: parameter theta has no value"):
        gates_of(symbolic)
    assert gates_of(symbolic.assign_parameters([math.pi])) != []


def test_almost_clifford_matrices_are_refused():
    matrix = Operator(random_clifford(1, seed=1)).data @ numpy.diag([1, numpy.exp(1e-9j)])
    with pytest.raises(NotCliffordError, match="not Clifford"):
        clifford_gates(UnitaryGate(matrix))


def test_pauli_letters_tells_paulis_from_the_rest():
    assert pauli_letters([("H", 0), ("S", 0), ("S", 0), ("H", 0), ("S", 2), ("S", 2)], 3) == {0: "X", 2: "Z"}
    with pytest.raises(NotCliffordError, match="only Paulis"):
        pauli_letters([("S", 0)], 1)
