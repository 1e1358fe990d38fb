"""A user's own states: certified enclosures that hold the value of an independent semidefinite program."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy
import pytest

from noclone.models.system import Stage, System
from noclone.proofs.bounds.optimum import optimum
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.replays import certificate

import best_channels as oracle

MERITS = {
    "cloning mine to 2": {},
    "cloning mine to 2 global": {"merit": "global"},
    "cloning mine to 2 worst": {"merit": "worst"},
    "cloning mine to 2 weighted 1/3,2/3": {"shares": (1 / 3, 2 / 3)},
    "measure-and-prepare mine": {"clones": 1, "separable": True},
}


def ensemble(seed, dimension=2):
    """Random weights and short kets, not normalised: the kernel's texts, and floats."""
    rng = random.Random(seed)
    count, imaginary = rng.randint(2, 5), rng.choice((0, 2))
    shares = [rng.randint(1, 5) for _ in range(count)]
    texts, kets = [], []
    for share in shares:
        ket = [(0, 0)] * dimension
        while not any(a or b for a, b in ket):
            ket = [(rng.randint(-3, 3), rng.randint(-imaginary, imaginary)) for _ in range(dimension)]
        norm = sum(a * a + b * b for a, b in ket)
        amplitudes = " ".join(f"{a}{b:+d}*i" for a, b in ket)
        texts.append(f"{Fraction(share, sum(shares))}; {Fraction(1, norm)}; {amplitudes}")
        kets.append(numpy.array([complex(a, b) for a, b in ket]) / norm**0.5)
    return tuple(texts), kets, [share / sum(shares) for share in shares]


def protocol_of(states):
    return read_protocol(System((("A", 1),), (), "A", (Stage("encode", ()),), ensembles=(("mine", states),)).document)


def proved(protocol, text, operators):
    """The kernel's word on a claim."""
    claim = parse_claim(text)
    document = certificate(
        "channel-bound", protocol.sha256, claim, "PROVED", [{"letters": {}, "operators": list(operators)}]
    )
    return check(protocol, document, claim).status == "PROVED"


@pytest.mark.parametrize("quantity", MERITS)
@pytest.mark.parametrize("seed", range(6))
def test_random_qubit_states_get_narrow_enclosures_that_hold_the_true_value(seed, quantity):
    states, kets, weights = ensemble(seed)
    protocol = protocol_of(states)
    found = optimum(protocol, parse_claim(f"bound {quantity} <= 1"))
    below, above = found.enclosure(12)
    assert float(found.gap) <= 1e-7
    assert proved(protocol, f"bound {quantity} <= {above}", found.upper.operators)
    assert proved(protocol, f"bound {quantity} >= {below}", found.lower.operators)
    value = oracle.cloning(kets, weights, **MERITS[quantity])
    assert float(below) - 1e-5 < value < float(above) + 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_random_qutrit_states_get_narrow_enclosures_too(seed):
    states, kets, weights = ensemble(f"qutrit {seed}", 3)
    protocol = protocol_of(states)
    found = optimum(protocol, parse_claim("bound cloning mine to 2 <= 1"))
    below, above = found.enclosure(12)
    assert float(found.gap) <= 1e-7
    assert proved(protocol, f"bound cloning mine to 2 <= {above}", found.upper.operators)
    assert proved(protocol, f"bound cloning mine to 2 >= {below}", found.lower.operators)
    value = oracle.cloning(kets, weights)
    assert float(below) - 1e-5 < value < float(above) + 1e-5


def test_two_copies_of_random_states_get_an_enclosure():
    protocol = protocol_of(ensemble(1)[0])
    found = optimum(protocol, parse_claim("bound cloning mine from 2 to 3 <= 1"))
    below, above = found.enclosure(12)
    assert float(found.gap) <= 1e-7
    assert proved(protocol, f"bound cloning mine from 2 to 3 <= {above}", found.upper.operators)
    assert proved(protocol, f"bound cloning mine from 2 to 3 >= {below}", found.lower.operators)


def test_orthogonal_states_are_cloned_perfectly_and_this_is_known_exactly():
    found = optimum(
        protocol_of(("1/3; 1/2; 1 1", "2/3; 1/2; 1 -1")), parse_claim("bound cloning mine to 3 global <= 1")
    )
    assert found.value_text == "1"


def test_two_states_are_cloned_as_well_as_brussels_says():
    # Bruß et al., quant-ph/9705038: two equally likely states with overlap S; the global optimum is ½(1 + S³ + √(…)).
    overlap = Fraction(3, 5)
    found = optimum(protocol_of(("1/2; 1; 1 0", "1/2; 1; 3/5 4/5")), parse_claim("bound cloning mine to 2 global <= 1"))
    s = float(overlap)
    wanted = (1 + s**3 + (1 - s**2) ** 0.5 * (1 - s**4) ** 0.5) / 2
    assert abs(float(found.upper) - wanted) < 1e-9
