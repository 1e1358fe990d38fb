"""Monogamy as laws of all kets: theorems hold with every digit, what only looks like one is broken by an example."""

from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import strategies as st

from noclone import strategies
from noclone.models import monogamy
from noclone.models.entanglement import concurrence, one_tangle, parted
from noclone.models.exact_entanglement import exact_ckw

PAULIS = [numpy.array(matrix) for matrix in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
KETS = {
    monogamy.CKW: 3,
    monogamy.OSBORNE_VERSTRAETE: st.integers(2, 5),
    monogamy.CHSH_QUBITS: 3,
    monogamy.EXCLUSION: 3,
}


@pytest.mark.parametrize("law", KETS, ids=lambda law: law.name)
def test_a_theorem_holds_for_every_ket(hold, law):
    def holds(ket):
        sides = law.sides(ket)
        assert law.is_theorem and not sides.is_broken and sides.error < 1e-6, sides

    hold(holds, strategies.kets(KETS[law]))


def test_ckw_holds_exactly_where_floats_would_round(hold):
    """Clifford+T kets, in exact numbers: equality is equality."""
    signs = []

    def holds(ket):
        sides = exact_ckw(ket)
        slack = float(sides.right - sides.left)
        assert sides.right == sides.left or slack > 0
        signs.append(sides.right == sides.left)

    hold(holds, strategies.exact_kets(3))
    assert 10 < sum(signs) < len(signs) - 10, "both equality and a gap occur"


def test_ckw_without_the_squares_is_caught(caught):
    def lie(ket):
        state = parted(ket)
        pairs = concurrence(state.of([0], [1])).value + concurrence(state.of([0], [2])).value
        assert pairs <= math.sqrt(one_tangle(ket, 0).value) + 1e-6

    caught(lie, strategies.kets(3))


def test_unsquared_entanglement_of_formation_is_caught_breaking_it(caught):
    def lie(ket):
        assert not monogamy.UNSQUARED_FORMATION.is_broken(ket)

    caught(lie, strategies.kets(3), shrink=False)
    assert not monogamy.UNSQUARED_FORMATION.is_theorem


def chsh(ket, settings, party):
    """The largest CHSH value of A, with these two directions, and a party that may choose its own."""
    tensor = numpy.moveaxis(ket.reshape(2, 2, 2), party, 1).reshape(4, 2)
    rho = tensor @ tensor.conj().T
    table = numpy.array([[numpy.trace(rho @ numpy.kron(a, b)).real for b in PAULIS] for a in PAULIS])
    first, second = settings
    return numpy.linalg.norm(table.T @ (first + second)) + numpy.linalg.norm(table.T @ (first - second))


def directions():
    """A unit vector: an axis, or anything."""
    angles = st.tuples(
        st.sampled_from([0, math.pi / 2]) | st.floats(0, math.pi), st.sampled_from([0, math.pi / 2]) | st.floats(0, 7)
    )
    return angles.map(
        lambda at: numpy.array([math.sin(at[0]) * math.cos(at[1]), math.sin(at[0]) * math.sin(at[1]), math.cos(at[0])])
    )


def test_the_same_two_settings_of_a_obey_toner_and_verstraete(hold):
    best = []

    def law(ket, first, second):
        total = sum(chsh(ket, (first, second), party) ** 2 for party in (1, 2))
        assert total <= 8 + 1e-12
        best.append(total)

    hold(law, strategies.kets(3), directions(), directions())
    assert max(best) > 8 - 1e-9


def test_other_settings_for_the_other_party_are_another_claim(caught):
    """Half of a Bell pair with each: A holds two qubits here, the first for B and the second for C."""

    def lie(first, second):
        pairs = [abs(numpy.kron(ket, [1, 0])) for ket in (first, second)]
        settings = numpy.array([0, 0, 1]), numpy.array([1, 0, 0])
        assert sum(chsh(ket, settings, 1) ** 2 for ket in pairs) <= 8 + 1e-12

    caught(lie, strategies.kets(2), strategies.kets(2), shrink=False)
