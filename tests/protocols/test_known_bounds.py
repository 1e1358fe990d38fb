"""The family "bounds": every stated value beside the literature's formula, computed here in floats on its own."""

from __future__ import annotations

import math
import re

import numpy
import pytest
from scipy.optimize import minimize_scalar

import noclone
from noclone.proofs.claims import parse_claim
from noclone.proofs.expectations import Expectation
from noclone.proofs.kernel.squares import read_number
from noclone.proofs.verdicts import Status
from noclone.protocols.known_bounds import CHSH

FAMILY = noclone.protocol("bounds")
STATED = {claim.quantity: claim for claim, stated in FAMILY.parsed_claims() if stated.expect == "PROVED"}


def value_of(claim):
    """The number that a claim names, in floats."""
    return sum(float(part) * math.sqrt(root) for root, part in read_number(claim.bound, "").items())


def universal(given, copies):
    """Gisin and Massar: N to M copies of a qubit."""
    return (copies * (given + 1) + given) / (copies * (given + 2))


def werner(levels, given, copies):
    """Werner's single-copy fidelity of the optimal cloner in d dimensions."""
    return given / copies + (copies - given) * (given + 1) / (copies * (given + levels))


def covariant(copies):
    """The phase-covariant cloner, for even and for odd numbers of copies."""
    if copies % 2:
        return 1 / 2 + (copies + 1) / (4 * copies)
    return 1 / 2 + math.sqrt(copies * (copies + 2)) / (4 * copies)


def asymmetric(share):
    """The largest p F_A + (1 - p) F_B on the curve F_A = 1 - b²/2, F_B = 1 - a²/2 with a² + b² + ab = 1, by search."""

    def mean(a):
        b = (-a + math.sqrt(4 - 3 * a * a)) / 2
        return share * (1 - b * b / 2) + (1 - share) * (1 - a * a / 2)

    found = minimize_scalar(lambda a: -mean(a), bounds=(0, 1), method="bounded", options={"xatol": 1e-12})
    return max(-found.fun, *map(mean, numpy.linspace(0, 1, 1001)))


def formula(quantity):
    """What the literature says of a quantity of the family."""
    if match := re.fullmatch(r"cloning all(?: from (\d))? to (\d)(?: worst)?", quantity):
        return universal(int(match[1] or 1), int(match[2]))
    if match := re.fullmatch(r"cloning all to (\d) entanglement", quantity):
        return (int(match[1]) + 1) / (2 * int(match[1]))
    if match := re.fullmatch(r"cloning all(\d) to (\d)", quantity):
        return werner(int(match[1]), 1, int(match[2]))
    if match := re.fullmatch(r"cloning all to 2 weighted (\d+)/(\d+),(\d+)/(\d+)", quantity):
        p, q = int(match[1]) / int(match[2]), int(match[3]) / int(match[4])
        assert p + q == pytest.approx(1)
        return asymmetric(p)
    if match := re.fullmatch(r"cloning equator to (\d)", quantity):
        return covariant(int(match[1]))
    return {
        "cloning bb84 to 2": covariant(2),
        # on the covariant curve F_A = (1 + cos t)/2, F_B = (1 + sin t)/2, the weights' line touches where tan t = 3/4
        "cloning bb84 to 2 weighted 4/7,3/7": 1 / 2 + math.hypot(4, 3) / 14,
        "cloning bb84 to 2 global": 3 / 4,
        "cloning pairs to 2 global": (3 / 4) ** 2,
        "cloning six-state to 2 global": 2 / 3,
        "measure-and-prepare all": 2 / 3,
        f"local {CHSH}": 2.0,
        f"correlations {CHSH}": math.sqrt(8),
        f"squares {CHSH} | {CHSH.replace('B', 'C')}": 8.0,
    }.get(quantity, 2.0 if quantity.startswith("correlations 1/") else None)


@pytest.mark.parametrize("quantity", STATED)
def test_each_value_is_the_literatures(quantity):
    assert STATED[quantity].relation == "="
    assert value_of(STATED[quantity]) == pytest.approx(formula(quantity), abs=1e-12)


def test_the_formulas_themselves_agree_where_they_meet():
    for copies in range(1, 8):
        assert universal(1, copies) == pytest.approx((2 * copies + 1) / (3 * copies))
        assert universal(1, copies) == pytest.approx((2 * (copies + 1) / (2 * copies) + 1) / 3), "F = (2 F_e + 1)/3"
        assert werner(2, 1, copies) == pytest.approx(universal(1, copies))
    assert asymmetric(1 / 2) == pytest.approx(5 / 6) and universal(1, 10**9) == pytest.approx(2 / 3)
    assert covariant(2) == pytest.approx(1 / 2 + 1 / math.sqrt(8))


def test_nothing_that_the_issue_lists_is_missing():
    wanted = [f"cloning all to {copies}" for copies in (2, 3, 4, 5)]
    wanted += [f"cloning all from {given} to {copies}" for given, copies in ((2, 3), (2, 4), (3, 4))]
    wanted += ["cloning equator to 2", "cloning equator to 3", "cloning all3 to 2", "measure-and-prepare all"]
    wanted += ["cloning bb84 to 2 global", "cloning pairs to 2 global", "cloning six-state to 2 global"]
    assert set(wanted) <= set(STATED)
    assert sum(" weighted " in quantity and quantity.startswith("cloning all ") for quantity in STATED) >= 5


def test_pairs_are_the_products_of_two_bb84_states():
    kets = set()
    for line in FAMILY.ensembles["pairs"]:
        weight, scale, ket = line.split("; ")
        assert weight == "1/16" and int(scale.partition("/")[2] or 1) == sum(abs(int(a)) for a in ket.split())
        kets.add(ket)
    singles = [(1, 0), (0, 1), (1, 1), (1, -1)]
    assert kets == {" ".join(str(a * b) for a in one for b in two) for one in singles for two in singles}


@pytest.mark.parametrize(
    "text",
    [str(claim) for claim, stated in FAMILY.parsed_claims() if Expectation(stated.expect).at({}) is Status.REFUTED],
)
def test_the_false_ones_are_less_than_the_true_value(text):
    claim = parse_claim(text)
    true = {**{quantity: value_of(one) for quantity, one in STATED.items()}}
    true[claim.quantity] = true.get(claim.quantity, 16.0)  # two CHSH tests of their own reach (2√2)² each
    assert claim.relation == "<=" and value_of(claim) < true[claim.quantity]
