"""As late as possible: start times and explicit delays for gates on physical qubits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from noclone.hardware_checks.clifford_blocks import PhysicalGate
from noclone.hardware_checks.physical import Operation

__all__ = ["scheduled", "two_qubit_depth"]


def scheduled(gates: Iterable[PhysicalGate], seconds: Callable[[str, tuple[int, ...]], float]) -> tuple[Operation, ...]:
    """The gates as late as possible, in order of their start, all ending together, with delays between a qubit's first
    operation and the end wherever it waits.

    ``seconds`` gives a gate's duration by name and qubits. A barrier ends for all its qubits at one time and is dropped.
    A qubit's wait before its first operation is no delay: it is in |0⟩, as it was reset.
    """
    remaining: dict[int, float] = {}
    backwards: list[Operation] = []
    waits: list[tuple[int, float, float]] = []
    for name, *rest in reversed(list(gates)):
        qubits, quarter = ((rest[0],), rest[1]) if name == "rz" else (tuple(rest), 0)
        until = max(remaining.get(qubit, 0.0) for qubit in qubits)
        duration = 0.0 if name == "barrier" else seconds(name, qubits)
        for qubit in qubits:
            if until > remaining.get(qubit, 0.0):
                waits.append((qubit, until, remaining.get(qubit, 0.0)))
            remaining[qubit] = until + duration
        if name != "barrier":
            backwards.append(Operation(name, qubits, until + duration, duration, quarter))
    return _forwards(backwards, waits)


def _forwards(backwards: list[Operation], waits: list[tuple[int, float, float]]) -> tuple[Operation, ...]:
    """The same with times from the start on; a stable sort keeps the order of what starts together."""
    total = max((operation.start for operation in backwards), default=0.0)
    first: dict[int, float] = {}
    for operation in backwards:
        for qubit in operation.qubits:
            first[qubit] = max(first.get(qubit, 0.0), operation.start)
    delays = [
        Operation("delay", (qubit,), begin, begin - end)
        for qubit, begin, end in waits
        if begin <= first.get(qubit, -1.0) and begin - end > 0
    ]
    ordered = [
        Operation(each.name, each.qubits, total - each.start, each.duration, each.quarter)
        for each in [*reversed(backwards), *delays]
    ]
    return tuple(sorted(ordered, key=lambda each: (round(each.start * 1e12), each.start + each.duration)))


def two_qubit_depth(gates: Iterable[PhysicalGate]) -> int:
    """The number of layers of two-qubit gates, each as early as those before it on its qubits let it be."""
    depth: dict[int, int] = {}
    for name, *qubits in gates:
        if name in ("cz", "barrier"):
            layer = max(depth.get(qubit, 0) for qubit in qubits) + (name == "cz")
            depth.update(dict.fromkeys(qubits, layer))
    return max(depth.values(), default=0)
