"""The literature's values, both sides proved by the kernel; and what is said where nothing can be proved."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction

import numpy
import pytest

from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import Stage, System
from noclone.proofs.bounds import engine_for
from noclone.proofs.bounds.engine import BoundEngine
from noclone.proofs.bounds.optimum import optimum
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.squares import read_number
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.verdicts import Status

import best_channels as oracle

BB84 = {(1, 0): 1, (0, 1): 1, (1, 1): Fraction(1, 2), (1, -1): Fraction(1, 2)}
PAIRS = tuple(
    f"1/16; {one * two}; {' '.join(str(a * b) for a in left for b in right)}"
    for left, one in BB84.items()
    for right, two in BB84.items()
)
TRINE = ("1/3; 1; 1 0", "1/3; 1; 1/2 sqrt(3)/2", "1/3; 1; 1/2 -sqrt(3)/2")
SYSTEM = System(
    (("A", 1),),
    (),
    "A",
    (Stage("encode", ()),),
    ensembles=(("pairs", PAIRS), ("trine", TRINE), ("one", ("1; 1; 1 0",))),
)
PROTOCOL = read_protocol(SYSTEM.document)
PHASE = "1/2+sqrt(2)/4"

VALUES = (
    [(f"cloning all to {m}", str(Fraction(2 * m + 1, 3 * m))) for m in range(1, 6)]
    + [
        (f"cloning all from {n} to {m}", str(Fraction(m * (n + 1) + n, m * (n + 2))))
        for n, m in ((2, 3), (2, 4), (3, 4))
    ]
    + [(f"cloning all to {m} entanglement", str(Fraction(m + 1, 2 * m))) for m in (2, 3, 4)]
    + [
        ("cloning equator to 2", PHASE),
        ("cloning equator to 3", "5/6"),
        ("cloning equator to 4", "1/2+sqrt(6)/8"),
        ("cloning bb84 to 2", PHASE),
        ("cloning six-state to 2", "5/6"),
        ("cloning six-state to 2 worst", "5/6"),
        ("cloning trine to 2", PHASE),
        ("cloning all3 to 2", "3/4"),
        ("cloning bb84 to 2 global", "3/4"),
        ("cloning six-state to 2 global", "2/3"),
        ("cloning all to 2 global", "2/3"),
        ("cloning bb84 to 2 weighted 4/7,3/7", "6/7"),
        ("cloning equator from 2 to 3", "1/2+sqrt(7)/6"),
        ("cloning bb84 from 2 to 3 global", "7/16+sqrt(3)/4"),
        ("measure-and-prepare all", "2/3"),
        ("measure-and-prepare six-state", "2/3"),
        ("measure-and-prepare equator", "3/4"),
        ("measure-and-prepare bb84", "3/4"),
        ("measure-and-prepare trine", "3/4"),
        ("measure-and-prepare one", "1"),
        ("cloning one to 3 global", "1"),
    ]
)


def decided(text, scope="here"):
    claim = parse_claim(text)
    return engine_for(SYSTEM, PROTOCOL, claim).decide(claim, [{}], scope)


@pytest.mark.parametrize(("quantity", "value"), VALUES)
def test_values_of_the_literature_are_proved_from_both_sides(quantity, value):
    verdict = decided(f"bound {quantity} = {value}").verdict
    assert verdict.status is Status.PROVED, verdict
    assert "a dual forbids more" in verdict.witness[0]
    assert decided(f"bound {quantity} <= {value}-1/1000000000").verdict.status is Status.REFUTED
    assert decided(f"bound {quantity} >= {value}+1/1000000000").verdict.status is Status.REFUTED
    assert decided(f"bound {quantity} <= {value}+1/1000000000").verdict.status is Status.PROVED
    assert decided(f"bound {quantity} = {value}+1/1000000000").verdict.status is Status.REFUTED


def test_two_qubits_of_money_are_forged_with_the_square_of_the_chance_for_one():
    assert decided("bound cloning pairs to 2 global = 9/16").verdict.status is Status.PROVED
    assert decided("bound cloning pairs to 2 global <= 9/16-1/1000000000").verdict.status is Status.REFUTED


@pytest.mark.parametrize("share", ["1/2", "1/3", "1/4", "2/5", "3/7", "1/10", "0"])
def test_asymmetric_cloners_reach_the_supporting_lines_of_the_trade_off(share):
    # p F_A + (1 − p) F_B with F_A = 1 − b²/2, F_B = 1 − a²/2, a² + b² + ab = 1, largest by its quadratic form.
    p = float(Fraction(share))
    form = numpy.array([[(1 - p) / 2, 0], [0, p / 2]])
    curve = numpy.linalg.cholesky(numpy.linalg.inv(numpy.array([[1, 0.5], [0.5, 1]])))
    wanted = 1 - numpy.linalg.eigvalsh(curve.T @ form @ curve)[0]
    found = optimum(PROTOCOL, parse_claim(f"bound cloning all to 2 weighted {share},{1 - Fraction(share)} <= 1"))
    assert found.is_exact
    assert abs(float(found.upper) - wanted) < 1e-12
    text = found.value_text.replace(" ", "")
    claim = f"bound cloning all to 2 weighted {share},{1 - Fraction(share)} = {text}"
    assert decided(claim).verdict.status is Status.PROVED


ICOSAHEDRON, SIX = oracle.icosahedron(), [oracle.bloch(*row) for row in numpy.vstack([numpy.eye(3), -numpy.eye(3)])]
SDP = [
    ("cloning all to 2", {"kets": ICOSAHEDRON}),
    ("cloning all to 3", {"kets": ICOSAHEDRON, "clones": 3}),
    ("cloning all from 2 to 3", {"kets": ICOSAHEDRON, "copies": 2, "clones": 3}),
    ("cloning all to 2 global", {"kets": ICOSAHEDRON, "merit": "global"}),
    ("cloning all to 2 weighted 1/5,4/5", {"kets": ICOSAHEDRON, "shares": (0.2, 0.8)}),
    ("cloning equator to 2", {"kets": oracle.polygon(7)}),
    ("cloning equator to 3", {"kets": oracle.polygon(7), "clones": 3}),
    ("cloning equator from 2 to 3", {"kets": oracle.polygon(9), "copies": 2, "clones": 3}),
    ("cloning bb84 to 2 global", {"kets": oracle.polygon(4), "merit": "global"}),
    ("cloning bb84 to 2 weighted 4/7,3/7", {"kets": oracle.polygon(4), "shares": (4 / 7, 3 / 7)}),
    ("cloning six-state to 2 worst", {"kets": SIX, "merit": "worst"}),
    ("cloning six-state to 3 worst", {"kets": SIX, "merit": "worst", "clones": 3}),
    ("measure-and-prepare all", {"kets": ICOSAHEDRON, "clones": 1, "separable": True}),
    ("measure-and-prepare trine", {"kets": oracle.polygon(3), "clones": 1, "separable": True}),
]


@pytest.mark.parametrize(("quantity", "asked"), SDP, ids=[quantity for quantity, _ in SDP])
def test_an_independent_semidefinite_program_agrees(quantity, asked):
    weights = [1 / len(asked["kets"])] * len(asked["kets"])
    found = optimum(PROTOCOL, parse_claim(f"bound {quantity} <= 1"))
    assert found.is_exact
    assert abs(float(found.upper) - oracle.cloning(weights=weights, **asked)) < 1e-5


def test_the_eavesdropping_line_of_bb84_is_what_a_cloner_may_reach():
    # At an error rate of 1/10 Bob has 9/10; 4/7 · 9/10 + 3/7 · F ≤ 6/7 leaves Eve F = 4/5.
    assert Fraction(4, 7) * Fraction(9, 10) + Fraction(3, 7) * Fraction(4, 5) == Fraction(6, 7)
    assert decided("bound cloning bb84 to 2 weighted 4/7,3/7 <= 6/7").verdict.status is Status.PROVED


def test_a_bound_between_what_is_proved_of_both_sides_is_undecided_and_says_the_enclosure():
    opinion = decided("bound cloning equator from 2 to 4 = 1/2+sqrt(3)/4")
    assert opinion.says is None
    assert opinion.verdict.status is Status.UNDECIDED
    assert "at least 0.93301270" in opinion.verdict.reason
    assert "more than 0.93301270" in opinion.verdict.reason
    assert decided("bound cloning equator from 2 to 4 <= 0.9330128").verdict.status is Status.PROVED
    assert decided("bound cloning equator from 2 to 4 <= 0.9330126").verdict.status is Status.REFUTED


def test_what_only_floats_say_is_supported_at_most():
    # Beyond dimensions 2 x 3 a positive partial transpose does not make a channel one that measures and prepares.
    proved, floats, unknown, false = (
        decided(f"bound measure-and-prepare all from 2 {bound}").verdict
        for bound in ("<= 3/4", ">= 0.74", "= 3/4", ">= 0.76")
    )
    assert [each.status for each in (proved, floats, unknown, false)] == [
        Status.PROVED,
        Status.SUPPORTED,
        Status.UNDECIDED,
        Status.REFUTED,
    ]
    assert "in floats 0.75" in floats.witness[0]
    assert "error about" in floats.witness[0]


def test_no_solver_from_outside_is_needed(monkeypatch):
    from noclone.proofs.bounds import optimum as module

    for library in ("cvxpy", "clarabel"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError):
        import cvxpy  # noqa: F401
    module._known.cache_clear()
    for claim in (
        "cloning all to 2 = 5/6",
        "measure-and-prepare equator = 3/4",
        "cloning equator from 2 to 4 <= 0.93302",
    ):
        assert decided(f"bound {claim}").verdict.status is Status.PROVED


def test_what_is_too_large_for_a_search_says_so_and_keeps_what_symmetry_shows():
    states = tuple(f"1/2; 1; {row}" for row in ("1 0 0 0 0", "3/5 4/5 0 0 0"))
    system = replace(
        SYSTEM,
        ensembles=(
            ("big", (*states,)),
            ("wide", tuple(f"1/5; 1; {' '.join('1' if a == b else '0' for b in range(5))}" for a in range(5))),
        ),
    )
    protocol = read_protocol(system.document)
    narrow = optimum(protocol, parse_claim("bound cloning big to 2 global <= 1"))
    assert narrow.gap < 1e-7  # two states span two dimensions, however many there are
    assert optimum(protocol, parse_claim("bound cloning wide to 2 global <= 1")).value_text == "1"


@pytest.mark.parametrize(
    "text",
    [
        "bound cloning nobody to 2 <= 1",
        "bound cloning all to 2 weighted 1/3,1/3 <= 1",
        "bound cloning all <= 1",
        "bound cloning all to 2 <= i",
        "bound cloning all to 2 <= e1",
        "bound flying all to 2 <= 1",
    ],
)
def test_claims_that_mean_nothing_are_refused_in_one_line(text):
    with pytest.raises(InputError) as caught:
        decided(text)
    assert "\n" not in str(caught.value)


def test_what_the_kernel_finds_too_large_is_said_so():
    with pytest.raises(TooLargeError, match="too large for the kernel"):
        decided("bound cloning all to 8 <= 1")


def test_the_value_is_given_as_exact_text_and_as_decimals():
    found = optimum(PROTOCOL, parse_claim("bound cloning bb84 to 2 <= 1"))
    assert found.value_text == "1/2 + sqrt(2)/4"
    assert read_number(found.value_text, "here") == found.upper.value
    assert found.enclosure(6) == ("0.853553", "0.853554")
    assert found.gap == 0
    assert isinstance(engine_for(SYSTEM, PROTOCOL, parse_claim("bound cloning bb84 to 2 <= 1")), BoundEngine)
