"""Operations of Qiskit as plain gates: Clifford where they are, else H, S, CX and phases on several qubits.

A phase gate multiplies the basis states in which all its qubits are 1; with H and CX every circuit can be written so, with
the angles known exactly (``noclone.models.phases``). Global phases are dropped, except under a control, where they matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from noclone.models.clifford import (
    NotCliffordError,
    clifford_gates,
    evolution_terms,
    number,
    pauli_rotation,
    place_gates,
)
from noclone.models.phases import Angle, phase_name, phase_of, read_angle
from noclone.models.system import Gate

__all__ = ["UnreadableError", "controlled", "gates_of", "phase_gates"]

_HALF = Fraction(1, 2)
_DEEPEST = 50


class UnreadableError(Exception):
    """An operation that cannot be written as gates; the message says why, in a few words."""


def gates_of(operation: Any) -> tuple[Gate, ...] | None:
    """An operation of Qiskit's as gates on its own qubits 0, 1, …; None if its definition has to be read instead.

    Raises UnreadableError for a parameter without a value, or a matrix that is not Clifford.
    """
    try:
        return clifford_gates(operation)
    except NotCliffordError as error:
        found = _with_phase(operation, 0)
        if found is None:
            raise UnreadableError(str(error)) from None
        return tuple(found[0])


def phase_gates(angle: Angle, qubits: Sequence[int]) -> Iterator[Gate]:
    """e^{iθ} on the basis states in which all these qubits are 1, in as plain gates as there are."""
    eighths = angle.eighths
    if eighths is None:
        yield (phase_name(angle), *qubits)
    elif len(qubits) == 1:
        yield from itertools.repeat(("S", qubits[0]), eighths // 2)
        yield from itertools.repeat(("T", qubits[0]), eighths % 2)
    elif len(qubits) == 2 and eighths == 4:
        yield ("H", qubits[1])
        yield ("CX", *qubits)
        yield ("H", qubits[1])
    else:
        yield from itertools.repeat(("T", *qubits), eighths)


def controlled(gates: Iterable[Gate], control: int) -> Iterator[Gate]:
    """Each gate, if the control is 1."""
    for name, *qubits in gates:
        if name == "CX":
            yield ("H", qubits[1])
            yield from phase_gates(Angle(Fraction(1)), [control, *qubits])
            yield ("H", qubits[1])
        elif name == "H":
            # H = W X W† with W = S† H T†
            (target,) = qubits
            before: list[Gate] = [("S", target), ("H", target), ("T", target), ("CX", control, target)]
            after: list[Gate] = [*_inverse_t(target), ("H", target), *[("S", target)] * 3]
            yield from [*before, *after]
        else:
            yield from phase_gates(phase_of(name), [control, *qubits])


def _inverse_t(qubit: int) -> list[Gate]:
    return [*[("S", qubit)] * 3, ("T", qubit)]


def _with_phase(operation: Any, depth: int) -> tuple[list[Gate], Angle] | None:
    """A unitary operation as gates and the global phase by which they must be multiplied; None if it is not known how."""
    from qiskit.circuit import ControlledGate
    from qiskit.circuit import Gate as QiskitGate
    from qiskit.circuit.library import GlobalPhaseGate, PauliEvolutionGate, UnitaryGate

    kind = operation.base_class if hasattr(operation, "base_class") else type(operation)
    if depth > _DEEPEST or not isinstance(operation, QiskitGate) or kind is UnitaryGate:
        return None  # a matrix of floats says no angle exactly
    if kind is PauliEvolutionGate:
        return _evolution(operation)
    if kind is GlobalPhaseGate:
        return [], _read(operation.params[0])
    if isinstance(operation, ControlledGate):
        return _controlled_operation(operation, depth)
    if kind.__module__.startswith("qiskit.circuit.library.standard_gates") and kind.__name__ in _STANDARD:
        return _STANDARD[kind.__name__](*map(_read, operation.params))
    return _defined(operation, depth)


def _evolution(operation: Any) -> tuple[list[Gate], Angle]:
    """A PauliEvolutionGate of commuting terms, each a rotation."""
    try:
        terms = [(pauli, _read(2 * rate)) for pauli, rate in evolution_terms(operation)]
    except NotCliffordError as error:
        raise UnreadableError(str(error)) from None
    gates = [gate for pauli, angle in terms for gate in _rotation(pauli, angle)]
    return gates, sum((angle * -_HALF for _, angle in terms), Angle())


def _controlled_operation(operation: Any, depth: int) -> tuple[list[Gate], Angle] | None:
    """A controlled gate, by its base gate with a phase, and X around controls that must be 0."""
    found = _with_phase(operation.base_gate, depth + 1)
    if found is None:
        return None
    gates, phase = found
    if type(operation.base_gate).__name__ == "UGate" and len(operation.params) == 4:
        phase += _read(operation.params[3])  # a controlled U has a phase of its own
    controls = operation.num_ctrl_qubits
    gates = list(place_gates(gates, range(controls, operation.num_qubits)))
    for control in range(controls):
        gates = list(controlled(gates, control))
    gates += phase_gates(phase, range(controls)) if phase != Angle() else ()
    around = [
        gate
        for control in range(controls)
        if not operation.ctrl_state >> control & 1
        for gate in place_gates(_X, [control])
    ]
    return [*around, *gates, *around], Angle()


def _defined(operation: Any, depth: int) -> tuple[list[Gate], Angle] | None:
    """A gate by the circuit that defines it."""
    inner = getattr(operation, "definition", None)
    if inner is None:
        return None
    gates: list[Gate] = []
    phase = _read(inner.global_phase)
    for instruction in inner.data:
        found = _with_phase(instruction.operation, depth + 1)
        if found is None:
            return None
        gates += place_gates(found[0], [inner.find_bit(qubit).index for qubit in instruction.qubits])
        phase += found[1]
    return gates, phase


def _read(value: Any) -> Angle:
    """A gate's parameter as an angle; raises UnreadableError if it has no value, or is not finite."""
    try:
        return read_angle(number(value))
    except (NotCliffordError, ValueError, TypeError) as error:
        raise UnreadableError(str(error)) from None


def _rotation(pauli: Sequence[tuple[int, str]], angle: Angle) -> list[Gate]:
    """exp(−iθ/2·P) times e^{iθ/2}."""
    if not pauli:
        return []
    return list(pauli_rotation(pauli, lambda last: phase_gates(angle, [last])))


def _rotated(word: str) -> Callable[[Angle], tuple[list[Gate], Angle]]:
    """A standard rotation about a Pauli word, the first letter on qubit 0."""
    return lambda angle: (_rotation(list(enumerate(word)), angle), angle * -_HALF)


def _phase(angle: Angle) -> tuple[list[Gate], Angle]:
    return list(phase_gates(angle, [0])), Angle()


def _u(theta: Angle, phi: Angle, lambda_: Angle) -> tuple[list[Gate], Angle]:
    """U(θ, φ, λ) = P(φ) RY(θ) P(λ)."""
    gates = [*phase_gates(lambda_, [0]), *_rotation([(0, "Y")], theta), *phase_gates(phi, [0])]
    return gates, theta * -_HALF


def _r(theta: Angle, phi: Angle) -> tuple[list[Gate], Angle]:
    """R(θ, φ) = P(φ) RX(θ) P(−φ)."""
    gates = [*phase_gates(-phi, [0]), *_rotation([(0, "X")], theta), *phase_gates(phi, [0])]
    return gates, theta * -_HALF


def _fixed(*gates: Gate) -> Callable[[], tuple[list[Gate], Angle]]:
    return lambda: (list(gates), Angle())


_X: tuple[Gate, ...] = (("H", 0), ("S", 0), ("S", 0), ("H", 0))
_STANDARD: dict[str, Callable[..., tuple[list[Gate], Angle]]] = {
    "HGate": _fixed(("H", 0)),
    "IGate": _fixed(),
    "PhaseGate": _phase,
    "RGate": _r,
    "RXGate": _rotated("X"),
    "RXXGate": _rotated("XX"),
    "RYGate": _rotated("Y"),
    "RYYGate": _rotated("YY"),
    "RZGate": _rotated("Z"),
    "RZXGate": _rotated("ZX"),
    "RZZGate": _rotated("ZZ"),
    "SGate": _fixed(("S", 0)),
    "SdgGate": _fixed(*[("S", 0)] * 3),
    "SXGate": _fixed(("H", 0), ("S", 0), ("H", 0)),
    "SXdgGate": _fixed(("H", 0), *[("S", 0)] * 3, ("H", 0)),
    "SwapGate": _fixed(("CX", 0, 1), ("CX", 1, 0), ("CX", 0, 1)),
    "TGate": _fixed(("T", 0)),
    "TdgGate": _fixed(*_inverse_t(0)),
    "U1Gate": _phase,
    "U2Gate": lambda phi, lambda_: _u(Angle(_HALF), phi, lambda_),
    "U3Gate": _u,
    "UGate": _u,
    "XGate": _fixed(*_X),
    "YGate": _fixed(*[("S", 0)] * 3, *_X, ("S", 0)),
    "ZGate": _fixed(("S", 0), ("S", 0)),
}
