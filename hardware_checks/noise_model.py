"""A device's noise as a list of channels, each with a place in a scheduled circuit and a named layer.

Conventions. A gate's reported error is its average gate infidelity r = 1 − F_avg. Times are in seconds. While a gate lasts its
qubits relax; a depolarizing channel on the gate's qubits then makes up the rest, so that gate and relaxation together have
exactly the infidelity r. Where relaxation alone would explain more than r, it is shortened until it explains r, and nothing
is added: the measured r is believed before T1 and T2.

Relaxation for a time t multiplies X and Y by exp(−t/T2) and sends Z to exp(−t/T1)·Z + (1 − exp(−t/T1))·I (amplitude damping
to |0⟩ and dephasing; T2 is at most 2·T1). Readout sends Z to (1 − p10 − p01)·Z + (p01 − p10)·I, where p10 is the probability
of reading 1 after |0⟩ was prepared and p01 that of reading 0 after |1⟩. All are in the Heisenberg picture.

Layers: "gates" (with the relaxation during gates), "readout", "idle" (relaxation over explicit delays, and of qubits that wait
for the final basis changes of others), "zz" (coherent ZZ between coupled qubits that idle at the same time).
Not in the model: crosstalk, leakage, coherent gate errors, drift, errors of preparation and reset, what a measurement does to
other qubits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from noclone.models.errors import InputError

__all__ = [
    "DEAD_ERROR",
    "LAYERS",
    "Channel",
    "Depolarizing",
    "Location",
    "NoiseModel",
    "Readout",
    "Relaxation",
    "ZZRotation",
]

LAYERS = ("gates", "readout", "idle", "zz")
DEAD_ERROR = 0.5
"""A gate or readout that errs at least so often is dead; calibrations mark them by 1.0 or NaN."""


@dataclass(frozen=True, slots=True)
class Depolarizing:
    """Every Pauli other than I on the location's qubits is multiplied by ``factor``."""

    factor: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """X and Y are multiplied by ``coherence``; Z becomes ``population``·Z + (1 − ``population``)·I."""

    coherence: float
    population: float


@dataclass(frozen=True, slots=True)
class Readout:
    """Z becomes ``slope``·Z + ``offset``·I."""

    slope: float
    offset: float


@dataclass(frozen=True, slots=True)
class ZZRotation:
    """The unitary exp(−i·``angle``/2·ZZ) on the location's two qubits, in radians."""

    angle: float


NO_RELAXATION = Relaxation(1.0, 1.0)
Channel = Depolarizing | Relaxation | Readout | ZZRotation


@dataclass(frozen=True, slots=True)
class Location:
    """A channel on some qubits; ``after`` is the operation that it follows, None for the final measurement."""

    layer: str
    cause: str
    channel: Channel
    qubits: tuple[int, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """What is known about a device, from which the channels of any circuit on it follow.

    ``relaxation_times`` gives (T1, T2) in seconds per qubit, ``math.inf`` for none; a T2 above 2·T1 counts as 2·T1.
    ``gate_errors`` and ``gate_seconds`` are keyed by name and qubits; two-qubit gates count in either order. An error ≥ 0.5 or
    NaN marks a dead gate, which may stand here but not be used. ``readout`` gives (p10, p01) per qubit.
    ``zz_hz`` is the shift of one idle qubit's frequency by its idle neighbour's state; ``couplers`` says who are neighbours.
    ``scale`` multiplies every error: infidelities, rates 1/T1 and 1/T2, readout probabilities, ZZ angles; it is the model's
    one fit parameter. ``filled`` says which values were missing and what stands for them.
    """

    relaxation_times: Mapping[int, tuple[float, float]]
    gate_errors: Mapping[tuple[str, tuple[int, ...]], float]
    gate_seconds: Mapping[tuple[str, tuple[int, ...]], float]
    readout: Mapping[int, tuple[float, float]]
    couplers: frozenset[tuple[int, int]] = frozenset()
    zz_hz: float = 0.0
    scale: float = 1.0
    device: str = "a device"
    calibration_time: str | None = None
    filled: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Raises InputError for times, probabilities or factors that cannot be."""
        for name, number in (("zz_hz", self.zz_hz), ("scale", self.scale)):
            if not (math.isfinite(number) and number >= 0):
                raise InputError(f"{name} of the noise model is {number}: give a number that is not negative")
        for qubit, times in self.relaxation_times.items():
            if not all(time > 0 for time in times):
                raise InputError(f"qubit {qubit} of {self.device} has T1, T2 = {times} seconds: both must be positive")
        for qubit, probabilities in self.readout.items():
            if any(probability < 0 or probability > 1 for probability in probabilities):
                raise InputError(
                    f"readout of qubit {qubit} of {self.device} has probabilities {probabilities}: give 0 to 1"
                )
        for key, error in self.gate_errors.items():
            if error < 0 or error > 1:
                raise InputError(f"{_gate(*key)} of {self.device} has error {error}: an infidelity is between 0 and 1")

    def is_dead(self, name: str, qubits: tuple[int, ...]) -> bool:
        """Whether a gate (or "measure") on these qubits is missing, without a known error, or errs half of the time."""
        if name == "rz":
            return qubits[0] not in self.relaxation_times
        if name == "measure":
            return not sum(self.readout.get(qubits[0], (math.nan, math.nan))) / 2 < DEAD_ERROR
        return not self._looked_up(self.gate_errors, name, qubits) < DEAD_ERROR

    def gate(self, name: str, qubits: tuple[int, ...], seconds: float | None, after: int | None) -> list[Location]:
        """The locations of a gate that lasts so long (None: as calibrated), depolarizing first."""
        if self.is_dead(name, qubits):
            raise InputError(f"{_gate(name, qubits)} is dead on {self.device} (error 1.0 or none): compile around it")
        if name == "rz":
            return []
        lasting = self._looked_up(self.gate_seconds, name, qubits) if seconds is None else seconds
        infidelity = self.scale * self._looked_up(self.gate_errors, name, qubits)
        factor, relaxing = self._topped_up(infidelity, qubits, lasting)
        if factor < 0:
            raise InputError(f"{_gate(name, qubits)} has infidelity {infidelity} once scaled: choose a smaller scale")
        cause = name if after is not None else "basis change"
        found = [Location("gates", cause, Depolarizing(factor), qubits, after)] if factor < 1 else []
        for qubit in qubits:
            channel = self.relaxed(qubit, relaxing)
            found += [Location("gates", cause, channel, (qubit,), after)] if channel != NO_RELAXATION else []
        return found

    def idle(self, qubit: int, seconds: float, after: int | None) -> list[Location]:
        """The location of a qubit that waits; none if nothing happens to it."""
        channel = self.relaxed(qubit, seconds)
        return [Location("idle", "idle", channel, (qubit,), after)] if channel != NO_RELAXATION else []

    def read(self, qubit: int, after: int | None) -> list[Location]:
        """The location of a qubit's readout; none if it never errs."""
        if self.is_dead("measure", (qubit,)):
            raise InputError(f"the readout of qubit {qubit} is dead on {self.device}: use another qubit")
        one_for_zero, zero_for_one = (self.scale * probability for probability in self.readout[qubit])
        if one_for_zero + zero_for_one >= 1:
            raise InputError(f"the readout of qubit {qubit} errs half of the time once scaled: choose a smaller scale")
        channel = Readout(1 - one_for_zero - zero_for_one, zero_for_one - one_for_zero)
        return [Location("readout", "readout", channel, (qubit,), after)] if channel != Readout(1.0, 0.0) else []

    def rotated(self, pair: tuple[int, int], seconds: float, after: int) -> Location:
        """The ZZ rotation of two neighbours that idle together: H = 2π·(zz_hz/4)·ZZ, so the angle is π·zz_hz·t."""
        return Location("zz", "zz", ZZRotation(math.pi * self.scale * self.zz_hz * seconds), pair, after)

    def relaxed(self, qubit: int, seconds: float) -> Relaxation:
        """What waiting for so long does to a qubit; raises InputError for one that the device does not have."""
        if qubit not in self.relaxation_times:
            raise InputError(f"{self.device} has no qubit {qubit}: compile for this device")
        if not seconds >= 0:
            raise InputError(f"qubit {qubit} waits for {seconds} seconds: schedule the circuit again")
        longitudinal, transverse = self.relaxation_times[qubit]
        lasting = self.scale * seconds
        return Relaxation(math.exp(-lasting / min(transverse, 2 * longitudinal)), math.exp(-lasting / longitudinal))

    @property
    def basis_seconds(self) -> float:
        """How long the final basis changes last: the device's longest sx."""
        return max((seconds for (name, _), seconds in self.gate_seconds.items() if name == "sx"), default=0.0)

    def _topped_up(self, infidelity: float, qubits: tuple[int, ...], seconds: float) -> tuple[float, float]:
        """The depolarizing factor and the time of relaxation that together have this average gate infidelity.

        With D = 2^k and T the sum of the transfer matrix's diagonal, F_avg = (T/D + 1)/(D + 1) (Horodecki, PRA 60, 1888).
        """
        dimension = 2 ** len(qubits)
        wanted = dimension * ((dimension + 1) * (1 - infidelity) - 1)
        if self._trace(qubits, seconds) >= wanted:
            return (wanted - 1) / (self._trace(qubits, seconds) - 1), seconds
        shortest, longest = 0.0, seconds
        for _ in range(60):
            middle = (shortest + longest) / 2
            shortest, longest = (middle, longest) if self._trace(qubits, middle) > wanted else (shortest, middle)
        return 1.0, shortest

    def _trace(self, qubits: tuple[int, ...], seconds: float) -> float:
        channels = [self.relaxed(qubit, seconds) for qubit in qubits]
        return math.prod(1 + 2 * channel.coherence + channel.population for channel in channels)

    @staticmethod
    def _looked_up(table: Mapping[tuple[str, tuple[int, ...]], float], name: str, qubits: tuple[int, ...]) -> float:
        return table.get((name, qubits), table.get((name, qubits[::-1]), math.nan))

    def neighbours(self) -> Iterator[tuple[int, int]]:
        """Every pair of coupled qubits once, the smaller one first."""
        yield from sorted({(min(pair), max(pair)) for pair in self.couplers})


def _gate(name: str, qubits: tuple[int, ...]) -> str:
    return f"{name} on {', '.join(f'qubit {qubit}' for qubit in qubits)}"
