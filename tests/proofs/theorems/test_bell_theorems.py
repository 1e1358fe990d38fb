"""Tsirelson and Toner–Verstraete against random matrices, and damaged versions of their identities."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
import sympy

from noclone.proofs.theorems import toner_verstraete, tsirelson
from noclone.proofs.theorems.bell_tests import are_local, are_observables, chsh_mean, is_state, on_qubit, qubit_angle
from noclone.proofs.theorems.exact import is_equal
from noclone.proofs.theorems.toner_verstraete import TONER_VERSTRAETE
from noclone.proofs.theorems.tsirelson import TSIRELSON
from noclone.proofs.theorems.words import Algebra, letter, number

ROOT = numpy.sqrt(2)
Z, X = qubit_angle(1, 0), qubit_angle(0, 1)


def random_observables(choose, size):
    """Two Hermitian matrices of square 1."""
    found = []
    for _ in range(2):
        unitary = numpy.linalg.qr(choose.normal(size=(size, size)) + 1j * choose.normal(size=(size, size)))[0]
        found.append(unitary @ numpy.diag(choose.choice([-1, 1], size=size)) @ unitary.conj().T)
    return found


def placed(place, own, sizes):
    """An operator of one of three parties on the space of all."""
    factors = [own if at == place else numpy.eye(size) for at, size in enumerate(sizes)]
    return numpy.kron(numpy.kron(factors[0], factors[1]), factors[2])


@pytest.mark.parametrize("seed", range(10))
def test_the_sums_of_squares_hold_for_random_matrices_of_any_size(seed):
    choose = numpy.random.default_rng(seed)
    sizes = [int(choose.integers(1, 5)) for _ in range(3)]
    (a0, a1), (b0, b1), (c0, c1) = (
        [placed(place, one, sizes) for one in random_observables(choose, size)] for place, size in enumerate(sizes)
    )
    unit = numpy.eye(len(a0))
    s, t = choose.normal(size=2)
    p, m = a0 + a1, a0 - a1
    x, y = p @ b0 + m @ b1, p @ c0 + m @ c1
    left = (8 + s**2 + t**2) * unit - 2 * s * x - 2 * t * y
    roots = [2 * unit - (s * p @ b0 + t * m @ c1) / 2, 2 * unit - (s * m @ b1 + t * p @ c0) / 2]
    numpy.testing.assert_allclose(left, sum(root @ root for root in roots), atol=1e-10)
    squares = [a0 - (b0 + b1) / ROOT, a1 - (b0 - b1) / ROOT]
    numpy.testing.assert_allclose(2 * ROOT * unit - x, sum(one @ one for one in squares) / ROOT, atol=1e-10)
    commutators = (a0 @ a1 - a1 @ a0) @ (b0 @ b1 - b1 @ b0)
    numpy.testing.assert_allclose(x @ x, 4 * unit - commutators, atol=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_the_best_state_of_random_settings_keeps_to_the_bound(seed):
    choose = numpy.random.default_rng(seed)
    a, b, c = ([placed(place, one, (2, 2, 2)) for one in random_observables(choose, 2)] for place in range(3))
    x, y = (a[0] @ (one[0] + one[1]) + a[1] @ (one[0] - one[1]) for one in (b, c))
    for angle in numpy.linspace(0, numpy.pi, 7):
        state = numpy.linalg.eigh(numpy.cos(angle) * x + numpy.sin(angle) * y)[1][:, -1]
        means = [(state.conj() @ one @ state).real for one in (x, y)]
        assert means[0] ** 2 + means[1] ** 2 <= 8 + 1e-9


def damaged_squares():
    """Toner and Verstraete's two squares with one thing wrong in each pair."""
    p, m, s, t = toner_verstraete.P, toner_verstraete.M, toner_verstraete.s, toner_verstraete.t
    b0, b1, c0, c1 = (letter(name) for name in ("B0", "B1", "C0", "C1"))

    def pair(constant, first, second, third, fourth):
        half = sympy.Rational(1, 2)
        left = number(constant) - (first.times(s) + second.times(t)).times(half)
        return left, number(constant) - (third.times(s) + fourth.times(t)).times(half)

    return {
        "true": pair(2, p * b0, m * c1, m * b1, p * c0),
        "swapped settings of C": pair(2, p * b0, m * c0, m * b1, p * c1),
        "the same letter twice": pair(2, p * b0, p * c0, m * b1, m * c1),
        "a sign": pair(2, p * b0, m * c1, m * b1, (p * c0).times(-1)),
        "a constant": pair(3, p * b0, m * c1, m * b1, p * c0),
    }


@pytest.mark.parametrize("damage", list(damaged_squares()))
def test_a_damaged_sum_of_squares_is_not_the_identity(damage, monkeypatch):
    monkeypatch.setattr(toner_verstraete, "ROOTS", damaged_squares()[damage])
    failed = [part.place for part in TONER_VERSTRAETE.prove() if not part.ok]
    assert failed == ([] if damage == "true" else ["line 4"])


@pytest.mark.parametrize(
    "missing", [("A0", "A0"), ("B0", "A0"), ("C0", "A1"), ("C1", "B0"), ("C0", "B1"), ("C1", "C1")]
)
def test_without_one_relation_of_the_letters_the_proof_fails(missing, monkeypatch):
    full = toner_verstraete.LETTERS
    relations = {pair: found for pair, found in full.relations.items() if pair != missing}
    assert len(relations) == len(full.relations) - 1
    monkeypatch.setattr(toner_verstraete, "LETTERS", Algebra(relations))
    assert not all(part.ok for part in TONER_VERSTRAETE.prove())


def test_tsirelson_needs_each_of_its_relations(monkeypatch):
    full = tsirelson.LETTERS
    for missing in full.relations:
        relations = {pair: found for pair, found in full.relations.items() if pair != missing}
        monkeypatch.setattr(tsirelson, "LETTERS", Algebra(relations))
        assert any(not part.ok for part in TSIRELSON.prove()), missing


def test_the_classical_square_is_wrong_without_commuting_settings():
    s = tsirelson.S
    left, right = number(2) - s, (number(2) - s).squared().times(sympy.Rational(1, 4))
    assert is_equal(tsirelson.CLASSICAL.term(left), tsirelson.CLASSICAL.term(right))
    assert not is_equal(tsirelson.LETTERS.term(left), tsirelson.LETTERS.term(right))


def test_a_sharper_bound_is_refused_by_the_instances_that_attain_it():
    sharper = replace(
        TSIRELSON,
        conclusion=replace(TSIRELSON.conclusion, holds=lambda it: bool(it.mean**2 < 8)),
    )
    assert [part.place for part in sharper.check().failed] == ["example 1"]
    closer = replace(
        TONER_VERSTRAETE,
        conclusion=replace(TONER_VERSTRAETE.conclusion, holds=lambda it: bool(it.squares < 8)),
    )
    assert [part.place for part in closer.check().failed] == ["example 1", "example 2"]


def test_the_values_told_in_the_examples_are_those_computed():
    tested = [one.instance.mean for one in (*TSIRELSON.examples, *TSIRELSON.counterexamples)]
    assert tested == [2 * sympy.sqrt(2), 2, 6 * sympy.sqrt(2), 4, 2 * sympy.sqrt(2)]
    squares = [one.instance.squares for one in (*TONER_VERSTRAETE.examples, *TONER_VERSTRAETE.counterexamples)]
    assert squares[:2] == [8, 8] and squares[2] == sympy.Rational(64, 9) and squares[3:] == [72, 20, 16, 16]


def test_states_and_observables_are_told_apart():
    assert is_state(sympy.eye(2) / 2)
    assert not is_state(sympy.eye(2)) and not is_state(sympy.Matrix([[2, 0], [0, -1]]))
    assert are_observables((Z, X)) and not are_observables((Z, 2 * X))
    assert not are_observables((Z, sympy.Matrix([[1, 1], [0, -1]])))
    assert are_local(on_qubit(0, 2, (Z, X)), on_qubit(1, 2, (Z, X)))
    assert not are_local(on_qubit(0, 2, (Z, X)), on_qubit(0, 2, (Z, Z)))


def test_means_of_observables_that_do_not_commute_are_those_of_one_measurement_after_the_other():
    choose = numpy.random.default_rng(0)
    alice, bob = random_observables(choose, 3), random_observables(choose, 3)
    root = choose.normal(size=(3, 3)) + 1j * choose.normal(size=(3, 3))
    state = root @ root.conj().T / numpy.trace(root @ root.conj().T)
    unit, total = numpy.eye(3), 0.0
    for weight, a, b in ((1, 0, 0), (1, 0, 1), (1, 1, 0), (-1, 1, 1)):
        for first in (1, -1):
            for second in (1, -1):
                left, right = (unit + first * alice[a]) / 2, (unit + second * bob[b]) / 2
                total += weight * first * second * numpy.trace(right @ left @ state @ left @ right).real
    found = chsh_mean(*(_as_sympy(one) for one in (state,)), *(tuple(map(_as_sympy, each)) for each in (alice, bob)))
    assert abs(complex(found) - total) < 1e-9


def _as_sympy(array):
    return sympy.Matrix(array.tolist())
