"""How well a coalition restores the secret or guesses it: exact, and as density operators and a program in floats say."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy
import pytest

import noclone
from noclone.models.channels import NoiseLocation, depolarizing, pauli_channel, phase_flip
from noclone.models.densities import Densities
from noclone.models.errors import InputError, TooLargeError
from noclone.models.system import Noise, Stage, System
from noclone.proofs.bounds.engine import BoundEngine
from noclone.proofs.bounds.optimum import optimum
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.terms import parse_claim
from noclone.proofs.verdicts import Status

import best_channels as oracle
from definitions import PAULIS, Definitions

SYSTEMS = {n: noclone.protocol("encrypted-cloning", n=n).system() for n in (2, 3)}
VALUE = {"authorized": "1", "partial": "1/2", "uninformative": "1/4"}


def decided(system, text, cases=({},)):
    protocol = read_protocol(system.document)
    return BoundEngine(system, protocol).decide(parse_claim(text), list(cases), "here")


def noisy():
    """Encrypted cloning with Pauli noise of different kinds, in the middle of the encoding and after it."""
    system = SYSTEMS[2]
    last = system.stages[-1]
    end, at = len(last.gates), system.index
    locations = (
        NoiseLocation(last.name, end // 2, (at["A"],), depolarizing("1/20")),
        NoiseLocation(last.name, end, (at["S[0]"],), depolarizing("1/10")),
        NoiseLocation(last.name, end, (at["N[0]"],), phase_flip("3/100")),
        NoiseLocation(last.name, end, (at["S[1]"], at["N[1]"]), pauli_channel({"XZ": "1/7", "YI": "1/9"})),
        NoiseLocation(
            system.stages[0].name, len(system.stages[0].gates), (at["N[1]"],), pauli_channel({"X": "1/11", "Y": "1/13"})
        ),
    )
    return replace(system, noises=(Noise("storm", locations),))


NOISY = noisy()


@pytest.mark.parametrize("n", [2, 3])
def test_every_coalition_of_up_to_four_qubits_recovers_as_its_access_says(n):
    system, names = SYSTEMS[n], SYSTEMS[n].names[: SYSTEMS[n].held]
    truth, seen = Definitions(system.document), set()
    for size in range(1, 5):
        for held in combinations(names, size):
            numbers = [system.index[name] for name in held]
            kind = "authorized" if truth.recovers(numbers) else "uninformative" if truth.hides(numbers) else "partial"
            seen.add(kind)
            opinion = decided(system, f"bound recovery by {' '.join(held)} = {VALUE[kind]}")
            assert opinion.verdict.status is Status.PROVED, opinion.verdict
    assert seen == ({"authorized", "uninformative"} if n == 2 else set(VALUE))


@pytest.mark.parametrize(
    "held",
    ["A", "S[0]", "S[0] N[0]", "S[0] N[*]", "A S[*]", "A S[0] N[0]", "A N[*]", "S[*] N[0]", "A S[0]", "S[*] N[*]"],
)
def test_noisy_recovery_is_exact_and_agrees_with_densities_and_a_float_program(held):
    protocol, claim = read_protocol(NOISY.document), parse_claim(f"bound recovery by {held} <= 1 under storm")
    found = optimum(protocol, claim)
    assert found.is_exact
    numbers = protocol.held_by(claim)
    channel = Densities(NOISY, NOISY.noises[0].locations).operators(numbers, None)
    assert abs(float(found.upper) - oracle.recovery(channel)) < 1e-5
    value = found.value_text.replace(" ", "")
    assert decided(NOISY, f"bound recovery by {held} = {value} under storm").verdict.status is Status.PROVED
    less = f"{value}-1/1000000000"
    assert decided(NOISY, f"bound recovery by {held} <= {less} under storm").verdict.status is Status.REFUTED


@pytest.mark.parametrize("held", ["S[0]", "S[0] N[*]", "A S[0] N[0]", "S[*]", "S[0] N[0]"])
@pytest.mark.parametrize("pauli", ["X", "Y", "Z"])
def test_guesses_are_as_helstrom_says_with_noise_and_without(held, pauli):
    for system, tail in ((SYSTEMS[3], ""), (NOISY, " under storm")):
        protocol, claim = read_protocol(system.document), parse_claim(f"bound guess {pauli} from {held} <= 1{tail}")
        if len(protocol.held_by(claim)) > 5:
            continue
        found = optimum(protocol, claim)
        assert found.is_exact
        locations = system.noises[0].locations if tail else ()
        channel = Densities(system, locations).operators(protocol.held_by(claim), None)
        assert abs(float(found.upper) - oracle.guess(channel, numpy.array(PAULIS[pauli]))) < 1e-9
        value = found.value_text.replace(" ", "")
        assert decided(system, f"bound guess {pauli} from {held} = {value}{tail}").verdict.status is Status.PROVED


def test_a_clone_of_odd_n_leaks_y_to_all_signals_and_nothing_else():
    for pauli, value in (("X", "1/2"), ("Y", "1"), ("Z", "1/2")):
        assert decided(SYSTEMS[3], f"bound guess {pauli} from S[*] = {value}").verdict.status is Status.PROVED


def test_a_claim_with_letters_is_proved_in_every_case_or_refuted_in_one():
    cases = [{"i": i, "j": j} for i in range(2) for j in range(2) if i != j]
    proved = decided(SYSTEMS[2], "bound recovery by S[i] N[j] <= 1/4", cases).verdict
    assert proved.status is Status.PROVED
    assert "likewise in all 2 cases" in proved.witness[-1]
    refuted = decided(SYSTEMS[2], "bound recovery by S[i] N[j] <= 1/5", cases).verdict
    assert refuted.status is Status.REFUTED
    assert refuted.witness[0].startswith("at i = 0, j = 1: ")


def test_stages_count_as_claims_say():
    for stage, value in (("prepare", "1"), ("encrypt", "1/4")):
        assert decided(SYSTEMS[2], f"bound recovery by A = {value} after {stage}").verdict.status is Status.PROVED


def test_several_secret_qubits_are_recovered_together():
    swap = tuple(gate for pair in ((0, 2), (1, 3)) for gate in (("CX", *pair), ("CX", *pair[::-1]), ("CX", *pair)))
    system = System((("A", 2), ("B", 2)), (), "A", (Stage("encode", swap),))
    for held, value in (("B", "1"), ("B[0]", "1/4"), ("A", "1/16")):
        assert decided(system, f"bound recovery by {held} = {value}").verdict.status is Status.PROVED


def test_gates_that_are_not_clifford_leave_it_undecided_and_say_why():
    system = System((("A", 1),), (), "A", (Stage("encode", (("T", 0),)),))
    verdict = decided(system, "bound recovery by A <= 1").verdict
    assert verdict.status is Status.UNDECIDED
    assert "Clifford" in verdict.reason


def test_a_coalition_of_no_qubits_restores_a_quarter_and_guesses_half():
    system = noclone.protocol("encrypted-cloning", n=1).system()
    for quantity, value, less in (("recovery by S[*-i]", "1/4", "0.24"), ("guess Z from S[*-i]", "1/2", "0.49")):
        assert decided(system, f"bound {quantity} = {value}", [{"i": 0}]).verdict.status is Status.PROVED
        assert decided(system, f"bound {quantity} <= {less}", [{"i": 0}]).verdict.status is Status.REFUTED


def test_what_does_not_fit_is_refused_in_one_line():
    with pytest.raises(InputError, match="unknown-name"):
        decided(SYSTEMS[2], "bound recovery by Q <= 1")
    with pytest.raises(TooLargeError, match="too large"):
        decided(noclone.protocol("encrypted-cloning", n=4).system(), "bound recovery by S[*] N[*] <= 1")
    with pytest.raises(TooLargeError, match="too many"):
        decided(SYSTEMS[2], "bound recovery by S[i] N[j] <= 1/4", [{"i": 0, "j": 1}] * 1000)
