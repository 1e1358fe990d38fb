"""Claims that imply others do: no set of verdicts contradicts what the definitions make unavoidable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st

from noclone import strategies
from noclone.proofs.claims import parse_claim
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status


@dataclass(frozen=True)
class Implication:
    """Where ``premise`` is true, ``conclusion`` has this truth. C is a coalition, D a part of it, R all parties' others."""

    premise: str
    conclusion: str
    truth: bool = True


IMPLICATIONS = [
    Implication("mixed C", "hides C"),
    Implication("mixed C", "mixed D"),
    Implication("hides C", "hides D"),
    Implication("hides C", "recovers C", truth=False),
    Implication("hides C", "leaks P from C", truth=False),
    Implication("recovers D", "recovers C"),
    Implication("recovers C", "hides R"),
    Implication("recovers C", "recovers R", truth=False),
    Implication("leaks P from C", "hides C", truth=False),
    Implication("leaks P from C", "recovers C", truth=False),
    Implication("leaks P from C", "recovers R", truth=False),
    Implication("leaks P from C", "leaks Q from C", truth=False),
    Implication("restores decrypt", "single-use decrypt"),
    Implication("restores decrypt", "recovers O after decrypt"),
    Implication("restores decrypt", "entanglement-fidelity decrypt >= 1"),
    Implication("restores decrypt", "fidelity decrypt >= 1"),
    Implication("entanglement-fidelity decrypt >= 1", "restores decrypt"),
    Implication("fidelity decrypt >= 1", "restores decrypt"),
    Implication("single-use decrypt", "restores decrypt"),
    Implication("single-use decrypt", "hides C after decrypt"),
    Implication("untouched C by second", "untouched D by second"),
    Implication("untouched C by second; hides C after first", "hides C"),
    Implication("untouched C by second; mixed C after first", "mixed C"),
    Implication("untouched C by second; recovers C after first", "recovers C"),
    Implication("untouched C by second; hides C", "hides C after first"),
    Implication("untouched R by second; recovers C", "recovers C after first"),
]
# the last: what acts on C and the environment alone may bring the secret to C, so it is kept among the lies
LIES = [
    Implication("hides C", "mixed C"),
    Implication("hides D", "hides C"),
    Implication("recovers C", "recovers D"),
    Implication("hides R", "recovers C"),
    Implication("leaks P from C", "leaks P from D"),
    Implication("restores decrypt", "hides O after decrypt"),
    Implication("entanglement-fidelity decrypt >= 1/4", "restores decrypt"),
    Implication("untouched D by second", "untouched C by second"),
    Implication("hides C after first", "hides C"),
    IMPLICATIONS.pop(),
]


@st.composite
def situations(draw):
    """A system, and what the letters of an implication stand for."""
    system = draw(strategies.systems(clifford=draw(st.sampled_from([True, True, False])), most_held=2))
    held = draw(strategies.coalitions(system, least=1))
    part = draw(st.lists(st.sampled_from(held), min_size=1, unique=True))
    others = [name for name in system.names[: system.held] if name not in held]
    letters = draw(st.permutations("ZXY"))
    return system, {"C": " ".join(held), "D": " ".join(part), "R": " ".join(others), "P": letters[0], "Q": letters[1]}


def is_true(prover, text, names):
    """Whether a claim is proved; it must be decided."""
    claim = parse_claim(" ".join(names.get(word, word) for word in text.split()))
    status = prover.verdict(claim).status
    assert status in (Status.PROVED, Status.REFUTED), (claim, status)
    return status is Status.PROVED


def obeys(prover, implication, names):
    """Whether the premises hold; if they do the conclusion must have the truth that it must have.

    Fidelities with T gates are known in floats only, which never say exactly 1: those are left out.
    """
    words = f"{implication.premise} {implication.conclusion}"
    if (not names["R"] and "R" in words.split()) or ("fidelity" in words and not prover.system.is_clifford):
        return False
    if not all(is_true(prover, text, names) for text in implication.premise.split("; ")):
        return False
    assert is_true(prover, implication.conclusion, names) is implication.truth, (implication, names)
    return True


def test_claims_that_imply_others_do(hold):
    met = Counter()

    def law(situation):
        system, names = situation
        prover = Prover(system)
        met.update(each for each in IMPLICATIONS if obeys(prover, each, names))

    hold(law, situations())
    rare = [each for each in IMPLICATIONS if not met[each]]
    assert not rare, "every premise is true of some examples"


@pytest.mark.parametrize("lie", LIES, ids=lambda one: f"{one.premise} => {one.conclusion}")
def test_what_does_not_follow_is_caught(caught, lie):
    def law(situation):
        system, names = situation
        obeys(Prover(system), lie, names)

    caught(law, situations(), shrink=False)
