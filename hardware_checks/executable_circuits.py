"""Scheduled circuits as Qiskit circuits that a device executes, and back: the settings' basis changes and measurements included.

Of any such circuit, whoever wrote it, ``scheduled_from`` recovers what is done when, as late as possible: so what samples our
noise model takes the circuit that was submitted, not what it was made from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from noclone.hardware_checks.clifford_blocks import PhysicalGate
from noclone.hardware_checks.physical import Operation, PhysicalCircuit
from noclone.hardware_checks.scheduling import two_qubit_depth
from noclone.models.errors import InputError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["MEASURED", "UNREAD", "executable_circuit", "scheduled_from"]

MEASURED = "meas"
"""The classical register whose bits are the outcomes."""

UNREAD = "unread"
"""The classical register of measurements that nobody asked for."""

_GATES = {"rz": 1, "sx": 1, "x": 1, "cz": 2, "delay": 1, "measure": 1, "reset": 1}
_OFF_GRID = 1e-9
_NO_TIME_S = 1e-12


def executable_circuit(
    circuit: PhysicalCircuit, letters: Sequence[tuple[int, str]], *, qubits: int, dt: float, name: str = ""
) -> QuantumCircuit:
    """The circuit on so many physical wires that measures each (qubit, letter); bit j of "meas" is the j-th one's outcome.

    0 is +1. Delays are whole numbers of ``dt`` (seconds). At the end X and Y turn into Z by rz and sx while the other qubits
    wait, then all are measured at once. A qubit whose last operation is a measurement gives that one's outcome, so its letter
    must be Z. Every other measurement goes to a register "unread". Raises InputError.
    """
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    recorded = _recorded(circuit)
    bits = _checked(circuit, letters, recorded, qubits, dt)
    reading = {recorded[qubit]: bit for qubit, bit in bits.items() if qubit in recorded}
    unread = sum(each.name == "measure" and place not in reading for place, each in enumerate(circuit.operations))
    registers = [ClassicalRegister(len(letters), MEASURED), *([ClassicalRegister(unread, UNREAD)] if unread else [])]
    made = QuantumCircuit(QuantumRegister(qubits, "q"), *registers, name=name or "noclone")
    spare = iter(range(len(letters), len(letters) + unread))
    for place, operation in enumerate(circuit.operations):
        if operation.name == "measure":
            made.measure(operation.qubits[0], reading[place] if place in reading else next(spare))
        else:
            _append(made, operation, dt)
    used = {qubit for operation in circuit.operations for qubit in operation.qubits}
    last = {qubit: letter for qubit, letter in letters if qubit not in recorded}
    made.barrier(sorted(used | set(last)))  # what was measured before does not move later
    for qubit, letter in last.items():
        _append_basis_change(made, qubit, letter)
    made.barrier(sorted(last))
    for qubit in last:
        made.measure(qubit, bits[qubit])
    return made


def scheduled_from(
    circuit: QuantumCircuit, seconds: Callable[[str, tuple[int, ...]], float], dt: float
) -> tuple[PhysicalCircuit, tuple[int | None, ...]]:
    """What is done when, as late as possible, and for each classical bit the physical qubit that it reads at last (or None).

    The operations include the basis changes and the measurements. ``seconds`` gives an operation's duration by name and
    qubits, ``dt`` the unit of delays. Waits are explicit delays, except before a qubit's first operation, where it is in |0⟩.
    Measurements after which nothing happens to the qubit start together. Raises InputError for anything but rz by multiples of
    π/2, sx, x, cz, delay, measure, reset and barriers.
    """
    steps = [_step(circuit, place, seconds, dt) for place in range(len(circuit.data))]
    operations = _as_late_as_possible(_reading_together(steps))
    reads: list[int | None] = [None] * circuit.num_clbits
    for instruction, step in zip(circuit.data, steps, strict=True):
        if step.name == "measure":
            reads[circuit.find_bit(instruction.clbits[0]).index] = step.qubits[0]
    couplings: list[PhysicalGate] = [(step.name, *step.qubits) for step in steps if step.name in ("cz", "barrier")]
    gates = sum(step.name == "cz" for step in steps)
    return PhysicalCircuit(operations, {}, gates, two_qubit_depth(couplings), 0), tuple(reads)


@dataclass(frozen=True, slots=True)
class _Step:
    """An instruction of a Qiskit circuit, read: ``quarter`` is the angle of an rz in units of π/2."""

    name: str
    qubits: tuple[int, ...]
    duration: float
    quarter: int = 0


def _recorded(circuit: PhysicalCircuit) -> dict[int, int]:
    """For each qubit whose last operation other than a delay is a measurement, that operation's place."""
    found: dict[int, int] = {}
    for place, operation in enumerate(circuit.operations):
        for qubit in operation.qubits:
            if operation.name == "measure":
                found[qubit] = place
            elif operation.name != "delay":
                found.pop(qubit, None)
    return found


def _checked(
    circuit: PhysicalCircuit, letters: Sequence[tuple[int, str]], recorded: dict[int, int], qubits: int, dt: float
) -> dict[int, int]:
    """Each qubit's bit; raises InputError for what cannot be measured on this device."""
    if not (math.isfinite(dt) and dt > 0):
        raise InputError(f"the device's unit of time dt is {dt}: it must be a positive number of seconds")
    if not letters:
        raise InputError("a circuit that measures nothing: name at least one qubit and its letter")
    bits: dict[int, int] = {}
    for bit, (qubit, letter) in enumerate(letters):
        if letter not in ("X", "Y", "Z"):
            raise InputError(f"qubit {qubit} is to be measured in {letter!r}: use X, Y, Z")
        if qubit in bits:
            raise InputError(f"qubit {qubit} is to be measured twice: a qubit has one letter per circuit")
        if qubit in recorded and letter != "Z":
            raise InputError(
                f"qubit {qubit} is measured within the circuit, so only its outcome Z is known, not {letter}:"
                " change its basis before that measurement"
            )
        bits[qubit] = bit
    used = {qubit for operation in circuit.operations for qubit in operation.qubits} | set(bits)
    if not used <= set(range(qubits)):
        raise InputError(f"the circuit uses qubit {max(used)}, the device has {qubits}: compile for this device")
    return bits


def _append(made: QuantumCircuit, operation: Operation, dt: float) -> None:
    """Append an operation other than a measurement."""
    if operation.name == "rz":
        made.rz(operation.quarter * math.pi / 2, operation.qubits[0])
    elif operation.name == "delay":
        if round(operation.duration / dt):
            made.delay(round(operation.duration / dt), operation.qubits[0], unit="dt")
    elif operation.name in _GATES:
        getattr(made, operation.name)(*operation.qubits)
    else:
        raise InputError(f"operation '{operation.name}' is none of {', '.join(_GATES)}: compile the circuit first")


def _append_basis_change(made: QuantumCircuit, qubit: int, letter: str) -> None:
    """Turn X or Y into Z."""
    if letter == "X":
        made.rz(math.pi / 2, qubit)
    if letter != "Z":
        made.sx(qubit)


def _step(circuit: QuantumCircuit, place: int, seconds: Callable[[str, tuple[int, ...]], float], dt: float) -> _Step:
    """One instruction, read; raises InputError for what is no operation of a Heron processor or not Clifford."""
    instruction = circuit.data[place]
    operation: Any = instruction.operation
    name = operation.name
    qubits = tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
    if name == "barrier":
        return _Step(name, qubits, 0.0)
    if len(qubits) != _GATES.get(name, 0) or getattr(operation, "condition", None) is not None:
        raise InputError(
            f"instruction {place}, {name} on qubits {', '.join(map(str, qubits))}: only {', '.join(_GATES)} and barriers"
            " can be scheduled; compile the circuit first"
        )
    if name == "delay":
        return _Step(name, qubits, _delay_seconds(operation, place, dt))
    return _Step(name, qubits, seconds(name, qubits), _quarter(operation, place) if name == "rz" else 0)


def _delay_seconds(operation: Any, place: int, dt: float) -> float:
    units = {"dt": dt, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12}
    if operation.unit not in units or not isinstance(operation.duration, (int, float)):
        raise InputError(f"instruction {place}, a delay of {operation.duration} {operation.unit}: give a number of dt")
    return float(operation.duration) * units[operation.unit]


def _quarter(operation: Any, place: int) -> int:
    """The angle in units of π/2, 0 to 3."""
    try:
        turns = float(operation.params[0]) / (math.pi / 2)
    except (TypeError, ValueError):
        raise InputError(f"instruction {place}, rz({operation.params[0]}): give the angle as a number") from None
    if not (math.isfinite(turns) and abs(turns - round(turns)) < _OFF_GRID):
        raise InputError(
            f"instruction {place}, rz({float(operation.params[0]):.6g}) is not Clifford: angles must be multiples of π/2"
        )
    return round(turns) % 4


def _reading_together(steps: Sequence[_Step]) -> Iterator[_Step]:
    """The steps with every final measurement as long as the longest of them: a device starts them together."""
    done: set[int] = set()
    final: set[int] = set()
    for place in reversed(range(len(steps))):
        if steps[place].name == "measure" and not done.intersection(steps[place].qubits):
            final.add(place)
        if steps[place].name != "barrier":
            done.update(steps[place].qubits)
    longest = max((steps[place].duration for place in final), default=0.0)
    for place, step in enumerate(steps):
        yield replace(step, duration=longest) if place in final else step


def _as_late_as_possible(steps: Iterator[_Step]) -> tuple[Operation, ...]:
    """The steps with their times from the start on, all ending together."""
    remaining: dict[int, float] = {}
    backwards: list[Operation] = []
    for step in reversed(list(steps)):
        until = max(remaining.get(qubit, 0.0) for qubit in step.qubits)
        for qubit in step.qubits:
            wait = until - remaining.get(qubit, 0.0)
            if wait > _NO_TIME_S:
                backwards.append(Operation("delay", (qubit,), until, wait))
            remaining[qubit] = until + step.duration
        if step.name != "barrier" and not (step.name == "delay" and step.duration <= _NO_TIME_S):
            backwards.append(Operation(step.name, step.qubits, until + step.duration, step.duration, step.quarter))
    begun: set[int] = set()
    forwards: list[Operation] = []
    total = max(remaining.values(), default=0.0)
    for operation in reversed(backwards):
        if operation.name == "delay" and operation.qubits[0] not in begun:
            continue  # the qubit is in |0⟩, as it was reset
        begun.update(operation.qubits)
        forwards.append(replace(operation, start=total - operation.start))
    return tuple(sorted(forwards, key=lambda each: (round(each.start * 1e12), each.start + each.duration)))
