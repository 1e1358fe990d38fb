"""The kernel accepts what provers write, and of what has been damaged only what is true all the same."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import strategies as st

from noclone import strategies
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel import rules
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.paulis import Paulis
from noclone.proofs.kernel.refusal import Refusal

from definitions import Definitions

SYSTEMS = st.one_of(
    strategies.systems(most_held=2, most_environment=1),
    strategies.systems(clifford=False, most_held=2, most_environment=1),
    strategies.systems(secrets=2, most_held=1, most_environment=0),
)


def replayed(evidence):
    return rules.check(read_protocol(evidence.protocol), evidence.certificate)


def is_true(evidence, text):
    """The claim's truth by definition, for all its letters."""
    claim, truth = parse_claim(text), Definitions(evidence.protocol)
    size = read_protocol(evidence.protocol).size
    return all(truth.truth(claim.at(letters)) for letters in claim.cases(size))


def evidence(**options):
    return SYSTEMS.flatmap(lambda system: strategies.certificates(system, **options))


def test_the_kernel_accepts_every_certificate_that_a_prover_writes_and_it_is_true(hold):
    seen = Counter()

    def law(given):
        checked = replayed(given)
        assert is_true(given, checked.claim) is (checked.status == "PROVED")
        seen[checked.status] += 1

    hold(law, evidence())
    assert min(seen["PROVED"], seen["REFUTED"]) > 50


def test_a_damaged_certificate_is_refused_unless_what_it_says_is_true_all_the_same(hold):
    refused = Counter()

    def law(given):
        try:
            replayed(given)
        except Refusal as refusal:
            refused[refusal.code] += 1
        accepted_only_if_true(given)

    tries = hold(law, evidence(damaged=True))
    assert tries / 2 < refused.total() < tries, "some damages leave a right certificate"
    assert len(refused) >= 6, refused


def accepted_only_if_true(given):
    try:
        checked = replayed(given)
    except Refusal:
        return
    assert is_true(given, checked.claim) is (checked.status == "PROVED")


def damaged(*words):
    targets = strategies.systems(most_held=2, most_environment=1)
    return targets.flatmap(lambda target: strategies.certificates(target, damaged=True, words=words))


def test_a_kernel_that_believes_the_conclusion_is_caught(caught):
    """The lie: documents are read, but nothing is replayed."""

    def lie(given):
        document = json.loads(given.certificate)
        assert is_true(given, document["claim"]) is (document["conclusion"] == "PROVED")

    (given,) = caught(lie, damaged("hides", "recovers").filter(lambda one: "claim" not in one.damages))
    assert set(given.damages) & {"conclusion", "gate"}


def test_a_kernel_that_takes_any_operator_for_an_attack_is_caught(caught, monkeypatch):
    monkeypatch.setattr(rules, "_contradicts", lambda *_: True)
    caught(accepted_only_if_true, damaged("hides", "recovers"), shrink=False)


def test_a_kernel_that_does_not_look_where_operators_act_is_caught(caught, monkeypatch):
    support = Paulis.support
    blind = lambda paulis, qubits, only_x=False: support(paulis, qubits, only_x=True) if only_x else 0  # noqa: E731
    monkeypatch.setattr(Paulis, "support", blind)
    caught(accepted_only_if_true, damaged("hides", "recovers"), shrink=False)
