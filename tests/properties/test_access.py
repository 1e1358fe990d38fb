"""Who can read: the complement rule, and no two disjoint coalitions, on random protocols, beside the definitions."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

import noclone
from noclone import strategies
from noclone.models.system import RecoveryGates
from noclone.proofs.access import Access
from noclone.proofs.claims import parse_claim
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status
from noclone.proofs.witnesses import basis
from noclone.protocol_strategies import _decoder

from definitions import Definitions


def with_coalition(targets, least=1):
    """A target and a coalition of its parties."""
    return targets.flatmap(lambda target: st.tuples(st.just(target), strategies.coalitions(target, least=least)))


def is_proved(prover, text):
    """Whether a claim is proved; it must be decided."""
    status = prover.verdict(parse_claim(text)).status
    assert status in (Status.PROVED, Status.REFUTED), text
    return status is Status.PROVED


def rest_of(system, names):
    """The numbers of all other qubits, environment included."""
    return [qubit for qubit, name in enumerate(system.names) if name not in names]


def complement_rule(drawn):
    """Authorized, so says the prover and so says the access structure, iff the rest learns nothing, by definition."""
    system, names = drawn
    prover, truth = Prover(system), Definitions(system.document)
    rest_hidden = truth.hides(rest_of(system, names))
    assert is_proved(prover, f"recovers {' '.join(names)}") is rest_hidden
    if system.is_clifford:
        assert (Access(prover)[" ".join(names)].verdict == "authorized") is rest_hidden


def test_a_coalition_is_authorized_exactly_if_all_the_rest_environment_included_learns_nothing(hold):
    kinds = [
        strategies.systems(),
        strategies.systems(clifford=False, most_held=2),
        strategies.systems(secrets=2, most_held=2),
    ]
    hold(complement_rule, with_coalition(st.one_of(kinds)))


def test_a_complement_without_the_environment_is_caught(caught):
    def lie(drawn):
        system, names = drawn
        held = [qubit for qubit in rest_of(system, names) if qubit < system.held]
        assert is_proved(Prover(system), f"recovers {' '.join(names)}") is Definitions(system.document).hides(held)

    ((system, names),) = caught(lie, with_coalition(strategies.systems()))
    assert len(system.gates_until(None)) <= 4 and len(names) == 1, "a small counterexample"


def test_the_access_structure_of_another_protocol_is_caught(caught):
    def lie(drawn):
        system, names = drawn
        first, second = system.stages
        mutant = replace(system, stages=(replace(first, gates=first.gates[:-1]), second))
        authorized = Access(Prover(mutant))[" ".join(names)].verdict == "authorized"
        assert authorized is Definitions(system.document).hides(rest_of(system, names))

    caught(lie, with_coalition(strategies.systems()))


def test_circuits_with_measurements_and_resets_obey_the_complement_rule_too(hold):
    def law(drawn):
        protocol, names = drawn
        held, system = " ".join(names), protocol.system()
        rest_hidden = Definitions(system.document).hides(rest_of(system, names))
        found = noclone.access(protocol)[held]
        assert found.status is Status.PROVED and (found.verdict == "authorized") is rest_hidden

    hold(law, with_coalition(strategies.protocols(bits=True, most_held=2, most=16)))


def test_whoever_is_authorized_has_a_decoder_that_works_by_definition(hold):
    worked = []

    def law(drawn):
        system, names = drawn
        prover = Prover(system)
        held = [system.index[name] for name in names]
        operators = prover.search.represent(None, held, basis(len(system.secret_qubits)))
        assert is_proved(prover, f"recovers {' '.join(names)}") is (operators is not None)
        if operators is not None:
            output = system.recoveries[0].output
            decoder = RecoveryGates("decoder", tuple(_decoder(operators, system, output)), output)
            assert {qubit for gate in decoder.gates for qubit in gate[1:]} <= {*held, *output}
            assert Definitions(replace(system, recoveries=(decoder,)).document).restores("decoder")
            worked.append(1)

    tries = hold(law, with_coalition(strategies.systems()))
    assert tries / 10 < len(worked) < tries


def test_no_two_disjoint_coalitions_are_authorized(hold):
    compared = []

    def law(protocol):
        pairs = list(combinations(noclone.access(protocol).minimal_authorized, 2))
        compared.extend(pairs)
        assert all(set(one) & set(other) for one, other in pairs)

    tries = hold(law, strategies.protocols(most_held=4, most_environment=0))
    assert len(compared) > tries / 10, "not only protocols with one minimal authorized coalition"


def test_calling_partial_coalitions_authorized_is_caught(caught):
    def lie(protocol):
        access = noclone.access(protocol)
        readers = [*access.minimal_authorized, *(one.held for one in access.partial())]
        assert all(set(one) & set(other) for one, other in combinations(readers, 2))

    caught(lie, strategies.protocols())


def test_at_no_moment_can_a_coalition_and_all_the_others_both_recover(hold):
    def law(drawn, moment):
        system, names = drawn
        others = [name for name in system.names[: system.held] if name not in names]
        prover = Prover(system)
        both = [is_proved(prover, f"recovers {' '.join(held)}{moment}") for held in (names, others) if held]
        assert both != [True, True]

    moments = st.sampled_from(["", " after first", " after decrypt"])
    hold(law, with_coalition(strategies.systems()), moments)
