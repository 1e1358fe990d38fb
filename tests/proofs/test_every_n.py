"""Verdicts for every n: the same as at single n, for shipped, varied and random families; what fits no pattern is left open."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache

import pytest
from uniform_samples import random_claims, random_family

from noclone.api import system_for, verify_all
from noclone.models.errors import InputError
from noclone.models.system import Stage, System
from noclone.models.uniform_families import Recovered, UniformFamily, rotation
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_n import LOOKED_AT, EveryN, Part, Pattern
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.uniform import replay
from noclone.proofs.prover import Prover
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status, Verdict
from noclone.protocols.registry import FAMILIES
from noclone.protocols.uniform_variants import MORE_CLAIMS, UNIFORM, encryption

STANDARD = UNIFORM["encrypted-cloning"]


@cache
def decided(own):
    return EveryN(own)


def pattern(own, text):
    return decided(own).pattern(parse_claim(text))


def check(found, own):
    """The kernel accepts every certificate again and says the part's domain."""
    for part in found.parts:
        if part.is_infinite:
            checked = replay(own.document, part.verdict.certificate, parse_claim(found.claim))
            assert (checked.claim, checked.status) == (f"{found.claim} for {part.domain}", part.verdict.status.value)


# ---- the shipped families


@pytest.mark.parametrize("name", UNIFORM)
def test_a_shipped_familys_verdicts_for_every_n_are_those_of_the_built_in_protocol_up_to_9(name):
    stated = [*FAMILIES[name].build().claims, *MORE_CLAIMS[name]]
    patterns = {each.text: pattern(UNIFORM[name], each.text) for each in stated}
    for found in patterns.values():
        assert found.is_settled, found
        check(found, UNIFORM[name])
    compared = Counter()
    for n in range(1, 10):
        for outcome in verify_all([FAMILIES[name].build(n=n)]).outcomes:
            found = patterns[outcome.stated.text].at(n)
            vacuous = outcome.verdict.reason.startswith("vacuous")
            assert (found is None and vacuous) or found is outcome.verdict.status, (n, outcome.stated.text)
            compared[outcome.verdict.status] += 1
    assert min(compared[Status.PROVED], compared[Status.REFUTED]) > 20


@pytest.mark.parametrize("n", range(1, 10))
def test_the_uniform_family_is_the_built_in_protocol_decoders_too(n):
    protocol, uniform = FAMILIES["encrypted-cloning"].build(n=n), read_protocol(system_of(STANDARD, n).document)
    names = [f"decrypt[{pair}]" for pair in range(n)]
    for name in names:
        built_in = read_protocol(system_for(protocol, parse_claim(f"restores {name}")).document)
        order = {qubit: uniform.names.index(word) for qubit, word in enumerate(built_in.names)}
        assert built_in.registers.keys() >= {"A", "S", "N"} and order[0] == 0
        gates = [gate for stage in built_in.stages.values() for gate in stage]
        own = [gate for stage in uniform.stages.values() for gate in stage]
        one = moved(gates, order)
        assert same(n, one, own), "the same state for every input"
        assert same(n, [*one, *moved(built_in.recoveries[name][0], order)], [*own, *uniform.recoveries[name][0]]), name
        assert [order[qubit] for qubit in built_in.recoveries[name][1]] == uniform.recoveries[name][1]
    assert not same(n, own[:-1], own), "the comparison sees one gate"


@pytest.mark.parametrize(
    "text",
    ["restores decrypt_A", "single-use decrypt_A"]
    + [
        f"{word} after decrypt_A"
        for word in (
            "mixed N[*]",
            "mixed S[*] N[*]",
            "mixed S[i] N[i]",
            "mixed S[*]",
            "hides N[*] S[i]",
            "recovers A",
            "leaks Y from S[*]",
        )
    ],
)
def test_the_two_circuits_that_decode_a_for_even_n_do_the_same_as_far_as_claims_go(text):
    found = pattern(STANDARD, text)
    for n in (2, 4, 6, 8):
        built_in = verify_all([FAMILIES["encrypted-cloning"].build(n=n)], [text]).outcomes[0]
        assert found.at(n) is built_in.verdict.status, n


def moved(gates, order):
    return [(name, *(order[qubit] for qubit in qubits)) for name, *qubits in gates]


def same(n, one, other):
    """Whether two lists of gates on A, S and N make the same state of every input."""
    listed = [tuple(map(tuple, gates)) for gates in (one, other)]
    system = System((("A", 1), ("S", n), ("N", n)), (), "A", (Stage("e", listed[0]),), others=(Stage("o", listed[1]),))
    return Prover(system).verdict(parse_claim("equivalent o")).status is Status.PROVED


# ---- random families


@pytest.mark.parametrize("seed", range(44))
def test_random_families_verdicts_for_every_n_are_those_at_single_n(seed):
    draw = random.Random(seed)
    own, seen = random_family(draw), 0
    provers = {n: Prover(system_of(own, n)) for n in (*range(1, 8), 12, 13)}
    for text in random_claims(draw, own):
        found = pattern(own, text)
        check(found, own)
        costly = ("[i]" in text and "[j]" in text) or "after" in text
        for n, prover in provers.items():
            if (n > 5 and costly) or (n > 9 and "[" in text and draw.random() < 0.5):
                continue
            if (status := found.at(n)) is not None:
                assert prover.verdict(parse_claim(text)).status is status, (text, n)
                seen += 1
    assert seen > 30


# ---- patterns


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mixed S[i]", "PROVED for every n >= 2, REFUTED for n = 1"),
        ("hides S[*]", "PROVED iff n even"),
        ("leaks Y from S[*]", "PROVED iff n odd"),
        ("hides A S[*]", "REFUTED for every n"),
        ("hides S[i] N[*-j]", "PROVED for every n >= 2"),
        ("hides S[3]", "PROVED for every n >= 4"),
        ("restores decrypt[i]", "PROVED for every n"),
        ("single-use decrypt_A", "PROVED iff n even"),
        ("recovers S[i] N[*-j]", "REFUTED for every n >= 2"),
        ("hides S[i] S[j]", "PROVED for every n >= 2"),
        ("recovers S[i] N[i] after decrypt[i]", "PROVED for every n"),
        ("mixed S[j] after decrypt[i]", None),
    ],
)
def test_patterns_read_as_theorems(text, told):
    found = pattern(STANDARD, text)
    assert found.is_settled and (told is None or str(found) == told), str(found)
    check(found, STANDARD)


def period_4(rest):
    """A decoder on A that is right exactly for n = rest (mod 4), rest 0 or 2."""
    stages, turns = {0: (("2 I ZI", "Z ZI"), ("Z II", "Z IY", "Z IX")), 2: (("3 Y ZI",), ("3 Z IX", "Y IZ", "3 X IY"))}[
        rest
    ]
    return UniformFamily(
        "period 4",
        (("encrypt", tuple(rotation(text, 2) for text in stages)),),
        recoveries=(Recovered("d", tuple(rotation(text, 2) for text in turns), "A"),),
    )


@pytest.mark.parametrize("rest", [0, 2])
@pytest.mark.parametrize("word", ["restores", "single-use"])
def test_what_depends_on_n_mod_4_is_undecided_and_says_what_was_proved(rest, word):
    own = period_4(rest)
    found = pattern(own, f"{word} d")
    assert not found.is_settled and "no pattern by n even or odd" in found.unsettled and "n = 1 to 9" in found.unsettled
    assert "UNDECIDED otherwise" in str(found) and f"PROVED for n = {rest or 4}, {(rest or 4) + 4}" in str(found)
    for n in range(1, LOOKED_AT + 1):
        assert found.at(n) is (Status.PROVED if n % 4 == rest else Status.REFUTED)
    assert found.at(10) in (None, Status.PROVED if rest == 2 else Status.REFUTED)
    for n in (11, 13):
        assert found.at(n) in (None, Status.REFUTED)
    assert found.at(12) is None, "nothing is said of even n that were not looked at"
    check(found, own)
    assert all("even" not in part.domain and "every" not in part.domain for part in found.parts)
    singles = [part for part in found.parts if not part.is_infinite]
    assert singles and all(part.verdict.checked is not None for part in singles)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hides S[i] N[2]", "letters and numbers"),
        ("hides A[i]", "a letter stands for a pair"),
        ("recovers A[i] S[i] N[i]", "a letter stands for a pair"),
        ("hides A after encrypt[i]", "a letter stands for a pair"),
        ("restores decrypt_A[i]", "a letter stands for a pair"),
        ("restores lunch", "lunch"),
        ("hides Q", "unknown party 'Q'"),
        ("leaks XX from S[0]", "write one letter"),
        ("hides S[*] within 1/2", "for single n only"),
        ("fidelity decrypt_A >= 1/2", "for single n only"),
        ("bound cloning all to 1 <= 1", "for single n only"),
    ],
)
def test_claims_that_do_not_fit_are_one_clear_line(text, said):
    with pytest.raises(InputError, match=r".") as refused:
        pattern(STANDARD, text)
    assert said in str(refused.value) and "\n" not in str(refused.value) and "bug" not in str(refused.value)


def part(status, domain, numbers):
    claim = {Status.PROVED: "mixed A", Status.REFUTED: "hides A S[*]", Status.UNDECIDED: ""}[status]
    verdict = (
        pattern(STANDARD, claim).parts[0].verdict
        if claim
        else Verdict(status, "c", "n = 1", "none", reason="too large")
    )
    return Part(verdict, domain, frozenset(numbers), min(numbers))


def test_iff_is_said_only_where_everything_is_decided():
    whole = (part(Status.PROVED, "even n >= 2", {2, 4, 6, 8}), part(Status.REFUTED, "odd n >= 1", {1, 3, 5, 7, 9}))
    assert str(Pattern("c", whole, 1)) == "PROVED iff n even"
    assert (whole[0].covers(100), whole[0].covers(101), whole[1].covers(101)) == (True, False, True)
    open_one = (part(Status.PROVED, "even n >= 2", {2, 4, 6, 8}), part(Status.UNDECIDED, "n = 1", {1}))
    assert "iff" not in str(Pattern("c", open_one, 1)), "what is undecided is not refuted"


# ---- variants


@pytest.mark.parametrize(
    ("factors", "axis"),
    [(("X XI", "Z ZI"), "Y"), (("X XI", "Y YI"), "Z"), (("Y YI", "Z ZI"), "X"), (("Z ZI", "Y YI"), "X")],
)
def test_two_factors_of_any_axes_in_any_order_leak_the_third_for_odd_n(factors, axis):
    own = encryption(*factors)
    assert str(pattern(own, f"leaks {axis} from S[*]")) == "PROVED iff n odd"
    assert str(pattern(own, "hides S[*]")) == "PROVED iff n even"
    assert str(pattern(own, "recovers S[i] N[*]")) == "PROVED for every n"
    assert str(pattern(own, "mixed S[i]")) == "PROVED for every n >= 2, REFUTED for n = 1"


def test_z_alone_leaks_z_and_recovers_nothing():
    own = encryption("Z ZI")
    assert str(pattern(own, "leaks Z from A")) == "PROVED for every n"
    assert str(pattern(own, "recovers S[i] N[*]")) == "REFUTED for every n"


def test_three_and_four_factors():
    assert str(pattern(encryption("Z ZI", "X XI", "Z ZI", "X XI"), "recovers A")) == "PROVED iff n odd"
    assert str(pattern(encryption("X XI", "Y YI", "Z ZI"), "hides S[*]")).startswith("PROVED for every n >= 2") is False
    own = encryption("X XI", "Y YI", "Z ZI")
    for n in (3, 5, 7):
        assert pattern(own, "mixed S[i]").at(n) is pattern(own, "recovers S[i] N[*]").at(n) is Status.PROVED


def test_two_noise_qubits_for_each_clone():
    own = UniformFamily(
        "two noises",
        (("encrypt", (rotation("Z ZII", 3), rotation("X XII", 3))),),
        pair=("S", "N", "M"),
        gates=(("H", 0), ("CX", 0, 1), ("CX", 0, 2)),
    )
    assert str(pattern(own, "recovers S[i] N[*] M[*]")) == "PROVED for every n"
    assert pattern(own, "recovers S[i] N[*]").is_settled and pattern(own, "hides N[*] M[*]").is_settled


def test_certificates_are_small():
    for text in ("mixed S[i]", "restores decrypt[i]", "hides S[i] N[*-i]"):
        for each in pattern(STANDARD, text).parts:
            assert len(each.verdict.certificate) < 3_000 and json.loads(each.verdict.certificate)["rule"]
