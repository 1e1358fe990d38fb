"""Access structures of circuits that are not Clifford, against entropies and against the Clifford route."""

from __future__ import annotations

import math

import pytest
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.quantum_info import random_clifford

import noclone
from noclone.proofs.access import Access
from noclone.proofs.exact_access import ExactAccess
from noclone.proofs.prover import Prover

from entropies import information, purified


@pytest.mark.parametrize("n", [1, 2, 3])
def test_twisted_cloning_has_the_same_classes_as_encrypted_cloning(n):
    twisted, plain = (noclone.access(noclone.protocol(f"{name}-cloning", n=n)) for name in ("twisted", "encrypted"))
    assert isinstance(twisted, ExactAccess) and not isinstance(plain, ExactAccess)
    assert (twisted.counts, twisted.minimal_authorized) == (plain.counts, plain.minimal_authorized)
    assert twisted.counts_status is noclone.Status.PROVED
    assert [one.held for one in twisted.partial()] == [one.held for one in plain.partial()]
    assert {one.leaks for one in twisted.partial()} <= {()}, "no Pauli component: the one that they read is turned"


@pytest.mark.parametrize("seed", range(4))
def test_random_circuits_agree_with_entropies_and_with_the_clifford_route(seed):
    circuit = QuantumCircuit(QuantumRegister(1, "A"), QuantumRegister(3, "P"))
    circuit.append(random_clifford(4, seed=seed), range(4))
    plain = noclone.Protocol.from_circuit(circuit.copy(), secret="A").system()
    one, other = Access(Prover(plain)), ExactAccess(Prover(plain))
    assert one.counts == other.counts and one.minimal_authorized == other.minimal_authorized
    assert [(each.held, each.leaks) for each in one.partial()] == [(each.held, each.leaks) for each in other.partial()]
    circuit.ccx(0, 1, 2)
    circuit.t(3)
    circuit.append(random_clifford(4, seed=seed + 50), range(4))
    access = noclone.access(noclone.Protocol.from_circuit(circuit, secret="A"))
    state, references = purified(circuit, "A")
    names = access.qubits
    for coalition in range(1, 16):
        held = [at for at in range(4) if coalition >> at & 1]
        found, bits = access[" ".join(names[at] for at in held)], information(state, references, held)
        assert math.isclose(found.information_bits, bits, abs_tol=1e-6) and found.status is noclone.Status.PROVED
        expected = "authorized" if bits > 2 - 1e-6 else "uninformative" if bits < 1e-6 else "partial"
        assert found.verdict == expected


def test_what_is_too_much_or_not_exact_is_refused():
    large = noclone.protocol("twisted-cloning", n=5)
    with pytest.raises(noclone.InputError, match=r"2,048 coalitions .* ask for one"):
        _ = noclone.access(large).counts
    assert noclone.access(large)["A S[*]"].verdict == "authorized"
    circuit = QuantumCircuit(QuantumRegister(1, "A"))
    circuit.rx(0.3, 0)
    with pytest.raises(noclone.InputError, match="multiples of pi/4"):
        noclone.access(noclone.Protocol.from_circuit(circuit, secret="A"))
