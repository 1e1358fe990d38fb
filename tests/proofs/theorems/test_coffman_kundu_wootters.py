"""Coffman, Kundu and Wootters' inequality against floats, and damaged versions of its identities."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
import sympy

from noclone.proofs.theorems import coffman_kundu_wootters as ckw
from noclone.proofs.theorems.coffman_kundu_wootters import COFFMAN_KUNDU_WOOTTERS, Shares
from noclone.proofs.theorems.exact import basis, column, is_equal, tensor
from noclone.proofs.theorems.theorem import Computed

FLIP = numpy.fliplr(numpy.diag([-1.0, 1, 1, -1]))


def reduced(ket, *kept):
    """The reduced density operator of some of three qubits."""
    array = numpy.moveaxis(ket.reshape(2, 2, 2), kept, range(len(kept))).reshape(2 ** len(kept), -1)
    return array @ array.conj().T


def random_ket(seed):
    choose = numpy.random.default_rng(seed)
    ket = choose.normal(size=8) + 1j * choose.normal(size=8)
    return ket / numpy.linalg.norm(ket)


@pytest.mark.parametrize("seed", range(8))
def test_the_identities_and_the_inequality_hold_for_random_kets(seed):
    ket = random_ket(seed)
    determinants = [numpy.linalg.det(reduced(ket, party)).real for party in range(3)]
    traces, tangles = [], []
    for other in (1, 2):
        rho = reduced(ket, 0, other)
        product = rho @ FLIP @ rho.conj() @ FLIP
        roots = numpy.sqrt(numpy.sort(numpy.abs(numpy.linalg.eigvals(product)))[::-1])
        traces.append(numpy.trace(product).real)
        tangles.append((roots[0] - roots[1] - roots[2] - roots[3]) ** 2)
    assert abs(traces[0] - 2 * (determinants[0] + determinants[1] - determinants[2])) < 1e-12
    assert abs(traces[1] - 2 * (determinants[0] - determinants[1] + determinants[2])) < 1e-12
    assert sum(tangles) <= 4 * determinants[0] + 1e-7


@pytest.mark.parametrize("other", [1, 2])
def test_the_polynomials_have_the_values_of_floats(other):
    ket = random_ket(11)
    symbols = [part for amplitude in ckw.AMPLITUDES for part in amplitude.as_real_imag()]
    values = dict(zip(symbols, [part for value in ket for part in (value.real, value.imag)], strict=True))
    rho = reduced(ket, 0, other)
    wanted = numpy.trace(rho @ FLIP @ rho.conj() @ FLIP).real
    assert abs(complex(ckw._spin_flipped(other).subs(values)) - wanted) < 1e-12
    found = complex(ckw._determinant(other).subs(values))
    assert abs(found - numpy.linalg.det(reduced(ket, other))) < 1e-12


@pytest.mark.parametrize("weights", [(2, 2, 2), (2, -2, 2), (2, 2, 0), (4, 0, 0), (3, 2, -2)])
def test_another_combination_of_determinants_is_refused(weights):
    assert is_equal(ckw._spin_flipped(1), ckw._combined(2, 2, -2))
    found = COFFMAN_KUNDU_WOOTTERS.proof[3]
    wrong = replace(found, compute=lambda: Computed(found.compute().left, ckw._combined(*weights)))
    assert not replace(COFFMAN_KUNDU_WOOTTERS, proof=(wrong,)).prove()[0].ok


@pytest.mark.parametrize("flip", [numpy.eye(4, dtype=int), abs(FLIP).astype(int), numpy.diag([1, -1, -1, 1])])
def test_with_another_flip_the_identities_fail(flip, monkeypatch):
    monkeypatch.setattr(ckw, "FLIP", sympy.ImmutableMatrix(flip.tolist()))
    assert {"line 4", "line 5", "line 6"} <= {part.place for part in COFFMAN_KUNDU_WOOTTERS.prove() if not part.ok}


def test_a_sharper_bound_is_refused_by_the_w_state():
    conclusion = replace(COFFMAN_KUNDU_WOOTTERS.conclusion, holds=lambda it: bool(it.squared_concurrences < it.whole))
    failed = [part.place for part in replace(COFFMAN_KUNDU_WOOTTERS, conclusion=conclusion).check().failed]
    assert failed == ["example 1", "example 3"]


def test_the_values_told_are_those_computed():
    every = [one.instance for one in (*COFFMAN_KUNDU_WOOTTERS.examples, *COFFMAN_KUNDU_WOOTTERS.counterexamples)]
    found = [(one.squared_concurrences, one.whole) for one in every]
    ninths = sympy.Rational(8, 9)
    assert found == [
        (ninths, ninths),
        (0, 1),
        (1, 1),
        (2, sympy.Rational(4, 3)),
        (2, sympy.Rational(3, 2)),
        (2, 1),
    ]


def test_what_has_no_single_concurrence_or_no_norm_is_refused():
    with pytest.raises(ValueError, match="norm 1"):
        Shares(column(1, 1, 0, 0, 0, 0, 0, 0), basis(8, 0))
    mixed = (
        tensor(basis(3, 0), basis(3, 0), basis(2, 0)) + tensor(basis(3, 1), basis(3, 2), basis(2, 1))
    ) / sympy.sqrt(2)
    extra = (
        tensor(basis(3, 0), basis(3, 1), basis(2, 1)) + tensor(basis(3, 2), basis(3, 2), basis(2, 0))
    ) / sympy.sqrt(2)
    ket = (mixed + extra) / sympy.sqrt(2)
    with pytest.raises(ValueError, match="differ in concurrence"):
        _ = Shares(ket, ket, (3, 3, 2)).squared_concurrences
