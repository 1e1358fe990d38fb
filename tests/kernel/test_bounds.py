"""What the kernel makes large: the objective, against its definition in floats, written again with nothing of the kernel's."""

from __future__ import annotations

import cmath
import itertools
import math
from dataclasses import replace
from functools import reduce

import numpy
import pytest

import noclone
from noclone import Strike
from noclone.api import system_for
from noclone.models.random_states import haar_isometry
from noclone.models.system import Stage, System
from noclone.proofs.claims import parse_claim
from noclone.proofs.ensembles import ensemble
from noclone.proofs.kernel.bounds import problem_of
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal

from definitions import PAULIS, Definitions

THREE = (("2", ["1", "0"]), ("1", ["1", "i"]), ("1/2", ["1+i", "sqrt(2)"]))
OCTAGON = [numpy.array([1, numpy.exp(2j * math.pi * at / 8)]) / 2**0.5 for at in range(8)]
"""As good as the equator for up to seven copies."""


def value(number):
    return sum(float(part) * cmath.sqrt(root) for root, part in number.items())


def matrices(claim, *, protocol=None, ensembles=()):
    """The kernel's objectives as matrices, the input most significant."""
    system = protocol or System((("A", 1),), (), "A", (Stage("encode", ()),), ensembles=tuple(ensembles))
    problem = problem_of(read_protocol(system.document), parse_claim(claim))
    found = []
    for objective in problem.objectives:
        matrix = numpy.zeros((problem.inputs, problem.outputs) * 2, dtype=complex)
        for (a, b, c, d), number in objective.items():
            matrix[int(a[1:]), int(c[1:]), int(b[1:]), int(d[1:])] = value(number)
        found.append(matrix.reshape(problem.inputs * problem.outputs, -1))
    return found


def kron(parts):
    return reduce(numpy.kron, parts, numpy.eye(1))


def defined(states, given, made, weights, merit):
    """Σ p (ρ^⊗N)ᵀ ⊗ T by Kronecker products; states are (p, ket)."""
    total = 0
    for weight, ket in states:
        density = numpy.outer(ket, ket.conj())
        one = numpy.eye(len(ket))
        if merit == "global":
            target = kron([density] * made)
        else:
            target = sum(
                share * kron([density if at == copy else one for at in range(made)])
                for copy, share in enumerate(weights)
            )
        total = total + weight * numpy.kron(kron([density] * given).T, target)
    return total


BB84 = [numpy.array(ket) / numpy.linalg.norm(ket) for ket in ([1, 0], [0, 1], [1, 1], [1, -1])]
SIX = [*BB84, *(numpy.array(ket) / 2**0.5 for ket in ([1, 1j], [1, -1j]))]
OWN = [
    (2 / 3.5, numpy.array([1, 0])),
    (1 / 3.5, numpy.array([1, 1j]) / 2**0.5),
    (0.5 / 3.5, numpy.array([1 + 1j, 2**0.5]) / 2),
]


def equal(kets):
    return [(1 / len(kets), numpy.asarray(ket, dtype=complex)) for ket in kets]


FINITE = {"bb84": equal(BB84), "six-state": equal(SIX), "equator": equal(OCTAGON), "own": OWN}


@pytest.mark.parametrize("name", FINITE)
@pytest.mark.parametrize(("given", "made"), [(1, 1), (1, 2), (1, 3), (2, 1), (2, 3)])
@pytest.mark.parametrize("merit", ["", "global"])
def test_the_objective_is_its_definition(name, given, made, merit):
    ensembles = [("own", ensemble(THREE))]
    claim = f"bound cloning {name} from {given} to {made} {merit} <= 1"
    (found,) = matrices(claim, ensembles=ensembles)
    assert numpy.allclose(found, defined(FINITE[name], given, made, [1 / made] * made, merit), atol=1e-12)


@pytest.mark.parametrize("levels", [2, 3])
@pytest.mark.parametrize(("given", "made"), [(1, 1), (1, 2), (2, 2)])
def test_all_states_are_the_average_of_haars_measure(levels, given, made):
    """The projector on the symmetric space, made by averaging permutations of the copies."""
    name = "all" if levels == 2 else f"all{levels}"
    (found,) = matrices(f"bound cloning {name} from {given} to {made} global <= 1")
    copies = given + made
    dimension = levels**copies
    projector = numpy.zeros((dimension, dimension))
    for order in itertools.permutations(range(copies)):
        projector += numpy.eye(dimension).reshape([levels] * 2 * copies).transpose(
            [*order, *range(copies, 2 * copies)]
        ).reshape(dimension, dimension) / math.factorial(copies)
    mean = projector / numpy.trace(projector)
    inputs, outputs = levels**given, levels**made
    wanted = mean.reshape(inputs, outputs, inputs, outputs).transpose(2, 1, 0, 3).reshape(dimension, dimension)
    assert numpy.allclose(found, wanted, atol=1e-12)


def test_single_copies_of_all_states_are_those_of_the_six():
    """Six states average like all up to degree 3: one copy given, and one compared."""
    for made in (1, 2, 3):
        for weights in ("", f" weighted {','.join(['1/6'] * (made - 1) + [f'{7 - made}/6'])}"):
            (left,) = matrices(f"bound cloning all to {made}{weights} <= 1")
            (right,) = matrices(f"bound cloning six-state to {made}{weights} <= 1")
            assert numpy.allclose(left, right, atol=1e-12)


def test_weights_choose_among_the_copies():
    (found,) = matrices("bound cloning bb84 to 2 weighted 1/4,3/4 <= 1")
    assert numpy.allclose(found, defined(FINITE["bb84"], 1, 2, [0.25, 0.75], ""))
    (first,) = matrices("bound cloning bb84 to 2 weighted 1,0 <= 1")
    assert numpy.allclose(first, defined(FINITE["bb84"], 1, 2, [1, 0], ""))


def test_the_worst_state_has_an_objective_for_each():
    found = matrices("bound cloning own to 2 worst <= 1", ensembles=[("own", ensemble(THREE))])
    for matrix, (_, ket) in zip(found, OWN, strict=True):
        assert numpy.allclose(matrix, defined([(1, ket)], 1, 2, [0.5, 0.5], ""))


@pytest.mark.parametrize("levels", [2, 3])
def test_entanglement_fidelity_is_that_with_a_reference(levels):
    """tr JΩ for random channels, against ⟨Φ|(1 ⊗ Λ_m)(Φ)|Φ⟩ of each clone."""
    name = "all" if levels == 2 else "all3"
    (found,) = matrices(f"bound cloning {name} to 2 entanglement <= 1")
    rng = numpy.random.default_rng(3)
    for _ in range(5):
        isometry = haar_isometry(levels**2 * 4, levels, rng).reshape(levels**2, 4, levels)
        phi = numpy.eye(levels).reshape(-1) / levels**0.5
        state = numpy.einsum("oea,ra->roe", isometry, phi.reshape(levels, levels))
        density = numpy.einsum("roe,sxe->rosx", state, state.conj())
        choi = density.reshape(levels**3, -1) * levels
        mean = 0
        for clone in (0, 1):
            split = density.reshape([levels] * 6)
            own = numpy.einsum("rabsxb->rasx" if clone == 0 else "rabsax->rbsx", split)
            mean += (phi.conj() @ own.reshape(levels**2, -1) @ phi).real / 2
        assert numpy.isclose(numpy.trace(choi @ found).real, mean)


STORM = [
    Strike(channel="depolarizing(1/5)", on="S[*]", after="encrypt"),
    Strike(channel="bit-flip(1/7)", on="A N[0]", after="prepare"),
]
PLACES = ("S[0] N[0]", "A S[0] N[0]", "A", "S[*]", "A S[1] N[1]", "N[0]")


@pytest.mark.parametrize("held", PLACES)
@pytest.mark.parametrize("tail", ["", " under storm", " after prepare under storm", " after decrypt[0]"])
def test_recovery_and_guesses_are_about_what_the_coalition_sees(held, tail):
    own = replace(noclone.protocol("encrypted-cloning", n=2), noises={"storm": STORM})
    claim = parse_claim(f"bound recovery by {held} <= 1{tail}")
    system = system_for(own, claim)
    oracle = Definitions(system.document)
    kept = sorted(set(oracle.qubits(claim.coalition)))
    moment = claim.after or None

    def seen(operator):
        return oracle.seen_under(operator, kept, moment, claim.noise)

    units = [[numpy.outer(numpy.eye(2)[p], numpy.eye(2)[q]) for q in (0, 1)] for p in (0, 1)]
    wanted = sum(
        numpy.kron(seen(units[p][q]).T, numpy.outer(numpy.eye(2)[q], numpy.eye(2)[p])) / 4
        for p in (0, 1)
        for q in (0, 1)
    )
    (found,) = matrices(str(claim), protocol=system)
    assert numpy.allclose(found, wanted, atol=1e-12)
    for letter in "XYZ":
        (found,) = matrices(f"bound guess {letter} from {held} <= 1{tail}", protocol=system)
        wanted = sum(
            numpy.kron(
                seen((PAULIS["I"] + sign * PAULIS[letter]) / 2).T / 2, numpy.outer(numpy.eye(2)[at], numpy.eye(2)[at])
            )
            for at, sign in enumerate((1, -1))
        )
        assert numpy.allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize(
    "claim",
    [
        "bound cloning all <= 1",
        "bound cloning all to 0 <= 1",
        "bound cloning all to 10 <= 1",
        "bound cloning all to 2 best <= 1",
        "bound cloning all to 2 global worst <= 1",
        "bound cloning all to 2 weighted 1/2,1/2 global <= 1",
        "bound cloning all from 2 <= 1",
        "bound cloning all from 2 to 3 entanglement <= 1",
        "bound cloning all1 to 2 <= 1",
        "bound cloning All to 2 <= 1",
        "bound cloning  to 2 <= 1",
        "bound measure-and-prepare all to 1 <= 1",
        "bound measure-and-prepare all worst <= 1",
        "bound measure-and-prepare all weighted 1 <= 1",
        "bound estimation all <= 1",
    ],
)
def test_a_quantity_that_is_none_is_refused(claim):
    with pytest.raises((Refusal, noclone.InputError)):
        matrices(claim)
