"""Iterated and parallel cloning, and the textbook cases, coalition by coalition."""

from __future__ import annotations

from itertools import combinations

import pytest

import noclone
from noclone.proofs.search import StabilizerSearch
from noclone.protocols.iterated_cloning import SOURCE, key_of, rounds_of

from entropies import Measured


def test_the_key_of_each_final_clone_is_the_unique_minimal_one_and_one_qubit_less_reads_nothing():
    n, levels = 2, 1
    system = noclone.protocol("iterated-cloning", n=n, levels=levels).system()
    search, rounds = StabilizerSearch(system), rounds_of(n, levels, one_branch=False)
    pairs = 8
    for clone in [SOURCE, *range(pairs)]:
        key = set(key_of(clone, rounds))
        assert len(key) == n * (levels + 1)
        for chosen in range(2**pairs):
            noises = {pair for pair in range(pairs) if chosen >> pair & 1}
            held = {0 if clone == SOURCE else 1 + clone} | {1 + pairs + pair for pair in noises}
            assert len(search.group(None, held)) == (2 if noises >= key else 0)


@pytest.mark.parametrize(
    ("n", "levels", "clones", "qubits"), [(2, 0, 3, 6), (2, 1, 9, 18), (2, 2, 27, 54), (4, 1, 25, 50)]
)
def test_iterated_cloning_has_the_published_sizes(n, levels, clones, qubits):
    protocol = noclone.protocol("iterated-cloning", n=n, levels=levels)
    assert len(protocol.recoveries) == clones == (n + 1) ** (levels + 1)
    assert sum(len(register) for register in protocol.stages["round[0]"].qregs) + 1 == qubits, "with the reference"
    assert (
        sum(gate.operation.name == "cx" for circuit in protocol.stages.values() for gate in circuit.data)
        == 5 * (qubits - 2) // 2
    )


@pytest.mark.parametrize(("n", "levels", "qubits"), [(2, 0, 6), (2, 1, 10), (2, 6, 30), (4, 3, 34)])
def test_the_one_branch_variant_has_the_published_sizes(n, levels, qubits):
    protocol = noclone.protocol("one-branch-cloning", n=n, levels=levels)
    assert sum(len(register) for register in protocol.stages["round[0]"].qregs) + 1 == qubits


def test_five_qubit_code_every_three_are_authorized_and_every_two_read_nothing():
    access = noclone.access(noclone.protocol("five-qubit-code"))
    assert access.counts == {"authorized": 16, "partial": 0, "uninformative": 16}
    assert sorted(access.minimal_authorized) == sorted(combinations([f"Q[{at}]" for at in range(5)], 3))
    assert access.counts_status is noclone.Status.PROVED


@pytest.mark.parametrize("name", ["one-time-pad", "teleportation"])
def test_measured_protocols_agree_with_density_matrices_for_every_coalition(name):
    protocol = noclone.protocol(name)
    oracle = Measured(list(protocol.stages.values()), "A")
    access = noclone.access(protocol)
    for coalition in range(1, 2 ** len(access.qubits)):
        held = [qubit for at, qubit in enumerate(access.qubits) if coalition >> at & 1]
        assert access[" ".join(held)].information_bits == pytest.approx(oracle.information(held), abs=1e-6), held


def test_half_a_one_time_pad_key_reads_one_component_which_only_the_environment_explains():
    access = noclone.access(noclone.protocol("one-time-pad"))
    assert (access["A K[1]"].information_bits, access["A K[1]"].leaks) == (1, ("X",))
    assert access["K"].information_bits == 0


def test_two_secrets_partial_coalitions_have_generators_and_bits():
    access = noclone.access(noclone.protocol("parallel-cloning", n=2, secrets=2))
    found = access["S0[0] N0[0] N1[0]"]
    assert (found.verdict, found.information_bits, found.status) == ("partial", 2, noclone.Status.PROVED)
    assert {word[1] for word in found.leaks} == {"I"} and len(found.operators) == 2
    assert access["S0 N0 N1"].information_bits == 4
    assert sum(access.counts.values()) == 2**10
