"""Encrypted cloning against its papers: unitaries, closed form of the state, classification, counts, decryption."""

from __future__ import annotations

import random
from itertools import product

import numpy
import pytest
import qutip
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.quantum_info import Operator, Pauli, Statevector, random_statevector, state_fidelity

import noclone
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.paulis import Paulis
from noclone.proofs.prover import Prover
from noclone.proofs.search import StabilizerSearch
from noclone.protocols.encrypted_cloning import add_clone_decryption, add_encryption, closed_form

from definitions import Definitions

PAULIS = [numpy.eye(2), numpy.array([[0, 1], [1, 0]]), numpy.array([[0, -1j], [1j, 0]]), numpy.diag([1, -1])]
BELL = numpy.array([1, 0, 0, 1]) / numpy.sqrt(2)


def alphas(n):
    """α of arXiv:2501.02757: (1, i, −(i^{n+1}), i)."""
    return [1, 1j, -(1j ** (n + 1)), 1j]


def kron(*factors):
    result = numpy.eye(1) if factors[0].ndim == 2 else numpy.ones(1)
    for factor in factors:
        result = numpy.kron(result, factor)
    return result


def two_qubit_gates(circuit):
    return sum(len(instruction.qubits) == 2 for instruction in circuit.data)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_encryption_is_the_product_of_the_two_rotations_and_takes_4n_cnots(n):
    circuit = QuantumCircuit(n + 1)
    add_encryption(circuit, circuit.qubits[0], circuit.qubits[1:])
    rotation = {
        letter: numpy.cos(numpy.pi / 4) * numpy.eye(2 ** (n + 1))
        - 1j * numpy.sin(numpy.pi / 4) * Pauli(letter * (n + 1)).to_matrix()
        for letter in "XZ"
    }
    assert Operator(circuit).equiv(Operator(rotation["X"] @ rotation["Z"]))
    assert two_qubit_gates(circuit) == 4 * n


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_decryption_is_the_papers_unitary_in_2n_two_qubit_gates(n):
    register = QuantumRegister(n + 1)
    circuit = QuantumCircuit(register)  # S, N_own, N_others
    add_clone_decryption(circuit, register[0], register[1], list(register[2:]))
    wanted = numpy.zeros((2 ** (n + 1), 2 ** (n + 1)), dtype=complex)
    for alpha, sigma in zip(alphas(n), PAULIS, strict=True):
        state = kron(sigma, numpy.eye(2)) @ BELL  # (σ⊗I)|φ⟩, first factor S
        wanted += alpha * kron(numpy.outer(state, state.conj()), *[sigma.T] * (n - 1))
    flipped = circuit.reverse_bits()  # so that the first factor is the first qubit
    assert Operator(flipped).equiv(Operator(wanted))
    assert two_qubit_gates(circuit) == (2 * n if n > 1 else 1)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_encrypted_state_has_the_papers_closed_form_phase_included(n):
    source, signals, noises = QuantumRegister(1, "A"), QuantumRegister(n, "S"), QuantumRegister(n, "N")
    protocol = noclone.protocol("encrypted-cloning", n=n)
    whole = QuantumCircuit(source, signals, noises)
    for circuit in protocol.stages.values():
        whole = whole.compose(circuit, whole.qubits)
    psi = random_statevector(2, seed=n)
    start = Statevector(numpy.kron(Statevector.from_label("0" * 2 * n).data, psi.data))
    found = start.evolve(whole).data
    wanted = numpy.zeros(2 ** (2 * n + 1), dtype=complex)
    for alpha, sigma in zip(alphas(n), PAULIS, strict=True):
        pairs = (kron(sigma, numpy.eye(2)) @ BELL).reshape(2, 2)
        tensor = sigma @ psi.data
        for _ in range(n):
            tensor = numpy.multiply.outer(tensor, pairs)
        order = [0, *range(1, 2 * n + 1, 2), *range(2, 2 * n + 1, 2)]  # A, S…, N…
        wanted += 0.5 / alpha * tensor.transpose(*reversed(order)).reshape(-1)
    phase = numpy.vdot(wanted, found)
    assert abs(phase) == pytest.approx(1, abs=1e-12)
    turns = numpy.angle(phase) / (numpy.pi / 4)
    assert turns == pytest.approx(round(turns), abs=1e-9), "CNOT ladders with Rz keep the phase up to none"
    assert abs(phase - 1) < 1e-12


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_every_decryption_restores_random_states(n):
    protocol = noclone.protocol("encrypted-cloning", n=n)
    prepare, encrypt = protocol.stages["prepare"], protocol.stages["encrypt"]
    for name, recovery in protocol.recoveries.items():
        whole = prepare.compose(encrypt)
        place = {register.name: register for register in whole.qregs}
        qubits = [
            place[register.name][number] for register in recovery.circuit.qregs for number in range(len(register))
        ]
        whole = whole.compose(recovery.circuit, qubits)
        psi = random_statevector(2, seed=7)
        found = Statevector(numpy.kron(Statevector.from_label("0" * 2 * n).data, psi.data)).evolve(whole)
        ket = qutip.Qobj(found.data.reshape(-1, 1), dims=[[2] * (2 * n + 1), [1] * (2 * n + 1)])
        clone = 0 if name == "decrypt_A" else 1 + int(name[8:-1])
        reduced = ket.ptrace(2 * n - clone).full()
        assert state_fidelity(reduced, psi) == pytest.approx(1, abs=1e-12), name
        most = 1 if n == 1 else 2 * n
        assert two_qubit_gates(recovery.circuit) <= most


def verdict_by_table(n, source, full, signals, noises):
    """The classification of theory for all n: the logicals that a coalition reads, from its counts alone."""
    missing = n - full - signals - noises
    if source:
        if full or (not missing and not (signals % 2 == 0 and noises % 2 == 1)):
            return {"X", "Y", "Z"}
        return {"Y"} if not missing else set()
    if full and not missing:
        return {"X", "Y", "Z"}
    return {"Y"} if not full and not missing and signals % 2 == 1 and noises % 2 == 0 else set()


@pytest.mark.parametrize("n", range(1, 9))
def test_the_classification_holds_for_every_kind_of_coalition_in_random_pair_orders(n):
    chance = random.Random(n)
    protocol = noclone.protocol("encrypted-cloning", n=n)
    system = protocol.system()
    search = StabilizerSearch(system)
    for source, full, signals, noises in product((False, True), *[range(n + 1)] * 3):
        if full + signals + noises > n:
            continue
        pairs = chance.sample(range(n), n)
        held = {0} if source else set()
        for at, pair in enumerate(pairs):
            if at < full + signals:
                held.add(1 + pair)
            if at < full or full + signals <= at < full + signals + noises:
                held.add(1 + n + pair)
        expected = verdict_by_table(n, source, full, signals, noises)
        group = search.group(None, held)
        assert (len(group), set(group) if len(group) < 2 else expected) == (
            len(expected) // 3 + (len(expected) > 0),
            expected,
        )
        formula = closed_form(n, None, frozenset(system.names[qubit] for qubit in held))
        assert set(formula) == (expected if len(expected) == 1 else expected - {"Y"})
        assert_represents(system, formula, held)


def assert_represents(system, formula, held):
    """Each operator of a closed form is on the coalition and represents its logical, sign included."""
    paulis = Paulis.read(list(formula.values()), system.names, "test")
    assert paulis.support(set(range(len(system.names))) - held) == 0
    paulis.pull_back(system.gates_until(None))
    for which, logical in enumerate(formula):
        assert paulis.word(which, system.secret_qubits) == "+" + logical
        assert not any(paulis.x[qubit] >> which & 1 for qubit in range(1, len(system.names)))


@pytest.mark.parametrize(("n", "counts"), [(2, (5, 0, 11)), (3, (19, 4, 41)), (4, (65, 0, 191)), (5, (211, 16, 797))])
def test_counts_over_storage_coalitions_and_their_mirror_image_with_a(n, counts):
    table = noclone.access(noclone.protocol("encrypted-cloning", n=n)).table
    reads = [len(table.read_by(coalition)) for coalition in range(table.coalitions)]
    without, with_source = reads[0::2], reads[1::2]  # A is qubit 0
    assert tuple(without.count(number) for number in (3, 1, 0)) == counts
    assert tuple(with_source.count(number) for number in (0, 1, 3)) == counts
    assert counts[0] == 3**n - 2**n
    total = {"authorized": sum(counts[::2]), "partial": 2 * counts[1], "uninformative": sum(counts[::2])}
    assert table.counts() == total


def test_one_clone_is_degenerate_mixed_is_refuted_and_it_leaks_y():
    protocol = noclone.protocol("encrypted-cloning", n=1)
    assert noclone.verify(protocol, "mixed S[0]").status is noclone.Status.REFUTED
    assert noclone.verify(protocol, "leaks Y from S[0]").status is noclone.Status.PROVED
    found = noclone.access(protocol)["S"]
    assert (found.verdict, found.leaks, found.information_bits) == ("partial", ("Y",), 1)


@pytest.mark.parametrize("n", range(2, 9))
def test_any_two_lost_or_read_qubits_are_harmless_so_the_code_has_distance_3(n):
    search = StabilizerSearch(noclone.protocol("encrypted-cloning", n=n).system())
    qubits = range(2 * n + 1)
    assert all(search.group(None, {one, other}) == () for one in qubits for other in qubits)


@pytest.mark.parametrize("claim", ["recovers S[0] N[*]", "hides S[*]", "recovers A S[1] N[1]", "hides A N[1]"])
def test_beyond_elimination_the_closed_form_answers(claim):
    protocol = noclone.protocol("encrypted-cloning", n=5_002)
    verdict = noclone.verify(protocol, claim)
    assert verdict.status is noclone.Status.PROVED and verdict.method.startswith("closed form")


def test_beyond_elimination_what_no_closed_form_knows_is_undecided_at_once():
    protocol = noclone.protocol("encrypted-cloning", n=5_002)
    for claim, reason in {
        "mixed S[0]": "'mixed' is decided up to 10,000 qubits",
        "recovers S[i] N[*]": "5,002 cases of 10,005 qubits are too many",
        "restores decrypt[i]": "5,002 recoveries of this size are too many",
        "hides S[0] after prepare": "speaks of the end of the encoding only",
    }.items():
        verdict = noclone.verify(protocol, claim)
        assert verdict.status is noclone.Status.UNDECIDED and reason in verdict.reason, verdict.reason
    assert noclone.verify(protocol, "restores decrypt[3]").status is noclone.Status.PROVED


def test_the_smallest_cases_agree_with_the_definitions():
    for n in (1, 2):
        protocol = noclone.protocol("encrypted-cloning", n=n)
        for claim, _ in protocol.parsed_claims():
            prover = Prover(protocol.system(protocol.recoveries_of(claim)))
            definitions = Definitions(prover.system.document)
            cases = (
                [claim.at(letters) for letters in claim.cases(prover.protocol.size)]
                if n > 1 or "j" not in str(claim)
                else []
            )
            truth = all(map(definitions.truth, cases))
            if cases:
                assert (prover.verdict(claim).status is noclone.Status.PROVED) is truth, str(claim)
    assert parse_claim("mixed S[i]").coalition == ("S[i]",)
