"""Every theorem comes out, and every theorem's checker fails on what is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy

from noclone.models.errors import InputError
from noclone.proofs.theorems.book import BOOK, theorem
from noclone.proofs.theorems.theorem import Computed, Example, Line
from noclone.proofs.verdicts import Status

EVERY = pytest.mark.parametrize("name", list(BOOK))


def light(name):
    """A theorem whose lines compute nothing: for tests of everything but its proof."""
    found = BOOK[name]
    idle = tuple(replace(line, compute=lambda: Computed(sympy.S.One, sympy.S.One)) for line in found.proof)
    return replace(found, proof=idle)


def failures(broken):
    """The places that fail, with the reasons, of a theorem that must not be supported."""
    check = broken.check()
    assert check.status is Status.ERROR and check.verdict().status is Status.ERROR
    return {part.place: part.reason for part in check.failed}


@EVERY
def test_all_of_a_theorem_comes_out_and_is_supported_never_proved(name):
    check = BOOK[name].check()
    assert check.failed == () and check.status is Status.SUPPORTED
    verdict = check.verdict()
    assert verdict.status is Status.SUPPORTED and verdict.checked is None and verdict.method == "symbolic proof"
    kinds = [part.kind for part in check.parts]
    assert kinds.count("line") >= 5 and kinds.count("example") >= 1
    assert kinds.count("hypothesis") == len(BOOK[name].hypotheses) <= kinds.count("counterexample")


@EVERY
def test_a_hypothesis_that_never_holds_makes_the_examples_fail(name):
    found = light(name)
    for place, hypothesis in enumerate(found.hypotheses):
        broken = list(found.hypotheses)
        broken[place] = replace(hypothesis, holds=lambda _: False)
        reasons = failures(replace(found, hypotheses=tuple(broken)))
        assert f"it violates '{hypothesis.name}'" in reasons["example 1"]


@EVERY
def test_a_hypothesis_that_always_holds_makes_its_counterexample_fail(name):
    found = light(name)
    for place, hypothesis in enumerate(found.hypotheses):
        broken = list(found.hypotheses)
        broken[place] = replace(hypothesis, holds=lambda _: True)
        mine = [at for at, one in enumerate(found.counterexamples, 1) if one.without == hypothesis.name]
        reasons = failures(replace(found, hypotheses=tuple(broken)))
        assert {f"counterexample {at}" for at in mine} == set(reasons)
        assert all(f"it meets '{hypothesis.name}'" in reason for reason in reasons.values())


def wrong(computed):
    """The computed relation with its right side spoilt."""
    if computed.relation != "=":
        return Computed(computed.right - 1, computed.left, computed.relation)
    if isinstance(computed.right, sympy.MatrixBase):
        return Computed(computed.left, computed.right + sympy.ones(*computed.right.shape))
    if isinstance(computed.right, sympy.MatrixExpr):
        return Computed(computed.left, 2 * computed.right)
    return Computed(computed.left, computed.right + 1)


@EVERY
def test_every_line_fails_when_its_computation_does_not_come_out(name):
    found = BOOK[name]
    for place, line in enumerate(found.proof):
        spoilt = replace(line, compute=lambda line=line: wrong(line.compute()))
        others = light(name).proof
        lines = (*others[:place], spoilt, *others[place + 1 :])
        failed = [part.place for part in replace(found, proof=lines).prove() if not part.ok]
        assert failed == [f"line {place + 1}"]


@EVERY
def test_a_false_line_is_seen_by_the_check(name):
    line = BOOK[name].proof[0]
    false = replace(line, compute=lambda: Computed(sympy.S.One, sympy.S.Zero))
    broken = replace(BOOK[name], proof=(false, *BOOK[name].proof[1:]))
    assert failures(broken) == {"line 1": "not so: 1 = 0"}


@EVERY
def test_an_example_that_does_not_meet_the_hypotheses_is_refused(name):
    found = light(name)
    for counterexample in found.counterexamples:
        vacuous = replace(found, examples=(Example("none", counterexample.instance),))
        reason = failures(vacuous)["example 1"]
        assert reason == f"it violates '{counterexample.without}'; it violates the conclusion"


@EVERY
def test_a_counterexample_that_is_none_is_refused(name):
    found = light(name)
    for place, counterexample in enumerate(found.counterexamples):
        harmless = replace(counterexample, instance=found.examples[0].instance)
        changed = (*found.counterexamples[:place], harmless, *found.counterexamples[place + 1 :])
        reason = failures(replace(found, counterexamples=changed))[f"counterexample {place + 1}"]
        assert reason == f"it meets '{counterexample.without}'; it meets the conclusion"


@EVERY
def test_a_counterexample_that_violates_another_hypothesis_too_is_refused(name):
    found = light(name)
    if len(found.hypotheses) == 1:
        pytest.fail("the test needs two hypotheses")
    first, second = found.counterexamples[0], found.hypotheses[1]
    assert first.without != second.name
    broken = (found.hypotheses[0], replace(second, holds=lambda _: False), *found.hypotheses[2:])
    assert f"it violates '{second.name}' too" in failures(replace(found, hypotheses=broken))["counterexample 1"]


@EVERY
def test_a_conclusion_that_always_or_never_holds_is_noticed(name):
    found = light(name)
    always = replace(found, conclusion=replace(found.conclusion, holds=lambda _: True))
    assert {f"counterexample {at}" for at in range(1, len(found.counterexamples) + 1)} == set(failures(always))
    never = replace(found, conclusion=replace(found.conclusion, holds=lambda _: False))
    assert {f"example {at}" for at in range(1, len(found.examples) + 1)} == set(failures(never))


@EVERY
def test_an_idle_hypothesis_is_noticed(name):
    found = light(name)
    for place, hypothesis in enumerate(found.hypotheses, 1):
        without = replace(
            found, counterexamples=tuple(one for one in found.counterexamples if one.without != hypothesis.name)
        )
        told = failures(without)[f"hypothesis {place}"]
        assert told == f"there is no counterexample without '{hypothesis.name}'"
        unused = replace(
            found,
            proof=tuple(
                replace(line, uses=tuple(one for one in line.uses if one != hypothesis.name)) for line in found.proof
            ),
        )
        assert failures(unused)[f"hypothesis {place}"] == f"no line of the proof uses '{hypothesis.name}'"


def test_no_proof_and_no_example_are_failures():
    found = BOOK["no-cloning"]
    assert failures(replace(found, proof=()))["line 1"] == "there is no proof"
    assert failures(replace(found, examples=()))["example 1"] == "there is no example: the theorem may be vacuous"


def test_two_hypotheses_of_one_name_are_refused():
    found = BOOK["no-cloning"]
    doubled = replace(found, hypotheses=(*found.hypotheses, found.hypotheses[0]))
    assert failures(doubled)["hypothesis 1"] == "there are two named 'linear'"


@pytest.mark.parametrize(
    ("compute", "reason"),
    [
        (lambda: 1 // 0, "ZeroDivisionError"),
        (lambda: Computed(sympy.Float(0.5), sympy.Rational(1, 2)), "holds a float"),
        (lambda: Computed(sympy.Float(0.5), sympy.S.Zero, ">"), "holds a float"),
        (lambda: Computed(sympy.eye(2) * 0.5, sympy.eye(2) / 2), "holds a float"),
        (lambda: Computed(0.5, 0.5), "TypeError: 0.5 is no SymPy term"),
        (lambda: Computed(sympy.eye(2), sympy.eye(3)), "ValueError: matrices of shapes"),
        (lambda: Computed(sympy.S.One, sympy.S.One, "<"), "unknown relation '<'"),
        (lambda: Computed(sympy.Symbol("x", real=True), sympy.S.Zero, "≥"), "UndecidedError"),
        (lambda: Computed(sympy.S.Zero, sympy.S.Zero, ">"), "not so: 0 > 0"),
    ],
    ids=[
        "raises",
        "float",
        "float above",
        "float matrix",
        "python float",
        "shapes",
        "relation",
        "undecided",
        "not above",
    ],
)
def test_a_line_whose_computation_is_no_exact_answer_fails(compute, reason):
    part = replace(BOOK["no-cloning"], proof=(Line("a line", compute),)).prove()[0]
    assert not part.ok and reason in part.reason


def test_a_line_that_uses_an_unknown_hypothesis_fails():
    line = Line("a line", lambda: Computed(sympy.S.One, sympy.S.One), ("luck",))
    assert "luck" in replace(BOOK["no-cloning"], proof=(line,)).prove()[0].reason


def test_an_instance_that_cannot_be_evaluated_is_a_failure():
    found = BOOK["no-cloning"]
    broken = replace(found, examples=(Example("nothing", None),))
    assert failures(broken)["example 1"].startswith("AttributeError")
    nothing = replace(found.counterexamples[0], instance=None)
    assert "counterexample 1" in failures(replace(found, counterexamples=(nothing, *found.counterexamples[1:])))


def test_a_check_has_no_truth_value():
    with pytest.raises(TypeError, match=r"compare check\.status"):
        bool(BOOK["no-cloning"].check())


def test_the_book_has_its_theorems_by_name_and_asks_what_was_meant():
    assert len(BOOK) == 14 and all(found.name == name for name, found in BOOK.items())
    assert theorem("no-cloning") is BOOK["no-cloning"]
    with pytest.raises(InputError, match=r"unknown theorem 'no-clonning'.*Did you mean 'no-cloning'"):
        theorem("no-clonning")


@EVERY
def test_a_theorem_names_its_literature_and_what_was_executed(name):
    found = BOOK[name]
    assert (
        found.references
        and found.generality
        and all(any(letter.isdigit() for letter in one) for one in found.references)
    )
