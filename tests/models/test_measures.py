"""Measures against Qiskit's and QuTiP's, whose conventions differ, and against numbers known in closed form."""

from __future__ import annotations

import math

import numpy
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import quantum_info

from noclone.models.errors import InputError
from noclone.models.measures import (
    as_density,
    coherent_information,
    entropy,
    entropy_error,
    fidelity,
    mutual_information,
    root_fidelity,
    trace_distance,
)

BELL = (qutip.basis([2, 2], [0, 0]) + qutip.basis([2, 2], [1, 1])).unit()
seeds = st.integers(0, 10_000)


def random_state(dimension, rank, seed):
    random = numpy.random.default_rng(seed)
    root = random.normal(size=(dimension, rank)) + 1j * random.normal(size=(dimension, rank))
    return root @ root.conj().T / numpy.linalg.norm(root) ** 2


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4))
def test_fidelity_is_squared_as_qiskits_and_its_root_is_qutips(seed, one, two):
    first, second = random_state(4, one, seed), random_state(4, two, seed + 1)
    assert fidelity(first, second) == pytest.approx(quantum_info.state_fidelity(first, second), abs=1e-6)
    assert root_fidelity(first, second) == pytest.approx(
        qutip.fidelity(qutip.Qobj(first), qutip.Qobj(second)), abs=1e-6
    )


def test_fidelity_of_states_of_low_rank_is_exact_to_rounding():
    zero, plus = numpy.diag([1, 0]), numpy.full((2, 2), 0.5)
    assert root_fidelity(zero, numpy.diag([0, 1])) < 1e-14
    assert abs(fidelity(zero, plus) - 0.5) < 1e-14 and abs(fidelity([1, 0], [0.6, 0.8]) - 0.36) < 1e-14
    for seed in range(20):
        first, second = random_state(8, 2, seed), random_state(8, 3, seed + 100)
        overlap = numpy.outer(numpy.eye(8)[0], numpy.eye(8)[0])
        assert abs(fidelity(overlap, first) - first[0, 0].real) < 1e-13
        assert abs(fidelity(first, first) - 1) < 1e-13 and fidelity(first, second) < 1


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 4))
def test_trace_distance_is_half_the_sum_of_singular_values_and_bounds_fidelity(seed, rank):
    first, second = random_state(4, rank, seed), random_state(4, 2, seed + 1)
    distance = trace_distance(first, qutip.Qobj(second))
    assert distance == pytest.approx(numpy.linalg.svd(first - second, compute_uv=False).sum() / 2, abs=1e-12)
    root = root_fidelity(first, second)
    assert 1 - root - 1e-9 <= distance <= math.sqrt(max(0.0, 1 - root**2)) + 1e-9


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 4))
def test_entropy_is_in_bits_as_qiskits(seed, rank):
    state = random_state(4, rank, seed)
    assert entropy(state) == pytest.approx(quantum_info.entropy(quantum_info.DensityMatrix(state), base=2), abs=1e-9)
    assert entropy(state) <= math.log2(rank) + 1e-9


def test_entropies_of_known_states():
    assert entropy([1, 0]) < 1e-14 and entropy(numpy.eye(4) / 4) == pytest.approx(2)
    assert mutual_information(BELL, [0], [1]) == pytest.approx(2)
    assert coherent_information(BELL, [0], [1]) == pytest.approx(1)
    classical = qutip.Qobj(numpy.diag([0.5, 0, 0, 0.5]), dims=[[2, 2], [2, 2]])
    assert mutual_information(classical, [0], [1]) == pytest.approx(1)
    assert coherent_information(classical, [0], [1]) == pytest.approx(0, abs=1e-12)
    assert mutual_information(BELL, [0], []) == 0


def test_informations_of_a_mixed_state_agree_with_qiskit_and_qutip():
    state = random_state(8, 3, 5)
    mine = qutip.Qobj(state, dims=[[2, 2, 2], [2, 2, 2]])
    pair = mine.ptrace([0, 2])
    theirs = quantum_info.mutual_information(quantum_info.DensityMatrix(pair.full()), base=2)
    assert mutual_information(mine, [0], [2]) == pytest.approx(theirs)
    assert coherent_information(mine, [0], [2]) == pytest.approx(-qutip.entropy_conditional(pair, 1, base=2))
    assert coherent_information(mine, [2], [0]) != pytest.approx(coherent_information(mine, [0], [2]))


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(0, 1))
def test_entropies_differ_by_no_more_than_audenaerts_bound(seed, mix):
    first, other = random_state(4, 2, seed), random_state(4, 3, seed + 1)
    second = (1 - mix) * first + mix * other
    assert abs(entropy(first) - entropy(second)) <= entropy_error(trace_distance(first, second), 4) + 1e-9


def test_audenaerts_bound_is_reached():
    distance = 0.1
    worst = numpy.diag([1 - distance, *[distance / 3] * 3])
    assert entropy(worst) == pytest.approx(entropy_error(distance, 4))
    assert entropy_error(0.0, 4) == 0 and entropy_error(0.9, 4) == 2


def test_what_is_no_state_is_refused():
    for wrong in (numpy.eye(2), [[0.5, 1], [0, 0.5]], numpy.ones((2, 3)), [2, 0]):
        with pytest.raises(InputError):
            as_density(wrong)
    with pytest.raises(InputError, match="one dimension"):
        fidelity([1, 0], [1, 0, 0, 0])
    for factors in (([0], [0]), ([0], [2]), ([0, 0], [1])):
        with pytest.raises(InputError, match="different parts"):
            mutual_information(BELL, *factors)
