"""Claims of monogamy: laws that hold are SUPPORTED, false ones REFUTED by enclosure where a state breaks them, and nothing else is."""

from __future__ import annotations

import dataclasses
import random
import re
from fractions import Fraction

import numpy
import pytest
import sympy
from flint import arb
from sympy import Rational, sqrt

import noclone
from noclone.models.errors import InputError
from noclone.models.exact_entanglement import antisymmetric_qutrits
from noclone.models.monogamy import LAWS, Sides
from noclone.models.system import Stage, System
from noclone.proofs import monogamy_laws
from noclone.proofs.claims import parse_claim
from noclone.proofs.monogamy import verdict_on_state
from noclone.proofs.monogamy_laws import CLAIMED, Evaluation
from noclone.proofs.parties import ket_of
from noclone.proofs.prover import Prover
from noclone.proofs.theorems.book import BOOK
from noclone.proofs.verdicts import Status, Verdict

from definitions import Definitions

THIRD = 1.2309594173407747
"""2 arccos √(2/3): cos²(θ/2) = 2/3."""


def angle(theta):
    """ry(θ) as gates, on qubit q: S† H P(θ) H S up to phases."""
    return lambda q: [("S", q), ("S", q), ("S", q), ("H", q), (f"P({theta!r} rad)", q), ("H", q), ("S", q)]


def x(q):
    return [("H", q), ("S", q), ("S", q), ("H", q)]


def controlled_h(control, target):
    """S H T CX T† H S†: conjugates X to H."""
    back = [("T", target)] * 7
    return [
        *[("S", target), ("H", target), ("T", target), ("CX", control, target)],
        *[*back, ("H", target), *[("S", target)] * 3],
    ]


def excitation(first):
    """√p|100⟩ + √((1−p)/2)(|010⟩ + |001⟩) on qubits 1, 2, 3; 0 is the untouched secret."""
    return [*first, *x(1), *controlled_h(1, 2), *x(1), ("CX", 1, 3), ("CX", 2, 3), *x(3)]


GHZ = [("H", 1), ("CX", 1, 2), ("CX", 2, 3)]
HALVES = excitation([("H", 1)])
W = excitation(angle(THIRD)(1))
PAIRS = [("H", 1), ("CX", 1, 3), ("H", 2), ("CX", 2, 4)]


def system(gates, qubits=3):
    return System((("A", 1), ("Q", qubits)), (), "A", (Stage("encode", tuple(gates)),))


def decided(gates, text, qubits=3):
    return Prover(system(gates, qubits)).verdict(parse_claim(text))


def on_three(law):
    return f"monogamy {law} on Q[0] | Q[1] Q[2]"


def words(verdict):
    return "; ".join(verdict.witness) or verdict.reason


# every law, held and broken


def test_claims_name_every_law_of_the_models_and_one_more():
    assert {law.law for law in CLAIMED} == {*LAWS, monogamy_laws.NAIVE_CKW}
    assert len({law.name.lower() for law in CLAIMED}) == len(CLAIMED)
    assert {law.theorem for law in CLAIMED} - {""} <= set(BOOK)


@pytest.mark.parametrize("law", [law.name for law in CLAIMED])
def test_a_law_that_a_state_does_not_break_is_supported_and_never_proved(law):
    broken = {"unsquared-formation": GHZ, "classical-correlation": W}
    verdict = decided(broken.get(law, HALVES), on_three(law))
    assert verdict.status is Status.SUPPORTED and verdict.enclosure is None
    assert "slack" in words(verdict) and "±" in words(verdict)
    assert ("SUPPORTED, not PROVED" in words(verdict)) == next(
        each.law.is_theorem for each in CLAIMED if each.name == law
    )


@pytest.mark.parametrize(
    ("gates", "text", "least", "told"),
    [
        (HALVES, on_three("unsquared-formation"), 0.2, "exactly: τ(AB) = 1/2, τ(AC) = 1/2, τ(A:BC) = 1"),
        (W, on_three("unsquared-formation"), 0.18, "left 1.10009552, right 0.918295834"),
        (GHZ, on_three("classical-correlation"), 0.999, "J(A|B) ≥ 1 by measuring Z of B, and J(A|C) ≥ 1 by Z of C"),
        (PAIRS, "monogamy chsh-different-settings on Q[0]+Q[1] | Q[2] Q[3]", 7.99, "≥ 8 + 8 = 16"),
        (PAIRS, "monogamy naive-CKW on Q[0]+Q[1] | Q[2] Q[3]", 0.499, "exactly: left 2, right 3/2, slack -1/2"),
    ],
)
def test_a_false_law_is_refuted_by_enclosure_on_a_state_that_breaks_it(gates, text, least, told):
    verdict = decided(gates, text, 4)
    assert verdict.status is Status.REFUTED and verdict.checked is None
    assert verdict.enclosure.is_positive and verdict.enclosure.lower >= Fraction(least)
    assert verdict.enclosure.lower <= verdict.enclosure.upper
    assert told in words(verdict) and "by enclosure" in words(verdict)


def test_toner_verstraete_holds_on_the_pairs_that_break_it_with_different_settings():
    for law in ("Toner-Verstraete", "exclusion"):
        verdict = decided(PAIRS, f"monogamy {law} on Q[0]+Q[1] | Q[2] Q[3]", 4)
        assert verdict.status is Status.SUPPORTED and "slack 0 " in words(verdict)


def test_a_claim_about_another_state_comes_out_differently():
    assert decided(HALVES, on_three("classical-correlation")).status is Status.SUPPORTED
    assert decided(GHZ[:-1], on_three("classical-correlation")).status is Status.SUPPORTED
    assert decided(GHZ, on_three("unsquared-formation")).status is Status.SUPPORTED
    one = decided(PAIRS, "monogamy chsh-different-settings on Q[0]+Q[2] | Q[1] Q[3]", 4)
    assert one.status is Status.SUPPORTED
    assert "slack 1" in words(decided(GHZ, on_three("CKW"))) and "slack 0" in words(decided(W, on_three("CKW")))


def test_ou_s_state_in_pairs_of_qubits_refutes_the_naive_law_and_less_of_it_does_not():
    gates = [
        *angle(THIRD)(1), *x(1), *controlled_h(1, 2), *x(1), *x(4), ("H", 4),
        *x(1), *toffoli(1, 4, 3), *x(1), *toffoli(2, 3, 4),
        ("CX", 2, 3), *x(4), ("CX", 1, 4), ("CX", 2, 4),
        ("CX", 1, 5), ("CX", 3, 5), *x(5), ("CX", 2, 6), ("CX", 4, 6), *x(6),
    ]  # fmt: skip
    text = "monogamy naive-CKW on Q[0]+Q[1] | Q[2]+Q[3] Q[4]+Q[5]"
    verdict = decided(gates, text, 6)
    assert verdict.status is Status.REFUTED and Fraction(66, 100) < verdict.enclosure.lower < Fraction(2, 3)
    assert verdict.enclosure.upper == pytest.approx(2 / 3)
    assert "left 2, right 1.33333333" in words(verdict)
    assert decided([], text, 6).status is Status.SUPPORTED


def toffoli(first, second, target):
    """H on the target around CCZ = T⁴ on three qubits."""
    return [("H", target), *[("T", first, second, target)] * 4, ("H", target)]


# against an independent computation


def ket_by_definition(made, moment=None):
    """The whole ket with references, by tests/oracles: axes are qubits, then references."""
    tensor = Definitions(made.document).state(moment)
    return tensor / numpy.sqrt(2 ** len(made.secret_qubits))


def gates_at_random(qubits, seed, names=("H", "H", "S", "T", "CX", "CX", "CT")):
    chosen = random.Random(seed)
    for _ in range(chosen.randint(8, 25)):
        name, pair = chosen.choice(names), chosen.sample(qubits, 2)
        yield {"CX": ("CX", *pair), "CT": ("T", *pair)}.get(name, (name, pair[0]))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("law", [law for law in CLAIMED if law.name not in ("Koashi-Winter", "classical-correlation")])
def test_on_random_circuits_the_sides_are_those_of_floats(law, seed):
    made = system(gates_at_random(range(1, 4), seed))
    verdict = Prover(made).verdict(parse_claim(on_three(law.name)))
    ket = ket_by_definition(made)[0, :, :, :, 0].reshape(-1)
    found = law.law.sides(ket / numpy.linalg.norm(ket))
    shown = re.search(r"left (\S+), right (\S+), slack (\S+) ", words(verdict)).groups()
    for text, value in zip(shown, (found.left, found.right, found.slack), strict=True):
        assert float(text) == pytest.approx(value, abs=1e-7 if law.name != "Toner-Verstraete" else 1e-5)
    assert (verdict.status is Status.REFUTED) == (found.slack < -1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_exact_sides_of_random_circuits_are_those_of_floats(seed):
    made = system(gates_at_random(range(1, 4), seed))
    shown = next(each for each in Prover(made).verdict(parse_claim(on_three("CKW"))).witness if "exactly" in each)
    ket = ket_by_definition(made)[0, :, :, :, 0].reshape(-1)
    found = CLAIMED[0].law.sides(ket / numpy.linalg.norm(ket))
    parts = shown.removeprefix("exactly: ").split(", ")
    assert [part.split()[0] for part in parts] == ["left", "right", "slack"]
    for part, value in zip(parts, (found.left, found.right, found.slack), strict=True):
        assert float(sympy.parse_expr(part.split(" ", 1)[1])) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_mixed_states_with_the_reference_among_the_parties_are_those_of_the_whole_circuit(seed):
    """Gates act on four qubits and the secret; the claim names some, R among them, in an order of its own."""
    made = system(gates_at_random(range(5), seed), 4)
    verdict = Prover(made).verdict(parse_claim("monogamy exclusion on Q[2]+R | A Q[0]"))
    whole = ket_by_definition(made)  # axes A, Q0..Q3, R
    order = whole.transpose(3, 5, 0, 1, 2, 4).reshape(4, 2, 2, -1)
    joint = order.reshape(16, -1)
    found = monogamy_laws.EXCLUSION.sides(joint @ joint.conj().T, (4, 2, 2))
    told = words(verdict)
    assert verdict.status is Status.SUPPORTED and abs(float(told.split("left ")[1].split(",")[0]) - found.left) < 1e-6
    assert abs(float(told.split("right ")[1].split(",")[0]) - found.right) < 1e-6


def test_angles_that_are_no_fractions_of_pi_give_what_floats_give():
    gates = [*angle(0.7)(1), ("CX", 1, 2), *angle(1.9)(2), ("CX", 2, 3), *angle(0.3)(3), ("CX", 3, 1)]
    ket = ket_by_definition(system(gates))[0, :, :, :, 0].reshape(-1)
    found = monogamy_laws.CKW.sides(ket / numpy.linalg.norm(ket))
    told = words(decided(gates, on_three("CKW")))
    assert f"left {found.left:.9g}, right {found.right:.9g}" in told and "exactly" not in told


# stages, references, families


def test_a_claim_may_look_after_a_stage_or_a_recovery():
    protocol = noclone.protocol("encrypted-cloning", n=2)
    text = "monogamy Osborne-Verstraete on R | A S[0] S[1] N[0] N[1]"
    for moment, left in (("after prepare", 1), ("after encrypt", 0), ("", 0)):
        verdict = noclone.verify(protocol, f"{text} {moment}".strip())
        assert verdict.status is Status.SUPPORTED and f"left {left}, right 1" in words(verdict)
    verdict = noclone.verify(protocol, "monogamy exclusion on R | S[0] N[*] after decrypt[0]")
    assert "left 2, right 2" in words(verdict)
    verdict = noclone.verify(protocol, "monogamy exclusion on R | A N[*] after decrypt[i]")
    assert "at i = 0" in words(verdict) and "likewise in all 2 cases" in words(verdict)


def test_without_r_the_secret_is_maximally_mixed_and_with_it_pure():
    gates = [("CX", 0, 1), ("CX", 1, 2)]
    assert decided(gates, "monogamy CKW on A | Q[0] Q[1]").status is Status.UNDECIDED
    four = decided(gates, "monogamy Osborne-Verstraete on R | A Q[0] Q[1]")
    assert four.status is Status.SUPPORTED and "left 0, right 1, slack 1" in words(four)
    assert "mixed (purity 0.5)" in decided(gates, "monogamy CKW on A | Q[0] Q[1]").reason


def test_a_register_called_r_is_no_reference():
    made = System((("A", 1), ("R", 2)), (), "A", (Stage("encode", (("H", 1), ("CX", 1, 2))),))
    verdict = Prover(made).verdict(parse_claim("monogamy Osborne-Verstraete on R[0] | R[1]"))
    assert "left 1, right 1" in words(verdict)


# a verdict is no better than what is known


def rigged(monkeypatch, name="unsquared-formation", **fields):
    changed = [dataclasses.replace(each, **fields) if each.name == name else each for each in CLAIMED]
    monkeypatch.setattr(monogamy_laws, "CLAIMED", tuple(changed))


def test_what_only_floats_find_broken_is_undecided(monkeypatch):
    found = Evaluation(arb(1).union(arb(3)), arb(2), Sides(2.9, 2.0, 1e-9), "floats")
    rigged(monkeypatch, rule=lambda ket: found)
    verdict = decided(GHZ, on_three("unsquared-formation"))
    assert verdict.status is Status.UNDECIDED and "only in floats" in verdict.reason


def test_sides_that_are_hardly_known_decide_nothing(monkeypatch):
    found = Evaluation(arb(1).union(arb(3)), arb(2), Sides(2.0, 2.0, 1.0))
    rigged(monkeypatch, rule=lambda ket: found)
    verdict = decided(GHZ, on_three("unsquared-formation"))
    assert verdict.status is Status.UNDECIDED and "left between 1 and 3, right 2" in verdict.reason


def test_bounds_that_are_far_apart_and_both_allowed_support(monkeypatch):
    found = Evaluation(arb(0).union(arb(1)), arb(1), Sides(0.5, 1.0, 0.5))
    rigged(monkeypatch, rule=lambda ket: found)
    assert decided(GHZ, on_three("unsquared-formation")).status is Status.SUPPORTED


def test_equal_sides_never_refute_and_a_hair_more_does(monkeypatch):
    for more, status in ((0.0, Status.SUPPORTED), (1e-12, Status.REFUTED)):
        found = Evaluation(arb(2) + arb(more), arb(2), Sides(2.0, 2.0, 1e-9))
        rigged(monkeypatch, rule=lambda ket, found=found: found)
        assert decided(GHZ, on_three("unsquared-formation")).status is status


def test_a_theorem_that_balls_find_broken_is_an_error_and_an_equality_fails_on_both_sides(monkeypatch):
    found = Evaluation(arb(1), arb(2), Sides(1.0, 2.0, 0.0))
    rigged(monkeypatch, "Koashi-Winter", rule=lambda ket: found)
    assert decided(GHZ, on_three("Koashi-Winter")).status is Status.ERROR
    false = dataclasses.replace(monogamy_laws.KOASHI_WINTER, is_theorem=False)
    rigged(monkeypatch, "Koashi-Winter", rule=lambda ket: found, law=false)
    verdict = decided(GHZ, on_three("Koashi-Winter"))
    assert verdict.status is Status.REFUTED and "|left − right|" in words(verdict)


def test_a_law_stated_too_sharply_is_refuted_where_it_is_tight(monkeypatch):
    """CKW with its right side less by 1e-6, on the W state, which meets it."""
    own = CLAIMED[0]

    def sharper(ket):
        found = own.rule(ket)
        return dataclasses.replace(found, right=found.right - arb(1e-6))

    rigged(monkeypatch, "CKW", rule=sharper, law=dataclasses.replace(own.law, is_theorem=False))
    assert decided(W, on_three("CKW")).status is Status.REFUTED
    assert decided(GHZ, on_three("CKW")).status is Status.SUPPORTED


# exact kets


W_KET = [0, 1 / sqrt(3), 1 / sqrt(3), 0, 1 / sqrt(3), 0, 0, 0]
GHZ_KET = [1 / sqrt(2), 0, 0, 0, 0, 0, 0, 1 / sqrt(2)]


def test_ou_s_three_qutrits_refute_the_naive_law_exactly():
    verdict = verdict_on_state("naive-CKW", antisymmetric_qutrits(), (3, 3, 3))
    assert verdict.status is Status.REFUTED and "exactly: left 2, right 4/3, slack -2/3" in words(verdict)
    assert verdict.enclosure.is_positive and Fraction(66, 100) < verdict.enclosure.lower <= Fraction(2, 3)
    assert verdict_on_state("exclusion", antisymmetric_qutrits(), (3, 3, 3)).status is Status.SUPPORTED
    symmetric = [abs(each) for each in antisymmetric_qutrits()]
    assert verdict_on_state("naive-CKW", symmetric, (3, 3, 3)).status is not Status.REFUTED


def test_w_meets_ckw_and_ghz_leaves_a_gap_of_one():
    w, ghz = (verdict_on_state("ckw", ket, (2, 2, 2)) for ket in (W_KET, GHZ_KET))
    assert w.status is Status.SUPPORTED and "exactly: left 8/9, right 8/9, slack 0" in words(w)
    assert ghz.status is Status.SUPPORTED and "exactly: left 0, right 1, slack 1" in words(ghz)
    assert isinstance(w, Verdict) and w.claim == "monogamy CKW on A | B C"


def test_w_breaks_unsquared_formation_and_ghz_classical_correlation():
    broken = verdict_on_state("unsquared-formation", W_KET, (2, 2, 2))
    assert broken.status is Status.REFUTED and "τ(A:BC) = 8/9" in words(broken)
    assert verdict_on_state("unsquared-formation", GHZ_KET, (2, 2, 2)).status is Status.SUPPORTED
    assert verdict_on_state("classical-correlation", GHZ_KET, (2, 2, 2)).status is Status.REFUTED


@pytest.mark.parametrize(
    ("amplitudes", "dims", "message"),
    [
        ([1.0, *[0] * 7], (2, 2, 2), "without floats"),
        ([1, 1, *[0] * 6], (2, 2, 2), "norm 1"),
        ([1, *[0] * 6], (2, 2, 2), "8 amplitudes, not 7"),
        ([sympy.exp(sympy.I * sympy.pi / 7), *[0] * 7], (2, 2, 2), "square roots and I"),
        ([Rational(1), 0, 0], (3,), "3 parties"),
        (antisymmetric_qutrits(), (3, 3, 3), "one qubit each; here their dimensions are 3, 3, 3"),
        ([1], (1,) * 30, "at most 26"),
    ],
)
def test_what_is_no_exact_ket_of_these_parties_is_refused(amplitudes, dims, message):
    with pytest.raises(InputError, match=message):
        verdict_on_state("CKW", amplitudes, dims)


# what users get wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("monogamy CKV on R | A S[0]", "unknown law 'CKV'.*Did you mean 'CKW'"),
        ("monogamy toner-verstrate on R | A S[0]", "unknown law.*Did you mean"),
        ("monogamy CKW on R | A S[9]", r"unknown qubit 'S\[9\]'.*Did you mean 'S\[1\]'"),
        ("monogamy CKW on R | A X", "unknown party 'X'"),
        ("monogamy CKW on R | A A", "overlaps"),
        ("monogamy exclusion on A | S[*] N[0]+S[1]", r"'S\[1\]' overlaps with 'S\[\*\]'"),
        ("monogamy CKW on R | A R[0]", "overlaps"),
        ("monogamy CKW on R[1] | A S[0]", r"unknown qubit 'R\[1\]'"),
        ("monogamy CKW on R | A", "3 parties, A | B C; here are 2"),
        ("monogamy CKW on R | A S[0] S[1]", "3 parties.*here are 4"),
        ("monogamy naive-CKW on R | A", "3 parties or more"),
        ("monogamy CKW on R | A S[i]", r"a letter in 'S\[i\]'"),
        ("monogamy CKW on R | A S[*-i]", r"a letter in 'S\[\*-i\]'"),
        ("monogamy CKW on R | A S[*]", "one qubit each; here their dimensions are 2, 2, 4"),
        ("monogamy CKW on R A", "its form is monogamy LAW on WHO"),
        ("monogamy on R | A S[0]", "its form is monogamy LAW on WHO"),
        ("monogamy CKW on R | A S[0] after nowhere", "nowhere"),
        ("monogamy CKW on R | A S[0] under noise", "its form is"),
    ],
)
def test_a_wrong_claim_is_one_clear_line(text, message):
    with pytest.raises(InputError, match=message) as caught:
        noclone.verify(noclone.protocol("encrypted-cloning", n=2), text)
    assert "\n" not in str(caught.value)


def test_what_is_too_large_is_undecided_and_says_so():
    large = noclone.protocol("encrypted-cloning", n=8)
    verdict = noclone.verify(large, "monogamy exclusion on R | A S[0]")
    assert verdict.status is Status.UNDECIDED and "at most 13" in verdict.reason
    apart = noclone.verify(large, "monogamy exclusion on S[0] | N[0] N[1] after prepare")
    assert apart.status is Status.SUPPORTED
    wide = noclone.protocol("encrypted-cloning", n=5)
    for law in ("Toner-Verstraete", "naive-CKW"):
        verdict = noclone.verify(wide, f"monogamy {law} on S[*] | A+R N[*]")
        assert verdict.status is Status.UNDECIDED and "64 dimensions" in verdict.reason


def test_amplitudes_are_as_wide_as_the_rounding_of_their_angles_and_no_wider():
    radii = []
    for name in ("P(0.7 rad)", "P(1/3)", "T"):
        made = system([("H", 1), (name, 1), ("H", 1), ("CX", 1, 2)])
        found = ket_of(made, [[1], [2]], None)
        radii.append([float(each.real.rad()) for each in found.tensor.reshape(-1)])
        assert (found.exact is not None) == (name == "T") and found.tensor.shape == (2, 2, 1)
    assert 1e-14 <= min(radii[0]) <= max(radii[0]) < 1e-13 and max(*radii[1], *radii[2]) < 1e-40


def test_parties_and_what_is_connected_with_them_are_all_that_is_computed():
    made = system([("CX", 3, 4), ("CX", 0, 3), ("H", 1), ("CX", 1, 2)], 4)
    assert ket_of(made, [[1], [2]], None).tensor.size == 4
    assert ket_of(made, [[1], [4]], None).tensor.shape == (2, 2, 2**4)
    assert ket_of(made, [[5], [4]], None).tensor.shape == (2, 2, 2**2)
