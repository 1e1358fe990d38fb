"""Every engine that can decide a claim decides it alike: all registered protocols, random protocols, all claims."""

from __future__ import annotations

import random
from itertools import product

import pytest

import noclone
from noclone.models.exact import ExactStates
from noclone.models.system import RecoveryGates, Stage, System
from noclone.proofs.claims import parse_claim
from noclone.proofs.exactness import ExactFinder
from noclone.proofs.expectations import Expectation
from noclone.proofs.findings import Finding
from noclone.proofs.floating import DensityEngine
from noclone.proofs.kernel.documents import read_protocol
from noclone.proofs.measured import Measured
from noclone.proofs.prover import Prover
from noclone.proofs.verdicts import Status
from noclone.protocols.registry import FAMILIES

from definitions import Definitions

MOST_QUBITS = 10
SMALLER = {"iterated-cloning": ((2,), (0,)), "parallel-cloning": ((1, 2), (1, 2)), "one-branch-cloning": ((2,), (0, 1))}


def small_protocols():
    """Every registered family at its small parameters."""
    for family in FAMILIES.values():
        choices = SMALLER.get(family.name) or [parameter.shown for parameter in family.parameters]
        for values in product(*choices):
            names = [parameter.name for parameter in family.parameters]
            protocol = family.build(**dict(zip(names, values, strict=True)))
            if len(protocol.system().names) <= MOST_QUBITS:
                yield pytest.param(protocol, id=f"{protocol.name}-{protocol.scope}")


@pytest.mark.parametrize("protocol", list(small_protocols()))
def test_all_engines_agree_on_every_claim_of_every_registered_protocol(protocol):
    for stated in protocol.claims:
        expected = Expectation(stated.expect).at(protocol.parameters)
        if expected is None:
            continue
        verdict = noclone.verify(protocol, stated.text, cross_check=True)
        assert verdict.status is expected, (stated.text, verdict)
        if verdict.claim.startswith("bound "):  # tests/proofs/bounds compare those with a program in floats
            continue
        engines = verdict.method.replace("; agree:", ",").split(", ")
        about_states = verdict.claim.split()[0] not in ("untouched", "equivalent")
        assert ("density operators in floats (QuTiP)" in engines) == about_states, verdict.method
        assert "exact amplitudes" in engines, verdict.method


def test_the_loop_covers_every_family_and_every_word():
    protocols = [parameter.values[0] for parameter in small_protocols()]
    assert {protocol.name for protocol in protocols} == set(FAMILIES)
    words = {stated.text.split()[0] for protocol in protocols for stated in protocol.claims}
    assert words >= {"hides", "mixed", "recovers", "leaks", "restores", "single-use", "untouched", "equivalent"}


def random_protocol(rng):
    """A random Clifford+T protocol with a recovery that sometimes works."""
    qubits = rng.randint(3, 5)
    inverse = {"H": 1, "CX": 1, "S": 3, "T": 7}

    def gates(count, among):
        found = []
        for _ in range(count):
            name = rng.choice(["H", "S", "T", "CX", "CX"])
            found.append((name, *rng.sample(among, 2 if name == "CX" else 1)))
        return tuple(found)

    encode = gates(rng.randint(4, 16), range(qubits))
    undo = tuple(gate for gate in reversed(encode) for _ in range(inverse[gate[0]]))
    kept = undo if rng.random() < 0.5 else undo[:-1]
    stages = (Stage("one", encode[:3]), Stage("two", encode[3:]))
    return System((("A", 1), ("P", qubits - 1)), (), "A", stages, (RecoveryGates("undo", kept, (0,)),))


@pytest.mark.parametrize("seed", range(40))
def test_all_engines_agree_with_the_definitions_on_random_protocols(seed):
    rng = random.Random(seed)
    system = random_protocol(rng)
    truth, prover = Definitions(system.document), Prover(system)
    names = rng.sample(system.names, rng.randint(1, len(system.names) - 1))
    held = " ".join(names)
    claims = [
        f"{form} {held}{after}"
        for form in ("hides", "mixed", "recovers", "leaks Z from")
        for after in ("", " after undo")
    ]
    claims += ["restores undo", "single-use undo", f"untouched {names[0]} by two"]
    for text in claims:
        claim = parse_claim(text)
        verdict = prover.verdict(claim, cross_check=True)
        assert verdict.status is (Status.PROVED if truth.truth(claim) else Status.REFUTED), (text, verdict)


def test_engines_that_disagree_are_an_error_that_names_both(monkeypatch):
    protocol = noclone.protocol("twisted-cloning", n=2)
    lie = Finding(proved=False, operators=[], words=("a lie",))
    monkeypatch.setattr(ExactFinder, "find", lambda *_: lie)
    verdict = noclone.verify(protocol, "mixed S[0]")
    assert verdict.status is Status.ERROR and "the kernel refused" in verdict.reason
    monkeypatch.undo()
    monkeypatch.setattr(DensityEngine, "_deviation", lambda *_: 0.5)
    verdict = noclone.verify(protocol, "mixed S[0]", cross_check=True)
    assert verdict.status is Status.ERROR and verdict.checked is None
    assert "exact amplitudes, kernel" in verdict.reason and "density operators in floats" in verdict.reason
    assert noclone.verify(protocol, "mixed S[0]").status is Status.PROVED, "nobody else was asked"


def test_beyond_the_kernel_exact_amplitudes_support_and_say_so():
    gates = (("H", 1), ("CX", 1, 2), ("T", 1), ("CX", 0, 1), ("H", 13), ("T", 13), ("CX", 13, 2))
    system = System((("A", 1), ("P", 14)), (), "A", (Stage("encode", gates),))
    prover = Prover(system)
    hidden = prover.verdict(parse_claim("hides P[1]"))
    assert hidden.status is Status.SUPPORTED and "not replayed by the kernel" in hidden.method
    told = prover.verdict(parse_claim("hides A P[0] P[1]"))
    assert told.status is Status.REFUTED and told.checked is None and told.enclosure.is_positive
    assert ExactStates(system).qubits == 15


def test_a_system_too_large_for_every_engine_is_undecided_with_the_cost():
    gates = tuple(("T", qubit) for qubit in range(30))
    system = System((("A", 1), ("P", 29)), (), "A", (Stage("encode", gates),))
    verdict = Prover(system).verdict(parse_claim("hides P[1]"))
    assert verdict.status is Status.UNDECIDED and "2^31 exact amplitudes" in verdict.reason


def test_other_angles_are_supported_refuted_or_left_open_by_balls():
    def verdict(angle, claim, undo=None):
        from qiskit import QuantumCircuit, QuantumRegister

        circuit, back = (QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(1, "B")) for _ in range(2))
        circuit.h(1)
        circuit.crx(angle, 0, 1)
        back.crx(-angle if undo is None else undo, 0, 1)
        recovery = noclone.Recovery(back, "A")
        protocol = noclone.Protocol.from_circuit(circuit, secret="A", recoveries={"back": recovery})
        return noclone.verify(protocol, claim, cross_check=True)

    fine = verdict(0.3, "single-use back")
    assert fine.status is Status.SUPPORTED and fine.enclosure.upper < 1e-25 and "ball arithmetic" in fine.method
    wrong = verdict(0.3, "single-use back", undo=-0.31)
    assert wrong.status is Status.REFUTED and wrong.checked is None and wrong.enclosure.lower > 1e-3
    rounded = verdict(0.3, "single-use back", undo=-(0.1 + 0.2))
    assert rounded.status is Status.UNDECIDED and "rounding of angles" in rounded.reason
    assert verdict(0.3, "hides A").status is Status.REFUTED
    assert verdict(0.0, "hides B").status is Status.PROVED


def test_a_bound_without_noise_is_decided_by_balls():
    protocol = noclone.protocol("encrypted-cloning", n=2)
    assert noclone.verify(protocol, "hides S[0] within 0").status is Status.SUPPORTED
    assert noclone.verify(protocol, "hides A S[*] within 99/100").status is Status.REFUTED
    assert noclone.verify(protocol, "hides A S[*] within 1").status is Status.SUPPORTED


def test_the_methods_of_measured_engines_resolve_names_like_the_kernel():
    system = random_protocol(random.Random(1))
    names = read_protocol(system.document)
    with pytest.raises(noclone.InputError, match="does not fit"):
        Measured(system, names).by_balls(parse_claim("hides A after lunch"), [{}], "here")
