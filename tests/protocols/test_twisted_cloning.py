"""The T-twisted variant: no stabilizer argument reaches it, exact amplitudes prove it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import noclone
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import family


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_all_stated_claims_come_out_as_expected(n):
    report = noclone.verify(family("twisted-cloning").build(n=n))
    assert report.exit_status(exact=True) == 0
    assert {outcome.verdict.method for outcome in report.outcomes} == {"exact amplitudes, kernel"}


def test_the_stabilizer_route_refuses_it():
    protocol = noclone.protocol("twisted-cloning", n=2)
    system = protocol.system()
    assert "T" in system.gate_names and not system.is_clifford and system.is_exact
    from noclone.proofs.prover import Prover

    with pytest.raises(noclone.InputError, match="not all gates are Clifford"):
        _ = Prover(system).search


@pytest.mark.parametrize("n", [2, 3])
def test_one_t_more_or_less_is_refuted(n):
    protocol = noclone.protocol("twisted-cloning", n=n)
    good = protocol.recoveries["decrypt[0]"]
    for at, step in enumerate(good.circuit.data):
        if step.operation.name in ("t", "tdg"):
            damaged = good.circuit.copy_empty_like()
            for other, kept in enumerate(good.circuit.data):
                if other != at:
                    damaged.append(kept)
            mutant = replace(protocol, recoveries={"decrypt[0]": noclone.Recovery(damaged, good.output)})
            verdict = noclone.verify(mutant, "restores decrypt[0]")
            assert verdict.status is Status.REFUTED, step


def test_what_all_clones_of_an_odd_number_tell_is_the_turned_component():
    protocol = noclone.protocol("twisted-cloning", n=3)
    verdict = noclone.verify(protocol, "hides S[*]")
    assert verdict.status is Status.REFUTED and "0.707107" in verdict.witness[0]
    turned = protocol.stages["prepare"].copy()
    turned.t(0)
    prepared = replace(protocol, stages={"prepare": turned, "encrypt": protocol.stages["encrypt"]})
    told = noclone.verify(prepared, "leaks Y from S[*]")
    assert told.status is Status.PROVED, "with T on the secret first, T† and T cancel and Y itself is told"
