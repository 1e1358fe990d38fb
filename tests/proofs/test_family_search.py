"""The search for families with a wanted access structure: what is found has it, what is not found is shown to lack it."""

from __future__ import annotations

import random
from functools import cache
from itertools import permutations, product

import pytest

from noclone.models.errors import InputError
from noclone.models.uniform_families import Rotation, UniformFamily
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_coalition import LEARNS, access_table
from noclone.proofs.every_n import EveryN
from noclone.proofs.family_search import MOST_FACTORS, Answer, Wanted, classes, search
from noclone.proofs.kernel.uniform import replay
from noclone.proofs.prover import Prover
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status

USUAL = tuple(map(parse_claim, ("mixed S[i]", "recovers S[i] N[*]")))


@cache
def answers(parity, factors, first=2):
    return tuple(search(Wanted(USUAL, True, parity, first), factors=factors))


def found(listed):
    return {answer.factors: answer.alike for answer in listed if not answer.why}


def test_the_standard_family_is_found_for_even_n_and_nothing_for_odd_n_with_two_factors():
    assert ("XX", "YY") in found(answers("even", 2))
    assert found(answers("odd", 2)) == {} and found(answers("every", 2)) == {}
    assert sum(answer.alike for answer in answers("odd", 2)) == 15 + 15**2, "all were tried"


def test_one_repair_of_odd_n_has_three_factors():
    assert found(answers("odd", 3)) == {("XX", "YY", "ZZ"): 36}
    own = family(("XX", "YY", "ZZ"), (1, 1, 1))
    wishes = [EveryN(own).pattern(claim) for claim in USUAL]
    assert not all(wish.at(n) is Status.PROVED for wish in wishes for n in (2, 4)), "and it is none for even n"


@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_classes_multiply_out_to_all_families(factors):
    listed = classes(factors)
    assert sum(listed.values()) == 15**factors and max(listed.values()) <= 36
    tables = [str.maketrans("XYZ", "".join(order)) for order in permutations("XYZ")]
    draw = random.Random(factors)
    for sequence in draw.sample(sorted(listed), min(6, len(listed))):
        alike = {
            tuple(each[0].translate(one) + each[1].translate(other) for each in sequence)
            for one, other in product(tables, repeat=2)
        }
        assert len(alike) == listed[sequence] and min(alike) == sequence


def test_families_of_a_class_have_the_same_table_up_to_the_leaks_letters_and_any_signs():
    draw, tables = random.Random(4), [str.maketrans("XYZ", "".join(order)) for order in permutations("XYZ")]
    for sequence in draw.sample(sorted(classes(3)), 8):
        one, other = draw.choices(tables, k=2)
        renamed = [each[0].translate(one) + each[1].translate(other) for each in sequence]
        first, second = (
            access_table(family(factors, signs))
            for factors, signs in ((sequence, [1] * 3), (renamed, draw.choices([1, 3], k=3)))
        )
        for cell, like in zip(first.cells, second.cells, strict=True):
            what = LEARNS[cell.learns]
            assert LEARNS[like.learns] == (f"leaks {what[-1].translate(one)}" if what[:5] == "leaks" else what)


def family(factors, quarters):
    turns = tuple(Rotation(k, each[0], f"{each[1]}I", f"{each[1]}I") for each, k in zip(factors, quarters, strict=True))
    return UniformFamily("tried", (("encrypt", turns),))


def has_it(own, parity, last):
    """Whether a family has what is wanted at each n from 2 to last, by the ordinary prover and every coalition."""
    for n in (n for n in range(2, last + 1) if parity == "every" or n % 2 == (parity == "odd")):
        prover, kinds = Prover(system_of(own, n)), own.kinds
        if any(prover.verdict(claim).status is not Status.PROVED for claim in USUAL):
            return False
        for source in (0, 1):
            for pairs in sorted({tuple(sorted(each)) for each in product(range(4), repeat=n)}):
                held = ["A"] * source + [f"{part}[{at}]" for at, kind in enumerate(pairs) for part in kinds[kind]]
                text = " ".join(held)
                if held and not any(
                    prover.verdict(parse_claim(f"{word} {text}")).status is Status.PROVED
                    for word in ("hides", "recovers")
                ):
                    return False
    return True


@pytest.mark.parametrize("parity", ["even", "odd"])
def test_answers_are_right_at_small_n_for_every_class_of_two_factors(parity):
    for answer in answers(parity, 2):
        assert has_it(answer.family, parity, 4 if parity == "even" else 3) is not bool(answer.why), answer.factors


def test_what_is_found_has_it_and_the_judge_notices_what_has_not():
    repaired = next(answer for answer in answers("odd", 3) if not answer.why)
    assert has_it(repaired.family, "odd", 3) and not has_it(repaired.family, "every", 2)
    table = access_table(repaired.family)
    for counts in product(range(6), repeat=4):
        for source in (False, True):
            assert sum(counts) % 2 == 0 or table.learns(source, counts) in ("authorized", "uninformative")


def test_every_answer_comes_with_what_the_kernel_says_of_it():
    for answer in answers("odd", 3):
        assert answer.verdicts, answer.factors
        for verdict in answer.verdicts:
            assert replay(answer.family.document, verdict.certificate) == verdict.checked or answer.why
        if not answer.why:
            assert [verdict.claim.partition(" for ")[0] for verdict in answer.verdicts] == [*map(str, USUAL), "access"]
            assert all(verdict.status is Status.PROVED for verdict in answer.verdicts)


@pytest.mark.parametrize("first", [1, 2, 3])
def test_from_which_n_on_something_is_wanted_matters_to_leaks_too(first):
    """Coalitions of a cell are there only from as many pairs on as it has kinds: a leak at n = 1 alone is no leak from 2 on."""
    for answer in answers("odd", 2, first):
        leaks = "leaks" in answer.why and "learns" not in answer.why and "'" not in answer.why
        if leaks:
            table = access_table(answer.family)
            assert any(cell.learns in (1, 2, 3) for cell in table.cells)
    assert found(answers("odd", 2, first)) == {}


def test_a_start_beyond_all_n_that_are_looked_at_forgives_nothing():
    assert found(answers("odd", 2, 51)) == {} and found(answers("even", 2, 50)) == found(answers("even", 2))
    with_leaks = search(Wanted((parse_claim("hides A S[*]"),), no_leaks=False, first=50), factors=2)
    assert all("REFUTED" in answer.why for answer in with_leaks if "XX" in answer.factors and "YY" in answer.factors)


def test_what_nothing_has_is_refused_by_every_family():
    listed = list(search(Wanted((parse_claim("recovers N[*]"),)), factors=2))
    assert all(answer.why and answer.verdicts for answer in listed) and isinstance(listed[0], Answer)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"claims": USUAL, "parity": "prime"}, "every, even and odd"),
        ({"claims": USUAL, "first": 0}, "n is at least 1"),
        ({"claims": (parse_claim("leaks Y from S[*]"),)}, "claims hides, mixed and recovers are"),
        ({"claims": (parse_claim("hides S[*] after encrypt"),)}, "of the end of the encoding"),
        ({"claims": (parse_claim("restores decrypt[i]"),)}, "is not searched for"),
        ({"claims": (parse_claim("hides S[*] within 1/2"),)}, "is not searched for"),
    ],
)
def test_wishes_that_cannot_be_searched_for_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        Wanted(**options)


@pytest.mark.parametrize("factors", [0, MOST_FACTORS + 1])
def test_sizes_beyond_the_limit_are_refused(factors):
    with pytest.raises(InputError, match="1 to 4 are searched"):
        list(search(Wanted(USUAL), factors=factors))


def test_letters_do_not_change_what_is_wanted():
    own = family(("XX", "YY", "ZZ"), (1, 1, 1))
    assert EveryN(own).pattern(USUAL[0]).at(3) is Status.PROVED
    assert "odd n >= 2" in str(Wanted(USUAL, True, "odd")) and Wanted(USUAL, True, "odd").concerns(3)
    assert not Wanted(USUAL, True, "odd").concerns(2) and not Wanted(USUAL, first=4).concerns(3)
