"""Balls contain what they are said to contain: compared with floats, with known states, and with what they must exclude."""

from __future__ import annotations

import math

import numpy
import pytest
import sympy
from flint import acb, acb_mat, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from noclone.models.ball_entanglement import (
    BallKet,
    _surprise,
    chsh_bound,
    classical_bound,
    concurrence_ball,
    eigenvalue_balls,
    formation_between,
    horodecki_ball,
    number_ball,
    ring_balls,
    roof_tangle,
    singular_value_balls,
)
from noclone.models.correlations import chsh_maximum, chsh_of, classical_correlation, settings_observables
from noclone.models.entanglement import concurrence, entanglement_of_formation, one_tangle, parted
from noclone.models.errors import InputError
from noclone.models.exact_entanglement import antisymmetric_qutrits
from noclone.models.monogamy import ghz_state, two_bell_pairs, w_state
from noclone.models.ring import RingArray

seeds = st.integers(0, 10**6)


@pytest.fixture(autouse=True)
def precision():
    with ctx.workprec(192):
        yield


def haar(dimension, seed):
    random = numpy.random.default_rng(seed)
    ket = random.normal(size=dimension) + 1j * random.normal(size=dimension)
    return ket / numpy.linalg.norm(ket)


def balls(ket, dims, radius=0.0):
    """The floats as balls; parties, then a rest."""
    wide = acb(arb(0, radius), arb(0, radius))
    entries = [acb(float(each.real), float(each.imag)) + wide for each in numpy.asarray(ket, dtype=complex)]
    tensor = numpy.empty(len(entries), dtype=object)
    tensor[:] = entries
    return BallKet(tensor.reshape(*dims, -1), tuple(dims))


def near(ball, value, error=1e-9):
    """Whether the value is in the ball, up to the rounding of the floats, and the ball is small."""
    return abs(float(ball.mid()) - value) <= float(ball.rad()) + error and float(ball.rad()) < 1e-9


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([0, 1, 2, 3]))
def test_measures_of_random_kets_are_those_of_floats(seed, rest):
    ket = haar(2 ** (3 + rest), seed)
    found = balls(ket, (2, 2, 2))
    whole = parted(ket, (2, 2, 2, 2**rest))
    pair = whole.of([0], [2])
    assert near(concurrence_ball(found, 0, 2), concurrence(pair).value)
    assert near(found.one_tangle(1), one_tangle(whole, 1).value)
    assert near(found.entropy([1]), whole.of([1]).entropy.value)
    assert near(found.entropy([0, 2]), pair.entropy.value)
    assert near(horodecki_ball(found, 0, 2), chsh_maximum(pair).value ** 2)
    value = concurrence_ball(found, 0, 2)
    assert near(formation_between(value * value), entanglement_of_formation(pair).value, 1e-7)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_what_measurements_reach_is_no_more_than_what_is_possible(seed):
    ket = haar(16, seed)
    found, pair = balls(ket, (2, 2)), parted(ket, (2, 2, 4)).of([0], [1])
    vectors = numpy.random.default_rng(seed).normal(size=(2, 3))
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    observables = settings_observables(vectors)
    assert near(chsh_bound(found, 0, 1, observables), chsh_of(pair, observables).value)
    _, high = classical_correlation(pair, tolerance=1e-2)
    assert float(classical_bound(found, 0, 1, vectors[0]).lower()) <= high


def test_observables_that_are_too_large_are_made_smaller():
    found = balls(numpy.eye(2).reshape(-1) / math.sqrt(2), (2, 2))
    z, x = numpy.diag([1.0, -1.0]), numpy.array([[0, 1.0], [1.0, 0]])
    assert float(chsh_bound(found, 0, 1, (z, x)).lower()) == pytest.approx(2 * math.sqrt(2))
    assert float(chsh_bound(found, 0, 1, (3 * z, 3 * x)).upper()) < 2 * math.sqrt(2) + 1e-9


def test_measuring_z_reads_all_of_a_ghz_bit_and_x_none_of_it():
    found = balls(ghz_state(), (2, 2, 2))
    assert near(classical_bound(found, 0, 1, (0, 0, 7)), 1)
    assert near(classical_bound(found, 0, 1, (1, 0, 0)), 0, 1e-7)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([1e-14, 1e-10, 1e-6]))
def test_a_ball_of_kets_has_every_ket_s_value_in_its_value(seed, radius):
    """The floor of what a bound may exclude: shift the ket within the ball."""
    ket = haar(16, seed)
    found = balls(ket, (2, 2), radius)
    moved = ket + radius * numpy.random.default_rng(seed + 1).choice([-1, 1, 1j, -1j], size=16)
    pair = parted(moved / numpy.linalg.norm(moved), (2, 2, 4)).of([0], [1])
    ball = concurrence_ball(found, 0, 1)
    assert float(ball.lower()) - 1e-13 <= concurrence(pair).value <= float(ball.upper()) + 1e-13
    assert float(ball.rad()) >= radius / 4 or float(ball.lower()) == 0
    entropy = found.entropy([0, 1])
    assert float(entropy.lower()) - 1e-12 <= pair.entropy.value <= float(entropy.upper()) + 1e-12


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 6), st.booleans())
def test_spectra_contain_the_exact_ones(seed, size, degenerate):
    random = numpy.random.default_rng(seed)
    values = random.integers(0, 2 if degenerate else 9, size=size)
    basis = numpy.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    matrix = (basis * values) @ basis.conj().T
    exact = acb_mat([[acb(float(each.real), float(each.imag)) for each in row] for row in matrix])
    wanted = sorted(values, reverse=True)
    assert all(near(ball, value, 1e-12) for ball, value in zip(eigenvalue_balls(exact), wanted, strict=True))
    assert all(near(ball, value, 1e-12) for ball, value in zip(singular_value_balls(exact), wanted, strict=True))


# the convex roof beyond qubits


def test_every_mixture_of_antisymmetric_kets_of_qutrits_has_tangle_one():
    tensor = numpy.empty(27, dtype=object)
    tensor[:] = [number_ball(each) for each in antisymmetric_qutrits()]
    found = BallKet(tensor.reshape(3, 3, 3, 1), (3, 3, 3))
    assert near(roof_tangle(found, 0, 1), 1) and near(found.one_tangle(0), 4 / 3)


@pytest.mark.parametrize("radius", [1e-9, 1e-6, 1e-4])
def test_kets_near_the_antisymmetric_one_have_nearly_its_tangle(radius):
    ket = numpy.array([complex(each) for each in antisymmetric_qutrits()])
    ball = roof_tangle(balls(ket, (3, 3, 3), radius), 0, 1)
    assert 1 - 200 * radius < float(ball.lower()) < 1 - radius and 1 <= float(ball.upper()) < 1 + 200 * radius


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_the_roof_lies_between_its_bounds_where_it_is_known(seed):
    """Two qubits in the corner of two qutrits have the concurrence that Wootters says."""
    ket = haar(4 * 4, seed).reshape(2, 2, 4)
    large = numpy.zeros((3, 3, 4), dtype=complex)
    large[:2, :2] = ket
    ball = roof_tangle(balls(large.reshape(-1), (3, 3)), 0, 1)
    value = concurrence(parted(ket.reshape(-1), (2, 2, 4)).of([0], [1])).value ** 2
    assert float(ball.lower()) - 1e-12 <= value <= float(ball.upper()) + 1e-12


def test_the_roof_of_kets_is_their_tangle_and_that_of_products_is_zero():
    ket = haar(9, 5)
    assert near(roof_tangle(balls(ket, (3, 3)), 0, 1), one_tangle(ket, 0, (3, 3)).value)
    product = numpy.kron(haar(3, 1), haar(6, 2))
    assert float(roof_tangle(balls(product, (3, 3)), 0, 1).upper()) < 1e-9
    assert near(roof_tangle(balls(two_bell_pairs().factor.reshape(-1), (4, 2, 2)), 0, 1), 1)


# numbers


def test_numbers_with_roots_become_balls_around_them():
    value = (1 + sympy.sqrt(5)) / 2 - sympy.I / sympy.sqrt(3) + sympy.sqrt(2 + sympy.sqrt(2)) ** 3 / 7
    ball = number_ball(value)
    assert abs(complex(float(ball.real.mid()), float(ball.imag.mid())) - complex(value)) < 1e-14
    assert float(ball.real.rad()) < 1e-50 and ball.real.rad() > 0
    for wrong in (sympy.pi, sympy.exp(sympy.I), sympy.Symbol("x"), sympy.cbrt(2)):
        with pytest.raises(InputError, match="square roots and I"):
            number_ball(wrong)


@given(st.lists(st.integers(-9, 9), min_size=8, max_size=8), st.integers(0, 5))
def test_ring_numbers_become_balls_around_them(parts, halvings):
    array = RingArray(numpy.array(parts).reshape(4, 2), halvings)
    for ball, value in zip(ring_balls(array), array.to_complex(), strict=True):
        assert abs(complex(float(ball.real.mid()), float(ball.imag.mid())) - value) < 1e-12


def test_the_w_state_s_numbers():
    found = balls(w_state(), (2, 2, 2))
    assert near(concurrence_ball(found, 0, 1), 2 / 3) and near(found.one_tangle(0), 8 / 9)
    assert not near(concurrence_ball(found, 0, 1), 0.6667)
    assert found.radius < 1e-14 and abs(found.floats()[:, 0] - w_state()).max() < 1e-15


def test_an_entropy_is_sharp_where_a_probability_is_one_over_e():
    """There −p log p is largest, so that its ends' values alone would be too low."""
    weights = numpy.sqrt([1 / math.e, 0.3, 1 - 1 / math.e - 0.3, 0])
    found = balls(numpy.diag(weights).reshape(-1), (4,), 1e-9).entropy([0])
    value = -sum(weight**2 * math.log2(weight**2) for weight in weights if weight)
    assert abs(float(found.mid()) - value) <= float(found.rad()) < 1e-6


def test_exact_values_are_in_the_balls_and_not_beside_them():
    """Floats' eigenvectors are wrong in the last digit; what that costs is counted."""
    matrix = acb_mat([[2, 1, 0], [1, 2, 0], [0, 0, 7]])
    for found in (eigenvalue_balls(matrix), singular_value_balls(matrix)):
        assert [ball.contains(arb(value)) for ball, value in zip(found, (7, 3, 1), strict=True)] == [True] * 3
    tensor = numpy.empty(32, dtype=object)
    tensor[:] = acb(0)
    tensor[[1, 2, 4, 8, 16]] = number_ball(1 / sympy.sqrt(5))
    found = BallKet(tensor.reshape(2, 2, -1), (2, 2))
    assert concurrence_ball(found, 0, 1).contains(arb(2) / 5)
    assert not concurrence_ball(found, 0, 1).contains(arb(2) / 5 + arb(1e-9))


def test_what_is_unknown_off_the_diagonal_moves_equal_values_apart():
    wide = acb(arb(0, 0.01))
    matrix = acb_mat([[1, wide], [wide, 1]])
    for found in (eigenvalue_balls(matrix), singular_value_balls(matrix)):
        assert found[0].contains(arb(1.0099)) and found[1].contains(arb(0.9901)) and not found[0].contains(arb(1.015))


def test_the_surprise_of_a_probability_around_one_over_e_includes_the_largest():
    ball = _surprise(arb(0.3).union(arb(0.45)))
    assert ball.contains(arb(-1).exp() / arb(2).log()) and float(ball.upper()) < 0.54
    assert float(_surprise(arb(0.5)).mid()) == 0.5 and _surprise(arb(0)) == 0


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_measurement_leaves_the_entropies_of_its_outcomes_each_with_its_weight(seed):
    ket = haar(16, seed).reshape(2, 2, 4)
    direction = numpy.random.default_rng(seed).normal(size=3)
    direction /= numpy.linalg.norm(direction)
    value = parted(ket.reshape(-1), (2, 2, 4)).of([0]).entropy.value
    for outcome in numpy.linalg.eigh(settings_observables([direction, direction])[0])[1].T:
        left = numpy.einsum("abr,b->ar", ket, outcome.conj())
        weights = numpy.linalg.svd(left, compute_uv=False) ** 2
        value += sum(weight * math.log2(weight / weights.sum()) for weight in weights)
    found = classical_bound(balls(ket.reshape(-1), (2, 2)), 0, 1, direction)
    assert near(found, max(0.0, value))
