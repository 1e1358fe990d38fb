"""Sums of words agree with matrices, and what does not follow from the relations is not shown."""

from __future__ import annotations

from itertools import pairwise, product

import numpy
import pytest
import sympy

from noclone.proofs.theorems.exact import is_equal
from noclone.proofs.theorems.words import ONE, Algebra, Words, involutions, letter, number, spins

PAULI = {
    "x": numpy.array([[0, 1], [1, 0]], dtype=complex),
    "y": numpy.array([[0, -1j], [1j, 0]]),
    "z": numpy.diag([1.0 + 0j, -1]),
}


def evaluated(element, matrices, size):
    """A sum of words with a matrix for every letter."""
    total = numpy.zeros((size, size), dtype=complex)
    for word, factor in element.terms:
        part = numpy.eye(size, dtype=complex)
        for name in word:
            part = part @ matrices[name]
        total += complex(factor) * part
    return total


def random_words(seed, letters):
    """Six words of up to seven letters, with integer coefficients."""
    choose = numpy.random.default_rng(seed)
    total = number(int(choose.integers(-3, 4)))
    for _ in range(6):
        word = ONE.times(int(choose.integers(1, 5)))
        for _ in range(int(choose.integers(1, 8))):
            word *= letter(letters[choose.integers(len(letters))])
        total += word
    return total


def random_involutions(seed):
    """Two involutions of dimension 3 for each of three parties, on the tensor product of their spaces."""
    choose = numpy.random.default_rng(seed)
    found = {}
    for place, party in enumerate("ABC"):
        for setting in "01":
            unitary = numpy.linalg.qr(choose.normal(size=(3, 3)) + 1j * choose.normal(size=(3, 3)))[0]
            signs = numpy.diag(choose.choice([-1, 1], size=3))
            own = unitary @ signs @ unitary.conj().T
            found[party + setting] = numpy.kron(numpy.kron(numpy.eye(3**place), own), numpy.eye(3 ** (2 - place)))
    return found


def spin_matrices():
    """A Pauli vector, the total spin of two qubits, and a spin ½, on four qubits."""

    def at(place, operator):
        return numpy.kron(numpy.kron(numpy.eye(2**place), operator), numpy.eye(2 ** (3 - place)))

    found = {}
    for axis, pauli in PAULI.items():
        found["σ" + axis] = at(0, pauli)
        found["L" + axis] = (at(1, pauli) + at(2, pauli)) / 2
        found["S" + axis] = at(3, pauli) / 2
    return found


@pytest.mark.parametrize("seed", range(20))
def test_normal_forms_of_involutions_are_equal_as_matrices(seed):
    algebra = involutions(("A0", "A1"), ("B0", "B1"), ("C0", "C1"))
    matrices = random_involutions(seed)
    element = random_words(seed, sorted(matrices))
    normal = algebra.normal(element)
    numpy.testing.assert_allclose(evaluated(normal, matrices, 27), evaluated(element, matrices, 27), atol=1e-9)
    for word, _ in normal.terms:
        assert [name[0] for name in word] == sorted(name[0] for name in word)
        assert all(one != two for one, two in pairwise(word))


@pytest.mark.parametrize("seed", range(20))
def test_normal_forms_of_spins_are_equal_as_matrices(seed):
    matrices = spin_matrices()
    element = random_words(seed, sorted(matrices))
    normal = spins("σ", "L", "S").normal(element)
    numpy.testing.assert_allclose(evaluated(normal, matrices, 16), evaluated(element, matrices, 16), atol=1e-9)
    for word, _ in normal.terms:
        assert list(word) == sorted(word, key=lambda name: ("σLS".index(name[0]), name[1]))
        assert sum(name[0] == "σ" for name in word) <= 1


def test_adjoints_products_and_commutators_are_those_of_matrices():
    matrices = random_involutions(0)
    one = letter("A0") * letter("B1") * letter("A1") + number(sympy.I) * letter("A1")
    two = letter("A1").times(2 + 3 * sympy.I) - ONE
    left, right = evaluated(one, matrices, 27), evaluated(two, matrices, 27)
    numpy.testing.assert_allclose(evaluated(one.adjoint(), matrices, 27), left.conj().T, atol=1e-12)
    numpy.testing.assert_allclose(evaluated(one * two, matrices, 27), left @ right, atol=1e-12)
    numpy.testing.assert_allclose(evaluated(one.commutator(two), matrices, 27), left @ right - right @ left, atol=1e-12)
    numpy.testing.assert_allclose(evaluated(two.squared(), matrices, 27), right @ right, atol=1e-12)


def test_letters_of_one_party_do_not_commute():
    algebra = involutions(("A0", "A1"), ("B0", "B1"))
    a0, a1, b0 = letter("A0"), letter("A1"), letter("B0")
    assert not is_equal(algebra.term(a0 * a1), algebra.term(a1 * a0))
    assert is_equal(algebra.term(b0 * a0), algebra.term(a0 * b0))
    assert is_equal(algebra.term(a0 * a1 * a1 * a0), sympy.S.One)
    assert algebra.term(a0 * a1) == sympy.Symbol("A0·A1")


def test_without_a_relation_what_needs_it_is_not_shown():
    free = Algebra({})
    a0, a1 = letter("A0"), letter("A1")
    assert not is_equal(free.term(a0 * a0), free.term(ONE))
    assert not is_equal(free.term((a0 + a1) * (a0 - a1) + (a0 - a1) * (a0 + a1)), sympy.S.Zero)
    half = spins("σ", "L")
    without = Algebra({pair: found for pair, found in half.relations.items() if pair != ("Ly", "Lx")})
    commutator = letter("Lx").commutator(letter("Ly"))
    assert is_equal(half.term(commutator), half.term(letter("Lz").times(sympy.I)))
    assert not is_equal(without.term(commutator), without.term(letter("Lz").times(sympy.I)))


def test_the_relations_of_spins_have_the_right_signs():
    algebra = spins("σ", "L")
    for (a, b), sign in zip(product("xyz", repeat=2), (0, 1, -1, -1, 0, 1, 1, -1, 0), strict=True):
        third = ({"x", "y", "z"} - {a, b}).pop()
        found = algebra.normal(letter(f"L{a}").commutator(letter(f"L{b}")))
        wanted = Words(((((f"L{third}",)), sympy.I * sign),)) if sign else Words(())
        assert found == wanted
