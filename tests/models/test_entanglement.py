"""Measures of entanglement against known states, independent formulas, QuTiP and Qiskit; errors against states that are so far apart."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy
import pytest
import qutip
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import quantum_info

from noclone.models import correlations
from noclone.models.conversions import qutip_from_exact
from noclone.models.correlations import (
    best_chsh,
    chsh_maximum,
    chsh_of,
    classical_correlation,
    discord,
    pauli_coefficients,
    searched_observables,
    settings_observables,
)
from noclone.models.entanglement import (
    binary_entropy,
    coherent_information_of,
    concurrence,
    entanglement_entropy,
    entanglement_of_formation,
    formation_of_concurrence,
    logarithmic_negativity,
    mutual_information_of,
    negativity,
    one_tangle,
    parted,
    pure_concurrence,
    residual_tangle,
    squashed_bounds,
    tangle,
)
from noclone.models.errors import InputError
from noclone.models.exact import run_exactly
from noclone.models.exact_entanglement import (
    ExactSides,
    antisymmetric_qutrits,
    exact_ckw,
    exact_one_tangle,
    exact_pair_tangle,
    exact_residual_tangle,
    exact_unsquared_formation,
    formation_ball,
    naive_ckw_of_qutrits,
    span_tangle,
)
from noclone.models.measures import trace_distance
from noclone.models.monogamy import ghz_state, w_state
from noclone.models.ring import RingArray

BELL = numpy.array([1, 0, 0, 1]) / math.sqrt(2)
ROOT = sympy.sqrt(2)
seeds = st.integers(0, 10**6)
MEASURES = [concurrence, tangle, negativity, logarithmic_negativity, entanglement_of_formation, chsh_maximum]
MONOTONES = MEASURES[:5]
ENTROPIC = [mutual_information_of, coherent_information_of]


def haar(dimension, seed):
    random = numpy.random.default_rng(seed)
    ket = random.normal(size=dimension) + 1j * random.normal(size=dimension)
    return ket / numpy.linalg.norm(ket)


def mixed(rank, seed, dimension=4):
    root = haar(dimension * rank, seed).reshape(dimension, rank)
    return root @ root.conj().T


def unitary(seed, size=2):
    return numpy.linalg.qr(haar(size * size, seed).reshape(size, size))[0]


def werner(p):
    return p * numpy.outer(BELL, BELL) + (1 - p) * numpy.eye(4) / 4


def near(estimate, exact):
    """Within the stated error, and that error is small."""
    return abs(estimate.value - exact) <= estimate.error < 2e-6


def qobj(matrix):
    return qutip.Qobj(matrix, dims=[[2, 2], [2, 2]])


# known states


def test_a_bell_pair_has_the_largest_value_of_every_measure_in_the_stated_convention():
    for state in (BELL, numpy.outer(BELL, BELL), qutip.bell_state("00")):
        assert near(concurrence(state), 1) and near(tangle(state), 1) and near(negativity(state), 0.5)
        assert near(logarithmic_negativity(state), 1) and near(entanglement_of_formation(state), 1)
        assert near(chsh_maximum(state), 2 * math.sqrt(2))
    assert near(pure_concurrence(BELL), 1) and near(entanglement_entropy(BELL), 1)
    low, high = squashed_bounds(BELL)
    assert 1 - 1e-9 < low <= high < 1 + 1e-9


def test_products_have_none():
    product = numpy.kron(haar(2, 1), haar(2, 2))
    for measure in MEASURES[:5]:
        assert near(measure(product), 0) and near(measure(numpy.kron(mixed(2, 1, 2), mixed(2, 2, 2))), 0)
    assert near(chsh_maximum(product), 2) and squashed_bounds(product)[1] < 1e-9


@pytest.mark.parametrize(
    "p", [0, 0.2, 1 / 3 - 1e-6, 1 / 3 + 1e-6, 0.5, 1 / math.sqrt(2) - 1e-6, 1 / math.sqrt(2) + 1e-6, 0.9]
)
def test_werner_states_are_separable_to_a_third_and_keep_chsh_to_one_over_root_two(p):
    state = werner(p)
    assert near(concurrence(state), max(0, (3 * p - 1) / 2)) and near(negativity(state), max(0, (3 * p - 1) / 4))
    assert near(chsh_maximum(state), 2 * math.sqrt(2) * p)
    found = concurrence(state)
    assert (found.value > found.error) is (p > 1 / 3)
    violation = chsh_maximum(state)
    assert (violation.value > 2 + violation.error) is (p > 1 / math.sqrt(2))


def test_pairs_of_w_have_two_thirds_and_those_of_ghz_nothing():
    for qubits in (3, 4, 5):
        for other in range(1, qubits):
            assert near(concurrence(parted(w_state(qubits)).of([0], [other])), 2 / qubits)
            assert near(concurrence(parted(ghz_state(qubits)).of([0], [other])), 0)
    assert near(residual_tangle(ghz_state()), 1) and near(residual_tangle(w_state()), 0)
    assert near(one_tangle(w_state(), 1), 8 / 9) and near(one_tangle(ghz_state(), 2), 1)
    assert near(entanglement_of_formation(parted(w_state()).of([0], [1])), binary_entropy((3 + math.sqrt(5)) / 6))


@pytest.mark.parametrize("d", [2, 3, 5])
def test_maximally_entangled_states_of_two_qudits(d):
    ket = numpy.eye(d).reshape(-1) / math.sqrt(d)
    assert near(pure_concurrence(ket, (d, d)), math.sqrt(2 * (1 - 1 / d)))
    assert near(negativity(ket, (d, d)), (d - 1) / 2) and near(logarithmic_negativity(ket, (d, d)), math.log2(d))
    assert near(entanglement_entropy(ket, (d, d)), math.log2(d))


# independent formulas and other programs


@settings(max_examples=150, deadline=None)
@given(seeds, st.integers(1, 4))
def test_two_qubit_measures_are_qutips_and_qiskits(seed, rank):
    state = mixed(rank, seed)
    theirs = quantum_info.DensityMatrix(state)
    value, error = concurrence(state)
    assert value == pytest.approx(qutip.concurrence(qobj(state)), abs=1e-6)
    assert value == pytest.approx(quantum_info.concurrence(theirs), abs=1e-6)
    assert negativity(state).value == pytest.approx(qutip.negativity(qobj(state), 0), abs=1e-9)
    assert negativity(state).value == pytest.approx(quantum_info.negativity(theirs, [0]), abs=1e-9)
    assert logarithmic_negativity(state).value == pytest.approx(
        qutip.negativity(qobj(state), 1, logarithmic=True), abs=1e-9
    )
    assert entanglement_of_formation(state).value == pytest.approx(
        quantum_info.entanglement_of_formation(theirs), abs=1e-6
    )
    assert error < 1e-6 and mutual_information_of(state).value == pytest.approx(
        quantum_info.mutual_information(theirs, base=2), abs=1e-9
    )


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(2, 4), seeds)
def test_no_decomposition_has_a_smaller_mean_concurrence(seed, rank, other):
    found = parted(mixed(rank, seed))
    members = found.factor @ unitary(other, found.factor.shape[1])
    mean = sum(2 * abs(ket[0] * ket[3] - ket[1] * ket[2]) for ket in members.T)
    assert mean >= concurrence(found).value - 1e-9


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from([(2, 2), (2, 3), (3, 3), (4, 2)]))
def test_pure_concurrence_is_that_of_the_purity_and_of_schmidt_coefficients(seed, dims):
    ket = haar(math.prod(dims), seed)
    matrix = ket.reshape(dims)
    reduced = matrix @ matrix.conj().T
    purity = numpy.trace(reduced @ reduced).real
    assert pure_concurrence(ket, dims).value ** 2 == pytest.approx(2 * (1 - purity), abs=1e-13)
    minors = [
        numpy.linalg.det(matrix[numpy.ix_(rows, columns)])
        for rows in itertools.combinations(range(dims[0]), 2)
        for columns in itertools.combinations(range(dims[1]), 2)
    ]
    assert near(pure_concurrence(ket, dims), 2 * numpy.linalg.norm(minors))
    assert one_tangle(ket, 0, dims).value == pytest.approx(2 * (1 - purity), abs=1e-12)
    roots = numpy.linalg.svd(matrix, compute_uv=False)
    assert near(negativity(ket, dims), (roots.sum() ** 2 - 1) / 2)
    if dims == (2, 2):
        assert near(one_tangle(ket, 1), 4 * numpy.linalg.det(reduced).real)
        assert near(concurrence(ket), 2 * abs(numpy.linalg.det(matrix)))
        assert near(entanglement_of_formation(ket), entanglement_entropy(ket).value)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_residual_tangle_is_cayleys_hyperdeterminant_and_symmetric(seed):
    ket = haar(8, seed)
    a = ket.reshape(2, 2, 2)
    one = (a[0, 0, 0] * a[1, 1, 1]) ** 2 + (a[0, 0, 1] * a[1, 1, 0]) ** 2 + (a[0, 1, 0] * a[1, 0, 1]) ** 2
    one += (a[1, 0, 0] * a[0, 1, 1]) ** 2
    pairs = [a[0, 0, 0] * a[1, 1, 1], a[0, 0, 1] * a[1, 1, 0], a[0, 1, 0] * a[1, 0, 1], a[1, 0, 0] * a[0, 1, 1]]
    two = sum(pairs[i] * pairs[j] for i in range(4) for j in range(i))
    three = a[0, 0, 0] * a[0, 1, 1] * a[1, 0, 1] * a[1, 1, 0] + a[1, 1, 1] * a[1, 0, 0] * a[0, 1, 0] * a[0, 0, 1]
    value, error = residual_tangle(ket)
    assert value == pytest.approx(4 * abs(one - 2 * two + 4 * three), abs=1e-12)
    whole = parted(ket)
    for first, second, third in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        parts = [one_tangle(ket, first), tangle(whole.of([first], [second])), tangle(whole.of([first], [third]))]
        gap = parts[0].value - parts[1].value - parts[2].value
        assert abs(gap - value) <= error + sum(part.error for part in parts)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 4), seeds, seeds)
def test_local_unitaries_change_nothing_and_local_channels_add_nothing(seed, rank, one, two):
    state = mixed(rank, seed)
    local = numpy.kron(unitary(one), unitary(two))
    turned = local @ state @ local.conj().T
    isometry = unitary(one, 4)[:, :2].reshape(2, 2, 2)
    worn = sum(numpy.kron(kraus, numpy.eye(2)) @ state @ numpy.kron(kraus, numpy.eye(2)).conj().T for kraus in isometry)
    for measure in [*MEASURES, *ENTROPIC]:
        before, after = measure(state), measure(turned)
        assert abs(before.value - after.value) <= before.error + after.error
    for measure in MONOTONES:
        before, after = measure(state), measure(worn)
        assert after.value <= before.value + before.error + after.error


# errors


@settings(max_examples=150, deadline=None)
@given(seeds, st.integers(1, 4), st.integers(1, 4), st.integers(1, 12))
def test_states_that_are_so_far_apart_differ_by_no_more_than_the_error(seed, rank, other, power):
    mix = 10.0**-power
    first = mixed(rank, seed)
    second = (1 - mix) * first + mix * mixed(other, seed + 1)
    apart = 2 * trace_distance(first, second)
    for measure in [*MEASURES, *ENTROPIC]:
        one, two = measure(first, error=apart), measure(second)
        assert abs(one.value - two.value) <= one.error + two.error


def test_concurrence_moves_with_the_root_of_a_distance_so_a_linear_error_would_be_wrong():
    def state(q):
        return numpy.array(
            [[0.25 - q / 2, 0, 0, 0.25 - q / 2], [0, 0.5, 0, 0], [0, 0, q, 0], [0.25 - q / 2, 0, 0, 0.25 - q / 2]]
        )

    apart = 2 * trace_distance(state(0), state(1e-10))
    difference = abs(concurrence(state(0)).value - concurrence(state(1e-10)).value)
    assert difference > 1000 * apart and difference <= concurrence(state(0), error=apart).error


def test_a_part_of_a_ket_is_known_better_than_the_same_density_operator():
    part = parted(w_state()).of([0], [1])
    fine, coarse = concurrence(part), concurrence(part.density)
    assert abs(fine.value - 2 / 3) <= fine.error < 1e-13 and abs(coarse.value - 2 / 3) <= coarse.error < 1e-6
    assert concurrence(werner(0.5)).error < 1e-12


def test_formation_is_increasing_and_accurate_near_zero():
    assert formation_of_concurrence(0) == 0 and formation_of_concurrence(1) == 1
    for power in range(1, 9):
        ball = formation_ball(Fraction(1, 100**power))
        assert formation_of_concurrence(10.0**-power) == pytest.approx(float(ball.mid()), rel=1e-9)


# parties


def test_parties_are_big_endian_and_grouped_in_the_order_named():
    ket = numpy.kron(BELL, numpy.array([0.6, 0.8]))
    whole = parted(ket)
    assert near(concurrence(whole.of([0], [1])), 1) and near(concurrence(whole.of([0], [2])), 0)
    assert near(one_tangle(ket, 2), 0) and near(pure_concurrence(whole.of([2, 0], [1])), 1)
    assert numpy.allclose(whole.of([2]).density, [[0.36, 0.48], [0.48, 0.64]])
    assert numpy.allclose(parted(numpy.eye(4)[1]).of([1, 0]).factor[:, 0], numpy.eye(4)[2])
    own = qutip.Qobj(ket.reshape(-1, 1), dims=[[4, 2], [1, 1]])
    assert parted(own).dims == (4, 2) and near(pure_concurrence(own), 0)


@settings(max_examples=40, deadline=None)
@given(seeds, st.permutations(range(4)), st.integers(1, 3))
def test_parts_are_qutips_partial_traces(seed, order, kept):
    ket = haar(16, seed)
    theirs = qutip.Qobj(ket.reshape(-1, 1), dims=[[2] * 4, [1] * 4]).permute(order).ptrace(list(range(kept)))
    assert numpy.allclose(parted(ket).of(*[[party] for party in order[:kept]]).density, theirs.full())


def test_what_cannot_be_measured_is_refused():
    for call, words in (
        (lambda: parted([1, 1]), "norm 1"),
        (lambda: parted(numpy.diag([1.5, -0.5])), "no negative eigenvalue"),
        (lambda: parted(haar(6, 0)), "no power of 2"),
        (lambda: parted(BELL, (2, 3)), "have a state of 6"),
        (lambda: parted(BELL).of([0], [0]), "different parties"),
        (lambda: parted(BELL).of([2]), "among 0 to 1"),
        (lambda: concurrence(ghz_state()), "two parties"),
        (lambda: concurrence(parted(ghz_state()).of([0], [1, 2])), "two qubits"),
        (lambda: pure_concurrence(werner(0.5)), "given as a ket"),
        (lambda: residual_tangle(BELL), "three qubits"),
        (lambda: negativity(numpy.eye(8) / 8), "two parties"),
        (lambda: chsh_of(BELL, [numpy.eye(3)] * 2), "shape"),
        (lambda: chsh_of(BELL, [2 * numpy.eye(2)] * 2), "from −1 to 1"),
        (lambda: chsh_maximum(ghz_state()), "two qubits"),
        (lambda: searched_observables([parted(BELL), parted(haar(6, 1), (3, 2))]), "the same"),
    ):
        with pytest.raises(InputError, match=words):
            call()


# CHSH


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 4))
def test_the_best_settings_reach_the_chsh_maximum_and_no_others_exceed_it(seed, rank):
    state = mixed(rank, seed)
    best = chsh_maximum(state)
    found = best_chsh(state)
    first, second = settings_observables(found.first), settings_observables(found.second)
    operator = numpy.kron(first[0], second[0] + second[1]) + numpy.kron(first[1], second[0] - second[1])
    assert numpy.trace(state @ operator).real == pytest.approx(best.value, abs=1e-12)
    assert chsh_of(state, first, second).value == pytest.approx(best.value, abs=1e-12)
    assert all(abs(numpy.linalg.norm(each) - 1) < 1e-12 for pair in found for each in pair)
    random = numpy.random.default_rng(seed)
    for _ in range(5):
        vectors = random.normal(size=(4, 3))
        vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
        other = settings_observables(vectors[:2]), settings_observables(vectors[2:])
        fixed, free = chsh_of(state, *other), chsh_of(state, other[0])
        assert fixed.value <= free.value + 1e-12 and fixed.value <= best.value + 1e-12
        assert free.value <= max(2, best.value) + 1e-12
    searched = chsh_of(state, searched_observables([parted(state)])).value
    assert best.value - 1e-6 <= searched <= max(2, best.value) + 1e-9


# classical correlation and discord


def bell_diagonal(weights):
    pauli = [numpy.array(quantum_info.Pauli(letter).to_matrix()) for letter in "IXYZ"]
    kets = [numpy.kron(numpy.eye(2), matrix) @ BELL for matrix in pauli]
    return sum(weight * numpy.outer(ket, ket.conj()) for weight, ket in zip(weights, kets, strict=True))


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_bell_diagonal_states_have_luos_classical_correlation(seed):
    state = bell_diagonal(numpy.random.default_rng(seed).dirichlet([1] * 4))
    largest = abs(numpy.diag(pauli_coefficients(state))[1:]).max()
    exact = 1 - binary_entropy((1 + largest) / 2)
    low, high = classical_correlation(state)
    assert low - 1e-9 <= exact <= high + 1e-12 and high - low < 2e-3
    bounds, total = discord(state), mutual_information_of(state).value
    assert bounds[0] <= total - exact + 1e-9 and bounds[1] >= total - exact - 1e-9


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 4))
def test_no_measurement_of_b_tells_more_than_the_upper_bound(seed, rank):
    state = mixed(rank, seed)
    low, high = classical_correlation(state)
    assert 0 <= low <= high
    effects = unitary(seed + 1, 4)[:, :2]
    tensor, left = state.reshape(2, 2, 2, 2), 0.0
    for effect in effects:
        conditional = numpy.einsum("abcd,b,d->ac", tensor, effect, effect.conj())
        weight = numpy.trace(conditional).real
        left += weight * binary_entropy(numpy.linalg.eigvalsh(conditional / weight)[0])
    own = binary_entropy(numpy.linalg.eigvalsh(numpy.einsum("abcb->ac", tensor))[0])
    assert own - left <= high + 1e-12
    assert high <= mutual_information_of(state).value + 2e-3


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 4), st.floats(-0.3, 0.3))
def test_the_bound_on_the_sphere_is_below_every_direction_and_not_far_below(seed, rank, raised):
    coefficients = pauli_coefficients(mixed(rank, seed))
    random = numpy.random.default_rng(seed)
    plane = numpy.array([0.3 + raised, *random.normal(size=3) / 5])
    least, _ = correlations._least_excess(coefficients, plane, correlations._sphere(3)[1], 1e-3, False)
    directions = random.normal(size=(20_000, 3))
    directions /= numpy.linalg.norm(directions, axis=1, keepdims=True)
    sampled = (correlations._weighted_entropy(coefficients, directions) - plane[0] - directions @ plane[1:]).min()
    assert least <= sampled
    assert least >= min(sampled, 0) - 5e-3


def test_discord_depends_on_who_measures():
    plus = numpy.full((2, 2), 0.5)
    state = (numpy.kron(numpy.diag([1, 0]), numpy.diag([1, 0])) + numpy.kron(numpy.diag([0, 1]), plus)) / 2
    swapped = state.reshape(2, 2, 2, 2).transpose(1, 0, 3, 2).reshape(4, 4)
    assert discord(state)[0] > 0.1 and discord(swapped)[1] < 2e-3
    shared = numpy.diag([0.5, 0, 0, 0.5])
    assert discord(shared)[1] < 2e-3 and classical_correlation(shared)[0] == pytest.approx(1, abs=1e-9)
    assert classical_correlation(numpy.eye(4) / 4)[1] < 2e-3
    ket = haar(4, 3)
    low, high = classical_correlation(ket)
    assert low - 1e-9 <= entanglement_entropy(ket).value <= high + 1e-9 < low + 2e-3


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 4))
def test_bounds_of_squashed_entanglement_are_in_order(seed, rank):
    state = mixed(rank, seed)
    low, high = squashed_bounds(state)
    assert 0 <= low <= high <= mutual_information_of(state).value / 2 + 1e-9
    assert low <= entanglement_of_formation(state).value + 1e-6
    assert squashed_bounds(werner(0.3))[1] < 1e-6 < squashed_bounds(werner(0.95))[0]


# exact states


def circuit_ket(seed):
    random = numpy.random.default_rng(seed)
    gates = []
    for _ in range(14):
        name = ("H", "S", "T", "CX")[random.integers(4)]
        gates.append((name, *(int(q) for q in random.permutation(3)[: 2 if name == "CX" else 1])))
    parts = numpy.zeros((4, 2, 2, 2), dtype=numpy.int64)
    parts[0, 0, 0, 0] = 1
    return run_exactly(gates, RingArray(parts))


@settings(max_examples=12, deadline=None)
@given(seeds)
def test_exact_tangles_of_circuits_of_h_s_t_cx_are_the_floats(seed):
    ket = circuit_ket(seed)
    floats = qutip_from_exact(ket)
    assert float(exact_one_tangle(ket, 1)) == pytest.approx(one_tangle(floats, 1).value, abs=1e-12)
    pair = exact_pair_tangle(ket, 0, 2)
    assert float(pair) == pytest.approx(tangle(parted(floats).of([0], [2])).value, abs=1e-12)
    assert float(exact_residual_tangle(ket)) == pytest.approx(residual_tangle(floats).value, abs=1e-12)
    assert sympy.simplify(exact_ckw(ket).right - exact_ckw(ket).left - exact_residual_tangle(ket)) == 0


def test_exact_tangles_of_w_and_ghz():
    w = [sympy.sqrt(each) / sympy.sqrt(3) for each in (0, 1, 1, 0, 1, 0, 0, 0)]
    ghz = [ROOT / 2, 0, 0, 0, 0, 0, 0, ROOT / 2]
    assert exact_pair_tangle(w, 0, 1) == Fraction(4, 9) and exact_one_tangle(w, 2) == Fraction(8, 9)
    assert exact_residual_tangle(w) == 0 and exact_residual_tangle(ghz) == 1
    assert exact_ckw(w) == ExactSides(Fraction(8, 9), Fraction(8, 9)) and exact_ckw(w).is_met
    assert exact_ckw(ghz).left == 0 and not exact_ckw(ghz).is_broken
    unsquared = exact_unsquared_formation(w)
    assert unsquared.is_broken and not unsquared.is_met
    assert abs(float(unsquared.left.mid()) - 2 * binary_entropy((3 + math.sqrt(5)) / 6)) < 1e-12
    assert exact_unsquared_formation(ghz).is_met


def test_ous_state_breaks_the_naive_inequality_exactly():
    found = naive_ckw_of_qutrits()
    assert (found.left, found.right) == (2, sympy.Rational(4, 3)) and found.is_broken
    ket = numpy.array([complex(each) for each in antisymmetric_qutrits()])
    assert near(one_tangle(ket, 0, (3, 3, 3)), 4 / 3)
    part = parted(ket, (3, 3, 3)).of([0], [1])
    members = part.factor @ unitary(5, part.factor.shape[1])
    for member in members.T:
        if numpy.linalg.norm(member) > 1e-6:
            assert near(pure_concurrence(member / numpy.linalg.norm(member), (3, 3)), 1)


def test_a_span_whose_vectors_differ_has_no_one_tangle():
    assert span_tangle([[1, 0, 0, 1], [0, 1, 1, 0]], (2, 2)) is None
    assert span_tangle([[1, 0, 0, 0], [0, 1, 0, 0]], (2, 2)) == 0
    assert span_tangle([[1, 0, 0, 1]], (2, 2)) == 1


def test_what_is_not_exact_is_refused():
    for ket, words in (
        ([0.6, 0.8, 0, 0], "without floats"),
        ([1, 1, 0, 0], "norm 1"),
        (["1", 0, 0, 0], "SymPy number"),
    ):
        with pytest.raises(InputError, match=words):
            exact_one_tangle(ket, 0)
    with pytest.raises(InputError, match="8 amplitudes"):
        exact_residual_tangle([1, 0, 0, 0])
    with pytest.raises(InputError, match="between 0 and 1"):
        formation_ball(Fraction(3, 2))
    cosine = [sympy.sqrt(2 + ROOT) / 2, 0, 0, 0, 0, 0, 0, sympy.sqrt(2 - ROOT) / 2]
    assert exact_residual_tangle(cosine) == sympy.Rational(1, 2)
    skew = [sympy.sqrt(ROOT - 1), 0, 0, 0, 0, 0, 0, sympy.sqrt(2 - ROOT)]
    with pytest.raises(InputError, match="rational"):
        exact_unsquared_formation(skew)
