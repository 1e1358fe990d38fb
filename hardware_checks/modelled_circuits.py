"""Circuits to be executed, read back into our noise model: what the local backends sample, and the readout's flips."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy
from numpy.typing import NDArray

from noclone.hardware_checks.calibration import noise_from_backend
from noclone.hardware_checks.executable_circuits import MEASURED, scheduled_from
from noclone.hardware_checks.live_targets import LiveTarget, live_target
from noclone.hardware_checks.noise_model import NoiseModel, Readout
from noclone.hardware_checks.noisy_circuits import NoisyCircuit, with_noise
from noclone.models.errors import InputError, TooLargeError

__all__ = ["MOST_AS_DENSITY_MATRIX", "ModelledCircuit", "ModelledDevice", "flipped"]

MOST_AS_DENSITY_MATRIX = 10
"""Aer holds the density matrix of so many qubits in seconds; of more, a state's trajectory for each shot is faster."""

_MOST_WORK = 2e12
"""Shots times operations times amplitudes: Aer did some 6e8 a second on two cores, which makes an hour."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelledCircuit:
    """A circuit with its noise; bit j of "meas" is the outcome of physical qubit ``qubits[j]``, measured in Z.

    ``confusion``, shape (bits, 2), has each bit's probabilities of reading 1 for 0 and 0 for 1.
    """

    noisy: NoisyCircuit
    qubits: tuple[int, ...]
    confusion: NDArray[numpy.float64]


class ModelledDevice:
    """A device by its calibration: reads the circuits that are made for it."""

    def __init__(self, device: Any) -> None:
        self.device = device

    @cached_property
    def noise(self) -> NoiseModel:
        """The noise model of the device's calibration."""
        return noise_from_backend(self.device)

    @cached_property
    def _live(self) -> LiveTarget:
        return live_target(self.device)

    @property
    def stim_name(self) -> str:
        """The name of the backend that samples this device by Stim."""
        return "stim:" + str(getattr(self.device, "name", "NAME")).removeprefix("fake_")

    def seconds(self, name: str, qubits: tuple[int, ...]) -> float:
        """How long a gate or a measurement lasts; raises InputError for a dead one, and one that the device does not have."""
        try:
            return self._live.duration(name, qubits)
        except InputError:
            raise InputError(
                f"{name} on {'qubit' if len(qubits) == 1 else 'qubits'} {', '.join(map(str, qubits))} is no working gate of"
                f" {self._live.name} in this calibration: compile the circuit for it"
            ) from None

    def require_time(self, qubits: int, operations: int, shots: int) -> None:
        """Raises TooLargeError for trajectories of a state that would take much longer than an hour."""
        if qubits > MOST_AS_DENSITY_MATRIX and shots * operations * 2**qubits > _MOST_WORK:
            fewer = int(_MOST_WORK / (operations * 2**qubits))
            raise TooLargeError(
                f"{shots} shots on {qubits} qubits would take Aer hours: use {self.stim_name}, or at most {fewer} shots"
            )

    def read(self, circuit: Any) -> ModelledCircuit:
        """The circuit with its noise; raises InputError for what is not scheduled from the device's live gates."""
        scheduled, reads = scheduled_from(circuit, self.seconds, self.device.target.dt)
        noisy = with_noise(scheduled, self.noise)
        registers = [register for register in circuit.cregs if register.name == MEASURED]
        if not registers:
            raise InputError(f'the circuit has no classical register "{MEASURED}": its bits are the outcomes')
        qubits = []
        for bit in registers[0]:
            index = circuit.find_bit(bit).index
            qubit = reads[index]
            if qubit is None:
                raise InputError(f"bit {index} is never measured: measure a qubit to it")
            if qubit not in noisy.recorded or qubit in qubits:
                raise InputError(f"qubit {qubit} is used or measured again after bit {index}: read it once, at last")
            qubits.append(qubit)
        confusion = [_confusion(noisy, qubit) for qubit in qubits]
        return ModelledCircuit(noisy, tuple(qubits), numpy.array(confusion).reshape(-1, 2))


def flipped(
    outcomes: NDArray[numpy.uint8], confusion: NDArray[numpy.float64], source: numpy.random.Generator
) -> NDArray[numpy.uint8]:
    """Outcomes of 0 and 1, shape (shots, bits), each flipped with its own bit's probability for what it is."""
    draws = source.random(outcomes.shape, dtype=numpy.float32)
    zero, one = confusion[:, 0].astype(numpy.float32), confusion[:, 1].astype(numpy.float32)
    return outcomes ^ (draws < numpy.where(outcomes, one, zero))


def _confusion(noisy: NoisyCircuit, qubit: int) -> tuple[float, float]:
    """Both probabilities, from the channel Z -> slope·Z + offset·I."""
    for location in noisy.readout(qubit, noisy.recorded[qubit]):
        if isinstance(location.channel, Readout):
            slope, offset = location.channel.slope, location.channel.offset
            return (1 - slope - offset) / 2, (1 - slope + offset) / 2
    return 0.0, 0.0
