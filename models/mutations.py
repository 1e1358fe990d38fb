"""Mutants of a circuit: the small slips that a claim set should notice, one at a time.

Operators, each applied to every operation but barriers and delays:

    drop, duplicate      the operation is left out, or done twice
    swap                 it is done after the next operation that shares a bit with it, instead of before
    exchange             two neighbouring qubits of it change places: control and target
    move                 one of its bits becomes the next one of the same register, cyclically, that it does not use yet
    sign                 its inverse instead, or, of an operation under a condition, the other value of the bit
    angle                half the angle, or double; S and S† stand for π/2 and −π/2, T and T† for half of that, Z for π

Where an operator changes nothing (the inverse of H) there is no mutant. Other equalities are not guessed here: the exchange
of the two qubits of a CZ is a mutant, and has to be found out to be equivalent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import CircuitInstruction

__all__ = ["OPERATORS", "Mutant", "mutants_of"]

OPERATORS = ("drop", "duplicate", "swap", "exchange", "move", "sign", "angle")
"""The kinds of mutants, in the order in which an operation's are made."""

_TURNS = {"ZGate": 8, "SGate": 4, "SdgGate": -4, "TGate": 2, "TdgGate": -2}
"""Gates diag(1, e^{iθ}) with a fixed angle θ, in units of π/8."""


@dataclass(frozen=True)
class Mutant:
    """A circuit with one slip in it: in which part of a protocol, at which operation of its circuit, and what is wrong.

    ``position`` is the operation's index in the circuit's ``data``; ``text`` names the operation, its bits and what became
    of it: "rz(π/2) on S[0]".
    """

    part: str
    position: int
    operator: str
    text: str
    circuit: QuantumCircuit

    @property
    def name(self) -> str:
        """The mutant's name, which no other mutant of the same protocol has: "encrypt:4 drop rz(π/2) on S[0]"."""
        return f"{self.part}:{self.position} {self.operator} {self.text}"


def mutants_of(part: str, circuit: QuantumCircuit, operators: Sequence[str] = OPERATORS) -> Iterator[Mutant]:
    """Every mutant of this circuit of a stage or recovery named ``part``, in the order of its operations, then of operators.

    The circuit itself is left as it is. Bits are named as in claims: "S[0]", or "A" in a register of one.
    """
    names = _bit_names(circuit)
    make: Mapping[str, Any] = {
        "drop": _dropped,
        "duplicate": _duplicated,
        "swap": _swapped,
        "exchange": _exchanged,
        "move": _moved,
        "sign": _inverted,
        "angle": _turned,
    }
    data = list(circuit.data)
    for position, instruction in enumerate(data):
        if instruction.operation.name in ("barrier", "delay"):
            continue
        own = _told(instruction, names)
        for operator in operators:
            for suffix, steps in make[operator](circuit, position, names):
                changed = circuit.copy_empty_like()
                for step in steps:
                    changed.append(step)
                yield Mutant(part, position, operator, own + suffix, changed)


Found = Iterator[tuple[str, list["CircuitInstruction"]]]
"""What to add to the operation's own text, and the operations of the mutant."""


def _dropped(circuit: QuantumCircuit, position: int, _: Mapping[Any, str]) -> Found:
    data = list(circuit.data)
    yield "", [*data[:position], *data[position + 1 :]]


def _duplicated(circuit: QuantumCircuit, position: int, _: Mapping[Any, str]) -> Found:
    data = list(circuit.data)
    yield "", [*data[: position + 1], *data[position:]]


def _swapped(circuit: QuantumCircuit, position: int, names: Mapping[Any, str]) -> Found:
    """The operations between the two share no bit with the first, so it can be done later without more being changed."""
    data = list(circuit.data)
    bits = _bits_of(data[position])
    for later in range(position + 1, len(data)):
        if data[later].operation.name not in ("barrier", "delay") and bits & _bits_of(data[later]):
            told = f" with {later} {_told(data[later], names)}"
            yield (
                told,
                [*data[:position], *data[position + 1 : later], data[later], data[position], *data[later + 1 :]],
            )
            return


def _exchanged(circuit: QuantumCircuit, position: int, names: Mapping[Any, str]) -> Found:
    qubits = list(circuit.data[position].qubits)
    for at in range(len(qubits) - 1):
        turned = [*qubits[:at], qubits[at + 1], qubits[at], *qubits[at + 2 :]]
        yield from _replaced(circuit, position, names, qubits=turned)


def _moved(circuit: QuantumCircuit, position: int, names: Mapping[Any, str]) -> Found:
    instruction = circuit.data[position]
    for kind, registers in (("qubits", circuit.qregs), ("clbits", circuit.cregs)):
        own = list(getattr(instruction, kind))
        if kind == "clbits" and _condition_of(instruction.operation) is not None:
            continue  # of a condition the bit is part of the operation: see below
        for at, bit in enumerate(own):
            other = _next_bit(bit, registers, own)
            if other is not None:
                yield from _replaced(circuit, position, names, **{kind: [*own[:at], other, *own[at + 1 :]]})
    condition = _condition_of(instruction.operation)
    if condition is not None:
        bit, value = condition
        other = _next_bit(bit, circuit.cregs, [bit])
        if other is not None:
            clbits = [other if each == bit else each for each in instruction.clbits]
            yield from _conditioned(circuit, position, names, (other, value), clbits)


def _inverted(circuit: QuantumCircuit, position: int, names: Mapping[Any, str]) -> Found:
    from qiskit.circuit import CircuitError, ControlFlowOp

    instruction = circuit.data[position]
    condition = _condition_of(instruction.operation)
    if condition is not None:
        yield from _conditioned(circuit, position, names, (condition[0], 1 - condition[1]), list(instruction.clbits))
        return
    if isinstance(instruction.operation, ControlFlowOp) or not hasattr(instruction.operation, "inverse"):
        return
    try:
        inverse = instruction.operation.inverse()
    except CircuitError:  # measurements, resets, and what contains them
        return
    if inverse != instruction.operation:
        yield from _replaced(circuit, position, names, operation=inverse)


def _turned(circuit: QuantumCircuit, position: int, names: Mapping[Any, str]) -> Found:
    from qiskit.circuit import ControlFlowOp
    from qiskit.circuit.library import PhaseGate

    operation = circuit.data[position].operation
    kind = operation.base_class if hasattr(operation, "base_class") else type(operation)
    if kind.__name__ in _TURNS and kind.__module__.startswith("qiskit."):
        for factor in (0.5, 2.0):
            angle = _TURNS[kind.__name__] * math.pi / 8 * factor
            yield from _replaced(circuit, position, names, operation=PhaseGate(angle))
        return
    parameters = [] if isinstance(operation, ControlFlowOp) else list(getattr(operation, "params", ()))
    for at, value in enumerate(parameters):
        if isinstance(value, float | int) and value:
            for factor in (0.5, 2.0):
                other = operation.to_mutable()
                other.params = [*parameters[:at], value * factor, *parameters[at + 1 :]]
                yield from _replaced(circuit, position, names, operation=other)


def _replaced(circuit: QuantumCircuit, position: int, names: Mapping[Any, str], **changes: Any) -> Found:
    """One operation in place of another on the same bits, or the same operation on others."""
    data = list(circuit.data)
    other = data[position].replace(**changes)
    told = f" to {_label(other.operation)}" if "operation" in changes else f" to {_on(other, names)}"
    yield told, [*data[:position], other, *data[position + 1 :]]


def _conditioned(
    circuit: QuantumCircuit, position: int, names: Mapping[Any, str], condition: tuple[Any, int], clbits: list[Any]
) -> Found:
    """The same operation under another condition."""
    from qiskit.circuit import IfElseOp

    data = list(circuit.data)
    changed = IfElseOp(condition, *data[position].operation.blocks)
    other = data[position].replace(operation=changed, clbits=clbits)
    yield f" to if {names[condition[0]]} = {condition[1]}", [*data[:position], other, *data[position + 1 :]]


def _condition_of(operation: Any) -> tuple[Any, int] | None:
    """The classical bit and the value under whose condition an operation is done; None if it has no such condition."""
    from qiskit.circuit import Clbit, IfElseOp

    found = operation.condition if isinstance(operation, IfElseOp) else None
    return (found[0], int(found[1])) if isinstance(found, tuple) and isinstance(found[0], Clbit) else None


def _bits_of(instruction: CircuitInstruction) -> set[Any]:
    return {*instruction.qubits, *instruction.clbits}


def _next_bit(bit: Any, registers: Sequence[Any], taken: Sequence[Any]) -> Any:
    """The next bit of the same register, cyclically, that is not taken; None if there is none."""
    for register in registers:
        if bit in register:
            bits = list(register)
            start = bits.index(bit)
            return next((each for each in [*bits[start + 1 :], *bits[:start]] if each not in taken), None)
    return None


def _bit_names(circuit: QuantumCircuit) -> dict[Any, str]:
    """The name of every qubit and classical bit; one in no register gets its number in the circuit."""
    found = {bit: f"bit[{number}]" for number, bit in enumerate([*circuit.qubits, *circuit.clbits])}
    for register in [*circuit.qregs, *circuit.cregs]:
        found |= {
            bit: register.name if len(register) == 1 else f"{register.name}[{number}]"
            for number, bit in enumerate(register)
        }
    return found


def _told(instruction: CircuitInstruction, names: Mapping[Any, str]) -> str:
    """An operation in words: "cx on A S[0]"; under a condition "x on B if M[1] = 1"."""
    condition = _condition_of(instruction.operation)
    if condition is not None:
        inner = " ".join(_label(each.operation) for each in instruction.operation.blocks[0].data)
        on = " ".join(names[bit] for bit in instruction.qubits)
        return f"{inner} on {on} if {names[condition[0]]} = {condition[1]}"
    return f"{_label(instruction.operation)} on {_on(instruction, names)}"


def _on(instruction: CircuitInstruction, names: Mapping[Any, str]) -> str:
    """The bits of an operation: qubits, and classical bits after an arrow."""
    qubits, clbits = (" ".join(names[bit] for bit in bits) for bits in (instruction.qubits, instruction.clbits))
    return f"{qubits} -> {clbits}" if clbits and _condition_of(instruction.operation) is None else qubits


def _label(operation: Any) -> str:
    """An operation's name with its angles, as fractions of π where they are such."""
    from qiskit.circuit.tools import pi_check

    numbers = [value for value in getattr(operation, "params", ()) if isinstance(value, float | int)]
    told = ", ".join(pi_check(value, output="text").replace("pi", "π") for value in numbers)
    return f"{operation.name}({told})" if told else str(operation.name)
