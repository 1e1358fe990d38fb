"""Information only shrinks: with fewer qubits held, and through any channel on them."""

from __future__ import annotations

from itertools import pairwise

import numpy
from hypothesis import strategies as st

from noclone import strategies
from noclone.models.channels import NoiseLocation
from noclone.models.densities import Densities
from noclone.models.measures import trace_distance
from noclone.proofs.access import Access
from noclone.proofs.prover import Prover


def with_order(targets):
    """A system and an order of its parties' qubits, by number; its first few form growing coalitions."""
    return targets.flatmap(lambda one: st.tuples(st.just(one), st.permutations(range(one.held))))


EITHER = st.booleans().flatmap(lambda clifford: strategies.systems(clifford=clifford, recoveries=False))


def grows(values, error):
    return all(later >= earlier - error for earlier, later in pairwise(values))


def test_information_grows_with_the_coalition_from_nothing_to_at_most_two_bits_per_secret(hold):
    def law(drawn):
        system, order = drawn
        densities = Densities(system)
        found = [densities.information(order[:size]) for size in range(len(order) + 1)]
        error = max(one.error for one in found)
        assert error < 1e-6
        assert grows([one.value for one in found], 2 * error)
        assert abs(found[0].value) <= error and found[-1].value <= 2 + error

    hold(law, with_order(EITHER))


def test_the_bits_of_the_access_structure_grow_too_and_are_those_of_entropies(hold):
    def law(drawn):
        system, order = drawn
        access, densities = Access(Prover(system)), Densities(system)
        held = [[system.names[qubit] for qubit in order[:size]] for size in range(1, len(order) + 1)]
        bits = [access[" ".join(names)].information_bits for names in held]
        assert bits == sorted(bits)
        value, error = densities.information(order[:1])
        assert abs(bits[0] - value) <= error

    hold(law, with_order(strategies.systems(recoveries=False)))


def test_entropy_instead_of_information_is_caught(caught):
    def lie(drawn):
        system, order = drawn
        densities = Densities(system)
        assert grows([densities.entropy(order[:size]).value for size in range(len(order) + 1)], 1e-6)

    ((system, _),) = caught(lie, with_order(EITHER))
    assert len(system.gates_until(None)) <= 4, "a small counterexample"


def test_no_channel_on_a_held_qubit_gives_the_coalition_information(hold):
    shrank = []

    def law(drawn, size, channel):
        system, order = drawn
        held = order[: 1 + size % len(order)]
        after = NoiseLocation("second", len(system.stages[1].gates), (held[0],), channel)
        before, left = Densities(system).information(held), Densities(system, [after]).information(held)
        assert left.value <= before.value + before.error + left.error
        shrank.append(left.value < before.value - 1e-3)

    tries = hold(law, with_order(EITHER), st.integers(0, 4), strategies.channels())
    assert sum(shrank) > tries / 10


def test_no_channel_on_two_qubits_tells_states_apart_better(hold):
    """Trace distance ½‖ρ − σ‖₁, of any two states, mixed or pure."""

    def law(first, second, channel):
        def through(rho):
            return sum(operator @ rho @ operator.conj().T for operator in channel.kraus)

        assert trace_distance(through(first), through(second)) <= trace_distance(first, second) + 1e-12

    states = strategies.density_operators(2)
    hold(law, states, states, strategies.channels(2))


def test_what_a_coalition_sees_of_two_secrets_is_no_further_apart_than_they_are_nor_after_a_channel(hold):
    def law(drawn, first, second, channel):
        system, order = drawn
        after = NoiseLocation("second", len(system.stages[1].gates), (order[0],), channel)
        plain, noisy = Densities(system), Densities(system, [after])
        distances = [trace_distance(first, second)]
        distances += [
            trace_distance(*(each.reduced(order[:2], ket) for ket in (first, second))) for each in (plain, noisy)
        ]
        assert grows(distances[::-1], 1e-10)

    hold(law, with_order(EITHER), strategies.kets(1), strategies.kets(1), strategies.channels())


def test_keeping_the_lucky_outcome_only_is_caught(caught):
    """Post-selection is no channel: it tells states apart that were close."""

    def lie(first, second):
        def filtered(rho):
            kept = numpy.diag([1, 0.1]) @ rho @ numpy.diag([1, 0.1])
            return kept / kept.trace()

        assert trace_distance(filtered(first), filtered(second)) <= trace_distance(first, second) + 1e-12

    caught(lie, strategies.density_operators(1), strategies.density_operators(1))
