"""The kernel's rule for every n: what it accepts is true at each n, and everything else is refused, quickly and as a Refusal."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
import time
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import numpy
import pytest
from uniform_samples import random_claims, random_family

from noclone.models.errors import InputError
from noclone.models.uniform_families import Recovered, UniformFamily, rotation
from noclone.proofs.claims import parse_claim
from noclone.proofs.every_coalition import access_table
from noclone.proofs.every_n import EveryN
from noclone.proofs.kernel import uniform
from noclone.proofs.kernel.refusal import REFUSED as CODES_OF_FAILURES
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.uniform import RULE, instance, read_family, replay, singled_out
from noclone.proofs.prover import Prover
from noclone.proofs.uniform_systems import system_of
from noclone.proofs.verdicts import Status
from noclone.protocols.uniform_variants import UNIFORM

from definitions import PAULIS, Definitions, matrix_of

STANDARD = UNIFORM["encrypted-cloning"]
TURNS = ("Z ZI", "X XI")


def family(*stages, parts=2, recoveries=(), **options):
    """A family of stages, each a list of rotations; recoveries are (name, rotations, output)."""
    return UniformFamily(
        "tried",
        tuple((f"stage_{at}", tuple(rotation(text, parts) for text in texts)) for at, texts in enumerate(stages)),
        recoveries=tuple(
            Recovered(name, tuple(rotation(text, parts) for text in texts), output)
            for name, texts, output in recoveries
        ),
        **options,
    )


MINUS = (("H", 0), ("S", 0), ("S", 0), ("CX", 0, 1), ("H", 1), ("S", 1), ("S", 1), ("H", 1))
"""A pair whose stabilizers are -XX and -ZZ."""
FAMILIES = {
    "standard": STANDARD,
    "minus": family(TURNS, gates=MINUS, recoveries=[("back", ["3 X XI", "3 Z ZI"], "A")]),
    "one part": family(["Z Z", "X X"], parts=1, pair=("S",), gates=(("H", 0),), recoveries=[("d", ["3 X X"], "A")]),
    "halves": family(["2 X XX", "Z ZI"], ["2 Y ZY"], recoveries=[("undo", ["2 X IX", "I XY ZZ", "2 Z IZ"], "N")]),
    "product": family(["Z ZX", "Y YI"], gates=(("H", 1), ("S", 1)), recoveries=[("r", ["3 Z IX", "X YX II"], "S")]),
    "nothing": family(recoveries=[("keep", [], "A"), ("swap", ["X XI II", "Y YI II", "Z ZI II"], "S")]),
}
CLAIMS = [
    *("hides S[i]", "mixed S[i]", "mixed S[*]", "hides S[i] S[j]", "recovers A S[*]", "hides A", "mixed A S[i]"),
    *("leaks Y from S[*]", "leaks X from A", "leaks Z from A S[i]", "mixed S[*-i]", "hides S[1]", "recovers S[*-i] A"),
]
TWO_PARTS = [
    *("hides S[i] N[*-i]", "recovers S[i] N[*]", "hides S[i] N[*-j]", "mixed N[*] S[i]", "recovers A S[i] N[i]"),
    *("hides S[0] N[3]", "leaks Z from N[*-i] N[i]", "mixed A S[i] N[j]", "recovers S[*] N[i]", "hides S N[j] A"),
]
OTHERS = {
    "standard": [
        *("restores decrypt[i]", "single-use decrypt_A", "restores decrypt_A", "untouched N[*] by encrypt"),
        *("untouched S[*] by decrypt[i]", "untouched S[j] by decrypt[i]", "mixed S[i] after decrypt[j]"),
        *("hides A N[*] after decrypt[i]", "hides N[i] after decrypt[i]", "untouched A by decrypt_A"),
        *("recovers S[i] after decrypt[i]", "restores decrypt[2]", "hides S[j] S[k] after decrypt[i]"),
    ],
    "minus": ["restores back", "untouched N[i] by back", "hides S[*] N[*] after back"],
    "one part": ["restores d", "untouched S[*] by d", "untouched A by d", "leaks X from S[*] after d"],
    "halves": ["restores undo[i]", "untouched A by undo[i]", "untouched S[j] by undo[i]", "untouched N[*] by stage_0"],
    "product": ["restores r[i]", "untouched N[i] by r[i]", "hides S[j] after r[i]", "recovers S[i] after r[i]"],
    "nothing": ["restores keep", "restores swap[i]", "untouched A by keep", "single-use swap[i]", "hides S N"],
}


@cache
def prover(data, n):
    """The ordinary prover, with the ordinary rules of the kernel, for a family's document at one n."""
    own = SimpleNamespace(name="tried", document=data, source=json.loads(data)["source"])
    return Prover(system_of(own, n))


@cache
def truth(data, text, n):
    """What the ordinary kernel says of a claim at one n; None if it says nothing there."""
    try:
        verdict = prover(data, n).verdict(parse_claim(text))
    except InputError:
        return None
    return None if verdict.reason.startswith("vacuous") else verdict.status.value


def numbers(domain, last):
    """The n up to last of "every n >= 2", "even n >= 2" or "odd n >= 1"."""
    name, least = re.fullmatch("(every|even|odd) n >= ([0-9]+)", domain).groups()
    return [n for n in range(int(least), last + 1) if name == "every" or n % 2 == (name == "odd")]


def is_true(data, checked, last):
    """Whether the ordinary kernel agrees at every n up to last."""
    claim, _, domain = checked.claim.rpartition(" for ")
    return all(truth(data, claim, n) == checked.status for n in numbers(domain, last))


@cache
def evidence():
    """Certificates for every n of all families, by family and claim."""
    found = []
    for name, own in FAMILIES.items():
        decide = EveryN(own)
        for text in [*CLAIMS, *(TWO_PARTS if len(own.pair) == 2 else ()), *OTHERS[name]]:
            found += [(own, text, part) for part in decide.pattern(parse_claim(text)).parts if part.is_infinite]
    return found


def certificate(own, claim, given, conclusion="PROVED", **parts):
    """A certificate for every n: cases are an n, or an n and its operators."""
    listed = [{"letters": {"n": n}, "operators": list(operators)} for n, *operators in given]
    content = {"format": "noclone certificate", "version": 1, "rule": RULE, "protocol": sha256(own).hexdigest()}
    return json.dumps(content | {"claim": claim, "conclusion": conclusion, "cases": listed} | parts).encode()


def changed(own=STANDARD, **parts):
    """The family's document with other parts."""
    return json.dumps(json.loads(own.document) | parts).encode()


# ---- what is accepted


def test_certificates_for_every_n_agree_with_the_ordinary_kernel_up_to_n_12():
    seen = Counter()
    for own, _, part in evidence():
        checked = replay(own.document, part.verdict.certificate)
        assert checked == part.verdict.checked
        costly = any(letter in checked.claim for letter in ("[j]", "[*-j]", "[i] by", "after"))
        assert is_true(own.document, checked, 8 if costly else 12), checked
        seen[checked.status] += 1
    assert min(seen["PROVED"], seen["REFUTED"]) >= 40, seen


def test_what_is_proved_for_every_n_is_true_by_definition_at_small_n():
    tried = 0
    for own, text, part in evidence():
        for n in [n for n in numbers(part.domain, 3) if len(own.pair) * n < 6]:
            protocol, claim = instance(read_family(own.document), n), parse_claim(text)
            definitions = Definitions(system_of(own, n).document)
            truths = [definitions.truth(claim.at(letters)) for letters in claim.cases(protocol.size)]
            assert all(truths) is (part.verdict.status is Status.PROVED), (own, text, n)
            tried += 1
    assert tried > 150


def dense(own, n, rotations, own_pair=-1):
    """exp(-i pi/4 k P) of each rotation, multiplied: written down from the definition, with numpy alone."""
    unitary = numpy.eye(2 ** (1 + len(own.pair) * n), dtype=complex)
    for each in rotations:
        operator = PAULIS[each.source]
        for at, pair in itertools.product(range(len(own.pair)), range(n)):
            operator = numpy.kron(operator, PAULIS[(each.own if pair == own_pair else each.others)[at]])
        angle = numpy.pi / 4 * each.quarters
        unitary = (numpy.cos(angle) * numpy.eye(len(unitary)) - 1j * numpy.sin(angle) * operator) @ unitary
    return unitary


@pytest.mark.parametrize("name", FAMILIES)
def test_an_instance_turns_as_its_rotations_say_whatever_their_letters(name):
    own = FAMILIES[name]
    for n in (1, 2):
        protocol, size = instance(read_family(own.document), n), 1 + len(own.pair) * n
        turned = [(protocol.stages[stage], dense(own, n, rotations)) for stage, rotations in own.stages]
        for one in own.recoveries:
            if one.output in own.pair:
                each = [(f"{one.name}[{pair}]", pair) for pair in range(n)]
                places = [1 + own.pair.index(one.output) * n + pair for pair in range(n)]
            else:
                each, places = [(one.name, -1)], [0]
            for (known, pair), place in zip(each, places, strict=True):
                gates, output = protocol.recoveries[known]
                turned.append((gates, dense(own, n, one.rotations, pair)))
                assert list(output) == [place]
        for gates, wanted in turned:
            found = matrix_of(gates, size)
            overlap = numpy.trace(found.conj().T @ wanted) / 2**size
            assert abs(abs(overlap) - 1) < 1e-9, "the same up to a phase"
        pairs = matrix_of(protocol.stages["prepare"], size)[:, 0]
        single = matrix_of([list(gate) for gate in own.gates], len(own.pair))[:, 0].reshape([2] * len(own.pair))
        both = single if n == 1 else numpy.tensordot(single, single, 0)
        order = [pair * len(own.pair) + part for part in range(len(own.pair)) for pair in range(n)]
        assert numpy.allclose(pairs, numpy.kron([1, 0], both.transpose(order).reshape(-1)))


# ---- damage


def turned_letter(draw, document, _):
    case = draw.choice(document["cases"])
    if case["operators"]:
        which = draw.randrange(len(case["operators"]))
        sign, factors = case["operators"][which][0], case["operators"][which][1:].split(" ")
        at = draw.randrange(len(factors))
        factors[at] = draw.choice("XYZ".replace(factors[at][0], "")) + factors[at][1:]
        case["operators"][which] = sign + " ".join(factors)


def other_qubit(draw, document, _):
    case = draw.choice(document["cases"])
    if case["operators"]:
        which = draw.randrange(len(case["operators"]))
        text = case["operators"][which]
        case["operators"][which] = re.sub(r"\[([0-9]+)\]", lambda one: f"[{draw.randrange(4)}]", text, count=1)


def dropped_factor(draw, document, _):
    case = draw.choice(document["cases"])
    if case["operators"]:
        which = draw.randrange(len(case["operators"]))
        factors = case["operators"][which][1:].split(" ")
        factors.pop(draw.randrange(len(factors)))
        case["operators"][which] = case["operators"][which][0] + (" ".join(factors) or "I")


def other_sign(draw, document, _):
    case = draw.choice(document["cases"])
    if case["operators"]:
        which = draw.randrange(len(case["operators"]))
        text = case["operators"][which]
        case["operators"][which] = ("-" if text[0] == "+" else "+") + text[1:]


def missing_case(draw, document, _):
    document["cases"].pop(draw.randrange(len(document["cases"])))


def repeated_case(draw, document, _):
    document["cases"].insert(draw.randrange(len(document["cases"]) + 1), dict(draw.choice(document["cases"])))


def overlapping_case(draw, document, _):
    last = document["cases"][-1]
    last["letters"] = {**last["letters"], "n": last["letters"].get("n", 0) + draw.randrange(1, 5)}
    document["cases"].append(draw.choice(document["cases"]))


def case_elsewhere(draw, document, _):
    case = draw.choice(document["cases"])
    case["letters"] = {**case["letters"], "n": draw.randrange(-1, 8)}


def other_order(draw, document, _):
    draw.shuffle(document["cases"])


def other_conclusion(_, document, __):
    document["conclusion"] = {"PROVED": "REFUTED", "REFUTED": "PROVED"}[document["conclusion"]]


def other_claim(draw, document, _):
    document["claim"] = draw.choice([*CLAIMS, *TWO_PARTS, *itertools.chain(*OTHERS.values())])


def other_rotation(draw, _, own):
    turns = draw.choice([turns for _, turns in own["stages"]] or [[]])
    if turns:
        turn, at = draw.choice(turns), draw.randrange(3)
        if at == 0:
            turn[0] = turn[0] % 3 + 1
        else:
            place = draw.randrange(len(turn[at]))
            turn[at] = turn[at][:place] + draw.choice("IXYZ") + turn[at][place + 1 :]


def other_recovery(draw, _, own):
    turns = draw.choice([turns for _, turns, _ in own["recoveries"]] or [[]])
    if turns:
        turn, at = draw.choice(turns), draw.randrange(1, 4)
        place = draw.randrange(len(turn[at]))
        turn[at] = turn[at][:place] + draw.choice("IXYZ") + turn[at][place + 1 :]


def other_preparation(draw, _, own):
    gate = ["CX", 0, 1] if len(own["pair"]) > 1 and draw.random() < 0.3 else [draw.choice("HS"), 0]
    own["gates"].insert(draw.randrange(len(own["gates"]) + 1), gate)


def other_output(draw, _, own):
    for recovery in own["recoveries"]:
        recovery[2] = draw.choice([own["source"], *own["pair"]])


OF_CLAIMS = [
    *(turned_letter, other_qubit, dropped_factor, other_sign, missing_case, repeated_case, overlapping_case),
    *(case_elsewhere, other_order, other_conclusion, other_claim),
]
OF_FAMILIES = [other_rotation, other_recovery, other_preparation, other_output]


def same(one, other):
    """Whether two documents say the same, the family's hash apart."""
    return json.loads(one) | {"protocol": ""} == json.loads(other) | {"protocol": ""}


def damaged(draw, own, part, damages):
    """A certificate and its family after these damages; the certificate names the family that it is about."""
    document, family_document = json.loads(part.verdict.certificate), json.loads(own.document)
    for damage in damages:
        if document["cases"]:
            damage(draw, document, family_document)
    data = json.dumps(family_document).encode()
    document["protocol"] = sha256(data).hexdigest()
    return data, json.dumps(document).encode()


def test_damaged_certificates_are_refused_or_true_all_the_same():
    draw, found = random.Random(6), evidence()
    outcomes, refused_for = (
        Counter(),
        {damage.__name__: 0 for damage in [*OF_CLAIMS, *OF_FAMILIES] if damage != other_order},
    )
    for _ in range(14_000):
        own, _, part = draw.choice(found)
        damages = draw.sample([*OF_CLAIMS, *OF_FAMILIES], draw.choice([1, 1, 2, 3]))
        family_data, data = damaged(draw, own, part, damages)
        if same(family_data, own.document) and same(data, part.verdict.certificate):
            outcomes["unchanged"] += 1
            continue
        try:
            checked = replay(family_data, data)
        except Refusal:
            outcomes["refused"] += 1
            if len(damages) == 1 and damages != [other_order]:  # cases may come in any order
                refused_for[damages[0].__name__] += 1
            continue
        outcomes["accepted"] += 1
        assert is_true(family_data, checked, 4), (family_data, data)
    assert outcomes["refused"] >= 10_000 and outcomes["accepted"] > 1_000, outcomes
    assert min(refused_for.values()) >= 5, refused_for


# ---- refusals, one by one

CELLS = UniformFamily("cells", (("e", (rotation("Z Z", 1),)),), pair=("S",), gates=(("H", 0),))
FIXED = family(["Z II"], recoveries=[("undo", ["3 Z II"], "A")])
HIDES = "hides S[*]"
EVEN = [(2, "-Z_A Y_N[0] Y_N[1]", "-Y_A X_N[0] X_N[1]")]


@cache
def table_of(own):
    """The certificate of who can read what."""
    return json.loads(access_table(own).verdict.certificate)


def with_cases(own, change):
    """The table's certificate with other cases."""
    return json.dumps(table_of(own) | {"cases": change(json.loads(json.dumps(table_of(own)["cases"])))}).encode()


def cell(at, **letters):
    """A change of the letters of one cell."""

    def change(cases):
        cases[at]["letters"] = {**cases[at]["letters"], **letters}
        return cases

    return change


def operators(claim, n):
    """What the ordinary prover shows a claim about the standard family with, at one n."""
    return json.loads(Prover(system_of(STANDARD, n)).verdict(parse_claim(claim)).certificate)["cases"][0]["operators"]


def of_standard(claim, *cases, **parts):
    """A certificate about the standard family, and the family."""
    return STANDARD.document, certificate(STANDARD.document, claim, cases, **parts)


def of_changed(*cases, claim=HIDES, **parts):
    """The standard family with other parts, and a certificate about it."""
    own = changed(**parts)
    return own, certificate(own, claim, cases or EVEN)


REFUSED = {
    "wrong-cases.none": of_standard(HIDES),
    "wrong-cases.a-gap": of_standard("restores decrypt[i]", (1,), (2,), (3,), (5,)),
    "wrong-cases.one-residue-mod-4": of_standard("untouched N[*] by encrypt", (2,)),
    "wrong-cases.no-pair-to-copy": of_standard("mixed N[*]", (1, *operators("mixed N[*]", 1))),
    "wrong-cases.overlapping": of_standard(HIDES, *EVEN, (4, *EVEN[0][1:])),
    "wrong-cases.repeated": of_standard(HIDES, *EVEN, *EVEN),
    "wrong-cases.other-letters": of_standard(HIDES, cases=[{"letters": {"n": 2, "i": 0}, "operators": []}]),
    "wrong-cases.no-n": of_standard(HIDES, cases=[{"letters": {}, "operators": list(EVEN[0][1:])}]),
    "wrong-cases.cell-missing": (CELLS.document, with_cases(CELLS, lambda cases: cases[1:])),
    "wrong-cases.cells-out-of-order": (CELLS.document, with_cases(CELLS, lambda cases: cases[1::-1] + cases[2:])),
    "wrong-cases.cell-repeated": (CELLS.document, with_cases(CELLS, lambda cases: cases[:1] * 2 + cases[2:])),
    "wrong-cases.cell-too-much": (CELLS.document, with_cases(CELLS, lambda cases: [*cases, cases[-1]])),
    "wrong-cases.learns-something-else": (CELLS.document, with_cases(CELLS, cell(3, learns=5))),
    "wrong-cases.learns-less-than-nothing": (CELLS.document, with_cases(CELLS, cell(3, learns=-1))),
    "wrong-cases.other-cell": (CELLS.document, with_cases(CELLS, cell(3, cell=8))),
    "wrong-cases.more-letters": (CELLS.document, with_cases(CELLS, cell(3, n=2))),
    "wrong-logical.learns-X": (CELLS.document, with_cases(CELLS, cell(0, learns=1))),
    "wrong-count.operators-that-the-kernel-makes": of_standard("restores decrypt_A", (2, "+X_A")),
    "wrong-count.one-operator": of_standard(HIDES, (2, EVEN[0][1])),
    "outside-support.on-the-coalition": of_standard(HIDES, (2, "+X_A X_S[0] X_N[0]", EVEN[0][2])),
    "represents-nothing.letter": of_standard(HIDES, (2, "-Z_A Y_N[0] X_N[1]", EVEN[0][2])),
    "wrong-logical.sign": of_standard(HIDES, (2, "+Z_A Y_N[0] Y_N[1]", EVEN[0][2])),
    "wrong-logical.swapped": of_standard(HIDES, (2, *EVEN[0][:0:-1])),
    "wrong-restriction.swapped": of_standard(
        "mixed N[*]", (2, *operators("mixed N[*]", 2)[:2], *operators("mixed N[*]", 2)[:1:-1])
    ),
    "wrong-conclusion.untouched": of_standard("untouched S[*] by encrypt", (1,)),
    "no-attack.other-side": of_standard(HIDES, (1, "-Y_A X_N"), conclusion="REFUTED"),
    "no-attack.restored": of_standard("restores decrypt[i]", (1,), conclusion="REFUTED"),
}
MALFORMED = {
    "other-protocol.another-family": (CELLS.document, of_standard(HIDES, *EVEN)[1]),
    "wrong-rule.bound": of_standard("hides S[i] within 1/2", *EVEN),
    "wrong-rule.fidelity": of_standard("fidelity decrypt_A >= 1/2", (2,)),
    "wrong-rule.equivalent": of_standard("equivalent other", (2,)),
    "wrong-type.a-rule-for-protocols": of_standard(HIDES, *EVEN, rule="pauli-witness"),
    "wrong-rule.table-refuted": (CELLS.document, json.dumps(table_of(CELLS) | {"conclusion": "REFUTED"}).encode()),
    "bad-claim.letter-and-number": of_standard("hides S[i] N[3]", *EVEN),
    "bad-claim.two-logical-letters": of_standard("leaks XX from S[*]", (2, "+X_A"), conclusion="REFUTED"),
    "bad-claim.letter-for-the-source": of_standard(
        "recovers A[i] S[i] N[i]", (2, "+X_A X_S[0] X_N[0]", "+Z_A Z_S[0] Z_N[0]")
    ),
    "bad-operator.unknown-qubit": of_standard(HIDES, (2, "+X_S[2]", "+Z_A")),
    "bad-operator.twice": of_standard(HIDES, (2, "+X_A X_A", "+Z_A")),
    "unknown-name.part": of_standard("hides Q[*]", *EVEN),
    "unknown-name.stage": of_standard("hides S[*] after lunch", *EVEN),
    "unknown-name.pair-that-is-not-there": of_standard("hides S[2]", *EVEN),
    "bad-name.output": of_changed(recoveries=[["fix", [], "Q"]]),
    "too-large.no-pair": of_standard(HIDES, (0, *EVEN[0][1:])),
    "too-large.pairs": of_standard(HIDES, (33, *EVEN[0][1:])),
    "too-large.pairs-after-a-right-case": of_standard("untouched N[*] by encrypt", (2,), (10**15,)),
    "too-large.rotations": of_changed(stages=[["e", [[1, "Z", "ZI"]] * 101]]),
    "too-large.gates-of-a-pair": of_changed(gates=[["H", 0]] * 101),
    "too-large.cells-of-4-parts": of_changed(pair=list("BCDE"), stages=[], recoveries=[], claim="access"),
    "too-large.cells-of-60-parts": of_changed(
        pair=[f"P{at}" for at in range(60)], stages=[], recoveries=[], claim="access"
    ),
    "bad-gate.letter": of_changed(stages=[["e", [[1, "Z", "ZQ"]]]]),
    "bad-gate.too-few-letters": of_changed(stages=[["e", [[1, "Z", "Z"]]]]),
    "bad-gate.too-many-letters": of_changed(stages=[["e", [[1, "Z", "ZII"]]]]),
    "bad-gate.two-for-the-source": of_changed(stages=[["e", [[1, "ZZ", "ZI"]]]]),
    "bad-gate.two-words-for-the-source": of_changed(stages=[["e", [[1, "Z ZI", "ZI"]]]]),
    "bad-gate.two-words-for-the-pairs": of_changed(stages=[["e", [[1, "Z", "ZI ZI"]]]]),
    "bad-gate.lines": of_changed(stages=[["e", [[1, "Z", "ZI\n"]]]]),
    "bad-gate.none-for-the-source": of_changed(stages=[["e", [[1, "", "ZI"]]]]),
    "bad-gate.recovery": of_changed(recoveries=[["d", [[1, "Z", "ZI", "I"]], "S"]]),
    **{f"bad-gate.quarters-{k}": of_changed(stages=[["e", [[k, "Z", "ZI"]]]]) for k in (0, 4, -1, 10**40)},
    "bad-gate.unknown": of_changed(gates=[["SWAP", 0, 1]]),
    "bad-gate.nothing": of_changed(gates=[[]]),
    "bad-gate.no-list": of_changed(gates=["H"]),
    "bad-qubit.beyond": of_changed(gates=[["H", 2]]),
    "bad-qubit.below": of_changed(gates=[["H", -1]]),
    "bad-qubit.twice": of_changed(gates=[["CX", 1, 1]]),
    "bad-qubit.text": of_changed(gates=[["H", "0"]]),
    "bad-register.twice": of_changed(pair=["S", "S"]),
    "bad-register.source-again": of_changed(pair=["S", "A"]),
    "bad-register.no-name": of_changed(source="A[0]", recoveries=[]),
    "bad-register.reserved": of_changed(pair=["S", "after"], recoveries=[]),
    "bad-name.prepare": of_changed(stages=[["prepare", []]]),
    "bad-name.register": of_changed(stages=[["S", []]]),
    "bad-name.twice": of_changed(stages=[["e", []], ["e", []]]),
    "bad-name.recovery-and-stage": of_changed(stages=[["decrypt_A", []]]),
    "bad-name.numbered-stage": of_changed(stages=[["e[0]", []]]),
    "bad-name.numbered-recovery": of_changed(recoveries=[["d[0]", [], "A"]]),
    "not-clifford.pair": of_changed(gates=[["T", 0]]),
    "wrong-type.quarters": of_changed(stages=[["e", [["1", "Z", "ZI"]]]]),
    "wrong-type.quarters-true": of_changed(stages=[["e", [[True, "Z", "ZI"]]]]),
    "wrong-type.quarters-half": of_changed(stages=[["e", [[1.0, "Z", "ZI"]]]]),
    "wrong-type.letters-as-a-list": of_changed(stages=[["e", [[1, "Z", ["Z", "I"]]]]]),
    "wrong-type.rotation-too-short": of_changed(stages=[["e", [[1, "Z"]]]]),
    "wrong-type.pair": of_changed(pair="SN"),
    "wrong-type.source": of_changed(source=None),
    "wrong-type.form": of_changed(format="noclone protocol"),
    "newer-format.version": of_changed(version=2),
    "unknown-key.family": of_changed(notes=""),
}


def spoilt(text, old, new):
    """Documents with another text in the family's."""
    own = text.replace(old, new).encode()
    return own, certificate(own, HIDES, EVEN)


TEXT = STANDARD.document.decode()
MALFORMED |= {
    "missing-key.pair": (own := json.dumps({k: v for k, v in json.loads(TEXT).items() if k != "pair"}).encode(), certificate(own, HIDES, EVEN)),
    "duplicate-key.source": spoilt(TEXT, '"source": "A"', '"source": "A", "source": "A"'),
    "not-json.cut": (TEXT[:-9].encode(), certificate(TEXT[:-9].encode(), HIDES, EVEN)),
    "not-json.bytes": (b"\xff\xfe", certificate(b"\xff\xfe", HIDES, EVEN)),
    "not-json.deep": spoilt(TEXT, '"source": "A"', '"source": ' + "[" * 100_000 + "]" * 100_000),
    "not-json.digits": spoilt(TEXT, '"version": 1', '"version": ' + "1" * 5_000),
    "wrong-type.nested": spoilt(TEXT, '"source": "A"', '"source": ' + "[" * 300 + "]" * 300),
}  # fmt: skip


@pytest.mark.parametrize("name", [*REFUSED, *MALFORMED])
def test_what_does_not_hold_or_cannot_be_judged_is_refused_with_its_code_and_soon(name):
    own, data = (REFUSED | MALFORMED)[name]
    start = time.process_time()
    with pytest.raises(Refusal) as refused:
        replay(own, data)
    assert time.process_time() - start < 2
    assert refused.value.code == name.partition(".")[0], refused.value
    assert refused.value.exit_status == (1 if name in REFUSED else 2) and len(str(refused.value)) < 1_000


def test_another_claim_than_the_caller_asks_for_is_refused():
    own, data = of_standard(HIDES, *EVEN)
    assert replay(own, data, parse_claim(HIDES)).claim == "hides S[*] for even n >= 2"
    with pytest.raises(Refusal, match="other-claim"):
        replay(own, data, parse_claim("hides N[*]"))


def test_every_code_that_the_rule_can_raise_has_a_case():
    source = Path(uniform.__file__).read_text()
    raised = set(re.findall(r'Refusal\(\s*"([a-z-]+)"', source)) | set(CODES_OF_FAILURES.split())
    assert raised - {"infeasible", "other-claim"} <= {name.partition(".")[0] for name in REFUSED | MALFORMED}


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_random_bytes_in_the_documents_are_refused_as_one_refusal(parts):
    draw = random.Random(parts)
    own, _, part = draw.choice(evidence())
    for _ in range(1_500):
        documents = [bytearray(own.document), bytearray(part.verdict.certificate)]
        for _ in range(draw.choice([1, 1, 2, 9])):
            target = draw.choice(documents)
            at = draw.randrange(len(target))
            target[at : at + draw.choice([0, 1, 2])] = bytes(
                draw.choices(b'0123456789[]{}",:-XYZISNA ', k=draw.randrange(3))
            )
        with contextlib.suppress(Refusal):
            checked = replay(bytes(documents[0]), bytes(documents[1]))
            assert is_true(bytes(documents[0]), checked, 5)


# ---- tables


def is_right(data, document):
    """Whether the ordinary kernel agrees with every cell of a table, at its smallest coalition and one twice two larger."""
    own = json.loads(data)
    kinds = [[part for at, part in enumerate(own["pair"]) if kind >> at & 1] for kind in range(2 ** len(own["pair"]))]
    cells = [cell for cell in itertools.product(range(2), *[range(3)] * len(kinds)) if any(cell[1:])]
    for case in document["cases"]:
        source, *counts = cells[case["letters"]["cell"]]
        for more in (0, 2):
            held = [own["source"]] * source
            pairs = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count + more * (count > 0))]
            held += [f"{part}[{at}]" if len(pairs) > 1 else part for at, kind in enumerate(pairs) for part in kind]
            learns = case["letters"]["learns"]
            claim = ["hides", "leaks X from", "leaks Y from", "leaks Z from", "recovers"][learns]
            if held and truth(data, " ".join([claim, *held]), len(pairs)) != "PROVED":
                return False
            if not held and learns:
                return False
    return True


def other_learning(draw, document, _):
    letters = draw.choice(document["cases"])["letters"]
    letters["learns"] = draw.choice([each for each in range(5) if each != letters["learns"]])


def two_cells_swapped(draw, document, _):
    one, other = draw.sample(document["cases"], 2)
    one["letters"], other["letters"] = other["letters"], one["letters"]


def other_cell(draw, document, _):
    letters = draw.choice(document["cases"])["letters"]
    letters[draw.choice(list(letters))] += draw.choice([-1, 1, 3])


def test_damaged_tables_are_refused_or_true_all_the_same():
    draw, outcomes = random.Random(7), Counter()
    tables = [(own, table_of(own)) for own in (CELLS, FAMILIES["one part"], STANDARD)]
    damages = [
        *(turned_letter, other_qubit, dropped_factor, other_sign, missing_case, repeated_case, other_order),
        *(other_rotation, other_preparation, other_learning, two_cells_swapped, other_cell),
    ]
    for _ in range(1_500):
        own, table = draw.choices(tables, weights=[10, 10, 1])[0]
        document, family_document = json.loads(json.dumps(table)), json.loads(own.document)
        for damage in draw.sample(damages, draw.choice([1, 1, 2])):
            damage(draw, document, family_document)
        data = json.dumps(family_document).encode()
        document["protocol"] = sha256(data).hexdigest()
        if document["cases"] == table["cases"] and family_document == json.loads(own.document):
            continue
        try:
            replay(data, json.dumps(document).encode())
        except Refusal:
            outcomes["refused"] += 1
            continue
        outcomes["accepted"] += 1
        assert is_right(data, document), (data, document)
    assert outcomes["refused"] > 1_000 and outcomes["accepted"] > 5, outcomes


def test_the_judge_of_tables_notices_a_wrong_one():
    wrong = json.loads(json.dumps(table_of(CELLS)))
    assert is_right(CELLS.document, wrong)
    other_learning(random.Random(1), wrong, None)
    assert not is_right(CELLS.document, wrong)


# ---- families made to mislead


def test_a_letter_never_stands_for_anything_but_a_pair():
    """Two stages, or two recoveries of the source, that share a name but for its number are not alike."""
    leaking = [["step[0]", [[1, "I", "ZI"]]], ["step[1]", [[1, "Z", "ZI"], [1, "X", "XI"]]]]
    own = changed(stages=leaking, recoveries=[])
    cases = [(1, "+X_A", "+Z_A"), (2, "+X_A", "+Z_A"), (3, "+X_A", "+Z_A")]
    with pytest.raises(Refusal, match="bad-name"):
        replay(own, certificate(own, "hides S[*] after step[i]", cases))
    fixing = [["fix[0]", [[3, "Z", "II", "II"]], "A"], ["fix[1]", [[2, "X", "II", "II"]], "A"]]
    own = changed(stages=[["encrypt", [[1, "Z", "II"]]]], recoveries=fixing)
    with pytest.raises(Refusal, match="bad-name"):
        replay(own, certificate(own, "restores fix[i]", [(n,) for n in range(1, 6)]))
    checked = replay(FIXED.document, certificate(FIXED.document, "restores undo", [(n,) for n in range(1, 5)]))
    assert checked.claim == "restores undo for every n >= 1" and is_true(FIXED.document, checked, 8)


def test_what_repeats_with_period_4_is_not_taken_for_period_2():
    own = family(
        ["Z ZI", "X XI"], recoveries=[("d", ["3 X IX", "3 Z IZ"], "A"), ("e", ["3 X IX", "3 Z IZ", "2 Z II"], "A")]
    )
    truths = {
        name: {n for n in range(1, 13) if truth(own.document, f"restores {name}", n) == "PROVED"} for name in "de"
    }
    for name, true_at in truths.items():
        for residues in itertools.chain.from_iterable(itertools.combinations(range(1, 5), k) for k in range(1, 5)):
            cases = [(n,) for n in sorted(residues)]
            try:
                checked = replay(own.document, certificate(own.document, f"restores {name}", cases))
            except Refusal:
                continue
            assert set(numbers(checked.claim.rpartition(" for ")[2], 12)) <= true_at


def test_families_of_no_parts_and_of_no_stages_say_nothing_false():
    empty = UniformFamily("empty", (), pair=(), gates=())
    checked = replay(empty.document, certificate(empty.document, "recovers A", [(n, "+X_A", "+Z_A") for n in (1, 2)]))
    assert checked.claim == "recovers A for every n >= 1"
    with pytest.raises(Refusal, match="no-attack"):
        replay(empty.document, certificate(empty.document, "recovers A", [(1, "+X_A")], "REFUTED"))
    with pytest.raises(Refusal, match="unknown-name"):
        replay(empty.document, certificate(empty.document, "hides S[*]", [(1, "+X_A", "+Z_A")]))


def shown(own, text, last):
    """At each n what the ordinary prover says of a claim, and with which operators of the claim's first case."""
    claim, verdicts, cases = parse_claim(text), {}, {}
    values, _ = singled_out(read_family(own.document), claim)
    for n in range(1, last + 1):
        if truth(own.document, text, n) is not None:
            verdict = prover(own.document, n).verdict(claim)
            listed = json.loads(verdict.certificate)["cases"] if verdict.certificate else []
            verdicts[n] = verdict.status.value
            first = next((case for case in listed if case["letters"] == values), None)
            cases |= {} if first is None else {n: first["operators"]}
    return verdicts, cases


def accepted(own, text, last=6):
    """What the kernel says for any one to four of the n up to last, as the adversary likes, with the truth at every n."""
    verdicts, cases = shown(own, text, last + 2)
    for conclusion in ("PROVED", "REFUTED"):
        chosen = [n for n in cases if verdicts[n] == conclusion and n <= last]
        for few in itertools.chain.from_iterable(itertools.combinations(chosen, k) for k in range(1, 5)):
            data = certificate(own.document, text, [(n, *cases[n]) for n in few], conclusion)
            with contextlib.suppress(Refusal):
                yield replay(own.document, data), verdicts


@pytest.mark.parametrize("seed", range(100, 112))
def test_no_choice_of_right_cases_makes_the_kernel_say_too_much(seed):
    draw, seen = random.Random(seed), 0
    own = random_family(draw)
    for text in random_claims(draw, own):
        last = 4 if "[j]" in text and "[i]" in text else 6
        for checked, verdicts in accepted(own, text, last):
            domain = numbers(checked.claim.rpartition(" for ")[2], last + 2)
            assert domain and all(verdicts.get(n) == checked.status for n in domain), checked
            seen += 1
    assert seen > 20


def test_a_kernel_that_took_too_large_a_step_would_be_noticed(monkeypatch):
    own = family(["2 I ZI", "Z ZI"], recoveries=[("d", ["Z II", "Z IY", "Z IX"], "A")])
    assert all(is_true(own.document, checked, 9) for checked, _ in accepted(own, "restores d"))
    monkeypatch.setitem(uniform._STEPS, "restores", 2)
    assert not all(is_true(own.document, checked, 9) for checked, _ in accepted(own, "restores d"))
