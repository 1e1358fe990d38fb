"""Experiments as data: Clifford circuits on named qubits, Pauli observables with ideal values, and quantities made of them.

No Qiskit here until a circuit is asked for. All amounts are plain expectations: a quantity is a constant plus a weighted
sum of Pauli expectations, so whatever predicts or measures the expectations gives the quantity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from noclone.hardware_checks.physical import Observable
from noclone.models.errors import InputError, nearest

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["Arrangement", "Experiment", "LogicalObservable", "Quantity", "Step", "ideal_expectation", "on_device"]

Step = tuple[str, *tuple[int, ...]]
"""A gate H, S, CX, CZ or SWAP and its qubits; ("measure", q) in Z, after which q is used no more; ("barrier", q, …)."""

_SIZES = {"H": 1, "S": 1, "CX": 2, "CZ": 2, "SWAP": 2, "measure": 1}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A Clifford circuit on named qubits that all start in |0⟩, up to its final changes of basis and measurement.

    Raises InputError for a step that is none, and for one on a qubit that was measured.
    """

    names: tuple[str, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        measured: set[int] = set()
        for name, *qubits in self.steps:
            fits = len(set(qubits)) == len(qubits) == _SIZES.get(name, len(qubits) if name == "barrier" else -1)
            if not fits or not all(0 <= qubit < len(self.names) for qubit in qubits):
                raise InputError(
                    f"step {(name, *qubits)} is no gate on {len(self.names)} qubits: use {', '.join(_SIZES)}"
                )
            if name != "barrier" and measured.intersection(qubits):
                raise InputError(f"step {(name, *qubits)} uses a qubit that was measured before: take a fresh one")
            measured.update(qubits if name == "measure" else ())

    @property
    def used(self) -> tuple[str, ...]:
        """The qubits on which something acts, barriers apart."""
        acted = {qubit for name, *qubits in self.steps if name != "barrier" for qubit in qubits}
        return tuple(name for qubit, name in enumerate(self.names) if qubit in acted)

    def circuit(self) -> QuantumCircuit:
        """The circuit for Qiskit: one register per family of names (R, A, S, N, …), and "record" for outcomes."""
        from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

        sizes: dict[str, int] = {}
        for name in self.names:
            sizes[name.partition("[")[0]] = sizes.get(name.partition("[")[0], 0) + 1
        registers = [QuantumRegister(size, name) for name, size in sizes.items()]
        measured = sum(step[0] == "measure" for step in self.steps)
        circuit = QuantumCircuit(*registers, *([ClassicalRegister(measured, "record")] if measured else []))
        bits = iter(circuit.clbits)
        for name, *qubits in self.steps:
            if name == "measure":
                circuit.measure(qubits[0], next(bits))
            elif name == "barrier":
                circuit.barrier(qubits)
            else:
                getattr(circuit, name.lower())(*qubits)
        return circuit


@dataclass(frozen=True, slots=True)
class LogicalObservable:
    """A Pauli operator on named qubits at the end of the arrangement so called; ``ideal`` is ±1 or 0, with the sign in it."""

    arrangement: str
    paulis: tuple[tuple[str, str], ...]
    ideal: int
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Quantity:
    """``constant`` + Σ weight·⟨observable⟩.

    ``sampled_from`` is 0 if the sum is the quantity itself; otherwise the terms are a seeded sample, with replacement, of
    that many equally weighted operators, and the sum estimates the quantity.
    """

    name: str
    constant: float
    terms: tuple[tuple[float, LogicalObservable], ...]
    sampled_from: int = 0

    def value(self, expectations: Mapping[LogicalObservable, float]) -> float:
        """The quantity, given the expectation of every observable in it (signs included)."""
        return self.constant + sum(weight * expectations[observable] for weight, observable in self.terms)

    @property
    def ideal(self) -> float:
        """The quantity without noise."""
        return self.value({observable: observable.ideal for _, observable in self.terms})


@dataclass(frozen=True, slots=True)
class Experiment:
    """Arrangements by name and the quantities that are measured on them.

    ``number`` is 1 to 6 as in the documentation and 0 for anybody's own; ``parameters`` has n, l or r and what else was
    chosen, as the published tables count them.
    """

    number: int
    name: str
    parameters: Mapping[str, int | str]
    arrangements: Mapping[str, Arrangement]
    quantities: tuple[Quantity, ...]
    notes: tuple[str, ...] = field(default=())

    def observables(self, arrangement: str) -> tuple[LogicalObservable, ...]:
        """Every observable that is needed of one arrangement, once."""
        found = dict.fromkeys(observable for quantity in self.quantities for _, observable in quantity.terms)
        return tuple(observable for observable in found if observable.arrangement == arrangement)


def on_device(observable: LogicalObservable, layout: Mapping[str, int]) -> Observable:
    """The observable on physical qubits; raises InputError for a qubit that the layout does not have."""
    for name, _ in observable.paulis:
        if name not in layout:
            raise InputError(
                f"observable on '{name}', which the compiled circuit does not have.{nearest(name, layout)}"
            )
    return Observable(tuple((layout[name], letter) for name, letter in observable.paulis), observable.sign)


def ideal_expectation(arrangement: Arrangement, paulis: Sequence[tuple[str, str]], sign: int = 1) -> int:
    """The exact expectation, ±1 or 0, by Stim; a measured qubit's Z is its outcome, so X and Y on it are refused."""
    import stim

    places = {name: qubit for qubit, name in enumerate(arrangement.names)}
    measured = {arrangement.names[qubits[0]] for name, *qubits in arrangement.steps if name == "measure"}
    simulator: Any = stim.TableauSimulator()
    simulator.set_num_qubits(len(places))
    for name, *qubits in arrangement.steps:
        if name not in ("measure", "barrier"):
            getattr(simulator, name.lower())(*qubits)
    operator = stim.PauliString(len(places))
    for name, letter in paulis:
        if name not in places or (name in measured and letter != "Z"):
            raise InputError(f"no {letter} on '{name}': it is no qubit here, or was measured before the end")
        operator[places[name]] = letter
    return sign * int(simulator.peek_observable_expectation(operator))
