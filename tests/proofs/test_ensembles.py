"""Sets of states as exact text: norms and weights are 1 to the last digit, and the kernel accepts them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from noclone.models.errors import InputError
from noclone.models.system import Stage, System
from noclone.proofs.ensembles import MOST_LEVELS, check_ensemble_name, ensemble
from noclone.proofs.kernel.bounds import problem_of
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.squares import ONE, ZERO, read_number
from noclone.proofs.kernel.terms import parse_claim

RATIONALS = st.one_of(
    st.integers(-9, 9).map(str),
    st.fractions(-3, 3, max_denominator=20).map(str),
    st.decimals(-2, 2, places=3).map(lambda number: f"{number:f}"),
)


@st.composite
def amplitudes(draw):
    """Text of a + b·√2 + (c + d·√2)·i, written in one of several ways."""
    real, root, imaginary = draw(RATIONALS), draw(RATIONALS), draw(RATIONALS)
    packed = f"{real}+{root}*sqrt(2)+{imaginary}*i".replace("+-", "-")
    return draw(st.sampled_from([real, packed, packed.replace("+", " + ").replace("*", " * ")]))


@st.composite
def listed(draw):
    """One to five states of the same dimension, with weights."""
    levels = draw(st.integers(2, 4))
    weights = st.one_of(st.integers(0, 9).map(str), st.sampled_from(["1/3", "0.25", "1e-3", "sqrt(2)"]))
    return draw(
        st.lists(st.tuples(weights, st.lists(amplitudes(), min_size=levels, max_size=levels)), min_size=1, max_size=5)
    )


def read_back(line):
    """Weight, scale and amplitudes of a line, as exact numbers."""
    weight, scale, ket = line.split("; ")
    return read_number(weight, ""), read_number(scale, ""), [read_number(part, "") for part in ket.split(" ")]


def dimension_in_the_kernel(lines):
    """The dimension that the kernel finds, which refuses what is not normalised."""
    system = System((("A", 1),), (), "A", (Stage("encode", ()),), ensembles=(("mine", tuple(lines)),))
    claim = parse_claim("bound measure-and-prepare mine <= 1")
    return problem_of(read_protocol(system.document), claim).inputs


@settings(max_examples=150, deadline=None)
@given(listed())
def test_norms_and_weights_are_exactly_1_and_the_kernel_accepts(states):
    try:
        lines = ensemble(states)
    except InputError as error:
        assume("all its amplitudes are 0" not in str(error) and "add up to 0" not in str(error))
        raise
    total = ZERO
    for line, (_, given_ket) in zip(lines, states, strict=True):
        weight, scale, ket = read_back(line)
        total += weight
        norm = sum((part * part.conjugate() for part in ket), ZERO)
        assert scale * norm == ONE and scale.sign() == 1 and weight.sign() >= 0
        for text, number in zip(given_ket, ket, strict=True):
            if re.fullmatch("-?[0-9./]+", text):
                assert number == ({1: Fraction(text)} if Fraction(text) else {})
    assert total == ONE
    assert dimension_in_the_kernel(lines) == len(states[0][1])


@settings(max_examples=50, deadline=None)
@given(listed(), st.integers(1, 9))
def test_a_common_factor_of_the_weights_changes_nothing(states, factor):
    assume(all(re.fullmatch("[0-9/.]+", weight) for weight, _ in states))
    scaled = [(str(Fraction(weight) * factor), ket) for weight, ket in states]
    assert outcome(scaled) == outcome(states)


def outcome(states):
    """The lines, or why there are none."""
    try:
        return ensemble(states)
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("changed", ["1/2; 1; 1 0", "1; 1; 1 1", "1; 1/2; 1 0", "-1; 1; 1 0", "1; 1"])
def test_the_kernel_refuses_what_is_not_normalised(changed):
    assert dimension_in_the_kernel(ensemble([("1", ["1", "0"])])) == 2
    with pytest.raises(Refusal, match="bad-states"):
        dimension_in_the_kernel([changed])


def test_decimals_count_as_they_are_written():
    assert ensemble([("0.5", ["0.6", "0.8"]), ("5e-1", ["6e-1", "8e-1"])]) == ("1/2; 1; 3/5 4/5", "1/2; 1; 3/5 4/5")


def states_of(*ket):
    return [("1", list(ket))]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "1 to 64 states are needed; there are 0"),
        (states_of("1", "0") * 65, "1 to 64 states are needed; there are 65"),
        (states_of("1"), "2 to 16; they have 1"),
        (states_of(*["1"] * (MOST_LEVELS + 1)), "2 to 16; they have 17"),
        ([("1", ["1", "0"]), ("1", ["1", "0", "0"])], "they have 2, 3"),
        (states_of("0", "0"), "state 1: all its amplitudes are 0"),
        (states_of("sqrt(4)-2", "0"), "state 1: all its amplitudes are 0"),
        ([("0", ["1", "0"])], "the weights add up to 0"),
        ([("-1", ["1", "0"])], "weight 1: '-1' is negative"),
        ([("1-sqrt(2)", ["1", "0"])], "is negative or not real"),
        ([("i", ["1", "0"])], "is negative or not real"),
        (states_of("1 0", "0"), "state 1: cannot read '1 0'"),
        (states_of("", "1"), "state 1: cannot read ''"),
        (states_of("\u0661", "1"), "state 1: cannot read '\u0661'"),
        (states_of("1\n0", "1"), "state 1: cannot read '1?0'"),
        (states_of("NaN", "1"), "cannot read 'NaN'"),
        (states_of("1/0", "1"), "cannot read '1/0'"),
        (states_of("A0", "1"), "cannot read 'A0'"),
        (states_of("9" * 2000, "1"), "cannot read '999"),
        (states_of("9" * 300, "1"), "too long"),
        (states_of(0, 1), "0 is no exact number"),
        (states_of(0.6, 0.8), "0.6 is no exact number"),
        (states_of("sqrt(2)+sqrt(3)+sqrt(5)", "sqrt(7)"), "too many different square roots"),
        (states_of("+".join(f"sqrt({r})" for r in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)), "1"), "too many different"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(states, said):
    with pytest.raises(InputError) as refusal:
        ensemble(states, "here")
    assert said in str(refusal.value) and str(refusal.value).startswith("here") and "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["two", "x1", "my-states", "all-of-mine"])
def test_names_that_claims_can_say_are_kept(name):
    check_ensemble_name(name, "here")
    assert parse_claim(f"bound cloning {name} to 2 <= 1").quantity == f"cloning {name} to 2"


@pytest.mark.parametrize(
    "name", ["all", "all3", "all12", "bb84", "equator", "six-state", "from", "worst", "a b", "ä", ""]
)
def test_names_that_are_taken_or_cannot_be_said_are_refused(name):
    with pytest.raises(InputError, match=f"here: '{name}'"):
        check_ensemble_name(name, "here")
