"""The part of a device that can be used: its working, calibrated and connected qubits, with gates' errors and durations.

Calibrations mark dead gates by an error of 1.0 or NaN, or leave them out; a transpiler uses them all the same. A qubit is
left out if its sx, x or readout is dead, or if it has no T1 or T2; a coupler if its gate is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from noclone.models.errors import InputError

__all__ = ["DEAD_ERROR", "LiveTarget", "live_target"]

DEAD_ERROR = 0.5
"""A gate or readout that errs at least so often is dead."""

_BASIS = ("cz", "rz", "sx", "x", "measure")


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """A device's largest connected set of working qubits, by their physical numbers.

    ``errors`` and ``seconds`` are keyed by name and qubits, a cz by its qubits in ascending order.
    """

    name: str
    qubits: tuple[int, ...]
    couplers: tuple[tuple[int, int], ...]
    errors: Mapping[tuple[str, tuple[int, ...]], float]
    seconds: Mapping[tuple[str, tuple[int, ...]], float]

    def duration(self, name: str, qubits: tuple[int, ...]) -> float:
        """How long an operation lasts, in seconds; raises InputError if the device does not say."""
        key = (name, tuple(sorted(qubits)))
        if key not in self.seconds:
            raise InputError(f"{self.name} gives no duration for {name} on qubits {', '.join(map(str, qubits))}")
        return self.seconds[key]


def live_target(device: Any) -> LiveTarget:
    """The live part of a Qiskit backend, or of its Target; raises InputError for one with no cz, rz, sx, x, or none alive."""
    target = getattr(device, "target", device)
    name = str(getattr(device, "name", "the target"))
    missing = [gate for gate in _BASIS if gate not in getattr(target, "operation_names", ())]
    if missing:
        raise InputError(
            f"{name} has no {' and no '.join(missing)}: a Heron or Nighthawk processor has cz, rz, sx, x, measure"
        )
    working = [qubit for qubit in range(target.num_qubits) if _works(target, qubit)]
    couplers = _couplers(target, set(working))
    qubits = _largest_component(working, couplers)
    if not qubits:
        raise InputError(f"{name} has no working qubit in this calibration")
    errors: dict[tuple[str, tuple[int, ...]], float] = {}
    seconds: dict[tuple[str, tuple[int, ...]], float] = {}
    for gate in [*_BASIS, *(["reset"] if "reset" in target.operation_names else [])]:
        for on, properties in (target[gate] or {}).items():
            key = (gate, tuple(sorted(on)))
            if (
                properties is not None
                and set(on) <= qubits
                and not (key in errors and errors[key] <= _error(properties))
            ):
                errors[key] = _error(properties)
                seconds |= {} if properties.duration is None else {key: properties.duration}
    kept = tuple(sorted(pair for pair in couplers if set(pair) <= qubits))
    return LiveTarget(name, tuple(sorted(qubits)), kept, errors, seconds)


def _error(properties: Any) -> float:
    return math.nan if properties is None or properties.error is None else float(properties.error)


def _works(target: Any, qubit: int) -> bool:
    """Whether the qubit's gates and readout err less than half of the time, and its T1 and T2 are known."""
    times = target.qubit_properties[qubit] if target.qubit_properties else None
    if times is None or not all(time is not None and time > 0 for time in (times.t1, times.t2)):
        return False
    return all(_error((target[gate] or {}).get((qubit,))) < DEAD_ERROR for gate in ("sx", "x", "measure"))


def _couplers(target: Any, working: set[int]) -> set[tuple[int, int]]:
    """The pairs of working qubits with a working cz; dead in one direction is dead."""
    known = {tuple(sorted(pair)): True for pair in target["cz"]}
    for pair, properties in target["cz"].items():
        if not (_error(properties) < DEAD_ERROR and set(pair) <= working):
            known[tuple(sorted(pair))] = False
    return {(pair[0], pair[1]) for pair, works in known.items() if works}


def _largest_component(working: Iterable[int], couplers: Iterable[tuple[int, int]]) -> set[int]:
    """The largest connected set; of equal ones the one with the smallest qubit."""
    neighbours: dict[int, list[int]] = {qubit: [] for qubit in working}
    for one, other in couplers:
        neighbours[one].append(other)
        neighbours[other].append(one)
    best: set[int] = set()
    left = set(neighbours)
    while left:
        found, frontier = set(), [min(left)]
        while frontier:
            qubit = frontier.pop()
            if qubit not in found:
                found.add(qubit)
                frontier += neighbours[qubit]
        left -= found
        best = found if len(found) > len(best) else best
    return best
