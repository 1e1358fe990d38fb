"""Verdicts against definitions, on protocols with stages, recoveries and an environment; and damaged certificates."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import noclone
from noclone.models.errors import InputError
from noclone.models.system import RecoveryGates, Stage, System
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.refusal import Refusal
from noclone.proofs.kernel.rules import check
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Record, Status, Verdict

from definitions import Definitions


def random_gates(chance, qubits, most):
    """Random H, S and CX gates on the given qubits."""
    gates = []
    for _ in range(chance.randint(0, most)):
        name = chance.choice(["H", "S", "CX"]) if len(qubits) > 1 else chance.choice(["H", "S"])
        gates.append((name, *chance.sample(qubits, 2 if name == "CX" else 1)))
    return tuple(gates)


def random_system(seed):
    """Two stages and two recoveries, the second being the inverse of the encoding where all is held."""
    chance = random.Random(seed)
    secrets = chance.choice([1, 1, 2])
    held, unheld = chance.randint(1, 3), chance.randint(0, 2)
    secret_held = chance.random() < 0.8
    parties = [("A", secrets)] * secret_held + [("B", held)]
    environment = [("A", secrets)] * (not secret_held) + ([("E", unheld)] if unheld else [])
    size = secrets + held + unheld
    stages = tuple(Stage(name, random_gates(chance, range(size), 10)) for name in ("first", "second"))
    own = secrets * secret_held + held
    recoveries = []
    if own >= secrets:
        recoveries.append(
            RecoveryGates("try[0]", random_gates(chance, range(own), 6), tuple(chance.sample(range(own), secrets)))
        )
        if not environment:
            undo = tuple(
                gate
                for stage in reversed(stages)
                for gate in reversed(stage.gates)
                for _ in range(3 if gate[0] == "S" else 1)
            )
            recoveries.append(RecoveryGates("try[1]", undo, tuple(range(secrets))))
    return System(tuple(parties), tuple(environment), "A", stages, tuple(recoveries))


def random_claims(chance, system):
    """Texts of claims of every word about a system."""
    names = system.names[: system.held]
    moments = ["", "", " after first", *(f" after {recovery.name}" for recovery in system.recoveries)]
    for _ in range(10):
        held = " ".join(chance.sample(names, chance.randint(1, len(names))))
        pauli = "".join(chance.choices("IXYZ", k=len(system.secret_qubits)))
        moment = chance.choice(moments)
        yield chance.choice([f"hides {held}{moment}", f"mixed {held}{moment}", f"recovers {held}{moment}"])
        if set(pauli) != {"I"}:
            yield f"leaks {pauli} from {held}{moment}"
        yield f"untouched {held} by {chance.choice(['first', 'second', *(recovery.name for recovery in system.recoveries)])}"
    for recovery in system.recoveries:
        yield f"restores {recovery.name}"
        yield f"single-use {recovery.name}"


@pytest.mark.parametrize("seed", range(150))
def test_every_verdict_is_the_truth_by_definition(seed):
    system = random_system(seed)
    prover, definitions = Prover(system), Definitions(system.document)
    for text in random_claims(random.Random(seed), system):
        claim = parse_claim(text)
        verdict = prover.verdict(claim)
        assert verdict.status is (Status.PROVED if definitions.truth(claim) else Status.REFUTED), text


def proposals():
    """Documents of verdicts of every kind, to be damaged."""
    for name, parameters, texts in (
        (
            "encrypted-cloning",
            {"n": 2},
            [
                "mixed S[i]",
                "recovers S[i] N[*]",
                "hides A S[*]",
                "single-use decrypt[i]",
                "hides A N[*] S[j] after decrypt[i]",
            ],
        ),
        ("encrypted-cloning", {"n": 1}, ["mixed S[0]", "leaks Y from S[0]", "recovers A S"]),
        (
            "one-time-pad",
            {"qubits": 1},
            ["leaks Z from A K[0]", "mixed A", "restores decrypt", "untouched K by encrypt"],
        ),
        ("swap-out", {}, ["mixed A", "hides A", "untouched A by swap"]),
    ):
        protocol = noclone.protocol(name, **parameters)
        for text in texts:
            claim = parse_claim(text)
            verdict = Prover(protocol.system(protocol.recoveries_of(claim))).verdict(claim)
            yield verdict.protocol, verdict.certificate


PROPOSALS = list(proposals())
LETTERS = "IXYZ"


def damage_operator(draw, text, names):
    """Change one operator: its sign, a letter, a qubit, or one factor more or less."""
    factors = text[1:].split(" ") if text[1:] != "I" else []
    what = draw(st.sampled_from(["sign", "letter", "qubit", "drop", "add"]))
    if what == "sign" or (what != "add" and not factors):
        return ("-" if text[0] == "+" else "+") + text[1:]
    at = draw(st.integers(0, max(len(factors) - 1, 0)))
    if what == "letter":
        factors[at] = draw(st.sampled_from("XYZ")) + factors[at][1:]
    elif what == "qubit":
        factors[at] = factors[at][:2] + draw(st.sampled_from(names))
    elif what == "drop":
        del factors[at]
    else:
        factors.append(f"{draw(st.sampled_from('XYZ'))}_{draw(st.sampled_from(names))}")
    return text[0] + (" ".join(factors) or "I")


def damage_gates(draw, gates, qubits):
    """Drop, double, swap, rename or move a gate."""
    at = draw(st.integers(0, len(gates) - 1)) if gates else 0
    what = draw(st.sampled_from(["drop", "double", "swap", "rename", "move"])) if gates else "add"
    if what == "drop":
        del gates[at]
    elif what == "double":
        gates.insert(at, list(gates[at]))
    elif what == "swap" and at + 1 < len(gates):
        gates[at], gates[at + 1] = gates[at + 1], gates[at]
    elif what == "rename" and len(gates[at]) == 2:
        gates[at][0] = "S" if gates[at][0] == "H" else "H"
    elif what == "add":
        gates.append(["H", draw(st.integers(0, qubits - 1))])
    else:
        gates[at][-1] = draw(st.integers(0, qubits - 1))


def damaged(draw):
    """A proposal with one to three damages to its certificate or its protocol, bound together again by hash or not."""
    protocol, certificate = (json.loads(data) for data in draw(st.sampled_from(PROPOSALS)))
    names = [
        f"{name}[{at}]" if size > 1 else name
        for name, size in protocol["parties"] + protocol["environment"]
        for at in range(size)
    ]
    for _ in range(draw(st.integers(1, 3))):
        what = draw(st.sampled_from(["operator", "operator", "gate", "gate", "conclusion", "claim", "case", "hash"]))
        case = draw(st.sampled_from(certificate["cases"])) if certificate["cases"] else None
        if what == "operator" and case and case["operators"]:
            at = draw(st.integers(0, len(case["operators"]) - 1))
            case["operators"][at] = damage_operator(draw, case["operators"][at], names)
        elif what == "gate":
            lists = [gates for _, gates in protocol["stages"]] + [gates for _, gates, _ in protocol["recoveries"]]
            damage_gates(draw, draw(st.sampled_from(lists)), len(names))
        elif what == "conclusion":
            certificate["conclusion"] = "REFUTED" if certificate["conclusion"] == "PROVED" else "PROVED"
        elif what == "claim":
            words = certificate["claim"].split()
            at = draw(st.integers(0, len(words) - 1))
            words[at] = draw(st.sampled_from([*names, "hides", "mixed", "recovers", "X", "S[i]", "S[*]"]))
            certificate["claim"] = " ".join(words)
        elif what == "case" and case:
            certificate["cases"].remove(case) if draw(st.booleans()) else certificate["cases"].append(case)
        elif what == "hash":
            certificate["protocol"] = certificate["protocol"][::-1]
    return protocol, certificate


def test_no_damaged_certificate_is_accepted_for_a_false_claim_in_10000_tries():
    tries, accepted = [], []

    @settings(
        max_examples=10_000, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def attempt(data):
        protocol, certificate = damaged(data.draw)
        document = json.dumps(protocol).encode()
        if data.draw(st.integers(0, 9)):
            certificate["protocol"] = sha256(document).hexdigest()
        tries.append(1)
        try:
            read = read_protocol(document)
            checked = check(read, json.dumps(certificate).encode())
        except Refusal:
            return
        accepted.append(1)
        claim, definitions = parse_claim(checked.claim), Definitions(document)
        truths = [definitions.truth(claim.at(letters)) for letters in claim.cases(read.size)]
        assert all(truths) is (checked.status == "PROVED"), (checked, certificate)

    attempt()
    assert len(tries) >= 10_000 and 0 < len(accepted) < len(tries) / 2


def test_claims_that_the_kernel_decides_alone_may_leave_one_qubit_out():
    system = System((("A", 1), ("S", 2)), (), "A", (Stage("e", (("H", 0),)), Stage("f", (("H", 2),))))
    prover = Prover(system)
    assert prover.verdict(parse_claim("untouched S[*-i] by e")).status is Status.PROVED
    assert prover.verdict(parse_claim("untouched S[*-i] by f")).status is Status.REFUTED


def test_a_claim_with_too_many_cases_is_undecided_and_says_so():
    verdict = noclone.verify(noclone.protocol("encrypted-cloning", n=400), "hides S[i] N[*-j]")
    assert verdict.status is Status.UNDECIDED and "160000; at most 100000" in verdict.reason


def test_a_letter_in_a_moments_name_covers_stages_and_recoveries_and_allows_no_gap():
    move = (("CX", 0, 1), ("CX", 1, 0), ("CX", 0, 1))
    system = System((("A", 1), ("S", 1)), (), "A", (Stage("d[0]", ()),), (RecoveryGates("d[1]", move, (1,)),))
    assert Prover(system).verdict(parse_claim("hides S after d[i]")).status is Status.REFUTED
    gap = System((("A", 1), ("S", 1)), (), "A", (Stage("d[0]", ()),), (RecoveryGates("d[2]", move, (1,)),))
    with pytest.raises(InputError, match="without a gap"):
        Prover(gap).verdict(parse_claim("hides S after d[i]"))


def test_proved_needs_the_kernels_word_for_this_very_claim():
    fields = {"scope": "n=2", "method": "hope"}
    with pytest.raises(ValueError, match="needs the kernel's word"):
        Verdict(Status.PROVED, "hides S[0]", **fields)
    found = noclone.verify(noclone.protocol("encrypted-cloning", n=2), "hides S[0]")
    with pytest.raises(ValueError, match="needs the kernel's word"):
        Verdict(Status.PROVED, "hides S[1]", checked=found.checked, **fields)
    with pytest.raises(ValueError, match="needs the kernel's word"):
        Verdict(Status.REFUTED, "hides S[0]", checked=found.checked, **fields)
    with pytest.raises(TypeError, match="no truth value"):
        bool(found)


@pytest.mark.parametrize("claim", ["hides S[0]", "hides A S[*]", "hides S[i] S[j] S[k]"])
def test_a_recorded_verdict_round_trips_and_is_proved_again_only_by_replay(claim):
    verdict = noclone.verify(noclone.protocol("encrypted-cloning", n=2), claim)
    record = verdict.record()
    assert Record.from_json(record.to_json()) == record
    assert not isinstance(record, Verdict)
    if verdict.status is Status.UNDECIDED:
        assert verdict.reason.startswith("vacuous")
        return
    again = record.replay(verdict.protocol, verdict.certificate)
    assert (again.status, again.claim, again.checked) == (verdict.status, verdict.claim, verdict.checked)
    with pytest.raises(Refusal):
        record.replay(verdict.protocol + b" ", verdict.certificate)
    for text in ("", "{}", "[]", '{"recorded": 1}'):
        with pytest.raises(InputError, match="not a recorded verdict"):
            Record.from_json(text)


def test_a_verdict_about_other_documents_than_the_kernels_is_none():
    verdict = noclone.verify(noclone.protocol("encrypted-cloning", n=2), "hides S[0]")
    for changed in ({"protocol": verdict.protocol + b" "}, {"certificate": b"{}"}):
        with pytest.raises(ValueError, match="about another"):
            replace(verdict, **changed)
