"""Circuits of encrypted cloning compared with a term, phase included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy

from noclone.proofs.derivations.reference import close, same_ray
from noclone.proofs.derivations.terms import Case, Term

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from noclone.proofs.derivations.derivation import Rows

__all__ = ["CIRCUIT_SIZES", "CircuitIs", "Circuits", "run"]

CIRCUIT_SIZES = (1, 2, 3, 4)
"""The n at which circuits are compared."""

Circuits = Callable[[int], Mapping[str, "QuantumCircuit"]]
"""For n pairs: the circuits ``prepare``, ``encrypt`` and ``decrypt[0]``, …, on registers A, S and N."""


def run(circuits: Mapping[str, QuantumCircuit], names: list[str], n: int, psi: Any, first: int = 0) -> Any:
    """The state after these circuits, a column, the qubits in the order A, S, N of pair ``first``, then the other pairs."""
    from qiskit import QuantumCircuit, QuantumRegister
    from qiskit.quantum_info import Statevector

    registers = {name: QuantumRegister(size, name) for name, size in (("A", 1), ("S", n), ("N", n))}
    whole = QuantumCircuit(*registers.values())
    for name in names:
        circuit = circuits[name]
        whole.compose(circuit, [qubit for each in circuit.qregs for qubit in registers[each.name]], inplace=True)
    start = numpy.zeros(2 ** (2 * n + 1), dtype=complex)
    start[:2] = psi.reshape(-1)
    # Qiskit's first qubit is the least significant bit, so its last axis here
    state = Statevector(start).evolve(whole).data.reshape([2] * (2 * n + 1)).transpose()
    pairs = [first, *(pair for pair in range(n) if pair != first)]
    order = [0, *(qubit for pair in pairs for qubit in (1 + pair, 1 + n + pair))]
    return state.transpose(order).reshape(-1, 1)


@dataclass(frozen=True)
class CircuitIs:
    """The stages' circuits, and then each ``decrypt[j]`` if a recovery is meant, make the state that a term says."""

    circuits: Circuits
    recovery: str | None
    term: Term
    name: str
    has_phase: bool
    sizes: tuple[int, ...] = CIRCUIT_SIZES

    @property
    def check(self) -> str:
        """How it is checked."""
        return "run by Qiskit at n = " + ", ".join(map(str, self.sizes)) + ", for a random |ψ⟩ and every j"

    def holds(self) -> bool:
        """Run them all."""
        random = numpy.random.default_rng(7)
        psi = random.normal(size=(2, 2)) @ numpy.array([[1], [1j]])
        psi = psi / numpy.linalg.norm(psi)
        same = close if self.has_phase else same_ray
        for n in self.sizes:
            known, wanted = self.circuits(n), self.term.value(Case(n, psi, {}))
            for clone in range(n if self.recovery else 1):
                names = ["prepare", "encrypt", *([f"{self.recovery}[{clone}]"] if self.recovery else [])]
                if not same(run(known, names, n, psi, clone), wanted):
                    return False
        return True

    def rows(self) -> Rows:
        """The equation, for the sizes that were run."""
        sizes = ", ".join(map(str, self.sizes))
        text, latex = (self.term.write(latex=latex) for latex in (False, True))
        return [(f"{self.name}|ψ⟩ = {text}   (n = {sizes})", rf"{self.name}|\psi\rangle = {latex} \quad (n = {sizes})")]
