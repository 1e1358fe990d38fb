"""The universal cloning bound against floats, and damaged versions of its identities."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy
import pytest
import sympy

from noclone.proofs.theorems import symmetric_cloning
from noclone.proofs.theorems import universal_cloning as cloning
from noclone.proofs.theorems.cloners import (
    EQUATOR,
    SIX_STATES,
    Cloner,
    symmetric_cloner,
    symmetric_projector,
)
from noclone.proofs.theorems.devices import channel_of
from noclone.proofs.theorems.exact import basis, column, is_equal, is_positive
from noclone.proofs.theorems.universal_cloning import UNIVERSAL_CLONING
from noclone.proofs.theorems.words import number

PAIR = numpy.outer([1, 0, 0, 1], [1, 0, 0, 1])


def bound(copies):
    return (2 * copies + 1) / (3 * copies)


def maximally_entangled_sum(copies):
    """Σ Φ_m of the input and each copy, in floats, by axes."""
    size, total = copies + 1, 0
    for place in range(1, size):
        operator = numpy.kron(PAIR, numpy.eye(2 ** (copies - 1))).reshape((2,) * (2 * size))
        order = [0, place, *(at for at in range(1, size) if at != place)]
        back = [order.index(at) for at in range(size)]
        total = total + operator.transpose([*back, *(size + at for at in back)]).reshape(2**size, 2**size)
    return total


@pytest.mark.parametrize("copies", range(1, 8))
def test_the_largest_eigenvalue_is_that_of_the_proof(copies):
    largest = numpy.linalg.eigvalsh(maximally_entangled_sum(copies))[-1]
    assert abs(largest - (copies + 1)) < 1e-9


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_the_symmetric_projector_is_the_mean_of_all_permutations(copies):
    orders = list(permutations(range(copies)))
    unit = numpy.eye(2**copies).reshape((2,) * (2 * copies))
    total = sum(unit.transpose([*order, *range(copies, 2 * copies)]) for order in orders) / len(orders)
    found = numpy.array(symmetric_projector(copies).tolist(), dtype=float)
    numpy.testing.assert_allclose(found, total.reshape(2**copies, 2**copies), atol=1e-12)


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_the_symmetric_cloner_reaches_the_bound_for_random_states(copies):
    choose = numpy.random.default_rng(copies)
    projector = numpy.array(symmetric_projector(copies).tolist(), dtype=float)
    ket = choose.normal(size=2) + 1j * choose.normal(size=2)
    state = numpy.outer(ket, ket.conj()) / numpy.vdot(ket, ket)
    rest = numpy.eye(2 ** (copies - 1))
    image = 2 / (copies + 1) * projector @ numpy.kron(state, rest) @ projector
    assert abs(numpy.trace(image) - 1) < 1e-12
    assert abs(numpy.trace(image @ numpy.kron(state, rest)) - bound(copies)) < 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_random_channels_do_not_beat_the_bound(seed):
    choose = numpy.random.default_rng(seed)
    copies, machine = int(choose.integers(1, 5)), 2
    size = 2**copies
    isometry = numpy.linalg.qr(choose.normal(size=(size * machine, 2)) + 1j * choose.normal(size=(size * machine, 2)))[
        0
    ]
    fidelity = 0
    for weight, exact in SIX_STATES:
        ket = numpy.array(exact.tolist(), dtype=complex).ravel()
        image = (isometry @ ket).reshape((2,) * copies + (machine,))
        for place in range(copies):
            overlap = numpy.tensordot(ket.conj(), image, axes=(0, place))
            fidelity += float(weight) * numpy.linalg.norm(overlap) ** 2 / copies
    assert fidelity <= bound(copies) + 1e-9


def damages():
    """Constants of the proof, each a little wrong."""
    return {
        "the coupling": ("COUPLING", cloning.COUPLING.times(2), {"line 10", "line 12"}),
        "the sign of the coupling": ("COUPLING", cloning.COUPLING.times(-1), {"line 10", "line 12"}),
        "the defect": ("DEFECT", cloning.DEFECT + number(1), {"line 12"}),
        "the pair": ("PAIR", cloning.PAIR.applyfunc(abs) * 2, {"line 2", "line 3", "line 6"}),
        "the bound": ("BOUND", cloning.BOUND - sympy.Rational(1, 1000), {"line 15"}),
        "the number of copies": ("COPIES", cloning.COPIES + 1, {"line 12", "line 15"}),
    }


@pytest.mark.parametrize("damage", list(damages()))
def test_a_damaged_constant_makes_lines_fail(damage, monkeypatch):
    name, value, lines = damages()[damage]
    monkeypatch.setattr(cloning, name, value)
    assert {part.place for part in UNIVERSAL_CLONING.prove() if not part.ok} == lines


def test_another_bound_is_not_what_the_symmetric_cloner_reaches(monkeypatch):
    for wrong in (
        symmetric_cloning.BOUND + sympy.Rational(1, 1000),
        sympy.Rational(5, 6) + 0 * symmetric_cloning.COPIES,
    ):
        monkeypatch.setattr(symmetric_cloning, "BOUND", wrong)
        failed = {part.place for part in UNIVERSAL_CLONING.prove() if not part.ok}
        assert failed == {"line 18", "line 20"}


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_the_matrices_of_an_instance_are_those_of_floats(copies):
    left, right = cloning._at_copies(copies)
    turn = numpy.kron([[0, -1j], [1j, 0]], numpy.eye(2**copies))
    operator = (copies + 1) * numpy.eye(2 ** (copies + 1)) - maximally_entangled_sum(copies)
    numpy.testing.assert_allclose(numpy.array(left.tolist(), dtype=complex), turn @ operator @ turn, atol=1e-12)
    assert is_equal(left, right) and is_positive(left)
    assert not is_positive(left - sympy.eye(left.rows) / 1000)


def test_a_sharper_bound_is_refused_by_the_symmetric_cloners():
    conclusion = replace(
        UNIVERSAL_CLONING.conclusion,
        holds=lambda it: bool(it.fidelity < cloning.BOUND.subs(cloning.COPIES, it.copies)),
    )
    failed = [part.place for part in replace(UNIVERSAL_CLONING, conclusion=conclusion).check().failed]
    assert failed == ["example 1", "example 2"]


def test_the_values_told_are_those_computed():
    fidelities = [one.instance.fidelity for one in (*UNIVERSAL_CLONING.examples, *UNIVERSAL_CLONING.counterexamples)]
    thirds = [sympy.Rational(*pair) for pair in ((5, 6), (7, 9), (2, 3))]
    assert fidelities == [*thirds, 1, 1, 1, sympy.Rational(1, 2) + sympy.sqrt(2) / 4, 1]


def test_copies_are_judged_one_by_one_and_states_by_their_weights():
    first = channel_of(sympy.Matrix(4, 2, [1, 0, 0, 0, 0, 1, 0, 0]))  # the input, and |0⟩ beside it
    assert Cloner(first, 2).fidelity == (1 + sympy.Rational(1, 2)) / 2
    assert Cloner(first, 2, ((sympy.S.One, basis(2, 1)),)).fidelity == sympy.Rational(1, 2)
    assert Cloner(first, 2).has_states_like_all() and not Cloner(first, 2, EQUATOR).has_states_like_all()
    lopsided = tuple((weight * (2 if at == 0 else 1), ket) for at, (weight, ket) in enumerate(SIX_STATES))
    assert not Cloner(first, 2, lopsided).has_states_like_all()
    with pytest.raises(ValueError, match="norm 1"):
        Cloner(first, 2, ((sympy.S.One, column(1, 1)),))


def test_the_symmetric_cloners_are_channels():
    for copies in (1, 2, 3):
        channel = symmetric_cloner(copies)
        assert channel.is_linear() and channel.preserves_trace() and channel.is_completely_positive()
