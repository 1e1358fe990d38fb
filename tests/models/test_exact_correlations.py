"""Exact CHSH values and classical correlations of Clifford+T kets: the numbers of the textbooks, and those of floats."""

from __future__ import annotations

import itertools
import random

import numpy
import pytest
import sympy

from noclone.models.correlations import PAULIS, chsh_maximum, classical_correlation
from noclone.models.entanglement import parted
from noclone.models.exact import run_exactly
from noclone.models.exact_correlations import exact_classical, exact_mean, pauli_chsh
from noclone.models.ring import RingArray


def ket_of(gates, qubits):
    parts = numpy.zeros((4, *[2] * qubits), dtype=numpy.int64)
    parts[(0,) * (qubits + 1)] = 1
    return run_exactly(gates, RingArray(parts))


def gates_at_random(qubits, seed, names=("H", "S", "T", "CX", "CX")):
    chosen = random.Random(seed)
    for _ in range(20):
        name, pair = chosen.choice(names), chosen.sample(range(qubits), 2)
        yield (name, *pair) if name == "CX" else (name, pair[0])


@pytest.mark.parametrize("seed", range(6))
def test_means_of_paulis_are_those_of_floats(seed):
    ket = ket_of(gates_at_random(3, seed), 3)
    flat = ket.to_complex().reshape(-1)
    for word in itertools.product("IXYZ", repeat=3):
        matrix = numpy.eye(1)
        for letter in word:
            matrix = numpy.kron(matrix, PAULIS["IXYZ".index(letter)])
        exact = exact_mean(ket, dict(enumerate(word)))
        assert exact == exact.conjugate()
        assert complex(exact) == pytest.approx((flat.conj() @ matrix @ flat).real, abs=1e-12)


def test_a_bell_pair_reaches_eight_exactly_and_a_product_four():
    bell, product = ket_of([("H", 0), ("CX", 0, 1)], 2), ket_of([("H", 0)], 2)
    assert pauli_chsh(bell, [0], 1).squared == 8
    assert pauli_chsh(product, [0], 1).squared == 4
    assert pauli_chsh(ket_of([("H", 0), ("CX", 0, 2)], 3), [0, 1], 2).squared == 8


@pytest.mark.parametrize("seed", range(8))
def test_what_paulis_reach_is_no_more_than_the_maximum_of_two_qubits(seed):
    ket = ket_of(gates_at_random(3, seed), 3)
    reached, most = pauli_chsh(ket, [0], 2), chsh_maximum(parted(ket.to_complex().reshape(-1)).of([0], [2]))
    assert float(reached.squared) <= most.value**2 + 1e-9
    assert not reached.squared.has(sympy.Float)


def test_turning_a_qubit_loses_nothing_and_flipping_it_at_random_does():
    turned = ket_of([("H", 0), ("CX", 0, 1), ("H", 1), ("T", 1), ("H", 1)], 2)
    assert pauli_chsh(turned, [0], 1).squared == 8
    lost = ket_of([("H", 0), ("CX", 0, 1), ("H", 2), ("T", 2), ("H", 2), ("CX", 2, 1)], 3)
    assert pauli_chsh(lost, [0], 1).squared == 6


def test_classical_correlation_of_shared_bits_is_one_and_in_the_wrong_basis_none():
    ghz = ket_of([("H", 0), ("CX", 0, 1), ("CX", 1, 2)], 3)
    assert [exact_classical(ghz, 0, 1, axis) for axis in "ZXY"] == [1, 0, 0]
    assert exact_classical(ket_of([("H", 0), ("CX", 0, 1)], 2), 0, 1, "Y") == 1
    assert exact_classical(ket_of([("H", 0), ("T", 0), ("H", 0), ("CX", 0, 1)], 2), 0, 1, "Z") is None


@pytest.mark.parametrize("seed", range(8))
def test_of_stabilizer_states_the_best_pauli_reaches_the_classical_correlation(seed):
    ket = ket_of(gates_at_random(3, seed, ("H", "S", "CX", "CX")), 3)
    low, high = classical_correlation(parted(ket.to_complex().reshape(-1)).of([0], [1]))
    best = max(exact_classical(ket, 0, 1, axis) for axis in "XYZ")
    assert low - 1e-6 <= float(best) <= high + 1e-6
