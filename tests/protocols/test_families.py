"""Every family's claims come out as expected, and each proved one is refuted of some mutant."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from itertools import product

import pytest

import noclone
from noclone.api import system_for
from noclone.models.errors import InputError
from noclone.proofs.claims import parse_claim
from noclone.proofs.expectations import Expectation
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status
from noclone.protocols.family import Family
from noclone.protocols.registry import FAMILIES, family


def shown(one: Family):
    """The protocols that a family shows when no parameter is given."""
    for values in product(*(parameter.shown for parameter in one.parameters)):
        yield one.build(**{parameter.name: value for parameter, value in zip(one.parameters, values, strict=True)})


PROTOCOLS = [
    *(protocol for one in FAMILIES.values() for protocol in shown(one)),
    *(noclone.protocol("encrypted-cloning", n=n) for n in (6, 7, 8)),
    noclone.protocol("iterated-cloning", n=2, levels=0),
    noclone.protocol("iterated-cloning", n=2, levels=2),
    noclone.protocol("iterated-cloning", n=4, levels=1),
    noclone.protocol("one-branch-cloning", n=2, levels=6),
    noclone.protocol("one-branch-cloning", n=4, levels=3),
    noclone.protocol("parallel-cloning", n=4, secrets=3),
    noclone.protocol("one-time-pad", qubits=4),
]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: f"{protocol.name} {protocol.scope}")
def test_every_claim_of_a_family_is_decided_as_expected(protocol):
    report = noclone.verify(protocol)
    assert [outcome for outcome in report.outcomes if not outcome.as_expected(exact=True)] == []
    assert report.exit_status(strict=True, exact=True) == 0
    assert {outcome.verdict.status for outcome in report.outcomes} <= {Status.PROVED, Status.REFUTED}


@pytest.mark.parametrize(
    "protocol", [list(shown(one))[:2][-1] for one in FAMILIES.values()], ids=lambda protocol: protocol.name
)
def test_every_proved_claim_is_refuted_of_a_mutant(protocol):
    for claim, stated in protocol.parsed_claims():
        if Expectation(stated.expect).at(protocol.parameters) is Status.PROVED:
            system = protocol.system(protocol.recoveries_of(claim))
            if claim.word == "bound":  # it speaks of no gate, so it is the claim that is changed
                lower = replace(claim, relation="<=", bound=f"{claim.bound}-1/1000000")
                assert Prover(system_for(protocol, claim)).verdict(lower).status is Status.REFUTED
                continue
            assert any(Prover(mutant).verdict(claim).status is Status.REFUTED for mutant in gate_mutants(system)), claim


def gate_mutants(system):
    """The system with no gates at all, or one part changed: cut short, a gate dropped, or an H or CX put in; all places."""
    yield replace(system, stages=tuple(replace(stage, gates=()) for stage in system.stages))
    qubits = range(len(system.names))
    extras = [(("H", qubit),) for qubit in qubits] + [
        (("CX", one, other),) for one in qubits for other in qubits if one != other
    ]
    for part in ("recoveries", "stages"):
        for number, one in reversed(list(enumerate(getattr(system, part)))):
            versions = [one.gates[:at] for at in range(len(one.gates))]
            versions += [one.gates[:at] + one.gates[at + 1 :] for at in range(len(one.gates))]
            versions += [(*one.gates, *extra) for extra in extras]
            versions += [one.gates[:at] + extra + one.gates[at:] for at in range(len(one.gates)) for extra in extras]
            for gates in versions:
                parts = list(getattr(system, part))
                parts[number] = replace(one, gates=gates)
                mutant = replace(system, **{part: tuple(parts)})
                with suppress(InputError):  # a recovery that would touch the environment is no protocol
                    Prover(mutant).protocol  # noqa: B018 (reading it is the test)
                    yield mutant


def test_all_families_are_listed_under_their_names_with_distinct_claims():
    for name, one in FAMILIES.items():
        assert (one.name, family(name)) == (name, one)
        texts = [str(parse_claim(stated.text)) for stated in one.build().claims]
        assert len(texts) == len(set(texts)) > 0


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("encrypted-cloning", {"n": 0}, "n = 0 is out of range: 1 to 200,000"),
        ("encrypted-cloning", {"n": -1}, "n = -1 is out of range"),
        ("encrypted-cloning", {"n": 10**9}, "n = 1000000000 is out of range"),
        ("encrypted-cloning", {"n": True}, "n = True is out of range"),
        ("encrypted-cloning", {"n": 2.0}, "n = 2.0 is out of range"),
        ("encrypted-cloning", {"m": 2}, "has no parameter 'm'"),
        ("iterated-cloning", {"n": 3}, "in steps of 2"),
        ("iterated-cloning", {"n": 2, "levels": 12}, "at most 4,000"),
        ("parallel-cloning", {"n": 2_000, "secrets": 500}, "at most 4,000"),
        ("teleportation", {"n": 1}, "has no parameter 'n': it has no parameters"),
    ],
)
def test_parameters_out_of_range_are_refused_at_once(name, parameters, message):
    start = time.perf_counter()
    with pytest.raises(InputError, match=message):
        noclone.protocol(name, **parameters)
    assert time.perf_counter() - start < 5


def test_an_unknown_family_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match=r"unknown protocol 'encrypted-clonin'.*Did you mean 'encrypted-cloning'\?"):
        noclone.protocol("encrypted-clonin")
