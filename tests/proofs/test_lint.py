"""The lint for claims: each kind of warning is given where it is right, and not given to its near misses."""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from qiskit import QuantumCircuit, QuantumRegister

import noclone
from noclone import strategies
from noclone.__main__ import main
from noclone.api import verify_all
from noclone.models.errors import TooLargeError
from noclone.proofs import implications, lint
from noclone.proofs.claims import StatedClaim, parse_claim
from noclone.proofs.implications import Fact, Names, fact_of
from noclone.proofs.lint import ListedClaim, warnings_of
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import FAMILIES
from noclone.target import of_family

from definitions import Definitions


def stated(protocol, *claims):
    """The protocol with these claims: texts, or pairs of a text and what is expected."""
    pairs = [(claim, "PROVED") if isinstance(claim, str) else claim for claim in claims]
    return replace(protocol, claims=tuple(StatedClaim(text, expect) for text, expect in pairs))


def cloning(*claims, n=2):
    return stated(noclone.protocol("encrypted-cloning", n=n), *claims)


def warned(protocol):
    """The protocol's warnings as (claim, kind)."""
    return [(warning.claim, warning.kind) for warning in noclone.verify(protocol).warnings]


def messages(protocol):
    return [warning.message for warning in noclone.verify(protocol).warnings]


def idle():
    """A is sent to B in the second stage; the first acts on B and C only, a third on nothing; K[0], K[1] and L are not used."""
    registers = [QuantumRegister(size, name) for name, size in {"A": 1, "B": 1, "C": 1, "K": 2, "L": 1}.items()]
    a, b, c = (register[0] for register in registers[:3])
    first, second, third = (QuantumCircuit(*registers) for _ in range(3))
    first.h(c)
    first.cx(c, b)
    second.cx(a, b)
    stages = {"first": first, "second": second, "third": third}
    return noclone.Protocol.from_stages(stages, secret="A")


def copied():
    """A is copied to B; C is turned, and has nothing to do with either."""
    circuit = QuantumCircuit(*(QuantumRegister(1, name) for name in "ABC"))
    circuit.cx(0, 1)
    circuit.h(2)
    return noclone.Protocol.from_circuit(circuit, secret="A")


VACUOUS = [
    ("hides K[0]", "no gate of 'third' or before acts on K[0], which is still in |0⟩; name qubits that are used"),
    ("hides K[i] L", "acts on K[0] L, which is still in |0⟩"),
    ("mixed L", "acts on L, which is still in |0⟩"),
    ("recovers K[*]", "acts on K[*], which is still in |0⟩"),
    ("leaks Z from L", "acts on L, which is still in |0⟩"),
    ("hides L[*-i]", "its coalition is empty; name a qubit"),
    ("untouched A B by third", "'third' has no gates, so it touches nothing; name a stage that has some"),
    ("untouched L[*-i] by second", "its coalition is empty; name a qubit"),
    ("hides B C after first", "no gate of 'first' or before acts on the secret A, so nothing else knows of it; name a later moment"),
    ("hides B within 1", "no trace distance exceeds 1; write a smaller bound"),
    ("hides L[i] K[j] K[k] K[m]", "its letters must differ, and there are too few qubits for that; write fewer letters"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "why"), VACUOUS)
def test_a_claim_that_says_nothing_about_the_protocol_is_vacuous(claim, why):
    found = noclone.verify(stated(idle(), (claim, "SUPPORTED"))).warnings
    assert [(one.claim, one.kind) for one in found] == [(claim, "vacuous")]
    assert found[0].message.startswith("is vacuous: ") and why in found[0].message
    assert str(found[0]) == f"'{claim}' {found[0].message}" and "\n" not in str(found[0])


@pytest.mark.parametrize(
    "claim",
    [
        "hides C",  # used by the first stage only, but used
        "hides B K[0]",  # K[0] is idle, B is not
        "mixed C after first",
        "mixed B C after first",  # the secret is not touched yet, but what these hold depends on the gates
        "hides A after first",  # it holds the secret
        "recovers A after first",
        "untouched K[0] by second",  # that is what such claims are for
        "untouched A by first",
        "hides B within 99/100",
    ],
)
def test_near_misses_are_not_called_vacuous(claim):
    assert "vacuous" not in [kind for _, kind in warned(stated(idle(), (claim, "SUPPORTED")))]


def noisy(*claims, **strike):
    noises = {"storage": [noclone.Strike(**strike)]}
    return replace(cloning(*((claim, "SUPPORTED") for claim in claims)), noises=noises)


def test_a_bound_that_every_channel_meets_or_none_is_vacuous():
    weak, high = "fidelity decrypt[0] >= 1/3", "entanglement-fidelity decrypt[0] >= 1.01"
    found = messages(cloning(weak, "entanglement-fidelity decrypt[0] >= 0", (high, "REFUTED")))
    assert [message.partition(": ")[2] for message in found] == [
        "every channel has average fidelity 1/3; write a larger bound",
        "every channel has entanglement fidelity 0; write a larger bound",
        "no fidelity exceeds 1; write a smaller bound",
    ]
    assert warned(cloning("fidelity decrypt[0] >= 0.3334", "entanglement-fidelity decrypt[1] >= 0.0001")) == []


def test_a_noise_that_strikes_nowhere_is_vacuous():
    claim = "fidelity decrypt[i] >= 9/10 under storage"
    late = noisy(claim, channel="depolarizing(1/50)", after="decrypt[0]", on="S[0]")
    assert warned(late) == []  # it does strike in the case i = 0
    only = "fidelity decrypt[1] >= 9/10 under storage"
    late = noisy(only, channel="depolarizing(1/50)", after="decrypt[0]", on="S[0]")
    assert messages(late) == [
        "is vacuous: its noise 'storage' strikes nowhere up to 'decrypt[1]'; say where it strikes, or leave it out"
    ]
    idle_channel = noisy(claim, channel="depolarizing(0)", after="encrypt", on="S[*]")
    assert warned(idle_channel) == [(claim, "vacuous")]
    assert warned(noisy(claim, channel="depolarizing(1/50)", after="encrypt", on="S[*]")) == []
    early = "hides S[0] within 1/50 after prepare under storage"
    assert warned(noisy(early, channel="depolarizing(1/50)", after="encrypt", on="S[*]")) == [(early, "vacuous")]
    assert warned(noisy(early, channel="depolarizing(1/50)", after="prepare", on="S[*]")) == []


IMPLIED = [
    ("mixed S[i]", "hides S[0]"),
    ("mixed S[*]", "mixed S[1]"),
    ("hides S[*]", "hides S[i]"),
    ("hides S[0] S[1]", "hides S[1] S[0]"),
    ("hides S[0] S[1]", "hides S[*] after encrypt"),
    ("hides S[i] N[*-i]", "hides N[1] S[0]"),
    ("recovers S[i] N[*]", "recovers A S[i] N[*]"),
    ("recovers A S[*]", "hides N[*]"),
    ("single-use decrypt[i]", "restores decrypt[1]"),
    ("single-use decrypt[i]", "hides A S[j] N[*] after decrypt[i]"),
    ("restores decrypt[i]", "recovers S[i] after decrypt[i]"),
    ("restores decrypt[i]", "recovers S[i] N[*]"),
    ("restores decrypt[0]", "hides A S[1]"),
    ("restores decrypt[i]", "fidelity decrypt[0] >= 1"),
    ("entanglement-fidelity decrypt[0] >= 1/2", "fidelity decrypt[0] >= 2/3"),
    ("fidelity decrypt[0] >= 2/3", "entanglement-fidelity decrypt[0] >= 1/2"),
    ("untouched N[*] by encrypt", "untouched N[i] by encrypt"),
]


@pytest.mark.parametrize(("strong", "weak"), IMPLIED)
def test_a_claim_that_follows_from_another_is_implied(strong, weak):
    for claims in [(strong, weak), (weak, strong)]:
        found = [each for each in noclone.verify(cloning(*claims)).warnings if each.kind == "implied"]
        assert len(found) == 1, claims
        assert re.fullmatch(r"is implied by '.*'(, which says the same)?; it adds nothing", found[0].message)
        same = "says the same" in found[0].message
        assert found[0].claim == (claims[1] if same else weak)


@pytest.mark.parametrize(
    "claims",
    [
        ("hides S[0] N[0]", "mixed S[0] N[0]"),  # hides says less than mixed …
        ("hides S[0]", "hides S[*]"),  # … and of a part less than of the whole
        ("mixed S[0]", "hides S[0] after prepare"),
        ("recovers A S[*]", "recovers S[*] N[0]"),
        ("recovers A S[*]", "hides N[*] after prepare"),
        ("recovers S[0] N[*]", "hides A S[0]"),  # not disjoint
        ("restores decrypt[0]", "restores decrypt[1]"),
        ("restores decrypt[0]", "recovers S[0] N[0] N[1] after prepare"),
        ("restores decrypt[0]", "single-use decrypt[0]"),  # a theorem, but the point of claiming it
        ("fidelity decrypt[0] >= 2/3", "entanglement-fidelity decrypt[0] >= 51/100"),
        ("untouched N[0] by encrypt", "untouched N[1] by encrypt"),
        ("hides S[i] N[*-i]", "hides S[0] N[*]"),
    ],
)
def test_near_misses_are_not_called_implied(claims):
    assert (claims[1], "implied") not in warned(cloning(*claims))


def test_the_same_claim_twice_is_once_too_often():
    assert messages(cloning("hides  A", "hides A")) == ["is stated twice; once is enough"]


def test_bounds_imply_weaker_ones_under_the_same_noise_only():
    strike = {"channel": "depolarizing(1/50)", "after": "encrypt", "on": "S[*] N[*]"}
    high, low, bare = (f"fidelity decrypt[i] >= {x}" for x in ("0.95 under storage", "0.9 under storage", "0.9"))
    assert warned(noisy(high, low, **strike)) == [(low, "implied")]
    assert warned(noisy(high, bare, **strike)) == warned(noisy(bare, low, **strike)) == []
    assert warned(noisy("single-use decrypt[i]", low, **strike)) == []


def test_only_what_is_proved_and_meant_to_be_implies():
    assert warned(cloning(("hides S[*]", "REFUTED"), "hides S[0]", n=3)) == []
    assert warned(cloning("hides S[*]", "hides S[0]", n=3)) == []  # expected, but it is not so
    assert warned(cloning(("hides A S[*]", "REFUTED"), ("hides A S[*] N[0]", "REFUTED"))) == []
    assert warned(cloning(("hides S[*]", "PROVED iff n even"), ("hides S[i]", "PROVED"))) == [
        ("hides S[*]", "ambiguous")
    ]
    # … and one that is claimed for some n only implies none that is claimed for more
    assert warned(cloning(("hides S[*]", "PROVED for n = 2"), "hides S[0]")) == [("hides S[*]", "ambiguous")]
    said = warned(cloning("hides S[*]", ("hides S[0]", "PROVED for n = 2")))
    assert said == [("hides S[*]", "ambiguous"), ("hides S[0]", "implied")]
    assert warned(cloning("mixed S[*]", ("hides S[*]", "PROVED iff n even"))) == [
        (f"{word} S[*]", "ambiguous") for word in ("mixed", "hides")
    ]


def test_of_claims_that_imply_each_other_one_is_left():
    same = ["hides S[0] S[1]", "hides S[1] S[0]", "hides S[*]"]
    found = [each for each in noclone.verify(cloning(*same)).warnings if each.kind == "implied"]
    assert [each.claim for each in found] == same[1:]
    assert {each.message for each in found} == {f"is implied by '{same[0]}', which says the same; it adds nothing"}


def test_implied_for_some_parameters_only_is_not_implied():
    claims = ["recovers S[i] N[*]", "recovers S[*] N[i]"]  # the same at n = 1
    one, two = (cloning(*claims, n=n) for n in (1, 2))
    assert [each.kind for each in verify_all([one]).warnings] == ["implied"]
    assert verify_all([one, two]).warnings == ()


def test_who_holds_the_secrets_register_is_asked_where_it_matters():
    assert messages(cloning("hides S[0] N[1]")) == [
        (
            "says nothing about A: whoever also holds A recovers the secret; claim something of 'A S[0] N[1]' too, "
            "or, if nobody holds A, leave it out of the parties"
        )
    ]
    assert warned(cloning("mixed S[*]")) == [("mixed S[*]", "ambiguous")]
    assert "also holds A reads Y of the secret; claim" in messages(cloning("hides N[*]", n=3))[0]
    assert "recovers the secret (at i = 0, j = 1); claim" in messages(cloning("hides S[i] N[j]"))[0]


def test_near_misses_are_not_called_ambiguous():
    assert warned(cloning("hides S[0]")) == []  # with A it is hidden too
    assert warned(cloning("hides A")) == []
    assert warned(cloning("recovers S[0] N[*]", "restores decrypt[0]")) == [("recovers S[0] N[*]", "implied")]
    assert warned(cloning("hides S[*]", ("hides A S[*]", "REFUTED"))) == []  # somebody has thought of it
    assert warned(cloning("hides S[*]", "recovers A S[*]")) == []
    assert warned(cloning("hides S[*]", ("hides A S[*]", "REFUTED"), n=3)) == []  # it is refuted anyway
    environment = replace(cloning("hides S[*]"), parties=("S", "N"), recoveries={})
    assert warned(environment) == []  # nobody holds A
    assert warned(stated(copied(), "hides C")) == []  # what A tells it tells alone
    assert warned(stated(noclone.protocol("twisted-cloning", n=2), "hides S[*]")) == []  # not Clifford: not computed


def test_quoted_claims_are_checked_however_little_they_add():
    quoted = replace(
        cloning(), claims=tuple(StatedClaim(text, reference="them") for text in ["hides N[*]", "hides N[0]"])
    )
    assert warned(quoted) == []
    assert warned(cloning("hides N[*]", "hides N[0]")) == [("hides N[*]", "ambiguous"), ("hides N[0]", "implied")]


def test_built_in_families_get_few_warnings_and_each_is_right():
    found = {name: verify_all(of_family(family, {}).protocols).warning_lines() for name, family in FAMILIES.items()}
    assert {name: lines for name, lines in found.items() if lines} == {
        "swap-out": [
            "'recovers B' is implied by 'single-use keep'; it adds nothing",
            "'hides A' is implied by 'single-use keep'; it adds nothing",
        ]
    }


def test_what_is_too_large_gets_no_warning(monkeypatch):
    prover = Prover(cloning().system())
    claims = [ListedClaim(parse_claim(text), Status.PROVED) for text in ["hides S[i] N[j]", "hides S[0] N[1]"]]

    def found():
        return [(each.claim, each.kind) for each in warnings_of(claims, lambda _: prover)]

    assert found() == [("hides S[i] N[j]", "ambiguous"), ("hides S[0] N[1]", "implied")]
    for name, value, expected in [
        ("MOST_QUBITS", 4, []),
        ("MOST_GATES", 1, []),
        ("MOST_CASES", 1, [("hides S[0] N[1]", "ambiguous")]),
        ("MOST_COMPUTED", (4, 9), [("hides S[0] N[1]", "implied")]),
    ]:
        with monkeypatch.context() as smaller:
            smaller.setattr(lint, name, value)
            assert found() == expected, name

    def refusing(_claim):
        raise TooLargeError("too large")

    assert warnings_of(claims, refusing) == ()
    assert warned(cloning("hides N[*]", "hides N[0]", n=1_500)) == []


def every_claim(system):
    """Claims of every word about every coalition of up to four qubits at every moment, without letters or noise."""
    names = system.names[: system.held]
    coalitions = [" ".join(some) for size in range(1, min(len(names), 4) + 1) for some in combinations(names, size)]
    for held in coalitions:
        for moment in ("", " after first", " after decrypt"):
            yield from (f"{word} {held}{moment}" for word in ("hides", "mixed", "recovers", "leaks Z from"))
        yield from (f"untouched {held} by {part}" for part in ("first", "second"))
    yield from ("restores decrypt", "single-use decrypt")
    yield from (f"{kind} decrypt >= {x}" for kind in ("fidelity", "entanglement-fidelity") for x in ("1/4", "2/3", "1"))


@pytest.fixture(scope="module")
def judged():
    """Small systems with recoveries, and the truth of every claim about them by the definitions."""
    found = []
    code = noclone.protocol("five-qubit-code").system(["decode"])  # random systems seldom hold two qubits of noise
    stages = (replace(code.stages[0], name="first"), replace(code.stages[0], name="second", gates=()))

    @example(replace(code, stages=stages, recoveries=(replace(code.recoveries[0], name="decrypt"),)))
    @settings(max_examples=80, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategies.systems(most_held=2, most_environment=1, most_gates=16))
    def collect(system):
        definitions = Definitions(system.document)
        claims = list(map(parse_claim, every_claim(system)))
        found.append((system, {claim: definitions.truth(claim) for claim in claims}))

    collect()
    return found


def contradicted(judged):
    """Pairs of words whose claims are said to imply each other: how often rightly, and how often wrongly."""
    right, wrong = Counter(), Counter()
    for system, truths in judged:
        names = Names(system, {})
        facts = {claim: fact_of(claim, names) for claim in truths}
        for strong in (claim for claim, true in truths.items() if true):
            known = implications.consequences(facts[strong], names)
            for weak, true in truths.items():
                if weak is not strong and any(fact.covers(facts[weak]) for fact in known):
                    (right if true else wrong)[strong.word, weak.word] += 1
    return right, wrong


def test_what_is_said_to_be_implied_is_true_by_the_definitions(judged):
    right, wrong = contradicted(judged)
    assert not wrong
    assert set(right) >= {
        ("mixed", "hides"),
        ("mixed", "mixed"),
        ("hides", "hides"),
        ("recovers", "recovers"),
        ("recovers", "hides"),
        ("single-use", "restores"),
        ("single-use", "hides"),
        ("restores", "recovers"),
        ("restores", "hides"),
        ("restores", "fidelity"),
        ("fidelity", "entanglement-fidelity"),
        ("entanglement-fidelity", "fidelity"),
        ("untouched", "untouched"),
    }
    assert sum(right.values()) > 10_000


LIES = [
    ("hides", "what nobody knows is noise", lambda fact, _: replace(fact, word="mixed")),
    ("hides", "what a part does not know nobody knows", lambda fact, _: replace(fact, held=~0)),
    (
        "hides",
        "what these do not know the rest restores",
        lambda fact, names: Fact("recovers", rest_of(fact, names), fact.moment),
    ),
    ("mixed", "what is so at the end was so before", lambda fact, _: replace(fact, moment="first")),
    ("recovers", "who restores learns nothing", lambda fact, _: replace(fact, word="hides")),
    ("restores", "the output is all it takes", lambda fact, names: Fact("recovers", output_of(names), names.end)),
    ("restores", "nothing is left at all", lambda fact, _: Fact("hides", ~0, fact.moment)),
    ("entanglement-fidelity", "what is good is perfect", lambda fact, _: Fact("restores", moment=fact.moment)),
    ("entanglement-fidelity", "what is good is better", lambda fact, _: replace(fact, bound=2 * fact.bound)),
    ("untouched", "what misses these misses all", lambda fact, _: replace(fact, held=~0)),
]


def output_of(names):
    return names.mask(names.system.recoveries[0].output)


def rest_of(fact, names):
    return names.mask(range(names.system.held)) & ~fact.held


@pytest.mark.parametrize(("word", "lie"), [(word, lie) for word, _, lie in LIES], ids=[about for _, about, _ in LIES])
def test_what_does_not_follow_would_be_noticed(word, lie, judged, monkeypatch):
    honest = implications.consequences

    def lying(fact, names):
        return honest(fact, names) + ([lie(fact, names)] if fact.word == word else [])

    monkeypatch.setattr(implications, "consequences", lying)
    assert contradicted(judged)[1]


def alone(prover, claim):
    """The warning on a claim that is all of a list, and said to be PROVED; None if there is none."""
    found = warnings_of([ListedClaim(claim, Status.PROVED)], lambda _: prover)
    return found[0] if found else None


def test_what_is_vacuous_is_so_whatever_the_gates_do(judged):
    met = Counter()
    for system, truths in judged:
        prover = Prover(system)
        for claim, truth in truths.items():
            warning = alone(prover, claim)
            if warning is not None and warning.kind == "vacuous":
                assert truth is (claim.word not in ("mixed", "recovers", "leaks")), claim
                met[claim.word] += 1
    assert set(met) >= {"hides", "mixed", "recovers", "leaks", "untouched", "fidelity"}


def test_what_is_ambiguous_changes_with_the_secrets_register_and_nothing_else_does(judged):
    met = Counter()
    for system, truths in judged:
        if system.secret_qubits.stop > system.held:
            continue
        prover, names = Prover(system), Names(system, {})
        about = {
            (claim.word, fact.held, fact.moment): truth
            for claim, truth in truths.items()
            for fact in [fact_of(claim, names)]
        }
        for claim, truth in truths.items():
            if claim.word != "hides" or not truth or "A" in claim.coalition:
                continue
            fact, warning = fact_of(claim, names), alone(prover, claim)
            hides, recovers, without = (
                about[word, held, fact.moment]
                for word, held in [
                    ("hides", fact.held | names.secret),
                    ("recovers", fact.held | names.secret),
                    ("hides", names.secret),
                ]
            )
            kind = warning.kind if warning else "none"
            if kind == "ambiguous":
                assert not hides and recovers is ("recovers the secret" in warning.message), claim
            elif kind == "none":
                assert hides or not without, claim  # what A tells alone is left out of the count here
            met[kind, recovers] += 1
    assert met["ambiguous", True] and met["ambiguous", False] and met["none", False], met


def test_where_the_stronger_claim_is_proved_the_implied_one_is(judged, monkeypatch):
    monkeypatch.setattr(lint, "MOST_COMPUTED", (0, 0))
    chance, met = random.Random(11), Counter()
    for system, truths in judged:
        prover, true = Prover(system), [claim for claim, holds in truths.items() if holds]
        for _ in range(300):
            strong, weak = chance.choice(true), chance.choice(list(truths))
            listed = [
                ListedClaim(claim, Status.PROVED) for claim in (strong, weak)
            ]  # the weaker may be false, for all it is told
            found = [each for each in warnings_of(listed, lambda _, one=prover: one) if each.kind == "implied"]
            if weak is not strong and [each.claim for each in found] == [str(weak)]:
                assert str(strong) in found[0].message
                assert prover.verdict(strong).status is prover.verdict(weak).status is Status.PROVED, (strong, weak)
                met[weak.word] += 1
    assert sum(met.values()) > 100 and set(met) >= {"hides", "recovers", "fidelity", "untouched"}, met


def test_a_list_whose_warned_claims_are_taken_away_still_implies_them(judged):
    met = 0
    for system, truths in judged[:12]:
        names = Names(system, {})
        claims = [claim for claim, true in truths.items() if true]
        prover = Prover(system)
        found = warnings_of([ListedClaim(claim, Status.PROVED) for claim in claims], lambda _, one=prover: one)
        implied = {each.claim for each in found if each.kind == "implied"}
        kept = [claim for claim in claims if str(claim) not in implied]
        known = [fact for claim in kept for fact in implications.consequences(fact_of(claim, names), names)]
        for claim in claims:
            assert any(fact.covers(fact_of(claim, names)) for fact in known), claim
        met += len(implied)
    assert met > 100


@pytest.fixture
def run(monkeypatch, capsys):
    """Run noclone on these words; exit status and standard output."""

    def run_words(*words):
        monkeypatch.setattr(sys, "argv", ["noclone", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code or 0, capsys.readouterr().out

    return run_words


def claims_file(folder, *claims, n="2"):
    path = folder / "claims.toml"
    body = "".join(f'[[claims]]\nclaim = "{claim}"\nexpect = "{expect}"\n' for claim, expect in claims)
    path.write_text(f'[protocol]\nfamily = "encrypted-cloning"\nn = {n}\n{body}')
    return path


def test_verify_prints_warnings_and_exits_as_without_them(run, tmp_path):
    long = "hides S[0] N[1] after encrypt"
    for wrong, status in [([], 0), ([("hides A S[*]", "PROVED")], 1)]:
        path = claims_file(tmp_path, ("mixed S[i]", "PROVED"), ("hides S[0]", "PROVED"), (long, "PROVED"), *wrong)
        found, out = run("verify", path)
        assert found == status
        lines = [line for line in out.splitlines() if line.startswith("warning: ")]
        assert lines[0] == "warning: 'hides S[0]' is implied by 'mixed S[i]'; it adds nothing (n = 2)"
        assert lines[1].startswith(f"warning: '{long}' says nothing about A: ") and lines[1].endswith(" (n = 2)")
        assert len(lines) == 2 and out.splitlines()[-1] == lines[1]
        assert run("verify", path, "--quiet") == (status, "")
    status, out = run("verify", claims_file(tmp_path, ("mixed S[i]", "PROVED")))
    assert status == 0 and "warning:" not in out


def test_json_has_the_warnings_one_by_one(run, tmp_path):
    path = claims_file(
        tmp_path, ("hides A S[*]", "REFUTED"), ("mixed S[i]", "PROVED"), ("hides S[0]", "PROVED"), n='"2..3"'
    )
    status, out = run("verify", path, "--json", "-", "--jobs", "2")
    content = json.loads(out)
    assert (status, content["exit"]) == (0, 0)
    same = {"claim": "hides S[0]", "kind": "implied", "message": "is implied by 'mixed S[i]'; it adds nothing"}
    assert content["warnings"] == [same | {"scope": "n=2"}, same | {"scope": "n=3"}]
    assert {each["scope"] for each in content["claims"]} == {"n=2", "n=3"}
    assert json.loads(run("verify", "encrypted-cloning", "--n", "2", "--json", "-")[1])["warnings"] == []


def test_claims_that_are_asked_are_looked_at_too(run):
    words = ("verify", "five-qubit-code", "--claim", "mixed Q[0] Q[1]", "--claim", "hides Q[1] Q[0]")
    status, out = run(*words)
    assert status == 0 and "\nwarning: 'hides Q[1] Q[0]' is implied by 'mixed Q[0] Q[1]'; it adds nothing\n" in out
    status, out = run("verify", "encrypted-cloning", "--n", "1", "--claim", "hides S[i] N[*-j]")
    assert (
        status == 3 and "warning: 'hides S[i] N[*-j]' is vacuous: its letters must differ" in out
    )  # undecided: 3 as before


def test_a_notebook_shows_the_warnings():
    report = noclone.verify(cloning("hides N[*]"))
    assert "<p>warning: &#x27;hides N[*]&#x27; says nothing about A: " in report._repr_html_()
    assert report.warning_lines() == [f"{report.warnings[0]} (n = 2)"]
    assert replace(report, warnings=()).exit_status() == report.exit_status() == 0
