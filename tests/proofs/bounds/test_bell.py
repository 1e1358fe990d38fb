"""Bounds on correlations: known values from both sides, expressions that differ a little, random ones, and damage."""

from __future__ import annotations

import json
import random
import re
from itertools import product

import numpy
import pytest

from noclone.models.errors import InputError
from noclone.models.system import Stage, System
from noclone.proofs.bounds.bell import BellEngine, answer, is_about_correlations, optimum
from noclone.proofs.bounds.words import as_float
from noclone.proofs.kernel import squares
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.verdicts import Status

SYSTEM = System((("A", 1),), (), "A", (Stage("encode", ()),))
PROTOCOL = read_protocol(SYSTEM.document)
ENGINE = BellEngine(SYSTEM, PROTOCOL)

CHSH = "A0 B0 + A0 B1 + A1 B0 - A1 B1"
WITH_C = CHSH.replace("B", "C")
OTHER_SETTINGS = "A2 C0 + A2 C1 + A3 C0 - A3 C1"


def mean_over(clones):
    terms = [CHSH.replace("B", party) for party in "BCDEF"[:clones]]
    return " + ".join(terms).replace("A", f"1/{clones}*A")


KNOWN = {
    f"correlations {CHSH}": "2*sqrt(2)",
    f"local {CHSH}": "2",
    f"squares {CHSH} | {WITH_C}": "8",
    f"squares {CHSH}": "8",
    f"squares {CHSH} | {WITH_C} | {CHSH.replace('B', 'D')}": "12",
    f"squares {CHSH} | {OTHER_SETTINGS}": "16",
    f"squares {CHSH} | {CHSH.replace('A', 'C').replace('B', 'D')}": "16",
    **{f"correlations {mean_over(clones)}": "2" for clones in range(2, 6)},
    f"correlations {CHSH} + {OTHER_SETTINGS}": "4*sqrt(2)",
    "correlations X3 Q0 - X3 Q7 - X9 Q0 - X9 Q7 + 1": "1+2*sqrt(2)",
    "correlations 3*B0 A1 - 3*B0 A5 + 3*B1 A1 + 3*B1 A5": "6*sqrt(2)",
    "correlations sqrt(2)*A0 B0 + sqrt(2)*A0 B1 + sqrt(2)*A1 B0 - sqrt(2)*A1 B1": "4",
    "squares 2*A0 B0 + 2*A0 B1 + 2*A1 B0 - 2*A1 B1 | -2*A0 C0 - 2*A0 C1 + 2*A1 C0 - 2*A1 C1": "32",
    "correlations A0 B0 + A0 B1 + A1 B0 + A1 B1 - A0": "5",
    "correlations A0 A1 A0 + B0": "2",
    "local A0 A1 + A0 A2 - A1 A2": "1",
    "local A0 A1 + A0 A2 + A1 A2": "3",
    "local A0 B0 C0 + A0 B0 C1 + A1 B0 C0 - A1 B0 C1": "2",
    "local sqrt(3)*A0 B0 - 1/2*A0": "1/2+sqrt(3)",
    "correlations 7": "7",
}


def decided(text):
    return ENGINE.decide(parse_claim(text), [{}], "this protocol").verdict


@pytest.mark.parametrize("quantity", KNOWN, ids=range(len(KNOWN)))
def test_known_values_are_proved_from_both_sides_and_refuted_next_to_them(quantity):
    value = KNOWN[quantity]
    for relation in ("<=", ">=", "="):
        assert decided(f"bound {quantity} {relation} {value}").status is Status.PROVED
    assert decided(f"bound {quantity} <= {value}-1/1000000000").status is Status.REFUTED
    assert decided(f"bound {quantity} = {value}-1/1000000000").status is Status.REFUTED
    assert decided(f"bound {quantity} >= {value}+1/1000000000").status is Status.REFUTED
    assert decided(f"bound {quantity} = {value}+1/1000000000").status is Status.REFUTED
    upper, lower, words = optimum(quantity)
    assert upper == lower and len(words) == 2
    assert decided(f"bound {quantity} = {upper}").status is Status.PROVED


def test_two_bell_pairs_refute_monogamy_for_different_settings_with_four_levels_for_a():
    verdict = decided(f"bound squares {CHSH} | {OTHER_SETTINGS} <= 8")
    assert verdict.status is Status.REFUTED
    operators = json.loads(verdict.certificate)["cases"][0]["operators"]
    state = next(text for text in operators if text.startswith("state: "))
    assert {word.split()[0] for word in re.findall("e[0-9] e[0-9] e[0-9]", state)} == {"e0", "e1", "e2", "e3"}


MUTATED = [
    f"correlations {CHSH.replace('- A1', '+ A1')}",
    f"correlations {CHSH.replace('A1 B1', '2 A1 B1')}",
    f"correlations {CHSH} + 1/10*A0",
    f"correlations {CHSH} + A2 C0 + A2 C1 + A1 C0 - A1 C1",
    f"squares {CHSH} | A0 C0 + A0 C1 + A2 C0 - A2 C1",
    f"correlations {CHSH} + {WITH_C.replace('C1', '2 C1')}",
    f"squares {CHSH} | A0 B2 + A0 B3 + A1 B2 - A1 B3",
    "correlations A0 B0 C1 + A0 B1 C0 + A1 B0 C0 - A1 B1 C1",
]
VALUES = [4, (13.5) ** 0.5, None, None, None, None, 16, 4]


@pytest.mark.parametrize(("quantity", "value"), list(zip(MUTATED, VALUES, strict=True)), ids=range(len(MUTATED)))
def test_expressions_that_look_like_known_ones_get_their_own_values(quantity, value):
    found = optimum(quantity)
    upper, lower = as_float(answer(quantity).upper.value), as_float(answer(quantity).lower)
    assert upper >= lower
    assert decided(f"bound {quantity} <= {found.upper}").status is Status.PROVED
    assert decided(f"bound {quantity} >= {found.lower}").status is Status.PROVED
    assert decided(f"bound {quantity} <= {found.lower}-1/1000000").status is Status.REFUTED
    assert decided(f"bound {quantity} >= {found.upper}+1/1000000").status is Status.REFUTED
    if value is not None:
        assert lower - 1e-6 <= value <= upper + 1e-6
        assert upper - lower < 1e-6


def test_the_chained_inequality_and_the_3322_inequality_are_enclosed():
    chained = optimum("correlations A0 B0 + A1 B0 + A1 B1 + A2 B1 + A2 B2 - A0 B2")
    assert float(chained.lower) <= 3 * 3**0.5 <= float(chained.upper) <= float(chained.lower) + 1e-6
    full = "A0 B0 + A0 B1 + A0 B2 + A1 B0 + A1 B1 - A1 B2 + A2 B0 - A2 B1 + A0 + A1 - B0 - B1"
    # 4 + 4·I3322 of Collins and Gisin: 1/4 with qubits, 0.2509397 at level 2 (Pal and Vertesi, arXiv:1006.3032)
    found = optimum(f"correlations {full}")
    assert float(found.lower) >= 5 - 1e-6
    assert float(found.upper) == pytest.approx(4 + 4 * 0.2509397, abs=1e-5)
    verdict = decided(f"bound correlations {full} <= 5.002")
    assert verdict.status is Status.UNDECIDED
    assert f"at least {found.lower}, at most {found.upper}" in verdict.reason


def random_expression(source, settings):
    terms = [f"{source.choice([-3, -2, -1, 1, 2, 3])} A{x} B{y}" for x, y in product(range(settings), repeat=2)]
    terms += [
        f"{source.choice([-1, 1])} {party}{x}" for party in "AB" for x in range(settings) if source.random() < 0.3
    ]
    return " + ".join(terms).replace("+ -", "- ")


def by_brute_force(expression):
    """The best assignment of ±1, in floats, letter by letter."""
    mean = squares.read(expression, "here")
    letters = sorted({letter for word in mean for letter in word})
    values = []
    for signs in product((1, -1), repeat=len(letters)):
        given = dict(zip(letters, signs, strict=True))
        values.append(sum(as_float(n) * numpy.prod([given[one] for one in word]) for word, n in mean.items()))
    return max(values)


def by_angles(expression, source):
    """The best of real qubits that a random search finds: eigenvalues of explicit matrices."""
    from scipy.optimize import minimize

    mean = squares.read(expression, "here")
    letters = sorted({letter for word in mean for letter in word})

    def value(angles):
        matrices = {
            one: numpy.array([[numpy.cos(a), numpy.sin(a)], [numpy.sin(a), -numpy.cos(a)]])
            for one, a in zip(letters, angles, strict=True)
        }
        total = numpy.zeros((4, 4))
        for word, number in mean.items():
            on = {letter[0]: matrices[letter] for letter in word}
            total += as_float(number) * numpy.kron(on.get("A", numpy.eye(2)), on.get("B", numpy.eye(2)))
        return -numpy.linalg.eigvalsh(total)[-1]

    starts = [[source.uniform(0, 7) for _ in letters] for _ in range(4)]
    return -min(minimize(value, start).fun for start in starts)


@pytest.mark.parametrize("seed", range(14))
def test_random_expressions_are_enclosed_and_local_values_are_those_of_brute_force(seed):
    source = random.Random(seed)
    expression = random_expression(source, 2 if seed % 2 else 3)
    found = answer(f"correlations {expression}")
    upper, lower, local = as_float(found.upper.value), as_float(found.lower), by_brute_force(expression)
    assert float(optimum(f"local {expression}").upper) == local
    assert decided(f"bound local {expression} = {local:.0f}").status is Status.PROVED
    assert max(local, by_angles(expression, source)) - 1e-7 <= lower <= upper
    assert seed % 2 == 0 or upper - lower < 1e-6
    assert decided(f"bound correlations {expression} <= {upper + 1e-6:.7f}").status is Status.PROVED
    assert decided(f"bound correlations {expression} <= {lower - 1e-6:.7f}").status is Status.REFUTED


DAMAGED = [
    f"bound correlations {CHSH} = 2*sqrt(2)",
    f"bound local {CHSH} = 2",
    f"bound squares {CHSH} | {WITH_C} = 8",
    f"bound correlations {mean_over(2)} <= 2",
    f"bound squares {CHSH} | {OTHER_SETTINGS} <= 8",
    f"bound correlations {CHSH.replace('A1 B1', '2 A1 B1')} <= 3.675",
]


def damages(source, operators):
    """One character, one number, one sign or one whole operator changed."""
    texts = list(operators)
    at = source.randrange(len(texts))
    kind = source.randrange(5)
    if kind == 0:
        del texts[at]
    elif kind == 1:
        place = source.randrange(len(texts[at]))
        texts[at] = texts[at][:place] + source.choice("0123456789AB e/*+-();:sqrt.") + texts[at][place + 1 :]
    elif kind == 2:
        chosen = source.choice(list(re.finditer("[0-9]+", texts[at])))
        changed = str(max(0, int(chosen.group()) + source.choice([-1, 1])))
        texts[at] = texts[at][: chosen.start()] + changed + texts[at][chosen.end() :]
    elif kind == 3:
        chosen = source.choice(list(re.finditer("[-+]", texts[at])) or [re.search(": ", texts[at])])
        turned = {"+": "-", "-": "+"}.get(chosen.group(), ": -")
        texts[at] = texts[at][: chosen.start()] + turned + texts[at][chosen.end() :]
    else:
        texts[at] = texts[source.randrange(len(texts))]
    return texts


def in_floats(text, values, joined):
    """A sum of terms as numpy objects: Python's own reading of the certificate's text, letters by ``values``."""
    total = 0
    for minus, term in re.findall("([-+]?)([^-+]+)", text.replace(" - ", "-").replace(" + ", "+").strip()):
        number, letters = -1.0 if minus == "-" else 1.0, []
        for factor in re.split("[* ]", term.strip()):
            if factor[0].isdigit() or factor.startswith("sqrt"):
                top, *below = factor.split("/")
                root = re.fullmatch(r"sqrt\((\d+)\)", top)
                number *= (int(root[1]) ** 0.5 if root else float(top)) / numpy.prod([1.0, *map(float, below)])
            else:
                letters.append(factor)
        total = total + number * joined([values[letter] for letter in letters])
    return total


def holds_in_floats(claim, texts, source):
    """Whether the squares give the claim's x − E on random observables, or the strategy its value, in floats."""
    kind, _, sums = claim.quantity.partition(" ")
    means, found = sums.split(" | "), dict(text.split(": ", 1) for text in reversed(texts) if "square" not in text)
    squared = [text.removeprefix("square: ") for text in texts if text.startswith("square: ")]
    limit = in_floats(claim.bound, {}, lambda _: 1.0)
    parties = sorted({letter[0] for letter in re.findall("[A-Z][0-9]", sums)})

    def multiplied(matrices):
        return numpy.linalg.multi_dot([numpy.eye(2 ** len(parties))] * 2 + matrices)

    if squared:
        values, total = {}, 0.0
        for letter in set(re.findall("[A-Z][0-9]", sums + str(squared))):
            angle = source.choice([0, numpy.pi]) if kind == "local" else source.uniform(0, 7)
            matrix = [[numpy.cos(angle), numpy.sin(angle)], [numpy.sin(angle), -numpy.cos(angle)]]
            factors = [matrix if party == letter[0] else numpy.eye(2) for party in parties]
            values[letter] = numpy.array([[1.0]])
            for factor in factors:
                values[letter] = numpy.kron(values[letter], factor)
        values |= {f"s{at}": source.uniform(-3, 3) * multiplied([]) for at in range(len(means))}
        for text in squared:
            weight, _, square = text.partition("; ")
            one = in_floats(square, values, multiplied)
            total = total + in_floats(weight, {}, lambda _: 1.0) * one.T @ one
        for at, mean in enumerate(means):
            s = values[f"s{at}"]
            expectation = in_floats(mean, values, multiplied)
            total = total + (2 * s @ expectation - s @ s if kind == "squares" else expectation)
        upper = total[0, 0]
        if not numpy.allclose(total, upper * multiplied([]), atol=1e-7) or upper > limit + 1e-7:
            return False
    if not found:
        return bool(squared)
    return reached_in_floats(kind, means, found, parties) >= limit - 1e-7


def reached_in_floats(kind, means, found, parties):
    """The value of a strategy, by matrices on all levels up to the largest; NaN if it is none."""
    size = 1 + max(int(level) for text in found.values() for level in re.findall("e([0-9]+)", text))

    def placed(levels):
        entry = numpy.zeros((size,) * len(levels))
        entry[tuple(int(level[1:]) for level in levels)] = 1
        return entry

    names = {f"e{level}": f"e{level}" for level in range(size)}
    state = in_floats(found["state"], names, placed).reshape(-1)
    values = {}
    for letter in found.keys() - {"state"}:
        matrix = in_floats(found[letter], names, placed)
        values[letter] = numpy.array([[1.0]])
        for party in parties:
            values[letter] = numpy.kron(values[letter], matrix if party == letter[0] else numpy.eye(size))
        if not numpy.allclose(values[letter] @ values[letter] @ state, state):
            return numpy.nan
    if abs(state @ state - 1) > 1e-9:
        return numpy.nan
    eye = numpy.eye(len(state))
    reached = [
        state @ in_floats(mean, values, lambda some: numpy.linalg.multi_dot([eye, eye, *some])) @ state
        for mean in means
    ]
    return sum(value**2 if kind == "squares" else value for value in reached)


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_thousand_damaged_certificates_are_refused_or_still_true_in_floats(text):
    verdict = decided(text)
    document = json.loads(verdict.certificate)
    original = document["cases"][0]["operators"]
    source, claim = random.Random(text), parse_claim(text)
    assert holds_in_floats(claim, original, source)
    refused = accepted = 0
    for _ in range(1_000):
        document["cases"][0]["operators"] = texts = damages(source, original)
        try:
            check(PROTOCOL, json.dumps(document).encode(), claim)
        except Refusal:
            refused += 1
            continue
        accepted += 1
        assert holds_in_floats(claim, texts, source), texts
    assert refused > 600
    assert accepted + refused == 1_000


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_certificates_never_show_a_false_claim_next_to_a_true_one(text):
    verdict = decided(text)
    claim, document = parse_claim(text), json.loads(verdict.certificate)
    original, source = document["cases"][0]["operators"], random.Random(text)
    value, proved = as_float(answer(claim.quantity).lower), document["conclusion"] == "PROVED"
    document["claim"] = f"bound {claim.quantity} <= {value - 1e-6 if proved else value + 1e-6:.7f}"
    for damaged in [original, *(damages(source, original) for _ in range(100))]:
        document["cases"][0]["operators"] = damaged
        with pytest.raises(Refusal):
            check(PROTOCOL, json.dumps(document).encode(), parse_claim(document["claim"]))


def test_what_is_too_much_for_the_kernel_is_supported_and_no_more(monkeypatch):
    monkeypatch.setattr(squares, "MOST_WORK", 10)
    verdict = decided(f"bound correlations {CHSH} <= 3")
    assert verdict.status is Status.SUPPORTED
    assert "2*sqrt(2)" in str(verdict)
    assert decided(f"bound correlations {CHSH} >= 3").status is Status.UNDECIDED


def test_a_wrong_finder_is_an_error_and_never_a_proof(monkeypatch):
    from noclone.proofs.bounds import bell

    found = bell.Answer(bell.read_question(f"correlations {CHSH}"))
    wrong = bell.Upper(squares.read_number("2", "here"), found.upper.squares, "wrong")
    found.__dict__["upper"] = wrong
    monkeypatch.setattr(bell, "answer", lambda _: found)
    verdict = decided(f"bound correlations {CHSH} <= 2")
    assert verdict.status in (Status.ERROR, Status.REFUTED)
    found.__dict__["lower"] = squares.read_number("2", "here")
    verdict = decided(f"bound correlations {CHSH} <= 2")
    assert verdict.status is Status.ERROR and "wrong-conclusion" in verdict.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bound correlations A0 B0 <= 1+e0", "cannot read the bound"),
        ("bound correlations A0 B0 <= i", "cannot read the bound"),
        ("bound correlations A0 B0 | A1 B1 <= 1", "takes one sum"),
        ("bound correlations s0 A0 <= 1", "is no observable"),
        ("bound correlations A0 A1 <= 1", "need not be real"),
        ("bound correlations 2*i*A0 <= 1", "need not be real"),
        ("bound correlations A0 ** <= 1", "cannot read the correlations"),
    ],
)
def test_claims_that_cannot_be_meant_are_refused_in_a_sentence(text, why):
    with pytest.raises(InputError, match=re.escape(why)):
        decided(text)


def test_too_many_observables_leave_a_claim_undecided_with_the_reason():
    many = " + ".join(f"A{x} B{y} C{x}" for x, y in product(range(10), repeat=2))
    verdict = decided(f"bound local {many} <= 1000")
    assert verdict.status is Status.UNDECIDED and "too many" in verdict.reason


def test_the_engine_knows_which_claims_are_its_own():
    assert is_about_correlations(parse_claim(f"bound local {CHSH} <= 2"))
    assert not is_about_correlations(parse_claim("bound cloning all to 2 <= 5/6"))
    assert not is_about_correlations(parse_claim("hides A"))
    with pytest.raises(InputError, match="begin with one of"):
        optimum("cloning all to 2")
