"""Scheduled Clifford circuits on physical qubits, and the Pauli observables that are measured after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Observable", "Operation", "PhysicalCircuit"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on physical qubits.

    ``name`` is one of sx, x, rz, cz, measure, reset, delay; ``start`` and ``duration`` are in seconds; ``quarter`` is
    the angle of an rz in units of π/2, 0 to 3, and 0 for every other operation.
    """

    name: str
    qubits: tuple[int, ...]
    start: float
    duration: float
    quarter: int = 0


@dataclass(frozen=True, slots=True)
class PhysicalCircuit:
    """Clifford operations as late as possible, in order of their start, with every idle period an explicit delay.

    The final changes of basis and the final measurement are not part of it: all settings share one circuit. ``layout``
    maps each logical qubit's name ("R", "A", "S[0]") to its physical qubit at the end. ``two_qubit_layers`` counts the
    layers that contain a two-qubit gate; ``seed`` is the seed of the layout and the routing.
    """

    operations: tuple[Operation, ...]
    layout: Mapping[str, int]
    two_qubit_gates: int
    two_qubit_layers: int
    seed: int


@dataclass(frozen=True, slots=True)
class Observable:
    """A Pauli operator on physical qubits, ((qubit, letter), …), with its sign, measured at the end."""

    paulis: tuple[tuple[int, str], ...]
    sign: int = 1
