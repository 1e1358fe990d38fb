"""Circuits become systems: names, environment, measurement, resets, conditions; and bad ones one clear line."""

from __future__ import annotations

import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Clbit, Qubit
from qiskit.circuit.classical import expr

from noclone.models.errors import CircuitError, InputError
from noclone.models.reading import CircuitRecovery, read_system
from noclone.models.stabilizer import Encoding

from entropies import Measured


def read(circuit, secret="A", parties=None, **more):
    names = [register.name for register in [*circuit.qregs, *circuit.cregs]]
    return read_system(
        {"encode": circuit}, secret=secret, parties=names if parties is None else parties, recoveries={}, **more
    )


def information(system, held):
    """I(R:C) from the stabilizer group."""
    encoding = Encoding(system.gates_until(None), len(system.names), system.secret_qubits)
    return len(encoding.representatives([system.index[name] for name in held]).generators)


def test_parties_come_first_and_registers_of_one_have_no_index():
    circuit = QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(2, "E"), QuantumRegister(2, "S"))
    system = read(circuit, parties=["S", "A"])
    assert (system.names, system.held) == (["S[0]", "S[1]", "A", "E[0]", "E[1]"], 3)
    assert system.secret_qubits == range(2, 3)


def measured_twice():
    """Two measurements into one bit, a reset, and both kinds of conditional Pauli."""
    a, b, m = QuantumRegister(1, "A"), QuantumRegister(2, "B"), ClassicalRegister(2, "M")
    circuit = QuantumCircuit(a, b, m)
    circuit.h(b)
    circuit.cx(a[0], b[0])
    circuit.measure(b[0], m[0])
    with circuit.if_test((m[0], 1)) as otherwise:
        circuit.x(b[1])
    with otherwise:
        circuit.y(b[1])
        circuit.z(a[0])
    circuit.h(a)
    circuit.measure(b[1], m[0])
    circuit.reset(b[0])
    circuit.measure(a[0], m[1])
    with circuit.if_test((m[1], 0)):
        circuit.append(QuantumCircuit(1, name="flip").to_gate(), [b[0]])
        circuit.z(b[1])
    return circuit


def teleported():
    """Teleportation, with its corrections in the circuit."""
    a, h, b, m = QuantumRegister(1, "A"), QuantumRegister(1, "H"), QuantumRegister(1, "B"), ClassicalRegister(2, "M")
    circuit = QuantumCircuit(a, h, b, m)
    circuit.h(h)
    circuit.cx(h, b)
    circuit.cx(a, h)
    circuit.h(a)
    circuit.measure([a[0], h[0]], m)
    with circuit.if_test((m[1], 1)):
        circuit.x(b)
    with circuit.if_test((m[0], 1)):
        circuit.z(b)
    return circuit


@pytest.mark.parametrize("circuit", [measured_twice(), teleported()], ids=["measured-twice", "teleported"])
def test_measurement_reset_and_conditions_agree_with_density_matrices_for_every_coalition(circuit):
    system, oracle = read(circuit), Measured([circuit], "A")
    names = oracle.names
    for chosen in range(1, 2 ** len(names)):
        held = [name for at, name in enumerate(names) if chosen >> at & 1]
        assert information(system, held) == pytest.approx(oracle.information(held), abs=1e-6), held


def test_a_condition_may_be_an_expression_of_one_bit():
    a, c = QuantumRegister(1, "A"), ClassicalRegister(1, "C")
    circuits = []
    for condition in ((c, 0), expr.logic_not(c[0]), expr.bit_not(c[0]), (c[0], False)):
        circuit = QuantumCircuit(a, c)
        with circuit.if_test(condition):
            circuit.x(a)
        circuits.append(read(circuit).gates_until(None))
    assert all(gates == circuits[0] for gates in circuits)


def refused(build, match):
    """Build a circuit on A (2 qubits) and C (2 bits); it must be refused."""
    circuit = QuantumCircuit(QuantumRegister(2, "A"), ClassicalRegister(2, "C"))
    build(circuit)
    with pytest.raises(CircuitError, match=match) as error:
        read(circuit)
    assert len(str(error.value).splitlines()) == 1


def test_what_cannot_be_deferred_is_refused():
    def two_bits(circuit):
        with circuit.if_test((circuit.cregs[0], 3)):
            circuit.x(0)

    def conditional_reset(circuit):
        with circuit.if_test((circuit.clbits[0], 1)):
            circuit.reset(0)

    def nested(circuit):
        with circuit.if_test((circuit.clbits[0], 1)), circuit.if_test((circuit.clbits[1], 1)):
            circuit.x(0)

    def loop(circuit):
        with circuit.for_loop(range(3)):
            circuit.x(0)

    refused(two_bits, "'if_else' on .*one classical bit")
    refused(conditional_reset, "only gates")
    refused(nested, "under a condition")
    refused(loop, "'for_loop' on .*control flow")
    refused(
        lambda circuit: circuit.unitary([[1, 0], [0, 0.8 + 0.6j]], 1),
        r"'unitary' on A\[1\]: its matrix is not Clifford",
    )


def test_bits_without_a_register_or_in_two_are_refused():
    with pytest.raises(InputError, match="2 bits of the circuit are in no register"):
        read(QuantumCircuit([Qubit(), Clbit()]), parties=[])
    shared = QuantumRegister(2, "A")
    circuit = QuantumCircuit(shared, QuantumRegister(bits=[shared[0]], name="B"))
    with pytest.raises(InputError, match="'B' shares bits"):
        read(circuit)


def test_recoveries_bring_fresh_registers_and_leave_the_environment_alone():
    a, e, b = QuantumRegister(1, "A"), QuantumRegister(1, "E"), QuantumRegister(1, "B")
    circuit = QuantumCircuit(a, e)
    swap = QuantumCircuit(a, b)
    swap.swap(a, b)
    recoveries = {"move": CircuitRecovery(swap, ("B",))}
    system = read_system({"encode": circuit}, secret="A", parties=["A"], recoveries=recoveries)
    assert (system.names, system.held) == (["A", "B", "E"], 2)
    thief = QuantumCircuit(a, e)
    with pytest.raises(InputError, match="'steal' acts on register 'E', which no party holds"):
        read_system(
            {"encode": circuit}, secret="A", parties=["A"], recoveries={"steal": CircuitRecovery(thief, ("A",))}
        )
    wide = QuantumCircuit(QuantumRegister(2, "A"))
    with pytest.raises(InputError, match="register 'A' has 2 bits in recovery 'wide', but 1 elsewhere"):
        read_system({"encode": circuit}, secret="A", parties=["A"], recoveries={"wide": CircuitRecovery(wide, ("A",))})
