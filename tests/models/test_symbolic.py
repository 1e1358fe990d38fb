"""Circuits with symbolic angles: their states at random angles are Qiskit's, and hiding is decided for all angles."""

from __future__ import annotations

import random

import numpy
import pytest
import sympy
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter
from qiskit.quantum_info import Statevector

from noclone.models.errors import CircuitError, InputError, TooLargeError
from noclone.models.gates import UnreadableError
from noclone.models.symbolic import _expression, symbolic_state

THETA, PHI = Parameter("theta"), Parameter("phi")


def registers():
    return QuantumRegister(1, "A"), QuantumRegister(1, "S"), QuantumRegister(1, "N")


def with_every_rotation():
    circuit = QuantumCircuit(*registers())
    circuit.h(1)
    circuit.cx(1, 2)
    for at, name in enumerate(("rx", "ry", "rz", "p")):
        getattr(circuit, name)(THETA + (at + 1) * PHI / 2, at % 3)
    for at, name in enumerate(("rxx", "ryy", "rzz", "rzx", "cp")):
        getattr(circuit, name)(PHI, at % 3, (at + 1) % 3)
    circuit.t(0)
    circuit.crz(THETA, 0, 1)
    return circuit


def test_a_circuit_with_every_rotation_is_qiskits_at_random_angles_and_inputs():
    circuit, rng = with_every_rotation(), random.Random(3)
    state = symbolic_state(circuit, secret="A")
    ket = state.ket()
    for _ in range(3):
        angles = {THETA: rng.uniform(-3, 3), PHI: rng.uniform(-3, 3)}
        alpha, beta = 0.6, 0.8j
        start = Statevector([alpha, beta]).expand(Statevector.from_label("00"))
        wanted = start.evolve(circuit.assign_parameters(angles)).reverse_qargs().data
        values = {state.symbols[parameter.name]: value for parameter, value in angles.items()}
        values |= dict(zip(state.inputs, (alpha, beta), strict=True))
        found = numpy.array([complex(ket.get(format(i, "03b"), sympy.S(0)).subs(values).evalf()) for i in range(8)])
        assert abs(abs(numpy.vdot(found, wanted)) - 1) < 1e-9


def test_hiding_is_decided_for_all_angles():
    circuit = QuantumCircuit(*registers())
    circuit.h(1)
    circuit.cx(1, 2)
    circuit.rzz(THETA, 0, 1)
    circuit.rxx(THETA, 0, 1)
    state = symbolic_state(circuit, secret="A")
    assert state.is_hidden_from(["N"]) and not state.is_hidden_from(["S"])
    assert state.operator(["N"]) == sympy.eye(2) / 2
    at_zero = state.operator(["S"], 0, 1).subs(state.symbols["theta"], 0)
    assert at_zero.is_zero_matrix, "without the turn S has nothing"
    with pytest.raises(InputError, match="unknown qubit 'Q'"):
        state.operator(["Q"])


def test_two_secrets_have_four_symbols():
    circuit = QuantumCircuit(QuantumRegister(2, "A"), QuantumRegister(1, "B"))
    circuit.ccx(0, 1, 2)
    state = symbolic_state(circuit, secret="A")
    assert [str(symbol) for symbol in state.inputs] == ["psi_0", "psi_1", "psi_2", "psi_3"]
    assert state.ket() == dict(zip(["000", "010", "100", "111"], state.inputs, strict=True))


def test_what_cannot_be_symbolic_is_refused():
    large = QuantumCircuit(QuantumRegister(9, "A"))
    with pytest.raises(TooLargeError, match="at most 8 qubits"):
        symbolic_state(large, secret="A")
    circuit = QuantumCircuit(QuantumRegister(1, "A"))
    with pytest.raises(InputError, match="'B' is no register"):
        symbolic_state(circuit, secret="B")
    with pytest.raises(InputError, match="classical bits"):
        symbolic_state(QuantumCircuit(QuantumRegister(1, "A"), ClassicalRegister(1, "C")), secret="A")
    circuit.u(THETA, 0, 0, 0)
    with pytest.raises(CircuitError, match=r"'u' on A: .* only rotations and phases"):
        symbolic_state(circuit, secret="A")


class Converted:
    """A parameter expression that SymPy is told something else of, as Qiskit 2 does for theta + 0·phi now and then."""

    def __init__(self, told):
        self.told, self.parameters = told, {THETA, PHI}

    def sympify(self):
        return sympy.Symbol(self.told)

    def bind(self, point):
        return point[THETA]


def test_an_expression_that_qiskit_converts_wrongly_is_noticed():
    symbols = {name: sympy.Symbol(name, real=True) for name in ("theta", "phi")}
    assert _expression(Converted("theta"), symbols) == symbols["theta"]
    with pytest.raises(UnreadableError, match="Qiskit converts its parameter"):
        _expression(Converted("phi"), symbols)
