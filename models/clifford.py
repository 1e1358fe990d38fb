"""Clifford operations as H, S and CX.

An operation is recognised by its class, never by its name, so that a user's gate called "h" means what it defines. Angles
are floats and never exactly multiples of π/4: an angle θ is read as k·π/4 if |θ − kπ/4| ≤ 1e-14·max(1, |θ|), and
otherwise refused. Global phases are dropped: no claim depends on them.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from noclone.models.phases import ANGLE_TOLERANCE
from noclone.models.system import CLIFFORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from noclone.models.system import Gate

__all__ = [
    "NotCliffordError",
    "clifford_gates",
    "evolution_terms",
    "number",
    "pauli_gates",
    "pauli_letters",
    "pauli_rotation",
    "place_gates",
    "quarter_turns",
]

MATRIX_TOLERANCE = 1e-12
LARGEST_MATRIX_QUBITS = 4

_NAMED: dict[str, tuple[Gate, ...]] = {
    "IGate": (),
    "HGate": (("H", 0),),
    "SGate": (("S", 0),),
    "SdgGate": (("S", 0), ("S", 0), ("S", 0)),
    "ZGate": (("S", 0), ("S", 0)),
    "XGate": (("H", 0), ("S", 0), ("S", 0), ("H", 0)),
    "YGate": (("S", 0), ("S", 0), ("H", 0), ("S", 0), ("S", 0), ("H", 0)),
    "SXGate": (("H", 0), ("S", 0), ("H", 0)),
    "SXdgGate": (("H", 0), ("S", 0), ("S", 0), ("S", 0), ("H", 0)),
    "CXGate": (("CX", 0, 1),),
    "CZGate": (("H", 1), ("CX", 0, 1), ("H", 1)),
    "CYGate": (("S", 1), ("S", 1), ("S", 1), ("CX", 0, 1), ("S", 1)),
    "SwapGate": (("CX", 0, 1), ("CX", 1, 0), ("CX", 0, 1)),
}


_STANDARD: dict[tuple[Any, ...], tuple[Gate, ...]] = {}


class NotCliffordError(Exception):
    """The operation is not Clifford, or cannot be recognised as one; the message says why, in a few words."""


def quarter_turns(angle: float) -> int:
    """The k for which an angle in radians is read as k·π/4 (see the module); raises NotCliffordError if there is none."""
    turns = round(angle / (math.pi / 4)) if math.isfinite(angle) else 0
    if not math.isfinite(angle) or abs(angle - turns * (math.pi / 4)) > ANGLE_TOLERANCE * max(1.0, abs(angle)):
        raise NotCliffordError(f"angle {angle!r} is not a multiple of pi/4; write it as one, for example pi/2")
    return turns


def pauli_rotation(pauli: Sequence[tuple[int, str]], about_z: Callable[[int], Iterable[Gate]]) -> Iterator[Gate]:
    """exp(−iφP), up to a global phase, for P given as pairs of a qubit and a letter X, Y or Z; at least one.

    ``about_z(qubit)`` gives the gates of exp(−iφZ) there.
    """
    last = pauli[-1][0]
    for qubit, letter in pauli:
        if letter == "Y":
            yield from [("S", qubit)] * 3
        if letter in "XY":
            yield ("H", qubit)
    ladder: list[Gate] = [("CX", qubit, last) for qubit, _ in pauli[:-1]]
    yield from [*ladder, *about_z(last), *reversed(ladder)]
    for qubit, letter in pauli:
        if letter in "XY":
            yield ("H", qubit)
        if letter == "Y":
            yield ("S", qubit)


def clifford_gates(operation: Any) -> tuple[Gate, ...] | None:
    """An operation of Qiskit's as gates on its own qubits 0, 1, …; None if its definition has to be read instead.

    Raises NotCliffordError for a standard gate, rotation or matrix that is not Clifford.
    """
    from qiskit.circuit import ControlledGate
    from qiskit.circuit import Gate as QiskitGate
    from qiskit.circuit.library import GlobalPhaseGate, PauliEvolutionGate, PauliGate, PermutationGate, UnitaryGate
    from qiskit.quantum_info import Clifford

    kind = operation.base_class if hasattr(operation, "base_class") else type(operation)
    if kind is PauliGate:
        return _pauli(operation.params[0])
    if kind is PauliEvolutionGate:
        return tuple(_evolution(operation))
    if kind is Clifford:
        return _from_circuit(operation.to_circuit())
    if kind is GlobalPhaseGate:
        return ()
    if kind is PermutationGate:
        return tuple(_permutation(list(operation.pattern)))
    if kind is UnitaryGate:
        return _from_matrix(operation.to_matrix(), "its matrix")
    if not isinstance(operation, QiskitGate) or not kind.__module__.startswith("qiskit.circuit.library.standard_gates"):
        return None
    if isinstance(operation, ControlledGate) and operation.ctrl_state != 2**operation.num_ctrl_qubits - 1:
        return None
    if kind.__name__ in _NAMED:
        return _NAMED[kind.__name__]
    key = (kind, operation.num_qubits, *(quarter_turns(number(parameter)) for parameter in operation.params))
    if key not in _STANDARD:
        _STANDARD[key] = _standard(operation)
    return _STANDARD[key]


def _standard(operation: Any) -> tuple[Gate, ...]:
    """A standard gate by its matrix."""
    from qiskit import QiskitError

    if operation.num_qubits > LARGEST_MATRIX_QUBITS:
        raise NotCliffordError(f"gates on more than {LARGEST_MATRIX_QUBITS} qubits are not looked at as a whole")
    try:
        matrix = operation.to_matrix()
    except QiskitError:
        raise NotCliffordError("it has no matrix") from None
    return _from_matrix(matrix, "at this angle it" if operation.params else "it")


def _from_matrix(matrix: Any, subject: str) -> tuple[Gate, ...]:
    """Gates for a unitary matrix (Qiskit's qubit order: qubit 0 least significant) that is Clifford within 1e-12."""
    import numpy
    from qiskit import QiskitError
    from qiskit.quantum_info import Clifford, Operator

    if len(matrix) > 2**LARGEST_MATRIX_QUBITS:
        raise NotCliffordError(f"matrices are read up to {LARGEST_MATRIX_QUBITS} qubits; define it by gates")
    try:
        clifford = Clifford.from_matrix(matrix)
    except QiskitError:
        raise NotCliffordError(f"{subject} is not Clifford") from None
    exact = Operator(clifford).data
    overlap = numpy.vdot(exact, matrix) / len(matrix)
    if not numpy.allclose(matrix, overlap * exact, rtol=0, atol=MATRIX_TOLERANCE):
        raise NotCliffordError(f"{subject} is not Clifford within {MATRIX_TOLERANCE}")
    return _from_circuit(clifford.to_circuit())


def _from_circuit(circuit: Any) -> tuple[Gate, ...]:
    """The gates of a circuit that Qiskit has synthesised from a Clifford tableau."""
    gates: list[Gate] = []
    for instruction in circuit.data:
        qubits = [circuit.find_bit(qubit).index for qubit in instruction.qubits]
        gates += place_gates(_NAMED[instruction.operation.base_class.__name__], qubits)
    return tuple(gates)


def place_gates(gates: Iterable[Gate], qubits: Sequence[int]) -> Iterator[Gate]:
    """The same gates on other qubits: number i becomes ``qubits[i]``."""
    for name, *own in gates:
        yield (name, *(qubits[qubit] for qubit in own))


def pauli_gates(letter: str, *, controlled: bool) -> tuple[Gate, ...]:
    """X, Y or Z on qubit 0; or, controlled, on qubit 1 if qubit 0 is |1⟩."""
    return _NAMED[f"C{letter}Gate" if controlled else f"{letter}Gate"]


def pauli_letters(gates: Sequence[Gate], qubits: int) -> dict[int, str]:
    """The Pauli that gates amount to, up to phase, letter by qubit; raises NotCliffordError if they are no Pauli."""
    import stim

    circuit = stim.Circuit(f"I {qubits - 1}") if qubits else stim.Circuit()
    for name, *targets in gates:
        if name not in CLIFFORD:
            raise NotCliffordError(f"{name} is no Clifford gate")
        circuit.append(name, targets)
    try:
        pauli = circuit.to_tableau().to_pauli_string()
    except ValueError:
        raise NotCliffordError(
            "under a condition only Paulis can be read: more is not Clifford once deferred"
        ) from None
    return {qubit: "IXYZ"[pauli[qubit]] for qubit in range(len(pauli)) if pauli[qubit]}


def _pauli(label: str) -> tuple[Gate, ...]:
    """A PauliGate: the label's last letter acts on qubit 0."""
    names = {"I": "IGate", "X": "XGate", "Y": "YGate", "Z": "ZGate"}
    return tuple(
        gate for qubit, letter in enumerate(reversed(label)) for gate in place_gates(_NAMED[names[letter]], [qubit])
    )


def _permutation(pattern: list[int]) -> Iterator[Gate]:
    """Swaps after which qubit i holds what qubit pattern[i] held."""
    holds = list(range(len(pattern)))
    for qubit, wanted in enumerate(pattern):
        place = holds.index(wanted)
        if place != qubit:
            yield from place_gates(_NAMED["SwapGate"], [qubit, place])
            holds[qubit], holds[place] = holds[place], holds[qubit]


def _evolution(operation: Any) -> Iterator[Gate]:
    """A PauliEvolutionGate exp(−itH), H a sum of commuting Paulis whose coefficients times t are multiples of π/4."""
    for pauli, rate in evolution_terms(operation):
        if pauli and (quarters := quarter_turns(rate) % 4):
            yield from pauli_rotation(pauli, partial(_quarters, quarters))


def _quarters(times: int, qubit: int) -> list[Gate]:
    """exp(−i·(times·π/4)·Z), up to a global phase."""
    return [("S", qubit)] * times


def evolution_terms(operation: Any) -> list[tuple[list[tuple[int, str]], float]]:
    """The terms of a PauliEvolutionGate exp(−itH): each a Pauli, as pairs of qubit and letter, and its coefficient times t.

    Raises NotCliffordError if they do not all commute, or are not real numbers.
    """
    from qiskit.quantum_info import SparseObservable, SparsePauliOp

    given = operation.operator
    if isinstance(given, SparseObservable):
        given = SparsePauliOp.from_sparse_observable(given)
    if not isinstance(given, SparsePauliOp):
        raise NotCliffordError("an evolution is read for one SparsePauliOp or SparseObservable")
    if len(given.paulis.group_commuting()) > 1:
        raise NotCliffordError("its Pauli terms do not all commute")
    terms = []
    for label, coefficient in given.to_list():
        rate = complex(number(coefficient))
        if rate.imag:
            raise NotCliffordError(f"coefficient {coefficient} is not real")
        pauli = [(qubit, letter) for qubit, letter in enumerate(reversed(label)) if letter != "I"]
        terms.append((pauli, rate.real * number(operation.time)))
    return terms


def number(value: Any) -> Any:
    """A gate's parameter as a number; raises NotCliffordError if it is still a symbol."""
    if getattr(value, "parameters", None):
        raise NotCliffordError(f"parameter {value} has no value; bind it with assign_parameters")
    return complex(value) if isinstance(value, complex) else float(value)
