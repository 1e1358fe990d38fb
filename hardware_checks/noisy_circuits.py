"""A scheduled circuit with the noise model's channels in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from noclone.hardware_checks.noise_model import LAYERS, Location, NoiseModel
from noclone.hardware_checks.physical import Observable, Operation, PhysicalCircuit
from noclone.models.errors import InputError

__all__ = ["NoisyCircuit", "with_noise"]

GATES = ("cz", "rz", "sx", "x")
OTHERS = ("delay", "measure", "reset")
Spans = list[tuple[float, float, int]]


@dataclass(frozen=True, slots=True)
class NoisyCircuit:
    """A circuit and, per operation, the locations that follow it in the order in which they act.

    ``recorded`` gives for each qubit whose last operation other than a delay is a measurement that operation's index: an
    observable's Z on such a qubit is the outcome recorded there. ``first`` gives each qubit's first operation. ``backwards``
    is an order in which operations can be undone: channels and gates on other qubits commute, so it takes one qubit after
    another back to its start, the one that starts last first. Few qubits are then open at a time. ``touched`` gives each
    operation's qubits and those of the locations after it.
    """

    circuit: PhysicalCircuit
    noise: NoiseModel
    layers: frozenset[str]
    locations: tuple[tuple[Location, ...], ...]
    recorded: Mapping[int, int]
    first: Mapping[int, int]
    backwards: tuple[int, ...]
    touched: tuple[tuple[int, ...], ...]

    def readout(self, qubit: int, after: int | None) -> tuple[Location, ...]:
        """The readout of a qubit, if that layer is on."""
        return tuple(self.noise.read(qubit, after)) if "readout" in self.layers else ()

    def basis_change(self, qubit: int) -> tuple[Location, ...]:
        """The noise of the sx that turns a final X or Y into Z, if the layer of gates is on."""
        return tuple(self.noise.gate("sx", (qubit,), None, None)) if "gates" in self.layers else ()

    def waiting(self, qubit: int) -> tuple[Location, ...]:
        """The noise of a qubit that is measured in Z while others change their bases."""
        return tuple(self.noise.idle(qubit, self.noise.basis_seconds, None)) if "idle" in self.layers else ()

    def checked(self, observables: Sequence[Observable]) -> None:
        """Raises InputError for an observable that this circuit's measurement cannot give."""
        for observable in observables:
            qubits = [qubit for qubit, _ in observable.paulis]
            if len(set(qubits)) < len(qubits):
                raise InputError(f"the observable {observable.paulis} names a qubit twice: multiply its letters")
            if observable.sign not in (1, -1):
                raise InputError(f"the observable {observable.paulis} has sign {observable.sign}: give 1 or -1")
            for qubit, letter in observable.paulis:
                if letter not in ("X", "Y", "Z"):
                    raise InputError(f"the observable {observable.paulis} has the letter {letter!r}: use X, Y, Z")
                if letter != "Z" and qubit in self.recorded:
                    raise InputError(
                        f"qubit {qubit} is measured within the circuit, so only its outcome Z is known, not {letter}:"
                        " change its basis before that measurement"
                    )


def with_noise(circuit: PhysicalCircuit, noise: NoiseModel, *, layers: Iterable[str] = LAYERS) -> NoisyCircuit:
    """The circuit with the channels of these layers; raises InputError for layers, gates or qubits that do not exist."""
    chosen = frozenset(layers)
    if not chosen <= set(LAYERS):
        raise InputError(f"unknown layer '{min(chosen - set(LAYERS))}': the layers are {', '.join(LAYERS)}")
    found = [_following(place, circuit, noise, chosen) for place in range(len(circuit.operations))]
    if "zz" in chosen and noise.scale * noise.zz_hz > 0:
        for place, location in _zz_rotations(circuit, noise):
            found[place].append(location)
    recorded: dict[int, int] = {}
    first: dict[int, int] = {}
    for place, operation in enumerate(circuit.operations):
        for qubit in operation.qubits:
            first.setdefault(qubit, place)
            if operation.name == "measure":
                recorded[qubit] = place
            elif operation.name != "delay":
                recorded.pop(qubit, None)
    touched = tuple(_touched(operation, after) for operation, after in zip(circuit.operations, found, strict=True))
    order = _one_qubit_after_another(touched, sorted(first, key=first.__getitem__, reverse=True))
    return NoisyCircuit(circuit, noise, chosen, tuple(map(tuple, found)), recorded, first, order, touched)


def _touched(operation: Operation, after: list[Location]) -> tuple[int, ...]:
    if all(len(location.qubits) <= len(operation.qubits) for location in after):
        return operation.qubits
    return tuple(sorted(set(operation.qubits).union(*(location.qubits for location in after))))


def _one_qubit_after_another(touched: Sequence[tuple[int, ...]], qubits: Iterable[int]) -> tuple[int, ...]:
    """Places in an order where each comes after all later places on its qubits; takes the qubits back in the order given."""
    left: dict[int, list[int]] = {}
    for place, members in enumerate(touched):
        for qubit in members:
            left.setdefault(qubit, []).append(place)
    found: list[int] = []
    for qubit in qubits:
        waiting = left[qubit][:1]
        while waiting:
            place = waiting[-1]
            later = next((left[member][-1] for member in touched[place] if left[member][-1] != place), None)
            if later is not None:
                waiting.append(later)
                continue
            found.append(waiting.pop())
            for member in touched[place]:
                left[member].pop()
    return tuple(found)


def _following(place: int, circuit: PhysicalCircuit, noise: NoiseModel, layers: frozenset[str]) -> list[Location]:
    """What follows one operation, ZZ apart. The readout of a measurement acts on the outcome: it is added per observable."""
    operation = circuit.operations[place]
    if operation.name not in GATES + OTHERS:
        raise InputError(
            f"operation '{operation.name}' is none of {', '.join(GATES + OTHERS)}: compile the circuit first"
        )
    if len(operation.qubits) != (2 if operation.name == "cz" else 1):
        raise InputError(
            f"operation '{operation.name}' acts on {len(operation.qubits)} qubits: compile the circuit first"
        )
    if operation.name in GATES and "gates" in layers:
        return noise.gate(operation.name, operation.qubits, operation.duration, place)
    if operation.name == "delay" and "idle" in layers:
        return noise.idle(operation.qubits[0], operation.duration, place)
    return []


def _zz_rotations(circuit: PhysicalCircuit, noise: NoiseModel) -> list[tuple[int, Location]]:
    """A rotation for each overlap of two neighbours' delays, with its place: after the one that starts last: both have relaxed by then."""
    delays: dict[int, Spans] = {}
    for place, operation in enumerate(circuit.operations):
        if operation.name == "delay":
            end = operation.start + operation.duration
            delays.setdefault(operation.qubits[0], []).append((operation.start, end, place))
    found = []
    for pair in noise.neighbours():
        ones, others = (delays.get(qubit, []) for qubit in pair)
        for start, end, place in _overlaps(ones, others):
            found.append((place, noise.rotated(pair, end - start, place)))
    return found


def _overlaps(ones: Spans, others: Spans) -> Spans:
    """The overlaps of two qubits' spans (start, end, place), each with the later place."""
    found: Spans = []
    left = right = 0
    while left < len(ones) and right < len(others):
        one, other = ones[left], others[right]
        start, end = max(one[0], other[0]), min(one[1], other[1])
        if end > start:
            found.append((start, end, max(one[2], other[2])))
        if one[1] <= other[1]:
            left += 1
        else:
            right += 1
    return found
