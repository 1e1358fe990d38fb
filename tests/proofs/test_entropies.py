"""Access verdicts agree with von Neumann entropies that QuTiP computes from the circuits' states."""

from __future__ import annotations

import random

import pytest
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.quantum_info import random_clifford

import noclone
from noclone.proofs.access import Access
from noclone.proofs.claims import parse_claim
from noclone.proofs.prover import Prover
from noclone.protocols.protocol import Protocol

from definitions import Definitions
from entropies import all_entropies, information, purified


def encoding_of(protocol):
    """The whole encoding as one circuit."""
    circuits = list(protocol.stages.values())
    whole = circuits[0].copy()
    for circuit in circuits[1:]:
        whole = whole.compose(circuit)
    return whole


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_coalition_of_encrypted_cloning_has_the_information_that_its_entropies_say(n):
    protocol = noclone.protocol("encrypted-cloning", n=n)
    state, references = purified(encoding_of(protocol), "A")
    access = noclone.access(protocol)
    names = access.qubits
    for coalition in range(1, 2 ** len(names)):
        held = [qubit for qubit in range(len(names)) if coalition >> qubit & 1]
        found = access[" ".join(names[qubit] for qubit in held)]
        assert found.status is noclone.Status.PROVED
        assert found.information_bits == pytest.approx(information(state, references, held), abs=1e-6)
        assert len(access.table.read_by(coalition)) == 2**found.information_bits - 1


def random_protocol(seed):
    """A random Clifford encoding of k ≤ 2 qubits in ≤ 7, some of them environment, from Qiskit's own generator."""
    chance = random.Random(seed)
    secrets = chance.choice([1, 1, 2])
    others = chance.randint(1, 7 - secrets)
    unheld = chance.randint(0, min(2, others - 1))
    registers = [
        QuantumRegister(secrets, "A"),
        QuantumRegister(others - unheld, "B"),
        QuantumRegister(max(unheld, 1), "E"),
    ]
    circuit = QuantumCircuit(*registers[: 3 if unheld else 2])
    if chance.random() < 0.5:
        circuit.append(random_clifford(circuit.num_qubits, seed=seed), range(circuit.num_qubits))
    else:  # sparse circuits: many partial coalitions
        for _ in range(chance.randint(1, 12)):
            one, other = chance.sample(range(circuit.num_qubits), 2)
            chance.choice([circuit.cx, circuit.cz, circuit.swap, circuit.iswap])(one, other)
            chance.choice([circuit.h, circuit.s, circuit.sx, circuit.y])(one)
    return Protocol.from_circuit(circuit, secret="A", parties=["B", "A"] if chance.random() < 0.5 else ["A", "B"])


@pytest.mark.parametrize("seed", range(200))
def test_random_clifford_protocols_agree_with_entropies_and_definitions(seed):
    protocol = random_protocol(seed)
    state, references = purified(protocol.stages["encode"], "A")
    prover = Prover(protocol.system())
    access, definitions = Access(prover), Definitions(prover.system.document)
    circuit = protocol.stages["encode"]
    place = {name: number for number, name in enumerate(name_of(circuit, bit) for bit in circuit.qubits)}
    chance = random.Random(seed)
    for coalition in range(1, 2 ** len(access.qubits)):
        names = [name for at, name in enumerate(access.qubits) if coalition >> at & 1]
        bits = information(state, references, [place[name] for name in names])
        assert len(access.table.read_by(coalition)) == round(2**bits) - 1, names
        if chance.random() < 0.3:
            found = access[" ".join(names)]
            assert (found.information_bits, found.status) == (round(bits), noclone.Status.PROVED)
            claim = parse_claim(f"mixed {' '.join(names)}")
            assert (prover.verdict(claim).status is noclone.Status.PROVED) is definitions.truth(claim)


def name_of(circuit, bit):
    """The name that noclone gives a circuit's qubit."""
    register, number = circuit.find_bit(bit).registers[0]
    return register.name if len(register) == 1 else f"{register.name}[{number}]"


def mutants(circuit):
    """Circuits with one gate dropped, doubled, swapped with the next, moved to another qubit, or turned by another angle."""
    for at in range(len(circuit.data)):
        yield f"drop {at}", circuit.data[:at] + circuit.data[at + 1 :]
        yield f"double {at}", circuit.data[: at + 1] + circuit.data[at:]
        if at + 1 < len(circuit.data):
            yield f"swap {at}", [*circuit.data[:at], circuit.data[at + 1], circuit.data[at], *circuit.data[at + 2 :]]
        instruction = circuit.data[at]
        moved = list(instruction.qubits)
        free = [qubit for qubit in circuit.qubits if qubit not in moved]
        moved[-1] = free[at % len(free)]
        yield f"move {at}", [*circuit.data[:at], instruction.replace(qubits=moved), *circuit.data[at + 1 :]]
        if instruction.operation.params:
            turned = type(instruction.operation)(-instruction.operation.params[0])
            yield f"turn {at}", [*circuit.data[:at], instruction.replace(operation=turned), *circuit.data[at + 1 :]]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_every_mutant_whose_entropies_differ_is_reported_differently(n):
    protocol = noclone.protocol("encrypted-cloning", n=n)
    circuit = encoding_of(protocol)
    qubits = circuit.num_qubits

    def informations(state):
        entropies = all_entropies(state)
        reference = 1 << qubits
        return [
            round(entropies[reference] + entropies[held] - entropies[reference | held]) for held in range(2**qubits)
        ]

    def reported(one):
        table = noclone.access(Protocol.from_circuit(one, secret="A")).table
        return [{0: 0, 1: 1, 3: 2}[len(table.read_by(held))] for held in range(table.coalitions)]

    original = reported(circuit)
    assert original == informations(purified(circuit, "A")[0])
    chosen = list(mutants(circuit))
    different = 0
    for name, data in chosen:
        mutant = circuit.copy_empty_like()
        for instruction in data:
            mutant.append(instruction)
        truth = informations(purified(mutant, "A")[0])
        different += truth != original
        assert reported(mutant) == truth, name
    assert different > len(chosen) / 2
