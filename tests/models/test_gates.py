"""Every operation that can be read as gates, against Qiskit's own matrices."""

from __future__ import annotations

import inspect
import math
import random
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import ControlledGate, Gate, Parameter
from qiskit.circuit.library import PauliEvolutionGate, UnitaryGate, standard_gates
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector

from noclone.models.densities import Densities
from noclone.models.gates import UnreadableError, controlled, gates_of
from noclone.models.phases import Angle, phase_name, phase_of, read_angle
from noclone.models.reading import read_system

from definitions import matrix_of
from entropies import Measured

NEED_CONTROLS = ("MCXGate", "MCPhaseGate", "MCU1Gate")
DEPRECATED = ("MCXGrayCode", "MCXRecursive", "MCXVChain")
STANDARD = sorted(
    {
        kind
        for name, kind in inspect.getmembers(standard_gates, inspect.isclass)
        if issubclass(kind, Gate) and name not in DEPRECATED
    }
    - {Gate, ControlledGate, standard_gates.GlobalPhaseGate},
    key=lambda kind: kind.__name__,
)


def instances(kind, angles):
    """The gate at these angles; with one to three controls where it takes a number of them."""
    names = [
        name
        for name, parameter in inspect.signature(kind.__init__).parameters.items()
        if name not in ("self", "label", "num_ctrl_qubits", "ctrl_state", "mode", "dirty_ancillas")
        and name[0] != "_"
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        and parameter.default is parameter.empty
    ]
    chosen = list(angles)[: len(names)]
    if kind.__name__ in NEED_CONTROLS:
        return [kind(*chosen, controls) for controls in (1, 2, 3)]
    return [kind(*chosen)]


def same_up_to_phase(found, wanted):
    overlap = numpy.vdot(wanted, found) / len(wanted)
    return abs(abs(overlap) - 1) < 1e-9 and numpy.allclose(found, overlap * wanted, atol=1e-9)


def matrix(operation):
    """The matrix of its gates as a circuit is read, with Qiskit's order: qubit 0 least significant."""
    count = operation.num_qubits
    circuit = QuantumCircuit(QuantumRegister(count, "A"))
    circuit.append(operation, range(count))
    gates = read_system({"encode": circuit}, secret="A", parties=["A"], recoveries={}).gates_until(None)
    return matrix_of([(name, *(count - 1 - qubit for qubit in qubits)) for name, *qubits in gates], count)


def names(operation):
    return {gate[0] for gate in gates_of(operation)}


ANGLES = {
    "eighths": [math.pi / 4, 3 * math.pi / 4, -math.pi / 4, math.pi / 2],
    "quarters": [math.pi / 2, -math.pi / 2, math.pi, math.pi / 2],
    "any": [0.3, -1.7, 2.9, math.pi / 3],
}


@pytest.mark.parametrize("angles", ANGLES)
@pytest.mark.parametrize("kind", STANDARD, ids=lambda kind: kind.__name__)
def test_every_standard_gate_is_read_as_its_matrix(kind, angles):
    for operation in instances(kind, ANGLES[angles]):
        assert same_up_to_phase(matrix(operation), Operator(operation).data)


def test_gates_over_the_ring_become_clifford_and_t_alone():
    ring = {
        "CCXGate", "CCZGate", "CHGate", "CSGate", "CSdgGate", "CSXGate", "CSwapGate", "C3XGate", "C4XGate", "C3SXGate",
        "TGate", "TdgGate", "RCCXGate", "RC3XGate",
    }  # fmt: skip
    for name in ring:
        assert names(getattr(standard_gates, name)()) <= {"H", "S", "CX", "T"}, name
    for operation in (standard_gates.RZGate(math.pi / 4), standard_gates.UGate(*[math.pi / 4] * 3)):
        assert names(operation) <= {"H", "S", "CX", "T"}
    assert names(standard_gates.CRZGate(math.pi / 4)) == {"P(-1/8)", "T"}, "e^{iπ/8} is not in the ring"


@given(st.integers(0, 7), st.integers(1, 3), st.floats(-10, 10))
def test_controls_open_or_closed_are_read_with_the_phase_that_they_show(state, controls, angle):
    operation = standard_gates.RZGate(angle).control(controls, ctrl_state=state % 2**controls, annotated=False)
    assert same_up_to_phase(matrix(operation), Operator(operation).data)


def test_a_controlled_list_of_gates_is_the_controlled_matrix():
    gates = [("H", 0), ("T", 0, 1), ("S", 1), ("CX", 0, 1), ("P(1/3)", 1), ("H", 1)]
    inner = matrix_of(gates, 2)
    wanted = numpy.eye(8, dtype=complex)
    wanted[4:, 4:] = inner
    shifted = [(name, *(qubit + 1 for qubit in qubits)) for name, *qubits in gates]
    assert numpy.allclose(matrix_of(list(controlled(shifted, 0)), 3), wanted)


def test_an_evolution_by_any_time_is_read():
    operation = PauliEvolutionGate(SparsePauliOp.from_list([("XX", 0.3), ("ZZ", -1.1)]), 0.7)
    factors = [
        math.cos(0.7 * rate) * numpy.eye(4) - 1j * math.sin(0.7 * rate) * Operator(SparsePauliOp(word)).data
        for word, rate in (("XX", 0.3), ("ZZ", -1.1))
    ]
    assert same_up_to_phase(matrix(operation), factors[0] @ factors[1])
    with pytest.raises(UnreadableError, match="commute"):
        gates_of(PauliEvolutionGate(SparsePauliOp.from_list([("X", 0.3), ("Z", 1.0)]), 0.7))


def test_what_cannot_be_written_as_gates_is_refused():
    with pytest.raises(UnreadableError, match="has no value"):
        gates_of(standard_gates.RZGate(Parameter("x")))
    with pytest.raises(UnreadableError, match="not Clifford"):
        gates_of(UnitaryGate(numpy.diag([1, numpy.exp(0.1j)])))


def test_a_condition_on_other_gates_becomes_a_control_and_agrees_with_both_outcomes():
    block = QuantumCircuit(2)
    block.h(0)
    block.t(1)
    block.cx(0, 1)
    circuit = QuantumCircuit(QuantumRegister(2, "A"), QuantumRegister(1, "B"))
    bits = ClassicalRegister(1, "C")
    circuit.add_register(bits)
    circuit.h(2)
    circuit.measure(2, 0)
    circuit.if_else((bits, 1), block, QuantumCircuit(2), [0, 1], [])
    system = read_system({"encode": circuit}, secret="A", parties=["A", "B", "C"], recoveries={})
    gates = system.gates_until(None)
    state = matrix_of(gates, len(system.names))[:, 0].reshape([2] * len(system.names))
    place = {name: at for at, name in enumerate(system.names)}
    for outcome in (0, 1):
        branch = numpy.take(state, outcome, axis=place["C"])
        reduced = branch.reshape(4, -1)  # A's two qubits are the first
        found = reduced @ reduced.conj().T * 2
        wanted = Statevector.from_label("00").evolve(block if outcome else QuantumCircuit(2)).reverse_qargs().data
        assert numpy.allclose(found, numpy.outer(wanted, wanted.conj()))


@given(st.fractions(-8, 8, max_denominator=64), st.fractions(-8, 8))
def test_a_phase_gates_name_says_its_angle(pi, radians):
    for angle in (Angle(pi), Angle(radians=radians), Angle(pi, radians)):
        assert phase_of(phase_name(angle)) == angle


@given(st.fractions(-8, 8, max_denominator=1024))
def test_multiples_of_pi_are_read_exactly(multiple):
    assert read_angle(float(multiple) * math.pi) == Angle(multiple)


def test_other_angles_are_what_their_bits_say():
    assert read_angle(0.3) == Angle(radians=Fraction(0.3))
    for bad in (math.inf, math.nan):
        with pytest.raises(ValueError, match="finite"):
            read_angle(bad)
    for bad in ("H", "P(1/3", "Q(1)"):
        with pytest.raises(ValueError, match="no phase gate"):
            phase_of(bad)


def measured_and_conditional(rng):
    """A random circuit that measures, resets and applies other gates than Paulis under conditions."""
    circuit = QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(2, "P"), ClassicalRegister(1, "C"))
    blocks = []
    for _ in range(2):
        block = QuantumCircuit(2)
        for _ in range(3):
            name = rng.choice(["h", "t", "sx", "ry", "cx", "ch"])
            if name in ("cx", "ch"):
                getattr(block, name)(*rng.sample(range(2), 2))
            elif name == "ry":
                block.ry(rng.choice([0.4, math.pi / 4, math.pi / 3]), rng.randrange(2))
            else:
                getattr(block, name)(rng.randrange(2))
        blocks.append(block)
    circuit.h(1)
    circuit.cx(0, 1)
    circuit.t(0)
    circuit.h(0)
    circuit.measure(rng.choice([0, 1]), 0)
    if rng.random() < 0.5:
        with circuit.if_test((circuit.clbits[0], rng.randrange(2))):
            circuit.append(blocks[0].to_gate(), rng.sample(range(3), 2))
    else:
        circuit.if_else((circuit.cregs[0], rng.randrange(2)), blocks[0], blocks[1], rng.sample(range(3), 2), [])
    if rng.random() < 0.5:
        circuit.reset(rng.randrange(3))
        circuit.cx(0, 2)
    return circuit


@pytest.mark.parametrize("seed", range(12))
def test_conditions_on_any_gates_agree_with_density_matrices_for_every_coalition(seed):
    rng = random.Random(seed)
    circuit = measured_and_conditional(rng)
    system = read_system({"encode": circuit}, secret="A", parties=["A", "P", "C"], recoveries={})
    oracle, densities = Measured([circuit.decompose("circuit*")], "A"), Densities(system)
    for chosen in range(1, 2 ** len(oracle.names)):
        held = [name for at, name in enumerate(oracle.names) if chosen >> at & 1]
        found = densities.information([system.index[name] for name in held]).value
        assert found == pytest.approx(oracle.information(held), abs=1e-6), held
