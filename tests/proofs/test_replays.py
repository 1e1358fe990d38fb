"""Fidelities and equivalences that the kernel computes, against the definitions in density matrices; mutants refuted."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

import noclone
from noclone.models.channels import NoiseLocation, depolarizing, pauli_channel
from noclone.models.system import Noise, RecoveryGates, Stage, System
from noclone.proofs.claims import parse_claim
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.kernel.noise import entanglement_fidelity
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status

from definitions import Definitions


def clifford_gates(rng, count, among):
    gates = []
    for _ in range(count):
        name = rng.choice(["H", "S", "CX", "CX"])
        gates.append((name, *rng.sample(among, 2 if name == "CX" else 1)))
    return tuple(gates)


def noisy(rng):
    """A random encoding of one or two qubits, undone by its recovery, with Pauli noise at random places."""
    secrets, qubits = rng.choice([(1, 3), (1, 4), (2, 4)])
    encode = clifford_gates(rng, rng.randint(3, 12), range(qubits))
    undo = tuple(gate for gate in reversed(encode) for _ in range(3 if gate[0] == "S" else 1))
    undo = undo if rng.random() < 0.8 else (*undo, ("H", 0))
    output = list(range(secrets))
    if secrets == 2 and rng.random() < 0.5:
        undo, output = (*undo, ("CX", 0, 1), ("CX", 1, 0), ("CX", 0, 1)), [1, 0]
    locations = []
    for _ in range(rng.randint(1, 5)):
        part, gates = rng.choice([("one", encode[:2]), ("two", encode[2:]), ("undo", undo)])
        number = rng.choice([1, 2])
        words = ["".join(letters) for letters in product("IXYZ", repeat=number) if set(letters) != {"I"}]
        channel = pauli_channel({word: Fraction(rng.randint(0, 9), 100) for word in rng.sample(words, 3)})
        place = tuple(rng.sample(range(qubits), number))
        locations.append(NoiseLocation(part, rng.randint(0, len(gates)), place, channel))
    stages = (Stage("one", encode[:2]), Stage("two", encode[2:]))
    recovery = RecoveryGates("undo", undo, tuple(output))
    parties = (("A", secrets), ("P", qubits - secrets))
    return System(parties, (), "A", stages, (recovery,), noises=(Noise("storm", tuple(locations)),))


@pytest.mark.parametrize("seed", range(60))
def test_fidelities_are_those_of_the_density_matrix(seed):
    rng = random.Random(seed)
    system = noisy(rng)
    truth = Definitions(system.document).entanglement_fidelity("undo", "storm")
    exact = entanglement_fidelity(read_protocol(system.document), "undo", "storm")
    assert float(exact) == pytest.approx(truth, abs=1e-12)
    prover, below, above = Prover(system), exact - Fraction(1, 10**6), exact + Fraction(1, 10**6)
    for bound, status in ((exact, Status.PROVED), (max(below, Fraction(0)), Status.PROVED), (above, Status.REFUTED)):
        text = f"entanglement-fidelity undo >= {bound.numerator}/{bound.denominator} under storm"
        if len(str(bound.denominator)) <= 40:
            assert prover.verdict(parse_claim(text), cross_check=bound != exact).status is status


def test_no_noise_is_perfect_and_a_wrong_recovery_is_not():
    protocol = noclone.protocol("encrypted-cloning", n=2)
    assert noclone.verify(protocol, "fidelity decrypt[i] >= 1").status is Status.PROVED
    broken = replace(protocol.recoveries["decrypt[0]"], output="S[1]")
    mutant = replace(protocol, recoveries={"decrypt[0]": broken})
    verdict = noclone.verify(mutant, "fidelity decrypt[0] >= 1")
    assert verdict.status is Status.REFUTED and "average fidelity 1/2 = 0.5" in verdict.witness[0]


def test_more_noise_is_less_fidelity_and_noise_elsewhere_is_none():
    def fidelity(strength, on):
        strikes = [noclone.Strike(depolarizing(strength), on=on, after="encrypt")]
        system = replace(noclone.protocol("encrypted-cloning", n=3), noises={"storm": strikes}).system(["decrypt[0]"])
        return entanglement_fidelity(read_protocol(system.document), "decrypt[0]", "storm")

    values = [fidelity(Fraction(k, 100), "S[0] N[*]") for k in range(0, 101, 20)]
    assert values[0] == 1 and values == sorted(values, reverse=True) and values[-1] == Fraction(1, 4)
    assert fidelity(Fraction(1, 2), "A S[1] S[2]") == 1


@pytest.mark.parametrize("seed", range(40))
def test_equivalences_are_those_of_the_isometries(seed):
    rng = random.Random(seed)
    qubits = rng.randint(2, 4)
    encode = clifford_gates(rng, rng.randint(2, 10), range(qubits))
    local = [(rng.choice(["H", "S"]), rng.randrange(qubits)) for _ in range(rng.randint(0, 2))]
    rewritten = list(encode)
    at = rng.randint(0, len(encode))
    rewritten[at:at] = rng.choice([[("H", 0), ("H", 0)], [("S", 1)] * 4, [("CX", 0, 1)] * 2, [("S", 0)], [("H", 1)]])
    fresh = [("S", 1)] if rng.random() < 0.5 else []  # acts on |0⟩: changes nothing
    other = (*fresh, *rewritten, *local)
    system = System((("A", 1), ("P", qubits - 1)), (), "A", (Stage("encode", encode),), others=(Stage("other", other),))
    names = system.names
    up_to = ", ".join(f"{name} on {names[qubit]}" for name, qubit in local)
    truth, prover = Definitions(system.document), Prover(system)
    for text in ["equivalent other", *([f"equivalent other up to {up_to}"] if local else [])]:
        claim = parse_claim(text)
        verdict = prover.verdict(claim, cross_check=True)
        assert verdict.status is (Status.PROVED if truth.truth(claim) else Status.REFUTED), text


def test_encodings_that_cannot_be_compared_are_refused():
    protocol = noclone.protocol("encrypted-cloning", n=2)
    for name, said in {
        "teleportation": "qubit 'H' is not in both",
        "nothing": "unknown protocol 'nothing'",
        "parallel-cloning": "is not in both",
    }.items():
        with pytest.raises(noclone.InputError, match=said):
            noclone.verify(protocol, f"equivalent {name}")
    with pytest.raises(noclone.InputError, match="unknown party 'Q'"):
        noclone.verify(protocol, "equivalent encrypted-cloning up to H on Q")


@pytest.mark.parametrize(
    ("strike", "said"),
    [
        ({"channel": "depolarizing(1/10)"}, "either after="),
        ({"channel": "depolarizing(1/10)", "gates": 3}, "write 1 or 2"),
        ({"channel": "depolarizing(1/10)", "gates": 1, "on": "S[0]", "after": "encrypt"}, "either after="),
    ],
)
def test_a_strike_nowhere_or_twice_is_refused(strike, said):
    with pytest.raises(noclone.InputError, match=said):
        noclone.Strike(**strike)


@pytest.mark.parametrize(
    ("strike", "said"),
    [
        ({"channel": "depolarising(1/10)", "on": "S[0]", "after": "encrypt"}, "unknown channel 'depolarising'"),
        ({"channel": "depolarizing(1/10)", "on": "Q", "after": "encrypt"}, "noise 'storm' has no qubit 'Q'"),
        ({"channel": "depolarizing(1/10)", "on": "S[0]", "after": "lunch"}, "after 'lunch'"),
        ({"channel": "depolarizing(1/10, 2)", "on": "S[0]", "after": "encrypt"}, "acts on 2 qubits, but strikes 1"),
        ({"channel": "depolarizing(1/10, 2)", "gates": 1}, "acts on 2 qubits, but strikes 1"),
    ],
)
def test_noise_that_does_not_fit_is_refused(strike, said):
    protocol = replace(noclone.protocol("encrypted-cloning", n=2), noises={"storm": [noclone.Strike(**strike)]})
    with pytest.raises(noclone.InputError, match=said):
        noclone.verify(protocol, "fidelity decrypt[0] >= 1/2 under storm")


def test_an_unknown_noise_or_a_bound_that_is_no_number_is_refused():
    protocol = noclone.protocol("encrypted-cloning", n=2)
    with pytest.raises(noclone.InputError, match=r"unknown noise 'storm' .* none"):
        noclone.verify(protocol, "fidelity decrypt[0] >= 1/2 under storm")
    with pytest.raises(noclone.InputError, match=r"cannot read the claim .* for example 9/10"):
        noclone.verify(protocol, "fidelity decrypt[0] >= 1/0")
    with pytest.raises(noclone.InputError, match="unknown recovery 'lunch'"):
        noclone.verify(protocol, "fidelity lunch >= 1/2")
