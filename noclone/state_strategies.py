"""Hypothesis strategies of states, channels, gates and circuits; public as ``noclone.strategies``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy
from hypothesis import strategies as st

from noclone.models.channels import (
    Channel,
    amplitude_damping,
    depolarizing,
    from_kraus,
    pauli_channel,
    phase_damping,
)
from noclone.models.exact import run_exactly
from noclone.models.random_states import haar_isometry, haar_ket, random_density, random_kraus
from noclone.models.ring import RingArray
from noclone.models.system import Gate

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qiskit import QuantumCircuit

    Matrix: TypeAlias = NDArray[numpy.complex128]

__all__ = [
    "channels",
    "circuits",
    "clifford_gates",
    "clifford_t_gates",
    "density_operators",
    "exact_density_operators",
    "exact_kets",
    "generators",
    "isometries",
    "kets",
    "unitaries",
]

Many: TypeAlias = int | st.SearchStrategy[int]
"""A number, or a strategy that draws it, as in Hypothesis's own strategies."""


def _drawn(number: Many) -> st.SearchStrategy[int]:
    return st.just(number) if isinstance(number, int) else number


def generators() -> st.SearchStrategy[numpy.random.Generator]:
    """A seeded NumPy generator: what Haar states are made with. The seed shrinks to 0, which means nothing by itself."""
    return st.integers(0, 2**32 - 1).map(numpy.random.default_rng)


def _gate_list(qubits: Sequence[int], names: Sequence[str], most: int) -> st.SearchStrategy[tuple[Gate, ...]]:
    pairs = [(one, other) for one in qubits for other in qubits if one != other]
    known: list[Gate] = []
    for name in names:
        # more H than S: with few of them most qubits stay in basis states, entangled with nothing
        times = 2 if name == "H" else 1
        known += [(name, *pair) for pair in pairs] if name == "CX" else [(name, qubit) for qubit in qubits] * times
    return _chosen(known, most).map(tuple) if known else st.just(())


@st.composite
def _chosen(draw: st.DrawFn, known: Sequence[Any], most: int) -> list[Any]:
    """At most so many of what is known, in one case of two at least half as many.

    Drawn as bytes, where they can number them: one draw is many times faster than a list's, and shrinks alike, to fewer and to earlier ones.
    Hypothesis's lists have five items on average, too few to entangle much.
    """
    least = draw(st.booleans()) * (most // 2)
    if len(known) > 256:
        return draw(st.lists(st.sampled_from(known), min_size=least, max_size=most))
    return [known[byte % len(known)] for byte in draw(st.binary(min_size=least, max_size=most))]


def clifford_gates(qubits: int | Sequence[int], *, most: int = 16) -> st.SearchStrategy[tuple[Gate, ...]]:
    """At most so many gates H, S and CX (``noclone.models.system.Gate``) on qubits 0, 1, …, or on those listed.

    Shrinks to fewer gates, then to H on the first qubit.
    """
    return _gate_list(range(qubits) if isinstance(qubits, int) else qubits, ("H", "S", "CX"), most)


def clifford_t_gates(qubits: int | Sequence[int], *, most: int = 16) -> st.SearchStrategy[tuple[Gate, ...]]:
    """As ``clifford_gates``, with T = diag(1, e^{iπ/4}) among them: amplitudes stay in Z[e^{iπ/4}, 1/√2]."""
    return _gate_list(range(qubits) if isinstance(qubits, int) else qubits, ("H", "S", "CX", "T"), most)


@st.composite
def exact_kets(draw: st.DrawFn, qubits: Many, *, clifford: bool = False, most: int = 16) -> RingArray:
    """A ket of a Clifford+T circuit (or Clifford: a stabilizer state) as exact numbers, of shape (2,)·qubits.

    Its squares add up to 1 exactly, so that what floats would round away shows. Shrinks to |0…0⟩ by shrinking the circuit.
    """
    count = draw(_drawn(qubits))
    gates = draw((clifford_gates if clifford else clifford_t_gates)(count, most=most))
    start = numpy.zeros((4, *[2] * count), dtype=numpy.int64)
    start[(0,) * (count + 1)] = 1
    return run_exactly(gates, RingArray(start))


@st.composite
def exact_density_operators(
    draw: st.DrawFn, qubits: Many, *, traced: int = 1, clifford: bool = False, most: int = 16
) -> RingArray:
    """An exact ket with so many qubits traced out: a matrix of shape (2^qubits, 2^qubits), trace 1, rank at most 2^traced."""
    count = draw(_drawn(qubits))
    ket = draw(exact_kets(count + traced, clifford=clifford, most=most)).reshape(2**count, 2**traced)
    return ket @ ket.dagger()


@st.composite
def kets(draw: st.DrawFn, qubits: Many) -> Matrix:
    """A unit vector of shape (2^qubits,): of a Clifford+T circuit, Haar, or Haar rounded to small Gaussian integers.

    Haar kets are two in five. Shrinks to fewer qubits, then to |0…0⟩ or, where only Haar kets are seen to fail, to one of them
    rounded as coarsely as still fails: amplitudes a + ib with a, b in −1, 0, 1, divided by the norm.
    """
    count = draw(_drawn(qubits))
    exact = draw(exact_kets(count))  # drawn always and first: to Hypothesis what needs fewer draws is simpler
    if not draw(st.sampled_from([0, 1, 1])):
        return exact.to_complex().reshape(-1)
    grain = draw(st.sampled_from([1, 2, 4, *[0] * 5]))
    ket = haar_ket(2**count, draw(generators()))
    if grain:
        ket = numpy.round(ket * (grain / max(abs(ket.real).max(), abs(ket.imag).max())))
    return ket / numpy.linalg.norm(ket)


@st.composite
def density_operators(draw: st.DrawFn, qubits: Many, rank: Many | None = None) -> Matrix:
    """A density operator of shape (2^qubits, 2^qubits) and this rank; None: any rank from 1.

    Equal weights on the first basis states, seen through a Clifford unitary, or what is left of a Haar ket on a larger
    space. Shrinks to fewer qubits, a lower rank, then to diagonal ones.
    """
    count = draw(_drawn(qubits))
    size = 2**count
    chosen = draw(st.integers(1, size) if rank is None else _drawn(rank))
    gates = draw(clifford_gates(count))
    if draw(st.booleans()):
        return random_density(size, chosen, draw(generators()))
    frame = _matrix(gates, count)[:, :chosen]
    found: Matrix = frame @ frame.conj().T / chosen
    return found


def _matrix(gates: Sequence[Gate], qubits: int) -> Matrix:
    """The unitary of gates H, S, CX and T, big-endian."""
    parts = numpy.zeros((4, 2**qubits, 2**qubits), dtype=numpy.int64)
    parts[0] = numpy.eye(2**qubits)
    unitary = run_exactly(gates, RingArray(parts).reshape(*[2] * qubits, 2**qubits))
    return unitary.to_complex().reshape(2**qubits, 2**qubits)


@st.composite
def unitaries(draw: st.DrawFn, qubits: Many) -> Matrix:
    """A unitary of shape (2^qubits, 2^qubits): of a Clifford+T circuit, or Haar. Shrinks to fewer qubits, then to 1."""
    count = draw(_drawn(qubits))
    gates = draw(clifford_t_gates(count))
    if draw(st.booleans()):
        return haar_isometry(2**count, 2**count, draw(generators()))
    return _matrix(gates, count)


@st.composite
def isometries(draw: st.DrawFn, inputs: Many, outputs: Many) -> Matrix:
    """V of shape (2^outputs, 2^inputs), V†V = 1: Clifford+T gates on the input, the last qubits, and |0…0⟩; or Haar.

    Raises InputError where more qubits come in than out. Shrinks to fewer qubits, then to |0…0⟩ beside the input.
    """
    count, more = draw(_drawn(inputs)), draw(_drawn(outputs))
    gates = draw(clifford_t_gates(more))
    if more < count or draw(st.booleans()):
        return haar_isometry(2**more, 2**count, draw(generators()))
    return _matrix(gates, more)[:, : 2**count]


@st.composite
def channels(draw: st.DrawFn, qubits: int = 1, *, most_kraus: int = 4) -> Channel:
    """A channel on so many qubits (``noclone.models.channels``): a named one, or by Kraus operators cut from a Haar isometry.

    Named ones are Pauli mixtures and, on one qubit, damping, with probabilities of small denominator. Shrinks to the
    channel that does nothing; one by Kraus operators remains only where the named ones tried do not fail.
    """
    chance = draw(st.fractions(0, 1, max_denominator=8))
    word = "".join(draw(st.lists(st.sampled_from("IXYZ"), min_size=qubits, max_size=qubits)))
    kind = draw(st.sampled_from(["pauli", "named", "Haar"]))
    if kind == "Haar":
        number = draw(st.integers(1, most_kraus))
        return from_kraus(random_kraus(qubits, number, draw(generators())))
    if kind == "named":
        named = [depolarizing] if qubits > 1 else [depolarizing, amplitude_damping, phase_damping]
        chosen: Any = draw(st.sampled_from(named))
        return chosen(chance, qubits) if chosen is depolarizing else chosen(chance)
    return pauli_channel({word: chance if set(word) != {"I"} else Fraction(1)})


_CLIFFORD_NAMES = ("h", "s", "cx", "x", "y", "z", "sdg", "cz", "swap")


@st.composite
def circuits(
    draw: st.DrawFn,
    registers: Mapping[str, int],
    *,
    bits: Mapping[str, int] | None = None,
    clifford: bool = True,
    resets: bool = False,
    most: int = 12,
    most_deferred: int = 2,
) -> QuantumCircuit:
    """A Qiskit circuit of at most so many operations on these registers, by name and size.

    Operations are named Clifford gates; T and its inverse unless ``clifford``; with ``bits`` (classical registers) also
    measurements, and X or Z under the condition that a bit is 1; with ``resets`` also resets. Each measurement or reset, of
    which there are at most ``most_deferred``, costs one or two qubits of the environment once it is deferred. Shrinks to fewer
    operations, then to H on the first qubit.
    """
    from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister

    circuit = QuantumCircuit(
        *(QuantumRegister(size, name) for name, size in registers.items()),
        *(ClassicalRegister(size, name) for name, size in (bits or {}).items()),
    )
    qubits, known = range(circuit.num_qubits), list[tuple[Any, ...]]()
    for name in (*_CLIFFORD_NAMES, *(() if clifford else ("t", "tdg")), *(("reset",) if resets else ())):
        two, times = name in ("cx", "cz", "swap"), len(qubits) if name == "h" else 1
        known += (
            [(name, a, b) for a in qubits for b in qubits if a != b] if two else [(name, a) for a in qubits] * times
        )
    known += [(name, a, b) for name in ("measure", "x", "z") for a in qubits for b in range(circuit.num_clbits)]
    deferred = 0
    for name, *places in draw(_chosen(known, most)) if known else ():
        deferred += name in ("measure", "reset")
        if len(places) == 2 and name in ("x", "z"):
            with circuit.if_test((circuit.clbits[places[1]], 1)):
                getattr(circuit, name)(places[0])
        elif name not in ("measure", "reset") or deferred <= most_deferred:
            getattr(circuit, name)(*places)
    return circuit
