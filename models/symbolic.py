"""Circuits with symbolic rotation angles, as SymPy expressions: small ones, every input and every angle at once.

Kets are written in the order of ``qubits``: the first qubit is the first digit. Rotations
about a symbolic angle are exp(−iθP/2); of other gates global phases are dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy

from noclone.models.errors import CircuitError, InputError, TooLargeError
from noclone.models.gates import UnreadableError, gates_of
from noclone.models.phases import phase_of
from noclone.models.reading import registers_of
from noclone.models.system import name_qubits

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

__all__ = ["MOST_SYMBOLIC_QUBITS", "SymbolicState", "symbolic_state"]

MOST_SYMBOLIC_QUBITS = 8

Amplitudes = dict[str, Any]

_ROTATIONS = {
    "RXGate": "X",
    "RYGate": "Y",
    "RZGate": "Z",
    "RXXGate": "XX",
    "RYYGate": "YY",
    "RZZGate": "ZZ",
    "RZXGate": "ZX",
}
_PHASES = ("PhaseGate", "U1Gate", "CPhaseGate", "CU1Gate", "MCPhaseGate", "MCU1Gate")


@dataclass(frozen=True)
class SymbolicState:
    """V|ψ⟩ for |ψ⟩ = Σ_p ``inputs[p]`` |p⟩: ``columns[p]`` maps basis states ("0110") to amplitudes of V|p⟩.

    ``symbols`` are the circuit's parameters by name, as real SymPy symbols.
    """

    qubits: tuple[str, ...]
    inputs: tuple[Any, ...]
    columns: tuple[Mapping[str, Any], ...]
    symbols: Mapping[str, Any]

    def ket(self) -> Amplitudes:
        """The amplitudes of V|ψ⟩ by basis state, in order."""
        found: Amplitudes = {}
        for symbol, column in zip(self.inputs, self.columns, strict=True):
            for bits, amplitude in column.items():
                found[bits] = found.get(bits, 0) + symbol * amplitude
        return dict(sorted(found.items()))

    def operator(self, held: Sequence[str], p: int = 0, q: int = 0) -> Any:
        """tr_rest V|p⟩⟨q|V†, a simplified SymPy matrix of 2^|held| rows; raises InputError for an unknown qubit."""
        for name in held:
            if name not in self.qubits:
                raise InputError(f"unknown qubit '{name}': there are {', '.join(self.qubits)}")
        places = [self.qubits.index(name) for name in held]
        matrix = sympy.zeros(2 ** len(places), 2 ** len(places))
        for left, amplitude in self.columns[p].items():
            for right, other in self.columns[q].items():
                if all(a == b for at, (a, b) in enumerate(zip(left, right, strict=True)) if at not in places):
                    row, column = (int("".join(bits[at] for at in places) or "0", 2) for bits in (left, right))
                    matrix[row, column] += amplitude * sympy.conjugate(other)
        return matrix.applyfunc(_simplified)

    def is_hidden_from(self, held: Sequence[str]) -> bool:
        """Whether the operators of ``held`` are the same for every input, at every value of the angles.

        False means that SymPy could not bring the difference to 0.
        """
        first = self.operator(held)
        for p, q in itertools.product(range(len(self.columns)), repeat=2):
            wanted = first if p == q else sympy.zeros(*first.shape)
            if not (self.operator(held, p, q) - wanted).applyfunc(_simplified).is_zero_matrix:
                return False
        return True


def symbolic_state(circuit: QuantumCircuit, *, secret: str) -> SymbolicState:
    """The state of a circuit whose rotations may have parameters; every qubit but the secret's starts in |0⟩.

    Raises InputError for an unknown register, TooLargeError above 8 qubits, CircuitError for an operation that is no gate, or
    whose parameter is not that of a rotation or phase.
    """
    sizes = registers_of(circuit)
    if circuit.num_qubits > MOST_SYMBOLIC_QUBITS:
        raise TooLargeError(f"symbolic angles are for at most {MOST_SYMBOLIC_QUBITS} qubits, not {circuit.num_qubits}")
    if secret not in sizes or circuit.clbits:
        raise InputError(
            f"'{secret}' is no register of the circuit" if secret not in sizes else "classical bits are not read"
        )
    names = name_qubits([(register.name, len(register)) for register in circuit.qregs])
    index = {bit: at for at, bit in enumerate(bit for register in circuit.qregs for bit in register)}
    start = names.index(name_qubits([(secret, sizes[secret])])[0])
    symbols = {parameter.name: sympy.Symbol(parameter.name, real=True) for parameter in circuit.parameters}
    columns = []
    for p in range(2 ** sizes[secret]):
        digits = ["0"] * len(names)
        digits[start : start + sizes[secret]] = format(p, f"0{sizes[secret]}b")
        columns.append({"".join(digits): sympy.Integer(1)})
    for position, instruction in enumerate(circuit.data):
        qubits = [index[qubit] for qubit in instruction.qubits]
        try:
            columns = [_applied(column, instruction.operation, qubits, symbols) for column in columns]
        except UnreadableError as error:
            message = f"'{instruction.operation.name}' on {' '.join(names[qubit] for qubit in qubits)}: {error}"
            raise CircuitError(message, circuit=circuit, position=position) from None
    letters = [sympy.Symbol(letter) for letter in ("alpha", "beta")]
    inputs = letters if len(columns) == 2 else [sympy.Symbol(f"psi_{p}") for p in range(len(columns))]
    return SymbolicState(tuple(names), tuple(inputs), tuple(columns), symbols)


def _applied(column: Amplitudes, operation: Any, qubits: Sequence[int], symbols: Mapping[str, Any]) -> Amplitudes:
    """One operation on one column."""
    kind = operation.base_class.__name__ if hasattr(operation, "base_class") else type(operation).__name__
    if operation.name in ("barrier", "delay"):
        return column
    parameters = [value for value in operation.params if getattr(value, "parameters", None)]
    if not parameters:
        gates = gates_of(operation)
        if gates is not None:
            for name, *own in gates:
                column = _plain(column, name, [qubits[qubit] for qubit in own])
            return column
    elif kind in _ROTATIONS:
        return _rotated(column, _ROTATIONS[kind], qubits, _expression(parameters[0], symbols))
    elif kind in _PHASES:
        return _phased(column, qubits, sympy.exp(sympy.I * _expression(parameters[0], symbols)))
    inner = getattr(operation, "definition", None)
    if inner is None:
        raise UnreadableError("no gates are known for it; with a parameter only rotations and phases are read")
    for instruction in inner.data:
        own = [qubits[inner.find_bit(qubit).index] for qubit in instruction.qubits]
        column = _applied(column, instruction.operation, own, symbols)
    return column


def _expression(value: Any, symbols: Mapping[str, Any]) -> Any:
    """A parameter expression of Qiskit's in our real symbols; raises UnreadableError if Qiskit converts it wrongly.

    Qiskit 2 says phi for theta + 0·phi, or theta, as its sets happen to be ordered: the value at one point is compared.
    """
    given = value.sympify()
    point = {
        parameter: 0.1 + 0.37 * at for at, parameter in enumerate(sorted(value.parameters, key=lambda each: each.name))
    }
    named = {parameter.name: number for parameter, number in point.items()}
    found = given.subs({symbol: named[symbol.name] for symbol in given.free_symbols})
    if abs(complex(found) - complex(value.bind(point))) > 1e-9:
        raise UnreadableError(f"Qiskit converts its parameter {value} wrongly: leave out parameters that cancel")
    return given.subs({symbol: symbols[symbol.name] for symbol in given.free_symbols})


def _plain(column: Amplitudes, name: str, qubits: Sequence[int]) -> Amplitudes:
    """H, CX or a phase gate."""
    if name == "CX":
        control, target = qubits
        return {_flipped(bits, target) if bits[control] == "1" else bits: each for bits, each in column.items()}
    if name != "H":
        angle = phase_of(name)
        turn = sympy.Rational(angle.pi.numerator, angle.pi.denominator) * sympy.pi
        turn += sympy.Rational(angle.radians.numerator, angle.radians.denominator)
        return _phased(column, qubits, sympy.exp(sympy.I * turn))
    found: Amplitudes = {}
    for bits, amplitude in column.items():
        other = _flipped(bits, qubits[0])
        found[other] = found.get(other, 0) + amplitude / sympy.sqrt(2)
        found[bits] = found.get(bits, 0) + amplitude * (1 if bits[qubits[0]] == "0" else -1) / sympy.sqrt(2)
    return _without_zeros(found)


def _phased(column: Amplitudes, qubits: Sequence[int], phase: Any) -> Amplitudes:
    return {
        bits: amplitude * phase if all(bits[qubit] == "1" for qubit in qubits) else amplitude
        for bits, amplitude in column.items()
    }


def _rotated(column: Amplitudes, word: str, qubits: Sequence[int], angle: Any) -> Amplitudes:
    """cos(θ/2) − i sin(θ/2) P."""
    found: Amplitudes = {bits: amplitude * sympy.cos(angle / 2) for bits, amplitude in column.items()}
    for bits, amplitude in column.items():
        moved, factor = bits, -sympy.I * sympy.sin(angle / 2)
        for letter, qubit in zip(word, qubits, strict=True):
            one = bits[qubit] == "1"
            factor *= {"X": 1, "Y": -sympy.I if one else sympy.I, "Z": -1 if one else 1}[letter]
            moved = moved if letter == "Z" else _flipped(moved, qubit)
        found[moved] = found.get(moved, 0) + amplitude * factor
    return _without_zeros(found)


def _without_zeros(column: Amplitudes) -> Amplitudes:
    expanded = {bits: sympy.expand(amplitude) for bits, amplitude in column.items()}
    return {bits: amplitude for bits, amplitude in expanded.items() if amplitude != 0}


def _flipped(bits: str, qubit: int) -> str:
    return bits[:qubit] + "01"[bits[qubit] == "0"] + bits[qubit + 1 :]


def _simplified(entry: Any) -> Any:
    """By way of exponentials, where products of sines and cosines add up and cancel by themselves."""
    return sympy.simplify(sympy.expand(sympy.expand(entry.rewrite(sympy.exp))).rewrite(sympy.cos))
