"""Exact states: against QuTiP, against the definitions, and against their own invariants."""

from __future__ import annotations

import itertools
import math
import random

import numpy
import pytest
import qutip
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit, QuantumRegister

import noclone
from noclone.models.errors import InputError, TooLargeError
from noclone.models.exact import ExactStates, run_exactly
from noclone.models.reading import read_system
from noclone.models.ring import RingArray, RingNumber
from noclone.models.system import Stage, System

from definitions import Definitions


def random_gates(rng, qubits, count):
    """Clifford+T gates, the T's on up to three qubits."""
    gates = []
    for _ in range(count):
        name = rng.choice(["H", "H", "S", "T", "T", "CX", "CX"])
        number = min(qubits, 2) if name == "CX" else rng.randint(1, min(3, qubits)) if name == "T" else 1
        if not (name == "CX" and qubits == 1):
            gates.append((name, *rng.sample(range(qubits), number)))
    return tuple(gates)


def random_system(rng, most=6):
    qubits = rng.randint(2, most)
    secrets = rng.choice([1, 1, 2]) if qubits > 2 else 1
    gates = random_gates(rng, qubits, rng.randint(5, 40))
    return System((("A", secrets), ("P", qubits - secrets)), (), "A", (Stage("encode", gates),))


GATES = {
    "H": qutip.Qobj([[1, 1], [1, -1]]) / math.sqrt(2),
    "S": qutip.Qobj([[1, 0], [0, 1j]]),
}


def by_qutip(system, p):
    """V|p⟩ by QuTiP's operators."""
    count = len(system.names)
    bits = format(p, f"0{len(system.secret_qubits)}b")
    state = qutip.basis([2] * count, [int(bits[q]) if q in system.secret_qubits else 0 for q in range(count)])
    for name, *qubits in system.gates_until(None):
        if name == "CX":
            off, on = (qutip.expand_operator(qutip.fock_dm(2, b), [2] * count, qubits[0]) for b in (0, 1))
            flip = qutip.expand_operator(qutip.sigmax(), [2] * count, qubits[1])
            state = off * state + on * flip * state
        elif name == "T":
            ones = qutip.expand_operator(qutip.qeye(2), [2] * count, 0)
            for qubit in qubits:
                ones = ones * qutip.expand_operator(qutip.fock_dm(2, 1), [2] * count, qubit)
            state = state + (numpy.exp(0.25j * math.pi) - 1) * (ones * state)
        else:
            state = qutip.expand_operator(GATES[name], [2] * count, qubits[0]) * state
    return state


@pytest.mark.parametrize("seed", range(200))
def test_random_clifford_t_circuits_agree_with_qutip(seed):
    rng = random.Random(seed)
    system = random_system(rng)
    states = ExactStates(system)
    kets = [by_qutip(system, p) for p in range(states.inputs)]
    found = states.amplitudes.to_complex()
    for p, ket in enumerate(kets):
        assert abs(found[..., p].reshape(-1) - ket.full().reshape(-1)).max() < 1e-10
    held = sorted(rng.sample(range(len(system.names)), rng.randint(1, len(system.names) - 1)))
    p, q = rng.randrange(states.inputs), rng.randrange(states.inputs)
    wanted = (kets[p] * kets[q].dag()).ptrace(held).full()
    assert abs(states.operator(held, p, q).to_complex() - wanted).max() < 1e-10


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_norms_inner_products_and_traces_are_exact(seed):
    rng = random.Random(seed)
    states = ExactStates(random_system(rng, most=5))
    one, zero = RingNumber(1), RingNumber(0)
    for p, q in itertools.product(range(states.inputs), repeat=2):
        everything = range(states.qubits)
        overlap = (states.matrix(everything, q).dagger() @ states.matrix(everything, p))[0, 0]
        assert overlap == (one if p == q else zero)
        held = sorted(rng.sample(everything, rng.randint(1, states.qubits - 1)))
        operator = states.operator(held, p, q)
        assert sum((operator[i, i] for i in range(operator.shape[0])), zero) == (one if p == q else zero)
        assert operator.equals(states.operator(held, q, p).dagger())


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_the_operators_are_partial_traces_by_definition_on_either_side_of_the_cut(seed):
    rng = random.Random(seed)
    system = random_system(rng, most=5)
    states, truth = ExactStates(system), Definitions(system.document)
    held = sorted(rng.sample(range(states.qubits), rng.randint(1, states.qubits - 1)))
    wanted = truth.reduced(held)
    for p, q in itertools.product(range(states.inputs), repeat=2):
        assert numpy.allclose(states.operator(held, p, q).to_complex(), wanted[:, :, p, q])
    secrets = len(system.secret_qubits)
    for word, norm in states.norms(held).items():
        operator = numpy.eye(1)
        for letter in word:
            operator = numpy.kron(
                operator,
                {"I": numpy.eye(2), "X": [[0, 1], [1, 0]], "Y": [[0, -1j], [1j, 0]], "Z": [[1, 0], [0, -1]]}[letter],
            )
        seen = numpy.einsum("abpq,pq->ab", wanted, operator)
        assert math.isclose(complex(norm).real, (abs(seen) ** 2).sum(), abs_tol=1e-9) and len(word) == secrets


def test_gates_are_unitary_and_undone_by_their_inverses():
    rng = random.Random(5)
    for _ in range(20):
        gates = random_gates(rng, 4, 30)
        undo = [gate for gate in reversed(gates) for _ in range({"S": 3, "T": 7}.get(gate[0], 1))]
        start = RingArray(numpy.eye(16, dtype=numpy.int64) * numpy.array([1, 0, 0, 0]).reshape(4, 1, 1)).reshape(
            2, 2, 2, 2, 16
        )
        there = run_exactly(gates, start)
        assert run_exactly(undo, there).equals(start) and not there.equals(start)


def test_a_long_circuit_does_not_overflow():
    gates = (("H", 0), ("T", 0)) * 300
    system = System((("A", 1), ("P", 1)), (), "A", (Stage("encode", gates),))
    states = ExactStates(system)
    assert states.matrix([0, 1], 0).squares() == RingNumber(1)
    assert states.amplitudes.halvings > 100


def test_encrypted_cloning_at_n_6_is_exact_through_encryption_and_decryption():
    system = noclone.protocol("encrypted-cloning", n=6).system(["decrypt[3]"])
    index = system.index
    before, after = ExactStates(system), ExactStates(system, "decrypt[3]")
    assert before.operator([index["S[2]"]]).to_complex() == pytest.approx(numpy.eye(2) / 2)
    assert {word for word, norm in before.norms([index[f"S[{i}]"] for i in range(6)]).items() if norm} == {"I"}
    output = after.matrix([index["S[3]"]], 0)
    assert output.parts[:, 0].any() and not output.parts[:, 1].any()


def test_symbolic_inputs_and_their_values():
    system = noclone.protocol("encrypted-cloning", n=1).system()
    alpha, beta = sympy.symbols("alpha beta")
    ket = ExactStates(system).ket([alpha, beta])
    values = {alpha: sympy.Rational(3, 5), beta: sympy.Rational(4, 5) * sympy.I}
    total = sum(abs(expression.subs(values)) ** 2 for expression in ket.values())
    assert sympy.simplify(total) == 1 and list(ket) == sorted(ket)
    numeric = numpy.array([0.6, 0.8j])
    column = ExactStates(system).amplitudes.to_complex() @ numeric
    for bits, expression in ket.items():
        assert complex(expression.subs(values)) == pytest.approx(column[tuple(map(int, bits))])
    with pytest.raises(InputError, match="has 2 amplitudes, not 1"):
        ExactStates(system).ket([alpha])


def test_what_is_not_exact_or_too_large_is_refused():
    circuit = QuantumCircuit(QuantumRegister(1, "A"))
    circuit.rz(0.3, 0)
    system = read_system({"encode": circuit}, secret="A", parties=["A"], recoveries={})
    with pytest.raises(InputError, match="need H, S, CX and T"):
        _ = ExactStates(system).amplitudes
    with pytest.raises(TooLargeError, match=r"2\^24 exact amplitudes"):
        ExactStates(noclone.protocol("encrypted-cloning", n=11).system())
