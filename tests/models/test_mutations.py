"""Mutants of circuits: what each operator makes, and that it makes nothing else."""

from __future__ import annotations

import math

import pytest
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator, SparsePauliOp

from noclone.models.mutations import OPERATORS, mutants_of


def circuit_of(build, *, a=1, s=3):
    circuit = QuantumCircuit(QuantumRegister(a, "A"), QuantumRegister(s, "S"))
    build(circuit)
    return circuit


def names(circuit, *operators):
    return [mutant.name for mutant in mutants_of("go", circuit, operators)]


def test_every_operator_names_its_mutants_in_the_order_of_operations():
    def build(circuit):
        circuit.rz(math.pi / 2, 1)
        circuit.barrier()
        circuit.cx(0, 1)

    found = names(circuit_of(build), *OPERATORS)
    assert found == [
        "go:0 drop rz(π/2) on S[0]",
        "go:0 duplicate rz(π/2) on S[0]",
        "go:0 swap rz(π/2) on S[0] with 2 cx on A S[0]",
        "go:0 move rz(π/2) on S[0] to S[1]",
        "go:0 sign rz(π/2) on S[0] to rz(-π/2)",
        "go:0 angle rz(π/2) on S[0] to rz(π/4)",
        "go:0 angle rz(π/2) on S[0] to rz(π)",
        "go:2 drop cx on A S[0]",
        "go:2 duplicate cx on A S[0]",
        "go:2 exchange cx on A S[0] to S[0] A",
        "go:2 move cx on A S[0] to A S[1]",
    ]
    assert found == names(circuit_of(build), *OPERATORS)


@pytest.mark.parametrize(
    ("operator", "build", "expected"),
    [
        ("drop", lambda c: (c.h(0), c.cx(0, 1)), [lambda c: c.cx(0, 1), lambda c: c.h(0)]),
        ("duplicate", lambda c: c.t(0), [lambda c: c.s(0)]),
        ("swap", lambda c: (c.h(0), c.x(1), c.cx(0, 1)), [
            lambda c: (c.x(1), c.cx(0, 1), c.h(0)), lambda c: (c.h(0), c.cx(0, 1), c.x(1)),
        ]),
        ("exchange", lambda c: c.cx(0, 2), [lambda c: c.cx(2, 0)]),
        ("exchange", lambda c: c.ccx(0, 1, 2), [lambda c: c.ccx(1, 0, 2), lambda c: c.ccx(0, 2, 1)]),
        ("move", lambda c: c.cx(1, 3), [lambda c: c.cx(2, 3), lambda c: c.cx(1, 2)]),
        ("move", lambda c: c.cx(0, 3), [lambda c: c.cx(0, 1)]),
        ("move", lambda c: c.h(0), []),
        ("sign", lambda c: c.s(0), [lambda c: c.sdg(0)]),
        ("sign", lambda c: c.tdg(0), [lambda c: c.t(0)]),
        ("sign", lambda c: c.rxx(0.3, 0, 1), [lambda c: c.rxx(-0.3, 0, 1)]),
        ("sign", lambda c: (c.h(0), c.cx(0, 1), c.swap(0, 1)), []),
        ("angle", lambda c: c.s(0), [lambda c: c.t(0), lambda c: c.z(0)]),
        ("angle", lambda c: c.tdg(0), [lambda c: c.p(-math.pi / 8, 0), lambda c: c.sdg(0)]),
        ("angle", lambda c: c.z(0), [lambda c: c.s(0), lambda c: c.id(0)]),
        ("angle", lambda c: c.cp(0.4, 0, 1), [lambda c: c.cp(0.2, 0, 1), lambda c: c.cp(0.8, 0, 1)]),
        ("angle", lambda c: c.h(0), []),
    ],
)  # fmt: skip
def test_an_operator_makes_just_these_circuits(operator, build, expected):
    original = circuit_of(build)
    before = Operator(original)
    found = [Operator(mutant.circuit) for mutant in mutants_of("go", original, [operator])]
    assert found == [Operator(circuit_of(each)) for each in expected]
    assert Operator(original) == before


def test_an_evolution_turns_the_other_way_and_by_another_angle():
    def about(time):
        return circuit_of(lambda c: c.append(PauliEvolutionGate(SparsePauliOp("XX"), time), [0, 1]))

    def times(operator):
        return [mutant.circuit.data[0].operation.time for mutant in mutants_of("go", about(0.3), [operator])]

    assert (times("sign"), times("angle")) == ([-0.3], [0.15, 0.6])


def test_measurements_and_conditions_get_other_bits_and_other_values():
    circuit = QuantumCircuit(QuantumRegister(1, "A"), ClassicalRegister(2, "M"))
    circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(0)
    assert names(circuit, "move", "sign", "swap", "angle") == [
        "go:0 move measure on A -> M[0] to A -> M[1]",
        "go:0 swap measure on A -> M[0] with 1 x on A if M[0] = 1",
        "go:1 move x on A if M[0] = 1 to if M[1] = 1",
        "go:1 sign x on A if M[0] = 1 to if M[0] = 0",
    ]
    moved, turned = (mutant.circuit.data[1] for mutant in list(mutants_of("go", circuit, ["move", "sign"]))[1:])
    assert moved.operation.condition == (circuit.clbits[1], 1) and moved.clbits == (circuit.clbits[1],)
    assert turned.operation.condition == (circuit.clbits[0], 0)


def test_an_operation_is_never_swapped_with_one_that_shares_no_bit():
    assert names(circuit_of(lambda c: (c.h(0), c.h(1), c.h(2))), "swap") == []
