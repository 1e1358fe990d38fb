"""Statements that sound right and are false (false_claims.toml): no route may prove them, and by definition none is true."""

from __future__ import annotations

import json
import math
import random
import re
import sys
import tempfile
import tomllib
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

import pytest
from decisions import Decisions
from reached import guess, reached, recovery

import noclone
from noclone.__main__ import main
from noclone.api import system_for
from noclone.loading import load_target
from noclone.models.errors import InputError
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import RULES, check
from noclone.proofs.verdicts import Status

HERE = Path(__file__).parent
CORPUS = tomllib.loads((HERE / "false_claims.toml").read_text("utf-8"))
TARGETS, CLAIMS, BOUNDS = CORPUS["targets"], CORPUS["claims"], CORPUS["bounds"]
DECIDED = {word for words, *_ in RULES.values() for word in words.split()}
"""The words that some rule of the kernel decides."""
LARGEST = 18
"""Qubits up to which claims are decided by definition."""


def named(entry):
    return f"{entry.get('target', '')} {entry.get('quantity', '')} {entry['claim']}".strip()


def bound_entries():
    """Bounds as entries with whole claims, if the kernel has a rule for them; how far their search gets is not said here."""
    for entry in BOUNDS if "bound" in DECIDED else []:
        claims = {key: f"bound {entry['quantity']} {entry[key]}" for key in ("claim", "near")}
        yield {"target": "swap-out"} | entry | claims


every_entry = pytest.mark.parametrize("entry", [*CLAIMS, *bound_entries()], ids=named)


def as_toml(value):
    """A value as TOML, circuits by their full path."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    is_circuit = isinstance(value, str) and value.endswith(".qasm")
    return json.dumps(str(HERE / "circuits" / value) if is_circuit else value, ensure_ascii=False)


def write_claims_file(path, target, claims):
    """A claims file about a target; claims are (text, expectation) pairs."""
    stated = [{"claim": claim, "expect": expect} for claim, expect in claims]
    path.write_text(
        "".join(f"{key} = {as_toml(each)}\n" for key, each in (TARGETS[target] | {"claims": stated}).items())
    )
    return path


@cache
def protocol_of(target):
    """The target as noclone reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_claims_file(Path(folder) / f"{target}.toml", target, [("hides A", "PROVED")])
        return load_target(str(path)).protocols[0]


@cache
def verdict(target, claim, *, cross_check=False):
    return noclone.verify(protocol_of(target), claim, cross_check=cross_check)


def decisions(entry, key="claim"):
    """What decides a claim of an entry by definition, and the claim's cases."""
    claim = parse_claim(entry[key])
    system = system_for(protocol_of(entry["target"]), claim)
    sizes = dict(system.parties)
    counts = {stem: sum(part.startswith(f"{stem}[") for part in system.parts) for stem in ("decrypt", "round")}
    cases = claim.cases(lambda item: (sizes | counts)[item.partition("[")[0]])
    oracle = Decisions(system.document, TARGETS[entry["target"]].get("noises"))
    return oracle, [claim.at(letters) for letters in cases]


def truth(entry, key):
    """False if some case is false, True if all are true, None if that is not known."""
    oracle, cases = decisions(entry, key)
    assert cases, "the claim is vacuous"
    found = [oracle.truth(case) for case in cases]
    return False if False in found else None if None in found else True


@every_entry
def test_a_false_claim_gets_the_verdict_it_deserves_from_every_engine_and_its_neighbour_too(entry):
    right, near_right = {Status(entry.get("expect", "REFUTED"))}, {Status(entry.get("near_expect", "PROVED"))}
    assert not right & {Status.PROVED, Status.SUPPORTED}
    for cross_check in (False, True):
        found = verdict(entry["target"], entry["claim"], cross_check=cross_check)
        assert found.status in right, f"{found}; it is false: {entry['why']}"
    near = verdict(entry["target"], entry["near"], cross_check=True)
    assert near.status in near_right, near


@pytest.mark.parametrize("entry", [entry for entry in CLAIMS if "argument" not in entry], ids=named)
def test_the_claim_is_false_and_its_neighbour_true_by_definition(entry):
    assert truth(entry, "claim") is False
    assert truth(entry, "near") in ((True, None) if " within " in entry["near"] else (True,))


def damaged(operators, others, rng):
    """Operators with one thing changed: a sign, a letter, a factor, or which operators there are."""
    found = list(operators) or ["+I"]
    at = rng.randrange(len(found))
    factors = found[at][1:].split(" ")
    where = rng.randrange(len(factors))
    changed = {
        "sign": lambda: ("-" if found[at][0] == "+" else "+") + found[at][1:],
        "letter": lambda: (
            found[at][0] + " ".join([*factors[:where], rng.choice("XYZ") + factors[where][1:], *factors[where + 1 :]])
        ),
        "factor": lambda: found[at][0] + (" ".join(factors[:where] + factors[where + 1 :]) or "I"),
        "other": lambda: rng.choice(others or found),
    }
    how = rng.choice([*changed, "dropped", "doubled", "shuffled"])
    if how in changed:
        found[at] = changed[how]()
    elif how == "dropped":
        del found[at]
    elif how == "doubled":
        found.insert(at, found[at])
    else:
        rng.shuffle(found)
    return found


def operators_of(verdicts):
    """For each verdict that has a certificate, the operators of each of its cases."""
    certificates = [json.loads(each.certificate) for each in verdicts if each.certificate]
    return [[case["operators"] for case in certificate["cases"]] for certificate in certificates]


def forgeries(letters, known, rng, damages):
    """Cases of certificates: no operators, those of others, damaged ones; and too few or too many cases."""
    pool = [operator for cases in known for operators in cases for operator in operators]
    chosen = [[[]], *known]
    chosen += [[damaged(rng.choice(cases), pool, rng)] for cases in known for _ in range(damages)]
    for operators in chosen:
        yield [
            {"letters": each, "operators": own}
            for each, own in zip(letters, islice(cycle(operators), len(letters)), strict=True)
        ]
    yield []
    yield [{"letters": each, "operators": []} for each in letters[:-1]]
    yield [{"letters": letters[0], "operators": []}] * (len(letters) + 1)


def words_of_the_kernel(document, claim, known, seed):
    """Whatever the kernel says of a claim when it is handed forged certificates that conclude PROVED, by every rule."""
    protocol, rng = read_protocol(document), random.Random(seed)
    letters = list(claim.cases(protocol.size))
    said = []
    for rule in RULES:
        for cases in forgeries(letters, known, rng, damages=8 if len(protocol.names) < 100 else 1):
            content = {"format": "noclone certificate", "version": 1, "rule": rule, "conclusion": "PROVED"}
            content |= {"protocol": sha256(document).hexdigest(), "claim": str(claim), "cases": cases}
            try:
                said.append(check(protocol, json.dumps(content).encode(), claim).status)
            except Refusal:
                said.append("refused")
    return said


@every_entry
def test_the_kernel_refuses_every_forged_proof_of_it(entry):
    attack, near = verdict(entry["target"], entry["claim"]), verdict(entry["target"], entry["near"])
    claim = parse_claim(entry["claim"])
    document = system_for(protocol_of(entry["target"]), claim).document
    try:
        read_protocol(document)
    except Refusal:
        assert b'"P(' in document, "only gates that the kernel does not know keep it from reading a protocol"
        return
    known = operators_of([attack, near])
    said = words_of_the_kernel(document, claim, known, seed=named(entry))
    assert len(said) >= 4 * len(RULES) and set(said) == {"refused"}
    if attack.certificate:
        relabelled = attack.certificate.replace(b'"REFUTED"', b'"PROVED"')
        assert relabelled != attack.certificate
        with pytest.raises(Refusal):
            check(read_protocol(attack.protocol), relabelled, claim)
    if near.certificate:
        with pytest.raises(Refusal):
            check(read_protocol(near.protocol), near.certificate, claim)


def test_forged_certificates_of_true_claims_are_accepted_so_the_forger_can_write():
    for entry in CLAIMS[:40:4]:
        near = verdict(entry["target"], entry["near"])
        assert "PROVED" in words_of_the_kernel(near.protocol, parse_claim(entry["near"]), operators_of([near]), seed=1)


ABOUT_ACCESS = {"hides": "uninformative", "recovers": "authorized", "leaks": "partial"}
IN_TABLES = [
    entry
    for entry in CLAIMS
    if entry["claim"].split()[0] in ABOUT_ACCESS
    and not re.search(" (after|within) ", entry["claim"])
    and entry["target"] != "universal"  # its angles are no multiples of pi/4, and access wants those
    and "argument" not in entry
]


@pytest.mark.parametrize("entry", IN_TABLES, ids=named)
def test_the_access_structure_does_not_say_it_either(entry):
    access, (oracle, cases) = noclone.access(protocol_of(entry["target"])), decisions(entry)
    names = oracle.names()
    says = []
    for case in cases:
        found = access[" ".join(names[qubit] for qubit in oracle.qubits(case.coalition))]
        says.append(found.verdict == ABOUT_ACCESS[case.word] and (not case.pauli or found.leaks == (case.pauli,)))
    assert not all(says), "the access structure takes it for true"


def test_no_derivation_says_that_it_holds():
    derived = 0
    for entry in CLAIMS:
        try:
            derivation = noclone.derive(protocol_of(entry["target"]), entry["claim"])
        except InputError:
            continue  # a word, a gate or a size for which no derivation is written
        derived += 1
        assert derivation.holds is False, named(entry)
    assert derived >= 120


def run(monkeypatch, *words):
    """The exit status of noclone with these words."""
    monkeypatch.setattr(sys, "argv", ["noclone", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code or 0


@pytest.mark.parametrize("target", [name for name in TARGETS if "iterated" not in name and "100" not in name])
def test_a_claims_file_that_expects_it_proved_fails_and_one_that_expects_the_truth_passes(
    target, monkeypatch, tmp_path, capsys
):
    own = [entry for entry in CLAIMS if entry["target"] == target]
    wrong = write_claims_file(tmp_path / "wrong.toml", target, [(entry["claim"], "PROVED") for entry in own])
    right = [(entry["claim"], entry.get("expect", "REFUTED")) for entry in own]
    right += [(entry["near"], entry.get("near_expect", "PROVED")) for entry in own]
    expected = write_claims_file(tmp_path / "right.toml", target, dict(right).items())
    refuted = any("expect" not in entry for entry in own)
    assert run(monkeypatch, "verify", wrong, "--json", "-") == (1 if refuted else 3)
    verdicts = [claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert len(verdicts) == len(own) and set(verdicts) <= {"REFUTED", "UNDECIDED"}
    assert run(monkeypatch, "verify", expected, "--quiet") == 0


def in_floats(value):
    """A decimal, or a sum of fractions and multiples of square roots, as a float."""
    if "." in value:
        return float(value)
    total = 0.0
    for term in value.split("+"):
        factor, root, divisor = re.fullmatch(r"(?:(\d+(?:/\d+)?)\*?)?(sqrt\(\d+\))?(?:/(\d+))?", term).groups()
        total += float(Fraction(factor or 1)) * (math.sqrt(int(root[5:-1])) if root else 1) / int(divisor or 1)
    return total


@pytest.mark.parametrize("entry", BOUNDS, ids=named)
def test_a_false_bound_is_exceeded_by_an_explicit_channel_or_strategy(entry):
    value, (relation, bound) = in_floats(entry["value"]), entry["claim"].split(" ")
    kind, _, rest = entry["quantity"].partition(" ")
    if "target" in entry:
        held = rest.rpartition("from ")[2].removeprefix("by ")
        oracle, (claim,) = decisions(entry | {"claim": f"hides {held}"})
        operators = oracle.reduced(oracle.qubits(claim.coalition))
        found = guess(operators, rest[0]) if kind == "guess" else recovery(operators)
    else:
        found = reached(entry["quantity"])
    assert abs(found - value) < 1e-6, "the value is reached"
    excess = {"<=": value - in_floats(bound), ">=": in_floats(bound) - value, "=": abs(value - in_floats(bound))}
    assert excess[relation] > (1e-13 if "argument" in entry else 1e-6)
    assert "argument" in entry or (relation == "<=" and found > in_floats(bound) + 1e-6)
    near, slack = entry["near"].split(" ")[0], in_floats(entry["near"].split(" ")[1]) - value
    assert {"<=": slack > -1e-12, ">=": slack < 1e-12, "=": abs(slack) < 1e-12}[near]


def test_the_corpus_is_large_varied_and_complete():
    assert len(CLAIMS) >= 200 and len(BOUNDS) >= 25
    words = {entry["claim"].split()[0] for entry in CLAIMS}
    assert words == {
        "hides",
        "mixed",
        "recovers",
        "leaks",
        "restores",
        "single-use",
        "untouched",
        "equivalent",
        "fidelity",
        "entanglement-fidelity",
    }
    assert {entry["target"] for entry in CLAIMS} == set(TARGETS)
    assert len({named(entry) for entry in CLAIMS}) == len(CLAIMS)
    assert {path.name for path in (HERE / "circuits").iterdir()} == set(
        re.findall(r"[\w-]+\.qasm", json.dumps(TARGETS))
    )
    for entry in CLAIMS:
        assert entry.keys() <= {
            "target",
            "claim",
            "near",
            "why",
            "source",
            "expect",
            "near_expect",
            "undecided",
            "argument",
        }
        assert entry["why"].endswith((".", ")")) and entry["source"] and entry["near"] != entry["claim"]
        assert ("expect" in entry) == ("undecided" in entry)
        exempt = len(system_for(protocol_of(entry["target"]), parse_claim(entry["claim"])).names) > LARGEST
        assert not exempt or "argument" in entry
