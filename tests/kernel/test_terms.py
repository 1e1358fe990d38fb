"""Claims parse, print and expand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noclone.models.errors import InputError
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.terms import RESERVED, Claim
from noclone.proofs.kernel.terms import parse_claim as parse_in_kernel

parties = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,4}", fullmatch=True).filter(lambda name: name not in RESERVED)
numbers = st.integers(0, 99).map(str)
letters = st.sampled_from("ijkxyz")
indices = st.one_of(numbers, letters, st.just("*"), letters.map(lambda letter: f"*-{letter}"))
items = st.builds(lambda name, index: f"{name}[{index}]" if index else name, parties, st.one_of(st.just(""), indices))
names = st.builds(
    lambda name, index: f"{name}[{index}]" if index else name, parties, st.one_of(st.just(""), numbers, letters)
)
coalitions = st.lists(items, min_size=1, max_size=4).map(tuple)
paulis = st.text("IXYZ", min_size=1, max_size=4).filter(lambda word: set(word) != {"I"})
claims = st.one_of(
    st.builds(
        Claim,
        st.sampled_from(["hides", "mixed", "recovers"]),
        coalition=coalitions,
        after=st.one_of(st.just(""), names),
    ),
    st.builds(Claim, st.just("leaks"), pauli=paulis, coalition=coalitions, after=st.one_of(st.just(""), names)),
    st.builds(Claim, st.sampled_from(["restores", "single-use"]), name=names),
    st.builds(Claim, st.just("untouched"), coalition=coalitions, name=names),
)


@given(claims)
def test_a_claims_text_parses_back_to_it(claim):
    assert parse_in_kernel(str(claim)) == claim
    assert str(parse_claim("  ".join(str(claim).split()))) == str(claim)


@given(st.text(max_size=60))
def test_any_other_text_is_refused_in_one_line(text):
    try:
        claim = parse_claim(text)
    except InputError as error:
        said = str(error)
    else:
        said = "read"
        assert str(claim).split() == text.split()
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "hides S[01]", "hides S[-1]", "hides S[*-0]", "hides S[ij]", "hides S[i] after", "hides after", "hides S[0] by x",
        "leaks from S[0]", "leaks II from S[0]", "leaks y from S[0]", "restores", "restores a b", "restores d after e",
        "untouched S[0]", "untouched by x", "single-use d[*]", "hides S[0],N[0]", "hides s[0]]", "hides S[9999999999]",
        "mixed S[I]", "mixed S [0]",
    ],
)  # fmt: skip
def test_what_is_not_in_the_grammar_is_refused(text):
    with pytest.raises(Refusal, match="bad-claim"):
        parse_in_kernel(text)


def test_letters_stand_for_every_value_and_different_letters_for_different_values():
    claim = parse_in_kernel("hides S[i] N[*-j]")
    cases = list(claim.cases(lambda item: 3))
    assert len(cases) == 6 and all(case["i"] != case["j"] for case in cases)
    assert str(claim.at({"i": 2, "j": 0})) == "hides S[2] N[*-0]"
    assert list(parse_in_kernel("hides S[i]").cases(lambda item: 2)) == [{"i": 0}, {"i": 1}]
    assert list(parse_in_kernel("hides S[0]").cases(lambda item: 2)) == [{}]


def test_a_letter_with_two_ranges_or_too_many_cases_is_refused():
    with pytest.raises(Refusal, match="bad-claim"):
        list(parse_in_kernel("hides S[i] N[i]").cases(lambda item: len(item) if item[0] == "S" else 9))
    with pytest.raises(Refusal, match="too-many-cases"):
        list(parse_in_kernel("hides S[i] S[j] S[k]").cases(lambda item: 100))
